"""What can be tried, and how it reads as the differences of a scenario."""

import pytest
from pydantic import ValidationError

from prioritizer.domain.company import Policy
from prioritizer.domain.scenarios import Change
from prioritizer.domain.whatif import MOST_CHANGES, WhatIf

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


DETRACTORS = Change(path=("groups", "Mobile", "churn", "detractor"), multiply=1.3)
BUDGET = Change(path=("budget", "2027"), value=5e6)
COSTS = Change(path=("initiatives", "*", "costs"), multiply=1.1)
RAMP = Change(path=("initiatives", "call-back", "ramp_up"), value=2)


def test_listed_changes_come_after_the_quick_ones_where_they_belong() -> None:
    what_if = WhatIf(churn=1.2, success=0.5, changes=(COSTS, DETRACTORS, RAMP, BUDGET))
    assert written(what_if) == [
        ("groups.*.churn.*", 1.2, None),
        ("groups.Mobile.churn.detractor", 1.3, None),
        ("budget.2027", None, 5e6),
    ]
    made = {
        id_: [(one.path, one.multiply, one.value) for one in changes]
        for id_, changes in what_if.initiative_changes().items()
    }
    assert made == {
        "*": [(("probability_of_success",), 0.5, None), (("costs",), 1.1, None)],
        "call-back": [(("ramp_up",), None, 2)],
    }


def test_listed_changes_are_tried_one_by_one() -> None:
    what_if = WhatIf(causal_share=0.5, changes=(DETRACTORS, BUDGET))
    names = ("causal_share", "change groups.Mobile.churn.detractor", 'change budget."2027"')
    assert what_if.tried == names
    assert what_if.limits == names[2:]
    assert what_if.only(names) == what_if
    assert what_if.only(names[1:2]) == WhatIf(changes=(DETRACTORS,))
    assert what_if.only(names[:1]) == WhatIf(causal_share=0.5)
    same_name = Change(path=("causal_share",), multiply=0.9)
    assert WhatIf(causal_share=0.5, changes=(same_name,)).only(("causal_share",)) == WhatIf(causal_share=0.5)


def test_a_place_is_changed_once_and_there_is_an_end_to_changes() -> None:
    many = tuple(Change(path=("groups", str(k), "gross_margin"), multiply=1.1) for k in range(MOST_CHANGES + 1))
    assert len(WhatIf(changes=many[1:]).tried) == 20
    for wrong, said in (
        (many, "is too many changes"),
        ((COSTS, COSTS), "is changed twice"),
        ((Change(path=("initiatives", "call-back"), multiply=2),), "is not changed here"),
    ):
        with pytest.raises(ValidationError, match=said):
            WhatIf(changes=wrong)
