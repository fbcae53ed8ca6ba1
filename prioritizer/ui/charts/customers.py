"""The customer base: who is happy, in each group."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from prioritizer.domain.customers import SEGMENTS, Segment
from prioritizer.language import _
from prioritizer.ui.charts.amounts import decimals_of, signed, written
from prioritizer.ui.charts.canvas import HIDDEN, SMALL, Canvas, room
from prioritizer.ui.charts.chart import Chart, alt_text
from prioritizer.ui.charts.colours import BACKGROUND, BLACK, SEGMENT
from prioritizer.ui.charts.label import LINE, literal, strong
from prioritizer.ui.charts.rows import lying_bars, rows_of
from prioritizer.words import NOTHING

NARROWEST = 10  # percent of a bar that its own percent fits into at 400 pixels


def segment_name(segment: Segment) -> str:
    """What people call the customers of a segment."""
    return {
        Segment.PROMOTER: _("Promoters"),
        Segment.PASSIVE: _("Passives"),
        Segment.DETRACTOR: _("Detractors"),
    }[segment]


class GroupBase(NamedTuple):
    """The customers of a group by segment."""

    name: str
    promoter: float
    passive: float
    detractor: float

    @property
    def by_segment(self) -> tuple[float, float, float]:
        return self.promoter, self.passive, self.detractor

    @property
    def customers(self) -> float:
        return sum(self.by_segment)

    @property
    def percents(self) -> tuple[float, ...]:
        """Shares of the segments, 0 to 100; zero of nobody."""
        return tuple(100 * count / self.customers if self.customers else 0.0 for count in self.by_segment)

    @property
    def nps(self) -> float | None:
        """From −100 to 100; None of nobody."""
        return 100 * (self.promoter - self.detractor) / self.customers if self.customers else None

    @property
    def nps_words(self) -> str:
        return NOTHING if self.nps is None else signed(round(self.nps), 0)


def base_by_group(
    groups: Sequence[tuple[str, float, float, float]], *, title: str | None = None, subtitle: str | None = None
) -> Chart:
    """Each group's customers by segment, and its NPS, below those of the company.

    Args:
        groups: name, promoters, passives and detractors of each (`GroupBase`).
        title: instead of the one that names the happiest group.
        subtitle: instead of what is drawn.
    """
    bases = [GroupBase(*group) for group in groups]
    shown = [_company(bases), *bases] if len(bases) > 1 else bases
    title = title or _happiest(bases)
    subtitle = subtitle if subtitle is not None else _("Share of customers by segment in percent, and NPS")
    return Chart(title, subtitle, _stacked(shown), _counted(shown), alt_text(title, subtitle))


def _company(bases: Sequence[GroupBase]) -> GroupBase:
    promoters, passives, detractors = (sum(counts) for counts in zip(*(base.by_segment for base in bases), strict=True))
    return GroupBase(_("All customers"), promoters, passives, detractors)


def _happiest(bases: Sequence[GroupBase]) -> str:
    known = [(base.nps, base) for base in bases if base.nps is not None]
    if not known:
        return _("There are no customers yet")
    base = max(known, key=lambda each: each[0])[1]
    if len(bases) == 1:
        return _("NPS of {group} is {nps}").format(group=base.name, nps=base.nps_words)
    return _("{group} has the happiest customers: NPS {nps}").format(group=base.name, nps=base.nps_words)


def _stacked(bases: Sequence[GroupBase]) -> go.Figure:
    rows = rows_of([base.name for base in bases], top=LINE + 6)
    canvas = Canvas()
    for segment in SEGMENTS:
        parts = [base.percents[segment.position] for base in bases]
        before = [sum(base.percents[: segment.position]) for base in bases]
        words = {
            "base": before,
            "text": [written(part, 0) + "\u00a0%" if part >= NARROWEST else "" for part in parts],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "constraintext": "none",
            "textangle": 0,
            "textfont": {"color": BLACK, "size": SMALL},
            "hovertext": [_said(base, segment) for base in bases],
            "marker": {"color": SEGMENT[segment], "line": {"color": BACKGROUND, "width": 1}},
        }
        canvas.trace("bar", lying_bars(rows.bars, parts, words))
    _head(canvas)
    for base, bar in zip(bases, rows.bars, strict=True):
        canvas.note(strong(base.nps_words), 1, bar, xref="paper", xanchor="left", xshift=6)
    rows.write_above(canvas)
    x = {**HIDDEN, "range": room(0, 100)}
    return canvas.figure(rows.height, {"r": 44}, x, rows.axis(), {"barmode": "overlay"})


def _head(canvas: Canvas) -> None:
    """Names of the segments in their order on one line, which ends with the bars and may begin before them."""
    names = (f"{_square(segment)} {literal(segment_name(segment))}" for segment in SEGMENTS)
    canvas.note("   ".join(names), 100, 0, xanchor="right", yanchor="top", size=SMALL)
    canvas.note(literal(_("NPS")), 1, 0, xref="paper", xanchor="left", xshift=6, yanchor="top", size=SMALL)


def _square(segment: Segment) -> str:
    return f"<span style='color:{SEGMENT[segment]}'>■</span>"


def _said(base: GroupBase, segment: Segment) -> str:
    words = _("{group}, {segment}: {customers} customers, {percent} %").format(
        group=base.name,
        segment=segment_name(segment),
        customers=_people(base.by_segment[segment.position]),
        percent=written(base.percents[segment.position], 1),
    )
    return literal(words)


def _people(customers: float) -> str:
    """A number of customers in full."""
    return written(customers, 0 if customers >= 1 else decimals_of(customers))


def _counted(bases: Sequence[GroupBase]) -> pd.DataFrame:
    counts = {
        segment_name(segment): [float(base.by_segment[segment.position]) for base in bases] for segment in SEGMENTS
    }
    percents = {
        _("{segment}, %").format(segment=segment_name(segment)): [base.percents[segment.position] for base in bases]
        for segment in SEGMENTS
    }
    names = {_("Group"): [base.name for base in bases]}
    return pd.DataFrame(names | counts | percents | {_("NPS"): [base.nps for base in bases]})
