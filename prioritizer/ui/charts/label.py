"""Words in a chart: read letter by letter, wrapped, measured and kept apart."""

import html
import re
import textwrap
import unicodedata
from collections.abc import Sequence

LINE = 16  # pixels from one line of text to the next
_LETTER = 7.2  # pixels of an average letter at 13 pixels, Cyrillic included


def clean(text: str) -> str:
    """Text on one line, without control characters; spaces that must not break stay."""
    shown = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)
    return re.sub(" +", " ", shown).strip()


def literal(text: str) -> str:
    """Text that Plotly shows as it is written, although it reads <b> and <a href> as markup."""
    return html.escape(clean(text), quote=False)


def lines_of(text: str, letters: int) -> list[str]:
    """Text broken into lines of so many letters at most, at spaces where there are any."""
    return textwrap.wrap(clean(text), letters) or [""]


def shortened(text: str, letters: int, most: int) -> list[str]:
    """The first lines of a text, with an ellipsis where more would follow."""
    lines = lines_of(text, letters)
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], lines[most - 1][: letters - 1].rstrip() + "…"]


def stacked(lines: Sequence[str]) -> str:
    """Lines below each other, each read letter by letter."""
    return "<br>".join(literal(line) for line in lines)


def strong(text: str) -> str:
    """Literal text in bold."""
    return f"<b>{literal(text)}</b>"


def pixels(texts: Sequence[str]) -> int:
    """The width of the longest text, roughly."""
    return round(max((len(text) for text in texts), default=0) * _LETTER)


def apart(centres: Sequence[float], distance: float) -> list[float]:
    """The same places in the same order, moved as a group no further than keeps neighbours so far from each other."""
    groups: list[list[float]] = []
    for centre in sorted(centres):
        groups.append([centre])
        while len(groups) > 1 and _first(groups[-1], distance) - _last(groups[-2], distance) < distance:
            crowd = groups.pop()
            groups[-1] += crowd
    placed = iter([_first(group, distance) + position * distance for group in groups for position in range(len(group))])
    order = sorted(range(len(centres)), key=lambda index: centres[index])
    moved = dict(zip(order, placed, strict=True))
    return [moved[index] for index in range(len(centres))]


def _first(group: Sequence[float], distance: float) -> float:
    return sum(group) / len(group) - (len(group) - 1) * distance / 2


def _last(group: Sequence[float], distance: float) -> float:
    return sum(group) / len(group) + (len(group) - 1) * distance / 2
