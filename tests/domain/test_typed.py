"""Numbers as people type them: read in the way of any country, refused where there are two readings."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import read_or_refused
from prioritizer.domain.quantity import Kind
from prioritizer.domain.typed import as_typed, number_typed, quantity_typed
from prioritizer.errors import InputError

NBSP, NARROW = "\u00a0", "\u202f"


def said(text, percent=False):
    """What is said against a number: "value rule. remedy"."""
    with pytest.raises(InputError) as caught:
        number_typed(text, percent)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("23,4", 23.4),
        ("23.4", 23.4),
        ("0,125", 0.125),
        ("0.500", 0.5),
        (",5", 0.5),
        (".125", 0.125),
        ("5.", 5.0),
        ("007", 7.0),
        ("1 234", 1234.0),
        (f"1{NBSP}234", 1234.0),
        (f"12{NARROW}345{NARROW}678,9", 12345678.9),
        ("1'234'567", 1234567.0),
        ("1’234.5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1,234,567", 1234567.0),
        ("1.234.567", 1234567.0),
        ("1.234.567,891", 1234567.891),
        ("1 234,567", 1234.567),
        ("1234,567", 1234.567),
        ("1,2345", 1.2345),
        ("-3,5", -3.5),
        ("−3,5", -3.5),
        ("– 3.5", -3.5),
        ("+7", 7.0),
        ("  12 ", 12.0),
        ("12000000", 12e6),
    ],
)
def test_a_number_is_read_in_the_way_of_any_country(text, number):
    assert number_typed(text) == number


@pytest.mark.parametrize(("text", "number"), [("23,4", 0.234), ("23.4 %", 0.234), ("5%", 0.05), ("−7 %", -0.07)])
def test_percent_is_read_as_the_fraction(text, number):
    assert number_typed(text, percent=True) == number


@pytest.mark.parametrize(
    ("text", "whole", "part"),
    [("1,234", "1234", "1,2340"), ("12.500", "12500", "12.5000"), ("-1,234", "-1234", "-1,2340")],
)
def test_what_can_be_read_in_two_ways_is_refused_with_both(text, whole, part):
    assert f"{text} can be read in two ways. It can be read as {whole} or as {part[:-1]}" in said(text)
    assert f"write {whole} for the first, {part} for the second" in said(text)
    assert number_typed(whole) == 1000 * number_typed(part)


@pytest.mark.parametrize("text", ["1,234 %", "12.500"])
def test_percent_has_two_readings_too(text):
    assert "can be read in two ways" in said(text, percent=True)


def test_percent_is_refused_where_it_is_not_asked():
    assert said("5 %") == "5 % is written in percent. Give the number itself: no percent is asked here."


@pytest.mark.parametrize("text", ["", "   ", NBSP])
def test_nothing_is_missing(text):
    assert said(text) == "is missing. Give a number."


@pytest.mark.parametrize(
    "text", ["nan", "inf", "-inf", "1e6", "1e400", "five", "5 million", "٣", "５", "²", "0x1F", "1_0"]
)
def test_letters_and_the_digits_of_others_are_no_number(text):
    assert said(text) == f"{text} is not a number. Write digits only, like 1 234.5; no letters and no units."


@pytest.mark.parametrize(
    "text",
    ["1 23", "12 34", "1,23,456", "1.234 567", "1,234 567", "1 234'567", "1.2.3", "1,2.3,4", "0 123", ".", ",", "-."],
)
def test_groups_are_of_three_digits_and_alike(text):
    assert "is not written as numbers are" in said(text)


@pytest.mark.parametrize("text", ["--5", "5-", "5 % %", "%", "1\t2", "$5", "'5", "9" * 61])
def test_what_is_no_number_is_refused(text):
    said(text, percent=True)


NUMBERS = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False).map(lambda number: number + 0.0)


@given(NUMBERS, st.booleans())
def test_what_is_written_is_read_as_the_same_number(number, percent):
    if len(as_typed(number, percent)) <= 60:  # 5e-324 has more digits than anybody types
        assert number_typed(as_typed(number, percent), percent) == number


@given(st.integers(0, 10**12), st.integers(0, 10**6), st.sampled_from([" ", NBSP, NARROW, "'"]))
def test_separators_and_marks_change_nothing(whole, part, separator):
    grouped = f"{whole:,}".replace(",", separator)
    expected = float(f"{whole}.{part:07d}")  # seven digits are no group
    for mark in ".,":
        assert number_typed(f"{grouped}{mark}{part:07d}") == expected
        assert number_typed(f"{whole}{mark}{part:07d}") == expected


@given(st.integers(1, 10**6), st.integers(0, 99), st.sampled_from([1, 2]))
def test_a_comma_is_never_lost(whole, part, digits):
    text = f"{whole},{part % 10**digits:0{digits}d}"
    assert number_typed(text) == float(text.replace(",", "."))


@given(st.text(max_size=30) | st.text("0123456789.,' -−%e", max_size=12), st.booleans())
def test_whatever_is_typed_is_a_finite_number_or_refused_in_words(text, percent):
    number, complaints = read_or_refused(number_typed, text, percent)
    assert [complaint.remedy != "" for complaint in complaints] == ([True] if number is None else [])
    assert number is None or math.isfinite(number)


@pytest.mark.parametrize(
    ("number", "text"),
    [(1234.0, "1234"), (12e6, "12 000 000"), (0.1, "0.1"), (12.5, "12.5"), (1.234, "1.2340"), (-5.0, "-5"), (0.0, "0")],
)
def test_a_number_is_written_as_people_type_it(number, text):
    assert as_typed(number) == text


def test_a_fraction_is_written_in_percent():
    assert [as_typed(share, percent=True) for share in (0.07, 0.234, 1.0, 0.29)] == ["7", "23.4", "100", "29"]


def test_a_quantity_that_cannot_be_is_refused_in_words():
    assert quantity_typed({"range": [0.1, 0.2, 0.3]}, Kind.SHARE).kind is Kind.SHARE
    with pytest.raises(InputError, match="too lopsided"):
        quantity_typed({"range": [0.1, 0.11, 0.9]}, Kind.SHARE)
