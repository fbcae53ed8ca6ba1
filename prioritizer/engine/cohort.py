"""The kernel: customers by segment through time, and the money they bring, for many portfolios on the same draws.

It is the section *One period* of docs/model.md, written for speed: the innermost loops run over the draws of one tile,
whose rows lie side by side in one flat scratch buffer, because that is what compilers turn into vector instructions.
A row is LANES numbers, one per draw; `row + lane` is a place in the buffer.

    for each tile of draws, for each group:
        roll the baseline, and remember it by period
        for each portfolio that touches the group, from the first period in which it does:
            where an intensity changes: what the levers make of the group's numbers   (`_apply_all`, `_take_effect`)
            roll the customers one period on, and count their money                  (`_one_period`)

Before its first period a portfolio equals the baseline, and a group that it does not touch stays as it is, so neither
is computed.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from prioritizer.domain.company import Policy
from prioritizer.engine.compiled import compiled, inlined

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LANES = 96  # draws of a tile: rows of this length neither crowd the nearest cache nor collide in it
CHUNKS = 16  # a fixed number, so that sums do not depend on the number of threads

# What a lever does, by its code in `Levers.listed`; the relative ones name the factor they multiply.
MOVE, NEWCOMERS_MIX, EXTRA, PER_CUSTOMER, RELATIVE = 0, 1, 2, 3, 4

# The factors that relative levers multiply, in the order of the rows from FACTORS on.
CHURN, REVENUE, CONTACTS, REFERRALS, PUT_OFF, CONTACT_COST, ACQUISITION_COST = 0, 3, 6, 9, 12, 15, 16
FACTOR_COUNT = 17

# What an initiative touches in a group, as bits: pairs of segments that its moves and its newcomers' moves connect (by
# source · 3 + to), the factors it multiplies, costs per customer, extra customers.
MOVE_BIT, MIX_BIT, FACTOR_BIT = 0, 9, 18
TOUCHES, EXTRAS = 1 << (FACTOR_BIT + FACTOR_COUNT), 1 << (FACTOR_BIT + FACTOR_COUNT + 1)
MOVES, MIX_MOVES = 0b111_111_111 << MOVE_BIT, 0b111_111_111 << MIX_BIT
CHURNS = 0b111 << (FACTOR_BIT + CHURN)
SERVICES = 0b111 << (FACTOR_BIT + CONTACTS) | 1 << (FACTOR_BIT + CONTACT_COST)
OTHERS = (0b111 << REVENUE | 0b111 << REFERRALS | 0b111 << PUT_OFF | 1 << ACQUISITION_COST) << FACTOR_BIT
EVERYTHING = (1 << (FACTOR_BIT + FACTOR_COUNT + 2)) - 1

# What is summed over the draws for each period; customers stand at the start of the period, the lost leave at its end.
MARGIN, SERVICE, ACQUISITION, OWN_COST, UNCASHED, PROMOTERS, PASSIVES, DETRACTORS, LOST = range(9)
LINES = 9


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
WORTH = _rows(1)  # present value so far
RAMP = _rows(1)
INTENSITY = _rows(1)  # φ: ramp · reach, times success
SCRATCH = _rows(1)
HISTORY = _taken  # for each period: customers (3), target, service cost per customer, present value from here on
PAST_TARGET, PAST_SERVICE, PAST_WORTH = 3 * LANES, 4 * LANES, 5 * LANES
HISTORY_ROWS = 6
# behind the history: one row for every number of the model

LARGEST_SHARE = 1 - 1e-9
SMALLEST = 1e-300  # keeps the logarithm of what many moves leave finite
INSTANT = 1e-9  # periods
NOWHERE = 0  # a reference that is not looked at


class Numbers(NamedTuple):
    """Every number of the model; references count the fixed ones first, then the uncertain ones."""

    fixed: Floats  # (fixed numbers,)
    drawn: Floats  # (uncertain numbers, draws)


class Groups(NamedTuple):
    """References to each group's numbers, in the order of the rows from OPENING on."""

    numbers: Ints  # (groups, GROUP_ROWS)


# The columns of `Levers.initiatives`, then those of `Levers.listed`; references are to `Numbers`.
START, WINDOW_END, FIRST, DELAY, RAMP_UP, DURATION, FADE_OUT, SUCCESS = range(8)
CODE, SOURCE, TO, LEVER_SIZE, COST_EACH = range(5)


class Levers(NamedTuple):
    """Initiatives as numbers: when, whom, how much.

    Columns of `initiatives`: the first period, the period in which the benefit window has ended, the first period with
    any effect in any draw; references to delay, ramp-up, duration, fade-out; to 1 or 0 for success, or an intensity.
    Columns of `listed`: what the lever does; the segment it moves from, its factor, or the segment it costs; the
    segment it moves to; references to its size and to what each extra customer costs.
    """

    initiatives: Ints  # (initiatives, 8)
    changes: npt.NDArray[np.bool_]  # (initiatives, periods) whether any draw's intensity differs from the period before
    reach: Ints  # (initiatives, groups) references
    touched: Ints  # (initiatives, groups) bits of what the initiative touches in the group
    begin: Ints  # (initiatives, groups + 1) where the levers of an initiative in a group begin
    listed: Ints  # (levers, 5)
    causal: int  # reference to the causal share


class Portfolios(NamedTuple):
    """Which initiatives are simulated together."""

    begin: Ints  # (portfolios + 1,) where the members of a portfolio begin
    members: Ints  # initiatives


@inlined
def _rows_at(buffer, row):
    """One row of the buffer as an array of its own."""
    return buffer[row : row + LANES]


@inlined
def _fill(buffer, count, row, value):
    for j in range(count):
        buffer[row + j] = value


@inlined
def _copy(buffer, count, source, row):
    """Copy one row to another."""
    from_, to = _rows_at(buffer, source), _rows_at(buffer, row)
    for j in range(count):
        to[j] = from_[j]


@compiled
def _load_fixed(numbers, buffer, values):
    """The fixed numbers into their rows, the same for every draw."""
    for reference in range(len(numbers.fixed)):
        _fill(buffer, LANES, values + reference * LANES, numbers.fixed[reference])


@compiled
def _load_drawn(numbers, first, count, buffer, values):
    """A tile's draws of the uncertain numbers into their rows."""
    row = values + len(numbers.fixed) * LANES
    for reference in range(len(numbers.drawn)):
        for j in range(count):
            buffer[row + j] = numbers.drawn[reference, first + j]
        row += LANES


@inlined
def _ramp(numbers, dates, period, buffer, count, values):
    """How far an initiative is in force in a period, 0 to 1, into the row RAMP (section *Initiatives*)."""
    ramp = _rows_at(buffer, RAMP)
    since = period + 0.5 - dates[START]
    if period >= dates[WINDOW_END]:
        ramp[:] = 0.0
    elif max(dates[DELAY], dates[RAMP_UP], dates[DURATION], dates[FADE_OUT]) < len(numbers.fixed):
        fixed = numbers.fixed
        force = _in_force(
            since - fixed[dates[DELAY]], fixed[dates[RAMP_UP]], fixed[dates[DURATION]], fixed[dates[FADE_OUT]]
        )
        for j in range(count):
            ramp[j] = force
    else:
        delay, ramp_up = (
            _rows_at(buffer, values + dates[DELAY] * LANES),
            _rows_at(buffer, values + dates[RAMP_UP] * LANES),
        )
        duration = _rows_at(buffer, values + dates[DURATION] * LANES)
        fade_out = _rows_at(buffer, values + dates[FADE_OUT] * LANES)
        for j in range(count):
            ramp[j] = _in_force(since - delay[j], ramp_up[j], duration[j], fade_out[j])


@inlined
def _in_force(since, ramp_up, duration, fade_out):
    """The ramp at a time since the effect begins. Durations are whole and `since` is not: 0 is as good as INSTANT."""
    risen = min(max(since / max(ramp_up, INSTANT), 0.0), 1.0)
    faded = min(max((since - ramp_up - duration) / max(fade_out, INSTANT), 0.0), 1.0)
    return min(risen, 1.0 - faded)


@compiled
def _without_levers(buffer, count, touched):
    """The neutral element of every combination of levers, in what is touched."""
    for pair in range(9):
        if touched >> (MOVE_BIT + pair) & 1:
            _fill(buffer, count, KEPT + pair * LANES, 1.0)
        if touched >> (MIX_BIT + pair) & 1:
            _fill(buffer, count, MIX_KEPT + pair * LANES, 1.0)
    for factor in range(FACTOR_COUNT):
        if touched >> (FACTOR_BIT + factor) & 1:
            _fill(buffer, count, FACTORS + factor * LANES, 1.0)
    if touched & TOUCHES:
        for s in range(3):
            _fill(buffer, count, TOUCH_COST + s * LANES, 0.0)
    if touched & EXTRAS:
        _fill(buffer, count, EXTRA_CUSTOMERS, 0.0)
        _fill(buffer, count, EXTRA_COST, 0.0)


@compiled
def _apply_levers(numbers, dates, reach_reference, levers, causal, period, buffer, count, values):
    """Combine the levers of one initiative in one group, at the intensity of a period, with those applied before."""
    _ramp(numbers, dates, period, buffer, count, values)
    ramp, intensity, scratch = _rows_at(buffer, RAMP), _rows_at(buffer, INTENSITY), _rows_at(buffer, SCRATCH)
    reach = _rows_at(buffer, values + reach_reference * LANES)
    success = _rows_at(buffer, values + dates[SUCCESS] * LANES)
    for j in range(count):
        intensity[j] = ramp[j] * reach[j] * success[j]
    for lever in levers:
        code, source, to = lever[CODE], lever[SOURCE], lever[TO]
        size = _rows_at(buffer, values + lever[LEVER_SIZE] * LANES)
        if code == RELATIVE:
            factor = _rows_at(buffer, FACTORS + source * LANES)
            for j in range(count):
                factor[j] *= 1.0 + intensity[j] * size[j]
        elif code == MOVE:
            causes = _rows_at(buffer, values + causal * LANES)
            for j in range(count):
                scratch[j] = intensity[j] * size[j] * causes[j]
            _move(buffer, count, KEPT, source, to, scratch)
        elif code == NEWCOMERS_MIX:
            for j in range(count):
                scratch[j] = intensity[j] * size[j]
            _move(buffer, count, MIX_KEPT, source, to, scratch)
        elif code == EXTRA:  # not times reach
            each = _rows_at(buffer, values + lever[COST_EACH] * LANES)
            extra, cost = _rows_at(buffer, EXTRA_CUSTOMERS), _rows_at(buffer, EXTRA_COST)
            for j in range(count):
                scratch[j] = ramp[j] * success[j] * size[j]
                extra[j] += scratch[j]
                cost[j] += scratch[j] * each[j]
        elif code == PER_CUSTOMER:  # due whether the initiative succeeds or not
            cost = _rows_at(buffer, TOUCH_COST + source * LANES)
            for j in range(count):
                cost[j] += ramp[j] * reach[j] * size[j]


@compiled
def _move(buffer, count, kept, source, to, shares):
    """Multiply what a move leaves where it is; a negative share moves the other way."""
    there = _rows_at(buffer, kept + (source * 3 + to) * LANES)
    back = _rows_at(buffer, kept + (to * 3 + source) * LANES)
    for j in range(count):
        share = min(max(shares[j], -LARGEST_SHARE), LARGEST_SHARE)
        there[j] *= 1.0 - max(share, 0.0)
        back[j] *= 1.0 + min(share, 0.0)


@compiled
def _share_moved(buffer, count, kept, touched, source, to):
    """The share of `source` that moves to `to`, into the row SCRATCH.

    Moves out of one segment compete: with hazards −ln(kept), 1 − exp(−Z) of it moves, split in proportion to them.
    """
    rival = 3 - source - to
    share, left = _rows_at(buffer, SCRATCH), _rows_at(buffer, kept + (source * 3 + to) * LANES)
    for j in range(count):
        share[j] = 1.0 - left[j]
    if touched >> (source * 3 + rival) & 1:
        left_by_rival = _rows_at(buffer, kept + (source * 3 + rival) * LANES)
        for j in range(count):
            if left[j] < 1.0 and left_by_rival[j] < 1.0:
                hazard, against = np.log(max(left[j], SMALLEST)), np.log(max(left_by_rival[j], SMALLEST))
                share[j] = (1.0 - left[j] * left_by_rival[j]) * hazard / (hazard + against)


@compiled
def _pass_on(buffer, count, source, to):
    """Let the share of stayers in `source` that moves (SCRATCH) arrive in `to`, whatever segment they came from."""
    for s in range(3):
        stay, share = _rows_at(buffer, STAY + s * LANES), _rows_at(buffer, SCRATCH)
        migration = _rows_at(buffer, GIVEN_MIGRATION + (s * 3 + source) * LANES)
        leaving = _rows_at(buffer, STAYING + (s * 3 + source) * LANES)
        arriving = _rows_at(buffer, STAYING + (s * 3 + to) * LANES)
        for j in range(count):
            flow = stay[j] * migration[j] * share[j]
            leaving[j] -= flow
            arriving[j] += flow


@compiled
def _pass_on_newcomers(buffer, count, source, to):
    """Let the share of newcomers in `source` that moves (SCRATCH) arrive in `to`."""
    given, share = _rows_at(buffer, GIVEN_MIX + source * LANES), _rows_at(buffer, SCRATCH)
    leaving, arriving = _rows_at(buffer, MIX + source * LANES), _rows_at(buffer, MIX + to * LANES)
    for j in range(count):
        flow = given[j] * share[j]
        leaving[j] -= flow
        arriving[j] += flow


@inlined
def _stay(buffer, count, s):
    """Stayers of segment `s` by the segment in which natural migration leaves them."""
    row = s * 3 * LANES
    for j in range(count):
        churn = buffer[GIVEN_CHURN + s * LANES + j] * buffer[FACTORS + (CHURN + s) * LANES + j]
        stay = 1.0 - min(max(churn, 0.0), 1.0)
        buffer[STAY + s * LANES + j] = stay
        buffer[STAYING + row + j] = stay * buffer[GIVEN_MIGRATION + row + j]
        buffer[STAYING + row + LANES + j] = stay * buffer[GIVEN_MIGRATION + row + LANES + j]
        buffer[STAYING + row + 2 * LANES + j] = stay * buffer[GIVEN_MIGRATION + row + 2 * LANES + j]


@compiled
def _stay_and_move(buffer, count, touched):
    """Stayers by segment now and next: churn, then natural migration, then all moves at once."""
    if touched & (MOVES | 1 << (FACTOR_BIT + CHURN)):
        _stay(buffer, count, 0)
    if touched & (MOVES | 1 << (FACTOR_BIT + CHURN + 1)):
        _stay(buffer, count, 1)
    if touched & (MOVES | 1 << (FACTOR_BIT + CHURN + 2)):
        _stay(buffer, count, 2)
    for source in range(3):
        for to in range(3):
            if touched >> (MOVE_BIT + source * 3 + to) & 1:
                _share_moved(buffer, count, KEPT, touched >> MOVE_BIT, source, to)
                _pass_on(buffer, count, source, to)


@compiled
def _mix_newcomers(buffer, count, touched):
    """The segments in which newcomers arrive."""
    for s in range(3):
        _copy(buffer, count, GIVEN_MIX + s * LANES, MIX + s * LANES)
    for source in range(3):
        for to in range(3):
            if touched >> (MIX_BIT + source * 3 + to) & 1:
                _share_moved(buffer, count, MIX_KEPT, touched >> MIX_BIT, source, to)
                _pass_on_newcomers(buffer, count, source, to)


@compiled
def _multiply(buffer, count, touched, given, factor, row, rows):
    """A group's given numbers times their factors, where they are touched."""
    for s in range(rows):
        if touched >> (FACTOR_BIT + factor + s) & 1:
            number, by = _rows_at(buffer, given + s * LANES), _rows_at(buffer, FACTORS + (factor + s) * LANES)
            product = _rows_at(buffer, row + s * LANES)
            for j in range(count):
                product[j] = number[j] * by[j]


@compiled
def _serve(buffer, count, touched):
    """Service cost per customer: contacts times the cost of one."""
    each_contact = touched >> (FACTOR_BIT + CONTACT_COST) & 1
    cost, cost_factor = _rows_at(buffer, GIVEN_CONTACT_COST), _rows_at(buffer, FACTORS + CONTACT_COST * LANES)
    for s in range(3):
        if each_contact or touched >> (FACTOR_BIT + CONTACTS + s) & 1:
            contacts = _rows_at(buffer, GIVEN_CONTACTS + s * LANES)
            factor = _rows_at(buffer, FACTORS + (CONTACTS + s) * LANES)
            service = _rows_at(buffer, SERVICE_EACH + s * LANES)
            for j in range(count):
                service[j] = contacts[j] * factor[j] * cost[j] * cost_factor[j]


@compiled
def _take_effect(buffer, count, touched):
    """The group's numbers in force, from those given and what the levers have combined to; only what is touched."""
    if touched & (MOVES | CHURNS):
        _stay_and_move(buffer, count, touched)
    if touched & MIX_MOVES:
        _mix_newcomers(buffer, count, touched)
    if touched & SERVICES:
        _serve(buffer, count, touched)
    if touched & OTHERS:
        _multiply(buffer, count, touched, GIVEN_MARGIN, REVENUE, MARGIN_EACH, 3)
        _multiply(buffer, count, touched, GIVEN_REFERRALS, REFERRALS, REFERRED, 3)
        _multiply(buffer, count, touched, GIVEN_PUT_OFF, PUT_OFF, PUT_OFF_EACH, 3)
        _multiply(buffer, count, touched, GIVEN_ACQUISITION_COST, ACQUISITION_COST, WIN_COST, 1)


@compiled
def _one_period(buffer, count, service_without, hold, factor, sums):
    """Section *One period*: roll the customers one period on, count their money, add it to the sums over the draws.

    `service_without` is the baseline's service cost per customer, (draws,); `factor` turns the period's money into
    present value after tax.
    """
    margins = services = acquisitions = own_costs = uncashed_savings = promoters = passives = detractors = stayers = 0.0
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
        stay = stay0 + stay1 + stay2
        if hold:
            needed = max(buffer[TARGET + j] - stay, 0.0)
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
        saving = (x0 + x1 + x2) * service_without[j] - service
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
        stayers += stay
    sums[MARGIN] += margins
    sums[SERVICE] += services
    sums[ACQUISITION] += acquisitions
    sums[OWN_COST] += own_costs
    sums[UNCASHED] += uncashed_savings
    sums[PROMOTERS] += promoters
    sums[PASSIVES] += passives
    sums[DETRACTORS] += detractors
    sums[LOST] += promoters + passives + detractors - stayers


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
def _start(groups, group, buffer, count, values):
    """A group's given numbers and opening customers, before any initiative."""
    for row in range(GROUP_ROWS):
        _copy(buffer, count, values + groups.numbers[group, row] * LANES, row * LANES)
    for s in range(3):
        _copy(buffer, count, OPENING + s * LANES, CUSTOMERS + s * LANES)
    everything = np.int64(EVERYTHING)
    _without_levers(buffer, count, everything)
    _take_effect(buffer, count, everything)
    for j in range(count):
        opening = buffer[OPENING + j] + buffer[OPENING + LANES + j] + buffer[OPENING + 2 * LANES + j]
        buffer[TARGET + j] = opening * buffer[GROWTH + j]
    _fill(buffer, count, WORTH, 0.0)


@compiled
def _baseline(buffer, count, periods, hold, factors, sums):
    """Roll a group without initiatives; leave its history by period in the buffer."""
    for t in range(periods):
        past = HISTORY + t * HISTORY_ROWS * LANES
        for s in range(3):
            _copy(buffer, count, CUSTOMERS + s * LANES, past + s * LANES)
        _copy(buffer, count, TARGET, past + PAST_TARGET)
        _copy(buffer, count, WORTH, past + PAST_WORTH)
        for j in range(count):
            x0, x1, x2 = buffer[CUSTOMERS + j], buffer[CUSTOMERS + LANES + j], buffer[CUSTOMERS + 2 * LANES + j]
            service = (
                x0 * buffer[SERVICE_EACH + j]
                + x1 * buffer[SERVICE_EACH + LANES + j]
                + x2 * buffer[SERVICE_EACH + 2 * LANES + j]
            )
            present = x0 + x1 + x2
            buffer[SCRATCH + j] = service / present if present > 0.0 else 0.0
        _copy(buffer, count, SCRATCH, past + PAST_SERVICE)
        _fill(buffer, count, SCRATCH, 0.0)  # the baseline saves nothing against itself
        _one_period(buffer, count, _rows_at(buffer, SCRATCH), hold, factors[t], sums[t])
    _close(buffer, count, factors[periods], sums[periods])
    for t in range(periods):
        worth_from = HISTORY + t * HISTORY_ROWS * LANES + PAST_WORTH
        for j in range(count):
            buffer[worth_from + j] = buffer[WORTH + j] - buffer[worth_from + j]


@compiled
def _first_period(levers, members, group, periods):
    """The first period in which some initiatives touch a group; `periods` where they never do."""
    first = periods
    for initiative in members:
        if levers.touched[initiative, group]:
            first = min(first, levers.initiatives[initiative, FIRST])
    return first


@compiled
def _change_in(levers, members, group, period):
    """Whether the intensity of any lever of some initiatives in a group differs from the period before."""
    for initiative in members:  # noqa: SIM110, numba compiles no generators
        if levers.changes[initiative, period] and levers.touched[initiative, group]:
            return True
    return False


@inlined
def _apply_all(numbers, levers, members, group, period, buffer, count, values):
    """Combine the levers of several initiatives in a group at the intensities of a period."""
    for initiative in members:
        if levers.touched[initiative, group]:
            begin, end = levers.begin[initiative, group], levers.begin[initiative, group + 1]
            dates, reach = levers.initiatives[initiative], levers.reach[initiative, group]
            listed = levers.listed[begin:end]
            _apply_levers(numbers, dates, reach, listed, levers.causal, period, buffer, count, values)


@compiled
def _with_initiatives(numbers, levers, members, group, begin, stale, hold, factors, buffer, count, values, sums):
    """Roll a group with some initiatives from the period `begin` on; returns the bits of what they touch.

    `stale` are the bits of what the initiatives simulated before have left changed.
    """
    touched = np.int64(0)
    for initiative in members:
        touched |= levers.touched[initiative, group]
    past = HISTORY + begin * HISTORY_ROWS * LANES
    for s in range(3):
        _copy(buffer, count, past + s * LANES, CUSTOMERS + s * LANES)
    _copy(buffer, count, past + PAST_TARGET, TARGET)
    for j in range(count):
        buffer[WORTH + j] = -buffer[past + PAST_WORTH + j]
    periods = len(factors) - 1
    for t in range(begin, periods):
        if t == begin or _change_in(levers, members, group, t):
            renewed = touched | stale if t == begin else touched
            _without_levers(buffer, count, renewed)
            _apply_all(numbers, levers, members, group, t, buffer, count, values)
            _take_effect(buffer, count, renewed)
        service_without = _rows_at(buffer, HISTORY + t * HISTORY_ROWS * LANES + PAST_SERVICE)
        _one_period(buffer, count, service_without, hold, factors[t], sums[t])
    _close(buffer, count, factors[periods], sums[periods])
    return touched


@compiled
def _simulate(numbers, groups, levers, portfolios, hold, factors, first, last, worth, sums):
    """Simulate the draws from `first` up to `last`; see `simulate`."""
    periods = len(factors) - 1
    values = HISTORY + HISTORY_ROWS * periods * LANES
    buffer = np.ones(values + (len(numbers.fixed) + len(numbers.drawn)) * LANES)
    _load_fixed(numbers, buffer, values)
    gained = np.zeros((len(worth), LANES))
    for tile in range(first, last, LANES):
        count = min(LANES, last - tile)
        _load_drawn(numbers, tile, count, buffer, values)
        gained[:] = 0.0
        for group in range(len(groups.numbers)):
            _start(groups, group, buffer, count, values)
            _baseline(buffer, count, periods, hold, factors, sums[0, group])
            _add_worth(buffer, count, gained[0])
            stale = np.int64(0)  # a plain 0 would be compiled apart
            for portfolio in range(len(portfolios.begin) - 1):
                members = portfolios.members[portfolios.begin[portfolio] : portfolios.begin[portfolio + 1]]
                begin = _first_period(levers, members, group, periods)
                if begin < periods:
                    into = sums[portfolio + 1, group]
                    stale = _with_initiatives(
                        numbers, levers, members, group, begin, stale, hold, factors, buffer, count, values, into
                    )
                    _add_worth(buffer, count, gained[portfolio + 1])
        for portfolio in range(len(worth)):
            for j in range(count):
                worth[portfolio, tile + j] = gained[portfolio, j]


@compiled
def _add_worth(buffer, count, gained):
    for j in range(count):
        gained[j] += buffer[WORTH + j]


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
    chunks = [chunk for chunk in range(CHUNKS) if edges[chunk] < edges[chunk + 1]]

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

    _run_all(run, chunks, threads or os.cpu_count() or 1)
    lines = sums.sum(axis=0) / draws
    _fill_untouched(lines, levers, portfolios)
    return Cohorts(worth, lines)


def _run_all(run: Callable[[int], None], chunks: list[int], threads: int) -> None:
    """Run the chunks, side by side where there is more than one and more than one thread for them."""
    if threads == 1 or len(chunks) == 1:
        for chunk in chunks:
            run(chunk)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, chunks))


def _fill_untouched(lines: Floats, levers: Levers, portfolios: Portfolios) -> None:
    """Where a portfolio was not simulated because it changes nothing yet, it equals the baseline."""
    periods = lines.shape[2] - 1
    for portfolio in range(len(lines) - 1):
        for group in range(lines.shape[1]):
            members = portfolios.members[portfolios.begin[portfolio] : portfolios.begin[portfolio + 1]]
            begin = _first_period(levers, members, group, periods)
            until = begin if begin < periods else periods + 1
            lines[portfolio + 1, group, :until] = lines[0, group, :until]
