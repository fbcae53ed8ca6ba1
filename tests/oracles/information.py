"""The oracle of what information is worth: closed forms, customers of two arms one by one, every policy tried.

Shares no code with the engine; `math`, `itertools` and plain random numbers only.
"""

import math
from itertools import combinations, product

# Expected largest of n independent standard normals (H. L. Harter, Expected values of normal order statistics,
# Biometrika 48 (1961) 151–165, table 1).
LARGEST_NORMAL = {1: 0.0, 2: 0.56418958, 3: 0.84628438, 4: 1.02937537, 5: 1.16296447, 10: 1.53875273}


def density(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def below(z: float) -> float:
    return (1 + math.erf(z / math.sqrt(2))) / 2


def normal_above_zero(mean: float, deviation: float) -> float:
    """E max(0, X) of a normal X: the unit normal loss integral (H. Raiffa, R. Schlaifer, Applied Statistical Decision
    Theory, 1961, chapter 5)."""
    if not deviation:
        return max(0.0, mean)
    z = mean / deviation
    return deviation * density(z) + mean * below(z)


def worth_of_knowing(mean: float, deviation: float) -> float:
    """What it is worth to know, or to expect with this deviation, an option that competes with doing nothing."""
    return normal_above_zero(mean, deviation) - max(0.0, mean)


def chance_of_success(prior: float, shown: float, effect: float, noise: float) -> float:
    """Bayes' rule where the result is normal around `effect` on success and around 0 on failure."""
    won = prior * density((shown - effect) / noise)
    lost = (1 - prior) * density(shown / noise)
    return won / (won + lost)


def variance(values: list) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


def two_arms(measure, customers: int, repeats: int) -> float:
    """The variance of the difference between the means of two arms, times the customers of both together.

    Args:
        measure: what `count` customers show, with the initiative or without, one after the other: a list.
    """
    half = customers // 2
    found = [sum(measure(half, True)) / half - sum(measure(half, False)) / half for _repeat in range(repeats)]
    return variance(found) * customers


def best_response(selections, profit, chances, commitment) -> float:
    """The highest expected profit of a commitment with a policy, which names a selection for each answer.

    Args:
        profit: of a selection by answer; chances: of each answer; commitment: what of a selection may not depend on it.
    """
    best = -math.inf
    for policy in product(selections, repeat=len(chances)):
        if len({commitment(one) for one in policy}) == 1:
            best = max(best, sum(chance * profit(policy[answer], answer) for answer, chance in enumerate(chances)))
    return best


def sets_of(names):
    """Every set of names, the empty one first."""
    for size in range(len(names) + 1):
        yield from combinations(names, size)
