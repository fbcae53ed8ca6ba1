"""What is wrong with a file, whichever kind it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from prioritizer.domain.assumptions import all_numbers
from prioritizer.domain.company import Company, TerminalValue
from prioritizer.domain.correlations import check_correlations
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.record import Record
from prioritizer.domain.scenarios import Scenario, check_links
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.services.citations import check_citations, require_known
from prioritizer.store import files
from prioritizer.store.complaints import collect
from prioritizer.store.folders import DISK
from prioritizer.store.outcomes import holds_outcomes, read_outcomes


class ComplaintRecord(Record):
    """A complaint, as programs read it."""

    file: str
    line: int | None
    place: str
    value: str
    rule: str
    remedy: str


class Validation(Record):
    """What is wrong with some files: the files without complaints, and every complaint."""

    in_order: tuple[str, ...]
    complaints: tuple[ComplaintRecord, ...]

    @classmethod
    def of(cls, found: Mapping[str, Sequence[Complaint]]) -> "Validation":
        complaints = [ComplaintRecord(**vars(complaint)) for listed in found.values() for complaint in listed]
        in_order = [file for file, listed in found.items() if not listed]
        return cls(in_order=tuple(in_order), complaints=tuple(complaints))

    def text(self) -> str:
        """The files that are in order, a line each."""
        return "".join(_("{file}: nothing to complain about").format(file=file) + "\n" for file in self.in_order)

    def table(self) -> Any:
        """The complaints as a pandas data frame."""
        import pandas as pd

        return pd.DataFrame(
            [dict(complaint) for complaint in self.complaints], columns=list(ComplaintRecord.model_fields)
        )


def validate(path: Path) -> tuple[Complaint, ...]:
    """Every complaint about a company, initiative, scenario, mapping or outcome file, and about the files it names."""
    try:
        if path.suffix.lower() not in files.SPREADSHEETS and holds_outcomes(DISK.document(path)):
            read_outcomes(path)
            return ()
        known = files.read_any(path)
        if isinstance(known, tuple):
            found = [*check_links(known), *check_citations(known)]
            return tuple(replace(complaint, file=str(path)) for complaint in found)
        if isinstance(known, Scenario):
            _check_figures(known.company, known.initiatives)
        elif isinstance(known, Company):
            _check_figures(known, known.initiatives)
    except InputError as error:
        return tuple(replace(complaint, file=complaint.file or str(path)) for complaint in error.complaints)
    return ()


def _check_figures(company: Company, initiatives: tuple[Initiative, ...]) -> None:
    """Raise InputError where the numbers cannot be drawn or summed up as the company asks; at their means."""
    checks: list[Callable[[], object]] = [
        partial(require_known, initiatives),
        partial(check_correlations, all_numbers(company, initiatives), company.correlate),
    ]
    if company.terminal_value is TerminalValue.RUN_OFF:
        from prioritizer.engine.levers import at_means, run_off_by_segment  # only here: they load the engine

        inputs = at_means(company, (), ())
        checks += [partial(run_off_by_segment, inputs, f"groups.{name}") for name in company.groups]
    collect(*checks)
