"""The oracle of the portfolio: everything tried, one after the other. Uses nothing but `itertools` and `math`."""

import math
from itertools import combinations, permutations, product

ROUNDING = 1e-9


def allowed(chosen, requires=(), excludes=(), mandatory=()) -> bool:
    """Whether a set of initiatives keeps all links."""
    return (
        set(mandatory) <= set(chosen)
        and all(other in chosen for one, other in requires if one in chosen)
        and not any(one in chosen and other in chosen for one, other in excludes)
    )


def fits(takes, limits) -> bool:
    """Whether rows of what is taken keep every limit together."""
    return all(
        sum(row[place] for row in takes) <= limit + ROUNDING * max(limit, 1.0) for place, limit in enumerate(limits)
    )


def subsets(count: int):
    """Every set of positions."""
    for size in range(count + 1):
        yield from (frozenset(members) for members in combinations(range(count), size))


def best_selection(values, costs, limits, requires=(), excludes=(), mandatory=()):
    """The highest value of a set that is allowed and fits; None where there is none."""
    worth = [
        sum(values[one] for one in chosen)
        for chosen in subsets(len(values))
        if allowed(chosen, requires, excludes, mandatory) and fits([costs[one] for one in chosen], limits)
    ]
    return max(worth, default=None)


def best_plan(starts, value_of, uses_of, limits, requires=(), excludes=(), mandatory=()):
    """The best choice of what to do and when, as (value, {initiative: start}); None where there is none.

    Args:
        starts: for each initiative the starts that it may have.
        value_of: what a map of initiatives to starts is worth.
        uses_of: what an initiative takes of each limit at a start.
    """
    best = None
    for combination in product(*([None, *options] for options in starts)):
        plan = {one: start for one, start in enumerate(combination) if start is not None}
        if not allowed(plan, requires, excludes, mandatory):
            continue
        if not fits([uses_of(one, start) for one, start in plan.items()], limits):
            continue
        value = value_of(plan)
        if best is None or value > best[0]:
            best = (value, plan)
    return best


def prefix_value(order, values, costs, budget) -> float:
    """What the longest prefix of an order that fits a budget is worth."""
    taken, value = [], 0.0
    for one in order:
        if not fits([*taken, costs[one]], budget):
            break
        taken.append(costs[one])
        value += values[one]
    return value


def best_order_value(values, costs, budgets, weights, mandatory=()) -> float:
    """The highest Σ weight · value of the longest prefix that fits each budget, over all orders of all sets.

    Mandatory ones come first.
    """
    best = -math.inf
    for chosen in subsets(len(values)):
        if not set(mandatory) <= chosen:
            continue
        for order in permutations(sorted(chosen)):
            if set(order[: len(mandatory)]) != set(mandatory):
                continue
            total = sum(
                weight * prefix_value(order, values, costs, budget)
                for weight, budget in zip(weights, budgets, strict=True)
            )
            best = max(best, total)
    return best


def shapley(value_of, count: int) -> list:
    """What each member adds to those before it, on average over all orders."""
    shares = [0.0] * count
    orders = list(permutations(range(count)))
    for order in orders:
        before: frozenset = frozenset()
        for one in order:
            after = before | {one}
            shares[one] += (value_of(after) - value_of(before)) / len(orders)
            before = after
    return shares


def complete(present, needs) -> frozenset:
    """Members without those whose prerequisites are missing, until nothing changes."""
    kept = set(present)
    while lacking := {one for one in kept if not set(needs[one]) <= kept}:
        kept -= lacking
    return frozenset(kept)


def is_irreducible(demands, feasible) -> bool:
    """Whether demands contradict each other, while all but any one of them do not."""
    return not feasible(demands) and all(
        feasible([other for other in demands if other is not left_out]) for left_out in demands
    )
