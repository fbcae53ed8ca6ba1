"""The kernel: customers by segment through time, and the money they bring, for many portfolios on the same draws.

It is the section *One period* of docs/model.md, written for speed: the innermost loops run over the draws of one tile,
whose rows lie side by side in one flat scratch buffer, because that is what compilers turn into vector instructions.
A row is LANES numbers, one per draw; `row + lane` is a place in the buffer.

    for each tile of draws, for each group:
        roll the baseline, and remember it by period
        for each portfolio that touches the group, from the first period in which it does:
            where an intensity changes: what the levers make of the group's numbers   (`_apply_levers`, `_take_effect`)
            roll the customers one period on, and count their money                  (`_one_period`)

Before its first period a portfolio equals the baseline, and a group that it does not touch stays as it is, so neither
is computed.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from prioritizer.domain.company import Policy
from prioritizer.engine.compiled import compiled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LANES = 64
CHUNKS = 16  # a fixed number, so that sums do not depend on the number of threads

# What a lever does, by its code in `Levers.code`; the relative ones name the factor they multiply.
MOVE, NEWCOMERS_MIX, EXTRA, PER_CUSTOMER, RELATIVE = 0, 1, 2, 3, 4

# The factors that relative levers multiply, in the order of the rows from FACTORS on.
CHURN, REVENUE, CONTACTS, REFERRALS, PUT_OFF, CONTACT_COST, ACQUISITION_COST = 0, 3, 6, 9, 12, 15, 16
FACTOR_COUNT = 17

# What an initiative touches in a group, as bits: moves and newcomers' moves by source · 3 + to, and kinds of number.
MOVES, MIX_MOVES = 0b111_111_111, 0b111_111_111 << 9
CHURNS, MARGINS, SERVICES, REFERRALS_TOUCHED, PUT_OFFS, WINNING, TOUCHES, EXTRAS = (1 << bit for bit in range(18, 26))

# What is summed over the draws for each period; customers stand at the start of the period.
MARGIN, SERVICE, ACQUISITION, OWN_COST, UNCASHED, PROMOTERS, PASSIVES, DETRACTORS = range(8)
LINES = 8


def _rows(count: int) -> int:
    """The place of the next `count` rows of the scratch buffer."""
    global _taken
    first, _taken = _taken, _taken + count * LANES
    return first


_taken = 0
# --- the group's numbers as they are without any initiative
OPENING = _rows(3)
GIVEN_CHURN = _rows(3)
GIVEN_MIGRATION = _rows(9)
GIVEN_MARGIN = _rows(3)
GIVEN_CONTACTS = _rows(3)
GIVEN_REFERRALS = _rows(3)
GIVEN_PUT_OFF = _rows(3)
GIVEN_CONTACT_COST = _rows(1)
GIVEN_ACQUISITION_COST = _rows(1)
GIVEN_MIX = _rows(3)
PLANNED = _rows(1)
GROWTH = _rows(1)  # 1 + growth
NOT_CASHABLE = _rows(1)  # 1 − cashable
RUN_OFF = _rows(3)  # what a customer is worth at the end
GROUP_ROWS = _taken // LANES
# --- what the levers have multiplied so far; the shares that no move has touched
FACTORS = _rows(FACTOR_COUNT)
KEPT = _rows(9)  # from segment · 3 + to segment; the diagonal is unused
MIX_KEPT = _rows(9)
# --- the group's numbers in force
STAY = _rows(3)  # 1 − q
STAYING = _rows(9)  # diag(1 − q) · M · moves: from segment · 3 + to segment
MIX = _rows(3)
MARGIN_EACH = _rows(3)
SERVICE_EACH = _rows(3)
REFERRED = _rows(3)
PUT_OFF_EACH = _rows(3)
TOUCH_COST = _rows(3)
WIN_COST = _rows(1)
EXTRA_CUSTOMERS = _rows(1)
EXTRA_COST = _rows(1)
# --- the state
CUSTOMERS = _rows(3)
TARGET = _rows(1)
SERVICE_WITHOUT = _rows(1)  # the baseline's service cost per customer in this period
WORTH = _rows(1)  # present value so far
RAMP = _rows(1)
INTENSITY = _rows(1)  # φ: ramp · reach, times success
SCRATCH = _rows(1)
CAUSAL = _rows(1)
HISTORY = _taken  # for each period: customers (3), target, service cost per customer, present value from here on
PAST_TARGET, PAST_SERVICE, PAST_WORTH = 3 * LANES, 4 * LANES, 5 * LANES
HISTORY_ROWS = 6
# behind the history: one row for every number of the model

LARGEST_SHARE = 1 - 1e-9
SMALLEST = 1e-300  # keeps the logarithm of what many moves leave finite
INSTANT = 1e-9  # periods
EVERYTHING = -1
NOWHERE = 0  # a reference that is not looked at


class Numbers(NamedTuple):
    """Every number of the model; references count the fixed ones first, then the uncertain ones."""

    fixed: Floats  # (fixed numbers,)
    drawn: Floats  # (uncertain numbers, draws)


class Groups(NamedTuple):
    """References to each group's numbers, in the order of the rows from OPENING on."""

    numbers: Ints  # (groups, GROUP_ROWS)


class Levers(NamedTuple):
    """Initiatives as numbers: when, whom, how much."""

    start: Ints  # (initiatives,) first period
    window_end: Ints  # (initiatives,) the period in which the benefit window has ended
    first: Ints  # (initiatives,) the first period with any effect in any draw
    timeline: Ints  # (initiatives, 4) references to delay, ramp-up, duration, fade-out
    changes: npt.NDArray[np.bool_]  # (initiatives, periods) whether any draw's intensity differs from the period before
    success: Ints  # (initiatives,) references to 1 or 0, or to an intensity
    reach: Ints  # (initiatives, groups) references
    causal: Ints  # (1,) reference to the causal share
    touched: Ints  # (initiatives, groups) bits of what the initiative touches in the group
    begin: Ints  # (initiatives, groups + 1) where the levers of an initiative in a group begin
    code: Ints  # (levers,)
    source: Ints  # (levers,) segment moved from; of a relative lever the factor; of a cost per customer the segment
    to: Ints  # (levers,) segment moved to
    size: Ints  # (levers,) reference
    cost_each: Ints  # (levers,) reference, of extra customers


class Portfolios(NamedTuple):
    """Which initiatives are simulated together."""

    begin: Ints  # (portfolios + 1,) where the members of a portfolio begin
    members: Ints  # initiatives


@compiled
def _rows_at(buffer, row, rows=1):
    """Rows of the buffer as an array of their own."""
    return buffer[row : row + rows * LANES]


@compiled
def _fill(buffer, row, rows, value):
    buffer[row : row + rows * LANES] = value


@compiled
def _copy(buffer, source, row, rows):
    buffer[row : row + rows * LANES] = buffer[source : source + rows * LANES]


@compiled
def _load_fixed(numbers, buffer, values):
    """The fixed numbers into their rows, the same for every draw."""
    for reference in range(len(numbers.fixed)):
        _fill(buffer, values + reference * LANES, 1, numbers.fixed[reference])


@compiled
def _load_drawn(numbers, first, count, buffer, values):
    """A tile's draws of the uncertain numbers into their rows."""
    row = values + len(numbers.fixed) * LANES
    for reference in range(len(numbers.drawn)):
        for j in range(count):
            buffer[row + j] = numbers.drawn[reference, first + j]
        row += LANES


@compiled
def _ramp_up(numbers, levers, initiative, period, buffer, values):
    """How far an initiative is in force in a period, 0 to 1, into the row RAMP (section *Initiatives*)."""
    ramp, dates, certain = _rows_at(buffer, RAMP), levers.timeline[initiative], True
    for date in range(4):
        certain = certain and dates[date] < len(numbers.fixed)
    since = period + 0.5 - levers.start[initiative]
    if period >= levers.window_end[initiative]:
        ramp[:] = 0.0
    elif certain:
        delay, ramp_up, duration, fade_out = dates
        fixed = numbers.fixed
        ramp[:] = _in_force(since - fixed[delay], fixed[ramp_up], fixed[duration], fixed[fade_out])
    else:
        delay, ramp_up, duration, fade_out = (
            _rows_at(buffer, values + dates[0] * LANES),
            _rows_at(buffer, values + dates[1] * LANES),
            _rows_at(buffer, values + dates[2] * LANES),
            _rows_at(buffer, values + dates[3] * LANES),
        )
        for j in range(LANES):
            ramp[j] = _in_force(since - delay[j], ramp_up[j], duration[j], fade_out[j])


@compiled
def _in_force(since, ramp_up, duration, fade_out):
    """The ramp at a time since the effect begins. Durations are whole and `since` is not: 0 is as good as INSTANT."""
    risen = min(max(since / max(ramp_up, INSTANT), 0.0), 1.0)
    faded = min(max((since - ramp_up - duration) / max(fade_out, INSTANT), 0.0), 1.0)
    return min(risen, 1.0 - faded)


@compiled
def _without_levers(buffer, touched):
    """The neutral element of every combination of levers, in what is touched."""
    if touched & CHURNS:
        _fill(buffer, FACTORS + CHURN * LANES, 3, 1.0)
    if touched & MARGINS:
        _fill(buffer, FACTORS + REVENUE * LANES, 3, 1.0)
    if touched & SERVICES:
        _fill(buffer, FACTORS + CONTACTS * LANES, 3, 1.0)
        _fill(buffer, FACTORS + CONTACT_COST * LANES, 1, 1.0)
    if touched & REFERRALS_TOUCHED:
        _fill(buffer, FACTORS + REFERRALS * LANES, 3, 1.0)
    if touched & PUT_OFFS:
        _fill(buffer, FACTORS + PUT_OFF * LANES, 3, 1.0)
    if touched & WINNING:
        _fill(buffer, FACTORS + ACQUISITION_COST * LANES, 1, 1.0)
    if touched & MOVES:
        _fill(buffer, KEPT, 9, 1.0)
    if touched & MIX_MOVES:
        _fill(buffer, MIX_KEPT, 9, 1.0)
    if touched & TOUCHES:
        _fill(buffer, TOUCH_COST, 3, 0.0)
    if touched & EXTRAS:
        _fill(buffer, EXTRA_CUSTOMERS, 1, 0.0)
        _fill(buffer, EXTRA_COST, 1, 0.0)


@compiled
def _apply_levers(numbers, levers, initiative, group, period, buffer, values):
    """Combine the levers of one initiative in one group, at the intensity of a period, with those applied before."""
    _ramp_up(numbers, levers, initiative, period, buffer, values)
    ramp, intensity, scratch = _rows_at(buffer, RAMP), _rows_at(buffer, INTENSITY), _rows_at(buffer, SCRATCH)
    reach = _rows_at(buffer, values + levers.reach[initiative, group] * LANES)
    success = _rows_at(buffer, values + levers.success[initiative] * LANES)
    for j in range(LANES):
        intensity[j] = ramp[j] * reach[j] * success[j]
    for lever in range(levers.begin[initiative, group], levers.begin[initiative, group + 1]):
        code, source, to = levers.code[lever], levers.source[lever], levers.to[lever]
        size = _rows_at(buffer, values + levers.size[lever] * LANES)
        if code == RELATIVE:
            factor = _rows_at(buffer, FACTORS + source * LANES)
            for j in range(LANES):
                factor[j] *= 1.0 + intensity[j] * size[j]
        elif code == MOVE:
            causal = _rows_at(buffer, CAUSAL)
            for j in range(LANES):
                scratch[j] = intensity[j] * size[j] * causal[j]
            _move(buffer, KEPT, source, to, scratch)
        elif code == NEWCOMERS_MIX:
            for j in range(LANES):
                scratch[j] = intensity[j] * size[j]
            _move(buffer, MIX_KEPT, source, to, scratch)
        elif code == EXTRA:  # not times reach
            each = _rows_at(buffer, values + levers.cost_each[lever] * LANES)
            extra, cost = _rows_at(buffer, EXTRA_CUSTOMERS), _rows_at(buffer, EXTRA_COST)
            for j in range(LANES):
                scratch[j] = ramp[j] * success[j] * size[j]
                extra[j] += scratch[j]
                cost[j] += scratch[j] * each[j]
        elif code == PER_CUSTOMER:  # due whether the initiative succeeds or not
            cost = _rows_at(buffer, TOUCH_COST + source * LANES)
            for j in range(LANES):
                cost[j] += ramp[j] * reach[j] * size[j]


@compiled
def _move(buffer, kept, source, to, shares):
    """Multiply what a move leaves where it is; a negative share moves the other way."""
    there = _rows_at(buffer, kept + (source * 3 + to) * LANES)
    back = _rows_at(buffer, kept + (to * 3 + source) * LANES)
    for j in range(LANES):
        share = min(max(shares[j], -LARGEST_SHARE), LARGEST_SHARE)
        there[j] *= 1.0 - max(share, 0.0)
        back[j] *= 1.0 + min(share, 0.0)


@compiled
def _share_moved(buffer, kept, touched, source, to, rival):
    """The share of `source` that moves to `to`, as an array.

    Moves out of one segment compete: with hazards −ln(kept), 1 − exp(−Z) of it moves, split in proportion to them.
    """
    moved = _rows_at(buffer, SCRATCH)
    left, left_by_rival = (
        _rows_at(buffer, kept + (source * 3 + to) * LANES),
        _rows_at(buffer, kept + (source * 3 + rival) * LANES),
    )
    for j in range(LANES):
        moved[j] = 1.0 - left[j]
    if touched >> (source * 3 + rival) & 1:
        for j in range(LANES):
            if left[j] < 1.0 and left_by_rival[j] < 1.0:
                hazard, against = np.log(max(left[j], SMALLEST)), np.log(max(left_by_rival[j], SMALLEST))
                moved[j] = (1.0 - left[j] * left_by_rival[j]) * hazard / (hazard + against)
    return moved


@compiled
def _pass_on(buffer, touched, source, to, rival):
    """Let the share of stayers in `source` that moves arrive in `to`, whatever segment they came from."""
    if touched >> (source * 3 + to) & 1:
        share = _share_moved(buffer, KEPT, touched, source, to, rival)
        for s in range(3):
            stay = _rows_at(buffer, STAY + s * LANES)
            migration = _rows_at(buffer, GIVEN_MIGRATION + (s * 3 + source) * LANES)
            leaving = _rows_at(buffer, STAYING + (s * 3 + source) * LANES)
            arriving = _rows_at(buffer, STAYING + (s * 3 + to) * LANES)
            for j in range(LANES):
                flow = stay[j] * migration[j] * share[j]
                leaving[j] -= flow
                arriving[j] += flow


@compiled
def _pass_on_newcomers(buffer, touched, source, to, rival):
    """Let the share of newcomers in `source` that moves arrive in `to`."""
    if touched >> (source * 3 + to) & 1:
        share = _share_moved(buffer, MIX_KEPT, touched, source, to, rival)
        given = _rows_at(buffer, GIVEN_MIX + source * LANES)
        leaving, arriving = _rows_at(buffer, MIX + source * LANES), _rows_at(buffer, MIX + to * LANES)
        for j in range(LANES):
            flow = given[j] * share[j]
            leaving[j] -= flow
            arriving[j] += flow


@compiled
def _stay_and_move(buffer, touched):
    """Stayers by segment now and next: churn, then natural migration, then all moves at once."""
    for s in range(3):
        given, factor = _rows_at(buffer, GIVEN_CHURN + s * LANES), _rows_at(buffer, FACTORS + (CHURN + s) * LANES)
        stay = _rows_at(buffer, STAY + s * LANES)
        for j in range(LANES):
            stay[j] = 1.0 - min(max(given[j] * factor[j], 0.0), 1.0)
        for to in range(3):
            migration = _rows_at(buffer, GIVEN_MIGRATION + (s * 3 + to) * LANES)
            staying = _rows_at(buffer, STAYING + (s * 3 + to) * LANES)
            for j in range(LANES):
                staying[j] = stay[j] * migration[j]
    if touched & MOVES:
        _pass_on(buffer, touched, 0, 1, 2)
        _pass_on(buffer, touched, 0, 2, 1)
        _pass_on(buffer, touched, 1, 0, 2)
        _pass_on(buffer, touched, 1, 2, 0)
        _pass_on(buffer, touched, 2, 0, 1)
        _pass_on(buffer, touched, 2, 1, 0)


@compiled
def _mix_newcomers(buffer, touched):
    """The segments in which newcomers arrive."""
    _copy(buffer, GIVEN_MIX, MIX, 3)
    pairs = touched >> 9
    _pass_on_newcomers(buffer, pairs, 0, 1, 2)
    _pass_on_newcomers(buffer, pairs, 0, 2, 1)
    _pass_on_newcomers(buffer, pairs, 1, 0, 2)
    _pass_on_newcomers(buffer, pairs, 1, 2, 0)
    _pass_on_newcomers(buffer, pairs, 2, 0, 1)
    _pass_on_newcomers(buffer, pairs, 2, 1, 0)


@compiled
def _multiply(buffer, given, factor, row):
    """A group's given number of one segment times its factor."""
    number, by = _rows_at(buffer, given), _rows_at(buffer, FACTORS + factor * LANES)
    product = _rows_at(buffer, row)
    for j in range(LANES):
        product[j] = number[j] * by[j]


@compiled
def _multiply_segments(buffer, given, factor, row):
    """A group's given numbers by segment times their factors."""
    for s in range(3):
        _multiply(buffer, given + s * LANES, factor + s, row + s * LANES)


@compiled
def _take_effect(buffer, touched):
    """The group's numbers in force, from those given and what the levers have combined to; only what is touched."""
    if touched & (CHURNS | MOVES):
        _stay_and_move(buffer, touched)
    if touched & MIX_MOVES:
        _mix_newcomers(buffer, touched)
    if touched & MARGINS:
        _multiply_segments(buffer, GIVEN_MARGIN, REVENUE, MARGIN_EACH)
    if touched & SERVICES:
        _multiply_segments(buffer, GIVEN_CONTACTS, CONTACTS, SERVICE_EACH)
        _multiply(buffer, GIVEN_CONTACT_COST, CONTACT_COST, SCRATCH)
        cost = _rows_at(buffer, SCRATCH)
        for s in range(3):
            each = _rows_at(buffer, SERVICE_EACH + s * LANES)
            for j in range(LANES):
                each[j] *= cost[j]
    if touched & REFERRALS_TOUCHED:
        _multiply_segments(buffer, GIVEN_REFERRALS, REFERRALS, REFERRED)
    if touched & PUT_OFFS:
        _multiply_segments(buffer, GIVEN_PUT_OFF, PUT_OFF, PUT_OFF_EACH)
    if touched & WINNING:
        _multiply(buffer, GIVEN_ACQUISITION_COST, ACQUISITION_COST, WIN_COST)


@compiled
def _one_period(buffer, count, hold, factor, sums):
    """Section *One period*: roll the customers one period on, count their money, add it to the sums over the draws.

    `factor` turns the period's money into present value after tax.
    """
    margins = services = acquisitions = own_costs = uncashed_savings = promoters = passives = detractors = 0.0
    for j in range(count):
        x0, x1, x2 = buffer[CUSTOMERS + j], buffer[CUSTOMERS + LANES + j], buffer[CUSTOMERS + 2 * LANES + j]
        # fmt: off
        stay0 = x0 * buffer[STAYING + j]             + x1 * buffer[STAYING + 3 * LANES + j] + x2 * buffer[STAYING + 6 * LANES + j]
        stay1 = x0 * buffer[STAYING + LANES + j]     + x1 * buffer[STAYING + 4 * LANES + j] + x2 * buffer[STAYING + 7 * LANES + j]
        stay2 = x0 * buffer[STAYING + 2 * LANES + j] + x1 * buffer[STAYING + 5 * LANES + j] + x2 * buffer[STAYING + 8 * LANES + j]
        came    = x0 * buffer[REFERRED + j]     + x1 * buffer[REFERRED + LANES + j]     + x2 * buffer[REFERRED + 2 * LANES + j] + buffer[EXTRA_CUSTOMERS + j]
        put_off = x0 * buffer[PUT_OFF_EACH + j] + x1 * buffer[PUT_OFF_EACH + LANES + j] + x2 * buffer[PUT_OFF_EACH + 2 * LANES + j]
        margin  = x0 * buffer[MARGIN_EACH + j]  + x1 * buffer[MARGIN_EACH + LANES + j]  + x2 * buffer[MARGIN_EACH + 2 * LANES + j]
        service = x0 * buffer[SERVICE_EACH + j] + x1 * buffer[SERVICE_EACH + LANES + j] + x2 * buffer[SERVICE_EACH + 2 * LANES + j]
        own     = x0 * buffer[TOUCH_COST + j]   + x1 * buffer[TOUCH_COST + LANES + j]   + x2 * buffer[TOUCH_COST + 2 * LANES + j] + buffer[EXTRA_COST + j]
        # fmt: on
        if hold:
            needed = max(buffer[TARGET + j] - (stay0 + stay1 + stay2), 0.0)
            put_off = min(put_off, needed + came)
            bought = max(needed + put_off - came, 0.0)
        else:
            bought = buffer[PLANNED + j]
            put_off = min(put_off, bought + came)
        new = bought + came - put_off
        buffer[TARGET + j] *= buffer[GROWTH + j]
        buffer[CUSTOMERS + j] = stay0 + new * buffer[MIX + j]
        buffer[CUSTOMERS + LANES + j] = stay1 + new * buffer[MIX + LANES + j]
        buffer[CUSTOMERS + 2 * LANES + j] = stay2 + new * buffer[MIX + 2 * LANES + j]

        acquisition = bought * buffer[WIN_COST + j]
        saving = (x0 + x1 + x2) * buffer[SERVICE_WITHOUT + j] - service
        uncashed = max(saving, 0.0) * buffer[NOT_CASHABLE + j]
        buffer[WORTH + j] += factor * (margin - service - acquisition - own - uncashed)
        margins += margin
        services += service
        acquisitions += acquisition
        own_costs += own
        uncashed_savings += uncashed
        promoters += x0
        passives += x1
        detractors += x2
    sums[MARGIN] += margins
    sums[SERVICE] += services
    sums[ACQUISITION] += acquisitions
    sums[OWN_COST] += own_costs
    sums[UNCASHED] += uncashed_savings
    sums[PROMOTERS] += promoters
    sums[PASSIVES] += passives
    sums[DETRACTORS] += detractors


@compiled
def _close(buffer, count, factor, sums):
    """The customers at the end, and their run-off worth."""
    for s in range(3):
        customers = 0.0
        for j in range(count):
            left = buffer[CUSTOMERS + s * LANES + j]
            customers += left
            buffer[WORTH + j] += factor * left * buffer[RUN_OFF + s * LANES + j]
        sums[PROMOTERS + s] += customers


@compiled
def _start(groups, levers, group, buffer, values):
    """A group's given numbers and opening customers, before any initiative."""
    for row in range(GROUP_ROWS):
        _copy(buffer, values + groups.numbers[group, row] * LANES, row * LANES, 1)
    _copy(buffer, values + levers.causal[0] * LANES, CAUSAL, 1)
    _copy(buffer, OPENING, CUSTOMERS, 3)
    _without_levers(buffer, EVERYTHING)
    _take_effect(buffer, EVERYTHING)
    for j in range(LANES):
        opening = buffer[OPENING + j] + buffer[OPENING + LANES + j] + buffer[OPENING + 2 * LANES + j]
        buffer[TARGET + j] = opening * buffer[GROWTH + j]
    _fill(buffer, WORTH, 1, 0.0)


@compiled
def _baseline(buffer, count, periods, hold, factors, sums):
    """Roll a group without initiatives; leave its history by period in the buffer."""
    for t in range(periods):
        past = HISTORY + t * HISTORY_ROWS * LANES
        _copy(buffer, CUSTOMERS, past, 3)
        _copy(buffer, TARGET, past + PAST_TARGET, 1)
        _copy(buffer, WORTH, past + PAST_WORTH, 1)
        for j in range(LANES):
            x0, x1, x2 = buffer[CUSTOMERS + j], buffer[CUSTOMERS + LANES + j], buffer[CUSTOMERS + 2 * LANES + j]
            service = (
                x0 * buffer[SERVICE_EACH + j]
                + x1 * buffer[SERVICE_EACH + LANES + j]
                + x2 * buffer[SERVICE_EACH + 2 * LANES + j]
            )
            present = x0 + x1 + x2
            buffer[SERVICE_WITHOUT + j] = service / present if present > 0.0 else 0.0
        _copy(buffer, SERVICE_WITHOUT, past + PAST_SERVICE, 1)
        _fill(buffer, SERVICE_WITHOUT, 1, 0.0)  # the baseline saves nothing against itself
        _one_period(buffer, count, hold, factors[t], sums[t])
    _close(buffer, count, factors[periods], sums[periods])
    for t in range(periods):
        worth_from = HISTORY + t * HISTORY_ROWS * LANES + PAST_WORTH
        for j in range(LANES):
            buffer[worth_from + j] = buffer[WORTH + j] - buffer[worth_from + j]


@compiled
def _first_period(levers, portfolios, portfolio, group, periods):
    """The first period in which a portfolio touches a group; `periods` where it never does."""
    first = periods
    for member in range(portfolios.begin[portfolio], portfolios.begin[portfolio + 1]):
        initiative = portfolios.members[member]
        if levers.begin[initiative, group] < levers.begin[initiative, group + 1]:
            first = min(first, levers.first[initiative])
    return first


@compiled
def _touched(levers, portfolios, portfolio, group):
    """The bits of all that a portfolio touches in a group."""
    bits = 0
    for member in range(portfolios.begin[portfolio], portfolios.begin[portfolio + 1]):
        bits |= levers.touched[portfolios.members[member], group]
    return bits


@compiled
def _changes_in(levers, portfolios, portfolio, group, period):
    """Whether the intensity of any lever of a portfolio in a group differs from the period before."""
    for member in range(portfolios.begin[portfolio], portfolios.begin[portfolio + 1]):
        initiative = portfolios.members[member]
        if levers.begin[initiative, group] < levers.begin[initiative, group + 1] and levers.changes[initiative, period]:
            return True
    return False


@compiled
def _with_portfolio(numbers, levers, portfolios, portfolio, group, begin, hold, factors, count, buffer, values, sums):
    """Roll a group with a portfolio from the period `begin` on."""
    periods = len(factors) - 1
    past = HISTORY + begin * HISTORY_ROWS * LANES
    _copy(buffer, past, CUSTOMERS, 3)
    _copy(buffer, past + PAST_TARGET, TARGET, 1)
    for j in range(LANES):
        buffer[WORTH + j] = -buffer[past + PAST_WORTH + j]
    touched = _touched(levers, portfolios, portfolio, group)
    for t in range(begin, periods):
        if t == begin or _changes_in(levers, portfolios, portfolio, group, t):
            _without_levers(buffer, touched)
            for member in range(portfolios.begin[portfolio], portfolios.begin[portfolio + 1]):
                initiative = portfolios.members[member]
                if levers.begin[initiative, group] < levers.begin[initiative, group + 1]:
                    _apply_levers(numbers, levers, initiative, group, t, buffer, values)
            _take_effect(buffer, touched)
        _copy(buffer, HISTORY + t * HISTORY_ROWS * LANES + PAST_SERVICE, SERVICE_WITHOUT, 1)
        _one_period(buffer, count, hold, factors[t], sums[t])
    _close(buffer, count, factors[periods], sums[periods])
    _without_levers(buffer, touched)  # leave the group as it was, for the next portfolio
    _take_effect(buffer, touched)


@compiled
def _simulate(numbers, groups, levers, portfolios, hold, factors, first, last, worth, sums):
    """Simulate the draws from `first` up to `last`; see `simulate`."""
    periods = len(factors) - 1
    values = HISTORY + HISTORY_ROWS * periods * LANES
    buffer = np.ones(values + (len(numbers.fixed) + len(numbers.drawn)) * LANES)
    _load_fixed(numbers, buffer, values)
    for tile in range(first, last, LANES):
        count = min(LANES, last - tile)
        _load_drawn(numbers, tile, count, buffer, values)
        for group in range(len(groups.numbers)):
            _start(groups, levers, group, buffer, values)
            _baseline(buffer, count, periods, hold, factors, sums[0, group])
            _add_worth(buffer, worth[0], tile, count)
            for portfolio in range(len(portfolios.begin) - 1):
                begin = _first_period(levers, portfolios, portfolio, group, periods)
                if begin < periods:
                    into = sums[portfolio + 1, group]
                    _with_portfolio(
                        numbers, levers, portfolios, portfolio, group, begin, hold, factors, count, buffer, values, into
                    )
                    _add_worth(buffer, worth[portfolio + 1], tile, count)


@compiled
def _add_worth(buffer, worth, first, count):
    for j in range(count):
        worth[first + j] += buffer[WORTH + j]


class Cohorts(NamedTuple):
    """What the kernel returns. Index 0 of the first axis is the baseline, p + 1 the portfolio p.

    `worth`: present value after tax per draw, (1 + portfolios, draws); of a portfolio the difference from the baseline,
    without the costs that do not depend on customers. `lines`: means over the draws, before tax and undiscounted,
    (1 + portfolios, groups, periods + 1, LINES); the last period holds the customers at the end only.
    """

    worth: Floats
    lines: Floats


def simulate(
    numbers: Numbers,
    groups: Groups,
    levers: Levers,
    portfolios: Portfolios,
    policy: Policy,
    factors: Floats,
    threads: int | None = None,
) -> Cohorts:
    """The baseline and every portfolio, on the same draws.

    Args:
        factors: present value after tax of one unit of money in each period, and of one of run-off, (periods + 1,).
        threads: how many to use, all processors by default; the result does not depend on it.
    """
    draws, periods = numbers.drawn.shape[1], len(factors) - 1
    count = 1 + len(portfolios.begin) - 1
    worth = np.zeros((count, draws))
    sums = np.zeros((CHUNKS, count, len(groups.numbers), periods + 1, LINES))
    edges = [min(draws, LANES * (-(-draws // LANES) * chunk // CHUNKS)) for chunk in range(CHUNKS + 1)]

    def run(chunk: int) -> None:
        _simulate(
            numbers,
            groups,
            levers,
            portfolios,
            policy is Policy.HOLD,
            factors,
            edges[chunk],
            edges[chunk + 1],
            worth,
            sums[chunk],
        )

    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        list(pool.map(run, range(CHUNKS)))
    lines = sums.sum(axis=0) / draws
    _fill_untouched(lines, levers, portfolios)
    return Cohorts(worth, lines)


def _fill_untouched(lines: Floats, levers: Levers, portfolios: Portfolios) -> None:
    """Where a portfolio was not simulated because it changes nothing yet, it equals the baseline."""
    periods = lines.shape[2] - 1
    for portfolio in range(len(lines) - 1):
        for group in range(lines.shape[1]):
            begin = _first_period(levers, portfolios, portfolio, group, periods)
            until = begin if begin < periods else periods + 1
            lines[portfolio + 1, group, :until] = lines[0, group, :until]
