"""XLSX, read strictly: one sheet of plain cells, with nothing in it that people do not see or that has no value.

The values come from calamine. What calamine does not tell (errors, formulas without a value, merged and hidden cells)
is read from the sheets themselves, and calamine gets to see only parts of the archive that have been checked.
"""

import posixpath
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from prioritizer.domain.record import same_name
from prioritizer.errors import Complaint, InputError, shorten
from prioritizer.language import _
from prioritizer.store.tables import (
    LONGEST,
    WIDEST,
    Broken,
    Contents,
    Row,
    Table,
    Value,
    contents,
    letters,
    refused,
    row_words,
    sheet_words,
    table_of,
)
from prioritizer.store.xlsx_archive import LARGEST_UNPACKED, Parts, archive_of, corrupt, parts_of

PREFERRED = "Initiatives"
MOST_NOTED = 1_000
LONGEST_NOTED = 1_000

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_STRING_ITEM = re.compile(rb"<(?:[\w.-]+:)?si[\s/>]")

Position = tuple[int, int]


def read_xlsx(path: Path, contents: Contents = contents) -> Table:
    """The table in an XLSX file. Raises InputError where it cannot be read as one."""
    file = str(path)
    parts = parts_of(contents(path), file)
    try:
        sheets = _sheets(parts)
    except (ET.ParseError, LookupError, ValueError):
        raise corrupt(file) from None
    sheet = _chosen(sheets, file)
    _require_size(sheet, file)
    faults = [*_hidden_sheets(sheets, file), *_faults(sheet, file)]
    return table_of(file, _rows(parts, sheet, file, faults), faults, sheet.name)


@dataclass
class _Sheet:
    """What stands where in a sheet. Rows count from 1, columns from 0, as they do in cell addresses and in Python."""

    name: str
    hidden: bool
    rows: list[int] = field(default_factory=list)
    columns: set[int] = field(default_factory=set)
    broken: dict[Position, Broken] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    text: int = 0


def _sheets(parts: Parts) -> list[_Sheet]:
    """All worksheets of a workbook, in its order."""
    targets = {link["Id"]: link for link in map(_local, _tree(parts["xl/_rels/workbook.xml.rels"]))}
    texts = [len(item) for item in _STRING_ITEM.split(parts.get("xl/sharedStrings.xml", b""))[1:]]
    sheets = []
    for entry in map(_local, _tree(parts["xl/workbook.xml"]).iterfind(".//{*}sheets/{*}sheet")):
        link = targets[entry["id"]]
        if link["Type"].endswith("/worksheet"):
            sheet = _Sheet(entry["name"], entry.get("state", "visible") != "visible")
            _parse(parts[posixpath.normpath(posixpath.join("/xl", link["Target"])).lstrip("/")], _Scan(sheet, texts))
            sheets.append(sheet)
    return sheets


def _tree(part: bytes) -> ET.Element:
    return ET.fromstring(part, ET.XMLParser(encoding="utf-8"))


def _local(element: ET.Element) -> dict[str, str]:
    """The attributes of an element by their names without namespaces."""
    return {key.rpartition("}")[2]: value for key, value in element.attrib.items()}


def _parse(part: bytes, target: Any) -> None:
    parser = ET.XMLParser(target=target, encoding="utf-8")
    parser.feed(part)
    parser.close()


class _Scan:
    """Fills a `_Sheet` while its XML goes by. Raises ValueError where rows or cells are out of order or nested."""

    def __init__(self, sheet: _Sheet, texts: list[int]):
        self.sheet = sheet
        self.texts = texts
        self.row, self.column = 0, -1
        self.row_hidden = False
        self.in_cell = False
        self.type = ""
        self.inside: dict[str, str] = {}
        self.reading = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "row":
            self._start_row(attributes)
        elif name == "c":
            self._start_cell(attributes)
        elif name in ("v", "f", "is"):
            self.inside[name] = ""
            self.reading = name
        elif name == "col" and "min" in attributes and _is_hidden(attributes, "width"):
            self.sheet.hidden_columns.append(range(int(attributes["min"]) - 1, int(attributes["max"])))
        elif name == "mergeCell" and len(self.sheet.merged) < MOST_NOTED:
            self.sheet.merged.append(attributes["ref"])

    def data(self, text: str) -> None:
        if self.reading and len(self.inside[self.reading]) < LONGEST_NOTED:
            self.inside[self.reading] += text

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name == self.reading:
            self.reading = ""
        elif name == "c":
            self._end_cell()

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        number = int(attributes.get("r", self.row + 1))
        if self.in_cell or not self.row < number <= 1_048_576:
            raise ValueError(number)
        self.row, self.column = number, -1
        self.row_hidden = _is_hidden(attributes, "ht")

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        row, column = _position(attributes["r"]) if "r" in attributes else (self.row, self.column + 1)
        if not self.row or self.in_cell or row != self.row or not self.column < column < 16_384:
            raise ValueError(row, column)
        self.column, self.in_cell = column, True
        self.type = attributes.get("t", "n")
        self.inside = {}

    def _end_cell(self) -> None:
        self.in_cell = False
        if not self.inside:
            return
        self.sheet.columns.add(self.column)
        if self.sheet.rows[-1:] != [self.row]:
            self.sheet.rows.append(self.row)
        if self.row_hidden:
            self.sheet.hidden_rows.add(self.row)
        if self.type == "s" and "v" in self.inside:
            self.sheet.text += self.texts[int(self.inside["v"])]
        self._note_broken(self.inside.get("v", ""))

    def _note_broken(self, value: str) -> None:
        position = (self.row, self.column)
        if len(self.sheet.broken) >= MOST_NOTED:
            return
        if self.type == "e":
            remedy = _("Correct the formula, or type the value.")
            self.sheet.broken[position] = Broken(value, _("is an error of the spreadsheet"), remedy)
        elif "f" in self.inside and not value and self.type != "str":
            rule = _("is a formula without a stored value")
            remedy = _("Open the file in a spreadsheet program and save it, or type the value.")
            self.sheet.broken[position] = Broken(f"={self.inside['f']}", rule, remedy)


def _is_hidden(attributes: Mapping[str, str], size: str) -> bool:
    return attributes.get("hidden") in ("1", "true") or float(attributes.get(size, 1)) == 0


def _position(address: str) -> Position:
    match = _ADDRESS.fullmatch(address)
    if not match:
        raise ValueError(address)
    column = 0
    for letter in match[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return int(match[2]), column - 1


def _chosen(sheets: list[_Sheet], file: str) -> _Sheet:
    """The sheet with data; the one called Initiatives where there are several."""
    filled = [sheet for sheet in sheets if sheet.rows]
    named = [sheet for sheet in filled if same_name(sheet.name) == same_name(PREFERRED)]
    visible = [sheet for sheet in filled if not sheet.hidden]
    if not filled:
        raise refused(file, _("is empty"), _("Give a header and one row for each initiative."))
    if len(named) != 1 and len(visible) > 1:
        names = ", ".join(shorten(sheet.name) for sheet in visible)
        rule = _("holds several sheets with data: {names}").format(names=names)
        raise refused(file, rule, _("Call the one to be read {name}.").format(name=PREFERRED))
    return (named or visible or filled)[0]


def _hidden_sheets(sheets: list[_Sheet], file: str) -> list[Complaint]:
    remedy = _("Unhide the sheet or delete it.")
    return [
        Complaint(_("the sheet is hidden"), remedy, file, place=sheet_words(sheet.name))
        for sheet in sheets
        if sheet.hidden
    ]


def _faults(sheet: _Sheet, file: str) -> list[Complaint]:
    """Everything about the sheet's layout that people would not see in a list of its cells."""

    def fault(rule: str, remedy: str, place: str) -> Complaint:
        return Complaint(rule, remedy, file, place=f"{sheet_words(sheet.name)}, {place}")

    unmerge, unhide = _("Unmerge them, and fill in each cell."), _("Unhide it or delete it.")
    columns = sorted({column for hidden in sheet.hidden_columns for column in sheet.columns if column in hidden})
    return [
        *(fault(_("the cells are merged"), unmerge, shorten(address)) for address in sheet.merged),
        *(fault(_("the row is hidden"), unhide, row_words(row)) for row in sorted(sheet.hidden_rows)),
        *(fault(_("the column is hidden"), unhide, _("column {name}").format(name=letters(c))) for c in columns),
    ]


def _require_size(sheet: _Sheet, file: str) -> None:
    """Refuse what would fill the memory: calamine keeps each cell between the outermost, with its own text."""
    height = sheet.rows[-1] - sheet.rows[0] + 1
    width = max(sheet.columns) - min(sheet.columns) + 1
    last = f"{letters(max(sheet.columns))}{sheet.rows[-1]}"
    if height > LONGEST + 1 or width > WIDEST:
        rule = _("spreads over {height} rows and {width} columns, up to {last}").format(
            height=height, width=width, last=last
        )
        remedy = _("Use at most {rows} rows and {columns} columns; delete what stands outside the table.")
        remedy = remedy.format(rows=LONGEST, columns=WIDEST)
        raise refused(file, rule, remedy, sheet_words(sheet.name))
    if sheet.text > LARGEST_UNPACKED:
        rule = _("unpacks to more than {size} MB").format(size=LARGEST_UNPACKED // 1_000_000)
        raise refused(file, rule, _("Shorten its texts."), sheet_words(sheet.name))


def _rows(parts: Parts, sheet: _Sheet, file: str, faults: list[Complaint]) -> list[Row]:
    """The rows that hold anything, from column A to the last column in use."""
    try:
        read = _calamine_sheet(parts, sheet.name)
        top, left = read.start or (0, 0)
        values = dict(enumerate(read.to_python(), start=top + 1))
    except (CalamineError, ValueError, OverflowError):
        raise _cells_refused(sheet, file, faults) from None
    width = max(sheet.columns) + 1
    return [_row(number, [*[""] * left, *values.get(number, [])], width, sheet) for number in sheet.rows]


def _row(number: int, values: Sequence[Value], width: int, sheet: _Sheet) -> Row:
    """A row as wide as the sheet; calamine leaves out columns at the end in which no cell has a value."""
    cells = (sheet.broken.get((number, i), values[i] if i < len(values) else "") for i in range(width))
    return Row(number, tuple(cells))


def _calamine_sheet(parts: Parts, name: str) -> CalamineSheet:
    return CalamineWorkbook.from_filelike(archive_of(parts)).get_sheet_by_name(name)


def _cells_refused(sheet: _Sheet, file: str, faults: list[Complaint]) -> InputError:
    """What is already known to be wrong with the sheet, where calamine gives up: it does not know every error value."""
    broken = [
        Complaint(cell.rule, cell.remedy, file, None, f"{sheet_words(sheet.name)}, {letters(column)}{row}", cell.value)
        for (row, column), cell in sheet.broken.items()
    ]
    return InputError([*faults, *broken]) if faults or broken else corrupt(file)
