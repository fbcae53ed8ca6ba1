"""Shapley shares: textbook games, the airport game, the axioms, and every order of small portfolios."""

import random
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cases
import prioritizer as pr
from prioritizer.engine.attribution import attribute, overlaps
from prioritizer.errors import InputError
from prioritizer.services.cases import as_scenario
from prioritizer.services.planner import Planner, planner


def by_every_order(value_of, n: int) -> list[float]:
    """What each player adds on average over all orders: the definition, by plain enumeration."""
    shares = [0.0] * n
    orders = list(permutations(range(n)))
    for order in orders:
        for place, player in enumerate(order):
            shares[player] += value_of(frozenset(order[: place + 1])) - value_of(frozenset(order[:place]))
    return [share / len(orders) for share in shares]


def gloves(members: frozenset[int]) -> float:
    """Player 0 has a left glove, 1 and 2 a right one each; a pair is worth 1."""
    return float(0 in members and len(members) > 1)


def council(members: frozenset[int]) -> float:
    """Weights 3, 2, 2, 1 and a majority of 5: a weighted voting game."""
    return float(sum((3, 2, 2, 1)[member] for member in members) >= 5)


@pytest.mark.parametrize(
    ("game", "n", "shares"),
    [
        (gloves, 3, [2 / 3, 1 / 6, 1 / 6]),  # M. J. Osborne, A. Rubinstein, A Course in Game Theory (1994), 14.4
        (council, 4, [5 / 12, 1 / 4, 1 / 4, 1 / 12]),
    ],
)
def test_textbook_games(game, n: int, shares: list[float]) -> None:
    found = pr.shapley(game, n)
    assert found.shares == pytest.approx(shares)
    assert list(found.standard_errors) == [0.0] * n
    assert by_every_order(game, n) == pytest.approx(shares)


def runway(costs: list[float]) -> list[float]:
    """S. C. Littlechild, G. Owen, A Simple Expression for the Shapley Value in a Special Case, Management Science 20
    (1973) 370–372: each further stretch of the runway is shared by those that need it. Costs rising."""
    shares, before, n = [], 0.0, len(costs)
    share = 0.0
    for place, cost in enumerate(costs):
        share += (cost - before) / (n - place)
        shares.append(share)
        before = cost
    return shares


def test_the_airport_game() -> None:
    costs = [1.0, 2.5, 2.5, 4.0, 7.0, 11.0, 11.5]
    found = pr.shapley(lambda members: max((costs[one] for one in members), default=0.0), len(costs))
    assert found.shares == pytest.approx(runway(costs))


@pytest.mark.parametrize("seed", range(4))
def test_a_large_airport_is_estimated_within_its_errors(seed: int) -> None:
    costs = sorted(random.Random(seed).uniform(1, 50) for _one in range(30))
    found = pr.shapley(
        lambda members: max((costs[one] for one in members), default=0.0), 30, permutations=1000, seed=seed
    )
    assert found.shares.sum() == pytest.approx(costs[-1])
    known = found.standard_errors > 0
    off = (found.shares - runway(costs))[known] / found.standard_errors[known]
    assert np.abs(off).max() < 5
    assert np.sqrt((off**2).mean()) < 1.6


GAMES = st.integers(1, 5).flatmap(
    lambda n: st.tuples(st.just(n), st.lists(st.floats(-100, 100), min_size=2**n, max_size=2**n))
)


def game_of(n: int, values: list[float]):
    return lambda members: values[sum(1 << one for one in members)]


@settings(max_examples=60, deadline=None)
@given(GAMES)
def test_every_order_gives_the_same(game) -> None:
    n, values = game
    assert pr.shapley(game_of(n, values), n).shares == pytest.approx(by_every_order(game_of(n, values), n), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(GAMES)
def test_shares_sum_to_the_whole(game) -> None:
    n, values = game
    assert pr.shapley(game_of(n, values), n).shares.sum() == pytest.approx(values[-1] - values[0], abs=1e-9)


def test_who_adds_nothing_gets_nothing_and_twins_the_same() -> None:
    def value(members: frozenset[int]) -> float:
        return 10.0 * ({0, 1} <= members) + 3.0 * len(members & {0, 1})

    found = pr.shapley(value, 3)
    assert found.shares[2] == pytest.approx(0.0)
    assert found.shares[0] == pytest.approx(found.shares[1]) == pytest.approx(8.0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"n": -1}, "n"),
        ({"n": 2.5}, "n"),
        ({"n": 20_000}, "too many"),
        ({"n": 3, "permutations": 0}, "none"),
        ({"n": 3, "value_of": lambda _members: float("nan")}, "finite"),
        ({"n": 3, "value_of": lambda _members: "much"}, "finite"),
    ],
)
def test_what_is_no_game_is_refused(arguments: dict, words: str) -> None:
    with pytest.raises((ValueError, InputError), match=words):
        pr.shapley(**{"value_of": lambda members: float(len(members)), **arguments})


# --- portfolios


def initiatives(*changes: dict) -> list:
    return [cases.initiative_record(f"i{k}", **change) for k, change in enumerate(changes)]


def portfolio(*changes: dict, draws: int = 40, **company) -> Planner:
    return planner(as_scenario(cases.company_record(**company), initiatives(*changes)), draws=draws, seed=3)


LEVERS = (
    {"levers": [{"churn": "detractor", "change": -0.2}]},
    {"levers": [{"churn": "detractor", "change": -0.3}], "costs": {"one_off": 500}},
    {"levers": [{"churn": "passive", "change": -0.2}], "costs": {"one_off": 300}},
    {"levers": [{"move": {"from": "detractor", "to": "passive"}, "share": 0.05}]},
)


def test_shares_of_a_portfolio_are_those_of_every_order_of_separate_runs() -> None:
    """Each set is a run of its own of the list, which does not know the attribution."""
    made = portfolio(*LEVERS)
    known: dict[frozenset[int], float] = {frozenset(): 0.0}

    def value(members: frozenset[int]) -> float:
        if members not in known:
            chosen = [one for place, one in enumerate(initiatives(*LEVERS)) if place in members]
            known[members] = pr.rank(cases.company_record(), chosen, draws=40, seed=3).joint.npv.mean
        return known[members]

    found = attribute(made.exact, range(4), [[]] * 4, made.alone)
    assert found.attributed == pytest.approx(by_every_order(value, 4), rel=1e-9)
    assert found.joint == pytest.approx(value(frozenset(range(4))))
    assert found.last_in == pytest.approx([found.joint - value(frozenset(range(4)) - {one}) for one in range(4)])
    assert (found.exact, list(found.standard_errors)) == (True, [0.0] * 4)


def test_without_levers_one_gets_minus_its_costs_and_twins_get_the_same() -> None:
    made = portfolio(LEVERS[0], LEVERS[0], {"levers": [], "costs": {"one_off": 700}})
    found = attribute(made.exact, range(3), [[]] * 3, made.alone)
    assert found.attributed[0] == pytest.approx(found.attributed[1], rel=1e-9)
    assert found.attributed[2] == pytest.approx(made.alone[2], rel=1e-9)
    assert found.attributed.sum() == pytest.approx(found.joint, rel=1e-12)


def test_what_lacks_its_prerequisite_brings_nothing() -> None:
    made = portfolio(LEVERS[0], {**LEVERS[1], "requires": ["i0"]})
    alone, both = made.exact.means([(0,), (0, 1)])
    found = attribute(made.exact, range(2), [[], [0]], made.alone)
    # i1 adds only after i0: half of the time nothing, and then i0 brings both
    assert found.attributed == pytest.approx([alone + (both - alone) / 2, (both - alone) / 2])
    assert found.last_in == pytest.approx([both, both - alone])


def test_many_are_estimated_within_their_errors() -> None:
    shares = random.Random(5)
    many = [{"levers": [{"churn": "detractor", "change": -round(shares.uniform(0.01, 0.06), 3)}]} for _one in range(13)]
    made = portfolio(*many, draws=96)
    found = attribute(made.exact, range(13), [[]] * 13, made.alone)
    assert not found.exact
    assert found.attributed.sum() == pytest.approx(found.joint, rel=1e-9)
    assert found.standard_errors.max() <= 0.01 * abs(found.joint)
    exact = pr.shapley(lambda members: float(made.exact.means([tuple(sorted(members))])[0]), 13, permutations=4000)
    assert np.abs(found.attributed - exact.shares).max() < 5 * (found.standard_errors + exact.standard_errors).max()


def test_overlaps_are_what_two_bring_less_together() -> None:
    made = portfolio(*LEVERS[:3])
    table = overlaps(made.exact, range(3))
    assert table == pytest.approx(table.T)
    assert list(np.diag(table)) == [0.0] * 3
    listed = initiatives(*LEVERS[:3])
    pair = pr.rank(cases.company_record(), listed[:2], draws=40, seed=3)
    alone = sum(row.npv.mean for row in pair.initiatives)
    assert table[0, 1] == pytest.approx(alone - pair.joint.npv.mean, rel=1e-6)
    assert table[0, 1] > table[0, 2]


def test_shares_sum_to_the_joint_profit_of_all_draws_where_only_some_are_priced() -> None:
    """With so little work allowed, 96 of the 400 draws; the errors say how much that may matter."""
    made = planner(as_scenario(cases.company_record(), initiatives(*UNCERTAIN)), draws=400, seed=3)
    whole = attribute(made.exact, range(3), [[]] * 3, made.alone)
    some = attribute(made.exact, range(3), [[]] * 3, made.alone, work=1)
    assert (whole.draws, some.draws, some.exact) == (400, 96, True)
    assert some.joint == whole.joint
    assert some.attributed.sum() == pytest.approx(whole.joint, rel=1e-12)
    assert list(whole.standard_errors) == [0.0] * 3
    assert np.all(some.standard_errors > 0)
    assert np.all(np.abs(some.attributed - whole.attributed) < 4 * some.standard_errors)
    assert np.any(some.attributed != whole.attributed)


UNCERTAIN = (
    {"levers": [{"churn": "detractor", "change": {"range": [-0.5, -0.3, -0.1]}}]},
    {"levers": [{"churn": "detractor", "change": {"range": [-0.6, -0.4, -0.3]}}]},
    {"levers": [{"churn": "all", "change": {"range": [-0.4, -0.2, -0.1]}}]},
)
