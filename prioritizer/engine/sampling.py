"""Uncertain numbers → draws.

Every uncertain number draws from a stream of its own, keyed by the seed and the stream's name, so that adding an
initiative changes no other's draws. Within a stream the draws are stratified: one in each of n equally likely slices,
in random order (McKay, Beckman & Conover 1979, for one dimension).
"""

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import optimize, special
from scipy.interpolate import CubicSpline

from prioritizer.domain.assumptions import stream_of
from prioritizer.domain.company import Correlation
from prioritizer.domain.correlations import impossible, matched, streams_of
from prioritizer.domain.quantity import (
    Beta,
    DirichletShare,
    Fixed,
    Kind,
    Lognormal,
    Normal,
    Pert,
    Quantity,
    Range,
    Triangular,
    metalog_scale,
    metalog_terms,
    to_scale,
)
from prioritizer.errors import InputError

Floats = npt.NDArray[np.float64]

PERT_WEIGHT = 4.0  # λ of the PERT distribution (Malcolm et al. 1959)
Z95 = float(special.ndtri(0.95))
FARTHEST_SCORE = 7.5  # of a normal score; beyond it lies less than one draw in 10^13
NEAREST_TO_END = float(special.ndtr(-FARTHEST_SCORE))
TABLE_SCORES = np.linspace(-FARTHEST_SCORE, FARTHEST_SCORE, 151)

# The costly quantile functions of beta and gamma are interpolated over normal scores: the error is below 2 · 10⁻⁷ of
# their range, and tables are kept for the next run.
TABLES = 4096
PANELS = np.linspace(-FARTHEST_SCORE, FARTHEST_SCORE, 61)
NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)


def stratified(stream: str, draws: int, seed: int) -> Floats:
    """Uniform draws of a stream between 0 and 1, one in each of `draws` equal slices, in random order."""
    ordered, places = _strata(stream, draws, seed)
    return ordered[places]


def _strata(stream: str, draws: int, seed: int) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The stratified draws of a stream in ascending order, and the place in it that each draw takes."""
    digest = hashlib.sha256(stream.encode()).digest()
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, int.from_bytes(digest, "big")])))
    places = generator.permutation(draws)
    return (np.arange(draws) + generator.random(draws)) / draws, places


class Joined(NamedTuple):
    """How a correlation joins a stream to others.

    A negative one mixes the draws of all its streams, which are `mixed`. Otherwise the streams share a factor that
    does not depend on which they are, and none is named.
    """

    correlation: Correlation
    mixed: tuple[str, ...]


class Origin(NamedTuple):
    """What the draws of an uncertain number are made from, beside the seed: equal origins have equal draws."""

    quantity: Quantity
    stream: str
    joined: Joined | None


@dataclass(frozen=True, eq=False)
class Sample:
    """The draws of every number by name, and what those of the uncertain ones were made from.

    A fixed number stays one number; the others have shape (draws,) and are not to be written to, since later samples
    may share them.
    """

    drawn: dict[str, float | Floats]
    origins: dict[str, Origin]
    draws: int
    seed: int


def draw(
    numbers: Mapping[str, Quantity], draws: int, seed: int, correlations: Iterable[Correlation] = ()
) -> dict[str, float | Floats]:
    """The draws of every number by name; a fixed number stays one number. Fails as `take_sample` does."""
    return take_sample(numbers, draws, seed, correlations).drawn


def take_sample(
    numbers: Mapping[str, Quantity],
    draws: int,
    seed: int,
    correlations: Iterable[Correlation] = (),
    known: Sample | None = None,
) -> Sample:
    """Draw every number; those with the same origin in `known`, for as many draws and the same seed, are shared.

    What only a scenario scales is scaled from there, which gives the same draws.

    Raises InputError where a correlation is not possible, or joins a number that another one joins.
    """
    origins = _origins(numbers, tuple(correlations))
    had = {} if known is None else {name: _had(origin, name, known) for name, origin in origins.items()}
    anew = {name: origin for name, origin in origins.items() if had.get(name) is None}
    strata = _correlated(anew.values(), draws, seed)
    drawn: dict[str, float | Floats] = {}
    for name, quantity in numbers.items():
        if quantity.is_fixed:
            drawn[name] = quantity.number
        elif name in anew:
            stream = origins[name].stream
            ordered, places = strata[stream] if stream in strata else _strata(stream, draws, seed)
            drawn[name] = values(quantity, ordered)[places]  # in ascending order the quantiles are found fastest
        else:
            drawn[name] = had[name]  # type: ignore[assignment]
    return Sample(drawn, origins, draws, seed)


def _had(origin: Origin, name: str, known: Sample) -> Floats | None:
    """The draws of a number from known ones of the same origin, scaled or not; None where it must be drawn anew."""
    earlier = known.origins.get(name)
    if earlier is None:
        return None
    drawn = np.asarray(known.drawn[name])
    if earlier == origin:
        return drawn
    quantity = origin.quantity
    low, high = quantity.bounds
    unscaled = origin._replace(quantity=quantity.model_copy(update={"multiply": 1.0, "add": 0.0}))
    if earlier != unscaled or drawn.min() <= low or drawn.max() >= high:  # at a bound they may have been clipped
        return None
    return np.clip(drawn * quantity.multiply + quantity.add, low, high)


def _origins(numbers: Mapping[str, Quantity], correlations: tuple[Correlation, ...]) -> dict[str, Origin]:
    """What the draws of each uncertain number are made from."""
    uncertain = {name: quantity for name, quantity in numbers.items() if not quantity.is_fixed}
    joined = _joined(correlations, streams_of(uncertain))
    streams = {name: stream_of(name, quantity) for name, quantity in uncertain.items()}
    return {name: Origin(uncertain[name], stream, joined.get(stream)) for name, stream in streams.items()}


def _joined(correlations: tuple[Correlation, ...], streams: list[str]) -> dict[str, Joined]:
    """How correlations join streams, where one finds at least two; every stream belongs to at most one."""
    if complaints := impossible(correlations, streams):
        raise InputError(complaints)
    found = [(correlation, tuple(matched(correlation, streams))) for correlation in correlations]
    return {
        stream: Joined(correlation, members if correlation.rho < 0 else ())
        for correlation, members in found
        if len(members) >= 2
        for stream in members
    }


def _correlated(wanted: Iterable[Origin], draws: int, seed: int) -> dict[str, tuple[Floats, npt.NDArray[np.int64]]]:
    """The strata of the streams that correlations join, in the order of a Gaussian copula (Iman & Conover 1982).

    Positive correlation is a shared factor with a stream of its own, so that one more member changes no other's draws.
    """
    strata = {}
    streams: dict[Joined, dict[str, None]] = {}
    for origin in wanted:
        if origin.joined:
            streams.setdefault(origin.joined, {})[origin.stream] = None
    for joined, some in streams.items():
        members = joined.mixed or tuple(some)
        apart = [_strata(name, draws, seed) for name in members]
        own = [special.ndtri(ordered[places]) for ordered, places in apart]
        mixed = _join(joined.correlation, own, draws, seed)
        for name, (ordered, _places), together in zip(members, apart, mixed, strict=True):
            places = np.empty(draws, dtype=np.int64)
            places[np.argsort(together)] = np.arange(draws)
            strata[name] = (ordered, places)
    return strata


def _join(correlation: Correlation, own: list[Floats], draws: int, seed: int) -> list[Floats]:
    rho = correlation.rho
    if rho >= 0:
        shared = special.ndtri(stratified("correlate: " + ", ".join(sorted(correlation.names)), draws, seed))
        return [math.sqrt(rho) * shared + math.sqrt(1 - rho) * mine for mine in own]
    size = len(own)
    matrix = np.full((size, size), rho) + (1 - rho) * np.eye(size)
    return list(np.linalg.cholesky(matrix) @ np.array(own))


def values(quantity: Quantity, uniform: Floats) -> Floats:
    """The draws of a quantity for uniform ones: its quantiles, changed by the scenario, held within its bounds."""
    raw = quantile_function(quantity)(np.clip(uniform, NEAREST_TO_END, 1 - NEAREST_TO_END))
    return np.clip(raw * quantity.multiply + quantity.add, *quantity.bounds)


def quantile_function(quantity: Quantity) -> Callable[[Floats], Floats]:
    """The quantiles of a quantity's distribution, before change and bounds, as a function of the probability."""
    match quantity.distribution:
        case Fixed(value=value):
            return lambda u: np.full_like(u, value)
        case Triangular(low=low, mode=mode, high=high):
            return lambda u: _triangular(u, low, mode, high)
        case Pert(low=low, mode=mode, high=high):
            standard = _beta_quantiles(*_pert_shape(low, mode, high))
            return lambda u: low + (high - low) * standard(u)
        case Normal(mean=mean, deviation=deviation):
            return lambda u: mean + deviation * special.ndtri(u)
        case Lognormal(p5=p5, p95=p95):
            middle, spread = _lognormal_parameters(p5, p95)
            return lambda u: np.exp(middle + spread * special.ndtri(u))
        case Beta(successes=successes, trials=trials):
            return _beta_quantiles(successes + 1, trials - successes + 1)
        case DirichletShare(count=count, total=total, options=options):
            standard = _gamma_quantiles(count + 1)
            return lambda u: standard(u) / (total + options)
        case Range() as range_:
            return _metalog(range_, quantity.kind)
    raise TypeError(f"unknown distribution {quantity.distribution!r}")


@lru_cache(maxsize=TABLES)
def _beta_quantiles(a: float, b: float) -> Callable[[Floats], Floats]:
    table = CubicSpline(TABLE_SCORES, special.betaincinv(a, b, special.ndtr(TABLE_SCORES)))
    return lambda u: np.clip(table(special.ndtri(u)), 0.0, 1.0)


@lru_cache(maxsize=TABLES)
def _gamma_quantiles(shape: float) -> Callable[[Floats], Floats]:
    table = CubicSpline(TABLE_SCORES, special.gammaincinv(shape, special.ndtr(TABLE_SCORES)))
    return lambda u: np.maximum(table(special.ndtri(u)), 0.0)


def _pert_shape(low: float, mode: float, high: float) -> tuple[float, float]:
    upward = (mode - low) / (high - low)
    return 1 + PERT_WEIGHT * upward, 1 + PERT_WEIGHT * (1 - upward)


def _triangular(u: Floats, low: float, mode: float, high: float) -> Floats:
    width, rise = high - low, mode - low
    rising = low + np.sqrt(u * width * rise)
    falling = high - np.sqrt((1 - u) * width * (high - mode))
    return np.where(u * width < rise, rising, falling)


def _lognormal_parameters(p5: float, p95: float) -> tuple[float, float]:
    return (math.log(p5) + math.log(p95)) / 2, (math.log(p95) - math.log(p5)) / (2 * Z95)


def _metalog(range_: Range, kind: Kind) -> Callable[[Floats], Floats]:
    """Keelin (2016), equations for a symmetric percentile triplet, on the scale that fits the kind."""
    scale = metalog_scale(range_.ends, kind)
    p5, p50, p95 = (to_scale(value, scale) for value in range_.ends)
    spread, skew = metalog_terms(p5, p50, p95)

    def quantiles(u: Floats) -> Floats:
        logit = special.logit(u)
        plain = p50 + spread * logit + skew * (u - 0.5) * logit
        return {"plain": lambda x: x, "log": np.exp, "logit": special.expit}[scale](plain)

    return quantiles


@lru_cache(maxsize=10_000)
def mean(quantity: Quantity) -> float:
    """The mean of a quantity after its change and after clipping to its bounds."""
    if quantity.is_fixed:
        return quantity.number
    low, high = quantity.bounds
    exact = _unclipped_mean(quantity)
    if exact is not None and _stays_within(quantity, low, high):
        return exact * quantity.multiply + quantity.add
    return _clipped_mean(quantity)


def _unclipped_mean(quantity: Quantity) -> float | None:
    match quantity.distribution:
        case Triangular(low=low, mode=mode, high=high):
            return (low + mode + high) / 3
        case Pert(low=low, mode=mode, high=high):
            return (low + PERT_WEIGHT * mode + high) / (PERT_WEIGHT + 2)
        case Normal(mean=mean_, deviation=_deviation):
            return mean_
        case Lognormal(p5=p5, p95=p95):
            middle, spread = _lognormal_parameters(p5, p95)
            return math.exp(middle + spread**2 / 2)
        case Beta(successes=successes, trials=trials):
            return (successes + 1) / (trials + 2)
        case DirichletShare(count=count, total=total, options=options):
            return (count + 1) / (total + options)
    return None


def _stays_within(quantity: Quantity, low: float, high: float) -> bool:
    """Whether no draw of any practical likelihood is clipped."""
    ends = quantile_function(quantity)(np.array([NEAREST_TO_END, 1 - NEAREST_TO_END]))
    changed = ends * quantity.multiply + quantity.add
    return bool(low <= changed.min() and changed.max() <= high)


def _clipped_mean(quantity: Quantity) -> float:
    """The mean by Gauss–Legendre quadrature over the normal score, in panels that end where the clipping begins."""
    edges = np.union1d(PANELS, _kinks(quantity))
    middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    scores = middle[:, None] + half[:, None] * NODES
    density = np.exp(-(scores**2) / 2) / math.sqrt(2 * math.pi)
    return float(np.sum(values(quantity, special.ndtr(scores)) * density * WEIGHTS * half[:, None]))


def _kinks(quantity: Quantity) -> list[float]:
    """The normal scores at which the changed quantiles cross a bound."""
    quantiles = quantile_function(quantity)

    def changed(z: float, bound: float) -> float:
        return float(quantiles(special.ndtr(np.array([z])))[0]) * quantity.multiply + quantity.add - bound

    def crosses(bound: float) -> bool:
        return changed(-FARTHEST_SCORE, bound) * changed(FARTHEST_SCORE, bound) < 0

    finite = [bound for bound in quantity.bounds if math.isfinite(bound)]
    return [optimize.brentq(changed, -FARTHEST_SCORE, FARTHEST_SCORE, args=(b,)) for b in finite if crosses(b)]


def means(numbers: Mapping[str, Quantity]) -> dict[str, float]:
    """Every number at its mean after clipping, by name."""
    return {name: mean(quantity) for name, quantity in numbers.items()}
