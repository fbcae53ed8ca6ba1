"""Any assumption is changed by a list: added to, taken from, in the address; the page says what came of it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from ui.pages import html, open_page

from cases import initiative, write_case
from prioritizer.domain.scenarios import Differences
from prioritizer.services import scenarios
from prioritizer.store.files import read_alone

PLACE = "change-place"
DETRACTORS = "groups.Mobile.churn.detractor"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    listed = [initiative("a"), initiative("b", levers=[{"contacts": "all", "change": -0.5}])]
    return write_case(tmp_path, listed, budget={2027: 5000})


def page(monkeypatch: pytest.MonkeyPatch, case: Path, *changes: str, **query: Any) -> AppTest:
    return open_page(monkeypatch, "what-if", case, **({"change": list(changes)} if changes else {}), **query)


def add(app: AppTest, place: str, amount: str, how: str | None = None) -> AppTest:
    box = app.selectbox(key=PLACE)
    box.set_value(place).run()
    if how:
        [ways] = [one for one in app.get("button_group") if one.label == "How"]
        ways.set_value(how).run()
    app.text_input(key="change-amount").set_value(amount)
    return app.button(key="change-add").click().run()


def changes(app: AppTest) -> list[str]:
    return list(app.session_state["chosen-change"])


def plain(app: AppTest) -> str:
    """The HTML with plain spaces."""
    return html(app).replace("\xa0", " ").replace("&nbsp;", " ").replace("<br />", "<br>")


def linked(app: AppTest) -> list[str]:
    """The changes in the address."""
    found = app.query_params["change"]
    return [found] if isinstance(found, str) else list(found)


def test_a_change_is_added_shown_and_removed(monkeypatch: pytest.MonkeyPatch, case: Path) -> None:
    app = page(monkeypatch, case)
    before = html(app)
    add(app, DETRACTORS, "1,5")
    assert changes(app) == [f"{DETRACTORS}*1.5"] == linked(app)
    assert "<strong>Churn: detractors, Mobile</strong> × 1.5<br>12.0 % → 18.0 %" in plain(app)
    assert "What moved the result" in html(app)
    add(app, DETRACTORS, "20", "=")  # a share, in percent; a place is changed once
    assert changes(app) == [f"{DETRACTORS}=0.2"]
    app.button(key="change-remove-0").click().run()
    assert changes(app) == []
    assert "change" not in app.query_params
    assert html(app) == before


REFUSED = [
    ("", "*", "is missing. Give a number."),
    ("much", "*", "much is not a number."),
    ("1.234", "*", "can be read in two ways"),
    ("120 %", "=", "1.2 is not a share"),
    ("-1", "*", "would turn the number round"),
]


def test_what_is_refused_is_said_beside_the_field(monkeypatch: pytest.MonkeyPatch, case: Path) -> None:
    app = page(monkeypatch, case)
    for amount, how, said in REFUSED:
        add(app, DETRACTORS, amount, how)
        assert said in html(app)
        assert changes(app) == []
        assert app.text_input(key="change-amount").value == amount


def test_an_address_restores_the_changes_and_reset_puts_them_back(monkeypatch: pytest.MonkeyPatch, case: Path) -> None:
    lines = [f"{DETRACTORS}*1.3", "initiatives.*.costs*2", "causal_share=0.5"]
    app = page(monkeypatch, case, *lines)
    assert linked(app) == lines
    for said in ("Churn: detractors, Mobile", "All costs, every initiative", "100.0 % → 50.0 %"):
        assert said in plain(app)
    app.button(key="reset").click().run()
    assert changes(app) == []
    assert "Nothing is changed yet" in html(app)


def test_what_in_an_address_does_not_fit_is_named_and_left_out(monkeypatch: pytest.MonkeyPatch, case: Path) -> None:
    wrong = ["<img src=x onerror=alert(1)>", "x" * 5000, f"{DETRACTORS}*1e9", "groups.Nowhere.growth*2", ""]
    app = page(monkeypatch, case, *wrong, f"{DETRACTORS}*1.3", *["causal_share*0.9"] * 40)
    assert linked(app) == [f"{DETRACTORS}*1.3", "causal_share*0.9"]
    assert "Left out, since it does not fit this scenario" in html(app)
    assert "&lt;img src=x onerror=alert(1)&gt; is not a change" in html(app)
    assert "is worth doing" in html(app) or "are worth doing" in html(app)
    app.button(key="change-forget").click().run()
    assert "Left out" not in html(app)
    assert linked(app) == [f"{DETRACTORS}*1.3", "causal_share*0.9"]


def test_budgets_move_no_result_but_what_a_plan_funds(monkeypatch: pytest.MonkeyPatch, case: Path) -> None:
    app = page(monkeypatch, case, 'budget."2027"=1500')
    assert "What moved the result" not in html(app)
    assert "Budgets do not move what is worth doing" in html(app)
    app.button(key="what-if-plan").click().run()
    assert "With these changes: 1 of 2 funded for " in plain(app)
    assert "In the scenario: 2 of 2 funded for " in plain(app)
    assert "No longer: Initiative" in html(app)


def test_as_a_file_it_reads_back(monkeypatch: pytest.MonkeyPatch, case: Path) -> None:
    from prioritizer.ui import what_if_saved

    made: list[str] = []
    monkeypatch.setattr(what_if_saved.st, "download_button", lambda *args, **_more: made.append(args[1]().decode()))
    app = page(monkeypatch, case, f"{DETRACTORS}*1.3")
    app.text_input(key="what-if-name").set_value("Worse churn").run()
    file = case.with_name("worse-churn.yaml")
    file.write_text(made[-1], encoding="utf-8")
    read = read_alone(file)
    assert isinstance(read, Differences)
    assert (read.name, read.extends, len(read.change)) == ("Worse churn", "base", 1)


def test_in_a_workspace_it_is_saved_as_a_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[Any] = []
    app = open_page(monkeypatch, "what-if", who="elena", change="groups.Mobile.churn.detractor*1.3")
    monkeypatch.setattr(scenarios, "create", lambda *args: saved.append(args))
    app.button(key="what-if-save").click().run()
    assert "is missing. Give the scenario a name." in html(app)
    app.text_input(key="what-if-name").set_value("Worse churn")
    app.text_input(key="what-if-why").set_value("A rival comes")
    app.button(key="what-if-save").click().run()
    [(_path, differences, who, why)] = saved
    assert (differences.name, differences.extends, who, why) == ("Worse churn", "base", "elena", "A rival comes")
    assert app.text_input(key="what-if-name").value == ""
    assert "Worse churn is saved" in app.toast[0].value


def test_a_scenario_of_the_workspace_is_opened_as_what_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    changes_ = {f"{DETRACTORS}": {"multiply": 1.3}, "terminal_value": "run-off"}
    raw = {"name": "Worse churn", "extends": "base", "change": changes_, "exclude": ["keep-promises"]}
    content = Differences.model_validate(raw)
    monkeypatch.setattr(scenarios, "scenario", lambda *_args: SimpleNamespace(content=content))
    app = open_page(monkeypatch, "what-if", who="elena", of="worse-churn")
    assert linked(app) == [f"{DETRACTORS}*1.3"]
    assert app.query_params["without"] in ("keep-promises", ["keep-promises"])
    assert "of" not in app.query_params
    assert "terminal_value is not a change" in html(app)
