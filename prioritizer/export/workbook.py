"""The priority list as an Excel workbook to forward, print and check: its values, and what each of them means."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from prioritizer.domain.company import Policy
from prioritizer.domain.results import Ranking, Run, Worth
from prioritizer.errors import shorten
from prioritizer.export.sheets import Column, Form, Formula, Heading, Table, Value, workbook_of
from prioritizer.language import _

PERIODS_ON_A_PAGE = 13  # three years of quarters and the sum
LONGEST_UNIT = 10


@dataclass(frozen=True)
class Figure:
    """A column of the list: where its value comes from, and what the notes say about it.

    `alone` marks what only a single initiative has, and not several together.
    """

    heading: str
    form: Form
    of: Callable[[Any], Value]
    meaning: str
    formula: str = ""
    unit: str = ""
    alone: bool = False

    @property
    def column(self) -> Column:
        """The column; money with its currency, unless that is too long a name to stand in every heading."""
        named = self.form is Form.MONEY and len(self.unit) <= LONGEST_UNIT
        return Column(f"{self.heading}, {self.unit}" if named else self.heading, self.form)


def ranking_workbook(ranking: Ranking, answer: str, on: date, head: str = "") -> bytes:
    """The list, the cash flows, where the profit comes from, and notes; equal arguments give equal bytes.

    Args:
        answer: the sentence that stands above the list.
        on: the date that the workbook carries.
        head: the last hash of the history of the workspace that the list is from; empty where it is from files.

    Raises:
        ValueError: a figure of the ranking is not a number, or infinite.
    """
    run = ranking.run
    properties = {
        "title": _("Priority list"),
        "subject": shorten(_("scenario {scenario}").format(scenario=run.scenario)),
        "company": shorten(run.company),
        "comments": _("Run {id}").format(id=run.id),
    }
    tables = [
        _list(ranking, answer, on),
        _cash_flow(ranking),
        _sources(ranking),
        _notes(ranking, on, head),
    ]
    return workbook_of(tables, properties, _("Run {id}").format(id=run.id), on)


def _list(ranking: Ranking, answer: str, on: date) -> Table:
    figures = _figures(ranking)
    return Table(
        name=_("Priority list"),
        title=answer,
        note=f"{_run_line(ranking.run, on)} {_money_line(ranking)}",
        columns=tuple(figure.column for figure in figures),
        rows=tuple(tuple(figure.of(row) for figure in figures) for row in ranking.initiatives),
        totals=tuple(
            (None, label, *(None if figure.alone else figure.of(worth) for figure in figures[2:]))
            for label, worth in _together(ranking)
        ),
    )


def _cash_flow(ranking: Ranking) -> Table:
    money = [Column(period, Form.MONEY) for period in (*ranking.periods, _("Sum"))]

    def flows(worth: Worth) -> tuple[Value, ...]:
        return (*worth.cash_flow, _sum_of_row(2, worth.cash_flow))

    note = _("Expected and after tax, not discounted. Each initiative is added alone to today's base.")
    return Table(
        name=_("Cash flow"),
        title=_("The cash flow that each initiative adds, period by period"),
        note=f"{note} {_money_line(ranking)}",
        columns=(*_who(), *money),
        rows=tuple((row.rank, row.name, *flows(row)) for row in ranking.initiatives),
        totals=tuple((None, label, *flows(worth)) for label, worth in _together(ranking)),
        pages=math.ceil((len(ranking.periods) + 1) / PERIODS_ON_A_PAGE),
    )


def _sources(ranking: Ranking) -> Table:
    lines = _lines()
    headings = [line for _key, line, _meaning in lines]
    last = len(lines) + 2

    def worths(worth: Worth) -> tuple[Value, ...]:
        amounts = [getattr(worth.sources, key) for key, _line, _meaning in lines]
        check = f"=ROUND(SUM({_cell(2)}:{_cell(last - 1)})-{_cell(last)},2)"
        return (*amounts, worth.npv.mean, Formula(check, round(sum(amounts) - worth.npv.mean, 2)))

    return Table(
        name=_("Where profit comes from"),
        title=_("Where the projected profit of each initiative comes from"),
        note=_("Present values after tax, which sum to the projected profit.") + f" {_money_line(ranking)}",
        columns=(
            *_who(),
            *(Column(heading, Form.MONEY) for heading in (*headings, _("Projected profit"))),
            Column(_("Check: sum less profit"), Form.CENTS),
        ),
        rows=tuple((row.rank, row.name, *worths(row)) for row in ranking.initiatives),
        totals=tuple((None, label, *worths(worth)) for label, worth in _together(ranking)),
    )


def _notes(ranking: Ranking, on: date, head: str) -> Table:
    figures, lines, list_, sources = _figures(ranking), _lines(), _("Priority list"), _("Where profit comes from")
    columns_of = _("The columns of “{sheet}”")
    rows = [
        (Heading(_("This list")),),
        *_about(ranking, on),
        *([(_("Head of the history"), head)] if head else []),
        (Heading(columns_of.format(sheet=list_)),),
        *((figure.heading, figure.meaning, figure.unit, figure.formula) for figure in figures),
        (Heading(columns_of.format(sheet=sources)),),
        *((heading, meaning, shorten(ranking.run.currency)) for _key, heading, meaning in lines),
        *_without_rate(ranking),
    ]
    headings = ((_("Figure"), 30), (_("What it means"), 75), (_("Unit"), 20), (_("How it is computed"), 60))
    return Table(
        name=_("Notes"),
        title=_("What the figures mean"),
        note=_("The model is described in full in docs/model.md of Prioritizer."),
        columns=tuple(Column(heading, Form.TEXT, widest) for heading, widest in headings),
        rows=tuple(tuple(text or None for text in (*row, *[None] * (len(headings) - len(row)))) for row in rows),
        pinned=0,
        filtered=False,
    )


def _without_rate(ranking: Ranking) -> list[tuple[str, ...]]:
    """Why some initiatives have no IRR, under a heading."""
    reasons = [(row.name, row.irr_reason) for row in ranking.initiatives if row.irr is None and row.irr_reason]
    return [(Heading(_("Why there is no IRR")),), *reasons] if reasons else []


def _who() -> tuple[Column, Column]:
    return Column(_("Rank"), Form.WHOLE), Column(_("Initiative"), Form.TEXT)


def _together(ranking: Ranking) -> list[tuple[str, Worth]]:
    """What several initiatives at once add: those worth doing, and all; nothing where it would be a single one."""
    several = [
        (len(ranking.worth_doing), _("The {count} worth doing, together"), ranking.worth_doing_together),
        (len(ranking.initiatives), _("All {count} together"), ranking.joint),
    ]
    return [(label.format(count=count), worth) for count, label, worth in several if count > 1]


def _sum_of_row(first: int, amounts: Sequence[float]) -> Formula:
    return Formula(f"=SUM({_cell(first)}:{_cell(first + len(amounts) - 1)})", sum(amounts))


def _cell(column: int) -> str:
    """The cell in a column, counted from 0, of a formula's own row."""
    from xlsxwriter.utility import xl_col_to_name

    return xl_col_to_name(column) + "{row}"


def _run_line(run: Run, on: date) -> str:
    return _("Run {id} · {company} · scenario {scenario} · model version {model} · {how} · {date}.").format(
        id=run.id,
        company=run.company,
        scenario=run.scenario,
        model=run.model_version,
        how=_how(run),
        date=on.isoformat(),
    )


def _how(run: Run) -> str:
    if run.point:
        return _("every number at its mean")
    return _("{draws} draws, seed {seed}").format(draws=f"{run.draws:,}", seed=run.seed)


def _money_line(ranking: Ranking) -> str:
    return _("Money in {currency}, in prices of {period}.").format(
        currency=ranking.run.currency, period=ranking.periods[0]
    )


def _figures(ranking: Ranking) -> list[Figure]:
    """The columns of the list, in their order."""
    money = shorten(ranking.run.currency)
    a_year, years = _("per year"), _("years")
    return [
        Figure(
            _("Rank"),
            Form.WHOLE,
            lambda row: row.rank,
            _("The place on the list by projected profit. Sorting and filtering do not change it."),
            alone=True,
        ),
        Figure(_("Initiative"), Form.TEXT, lambda row: row.name, _("What the department proposes to do."), alone=True),
        Figure(
            _("Department"), Form.TEXT, lambda row: row.department, _("Who proposes it and answers for it."), alone=True
        ),
        Figure(
            _("Projected profit"),
            Form.MONEY,
            lambda worth: worth.npv.mean,
            _(
                "What the initiative adds to the company's worth, after tax, compared with the same company without it "
                "(incremental net present value)."
            ),
            _("Cash flow with the initiative less cash flow without it, discounted and summed; mean over all draws."),
            money,
        ),
        Figure(
            _("90 %: from"),
            Form.MONEY,
            lambda worth: worth.npv.p5,
            _("In 5 of 100 draws the projected profit is lower than this."),
            _("The 5th percentile of the projected profit."),
            money,
        ),
        Figure(
            _("90 %: to"),
            Form.MONEY,
            lambda worth: worth.npv.p95,
            _("In 5 of 100 draws the projected profit is higher than this."),
            _("The 95th percentile of the projected profit."),
            money,
        ),
        Figure(
            _("Chance of a loss"),
            Form.TENTHS,
            lambda worth: worth.probability_of_loss,
            _("How often the initiative costs more than it brings."),
            _("Draws with a projected profit below zero ÷ all draws."),
        ),
        Figure(
            _("ROI"),
            Form.PERCENT,
            lambda worth: worth.roi,
            _("What each unit of money spent brings beyond itself (return on investment)."),
            _("(PV of benefits − PV of costs) ÷ PV of costs. Empty where there are no costs."),
        ),
        Figure(
            _("IRR, real"),
            Form.TENTHS,
            lambda worth: worth.irr,
            _("The return per year above inflation. Empty where there is no such rate, or more than one."),
            _("The discount rate at which the expected cash flow is worth nothing (internal rate of return)."),
            a_year,
        ),
        Figure(
            _("Payback, years"),
            Form.YEARS,
            lambda worth: worth.payback_years,
            _("How long after the decision all that was spent has come back, for good. Empty where it never does."),
            _("The date from which the summed expected cash flow never again falls below zero."),
            years,
        ),
        Figure(
            _("Discounted payback, years"),
            Form.YEARS,
            lambda worth: worth.discounted_payback_years,
            _("The same with every flow discounted first."),
            _("As payback, of the discounted expected cash flow."),
            years,
        ),
        Figure(
            _("Cost"),
            Form.MONEY,
            lambda worth: worth.cost,
            _("All that the initiative costs, as a budget would count it: before tax, not discounted."),
            _("One-off costs + running costs + costs per customer touched, expected."),
            money,
        ),
        Figure(
            _("Peak funding"),
            Form.MONEY,
            lambda worth: worth.peak_funding,
            _("The most money that is out at any time before it comes back."),
            _("The lowest point of the summed expected cash flow, after tax, not discounted."),
            money,
        ),
        Figure(
            _("PV of costs"),
            Form.MONEY,
            lambda worth: worth.pv_costs,
            _("What the initiative's own costs are worth at the decision, after tax (present value)."),
            _("Expected own costs, discounted and summed, less tax."),
            money,
        ),
        Figure(
            _("PV of benefits"),
            Form.MONEY,
            lambda worth: worth.pv_benefits,
            _("What everything else that the initiative changes is worth at the decision, after tax (present value)."),
            _("Projected profit + PV of costs."),
            money,
        ),
        Figure(
            _("Profit under the other policy"),
            Form.MONEY,
            lambda worth: worth.npv_other_policy,
            _other_policy(ranking.run.policy),
            _("As projected profit, with the same draws."),
            money,
        ),
        Figure(
            _("Evidence grade"),
            Form.TEXT,
            lambda row: row.grade,
            _(
                "What the claim rests on: A a controlled experiment, B a pilot or a before–after comparison, "
                "C a published benchmark, D an opinion."
            ),
            alone=True,
        ),
        Figure(
            _("Start"),
            Form.TEXT,
            lambda row: ranking.periods[row.start],
            _("The period in which the initiative begins."),
            alone=True,
        ),
    ]


def _other_policy(policy: Policy) -> str:
    return {
        Policy.HOLD: _("The projected profit if customers were bought as planned. Empty where no plan is known."),
        Policy.PLAN: _("The projected profit if customers were bought to hold the base."),
    }[policy]


def _lines() -> list[tuple[str, str, str]]:
    """The lines through which profit comes: their key, their heading, and what they mean."""
    return [
        ("margin", _("Margin"), _("More or less margin on what customers pay.")),
        ("service", _("Service cost"), _("Service cost that falls away; below zero where it grows.")),
        (
            "acquisition",
            _("Acquisition cost"),
            _("Cost of winning customers that falls away, as fewer have to be replaced; below zero where it grows."),
        ),
        ("uncashed", _("Savings not cashed"), _("The part of freed service cost that nobody is paid less for.")),
        ("run_off", _("Run-off"), _("Worth of the customers who are left at the end, where the company counts it.")),
        ("costs", _("Own costs"), _("What the initiative itself costs.")),
    ]


def _about(ranking: Ranking, on: date) -> list[tuple[str, str]]:
    """The run, and the conventions that hold for every figure."""
    run = ranking.run
    return [
        (_("Company"), run.company),
        (_("Scenario"), run.scenario),
        (_("Run"), _("{id}: the same id stands for the same figures.").format(id=run.id)),
        (_("Date"), on.isoformat()),
        (_("Model version"), run.model_version),
        (_("Draws"), _how(run)),
        (_("Currency"), run.currency),
        (
            _("Prices"),
            _("Real: in prices of {period}, without inflation. Discount rate and IRR are real, too.").format(
                period=ranking.periods[0]
            ),
        ),
        (_("Acquisition policy in force"), _policy(run.policy)),
        (
            _("Each and together"),
            _(
                "Every initiative is valued alone, added to today's base. Together they share customers, so what they "
                "add together is not the sum of what each adds alone."
            ),
        ),
        (
            _("Worth doing"),
            _(
                "Those expected to earn more than they cost, and the mandatory ones; without what a better one "
                "excludes or what lacks a prerequisite. No budget limits them."
            ),
        ),
    ]


def _policy(policy: Policy) -> str:
    return {
        Policy.HOLD: _("Hold: as many customers are bought as keep the base at its target."),
        Policy.PLAN: _("Plan: a fixed number of customers is bought in each period."),
    }[policy]
