"""The shared list: what was submitted, as finance approved it where it did; and lists as they were published."""

from pathlib import Path

import pytest
from services.workplaces import approve, draft, last, standing, take, workplace

import cases
import prioritizer as pr
from prioritizer.domain.decisions import Review
from prioritizer.domain.process import Status, Step
from prioritizer.domain.workspace import COMPANY, ItemKind
from prioritizer.errors import InputError, NotAllowed, StoreError
from prioritizer.services import decisions, people, reviews, shared, workspace
from prioritizer.services.evaluation import evaluate


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return workplace(tmp_path)


def listed(path: Path, who: str = "eva") -> dict[str, str]:
    """The names of the initiatives on the list, by id."""
    found = shared.shared_list(path, who)
    return {initiative.id: initiative.name for initiative in found.scenario.initiatives}


def publish(path: Path, *funded: str, why: str = ""):
    return decisions.publish(path, shared.shared_list(path, "eva").origin.run, funded, "The answer", "eva", why)


def test_the_list_is_that_of_the_files_to_the_digit(path: Path) -> None:
    from_files = pr.rank(path.with_name("base.yaml"), seed=1)
    found = shared.shared_list(path, "eva")
    assert found.origin.run == from_files.run.id
    assert evaluate(found.scenario).with_bridges().initiatives == from_files.initiatives


@pytest.mark.parametrize(
    ("who", "sees"), [("eva", True), ("anna", True), ("vera", True), ("otto", False), ("boss", False)]
)
def test_who_sees_what_is_submitted(path: Path, who: str, sees: bool) -> None:
    if sees:
        assert set(listed(path, who)) == {"one", "two"}
    else:
        with pytest.raises(NotAllowed, match="read what departments have submitted"):
            shared.shared_list(path, who)


def test_a_draft_is_not_on_the_list(path: Path) -> None:
    draft(path)
    assert set(listed(path)) == {"one", "two"}
    take(path, "new", Step.SUBMIT, "ivan")
    assert set(listed(path)) == {"one", "two", "new"}


def test_what_is_asked_to_change_stands_as_it_was_submitted(path: Path) -> None:
    take(path, "two", Step.CLAIM, "anna")
    take(path, "two", Step.ASK, "anna", "More")
    workspace.save_initiative(path, cases.initiative_record("two", department="IT", name="Better"), 1, "ivan")
    assert listed(path)["two"] == "Initiative two"
    take(path, "two", Step.SUBMIT, "ivan")
    assert listed(path)["two"] == "Better"


def test_what_lacks_its_prerequisite_is_left_off_with_what_needs_it() -> None:
    one, two = cases.initiative_record("one", requires=["gone"]), cases.initiative_record("two", requires=["one"])
    three = cases.initiative_record("three", excludes=["one"])
    assert [kept.id for kept in shared.linked_among([one, two, three])] == ["three"]
    assert shared.linked_among([one, two, three])[0].excludes == ()
    kept = shared.linked_among([one, two, three], frozenset({"gone"}))
    assert [(one.id, one.requires) for one in kept] == [("one", ()), ("two", ("one",)), ("three", ())]


def figures(**changes):
    return cases.initiative_record("two", department="IT", **changes)


def test_finances_figures_count_once_approved_and_never_replace_the_departments(path: Path) -> None:
    take(path, "two", Step.CLAIM, "anna")
    dearer = figures(costs={"one_off": 2000})
    reviews.save_review(path, "two", Review(version=1, figures=dearer, note="Twice as dear"), 0, "anna")
    costs = [one.costs for one in shared.shared_list(path, "eva").scenario.initiatives]
    assert costs == [cases.initiative_record("one").costs] * 2
    take(path, "two", Step.APPROVE, "anna")
    assert shared.shared_list(path, "eva").scenario.initiatives[1].costs == dearer.costs
    assert last(path, ItemKind.INITIATIVE, "two").content == figures()


def test_what_a_department_said_beside_finance_is_not_published_to_viewers(path: Path) -> None:
    take(path, "two", Step.CLAIM, "anna")
    reviews.save_review(path, "two", Review(version=1, figures=figures(costs={"one_off": 2000})), 0, "anna")
    take(path, "two", Step.APPROVE, "anna")
    publish(path, "two")
    assert list(shared.published(path, "eva").shared.claims) == ["two"]
    seen = shared.published(path, "otto")
    assert seen.shared.claims == {}
    assert seen.shared.scenario == shared.published(path, "eva").shared.scenario


def test_an_edit_after_approval_takes_finances_figures_from_the_list(path: Path) -> None:
    take(path, "two", Step.CLAIM, "anna")
    dearer = figures(costs={"one_off": 2000})
    reviews.save_review(path, "two", Review(version=1, figures=dearer), 0, "anna")
    take(path, "two", Step.APPROVE, "anna")
    workspace.save_initiative(path, figures(costs={"one_off": 1500}), 1, "ivan")
    assert shared.shared_list(path, "eva").scenario.initiatives[1].costs == figures(costs={"one_off": 1500}).costs
    with pytest.raises(InputError, match="has finance's figures for version 1, and version 2 is under review"):
        take(path, "two", Step.APPROVE, "anna")


def test_a_workspace_without_a_company_says_so(tmp_path: Path) -> None:
    workspace.create(tmp_path / "w.db", "boss")
    people.add_person(tmp_path / "w.db", people.new_person("eva", None, ["executive"], None), "boss")
    with pytest.raises(StoreError, match="holds no company yet"):
        shared.shared_list(tmp_path / "w.db", "eva")


def test_exclusions_and_must_dos_of_executives_shape_the_list(path: Path) -> None:
    base = last(path, ItemKind.SCENARIO, "base")
    workspace.save_scenario(path, "base", base.content.model_copy(update={"exclude": ("one",)}), 1, "eva")
    workspace.save_initiative(path, figures(mandatory=True), 1, "eva")
    found = shared.shared_list(path, "eva").scenario.initiatives
    assert [(one.id, one.mandatory) for one in found] == [("two", True)]


def test_a_scenario_that_names_a_draft_does_not_break_the_list(path: Path) -> None:
    draft(path)
    base = last(path, ItemKind.SCENARIO, "base")
    workspace.save_scenario(path, "base", base.content.model_copy(update={"exclude": ("new",)}), 1, "eva")
    assert set(listed(path)) == {"one", "two"}


def test_a_company_that_a_scenario_no_longer_fits_is_refused(path: Path) -> None:
    from prioritizer.domain.scenarios import Differences

    downturn = Differences.model_validate(
        {"name": "Downturn", "extends": "base", "change": {"groups.Mobile.churn.detractor": {"multiply": 1.5}}}
    )
    workspace.save_scenario(path, "downturn", downturn, 0, "anna")
    other = cases.company_record(groups={"Fixed": cases.group()})
    with pytest.raises(InputError, match="Mobile"):
        workspace.save_company(path, other, 1, "anna")
    assert last(path, ItemKind.COMPANY, COMPANY).version == 1


# --- the place on the list


def test_the_place_of_a_listed_initiative_is_its_rank(path: Path) -> None:
    draft(path, "small", levers=[{"churn": "detractor", "change": -0.02}])
    take(path, "small", Step.SUBMIT, "ivan")
    made = evaluate(shared.shared_list(path, "eva").scenario)
    for row in made.ranking.initiatives:
        place = shared.place_of(made, made.initiative(row.id))
        assert place.npv.mean == pytest.approx(row.npv.mean, rel=1e-9)
        assert (place.cost, place.total) == (row.cost, 3)
    assert shared.place_of(made, made.initiative("small")).rank == 3


def test_a_better_one_would_stand_first(path: Path) -> None:
    made = evaluate(shared.shared_list(path, "eva").scenario)
    better = cases.initiative_record("better", levers=[{"churn": "detractor", "change": -0.5}])
    place = shared.place_of(made, better)
    assert (place.rank, place.total) == (1, 3)


# --- decisions


def test_a_decision_funds_what_was_approved_and_publishes_the_list(path: Path) -> None:
    assert shared.published(path, "otto") is None
    approve(path, "one")
    approve(path, "two")
    made = publish(path, "two", why="Money is short")
    assert (made.id, made.content.funded, made.content.not_funded) == ("1", ("two",), ("one",))
    found = standing(path, "two")
    assert (found.content.status, found.content.funded, found.content.decision) == (Status.DECIDED, True, "1")
    assert (found.who, found.why) == ("eva", "Money is short")
    assert standing(path, "one").content.words == "not funded"
    seen = shared.published(path, "otto")
    assert seen is not None
    assert seen.decision.content.run == made.content.run == seen.shared.origin.run
    assert [one.id for one in seen.shared.scenario.initiatives] == ["one", "two"]


def test_a_published_list_stays_as_it_was(path: Path) -> None:
    take(path, "two", Step.CLAIM, "anna")
    reviews.save_review(path, "two", Review(version=1, figures=figures(costs={"one_off": 2000})), 0, "anna")
    take(path, "two", Step.APPROVE, "anna")
    before = shared.shared_list(path, "eva").scenario
    publish(path, "two")
    workspace.save_company(path, cases.company_record(tax_rate=0.3), 1, "anna")
    workspace.save_initiative(path, cases.initiative_record("one", name="Other"), 1, "vera")
    draft(path)
    take(path, "new", Step.SUBMIT, "ivan")
    found = shared.published(path, "otto")
    assert found is not None
    assert found.shared.scenario == before
    assert shared.run_of(found.shared.scenario).id == found.decision.content.run


def test_nothing_is_decided_on_a_list_that_has_changed(path: Path) -> None:
    approve(path, "two")
    run = shared.shared_list(path, "eva").origin.run
    workspace.save_initiative(path, cases.initiative_record("one", costs={"one_off": 7}), 1, "vera")
    with pytest.raises(InputError, match="the list has changed since you looked at it"):
        decisions.publish(path, run, ["two"], "", "eva")
    assert standing(path, "two").content.status is Status.APPROVED


@pytest.mark.parametrize(
    ("changes", "funded", "words"),
    [
        ({}, ["one"], "one is not approved"),
        ({}, ["nothing"], "nothing is not approved"),
        ({"requires": ["two"]}, ["more"], "more requires two, which is not funded"),
        ({"excludes": ["two"]}, ["more", "two"], "more cannot be done together with two"),
    ],
)
def test_only_what_can_be_done_is_funded(path: Path, changes: dict, funded: list[str], words: str) -> None:
    draft(path, "more", **changes)
    take(path, "more", Step.SUBMIT, "ivan")
    for id_ in ("two", "more"):
        approve(path, id_)
    with pytest.raises(InputError, match=words):
        publish(path, *funded)
    assert decisions.decisions(path, "eva") == ()


@pytest.mark.parametrize("who", ["anna", "vera", "otto", "boss"])
def test_only_executives_decide(path: Path, who: str) -> None:
    run = shared.shared_list(path, "eva").origin.run
    with pytest.raises(NotAllowed, match="publish a decision"):
        decisions.publish(path, run, [], "", who)


def test_a_later_decision_may_fund_what_an_earlier_one_did_not(path: Path) -> None:
    approve(path, "one")
    approve(path, "two")
    publish(path, "two")
    take(path, "two", Step.START, "ivan")
    assert publish(path, "one").content.funded == ("one",)
    assert (standing(path, "one").content.decision, standing(path, "two").content.decision) == ("2", "1")
    assert standing(path, "two").content.status is Status.IN_DELIVERY


def test_nothing_is_decided_on_approvals_that_were_not_seen(path: Path) -> None:
    approve(path, "one")
    run, seen = shared.shared_list(path, "eva").origin.run, ["one"]
    approve(path, "two")
    with pytest.raises(InputError, match="others can be decided on by now than when you looked: two"):
        decisions.publish(path, run, ["one"], "", "eva", seen=seen)
    assert decisions.publish(path, run, ["one"], "", "eva", seen=["one", "two"]).content.not_funded == ("two",)


@pytest.mark.parametrize("links", [{"one": ["two"]}, {"two": ["one"]}])
def test_of_two_that_exclude_each_other_one_is_funded(tmp_path: Path, links: dict[str, list[str]]) -> None:
    listed = [
        cases.initiative("one", excludes=links.get("one", [])),
        cases.initiative("two", department="IT", excludes=links.get("two", [])),
    ]
    path = workplace(tmp_path, *listed)
    approve(path, "one")
    approve(path, "two")
    with pytest.raises(InputError, match="cannot be done together"):
        publish(path, "one", "two")
    publish(path, "one")
    take(path, "one", Step.START, "vera")
    with pytest.raises(InputError, match="cannot be done together"):
        publish(path, "two")


def test_what_is_in_delivery_keeps_what_it_requires(tmp_path: Path) -> None:
    path = workplace(tmp_path, cases.initiative("one"), cases.initiative("two", department="IT", requires=["one"]))
    approve(path, "one")
    approve(path, "two")
    publish(path, "one", "two")
    take(path, "two", Step.START, "ivan")
    with pytest.raises(InputError, match="two is in delivery and requires one, which would not be funded"):
        publish(path)


def test_a_company_that_what_is_submitted_does_not_fit_is_refused(path: Path) -> None:
    draft(path, start=2)
    take(path, "new", Step.SUBMIT, "ivan")
    take(path, "new", Step.CLAIM, "anna")
    take(path, "new", Step.ASK, "anna", "Sooner")
    workspace.save_initiative(path, cases.initiative_record("new", department="IT", start=0), 1, "ivan")
    with pytest.raises(InputError, match="is after the company's latest start"):
        workspace.save_company(path, cases.company_record(latest_start=1), 1, "anna")
    assert set(listed(path)) == {"one", "two", "new"}


def test_a_draft_that_nobody_sees_is_in_nobodys_way(path: Path) -> None:
    draft(path, "secret", start=2, requires=["one"], excludes=["two"])
    workspace.save_company(path, cases.company_record(latest_start=1), 1, "anna")
    base = last(path, ItemKind.SCENARIO, "base")
    workspace.save_scenario(path, "base", base.content.model_copy(update={"exclude": ("one",)}), 1, "eva")
    assert set(listed(path)) == {"two"}
    with pytest.raises(InputError) as caught:
        workspace.save_initiative(path, cases.initiative_record("one", requires=["secre"]), 1, "vera")
    assert "secret" not in str(caught.value)
    with pytest.raises(InputError, match="secret is not an initiative"):
        workspace.save_initiative(path, cases.initiative_record("one", requires=["secret"]), 1, "vera")


def test_a_circle_through_what_is_submitted_is_refused(path: Path) -> None:
    workspace.save_initiative(path, cases.initiative_record("two", department="IT", requires=["one"]), 1, "ivan")
    with pytest.raises(InputError, match="circle"):
        workspace.save_initiative(path, cases.initiative_record("one", requires=["two"]), 1, "vera")


def test_what_is_under_way_must_be_done_and_keeps_its_start(path: Path) -> None:
    scenario = shared.shared_list(path, "eva").scenario
    [one, two] = shared.with_what_is_under_way(scenario, ["two"]).initiatives
    assert one == scenario.initiatives[0]
    assert two.mandatory
    assert (two.start, two.earliest_start, two.latest_start) == (scenario.initiatives[1].first_start, None, None)
    assert two.levers == scenario.initiatives[1].levers


def test_only_what_is_in_delivery_is_under_way(path: Path) -> None:
    assert shared.under_way_of(shared.shared_list(path, "eva").standings) == ()
    approve(path, "two")
    publish(path, "two")
    assert shared.under_way_of(shared.shared_list(path, "eva").standings) == ()
    take(path, "two", Step.START, "ivan")
    assert shared.under_way_of(shared.shared_list(path, "eva").standings) == ("two",)
