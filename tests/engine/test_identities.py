"""The identities of docs/model.md, as properties of random companies."""

import copy
import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oracles import companies, model
from prioritizer.domain.company import Company, Policy
from prioritizer.domain.initiatives import Initiative
from prioritizer.engine.appraisal import appraise
from prioritizer.engine.levers import at_means
from prioritizer.engine.simulation import Simulated, simulate_point, simulate_sets
from prioritizer.engine.valuation import customer_worth, lifetime_value

SEEDS = st.integers(min_value=0, max_value=10**6)
MONEY_KEYS = ("revenue", "contact_cost", "acquisition_cost")


def case(seed: int, change: Callable[[dict], None] = lambda company: None) -> tuple[dict, list[dict]]:
    company, initiatives = companies.random_case(random.Random(seed))
    change(company)
    return company, initiatives


def point(company: dict, initiatives: list[dict]) -> Simulated:
    return simulate_point(Company.model_validate(company), [Initiative.model_validate(i) for i in initiatives])


def turnover(result: Simulated) -> float:
    lines = result.baseline_lines
    return float(np.abs(lines.margin).sum() + lines.acquisition.sum() + lines.service.sum() + 1)


def scaled(node: object, factor: float) -> object:
    """A number, or every number in a map, times a factor."""
    if isinstance(node, dict):
        return {key: scaled(value, factor) for key, value in node.items()}
    return node * factor  # type: ignore[operator]


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from(list(Policy)))
@example(1712, Policy.PLAN)  # all prospects put off
def test_customers_are_conserved_and_no_stock_is_negative(seed: int, policy: Policy) -> None:
    """Identity 1: the next total is the last less leavers plus newcomers, written out for policy plan."""
    company_file, _initiatives = case(seed)
    company = Company.model_validate(company_file)
    result = simulate_sets(at_means(company, [], []), [], policy, threads=1)
    customers = result.baseline_lines.customers
    assert customers.min() >= 0
    if policy is Policy.PLAN:
        for index, (_name, group) in enumerate(company.groups.items()):
            churn = np.array([q.number for _segment, q in group.churn.items()])
            gain = np.array([g.number for _segment, g in group.referrals.items()])
            loss = np.array([h.number for _segment, h in group.put_off.items()])
            here, planned = customers[index], group.planned_acquisitions.number  # type: ignore[union-attr]
            come = planned + here[:-1] @ gain
            new = come - np.minimum(here[:-1] @ loss, come)
            expected = here[:-1].sum(axis=1) - here[:-1] @ churn + new
            assert here[1:].sum(axis=1) == pytest.approx(expected, rel=1e-9)
            assert result.baseline_lines.lost[index] == pytest.approx(
                here[:-1] @ churn, rel=1e-9, abs=1e-9 * here.max()
            )


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from(list(Policy)))
def test_whoever_is_neither_there_before_nor_lost_has_joined(seed: int, policy: Policy) -> None:
    """Identity 1 for every portfolio: customers and the lost imply newcomers, those that the oracle lets in."""
    company_file, initiative_files = case(seed)
    company = Company.model_validate(company_file)
    initiatives = [Initiative.model_validate(initiative) for initiative in initiative_files]
    inputs = at_means(company, initiatives, [1.0] * len(initiatives))
    lines = simulate_sets(inputs, [range(len(initiatives))], policy, threads=1).lines[0]
    total = lines.customers.sum(axis=-1)
    newcomers = total[:, 1:] - total[:, :-1] + lines.lost
    oracle = model.simulate(company_file, initiative_files, policy.value)
    for group, name in enumerate(company.groups):
        tolerance = 1e-9 * total[group].max()
        assert np.all(newcomers[group] >= -tolerance)
        assert newcomers[group] == pytest.approx(np.array(oracle.new[name]), rel=1e-9, abs=tolerance)
        assert np.all(lines.lost[group] <= total[group, :-1] + tolerance)


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_without_levers_an_initiative_is_worth_minus_its_costs(seed: int) -> None:
    """Identity 2, with the discounting written out."""
    company_file, _initiatives = case(seed)
    only = {"id": "cost", "name": "Cost", "department": "D", "start": 0, "costs": {"one_off": 700.0, "running": 30.0}}
    company = Company.model_validate(company_file)
    result = point(company_file, [only])
    rate, per_year = company.discount_rate.real, company.periods_per_year
    theta = {"start": 0.0, "mid": 0.5, "end": 1.0}[company.timing.value]
    due = [730.0, *[30.0] * (company.horizon - 1)]
    worth = sum(amount * (1 + rate) ** (-(t + theta) / per_year) for t, amount in enumerate(due))
    expected = -worth * (1 - company.tax_rate.number)
    assert result.profit[0, 0] == pytest.approx(expected, abs=1e-12 * turnover(result), rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_order_of_initiatives_and_groups_changes_nothing(seed: int) -> None:
    """Identity 3."""
    company, initiatives = case(seed)
    there = point(company, initiatives)
    company["groups"] = dict(reversed(company["groups"].items()))
    back = point(company, initiatives[::-1])
    assert back.profit[:-1, 0][::-1] == pytest.approx(there.profit[:-1, 0], abs=1e-12 * turnover(there))
    assert back.profit[-1, 0] == pytest.approx(there.profit[-1, 0], abs=1e-12 * turnover(there))


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_double_money_doubles_money(seed: int) -> None:
    """Identity 4, first half: ratios and dates stay."""
    company, initiatives = case(seed)
    rich, dear = copy.deepcopy(company), copy.deepcopy(initiatives)
    for group in rich["groups"].values():
        for key in MONEY_KEYS:
            if key in group:
                group[key] = scaled(group[key], 2)
    for initiative in dear:
        costs = initiative.get("costs", {})
        for key in ("one_off", "running"):
            if key in costs:
                costs[key] = scaled(costs[key], 2)
        if "per_customer" in costs:
            costs["per_customer"]["amount"] *= 2
        for lever in initiative.get("levers", []):
            if "cost_each" in lever:
                lever["cost_each"] *= 2
    once, twice = point(company, initiatives), point(rich, dear)
    assert twice.profit == pytest.approx(2 * once.profit, rel=1e-9, abs=1e-12 * turnover(once))
    record = Company.model_validate(company)
    for k, initiative in enumerate(initiatives):
        start = Initiative.model_validate(initiative).first_start
        a = appraise(record, once.lines[k] - once.baseline_lines, float(once.profit[k, 0]), start)
        b = appraise(record, twice.lines[k] - twice.baseline_lines, float(twice.profit[k, 0]), start)
        assert b.roi == pytest.approx(a.roi, rel=1e-6) if a.roi is not None else b.roi is None
        assert b.peak_funding == pytest.approx(2 * a.peak_funding, rel=1e-9, abs=1e-9 * turnover(once))


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_double_customers_double_money(seed: int) -> None:
    """Identity 4, second half: customers, planned and extra ones, one-off and running costs."""
    company, initiatives = case(seed)
    large, many = copy.deepcopy(company), copy.deepcopy(initiatives)
    for group in large["groups"].values():
        for key in ("customers", "planned_acquisitions"):
            group[key] = scaled(group[key], 2)
    for initiative in many:
        costs = initiative.get("costs", {})
        for key in ("one_off", "running"):
            if key in costs:
                costs[key] = scaled(costs[key], 2)
        for lever in initiative.get("levers", []):
            if "extra_customers" in lever:
                lever["extra_customers"] = scaled(lever["extra_customers"], 2)
    once, twice = point(company, initiatives), point(large, many)
    assert twice.profit == pytest.approx(2 * once.profit, rel=1e-9, abs=1e-12 * turnover(once))


@settings(max_examples=10, deadline=None)
@given(st.floats(0.05, 0.5), st.floats(0.01, 0.3), st.integers(1, 10**6))
def test_the_value_of_a_base_tends_to_its_lifetime_value(churn: float, rate: float, seed: int) -> None:
    """Identity 6: policy plan, nobody bought or recommended, no tax, timing start."""
    rng = random.Random(seed)
    migration = [[0.8, 0.15, 0.05], [0.1, 0.8, 0.1], [0.05, 0.15, 0.8]]
    names = ("promoter", "passive", "detractor")
    reward = [rng.uniform(50, 200) for _ in names]
    opening = [rng.uniform(0, 1000) for _ in names]
    company = {
        "company": "Endless",
        "currency": "RUB",
        "periods_per_year": 1,
        "horizon": 120,
        "latest_start": 120,
        "start": "2027-01",
        "discount_rate": rate,
        "timing": "start",
        "acquisition_policy": "plan",
        "groups": {
            "All": {
                "customers": dict(zip(names, opening, strict=True)),
                "churn": churn,
                "migration": {s: dict(zip(names, row, strict=True)) for s, row in zip(names, migration, strict=True)},
                "revenue": dict(zip(names, reward, strict=True)),
                "gross_margin": 1.0,
                "acquisition_cost": 1.0,
                "newcomers": {"promoter": 0.2, "passive": 0.5, "detractor": 0.3},
                "planned_acquisitions": 0,
            }
        },
    }
    npv = point(company, []).baseline[0]
    worth = lifetime_value([churn] * 3, migration, reward, rate, 1)
    assert npv == pytest.approx(float(np.dot(opening, worth)), rel=1e-3 if churn < 0.06 and rate < 0.02 else 1e-5)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.floats(0.1, 0.9))
def test_a_lower_cost_never_lowers_the_profit(seed: int, share: float) -> None:
    """Identity 7, first half."""
    company, initiatives = case(seed)
    cheap = copy.deepcopy(initiatives)
    for initiative in cheap:
        costs = initiative.get("costs", {})
        for key in ("one_off", "running"):
            if key in costs:
                costs[key] = scaled(costs[key], share)
    dear_result, cheap_result = point(company, initiatives), point(company, cheap)
    assert np.all(cheap_result.profit >= dear_result.profit - 1e-12 * turnover(dear_result))


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.floats(-0.9, -0.01), st.sampled_from(["promoter", "passive", "detractor"]))
def test_lower_churn_never_lowers_the_profit_of_who_pays_his_way(seed: int, change: float, segment: str) -> None:
    """Identity 7, second half: policy plan, no word of mouth, every segment earns at least what it costs to serve."""

    def plain(company: dict) -> None:
        company.update(acquisition_policy="plan", cashable=1.0)
        for group in company["groups"].values():
            group.update(referrals=0, put_off=0, contacts=0)

    company, _initiatives = case(seed, plain)
    keep = {"id": "keep", "name": "Keep", "department": "D", "levers": [{"churn": segment, "change": change}]}
    result = point(company, [keep])
    assert result.profit[0, 0] >= -1e-12 * turnover(result)


def test_lower_churn_can_lower_the_profit_under_hold() -> None:
    """Identity 7, the exception that must not be hidden: replacing a detractor may be worth more than keeping one."""
    company = {
        "company": "Exception",
        "currency": "RUB",
        "horizon": 8,
        "start": "2027-01",
        "discount_rate": 0.1,
        "groups": {
            "All": {
                "customers": {"promoter": 100, "passive": 100, "detractor": 100},
                "churn": {"promoter": 0.02, "passive": 0.02, "detractor": 0.3},
                "revenue": {"promoter": 1000, "passive": 1000, "detractor": 10},
                "gross_margin": 0.5,
                "acquisition_cost": 50,
                "newcomers": {"promoter": 0.5, "passive": 0.5, "detractor": 0},
            }
        },
    }
    keep = {"id": "keep", "name": "Keep", "department": "D", "levers": [{"churn": "detractor", "change": -0.5}]}
    assert point(company, [keep]).profit[0, 0] < -10_000


@pytest.mark.parametrize("policy", list(Policy))
def test_what_a_customer_is_worth_agrees_with_the_simulation(policy: Policy) -> None:
    """Moving 100 customers up a segment on the first day is worth 100 × the difference of their worths."""
    names = ("promoter", "passive", "detractor")
    migration = [[0.9, 0.08, 0.02], [0.1, 0.8, 0.1], [0.02, 0.08, 0.9]]
    numbers = {
        "churn": [0.05, 0.1, 0.2],
        "revenue": [120.0, 100.0, 90.0],
        "referrals": [0.02, 0.01, 0.0],
        "put_off": [0.0, 0.0, 0.015],
        "newcomers": [0.2, 0.5, 0.3],
    }

    def company(opening: list[float]) -> dict:
        group = {key: dict(zip(names, row, strict=True)) for key, row in numbers.items()}
        group |= {
            "customers": dict(zip(names, opening, strict=True)),
            "migration": {s: dict(zip(names, row, strict=True)) for s, row in zip(names, migration, strict=True)},
            "gross_margin": 0.5,
            "contacts": 0.5,
            "contact_cost": 4.0,
            "acquisition_cost": 300.0,
            "planned_acquisitions": 5000,
        }
        return {
            "company": "Worth",
            "currency": "RUB",
            "periods_per_year": 1,
            "horizon": 120,
            "latest_start": 120,
            "start": "2027-01",
            "discount_rate": 0.12,
            "timing": "start",
            "acquisition_policy": policy.value,
            "groups": {"All": group},
        }

    before = point(company([10_000, 20_000, 10_000]), []).baseline[0]
    after = point(company([10_000, 20_100, 9_900]), []).baseline[0]
    worth = customer_worth(
        numbers["churn"],
        migration,
        [0.5 * r - 2.0 for r in numbers["revenue"]],
        numbers["referrals"],
        numbers["put_off"],
        300.0,
        numbers["newcomers"],
        0.12,
        1,
        policy.value,
    )
    assert after - before == pytest.approx(100 * (worth[1] - worth[2]), rel=1e-6)


def test_identical_twins_are_worth_the_same_alone() -> None:
    company, initiatives = case(31)
    twin = {**initiatives[0], "id": "twin"}
    result = point(company, [initiatives[0], twin])
    assert result.profit[0, 0] == result.profit[1, 0]
