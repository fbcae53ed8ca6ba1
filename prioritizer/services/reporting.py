"""Results as files for other programs."""

import re
import unicodedata
from datetime import date
from typing import Any, Protocol

from prioritizer.domain.cash_flow_statement import CashFlowStatement
from prioritizer.domain.results import Ranking
from prioritizer.export.tables import csv_text, require_finite

LONGEST_SLUG = 40


class Tabular(Protocol):
    """A result that can be shown as a data frame."""

    def table(self) -> Any: ...


def as_csv(result: Tabular, index: bool = True) -> str:
    """A result's table as CSV: numbers in full, text that looks like a formula made harmless."""
    return csv_text(result.table(), index=index)


def list_as_csv(ranking: Ranking) -> str:
    """The priority list as CSV. Raises ValueError where a figure is not a number, or infinite."""
    require_finite(ranking.model_dump())
    return as_csv(ranking)


def list_as_xlsx(ranking: Ranking, answer: str, on: date, head: str = "") -> bytes:
    """The priority list as an Excel workbook; equal arguments give equal bytes.

    Args:
        answer: the sentence that stands above the list.
        on: the date that the workbook carries.
        head: the last hash of the history of the workspace that the list is from; empty where it is from files.

    Raises:
        ValueError: a figure is not a number, or infinite.
    """
    from prioritizer.export.workbook import ranking_workbook  # only here: it loads the writer of workbooks

    require_finite(ranking.model_dump())
    return ranking_workbook(ranking, answer, on, head)


def file_name(ranking: Ranking, ending: str) -> str:
    """A name for a run's file, another one for every run, in letters that every system takes."""
    run = ranking.run
    parts = ("prioritizer", slug(run.company, "company"), slug(run.scenario, "scenario"), slug(run.id, "run"))
    return f"{'-'.join(parts)}.{ending.lstrip('.')}"


def cash_flow_file_name(found: CashFlowStatement) -> str:
    """A name for its file, another one for every run and initiative."""
    return f"prioritizer-cash-flow-{slug(found.id or found.name, 'portfolio')}-{slug(found.run.id, 'run')}.csv"


def slug(text: str, otherwise: str) -> str:
    """A text in lower-case letters, digits and hyphens of ASCII; another word where nothing of it is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-") or otherwise
