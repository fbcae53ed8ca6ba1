"""Counts → posteriors: the number that a count supports, with how sure it is.

Shares come with a uniform prior: churn of `left` among `trials` is Beta(left + 1, trials − left + 1), a row of shares
Dirichlet(counts + 1). Means of amounts come with their standard error.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.quantity import Beta, Fixed, Lognormal, Normal, Range
from prioritizer.domain.records import Figure, Line, Place, RowCounts, Sums, Tally

Floats = npt.NDArray[np.float64]
Spread = Fixed | Normal | Lognormal

NARROW = 4.0  # mean ÷ standard error from which a normal practically never falls below zero
DIGITS = 6
Z95 = float(special.ndtri(0.95))


@dataclass(frozen=True)
class Exposure:
    """Customers at the start of periods whose outcome is known, and how many of them left."""

    left: int
    trials: int

    @property
    def share(self) -> float:
        return self.left / self.trials

    def __add__(self, other: "Exposure") -> "Exposure":
        return Exposure(self.left + other.left, self.trials + other.trials)


NOBODY = Exposure(0, 0)


def exposure(tallies: Iterable[Tally]) -> Exposure:
    """Customers whose outcome is known, and leavers, of all tallies together."""
    tallies = tuple(tallies)
    return Exposure(sum(t.left for t in tallies), sum(t.left + t.stayed for t in tallies))


def exposure_by_score(tallies: Iterable[Tally]) -> dict[int, Exposure]:
    """The exposure of those who answered, by their answer, where there is any."""
    by_score: dict[int, Exposure] = {}
    for tally in tallies:
        if tally.score is not None and tally.stayed + tally.left:
            by_score[tally.score] = by_score.get(tally.score, NOBODY) + exposure([tally])
    return dict(sorted(by_score.items()))


def churn_number(exposed: Exposure, periods: float = 1.0) -> Beta | Range:
    """The posterior of churn per period, from leavers within a time of so many periods.

    Churn of another time than one period compounds: q = 1 − (1 − Q)^(1/periods), whose percentiles are those of Q.
    """
    if periods == 1:
        return Beta(successes=exposed.left, trials=exposed.trials)
    p5, p50, p95 = 1 - (1 - _beta_quantiles(exposed.left, exposed.trials)) ** (1 / periods)
    return Range(p5=_rounded(p5), p50=_rounded(p50), p95=_rounded(p95))


def _beta_quantiles(successes: float, trials: float) -> Floats:
    return special.betaincinv(successes + 1, trials - successes + 1, np.array([0.05, 0.5, 0.95]))


def segment_sizes(answers: tuple[int, int, int], counted: tuple[int, int, int], base: int) -> list[Spread]:
    """Customers by segment of a base of which some are `counted`, and the others are like those who answered.

    The others follow the Dirichlet-multinomial of the answers under a uniform prior; each segment's number has its mean
    and variance.
    """
    others = max(base - sum(counted), 0)
    a, total = np.array(answers) + 1.0, sum(answers) + len(SEGMENTS)
    means = counted + others * a / total
    variances = others * a * (total - a) * (total + others) / (total**2 * (total + 1))
    return [spread(mean, deviation) for mean, deviation in zip(means, np.sqrt(variances), strict=True)]


def amount(sums: Sums, factor: float = 1.0) -> Spread:
    """The mean amount per row, times a factor, with its standard error over customers (a ratio estimate).

    Rows of one customer resemble one another, so that customers and not rows are what the error is counted over
    (Cochran 1977, ch. 6).
    """
    mean, error = mean_and_error(sums)
    return spread(mean * factor, error * factor)


def mean_and_error(sums: Sums) -> tuple[float, float]:
    """Σ Sᵢ / Σ nᵢ, and √(n/(n − 1) · Σ (Sᵢ − mean · nᵢ)²) / Σ nᵢ over n customers."""
    mean = sums.total / sums.rows
    squares = sums.squares - 2 * mean * sums.cross + mean**2 * sums.squared_rows
    if squares <= 1e-9 * sums.squares or sums.customers < 2:
        return mean, 0.0
    return mean, float(np.sqrt(squares * sums.customers / (sums.customers - 1)) / sums.rows)


def spread(mean: float, deviation: float) -> Spread:
    """A number that is not negative, by mean and standard deviation: normal, or lognormal where it is wide."""
    if deviation <= 0 or mean <= 0:
        return Fixed(value=_rounded(mean) if mean % 1 else mean)
    if mean >= NARROW * deviation:
        return Normal(mean=_rounded(mean), deviation=_rounded(deviation))
    sigma = np.sqrt(np.log1p((deviation / mean) ** 2))
    middle = np.log(mean) - sigma**2 / 2
    return Lognormal(p5=_rounded(np.exp(middle - Z95 * sigma)), p95=_rounded(np.exp(middle + Z95 * sigma)))


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def lines(figure: Figure) -> list[Line]:
    """A figure as lines of a table: its expected value and 90 % interval, one line for each share of a row."""
    if isinstance(figure.number, RowCounts):
        total = sum(count for _segment, count in figure.number)
        return [
            _line(figure, (*figure.place, segment), _beta_summary(count + 1, total - count + 2))
            for segment, count in figure.number
        ]
    return [_line(figure, figure.place, summary(figure.number))]


def _line(figure: Figure, place: Place, mean_and_ends: tuple[float, float, float]) -> Line:
    mean, low, high = mean_and_ends
    return Line(place=place, mean=mean, low=low, high=high, unit=figure.unit, observations=figure.observations)


def summary(number: Fixed | Beta | Normal | Lognormal | Range) -> tuple[float, float, float]:
    """Mean (of a range: median), 5th and 95th percentile."""
    if isinstance(number, Fixed):
        return number.value, number.value, number.value
    if isinstance(number, Beta):
        return _beta_summary(number.successes + 1, number.trials - number.successes + 1)
    if isinstance(number, Normal):
        return number.mean, number.mean - Z95 * number.deviation, number.mean + Z95 * number.deviation
    if isinstance(number, Lognormal):
        middle, sigma = np.log(number.p5 * number.p95) / 2, np.log(number.p95 / number.p5) / (2 * Z95)
        return float(np.exp(middle + sigma**2 / 2)), number.p5, number.p95
    return number.p50, number.p5, number.p95


def _beta_summary(a: float, b: float) -> tuple[float, float, float]:
    low, high = special.betaincinv(a, b, np.array([0.05, 0.95]))
    return a / (a + b), float(low), float(high)
