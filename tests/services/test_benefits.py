"""Money and customers by fiscal year, against sums by hand and against the projection's own table."""

from typing import Any

import pytest
from export.rankings import ranking
from hypothesis import given
from hypothesis import strategies as some

from cases import company_record, group, initiative_record
from prioritizer.domain.company import Company
from prioritizer.domain.results import Projection, Sources, Worth
from prioritizer.services.benefits import (
    YearOfBudget,
    YearOfMoney,
    budgets_by_year,
    cost_by_year,
    customers_by_year,
    money_by_year,
    payback_year,
    sources_in_words,
)
from prioritizer.services.evaluation import rank, simulate

# Six quarters from the first of 2027, taxed by a quarter.
COSTS = (100.0, 40.0, 0.0, 0.0, 0.0, 20.0)  # before tax; after it 75, 30, 0, 0, 0, 15
CASH_FLOW = (-75.0, 10.0, 20.0, 30.0, 40.0, 50.0)  # so that benefits are 0, 40, 20, 30, 40, 65
FLOWS = some.lists(some.floats(-1e9, 1e9), min_size=6, max_size=6)


def taxed(**changes: Any) -> Company:
    return company_record(tax_rate=0.25, **changes)


@pytest.fixture(scope="module")
def worth() -> Worth:
    (row,) = ranking("A").initiatives
    return row.model_copy(update={"costs": COSTS, "cash_flow": CASH_FLOW})


def test_money_by_calendar_year(worth: Worth) -> None:
    assert money_by_year(taxed(), worth) == (YearOfMoney("2027", 90, 105), YearOfMoney("2028", 105, 15))


def test_money_by_a_fiscal_year_that_begins_in_july(worth: Worth) -> None:
    assert money_by_year(taxed(fiscal_year_start=7), worth) == (
        YearOfMoney("2026/27", 40, 105),
        YearOfMoney("2027/28", 155, 15),
    )


def test_money_by_month_and_by_year(worth: Worth) -> None:
    by_month = money_by_year(taxed(periods_per_year=12, start="2027-11"), worth)
    assert by_month == (YearOfMoney("2027", 40, 105), YearOfMoney("2028", 155, 15))
    by_year = money_by_year(taxed(periods_per_year=1), worth)
    assert [year.benefits for year in by_year] == [0, 40, 20, 30, 40, 65]
    assert [year.year for year in by_year] == ["2027", "2028", "2029", "2030", "2031", "2032"]


def test_budgets_count_cost_before_tax(worth: Worth) -> None:
    assert cost_by_year(taxed(), worth) == {2027: 140, 2028: 20}
    assert cost_by_year(taxed(fiscal_year_start=7), worth) == {2026: 140, 2027: 20}


@given(cash_flow=FLOWS, costs=FLOWS, first=some.integers(1, 12), month=some.integers(1, 12))
def test_years_sum_to_the_cash_flow_wherever_they_begin(
    worth: Worth, cash_flow: list[float], costs: list[float], first: int, month: int
) -> None:
    known = taxed(fiscal_year_start=first, start=f"2027-{month:02d}")
    years = money_by_year(known, worth.model_copy(update={"cash_flow": tuple(cash_flow), "costs": tuple(costs)}))
    assert sum(year.benefits - year.costs for year in years) == pytest.approx(sum(cash_flow), abs=1e-4)
    assert sum(year.costs for year in years) == pytest.approx(0.75 * sum(costs), abs=1e-4)
    assert [year.year for year in years] == sorted({year.year for year in years})


# Payback


@pytest.mark.parametrize(
    ("cash_flow", "first_month", "name"),
    [
        ((-100, 40, 30, 20, 9, 0), 1, None),  # one is never paid back
        ((5, 0, 0, 0, 0, 0), 1, "2027"),  # nothing is ever out
        ((-100, 40, 30, 30, 0, 0), 1, "2027"),  # back when the year ends
        ((-100, 40, 30, 29, 1, 0), 1, "2028"),
        ((-100, 150, 0, 0, -60, 0), 1, None),
        ((-100, 100, 0, 0, 0, 0), 7, "2026/27"),
        ((-100, 99, 1, 0, 0, 0), 7, "2027/28"),
        ((-100, 100, 0, 0, -50, 50), 1, "2028"),
        ((-100, 150, 0, 0, -60, 20), 7, "2027/28"),
    ],
)
def test_the_fiscal_year_from_whose_end_on_nothing_is_out(
    worth: Worth, cash_flow: tuple[float, ...], first_month: int, name: str | None
) -> None:
    paid = None if sum(cash_flow) < 0 else 1.0
    known = worth.model_copy(update={"cash_flow": cash_flow, "payback_years": paid})
    assert payback_year(taxed(fiscal_year_start=first_month), known) == name


# Customers


@pytest.fixture(scope="module")
def two_groups() -> Company:
    return company_record(
        groups={"Mobile": group(), "Fixed": group(customers={"promoter": 10, "passive": 500, "detractor": 90})},
        fiscal_year_start=4,
        benefit_realisation=None,
    )


@pytest.fixture(scope="module")
def projection(two_groups: Company) -> Projection:
    listed = [
        initiative_record("keep", levers=[{"churn": "all", "change": -0.3}]),
        initiative_record("move", levers=[{"move": {"from": "detractor", "to": "passive"}, "share": 0.2}]),
    ]
    return simulate(two_groups, listed, point=True)


def test_customers_by_year_are_those_of_the_projection(two_groups: Company, projection: Projection) -> None:
    table = projection.table()
    table = table[table["group"] != "(company)"]
    # The fiscal year begins in April: Q1 2027; Q2 2027 to Q1 2028; Q2 2028. Stocks are read when the next one begins.
    years = [
        ("2026/27", ["Q1 2027"], "Q2 2027"),
        ("2027/28", ["Q2 2027", "Q3 2027", "Q4 2027", "Q1 2028"], "Q2 2028"),
        ("2028/29", ["Q2 2028"], "end"),
    ]
    for case in projection.initiatives:
        with_, without = table[table["case"] == case.id], table[table["case"] == "baseline"]
        found = customers_by_year(two_groups, case, projection.baseline)
        assert [year.year for year in found] == [name for name, _periods, _end in years]
        for year, (_name, periods, end) in zip(found, years, strict=True):
            lost, left = (of[of.period.isin(periods)].lost.sum() for of in (without, with_))
            assert year.kept == pytest.approx(lost - left, abs=1e-9)
            for segment in ("promoter", "passive", "detractor"):
                after, before = (of[of.period == end][segment].sum() for of in (with_, without))
                assert getattr(year, f"{segment}s") == pytest.approx(after - before, abs=1e-9)


def test_a_lower_churn_keeps_customers_and_a_move_shifts_them(two_groups: Company, projection: Projection) -> None:
    keep, move = (customers_by_year(two_groups, case, projection.baseline) for case in projection.initiatives)
    # In the first quarter 1 % of 310, 3 % of 950 and 12 % of 340 leave; three tenths of them are kept.
    assert keep[0].kept == pytest.approx(0.3 * (0.01 * 310 + 0.03 * 950 + 0.12 * 340))
    # Of the 340 detractors and others whom migration leaves there, a fifth becomes passive; churn is later felt.
    assert move[0].kept == 0
    assert move[0].passives == pytest.approx(-move[0].detractors)
    staying = 0.99 * 310 * 0.02 + 0.97 * 950 * 0.07 + 0.88 * 340 * 0.9
    assert move[0].passives == pytest.approx(0.2 * staying)
    assert move[0].promoters == 0
    assert move[1].kept > 0


def test_customers_kept_in_all_years_are_the_figure_of_the_list(two_groups: Company, projection: Projection) -> None:
    listed = rank(
        two_groups, [initiative_record("keep", levers=[{"churn": "all", "change": -0.3}])], seed=1, point=True
    )
    years = customers_by_year(two_groups, projection.initiatives[0], projection.baseline)
    assert sum(year.kept for year in years) == pytest.approx(listed.initiatives[0].kept)


# Sources


def test_sources_are_named_in_order_without_what_is_zero(worth: Worth) -> None:
    sources = Sources(margin=700.0, service=0.0, acquisition=-100.0, uncashed=-50.0, run_off=12.5, costs=-0.0)
    assert sources_in_words(worth.model_copy(update={"sources": sources})) == [
        ("Margin from customers", 700.0),
        ("… of it not paid out", -50.0),
        ("Cost of winning customers", -100.0),
        ("Customers at the end", 12.5),
    ]


def test_sources_sum_to_the_profit(worth: Worth) -> None:
    assert sum(amount for _name, amount in sources_in_words(worth)) == pytest.approx(worth.npv.mean)
    assert len(sources_in_words(worth)) == 5  # all but the customers at the end


def test_what_is_chosen_stands_against_each_budget(worth: Worth) -> None:
    """100 + 40 in 2027 and 20 in 2028, beside 10 a quarter that is under way."""
    company = taxed(budget={2027: 200, 2029: 50})
    under_way = worth.model_copy(update={"costs": (10.0, 10.0, 10.0, 10.0, 10.0, 10.0)})
    made = budgets_by_year(company, worth, under_way)
    assert made == (
        YearOfBudget("2027", 140, 40, 200),
        YearOfBudget("2028", 20, 20, None),
        YearOfBudget("2029", 0, 0, 50),
    )
    assert [one.left for one in made] == [20, None, 50]


def test_a_budget_that_does_not_suffice_leaves_less_than_nothing(worth: Worth) -> None:
    company = taxed(budget={2027: 125})
    assert [(one.year, one.left) for one in budgets_by_year(company, worth)] == [("2027", -15), ("2028", None)]
    assert budgets_by_year(company, None) == (YearOfBudget("2027", 0, 0, 125),)
