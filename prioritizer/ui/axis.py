"""The one scale on which all ranges of a list are drawn, and how a range looks on it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from prioritizer.ui.markup import Element, element

MOST_STEPS = 6  # of the scale
PADDING = 0.04  # of the scale, left and right
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)

Ends = tuple[float | None, float | None]


@dataclass(frozen=True)
class Axis:
    """The one scale on which all ranges are drawn."""

    low: float
    high: float
    ticks: tuple[float, ...]

    @classmethod
    def over(cls, amounts: Iterable[float | None]) -> "Axis":
        """A scale on which all amounts that are known have their place, and zero."""
        ends = [0.0, *(amount for amount in amounts if amount is not None)]
        low, high = min(ends), max(ends)
        width = (high - low) or 1.0
        step = _round_step(width / MOST_STEPS)
        first, last = int(-(-low // step)), int(high // step)
        return cls(low - PADDING * width, high + PADDING * width, tuple(k * step for k in range(first, last + 1)))

    def place(self, value: float) -> str:
        return f"{(value - self.low) / (self.high - self.low):.2%}"

    def length(self, low: float, high: float) -> str:
        return f"{max(0.0, high - low) / (self.high - self.low):.2%}"


def _round_step(least: float) -> float:
    """The smallest round step that is no shorter than another one."""
    power = 10.0 ** _magnitude(least)
    return next(step * power for step in STEPS if step * power >= least * (1 - 1e-9))


def _magnitude(number: float) -> int:
    return math.floor(math.log10(number))


def grid(axis: Axis, top: str) -> list[Element]:
    return [
        element("line", x1=axis.place(t), x2=axis.place(t), y1=top, y2="100%", class_="zero" if t == 0 else "tick")
        for t in axis.ticks
    ]


def range_bar(mean: float, outer: Ends, inner: Ends, axis: Axis) -> Element:
    """A range on the axis: the inner part dark, what is below zero hatched, the mean a mark. The text says it too."""
    bands = [
        band
        for (low, high), kind in ((outer, "b90"), (inner, "b50"))
        if low is not None and high is not None
        for band in _band(low, high, kind, axis)
    ]
    mark = element("line", x1=axis.place(mean), x2=axis.place(mean), y1="-8", y2="8", class_="mid")
    middle = element("svg", *bands, mark, y="50%", overflow="visible")
    return element("svg", *grid(axis, "0"), middle, class_="bar", aria_hidden="true")


def _band(low: float, high: float, kind: str, axis: Axis) -> Iterable[Element]:
    for begin, end, sign_ in ((low, min(high, 0.0), " neg"), (max(low, 0.0), high, "")):
        if end > begin:
            yield element(
                "rect", x=axis.place(begin), width=axis.length(begin, end), y="-4", height="8", class_=f"{kind}{sign_}"
            )
