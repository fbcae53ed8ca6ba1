"""The frontier: what the best selection found brings at each multiple of the budgets."""

from collections.abc import Sequence

from prioritizer.domain.plans import Frontier, FrontierPoint
from prioritizer.services.limits import Budget, budgets_of
from prioritizer.services.planner import Choice, Planner, Progress, Stop, never, silent

FACTORS = tuple(round(0.7 + 0.03 * step, 2) for step in range(21))  # of today's budgets


def frontier_of(
    planner: Planner,
    factors: Sequence[float] = FACTORS,
    budget: Budget = None,
    *,
    stop: Stop = never,
    progress: Progress = silent,
) -> Frontier:
    """What the best selection found brings at each multiple of the budgets; told to stop, at the smallest of them."""
    choices = best_choices(planner, factors, budget, stop, progress)
    points = tuple(_point(planner, choice, factor) for choice, factor in zip(choices, sorted(factors), strict=False))
    complete = len(points) == len(factors) and all(one.complete for one in choices)
    return Frontier(run=planner.run, points=points, complete=complete)


def best_choices(
    planner: Planner, factors: Sequence[float], budget: Budget, stop: Stop, progress: Progress
) -> list[Choice]:
    """The choice at each multiple of the budgets, smallest first; each also begins with the one before."""
    base = budgets_of(planner.company, budget)
    found: list[Choice] = []
    for step, factor in enumerate(sorted(factors)):
        if stop():
            break
        before = [found[-1].columns] if found and found[-1].columns else []
        planner.choice(base.scaled(factor), stop=stop)
        found.append(planner.choice(base.scaled(factor), begin=before, stop=stop))
        progress((step + 1) / len(factors))
    return found


def _point(planner: Planner, choice: Choice, factor: float) -> FrontierPoint:
    solution, improved = choice.solution, choice.improved
    rows = [planner.columns[column] for column in choice.columns]
    return FrontierPoint(
        factor=factor,
        amount=choice.budgets.total,
        status=solution.status.value,
        joint=improved.value if improved else None,
        program_value=solution.value if improved else None,
        bound=solution.bound if improved else None,
        gap=solution.gap if improved else None,
        cost=float(planner.costs[list(choice.columns)].sum()) if improved else None,
        funded=tuple(planner.initiatives[row.initiative].id for row in rows),
        starts=tuple(row.start for row in rows),
    )
