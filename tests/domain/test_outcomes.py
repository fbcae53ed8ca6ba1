"""Recorded outcomes: their ratios, and what is refused."""

import pytest

from cases import refusals
from prioritizer.domain.outcomes import Outcome

KNOWN = {"initiative": "a", "department": "IT", "grade": "B", "claimed": -0.2, "delivered": -0.05}


def test_the_ratio_has_no_unit_and_no_sign_of_the_claim() -> None:
    made = Outcome.model_validate({**KNOWN, "usual": 0.05, "standard_error": 0.02})
    assert (made.ratio, made.error, made.overclaim) == pytest.approx((0.25, 0.1, 4))


def test_harm_is_of_the_other_sign() -> None:
    assert Outcome.model_validate({**KNOWN, "delivered": 0.1}).ratio == pytest.approx(-0.5)


@pytest.mark.parametrize("usual", [None, 0, 0.4])
def test_a_claim_within_the_usual_size_is_no_overclaim(usual: float | None) -> None:
    assert Outcome.model_validate({**KNOWN, "usual": usual}).overclaim == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"claimed": 0}, "nothing was claimed"),
        ({"standard_error": -0.1}, "is not a standard error"),
        ({"grade": "E"}, "grade: E is not a grade"),
        ({"grade": None}, "is not a grade"),
        ({"delivered": "much"}, "delivered: "),
        ({"deliverd": 1}, "deliverd: "),
    ],
)
def test_what_is_refused(change: dict, said: str) -> None:
    assert said in " ".join(refusals(Outcome, {**KNOWN, **change}))
