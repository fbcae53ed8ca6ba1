"""Inputs that are drawn like earlier ones: as if drawn anew, to the last bit, and shared where nothing differs."""

import copy
import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles import companies
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.engine.levers import Inputs, at_means, sampled
from prioritizer.engine.simulation import alone_and_together, simulate_sets
from prioritizer.errors import InputError

DRAWS, SEED = 60, 5
Case = tuple[dict, list[dict]]


def uncertain_case(rng: random.Random) -> Case:
    """A random company and at least three initiatives with every kind of draw: alone, shared, correlated, delivery."""
    company, initiatives = companies.random_case(rng)
    while len(initiatives) < 3:
        company, initiatives = companies.random_case(rng)
    for group in company["groups"].values():
        group["churn"] = {s: {"pert": [0.02, rng.uniform(0.03, 0.1), 0.2]} for s in companies.SEGMENTS}
        group["gross_margin"] = {"pert": [0.3, 0.5, 0.6]}
        group["revenue"] = {"lognormal": [100, 400]}
    for initiative in initiatives:
        initiative["delay"] = {"triangular": [0, 1, 3]}
        initiative["probability_of_success"] = rng.choice([1.0, 0.6, {"beta": [7, 10]}, {"beta": [7, 10]}])
        initiative["reach"] = {"beta": [3, 10]}
        initiative["evidence"] = {"grade": rng.choice("ABCD")}
    company["benefit_realisation"] = {
        grade: {"delivered": 0.8, "spread": rng.choice([0.0, 0.1, 0.2])} for grade in "ABCD"
    }
    company["benefit_realisation"]["shared"] = {"company": 0.1, "department": 0.05}
    company["correlate"] = [
        {"names": ["groups.*.churn.*"], "rho": 0.4},
        {"names": ["initiatives.*.delay"], "rho": rng.choice([0.5, -0.05])},
    ]
    return company, initiatives


def scale_churn(company: dict, _initiatives: list[dict], rng: random.Random) -> None:
    group = rng.choice(list(company["groups"].values()))
    group["churn"]["detractor"]["pert"][1] *= rng.choice([0.9, 1.2])


def change_correlation(company: dict, _initiatives: list[dict], rng: random.Random) -> None:
    one = rng.choice(company["correlate"])
    one["rho"] = rng.choice([0.0, 0.7, -0.03])


def drop_correlation(company: dict, _initiatives: list[dict], rng: random.Random) -> None:
    company["correlate"].pop(rng.randrange(len(company["correlate"])))


def narrow_correlation(company: dict, _initiatives: list[dict], _rng: random.Random) -> None:
    company["correlate"][0]["names"] = ["groups.*.churn.promoter", "groups.*.churn.passive"]


def widen_correlation(company: dict, _initiatives: list[dict], _rng: random.Random) -> None:
    company["correlate"][0]["names"] = ["groups.*.churn.*", "initiatives.*.reach.*"]


def remove_initiative(_company: dict, initiatives: list[dict], rng: random.Random) -> None:
    initiatives.pop(rng.randrange(len(initiatives)))


def add_initiative(_company: dict, initiatives: list[dict], rng: random.Random) -> None:
    initiatives.insert(0, {**copy.deepcopy(rng.choice(initiatives)), "id": "another", "department": "Legal"})


def shuffle_initiatives(_company: dict, initiatives: list[dict], rng: random.Random) -> None:
    rng.shuffle(initiatives)


def change_success(_company: dict, initiatives: list[dict], rng: random.Random) -> None:
    rng.choice(initiatives)["probability_of_success"] = rng.choice([1.0, 0.3, {"beta": [3, 10]}])


def change_grade(_company: dict, initiatives: list[dict], rng: random.Random) -> None:
    rng.choice(initiatives)["evidence"] = {"grade": rng.choice("ABCD")}


def change_delivery(company: dict, _initiatives: list[dict], rng: random.Random) -> None:
    table = company.setdefault("benefit_realisation", {})
    table["shared"] = {"company": rng.choice([0.0, 0.1, 0.3]), "department": 0.02}


def drop_delivery(company: dict, _initiatives: list[dict], _rng: random.Random) -> None:
    company.pop("benefit_realisation", None)


def fix_margin(company: dict, _initiatives: list[dict], rng: random.Random) -> None:
    rng.choice(list(company["groups"].values()))["gross_margin"] = 0.5


def nothing(_company: dict, _initiatives: list[dict], _rng: random.Random) -> None:
    pass


CHANGES: list[Callable[[dict, list[dict], random.Random], None]] = [
    scale_churn,
    change_correlation,
    drop_correlation,
    narrow_correlation,
    widen_correlation,
    remove_initiative,
    add_initiative,
    shuffle_initiatives,
    change_success,
    change_grade,
    change_delivery,
    drop_delivery,
    fix_margin,
    nothing,
]


def records(case: Case) -> tuple[Company, list[Initiative]]:
    company, initiatives = case
    return Company.model_validate(company), [Initiative.model_validate(initiative) for initiative in initiatives]


def assert_identical(found: Inputs, expected: Inputs) -> None:
    """Every number, in the same order, and all that is drawn beside them, to the last bit."""
    assert list(found.drawn) == list(expected.drawn)
    for name, value in expected.drawn.items():
        assert np.ndim(found.drawn[name]) == np.ndim(value), name
        assert np.array_equal(found.drawn[name], value), name
    assert [np.shape(one) for one in found.success] == [np.shape(one) for one in expected.success]
    assert all(np.array_equal(mine, other) for mine, other in zip(found.success, expected.success, strict=True))
    assert found.delivery.misses.keys() == expected.delivery.misses.keys()
    for id_, miss in expected.delivery.misses.items():
        assert np.array_equal(found.delivery.misses[id_], miss), id_


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.sampled_from(CHANGES), min_size=1, max_size=3))
def test_inputs_like_earlier_ones_are_those_that_are_drawn_anew(seed: int, changes: list) -> None:
    rng = random.Random(seed)
    case = uncertain_case(rng)
    like = sampled(*records(case), DRAWS, SEED)
    company, initiatives = copy.deepcopy(case)
    for change in changes:
        if company["correlate"] or "correlation" not in change.__name__:
            change(company, initiatives, rng)
    changed = records((company, initiatives))
    try:
        anew = sampled(*changed, DRAWS, SEED)
    except InputError:  # a negative correlation between too many
        with pytest.raises(InputError):
            sampled(*changed, DRAWS, SEED, like)
        return
    assert_identical(sampled(*changed, DRAWS, SEED, like), anew)
    # … and back again: from what was taken over
    assert_identical(sampled(*records(case), DRAWS, SEED, sampled(*changed, DRAWS, SEED, like)), like)


def test_profits_like_earlier_ones_are_those_that_are_drawn_anew() -> None:
    rng = random.Random(3)
    company, initiatives = uncertain_case(rng)
    like = sampled(*records((company, initiatives)), DRAWS, SEED)
    scale_churn(company, initiatives, rng)
    remove_initiative(company, initiatives, rng)
    changed = records((company, initiatives))
    sets = alone_and_together(len(initiatives))
    policy = changed[0].acquisition_policy
    found = simulate_sets(sampled(*changed, DRAWS, SEED, like), sets, policy)
    anew = simulate_sets(sampled(*changed, DRAWS, SEED), sets, policy)
    assert np.array_equal(found.profit, anew.profit)
    assert not np.array_equal(found.baseline, simulate_sets(like, [], policy).baseline)


@pytest.mark.parametrize(("draws", "seed"), [(DRAWS, SEED + 1), (DRAWS + 1, SEED)])
def test_other_seeds_and_numbers_of_draws_share_nothing(draws: int, seed: int) -> None:
    case = records(uncertain_case(random.Random(4)))
    like = sampled(*case, draws, seed)
    assert_identical(sampled(*case, DRAWS, SEED, like), sampled(*case, DRAWS, SEED))


def test_the_point_estimate_shares_nothing_with_draws() -> None:
    company, initiatives = records(uncertain_case(random.Random(4)))
    like = at_means(company, initiatives, [1.0] * len(initiatives))
    assert_identical(sampled(company, initiatives, 1, SEED, like), sampled(company, initiatives, 1, SEED))


def test_only_what_differs_is_drawn_anew() -> None:
    company, initiatives = uncertain_case(random.Random(6))
    for initiative in initiatives:
        initiative["probability_of_success"] = {"beta": [7, 10]}
    like = sampled(*records((company, initiatives)), DRAWS, SEED)
    group = next(iter(company["groups"]))
    company["groups"][group]["churn"]["detractor"]["pert"][1] *= 1.2
    gone = initiatives.pop(0)
    found = sampled(*records((company, initiatives)), DRAWS, SEED, like)
    anew = {name for name, value in found.drawn.items() if np.ndim(value) and value is not like.drawn[name]}
    delays = {f"initiatives.{one['id']}.delay" for one in initiatives}  # where negative, one fewer changes all
    assert anew - delays == {f"groups.{group}.churn.detractor"}
    assert all(mine is other for mine, other in zip(found.success, like.success[1:], strict=True))
    assert all(part is like.delivery.parts[key] for key, part in found.delivery.parts.items())
    assert f"initiatives.{gone['id']}.delay" not in found.drawn


def test_levers_that_change_the_same_have_streams_by_their_content_and_not_by_their_order() -> None:
    company, initiatives = uncertain_case(random.Random(7))
    two = [{"revenue": "all", "change": {"pert": [0, middle, 0.3]}} for middle in (0.2, 0.1)]
    there = sampled(*records((company, [{**initiatives[0], "levers": two}])), DRAWS, SEED)
    back = sampled(*records((company, [{**initiatives[0], "levers": two[::-1]}])), DRAWS, SEED)
    place = f"initiatives.{initiatives[0]['id']}.levers.revenue.all"
    for name in (place, f"{place}.2"):
        assert np.array_equal(there.drawn[name], back.drawn[name])
    assert not np.array_equal(there.drawn[place], there.drawn[f"{place}.2"])
