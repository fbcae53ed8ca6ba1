"""Flows between segments, against the oracle's newcomers followed one by one, and against the simulation."""

import random
from itertools import pairwise, product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from oracles import companies, model
from prioritizer.domain.company import Company, Policy
from prioritizer.engine.flows import ENDS, SOURCES, flows, year_flow
from prioritizer.engine.levers import at_means, segment_numbers
from prioritizer.engine.simulation import simulate_point

SEEDS = st.integers(min_value=0, max_value=10**6)
THREE = range(3)

# Two periods by hand, policy plan: 100 detractors, half leave in each period, of those who stay a tenth turn passive;
# nobody else leaves or moves; 20 are bought, half promoters and half detractors.
SMALL = {
    "company": "By hand",
    "currency": "RUB",
    "horizon": 2,
    "latest_start": 0,
    "start": "2027-01",
    "discount_rate": 0.1,
    "acquisition_policy": "plan",
    "groups": {
        "All": {
            "customers": {"promoter": 40, "passive": 0, "detractor": 100},
            "churn": {"promoter": 0, "passive": 0, "detractor": 0.5},
            "migration": {
                "promoter": {"promoter": 1, "passive": 0, "detractor": 0},
                "passive": {"promoter": 0, "passive": 1, "detractor": 0},
                "detractor": {"promoter": 0, "passive": 0.1, "detractor": 0.9},
            },
            "revenue": 10,
            "gross_margin": 0.5,
            "acquisition_cost": 5,
            "newcomers": {"promoter": 0.5, "passive": 0, "detractor": 0.5},
            "planned_acquisitions": 20,
        }
    },
}


def numbers_of(company: Company, group: str):
    return segment_numbers(at_means(company, (), ()), f"groups.{group}")


def after(probabilities: list[float], churn: list[float], migration: list[list[float]], periods: int) -> list[float]:
    """Where somebody is some periods later, along every path that he may take, with the chance that he has left."""
    chances = [0.0] * 4
    for path in product(range(4), repeat=periods + 1):
        chance = probabilities[path[0]] if path[0] < 3 else 0.0
        for here, there in pairwise(path):
            if here == 3:
                chance *= there == 3
            else:
                chance *= churn[here] if there == 3 else (1 - churn[here]) * migration[here][there]
        chances[path[-1]] += chance
    return chances


def test_two_periods_by_hand() -> None:
    found = flows(numbers_of(Company.model_validate(SMALL), "All"), Policy.PLAN, 2)
    assert found.tolist() == [
        pytest.approx([40, 0, 0, 0]),
        pytest.approx([0, 0, 0, 0]),
        pytest.approx([0, 5 + 2.25, 20.25, 50 + 22.5]),
        pytest.approx([10 + 10, 0.5, 4.5 + 10, 5]),  # of the first 10 detractors 5 leave, half a one turns passive
    ]


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.sampled_from(list(Policy)), st.sampled_from([1, 4]))
@example(1712, Policy.PLAN, 4)  # all prospects put off
def test_flows_are_those_of_each_customer_followed_by_himself(seed: int, policy: Policy, periods: int) -> None:
    company_file = companies.random_company(random.Random(seed))
    company_file["horizon"] = max(company_file["horizon"], periods)
    company = Company.model_validate(company_file)
    oracle = model.simulate(company_file, [], policy.value)
    for name, group in company_file["groups"].items():
        now = model.parameters_of(group)
        opening = model.by_segment(group["customers"])
        start = [[float(s == segment) for segment in THREE] for s in THREE]
        expected = [[opening[s] * chance for chance in after(start[s], now["q"], now["M"], periods)] for s in THREE]
        joined = [0.0] * 4
        for t in range(periods):
            rest = after(now["μ"], now["q"], now["M"], periods - t - 1)
            joined = [sum_ + oracle.new[name][t] * chance for sum_, chance in zip(joined, rest, strict=True)]
        size = max(map(sum, oracle.customers[name][: periods + 1]))
        found = flows(numbers_of(company, name), policy, periods)
        for row, wanted in zip(found, [*expected, joined], strict=True):
            assert row == pytest.approx(wanted, rel=1e-9, abs=1e-9 * size)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from(list(Policy)))
def test_everyone_is_counted_once_and_stocks_are_those_of_the_simulation(seed: int, policy: Policy) -> None:
    company = Company.model_validate(companies.random_company(random.Random(seed)))
    lines = simulate_point(company, [], policy).baseline_lines
    for index, name in enumerate(company.groups):
        for periods in (0, company.periods // 2, company.periods):
            found = flows(numbers_of(company, name), policy, periods)
            size = lines.customers[index].sum(axis=-1).max()
            assert found[:, :3].sum(axis=0) == pytest.approx(lines.customers[index, periods], rel=1e-9, abs=1e-9 * size)
            assert found[:3].sum(axis=1) == pytest.approx(lines.customers[index, 0], rel=1e-9, abs=1e-9 * size)
            assert found[:, 3].sum() == pytest.approx(lines.lost[index, :periods].sum(), rel=1e-9, abs=1e-8 * size)
            assert found.min() >= -1e-12 * size


def test_a_year_s_flow_names_where_from_and_where_to() -> None:
    company = Company.model_validate(SMALL)
    base = numbers_of(company, "All")
    found = year_flow("All", base, Policy.PLAN, 2)
    assert found.group == "All"
    assert [(row.source, row.to) for row in found.rows] == list(product(SOURCES, ENDS))
    by_name = {(row.source, row.to): row.customers for row in found.rows}
    assert by_name["detractor", "left"] == pytest.approx(72.5)
    assert by_name["joined", "promoter"] == pytest.approx(20)
    assert SOURCES == ("promoter", "passive", "detractor", "joined")
    assert ENDS == ("promoter", "passive", "detractor", "left")
