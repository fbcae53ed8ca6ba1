"""Small lines with words at their ends, for a page that shows much at once; with the same numbers as a table."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from prioritizer.ui.charts.label import apart
from prioritizer.ui.markup import Element, element, html

ASSETS = Path(__file__).parent / "assets"
HEIGHT = 74  # pixels of the plot
ABOVE, BELOW = 15, 4  # of them for words above the highest point, and air below the lowest
LINE = 15  # pixels from one end's words to the next
DOT = 3  # pixels from the middle of a point to its words

Height = Callable[[float], float]

_mount = st.components.v2.component(
    "small_lines",
    html='<div class="slot"></div>',
    css=(ASSETS / "small_lines.css").read_text(encoding="utf-8"),
    js=(ASSETS / "small_lines.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class SmallLine:
    """A line through evenly spaced places, None where there is nothing; `end` is what stands at its end.

    `said`: words above points, by place.
    """

    values: Sequence[float | None]
    end: str
    said: Mapping[int, str]
    is_dashed: bool = False


def small_lines(lines: Sequence[SmallLine], below: tuple[str, str], table: Element, key: str) -> None:
    """Put lines on one scale on the page.

    Args:
        below: what stands below the first and the last place.
        table: the same numbers, for those who do not see the lines.
    """
    _mount(key=key, data={"html": html([drawn(lines, below, table)])})


def drawn(lines: Sequence[SmallLine], below: tuple[str, str], table: Element) -> Element:
    """The lines as HTML."""
    known = [value for line in lines for value in line.values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)

    def height(value: float) -> float:
        """From the top, in pixels; a flat line lies in the middle."""
        share = (value - low) / (high - low) if high > low else 0.5
        return ABOVE + (1 - share) * (HEIGHT - ABOVE - BELOW)

    ends = [next((value for value in reversed(line.values) if value is not None), low) for line in lines]
    tops = apart([height(value) for value in ends], LINE)
    return element(
        "div",
        element(
            "div",
            element(
                "div",
                element(
                    "svg",
                    *(_path(line, height) for line in lines),
                    viewBox=f"0 0 100 {HEIGHT}",
                    preserveAspectRatio="none",
                ),
                *(words for line in lines for words in _words(line, height)),
                class_="plot",
                style=f"height:{HEIGHT}px",
            ),
            element(
                "div",
                *(element("span", line.end, style=f"top:{top:.1f}px") for line, top in zip(lines, tops, strict=True)),
                class_="ends",
            ),
            element("div", *(element("span", text) for text in below), class_="below"),
            class_="lines",
            aria_hidden="true",
        ),
        element("div", table, class_="sr"),
    )


def _path(line: SmallLine, height: Height) -> Element:
    """The line, broken where nothing is known."""
    steps, pen = [], "M"
    for place, value in enumerate(line.values):
        if value is not None:
            steps.append(f"{pen}{_across(line, place):.2f} {height(value):.2f}")
        pen = "M" if value is None else "L"
    return element("path", d=" ".join(steps), class_="dashed" if line.is_dashed else None)


def _words(line: SmallLine, height: Height) -> Iterator[Element]:
    """What is said at points, each with its dot."""
    for place, text in line.said.items():
        if (value := line.values[place]) is not None:
            left, top = f"left:{_across(line, place):.2f}%", height(value)
            kind = "word first" if place == 0 else "word"
            yield element("span", class_="dot", style=f"{left};top:{top:.1f}px")
            yield element("span", text, class_=kind, style=f"{left};top:{top - DOT:.1f}px")


def _across(line: SmallLine, place: int) -> float:
    return 100 * place / max(len(line.values) - 1, 1)
