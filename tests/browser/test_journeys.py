"""What people do all day, in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

import prioritizer as pr
from browser.app import App
from prioritizer.domain.results import Ranking

ROOT = Path(__file__).parents[2]
OpenApp = Callable[..., App]


@pytest.fixture(scope="module")
def ranking() -> Ranking:
    """The list of the example, from the library."""
    return pr.rank(ROOT / "scenarios/base.yaml", seed=1)


def test_an_executive_reads_the_answer_and_the_list(open_app: OpenApp, ranking: Ranking) -> None:
    app = open_app()
    worth, total = len(ranking.worth_doing), len(ranking.initiatives)
    assert app.answer.startswith(f"{worth} of {total} initiatives are worth doing")
    assert app.ids() == [row.id for row in ranking.initiatives]
    assert app.ranks() == list(range(1, total + 1))
    assert ranking.run.id in app.foot


def test_an_executive_begins_with_the_decision_and_goes_on_from_there(open_app: OpenApp, ranking: Ranking) -> None:
    app = open_app("/")
    assert app.path == "/overview"
    assert re.match(r"Fund \d+ of 22 for [\d.]+ million ₽: expected profit ", app.answer)
    third = app.names()[2]
    app.page.get_by_role("link", name=third).click()
    app.page.wait_for_selector(".panel-name")
    app.settle()
    assert app.panel == third
    assert app.path.startswith("/list?initiative=")
    app.page.go_back()
    app.page.wait_for_selector(".st-key-overview")
    app.settle()
    assert app.path.startswith("/overview")
    app.page.get_by_role("link", name="Tests").click()
    app.page.wait_for_selector("h1.answer:has-text('before we decide')")
    assert app.path == "/list?order=tests"


def test_a_department_head_sees_why_an_initiative_stands_there(open_app: OpenApp, ranking: Ranking) -> None:
    app = open_app()
    third = ranking.initiatives[2]
    app.open_row(third.id)
    assert app.panel == third.name
    for question in ("What does it do?", "What does it bring?", "How sure are we?", "Why does it stand here?"):
        assert question in app.panel_text
    assert f"initiative={third.id}" in app.page.url
    app.page.go_back()
    app.settle()
    assert app.panel is None
    app.page.go_forward()
    app.page.wait_for_selector(".panel-name")
    assert app.panel == third.name
    app.press("Back to the list")
    assert app.panel is None


def test_a_link_to_an_initiative_opens_it(open_app: OpenApp) -> None:
    assert open_app("/?initiative=retention-pricing").panel == "Last-minute discount for those who call to leave"


def test_a_link_to_nothing_known_shows_the_list(open_app: OpenApp) -> None:
    app = open_app("/?initiative=no-such-thing")
    assert app.panel is None
    assert len(app.ids()) == 22


def test_the_list_is_walked_by_keys(open_app: OpenApp) -> None:
    app = open_app()
    ids = app.ids()
    app.row(ids[0]).locator("a.name").focus()
    app.page.keyboard.press("ArrowDown")
    app.page.keyboard.press("ArrowDown")
    app.page.keyboard.press("Enter")
    app.page.wait_for_selector(".panel-name")
    app.settle()
    assert f"initiative={ids[2]}" in app.page.url
    app.page.keyboard.press("Escape")
    app.page.wait_for_selector(".panel-name", state="detached")
    app.page.keyboard.press("End")
    app.page.keyboard.press(" ")
    app.page.wait_for_selector(".panel-name")
    assert f"initiative={ids[-1]}" in app.page.url


def test_sorting_never_changes_the_rank(open_app: OpenApp, ranking: Ranking) -> None:
    app = open_app()
    app.page.get_by_role("button", name="Chance of a loss").click()
    by_loss = sorted(ranking.initiatives, key=lambda row: (row.probability_of_loss, row.rank))
    assert app.ids() == [row.id for row in by_loss]
    assert app.ranks() == [row.rank for row in by_loss]
    assert not app.page.locator("tr.line").is_visible()
    app.page.get_by_role("button", name="Rank").first.click()
    assert app.ranks() == list(range(1, 23))
    assert app.page.locator("tr.line").is_visible()


def test_filters_keep_ranks_and_say_when_nothing_is_left(open_app: OpenApp, ranking: Ranking) -> None:
    app = open_app()
    app.page.get_by_role("combobox", name="Department").click()
    app.page.get_by_role("option", name="Customer service").click()
    app.settle()
    assert app.ranks() == [row.rank for row in ranking.initiatives if row.department == "Customer service"]
    app.page.get_by_text("Not worth doing", exact=True).click()
    app.settle()
    assert "No initiative matches these filters" in app.page.locator(".empty").inner_text()


def test_finance_takes_the_list_away(open_app: OpenApp, ranking: Ranking, tmp_path: Path) -> None:
    app = open_app()
    with app.page.expect_download() as caught:
        app.page.get_by_role("button", name="XLSX").click()
    file = tmp_path / caught.value.suggested_filename
    assert ranking.run.id in file.name
    caught.value.save_as(file)
    cells = [cell for row in openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True) for cell in row]
    assert all(row.name in cells for row in ranking.initiatives)
    with app.page.expect_download() as caught:
        app.page.get_by_role("button", name="CSV").click()
    assert Path(caught.value.path()).read_text(encoding="utf-8").count("\n") == 23


def test_a_figure_explains_itself_in_two_clicks(open_app: OpenApp) -> None:
    app = open_app("/?initiative=keep-promises")
    app.page.locator("details.figure summary", has_text="ROI").click()
    assert "Present value of benefits" in app.panel_text
    app.page.get_by_text("inputs with their sources").click()
    assert "Sample of 1,200 recorded calls" in app.panel_text


def test_what_if_redraws_the_list_and_a_link_restores_it(open_app: OpenApp) -> None:
    app = open_app("/what-if")
    before = app.page.locator("tr[data-id] .n").all_inner_texts()
    run = app.foot
    app.move_slider("Churn", 4)
    assert app.page.locator("tr[data-id] .n").all_inner_texts() != before
    assert app.foot != run
    assert "churn=20" in app.page.url
    assert "What moved the result" in app.page.locator(".st-key-outcome").inner_text()
    again = open_app(app.page.url.removeprefix(app.address))
    assert again.foot == app.foot
    assert again.ids() == app.ids()
    app.press("Reset")
    assert app.foot == run
    assert app.page.locator("tr[data-id] .n").all_inner_texts() == before


def test_any_assumption_is_changed_and_its_link_restores_it(open_app: OpenApp) -> None:
    app = open_app("/what-if")
    before = app.foot
    box = app.page.get_by_label("Change any other assumption")
    box.fill("churn detractors mobile")
    app.page.keyboard.press("Enter")
    app.page.get_by_label("times, today").fill("1,3")
    app.page.keyboard.press("Enter")
    app.page.locator("p.change", has_text="× 1.3").wait_for()
    app.page.locator("table.bridge", has_text="Churn: detractors, Mobile × 1.3").wait_for()
    assert app.foot != before
    again = open_app(app.page.url.removeprefix(app.address))
    again.page.locator("table.bridge", has_text="Churn: detractors, Mobile × 1.3").wait_for()
    assert (again.foot, again.ids()) == (app.foot, app.ids())
    again.press("Remove")
    assert again.foot == before


def test_a_link_holds_every_control(open_app: OpenApp) -> None:
    app = open_app("/what-if?policy=plan&without=keep-promises&without=qr-codes&churn=10&rate=2.5&success=-20")
    assert len(app.ids()) == 20
    assert "keep-promises" not in app.ids()
    bridge = app.page.locator("table.bridge").inner_text()
    for said in ("11.3 % → 13.8 %", "bought by plan", "Churn +10 %", "success −20 %", "2 initiatives left out"):
        assert said in bridge
    app.turn_to("Customers")
    app.turn_to("What if")
    assert len(app.ids()) == 20
    for part in ("policy=plan", "without=keep-promises", "churn=10", "rate=2.5"):
        assert part in app.page.url


@pytest.mark.parametrize("nonsense", ["churn=abc", "churn=9999", "rate=nan", "policy=xyz", "without=nope", "success="])
def test_nonsense_in_a_link_is_left_aside(open_app: OpenApp, nonsense: str) -> None:
    app = open_app(f"/what-if?{nonsense}")
    assert len(app.ids()) == 22
    assert "Nothing is changed yet" in app.page.locator(".st-key-outcome").inner_text()


def test_the_figures_of_a_what_if_are_those_of_the_command(open_app: OpenApp, ranking: Ranking) -> None:
    app = open_app("/what-if")
    for row in ranking.initiatives[:3]:
        assert app.profit(row.id) == f"{row.npv.mean / 1e6:.3g}" or app.profit(row.id) == f"{row.npv.mean / 1e6:.1f}"


def test_another_scenario_is_opened_and_its_link_restores_it(open_app: OpenApp) -> None:
    app = open_app("/open")
    app.press("Downturn")
    app.turn_to("Priority list")
    downturn = pr.rank(ROOT / "scenarios/downturn.yaml", seed=1)
    assert downturn.run.id in app.foot
    assert "scenario Downturn" in app.page.locator(".frame").inner_text()
    app.turn_to("What if")
    app.move_slider("Churn", 2)
    again = open_app(app.page.url.removeprefix(app.address))
    assert "scenario Downturn" in again.page.locator(".frame").inner_text()
    assert again.foot == app.foot


def test_own_files_are_uploaded_and_complaints_shown_in_place(open_app: OpenApp, tmp_path: Path) -> None:
    app = open_app("/open")
    broken = tmp_path / "company.yaml"
    text = (ROOT / "data/company.yaml").read_text(encoding="utf-8")
    broken.write_text(text.replace("horizon: 20", "horizon: twenty"), encoding="utf-8")
    chooser = app.page.locator("input[type=file]")
    chooser.set_input_files([broken, ROOT / "data/initiatives.yaml"])
    app.page.wait_for_selector(".complaints li")
    [complaint] = app.complaints()
    assert re.search(r"company\.yaml, line \d+, horizon", complaint)
    assert "twenty" in complaint
    assert str(tmp_path) not in app.page.content()


def test_uploaded_files_show_the_same_list_as_the_command(open_app: OpenApp, ranking: Ranking) -> None:
    app = open_app("/open")
    files = [ROOT / "scenarios/base.yaml", ROOT / "data/company.yaml", ROOT / "data/initiatives.yaml"]
    app.page.locator("input[type=file]").set_input_files(files)
    app.page.get_by_role("button", name="Show its priority list").click()
    app.settle()
    app.turn_to("Priority list")
    assert ranking.run.id in app.foot
    assert app.ids() == [row.id for row in ranking.initiatives]


def test_the_customers_page_says_who_is_there_and_what_they_are_worth(open_app: OpenApp) -> None:
    app = open_app("/customers")
    assert app.answer.startswith("1,490,000 customers, Net Promoter Score +7.0")
    text = app.page.locator("[data-testid=stMain]").inner_text()
    for said in ("What one customer is worth", "Churn per quarter", "losing one of the promoters costs"):
        assert said in text


def test_a_reload_keeps_the_place(open_app: OpenApp) -> None:
    app = open_app("/?initiative=customer-community")
    before = app.panel
    app.page.reload()
    app.page.wait_for_selector(".panel-name")
    assert app.panel == before


def test_an_executive_looks_at_the_portfolio_and_cancels_a_search(open_app: OpenApp) -> None:
    app = open_app()
    app.page.get_by_role("radio", name="Portfolio").click()
    app.page.wait_for_selector("h1.answer:has-text('Fund ')")
    app.page.wait_for_selector(".st-key-chart-frontier", timeout=60_000)
    app.settle()
    assert app.page.url.endswith("?order=portfolio")
    body = app.page.locator("body").inner_text()
    for title in ("What starts when", "Budget by year", "Which of them share customers", "Not in the plan, and why"):
        assert title in body
    assert not app.is_wider_than_the_window()
    app.move_slider("Budget, % of today's", -3)
    app.page.wait_for_selector("button:has-text('Cancel'), h1.answer:has-text('Fund ')")
    if app.page.get_by_role("button", name="Cancel").count():
        app.page.get_by_role("button", name="Cancel").first.click()
        app.page.wait_for_selector("h1.answer:has-text('worth doing')")
    app.page.get_by_role("radio", name="By funding").click()
    app.page.wait_for_selector("td:has-text('Budget line')", timeout=60_000)
    app.settle()
    assert app.ranks() == list(range(1, 23))


def test_beside_an_initiative_stands_whether_it_is_funded(open_app: OpenApp) -> None:
    app = open_app("/?initiative=coverage-gaps")
    button = app.page.get_by_role("button", name="Would the plan fund it, and what would change that?")
    if button.count():  # nobody has asked for this list before
        button.click()
    app.page.wait_for_selector("text=The plan for today's budget would not fund it", timeout=60_000)
    assert "The plan would fund it if it brought" in app.panel_text
