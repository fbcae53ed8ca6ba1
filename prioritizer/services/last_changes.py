"""When each number of a workspace's list got the value that it has, and by whom."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from prioritizer.domain.assumptions import initiative_numbers
from prioritizer.domain.decisions import Listed
from prioritizer.domain.quantity import Quantity
from prioritizer.domain.register import Change
from prioritizer.domain.workspace import COMPANY, ItemKind, Version
from prioritizer.services.access import Action, require
from prioritizer.services.people import person_of
from prioritizer.services.register import company_places
from prioritizer.services.shared import list_in
from prioritizer.store.workspace import Contents, Workspace


def last_changes(path: Path, who: str) -> dict[str, Change]:
    """When each number of the shared list got the value that it has, and by whom, by its place. Raises NotAllowed.

    Of an initiative that finance has approved with figures of its own, those are what counts.
    """
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.READ_SUBMITTED)
        found = _changes(contents.versions(ItemKind.COMPANY, COMPANY), company_places)
        for listed in list_in(contents).origin.initiatives:
            found |= _changes(_versions_on_the_list(contents, listed), lambda one: dict(initiative_numbers(one)))
    return found


def _versions_on_the_list(contents: Contents, listed: Listed) -> list[Version[Any]]:
    """The versions of an initiative up to the one on the list: finance's where its figures count."""
    if listed.review:
        reviews = contents.versions(ItemKind.REVIEW, listed.id)
        with_figures = [
            one.model_copy(update={"content": one.content.figures})
            for one in reviews
            if one.version <= listed.review and one.content.figures
        ]
        if with_figures and with_figures[-1].version == listed.review:
            return [*_submitted(contents, listed), *with_figures]
    return _submitted(contents, listed)


def _submitted(contents: Contents, listed: Listed) -> list[Version[Any]]:
    return [one for one in contents.versions(ItemKind.INITIATIVE, listed.id) if one.version <= listed.version]


def _changes(versions: Sequence[Version[Any]], numbers: Callable[[Any], Mapping[str, Quantity]]) -> dict[str, Change]:
    found: dict[str, Change] = {}
    before: Mapping[str, Quantity] = {}
    for version in versions:
        now = numbers(version.content)
        found |= {
            place: Change(at=version.at, who=version.who)
            for place, number in now.items()
            if before.get(place) != number
        }
        before = now
    return found
