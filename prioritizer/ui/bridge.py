"""Waterfalls as tables with bars: parts that add up to a total. As quick to redraw as the list below them."""

from collections.abc import Sequence
from dataclasses import dataclass

from prioritizer.language import _
from prioritizer.ui.charts.amounts import Amounts
from prioritizer.ui.markup import Element, element

Part = tuple[str, float]
Stretch = tuple[Sequence[Part], Part]  # steps, and the total to which they lead


@dataclass(frozen=True)
class _Bar:
    """A row: from where to where its bar runs, what stands beside it, and how it is drawn."""

    label: str
    begin: float
    end: float
    said: str
    kind: str


def bridge(
    start: Part | None,
    steps: Sequence[Part],
    end: Part,
    currency: str,
    title: str,
    subtitle: str,
    further: Sequence[Stretch] = (),
) -> Element:
    """A waterfall with its title: from `start` (nothing where there is none) through signed steps to `end`.

    Args:
        start, steps, end: label and amount in units of currency; the steps lead from the start to the end.
        currency: its sign.
        further: more steps that lead from the end on to another total.
    """
    stretches = [(steps, end), *further]
    levels = _levels(start[1] if start else 0.0, stretches)
    amounts = Amounts.of([*levels, *(amount for parts, _to in stretches for _label, amount in parts)], currency)
    bars = [_total(start, amounts)] if start else []
    before = start[1] if start else 0.0
    for parts, total in stretches:
        for part in parts:
            bars.append(_step(part, before, amounts))
            before += part[1]
        bars.append(_total(total, amounts))
        before = total[1]
    ends = [0.0, *levels]
    low, width = min(ends), (max(ends) - min(ends)) or 1.0
    table = element(
        "table",
        element("caption", title, class_="sr"),
        element("tbody", *(_row(bar, low, width) for bar in bars)),
        class_="bridge",
    )
    said = _("{subtitle}, {unit}").format(subtitle=subtitle, unit=amounts.unit)
    heading = element("h3", title, class_="chart-title")
    return element("div", heading, element("p", said, class_="chart-subtitle"), table)


def _levels(begin: float, stretches: Sequence[Stretch]) -> list[float]:
    """How high the waterfall stands at the beginning, after every step and at every total."""
    levels = [begin]
    for parts, (_label, total) in stretches:
        for _name, amount in parts:
            levels.append(levels[-1] + amount)
        levels.append(total)
    return levels


def _total(part: Part, amounts: Amounts) -> _Bar:
    label, amount = part
    return _Bar(label, 0.0, amount, amounts.figure(amount), "total")


def _step(step: Part, before: float, amounts: Amounts) -> _Bar:
    label, amount = step
    return _Bar(label, before, before + amount, amounts.change(amount), "more" if amount >= 0 else "less")


def _row(bar: _Bar, low: float, width: float) -> Element:
    left, right = sorted((bar.begin, bar.end))
    zero = element("i", class_="zero", style=f"left:{_percent(-low, width)}")
    drawn = element("span", style=f"left:{_percent(left - low, width)};width:{_percent(right - left, width)}")
    return element(
        "tr",
        element("th", bar.label, scope="row"),
        element("td", element("div", zero, drawn, class_="track"), aria_hidden="true"),
        element("td", bar.said, class_="number"),
        class_=bar.kind,
    )


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.2f}%"
