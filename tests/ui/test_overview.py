"""The overview: the decision, the list around its line, the blocks that lead on; for plans, decisions and neither."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from ui.pages import PEOPLE, ROOT, component, html, leads_to, list_of, open_page, words

from cases import initiative, write_case

COMPLAINTS = 'class="complaints"'


def good(id_: str, change: float = -0.3, **changes):
    return initiative(id_, **{"levers": [{"churn": "detractor", "change": change}], **changes})


def at(monkeypatch: pytest.MonkeyPatch, folder: Path, *initiatives, **company) -> AppTest:
    app = open_page(monkeypatch, "overview", write_case(folder, list(initiatives), **company))
    assert not app.exception
    assert COMPLAINTS not in html(app)
    return app


def answer(app: AppTest) -> str:
    [found] = list(ET.fromstring(f"<x>{html(app)}</x>").iter("h1"))
    return words(found)


def titles(app: AppTest) -> list[str]:
    return [words(one) for one in ET.fromstring(f"<x>{html(app)}</x>").iter("h2")]


def order(app: AppTest) -> list[str]:
    """The ids on the list from top to bottom, and the line."""
    body = next(list_of(app).iter("tbody"))
    return [row.get("data-id", "line") for row in body]


def test_a_file_within_a_budget(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    listed = (good("b", -0.2, name="Second"), good("a", name="First"), initiative("c", levers=[]))
    app = at(monkeypatch, tmp_path, *listed, budget={"2027": 1200}, latest_start=0)
    assert answer(app).startswith("Fund 1 of 3 for 1,000 €: expected profit ")
    assert order(app) == ["a", "line", "b", "c"]
    assert [words(one) for one in list_of(app).iter("span") if one.get("class") == "note"] == [
        "no budget left",
        "loses beside these",
    ]
    shown = html(app)
    assert "A plan within today's budgets." in shown
    assert "1,000 of 1,200" in shown
    assert "A file is not published." in shown
    assert titles(app)[0] == "Cost against budget, €"
    assert "No initiative can be tested before we decide" in titles(app)
    assert "Since the last published list" in titles(app)


def test_without_budgets_the_plan_is_the_best_there_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = at(monkeypatch, tmp_path, good("a"), good("b", -0.2))
    assert answer(app).startswith("Fund 2 of 2 for 2.00 thousand €: ")
    assert order(app) == ["a", "b"]
    assert "A plan without budgets: only people and links limit it." in html(app)
    assert titles(app)[0] == "Cost by year, thousand\N{NO-BREAK SPACE}€"
    assert not any("of the budget" in title for title in titles(app))
    assert len(app.get("bidi_component")) == 3  # the list, NPS, the foot


def test_nothing_pays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = at(monkeypatch, tmp_path, initiative("c", levers=[]), budget={"2027": 5000})
    assert answer(app) == "Fund none of 1: none is expected to earn more than it costs"
    assert order(app) == ["line", "c"]
    assert "Nothing is planned; by projected profit these come first" in component(app)["html"]
    assert "There is no profit that an assumption could move." in html(app)


def test_demands_that_contradict_each_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = at(monkeypatch, tmp_path, good("a", mandatory=True), good("b"), budget={"2027": 10})
    assert answer(app) == "Nothing can be planned: not all demands can be met together"
    assert html(app).count("<li>") == 2
    assert order(app) == ["line", "a", "b"]
    assert titles(app) == ["Since the last published list"]


def test_nothing_to_decide_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app = at(monkeypatch, tmp_path)
    assert answer(app) == "There are no initiatives to decide on"
    assert titles(app) == []


def test_a_search_that_fails_leaves_the_rest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr("prioritizer.ui.planned.learn_of", fail)
    app = open_page(monkeypatch, "overview", write_case(tmp_path, [good("a")], budget={"2027": 5000}))
    assert answer(app).startswith("Fund 1 of 1")
    assert "Something went wrong on our side" in html(app)
    assert "secret words" not in html(app)


@pytest.mark.parametrize("role", ["viewer", "executive"])
def test_a_published_list_is_about_what_was_decided(monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    def computed(*_arguments: object, **_named: object) -> None:
        raise AssertionError("no plan belongs to a published list")

    for search in ("proposal", "frontier_of", "learn_of", "plan_of"):
        monkeypatch.setattr(f"prioritizer.ui.planned.{search}", computed)
    app = open_page(monkeypatch, "overview", who=PEOPLE[role], list="published")
    assert answer(app).startswith("2 of 22 are funded for ")
    assert "Decided by Elena Orlova on " in html(app)
    assert "First decision of the year" in html(app)
    assert order(app)[:3] == ["close-the-loop", "consent-register", "line"]
    assert "What is funded ends here" in component(app)["html"]
    assert any(title.startswith("Since the list published on") for title in titles(app)) == (role == "executive")


@pytest.mark.parametrize(
    ("query", "page"), [({}, "overview"), ({"initiative": "a"}, "list"), ({"order": "tests"}, "list")]
)
def test_what_a_link_without_a_page_asks_of_the_list_is_found_there(
    monkeypatch: pytest.MonkeyPatch, query: dict[str, str], page: str
) -> None:
    monkeypatch.setattr("sys.argv", ["app.py"])
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    assert leads_to(app.run()) == page
