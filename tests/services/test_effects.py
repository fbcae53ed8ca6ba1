"""What an initiative does, in words whose numbers were computed by hand."""

from typing import Any

import pytest

from cases import company_record, group, initiative_record
from prioritizer.domain.company import Company
from prioritizer.services.effects import (
    LeverInWords,
    levers_in_words,
    reach_in_words,
    timing_in_words,
    within_a_year,
)

UP = {"from": "detractor", "to": "passive"}
TWO_GROUPS = {"Mobile": group(), "Fixed": group()}


def said(*levers: dict[str, Any], company: Company | None = None, **changes: Any) -> list[LeverInWords]:
    proposed = initiative_record(levers=list(levers), **changes)
    return list(levers_in_words(company or company_record(groups=TWO_GROUPS), proposed))


def texts(*levers: dict[str, Any], **changes: Any) -> list[str]:
    return [one.text for one in said(*levers, **changes)]


def finance(**grades: Any) -> Company:
    """A company whose finance has a table of delivered ÷ claimed."""
    return company_record(groups=TWO_GROUPS, benefit_realisation=grades)


# Levers


@pytest.mark.parametrize(
    ("periods_per_year", "period", "yearly"),
    [(4, "quarter", "34.4 %"), (12, "month", "71.8 %"), (1, "year", "10.0 %")],  # 1 − 0.9⁴, 1 − 0.9¹², 1 − 0.9
)
def test_a_move_says_how_many_it_moves_within_a_year(periods_per_year: int, period: str, yearly: str) -> None:
    known = company_record(periods_per_year=periods_per_year)
    assert texts({"move": UP, "share": 0.1}, company=known) == [
        f"Moves detractors to passives: each {period} 10.0 % of those it reaches, {yearly} within a year."
    ]


@pytest.mark.parametrize(
    ("per_period", "periods", "within"), [(0.5, 4, 0.9375), (0.25, 1, 0.25), (0.2, 12, 0.931281), (0, 4, 0), (1, 4, 1)]
)
def test_of_those_left_the_same_share_moves_again(per_period: float, periods: int, within: float) -> None:
    assert within_a_year(per_period, periods) == pytest.approx(within, abs=1e-6)


def test_a_negative_share_is_a_move_back() -> None:
    assert texts({"move": {"from": "passive", "to": "promoter"}, "share": -0.02}) == [
        "Moves promoters to passives: each quarter 2.0 % of those it reaches, 7.8 % within a year."  # 1 − 0.98⁴
    ]


def test_newcomers_arrive_elsewhere() -> None:
    assert texts({"newcomers": UP, "share": 0.235}) == ["Of newcomers who would be detractors, 23.5 % become passives."]


def test_a_negative_share_of_newcomers_arrives_the_other_way_round() -> None:
    assert texts({"newcomers": UP, "share": -0.2}) == ["Of newcomers who would be passives, 20.0 % become detractors."]


@pytest.mark.parametrize(
    ("lever", "lowers", "raises"),
    [
        (
            {"churn": "detractor"},
            "Lowers the churn of detractors by 15.0 %.",
            "Raises the churn of detractors by 5.0 %.",
        ),
        ({"churn": "all"}, "Lowers the churn of everybody by 15.0 %.", "Raises the churn of everybody by 5.0 %."),
        ({"revenue": "passive"}, "Lowers revenue from passives by 15.0 %.", "Raises revenue from passives by 5.0 %."),
        (
            {"contacts": "promoter"},
            "Saves 15.0 % of the contacts of promoters.",
            "Adds 5.0 % to the contacts of promoters.",
        ),
        ({"referrals": "all"}, "Lowers referrals by everybody by 15.0 %.", "Raises referrals by everybody by 5.0 %."),
        (
            {"put_off": "detractor"},
            "Lowers by 15.0 % how many prospects detractors put off.",
            "Raises by 5.0 % how many prospects detractors put off.",
        ),
        ({"contact_cost": "all"}, "Lowers the cost of a contact by 15.0 %.", "Raises the cost of a contact by 5.0 %."),
        (
            {"acquisition_cost": "all"},
            "Lowers the cost of winning a customer by 15.0 %.",
            "Raises the cost of winning a customer by 5.0 %.",
        ),
    ],
)
def test_a_relative_change_lowers_or_raises(lever: dict[str, str], lowers: str, raises: str) -> None:
    assert texts({**lever, "change": -0.15}, {**lever, "change": 0.05}) == [lowers, raises]


def test_an_uncertain_claim_is_told_at_its_mean() -> None:
    pert = {"pert": [-0.2, -0.1, -0.06]}  # mean (−0.2 − 4 · 0.1 − 0.06) / 6 = −0.11
    triangular = {"triangular": [0.02, 0.04, 0.12]}  # mean 0.06
    assert texts({"churn": "all", "change": pert}, {"revenue": "all", "change": triangular}) == [
        "Lowers the churn of everybody by 11.0 %.",
        "Raises revenue from everybody by 6.0 %.",
    ]


def test_extra_customers_come_by_group_and_period() -> None:
    lever = {"extra_customers": {"Mobile": 1500, "Fixed": 25}, "cost_each": 900}
    assert texts(lever) == ["Brings 1,500 customers to Mobile, 25 customers to Fixed a quarter, each for 900 €."]


def test_levers_stand_in_the_order_of_the_file_and_none_is_none() -> None:
    assert texts({"contacts": "all", "change": -0.1}, {"churn": "all", "change": -0.1})[0].startswith("Saves")
    assert said() == []


# Delivered ÷ claimed


def test_without_a_table_a_claim_is_counted_as_it_is() -> None:
    assert said({"churn": "all", "change": -0.1})[0].counted == ""


@pytest.mark.parametrize(
    ("lever", "amount"),
    [
        # 0.8 of a claim that is not above the usual size
        ({"churn": "all", "change": -0.1, "usual": -0.2}, "8.0 %"),
        # four times the usual size, slope ½: 0.8 · 0.2 · 4^(−½) = 0.08
        ({"churn": "all", "change": -0.2, "usual": -0.05}, "8.0 %"),
        ({"move": UP, "share": 0.15}, "12.0 %"),
        ({"newcomers": UP, "share": 0.5}, "40.0 %"),
        ({"extra_customers": {"Mobile": 1000, "Fixed": 500}, "cost_each": 1}, "1,200"),
        # the number has a grade of its own: 0.3 · 0.1
        ({"churn": "all", "change": {"value": -0.1, "grade": "D"}}, "3.0 %"),
        # each group's number too: 0.8 · 1,000 + 0.3 · 500
        ({"extra_customers": {"Mobile": 1000, "Fixed": {"value": 500, "grade": "D"}}, "cost_each": 1}, "950"),
    ],
)
def test_what_finance_leaves_of_a_claim_is_said(lever: dict[str, Any], amount: str) -> None:
    table = finance(B={"delivered": 0.8, "slope": 0.5}, D={"delivered": 0.3})
    (found,) = said(lever, company=table, evidence={"grade": "B"})
    assert found.counted == f"Counted as {amount}, after delivered ÷ claimed."


def test_the_claim_itself_stays_as_it_was_made() -> None:
    (found,) = said({"move": UP, "share": 0.1}, company=finance(D={"delivered": 0.5}))
    assert "10.0 % of those it reaches, 34.4 % within a year" in found.text


def test_what_only_harms_is_counted_in_full() -> None:
    table = finance(D={"delivered": 0.5})
    harms = [{"churn": "all", "change": 0.1}, {"revenue": "all", "change": -0.1}, {"move": UP, "share": -0.1}]
    assert [one.counted for one in said(*harms, company=table)] == ["", "", ""]


def test_a_trifle_of_a_difference_is_not_worth_a_word() -> None:
    lever = {"churn": "all", "change": -0.5}
    assert said(lever, company=finance(D={"delivered": 0.996}))[0].counted == ""
    assert said(lever, company=finance(D={"delivered": 0.994}))[0].counted != ""
    extra = {"extra_customers": {"Mobile": 10_000}, "cost_each": 1}
    assert said(extra, company=finance(D={"delivered": 0.996}))[0].counted == ""
    assert said(extra, company=finance(D={"delivered": 0.994}))[0].counted != ""


def test_more_than_claimed_is_said_too() -> None:
    (found,) = said({"churn": "all", "change": -0.1}, company=finance(D={"delivered": 1.2}))
    assert found.counted == "Counted as 12.0 %, after delivered ÷ claimed."


@pytest.mark.parametrize(
    "lever", [{"churn": "all", "change": 0}, {"extra_customers": {"Mobile": 0}}, {"move": UP, "share": 0}]
)
def test_a_claim_of_nothing_is_counted_as_it_is(lever: dict[str, Any]) -> None:
    assert said(lever)[0].counted == ""


# Reach


@pytest.mark.parametrize(
    ("reach", "words"),
    [
        (1, "It reaches every customer."),
        (0.355, "It reaches 35.5 % of the customers in every group."),
        ({"pert": [0.1, 0.2, 0.3]}, "It reaches 20.0 % of the customers in every group."),
        ({"Fixed": 0.25}, "It reaches 25.0 % of Fixed."),
        ({"Fixed": 0.25, "Mobile": 1}, "It reaches 100.0 % of Mobile, 25.0 % of Fixed."),
        ({"all": 0.5, "Fixed": 0.2}, "It reaches 50.0 % of Mobile, 20.0 % of Fixed."),
        ({}, ""),
    ],
)
def test_reach_by_group_in_the_order_of_the_company(reach: Any, words: str) -> None:
    assert reach_in_words(company_record(groups=TWO_GROUPS), initiative_record(reach=reach)) == words


# Timing


@pytest.mark.parametrize(
    ("timeline", "words"),
    [
        ({}, "Starts in Q1 2027 and acts in full at once."),
        ({"start": 2}, "Starts in Q3 2027 and acts in full at once."),
        ({"earliest_start": 1, "latest_start": 2}, "Starts in Q2 2027 and acts in full at once."),
        ({"ramp_up": 1}, "Starts in Q1 2027 and acts in full 1 quarter later."),
        ({"delay": 2, "ramp_up": 3}, "Starts in Q1 2027 and acts in full 5 quarters later."),
        # means: (0 + 1 + 2.75) / 3 = 1.25 and 2 + 1.25 = 3.25
        ({"ramp_up": {"triangular": [0, 1, 2.75]}}, "Starts in Q1 2027 and acts in full about 1 quarter later."),
        (
            {"delay": 2, "ramp_up": {"triangular": [0, 1, 2.75]}},
            "Starts in Q1 2027 and acts in full about 3 quarters later.",
        ),
        ({"ramp_up": 1200}, "Starts in Q1 2027 and acts in full 1200 quarters later."),
    ],
)
def test_when_it_starts_and_when_it_acts_in_full(timeline: dict[str, Any], words: str) -> None:
    assert timing_in_words(company_record(), initiative_record(**timeline)) == words


def test_finance_may_count_on_a_delay() -> None:
    late = finance(D={"delivered": 1, "delay": 1}, A={"delivered": 1})
    assert timing_in_words(late, initiative_record(ramp_up=2)).endswith("acts in full 3 quarters later.")
    assert timing_in_words(late, initiative_record(ramp_up=2, evidence={"grade": "A"})).endswith("2 quarters later.")


@pytest.mark.parametrize(
    ("periods_per_year", "words"),
    [
        (12, "Starts in 2027-03 and acts in full 2 months later."),
        (1, "Starts in 2029 and acts in full 2 years later."),
    ],
)
def test_periods_are_those_of_the_company(periods_per_year: int, words: str) -> None:
    known = company_record(periods_per_year=periods_per_year)
    assert timing_in_words(known, initiative_record(start=2, ramp_up=2)) == words
