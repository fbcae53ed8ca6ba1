"""The list as a table: one scale for all, every figure in its cell, and HTML that no name can break."""

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from ui.pages import cell, rows, words

from prioritizer.ui.axis import Axis, range_bar
from prioritizer.ui.priority_table import Row, Table, list_columns, what_if_columns

VOID = {"br", "img", "hr", "input", "meta", "link"}
AMOUNTS = some.floats(-1e12, 1e12, allow_nan=False).map(lambda amount: round(amount, 2))


class Tree(HTMLParser):
    """HTML as a browser would read it; refuses elements that are not closed, or closed in another order."""

    def __init__(self, source: str):
        super().__init__()
        self.root = ET.Element("root")
        self.open = [self.root]
        self.feed(source)
        self.close()
        assert self.open == [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({key for key, _value in attrs}) == len(attrs)
        made = ET.SubElement(self.open[-1], tag, {key: value or "" for key, value in attrs})
        if tag not in VOID:
            self.open.append(made)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        here = self.open[-1]
        if len(here):
            here[-1].tail = (here[-1].tail or "") + data
        else:
            here.text = (here.text or "") + data


def row(rank: int = 1, mean: float = 10e6, **changes: Any) -> Row:
    """A row with a 90 % range of 5 million to either side."""
    known: dict[str, Any] = {
        "id": f"i{rank}",
        "name": f"Initiative {rank}",
        "department": "Service",
        "why": "Because.",
        "p5": mean - 5e6,
        "p25": mean - 2e6,
        "p75": mean + 2e6,
        "p95": mean + 5e6,
        "loss": 0.04,
        "cost": 2e6,
        "roi": 4.0,
        "payback": 1.25,
    }
    return Row(rank=rank, mean=mean, **known | changes)


def table(*listed: Row, scaled_by: Sequence[Row] | None = None, what_if: bool = False, currency: str = "RUB") -> Table:
    columns = what_if_columns() if what_if else list_columns()
    return Table(listed, columns, currency, listed if scaled_by is None else scaled_by)


def drawn(*listed: Row, **changes: Any) -> ET.Element:
    return Tree(table(*listed, **changes).html()).root


def place(percent: str) -> float:
    return float(percent.removesuffix("%"))


# The scale


@given(some.lists(some.none() | AMOUNTS, max_size=20))
def test_every_amount_has_its_place_on_the_scale_and_so_has_zero(amounts: list[float | None]) -> None:
    axis = Axis.over(amounts)
    known = [0.0, *(amount for amount in amounts if amount is not None)]
    places = [place(axis.place(amount)) for amount in known]
    assert all(0 < one < 100 for one in places)
    assert all(first <= second for first, second in pairwise(place(axis.place(amount)) for amount in sorted(known)))
    if min(known) < max(known):  # what is drawn fills the scale but for 4 % of itself at either side
        assert min(places) == pytest.approx(4 / 1.08, abs=0.01)
        assert max(places) == pytest.approx(104 / 1.08, abs=0.01)


@given(some.lists(AMOUNTS, max_size=20))
def test_ticks_are_round_evenly_apart_few_and_one_of_them_is_zero(amounts: list[float]) -> None:
    ticks = Axis.over(amounts).ticks
    known = [0.0, *amounts]
    assert 1 <= len(ticks) <= 8
    assert 0 in ticks
    assert min(known) * (1 + 1e-9) <= ticks[0]
    assert ticks[-1] <= max(known) * (1 + 1e-9)
    for first, second in pairwise(ticks):
        step = second - first
        digits = step / 10 ** math.floor(math.log10(step) + 1e-9)
        assert any(digits == pytest.approx(round_, rel=1e-6) for round_ in (1, 2, 2.5, 5))
        assert step == pytest.approx(ticks[1] - ticks[0], rel=1e-6)


@pytest.mark.parametrize(
    ("amounts", "ticks"),
    [
        ([], [0]),
        ([None], [0]),
        ([0.0, 0.0], [0]),
        ([60.0], [0, 10, 20, 30, 40, 50, 60]),
        ([-60.0], [-60, -50, -40, -30, -20, -10, 0]),
        ([-40.0, 100.0], [-25, 0, 25, 50, 75, 100]),  # 140 ÷ 6 = 23.3: the next round step is 25
        ([-1.0, 5.0], [-1, 0, 1, 2, 3, 4, 5]),
        ([7.0], [0, 2, 4, 6]),
    ],
)
def test_ticks_by_hand(amounts: list[float | None], ticks: list[float]) -> None:
    assert list(Axis.over(amounts).ticks) == ticks


def test_places_by_hand() -> None:
    axis = Axis.over([0.0, 100.0])  # from −4 to 104
    assert (axis.place(0), axis.place(50), axis.place(100)) == ("3.70%", "50.00%", "96.30%")
    assert axis.length(0, 27) == "25.00%"
    assert axis.length(5, 3) == "0.00%"


def bands(mean: float, outer: tuple[Any, Any], inner: tuple[Any, Any]) -> list[tuple[str, float, float]]:
    """The bands of a bar, each with its class, where it begins and where it ends, on a scale from −100 to 100."""
    axis = Axis(-100, 100, (0.0,))
    bar = range_bar(mean, outer, inner, axis)
    return [
        (rect.get("class", ""), place(rect.get("x", "")), place(rect.get("x", "")) + place(rect.get("width", "")))
        for rect in bar.iter("rect")
    ]


def test_a_bar_is_hatched_where_it_is_below_zero() -> None:
    assert bands(10, (-50, 50), (-10, 20)) == [
        ("b90 neg", 25, 50),
        ("b90", 50, 75),
        ("b50 neg", 45, 50),
        ("b50", 50, 60),
    ]
    assert bands(50, (20, 80), (40, 60)) == [("b90", 60, 90), ("b50", 70, 80)]
    assert bands(-50, (-80, -20), (-60, 0)) == [("b90 neg", 10, 40), ("b50 neg", 20, 50)]


def test_a_bar_of_one_number_is_its_mark_alone() -> None:
    assert bands(5, (None, None), (None, None)) == []
    assert bands(5, (5, 5), (5, 5)) == []
    bar = range_bar(50, (None, None), (None, None), Axis(-100, 100, (0.0,)))
    (mark,) = [line for line in bar.iter("line") if line.get("class") == "mid"]
    assert (mark.get("x1"), mark.get("x2")) == ("75.00%", "75.00%")


# A row


def test_a_row_of_the_list() -> None:
    (one,) = rows(drawn(row(note="must be done", href="/?initiative=i1")))
    assert [part.get("class") for part in one] == ["rank", "init", "profit", "loss", "roi", "payback", "cost"]
    assert cell(one, "rank") == "1"
    assert [span.text for span in one.iter("span")][:3] == ["Service", "must be done", "Because."]
    assert cell(one, "profit") == "10.0 million ₽, 90 % range 5.0 to 15.0"
    assert (cell(one, "loss"), cell(one, "roi")) == ("4 in 100", "400 %")
    assert (cell(one, "payback"), cell(one, "cost")) == ("1.2 years", "2.0")
    assert [part.get("data-label") for part in one][3:] == ["Chance of a loss", "ROI", "Pays back in", "Cost"]


def test_a_row_under_a_what_if() -> None:
    up, same, down = rows(
        drawn(
            row(1, change=2, moved=1.26e6), row(2, change=0, moved=40e3), row(3, change=-11, moved=-2e6), what_if=True
        )
    )
    assert [part.get("class") for part in up] == ["rank", "init", "profit", "moved", "loss"]
    assert [cell(one, "rank") for one in (up, same, down)] == ["1▲2, up 2", "2, rank unchanged", "3▼11, down 11"]
    assert [cell(one, "moved") for one in (up, same, down)] == ["+1.3", "0", "−2.0"]


def test_what_is_not_known_is_a_dash_or_never() -> None:
    unknown: dict[str, Any] = dict.fromkeys(("p5", "p25", "p75", "p95", "loss", "roi", "payback", "cost"))
    (one,) = rows(drawn(row(**unknown)))
    assert cell(one, "profit").endswith("range –")
    assert (cell(one, "loss"), cell(one, "roi"), cell(one, "payback"), cell(one, "cost")) == ("–", "–", "never", "–")
    assert next(one.iter("rect"), None) is None


def test_money_is_on_the_scale_of_all_rows_whatever_is_shown() -> None:
    small, large = row(2, mean=40_000.0, p5=30_000.0, p95=50_000.0), row(1, mean=3e9)
    (one,) = rows(drawn(small, scaled_by=[small, large]))
    assert cell(one, "profit").startswith("0.0 billion ₽")
    (one,) = rows(drawn(small))
    assert cell(one, "profit") == "40.0 thousand ₽, 90 % range 30.0 to 50.0"
    headings = [heading for heading in drawn(small, currency="CHF").iter("th") if heading.get("scope") == "col"]
    assert [words(unit) for heading in headings for unit in heading.iter("span") if unit.get("class") == "unit"] == [
        "thousand CHF",
        "thousand CHF",
    ]


def test_headings_sort_and_the_rank_is_what_the_list_is_sorted_by() -> None:
    headings = list(drawn(row()).iter("th"))[:7]
    assert [heading.get("data-label") for heading in headings] == [column.heading for column in list_columns()]
    assert [button.get("data-sort") for heading in headings for button in heading.iter("button")] == [
        column.key for column in list_columns()
    ]
    assert [heading.get("aria-sort") for heading in headings] == ["ascending", *[None] * 6]


def test_labels_of_the_scale_are_read_at_its_ticks() -> None:
    made = drawn(row(1, mean=100e6, p5=-40e6, p95=100e6))
    labels = [label for label in made.iter("text") if label.get("text-anchor")]
    assert [label.text for label in labels] == ["−25", "0", "25", "50", "75", "100"]
    assert [label.get("class") for label in labels] == [None, "z", None, None, None, None]
    zero = place(labels[1].get("x", ""))
    assert zero == pytest.approx(100 * (40 + 5.6) / (140 * 1.08), abs=0.01)


# Sorting


def keys(*listed: Row, key: str) -> list[float]:
    return [float(one.get(f"data-{key}", "")) for one in rows(drawn(*listed, what_if=key == "moved"))]


def ranked_by(key: str, **figures: Sequence[Any]) -> list[int]:
    """The ranks of rows with these figures in the order of a column's first click."""
    listed = [row(k + 1, **{name: values[k] for name, values in figures.items()}) for k in range(3)]
    by_key = sorted(zip(keys(*listed, key=key), range(1, 4), strict=True))
    return [rank for _key, rank in by_key]


@pytest.mark.parametrize(
    ("key", "figures", "order"),
    [
        ("rank", {"mean": [3.0, 2.0, 1.0]}, [1, 2, 3]),
        ("profit", {"mean": [-5.0, 9.0, 1.0]}, [2, 3, 1]),
        ("loss", {"loss": [0.5, None, 0.1]}, [3, 1, 2]),
        ("roi", {"roi": [0.5, None, 12.0]}, [3, 1, 2]),
        ("roi", {"roi": [-0.9, None, -0.5]}, [3, 1, 2]),
        ("payback", {"payback": [None, 0.0, 30.0]}, [2, 3, 1]),
        ("cost", {"cost": [5e9, 0.0, 1.0]}, [2, 3, 1]),
        ("moved", {"moved": [-5.0, None, 1.0]}, [3, 2, 1]),
    ],
)
def test_the_first_click_brings_the_best_to_the_top(key: str, figures: dict[str, Any], order: list[int]) -> None:
    assert ranked_by(key, **figures) == order


# The line below which profit ends


def order_of(made: ET.Element) -> list[str]:
    body = next(made.iter("tbody"))
    return [one.get("data-id") or one.get("class", "") for one in body]


@pytest.mark.parametrize(
    ("means", "order"),
    [
        ([5e6, 1.0, -1.0, -5e6], ["i1", "i2", "line", "i3", "i4"]),
        ([5e6, 0.0], ["i1", "line", "i2"]),
        ([5e6, 1e6], ["i1", "i2"]),
        ([-1e6, -5e6], ["line", "i1", "i2"]),
        ([0.0, 0.0], ["line", "i1", "i2"]),
        ([3e6, 3e6, 3e6], ["i1", "i2", "i3"]),
        ([-1e6], ["line", "i1"]),
        ([1e6], ["i1"]),
        ([], []),
    ],
)
def test_the_line_stands_once_where_profit_ends(means: list[float], order: list[str]) -> None:
    made = drawn(*(row(k, mean) for k, mean in enumerate(means, start=1)))
    assert order_of(made) == order
    below = [one.get("data-id") for one in rows(made) if "unpaid" in one.get("class", "")]
    assert below == (order[order.index("line") + 1 :] if "line" in order else [])


def test_filtered_the_line_still_stands_where_profit_ends() -> None:
    every = [row(k, mean) for k, mean in enumerate([5e6, 4e6, -1e6, -2e6], start=1)]
    assert order_of(drawn(every[0], every[2], every[3], scaled_by=every)) == ["i1", "line", "i3", "i4"]
    assert order_of(drawn(every[3], scaled_by=every)) == ["line", "i4"]
    assert order_of(drawn(every[1], scaled_by=every)) == ["i2"]


def test_the_line_spans_all_columns() -> None:
    for what_if, columns in ((False, 7), (True, 5)):
        (line,) = [one for one in drawn(row(mean=-1e6), what_if=what_if).iter("tr") if one.get("class") == "line"]
        assert [cell.get("colspan") for cell in line] == [str(columns)]


# Rows that are all alike, and lists of one


@pytest.mark.parametrize("mean", [0.0, 5e6, -5e6, 1e-9])
def test_rows_all_alike_and_certain(mean: float) -> None:
    alike = {"p5": mean, "p25": mean, "p75": mean, "p95": mean}
    made = drawn(*(row(k, mean, **alike) for k in (1, 2, 3)))
    places = {one.get("x1") for one in made.iter("line") if one.get("class") == "mid"}
    assert len(places) == 1
    assert 0 < place(places.pop() or "") < 100


def test_a_list_without_reasons_is_terse() -> None:
    assert next(drawn(row(why="")).iter("table")).get("class") == "terse"
    assert next(drawn(row(why=""), row(2)).iter("table")).get("class") is None
    (one,) = rows(drawn(row(why="", note="")))
    assert not {span.get("class") for span in one.iter("span")} & {"why", "note"}


# Names that try to break out

HOSTILE = [
    '"><script>alert(1)</script>',
    "</td></tr></table><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "a&b=c#d?e/f%20g+h",
    "&lt;b&gt; &amp;",
    "]]> <!-- --> <![CDATA[",
    "日本 Ünï \u202e {0} %s",
    "x" * 200,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_name_is_read_as_it_is_wherever_it_stands(text: str) -> None:
    made = drawn(row(id=text, name=text, department=text, why=text, note=text, href=f"/?initiative={text}"))
    (one,) = rows(made)
    assert one.get("data-id") == text
    (link,) = one.iter("a")
    assert (link.text, link.get("href")) == (text, f"/?initiative={text}")
    spans = {span.get("class"): span.text for span in one.iter("span")}
    assert (spans["dept"], spans["note"], spans["why"]) == (text, text, text)
    assert {part.tag for part in made.iter()} <= {
        *("root", "table", "caption", "thead", "tbody", "tr", "th", "td", "div", "span", "button", "a", "b"),
        *("svg", "text", "line", "rect"),
    }
    assert not [key for part in made.iter() for key in part.attrib if key.startswith("on")]


def test_what_has_no_address_is_no_link() -> None:
    (one,) = rows(drawn(row(href=None)))
    (link,) = one.iter("a")
    assert link.get("href") is None
    assert link.text == "Initiative 1"


@given(some.lists(some.tuples(AMOUNTS, some.floats(0, 1e9), some.floats(0, 1e9)), min_size=1, max_size=12))
def test_every_list_is_whole_and_every_bar_stays_within_the_table(spreads: list[tuple[float, float, float]]) -> None:
    spreads.sort(reverse=True)
    listed = [
        row(k, mean, p5=mean - below, p25=mean - below / 2, p75=mean + above / 2, p95=mean + above)
        for k, (mean, below, above) in enumerate(spreads, start=1)
    ]
    source = table(*listed).html()
    made = Tree(source).root
    assert [one.get("data-id") for one in rows(made)] == [one.id for one in listed]
    assert order_of(made).count("line") == any(mean <= 0 for mean, _below, _above in spreads)
    assert all(0 <= float(one) <= 100 for one in re.findall(r'"(-?[\d.]+)%"', source))
    for rect in made.iter("rect"):
        assert place(rect.get("x", "")) + place(rect.get("width", "")) <= 100
