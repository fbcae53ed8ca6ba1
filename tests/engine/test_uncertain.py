"""What is an uncertain input, what it is drawn with, and its draws as people read them."""

import numpy as np
import pytest

from cases import company_record, group, initiative_record
from prioritizer.engine.levers import sampled
from prioritizer.engine.uncertain import joined_with, uncertain_inputs

ROW = {"dirichlet": {"promoter": 9, "passive": 6, "detractor": 5}}
TABLE = {"D": {"delivered": 0.5, "spread": 0.3}, "shared": {"company": 0.1, "department": 0.2}}


def some():  # type: ignore[no-untyped-def]
    company = company_record(
        groups={
            "Mobile": group(churn={"pert": [0.01, 0.02, 0.04]}, newcomers=ROW),
            "Fixed": group(gross_margin={"pert": [0.4, 0.5, 0.6]}),
        },
        benefit_realisation=TABLE,
        correlate=[{"names": ["groups.Mobile.churn.all", "initiatives.a.costs.running"], "rho": 0.5}],
    )
    costs = {"running": {"pert": [10, 20, 30]}}
    return company, [initiative_record("a", reach={"Mobile": 0.5}, costs=costs, probability_of_success=0.7)]


def test_what_may_move_the_profit_of_some_initiatives() -> None:
    company, initiatives = some()
    names = [one.name for one in uncertain_inputs(company, initiatives)]
    assert names == [
        "groups.Mobile.churn.all",
        "groups.Mobile.newcomers.promoter",
        "groups.Mobile.newcomers.passive",
        "groups.Mobile.newcomers.detractor",
        "initiatives.a.costs.running",
        "delivered",
        "delivered.departments.Customer service",
        "delivered.initiatives.a",
        "initiatives.a.success",
    ]
    everywhere = [one.name for one in uncertain_inputs(company, initiatives, everywhere=True)]
    assert set(everywhere) - set(names) == {"groups.Fixed.gross_margin"}


def test_draws_of_a_row_are_those_after_division_by_its_sum() -> None:
    company, initiatives = some()
    inputs = sampled(company, initiatives, 2000, 3)
    known = {one.name: one for one in uncertain_inputs(company, initiatives)}
    shares = [known[f"groups.Mobile.newcomers.{segment}"].drawn(inputs) for segment in ("promoter", "passive")]
    last = known["groups.Mobile.newcomers.detractor"].drawn(inputs)
    assert shares[0] + shares[1] + last == pytest.approx(np.ones(2000), abs=1e-12)
    assert shares[0].var() == pytest.approx(10 * 13 / (23**2 * 24), rel=0.1)  # Beta(10, 13)
    success = known["initiatives.a.success"].drawn(inputs)
    assert set(success.tolist()) == {0.0, 1.0}
    assert success.mean() == pytest.approx(0.7, abs=0.001)
    miss = known["delivered.initiatives.a"].drawn(inputs)
    assert (miss.mean(), miss.std()) == pytest.approx((0, 0.3), abs=0.002)


def test_inputs_that_are_drawn_together_are_named() -> None:
    company, initiatives = some()
    joined = joined_with(company, uncertain_inputs(company, initiatives))
    assert joined["groups.Mobile.churn.all"] == ("initiatives.a.costs.running",)
    assert joined["initiatives.a.costs.running"] == ("groups.Mobile.churn.all",)
    assert joined["groups.Mobile.newcomers.passive"] == (
        "groups.Mobile.newcomers.promoter",
        "groups.Mobile.newcomers.detractor",
    )
    assert "delivered" not in joined
