"""What would let an initiative into a selection: more of a limit, more profit, less cost, another start.

All of it is asked of a program that is solved again with one thing changed, everything else as it was: exact for the
program, an estimate for a joint value in which overlaps count. An initiative is *in* where the program's choice holds
one of its columns.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from prioritizer.engine.arguments import Floats
from prioritizer.engine.exchange import Exchange, Improved, improve
from prioritizer.engine.portfolio import Program, solve

HALVINGS = 10  # of an interval: to a thousandth of it
GAP, SECONDS = 1e-6, 2.0  # at which one program may stop


def chooses(program: Program, initiative: int) -> bool:
    """Whether the program's choice holds an initiative, by position; not where its demands cannot be met."""
    columns = solve(program, GAP, SECONDS).columns or ()
    return initiative in program.owners[list(columns)]


def missing_profit(program: Program, initiative: int) -> float | None:
    """How much more an initiative would have to bring to be chosen, whichever of its starts.

    That is what having it in costs the others: the value of the program's choice less that of the choice in which the
    initiative is a must-do.

    Args:
        initiative: its position.

    Returns:
        In the unit of the program's values, not negative; None where it cannot be in at all.
    """
    forced = solve(replace(program, mandatory=program.mandatory | {initiative}), GAP, SECONDS)
    return None if forced.columns is None else max(solve(program, GAP, SECONDS).value - forced.value, 0.0)


def least_saving(program: Program, initiative: int, budgets: Sequence[int], saved: Floats) -> float | None:
    """The smallest share of an initiative's costs that would have to be saved for it to be chosen.

    Found by halving, to 2⁻¹⁰: saving more never takes what was chosen out again.

    Args:
        initiative: its position.
        budgets: the limits of which it takes less when its costs are lower, by position; people stay as they are.
        saved: what each of its columns would bring more without any costs, in the unit of the program's values,
            (its columns,).

    Returns:
        From 0 (it is chosen as it is) to 1 (only for nothing); None where not even for nothing.
    """
    return _least(lambda share: chooses(_with_saving(program, initiative, budgets, saved, share), initiative))


def _with_saving(program: Program, initiative: int, budgets: Sequence[int], saved: Floats, share: float) -> Program:
    """The program with a share of an initiative's costs saved: it brings more, and takes less of the budgets."""
    columns = list(program.columns_of[initiative])
    values, uses = program.values.copy(), program.uses.copy()
    values[columns] += share * saved
    uses[np.ix_(columns, list(budgets))] *= 1.0 - share
    return replace(program, values=values, uses=uses)


def _least(enough: Callable[[float], bool]) -> float | None:
    """The smallest share, from 0 to 1, that is enough; None where not even all is."""
    if not enough(1.0):
        return None
    if enough(0.0):
        return 0.0
    low, high = 0.0, 1.0
    for _step in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def with_start(program: Program, initiative: int, value: float, uses: Floats) -> Program:
    """The program in which an initiative may start at one time more.

    Args:
        initiative: its position.
        value: what it would be worth there, in the unit of the program's values.
        uses: what it would take of each limit there, (limits,).
    """
    return replace(
        program,
        owners=np.append(program.owners, initiative),
        values=np.append(program.values, value),
        uses=np.vstack([program.uses, uses]),
    )


def holds_out(program: Program, selected: Sequence[int], limits: Sequence[int]) -> bool:
    """Whether there is a column outside a selection that does not fit beside it for want of any of these limits.

    Args:
        selected: columns; limits: by position.
    """
    left = (program.limits - program.used(selected))[list(limits)]
    others = np.setdiff1d(np.arange(len(program.owners)), selected)
    return bool(np.any(program.uses[others][:, list(limits)] > left))


def gain(program: Program, selection: Improved, limits: Sequence[int], extra: float, exchange: Exchange) -> float:
    """What so much more of limits would bring, by the joint value.

    The selection, or the wider program's choice where that is worth more, is improved again within the wider limits, so
    that no gain is negative.

    Args:
        selection: the best found within the program, with its joint value.
        limits: which are raised together, by position.
        extra: by how much each, in its own unit.
        exchange: what prices selections.

    Returns:
        In the unit of the joint value, not negative.
    """
    raised = program.limits.copy()
    raised[list(limits)] += extra
    wider = replace(program, limits=raised)
    chosen = solve(wider, GAP, SECONDS).columns
    starts = [selection.columns, *([chosen] if chosen else [])]
    best = starts[int(np.argmax(exchange.exact.means(starts)))]
    return max(improve(wider, best, exchange).value - selection.value, 0.0)
