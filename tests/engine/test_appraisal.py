"""ROI, IRR, payback and sources of a cash flow that can be worked out by hand."""

import numpy as np
import pytest

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.engine.appraisal import appraise, estimate, nps_of, probability_of_loss
from prioritizer.engine.cash_flow import own_costs, present_value_factors
from prioritizer.engine.levers import at_means
from prioritizer.engine.simulation import simulate_point

GROUP = {
    "customers": {"promoter": 0, "passive": 100, "detractor": 0},
    "churn": 0,
    "revenue": 100,
    "gross_margin": 0.5,
    "acquisition_cost": 50,
    "newcomers": {"promoter": 0, "passive": 1, "detractor": 0},
}


def company(**changes: object) -> Company:
    plain = {
        "company": "By hand",
        "currency": "RUB",
        "periods_per_year": 1,
        "horizon": 3,
        "latest_start": 0,
        "start": "2027-01",
        "discount_rate": 0.1,
        "timing": "start",
        "groups": {"All": GROUP},
    }
    return Company.model_validate({**plain, **changes})


# 5,000 margin a year; 10 % more revenue is 500 a year; it costs 900 at once.
DEARER = {
    "id": "dearer",
    "name": "Dearer",
    "department": "D",
    "costs": {"one_off": 900},
    "levers": [{"revenue": "all", "change": 0.1}],
}


def appraised(record: Company, initiative: dict, start: int = 0):
    result = simulate_point(record, [Initiative.model_validate(initiative)])
    return appraise(record, result.lines[0] - result.baseline_lines, float(result.profit[0, 0]), start)


def test_a_cash_flow_worked_out_by_hand() -> None:
    found = appraised(company(), DEARER)
    benefits = 500 + 500 / 1.1 + 500 / 1.21
    assert found.cash_flow == pytest.approx((-400, 500, 500))
    assert found.pv_costs == pytest.approx(900)
    assert found.pv_benefits == pytest.approx(benefits)
    assert found.roi == pytest.approx((benefits - 900) / 900)
    # −400 + 500 v + 500 v² = 0 → v = (−500 + √(250,000 + 800,000)) / 1000
    v = (-500 + 1_050_000**0.5) / 1000
    assert found.irr == pytest.approx(1 / v - 1)
    assert found.payback_years == pytest.approx(0.8)  # 400 of the 500 that come at the end of the first year
    assert found.discounted_payback_years == pytest.approx(400 / (500 / 1.1))
    assert found.peak_funding == pytest.approx(400)
    assert found.cost == pytest.approx(900)
    assert found.sources.margin == pytest.approx(benefits)
    assert found.sources.costs == pytest.approx(-900)
    assert found.sources.run_off == 0


def test_tax_is_taken_off_benefits_and_costs_alike() -> None:
    taxed, plain = appraised(company(tax_rate=0.25), DEARER), appraised(company(), DEARER)
    assert taxed.pv_costs == pytest.approx(0.75 * 900)
    assert taxed.roi == pytest.approx(plain.roi)
    assert taxed.irr == pytest.approx(plain.irr)
    assert taxed.cost == pytest.approx(900)  # the list shows what is paid out


def test_payback_counts_from_the_decision_and_from_its_own_start() -> None:
    found = appraised(company(latest_start=2), {**DEARER, "start": 2}, start=2)
    assert found.cash_flow == pytest.approx((0, 0, -400, 500, 500))
    assert found.payback_years == pytest.approx(2.8)
    assert found.payback_from_start_years == pytest.approx(0.8)


def test_without_costs_there_is_no_roi_and_no_rate_and_the_reason_is_said() -> None:
    found = appraised(company(), {**DEARER, "costs": {}})
    assert found.roi is None
    assert found.irr is None
    assert "never invests" in str(found.irr_reason)
    assert found.payback_years == 0


def test_the_run_off_counts_towards_profit_and_rate_but_not_towards_payback() -> None:
    """Moved customers stay for ever at 20 % churn: their worth at the end is 50 · 1/(1 − 0.8/1.1) each."""
    group = {**GROUP, "churn": 0.2, "revenue": {"promoter": 200, "passive": 100, "detractor": 100}}
    record = company(horizon=1, terminal_value="run-off", groups={"All": {**group, "acquisition_cost": 0}})
    move = {**DEARER, "costs": {"one_off": 300}}
    move["levers"] = [{"move": {"from": "passive", "to": "promoter"}, "share": 0.1}]
    found = appraised(record, move)
    run_off = 100 * 0.8 * 0.1 * 50 / (1 - 0.8 / 1.1) / 1.1
    assert found.sources.run_off == pytest.approx(run_off)
    assert found.pv_benefits == pytest.approx(run_off)
    assert found.cash_flow == pytest.approx((-300,))
    assert found.payback_years is None
    assert found.irr == pytest.approx(run_off * 1.1 / 300 - 1)


def test_running_costs_end_with_the_effect_and_phases_fall_due_in_their_period() -> None:
    record = company(horizon=4)
    initiative = Initiative.model_validate(
        {**DEARER, "delay": 1, "duration": 1, "fade_out": 1, "costs": {"one_off": {0: 10, 3: 40}, "running": 7}}
    )
    costs = own_costs(at_means(record, [initiative], [1.0]), initiative, present_value_factors(record))
    assert costs.expected == pytest.approx([17, 7, 7, 40])
    assert costs.present_value == pytest.approx(17 + 7 / 1.1 + 7 / 1.21 + 40 / 1.331)


def test_estimates_of_draws() -> None:
    draws = np.arange(1.0, 102.0)  # 1 … 101: percentiles are whole
    found = estimate(draws)
    assert (found.mean, found.p5, found.p50, found.p95) == (51, 6, 51, 96)
    assert found.standard_error == pytest.approx((101 * 102 / 12 / 101) ** 0.5)  # variance of 1 … n is n(n + 1)/12
    assert probability_of_loss(np.array([-1.0, 0.0, 1.0, 2.0])) == 0.25
    assert estimate(np.array([3.0])).p5 is None
    assert probability_of_loss(np.array([-3.0])) is None


def test_nps_of_expected_customers() -> None:
    assert nps_of(np.array([[30.0, 50.0, 20.0], [0.0, 0.0, 0.0]])) == [pytest.approx(10.0), None]
