"""The people of a workspace: who is there, with which roles, and who may act at all."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prioritizer.domain.people import Person, Role
from prioritizer.domain.record import Record, same_name
from prioritizer.domain.workspace import ItemKind, Version
from prioritizer.errors import Complaint, InputError, UnknownName
from prioritizer.language import _
from prioritizer.services.access import Action, require
from prioritizer.store.complaints import read_record
from prioritizer.store.strict_yaml import Document
from prioritizer.store.workspace import Changes, Contents, Workspace


class People(Record):
    """Everybody in a workspace."""

    people: tuple[Person, ...]

    def text(self) -> str:
        heading = (_("Signs in as"), _("Name"), _("Roles"), _("Department"), _("State"))
        rows = [heading] + [
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


def departments(path: Path, who: str) -> list[str]:
    """The departments that people head or that have an initiative, by their names. Raises NotAllowed."""
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.MANAGE_PEOPLE)
        headed = [version.content.department for version in contents.people()]
        proposing = [version.content.department for version in contents.initiatives()]
        return sorted({name for name in (*headed, *proposing) if name}, key=str.casefold)


def person_version(path: Path, id_: str, who: str) -> Version[Person]:
    """Somebody with the version of what is known of them, to be changed. Raises NotAllowed, and UnknownName."""
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.MANAGE_PEOPLE)
        found = contents.find(ItemKind.PERSON, person_of(contents, id_).id)
        assert found is not None
        return found


def new_person(id_: str, name: str | None, roles: Sequence[str], department: str | None) -> Person:
    """Somebody as typed in; the name is the id where none is given. Raises InputError with every complaint."""
    typed = {"id": id_, "name": name or id_, "roles": tuple(roles), "department": department}
    return read_record(Person, Document(_("new person"), typed))


def add_person(path: Path, person: Person, who: str) -> None:
    """Add somebody. Raises NotAllowed, and Conflict or InputError where somebody of this id is there already."""
    save_person(path, person, 0, who)


def save_person(path: Path, person: Person, read: int, who: str, why: str = "") -> Version[Person]:
    """Save somebody on top of the version that was read; 0 for somebody new.

    Raises NotAllowed, Conflict where somebody was faster, and InputError where no active admin would be left.
    """
    with Workspace(path).changing(who) as changes:
        return _save(changes, person, read, why)


def disable_person(path: Path, id_: str, who: str) -> None:
    """Let somebody do nothing any more from now on; what they did stays. Raises NotAllowed."""
    with Workspace(path).changing(who) as changes:
        require(person_of(changes, who), Action.MANAGE_PEOPLE)
        person = person_of(changes, id_)
        known = changes.find(ItemKind.PERSON, person.id)
        assert known is not None
        _save(changes, person.model_copy(update={"active": False}), known.version, "")


def _save(changes: Changes, person: Person, read: int, why: str) -> Version[Person]:
    require(person_of(changes, changes.who), Action.MANAGE_PEOPLE)
    others = [other.content for other in changes.people() if other.id != person.id]
    if not any(one.active and one.holds(Role.ADMIN) for one in (person, *others)):
        remedy = _("Add another admin first: somebody has to manage people and backups.")
        raise InputError([Complaint(_("is the last admin"), remedy, value=person.id)])
    return changes.save(ItemKind.PERSON, person.id, person, read, why)
