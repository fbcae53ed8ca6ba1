"""With and without, on the same draws: what initiatives add, alone and together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from prioritizer.domain.company import Company, Policy
from prioritizer.domain.initiatives import Initiative
from prioritizer.engine.cash_flow import Lines, OwnCosts, lines_of, own_costs, present_value_factors
from prioritizer.engine.cohort import simulate
from prioritizer.engine.levers import Arrays, Inputs, arrays, at_means, portfolios

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Simulated:
    """The baseline and what each set of initiatives adds to it, under one policy.

    `baseline`: NPV by draw, shape (draws,). `profit`: incremental NPV by draw, shape (sets, draws). `lines` of the
    baseline and of each set, with it (not the difference).
    """

    policy: Policy
    baseline: Floats
    profit: Floats
    baseline_lines: Lines
    lines: tuple[Lines, ...]


def alone_and_together(count: int) -> list[tuple[int, ...]]:
    """Each of `count` initiatives alone, then all together."""
    return [*((i,) for i in range(count)), tuple(range(count))]


@dataclass(frozen=True)
class Prepared:
    """Inputs as the kernel reads them, and the costs that do not depend on customers; the draws themselves are gone."""

    company: Company
    factors: Floats
    costs: tuple[OwnCosts, ...]
    model: Arrays


def prepare(inputs: Inputs) -> Prepared:
    """Make inputs ready to be simulated under either policy."""
    factors = present_value_factors(inputs.company)
    costs = tuple(own_costs(inputs, initiative, factors) for initiative in inputs.initiatives)
    return Prepared(inputs.company, factors, costs, arrays(inputs))


def simulate_sets(
    inputs: Inputs | Prepared, sets: Sequence[Sequence[int]], policy: Policy, threads: int | None = None
) -> Simulated:
    """Simulate sets of initiatives (their positions) on the same draws."""
    prepared = prepare(inputs) if isinstance(inputs, Inputs) else inputs
    company, factors, costs, model = prepared.company, prepared.factors, prepared.costs, prepared.model
    cohorts = simulate(model.numbers, model.groups, model.levers, portfolios(sets), policy, factors, threads)
    profit = cohorts.worth[1:]
    for index, members in enumerate(sets):
        for member in members:
            profit[index] -= costs[member].present_value
    nothing = np.zeros(company.periods)
    due = [sum((costs[member].expected for member in members), nothing) for members in sets]
    return Simulated(
        policy=policy,
        baseline=cohorts.worth[0],
        profit=profit,
        baseline_lines=lines_of(cohorts.lines[0], nothing),
        lines=tuple(lines_of(lines, cost) for lines, cost in zip(cohorts.lines[1:], due, strict=True)),
    )


def simulate_point(company: Company, initiatives: Sequence[Initiative], policy: Policy | None = None) -> Simulated:
    """Each initiative alone, then all together, with every uncertain number at its mean, under a policy.

    The one in force by default.

    Alone: p × with success + (1 − p) × without. Together: every intensity times its p.
    """
    policy = policy or company.acquisition_policy
    count = len(initiatives)
    alone = [(i,) for i in range(count)]
    likely = at_means(company, initiatives, [1.0] * count)
    chances = [float(likely.drawn[f"initiatives.{i.id}.probability_of_success"]) for i in initiatives]
    won = simulate_sets(likely, alone, policy, threads=1)
    lost = simulate_sets(at_means(company, initiatives, [0.0] * count), alone, policy, threads=1)
    together = simulate_sets(at_means(company, initiatives, chances), [tuple(range(count))], policy, threads=1)
    p = np.array(chances).reshape(count, 1)
    mixed = tuple(
        with_.mixed(without, chance) for with_, without, chance in zip(won.lines, lost.lines, chances, strict=True)
    )
    return Simulated(
        policy=policy,
        baseline=won.baseline,
        profit=np.concatenate([p * won.profit + (1 - p) * lost.profit, together.profit]),
        baseline_lines=won.baseline_lines,
        lines=(*mixed, *together.lines),
    )
