"""Customers at the end by batch of draws: how far means of the kernel, which keeps no draws of them, may be off."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from prioritizer.domain.company import Policy
from prioritizer.engine.cash_flow import own_costs
from prioritizer.engine.joint_value import on_some_draws
from prioritizer.engine.levers import Inputs
from prioritizer.engine.simulation import Prepared, simulate_sets

Floats = npt.NDArray[np.float64]

COUNT = 20  # batches: enough for a standard error, few enough to cost no more than one simulation


class Batches(NamedTuple):
    """Means over each batch of the draws.

    `weights`: the share of the draws in each, (batches,); `customers` and `without`: at the end by segment, with a
    selection and without, (batches, 3); `cost`: what the selection costs before tax, undiscounted, (batches,).
    """

    weights: Floats
    customers: Floats
    without: Floats
    cost: Floats

    def mean(self, figure: Floats) -> Floats:
        """The mean over all draws of a figure by batch, (batches, …) → (…)."""
        return np.tensordot(self.weights, figure, axes=1)


def batches_of(
    inputs: Inputs, prepared: Prepared, chosen: tuple[int, ...], policy: Policy, threads: int | None = None
) -> Batches:
    """A selection of columns, and the base without it, simulated batch by batch; one batch at the point estimate."""
    edges = np.linspace(0, inputs.draws, min(COUNT, inputs.draws) + 1).astype(int)
    cost = _cost_by_draw(inputs, chosen)
    rows = []
    for first, last in pairwise(edges):
        some = simulate_sets(on_some_draws(prepared, first, last), [chosen], policy, threads)
        lines = some.lines[0]
        touched = float(lines.touch_cost.sum())
        ends = [of.customers[:, -1].sum(axis=0) for of in (lines, some.baseline_lines)]
        rows.append((*ends, touched + float(cost[first:last].mean())))
    customers, without, costs = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    return Batches(np.diff(edges) / inputs.draws, customers, without, costs)


def difference(mine: Floats, other: Floats, weights: Floats) -> tuple[float, float]:
    """The mean of paired differences by batch, and its standard error; 0 where there is one batch only."""
    apart = mine - other
    mean = float(weights @ apart)
    if len(apart) < 2:
        return mean, 0.0
    spread = float(weights @ (apart - mean) ** 2)
    return mean, float(np.sqrt(spread / (len(apart) - 1)))


def _cost_by_draw(inputs: Inputs, chosen: tuple[int, ...]) -> Floats:
    """One-off and running costs of a selection, undiscounted and before tax, by draw."""
    undiscounted = np.ones(inputs.company.periods + 1)
    total = np.zeros(inputs.draws)
    for column in chosen:
        total = total + own_costs(inputs, inputs.initiatives[column], undiscounted).present_value
    return total
