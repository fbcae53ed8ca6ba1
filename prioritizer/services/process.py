"""The steps of an initiative from draft to closed: who may take which, from where, on which content."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from prioritizer.domain.decisions import Review
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.process import ON_THE_LIST, PRIVATE, RULES, SETTLED, Standing, Status, Step
from prioritizer.domain.record import nearest
from prioritizer.domain.workspace import ItemKind, Version
from prioritizer.errors import Complaint, Conflict, InputError, UnknownName
from prioritizer.language import _
from prioritizer.services.access import Action, may, require
from prioritizer.services.claim_places import missing_reasons
from prioritizer.services.people import person_of
from prioritizer.services.shared import list_in
from prioritizer.store.workspace import Changes, Contents, Workspace

ASKED: dict[Step, Action] = {
    Step.SUBMIT: Action.SUBMIT,
    Step.WITHDRAW: Action.SUBMIT,
    Step.CLAIM: Action.REVIEW,
    Step.ASK: Action.REVIEW,
    Step.APPROVE: Action.REVIEW,
    Step.REJECT: Action.REVIEW,
    Step.DECIDE: Action.PUBLISH,
    Step.START: Action.SUBMIT,
    Step.CLOSE: Action.SUBMIT,
    Step.REOPEN: Action.REVIEW,
}
BY_THE_REVIEWER = (Step.ASK, Step.APPROVE, Step.REJECT)


def submit(path: Path, id_: str, read: int, who: str, why: str = "") -> Version[Standing]:
    """Submit the last version of an initiative; `read` is the version that the person saw.

    Raises Conflict where it is not the last one, NotAllowed, and InputError where it cannot be submitted.
    """
    return take(path, id_, Step.SUBMIT, read, who, why)


def take(
    path: Path, id_: str, step: Step, read: int, who: str, why: str = "", review: int | None = None
) -> Version[Standing]:
    """Take a step with an initiative, on the version of its content, and of finance's review, that the person saw.

    Raises Conflict where the content is another one by now, NotAllowed, and InputError where the step does not lead on
    from where the initiative stands, or must say why.
    """
    with Workspace(path).changing(who) as changes:
        taken = step_in(changes, id_, step, read, why, review=review)
        require_list_holds(changes)
        return taken


def submit_in(changes: Changes, ids: Iterable[str], why: str) -> None:
    """Submit the last versions of several that may need each other, inside a change."""
    listed = list(ids)
    for id_ in listed:
        initiative = _initiative(changes, id_)
        step_in(changes, id_, Step.SUBMIT, initiative.version, why, together=listed)


def step_in(
    changes: Changes,
    id_: str,
    step: Step,
    read: int,
    why: str,
    *,
    together: Iterable[str] = (),
    review: int | None = None,
    **decided: Any,
) -> Version[Standing]:
    """One step inside a change.

    `together` are others that are submitted with it; `review` is the version of finance's review that was seen, where
    that matters; `decided` what a decision sets.
    """
    person = person_of(changes, changes.who)
    initiative, known = require_visible(changes, id_, changes.who), changes.standing(id_)
    standing = known.content
    require(person, ASKED[step], initiative.content.department, submitter_for(standing, person.id))
    seen = _seen(changes, id_, step, initiative, standing)
    _require_next(id_, step, known, why)
    if read != seen.version:
        raise Conflict(ItemKind.INITIATIVE.named(id_), read, seen)
    _require_review_seen(changes, id_, review)
    _REQUIRED.get(step, _nothing)(changes, seen.content, known, tuple(together))
    changed = {"status": RULES[step].to, **_FIELDS.get(step, _no_fields)(changes, seen, standing), **decided}
    return changes.save(ItemKind.STANDING, id_, standing.model_copy(update=changed), known.version, why)


def submitter_for(standing: Standing, person: str) -> str:
    """Who submitted it, as rights are asked: somebody who ever did is one of them."""
    return person if person in standing.authors else standing.submitted_by


def _require_review_seen(changes: Changes, id_: str, review: int | None) -> None:
    known = changes.find(ItemKind.REVIEW, id_)
    if review is not None and review != (known.version if known else 0):
        raise Conflict(ItemKind.REVIEW.named(id_), review, known)


def next_steps(contents: Contents, id_: str, who: str) -> tuple[Step, ...]:
    """The steps that somebody may take now with an initiative, but for deciding, which is done for all at once."""
    person, initiative, known = person_of(contents, who), _initiative(contents, id_), contents.standing(id_)
    return tuple(
        step
        for step, rule in RULES.items()
        if step is not Step.DECIDE
        and known.content.status in rule.sources
        and may(person, ASKED[step], initiative.content.department, submitter_for(known.content, person.id))
        and not (step in BY_THE_REVIEWER and known.content.reviewer != person.id)
        and not (
            step is Step.CLAIM and known.content.reviewer == person.id and known.content.status is Status.IN_REVIEW
        )
        and not (step is Step.START and not known.content.funded)
    )


def follow(changes: Changes, saved: Version[Initiative], why: str, *, edited: bool = True) -> None:
    """Let an initiative stand where it does after a save: what was submitted is seen as it was saved.

    An approval belongs to the content that was approved: an edit leads back into review.

    Args:
        edited: whether it was more than being made a must-do.

    Raises:
        InputError: it has been decided on, and may not be edited any more.
    """
    known = changes.standing(saved.id)
    status = known.content.status
    if status in SETTLED and edited:
        remedy = _("Ask finance to reopen the review, or submit a new initiative.")
        raise InputError([Complaint(_("has been decided on and cannot be edited"), remedy, value=saved.id)])
    if not edited and known.content.version not in (0, saved.version - 1):
        remedy = _("Wait until its department has submitted it again.")
        raise InputError([Complaint(_("is being changed by its department"), remedy, value=saved.id)])
    if known.content.version == 0 or (status in PRIVATE and edited):
        return
    moved: dict[str, Any] = {"version": saved.version}
    if edited:
        _require_submittable(changes, saved.content, known, ())
        by = known.content.by(changes.who)
        moved |= {"submitted_by": by.submitted_by, "authors": by.authors}
    if edited and status is Status.APPROVED:
        moved |= {"status": Status.IN_REVIEW, "reviewed": 0}
        why = why or _("Edited after it was approved")
    changes.save(ItemKind.STANDING, saved.id, known.content.model_copy(update=moved), known.version, why)


def require_list_holds(changes: Contents) -> None:
    """Raise InputError where the shared list no longer holds together, under any scenario that is in everybody's use.

    What somebody has built, and what is archived, is in nobody's way: it is shown as broken instead.
    """
    if changes.company() is None:
        return
    states = {id_: known.content for id_, known in changes.scenario_states().items()}
    for scenario in [None, *(id_ for id_, state in states.items() if not state.author and not state.archived)]:
        list_in(changes, scenario)


def seen_version(contents: Contents, id_: str, who: str) -> Version[Initiative] | None:
    """An initiative as somebody sees it: the department its last version, all others what was submitted; else None."""
    person, known = person_of(contents, who), contents.find(ItemKind.INITIATIVE, id_)
    if known is None or not visible(contents, id_, who):
        return None
    if may(person, Action.READ_DRAFT, known.content.department):
        return known
    return contents.at_version(ItemKind.INITIATIVE, id_, contents.standing(id_).content.version)


def visible(contents: Contents, id_: str, who: str) -> bool:
    """Whether somebody may see an initiative at all: what was submitted, or a draft of the own department."""
    person, known = person_of(contents, who), contents.find(ItemKind.INITIATIVE, id_)
    if known is None:
        return False
    standing = contents.standing(id_).content
    return may(person, Action.READ_DRAFT, known.content.department) or (
        standing.version > 0 and standing.status is not Status.DRAFT and may(person, Action.READ_SUBMITTED)
    )


def require_visible(contents: Contents, id_: str, who: str) -> Version[Initiative]:
    """The last version of an initiative that somebody may see. Raises UnknownName in the same words for all others."""
    if not visible(contents, id_, who):
        raise UnknownName([_unknown(contents, id_, who)])
    return _initiative(contents, id_)


def _unknown(contents: Contents, id_: str, who: str) -> Complaint:
    known = [version.id for version in contents.initiatives() if visible(contents, version.id, who)]
    return Complaint(_("is not an initiative"), nearest(id_, known), value=id_)


def _initiative(contents: Contents, id_: str) -> Version[Initiative]:
    if (found := contents.find(ItemKind.INITIATIVE, id_)) is None:
        raise UnknownName([Complaint(_("is not an initiative"), _("Check the link."), value=id_)])
    return found


def _seen(changes: Changes, id_: str, step: Step, last: Version[Initiative], standing: Standing) -> Version[Initiative]:
    """The content that a step is about: what was submitted, or the last version where it is being submitted."""
    if step is Step.SUBMIT or standing.version in (0, last.version):
        return last
    found = changes.at_version(ItemKind.INITIATIVE, id_, standing.version)
    assert found is not None
    return found


def _require_next(id_: str, step: Step, known: Version[Standing], why: str) -> None:
    """Refuse a step that does not lead on from here, or does not say why it is taken."""
    rule, standing = RULES[step], known.content
    by = _("It is {status} since {at}, by {who}.").format(status=standing.status.words, at=known.at[:16], who=known.who)
    if standing.status not in rule.sources:
        here = by if known.version else _("It is a draft.")
        said = _("cannot take the step “{step}” from here").format(step=step.words)
        raise InputError([Complaint(said, here, value=id_)])
    if rule.says_why and not why.strip():
        remedy = _("Say why: the others have to know what to do.")
        raise InputError([Complaint(_("a reason is missing"), remedy, place="why")])


def _nothing(changes: Changes, initiative: Initiative, known: Version[Standing], together: tuple[str, ...]) -> None:
    """No more is asked of this step."""


def _require_prerequisites(
    changes: Changes, initiative: Initiative, known: Version[Standing], together: tuple[str, ...]
) -> None:
    """What an initiative requires has to be on the list, or to come with it."""
    missing = [id_ for id_ in initiative.requires if id_ not in together and not changes.standing(id_).content.is_met]
    if missing:
        rule = _("requires {names}, which is not submitted").format(names=", ".join(missing))
        raise InputError([Complaint(rule, _("Submit that first, or together with it."), value=initiative.id)])


def _require_reasons(changes: Changes, initiative: Initiative) -> None:
    """A claim that is larger than nine of ten of its kind has to say why."""
    company = changes.company()
    if company is None:
        return
    if complaints := missing_reasons(initiative, company.content, submitted(changes)):
        raise InputError(complaints)


def _require_submittable(
    changes: Changes, initiative: Initiative, known: Version[Standing], together: tuple[str, ...]
) -> None:
    _require_prerequisites(changes, initiative, known, together)
    _require_reasons(changes, initiative)


def _require_nobody_needs_it(
    changes: Changes, initiative: Initiative, known: Version[Standing], together: tuple[str, ...]
) -> None:
    """Others on the list may require it, as they were submitted; what was delivered stays done."""
    if known.content.delivered:
        return
    others = [
        other.id for other in listed(changes) if other.id != initiative.id and initiative.id in other.content.requires
    ]
    if others:
        rule = _("is required by {names}").format(names=", ".join(others))
        raise InputError([Complaint(rule, _("Take those from the list first."), value=initiative.id)])


def submitted(contents: Contents) -> list[Initiative]:
    """Everything that was ever submitted, as it was submitted last; whether it is on the list or not."""
    found = [
        contents.at_version(ItemKind.INITIATIVE, id_, known.content.version)
        for id_, known in contents.standings().items()
        if known.content.version > 0
    ]
    return [version.content for version in found if version is not None]


def listed(changes: Contents) -> list[Version[Initiative]]:
    """What is on the list, as it was submitted."""
    found = [
        changes.at_version(ItemKind.INITIATIVE, id_, known.content.version)
        for id_, known in changes.standings().items()
        if known.content.status in ON_THE_LIST
    ]
    return [version for version in found if version is not None]


def _require_rejectable(
    changes: Changes, initiative: Initiative, known: Version[Standing], together: tuple[str, ...]
) -> None:
    _require_reviewer(changes, initiative, known, together)
    _require_nobody_needs_it(changes, initiative, known, together)


def _require_reviewer(
    changes: Changes, initiative: Initiative, known: Version[Standing], together: tuple[str, ...]
) -> None:
    reviewer = known.content.reviewer
    if reviewer != changes.who:
        rule = _("is being reviewed by {who}").format(who=reviewer)
        raise InputError([Complaint(rule, _("Take it into review yourself first."), value=initiative.id)])


def _require_current_figures(
    changes: Changes, initiative: Initiative, known: Version[Standing], together: tuple[str, ...]
) -> None:
    """Finance's figures have to be about the content that is approved."""
    _require_reviewer(changes, initiative, known, together)
    review = changes.find(ItemKind.REVIEW, initiative.id)
    if review and review.content.figures and review.content.version != known.content.version:
        rule = _("has finance's figures for version {old}, and version {new} is under review").format(
            old=review.content.version, new=known.content.version
        )
        remedy = _("Look at the figures again, and save or remove them.")
        raise InputError([Complaint(rule, remedy, value=initiative.id)])


def _require_unclaimed(
    changes: Changes, initiative: Initiative, known: Version[Standing], together: tuple[str, ...]
) -> None:
    if known.content.status is Status.IN_REVIEW and known.content.reviewer == changes.who:
        raise InputError([Complaint(_("is in your review already"), _("Approve, ask or reject."), value=initiative.id)])


def _require_funded(
    changes: Changes, initiative: Initiative, known: Version[Standing], together: tuple[str, ...]
) -> None:
    if not known.content.funded:
        remedy = _("Only what a decision funds is delivered.")
        raise InputError([Complaint(_("is not funded"), remedy, value=initiative.id)])
    standings = [(id_, changes.standing(id_).content) for id_ in initiative.requires]
    if missing := [id_ for id_, one in standings if not (one.delivered or one.funded)]:
        rule = _("requires {names}, which is not funded").format(names=", ".join(missing))
        raise InputError([Complaint(rule, _("Wait until that is decided."), value=initiative.id)])


_REQUIRED = {
    Step.SUBMIT: _require_submittable,
    Step.WITHDRAW: _require_nobody_needs_it,
    Step.REJECT: _require_rejectable,
    Step.CLOSE: _require_nobody_needs_it,
    Step.ASK: _require_reviewer,
    Step.APPROVE: _require_current_figures,
    Step.CLAIM: _require_unclaimed,
    Step.START: _require_funded,
}


def _no_fields(changes: Changes, seen: Version[Initiative], standing: Standing) -> dict[str, Any]:
    return {}


def _submitted(changes: Changes, seen: Version[Initiative], standing: Standing) -> dict[str, Any]:
    by = standing.by(changes.who)
    return {
        "version": seen.version,
        "submitted_by": by.submitted_by,
        "authors": by.authors,
        "reviewed": 0,
        "decision": "",
        "funded": False,
    }


def _claimed(changes: Changes, seen: Version[Initiative], standing: Standing) -> dict[str, Any]:
    return {"reviewer": changes.who}


def _approved(changes: Changes, seen: Version[Initiative], standing: Standing) -> dict[str, Any]:
    review = changes.find(ItemKind.REVIEW, seen.id)
    content: Review | None = review.content if review else None
    return {"reviewed": review.version if review and content and content.figures else 0}


def _reopened(changes: Changes, seen: Version[Initiative], standing: Standing) -> dict[str, Any]:
    return {"reviewer": changes.who, "reviewed": 0, "decision": "", "funded": False}


def _started(changes: Changes, seen: Version[Initiative], standing: Standing) -> dict[str, Any]:
    return {"delivered": True}


_FIELDS = {
    Step.START: _started,
    Step.SUBMIT: _submitted,
    Step.CLAIM: _claimed,
    Step.APPROVE: _approved,
    Step.REOPEN: _reopened,
}
