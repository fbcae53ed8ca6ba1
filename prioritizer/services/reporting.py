"""Results as files for other programs."""

from typing import Any, Protocol

from prioritizer.export.tables import csv_text


class Tabular(Protocol):
    """A result that can be shown as a data frame."""

    def table(self) -> Any: ...


def as_csv(result: Tabular, index: bool = True) -> str:
    """A result's table as CSV: numbers in full, text that looks like a formula made harmless."""
    return csv_text(result.table(), index=index)
