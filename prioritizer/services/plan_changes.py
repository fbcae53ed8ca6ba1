"""What would move a plan: a little more of a limit, and the smallest change that carries one over the line."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from prioritizer.domain.plans import ExtraUnit, Order, Plan, Rival, SmallestChange, WhyHere
from prioritizer.engine.cash_flow import present_value_factors
from prioritizer.engine.exchange import Exchange, improve
from prioritizer.engine.portfolio import Program, prices, solve
from prioritizer.services.limits import Limit, budgets_within
from prioritizer.services.plan_reasons import year_name
from prioritizer.services.planner import Choice, Planner

Floats = npt.NDArray[np.float64]

SLICE = 0.01  # of a budget: how much more is tried
PERSON = 1.0
HALVINGS = 10  # of an interval: to a thousandth of it
GAP, SECONDS = 1e-6, 2.0
NEIGHBOURS = 2  # in the order, on either side


def extra_units(planner: Planner, plan: Plan) -> tuple[ExtraUnit, ...]:
    """What a little more of each limit would bring: one per cent of a year's budget, or one person more in a
    department.

    The plan is improved again from where it is, so that no gain is negative; a small step often brings nothing, because
    initiatives are whole. Limits that are far from used up are left out.
    """
    choice = planner.choice(budgets_within(plan))
    if choice.improved is None:
        return ()
    dual = prices(_beside(planner, choice))
    found = []
    for places, limit, extra in _steps(planner, choice):
        if _is_tight(choice.program, choice.columns, places, extra):
            gain = _gain(planner, choice, places, extra)
            single = float(dual[places[0]]) if len(places) == 1 else None
            kind = "staff" if limit.is_staff else "budget"
            name = limit.department if limit.department is not None else year_name(planner.scenario, limit)
            found.append(ExtraUnit(kind=kind, name=name, extra=extra, gain=gain, relaxed=single))
    return tuple(found)


def _steps(planner: Planner, choice: Choice) -> list[tuple[list[int], Limit, float]]:
    """Which limits are raised together, and by how much: a budget by itself, a department in all periods."""
    steps: list[tuple[list[int], Limit, float]] = []
    by_department: dict[str, list[int]] = {}
    listed = planner.limits(choice.budgets)
    for place, (limit, size) in enumerate(listed):
        if limit.department is None:
            steps.append(([place], limit, SLICE * size))
        else:
            by_department.setdefault(limit.department, []).append(place)
    steps += [(places, listed[places[0]][0], PERSON) for places in by_department.values()]
    return steps


def _is_tight(program: Program, columns: tuple[int, ...], places: list[int], extra: float) -> bool:
    """Whether something that is not funded would not fit beside what is, for want of these limits."""
    left = program.limits - program.used(columns)
    others = [column for column in range(len(program.owners)) if column not in columns]
    return any(bool(np.any(program.uses[column, places] > left[places])) for column in others)


def _gain(planner: Planner, choice: Choice, places: list[int], extra: float) -> float:
    """How much more the joint profit would be."""
    assert choice.improved is not None
    limits = choice.program.limits.copy()
    limits[places] += extra
    wider = replace(choice.program, limits=limits)
    solution = solve(wider, GAP, SECONDS)
    starts = [choice.columns, *([solution.columns] if solution.columns else [])]
    best = max(starts, key=lambda columns: float(planner.exact.means([columns])[0]))
    found = improve(wider, best, Exchange(planner.exact, planner.sample))
    return max(found.value - choice.improved.value, 0.0)


def why_here(planner: Planner, plan: Plan, order: Order, id_: str) -> WhyHere:
    """Why an initiative stands where it stands; raises StopIteration where the plan does not know it."""
    listed = [*order.initiatives]
    place = next((position for position, one in enumerate(listed) if one.id == id_), None)
    out = next((one for one in plan.not_funded if one.id == id_), None)
    funded = out is None
    if funded:
        next(one for one in plan.funded if one.id == id_)
    return WhyHere(
        id=id_,
        funded=funded,
        position=None if place is None else place + 1,
        above=() if place is None else tuple(map(_rival, listed[max(place - NEIGHBOURS, 0) : place])),
        below=() if place is None else tuple(map(_rival, listed[place + 1 : place + 1 + NEIGHBOURS])),
        obstacle=out.obstacle if out else None,
        why=out.why if out else "",
        change=smallest_change(planner, plan, id_) if out else None,
    )


def _rival(one: object) -> Rival:
    return Rival(id=one.id, name=one.name, position=one.position, funded=one.funded)  # type: ignore[attr-defined]


def smallest_change(planner: Planner, plan: Plan, id_: str) -> SmallestChange:
    """The smallest change of one initiative that carries it into the plan, all others as they are.

    And the starts, of those that it may not have, at which it would be in the plan. Found on the program in which
    everything is worth what it brings beside what is funded, the share of the costs by halving: exact for that program,
    an estimate for the joint value.
    """
    choice = planner.choice(budgets_within(plan))
    place = next(position for position, one in enumerate(planner.initiatives) if one.id == id_)
    program = _beside(planner, choice)
    columns = list(program.columns_of[place])
    profit = _missing_profit(program, place)
    saved = _saved(planner, columns)
    money = [limit for limit, (one, _size) in enumerate(planner.limits(choice.budgets)) if not one.is_staff]
    cost = _least(lambda share: _with_costs(program, columns, money, saved, share), place)
    earned = float((planner.alone[columns] + saved).max()) if columns else 0.0
    effect = None if profit is None or earned <= 0 else profit / earned
    starts = tuple(start for start, wider in _at_other_starts(planner, choice, place) if _chosen(wider, place))
    return SmallestChange(cost=cost, profit=profit, effect=effect, starts=starts)


def _beside(planner: Planner, choice: Choice) -> Program:
    """The program in which every column is worth what it brings beside what is funded."""
    return replace(choice.program, values=planner.beside(choice).mean(axis=1))


def _missing_profit(program: Program, place: int) -> float | None:
    """How much more an initiative would have to bring, whenever it starts: what it costs the others to have it in.

    None where it cannot be in at all.
    """
    forced = solve(replace(program, mandatory=program.mandatory | {place}), GAP, SECONDS)
    return None if forced.columns is None else max(solve(program, GAP, SECONDS).value - forced.value, 0.0)


def _saved(planner: Planner, columns: list[int]) -> Floats:
    """Present value after tax of all costs of each column."""
    factors = present_value_factors(planner.company)[: planner.company.periods]
    return planner.costs[columns] @ factors


def _with_costs(program: Program, columns: list[int], money: list[int], saved: Floats, share: float) -> Program:
    """The program with a share of an initiative's costs saved: it brings more, and takes less of the budgets."""
    values, uses = program.values.copy(), program.uses.copy()
    values[columns] += share * saved
    uses[np.ix_(columns, money)] *= 1.0 - share
    return replace(program, values=values, uses=uses)


def _at_other_starts(planner: Planner, choice: Choice, place: int) -> list[tuple[int, Program]]:
    """For each start that an initiative may not have: the program in which it may have that one too."""
    program = _beside(planner, choice)
    allowed = {planner.columns[column].start for column in program.columns_of[place]}
    others = [start for start in range(planner.company.latest_start + 1) if start not in allowed]
    if not others:
        return []
    values, uses = planner.starting_at(choice, place, others)
    return [
        (
            start,
            replace(
                program,
                owners=np.append(program.owners, place),
                values=np.append(program.values, value),
                uses=np.vstack([program.uses, use]),
            ),
        )
        for start, value, use in zip(others, values, uses, strict=True)
    ]


def _least(made: Callable[[float], Program], place: int) -> float | None:
    """The smallest share, from 0 to 1, with which an initiative is chosen; None where not even with all of it."""

    def chosen(share: float) -> bool:
        return _chosen(made(share), place)

    if not chosen(1.0):
        return None
    if chosen(0.0):
        return 0.0
    low, high = 0.0, 1.0
    for _step in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if chosen(middle) else (middle, high)
    return high


def _chosen(program: Program, place: int) -> bool:
    """Whether the program chooses an initiative."""
    columns = solve(program, GAP, SECONDS).columns or ()
    return place in {int(program.owners[column]) for column in columns}
