"""What more or less budget would bring: the best selection at each budget, and what one list brings beside it."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from prioritizer.language import _
from prioritizer.ui.charts.amounts import Amounts
from prioritizer.ui.charts.canvas import HOVER, UNDER, Canvas, room
from prioritizer.ui.charts.chart import Chart, alt_text
from prioritizer.ui.charts.colours import ACCENT, BACKGROUND, INK
from prioritizer.ui.charts.label import literal, pixels

_PLOT = 230


def frontier(
    factors: Sequence[float],
    best: Sequence[float | None],
    listed: Sequence[float | None],
    chosen: float,
    currency: str,
) -> Chart:
    """Joint profit by budget.

    Args:
        factors: budgets, as multiples of today's, rising.
        best: what the best selection found brings together; None where the demands cannot be met.
        listed: what the order by funding brings at each; empty where it is not known.
        chosen: the budget that is looked at.
        currency: its sign.
    """
    known = [amount for amount in (*best, *listed) if amount is not None]
    amounts = Amounts.of(known, currency)
    title = title_of(factors, best, amounts)
    subtitle = _("{unit} of joint profit at each budget, as a share of today's").format(unit=amounts.unit)
    figure = _drawn(factors, best, listed, chosen, amounts)
    return Chart(title, subtitle, figure, _table(factors, best, listed, currency), alt_text(title, subtitle))


def title_of(factors: Sequence[float], best: Sequence[float | None], amounts: Amounts) -> str:
    """What less and more than today's budget would bring, in one sentence."""
    by_factor = {factor: amount for factor, amount in zip(factors, best, strict=True) if amount is not None}
    if not by_factor or 1.0 not in by_factor:
        return _("What each budget brings")
    least, most = min(by_factor), max(by_factor)
    return _("{low} of the budget would cost {less} of profit, {high} would bring {more} more").format(
        low=_share(least),
        less=amounts.with_unit(by_factor[1.0] - by_factor[least]),
        high=_share(most),
        more=amounts.with_unit(by_factor[most] - by_factor[1.0]),
    )


def _share(factor: float) -> str:
    return f"{factor:.0%}".replace("%", "\u00a0%")


def _drawn(
    factors: Sequence[float],
    best: Sequence[float | None],
    listed: Sequence[float | None],
    chosen: float,
    amounts: Amounts,
) -> go.Figure:
    canvas = Canvas()
    words = (_("best selection"), _("one list"))
    ends = _draw(canvas, factors, best, INK, words[0], amounts)
    if listed:
        ends += _draw(canvas, factors, listed, ACCENT, words[1], amounts)
    heights = [amounts.scaled(amount) for amount in (*best, *listed) if amount is not None]
    low, high = min(heights, default=0.0), max(heights, default=1.0)
    low, high = low - 0.08 * (high - low), high + 0.16 * (high - low)
    canvas.line((chosen, low), (chosen, high), dash="2px,2px", layer="below")
    canvas.note(literal(_share(chosen)), chosen, high, yanchor="top", xanchor="left", xshift=3, bgcolor=BACKGROUND)
    margin = {"r": 14 + pixels(list(words)), "b": UNDER}
    x = {"range": room(factors[0], factors[-1], 0.01), "tickformat": ".0%", "nticks": 7}
    y = {"range": room(low, high), "separatethousands": True}
    return canvas.figure(_PLOT, margin, x, y)


def _draw(
    canvas: Canvas,
    factors: Sequence[float],
    heights: Sequence[float | None],
    colour: str,
    name: str,
    amounts: Amounts,
) -> list[float]:
    """A line that breaks where nothing is known, with its name at its end."""
    known = [(factor, amount) for factor, amount in zip(factors, heights, strict=True) if amount is not None]
    said = [literal(f"{name}: {amounts.in_full(amount)} ({_share(factor)})") for factor, amount in known]
    scaled = [amounts.scaled(amount) for _factor, amount in known]
    pen = {"mode": "lines+markers", "line": {"color": colour, "width": 2.2}, "marker": {"size": 5, "color": colour}}
    points = {"x": [factor for factor, _amount in known], "y": scaled, "customdata": said, "hovertemplate": HOVER}
    canvas.trace("scatter", {**points, **pen})
    if known:
        below = name == _("one list")
        place = {"xanchor": "left", "xshift": 8, "yshift": -9 if below else 9}
        canvas.note(literal(name), known[-1][0], scaled[-1], colour=colour, **place)
    return scaled


def _table(
    factors: Sequence[float], best: Sequence[float | None], listed: Sequence[float | None], currency: str
) -> pd.DataFrame:
    columns: dict[str, list[object]] = {
        _("Budget"): [_share(factor) for factor in factors],
        _("Best selection, {currency}").format(currency=currency): [*best],
    }
    if listed:
        columns[_("One list, {currency}").format(currency=currency)] = [*listed]
        prices: list[object] = [
            None if a is None or b is None else max(0.0, a - b) for a, b in zip(best, listed, strict=True)
        ]
        columns[_("Price of one list, {currency}").format(currency=currency)] = prices
    return pd.DataFrame(columns, dtype=object)
