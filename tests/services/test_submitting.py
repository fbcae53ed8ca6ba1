"""Saving and submitting from a form: once, however often it is asked for, and never over what somebody else saved."""

from pathlib import Path

import pytest
from services.workplaces import approve, last, standing, take, workplace

import cases
from prioritizer.domain.process import Status, Step
from prioritizer.domain.workspace import ItemKind
from prioritizer.errors import Conflict, InputError, NotAllowed, UnknownName
from prioritizer.services import submitting, workspace
from prioritizer.store.workspace import Workspace

NEW = cases.initiative_record("new", name="Something new")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return workplace(tmp_path)


def entries(path: Path) -> int:
    with Workspace(path).reading() as contents:
        return len(contents.history())


def test_what_is_saved_already_is_not_saved_again(path: Path) -> None:
    saved = submitting.save(path, NEW, 0, "vera")
    known = entries(path)
    assert submitting.save(path, NEW.model_copy(update={"id": "new-2"}), 0, "vera") == saved
    assert submitting.save(path, NEW, 1, "vera") == saved
    assert entries(path) == known


def test_a_new_one_needs_a_name_of_its_own_in_its_department(path: Path) -> None:
    submitting.save(path, NEW, 0, "vera")
    other = cases.initiative_record("other", name="SOMETHING NEW ", start=1)
    with pytest.raises(InputError, match="is the name of another initiative of your department") as caught:
        submitting.save(path, other, 0, "vera")
    assert caught.value.complaints[0].place == "name"
    assert submitting.save(path, other.model_copy(update={"department": "IT"}), 0, "ivan").version == 1


def test_what_somebody_else_saved_is_not_overwritten(path: Path) -> None:
    workspace.save_initiative(path, cases.initiative_record("one", owner="Bob"), 1, "vera")
    with pytest.raises(Conflict) as caught:
        submitting.save(path, cases.initiative_record("one", owner="Eve"), 1, "vera")
    assert caught.value.current.content.owner == "Bob"


def test_nobody_saves_for_another_department(path: Path) -> None:
    with pytest.raises(NotAllowed):
        submitting.save(path, NEW, 0, "ivan")


def test_what_is_submitted_stays_submitted(path: Path) -> None:
    saved = submitting.save(path, NEW, 0, "vera")
    assert not submitting.is_seen_by_all(path, saved)
    first = submitting.submit(path, saved, "vera", "It pays")
    assert (first.content.status, first.why) == (Status.SUBMITTED, "It pays")
    assert submitting.submit(path, saved, "vera") == first
    assert submitting.is_seen_by_all(path, saved)


def test_an_edit_of_what_is_approved_goes_back_into_review_by_itself(path: Path) -> None:
    submitting.submit(path, submitting.save(path, NEW, 0, "vera"), "vera")
    approve(path, "new")
    saved = submitting.save(path, NEW.model_copy(update={"owner": "Bob"}), 1, "vera")
    assert submitting.submit(path, saved, "vera").content.status is Status.IN_REVIEW
    assert standing(path, "new").content.version == 2


def test_what_was_withdrawn_is_submitted_anew(path: Path) -> None:
    saved = submitting.save(path, NEW, 0, "vera")
    submitting.submit(path, saved, "vera")
    take(path, "new", Step.WITHDRAW, "vera")
    assert not submitting.is_seen_by_all(path, saved)
    assert submitting.submit(path, saved, "vera").content.status is Status.SUBMITTED


def test_what_cannot_be_submitted_is_refused_in_words(path: Path) -> None:
    workspace.save_initiative(path, NEW, 0, "vera")
    tied = cases.initiative_record("tied", name="Tied", requires=["new"])
    with pytest.raises(InputError, match="requires new, which is not submitted"):
        submitting.submit(path, submitting.save(path, tied, 0, "vera"), "vera")


def test_drafts_of_others_are_not_seen_but_their_ids_are_taken(path: Path) -> None:
    workspace.save_initiative(path, NEW, 0, "vera")
    assert "new" not in [version.id for version in submitting.initiatives_seen(path, "ivan")]
    assert "new" in [version.id for version in submitting.initiatives_seen(path, "vera")]
    assert "new" in submitting.ids_taken(path)
    with pytest.raises(UnknownName, match="new is not an initiative"):
        submitting.initiative_of(path, "new", "ivan")
    assert submitting.initiative_of(path, "new", "vera") == last(path, ItemKind.INITIATIVE, "new")


def test_what_saving_does_is_known_before(path: Path) -> None:
    """Each as `process.follow` lets the initiative stand after a save."""
    submitting.save(path, NEW, 0, "vera")
    assert submitting.saving(path, "new", "vera") is submitting.Saving.PRIVATE
    assert submitting.saving(path, "one", "vera") is submitting.Saving.SEEN
    take(path, "one", Step.CLAIM, "anna")
    assert submitting.saving(path, "one", "vera") is submitting.Saving.SEEN
    take(path, "one", Step.ASK, "anna", "Why?")
    assert submitting.saving(path, "one", "vera") is submitting.Saving.PRIVATE
    take(path, "one", Step.SUBMIT, "vera")
    approve(path, "one")
    assert submitting.saving(path, "one", "vera") is submitting.Saving.ENDS_APPROVAL
    take(path, "one", Step.REOPEN, "anna", "Again")
    take(path, "one", Step.REJECT, "anna", "No")
    assert submitting.saving(path, "one", "vera") is submitting.Saving.PRIVATE
    with pytest.raises(UnknownName):
        submitting.saving(path, "new", "ivan")


def test_what_was_decided_on_is_not_saved(path: Path) -> None:
    from prioritizer.services import decisions
    from prioritizer.services.shared import shared_list

    approve(path, "one")
    decisions.publish(path, shared_list(path, "eva").origin.run, ["one"], "", "eva")
    assert submitting.saving(path, "one", "vera") is submitting.Saving.REFUSED
    with pytest.raises(InputError, match="has been decided on"):
        submitting.save(
            path, last(path, ItemKind.INITIATIVE, "one").content.model_copy(update={"owner": "X"}), 1, "vera"
        )
