"""The cash flow of an initiative or a portfolio, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
import numpy.typing as npt

from prioritizer.domain.cash_flow_statement import SUMS, CashFlowLine, CashFlowStatement, LineKey, Sides
from prioritizer.domain.company import Company, TerminalValue
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.plans import Plan
from prioritizer.domain.results import Run
from prioritizer.engine.counterfactual import Split, likely_inputs, split
from prioritizer.engine.levers import Inputs
from prioritizer.engine.valuation import discount_factors
from prioritizer.language import _
from prioritizer.services.cash_flow_behind import behind
from prioritizer.services.cash_flow_words import line_meanings, line_names
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.planner import Planner
from prioritizer.services.plans import initiatives_funded

Floats = npt.NDArray[np.float64]
DUST = 1e-9  # of the margin or the acquisition cost: less than that is what rounding leaves of nothing


def statement(evaluation: Evaluation, id_: str, threads: int | None = None) -> CashFlowStatement:
    """The statement of one initiative of a list, alone; there must be one with this id."""
    one = evaluation.initiative(id_)
    return _statement(evaluation.scenario.company, evaluation.run, evaluation.inputs, (one,), one.name, threads, id_)


def statement_of_worth_doing(evaluation: Evaluation, threads: int | None = None) -> CashFlowStatement:
    """The statement of what is worth doing, together."""
    members = tuple(one for one in evaluation.scenario.initiatives if one.id in evaluation.worth_doing)
    company, name = evaluation.scenario.company, _("what is worth doing")
    return _statement(company, evaluation.run, evaluation.inputs, members, name, threads)


def statement_of_plan(planner: Planner, plan: Plan) -> CashFlowStatement:
    """The statement of what a plan would fund, each at the start that the plan gives it."""
    members = initiatives_funded(planner, plan)
    inputs = None if planner.run.point else planner.inputs
    return _statement(planner.company, planner.run, inputs, members, _("what is planned"), planner.threads)


def _statement(
    company: Company,
    run: Run,
    inputs: Inputs | None,
    members: Sequence[Initiative],
    name: str,
    threads: int | None,
    id_: str | None = None,
) -> CashFlowStatement:
    found = _every_line(company, split(likely_inputs(company, members, inputs), threads))
    years = tuple(company.fiscal_year_name(company.fiscal_year(period)) for period in range(company.periods))
    names, meanings = line_names(), line_meanings()
    return CashFlowStatement(
        run=run,
        id=id_,
        name=name,
        initiatives=tuple(one.id for one in members),
        periods=tuple(company.period_name(period) for period in range(company.periods)),
        years=tuple(dict.fromkeys(years)),
        year_of_period=years,
        lines=tuple(
            _line(key, names[key], meanings[key], found[key], years, behind(company, members, key)) for key in LineKey
        ),
    )


@dataclass(frozen=True)
class _Amounts:
    """A line by period, first with and then without the initiatives, (2, periods), and its present value, (2,).

    A line that falls in no period has (2, 0).
    """

    periods: Floats
    worth: Floats

    def __add__(self, other: "_Amounts") -> "_Amounts":
        return _Amounts(self.periods + other.periods, self.worth + other.worth)


def _every_line(company: Company, found: Split) -> dict[LineKey, _Amounts]:
    """The lines, those that are sums too."""
    factors = discount_factors(
        company.discount_rate.real, company.periods, company.periods_per_year, company.timing.value
    )
    made = {key: _Amounts(periods, periods @ factors) for key, periods in _before_tax(found).items()}

    def summed(key: LineKey) -> _Amounts:
        return reduce(add, (made[part] for part in SUMS[key]))

    for key in (LineKey.MARGIN, LineKey.ACQUISITION, LineKey.SERVICE_CASHABLE, LineKey.BEFORE_TAX):
        made[key] = summed(key)
    rate = company.tax_rate.number
    made[LineKey.TAX] = _Amounts(-rate * made[LineKey.BEFORE_TAX].periods, -rate * made[LineKey.BEFORE_TAX].worth)
    made[LineKey.CASH_FLOW] = after_tax = summed(LineKey.CASH_FLOW)
    made[LineKey.DISCOUNTED] = _Amounts(after_tax.periods * factors, after_tax.worth)
    profit = np.array([found.baseline + found.profit, found.baseline])
    has_run_off = company.terminal_value is not TerminalValue.NONE
    run_off = profit - after_tax.worth if has_run_off else np.zeros(2)
    made[LineKey.RUN_OFF] = _Amounts(np.zeros((2, 0)), run_off)
    made[LineKey.PROFIT] = _Amounts(np.zeros((2, 0)), after_tax.worth + run_off)
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
        LineKey.NOT_CASHABLE: -both("uncashed"),
        LineKey.COSTS: -np.array([found.lines.own_cost, found.baseline_lines.own_cost]),
    }


def _without_dust(part: Floats, whole: Floats) -> Floats:
    """What rounding leaves of nothing is nothing."""
    return np.where(np.abs(part) <= DUST * np.abs(whole).max(initial=0.0), 0.0, part)


def _line(
    key: LineKey, name: str, meaning: str, amounts: _Amounts, years: tuple[str, ...], places: tuple[str, ...]
) -> CashFlowLine:
    dated = amounts.periods.shape[1] > 0
    of_year = np.array(years)
    return CashFlowLine(
        key=key,
        name=name,
        meaning=meaning,
        periods=tuple(map(_sides, amounts.periods.T)),
        years=tuple(
            _sides(amounts.periods[:, of_year == year].sum(axis=1)) for year in (dict.fromkeys(years) if dated else ())
        ),
        total=_sides(amounts.periods.sum(axis=1)) if dated else None,
        present_value=_sides(amounts.worth),
        behind=places,
    )


def _sides(cell: Floats) -> Sides:
    with_it, without = map(float, cell)
    return Sides(with_it=with_it, without=without, difference=with_it - without)
