"""The finance workbook: the model as formulas, with what only the draws tell as values beside them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from prioritizer.domain.assumptions import all_numbers
from prioritizer.domain.company import Company
from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.plans import Plan
from prioritizer.domain.quantity import Kind, Quantity
from prioritizer.domain.results import Ranking
from prioritizer.domain.scenarios import Scenario
from prioritizer.engine.sampling import means, values
from prioritizer.engine.valuation import irr
from prioritizer.export.live.given import Spread
from prioritizer.language import _
from prioritizer.services.answers import answer
from prioritizer.services.cases import Case, as_scenario
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.inputs import RANGE, input_names, period_word
from prioritizer.services.planner import Planner
from prioritizer.services.plans import plan_of
from prioritizer.services.reporting import file_name


class File(NamedTuple):
    """A file as it is handed out: a name of its own for every run, and what is in it."""

    name: str
    content: bytes


def workbook(
    case: Case,
    on: date,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    threads: int | None = None,
) -> File:
    """The finance workbook of a scenario, with the plan within its budgets. `case` as for `rank`.

    Raises InputError where what is given does not fit together; every complaint at once.
    """
    evaluation = evaluate(as_scenario(case), draws=draws, seed=seed, threads=threads)
    planner = Planner(evaluation.scenario, evaluation.run, evaluation.inputs, threads)
    return File(workbook_name(evaluation.ranking), workbook_with_plan(evaluation, planner, on))


def workbook_name(ranking: Ranking) -> str:
    """A name for the workbook of a run, another one for every run."""
    return file_name(ranking, "workbook.xlsx").replace(".workbook", "-workbook")


def workbook_with_plan(evaluation: Evaluation, planner: Planner, on: date, head: str = "", draft: bool = True) -> bytes:
    """The workbook of a list, with what its planner would fund; see `workbook_of`."""
    plan = plan_of(planner, solved_draws=0)
    return workbook_of(evaluation.scenario, evaluation.ranking, plan, on, head, draft)


def workbook_of(
    scenario: Scenario, ranking: Ranking, plan: Plan | None, on: date, head: str = "", draft: bool = True
) -> bytes:
    """The workbook of a list that is known already; equal arguments give equal bytes.

    Args:
        plan: what is planned within the budgets; None where nothing can be.
        head: the last hash of the history of the workspace that the list is from; empty where it is from files.
        draft: whether the list has not been published.
    """
    from prioritizer.export.live.book import Contents, live_workbook  # only here: it loads the writer of workbooks

    company, initiatives = scenario.company, scenario.initiatives
    numbers = all_numbers(company, initiatives)
    contents = Contents(
        company=company,
        initiatives=initiatives,
        ranking=ranking,
        rate_of=_rate_of(company),
        plan=plan if plan is not None and plan.feasible else None,
        means=means(numbers),
        names=input_names(company, initiatives),
        spreads=_spreads(company, numbers),
        answer=answer(ranking),
        conventions=conventions(company),
        head=head,
        draft=draft,
    )
    return live_workbook(contents, on)


def conventions(company: Company) -> tuple[tuple[str, str], ...]:
    """How figures are to be read: each convention with what it is called."""
    return (
        (_("Money"), _("{currency}, in prices of the first period").format(currency=company.currency)),
        (_("Profit"), _("net present value at the decision, after tax, with the initiative less without it")),
        (_("Discount rate"), _("real, per year; inflation is taken out of it, not put into the amounts")),
        (_("Tax"), _("losses earn relief at once; everything is expensed when it is paid")),
        (
            _("Alone"),
            _("probability of success × with success + the rest × without; each initiative added to today's base"),
        ),
        (_("Together"), _("every intensity times the probability of success; overlaps counted once")),
        (
            _("Inputs"),
            _("shaded cells; uncertain numbers stand at their means after clipping, and whatever follows is a formula"),
        ),
        (
            _("Simulated figures"),
            _("shaded values: they come from the run named above and do not recompute"),
        ),
        (
            _("Period"),
            _("a {period}; customers are served and billed from its start and leave or join at its end").format(
                period=period_word(company)
            ),
        ),
    )


def _rate_of(company: Company) -> Callable[[Sequence[float]], float | None]:
    """The internal rate of return of a cash flow, per year."""

    def rate_of(flow: Sequence[float]) -> float | None:
        return irr(flow, company.periods_per_year)

    return rate_of


def _spreads(company: Company, numbers: Mapping[str, Quantity]) -> dict[str, Spread]:
    """The 90 % range and the unit of every number."""
    return {place: _spread(company, quantity) for place, quantity in numbers.items()}


def _spread(company: Company, quantity: Quantity) -> Spread:
    unit = {
        Kind.SHARE: _("share"),
        Kind.SIGNED_SHARE: _("share per period"),
        Kind.CHANGE: _("relative change"),
        Kind.GROWTH: _("share per period"),
        Kind.RATE: _("per customer and period"),
        Kind.AMOUNT: company.currency,
        Kind.COUNT: _("number"),
        Kind.PERIODS: _("periods"),
        Kind.FACTOR: _("factor"),
    }[quantity.kind]
    if quantity.is_fixed:
        return Spread(None, None, unit)
    low, high = (float(end) for end in values(quantity, np.asarray(RANGE)))
    return Spread(low, high, unit)
