"""A chart with its title, and the same numbers as a table."""

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from prioritizer.language import _
from prioritizer.ui.charts.amounts import written
from prioritizer.ui.charts.label import clean
from prioritizer.words import NOTHING, figure

CONFIG = {"displayModeBar": False, "responsive": True}


@dataclass(frozen=True, eq=False)
class Chart:
    """What a page shows.

    Args:
        title: what the chart shows, as a sentence; plain text.
        subtitle: what is drawn, its unit, how to read it; plain text, may be empty.
        figure: without a title.
        table: the same numbers, in single units; its first column names the rows.
        alt: what the chart shows, for those who do not see it.
    """

    title: str
    subtitle: str
    figure: go.Figure
    table: pd.DataFrame
    alt: str


def alt_text(title: str, subtitle: str) -> str:
    """What a chart shows, and where its numbers are, for those who do not see it."""
    return _("{title}. {subtitle}. The table below holds the numbers.").format(title=title, subtitle=subtitle)


def show(chart: Chart, key: str) -> None:
    """Put a chart on the page: its title, the figure, and a closed table that opens without asking the server."""
    with st.container(key=f"chart-{key}", gap=None):
        st.html(heading(chart))
        st.plotly_chart(chart.figure, theme="streamlit", config=CONFIG, key=key, alt=clean(chart.alt))
        st.html(table(chart))


def heading(chart: Chart) -> str:
    """The title and subtitle as HTML: outside Plotly they wrap, are found by screen readers, and are never cut."""
    head = ET.Element("div", {"class": "chart-head"})
    _add(head, "h3", chart.title, {"class": "chart-title"})
    if chart.subtitle:
        _add(head, "p", chart.subtitle, {"class": "chart-subtitle"})
    return _html(head)


def table(chart: Chart) -> str:
    """The table of a chart as HTML, folded away."""
    details = ET.Element("details", {"class": "chart-table"})
    _add(details, "summary", _("Show as a table"))
    scroll = {"class": "chart-table-scroll", "role": "region", "tabindex": "0", "aria-label": clean(chart.title)}
    body = _add(_add(details, "div", "", scroll), "table")
    _add(body, "caption", chart.title)
    _add_row(_add(body, "thead"), list(chart.table.columns), "col")
    columns = [_cells(chart.table[name].tolist()) for name in chart.table.columns]
    rows = _add(body, "tbody")
    for cells in zip(*columns, strict=True):
        _add_row(rows, cells, "row")
    return _html(details)


def _add_row(parent: ET.Element, cells: Sequence[str], scope: str) -> None:
    """A row of names of columns, or one that begins with its name."""
    row = _add(parent, "tr")
    for position, text in enumerate(cells):
        is_name = scope == "col" or position == 0
        _add(row, "th" if is_name else "td", text, {"scope": scope} if is_name else {})


def _cells(values: Sequence[Any]) -> list[str]:
    """A column as people read it: text as it is, numbers with the decimals that the largest asks for."""
    numbers = [abs(value) for value in values if _is_number(value)]
    largest = max(numbers, default=0.0)
    if 0 < largest < 1:
        return [figure(value) if _is_number(value) else _text(value) for value in values]
    decimals = 0 if largest >= 1000 or all(float(number).is_integer() for number in numbers) else 1
    return [written(value, decimals) if _is_number(value) else _text(value) for value in values]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else NOTHING


def _add(parent: ET.Element, tag: str, text: str = "", attributes: dict[str, str] | None = None) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes or {})
    element.text = clean(text)
    return element


def _html(element: ET.Element) -> str:
    """Written as XML, which escapes attributes too, but without <tag/>, which browsers take for an opening tag."""
    return ET.tostring(element, encoding="unicode", short_empty_elements=False)
