"""What would move a plan: a little more of a limit, and the smallest change that carries one over the line."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from prioritizer.domain.plans import ExtraUnit, Order, OrderedInitiative, Plan, Rival, SmallestChange, WhyHere
from prioritizer.engine.cash_flow import present_value_factors
from prioritizer.engine.entering import chooses, gain, holds_out, least_saving, missing_profit, with_start
from prioritizer.engine.exchange import Exchange
from prioritizer.engine.portfolio import Program, prices
from prioritizer.services.limits import Limit, budgets_within
from prioritizer.services.plan_reasons import year_name
from prioritizer.services.planner import Choice, Planner

Floats = npt.NDArray[np.float64]

SLICE = 0.01  # of a budget: how much more is tried
PERSON = 1.0
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
    exchange = Exchange(planner.exact, planner.sample)
    found = []
    for places, limit, extra in _steps(planner, choice):
        if holds_out(choice.program, choice.columns, places):
            more = gain(choice.program, choice.improved, places, extra, exchange)
            single = float(dual[places[0]]) if len(places) == 1 else None
            kind = "staff" if limit.is_staff else "budget"
            name = limit.department if limit.department is not None else year_name(planner.scenario, limit)
            found.append(ExtraUnit(kind=kind, name=name, extra=extra, gain=more, relaxed=single))
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


def _rival(one: OrderedInitiative) -> Rival:
    return Rival(id=one.id, name=one.name, position=one.position, funded=one.funded)


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
    saved = _saved(planner, columns)
    profit = missing_profit(program, place)
    money = [limit for limit, (one, _size) in enumerate(planner.limits(choice.budgets)) if not one.is_staff]
    earned = float((planner.alone[columns] + saved).max()) if columns else 0.0
    return SmallestChange(
        cost=least_saving(program, place, money, saved),
        profit=profit,
        effect=None if profit is None or earned <= 0 else profit / earned,
        starts=_other_starts(planner, choice, program, place),
    )


def _beside(planner: Planner, choice: Choice) -> Program:
    """The program in which every column is worth what it brings beside what is funded."""
    return replace(choice.program, values=planner.beside(choice).mean(axis=1))


def _saved(planner: Planner, columns: list[int]) -> Floats:
    """Present value after tax of all costs of each column."""
    factors = present_value_factors(planner.company)[: planner.company.periods]
    return planner.costs[columns] @ factors


def _other_starts(planner: Planner, choice: Choice, program: Program, place: int) -> tuple[int, ...]:
    """The starts that an initiative may not have, at which it would be chosen."""
    allowed = {planner.columns[column].start for column in program.columns_of[place]}
    others = [start for start in range(planner.company.latest_start + 1) if start not in allowed]
    if not others:
        return ()
    tried = zip(others, *planner.starting_at(choice, place, others), strict=True)
    return tuple(start for start, value, uses in tried if chooses(with_start(program, place, value, uses), place))
