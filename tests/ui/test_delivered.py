"""The part with finance's table: for every role, and saved, foreseen and disputed by finance."""

import re

import pytest
from streamlit.testing.v1 import AppTest
from ui.pages import PEOPLE, ROOT, html, open_page, refusal

from prioritizer.domain.company import BenefitRealisation
from prioritizer.store.workspace import Workspace
from prioritizer.ui import served

# Who sees the part, and who may change what stands there, by hand.
ROLES = {
    "executive": (True, False),
    "finance": (True, True),
    "department head": (True, False),
    "viewer": (False, False),
    "admin": (False, False),
}
COMPLAINTS = 'class="complaints"'


def table() -> BenefitRealisation:
    with Workspace(served.demonstration(str(ROOT / "scenarios/base.yaml"))).reading() as contents:
        company = contents.company()
    assert company is not None
    assert company.content.benefit_realisation is not None
    return company.content.benefit_realisation


def page(monkeypatch: pytest.MonkeyPatch, role: str = "finance") -> AppTest:
    return open_page(monkeypatch, "assumptions", who=PEOPLE[role], part="delivered")


def field(app: AppTest, place: str, turn: int = 0):
    return app.text_input(key=f"delivered-{place}-{turn}")


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_what_it_may(monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    sees, changes = ROLES[role]
    app = page(monkeypatch, role)
    assert not app.exception
    if not sees:
        assert "It is seen by: executives, finance, department heads" in (refusal(app) or "")
        assert "Departments claim" not in html(app)
        return
    assert COMPLAINTS not in html(app)
    assert "Departments claim; companies get less" in html(app)
    assert "56 % less than predicted" in html(app)
    assert "To be replaced by the company's own" in html(app).replace("&#x27;", "'")
    fields = [one for one in app.text_input if str(one.key).startswith("delivered-")]
    assert len(fields) == (24 if changes else 0)
    assert ("only finance may change it" in html(app)) is not changes
    if not changes:
        assert re.search(r"D: opinion</th><td[^>]*>45 %</td>", html(app))


@pytest.mark.usefixtures("own")
def test_finance_foresees_and_saves_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    before, app = table(), page(monkeypatch)
    field(app, "B.delivered").set_value("30").run()
    assert "Grade B, delivered</th><td" in html(app)
    assert "What it would do to the list" not in html(app)
    app.button(key="preview-delivered").click().run()
    assert re.search(r"would earn 1\d\d million ₽ together, 329 million ₽ now", html(app))
    app.button(key="save-delivered").click().run()
    assert "there is no reason" in html(app)
    assert table() == before
    field(app, "why").set_value("Reviews of 2026").run()
    app.button(key="save-delivered").click().run()
    assert COMPLAINTS not in html(app)
    assert table().B.delivered.number == 0.3
    assert table().B.delivered.source == before.B.delivered.source
    assert table().D == before.D
    assert "Grade B, delivered: 85 % → 30 %" in html(app)
    assert "Reviews of 2026" in html(app)
    assert field(app, "B.delivered", 1).value == "30"


@pytest.mark.usefixtures("own")
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    app = page(monkeypatch)
    field(app, "A.slope").set_value("1.5").run()
    field(app, "D.cost").set_value("dear").run()
    field(app, "why").set_value("Because").run()
    app.button(key="save-delivered").click().run()
    assert "Grade A, slope" in html(app)
    assert "Grade D, cost" in html(app)
    assert (field(app, "A.slope").value, field(app, "D.cost").value) == ("1.5", "dear")


@pytest.mark.usefixtures("own")
def test_a_second_editor_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = page(monkeypatch), page(monkeypatch)
    field(other, "D.spread").set_value("60").run()
    field(other, "why").set_value("Wider").run()
    field(one, "B.slope").set_value("0.3").run()
    field(one, "why").set_value("Steeper").run()
    one.button(key="save-delivered").click().run()
    assert table().B.slope.number == 0.3
    other.button(key="save-delivered").click().run()
    assert "has saved another table since you began" in html(other)
    assert "“Steeper”" in html(other)
    assert table().D.spread.number == 0.45
    assert field(other, "D.spread").value == "60"
    other.button(key="on-top-delivered").click().run()
    assert (field(other, "D.spread", 1).value, field(other, "B.slope", 1).value) == ("60", "0.3")
    assert field(other, "why", 1).value == "Wider"
    other.button(key="save-delivered").click().run()
    assert (table().D.spread.number, table().B.slope.number) == (0.6, 0.3)


@pytest.mark.usefixtures("own")
def test_beginning_anew_shows_what_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    app = page(monkeypatch)
    field(app, "C.delay").set_value("3").run()
    app.button(key="anew-delivered").click().run()
    assert field(app, "C.delay", 1).value == "1"
