"""What a mapping may say, and what counts and figures refuse to be."""

import json

import pytest
from pydantic import ValidationError

from prioritizer.domain.customers import Segment
from prioritizer.domain.quantity import Beta, Fixed, Grade
from prioritizer.domain.record import PlainScalar
from prioritizer.domain.records import (
    Figure,
    Per,
    RecordCounts,
    RecordsMapping,
    RowCounts,
    ScoreColumn,
    Sums,
    Tally,
    period_name,
    plain_number,
)

SMALLEST = {"customer": "id", "score": {"column": "nps", "scale": "0-10"}, "periods_per_year": 4}
STATUS = {"column": "status", "active": ["yes"], "left": ["no"]}


def complaints(**changes: object) -> str:
    with pytest.raises(ValidationError) as caught:
        RecordsMapping.model_validate({**SMALLEST, **changes})
    return "; ".join(_words(detail) for detail in caught.value.errors())


def _words(detail) -> str:
    place = ".".join(map(str, detail["loc"]))
    return f"{place}: {detail.get('ctx', {}).get('value', '')} {detail['msg']}"


def test_the_smallest_mapping_names_a_customer_a_score_and_the_length_of_a_period():
    mapping = RecordsMapping.model_validate(SMALLEST)
    assert mapping.columns == {"customer": "id", "score": "nps"}
    assert mapping.fewest == 50
    assert not mapping.is_panel
    assert mapping.months_per_period == 3


@pytest.mark.parametrize("key", ["customer", "score", "periods_per_year"])
def test_each_of_them_is_needed(key):
    with pytest.raises(ValidationError, match=key):
        RecordsMapping.model_validate({name: value for name, value in SMALLEST.items() if name != key})


def test_numbers_without_quotes_in_a_file_can_be_words_of_a_column():
    plain = {"column": PlainScalar("active"), "active": [PlainScalar("1")], "left": [PlainScalar("0")]}
    mapping = RecordsMapping.model_validate({**SMALLEST, "active": plain, "observed_months": PlainScalar("3")})
    assert mapping.active.active == ("1",)
    assert mapping.observed_periods == 1


def test_the_standard_scale_has_its_segments():
    score = ScoreColumn(column="nps", scale="0-10")
    by_score = [score.segment_of(answer) for answer in range(11)]
    assert by_score == [Segment.DETRACTOR] * 7 + [Segment.PASSIVE] * 2 + [Segment.PROMOTER] * 2


def test_another_scale_has_the_segments_that_it_states():
    score = ScoreColumn(column="s", scale="1-5", detractor=(1, 2, 3), passive=(4,), promoter=(5,))
    assert [score.segment_of(answer) for answer in (1, 3, 4, 5)] == ["detractor", "detractor", "passive", "promoter"]


@pytest.mark.parametrize(
    ("score", "said"),
    [
        ({"scale": "1-5"}, "does not say which answers make a detractor"),
        ({"scale": "1-7", "detractor": [1, 2], "passive": [3]}, "does not say which answers"),
        ({"scale": "1-5", "detractor": [1, 2], "passive": [4], "promoter": [5]}, "score: 3 do not stand"),
        ({"scale": "1-5", "detractor": [1, 2, 3], "passive": [3, 4], "promoter": [5]}, "exactly one segment"),
        ({"scale": "1-5", "detractor": [0, 1, 2, 3], "passive": [4], "promoter": [5]}, "exactly one segment"),
        ({"scale": "0-10", "promoter": [8, 9, 10]}, "has its segments"),
        ({"scale": "ten"}, "is not a scale"),
        ({"scale": "5-1"}, "is not a scale"),
        ({"scale": "0-1000"}, "is not a scale"),
        ({}, "score.scale:  Field required"),
    ],
)
def test_a_scale_is_never_guessed(score, said):
    assert said in complaints(score={"column": "s", **score})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"periods_per_year": 3}, "is not a number of periods per year"),
        ({"active": STATUS}, "observed_months is missing"),
        ({"active": {"column": "s", "active": ["1"]}, "observed_months": 3}, "active.left is missing"),
        ({"active": {"column": "s", "active": []}, "period": "q"}, "no word means a customer"),
        ({"active": {"column": "s", "active": ["1"], "left": ["0"], "gone": ["1"]}}, "more than one meaning"),
        ({"active": {"column": "s", "active": ["yes", "Yes"]}, "period": "q"}, "stands twice"),
        ({"period": "q", "observed_months": 3}, "observed_months stands beside period"),
        ({"observed_months": 0, "active": STATUS}, "is not a number of months"),
        ({"revenue": {"column": "r", "per": "month"}}, "currency is missing"),
        ({"revenue": {"column": "r", "per": "fortnight"}, "currency": "EUR"}, "is not a length of time"),
        ({"revenue": "r", "currency": "EUR"}, "revenue:  Input should be a valid dictionary"),
        ({"csv": {"delimiter": "#"}}, "is not a delimiter"),
        ({"csv": {"decimal": ","}}, "cannot be both"),
        ({"csv": {"delimiter": ";", "decimal": "'"}}, "is not a decimal mark"),
        ({"fewest": 0}, "is too small"),
        ({"base": {"Mobile": 0}}, "is too small"),
        ({"churn": "left"}, "churn:  Extra inputs are not permitted"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(changes, said):
    assert said in complaints(**changes)


def test_figures_are_for_a_length_of_time():
    assert [Per(word).months(12) for word in ("month", "quarter", "year", "period")] == [1, 3, 12, 1]
    assert Per.PERIOD.months(1) == 12


def test_the_base_of_a_group_is_found_however_its_name_is_written():
    mapping = RecordsMapping.model_validate({**SMALLEST, "base": {"Mobile ": 1140, "Fixed": 370}})
    assert [mapping.base_of(group) for group in ("mobile", "Fixed", "Video")] == [1140, 370, None]


def test_periods_are_named_as_they_stand_in_records():
    assert [period_name(2026 * 4 + 2, 4), period_name(2026 * 12 + 6, 12), period_name(2026, 1)] == [
        "2026-Q3",
        "2026-07",
        "2026",
    ]


def test_more_customers_cannot_have_an_outcome_than_were_there():
    with pytest.raises(ValidationError, match="more than were present"):
        Tally(period=0, score=9, present=10, stayed=8, left=3)
    with pytest.raises(ValidationError):
        Tally(period=0, score=9, present=-1)


def test_groups_that_look_the_same_are_refused():
    with pytest.raises(ValidationError, match="same name twice"):
        RecordCounts(files=("a.csv",), rows=2, customers=2, groups=({"name": "Mobile"}, {"name": "mobile "}))


def test_sums_add_up():
    one = Sums(customers=2, rows=3, total=10.0, squares=60.0, cross=16.0, squared_rows=5)
    assert one.plus(one) == Sums(customers=4, rows=6, total=20.0, squares=120.0, cross=32.0, squared_rows=10)


def test_a_card_is_what_a_company_file_holds():
    figure = Figure(
        place=("groups", "Mobile", "churn", "detractor"),
        number=Beta(successes=149, trials=4812),
        unit="1/quarter",
        source="customers.parquet",
        grade=Grade.B,
        note="149 of 4,812",
        observations=4812,
    )
    assert figure.card == {
        "value": {"beta": [149, 4812]},
        "unit": "1/quarter",
        "source": "customers.parquet",
        "grade": "B",
        "note": "149 of 4,812",
    }
    assert json.dumps(figure.card["value"]) == '{"beta": [149, 4812]}'  # whole numbers without .0
    assert plain_number(Fixed(value=2.5)) == 2.5
    assert plain_number(RowCounts(promoter=92, passive=6, detractor=2)) == {
        "dirichlet": {"promoter": 92, "passive": 6, "detractor": 2}
    }
