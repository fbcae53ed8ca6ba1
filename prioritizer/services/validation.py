"""What is wrong with a file, whichever kind it is."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from prioritizer.domain.assumptions import all_numbers
from prioritizer.domain.company import Company, TerminalValue
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.scenarios import Scenario, check_links
from prioritizer.engine.sampling import check_correlations
from prioritizer.errors import Complaint, InputError
from prioritizer.store import files
from prioritizer.store.complaints import collect


def validate(path: Path) -> tuple[Complaint, ...]:
    """Every complaint about a company, initiative, scenario or mapping file, and about the files it names."""
    try:
        known = files.read_any(path)
        if isinstance(known, tuple):
            return tuple(replace(complaint, file=str(path)) for complaint in check_links(known))
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
        partial(check_correlations, all_numbers(company, initiatives), company.correlate)
    ]
    if company.terminal_value is TerminalValue.RUN_OFF:
        from prioritizer.engine.levers import at_means, run_off_by_segment  # only here: they load the engine

        inputs = at_means(company, (), ())
        checks += [partial(run_off_by_segment, inputs, f"groups.{name}") for name in company.groups]
    collect(*checks)
