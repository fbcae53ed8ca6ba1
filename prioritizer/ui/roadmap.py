"""What starts when: a bar for each initiative through the periods, and below what budgets and people it takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from prioritizer.language import _
from prioritizer.ui.charts.amounts import Amounts
from prioritizer.ui.markup import Element, element


@dataclass(frozen=True)
class Bar:
    """An initiative from its start to the period after its last, counted from 0."""

    name: str
    start: int
    end: int
    said: str


@dataclass(frozen=True)
class Use:
    """How much of something is used in each step, and how much there is; None where it is not limited."""

    name: str
    used: tuple[float, ...]
    limit: float | None
    said: str


def roadmap(bars: Sequence[Bar], periods: Sequence[str], title: str) -> Element:
    """The bars in the order given, over the periods."""
    count = max(len(periods), 1)
    rows = [
        element(
            "tr",
            element("th", bar.name, scope="row"),
            element("td", element("div", _drawn(bar, count), class_="track"), aria_hidden="true"),
            element("td", bar.said, class_="number"),
        )
        for bar in bars
    ]
    table = element("table", element("caption", title, class_="sr"), element("tbody", *rows), class_="bridge roadmap")
    said = _("from {first} to {last}; a bar runs from the start until nobody works on it and it costs nothing more")
    subtitle = said.format(first=periods[0], last=periods[-1]) if periods else ""
    return element(
        "div",
        element("h3", title, class_="chart-title"),
        element("p", subtitle, class_="chart-subtitle"),
        table,
    )


def _drawn(bar: Bar, count: int) -> Element:
    left, width = 100 * bar.start / count, 100 * max(bar.end - bar.start, 1) / count
    return element("span", class_="solid", style=f"left:{left:.2f}%;width:{min(width, 100 - left):.2f}%")


def uses(listed: Sequence[Use], title: str, subtitle: str) -> Element:
    """How much of each is used in each step: columns that fill up to a line, which is what there is."""
    rows = [
        element(
            "tr",
            element("th", use.name, scope="row"),
            element("td", element("div", *_columns(use), class_="fills"), aria_hidden="true"),
            element("td", use.said, class_="number"),
        )
        for use in listed
    ]
    table = element("table", element("caption", title, class_="sr"), element("tbody", *rows), class_="bridge roadmap")
    return element(
        "div", element("h3", title, class_="chart-title"), element("p", subtitle, class_="chart-subtitle"), table
    )


def _columns(use: Use) -> list[Element]:
    top = use.limit or max(use.used, default=0.0) or 1.0
    return [element("span", class_="fill", style=f"height:{min(100 * used / top, 100):.1f}%") for used in use.used]


def overlaps(names: Sequence[str], amounts: Sequence[Sequence[float]], currency: str, title: str) -> Element:
    """What pairs bring less together than each alone, in money; the darker, the more."""
    listed = [amount for row in amounts for amount in row]
    written = Amounts.of(listed or [0.0], currency)
    most = max((abs(amount) for amount in listed), default=0.0) or 1.0
    head = element("tr", element("th", ""), *(element("th", str(k + 1), scope="col") for k in range(len(names))))
    rows = [
        element(
            "tr",
            element("th", f"{row + 1}. {name}", scope="row"),
            *(_cell(row, column, amounts[row][column], most, written) for column in range(len(names))),
        )
        for row, name in enumerate(names)
    ]
    table = element(
        "table",
        element("caption", title, class_="sr"),
        element("thead", head),
        element("tbody", *rows),
        class_="plain overlaps",
    )
    subtitle = _("{unit}; what two bring less together than each alone, because they reach the same customers")
    return element(
        "div",
        element("h3", title, class_="chart-title"),
        element("p", subtitle.format(unit=written.unit), class_="chart-subtitle"),
        element("div", table, class_="scrolls", tabindex="0", role="region", aria_label=title),
    )


def _cell(row: int, column: int, amount: float, most: float, written: Amounts) -> Element:
    if row == column:
        return element("td", "", class_="number")
    shade = f"background:color-mix(in srgb, currentColor {30 * abs(amount) / most:.0f}%, transparent)"
    return element("td", written.figure(amount), class_="number", style=shade)
