"""A table as people fill it in: a header and rows of cells that know where they stand.

`csv_tables` and `xlsx_tables` read files into it. What a cell means is up to whoever reads the table.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from pathlib import Path

from prioritizer.domain.record import same_name
from prioritizer.errors import Complaint, InputError, shorten
from prioritizer.language import _

LARGEST_FILE = 20_000_000
WIDEST = 200
LONGEST = 10_000
LONGEST_CELL = 32 * 1024

# How archives (.xlsx among them) and old Microsoft files (.xls among them) begin.
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Broken:
    """A cell that holds no value, and why."""

    value: str
    rule: str
    remedy: str


Value = str | float | bool | date | time | timedelta | Broken
Contents = Callable[[Path], bytes]


@dataclass(frozen=True)
class Row:
    """One row, numbered from 1 as spreadsheets number it; `line` where it begins on another line of a text file."""

    number: int
    cells: tuple[Value, ...]
    line: int | None = None
    fault: Complaint | None = None

    @property
    def is_blank(self) -> bool:
        return all(is_empty(cell) for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """Rows under a header. `columns` says in which column of the file each cell stands, from 0.

    A row with a `fault` has no cells; `faults` are what is wrong with the table around its rows.
    """

    file: str
    sheet: str
    header: tuple[str, ...]
    columns: tuple[int, ...]
    head: Row
    rows: tuple[Row, ...]
    faults: tuple[Complaint, ...] = ()

    def complaint(self, row: Row, fault: Broken, column: str = "", index: int | None = None) -> Complaint:
        """A complaint about a row, or about one of its cells, by the column's name and the address."""
        address = "" if index is None else f"{letters(self.columns[index])}{row.number}"
        cell = f"{shorten(column)} ({address})" if column and address else shorten(column) or address
        place = ", ".join(part for part in (sheet_words(self.sheet), row_words(row.number), cell) if part)
        return Complaint(fault.rule, fault.remedy, self.file, row.line, place, fault.value)


def is_empty(value: Value) -> bool:
    return isinstance(value, str) and not value.strip()


def letters(column: int) -> str:
    """The letters of a column, which counts from 0: A … Z, AA …"""
    rest, last = divmod(column, 26)
    return (letters(rest - 1) if rest else "") + chr(ord("A") + last)


def sheet_words(sheet: str) -> str:
    return _("sheet {name}").format(name=shorten(sheet)) if sheet else ""


def row_words(number: int) -> str:
    return _("row {row}").format(row=number)


def text_of(value: Value) -> str:
    """What a spreadsheet shows for a value: whole numbers have no point."""
    if isinstance(value, Broken):
        return value.value
    if isinstance(value, bool):
        return str(value).upper()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def refused(file: str, rule: str, remedy: str, place: str = "", line: int | None = None) -> InputError:
    """The error of a file that cannot be read as a table at all."""
    return InputError([Complaint(rule, remedy, file, line, place)])


def contents(path: Path) -> bytes:
    """The bytes of a file that is not too large."""
    file = str(path)
    if not path.exists():
        raise refused(file, _("there is no such file"), _("Check the path."))
    if not path.is_file():
        raise refused(file, _("is not a file"), _("Give the path of a file."))
    if path.stat().st_size > LARGEST_FILE:
        remedy = _("Give a file of at most {size} MB.").format(size=LARGEST_FILE // 1_000_000)
        raise refused(file, _("is too large"), remedy)
    try:
        return path.read_bytes()
    except OSError as error:
        raise refused(file, error.strerror or str(error), _("Make the file readable.")) from None


def table_of(file: str, rows: Iterable[Row], faults: Iterable[Complaint] = (), sheet: str = "") -> Table:
    """The table whose header is the first row that is not blank. Raises InputError where there is none to speak of."""
    filled, faults = [_within_limits(row) for row in rows if not row.is_blank], list(faults)
    if len(filled) < 2:
        rule = _("has a header and no rows") if filled else _("is empty")
        missing = Complaint(rule, _("Give a header and one row for each initiative."), file, place=sheet_words(sheet))
        raise InputError(faults or [missing])
    head, *body = filled
    _require_size(file, sheet, head, body)
    header = tuple(_plain(text_of(cell)) for cell in head.cells)
    table = Table(file, sheet, header, tuple(range(len(header))), head, ())
    rows = tuple(_as_wide(table, row) for row in body)
    table = _without_blank_columns(replace(table, rows=rows))
    return replace(table, faults=(*faults, *_header_faults(table)))


def _within_limits(row: Row) -> Row:
    return replace(row, cells=tuple(_not_too_long(cell) for cell in row.cells))


def _not_too_long(value: Value) -> Value:
    if not isinstance(value, str) or len(value) <= LONGEST_CELL:
        return value
    rule = _("is {count} characters long").format(count=len(value))
    return Broken(value[:100], rule, _("Use at most {most} characters.").format(most=LONGEST_CELL))


def _require_size(file: str, sheet: str, head: Row, body: list[Row]) -> None:
    if len(head.cells) > WIDEST:
        rule = _("has {count} columns").format(count=len(head.cells))
        raise refused(file, rule, _("Use at most {most} columns.").format(most=WIDEST), sheet_words(sheet))
    if len(body) > LONGEST:
        rule = _("has {count} rows").format(count=len(body))
        raise refused(file, rule, _("Split it: at most {most} rows a file.").format(most=LONGEST), sheet_words(sheet))


def _plain(text: str) -> str:
    """A header without what nobody sees: doubled and unusual spaces, line breaks, zero-width characters at its ends."""
    words = " ".join(unicodedata.normalize("NFC", text).split())
    while words and (_invisible(words[0]) or _invisible(words[-1])):
        words = words[_invisible(words[0]) : len(words) - _invisible(words[-1])].strip()
    return words


def _invisible(char: str) -> bool:
    return unicodedata.category(char) == "Cf"


def _as_wide(table: Table, row: Row) -> Row:
    """The row itself, or where it is not as wide as the header, only the fault."""
    if len(row.cells) == len(table.header):
        return row
    rule = _("has {count} cells, and the header has {width}").format(count=len(row.cells), width=len(table.header))
    remedy = _("Quote cells that hold the separator, write decimals with a point, and leave no cell out.")
    return replace(row, cells=(), fault=table.complaint(row, Broken("", rule, remedy)))


def _without_blank_columns(table: Table) -> Table:
    """The table without columns that have neither a header nor a value."""
    whole = [row for row in table.rows if not row.fault]
    kept = [i for i, name in enumerate(table.header) if name or not all(is_empty(row.cells[i]) for row in whole)]
    rows = tuple(row if row.fault else replace(row, cells=tuple(row.cells[i] for i in kept)) for row in table.rows)
    return replace(table, header=tuple(table.header[i] for i in kept), columns=tuple(kept), rows=rows)


def _header_faults(table: Table) -> list[Complaint]:
    """Headers that are missing or errors, or that stand twice where only case, spaces or quotes tell them apart."""
    faults, seen = [], dict[str, int]()
    for index, (name, column) in enumerate(zip(table.header, table.columns, strict=True)):
        first = seen.setdefault(_key(name), column)
        if fault := _header_fault(table.head.cells[column], name, column, first):
            faults.append(table.complaint(table.head, fault, name, index))
    return faults


def _header_fault(cell: Value, name: str, column: int, first: int) -> Broken | None:
    if isinstance(cell, Broken):
        return cell
    if not name:
        return Broken("", _("the column has values and no header"), _("Name the column, or empty it."))
    if column != first:
        rule = _("stands twice, first in column {column}").format(column=letters(first))
        return Broken(name, rule, _("Keep one of the two columns."))
    return None


def _key(header: str) -> str:
    """What headers are compared by: case, quotes, zero-width characters and spaces around points do not count."""
    visible = "".join(char for char in header if char != '"' and not _invisible(char))
    return ".".join(part.strip() for part in same_name(visible).split("."))
