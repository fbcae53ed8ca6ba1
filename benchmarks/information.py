"""How quick is what the uncertainty means, once the draws exist, beside plain ways to compute the same?

    python -m benchmarks.information [--quick]

*Sensitivity*: on the reference portfolio (100 initiatives, 10,000 draws, 20 periods, 4 groups) the tornado of what is
worth doing together with every uncertain input, and the rank correlation of every input with the profit of every
initiative and of the portfolio. Beside it scipy.stats.spearmanr pair by pair, timed on some pairs and scaled to all;
both give the same figures, which is checked.

*Knowing*: the value of knowing each input (EVPPI) by spline regression of every initiative's profit, with which of them
to do as the choice. Beside it the same regression by numpy.linalg.lstsq on all draws. Solving selections is no part of
it; `prioritizer learn` does that, and `benchmarks.pilots` says what it brings.

Seconds depend on the machine and on who else uses it; ratios are what counts.
"""

import argparse
import os
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy import stats

from benchmarks.engine import reference
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.engine.information import basis_of, choices, worth_of_choices
from prioritizer.engine.sensitivity import tornado
from prioritizer.services.cases import as_scenario
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.register import worth_doing

PAIRS = 200  # on which the plain way is timed
PLAIN_INPUTS = 20  # likewise, of the value of knowing
TIMES = 3


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="smaller, to see that it runs")
    quick = parser.parse_args().quick
    evaluation = evaluated(quick)
    print("\n".join(f"{name}: {value}" for name, value in {**sensitivity(evaluation), **knowing(evaluation)}.items()))


def evaluated(quick: bool) -> Evaluation:
    """The reference portfolio with its draws."""
    company, initiatives = reference(20 if quick else 100, 4, 20, 4, True)
    listed = [Initiative.model_validate(one) for one in initiatives]
    return evaluate(as_scenario(Company.model_validate(company), listed), draws=1000 if quick else 10_000, seed=1)


def sensitivity(evaluation: Evaluation) -> dict[str, float]:
    """Tornado and rank correlations: wall and CPU seconds, and how much longer the plain way takes."""
    company, portfolio = evaluation.scenario.company, worth_doing(evaluation)
    profits = evaluation.simulated[0].profit
    found = evaluation.associate(profits)
    ranking_wall, ranking_cpu = _best(lambda: evaluation.associate(profits))
    tornado_wall, tornado_cpu = _best(lambda: tornado(company, portfolio.initiatives))
    one = evaluation.scenario.initiatives[0]
    alone_wall, _cpu = _best(lambda: tornado(company, one))
    plain = _pair_by_pair(evaluation, profits, found)
    return {
        "uncertain inputs": len(evaluation.uncertain),
        "profits": len(profits),
        "initiatives worth doing": len(portfolio.initiatives),
        "rank correlations, wall s": round(ranking_wall, 3),
        "rank correlations, CPU s": round(ranking_cpu, 3),
        "tornado of the portfolio, wall s": round(tornado_wall, 3),
        "tornado of the portfolio, CPU s": round(tornado_cpu, 3),
        "tornado of one initiative, wall s": round(alone_wall, 3),
        "spearmanr pair by pair, CPU s (scaled)": round(plain, 1),
        "spearmanr ÷ ours": round(plain / ranking_cpu),
    }


def knowing(evaluation: Evaluation) -> dict[str, float]:
    """What knowing each input is worth for the choice of one initiative: seconds, and how much longer lstsq takes."""
    assert evaluation.inputs is not None
    profits = np.ascontiguousarray(evaluation.simulated[0].profit[: len(evaluation.scenario.initiatives)].T)
    drawn = [one.drawn(evaluation.inputs) for one in evaluation.uncertain]
    today = int(np.argmax(profits.mean(axis=0)))

    def known(one: np.ndarray) -> float:
        return worth_of_choices(profits, choices(profits, basis_of([one])), today).value

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        wall, cpu = _best(lambda: list(pool.map(known, drawn)))
    some = drawn[:: max(1, len(drawn) // PLAIN_INPUTS)]
    _wall, plain = _best(lambda: [_by_least_squares(profits, basis_of([one])) for one in some])
    scaled = plain / len(some) * len(drawn)
    return {
        "value of knowing, wall s": round(wall, 3),
        "value of knowing, CPU s": round(cpu, 3),
        "lstsq, CPU s (scaled)": round(scaled, 3),
        "lstsq ÷ ours": round(scaled / cpu, 1),
    }


def _by_least_squares(profits: np.ndarray, basis: np.ndarray) -> float:
    """The same value the usual way: fitted and chosen on the same draws."""
    coefficients, *_rest = np.linalg.lstsq(basis, profits, rcond=None)
    return float((basis @ coefficients).max(axis=1).mean() - profits.mean(axis=0).max())


def _pair_by_pair(evaluation: Evaluation, profits: np.ndarray, found: np.ndarray) -> float:
    """CPU seconds of scipy for all pairs, from some of them; their figures must be ours."""
    assert evaluation.inputs is not None
    rng = random.Random(0)
    pairs = [(rng.randrange(len(evaluation.uncertain)), rng.randrange(len(profits))) for _pair in range(PAIRS)]
    drawn = [evaluation.uncertain[row].drawn(evaluation.inputs) for row, _column in pairs]
    begin = time.process_time()
    plain = [stats.spearmanr(draws, profits[column])[0] for draws, (_row, column) in zip(drawn, pairs, strict=True)]
    taken = time.process_time() - begin
    np.testing.assert_allclose(plain, [found[pair] for pair in pairs], atol=1e-9)
    return taken / PAIRS * found.size


def _best(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of the fastest of several runs."""
    taken = []
    for _time in range(TIMES):
        begin, cpu = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - begin, time.process_time() - cpu))
    return min(wall for wall, _cpu in taken), min(cpu for _wall, cpu in taken)


if __name__ == "__main__":
    main()
