"""What somebody has typed and not saved: kept as it is typed, for them alone, and there again after a refresh."""

from pathlib import Path
from typing import Any

from prioritizer.domain.people import Person
from prioritizer.domain.record import Record
from prioritizer.domain.workspace import ItemKind
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.services.access import Action, require
from prioritizer.services.people import person_of
from prioritizer.services.process import require_visible, submitter_for
from prioritizer.store import drafts as store
from prioritizer.store.workspace import Changes, Contents, Workspace

LONGEST = 1_000_000  # characters of one draft
REVIEW = "review:"  # how the keys of drafts begin that finance types about an initiative


class Draft(Record):
    """What was typed into a form: `id` is the initiative's, or a key of its own where there is none yet.

    What finance types in a review has the key that `review_key` gives.
    `typed` is what the form wrote, and `at` when it was kept, in UTC as `domain.workspace.timestamp` writes it.
    """

    id: str
    typed: dict[str, Any]
    at: str


def drafts(path: Path, who: str) -> tuple[Draft, ...]:
    """Every submission that somebody has typed and not saved, the newest first; no review is among them."""
    with Workspace(path).reading() as contents:
        person_of(contents, who)
        return tuple(one for one in _read(contents, who) if _reviewed(contents, one.id) is None)


def draft(path: Path, id_: str, who: str) -> Draft | None:
    """What somebody has typed under one key; None where there is nothing."""
    with Workspace(path).reading() as contents:
        person_of(contents, who)
        return next((one for one in _read(contents, who) if one.id == id_), None)


def review_key(id_: str) -> str:
    """The key under which is kept what finance types about an initiative."""
    return f"{REVIEW}{id_}"


def keep_draft(path: Path, id_: str, typed: dict[str, Any], who: str) -> Draft:
    """Keep what somebody has typed, in the place of what they typed before.

    Raises NotAllowed: only departments type submissions, and only finance reviews, of what it may review.
    """
    with Workspace(path).changing(who) as changes:
        _require_may_type(changes, person_of(changes, who), id_)
        _require_short(typed)
        store.keep(changes.connection, who, id_, typed, changes.at)
        return Draft(id=id_, typed=typed, at=changes.at)


def drop_draft(path: Path, id_: str, who: str) -> None:
    """Forget what somebody has typed about an initiative."""
    with Workspace(path).changing(who) as changes:
        store.drop(changes.connection, who, id_)


def _require_may_type(changes: Changes, person: Person, id_: str) -> None:
    reviewed = _reviewed(changes, id_)
    if reviewed is None:
        require(person, Action.EDIT, person.department)
        return
    known, standing = require_visible(changes, reviewed, person.id), changes.standing(reviewed).content
    require(person, Action.REVIEW, known.content.department, submitter_for(standing, person.id))


def _reviewed(contents: Contents, key: str) -> str | None:
    """The initiative that a draft reviews; None where it is a submission, whatever its initiative is called."""
    is_review = key.startswith(REVIEW) and contents.find(ItemKind.INITIATIVE, key) is None
    return key.removeprefix(REVIEW) if is_review else None


def _require_short(typed: dict[str, Any]) -> None:
    length = len(str(typed))
    if length > LONGEST:
        rule = _("the draft is too long: {count} characters").format(count=length)
        raise InputError([Complaint(rule, _("Use at most {most} characters.").format(most=LONGEST))])


def _read(contents: Contents, who: str) -> tuple[Draft, ...]:
    return tuple(Draft(id=id_, typed=typed, at=at) for id_, typed, at in store.kept(contents.connection, who))
