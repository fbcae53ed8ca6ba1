"""The two orders and the portfolio on the list's page, on the example and where demands contradict each other."""

from pathlib import Path

import pytest
from ui.pages import ROOT, cell, component, html, list_of, open_page, rows

import cases
from prioritizer.domain.plans import Plan
from prioritizer.services.funding_order import order_of
from prioritizer.services.planner import Planner, planner
from prioritizer.services.plans import plan_of
from prioritizer.words import money

BASE = ROOT / "scenarios/base.yaml"


@pytest.fixture(scope="module")
def made() -> Planner:
    return planner(BASE, seed=1)


@pytest.fixture(scope="module")
def plan(made: Planner) -> Plan:
    return plan_of(made, 1.0)


def test_the_portfolio_shows_the_plan_of_the_library(monkeypatch: pytest.MonkeyPatch, plan: Plan) -> None:
    shown = html(open_page(monkeypatch, scenario=BASE, order="portfolio"))
    assert f"Fund {len(plan.funded)} of 22 for " in shown
    assert money(plan.joint, "₽") in shown
    listed = component(open_page(monkeypatch, scenario=BASE, order="portfolio"), 0)["html"]
    assert all(one.name in listed for one in plan.funded)
    assert all(one.why.split("“")[0] in shown for one in plan.not_funded)
    for title in ("What starts when", "Budget by year", "People by department", "Which of them share customers"):
        assert title in shown
    bridge = plan.bridge
    assert bridge is not None
    assert "From what was claimed to what the plan brings together" in shown
    assert f"Expected disappointment: {money(bridge.submitted, '₽')} was claimed" in shown


def test_what_the_plan_funds_is_marked_on_the_list(monkeypatch: pytest.MonkeyPatch, plan: Plan) -> None:
    open_page(monkeypatch, scenario=BASE, order="portfolio")
    table = list_of(open_page(monkeypatch, scenario=BASE))
    marked = {row.get("data-id") for row in rows(table) if "in the plan" in "".join(row.itertext())}
    assert marked == {one.id for one in plan.funded if not one.mandatory}


def test_less_budget_funds_less(monkeypatch: pytest.MonkeyPatch, made: Planner, plan: Plan) -> None:
    app = open_page(monkeypatch, scenario=BASE, order="portfolio")
    app.slider(key="budget-factor").set_value(70).run()
    less = plan_of(made, 0.7, solved_draws=0)
    assert f"Fund {len(less.funded)} of 22 for " in html(app)
    assert less.joint < plan.joint


def test_by_funding_the_line_stands_where_the_budget_ends(monkeypatch: pytest.MonkeyPatch, made: Planner) -> None:
    order = order_of(made)
    table = list_of(open_page(monkeypatch, scenario=BASE, order="funding"))
    shown = [(row.get("data-id"), cell(row, "rank")) for row in rows(table)]
    assert shown[: len(order.initiatives)] == [(one.id, str(one.position)) for one in order.initiatives]
    assert len(shown) == 22
    body = next(table.iter("tbody"))
    above = list(body).index(next(row for row in body if row.get("class") == "line"))
    assert above == order.line
    assert f"the {order.line} above it cost" in "".join(body[above].itertext())


def test_an_address_with_nonsense_shows_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(monkeypatch, "list", order="<b>")
    assert not app.exception
    assert "worth doing" in html(app)


def test_demands_that_contradict_each_other_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    must = cases.initiative("must", mandatory=True, costs={"one_off": 5000})
    scenario = cases.write_case(tmp_path, [must], budget={2027: 1000})
    shown = html(open_page(monkeypatch, scenario=scenario, order="portfolio"))
    assert "Not all demands can be met together" in shown
    assert "Initiative must" in shown


def test_a_company_without_a_budget_is_limited_by_nothing_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    scenario = cases.write_case(tmp_path, [cases.initiative("one"), cases.initiative("two")])
    app = open_page(monkeypatch, scenario=scenario, order="portfolio")
    assert not app.exception
    assert "The company has no budget" in html(app)
    assert "Fund 2 of 2 for " in html(app)
    assert not app.slider


def test_what_is_in_delivery_stays_in_the_plan_and_starts_when_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the demonstration the call-backs are under way from Q2 2027; by profit alone they would start later."""
    shown = component(open_page(monkeypatch, "list", who="elena", order="portfolio"), 0)["html"]
    row = shown[shown.index('data-id="close-the-loop"') :].partition("</tr>")[0]
    assert "Q2 2027" in row
