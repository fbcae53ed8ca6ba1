"""Switching values, where they can be worked out by hand."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cases import company as company_file
from cases import company_record, group, initiative_record
from oracles import sensitivity as oracle
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.engine.sensitivity import break_even_causal_share, switching_values, tornado
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
    assert [one.profit for one in switching_values(company, initiative)] == pytest.approx([expected] * 4)


def test_at_its_switching_value_the_profit_is_zero() -> None:
    company, initiative = records()
    switch = switching_values(company, initiative)[0].switch
    fixed = {**INITIATIVE, "levers": [{"revenue": "all", "change": switch}]}
    assert simulate_point(company, [Initiative.model_validate(fixed)]).profit[0, 0] == pytest.approx(0, abs=1e-3)


def test_a_failure_that_is_likely_moves_the_switch() -> None:
    found = {one.input: one for one in switching_values(*records(probability_of_success=0.5))}
    assert found["initiatives.dearer.levers.revenue.all"].switch == pytest.approx(2 * 300 / 5000, rel=1e-6)


def test_whether_it_succeeds_is_an_input_whose_switch_is_the_probability() -> None:
    found = {one.input: one for one in switching_values(*records(probability_of_success=0.8))}
    success = found["initiatives.dearer.success"]
    assert (success.mean, success.low, success.high) == (0.8, 0.0, 1.0)
    assert (success.profit, success.profit_low, success.profit_high) == pytest.approx((100, -300, 200))
    assert success.switch == pytest.approx(0.6)  # 500 p = 300
    nearly_sure = {one.input: one for one in tornado(*records(probability_of_success=0.96))}
    assert nearly_sure["initiatives.dearer.success"].low == 1.0  # it fails in fewer than one case in twenty


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


# The tornado, of one initiative and of several together

LOW3, HIGH3 = 0.18926, 0.81074  # the 5th and 95th percentile of Beta(3, 3)


def second(**changes: Any) -> Initiative:
    levers = [{"revenue": "all", "change": {"pert": [0.0, 0.05, 0.1]}}]
    return Initiative.model_validate({**INITIATIVE, "id": "second", "levers": levers, **changes})


def test_the_tornado_of_several_is_that_of_the_definition() -> None:
    """Revenue is 100 · 100 · margin; two changes of it multiply: (1 + a)(1 + b) − 1."""
    company, first = records()
    found = tornado(company, [first, second()])
    means = {"a": 0.1, "b": 0.05, "cost": 300.0, "cost2": 300.0, "margin": 0.5}

    def profit(x: Any) -> float:
        return 10_000 * x["margin"] * ((1 + x["a"]) * (1 + x["b"]) - 1) - x["cost"] - x["cost2"]

    def ends(low: float, high: float) -> tuple[float, float]:
        return low + (high - low) * LOW3, low + (high - low) * HIGH3

    ranges = {"a": (0.0, 0.2), "b": (0.0, 0.1), "cost": (150, 450), "cost2": (150, 450), "margin": (0.4, 0.6)}
    expected = oracle.tornado(profit, {name: ends(*span) for name, span in ranges.items()}, means)
    names = {
        "initiatives.dearer.levers.revenue.all": "a",
        "initiatives.second.levers.revenue.all": "b",
        "initiatives.dearer.costs.one_off.0": "cost",
        "initiatives.second.costs.one_off.0": "cost2",
        "groups.All.gross_margin": "margin",
    }
    assert {names[one.input] for one in found} == set(names.values())
    for one in found:
        assert one.profit == pytest.approx(profit(means))
        assert (one.profit_low, one.profit_high) == pytest.approx(expected[names[one.input]], abs=0.2), one.input
    assert [abs(one.swing) for one in found] == sorted((abs(one.swing) for one in found), reverse=True)


def test_several_together_are_those_of_the_point_estimate() -> None:
    company, first = records(probability_of_success=0.7)
    both = [first, second(probability_of_success=0.4)]
    expected = simulate_point(company, both).profit[-1, 0]
    assert [one.profit for one in tornado(company, both)] == pytest.approx([expected] * 7)


def test_a_switching_value_of_several_makes_their_profit_zero() -> None:
    company, first = records()
    found = {one.input: one for one in switching_values(company, [first, second()])}
    switch = found["initiatives.dearer.levers.revenue.all"].switch
    assert switch is not None
    assert 5000 * ((1 + switch) * 1.05 - 1) == pytest.approx(600, abs=1e-3)


def test_a_share_of_a_dirichlet_row_moves_as_the_share_itself_does() -> None:
    """Of 92, 6 and 2 counted, the first share is Beta(93, 10): not what its gamma would say with the others fixed."""
    row = {"dirichlet": {"promoter": 92, "passive": 6, "detractor": 2}}
    stay = {"promoter": row, "passive": {"promoter": 0, "passive": 1, "detractor": 0}}
    stay["detractor"] = {"promoter": 0, "passive": 0, "detractor": 1}
    company = company_record(groups={"Mobile": group(migration=stay)})
    moves = initiative_record(levers=[{"churn": "promoter", "change": -0.5}])
    found = {one.input: one for one in tornado(company, moves)}
    share = found["groups.Mobile.migration.promoter.promoter"]
    assert (share.low, share.high) == pytest.approx(tuple(stats.beta(93, 10).ppf([0.05, 0.95])), abs=1e-6)
    assert share.mean == pytest.approx(93 / 103)


def test_a_number_entered_once_for_all_segments_moves_in_all_of_them() -> None:
    churn = {"pert": [0.02, 0.04, 0.06]}
    company = company_record(groups={"Mobile": group(churn=churn)})
    one = initiative_record(levers=[{"churn": "all", "change": -0.2}])
    found = [swing for swing in tornado(company, one) if "churn" in swing.input and "groups" in swing.input]
    assert [swing.input for swing in found] == ["groups.Mobile.churn.all"]
    for end, expected in ((found[0].low, found[0].profit_low), (found[0].high, found[0].profit_high)):
        fixed = company_record(groups={"Mobile": group(churn=end)})
        assert simulate_point(fixed, [one]).profit[0, 0] == pytest.approx(expected, rel=1e-9)


def test_how_far_claims_miss_moves_what_claims_bring() -> None:
    """Delivered = (0.8 + miss) · 0.1 of 5,000, less 300: a miss of 1.645 · 0.2 · 500 = 164.5 either way."""
    table = {"D": {"delivered": 0.8, "spread": 0.2}, "shared": {"company": 0.1, "department": 0.0}}
    company = Company.model_validate({**COMPANY, "benefit_realisation": table})
    found = {one.input: one for one in tornado(company, records()[1])}
    own, shared = found["delivered.initiatives.dearer"], found["delivered"]
    assert (own.profit_low, own.profit_high) == pytest.approx((100 - 164.485, 100 + 164.485), abs=0.01)
    assert shared.swing == pytest.approx(2 * 82.243, abs=0.01)
    assert (own.mean, own.high) == pytest.approx((0, 0.2 * 1.64485), abs=1e-5)
    assert "delivered.departments.D" not in found  # it has no spread


AMOUNT = st.floats(50, 500)


@settings(max_examples=15, deadline=None)
@given(first=AMOUNT, other=AMOUNT, share=st.floats(0.01, 0.2), swapped=st.booleans())
def test_properties_of_the_tornado(first: float, other: float, share: float, swapped: bool) -> None:
    """Order changes nothing, twice the money is twice the swing, and what nobody uses moves nothing."""

    def some(times: float) -> tuple[Company, list[Initiative]]:
        used = group(
            churn={"promoter": {"pert": [0.005, 0.01, 0.02]}, "passive": 0.03, "detractor": 0.12},
            revenue={"promoter": 120 * times, "passive": 100 * times, "detractor": 90 * times},
            contact_cost=6 * times,
            acquisition_cost={"pert": [100 * times, 150 * times, 220 * times]},
        )
        beside = group(gross_margin={"pert": [0.4, 0.5, 0.6]})
        company = Company.model_validate(company_file(groups={"Mobile": used, "Beside": beside}, tax_rate=0.2))
        reach = {"Mobile": {"pert": [0.2, 0.4, 0.5]}}
        size = {"pert": [-share, -share / 2, 0.01]}
        listed = [
            initiative_record(
                id_,
                reach=reach,
                costs={"one_off": {"triangular": [0, cost * times, 2 * cost * times]}},
                levers=[{"churn": "detractor", "change": size}],
            )
            for id_, cost in (("a", first), ("b", other))
        ]
        return company, listed

    company, listed = some(1.0)
    plain = tornado(company, listed)
    assert not any("Beside" in one.input for one in plain)
    turned = tornado(company, listed[::-1])
    by_name = {one.input: one.swing for one in turned}
    scale = max(abs(one.swing) for one in plain)
    for one in plain:
        assert one.swing == pytest.approx(by_name[one.input], abs=1e-9 * scale)
    doubled = {one.input: one.swing for one in tornado(*some(2.0))}
    for one in plain:
        assert doubled[one.input] == pytest.approx(2 * one.swing, abs=1e-9 * scale)
    if swapped:  # contacts are nobody's matter: an uncertain number that no lever touches nor money counts
        free = group(put_off={"promoter": 0, "passive": 0, "detractor": 0}, contacts={"pert": [0.1, 0.2, 0.3]})
        free |= {"contact_cost": 0}
        unused = company_record(groups={"Mobile": free})
        swings = {one.input: one.swing for one in tornado(unused, listed)}
        assert swings["groups.Mobile.contacts.all"] == 0.0
