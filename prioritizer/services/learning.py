"""What to find out before the money goes: which initiatives to test first, and what each assumption is worth."""

import numpy as np

from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.learning import InputWorth, Learning, Value
from prioritizer.services.best_tests import best_tests
from prioritizer.services.cases import Case, as_scenario
from prioritizer.services.evaluation import draw_inputs
from prioritizer.services.knowing import assumption_values, perfect_value
from prioritizer.services.learner import Learner
from prioritizer.services.limits import Budget
from prioritizer.services.pilot_worth import pilot_worth
from prioritizer.services.planner import Planner, Progress, Stop, never, silent
from prioritizer.services.runs import checked_run, identify


def learn(
    case: Case,
    *,
    budget: Budget = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    assumptions: bool = True,
    threads: int | None = None,
    stop: Stop = never,
    progress: Progress = silent,
) -> Learning:
    """What to find out before funding: what to test first, and what each assumption is worth knowing.

    Args:
        case: a company with its initiatives, a scenario, or the path of the file of either.
        budget: see `limits.budgets_of`; the company's budgets by default.
        assumptions: also the value of knowing everything, and of knowing single assumptions and groups of them.

    Raises:
        InputError: what is given does not fit together, or its demands contradict each other; every complaint at once.
    """
    scenario = as_scenario(case, None)
    run = identify(scenario, *checked_run(draws, seed), False)
    inputs = draw_inputs(scenario, run)
    learner = Learner(Planner(scenario, run, inputs, threads), inputs, budget, stop)
    return learn_of(learner, progress, assumptions)


def learn_of(learner: Learner, progress: Progress = silent, assumptions: bool = True) -> Learning:
    """What to find out before funding; the value of single assumptions only where it is asked for."""
    share = 0.5 if assumptions else 1.0
    steps, pool = best_tests(learner, lambda done: progress(share * done))
    tried = learner.tried(pool)
    tested = [step.id for step in steps]
    response = learner.response(tested, tried) if tested else None
    at_once = learner.tried([*pool, *(found for one in learner.initiatives for found in learner.knowing(one.id))])
    rows = [pilot_worth(learner, one, tried, at_once) for one in learner.initiatives]
    perfect: Value | None = None
    solved_draws, inputs = 0, tuple[InputWorth, ...]()
    if assumptions:
        perfect, solved_draws = perfect_value(learner)
        progress(0.7)
        inputs = assumption_values(learner, pool, lambda done: progress(0.7 + 0.3 * done))
    alike = 1.0
    if response is not None:
        same = np.array([learner.owners(one) == learner.owners(learner.today) for one in tried.selections])
        alike = float(same[response.chosen].mean())
    return Learning(
        run=learner.wide.run,
        today=float(learner.tried([]).profits.mean()),
        funded=learner.ids(learner.owners(learner.today)),
        pilots=tuple(sorted(rows, key=lambda row: (-(row.net.value if row.net else -np.inf), row.id))),
        tests=tuple(steps),
        gain=steps[-1].gain if steps else None,
        cost=sum(learner.pilots[one].cost for one in tested),
        begin=learner.begin_of(tested) if tested else 0,
        committed=learner.ids(learner.owners(response.commitment)) if response else (),
        chosen_alike=alike,
        perfect=perfect,
        solved_draws=solved_draws,
        assumptions=inputs,
        complete=not learner.stop(),
    )
