"""Customer records → the groups of a company file.

`prioritizer estimate RECORDS… [--mapping FILE] [--format table|json|csv] [--out FILE]` calls

    found = estimate(records, mapping)      # records: the paths given; mapping: the option, or None

RECORDS is one mapping file (.yaml), which names its own data files, or data files with `--mapping`; data files given
take the place of those that the mapping names. Raises InputError, to be printed and ended with 2.

- table: one row for each of `found.lines` (place, mean, low and high of 90 %, unit, observations), then the texts of
  `found.notices` and the places and texts of `found.gaps`, warnings first: they are ordered.
- json: `found.document` with `found.gaps` and `found.notices` (`found.model_dump(mode="json")` holds all of it).
- csv: `found.lines`.
- `--out FILE`: `found.text`, the company file with its gaps as comments, whatever the format on the screen.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prioritizer.domain.record import Record
from prioritizer.domain.records import Figure, Findings, Gap, Line, Notice, RecordCounts, RecordsMapping
from prioritizer.engine import estimation
from prioritizer.engine.posteriors import lines
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.store.company_text import company_text
from prioritizer.store.records import count_records, read_mapping

MAPPING_ENDINGS = (".yaml", ".yml")


class Estimate(Record):
    """What customer records say about a company.

    `document` is the company file as far as it is known: plain maps, lists, numbers and text. `text` is the same with
    gaps and notices as comments. `lines` are its numbers for a table.
    """

    document: dict[str, Any]
    text: str
    lines: tuple[Line, ...]
    figures: tuple[Figure, ...]
    gaps: tuple[Gap, ...]
    notices: tuple[Notice, ...]
    files: tuple[str, ...]
    rows: int
    customers: int

    def table(self) -> Any:
        """The numbers as a pandas data frame, one row per number."""
        import pandas as pd

        rows = [{**dict(line), "place": ".".join(map(str, line.place))} for line in self.lines]
        return pd.DataFrame(rows)


def estimate(
    records: str | Path | Sequence[str | Path] = (), mapping: str | Path | RecordsMapping | None = None
) -> Estimate:
    """The groups of a company file from customer records.

    Args:
        records: one mapping file, or data files; none where the mapping names them.
        mapping: the mapping, or the path of its file, where `records` are data files.

    Raises:
        InputError: with everything that is wrong with the mapping or the records.
    """
    given = [records] if isinstance(records, (str, Path)) else records
    meaning, files = _mapping_and_files([Path(path) for path in given], mapping)
    counts = count_records(meaning, files)
    return _estimate(counts, estimation.estimate(counts, meaning), meaning)


def _mapping_and_files(
    records: list[Path], mapping: str | Path | RecordsMapping | None
) -> tuple[RecordsMapping, list[Path]]:
    if isinstance(mapping, RecordsMapping):
        return mapping, records or [Path(name) for name in mapping.records]
    if mapping is None:
        mapping, records = _only_mapping(records), []
    path = Path(mapping)
    read = read_mapping(path)
    return read, records or [path.parent / name for name in read.records]


def _only_mapping(records: list[Path]) -> Path:
    if len(records) == 1 and records[0].suffix.lower() in MAPPING_ENDINGS:
        return records[0]
    rule = _("no mapping says what the columns of the records mean")
    remedy = _("Name a mapping file: prioritizer estimate RECORDS --mapping FILE; see docs/estimate.md.")
    raise InputError([Complaint(rule, remedy)])


def _estimate(counts: RecordCounts, findings: Findings, mapping: RecordsMapping) -> Estimate:
    document = _document(findings, mapping)
    return Estimate(
        document=document,
        text=company_text(document, findings.gaps, findings.notices),
        lines=tuple(line for figure in findings.figures for line in lines(figure)),
        figures=findings.figures,
        gaps=findings.gaps,
        notices=findings.notices,
        files=counts.files,
        rows=counts.rows,
        customers=counts.customers,
    )


def _document(findings: Findings, mapping: RecordsMapping) -> dict[str, Any]:
    """The figures as nested maps, each at its place."""
    document: dict[str, Any] = {"currency": mapping.currency} if mapping.currency else {}
    document["periods_per_year"] = mapping.periods_per_year
    for figure in findings.figures:
        inner = document
        for key in figure.place[:-1]:
            inner = inner.setdefault(key, {})
        inner[figure.place[-1]] = figure.card
    return document
