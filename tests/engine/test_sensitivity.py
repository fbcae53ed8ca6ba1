"""Switching values, where they can be worked out by hand."""

import pytest

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.engine.sensitivity import break_even_causal_share, switching_values
from prioritizer.engine.simulation import simulate_point

COMPANY = {
    "company": "By hand",
    "currency": "RUB",
    "periods_per_year": 1,
    "horizon": 1,
    "latest_start": 0,
    "start": "2027-01",
    "discount_rate": 0.1,
    "timing": "start",
    "groups": {
        "All": {
            "customers": {"promoter": 0, "passive": 100, "detractor": 0},
            "churn": 0.1,
            "revenue": 100,
            "gross_margin": {"pert": [0.4, 0.5, 0.6]},
            "acquisition_cost": 50,
            "newcomers": {"promoter": 0, "passive": 1, "detractor": 0},
        }
    },
}
# One period at the start: 100 customers × 100 × 0.5 × the change of revenue, less what it costs.
INITIATIVE = {
    "id": "dearer",
    "name": "Dearer",
    "department": "D",
    "costs": {"one_off": {"pert": [150, 300, 450]}},
    "levers": [{"revenue": "all", "change": {"pert": [0.0, 0.1, 0.2]}}],
}


def records(**changes: object) -> tuple[Company, Initiative]:
    return Company.model_validate(COMPANY), Initiative.model_validate({**INITIATIVE, **changes})


def test_the_inputs_that_matter_come_in_the_order_of_their_swing_with_their_switch() -> None:
    found = switching_values(*records())
    assert [one.input for one in found] == [
        "initiatives.dearer.levers.revenue.all",
        "initiatives.dearer.costs.one_off.0",
        "groups.All.gross_margin",
    ]
    change, cost, margin = found
    assert change.mean == pytest.approx(0.1)
    assert change.switch == pytest.approx(300 / 5000, rel=1e-6)  # 100 · 100 · 0.5 · e = 300
    assert cost.switch is None  # it would be 500, and no more than 450 is possible
    assert margin.switch is None  # it would be 0.3
    # Beta(3, 3) has its 5th percentile at 0.18926 (tables of the incomplete beta function)
    assert change.low == pytest.approx(0.2 * 0.18926, abs=1e-5)
    assert change.swing == pytest.approx(5000 * 0.2 * (1 - 2 * 0.18926), rel=1e-4)
    assert cost.swing == pytest.approx(-300 * (1 - 2 * 0.18926), rel=1e-4)
    # at the means 5000 · 0.1 − 300 = 200; each input is moved by itself
    assert [one.profit for one in found] == pytest.approx([200, 200, 200])
    assert change.profit_low == pytest.approx(5000 * 0.2 * 0.18926 - 300, abs=0.1)
    assert change.profit_high == pytest.approx(5000 * 0.2 * (1 - 0.18926) - 300, abs=0.1)
    assert cost.profit_low == pytest.approx(500 - 150 - 300 * 0.18926, abs=0.1)
    assert cost.profit_high == pytest.approx(500 - 450 + 300 * 0.18926, abs=0.1)
    assert margin.profit_low == pytest.approx(1000 * (0.4 + 0.2 * 0.18926) - 300, abs=0.1)
    for one in found:
        assert one.profit_high - one.profit_low == pytest.approx(one.swing, rel=1e-12)


def test_the_profit_at_the_means_is_that_of_the_point_estimate() -> None:
    company, initiative = records(probability_of_success=0.7)
    expected = simulate_point(company, [initiative]).profit[0, 0]
    assert [one.profit for one in switching_values(company, initiative)] == pytest.approx([expected] * 3)


def test_at_its_switching_value_the_profit_is_zero() -> None:
    company, initiative = records()
    switch = switching_values(company, initiative)[0].switch
    fixed = {**INITIATIVE, "levers": [{"revenue": "all", "change": switch}]}
    assert simulate_point(company, [Initiative.model_validate(fixed)]).profit[0, 0] == pytest.approx(0, abs=1e-3)


def test_a_failure_that_is_likely_moves_the_switch() -> None:
    change = switching_values(*records(probability_of_success=0.5))[0]
    assert change.switch == pytest.approx(2 * 300 / 5000, rel=1e-6)


def test_nothing_uncertain_has_no_switching_values() -> None:
    company = Company.model_validate(
        {**COMPANY, "groups": {"All": {**COMPANY["groups"]["All"], "gross_margin": 0.5}}}  # type: ignore[index]
    )
    certain = {**INITIATIVE, "costs": {"one_off": 300}, "levers": [{"revenue": "all", "change": 0.1}]}
    assert switching_values(company, Initiative.model_validate(certain)) == ()


def test_break_even_causal_share_by_hand() -> None:
    """Two periods: a share of passives moves to promoter in the first and pays 100 more each in the second."""
    group = {
        **COMPANY["groups"]["All"],  # type: ignore[index]
        "churn": 0,
        "revenue": {"promoter": 200, "passive": 100, "detractor": 100},
        "gross_margin": 0.5,
    }
    company = Company.model_validate({**COMPANY, "horizon": 2, "discount_rate": 0.0, "groups": {"All": group}})
    move = {**INITIATIVE, "costs": {"one_off": 300}}
    move["levers"] = [{"move": {"from": "passive", "to": "promoter"}, "share": 0.1}]
    # 100 passives · 0.1 · c move in period 0 and earn 50 more each in period 1: 500 c = 300
    assert break_even_causal_share(company, Initiative.model_validate(move)) == pytest.approx(0.6, rel=1e-6)
    dear = Initiative.model_validate({**move, "costs": {"one_off": 600}})
    assert break_even_causal_share(company, dear) is None
    assert break_even_causal_share(*records()) is None  # it moves nobody
