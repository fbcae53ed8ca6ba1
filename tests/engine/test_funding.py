"""The order by funding against every order of small problems, and what must hold whatever the budgets."""

import random
from itertools import combinations, permutations

import numpy as np
import pytest

import prioritizer as pr
from prioritizer.engine.funding import Additive, Ladder, improve_order, in_sequence
from prioritizer.engine.portfolio import Program


def prefix_value(order, values, costs, budget) -> float:
    """What the longest prefix that fits every limit is worth, added up item by item."""
    used, worth = [0.0] * len(budget), 0.0
    for item in order:
        used = [so_far + cost for so_far, cost in zip(used, costs[item], strict=True)]
        if any(so_far > limit + 1e-9 for so_far, limit in zip(used, budget, strict=True)):
            return worth
        worth += values[item]
    return worth


def best_of_every_order(values, costs, budgets, weights, mandatory=()) -> float:
    """The highest weighted value of any order, by enumeration."""
    items = range(len(values))
    best = -float("inf")
    for order in permutations(items):
        if any(set(mandatory) - set(_fitting(order, costs, budget)) for budget in budgets):
            continue
        score = sum(w * prefix_value(order, values, costs, b) for w, b in zip(weights, budgets, strict=True))
        best = max(best, score)
    return best


def _fitting(order, costs, budget):
    used, kept = [0.0] * len(budget), []
    for item in order:
        used = [so_far + cost for so_far, cost in zip(used, costs[item], strict=True)]
        if any(so_far > limit + 1e-9 for so_far, limit in zip(used, budget, strict=True)):
            break
        kept.append(item)
    return kept


def optimum(values, costs, budget, mandatory=()) -> float:
    """The best selection at one budget, by enumeration."""
    best = -float("inf")
    for size in range(len(values) + 1):
        for chosen in combinations(range(len(values)), size):
            fits = all(sum(costs[one][k] for one in chosen) <= limit + 1e-9 for k, limit in enumerate(budget))
            if fits and set(mandatory) <= set(chosen):
                best = max(best, sum(values[one] for one in chosen))
    return best


def problem(rng: random.Random):
    n, limits = rng.randint(1, 6), rng.randint(1, 2)
    values = [round(rng.uniform(0, 20), 2) for _one in range(n)]
    costs = [[round(rng.uniform(0.5, 9), 2) for _k in range(limits)] for _one in range(n)]
    total = [sum(row[k] for row in costs) for k in range(limits)]
    factors = sorted(rng.uniform(0.15, 1.0) for _b in range(rng.randint(1, 4)))
    budgets = [[factor * whole for whole in total] for factor in factors]
    weights = [round(rng.uniform(0.1, 1), 2) for _b in budgets]
    return values, costs, budgets, weights


@pytest.mark.parametrize("seed", range(60))
def test_no_order_does_better(seed: int) -> None:
    values, costs, budgets, weights = problem(random.Random(seed))
    found = pr.nested_order(values, costs, budgets, weights)
    score = sum(w * v for w, v in zip(weights, found.values, strict=True))
    assert score == pytest.approx(best_of_every_order(values, costs, budgets, weights), abs=1e-6)
    worth = [prefix_value(found.order, values, costs, budget) for budget in budgets]
    assert found.values == pytest.approx(worth)
    prices = [optimum(values, costs, b) - v for b, v in zip(budgets, worth, strict=True)]
    assert found.price == pytest.approx(prices, abs=1e-6)
    assert min(found.price) >= 0


def test_one_budget_alone_costs_nothing_more_than_the_best_selection() -> None:
    values, costs = [9.0, 6.0, 5.0, 4.0], [[6.0], [4.0], [3.0], [2.0]]
    found = pr.nested_order(values, costs, [[9.0]], [1.0])
    assert (found.values[0], found.price[0]) == (15.0, 0.0)
    assert set(found.order[:3]) == {1, 2, 3}


def test_an_order_is_a_compromise_between_budgets() -> None:
    """At 5 the best is the one at 5 (10); at 6 the two at 3 (6 + 6). No order has both."""
    values, costs = [10.0, 6.0, 6.0], [[5.0], [3.0], [3.0]]
    small = pr.nested_order(values, costs, [[5.0], [6.0]], [10.0, 1.0])
    large = pr.nested_order(values, costs, [[5.0], [6.0]], [1.0, 10.0])
    assert (list(small.values), list(small.price)) == ([10.0, 10.0], [0.0, 2.0])
    assert (list(large.values), list(large.price)) == ([6.0, 12.0], [4.0, 0.0])


def test_mandatory_ones_are_in_every_prefix() -> None:
    values, costs = [10.0, -3.0, 6.0], [[5.0], [2.0], [3.0]]
    found = pr.nested_order(values, costs, [[2.0], [5.0], [7.0]], [1.0, 1.0, 1.0], mandatory=[1])
    assert found.order[0] == 1
    assert list(found.values) == [-3.0, 3.0, 3.0]  # 0 would be better at 7, but not together with 2 at 5


@pytest.mark.parametrize(
    "arguments",
    [
        {"costs": [[1.0]]},
        {"budgets": [[1.0, 2.0]]},
        {"weights": [1.0, 2.0]},
        {"weights": [-1.0]},
        {"values": [float("nan"), 1.0]},
        {"mandatory": [7]},
        {"mandatory": [0], "budgets": [[0.5]]},
    ],
)
def test_what_does_not_fit_together_is_refused(arguments: dict) -> None:
    given = {"values": [3.0, 2.0], "costs": [[1.0], [1.0]], "budgets": [[1.0]], "weights": [1.0]}
    with pytest.raises(ValueError, match=r"\w"):
        pr.nested_order(**{**given, **arguments})


def test_nothing_in_nothing_out() -> None:
    found = pr.nested_order([], np.zeros((0, 1)), [[5.0]], [1.0])
    assert (tuple(found.order), list(found.values)) == ((), [0.0])


def test_must_dos_and_what_they_need_come_first_and_prerequisites_before() -> None:
    """Initiative 3 must be done and needs 1; 2 needs 0; 4 excludes 0."""
    values, uses = np.ones(5), np.ones((5, 1))
    links = {"requires": ((3, 1), (2, 0)), "excludes": ((4, 0),), "mandatory": frozenset({3})}
    program = Program(np.arange(5), values, uses, np.array([9.0]), **links)
    assert in_sequence(program, (1, 3, 0, 2))
    assert in_sequence(program, (1, 3, 4))
    wrong = [(0, 1, 3, 2), (3, 1, 0, 2), (1, 3, 2, 0), (1, 3, 0, 4), (1, 3, 4, 0), (1, 0, 3), (1, 3, 0, 0), (0, 2)]
    assert [order for order in wrong if in_sequence(program, order)] == []


def test_an_order_is_improved_without_putting_a_must_do_behind() -> None:
    """Without the must-do in front, 2 and then 1 would fit 5; behind it only 2 does."""
    program = Program(
        np.arange(3),
        np.array([-1.0, 4.0, 6.0]),
        np.array([[2.0], [3.0], [2.0]]),
        np.array([5.0]),
        mandatory=frozenset({0}),
    )
    found = improve_order(Ladder((program,), (1.0,)), (0, 1, 2), Additive(program.values))
    assert (found.order[:2], found.lengths, found.values, found.complete) == ((0, 2), (2,), (5.0,), True)
