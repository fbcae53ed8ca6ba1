"""Where a claim lies among others: among ranges that are usual, and among what was claimed before.

A place is the share of the others that claim less, from 0 to 1; of those that claim the same, half. Sizes are taken in
the direction that is a benefit, so that a larger claim has the higher place whatever its sign.
"""

from collections.abc import Sequence

import numpy as np

from prioritizer.domain.quantity import Quantity
from prioritizer.engine.sampling import values

HIGH = 0.9  # the place from which a claim is large among others
FEWEST = 10  # others below which one cannot say that nine of ten claim less
_GRID = (np.arange(1000) + 0.5) / 1000  # probabilities at which a range is read


def place_among(claimed: float, others: Sequence[float], benefit: int) -> float | None:
    """The place of a claim among the means of others; None where there are none.

    Args:
        benefit: 1 where more is better, −1 where less is.
    """
    if not others:
        return None
    known = np.array(others) * benefit
    own = claimed * benefit
    return float((np.count_nonzero(known < own) + np.count_nonzero(known == own) / 2) / len(known))


def place_in(claimed: float, ranges: Sequence[Quantity], benefit: int) -> float | None:
    """The place of a claim in ranges of which each counts alike; None where there are none."""
    if not ranges:
        return None
    read = np.concatenate([values(known, _GRID) for known in ranges])
    return place_among(claimed, read.tolist(), benefit)


def is_high(place: float | None, others: int | None = None) -> bool:
    """Whether a place is at or beyond the 90th percentile; among `others`, only where there are enough of them."""
    return place is not None and place >= HIGH and (others is None or others >= FEWEST)
