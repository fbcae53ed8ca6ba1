"""Scenarios side by side on the page: every figure as it was given, every mark where it belongs."""

import xml.etree.ElementTree as ET

import pytest
from streamlit.testing.v1 import AppTest

from prioritizer.ui.charts.bump import Ranks, bump
from tests.ui.pages import bodies, html


def _page() -> None:
    from prioritizer.ui.views.comparison import comparison, say_answer
    from tests.ui.comparisons import THREE

    say_answer(THREE)
    comparison(THREE)


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_function(_page).run()


def tables(page: AppTest) -> dict[str, list[list[str]]]:
    """The plain tables of a page by their captions, as rows of text."""
    found = {}
    for body in bodies(page):
        for table in ET.fromstring(f"<div>{body.replace('<br>', '<br/>')}</div>").iter("table"):
            if table.get("class") == "plain":
                caption = "".join(table.find("caption").itertext())  # type: ignore[union-attr]
                rows = [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in table.iter("tr")]
                found[caption] = rows
    return found


def test_the_answer_counts_what_is_planned_everywhere_and_nowhere(page: AppTest) -> None:
    assert "1 of 3 initiatives is planned in all 2 scenarios, 1 in none" in html(page)


def test_a_scenario_shows_its_figures_and_how_far_they_are_from_the_first(page: AppTest) -> None:
    base, downturn, broken = tables(page)["What each scenario brings, if the best within its budgets is done"][1:]
    assert base == ["Base", "300", "200 to 450", "4 in 100", "90", "120", "+12.3", "2,010,000", "2 of 4"]
    assert downturn == [
        "Downturn <b>",
        "220−80.0 ± 1.5",
        "120 to 370",
        "4 in 100",
        "90−10.0",
        "120",
        "+12.3−0.5 ± 0.031",
        "2,010,000−12,300 ± 210",
        "1 of 4",
    ]
    assert broken[0] == "Broken"
    assert set(broken[1:]) == {"–"}
    assert "Spend no more than 1 million ₽ in 2027" in html(page)


def test_an_initiative_shows_its_ranks_and_where_it_is_planned(page: AppTest) -> None:
    rows = tables(page)["Which initiatives are planned where"]
    assert rows[0][1:4] == ["Base", "Downturn <b>", "Broken"]
    assert rows[1] == ["Call back", "● planned 1", "● planned 1", "1", "2 of 3"]
    assert rows[3] == ["A shop", "3", "2", "–", "0 of 3"]


def test_regret_is_what_the_other_choice_loses(page: AppTest) -> None:
    page.segmented_control[0].set_value("regrets").run()
    rows = tables(page)["Which initiatives are planned where"]
    assert rows[1][1:4] == ["● planned 31.0", "● planned 31.0", "7.5"]
    assert rows[2][1:4] == ["● planned 31.0", "7.5", "7.5"]
    assert [row[4:] for row in rows] == [
        ["Planned in", "Most lost if done", "Most lost if left out"],
        ["2 of 3", "7.5", "31.0"],
        ["1 of 3", "7.5", "31.0"],
        ["0 of 3", "7.5", "0.0"],
    ]


def test_a_plan_elsewhere_shows_what_it_loses_and_by_how_much_it_is_too_dear(page: AppTest) -> None:
    rows = tables(page)["What it costs to have planned for another scenario"]
    assert rows[1] == ["Base", "0", "15.0over by 4.00", "not possible", "–"]
    assert rows[2] == ["Downturn <b>", "30.0", "0", "not possible", "–"]


def test_only_what_differs_is_listed(page: AppTest) -> None:
    rows = tables(page)["What the scenarios differ in"]
    assert rows[1:] == [["Churn of detractors, Mobile", "8.0 %", "9.2 %", "8.0 %"]]


def test_a_line_breaks_where_an_initiative_is_not_on_the_list_and_dots_are_full_where_it_is_planned() -> None:
    chart = bump(
        ["Base", "Downturn", "War"],
        [Ranks("Call <i>back", (1, 3, 1), (True, False, True)), Ranks("Shop", (2, None, None), (False, False, False))],
    )
    traces = {tuple(trace.y): trace for trace in chart.figure.data}
    steady = traces[(2, None, None)]
    assert not steady.connectgaps
    moving = traces[(1, 3, 1)]
    full, hollow, again = moving.marker.color
    assert full == again != hollow
    assert steady.marker.color[0] == hollow
    names = {note.text: (note.x, note.y) for note in chart.figure.layout.annotations}
    assert names == {"Call &lt;i&gt;back": (2, 1), "Shop": (0, 2)}
    assert chart.figure.layout.yaxis.range[0] > chart.figure.layout.yaxis.range[1]  # the first place stands at the top
    assert "moves most: by 2 places" in chart.title
    assert chart.table.iloc[:, 2].tolist() == [3, None]


def test_an_order_that_stays_is_called_so() -> None:
    chart = bump(["Base", "Downturn"], [Ranks("A", (1, 2), (True, True)), Ranks("B", (2, 1), (True, True))])
    assert chart.title == "The order is nearly the same in all scenarios"
