"""Batch means: what the kernel's means may be off by, against plain simulation of each draw."""

import numpy as np
import pytest

from prioritizer.domain.company import Policy
from prioritizer.engine.batches import COUNT, batches_of, difference
from prioritizer.engine.levers import Inputs, at_means, sampled
from prioritizer.engine.simulation import prepare, simulate_sets
from tests.cases import company_record, group, initiative_record

DRAWS = 60


def inputs_of(draws: int = DRAWS) -> Inputs:
    uncertain = group(churn={"promoter": 0.01, "passive": 0.03, "detractor": {"pert": [0.08, 0.12, 0.2]}})
    company = company_record(groups={"Mobile": uncertain})
    costs = {"one_off": {0: {"pert": [500, 1000, 2500]}, 1: 300}, "running": 40, "per_customer": {"amount": 2}}
    return sampled(company, [initiative_record(costs=costs)], draws, 5)


def one_draw(inputs: Inputs, draw: int) -> Inputs:
    """The same company with every number at its value in one draw."""
    drawn = {name: float(np.broadcast_to(values, inputs.draws)[draw]) for name, values in inputs.drawn.items()}
    fixed = at_means(inputs.company, inputs.initiatives, [1.0])
    return Inputs(fixed.company, fixed.initiatives, drawn, fixed.delivery, fixed.success, 1)


def test_each_batch_is_the_mean_of_its_draws() -> None:
    inputs = inputs_of()
    found = batches_of(inputs, prepare(inputs), (0,), Policy.HOLD)
    assert len(found.weights) == COUNT
    assert found.weights.sum() == pytest.approx(1)
    each = DRAWS // COUNT
    for batch in range(COUNT):
        alone = [
            simulate_sets(one_draw(inputs, draw), [(0,)], Policy.HOLD)
            for draw in range(batch * each, (batch + 1) * each)
        ]
        ends = np.mean([one.lines[0].customers[:, -1].sum(axis=0) for one in alone], axis=0)
        without = np.mean([one.baseline_lines.customers[:, -1].sum(axis=0) for one in alone], axis=0)
        cost = np.mean([one.lines[0].own_cost.sum() for one in alone])
        assert found.customers[batch] == pytest.approx(ends, rel=1e-9)
        assert found.without[batch] == pytest.approx(without, rel=1e-9)
        assert found.cost[batch] == pytest.approx(cost, rel=1e-9)


def test_draws_that_do_not_divide_evenly_still_weigh_the_same() -> None:
    inputs = inputs_of(47)
    found = batches_of(inputs, prepare(inputs), (0,), Policy.HOLD)
    whole = simulate_sets(inputs, [(0,)], Policy.HOLD).lines[0]
    assert found.mean(found.customers) == pytest.approx(whole.customers[:, -1].sum(axis=0), rel=1e-9)
    assert found.mean(found.cost) == pytest.approx(whole.own_cost.sum(), rel=1e-9)


def test_one_draw_is_one_batch_without_an_error() -> None:
    inputs = at_means(company_record(), [initiative_record()], [1.0])
    found = batches_of(inputs, prepare(inputs), (0,), Policy.HOLD)
    assert difference(found.cost + 5, found.cost, found.weights) == (5.0, 0.0)


def test_the_error_is_that_of_a_mean_of_paired_differences() -> None:
    mine, other = np.array([3.0, 5.0, 9.0, 11.0]), np.array([1.0, 1.0, 2.0, 4.0])
    value, error = difference(mine, other, np.full(4, 0.25))
    assert value == pytest.approx(5.0)  # 2, 4, 7, 7
    assert error == pytest.approx(np.std([2, 4, 7, 7], ddof=1) / 2)
