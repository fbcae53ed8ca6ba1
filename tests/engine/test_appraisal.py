"""ROI, IRR, payback and sources of a cash flow that can be worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.results import Estimate
from prioritizer.engine.appraisal import appraise, estimate, histogram, nps_of, probability_of_loss
from prioritizer.engine.cash_flow import own_costs, present_value_factors
from prioritizer.engine.levers import at_means, sampled
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
    assert (found.mean, found.p5, found.p25, found.p50, found.p75, found.p95) == (51, 6, 26, 51, 76, 96)
    assert found.standard_error == pytest.approx((101 * 102 / 12 / 101) ** 0.5)  # variance of 1 … n is n(n + 1)/12
    assert probability_of_loss(np.array([-1.0, 0.0, 1.0, 2.0])) == 0.25
    assert estimate(np.array([3.0])) == Estimate(mean=3.0)
    assert probability_of_loss(np.array([-3.0])) is None


def test_running_costs_end_in_each_draw_when_its_effect_has_ended() -> None:
    uncertain = {"duration": {"triangular": [0, 1, 4]}, "costs": {"one_off": 5, "running": {"pert": [6, 7, 9]}}}
    record = company(horizon=5, latest_start=1)
    initiative = Initiative.model_validate({**DEARER, "start": 1, **uncertain})
    inputs = sampled(record, [initiative], 50, 3)
    costs = own_costs(inputs, initiative, present_value_factors(record))
    place = "initiatives.dearer"
    expected, until = [0.0] * 6, set()
    for draw in range(50):
        last = round(inputs.drawn[f"{place}.duration"][draw])
        until.add(last)
        due = [5.0 if t == 1 else 0.0 for t in range(6)]
        for t in range(1, 1 + last):
            due[t] += inputs.drawn[f"{place}.costs.running"][draw]
        expected = [sum_ + amount / 50 for sum_, amount in zip(expected, due, strict=True)]
        assert costs.present_value[draw] == pytest.approx(sum(amount / 1.1**t for t, amount in enumerate(due)))
    assert costs.expected == pytest.approx(expected)
    assert len(until) > 2


AMOUNTS = st.lists(st.floats(-1e9, 1e9).map(lambda amount: round(amount, 2)), min_size=1, max_size=200)


def bins_of(edges: tuple[float, ...], draws: list[float]) -> list[int]:
    """Counted one by one: each draw in the last bin that begins at it or below, those before the first in the first."""
    counts = [0] * (len(edges) - 1)
    for draw in draws:
        begun = [k for k in range(len(counts)) if edges[k] <= draw]
        counts[begun[-1] if begun else 0] += 1
    return counts


def test_a_histogram_by_hand() -> None:
    draws = np.arange(-100.0, 101.0)  # the 0.5th and the 99.5th percentile are −99 and 99
    found = histogram(draws, bins=4)  # 198/4 = 49.5, so 50 wide
    assert found.edges == (-100, -50, 0, 50, 100)
    assert found.counts == (50, 50, 50, 51)  # 100 lies on the last edge
    assert histogram(draws, bins=8).edges == tuple(range(-100, 101, 25))
    fine = histogram(draws / 1000, bins=20)  # 0.198/20 = 0.0099
    assert fine.edges == tuple(k / 100 for k in range(-10, 11))  # written as people write them: 0.07, not 0.07…1


def test_the_tails_are_in_the_outermost_bins() -> None:
    draws = np.concatenate([np.linspace(1.0, 2.0, 998), [-500.0, 700.0]])
    found = histogram(draws, bins=10)
    assert found.edges[0] == pytest.approx(1.0)
    assert found.edges[-1] == pytest.approx(2.0)  # the 99.5th percentile is just below
    assert sum(found.counts) == 1000
    assert found.counts[0] == 1 + np.count_nonzero(np.linspace(1.0, 2.0, 998) < 1.1)


@pytest.mark.parametrize("value", [0.0, 3.0, -2.5e7, 1e-4])
@pytest.mark.parametrize("count", [1, 7])
def test_draws_that_are_all_alike_have_one_bin(value: float, count: int) -> None:
    found = histogram(np.full(count, value))
    assert found.counts == (count,)
    assert found.edges[0] <= value < found.edges[1]


def test_nearly_all_draws_alike_and_a_few_apart_or_next_to_them() -> None:
    apart = histogram(np.concatenate([np.full(999, 40.0), [90.0]]))
    assert sum(apart.counts) == 1000
    rounding = histogram(1e9 + np.linspace(0, 1e-6, 11))
    assert rounding.counts == (11,)


@given(AMOUNTS, st.integers(5, 60))
@example([-1.0, 0.0], 30)
@example([0.0, 1.0], 30)
@example([-3.0, 0.0, 0.0], 7)
def test_every_draw_is_in_one_bin_of_a_round_width(draws: list[float], bins: int) -> None:
    found = histogram(np.array(draws), bins)
    edges, counts = found.edges, found.counts
    assert list(counts) == bins_of(edges, draws)
    width = edges[1] - edges[0]
    assert np.diff(edges) == pytest.approx(width, rel=1e-6)
    mantissa = width / 10 ** math.floor(math.log10(width * (1 + 1e-9)))
    assert min(abs(mantissa - round_) for round_ in (1, 2, 2.5, 5)) < 1e-6
    low, high = np.percentile(draws, [0.5, 99.5])
    assert edges[0] <= low + 1e-9 * width
    assert high <= edges[-1] + 1e-9 * width
    if edges[0] <= 0 <= edges[-1]:
        assert 0.0 in edges
    if min(draws) < 0 <= max(draws) and edges[0] < 0 <= high:
        below = sum(count for edge, count in zip(edges, counts, strict=False) if edge < 0)
        assert below == sum(draw < 0 for draw in draws)


def test_a_distribution_has_about_as_many_bins_as_asked() -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        draws = rng.normal(rng.normal() * 1e6, 10 ** rng.uniform(-2, 8), 2000)
        assert 24 <= len(histogram(draws).counts) <= 52
        assert 15 / 1.5 <= len(histogram(draws, 15).counts) <= 15 * 1.5 + 1


def test_nps_of_expected_customers() -> None:
    assert nps_of(np.array([[30.0, 50.0, 20.0], [0.0, 0.0, 0.0]])) == [pytest.approx(10.0), None]
