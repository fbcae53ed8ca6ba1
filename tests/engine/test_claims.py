"""Delivered ÷ claimed: the formula by hand, and how the misses of initiatives hang together."""

import math

import numpy as np
import pytest

import cases
from prioritizer.engine.claims import Delivery
from prioritizer.engine.levers import at_means, sampled
from prioritizer.engine.simulation import simulate_point, simulate_sets

HALF = {"delivered": 0.5}
UPWARD = {"from": "detractor", "to": "passive"}


def delivery(table, *initiatives, draws=8, seed=None):
    company = cases.company_record(**({"benefit_realisation": table} if table is not None else {}))
    return Delivery(company, initiatives, draws, seed)


def size(table, lever, claimed=None, seed=None, grade="B", draws=8):
    """What is delivered of one lever; the claim itself where it is one number."""
    initiative = cases.initiative_record(levers=[lever], evidence={"grade": grade})
    (only,) = initiative.levers
    given = only.size.number if claimed is None else claimed
    return delivery(table, initiative, draws=draws, seed=seed).size(initiative, only, given)


# The formula


@pytest.mark.parametrize(
    ("change", "usual", "delivered", "slope", "expected"),
    [
        (-0.24, None, 0.8, 0.5, -0.192),  # no usual size: 0.8 · 0.24
        (-0.24, -0.06, 0.8, 0, -0.192),  # no slope: size is trusted
        (-0.24, -0.06, 0.8, 0.5, -0.096),  # four times the usual size: 0.8 · 0.24 · 4^−0.5
        (-0.24, -0.06, 0.8, 1, -0.048),  # only the template is trusted: 0.8 · 0.06
        (-0.24, 0.06, 0.8, 0.5, -0.096),  # the usual size counts without its sign
        (-0.06, -0.24, 0.8, 0.5, -0.048),  # below the usual size: never raised
        (-0.06, -0.06, 0.8, 0.5, -0.048),
        (-0.24, 0, 0.8, 0.5, -0.192),  # a usual size of nothing says nothing
        (-0.2, None, 1.5, 0, -0.3),  # finance may know that more is delivered
        (-0.2, None, -0.5, 0, 0.1),  # or harm
        (-0.8, None, 2, 0, -1),  # never below what a change can be
    ],
)
def test_a_claim_is_delivered_in_part_the_less_the_larger_it_is(change, usual, delivered, slope, expected):
    lever = {"churn": "all", "change": change} | ({} if usual is None else {"usual": usual})
    assert size({"B": {"delivered": delivered, "slope": slope}}, lever) == pytest.approx(expected, rel=1e-12)


def test_the_claimed_spread_around_the_mean_stays():
    lever = {"churn": "all", "change": {"triangular": [-0.3, -0.2, -0.1]}}  # mean −0.2, delivered −0.1
    found = size({"B": HALF}, lever, np.array([-0.3, -0.2, -0.1, -0.25]))
    np.testing.assert_allclose(found, [-0.2, -0.1, 0, -0.15], atol=1e-15)


def test_a_draw_may_turn_into_harm_when_less_is_delivered():
    lever = {"move": UPWARD, "share": {"triangular": [0, 0.1, 0.2]}}
    found = size({"B": HALF}, lever, np.array([0.0, 0.02, 0.2]))
    np.testing.assert_allclose(found, [-0.05, -0.03, 0.15], atol=1e-15)


def test_the_mean_of_the_claim_and_not_its_draw_is_held_against_the_usual_size():
    lever = {"churn": "all", "change": {"triangular": [-0.7, -0.4, -0.1]}, "usual": -0.1}
    # 0.5 · −0.4 · 4^−0.5 = −0.1 in every draw, plus what the draw differs from −0.4.
    found = size({"B": {"delivered": 0.5, "slope": 0.5}}, lever, np.array([-0.4, -0.5]))
    np.testing.assert_allclose(found, [-0.1, -0.2], atol=1e-15)


BENEFITS = [
    {"churn": "all", "change": -0.2},
    {"contacts": "detractor", "change": -0.2},
    {"contact_cost": "all", "change": -0.2},
    {"put_off": "detractor", "change": -0.2},
    {"acquisition_cost": "all", "change": -0.2},
    {"revenue": "all", "change": 0.2},
    {"referrals": "promoter", "change": 0.2},
    {"move": UPWARD, "share": 0.2},
    {"move": {"from": "promoter", "to": "passive"}, "share": -0.2},
    {"newcomers": UPWARD, "share": 0.2},
]


def with_sign_turned(lever):
    key = "change" if "change" in lever else "share"
    return {**lever, key: -lever[key]}


@pytest.mark.parametrize("lever", BENEFITS)
def test_benefits_are_adjusted_and_harm_never_is(lever):
    claimed = lever.get("change", lever.get("share"))
    assert size({"B": HALF}, lever) == pytest.approx(claimed / 2, rel=1e-12)
    assert size({"B": HALF}, with_sign_turned(lever)) == -claimed


def test_a_claim_of_nothing_is_left_alone():
    lever = {"churn": "all", "change": {"triangular": [-0.1, 0, 0.1]}}
    claimed = np.array([-0.1, 0.05])
    np.testing.assert_array_equal(size({"B": HALF}, lever, claimed), claimed)


def test_the_mean_is_taken_after_a_scenario_has_scaled_the_claim():
    initiative = cases.initiative_record(levers=[{"churn": "all", "change": -0.1}], evidence={"grade": "B"})
    (lever,) = initiative.levers
    doubled = lever.model_copy(update={"change": lever.change.changed(2)})
    assert delivery({"B": HALF}).size(initiative, doubled, -0.2) == pytest.approx(-0.1)


# Grades


TABLE = {
    "A": {"delivered": 0.9, "cost": 1.0, "delay": 0},
    "B": {"delivered": 0.8, "slope": 0.25, "cost": 1.1, "delay": 1},
    "C": {"delivered": 0.6, "cost": 1.2, "delay": 2},
    "D": {"delivered": 0.4, "cost": 1.3, "delay": 3},
}


@pytest.mark.parametrize(("grade", "delivered"), [("A", 0.9), ("B", 0.8), ("C", 0.6), ("D", 0.4)])
def test_each_grade_has_its_own_mean(grade, delivered):
    assert size(TABLE, {"revenue": "all", "change": 0.1}, grade=grade) == pytest.approx(0.1 * delivered)


def test_opinion_is_the_grade_of_whoever_gives_none():
    plain = cases.initiative_record(levers=[{"revenue": "all", "change": 0.1}])
    assert delivery(TABLE).size(plain, plain.levers[0], 0.1) == pytest.approx(0.04)


def test_the_grade_on_a_levers_own_card_takes_the_place_of_the_initiatives():
    lever = {"revenue": "all", "change": {"value": 0.16, "grade": "A"}, "usual": 0.01}
    assert size(TABLE, lever, grade="D") == pytest.approx(0.16 * 0.9)  # A's mean, A's slope of 0
    lever["change"]["grade"] = "B"
    assert size(TABLE, lever, grade="D") == pytest.approx(0.16 * 0.8 / 2)  # 16 times the usual size: 16^−0.25 = 1/2


def test_a_levers_grade_does_not_change_the_spread():
    table = {"A": {"delivered": 0.9, "spread": 0}, "D": {"delivered": 0.4, "spread": 0.3}}
    lever = {"revenue": "all", "change": {"value": 0.1, "grade": "A"}}
    found = size(table, lever, grade="D", seed=1, draws=2_000)
    assert found.mean() == pytest.approx(0.09, abs=1e-4)
    assert found.std() == pytest.approx(0.03, rel=0.01)  # 0.3 · 0.1


@pytest.mark.parametrize(("grade", "cost", "delay"), [("A", 1, 0), ("B", 1.1, 1), ("C", 1.2, 2), ("D", 1.3, 3)])
def test_each_grade_has_its_factor_on_costs_and_its_delay(grade, cost, delay):
    initiative = cases.initiative_record(evidence={"grade": grade})
    known = delivery(TABLE, initiative)
    assert (known.cost_factor(initiative), known.extra_delay(initiative)) == (cost, delay)


def test_costs_are_multiplied_wherever_they_fall_due():
    costs = {"one_off": {0: 100, 1: 50}, "running": 10, "per_customer": {"amount": 2, "of": ["promoter"]}}
    initiative = cases.initiative_record(
        costs=costs, levers=[{"extra_customers": {"Mobile": 5}, "cost_each": 4}], evidence={"grade": "C"}
    )
    # Nobody leaves, changes segment or grows, so 300 promoters stay. Effects begin after C's delay of 2 periods and
    # last for the rest of the window of 4; with `plan` the 5 × 0.6 extra customers of a period join at its end.
    still = cases.group(churn=0, migration=IDENTITY, newcomers={"promoter": 0, "passive": 1, "detractor": 0})
    company = cases.company_record(
        groups={"Mobile": {**still, "planned_acquisitions": 0}}, acquisition_policy="plan", benefit_realisation=TABLE
    )
    lines = simulate_point(company, [initiative]).lines[0]
    one_off, running = [120, 60, 0, 0, 0, 0], [12, 12, 12, 12, 0, 0]
    touched, extra = [0, 0, 720, 720, 0, 0], [0, 0, 14.4, 14.4, 0, 0]  # 300 · 2 · 1.2; 5 · 0.6 · 4 · 1.2
    np.testing.assert_allclose(lines.own_cost, np.sum([one_off, running, touched, extra], axis=0), rtol=1e-12)


IDENTITY = {s: {t: float(s == t) for t in cases.SEGMENTS} for s in cases.SEGMENTS}


def test_the_delay_is_added_to_the_claimed_one():
    company = cases.company_record(benefit_realisation=TABLE)
    initiative = cases.initiative_record(evidence={"grade": "C"}, delay={"pert": [0, 1, 2]})
    delay = sampled(company, [initiative], 50, 1).timeline(initiative).delay
    assert set(np.unique(delay)) == {2, 3, 4}
    assert at_means(company, [initiative], [1]).timeline(initiative).delay == 3


# Customers that a lever brings


def extra(table, claimed, brought=100, group="Mobile", **lever):
    initiative = cases.initiative_record(
        levers=[{"extra_customers": {"Mobile": brought, "Fixed": 30}, **lever}], evidence={"grade": "B"}
    )
    return delivery(table).extra_customers(initiative, initiative.levers[0], group, claimed)


def test_extra_customers_are_a_claim_of_each_group():
    table = {"B": {"delivered": 0.8, "slope": 0.5}}
    assert extra(table, 100, usual=25) == pytest.approx(40)  # 0.8 · 100 · 4^−0.5
    assert extra(table, 30, group="Fixed", usual=30) == pytest.approx(24)


def test_extra_customers_are_never_below_zero():
    uncertain = {"triangular": [0, 100, 200]}
    found = extra({"B": {"delivered": 0.3}}, np.array([0.0, 50.0, 200.0]), brought=uncertain)
    np.testing.assert_allclose(found, [0, 0, 130])  # 30 − 100, 30 − 50, 30 + 100
    assert extra({"B": {"delivered": -0.5}}, 100) == 0


def test_what_is_no_size_is_returned_as_it_is():
    initiative = cases.initiative_record(levers=[{"extra_customers": {"Mobile": 10}}])
    assert delivery({"D": HALF}).size(initiative, initiative.levers[0], 7.0) == 7.0


# Misses


def rho(table, draws=40_000, seed=11, **departments):
    """ρ of one initiative for each department named, from what becomes of a claim of one tenth."""
    initiatives = [
        cases.initiative_record(id_, department=department, evidence={"grade": "B"}, levers=[TENTH])
        for id_, department in departments.items()
    ]
    known = delivery(table, *initiatives, draws=draws, seed=seed)
    return np.array([known.size(one, one.levers[0], 0.1) * 10 for one in initiatives])


TENTH = {"revenue": "all", "change": 0.1}
SPREAD = {"B": {"delivered": 0.75, "spread": 0.3}, "shared": {"company": 0.1, "department": 0.2}}


@pytest.fixture(scope="module")
def misses():
    return rho(SPREAD, a="Service", b="Service", c="Network")


def test_each_miss_is_normal_around_the_mean_of_the_grade(misses):
    variance = 0.1**2 + 0.2**2 + 0.3**2
    np.testing.assert_allclose(misses.mean(axis=1), 0.75, atol=1e-3)
    np.testing.assert_allclose(misses.var(axis=1), variance, rtol=0.03)
    inside = np.mean(np.abs(misses - 0.75) < 1.959963984540054 * math.sqrt(variance), axis=1)
    np.testing.assert_allclose(inside, 0.95, atol=0.005)


def test_initiatives_of_a_department_miss_together_and_of_the_company_a_little(misses):
    covariance = np.cov(misses)
    assert covariance[0, 1] == pytest.approx(0.1**2 + 0.2**2, abs=0.003)
    assert covariance[0, 2] == pytest.approx(0.1**2, abs=0.003)
    assert covariance[1, 2] == pytest.approx(0.1**2, abs=0.003)


def test_without_shared_parts_misses_are_independent():
    found = rho({"B": {"delivered": 0.75, "spread": 0.3}}, draws=10_000, a="Service", b="Service")
    assert abs(np.corrcoef(found)[0, 1]) < 0.04


def test_with_shared_parts_only_a_department_misses_as_one():
    found = rho({"B": {"delivered": 0.75}, "shared": {"department": 0.2}}, draws=100, a="IT", b="IT", c="Network")
    np.testing.assert_array_equal(found[0], found[1])
    assert not np.allclose(found[0], found[2])


def test_levers_of_one_initiative_miss_together():
    levers = [{"revenue": "all", "change": 0.1}, {"churn": "all", "change": -0.2}]
    initiative = cases.initiative_record(levers=levers, evidence={"grade": "B"})
    known = delivery(SPREAD, initiative, draws=50, seed=3)
    revenue, churn = (known.size(initiative, lever, lever.size.number) for lever in initiative.levers)
    np.testing.assert_allclose(churn, -2 * revenue, rtol=1e-12)


def test_each_grade_has_its_own_spread():
    table = {"A": {"delivered": 0.9, "spread": 0.1}, "D": {"delivered": 0.4, "spread": 0.5}}
    for grade, spread in (("A", 0.1), ("D", 0.5)):
        found = size(table, TENTH, grade=grade, seed=5, draws=10_000) * 10
        assert found.std() == pytest.approx(spread, rel=0.01)


def test_equal_seeds_give_equal_misses_and_another_initiative_changes_none():
    alone, beside = rho(SPREAD, draws=100, a="IT"), rho(SPREAD, draws=100, z="IT", a="IT")
    np.testing.assert_array_equal(alone[0], beside[1])
    assert not np.array_equal(alone[0], rho(SPREAD, draws=100, seed=12, a="IT")[0])


def test_at_the_means_every_claim_misses_by_its_grades_mean():
    assert size(SPREAD, TENTH) == pytest.approx(0.075)


# No table


@pytest.mark.parametrize("seed", [None, 4])
def test_the_default_is_no_adjustment_at_all(seed):
    initiative = cases.initiative_record(levers=[{**TENTH, "usual": 0.01}])
    known = delivery(None, initiative, seed=seed)
    claimed = np.array([0.05, 0.1])
    assert known.size(initiative, initiative.levers[0], claimed) is claimed
    assert (known.cost_factor(initiative), known.extra_delay(initiative)) == (1, 0)
    assert extra(None, 70.0) == 70


def test_a_grade_that_the_table_leaves_out_is_taken_as_claimed():
    assert size({"A": HALF}, {**TENTH, "usual": 0.01}, grade="C", seed=2) == pytest.approx(0.1)


# A portfolio


SHARED = {"D": {"delivered": 0.6, "spread": 0.1}, "shared": {"company": 0.05, "department": 0.08}}
OF_FIFTEEN = ["Service"] * 5 + ["IT"] * 5 + ["Network"] * 5


def spread_of_fifteen(table, draws=8_000):
    """The standard deviation of the joint profit of 15 equal initiatives, in units of what one brings as claimed.

    Each brings customers to a base in which nobody leaves or recommends, so that profits add up and are linear in ρ.
    """
    still = cases.group(churn=0, migration=IDENTITY, contacts=0, planned_acquisitions=0)
    company = cases.company_record(
        groups={"Mobile": still}, acquisition_policy="plan", benefit_realisation=table, latest_start=0
    )
    initiatives = [
        cases.initiative_record(
            f"i{k:02}", department=department, costs={}, levers=[{"extra_customers": {"Mobile": 10}}]
        )
        for k, department in enumerate(OF_FIFTEEN)
    ]
    as_claimed = company.model_copy(update={"benefit_realisation": None})
    one = simulate_point(as_claimed, initiatives[:1]).profit[0, 0]
    together = simulate_sets(sampled(company, initiatives, draws, 3), [range(15)], company.acquisition_policy)
    return float(together.profit[0].std() / one), float(together.profit[0].mean() / one)


def test_the_spread_of_fifteen_equal_initiatives_follows_the_shared_part():
    # var Σρ = (15·0.05)² + 3·(5·0.08)² + 15·0.1²: a third of the own part alone would be √15 · 0.1 = 0.39.
    spread, mean = spread_of_fifteen(SHARED)
    assert spread == pytest.approx(math.sqrt((15 * 0.05) ** 2 + 3 * (5 * 0.08) ** 2 + 15 * 0.1**2), rel=0.02)
    assert mean == pytest.approx(15 * 0.6, rel=0.002)


@pytest.mark.parametrize(
    ("shared", "expected"),
    [({}, math.sqrt(15) * 0.1), ({"company": 0.1}, math.sqrt(2.25 + 0.15)), ({"department": 0.1}, math.sqrt(0.9))],
)
def test_only_what_is_not_shared_cancels(shared, expected):
    assert spread_of_fifteen({**SHARED, "shared": shared})[0] == pytest.approx(expected, rel=0.03)
