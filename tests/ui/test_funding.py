"""Beside an initiative: what would carry it into the plan, in words."""

import pytest

from cases import company_record
from prioritizer.domain.plans import SmallestChange
from prioritizer.ui.views.funding import _change_said

QUARTERS = company_record(latest_start=7)  # from the first of 2027


def change(**given: object) -> SmallestChange:
    return SmallestChange.model_validate({"cost": None, "profit": None, "effect": None, "starts": (), **given})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, []),
        (change(), ["No saving, no greater effect and no other start of its own would bring it into the plan."]),
        (change(starts=(2,)), ["The plan would fund it if it started in Q3 2027."]),
        (
            change(starts=(6, 1, 3, 4)),
            ["The plan would fund it if it started in Q2 2027 or Q4 2027 to Q1 2028 or Q3 2028."],
        ),
        (
            change(profit=2e6, effect=0.25, cost=0.1, starts=(5,)),
            [
                "The plan would fund it if it brought 2.00 million € more: 25 % more effect at the same cost.",
                "Or if it cost 10 % less.",
                "Or if it started in Q2 2028.",
            ],
        ),
        (change(cost=0.1), ["The plan would fund it if it cost 10 % less."]),
    ],
)
def test_what_would_bring_it_into_the_plan(given: SmallestChange | None, said: list[str]) -> None:
    assert _change_said(given, QUARTERS) == said
