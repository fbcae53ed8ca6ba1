"""Beside an initiative: would the plan fund it, who is next to it by funding, and what would change that."""

from collections.abc import Sequence

import streamlit as st

from prioritizer.domain.company import Company
from prioritizer.domain.plans import Rival, SmallestChange, WhyHere
from prioritizer.language import _
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.plan_changes import why_here
from prioritizer.ui.boundary import guarded
from prioritizer.ui.markup import element, show
from prioritizer.ui.planned import known, planned
from prioritizer.words import money, percent, sign

ASKED = "asked-for-funding"


@guarded
def funding(evaluation: Evaluation, id_: str) -> None:
    """The answer where the plan is known already; else a button, because it takes some seconds."""
    found = known(evaluation)
    asked = st.session_state.get(ASKED) == id_
    if not asked and (found is None or found.known_plan() is None or "order" not in found.found):
        st.button(
            _("Would the plan fund it, and what would change that?"),
            key="ask-funding",
            on_click=_ask,
            args=(id_,),
            type="tertiary",
        )
        return
    made = planned(evaluation)
    plan, order = made.plan(1.0), made.order()
    if not plan.feasible:
        show(element("p", _("Not all demands can be met together; see the portfolio."), class_="said"))
        return
    answer = made.other(("why", id_), lambda planner: why_here(planner, plan, order, id_))
    said = [_place_said(answer), answer.why, *_change_said(answer.change, evaluation.scenario.company)]
    show(*(element("p", text, class_="said") for text in said if text))


def _ask(id_: str) -> None:
    st.session_state[ASKED] = id_


def _place_said(answer: WhyHere) -> str:
    """Whether the plan would fund it, where it stands by funding, and beside whom."""
    funded = (
        _("The plan for today's budget would fund it.")
        if answer.funded
        else _("The plan for today's budget would not fund it.")
    )
    if answer.position is None:
        return _("{funded} In the order by funding it has no place.").format(funded=funded)
    said = _("{funded} By funding it stands at {position}{between}.")
    return said.format(funded=funded, position=answer.position, between=_between(answer.above, answer.below))


def _between(above: tuple[Rival, ...], below: tuple[Rival, ...]) -> str:
    """Its neighbours in the order."""
    if above and below:
        return _(", between “{above}” and “{below}”").format(above=above[-1].name, below=below[0].name)
    if above:
        return _(", after “{above}”").format(above=above[-1].name)
    return _(", before “{below}”").format(below=below[0].name) if below else ""


def _change_said(change: SmallestChange | None, company: Company) -> list[str]:
    """What would carry it over the line."""
    if change is None:
        return []
    said = []
    if change.profit is not None and change.effect is not None:
        more = _("The plan would fund it if it brought {profit} more: {effect} more effect at the same cost.")
        said.append(more.format(profit=money(change.profit, sign(company.currency)), effect=percent(change.effect)))
    if change.cost is not None:
        less = _("Or if it cost {share} less.") if said else _("The plan would fund it if it cost {share} less.")
        said.append(less.format(share=percent(change.cost)))
    if change.starts:
        other = _("Or if it started in {periods}.") if said else _("The plan would fund it if it started in {periods}.")
        said.append(other.format(periods=_spans(change.starts, company)))
    return said or [_("No saving, no greater effect and no other start of its own would bring it into the plan.")]


def _spans(starts: Sequence[int], company: Company) -> str:
    """Periods by name, those that follow each other as one span: "Q3 2027, or from Q1 to Q4 2028"."""
    runs: list[list[int]] = []
    for start in sorted(starts):
        if runs and start == runs[-1][-1] + 1:
            runs[-1].append(start)
        else:
            runs.append([start])
    return _(" or ").join(_span(company.period_name(run[0]), company.period_name(run[-1])) for run in runs)


def _span(first: str, last: str) -> str:
    return first if first == last else _("{first} to {last}").format(first=first, last=last)
