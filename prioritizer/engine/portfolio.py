"""What to fund and when: a mixed-integer program over starts, with its bound; and which demands contradict each other.

    maximise    Σ value[c] · y[c]                          a column c is an initiative at one of its starts
    so that     Σ y[c] ≤ 1 for the columns of an initiative, = 1 where it is a must-do
                Σ use[c, l] · y[c] ≤ limit[l]              a budget of a year, people of a department in a period
                y of B ≤ y of A                            B requires A, whenever each of them starts
                y of A + y of B ≤ 1                        A excludes B

Values are those of each initiative alone, so overlaps are not in it: `exchange` prices them. Contingent and mutually
exclusive projects under budgets by year are the capital budgeting problem of J. H. Lorie, L. J. Savage, Three Problems
in Rationing Capital, Journal of Business 28 (1955) 229–239, as the integer program of H. M. Weingartner, Mathematical
Programming and the Analysis of Capital Budgeting Problems (1963). It is solved by HiGHS (Q. Huangfu, J. A. J. Hall,
Parallelizing the dual revised simplex method, Mathematical Programming Computation 10 (2018) 119–142).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

from prioritizer.engine.arguments import Floats, at_least_zero, check_axes, check_places, links, numbers, refuse
from prioritizer.engine.quiet import quiet
from prioritizer.language import _

Ints = NDArray[np.int64]
Pairs = tuple[tuple[int, int], ...]

ROUNDING = 1e-9  # of a limit: what sums of amounts may exceed it by and still fit
LARGEST = 1e3  # what the largest value is scaled to, so that the solver's absolute tolerances are small beside it
PROVED = 1e-9  # a gap that is as good as none


class Status(StrEnum):
    """How a program ended: proved to the gap asked for, stopped before that, or no selection meets all demands."""

    OPTIMAL = "optimal"
    STOPPED = "stopped"
    INFEASIBLE = "infeasible"


class DemandKind(StrEnum):
    """What a selection is asked to meet."""

    LIMIT = "limit"
    MUST = "must"
    REQUIRES = "requires"
    EXCLUDES = "excludes"


class Demand(NamedTuple):
    """One demand: the position of a limit, or of one or two initiatives."""

    kind: DemandKind
    first: int
    second: int | None = None


@dataclass(frozen=True, eq=False)
class Program:
    """What may be funded, at which starts, within which limits. Positions count from 0.

    `owners`: the initiative of each column, (columns,); `values`: what it is worth, (columns,); `uses`: what it takes
    of each limit, not negative, (columns, limits); `limits`: not negative, infinite where there is none, (limits,).
    `requires`: pairs (B, A) of initiatives, B needs A; `excludes`: pairs; `mandatory`: initiatives that must be funded.
    """

    owners: Ints
    values: Floats
    uses: Floats
    limits: Floats
    requires: Pairs = ()
    excludes: Pairs = ()
    mandatory: frozenset[int] = frozenset()

    @cached_property
    def count(self) -> int:
        """How many initiatives there are."""
        named = [
            *self.owners.tolist(),
            *self.mandatory,
            *(one for pair in self.requires + self.excludes for one in pair),
        ]
        return max(named, default=-1) + 1

    @cached_property
    def tolerance(self) -> Floats:
        """By how much a sum of uses may exceed each limit because numbers are rounded."""
        largest = self.uses.max(axis=0, initial=0.0)
        return ROUNDING * np.maximum(np.where(np.isfinite(self.limits), self.limits, 0.0), largest)

    @cached_property
    def columns_of(self) -> tuple[tuple[int, ...], ...]:
        """The columns of each initiative."""
        listed: list[list[int]] = [[] for _one in range(self.count)]
        for column, owner in enumerate(self.owners.tolist()):
            listed[owner].append(column)
        return tuple(map(tuple, listed))

    @cached_property
    def needs(self) -> tuple[frozenset[int], ...]:
        """For each initiative, all that it requires, directly or not."""
        direct: list[set[int]] = [set() for _one in range(self.count)]
        for one, other in self.requires:
            direct[one].add(other)
        return tuple(frozenset(reached(one, direct) - {one}) for one in range(self.count))

    @cached_property
    def needed_by(self) -> tuple[frozenset[int], ...]:
        """For each initiative, all that requires it, directly or not."""
        return tuple(
            frozenset(other for other in range(self.count) if one in self.needs[other]) for one in range(self.count)
        )

    @cached_property
    def rivals(self) -> tuple[frozenset[int], ...]:
        """For each initiative, those that exclude it or that it excludes."""
        found: list[set[int]] = [set() for _one in range(self.count)]
        for one, other in self.excludes:
            found[one].add(other)
            found[other].add(one)
        return tuple(map(frozenset, found))

    def used(self, columns: Collection[int]) -> Floats:
        """What columns take of each limit together, (limits,)."""
        return self.uses[sorted(columns)].sum(axis=0)

    def fits(self, columns: Collection[int]) -> bool:
        """Whether columns keep within every limit."""
        return bool(np.all(self.used(columns) <= self.limits + self.tolerance))

    def allows(self, columns: Collection[int]) -> bool:
        """Whether columns meet every demand."""
        owners = [int(self.owners[column]) for column in columns]
        chosen = set(owners)
        return (
            len(chosen) == len(owners)
            and self.mandatory <= chosen
            and all(other in chosen for one, other in self.requires if one in chosen)
            and not any(one in chosen and other in chosen for one, other in self.excludes)
            and self.fits(columns)
        )


def reached(one: int, steps: Sequence[Collection[int]]) -> set[int]:
    """A position and all that is reached from it, step by step."""
    found, open_ = set(), [one]
    while open_:
        position = open_.pop()
        if position not in found:
            found.add(position)
            open_ += steps[position]
    return found


@dataclass(frozen=True)
class Solution:
    """What a program found: the columns chosen, in ascending order, None where no selection meets all demands.

    `value`: their sum of values; `bound`: no selection is worth more; `gap`: (bound − value)/|value|.
    """

    status: Status
    columns: tuple[int, ...] | None
    value: float
    bound: float

    @property
    def gap(self) -> float:
        return gap_between(self.value, self.bound)


def gap_between(value: float, bound: float) -> float:
    """By how much a bound exceeds a value, as a share of the value; what rounding leaves counts as nothing."""
    above = bound - value
    if above <= PROVED * max(abs(bound), abs(value)):
        return 0.0
    return above / abs(value) if value else float("inf")


def solve(program: Program, gap: float = 0.0, seconds: float | None = None) -> Solution:
    """The best selection by values alone.

    The solver keeps limits only to its own tolerance. A selection of its that exceeds a limit by more than rounding is
    cut off as a whole, which cuts off nothing that fits since uses are not negative, and the rest is solved again.

    Args:
        gap: relative gap at which the solver may stop.
        seconds: time after which it may stop, without a limit by default; then the best selection so far stands, and
            which that is depends on the machine.
    """
    return next(iter(solve_each(program, [program.values], gap, seconds)))


def solve_each(
    program: Program, values: Iterable[Floats], gap: float = 0.0, seconds: float | None = None
) -> Iterator[Solution]:
    """The best selection for each of several values of the columns, (columns,), all demands alike; as `solve`."""
    rows = _rows(program)
    for each in values:
        yield _solve(replace(program, values=each), rows, gap, seconds)


def _solve(program: Program, rows: list["_Row"], gap: float, seconds: float | None) -> Solution:
    cuts: list[_Row] = []
    while True:
        found = _solved(program, [*rows, *cuts], gap, seconds)
        if found.x is None:
            return _without_selection(program, found)
        columns = tuple(np.flatnonzero(np.round(found.x)).tolist())
        broken = np.flatnonzero(program.used(columns) > program.limits + program.tolerance)
        if not broken.size:
            return _solution(program, columns, found)
        taking = [column for column in columns if program.uses[column, broken[0]] > 0]
        cuts.append(_at_most(program, taking, len(taking) - 1))


def _without_selection(program: Program, found: Any) -> Solution:
    """No selection was found: there is none, or time ran out before; nothing at all is a selection without must-dos."""
    if found.status != 1:
        return Solution(Status.INFEASIBLE, None, -np.inf, -np.inf)
    if not program.mandatory:
        return Solution(Status.STOPPED, (), 0.0, float(np.maximum(program.values, 0.0).sum()))
    some = solve(replace(program, values=np.zeros_like(program.values)))
    if some.columns is None:
        return some
    value = float(program.values[list(some.columns)].sum())
    return Solution(Status.STOPPED, some.columns, value, float(np.maximum(program.values, 0.0).sum()))


def _solution(program: Program, columns: tuple[int, ...], found: Any) -> Solution:
    value = float(program.values[list(columns)].sum())
    scale = _scale(program.values)
    dual = found.mip_dual_bound
    bound = max(value, -float(dual) / scale) if dual is not None and np.isfinite(dual) else value
    return Solution(Status.OPTIMAL if found.status == 0 else Status.STOPPED, columns, value, bound)


def _scale(values: Floats) -> float:
    largest = float(np.abs(values).max(initial=0.0))
    return LARGEST / largest if largest > 0 else 1.0


def _solved(program: Program, rows: list["_Row"], gap: float, seconds: float | None) -> Any:
    columns = len(program.owners)
    if not columns:
        return _Nothing(2 if program.mandatory else 0)
    options: dict[str, float] = {"mip_rel_gap": gap}
    if seconds is not None:
        options["time_limit"] = seconds
    fitting = (program.uses <= program.limits + program.tolerance).all(axis=1)
    with quiet():
        return milp(
            -program.values * _scale(program.values),
            integrality=np.ones(columns),
            bounds=Bounds(0.0, fitting.astype(float)),
            constraints=[_constraints(rows, columns)] if rows else [],
            options=options,
        )


class _Nothing(NamedTuple):
    """What the solver would say of a program without columns."""

    status: int
    mip_dual_bound: float = 0.0

    @property
    def x(self) -> Floats | None:
        return np.empty(0) if self.status == 0 else None


class _Row(NamedTuple):
    """A constraint: coefficients by column, and between what their sum must lie."""

    coefficients: csr_array
    lowest: float
    highest: float


def _constraints(rows: list[_Row], columns: int) -> LinearConstraint:
    matrix = vstack([row.coefficients for row in rows]).tocsr()
    return LinearConstraint(matrix, [row.lowest for row in rows], [row.highest for row in rows])


def _row(program: Program, columns: Sequence[int], factors: Sequence[float], low: float, high: float) -> _Row:
    places = (np.zeros(len(columns), dtype=int), np.array(columns, dtype=int))
    shape = (1, len(program.owners))
    return _Row(csr_array((np.array(factors, dtype=float), places), shape=shape), low, high)


def _at_most(program: Program, columns: Sequence[int], most: float) -> _Row:
    return _row(program, columns, [1.0] * len(columns), -np.inf, most)


def _rows(program: Program) -> list[_Row]:
    """The constraints of a program: one for each limit that may bind, then the others."""
    return [
        *(_limit(program, int(limit)) for limit in np.flatnonzero(_may_bind(program))),
        *_starts(program),
        *_linked(program),
    ]


def _limit(program: Program, limit: int) -> _Row:
    """A limit, in units of the largest use."""
    taking = np.flatnonzero(program.uses[:, limit])
    largest = program.uses[taking, limit].max()
    shares = program.uses[taking, limit] / largest
    return _row(program, taking.tolist(), shares.tolist(), -np.inf, program.limits[limit] / largest)


def _starts(program: Program) -> list[_Row]:
    """At most one start of each initiative, and one of each must-do."""
    return [
        _row(program, columns, [1.0] * len(columns), float(initiative in program.mandatory), 1.0)
        for initiative, columns in enumerate(program.columns_of)
        if initiative in program.mandatory or len(columns) > 1
    ]


def _linked(program: Program) -> list[_Row]:
    """Prerequisites and exclusions."""
    rows = []
    for one, other in program.requires:
        mine, its = program.columns_of[one], program.columns_of[other]
        rows.append(_row(program, [*mine, *its], [1.0] * len(mine) + [-1.0] * len(its), -np.inf, 0.0))
    for one, other in program.excludes:
        rows.append(_at_most(program, [*program.columns_of[one], *program.columns_of[other]], 1.0))
    return rows


def _may_bind(program: Program) -> NDArray[np.bool_]:
    """Which limits the initiatives could exceed, each at the start that takes most, (limits,); of equal ones the first.

    People are needed alike in many periods, so that many limits are equal.
    """
    most = np.zeros(len(program.limits))
    for columns in program.columns_of:
        if columns:
            most += program.uses[list(columns)].max(axis=0)
    known: set[bytes] = set()
    for limit in np.flatnonzero(most > program.limits):
        row = np.append(program.uses[:, limit], program.limits[limit]).tobytes()
        if row in known:
            most[limit] = 0.0
        known.add(row)
    return most > program.limits


def prices(program: Program) -> Floats:
    """What one more unit of each limit would bring in the linear relaxation: its dual prices, not negative, (limits,).

    Nothing where the relaxation has no solution.
    """
    binding = np.flatnonzero(_may_bind(program))
    rows, priced = _rows(program), np.zeros(len(program.limits))
    if not binding.size:
        return priced
    matrix = vstack([row.coefficients for row in rows]).tocsr()
    lowest, highest = (np.array([row[side] for row in rows]) for side in (1, 2))
    least = np.flatnonzero(lowest > 0)
    fitting = (program.uses <= program.limits + program.tolerance).all(axis=1)
    found = linprog(
        -program.values,
        A_ub=vstack([matrix, -matrix[least]]),
        b_ub=np.concatenate([highest, -lowest[least]]),
        bounds=np.column_stack([np.zeros(len(program.owners)), fitting.astype(float)]),
        method="highs",
    )
    if found.status == 0:
        per_unit = program.uses[:, binding].max(axis=0)
        priced[binding] = np.maximum(0.0, -found.ineqlin.marginals[: binding.size]) / per_unit
    return priced


def demands(program: Program) -> list[Demand]:
    """All demands of a program, the limits that cannot bind left out."""
    limits = [Demand(DemandKind.LIMIT, int(limit)) for limit in np.flatnonzero(_may_bind(program))]
    excludes = [Demand(DemandKind.EXCLUDES, *pair) for pair in program.excludes]
    requires = [Demand(DemandKind.REQUIRES, *pair) for pair in program.requires]
    return [*limits, *excludes, *requires, *(Demand(DemandKind.MUST, one) for one in sorted(program.mandatory))]


def only(program: Program, kept: Iterable[Demand]) -> Program:
    """The program with some of its demands only."""
    listed = list(kept)
    limits = np.full_like(program.limits, np.inf)
    for demand in listed:
        if demand.kind is DemandKind.LIMIT:
            limits[demand.first] = program.limits[demand.first]
    return replace(
        program,
        limits=limits,
        requires=tuple((d.first, d.second) for d in listed if d.kind is DemandKind.REQUIRES and d.second is not None),
        excludes=tuple((d.first, d.second) for d in listed if d.kind is DemandKind.EXCLUDES and d.second is not None),
        mandatory=frozenset(d.first for d in listed if d.kind is DemandKind.MUST),
    )


def conflict(program: Program) -> tuple[Demand, ...]:
    """Demands of which not all can be met, while all but any one can: an irreducible conflicting set.

    Empty where all can be met. A deletion filter: each demand is left out in turn, and for good where the rest is in
    conflict without it too (J. W. Chinneck, E. W. Dravnieks, Locating Minimal Infeasible Constraint Sets in Linear
    Programs, ORSA Journal on Computing 3 (1991) 157–168). There may be other sets; this is the one in which limits,
    then exclusions, then prerequisites were left out first. Only must-dos and what they need matter: the others can
    stay unfunded.
    """
    small = _what_must_be(program)
    if _feasible(small):
        return ()
    kept = demands(small)
    for demand in list(kept):
        without = [one for one in kept if one != demand]
        if not _feasible(only(small, without)):
            kept = without
    return tuple(kept)


def _what_must_be(program: Program) -> Program:
    """The program without the columns of what is neither a must-do nor needed by one."""
    must: set[int] = set(program.mandatory).union(*(program.needs[one] for one in program.mandatory))
    kept = [column for column, owner in enumerate(program.owners.tolist()) if owner in must]
    return replace(
        program,
        owners=program.owners[kept],
        values=np.zeros(len(kept)),
        uses=program.uses[kept],
        requires=tuple(pair for pair in program.requires if pair[0] in must),
        excludes=tuple(pair for pair in program.excludes if set(pair) <= must),
    )


def _feasible(program: Program) -> bool:
    if any(not program.columns_of[one] for one in program.mandatory):
        return False
    return solve(program).columns is not None


@dataclass(frozen=True)
class Selected:
    """What to choose: positions in ascending order, their value, a bound that no choice exceeds, and the gap
    between."""

    chosen: tuple[int, ...]
    value: float
    bound: float
    gap: float
    status: str


def select(
    values: ArrayLike,
    costs: ArrayLike,
    limits: ArrayLike,
    requires: Iterable[Sequence[int]] = (),
    excludes: Iterable[Sequence[int]] = (),
    mandatory: Iterable[int] = (),
    *,
    gap: float = 0.0,
    seconds: float | None = None,
) -> Selected:
    """The choice of the highest value within limits: a knapsack of many dimensions with links between its items.

    Args:
        values: what each is worth, may be negative, shape (n,).
        costs: what each takes of each limit, not negative, shape (n, constraints), or (n,) for one limit.
        limits: not negative, shape (constraints,), or one number.
        requires: pairs (i, j): i may be chosen only with j. excludes: pairs (i, j): not both.
        mandatory: positions that must be chosen.
        gap: the relative gap at which to stop; seconds: the time after which to stop. Proved to the end by default.

    Raises:
        ValueError: numbers or positions at fault; or demands that contradict each other, which are named.
    """
    worth = numbers("values", values)
    check_axes("values", worth, 1)
    program = Program(
        owners=np.arange(worth.size),
        values=worth,
        uses=_costs(costs, worth.size),
        limits=np.atleast_1d(at_least_zero("limits", limits)),
        requires=links("requires", requires, worth.size),
        excludes=links("excludes", excludes, worth.size),
        mandatory=frozenset(check_places("mandatory", mandatory, worth.size)),
    )
    if program.limits.ndim != 1 or program.uses.shape[1] != program.limits.size:
        refuse(
            "limits", program.limits.shape, _("does not fit the costs"), _("Give one limit for each column of costs.")
        )
    found = solve(program, gap, seconds)
    if found.columns is None:
        named = ", ".join(_named(demand) for demand in conflict(program))
        refuse("mandatory", named, _("cannot all be met together"), _("Give up one of them."))
    return Selected(found.columns, found.value, found.bound, found.gap, found.status.value)


def _costs(costs: ArrayLike, count: int) -> Floats:
    table = at_least_zero("costs", costs)
    table = table[:, None] if table.ndim == 1 else table
    check_axes("costs", table, 2)
    if len(table) != count:
        refuse("costs", table.shape, _("does not fit the values"), _("Give one row of costs for each value."))
    return table


def _named(demand: Demand) -> str:
    """A demand by its place among the arguments of `select`."""
    names: dict[DemandKind, Callable[[], str]] = {
        DemandKind.LIMIT: lambda: f"limits[{demand.first}]",
        DemandKind.MUST: lambda: f"mandatory {demand.first}",
        DemandKind.REQUIRES: lambda: f"requires ({demand.first}, {demand.second})",
        DemandKind.EXCLUDES: lambda: f"excludes ({demand.first}, {demand.second})",
    }
    return names[demand.kind]()
