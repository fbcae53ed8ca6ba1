"""What keeps an initiative out of a plan, and which demands contradict each other: in words."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from prioritizer.domain.plans import ConflictingDemand, Obstacle
from prioritizer.domain.scenarios import Scenario
from prioritizer.engine.portfolio import Demand, DemandKind, Program
from prioritizer.language import _
from prioritizer.services.limits import Limit
from prioritizer.words import count, money, sign

Floats = npt.NDArray[np.float64]


class Reason(NamedTuple):
    """What keeps an initiative out, and the same in words."""

    obstacle: Obstacle
    words: str


def reason_against(
    scenario: Scenario,
    limits: Sequence[Limit],
    program: Program,
    chosen: Sequence[int],
    one: int,
    column: int,
    beside: float,
) -> Reason:
    """Why an initiative is not funded, looked at with what it requires at the start at which it would bring most.

    Args:
        chosen: the columns that are funded; `column` is the start looked at; `beside`: what it would add to them.
    """
    funded = {int(program.owners[other]) for other in chosen}
    names = [f"“{initiative.name}”" for initiative in scenario.initiatives]
    if rivals := sorted(program.rivals[one] & funded):
        return Reason(
            Obstacle.EXCLUDED,
            _("{rival} is in the plan, and only one of the two can be.").format(rival=names[rivals[0]]),
        )
    if missing := sorted(program.needs[one] - funded):
        needs = ", ".join(names[other] for other in missing)
        return Reason(Obstacle.PREREQUISITE, _("It needs {others}, not in the plan either.").format(others=needs))
    if beside <= 0:
        lost = money(-beside, sign(scenario.company.currency))
        return Reason(Obstacle.LOSS, _("Beside the plan it would lose {amount}.").format(amount=lost))
    over = program.used([*chosen, column]) - program.limits
    short = [place for place in range(len(limits)) if over[place] > program.tolerance[place]]
    if short:
        return _short(scenario, limits, over, short)
    return Reason(Obstacle.OUTRANKED, _("It would fit; the search for a better plan ended before."))


def _short(scenario: Scenario, limits: Sequence[Limit], over: Floats, short: list[int]) -> Reason:
    """What there is not enough of: the budgets first, else the period in which most people are missing."""
    company = scenario.company
    budgets = [place for place in short if not limits[place].is_staff]
    if budgets:
        said = ", ".join(
            _("{amount} in {year}").format(
                amount=money(float(over[place]), sign(company.currency)), year=year_name(scenario, limits[place])
            )
            for place in budgets
        )
        return Reason(
            Obstacle.BUDGET, _("Too little money is left beside better ones: {amounts} short.").format(amounts=said)
        )
    most = max(short, key=lambda place: (over[place], -place))
    words = _("Too few people are left beside better ones: {department} lacks {people} in {period}.")
    period = company.period_name(limits[most].period or 0)
    return Reason(
        Obstacle.STAFF,
        words.format(department=limits[most].department, people=count(float(over[most])), period=period),
    )


def year_name(scenario: Scenario, limit: Limit) -> str:
    """The fiscal year of a budget in words; without a year, all of them."""
    return _("all years together") if limit.year is None else scenario.company.fiscal_year_name(limit.year)


def conflict_in_words(
    scenario: Scenario, limits: Sequence[tuple[Limit, float]], program: Program, demands: Sequence[Demand]
) -> tuple[ConflictingDemand, ...]:
    """Each of several demands that contradict each other, in a sentence."""
    must = [demand.first for demand in demands if demand.kind is DemandKind.MUST]
    named = [demand.first for demand in demands if demand.kind is DemandKind.LIMIT]
    return (
        tuple(
            ConflictingDemand(kind=demand.kind.value, text=_sentence(scenario, limits, program, demand, named))
            for demand in demands
        )
        if must
        else ()
    )


def _sentence(
    scenario: Scenario, limits: Sequence[tuple[Limit, float]], program: Program, demand: Demand, named: list[int]
) -> str:
    names = [f"“{initiative.name}”" for initiative in scenario.initiatives]
    match demand.kind:
        case DemandKind.REQUIRES:
            return _("{one} needs {other}.").format(one=names[demand.first], other=names[demand.second or 0])
        case DemandKind.EXCLUDES:
            return _("{one} and {other} exclude each other.").format(
                one=names[demand.first], other=names[demand.second or 0]
            )
        case DemandKind.MUST:
            takes = _takes(scenario, limits, program, demand.first, named)
            return _("{one} must be done.").format(one=names[demand.first]) + (f" {takes}" if takes else "")
    limit, size = limits[demand.first]
    if limit.department is not None:
        period = scenario.company.period_name(limit.period or 0)
        return _("{department} has {people} people in {period}.").format(
            department=limit.department, people=count(size), period=period
        )
    amount = money(size, sign(scenario.company.currency))
    return _("The budget of {year} is {amount}.").format(year=year_name(scenario, limit), amount=amount)


def _takes(
    scenario: Scenario, limits: Sequence[tuple[Limit, float]], program: Program, one: int, named: list[int]
) -> str:
    """What an initiative takes at least of the limits that are in the conflict."""
    said = []
    for place in named:
        least = float(program.uses[list(program.columns_of[one]), place].min())
        limit = limits[place][0]
        if least > 0 and limit.department is not None:
            said.append(_("{people} people of {department}").format(people=count(least), department=limit.department))
        elif least > 0:
            amount = money(least, sign(scenario.company.currency))
            said.append(_("{amount} in {year}").format(amount=amount, year=year_name(scenario, limit)))
    return _("It takes {amounts}.").format(amounts=", ".join(dict.fromkeys(said))) if said else ""
