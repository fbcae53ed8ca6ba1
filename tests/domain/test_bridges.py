"""A bridge that does not add up cannot exist."""

import pytest
from pydantic import ValidationError

from prioritizer.domain.bridges import Bridge

STEPS = {
    "submitted": 100.0,
    "reviewed": -5.0,
    "size": -15.0,
    "delivered": -30.0,
    "uncertainty": 2.0,
    "listed": 52.0,
    "disappointment": 48.0,
}
PLAN = {"moved": -2.0, "overlap": -10.0, "together": 40.0, "last_in": 35.0}


def test_a_bridge_adds_up() -> None:
    assert Bridge(**STEPS).together is None
    assert Bridge(**STEPS, **PLAN).together == 40


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"size": -14.0}, "list value"),
        ({"listed": 52.1}, "list value"),
        ({"disappointment": -48.0}, "disappointment"),
        ({**PLAN, "overlap": -9.0}, "brings together"),
        ({**PLAN, "together": 41.0}, "brings together"),
    ],
)
def test_one_that_does_not_is_refused(change: dict[str, float], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Bridge(**{**STEPS, **change})
