"""Test before you fund, on the list's page: the answer, what each answer changes, and a pilot's result."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from ui.pages import html, open_page

import cases
from prioritizer.services.learning import learn
from prioritizer.words import money

PILOT = {"customers": 100_000, "cost": 5, "periods": 1}


def gamble(id_: str, **changes: object) -> dict[str, object]:
    """An initiative that lowers churn by much or not at all, and may start a quarter later."""
    return cases.initiative(
        id_,
        levers=[{"churn": "detractor", "change": {"normal": [-0.3, 0.02]}}],
        costs={"one_off": 1300},
        probability_of_success=0.5,
        earliest_start=0,
        latest_start=2,
        **changes,
    )


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    listed = [gamble("first", pilot=PILOT), gamble("second")]
    return cases.write_case(tmp_path, listed, horizon=12)


def test_the_page_says_what_the_library_says(monkeypatch: pytest.MonkeyPatch, scenario: Path) -> None:
    found = learn(scenario, assumptions=False)
    assert [step.id for step in found.tests] == ["first"]
    shown = html(open_page(monkeypatch, scenario=scenario, order="tests"))
    assert "1 test for 5.00 € is worth" in shown
    assert money(found.gain.value, "€") in shown
    assert "below" in shown
    assert "of the claim" in shown
    assert "Worth knowing, but not testable as submitted" in shown  # the second names no pilot


def test_an_answer_shows_the_list_after_it(monkeypatch: pytest.MonkeyPatch, scenario: Path) -> None:
    app = open_page(monkeypatch, scenario=scenario, order="tests")
    assert "The list after this answer" not in html(app)
    app.button_group(key="answer-first").set_value(0).run()
    assert not app.exception
    assert "The list after this answer" in html(app)


def test_assumptions_are_valued_when_asked_for(monkeypatch: pytest.MonkeyPatch, scenario: Path) -> None:
    app = open_page(monkeypatch, scenario=scenario, order="tests")
    assert "It is worth up to" not in html(app)
    app.button(key="knowing").click().run()
    assert "It is worth up to" in html(app)
    assert "Knowing everything would be worth" in html(app)


def enter(app: AppTest, size: str, error: str) -> str:
    app.text_input(key="result-size-first-churn.detractor").set_value(size)
    app.text_input(key="result-error-first-churn.detractor").set_value(error).run()
    return html(app)


def test_a_result_is_believed_and_written_nowhere(monkeypatch: pytest.MonkeyPatch, scenario: Path) -> None:
    before = (
        (scenario.parent / "initiatives.yaml").read_bytes() if (scenario.parent / "initiatives.yaml").exists() else b""
    )
    shown = enter(open_page(monkeypatch, scenario=scenario, order="tests"), "-29,5", "1")
    assert "What is believed then" in shown
    assert "Probability of success: 50 % before, 100 % now." in shown
    assert "Write what is believed into the file" in shown
    if before:
        assert (scenario.parent / "initiatives.yaml").read_bytes() == before


@pytest.mark.parametrize(("size", "error"), [("much", "1"), ("-29.5", "0"), ("-29.5", "-1"), ("1.234,5,6", "1")])
def test_nonsense_is_refused_with_words(monkeypatch: pytest.MonkeyPatch, scenario: Path, size: str, error: str) -> None:
    app = open_page(monkeypatch, scenario=scenario, order="tests")
    shown = enter(app, size, error)
    assert not app.exception
    assert "put right" in shown
    assert "What is believed then" not in shown


def test_without_any_pilot_the_page_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    scenario = cases.write_case(tmp_path, [gamble("one"), gamble("two")])
    shown = html(open_page(monkeypatch, scenario=scenario, order="tests"))
    assert "No initiative can be tested before we decide" in shown


def test_demands_that_contradict_each_other_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    must = cases.initiative("must", mandatory=True, costs={"one_off": 5000}, pilot=PILOT)
    scenario = cases.write_case(tmp_path, [must], budget={2027: 1000})
    app = open_page(monkeypatch, scenario=scenario, order="tests")
    assert not app.exception
    assert "cannot be met together" in html(app)
