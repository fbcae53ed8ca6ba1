"""What people ask of a workspace: making it, its people, its content, files in and out, backups and checks."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from prioritizer.domain.company import Company
from prioritizer.domain.history import Event
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.people import Person, Role
from prioritizer.domain.record import Record, same_name
from prioritizer.domain.scenarios import check
from prioritizer.domain.workspace import COMPANY, ItemKind, Version
from prioritizer.errors import Complaint, InputError, StoreError, UnknownName
from prioritizer.language import _
from prioritizer.services.access import Action, require
from prioritizer.store import audit, backups
from prioritizer.store.complaints import read_record
from prioritizer.store.exchange import Exchange, read_exchange, write_exchange
from prioritizer.store.strict_yaml import Document
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


class People(Record):
    """Everybody in a workspace."""

    people: tuple[Person, ...]

    def text(self) -> str:
        rows = [
            (
                person.id,
                person.name,
                ", ".join(person.roles),
                person.department or "",
                "" if person.active else _("disabled"),
            )
            for person in self.people
        ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        padded = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
        return "".join(line.rstrip() + "\n" for line in padded)

    def table(self) -> Any:
        """Everybody as a pandas data frame, the roles of each separated by commas."""
        import pandas as pd

        rows = [{**person.model_dump(), "roles": ", ".join(person.roles)} for person in self.people]
        return pd.DataFrame(rows, columns=list(Person.model_fields))


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


def person_of(contents: Contents, id_: str) -> Person:
    """Somebody by id, with the roles held now. Raises UnknownName."""
    known = {same_name(version.id): version.content for version in contents.people()}
    if (person := known.get(same_name(id_))) is None:
        remedy = _("Say who you are with --as, or ask an admin to add you with prioritizer user add.")
        raise UnknownName([Complaint(_("is nobody in this workspace"), remedy, value=id_)])
    return person


def people(path: Path) -> People:
    """Everybody in the workspace, in the order in which they came. Shows no content, so anybody may ask."""
    with Workspace(path).reading() as contents:
        return People(people=tuple(version.content for version in contents.people()))


def new_person(id_: str, name: str | None, roles: Sequence[str], department: str | None) -> Person:
    """Somebody as typed in; the name is the id where none is given. Raises InputError with every complaint."""
    typed = {"id": id_, "name": name or id_, "roles": tuple(roles), "department": department}
    return read_record(Person, Document(_("new person"), typed))


def add_person(path: Path, person: Person, who: str) -> None:
    """Add somebody. Raises NotAllowed, and Conflict or InputError where somebody of this id is there already."""
    with Workspace(path).changing(who) as changes:
        require(person_of(changes, who), Action.MANAGE_PEOPLE)
        changes.save(ItemKind.PERSON, person.id, person, 0)


def disable_person(path: Path, id_: str, who: str) -> None:
    """Let somebody do nothing any more from now on; what they did stays. Raises NotAllowed."""
    with Workspace(path).changing(who) as changes:
        require(person_of(changes, who), Action.MANAGE_PEOPLE)
        person = person_of(changes, id_)
        others = [other.content for other in changes.people() if other.id != person.id]
        if not any(other.active and other.holds(Role.ADMIN) for other in others):
            remedy = _("Add another admin first: somebody has to manage people and backups.")
            raise InputError([Complaint(_("is the last admin"), remedy, value=person.id)])
        known = changes.find(ItemKind.PERSON, person.id)
        assert known is not None
        changes.save(ItemKind.PERSON, person.id, person.model_copy(update={"active": False}), known.version)


def save_company(path: Path, company: Company, read: int, who: str, why: str = "") -> Version[Company]:
    """Save the company on top of the version that was read.

    Raises Conflict where somebody was faster, NotAllowed, and InputError where the initiatives would not fit it.
    """
    return _save(path, ItemKind.COMPANY, COMPANY, company, read, who, why)


def save_initiative(path: Path, initiative: Initiative, read: int, who: str, why: str = "") -> Version[Initiative]:
    """Save an initiative on top of the version that was read; 0 for a new one.

    Raises Conflict where somebody was faster, NotAllowed, and InputError where it does not fit the others.
    """
    return _save(path, ItemKind.INITIATIVE, initiative.id, initiative, read, who, why)


def _save(path: Path, kind: ItemKind, id_: str, content: Any, read: int, who: str, why: str) -> Version[Any]:
    with Workspace(path).changing(who) as changes:
        person, current = person_of(changes, who), changes.find(kind, id_)
        for action, department in _asked(kind, current.content if current else None, content):
            require(person, action, department)
        saved = changes.save(kind, id_, content, read, why)
        _require_fit(changes)
        return saved


def _asked(kind: ItemKind, before: Any, after: Any) -> Iterator[tuple[Action, str | None]]:
    """The rights that it takes to turn one content into another."""
    if kind is ItemKind.INITIATIVE:
        for department in {after.department, before.department if before else after.department}:
            yield Action.EDIT, department
        if after.mandatory != (before.mandatory if before else False):
            yield Action.SET_MUST_DOS, None
        return
    apart = SET_APART[kind]
    for action, fields in apart.items():
        if any(getattr(after, field) != getattr(before, field, _default(after, field)) for field in fields):
            yield action, None
    fields_of_others = [field for fields in apart.values() for field in fields]
    same = {field: getattr(after, field) for field in fields_of_others}
    if before is None or before.model_copy(update=same) != after:
        yield Action.SET_ASSUMPTIONS, None


def _default(record: Record, field: str) -> Any:
    return type(record).model_fields[field].default


def _require_fit(changes: Contents) -> None:
    """Raise InputError where initiatives do not fit the company or each other as they are now."""
    company = changes.company()
    initiatives = [version.content for version in changes.initiatives()]
    if company is not None and (complaints := check(company.content, initiatives)):
        raise InputError(complaints)


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
    loading = changes.company() is None
    if person is not None and loading:
        require(person, Action.LOAD)
    added: list[str] = []
    changed: list[str] = []
    unchanged = 0
    why = ", ".join(file.name for file in files)
    for kind, id_, content in _items(exchange):
        current = changes.find(kind, id_)
        if current is not None and current.content == content:
            unchanged += 1
            continue
        if person is not None and not loading:
            for action, department in _asked(kind, current.content if current else None, content):
                require(person, action, department)
        changes.save(kind, id_, content, current.version if current else 0, why)
        (changed if current else added).append(kind.named(id_))
    _require_fit(changes)
    if added or changed:
        summary = _("Imported: {added} added, {changed} changed, {unchanged} as they were")
        counted = summary.format(added=len(added), changed=len(changed), unchanged=unchanged)
        changes.note(Event.IMPORTED, counted, why)
    return Imported(added=tuple(added), changed=tuple(changed), unchanged=unchanged, head=changes.head())


def _items(exchange: Exchange) -> Iterator[tuple[ItemKind, str, Record]]:
    if exchange.company is not None:
        yield ItemKind.COMPANY, COMPANY, exchange.company
    for initiative in exchange.initiatives:
        yield ItemKind.INITIATIVE, initiative.id, initiative
    for id_, differences in exchange.scenarios.items():
        yield ItemKind.SCENARIO, id_, differences


def export_files(path: Path, folder: Path, who: str) -> Exchange:
    """Write company, initiatives and scenarios to a new folder, from which they can be imported without loss.

    The head of the history stands in the company's file. Raises NotAllowed.
    """
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.TAKE_AWAY)
        company = contents.company()
        if company is None:
            raise StoreError(path, _("holds no company yet"), _("Bring one in with prioritizer import."))
        exchange = Exchange(
            company=company.content,
            initiatives=tuple(version.content for version in contents.initiatives()),
            scenarios={version.id: version.content for version in contents.scenarios()},
        )
        heading = _("Exported by Prioritizer; head of the history: {head}").format(head=contents.head())
    write_exchange(folder, exchange, heading)
    return exchange


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
