"""Three people with accounts of their own take an initiative from an idea to a decision, in a real browser."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.running import running
from browser.app import App
from prioritizer.domain.process import Status
from prioritizer.domain.workspace import ItemKind
from prioritizer.services import people, workspace
from prioritizer.services.sign_in import accept, invite
from prioritizer.store.workspace import Workspace

ROOT = Path(__file__).parents[2]
PASSWORD = "four words in a row"
PEOPLE = (
    ("vera", "Vera", "department head", "Customer service"),
    ("anna", "Anna", "finance", None),
    ("eva", "Eva", "executive", None),
)
ID = "write-back-within-a-day"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of the example, in which three people have set their passwords."""
    made = tmp_path_factory.mktemp("workspace") / "workspace.db"
    workspace.create(made, "boss", [ROOT / "scenarios/base.yaml"])
    for id_, name, role, department in PEOPLE:
        people.add_person(made, people.new_person(id_, name, [role], department), "boss")
        accept(made, invite(made, id_, "boss"), PASSWORD)
    return made


@pytest.fixture(scope="module")
def address(path: Path) -> Iterator[str]:
    with running(path) as server:
        yield server.address


@pytest.fixture
def sign_in(chromium: Any, address: str) -> Iterator[Callable[[str], App]]:
    """Signs somebody in, in a window of their own; at the end none may have met a fault."""
    opened: list[App] = []

    def sign_in_(who: str) -> App:
        context = chromium.new_context(viewport={"width": 1366, "height": 768})
        app = App(context.new_page(), address)
        opened.append(app)
        app.page.goto(f"{address}/sign-in")
        app.page.locator("#name").fill(who)
        app.page.locator("#password").fill(PASSWORD)
        app.page.locator("button[type=submit]").click()
        app.page.wait_for_selector("h1.answer")
        app.settle()
        return app

    yield sign_in_
    for app in opened:
        outside = [url for url in app.requests if "//127.0.0.1:" not in url and not url.startswith(("data:", "blob:"))]
        app.page.context.close()
        assert (outside, app.dialogs, app.faults) == ([], [], [])


def status(path: Path) -> Status:
    with Workspace(path).reading() as contents:
        return contents.standing(ID).content.status


def fill(app: App, label: str, text: str) -> None:
    """Type into a field, and leave it."""
    field = app.page.get_by_label(label, exact=False).first
    field.fill(text)
    field.press("Tab")
    app.settle()


def look_again(app: App) -> None:
    """Load the page anew, and see what others have done."""
    app.page.reload()
    app.page.wait_for_selector("h1.answer")
    app.settle()


def choose(app: App, label: str, option: str) -> None:
    app.page.get_by_role("combobox", name=label).click()
    app.page.keyboard.type(option)  # of a long list only a part is drawn
    app.page.get_by_role("option", name=option, exact=True).click()
    app.settle()


def step(app: App, name: str, why: str = "") -> None:
    """Take a step of the process, saying why."""
    if why:
        app.page.get_by_label("Why", exact=True).first.fill(why)
        app.page.get_by_label("Why", exact=True).first.press("Tab")
        app.settle()
    app.press(name)


def test_from_an_idea_to_a_decision(sign_in: Callable[[str], App], path: Path, address: str) -> None:
    vera, anna, eva = sign_in("vera"), sign_in("anna"), sign_in("eva")

    # Vera proposes something. What she types survives a refresh in the middle.
    vera.press("Propose an initiative")
    vera.press("Start from nothing")
    fill(vera, "Name", "Write back within a day")
    vera.press("Next")
    fill(vera, "Share of all customers", "23,4")
    look_again(vera)
    assert "restored" in vera.page.locator("body").inner_text()
    vera.page.get_by_role("radio", name=re.compile("What it changes")).click()
    vera.settle()
    choose(vera, "What changes", "Fewer leave")
    vera.page.get_by_role("radio", name="detractors").click()
    vera.settle()
    vera.page.get_by_label(re.compile("most likely")).first.fill("10")
    vera.page.keyboard.press("Tab")
    vera.settle()
    vera.press("Next")
    fill(vera, "One-off cost", "4 000 000")
    fill(vera, "Running cost", "1 200 000")
    choose(vera, "Start", "Q2 2027")
    vera.press("Next")
    vera.page.get_by_text("D: opinion").click()
    vera.settle()
    assert re.search(r"would stand at rank \d+ of 23", vera.page.locator(".st-key-submit-live").inner_text())
    vera.press("Submit")
    assert status(path) is Status.SUBMITTED
    with Workspace(path).reading() as contents:
        reach = next(one.content for one in contents.initiatives() if one.id == ID).reach
    assert [one.number for one in reach.values()] == [pytest.approx(0.234)]

    # Anna finds it in her queue, takes it, and asks for changes.
    look_again(anna)
    anna.row(ID).locator("a.name").click()
    anna.page.wait_for_selector("text=Your step")
    anna.settle()
    step(anna, "Take into review")
    step(anna, "Ask for changes", "What does the pilot say?")
    assert status(path) is Status.CHANGES_REQUESTED

    # Vera reads why, changes it, and submits it again.
    vera.turn_to("My initiatives")
    vera.row(ID).locator("a.name").click()
    vera.page.wait_for_selector(".panel-name")
    assert "What does the pilot say?" in vera.panel_text
    vera.press("Edit")
    vera.page.get_by_role("radio", name=re.compile("Evidence")).click()
    vera.settle()
    fill(vera, "What was found out", "Pilot in two cities, spring 2026")
    vera.press("Submit")
    assert status(path) is Status.SUBMITTED

    # Anna approves, with figures of her own beside Vera's.
    look_again(anna)
    step(anna, "Take into review")
    anna.page.get_by_text("Set finance's own figures").click()
    anna.page.get_by_role("tab", name="Cost and time").click()
    fill(anna, "One-off cost", "5 000 000")
    anna.press("Save finance's figures")
    assert "The department's figures and finance's" in anna.page.locator("body").inner_text()
    step(anna, "Approve")
    assert status(path) is Status.APPROVED

    # Eva funds it; the list is published, and all three see it decided.
    eva.turn_to("Decide")
    box = eva.page.get_by_role("checkbox", name=re.compile("Write back within a day"))
    if not box.is_checked():
        eva.page.get_by_text(re.compile("Write back within a day")).first.click()
        eva.settle()
    eva.press("Decide and publish the list")
    assert status(path) is Status.DECIDED
    with Workspace(path).reading() as contents:
        standing = contents.standing(ID).content
        trail = [(one.who, one.content.status.value) for one in contents.versions(ItemKind.STANDING, ID)]
    assert standing.funded
    assert standing.reviewed == 1
    assert trail == [
        ("vera", "submitted"),
        ("anna", "in review"),
        ("anna", "changes requested"),
        ("vera", "submitted"),
        ("anna", "in review"),
        ("anna", "approved"),
        ("eva", "decided"),
    ]
    for app in (vera, anna, eva):
        app.turn_to("Priority list")
        assert "funded" in app.row(ID).inner_text()


def test_a_double_click_on_a_step_takes_it_once(sign_in: Callable[[str], App], path: Path) -> None:
    anna = sign_in("anna")
    anna.row("setup-help").locator("a.name").click()
    anna.page.wait_for_selector("text=Your step")
    anna.settle()
    anna.page.get_by_role("button", name="Take into review").dblclick()
    anna.settle()
    with Workspace(path).reading() as contents:
        trail = [one.content.status for one in contents.versions(ItemKind.STANDING, "setup-help")]
    assert trail == [Status.SUBMITTED, Status.IN_REVIEW]
    assert anna.complaints() == []
