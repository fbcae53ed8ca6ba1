"""How good and how quick is the choice of what to fund, beside simpler ways to choose?

    python -m benchmarks.portfolio [--quick]

Three questions, each answered in one run on one made-up portfolio:

- *Selection*: 200 initiatives at five starts each, six budgets, people of eight departments in 24 periods, values that
  add up. The program of Prioritizer (HiGHS) beside ranking by return on investment, a greedy choice by value per priced
  unit, and CBC where the package pulp is installed.
- *Joint value*: the example's initiatives, several times with other numbers, on shared customers: the plan, its
  improvement by exchange, and a frontier of 21 budgets.
- *Attribution*: shares of 40 funded initiatives to a standard error of one per cent of the joint profit.
"""

import argparse
import random
import resource
import time
from pathlib import Path

import numpy as np

from prioritizer.domain.changes import apply
from prioritizer.domain.scenarios import Change
from prioritizer.engine.attribution import attribute
from prioritizer.engine.portfolio import Program, gap_between, prices, solve
from prioritizer.services.cases import as_scenario
from prioritizer.services.frontier import frontier_of
from prioritizer.services.planner import Planner, planner
from prioritizer.services.plans import plan_of
from prioritizer.store.files import read_scenario

ROOT = Path(__file__).parents[1]
INITIATIVES, STARTS, YEARS, DEPARTMENTS, PERIODS = 200, 5, 6, 8, 24
GAP, SECONDS = 1e-3, 60.0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="smaller, to see that it runs")
    quick = parser.parse_args().quick
    _selection(40 if quick else INITIATIVES)
    made = _planner(22 if quick else 66, draws=500 if quick else 2_000)
    _joint(made)
    _attribution(made, 15 if quick else 40)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _program(count: int, seed: int = 1) -> Program:
    """Values that rise with cost, as those of real portfolios do; a third of all cost fits the budgets."""
    rng = np.random.default_rng(seed)
    owners = np.repeat(np.arange(count), STARTS)
    cost = rng.lognormal(0, 0.8, count)
    worth = cost * rng.normal(1.0, 0.8, count)
    starts = np.tile(np.arange(STARTS), count)
    values = np.repeat(worth, STARTS) * 0.98**starts
    budgets = np.zeros((len(owners), YEARS))
    people = np.zeros((len(owners), DEPARTMENTS, PERIODS))
    needs, where = rng.integers(1, 6, count), rng.integers(0, DEPARTMENTS, count)
    for column, (owner, start) in enumerate(zip(owners, starts, strict=True)):
        first = start // 4
        budgets[column, first] += 0.6 * cost[owner]
        budgets[column, first + 1 :] += 0.4 * cost[owner] / max(YEARS - first - 1, 1)
        people[column, where[owner], start : start + 8] = needs[owner]
    limits = [0.33 * budgets[::STARTS].sum(axis=0), np.full(DEPARTMENTS * PERIODS, 0.5 * needs.sum() / DEPARTMENTS)]
    links = random.Random(seed)
    requires = tuple((one, links.randrange(one)) for one in range(1, count) if links.random() < 0.08)
    excludes = tuple((one, links.randrange(one)) for one in range(1, count) if links.random() < 0.05)
    excludes = tuple(pair for pair in excludes if pair not in requires)
    uses = np.hstack([budgets, people.reshape(len(owners), -1)])
    return Program(owners, values, uses, np.concatenate(limits), requires, excludes)


def _selection(count: int) -> None:
    program = _program(count)
    began = time.perf_counter()
    found = solve(program, GAP, SECONDS)
    took = time.perf_counter() - began
    print(f"selection of {count} initiatives, {len(program.owners)} columns, {len(program.limits)} limits:")
    print(f"  program   {took:6.1f} s, value 100.0 %, gap {100 * found.gap:.3f} %, {found.status}")
    for name, order in (("ROI", _by_roi(program)), ("greedy", _by_price(program))):
        began = time.perf_counter()
        value = program.values[list(_in_order(program, order))].sum()
        print(f"  {name:9} {time.perf_counter() - began:6.1f} s, value {100 * value / found.value:5.1f} %")
    _with_cbc(program, found.value)


def _by_roi(program: Program) -> np.ndarray:
    cost = program.uses[:, :YEARS].sum(axis=1)
    return np.argsort(-program.values / np.maximum(cost, 1e-9), kind="stable")


def _by_price(program: Program) -> np.ndarray:
    priced = program.uses @ prices(program)
    return np.argsort(-program.values / np.maximum(priced, 1e-3 * priced.max()), kind="stable")


def _in_order(program: Program, order: np.ndarray) -> list[int]:
    """What fits, taken in an order; what needs something comes once that is there."""
    chosen: list[int] = []
    for column in order.tolist():
        if program.values[column] > 0 and program.allows([*chosen, column]):
            chosen.append(column)
    return chosen


def _with_cbc(program: Program, best: float) -> None:
    try:
        import pulp
    except ImportError:
        print("  CBC       not measured: the package pulp is not installed")
        return
    problem = pulp.LpProblem("plan", pulp.LpMaximize)
    x = [pulp.LpVariable(f"x{k}", cat="Binary") for k in range(len(program.owners))]
    problem += pulp.lpSum(float(value) * one for value, one in zip(program.values, x, strict=True))
    for limit, size in enumerate(program.limits):
        problem += (
            pulp.lpSum(float(use) * one for use, one in zip(program.uses[:, limit], x, strict=True) if use) <= size
        )
    done = [pulp.lpSum(x[column] for column in columns) for columns in program.columns_of]
    for one in done:
        problem += one <= 1
    for one, other in program.requires:
        problem += done[one] <= done[other]
    for one, other in program.excludes:
        problem += done[one] + done[other] <= 1
    began = time.perf_counter()
    problem.solve(pulp.PULP_CBC_CMD(msg=0, gapRel=GAP, timeLimit=SECONDS, threads=2))
    value = pulp.value(problem.objective)
    print(f"  CBC       {time.perf_counter() - began:6.1f} s, value {100 * value / best:5.1f} %")


def _planner(count: int, draws: int) -> Planner:
    """The example with its initiatives several times, each with other sizes, costs and no links."""
    base = read_scenario(ROOT / "scenarios/base.yaml")
    rng = random.Random(7)
    listed = []
    for place in range(count):
        model = base.initiatives[place % len(base.initiatives)]
        changes = [
            Change(path=("costs", "one_off"), multiply=rng.uniform(0.3, 1.5)),
            Change(path=("probability_of_success",), multiply=rng.uniform(0.5, 1.0)),
        ]
        made = apply(model, changes, lenient=True)
        listed.append(made.model_copy(update={"id": f"i{place}", "requires": (), "excludes": (), "mandatory": False}))
    return planner(as_scenario(base.company, listed), draws=draws, seed=1)


def _joint(made: Planner) -> None:
    began = time.perf_counter()
    plan = plan_of(made, solved_draws=0)
    took = time.perf_counter() - began
    share = 100 * plan.improvement / plan.joint if plan.joint else 0.0
    print(f"joint value of {len(made.initiatives)} initiatives, {len(made.columns)} columns, {made.run.draws} draws:")
    brought = f"exchange brought {share:.2f} % in {plan.improvement_steps} steps"
    print(f"  plan      {took:6.1f} s: {len(plan.funded)} funded, {brought}")
    began = time.perf_counter()
    points = frontier_of(made).points
    print(f"  frontier  {time.perf_counter() - began:6.1f} s: {len(points)} budgets")
    gaps = [gap_between(point.program_value, point.bound) for point in points if point.bound is not None]
    print(f"  largest gap of a program {100 * max(gaps):.4f} %")


def _attribution(made: Planner, count: int) -> None:
    best = np.argsort(-made.alone)
    members, taken = [], set()
    for column in best.tolist():
        owner = made.columns[column].initiative
        if owner not in taken and len(members) < count:
            members.append(column)
            taken.add(owner)
    began = time.perf_counter()
    found = attribute(made.exact, members, [[]] * len(members), made.alone[members], seed=1)
    error = 100 * found.standard_errors.max() / abs(found.joint)
    took = time.perf_counter() - began
    print(f"attribution of {len(members)}: {took:.2f} s, largest standard error {error:.2f} % of the joint profit")


if __name__ == "__main__":
    main()
