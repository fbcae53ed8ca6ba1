"""What a plan may take: budgets by fiscal year and people by department and period, as the limits of a program."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.plans import Plan
from prioritizer.domain.record import same_name
from prioritizer.engine.joint_value import Column
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _

Floats = npt.NDArray[np.float64]
Budget = float | Mapping[int, float] | Mapping[str, float] | None

LARGEST_FACTOR = 10.0  # a number up to this scales the company's budgets, a larger one is an amount


@dataclass(frozen=True)
class Budgets:
    """What may be spent, before tax: by fiscal year (a year without an entry is not limited), or in all years
    together."""

    years: tuple[tuple[int, float], ...]
    together: float | None = None
    factor: float | None = 1.0

    @property
    def total(self) -> float | None:
        """All that may be spent in the years that have a budget; None where nothing is limited."""
        if self.together is not None:
            return self.together
        return sum(amount for _year, amount in self.years) if self.years else None

    def scaled(self, factor: float) -> "Budgets":
        """All budgets in proportion."""
        years = tuple((year, amount * factor) for year, amount in self.years)
        together = None if self.together is None else self.together * factor
        return Budgets(years, together, None if self.factor is None else self.factor * factor)


def budgets_of(company: Company, budget: Budget = None) -> Budgets:
    """The budgets of a plan.

    Args:
        budget: by fiscal year; or a number up to 10 by which the company's budgets are multiplied; or a larger one, the
            amount for all years together, which is divided over the years as the company's budgets are (and limits all
            years together where the company has none). By default the company's budgets.

    Raises:
        InputError: not a budget.
    """
    known = tuple(sorted((int(year), amount.number) for year, amount in company.budget.items()))
    if budget is None:
        return Budgets(known)
    if isinstance(budget, Mapping):
        return Budgets(tuple(sorted((_year(year), _amount(amount)) for year, amount in budget.items())), factor=None)
    number = _amount(budget)
    if number <= LARGEST_FACTOR:
        if not known and number != 1:
            remedy = _("Give an amount, or budget in the company file.")
            _refuse(number, _("would scale the company's budgets, and there are none"), remedy)
        return Budgets(known).scaled(number)
    total = sum(amount for _year, amount in known)
    return Budgets(known).scaled(number / total) if total > 0 else Budgets((), together=number, factor=None)


def budgets_within(plan: Plan) -> Budgets:
    """The budgets within which a plan was made."""
    years = tuple((use.year, use.budget) for use in plan.years if use.year is not None and use.budget is not None)
    together = next((use.budget for use in plan.years if use.year is None), None)
    return Budgets(years, together, plan.budget_factor)


def _amount(given: object) -> float:
    try:
        number = float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or number < 0:
        _refuse(given, _("is not a budget"), _("Give a factor such as 0.8, an amount, or 2027=80000000."))
    return number


def _year(given: int | str) -> int:
    text = str(given)
    if not (text.isascii() and text.isdigit() and 2000 <= int(text) <= 2100):
        _refuse(given, _("is not a fiscal year"), _("Write a budget as 2027=80000000."))
    return int(text)


def _refuse(value: object, rule: str, remedy: str) -> None:
    raise InputError([Complaint(rule, remedy, place="budget", value=str(value))])


@dataclass(frozen=True)
class Limit:
    """One limit of a program: the budget of a year (None: of all together), or the people of a department in a
    period."""

    year: int | None = None
    department: str | None = None
    period: int | None = None

    @property
    def is_staff(self) -> bool:
        return self.department is not None


def limits_of(company: Company, budgets: Budgets) -> list[tuple[Limit, float]]:
    """All limits and their sizes, budgets first."""
    years = [(Limit(year=year), amount) for year, amount in budgets.years]
    together = [] if budgets.together is None else [(Limit(), budgets.together)]
    staff = [
        (Limit(department=department, period=period), people.number)
        for department, people in company.staff.items()
        for period in range(company.periods)
    ]
    return [*years, *together, *staff]


def uses_of(
    company: Company,
    initiatives: Sequence[Initiative],
    columns: Sequence[Column],
    limits: Sequence[Limit],
    costs: Floats,
    needed: Floats,
) -> Floats:
    """What each column takes of each limit, (columns, limits).

    Args:
        costs: expected, before tax, by column and period; needed: the share of the draws in which it occupies its
        people.
    """
    year_of = np.array([company.fiscal_year(period) for period in range(company.periods)])
    uses = np.zeros((len(columns), len(limits)))
    for place, limit in enumerate(limits):
        if limit.department is not None:
            uses[:, place] = _people(initiatives, columns, limit.department) * needed[:, limit.period]
        else:
            within = year_of == limit.year if limit.year is not None else np.ones(len(year_of), dtype=bool)
            uses[:, place] = costs[:, within].sum(axis=1)
    return uses


def _people(initiatives: Sequence[Initiative], columns: Sequence[Column], department: str) -> Floats:
    return np.array([people_of(initiatives[column.initiative], department) for column in columns])


def people_of(initiative: Initiative, department: str) -> float:
    """How many people of a department an initiative needs in each period."""
    wanted = same_name(department)
    return sum(count.number for name, count in initiative.staff.items() if same_name(name) == wanted)
