"""Budgets, must-dos and exclusions: set as they are typed by executives, together or not at all."""

from pathlib import Path

import pytest
from services.workplaces import draft, last, standing, take, workplace

import cases
from prioritizer.domain.process import Status, Step
from prioritizer.domain.workspace import COMPANY, ItemKind
from prioritizer.errors import Conflict, InputError, NotAllowed
from prioritizer.services import directions, shared, workspace
from prioritizer.store.workspace import Workspace


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return workplace(tmp_path)


def company(path: Path):
    return last(path, ItemKind.COMPANY, COMPANY)


def test_budgets_are_understood_as_they_are_typed(path: Path) -> None:
    typed = {"2027": "1 500 000,5", "2028": "", "2029": "12"}
    directions.set_budgets(path, typed, 1, "eva", "Board")
    found = company(path)
    assert {year: one.number for year, one in found.content.budget.items()} == {"2027": 1500000.5, "2029": 12.0}
    assert (found.version, found.who, found.why) == (2, "eva", "Board")
    assert directions.budgets(path, "eva").amounts == {"2027": 1500000.5, "2029": 12.0}
    directions.set_budgets(path, typed, 2, "eva")  # nothing new: no version
    assert company(path).version == 2


def test_the_years_are_those_of_the_company(path: Path) -> None:
    # two quarters of latest start and four of benefit from 2027-01
    assert directions.budgets(path, "eva").years == ("2027", "2028")


@pytest.mark.parametrize("text", ["a lot", "1,234", "-5", "nan", "1e400"])
def test_what_is_no_amount_is_refused_and_nothing_changes(path: Path, text: str) -> None:
    with pytest.raises(InputError) as caught:
        directions.set_budgets(path, {"2027": "5", "2028": text}, 1, "eva")
    assert [one.place for one in caught.value.complaints] == ["2028"]
    assert company(path).version == 1


def test_two_who_set_budgets_do_not_overwrite_each_other(path: Path) -> None:
    directions.set_budgets(path, {"2027": "5"}, 1, "eva")
    with pytest.raises(Conflict):
        directions.set_budgets(path, {"2027": "6"}, 1, "eva")


@pytest.mark.parametrize("who", ["anna", "vera", "otto", "boss"])
def test_only_executives_set_them(path: Path, who: str) -> None:
    with pytest.raises(NotAllowed):
        directions.set_budgets(path, {"2027": "5"}, 1, who)
    with Workspace(path).reading() as contents:
        head = contents.head()
    with pytest.raises(NotAllowed):
        directions.direct(path, ["one"], [], head, who)
    with Workspace(path).reading() as contents:
        assert contents.head() == head


def test_must_dos_and_exclusions_shape_the_list(path: Path) -> None:
    known = directions.directions(path, "eva")
    assert (known.must, known.out, set(known.names)) == ((), (), {"one", "two"})
    directions.direct(path, ["two"], ["one"], known.mark, "eva", "The regulator")
    again = directions.directions(path, "eva")
    assert (again.must, again.out) == (("two",), ("one",))
    found = shared.shared_list(path, "eva").scenario.initiatives
    assert [(one.id, one.mandatory) for one in found] == [("two", True)]
    assert standing(path, "two").content.status is Status.SUBMITTED
    directions.direct(path, [], [], again.mark, "eva")
    assert len(shared.shared_list(path, "eva").scenario.initiatives) == 2


def test_without_a_scenario_the_exclusions_make_the_base(tmp_path: Path) -> None:
    cases.write_case(tmp_path, [cases.initiative("one"), cases.initiative("two")])
    path = tmp_path / "w.db"
    from prioritizer.services import people

    workspace.create(path, "boss", [tmp_path / "company.yaml"])
    people.add_person(path, people.new_person("eva", None, ["executive"], None), "boss")
    directions.direct(path, [], ["one"], directions.directions(path, "eva").mark, "eva")
    assert [one.id for one in shared.shared_list(path, "eva").scenario.initiatives] == ["two"]


def test_one_cannot_be_both_done_and_left_out(path: Path) -> None:
    with pytest.raises(InputError, match="Initiative two is to be done and left out"):
        directions.direct(path, ["two"], ["two"], directions.directions(path, "eva").mark, "eva")


def test_nothing_is_set_on_what_somebody_changed_meanwhile(path: Path) -> None:
    mark = directions.directions(path, "eva").mark
    take(path, "two", Step.CLAIM, "anna")  # this changes nothing that was looked at
    directions.direct(path, ["two"], [], mark, "eva")
    with pytest.raises(InputError, match="somebody has set must-dos or exclusions meanwhile"):
        directions.direct(path, [], ["one"], mark, "eva")


def test_all_or_nothing(path: Path) -> None:
    draft(path, "more", requires=["two"])
    take(path, "more", Step.SUBMIT, "ivan")
    before = directions.directions(path, "eva")
    with pytest.raises(InputError):  # two is needed by more
        directions.direct(path, ["one"], ["two"], before.mark, "eva")
    assert directions.directions(path, "eva") == before


def test_what_was_withdrawn_is_no_longer_named(path: Path) -> None:
    take(path, "two", Step.WITHDRAW, "ivan")
    assert set(directions.directions(path, "eva").names) == {"one"}
