"""The colours of every chart. Streamlit's theme replaces the placeholders in the browser, in light and in dark."""

from typing import Any

from prioritizer.domain.customers import Segment

INK = "#000001"  # the first of chartCategoricalColors: data
ACCENT = "#000002"  # the second: what data is compared with, and what stands out
TEXT = "#000037"
BACKGROUND = "#000038"
CLEAR = "rgba(0,0,0,0)"
BLACK = "#000000"  # on the colours of segments, where white does not reach AA

SEGMENT = {Segment.PROMOTER: "#009E73", Segment.PASSIVE: "#8C8C8C", Segment.DETRACTOR: "#D55E00"}

Look = dict[str, Any]  # a marker as Plotly takes it

SOLID: Look = {"color": INK, "line": {"color": INK, "width": 1}}
HATCHED: Look = {
    "color": CLEAR,
    "line": {"color": INK, "width": 1.2},
    "pattern": {"shape": "/", "fgcolor": INK, "bgcolor": CLEAR, "size": 6, "solidity": 0.25},
}


def see_through(colour: str, opacity: float) -> str:
    """A colour written #RRGGBB, let through."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
