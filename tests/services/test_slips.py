"""Likely slips are asked about beside their field, and what is ordinary is left in peace."""

from datetime import date
from typing import Any

import pytest

import cases
import prioritizer as pr
from prioritizer.services.slips import look, slips

COMPANY = cases.company_record()  # quarters from 2027 on, 1,000 customers in Mobile
BEFORE = date(2026, 11, 25)


def found(others: tuple[Any, ...] = (), today: date = BEFORE, **changes: Any) -> list[str]:
    """What is asked about an initiative: "field: value rule. remedy"."""
    proposed = cases.initiative_record("mine", **changes)
    return [str(slip) for slip in slips(proposed, COMPANY, others, today)]


def test_what_is_ordinary_is_left_in_peace() -> None:
    others = (cases.initiative_record("one"), cases.initiative_record("two", name="Something quite different"))
    assert found(others, name="Ring first") == []


def test_a_fraction_in_a_percent_field_is_asked_about() -> None:
    assert found(reach=0.0005) == ["reach.all.likely: 0.05 % is hardly anybody. Did you mean 5 %? Type 5 for 5 %."]
    assert found(reach={"Mobile": 0.003})[0].startswith("reach.Mobile.likely: 0.3 % is hardly anybody")
    assert found(probability_of_success=0.009) == [
        "success: 0.9 % is hardly a chance. Did you mean 90 %? Type 5 for 5 %."
    ]
    assert found(levers=[{"contacts": "all", "change": -0.001}]) == [
        "levers.0.size.likely: 0.1 % is hardly a change. Did you mean 10 %? Type 5 for 5 %."
    ]
    assert found(levers=[{"revenue": "all", "change": 0.005}]) == []


def test_a_change_beyond_what_is_plausible_is_asked_about() -> None:
    too_much = found(levers=[{"churn": "detractor", "change": -0.1}, {"churn": "all", "change": -0.9}])
    assert too_much == [
        "levers.1.size.likely: 90.0 % is more than such measures usually bring. Is it the change in percent of today's "
        "number, and only for those it reaches?"
    ]
    assert found(levers=[{"revenue": "all", "change": 0.6}])[0].startswith("levers.0.size.likely: 60.0 % is more than")


def test_a_share_of_the_year_given_for_each_quarter_is_asked_about() -> None:
    move = {"move": {"from": "detractor", "to": "passive"}, "share": 0.3}
    assert found(levers=[move]) == [
        "levers.0.size.likely: 76.0 % within a year is 30.0 % each quarter, more than such measures usually move. It "
        "is the share of those it reaches; did you mean 30.0 % within the year?"
    ]
    assert found(levers=[{**move, "share": 0.1}]) == []


def test_a_lever_that_does_harm_is_asked_about() -> None:
    assert found(levers=[{"churn": "all", "change": 0.1}]) == [
        "levers.0.size.likely: 10.0 % makes things worse. Type it without the minus where an improvement is meant."
    ]


def test_more_extra_customers_than_a_tenth_of_a_group_are_asked_about() -> None:
    lever = {"extra_customers": {"Mobile": 30}, "cost_each": 9}
    assert found(levers=[lever]) == [
        "levers.0.sizes.Mobile.likely: 120 a year are 12.0 % of the customers that Mobile has. Is it so many, and in "
        "one year?"
    ]


def test_nothing_but_costs_is_asked_about_unless_it_must_be_done() -> None:
    assert found(levers=[])[0].startswith("levers: It changes nothing for customers, and only costs.")
    assert found(levers=[], mandatory=True) == []


def test_an_amount_in_thousands_or_millions_is_asked_about() -> None:
    others = tuple(
        cases.initiative_record(f"other-{n}", name=f"Plan {n * 7}", costs={"one_off": 1_000_000 * n, "running": 50_000})
        for n in (1, 2, 3)
    )
    assert found(others, costs={"one_off": 2000, "running": 40_000}) == [
        "one_off.likely: 2.00 thousand € is far from what the others need, about 2.00 million €. Amounts are in EUR, "
        "not in thousands or millions."
    ]
    too_much = found(others, costs={"one_off": 1_500_000, "running": 60_000_000})
    assert [slip.partition(":")[0] for slip in too_much] == ["running.likely"]
    assert found(others, costs={"one_off": 30_000_000, "running": 2000}) == []


def test_no_costs_at_all_are_asked_about() -> None:
    assert found(costs={}) == [
        "one_off.likely: It costs nothing at all. Give what it takes, the working hours of your own people too."
    ]


def test_everybody_with_a_cost_for_each_is_asked_about() -> None:
    costs = {"one_off": 1000, "per_customer": {"amount": 4, "of": ["detractor"]}}
    said = "reach: It reaches every customer, and costs 1,000 € each quarter for them. Is it every one of them, in "
    assert found(costs=costs) == [f"{said}every quarter?"]
    assert found(costs=costs, reach=0.9) == []


def test_a_cost_above_what_a_customer_pays_is_asked_about() -> None:
    costs = {"per_customer": {"amount": 95, "of": ["detractor"]}}
    assert found(costs=costs, reach=0.5)[0].startswith(
        "per_customer.likely: 95.0 € for each customer is more than a customer pays in a quarter, 90.0 €."
    )


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2027, 1, 31), []),
        (
            date(2027, 2, 1),
            ["start: Q1 2027 has begun already. Choose a later period, or leave it if it runs already."],
        ),
    ],
)
def test_a_start_in_the_past_is_asked_about(today: date, said: list[str]) -> None:
    assert found(today=today, start=0) == said
    assert found(today=today, start=1) == []


def test_months_where_quarters_are_asked_are_asked_about() -> None:
    assert found(ramp_up=12) == [
        "ramp_up: It never acts in full: only 4 quarters are counted. It is counted in quarters, not in months.",
        "ramp_up: 12 quarters are 3 years. It is counted in quarters, not in months.",
    ]
    assert found(duration=24) == ["duration: 24 quarters are 6 years. It is counted in quarters, not in months."]
    assert found(duration=20) == []


@pytest.mark.parametrize(
    ("name", "is_alike"),
    [
        ("Initiative one", True),
        ("INITIATIVE ONE ", True),
        ("Initiative оnе", True),  # Cyrillic о and е
        ("Initiatives one", True),
        ("Ring first", False),
    ],
)
def test_a_name_like_another_is_asked_about(name: str, is_alike: bool) -> None:
    said = [slip for slip in found((cases.initiative_record("one"),), name=name) if "looks like" in slip]
    expected = (
        "name: looks like “Initiative one” of Customer service. Is it the same? Then edit that one. If not, tell "
    )
    assert [slip.startswith(expected[:-7]) for slip in said] == ([True] if is_alike else [])


def test_letters_of_two_alphabets_in_a_word_are_asked_about() -> None:
    assert found(name="Ring сlients first")[0].startswith("name: сlients mixes letters of two alphabets")
    assert found(name="Звонок VIP") == []
    assert look("Оnе") == look("one")


def test_good_evidence_that_is_nowhere_is_asked_about() -> None:
    assert found(evidence={"grade": "A"})[0].startswith("note: controlled experiment is claimed, and nothing says")
    assert found(evidence={"grade": "A", "note": "Two cities by lot"}) == []
    assert found(evidence={"grade": "D"}) == []


def test_few_of_the_example_are_asked_about() -> None:
    company = pr.read_company("data/company.yaml")
    asked = {one.id: slips(one, company, company.initiatives, BEFORE) for one in company.initiatives}
    assert sum(map(len, asked.values())) <= 6
    assert {slip.rule.partition(" ")[0] for some in asked.values() for slip in some} <= {"is", "makes", "are"}
