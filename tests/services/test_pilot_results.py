"""A pilot's result in place of the claim: Bayes by hand, what changes, and what stays."""

import math
from pathlib import Path

import pytest
from services.workplaces import workplace

import cases
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.quantity import Grade, Normal
from prioritizer.domain.workspace import ItemKind
from prioritizer.errors import InputError
from prioritizer.services import submitting
from prioritizer.services.pilot_results import AfterPilot, Measured, after_pilot, measured_of, with_believed
from prioritizer.store.workspace import Workspace

GAMBLE = {"levers": [{"churn": "detractor", "change": {"normal": [-0.3, 0.04]}}], "probability_of_success": 0.5}


def result(size: float, error: float, lever: str = "churn.detractor", id_: str = "call-back") -> Measured:
    return Measured(initiative=id_, lever=lever, size=size, standard_error=error)


def believed(*measured: Measured, **changes: object) -> AfterPilot:
    company = cases.company_record()
    case = company.model_copy(update={"initiatives": (cases.initiative_record(**{**GAMBLE, **changes}),)})
    return after_pilot(case, measured, draws=20_000).initiatives[0]


def density(at: float, mean: float, deviation: float) -> float:
    return math.exp(-(((at - mean) / deviation) ** 2) / 2) / deviation


def test_equally_sure_prior_and_measurement_meet_in_the_middle() -> None:
    found = believed(result(-0.22, 0.04)).levers[0]
    assert found.claimed == pytest.approx(-0.3)
    assert found.after == pytest.approx(-0.26, abs=0.001)
    assert found.deviation == pytest.approx(0.04 / math.sqrt(2), rel=0.02)


@pytest.mark.parametrize("size", [-0.25, -0.1, -0.02, 0.01])
def test_the_chance_of_success_follows_bayes_rule(size: float) -> None:
    error = 0.05
    worked, failed = density(size, -0.3, math.hypot(0.04, error)), density(size, 0.0, error)
    after = believed(result(size, error))
    assert after.success_before == pytest.approx(0.5, abs=0.001)
    assert after.success_after == pytest.approx(worked / (worked + failed), abs=0.005)


def test_a_lever_that_was_not_measured_follows_only_as_far_as_it_hangs_together() -> None:
    two = [*GAMBLE["levers"], {"revenue": "all", "change": {"normal": [0.02, 0.01]}}]
    apart = {row.lever: row for row in believed(result(-0.2, 0.01), levers=two).levers}
    assert apart["revenue.all"].measured is None
    assert apart["revenue.all"].after == pytest.approx(0.02, abs=0.0005)
    assert apart["revenue.all"].deviation == pytest.approx(0.01, rel=0.03)


def test_the_posterior_takes_the_place_of_the_claim_graded_a() -> None:
    after = believed(result(-0.22, 0.04), evidence={"grade": "D", "note": "a hunch"})
    lever = after.initiative.levers[0]
    assert after.initiative.evidence.grade is Grade.A
    assert after.initiative.evidence.note == "a hunch"
    assert lever.size.grade is Grade.A
    assert isinstance(lever.size.distribution, Normal)
    assert lever.size.distribution.mean == pytest.approx(-0.26, abs=0.001)
    assert "claimed -0.3" in (lever.size.source or "")
    assert after.initiative.probability_of_success.number == pytest.approx(after.success_after)


def test_customers_brought_are_measured_by_group() -> None:
    levers = [{"extra_customers": {"Mobile": {"normal": [40, 10]}}, "cost_each": 3}]
    after = believed(result(20, 10, "extra_customers.Mobile"), levers=levers, probability_of_success=1)
    assert after.levers[0].after == pytest.approx(30, abs=0.3)
    assert after.initiative.levers[0].cost_each.number == 3
    assert after.success_after == 1


@pytest.mark.parametrize(
    ("size", "error", "said"),
    [
        (math.nan, 0.1, "is not a size that it can have"),
        (1e300, 0.1, "is not a size that it can have"),
        (-1.5, 0.1, "is not a size that it can have"),
        (-0.2, math.nan, "is no standard error"),
        (-0.2, math.inf, "is no standard error"),
        (-0.2, 1e-300, "is no standard error"),
        (-0.2, -0.1, "is no standard error"),
    ],
)
def test_impossible_measurements_are_refused(size: float, error: float, said: str) -> None:
    with pytest.raises(InputError, match=said):
        believed(result(size, error))


def test_a_lever_that_is_measured_twice_is_refused_once() -> None:
    with pytest.raises(InputError) as caught:
        believed(result(-0.2, 0.1), result(-0.3, 0.1))
    assert [one.rule for one in caught.value.complaints] == ["is measured more than once"]


def test_what_is_not_there_is_refused_all_at_once() -> None:
    with pytest.raises(InputError) as caught:
        believed(result(-0.2, 0.1, id_="call-bak"), result(-0.2, 0.1, "churn.promoter"), result(-0.2, 0.0))
    places = [(one.place, one.value) for one in caught.value.complaints]
    assert places == [("", "call-bak"), ("call-back", "churn.promoter"), ("call-back.churn.detractor", "0")]
    assert "call-back" in caught.value.complaints[0].remedy


def test_the_claim_stays_in_the_earlier_version(tmp_path: Path) -> None:
    path = workplace(tmp_path)
    known = submitting.initiative_of(path, "one", "vera")
    company = cases.company_record().model_copy(update={"initiatives": (known.content,)})
    measured = measured_of([("one", "churn.detractor", -0.05, 0.01)])
    after = after_pilot(company, measured, draws=2_000).initiatives[0]
    submitting.save(path, with_believed(known.content, after), known.version, "vera", "Result of a pilot")
    with Workspace(path).reading() as contents:
        versions = contents.versions(ItemKind.INITIATIVE, "one")
    assert [version.content.evidence.grade for version in versions][-2:] == [Grade.D, Grade.A]
    assert versions[-2].content == known.content


def test_other_levers_than_those_tested_are_not_overwritten() -> None:
    after = believed(result(-0.22, 0.04))
    other: Initiative = cases.initiative_record(levers=[{"revenue": "all", "change": 0.1}])
    with pytest.raises(InputError, match="other levers"):
        with_believed(other, after)
