"""A figure through time, with initiatives against without."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from prioritizer.language import _, ngettext
from prioritizer.ui.charts.amounts import Amounts
from prioritizer.ui.charts.canvas import HOVER, UNDER, Canvas
from prioritizer.ui.charts.chart import Chart, alt_text
from prioritizer.ui.charts.colours import ACCENT, INK
from prioritizer.ui.charts.label import LINE, apart, literal, pixels, shortened, stacked, strong
from prioritizer.words import Scale

Values = Sequence[float | None]

MOST_TICKS = 6  # years side by side at 400 pixels
_PLOT = 240
_LETTERS = 14  # on a line of a name at the end
_NPS_DECIMALS = 1


class Case(NamedTuple):
    """One line: its name at its end, and a value for each period, None where there is none."""

    name: str
    values: Values

    @property
    def last(self) -> float | None:
        return next((value for value in reversed(self.values) if value is not None), None)

    @property
    def label(self) -> list[str]:
        """The name as it stands at the end of the line."""
        return shortened(self.name, _LETTERS, 2)

    @property
    def ends_at(self) -> int:
        """The position of the last value; −1 if there is none."""
        return max((at for at, value in enumerate(self.values) if value is not None), default=-1)


def over_time(
    periods: Sequence[str],
    without: Values,
    with_: Values,
    *,
    title: str,
    subtitle: str,
    amounts: Amounts | None = None,
    name_without: str | None = None,
    name_with: str | None = None,
) -> Chart:
    """A figure with initiatives (solid) against without (dashed), each named at its end.

    Args:
        periods: names, one for each value; where there is one value more, as of stocks, the last is called the end.
        without: values; None leaves a gap.
        with_: values; None leaves a gap.
        title: what the chart shows.
        subtitle: what is drawn, and its unit.
        amounts: how the values are written, if not with three significant digits.
        name_without: of the dashed line, "doing nothing" if not given.
        name_with: of the solid line, "with it" if not given.
    """
    names = _names(periods, max(len(without), len(with_)))
    dashed = Case(name_without or _("doing nothing"), without)
    solid = Case(name_with or _("with it"), with_)
    amounts = amounts or Amounts.of(_known(without, with_))
    table = pd.DataFrame(
        {_("Period"): names, _sentence(dashed.name): _column(without), _sentence(solid.name): _column(with_)}
    )
    return Chart(title, subtitle, _lines(names, dashed, solid, amounts), table, alt_text(title, subtitle))


def nps_over_time(periods: Sequence[str], without: Values, with_: Values, *, name_with: str | None = None) -> Chart:
    """NPS of the whole base through time."""
    amounts = Amounts(Scale(1.0, ""), _NPS_DECIMALS, "")
    subtitle = _("NPS of the whole base, points")
    title = _nps_title(Case("", without).last, Case("", with_).last, amounts)
    return over_time(periods, without, with_, title=title, subtitle=subtitle, amounts=amounts, name_with=name_with)


def _nps_title(without: float | None, with_: float | None, amounts: Amounts) -> str:
    if without is None or with_ is None:
        return _("There is no NPS: no customers are left")
    if amounts.figure(without) == amounts.figure(with_):
        return _("NPS ends at {with_}, as it would without it").format(with_=amounts.figure(with_))
    return _("NPS ends at {with_}, without it at {without}").format(
        with_=amounts.figure(with_), without=amounts.figure(without)
    )


def customers_over_time(
    periods: Sequence[str], without: Values, with_: Values, *, name_with: str | None = None
) -> Chart:
    """Customers through time."""
    amounts = Amounts.of(_known(without, with_))
    subtitle = _("Customers, {unit}").format(unit=amounts.unit) if amounts.unit else _("Customers")
    more = round((Case("", with_).last or 0.0) - (Case("", without).last or 0.0))
    title = _customers_title(more)
    return over_time(periods, without, with_, title=title, subtitle=subtitle, amounts=amounts, name_with=name_with)


def _customers_title(more: int) -> str:
    count = Amounts.of([abs(more)]).with_unit(abs(more)) if abs(more) >= 1000 else f"{abs(more)}"
    if more > 0:
        return ngettext(
            "At the end there is {count} customer more than without it",
            "At the end there are {count} customers more than without it",
            more,
        ).format(count=count)
    if more < 0:
        return ngettext(
            "At the end there is {count} customer fewer than without it",
            "At the end there are {count} customers fewer than without it",
            -more,
        ).format(count=count)
    return _("At the end there are as many customers as without it")


def lost_over_time(periods: Sequence[str], without: Values, with_: Values, *, name_with: str | None = None) -> Chart:
    """Customers who leave in each period."""
    amounts = Amounts.of(_known(without, with_))
    kept = sum(_known(without)) - sum(_known(with_))
    whole = round(abs(kept))
    count = Amounts.of([whole]).with_unit(whole) if whole >= 1000 else f"{whole}"
    title = _("As many customers leave as without it")
    if whole and kept > 0:
        title = ngettext("{count} customer fewer leaves in all", "{count} customers fewer leave in all", whole)
    elif whole:
        title = ngettext("{count} customer more leaves in all", "{count} customers more leave in all", whole)
    subtitle = (
        _("Customers who leave in a period, {unit}; each is replaced").format(unit=amounts.unit)
        if amounts.unit
        else _("Customers who leave in a period; each is replaced")
    )
    return over_time(
        periods,
        without,
        with_,
        title=title.format(count=count),
        subtitle=subtitle,
        amounts=amounts,
        name_with=name_with,
    )


def _names(periods: Sequence[str], points: int) -> list[str]:
    names = list(periods)
    return [*names, _("end")] if points == len(names) + 1 else names


def _known(*lines: Values) -> list[float]:
    return [value for line in lines for value in line if value is not None]


def _column(values: Values) -> list[float | None]:
    return [None if value is None else float(value) for value in values]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lines(names: Sequence[str], dashed: Case, solid: Case, amounts: Amounts) -> go.Figure:
    canvas = Canvas()
    _draw(canvas, names, dashed, amounts, {"color": ACCENT, "width": 2, "dash": "5px,4px"})
    _draw(canvas, names, solid, amounts, {"color": INK, "width": 2.5})
    span = _span([amounts.scaled(value) for value in _known(dashed.values, solid.values)])
    ends = [(case, colour) for case, colour in ((solid, INK), (dashed, ACCENT)) if case.last is not None]
    _name_ends(canvas, ends, span, amounts)
    ticks = year_ticks(names)
    x = {
        "type": "category",
        "tickvals": [literal(names[at]) for at in ticks],
        "ticktext": [literal(_year(names[at]) or names[at]) for at in ticks],
        "range": [-0.02 * len(names), len(names) - 1 + 0.02],
        "tickangle": 0,
    }
    words = [text for case, _colour in ends for text in (*case.label, amounts.figure(case.last or 0.0))]
    margin = {"r": 14 + pixels(words), "b": UNDER}
    y = {"range": span, "separatethousands": True, "visible": bool(ends)}
    return canvas.figure(_PLOT, margin, x, y, {"hovermode": "x unified"})


def _draw(canvas: Canvas, names: Sequence[str], case: Case, amounts: Amounts, pen: dict[str, object]) -> None:
    words = ["" if value is None else literal(f"{case.name}: {amounts.in_full(value)}") for value in case.values]
    canvas.trace(
        "scatter",
        {
            "x": [literal(name) for name in names],
            "y": [None if value is None else amounts.scaled(value) for value in case.values],
            "mode": "lines",
            "line": pen,
            "connectgaps": False,
            "customdata": words,
            "hovertemplate": HOVER,
        },
    )


def _span(values: Sequence[float]) -> list[float]:
    """An axis with air above and below; a flat line lies in the middle."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    air = 0.12 * (high - low) or 0.02 * abs(high) or 1.0
    return [low - air, high + air]


def _name_ends(canvas: Canvas, ends: Sequence[tuple[Case, str]], span: Sequence[float], amounts: Amounts) -> None:
    """Each line's last value and name at the right of its end, moved apart where lines end close to each other."""
    pixel = (span[1] - span[0]) / _PLOT
    heights = [amounts.scaled(case.last or 0.0) / pixel for case, _colour in ends]
    lines = 1 + max((len(case.label) for case, _colour in ends), default=0)
    for (case, colour), height in zip(ends, apart(heights, lines * LINE + 2), strict=True):
        text = f"{strong(amounts.figure(case.last or 0.0))}<br>{stacked(case.label)}"
        place = {"xanchor": "left", "xshift": 8, "align": "left"}
        canvas.note(text, case.ends_at, height * pixel, colour=colour, **place)


def year_ticks(names: Sequence[str]) -> list[int]:
    """Where years begin, thinned until their names have room; evenly spread where names hold no year."""
    years = [_year(name) for name in names]
    begins = [at for at, year in enumerate(years) if year and (at == 0 or years[at - 1] != year)]
    if len(begins) > 2 and begins[1] - begins[0] <= (begins[2] - begins[1]) / 2:
        begins = begins[1:]
    if not begins:
        begins = list(range(len(names)))
    return begins[:: -(-len(begins) // MOST_TICKS)]


def _year(name: str) -> str | None:
    found = re.search(r"\b\d{4}\b", name)
    return found.group() if found else None
