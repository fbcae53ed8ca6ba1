"""The rows of a lying chart: labels beside the bars while they are short, above them where they are long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from prioritizer.ui.charts.canvas import SIZE, Canvas
from prioritizer.ui.charts.colours import BACKGROUND, TEXT
from prioritizer.ui.charts.label import LINE, lines_of, stacked

BESIDE, ABOVE = 25, 46  # letters on a line
BAR = 20  # pixels
_BETWEEN = 12


@dataclass(frozen=True)
class Rows:
    """Where rows stand. The y axis of a lying chart counts pixels from its top, so text and bars never collide.

    Args:
        labels: the lines of each row's label.
        beside: whether labels stand at the left of the bars.
        top: pixels kept free above the first row.
    """

    labels: tuple[tuple[str, ...], ...]
    beside: bool
    top: int = 0

    @property
    def height(self) -> int:
        return self.top + sum(self._heights)

    @property
    def bars(self) -> list[float]:
        """The middle of each row's bar."""
        below = 0 if self.beside else _BETWEEN / 2
        ends = accumulate(self._heights, initial=self.top)
        next(ends)
        if self.beside:
            return [end - height / 2 for end, height in zip(ends, self._heights, strict=True)]
        return [end - below - BAR / 2 for end in ends]

    @property
    def _heights(self) -> list[int]:
        if self.beside:
            return [max(BAR + _BETWEEN, LINE * len(lines) + _BETWEEN // 2) for lines in self.labels]
        return [LINE * len(lines) + 2 + BAR + _BETWEEN for lines in self.labels]

    def axis(self) -> dict[str, Any]:
        """The y axis: pixels downwards, with the labels at the left if that is where they stand."""
        axis = {"range": [self.height, 0], "showgrid": False, "showticklabels": self.beside}
        if self.beside:
            names = {"tickvals": self.bars, "ticktext": [stacked(lines) for lines in self.labels]}
            return axis | names | {"ticklabelstandoff": 6, "tickfont": {"size": SIZE, "color": TEXT}}
        return axis | {"automargin": False}

    def write_above(self, canvas: Canvas, indent: int = 0) -> None:
        """Labels above the bars, from the left edge of the chart, that lies so many pixels before the plot.

        They hide the lines that they cross.
        """
        if self.beside:
            return
        for lines, bar in zip(self.labels, self.bars, strict=True):
            place = {
                "xref": "paper",
                "xanchor": "left",
                "yanchor": "bottom",
                "align": "left",
                "xshift": 3 - indent,
                "bgcolor": BACKGROUND,
            }
            canvas.note(stacked(lines), 0, bar - BAR / 2, **place)

    def draw_zero(self, canvas: Canvas) -> None:
        canvas.line((0, self.top), (0, self.height), width=1.5)


def rows_of(labels: Sequence[str], *, top: int = 0, always_above: bool = False) -> Rows:
    """Rows for these labels."""
    short = [lines_of(label, BESIDE) for label in labels]
    beside = not always_above and all(len(lines) <= 2 for lines in short)
    lines = short if beside else [lines_of(label, ABOVE) for label in labels]
    return Rows(tuple(tuple(each) for each in lines), beside, top)


def lying_bars(places: Sequence[float], lengths: Sequence[float], look: Mapping[str, Any]) -> dict[str, Any]:
    """Bars of one look, of given lengths at given heights."""
    return {"orientation": "h", "y": list(places), "x": list(lengths), "width": BAR, "hoverinfo": "text", **look}
