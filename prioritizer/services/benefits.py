"""What does an initiative bring? Money and customers by fiscal year, and where the profit comes from."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from prioritizer.domain.company import Company
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.results import Projected, Worth
from prioritizer.language import _

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class YearOfMoney:
    """Money of a fiscal year after tax, undiscounted: what comes in apart from costs, and what it costs (positive)."""

    year: str
    benefits: float
    costs: float


@dataclass(frozen=True)
class YearOfCustomers:
    """Customers more or fewer than without the initiative: who did not leave in the year, who is there at its end."""

    year: str
    kept: float
    promoters: float
    passives: float
    detractors: float


@dataclass(frozen=True)
class YearOfBudget:
    """What a selection would cost in a fiscal year before tax, beside what is under way already; `left` of the budget.

    `budget` and `left` are None where the year has no budget; `left` is negative where it does not suffice.
    """

    year: str
    cost: float
    under_way: float
    budget: float | None

    @property
    def left(self) -> float | None:
        return None if self.budget is None else self.budget - self.cost - self.under_way


def budgets_by_year(company: Company, chosen: Worth | None, under_way: Worth | None = None) -> tuple[YearOfBudget, ...]:
    """The years that have a budget, and those in which a selection or what is under way costs anything."""
    costs, others = (cost_by_year(company, worth) if worth else {} for worth in (chosen, under_way))
    budgets = {int(year): budget.number for year, budget in company.budget.items()}
    spent = {year for year, cost in (*costs.items(), *others.items()) if cost}
    return tuple(
        YearOfBudget(company.fiscal_year_name(year), costs.get(year, 0.0), others.get(year, 0.0), budgets.get(year))
        for year in sorted({*budgets, *spent})
    )


def money_by_year(company: Company, worth: Worth) -> tuple[YearOfMoney, ...]:
    """Benefits and costs by fiscal year; together they are the expected cash flow."""
    kept = 1 - company.tax_rate.number
    costs = np.array(worth.costs) * kept
    benefits = np.array(worth.cash_flow) + costs
    years = _years(company, len(costs))
    return tuple(
        YearOfMoney(
            company.fiscal_year_name(year), float(benefits[years == year].sum()), float(costs[years == year].sum())
        )
        for year in dict.fromkeys(years.tolist())
    )


def cost_by_year(company: Company, worth: Worth) -> dict[int, float]:
    """Cost before tax by fiscal year, as budgets count it."""
    costs, years = np.array(worth.costs), _years(company, len(worth.costs))
    return {year: float(costs[years == year].sum()) for year in dict.fromkeys(years.tolist())}


def payback_year(company: Company, worth: Worth) -> str | None:
    """The fiscal year of the first period from whose end on the summed cash flow never falls below zero, or None."""
    below = np.flatnonzero(np.cumsum(worth.cash_flow) < 0)
    back = int(below[-1]) + 1 if below.size else 0
    return None if back >= company.periods else company.fiscal_year_name(company.fiscal_year(back))


def customers_by_year(company: Company, with_: Projected, without: Projected) -> tuple[YearOfCustomers, ...]:
    """How many customers more or fewer than without it, by fiscal year."""
    kept = np.array(without.lost) - np.array(with_.lost)
    more = _by_segment(with_) - _by_segment(without)
    years = _years(company, company.periods)
    return tuple(
        YearOfCustomers(
            company.fiscal_year_name(year),
            float(kept[years == year].sum()),
            *map(float, more[np.flatnonzero(years == year)[-1] + 1]),
        )
        for year in dict.fromkeys(years.tolist())
    )


def _by_segment(projected: Projected) -> Floats:
    """Customers of all groups at the start of each period and at the end, by segment."""
    return sum(np.array([getattr(group, s.value) for s in SEGMENTS]).T for group in projected.groups)  # type: ignore[return-value]


def _years(company: Company, periods: int) -> npt.NDArray[np.int64]:
    return np.array([company.fiscal_year(period) for period in range(periods)])


def sources_in_words(worth: Worth) -> list[tuple[str, float]]:
    """Where the profit comes from, line by line; the lines that are zero are left out."""
    sources = worth.sources
    lines = [
        (_("Margin from customers"), sources.margin),
        (_("Service cost"), sources.service),
        (_("… of it not paid out"), sources.uncashed),
        (_("Cost of winning customers"), sources.acquisition),
        (_("Customers at the end"), sources.run_off),
        (_("What it costs"), sources.costs),
    ]
    return [(name, amount) for name, amount in lines if amount != 0]
