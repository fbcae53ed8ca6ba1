"""The places of the application, in the order of the work, and who sees them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from prioritizer.domain.people import Person, Role
from prioritizer.language import _
from prioritizer.services.access import Action, may
from prioritizer.ui.served import Served
from prioritizer.ui.views import (
    administration,
    assumptions,
    customers,
    decide,
    mine,
    not_yours,
    open_company,
    overview,
    priority_list,
    review,
    scenarios,
    start,
    submit,
    what_if,
)

START = ""  # the address that leads to somebody's first page
OF_THE_LIST = {"initiative", "order"}  # what an address asks of the list; the overview has nothing of the kind
# Pages that need no list to be open.
WITHOUT_A_LIST = ("open", "mine", "submit", "review", "decide", "assumptions", "administration")
# The page on which each role begins; who holds several begins with the first of them.
FIRST = {Role.EXECUTIVE: "overview", Role.FINANCE: "review", Role.DEPARTMENT_HEAD: "mine", Role.ADMIN: "administration"}


def pages(what: Served, who: Person | None) -> dict[str, Any]:
    """All pages by their addresses: a page that somebody may not see stays out of the navigation, and says who may.

    At `/` nothing stands of its own: it leads to the page where a session begins, and to the list what is asked of it.
    """
    named: dict[str, tuple[Callable[[], None], str]] = {
        "overview": (overview.view, _("Overview")),
        "list": (priority_list.view, _("Priority list")),
        "scenarios": (scenarios.view, _("Scenarios")),
        "what-if": (what_if.view, _("What if")),
        "customers": (customers.view, _("Customers")),
        "mine": (mine.view, _("My initiatives")),
        "submit": (submit.view, _("Submit")),
        "review": (review.view, _("Review")),
        "decide": (decide.view, _("Decide")),
        "assumptions": (assumptions.view, _("Assumptions")),
        "administration": (administration.view, _("Administration")),
        "open": (open_company.view, _("Open a company")),
    }
    first = first_page(what, who)
    begin = (first, named[first][1])
    lead = ("list", named["list"][1]) if first == "overview" and OF_THE_LIST & set(st.query_params) else begin
    made = {START: st.Page(partial(start.lead, *lead), title="Prioritizer", visibility="hidden", default=True)}
    for address, (view, title) in named.items():
        if sees(what, who, address):
            made[address] = st.Page(view, title=title, url_path=address)
        else:
            say = partial(not_yours.say, title, seen_by(what, address), *begin)
            made[address] = st.Page(say, title=title, url_path=address, visibility="hidden")
    return made


def seen_by(what: Served, address: str) -> list[Role]:
    """The roles that see a page; none where nobody works here."""
    ones = {role: Person(id=role, name=role, roles=(role,), department=role) for role in Role}
    return [role for role, one in ones.items() if what.is_workspace and sees(what, one, address)]


def sees(what: Served, who: Person | None, address: str) -> bool:
    """Whether somebody sees a page; files are for everybody, and nobody works in them."""
    if not what.is_workspace or who is None:
        return address in ("overview", "list", "scenarios", "what-if", "customers", "assumptions", "open")
    asked = {
        "overview": (Action.READ_PUBLISHED, None),
        "list": (Action.READ_PUBLISHED, None),
        "scenarios": (Action.READ_SUBMITTED, None),
        "what-if": (Action.READ_PUBLISHED, None),
        "customers": (Action.READ_PUBLISHED, None),
        "open": (Action.READ_SUBMITTED, None),
        "mine": (Action.EDIT, who.department),
        "submit": (Action.EDIT, who.department),
        "review": (Action.REVIEW, None),
        "decide": (Action.PUBLISH, None),
        "assumptions": (Action.READ_SUBMITTED, None),
        "administration": (Action.MANAGE_PEOPLE, None),
    }
    action, department = asked[address]
    return may(who, action, department, submitted_by="")


def first_page(what: Served, who: Person | None) -> str:
    """Where a session begins."""
    for role, address in FIRST.items():
        if who is not None and who.holds(role) and sees(what, who, address):
            return address
    return "list"
