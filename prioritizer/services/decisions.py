"""Decisions: which of the approved initiatives are funded, on which run; the list is published with them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from prioritizer.domain.decisions import Decision
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.process import Status, Step
from prioritizer.domain.workspace import ItemKind, Version
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.services.access import Action, require
from prioritizer.services.evaluation import evaluate
from prioritizer.services.people import person_of
from prioritizer.services.process import step_in
from prioritizer.services.run_figures import run_figures
from prioritizer.services.shared import SharedList, list_in, under_way_of
from prioritizer.store.workspace import Contents, Workspace

DECIDABLE = (Status.APPROVED, Status.DECIDED)


def decidable(shared: SharedList) -> tuple[str, ...]:
    """The initiatives on a list on which can be decided, in the order of the list: approved, or decided before."""
    return tuple(
        initiative.id
        for initiative in shared.scenario.initiatives
        if shared.standings[initiative.id].status in DECIDABLE
    )


def publish(
    path: Path, run: str, funded: Iterable[str], answer: str, who: str, why: str = "", seen: Iterable[str] | None = None
) -> Version[Decision]:
    """Fund some of the approved initiatives, turn the other approved ones down for now, and publish the list.

    What the list's run came to is computed here and kept with the decision, so that no other figures can be.

    Args:
        run: the run that the person looked at.
        seen: the initiatives on which could be decided when the person looked; those that can be now by default.
        answer: what the list came to, in one sentence.

    Raises:
        NotAllowed: only executives decide.
        InputError: the list has changed since, or something is to be funded that is not approved or lacks what it
            requires.
    """
    wanted, looked_at = tuple(dict.fromkeys(funded)), None if seen is None else tuple(seen)
    with Workspace(path).reading() as contents:
        before = _decided_on(contents, run, wanted, looked_at, who)
    # Before the workspace is locked: it takes a second or two, and the run's id vouches that its figures are these.
    figures = run_figures(evaluate(before.scenario, draws=before.origin.draws, seed=before.origin.seed).ranking)
    with Workspace(path).changing(who) as changes:
        shared = _decided_on(changes, run, wanted, looked_at, who)
        open_ = decidable(shared)
        others = tuple(id_ for id_ in open_ if id_ not in wanted)
        number = str(len(changes.all(ItemKind.DECISION)) + 1)
        if changes.find(ItemKind.RUN, run) is None:
            changes.save(ItemKind.RUN, run, shared.origin, 0)
        if changes.find(ItemKind.FIGURES, run) is None:
            changes.save(ItemKind.FIGURES, run, figures, 0)
        decision = Decision(run=run, funded=wanted, not_funded=others, answer=answer)
        saved = changes.save(ItemKind.DECISION, number, decision, 0, why)
        for id_ in open_:
            version = shared.standings[id_].version
            step_in(changes, id_, Step.DECIDE, version, why, decision=number, funded=id_ in wanted)
        return saved


def decisions(path: Path, who: str) -> tuple[Version[Decision], ...]:
    """Every decision, the oldest first. Raises NotAllowed."""
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.READ_PUBLISHED)
        return decisions_in(contents)


def decisions_in(contents: Contents) -> tuple[Version[Decision], ...]:
    return contents.all(ItemKind.DECISION)


def _decided_on(
    contents: Contents, run: str, wanted: tuple[str, ...], seen: tuple[str, ...] | None, who: str
) -> SharedList:
    """The list as it is, where somebody may decide on it as they saw it."""
    require(person_of(contents, who), Action.PUBLISH)
    shared = list_in(contents)
    open_ = decidable(shared)
    _require_unchanged(shared, run, open_ if seen is None else seen, open_)
    _require_decidable(shared, wanted, open_)
    return shared


def _require_unchanged(shared: SharedList, run: str, seen: tuple[str, ...], open_: tuple[str, ...]) -> None:
    if set(seen) != set(open_):
        changed = ", ".join(sorted(set(seen) ^ set(open_)))
        rule = _("others can be decided on by now than when you looked: {ids}").format(ids=changed)
        raise InputError([Complaint(rule, _("Look at it again, then decide. Nothing was changed."), place="funded")])
    if shared.origin.run != run:
        rule = _("the list has changed since you looked at it (run {then}, now {now})")
        said = rule.format(then=run, now=shared.origin.run)
        raise InputError([Complaint(said, _("Look at it again, then decide. Nothing was changed."), place="run")])


def _require_decidable(shared: SharedList, wanted: tuple[str, ...], open_: tuple[str, ...]) -> None:
    known = {initiative.id: initiative for initiative in shared.scenario.initiatives}
    under_way = set(under_way_of(shared.standings))
    complaints = [
        Complaint(_("is not approved"), _("Fund only what finance has approved."), place="funded", value=id_)
        for id_ in wanted
        if id_ not in open_
    ]
    for id_ in (one for one in wanted if one in known):
        if missing := [other for other in known[id_].requires if other not in (*wanted, *under_way)]:
            rule = _("requires {names}, which is not funded").format(names=", ".join(missing))
            complaints.append(Complaint(rule, _("Fund that too, or neither."), place="funded", value=id_))
        if both := sorted(_rivals(known, id_) & {*wanted, *under_way}):
            rule = _("cannot be done together with {names}").format(names=", ".join(both))
            complaints.append(Complaint(rule, _("Fund one of the two."), place="funded", value=id_))
    for id_ in sorted(under_way & set(known)):
        if lost := [other for other in known[id_].requires if other in open_ and other not in wanted]:
            rule = _("is in delivery and requires {names}, which would not be funded").format(names=", ".join(lost))
            complaints.append(Complaint(rule, _("Fund that too."), place="funded", value=id_))
    if complaints:
        raise InputError(complaints)


def _rivals(known: Mapping[str, Initiative], id_: str) -> set[str]:
    """What an initiative excludes, and what excludes it."""
    return set(known[id_].excludes) | {other for other, one in known.items() if id_ in one.excludes}
