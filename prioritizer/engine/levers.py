"""A company and its initiatives, on given draws, as the arrays that the kernel reads: what changes, when, for whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from prioritizer.domain.assumptions import all_numbers
from prioritizer.domain.company import Company, Group, Policy, TerminalValue
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.initiatives import (
    ALL,
    ExtraCustomers,
    Initiative,
    LeverRecord,
    Move,
    NewcomersMix,
    RelativeChange,
    Target,
)
from prioritizer.engine import cohort
from prioritizer.engine.claims import Delivery
from prioritizer.engine.cohort import Groups, Levers, Numbers, Portfolios
from prioritizer.engine.sampling import Sample, means, stratified, take_sample
from prioritizer.engine.valuation import lifetime_value
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _

Floats = npt.NDArray[np.float64]
Drawn = dict[str, "float | Floats"]

UNENDING = 1e9  # periods of a lever without a duration: longer than any window

_FACTORS = {
    Target.CHURN: cohort.CHURN,
    Target.REVENUE: cohort.REVENUE,
    Target.CONTACTS: cohort.CONTACTS,
    Target.REFERRALS: cohort.REFERRALS,
    Target.PUT_OFF: cohort.PUT_OFF,
    Target.CONTACT_COST: cohort.CONTACT_COST,
    Target.ACQUISITION_COST: cohort.ACQUISITION_COST,
}


@dataclass(frozen=True)
class Timeline:
    """When an initiative is in force, in whole periods: one number, or one per draw."""

    start: int
    delay: float | Floats
    ramp_up: float | Floats
    duration: float | Floats
    fade_out: float | Floats

    def durations(self) -> tuple[float | Floats, ...]:
        """Delay, ramp-up, duration and fade-out."""
        return (self.delay, self.ramp_up, self.duration, self.fade_out)

    def paid_until(self, window_end: int) -> float | Floats:
        """The period from which running costs are no longer due."""
        return np.minimum(self.start + sum(self.durations()), window_end)

    def changes(self, window_end: int, periods: int) -> npt.NDArray[np.bool_]:
        """The periods in which the intensity of some draw may differ from the period before, shape (periods,)."""
        (first, last) = (self.start + np.min(self.delay), self.start + np.max(self.delay))
        fading = (first + np.min(self.ramp_up) + np.min(self.duration), last + sum(map(np.max, self.durations()[1:])))
        period = np.arange(periods)
        rising = (first <= period) & (period <= last + np.max(self.ramp_up))
        falling = (fading[0] <= period) & (period <= fading[1])
        return (rising | falling | (period == window_end)) & (period <= window_end)


@dataclass(frozen=True)
class Inputs:
    """Everything a simulation needs, on one set of draws.

    `drawn` holds the draws of every number by name; `success` of each initiative 1 or 0 per draw (or an intensity).
    `sample` is what was drawn at random, None where nothing was.
    """

    company: Company
    initiatives: tuple[Initiative, ...]
    drawn: Drawn
    delivery: Delivery
    success: tuple[float | Floats, ...]
    draws: int
    sample: Sample | None = None

    def success_drawn(self, id_: str, probability: float | Floats) -> float | Floats | None:
        """The success of an initiative; None where it is not here, or has another probability."""
        mine = self.drawn.get(f"initiatives.{id_}.probability_of_success", np.nan)
        if mine is not probability and (np.ndim(mine) or np.ndim(probability) or mine != probability):
            return None
        return next(success for one, success in zip(self.initiatives, self.success, strict=True) if one.id == id_)

    def timeline(self, initiative: Initiative) -> Timeline:
        """An initiative's dates, rounded to whole periods in each draw."""
        place = f"initiatives.{initiative.id}"
        delay = np.round(self.drawn[f"{place}.delay"]) + self.delivery.extra_delay(initiative)
        duration = UNENDING if initiative.duration is None else np.round(self.drawn[f"{place}.duration"])
        ramp_up, fade_out = (np.round(self.drawn[f"{place}.{key}"]) for key in ("ramp_up", "fade_out"))
        return Timeline(initiative.first_start, delay, ramp_up, duration, fade_out)


def sampled(
    company: Company, initiatives: Sequence[Initiative], draws: int, seed: int, like: Inputs | None = None
) -> Inputs:
    """Inputs on random draws. In each draw an initiative succeeds or not.

    What depends on nothing that differs from `like`, earlier inputs on as many draws for the same seed, is taken from
    there. The result is the same to the last bit.
    """
    known = like if like and like.sample and (like.draws, like.sample.seed) == (draws, seed) else None
    numbers = all_numbers(company, initiatives)
    sample = take_sample(numbers, draws, seed, company.correlate, known.sample if known else None)
    success = tuple(_succeeds(initiative, sample, known) for initiative in initiatives)
    delivery = Delivery(company, initiatives, draws, seed, known.delivery if known else None)
    return Inputs(company, tuple(initiatives), sample.drawn, delivery, success, draws, sample)


def _succeeds(initiative: Initiative, sample: Sample, known: Inputs | None) -> float | Floats:
    place = f"initiatives.{initiative.id}"
    probability = sample.drawn[f"{place}.probability_of_success"]
    if np.ndim(probability) == 0 and probability >= 1:
        return 1.0
    earlier = known.success_drawn(initiative.id, probability) if known else None
    if earlier is not None:
        return earlier
    return (stratified(f"{place}.success", sample.draws, sample.seed) < probability).astype(float)


def at_means(company: Company, initiatives: Sequence[Initiative], success: Sequence[float]) -> Inputs:
    """Inputs on one draw in which every number is at its mean; `success` is the intensity of each initiative."""
    drawn: Drawn = dict(means(all_numbers(company, initiatives)))
    return Inputs(company, tuple(initiatives), drawn, Delivery(company, initiatives, 1, None), tuple(success), 1)


class _Sheet:
    """Collects numbers and hands out references to them: negative ones for uncertain numbers until all are known."""

    def __init__(self, draws: int):
        self.draws = draws
        self.drawn: list[Floats] = []
        self.fixed: list[float] = []
        self.known: dict[float, int] = {}

    def add(self, value: float | Floats) -> int:
        if np.ndim(value) > 0:
            self.drawn.append(np.asarray(value, dtype=float))
            return -len(self.drawn)
        number = float(value)
        if number not in self.known:
            self.known[number] = len(self.fixed)
            self.fixed.append(number)
        return self.known[number]

    def range(self, reference: int) -> tuple[float, float]:
        """The smallest and the largest draw of a number."""
        if reference >= 0:
            return self.fixed[reference], self.fixed[reference]
        drawn = self.drawn[-1 - reference]
        return float(drawn.min()), float(drawn.max())

    def numbers(self) -> Numbers:
        drawn = np.array(self.drawn) if self.drawn else np.empty((0, self.draws))
        return Numbers(np.array(self.fixed), drawn)

    def settled(self, references: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """References as the kernel reads them: the uncertain numbers behind the fixed ones."""
        return np.where(references >= 0, references, len(self.fixed) - 1 - references)


@dataclass
class _LeverList:
    """The levers of all initiatives in all groups, in the order in which the kernel reads them."""

    begin: list[list[int]] = field(default_factory=list)
    levers: list[list[int]] = field(default_factory=list)

    def add(self, code: int, size: int, source: int = 0, to: int = 0, cost_each: int = cohort.NOWHERE) -> None:
        self.levers.append([code, source, to, size, cost_each])

    def touched(self, sheet: _Sheet) -> list[list[int]]:
        """What each initiative touches in each group, as the kernel's bits."""
        return [
            [
                reduce(or_, (_bits(lever, sheet) for lever in self.levers[first:last]), 0)
                for first, last in pairwise(begins)
            ]
            for begins in self.begin
        ]


def _bits(lever: list[int], sheet: _Sheet) -> int:
    code, source, _to, _size, _cost_each = lever
    match code:
        case cohort.MOVE:
            return _pairs(lever, sheet) << cohort.MOVE_BIT
        case cohort.NEWCOMERS_MIX:
            return _pairs(lever, sheet) << cohort.MIX_BIT
        case cohort.EXTRA:
            return cohort.EXTRAS
        case cohort.PER_CUSTOMER:
            return cohort.TOUCHES
    return 1 << (cohort.FACTOR_BIT + source)


def _pairs(lever: list[int], sheet: _Sheet) -> int:
    """The pair of segments that a move connects, and the pair backwards where some draw is negative."""
    _code, source, to, size, _cost_each = lever
    low, high = sheet.range(size)
    return (high > 0) << (source * 3 + to) | (low < 0) << (to * 3 + source)


@dataclass(frozen=True)
class Arrays:
    """The inputs as the kernel reads them."""

    numbers: Numbers
    groups: Groups
    levers: Levers


def arrays(inputs: Inputs) -> Arrays:
    """The arrays of a simulation."""
    sheet = _Sheet(inputs.draws)
    groups = [_group_row(inputs, name, group, sheet) for name, group in inputs.company.groups.items()]
    levers = _levers(inputs, sheet)
    return Arrays(sheet.numbers(), Groups(sheet.settled(np.array(groups))), _settled(levers, sheet))


def portfolios(sets: Sequence[Sequence[int]]) -> Portfolios:
    """Sets of initiatives, by their positions, as the kernel reads them."""
    begin = np.cumsum([0, *(len(members) for members in sets)])
    members = np.array([member for members in sets for member in members], dtype=np.int64)
    return Portfolios(begin.astype(np.int64), members)


def by_segment(drawn: Drawn, place: str) -> list[float | Floats]:
    """The draws of a number of each segment."""
    return [drawn[f"{place}.{segment}"] for segment in SEGMENTS]


def row_of_shares(drawn: Drawn, place: str) -> list[float | Floats]:
    """The draws of a row of shares, divided by their sum. Raises InputError where that is 0."""
    shares = by_segment(drawn, place)
    total = shares[0] + shares[1] + shares[2]
    if np.any(np.asarray(total) <= 0):
        remedy = _("Let at least one of the three shares stay above 0.")
        raise InputError([Complaint(_("the shares sum to 0, in some draw at least"), remedy, place=place)])
    return [share / total for share in shares]


def _group_row(inputs: Inputs, name: str, group: Group, sheet: _Sheet) -> list[int]:
    """References to a group's numbers, in the order of the kernel's rows."""
    drawn, place = inputs.drawn, f"groups.{name}"
    migration = [share for s in SEGMENTS for share in row_of_shares(drawn, f"{place}.migration.{s}")]
    margin = drawn[f"{place}.gross_margin"]
    planned = 0.0 if group.planned_acquisitions is None else drawn[f"{place}.planned_acquisitions"]
    in_order = [
        *by_segment(drawn, f"{place}.customers"),
        *by_segment(drawn, f"{place}.churn"),
        *migration,
        *(margin * revenue for revenue in by_segment(drawn, f"{place}.revenue")),
        *by_segment(drawn, f"{place}.contacts"),
        *by_segment(drawn, f"{place}.referrals"),
        *by_segment(drawn, f"{place}.put_off"),
        drawn[f"{place}.contact_cost"],
        drawn[f"{place}.acquisition_cost"],
        *row_of_shares(drawn, f"{place}.newcomers"),
        planned,
        1 + drawn[f"{place}.growth"],
        1 - drawn["cashable"],
        *_run_off_worth(inputs, place),
    ]
    assert len(in_order) == cohort.GROUP_ROWS
    return [sheet.add(value) for value in in_order]


def _run_off_worth(inputs: Inputs, place: str) -> list[float | Floats]:
    if inputs.company.terminal_value is TerminalValue.NONE:
        return [0.0, 0.0, 0.0]
    return run_off_by_segment(inputs, place)


def run_off_by_segment(inputs: Inputs, place: str) -> list[float | Floats]:
    """What a customer of each segment is worth at the end, at the baseline's numbers, by draw.

    Raises InputError where customers stay for so long that their worth has no bound.
    """
    base = segment_numbers(inputs, place)
    company = inputs.company
    try:
        worth = lifetime_value(
            base.churn, base.migration, base.reward, company.discount_rate.real, company.periods_per_year
        )
    except ValueError:
        rule = _("leaves the run-off without bound: too few customers leave")
        remedy = _("Raise churn or discount_rate, or set terminal_value to none.")
        raise InputError([Complaint(rule, remedy, place=f"{place}.churn")]) from None
    return [np.ascontiguousarray(worth[:, s]) for s in range(len(SEGMENTS))]


@dataclass(frozen=True)
class SegmentNumbers:
    """A group's baseline by draw: churn, reward and the like of shape (draws, 3), migration of shape (draws, 3, 3)."""

    churn: Floats
    migration: Floats
    reward: Floats
    referrals: Floats
    put_off: Floats
    newcomers: Floats
    acquisition_cost: Floats
    opening: Floats
    planned: Floats
    growth: Floats

    def first_period(self, policy: Policy) -> "Joining":
        """Of the first draw: who joins in period 0."""
        return self.one_period(policy, self.opening[0], 0)

    def one_period(self, policy: Policy, present: Floats, period: int) -> "Joining":
        """Of the first draw: who joins in a period with `present` customers by segment at its start, shape (3,)."""
        came, wanted = float(present @ self.referrals[0]), float(present @ self.put_off[0])
        target = float(self.opening[0].sum() * (1 + self.growth[0]) ** (period + 1))
        stayers = float(present @ (1 - self.churn[0]))
        needed = max(0.0, target - stayers) if policy is Policy.HOLD else float(self.planned[0])
        put_off = min(wanted, needed + came)
        bought = max(0.0, needed + put_off - came) if policy is Policy.HOLD else needed
        return Joining(bought, bought + came - put_off, wanted >= needed + came)


class Joining(NamedTuple):
    """Who joins a group in a period: customers bought, all who are new, and whether all prospects are put off."""

    bought: float
    new: float
    all_put_off: bool


def segment_numbers(inputs: Inputs, place: str) -> SegmentNumbers:
    """The baseline's numbers of a group by draw; `reward` is margin less service cost per customer and period."""
    drawn, draws = inputs.drawn, inputs.draws
    revenue, contacts = by_segment(drawn, f"{place}.revenue"), by_segment(drawn, f"{place}.contacts")
    margin, cost = drawn[f"{place}.gross_margin"], drawn[f"{place}.contact_cost"]
    rows = [row_of_shares(drawn, f"{place}.migration.{s}") for s in SEGMENTS]
    return SegmentNumbers(
        churn=_stack(by_segment(drawn, f"{place}.churn"), draws),
        migration=np.stack([_stack(row, draws) for row in rows], axis=1),
        reward=_stack([margin * r - cost * c for r, c in zip(revenue, contacts, strict=True)], draws),
        referrals=_stack(by_segment(drawn, f"{place}.referrals"), draws),
        put_off=_stack(by_segment(drawn, f"{place}.put_off"), draws),
        newcomers=_stack(row_of_shares(drawn, f"{place}.newcomers"), draws),
        acquisition_cost=_column(drawn[f"{place}.acquisition_cost"], draws),
        opening=_stack(by_segment(drawn, f"{place}.customers"), draws),
        planned=_column(drawn.get(f"{place}.planned_acquisitions", 0.0), draws),
        growth=_column(drawn[f"{place}.growth"], draws),
    )


def _column(value: float | Floats, draws: int) -> Floats:
    return np.broadcast_to(np.asarray(value, dtype=float), (draws,))


def _stack(values: Sequence[float | Floats], draws: int) -> Floats:
    return np.stack([np.broadcast_to(np.asarray(value, dtype=float), (draws,)) for value in values], axis=-1)


def _levers(inputs: Inputs, sheet: _Sheet) -> Levers:
    company, initiatives = inputs.company, inputs.initiatives
    listed = _LeverList()
    timelines = [inputs.timeline(initiative) for initiative in initiatives]
    ends = [initiative.first_start + company.horizon for initiative in initiatives]
    for initiative in initiatives:
        _list_levers(inputs, initiative, sheet, listed)
    changes = [line.changes(end, company.periods) for line, end in zip(timelines, ends, strict=True)]
    rows = [
        [
            line.start,
            end,
            line.start + int(np.min(line.delay)),
            *(sheet.add(value) for value in line.durations()),
            sheet.add(success),
        ]
        for line, end, success in zip(timelines, ends, inputs.success, strict=True)
    ]
    return Levers(
        initiatives=_table(rows, 8),
        changes=np.array(changes, dtype=np.bool_).reshape(len(initiatives), company.periods),
        reach=_table([_reaches(inputs, initiative, sheet) for initiative in initiatives], len(company.groups)),
        touched=_table(listed.touched(sheet), len(company.groups)),
        begin=_table(listed.begin, len(company.groups) + 1),
        listed=_table(listed.levers, 5),
        causal=sheet.add(inputs.drawn["causal_share"]),
    )


def _settled(levers: Levers, sheet: _Sheet) -> Levers:
    """The levers with every reference as the kernel reads it."""
    levers.initiatives[:, cohort.DELAY :] = sheet.settled(levers.initiatives[:, cohort.DELAY :])
    levers.listed[:, cohort.LEVER_SIZE :] = sheet.settled(levers.listed[:, cohort.LEVER_SIZE :])
    causal = int(sheet.settled(np.array(levers.causal)))
    return levers._replace(reach=sheet.settled(levers.reach), causal=causal)


def _table(rows: list[list[int]], width: int) -> npt.NDArray[np.int64]:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)


def _reaches(inputs: Inputs, initiative: Initiative, sheet: _Sheet) -> list[int]:
    return [sheet.add(_reach(inputs, initiative, group)) for group in inputs.company.groups]


def _reach(inputs: Inputs, initiative: Initiative, group: str) -> float | Floats:
    if initiative.reach_of(group) is None:
        return 0.0
    key = group if group in initiative.reach else ALL
    return inputs.drawn[f"initiatives.{initiative.id}.reach.{key}"]


def _list_levers(inputs: Inputs, initiative: Initiative, sheet: _Sheet, listed: _LeverList) -> None:
    """Add an initiative's levers, group by group."""
    levers = dict(initiative.named_levers())
    sizes = {name: _size(inputs, initiative, name, lever, sheet) for name, lever in levers.items()}
    begins = []
    for group in inputs.company.groups:
        begins.append(len(listed.levers))
        reached = np.any(np.asarray(_reach(inputs, initiative, group)) > 0)
        for name, lever in levers.items():
            if isinstance(lever, ExtraCustomers):
                _list_extra(inputs, initiative, name, lever, group, sheet, listed)
            elif reached:
                _list_lever(lever, sizes[name], listed)
        if reached:
            _list_cost_per_customer(inputs, initiative, sheet, listed)
    listed.begin.append([*begins, len(listed.levers)])


def _size(inputs: Inputs, initiative: Initiative, name: str, lever: LeverRecord, sheet: _Sheet) -> int:
    if isinstance(lever, ExtraCustomers):
        return cohort.NOWHERE
    claimed = inputs.drawn[f"initiatives.{initiative.id}.levers.{name}"]
    return sheet.add(inputs.delivery.size(initiative, lever, claimed))


def _list_lever(lever: LeverRecord, size: int, listed: _LeverList) -> None:
    match lever:
        case Move(move=path):
            listed.add(cohort.MOVE, size, path.source.position, path.to.position)
        case NewcomersMix(newcomers=path):
            listed.add(cohort.NEWCOMERS_MIX, size, path.source.position, path.to.position)
        case RelativeChange(target=target) if target.by_segment:
            for segment in lever.segments():
                listed.add(cohort.RELATIVE, size, _FACTORS[target] + segment.position)
        case RelativeChange(target=target):
            listed.add(cohort.RELATIVE, size, _FACTORS[target])


def _list_extra(
    inputs: Inputs,
    initiative: Initiative,
    name: str,
    lever: ExtraCustomers,
    group: str,
    sheet: _Sheet,
    listed: _LeverList,
) -> None:
    if group not in lever.extra_customers:
        return
    place = f"initiatives.{initiative.id}.levers.{name}"
    brought = inputs.delivery.extra_customers(initiative, lever, group, inputs.drawn[f"{place}.{group}"])
    each = inputs.drawn[f"{place}_cost_each"] * inputs.delivery.cost_factor(initiative)
    listed.add(cohort.EXTRA, sheet.add(brought), cost_each=sheet.add(each))


def _list_cost_per_customer(inputs: Inputs, initiative: Initiative, sheet: _Sheet, listed: _LeverList) -> None:
    if (cost := initiative.costs.per_customer) is None:
        return
    place = f"initiatives.{initiative.id}.costs.per_customer.amount"
    amount = sheet.add(inputs.drawn[place] * inputs.delivery.cost_factor(initiative))
    for segment in cost.of:
        listed.add(cohort.PER_CUSTOMER, amount, segment.position)
