"""Waterfalls: every bar begins where the one before ended, and names stay text."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some
from ui.pages import words

from prioritizer.ui.bridge import bridge
from prioritizer.ui.markup import Element, html

AMOUNTS = some.floats(-1e9, 1e9, allow_nan=False).filter(lambda amount: abs(amount) > 1)


def drawn(made: Element) -> list[tuple[str, float, float]]:
    """Of every row its kind, and where its bar begins and ends in percent of the width."""
    bars = []
    for row in made.iter("tr"):
        style = next(span for span in row.iter("span")).get("style", "")
        left, width = map(float, re.findall(r"(-?[\d.]+)%", style))
        bars.append((row.get("class", ""), left, left + width))
    return bars


def test_a_bridge_reads_as_its_numbers() -> None:
    made = bridge(("Before", 300e6), [("More", 20e6), ("Less", -80e6)], ("After", 240e6), "₽", "Title", "Said")
    assert [words(row).strip() for row in made.iter("tr")] == ["Before300", "More+20", "Less−80", "After240"]
    assert "Said, million\u00a0₽" in words(made)
    assert drawn(made) == [("total", 0, 93.75), ("more", 93.75, 100), ("less", 75, 100), ("total", 0, 75)]


def test_without_a_start_parts_add_up_from_nothing() -> None:
    made = bridge(None, [("In", 50.0), ("Out", -70.0)], ("Sum", -20.0), "₽", "Title", "Said")
    in_, out, total = drawn(made)
    zero = 100 * 20 / 70
    assert [round(x, 1) for x in (in_[1], in_[2])] == [round(zero, 1), 100]
    assert [round(x, 1) for x in (out[1], out[2])] == [0, 100]
    assert [round(x, 1) for x in (total[1], total[2])] == [0, round(zero, 1)]


@given(start=AMOUNTS, moves=some.lists(AMOUNTS, max_size=7))
def test_bars_follow_one_another_within_the_width(start: float, moves: list[float]) -> None:
    steps = [(f"step {k}", move) for k, move in enumerate(moves)]
    bars = drawn(bridge(("Before", start), steps, ("After", start + sum(moves)), "₽", "Title", "Said"))
    assert all(-0.011 <= begin <= end <= 100.011 for _kind, begin, end in bars)
    for (_k, begin, end), (_kind, next_begin, next_end) in pairwise(bars):
        assert min(abs(x - y) for x in (begin, end) for y in (next_begin, next_end)) < 0.03


def test_names_stay_text() -> None:
    made = bridge(("<b>x</b>", 1.0), [("<img src=x>", 1.0)], ("After", 2.0), "<i>", "<u>", "</p>")
    assert "<b>" not in html([made])
    assert "<img" not in html([made])
    assert "&lt;img src=x&gt;" in html([made])


def test_a_bridge_may_lead_on_beyond_a_total() -> None:
    further = [([("Overlap", -40e6)], ("Together", 200e6))]
    made = bridge(("Before", 300e6), [("Less", -60e6)], ("After", 240e6), "₽", "Title", "Said", further)
    said = [words(row).strip() for row in made.iter("tr")]
    assert said == ["Before300", "Less−60", "After240", "Overlap−40", "Together200"]
    assert drawn(made)[2:] == [("total", 0, 80), ("less", 66.67, 80), ("total", 0, 66.67)]
