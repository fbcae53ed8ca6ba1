"""Customers as counts: how many recommend us, how sure we are of a share, how segments change through time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from prioritizer.engine.arguments import (
    Floats,
    at_least_zero,
    check_axes,
    check_level,
    mix,
    numbers,
    refuse,
    refuse_where,
    shares,
    whole,
)
from prioritizer.language import _

LOWEST_SCORE, HIGHEST_SCORE = 0, 10
LOWEST_PASSIVE, LOWEST_PROMOTER = 7, 9
PSEUDO_PROMOTERS = PSEUDO_DETRACTORS = 0.75
PSEUDO_PASSIVES = 1.5


@dataclass(frozen=True)
class NetPromoterScore:
    """How many more promoters than detractors answered, in points from −100 to 100.

    Built from the counts of a simple random sample; value, standard error and interval are None where nobody answered.
    """

    promoters: int
    passives: int
    detractors: int

    @property
    def answers(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def value(self) -> float | None:
        """100 × (promoters − detractors) / answers, in points."""
        if not self.answers:
            return None
        return 100.0 * _balance(self.promoters, self.passives, self.detractors)

    @property
    def standard_error(self) -> float | None:
        """100 × √((p + d − (p − d)²) / n), in points, p and d being the shares of promoters and detractors.

        It is zero where all answers fall into one segment, which says little about those who did not answer: `interval`
        does not rest on it.
        """
        if not self.answers:
            return None
        return 100.0 * _error(self.promoters, self.passives, self.detractors)

    def interval(self, level: float = 0.95) -> tuple[float, float] | None:
        """The confidence interval at `level` (a share), in points: the adjusted Wald interval of Rocks (2016).

        ¾ of a promoter, 1½ passives and ¾ of a detractor are added to the answers, so that it stays honest for small
        samples and for samples in which everybody agrees. It is held within −100 … 100 and always includes the value.

        Raises:
            ValueError: `level` is not between 0 and 1.

        Source: B. Rocks, Interval Estimation for the "Net Promoter Score", The American Statistician 70 (2016) 365–372.
        """
        check_level(level)
        if self.value is None:
            return None
        counts = (
            self.promoters + PSEUDO_PROMOTERS,
            self.passives + PSEUDO_PASSIVES,
            self.detractors + PSEUDO_DETRACTORS,
        )
        centre, reach = 100.0 * _balance(*counts), 100.0 * _error(*counts) * float(ndtri((1 + level) / 2))
        return max(-100.0, min(self.value, centre - reach)), min(100.0, max(self.value, centre + reach))


def nps(scores: ArrayLike) -> NetPromoterScore:
    """The Net Promoter Score of answers to "how likely are you to recommend us?".

    Args:
        scores: one whole number from 0 to 10 per answer; 9–10 promoter, 7–8 passive, 0–6 detractor (Reichheld 2003).

    Raises:
        ValueError: a score is missing, not whole, or outside 0 … 10.
    """
    answers = numbers("scores", scores)
    check_axes("scores", answers, 1)
    wrong = (answers < LOWEST_SCORE) | (answers > HIGHEST_SCORE) | (answers != np.floor(answers))
    refuse_where("scores", answers, wrong, _("is not a score"), _("Give whole numbers from 0 to 10."))
    promoters = int(np.count_nonzero(answers >= LOWEST_PROMOTER))
    detractors = int(np.count_nonzero(answers < LOWEST_PASSIVE))
    return NetPromoterScore(promoters, int(answers.size) - promoters - detractors, detractors)


def share_interval(successes: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """The Wilson score interval of a share, without continuity correction.

    Args:
        successes: how often it happened, a whole number from 0 to `trials`.
        trials: how often it could have happened; with none, nothing is known: (0, 1).
        level: confidence, a share.

    Returns:
        The lowest and the highest share that a test at 1 − `level` does not reject.

    Raises:
        ValueError: counts that are not whole, negative, or more successes than trials; a level outside 0 … 1.

    Source: E. B. Wilson (1927), method 3 in R. G. Newcombe, Statistics in Medicine 17 (1998) 857–872.
    """
    check_level(level)
    trials = whole("trials", trials)
    successes = whole("successes", successes)
    if successes > trials:
        refuse("successes", successes, _("is more than the trials"), _("Give at most as many successes as trials."))
    if trials == 0:
        return 0.0, 1.0
    from scipy.stats import binomtest  # only here: it takes as long to load as the rest of the engine

    found = binomtest(successes, trials).proportion_ci(level, method="wilson")
    return float(found.low), float(found.high)


def project(opening: ArrayLike, churn: ArrayLike, migration: ArrayLike, newcomers: ArrayLike, periods: int) -> Floats:
    """Customers in each segment at the start of each period.

    Leavers leave and stayers migrate at the end of a period; newcomers of period t join then too, so they are first
    counted at the start of t + 1 and neither leave nor migrate before.

    Args:
        opening: customers by segment at the start, shape (3,).
        churn: probability to leave during a period, shape (3,).
        migration: probability of a stayer to go from segment (row) to segment (column), rows sum to 1, shape (3, 3).
        newcomers: customers who join by segment, the same in every period, shape (3,), or by period, shape (T, 3).
        periods: T.

    Returns:
        Customers, shape (T + 1, 3); row 0 is `opening`.

    Raises:
        ValueError: negative customers, churn or migration that are no probabilities, shapes that do not fit.
    """
    periods = whole("periods", periods)
    present = at_least_zero("opening", opening)
    check_axes("opening", present, 1)
    follows = _one_matrix(staying(churn, migration), present.size)
    joining = _by_period(at_least_zero("newcomers", newcomers), periods, present.size)
    customers = np.empty((periods + 1, present.size))
    customers[0] = present
    for t in range(periods):
        customers[t + 1] = customers[t] @ follows + joining[t]
    return customers


def staying(churn: ArrayLike, migration: ArrayLike) -> Floats:
    """diag(1 − q)·M: the probability to be a customer in each segment one period later.

    Args:
        churn: q by segment, shape (…, n).
        migration: M of those who stay, rows sum to 1, shape (…, n, n).

    Returns:
        Rows sum to 1 − churn, shape (…, n, n).

    Raises:
        ValueError: a number that is no probability, rows that do not sum to 1, shapes that do not fit.
    """
    leaving, moving = shares("churn", churn), mix("migration", migration)
    if not leaving.ndim or moving.shape[-2:] != (leaving.shape[-1],) * 2:
        refuse("migration", moving.shape, _("is not one row and one column for each churn"), _("Give a square table."))
    return (1.0 - leaving)[..., None] * moving


def _balance(promoters: float, passives: float, detractors: float) -> float:
    return (promoters - detractors) / (promoters + passives + detractors)


def _error(promoters: float, passives: float, detractors: float) -> float:
    answers = promoters + passives + detractors
    # Clearing the fraction keeps the radicand from falling below zero by rounding.
    spread = (promoters + detractors) * answers - (promoters - detractors) ** 2
    return float(np.sqrt(spread / answers)) / answers


def _one_matrix(follows: Floats, segments: int) -> Floats:
    if follows.shape != (segments, segments):
        refuse("churn", follows.shape[:-1], _("is not one number per segment"), _("Give as many as in the opening."))
    return follows


def _by_period(joining: Floats, periods: int, segments: int) -> Floats:
    if joining.shape not in ((segments,), (periods, segments)):
        refuse(
            "newcomers",
            joining.shape,
            _("is not the right shape"),
            _("Give one number per segment, or one row of them per period."),
        )
    return np.broadcast_to(joining, (periods, segments))
