"""The portfolio: what to fund and when within a budget, what more of it would bring, and where initiatives overlap."""

import streamlit as st

from prioritizer.domain.plans import ExtraUnit, Funded, NotFunded, Plan, StaffUse, Standing, YearUse
from prioritizer.language import _, ngettext
from prioritizer.services.answers import decision
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.overview import proposed
from prioritizer.services.plan_changes import extra_units
from prioritizer.ui import session
from prioritizer.ui.cash_flow_lines import show_portfolio as show_cash_flow_lines
from prioritizer.ui.charts import show as show_chart
from prioritizer.ui.charts.amounts import Amounts
from prioritizer.ui.charts.frontier import frontier as frontier_chart
from prioritizer.ui.claim_bridge import show_portfolio as show_claim_bridge
from prioritizer.ui.foot import foot
from prioritizer.ui.listing import Line, listing
from prioritizer.ui.markup import element, show, table
from prioritizer.ui.planned import Planned, planned
from prioritizer.ui.priority_table import opened
from prioritizer.ui.roadmap import Bar, Use, overlaps, roadmap, uses
from prioritizer.words import chance, money, people, percent, sign

LEAST, MOST, STEP = 70, 130, 3  # per cent of today's budgets
TABLE = "portfolio-list"
ADDRESS = "initiative"


def portfolio(evaluation: Evaluation) -> None:
    """The page."""
    if not evaluation.ranking.initiatives:
        return
    found = planned(evaluation)
    factor = _factor(bool(evaluation.scenario.company.budget))
    plan = found.plan(factor)
    if not plan.feasible:
        _say_conflict(plan)
        return
    _say_answer(evaluation, plan)
    left, right = st.columns(2, gap="large")
    with left:
        budgets = st.container()
        _budgets(evaluation, plan)
        _staff(plan)
    with right:
        _roadmap(plan)
    _funded(evaluation, plan)
    _not_funded(evaluation, plan)
    show_claim_bridge(evaluation, plan, found)
    show_cash_flow_lines(plan, found)
    left, right = st.columns([3, 2], gap="large")
    with left:
        if plan.funded:
            _overlap(evaluation, plan, found, factor)
    with right:
        _more(evaluation, found, plan)
    foot(evaluation.run)
    with budgets:  # last, because it takes longest
        _frontier(evaluation, found, factor)


def _factor(limited: bool) -> float:
    """The budget that is looked at, as a share of today's."""
    if not limited:
        show(
            element(
                "p", _("The company has no budget: nothing but staff and links limits what is done."), class_="quiet"
            )
        )
        return 1.0
    return (
        st.slider(
            _("Budget, % of today's"),
            LEAST,
            MOST,
            100,
            STEP,
            key="budget-factor",
            format="%d %%",
            width=420,
        )
        / 100
    )


def _say_answer(evaluation: Evaluation, plan: Plan) -> None:
    currency = sign(evaluation.scenario.company.currency)
    show(
        element("h1", decision(proposed(plan), currency), class_="answer"),
        element("p", " ".join(_more_said(plan, currency)), class_="answer-more"),
    )


def _more_said(plan: Plan, currency: str) -> list[str]:
    """What else is to know about the plan: how it was found, and how far from the best it may be."""
    proof = {
        "optimal": _("By values alone no other selection within the limits is better (gap {gap})."),
        "stopped": _("The search by values alone was stopped; another selection may be better by at most {gap}."),
    }.get(plan.status, "")
    said = [proof.format(gap=percent(plan.gap or 0.0))]
    if plan.improvement > 0:
        better = _("Exchange against the joint profit then brought {more} more.")
        said.append(better.format(more=money(plan.improvement, currency)))
    if not plan.complete:
        said.append(_("Not every exchange was tried."))
    return [*said, *plan.warnings]


def _say_conflict(plan: Plan) -> None:
    show(
        element(
            "section",
            element("h2", _("Not all demands can be met together")),
            element("ol", *(element("li", demand.text) for demand in plan.conflict)),
            element("p", _("Each of them can be met without one of the others: give one up, or raise a limit.")),
            class_="complaints",
            role="alert",
        )
    )


def _funded(evaluation: Evaluation, plan: Plan) -> None:
    """What the plan would fund, with the three readings of their profit beside each other."""
    amounts = Amounts.of((one.alone for one in plan.funded), sign(evaluation.run.currency))
    link = session.links()
    lines = [
        Line(
            one.id,
            one.name,
            link(one.id) or "",
            (
                one.department,
                plan.periods[one.start],
                amounts.figure(one.cost),
                amounts.figure(one.alone),
                amounts.figure(one.last_in),
                amounts.figure(one.attributed),
                _error(one, amounts),
                _standing(one),
            ),
        )
        for one in plan.funded
    ]
    title = _("In the plan, by what is attributed to each")
    how = _(
        "{unit}, each at the start that the plan gives it, so that cost and profit may differ from the list. Alone: "
        "added to today's base. Last in: what the others would lose without it. Attributed: its share of the joint "
        "profit; these sum to {joint}."
    ).format(unit=amounts.unit, joint=amounts.figure(plan.joint or 0.0))
    show(element("h2", title, class_="chart-title"), element("p", how, class_="chart-subtitle"))
    listing(
        (
            _("Initiative"),
            _("Department"),
            _("Start"),
            _("Cost"),
            _("Alone"),
            _("Last in"),
            _("Attributed"),
            _("Error"),
            _("In the best plan of"),
        ),
        lines,
        title,
        numbers=(3, 4, 5, 6, 7, 8),
        selected=None,
        key=TABLE,
        on_open=_open,
    )


def _error(one: Funded, amounts: Amounts) -> str:
    """The standard error of a share; empty where it would not show."""
    return f"± {amounts.figure(one.standard_error)}" if one.standard_error > 1e-6 * abs(one.attributed) else ""


def _standing(one: Funded | NotFunded) -> str:
    """In which share of the draws it is in the best plan, and what that is called."""
    if one.chosen_in is None or one.standing is None:
        return ""
    called = {
        Standing.CORE: _("core"),
        Standing.BORDERLINE: _("borderline"),
        Standing.EXTERIOR: _("exterior"),
    }[one.standing]
    return _("{chance} draws, {called}").format(chance=chance(one.chosen_in), called=called)


def _open() -> None:
    if id_ := opened(TABLE):
        st.query_params[ADDRESS] = id_


def _not_funded(evaluation: Evaluation, plan: Plan) -> None:
    """The others, with what keeps each out."""
    if not plan.not_funded:
        return
    currency = sign(evaluation.run.currency)
    title = _("Not in the plan, and why")
    lines = [
        (
            one.name,
            plan.periods[one.start],
            *(money(profit, currency) for profit in (one.alone, one.beside)),
            _standing(one),
            one.why,
        )
        for one in plan.not_funded
    ]
    headings = (_("Initiative"), _("Start"), _("Alone"), _("Beside the plan"), _("In the best plan of"), _("Why not"))
    show(element("h2", title, class_="chart-title"), table(headings, lines, title, text_columns=(0, 4)))


def _overlap(evaluation: Evaluation, plan: Plan, found: Planned, factor: float) -> None:
    made = found.overlap(plan, factor)
    names = {one.id: one.name for one in plan.funded}
    show(
        overlaps(
            [names[id_] for id_ in made.ids],
            made.amounts,
            sign(evaluation.run.currency),
            _("Which of them share customers"),
        )
    )


def _frontier(evaluation: Evaluation, found: Planned, factor: float) -> None:
    """What each budget brings, and what one list for all of them costs."""
    if not evaluation.scenario.company.budget:
        return
    made, order = found.frontier(), found.order()
    chart = frontier_chart(
        [point.factor for point in made.points],
        [point.joint for point in made.points],
        [rung.joint for rung in order.rungs],
        factor,
        sign(evaluation.run.currency),
    )
    show_chart(chart, key="frontier")


def _roadmap(plan: Plan) -> None:
    """When each begins, and until when it takes work or money."""
    if plan.funded:
        first = sorted(plan.funded, key=lambda one: (one.start, one.end, one.name))
        bars = [Bar(one.name, one.start, one.end, plan.periods[one.start]) for one in first]
        show(roadmap(bars, plan.periods, _("What starts when")))


def _budgets(evaluation: Evaluation, plan: Plan) -> None:
    currency = sign(evaluation.run.currency)
    listed = [
        Use(year.name, (year.cost,), year.budget, _of_budget(year, currency))
        for year in plan.years
        if year.budget is not None
    ]
    if listed:
        show(uses(listed, _("Budget by year"), _("before tax; the column fills what may be spent")))


def _of_budget(year: YearUse, currency: str) -> str:
    return _("{cost} of {budget}").format(cost=money(year.cost, currency), budget=money(year.budget or 0.0, currency))


def _staff(plan: Plan) -> None:
    listed = [Use(use.department, tuple(use.used), use.limit, _at_most(use)) for use in plan.staff if any(use.used)]
    if listed:
        show(uses(listed, _("People by department"), _("by period; a full column is everybody there is")))


def _at_most(use: StaffUse) -> str:
    most = max(use.used)
    if use.limit is None:
        return _("at most {n}").format(n=people(most))
    return _("at most {n} of {limit}").format(n=people(most), limit=people(use.limit))


def _more(evaluation: Evaluation, found: Planned, plan: Plan) -> None:
    """What a little more of each limit would bring."""
    currency = sign(evaluation.run.currency)
    units = found.other(("extra", plan.budget_factor), lambda planner: extra_units(planner, plan))
    lines = [(unit.name, _extra(unit, currency), money(unit.gain, currency)) for unit in units]
    if lines:
        title = _("What a little more would bring")
        said = _("Initiatives are whole: a small step often brings nothing, and a larger one much.")
        headings = (_("Limit"), _("more"), _("joint profit"))
        show(
            element("h3", title, class_="chart-title"),
            element("p", said, class_="chart-subtitle"),
            table(headings, lines, title, text_columns=(0, 1)),
        )


def _extra(unit: ExtraUnit, currency: str) -> str:
    if unit.kind == "budget":
        return money(unit.extra, currency)
    return ngettext("{n} person", "{n} people", round(unit.extra)).format(n=round(unit.extra))
