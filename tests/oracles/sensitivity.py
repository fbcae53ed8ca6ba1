"""Rank correlations and tornados by their definitions, in plain loops; shares no code with the engine."""

import math
from collections.abc import Callable, Mapping, Sequence


def ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1; equal values share the mean of theirs."""
    return [
        sum(other < value for other in values) + (sum(other == value for other in values) + 1) / 2 for value in values
    ]


def spearman(one: Sequence[float], other: Sequence[float]) -> float:
    """Pearson's correlation of the ranks."""
    a, b = ranks(one), ranks(other)
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    both = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    return both / math.sqrt(sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b))


def spearman_of_normals(correlation: float) -> float:
    """Spearman's rank correlation of two normal numbers with a correlation (Pearson 1907): 6/π · asin(r/2)."""
    return 6 / math.pi * math.asin(correlation / 2)


def tornado(
    profit: Callable[[Mapping[str, float]], float], ends: Mapping[str, tuple[float, float]], means: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """The profit with each input at its two ends, all others at their means."""
    return {name: (profit({**means, name: low}), profit({**means, name: high})) for name, (low, high) in ends.items()}
