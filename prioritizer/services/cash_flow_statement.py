"""The cash flow of an initiative or a portfolio, line by line."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from prioritizer.domain.cash_flow_statement import SUMS, CashFlowLine, CashFlowStatement, LineKey, Sides
from prioritizer.domain.company import Company
from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.plans import Plan
from prioritizer.domain.results import Run
from prioritizer.engine.counterfactual import likely_inputs, split
from prioritizer.engine.levers import Inputs
from prioritizer.engine.statement import Amounts, every_line
from prioritizer.language import _
from prioritizer.services.cases import Case, as_scenario
from prioritizer.services.cash_flow_behind import behind
from prioritizer.services.cash_flow_words import line_meanings, line_names
from prioritizer.services.evaluation import Evaluation, draw_inputs
from prioritizer.services.explaining import require_initiative
from prioritizer.services.planner import Planner
from prioritizer.services.plans import initiatives_funded
from prioritizer.services.runs import checked_run, identify

Floats = npt.NDArray[np.float64]

READABLE = 1e-5  # of the largest amount: a smaller line is left out where people read
ALWAYS = frozenset({LineKey.BEFORE_TAX, LineKey.CASH_FLOW, LineKey.PROFIT})


def cash_flow_of(
    case: Case,
    id_: str,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    point: bool = False,
    threads: int | None = None,
) -> CashFlowStatement:
    """The statement of one initiative, alone. `case` as for `rank`.

    Raises InputError, and UnknownName where no initiative has this id.
    """
    scenario = as_scenario(case)
    require_initiative(scenario, id_)
    run = identify(scenario, *checked_run(draws, seed), point)
    inputs = None if point else draw_inputs(scenario, run)
    one = next(known for known in scenario.initiatives if known.id == id_)
    return _statement(scenario.company, run, inputs, (one,), one.name, threads, id_)


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


def lines_to_show(found: CashFlowStatement) -> tuple[CashFlowLine, ...]:
    """The lines that say something: without those too small to be read, and without sums of one line only."""
    largest = max(_size(line) for line in found.lines)
    some = {line.key for line in found.lines if _size(line) > READABLE * largest}

    def says_something(line: CashFlowLine) -> bool:
        return line.key in some and (
            line.key in ALWAYS or sum(part in some for part in SUMS.get(line.key, (0, 0))) != 1
        )

    return tuple(line for line in found.lines if says_something(line))


def _size(line: CashFlowLine) -> float:
    """The largest amount of a line that its initiatives bring or take."""
    return max(abs(cell.difference) for cell in (*line.years, line.present_value))


def _statement(
    company: Company,
    run: Run,
    inputs: Inputs | None,
    members: Sequence[Initiative],
    name: str,
    threads: int | None,
    id_: str | None = None,
) -> CashFlowStatement:
    found = every_line(company, split(likely_inputs(company, members, inputs), threads))
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


def _line(
    key: LineKey, name: str, meaning: str, amounts: Amounts, years: tuple[str, ...], places: tuple[str, ...]
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
