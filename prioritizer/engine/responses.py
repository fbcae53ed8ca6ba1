"""What would be chosen after an answer, and what waiting for it and choosing by it brings.

Selections are valued jointly on the same draws. Those that start before an answer is known are the same whatever it
says: a *commitment*. Given the answer, the best selection with the same commitment follows. So an answer is worth

    max over commitments x of  E [ max over selections d with commitment x of  E [ profit of d | answer ] ]

among the selections that were tried: what is missing among them makes it worth less, never more.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from prioritizer.domain.learning import Value
from prioritizer.engine.information import Choices, choices, expected, worth_of_choices
from prioritizer.engine.portfolio import Program, solve_each

Floats = npt.NDArray[np.float64]
Selection = tuple[int, ...]

GAP, SECONDS = 1e-4, 2.0  # at which a selection that is only tried may stop


@dataclass(frozen=True, eq=False)
class Tried:
    """Selections that were tried, by columns, and what each brings jointly by draw, (draws, selections)."""

    selections: tuple[Selection, ...]
    profits: Floats


@dataclass(frozen=True, eq=False)
class Response:
    """What follows an answer: the selection in each draw, by position, and what it brings beyond a fixed one.

    `fixed` is the best that one could choose without the answer: today's choice, or one that only waits for it. What
    waiting by itself would bring is not the answer's merit.
    """

    commitment: Selection
    chosen: Choices
    fixed: int
    gain: Value

    def used(self) -> list[int]:
        """The selections that follow some answer, the most frequent first."""
        places, counts = np.unique(self.chosen, return_counts=True)
        return places[np.argsort(-counts, kind="stable")].tolist()


def within(program: Program, columns: Collection[int], committed: Collection[int] = ()) -> tuple[Program, list[int]]:
    """A program of some columns only, in which those committed to are a must; and which column each of its is."""
    bound = {int(program.owners[column]) for column in committed}
    kept = sorted({column for column in columns if int(program.owners[column]) not in bound} | set(committed))
    smaller = replace(
        program,
        owners=program.owners[kept],
        values=program.values[kept],
        uses=program.uses[kept],
        mandatory=program.mandatory | bound,
    )
    return smaller, kept


def solved(
    program: Program, values: Iterable[Floats], columns: Collection[int], committed: Collection[int] = ()
) -> list[Selection]:
    """The best selections of some columns, with others committed to, for each of several values of all columns."""
    smaller, kept = within(program, columns, committed)
    found: dict[Selection, None] = {}
    for solution in solve_each(smaller, (each[kept] for each in values), GAP, SECONDS):
        if solution.columns is None:
            break  # no values make demands fit
        found[tuple(kept[column] for column in solution.columns)] = None
    return list(found)


def respond(
    tried: Tried, allowed: Sequence[int], today: int, basis: Floats, commitment: Callable[[Selection], Selection]
) -> Response | None:
    """The best commitment, what follows each answer, and what that is worth; None where nothing is allowed.

    Args:
        allowed: the selections that may follow, by position; today: the one that is chosen without an answer.
        basis: functions of the answer, (draws, functions).
        commitment: what of a selection starts before the answer.
    """
    if not len(allowed):
        return None
    means = expected(tried.profits[:, list(allowed)], basis)
    by_commitment: dict[Selection, list[int]] = {}
    for place, selection in enumerate(allowed):
        by_commitment.setdefault(commitment(tried.selections[selection]), []).append(place)
    best = max(by_commitment, key=lambda one: (float(means[:, by_commitment[one]].max(axis=1).mean()), one))
    inside = np.array(by_commitment[best])
    chosen = np.array(allowed)[inside[np.argmax(means[:, inside], axis=1)]]
    fixed = max((today, *allowed), key=lambda one: float(tried.profits[:, one].mean()))
    gains = tried.profits[np.arange(len(chosen)), chosen] - tried.profits[:, fixed]
    error = float(gains.std(ddof=1) / np.sqrt(len(gains)))
    return Response(best, chosen, fixed, Value(value=float(gains.mean()), standard_error=error))


def informed(tried: Tried, basis: Floats) -> Value:
    """What an answer that is there at once is worth among all selections tried, beyond the best fixed one of them."""
    return worth_of_choices(tried.profits, choices(tried.profits, basis))
