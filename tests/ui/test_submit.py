"""The page on which department heads submit: what is typed is never lost, and nothing happens twice."""

from pathlib import Path
from typing import Any

import pytest
from services.workplaces import approve, last, standing, workplace
from streamlit.testing.v1 import AppTest
from ui.pages import html

import cases
from prioritizer.domain.process import Status
from prioritizer.domain.workspace import ItemKind
from prioritizer.errors import StoreError
from prioritizer.services import drafts, workspace
from prioritizer.services.evaluation import evaluate
from prioritizer.services.people import people
from prioritizer.services.shared import shared_list
from prioritizer.store.workspace import Workspace


def _page() -> None:
    from prioritizer.ui.views import submit

    submit.view()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return workplace(tmp_path)


@pytest.fixture
def there(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workspace as vera sees it, head of customer service."""
    monkeypatch.setattr("prioritizer.ui.session.workspace", lambda: path)
    sees_as(monkeypatch, path, "vera")
    listed = evaluate(shared_list(path, "anna").scenario, draws=200)
    monkeypatch.setattr("prioritizer.ui.session.shared_evaluation", lambda: listed)
    return path


def sees_as(monkeypatch: pytest.MonkeyPatch, path: Path, who: str) -> None:
    known = {person.id: person for person in people(path).people}
    monkeypatch.setattr("prioritizer.ui.session.person", lambda: known[who])


def page(**query: str) -> AppTest:
    """The page after its first look, in a window of its own."""
    app = AppTest.from_function(_page, default_timeout=300)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def find(app: AppTest, kind: str, field: str) -> Any:
    """A field by its key, whatever round it is in."""
    found = [one for one in getattr(app, kind) if (one.key or "").endswith(f"-{field}")]
    assert found, f"{field} is not among {[one.key for one in getattr(app, kind)]}"
    return found[0]


def turn_to(app: AppTest, step: str) -> None:
    """Choose a step."""
    app.button_group(key="submission-steps").set_value(step).run()


def fill_in(app: AppTest, name: str = "Ring first") -> None:
    """The ten fields that are asked for."""
    find(app, "text_input", "name").set_value(name).run()
    turn_to(app, "whom")
    find(app, "text_input", "reach.all.likely").set_value("50").run()
    turn_to(app, "changes")
    find(app, "selectbox", "lever-1-kind").set_value("churn").run()
    find(app, "button_group", "lever-1-whom").set_value("detractor").run()
    find(app, "text_input", "lever-1-size.likely").set_value("10,5").run()
    turn_to(app, "costs")
    find(app, "text_input", "one_off.likely").set_value("2 000").run()
    find(app, "text_input", "running.likely").set_value("400").run()
    find(app, "selectbox", "start").set_value("Q2 2027").run()
    turn_to(app, "evidence")
    find(app, "radio", "grade").set_value("C").run()


def press(app: AppTest, key: str) -> None:
    app.button(key=key).click().run()
    assert not app.exception


def initiatives(path: Path) -> list[str]:
    with Workspace(path).reading() as contents:
        return [version.id for version in contents.initiatives()]


def test_it_begins_with_nothing_filled_in_but_the_department(there: Path) -> None:
    app = page()
    assert "Five short steps" in html(app)
    press(app, "start-new")
    assert find(app, "text_input", "department").value == "Customer service"
    assert "5 fields" not in html(app)
    assert "field-complaint" not in html(app)


def test_what_is_typed_is_what_is_saved(there: Path) -> None:
    app = page()
    press(app, "start-new")
    fill_in(app)
    assert "It would stand at rank" in html(app)
    press(app, "submit-save")
    assert "Saved as version 1" in html(app)
    saved = last(there, ItemKind.INITIATIVE, "ring-first").content
    expected = cases.initiative_record(
        "ring-first",
        name="Ring first",
        start=1,
        reach=0.5,
        costs={"one_off": 2000, "running": 100},
        levers=[{"churn": "detractor", "change": -0.105}],
        evidence={"grade": "C"},
    )
    assert saved == expected
    assert drafts.drafts(there, "vera") == ()
    assert app.query_params["initiative"] == "ring-first"


def test_nothing_that_is_typed_is_lost_on_the_way_to_another_step(there: Path) -> None:
    app = page()
    press(app, "start-new")
    find(app, "text_input", "name").set_value("Ring first")
    app.button(key="submit-next").click().run()  # typed and clicked at once
    kept = drafts.drafts(there, "vera")
    assert [draft.typed["form"]["name"] for draft in kept] == ["Ring first"]
    find(app, "text_input", "reach.all.likely").set_value("5o")
    app.button(key="submit-back").click().run()
    assert find(app, "text_input", "name").value == "Ring first"
    app.button(key="submit-next").click().run()
    assert find(app, "text_input", "reach.all.likely").value == "5o"
    assert "5o is not a number. Write digits only" in html(app)


def test_a_draft_is_there_again_after_a_refresh(there: Path) -> None:
    app = page()
    press(app, "start-new")
    find(app, "text_input", "name").set_value("Ring first").run()
    again = page(draft=app.query_params["draft"])
    assert "restored" in html(again)
    assert find(again, "text_input", "name").value == "Ring first"
    begun = page()
    assert "Ring first, draft of" in html(begun)
    begun.button[[one.label for one in begun.button].index("Go on")].click().run()
    assert find(begun, "text_input", "name").value == "Ring first"


def test_a_draft_of_an_older_version_is_read_as_far_as_it_goes(there: Path) -> None:
    typed = {"form": {"name": "Old", "colour": "red", "reach": "50", "levers": [{"kind": 7}], "base": {"id": "x"}}}
    drafts.keep_draft(there, "new-old", typed, "vera")
    app = page(draft="new-old")
    assert not app.exception
    assert find(app, "text_input", "name").value == "Old"


def test_what_is_missing_is_said_when_it_is_to_be_saved(there: Path) -> None:
    app = page()
    press(app, "start-new")
    press(app, "submit-save")
    assert "Is empty. Give a name." in html(app)
    assert initiatives(there) == ["one", "two"]
    turn_to(app, "costs")
    assert html(app).count("Give an amount; 0 where it costs nothing.") == 2


def test_an_edit_changes_what_was_changed_and_keeps_the_rest(there: Path) -> None:
    app = page(initiative="one")
    assert "You are editing version 1" in html(app)
    turn_to(app, "costs")
    find(app, "text_input", "running.likely").set_value("1 000").run()
    press(app, "submit-save")
    saved = last(there, ItemKind.INITIATIVE, "one")
    assert saved.version == 2
    assert saved.content == cases.initiative_record("one", costs={"one_off": 1000, "running": 250})


RICH = {
    "owner": "Bob",
    "description": "Two\n\nparagraphs",
    "earliest_start": 1,
    "latest_start": 2,
    "delay": {"pert": [0, 1, 3]},
    "duration": 3,
    "fade_out": 1,
    "probability_of_success": {"value": 0.9, "source": "Two pilots"},
    "reach": {"Mobile": {"value": {"pert": [0.2, 0.3, 0.5]}, "source": "Count"}},
    "costs": {
        "one_off": {0: 1000, 2: 500},
        "running": {"value": 100, "source": "Offer", "grade": "B"},
        "per_customer": {"amount": 2, "of": ["detractor", "promoter"]},
    },
    "levers": [
        {"churn": "detractor", "change": {"value": {"pert": [-0.2, -0.1, -0.05]}, "source": "Pilot"}, "usual": -0.06},
        {"move": {"from": "detractor", "to": "passive"}, "share": {"range": [0.02, 0.05, 0.1]}},
        {"newcomers": {"from": "passive", "to": "promoter"}, "share": 0.1},
        {"extra_customers": {"Mobile": 7}, "cost_each": 9},
    ],
    "staff": {"IT": 2},
    "pilot": {"customers": 10, "cost": 5, "periods": 1},
    "evidence": {"grade": "B", "note": "Two\ncities", "sources": ["jive-calls", "online-first"]},
}


def test_looking_through_all_steps_changes_nothing(there: Path) -> None:
    rich = cases.initiative_record("rich", **RICH)
    workspace.save_initiative(there, rich, 0, "vera")
    app = page(initiative="rich")
    for _step in range(4):
        press(app, "submit-next")
        assert "field-complaint" not in html(app)
    assert drafts.drafts(there, "vera") == ()
    turn_to(app, "what")
    find(app, "text_input", "owner").set_value("Eve").run()
    press(app, "submit-save")
    assert last(there, ItemKind.INITIATIVE, "rich").content == rich.model_copy(update={"owner": "Eve"})


def test_an_initiative_of_others_is_copied_and_not_edited(there: Path) -> None:
    assert "vera may not create and edit an initiative" in html(page(initiative="two"))
    app = page(like="two")
    assert find(app, "text_input", "department").value == "Customer service"
    find(app, "text_input", "name").set_value("As IT does it").run()
    press(app, "submit-save")
    assert initiatives(there) == ["one", "two", "as-it-does-it"]
    assert last(there, ItemKind.INITIATIVE, "as-it-does-it").content.department == "Customer service"
    assert last(there, ItemKind.INITIATIVE, "two").version == 1


def test_an_address_that_leads_nowhere_says_so(there: Path) -> None:
    app = page(initiative="nowhere")
    assert "nowhere is not an initiative" in html(app)
    assert "Five short steps" in html(app)


def test_what_a_test_would_take_is_saved_with_it(there: Path) -> None:
    app = page()
    press(app, "start-new")
    fill_in(app)
    find(app, "text_input", "pilot_customers").set_value("20 000").run()
    find(app, "text_input", "pilot_cost").set_value("1 500 000").run()
    press(app, "submit-save")
    assert initiatives(there) == ["one", "two"]  # a part of a test is none
    find(app, "text_input", "pilot_periods").set_value("2").run()
    press(app, "submit-save")
    pilot = last(there, ItemKind.INITIATIVE, "ring-first").content.pilot
    assert (pilot.customers.number, pilot.cost.number, pilot.periods) == (20_000, 1_500_000, 2)


def test_a_submission_is_submitted_once(there: Path) -> None:
    app = page()
    press(app, "start-new")
    fill_in(app)
    find(app, "text_input", f"why-{app.session_state['submission-round']}").set_value("Churn is up").run()
    press(app, "submit-send")
    assert "finance reviews it next" in html(app)
    known = standing(there, "ring-first")
    assert (known.content.status, known.content.version, known.why) == (Status.SUBMITTED, 1, "Churn is up")
    assert next(one.disabled for one in app.button if one.key == "submit-send")
    press(app, "submit-save")  # the click that came too late
    assert standing(there, "ring-first").version == known.version
    assert "everybody sees it as it is now" in html(app)


def test_a_second_tab_does_not_submit_it_again(there: Path) -> None:
    first = page()
    press(first, "start-new")
    fill_in(first)
    second = page(draft=first.query_params["draft"])
    press(first, "submit-send")
    press(second, "submit-send")
    assert initiatives(there) == ["one", "two", "ring-first"]
    assert last(there, ItemKind.INITIATIVE, "ring-first").version == 1
    assert standing(there, "ring-first").content.status is Status.SUBMITTED


def test_what_a_second_tab_typed_stands_beside_what_the_first_did(there: Path) -> None:
    first = page()
    press(first, "start-new")
    find(first, "text_input", "name").set_value("Ring first").run()
    second = page(draft=first.query_params["draft"])
    find(second, "text_input", "owner").set_value("Bob").run()
    find(first, "text_input", "name").set_value("Ring at once").run()
    assert "In another tab you typed something else" in html(first)
    find(first, "button_group", "name").set_value("mine").run()
    find(first, "button_group", "owner").set_value("theirs").run()
    press(first, "conflict-chosen")
    assert find(first, "text_input", "name").value == "Ring at once"
    assert find(first, "text_input", "owner").value == "Bob"
    kept = drafts.drafts(there, "vera")[0].typed["form"]
    assert (kept["name"], kept["owner"]) == ("Ring at once", "Bob")


def meanwhile(path: Path, **changes: Any) -> None:
    """Somebody else of the department saves another version."""
    workspace.save_initiative(path, cases.initiative_record("one", **changes), 1, "vera", "Meanwhile")


def test_what_was_saved_meanwhile_stands_beside_what_was_typed(there: Path) -> None:
    app = page(initiative="one")
    find(app, "text_area", "description").set_value("Mine").run()
    meanwhile(there, description="Theirs", costs={"one_off": 5000})
    press(app, "submit-save")
    shown = html(app)
    assert "saved version 2 while you were typing" in shown
    assert "2 fields differ" in shown
    assert "<mark>Theirs</mark>" in shown
    assert "<mark>Mine</mark>" in shown
    assert last(there, ItemKind.INITIATIVE, "one").version == 2
    assert find(app, "button_group", "one_off").value == "theirs"  # I never touched it
    find(app, "button_group", "description").set_value("both").run()
    press(app, "conflict-chosen")
    press(app, "submit-save")
    saved = last(there, ItemKind.INITIATIVE, "one")
    assert saved.version == 3
    expected = cases.initiative_record("one", description="Theirs\n\nMine", costs={"one_off": 5000})
    assert saved.content == expected


@pytest.mark.parametrize(
    ("button", "description", "one_off"), [("conflict-mine", "Mine", 1000), ("conflict-theirs", "Theirs", 5000)]
)
def test_one_version_may_be_taken_as_a_whole(there: Path, button: str, description: str, one_off: float) -> None:
    app = page(initiative="one")
    find(app, "text_area", "description").set_value("Mine").run()
    meanwhile(there, description="Theirs", costs={"one_off": 5000})
    press(app, "submit-save")
    press(app, button)
    press(app, "submit-save")
    saved = last(there, ItemKind.INITIATIVE, "one").content
    assert saved == cases.initiative_record("one", description=description, costs={"one_off": one_off})


def test_a_discarded_draft_is_gone(there: Path) -> None:
    app = page()
    press(app, "start-new")
    find(app, "text_input", "name").set_value("Ring first").run()
    press(app, "submit-discard")
    assert drafts.drafts(there, "vera") == ()
    assert "Five short steps" in html(app)
    assert initiatives(there) == ["one", "two"]


def test_a_lever_is_added_and_taken_out(there: Path) -> None:
    app = page(initiative="one")
    turn_to(app, "changes")
    find(app, "button", "add").click().run()
    find(app, "selectbox", "lever-2-kind").set_value("extra_customers").run()
    find(app, "text_input", "lever-2-sizes-Mobile.likely").set_value("400").run()
    find(app, "text_input", "lever-2-cost.likely").set_value("9").run()
    find(app, "button", "remove-1").click().run()
    press(app, "submit-save")
    expected = cases.initiative_record("one", levers=[{"extra_customers": {"Mobile": 100}, "cost_each": 9}])
    assert last(there, ItemKind.INITIATIVE, "one").content == expected


def test_what_one_person_had_open_is_not_shown_to_the_next(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page(initiative="one")
    find(app, "text_input", "owner").set_value("Bob").run()
    sees_as(monkeypatch, there, "ivan")
    app.run()
    assert not app.text_input
    assert "ivan may not create and edit an initiative" in html(app)


def test_those_who_do_not_submit_see_who_does(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sees_as(monkeypatch, there, "anna")
    assert "Department heads submit, each for the own department." in html(page())


TABLE = """id,name,department,start,reach,costs.one_off,levers.churn.detractor
ring,Ring first,Customer service,1,0.5,2000,-0.1
text,Text first,Customer service,0,0.4,100,-0.05
"""


def test_a_table_is_saved_as_a_whole_and_once(there: Path) -> None:
    app = page()
    app.file_uploader(key="table").upload("many.csv", TABLE.encode()).run()
    assert "Ring first" in html(app)
    press(app, "table-send")
    assert "2 initiatives were submitted." in html(app)
    assert initiatives(there) == ["one", "two", "ring", "text"]
    assert standing(there, "text").content.status is Status.SUBMITTED


def test_a_table_that_is_wrong_saves_nothing(there: Path) -> None:
    app = page()
    wrong = TABLE.replace("text,Text first,Customer service", "text,Text first,IT")
    app.file_uploader(key="table").upload("many.csv", wrong.encode()).run()
    assert "row 3, department (C3)" in html(app)
    assert "is not your department" in html(app)
    assert initiatives(there) == ["one", "two"]


def test_a_complaint_and_a_question_stand_below_their_field(there: Path) -> None:
    app = page(initiative="one")
    turn_to(app, "costs")
    find(app, "text_input", "one_off.likely").set_value("1,234").run()
    assert "It can be read as 1234 or as 1,234" in html(app)
    assert "1 field is open" in html(app)
    turn_to(app, "whom")
    find(app, "text_input", "reach.all.likely").set_value("0,05").run()
    assert 'class="field-slip"' not in html(app)  # nothing is asked before all can be read
    turn_to(app, "costs")
    find(app, "text_input", "one_off.likely").set_value("1,2340").run()
    assert "Whom it reaches: 0.05 % is hardly anybody." in html(app)
    turn_to(app, "whom")
    assert "Whom it reaches: 0.05" not in html(app)
    assert '<p class="field-slip">0.05 % is hardly anybody. Did you mean 5 %? Type 5 for 5 %.</p>' in html(app)


def test_what_was_submitted_is_edited_in_everybodys_sight(there: Path) -> None:
    app = page(initiative="one")
    find(app, "text_input", "owner").set_value("Bob").run()
    press(app, "submit-save")
    assert "it was submitted before, so everybody sees it as it is now" in html(app)
    assert standing(there, "one").content.version == 2


def label(app: AppTest, key: str) -> str:
    return next(one.label for one in app.button if one.key == key)


def test_the_buttons_say_what_saving_does(there: Path) -> None:
    app = page()
    press(app, "start-new")
    assert label(app, "submit-save") == "Save for the department"
    app = page(initiative="one")
    assert label(app, "submit-save") == "Save: it counts on the list at once"
    assert "what you save counts on the list at once, and everybody sees it" in html(app)
    assert [one.disabled for one in app.button if one.key == "submit-send"] == [True]


def test_that_an_approval_ends_is_said_before_and_after(there: Path) -> None:
    approve(there, "one")
    app = page(initiative="one")
    assert label(app, "submit-save") == "Save, and end the approval"
    assert "Saving ends the approval" in html(app)
    find(app, "text_input", "owner").set_value("Bob").run()
    press(app, "submit-save")
    assert "its approval has ended" in html(app)
    assert standing(there, "one").content.status is Status.IN_REVIEW
    assert label(app, "submit-save") == "Save: it counts on the list at once"


def test_where_a_draft_cannot_be_kept_what_is_typed_stays(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_arguments: object) -> None:
        raise StoreError("workspace.db", "is being written by somebody else", "Try again.")

    app = page(initiative="one")
    monkeypatch.setattr(drafts, "keep_draft", busy)
    find(app, "text_input", "owner").set_value("Bob").run()
    assert "What you typed is not kept yet" in html(app)
    assert find(app, "text_input", "owner").value == "Bob"
    press(app, "submit-save")
    assert last(there, ItemKind.INITIATIVE, "one").content.owner == "Bob"


def test_hostile_words_are_shown_as_they_are(there: Path) -> None:
    app = page()
    press(app, "start-new")
    find(app, "text_input", "name").set_value("<img src=x onerror=alert(1)> **bold**").run()
    assert "<img" not in html(app)
    assert "&lt;img src=x onerror=alert(1)&gt; **bold**" in html(app)


@pytest.mark.parametrize("button", ["table-save", "table-send"])
def test_a_table_saved_as_drafts_is_not_submitted(there: Path, button: str) -> None:
    app = page()
    app.file_uploader(key="table").upload("many.csv", TABLE.encode()).run()
    press(app, button)
    expected = Status.SUBMITTED if button == "table-send" else Status.DRAFT
    assert standing(there, "ring").content.status is expected
    app.run()
    assert initiatives(there) == ["one", "two", "ring", "text"]


# templates, facts, and claims that have to say why


def test_a_template_fills_the_form_with_its_figures(there: Path) -> None:
    app = page(template="information-standard")
    assert "It begins with the figures of the template “Information standard”" in html(app)
    assert find(app, "text_input", "name").value == "Information standard"
    assert "template" not in app.query_params
    turn_to(app, "changes")
    assert find(app, "text_input", "lever-1-size.likely").value == "7"
    assert "Within what the template “Information standard” usually claims" in html(app)
    turn_to(app, "evidence")
    assert find(app, "multiselect", "sources").value == ["nps-by-channel-city", "leave-after-bad-service"]
    assert "Not good for: Small samples, whose differences are chance" in html(app)
    assert find(app, "text_area", "note").value == ""


def test_the_templates_stand_where_submissions_begin(there: Path) -> None:
    app = page()
    (listed,) = app.get("bidi_component")
    assert "A last-minute price cut for those who call to leave." in listed.proto.json
    assert "retention-backfires, keep-cheaper, one-centre" in listed.proto.json


def test_what_began_from_a_template_is_saved_with_it(there: Path) -> None:
    app = page(template="information-standard")
    turn_to(app, "costs")
    find(app, "text_input", "one_off.likely").set_value("2 000").run()
    find(app, "text_input", "running.likely").set_value("400").run()
    turn_to(app, "evidence")
    find(app, "multiselect", "sources").set_value(["online-first"]).run()
    press(app, "submit-save")
    saved = last(there, ItemKind.INITIATIVE, "information-standard").content
    assert (saved.template, saved.evidence.sources, saved.department) == (
        *("information-standard", ("online-first",), "Customer service"),
    )
    assert saved.levers[0].usual is None


def test_a_large_claim_is_saved_and_not_submitted_without_a_reason(there: Path) -> None:
    app = page()
    press(app, "start-new")
    fill_in(app)
    turn_to(app, "changes")
    find(app, "text_input", "lever-1-size.likely").set_value("50").run()
    assert "Beyond what the library's templates usually claim" in html(app)
    assert "Say why in the evidence note." in html(app)
    press(app, "submit-send")
    assert "is claimed larger than 9 of 10 of its kind, without a reason" in html(app)
    assert "To submit it, say here why so much can be expected of: Change of churn: detractors." in html(app)
    assert initiatives(there) == ["one", "two"]
    press(app, "submit-save")
    assert standing(there, "ring-first").version == 0
    find(app, "text_area", "note").set_value("Half of them left for one fault, which is mended.").run()
    press(app, "submit-send")
    assert standing(there, "ring-first").content.status is Status.SUBMITTED


def test_a_source_that_the_library_has_not_is_complained_about_and_can_be_taken_out(there: Path) -> None:
    from prioritizer.services.drafts import keep_draft

    keep_draft(there, "new-old", {"form": {"department": "Customer service", "sources": "jive-cals"}}, "vera")
    app = page(draft="new-old")
    turn_to(app, "evidence")
    assert "Jive-cals is not a fact of the library. Did you mean jive-calls?" in html(app)
    find(app, "multiselect", "sources").set_value(["jive-calls"]).run()
    assert "is not a fact of the library" not in html(app)
