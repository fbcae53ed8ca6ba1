"""What it is worth to know more before deciding: perfect information, some of it, and what a choice would make of it.

The value of information is what a better informed choice earns on average beyond today's choice. Conditional means are
regressed on what would be known (M. Strong, J. E. Oakley, A. Brennan, Estimating Multiparameter Partial Expected Value
of Perfect Information from a Probabilistic Sensitivity Analysis Sample, Medical Decision Making 34 (2014) 311–326).
Here each half of the draws is decided on by the regression of the other half, and earns what it earns in its own draws.
So the value is that of a rule that could really be followed: fitting noise never makes information look worth more.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from prioritizer.domain.learning import Value
from prioritizer.engine.arguments import Floats, check_axes, numbers, refuse
from prioritizer.language import _

Choices = NDArray[np.intp]

BLOCK = 500  # draws at once
KNOTS = 6  # of a natural cubic spline, at even quantiles of an input
FEWEST = 20  # draws, below which nothing is regressed


def evpi(draws: ArrayLike) -> Value:
    """Expected value of perfect information for one choice of n options: E max − max E.

    Args:
        draws: value of each option in each draw, more is better, shape (draws, options).

    Raises:
        ValueError: no draws, no options, a value that is not finite.
    """
    values = _options(draws)
    return worth_of_choices(values, np.argmax(values, axis=1))


def evppi(draws: ArrayLike, inputs: ArrayLike) -> Value:
    """Expected value of perfect information on some inputs, for one choice of n options.

    The effects of several inputs are regressed as a sum of smooth functions, one of each input.

    Args:
        draws: value of each option in each draw, more is better, shape (draws, options).
        inputs: what would be known, in the same draws, shape (draws,) or (draws, inputs).

    Raises:
        ValueError: fewer than 20 draws, no options, numbers that are not finite, shapes that do not fit.
    """
    values, known = _options(draws), numbers("inputs", inputs)
    if known.ndim == 1:
        known = known[:, None]
    check_axes("inputs", known, 2)
    if len(known) != len(values):
        refuse("inputs", len(known), _("is not the number of draws"), _("Give the inputs of every draw."))
    if len(values) < FEWEST:
        refuse("draws", len(values), _("is too few draws to learn from"), _("Give at least 20."))
    return worth_of_choices(values, choices(values, basis_of(known.T)))


def _options(draws: ArrayLike) -> Floats:
    values = numbers("draws", draws)
    check_axes("draws", values, 2)
    if not values.size:
        refuse("draws", values.shape, _("holds no values"), _("Give at least one draw of one option."))
    return values


def worth_of_choices(values: Floats, chosen: Choices, today: int | None = None) -> Value:
    """What choosing by draw earns beyond one choice for all draws, by default the best one; never below zero.

    Args:
        values: shape (draws, options); chosen: an option for each draw, shape (draws,).

    Returns:
        The mean gain, 0 where it is negative, and its standard error.
    """
    fixed = int(np.argmax(values.mean(axis=0))) if today is None else today
    gains = values[np.arange(len(values)), chosen] - values[:, fixed]
    error = float(gains.std(ddof=1)) / np.sqrt(len(gains)) if len(gains) > 1 else 0.0
    return Value(value=max(float(gains.mean()), 0.0), standard_error=float(error))


def choices(values: Floats, basis: Floats) -> Choices:
    """The option that is best by its conditional mean in each draw, (draws,).

    Args:
        values: shape (draws, options); basis: functions of what is known, shape (draws, functions).
    """
    chosen = np.empty(len(values), dtype=np.intp)
    means = np.empty((min(BLOCK, len(values)), values.shape[1]))  # small enough to stay in the processor's cache
    for here, coefficients in _halves(values, basis):
        for first in range(here.start, here.stop, BLOCK):
            last = min(first + BLOCK, here.stop)
            found = np.matmul(basis[first:last], coefficients, out=means[: last - first])
            np.argmax(found, axis=1, out=chosen[first:last])
    return chosen


def expected(values: Floats, basis: Floats) -> Floats:
    """The mean of each option given what is known, regressed on the other half of the draws, (draws, options)."""
    found = np.empty_like(values)
    for here, coefficients in _halves(values, basis):
        np.matmul(basis[here], coefficients, out=found[here])
    return found


def _halves(values: Floats, basis: Floats) -> Iterator[tuple[slice, Floats]]:
    """Each half of the draws, with the regression of the other one."""
    half = len(values) // 2
    first, second = slice(0, half), slice(half, len(values))
    yield first, _coefficients(values[second], basis[second])
    yield second, _coefficients(values[first], basis[first])


def _coefficients(values: Floats, basis: Floats) -> Floats:
    """Least squares by the normal equations, which the orthogonal scale of the basis keeps well conditioned."""
    square = basis.T @ basis
    ridge = 1e-10 * np.trace(square) / len(square)
    return np.linalg.solve(square + ridge * np.eye(len(square)), basis.T @ values)


def basis_of(inputs: Sequence[Floats] | Floats, knots: int = KNOTS) -> Floats:
    """Functions of inputs, (draws, functions): a constant, and a natural cubic spline of each input.

    An input that has few different values gets one function for each but one of them.

    Args:
        inputs: shape (inputs, draws).
    """
    draws = len(inputs[0]) if len(inputs) else 1
    return np.column_stack([np.ones(draws), *(_spline(np.asarray(one, dtype=float), knots) for one in inputs)])


def _spline(values: Floats, knots: int) -> Floats:
    """A natural cubic spline (Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, section 5.2.1)."""
    different = np.unique(values[:: max(1, len(values) // 1000)])
    if len(different) <= knots and len(different := np.unique(values)) <= knots:
        return (values[:, None] == different[1:]).astype(float)
    centre, scale = float(values.mean()), float(values.std()) or 1.0
    x = (values - centre) / scale
    at = np.unique(np.quantile(x, np.linspace(0.05, 0.95, knots)))
    made = np.column_stack([x, *_bends(x, at)])
    made -= made.mean(axis=0)
    return made / np.maximum(np.sqrt(np.einsum("ij,ij->j", made, made) / len(made)), 1e-12)


def _bends(x: Floats, at: Floats) -> list[Floats]:
    """The functions of a natural spline beyond the straight line."""
    if len(at) < 3:
        return []
    above = [np.maximum(x - knot, 0.0) for knot in at]
    cubes = [one * one * one for one in above]  # a power takes ten times as long
    bends = [(cube - cubes[-1]) / (at[-1] - knot) for cube, knot in zip(cubes[:-1], at[:-1], strict=True)]
    return [bend - bends[-1] for bend in bends[:-1]]
