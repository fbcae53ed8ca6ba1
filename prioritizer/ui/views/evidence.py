"""The evidence library, a part of the assumptions: searched, each fact with source, interest, grade and limits."""

import streamlit as st

from prioritizer.language import _, ngettext
from prioritizer.services.library import fact_of, found
from prioritizer.ui.boundary import guarded
from prioritizer.ui.facts import ADDRESS, card
from prioritizer.ui.markup import element, show

PART = "evidence"  # what the part is called in the address
FEW = 3  # facts that are shown opened when a search finds no more


def view() -> None:
    """The part of the page."""
    _library()


@st.fragment
@guarded
def _library() -> None:
    count = len(found("").facts)
    title = ngettext("{count} fact in the evidence library", "{count} facts in the evidence library", count)
    show(
        element("h1", title.format(count=count), class_="answer"),
        element(
            "p",
            _(
                "What others have found or said. A figure of somebody who sells something is a claim: the grade says "
                "how far to trust it, and each fact says what it is not good for."
            ),
            class_="quiet",
        ),
    )
    wanted = fact_of(st.query_params.get(ADDRESS, ""))
    words = st.text_input(_("Search the library"), key="evidence-search", placeholder=_("churn, Jive, 2012 …"))
    listed = found(words).facts
    said = ngettext("{count} fact", "{count} facts", len(listed)).format(count=len(listed))
    show(element("p", said if listed else _("No fact has all of these words."), class_="said", role="status"))
    if wanted is not None and not words:
        show(element("div", card(wanted, is_open=True), class_="facts wanted"))
        listed = tuple(fact for fact in listed if fact is not wanted)
    show(element("div", *(card(fact, is_open=len(listed) <= FEW) for fact in listed), class_="facts"))


def is_asked_for() -> bool:
    """Whether the address names a fact, so that the library is what somebody came for."""
    return ADDRESS in st.query_params
