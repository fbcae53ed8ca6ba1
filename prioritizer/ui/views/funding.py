"""Beside an initiative: is it funded, who stands next to it in the order by funding, and what would change that."""

import streamlit as st

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
            _("Is it funded, and what would change that?"),
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
    said = [_place_said(answer), answer.why, *_change_said(answer.change, sign(evaluation.run.currency))]
    show(*(element("p", text, class_="said") for text in said if text))


def _ask(id_: str) -> None:
    st.session_state[ASKED] = id_


def _place_said(answer: WhyHere) -> str:
    """Whether it is funded, where it stands by funding, and beside whom."""
    funded = _("Today's budget funds it.") if answer.funded else _("Today's budget does not fund it.")
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


def _change_said(change: SmallestChange | None, currency: str) -> list[str]:
    """What would carry it over the line."""
    if change is None:
        return []
    said = []
    if change.profit is not None and change.effect is not None:
        more = _("It would be funded if it brought {profit} more: {effect} more effect at the same cost.")
        said.append(more.format(profit=money(change.profit, currency), effect=percent(change.effect)))
    if change.cost is not None:
        said.append(_("Or if it cost {share} less.").format(share=percent(change.cost)))
    return said or [_("No saving and no greater effect of its own would get it funded.")]
