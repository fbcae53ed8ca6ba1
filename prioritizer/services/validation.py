"""What is wrong with a file, whichever kind it is."""

from dataclasses import replace
from pathlib import Path

from prioritizer.domain.assumptions import all_numbers
from prioritizer.domain.company import Company
from prioritizer.domain.scenarios import Scenario, check_links
from prioritizer.engine.sampling import check_correlations
from prioritizer.errors import Complaint, InputError
from prioritizer.store import files


def validate(path: Path) -> tuple[Complaint, ...]:
    """Every complaint about a company, initiative, scenario or mapping file, and about the files it names."""
    try:
        known = files.read_any(path)
        if isinstance(known, tuple):
            return tuple(replace(complaint, file=str(path)) for complaint in check_links(known))
        if isinstance(known, Scenario):
            check_correlations(all_numbers(known.company, known.initiatives), known.company.correlate)
        elif isinstance(known, Company):
            check_correlations(all_numbers(known, known.initiatives), known.correlate)
    except InputError as error:
        return tuple(replace(complaint, file=complaint.file or str(path)) for complaint in error.complaints)
    return ()
