"""What is typed is there again, for the person who typed it and nobody else."""

from pathlib import Path

import pytest
from services.workplaces import workplace

from prioritizer.errors import InputError, NotAllowed
from prioritizer.services import people
from prioritizer.services.drafts import draft, drafts, drop_draft, keep_draft
from prioritizer.store.workspace import Workspace


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return workplace(tmp_path)


def test_what_was_typed_last_is_there_to_the_letter(path: Path) -> None:
    for typed in ({"name": "R"}, {"name": "Ruf\u00fcckruf \U0001f600 \ud800", "levers": [{"share": "23,4"}]}):
        keep_draft(path, "new-1", typed, "ivan")
    found = draft(path, "new-1", "ivan")
    assert found is not None
    assert found.typed == {"name": "Ruf\u00fcckruf \U0001f600 \ud800", "levers": [{"share": "23,4"}]}
    assert len(drafts(path, "ivan")) == 1


def test_a_draft_is_its_writers_alone(path: Path) -> None:
    keep_draft(path, "new-1", {"name": "Mine"}, "ivan")
    keep_draft(path, "new-1", {"name": "Hers"}, "vera")
    assert [one.typed for one in drafts(path, "ivan")] == [{"name": "Mine"}]
    drop_draft(path, "new-1", "ivan")
    assert (drafts(path, "ivan"), len(drafts(path, "vera"))) == ((), 1)


@pytest.mark.parametrize("who", ["eva", "anna", "otto", "boss"])
def test_only_departments_type_drafts(path: Path, who: str) -> None:
    with pytest.raises(NotAllowed):
        keep_draft(path, "new-1", {}, who)


def test_who_is_disabled_keeps_nothing(path: Path) -> None:
    people.disable_person(path, "ivan", "boss")
    with pytest.raises(NotAllowed, match="is disabled"):
        keep_draft(path, "new-1", {}, "ivan")


def test_a_draft_is_no_event_of_the_history(path: Path) -> None:
    with Workspace(path).reading() as contents:
        before = contents.head()
    keep_draft(path, "new-1", {"name": "Mine"}, "ivan")
    with Workspace(path).reading() as contents:
        assert contents.head() == before


def test_a_flood_is_refused(path: Path) -> None:
    with pytest.raises(InputError, match="is too long"):
        keep_draft(path, "new-1", {"name": "x" * 1_000_001}, "ivan")
