"""What cash flows and customers are worth today."""

import math
from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from prioritizer.domain.company import Policy, Timing
from prioritizer.domain.record import nearest
from prioritizer.engine.arguments import (
    Floats,
    at_least_zero,
    check_axes,
    mix,
    numbers,
    refuse,
    refuse_where,
    shares,
)
from prioritizer.engine.customers import staying
from prioritizer.language import _

DUST = 1e-12  # a sum this small beside its terms is what rounding leaves of zero
LOWEST_RATE, HIGHEST_RATE = -0.9999, 1e9  # per period, searched for an internal rate of return
ABOVE_TOTAL_LOSS = math.nextafter(-1.0, 0.0)
LONGEST_EXPONENT = 700.0  # e to this power is still a number
NEAREST_RADIUS = 1 - 1e-9  # a sum over all periods whose terms shrink by less is not told from an endless one

Word = TypeVar("Word", bound=StrEnum)


class InternalRate(NamedTuple):
    """An internal rate of return per year, or the reason in words why there is none."""

    rate: float | None
    reason: str | None


def period_rate(rate: ArrayLike, periods_per_year: float = 1) -> Floats:
    """The rate per period that compounds to `rate` per year: (1 + rate)^(1/periods_per_year) − 1.

    It converts churn too, with churn as a negative rate. Same shape as `rate`.

    Raises:
        ValueError: a rate of −100 % or less.
    """
    return (1.0 + _rates(rate)) ** (1.0 / _frequency(periods_per_year)) - 1.0


def discount_factors(rate: ArrayLike, periods: int, periods_per_year: float = 1, timing: str = "start") -> Floats:
    """What one unit of money in each period is worth at the start of period 0.

    Period t lies at (t + θ)/periods_per_year years, θ = 0, ½, 1 for `timing` start, mid, end.

    Args:
        rate: per year, above −1, one number or one per draw, shape (…).

    Returns:
        Factors, shape (…, periods). Many cash flows are valued by `(cash_flow * factors).sum(axis=-1)`.

    Raises:
        ValueError: a rate of −100 % or less, an unknown timing.
    """
    return (1.0 + _rates(rate))[..., None] ** -_dates(periods, periods_per_year, timing)


def npv(cash_flow: ArrayLike, rate: float, periods_per_year: float = 1, timing: str = "start") -> float:
    """Net present value at the start of period 0, in the currency of the cash flow.

    Args:
        cash_flow: by period, money in is positive, shape (T,).
        rate: discount rate per year (not per period), above −1.
        periods_per_year: 12, 4 or 1, say.
        timing: where in its period the money flows: start, mid or end.

    Raises:
        ValueError: an empty cash flow, a number that is not finite, a rate of −100 % or less, an unknown timing.
    """
    flow = _cash_flow(cash_flow)
    return float(flow @ discount_factors(rate, flow.size, periods_per_year, timing))


def irr(cash_flow: ArrayLike, periods_per_year: float = 1) -> float | None:
    """Internal rate of return per year, None where there is none or more than one; see `irr_or_reason`."""
    return irr_or_reason(cash_flow, periods_per_year).rate


def irr_or_reason(cash_flow: ArrayLike, periods_per_year: float = 1) -> InternalRate:
    """The rate per year at which the net present value is zero, or in words why there is not exactly one.

    Every rate from −99.99 % to 10⁹ per period is found. Where there are several, the positive one counts if the
    cumulative cash flow changes sign once and does not end at zero, for then no other rate is positive (Norstrom 1972).
    A rate at which the net present value touches zero without crossing it is one rate. The timing does not matter, as
    it discounts all flows alike.

    A rate says nothing about the direction: a loan (money in first) has one too, and a low one is then the good one.

    Args:
        cash_flow: by period, money in is positive, shape (T,); amounts below 10⁻¹² of the largest are taken as zero.

    Raises:
        ValueError: an empty cash flow, a number that is not finite.

    Source: C. J. Norstrom, A Sufficient Condition for a Unique Nonnegative Internal Rate of Return, Journal of
    Financial and Quantitative Analysis 7 (1972) 1835–1839.
    """
    frequency = _frequency(periods_per_year)
    flow = _cash_flow(cash_flow)
    flow = _without_dust(flow, np.abs(flow).max())
    if not (flow < 0).any():
        return InternalRate(None, _("It never invests: no period takes more money than it brings."))
    if not (flow > 0).any():
        return InternalRate(None, _("It never earns: no period brings more money than it takes."))
    rates = _rates_of_return(flow, frequency)
    if _norstrom(flow):
        rates = [rate for rate in rates if rate > 0] or rates  # one next to zero may have been rounded to it
    return _the_only(rates)


def payback(
    cash_flow: ArrayLike, periods_per_year: float = 1, timing: str = "start", rate: float = 0.0
) -> float | None:
    """Years from the start of period 0 until the cumulative cash flow never again falls below zero.

    Between two flows the cumulative cash flow is taken to grow evenly. With a `rate` per year every flow is discounted
    first: the discounted payback.

    Args:
        cash_flow: by period, money in is positive, shape (T,).

    Returns:
        Years; 0 if it is never below zero, None if it ends below zero.

    Raises:
        ValueError: an empty cash flow, a number that is not finite, a rate of −100 % or less, an unknown timing.
    """
    flow = _cash_flow(cash_flow)
    dates = _dates(flow.size, periods_per_year, timing)
    balance = _cumulative(flow * discount_factors(rate, flow.size, periods_per_year, timing))
    below = np.flatnonzero(balance < 0)
    if not below.size:
        return 0.0
    last = below[-1]
    if last == flow.size - 1:
        return None
    share = balance[last] / (balance[last] - balance[last + 1])
    return float(dates[last] + share * (dates[last + 1] - dates[last]))


def peak_funding(cash_flow: ArrayLike) -> float:
    """The deepest the cumulative cash flow falls below zero, as a positive amount of money; 0 where it never does.

    Raises:
        ValueError: an empty cash flow, a number that is not finite.
    """
    return max(0.0, -float(_cumulative(_cash_flow(cash_flow)).min()))


def lifetime_value(
    churn: ArrayLike, migration: ArrayLike, reward: ArrayLike, discount_rate: ArrayLike, periods_per_year: float = 1
) -> Floats:
    """Present value of all that a customer brings until he leaves: (I − β·diag(1 − q)·M)⁻¹ · reward.

    β = (1 + d)^(−1/periods_per_year). Start of a period, before tax; the reward of the first period is not discounted.

    Args:
        churn: q, probability to leave during a period, shape (…, n) for any number n of segments.
        migration: M of those who stay, rows sum to 1, shape (…, n, n).
        reward: margin less service cost per customer and period, shape (…, n).
        discount_rate: d per year, one number or one per draw, shape (…).

    Returns:
        Money by segment, shape (…, n).

    Raises:
        ValueError: churn or migration that are no probabilities; a value without bound, because customers stay for ever
            and too little is discounted (spectral radius of β·diag(1 − q)·M not below 1).

    Source: P. E. Pfeifer, R. L. Carraway, Modeling Customer Relationships as Markov Chains, Journal of Interactive
    Marketing 14 (2000) 43–55.
    """
    follows = _beta(discount_rate, periods_per_year) * staying(churn, migration)
    _refuse_endless(follows, discount_rate)
    return _worth(follows, numbers("reward", reward))


def customer_worth(
    churn: ArrayLike,
    migration: ArrayLike,
    reward: ArrayLike,
    referrals: ArrayLike,
    put_off: ArrayLike,
    acquisition_cost: ArrayLike,
    newcomers: ArrayLike,
    discount_rate: ArrayLike,
    periods_per_year: float,
    policy: str,
) -> Floats:
    """What one customer more is worth at the start of a period, before tax, timing start.

    Policy hold: (I − β·diag(1 − q)·(M − 1μᵀ))⁻¹ · (reward + κ·(g − h) + κ·(1 − q)). A customer more saves buying
    one, so only differences mean something: moving a customer from s to s′ is worth V[s′] − V[s].
    Policy plan: (I − β·(diag(1 − q)·M + (g − h)·μᵀ))⁻¹ · reward.

    It agrees with the simulation at constant parameters while customers are bought (hold, A > 0) or come (plan, N > 0)
    and fewer prospects are put off than come.

    Args:
        churn: q by segment, shape (…, 3), like reward, referrals and put_off; draws come first.
        migration: M of those who stay, rows sum to 1, shape (…, 3, 3).
        reward: m·r − k·c, money per customer and period.
        referrals: g, customers won by recommendation per customer and period.
        put_off: h, prospects put off per customer and period.
        acquisition_cost: κ, money per bought customer, shape (…).
        newcomers: μ, the segment mix of new customers, sums to 1, shape (…, 3).
        discount_rate: d per year, shape (…).
        policy: hold or plan.

    Returns:
        Money by segment, shape (…, 3); nan in a draw whose value has no bound (spectral radius not below 1).

    Raises:
        ValueError: a number out of its range, shapes that do not fit, an unknown policy.
    """
    earned = numbers("reward", reward)
    brought = at_least_zero("referrals", referrals) - at_least_zero("put_off", put_off)
    if _known("policy", policy, Policy) == Policy.HOLD:
        kept = 1.0 - shares("churn", churn)
        earned = earned + at_least_zero("acquisition_cost", acquisition_cost)[..., None] * (brought + kept)
        brought = -kept
    follows = staying(churn, migration) + brought[..., None] * mix("newcomers", newcomers)[..., None, :]
    return _worth(_beta(discount_rate, periods_per_year) * follows, earned)


def loss_cost(
    churn: ArrayLike,
    migration: ArrayLike,
    reward: ArrayLike,
    referrals: ArrayLike,
    put_off: ArrayLike,
    acquisition_cost: ArrayLike,
    newcomers: ArrayLike,
    discount_rate: ArrayLike,
    periods_per_year: float,
    policy: str,
) -> Floats:
    """What it costs that one customer more leaves at the end of a period, who would have stayed; before tax.

    With V from `customer_worth` under the same policy and β the discount factor of a period:

    Policy hold: κ + β·Σ_s′ (M[s, s′] − μ[s′])·V[s′]. His place is bought anew, and a newcomer fills it.
    Policy plan: β·Σ_s′ M[s, s′]·V[s′]. Nobody is bought instead of him.

    Money of the start of the period in which he leaves, when that period's acquisitions are paid (timing start). It is
    the derivative of the present value by the segment's stayers in one period, so churn that is higher by Δ for one
    period costs X·Δ times as much. A negative cost is a gain: the newcomer may be worth more.

    Args and errors are those of `customer_worth`, and so is where it agrees with the simulation.

    Returns:
        Money by segment in which the customer was, shape (…, 3); nan in a draw in which his worth has no bound.
    """
    worth = customer_worth(
        churn,
        migration,
        reward,
        referrals,
        put_off,
        acquisition_cost,
        newcomers,
        discount_rate,
        periods_per_year,
        policy,
    )
    later = mix("migration", migration)
    paid: Floats = np.zeros(1)
    if Policy(policy) is Policy.HOLD:
        later = later - mix("newcomers", newcomers)[..., None, :]
        paid = numbers("acquisition_cost", acquisition_cost)[..., None]
    return paid + (_beta(discount_rate, periods_per_year) * later @ worth[..., None])[..., 0]


def _worth(follows: Floats, earned: Floats) -> Floats:
    """(I − follows)⁻¹ · earned, the sum over all periods; nan where that sum has no bound."""
    fades = _fades(follows)[..., None]
    identity = np.eye(follows.shape[-1])
    solvable = np.where(fades[..., None], identity - follows, identity)
    return np.where(fades, np.linalg.solve(solvable, earned[..., None])[..., 0], np.nan)


def _fades(follows: Floats) -> NDArray[np.bool_]:
    return np.abs(np.linalg.eigvals(follows)).max(axis=-1) < NEAREST_RADIUS


def _refuse_endless(follows: Floats, discount_rate: ArrayLike) -> None:
    endless = ~_fades(follows)
    rule = _("leaves the value of a customer without bound, because too few leave")
    remedy = _("Raise the churn or the discount rate.")
    refuse_where("discount_rate", np.broadcast_to(_rates(discount_rate), endless.shape), endless, rule, remedy)


def _beta(rate: ArrayLike, periods_per_year: float) -> Floats:
    return (1.0 / (1.0 + period_rate(rate, periods_per_year)))[..., None, None]


def _rates_of_return(flow: Floats, frequency: float) -> list[float]:
    """All rates per year at which the flow is worth nothing, in rising order."""
    lowest = -min(math.log1p(HIGHEST_RATE), LONGEST_EXPONENT / frequency)
    highest = -math.log1p(LOWEST_RATE)
    times = np.flatnonzero(flow).astype(float)
    found = _zeros(flow[flow != 0], times, lowest, highest)
    return [max(math.expm1(-u * frequency), ABOVE_TOTAL_LOSS) if abs(u) > DUST else 0.0 for u in reversed(found)]


def _zeros(amounts: Floats, times: Floats, low: float, high: float) -> list[float]:
    """Every u between low and high at which Σ amounts · e^(times · u) is zero, in rising order.

    Such a sum has at most as many zeros as its amounts change sign (Descartes). Multiplying it by e^(−a·u), with a
    between the times of a change of sign, and differentiating removes that change, and between two neighbouring zeros
    of the derivative lies at most one zero of the sum (Rolle). So the zeros follow from the bottom of that ladder up,
    and none is missed between the points of a grid; only those that rounding cannot tell apart are one.
    """
    ladder = [amounts]
    while (turn := _first_turn(ladder[-1], times)) is not None:
        steeper = ladder[-1] * (times - turn)
        ladder.append(steeper / np.abs(steeper).max())
    zeros: list[float] = []
    for rung in reversed(ladder[:-1]):
        zeros = list(_zeros_between([low, *zeros, high], rung, times))
    return zeros


def _first_turn(amounts: Floats, times: Floats) -> float | None:
    """The time in the middle of the first change of sign."""
    turns = np.flatnonzero(amounts[1:] * np.sign(amounts[:-1]) < 0)
    return float(times[turns[0]] + times[turns[0] + 1]) / 2 if turns.size else None


def _zeros_between(knots: list[float], amounts: Floats, times: Floats) -> Iterable[float]:
    """The zeros of a sum that rises or falls all the way from each knot to the next, knots that touch zero included."""
    heights = [_height(u, amounts, times) for u in knots]
    heights = [0.0 if abs(height) <= DUST else height for height in heights]
    for (left, right), (before, after) in zip(pairwise(knots), pairwise(heights), strict=True):
        if before * after < 0:
            yield brentq(_height, left, right, args=(amounts, times), xtol=1e-15, rtol=1e-15, maxiter=500)
        elif after == 0.0 and before != 0.0:
            yield right


def _height(u: float, amounts: Floats, times: Floats) -> float:
    """Σ amounts · e^(times · u) as a part of what it would be if all amounts had one sign: from −1 to 1."""
    exponents = times * u
    terms = amounts * np.exp(exponents - exponents.max())
    return float(terms.sum() / np.abs(terms).sum())


def _norstrom(flow: Floats) -> bool:
    """Whether the cumulative cash flow changes sign exactly once and does not end at zero."""
    balance = _cumulative(flow)
    signs = np.sign(balance[balance != 0])
    return bool(balance[-1] != 0 and np.count_nonzero(signs[1:] != signs[:-1]) == 1)


def _the_only(rates: list[float]) -> InternalRate:
    if len(rates) == 1:
        return InternalRate(rates[0], None)
    if not rates:
        return InternalRate(None, _("At no rate is its net present value zero."))
    listed = ", ".join(f"{rate:.1%}" for rate in rates)
    return InternalRate(None, _("Its net present value is zero at several rates a year: {rates}.").format(rates=listed))


def _cumulative(flow: Floats) -> Floats:
    return _without_dust(np.cumsum(flow), np.abs(flow).sum())


def _without_dust(amounts: Floats, scale: float) -> Floats:
    return np.where(np.abs(amounts) <= DUST * scale, 0.0, amounts)


def _dates(periods: int, periods_per_year: float, timing: str) -> Floats:
    """When the money of each period flows, in years from the start of period 0."""
    offset = _known("timing", timing, Timing).offset
    return (np.arange(periods, dtype=np.float64) + offset) / _frequency(periods_per_year)


def _cash_flow(given: ArrayLike) -> Floats:
    flow = numbers("cash_flow", given)
    check_axes("cash_flow", flow, 1)
    if not flow.size:
        refuse("cash_flow", "", _("It has no periods"), _("Give at least one amount."))
    return flow


def _rates(given: ArrayLike) -> Floats:
    found = numbers("rate", given)
    refuse_where("rate", found, found <= -1, _("is −100 % or less"), _("Give a rate as a fraction, such as 0.1."))
    return found


def _known(name: str, given: str, words: type[Word]) -> Word:
    if given not in list(words):
        refuse(name, given, _("is not known"), nearest(given, words))
    return words(given)


def _frequency(periods_per_year: float) -> float:
    found = numbers("periods_per_year", periods_per_year)
    if found.ndim or found <= 0:
        refuse("periods_per_year", periods_per_year, _("is not a number of periods"), _("Give 12, 4 or 1."))
    return float(found)
