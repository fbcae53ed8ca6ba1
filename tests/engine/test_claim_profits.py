"""The profit that was claimed, after size, after delivery: by hand on a case in which profit is linear in the claim."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

import cases
from prioritizer.domain.company import BenefitRealisation
from prioritizer.engine.claim_profits import claim_profits, claimed_profits, only_size

IDENTITY = {s: {t: float(s == t) for t in cases.SEGMENTS} for s in cases.SEGMENTS}
STILL = cases.group(churn=0, migration=IDENTITY, contacts=0, planned_acquisitions=0)
REVENUE = 300 * 120 + 450 * 100 + 250 * 90  # of a period in which nobody comes or goes


def company(table=None, **changes):
    more = {} if table is None else {"benefit_realisation": table}
    settled = {"groups": {"Mobile": STILL}, "acquisition_policy": "plan", "discount_rate": 0}
    return cases.company_record(**settled, **more, **changes)


def tidy(number):
    """A number as people write it."""
    return round(number, 4)


def raising(change, grade="C", id_="raise", cost=1000, **lever):
    return cases.initiative_record(
        id_,
        costs={"one_off": cost},
        evidence={"grade": grade},
        levers=[{"revenue": "all", "change": change, **lever}],
    )


def worth(change, cost=1000.0, periods=4):
    """Profit of a change of revenue: margin is half of revenue."""
    return 0.5 * REVENUE * change * periods - cost


def test_each_step_by_hand():
    table = {"C": {"delivered": 0.5, "slope": 0.5, "spread": 0.3, "cost": 1.2, "delay": 1}}
    found = claim_profits(company(table), [raising(0.08, usual=0.02)])
    assert found.claimed == pytest.approx([worth(0.08)])
    assert found.sized == pytest.approx([worth(0.08 / 2)])  # four times the usual size, slope one half
    assert found.delivered == pytest.approx([worth(0.08 / 2 * 0.5, cost=1200, periods=3)])


def test_costs_and_delays_belong_to_delivery():
    found = claim_profits(company({"C": {"delivered": 1, "cost": 1.5}}), [raising(0.08)])
    assert found.sized == pytest.approx(found.claimed)
    assert found.delivered - found.sized == pytest.approx([-500])


def test_without_a_table_nothing_is_taken_off():
    one = [raising(0.08, usual=0.01)]
    found = claim_profits(company(), one)
    np.testing.assert_array_equal(found.claimed, found.delivered)
    np.testing.assert_array_equal(found.sized, found.delivered)
    assert claimed_profits(company({"C": {"delivered": 0.1}}), one) == pytest.approx(found.claimed)


def test_only_slopes_are_left_of_a_table():
    table = BenefitRealisation.model_validate(
        {"A": {"delivered": 0.9, "slope": 0.1, "spread": 0.2, "cost": 2, "delay": 3}, "shared": {"company": 0.3}}
    )
    left = only_size(table)
    a = left.A
    assert [a.delivered.number, a.slope.number, a.spread.number, a.cost.number, a.delay.number] == [1, 0.1, 0, 1, 0]
    assert (left.D.delivered.number, left.shared.company.number) == (1, 0)


@settings(max_examples=25, deadline=None)
@given(
    change=some.floats(-0.3, -0.001).map(tidy),
    delivered=some.floats(0, 1).map(tidy),
    slope=some.floats(0, 1).map(tidy),
    grade=some.sampled_from("ABCD"),
)
def test_harm_is_never_multiplied_down(change, delivered, slope, grade):
    harmful = [raising(change, grade, usual=0.01)]
    found = claim_profits(company({grade: {"delivered": delivered, "slope": slope}}), harmful)
    np.testing.assert_allclose(found.delivered, found.claimed, rtol=1e-12)
    np.testing.assert_allclose(found.sized, found.claimed, rtol=1e-12)


@settings(max_examples=25, deadline=None)
@given(
    change=some.floats(0.001, 0.3).map(tidy), delivered=some.floats(0, 1).map(tidy), slope=some.floats(0, 1).map(tidy)
)
def test_a_benefit_is_never_raised_by_a_table_that_takes_off(change, delivered, slope):
    found = claim_profits(company({"C": {"delivered": delivered, "slope": slope}}), [raising(change, usual=0.05)])
    within = 1e-9 * abs(found.claimed[0])
    assert found.delivered[0] <= found.sized[0] + within
    assert found.sized[0] <= found.claimed[0] + within
