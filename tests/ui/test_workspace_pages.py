"""Every page for every role in the demonstration: who sees what, and what each can do there."""

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from ui.pages import (
    PEOPLE,
    ROOT,
    bodies,
    component,
    go,
    html,
    leads_to,
    leave_out_long_searches,
    list_of,
    open_page,
    refusal,
    rows,
    words,
)

import prioritizer as pr
from prioritizer.domain.process import Status
from prioritizer.domain.scenarios import Differences
from prioritizer.domain.workspace import ItemKind
from prioritizer.services import scenarios
from prioritizer.services.people import people
from prioritizer.services.workspace import save_company
from prioritizer.store.workspace import Workspace
from prioritizer.ui import served
from prioritizer.ui.navigation import pages
from prioritizer.ui.served import Kind, Served

# Which pages each role sees, written by hand; the first one is where it begins.
SEES = {
    "executive": ["overview", "list", "scenarios", "what-if", "customers", "decide", "assumptions", "open"],
    "finance": ["review", "overview", "list", "scenarios", "what-if", "customers", "assumptions", "open"],
    "department head": [
        "mine",
        "overview",
        "list",
        "scenarios",
        "what-if",
        "customers",
        "submit",
        "assumptions",
        "open",
    ],
    "viewer": ["list", "overview", "what-if", "customers"],
    "admin": ["administration"],
}
ADDRESSES = (
    "overview",
    "list",
    "scenarios",
    "what-if",
    "customers",
    "mine",
    "submit",
    "review",
    "decide",
    "assumptions",
    "administration",
    "open",
)
# The words in which a page says who sees it.
PLURAL = {
    "executive": "executives",
    "finance": "finance",
    "department head": "department heads",
    "viewer": "viewers",
    "admin": "admins",
}
CONTROLS = ("button", "checkbox", "multiselect", "selectbox", "slider", "text_area", "text_input", "button_group")
CELLS = [(role, address) for role in SEES for address in ADDRESSES]
COMPLAINTS = 'class="complaints"'


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_out_long_searches(monkeypatch)


def workspace() -> Workspace:
    return Workspace(served.demonstration(str(ROOT / "scenarios/base.yaml")))


def status(id_: str) -> Status:
    with workspace().reading() as contents:
        return contents.standing(id_).content.status


def at(monkeypatch: pytest.MonkeyPatch, role: str, address: str, **query: str) -> AppTest:
    return open_page(monkeypatch, address, who=PEOPLE[role], **query)


def asked(app: AppTest, key: str) -> str | None:
    """What the address says under a key; AppTest gives some values as lists."""
    value = app.query_params.get(key)
    return value[-1] if isinstance(value, list) else value


@pytest.mark.parametrize("role", SEES)
def test_each_role_sees_its_pages_and_begins_on_its_own(monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    app = open_page(monkeypatch, who=PEOPLE[role])
    assert not app.exception
    assert COMPLAINTS not in html(app)
    assert refusal(app) is None
    path = workspace().path
    there = pages(Served(Kind.DEMONSTRATION, path), next(one for one in people(path).people if one.id == PEOPLE[role]))
    assert set(there) == {"", *ADDRESSES}
    assert {address for address, page in there.items() if page.visibility == "visible"} == set(SEES[role])


@pytest.mark.parametrize("role", SEES)
def test_a_session_begins_with_nothing_but_where_it_leads(monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    def computed(*_arguments: object) -> None:
        raise AssertionError("something was opened before the first page")

    monkeypatch.setattr("prioritizer.ui.session.opened", computed)
    monkeypatch.setattr("sys.argv", ["app.py"])
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
    app.query_params["as"] = PEOPLE[role]
    app.run()
    assert not app.exception
    assert leads_to(app) == SEES[role][0]
    assert len(bodies(app)) == 1


@pytest.mark.parametrize(("role", "address"), CELLS)
def test_every_page_for_every_role(monkeypatch: pytest.MonkeyPatch, role: str, address: str) -> None:
    app = at(monkeypatch, role, address)
    assert not app.exception
    assert COMPLAINTS not in html(app)
    assert 'class="answer"' in html(app)
    if address in SEES[role]:
        assert refusal(app) is None
    else:
        _shows_only_who_sees_it(app, address)


def _shows_only_who_sees_it(app: AppTest, address: str) -> None:
    """In the frame stands one sentence, and nothing of the page: no table, no chart, no control."""
    said = refusal(app)
    assert said is not None
    seen_by = ", ".join(PLURAL[role] for role in PLURAL if address in SEES[role])
    assert f"It is seen by: {seen_by}. You are here as " in said
    assert [body[:20] for body in bodies(app)][1:] == ['<section class="not-']
    assert [one.key for kind in CONTROLS for one in app.get(kind)] == ["switch"]
    assert [one for kind in ("bidi_component", "plotly_chart", "download_button") for one in app.get(kind)] == []


@pytest.mark.parametrize("role", SEES)
def test_a_draft_is_seen_by_its_department_only(monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    """What the customer service of the demonstration is working on."""
    app = open_page(monkeypatch, who=PEOPLE[role])
    for address in (address for address in SEES[role][1:] if address != "open"):
        shown = html(app) + "".join(str(one.proto.json) for one in app.get("bidi_component"))
        shown += " ".join(str(widget.options) for widget in app.multiselect)
        if address != "submit" and role != "department head":
            assert "weekends" not in shown
        go(app, address)
    if role == "department head":
        assert "Call back at weekends too" in str(component(open_page(monkeypatch, who="vera"))["html"])
        assert "weekends" not in str(component(open_page(monkeypatch, who="ivan"))["html"])


def test_the_shared_list_is_that_of_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    ranking = pr.rank(ROOT / "scenarios/base.yaml", seed=1)
    for role in ("executive", "finance", "department head"):
        app = at(monkeypatch, role, "list")
        assert [row.get("data-id") for row in rows(list_of(app))] == [row.id for row in ranking.initiatives]


def test_the_list_says_where_each_initiative_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    table = list_of(at(monkeypatch, "executive", "list"))
    states = {
        row.get("data-id"): next((words.text for words in row.iter("span") if words.get("class") == "state"), "")
        for row in rows(table)
    }
    assert states["close-the-loop"] == "in delivery"
    assert states["consent-register"] == "funded"
    assert states["marketplace-sales"] == "not funded"
    assert states["one-script"] == "changes requested"
    assert states["coverage-gaps"] == "submitted"


def test_a_viewer_sees_the_list_as_it_was_published(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "viewer", "list")
    assert "list published on" in html(app)
    states = [span.text for row in rows(list_of(app)) for span in row.iter("span") if span.get("class") == "state"]
    assert set(states) == {"funded", "not funded", "submitted"}


def test_an_executive_changes_between_the_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "executive", "list")
    assert "list published on" not in html(app)
    app.segmented_control(key="which-list").set_value("published").run()
    assert "list published on" in html(app)
    assert asked(app, "list") == "published"
    go(app, "customers")
    assert "list published on" in html(app)
    go(app, "list")
    app.segmented_control(key="which-list").set_value("").run()
    assert "list published on" not in html(app)
    assert asked(app, "list") is None


def test_a_link_opens_the_published_list_and_the_switch_says_when(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "finance", "list", list="published")
    with workspace().reading() as contents:
        date = contents.all(ItemKind.DECISION)[-1].at[:10]
    control = app.segmented_control(key="which-list")
    assert control.value == "published"
    assert control.options == ["As it is now", f"Published {date}"]
    assert f"list published on {date}" in html(app)
    first = rows(list_of(app))[0].find(".//a")
    assert first is not None
    assert "list=published" in first.get("href", "")
    del app.query_params["list"]  # as the navigation leaves it
    go(app, "what-if")
    assert "list published on" in html(app)


def test_the_link_of_a_viewer_says_that_the_list_is_the_published_one(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "viewer", "list")
    assert asked(app, "list") == "published"
    app.selectbox(key="switch").set_value("elena").run()
    assert "list published on" not in html(app)
    assert app.segmented_control(key="which-list").value == ""


def test_a_scenario_of_a_link_stays_over_a_change_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "executive", "list")
    app.query_params["scenario"] = "downturn"
    app.run()
    assert "scenario Downturn" in html(app)
    del app.query_params["scenario"]
    go(app, "customers")
    assert "scenario Downturn" in html(app)


def _under(monkeypatch: pytest.MonkeyPatch, role: str, address: str, scenario: str) -> AppTest:
    """A page whose address names a scenario."""
    app = at(monkeypatch, role, "open")
    app.query_params["scenario"] = scenario
    return go(app, address)


def _built(who: str, **change: object) -> str:
    made = {"name": "Slump", "extends": "base", "change": change or {"tax_rate": {"add": 0.01}}}
    return scenarios.create(workspace().path, Differences.model_validate(made), who).id


@pytest.mark.usefixtures("own")
def test_a_private_scenario_is_to_others_as_one_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    private = _built("vera")
    assert "scenario Slump" in html(_under(monkeypatch, "department head", "customers", private))
    for named in (private, "nothing-0000"):
        app = _under(monkeypatch, "executive", "customers", named)
        assert "scenario Base" in html(app)
        assert asked(app, "scenario") is None
    assert "Slump" not in " ".join(one.label for one in at(monkeypatch, "executive", "open").button)
    assert "Slump" in " ".join(one.label for one in at(monkeypatch, "department head", "open").button)


@pytest.mark.usefixtures("own")
def test_a_link_opens_what_lies_in_the_archive_and_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = _built("vera")
    scenarios.share(workspace().path, id_, "vera")
    scenarios.archive(workspace().path, id_, "vera")
    app = _under(monkeypatch, "executive", "open", id_)
    assert "scenario Slump" in html(app)
    assert "Slump" not in " ".join(one.label for one in app.button)


@pytest.mark.usefixtures("own")
def test_a_scenario_that_no_longer_works_says_so_and_the_base_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = _built("elena", **{"budget.2028": {"multiply": 0.5}})
    with workspace().reading() as contents:
        company = contents.company()
    assert company is not None
    with_less = company.content.model_copy(update={"budget": {}})
    save_company(workspace().path, with_less, company.version, "elena")
    app = _under(monkeypatch, "executive", "customers", id_)
    assert not app.exception
    assert '<span class="where">Slump, budget.2028' in html(app)
    assert "scenario Base" in html(app)
    assert asked(app, "scenario") is None
    app.run()
    assert "Slump" not in html(app)


@pytest.mark.usefixtures("own")
def test_finance_approves_and_an_executive_funds(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "finance", "review", initiative="setup-help")
    app.button(key="step-CLAIM-setup-help").click().run()
    assert status("setup-help") is Status.IN_REVIEW
    app.button(key="step-APPROVE-setup-help").click().run()
    assert status("setup-help") is Status.APPROVED
    app = at(monkeypatch, "executive", "decide")
    boxes = {box.key.rsplit("-", 2)[-2] + "-" + box.key.rsplit("-", 1)[-1]: box for box in app.checkbox}
    assert boxes["setup-help"].value
    app.button(key="publish").click().run()
    assert COMPLAINTS not in html(app)
    assert status("setup-help") is Status.DECIDED
    with workspace().reading() as contents:
        assert contents.standing("setup-help").content.funded


@pytest.mark.usefixtures("own")
def test_asking_for_changes_needs_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "finance", "review", initiative="self-service")
    app.button(key="step-ASK-self-service").click().run()
    assert "a reason is missing" in html(app)
    why = next(area for area in app.text_area if area.key.startswith("why-self-service"))
    why.set_value("Where are the costs?").run()
    app.button(key="step-ASK-self-service").click().run()
    assert status("self-service") is Status.CHANGES_REQUESTED
    app = open_page(monkeypatch, who="ivan", initiative="self-service")
    assert "Where are the costs?" in html(app)


def test_finances_figures_stand_beside_the_departments(monkeypatch: pytest.MonkeyPatch) -> None:
    for who, address in (("andrei", ""), ("sergei", ""), ("elena", "list")):
        app = open_page(monkeypatch, address, who=who, initiative="one-script")
        shown = html(app)
        assert "cost a third more than planned" in shown
        assert "One-off cost at its start" in shown
        assert "The offer comes next week." in shown


@pytest.mark.usefixtures("own")
def test_finance_sets_a_figure_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "finance", "review", initiative="self-service")
    field = next(
        one
        for one in app.text_input
        if one.key.endswith("field-1-one_off.likely") or one.key.endswith("one_off.likely")
    )
    field.set_value("9 000 000").run()
    for end in ("low", "high"):
        next(one for one in app.text_input if one.key.endswith(f"one_off.{end}")).set_value("").run()
    app.button(key="save-figures").click().run()
    assert COMPLAINTS not in html(app)
    with workspace().reading() as contents:
        review = contents.find(ItemKind.REVIEW, "self-service")
        theirs = contents.find(ItemKind.INITIATIVE, "self-service")
    assert review.content.figures.costs.one_off[0].number == 9e6
    assert theirs.version == 1
    assert review.content.figures.reach == theirs.content.reach


@pytest.mark.usefixtures("own")
def test_an_executive_sets_budgets_and_directions(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "executive", "decide")
    next(one for one in app.text_input if one.key.endswith("-2029")).set_value("12,5")
    next(one for one in app.button if one.label == "Set the budgets").click().run()
    with workspace().reading() as contents:
        assert contents.company().content.budget["2029"].number == 12.5
        assert contents.company().who == "elena"
    out = next(one for one in app.multiselect if one.key.startswith("out-"))
    out.set_value(["qr-codes"])
    next(one for one in app.button if one.label == "Set must-dos and exclusions").click().run()
    assert COMPLAINTS not in html(app)
    shown = [row.get("data-id") for row in rows(list_of(at(monkeypatch, "executive", "list")))]
    assert "qr-codes" not in shown
    assert len(shown) == 21


@pytest.mark.usefixtures("own")
def test_finance_changes_an_assumption(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "finance", "assumptions", part="company")
    text = app.text_area(key="company-text-1")
    assert "tax_rate: {value: 0.25" in text.value
    text.set_value(text.value.replace("tax_rate: {value: 0.25", "tax_rate: {value: 7")).run()
    app.button(key="save-company").click().run()
    assert "7 is not" in html(app)
    assert "line" in html(app)
    app.text_area(key="company-text-1").set_value(
        text.value.replace("tax_rate: {value: 7", "tax_rate: {value: 0.2")
    ).run()
    assert "+tax_rate: {value: 0.2," in html(app)
    app.text_input(key="company-why-1").set_value("New law").run()
    app.button(key="save-company").click().run()
    assert COMPLAINTS not in html(app)
    with workspace().reading() as contents:
        company = contents.company()
    assert (company.content.tax_rate.number, company.who, company.why) == (0.2, "andrei", "New law")


@pytest.mark.usefixtures("own")
def test_two_in_finance_do_not_overwrite_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = (at(monkeypatch, "finance", "assumptions", part="company") for _tab in range(2))
    for app, rate in ((one, "0.2"), (other, "0.3")):
        area = app.text_area(key="company-text-1")
        area.set_value(area.value.replace("tax_rate: {value: 0.25", f"tax_rate: {{value: {rate}")).run()
    one.button(key="save-company").click().run()
    other.button(key="save-company").click().run()
    assert "Andrei Belov has saved version 2 since you began" in html(other)
    assert re.search(r"-tax_rate: {value: 0\.2,[^+]+\+tax_rate: {value: 0\.3,", html(other))
    other.button(key="on-top").click().run()
    other.button(key="save-company").click().run()
    with workspace().reading() as contents:
        assert (contents.company().version, contents.company().content.tax_rate.number) == (3, 0.3)


def test_only_finance_changes_assumptions(monkeypatch: pytest.MonkeyPatch) -> None:
    for role in ("executive", "department head"):
        app = at(monkeypatch, role, "assumptions", part="company")
        assert "only finance may change them" in html(app)
        assert not app.text_area


@pytest.mark.usefixtures("own")
def test_a_comment_is_there_for_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "finance", "review", initiative="self-service")
    app.text_area(key="comment-text-self-service").set_value("Who **owns** this? <b>")
    next(one for one in app.button if one.label == "Comment").click().run()
    assert "Who **owns** this? &lt;b&gt;" in html(open_page(monkeypatch, who="ivan", initiative="self-service"))


@pytest.mark.usefixtures("own")
def test_an_admin_manages_people_and_reads_the_history(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "admin", "administration")
    assert "Vera Kim" in html(app)
    assert "million" not in html(app)
    app.text_input(key="add-id").set_value("nina")
    app.multiselect(key="add-roles").set_value(["viewer"])
    next(one for one in app.button if one.label == "Add").click().run()
    assert "nina" in html(app)
    app.selectbox(key="change-who").set_value("vera").run()
    active = next(one for one in app.checkbox if one.key.startswith("active-vera"))
    active.set_value(False)
    next(one for one in app.button if one.label == "Save").click().run()
    assert "disabled" in html(app)
    app.selectbox(key="history-who").set_value("andrei").run()
    assert "initiative" in html(app)


@pytest.mark.usefixtures("own")
def test_who_is_disabled_is_out_at_the_next_click(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "finance", "review", initiative="self-service")
    from prioritizer.services import people as services

    services.disable_person(workspace().path, "andrei", "irina")
    app.button(key="step-APPROVE-self-service").click().run()
    assert not app.exception
    assert status("self-service") is Status.IN_REVIEW
    assert "Elena Orlova" in str(app.selectbox(key="switch").options)


@pytest.mark.usefixtures("own")
def test_a_role_that_was_taken_away_ends_with_the_next_click(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "finance", "review", initiative="self-service")
    from prioritizer.services import people as services

    changed = services.new_person("andrei", "Andrei Belov", ["viewer"], None)
    services.save_person(workspace().path, changed, 1, "irina")
    app.button(key="step-APPROVE-self-service").click().run()
    assert status("self-service") is Status.IN_REVIEW
    assert refusal(app) is not None
    assert "It is seen by: finance. You are here as Andrei Belov, viewer." in html(app)


@pytest.mark.usefixtures("own")
def test_the_same_step_in_a_second_tab_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = (at(monkeypatch, "finance", "review", initiative="self-service") for _tab in range(2))
    one.button(key="step-APPROVE-self-service").click().run()
    other.button(key="step-APPROVE-self-service").click().run()
    assert not other.exception
    assert status("self-service") is Status.APPROVED
    with workspace().reading() as contents:
        assert [entry.content.status for entry in contents.versions(ItemKind.STANDING, "self-service")].count(
            Status.APPROVED
        ) == 1


# --- what happens between the page and the click


def change(id_: str, who: str, **changes: object) -> None:
    """A department saves its initiative again."""
    from prioritizer.services.workspace import save_initiative

    with workspace().reading() as contents:
        known = contents.find(ItemKind.INITIATIVE, id_)
    save_initiative(workspace().path, known.content.model_copy(update=changes), known.version, who)


@pytest.mark.usefixtures("own")
def test_nothing_is_approved_that_did_not_stand_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "finance", "review", initiative="self-service")
    change("self-service", "ivan", description="Dearer than it looks")
    app.text_area(key="why-self-service").set_value("Looks fine").run()
    app = at(monkeypatch, "finance", "review", initiative="self-service")
    change("self-service", "ivan", description="Dearer still")
    app.text_area(key="why-self-service").set_value("Looks fine")
    app.button(key="step-APPROVE-self-service").click().run()
    assert status("self-service") is Status.IN_REVIEW
    assert "it is at version 3, and you had read version 2" in html(app)
    assert app.text_area(key="why-self-service").value == "Looks fine"
    app.button(key="step-APPROVE-self-service").click().run()
    assert status("self-service") is Status.APPROVED


@pytest.mark.usefixtures("own")
def test_finances_figures_are_about_the_version_on_which_they_were_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "finance", "review", initiative="self-service")
    field = next(one.key for one in app.text_input if one.key.endswith("one_off.likely"))
    app.text_input(key=field).set_value("7 500 000").run()
    change("self-service", "ivan", description="Another version")
    app.button(key="save-figures").click().run()
    assert "it is at version 2, and you had read version 1" in html(app)
    assert app.text_input(key=field).value == "7 500 000"
    app.button(key="keep-typed").click().run()
    app.button(key="save-figures").click().run()
    with workspace().reading() as contents:
        review = contents.find(ItemKind.REVIEW, "self-service")
    assert (review.version, review.content.version) == (1, 2)


@pytest.mark.usefixtures("own")
def test_what_an_executive_unticked_stays_unticked(monkeypatch: pytest.MonkeyPatch) -> None:
    from prioritizer.services import decisions

    app = at(monkeypatch, "executive", "decide")
    for box in [box.key for box in app.checkbox]:
        app.checkbox(key=box).set_value(False)
    app.run()
    from prioritizer.services import people as services

    services.add_person(workspace().path, services.new_person("nina", None, ["department head"], "Network"), "irina")
    with workspace().reading() as contents:
        costs = contents.find(ItemKind.INITIATIVE, "coverage-gaps").content.costs
    change("coverage-gaps", "nina", costs=costs.model_copy(update={"one_off": {}}))
    app.button(key="publish").click().run()
    assert "the list has changed since you looked at it" in html(app)
    assert [box.value for box in app.checkbox] == [False] * len(app.checkbox)
    assert len(decisions.decisions(workspace().path, "elena")) == 1


@pytest.mark.usefixtures("own")
def test_a_comment_elsewhere_does_not_reset_what_is_being_set(monkeypatch: pytest.MonkeyPatch) -> None:
    from prioritizer.services.reviews import comment

    app = at(monkeypatch, "executive", "decide")
    app.multiselect(key="out-ids").set_value(["qr-codes"])
    comment(workspace().path, "self-service", "Meanwhile", "andrei")
    next(one for one in app.button if one.label == "Set must-dos and exclusions").click().run()
    assert COMPLAINTS not in html(app)
    with workspace().reading() as contents:
        assert contents.find(ItemKind.SCENARIO, "base").content.exclude == ("qr-codes",)


# --- what finance types and has not saved


def review(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return at(monkeypatch, "finance", "review", initiative="self-service")


def field(app: AppTest, name: str) -> Any:
    return next(one for one in app.text_input if one.key.endswith(name))


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("name", ["APPROVE", "ASK", "REJECT"])
def test_no_step_is_taken_past_figures_that_were_typed_and_not_saved(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    app = review(monkeypatch)
    app.text_area(key="why-self-service").set_value("Looks dear")
    field(app, "one_off.likely").set_value("9 000 000")
    app.button(key=f"step-{name}-self-service").click().run()
    assert status("self-service") is Status.IN_REVIEW
    assert 'role="alert">You typed figures that are not saved: save or discard them first.' in html(app)
    assert field(app, "one_off.likely").value == "9 000 000"
    assert app.text_area(key="why-self-service").value == "Looks dear"
    app.button(key="discard-typed").click().run()
    assert "You typed figures" not in html(app)
    assert field(app, "one_off.likely").value == "7 319 000"
    app.button(key=f"step-{name}-self-service").click().run()
    assert status("self-service") is not Status.IN_REVIEW


@pytest.mark.usefixtures("own")
def test_a_note_that_was_typed_and_not_saved_holds_a_step_up(monkeypatch: pytest.MonkeyPatch) -> None:
    app = review(monkeypatch)
    note = next(one for one in app.text_area if one.label == "Why finance sees it so")
    note.set_value("Half of it is known").run()
    app.button(key="step-APPROVE-self-service").click().run()
    assert status("self-service") is Status.IN_REVIEW
    app.button(key="save-figures").click().run()
    app.button(key="step-APPROVE-self-service").click().run()
    assert status("self-service") is Status.APPROVED
    with workspace().reading() as contents:
        assert contents.find(ItemKind.REVIEW, "self-service").content.note == "Half of it is known"


@pytest.mark.usefixtures("own")
def test_what_finance_typed_survives_a_reload_until_it_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    from prioritizer.services import drafts

    app = review(monkeypatch)
    field(app, "one_off.likely").set_value("8 000 000")
    next(one for one in app.text_area if one.label == "Why finance sees it so").set_value("Dearer")
    app.text_area(key="why-self-service").set_value("Because")
    app.text_area(key="comment-text-self-service").set_value("Who owns this?").run()

    app = review(monkeypatch)  # another window
    assert re.search(r"Draft of [^<]+ restored\.", html(app))
    assert field(app, "one_off.likely").value == "8 000 000"
    assert next(one for one in app.text_area if one.label == "Why finance sees it so").value == "Dearer"
    assert app.text_area(key="why-self-service").value == "Because"
    assert app.text_area(key="comment-text-self-service").value == "Who owns this?"
    app.button(key="step-APPROVE-self-service").click().run()
    assert status("self-service") is Status.IN_REVIEW

    app.button(key="save-figures").click().run()
    assert COMPLAINTS not in html(app)
    kept = drafts.draft(workspace().path, "review:self-service", "andrei")
    assert kept.typed == {"why": "Because", "comment": "Who owns this?"}
    next(one for one in app.button if one.label == "Comment").click().run()
    app.button(key="step-APPROVE-self-service").click().run()
    assert status("self-service") is Status.APPROVED
    assert drafts.draft(workspace().path, "review:self-service", "andrei") is None
    with workspace().reading() as contents:
        one_off = contents.find(ItemKind.REVIEW, "self-service").content.figures.costs.one_off[0]
    assert one_off.distribution.p50 == 8e6  # between the ends that stood there


@pytest.mark.usefixtures("own")
def test_what_finance_looks_at_is_no_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    from prioritizer.services import drafts

    for id_ in ("self-service", "one-script", "setup-help"):
        at(monkeypatch, "finance", "review", initiative=id_).run()
        assert drafts.draft(workspace().path, f"review:{id_}", "andrei") is None


@pytest.mark.usefixtures("own")
def test_what_is_wrong_with_finances_figures_is_headed_by_the_words_of_its_field(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = review(monkeypatch)
    field(app, "one_off.likely").set_value("1,234").run()
    app.button(key="save-figures").click().run()
    assert '<span class="where">One-off cost, ₽: most likely</span>' in html(app)
    assert '<p class="field-complaint" role="alert">1,234 ' in html(app)
    assert "one_off" not in html(app)
    field(app, "one_off.likely").set_value("7 400 000").run()
    assert COMPLAINTS not in html(app)


@pytest.mark.usefixtures("own")
def test_a_missing_reason_is_complained_about_at_its_field(monkeypatch: pytest.MonkeyPatch) -> None:
    app = review(monkeypatch)
    app.button(key="step-REJECT-self-service").click().run()
    assert COMPLAINTS not in html(app)
    assert '<p class="field-complaint" role="alert">Why: a reason is missing. Say why' in html(app)
    app.run()
    assert "a reason is missing" not in html(app)


# --- that something was done is said, once


def told(app: AppTest) -> list[str]:
    return [toast.value for toast in app.toast]


@pytest.mark.usefixtures("own")
def test_what_was_done_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "executive", "decide")
    assert told(app) == []
    next(one for one in app.text_input if one.key.endswith("-2029")).set_value("12,5")
    next(one for one in app.button if one.label == "Set the budgets").click().run()
    assert told(app) == ["The budgets are set."]
    assert told(app.run()) == []
    next(one for one in app.text_input if one.key.endswith("-2029")).set_value("a lot")
    next(one for one in app.button if one.label == "Set the budgets").click().run()
    assert told(app) == []
    assert COMPLAINTS in html(app)


@pytest.mark.usefixtures("own")
def test_a_step_says_where_it_led(monkeypatch: pytest.MonkeyPatch) -> None:
    app = review(monkeypatch)
    app.button(key="step-APPROVE-self-service").click().run()
    assert told(app) == ["Done. Its state is now “approved”."]


@pytest.mark.usefixtures("own")
def test_a_comment_beside_the_list_is_confirmed_there(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "executive", "list", initiative="self-service")
    app.text_area(key="comment-text-self-service").set_value("Good")
    next(one for one in app.button if one.label == "Comment").click().run()
    assert told(app) == ["Your comment was added."]


# --- names, and what belongs together


def test_the_queue_says_which_wait_for_finance(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ET.fromstring(component(at(monkeypatch, "finance", "review"))["html"])
    groups = {words(next(body.iter("th"))): words(body) for body in made.iter("tbody")}
    assert list(groups) == ["Waiting for finance", "Reviewed"]
    assert "in review, Andrei Belov" in groups["Waiting for finance"]
    assert "approved" not in groups["Waiting for finance"]
    assert "changes requested" in groups["Reviewed"]


def test_decisions_and_history_name_whom_and_what_they_are_about(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = html(at(monkeypatch, "executive", "decide"))
    assert '<div title="consent-register">Register of consents for calls and messages</div>' in shown
    assert '<span title="andrei">Andrei Belov</span>' in html(at(monkeypatch, "admin", "administration"))


@pytest.mark.usefixtures("own")
def test_what_is_ticked_stands_against_the_budgets(monkeypatch: pytest.MonkeyPatch) -> None:
    def left(app: AppTest) -> float:
        found = re.search(r">2027</th>.*?</tr>", html(app))
        return float(re.findall(r">(−?[\d.,]+)[<:]", found[0])[-1].replace("−", "-"))

    app = at(monkeypatch, "executive", "decide")
    assert "What is ticked against the budgets, million ₽" in html(app)
    before = left(app)
    ticked = next(box for box in app.checkbox if box.value)
    ticked.set_value(False).run()
    assert left(app) > before
    next(one for one in app.text_input if one.key.endswith("-2027")).set_value("1 000 000")
    next(one for one in app.button if one.label == "Set the budgets").click().run()
    assert "too much</strong>" in html(app)


@pytest.mark.parametrize(("address", "leads"), [("decide", "review"), ("customers", "customers")])
def test_who_switches_the_role_is_led_to_a_page_of_it(
    monkeypatch: pytest.MonkeyPatch, address: str, leads: str
) -> None:
    app = at(monkeypatch, "executive", address)
    app.selectbox(key="switch").set_value("andrei").run()
    assert refusal(app) is None
    assert app._registered_pages[app._finished_page_script_hash]["url_pathname"] == leads


@pytest.mark.usefixtures("own")
def test_an_admin_chooses_among_the_departments_that_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new one may be typed too, which only a browser can do."""
    app = at(monkeypatch, "admin", "administration")
    with workspace().reading() as contents:
        proposing = {one.content.department for one in contents.initiatives()}
    known = app.selectbox(key="add-department").options
    assert known == sorted(proposing, key=str.casefold)
    assert {"Customer service", "Network"} < set(known)
    app.text_input(key="add-id").set_value("nina")
    app.multiselect(key="add-roles").set_value(["department head"])
    app.selectbox(key="add-department").set_value("Network")
    next(one for one in app.button if one.label == "Add").click().run()
    assert COMPLAINTS not in html(app)
    assert app.selectbox(key="add-department").value is None
    assert departments()["nina"] == "Network"
    app.selectbox(key="change-who").set_value("nina").run()
    assert app.selectbox(key="department-nina").value == "Network"
    app.selectbox(key="department-nina").set_value("Customer service")
    next(one for one in app.button if one.label == "Save").click().run()
    assert departments()["nina"] == "Customer service"
    app.multiselect(key="roles-nina").set_value(["viewer"])
    app.selectbox(key="department-nina").set_value(None)
    next(one for one in app.button if one.label == "Save").click().run()
    assert departments()["nina"] is None


def departments() -> dict[str, str | None]:
    return {one.id: one.department for one in people(workspace().path).people}
