"""Tables → sheets of an Excel workbook that prints well, and in which no text can become a formula."""

import io
import math
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import xlsxwriter

from prioritizer.errors import shorten
from prioritizer.export.tables import FORMULA_STARTS
from prioritizer.language import _

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
NOT_IN_XML = "\ufffe\uffff"
A4 = 9
NARROWEST, WIDEST, WIDEST_HEADING = 8, 46, 20  # characters
PADDING = 3
BOLD = 1.1  # how much wider bold characters are
PROSE = 1.15  # how many letters of prose take the room of one digit, by which columns are measured
LINE, ABOVE_HEADING, HIGHEST = 15, 8, 400  # points
INK, RULE, FAINT, SHADE = "#1F2937", "#9CA3AF", "#E5E7EB", "#EEF1F5"


class Form(Enum):
    """How the values of a column are shown; the value is the number format."""

    TEXT = "@"
    WHOLE = "0"
    MONEY = "#,##0"
    CENTS = "#,##0.00"
    PERCENT = "0 %"
    TENTHS = "0.0 %"
    YEARS = "0.0"


@dataclass(frozen=True)
class Formula:
    """A formula of its own row, written with {row}, and the value that it has."""

    text: str
    value: float


Value = str | float | Formula | None


class Heading(str):
    """A text above some of the rows."""


@dataclass(frozen=True)
class Column:
    """The heading of a column, the form of its values, and the width beyond which its texts wrap, in characters."""

    heading: str
    form: Form
    widest: int = WIDEST


@dataclass(frozen=True)
class Table:
    """A sheet: a title, a line below it, and rows under headings; `totals` stand apart below, out of the filter.

    The first `pinned` columns stay in sight. On paper the sheet is `pages` wide, with these columns on every page.
    """

    name: str
    title: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    totals: tuple[tuple[Value, ...], ...] = ()
    pinned: int = 2
    filtered: bool = True
    pages: int = 1


def workbook_of(tables: Sequence[Table], properties: Mapping[str, str], footer: str, on: date) -> bytes:
    """A workbook with a sheet for each table. Equal tables give equal bytes.

    Args:
        properties: title, subject, company and comments, as the file's properties show them.
        footer: what stands at the bottom left of every printed page.
        on: the date of the file's creation.

    Raises:
        ValueError: a figure is not a number, or infinite.
    """
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, OPTIONS) as workbook:
        workbook.set_properties({**properties, "created": datetime(on.year, on.month, on.day)})
        formats = _Formats(workbook)
        for table in tables:
            _Sheet(workbook.add_worksheet(table.name), table, formats).write(footer)
    return memory.getvalue()


def clean(text: str) -> str:
    """A text without what XML cannot hold."""
    return "".join("�" if unicodedata.category(char) in ("Cc", "Cs") or char in NOT_IN_XML else char for char in text)


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: Any):
        self.workbook = workbook
        self.known: dict[tuple[Any, ...], Any] = {}

    def of(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.known:
            self.known[key] = self.workbook.add_format({"font_color": INK, "valign": "top", **properties})
        return self.known[key]

    def title(self) -> Any:
        return self.of(bold=True, font_size=14, text_wrap=True)

    def note(self) -> Any:
        return self.of(font_size=9, text_wrap=True)

    def heading(self, form: Form) -> Any:
        return self.of(bold=True, text_wrap=True, bg_color=SHADE, bottom=1, bottom_color=RULE, **_side(form))

    def cell(self, form: Form, value: Value, total: bool) -> Any:
        """The format of a cell; a text that looks like a formula stays text even if somebody edits it."""
        properties: dict[str, Any] = {"num_format": form.value, "bold": total, "bottom": 1, "bottom_color": FAINT}
        properties |= _side(form)
        if form is Form.TEXT:
            properties["text_wrap"] = True
        if isinstance(value, Heading):
            properties |= {"bold": True, "valign": "bottom"}
        if isinstance(value, str) and value.startswith(FORMULA_STARTS):
            properties["quote_prefix"] = True
        return self.of(**properties)


class _Sheet:
    """Writes one table: title, note, blank row, headings, rows, blank row, totals."""

    HEAD = 3

    def __init__(self, sheet: Any, table: Table, formats: _Formats):
        self.sheet = sheet
        self.table = table
        self.formats = formats
        self.widths = [self._width(index) for index in range(len(table.columns))]

    def write(self, footer: str) -> None:
        for index, width in enumerate(self.widths):
            self.sheet.set_column(index, index, width)
        self._line(0, self.table.title, self.formats.title(), scale=1.4)
        self._line(1, self.table.note, self.formats.note(), scale=0.9)
        self._headings()
        last = self._rows(self.HEAD + 1, self.table.rows, total=False)
        self._rows(last + 1, self.table.totals, total=True)
        self._in_sight(last - 1)
        self._on_paper(footer)

    def _line(self, row: int, text: str, form: Any, scale: float) -> None:
        """A line across the first page, or across the columns that every page has; as high as it has to be."""
        last = len(self.widths) - 1 if self.table.pages == 1 else self.table.pinned - 1
        lines = _lines(text, sum(self.widths[: last + 1]) / scale / BOLD)
        self.sheet.set_row(row, min(LINE * scale * lines, HIGHEST))
        self.sheet.merge_range(row, 0, row, last, "", form)
        self._text(row, 0, text, form)

    def _headings(self) -> None:
        """The headings, with a free line below them where the buttons of the filter are."""
        room = LINE if self.table.filtered else 0
        known = zip(self.table.columns, self.widths, strict=True)
        lines = max(_lines(column.heading, (width - 1) / BOLD) for column, width in known)
        self.sheet.set_row(self.HEAD, min(LINE * lines + room, HIGHEST))
        for index, column in enumerate(self.table.columns):
            self._text(self.HEAD, index, column.heading, self.formats.heading(column.form))

    def _rows(self, first: int, rows: Sequence[tuple[Value, ...]], total: bool) -> int:
        """Write rows from a line on; the line after them."""
        for row, values in enumerate(rows, start=first):
            self.sheet.set_row(row, self._height(values))
            for index, (column, value) in enumerate(zip(self.table.columns, values, strict=True)):
                self._cell(row, index, value, self.formats.cell(column.form, value, total))
        return first + len(rows)

    def _height(self, values: Sequence[Value]) -> float:
        """The height of a row whose texts wrap; headings stand a little apart."""
        texts = [(text, width) for text, width in zip(values, self.widths, strict=True) if isinstance(text, str)]
        lines = max((_lines(text, PROSE * (width - PADDING)) for text, width in texts), default=1)
        apart = ABOVE_HEADING if any(isinstance(text, Heading) for text, _width in texts) else 0
        return min(LINE * lines + apart, HIGHEST)

    def _cell(self, row: int, column: int, value: Value, form: Any) -> None:
        """A value in a cell; an empty cell where there is none."""
        if isinstance(value, str):
            self._text(row, column, value, form)
        elif isinstance(value, Formula):
            text, known = value.text.format(row=row + 1), self._finite(value.value, column)
            self.sheet.write_formula(row, column, text, form, known)
        elif value is None:
            self.sheet.write_blank(row, column, None, form)
        else:
            self.sheet.write_number(row, column, self._finite(value, column), form)

    def _text(self, row: int, column: int, text: str, form: Any) -> None:
        if self.sheet.write_string(row, column, clean(text), form) != 0:
            raise ValueError(f"a text of {len(text)} characters does not fit into a cell")

    def _finite(self, value: float, column: int) -> float:
        if not math.isfinite(value):
            raise ValueError(f"{self.table.name}, {self.table.columns[column].heading}: {value} is not a number")
        return value + 0.0  # no −0

    def _width(self, index: int) -> float:
        """The width of a column in characters: numbers fit in, texts wrap, headings break between words."""
        column = self.table.columns[index]
        usual = [_length(_shown(row[index], column.form)) for row in self.table.rows]
        bold = [BOLD * _length(_shown(row[index], column.form)) for row in self.table.totals]
        longest = math.ceil(max([*usual, *bold], default=0))
        word = max(map(_length, column.heading.split()), default=0)
        longest = min(longest, column.widest) if column.form is Form.TEXT else longest
        return max(longest, min(word, WIDEST_HEADING), 0 if column.form is Form.WHOLE else NARROWEST) + PADDING

    def _in_sight(self, last: int) -> None:
        """Headings and the first columns stay where they are; the rows can be filtered and sorted."""
        self.sheet.freeze_panes(self.HEAD + 1, self.table.pinned)
        if self.table.filtered and self.table.rows:
            self.sheet.autofilter(self.HEAD, 0, last, len(self.widths) - 1)

    def _on_paper(self, footer: str) -> None:
        pinned = self.table.pinned
        self.sheet.set_landscape()
        self.sheet.set_paper(A4)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.fit_to_pages(self.table.pages, 0)
        self.sheet.repeat_rows(self.HEAD)
        if pinned:
            self.sheet.repeat_columns(0, pinned - 1)
        page = _("Page {page} of {pages}").format(page="&P", pages="&N")
        self.sheet.set_footer(f"&L&8{shorten(footer).replace('&', '&&')}&R&8{page}")


def _side(form: Form) -> dict[str, Any]:
    """Numbers stand on the right, texts on the left, a little off the number before them."""
    return {"align": "left", "indent": 1} if form is Form.TEXT else {"align": "right"}


def _length(text: str) -> int:
    """The width of a text in usual characters: capital letters count more, those of East Asia twice."""
    return math.ceil(
        sum(2 if unicodedata.east_asian_width(char) in "WF" else 1.5 if char.isupper() else 1 for char in text)
    )


def _lines(text: str, width: float) -> int:
    """Into how many lines a text wraps, rather too many than too few."""
    return max(len(textwrap.wrap(text, max(1, int(width)))), math.ceil(_length(text) / width), 1)


def _shown(value: Value, form: Form) -> str:
    """Roughly what a cell shows, for its width."""
    if value is None or isinstance(value, str):
        return value or ""
    number = value.value if isinstance(value, Formula) else value
    if form in (Form.PERCENT, Form.TENTHS):
        return f"{100 * number:,.1f} %"
    return f"{number:,.{2 if form is Form.CENTS else 1 if form is Form.YEARS else 0}f}"
