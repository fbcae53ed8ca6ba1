"""Saving and submitting an initiative from a form, so that a second click or a second tab does no harm."""

from enum import StrEnum
from pathlib import Path

from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.process import ON_THE_LIST, PRIVATE, SETTLED, Standing, Status
from prioritizer.domain.record import same_name
from prioritizer.domain.workspace import Version
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.services import process
from prioritizer.services.access import Action, require
from prioritizer.services.people import person_of
from prioritizer.services.process import require_visible, seen_version
from prioritizer.services.workspace import save_initiative
from prioritizer.store.workspace import Workspace


def initiative_of(path: Path, id_: str, who: str) -> Version[Initiative]:
    """An initiative as somebody sees it. Raises UnknownName where somebody may not see it, as where there is none."""
    with Workspace(path).reading() as contents:
        require_visible(contents, id_, who)
        seen = seen_version(contents, id_, who)
        assert seen is not None
        return seen


def initiatives_seen(path: Path, who: str) -> tuple[Version[Initiative], ...]:
    """All initiatives as somebody sees them, drafts of the own department among them."""
    with Workspace(path).reading() as contents:
        seen = [seen_version(contents, version.id, who) for version in contents.initiatives()]
        return tuple(version for version in seen if version is not None)


def ids_taken(path: Path) -> frozenset[str]:
    """The ids of all initiatives, seen or not: none of them can be that of a new one."""
    with Workspace(path).reading() as contents:
        return frozenset(version.id for version in contents.initiatives())


def submitted(path: Path, who: str) -> tuple[Initiative, ...]:
    """What was ever submitted, for comparing claims. Raises NotAllowed."""
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.READ_SUBMITTED)
        return tuple(process.submitted(contents))


class Saving(StrEnum):
    """What becomes of an initiative when its department saves it."""

    PRIVATE = "the department sees it, and nobody else"
    SEEN = "everybody sees it, and it counts on the list"
    ENDS_APPROVAL = "everybody sees it, and its review is open again"
    REFUSED = "it has been decided on"


def saving(path: Path, id_: str, who: str) -> Saving:
    """What saving an initiative would do as it stands now. Raises UnknownName where somebody may not see it."""
    with Workspace(path).reading() as contents:
        require_visible(contents, id_, who)
        known = contents.standing(id_).content
    if known.version == 0 or known.status in PRIVATE:
        return Saving.PRIVATE
    if known.status in SETTLED:
        return Saving.REFUSED
    return Saving.ENDS_APPROVAL if known.status is Status.APPROVED else Saving.SEEN


def told_before(does: Saving) -> str:
    """What those who save should know before they do."""
    return {
        Saving.PRIVATE: "",
        Saving.SEEN: _("It was submitted: what you save counts on the list at once, and everybody sees it."),
        Saving.ENDS_APPROVAL: _(
            "It is approved. Saving ends the approval: what you save counts on the list at once, everybody sees it, "
            "and finance reviews it again."
        ),
        Saving.REFUSED: _(
            "It has been decided on and cannot be edited. Ask finance to reopen the review, or submit a new initiative."
        ),
    }[does]


def save(path: Path, initiative: Initiative, read: int, who: str, why: str = "") -> Version[Initiative]:
    """Save an initiative as `save_initiative` does; what was saved just like this already is left as it is.

    Raises Conflict, NotAllowed, and InputError: something new has the name of another one of its department.
    """
    seen = initiatives_seen(path, who)
    if (same := _same(initiative, read, seen)) is not None:
        return same
    if read == 0:
        _require_a_name_of_its_own(initiative, seen)
    return save_initiative(path, initiative, read, who, why)


def submit(path: Path, saved: Version[Initiative], who: str, why: str = "") -> Version[Standing]:
    """Submit a version that was saved; one that stands on the shared list already, by a click before, stays there."""
    try:
        return process.submit(path, saved.id, saved.version, who, why)
    except InputError:
        if (known := _seen_by_all(path, saved)) is None:
            raise
        return known


def is_seen_by_all(path: Path, saved: Version[Initiative]) -> bool:
    """Whether a version stands on the shared list: what was submitted before is edited in everybody's sight."""
    return _seen_by_all(path, saved) is not None


def _seen_by_all(path: Path, saved: Version[Initiative]) -> Version[Standing] | None:
    with Workspace(path).reading() as contents:
        known = contents.standing(saved.id)
    return known if known.content.version == saved.version and known.content.status in ON_THE_LIST else None


def _same(initiative: Initiative, read: int, seen: tuple[Version[Initiative], ...]) -> Version[Initiative] | None:
    """What has been saved just like this, by a click before or in another tab; something new under any id."""
    for version in seen:
        known = version.content.model_copy(update={"id": initiative.id}) if read == 0 else version.content
        if known == initiative:
            return version
    return None


def _require_a_name_of_its_own(initiative: Initiative, seen: tuple[Version[Initiative], ...]) -> None:
    for known in (version.content for version in seen):
        if known.department == initiative.department and same_name(known.name) == same_name(initiative.name):
            rule = _("is the name of another initiative of your department")
            remedy = _("Edit that one, or give this one a name of its own.")
            raise InputError([Complaint(rule, remedy, place="name", value=initiative.name)])
