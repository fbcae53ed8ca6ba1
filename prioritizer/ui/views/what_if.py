"""What if: a few controls at the left, what moved the result and the list anew at the right."""

from collections.abc import Callable, Iterable

import streamlit as st

from prioritizer.domain.results import RankedInitiative
from prioritizer.domain.whatif import WhatIf
from prioritizer.language import _, ngettext
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.what_if import Outcome, Standing
from prioritizer.services.what_moved import FEW_DRAWS, MOST_SHARED, Division, Moved
from prioritizer.ui import session
from prioritizer.ui.boundary import guarded
from prioritizer.ui.bridge import bridge as bridge_table
from prioritizer.ui.controls import controls, tried_in_words
from prioritizer.ui.foot import foot
from prioritizer.ui.markup import element, show
from prioritizer.ui.moved import what_moved
from prioritizer.ui.priority_table import Row, Table, opened, priority_table, what_if_columns
from prioritizer.ui.what_if_plan import within_budgets
from prioritizer.ui.what_if_saved import begin_as_scenario, save_what_if
from prioritizer.words import chance, money, sign

TABLE = "what-if-list"
LOOK_AT = "look-at"


def view() -> None:
    """The page."""
    _page()


@st.fragment
@guarded
def _page() -> None:
    _turn_to_the_list()
    begin_as_scenario()
    base = session.evaluation()
    with st.container(horizontal=True, key="pair", wrap=True, gap="medium"):
        with st.container(key="controls", width=290):
            what_if = controls(base)
            save_what_if(base, what_if)
        with st.container(key="outcome", width="stretch"):
            _outcome(base, what_if)


@guarded
def _outcome(base: Evaluation, what_if: WhatIf) -> None:
    now = session.outcome(base, what_if)
    _say_answer(base, what_if, now)
    bridge = st.container(key="what-moved")
    plan = st.container(key="within-budgets")
    _list(base, now)
    foot(now.run, what_if=bool(what_if.tried))
    if set(what_if.tried) - set(what_if.limits):  # last, since it may take seconds
        with bridge:
            _bridge(base, what_if, now)
    if what_if.limits:
        with plan:
            within_budgets(base, what_if, now)


def _say_answer(base: Evaluation, what_if: WhatIf, now: Outcome) -> None:
    currency = sign(base.run.currency)
    worth = len(now.worth_doing)
    said = ngettext(
        "{worth} of {total} initiatives is worth doing: projected to earn {profit}",
        "{worth} of {total} initiatives are worth doing: together projected to earn {profit}",
        worth,
    ).format(worth=worth, total=len(now.standings), profit=money(now.together.mean, currency))
    if not worth:
        said = _("No initiative is expected to earn more than it costs")
    show(element("h1", said, class_="answer"), element("p", _difference(base, what_if, now), class_="answer-more"))


def _difference(base: Evaluation, what_if: WhatIf, now: Outcome) -> str:
    """How far the result has moved, and how likely it is a loss."""
    if not what_if.tried:
        return _("Nothing is changed yet. Move a control: list and result follow at once.")
    moved = now.together.mean - base.ranking.worth_doing_together.npv.mean
    if set(what_if.tried) <= set(what_if.limits):
        said = _("As in the scenario. Chance that together they lose money: {chance}.")
        return said.format(chance=chance(now.probability_of_loss))
    sentence = _("{amount} more than in the scenario. Chance that together they lose money: {chance}.")
    if moved < 0:
        sentence = _("{amount} less than in the scenario. Chance that together they lose money: {chance}.")
    return sentence.format(amount=money(abs(moved), sign(base.run.currency)), chance=chance(now.probability_of_loss))


@guarded
def _bridge(base: Evaluation, what_if: WhatIf, now: Outcome) -> None:
    found = what_moved(base, what_if)
    names = tried_in_words(what_if, base)
    show(
        bridge_table(
            (_("In the scenario"), base.ranking.worth_doing_together.npv.mean),
            [(_together(names[name] for name in step.names), step.moved) for step in found.steps],
            (_("With these changes"), now.together.mean),
            sign(base.run.currency),
            _("What moved the result"),
            _("Projected profit of the initiatives worth doing, together"),
        ),
    )
    if said := _division(found):
        show(element("p", said, class_="quiet"))


def _together(names: Iterable[str]) -> str:
    first, *others = names
    for other in others:
        first = _("{one}; {other}").format(one=first, other=other)
    return first


def _division(found: Moved) -> str:
    """How the difference was divided among the changes."""
    match found.division:
        case Division.SHAPLEY:
            if len(found.steps) == 1:
                return ""
            return _("Each change counts as much as it adds on average over all orders in which they could be made.")
        case Division.ON_FEW_DRAWS:
            return _(
                "Each change counts as much as it adds on average over all orders in which they could be made. Their"
                " shares are those of the first {few} draws; what is missing to the totals of all draws is spread over"
                " them by their sizes."
            ).format(few=f"{FEW_DRAWS:,}")
        case Division.ONLY_TOGETHER:
            return _(
                "Some of these changes are possible only together, so each counts on top of those above it: another"
                " order would divide the same total in another way."
            )
    return _(
        "Beyond {most} changes each counts on top of those above it: another order would divide the same total in"
        " another way."
    ).format(most=MOST_SHARED)


def _list(base: Evaluation, now: Outcome) -> None:
    link = session.links()
    rows = [_row(standing, link) for standing in now.standings]
    if not rows:
        show(element("p", _("No initiative is left on the list. Take some back in, or reset."), class_="empty"))
        return
    scaled_by = [*rows, *(_row_before(row) for row in base.ranking.initiatives)]
    table = Table(rows=rows, columns=what_if_columns(), currency=base.run.currency, scaled_by=scaled_by)
    priority_table(table, selected=None, key=TABLE, on_open=_open)


def _row(standing: Standing, link: Callable[[str], str | None]) -> Row:
    npv = standing.npv
    return Row(
        id=standing.id,
        rank=standing.rank,
        name=standing.name,
        department=standing.department,
        why="",
        mean=npv.mean,
        p5=npv.p5,
        p25=npv.p25,
        p75=npv.p75,
        p95=npv.p95,
        loss=standing.probability_of_loss,
        change=standing.before - standing.rank,
        moved=npv.mean - standing.npv_before,
        href=link(standing.id),
        worth_doing=standing.worth_doing,
    )


def _row_before(row: RankedInitiative) -> Row:
    """The row in the scenario, for the scale to hold both."""
    return Row(row.id, row.rank, row.name, row.department, "", row.npv.mean, row.npv.p5, None, None, row.npv.p95, None)


def _open() -> None:
    """Remember which initiative is to be looked at; the page turns to the list then."""
    st.session_state[LOOK_AT] = opened(TABLE)


def _turn_to_the_list() -> None:
    if wanted := st.session_state.pop(LOOK_AT, None):
        session.turn_to_the_list(wanted)
