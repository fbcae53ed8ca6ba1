"""Who brings how much of what several bring together: Shapley shares, and overlaps between pairs.

The Shapley value (L. S. Shapley, A Value for n-Person Games, Contributions to the Theory of Games II (1953) 307–317) of
a member is what it adds to those before it, on average over all orders in which the members may join. The shares sum to
the whole. Beyond twelve members orders are sampled (J. Castro, D. Gómez, J. Tejada, Polynomial Calculation of the
Shapley Value Based on Sampling, Computers & Operations Research 36 (2009) 1726–1730), each with its reverse, which
makes early and late places balance (R. Mitchell et al., Sampling Permutations for Shapley Value Estimation, Journal of
Machine Learning Research 23 (2022) 43).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

from prioritizer.engine.arguments import Floats, refuse, whole
from prioritizer.engine.joint_value import JointValue, on_some_draws
from prioritizer.engine.portfolio import reached
from prioritizer.language import _

MOST_EXACT = 12  # members up to which all sets are priced
MOST_MEMBERS = 10_000
USUAL_PERMUTATIONS = 2_000
WORK = 3_000_000  # parts of sets times draws that an exact attribution may simulate: a few seconds
TILE = 96  # draws on which one pair of orders is priced: those that the kernel computes at once
FEWEST_PAIRS, MOST_PAIRS = 10, 400
ENOUGH = 0.008  # standard error, as a share of the joint profit, at which sampling ends


@dataclass(frozen=True, eq=False)
class Shapley:
    """Shares that sum to the value of all less that of nobody, and the standard error of each, (n,); 0 where exact."""

    shares: Floats
    standard_errors: Floats


def shapley(
    value_of: Callable[[frozenset[int]], float], n: int, permutations: int | None = None, seed: int = 0
) -> Shapley:
    """The Shapley value of a game of n players.

    Args:
        value_of: what a set of players (positions from 0) is worth.
        permutations: how many random orders to average over, rounded up to an even number since each comes with its
            reverse; by default all sets are valued for up to twelve players, and 2,000 orders drawn beyond.
        seed: which random orders; 0 is a seed.

    Raises:
        ValueError: n or permutations is not a count; the value of a set is not a finite number.
    """
    players = whole("n", n)
    if players > MOST_MEMBERS:
        refuse("n", players, _("is too many"), _("Give at most {most}.").format(most=MOST_MEMBERS))
    drawn = None if permutations is None else whole("permutations", permutations)
    if drawn == 0:
        refuse("permutations", 0, _("is none"), _("Give at least one."))
    known: dict[frozenset[int], float] = {}

    def value(members: frozenset[int]) -> float:
        if members not in known:
            known[members] = _finite(value_of(members))
        return known[members]

    if drawn is None and players <= MOST_EXACT:
        values = np.array([[value(members)] for members in _subsets(players)])
        return Shapley(_exact(values, players)[:, 0], np.zeros(players))
    pairs = -(-(drawn or USUAL_PERMUTATIONS) // 2)
    generator = np.random.default_rng(seed)
    added = np.array([_pair(value, generator.permutation(players)) for _pair_ in range(pairs)])
    return Shapley(added.mean(axis=0), _errors(added))


def _finite(value: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number):
        refuse("value_of", value, _("is not a finite number"), _("Give every set of players a value."))
    return number


def _errors(added: Floats) -> Floats:
    """Standard errors of the means of independent rows."""
    if len(added) < 2:
        return np.full(added.shape[1:], np.nan)
    return added.std(axis=0, ddof=1) / np.sqrt(len(added))


def _pair(value: Callable[[frozenset[int]], float], order: NDArray[np.intp]) -> Floats:
    """What each player adds in an order and in its reverse, on average."""
    added = np.zeros(len(order))
    for line in (order, order[::-1]):
        members: frozenset[int] = frozenset()
        before = value(members)
        for player in line.tolist():
            members = members | {player}
            after = value(members)
            added[player] += (after - before) / 2
            before = after
    return added


def _subsets(players: int) -> list[frozenset[int]]:
    """All sets of players; the bits of its position say who is in a set."""
    return [frozenset(one for one in range(players) if code >> one & 1) for code in range(1 << players)]


def _exact(values: Floats, players: int) -> Floats:
    """Shares from the value of every set, by the bits of its position: (sets, draws) → (players, draws)."""
    codes = np.arange(len(values))
    sizes = np.array([int(code).bit_count() for code in codes])
    chance = np.array(
        [factorial(size) * factorial(players - size - 1) / factorial(players) for size in range(max(players, 1))]
    )
    shares = np.zeros((players, values.shape[1]))
    for player in range(players):
        without = codes[(codes >> player & 1) == 0]
        shares[player] = chance[sizes[without]] @ (values[without | 1 << player] - values[without])
    return shares


@dataclass(frozen=True, eq=False)
class Attribution:
    """How the joint profit of a portfolio divides among its members, in their order, each of shape (members,).

    `attributed` sums to `joint` up to rounding. `exact`: all sets of members were priced; `draws`: on how many draws;
    `standard_errors` then comes from draws alone, and is 0 where all were used.
    """

    joint: float
    alone: Floats
    last_in: Floats
    attributed: Floats
    standard_errors: Floats
    exact: bool
    draws: int


def attribute(
    value: JointValue,
    members: Sequence[int],
    needs: Sequence[Sequence[int]],
    alone: Floats,
    seed: int = 0,
    work: int = WORK,
) -> Attribution:
    """Divide the joint profit of a portfolio.

    v(S) is the joint profit of S after dropping members whose prerequisites are missing, step by step. What counts is
    its mean over all draws; v itself is computed on as many of them as there is work for. What a member brings alone is
    known on all draws, so that only the difference from it, the overlap, is estimated (a control variate), and what the
    draws left out make of the total is spread over the members in proportion to their standard errors.

    Args:
        value: prices sets of columns on all draws.
        members: the columns of the portfolio.
        needs: for each member, the positions among the members of its direct prerequisites.
        alone: the mean profit of each member alone, (members,).
        work: how many parts of sets times draws an exact attribution may take.
    """
    count = len(members)
    present = [_complete(frozenset(range(count)) - {one}, needs) for one in range(count)]
    means = value.means([_columns(members, frozenset(range(count))), *(_columns(members, left) for left in present)])
    joint, last_in = float(means[0]), means[0] - means[1:]
    if count <= 1:
        return Attribution(joint, alone, last_in, np.full(count, joint), np.zeros(count), True, value.draws)
    overlap, draws = (
        _from_all_sets(value, members, needs, work)
        if count <= MOST_EXACT
        else _from_orders(value, members, needs, joint, seed)
    )
    errors = _errors(overlap) if draws < value.draws or count > MOST_EXACT else np.zeros(count)
    attributed = _completed(alone + overlap.mean(axis=0), errors, joint)
    return Attribution(joint, alone, last_in, attributed, errors, count <= MOST_EXACT, draws)


def _completed(shares: Floats, errors: Floats, joint: float) -> Floats:
    """Shares that sum to the joint profit: what is missing goes to those that are least sure."""
    missing = joint - shares.sum()
    weights = errors if errors.sum() > 0 else np.ones(len(shares))
    return shares + missing * weights / weights.sum()


def _complete(present: frozenset[int], needs: Sequence[Sequence[int]]) -> frozenset[int]:
    """Members without those whose prerequisites are missing, directly or not."""
    return frozenset(one for one in present if reached(one, needs) <= present)


def _columns(members: Sequence[int], present: frozenset[int]) -> tuple[int, ...]:
    return tuple(members[one] for one in sorted(present))


def _from_all_sets(
    value: JointValue, members: Sequence[int], needs: Sequence[Sequence[int]], work: int
) -> tuple[Floats, int]:
    """What each member's share differs from what it brings alone, by draw, (draws, members); and on how many draws."""
    count = len(members)
    sets = [_columns(members, _complete(present, needs)) for present in _subsets(count)]
    parts = sum(1 << len(part.touching & set(members)) for part in value.parts)
    draws = min(value.draws, max(TILE, work // parts))
    some = JointValue(
        on_some_draws(value.prepared, 0, draws), value.policy, value.threads, by_draw=True, alone=value.alone
    )
    shares = _exact(some.profits(sets), count)
    return (shares - some.profits([(column,) for column in members])).T, draws


def _from_orders(
    value: JointValue, members: Sequence[int], needs: Sequence[Sequence[int]], joint: float, seed: int
) -> tuple[Floats, int]:
    """The same by pair of orders, each on draws of its own, until the standard error is small; (pairs, members)."""
    generator = np.random.default_rng(seed)
    edges = range(0, value.draws, TILE)
    tiles: list[JointValue] = []
    found: list[Floats] = []
    while len(found) < MOST_PAIRS:
        if len(tiles) < len(edges):
            first = edges[len(tiles)]
            some = on_some_draws(value.prepared, first, first + TILE)
            tiles.append(JointValue(some, value.policy, value.threads, alone=value.alone))
        tile = tiles[len(found) % len(edges)]
        found.append(_on_tile(tile, members, needs, generator.permutation(len(members))))
        if len(found) >= FEWEST_PAIRS and _errors(np.array(found)).max() <= ENOUGH * abs(joint):
            break
    return np.array(found), min(value.draws, TILE * len(found))


def _on_tile(
    tile: JointValue, members: Sequence[int], needs: Sequence[Sequence[int]], order: NDArray[np.intp]
) -> Floats:
    """What each member adds in an order and its reverse less what it brings alone, on the draws of a tile,
    (members,)."""
    everyone = range(len(members))
    lines = [order.tolist(), order[::-1].tolist()]
    prefixes = [frozenset(line[:length]) for line in lines for length in range(len(members) + 1)]
    tile.means([_columns(members, _complete(prefix, needs)) for prefix in prefixes])  # all at once is faster
    added = _pair(lambda present: float(tile.means([_columns(members, _complete(present, needs))])[0]), order)
    return added - tile.means([(members[one],) for one in everyone])


def overlaps(value: JointValue, members: Sequence[int]) -> Floats:
    """What pairs of columns bring less together than each alone, v(i) + v(j) − v(ij), in money, (members, members).

    Symmetric, 0 on the diagonal; negative where two bring more together. Prerequisites play no part in it.
    """
    count = len(members)
    pairs = [(one, other) for one in range(count) for other in range(one + 1, count)]
    alone = value.means([(column,) for column in members])
    both = value.means([(members[one], members[other]) for one, other in pairs])
    table = np.zeros((count, count))
    for (one, other), together in zip(pairs, both, strict=True):
        table[one, other] = table[other, one] = alone[one] + alone[other] - together
    return table
