"""Scenarios side by side: what each brings, what is planned in it, what a wrong choice costs, in what they differ."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import streamlit as st

from prioritizer.domain.comparison import Comparison, InitiativeAcross, PlanElsewhere, ScenarioOutcome
from prioritizer.language import _
from prioritizer.services.comparison_words import (
    answer,
    elsewhere,
    money_apart,
    people_apart,
    points_apart,
    safest,
)
from prioritizer.ui.charts import show as show_chart
from prioritizer.ui.charts.amounts import Amounts
from prioritizer.ui.charts.bump import Ranks, bump
from prioritizer.ui.markup import Child, Element, element, show, table
from prioritizer.words import NOTHING, chance, people, points, sign

VIEW = "across"  # the key of the choice between ranks and regrets


class Across(StrEnum):
    """What the table of initiatives by scenarios shows."""

    RANKS = "ranks"
    REGRETS = "regrets"


def comparison(found: Comparison) -> None:
    """The whole comparison but for its answer; regrets where they are known."""
    _say_conflicts(found)
    _outcomes(found)
    if not found.initiatives:
        return
    _initiatives(found)
    _plans(found)
    show_chart(bump(_names(found), [_ranks(one) for one in found.initiatives]), key="bump")
    _differing(found)


def _names(found: Comparison) -> list[str]:
    return [one.name for one in found.outcomes]


def asks_for_regrets() -> bool:
    """Whether regrets are looked at, which take longer."""
    return st.session_state.get(VIEW) == Across.REGRETS


def look_at_ranks() -> None:
    """Turn from the regrets back to the ranks."""
    st.session_state[VIEW] = Across.RANKS


def _currency(found: Comparison) -> str:
    return sign(found.outcomes[0].run.currency)


def say_answer(found: Comparison) -> None:
    """The answer in one sentence, and which plan is the safest."""
    show(element("h1", answer(found), class_="answer"), element("p", safest(found), class_="answer-more"))


def _say_conflicts(found: Comparison) -> None:
    for one in found.outcomes:
        if not one.feasible:
            title = _("“{name}”: not all demands can be met together").format(name=one.name)
            demands = element("ol", *(element("li", text) for text in one.conflict))
            show(element("section", element("h2", title), demands, class_="complaints", role="alert"))


def _outcomes(found: Comparison) -> None:
    """A row for each scenario; below each figure how far it is from that of the first."""
    first, *others = found.outcomes
    amounts = Amounts.of((abs(one.profit.mean) for one in found.outcomes), _currency(found))
    costs = Amounts.of((one.budget or one.cost for one in found.outcomes), _currency(found))
    title = _("What each scenario brings, if the best within its budgets is done")
    how = _(
        "Small print: against “{name}”, on the same draws, ± one standard error. Projected profit in {profit}; cost "
        "and budget in {cost}, all years, before tax."
    ).format(name=first.name, profit=amounts.unit, cost=costs.unit)
    headings = (
        _("Scenario"),
        _("Projected profit"),
        _("90 % range"),
        _("Chance of a loss"),
        _("Cost"),
        _("Budget"),
        _("NPS at the end"),
        _("Customers at the end"),
        _("Planned"),
    )
    rows = [_outcome(one, amounts, costs) for one in (first, *others)]
    show(
        element("h2", title, class_="chart-title"),
        element("p", how, class_="chart-subtitle"),
        table(headings, rows, title),
    )


def _outcome(one: ScenarioOutcome, amounts: Amounts, costs: Amounts) -> list[Child]:
    apart = one.differences
    if not one.feasible:
        return [one.name, *([NOTHING] * 8)]
    low, high = one.profit.p5, one.profit.p95
    range_ = NOTHING
    if low is not None and high is not None:
        range_ = _("{low} to {high}").format(low=amounts.figure(low), high=amounts.figure(high))
    return [
        one.name,
        _beside(amounts.figure(one.profit.mean), money_apart(apart.profit, amounts.scale.divisor) if apart else None),
        range_,
        chance(one.probability_of_loss),
        _beside(costs.figure(one.cost), money_apart(apart.cost, costs.scale.divisor) if apart else None),
        NOTHING if one.budget is None else costs.figure(one.budget),
        _beside(points(one.nps_end), points_apart(apart.nps) if apart and apart.nps else None),
        _beside(people(one.customers_end), people_apart(apart.customers) if apart else None),
        _("{n} of {total}").format(n=len(one.funded), total=one.listed),
    ]


def _beside(figure: str, difference: str | None) -> Element:
    """A figure, with how far it is from the first scenario below it."""
    below = element("small", difference, class_="against") if difference else None
    return element("span", figure, below)


def _ranks(one: InitiativeAcross) -> Ranks:
    return Ranks(one.name, one.ranks, one.funded)


def _initiatives(found: Comparison) -> None:
    """Every initiative in every scenario: its rank, or what the other choice would lose."""
    names = {Across.RANKS: _("Ranks"), Across.REGRETS: _("Regret")}
    title = _("Which initiatives are planned where")
    show(element("h2", title, class_="chart-title"))
    chosen = st.segmented_control(
        title,
        list(Across),
        default=Across.RANKS,
        format_func=lambda view: names[view],
        key=VIEW,
        required=True,
        label_visibility="collapsed",
    )
    is_regret = Across(chosen or Across.RANKS) is Across.REGRETS and bool(found.initiatives[0].regret_funded)
    amounts = Amounts.of(_all_regrets(found), _currency(found))
    how = _("● is planned there. The number is the rank by projected profit.")
    if is_regret:
        how = _(
            "{unit} of joint profit lost there by the other choice: ● is planned, and leaving it out loses so much; "
            "elsewhere doing it all the same would."
        ).format(unit=amounts.unit)
    headings: tuple[str, ...] = (_("Initiative"), *_names(found), _("Planned in"))
    if is_regret:
        headings = (*headings, _("Most lost if done"), _("Most lost if left out"))
    rows = [_initiative(one, amounts, is_regret) for one in found.initiatives]
    shown = element("div", table(headings, rows, title), class_="named-rows")
    show(element("p", how, class_="chart-subtitle"), shown)


def _initiative(one: InitiativeAcross, amounts: Amounts, is_regret: bool) -> list[Child]:
    cells = [
        _marked(_regret(one, at, amounts) if is_regret else _rank(rank), one.funded[at])
        for at, rank in enumerate(one.ranks)
    ]
    most = [one.largest_regret_funded, one.largest_regret_left_out] if is_regret else []
    times = _("{n} of {total}").format(n=one.times_funded, total=len(one.ranks))
    return [one.name, *cells, times, *(_known(amount, amounts) for amount in most)]


def _rank(rank: int | None) -> str:
    return NOTHING if rank is None else str(rank)


def _regret(one: InitiativeAcross, at: int, amounts: Amounts) -> str:
    return _known((one.regret_left_out if one.funded[at] else one.regret_funded)[at], amounts)


def _known(amount: float | None, amounts: Amounts) -> str:
    return NOTHING if amount is None else amounts.figure(amount)


def _marked(text: str, planned: bool) -> Element:
    """A figure, with a mark where the initiative is planned."""
    if not planned:
        return element("span", text)
    said = element("span", _("planned"), class_="sr")
    return element("span", element("span", "● ", aria_hidden="true"), said, " ", text, class_="planned")


def _all_regrets(found: Comparison) -> Iterable[float]:
    every = (amount for one in found.initiatives for amount in (*one.regret_funded, *one.regret_left_out))
    return [amount for amount in every if amount is not None]


def _plans(found: Comparison) -> None:
    """The plan of each scenario, carried out in every other."""
    if len(found.outcomes) < 2:
        return
    known = [regret for plan in found.plans for regret in plan.regrets if regret is not None]
    amounts = Amounts.of(known, _currency(found))
    title = _("What it costs to have planned for another scenario")
    how = _(
        "{unit} of joint profit that the plan of the row brings less than the best plan, if the world becomes that of "
        "the column. “Over” is by how much it exceeds the budgets there; not possible is what lacks people there or is "
        "not on that list."
    ).format(unit=amounts.unit)
    names = {one.id: one.name for one in found.outcomes}
    rows = [
        [
            names[plan.id],
            *(_elsewhere(plan, at, amounts) for at in range(len(found.outcomes))),
            _known(plan.largest_regret, amounts),
        ]
        for plan in found.plans
    ]
    show(
        element("h2", title, class_="chart-title"),
        element("p", how, class_="chart-subtitle"),
        element("div", table((_("Plan of"), *_names(found), _("At most")), rows, title), class_="named-rows"),
    )


def _elsewhere(plan: PlanElsewhere, at: int, amounts: Amounts) -> Child:
    lost, over = elsewhere(plan, at, amounts.scale.divisor)
    return _beside(lost, over)


def _differing(found: Comparison) -> None:
    """What is not the same in all scenarios, and nothing else."""
    title = _("What the scenarios differ in")
    if not found.differing:
        show(element("h2", title, class_="chart-title"), element("p", _("In nothing at all."), class_="quiet"))
        return
    rows: list[Sequence[Child]] = [(one.name, *_values(one.values)) for one in found.differing]
    columns = range(len(found.outcomes) + 1)
    show(
        element("h2", title, class_="chart-title"),
        element(
            "div",
            table((_("Assumption"), *_names(found)), rows, title, text_columns=tuple(columns)),
            class_="named-rows",
        ),
    )


def _values(values: Sequence[str]) -> list[Child]:
    """The values of a row; those that are as in the first scenario stand back."""
    return [
        element("span", value, class_="same" if at and value == values[0] else None) for at, value in enumerate(values)
    ]
