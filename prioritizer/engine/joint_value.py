"""What sets of initiatives bring together, each initiative at one of its starts: the joint simulation, priced quickly.

Groups do not exchange customers, so the profit of a set is the sum over the groups of what those of its members bring
that touch the group, less what the members cost by themselves. Each such part is simulated once and remembered: sets
that differ in one member are mostly made of parts that are known.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from prioritizer.domain.company import Company, Policy
from prioritizer.domain.initiatives import Initiative
from prioritizer.engine.cash_flow import OwnCosts
from prioritizer.engine.cohort import Groups, Levers, Numbers, simulate
from prioritizer.engine.levers import Arrays, Inputs, at_means, portfolios
from prioritizer.engine.simulation import Prepared

Floats = npt.NDArray[np.float64]
Members = tuple[int, ...]

BATCH = 128  # sets simulated at once: their sums by period take memory


class Column(NamedTuple):
    """An initiative, by position, at one of its starts, a period."""

    initiative: int
    start: int


def allowed_starts(company: Company, initiative: Initiative) -> range:
    """The periods in which an initiative may start.

    Its `start`; or from its `earliest_start` (0) to its `latest_start` (the company's) where it gives one of them; else
    0.
    """
    if initiative.start is not None or (initiative.earliest_start is None and initiative.latest_start is None):
        return range(initiative.first_start, initiative.first_start + 1)
    last = company.latest_start if initiative.latest_start is None else initiative.latest_start
    return range(initiative.first_start, last + 1)


def columns_of(company: Company, initiatives: Sequence[Initiative]) -> tuple[Column, ...]:
    """Every initiative at every start that it may have, in order."""
    return tuple(
        Column(place, start) for place, one in enumerate(initiatives) for start in allowed_starts(company, one)
    )


def at_starts(inputs: Inputs, columns: Sequence[Column]) -> Inputs:
    """Inputs in which each column stands for an initiative of its own, on the same draws."""
    return replace(
        inputs,
        initiatives=tuple(_starting(inputs.initiatives[column.initiative], column.start) for column in columns),
        success=tuple(inputs.success[column.initiative] for column in columns),
    )


def at_mean_starts(
    company: Company, initiatives: Sequence[Initiative], columns: Sequence[Column], success: Sequence[float]
) -> Inputs:
    """The same with every number at its mean; `success` is the intensity of each initiative."""
    return at_starts(at_means(company, initiatives, success), columns)


def _starting(initiative: Initiative, start: int) -> Initiative:
    return initiative.model_copy(update={"start": start, "earliest_start": None, "latest_start": None})


def staff_needed(inputs: Inputs) -> list[Floats]:
    """The share of the draws in which each initiative occupies its people, by period, (periods,).

    As long as its running cost is due: from its start to the end of its fade-out or window. Counted as costs are, in
    expectation.
    """
    company = inputs.company
    needed = []
    for initiative in inputs.initiatives:
        line = inputs.timeline(initiative)
        until = np.atleast_1d(line.paid_until(line.start + company.horizon))[None, :]
        period = np.arange(company.periods)[:, None]
        needed.append(((line.start <= period) & (period < until)).mean(axis=1))
    return needed


def on_some_draws(prepared: Prepared, first: int, last: int) -> Prepared:
    """What is prepared, on the draws from `first` up to `last` only; expected costs stay those of all draws."""
    model = prepared.model
    numbers = Numbers(model.numbers.fixed, np.ascontiguousarray(model.numbers.drawn[:, first:last]))
    costs = tuple(
        OwnCosts(cost.present_value[first:last] if np.ndim(cost.present_value) else cost.present_value, cost.expected)  # type: ignore[index]
        for cost in prepared.costs
    )
    return replace(prepared, costs=costs, model=replace(model, numbers=numbers))


@dataclass(frozen=True, eq=False)
class _Part:
    """One group by itself, as the kernel reads it, and which initiatives touch it."""

    model: Arrays
    touching: frozenset[int]


def _part(model: Arrays, group: int) -> _Part:
    levers = model.levers
    alone = Levers(
        initiatives=levers.initiatives,
        changes=levers.changes,
        reach=np.ascontiguousarray(levers.reach[:, group : group + 1]),
        touched=np.ascontiguousarray(levers.touched[:, group : group + 1]),
        begin=np.ascontiguousarray(levers.begin[:, group : group + 2]),
        listed=levers.listed,
        causal=levers.causal,
    )
    touching = frozenset(np.flatnonzero(levers.touched[:, group]).tolist())
    return _Part(Arrays(model.numbers, Groups(model.groups.numbers[group : group + 1]), alone), touching)


class JointValue:
    """The joint profit of sets of columns on a fixed number of draws, remembered by part.

    `evaluations` counts the parts that were simulated.
    """

    def __init__(
        self,
        prepared: Prepared,
        policy: Policy,
        threads: int | None = None,
        by_draw: bool = False,
        alone: Floats | None = None,
        shift: Floats | None = None,
    ):
        """With `by_draw`, parts are remembered by draw, as `profits` needs; otherwise only their means.

        `alone`: the profit of each column by itself where it is not what the simulation of it would give: at the point
        estimate, (columns,). `shift`: what is added for each column of a set, (columns,). On some of the draws, the
        mean profit alone on all draws less that on some leaves only overlaps to be estimated (a control variate).
        """
        self.prepared, self.policy, self.threads, self.by_draw = prepared, policy, threads, by_draw
        self.alone = alone
        self.shift = np.zeros(len(prepared.costs)) if shift is None else shift
        self.parts = [_part(prepared.model, group) for group in range(len(prepared.model.groups.numbers))]
        self.draws = prepared.model.numbers.drawn.shape[1]
        self.costs = [np.broadcast_to(np.asarray(cost.present_value), (self.draws,)) for cost in prepared.costs]
        self.mean_costs = np.array([float(np.mean(cost)) for cost in self.costs])
        self.known: dict[tuple[int, Members], float | Floats] = {}
        self.evaluations = 0

    def means(self, sets: Sequence[Sequence[int]]) -> Floats:
        """The joint profit of each set of columns, the mean over the draws, (sets,)."""
        wanted = [tuple(sorted(members)) for members in sets]
        self._simulate(wanted)
        return np.array([self._mean(members) for members in wanted], dtype=float)

    def profits(self, sets: Sequence[Sequence[int]]) -> Floats:
        """The joint profit of each set of columns by draw, (sets, draws)."""
        wanted = [tuple(sorted(members)) for members in sets]
        self._simulate(wanted)
        found = np.zeros((len(wanted), self.draws))
        for row, members in enumerate(wanted):
            if self.alone is not None and len(members) == 1:
                found[row] = self.alone[members[0]]
                continue
            for group, part in enumerate(self.parts):
                if inside := self._inside(part, members):
                    found[row] += self.known[group, inside]
            for member in members:
                found[row] += self.shift[member] - self.costs[member]
        return found

    def _mean(self, members: Members) -> float:
        if self.alone is not None and len(members) == 1:
            return float(self.alone[members[0]])
        total = 0.0
        for group, part in enumerate(self.parts):
            if inside := self._inside(part, members):
                total += float(np.mean(self.known[group, inside]))
        return total + float((self.shift - self.mean_costs)[list(members)].sum())

    @staticmethod
    def _inside(part: _Part, members: Members) -> Members:
        return tuple(member for member in members if member in part.touching)

    def _simulate(self, sets: Sequence[Members]) -> None:
        """Simulate the parts of sets that are not known yet."""
        for group, part in enumerate(self.parts):
            inside = dict.fromkeys(self._inside(part, members) for members in sets)
            missing = [members for members in inside if members and (group, members) not in self.known]
            for first in range(0, len(missing), BATCH):
                batch = missing[first : first + BATCH]
                self.evaluations += len(batch)
                model = part.model
                worth = simulate(
                    model.numbers,
                    model.groups,
                    model.levers,
                    portfolios(batch),
                    self.policy,
                    self.prepared.factors,
                    self.threads,
                ).worth[1:]
                for members, gained in zip(batch, worth, strict=True):
                    self.known[group, members] = gained.copy() if self.by_draw else float(gained.mean())
