"""The cash flow line by line beside an initiative, and the way from a line to the register."""

import re
import xml.etree.ElementTree as ET

import pytest
from ui.pages import PEOPLE, component, html, open_page, rows, words

ID = "clear-tariffs"  # changes revenue too


def statement_shown(text: str) -> ET.Element:
    found = re.search(r'<div class="scrolls statement".*?</table></div>', text, re.S)
    assert found
    return ET.fromstring(found.group())


def lines_of(table: ET.Element) -> dict[str, ET.Element]:
    """The rows by the names of their lines."""
    return {words(row.find(".//summary")): row for row in table.iter("tr") if row.find(".//summary") is not None}


def test_it_is_computed_when_it_is_opened_and_shows_each_side(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(monkeypatch, "list", who=PEOPLE["finance"], initiative=ID)
    assert "scrolls statement" not in html(app)
    app.session_state["cash-flow-initiative"] = True
    app.run()
    assert not app.exception
    table = lines_of(statement_shown(html(app)))
    expected = {"Margin retained", "Spend uplift", "Referrals", "of its saving not cashable", "Projected profit"}
    assert expected <= set(table)
    profit = [words(cell) for cell in table["Projected profit"].iter("td")]
    assert profit[:-1] == [""] * (len(profit) - 1)
    assert profit[-1] == "32.2"
    last = list(table["Projected profit"].iter("span"))[-1]
    assert re.fullmatch(r"32,\d{3},\d{3}\u00a0₽", last.get("title") or "")
    (link,) = table["Spend uplift"].iter("a")
    assert {"behind=spend_uplift", f"of={ID}", "part=register"} <= set(re.split("[?&]", link.get("href") or ""))

    app.session_state["cash-flow-initiative-side"] = "without"
    app.session_state["cash-flow-initiative-step"] = "periods"
    app.run()
    shown = statement_shown(html(app))
    assert "Q1 2027" in words(shown)
    assert {words(cell) for cell in lines_of(shown)["Spend uplift"].iter("td")} == {"0"}


def test_a_line_leads_to_the_register_with_its_assumptions_only(monkeypatch: pytest.MonkeyPatch) -> None:
    where = {"part": "register", "behind": "spend_uplift", "of": ID}
    app = open_page(monkeypatch, "assumptions", who=PEOPLE["finance"], **where)
    assert "assumptions behind “Spend uplift” in the cash flow of “" in html(app)
    app.button(key="register-all").click().run()
    listed = {row.get("data-id") for row in rows(ET.fromstring(component(app)["html"]))}
    assert f"initiatives.{ID}.levers.revenue.all" in listed or any(f"{ID}.levers.revenue" in str(one) for one in listed)
    assert not any(str(one).startswith("initiatives.") and ID not in str(one) for one in listed)
    assert not any("contact_cost" in str(one) for one in listed)
    app.button(key="register-not-behind").click().run()
    assert "assumptions behind" not in html(app)
    assert not app.query_params.get("behind")


@pytest.mark.parametrize("where", [{"behind": "nothing"}, {"behind": "margin", "of": "nobody"}])
def test_a_link_to_nothing_shows_every_assumption(monkeypatch: pytest.MonkeyPatch, where: dict[str, str]) -> None:
    app = open_page(monkeypatch, "assumptions", who=PEOPLE["finance"], **where)
    assert not app.exception
    assert "assumptions behind" not in html(app)
