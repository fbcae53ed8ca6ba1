"""Expected lines, with initiatives and without → the lines of the cash-flow statement."""

from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
import numpy.typing as npt

from prioritizer.domain.cash_flow_statement import SUMS, LineKey
from prioritizer.domain.company import Company, TerminalValue
from prioritizer.engine.counterfactual import Split
from prioritizer.engine.valuation import discount_factors

Floats = npt.NDArray[np.float64]

DUST = 1e-12  # of what a line is part of: less than that is what rounding leaves of nothing


@dataclass(frozen=True)
class Amounts:
    """A line by period, first with and then without the initiatives, (2, periods), and its present value, (2,).

    A line that falls in no period has (2, 0).
    """

    periods: Floats
    worth: Floats

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(self.periods + other.periods, self.worth + other.worth)


def every_line(company: Company, found: Split) -> dict[LineKey, Amounts]:
    """The lines, those that are sums too."""
    factors = discount_factors(
        company.discount_rate.real, company.periods, company.periods_per_year, company.timing.value
    )
    made = {key: Amounts(periods, periods @ factors) for key, periods in _before_tax(found).items()}

    def summed(key: LineKey) -> Amounts:
        return reduce(add, (made[part] for part in SUMS[key]))

    for key in (LineKey.MARGIN, LineKey.ACQUISITION, LineKey.SERVICE_CASHABLE, LineKey.BEFORE_TAX):
        made[key] = summed(key)
    rate = company.tax_rate.number
    made[LineKey.TAX] = Amounts(-rate * made[LineKey.BEFORE_TAX].periods, -rate * made[LineKey.BEFORE_TAX].worth)
    made[LineKey.CASH_FLOW] = after_tax = summed(LineKey.CASH_FLOW)
    made[LineKey.DISCOUNTED] = Amounts(after_tax.periods * factors, after_tax.worth)
    profit = np.array([found.baseline + found.profit, found.baseline])
    has_run_off = company.terminal_value is not TerminalValue.NONE
    run_off = profit - after_tax.worth if has_run_off else np.zeros(2)
    made[LineKey.RUN_OFF] = Amounts(np.zeros((2, 0)), run_off)
    made[LineKey.PROFIT] = Amounts(np.zeros((2, 0)), after_tax.worth + run_off)
    return made


def _before_tax(found: Split) -> dict[LineKey, Floats]:
    """The lines before tax that are no sums of others, each (2, periods)."""

    def both(name: str) -> Floats:
        return np.array([getattr(lines, name).sum(axis=0) for lines in (found.lines, found.baseline_lines)])

    margin, acquisition = both("margin"), both("acquisition")
    uplift = _without_dust(margin - np.array([found.margin_today, margin[1]]), margin)
    referred = _without_dust(margin - uplift - np.array(found.margin_unsaid), margin)
    saved = _without_dust(np.array(found.acquisition_unsaid) - acquisition, acquisition)
    return {
        LineKey.MARGIN_RETAINED: margin - uplift - referred,
        LineKey.MARGIN_REFERRED: referred,
        LineKey.SPEND_UPLIFT: uplift,
        LineKey.REFERRALS: saved,
        LineKey.ACQUISITION_OTHER: -acquisition - saved,
        LineKey.SERVICE: -both("service"),
        LineKey.NOT_CASHABLE: -_without_dust(both("uncashed"), both("service")),
        LineKey.COSTS: -np.array([found.lines.own_cost, found.baseline_lines.own_cost]),
    }


def _without_dust(part: Floats, whole: Floats) -> Floats:
    """What rounding leaves of nothing is nothing."""
    return np.where(np.abs(part) <= DUST * np.abs(whole).max(initial=0.0), 0.0, part)
