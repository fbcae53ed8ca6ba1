"""The order by funding: one list for an uncertain budget, cut off where the money ends.

For budgets b₁ … b_K with weights w the order maximises Σ w_k · v(P_k), P_k its longest prefix that fits b_k: the nested
order of A. Koç, D. P. Morton, E. Popova, S. M. Hess, E. Kee, D. Richards, Prioritizing Project Selection, Engineering
Economist 54 (2009) 267–297, here with a joint value v in which overlaps count once. The price of one list is what the
best selection at a budget is worth more than the prefix.

Where values add up and each budget is at least the one before, it is a program like any other: an item enters at a
level and stays at all higher ones. Otherwise the order is built from marginal profit per priced unit of budget and
improved by insertion and exchange.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from prioritizer.engine.arguments import Floats, at_least_zero, check_axes, check_places, numbers, refuse
from prioritizer.engine.exchange import PAYS, Priced
from prioritizer.engine.portfolio import Program, prices, solve
from prioritizer.language import _

CHEAP = 1e-3  # of the highest price: what an initiative counts as costing at least
MOST_EVALUATIONS = 100_000
LARGEST_PROGRAM = 2_000  # columns of the program of levels that is tried as a beginning
SECONDS = 5.0
LAZY = 8  # stale marginal values that are renewed at once


@dataclass(frozen=True)
class Ladder:
    """Budgets under which an order is to do well: programs that differ in their limits only, and their weights."""

    programs: tuple[Program, ...]
    weights: tuple[float, ...]

    @property
    def any(self) -> Program:
        return self.programs[0]


@dataclass(frozen=True)
class Nested:
    """An order of columns, one for each initiative in it, and how many of them fit each budget.

    `values`: the value of the prefix that fits each budget; `score`: Σ weight · value. `complete`: no insertion,
    exchange or shift of a start improves it.
    """

    order: tuple[int, ...]
    lengths: tuple[int, ...]
    values: tuple[float, ...]
    score: float
    complete: bool = True


def prefix_lengths(ladder: Ladder, order: Sequence[int]) -> tuple[int, ...]:
    """How many of an order fit each budget: all before the first that no longer fits every limit."""
    program = ladder.any
    used = np.cumsum(program.uses[list(order)], axis=0) if order else np.zeros((0, len(program.limits)))
    lengths = []
    for one in ladder.programs:
        over = (used > one.limits + one.tolerance).any(axis=1)
        lengths.append(int(np.argmax(over)) if over.any() else len(order))
    return tuple(lengths)


def appraise(ladder: Ladder, order: Sequence[int], priced: Priced) -> Nested:
    """What an order is worth at each budget."""
    lengths = prefix_lengths(ladder, order)
    distinct = sorted(set(lengths))
    worth = dict(zip(distinct, priced.means([tuple(order[:length]) for length in distinct]).tolist(), strict=True))
    values = tuple(worth[length] for length in lengths)
    score = sum(weight * value for weight, value in zip(ladder.weights, values, strict=True))
    return Nested(tuple(order), lengths, values, float(score))


def in_sequence(program: Program, order: Sequence[int]) -> bool:
    """Whether must-dos and what they need come first, prerequisites come before, and nothing excludes another."""
    owners = [int(program.owners[column]) for column in order]
    first = leading(program)
    if len(set(owners)) < len(owners) or set(owners[: len(first)]) != first:
        return False
    before: set[int] = set()
    for owner in owners:
        if not program.needs[owner] <= before or program.rivals[owner] & before:
            return False
        before.add(owner)
    return True


def leading(program: Program) -> set[int]:
    """Must-dos, and what they need: they come first in every order."""
    return set(program.mandatory).union(*(program.needs[one] for one in program.mandatory))


def build(ladder: Ladder, columns: Sequence[int], priced: Priced) -> tuple[int, ...]:
    """An order by marginal joint profit per priced unit of budget: each time what brings most for what it takes.

    A unit of a limit has its dual price in the linear relaxation, averaged over the budgets by weight. What requires
    something comes together with it. Only what adds to the joint profit is in the order.

    Args:
        columns: the column at which each initiative would stand, one for each initiative that may.
    """
    program = ladder.any
    cost = _priced_cost(ladder)
    place = {int(program.owners[column]): column for column in columns}
    order = _in_order_of_need(program, leading(program), place)
    stale: dict[int, tuple[float, int]] = {}
    while True:
        banned = set().union(*(program.rivals[int(program.owners[column])] for column in order))
        present = {int(program.owners[column]) for column in order}
        bundles = {
            owner: _in_order_of_need(program, ({owner} | program.needs[owner]) - present, place)
            for owner in place
            if owner not in present
            and program.needs[owner] <= place.keys()
            and not ({owner} | program.needs[owner]) & banned
        }
        best = _best(bundles, order, stale, cost, priced)
        if best is None:
            return tuple(order)
        order += bundles[best]
        stale.pop(best)


def _best(
    bundles: dict[int, list[int]], order: list[int], stale: dict[int, tuple[float, int]], cost: Floats, priced: Priced
) -> int | None:
    """The bundle of the highest marginal profit per priced unit that pays; None where none does.

    Marginal profits mostly fall as the order grows, so those of earlier steps bound the present ones: only the most
    promising are renewed (M. Minoux, Accelerated Greedy Algorithms (1978)).
    """
    length = len(order)
    while bundles:
        ranked = sorted(bundles, key=lambda owner: (-stale.get(owner, (np.inf, -1))[0], owner))
        if stale.get(ranked[0], (0.0, -1))[1] == length:
            return ranked[0] if stale[ranked[0]][0] > 0 else None
        renewed = [owner for owner in ranked if stale.get(owner, (0.0, -1))[1] != length]
        renewed = renewed if len(stale) < len(bundles) else renewed[:LAZY]
        means = priced.means([tuple(order), *(tuple(order) + tuple(bundles[owner]) for owner in renewed)])
        for owner, worth in zip(renewed, means[1:], strict=True):
            gain = float(worth - means[0])
            gain = gain if gain > PAYS * abs(float(means[0])) else min(gain, 0.0)
            stale[owner] = (gain / float(cost[bundles[owner]].sum()) if gain > 0 else gain, length)
    return None


def _in_order_of_need(program: Program, owners: Iterable[int], place: dict[int, int]) -> list[int]:
    """The columns of initiatives, prerequisites first."""
    known = sorted((owner for owner in owners if owner in place), key=lambda one: (len(program.needs[one]), one))
    return [place[owner] for owner in known]


def _priced_cost(ladder: Ladder) -> Floats:
    """What each column takes of the limits, at their dual prices; alike for all where no limit has a price."""
    weights = np.array(ladder.weights)
    each = np.array([prices(program) for program in ladder.programs])
    price = weights @ each / weights.sum() if weights.sum() > 0 else each.mean(axis=0)
    cost = ladder.any.uses @ price
    largest = cost.max(initial=0.0)
    return np.maximum(cost, CHEAP * largest) if largest > 0 else np.ones(len(cost))


def improve_order(
    ladder: Ladder,
    order: Sequence[int],
    priced: Priced,
    stop: Callable[[], bool] = lambda: False,
    most_evaluations: int = MOST_EVALUATIONS,
) -> Nested:
    """Improve an order by insertion, exchange and other starts until nothing helps, or until it is told to stop."""
    best = appraise(ladder, order, priced)
    spent = priced.evaluations
    while True:
        for candidate in _neighbours(ladder, best):
            if stop() or priced.evaluations - spent > most_evaluations:
                return replace(best, complete=False)
            found = appraise(ladder, candidate, priced)
            if found.score > best.score + PAYS * abs(best.score):
                best = found
                break
        else:
            return best


def _neighbours(ladder: Ladder, nested: Nested) -> Iterator[tuple[int, ...]]:
    """Orders in which one initiative is put elsewhere, comes in, goes out or starts at another time, or two change
    places.

    Only those that keep the sequence and change what is funded at some budget.
    """
    program, order = ladder.any, nested.order
    funded = {frozenset(order[:length]) for length in nested.lengths}
    for candidate in _moved(program, order):
        if in_sequence(program, candidate):
            lengths = prefix_lengths(ladder, candidate)
            if {frozenset(candidate[:length]) for length in set(lengths)} != funded:
                yield candidate


def _moved(program: Program, order: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    size = len(order)
    for one in range(size):
        rest = order[:one] + order[one + 1 :]
        yield from ((*rest[:to], order[one], *rest[to:]) for to in range(size) if to != one)
        yield rest
        for column in program.columns_of[int(program.owners[order[one]])]:
            if column != order[one]:
                yield (*order[:one], column, *order[one + 1 :])
    for one in range(size):
        for other in range(one + 1, size):
            swapped = list(order)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            yield tuple(swapped)
    present = {int(program.owners[column]) for column in order}
    for column, owner in enumerate(program.owners.tolist()):
        if owner not in present:
            yield from ((*order[:to], column, *order[to:]) for to in range(size + 1))


def by_levels(ladder: Ladder, columns: Sequence[int], seconds: float | None = SECONDS) -> tuple[int, ...] | None:
    """The best order by values alone: each column enters at one of the budgets and stays in at all higher ones.

    Exact where values add up, each budget is at least the one before and nothing requires anything; None where there is
    no such order, where what it finds puts something before its prerequisite, or where it would be too much to solve.
    """
    program, levels = ladder.any, len(ladder.programs)
    if not columns:
        return ()
    limits = np.array([one.limits for one in ladder.programs])
    if np.any(limits[1:] < limits[:-1]) or len(columns) * levels > LARGEST_PROGRAM:
        return None
    kept = np.array(columns, dtype=int)
    owners = program.owners[kept]
    must = leading(program)
    enters = [(place, level) for place in range(len(kept)) for level in range(1 if owners[place] in must else levels)]
    staying = np.array([[level <= other for other in range(levels)] for _place, level in enters], dtype=float)
    values = np.array([program.values[kept[place]] for place, _level in enters]) * (staying @ np.array(ladder.weights))
    uses = np.array([program.uses[kept[place]] for place, _level in enters])
    binding = [(level, limit) for level in range(levels) for limit in range(uses.shape[1])]
    staged = replace(
        program,
        owners=np.array([owners[place] for place, _level in enters], dtype=np.int64),
        values=values,
        uses=np.column_stack([staying[:, level] * uses[:, limit] for level, limit in binding]),
        limits=limits.ravel(),
        mandatory=frozenset(must),
    )
    found = solve(staged, gap=0.0, seconds=seconds).columns
    if found is None:
        return None
    entered = sorted((enters[one][1], len(program.needs[owners[enters[one][0]]]), enters[one][0]) for one in found)
    must_first = sorted(entered, key=lambda one: owners[one[2]] not in must)
    order = tuple(int(kept[place]) for _level, _depth, place in must_first)
    return order if in_sequence(program, order) else None


class Additive:
    """Values that add up, as a way to price sets."""

    def __init__(self, values: Floats):
        self.values = values
        self.evaluations = 0

    def means(self, sets: Sequence[Sequence[int]]) -> Floats:
        self.evaluations += len(sets)
        return np.array([float(self.values[sorted(members)].sum()) for members in sets], dtype=float)


@dataclass(frozen=True, eq=False)
class NestedOrder:
    """An order for an uncertain budget: `values` of the longest prefix that fits each budget, and the `price` of one
    list: by how much the best choice at each budget is worth more."""

    order: tuple[int, ...]
    values: Floats
    price: Floats


def nested_order(
    values: ArrayLike, costs: ArrayLike, budgets: ArrayLike, weights: ArrayLike, mandatory: Iterable[int] = ()
) -> NestedOrder:
    """The order whose longest prefixes that fit the budgets are worth most: Σ weight · value.

    Proved best where the budgets can be sorted so that none is smaller in any respect than the one before; otherwise
    improved by insertion and exchange until nothing helps. What is worth less than nothing is not in the order, unless
    it is mandatory; mandatory ones come first.

    Args:
        values: what each is worth, shape (n,).
        costs: what each takes, not negative, shape (n,), or (n, constraints).
        budgets: shape (budgets,), or (budgets, constraints); weights: how much each counts, not negative, (budgets,).

    Raises:
        ValueError: numbers or positions at fault; the mandatory ones do not fit the smallest budget.
    """
    worth, table, limits = numbers("values", values), at_least_zero("costs", costs), at_least_zero("budgets", budgets)
    check_axes("values", worth, 1)
    table, limits = (found[:, None] if found.ndim == 1 else found for found in (table, limits))
    counts = at_least_zero("weights", weights)
    if table.ndim != 2 or len(table) != worth.size:
        refuse("costs", table.shape, _("does not fit the values"), _("Give one row of costs for each value."))
    if limits.ndim != 2 or limits.shape[1] != table.shape[1] or not len(limits):
        refuse("budgets", limits.shape, _("does not fit the costs"), _("Give one row for each budget."))
    if counts.shape != (len(limits),):
        refuse("weights", counts.shape, _("does not fit the budgets"), _("Give one weight for each budget."))
    must = frozenset(check_places("mandatory", mandatory, worth.size))
    sorting = np.lexsort(limits.T[::-1])
    programs = [Program(np.arange(worth.size), worth, table, limits[place], mandatory=must) for place in sorting]
    ladder = Ladder(tuple(programs), tuple(counts[sorting].tolist()))
    if any(solve(program).columns is None for program in programs):
        refuse("mandatory", sorted(must), _("do not fit every budget"), _("Name fewer, or give larger budgets."))
    nested = _best_order(ladder, worth, must)
    back = np.argsort(sorting)
    optima = np.array([solve(program).value for program in programs])[back]
    found = np.array(nested.values)[back]
    return NestedOrder(nested.order, found, np.maximum(optima - found, 0.0))


def _best_order(ladder: Ladder, values: Floats, must: frozenset[int]) -> Nested:
    priced = Additive(values)
    kept = [one for one in range(values.size) if values[one] >= 0 or one in must]
    limits = np.array([program.limits for program in ladder.programs])
    chain = bool(np.all(limits[1:] >= limits[:-1]))
    order = by_levels(ladder, kept, seconds=None) if chain else None
    if order is None:
        order = improve_order(ladder, build(ladder, kept, priced), priced).order
    rest = sorted((one for one in kept if one not in order), key=lambda one: (-values[one], one))
    return appraise(ladder, (*order, *rest), priced)
