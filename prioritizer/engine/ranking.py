"""Order: who comes first, how sure that is, what is worth doing, and what noisy values shrink to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from prioritizer.engine.arguments import Floats, at_least_zero, check_axes, numbers, refuse
from prioritizer.language import _

# The variance between is sought from next to nothing to just above the variance of all values: it is never larger.
TRIFLE, HEADROOM = 1e-12, 1.01


@dataclass(frozen=True, eq=False)
class Shrunk:
    """Values pulled towards their common mean, each the more the less sure it is.

    `means` by value, shape (n,); `mean` is what they are pulled towards; `between_variance` is the variance of the true
    values around it, in squared units of the values.
    """

    means: Floats
    mean: float
    between_variance: float


def order(means: ArrayLike, ids: Sequence[str]) -> NDArray[np.intp]:
    """Indices from the highest mean to the lowest, ties by id.

    Args:
        means: shape (n,).
        ids: n names that can be compared.

    Raises:
        ValueError: a mean that is not finite, or not one id for each mean.
    """
    values = numbers("means", means)
    check_axes("means", values, 1)
    if len(ids) != values.size:
        refuse("ids", len(ids), _("is not the number of means"), _("Give one id for each mean."))
    return np.array(sorted(range(values.size), key=lambda i: (-values[i], ids[i])), dtype=np.intp)


def rank_acceptability(draws: ArrayLike) -> Floats:
    """How probable it is that an option takes a rank: the share of draws in which it does.

    Options that tie in a draw share the ranks they take up evenly.

    Args:
        draws: value of each option in each draw, more is better, shape (draws, options).

    Returns:
        Probability, shape (options, ranks), rank 0 is the best; each row and each column sums to 1.

    Raises:
        ValueError: no draws, no options, a value that is not finite.

    Source: R. Lahdelma, P. Salminen, SMAA-2: Stochastic Multicriteria Acceptability Analysis for Group Decision Making,
    Operations Research 49 (2001) 444–454.
    """
    values = numbers("draws", draws)
    check_axes("draws", values, 2)
    if not values.size:
        refuse("draws", values.shape, _("holds no values"), _("Give at least one draw of one option."))
    options = values.shape[1]
    ranked = np.argsort(-values, axis=1)
    first, length = _ties(np.take_along_axis(values, ranked, axis=1))
    # An option of a tie holds 1/length of each rank from the tie's first on: a step up there, a step down behind it.
    cells = (ranked * (options + 1)).ravel() + first
    many = options * (options + 1)
    steps = np.bincount(cells, 1.0 / length, many) - np.bincount(cells + length, 1.0 / length, many)
    held = np.cumsum(steps.reshape(options, options + 1), axis=1)[:, :options]
    return np.maximum(held, 0.0) / len(values)


def worthwhile(
    order: Sequence[int],
    profits: Sequence[float] | Floats,
    requires: Sequence[Collection[int]],
    excludes: Sequence[Collection[int]],
) -> tuple[int, ...]:
    """What to do of a list while no budget limits it, in the order of rank.

    Down the list, what has a profit above zero and is not excluded by a better one chosen before; then, until nothing
    changes, without what lacks a prerequisite. What was left out only because of one that has gone for lack of a
    prerequisite gets its place back, the best first.

    Args:
        order: positions of the initiatives, the best first; those that it does not name are not chosen.
        profits: by position.
        requires: by position, the positions of its prerequisites.
        excludes: by position, the positions of what it excludes; one of two saying so is enough.
    """
    paying = [one for one in order if profits[one] > 0]
    chosen: list[int] = []
    for one in paying:
        if not _excluded(one, chosen, excludes):
            chosen.append(one)
    while lacking := [one for one in chosen if not set(requires[one]) <= set(chosen)]:
        chosen = [one for one in chosen if one not in lacking]
    while (fitting := _first_fitting(paying, chosen, requires, excludes)) is not None:
        chosen.append(fitting)
    return tuple(one for one in paying if one in chosen)


def _first_fitting(
    listed: Sequence[int],
    chosen: Collection[int],
    requires: Sequence[Collection[int]],
    excludes: Sequence[Collection[int]],
) -> int | None:
    """The first that could be chosen too; None where none could."""
    for one in listed:
        if one not in chosen and set(requires[one]) <= set(chosen) and not _excluded(one, chosen, excludes):
            return one
    return None


def _excluded(one: int, chosen: Collection[int], excludes: Sequence[Collection[int]]) -> bool:
    return any(other in excludes[one] or one in excludes[other] for other in chosen)


def shrink(values: ArrayLike, standard_errors: ArrayLike) -> Shrunk:
    """Empirical Bayes estimates of normal values around a common normal mean, each seen with a known normal error.

        mean of i = m + τ²/(τ² + sᵢ²) · (value of i − m)

    τ² is the estimate of Paule and Mandel (1982): it makes Σ (value − m)²/(τ² + s²) equal to n − 1, and is 0 where
    that sum is less even so. m is the mean weighted by 1/(τ² + s²).

    The priority list does not go through here: it ranks by the mean of the draws, which is a posterior mean already.
    Shrinking profits towards a common mean once more was tried, and lost profit (model.md, "Winner's curse").

    Args:
        values: shape (n,).
        standard_errors: of each value, in its unit, not negative, shape (n,). A value with 0 is known and stays.

    Raises:
        ValueError: no values, a number that is not finite, a negative standard error, shapes that differ.

    Source: R. C. Paule, J. Mandel, Consensus Values and Weighting Factors, Journal of Research of the National Bureau
    of Standards 87 (1982) 377–385; A. A. Veroniki et al., Research Synthesis Methods 7 (2016) 55–79, recommend it.
    """
    seen, errors = numbers("values", values), at_least_zero("standard_errors", standard_errors)
    check_axes("values", seen, 1)
    if not seen.size or errors.shape != seen.shape:
        refuse("standard_errors", errors.shape, _("does not fit the values"), _("Give one for each value."))
    between = _between_variance(seen, errors**2)
    mean = _weighted_mean(seen, between + errors**2)
    trust = np.divide(between, between + errors**2, out=np.ones_like(seen), where=errors > 0)
    return Shrunk(mean + trust * (seen - mean), mean, between)


def _ties(ordered: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each entry of rows in falling order: the first rank of its tie and how many tie, flattened."""
    begins = np.ones(ordered.shape, dtype=bool)
    begins[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    starts = np.flatnonzero(begins)
    lengths = np.diff(starts, append=ordered.size)
    return np.repeat(starts % ordered.shape[1], lengths), np.repeat(lengths, lengths)


def _between_variance(values: Floats, variances: Floats) -> float:
    spread = float(values.var(ddof=1)) if values.size > 1 else 0.0
    lowest, highest = TRIFLE * spread, HEADROOM * spread
    if spread == 0.0 or _excess(lowest, values, variances) <= 0.0:
        return 0.0
    return float(brentq(_excess, lowest, highest, args=(values, variances), xtol=TRIFLE * lowest, rtol=1e-14))


def _excess(between: float, values: Floats, variances: Floats) -> float:
    """By how much the spread of the values exceeds what their errors and `between` explain."""
    total = between + variances
    distances = (values - _weighted_mean(values, total)) ** 2
    return float((distances / total).sum()) - (values.size - 1)


def _weighted_mean(values: Floats, variances: Floats) -> float:
    """Weighted by precision; values without variance outweigh all others."""
    known = variances == 0
    weights = known.astype(float) if known.any() else variances.min() / variances
    return float(np.average(values, weights=weights))
