"""Money through the years, and how one sum of money becomes another."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import pandas as pd
import plotly.graph_objects as go

from prioritizer.language import _
from prioritizer.ui.charts.amounts import Amounts
from prioritizer.ui.charts.canvas import HOVER, UNDER, ZERO_LINE, Canvas, room
from prioritizer.ui.charts.chart import Chart, alt_text
from prioritizer.ui.charts.colours import ACCENT, BACKGROUND, HATCHED, SOLID, Look
from prioritizer.ui.charts.label import literal, pixels, strong

MOST_YEARS = 8  # names of years that stand side by side at 400 pixels
_PLOT = 250
_AIR = 1.06  # of what is drawn, up and down
_WORDS = 0.14  # of the height, above all that is drawn, for the words that mark the payback


def cash_flow(
    years: Sequence[str],
    benefits: Sequence[float],
    costs: Sequence[float],
    currency: str,
    paid_back: str | None,
    *,
    title: str | None = None,
) -> Chart:
    """What comes in and goes out each year, the sum so far, and the year in which it has paid itself back.

    Args:
        years: names, one for each amount.
        benefits: what comes in; negative where less comes in than without the initiative.
        costs: what goes out, as positive amounts.
        currency: its sign.
        paid_back: the year of payback, one of `years`, or None.
        title: instead of the one that says when it pays itself back.
    """
    flow = _Years(tuple(years), tuple(benefits), tuple(costs), currency)
    title = title or _payback_title(paid_back)
    subtitle = _("{unit} a year after tax, not discounted: solid comes in, hatched goes out; the line adds up").format(
        unit=flow.amounts.unit
    )
    return Chart(title, subtitle, _drawn_years(flow, paid_back), _listed(flow), alt_text(title, subtitle))


@dataclass(frozen=True)
class _Years:
    """What comes in and goes out, by year."""

    years: tuple[str, ...]
    benefits: tuple[float, ...]
    costs: tuple[float, ...]
    currency: str

    @property
    def total(self) -> list[float]:
        """The sum so far, at the end of each year."""
        return list(accumulate(came - went for came, went in zip(self.benefits, self.costs, strict=True)))

    @property
    def names(self) -> list[str]:
        return [literal(year) for year in self.years]

    @property
    def amounts(self) -> Amounts:
        return Amounts.of([*self.benefits, *self.costs, *self.total], self.currency)

    @property
    def top(self) -> float:
        """The highest that is drawn: refunds, which are negative costs, stand on the benefits."""
        stacks = [max(came, 0) + max(-went, 0) for came, went in zip(self.benefits, self.costs, strict=True)]
        return max([0.0, *stacks, *self.total]) * _AIR

    @property
    def bottom(self) -> float:
        """The lowest that is drawn: costs hang from benefits that are negative."""
        stacks = [min(came, 0) + min(-went, 0) for came, went in zip(self.benefits, self.costs, strict=True)]
        return min([0.0, *stacks, *self.total]) * _AIR


def _payback_title(paid_back: str | None) -> str:
    if paid_back is None:
        return _("It does not pay itself back within the horizon")
    return _("It pays itself back in {year}").format(year=paid_back)


def _drawn_years(flow: _Years, paid_back: str | None) -> go.Figure:
    canvas = Canvas()
    bottom, top = flow.amounts.scaled(flow.bottom), flow.amounts.scaled(flow.top)
    came = [f"{_('comes in')}: {flow.amounts.in_full(amount)}" for amount in flow.benefits]
    went = [f"{_('goes out')}: {flow.amounts.in_full(amount)}" for amount in flow.costs]
    _draw_years(canvas, flow, flow.benefits, came, SOLID)
    _draw_years(canvas, flow, [-cost for cost in flow.costs], went, HATCHED)
    _draw_total(canvas, flow)
    if paid_back is not None:
        top += _WORDS * (top - bottom)
        _mark_payback(canvas, flow, flow.years.index(paid_back), top)
    step = -(-len(flow.years) // MOST_YEARS) or 1
    x = {
        "type": "category",
        "tickvals": flow.names[::step],
        "range": [-0.5, max(len(flow.years), 1) - 0.5],
        "tickangle": 0,
    }
    y = {"range": room(bottom, top), "nticks": 7, "separatethousands": True, **ZERO_LINE}
    margin = {"r": 14 + pixels(_end_words(flow)), "b": UNDER}
    return canvas.figure(_PLOT, margin, x, y, {"barmode": "relative", "hovermode": "x unified"})


def _draw_years(canvas: Canvas, flow: _Years, heights: Sequence[float], words: Sequence[str], marker: Look) -> None:
    bars = {"x": flow.names, "y": [flow.amounts.scaled(height) for height in heights], "width": 0.7, "marker": marker}
    canvas.trace("bar", {**bars, "customdata": [literal(each) for each in words], "hovertemplate": HOVER})


def _draw_total(canvas: Canvas, flow: _Years) -> None:
    """The sum so far, on a pale edge that keeps it legible before the bars."""
    heights = [flow.amounts.scaled(amount) for amount in flow.total]
    line = {"x": flow.names, "y": heights}
    edge = {"mode": "lines", "line": {"color": BACKGROUND, "width": 5.5}, "hoverinfo": "skip"}
    pen = {"mode": "lines+markers", "line": {"color": ACCENT, "width": 2.5}, "marker": {"size": 6, "color": ACCENT}}
    words = [literal(f"{_('sum so far')}: {flow.amounts.in_full(amount)}") for amount in flow.total]
    canvas.trace("scatter", {**line, **edge})
    canvas.trace("scatter", {**line, **pen, "customdata": words, "hovertemplate": HOVER})
    if flow.years:
        name, amount = _end_words(flow)
        place = {"xref": "paper", "xanchor": "left", "xshift": 10, "align": "left"}
        canvas.note(f"{literal(name)}<br>{strong(amount)}", 1, heights[-1], colour=ACCENT, **place)


def _end_words(flow: _Years) -> list[str]:
    """What stands at the right of the line's end."""
    return [_("sum so far"), flow.amounts.figure(flow.total[-1])] if flow.years else []


def _mark_payback(canvas: Canvas, flow: _Years, year: int, top: float) -> None:
    """A ring on the line, and a thin stroke up to the words, which stand above all that is drawn."""
    height = flow.amounts.scaled(flow.total[year])
    ring = {"size": 11, "color": BACKGROUND, "line": {"color": ACCENT, "width": 2.5}}
    point = {"x": [flow.names[year]], "y": [height], "mode": "markers", "hoverinfo": "skip"}
    canvas.line((year, height), (year, top), dash="2px,2px", layer="below")
    canvas.trace("scatter", {**point, "marker": ring})
    is_early = year < len(flow.years) / 2
    side = {"xanchor": "left", "xshift": 3} if is_early else {"xanchor": "right", "xshift": -3}
    canvas.note(literal(_("paid back")), year, top, yanchor="top", bgcolor=BACKGROUND, **side)


def _listed(flow: _Years) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("Year"): list(flow.years),
            _("Comes in, {currency}").format(currency=flow.currency): [float(amount) for amount in flow.benefits],
            _("Goes out, {currency}").format(currency=flow.currency): [float(amount) for amount in flow.costs],
            _("Sum so far, {currency}").format(currency=flow.currency): [float(amount) for amount in flow.total],
        }
    )
