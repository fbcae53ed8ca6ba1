"""The priority list: a real table, written here and made alive by a small script in the browser."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from prioritizer.language import _
from prioritizer.ui.axis import Axis, grid, range_bar
from prioritizer.ui.markup import Element, add, element, html
from prioritizer.words import NOTHING, Scale, chance, count, in_column, percent, scale_of, sign, unit_of, years

ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class Row:
    """A row of the table. Money in units of currency; `change` counts places upwards, None where there is none.

    `note` says what else is to know about the initiative and `state` where it stands in the process; `moved` how far
    its profit moved, where that is shown; `href` is the address that opens it, if it has one.
    """

    id: str
    rank: int
    name: str
    department: str
    why: str
    mean: float
    p5: float | None
    p25: float | None
    p75: float | None
    p95: float | None
    loss: float | None
    cost: float | None = None
    roi: float | None = None
    payback: float | None = None
    change: int | None = None
    moved: float | None = None
    note: str = ""
    href: str | None = None
    worth_doing: bool = True
    state: str = ""
    below_the_line: bool | None = None


@dataclass(frozen=True)
class Column:
    """A column: its key, and its heading."""

    key: str
    heading: str


def list_columns() -> tuple[Column, ...]:
    """The columns of the priority list."""
    return (
        Column("rank", _("Rank")),
        Column("init", _("Initiative and department")),
        Column("profit", _("Projected profit")),
        Column("loss", _("Chance of a loss")),
        Column("roi", _("ROI")),
        Column("payback", _("Pays back in")),
        Column("cost", _("Cost")),
    )


def short_columns() -> tuple[Column, ...]:
    """The columns of the list beside other things."""
    return (
        Column("rank", _("Rank")),
        Column("init", _("Initiative")),
        Column("profit", _("Projected profit")),
        Column("cost", _("Cost")),
    )


def what_if_columns() -> tuple[Column, ...]:
    """The columns of the list under a what-if."""
    return (
        Column("rank", _("Rank")),
        Column("init", _("Initiative and department")),
        Column("profit", _("Projected profit")),
        Column("moved", _("Moved by")),
        Column("loss", _("Chance of a loss")),
    )


@dataclass(frozen=True)
class Table:
    """All that the table is drawn from. `scaled_by` are the rows that fix the scale, whatever is filtered.

    A line is drawn above the first row whose `below_the_line` holds, with what `line` says; by default above the first
    that is not expected to pay. Where it `is_short`, each row is one line and nothing can be sorted.
    """

    rows: Sequence[Row]
    columns: Sequence[Column]
    currency: str
    scaled_by: Sequence[Row]
    line: str = ""
    is_short: bool = False

    @property
    def scale(self) -> Scale:
        """The scale of all money in the table."""
        return scale_of([row.mean for row in self.scaled_by])

    @property
    def unit(self) -> str:
        return unit_of(self.scale, sign(self.currency))

    def html(self) -> str:
        """The table as HTML."""
        axis = Axis.over(end for row in self.scaled_by for end in (row.p5, row.mean, row.p95))
        head = element("tr", *(self._heading(column, axis) for column in self.columns), role="row")
        body = element("tbody", role="rowgroup")
        for row, before in zip(self.rows, [None, *self.rows], strict=False):
            if self._is_below(row) and (before is None or not self._is_below(before)):
                add(body, self._line())
            add(body, self._row(row, axis))
        caption = _(
            "Priority list by projected profit. Up and down arrow keys go from initiative to initiative, Enter "
            "opens one."
        )
        made = element(
            "table",
            element("caption", caption, class_="sr"),
            element("thead", head, role="rowgroup"),
            body,
            role="table",
            class_=self._looks(),
        )
        return html([made])

    def _looks(self) -> str | None:
        if self.is_short:
            return "terse short"
        return None if any(row.why for row in self.rows) else "terse"

    def _heading(self, column: Column, axis: Axis) -> Element:
        unit = self.unit if column.key in ("profit", "cost", "moved") else None
        heading = element(
            "th",
            self._sorts(column),
            element("span", unit, class_="unit") if unit else None,
            class_=column.key,
            role="columnheader",
            scope="col",
            data_label=column.heading,
            data_best="high" if column.key in HIGHEST_FIRST else None,
            aria_sort="ascending" if column.key == "rank" and not self.is_short else None,
        )
        if column.key == "profit":
            add(
                heading,
                _box(element("span", class_="n"), self._axis(axis), element("span", _("90 % range"), class_="rg")),
            )
        return heading

    def _sorts(self, column: Column) -> Element:
        if self.is_short:
            return element("span", column.heading, class_="head")
        return element("button", column.heading, type="button", data_sort=column.key)

    def _axis(self, axis: Axis) -> Element:
        labels = [
            element(
                "text",
                count(tick / self.scale.divisor),
                x=axis.place(tick),
                y="11",
                text_anchor="middle",
                class_="z" if tick == 0 else None,
            )
            for tick in axis.ticks
        ]
        return element("svg", *labels, *grid(axis, "15"), class_="axis", aria_hidden="true")

    def _line(self) -> Element:
        text = self.line or _("Below this line initiatives are expected to cost more than they bring")
        cell = element("td", element("div", text, class_="flag"), colspan=str(len(self.columns)), role="cell")
        return element("tr", cell, class_="line", role="row")

    def _row(self, row: Row, axis: Axis) -> Element:
        draw = {
            "rank": self._rank,
            "init": self._initiative,
            "profit": lambda row: self._profit(row, axis),
            "loss": lambda row: self._plain("loss", chance(row.loss)),
            "roi": lambda row: self._plain("roi", percent(row.roi)),
            "payback": lambda row: self._plain("payback", _years(row.payback)),
            "cost": lambda row: self._plain("cost", self._figure(row.cost)),
            "moved": lambda row: self._plain("moved", _signed((row.moved or 0.0) / self.scale.divisor)),
        }
        return element(
            "tr",
            *(draw[column.key](row) for column in self.columns),
            role="row",
            class_=" ".join(self._kinds(row)) or None,
            data_id=row.id,
            **{f"data_{key}": value for key, value in _sort_keys(row).items()},
        )

    def _is_below(self, row: Row) -> bool:
        return row.mean <= 0 if row.below_the_line is None else row.below_the_line

    def _kinds(self, row: Row) -> list[str]:
        """How a row is drawn: quieter where it is not worth doing; "unpaid" where it stands below the line."""
        return ["below"] * (not row.worth_doing) + ["unpaid"] * self._is_below(row)

    def _rank(self, row: Row) -> Element:
        words = _change_in_words(row.change)
        mark = element("span", _arrow(row.change), class_="chg", aria_hidden="true") if row.change else None
        said = element("span", f", {words}", class_="sr") if words else None
        return element("td", element("b", str(row.rank)), mark, said, class_="rank", role="cell")

    def _initiative(self, row: Row) -> Element:
        link = element("a", row.name, href=row.href, tabindex="-1", class_="name")
        said = [
            element("span", text, class_=kind)
            for kind, text in (("dept", row.department), ("state", row.state), ("note", row.note), ("why", row.why))
            if text
        ]
        if self.is_short:
            link.set("title", row.name)  # it may be cut
            return element(
                "th", element("div", link, *said, class_="one"), class_="init", role="rowheader", scope="row"
            )
        return element("th", link, *said, class_="init", role="rowheader", scope="row")

    def _profit(self, row: Row, axis: Axis) -> Element:
        said = element("span", f" {self.unit}, {_('90 % range')} ", class_="sr")
        number = element("span", self._figure(row.mean), said, class_="n")
        bar = range_bar(row.mean, (row.p5, row.p95), (row.p25, row.p75), axis)
        spread = element("span", self._spread(row), class_="rg")
        return element("td", _box(number, bar, spread), class_="profit", role="cell")

    def _figure(self, amount: float | None) -> str:
        return in_column(None if amount is None else amount / self.scale.divisor)

    def _spread(self, row: Row) -> str:
        if row.p5 is None or row.p95 is None:
            return NOTHING
        return _("{low} to {high}").format(low=self._figure(row.p5), high=self._figure(row.p95))

    def _plain(self, key: str, text: str) -> Element:
        label = next(column.heading for column in self.columns if column.key == key)
        return element("td", text, class_=key, role="cell", data_label=label)


def _box(*children: Element) -> Element:
    return element("div", *children, class_="pbox")


HIGHEST_FIRST = ("profit", "roi", "moved")


def _sort_keys(row: Row) -> dict[str, str]:
    """What each column sorts by, so that the first click brings the best to the top."""
    never = 1e9
    return {
        "rank": str(row.rank),
        "profit": str(-row.mean),
        "loss": str(1.0 if row.loss is None else row.loss),
        "roi": str(never if row.roi is None else -row.roi),
        "payback": str(never if row.payback is None else row.payback),
        "cost": str(row.cost or 0.0),
        "moved": str(-(row.moved or 0.0)),
    }


def _change_in_words(change: int | None) -> str:
    if change is None:
        return ""
    if change == 0:
        return _("rank unchanged")
    return _("up {n}").format(n=change) if change > 0 else _("down {n}").format(n=-change)


def _arrow(change: int | None) -> str:
    return "" if not change else f"{'▲' if change > 0 else '▼'}{abs(change)}"


def _signed(amount: float) -> str:
    """An amount that was added, with one decimal: less than that does not show on the list."""
    return "0" if round(amount, 1) == 0 else f"{amount:+,.1f}".replace("-", "−")


def _years(number: float | None) -> str:
    return _("never") if number is None else _("{years} years").format(years=years(number))


_mount = st.components.v2.component(
    "priority_list",
    html=(ASSETS / "priority_table.html").read_text(encoding="utf-8"),
    css=(ASSETS / "priority_table.css").read_text(encoding="utf-8"),
    js=(ASSETS / "priority_table.js").read_text(encoding="utf-8"),
)


def priority_table(table: Table, *, selected: str | None, key: str, on_open: Callable[[], None]) -> None:
    """Put the table on the page; `on_open` is called when a row is opened or closed, see `opened`."""
    mount(table.html(), selected=selected, key=key, on_open=on_open)


def mount(table: str, *, selected: str | None, key: str, on_open: Callable[[], None]) -> None:
    """Put a table of rows that can be opened on the page, as HTML."""
    said = {"open": _("Opened: {x}"), "sort": _("Sorted by {x}; the rank is unchanged")}
    _mount(key=key, data={"html": table, "selected": selected, "say": said}, on_open_change=on_open)


def opened(key: str) -> str | None:
    """The id of the row that was just opened; None where one was closed."""
    state = st.session_state[key].get("open")
    return state.get("id") if state else None
