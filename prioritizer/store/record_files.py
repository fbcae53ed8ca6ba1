"""Files of customer records, CSV and Parquet, opened as tables of a database in memory, or refused.

Nothing is inferred: CSV is read as text. Another warehouse needs only another way to open its tables.
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
from ibis import Table
from pyarrow import parquet

from prioritizer.domain.record import same_name
from prioritizer.domain.records import CsvForm, RecordsMapping
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _

MOST_COLUMNS = 200
MOST_REJECTED = 100_000
LONGEST_HEADER = 1_000_000
EXAMPLES = 3

PARQUET_MARK = b"PAR1"
TEXT_ENDINGS = (".csv", ".tsv", ".txt")
PARQUET_ENDINGS = (".parquet", ".pq")
TOO_WIDE = "TOO MANY COLUMNS"  # as DuckDB calls a line with more fields than the header


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
def open_workspace() -> Iterator[Workspace]:
    """A workspace that is gone afterwards. Raises InputError where memory does not suffice for what is done in it."""
    with tempfile.TemporaryDirectory(prefix="prioritizer-") as folder:
        workspace = Workspace(folder)
        try:
            yield workspace
        except duckdb.OutOfMemoryException:
            remedy = _("Give fewer periods or columns, or run it where there is more memory.")
            raise InputError([Complaint(_("the records need more memory than there is"), remedy)]) from None
        finally:
            workspace.connection.disconnect()


def rows_of(table: Table) -> list[dict[str, Any]]:
    """A small table as dicts."""
    return table.to_pyarrow().to_pylist()


def number_of(value: Any) -> int:
    return int(value.to_pyarrow().as_py() or 0)


@dataclass(frozen=True)
class CsvFile:
    """A CSV file whose header has been read; `skipped` lines stand before it (Excel's "sep=;")."""

    path: Path
    headings: tuple[str, ...]
    delimiter: str
    skipped: int

    @property
    def width(self) -> int:
        return len(self.headings)

    def numbered_rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows that are not blank, with the number that a spreadsheet shows for each."""
        with self.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            lines = itertools.islice(file, self.skipped, None)
            for row, fields in enumerate(csv.reader(lines, delimiter=self.delimiter), start=self.skipped + 1):
                if fields and row > self.skipped + 1:
                    yield row, fields


@dataclass(frozen=True)
class Source:
    """One file that has been opened: a table with a column `c0`, `c1`, … for each heading, and `row` counted from 0."""

    path: Path
    headings: tuple[str, ...]
    table: Table
    csv: CsvFile | None = None

    @property
    def name(self) -> str:
        return self.path.name

    def column_of(self, name: str) -> int | None:
        """Which column has this heading, if any."""
        return self.headings.index(_clean(name)) if _clean(name) in self.headings else None

    def shown(self, rows: Sequence[int]) -> str:
        """Row numbers as a spreadsheet shows them; a Parquet file has no header row."""
        if self.csv is None:
            return ", ".join(str(row + 1) for row in rows)
        numbered = itertools.islice(self.csv.numbered_rows(), max(rows) + 1)
        return ", ".join(str(shown) for index, (shown, _fields) in enumerate(numbered) if index in rows)


def open_source(workspace: Workspace, path: Path, mapping: RecordsMapping) -> Source:
    """The file with the columns that the mapping names. Raises InputError where it is not one of customer records."""
    source = _open_parquet(workspace, path) if _is_parquet(path) else _open_csv(workspace, path, mapping)
    if number_of(source.table.count()) == 0:
        raise refused(path, _("has no rows"), _("Give a file with at least one customer."))
    return source


def refused(path: Path, rule: str, remedy: str, value: str = "") -> InputError:
    """The error of a file that is refused for one reason."""
    return InputError([Complaint(rule, remedy, str(path), value=value)])


def where(count: int, rows: str) -> str:
    """So many rows as the place of a complaint; `rows` are the numbers of the first few."""
    if count == 1:
        return _("row {rows}").format(rows=rows)
    return _("{count} rows, first {rows}").format(count=f"{count:,}", rows=rows)


def _is_parquet(path: Path) -> bool:
    """Whether a file is Parquet, by its content; its ending must agree."""
    mark, ending = _first_bytes(path), path.suffix.lower()
    if not mark:
        raise _empty(path)
    if ending not in (*TEXT_ENDINGS, *PARQUET_ENDINGS):
        raise refused(path, _("is neither CSV nor Parquet by its name"), _("Save it as .csv or .parquet."))
    if (mark == PARQUET_MARK) != (ending in PARQUET_ENDINGS):
        raise refused(path, _("does not hold what its name says"), _("Save it as .csv or .parquet again."))
    return mark == PARQUET_MARK


def _first_bytes(path: Path) -> bytes:
    if not path.exists():
        raise refused(path, _("there is no such file"), _("Check the path."))
    if not path.is_file():
        raise refused(path, _("is not a file"), _("Give the path of a CSV or Parquet file."))
    try:
        with path.open("rb") as file:
            return file.read(len(PARQUET_MARK))
    except OSError as error:
        raise refused(path, error.strerror or str(error), _("Make the file readable.")) from None


def _empty(path: Path) -> InputError:
    return refused(path, _("is empty"), _("Give a file with at least one customer."))


def _open_parquet(workspace: Workspace, path: Path) -> Source:
    try:
        headings = parquet.read_schema(path).names
        _check_headings(path, headings, _("Drop or rename it and save the file again."))
        table = workspace.connection.read_parquet(_pattern(path), file_row_number=True)
    except (pa.ArrowException, OSError, duckdb.Error):
        remedy = _("Save the file again; it may have been cut short.")
        raise refused(path, _("cannot be read as Parquet"), remedy) from None
    named = {f"c{index}": name for index, name in enumerate(table.columns[: len(headings)])}
    return Source(path, tuple(map(_clean, headings)), table.rename(**named, row=table.columns[-1]))


def _pattern(path: Path) -> str:
    """The path as DuckDB takes it, which looks for patterns in names."""
    return glob.escape(str(path.resolve()))


def _open_csv(workspace: Workspace, path: Path, mapping: RecordsMapping) -> Source:
    file = _with_header(path, mapping.csv)
    _check_headings(path, file.headings, _("Drop or rename it in the header."))
    headings = tuple(map(_clean, file.headings))
    named = set(map(_clean, mapping.columns.values()))
    stored = _stored(workspace, file, [index for index, heading in enumerate(headings) if heading in named])
    _check_trailing_delimiters(workspace, file)
    return Source(path, headings, stored.mutate(row=stored.rowid()), file)


def _with_header(path: Path, form: CsvForm) -> CsvFile:
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        start = file.read(LONGEST_HEADER)
    stated = re.match(r"sep=(.)\r?\n", start)
    delimiter, skipped = (stated[1], 1) if stated else (form.separator, 0)
    text = io.StringIO(start[stated.end() if stated else 0 :], newline="")
    try:
        headings = next(csv.reader(text, delimiter=delimiter, strict=True), [])
    except csv.Error:
        raise refused(path, _("has a header that cannot be read"), _("Mend its quotes.")) from None
    _check_header_text(path, start, headings)
    return CsvFile(path, tuple(headings), delimiter, skipped)


def _check_header_text(path: Path, start: str, headings: list[str]) -> None:
    joined = "".join(headings)
    if not start.strip():
        raise _empty(path)
    if any("\udc80" <= char <= "\udcff" for char in joined) or "\0" in joined:
        raise refused(path, _("is not UTF-8"), _("Save the file as CSV UTF-8."))
    if not joined.strip() or "\n" in joined or "\r" in joined:
        raise refused(path, _("has no header in its first line"), _("Write the names of the columns there."))


def _check_headings(path: Path, headings: Sequence[str], remedy: str) -> None:
    if len(headings) > MOST_COLUMNS:
        rule = _("has {count} columns, more than {most}").format(count=len(headings), most=MOST_COLUMNS)
        raise refused(path, rule, _("Keep the columns that are needed."))
    keys = [same_name(_clean(heading)) for heading in headings]
    rule = _("stands twice in the header")
    complaints = [
        Complaint(rule, remedy, str(path), value=heading or _("(no name)"))
        for index, heading in enumerate(headings)
        if keys[index] in keys[:index]
    ]
    if complaints:
        raise InputError(complaints)


def _clean(heading: str) -> str:
    """A heading without what nobody sees: spaces around it, a byte-order mark, zero-width characters."""
    seen = "".join(char for char in unicodedata.normalize("NFC", heading) if unicodedata.category(char) != "Cf")
    return seen.strip()


def _stored(workspace: Workspace, file: CsvFile, kept: list[int]) -> Table:
    """The kept columns, or the first where none is, as text. Raises InputError for lines that are no rows."""
    rejects = f"rejects_{next(workspace.numbers)}"
    try:
        table = workspace.connection.read_csv(
            _pattern(file.path),
            columns={f"c{index}": "VARCHAR" for index in range(file.width)},
            auto_detect=False,
            header=True,
            skip=file.skipped,
            delim=file.delimiter,
            quote='"',
            escape='"',
            strict_mode=True,
            store_rejects=True,
            rejects_limit=MOST_REJECTED,
            rejects_scan=f"scans_of_{rejects}",
            rejects_table=rejects,
        )
        stored = workspace.keep(table.select(*(f"c{index}" for index in kept or [0])))
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise _unreadable_csv(file.path, error) from None
    _check_rejects(file, workspace.connection.table(rejects))
    return stored


def _unreadable_csv(path: Path, error: duckdb.Error) -> InputError:
    if "invalid state" in str(error):
        remedy = _("Save the file again with one kind of line ends, and quotes closed.")
        return refused(path, _("mixes line ends, or its quotes are broken"), remedy)
    return refused(path, _("cannot be read as CSV"), _("Save the file as CSV UTF-8 again."))


def _check_rejects(file: CsvFile, rejects: Table) -> None:
    """Refuse lines that are no rows: each kind once, with how many and the first few."""
    found = rejects.select("error_type", "line").distinct()
    kinds = found.group_by("error_type").agg(count=found.count(), lines=found.line.collect().sort())
    complaints = [
        _rejected(file, kind["error_type"], kind["count"], kind["lines"])
        for kind in rows_of(kinds.order_by("error_type"))
    ]
    if complaints:
        raise InputError(complaints)


def _rejected(file: CsvFile, kind: str, count: int, lines: list[int]) -> Complaint:
    rule, remedy = _rejected_words(kind)
    first = ", ".join(map(str, lines[:EXAMPLES]))
    return Complaint(rule.format(width=file.width), remedy, str(file.path), place=where(count, first))


def _rejected_words(kind: str) -> tuple[str, str]:
    quoting = _("Put a field that holds the delimiter into quotes; write a decimal point, not a comma.")
    words = {
        TOO_WIDE: (_("has more fields than the header, which has {width}"), quoting),
        "MISSING COLUMNS": (_("has fewer fields than the header, which has {width}"), quoting),
        "UNQUOTED VALUE": (_("has a quote that is not closed"), _('Close it, or double it inside a field: "".')),
        "INVALID ENCODING": (_("is not UTF-8"), _("Save the file as CSV UTF-8.")),
        "LINE SIZE OVER MAXIMUM": (_("is too long"), _("Look for a quote that is not closed.")),
    }
    return words.get(kind, (_("cannot be read"), _("Mend the line.")))


def _check_trailing_delimiters(workspace: Workspace, file: CsvFile) -> None:
    """Refuse rows with a delimiter after their last field: DuckDB drops it in silence."""
    line = _lines(workspace, file).line
    bare = line.re_replace('"([^"]|"")*"', "")
    delimiters = bare.length() - bare.replace(file.delimiter, "").length()
    if not number_of((line.endswith(file.delimiter) & (delimiters >= file.width)).sum()):
        return
    wide = [row for row, fields in file.numbered_rows() if len(fields) > file.width]
    if wide:
        raise InputError([_rejected(file, TOO_WIDE, len(wide), wide)])


def _lines(workspace: Workspace, file: CsvFile) -> Table:
    """The lines below the header as they are, quoted breaks or not."""
    return workspace.connection.read_csv(
        _pattern(file.path),
        columns={"line": "VARCHAR"},
        auto_detect=False,
        header=True,
        skip=file.skipped,
        delim="\x1f",
        quote="",
        escape="",
        strict_mode=False,
        ignore_errors=True,
    )
