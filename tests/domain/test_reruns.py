"""When two figures are the same, and by which places they are compared."""

import pytest

from prioritizer.domain.reruns import Figure, compared, figures_by_place


@pytest.mark.parametrize(
    ("then", "now", "same"),
    [
        (212_345_678.91, 212_345_678.911, True),
        (212_345_678.91, 212_345_678.92, False),
        (0.043, 0.043, True),
        (0.043, 0.04301, False),
        (0.0, 0.004, False),
        (3, 3, True),
        (3, 3.0, True),
        (2**53, 2**53 + 1, False),
        (1, True, False),
        (None, None, True),
        (None, 0.0, False),
        ("faq", "faq", True),
        ("faq", "menu", False),
        (float("inf"), float("inf"), True),
        (float("inf"), 1.0, False),
    ],
)
def test_figures_are_the_same_to_the_cent_or_to_seven_digits(then, now, same) -> None:
    assert Figure(place="x", then=then, now=now).is_same is same
    assert Figure(place="x", then=now, now=then).is_same is same


def test_figures_are_named_by_their_place() -> None:
    content = {
        "rows": [{"id": "faq", "name": "FAQ", "profit": 1.5, "swings": [{"input": "tax", "low": 2}]}],
        "ids": ["faq"],
        "series": [1.0, None],
        "twice": [{"id": "a", "x": 1}, {"id": "a", "x": 2}],
    }
    assert figures_by_place(content) == {
        "rows.count": 1,
        "rows[faq].profit": 1.5,
        "rows[faq].swings.count": 1,
        "rows[faq].swings[tax].low": 2,
        "ids.count": 1,
        "ids[0]": "faq",
        "series.count": 2,
        "series[0]": 1.0,
        "series[1]": None,
        "twice.count": 2,
        "twice[0].x": 1,
        "twice[1].x": 2,
    }


def test_what_is_no_longer_there_differs() -> None:
    found = compared({"a": 1.0, "b": 2.0}, {"b": 2.0, "c": 3.0})
    assert [(one.place, one.now, one.is_same) for one in found] == [("a", None, False), ("b", 2.0, True)]
