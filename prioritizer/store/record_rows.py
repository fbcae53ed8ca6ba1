"""Rows of customer records: the columns of opened files by what they mean, typed and checked, as one table.

The mapping says what a column means; what does not fit it is refused with its row.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import ibis
from ibis import Table, Value

from prioritizer.domain.quantity import LARGEST_AMOUNT
from prioritizer.domain.record import LONGEST_NAME, nearest
from prioritizer.domain.records import Partial, RecordsMapping, period_example, period_form
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.store.complaints import collect
from prioritizer.store.record_files import EXAMPLES, Source, Workspace, number_of, refused, rows_of, where

CONTROL = r"[\x00-\x1f\x7f]"
WHOLE = r"^[0-9]{1,3}(\.0+)?$"
NEEDED_EVERYWHERE = {"group": "group", "active": "here"}


@dataclass(frozen=True)
class Check:
    """What must not be in a column, as an expression that is true for a bad cell."""

    meaning: str
    bad: Any
    rule: str
    remedy: str


@dataclass
class Reading:
    """The columns of one file as typed expressions, by what expressions later call them, and the checks on them."""

    mapping: RecordsMapping
    decimal: str
    typed: dict[str, Any] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)

    def refuse(self, meaning: str, bad: Any, rule: str, remedy: str) -> None:
        self.checks.append(Check(meaning, bad, rule, remedy))


@dataclass(frozen=True)
class Cells:
    """One file read: its cells by meaning as they stand there, and typed with a column `k0`, `k1`, … for each check."""

    source: Source
    texts: Table
    table: Table
    names: tuple[str, ...]
    checks: tuple[Check, ...]

    @property
    def keys(self) -> list[str]:
        """What tells its rows apart."""
        return [key for key in ("customer", "period") if key in self.names]


def read_rows(workspace: Workspace, sources: list[Source], mapping: RecordsMapping) -> tuple[Table, list[Partial]]:
    """All files as one table with every column that is counted on, and how far the files cover one another.

    Raises InputError with all that is wrong: first columns, then rows and cells, then how the files fit together.
    """
    columns = _columns(sources, mapping)
    cells = [_cells(workspace, *found, mapping) for found in zip(sources, columns, strict=True)]
    collect(*(lambda one=one: _check(one, mapping) for one in cells))
    return _joined(cells, mapping)


def _columns(sources: list[Source], mapping: RecordsMapping) -> list[dict[str, int]]:
    """For each file the column of each meaning that it holds. Raises InputError where one is missing or in two."""
    found = [_columns_of(source, mapping) for source in sources]
    pairs = list(zip(sources, found, strict=True))
    complaints = [_missing(mapping.customer, [source]) for source, columns in pairs if "customer" not in columns]
    for meaning, name in mapping.columns.items():
        if meaning == "period" and "period" not in found[0]:
            complaints.append(_missing(name, sources[:1]))
        elif meaning not in ("customer", "period"):
            complaints += _not_once(name, sources, [source for source, columns in pairs if meaning in columns])
    if complaints:
        raise InputError(complaints)
    return found


def _columns_of(source: Source, mapping: RecordsMapping) -> dict[str, int]:
    places = {meaning: source.column_of(name) for meaning, name in mapping.columns.items()}
    return {meaning: place for meaning, place in places.items() if place is not None}


def _not_once(name: str, sources: list[Source], holders: list[Source]) -> list[Complaint]:
    if not holders:
        return [_missing(name, sources)]
    if len(holders) == 1:
        return []
    rule = _("stands in more than one file: {files}").format(files=", ".join(source.name for source in holders))
    return [Complaint(rule, _("Drop or rename it in all but one."), str(holders[0].path), value=name)]


def _missing(name: str, sources: list[Source]) -> Complaint:
    headings = [heading for source in sources for heading in source.headings]
    remedy = _other_delimiter(sources) or nearest(name, headings)
    return Complaint(_("is not among the columns"), remedy, str(sources[0].path), value=name)


def _other_delimiter(sources: list[Source]) -> str:
    """A remedy where a file with one single column seems to be divided by something else."""
    remedy = _('The file seems to be divided by "{delimiter}": write csv: {{delimiter: "{delimiter}"}}.')
    for source in sources:
        for delimiter in (",", ";", "\t", "|"):
            if source.csv and source.csv.width == 1 and delimiter in source.headings[0]:
                return remedy.format(delimiter="tab" if delimiter == "\t" else delimiter)
    return ""


def _cells(workspace: Workspace, source: Source, columns: dict[str, int], mapping: RecordsMapping) -> Cells:
    raw = {meaning: source.table[f"c{index}"] for meaning, index in columns.items()}
    for meaning, column in raw.items():
        _require_type(source, column, mapping.columns[meaning], meaning)
    trimmed = {meaning: _trimmed(column) for meaning, column in raw.items()}
    texts = workspace.keep(source.table.select("row", **trimmed))
    reading = Reading(mapping, mapping.csv.decimal if source.csv else ".")
    for meaning in columns:
        _READERS[meaning](reading, texts[meaning])
    flags = {f"k{index}": check.bad.fill_null(False) for index, check in enumerate(reading.checks)}
    table = workspace.keep(texts.select("row", **reading.typed, **flags))
    return Cells(source, texts, table, tuple(reading.typed), tuple(reading.checks))


def _require_type(source: Source, column: Value, name: str, meaning: str) -> None:
    kind = column.type()
    plain = kind.is_string() or kind.is_integer()
    numeric = plain or kind.is_floating() or kind.is_decimal()
    fits = {"customer": plain, "period": plain, "group": plain}.get(meaning, numeric)
    if not (fits or (meaning == "active" and kind.is_boolean())):
        rule = _("is a column of {kind}, which cannot be the {meaning}").format(kind=kind, meaning=meaning)
        raise refused(source.path, rule, _("Save it as text, or as numbers: whole ones for names."), name)


def _trimmed(column: Any) -> Any:
    """Text without spaces around it, an empty one null; numbers as they are."""
    if not column.type().is_string():
        return column
    spaced = column.re_search(r"^\s|\s$")  # asking first takes a third of the time
    return spaced.ifelse(column.strip(), column).nullif("")


def _text(column: Any) -> Any:
    """A cell as text; 1.0 reads "1"."""
    kind = column.type()
    if kind.is_floating() or kind.is_decimal():
        whole = column.try_cast("int64")
        return (whole.cast("float64") == column.cast("float64")).ifelse(whole.cast("string"), column.cast("string"))
    return column.cast("string")


def _read_name(meaning: str, reading: Reading, column: Any) -> None:
    text = reading.typed[meaning] = _text(column)
    reading.refuse(meaning, text.isnull(), _("is empty"), _("Give every row one."))
    unprintable = text.re_search(CONTROL) | (text.length() > LONGEST_NAME)
    rule = _("holds control characters or more than {most} characters").format(most=LONGEST_NAME)
    reading.refuse(meaning, unprintable, rule, _("Write it as plain text."))


def _read_period(reading: Reading, column: Any) -> None:
    length = reading.mapping.periods_per_year
    text, form = _text(column), period_form(length)
    year = text.re_extract(form, 1).try_cast("int64")
    part = 0 if length == 1 else text.re_extract(form, 2).try_cast("int64") - 1
    reading.typed["period"] = year * length + part
    remedy = _("Write every period like {example}, with {count} to the year, from 2000 to 2100.").format(
        example=period_example(length), count=length
    )
    reading.refuse("period", text.isnull() | ~text.re_search(form), _("is not a period"), remedy)


def _read_score(reading: Reading, column: Any) -> None:
    text, score = _text(column), reading.mapping.score
    silent = text.isnull() | _is_one_of(text, score.no_answer)
    number = text.re_search(WHOLE).ifelse(text.try_cast("float64"), None).try_cast("int64")
    answered = number.between(score.answers[0], score.answers[-1])
    reading.typed["score"] = silent.ifelse(None, number).cast("int64")
    rule = _("is not on the scale {scale}").format(scale=score.scale)
    remedy = _("Give a whole number; leave the cell empty, or use a word of no_answer, where there is no answer.")
    reading.refuse("score", ~silent & ~answered.fill_null(False), rule, remedy)


def _read_active(reading: Reading, column: Any) -> None:
    assert reading.mapping.active is not None
    text, words = _text(column), reading.mapping.active
    reading.typed["here"] = _is_one_of(text, (*words.active, *words.joined, *words.left))
    reading.typed["new"] = _is_one_of(text, words.joined)
    reading.typed["leaves"] = _is_one_of(text, words.left)
    reading.refuse("active", text.isnull(), _("is empty"), _("Say of every row who is a customer."))
    remedy = _("Known are: {words}. Add it to active, joined, left or gone in the mapping.")
    known = remedy.format(words=", ".join(words.words))
    reading.refuse("active", ~_is_one_of(text, words.words), _("is not among the words of the mapping"), known)


def _is_one_of(text: Any, words: tuple[str, ...]) -> Any:
    return text.isin(list(words)) if words else ibis.literal(False)


def _read_amount(meaning: str, reading: Reading, column: Any) -> None:
    number, bad = _amount(column, reading.decimal)
    reading.typed[meaning] = number
    remedy = _(
        "Write digits with the decimal mark {mark} and nothing else; leave the cell empty where it is not known."
    )
    reading.refuse(meaning, bad, _("is not a number"), remedy.format(mark=f'"{reading.decimal}"'))
    reading.refuse(meaning, number < 0, _("is below zero"), _("Give a number of 0 or more."))
    limit = _("is larger than the limit {most:g}").format(most=LARGEST_AMOUNT)
    reading.refuse(meaning, number > LARGEST_AMOUNT, limit, _("Check the figure."))


def _amount(column: Any, decimal: str) -> tuple[Any, Any]:
    """A cell as a number, and whether it is none; an empty cell is neither."""
    if not column.type().is_string():
        number = column.cast("float64")
        endless = number.isnan() | number.isinf()
        return endless.ifelse(None, number), endless
    mark = re.escape(decimal)
    well_formed = column.re_search(rf"^[+-]?([0-9]+({mark}[0-9]*)?|{mark}[0-9]+)([eE][+-]?[0-9]+)?$")
    return well_formed.ifelse(column.replace(decimal, "."), None).try_cast("float64"), column.notnull() & ~well_formed


_READERS: dict[str, Callable[[Reading, Any], None]] = {
    "customer": partial(_read_name, "customer"),
    "group": partial(_read_name, "group"),
    "period": _read_period,
    "score": _read_score,
    "active": _read_active,
    "revenue": partial(_read_amount, "revenue"),
    "contacts": partial(_read_amount, "contacts"),
    "tenure": partial(_read_amount, "tenure"),
}


def _check(cells: Cells, mapping: RecordsMapping) -> None:
    """Refuse what must not be in a file: each kind once, with how many rows and the first few."""
    flags = [f"k{index}" for index in range(len(cells.checks))]
    counts = rows_of(cells.table.aggregate(**{flag: cells.table[flag].sum() for flag in flags}))[0]
    complaints = [
        _cell_complaint(cells, flag, check, counts[flag], mapping)
        for flag, check in zip(flags, cells.checks, strict=True)
        if counts[flag]
    ]
    complaints += _doubled(cells)
    if complaints:
        raise InputError(complaints)


def _cell_complaint(cells: Cells, flag: str, check: Check, count: int, mapping: RecordsMapping) -> Complaint:
    rows = _first_rows(cells.table.filter(cells.table[flag]))
    cell = cells.texts.filter(cells.texts.row == rows[0])[check.meaning].cast("string")
    value = cell.as_scalar().to_pyarrow().as_py()
    place = _("{rows}, column {column}").format(
        rows=where(count, cells.source.shown(rows)), column=mapping.columns[check.meaning]
    )
    return Complaint(check.rule, check.remedy, str(cells.source.path), place=place, value=value or "")


def _first_rows(table: Table) -> list[int]:
    return [row["row"] for row in rows_of(table.order_by("row").limit(EXAMPLES).select("row"))]


def _doubled(cells: Cells) -> list[Complaint]:
    """Customers with more than one row (in one period)."""
    rows = cells.table.filter(cells.table.customer.notnull())
    doubled = rows.group_by(cells.keys).agg(count=rows.count(), first=rows.row.min())
    doubled = doubled.filter(doubled["count"] > 1)
    if not (cases := number_of(doubled.count())):
        return []
    first = doubled.order_by("first").limit(1)
    same = _first_rows(rows.semi_join(first, cells.keys))
    return [_doubled_complaint(cells, cases, rows_of(first)[0], same)]


def _doubled_complaint(cells: Cells, cases: int, first: dict[str, Any], rows: list[int]) -> Complaint:
    if "period" in cells.names:
        rule, remedy = _("has more than one row in a period"), _("Keep one row for each customer and period.")
    else:
        rule, remedy = _("has more than one row"), _("Keep one row for each customer.")
    if cases > 1:
        rule = _("{rule}, and so have others: {count} cases").format(rule=rule, count=f"{cases:,}")
    place = where(first["count"], cells.source.shown(rows))
    return Complaint(rule, remedy, str(cells.source.path), place=place, value=first["customer"])


def _joined(cells: list[Cells], mapping: RecordsMapping) -> tuple[Table, list[Partial]]:
    first, *others = [one.table.select(*one.names) for one in cells]
    rows, found, complaints = first, [], []
    for one, table in zip(cells[1:], others, strict=True):
        keys = one.keys
        lacking = number_of(first.anti_join(table, keys).count())
        unknown = number_of(table.anti_join(first, keys).count())
        complaints += _unmatched(one, lacking, number_of(first.count()), mapping)
        found.append(Partial(file=one.source.name, lacking=lacking, unknown=unknown))
        rows = rows.left_join(table, keys).drop(*(f"{key}_right" for key in keys))
    if complaints:
        raise InputError(complaints)
    return _completed(rows), [part for part in found if part.lacking or part.unknown]


def _unmatched(cells: Cells, lacking: int, rows: int, mapping: RecordsMapping) -> list[Complaint]:
    if lacking == rows:
        rule = _("has no customer in common with the first file")
        remedy = _("Check that {column} means the same in both.").format(column=mapping.customer)
        return [Complaint(rule, remedy, str(cells.source.path))]
    needed = [mapping.columns[meaning] for meaning, typed in NEEDED_EVERYWHERE.items() if typed in cells.names]
    if not (lacking and needed):
        return []
    rule = _("lacks {count} rows of the first file, which so have no {columns}").format(
        count=f"{lacking:,}", columns=", ".join(needed)
    )
    return [Complaint(rule, _("Complete the file, or name it first."), str(cells.source.path))]


def _completed(rows: Table) -> Table:
    """The rows with the columns that no file holds at the value that they then have."""
    missing = {
        "period": ibis.literal(0),
        "group": ibis.literal(_("All customers")),
        "here": ibis.literal(True),
        "new": ibis.literal(False),
        "leaves": ibis.literal(False),
        "revenue": ibis.null("float64"),
        "contacts": ibis.null("float64"),
        "tenure": ibis.null("float64"),
    }
    return rows.mutate(**{name: value for name, value in missing.items() if name not in rows.columns})
