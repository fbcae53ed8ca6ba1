"""Every page shows what it should, on the example, on an empty company, and on files that are wrong."""

from pathlib import Path

import pytest
from ui.pages import PAGES, ROOT, cell, component, html, leave_out_long_searches, list_of, open_page, rows

import prioritizer as pr
from cases import company, initiative, write, write_case
from prioritizer.domain.results import Ranking

COMPLAINTS = 'class="complaints"'


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_out_long_searches(monkeypatch)


@pytest.fixture(scope="module")
def ranking() -> Ranking:
    return pr.rank(ROOT / "scenarios/base.yaml", seed=1)


@pytest.mark.parametrize("url", PAGES)
def test_a_page_shows_its_frame_and_no_fault(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    app = open_page(monkeypatch, url)
    assert not app.exception
    assert "Example Telecom" in html(app)
    assert COMPLAINTS not in html(app)


@pytest.mark.parametrize("url", PAGES)
def test_a_page_of_a_company_without_initiatives(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str) -> None:
    app = open_page(monkeypatch, url, write_case(tmp_path, []))
    assert not app.exception
    assert COMPLAINTS not in html(app)


@pytest.mark.parametrize("url", PAGES)
def test_a_file_that_is_wrong_is_explained_on_every_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str
) -> None:
    path = write(tmp_path, company=company(horizon="twenty", tax_rate=7))
    shown = html(open_page(monkeypatch, url, path))
    assert "2 things have to be put right" in shown
    assert "twenty" in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize("url", PAGES)
def test_a_fault_is_shown_as_a_number_and_nothing_else(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    def fail(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr("prioritizer.ui.session.opened", fail)
    app = open_page(monkeypatch, url)
    assert not app.exception
    assert "Something went wrong on our side" in html(app)
    assert "secret words" not in html(app)


def test_the_list_holds_the_figures_of_the_library(monkeypatch: pytest.MonkeyPatch, ranking: Ranking) -> None:
    table = list_of(open_page(monkeypatch, "list"))
    shown = [(row.get("data-id"), cell(row, "rank")) for row in rows(table)]
    assert shown == [(row.id, str(row.rank)) for row in ranking.initiatives]
    first, row = ranking.initiatives[0], rows(table)[0]
    assert cell(row, "profit").startswith(f"{first.npv.mean / 1e6:.0f} million ₽")
    assert cell(row, "roi") == f"{first.roi:.0%}".replace("%", " %")
    assert cell(row, "payback") == f"{first.payback_years:.1f} years"
    assert cell(row, "cost") == f"{first.cost / 1e6:.0f}"
    assert float(row.get("data-profit", "")) == -first.npv.mean


def test_a_line_is_drawn_where_profit_ends(monkeypatch: pytest.MonkeyPatch, ranking: Ranking) -> None:
    body = next(list_of(open_page(monkeypatch, "list")).iter("tbody"))
    above = [row.get("data-id") for row in list(body)[: [row.get("class") for row in body].index("line")]]
    assert above == [row.id for row in ranking.initiatives if row.npv.mean > 0]


def test_notes_say_what_the_rank_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = {
        row.get("data-id"): note.text
        for row in rows(list_of(open_page(monkeypatch, "list")))
        for note in row.iter("span")
        if note.get("class") == "note"
    }
    assert notes["consent-register"] == "must be done"
    assert notes["choose-your-channel"] == "needs one that is not worth doing"
    assert notes["marketplace-sales"] == "pays only if customers are bought by plan"


def test_filters_let_through_what_they_say(monkeypatch: pytest.MonkeyPatch, ranking: Ranking) -> None:
    app = open_page(monkeypatch, "list")
    app.selectbox(key="department").set_value("Network").run()
    assert [row.get("data-id") for row in rows(list_of(app))] == [
        row.id for row in ranking.initiatives if row.department == "Network"
    ]


@pytest.mark.parametrize("row", range(22))
def test_every_initiative_answers_every_question(monkeypatch: pytest.MonkeyPatch, ranking: Ranking, row: int) -> None:
    one = ranking.initiatives[row]
    app = open_page(monkeypatch, "list", initiative=one.id)
    shown = html(app)
    assert component(app)["selected"] == one.id
    assert COMPLAINTS not in shown
    for question in ("What does it do?", "What does it bring?", "How sure are we?", "Why does it stand here?"):
        assert question in shown
    assert len(app.get("plotly_chart")) >= 3


def test_an_initiative_that_only_costs_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = write_case(tmp_path, [initiative("audit", levers=[])])
    shown = html(open_page(monkeypatch, "", path, initiative="audit"))
    assert "It changes nothing for customers; it only costs." in shown


def test_a_what_if_moves_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(monkeypatch, "what-if")
    before = component(app, 1)["html"]
    app.slider(key="churn").set_value(20).run()
    assert component(app, 1)["html"] != before
    app.button(key="reset").click().run()
    assert component(app, 1)["html"] == before


def test_another_scenario_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(monkeypatch, "open")
    app.button(key="open-downturn").click().run()
    assert "scenario Downturn" in html(app)
