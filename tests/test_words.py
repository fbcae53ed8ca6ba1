"""Figures as people read them."""

import pytest

from prioritizer.words import (
    NOTHING,
    Scale,
    chance,
    day,
    figure,
    in_column,
    moment,
    money,
    money_range,
    people,
    percent,
    points,
    rate,
    scale_of,
    share,
    sign,
    unit_of,
    years,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (float("inf"), "–"),
        (0, "0"),
        (-0.0, "0"),
        (5, "5.00"),
        (-5.5, "−5.50"),
        (0.5, "0.500"),
        (62.74, "62.7"),
        (123.4, "123"),
        (-999.4, "−999"),
        (1000, "1,000"),
        (1234567.8, "1,234,568"),
        (0.0314159, "0.0314"),
        (0.000123, "0.000123"),
        (0.0000314159, "0.000031"),
    ],
)
def test_a_figure_has_three_digits_and_no_powers_of_ten(number, text):
    assert figure(number) == text


@pytest.mark.parametrize(
    ("number", "text"), [(9.999, "10.0"), (99.96, "100"), (999.6, "1,000"), (0.9996, "1.00"), (-99.96, "−100")]
)
def test_a_figure_that_is_rounded_up_to_one_digit_more_keeps_three(number, text):
    assert figure(number) == text


@pytest.mark.parametrize("trifle", [1e-9, -1e-9, 4e-7, -4e-7])
def test_a_trifle_is_nothing_and_has_no_sign(trifle):
    assert figure(trifle) == "0"


@pytest.mark.parametrize(
    ("amounts", "divisor", "word"),
    [
        ([], 1, ""),
        ([0], 1, ""),
        ([1_999], 1, ""),
        ([2_000], 1e3, "thousand"),
        ([5, -3_000], 1e3, "thousand"),
        ([1_999_999], 1e3, "thousand"),
        ([2e6, 10], 1e6, "million"),
        ([-1.9e9], 1e6, "million"),
        ([2e9], 1e9, "billion"),
        ([5e13], 1e9, "billion"),
    ],
)
def test_the_scale_is_that_of_the_largest_amount(amounts, divisor, word):
    assert scale_of(amounts) == Scale(divisor, word)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (62_700_000, "RUB", "62.7 million RUB"),
        (-2_345_678, "EUR", "−2.35 million EUR"),
        (1_500, "EUR", "1,500 EUR"),
        (0, "EUR", "0 EUR"),
        (0.5, "EUR", "0.500 EUR"),
        (7_000, "", "7.00 thousand"),
        (2.5e12, "RUB", "2,500 billion RUB"),
    ],
)
def test_money_has_its_unit(amount, currency, text):
    assert money(amount, currency) == text


def test_a_range_of_money_is_on_one_scale():
    assert money_range(-20_999_000, 118_400_000, Scale(1e6, "million")) == "−21.0 to 118"
    assert money_range(None, 5, Scale(1, "")) == money_range(5, None, Scale(1, "")) == NOTHING


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (None, "–"),
        (0, "0 in 100"),
        (1e-6, "under 1 in 100"),
        (0.005, "under 1 in 100"),
        (0.0051, "1 in 100"),
        (0.04, "4 in 100"),
        (0.5, "50 in 100"),
        (0.9949, "99 in 100"),
        (0.995, "over 99 in 100"),
        (0.9999, "over 99 in 100"),
        (1, "100 in 100"),
    ],
)
def test_a_chance_is_never_none_for_what_can_happen_nor_certain_for_what_can_fail(probability, text):
    assert chance(probability) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(None, "–"), (0.44, "44 %"), (-0.5, "−50 %"), (12.345, "1,234 %"), (0, "0 %"), (-0.001, "0 %"), (0.006, "1 %")],
)
def test_a_share_is_in_percent(share, text):
    assert percent(share) == text


@pytest.mark.parametrize(("number", "text"), [(None, "–"), (0, "0.0"), (2.345, "2.3"), (12, "12.0")])
def test_a_span_is_in_years(number, text):
    assert years(number) == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (None, "–"),
        (0, "0.0 %"),
        (-0.0, "0.0 %"),
        (-0.0004, "0.0 %"),
        (0.1132, "11.3 %"),
        (-0.0825, "−8.2 %"),
        (0.9996, "100.0 %"),
        (12.5, "1,250.0 %"),
    ],
)
def test_a_share_with_its_tenths(fraction, text):
    assert share(fraction) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (None, "–"),
        (float("inf"), "–"),
        (float("-inf"), "–"),
        (float("nan"), "–"),
        (0, "0"),
        (-0.0, "0"),
        (0.4, "0"),
        (-0.4, "0"),
        (0.6, "1"),
        (7.3, "7"),
        (999.6, "1,000"),
        (1_234, "1,230"),
        (18_432, "18,400"),
        (-72_543, "−72,500"),
        (99_960, "100,000"),
        (1_144_600, "1,140,000"),
    ],
)
def test_people_are_counted_whole_with_three_digits(count, text):
    assert people(count) == text


@pytest.mark.parametrize(
    ("nps", "text"),
    [
        (None, "–"),
        (0, "0.0"),
        (-0.0, "0.0"),
        (-0.04, "0.0"),
        (0.04, "0.0"),
        (0.06, "+0.1"),
        (10.0, "+10.0"),
        (12.34, "+12.3"),
        (-7.86, "−7.9"),
        (100, "+100.0"),
        (-100, "−100.0"),
    ],
)
def test_points_have_a_sign_unless_they_are_none(nps, text):
    assert points(nps) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (float("inf"), "–"),
        (0, "0.0"),
        (-0.04, "0.0"),
        (0.05001, "0.1"),
        (-2.345, "−2.3"),
        (99.94, "99.9"),
        (99.96, "100"),
        (-161.2, "−161"),
        (12_345.6, "12,346"),
    ],
)
def test_a_column_is_whole_from_a_hundred_on(number, text):
    assert in_column(number) == text


@pytest.mark.parametrize(("code", "text"), [("RUB", "₽"), ("EUR", "€"), ("JPY", "¥"), ("CHF", "CHF"), ("", "")])
def test_a_currency_has_its_sign_where_everybody_knows_it(code, text):
    assert sign(code) == text


@pytest.mark.parametrize(
    ("scale", "currency", "text"),
    [
        (Scale(1e6, "million"), "₽", "million ₽"),
        (Scale(1.0, ""), "₽", "₽"),
        (Scale(1e3, "thousand"), "", "thousand"),
        (Scale(1.0, ""), "", ""),
    ],
)
def test_the_unit_of_amounts_on_a_scale(scale, currency, text):
    assert unit_of(scale, currency) == text


@pytest.mark.parametrize(
    ("fraction", "text"), [(0.25, "25 %"), (0.125, "12.5 %"), (0.0, "0 %"), (1.0, "100 %"), (0.2, "20 %")]
)
def test_a_rate_that_was_set_keeps_its_decimal(fraction: float, text: str) -> None:
    assert rate(fraction) == text


def test_moments_are_written_to_the_minute() -> None:
    assert moment("2027-01-31T09:30:59.000001Z") == "2027-01-31, 09:30 UTC"
    assert day("2027-01-31T09:30:59.000001Z") == "2027-01-31"
