"""What moved the result under a what-if: a bridge from the scenario to now that adds up exactly.

Up to eight differences have their Shapley value, each what it adds to those before it on average over all orders, so
that no order is preferred. Beyond that, and where some make sense together only, each counts on top of those before it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from prioritizer.engine.attribution import shapley
from prioritizer.errors import InputError

MOST_ON_ALL_DRAWS = 4  # differences up to which every set of them is simulated on all draws: sixteen lists
MOST_SHARED = 8  # differences up to which every set is simulated at all: 256 lists
FEW_DRAWS = 1_000  # on which more than four are divided

Names = tuple[str, ...]
ProfitOf = Callable[[Names], float]


class Division(StrEnum):
    """How a move of the result was divided among the differences."""

    SHAPLEY = "shapley"
    ON_FEW_DRAWS = "on few draws"
    IN_ORDER = "in order"
    ONLY_TOGETHER = "only together"  # in order, since some of the differences are possible only with others


@dataclass(frozen=True)
class Step:
    """Differences of a what-if, mostly one, and by how much they move the result."""

    names: Names
    moved: float


@dataclass(frozen=True)
class Moved:
    """The steps from the result in the scenario to the one now; they sum to the difference."""

    steps: tuple[Step, ...]
    division: Division


def moved(names: Names, profit_of: ProfitOf, on_few_draws: ProfitOf, draws: int) -> Moved:
    """How the differences of a what-if move the profit of what is worth doing.

    Args:
        names: of the differences, in their order.
        profit_of: the profit under some of them, in their order, on all draws; raises InputError where they are not
            possible without the others. Under all of them it is known.
        on_few_draws: the same on `FEW_DRAWS` of the draws.
        draws: how many there are.
    """
    if len(names) > MOST_SHARED:
        return Moved(_in_order(names, profit_of), Division.IN_ORDER)
    few = len(names) > MOST_ON_ALL_DRAWS and draws > FEW_DRAWS
    try:
        shares = _shares(names, on_few_draws if few else profit_of)
    except InputError:
        return Moved(_in_order(names, profit_of), Division.ONLY_TOGETHER)
    if few:
        shares = _adding_up_to(profit_of(names) - profit_of(()), shares)
    steps = tuple(Step((name,), share) for name, share in zip(names, shares, strict=True))
    return Moved(steps, Division.ON_FEW_DRAWS if few else Division.SHAPLEY)


def _shares(names: Names, profit_of: ProfitOf) -> list[float]:
    value_of = shapley(lambda some: profit_of(tuple(names[k] for k in sorted(some))), len(names))
    return [float(share) for share in value_of.shares]


def _adding_up_to(total: float, shares: Sequence[float]) -> list[float]:
    """Shares with what is missing to a total spread over them in proportion to their sizes."""
    sizes = np.abs(shares)
    weights = sizes / sizes.sum() if sizes.sum() else np.full(len(shares), 1 / max(len(shares), 1))
    return [float(share) for share in np.asarray(shares) + (total - sum(shares)) * weights]


def _in_order(names: Names, profit_of: ProfitOf) -> tuple[Step, ...]:
    """Each on top of those before it; what is not possible yet goes into one step with what makes it so."""
    steps, before, waiting = [], profit_of(()), 0
    for end in range(1, len(names) + 1):
        try:
            now = profit_of(names[:end])
        except InputError:
            if end == len(names):
                raise
            continue
        steps.append(Step(names[waiting:end], now - before))
        before, waiting = now, end
    return tuple(steps)
