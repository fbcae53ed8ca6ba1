"""Cards of scenarios: what each is, who made it, and what can be done with it."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from prioritizer.language import _, ngettext
from prioritizer.services import scenarios
from prioritizer.services.scenarios import ScenarioCard
from prioritizer.ui import session
from prioritizer.ui.boundary import act
from prioritizer.ui.markup import element, markdown_literal, show
from prioritizer.words import day, moment

Card = ScenarioCard

ARCHIVED = "scenarios-archived"  # the key of the box that shows what is in the archive
CARD_WIDTH = 340  # pixels


def cards() -> tuple[Card, ...]:
    """The scenarios that whoever is here may see, the base first; those in the archive only where asked for."""
    if session.here().is_workspace:
        archived = bool(st.session_state.get(ARCHIVED, False))
        return scenarios.cards(session.workspace(), session.person().id, archived=archived)
    return tuple(Card(id=one.id, name=one.name) for one in session.choices())


def box(id_: str) -> str:
    """The key of the box that puts a scenario into the comparison."""
    return f"compare-{id_}"


def show_cards(known: Sequence[Card], chosen: Sequence[Card], is_full: bool) -> None:
    """A card for each scenario."""
    ids = {card.id for card in chosen}
    names = {card.id: card.name for card in known}
    with st.container(horizontal=True, wrap=True, gap="small", key="scenario-cards"):
        for card in known:
            with st.container(border=True, width=CARD_WIDTH, gap=None, key=f"card-{card.id}"):
                _card(card, names, is_full and card.id not in ids)
    if session.here().is_workspace:
        st.checkbox(_("Show what is in the archive"), key=ARCHIVED)


def _card(card: Card, names: dict[str, str], cannot: bool) -> None:
    name = markdown_literal(card.name)
    st.checkbox(f"**{name}**", key=box(card.id), disabled=cannot or bool(card.trouble))
    show(element("p", " · ".join(_said(card, names)), class_="quiet card-said"))
    if card.why and card.author:  # of what was imported it names the files
        show(element("p", card.why, class_="quiet card-said"))
    if card.trouble:
        show(element("p", card.trouble, class_="field-complaint", role="alert"))
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("List"),
            key=f"open-{card.id}",
            type="tertiary",
            disabled=bool(card.trouble),
            on_click=partial(_open, card, "list"),
        )
        if not card.trouble:
            st.button(_("What if"), key=f"try-{card.id}", type="tertiary", on_click=partial(_open, card, "what-if"))
        if session.here().is_workspace:
            with st.popover(_("More"), type="tertiary", key=f"more-{card.id}"):
                _more(card)


def _open(card: Card, page: str) -> None:
    """Turn to a page about a scenario, at the next look: to a what-if that begins as it, where it extends another."""
    if page == "what-if" and card.extends is not None:
        st.session_state[TURN] = {"page": page, "of": card.id}
        return
    session.choose(card.id)
    st.session_state[TURN] = {"page": page}


TURN = "scenarios-turn-to"


def turn() -> None:
    """Leave for the page that a card leads to."""
    if wanted := st.session_state.pop(TURN, None):
        session.turn_to(**wanted)


def _said(card: Card, names: dict[str, str]) -> list[str]:
    """What a card says in small print."""
    said = []
    if card.version:
        state = _("archived") if card.archived else _("shared") if card.shared else _("private, seen by you only")
        said.append(state)
        said.append(_("version {version} of {day}").format(version=card.version, day=day(card.at)))
        if card.author_name:
            said.append(_("by {name}").format(name=card.author_name))
    if card.extends is not None and card.extends in names:
        said.append(_("on “{name}”").format(name=names[card.extends]))
    if card.changes:
        said.append(ngettext("{n} change", "{n} changes", card.changes).format(n=card.changes))
    return said


def _more(card: Card) -> None:
    """What can be done with a scenario of the workspace."""
    path, who, why = session.workspace(), session.person().id, f"why-{card.id}"
    st.text_input(_("Why"), key=why, help=_("Stands beside the scenario and in the history."))
    if card.may_share and not card.shared:
        said = _("“{name}” is shared: all who see the list see it.").format(name=card.name)
        _button(_("Share with everybody"), card, lambda: scenarios.share(path, card.id, who, _typed(why)), said)
    if card.may_archive and not card.archived:
        said = _("“{name}” is in the archive.").format(name=card.name)
        _button(_("Put into the archive"), card, lambda: scenarios.archive(path, card.id, who, _typed(why)), said)
    if card.may_archive and card.archived:
        said = _("“{name}” is back.").format(name=card.name)
        _button(_("Take out of the archive"), card, lambda: scenarios.take_back(path, card.id, who, _typed(why)), said)
    name = f"copy-name-{card.id}"
    st.text_input(_("Name of a copy"), _("{name}, copy").format(name=card.name), key=name)
    said = _("Copied; the copy is seen by you only.")
    _button(_("Copy"), card, lambda: scenarios.copy(path, card.id, _typed(name), who, _typed(why)), said)
    _versions(card)


def _button(label: str, card: Card, change: Callable[[], object], said: str) -> None:
    """A button that changes something in the workspace and says so; the reason is emptied then."""

    def done() -> None:
        act(change, f"why-{card.id}", said=said)

    st.button(label, key=f"{label}-{card.id}", on_click=done)


def _typed(key: str) -> str:
    return str(st.session_state.get(key, ""))


def _versions(card: Card) -> None:
    known = scenarios.versions(session.workspace(), card.id, session.person().id)
    said = _("Version {version}, {moment}, {who}: {why}")
    lines = [
        said.format(version=one.version, moment=moment(one.at), who=one.who, why=one.why or _("no reason given"))
        for one in reversed(known)
    ]
    listed = element("ul", *(element("li", line) for line in lines), class_="said")
    show(element("p", _("Versions"), class_="field-head"), listed)
