"""A department's own initiatives and finance's queue: what each sees, in which order, and for how long it waits."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from services.workplaces import approve, draft, take, workplace

import cases
from prioritizer.domain.process import Step
from prioritizer.errors import NotAllowed
from prioritizer.services import workspace
from prioritizer.services.in_process import own, queue


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return workplace(tmp_path)


def ids(entries) -> list[str]:
    return [entry.id for entry in entries]


def test_a_department_sees_its_own_what_waits_for_it_first(path: Path) -> None:
    draft(path)
    draft(path, "asked")
    for step in (Step.SUBMIT, Step.CLAIM, Step.ASK):
        take(path, "asked", step, "ivan" if step is Step.SUBMIT else "anna", "why")
    assert ids(own(path, "ivan")) == ["asked", "new", "two"]
    assert ids(own(path, "vera")) == ["one"]


def test_finance_sees_what_was_submitted_what_waits_longest_first(path: Path) -> None:
    draft(path)
    approve(path, "one")
    assert ids(queue(path, "anna")) == ["two", "one"]
    take(path, "new", Step.SUBMIT, "ivan")
    assert ids(queue(path, "anna")) == ["two", "new", "one"]


def test_finance_sees_what_was_submitted_and_not_what_is_being_changed(path: Path) -> None:
    take(path, "two", Step.CLAIM, "anna")
    take(path, "two", Step.ASK, "anna", "More")
    workspace.save_initiative(path, cases.initiative_record("two", department="IT", name="Secret"), 1, "ivan")
    (mine,) = own(path, "ivan")
    assert (mine.shown.content.name, mine.unsubmitted) == ("Secret", True)
    seen = next(entry for entry in queue(path, "anna") if entry.id == "two")
    assert (seen.shown.content.name, seen.unsubmitted) == ("Initiative two", False)


@pytest.mark.parametrize(("days", "words"), [(0, "today"), (1, "for 1 day"), (12, "for 12 days")])
def test_how_long_something_waits(path: Path, days: int, words: str) -> None:
    later = datetime.now(UTC) + timedelta(days=days, minutes=1)
    assert {entry.since for entry in queue(path, "anna", later)} == {words}


def test_a_draft_waits_for_nobody(path: Path) -> None:
    draft(path)
    entry = next(entry for entry in own(path, "ivan") if entry.id == "new")
    assert (entry.days, entry.since) == (0, "")


@pytest.mark.parametrize(("ask", "allowed"), [(own, {"vera", "ivan"}), (queue, {"anna", "olga"})])
def test_who_may_see_which(path: Path, ask, allowed: set[str]) -> None:
    for who in ("eva", "anna", "olga", "vera", "ivan", "otto", "boss"):
        if who in allowed:
            assert ask(path, who)
        else:
            with pytest.raises(NotAllowed):
                ask(path, who)


def test_finance_does_not_see_its_own_department_in_the_queue(path: Path) -> None:
    from prioritizer.services import people

    people.add_person(path, people.new_person("ilya", None, ["finance"], "IT"), "boss")
    assert ids(queue(path, "ilya")) == ["one"]
