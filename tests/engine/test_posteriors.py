"""Posteriors against integration, simulation and textbooks."""

import math

import numpy as np
import pytest

from prioritizer.domain.quantity import Beta, Fixed, Lognormal, Normal
from prioritizer.domain.records import Figure, RowCounts
from prioritizer.engine.posteriors import (
    Exposure,
    amount,
    churn_number,
    lines,
    mean_and_error,
    segment_sizes,
    spread,
    summary,
)
from tests.engine.count_cases import sums_of


def posterior_percentiles(left, trials, at=(0.05, 0.5, 0.95)):
    """Percentiles of churn with every churn from 0 to 1 equally likely beforehand, by adding up a fine grid."""
    churn = (np.arange(400_000) + 0.5) / 400_000
    likelihood = np.exp(left * np.log(churn / 0.1) + (trials - left) * np.log((1 - churn) / 0.9))
    below = np.cumsum(likelihood) / likelihood.sum()
    return [churn[np.searchsorted(below, share)] for share in at]


@pytest.mark.parametrize(("left", "trials"), [(0, 50), (3, 61), (149, 1812), (50, 50)])
def test_churn_is_the_posterior_under_a_uniform_prior(left, trials):
    number = churn_number(Exposure(left, trials))
    assert number == Beta(successes=left, trials=trials)
    mean, low, high = summary(number)
    expected_low, _median, expected_high = posterior_percentiles(left, trials)
    assert (low, high) == pytest.approx((expected_low, expected_high), abs=5e-6)
    assert mean == pytest.approx((left + 1) / (trials + 2))


def test_churn_of_a_longer_time_is_compounded_to_a_period():
    number = churn_number(Exposure(240, 1000), periods=4)  # of a year, in quarters
    expected = [1 - (1 - share) ** 0.25 for share in posterior_percentiles(240, 1000)]
    assert number.ends == pytest.approx(expected, rel=1e-4)
    assert summary(number) == (number.p50, number.p5, number.p95)


def test_the_sizes_of_segments_are_those_of_drawn_bases():
    answers, counted, base = (60, 25, 3), (60, 25, 3), 400
    random = np.random.default_rng(5)
    shares = random.dirichlet(np.array(answers) + 1, size=200_000)
    drawn = np.array(counted) + random.multinomial(base - 88, shares)
    for position, number in enumerate(segment_sizes(answers, counted, base)):
        assert summary(number)[0] == pytest.approx(drawn[:, position].mean(), rel=0.01)
        spread_found = deviation(number)
        assert spread_found == pytest.approx(drawn[:, position].std(), rel=0.02)


def deviation(number):
    if isinstance(number, Normal):
        return number.deviation
    middle, sigma = math.log(number.p5 * number.p95) / 2, math.log(number.p95 / number.p5) / 2 / 1.6448536
    return math.exp(middle + sigma**2 / 2) * math.sqrt(math.expm1(sigma**2))


def test_a_base_that_answered_in_full_is_certain():
    sizes = segment_sizes((60, 25, 3), (60, 25, 3), 88)
    assert sizes == [Fixed(value=60), Fixed(value=25), Fixed(value=3)]


def test_a_spread_is_normal_or_where_it_is_wide_lognormal():
    assert spread(100, 20) == Normal(mean=100, deviation=20)
    wide = spread(100, 60)
    assert isinstance(wide, Lognormal)
    assert summary(wide)[0] == pytest.approx(100, rel=1e-4)
    assert deviation(wide) == pytest.approx(60, rel=1e-4)
    assert spread(100, 0) == Fixed(value=100)
    assert spread(0, 0) == Fixed(value=0)


def test_one_row_each_gives_the_mean_and_standard_error_of_a_textbook():
    mean, error = mean_and_error(sums_of([[4], [7], [10], [7]]))
    assert (mean, error) == pytest.approx((7, math.sqrt(6 / 4)))  # s² = 18/3, s²/n = 6/4


def test_the_same_rows_twice_are_no_more_certain():
    once = mean_and_error(sums_of([[4], [7], [10], [7]]))
    assert mean_and_error(sums_of([[4] * 5, [7] * 5, [10] * 5, [7] * 5])) == pytest.approx(once)


def test_rows_of_customers_who_differ_are_counted_over_customers():
    random = np.random.default_rng(2)

    def one_survey():
        levels = random.gamma(4, 25, 60)
        return [list(random.normal(level, 10, 1 + random.poisson(3))) for level in levels]

    found_ = [mean_and_error(sums_of([[max(a, 0) for a in c] for c in one_survey()])) for _repeat in range(1500)]
    means, errors = np.array(found_).T
    assert np.sqrt((errors**2).mean()) == pytest.approx(means.std(), rel=0.06)


def test_money_per_month_is_money_per_quarter_thrice():
    number = amount(sums_of([[40], [70], [100], [70]]), factor=3)
    assert (number.mean, number.deviation) == pytest.approx((210, 3 * math.sqrt(600 / 4)), rel=1e-5)
    assert amount(sums_of([[40.1]] * 60)) == Fixed(value=40.1)


def test_the_shares_of_a_row_are_those_of_dirichlet_draws():
    figure = Figure(
        place=("x",),
        number=RowCounts(promoter=3, passive=2, detractor=1),
        unit="share",
        source="s",
        grade="B",
        note="n",
        observations=6,
    )
    drawn = np.random.default_rng(4).dirichlet((4, 3, 2), 400_000)
    for line, shares in zip(lines(figure), drawn.T, strict=True):
        low, high = np.quantile(shares, (0.05, 0.95))
        assert (line.mean, line.low, line.high) == pytest.approx((shares.mean(), low, high), abs=0.002)


def test_intervals_cover_the_churn_and_the_moves_that_made_the_counts():
    """90 % intervals of 4,000 small panels; churn and migration are drawn anew each time, from the uniform prior."""
    random = np.random.default_rng(11)
    covered = np.zeros(4)
    repeats = 4000
    for _repeat in range(repeats):
        churn, row = random.uniform(0, 1), random.dirichlet((1, 1, 1))
        left = int(random.binomial(200, churn))
        moves = random.multinomial(120, row)
        _mean, low, high = summary(churn_number(Exposure(left, 200)))
        covered[0] += low <= churn <= high
        counted = RowCounts(promoter=moves[0], passive=moves[1], detractor=moves[2])
        figure = Figure(place=("x",), number=counted, unit="share", source="s", grade="B", note="n", observations=120)
        covered[1:] += [line.low <= share <= line.high for line, share in zip(lines(figure), row, strict=True)]
    tolerance = 4 * math.sqrt(0.9 * 0.1 / repeats)
    assert covered / repeats == pytest.approx(np.full(4, 0.9), abs=tolerance)
