"""What is typed is there again, for the person who typed it and nobody else."""

from pathlib import Path

import pytest
from services.workplaces import draft as begun
from services.workplaces import workplace

import cases
from prioritizer.errors import InputError, NotAllowed, UnknownName
from prioritizer.services import people
from prioritizer.services.drafts import draft, drafts, drop_draft, keep_draft, review_key
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


# --- what finance types about an initiative


def test_what_finance_types_is_there_again_and_is_no_submission(path: Path) -> None:
    keep_draft(path, review_key("one"), {"note": "Dearer"}, "anna")
    found = draft(path, review_key("one"), "anna")
    assert found is not None
    assert found.typed == {"note": "Dearer"}
    assert drafts(path, "anna") == ()
    drop_draft(path, review_key("one"), "anna")
    assert draft(path, review_key("one"), "anna") is None


@pytest.mark.parametrize("who", ["eva", "vera", "ivan", "otto", "boss"])
def test_only_finance_types_reviews(path: Path, who: str) -> None:
    with pytest.raises((NotAllowed, UnknownName)):
        keep_draft(path, review_key("one"), {}, who)


def test_nobody_types_a_review_of_the_own_department(path: Path) -> None:
    people.add_person(path, people.new_person("both", None, ["finance", "department head"], "IT"), "boss")
    keep_draft(path, review_key("one"), {"note": "Theirs"}, "both")
    with pytest.raises(NotAllowed):
        keep_draft(path, review_key("two"), {"note": "Ours"}, "both")
    keep_draft(path, "two", {"form": {}}, "both")
    assert [one.id for one in drafts(path, "both")] == ["two"]


def test_what_was_not_submitted_is_reviewed_by_nobody(path: Path) -> None:
    begun(path, "hidden")
    with pytest.raises(UnknownName):
        keep_draft(path, review_key("hidden"), {}, "anna")


def test_an_initiative_may_be_called_like_the_key_of_a_review(tmp_path: Path) -> None:
    path = workplace(tmp_path, cases.initiative("one"), cases.initiative("review:one"))
    keep_draft(path, "review:one", {"form": {}}, "vera")
    assert [one.id for one in drafts(path, "vera")] == ["review:one"]
