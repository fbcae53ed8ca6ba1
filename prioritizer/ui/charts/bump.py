"""How ranks change from scenario to scenario: a line for each initiative, named at its end."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from prioritizer.language import _, ngettext
from prioritizer.ui.charts.canvas import HOVER, SMALL, Canvas, room
from prioritizer.ui.charts.chart import Chart, alt_text
from prioritizer.ui.charts.colours import ACCENT, BACKGROUND, INK, TEXT, see_through
from prioritizer.ui.charts.label import LINE, lines_of, literal, pixels, shortened, stacked

MOST_NAMED = 4  # lines that stand out
_ROW = 19  # pixels from one rank to the next
_LETTERS = 30  # of a name at the end
_COLUMN = 11  # letters on a line of a scenario's name
_FAINT = see_through("#7A8797", 0.55)


class Ranks(NamedTuple):
    """An initiative: its place in each scenario, None where it is not on the list, and whether it is planned there."""

    name: str
    ranks: Sequence[int | None]
    planned: Sequence[bool]

    @property
    def spread(self) -> int:
        """Between its best and its worst place."""
        known = [rank for rank in self.ranks if rank is not None]
        return max(known) - min(known) if known else 0


def bump(scenarios: Sequence[str], initiatives: Sequence[Ranks]) -> Chart:
    """Ranks by projected profit in each scenario, in the order of `scenarios`."""
    moving = _moving(initiatives)
    subtitle = _("Rank by projected profit in each scenario; a full dot is planned there, a hollow one is not")
    title = _title(moving)
    return Chart(
        title,
        subtitle,
        _drawn(scenarios, initiatives, {one.name for one in moving}),
        _table(scenarios, initiatives),
        alt_text(title, subtitle),
    )


def _moving(initiatives: Sequence[Ranks]) -> list[Ranks]:
    """Those that move most, if they move at all."""
    first = sorted(initiatives, key=lambda one: -one.spread)[:MOST_NAMED]
    return [one for one in first if one.spread > 1]


def _title(moving: Sequence[Ranks]) -> str:
    if not moving:
        return _("The order is nearly the same in all scenarios")
    most = moving[0]
    return ngettext(
        "“{name}” moves most: by {n} place between scenarios",
        "“{name}” moves most: by {n} places between scenarios",
        most.spread,
    ).format(name=most.name, n=most.spread)


def _drawn(scenarios: Sequence[str], initiatives: Sequence[Ranks], moving: set[str]) -> go.Figure:
    canvas = Canvas()
    named = {one.name: shortened(one.name, _LETTERS, 1)[0] for one in initiatives}
    for one in sorted(initiatives, key=lambda one: one.name in moving):  # those that stand out are drawn above
        _draw(canvas, scenarios, one, named[one.name], ACCENT if one.name in moving else "")
    last = max((rank for one in initiatives for rank in one.ranks if rank is not None), default=1)
    headings = [stacked(lines_of(name, _COLUMN)) for name in scenarios]
    tall = max((heading.count("<br>") + 1 for heading in headings), default=1)
    names = {"tickvals": list(range(len(scenarios))), "ticktext": headings, "side": "top", "tickangle": 0}
    x = {**names, "range": room(0, max(len(scenarios) - 1, 1), 0.02)}
    every = {"tickvals": list(range(1, last + 1)), "nticks": 0, "tickfont": {"size": SMALL, "color": TEXT}}
    y = {**every, "range": [last + 0.5, 0.5], "showgrid": False}
    margin = {"l": 26, "t": 10 + LINE * tall, "r": 14 + pixels(list(named.values()))}
    return canvas.figure(_ROW * last, margin, x, y)


def _draw(canvas: Canvas, scenarios: Sequence[str], one: Ranks, name: str, colour: str) -> None:
    """A line that breaks where the initiative is not on the list, with its name behind its last place."""
    said = [
        literal(_said(one, scenario, rank, planned))
        for scenario, rank, planned in zip(scenarios, one.ranks, one.planned, strict=True)
    ]
    marks = {
        "size": 8,
        "color": [(colour or INK) if planned else BACKGROUND for planned in one.planned],
        "line": {"color": colour or INK, "width": 1.4},
    }
    line = {"color": colour or _FAINT, "width": 2.4 if colour else 1.2}
    points = {"x": list(range(len(scenarios))), "y": list(one.ranks), "customdata": said, "hovertemplate": HOVER}
    look = {"mode": "lines+markers", "line": line, "marker": marks, "connectgaps": False}
    canvas.trace("scatter", {**points, **look})
    if known := [(at, rank) for at, rank in enumerate(one.ranks) if rank is not None]:
        at, rank = known[-1]
        side = {"xanchor": "left", "xshift": 9, "size": SMALL, "colour": colour or TEXT}
        if at < len(scenarios) - 1:
            side["bgcolor"] = BACKGROUND
        canvas.note(literal(name), at, rank, **side)


def _said(one: Ranks, scenario: str, rank: int | None, planned: bool) -> str:
    if rank is None:
        return ""
    state = _("planned") if planned else _("not planned")
    return _("{name}: {rank} in {scenario}, {state}").format(name=one.name, rank=rank, scenario=scenario, state=state)


def _table(scenarios: Sequence[str], initiatives: Sequence[Ranks]) -> pd.DataFrame:
    columns: dict[str, list[object]] = {_("Initiative"): [one.name for one in initiatives]}
    for at, scenario in enumerate(scenarios):
        heading = scenario if scenario not in columns else f"{scenario} ({at + 1})"
        columns[heading] = [one.ranks[at] for one in initiatives]
    return pd.DataFrame(columns, dtype=object)
