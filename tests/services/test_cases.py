"""However a case is given, it becomes one scenario whose parts fit each other."""

from pathlib import Path

import pytest

from cases import company, company_record, complaints, initiative, initiative_record, write_case
from prioritizer.domain.company import Company
from prioritizer.domain.scenarios import Scenario
from prioritizer.errors import InputError, UnknownName
from prioritizer.services.cases import as_scenario, with_named


def ids(scenario: Scenario) -> list[str]:
    return [one.id for one in scenario.initiatives]


def with_initiatives(*listed: dict) -> Company:
    return Company.model_validate(company(initiatives=list(listed)))


def test_a_company_is_a_scenario_of_its_own_name_with_its_own_initiatives() -> None:
    found = as_scenario(with_initiatives(initiative("a"), initiative("b")))
    assert (found.name, ids(found)) == ("Example", ["a", "b"])


def test_initiatives_that_are_given_take_the_place_of_those_in_the_file() -> None:
    known = with_initiatives(initiative("a"))
    assert ids(as_scenario(known, [initiative_record("b"), initiative_record("c")])) == ["b", "c"]
    assert ids(as_scenario(known, [])) == []


def test_a_scenario_keeps_its_name_and_its_initiatives_unless_others_are_given() -> None:
    known = Scenario(name="Downturn", company=company_record(), initiatives=(initiative_record("a"),))
    assert as_scenario(known) == known
    other = as_scenario(known, [initiative_record("b")])
    assert (other.name, ids(other)) == ("Downturn", ["b"])
    assert ids(known) == ["a"]


@pytest.mark.parametrize("kind", [Path, str])
def test_the_file_of_a_case_is_read(tmp_path: Path, kind: type) -> None:
    found = as_scenario(kind(write_case(tmp_path, [initiative("a")])))
    assert (found.name, found.company.company, ids(found)) == ("Base", "Example", ["a"])


def test_what_does_not_fit_is_refused_with_every_complaint() -> None:
    listed = [initiative_record("a", reach={"Mobil": 0.5}, start=9), initiative_record("b", requires=["c"])]
    assert complaints(as_scenario, company_record(), listed) == [
        '"a", reach.Mobil: Mobil is not a group of the company. Did you mean Mobile?',
        "\"a\", start: 9 is after the company's latest start. Give a period from 0 to 2, or raise the company's "
        "latest_start.",
        '"b", requires: c is not an initiative. Known are: a.',
    ]


def test_some_by_name_are_looked_at_by_themselves_in_the_order_asked_for() -> None:
    known = with_initiatives(initiative("a"), initiative("b", requires=["a"], excludes=["c"]), initiative("c"))
    found = with_named(known, ["c", "b"])
    assert [(one.id, one.requires, one.excludes) for one in found.initiatives] == [("c", (), ()), ("b", (), ())]


def test_nothing_by_name_is_everything_with_its_links() -> None:
    known = with_initiatives(initiative("a"), initiative("b", requires=["a"]))
    assert [(one.id, one.requires) for one in with_named(known, None).initiatives] == [("a", ()), ("b", ("a",))]
    assert ids(with_named(known, [])) == []


def test_names_and_records_may_stand_side_by_side(tmp_path: Path) -> None:
    path = write_case(tmp_path, [initiative("a"), initiative("b")])
    assert ids(with_named(path, ["b", initiative_record("new", requires=["a"])])) == ["b", "new"]


def test_every_name_that_nobody_has_is_reported() -> None:
    known = with_initiatives(initiative("call-back"), initiative("other"))
    with pytest.raises(UnknownName) as caught:
        with_named(known, ["cal-back", "call-back", "x"])
    assert [(one.value, one.remedy) for one in caught.value.complaints] == [
        ("cal-back", "Did you mean call-back?"),
        ("x", "Known are: call-back, other."),
    ]


def test_nobody_stands_in_a_case_twice() -> None:
    with pytest.raises(InputError, match="a stands twice"):
        with_named(with_initiatives(initiative("a")), ["a", "a"])
