"""What changed since a list was published: each kind of change made by hand, and nothing said that did not happen."""

from pathlib import Path

import pytest
from services.workplaces import approve, draft, last, take, workplace

import cases
from prioritizer.domain.decisions import Review
from prioritizer.domain.process import Step
from prioritizer.domain.since_published import Moved, SincePublished
from prioritizer.domain.workspace import ItemKind
from prioritizer.errors import NotAllowed
from prioritizer.services import assumptions, decisions, directions, reviews, shared
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.since_published import since_published

WHY = {"grade": "D", "note": "The workshop of May found that much"}


def few(scenario) -> Evaluation:
    return evaluate(scenario, draws=8)


def since(path: Path, planned=None, who: str = "eva") -> SincePublished:
    found = since_published(path, who, planned, few)
    assert found is not None
    return found


def publish(path: Path, *funded: str):
    return decisions.publish(path, shared.shared_list(path, "eva").origin.run, funded, "", "eva")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Three initiatives, the largest first; two of them approved and one of these funded."""
    made = workplace(
        tmp_path,
        cases.initiative("large", levers=[{"churn": "detractor", "change": -0.3}]),
        cases.initiative("middle", department="IT", levers=[{"churn": "detractor", "change": -0.2}]),
        cases.initiative("small", levers=[{"churn": "detractor", "change": -0.1}]),
    )
    approve(made, "large")
    approve(made, "middle")
    return made


@pytest.fixture
def published(path: Path) -> Path:
    publish(path, "large")
    return path


def ids(found) -> list[str]:
    return [one.id for one in found]


def test_nothing_was_published_yet(path: Path) -> None:
    assert since_published(path, "eva", ["large"], few) is None


@pytest.mark.parametrize(("who", "sees"), [("anna", True), ("ivan", True), ("otto", False), ("boss", False)])
def test_who_may_know_what_changed(published: Path, who: str, sees: bool) -> None:
    if sees:
        assert since(published, who=who).is_as_it_was
    else:
        with pytest.raises(NotAllowed, match="read what departments have submitted"):
            since(published, who=who)


def test_right_after_the_decision_the_list_is_as_it_was(published: Path) -> None:
    at = last(published, ItemKind.DECISION, "1").at
    assert since(published) == SincePublished(decision="1", at=at)


def test_two_equal_lists_are_not_evaluated(published: Path) -> None:
    def computed(_scenario):
        raise AssertionError("nothing can have moved")

    assert since_published(published, "eva", None, computed) is not None


def test_what_is_new_and_what_is_gone(published: Path) -> None:
    draft(published, "late", levers=[{"churn": "detractor", "change": -0.25}], evidence=WHY)
    take(published, "late", Step.SUBMIT, "ivan")
    take(published, "small", Step.WITHDRAW, "vera")
    found = since(published)
    assert [(one.id, one.name) for one in found.new] == [("late", "Initiative late")]
    assert [(one.id, one.name) for one in found.gone] == [("small", "Initiative small")]
    assert (found.changed, found.moved, found.is_as_it_was) == ((), (), False)


def test_figures_that_changed_and_whom_that_moved(published: Path) -> None:
    take(published, "small", Step.CLAIM, "anna")
    better = cases.initiative_record("small", levers=[{"churn": "detractor", "change": -0.4}])
    reviews.save_review(published, "small", Review(version=1, figures=better, note="More"), 0, "anna")
    assert since(published).is_as_it_was  # finance's figures count once they are approved
    take(published, "small", Step.APPROVE, "anna")
    found = since(published)
    assert ids(found.changed) == ["small"]
    assert found.moved == (
        Moved(id="small", name="Initiative small", places=2),
        Moved(id="large", name="Initiative large", places=-1),
        Moved(id="middle", name="Initiative middle", places=-1),
    )


def test_another_name_or_a_must_do_is_no_figure(published: Path) -> None:
    mark = directions.directions(published, "eva").mark
    directions.direct(published, ["small"], [], mark, "eva")
    found = since(published)
    assert found.is_as_it_was


def test_what_comes_in_front_of_others_moves_none_of_them(published: Path) -> None:
    draft(published, "best", levers=[{"churn": "detractor", "change": -0.5}], evidence=WHY)
    take(published, "best", Step.SUBMIT, "ivan")
    found = since(published)
    assert (ids(found.new), found.moved) == (["best"], ())


def test_budgets_and_assumptions_are_told_apart(published: Path) -> None:
    known = directions.budgets(published, "eva")
    directions.set_budgets(published, {**dict.fromkeys(known.years, ""), known.years[0]: "5000"}, known.version, "eva")
    found = since(published)
    assert (found.budgets_changed, found.assumptions_changed, found.is_as_it_was) == (True, False, False)
    text = assumptions.company_text(published, "anna")
    changed = text.text.replace("acquisition_cost: 150", "acquisition_cost: 170")
    assert changed != text.text
    assumptions.save_company_text(published, changed, text.version, "anna", "Dearer customers")
    found = since(published)
    assert (found.budgets_changed, found.assumptions_changed) == (True, True)


def test_the_plan_against_what_was_decided(published: Path) -> None:
    found = since(published, ["middle", "small"])
    assert (ids(found.planned_only), ids(found.funded_only)) == (["middle", "small"], ["large"])
    assert found.is_as_it_was  # the plan is another one, the list is not
    assert since(published, ["large"]).planned_only == since(published, ["large"]).funded_only == ()
    assert since(published, []).funded_only[0].id == "large"
    assert since(published, None).funded_only == ()


def test_what_is_in_delivery_was_decided_before_the_last_decision(published: Path) -> None:
    take(published, "large", Step.START, "vera")
    publish(published, "middle")
    found = since(published, ["large", "middle"])
    assert (found.decision, found.planned_only, found.funded_only) == ("2", (), ())
