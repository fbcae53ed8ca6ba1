"""The customer base today and a year later: by hand, and customers are conserved."""

from pathlib import Path

import pytest

from cases import SEGMENTS, company_record, group
from prioritizer.domain.company import Company, Policy
from prioritizer.services.cases import as_scenario
from prioritizer.services.customers import (
    STARTS,
    all_flows,
    base_by_group,
    flows_of_a_year,
    worth_in_force,
)
from prioritizer.services.evaluation import rank, simulate

ROOT = Path(__file__).parents[2]
STAY = {segment: {other: float(segment == other) for other in SEGMENTS} for segment in SEGMENTS}
ENDS = (*SEGMENTS, "left")


def by_year() -> Company:
    """Two groups and one period a year, bought by plan, so that a year is one step.

    Of 100 detractors half leave, and a tenth of the others turns passive; 20 are bought, half of them detractors. The
    other group has 200 promoters of whom a quarter leaves; 8 passives are bought.
    """
    small = group(
        customers={"promoter": 40, "passive": 0, "detractor": 100},
        churn={"promoter": 0, "passive": 0, "detractor": 0.5},
        migration={**STAY, "detractor": {"promoter": 0, "passive": 0.1, "detractor": 0.9}},
        newcomers={"promoter": 0.5, "passive": 0, "detractor": 0.5},
        planned_acquisitions=20,
    )
    large = group(
        customers={"promoter": 200, "passive": 0, "detractor": 0},
        churn={"promoter": 0.25, "passive": 0, "detractor": 0},
        migration=STAY,
        newcomers={"promoter": 0, "passive": 1, "detractor": 0},
        planned_acquisitions=8,
    )
    return company_record(periods_per_year=1, acquisition_policy="plan", groups={"Small": small, "Large": large})


def test_where_customers_are_a_year_later_by_hand() -> None:
    small, large = flows_of_a_year(by_year())
    assert (small.group, large.group) == ("Small", "Large")
    assert {(flow.source, flow.to): flow.customers for flow in small.rows if flow.customers} == {
        ("promoter", "promoter"): 40,
        ("detractor", "left"): 50,
        ("detractor", "passive"): 5,
        ("detractor", "detractor"): 45,
        ("joined", "promoter"): 10,
        ("joined", "detractor"): 10,
    }
    assert {(flow.source, flow.to): flow.customers for flow in large.rows if flow.customers} == {
        ("promoter", "promoter"): 150,
        ("promoter", "left"): 50,
        ("joined", "passive"): 8,
    }


def test_all_groups_in_one() -> None:
    total = all_flows(flows_of_a_year(by_year()))
    assert total["promoter", "promoter"] == 190
    assert total["promoter", "left"] == 50
    assert total["joined", "passive"] == 8
    assert set(total) == {(source, to) for source in STARTS for to in ENDS}
    assert all_flows(()) == {}


def test_in_the_example_nobody_is_lost_on_the_way() -> None:
    company = as_scenario(ROOT / "scenarios/base.yaml").company
    projection = simulate(company, [], point=True)
    flows = flows_of_a_year(company)
    assert [flow.group for flow in flows] == list(company.groups)
    for flow, series in zip(flows, projection.baseline.groups, strict=True):
        moved = {(one.source, one.to): one.customers for one in flow.rows}
        assert all(customers >= 0 for customers in moved.values())
        for segment in SEGMENTS:
            opening, after = getattr(series, segment)[0], getattr(series, segment)[4]
            assert sum(moved[segment, to] for to in ENDS) == pytest.approx(opening)
            assert sum(moved[source, segment] for source in STARTS) == pytest.approx(after)
        assert sum(moved[source, "left"] for source in STARTS) == pytest.approx(sum(series.lost[:4]))


def test_the_base_by_group_at_the_mean_of_what_is_uncertain() -> None:
    company = company_record(
        groups={
            "Mobile": group(
                churn={"promoter": {"beta": [10, 90]}, "passive": 0.2, "detractor": {"pert": [0.1, 0.3, 0.5]}}
            ),
            "Fixed": group(customers={"promoter": 0, "passive": 0, "detractor": 0}),
        }
    )
    mobile, fixed = base_by_group(company, simulate(company, [], point=True))
    assert (mobile.group, mobile.customers) == ("Mobile", (300, 450, 250))
    assert mobile.churn == pytest.approx((11 / 92, 0.2, 0.3))  # ten of ninety: (10 + 1) ÷ (90 + 2)
    assert mobile.nps == pytest.approx(5)  # (300 − 250) ÷ 1,000
    assert (fixed.group, fixed.customers, fixed.nps) == ("Fixed", (0, 0, 0), None)


@pytest.mark.parametrize("policy", list(Policy))
def test_a_worth_is_that_of_the_policy_in_force(policy: Policy) -> None:
    both = {"Mobile": group(planned_acquisitions=50), "Fixed": group(planned_acquisitions=10)}
    ranking = rank(company_record(groups=both, acquisition_policy=policy.value), [], draws=10, seed=1)
    assert len(ranking.customer_worth) == 4
    assert [(worth.group, worth.policy) for worth in worth_in_force(ranking)] == [("Mobile", policy), ("Fixed", policy)]
