"""The controls of a what-if: where they stand, what comes of it, and back to the start."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from ui.pages import component, html, open_page

from cases import group, initiative, write_case
from prioritizer.domain.company import Policy
from prioritizer.domain.whatif import WhatIf


def page(scenario: str) -> None:
    """A page that holds the controls alone."""
    from pathlib import Path

    import streamlit as st

    from prioritizer.services.evaluation import evaluate
    from prioritizer.ui import session
    from prioritizer.ui.controls import controls
    from prioritizer.ui.served import Kind, Served

    session.begin(Served(Kind.FILE, Path(scenario)))
    base = evaluate(session.opened().scenario, draws=10)
    st.session_state["found"] = controls(base)


@pytest.fixture
def listed() -> list[dict[str, Any]]:
    return [initiative("a"), initiative("b", name="Ring [back](x)")]


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, listed: list[dict[str, Any]]) -> AppTest:
    """The controls on a company that can buy customers either way, at a discount rate of 90 %."""
    monkeypatch.setattr("sys.argv", ["app.py"])
    groups = {"Mobile": group(planned_acquisitions=50)}
    path = write_case(tmp_path, listed, discount_rate=0.9, causal_share=0.675, groups=groups)
    return AppTest.from_function(page, args=(str(path),), default_timeout=300).run()


def found(app: AppTest) -> WhatIf:
    assert not app.exception
    what_if = app.session_state["found"]
    assert isinstance(what_if, WhatIf)
    return what_if


def policy(app: AppTest) -> Any:
    """How customers are bought."""
    (found,) = [one for one in app.get("button_group") if one.label == "How customers are bought"]
    return found


def left_out(app: AppTest) -> Any:
    """The initiatives that are left out."""
    (found,) = [one for one in app.multiselect if one.label == "Leave out initiatives"]
    return found


def test_untouched_nothing_is_tried_and_nothing_can_be_put_back(app: AppTest) -> None:
    assert found(app) == WhatIf()
    assert app.button(key="reset").disabled


@pytest.mark.parametrize(
    ("key", "value", "tried"),
    [
        ("churn", -50, {"churn": 0.5}),
        ("churn", 50, {"churn": 1.5}),
        ("acquisition", 100, {"acquisition_cost": 2.0}),
        ("causal", -100, {"causal_share": 0.0}),
        ("success", -25, {"success": 0.75}),
        ("rate", -10.0, {"discount_rate": 0.8}),
        ("rate", 0.5, {"discount_rate": 0.905}),
        ("rate", 20.0, {"discount_rate": 1.0}),  # 110 % would be refused
    ],
)
def test_a_slider_is_a_difference(app: AppTest, key: str, value: float, tried: dict[str, float]) -> None:
    app.slider(key=key).set_value(value).run()
    assert found(app).tried == tuple(tried)
    for name, number in tried.items():
        assert getattr(found(app), name) == pytest.approx(number)
    assert not app.button(key="reset").disabled


def test_labels_say_where_things_stand_today(app: AppTest) -> None:
    assert app.slider(key="rate").label == "Discount rate, points added to 90.0 % a year"
    assert app.slider(key="causal").label == "Causal share, today 67.5 %"


def test_the_other_way_to_buy_customers_is_a_difference_and_todays_is_none(app: AppTest) -> None:
    assert [one.content for one in policy(app).proto.options] == ["hold the base (today)", "by plan"]
    policy(app).set_value("plan").run()
    assert found(app) == WhatIf(policy=Policy.PLAN)
    policy(app).set_value("hold").run()
    assert found(app) == WhatIf()


def test_initiatives_are_left_out_by_name(app: AppTest) -> None:
    names = left_out(app).options
    assert sorted(names) == ["Initiative a", "Ring [back](x)"]
    left_out(app).set_value(["b"]).run()
    assert found(app) == WhatIf(without=("b",))


def test_of_two_initiatives_of_one_name_the_one_that_was_chosen_is_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.argv", ["app.py"])
    path = write_case(tmp_path, [initiative("a", name="New app"), initiative("b", name="New app")])
    app = AppTest.from_function(page, args=(str(path),), default_timeout=300).run()
    left_out(app).set_value(["b"]).run()
    assert found(app).without == ("b",)


def test_reset_puts_everything_back(app: AppTest) -> None:
    for key, value in (("rate", 5.0), ("churn", 10), ("acquisition", -5), ("causal", -20), ("success", 15)):
        app.slider(key=key).set_value(value)
    policy(app).set_value("plan")
    left_out(app).set_value(["a"]).run()
    assert len(found(app).tried) == 7
    app.button(key="reset").click().run()
    assert found(app) == WhatIf()
    assert [app.slider(key=key).value for key in ("rate", "churn", "acquisition", "causal", "success")] == [0] * 5
    assert left_out(app).value == []
    assert app.button(key="reset").disabled


def test_where_only_one_way_is_known_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.argv", ["app.py"])
    path = write_case(tmp_path)
    app = AppTest.from_function(page, args=(str(path),), default_timeout=300).run()
    assert not [one for one in app.get("button_group") if one.label == "How customers are bought"]
    assert "the company file has no planned acquisitions" in app.caption[0].value
    app.slider(key="churn").set_value(5).run()
    app.button(key="reset").click().run()
    assert found(app) == WhatIf()


def test_an_address_restores_the_controls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.argv", ["app.py"])
    path = write_case(tmp_path, [initiative("a"), initiative("b")])
    app = AppTest.from_function(page, args=(str(path),), default_timeout=300)
    app.query_params["churn"] = "20"
    app.query_params["rate"] = "-1.5"
    app.query_params["without"] = ["b", "nobody"]
    app.query_params["policy"] = "plan"  # which this company cannot
    app.query_params["success"] = "-1000"
    app.query_params["causal"] = "much"
    app.run()
    assert found(app).churn == pytest.approx(1.2)
    assert found(app).discount_rate == pytest.approx(0.08 - 0.015)
    assert set(found(app).tried) <= {"discount_rate", "churn", "success", "without"}
    assert found(app).without == ("b",)
    assert found(app).success >= 0.5


def test_on_the_page_the_list_follows_and_comes_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = write_case(tmp_path, [initiative("a"), initiative("b", levers=[{"contacts": "all", "change": -0.5}])])
    shown = open_page(monkeypatch, "what-if", path)
    before = component(shown, 1)["html"]
    left_out(shown).set_value(["b"]).run()
    assert 'data-id="b"' not in component(shown, 1)["html"]
    assert "of 1 initiatives" in html(shown) or "No initiative" in html(shown)
    shown.button(key="reset").click().run()
    assert component(shown, 1)["html"] == before
