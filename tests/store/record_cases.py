"""Mappings and files of customer records, and what is said against them."""

from pathlib import Path

import pytest

from prioritizer.domain.records import RecordsMapping
from prioritizer.errors import InputError
from prioritizer.store.records import count_records

PANEL = {
    "customer": "id",
    "group": "region",
    "period": "quarter",
    "periods_per_year": 4,
    "score": {"column": "nps", "scale": "0-10"},
    "active": {"column": "status", "active": ["stays"], "joined": ["new"], "left": ["leaves"], "gone": ["gone"]},
    "revenue": {"column": "billed", "per": "period"},
    "contacts": {"column": "calls", "per": "period"},
    "tenure": {"column": "tenure", "unit": "month"},
    "currency": "EUR",
}
PICTURE = {
    **{key: value for key, value in PANEL.items() if key not in ("period", "contacts")},
    "observed_months": 3,
}
SIMPLE = {"customer": "id", "score": {"column": "nps", "scale": "0-10"}, "periods_per_year": 4}


def mapping(start=SIMPLE, **changes) -> RecordsMapping:
    return RecordsMapping.model_validate({**start, **changes})


def csv_file(folder: Path, content: str | bytes, name: str = "records.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def complaints(meaning: RecordsMapping, *paths: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        count_records(meaning, paths)
    return [str(complaint) for complaint in caught.value.complaints]


def complaint(meaning: RecordsMapping, *paths: Path) -> str:
    [only] = complaints(meaning, *paths)
    return only
