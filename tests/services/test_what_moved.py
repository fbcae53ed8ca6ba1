"""The bridge adds up exactly, and is the mean over all orders as long as there are few enough changes."""

from collections.abc import Callable
from itertools import permutations
from statistics import fmean

import pytest

from prioritizer.errors import Complaint, InputError
from prioritizer.services.what_moved import Division, Moved, Step, moved

Game = Callable[[tuple[str, ...]], float]


def game(seed: int) -> Game:
    """A profit for every set of names, in whatever order, with all kinds of interaction."""

    def profit(names: tuple[str, ...]) -> float:
        code = sum(1 << "abcdefghij".index(name) for name in names)
        return 100.0 + ((code * 2654435761 + seed * 40503) % 1009) / 7

    return profit


def shares_over_all_orders(names: tuple[str, ...], profit: Game) -> dict[str, float]:
    added: dict[str, list[float]] = {name: [] for name in names}
    for order in permutations(names):
        for place, name in enumerate(order):
            added[name].append(profit(order[: place + 1]) - profit(order[:place]))
    return {name: fmean(amounts) for name, amounts in added.items()}


def by_name(found: Moved) -> dict[str, float]:
    return {step.names[0]: step.moved for step in found.steps}


def never(_names: tuple[str, ...]) -> float:
    raise AssertionError("was not to be asked")


@pytest.mark.parametrize("names", ["a", "ab", "abc", "dbca"])
def test_up_to_four_are_divided_on_all_draws(names: str) -> None:
    found = moved(tuple(names), game(1), never, draws=10_000)
    assert found.division is Division.SHAPLEY
    assert by_name(found) == pytest.approx(shares_over_all_orders(tuple(names), game(1)))
    assert [step.names for step in found.steps] == [(name,) for name in names]


@pytest.mark.parametrize("names", ["abcde", "abcdefg"])
def test_more_are_divided_on_few_draws_and_add_up_to_all_of_them(names: str) -> None:
    everything, few = game(1), game(2)
    found = moved(tuple(names), everything, few, draws=10_000)
    assert found.division is Division.ON_FEW_DRAWS
    total = everything(tuple(names)) - everything(())
    assert sum(step.moved for step in found.steps) == pytest.approx(total, abs=1e-9)
    shares = shares_over_all_orders(tuple(names), few)
    missing, sizes = total - sum(shares.values()), sum(map(abs, shares.values()))
    expected = {name: share + missing * abs(share) / sizes for name, share in shares.items()}
    assert by_name(found) == pytest.approx(expected)


def test_on_few_draws_alone_all_are_used() -> None:
    found = moved(tuple("abcde"), game(1), never, draws=1_000)
    assert found.division is Division.SHAPLEY


def test_what_moves_nothing_on_few_draws_shares_what_all_draws_say() -> None:
    found = moved(tuple("abcde"), lambda names: float(len(names) == 5), lambda _names: 7.0, draws=10_000)
    assert by_name(found) == pytest.approx(dict.fromkeys("abcde", 0.2))


@pytest.mark.parametrize("draws", [1_000, 10_000])
def test_the_order_of_changes_does_not_matter(draws: int) -> None:
    def of(names: str) -> dict[str, float]:
        return by_name(moved(tuple(names), game(3), game(4), draws))

    assert of("abcdefgh") == pytest.approx(of("hdacbgfe"))


def test_beyond_eight_each_counts_on_top_of_those_before_it() -> None:
    names = tuple("abcdefghi")
    found = moved(names, game(5), never, draws=10_000)
    assert found.division is Division.IN_ORDER
    expected = [game(5)(names[: k + 1]) - game(5)(names[:k]) for k in range(9)]
    assert [step.moved for step in found.steps] == pytest.approx(expected)


def test_what_is_possible_only_together_is_one_step() -> None:
    def profit(names: tuple[str, ...]) -> float:
        if ("b" in names) != ("c" in names):
            raise InputError([Complaint("is the sum of the shares, not 1", "Make them sum to 1.")])
        return 10.0 * len(names)

    found = moved(("a", "b", "c", "d"), profit, never, draws=10_000)
    assert found == Moved((Step(("a",), 10.0), Step(("b", "c"), 20.0), Step(("d",), 10.0)), Division.ONLY_TOGETHER)
    with pytest.raises(InputError):
        moved(("a", "b"), profit, never, draws=10_000)
