"""Every input in words: each has a name of its own, its value in its own unit, and its range."""

from pathlib import Path
from typing import Any

import pytest

from cases import SEGMENTS, company_record, group, initiative_record, quantity
from prioritizer.domain.assumptions import all_numbers
from prioritizer.domain.company import Company
from prioritizer.domain.customers import Segment
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.quantity import Kind
from prioritizer.domain.scenarios import Scenario
from prioritizer.services.cases import as_scenario
from prioritizer.services.inputs import (
    InputLine,
    company_inputs,
    input_names,
    inputs_of,
    period_word,
    segment_word,
    segments_in_order,
    stream_names,
    value_in_words,
)

ROOT = Path(__file__).parents[2]
LEVERS: list[dict[str, Any]] = [
    {"move": {"from": "detractor", "to": "passive"}, "share": 0.1},
    {"move": {"from": "passive", "to": "promoter"}, "share": 0.1},
    {"newcomers": {"from": "detractor", "to": "passive"}, "share": 0.1},
    {"churn": "detractor", "change": -0.1},
    {"churn": "all", "change": -0.1},
    {"revenue": "passive", "change": 0.1},
    {"contacts": "all", "change": -0.1},
    {"referrals": "promoter", "change": 0.1},
    {"put_off": "detractor", "change": -0.1},
    {"contact_cost": "all", "change": -0.1},
    {"acquisition_cost": "all", "change": -0.1},
    {"extra_customers": {"Mobile": 100}, "cost_each": 5},
]


@pytest.fixture(scope="module")
def example() -> Scenario:
    return as_scenario(ROOT / "scenarios/base.yaml")


def everything(**changes: Any) -> Initiative:
    """An initiative that gives every number there is."""
    return initiative_record(
        "all-of-it",
        **{
            "delay": 1,
            "ramp_up": 2,
            "duration": 8,
            "fade_out": 2,
            "probability_of_success": 0.9,
            "reach": {"Mobile": 0.5},
            "costs": {"one_off": {0: 10, 3: 5}, "running": 1, "per_customer": {"amount": 2}},
            "levers": LEVERS,
            **changes,
        },
    )


def names_of(initiative: Initiative, company: Company | None = None) -> dict[str, str]:
    """What the initiative's own inputs are called, by their places below it."""
    found = input_names(company or company_record(), [initiative])
    start = f"initiatives.{initiative.id}."
    return {place.removeprefix(start): name for place, name in found.items() if place.startswith(start)}


# Names


def test_every_number_of_the_example_has_a_name_and_no_group_shares_one(example: Scenario) -> None:
    names = input_names(example.company, example.initiatives)
    assert set(all_numbers(example.company, example.initiatives)) <= set(names)
    assert all(name and "{" not in name for name in names.values())
    shared = [name for place, name in names.items() if not place.startswith("initiatives.")]
    assert len(shared) == len(set(shared)) > 50


def test_no_two_inputs_that_an_initiative_shows_are_called_alike(example: Scenario) -> None:
    for initiative in example.initiatives:
        names = [line.name for line in inputs_of(example.company, initiative)]
        assert sorted(names) == sorted(set(names)), initiative.id


def test_what_the_numbers_of_an_initiative_are_called() -> None:
    names = names_of(everything())
    assert {place: name for place, name in names.items() if not place.startswith("levers.")} == {
        "delay": "Delay",
        "ramp_up": "Ramp-up",
        "duration": "Duration",
        "fade_out": "Fade-out",
        "probability_of_success": "Probability of success",
        "reach.Mobile": "Reach, Mobile",
        "costs.one_off.0": "One-off cost at its start",
        "costs.one_off.3": "One-off cost, 3 periods after its start",
        "costs.running": "Running cost per period",
        "costs.per_customer.amount": "Cost per customer touched",
    }
    assert [name for place, name in names.items() if place.startswith("levers.")][:11] == [
        "Move from detractors to passives",
        "Move from passives to promoters",
        "Newcomers from detractors to passives",
        "Change of churn: detractors",
        "Change of churn",
        "Change of revenue: passives",
        "Change of contacts",
        "Change of referrals: promoters",
        "Change of prospects put off: detractors",
        "Change of the cost of a contact",
        "Change of acquisition cost",
    ]
    assert names["levers.extra_customers.Mobile"] == "Extra customers, Mobile"
    assert names_of(initiative_record(reach=0.5))["reach.all"] == "Reach in every group"


def test_two_levers_alike_are_told_apart() -> None:
    levers = [
        {"churn": "all", "change": -0.1},
        {"churn": "all", "change": -0.2},
        {"churn": "all", "change": -0.2},
        {"extra_customers": {"Mobile": 5}, "cost_each": 5},
        {"extra_customers": {"Mobile": 6}, "cost_each": 6},
    ]
    names = [line.name for line in inputs_of(company_record(), initiative_record(levers=levers))]
    assert len(names) == len(set(names))
    assert [name for name in names if name.startswith("Change of churn")] == [
        "Change of churn",
        "Change of churn (2)",
        "Change of churn (3)",
    ]
    assert {"Extra customers, Mobile", "Extra customers (2), Mobile"} <= set(names)


def test_what_the_numbers_of_a_group_are_called() -> None:
    names = input_names(company_record(groups={"Mobile": group(planned_acquisitions=5)}), [])
    assert names["causal_share"] == "Causal share"
    assert names["cashable"] == "Cashable share"
    assert names["groups.Mobile.churn.detractor"] == "Churn: detractors, Mobile"
    assert names["groups.Mobile.migration.passive.promoter"] == "Migration from passives to promoters, Mobile"
    assert names["groups.Mobile.gross_margin"] == "Gross margin, Mobile"
    assert names["groups.Mobile.planned_acquisitions"] == "Planned acquisitions, Mobile"
    assert names["groups.Mobile.newcomers.passive"] == "Share of newcomers: passives, Mobile"


AWKWARD = ["A", "A.B", "A.churn", "A.B.churn.detractor", "groups.A", "A_cost_each", "reach.A", "2", "%s {0}", "levers"]


def test_groups_whose_names_begin_alike_or_hold_points_keep_their_own_numbers() -> None:
    company = company_record(groups={name: group() for name in AWKWARD})
    names = input_names(company, [])
    assert set(all_numbers(company, [])) <= set(names)
    for name in AWKWARD:
        own = {place: called for place, called in names.items() if called.endswith(f", {name}")}
        assert own[f"groups.{name}.churn.detractor"] == f"Churn: detractors, {name}"
        assert own[f"groups.{name}.gross_margin"] == f"Gross margin, {name}"
        assert len(own) == 34  # seven numbers by segment are 21, nine of migration, four of the whole group


def test_an_initiative_names_groups_as_they_are() -> None:
    company = company_record(groups={name: group() for name in AWKWARD})
    levers = [{"extra_customers": dict.fromkeys(AWKWARD, 5), "cost_each": 5}]
    names = names_of(initiative_record(reach=dict.fromkeys(AWKWARD, 0.5), levers=levers), company)
    for name in AWKWARD:
        assert names[f"reach.{name}"] == f"Reach, {name}"
        assert names[f"levers.extra_customers.{name}"] == f"Extra customers, {name}"


def test_an_id_may_hold_points() -> None:
    first, second = initiative_record("a"), initiative_record("a.levers")
    names = input_names(company_record(), [first, second])
    assert names["initiatives.a.levers.churn.detractor"] == "Change of churn: detractors"
    assert names["initiatives.a.levers.levers.churn.detractor"] == "Change of churn: detractors"
    lines = inputs_of(company_record(), second)
    assert "initiatives.a.levers.levers.churn.detractor" in [line.place for line in lines]


# Values


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (Kind.SHARE, 0.1234, "12.3 %"),
        (Kind.SIGNED_SHARE, -0.05, "−5.0 %"),
        (Kind.CHANGE, 0.5, "50.0 %"),
        (Kind.GROWTH, 0.015, "1.5 %"),
        (Kind.AMOUNT, 8_330_000, "8.33 million ₽"),
        (Kind.AMOUNT, 62.8, "62.8 ₽"),
        (Kind.COUNT, 376_412, "376,000"),
        (Kind.COUNT, 7, "7"),
        (Kind.PERIODS, 1, "1 quarter"),
        (Kind.PERIODS, 3, "3 quarters"),
        (Kind.PERIODS, 0, "0 quarters"),
        (Kind.PERIODS, 1.5, "1.5 quarters"),
        (Kind.RATE, 1.1, "1.10"),
        (Kind.FACTOR, 2, "2.00"),
    ],
)
def test_a_value_has_the_unit_of_its_kind(kind: Kind, value: float, words: str) -> None:
    assert value_in_words(company_record(currency="RUB"), quantity(0.5, kind), value) == words


@pytest.mark.parametrize(
    ("periods_per_year", "one", "some"), [(12, "month", "months"), (4, "quarter", "quarters"), (1, "year", "years")]
)
def test_a_period_by_the_number_of_them(periods_per_year: int, one: str, some: str) -> None:
    company = company_record(periods_per_year=periods_per_year)
    assert period_word(company) == period_word(company, 1) == one
    assert {period_word(company, count) for count in (0, 0.5, 1.5, 2, 24)} == {some}


def line(raw: Any, place: str = "causal_share") -> InputLine:
    return next(one for one in company_inputs(company_record(causal_share=raw)) if one.place == place)


def test_an_uncertain_number_has_its_90_percent_range() -> None:
    assert (line({"range": [0.5, 0.68, 0.83]}).spread) == "50.0 % to 83.0 %"
    # a triangle from 0.2 over 0.2 to 0.6 lies above x with probability ((0.6 − x) ÷ 0.4)²
    assert line({"triangular": [0.2, 0.2, 0.6]}).spread == "21.0 % to 51.1 %"
    assert line({"triangular": [0.2, 0.2, 0.6]}).value == "33.3 %"


def test_a_certain_number_has_no_range() -> None:
    assert (line(0.7).value, line(0.7).spread) == ("70.0 %", "")


def test_the_card_of_a_number() -> None:
    card = {"value": 0.7, "unit": "share", "source": "Survey", "grade": "C", "owner": "research", "note": "Small."}
    found = line(card)
    assert (found.source, found.grade, found.owner, found.note) == ("Survey", "C", "research", "Small.")
    bare = line(0.7)
    assert (bare.source, bare.grade, bare.owner, bare.note) == ("", "", "", "")


# Which inputs


def groups_shown(company: Company, **changes: Any) -> list[str]:
    """The groups whose gross margin an initiative shows."""
    places = [one.place for one in inputs_of(company, initiative_record(**changes))]
    return [place.split(".")[1] for place in places if place.endswith(".gross_margin")]


def test_an_initiative_shows_the_numbers_of_the_groups_on_which_it_acts() -> None:
    company = company_record(groups={"Mobile": group(), "Fixed": group(), "Business": group()})
    assert groups_shown(company) == ["Mobile", "Fixed", "Business"]
    assert groups_shown(company, reach={"Fixed": 0.5}) == ["Fixed"]
    brings = [{"extra_customers": {"Business": 5}, "cost_each": 5}]
    assert groups_shown(company, reach={"Fixed": 0.5}, levers=brings) == ["Fixed", "Business"]
    assert groups_shown(company, reach={}, levers=[]) == []


def test_its_own_inputs_come_first_and_shares_of_the_company_always() -> None:
    places = [one.place for one in inputs_of(company_record(), initiative_record("a", reach={}, levers=[]))]
    assert places[-2:] == ["causal_share", "cashable"]
    assert all(place.startswith("initiatives.a.") for place in places[:-2])


def test_the_company_shows_every_number_it_has(example: Scenario) -> None:
    assert [one.place for one in company_inputs(example.company)] == list(all_numbers(example.company, []))


def test_segments_have_words_in_the_plural() -> None:
    assert [segment_word(segment) for segment in SEGMENTS] == ["promoters", "passives", "detractors"]
    assert list(segments_in_order()) == [(Segment(segment), segment_word(segment)) for segment in SEGMENTS]
    with pytest.raises(ValueError, match="critic"):
        segment_word("critic")


def test_one_period_after_the_start_is_in_the_singular() -> None:
    names = names_of(initiative_record(costs={"one_off": {1: 5}}))
    assert names["costs.one_off.1"] == "One-off cost, 1 period after its start"


def test_what_is_drawn_is_called_after_its_stream() -> None:
    """A number entered once for all segments, how far claims miss, and whether an initiative succeeds."""
    company = company_record(groups={"Mobile": group(churn={"pert": [0.01, 0.02, 0.03]})})
    names = stream_names(company, [initiative_record("a")])
    assert names["groups.Mobile.churn.all"] == "Churn, Mobile"
    assert names["groups.Mobile.revenue.promoter"] == "Revenue per customer: promoters, Mobile"
    assert names["delivered.departments.Customer service"] == "How far the claims of Customer service miss"
    assert names["delivered.initiatives.a"] == "How far its claims miss"
    assert names["initiatives.a.success"] == "Whether it succeeds"
