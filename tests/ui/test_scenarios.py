"""The page of scenarios: what is chosen stands side by side, and cards do what they say."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from prioritizer.services import scenarios
from tests.cases import initiative, write_case
from tests.ui.pages import go, html, open_page


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A base and three scenarios beside it, one of which does not work."""
    base = write_case(tmp_path, [initiative(), initiative("app")], budget={2027: 1500})
    for name, text in (
        ("down", "name: Downturn\nextends: base\nchange: {discount_rate: 0.2}\n"),
        ("up", "name: Boom\nextends: base\nbudget: {2027: 9000}\n"),
        ("wrong", "name: Wrong\nextends: base\nchange: {no.such.place: 1}\n"),
    ):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return base


def boxes(app: AppTest) -> dict[str, bool]:
    """The boxes of the cards by what they are called, and whether each is ticked."""
    return {one.label.strip("*"): one.value for one in app.checkbox if one.key.startswith("compare-")}


def tick(app: AppTest, id_: str, value: bool) -> None:
    next(one for one in app.checkbox if one.key == f"compare-{id_}").set_value(value)
    app.run()


def test_scenarios_stand_side_by_side_and_one_that_does_not_work_says_why(
    monkeypatch: pytest.MonkeyPatch, case: Path
) -> None:
    app = open_page(monkeypatch, "scenarios", case)
    assert not app.exception
    assert boxes(app) == {"Base": True, "Boom": True, "Downturn": True, "Wrong": True}
    said = html(app)
    assert "planned in all 3 scenarios" in said
    assert "no.such.place" in said
    assert "Budget of 2027" in said


def test_what_is_chosen_stands_in_the_address_and_a_link_restores_it(
    monkeypatch: pytest.MonkeyPatch, case: Path
) -> None:
    app = open_page(monkeypatch, "scenarios", case)
    tick(app, "wrong", False)
    tick(app, "down", False)
    assert app.query_params["with"] in ("base~up", ["base~up"])
    assert "20.0 %" not in html(app)
    linked = open_page(monkeypatch, "scenarios", case, **{"with": "base~down~nobody"})
    assert boxes(linked) == {"Base": True, "Boom": False, "Downturn": True, "Wrong": False}
    assert "20.0 %" in html(linked)


def test_one_alone_is_not_compared(monkeypatch: pytest.MonkeyPatch, case: Path) -> None:
    app = open_page(monkeypatch, "scenarios", case, **{"with": "base"})
    assert "Choose two scenarios or more to compare" in html(app)


def test_regrets_are_looked_for_where_they_are_asked_for(monkeypatch: pytest.MonkeyPatch, case: Path) -> None:
    app = open_page(monkeypatch, "scenarios", case, **{"with": "base~up"})
    assert "Most lost if done" not in html(app)
    next(one for one in app.segmented_control if one.key == "across").set_value("regrets")
    app.run()
    assert "Most lost if done" in html(app)


def test_a_card_leads_to_the_list_under_its_scenario(monkeypatch: pytest.MonkeyPatch, case: Path) -> None:
    app = open_page(monkeypatch, "scenarios", case, **{"with": "base~up"})
    next(one for one in app.button if one.key == "open-up").click()
    app.run()
    assert "scenario Boom" in html(go(app, "list"))


def test_a_private_scenario_is_seen_and_shared_by_its_author_only(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = open_page(monkeypatch, "scenarios", who="elena", **{"with": "base"})
    assert "private, seen by you only" in html(mine)
    path = mine.session_state["served"].path
    [private] = [one for one in scenarios.cards(path, "elena") if not one.shared]
    other = open_page(monkeypatch, "scenarios", who="vera", **{"with": "base"})
    assert private.name not in boxes(other)
    next(one for one in mine.text_input if one.key == f"why-{private.id}").set_value("For the board")
    next(one for one in mine.button if one.key.endswith(f"-{private.id}") and "Share" in one.label).click()
    mine.run()
    assert not mine.exception
    known = {one.id: one for one in scenarios.cards(path, "vera")}
    assert known[private.id].shared
    again = open_page(monkeypatch, "scenarios", who="vera", **{"with": "base"})
    assert private.name in boxes(again)


def test_viewers_and_admins_are_told_whose_page_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for who in ("pavel", "irina"):
        app = open_page(monkeypatch, "scenarios", who=who)
        assert 'class="not-yours"' in html(app)
