"""What a number may be, what it may not be, and what people are told then."""

import math

import pytest
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from prioritizer.domain.quantity import (
    Amount,
    Count,
    Fixed,
    FixedAmount,
    Grade,
    Kind,
    Number,
    Quantity,
    Whole,
    as_number,
    as_quantity,
    as_whole,
)
from prioritizer.domain.record import PlainScalar


def said(raw, kind=Kind.SHARE, read=as_quantity):
    """What is said against a number: "value rule. remedy"."""
    with pytest.raises(PydanticCustomError) as caught:
        read(raw, kind) if read is as_quantity else read(raw)
    context = caught.value.context
    return f"{context['value']} {context['rule']}. {context['remedy']}".strip()


# One number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.05", 0.05),
        ("1e3", 1000.0),
        ("1E3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("+7", 7.0),
        ("-3.5", -3.5),
        ("−3.5", -3.5),
        ("–5", -5.0),
        ("  12 ", 12.0),
        ("007", 7.0),
        ("0.1234567890123456789", 0.12345678901234568),
        ("9007199254740993", 9007199254740992.0),
    ],
)
def test_a_number_in_a_file_is_written_with_ascii_digits_and_a_point(text, value):
    assert as_number(PlainScalar(text)) == value


@pytest.mark.parametrize("text", ["NaN", "nan", "NAN", "-nan", ".nan", "-.inf", "inf", "-Infinity", "+inf", ".inf"])
def test_what_is_not_a_number_in_other_languages_is_none_here(text):
    assert said(PlainScalar(text)) == f"{text} is not a number. Give a finite number."


@pytest.mark.parametrize(("text", "shown"), [("1e309", "inf"), ("-1e999", "-inf")])
def test_a_number_beyond_all_bounds_is_refused(text, shown):
    assert said(PlainScalar(text)) == f"{shown} is not a finite number. Give a number below 10^12."


@pytest.mark.parametrize(("text", "fraction"), [("5%", "0.05"), ("5 %", "0.05"), ("-12.5 %", "-0.125"), ("+100%", "1")])
def test_percent_is_refused_with_the_fraction_that_may_be_meant(text, fraction):
    assert said(PlainScalar(text)) == (
        f"{text} is written in percent. Rates are fractions here: did you mean {fraction}?"
    )


AMBIGUOUS = ["1,234.56", "1.234,56", "1 234,56", "1'234.56", "1,234", "1_000", "3,00", "1 000"]
NOT_OURS = ["(100)", "١٢٣", "１２", "१२", "²", "½", "0x10", "1e", "e5", "1e5.5", "--1", "1-", "9/10"]
WITH_UNITS = ["€100", "100 EUR", "$5", "100€", "10 000 RUB", "5 pp", "12‰"]
ABSENT = ["true", "yes", "no", "-", "n/a", "NA", "None", "NULL", "#N/A", "TBD", "?"]


@pytest.mark.parametrize("text", [*AMBIGUOUS, *NOT_OURS, *WITH_UNITS, *ABSENT])
def test_what_could_be_read_in_two_ways_is_not_read_at_all(text):
    remedy = "Write digits with a decimal point, without separators or units, like 1234.5."
    assert said(PlainScalar(text)) == f"{text} is not a number. {remedy}"


@pytest.mark.parametrize("nothing", [None, PlainScalar(""), PlainScalar(" "), PlainScalar("\u00a0")])
@pytest.mark.parametrize("read", [as_number, as_whole, as_quantity])
def test_a_missing_number_is_missing_and_never_zero(nothing, read):
    assert said(nothing, read=read) == "the value is missing. Give a number."


@pytest.mark.parametrize("quoted", ["5", "0.05", "NA", ""])
def test_text_in_quotes_is_no_number(quoted):
    assert said(quoted) == f"{quoted} is not a number. Give a number, without quotes.".strip()


@pytest.mark.parametrize(("raw", "shown"), [(True, "True"), ([0.5], "list"), ((1, 2), "tuple"), (1j, "1j")])
def test_nothing_else_is_a_number(raw, shown):
    assert said(raw) == f"{shown} is not a number. Give a number, without quotes."


@pytest.mark.parametrize("large", [2**63, 2**53 + 1, -(2**53) - 1])
def test_a_whole_number_that_cannot_be_kept_exactly_is_refused(large):
    assert said(large, Kind.AMOUNT) == f"{large} is too large to be exact. Give a number below 10^12."
    assert as_number(2**53) == 9007199254740992.0


@pytest.mark.parametrize("raw", [-0.0, PlainScalar("-0"), PlainScalar("-0.0"), PlainScalar("−0")])
def test_minus_zero_is_zero(raw):
    assert math.copysign(1, as_number(raw)) == 1


@pytest.mark.parametrize(("raw", "value"), [(3, 3), (3.0, 3), (PlainScalar("3"), 3), (PlainScalar("-2"), -2)])
def test_a_whole_number_is_one(raw, value):
    assert as_whole(raw) == value
    assert isinstance(as_whole(raw), int)


def test_a_part_of_a_period_is_no_whole_number():
    assert said(1.5, read=as_whole) == "1.5 is not a whole number. Give a whole number."
    assert said(PlainScalar("2.25"), read=as_whole) == "2.25 is not a whole number. Give a whole number."


# Bounds


@pytest.mark.parametrize(
    ("kind", "value", "complaint"),
    [
        (Kind.SHARE, 1.2, "is not a share. Give a number from 0 to 1."),
        (Kind.SHARE, -0.01, "is not a share. Give a number from 0 to 1."),
        (Kind.SHARE, 5, "is not a share. Give a number from 0 to 1: did you mean 0.05 (5 %)?"),
        (Kind.SHARE, 105, "is not a share. Give a number from 0 to 1."),
        (Kind.SHARE, -5, "is not a share. Give a number from 0 to 1."),
        (Kind.SIGNED_SHARE, -1.01, "is not a share of customers who move. Give a number from -1 to 1."),
        (
            Kind.SIGNED_SHARE,
            -40,
            "is not a share of customers who move. Give a number from -1 to 1: did you mean -0.4 (-40 %)?",
        ),
        (Kind.CHANGE, -1.5, "is not a relative change. Give a number from -1 to 1000."),
        (Kind.CHANGE, 1001, "is not a relative change. Give a number from -1 to 1000."),
        (Kind.RATE, -0.1, "is not a rate per customer. Give a number from 0 to 1e+06."),
        (Kind.AMOUNT, -1, "is not an amount. Give a number from 0 to 1e+12."),
        (Kind.AMOUNT, 1e13, "is not an amount. Give a number from 0 to 1e+12."),
        (Kind.COUNT, -1, "is not a count. Give a number from 0 to 1e+10."),
        (Kind.COUNT, 1e15, "is not a count. Give a number from 0 to 1e+10."),
        (Kind.PERIODS, -1, "is not a number of periods. Give a number from 0 to 1200."),
        (Kind.PERIODS, 1e6, "is not a number of periods. Give a number from 0 to 1200."),
        (Kind.FACTOR, -0.1, "is not a factor. Give a number from 0 to 1000."),
        (Kind.FACTOR, 1001, "is not a factor. Give a number from 0 to 1000."),
        (Kind.GROWTH, -1, "is not a growth rate per period. Give a number from -1 to 10."),
        (Kind.GROWTH, 10.5, "is not a growth rate per period. Give a number from -1 to 10."),
    ],
)
def test_a_number_outside_its_bounds_is_refused_with_the_bounds(kind, value, complaint):
    assert said(value, kind) == f"{value:g} {complaint}"


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        (Kind.SHARE, 0, 1),
        (Kind.SIGNED_SHARE, -1, 1),
        (Kind.CHANGE, -1, 1000),
        (Kind.RATE, 0, 1e6),
        (Kind.AMOUNT, 0, 1e12),
        (Kind.COUNT, 0, 1e10),
        (Kind.PERIODS, 0, 1200),
        (Kind.GROWTH, -0.999, 10),
    ],
)
def test_the_bounds_themselves_are_allowed(kind, low, high):
    assert [as_quantity(end, kind).number for end in (low, high)] == [low, high]


@pytest.mark.parametrize("tiny", [5e-324, 1e-300, -1e-10, 9.9e-10])
def test_a_number_too_close_to_zero_to_mean_anything_is_refused(tiny):
    assert said(tiny, Kind.CHANGE) == f"{tiny:g} is too close to zero to mean anything. Use 0."
    assert as_quantity(1e-9, Kind.CHANGE).number == 1e-9


# Distributions


@pytest.mark.parametrize(
    ("raw", "fields"),
    [
        ({"pert": [0.1, 0.2, 0.5]}, {"low": 0.1, "mode": 0.2, "high": 0.5}),
        ({"triangular": (0.1, 0.1, 0.5)}, {"low": 0.1, "mode": 0.1, "high": 0.5}),
        ({"normal": [0.3, 0.05]}, {"mean": 0.3, "deviation": 0.05}),
        ({"lognormal": [0.01, 0.2]}, {"p5": 0.01, "p95": 0.2}),
        ({"beta": [30, 200]}, {"successes": 30, "trials": 200}),
        ({"beta": [0, 0]}, {"successes": 0, "trials": 0}),
        ({"range": [0.1, 0.2, 0.4]}, {"p5": 0.1, "p50": 0.2, "p95": 0.4}),
        ({"range": [PlainScalar("0.1"), PlainScalar("0.2"), PlainScalar("0.4")]}, {"p5": 0.1, "p50": 0.2, "p95": 0.4}),
        (0.25, {"value": 0.25}),
    ],
)
def test_each_distribution_has_its_numbers(raw, fields):
    known = as_quantity(raw, Kind.SHARE)
    assert known.distribution.model_dump(exclude={"form"}) == fields
    assert known.is_fixed == (raw == 0.25)


@pytest.mark.parametrize("word", ["pert", "triangular", "range"])
@pytest.mark.parametrize("values", [[0.3, 0.2, 0.4], [0.1, 0.5, 0.4], [0.4, 0.3, 0.1], [0.2, 0.2, 0.2]])
def test_three_numbers_out_of_order_are_named(word, values):
    remedy = "Give low ≤ middle ≤ high with low < high, or a bare number where there is no spread."
    assert said({word: values}) == f"[{values[0]}, {values[1]}, {values[2]}] are not in order. {remedy}"


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        ({"normal": [0.5, 0]}, "0.0 is no standard deviation. Give one above 0, or a bare number."),
        ({"normal": [0.5, -0.1]}, "-0.1 is no standard deviation. Give one above 0, or a bare number."),
        ({"lognormal": [0, 0.2]}, "[0, 0.2] are no percentiles of a lognormal. Give 0 < p5 < p95."),
        ({"lognormal": [0.2, 0.2]}, "[0.2, 0.2] are no percentiles of a lognormal. Give 0 < p5 < p95."),
        ({"beta": [5, 3]}, "[5, 3] are not successes among trials. Give 0 ≤ successes ≤ trials."),
        ({"beta": [-1, 3]}, "[-1, 3] are not successes among trials. Give 0 ≤ successes ≤ trials."),
        ({"pert": [0.1, 0.2]}, "pert has not the numbers it needs. Write {pert: [low, mode, high]}."),
        ({"normal": [0.1, 0.2, 0.3]}, "normal has not the numbers it needs. Write {normal: [mean, deviation]}."),
        ({"beta": 0.2}, "beta has not the numbers it needs. Write {beta: [successes, trials]}."),
        ({"range": PlainScalar("0.1")}, "range has not the numbers it needs. Write {range: [p5, p50, p95]}."),
        ({"lognormal": {"p5": 1}}, "lognormal has not the numbers it needs. Write {lognormal: [p5, p95]}."),
        ({"pert": [0.1, 0.2, 1.3]}, "1.3 is not a share. Give a number from 0 to 1."),
        ({"normal": [1.3, 0.1]}, "1.3 is not a share. Give a number from 0 to 1."),
        ({"pert": [0.1, PlainScalar("20 %"), 0.3]}, "20 % is written in percent."),
        ({"pert": [0.1, None, 0.3]}, "the value is missing. Give a number."),
        ({"pert": [0.1, float("nan"), 0.3]}, "nan is not a finite number. Give a number below 10^12."),
    ],
)
def test_a_distribution_that_cannot_be_is_refused(raw, complaint):
    assert said(raw).startswith(complaint)


@pytest.mark.parametrize("raw", [{"uniform": [0.1, 0.2]}, {"pert": [0, 0, 1], "beta": [1, 2]}, {}, {"Pert": [0, 0, 1]}])
def test_an_unknown_distribution_is_refused_with_the_known_ones(raw):
    words = "pert, triangular, normal, lognormal, beta, range"
    shown = "{" + ", ".join(f"{key}: …" for key in raw) + "}"
    assert said(raw) == f"{shown} is not a number. Give a number, or one of {words} with its list of numbers."


@pytest.mark.parametrize(
    ("values", "kind", "refused"),
    [
        ([0, 0.2, 0.4], Kind.SHARE, True),
        ([0.6, 0.8, 1], Kind.SHARE, True),
        ([0, 5, 9], Kind.AMOUNT, True),
        ([-0.2, 0, 0.1], Kind.CHANGE, False),
        ([-0.2, 0, 0.1], Kind.SIGNED_SHARE, False),
        ([0.1, 0.2, 0.4], Kind.SIGNED_SHARE, False),
    ],
)
def test_a_range_stays_inside_what_the_number_can_be(values, kind, refused):
    if not refused:
        assert as_quantity({"range": values}, kind).distribution.p50 == values[1]
        return
    remedy = "Keep the percentiles inside it, or use pert, whose ends are hard limits."
    assert said({"range": values}, kind).endswith(f"touches the limit of what the number can be. {remedy}")


# Keelin (2016), table 4: a three-term metalog from the 5th, 50th and 95th percentile exists only while the median keeps
# more than 0.5·(1 − 1.66711·(0.5 − 0.05)) = 12.49 % of their distance from both.


@pytest.mark.parametrize(
    ("middle", "allowed"), [(-0.0752, False), (-0.0748, True), (0, True), (0.0748, True), (0.0752, False)]
)
def test_a_range_that_no_metalog_can_describe_is_refused(middle, allowed):
    raw = {"range": [-0.1, middle, 0.1]}
    if allowed:
        assert as_quantity(raw, Kind.CHANGE).distribution.p50 == middle
    else:
        remedy = "Move the middle value inwards, or use pert or triangular."
        assert said(raw, Kind.CHANGE) == f"[-0.1, {middle}, 0.1] is too lopsided for a range. {remedy}"


def test_amounts_are_lopsided_on_the_scale_of_their_logarithms():
    assert as_quantity({"range": [1, 1.35, 10]}, Kind.AMOUNT)  # ln 1.35 / ln 10 = 13.0 %
    assert "too lopsided" in said({"range": [1, 1.3, 10]}, Kind.AMOUNT)  # 11.4 %
    assert "too lopsided" in said({"range": [0.5, 0.51, 0.9]}, Kind.SHARE)  # logits 0, 0.04 and 2.197: 1.8 %


@pytest.mark.parametrize("values", [[10, 1000, 100_000], [100, 1000, 50_000], [1, 19, 361.1], [1, 1.9, 100]])
def test_a_range_of_amounts_so_wide_that_it_has_no_mean_is_refused(values):
    # The upper tail falls like (1 − u)^−(spread + skew/2); from 1 on, the integral over u has no bound. Symmetric in
    # logarithms, that is p95/p5 = 19² = 361.
    complaint = "is so wide that its mean has no bound. Narrow it, or use lognormal, pert or triangular."
    assert said({"range": values}, Kind.AMOUNT).endswith(complaint)


def test_a_wide_range_of_amounts_that_has_a_mean_is_allowed():
    assert as_quantity({"range": [1, 18.9, 357]}, Kind.AMOUNT).distribution.p95 == 357


@pytest.mark.parametrize("kind", [Kind.AMOUNT, Kind.COUNT, Kind.CHANGE, Kind.PERIODS, Kind.GROWTH])
def test_counts_of_successes_are_a_share_and_nothing_else(kind):
    assert said({"beta": [3, 10]}, kind) == (
        "beta is a share, which this number is not. Use pert, range, normal or lognormal."
    )
    assert as_quantity({"beta": [3, 10]}, Kind.RATE).distribution.trials == 10


# Cards


def test_a_card_says_where_a_number_comes_from():
    known = as_quantity(
        {"value": {"beta": [3, 10]}, "unit": "1/quarter", "source": "records", "grade": "B", "owner": "x", "note": "–"},
        Kind.SHARE,
    )
    assert known.distribution.model_dump(exclude={"form"}) == {"successes": 3, "trials": 10}
    assert (known.unit, known.source, known.grade, known.owner, known.note) == (
        "1/quarter",
        "records",
        Grade.B,
        "x",
        "–",
    )


def test_what_stands_empty_on_a_card_is_not_known():
    known = as_quantity({"value": 0.5, "unit": None, "source": None, "grade": None}, Kind.SHARE)
    assert (known.unit, known.source, known.grade) == (None, None, None)


@pytest.mark.parametrize(
    ("card", "complaint"),
    [
        ({"value": None, "unit": "x"}, "the value is missing. Give a number."),
        ({"value": 0.1, "sorce": "x"}, "sorce is not a key of a number. Did you mean source?"),
        (
            {"value": 0.1, "source": "Billing", "average of 2026": None},
            "average of 2026 is not a key of a number. Text that holds a comma needs quotes inside {…}.",
        ),
        ({"value": 0.1, "grade": "E"}, "E is not a grade. Use A, B, C or D."),
        ({"value": 0.1, "grade": "a"}, "a is not a grade. Use A, B, C or D."),
        ({"value": 7, "grade": "A"}, "7 is not a share. Give a number from 0 to 1: did you mean 0.07 (7 %)?"),
        ({"value": {"value": 0.1}}, "{value: …} is not a number."),
        ({"value": 0.1, "note": 5}, "5 is not text."),
    ],
)
def test_a_card_is_read_strictly(card, complaint):
    assert said(card).startswith(complaint)


@pytest.mark.parametrize(
    ("grade", "words"),
    [("A", "controlled experiment"), ("B", "pilot or before–after"), ("C", "published benchmark"), ("D", "opinion")],
)
def test_grades_have_words(grade, words):
    assert Grade(grade).words == words


# Changes by a scenario


def test_changes_follow_one_another():
    assert as_quantity(10, Kind.AMOUNT).changed(2, 3).changed(5, 1).number == 116  # (10 · 2 + 3) · 5 + 1
    assert as_quantity(10, Kind.AMOUNT).changed(add=5).changed(multiply=2).number == 30


def test_a_changed_number_stays_within_its_bounds():
    assert as_quantity(0.8, Kind.SHARE).changed(1.5).number == 1
    assert as_quantity(0.2, Kind.SHARE).changed(add=-0.3).number == 0
    assert as_quantity(-0.9, Kind.CHANGE).changed(2).number == -1


def test_an_uncertain_quantity_is_not_one_number():
    with pytest.raises(TypeError, match="is not one number"):
        _ = as_quantity({"pert": [0, 0.1, 0.2]}, Kind.SHARE).number


# Fields of records


class _Budget(BaseModel):
    most: FixedAmount


def test_a_policy_is_one_number():
    assert _Budget(most={"value": 5, "source": "board"}).most.number == 5
    with pytest.raises(ValidationError) as caught:
        _Budget(most={"pert": [1, 2, 3]})
    context = caught.value.errors()[0]["ctx"]
    assert (context["value"], context["rule"]) == ("a range", "must be one number")
    assert context["remedy"].startswith("This is a policy, not a forecast: give one number")


class _Several(BaseModel):
    amount: Amount
    count: Count
    share: Number
    periods: Whole


def test_every_field_complains_for_itself():
    with pytest.raises(ValidationError) as caught:
        _Several(amount=-1, count={"pert": [3, 2, 1]}, share="x", periods=0.5)
    assert [detail["loc"] for detail in caught.value.errors()] == [("amount",), ("count",), ("share",), ("periods",)]


def test_a_quantity_given_to_another_field_takes_on_its_bounds():
    share = as_quantity(0.5, Kind.SHARE)
    assert as_quantity(share, Kind.AMOUNT).kind is Kind.AMOUNT
    assert said(as_quantity(12, Kind.COUNT), Kind.SHARE).startswith("12 is not a share.")


def test_quantities_are_frozen_and_compare_by_value():
    known = as_quantity(0.5, Kind.SHARE)
    assert known == Quantity(kind=Kind.SHARE, distribution=Fixed(value=0.5))
    with pytest.raises(ValidationError, match="frozen"):
        known.multiply = 2
