"""Who is signed in to a workspace, asked at every run of a page; and what stands there where nobody is."""

from pathlib import Path
from urllib.parse import urlencode, urlsplit

import streamlit as st

from prioritizer.domain.people import Person
from prioritizer.language import _
from prioritizer.services import sign_in as services
from prioritizer.ui import company_account
from prioritizer.ui.cookies import SESSION
from prioritizer.ui.markup import element, show

_WHO = "signed-in"  # in the browser's session: whose state it holds


def signed_in(path: Path) -> Person | None:
    """Who is signed in, as they are now, with a password or a company account; None where nobody is.

    What a window holds of somebody else is forgotten.
    """
    person = _by_cookie(path) or _by_company_account(path)
    if person is not None:
        if st.session_state.get(_WHO, person.id) != person.id:
            st.session_state.clear()
        st.session_state[_WHO] = person.id
    return person


def sign_out_everywhere(path: Path) -> None:
    """End all sessions of whoever is signed in, on every device; the page then shows `ask`."""
    person = signed_in(path)
    if person is not None:
        services.sign_out(path, person.id)
    if company_account.is_signed_in():
        company_account.leave()
    st.rerun()


def ask() -> None:
    """What stands where nobody is signed in: where to go, and nothing of the workspace."""
    if company_account.is_asked_for():
        company_account.ask()
        show(element("p", _("Your company's sign-in opens …")))
        return
    text = _("Your session is over, or was ended elsewhere.")
    if company_account.is_signed_in():
        text = _(
            "Your company account belongs to nobody in this workspace, or its session is over. Sign in again; "
            "if that does not help, ask an admin to add you under your e-mail address."
        )
    link = element("a", _("Sign in"), href=f"/sign-in?{urlencode({'next': _here()})}", target="_self")
    show(element("section", element("h1", _("You are not signed in")), element("p", text), link, class_="signed-out"))
    if company_account.is_signed_in() and st.button(_("Leave this company account"), key="leave-account"):
        company_account.leave()


def _by_cookie(path: Path) -> Person | None:
    token = st.context.cookies.get(SESSION)
    return services.person_of_session(path, token) if isinstance(token, str) else None


def _by_company_account(path: Path) -> Person | None:
    identity = company_account.identity()
    return services.person_of_identity(path, identity) if identity else None


def _here() -> str:
    """The address of the page that is open, to come back to."""
    there = urlsplit(st.context.url or "/")
    return f"{there.path or '/'}?{there.query}" if there.query else there.path or "/"
