"""Initiatives in the workspace as the people who work on them see them: a department's own, and finance's queue."""

from datetime import UTC, datetime
from pathlib import Path

from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.people import Person
from prioritizer.domain.process import Standing, Status
from prioritizer.domain.record import Record
from prioritizer.domain.workspace import ItemKind, Version
from prioritizer.language import _, ngettext
from prioritizer.services.access import Action, may, require
from prioritizer.services.people import person_of
from prioritizer.store.workspace import Contents, Workspace

ORDER = (
    Status.CHANGES_REQUESTED,
    Status.DRAFT,
    Status.REJECTED,
    Status.SUBMITTED,
    Status.IN_REVIEW,
    Status.APPROVED,
    Status.DECIDED,
    Status.IN_DELIVERY,
    Status.CLOSED,
)
WAITING = (Status.SUBMITTED, Status.IN_REVIEW)


class InProcess(Record):
    """An initiative with where it stands.

    `shown` is the version that it is about: a department's last one, or for all others the one that was submitted.
    `unsubmitted` says that the department has saved more than others see. `days` are whole days since it stands there.
    """

    shown: Version[Initiative]
    standing: Version[Standing]
    unsubmitted: bool
    days: int
    has_figures: bool

    @property
    def id(self) -> str:
        return self.shown.id

    @property
    def since(self) -> str:
        """How long it has stood there, in words."""
        if self.standing.version == 0:
            return ""
        if self.days == 0:
            return _("today")
        return ngettext("for {n} day", "for {n} days", self.days).format(n=self.days)


def own(path: Path, who: str, now: datetime | None = None) -> tuple[InProcess, ...]:
    """The initiatives of somebody's department, those first that wait for it. Raises NotAllowed."""
    with Workspace(path).reading() as contents:
        person = person_of(contents, who)
        require(person, Action.EDIT, person.department)
        found = [
            _in_process(contents, version, now or datetime.now(UTC), whole=True)
            for version in contents.initiatives()
            if version.content.department == person.department
        ]
    return tuple(sorted(found, key=lambda one: ORDER.index(one.standing.content.status)))


def queue(path: Path, who: str, now: datetime | None = None) -> tuple[InProcess, ...]:
    """What somebody may review: what waits for it first, the longest waiting at the top. Raises NotAllowed."""
    with Workspace(path).reading() as contents:
        person = person_of(contents, who)
        require(person, Action.REVIEW)
        found = [
            _in_process(contents, version, now or datetime.now(UTC), whole=False)
            for version in contents.initiatives()
            if _may_review(contents, person, version)
        ]
    return tuple(sorted(found, key=lambda one: (one.standing.content.status not in WAITING, one.standing.at)))


def _may_review(contents: Contents, person: Person, version: Version[Initiative]) -> bool:
    standing = contents.standing(version.id).content
    submitted = standing.version > 0 and standing.status is not Status.DRAFT
    return submitted and may(person, Action.REVIEW, version.content.department, standing.submitted_by)


def _in_process(contents: Contents, last: Version[Initiative], now: datetime, *, whole: bool) -> InProcess:
    standing = contents.standing(last.id)
    submitted = contents.at_version(ItemKind.INITIATIVE, last.id, standing.content.version)
    review = contents.find(ItemKind.REVIEW, last.id)
    shown = last if whole or submitted is None else submitted
    return InProcess(
        shown=shown,
        standing=standing,
        unsubmitted=whole and standing.content.version not in (0, last.version),
        days=max((now - datetime.fromisoformat(standing.at)).days, 0) if standing.version else 0,
        has_figures=review is not None and review.content.figures is not None,
    )
