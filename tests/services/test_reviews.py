"""What is said about an initiative, and who may see and say it."""

from pathlib import Path

import pytest
from services.workplaces import draft, last, take, workplace

import cases
from prioritizer.domain.decisions import Review
from prioritizer.domain.process import Status, Step
from prioritizer.domain.workspace import ItemKind
from prioritizer.errors import Conflict, InputError, NotAllowed, UnknownName
from prioritizer.services import reviews, workspace


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = workplace(tmp_path)
    draft(made)
    return made


def in_review(path: Path) -> None:
    take(path, "two", Step.CLAIM, "anna")


def figures(**changes):
    return cases.initiative_record("two", department="IT", **changes)


@pytest.mark.parametrize(
    ("who", "sees"),
    [("ivan", True), ("vera", False), ("anna", False), ("eva", False), ("otto", False), ("boss", False)],
)
def test_a_draft_is_seen_by_its_department_and_is_nothing_to_all_others(path: Path, who: str, sees: bool) -> None:
    if sees:
        assert reviews.file_of(path, "new", who).last.version == 1
        return
    with pytest.raises(UnknownName) as hidden:
        reviews.file_of(path, "new", who)
    with pytest.raises(UnknownName) as missing:
        reviews.file_of(path, "neu", who)
    assert str(hidden.value).replace("new", "neu") == str(missing.value)


@pytest.mark.parametrize(
    ("who", "sees"), [("ivan", True), ("vera", True), ("anna", True), ("eva", True), ("otto", False)]
)
def test_what_was_submitted_is_seen_by_those_who_work_on_it(path: Path, who: str, sees: bool) -> None:
    if sees:
        assert reviews.file_of(path, "two", who).standing.content.status is Status.SUBMITTED
    else:
        with pytest.raises(UnknownName):
            reviews.file_of(path, "two", who)


def test_others_see_the_submitted_version_while_the_department_works_on(path: Path) -> None:
    in_review(path)
    take(path, "two", Step.ASK, "anna", "More")
    workspace.save_initiative(path, figures(name="Secret"), 1, "ivan")
    assert reviews.file_of(path, "two", "ivan").last.content.name == "Secret"
    seen = reviews.file_of(path, "two", "anna")
    assert (seen.last.version, [one.version for one in seen.versions]) == (1, [1])
    assert "Secret" not in seen.model_dump_json()


def test_a_review_stands_beside_what_the_department_says(path: Path) -> None:
    in_review(path)
    first = reviews.save_review(
        path, "two", Review(version=1, figures=figures(costs={"one_off": 5}), note="Dear"), 0, "anna"
    )
    assert reviews.save_review(path, "two", Review(version=1, note="Fine"), 1, "anna").version == 2
    found = reviews.file_of(path, "two", "ivan")
    assert [one.content.note for one in found.reviews] == ["Dear", "Fine"]
    assert found.reviews[0].content.figures == first.content.figures
    assert last(path, ItemKind.INITIATIVE, "two").version == 1


def test_a_review_takes_the_right_and_the_initiative_in_ones_review(path: Path) -> None:
    with pytest.raises(InputError, match="two is not in your review"):
        reviews.save_review(path, "two", Review(version=1), 0, "anna")
    in_review(path)
    with pytest.raises(InputError, match="two is not in your review"):
        reviews.save_review(path, "two", Review(version=1), 0, "olga")
    for who in ("eva", "ivan"):
        with pytest.raises(NotAllowed):
            reviews.save_review(path, "two", Review(version=1), 0, who)
    reviews.save_review(path, "two", Review(version=1), 0, "anna")
    with pytest.raises(Conflict):
        reviews.save_review(path, "two", Review(version=1, note="again"), 0, "anna")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "Other"}, "name"),
        ({"department": "Customer service"}, "department"),
        ({"mandatory": True}, "mandatory"),
        ({"requires": ["one"]}, "requires"),
        ({"reach": {"Nowhere": 0.5}}, "is not a group of the company"),
    ],
)
def test_finance_sets_figures_and_nothing_else(path: Path, changes: dict, words: str) -> None:
    in_review(path)
    other = cases.initiative_record("two", **{"department": "IT", **changes})
    with pytest.raises(InputError, match=words):
        reviews.save_review(path, "two", Review(version=1, figures=other), 0, "anna")


def test_comments_stay_in_order_with_who_said_them(path: Path) -> None:
    reviews.comment(path, "two", "Why so late?", "eva")
    reviews.comment(path, "two", "The vendor", "ivan")
    reviews.comment(path, "one", "Elsewhere", "anna")
    found = reviews.file_of(path, "two", "anna").comments
    assert [(one.who, one.content.text) for one in found] == [("eva", "Why so late?"), ("ivan", "The vendor")]


@pytest.mark.parametrize("who", ["vera", "otto", "boss"])
def test_others_do_not_comment(path: Path, who: str) -> None:
    with pytest.raises((NotAllowed, UnknownName)):
        reviews.comment(path, "two", "I too", who)


@pytest.mark.parametrize("text", ["", "  \n", "x" * 10_001, "half \ud800"])
def test_a_comment_that_is_none_is_refused(path: Path, text: str) -> None:
    with pytest.raises(InputError):
        reviews.comment(path, "two", text, "eva")


def test_other_departments_see_what_was_submitted_and_not_what_is_said_about_it(path: Path) -> None:
    workspace.save_initiative(path, figures(name="Second"), 1, "ivan")
    in_review(path)
    reviews.save_review(
        path, "two", Review(version=2, figures=figures(name="Second", costs={"one_off": 5}), note="Dear"), 0, "anna"
    )
    reviews.comment(path, "two", "Why so late?", "eva")
    seen = reviews.file_of(path, "two", "vera")
    assert (seen.reviews, seen.comments) == ((), ())
    assert [one.content.name for one in seen.versions] == ["Initiative two", "Second"]
    assert len(reviews.file_of(path, "two", "ivan").reviews) == 1


def test_a_draft_before_the_submission_stays_with_its_department(path: Path) -> None:
    workspace.save_initiative(path, cases.initiative_record("new", department="IT", name="Better"), 1, "ivan")
    take(path, "new", Step.SUBMIT, "ivan")
    assert [one.version for one in reviews.file_of(path, "new", "anna").versions] == [2]
    assert [one.version for one in reviews.file_of(path, "new", "ivan").versions] == [1, 2]


def test_a_review_is_about_the_version_that_is_under_review(path: Path) -> None:
    in_review(path)
    workspace.save_initiative(path, figures(costs={"one_off": 9}), 1, "ivan")
    with pytest.raises(Conflict) as caught:
        reviews.save_review(path, "two", Review(version=1, figures=figures(costs={"one_off": 5})), 0, "anna")
    assert caught.value.current.version == 2
    with pytest.raises(Conflict):
        reviews.save_review(path, "two", Review(version=3), 0, "anna")


def test_an_executive_of_a_department_sees_no_drafts_of_it(path: Path) -> None:
    from prioritizer.services import people, submitting

    people.add_person(path, people.new_person("ema", None, ["executive"], "IT"), "boss")
    with pytest.raises(UnknownName):
        reviews.file_of(path, "new", "ema")
    in_review(path)
    take(path, "two", Step.ASK, "anna", "More")
    workspace.save_initiative(path, figures(name="Secret"), 1, "ivan")
    assert reviews.file_of(path, "two", "ema").last.content.name == "Initiative two"
    for who in ("ema", "vera"):
        assert submitting.initiative_of(path, "two", who).content.name == "Initiative two"
        assert "Secret" not in {one.content.name for one in submitting.initiatives_seen(path, who)}
