"""How closely the draws of inputs go with those of a profit."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from prioritizer.language import _
from prioritizer.ui.charts.canvas import SMALL, UNDER, Canvas
from prioritizer.ui.charts.chart import Chart, alt_text
from prioritizer.ui.charts.colours import BACKGROUND, SOLID, TEXT
from prioritizer.ui.charts.label import literal
from prioritizer.ui.charts.rows import lying_bars, rows_of

_ROOM = 1.28  # of the longest bar, for the figure behind it
_LEAST = 0.25  # so that weak correlations look weak


class Association(NamedTuple):
    """An input's rank correlation with a profit: as a number, its standard error, in words; what it is drawn with."""

    label: str
    value: float
    error: float
    words: str
    joined: str


def rank_correlations(
    rows: Sequence[tuple[str, float, float, str, str]], *, most: int | None = None, title: str | None = None
) -> Chart:
    """Bars to the right for inputs that are high when the profit is, to the left for the others.

    Args:
        rows: as `Association`, the closest first; a value of 0 is not drawn.
        most: how many are drawn; the table has all.
        title: instead of the one that names the closest.
    """
    every = [Association(*row) for row in rows]
    drawn = [one for one in every if one.value][:most]
    title = title or _title(drawn)
    subtitle = _(
        "Rank correlation of the input with the profit over the draws, −1 to +1; the line is twice the standard error; "
        "* is drawn together with others, so part of it may be theirs"
    )
    return Chart(title, subtitle if drawn else "", _figure(drawn), _table(every), alt_text(title, subtitle))


def _title(drawn: Sequence[Association]) -> str:
    if not drawn:
        return _("No input can be told from having nothing to do with the profit")
    return _("“{input}” goes with the profit most closely").format(input=drawn[0].label)


def _figure(drawn: Sequence[Association]) -> go.Figure:
    rows = rows_of([f"{one.label}{' *' if one.joined else ''}" for one in drawn], always_above=True)
    canvas = Canvas()
    farthest = max([_LEAST, *(abs(one.value) for one in drawn)]) * _ROOM
    low = -farthest if any(one.value < 0 for one in drawn) else -0.02 * farthest
    bars = lying_bars(
        rows.bars,
        [one.value for one in drawn],
        {"marker": SOLID, "hovertext": [literal(f"{one.label}: {one.words}") for one in drawn]},
    )
    canvas.trace("bar", bars)
    for one, bar in zip(drawn, rows.bars, strict=True):
        canvas.line((one.value - 2 * one.error, bar), (one.value + 2 * one.error, bar), colour=TEXT, width=2)
        side = {"xanchor": "left", "xshift": 6} if one.value > 0 else {"xanchor": "right", "xshift": -6}
        end = one.value + (2 * one.error if one.value > 0 else -2 * one.error)
        canvas.note(literal(one.words), end, bar, size=SMALL, bgcolor=BACKGROUND, **side)
    rows.draw_zero(canvas)
    rows.write_above(canvas, 8)
    x = {"range": [low, farthest], "nticks": 6, "tickangle": 0, "showgrid": True}
    return canvas.figure(rows.height, {"l": 8, "r": 8, "b": UNDER}, x, rows.axis(), {"barmode": "overlay"})


def _table(every: Sequence[Association]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("Input"): [one.label for one in every],
            _("Rank correlation"): [one.words for one in every],
            _("Drawn together with"): [one.joined for one in every],
        }
    )
