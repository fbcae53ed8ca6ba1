"""The oracle against numbers worked by hand, and the generator against the bounds it is meant to reach."""

import math
from copy import deepcopy
from random import Random

import pytest

from .companies import random_case
from .model import (
    customer_worth,
    moved,
    periods_of,
    point_value_alone,
    point_value_together,
    ramp,
    run_off_worth,
    running_until,
    simulate,
    value,
    with_levers,
)


def near(expected):
    return pytest.approx(expected, rel=1e-12, abs=1e-12)


def two_years(**changes) -> dict:
    """Two periods of a year under plan; stayers are 90, 160 and 50, and 10 + 40 + 50 = 100 leave at first."""
    group = {
        "customers": {"promoter": 100, "passive": 200, "detractor": 100},
        "churn": {"promoter": 0.1, "passive": 0.2, "detractor": 0.5},
        "migration": {
            "promoter": {"promoter": 0.8, "passive": 0.2, "detractor": 0.0},
            "passive": {"promoter": 0.1, "passive": 0.8, "detractor": 0.1},
            "detractor": {"promoter": 0.0, "passive": 0.5, "detractor": 0.5},
        },
        "revenue": {"promoter": 10, "passive": 8, "detractor": 6},
        "gross_margin": 0.5,
        "contacts": {"promoter": 0, "passive": 1, "detractor": 2},
        "contact_cost": 1,
        "referrals": {"promoter": 0.1, "passive": 0, "detractor": 0},
        "put_off": {"promoter": 0, "passive": 0, "detractor": 0.05},
        "acquisition_cost": 20,
        "newcomers": {"promoter": 0.2, "passive": 0.6, "detractor": 0.2},
        "planned_acquisitions": 30,
    }
    company = {
        "periods_per_year": 1,
        "horizon": 2,
        "latest_start": 0,
        "discount_rate": 0.1,
        "tax_rate": 0.25,
        "timing": "start",
        "acquisition_policy": "plan",
        "groups": {"All": group},
    }
    for key, entry in changes.items():
        (company if key in COMPANY_KEYS else group)[key] = entry
    return company


COMPANY_KEYS = ("horizon", "latest_start", "timing", "causal_share", "cashable", "terminal_value", "discount_rate")


def alike(**changes) -> dict:
    """All segments alike: churn 0.2, reward 0.5 · 9.2 − 1 = 3.6, β = 1/1.25 = 0.8."""
    settled = {
        "discount_rate": 0.25,
        "churn": 0.2,
        "revenue": 9.2,
        "contacts": 1,
        "referrals": 0.1,
        "put_off": 0.05,
    }
    return two_years(**{**settled, **changes})


def initiative(*levers, **entries) -> dict:
    return {"id": "it", "levers": list(levers), **entries}


def move(source, target, share) -> dict:
    return {"move": {"from": source, "to": target}, "share": share}


def test_two_periods_under_plan():
    base = simulate(two_years(), [])
    # put off 0.05 · 100 = 5 of 30 + 10 prospects, so 35 are new; migrated stayers are
    # 72 + 16 + 0 = 88, 18 + 128 + 25 = 171 and 0 + 16 + 25 = 41; newcomers add 7, 21 and 7
    assert base.customers["All"][1] == near([95, 192, 48])
    assert base.lost["All"][0] == near(100)
    assert (base.recommended["All"][0], base.put_off["All"][0], base.new["All"][0]) == near((10, 5, 35))
    assert base.margin["All"] == near([1600, 1387])  # 0.5 (1000 + 1600 + 600), 0.5 (950 + 1536 + 288)
    assert base.service["All"] == near([400, 288])  # 200 + 200, 192 + 96
    assert base.acquisition["All"] == near([600, 600])
    assert base.total["cash_flow"] == near([450, 374.25])  # 600 and 499, less a quarter
    assert base.npv == near(450 + 374.25 / 1.1)
    assert base.nps[:2] == near([0, 100 * 47 / 335])


def test_hold_buys_what_is_needed():
    base = simulate(two_years(growth=0.05), [], policy="hold")
    # 420 wanted, 300 stay: 120 needed, 10 recommended, 5 put off, so 115 bought; all 120 newcomers are 24, 72, 24
    assert base.bought["All"][0] == near(115)
    assert base.customers["All"][1] == near([112, 243, 65])
    assert sum(base.customers["All"][2]) == near(441)


def test_hold_buys_none_where_recommendation_suffices():
    base = simulate(two_years(growth=-0.25), [], policy="hold")
    assert base.bought["All"][0] == 0  # 300 wanted and 300 stay
    assert base.new["All"][0] == near(5)  # 10 recommended, 5 put off


def test_no_more_are_put_off_than_come():
    wary = {"promoter": 0, "passive": 0, "detractor": 5}
    plan = simulate(two_years(put_off=wary), [])
    assert (plan.put_off["All"][0], plan.new["All"][0]) == near((40, 0))  # 30 planned + 10 recommended
    hold = simulate(two_years(put_off=wary), [], policy="hold")
    # 100 needed + 10 recommended are put off, so 100 + 110 − 10 are bought and 100 come
    assert (hold.put_off["All"][0], hold.bought["All"][0], hold.new["All"][0]) == near((110, 200, 100))


def test_customers_who_are_brought_can_be_put_off():
    wary = {"promoter": 0, "passive": 0, "detractor": 5}
    extra = initiative({"extra_customers": {"All": 40}, "cost_each": 3})
    plan = simulate(two_years(put_off=wary), [extra])
    assert (plan.put_off["All"][0], plan.initiative_cost["All"][0]) == near((80, 120))  # 30 + 40 + 10
    hold = simulate(two_years(put_off=wary), [extra], policy="hold")
    # 100 needed + 40 + 10 are put off, so 100 + 150 − 10 − 40 are bought
    assert (hold.put_off["All"][0], hold.bought["All"][0]) == near((150, 200))


def test_everything_left_out_that_has_a_default():
    group = {
        "customers": {"promoter": 200, "passive": 100, "detractor": 0},
        "churn": 0.2,
        "revenue": 10,
        "gross_margin": 0.5,
        "acquisition_cost": 20,
        "newcomers": 1,
    }
    company = {"horizon": 2, "discount_rate": 0.4641, "groups": {"All": group}}  # 1.1⁴ = 1.4641: 10 % a quarter
    base = simulate(company, [])
    assert base.customers["All"][1] == near([180, 100, 20])  # 80 % stay where they are, 60 come, 20 to each
    assert base.total["cash_flow"] == near([300] * 6)  # 0.5 · 10 · 300 − 20 · 60, for horizon 2 and one year
    assert base.npv == near(sum(300 / 1.1 ** (t + 0.5) for t in range(6)))
    assert customer_worth(company, "All", "plan") == near([55 / 3] * 3)  # 5 / (1 − 0.8 / 1.1)
    assert customer_worth(company, "All") == near([21] * 3)  # 5 + 20 · 0.8
    assert run_off_worth(company, "All") == near([55 / 3] * 3)
    later = initiative({"extra_customers": {"All": 30}}, costs={"running": 60}, duration=1)
    worth = point_value_alone(company, later)
    assert worth.cash_flow == near([540, 0, 0, 0, 0, 0])  # 30 · 20 not bought, less 60
    assert point_value_together(company, [later]) == worth


def test_groups_stand_apart():
    company = two_years()
    company["groups"]["Other"] = deepcopy(company["groups"]["All"])
    levers = ({"revenue": "all", "change": 0.5}, {"extra_customers": {"All": 40}, "cost_each": 3})
    having = simulate(company, [initiative(*levers, reach={"Other": 0.5}, costs={"one_off": 80})])
    assert (having.margin["All"][0], having.margin["Other"][0]) == near((1600, 2000))
    assert (having.new["All"][0], having.new["Other"][0]) == near((75, 35))
    # (1600 − 400 − 600 − 120) · 0.75, (2000 − 400 − 600) · 0.75, and both less 80 · 0.75
    assert (having.cash_flow["All"][0], having.cash_flow["Other"][0]) == near((360, 750))
    assert having.total["cash_flow"][0] == near(1050)
    assert having.total["customers"][0] == near([200, 400, 200])
    assert having.npv == near(1050 + having.total["cash_flow"][1] / 1.1)


def test_no_one_left():
    company = two_years(churn=1, referrals=0, planned_acquisitions=0, cashable=0)
    base = simulate(company, [])
    assert base.customers["All"][1] == [0, 0, 0]
    assert base.nps[1:] == [None, None]
    levers = ({"extra_customers": {"All": 40}, "cost_each": 3}, {"contacts": "all", "change": -0.5})
    having = simulate(company, [initiative(*levers)])
    assert having.uncashed["All"] == near([150, 0])  # half of 400, less a quarter; then no one to compare with


def test_ramp_and_running_cost():
    timed = initiative(start=1, delay=1, ramp_up=2, duration=2, fade_out=4)
    expected = [0, 0, 0.25, 0.75, 1, 1, 0.875, 0.625, 0.375, 0.125, 0]
    assert [ramp(timed, 20, t) for t in range(11)] == near(expected)
    assert [ramp(timed, 6, t) for t in range(11)] == near([*expected[:7], 0, 0, 0, 0])
    assert running_until(timed, 20) == 10
    assert running_until(timed, 6) == 7
    assert running_until(initiative(start=1, delay=1), 6) == 7
    assert running_until(initiative(start=1, duration=2), 6) == 3
    assert [ramp(initiative(duration=2), 6, t) for t in range(4)] == [1, 1, 0, 0]
    assert [ramp(initiative(start=1), 2, t) for t in range(4)] == [0, 1, 1, 0]


def test_central_costs_through_time():
    costs = {"one_off": {0: 100, 2: 50}, "running": 7}
    project = initiative(start=1, delay=1, duration=1, costs=costs)
    having = simulate(two_years(horizon=4, latest_start=1), [project])
    assert having.central_cost == near([0, 107, 7, 50, 0])
    late = initiative(costs={"one_off": {3: 9, 4: 70}})
    assert simulate(two_years(horizon=4, latest_start=1), [late]).central_cost == [0, 0, 0, 9, 0]
    assert having.initiative_cost["All"] == [0] * 5
    assert having.total["initiative_cost"] == having.central_cost


def test_without_levers_worth_minus_its_costs():
    worth = value(two_years(), [initiative(costs={"one_off": 80, "running": 40})])
    assert worth.cash_flow == near([-90, -30])
    assert worth.npv == near(-90 - 30 / 1.1)
    assert worth.pv_costs == near(90 + 30 / 1.1)
    assert worth.pv_benefits == near(0)
    assert worth.cost == near(160)


def test_costs_per_customer_and_of_extra_customers():
    extra = {"extra_customers": {"All": 40}, "cost_each": 3}
    costs = {"per_customer": {"amount": 2, "of": ["detractor", "passive"]}}
    project = initiative(extra, reach={"All": 0.5}, costs=costs)
    having = simulate(two_years(), [project])
    assert having.initiative_cost["All"][0] == near(420)  # 2 · 0.5 · 300 present + 3 · 40 brought
    assert having.new["All"][0] == near(75)  # 30 + 40 + 10 − 5
    assert having.customers["All"][1] == near([103, 216, 56])  # 88 + 15, 171 + 45, 41 + 15
    assert having.initiative_cost["All"][1] == near(392)  # 2 · 0.5 · (216 + 56) + 120
    failed = simulate(two_years(), [project], success={"it": False})
    assert failed.initiative_cost["All"] == near([300, 240])  # 2 · 0.5 · (192 + 48)
    half = simulate(two_years(), [project], intensity={"it": 0.5})
    assert half.initiative_cost["All"][0] == near(360)
    assert half.new["All"][0] == near(55)


def test_extra_customers_replace_bought_ones_under_hold():
    extra = {"extra_customers": {"All": 40}, "cost_each": 3}
    having = simulate(two_years(), [initiative(extra, reach=0.25)], policy="hold")
    assert having.bought["All"][0] == near(55)  # 100 needed + 5 put off − 10 recommended − 40 brought
    assert having.new["All"][0] == near(100)


def test_churn_and_move_by_reach_and_causal_share():
    levers = ({"churn": "detractor", "change": -0.4}, move("detractor", "passive", 0.2))
    having = simulate(two_years(causal_share=0.5), [initiative(*levers, reach=0.5)])
    # churn 0.5 · 0.8 = 0.4: 60 detractors stay, migrated 88, 176, 46; 0.5 · 0.2 · 0.5 = 5 % of 46 move
    assert having.lost["All"][0] == near(90)
    assert having.customers["All"][1] == near([95, 199.3, 50.7])


def test_moves_out_of_one_segment_compete():
    first = initiative(move("detractor", "passive", 0.5))
    second = {"id": "other", "levers": [move("promoter", "detractor", -0.2)]}
    having = simulate(two_years(), [first, second])
    # of 41 detractors 0.5 · 0.8 = 40 % stay; 60 % move in proportion ln 2 : ln 1.25
    to_passive = 41 * 0.6 * math.log(2) / (math.log(2) + math.log(1.25))
    assert having.customers["All"][1] == near([95 + 24.6 - to_passive, 192 + to_passive, 7 + 16.4])
    assert to_passive == pytest.approx(18.609, abs=1e-3)


def test_moves_act_at_once_on_what_was_there():
    swap = [[0, 0, math.log(2)], [0, 0, 0], [math.log(4), 0, 0]]
    assert moved([100, 10, 40], swap) == near([80, 10, 60])  # 50 go down, 30 come up


def test_relative_levers_multiply_and_are_held():
    levers = (
        {"churn": "all", "change": 3},
        {"churn": "detractor", "change": -0.1},
        {"revenue": "passive", "change": 0.5},
        {"contacts": "detractor", "change": -0.25},
        {"contact_cost": "all", "change": 0.2},
        {"referrals": "promoter", "change": 0.1},
        {"put_off": "all", "change": -0.4},
        {"acquisition_cost": "all", "change": -0.5},
    )
    now = with_levers(two_years(), "All", [initiative(*levers, ramp_up=1)], {"it": 1.0}, 0)
    # half way up a ramp of one period; detractors would leave at 0.5 · 2.5 · 0.95 = 1.1875
    assert now["q"] == near([0.25, 0.5, 1])
    assert (now["r"], now["c"]) == (near([10, 10, 6]), near([0, 1, 1.75]))
    assert (now["k"], now["κ"]) == near((1.1, 15))
    assert (now["g"], now["h"]) == (near([0.105, 0, 0]), near([0, 0, 0.04]))


def test_share_of_one_is_held_below_one():
    now = with_levers(two_years(causal_share=1.2), "All", [initiative(move("passive", "promoter", 1))], {"it": 1.0}, 0)
    assert now["moves"][1][0] == pytest.approx(9 * math.log(10), rel=1e-6)


def test_newcomers_mix_both_ways_and_untouched_by_causal_share():
    to_promoter = {"newcomers": {"from": "detractor", "to": "promoter"}, "share": 0.5}
    better = simulate(two_years(causal_share=0.3), [initiative(to_promoter)])
    assert better.customers["All"][1] == near([98.5, 192, 44.5])  # of 35: 0.3, 0.6, 0.1
    worse = simulate(two_years(), [initiative({**to_promoter, "share": -0.5})])
    assert worse.customers["All"][1] == near([91.5, 192, 51.5])


def test_shares_are_divided_by_their_sum():
    tenfold = {"promoter": 2, "passive": 6, "detractor": 2}
    rows = two_years()["groups"]["All"]["migration"]
    rows = {name: {target: 3 * share for target, share in row.items()} for name, row in rows.items()}
    assert simulate(two_years(newcomers=tenfold, migration=rows), []).npv == near(simulate(two_years(), []).npv)


def test_saving_that_is_not_cashable():
    company = two_years(cashable=0.4)
    having = simulate(company, [initiative({"contacts": "detractor", "change": -0.5})])
    # service 300 instead of 400: 60 % of 100 saved, less a quarter tax
    assert having.uncashed["All"][0] == near(45)
    assert having.total["cash_flow"][0] == near(480)  # (1600 − 300 − 600) · 0.75 − 45
    paid_out = simulate(two_years(), [initiative({"contacts": "detractor", "change": -0.5})])
    assert paid_out.total["cash_flow"][0] == near(525)
    dearer = simulate(company, [initiative({"contacts": "detractor", "change": 0.5})])
    assert dearer.uncashed["All"] == [0, 0]


def test_saving_is_per_customer_with():
    levers = ({"extra_customers": {"All": 67}, "cost_each": 0}, {"contacts": "all", "change": -0.5})
    having = simulate(two_years(cashable=0), [initiative(*levers, delay=0)])
    # newcomers 102: customers with 108.4, 232.2, 61.4 = 402; service with 0.5 (232.2 + 122.8) = 177.5;
    # without 288 for 335 customers
    assert having.uncashed["All"][1] == near((402 * 288 / 335 - 177.5) * 0.75)


def test_default_policy_latest_start_and_timing():
    company = two_years()
    for key in ("acquisition_policy", "latest_start", "timing"):
        del company[key]
    base = simulate(company, [])
    assert len(base.total["cash_flow"]) == 3  # horizon 2 and one year
    assert base.bought["All"][0] == near(95)  # 100 needed + 5 − 10
    # (1600 − 400 − 20 · 95) · 0.75, then half a year each
    assert base.total["cash_flow"][0] == near(-525)
    assert base.npv == near(sum(flow / 1.1 ** (t + 0.5) for t, flow in enumerate(base.total["cash_flow"])))


def test_nominal_rate():
    rate = {"nominal": 0.21, "inflation": 0.1}
    assert simulate(two_years(discount_rate=rate, timing="end"), []).npv == near(450 / 1.1 + 374.25 / 1.21)


def test_run_off():
    company = alike(terminal_value="run-off", timing="mid", put_off=0, referrals=0, planned_acquisitions=0)
    # each present at the end is worth 3.6 / (1 − 0.8 · 0.8) = 10; of 400 are left 256; less a quarter, at 2.5 years
    assert run_off_worth(company, "All") == near([10, 10, 10])
    base = simulate(company, [])
    assert base.terminal == near(1920 / 1.25**2.5)
    flows = 400 * 3.6 * 0.75 / 1.25**0.5 + 320 * 3.6 * 0.75 / 1.25**1.5
    assert base.npv == near(flows + 1920 / 1.25**2.5)


def test_worth_of_a_customer_where_all_are_alike():
    assert customer_worth(alike(), "All", "plan") == near([11.25] * 3)  # 3.6 / (1 − 0.8 · 0.85)
    assert customer_worth(alike(), "All", "hold") == near([20.6] * 3)  # 3.6 + 20 · 0.05 + 20 · 0.8


@pytest.mark.parametrize("policy", ["hold", "plan"])
def test_worth_of_a_customer_is_what_the_simulation_gains(policy):
    company = two_years(horizon=300)
    company["tax_rate"] = 0
    happier = deepcopy(company)
    happier["groups"]["All"]["customers"] = {"promoter": 101, "passive": 200, "detractor": 99}
    gain = simulate(happier, [], policy).npv - simulate(company, [], policy).npv
    worth = customer_worth(company, "All", policy)
    assert gain == pytest.approx(worth[0] - worth[2], rel=1e-9)
    assert gain > 5


def test_point_values():
    levers = ({"revenue": "all", "change": 0.2}, {"revenue": "all", "change": 0.5})
    project = initiative(*levers, probability_of_success=0.5, costs={"one_off": 80})
    company = two_years(horizon=1)
    # alone: half of 1.2 · 1.5 − 1; together: 1.1 · 1.25 − 1; of 1600, less a quarter; the 80 are always spent
    alone, together = point_value_alone(company, project), point_value_together(company, [project])
    assert (alone.npv, alone.pv_costs, alone.pv_benefits, alone.cost) == near((420, 60, 480, 80))
    assert (together.npv, together.pv_costs) == near((390, 60))
    assert alone.cash_flow == near([420])
    extra = initiative({"extra_customers": {"All": 40}, "cost_each": 3}, probability_of_success=0.3)
    harmless = point_value_alone(company, extra)
    assert (harmless.pv_costs, harmless.cost, harmless.npv) == near((27, 36, -27))  # 0.3 · 120, less a quarter
    assert harmless.pv_benefits == near(0)
    failing = {**project, "costs": {"per_customer": {"amount": 2}}, "levers": [*levers, *extra["levers"]]}
    mixed = point_value_alone(company, failing)
    assert mixed.pv_costs == near(645)  # 2 · 400 always and half of 120, less a quarter
    assert mixed.pv_benefits == near(480)


@pytest.mark.parametrize("seed", range(60))
def test_customers_are_conserved(seed):
    company, portfolio = random_case(Random(seed))
    for policy in ("hold", "plan"):
        having = simulate(company, portfolio, policy)
        for name, customers in having.customers.items():
            for t in range(periods_of(company)):
                assert min(customers[t + 1]) >= -1e-9 * sum(customers[t])
                expected = sum(customers[t]) - having.lost[name][t] + having.new[name][t]
                assert sum(customers[t + 1]) == pytest.approx(expected, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_order_of_initiatives_and_groups_does_not_matter(seed):
    company, portfolio = random_case(Random(seed))
    backwards = {**company, "groups": dict(reversed(company["groups"].items()))}
    expected = simulate(company, portfolio)
    found = simulate(backwards, portfolio[::-1])
    scale = sum(abs(flow) for flow in expected.total["margin"])
    assert found.npv == pytest.approx(expected.npv, rel=1e-12, abs=1e-12 * scale)


def test_random_cases_repeat_and_have_unique_ids():
    assert random_case(Random(3)) == random_case(Random(3))
    for seed in range(100):
        ids = [each["id"] for each in random_case(Random(seed))[1]]
        assert len(set(ids)) == len(ids)


def test_random_cases_reach_every_bound():
    reached = set()
    for seed in range(150):
        reached |= bounds_reached(*random_case(Random(seed)))
    assert reached == {
        "none bought under hold",
        "all prospects put off under hold",
        "all prospects put off under plan",
        "churn held",
        "share held",
        "moves compete",
        "initiatives compete",
        "move backwards",
        "uncashed",
        "run-off",
    }


def bounds_reached(company: dict, portfolio: list) -> set:
    """Which bounds of the model this case touches."""
    having = simulate(company, portfolio)
    policy = company.get("acquisition_policy", "hold")
    reached = {"run-off"} if having.terminal else set()
    if any(lever.get("share", 0) < 0 for each in portfolio for lever in each.get("levers", [])):
        reached.add("move backwards")
    for name in company["groups"]:
        if max(having.uncashed[name]) > 0:
            reached.add("uncashed")
        for t in range(periods_of(company)):
            X = having.customers[name][t]
            now = with_levers(company, name, portfolio, {each["id"]: 1.0 for each in portfolio}, t)
            if policy == "hold" and having.bought[name][t] == 0:
                reached.add("none bought under hold")
            if sum(now["h"][s] * X[s] for s in range(3)) > having.put_off[name][t] + 1e-6:
                reached.add(f"all prospects put off under {policy}")
            if 1.0 in now["q"]:
                reached.add("churn held")
            if any(max(row) > 20 for row in now["moves"]):
                reached.add("share held")
            if any(sum(hazard > 0 for hazard in row) == 2 for row in now["moves"]):
                reached.add("moves compete")
            if initiatives_compete(company, name, portfolio, t):
                reached.add("initiatives compete")
    return reached


def initiatives_compete(company: dict, name: str, portfolio: list, t: int) -> bool:
    """Whether two initiatives move customers out of the same segment in this period."""
    movers = [0, 0, 0]
    for each in portfolio:
        alone = with_levers(company, name, [each], {each["id"]: 1.0}, t)["moves"]
        movers = [count + (max(row) > 0) for count, row in zip(movers, alone, strict=True)]
    return max(movers) > 1
