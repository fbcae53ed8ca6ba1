"""Tables → text that a spreadsheet opens without harm."""

import math
from collections.abc import Mapping
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


def csv_text(frame: Any, index: bool = True) -> str:
    """A data frame as CSV (RFC 4180): numbers in full, text that looks like a formula behind an apostrophe."""
    safe = frame.map(lambda cell: plain_text(cell) if isinstance(cell, str) else cell)
    return safe.to_csv(index=index, lineterminator="\r\n")


def plain_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def require_finite(content: object, place: str = "") -> None:
    """Raise ValueError where a number within maps and lists is none, or infinite; it names the place."""
    if isinstance(content, float) and not math.isfinite(content):
        raise ValueError(f"{place} is {content}")
    if isinstance(content, Mapping):
        for key, value in content.items():
            require_finite(value, f"{place}.{key}" if place else str(key))
    elif isinstance(content, (list, tuple)):
        for index, value in enumerate(content):
            require_finite(value, f"{place}.{index}")
