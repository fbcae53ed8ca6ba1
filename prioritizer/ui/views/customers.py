"""The customer base: who is there, what they are worth, where they go, and how that changes."""

import streamlit as st

from prioritizer.domain.company import Policy
from prioritizer.domain.results import CustomerWorth, Projected, YearFlow
from prioritizer.language import _
from prioritizer.services import customers as base
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.inputs import company_inputs, period_word, segment_word, segments_in_order
from prioritizer.services.meanings import Figure
from prioritizer.ui import session
from prioritizer.ui.boundary import guarded
from prioritizer.ui.charts.chart import show as show_chart
from prioritizer.ui.charts.customers import base_by_group
from prioritizer.ui.charts.flow import year_flow
from prioritizer.ui.charts.trend import customers_over_time, lost_over_time, nps_over_time
from prioritizer.ui.explained import explained, input_table
from prioritizer.ui.foot import foot
from prioritizer.ui.markup import Element, element, show, table
from prioritizer.words import figure, people, points, share, sign

ALL = ""


def view() -> None:
    """The page."""
    _page()


@st.fragment
@guarded
def _page() -> None:
    evaluation = session.evaluation()
    _say_answer(evaluation)
    left, right = st.columns(2, gap="large")
    with left:
        _base(evaluation)
        _worth(evaluation)
        _leaving(evaluation)
    with right:
        _flow(evaluation)
        _nps(evaluation)
    _sources(evaluation)
    foot(evaluation.run)


def _say_answer(evaluation: Evaluation) -> None:
    projection = evaluation.projection
    without, chosen = projection.baseline, _chosen(evaluation)
    said = _("{customers} customers, Net Promoter Score {nps}; doing nothing {then} at the end of {end}")
    if evaluation.worth_doing:
        said = _("{customers} customers, Net Promoter Score {nps}; with what is worth doing {then} at the end of {end}")
    text = said.format(
        customers=people(without.customers[0]),
        nps=points(without.nps[0]),
        then=points(chosen.nps[-1]),
        end=projection.periods[-1],
    )
    show(element("h1", text, class_="answer"))


def _chosen(evaluation: Evaluation) -> Projected:
    """The company with the initiatives worth doing."""
    return evaluation.projection.worth_doing or evaluation.projection.baseline


def _base(evaluation: Evaluation) -> None:
    company = evaluation.scenario.company
    groups = base.base_by_group(company, evaluation.projection)
    show_chart(base_by_group([(one.group, *one.customers) for one in groups]), key="base")
    period = period_word(company)
    title = _("Churn per {period}: the share who leave").format(period=period)
    headings = (_("Group"), *(word for _segment, word in segments_in_order()))
    rows = [(one.group, *(share(rate) for rate in one.churn)) for one in groups]
    show(
        element("h3", title, class_="chart-title"),
        table(headings, rows, title),
        element(
            "div",
            explained(Figure.NPS, points(evaluation.projection.baseline.nps[0]), company),
            explained(Figure.CHURN, _("per {period}").format(period=period), company),
            class_="figures",
        ),
    )


def _worth(evaluation: Evaluation) -> None:
    company = evaluation.scenario.company
    worth = base.worth_in_force(evaluation.ranking)
    currency = sign(company.currency)
    title = _("What one customer is worth, {currency}").format(currency=currency)
    policy = {
        Policy.HOLD: _("Whoever leaves is replaced (policy hold). Before tax, at the mean of every number."),
        Policy.PLAN: _("Customers are bought by plan (policy plan). Before tax, at the mean of every number."),
    }[evaluation.run.policy]
    show(
        element("h3", title, class_="chart-title"),
        element("p", policy, class_="chart-subtitle"),
        _worth_table(worth, evaluation.run.policy, title),
        *(element("p", f"{one.group}: {one.reason}", class_="quiet") for one in worth if one.reason),
        element(
            "div",
            explained(Figure.MOVING, "", company),
            explained(Figure.LOSING, "", company),
            class_="figures",
        ),
    )


def _worth_table(worth: tuple[CustomerWorth, ...], policy: Policy, title: str) -> Element:
    """A column a group; under policy hold only differences between segments mean something."""

    def difference(one: CustomerWorth, source: str, to: str) -> float | None:
        before, after = getattr(one, source), getattr(one, to)
        return None if before is None or after is None else after - before

    moves = [("detractor", "passive"), ("passive", "promoter"), ("detractor", "promoter")]
    rows = [
        (
            _("moving one from {source} to {to}").format(source=segment_word(source), to=segment_word(to)),
            *(_amount(difference(one, source, to)) for one in worth),
        )
        for source, to in moves
    ]
    if policy is Policy.PLAN:
        rows = [
            (
                _("one of the {segment}").format(segment=word),
                *(_amount(getattr(one, segment.value)) for one in worth),
            )
            for segment, word in segments_in_order()
        ] + rows
    rows += [
        (
            _("losing one of the {segment} costs").format(segment=word),
            *(_amount(getattr(one.losing, segment.value) if one.losing else None) for one in worth),
        )
        for segment, word in segments_in_order()
    ]
    return table((_("What happens"), *(one.group for one in worth)), rows, title)


def _amount(amount: float | None) -> str:
    """An amount for one customer: in whole units from a hundred on."""
    return people(amount) if amount is not None and abs(amount) >= 100 else figure(amount)


def _flow(evaluation: Evaluation) -> None:
    company = evaluation.scenario.company
    flows = base.flows_of_a_year(company)
    groups = {ALL: _("All groups")} | {one.group: one.group for one in flows}
    group = st.selectbox(
        _("Group"), list(groups), format_func=lambda key: groups[key], key="flow-group", label_visibility="collapsed"
    )
    chosen: tuple[YearFlow, ...] = flows if group == ALL else tuple(one for one in flows if one.group == group)
    moved = base.all_flows(chosen)
    start = {place: sum(n for (source, _to), n in moved.items() if source == place) for place in base.STARTS}
    show_chart(year_flow(start, moved), key="flow")


def _nps(evaluation: Evaluation) -> None:
    company, projection = evaluation.scenario.company, evaluation.projection
    without, chosen = projection.baseline, _chosen(evaluation)
    periods = [*projection.periods, _("end")]
    show_chart(nps_over_time(periods, without.nps, chosen.nps, name_with=_with()), key="nps")
    said = _(
        "Each initiative counts for {count} {periods} from its start; after that its effect is taken to have ended."
    )
    show(
        element("p", said.format(count=company.horizon, periods=period_word(company, company.horizon)), class_="quiet")
    )


def _leaving(evaluation: Evaluation) -> None:
    """How many leave and have to be replaced; where customers are bought by plan, how many there are."""
    projection = evaluation.projection
    without, chosen = projection.baseline, _chosen(evaluation)
    if evaluation.run.policy is Policy.PLAN:
        periods = [*projection.periods, _("end")]
        show_chart(customers_over_time(periods, without.customers, chosen.customers, name_with=_with()), key="count")
    else:
        show_chart(lost_over_time(projection.periods, without.lost, chosen.lost, name_with=_with()), key="lost")


def _with() -> str:
    return _("with those worth doing")


def _sources(evaluation: Evaluation) -> None:
    lines = company_inputs(evaluation.scenario.company)
    title = _("Where do the numbers come from?")
    summary = _("{count} inputs with their sources").format(count=len(lines))
    show(
        element("h3", title, class_="question"),
        element("details", element("summary", summary), input_table(lines, title), class_="more"),
    )
