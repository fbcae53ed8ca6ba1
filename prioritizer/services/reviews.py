"""What is said about an initiative: finance's own figures beside the department's, comments, and the trail of both."""

from pathlib import Path

from prioritizer.domain.decisions import Review
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.process import Comment, Standing, Status, Step
from prioritizer.domain.record import Record
from prioritizer.domain.scenarios import check
from prioritizer.domain.workspace import ItemKind, Version
from prioritizer.errors import Complaint, Conflict, InputError
from prioritizer.language import _
from prioritizer.services.access import Action, may, require
from prioritizer.services.citations import check_citations
from prioritizer.services.people import person_of
from prioritizer.services.process import next_steps, require_list_holds, require_visible, seen_version, submitter_for
from prioritizer.store.complaints import read_record
from prioritizer.store.strict_yaml import Document
from prioritizer.store.workspace import Changes, Workspace


class File(Record):
    """All that the workspace knows of an initiative and that somebody may see.

    `last` is its last version, or the submitted one for those who may not see more; `submitted` the one that everybody
    sees, None before it was submitted. `versions`, `trail`, `reviews` and `comments` come oldest first. `steps` are
    those that the person may take now.
    """

    last: Version[Initiative]
    submitted: Version[Initiative] | None
    versions: tuple[Version[Initiative], ...]
    standing: Version[Standing]
    trail: tuple[Version[Standing], ...]
    reviews: tuple[Version[Review], ...]
    comments: tuple[Version[Comment], ...]
    steps: tuple[Step, ...]

    @property
    def review(self) -> Version[Review] | None:
        """Finance's review as it is now."""
        return self.reviews[-1] if self.reviews else None


def file_of(path: Path, id_: str, who: str) -> File:
    """All that somebody may see of an initiative. Raises UnknownName where there is none, or they may not see it."""
    with Workspace(path).reading() as contents:
        require_visible(contents, id_, who)
        last, standing = seen_version(contents, id_, who), contents.standing(id_)
        assert last is not None
        versions, trail = contents.versions(ItemKind.INITIATIVE, id_), contents.versions(ItemKind.STANDING, id_)
        submitted = next((one for one in versions if one.version == standing.content.version), None)
        person = person_of(contents, who)
        if not may(person, Action.READ_DRAFT, last.content.department):
            shown = {one.content.version for one in trail}
            versions = tuple(one for one in versions if one.version in shown)
        told = may(person, Action.READ_REVIEW, last.content.department)
        comments = [one for one in contents.all(ItemKind.COMMENT) if told and one.content.initiative == id_]
        return File(
            last=last,
            submitted=submitted,
            versions=versions,
            standing=standing,
            trail=trail,
            reviews=contents.versions(ItemKind.REVIEW, id_) if told else (),
            comments=tuple(comments),
            steps=next_steps(contents, id_, who),
        )


def save_review(path: Path, id_: str, review: Review, read: int, who: str, why: str = "") -> Version[Review]:
    """Save finance's figures and findings beside the department's, on top of the review that was read; 0 for the first.

    Raises NotAllowed, Conflict where another reviewer was faster, and InputError where the initiative is not in the
    person's review or the figures do not fit.
    """
    with Workspace(path).changing(who) as changes:
        known, standing = require_visible(changes, id_, who), changes.standing(id_).content
        person = person_of(changes, who)
        require(person, Action.REVIEW, known.content.department, submitter_for(standing, person.id))
        if standing.status is not Status.IN_REVIEW or standing.reviewer != who:
            remedy = _("Take it into review first.")
            raise InputError([Complaint(_("is not in your review"), remedy, value=id_)])
        if review.version != standing.version:
            seen = changes.at_version(ItemKind.INITIATIVE, id_, standing.version)
            raise Conflict(ItemKind.INITIATIVE.named(id_), review.version, seen)
        if review.figures is not None:
            _require_same_thing(changes, id_, review.figures)
        saved = changes.save(ItemKind.REVIEW, id_, review, read, why)
        require_list_holds(changes)
        return saved


def comment(path: Path, id_: str, text: str, who: str) -> Version[Comment]:
    """Say something about an initiative. Raises NotAllowed, UnknownName, and InputError where it is empty."""
    with Workspace(path).changing(who) as changes:
        known = require_visible(changes, id_, who)
        require(person_of(changes, who), Action.COMMENT, known.content.department)
        if not text.strip():
            raise InputError([Complaint(_("the comment is empty"), _("Write something."), place="comment")])
        said = read_record(Comment, Document(_("comment"), {"initiative": id_, "text": text}))
        count = sum(one.content.initiative == id_ for one in changes.all(ItemKind.COMMENT))
        return changes.save(ItemKind.COMMENT, f"{id_}/{count + 1}", said, 0)


def _require_same_thing(changes: Changes, id_: str, figures: Initiative) -> None:
    """Finance's figures are of the same initiative, of the same department, and fit the company."""
    company = changes.company()
    assert company is not None
    standing = changes.standing(id_).content
    submitted = changes.at_version(ItemKind.INITIATIVE, id_, standing.version)
    assert submitted is not None
    for field in ("id", "name", "department", "mandatory", "requires", "excludes"):
        if getattr(figures, field) != getattr(submitted.content, field):
            remedy = _("Finance sets figures; what the initiative is, its department says.")
            raise InputError([Complaint(_("may not differ from the department's"), remedy, place=field, value=id_)])
    alone = figures.model_copy(update={"requires": (), "excludes": ()})
    cited = {one.value for one in check_citations([submitted.content])}
    unknown = [one for one in check_citations([alone]) if one.value not in cited]
    if complaints := [*check(company.content, [alone]), *unknown]:
        raise InputError(complaints)
