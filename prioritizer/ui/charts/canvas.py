"""What a chart is drawn on."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from prioritizer.ui.charts.colours import TEXT

SIZE = 13
SMALL = 12


class Canvas:
    """Traces, words and lines, gathered first and made a figure once: Plotly checks a figure anew at each addition."""

    def __init__(self) -> None:
        self._traces: list[dict[str, Any]] = []
        self._notes: list[dict[str, Any]] = []
        self._shapes: list[dict[str, Any]] = []

    def trace(self, kind: str, properties: Mapping[str, Any]) -> None:
        self._traces.append({"type": kind, **properties})

    def note(self, text: str, x: Any, y: Any, **properties: Any) -> None:
        """Text at a place of the axes; what users wrote must be literal."""
        font = {"size": properties.pop("size", SIZE), "color": properties.pop("colour", TEXT)}
        plain = {"showarrow": False, "borderpad": 1, "font": font}
        self._notes.append({"text": text, "x": x, "y": y, **plain, **properties})

    def line(self, start: tuple[Any, Any], end: tuple[Any, Any], **properties: Any) -> None:
        pen = {"color": properties.pop("colour", TEXT), "width": properties.pop("width", 1.0)}
        pen["dash"] = properties.pop("dash", "solid")
        places = {"x0": start[0], "y0": start[1], "x1": end[0], "y1": end[1]}
        self._shapes.append({"type": "line", **places, "line": pen, **properties})

    def box(self, start: tuple[float, float], end: tuple[float, float], fill: str, edge: Mapping[str, Any]) -> None:
        places = {"x0": start[0], "y0": start[1], "x1": end[0], "y1": end[1]}
        self._shapes.append({"type": "rect", **places, "fillcolor": fill, "line": dict(edge)})

    def figure(
        self,
        plot_height: int,
        margin: Mapping[str, int],
        x: Mapping[str, Any],
        y: Mapping[str, Any],
        layout: Mapping[str, Any] | None = None,
    ) -> go.Figure:
        """The figure; the margins are pixels around the plot, which stays in the width that the page gives it."""
        edges = {"l": 4, "r": 8, "t": 8, "b": 4, **margin}
        look = {
            "height": plot_height + edges["t"] + edges["b"],
            "margin": edges,
            "separators": ".,",
            "showlegend": False,
            "hovermode": "closest",
            "hoverlabel": {"font": {"size": SIZE, "color": TEXT}, "align": "left"},
            "dragmode": False,
            "font": {"size": SIZE},
            "uirevision": "keep",
            "xaxis": {**_AXIS, "showgrid": False, "zeroline": False, **x},
            "yaxis": {**_AXIS, "showgrid": True, "gridwidth": 1, "nticks": 6, "automargin": "width", **y},
        }
        words = {"annotations": self._notes, "shapes": self._shapes}
        return go.Figure({"data": self._traces, "layout": {**look, **words, **(layout or {})}})


HOVER = "%{customdata}<extra></extra>"  # literal text of each point; a template with words in it would read their %{…}
_AXIS: dict[str, Any] = {
    "ticks": "",
    "automargin": False,  # a chart that counts in pixels needs a plot of the height it asked for
    "fixedrange": True,
    "tickfont": {"size": SMALL, "color": TEXT},
    "zeroline": False,
}
HIDDEN: dict[str, Any] = {"visible": False, "automargin": False, "showgrid": False}
UNDER = 26  # pixels that the names below an x axis take
ZERO_LINE: dict[str, Any] = {"zeroline": True, "zerolinewidth": 1.5, "zerolinecolor": TEXT}


def room(low: float, high: float, share: float = 0.004) -> list[float]:
    """An axis from low to high with a hair to spare: Plotly drops words whose place rounds to outside."""
    if high <= low:
        low, high = low - 1, high + 1
    hair = (high - low) * share
    return [low - hair, high + hair]
