"""What stands at the address of a page that somebody may not see: who does see it, and where to go instead."""

from collections.abc import Sequence

from prioritizer.domain.people import Role
from prioritizer.language import _
from prioritizer.ui import session
from prioritizer.ui.markup import element, show
from prioritizer.ui.person import roles_in_words


def say(page: str, seen_by: Sequence[Role], first: str, first_title: str) -> None:
    """Say it in words, in place of the page."""
    show(
        element(
            "section",
            element("h1", _("“{page}” is not one of your pages").format(page=page), class_="answer"),
            element("p", _who_sees_it(seen_by), class_="said"),
            element("a", _("Go to “{page}”").format(page=first_title), href=session.address_of(first), target="_self"),
            class_="not-yours",
        )
    )


def _who_sees_it(seen_by: Sequence[Role]) -> str:
    who = session.somebody()
    if who is None:
        return _("People see it in a workspace, according to their roles. Here a file is looked at.")
    said = _("It is seen by: {seen_by}. You are here as {name}, {roles}.")
    return said.format(seen_by=", ".join(one.plural for one in seen_by), name=who.name, roles=roles_in_words(who))
