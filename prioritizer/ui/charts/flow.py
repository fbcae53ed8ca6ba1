"""What happens to the customer base within a year: who moves, who leaves, who joins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from prioritizer.domain.customers import SEGMENTS, Segment
from prioritizer.language import _
from prioritizer.ui.charts.amounts import Amounts, written
from prioritizer.ui.charts.canvas import HIDDEN, Canvas
from prioritizer.ui.charts.chart import Chart, alt_text
from prioritizer.ui.charts.colours import CLEAR, SEGMENT, TEXT, see_through
from prioritizer.ui.charts.customers import segment_name
from prioritizer.ui.charts.label import LINE, apart, literal, pixels, strong

JOINED, LEFT = "joined", "left"
SOURCES = (*SEGMENTS, JOINED)
ENDS = (*SEGMENTS, LEFT)
TOLERANCE = 1e-4  # of all customers: what the flows may miss the start by

_PLOT = 330
_AIR = 24  # pixels above and below, into which words of small boxes may move
_GAP = 18  # pixels between boxes
_BOX = 0.07  # of the width
_POINTS = 24  # along the edge of a ribbon
_STAY, _MOVE = 0.18, 0.55  # opacity

Flows = Mapping[tuple[str, str], float]


def year_flow(
    start: Mapping[str, float], flows: Flows, *, title: str | None = None, subtitle: str | None = None
) -> Chart:
    """Customers by segment today and a year later, joined by ribbons as wide as the number who go that way.

    Args:
        start: customers by segment today.
        flows: customers by where they come from (a segment or "joined") and where they get to (a segment or "left").
            Pairs that are missing have none.
        title: instead of the one that says how many join, leave and move.
        subtitle: instead of what is drawn and how to read it.

    Raises:
        ValueError: the flows out of a segment do not sum to its start.
    """
    _check(start, flows)
    year = _Year.of(flows)
    amounts = Amounts.of([*year.outflow.values(), *year.inflow.values()])
    title = title or _title(flows)
    if subtitle is None:
        subtitle = _subtitle(amounts.unit)
    return Chart(title, subtitle, _alluvial(year, amounts), _matrix(year), alt_text(title, subtitle))


@dataclass(frozen=True)
class _Year:
    """Every flow, zero ones included, and their sums."""

    flows: dict[tuple[str, str], float]
    outflow: dict[str, float]
    inflow: dict[str, float]

    @classmethod
    def of(cls, flows: Flows) -> "_Year":
        every = {(source, end): float(flows.get((source, end), 0.0)) for source in SOURCES for end in ENDS}
        outflow = {source: sum(every[source, end] for end in ENDS) for source in SOURCES}
        inflow = {end: sum(every[source, end] for source in SOURCES) for end in ENDS}
        return cls(every, outflow, inflow)


def _check(start: Mapping[str, float], flows: Flows) -> None:
    strangers = [pair for pair in flows if pair[0] not in SOURCES or pair[1] not in ENDS]
    if strangers:
        raise ValueError(f"no such flow: {strangers}")
    allowed = TOLERANCE * sum(start.values())
    for segment in SEGMENTS:
        leaving = sum(flows.get((segment, end), 0.0) for end in ENDS)
        if abs(leaving - start[segment]) > allowed:
            raise ValueError(f"{segment}: flows of {leaving} do not sum to the start of {start[segment]}")


def _title(flows: Flows) -> str:
    joined = sum(count for (source, _end), count in flows.items() if source == JOINED)
    left = sum(count for (_source, end), count in flows.items() if end == LEFT)
    moved = sum(
        count for (source, end), count in flows.items() if source != end and source in SEGMENT and end in SEGMENT
    )
    return _("In a year {joined} customers join, {left} leave and {moved} change segment").format(
        joined=_rounded(joined), left=_rounded(left), moved=_rounded(moved)
    )


def _rounded(customers: float) -> str:
    if customers < 1000:
        return written(round(customers), 0)
    return Amounts.of([customers]).with_unit(customers)


def _subtitle(unit: str) -> str:
    if not unit:
        return _("Customers, today (left) and a year later (right); pale ribbons stay, outlined ones come or go")
    return _(
        "Customers, {unit}, today (left) and a year later (right); pale ribbons stay, outlined ones come or go"
    ).format(unit=unit)


def _name(place: str) -> str:
    """What people call a box."""
    if place == JOINED:
        return _("Joined")
    return _("Left") if place == LEFT else segment_name(Segment(place))


@dataclass(frozen=True)
class _Boxes:
    """The boxes of one side: top and bottom of each in pixels from the top, ribbons placed one after the other."""

    spans: dict[str, tuple[float, float]]

    @classmethod
    def stacked(cls, sizes: Mapping[str, float], pixel: float) -> "_Boxes":
        height = sum(sizes.values()) / pixel + _GAP * (len(sizes) - 1)
        top, spans = (_PLOT - height) / 2, {}
        for place, size in sizes.items():
            spans[place] = (top, top + size / pixel)
            top += size / pixel + _GAP
        return cls(spans)


def _alluvial(year: _Year, amounts: Amounts) -> go.Figure:
    room_for_boxes = _PLOT - _GAP * (len(SOURCES) - 1)
    pixel = max(sum(year.outflow.values()), sum(year.inflow.values())) / room_for_boxes or 1.0
    left, right = _Boxes.stacked(year.outflow, pixel), _Boxes.stacked(year.inflow, pixel)
    canvas = Canvas()
    _draw_ribbons(canvas, year, left, right, pixel, amounts)
    _draw_boxes(canvas, left, 0, _BOX)
    _draw_boxes(canvas, right, 1 - _BOX, 1)
    before = [_start_words(place, year, amounts) for place in SOURCES]
    after = [_end_words(place, year, amounts) for place in ENDS]
    _write(canvas, left, before, 0, "right", -6)
    _write(canvas, right, after, 1, "left", 6)
    margin = {"l": 10 + _widest(before), "r": 10 + _widest(after), "t": 4, "b": 4}
    x = {**HIDDEN, "range": [-0.004, 1.004]}
    return canvas.figure(_PLOT + 2 * _AIR, margin, x, {**HIDDEN, "range": [_PLOT + _AIR, -_AIR]})


def _draw_ribbons(canvas: Canvas, year: _Year, left: _Boxes, right: _Boxes, pixel: float, amounts: Amounts) -> None:
    leaving = {place: span[0] for place, span in left.spans.items()}
    arriving = {place: span[0] for place, span in right.spans.items()}
    for (source, end), count in year.flows.items():
        if count <= 0:
            continue
        wide = count / pixel
        xs, ys = _outline(leaving[source], arriving[end], wide)
        leaving[source] += wide
        arriving[end] += wide
        canvas.trace("scatter", {"x": xs, "y": ys, **_ribbon(source, end, count, amounts)})


def _outline(start: float, end: float, wide: float) -> tuple[list[float], list[float]]:
    """Around a ribbon: its upper edge from left to right, and its lower one back."""
    along = [point / _POINTS for point in range(_POINTS + 1)]
    xs = [_BOX + t * (1 - 2 * _BOX) for t in along]
    upper = [start + (end - start) * t * t * (3 - 2 * t) for t in along]
    return [*xs, *reversed(xs), xs[0]], [*upper, *(y + wide for y in reversed(upper)), upper[0]]


def _ribbon(source: str, end: str, count: float, amounts: Amounts) -> dict[str, object]:
    """Pale for those who stay, strong for those who move, an outline for those who come or go."""
    colour = SEGMENT[Segment(source)] if source in SEGMENT else TEXT
    hollow = source == JOINED or end == LEFT
    words = _("{source} → {end}: {customers} customers").format(
        source=_name(source), end=_name(end), customers=amounts.in_full(round(count))
    )
    return {
        "mode": "lines",
        "fill": "toself",
        "fillcolor": CLEAR if hollow else see_through(colour, _STAY if source == end else _MOVE),
        "line": {"color": colour, "width": 1 if hollow else 0, "dash": "2px,2px" if hollow else "solid"},
        "hoveron": "fills",
        "hoverinfo": "text",
        "text": literal(words),
        "name": "",
    }


def _draw_boxes(canvas: Canvas, boxes: _Boxes, left: float, right: float) -> None:
    for place, (top, bottom) in boxes.spans.items():
        if place in SEGMENT:
            canvas.box((left, top), (right, bottom), SEGMENT[Segment(place)], {"width": 0})
        elif bottom > top:
            edge = {"color": TEXT, "width": 1.4, "dash": "3px,2px" if place == JOINED else "solid"}
            canvas.box((left, top), (right, bottom), CLEAR, edge)


def _start_words(place: str, year: _Year, amounts: Amounts) -> tuple[str, str, str]:
    return _name(place), amounts.figure(year.outflow[place]), ""


def _end_words(place: str, year: _Year, amounts: Amounts) -> tuple[str, str, str]:
    """Name, number, and for segments by how much it has changed."""
    change = "" if place == LEFT else f" ({amounts.change(year.inflow[place] - year.outflow[place])})"
    return _name(place), amounts.figure(year.inflow[place]), change


def _widest(words: Sequence[tuple[str, str, str]]) -> int:
    return pixels([text for name, number, change in words for text in (name, number + change)])


def _write(
    canvas: Canvas, boxes: _Boxes, words: Sequence[tuple[str, str, str]], x: float, side: str, shift: int
) -> None:
    """Two lines at the middle of each box, moved apart where boxes are small."""
    middles = apart([(top + bottom) / 2 for top, bottom in boxes.spans.values()], 2 * LINE + 2)
    align = "right" if side == "right" else "left"
    for (name, number, change), middle in zip(words, middles, strict=True):
        text = f"{literal(name)}<br>{strong(number)}{_bracketed(change)}"
        canvas.note(text, x, middle, xanchor=side, align=align, xshift=shift)


def _bracketed(change: str) -> str:
    """A change in brackets, with the space before it."""
    return f" {literal(change)}" if change else ""


def _matrix(year: _Year) -> pd.DataFrame:
    """From each place (rows) to each (columns), with sums."""
    columns = {_("To: {place}").format(place=_name(end)): _down(year, end) for end in ENDS}
    sums = [year.outflow[source] for source in SOURCES]
    names = [_("From: {place}").format(place=_name(source)) for source in SOURCES]
    return pd.DataFrame({_("Customers"): [*names, _("Sum")], **columns, _("Sum"): [*sums, sum(sums)]})


def _down(year: _Year, end: str) -> list[float]:
    return [*(year.flows[source, end] for source in SOURCES), year.inflow[end]]
