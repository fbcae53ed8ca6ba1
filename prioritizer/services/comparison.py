"""Scenarios side by side, on the same draws: outcomes, ranks, regrets, plans elsewhere, and what they differ in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from prioritizer.domain.comparison import Apart, Comparison, InitiativeAcross, PlanElsewhere, ScenarioOutcome
from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.learning import Value
from prioritizer.domain.record import nearest, same_name
from prioritizer.domain.scenarios import Differences, Scenario
from prioritizer.engine.appraisal import estimate, nps_of, probability_of_loss
from prioritizer.engine.batches import Batches, difference
from prioritizer.engine.exchange import Exchange
from prioritizer.engine.levers import Inputs
from prioritizer.engine.regret import best_otherwise
from prioritizer.engine.simulation import simulate_sets
from prioritizer.errors import Complaint, InputError, UnknownName
from prioritizer.language import _
from prioritizer.services.cases import as_scenario
from prioritizer.services.evaluation import draw_inputs
from prioritizer.services.limits import budgets_of
from prioritizer.services.parameters import differing
from prioritizer.services.planner import Planner, Progress, Stop, never, silent
from prioritizer.services.plans import conflict_of
from prioritizer.services.runs import checked_run, identify
from prioritizer.services.sides import Side
from prioritizer.store.complaints import collect
from prioritizer.store.files import read_alone

Floats = npt.NDArray[np.float64]
Named = tuple[str, Scenario]  # a scenario and its id

BETTER = 1e-9  # of the joint profit: less is rounding
PLANNED, REGRETTED = 0.35, 0.6  # how far the work is when the plans are known, and what regrets take of it


def compare(
    cases: Sequence[str | Path],
    *,
    against: str | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    point: bool = False,
    regrets: bool = True,
    threads: int | None = None,
    stop: Stop = never,
    progress: Progress = silent,
) -> Comparison:
    """Scenario files side by side.

    Args:
        cases: two or more; each is called after its file.
        against: the name of the file, without its ending, that the others are compared with; by default the one that
            extends no other one, else the first.
        regrets: also what is lost in each where an initiative is chosen otherwise; see `InitiativeAcross`.

    Raises:
        InputError: fewer than two, two of the same name, or what a file holds does not fit; every complaint at once.
        UnknownName: `against` is none of them.
    """
    named = _named(cases)
    return compare_scenarios(
        _first(named, against, cases),
        draws=draws,
        seed=seed,
        point=point,
        regrets=regrets,
        threads=threads,
        stop=stop,
        progress=progress,
    )


def compare_scenarios(
    named: Sequence[Named],
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    point: bool = False,
    regrets: bool = True,
    threads: int | None = None,
    stop: Stop = never,
    progress: Progress = silent,
) -> Comparison:
    """Scenarios with their ids side by side; the first is the one that the others are compared with.

    The best plan of each within its own budgets is found by the program and exchange, as `plan_of` does; so are the
    selections behind the regrets. Where one of these turns out better than the plan, it takes the plan's place.
    Without `regrets` those of initiatives are left out, which takes a quarter of the time.
    """
    _refuse_currencies(scenario for _id, scenario in named)
    sides: list[Side] = []
    for place, (id_, scenario) in enumerate(named):
        like = sides[0].planner.inputs if sides and not point else None
        sides.append(_side(id_, scenario, like, draws, seed, point, threads, stop))
        progress(PLANNED * (place + 1) / len(named))
    found = [_begin(side, sides) for side in sides]
    for side, begin in zip(sides, found, strict=True):
        _learn_from(side, begin, stop)
    lost: list[dict[str, float | None]] = []
    for place, side in enumerate(sides if regrets else ()):
        lost.append(_regrets(side, stop))
        progress(PLANNED + REGRETTED * (place + 1) / len(named))
    return Comparison(
        outcomes=tuple(_outcome(side, sides[0]) for side in sides),
        initiatives=tuple(_across(sides, lost)),
        plans=tuple(_elsewhere(side, sides) for side in sides),
        differing=differing([side.scenario for side in sides]),
    )


def _named(cases: Sequence[str | Path]) -> list[Named]:
    """Scenarios by the names of their files. Raises InputError where two have the same, or there are fewer than two."""
    if len(cases) < 2:
        remedy = _("Name two files or more, such as scenarios/base.yaml scenarios/downturn.yaml.")
        raise InputError([Complaint(_("there is nothing to compare"), remedy)])
    names = [Path(case).stem for case in cases]
    doubled = [name for place, name in enumerate(names) if same_name(name) in map(same_name, names[:place])]
    if doubled:
        rule, remedy = _("is the name of two files"), _("Rename one of them: scenarios are told apart by it.")
        raise InputError([Complaint(rule, remedy, value=name) for name in doubled])
    scenarios = collect(*(partial(as_scenario, case) for case in cases))
    _refuse_names([scenario.name for scenario in scenarios])
    return list(zip(names, scenarios, strict=True))


def _refuse_names(names: Sequence[str]) -> None:
    doubled = [name for place, name in enumerate(names) if same_name(name) in map(same_name, names[:place])]
    if doubled:
        rule, remedy = (
            _("is the name of two scenarios"),
            _("Change name in one of the files."),
        )
        raise InputError([Complaint(rule, remedy, place="name", value=name) for name in doubled])


def _refuse_currencies(scenarios: Iterable[Scenario]) -> None:
    known = sorted({scenario.company.currency for scenario in scenarios})
    if len(known) > 1:
        rule, remedy = _("are the currencies of the scenarios"), _("Compare scenarios of one currency.")
        raise InputError([Complaint(rule, remedy, place="currency", value=", ".join(known))])


def _first(named: list[Named], against: str | None, cases: Sequence[str | Path]) -> list[Named]:
    """The scenarios with the one first that the others are compared with."""
    ids = [id_ for id_, _scenario in named]
    if against is not None and against not in ids:
        raise UnknownName([Complaint(_("is none of the scenarios"), nearest(against, ids), value=against)])
    bases = [id_ for id_, case in zip(ids, cases, strict=True) if _is_base(Path(case))]
    wanted = against if against is not None else bases[0] if len(bases) == 1 else ids[0]
    return sorted(named, key=lambda one: one[0] != wanted)


def _is_base(path: Path) -> bool:
    read = read_alone(path)
    return not (isinstance(read, Differences) and read.extends is not None)


def _side(
    id_: str,
    scenario: Scenario,
    like: Inputs | None,
    draws: int,
    seed: int,
    point: bool,
    threads: int | None,
    stop: Stop,
) -> Side:
    run = identify(scenario, *checked_run(draws, seed), point)
    inputs = None if point else draw_inputs(scenario, run, like)
    planner = Planner(scenario, run, inputs, threads)
    return Side(id_, planner, planner.choice(budgets_of(planner.company), stop=stop), threads)


def _begin(side: Side, sides: Sequence[Side]) -> list[tuple[int, ...]]:
    """What is planned elsewhere, as one more beginning of the search; in an order that is not that of the scenarios."""
    return sorted({chosen for other in sides if other is not side and (chosen := _columns_in(other, side))})


def _learn_from(side: Side, begin: Sequence[tuple[int, ...]], stop: Stop) -> None:
    if begin and side.feasible:
        side.choice = side.planner.choice(side.choice.budgets, begin=begin, stop=stop)


def _regrets(side: Side, stop: Stop) -> dict[str, float | None]:
    """What is lost where an initiative is not as in the plan, by id; a better plan found on the way takes its place."""
    if not side.feasible:
        return {}
    planner = side.planner
    exchange = Exchange(planner.exact, planner.sample, stop=stop, thorough=False)
    others = {}
    for position, one in enumerate(planner.initiatives):
        if stop():
            break
        others[one.id] = best_otherwise(side.choice.program, side.columns, position, exchange)
    least = side.value + BETTER * abs(side.value)
    better = [found for found in others.values() if found is not None and found.value > least]
    if better:
        side.choice = planner.choice(side.choice.budgets, begin=[one.columns for one in better], stop=stop)
        return _regrets(side, stop)
    return {id_: None if found is None else max(0.0, side.value - found.value) for id_, found in others.items()}


def _outcome(side: Side, first: Side) -> ScenarioOutcome:
    planner, batches = side.planner, side.batches
    company = planner.company
    with_, without = batches.mean(batches.customers), batches.mean(batches.without)
    now = _opening(side)
    feasible = side.feasible
    return ScenarioOutcome(
        id=side.id,
        name=side.scenario.name,
        run=planner.run,
        profit=estimate(side.profit),
        probability_of_loss=probability_of_loss(side.profit) if feasible else None,
        cost=float(batches.mean(batches.cost)),
        budget=budgets_of(company).total,
        nps_now=nps_of(now[None])[0],
        nps_end=nps_of(with_[None])[0],
        nps_without=nps_of(without[None])[0],
        customers_now=float(now.sum()),
        customers_end=float(with_.sum()),
        customers_without=float(without.sum()),
        funded=tuple(sorted(side.funded, key=lambda id_: side.ranks[id_])),
        listed=len(planner.initiatives),
        complete=side.choice.complete,
        differences=_differences(side, first) if side is not first and feasible and first.feasible else None,
        conflict=() if feasible else tuple(one.text for one in conflict_of(planner, side.choice)),
    )


def _opening(side: Side) -> Floats:
    """Expected customers by segment at the decision, (3,)."""
    policy = side.planner.company.acquisition_policy
    lines = simulate_sets(side.planner.prepared, [()], policy, side.threads).baseline_lines
    return lines.customers[:, 0].sum(axis=0)


def _differences(side: Side, first: Side) -> Apart:
    mine, other = side.batches, first.batches
    weights = mine.weights
    by_draw = np.full(len(side.profit), 1 / len(side.profit))
    return Apart(
        profit=_value(side.profit, first.profit, by_draw),
        cost=_value(mine.cost, other.cost, weights),
        nps=_nps_apart(mine, other),
        customers=_value(mine.customers.sum(axis=1), other.customers.sum(axis=1), weights),
    )


def _nps_apart(mine: Batches, other: Batches) -> Value | None:
    """Of the scores of expected customers over all draws; its error by batch. None where there is nobody."""
    scores = [nps_of(of.customers) for of in (mine, other)]
    [ended], [others] = (nps_of(of.mean(of.customers)[None]) for of in (mine, other))
    if ended is None or others is None or any(None in by_batch for by_batch in scores):
        return None
    ends, other_ends = (np.array(by_batch, dtype=float) for by_batch in scores)
    _mean, error = difference(ends, other_ends, mine.weights)
    return Value(value=ended - others, standard_error=error)


def _value(mine: Floats, other: Floats, weights: Floats) -> Value:
    value, error = difference(mine, other, weights)
    return Value(value=value, standard_error=error)


def _across(sides: Sequence[Side], regrets: Sequence[dict[str, float | None]]) -> Iterable[InitiativeAcross]:
    """Every initiative of any scenario, in the order of rank in the first that has it."""
    known: dict[str, Initiative] = {}
    for side in sides:
        for id_ in sorted(side.ranks, key=lambda id_: side.ranks[id_]):
            known.setdefault(id_, side.planner.initiatives[side.place_of[id_]])
    for id_, one in known.items():
        funded = [id_ in side.funded for side in sides]
        doing, leaving = (
            tuple(_regret(side, id_, of, what) for side, of in zip(sides, regrets, strict=False))
            for what in (True, False)
        )
        yield InitiativeAcross(
            id=id_,
            name=one.name,
            department=one.department,
            ranks=tuple(side.ranks.get(id_) for side in sides),
            profits=tuple(float(side.alone[side.place_of[id_]]) if id_ in side.place_of else None for side in sides),
            funded=tuple(funded),
            regret_funded=doing,
            regret_left_out=leaving,
        )


def _regret(side: Side, id_: str, lost: Mapping[str, float | None], doing: bool) -> float | None:
    """What doing an initiative, or leaving it out, loses; 0 where that is what the plan does."""
    if id_ not in side.place_of or not side.feasible:
        return None
    return 0.0 if (id_ in side.funded) is doing else lost.get(id_)


def _elsewhere(side: Side, sides: Sequence[Side]) -> PlanElsewhere:
    """The plan of a scenario carried out in each of them."""
    found = [_carried_out(side, other) for other in sides]
    return PlanElsewhere(
        id=side.id,
        profits=tuple(profit for profit, _over in found),
        regrets=tuple(
            None if profit is None else other.value - profit
            for (profit, _over), other in zip(found, sides, strict=True)
        ),
        over_budget=tuple(over for _profit, over in found),
    )


def _carried_out(side: Side, other: Side) -> tuple[float | None, float]:
    """What a plan brings in another scenario, and by how much it exceeds the budgets there."""
    chosen = _columns_in(side, other)
    if chosen is None or not other.feasible:
        return None, 0.0
    program = other.choice.program
    limits = other.planner.limits(other.choice.budgets)
    money = np.array([not limit.is_staff for limit, _size in limits], dtype=bool)
    unlimited = replace(program, limits=np.where(money, np.inf, program.limits))
    if not unlimited.allows(chosen):
        return None, 0.0
    over = (program.used(chosen) - program.limits)[money]
    tolerance = program.tolerance[money]
    return float(other.planner.exact.means([chosen])[0]) if chosen else 0.0, float(over[over > tolerance].sum())


def _columns_in(side: Side, other: Side) -> tuple[int, ...] | None:
    """The plan of a side as columns of another; None where that one lacks an initiative or a start."""
    if not side.feasible:
        return None
    known = {
        (other.planner.initiatives[column.initiative].id, column.start): place
        for place, column in enumerate(other.planner.columns)
    }
    wanted = [(side.planner.initiative_at(column).id, side.planner.columns[column].start) for column in side.columns]
    return tuple(sorted(known[one] for one in wanted)) if set(wanted) <= set(known) else None
