"""Draws and expected lines → the figures by which an initiative is judged."""

import math

import numpy as np
import numpy.typing as npt

from prioritizer.domain.company import Company, TerminalValue
from prioritizer.domain.results import Appraisal, Estimate, Histogram, Sources
from prioritizer.engine.cash_flow import Lines, present_value_factors
from prioritizer.engine.valuation import irr_or_reason, payback, peak_funding

Floats = npt.NDArray[np.float64]

PERCENTILES = (5, 25, 50, 75, 95)
CHARTED = (0.5, 99.5)  # the percentiles between which a histogram has its bins
BINS = 35
ROUND_WIDTHS = (10, 20, 25, 50, 100)  # times a power of ten
FINEST = 1e-9  # of the largest draw: draws that lie closer together are one value, but for rounding


def estimate(draws: Floats) -> Estimate:
    """Mean, percentiles and standard error of draws, shape (draws,); of one draw only the mean.

    The standard error s/√n is an upper bound, because the draws are stratified.
    """
    if len(draws) == 1:
        return Estimate(mean=float(draws[0]))
    found = np.percentile(draws, PERCENTILES)
    percentiles = {f"p{percent}": float(value) for percent, value in zip(PERCENTILES, found, strict=True)}
    error = float(np.std(draws, ddof=1) / np.sqrt(len(draws)))
    return Estimate(mean=float(np.mean(draws)), standard_error=error, **percentiles)


def histogram(draws: Floats, bins: int = BINS) -> Histogram:
    """How draws, shape (draws,), are spread over bins of a round width, for a chart.

    The bins cover the 0.5th to the 99.5th percentile; the first and the last also hold the draws beyond. Their width
    is 1, 2, 2.5 or 5 times a power of ten, the one that makes their number come closest to `bins` (by ratio: from
    0.7 to 1.4 times as many). A bin includes its lower edge, as no loss is what brings exactly 0; where 0 lies within
    the bins it is an edge. Draws that are all alike have one bin.
    """
    low, high = (float(end) for end in np.percentile(draws, CHARTED))
    step, exponent = _round_width(_span(draws, low, high) / bins)
    first, last = (math.floor(end / _times_ten(step, exponent)) for end in (low, high))
    edges = [_times_ten(k * step, exponent) for k in range(first, last + 2)]
    held = np.searchsorted(edges, draws, side="right") - 1
    counts = np.bincount(np.clip(held, 0, last - first), minlength=last - first + 1)
    return Histogram(edges=tuple(edges), counts=tuple(map(int, counts)))


def _span(draws: Floats, low: float, high: float) -> float:
    """What the bins are to cover: from `low` to `high`, or all draws, or one value and what lies around it."""
    largest = float(np.abs(draws).max())
    spans = (high - low, float(np.ptp(draws)), largest)
    return next((span for span in spans if span > FINEST * largest), 1.0)


def _round_width(width: float) -> tuple[int, int]:
    """The round width nearest to a width by ratio, as a whole number and a power of ten that multiplies it."""
    exponent = math.floor(math.log10(width)) - 1
    digits = width / 10.0**exponent
    return min(ROUND_WIDTHS, key=lambda near: abs(math.log(near / digits))), exponent


def _times_ten(number: int, exponent: int) -> float:
    """number · 10^exponent as it is written: 3 · 10⁻¹ is 0.3."""
    return number * 10.0**exponent if exponent >= 0 else number / 10.0**-exponent


def probability_of_loss(draws: Floats) -> float | None:
    """The share of draws in which the profit is below zero; None at the point estimate."""
    return float(np.mean(draws < 0)) if len(draws) > 1 else None


def nps_of(customers: Floats) -> list[float | None]:
    """Net Promoter Score of expected customers, shape (…, 3) → (…); None for no one."""
    total = customers.sum(axis=-1)
    scores = 100 * (customers[..., 0] - customers[..., 2]) / np.where(total > 0, total, 1)
    return [float(score) if present > 0 else None for score, present in zip(scores, total, strict=True)]


def appraise(company: Company, added: Lines, profit: float, start: int) -> Appraisal:
    """Judge what initiatives add.

    Args:
        added: lines with the initiatives less lines without them.
        profit: projected profit, the present value after tax including run-off.
        start: the first period in which an initiative starts.

    The run-off counts towards profit, ROI and IRR (as one more flow at the end), not towards payback: no date lies
    beyond the end.
    """
    kept = 1 - company.tax_rate.number
    factors = present_value_factors(company)
    cash_flow = added.before_tax * kept
    sources = _sources(company, added, factors, profit)
    pv_costs = -sources.costs
    rate = irr_or_reason(_with_run_off(cash_flow, sources.run_off, factors, kept), company.periods_per_year)
    per_year, timing = company.periods_per_year, company.timing.value
    paid_back = payback(cash_flow, per_year, timing)
    return Appraisal(
        roi=(profit / pv_costs) if pv_costs > 0 else None,
        irr=rate.rate,
        irr_reason=rate.reason,
        payback_years=paid_back,
        payback_from_start_years=None if paid_back is None else max(0.0, paid_back - start / per_year),
        discounted_payback_years=payback(cash_flow, per_year, timing, company.discount_rate.real),
        pv_costs=pv_costs,
        pv_benefits=profit + pv_costs,
        peak_funding=peak_funding(cash_flow),
        cost=float(added.own_cost.sum()),
        cash_flow=tuple(map(float, cash_flow)),
        sources=sources,
    )


def _sources(company: Company, added: Lines, factors: Floats, profit: float) -> Sources:
    """Present values after tax by line; what the lines leave of the profit is the run-off."""
    in_periods = factors[:-1]

    def worth(line: Floats) -> float:
        return float(line.sum(axis=0) @ in_periods)

    lines = {
        "margin": worth(added.margin),
        "service": -worth(added.service),
        "acquisition": -worth(added.acquisition),
        "uncashed": -worth(added.uncashed),
        "costs": -float(added.own_cost @ in_periods),
    }
    if company.terminal_value is TerminalValue.NONE:
        return Sources(**lines, run_off=0.0)
    return Sources(**lines, run_off=profit - sum(lines.values()))


def _with_run_off(cash_flow: Floats, run_off: float, factors: Floats, kept: float) -> Floats:
    """The cash flow with the run-off as one more flow at the end, undiscounted."""
    if run_off == 0.0 or kept == 0.0:
        return cash_flow
    return np.append(cash_flow, run_off * kept / factors[-1])
