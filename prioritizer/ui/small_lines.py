"""Small lines with words at their ends, for a page that shows much at once; with the same numbers as a table."""

from collections.abc import Callable, Iterator, Sequence
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
    """A line through evenly spaced places, None where there is nothing, with words before it and behind it.

    `marked`: a place in it, and the words above that.
    """

    values: Sequence[float | None]
    begin: str
    end: str
    marked: tuple[int, str] | None = None
    is_dashed: bool = False

    @property
    def ends(self) -> tuple[float, float] | None:
        """The first and the last value that are known; None where none is."""
        known = [value for value in self.values if value is not None]
        return (known[0], known[-1]) if known else None


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

    return element(
        "div",
        element(
            "div",
            _column("begin", [(line.begin, height(line.ends[0])) for line in lines if line.ends]),
            element(
                "div",
                element(
                    "svg",
                    *(_path(line, height) for line in lines),
                    viewBox=f"0 0 100 {HEIGHT}",
                    preserveAspectRatio="none",
                ),
                *(words for line in lines for words in _mark(line, height)),
                class_="plot",
                style=f"height:{HEIGHT}px",
            ),
            _column("end", [(line.end, height(line.ends[1])) for line in lines if line.ends]),
            element("div", *(element("span", text) for text in below), class_="below"),
            class_="lines",
            aria_hidden="true",
        ),
        element("div", table, class_="sr"),
    )


def _column(kind: str, words: Sequence[tuple[str, float]]) -> Element:
    """Words at their heights beside the lines, moved apart where they would touch."""
    said = [(text, top) for text, top in words if text]
    tops = apart([top for _text, top in said], LINE)
    placed = (element("span", text, style=f"top:{at:.1f}px") for (text, _top), at in zip(said, tops, strict=True))
    return element("div", *placed, class_=kind)


def _path(line: SmallLine, height: Height) -> Element:
    """The line, broken where nothing is known."""
    steps, pen = [], "M"
    for place, value in enumerate(line.values):
        if value is not None:
            steps.append(f"{pen}{_across(line, place):.2f} {height(value):.2f}")
        pen = "M" if value is None else "L"
    return element("path", d=" ".join(steps), class_="dashed" if line.is_dashed else None)


def _mark(line: SmallLine, height: Height) -> Iterator[Element]:
    """A dot with its words above."""
    if line.marked is not None and (value := line.values[line.marked[0]]) is not None:
        left, top = f"left:{_across(line, line.marked[0]):.2f}%", height(value)
        yield element("span", class_="dot", style=f"{left};top:{top:.1f}px")
        yield element("span", line.marked[1], class_="word", style=f"{left};top:{top - DOT:.1f}px")


def _across(line: SmallLine, place: int) -> float:
    return 100 * place / max(len(line.values) - 1, 1)
