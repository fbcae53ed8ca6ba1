"""How sure a projected profit is, and what it hangs on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go

from prioritizer.language import _, ngettext
from prioritizer.ui.charts.amounts import Amounts
from prioritizer.ui.charts.canvas import HIDDEN, SMALL, UNDER, Canvas, room
from prioritizer.ui.charts.chart import Chart, alt_text
from prioritizer.ui.charts.colours import ACCENT, BACKGROUND, HATCHED, SOLID, Look
from prioritizer.ui.charts.label import LINE, literal, pixels, shortened
from prioritizer.ui.charts.rows import BAR, Rows, lying_bars, rows_of

_BARS = 150  # pixels of the highest bar
_ROW = LINE + 5  # pixels of a line of words above it
_ROOM_FOR_LOSSES = 0.45  # of the width, at 400 pixels
_VALUE = 18  # letters of an input's value beside its bar


def distribution(
    edges: Sequence[float],
    counts: Sequence[int],
    mean: float,
    probability_of_loss: float,
    currency: str,
    *,
    title: str | None = None,
) -> Chart:
    """How often each profit comes out, with the losses hatched.

    Args:
        edges: of the bins, in units of currency, one more than there are counts.
        counts: draws in each bin.
        mean: the projected profit.
        probability_of_loss: share of draws below zero.
        currency: its sign.
        title: instead of the one that says how often it loses money.
    """
    spread = _Spread(tuple(edges), tuple(counts), mean, probability_of_loss, Amounts.of([*edges, mean], currency))
    title = title or _loss_title(probability_of_loss)
    subtitle = ngettext(
        "Projected profit in {draws} draw, {unit}", "Projected profit in {draws} draws, {unit}", sum(counts)
    ).format(draws=f"{sum(counts):,}", unit=spread.amounts.unit)
    return Chart(title, subtitle, _spread_out(spread), _counted(spread, currency), alt_text(title, subtitle))


def _loss_title(probability: float) -> str:
    if probability <= 0:
        return _("It makes a profit in every case")
    if probability >= 1:
        return _("It loses money in every case")
    return _("It loses money in {cases}").format(cases=_cases(probability))


def _cases(probability: float) -> str:
    """ "8 of 100 cases"; never none of what can happen, never all of what need not."""
    if 0 < probability <= 0.005:
        return _("fewer than 1 of 100 cases")
    if 0.995 <= probability < 1:
        return _("more than 99 of 100 cases")
    count = round(probability * 100)
    return ngettext("{count} of 100 cases", "{count} of 100 cases", count).format(count=count)


class _Bin(NamedTuple):
    """A bar of the histogram; the bin that zero falls into is drawn as two, as high as each other."""

    low: float
    high: float
    draws: int
    words: str


@dataclass(frozen=True)
class _Spread:
    """How the profit is spread over the draws."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    mean: float
    probability_of_loss: float
    amounts: Amounts

    @property
    def may_lose(self) -> bool:
        return 0 < self.probability_of_loss < 1

    @property
    def tallest(self) -> int:
        return max([1, *self.counts])

    @property
    def bins(self) -> list[_Bin]:
        parts = zip(self.edges[:-1], self.edges[1:], self.counts, strict=True)
        return [_Bin(low, high, draws, self._words(low, high, draws)) for low, high, draws in parts]

    @property
    def profits(self) -> list[_Bin]:
        return [bin._replace(low=max(bin.low, 0.0)) for bin in self.bins if bin.high > 0 or bin.low >= 0]

    @property
    def losses(self) -> list[_Bin]:
        return [bin._replace(high=min(bin.high, 0.0)) for bin in self.bins if bin.low < 0]

    @property
    def span(self) -> list[float]:
        """What the x axis shows: zero too, unless it lies so far off that it would flatten all."""
        places = [self.amounts.scaled(place) for place in (*self.edges, self.mean)]
        low, high = min(places), max(places)
        is_far = max(low, -high) > 2 * (high - low) > 0
        return room(low, high, 0.02) if is_far else room(min(low, 0.0), max(high, 0.0), 0.02)

    def _words(self, low: float, high: float, draws: int) -> str:
        """What a bin holds; the outermost ones hold the tails too."""
        words = ngettext("{low} to {high}: {count} draw", "{low} to {high}: {count} draws", draws)
        if low == self.edges[0] and len(self.counts) > 1:
            words = ngettext("below {high}: {count} draw", "below {high}: {count} draws", draws)
        elif high == self.edges[-1] and len(self.counts) > 1:
            words = ngettext("{low} and more: {count} draw", "{low} and more: {count} draws", draws)
        return words.format(low=self.amounts.figure(low), high=self.amounts.with_unit(high), count=f"{draws:,}")


def _spread_out(spread: _Spread) -> go.Figure:
    canvas = Canvas()
    row = _ROW * spread.tallest / _BARS
    rows = 2 if spread.may_lose else 1
    canvas.trace("bar", _columns(spread.profits, SOLID, spread.amounts))
    canvas.trace("bar", _columns(spread.losses, HATCHED, spread.amounts))
    if spread.span[0] <= 0 <= spread.span[1]:
        canvas.line((0, 0), (0, spread.tallest), width=1.5)
    _mark_mean(canvas, spread, spread.tallest + row)
    if spread.may_lose:
        _mark_losses(canvas, spread, spread.tallest + 2 * row)
    x = {"range": spread.span, "nticks": 7, "separatethousands": True, "tickangle": 0}
    y = {**HIDDEN, "range": [0, spread.tallest + rows * row]}
    return canvas.figure(_BARS + rows * _ROW, {"l": 8, "b": UNDER}, x, y, {"barmode": "overlay", "bargap": 0})


def _columns(bins: Sequence[_Bin], marker: Look, amounts: Amounts) -> dict[str, Any]:
    return {
        "x": [amounts.scaled((bin.low + bin.high) / 2) for bin in bins],
        "width": [amounts.scaled(bin.high - bin.low) * 0.94 or 0.1 for bin in bins],
        "y": [bin.draws for bin in bins],
        "marker": {**marker, "line": {**marker["line"], "width": 0.8}},
        "hoverinfo": "text",
        "hovertext": [literal(bin.words) for bin in bins],
    }


def _mark_mean(canvas: Canvas, spread: _Spread, top: float) -> None:
    place = spread.amounts.scaled(spread.mean)
    canvas.line((place, 0), (place, top), colour=ACCENT, width=2)
    is_left = place < sum(spread.span) / 2
    side = {"xanchor": "left", "xshift": 4} if is_left else {"xanchor": "right", "xshift": -4}
    words = _("expected {amount}").format(amount=spread.amounts.with_unit(spread.mean))
    canvas.note(literal(words), place, top, colour=ACCENT, yanchor="top", **side)


def _mark_losses(canvas: Canvas, spread: _Spread, top: float) -> None:
    """Words left of zero where there is room for them, else from the left edge on."""
    words = literal(_("loss in {cases}").format(cases=_cases(spread.probability_of_loss)))
    low, high = spread.span
    has_room = -low > _ROOM_FOR_LOSSES * (high - low)
    side = {"x": 0, "xanchor": "right", "xshift": -4} if has_room else {"x": 0, "xref": "paper", "xanchor": "left"}
    canvas.note(words, y=top, yanchor="top", **side)


def _counted(spread: _Spread, currency: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("From, {currency}").format(currency=currency): [float(edge) for edge in spread.edges[:-1]],
            _("To, {currency}").format(currency=currency): [float(edge) for edge in spread.edges[1:]],
            _("Draws"): [int(count) for count in spread.counts],
        }
    )


class InputSwing(NamedTuple):
    """What one input does to the projected profit, alone: at its 5th and at its 95th percentile.

    `low` and `high` are the input's values there, in words.
    """

    label: str
    low: str
    high: str
    profit_low: float
    profit_high: float

    @property
    def worst(self) -> float:
        return min(self.profit_low, self.profit_high)

    @property
    def best(self) -> float:
        return max(self.profit_low, self.profit_high)

    @property
    def written(self) -> tuple[str, str]:
        """The ends as they stand beside the bar."""
        worst, best = (shortened(end, _VALUE, 1)[0] for end in self.ends)
        return worst, best

    @property
    def ends(self) -> tuple[str, str]:
        """The input's values where the profit is worst and where it is best."""
        return (self.low, self.high) if self.profit_low <= self.profit_high else (self.high, self.low)


def tornado(
    rows: Sequence[tuple[str, str, str, float, float]],
    profit: float,
    currency: str,
    *,
    title: str | None = None,
    subtitle: str | None = None,
    most: int | None = None,
    columns: Mapping[str, Sequence[str]] | None = None,
) -> Chart:
    """How far each input alone moves the profit from where all inputs are at their means.

    Args:
        rows: label, the input's low and high value in words, and the profit at each (`InputSwing`).
        most: how many of them, the first ones, are drawn; the table has all.
        columns: more columns of the table by their headings, a text for each row.
        profit: at the means.
        currency: its sign.
        title: instead of the one that says how many inputs can turn it into a loss, or into a profit.
        subtitle: instead of what is drawn and how to read it.
    """
    swings = [InputSwing(*row) for row in rows]
    drawn = swings[:most]
    amounts = Amounts.of([profit, *(end for swing in drawn for end in (swing.worst, swing.best))], currency)
    title = title or _turning_title(swings, profit)
    subtitle = _how_to_read(drawn).format(unit=amounts.unit) if subtitle is None else subtitle
    if len(drawn) < len(swings):
        subtitle = _("{subtitle}; drawn are the {n} that move it most").format(subtitle=subtitle, n=len(drawn))
    figure = _swung(drawn, profit, amounts)
    table = _swing_table(swings, currency).assign(**{name: list(texts) for name, texts in (columns or {}).items()})
    return Chart(title, subtitle, figure, table, alt_text(title, subtitle))


def _how_to_read(swings: Sequence[InputSwing]) -> str:
    if not swings:
        return ""
    if all(swing.worst >= 0 for swing in swings):
        return _(
            "Projected profit, {unit}, when one input alone goes from its 5th to its 95th percentile, "
            "written at the ends"
        )
    return _(
        "Projected profit, {unit}, when one input alone goes from its 5th to its 95th percentile, "
        "written at the ends; hatched is a loss"
    )


def _turning_title(swings: Sequence[InputSwing], profit: float) -> str:
    if not swings:
        return _("No input is uncertain")
    turning = sum(swing.worst < 0 if profit >= 0 else swing.best > 0 for swing in swings)
    return _turning_words(profit, turning).format(count=turning, total=len(swings))


def _turning_words(profit: float, turning: int) -> str:
    if profit >= 0:
        if not turning:
            return _("None of these inputs alone turns it into a loss")
        return ngettext(
            "{count} of {total} inputs can alone turn it into a loss",
            "{count} of {total} inputs can alone turn it into a loss",
            turning,
        )
    if not turning:
        return _("None of these inputs alone turns it into a profit")
    return ngettext(
        "{count} of {total} inputs can alone turn it into a profit",
        "{count} of {total} inputs can alone turn it into a profit",
        turning,
    )


def _swung(swings: Sequence[InputSwing], profit: float, amounts: Amounts) -> go.Figure:
    rows = rows_of([swing.label for swing in swings], top=LINE + 4, always_above=True)
    canvas = Canvas()
    indent = 8 + pixels([swing.written[0] for swing in swings])
    outdent = 8 + pixels([swing.written[1] for swing in swings])
    places = [amounts.scaled(end) for swing in swings for end in (swing.worst, swing.best)]
    span = room(min([*places, amounts.scaled(profit)]), max([*places, amounts.scaled(profit)]))
    if span[0] <= 0 <= span[1]:
        rows.draw_zero(canvas)
    _draw_swings(canvas, swings, rows, amounts)
    _mark_profit(canvas, amounts, profit, rows, span)
    rows.write_above(canvas, indent)
    edge = {"size": SMALL, "bgcolor": BACKGROUND}
    for swing, bar in zip(swings, rows.bars, strict=True):
        worst, best = swing.written
        canvas.note(literal(worst), amounts.scaled(swing.worst), bar, xanchor="right", xshift=-3, **edge)
        canvas.note(literal(best), amounts.scaled(swing.best), bar, xanchor="left", xshift=3, **edge)
    x = {"range": span, "nticks": 6, "separatethousands": True, "tickangle": 0, "showgrid": True}
    margin = {"l": indent, "r": outdent, "b": UNDER}
    return canvas.figure(rows.height, margin, x, rows.axis(), {"barmode": "overlay"})


def _draw_swings(canvas: Canvas, swings: Sequence[InputSwing], rows: Rows, amounts: Amounts) -> None:
    """Each bar in two: what lies above zero solid, what lies below hatched."""
    for marker, bottom, top in ((SOLID, 0.0, float("inf")), (HATCHED, float("-inf"), 0.0)):
        parts = [(max(swing.worst, bottom), min(swing.best, top)) for swing in swings]
        chosen = [row for row, (low, high) in enumerate(parts) if low < high]
        bars = lying_bars(
            [rows.bars[row] for row in chosen],
            [amounts.scaled(parts[row][1] - parts[row][0]) for row in chosen],
            {
                "base": [amounts.scaled(parts[row][0]) for row in chosen],
                "marker": marker,
                "hovertext": [_swing_words(swings[row], amounts) for row in chosen],
            },
        )
        canvas.trace("bar", bars)


def _swing_words(swing: InputSwing, amounts: Amounts) -> str:
    words = _("{label}: {worst} brings {low}, {best} brings {high}")
    worst, best = swing.ends
    low, high = amounts.in_full(swing.worst), amounts.in_full(swing.best)
    return literal(words.format(label=swing.label, worst=worst, low=low, best=best, high=high))


def _mark_profit(canvas: Canvas, amounts: Amounts, profit: float, rows: Rows, span: Sequence[float]) -> None:
    place = amounts.scaled(profit)
    for bar in rows.bars:
        canvas.line((place, bar - BAR / 2 - 3), (place, bar + BAR / 2 + 3), colour=ACCENT, width=3)
    words = _("at the means {amount}").format(amount=amounts.with_unit(profit))
    share = (place - span[0]) / (span[1] - span[0])
    side = "left" if share < 0.3 else "right" if share > 0.7 else "center"
    canvas.note(literal(words), place, 0, colour=ACCENT, yanchor="top", xanchor=side)


def _swing_table(swings: Sequence[InputSwing], currency: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            _("Input"): [swing.label for swing in swings],
            _("5th percentile"): [swing.low for swing in swings],
            _("95th percentile"): [swing.high for swing in swings],
            _("Profit at the 5th, {currency}").format(currency=currency): [float(s.profit_low) for s in swings],
            _("Profit at the 95th, {currency}").format(currency=currency): [float(s.profit_high) for s in swings],
        }
    )
