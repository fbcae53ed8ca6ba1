"""What can be tried, and how it reads as the differences of a scenario."""

import pytest
from pydantic import ValidationError

from prioritizer.domain.company import Policy
from prioritizer.domain.whatif import WhatIf

NAN, INFINITE = float("nan"), float("inf")


def written(what_if: WhatIf) -> list[tuple[str, object, object]]:
    """The differences in the company: path, factor, value."""
    return [(".".join(change.path), change.multiply, change.value) for change in what_if.company_changes()]


def test_nothing_is_tried_where_nothing_is_said() -> None:
    assert WhatIf().tried == ()
    assert written(WhatIf()) == []
    assert WhatIf().initiative_changes() == {}


@pytest.mark.parametrize(
    ("tried", "change"),
    [
        ({"churn": 1.3}, ("groups.*.churn.*", 1.3, None)),
        ({"churn": 0}, ("groups.*.churn.*", 0.0, None)),
        ({"acquisition_cost": 2}, ("groups.*.acquisition_cost", 2.0, None)),
        ({"causal_share": 0.5}, ("causal_share", 0.5, None)),
        ({"discount_rate": 0.2}, ("discount_rate", None, 0.2)),
        ({"discount_rate": 0}, ("discount_rate", None, 0.0)),
        ({"policy": Policy.PLAN}, ("acquisition_policy", None, "plan")),
        ({"policy": "hold"}, ("acquisition_policy", None, "hold")),
    ],
)
def test_each_thing_tried_is_one_difference_in_the_company(tried: dict, change: tuple) -> None:
    assert written(WhatIf(**tried)) == [change]
    assert WhatIf(**tried).tried == tuple(tried)
    assert WhatIf(**tried).initiative_changes() == {}


def test_success_is_a_difference_in_the_initiatives() -> None:
    (change,) = WhatIf(success=0.5).initiative_changes()["*"]
    assert (change.path, change.multiply) == (("probability_of_success",), 0.5)
    assert written(WhatIf(success=0.5)) == []
    assert WhatIf(success=0).initiative_changes()["*"][0].multiply == 0


def test_leaving_out_is_no_difference_in_a_number() -> None:
    left_out = WhatIf(without=("a", "b"))
    assert left_out.tried == ("without",)
    assert written(left_out) == []
    assert left_out.initiative_changes() == {}


def test_what_is_tried_stands_in_one_order_however_it_was_said() -> None:
    everything = WhatIf(
        without=("a",),
        success=0.5,
        causal_share=0.9,
        acquisition_cost=1.1,
        churn=1.2,
        policy=Policy.PLAN,
        discount_rate=0.1,
    )
    order = ("discount_rate", "policy", "churn", "acquisition_cost", "causal_share", "success", "without")
    assert everything.tried == order
    assert everything.only(order) == everything
    assert len(written(everything)) == 5


def test_only_some_of_it_leaves_the_rest_as_it_is() -> None:
    tried = WhatIf(churn=1.2, policy=Policy.PLAN, without=("a",))
    assert tried.only(()) == WhatIf()
    assert tried.only(("policy", "without")) == WhatIf(policy=Policy.PLAN, without=("a",))
    assert tried.only(("success",)) == WhatIf()


@pytest.mark.parametrize("factor", ["churn", "acquisition_cost", "causal_share", "success"])
def test_factors_have_ends(factor: str) -> None:
    assert getattr(WhatIf.model_validate({factor: 0}), factor) == 0
    assert getattr(WhatIf.model_validate({factor: 3}), factor) == 3
    for wrong in (-0.01, 3.01, NAN, INFINITE, "much"):
        with pytest.raises(ValidationError):
            WhatIf.model_validate({factor: wrong})


def test_a_discount_rate_has_the_ends_that_a_company_has() -> None:
    assert WhatIf(discount_rate=1.0).discount_rate == 1.0
    assert WhatIf(discount_rate=-0.99).discount_rate == -0.99
    for wrong in (-1.0, 1.01, NAN, -INFINITE):
        with pytest.raises(ValidationError):
            WhatIf(discount_rate=wrong)


@pytest.mark.parametrize("wrong", [{"policy": "none"}, {"wihtout": ("a",)}])
def test_what_nobody_knows_cannot_be_tried(wrong: dict) -> None:
    with pytest.raises(ValidationError):
        WhatIf(**wrong)
