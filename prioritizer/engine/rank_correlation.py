"""How draws of inputs go with those of profits: Spearman's rank correlation of all inputs with all profits at once.

Each input and each profit is ranked once; a product of matrices then gives every correlation.
"""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

Floats = npt.NDArray[np.float64]

MOST_THREADS = 4  # sorting lets others run beside it
BLOCK = 64  # inputs ranked before they are multiplied, so that not all ranks are kept
FEWEST = 4  # draws of which a standard error is known


def rank_correlations(inputs: Iterable[Floats], outcomes: Floats) -> Floats:
    """Spearman's rank correlation of each input with each outcome, (inputs, outcomes).

    Args:
        inputs: the draws of each, (draws,).
        outcomes: (outcomes, draws).

    Equal draws share the mean of their ranks. NaN where an input or an outcome is the same in every draw.
    """
    ranked = _standardised(outcomes).T
    with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
        rows = list(pool.map(lambda block: _standardised(np.array(block)) @ ranked, _blocks(inputs)))
    return np.clip(np.concatenate(rows), -1.0, 1.0) if rows else np.empty((0, len(outcomes)))


def standard_errors(correlations: Floats, draws: int) -> Floats:
    """The standard error of each rank correlation over so many independent draws; NaN below four draws.

    That of Fisher's z by Bonett & Wright (2000), √((1 + r²/2)/(n − 3)), times 1 − r². Draws are stratified, so it is an
    upper bound.
    """
    if draws < FEWEST:
        return np.full_like(correlations, np.nan)
    square = correlations**2
    return (1 - square) * np.sqrt((1 + square / 2) / (draws - 3))


def _blocks(inputs: Iterable[Floats]) -> Iterator[list[Floats]]:
    waiting = iter(inputs)
    while block := list(islice(waiting, BLOCK)):
        yield block


def _standardised(draws: Floats) -> Floats:
    """Ranks of each row with mean 0 and length 1; NaN where all draws of a row are equal."""
    if not len(draws):
        return np.empty_like(draws)
    ranks = np.array([_ranks(row) for row in draws]) - (draws.shape[1] - 1) / 2
    lengths = np.sqrt((ranks**2).sum(axis=1, keepdims=True))
    return np.divide(ranks, lengths, out=np.full_like(ranks, np.nan), where=lengths > 0)


def _ranks(row: Floats) -> Floats:
    """Ranks from 0; equal draws share the mean of theirs."""
    order = np.argsort(row)
    ordered = row[order]
    if np.any(ordered[1:] == ordered[:-1]):
        return rankdata(row) - 1
    ranks = np.empty(len(row))
    ranks[order] = np.arange(len(row))
    return ranks
