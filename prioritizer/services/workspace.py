"""What people ask of a workspace: making it, its content, files in and out, backups and checks."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from prioritizer.domain.company import Company
from prioritizer.domain.history import Event
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.people import Person, Role
from prioritizer.domain.process import Standing, Status
from prioritizer.domain.record import Record
from prioritizer.domain.scenarios import Differences, check
from prioritizer.domain.workspace import COMPANY, ItemKind, Version
from prioritizer.errors import InputError, StoreError
from prioritizer.language import _
from prioritizer.services.access import Action, require
from prioritizer.services.citations import check_citations
from prioritizer.services.people import new_person, person_of
from prioritizer.services.process import follow, require_list_holds, seen_version, submit_in
from prioritizer.services.scenario_access import beside_private, chain_of, require_foundation
from prioritizer.services.shared import linked_among, restricted
from prioritizer.store import audit, backups
from prioritizer.store.exchange import Exchange, read_exchange, write_exchange
from prioritizer.store.workspace import Changes, Contents, Workspace

# What others than finance own of the company's and a scenario's content.
SET_APART: dict[ItemKind, dict[Action, tuple[str, ...]]] = {
    ItemKind.COMPANY: {Action.SET_BUDGETS: ("budget",)},
    ItemKind.SCENARIO: {Action.SET_BUDGETS: ("budget",), Action.SET_MUST_DOS: ("include", "exclude")},
}


class Imported(Record):
    """What an import changed: how much was added, changed and left as it was, and the head of the history after it."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: int = 0
    head: str = ""

    def text(self) -> str:
        lines = [_("added: {what}").format(what=what) for what in self.added]
        lines += [_("changed: {what}").format(what=what) for what in self.changed]
        lines.append(_("{count} as they were").format(count=self.unchanged))
        return "\n".join([*lines, _("Head of the history: {head}").format(head=self.head), ""])

    def table(self) -> Any:
        """What was added and changed, as a pandas data frame."""
        import pandas as pd

        rows = [("added", what) for what in self.added] + [("changed", what) for what in self.changed]
        return pd.DataFrame(rows, columns=["change", "what"])


def create(path: Path, founder: str, files: Sequence[Path] = ()) -> Imported:
    """Make a workspace whose first person, an admin, is the founder, with what files hold if there are any.

    Raises:
        InputError: every complaint about the files; no workspace is made then.
        StoreError: there is a file of this name already, or it cannot be written.
    """
    exchange = read_exchange(files) if files else Exchange()
    person = new_person(founder, None, [Role.ADMIN], None)
    brought: list[Imported] = []

    def found(changes: Changes) -> None:
        changes.save(ItemKind.PERSON, person.id, person, 0)
        brought.append(_bring_in(changes, exchange, None, files))

    Workspace(path).create(founder, found)
    return brought[0]


def save_company(path: Path, company: Company, read: int, who: str, why: str = "") -> Version[Company]:
    """Save the company on top of the version that was read.

    Raises Conflict where somebody was faster, NotAllowed, and InputError where the initiatives would not fit it.
    """
    return _save(path, ItemKind.COMPANY, COMPANY, company, read, who, why)


def save_scenario(path: Path, id_: str, scenario: Differences, read: int, who: str, why: str = "") -> Version[Any]:
    """Save a scenario of everybody's on top of the version that was read; 0 for a new one. Raises as `save_company`.

    It gets a number behind its id where somebody's private one has that. What people build for themselves is saved
    by `services/scenarios.py`.
    """
    with Workspace(path).changing(who) as changes:
        own = beside_private(changes, id_)
        saved = save_in(changes, person_of(changes, who), ItemKind.SCENARIO, own, scenario, read, why)
        require_list_holds(changes)
        return saved


def save_initiative(path: Path, initiative: Initiative, read: int, who: str, why: str = "") -> Version[Initiative]:
    """Save an initiative on top of the version that was read; 0 for a new one.

    What was submitted already is seen by everybody as it was saved, and an approval of it ends.

    Raises Conflict where somebody was faster, NotAllowed, and InputError where it does not fit the others or was
    decided on.
    """
    return _save(path, ItemKind.INITIATIVE, initiative.id, initiative, read, who, why)


def save_initiatives(
    path: Path, initiatives: Sequence[Initiative], who: str, why: str = "", *, submit: bool = False
) -> tuple[Version[Initiative], ...]:
    """Save several new initiatives, and submit them if wanted: all of them, or none. Raises as `save_initiative`."""
    with Workspace(path).changing(who) as changes:
        person = person_of(changes, who)
        saved = tuple(
            save_in(changes, person, ItemKind.INITIATIVE, initiative.id, initiative, 0, why, alone=False)
            for initiative in initiatives
        )
        _require_fit(changes, initiatives, person)
        if submit:
            submit_in(changes, [initiative.id for initiative in initiatives], why)
        require_list_holds(changes)
        return saved


def _save(path: Path, kind: ItemKind, id_: str, content: Any, read: int, who: str, why: str) -> Version[Any]:
    with Workspace(path).changing(who) as changes:
        person = person_of(changes, who)
        saved = save_in(changes, person, kind, id_, content, read, why)
        require_list_holds(changes)
        return saved


def save_in(
    changes: Changes, person: Person, kind: ItemKind, id_: str, content: Any, read: int, why: str, *, alone: bool = True
) -> Version[Any]:
    """Save inside a change what somebody may save. `alone`: an initiative has to fit those that are there already."""
    current = changes.find(kind, id_)
    before = current.content if current else None
    if kind is ItemKind.SCENARIO and (state := changes.scenario_state(id_).content).author:
        require(person, Action.CHANGE_SCENARIO, submitted_by=state.author)
    else:
        for action, department in _asked(kind, before, content):
            require(person, action, department)
    if kind is ItemKind.SCENARIO:
        require_foundation(changes, id_, content, changes.scenario_state(id_).content, person)
    if kind is ItemKind.INITIATIVE:
        _require_known_citations(before, content)
    saved = changes.save(kind, id_, content, read, why)
    if kind is ItemKind.INITIATIVE and alone:
        _require_fit(changes, [content], person)
    if kind is ItemKind.INITIATIVE and before is not None:
        follow(changes, saved, why, edited=_but_for_must_do(before) != _but_for_must_do(content))
    return saved


def _asked(kind: ItemKind, before: Any, after: Any) -> Iterator[tuple[Action, str | None]]:
    """The rights that it takes to turn one content into another."""
    if kind is ItemKind.INITIATIVE:
        must_do_changes = after.mandatory != (before.mandatory if before else False)
        if before is None or not must_do_changes or _but_for_must_do(before) != _but_for_must_do(after):
            for department in {after.department, before.department if before else after.department}:
                yield Action.EDIT, department
        if must_do_changes:
            yield Action.SET_MUST_DOS, None
        return
    apart = SET_APART[kind]
    for action, fields in apart.items():
        if any(getattr(after, field) != getattr(before, field, _default(after, field)) for field in fields):
            yield action, None
    fields_of_others = [field for fields in apart.values() for field in fields]
    same = {field: getattr(after, field) for field in fields_of_others}
    if before in (None, after) or before.model_copy(update=same) != after:  # a save that changes nothing is one too
        yield Action.SET_ASSUMPTIONS, None


def _require_known_citations(before: Initiative | None, after: Initiative) -> None:
    """Refuse a template or a fact that the library has not; what was cited before stays."""
    cited = {complaint.value for complaint in check_citations([before] if before else [])}
    if complaints := [one for one in check_citations([after]) if one.value not in cited]:
        raise InputError(complaints)


def _but_for_must_do(initiative: Initiative) -> Initiative:
    """What a department says of an initiative."""
    return initiative.model_copy(update={"mandatory": False})


def _default(record: Record, field: str) -> Any:
    return type(record).model_fields[field].default


def _require_fit(changes: Contents, saved: Sequence[Initiative], person: Person) -> None:
    """Raise InputError where initiatives do not fit the company, or the others as somebody sees them.

    What somebody does not see can neither be named nor be in the way.
    """
    company = changes.company()
    if company is None:
        return
    ids = {initiative.id for initiative in saved}
    seen = [seen_version(changes, version.id, person.id) for version in changes.initiatives()]
    others = [version.content for version in seen if version is not None and version.id not in ids]
    places = tuple(f'"{id_}"' for id_ in ids)
    complaints = check(company.content, [*saved, *others])
    if own := [one for one in complaints if one.place.startswith(places) or ids & set(one.value.split(" → "))]:
        raise InputError(own)


def import_files(path: Path, files: Sequence[Path], who: str) -> Imported:
    """Take in scenario and company files with all that they name: everything, or nothing at all.

    An empty workspace is loaded by finance. After that, each thing that changes takes the right to save it by hand.
    What the files do not name stays as it is.

    Raises InputError with every complaint about the files, and NotAllowed.
    """
    exchange = read_exchange(files)
    with Workspace(path).changing(who) as changes:
        return _bring_in(changes, exchange, person_of(changes, who), files)


def _bring_in(changes: Changes, exchange: Exchange, person: Person | None, files: Sequence[Path]) -> Imported:
    """Save what differs from what is there; `person` is None where the workspace is being made."""
    loading = changes.company() is None and not changes.initiatives()
    if person is not None and loading:
        require(person, Action.LOAD)
    added: list[str] = []
    changed: list[str] = []
    unchanged = 0
    why = ", ".join(file.name for file in files)
    for kind, id_, content in _items(_beside_private(changes, exchange)):
        current = changes.find(kind, id_)
        if current is not None and current.content == content:
            unchanged += 1
            continue
        read = current.version if current else 0
        if person is None or loading:
            if isinstance(content, Initiative):
                _require_known_citations(None, content)
            changes.save(kind, id_, content, read, why)
        else:
            save_in(changes, person, kind, id_, content, read, why, alone=False)
        (changed if current else added).append(kind.named(id_))
    if loading:
        _put_on_the_list(changes, exchange, why)
    elif person is not None:
        _require_fit(changes, exchange.initiatives, person)
    require_list_holds(changes)
    if added or changed:
        summary = _("Imported: {added} added, {changed} changed, {unchanged} as they were")
        counted = summary.format(added=len(added), changed=len(changed), unchanged=unchanged)
        changes.note(Event.IMPORTED, counted, why)
    return Imported(added=tuple(added), changed=tuple(changed), unchanged=unchanged, head=changes.head())


def _beside_private(contents: Contents, exchange: Exchange) -> Exchange:
    """The same, with a number behind the ids of scenarios that somebody's private ones have."""
    ids = {id_: beside_private(contents, id_) for id_ in exchange.scenarios}
    scenarios = {
        ids[id_]: one.model_copy(update={"extends": ids[one.extends]}) if one.extends else one
        for id_, one in exchange.scenarios.items()
    }
    return exchange.model_copy(update={"scenarios": scenarios})


def _put_on_the_list(changes: Changes, exchange: Exchange, why: str) -> None:
    """What a company brings with it when a workspace begins was submitted before, by nobody who is here."""
    for initiative in exchange.initiatives:
        standing = Standing(status=Status.SUBMITTED, version=1)
        changes.save(ItemKind.STANDING, initiative.id, standing, 0, why)


def _items(exchange: Exchange) -> Iterator[tuple[ItemKind, str, Record]]:
    if exchange.company is not None:
        yield ItemKind.COMPANY, COMPANY, exchange.company
    for initiative in exchange.initiatives:
        yield ItemKind.INITIATIVE, initiative.id, initiative
    for id_, differences in exchange.scenarios.items():
        yield ItemKind.SCENARIO, id_, differences


def export_files(path: Path, folder: Path, who: str) -> Exchange:
    """Write company, submitted initiatives and scenarios to a new folder, from which they can be imported without loss.

    An initiative is written as it was submitted; drafts belong to their departments and stay, and so do private
    scenarios with their authors, and archived ones that no other one extends. The head of the history
    stands in the company's file. Raises NotAllowed.
    """
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.TAKE_AWAY)
        company = contents.company()
        if company is None:
            raise StoreError(path, _("holds no company yet"), _("Bring one in with prioritizer import."))
        exchange = Exchange(
            company=company.content,
            initiatives=(submitted := _submitted(contents)),
            scenarios=_scenarios(contents, submitted),
        )
        heading = _("Exported by Prioritizer; head of the history: {head}").format(head=contents.head())
    write_exchange(folder, exchange, heading)
    return exchange


def _submitted(contents: Contents) -> tuple[Initiative, ...]:
    """The initiatives that were submitted and not withdrawn, with links among each other only."""
    standings = contents.standings()
    versions = [
        contents.at_version(ItemKind.INITIATIVE, id_, known.content.version)
        for id_, known in standings.items()
        if known.content.status is not Status.DRAFT
    ]
    return linked_among([version.content for version in versions if version is not None])


def _scenarios(contents: Contents, initiatives: Sequence[Initiative]) -> dict[str, Differences]:
    """The scenarios that are in use, and those that they extend; none of them is private."""
    ids = [initiative.id for initiative in initiatives]
    states = {id_: known.content for id_, known in contents.scenario_states().items()}
    used = [id_ for id_, state in states.items() if state.shared and not state.archived]
    kept = {version.id for id_ in used for version in chain_of(contents, id_)}
    return {version.id: restricted(version.content, ids) for version in contents.scenarios() if version.id in kept}


def back_up(path: Path, target: Path, who: str) -> audit.Audit:
    """A checked copy of the workspace in one file; its head is worth keeping elsewhere. Raises NotAllowed."""
    workspace = Workspace(path)
    with workspace.reading() as contents:
        require(person_of(contents, who), Action.MANAGE_BACKUPS)
    return backups.back_up(workspace.database, target)


def restore(path: Path, backup: Path, who: str, why: str = "") -> Path | None:
    """Put a backup in the place of the workspace, after it was checked; where the present file is kept, if any.

    Who may is looked up in the backup, because the workspace may be past reading. Raises NotAllowed.
    """
    with backups.opened(Workspace(backup).database) as connection:
        require(person_of(Contents(connection, backup), who), Action.MANAGE_BACKUPS)
    return backups.restore(Workspace(path).database, backup, who, why)


def verify(path: Path, head: str | None = None) -> audit.Audit:
    """Everything in which history and content are not as they were written; shows no content, so anybody may ask."""
    with Workspace(path).reading() as contents:
        return audit.verify(contents.connection, head)


class Checkup(Record):
    """What a check of a workspace's file brought: facts, and what is wrong with it."""

    file: str
    size: int
    free: int
    schema_version: int
    entries: int
    head: str
    leftovers: tuple[str, ...]
    faults: tuple[str, ...]

    def text(self) -> str:
        facts = _("{file}: {size} bytes, {free} free, schema {schema}, {entries} entries, head {head}").format(
            **self.model_dump(include={"file", "size", "free", "entries", "head"}), schema=self.schema_version
        )
        left = _("left behind by something that was interrupted, safe to delete: {file}")
        lines = [facts, *(left.format(file=file) for file in self.leftovers)]
        return "\n".join([*lines, *([] if self.faults else [_("Nothing is wrong with it.")]), ""])

    def table(self) -> Any:
        """The facts as a pandas data frame with one row."""
        import pandas as pd

        listed = {"leftovers": ", ".join(self.leftovers), "faults": "; ".join(self.faults)}
        return pd.DataFrame([{**self.model_dump(), **listed}])


def doctor(path: Path) -> Checkup:
    """Is the file sound, is there room, did anything stay behind; shows no content, so anybody may ask.

    Raises StoreError where it cannot be opened at all.
    """
    database = Workspace(path).database
    with database.connected() as connection:
        faults = backups.faults(connection.conn, database)
        found = audit.verify(connection)
    return Checkup(
        file=str(path),
        size=path.stat().st_size,
        free=shutil.disk_usage(path.absolute().parent).free,
        schema_version=len(database.migrations),
        entries=found.entries,
        head=found.head,
        leftovers=tuple(sorted(other.name for other in path.absolute().parent.glob(f"{path.name}*.partial"))),
        faults=tuple(faults),
    )
