"""The process: each step by those who may, from where it leads on, on the content that was seen."""

from pathlib import Path

import pytest
from services.workplaces import approve, draft, last, standing, take, workplace

import cases
from prioritizer.domain.process import RULES, Status, Step
from prioritizer.domain.workspace import ItemKind
from prioritizer.errors import Conflict, InputError, NotAllowed, UnknownName
from prioritizer.services import process, workspace
from prioritizer.services.process import ASKED, next_steps
from prioritizer.store.workspace import Workspace

WHO = {
    Step.SUBMIT: "ivan",
    Step.WITHDRAW: "ivan",
    Step.CLAIM: "anna",
    Step.ASK: "anna",
    Step.APPROVE: "anna",
    Step.REJECT: "anna",
    Step.DECIDE: "eva",
    Step.START: "ivan",
    Step.CLOSE: "ivan",
    Step.REOPEN: "anna",
}
# The steps that lead to each status from a draft, written by hand.
WAYS = {
    Status.DRAFT: [],
    Status.SUBMITTED: [Step.SUBMIT],
    Status.IN_REVIEW: [Step.SUBMIT, Step.CLAIM],
    Status.CHANGES_REQUESTED: [Step.SUBMIT, Step.CLAIM, Step.ASK],
    Status.APPROVED: [Step.SUBMIT, Step.CLAIM, Step.APPROVE],
    Status.REJECTED: [Step.SUBMIT, Step.CLAIM, Step.REJECT],
    Status.DECIDED: [Step.SUBMIT, Step.CLAIM, Step.APPROVE, Step.DECIDE],
    Status.IN_DELIVERY: [Step.SUBMIT, Step.CLAIM, Step.APPROVE, Step.DECIDE, Step.START],
    Status.CLOSED: [Step.SUBMIT, Step.CLAIM, Step.APPROVE, Step.DECIDE, Step.START, Step.CLOSE],
}
# Where each step leads from each status, written by hand; what is not named leads nowhere.
LEADS = """
draft              submit → submitted
submitted          withdraw → draft, claim → in review
in review          withdraw → draft, ask for changes → changes requested, approve → approved, reject → rejected
changes requested  submit → submitted, withdraw → draft
approved           withdraw → draft, decide → decided, reopen → in review
rejected           submit → submitted, reopen → in review
decided            decide → decided, start delivery → in delivery, close → closed, reopen → in review
in delivery        close → closed
closed
"""


def leads() -> dict[Status, dict[Step, Status]]:
    table = {}
    for line in LEADS.strip().splitlines():
        status, _gap, steps = line.partition("  ")
        pairs = [step.split(" → ") for step in steps.split(",") if step.strip()]
        table[Status(status)] = {Step(step.strip()): Status(to.strip()) for step, to in pairs}
    return table


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return workplace(tmp_path)


def at(path: Path, status: Status) -> Path:
    """A new initiative of IT that stands there."""
    draft(path)
    for step in WAYS[status]:
        step_of(path, step)
    assert standing(path, "new").content.status is status
    return path


def step_of(path: Path, step: Step, who: str = "", why: str = "because"):
    """A step; deciding funds it."""
    if step is Step.DECIDE:
        with Workspace(path).changing(who or WHO[step]) as changes:
            seen = changes.standing("new").content.version
            return process.step_in(changes, "new", step, seen, why, decision="1", funded=True)
    return take(path, "new", step, who or WHO[step], why)


@pytest.mark.parametrize("status", Status)
def test_steps_lead_where_they_should_and_nowhere_else(tmp_path: Path, status: Status) -> None:
    expected, found = leads()[status], {}
    for step in Step:
        folder = tmp_path / step
        folder.mkdir()
        path = at(workplace(folder), status)
        before = standing(path, "new")
        try:
            found[step] = step_of(path, step).content.status
        except InputError:
            assert standing(path, "new") == before
    assert found == expected


def test_every_step_has_a_right_and_a_rule() -> None:
    assert set(ASKED) == set(RULES) == set(Step)


@pytest.mark.parametrize("step", Step)
def test_only_those_who_may_take_a_step(tmp_path: Path, step: Step) -> None:
    path = at(workplace(tmp_path), next(status for status, steps in leads().items() if step in steps))
    before = standing(path, "new")
    allowed = {"anna": ["anna", "olga"]}.get(WHO[step], [WHO[step]])
    for who in ("eva", "anna", "olga", "vera", "ivan", "otto", "boss"):
        if who not in allowed:
            with pytest.raises((NotAllowed, UnknownName)):  # what one may not see is not there
                step_of(path, step, who)
    assert standing(path, "new") == before


@pytest.mark.parametrize("step", [Step.ASK, Step.REJECT, Step.CLOSE, Step.REOPEN])
def test_some_steps_must_say_why(tmp_path: Path, step: Step) -> None:
    path = at(workplace(tmp_path), next(status for status, steps in leads().items() if step in steps))
    with pytest.raises(InputError, match=r"a reason is missing\. Say why"):
        step_of(path, step, why=" ")


def test_each_step_says_who_when_and_why(path: Path) -> None:
    draft(path)
    take(path, "new", Step.SUBMIT, "ivan", "Ready")
    take(path, "new", Step.CLAIM, "anna")
    take(path, "new", Step.ASK, "anna", "Where are the costs?")
    with Workspace(path).reading() as contents:
        trail = contents.versions(ItemKind.STANDING, "new")
    assert [(one.who, one.content.status, one.why) for one in trail] == [
        ("ivan", Status.SUBMITTED, "Ready"),
        ("anna", Status.IN_REVIEW, ""),
        ("anna", Status.CHANGES_REQUESTED, "Where are the costs?"),
    ]
    assert all(len(one.at) == 27 for one in trail)


def test_a_second_submit_does_no_harm(path: Path) -> None:
    draft(path)
    first = take(path, "new", Step.SUBMIT, "ivan")
    with pytest.raises(
        InputError, match=r"new cannot take the step “submit” from here. It is submitted since .*, by ivan"
    ):
        take(path, "new", Step.SUBMIT, "ivan")
    assert standing(path, "new") == first


def test_what_somebody_else_changed_is_not_submitted_unseen(path: Path) -> None:
    draft(path)
    workspace.save_initiative(path, cases.initiative_record("new", department="IT", name="Other"), 1, "ivan")
    with pytest.raises(Conflict) as caught:
        process.submit(path, "new", 1, "ivan")
    assert caught.value.current.content.name == "Other"
    assert standing(path, "new").content.status is Status.DRAFT


def test_an_approval_belongs_to_the_content_that_was_seen(path: Path) -> None:
    take(path, "two", Step.CLAIM, "anna")
    workspace.save_initiative(path, cases.initiative_record("two", department="IT", name="Dearer"), 1, "ivan")
    with pytest.raises(Conflict):
        process.take(path, "two", Step.APPROVE, 1, "anna")
    assert process.take(path, "two", Step.APPROVE, 2, "anna").content.status is Status.APPROVED


def test_an_edit_after_approval_reopens_review(path: Path) -> None:
    approve(path, "two")
    workspace.save_initiative(path, cases.initiative_record("two", department="IT", name="Dearer"), 1, "ivan")
    found = standing(path, "two")
    assert (found.content.status, found.content.version, found.content.reviewer) == (Status.IN_REVIEW, 2, "anna")
    assert (found.who, found.why) == ("ivan", "Edited after it was approved")


def test_a_must_do_is_no_edit_of_the_content(path: Path) -> None:
    approve(path, "two")
    workspace.save_initiative(path, cases.initiative_record("two", department="IT", mandatory=True), 1, "eva")
    found = standing(path, "two").content
    assert (found.status, found.version, found.submitted_by) == (Status.APPROVED, 2, "")


def test_an_executive_changes_nothing_but_the_must_do(path: Path) -> None:
    changed = cases.initiative_record("two", department="IT", mandatory=True, name="Mine")
    with pytest.raises(NotAllowed, match="create and edit"):
        workspace.save_initiative(path, changed, 1, "eva")
    with pytest.raises(NotAllowed, match="create and edit"):
        workspace.save_initiative(path, cases.initiative_record("two", department="IT"), 1, "eva")


def test_what_was_decided_on_is_not_edited(tmp_path: Path) -> None:
    path = at(workplace(tmp_path), Status.DECIDED)
    with pytest.raises(InputError, match=r"new has been decided on and cannot be edited. Ask finance to reopen"):
        workspace.save_initiative(path, cases.initiative_record("new", department="IT", name="Other"), 1, "ivan")
    assert last(path, ItemKind.INITIATIVE, "new").version == 1


def test_changes_that_were_asked_for_stay_with_the_department_until_submitted(path: Path) -> None:
    take(path, "two", Step.CLAIM, "anna")
    take(path, "two", Step.ASK, "anna", "More detail")
    workspace.save_initiative(path, cases.initiative_record("two", department="IT", name="Better"), 1, "ivan")
    assert standing(path, "two").content.version == 1
    assert take(path, "two", Step.SUBMIT, "ivan").content.version == 2


def test_finance_never_reviews_its_own_submission(path: Path) -> None:
    from prioritizer.services import people

    both = people.new_person("ilya", None, ["department head", "finance"], "IT")
    people.add_person(path, both, "boss")
    with pytest.raises(NotAllowed, match="what they have not submitted themselves"):
        take(path, "two", Step.CLAIM, "ilya")


def test_of_two_reviewers_one_approves(path: Path) -> None:
    take(path, "two", Step.CLAIM, "anna")
    with pytest.raises(InputError, match=r"two is being reviewed by anna. Take it into review yourself first"):
        take(path, "two", Step.APPROVE, "olga")
    take(path, "two", Step.CLAIM, "olga")
    take(path, "two", Step.APPROVE, "olga")
    with pytest.raises(InputError, match=r"It is approved since .*, by olga"):
        take(path, "two", Step.APPROVE, "anna")


def submit_together(path: Path, *ids: str) -> None:
    with Workspace(path).changing("ivan") as changes:
        process.submit_in(changes, ids, "")


def test_a_prerequisite_is_submitted_first_or_with_it(path: Path) -> None:
    draft(path, "base")
    draft(path, "more", requires=["base"])
    with pytest.raises(InputError, match="more requires base, which is not submitted"):
        take(path, "more", Step.SUBMIT, "ivan")
    submit_together(path, "more", "base")
    assert standing(path, "more").content.status is standing(path, "base").content.status is Status.SUBMITTED
    with pytest.raises(InputError, match="base is required by more"):
        take(path, "base", Step.WITHDRAW, "ivan")


def test_several_are_submitted_together_or_not_at_all(path: Path) -> None:
    draft(path, "base")
    with pytest.raises(InputError):
        submit_together(path, "base", "two")  # two is submitted already
    assert standing(path, "base").content.status is Status.DRAFT


def test_the_next_steps_are_those_that_work(path: Path) -> None:
    def steps(id_: str, who: str) -> set[str]:
        with Workspace(path).reading() as contents:
            return set(next_steps(contents, id_, who))

    draft(path)
    assert (steps("new", "ivan"), steps("new", "anna"), steps("new", "vera")) == ({Step.SUBMIT}, set(), set())
    take(path, "new", Step.SUBMIT, "ivan")
    assert (steps("new", "ivan"), steps("new", "anna")) == ({Step.WITHDRAW}, {Step.CLAIM})
    take(path, "new", Step.CLAIM, "anna")
    assert steps("new", "anna") == {Step.ASK, Step.APPROVE, Step.REJECT}
    assert steps("new", "olga") == {Step.CLAIM}


def test_a_prerequisite_that_others_need_is_not_turned_down(path: Path) -> None:
    draft(path, "more", requires=["two"])
    take(path, "more", Step.SUBMIT, "ivan")
    take(path, "two", Step.CLAIM, "anna")
    with pytest.raises(InputError, match="two is required by more"):
        take(path, "two", Step.REJECT, "anna", "No")
    workspace.save_initiative(
        path, cases.initiative_record("more", department="IT", requires=["two"], name="B"), 1, "ivan"
    )
    take(path, "more", Step.WITHDRAW, "ivan")
    assert take(path, "two", Step.REJECT, "anna", "No").content.status is Status.REJECTED


def test_what_was_delivered_stays_done_for_what_requires_it(path: Path) -> None:
    at(path, Status.CLOSED)
    draft(path, "more", requires=["new"])
    assert take(path, "more", Step.SUBMIT, "ivan").content.status is Status.SUBMITTED
    from prioritizer.services.shared import shared_list

    found = shared_list(path, "eva")
    assert found.left_out == ()
    assert next(one for one in found.scenario.initiatives if one.id == "more").requires == ()


def test_nothing_is_delivered_before_what_it_requires_is_funded(path: Path) -> None:
    draft(path, "more", requires=["two"])
    take(path, "more", Step.SUBMIT, "ivan")
    approve(path, "more")
    with Workspace(path).changing("eva") as changes:
        process.step_in(changes, "more", Step.DECIDE, 1, "", decision="1", funded=True)
    with pytest.raises(InputError, match="more requires two, which is not funded"):
        take(path, "more", Step.START, "ivan")


def test_who_submitted_once_never_reviews_it(path: Path) -> None:
    from prioritizer.services import people

    people.add_person(path, people.new_person("zoe", None, ["department head"], "IT"), "boss")
    draft(path)
    take(path, "new", Step.SUBMIT, "zoe")
    people.save_person(path, people.new_person("zoe", None, ["finance"], None), 1, "boss")
    workspace.save_initiative(path, cases.initiative_record("new", department="IT", name="Typo"), 1, "ivan")
    with pytest.raises(NotAllowed, match="have not submitted themselves"):
        take(path, "new", Step.CLAIM, "zoe")


def test_an_approval_is_of_the_review_that_was_seen(path: Path) -> None:
    from prioritizer.domain.decisions import Review
    from prioritizer.services.reviews import save_review

    take(path, "two", Step.CLAIM, "anna")
    figures = cases.initiative_record("two", department="IT", costs={"one_off": 5})
    save_review(path, "two", Review(version=1, figures=figures), 0, "anna")
    with pytest.raises(Conflict):
        process.take(path, "two", Step.APPROVE, 1, "anna", review=0)
    assert process.take(path, "two", Step.APPROVE, 1, "anna", review=1).content.reviewed == 1


def test_an_edit_in_sight_needs_its_prerequisites_too(path: Path) -> None:
    draft(path)
    with pytest.raises(InputError, match="two requires new, which is not submitted"):
        workspace.save_initiative(path, cases.initiative_record("two", department="IT", requires=["new"]), 1, "ivan")


def test_an_id_in_other_letters_is_the_same_person(path: Path) -> None:
    assert take(path, "two", Step.CLAIM, "ANNA").content.reviewer == "anna"
    assert take(path, "two", Step.APPROVE, "anna").who == "anna"
