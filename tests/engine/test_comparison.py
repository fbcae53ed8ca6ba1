"""Where a claim lies among others, worked out by hand."""

import pytest

from cases import quantity
from prioritizer.domain.quantity import Kind
from prioritizer.engine.comparison import is_high, place_among, place_in

TEN = [0.01 * n for n in range(1, 11)]  # 1 % to 10 %


@pytest.mark.parametrize(
    ("claimed", "place"),
    [(0.005, 0.0), (0.035, 0.3), (0.03, 0.25), (0.095, 0.9), (0.10, 0.95), (0.2, 1.0)],
)
def test_the_share_of_others_that_claim_less(claimed: float, place: float) -> None:
    assert place_among(claimed, TEN, 1) == pytest.approx(place)
    assert place_among(-claimed, [-known for known in TEN], -1) == pytest.approx(place)  # less churn is more


def test_among_none_there_is_no_place() -> None:
    assert place_among(0.1, [], 1) is None
    assert place_in(0.1, [], 1) is None


@pytest.mark.parametrize(
    ("claimed", "place"),
    [(0.04, 0.05), (0.08, 0.5), (0.15, 0.95)],
)
def test_the_place_in_a_range_is_its_percentile(claimed: float, place: float) -> None:
    known = quantity({"range": [0.04, 0.08, 0.15]}, Kind.SIGNED_SHARE)
    assert place_in(claimed, [known], 1) == pytest.approx(place, abs=0.002)


def test_of_less_churn_the_other_end_is_the_large_one() -> None:
    known = quantity({"range": [-0.16, -0.08, -0.01]}, Kind.CHANGE)
    assert place_in(-0.16, [known], -1) == pytest.approx(0.95, abs=0.002)
    assert place_in(-0.01, [known], -1) == pytest.approx(0.05, abs=0.002)


def test_of_a_triangle_the_ninetieth_percentile_is_where_the_formula_puts_it() -> None:
    # on [0, 1] with mode 0: P(x) = 1 − (1 − x)², so that 0.9 is at 1 − √0.1 = 0.68377
    known = quantity({"triangular": [0, 0, 1]}, Kind.SHARE)
    assert place_in(0.68377, [known], 1) == pytest.approx(0.9, abs=0.001)


def test_each_range_counts_alike() -> None:
    low, high = quantity({"triangular": [0, 0, 0.1]}, Kind.SHARE), quantity({"triangular": [0.5, 0.6, 0.7]}, Kind.SHARE)
    assert place_in(0.3, [low, high], 1) == pytest.approx(0.5)


def test_nine_of_ten_is_high_and_needs_ten() -> None:
    assert is_high(0.9)
    assert not is_high(0.8999)
    assert not is_high(None)
    assert is_high(0.9, others=10)
    assert not is_high(1.0, others=9)
