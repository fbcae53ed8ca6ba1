"""How long does it take to put scenarios side by side, beside evaluating them one by one?

    python -m benchmarks.comparison [--draws N]

The scenarios of the example: their lists alone, the comparison without regrets of initiatives, and with them.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.services.comparison import compare_scenarios
from prioritizer.services.evaluation import evaluate
from prioritizer.store.files import read_scenario

FOLDER = Path(__file__).parents[1] / "scenarios"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=DEFAULT_DRAWS)
    draws = parser.parse_args().draws
    named = [(file.stem, read_scenario(file)) for file in sorted(FOLDER.glob("*.yaml"))]
    evaluate(named[0][1], draws=100, seed=DEFAULT_SEED)  # the engine is compiled once on a machine
    print(f"{len(named)} scenarios, {draws:,} draws: seconds, and seconds of processors")
    alone = _timed(
        "evaluated one by one", lambda: [evaluate(one, draws=draws, seed=DEFAULT_SEED) for _id, one in named]
    )
    plain = _timed("compared without regrets", lambda: compare_scenarios(named, draws=draws, regrets=False))
    whole = _timed("compared with regrets", lambda: compare_scenarios(named, draws=draws))
    print(f"compared ÷ evaluated: {plain / alone:.1f} without regrets, {whole / alone:.1f} with them, by processors")


def _timed(what: str, work: Callable[[], object]) -> float:
    """The seconds of processors that some work takes."""
    began, used = time.perf_counter(), time.process_time()
    work()
    spent = time.process_time() - used
    print(f"{what:<26}{time.perf_counter() - began:6.1f} s {spent:6.1f} s")
    return spent


if __name__ == "__main__":
    main()
