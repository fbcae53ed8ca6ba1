"""The priority list: the answer, the list, and beside it the initiative that was opened."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum

import streamlit as st

from prioritizer.domain.company import Policy
from prioritizer.domain.plans import Order as FundingOrder
from prioritizer.domain.plans import OrderedInitiative
from prioritizer.domain.process import Standing
from prioritizer.domain.results import RankedInitiative, Ranking
from prioritizer.errors import shorten
from prioritizer.language import _
from prioritizer.services.answers import answer, over_budget, what_it_counts
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.finance_workbook import workbook_name, workbook_with_plan
from prioritizer.services.meanings import Figure
from prioritizer.services.reasons import why_here
from prioritizer.services.reporting import file_name, list_as_csv, list_as_xlsx
from prioritizer.ui import session
from prioritizer.ui.boundary import guarded, show_trouble
from prioritizer.ui.explained import explained
from prioritizer.ui.foot import foot
from prioritizer.ui.markup import element, show
from prioritizer.ui.planned import known as planned_already
from prioritizer.ui.planned import planned
from prioritizer.ui.priority_table import Row, Table, list_columns, opened, priority_table
from prioritizer.ui.views import initiative, pilots, portfolio, voices
from prioritizer.words import chance, day, money, percent, sign

TABLE = "list"
ADDRESS = "initiative"


def view() -> None:
    """The page."""
    _page()


@st.fragment
@guarded
def _page() -> None:
    show_trouble()  # a click inside runs this part of the page only
    evaluation = session.evaluation()
    ranking = evaluation.ranking
    order = _order() if ranking.initiatives else Order.PROFIT
    if order is Order.PORTFOLIO and _chosen(ranking) is None:
        portfolio.portfolio(evaluation)
        return
    if order is Order.TESTS and _chosen(ranking) is None:
        pilots.tests_first(evaluation)
        return
    _say_answer(evaluation)
    if not ranking.initiatives:
        _say_empty()
        return
    known = session.opened()
    funding = planned(evaluation).order() if order is Order.FUNDING else None
    shown = _filtered(ranking, known.standings)
    chosen = _chosen(ranking)
    _say_if_unknown(ranking)
    if known.left_out:
        said = _("Not on the list, because what they require is not: {ids}.").format(ids=", ".join(known.left_out))
        show(element("p", said, class_="quiet", role="status"))
    with st.container(horizontal=True, key="pair", wrap=True, gap="medium"):
        with st.container(key="listbox", width="stretch"):
            if funding is None:
                _list(evaluation, shown, chosen, known.standings)
            else:
                _by_funding(evaluation, shown, chosen, known.standings, funding)
        if chosen is not None:
            with st.container(key="detail", width=380):
                initiative.panel(evaluation, chosen, on_close=_close)
                if session.here().is_workspace and not session.is_uploaded():
                    voices.voices(chosen.id)
    foot(ranking.run)


class Order(StrEnum):
    """How the initiatives are looked at; the words stand in the address."""

    PROFIT = "profit"
    FUNDING = "funding"
    PORTFOLIO = "portfolio"
    TESTS = "tests"

    @property
    def words(self) -> str:
        return {
            Order.PROFIT: _("By projected profit"),
            Order.FUNDING: _("By funding"),
            Order.PORTFOLIO: _("Portfolio"),
            Order.TESTS: _("Test before you fund"),
        }[self]


def _order() -> Order:
    """In which order the list is looked at, or the portfolio instead."""
    wanted = st.query_params.get("order", Order.PROFIT.value)
    known = Order(wanted) if wanted in tuple(Order) else Order.PROFIT
    if "order" not in st.session_state:
        st.session_state["order"] = known
    chosen = st.segmented_control(
        _("Order"),
        list(Order),
        format_func=lambda order: order.words,
        key="order",
        required=True,
        label_visibility="collapsed",
    )
    chosen = Order(chosen or Order.PROFIT)
    if chosen is Order.PROFIT:
        st.query_params.pop("order", None)
    else:
        st.query_params["order"] = chosen.value
    return chosen


def _say_answer(evaluation: Evaluation) -> None:
    ranking = evaluation.ranking
    company = evaluation.scenario.company
    together = ranking.worth_doing_together
    more = []
    if ranking.worth_doing:
        more.append(what_it_counts(ranking))
        more.append(
            _("Chance that together they lose money: {chance}.").format(chance=chance(together.probability_of_loss))
        )
        more.append(over_budget(company, together))
    with st.container(key="answer", gap=None):
        show(
            element("h1", answer(ranking, sign(company.currency)), class_="answer"),
            element("p", " ".join(part for part in more if part), class_="answer-more"),
        )


def _say_empty() -> None:
    show(
        element(
            "div",
            element("p", _("Here the initiatives of all departments will stand on one list, by projected profit.")),
            element("p", _("Open a company whose file names initiatives, or upload them with it: “Open a company”.")),
            class_="empty",
        )
    )


def _filtered(ranking: Ranking, standings: Mapping[str, Standing]) -> list[RankedInitiative]:
    """What the filters above the list let through; the buttons to take the list away stand beside them."""
    departments = sorted({row.department for row in ranking.initiatives})
    states = list(dict.fromkeys(standings[row.id].words for row in ranking.initiatives if row.id in standings))
    state = None
    with st.container(horizontal=True, key="filters", gap="small", vertical_alignment="center"):
        _which_list()
        department = st.selectbox(
            _("Department"),
            departments,
            index=None,
            placeholder=_("All departments"),
            key="department",
            width=142,
            label_visibility="collapsed",
        )
        kinds = {"yes": _("Worth doing"), "no": _("Not worth doing")}
        kind = st.segmented_control(
            _("Worth doing"), list(kinds), format_func=lambda key: kinds[key], key="worth", label_visibility="collapsed"
        )
        if len(states) > 1:
            state = st.selectbox(
                _("State"),
                states,
                index=None,
                placeholder=_("All states"),
                key="state",
                width=122,
                label_visibility="collapsed",
            )
        _downloads(ranking)
        with st.popover(_("What is what?"), type="tertiary"):
            _meanings()
    return [
        row
        for row in ranking.initiatives
        if department in (None, row.department)
        and kind in (None, "yes" if row.id in ranking.worth_doing else "no")
        and (state is None or (row.id in standings and standings[row.id].words == state))
    ]


def _which_list() -> None:
    """In a workspace: the list as it is now, or as it was published last."""
    if not session.here().is_workspace or len(known := session.lists()) < 2:
        return
    published = _("Published {date}").format(date=day(session.published_at() or ""))
    names = {"": _("As it is now"), session.PUBLISHED: published}
    st.session_state["which-list"] = session.list_shown()  # a link, or going back, may have asked for another one
    st.segmented_control(
        _("Which list"),
        known,
        format_func=lambda which: names[which],
        key="which-list",
        required=True,
        label_visibility="collapsed",
        on_change=_look_at_list,
    )


def _look_at_list() -> None:
    """All of the page is about another list then: its frame and its address too."""
    session.look_at_list(st.session_state["which-list"] or "")
    st.rerun()


def _downloads(ranking: Ranking) -> None:
    head = session.head()
    spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    st.download_button(
        _("XLSX"),
        lambda: list_as_xlsx(ranking, answer(ranking), date.today(), head),
        file_name(ranking, "xlsx"),
        spreadsheet,
        key="xlsx",
        on_click="ignore",
        help=_("The list as a workbook"),
    )
    st.download_button(
        _("CSV"),
        lambda: list_as_csv(ranking),
        file_name(ranking, "csv"),
        "text/csv",
        key="csv",
        on_click="ignore",
        help=_("The list as a table for other programs"),
    )
    st.download_button(
        _("Workbook"),
        lambda: _workbook(head),
        workbook_name(ranking),
        spreadsheet,
        key="workbook",
        on_click="ignore",
        help=_("The whole model as formulas that recalculate, for finance; it takes some seconds"),
    )


def _workbook(head: str) -> bytes:
    """The finance workbook of what is open, a draft unless it is the list as it was published."""
    evaluation = session.evaluation()
    draft = session.opened().decision is None
    return workbook_with_plan(evaluation, planned(evaluation).planner, date.today(), head, draft)


def _meanings() -> None:
    company = session.opened().scenario.company
    shown = (Figure.PROFIT, Figure.TOGETHER, Figure.LOSS, Figure.ROI, Figure.PAYBACK, Figure.COST, Figure.RANK)
    bar = _(
        "The bar is the 90 % range, its dark part the middle half of all draws, the mark the mean; hatched is a loss."
    )
    show(
        element("p", bar, class_="quiet"),
        *(explained(figure, "", company) for figure in shown),
    )


def _chosen(ranking: Ranking) -> RankedInitiative | None:
    wanted = st.query_params.get(ADDRESS)
    return next((row for row in ranking.initiatives if row.id == wanted), None)


def _say_if_unknown(ranking: Ranking) -> None:
    """A link may name what is not on this list."""
    wanted = st.query_params.get(ADDRESS)
    if wanted and all(row.id != wanted for row in ranking.initiatives):
        said = _("The link names “{id}”, which is not on this list.").format(id=shorten(wanted))
        show(element("p", said, class_="quiet", role="status"))


def _list(
    evaluation: Evaluation,
    shown: list[RankedInitiative],
    chosen: RankedInitiative | None,
    standings: Mapping[str, Standing],
) -> None:
    if not shown:
        show(element("p", _("No initiative matches these filters. Clear one of them to see more."), class_="empty"))
        return
    link = session.links()
    states = {id_: standing.words for id_, standing in standings.items()}
    rows = {row.id: _row(evaluation, row, link, states.get(row.id, "")) for row in evaluation.ranking.initiatives}
    table = Table(
        rows=[rows[row.id] for row in shown],
        columns=list_columns(),
        currency=evaluation.run.currency,
        scaled_by=list(rows.values()),
    )
    priority_table(table, selected=chosen.id if chosen else None, key=TABLE, on_open=_open)


def _by_funding(
    evaluation: Evaluation,
    shown: list[RankedInitiative],
    chosen: RankedInitiative | None,
    standings: Mapping[str, Standing],
    funding: FundingOrder,
) -> None:
    """The order in which money goes further, with the line of today's budget across."""
    link = session.links()
    known = {row.id: row for row in shown}
    rows = [
        replace(
            _row(evaluation, known[one.id], link, _state_of(standings, one.id)),
            rank=one.position,
            note=_from_budget(one),
            worth_doing=one.funded,
            below_the_line=not one.funded,
        )
        for one in funding.initiatives
        if one.id in known
    ]
    rows += [
        replace(
            _row(evaluation, known[one.id], link, _state_of(standings, one.id)),
            rank=len(funding.initiatives) + place,
            why=one.why,
            note="",
            worth_doing=False,
            below_the_line=True,
        )
        for place, one in enumerate((one for one in funding.left_out if one.id in known), start=1)
    ]
    table = Table(
        rows=rows,
        columns=list_columns(),
        currency=evaluation.run.currency,
        scaled_by=rows,
        line=_funded_line(evaluation, funding),
    )
    said = _(
        "The order in which each further unit of an uncertain budget brings most, overlaps counted: whatever the "
        "budget, what stands highest is done. The rank here is the place in this order. The budget line sums cost and "
        "profit at the starts of this order; the portfolio chooses initiatives and starts for one budget alone, so it "
        "may cost and bring another sum."
    )
    show(element("p", said, class_="quiet"))
    priority_table(table, selected=chosen.id if chosen else None, key=TABLE, on_open=_open)


def _state_of(standings: Mapping[str, Standing], id_: str) -> str:
    return standings[id_].words if id_ in standings else ""


def _from_budget(one: OrderedInitiative) -> str:
    """At which budget it is funded."""
    if one.from_factor is None:
        return ""
    return _("from {share} of today's budget").format(share=percent(one.from_factor))


def _funded_line(evaluation: Evaluation, funding: FundingOrder) -> str:
    """What lies above the line, in sum."""
    currency = sign(evaluation.run.currency)
    return _("Budget line: the {n} above it cost {cost} and bring {profit} together").format(
        n=len(funding.funded),
        cost=money(funding.funded_cost, currency),
        profit=money(funding.funded_profit, currency),
    )


def _row(evaluation: Evaluation, row: RankedInitiative, link: Callable[[str], str | None], state: str) -> Row:
    ranking = evaluation.ranking
    return Row(
        id=row.id,
        rank=row.rank,
        name=row.name,
        department=row.department,
        why=why_here(ranking, row),
        mean=row.npv.mean,
        p5=row.npv.p5,
        p25=row.npv.p25,
        p75=row.npv.p75,
        p95=row.npv.p95,
        loss=row.probability_of_loss,
        cost=row.cost,
        roi=row.roi,
        payback=row.payback_years,
        note=_note(evaluation, row),
        href=link(row.id),
        worth_doing=row.id in ranking.worth_doing,
        state=state,
    )


def _note(evaluation: Evaluation, row: RankedInitiative) -> str:
    """What else is to know about an initiative on the list."""
    if evaluation.initiative(row.id).mandatory:
        return _("must be done")
    if row.id in _planned_ids(evaluation):
        return _("in the plan")
    if row.npv.mean > 0 and row.id not in evaluation.ranking.worth_doing:
        return _left_out_because(evaluation, row)
    if not row.policies_disagree:
        return ""
    pays_under = evaluation.run.policy if row.npv.mean > 0 else evaluation.run.policy.other
    return {
        Policy.HOLD: _("pays only if the base is held"),
        Policy.PLAN: _("pays only if customers are bought by plan"),
    }[pays_under]


def _planned_ids(evaluation: Evaluation) -> set[str]:
    """What today's budget funds, where that was computed already."""
    found = planned_already(evaluation)
    plan = found.known_plan() if found else None
    return {one.id for one in plan.funded} if plan else set()


def _left_out_because(evaluation: Evaluation, row: RankedInitiative) -> str:
    needed = evaluation.initiative(row.id).requires
    if set(needed) <= set(evaluation.ranking.worth_doing):
        return _("not together with a better one")
    return _("needs one that is not worth doing")


def _open() -> None:
    id_ = opened(TABLE)
    if id_ is None:
        _close()
    else:
        st.query_params[ADDRESS] = id_


def _close() -> None:
    st.query_params.pop(ADDRESS, None)
