"""Initiatives as a flat table, CSV or XLSX, for bulk submission: a row for each, and dotted paths as columns.

A column is called what its value is called in the YAML form (`costs.per_customer.amount`, `reach.Mobile`); a lever's
column names what it changes (`levers.churn.detractor`). docs/submissions.md lists them all.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from prioritizer.domain.initiatives import ALL, Initiative
from prioritizer.domain.record import PlainScalar, same_name
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _, ngettext
from prioritizer.store.complaints import TAGS, complaints_of
from prioritizer.store.csv_tables import read_csv
from prioritizer.store.strict_yaml import DEEPEST, Document, parse_yaml
from prioritizer.store.submission_columns import (
    EXTRA,
    FLAGS,
    LISTS,
    PATHS,
    SEGMENT_LIST,
    TEXTS,
    Column,
    Keys,
    columns_of,
)
from prioritizer.store.tables import Broken, Contents, Row, Table, Value, contents, is_empty, refused, text_of
from prioritizer.store.xlsx_tables import read_xlsx

READERS = {".csv": read_csv, ".xlsx": read_xlsx}
SHEETS = tuple(READERS)

MOST_ALIKE = 10
MOST_DIGITS = 15

_DIGITS = re.compile(r"\d+")


def read_sheet(path: Path, contents: Contents = contents) -> tuple[Initiative, ...]:
    """The initiatives of a CSV or XLSX file, in the order of its rows. Raises InputError with every complaint."""
    read = READERS.get(path.suffix.lower())
    if read is None:
        raise refused(str(path), _("is neither CSV nor XLSX"), _("Save it as .xlsx or .csv."))
    table = read(path, contents)
    columns, header_faults = columns_of(table)
    reader = _Reader(table, columns, guarded=bool(header_faults or table.faults))
    initiatives, complaints = [], [*table.faults, *header_faults]
    for row in table.rows:
        try:
            initiatives.append(reader.initiative(row))
        except InputError as error:
            complaints.extend(error.complaints)
    if complaints:
        raise InputError(_counted(complaints))
    return tuple(initiatives)


def _counted(complaints: Iterable[Complaint]) -> Iterator[Complaint]:
    """The complaints, except that of many alike (the same rule in the same column) only the first are listed."""
    seen: Counter[tuple[str, str]] = Counter()
    last: dict[tuple[str, str], Complaint] = {}
    for complaint in complaints:
        key = (_DIGITS.sub("", complaint.place), complaint.rule)
        seen[key] += 1
        last[key] = complaint
        if seen[key] <= MOST_ALIKE:
            yield complaint
    for key, complaint in last.items():
        if (more := seen[key] - MOST_ALIKE) > 0:
            words = ngettext("{count} more place like it", "{count} more places like it", more).format(count=more)
            place = _("up to {place}").format(place=complaint.place)
            yield Complaint(f"{complaint.rule}: {words}", complaint.remedy, complaint.file, None, place)


@dataclass
class _Content:
    """An initiative as a map, on the way from a row to its record."""

    keys: dict[str, Any] = field(default_factory=dict)
    levers: dict[Keys, dict[str, Any]] = field(default_factory=dict)
    places: dict[Keys, Column] = field(default_factory=dict)

    def put(self, column: Column, value: object) -> None:
        """Put a value where its column says."""
        if not column.lever:
            self.places[column.path] = column
            _put(self.keys, column.path, value)
            return
        lever = self.levers.setdefault(column.lever, _lever(column.lever))
        self.places[("levers", str(list(self.levers).index(column.lever)), *column.lever_key)] = column
        _put(lever, column.lever_key, value)

    def at(self, where: Keys) -> str:
        """The path of a place as a column's name: levers by what they change, not by their number."""
        if where[0] == "levers" and len(where) > 1:
            return ".".join(("levers", *list(self.levers)[int(where[1])]))
        return ".".join(where)

    @property
    def whole(self) -> dict[str, Any]:
        return {**self.keys, "levers": list(self.levers.values())} if self.levers else self.keys


def _put(content: dict[str, Any], path: Keys, value: object) -> None:
    *outer, last = path
    for key in outer:
        content = content.setdefault(key, {})
    content[last] = value


def _compete(one: Column, other: Column) -> bool:
    """Whether two columns say the same, one of them in more detail: `reach` and `reach.Mobile`."""
    depth = min(len(one.path), len(other.path))
    return one.path[:depth] == other.path[:depth]


def _lever(identity: Keys) -> dict[str, Any]:
    """A lever of the YAML form, without its size."""
    kind, *rest = identity
    if kind == EXTRA:
        return {EXTRA: {}}
    return {kind: {"from": rest[0], "to": rest[1]}} if kind in PATHS else {kind: rest[0]}


class _Reader:
    """Reads the rows of one table. `guarded`: the table has faults from which others may follow."""

    def __init__(self, table: Table, columns: list[Column], guarded: bool):
        self.table = table
        self.columns = columns
        self.guarded = guarded
        self.rivals = {column: [other for other in columns if _compete(column, other)] for column in columns}
        self.rows_by_id: dict[str, int] = {}

    def initiative(self, row: Row) -> Initiative:
        """The initiative of a row. Raises InputError with everything wrong with it that is not wrong with the table."""
        if row.fault:
            raise InputError([row.fault])
        content, broken = self._content(row)
        complaints = [*broken.values(), *self._doubled(row, content)]
        try:
            initiative = Initiative.model_validate(content.whole)
        except ValidationError as error:
            raise InputError([*complaints, *self._refusals(row, content, error, broken)]) from None
        if complaints:
            raise InputError(complaints)
        return initiative

    def _content(self, row: Row) -> tuple[_Content, dict[str, Complaint]]:
        """What the row's cells say, and complaints about the cells that cannot be read, by column."""
        content, broken = _Content(), {}
        for column in self.columns:
            value = row.cells[column.index]
            if is_empty(value):
                continue
            read = _read(column, value)
            if rival := next((other for other in self.rivals[column] if other.path in content.places), None):
                rule = _("is given beside {other}").format(other=rival.header)
                read = Broken(text_of(value), rule, _("Keep one of the two."))
            if isinstance(read, Broken):
                broken[column.name] = self._complaint(row, read, column.name, column)
            else:
                content.put(column, read)
        return content, broken

    def _complaint(self, row: Row, fault: Broken, name: str, column: Column | None) -> Complaint:
        if column is None:
            return self.table.complaint(row, fault, name)
        return self.table.complaint(row, fault, column.header, column.index)

    def _doubled(self, row: Row, content: _Content) -> list[Complaint]:
        id_ = content.keys.get("id", "")
        first = self.rows_by_id.setdefault(same_name(id_), row.number)
        if not id_ or first == row.number:
            return []
        rule = _("stands twice, first in row {row}").format(row=first)
        fault = Broken(id_, rule, _("Give each initiative an id of its own."))
        return [self._complaint(row, fault, "id", content.places[("id",)])]

    def _refusals(
        self, row: Row, content: _Content, error: ValidationError, broken: dict[str, Complaint]
    ) -> list[Complaint]:
        """What the record refused, at the row and the column; nothing that another complaint already explains."""
        words = complaints_of(error, Initiative, Document(self.table.file))
        complaints = []
        for detail, said in zip(error.errors(), words, strict=True):
            where = tuple(str(part) for part in detail["loc"] if not str(part).startswith(TAGS))
            column, name = self._column_at(where, content), content.at(where) if where else ""
            explained = name in broken or (column is None and (self.guarded or bool(broken)))
            if not explained:
                complaints.append(self._complaint(row, Broken(said.value, said.rule, said.remedy), name, column))
        return complaints

    def _column_at(self, where: Keys, content: _Content) -> Column | None:
        """The column that holds a place or what is around it; for what is missing, the column that could hold it."""
        known = {column.path: column for column in self.columns} | content.places
        return next((known[where[:end]] for end in range(len(where), 0, -1) if where[:end] in known), None)


def _read(column: Column, value: Value) -> object:
    """What a cell that is not empty says, in the form that the record expects; Broken where it cannot be said."""
    if isinstance(value, Broken):
        return value
    if isinstance(value, (date, time, timedelta)):
        return Broken(str(value), _("is a date or a time"), _("Format the cell as text or number and type it again."))
    if column.name in TEXTS:
        return _as_text(value)
    if column.name in LISTS:
        return _as_list(column, _as_text(value))
    if column.name in FLAGS:
        return PlainScalar(text_of(value).strip().lower())
    return _as_number(value)


def _as_text(value: Value) -> str | Broken:
    """Text exactly as it stands; a number in a spreadsheet becomes the text that it shows."""
    if isinstance(value, float) and abs(value) >= 10**MOST_DIGITS:
        rule = _("has more digits than a spreadsheet keeps")
        return Broken(text_of(value), rule, _("Format the cell as text and type it again."))
    return text_of(value)


def _as_list(column: Column, text: str | Broken) -> object:
    """Names separated by semicolons."""
    if isinstance(text, Broken):
        return text
    names = [name.strip() for name in text.split(";")]
    return ALL if column.name == SEGMENT_LIST and names == [ALL] else names


def _as_number(value: Value) -> object:
    """A number, or the distribution that a cell with braces writes; text that may stand for a number."""
    if isinstance(value, float):
        return value
    text = text_of(value).strip()
    if not text.startswith("{"):
        return PlainScalar(text)
    if text.count("{") + text.count("[") > DEEPEST:
        return Broken(text, _("is nested too deeply"), _("Write it flatter."))
    try:
        return parse_yaml(text, "").content
    except InputError as error:
        first = error.complaints[0]
        return Broken(
            first.value or text, first.rule, _("Write it like {example}.").format(example="{pert: [1, 2, 4]}")
        )
