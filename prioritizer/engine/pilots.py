"""What a pilot would show: how much of its effect an initiative delivers, as well as a number of customers can tell.

A pilot compares two arms of equal size, with the initiative and without. What it measures is summed over the levers in
money: each lever's delivered size times the profit that one unit of it brings at the point estimate.

    effect   z = success · Σ wₗ · e′ₗ                    by draw; claimed: Σ wₗ · ēₗ
    result   y = z + √(Σ wₗ² · vₗ / n) · ε,  ε ~ N(0, 1)  n customers times periods observed

vₗ is the sampling variance of one lever's size with one customer, from the rates with and without it: binomial where
customers move or leave, Poisson where they make contacts, recommend or are put off, and with a standard deviation as
large as the mean for money. Simulated results take the place of data (M. Strong, J. E. Oakley, A. Brennan, P. Breeze,
Estimating the Expected Value of Sample Information Using the Probabilistic Sensitivity Analysis Sample, Medical
Decision Making 35 (2015) 570–583). Where everything is normal, the variance of what one expects after the pilot is
n/(n + n₀) of the variance of the effect, n₀ = Σ wₗ²·vₗ / var z (H. Jalal, F. Alarid-Escudero, A Gaussian Approximation
Approach for Value of Information Analysis, Medical Decision Making 38 (2018) 174–188). A chance of failure makes it
another shape, which the draws follow.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from prioritizer.domain.company import Company, Group
from prioritizer.domain.customers import SEGMENTS, BySegment, Segment
from prioritizer.domain.initiatives import (
    ExtraCustomers,
    Initiative,
    Move,
    NewcomersMix,
    RelativeChange,
    Target,
)
from prioritizer.domain.quantity import Quantity
from prioritizer.engine.levers import Inputs
from prioritizer.engine.sampling import mean, stratified, values
from prioritizer.engine.sensitivity import Profit, Tried
from prioritizer.engine.uncertain import Number

Floats = npt.NDArray[np.float64]
Rate = Callable[[Group, Segment], float]

STEP = 0.1  # of a lever's mean size, over which the profit of one unit of it is taken
RESULTS = 400  # results at which the mean effect is computed; it is interpolated between them
COUNTED = (Target.CHURN, Target.CONTACTS, Target.REFERRALS, Target.PUT_OFF)  # events of customers, not money
LEAST = 1e-12


@dataclass(frozen=True, eq=False)
class Part:
    """One lever's size, as a pilot measures it: its input's name, the profit of one unit, and the delivered draws.

    `variance` is that of the measured size with one customer.
    """

    name: str
    worth: float
    claimed: float
    delivered: float | Floats
    variance: float


@dataclass(frozen=True, eq=False)
class Effect:
    """The delivered effect of an initiative in money, (draws,), what was claimed of it, and its success by draw."""

    parts: tuple[Part, ...]
    drawn: Floats
    claimed: float
    success: float | Floats

    @property
    def variance(self) -> float:
        """The sampling variance of the measured effect with one customer."""
        return sum(part.worth**2 * part.variance for part in self.parts)

    @property
    def prior_customers(self) -> float:
        """n₀: how many customers tell as much as is known without a pilot; infinite where the effect is certain."""
        spread = float(self.drawn.var())
        return self.variance / spread if spread > LEAST * self.claimed**2 else float("inf")

    def noise(self, customers: float) -> float:
        """The standard deviation of the measured effect around the true one, in money."""
        return float(np.sqrt(self.variance / customers)) if customers > 0 else float("inf")


@dataclass(frozen=True, eq=False)
class Results:
    """What a pilot would show in each draw, and the mean effect that one would then expect, both (draws,)."""

    shown: Floats
    expected: Floats


def effect_of(inputs: Inputs, initiative: Initiative) -> Effect:
    """The effect of an initiative on the draws of a run.

    Args:
        inputs: of a company and initiatives, this one among them, each once.
    """
    position = [one.id for one in inputs.initiatives].index(initiative.id)
    success = inputs.success[position]
    parts = tuple(_parts(inputs, initiative))
    total = sum((part.worth * np.asarray(part.delivered) for part in parts), np.zeros(inputs.draws))
    claimed = sum(part.worth * part.claimed for part in parts)
    return Effect(parts, np.broadcast_to(success * total, (inputs.draws,)), claimed, success)


def results_of(effect: Effect, customers: float, stream: str, seed: int) -> Results:
    """What a pilot of some customers would show, with chance from a stream of its own; without customers, nothing."""
    draws = len(effect.drawn)
    noise = effect.noise(customers)
    if not np.isfinite(noise):
        nothing = np.full(draws, effect.drawn.mean())
        return Results(nothing, nothing)
    shown = effect.drawn + noise * special.ndtri(stratified(stream, draws, seed))
    return Results(shown, expected_effect(effect.drawn, shown, noise))


def expected_effect(drawn: Floats, shown: Floats, noise: float) -> Floats:
    """The mean effect given what a pilot shows, by weighing the draws with the likelihood of it, (results,)."""
    at = np.unique(np.quantile(shown, np.linspace(0.0, 1.0, RESULTS)))
    found = np.array([np.average(drawn, weights=likelihood(drawn, float(one), noise)) for one in at])
    return np.interp(shown, at, found)


def likelihood(drawn: Floats, shown: float, noise: float) -> Floats:
    """How likely each draw makes a normal result, up to a factor, (draws,); the likeliest has 1."""
    distance = ((drawn - shown) / max(noise, LEAST)) ** 2 / 2
    return np.exp(distance.min() - distance)


def _parts(inputs: Inputs, initiative: Initiative) -> Iterator[Part]:
    company, place = inputs.company, f"initiatives.{initiative.id}.levers"
    sizes = dict(_sizes(initiative))
    worth = _worth_of_units(company, initiative, sizes)
    for name, lever in initiative.named_levers():
        if isinstance(lever, ExtraCustomers):
            for group, count in lever.extra_customers.items():
                key = f"{place}.{name}.{group}"
                delivered = inputs.delivery.extra_customers(initiative, lever, group, inputs.drawn[key])
                yield Part(key, worth[key], mean(count), delivered, _extra_variance(company.groups[group], mean(count)))
        else:
            key = f"{place}.{name}"
            delivered = inputs.delivery.size(initiative, lever, inputs.drawn[key])
            yield Part(key, worth[key], mean(lever.size), delivered, _variance(company, initiative, lever))


def _sizes(initiative: Initiative) -> Iterator[tuple[str, Quantity]]:
    """The numbers that say how large the levers are, by name."""
    place = f"initiatives.{initiative.id}.levers"
    for name, lever in initiative.named_levers():
        if isinstance(lever, ExtraCustomers):
            yield from ((f"{place}.{name}.{group}", count) for group, count in lever.extra_customers.items())
        else:
            yield f"{place}.{name}", lever.size


def _worth_of_units(company: Company, initiative: Initiative, sizes: Mapping[str, Quantity]) -> dict[str, float]:
    """The profit that one unit of each size brings if the initiative succeeds, at the means of everything else."""
    if not sizes:
        return {}
    profit = Profit(company, initiative)
    tried = [
        Tried(Number(name, (name,), (size,)), mean(size) + _step(size) * np.array([-1.0, 1.0]))
        for name, size in sizes.items()
    ]
    chance = max(mean(initiative.probability_of_success), LEAST)
    return {
        one.input.name: float((found[1] - found[0]) / (one.values[1] - one.values[0])) / chance
        for one, found in zip(tried, profit(tried), strict=True)
    }


def _step(size: Quantity) -> float:
    if step := STEP * abs(mean(size)):
        return step
    return 1e-6 if size.is_fixed else float(np.ptp(values(size, np.array([0.25, 0.75]))))


def _variance(company: Company, initiative: Initiative, lever: Move | NewcomersMix | RelativeChange) -> float:
    """The sampling variance of a lever's measured size with one customer, half of whom are in each arm."""
    size = mean(lever.size)

    def reached(rate: Rate, *segments: Segment) -> float:
        return _average(company, initiative, segments, rate)

    if isinstance(lever, Move):
        source, to = lever.move.source, lever.move.to
        stay = reached(lambda group, s: _of(getattr(group.migration, s.value), s), source)
        there = reached(lambda group, s: _of(getattr(group.migration, s.value), to), source)
        return _binomial(there, there + stay * abs(size), stay)
    if isinstance(lever, NewcomersMix):
        from_ = reached(lambda group, _s: _of(group.newcomers, lever.newcomers.source), *SEGMENTS)
        there = reached(lambda group, _s: _of(group.newcomers, lever.newcomers.to), *SEGMENTS)
        return _binomial(there, there + from_ * abs(size), from_)
    if lever.target not in COUNTED:
        return 2.0 * (1.0 + (1.0 + size) ** 2)
    rate = reached(lambda group, s: _of(getattr(group, lever.target.value), s), *lever.segments())
    return (_binomial if lever.target is Target.CHURN else _poisson)(rate, rate * (1 + size), rate)


def _of(row: BySegment, segment: Segment) -> float:
    return mean(getattr(row, segment.value))


def _binomial(without: float, with_: float, unit: float) -> float:
    """Variance of (share with − share without)/unit, for one customer in all: half a one in each arm."""
    p, q = np.clip([without, with_], LEAST, 1 - LEAST)
    return 2.0 * float(p * (1 - p) + q * (1 - q)) / max(unit, LEAST) ** 2


def _poisson(without: float, with_: float, unit: float) -> float:
    return 2.0 * (without + with_) / max(unit, LEAST) ** 2


def _extra_variance(group: Group, count: float) -> float:
    """Of customers brought, counted in a part of the group as large as the pilot: a Poisson count, scaled up."""
    return abs(count) * sum(_of(group.customers, segment) for segment in SEGMENTS)


def _average(company: Company, initiative: Initiative, segments: tuple[Segment, ...], rate: Rate) -> float:
    """A rate over the customers whom an initiative reaches in some segments; 0 where it reaches nobody."""
    total = weight = 0.0
    for name, group in company.groups.items():
        if (reach := initiative.reach_of(name)) is None:
            continue
        for segment in segments:
            customers = mean(reach) * _of(group.customers, segment)
            total, weight = total + customers * rate(group, segment), weight + customers
    return total / weight if weight else 0.0


@dataclass(frozen=True, eq=False)
class Posterior:
    """What is believed of an initiative after a pilot: the probability of success, and each part given success.

    `means` and `deviations` by the name of the part's input.
    """

    success: float
    means: dict[str, float]
    deviations: dict[str, float]


def posterior(effect: Effect, measured: Mapping[str, tuple[float, float]]) -> Posterior:
    """What is believed after some parts of an effect were measured: estimate and standard error by the input's name.

    Given success the parts are taken as jointly normal with the means and covariances of the draws, so that what was
    measured also tells of what was not; without success every part is zero. Bayes' rule weighs the two.

    Raises:
        ValueError: nothing measured, a name that no part has, a standard error that is not above zero.
    """
    names = [part.name for part in effect.parts]
    if not measured or not set(measured) <= set(names) or any(error <= 0 for _found, error in measured.values()):
        raise ValueError("measure parts of the effect, each with a standard error above zero")
    drawn = np.array([np.broadcast_to(part.delivered, effect.drawn.shape) for part in effect.parts])
    worked = np.broadcast_to(np.asarray(effect.success, dtype=float), effect.drawn.shape) > 0
    chance = float(worked.mean())
    given = drawn[:, worked] if worked.any() else drawn
    mean_, covariance = given.mean(axis=1), np.atleast_2d(np.cov(given, bias=True))
    seen = [names.index(name) for name in measured]
    found, errors = (np.array(side) for side in zip(*measured.values(), strict=True))
    noise = np.diag(errors**2)
    spread = covariance[np.ix_(seen, seen)] + noise
    gain = np.linalg.solve(spread, covariance[seen]).T
    after = mean_ + gain @ (found - mean_[seen])
    left = np.diag(covariance - gain @ covariance[seen])
    odds = np.exp(
        np.clip(_log_density(found, np.zeros(len(seen)), noise) - _log_density(found, mean_[seen], spread), -700, 700)
    )
    success = chance / (chance + (1 - chance) * odds) if chance > 0 else 0.0
    deviations = np.sqrt(np.maximum(left, 0.0))
    return Posterior(
        success=float(success),
        means=dict(zip(names, after.tolist(), strict=True)),
        deviations=dict(zip(names, deviations.tolist(), strict=True)),
    )


def _log_density(at: Floats, mean_: Floats, covariance: Floats) -> float:
    """Of a normal distribution, up to a constant."""
    away = at - mean_
    _sign, log_determinant = np.linalg.slogdet(covariance)
    return float(-0.5 * (log_determinant + away @ np.linalg.solve(covariance, away)))
