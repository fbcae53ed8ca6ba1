"""Scenarios: cards to choose from, and those that were chosen side by side."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from prioritizer.errors import InputError
from prioritizer.language import _
from prioritizer.ui import session
from prioritizer.ui.boundary import guarded, show_complaints
from prioritizer.ui.compared import Named, comparison_of, known_comparison
from prioritizer.ui.foot import foot
from prioritizer.ui.markup import element, show
from prioritizer.ui.views import comparison, scenario_cards
from prioritizer.ui.views.scenario_cards import Card

MOST = 8  # side by side
ADDRESS = "with"  # the ids that are compared, in the address
BETWEEN = "~"  # ids: stands in no id
WAITS = "comparison-waits"  # a search was ended, and is begun again by a button only


def view() -> None:
    """The page."""
    _page()


@guarded
def _page() -> None:
    scenario_cards.turn()
    known = scenario_cards.cards()
    if not known:
        _say_empty()
        return
    answer = st.container()
    chosen = _chosen(known)
    said = _("Choose scenarios: {n} of {total} side by side").format(n=len(chosen), total=len(known))
    with st.expander(said, key="scenario-choice", expanded=len(chosen) < 2):
        scenario_cards.show_cards(known, chosen, _is_full(chosen))
    guarded(_comparison)(chosen, answer)


def _say_empty() -> None:
    show(
        element(
            "div",
            element("p", _("Here scenarios will stand side by side: what each brings, and what is planned in it.")),
            element("p", _("Try something under “What if” and save it, or put scenario files beside the base.")),
            class_="empty",
        )
    )


def _chosen(known: Sequence[Card]) -> list[Card]:
    """What is compared: what is ticked, at first what the address names, else the first few that work."""
    named = st.query_params.get(ADDRESS, "").split(BETWEEN)
    works = [card for card in known if not card.trouble]
    first = [card.id for card in works if card.id in named] or [card.id for card in works if not card.archived][:6]
    for card in works:
        st.session_state.setdefault(scenario_cards.box(card.id), card.id in first)
    chosen = [card for card in works if st.session_state[scenario_cards.box(card.id)]][:MOST]
    if [card.id for card in chosen] == [card.id for card in works if not card.archived][:6]:
        st.query_params.pop(ADDRESS, None)
    else:
        st.query_params[ADDRESS] = BETWEEN.join(card.id for card in chosen)
    return chosen


def _is_full(chosen: Sequence[Card]) -> bool:
    return len(chosen) >= MOST


def _comparison(chosen: Sequence[Card], answer: Any) -> None:
    """Compare what was chosen; `answer` is the place above for what it comes to."""
    with answer:
        if len(chosen) < 2:
            show(
                element("h1", _("Choose two scenarios or more to compare"), class_="answer"),
                element("p", _("Tick them below: they stand side by side, on the same draws."), class_="answer-more"),
            )
            return
        named = _read(chosen)
        if len(named) < 2:
            return
        regrets = comparison.asks_for_regrets()
        if known_comparison(named) is None and st.session_state.pop(WAITS, False):
            show(element("h1", _("The comparison was ended before it was done"), class_="answer"))
            st.button(_("Compare"), type="primary", key="compare-again")
            return
        found = comparison_of(named, regrets, on_cancel=_wait)
        comparison.say_answer(found)
    comparison.comparison(found)
    foot(found.outcomes[0].run)


def _wait() -> None:
    """Begin no search again until somebody asks for it; regrets are no longer looked at."""
    comparison.look_at_ranks()
    st.session_state[WAITS] = True


def _read(chosen: Sequence[Card]) -> list[Named]:
    """The scenarios that can be read; the others say what is wrong with them."""
    named = []
    for card in chosen:
        try:
            named.append((card.id, session.scenario_of(card.id)))
        except InputError as error:
            show_complaints(error.complaints)
    return named
