"""The charts: what is drawn is what was given, and what users wrote stays text."""

import gettext
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import pytest
from streamlit.elements.lib import streamlit_plotly_theme
from streamlit.testing.v1 import AppTest

from prioritizer import language
from prioritizer.ui.charts import (
    Chart,
    base_by_group,
    cash_flow,
    customers_over_time,
    distribution,
    nps_over_time,
    over_time,
    tornado,
    year_flow,
)
from prioritizer.ui.charts.amounts import Amounts, signed, written
from prioritizer.ui.charts.chart import heading, table
from prioritizer.ui.charts.colours import ACCENT, BACKGROUND, INK, SEGMENT, TEXT
from prioritizer.ui.charts.label import apart, clean, literal
from prioritizer.ui.charts.rows import rows_of
from prioritizer.ui.charts.trend import year_ticks

HOSTILE = "<b>Bold</b> <a href='javascript:alert(1)'>go</a> & \"%{y}\" <img src=x onerror=alert(1)>"
LONG = "Repair at the very first visit, with a check of everything that is in the house!"
FLOWS = {
    ("promoter", "promoter"): 340.0,
    ("promoter", "passive"): 48.0,
    ("promoter", "detractor"): 10.0,
    ("promoter", "left"): 12.0,
    ("passive", "promoter"): 52.0,
    ("passive", "passive"): 224.0,
    ("passive", "left"): 29.0,
    ("detractor", "passive"): 41.0,
    ("detractor", "detractor"): 141.0,
    ("detractor", "left"): 54.0,
    ("joined", "promoter"): 20.0,
    ("joined", "detractor"): 31.0,
    ("joined", "left"): 3.0,
}
START = {"promoter": 410.0, "passive": 305.0, "detractor": 236.0}


def bars(figure: go.Figure) -> list[dict[str, Any]]:
    """Every bar of a figure: where it starts, how long it is, and whether it is hatched."""
    found = []
    for trace in figure.data:
        if trace.type != "bar":
            continue
        lengths, places = (trace.x, trace.y) if trace.orientation == "h" else (trace.y, trace.x)
        bases = trace.base if trace.base is not None else [0.0] * len(lengths)
        for place, length, base in zip(places, lengths, bases, strict=True):
            hatched = trace.marker.pattern.shape == "/"
            found.append({"place": place, "length": length, "base": base, "hatched": hatched})
    return found


def down(figure: go.Figure) -> list[dict[str, Any]]:
    """The bars of a lying chart from top to bottom; its y axis counts pixels."""
    return sorted(bars(figure), key=lambda bar: bar["place"])


def words(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def column(chart: Chart, position: int) -> list[Any]:
    return chart.table.iloc[:, position].tolist()


def text_of(html: str) -> str:
    return "".join(ET.fromstring(html).itertext())


# Colours


def test_placeholders_are_those_that_streamlit_replaces() -> None:
    """They are not documented: look here when charts turn black after an update."""
    theirs = streamlit_plotly_theme
    assert (INK, ACCENT) == (theirs.CATEGORY_0, theirs.CATEGORY_1)
    assert (TEXT, BACKGROUND) == (theirs.GRAY_90, theirs.BG_COLOR)


def test_segments_keep_their_colours() -> None:
    assert list(SEGMENT.values()) == ["#009E73", "#8C8C8C", "#D55E00"]


# Cash flow


def test_cash_flow_draws_what_comes_in_and_goes_out() -> None:
    chart = cash_flow(["2027", "2028", "2029"], [4e6, 9e6, -2e6], [11e6, 1e6, 0.5e6], "₽", None)
    solid = [bar["length"] for bar in bars(chart.figure) if not bar["hatched"]]
    hatched = [bar["length"] for bar in bars(chart.figure) if bar["hatched"]]
    assert solid == pytest.approx([4, 9, -2])
    assert hatched == pytest.approx([-11, -1, -0.5])
    assert column(chart, 1) == [4e6, 9e6, -2e6]
    assert column(chart, 2) == [11e6, 1e6, 0.5e6]
    assert column(chart, 3) == [-7e6, 1e6, -1.5e6]


def test_cash_flow_adds_up_along_its_line() -> None:
    chart = cash_flow(["2027", "2028", "2029"], [4e6, 9e6, 12e6], [11e6, 1e6, 0.5e6], "₽", "2028")
    line = next(trace for trace in chart.figure.data if trace.type == "scatter" and trace.mode == "lines+markers")
    assert list(line.y) == pytest.approx([-7, 1, 12.5])
    assert any("<b>12.5</b>" in text for text in words(chart.figure))


def test_cash_flow_marks_the_year_of_payback() -> None:
    chart = cash_flow(["2027", "2028", "2029"], [4e6, 9e6, 12e6], [11e6, 1e6, 0.5e6], "₽", "2028")
    ring = next(trace for trace in chart.figure.data if trace.type == "scatter" and trace.mode == "markers")
    assert chart.title == "It pays itself back in 2028"
    assert list(ring.x) == ["2028"]
    assert list(ring.y) == pytest.approx([1])
    assert "paid back" in words(chart.figure)


def test_cash_flow_without_payback_says_so() -> None:
    chart = cash_flow(["2027", "2028"], [4e6, 1e6], [11e6, 1e6], "₽", None)
    assert chart.title == "It does not pay itself back within the horizon"
    assert "paid back" not in words(chart.figure)


def test_cash_flow_refuses_a_payback_in_no_year_of_its() -> None:
    with pytest.raises(ValueError, match="not in"):
        cash_flow(["2027"], [1.0], [1.0], "₽", "2031")


def test_cash_flow_keeps_all_that_is_drawn_within_its_axis() -> None:
    """Costs hang from negative benefits, refunds stand on positive ones."""
    hanging = cash_flow(["2027", "2028"], [30e6, -4e6], [0, 11e6], "₽", None).figure.layout.yaxis.range
    standing = cash_flow(["2027", "2028"], [-40e6, 9e6], [0, -3e6], "₽", None).figure.layout.yaxis.range
    assert -17 < hanging[0] < -15
    assert 12 < standing[1] < 14


# Rows


def test_rows_leave_room_for_each_label_and_bar() -> None:
    """Long labels stand above their bars: none touches the bar of the row before."""
    for labels in (["Short", "Also short"], [LONG, "Short", "x" * 80]):
        rows = rows_of(labels)
        assert rows.beside == (LONG not in labels)
        for lines, above, bar in zip(rows.labels[1:], rows.bars, rows.bars[1:], strict=False):
            assert bar - above >= 20 + (0 if rows.beside else 16 * len(lines))
        assert rows.bars[-1] + 10 <= rows.height


# Distribution


def test_distribution_draws_its_counts_and_hatches_losses() -> None:
    chart = distribution([-20e6, -10e6, 0, 10e6, 20e6], [3, 11, 61, 25], 4.8e6, 0.14, "₽")
    drawn = sorted(bars(chart.figure), key=lambda bar: bar["place"])
    assert [bar["length"] for bar in drawn] == [3, 11, 61, 25]
    assert [bar["hatched"] for bar in drawn] == [True, True, False, False]
    assert column(chart, 2) == [3, 11, 61, 25]
    assert column(chart, 0) == [-20e6, -10e6, 0, 10e6]
    assert chart.title == "It loses money in 14 of 100 cases"
    assert "loss in 14 of 100 cases" in words(chart.figure)
    assert "expected 4.8\u00a0million\u00a0₽" in words(chart.figure)


def test_distribution_splits_the_bin_that_zero_falls_into() -> None:
    chart = distribution([-15e6, -5e6, 5e6, 15e6], [20, 50, 30], 1e6, 0.45, "₽")
    area = {True: 0.0, False: 0.0}
    for trace in chart.figure.data:
        hatched = trace.marker.pattern.shape == "/"
        area[hatched] += sum(width / 0.94 * count for width, count in zip(trace.width, trace.y, strict=True))
    assert area == {True: pytest.approx(10 * 20 + 5 * 50), False: pytest.approx(5 * 50 + 10 * 30)}


@pytest.mark.parametrize(
    ("probability", "title"),
    [
        (0, "It makes a profit in every case"),
        (0.0001, "It loses money in fewer than 1 of 100 cases"),
        (0.005, "It loses money in fewer than 1 of 100 cases"),
        (0.0051, "It loses money in 1 of 100 cases"),
        (0.9949, "It loses money in 99 of 100 cases"),
        (0.995, "It loses money in more than 99 of 100 cases"),
        (1, "It loses money in every case"),
    ],
)
def test_distribution_says_how_often_it_loses(probability: float, title: str) -> None:
    chart = distribution([-1e6, 0, 1e6], [1, 1], 0.0, probability, "₽")
    assert chart.title == title
    assert any("loss in" in text for text in words(chart.figure)) == (0 < probability < 1)


def test_distribution_shows_zero_unless_it_is_far_off() -> None:
    near = distribution([50e6, 60e6, 100e6], [1, 2], 70e6, 0, "₽").figure.layout.xaxis.range
    far = distribution([500e6, 510e6, 520e6], [1, 2], 512e6, 0, "₽").figure.layout.xaxis.range
    assert near[0] < 0
    assert far[0] > 400


# Tornado

SWINGS = [
    ("Effect", "4.5 %", "12 %", -30e6, 77e6),
    ("Delay", "1 quarter", "9 quarters", 40e6, 5e6),
    ("Rate", "8 %", "12 %", 21e6, 14e6),
]


def test_tornado_draws_each_swing_and_hatches_the_loss_in_it() -> None:
    chart = tornado(SWINGS, 20e6, "₽")
    drawn = down(chart.figure)
    assert sum(bar["length"] for bar in drawn) == pytest.approx(107 + 35 + 7)
    assert [(bar["base"], bar["length"]) for bar in drawn if bar["hatched"]] == [(-30, 30)]
    assert [(bar["base"], bar["length"]) for bar in drawn if not bar["hatched"]] == [(0, 77), (5, 35), (14, 7)]
    assert column(chart, 3) == [-30e6, 40e6, 21e6]
    assert column(chart, 4) == [77e6, 5e6, 14e6]


def test_tornado_writes_the_inputs_value_at_the_end_that_it_brings() -> None:
    notes = {note.text: note for note in tornado(SWINGS, 20e6, "₽").figure.layout.annotations}
    assert (notes["9 quarters"].x, notes["9 quarters"].xanchor) == (5, "right")
    assert (notes["1 quarter"].x, notes["1 quarter"].xanchor) == (40, "left")


@pytest.mark.parametrize(
    ("swings", "profit", "title"),
    [
        (SWINGS, 20e6, "1 of 3 inputs can alone turn it into a loss"),
        (SWINGS[1:], 20e6, "None of these inputs alone turns it into a loss"),
        (
            [("A", "1", "2", -9e6, 2e6), ("B", "1", "2", 1e6, -8e6)],
            -4e6,
            "2 of 2 inputs can alone turn it into a profit",
        ),
        ([("A", "1", "2", -9e6, -2e6)], -4e6, "None of these inputs alone turns it into a profit"),
        ([], 20e6, "No input is uncertain"),
    ],
)
def test_tornado_says_what_an_input_can_turn(swings: list[Any], profit: float, title: str) -> None:
    chart = tornado(swings, profit, "₽")
    assert chart.title == title
    assert ("hatched" in chart.subtitle) == any(bar["hatched"] for bar in bars(chart.figure))


# Customers

GROUPS = [("Mobile", 46.0, 33.0, 21.0), ("TV", 31.0, 38.0, 31.0), ("Business", 156.0, 90.0, 54.0)]


def test_base_shows_the_company_first_and_each_group_in_full() -> None:
    chart = base_by_group(GROUPS)
    assert column(chart, 0) == ["All customers", "Mobile", "TV", "Business"]
    assert column(chart, 1) == [233.0, 46.0, 31.0, 156.0]
    assert column(chart, 7) == pytest.approx([100 * (233 - 106) / 500, 25, 0, 34])
    by_row: dict[float, float] = {}
    for bar in bars(chart.figure):
        assert bar["base"] == pytest.approx(by_row.get(bar["place"], 0.0))
        by_row[bar["place"]] = by_row.get(bar["place"], 0.0) + bar["length"]
    assert list(by_row.values()) == pytest.approx([100, 100, 100, 100])
    assert {"<b>+25</b>", "<b>0</b>", "<b>+34</b>"} <= set(words(chart.figure))
    assert chart.title == "Business has the happiest customers: NPS +34"


def test_base_of_one_group_has_no_second_total() -> None:
    chart = base_by_group([("Only", 2.0, 1.0, 5.0)])
    assert column(chart, 0) == ["Only"]
    assert chart.title == "NPS of Only is −38"


def test_base_of_nobody_has_no_score() -> None:
    chart = base_by_group([("Empty", 0.0, 0.0, 0.0), ("Some", 3.0, 0.0, 1.0)])
    assert "<b>–</b>" in words(chart.figure)
    assert "–" in text_of(table(chart))
    assert base_by_group([("Empty", 0.0, 0.0, 0.0)]).title == "There are no customers yet"


# Flow


def ribbons(figure: go.Figure) -> dict[str, float]:
    """The width of each ribbon at its left end in pixels, by what it says on hover."""
    return {trace.text.partition(":")[0]: trace.y[-2] - trace.y[0] for trace in figure.data}


def test_flow_draws_ribbons_as_wide_as_the_flows() -> None:
    wide = ribbons(year_flow(START, FLOWS).figure)
    assert len(wide) == len(FLOWS)
    pixel = wide["Promoters → Promoters"] / 340
    assert wide["Passives → Left"] == pytest.approx(29 * pixel)
    assert sum(wide.values()) == pytest.approx(sum(FLOWS.values()) * pixel)


def test_flow_boxes_are_as_high_as_their_ribbons() -> None:
    figure = year_flow(START, FLOWS).figure
    pixel = ribbons(figure)["Promoters → Promoters"] / 340
    heights = [(shape.y1 - shape.y0) / pixel for shape in figure.layout.shapes]
    assert heights == pytest.approx([410, 305, 236, 54, 412, 313, 182, 98])


def test_flow_table_is_the_matrix() -> None:
    chart = year_flow(START, FLOWS)
    assert chart.table.iloc[1, 1:].tolist() == [52.0, 224.0, 0.0, 29.0, 305.0]
    assert chart.table.iloc[-1, 1:].tolist() == [412.0, 313.0, 182.0, 98.0, 1005.0]
    assert chart.title == "In a year 54 customers join, 98 leave and 151 change segment"
    assert "Detractors<br><b>182</b> (−54)" in words(chart.figure)


def test_flow_draws_those_who_come_or_go_hollow() -> None:
    fills = {trace.text.partition(":")[0]: trace.fillcolor for trace in year_flow(START, FLOWS).figure.data}
    assert fills["Promoters → Left"] == fills["Joined → Promoters"] == "rgba(0,0,0,0)"
    assert fills["Promoters → Promoters"] == "rgba(0,158,115,0.18)"
    assert fills["Promoters → Passives"] == "rgba(0,158,115,0.55)"


def test_flow_refuses_what_does_not_add_up() -> None:
    with pytest.raises(ValueError, match="passive: flows of 305"):
        year_flow({**START, "passive": 400.0}, FLOWS)
    with pytest.raises(ValueError, match="no such flow"):
        year_flow(START, {**FLOWS, ("left", "promoter"): 3.0})


# Through time


def test_lines_are_drawn_and_named_at_their_ends() -> None:
    chart = nps_over_time(["2027", "2028"], [7.0, 7.1, 7.25], [7.0, 8.0, 9.8])
    dashed, solid = chart.figure.data
    assert (list(dashed.y), dashed.line.dash) == ([7.0, 7.1, 7.25], "5px,4px")
    assert (list(solid.y), solid.line.color) == ([7.0, 8.0, 9.8], INK)
    assert column(chart, 0) == ["2027", "2028", "end"]
    assert column(chart, 2) == [7.0, 8.0, 9.8]
    assert chart.title == "NPS ends at 9.8, without it at 7.2"
    assert {"<b>9.8</b><br>with it", "<b>7.2</b><br>doing nothing"} == set(words(chart.figure))


def test_a_line_with_nobody_left_ends_where_they_left() -> None:
    chart = nps_over_time(["2027", "2028", "2029"], [7.0, 5.0, None, None], [7.0, 7.0, 7.0, 7.0])
    assert list(chart.figure.data[0].y) == [7.0, 5.0, None, None]
    notes = {note.text: note for note in chart.figure.layout.annotations}
    assert notes["<b>5.0</b><br>doing nothing"].x == 1
    assert notes["<b>7.0</b><br>with it"].x == 3
    assert "–" in text_of(table(chart))


def test_nobody_at_all_has_no_line() -> None:
    chart = nps_over_time(["2027"], [None, None], [None, None])
    assert chart.title == "There is no NPS: no customers are left"
    assert words(chart.figure) == []


def test_names_of_lines_that_end_together_do_not_touch() -> None:
    figure = nps_over_time(["2027", "2028"], [0.0, 20.0, 7.0], [0.0, 20.0, 7.1]).figure
    low, high = figure.layout.yaxis.range
    heights = [note.y / (high - low) * 240 for note in figure.layout.annotations]
    assert heights[0] - heights[1] == pytest.approx(34)  # "with it" ends higher, and stays above


@pytest.mark.parametrize(
    ("without", "with_", "title"),
    [
        ([10.0, 5.0], [10.0, 6.0], "At the end there is 1 customer more than without it"),
        ([1e6, 1e6], [1e6, 1.0184e6], "At the end there are 18.4\u00a0thousand customers more than without it"),
        ([10.0, 8.0], [10.0, 6.0], "At the end there are 2 customers fewer than without it"),
        ([10.0, 8.0], [10.0, 8.0], "At the end there are as many customers as without it"),
    ],
)
def test_customers_say_how_many_more(without: list[float], with_: list[float], title: str) -> None:
    assert customers_over_time(["2027", "2028"], without, with_).title == title


def test_customers_are_drawn_on_a_scale_and_listed_in_full() -> None:
    chart = customers_over_time(["2027", "2028"], [1492200.0, 1492200.0], [1492200.0, 1510000.0])
    assert list(chart.figure.data[1].y) == pytest.approx([1492.2, 1510])
    assert column(chart, 2) == [1492200.0, 1510000.0]


def test_years_are_named_once_each() -> None:
    months = [f"{2027 + (month + 6) // 12}-{(month + 6) % 12 + 1:02d}" for month in range(240)]
    assert year_ticks(months)[0] == 6  # half a year of 2027 is too short for its name
    assert len(year_ticks(months)) <= 6
    assert year_ticks(["Q1 2027", "Q2 2027", "Q3 2027", "Q4 2027", "Q1 2028", "end"]) == [0, 4]
    assert year_ticks(["before", "after"]) == [0, 1]


# All of them


def charts_named(name: str) -> dict[str, Chart]:
    """Every chart with a user's text wherever it takes one."""
    return {
        "cash_flow": cash_flow([name, "2028"], [4e6, 9e6], [11e6, 1e6], name, "2028", title=name),
        "distribution": distribution([-5e6, 0, 9e6], [1, 2], 3e6, 0.3, name, title=name),
        "tornado": tornado([(name, name, name, -5e6, 9e6)], 3e6, name, title=name, subtitle=name),
        "base": base_by_group([(name, 3, 2, 1), ("Mobile", 2, 2, 2)], subtitle=name),
        "flow": year_flow(START, FLOWS, title=name, subtitle=name),
        "time": over_time(
            [name, "2028"], [1.0, 2.0], [1.0, 3.0], title=name, subtitle=name, name_with=name, name_without=name
        ),
    }


@pytest.mark.parametrize("kind", charts_named("x"))
def test_what_users_write_stays_text(kind: str) -> None:
    chart = charts_named(HOSTILE)[kind]
    shown = json.dumps(chart.figure.to_plotly_json(), default=list)
    for tag in ("<b>Bold", "<a ", "<img"):
        assert tag not in shown
    for trace in chart.figure.data:
        assert trace.hovertemplate in (None, "%{customdata}<extra></extra>")
    for html in (heading(chart), table(chart)):
        assert not ET.fromstring(html).findall(".//img") + ET.fromstring(html).findall(".//a")
        assert "<img" not in html
        assert "<b>" not in html
    assert clean(chart.title) in text_of(heading(chart))


def test_hostile_names_are_still_read() -> None:
    chart = base_by_group([(HOSTILE, 3, 2, 1), ("Mobile", 2, 2, 2)])
    assert text_of(heading(chart)).startswith(f"{HOSTILE} has the happiest customers: NPS +33")
    assert HOSTILE in text_of(table(chart))
    assert any("&lt;b&gt;Bold&lt;/b&gt;" in text for text in words(chart.figure))


def test_control_characters_are_left_out() -> None:
    assert clean("a\x00b\n\tc\u00a0d") == "a b c\u00a0d"
    assert literal("x < y & z") == "x &lt; y &amp; z"


@pytest.mark.parametrize(
    "chart",
    [
        lambda: cash_flow(["2027", "2028"], [0, 0], [0, 0], "₽", None),
        lambda: cash_flow([], [], [], "₽", None),
        lambda: distribution([0.0, 0.0], [10], 0.0, 0.0, "₽"),
        lambda: tornado([("Rate", "1", "2", 0.0, 0.0)], 0.0, "₽"),
        lambda: base_by_group([("Empty", 0, 0, 0), ("Nobody", 0, 0, 0)]),
        lambda: base_by_group([]),
        lambda: year_flow({"promoter": 0, "passive": 0, "detractor": 0}, {}),
        lambda: customers_over_time([], [0.0], [0.0]),
    ],
)
def test_nothing_can_be_drawn(chart: Callable[[], Chart]) -> None:
    """Axes stay finite and in order where all that is given is zero, or nothing."""
    figure = chart().figure
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        first, last = axis.range
        assert first != last


def test_words_are_looked_up_in_the_language_in_force() -> None:
    """Every word of the charts' own passes through gettext: marked there, it is marked wherever it is read."""

    class Marked(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return f"¤{message}"

        def ngettext(self, singular: str, plural: str, number: int) -> str:
            return f"¤{singular if number == 1 else plural}"

    before = language._translations.set(Marked())
    try:
        charts = charts_named("2027").values()
        pages = [heading(chart) + table(chart) for chart in charts]
    finally:
        language._translations.reset(before)
    for chart, page in zip(charts, pages, strict=True):
        assert "¤Show as a table" in page
        assert all(name.startswith("¤") or name == "2027" for name in chart.table.columns)
        assert chart.alt.startswith("¤")
        for text in words(chart.figure):
            letters = re.findall(r"¤?[^\W\d_]+", re.sub("<[^>]*>", " ", text))
            assert not letters or letters[0].startswith("¤"), text


def test_the_table_is_html_that_opens_by_itself() -> None:
    chart = cash_flow(["2027", "2028"], [4.25e6, 9e6], [11e6, 1e6], "₽", None)
    details = ET.fromstring(table(chart))
    assert (details.tag, details.get("open"), details.findtext("summary")) == ("details", None, "Show as a table")
    assert [head.text for head in details.iterfind(".//thead//th")][:2] == ["Year", "Comes in, ₽"]
    assert [cell.text for cell in details.iterfind(".//tbody/tr[1]/*")] == [
        "2027",
        "4,250,000",
        "11,000,000",
        "−6,750,000",
    ]
    assert all(name.get("scope") == "row" for name in details.iterfind(".//tbody//th"))


def test_the_page_shows_title_figure_and_table() -> None:
    def page() -> None:
        from prioritizer.ui.charts import cash_flow, show

        show(cash_flow(["2027", "2028"], [4e6, 9e6], [11e6, 1e6], "₽", None), "cash")

    app = AppTest.from_function(page).run()
    assert not app.exception
    head, listed = app.get("html")
    assert '<h3 class="chart-title">It does not pay itself back within the horizon</h3>' in head.proto.body
    assert listed.proto.body.startswith('<details class="chart-table">')
    [figure] = app.get("plotly_chart")
    assert figure.proto.theme == "streamlit"
    assert figure.proto.alt.startswith("It does not pay itself back within the horizon. million\u00a0₽ a year")
    assert json.loads(figure.proto.config) == {"displayModeBar": False, "responsive": True}


# Numbers


@pytest.mark.parametrize(
    ("amount", "figure", "change", "with_unit", "in_full"),
    [
        (162542932.1, "163", "+163", "163\u00a0million\u00a0₽", "162,542,932\u00a0₽"),
        (-31076530.4, "−31", "−31", "−31\u00a0million\u00a0₽", "−31,076,530\u00a0₽"),
        (40000.0, "0.04", "+0.04", "0.04\u00a0million\u00a0₽", "40,000\u00a0₽"),
        (0.0, "0", "0", "0\u00a0million\u00a0₽", "0\u00a0₽"),
        (12.345, "0.00001", "+0.00001", "0.00001\u00a0million\u00a0₽", "12.3\u00a0₽"),
    ],
)
def test_amounts_of_a_chart_share_scale_and_decimals(
    amount: float, figure: str, change: str, with_unit: str, in_full: str
) -> None:
    amounts = Amounts.of([162542932.1, -31076530.4], "₽")
    written_as = amounts.figure(amount), amounts.change(amount), amounts.with_unit(amount), amounts.in_full(amount)
    assert written_as == (figure, change, with_unit, in_full)


def test_numbers_that_round_to_nothing_keep_a_digit() -> None:
    assert (written(-0.04, 0), written(0.0, 1), written(-0.0, 0), signed(1e-9, 0)) == ("−0.04", "0.0", "0", "0")


def test_places_move_apart_and_keep_their_order() -> None:
    assert apart([10.0, 100.0], 34) == [10.0, 100.0]
    assert apart([50.0, 40.0], 34) == [62.0, 28.0]
    moved = apart([5.0, 6.0, 7.0, 60.0], 20)
    assert moved == pytest.approx([-14.0, 6.0, 26.0, 60.0])
