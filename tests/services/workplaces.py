"""A workspace with people of every role, and steps taken in their names."""

from pathlib import Path

import cases
from prioritizer.domain.process import Standing, Step
from prioritizer.domain.workspace import ItemKind, Version
from prioritizer.services import people, process, workspace
from prioritizer.store.workspace import Workspace

PEOPLE = (
    ("eva", "executive", None),
    ("anna", "finance", None),
    ("olga", "finance", None),
    ("vera", "department head", "Customer service"),
    ("ivan", "department head", "IT"),
    ("otto", "viewer", None),
)
HEADS = {"Customer service": "vera", "IT": "ivan"}


def workplace(folder: Path, *initiatives: dict) -> Path:
    """A workspace with a company whose initiatives were brought in with it, and people of every role; boss is admin."""
    listed = initiatives or (cases.initiative("one"), cases.initiative("two", department="IT"))
    made = folder / "workspace.db"
    workspace.create(made, "boss", [cases.write_case(folder, list(listed))])
    for id_, role, department in PEOPLE:
        people.add_person(made, people.new_person(id_, None, [role], department), "boss")
    return made


def draft(path: Path, id_: str = "new", who: str = "ivan", **changes) -> None:
    """A new initiative of somebody's department, not submitted."""
    department = next(name for name, head in HEADS.items() if head == who)
    workspace.save_initiative(path, cases.initiative_record(id_, department=department, **changes), 0, who)


def standing(path: Path, id_: str) -> Version[Standing]:
    with Workspace(path).reading() as contents:
        return contents.standing(id_)


def last(path: Path, kind: ItemKind, id_: str) -> Version:
    with Workspace(path).reading() as contents:
        found = contents.find(kind, id_)
    assert found is not None
    return found


def take(path: Path, id_: str, step: Step, who: str, why: str = "") -> Version[Standing]:
    """A step on the content that is to be seen now."""
    seen = standing(path, id_).content.version
    newest = last(path, ItemKind.INITIATIVE, id_).version
    return process.take(path, id_, step, newest if step is Step.SUBMIT or not seen else seen, who, why)


def approve(path: Path, id_: str, who: str = "anna") -> Version[Standing]:
    """Take what was submitted into review, and approve it."""
    take(path, id_, Step.CLAIM, who)
    return take(path, id_, Step.APPROVE, who)
