"""The assumption register: for every role and for files, with its filters, and the way to where a number is changed."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest
from ui.pages import PEOPLE, ROOT, cell, component, html, open_page, refusal, rows

from prioritizer.ui import planned

CHURN = "groups.Mobile.churn.detractor"
OWN = "initiatives.close-the-loop.success"  # customer service's, Vera's
FOREIGN = "initiatives.outage-notices.costs.running"


@pytest.fixture(autouse=True)
def unplanned() -> Iterator[None]:
    """Where a plan is known, the register begins with what it funds."""
    planned._kept.clear()
    yield
    planned._kept.clear()


def shown(app: AppTest) -> list[str]:
    """The inputs in the table, from its top."""
    return [row.get("data-id") or "" for row in rows(ET.fromstring(component(app)["html"]))]


def at(monkeypatch: pytest.MonkeyPatch, role: str, **query: str) -> AppTest:
    return open_page(monkeypatch, "assumptions", who=PEOPLE[role], **query)


@pytest.mark.parametrize("role", ["executive", "finance", "department head"])
def test_every_role_that_reads_submissions_sees_it(monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    app = at(monkeypatch, role)
    assert not app.exception
    assert "assumptions move the profit of what is worth doing" in html(app)
    assert len(shown(app)) == 25
    app.button(key="register-all").click().run()
    assert len(shown(app)) > 300
    table = ET.fromstring(component(app)["html"])
    headings = ["".join(one.itertext()) for one in table.iter("th") if one.get("scope") == "col"]
    assert headings[0] == "Input"
    assert headings[-1] == "Last change"


@pytest.mark.parametrize("role", ["viewer", "admin"])
def test_others_do_not(monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    app = at(monkeypatch, role)
    assert "It is seen by: executives, finance, department heads" in (refusal(app) or "")
    assert "Churn" not in html(app)


def test_it_is_there_for_files_and_says_where_in_them(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(monkeypatch, "assumptions", scenario=ROOT / "scenarios/base.yaml", assumption=CHURN)
    assert not app.exception
    assert "Churn: detractors, Mobile" in html(app)
    assert "In the company's file, at" in html(app)
    assert f"<code>{CHURN}</code>" in html(app)
    assert "Last change" not in str(component(app)["html"])
    assert not [one for one in app.button if one.key == "change"]
    assert not app.text_area


def test_what_moves_profit_most_and_is_least_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "executive")
    everything = shown(app)
    app.toggle(key="register-weak").set_value(True).run()
    assert "whose grade is C, D or none" in html(app)
    weak = shown(app)
    assert "groups.Mobile.acquisition_cost" in everything
    assert "groups.Mobile.acquisition_cost" not in weak  # graded B, with a source
    assert "causal_share" in weak


def test_filters_and_order(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "finance")
    app.multiselect(key="register-groups").set_value(["Business"]).run()
    found = shown(app)
    assert found
    assert all(one.startswith("groups.Business.") for one in found)
    app.selectbox(key="register-order").set_value("name").run()
    assert sorted(found) != found
    app.multiselect(key="register-grades").set_value(["D"]).run()
    assert "No assumption matches these filters" in html(app)
    app.multiselect(key="register-groups").set_value([]).run()
    app.multiselect(key="register-grades").set_value([]).run()
    app.multiselect(key="register-initiatives").set_value(["close-the-loop"]).run()
    assert all("close-the-loop" in one for one in shown(app))


def test_finance_comes_to_the_companys_file_in_two_clicks(monkeypatch: pytest.MonkeyPatch) -> None:
    """One opens the number, one leads to its place."""
    app = at(monkeypatch, "finance", assumption=CHURN)
    assert "Customer records" in html(app)  # its source
    app.button(key="change").click().run()
    assert app.text_area(key="company-text-1")


def test_a_department_comes_to_its_own_submission_only(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "department head", assumption=OWN)
    assert app.button(key="change").label == "Change it in the submission"
    other = at(monkeypatch, "department head", assumption=FOREIGN)
    assert "owns it, finance reviews it" in html(other)
    company = at(monkeypatch, "department head", assumption=CHURN)
    assert "only finance may change it" in html(company)
    assert not [one for page in (other, company) for one in page.button if one.key == "change"]
    assert at(monkeypatch, "finance", assumption=FOREIGN).button(key="change").label == "Set finance's figure beside it"


def test_an_address_that_names_no_assumption_shows_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "finance", assumption="groups.Nowhere.churn")
    assert not app.exception
    assert len(shown(app)) == 25


def test_of_what_the_plan_funds(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "finance")
    app.get("button_group")[1].set_value("funded").run(timeout=120)
    assert "move the profit of what is planned" in html(app)
    assert "move the profit of what is planned" in html(at(monkeypatch, "executive"))  # it is known by now


def test_charts_stand_below_with_the_same_numbers_as_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    app = at(monkeypatch, "executive")
    text = html(app)
    assert "What the profit of what is worth doing hangs on" in text
    assert "Rank correlation" in text
    assert "At which value would the profit be zero?" in text
    first = rows(ET.fromstring(component(app)["html"]))[0]
    assert cell(first, "number")
