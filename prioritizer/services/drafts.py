"""What somebody has typed and not saved: kept as it is typed, for them alone, and there again after a refresh."""

from pathlib import Path
from typing import Any

from prioritizer.domain.record import Record
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.services.access import Action, require
from prioritizer.services.people import person_of
from prioritizer.store import drafts as store
from prioritizer.store.workspace import Contents, Workspace

LONGEST = 1_000_000  # characters of one draft


class Draft(Record):
    """What was typed into a form: `id` is the initiative's, or a key of its own where there is none yet.

    `typed` is what the form wrote, and `at` when it was kept, in UTC as `domain.workspace.timestamp` writes it.
    """

    id: str
    typed: dict[str, Any]
    at: str


def drafts(path: Path, who: str) -> tuple[Draft, ...]:
    """Everything that somebody has typed and not saved, the newest first."""
    with Workspace(path).reading() as contents:
        person_of(contents, who)
        return _read(contents, who)


def draft(path: Path, id_: str, who: str) -> Draft | None:
    """What somebody has typed about one initiative; None where there is nothing."""
    return next((one for one in drafts(path, who) if one.id == id_), None)


def keep_draft(path: Path, id_: str, typed: dict[str, Any], who: str) -> Draft:
    """Keep what somebody has typed, in the place of what they typed before. Raises NotAllowed."""
    with Workspace(path).changing(who) as changes:
        person = person_of(changes, who)
        require(person, Action.EDIT, person.department)
        _require_short(typed)
        store.keep(changes.connection, who, id_, typed, changes.at)
        return Draft(id=id_, typed=typed, at=changes.at)


def drop_draft(path: Path, id_: str, who: str) -> None:
    """Forget what somebody has typed about an initiative."""
    with Workspace(path).changing(who) as changes:
        store.drop(changes.connection, who, id_)


def _require_short(typed: dict[str, Any]) -> None:
    length = len(str(typed))
    if length > LONGEST:
        rule = _("the draft is too long: {count} characters").format(count=length)
        raise InputError([Complaint(rule, _("Use at most {most} characters.").format(most=LONGEST))])


def _read(contents: Contents, who: str) -> tuple[Draft, ...]:
    return tuple(Draft(id=id_, typed=typed, at=at) for id_, typed, at in store.kept(contents.connection, who))
