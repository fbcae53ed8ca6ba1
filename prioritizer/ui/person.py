"""Who is here: looked up in the workspace at every run, so that a role that was taken away ends with the next click."""

import streamlit as st

from prioritizer.domain.people import Person
from prioritizer.language import _
from prioritizer.services.people import people
from prioritizer.ui.markup import markdown_literal
from prioritizer.ui.served import Kind, Served
from prioritizer.ui.sign_in import signed_in

_ADDRESS = "as"  # the key in the address that says as whom one looks at it
_SWITCH, _CHOSEN, _SWITCHED = "switch", "as-whom", "has-switched"
FIRST = "elena"  # with whom the demonstration begins: an executive


def present(served: Served) -> Person | None:
    """The person who is here now; None where nobody is signed in, or nobody has to be."""
    if served.kind is Kind.DEMONSTRATION:
        known = {person.id: person for person in people(served.path).people if person.active}
        return known.get(_chosen()) or known[FIRST]
    if served.kind is Kind.WORKSPACE:
        return signed_in(served.path)
    return None


def _chosen() -> str:
    return str(st.session_state.get(_CHOSEN) or st.query_params.get(_ADDRESS) or FIRST)


def person_in_address() -> dict[str, str]:
    """What a link has to say so that it opens for the same person; nothing outside the demonstration."""
    return {_ADDRESS: st.query_params[_ADDRESS]} if _ADDRESS in st.query_params else {}


def switch(served: Served) -> None:
    """In the demonstration: in whose role one looks at it. The address keeps it over a refresh."""
    known = {person.id: person for person in people(served.path).people if person.active}
    chosen = _chosen() if _chosen() in known else FIRST
    st.session_state[_CHOSEN] = chosen
    if chosen == FIRST:
        st.query_params.pop(_ADDRESS, None)
    else:
        st.query_params[_ADDRESS] = chosen
    st.selectbox(
        _("Look at it as"),
        list(known),
        index=list(known).index(chosen),
        format_func=lambda id_: in_words(known[id_]),
        key=_SWITCH,
        width=340,
        label_visibility="collapsed",
        on_change=_switched,
    )


def _switched() -> None:
    """Somebody else is here now: what the one before had open is closed."""
    st.session_state[_CHOSEN] = st.session_state[_SWITCH]
    st.session_state[_SWITCHED] = True
    st.query_params.clear()


def has_switched() -> bool:
    """In the demonstration: whether somebody else is here since the last look. Says so once."""
    return bool(st.session_state.pop(_SWITCHED, False))


def in_words(person: Person) -> str:
    """Somebody with their roles, as they stand in the header."""
    return _("{name}, {roles}").format(name=markdown_literal(person.name), roles=roles_in_words(person))


def roles_in_words(person: Person) -> str:
    """The roles of somebody, with the department that they head."""
    words = ", ".join(role.words for role in person.roles)
    return f"{words} ({person.department})" if person.department else words
