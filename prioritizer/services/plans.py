"""What to fund and when: a plan within budget and staff, with the readings of every profit and what it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

import numpy as np

from prioritizer.domain.bridges import PortfolioBridge
from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.plans import ConflictingDemand, Funded, Overlap, Plan, StaffUse, YearUse
from prioritizer.domain.record import same_name
from prioritizer.domain.results import Worth
from prioritizer.engine.attribution import Attribution, attribute, overlaps
from prioritizer.engine.portfolio import conflict, solve
from prioritizer.engine.simulation import simulate_point, simulate_sets
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.services.bridges import Claims, bridge_of_plan, bridges_of
from prioritizer.services.cases import Case
from prioritizer.services.figures import first_start, worth_of
from prioritizer.services.limits import Budget, Limit, budgets_of, people_of
from prioritizer.services.not_funded import not_funded
from prioritizer.services.plan_reasons import conflict_in_words, year_name
from prioritizer.services.planner import Choice, Floats, Planner, Progress, Stop, never, planner, silent
from prioritizer.words import money, sign

PAIRED = 480  # draws on which overlaps between pairs are computed
SOLVED = 100  # draws of which the selection is solved one by one
GAP, SECONDS = 1e-4, 2.0  # at which the program of one draw may stop
NOTICEABLE = 0.1  # of the joint profit: by how much profits alone may exceed it without a warning


def plan(
    case: Case,
    *,
    budget: Budget = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    point: bool = False,
    threads: int | None = None,
    stop: Stop = never,
    progress: Progress = silent,
) -> Plan:
    """What to fund and when; see `plan_of`. `case` as for `planner`."""
    made = planner(case, draws=draws, seed=seed, point=point, threads=threads)
    return plan_of(made, budget, stop=stop, progress=progress)


def plan_of(
    planner: Planner,
    budget: Budget = None,
    *,
    solved_draws: int = SOLVED,
    stop: Stop = never,
    progress: Progress = silent,
) -> Plan:
    """What to fund and when, with all readings and what keeps the others out.

    Args:
        budget: see `budgets_of`; the company's budgets by default.
        solved_draws: on how many draws the selection is solved one by one; 0 leaves the shares of draws out.
        stop, progress: asked and told between steps.
    """
    choice = planner.choice(budgets_of(planner.company, budget), stop=stop, progress=progress)
    return _plan(planner, choice, solved_draws, stop)


def overlap_of(planner: Planner, plan: Plan) -> Overlap:
    """What pairs of the funded bring less together than each alone, in money."""
    column_of = _columns_of(planner, plan)
    some = planner.sample_of(PAIRED)
    table = overlaps(some, [column_of[one.id] for one in plan.funded])
    ids = tuple(one.id for one in plan.funded)
    return Overlap(ids=ids, amounts=tuple(tuple(map(float, row)) for row in table), draws=some.draws)


def funded_in(planner: Planner, plan: Plan) -> tuple[tuple[Initiative, ...], Floats]:
    """The initiatives that a plan funds, at their starts, and what they bring together by draw, (draws,)."""
    chosen = tuple(sorted(_columns_of(planner, plan).values()))
    policy = planner.company.acquisition_policy
    profit = simulate_sets(planner.prepared, [chosen], policy, planner.threads).profit[0]
    return initiatives_funded(planner, plan), profit


def initiatives_funded(planner: Planner, plan: Plan) -> tuple[Initiative, ...]:
    """The same initiatives without what they bring."""
    return tuple(planner.inputs.initiatives[column] for column in sorted(_columns_of(planner, plan).values()))


def bridge_of(planner: Planner, plan: Plan, claims: Claims | None = None) -> PortfolioBridge | None:
    """From what was claimed of what a plan would fund to their joint profit; None where it would fund nothing.

    `claims`: initiatives as their departments submitted them, where finance has figures of its own.
    """
    return _bridge(planner, plan.funded, plan.joint or 0.0, claims)


def _bridge(
    planner: Planner, funded: Sequence[Funded], joint: float, claims: Claims | None = None
) -> PortfolioBridge | None:
    if not funded:
        return None
    first = {column.initiative: place for place, column in reversed(list(enumerate(planner.columns)))}
    listed = [float(planner.alone[first[place]]) for place in range(len(planner.initiatives))]
    return bridge_of_plan(bridges_of(planner.scenario, listed, claims), funded, joint)


def _columns_of(planner: Planner, plan: Plan) -> dict[str, int]:
    known = {
        (planner.initiatives[column.initiative].id, column.start): place for place, column in enumerate(planner.columns)
    }
    return {one.id: known[one.id, one.start] for one in plan.funded}


def _plan(planner: Planner, choice: Choice, solved_draws: int, stop: Stop) -> Plan:
    """A choice with all that people are shown of it."""
    columns, solution = choice.columns, choice.solution
    feasible = solution.columns is not None
    shared = _attribution(planner, choice) if columns else None
    chosen_in, solved = _chosen_in(planner, choice, solved_draws, stop) if feasible else ({}, 0)
    standalone = float(planner.alone[list(columns)].sum())
    joint = (shared.joint if shared else 0.0) if feasible else None
    funded = _funded(planner, columns, shared, chosen_in) if shared else ()
    return Plan(
        run=planner.run,
        status=solution.status.value,
        budget_factor=choice.budgets.factor,
        program_value=solution.value if feasible else None,
        bound=solution.bound if feasible else None,
        gap=solution.gap if feasible else None,
        joint=joint,
        standalone_sum=standalone,
        improvement=(choice.improved.value - choice.joint_before) if choice.improved else 0.0,
        improvement_steps=choice.improved.steps if choice.improved else 0,
        complete=choice.complete,
        funded=funded,
        not_funded=not_funded(planner, choice, chosen_in) if feasible else (),
        together=together_of(planner, columns) if columns else None,
        periods=tuple(planner.company.period_name(period) for period in range(planner.company.periods)),
        years=years_of(planner, choice),
        staff=_staff(planner, columns),
        attribution="exact" if shared is None or shared.exact else "sampled",
        attribution_draws=shared.draws if shared else 0,
        solved_draws=solved,
        conflict=() if feasible else conflict_of(planner, choice),
        warnings=_warnings(planner, standalone, joint),
        bridge=_bridge(planner, funded, joint or 0.0),
    )


def _attribution(planner: Planner, choice: Choice) -> Attribution:
    """How the joint profit divides among the funded."""
    columns = choice.columns
    place = {planner.columns[column].initiative: position for position, column in enumerate(columns)}
    ids = {one.id: position for position, one in enumerate(planner.initiatives)}
    needs = [
        [place[ids[other]] for other in planner.initiative_at(column).requires if ids[other] in place]
        for column in columns
    ]
    return attribute(planner.exact, columns, needs, planner.alone[list(columns)], seed=planner.run.seed)


def _funded(
    planner: Planner, columns: Sequence[int], shared: Attribution, chosen_in: Mapping[int, float]
) -> tuple[Funded, ...]:
    """The funded, by what is attributed to them."""
    rows = [
        Funded(
            id=one.id,
            name=one.name,
            department=one.department,
            mandatory=one.mandatory,
            start=planner.columns[column].start,
            end=_end(planner, column),
            cost=float(planner.costs[column].sum()),
            alone=float(planner.alone[column]),
            last_in=float(shared.last_in[place]),
            attributed=float(shared.attributed[place]),
            standard_error=float(shared.standard_errors[place]),
            chosen_in=chosen_in.get(planner.columns[column].initiative),
        )
        for place, (column, one) in enumerate(zip(columns, map(planner.initiative_at, columns), strict=True))
    ]
    return tuple(sorted(rows, key=lambda row: (-row.attributed, row.id)))


def _end(planner: Planner, column: int) -> int:
    """The period after the last in which an initiative is expected to occupy people and to cost."""
    busy = np.flatnonzero(planner.needed[column] > 0)
    return int(busy[-1]) + 1 if busy.size else planner.columns[column].start


def _chosen_in(planner: Planner, choice: Choice, draws: int, stop: Stop) -> tuple[dict[int, float], int]:
    """In which share of some draws each initiative is in the optimum, and on how many draws that rests.

    The selection is solved in each draw, with each initiative valued at what it would bring in that draw beside the
    others that are funded; costs and staff as expected.
    """
    beside = planner.beside(choice)[:, :draws]
    if not draws or planner.run.point or not len(planner.columns):
        return {}, 0
    counts = np.zeros(len(planner.initiatives))
    solved = 0
    for values in beside.T:
        if stop():
            break
        found = solve(replace(choice.program, values=values), GAP, SECONDS).columns or ()
        counts[[planner.columns[column].initiative for column in found]] += 1
        solved += 1
    return ({place: float(count) / solved for place, count in enumerate(counts)} if solved else {}), solved


def together_of(planner: Planner, columns: Sequence[int]) -> Worth:
    """What columns bring together, with all figures of an initiative."""
    chosen = tuple(sorted(columns))
    initiatives = [planner.inputs.initiatives[column] for column in chosen]
    at_point = simulate_point(planner.company, initiatives)
    if planner.run.point:
        every = tuple(simulate_point(planner.company, initiatives, policy) for policy in planner.company.policies())
    else:
        every = tuple(
            simulate_sets(planner.prepared, [chosen], policy, planner.threads) for policy in planner.company.policies()
        )
    return worth_of(planner.scenario, every, at_point, -1, first_start(initiatives))


def years_of(planner: Planner, choice: Choice) -> tuple[YearUse, ...]:
    """Every fiscal year in which something is paid or may be paid."""
    budgets = choice.budgets
    costs = planner.costs[list(choice.columns)].sum(axis=0)
    by_year: dict[int, float] = {year: 0.0 for year, _amount in budgets.years}
    for period, cost in enumerate(costs):
        year = planner.company.fiscal_year(period)
        by_year[year] = by_year.get(year, 0.0) + float(cost)
    limits = dict(budgets.years)
    rows = [
        YearUse(year=year, name=planner.company.fiscal_year_name(year), cost=cost, budget=limits.get(year))
        for year, cost in sorted(by_year.items())
    ]
    if budgets.together is not None:
        name = year_name(planner.scenario, Limit())
        rows.append(YearUse(year=None, name=name, cost=float(costs.sum()), budget=budgets.together))
    return tuple(rows)


def _staff(planner: Planner, columns: Sequence[int]) -> tuple[StaffUse, ...]:
    """Every department whose people are limited or needed."""
    limits = {department: people.number for department, people in planner.company.staff.items()}
    named = {name for column in columns for name in planner.initiative_at(column).staff}
    known = list(limits) + sorted(
        name for name in named if not any(same_name(name) == same_name(one) for one in limits)
    )
    return tuple(
        StaffUse(department=name, used=tuple(_people(planner, columns, name)), limit=limits.get(name)) for name in known
    )


def _people(planner: Planner, columns: Sequence[int], department: str) -> list[float]:
    used = np.zeros(planner.company.periods)
    for column in columns:
        used += people_of(planner.initiative_at(column), department) * planner.needed[column]
    return [float(people) for people in used]


def require_feasible(plan: Plan) -> Plan:
    """The plan, where it can meet all demands. Raises InputError with those that contradict each other."""
    if not plan.feasible:
        refuse_conflict(plan.conflict)
    return plan


def refuse_conflict(conflict: Sequence[ConflictingDemand]) -> NoReturn:
    """Raise InputError with demands that contradict each other."""
    rule = _("cannot be met together with the others")
    remedy = _("Drop one of them, or raise a limit: see the plan.")
    raise InputError([Complaint(rule, remedy, value=one.text) for one in conflict])


def conflict_of(planner: Planner, choice: Choice) -> tuple[ConflictingDemand, ...]:
    """The demands that contradict each other where a choice cannot meet them all."""
    limits = planner.limits(choice.budgets)
    return conflict_in_words(planner.scenario, limits, choice.program, conflict(choice.program))


def _warnings(planner: Planner, standalone: float, joint: float | None) -> tuple[str, ...]:
    """What to know before the figures are used."""
    if joint is None or standalone - joint <= NOTICEABLE * abs(joint):
        return ()
    currency = sign(planner.company.currency)
    said = _(
        "Each alone, what is planned would sum to {alone}; together they bring {joint}. They share customers: never add"
        " up profits alone."
    )
    return (said.format(alone=money(standalone, currency), joint=money(joint, currency)),)
