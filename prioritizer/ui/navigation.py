"""The places of the application, in the order of the work, and who sees them."""

from collections.abc import Callable
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
    open_company,
    priority_list,
    review,
    submit,
    what_if,
)

WITHOUT_A_LIST = (
    "open",
    "mine",
    "submit",
    "review",
    "decide",
    "assumptions",
    "administration",
)  # pages that need no list to be open
# The page on which each role begins; who holds several begins with the first of them.
FIRST = {Role.EXECUTIVE: "list", Role.FINANCE: "review", Role.DEPARTMENT_HEAD: "mine", Role.ADMIN: "administration"}


def pages(what: Served, who: Person | None) -> dict[str, Any]:
    """The pages that somebody sees, by their addresses; one of them is where a session begins."""
    named: dict[str, tuple[Callable[[], None], str]] = {
        "list": (priority_list.view, _("Priority list")),
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
    seen = [address for address in named if sees(what, who, address)]
    first = first_page(who, seen)
    return {
        address: st.Page(named[address][0], title=named[address][1], url_path=address, default=address == first)
        for address in seen
    }


def sees(what: Served, who: Person | None, address: str) -> bool:
    """Whether somebody sees a page; files are for everybody, and nobody works in them."""
    if not what.is_workspace or who is None:
        return address in ("list", "what-if", "customers", "assumptions", "open")
    asked = {
        "list": (Action.READ_PUBLISHED, None),
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


def first_page(who: Person | None, seen: list[str]) -> str:
    """Where a session begins."""
    for role, address in FIRST.items():
        if who is not None and who.holds(role) and address in seen:
            return address
    return seen[0]
