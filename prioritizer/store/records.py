"""Customer records from CSV and Parquet files → counts. Rows stop here; only counts go on.

Read text first, then apply the mapping: nothing is inferred, and what does not fit is refused with its row. Everything
after the reading is one set of ibis expressions, so another warehouse needs only another way to open its tables.
"""

import csv
import glob
import io
import itertools
import re
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
from ibis import Table, Value
from pyarrow import parquet

from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.quantity import LARGEST_AMOUNT
from prioritizer.domain.record import LONGEST_NAME, nearest, same_name
from prioritizer.domain.records import (
    NO_MOVES,
    NO_SUMS,
    GroupCounts,
    Moves,
    Oddities,
    Partial,
    RecordCounts,
    RecordsMapping,
    Sums,
    SumsBySegment,
    Tally,
    period_example,
    period_form,
)
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.store.complaints import collect, read_record
from prioritizer.store.strict_yaml import read_yaml

MOST_COLUMNS = 200
MOST_GROUPS = 200
MOST_REJECTED = 100_000
LONGEST_HEADER = 1_000_000
EXAMPLES = 3

CONTROL = r"[\x00-\x1f\x7f]"
WHOLE = r"^[0-9]{1,3}(\.0+)?$"
PARQUET_MARK = b"PAR1"
TEXT_ENDINGS = (".csv", ".tsv", ".txt")
PARQUET_ENDINGS = (".parquet", ".pq")
NEEDED_EVERYWHERE = {"group": "group", "active": "here"}


@dataclass(frozen=True)
class Source:
    """One file that has been opened: a table with a column `c0`, `c1`, … for each heading, and `row` counted from 0."""

    path: Path
    headings: tuple[str, ...]
    table: Table
    decimal: str
    delimiter: str = ""
    first_line: int = 0

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def is_text(self) -> bool:
        return bool(self.delimiter)

    def complaint(self, rule: str, remedy: str, place: str = "", value: str = "") -> InputError:
        return InputError([Complaint(rule, remedy, str(self.path), place=place, value=value)])


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

    decimal: str
    typed: dict[str, Any] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)


@dataclass(frozen=True)
class Cells:
    """One file read: its cells by meaning as they stand there, and typed with a column `k0`, `k1`, … for each check."""

    source: Source
    texts: Table
    table: Table
    names: tuple[str, ...]
    checks: tuple[Check, ...]


def read_mapping(path: Path) -> RecordsMapping:
    """The mapping in a YAML file. Raises InputError with every complaint."""
    return read_record(RecordsMapping, read_yaml(path))


def count_records(mapping: RecordsMapping, files: Sequence[Path]) -> RecordCounts:
    """The counts of records that stand in one or several files, the first of which knows every customer.

    Raises InputError with all that is wrong with the files: what cannot be read; columns that are missing; rows and
    cells that do not fit. Later steps are only checked once the earlier ones pass.
    """
    if not files:
        raise InputError([Complaint(_("no records are named"), _("Name a CSV or Parquet file."))])
    with _workspace() as workspace:
        sources = collect(*(lambda path=path: _open(workspace, path, mapping) for path in files))
        meanings = _meanings(sources, mapping)
        cells = [_cells(workspace, *found, mapping) for found in zip(sources, meanings, strict=True)]
        collect(*(lambda one=one: _check(one, mapping) for one in cells))
        rows, partial = _joined(cells, mapping)
        seen = _seen(workspace, rows, mapping)
        return _counts(seen, mapping, [source.name for source in sources], partial)


class Workspace:
    """A DuckDB in memory that reaches no network, and spills into a folder of its own."""

    def __init__(self, folder: str):
        self.connection = ibis.duckdb.connect(
            temp_directory=folder, autoinstall_known_extensions=False, autoload_known_extensions=False
        )
        self.numbers = itertools.count()
        self.kept: list[str] = []

    def keep(self, table: Table) -> Table:
        """The table computed once, in the order of its rows."""
        name = f"kept_{next(self.numbers)}"
        self.connection.create_table(name, table, temp=True)
        self.kept.append(name)
        return self.connection.table(name)

    def keep_only(self, table: Table) -> Table:
        """The table computed once, and everything that was kept before emptied."""
        before, self.kept = self.kept, []
        kept = self.keep(table)
        for name in before:
            self.connection.truncate_table(name)
        return kept


@contextmanager
def _workspace() -> Iterator[Workspace]:
    with tempfile.TemporaryDirectory(prefix="prioritizer-") as folder:
        workspace = Workspace(folder)
        try:
            yield workspace
        except duckdb.OutOfMemoryException:
            remedy = _("Give fewer periods or columns, or run it where there is more memory.")
            raise InputError([Complaint(_("the records need more memory than there is"), remedy)]) from None
        finally:
            workspace.connection.disconnect()


# Opening files


def _open(workspace: Workspace, path: Path, mapping: RecordsMapping) -> Source:
    is_parquet = _is_parquet(path)
    source = _open_parquet(workspace, path) if is_parquet else _open_csv(workspace, path, mapping)
    if _number(source.table.count()) == 0:
        raise source.complaint(_("has no rows"), _("Give a file with at least one customer."))
    return source


def _is_parquet(path: Path) -> bool:
    """Whether a file is Parquet, by its content; its ending must agree."""
    if not path.exists():
        raise _refused(path, _("there is no such file"), _("Check the path."))
    if not path.is_file():
        raise _refused(path, _("is not a file"), _("Give the path of a CSV or Parquet file."))
    try:
        with path.open("rb") as file:
            mark = file.read(len(PARQUET_MARK))
    except OSError as error:
        raise _refused(path, error.strerror or str(error), _("Make the file readable.")) from None
    if not mark:
        raise _refused(path, _("is empty"), _("Give a file with at least one customer."))
    ending = path.suffix.lower()
    if ending not in (*TEXT_ENDINGS, *PARQUET_ENDINGS):
        raise _refused(path, _("is neither CSV nor Parquet by its name"), _("Save it as .csv or .parquet."))
    if (mark == PARQUET_MARK) != (ending in PARQUET_ENDINGS):
        raise _refused(path, _("does not hold what its name says"), _("Save it as .csv or .parquet again."))
    return mark == PARQUET_MARK


def _refused(path: Path, rule: str, remedy: str) -> InputError:
    return InputError([Complaint(rule, remedy, str(path))])


def _open_parquet(workspace: Workspace, path: Path) -> Source:
    unreadable = _("cannot be read as Parquet")
    try:
        headings = parquet.read_schema(path).names
        _check_headings(path, headings, _("Drop or rename it and save the file again."))
        table = workspace.connection.read_parquet(glob.escape(str(path.resolve())), file_row_number=True)
    except (pa.ArrowException, OSError, duckdb.Error):
        raise _refused(path, unreadable, _("Save the file again; it may have been cut short.")) from None
    named = {f"c{index}": name for index, name in enumerate(table.columns[: len(headings)])}
    return Source(path, tuple(map(_clean, headings)), table.rename(**named, row=table.columns[-1]), ".")


def _open_csv(workspace: Workspace, path: Path, mapping: RecordsMapping) -> Source:
    headings, delimiter, skipped = _header(path, mapping)
    _check_headings(path, headings, _("Drop or rename it in the header."))
    kept = [index for index, name in enumerate(headings) if _clean(name) in set(map(_clean, mapping.columns.values()))]
    options = {"header": True, "skip": skipped, "delim": delimiter, "quote": '"', "escape": '"', "strict_mode": True}
    try:
        table = workspace.connection.read_csv(
            glob.escape(str(path.resolve())),
            columns={f"c{index}": "VARCHAR" for index in range(len(headings))},
            auto_detect=False,
            store_rejects=True,
            rejects_limit=MOST_REJECTED,
            rejects_scan=f"scans_{id(path)}",
            rejects_table=(rejects := f"rejects_{id(path)}"),
            **options,
        )
        stored = workspace.keep(table.select(*(f"c{index}" for index in kept or [0])))
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise _unreadable_csv(path, error) from None
    _check_rejects(workspace, path, rejects, len(headings))
    _check_trailing_delimiters(workspace, path, delimiter, len(headings), skipped)
    numbered = stored.mutate(row=stored.rowid())
    return Source(path, tuple(map(_clean, headings)), numbered, mapping.csv.decimal, delimiter, skipped)


def _header(path: Path, mapping: RecordsMapping) -> tuple[list[str], str, int]:
    """Headings, delimiter, and how many lines to skip before them (Excel's "sep=;")."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        start = file.read(LONGEST_HEADER)
    stated = re.match(r"sep=(.)\r?\n", start)
    delimiter, skipped = (stated[1], 1) if stated else (mapping.csv.separator, 0)
    lines = csv.reader(
        io.StringIO(start[stated.end() if stated else 0 :], newline=""), delimiter=delimiter, strict=True
    )
    try:
        headings = next(lines, [])
    except csv.Error:
        raise _refused(path, _("has a header that cannot be read"), _("Mend its quotes.")) from None
    _check_header_text(path, start, headings)
    return headings, delimiter, skipped


def _check_header_text(path: Path, start: str, headings: list[str]) -> None:
    joined = "".join(headings)
    if not start.strip():
        raise _refused(path, _("is empty"), _("Give a file with at least one customer."))
    if any("\udc80" <= char <= "\udcff" for char in joined) or "\0" in joined:
        raise _refused(path, _("is not UTF-8"), _("Save the file as CSV UTF-8."))
    if not joined.strip() or "\n" in joined or "\r" in joined:
        raise _refused(path, _("has no header in its first line"), _("Write the names of the columns there."))


def _check_headings(path: Path, headings: Sequence[str], remedy: str) -> None:
    if len(headings) > MOST_COLUMNS:
        rule = _("has {count} columns, more than {most}").format(count=len(headings), most=MOST_COLUMNS)
        raise _refused(path, rule, _("Keep the columns that are needed."))
    seen: dict[str, str] = {}
    complaints = []
    for heading in headings:
        if (key := same_name(_clean(heading))) in seen:
            rule = _("stands twice in the header")
            complaints.append(Complaint(rule, remedy, str(path), value=heading or _("(no name)")))
        seen[key] = heading
    if complaints:
        raise InputError(complaints)


def _clean(heading: str) -> str:
    """A heading without what nobody sees: spaces around it, a byte-order mark, zero-width characters."""
    seen = "".join(char for char in unicodedata.normalize("NFC", heading) if unicodedata.category(char) != "Cf")
    return seen.strip()


def _unreadable_csv(path: Path, error: duckdb.Error) -> InputError:
    if "invalid state" in str(error):
        remedy = _("Save the file again with one kind of line ends, and quotes closed.")
        return _refused(path, _("mixes line ends, or its quotes are broken"), remedy)
    return _refused(path, _("cannot be read as CSV"), _("Save the file as CSV UTF-8 again."))


def _check_rejects(workspace: Workspace, path: Path, rejects: str, width: int) -> None:
    """Refuse lines that are no rows: each kind once, with how many and the first few."""
    found = workspace.connection.table(rejects).select("error_type", "line").distinct()
    kinds = found.group_by("error_type").agg(count=found.count(), lines=found.line.collect().sort())
    complaints = []
    for kind in _rows(kinds.order_by("error_type")):
        rule, remedy = _rejected_words(kind["error_type"], width)
        lines = ", ".join(str(line) for line in kind["lines"][:EXAMPLES])
        complaints.append(Complaint(rule, remedy, str(path), place=_where(kind["count"], lines)))
    if complaints:
        raise InputError(complaints)


def _rejected_words(kind: str, width: int) -> tuple[str, str]:
    quoting = _("Put a field that holds the delimiter into quotes; write a decimal point, not a comma.")
    words = {
        "TOO MANY COLUMNS": (_("has more fields than the header, which has {width}"), quoting),
        "MISSING COLUMNS": (_("has fewer fields than the header, which has {width}"), quoting),
        "UNQUOTED VALUE": (_("has a quote that is not closed"), _('Close it, or double it inside a field: "".')),
        "INVALID ENCODING": (_("is not UTF-8"), _("Save the file as CSV UTF-8.")),
        "LINE SIZE OVER MAXIMUM": (_("is too long"), _("Look for a quote that is not closed.")),
    }
    rule, remedy = words.get(kind, (_("cannot be read"), _("Mend the line.")))
    return rule.format(width=width), remedy


def _where(count: int, rows: str) -> str:
    return (
        _("row {rows}").format(rows=rows)
        if count == 1
        else _("{count} rows, first {rows}").format(count=f"{count:,}", rows=rows)
    )


def _check_trailing_delimiters(workspace: Workspace, path: Path, delimiter: str, width: int, skipped: int) -> None:
    """Refuse rows with a delimiter after their last field: DuckDB drops it in silence."""
    lines = workspace.connection.read_csv(
        glob.escape(str(path.resolve())),
        columns={"line": "VARCHAR"},
        auto_detect=False,
        header=True,
        skip=skipped,
        delim="\x1f",
        quote="",
        escape="",
        strict_mode=False,
        ignore_errors=True,
    )
    bare = lines.line.re_replace('"([^"]|"")*"', "")
    delimiters = bare.length() - bare.replace(delimiter, "").length()
    if not _number(lines.filter(lines.line.endswith(delimiter) & (delimiters >= width)).count()):
        return
    wide = [row for row, fields in _numbered_rows(path, delimiter, skipped) if len(fields) > width]
    if wide:
        rule, remedy = _rejected_words("TOO MANY COLUMNS", width)
        place = _where(len(wide), ", ".join(map(str, wide[:EXAMPLES])))
        raise InputError([Complaint(rule, remedy, str(path), place=place)])


def _numbered_rows(path: Path, delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file that are not blank, with the number that a spreadsheet shows for each."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        lines = itertools.islice(file, skipped, None)
        for row, fields in enumerate(csv.reader(lines, delimiter=delimiter), start=skipped + 1):
            if fields and row > skipped + 1:
                yield row, fields


# What the columns mean


def _meanings(sources: list[Source], mapping: RecordsMapping) -> list[dict[str, int]]:
    """For each file the column of each meaning that it holds. Raises InputError where one is missing or in two."""
    found = [_columns_found(source, mapping) for source in sources]
    complaints = []
    for source, columns in zip(sources, found, strict=True):
        if "customer" not in columns:
            complaints.append(_missing(mapping.customer, [source]))
    for meaning, name in mapping.columns.items():
        holders = [source for source, columns in zip(sources, found, strict=True) if meaning in columns]
        if meaning == "period" and "period" not in found[0]:
            complaints.append(_missing(name, sources[:1]))
        elif meaning not in ("customer", "period") and not holders:
            complaints.append(_missing(name, sources))
        elif meaning not in ("customer", "period") and len(holders) > 1:
            files = ", ".join(source.name for source in holders)
            rule = _("stands in more than one file: {files}").format(files=files)
            complaints.append(Complaint(rule, _("Drop or rename it in all but one."), str(holders[0].path), value=name))
    if complaints:
        raise InputError(complaints)
    return found


def _columns_found(source: Source, mapping: RecordsMapping) -> dict[str, int]:
    return {
        meaning: source.headings.index(_clean(name))
        for meaning, name in mapping.columns.items()
        if _clean(name) in source.headings
    }


def _missing(name: str, sources: list[Source]) -> Complaint:
    headings = [heading for source in sources for heading in source.headings]
    remedy = _other_delimiter(sources) or nearest(name, headings)
    return Complaint(_("is not among the columns"), remedy, str(sources[0].path), value=name)


def _other_delimiter(sources: list[Source]) -> str:
    """A remedy where a file with one single column seems to be divided by something else."""
    for source in sources:
        for delimiter in (",", ";", "\t", "|"):
            if source.is_text and len(source.headings) == 1 and delimiter in source.headings[0]:
                word = "tab" if delimiter == "\t" else delimiter
                return _(
                    'The file seems to be divided by "{delimiter}": write csv: {{delimiter: "{delimiter}"}}.'
                ).format(delimiter=word)
    return ""


# What the cells hold


def _cells(workspace: Workspace, source: Source, columns: dict[str, int], mapping: RecordsMapping) -> Cells:
    for meaning, index in columns.items():
        _require_type(source, source.table[f"c{index}"], mapping.columns[meaning], meaning)
    texts = workspace.keep(
        source.table.select(
            "row", **{meaning: _trimmed(source.table[f"c{index}"]) for meaning, index in columns.items()}
        )
    )
    reading = Reading(source.decimal)
    for meaning in columns:
        _READERS[meaning](reading, texts[meaning], mapping)
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
        raise source.complaint(rule, _("Save it as text, or as numbers: whole ones for names."), value=name)


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


def _read_customer(reading: Reading, column: Any, mapping: RecordsMapping) -> None:
    text = reading.typed["customer"] = _text(column)
    _check_name(reading, "customer", text)


def _read_group(reading: Reading, column: Any, mapping: RecordsMapping) -> None:
    text = reading.typed["group"] = _text(column)
    _check_name(reading, "group", text)


def _check_name(reading: Reading, meaning: str, text: Any) -> None:
    reading.checks.append(Check(meaning, text.isnull(), _("is empty"), _("Give every row one.")))
    unprintable = text.re_search(CONTROL) | (text.length() > LONGEST_NAME)
    rule = _("holds control characters or more than {most} characters").format(most=LONGEST_NAME)
    reading.checks.append(Check(meaning, unprintable, rule, _("Write it as plain text.")))


def _read_period(reading: Reading, column: Any, mapping: RecordsMapping) -> None:
    text, form, length = _text(column), period_form(mapping.periods_per_year), mapping.periods_per_year
    year = text.re_extract(form, 1).try_cast("int64")
    part = 0 if length == 1 else text.re_extract(form, 2).try_cast("int64") - 1
    reading.typed["period"] = year * length + part
    bad = text.isnull() | ~text.re_search(form)
    remedy = _("Write every period like {example}, with {count} to the year, from 2000 to 2100.").format(
        example=period_example(length), count=length
    )
    reading.checks.append(Check("period", bad, _("is not a period"), remedy))


def _read_score(reading: Reading, column: Any, mapping: RecordsMapping) -> None:
    text, answers = _text(column), mapping.score.answers
    silent = text.isnull() | _is_one_of(text, mapping.score.no_answer)
    number = text.re_search(WHOLE).ifelse(text.try_cast("float64"), None).try_cast("int64")
    answered = number.between(answers[0], answers[-1])
    reading.typed["score"] = silent.ifelse(None, number).cast("int64")
    rule = _("is not on the scale {scale}").format(scale=mapping.score.scale)
    remedy = _("Give a whole number; leave the cell empty, or use a word of no_answer, where there is no answer.")
    reading.checks.append(Check("score", ~silent & ~answered.fill_null(False), rule, remedy))


def _read_active(reading: Reading, column: Any, mapping: RecordsMapping) -> None:
    assert mapping.active is not None
    text, words = _text(column), mapping.active
    reading.typed["here"] = _is_one_of(text, (*words.active, *words.joined, *words.left))
    reading.typed["new"] = _is_one_of(text, words.joined)
    reading.typed["leaves"] = _is_one_of(text, words.left)
    reading.checks.append(Check("active", text.isnull(), _("is empty"), _("Say of every row who is a customer.")))
    remedy = _("Known are: {words}. Add it to active, joined, left or gone in the mapping.")
    known = ", ".join(words.words)
    unknown = _("is not among the words of the mapping")
    reading.checks.append(Check("active", ~_is_one_of(text, words.words), unknown, remedy.format(words=known)))


def _is_one_of(text: Any, words: tuple[str, ...]) -> Any:
    return text.isin(list(words)) if words else ibis.literal(False)


def _read_amount(meaning: str) -> Any:
    def read(reading: Reading, column: Any, mapping: RecordsMapping) -> None:
        number, bad = _amount(column, reading.decimal)
        reading.typed[meaning] = number
        reading.checks.append(Check(meaning, bad, _("is not a number"), _amount_remedy(reading.decimal)))
        reading.checks.append(Check(meaning, number < 0, _("is below zero"), _("Give a number of 0 or more.")))
        limit = _("is larger than the limit {most:g}").format(most=LARGEST_AMOUNT)
        reading.checks.append(Check(meaning, number > LARGEST_AMOUNT, limit, _("Check the figure.")))

    return read


def _amount_remedy(decimal: str) -> str:
    remedy = _(
        "Write digits with the decimal mark {mark} and nothing else; leave the cell empty where it is not known."
    )
    return remedy.format(mark=f'"{decimal}"')


def _amount(column: Any, decimal: str) -> tuple[Any, Any]:
    """A cell as a number, and whether it is none; an empty cell is neither."""
    if not column.type().is_string():
        number = column.cast("float64")
        endless = number.isnan() | number.isinf()
        return endless.ifelse(None, number), endless
    text = _text(column)
    mark = re.escape(decimal)
    well_formed = text.re_search(rf"^[+-]?([0-9]+({mark}[0-9]*)?|{mark}[0-9]+)([eE][+-]?[0-9]+)?$")
    return well_formed.ifelse(text.replace(decimal, "."), None).try_cast("float64"), text.notnull() & ~well_formed


_READERS: dict[str, Any] = {
    "customer": _read_customer,
    "group": _read_group,
    "period": _read_period,
    "score": _read_score,
    "active": _read_active,
    "revenue": _read_amount("revenue"),
    "contacts": _read_amount("contacts"),
    "tenure": _read_amount("tenure"),
}


def _check(cells: Cells, mapping: RecordsMapping) -> None:
    """Refuse what must not be in a file: each kind once, with how many rows and the first few."""
    flags = [f"k{index}" for index in range(len(cells.checks))]
    counts = _rows(cells.table.aggregate(**{flag: cells.table[flag].sum() for flag in flags}))[0]
    complaints = [
        _cell_complaint(cells, flag, check, counts[flag], mapping)
        for flag, check in zip(flags, cells.checks, strict=True)
        if counts[flag]
    ]
    complaints += _doubled(cells)
    if complaints:
        raise InputError(complaints)


def _cell_complaint(cells: Cells, flag: str, check: Check, count: int, mapping: RecordsMapping) -> Complaint:
    source, column = cells.source, mapping.columns[check.meaning]
    bad = _rows(cells.table.filter(cells.table[flag]).order_by("row").limit(EXAMPLES).select("row"))
    rows = [row["row"] for row in bad]
    cell = cells.texts.filter(cells.texts.row == rows[0])[check.meaning].cast("string")
    value = cell.as_scalar().to_pyarrow().as_py()
    place = _("{rows}, column {column}").format(rows=_where(count, _shown_rows(source, rows)), column=column)
    return Complaint(check.rule, check.remedy, str(source.path), place=place, value=value or "")


def _doubled(cells: Cells) -> list[Complaint]:
    """Customers with more than one row (in one period)."""
    keys = [key for key in ("customer", "period") if key in cells.names]
    rows = cells.table.filter(cells.table.customer.notnull())
    doubled = rows.group_by(keys).agg(count=rows.count(), first=rows.row.min())
    doubled = doubled.filter(doubled["count"] > 1)
    if not (cases := _number(doubled.count())):
        return []
    first = doubled.order_by("first").limit(1)
    same = rows.semi_join(first, keys).order_by("row").limit(EXAMPLES)
    return [_doubled_complaint(cells, cases, _rows(first)[0], [row["row"] for row in _rows(same)])]


def _doubled_complaint(cells: Cells, cases: int, first: dict[str, Any], rows: list[int]) -> Complaint:
    if "period" in cells.names:
        rule, remedy = _("has more than one row in a period"), _("Keep one row for each customer and period.")
    else:
        rule, remedy = _("has more than one row"), _("Keep one row for each customer.")
    if cases > 1:
        rule = _("{rule}, and so have others: {count} cases").format(rule=rule, count=f"{cases:,}")
    place = _where(first["count"], _shown_rows(cells.source, rows))
    return Complaint(rule, remedy, str(cells.source.path), place=place, value=first["customer"])


def _shown_rows(source: Source, rows: list[int]) -> str:
    """Row numbers as a spreadsheet shows them; a Parquet file has no header row."""
    if not source.is_text:
        return ", ".join(str(row + 1) for row in rows)
    wanted, last = set(rows), max(rows)
    numbered = itertools.islice(_numbered_rows(source.path, source.delimiter, source.first_line), last + 1)
    return ", ".join(str(shown) for index, (shown, _fields) in enumerate(numbered) if index in wanted)


# One table of rows


def _joined(cells: list[Cells], mapping: RecordsMapping) -> tuple[Table, list[Partial]]:
    """All files as one table with every column that expressions count on, and how far the files cover one another."""
    first, *others = [one.table.select(*one.names) for one in cells]
    rows, partial, complaints = first, [], []
    for one, table in zip(cells[1:], others, strict=True):
        keys = [key for key in ("customer", "period") if key in table.columns]
        lacking = _number(first.anti_join(table, keys).count())
        unknown = _number(table.anti_join(first, keys).count())
        complaints += _unmatched(one, lacking, _number(first.count()), mapping)
        if lacking or unknown:
            partial.append(Partial(file=one.source.name, lacking=lacking, unknown=unknown))
        rows = rows.left_join(table, keys).drop(*(f"{key}_right" for key in keys))
    if complaints:
        raise InputError(complaints)
    return _completed(rows), partial


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


# What happened to each customer


def _seen(workspace: Workspace, rows: Table, mapping: RecordsMapping) -> Table:
    """The rows with what happened: present, stayed, left, current, joined, …, and the segments that followed."""
    rows = workspace.keep_only(_with_segments(rows, mapping))
    if not mapping.is_panel:
        return workspace.keep_only(_picture(rows, mapping))
    rows = workspace.keep_only(_with_neighbours(rows))
    _check_left_once(rows, mapping)
    return workspace.keep_only(_panel(rows, mapping))


def _check_left_once(rows: Table, mapping: RecordsMapping) -> None:
    """Refuse a panel in which customers leave in one row and again in the next."""
    if mapping.active is None or not mapping.active.left:
        return
    if count := _number((rows.leaves & rows.leaves_before).sum()):
        rule = _("means that a customer left during the period, and {count} rows say so of one who has left already")
        remedy = _("Put the words of those who are no longer customers into gone.")
        words = ", ".join(mapping.active.left)
        complaint = Complaint(rule.format(count=f"{count:,}"), remedy, place="active.left", value=words)
        raise InputError([complaint])


def _with_segments(rows: Table, mapping: RecordsMapping) -> Table:
    segments = mapping.score.segments
    branches = [(rows.score.isin(list(segments[s])), s.position) for s in SEGMENTS if segments[s]]
    months = mapping.tenure.unit.months(mapping.periods_per_year) if mapping.tenure else 1.0
    return rows.mutate(segment=ibis.cases(*branches), tenure=rows.tenure * months)


def _panel(rows: Table, mapping: RecordsMapping) -> Table:
    """A row for each customer and period. Who is there in t and not in t + 1 has left during t."""
    periods = _periods(rows)
    goes_on = ~rows.leaves & ((rows.after == rows.period + 1) & rows.here_after).fill_null(False)
    goes_on_twice = goes_on & ~rows.leaves_after & (rows.later == rows.period + 2) & rows.here_later
    was_here = (rows.before == rows.period - 1) & rows.here_before & ~rows.leaves_before
    followed = rows.period.isin([period for period in periods if period + 1 in periods])
    vanishes = rows.here & ~rows.leaves & followed & ~(rows.after == rows.period + 1).fill_null(False)
    arrives = rows.here & ~was_here.fill_null(False) & rows.period.isin([p for p in periods if p - 1 in periods])
    young = (rows.tenure <= mapping.months_per_period).fill_null(True)
    said = mapping.active is not None and bool(mapping.active.left) and not _number(rows.filter(vanishes).count())
    known = followed | ibis.literal(said)
    stays = followed.ifelse(goes_on, ~rows.leaves)
    return rows.mutate(
        present=rows.here,
        stayed=rows.here & known & stays,
        left=rows.here & known & ~stays,
        current=rows.here & (rows.period == periods[-1]),
        joined=(rows.here & rows.new) | (arrives & young),
        came_and_went=ibis.literal(False),
        vanished=vanishes & ibis.literal(mapping.active is not None and bool(mapping.active.left)),
        returned=arrives & (rows.first_here < rows.period),
        odd_tenure=rows.here & rows.new & ~young,
        next_segment=goes_on.ifelse(rows.segment_after, None),
        later_segment=goes_on_twice.fill_null(False).ifelse(rows.segment_later, None),
        recent=rows.period > periods[-1] - mapping.periods_per_year,
    )


def _with_neighbours(rows: Table) -> Table:
    """Each row with what the same customer's rows before and after it say."""
    in_order, ever = ibis.window(group_by="customer", order_by="period"), ibis.window(group_by="customer")
    return rows.mutate(
        after=rows.period.lead().over(in_order),
        here_after=rows.here.lead().over(in_order),
        leaves_after=rows.leaves.lead().over(in_order),
        segment_after=rows.segment.lead().over(in_order),
        later=rows.period.lead(2).over(in_order),
        here_later=rows.here.lead(2).over(in_order),
        segment_later=rows.segment.lead(2).over(in_order),
        before=rows.period.lag().over(in_order),
        here_before=rows.here.lag().over(in_order),
        leaves_before=rows.leaves.lag().over(in_order),
        first_here=rows.period.min(where=rows.here).over(ever),
    )


def _periods(rows: Table) -> list[int]:
    return sorted(row["period"] for row in _rows(rows.select("period").distinct()))


def _picture(rows: Table, mapping: RecordsMapping) -> Table:
    """One row for each customer: who is there now, and who left or joined during the observed months."""
    months = mapping.observed_months
    young = ibis.literal(False) if months is None else (rows.tenure <= months).fill_null(False)
    current = rows.here & ~rows.leaves
    joined = current & (rows.new | young)
    came_and_went = rows.leaves & young
    present = rows.here & ~joined & ~came_and_went
    return rows.mutate(
        present=present,
        stayed=present & ~rows.leaves & ibis.literal(mapping.active is not None),
        left=present & rows.leaves,
        current=current,
        joined=joined,
        came_and_went=came_and_went,
        vanished=ibis.literal(False),
        returned=ibis.literal(False),
        odd_tenure=rows.new & rows.tenure.notnull() & ~young,
        next_segment=ibis.null("int64"),
        later_segment=ibis.null("int64"),
        recent=ibis.literal(True),
    )


# Counts


def _counts(seen: Table, mapping: RecordsMapping, files: list[str], partial: list[Partial]) -> RecordCounts:
    names = _group_names(seen, mapping)
    tallies = _tallies(seen)
    moves, later = _moves(seen, "next_segment"), _moves(seen, "later_segment")
    stayers = seen.filter(~seen.left)
    sums = {
        "revenue": _sums(seen, "revenue"),
        "revenue_of_stayers": _sums(stayers, "revenue"),
        "contacts": _sums(seen, "contacts"),
        "contacts_of_stayers": _sums(stayers, "contacts"),
    }
    groups = [
        GroupCounts(
            name=name,
            tallies=tuple(tallies.get(name, ())),
            moves=moves.get(name, NO_MOVES),
            later_moves=later.get(name, NO_MOVES),
            **{key: by_group.get(name, NO_SUMS) for key, by_group in sums.items()},
        )
        for name in names
    ]
    periods = tuple(_periods(seen)) if mapping.is_panel else ()
    total = _rows(seen.aggregate(rows=seen.count(), customers=seen.customer.nunique()))[0]
    oddities = _oddities(seen, mapping, periods, partial)
    return RecordCounts(files=tuple(files), periods=periods, groups=tuple(groups), oddities=oddities, **total)


def _group_names(seen: Table, mapping: RecordsMapping) -> list[str]:
    """The groups in alphabetical order. Raises InputError where there are too many, or two look the same."""
    count = _number(seen.group.nunique())
    if count > MOST_GROUPS:
        rule = _("has {count} groups, more than {most}").format(count=f"{count:,}", most=MOST_GROUPS)
        remedy = _("Name a column that divides the customers more coarsely.")
        raise InputError([Complaint(rule, remedy, place="group", value=mapping.group or "")])
    names = sorted(row["group"] for row in _rows(seen.select("group").distinct()))
    _check_group_names(names, mapping)
    return names


def _check_group_names(names: list[str], mapping: RecordsMapping) -> None:
    first: dict[str, str] = {}
    complaints = []
    for name in names:
        if (other := first.setdefault(same_name(name), name)) != name:
            rule = _("is the same group as {other} but written differently").format(other=other)
            complaints.append(Complaint(rule, _("Write a group in one way."), place="group", value=name))
    known = {same_name(name) for name in names}
    for name in mapping.base:
        if same_name(name) not in known:
            complaints.append(
                Complaint(_("is no group of the records"), nearest(name, names), place="base", value=name)
            )
    if complaints:
        raise InputError(complaints)


def _tallies(seen: Table) -> dict[str, list[Tally]]:
    what = ("present", "stayed", "left", "current", "joined", "came_and_went")
    counted = seen.group_by("group", "period", "score").agg(**{key: seen[key].sum() for key in what})
    tallies: dict[str, list[Tally]] = {}
    for row in _rows(counted.order_by("group", "period", "score")):
        tallies.setdefault(row.pop("group"), []).append(Tally(**row))
    return tallies


def _moves(seen: Table, into: str) -> dict[str, Moves]:
    pairs = seen.filter(seen.stayed & seen.segment.notnull() & seen[into].notnull())
    counted = pairs.group_by("group", "segment", into).agg(count=pairs.count())
    moves: dict[str, list[list[int]]] = {}
    for row in _rows(counted):
        matrix = moves.setdefault(row["group"], [[0, 0, 0] for _segment in SEGMENTS])
        matrix[row["segment"]][row[into]] = row["count"]
    return {group: tuple(map(tuple, matrix)) for group, matrix in moves.items()}  # type: ignore[misc]


def _sums(seen: Table, amount: str) -> dict[str, SumsBySegment]:
    """Sums of the last year, by group and segment, of customers present and answering. See `Sums`."""
    rows = seen.filter(seen.present & seen.recent & seen.segment.notnull() & seen[amount].notnull())
    each = rows.group_by("group", "segment", "customer").agg(n=rows.count(), s=rows[amount].sum())
    counted = each.group_by("group", "segment").agg(
        customers=each.count(),
        rows=each.n.sum(),
        total=each.s.sum(),
        squares=(each.s * each.s).sum(),
        cross=(each.s * each.n).sum(),
        squared_rows=(each.n * each.n).sum(),
    )
    sums: dict[str, list[Sums]] = {}
    for row in _rows(counted):
        group, segment = row.pop("group"), row.pop("segment")
        sums.setdefault(group, list(NO_SUMS))[segment] = Sums(**row)
    return {group: tuple(by_segment) for group, by_segment in sums.items()}  # type: ignore[misc]


def _oddities(seen: Table, mapping: RecordsMapping, periods: Sequence[int], partial: list[Partial]) -> Oddities:
    groups = seen.group_by("customer").agg(first=seen.group.min(), last=seen.group.max())
    billed = seen.present & seen.recent
    counted = {
        "scored_after_leaving": (~seen.here & seen.score.notnull() & ibis.literal(mapping.is_panel)).sum(),
        "vanished": seen.vanished.sum(),
        "returned": seen.returned.sum(),
        "without_revenue": (billed & seen.revenue.isnull() & ibis.literal(mapping.revenue is not None)).sum(),
        "without_contacts": (billed & seen.contacts.isnull() & ibis.literal(mapping.contacts is not None)).sum(),
        "joined_with_long_tenure": seen.odd_tenure.sum(),
    }
    row = _rows(seen.aggregate(**counted, highest_score=seen.score.max()))[0]
    gaps = [period for period in range(periods[0], periods[-1]) if period not in periods] if periods else []
    changed = _number(groups.filter(groups["first"] != groups["last"]).count()) if mapping.is_panel else 0
    return Oddities(partial=tuple(partial), missing_periods=tuple(gaps), changed_group=changed, **row)


def _rows(table: Table) -> list[dict[str, Any]]:
    """A small table as dicts."""
    return table.to_pyarrow().to_pylist()


def _number(value: Any) -> int:
    return int(value.to_pyarrow().as_py() or 0)
