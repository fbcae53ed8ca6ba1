"""How fast the engine is, beside other ways to compute the same and beside what the machine could do.

    python benchmarks/engine.py            the reference size
    python benchmarks/engine.py --quick    a tenth of the draws, to see that it runs

Everything is measured in this one process, in CPU seconds on one thread, best of several runs; ratios are what counts.
The numpy and the plain Python version compute the same figures, which is checked before anything is timed.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from oracles import model as plain  # noqa: E402
from prioritizer.domain.company import Company, Policy  # noqa: E402
from prioritizer.domain.customers import SEGMENTS  # noqa: E402
from prioritizer.domain.initiatives import Initiative  # noqa: E402
from prioritizer.engine.cash_flow import present_value_factors  # noqa: E402
from prioritizer.engine.cohort import simulate  # noqa: E402
from prioritizer.engine.compiled import compiled  # noqa: E402
from prioritizer.engine.levers import Inputs, arrays, portfolios, row_of_shares, sampled  # noqa: E402

BLOCK = 1000
SEED = 1

# Multiply-adds (an addition, multiplication, minimum or maximum counts as one) that the model needs; see `_one_period`.
PER_CELL = {
    "customers who stay, by segment, and their sum": 9 + 2,
    "recommended with extra, put off, margin, service, cost per customer": 5 * 3,
    "needed, put off at most who come, bought, new": 2 + 2 + 3 + 2,
    "target and next customers": 1 + 3,
    "acquisition cost, saving not cashed": 1 + 3 + 2,
    "cash flow, present value": 4 + 1,
    "sums over the draws of five lines and three segments": 8,
}
# … and each time an intensity changes: a move, a change of churn and one of contacts, as in the reference portfolio.
PER_CHANGE = {
    "intensity": 2,
    "levers combined": 2 + 2 + 6,
    "churn, staying": 3 * 4 + 9,
    "moved": 1 + 3 * 4,
    "service cost": 3 + 1 + 3,
}


def reference(count: int, groups: int, periods: int, latest_start: int, everywhere: bool) -> tuple[dict, list[dict]]:
    """A company and a portfolio in file form; each initiative moves detractors, lowers churn and saves contacts.

    `everywhere`: all start at once in all groups; otherwise at different times in some of them, as real ones do.
    """
    rng = random.Random(SEED)

    def some(low: float, high: float) -> dict:
        middle = rng.uniform(low, high)
        return {"pert": [0.8 * middle, middle, 1.2 * middle]}

    company = {
        "company": "Reference",
        "currency": "RUB",
        "horizon": periods,
        "latest_start": latest_start,
        "start": "2027-01",
        "discount_rate": 0.08,
        "cashable": 0.7,
        "groups": {f"group {g}": _group(rng, some) for g in range(groups)},
    }
    names = list(company["groups"])
    initiatives = [_initiative(rng, some, i, names, latest_start, everywhere) for i in range(count)]
    return company, initiatives


def _group(rng: random.Random, some: Callable) -> dict:
    return {
        "customers": {"promoter": 300_000, "passive": 400_000, "detractor": 300_000},
        "churn": {"promoter": some(0.01, 0.02), "passive": some(0.02, 0.04), "detractor": some(0.06, 0.10)},
        "migration": {
            "promoter": {"dirichlet": {"promoter": 920, "passive": 60, "detractor": 20}},
            "passive": {"dirichlet": {"promoter": 70, "passive": 860, "detractor": 70}},
            "detractor": {"dirichlet": {"promoter": 10, "passive": 90, "detractor": 900}},
        },
        "revenue": {"promoter": some(1500, 1600), "passive": some(1400, 1500), "detractor": some(1300, 1400)},
        "gross_margin": 0.55,
        "contacts": {"promoter": 0.3, "passive": 0.5, "detractor": some(1, 1.2)},
        "contact_cost": some(150, 200),
        "referrals": {"promoter": some(0.01, 0.015), "passive": 0.002, "detractor": 0},
        "put_off": {"promoter": 0, "passive": 0, "detractor": some(0.004, 0.008)},
        "acquisition_cost": some(2000, 3000),
        "newcomers": {"dirichlet": {"promoter": 250, "passive": 550, "detractor": 200}},
        "planned_acquisitions": 40_000,
    }


def _initiative(
    rng: random.Random, some: Callable, i: int, groups: list[str], latest_start: int, everywhere: bool
) -> dict:
    reached = groups if everywhere else rng.sample(groups, rng.randint(1, len(groups)))
    return {
        "id": f"initiative-{i}",
        "name": f"Initiative {i}",
        "department": "D",
        "start": 0 if everywhere else rng.randint(0, latest_start),
        "ramp_up": 4,
        "reach": {group: some(0.2, 0.4) for group in reached},
        "costs": {"one_off": some(5e6, 2e7), "running": some(5e5, 1e6)},
        "levers": [
            {"move": {"from": "detractor", "to": "passive"}, "share": some(0.02, 0.1)},
            {"churn": "detractor", "change": {"pert": [-0.15, -0.08, -0.01]}},
            {"contacts": "detractor", "change": {"pert": [-0.2, -0.1, -0.02]}},
        ],
    }


def in_numpy(inputs: Inputs, factors: np.ndarray) -> np.ndarray:
    """Profit by initiative and draw before own costs, vectorised over blocks of draws, under policy hold.

    It skips what the engine skips: groups without reach, periods before the start, levers while they do not change.
    """
    count, draws = len(inputs.initiatives), inputs.draws
    profit = np.zeros((count, draws))
    sums = np.zeros((count, len(inputs.company.groups), len(factors), 8))
    for first in range(0, draws, BLOCK):
        block = slice(first, min(first + BLOCK, draws))
        for g, group in enumerate(inputs.company.groups):
            base = _NumpyGroup(inputs, group, block)
            history, worth = base.baseline(factors)
            for i, initiative in enumerate(inputs.initiatives):
                if group in initiative.reach:
                    profit[i, block] += base.with_initiative(
                        inputs, i, group, block, factors, history, worth, sums[i, g]
                    )
    return profit


class _NumpyGroup:
    """One group's numbers on a block of draws; arrays are (3, draws) or (3, 3, draws)."""

    def __init__(self, inputs: Inputs, group: str, block: slice):
        size = block.stop - block.start
        drawn, place = inputs.drawn, f"groups.{group}"

        def cut(value: float | np.ndarray) -> np.ndarray:
            return np.full(size, value) if np.ndim(value) == 0 else value[block]

        def segments(key: str) -> np.ndarray:
            return np.array([cut(drawn[f"{place}.{key}.{s}"]) for s in SEGMENTS])

        self.opening, self.churn = segments("customers"), segments("churn")
        self.migration = np.array(
            [[cut(share) for share in row_of_shares(drawn, f"{place}.migration.{s}")] for s in SEGMENTS]
        )
        self.margin = segments("revenue") * cut(drawn[f"{place}.gross_margin"])
        self.contacts, self.contact_cost = segments("contacts"), cut(drawn[f"{place}.contact_cost"])
        self.service = self.contacts * self.contact_cost
        self.referrals, self.put_off = segments("referrals"), segments("put_off")
        self.win_cost = cut(drawn[f"{place}.acquisition_cost"])
        self.mix = np.array([cut(share) for share in row_of_shares(drawn, f"{place}.newcomers")])
        self.growth = 1 + cut(drawn[f"{place}.growth"])
        self.not_cashable = 1 - cut(drawn["cashable"])
        self.staying = (1 - self.churn)[:, None] * self.migration
        self.zero = np.zeros(size)

    def baseline(self, factors: np.ndarray) -> tuple[list, np.ndarray]:
        """By period: customers, target, service cost per customer, and present value before it; and the whole."""
        x, target, worth, history = self.opening, self.opening.sum(axis=0) * self.growth, self.zero, []
        for factor in factors[:-1]:
            each = (self.service * x).sum(axis=0) / x.sum(axis=0)
            history.append((x, target, each, worth))
            x, cash, _lines = self.step(x, target, self.staying, self.service, self.zero)
            worth = worth + factor * cash
            target = target * self.growth
        return history, worth

    def step(
        self,
        x: np.ndarray,
        target: np.ndarray,
        staying: np.ndarray,
        service_each: np.ndarray,
        service_without: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, tuple]:
        """One period under policy hold: next customers, cash flow, lines."""
        stay = x[0] * staying[0] + x[1] * staying[1] + x[2] * staying[2]
        came = x[0] * self.referrals[0] + x[1] * self.referrals[1] + x[2] * self.referrals[2]
        put_off = x[0] * self.put_off[0] + x[1] * self.put_off[1] + x[2] * self.put_off[2]
        margin = x[0] * self.margin[0] + x[1] * self.margin[1] + x[2] * self.margin[2]
        service = x[0] * service_each[0] + x[1] * service_each[1] + x[2] * service_each[2]
        needed = np.maximum(target - (stay[0] + stay[1] + stay[2]), 0)
        put_off = np.minimum(put_off, needed + came)
        bought = np.maximum(needed + put_off - came, 0)
        acquisition = bought * self.win_cost
        people = x[0] + x[1] + x[2]
        uncashed = np.maximum(people * service_without - service, 0) * self.not_cashable
        new = bought + came - put_off
        return (
            stay + new * self.mix,
            margin - service - acquisition - uncashed,
            (margin, service, acquisition, uncashed),
        )

    def with_initiative(
        self,
        inputs: Inputs,
        i: int,
        group: str,
        block: slice,
        factors: np.ndarray,
        history: list,
        without: np.ndarray,
        sums: np.ndarray,
    ) -> np.ndarray:
        """Present value with an initiative less without it."""
        initiative = inputs.initiatives[i]
        place, start = f"initiatives.{initiative.id}", initiative.first_start
        sizes = [inputs.drawn[f"{place}.levers.{name}"][block] for name, _lever in initiative.named_levers()]
        reach = inputs.drawn[f"{place}.reach.{group}"][block]
        x, target, _each, worth = history[start]
        before = None
        for t in range(start, len(factors) - 1):
            ramp = min(1.0, (t + 0.5 - start) / 4) if t < start + inputs.company.horizon else 0.0
            if ramp != before:
                staying, service_each = self.levers(reach * ramp, *sizes)
                before = ramp
            x_next, cash, lines = self.step(x, target, staying, service_each, history[t][2])
            sums[t, :4] += [line.sum() for line in lines]
            sums[t, 5:] += x.sum(axis=1)
            worth = worth + factors[t] * cash
            target = target * self.growth
            x = x_next
        sums[-1, 5:] += x.sum(axis=1)
        return worth - without

    def levers(self, reach: np.ndarray, share: np.ndarray, churn: np.ndarray, contacts: np.ndarray) -> tuple:
        """What stays and what service costs at an intensity."""
        q = self.churn.copy()
        q[2] = np.clip(q[2] * (1 + reach * churn), 0, 1)
        staying = (1 - q)[:, None] * self.migration
        moved = np.clip(reach * share, -1 + 1e-9, 1 - 1e-9)
        flow = staying[:, 2] * moved
        staying[:, 2] -= flow
        staying[:, 1] += flow
        service = self.service.copy()
        service[2] *= 1 + reach * contacts
        return staying, service


@compiled
def _fused(buffer, rounds):
    """Nothing but multiply-adds: 16 in a row on every lane, on independent lanes."""
    for _round in range(rounds):
        for j in range(64):
            x, a, b = buffer[j], buffer[64 + j], buffer[128 + j]
            for _step in range(16):
                x = x * a + b
            buffer[j] = x


def peak_rate() -> float:
    """Multiply-adds per second of one thread of this machine, now."""
    buffer = np.concatenate([np.ones(64), np.full(64, 0.999), np.full(64, 0.001)])
    rounds = 2_000_000
    _fused(buffer, 1)
    return rounds * 64 * 16 / best(lambda: _fused(buffer, rounds), 3)


def best(work: Callable[[], object], times: int) -> float:
    """CPU seconds of the fastest of several runs."""
    taken = []
    for _ in range(times):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return min(taken)


def python_seconds(company: dict, initiatives: list[dict], cells: float) -> float:
    """CPU seconds of the plain Python loop for as many cells, scaled from one draw of a few initiatives."""
    fixed_company, fixed = _at_modes(company), _at_modes(initiatives[:4])
    begin = time.process_time()
    for initiative in fixed:
        plain.simulate(fixed_company, [initiative])
    periods = company["horizon"] + company["latest_start"]
    return (time.process_time() - begin) / (len(fixed) * len(company["groups"]) * periods) * cells


def _at_modes(node: object) -> object:
    """File content with every distribution replaced by its middle."""
    if isinstance(node, dict):
        if "pert" in node:
            return node["pert"][1]
        if "dirichlet" in node:
            total = sum(node["dirichlet"].values())
            return {key: count / total for key, count in node["dirichlet"].items()}
        return {key: _at_modes(value) for key, value in node.items()}
    return [_at_modes(value) for value in node] if isinstance(node, list) else node


class Case:
    """A portfolio on its draws, ready to be simulated."""

    def __init__(
        self,
        name: str,
        count: int,
        draws: int,
        periods: int,
        groups: int,
        latest_start: int = 4,
        everywhere: bool = True,
    ):
        self.name = name
        self.files = reference(count, groups, periods, latest_start, everywhere)
        self.company = Company.model_validate(self.files[0])
        self.initiatives = [Initiative.model_validate(initiative) for initiative in self.files[1]]
        begin = time.process_time()
        self.inputs = sampled(self.company, self.initiatives, draws, SEED)
        self.sampling = time.process_time() - begin
        self.model = arrays(self.inputs)
        self.sets = portfolios([(i,) for i in range(count)])
        self.factors = present_value_factors(self.company)
        starts = [initiative.first_start for initiative in self.initiatives]
        reached = [len(initiative.reach) for initiative in self.initiatives]
        self.cells = draws * sum(n * (self.company.periods - s) for n, s in zip(reached, starts, strict=True))
        self.changes = draws * sum(
            n * (5 + (self.company.horizon + s < self.company.periods)) for n, s in zip(reached, starts, strict=True)
        )

    def run(self, threads: int = 1) -> np.ndarray:
        model = self.model
        return simulate(model.numbers, model.groups, model.levers, self.sets, Policy.HOLD, self.factors, threads).worth

    def needed(self) -> float:
        """Multiply-adds that the model needs."""
        return self.cells * sum(PER_CELL.values()) + self.changes * sum(PER_CHANGE.values())


def side_by_side(case: Case, peak: float) -> dict:
    """One case in every way of computing it."""
    case.run()
    ours = best(case.run, 5)
    numpy_profit = in_numpy(case.inputs, case.factors)
    np.testing.assert_allclose(case.run()[1:], numpy_profit, rtol=1e-9, atol=1e-3)
    vectorised = best(lambda: in_numpy(case.inputs, case.factors), 2)
    looped = python_seconds(*case.files, case.cells)
    limit = case.needed() / peak
    begin = time.perf_counter()
    case.run(threads=os.cpu_count() or 1)
    return {
        "case": case.name,
        "cells, million": round(case.cells / 1e6, 1),
        "ours, CPU s": round(ours, 3),
        "ours, ns per cell": round(ours / case.cells * 1e9, 2),
        "ours on all processors, wall s": round(time.perf_counter() - begin, 3),
        "sampling, CPU s": round(case.sampling, 3),
        "numpy, CPU s": round(vectorised, 2),
        "plain Python, CPU s (scaled)": round(looped),
        "machine's limit, CPU s": round(limit, 3),
        "numpy ÷ ours": round(vectorised / ours, 1),
        "plain Python ÷ ours": round(looped / ours),
        "share of the machine's limit": round(limit / ours, 2),
    }


def scaling(draws: int) -> list[dict]:
    """What twice as much of each dimension costs, in CPU seconds against the middle size."""
    middle = {"count": 25, "draws": draws, "periods": 20, "groups": 2}

    def taken(**change: int) -> float:
        case = Case("", **{**middle, **change})
        case.run()
        return best(case.run, 3) / case.cells

    base = taken()
    return [
        {"dimension": key, "cost per cell at twice the size ÷ at once": round(taken(**{key: 2 * size}) / base, 2)}
        for key, size in middle.items()
    ]


def memory(draws: int) -> float:
    """Peak memory in MB of a process of its own that ranks the reference portfolio, everything included."""
    script = (
        "import resource, benchmarks.engine as b; from prioritizer.services.evaluation import rank;"
        f"c = b.reference(100, 4, 20, 4, True); from prioritizer.domain.company import Company;"
        "from prioritizer.domain.initiatives import Initiative;"
        f"rank(Company.model_validate(c[0]), [Initiative.model_validate(i) for i in c[1]], draws={draws}, seed=1);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    return float(
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    )


def command_seconds() -> float:
    """Wall seconds of `prioritizer rank` on the example, the second time."""
    command = [sys.executable, "-m", "prioritizer", "rank", "scenarios/base.yaml"]
    for _ in range(2):
        begin = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    draws = 1_000 if parser.parse_args().quick else 10_000
    peak = peak_rate()
    print(f"machine: {peak / 1e9:.1f} thousand million multiply-adds per second and thread (measured now)")
    for everywhere, name in ((True, "all groups, from the start"), (False, "some groups, later starts")):
        case = Case(name, 100, draws, 20, 4, everywhere=everywhere)
        print(json.dumps(side_by_side(case, peak), indent=2, ensure_ascii=False))
    for row in scaling(draws // 2):
        print(json.dumps(row, ensure_ascii=False))
    print(json.dumps({"peak memory of a whole ranking, MB": round(memory(draws))}))
    print(json.dumps({"`prioritizer rank` on the example, wall s": round(command_seconds(), 2)}))


if __name__ == "__main__":
    main()
