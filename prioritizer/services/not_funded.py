"""What a plan does not fund: at the start at which it would bring most beside what is funded, and why it is out."""

from collections.abc import Mapping

import numpy as np

from prioritizer.domain.plans import NotFunded
from prioritizer.services.plan_reasons import reason_against
from prioritizer.services.planner import Choice, Planner


def not_funded(planner: Planner, choice: Choice, chosen_in: Mapping[int, float]) -> tuple[NotFunded, ...]:
    """The others, by what they would add to the funded."""
    funded = {planner.columns[column].initiative for column in choice.columns}
    left = [place for place in range(len(planner.initiatives)) if place not in funded]
    best = {place: _best_start(planner, choice, place) for place in left}
    with_needs = {place: _with_needs(planner, choice, column) for place, column in best.items()}
    means = planner.exact.means([choice.columns, *with_needs.values()])
    added = dict(zip(with_needs, (means[1:] - means[0]).tolist(), strict=True))
    rows = [_row(planner, choice, place, best[place], added[place], chosen_in) for place in left]
    return tuple(sorted(rows, key=lambda row: (-row.beside, row.id)))


def _best_start(planner: Planner, choice: Choice, place: int) -> int:
    """The column of an initiative that would add most to what is funded, by the sample."""
    columns = choice.program.columns_of[place]
    means = planner.sample.means([_with_needs(planner, choice, column) for column in columns])
    return columns[int(np.argmax(means))]


def _with_needs(planner: Planner, choice: Choice, column: int) -> tuple[int, ...]:
    """The funded, a column, and what it requires at the starts at which these are worth most alone."""
    program = choice.program
    present = {planner.columns[one].initiative for one in choice.columns}
    needs = program.needs[planner.columns[column].initiative] - present
    added = [planner.best_alone(program.columns_of[other]) for other in sorted(needs)]
    return (*choice.columns, column, *added)


def _row(
    planner: Planner, choice: Choice, place: int, column: int, beside: float, chosen_in: Mapping[int, float]
) -> NotFunded:
    one = planner.initiatives[place]
    limits = [limit for limit, _size in planner.limits(choice.budgets)]
    reason = reason_against(planner.scenario, limits, choice.program, choice.columns, place, column, beside)
    return NotFunded(
        id=one.id,
        name=one.name,
        department=one.department,
        start=planner.columns[column].start,
        cost=float(planner.costs[column].sum()),
        alone=float(planner.alone[column]),
        beside=beside,
        obstacle=reason.obstacle,
        why=reason.words,
        chosen_in=chosen_in.get(place),
    )
