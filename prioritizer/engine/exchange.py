"""A selection improved by exchange against the joint profit, in which overlaps count once.

From a selection that meets all demands, each round tries, in a fixed order,

    - the program again, with each initiative valued at what it brings or would bring beside the present selection;
    - every add, drop, swap and shift to another start that keeps all demands: what an initiative requires comes with
    it,
      what requires it goes with it, what excludes it makes way;
    - where none of these helps, the exchanges of one or two for one or two that promise most.

Moves are screened on some of the draws; what may pay, by two standard errors of its difference, is priced on all of
them, the most promising first, and the first that pays is made. It ends where none does. Every selection on the way is
feasible, and none is worth less than the one before. Local search after a relaxation is the usual way where values are
not additive: F. Glover, M. Laguna, Tabu Search (1997), chapter 2; for project interactions C. Stummer, K. Heidenberger,
Interactive R&D Portfolio Analysis with Project Interdependencies, IEEE Transactions on Engineering Management 50 (2003)
175–183.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, product
from typing import Protocol

import numpy as np
import numpy.typing as npt

from prioritizer.engine.portfolio import Program, solve

Floats = npt.NDArray[np.float64]
Members = tuple[int, ...]

PAYS = 1e-9  # of the joint profit: what a step must bring, so that rounding is not taken for improvement
DEVIATIONS = 2.0  # standard errors by which a screened move may be worse than it seems
CHECKED = 12  # moves of a round that are priced on all draws
SCREENED = 600  # swaps of a round that are priced on some draws; the most promising by the sum of their parts
WIDER = 200  # exchanges of one or two for one or two that are priced on some draws
LIKELY_ADDS, LIKELY_DROPS = 12, 8  # among which these are sought
SECONDS = 5.0  # for one program within the search
MOST_EVALUATIONS = 200_000


class Priced(Protocol):
    """What prices sets of columns; `evaluations` counts what it has computed so far."""

    evaluations: int

    def means(self, sets: Sequence[Sequence[int]]) -> Floats:
        """The mean joint profit of each set, (sets,)."""
        ...


class PricedByDraw(Priced, Protocol):
    """The same, by draw."""

    def profits(self, sets: Sequence[Sequence[int]]) -> Floats:
        """The joint profit of each set by draw, (sets, draws)."""
        ...


@dataclass(frozen=True)
class Exchange:
    """Against what a selection is improved: `exact` on all draws, `sample` on some; how much may be spent on it.

    Without `thorough` only single adds, drops, swaps and shifts are tried, which takes a third of the time.
    `stop` is asked between steps whether to end early; `progress` is told the share of the evaluations spent.
    """

    exact: Priced
    sample: PricedByDraw
    most_evaluations: int = MOST_EVALUATIONS
    stop: Callable[[], bool] = lambda: False
    progress: Callable[[float], None] = lambda share: None
    thorough: bool = True


@dataclass(frozen=True)
class Improved:
    """A selection that no move improves any more, or the best until there was no time left (`complete` is False)."""

    columns: Members
    value: float
    steps: int
    complete: bool


def improve(program: Program, start: Sequence[int], exchange: Exchange) -> Improved:
    """Improve a selection that meets all demands of a program until nothing helps. See the module."""
    columns = tuple(sorted(start))
    value = float(exchange.exact.means([columns])[0])
    steps, spent = 0, exchange.exact.evaluations + exchange.sample.evaluations
    while True:
        used = exchange.exact.evaluations + exchange.sample.evaluations - spent
        exchange.progress(min(1.0, used / max(1, exchange.most_evaluations)))
        if exchange.stop() or used > exchange.most_evaluations:
            return Improved(columns, value, steps, complete=False)
        better = _better(program, columns, value, exchange)
        if better is None:
            return Improved(columns, value, steps, complete=True)
        columns, value = better
        steps += 1


def _better(program: Program, columns: Members, value: float, exchange: Exchange) -> tuple[Members, float] | None:
    """The first selection that pays more; None where there is none."""
    pays = value + PAYS * abs(value)
    anew = _programmed_beside(program, columns, exchange) if exchange.thorough else None
    for candidate in [anew] if anew is not None else []:
        worth = float(exchange.exact.means([candidate])[0])
        if worth > pays:
            return candidate, worth
    for moves in (_screened, _wider) if exchange.thorough else (_screened,):
        for candidate in _promising(moves(program, columns, exchange), columns, exchange):
            worth = float(exchange.exact.means([candidate])[0])
            if worth > pays:
                return candidate, worth
    return None


def _programmed_beside(program: Program, columns: Members, exchange: Exchange) -> Members | None:
    """The program's choice by values beside the selection; None where it is the same."""
    marginal = replace(program, values=values_beside(program, columns, exchange))
    found = solve(marginal, gap=1e-6, seconds=SECONDS).columns
    return found if found is not None and found != columns else None


def values_beside(program: Program, columns: Sequence[int], exchange: Exchange) -> Floats:
    """What each column brings beside a selection, on the sample of draws, (columns,).

    A column of an initiative that is selected at another start is valued beside the others.
    """
    selected = {int(program.owners[column]): column for column in columns}
    sets = []
    for column, owner in enumerate(program.owners.tolist()):
        beside = tuple(one for one in columns if one != selected.get(owner))
        sets += [tuple(sorted({*beside, column})), beside]
    means = exchange.sample.means(sets)
    return means[0::2] - means[1::2]


def _promising(found: Iterable[Members], columns: Members, exchange: Exchange) -> list[Members]:
    """Those of some moves that may pay, the most promising first."""
    moves = list(dict.fromkeys(found))
    if not moves:
        return []
    profits = exchange.sample.profits([columns, *moves])
    gains = profits[1:] - profits[0]
    mean = gains.mean(axis=1)
    draws = gains.shape[1]
    error = gains.std(axis=1, ddof=1) / np.sqrt(draws) if draws > 1 else np.zeros(len(gains))
    doubt = DEVIATIONS * error + PAYS * abs(profits[0].mean())
    best = [int(place) for place in np.argsort(-mean, kind="stable") if mean[place] + doubt[place] > 0]
    return [moves[place] for place in best[:CHECKED]]


def _screened(program: Program, columns: Members, exchange: Exchange) -> Iterator[Members]:
    """Moves worth a look: all adds, drops and shifts, and the swaps that promise most by the sum of their parts."""
    adds = {column: _with(program, columns, column) for column in _absent(program, columns)}
    drops = {column: _without(program, columns, column) for column in columns}
    free = [move for move in (*adds.values(), *drops.values()) if move is not None]
    yield from (move for move in free if program.allows(move))
    swaps = {
        (gone, come): move
        for gone, left in drops.items()
        if left is not None
        for come in _absent(program, left)
        if come != gone and (move := _with(program, left, come)) is not None and program.allows(move)
    }
    if len(swaps) <= SCREENED:
        yield from swaps.values()
        return
    alone = dict(zip(free, exchange.sample.means(free), strict=True))
    now = float(exchange.sample.means([columns])[0])

    def promise(swap: tuple[int, int]) -> float:
        gone, come = drops[swap[0]], adds.get(swap[1])
        lost = now - alone[gone] if gone is not None else 0.0
        won = alone[come] - now if come is not None else float(program.values[swap[1]])
        return won - lost

    for swap in sorted(swaps, key=lambda one: -promise(one))[:SCREENED]:
        yield swaps[swap]


def _wider(program: Program, columns: Members, exchange: Exchange) -> list[Members]:
    """Exchanges of one or two for one or two, other than swaps, by the sum of what each part promises."""
    adds, drops = _likely(program, columns, exchange)
    sizes = ((1, 2), (2, 1), (2, 2))
    pairs = chain.from_iterable(
        product(combinations(drops.items(), gone), combinations(adds.items(), come)) for gone, come in sizes
    )
    promised = sorted(pairs, key=lambda pair: -sum(gain for part in pair for _column, gain in part))
    found: dict[Members, None] = {}
    for gone, come in promised:
        move = _exchanged(program, columns, [column for column, _gain in gone], [column for column, _gain in come])
        if move is not None and program.allows(move):
            found[move] = None
        if len(found) >= WIDER:
            break
    return list(found)


def _likely(program: Program, columns: Members, exchange: Exchange) -> tuple[dict[int, float], dict[int, float]]:
    """The adds and the drops that promise most, one by one, with what each would bring on the sample of draws."""
    absent = _absent(program, columns)
    now, *means = exchange.sample.means(
        [columns, *((*columns, column) for column in absent), *(_less(columns, column) for column in columns)]
    )
    gains = [float(mean - now) for mean in means]
    adds = sorted(zip(absent, gains, strict=False), key=lambda one: (-one[1], one[0]))
    drops = sorted(zip(columns, gains[len(absent) :], strict=True), key=lambda one: (-one[1], one[0]))
    return dict(adds[:LIKELY_ADDS]), dict(drops[:LIKELY_DROPS])


def _less(columns: Members, column: int) -> Members:
    return tuple(one for one in columns if one != column)


def _exchanged(program: Program, columns: Members, gone: list[int], come: list[int]) -> Members | None:
    """The selection without some columns and with others; None where that cannot be."""
    left: Members | None = columns
    for column in gone:
        left = left if left is None or column not in left else _without(program, left, column)
    for column in come:
        owners = {int(program.owners[one]) for one in left or ()}
        left = None if left is None or int(program.owners[column]) in owners else _with(program, left, column)
    return left


def _absent(program: Program, columns: Sequence[int]) -> list[int]:
    """The columns of initiatives that are not selected."""
    present = {int(program.owners[column]) for column in columns}
    return [column for column, owner in enumerate(program.owners.tolist()) if owner not in present]


def _with(program: Program, columns: Members, column: int) -> Members | None:
    """The selection with a column, what it requires, and without what excludes one of these; None where none can be.

    Something required that is not there yet comes at the start at which it is worth most.
    """
    owner = int(program.owners[column])
    present = {int(program.owners[one]): one for one in columns}
    wanted = {owner: column}
    for needed in sorted(program.needs[owner]):
        if needed not in present:
            if not program.columns_of[needed]:
                return None
            wanted[needed] = max(program.columns_of[needed], key=lambda one: (program.values[one], -one))
    banned = set().union(*(program.rivals[one] for one in wanted))
    if banned & (wanted.keys() | program.needs[owner]):
        return None
    kept: Members | None = columns
    for one in sorted(banned & present.keys()):
        if kept is not None and present[one] in kept:
            kept = _without(program, kept, present[one])
    return None if kept is None else tuple(sorted({*kept, *wanted.values()}))


def _without(program: Program, columns: Members, column: int) -> Members | None:
    """The selection without a column and what requires it; None where a must-do would go."""
    gone = {int(program.owners[column]), *program.needed_by[int(program.owners[column])]}
    if gone & program.mandatory:
        return None
    return tuple(one for one in columns if int(program.owners[one]) not in gone)
