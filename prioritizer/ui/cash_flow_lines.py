"""The cash flow line by line: a folded part with a table by fiscal year or by period."""

from collections.abc import Callable

import streamlit as st

from prioritizer.domain.cash_flow_statement import CashFlowLine, CashFlowStatement, Sides
from prioritizer.domain.plans import Plan
from prioritizer.language import _, asked_for, ngettext
from prioritizer.services.cash_flow_statement import lines_to_show, statement, statement_of_plan
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.planner import Planner
from prioritizer.services.reporting import as_csv, cash_flow_file_name
from prioritizer.ui import behind
from prioritizer.ui.charts.amounts import Amounts
from prioritizer.ui.markup import Element, bare_table, element, show
from prioritizer.ui.planned import Planned
from prioritizer.words import sign

DIFFERENCE, WITH, WITHOUT = "difference", "with_it", "without"
YEARS, PERIODS = "years", "periods"


def show_initiative(evaluation: Evaluation, id_: str) -> None:
    """That of one initiative."""
    _folded(lambda: _of_initiative(evaluation.run.id, asked_for(), id_, evaluation), "initiative")


def show_portfolio(plan: Plan, found: Planned) -> None:
    """That of what a plan would fund, together."""
    if not plan.funded:
        return
    starts = tuple((one.id, one.start) for one in plan.funded)
    _folded(lambda: _of_plan(plan.run.id, asked_for(), starts, found.planner, plan), "portfolio")


@st.cache_resource(max_entries=16, show_spinner=False)
def _of_initiative(run: str, language: str, id_: str, _evaluation: Evaluation) -> CashFlowStatement:
    return statement(_evaluation, id_)


@st.cache_resource(max_entries=4, show_spinner=False)
def _of_plan(
    run: str, language: str, starts: tuple[tuple[str, int], ...], _planner: Planner, _plan: Plan
) -> CashFlowStatement:
    return statement_of_plan(_planner, _plan)  # no search: it need not wait for one that goes on


def _folded(made: Callable[[], CashFlowStatement], key: str) -> None:
    """Computed when it is opened."""
    with st.expander(_("Cash flow, line by line"), key=f"cash-flow-{key}", on_change="rerun") as part:
        if part.open:
            _opened(made(), key)


def _opened(found: CashFlowStatement, key: str) -> None:
    sides = {DIFFERENCE: _("Difference"), WITH: _("With"), WITHOUT: _("Without")}
    steps = {YEARS: _("Fiscal years"), PERIODS: _("Periods")}
    with st.container(horizontal=True, gap="small", key=f"cash-flow-{key}-controls"):
        side = _choice(_("Which amounts"), sides, f"cash-flow-{key}-side")
        step = _choice(_("By"), steps, f"cash-flow-{key}-step")
    shown = [cell for line in lines_to_show(found) for cell in (line.years if step == YEARS else line.periods)]
    amounts = Amounts.of((getattr(cell, side) for cell in shown), sign(found.run.currency))
    show(
        element("p", _said(found, side, amounts.unit), class_="chart-subtitle"),
        _table(found, side, step, amounts),
    )
    st.download_button(
        _("CSV, by period"),
        lambda: as_csv(found, index=False),
        cash_flow_file_name(found),
        "text/csv",
        key=f"cash-flow-{key}-csv",
        on_click="ignore",
        help=_("Every line with, without and the difference, in full"),
        type="tertiary",
    )


def _choice(label: str, words: dict[str, str], key: str) -> str:
    chosen = st.segmented_control(
        label,
        list(words),
        format_func=words.__getitem__,
        key=key,
        default=next(iter(words)),
        required=True,
        label_visibility="collapsed",
    )
    return chosen or next(iter(words))


def _said(found: CashFlowStatement, side: str, unit: str) -> str:
    said = {
        DIFFERENCE: _("{unit}: the company with it less the company without it, expected; what comes in is positive."),
        WITH: _("{unit}: the whole company with it, expected; what comes in is positive."),
        WITHOUT: _("{unit}: the whole company without it, expected; what comes in is positive."),
    }[side]
    more = _("Present values of lines before tax are before tax. A line opens into what it is and what it rests on.")
    return f"{said.format(unit=unit)} {more}"


def _table(found: CashFlowStatement, side: str, step: str, amounts: Amounts) -> Element:
    title = _("Cash flow, line by line")
    dates = found.years if step == YEARS else found.periods
    headings = (_("Line"), *dates, _("all together"), _("present value"))

    def cell(sides: Sides | None, line: CashFlowLine) -> Element | None:
        if sides is None:
            return None
        amount = getattr(sides, side)
        text = amounts.figure(amount) if amount else "0"
        return element("span", text, title=amounts.in_full(amount), class_=_weight(line))

    rows = []
    for line in lines_to_show(found):
        dated = (line.years if step == YEARS else line.periods) or [None] * len(dates)
        rows.append([_name(found, line), *(cell(one, line) for one in (*dated, line.total, line.present_value))])
    made = bare_table(headings, rows, title)
    return element("div", made, class_="scrolls statement", tabindex="0", role="region", aria_label=title)


def _weight(line: CashFlowLine) -> str | None:
    return "sum" if line.is_sum else None


def _name(found: CashFlowStatement, line: CashFlowLine) -> Element:
    """The name of a line, which opens into what it is and the way to its assumptions."""
    address = behind.address(found, line)
    text = ngettext("{n} assumption behind it", "{n} assumptions behind it", len(line.behind)).format(
        n=len(line.behind)
    )
    way = element("a", text, href=address) if address else text
    return element(
        "details",
        element("summary", line.name, class_=_weight(line)),
        element("p", line.meaning),
        element("p", way if line.behind else _("Nothing moves it here.")),
        class_="line",
    )
