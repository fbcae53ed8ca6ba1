"""The order by funding: one order for an uncertain budget, and what it costs to have one list for all budgets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from prioritizer.domain.plans import NotFunded, Order, OrderedInitiative, Rung
from prioritizer.engine.exchange import Exchange, Improved, improve
from prioritizer.engine.funding import Ladder, Nested, appraise, build, by_levels, improve_order, prefix_lengths
from prioritizer.engine.portfolio import Program
from prioritizer.services.frontier import FACTORS, best_choices
from prioritizer.services.limits import Budget, Budgets, budgets_of
from prioritizer.services.not_funded import not_funded
from prioritizer.services.planner import Choice, Planner, Progress, Stop, never, silent

SEARCHED = 0.7  # of the work is done when the best selection at each budget is found


class _Step(NamedTuple):
    """One of the budgets: a multiple, and how much it counts."""

    factor: float
    weight: float


class _Prefix(NamedTuple):
    """What fits a budget: how many of the order, what they bring, and what the best selection found there brings."""

    length: int
    joint: float
    optimum: float


@dataclass(frozen=True)
class _Search:
    """What the order is sought for: the budgets at which all demands can be met, and the best choice at each."""

    planner: Planner
    ladder: Ladder
    choices: tuple[Choice, ...]
    stop: Stop


def order_of(
    planner: Planner,
    factors: Sequence[float] = FACTORS,
    weights: Sequence[float] | None = None,
    budget: Budget = None,
    *,
    stop: Stop = never,
    progress: Progress = silent,
) -> Order:
    """The order by funding for multiples of the budgets, and the price of one list at each.

    Args:
        factors: at least one; weights: how much each counts, alike by default.
        budget: see `budgets_of`; the company's budgets by default.
        stop, progress: asked and told between steps.
    """
    base, steps = budgets_of(planner.company, budget), _steps(factors, weights)
    multiples = [step.factor for step in steps]
    choices = best_choices(planner, multiples, budget, stop, lambda share: progress(SEARCHED * share))
    met = [place for place, choice in enumerate(choices) if choice.improved is not None]
    if not met:
        rungs = tuple(_rung(base, step, None) for step in steps)
        return Order(run=planner.run, initiatives=(), left_out=(), rungs=rungs, line=0, complete=False)
    ladder = Ladder(tuple(choices[place].program for place in met), tuple(steps[place].weight for place in met))
    search = _Search(planner, ladder, tuple(choices[place] for place in met), stop)
    nested = _nested(search)
    prefixes = dict(zip(met, map(_Prefix, nested.lengths, nested.values, _optima(search, nested)), strict=True))
    progress(1.0)
    today = planner.choice(base, stop=stop)
    (line,) = prefix_lengths(Ladder((today.program,), (1.0,)), nested.order)
    reached = [(steps[place].factor, prefix.length) for place, prefix in prefixes.items()]
    return Order(
        run=planner.run,
        initiatives=_rows(planner, nested.order, line, reached),
        left_out=_left_out(planner, today, nested.order, line),
        rungs=tuple(_rung(base, step, prefixes.get(place)) for place, step in enumerate(steps)),
        line=line,
        complete=nested.complete and all(one.complete for one in choices),
    )


def _steps(factors: Sequence[float], weights: Sequence[float] | None) -> list[_Step]:
    """The budgets, smallest first."""
    counted = [1.0 / len(factors)] * len(factors) if weights is None else weights
    return sorted(_Step(*step) for step in zip(factors, counted, strict=True))


def _nested(search: _Search) -> Nested:
    """The best order found: improved on the sample of draws, priced on all."""
    ladder, sample = search.ladder, search.planner.sample
    columns = _one_start_each(search)
    tried = [
        build(ladder, columns, sample),
        by_levels(replace(ladder, programs=_beside_programs(search)), columns),
    ]
    scored = [appraise(ladder, order, sample) for order in tried if order is not None]
    best = max(scored, key=lambda one: one.score)
    improved = improve_order(ladder, best.order, sample, search.stop)
    return replace(appraise(ladder, improved.order, search.planner.exact), complete=improved.complete)


def _beside_programs(search: _Search) -> tuple[Program, ...]:
    """The programs with each initiative valued beside what is funded at the middle budget."""
    values = search.planner.beside(search.choices[len(search.choices) // 2]).mean(axis=1)
    return tuple(replace(program, values=values) for program in search.ladder.programs)


def _one_start_each(search: _Search) -> list[int]:
    """For each initiative the start that it has in the plan of the budget nearest to the middle that funds it.

    Where none does, the start at which it would be worth most alone.
    """
    planner, choices = search.planner, search.choices
    middle = (len(choices) - 1) / 2
    nearest = sorted(range(len(choices)), key=lambda place: (abs(place - middle), place))
    found: dict[int, int] = {}
    for place in nearest:
        for column in choices[place].columns:
            found.setdefault(planner.columns[column].initiative, column)
    for place, columns in enumerate(choices[0].program.columns_of):
        if columns:
            found.setdefault(place, planner.best_alone(columns))
    return [found[place] for place in sorted(found)]


def _optima(search: _Search, nested: Nested) -> list[float]:
    """What the best selection found is worth at each budget: the frontier's, or one that begins with the prefix."""
    planner, best = search.planner, []
    for choice, length, value in zip(search.choices, nested.lengths, nested.values, strict=True):
        found = choice.improved.value if choice.improved else value
        prefix = tuple(sorted(nested.order[:length]))
        if value > found and choice.program.allows(prefix):
            exchange = Exchange(planner.exact, planner.sample, stop=search.stop)
            found = improve(choice.program, prefix, exchange).value
        best.append(max(found, value) if choice.program.allows(prefix) else found)
    return best


def _rows(
    planner: Planner, order: Sequence[int], line: int, reached: Sequence[tuple[float, int]]
) -> tuple[OrderedInitiative, ...]:
    """The order, one by one. `reached`: the multiples of the budgets, and how many of the order fit each."""
    joints = planner.exact.means([order[:length] for length in range(len(order) + 1)])
    return tuple(
        OrderedInitiative(
            position=place + 1,
            id=one.id,
            name=one.name,
            department=one.department,
            start=planner.columns[column].start,
            cost=float(planner.costs[column].sum()),
            alone=float(planner.alone[column]),
            adds=float(joints[place + 1] - joints[place]),
            funded=place < line,
            from_factor=min((factor for factor, length in reached if length > place), default=None),
        )
        for place, (column, one) in enumerate(zip(order, map(planner.initiative_at, order), strict=True))
    )


def _left_out(planner: Planner, today: Choice, order: Sequence[int], line: int) -> tuple[NotFunded, ...]:
    """What is not in the order, looked at beside what the order funds today."""
    listed = {planner.initiative_at(column).id for column in order}
    as_funded = replace(today, improved=Improved(tuple(sorted(order[:line])), 0.0, 0, True))
    return tuple(one for one in not_funded(planner, as_funded, {}) if one.id not in listed)


def _rung(base: Budgets, step: _Step, prefix: _Prefix | None) -> Rung:
    """What fits one budget, and the price of one list there; without a prefix where not all demands can be met."""
    return Rung(
        factor=step.factor,
        amount=base.scaled(step.factor).total,
        weight=step.weight,
        fits=prefix.length if prefix else 0,
        joint=prefix.joint if prefix else None,
        optimum=prefix.optimum if prefix else None,
        price=max(0.0, prefix.optimum - prefix.joint) if prefix else None,
    )
