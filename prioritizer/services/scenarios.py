"""The scenarios of a workspace: built by one person, private until shared, in versions, copied and archived."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import count
from pathlib import Path

from prioritizer.domain.changes import EACH
from prioritizer.domain.people import Person
from prioritizer.domain.record import Record, same_name
from prioritizer.domain.scenario_states import ScenarioState
from prioritizer.domain.scenarios import Differences
from prioritizer.domain.workspace import ItemKind, Version
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.services.access import Action, may, require
from prioritizer.services.people import person_of
from prioritizer.services.process import listed, require_list_holds
from prioritizer.services.scenario_access import (
    chain_of,
    is_base,
    require_foundation,
    require_seen,
    require_shared,
    seen_scenarios,
)
from prioritizer.services.shared import list_in, troubles
from prioritizer.services.workspace import save_in
from prioritizer.store.complaints import collect, read_record
from prioritizer.store.exchange import COMPANY_FILE
from prioritizer.store.strict_yaml import Document
from prioritizer.store.workspace import Changes, Contents, Workspace, as_kept

LONGEST_SLUG = 60  # characters of a name that become part of the id


class ScenarioCard(Record):
    """A scenario as somebody sees it in a list of them.

    `author`: the id of the person whose it is; empty where it belongs to nobody. `at` and `why` are those of the last
    version. `changes`: in how many places it differs from what it `extends`. `may_archive`: or take out of the archive,
    where it is there. `trouble`: why it does not work on the shared list as it is now, in words; empty where it works.
    """

    id: str
    name: str
    version: int = 0
    author: str = ""
    author_name: str = ""
    at: str = ""
    why: str = ""
    extends: str | None = None
    own: bool = False
    shared: bool = True
    archived: bool = False
    changes: int = 0
    may_change: bool = False
    may_share: bool = False
    may_archive: bool = False
    trouble: str = ""


def cards(path: Path, who: str, archived: bool = False) -> tuple[ScenarioCard, ...]:
    """The scenarios that somebody sees: the base, what is shared, what is one's own; what is archived last, if wanted.

    Raises NotAllowed, and StoreError where there is no company yet.
    """
    with Workspace(path).reading() as contents:
        person = _reader(contents, who)
        states = {id_: known.content for id_, known in contents.scenario_states().items()}
        seen = [one for one in seen_scenarios(contents, person) if archived or not states[one.id].archived]
        broken = troubles(contents, [version.id for version in seen])
        names = {version.id: version.content.name for version in contents.people()}
        base = [version.id for version in chain_of(contents, None)]
    shown = [_card(one, states[one.id], person, names, broken.get(one.id), one.id in base) for one in seen]
    return tuple(sorted(shown, key=lambda one: (one.id not in base, one.archived, not one.shared, same_name(one.name))))


def scenario(path: Path, id_: str, who: str) -> Version[Differences]:
    """The last version of a scenario. Raises NotAllowed, and UnknownName where the person sees none of this id."""
    with Workspace(path).reading() as contents:
        return require_seen(contents, id_, _reader(contents, who))


def versions(path: Path, id_: str, who: str) -> tuple[Version[Differences], ...]:
    """Every version of a scenario, the oldest first; others than its author see those since it was shared.

    Raises as `scenario`.
    """
    with Workspace(path).reading() as contents:
        person = _reader(contents, who)
        require_seen(contents, id_, person)
        state = contents.scenario_state(id_).content
        found = contents.versions(ItemKind.SCENARIO, id_)
        return found if state.author == person.id else tuple(one for one in found if one.version >= state.since)


def create(path: Path, differences: Differences, who: str, why: str = "") -> Version[Differences]:
    """Save a new scenario that only its author sees, under an id made of its name.

    Raises:
        NotAllowed: executives, finance and department heads build scenarios.
        InputError: every complaint about it: its name is taken, or it does not work on the shared list as it is now.
    """
    with Workspace(path).changing(who) as changes:
        return _create(changes, differences, None, why)


def copy(path: Path, id_: str, name: str, who: str, why: str = "") -> Version[Differences]:
    """A scenario of one's own that says the same as another; a copy of the base extends it, and changes nothing yet.

    Raises as `create`, and UnknownName where the person sees no such scenario.
    """
    with Workspace(path).changing(who) as changes:
        known = require_seen(changes, id_, _reader(changes, who)).content
        named = read_record(Differences, Document("", {"name": name, "extends": id_}))
        same = named if is_base(changes, id_) else known.model_copy(update={"name": named.name})
        return _create(changes, same, known, why)


def change(path: Path, id_: str, differences: Differences, read: int, who: str, why: str = "") -> Version[Differences]:
    """Save a scenario on top of the version that was read.

    Raises:
        Conflict: somebody was faster.
        NotAllowed: its author changes it, and finance where it is shared; one that belongs to nobody takes the right
            to what changes in it.
        InputError: as for `create`, or it is archived; UnknownName where the person sees none of this id.
    """
    with Workspace(path).changing(who) as changes:
        person = _reader(changes, who)
        before = require_seen(changes, id_, person).content
        state = changes.scenario_state(id_).content
        _refuse_if(state.archived, id_, _("is archived"), _("Take it out of the archive first."))
        content = _as_kept(differences)
        saved: Version[Differences] = save_in(changes, person, ItemKind.SCENARIO, id_, content, read, why)
        _require_working(changes, saved, person, before)
        require_list_holds(changes)
        return saved


def share(path: Path, id_: str, who: str, why: str = "") -> Version[ScenarioState]:
    """Let everybody see a scenario of one's own who may read what is submitted; its versions from now on.

    Raises NotAllowed, UnknownName, and InputError where it is shared or archived, does not work, or rests on a private
    one.
    """
    with Workspace(path).changing(who) as changes:
        person, known, state = _found(changes, id_)
        require(person, Action.SHARE_SCENARIO, submitted_by=state.content.author)
        _refuse_if(state.content.shared, id_, _("is shared already"), _("There is nothing to do."))
        _refuse_if(state.content.archived, id_, _("is archived"), _("Take it out of the archive first."))
        require_shared(changes, chain_of(changes, id_)[:-1])
        _require_working(changes, known, person, known.content)
        return _save_state(changes, state, why, shared=True, since=known.version)


def archive(path: Path, id_: str, who: str, why: str = "") -> Version[ScenarioState]:
    """Offer a scenario no longer. What extends it, and what was decided on it, is as before.

    Raises NotAllowed, UnknownName, and InputError where it is the base, or archived already.
    """
    with Workspace(path).changing(who) as changes:
        person, _known, state = _found(changes, id_)
        require(person, Action.CHANGE_SCENARIO, submitted_by=state.content.author)
        _refuse_if(is_base(changes, id_), id_, _("is what the shared list rests on"), _("Archive another one."))
        _refuse_if(state.content.archived, id_, _("is archived already"), _("There is nothing to do."))
        return _save_state(changes, state, why, archived=True)


def take_back(path: Path, id_: str, who: str, why: str = "") -> Version[ScenarioState]:
    """Take a scenario out of the archive. Raises NotAllowed, UnknownName, and InputError where it is not archived.

    Also where its name was given to another one meanwhile, and where one that belongs to nobody no longer works.
    """
    with Workspace(path).changing(who) as changes:
        person, known, state = _found(changes, id_)
        require(person, Action.CHANGE_SCENARIO, submitted_by=state.content.author)
        _refuse_if(not state.content.archived, id_, _("is not archived"), _("There is nothing to do."))
        saved = _save_state(changes, state, why, archived=False)
        _require_own_name(changes, known, person)
        require_list_holds(changes)
        return saved


def _reader(contents: Contents, who: str) -> Person:
    person = person_of(contents, who)
    require(person, Action.READ_SUBMITTED)
    return person


def _found(changes: Changes, id_: str) -> tuple[Person, Version[Differences], Version[ScenarioState]]:
    """Who changes something, the scenario, and whose it is. Raises NotAllowed and UnknownName."""
    person = _reader(changes, changes.who)
    return person, require_seen(changes, id_, person), changes.scenario_state(id_)


def _create(changes: Changes, differences: Differences, model: Differences | None, why: str) -> Version[Differences]:
    """Save a new scenario; `model` is what it was copied from."""
    person = _reader(changes, changes.who)
    require(person, Action.BUILD_SCENARIO)
    content, id_ = _as_kept(differences), _new_id(changes, differences.name)
    state = ScenarioState(author=person.id, shared=False)
    require_foundation(changes, id_, content, state, person)
    saved: Version[Differences] = changes.save(ItemKind.SCENARIO, id_, content, 0, why)
    changes.save(ItemKind.SCENARIO_STATE, id_, state, 0, why)
    _require_working(changes, saved, person, model)
    return saved


def _as_kept(differences: Differences) -> Differences:
    """What will be read of it again; one that extends nothing is about the workspace's company."""
    root = {"company": f"../{COMPANY_FILE}"} if differences.extends is None else {}
    kept = as_kept(ItemKind.SCENARIO, differences.model_copy(update=root))
    assert isinstance(kept, Differences)
    return kept


def _new_id(contents: Contents, name: str) -> str:
    """An id of a name, always with a number, so that it does not tell whether a hidden one has the same name."""
    states = contents.scenario_states()
    taken = {same_name(id_) for id_ in states}
    slug = re.sub(r"\W+", "-", same_name(name))[:LONGEST_SLUG].strip("-_") or "scenario"
    built = sum(1 for state in states.values() if state.content.author)
    return next(id_ for number in count(built + 1) if (id_ := f"{slug}-{number}") not in taken)


def _require_working(changes: Changes, saved: Version[Differences], person: Person, before: Differences | None) -> None:
    """Refuse what has the name of another one, names what is not on the list, or does not fit it.

    What it named `before` may have been withdrawn since; the list leaves that out.
    """
    collect(
        partial(_require_own_name, changes, saved, person),
        partial(_require_listed, changes, saved.content, before),
        partial(list_in, changes, saved.id),
    )


def _require_own_name(contents: Contents, known: Version[Differences], person: Person) -> None:
    """Refuse a name that somebody would read twice among the scenarios that are in use."""
    states = contents.scenario_states()
    others = [
        one.content.name
        for one in seen_scenarios(contents, person)
        if one.id != known.id and not states[one.id].content.archived
    ]
    if taken := [name for name in others if same_name(name) == same_name(known.content.name)]:
        rule = _("is the name of another scenario")
        raise InputError([Complaint(rule, _("Give each a name of its own."), place="name", value=taken[0])])


def _require_listed(changes: Changes, differences: Differences, before: Differences | None) -> None:
    on_the_list = {version.id for version in listed(changes)}
    named_before = {id_ for _place, id_ in _named(before)} if before else set()
    rule, remedy = _("is not on the shared list"), _("Leave it out: only initiatives on the shared list can be named.")
    complaints = [
        Complaint(rule, remedy, place=place, value=id_)
        for place, id_ in _named(differences)
        if id_ not in on_the_list | named_before
    ]
    if complaints:
        raise InputError(complaints)


def _named(differences: Differences) -> Iterator[tuple[str, str]]:
    """The initiatives that a scenario names, each with the place where it does."""
    yield from (("include", id_) for id_ in differences.include or ())
    yield from (("exclude", id_) for id_ in differences.exclude)
    yield from (("change_initiatives", id_) for id_ in differences.change_initiatives if id_ != EACH)


def _refuse_if(wrong: bool, id_: str, rule: str, remedy: str) -> None:
    if wrong:
        raise InputError([Complaint(rule, remedy, value=id_)])


def _save_state(
    changes: Changes, state: Version[ScenarioState], why: str, **update: bool | int
) -> Version[ScenarioState]:
    content = state.content.model_copy(update=update)
    saved: Version[ScenarioState] = changes.save(ItemKind.SCENARIO_STATE, state.id, content, state.version, why)
    return saved


def _card(
    version: Version[Differences],
    state: ScenarioState,
    person: Person,
    names: Mapping[str, str],
    trouble: InputError | None,
    base: bool,
) -> ScenarioCard:
    own = state.author == person.id
    rights = may(person, Action.CHANGE_SCENARIO, submitted_by=state.author)
    may_share = may(person, Action.SHARE_SCENARIO, submitted_by=state.author)
    return ScenarioCard(
        id=version.id,
        name=version.content.name,
        version=version.version,
        author=state.author,
        author_name=names.get(state.author, ""),
        at=version.at,
        why=version.why,
        extends=version.content.extends,
        own=own,
        shared=state.shared,
        archived=state.archived,
        changes=_count(version.content),
        may_change=not state.archived and (rights or (not state.author and _may_change_some(person))),
        may_share=may_share and not state.shared and not state.archived,
        may_archive=rights and not base,
        trouble=str(trouble or ""),
    )


def _may_change_some(person: Person) -> bool:
    """Whether somebody may change something of a scenario that belongs to nobody."""
    return any(may(person, action) for action in (Action.SET_ASSUMPTIONS, Action.SET_BUDGETS, Action.SET_MUST_DOS))


def _count(differences: Differences) -> int:
    """In how many places a scenario differs from what it extends."""
    of_initiatives = sum(map(len, differences.change_initiatives.values()))
    chosen = (differences.budget is not None, differences.include is not None, bool(differences.exclude))
    return len(differences.change) + of_initiatives + sum(chosen)
