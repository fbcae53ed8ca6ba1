"""What knowing everything would be worth, and each assumption by itself or with others."""

from collections.abc import Sequence

import numpy as np

from prioritizer.domain.learning import InputWorth, Value
from prioritizer.engine.information import basis_of, worth_of_choices
from prioritizer.engine.joint_value import JointValue, on_some_draws
from prioritizer.engine.responses import Selection, informed, solved
from prioritizer.services.assumption_groups import groups_of, known_draws
from prioritizer.services.certainty import names_of
from prioritizer.services.learner import Learner
from prioritizer.services.planner import Progress, silent

SOLVED = 500  # draws in which the selection is solved for the value of perfect information
QUANTILES = 32  # of an input, at which the selection is solved
INFLUENTIAL = 12  # inputs for which it is
GROUP_KNOTS = 3


def perfect_value(learner: Learner) -> tuple[Value | None, int]:
    """What knowing everything would be worth: the selection solved in each of some draws, and valued in it."""
    draws = min(SOLVED, len(learner.beside))
    smaller = [*sorted(learner.usual)]
    chosen: list[Selection] = []
    for values in learner.beside[:draws]:
        if learner.stop():
            break
        chosen += solved(learner.program, [values], smaller) or [learner.today]
    if not chosen:
        return None, 0
    some = on_some_draws(learner.wide.prepared, 0, draws)
    value = JointValue(some, learner.company.acquisition_policy, learner.wide.threads, by_draw=True)
    listed = list(dict.fromkeys([learner.today, *chosen]))
    profits = value.profits(listed)
    mine = profits[[listed.index(one) for one in chosen], np.arange(len(chosen))]
    best = np.column_stack([profits[0, : len(chosen)], mine])
    return worth_of_choices(best, np.argmax(best, axis=1), 0), len(chosen)


def assumption_values(
    learner: Learner, pool: Sequence[Selection], progress: Progress = silent
) -> tuple[InputWorth, ...]:
    """What knowing each assumption, and each group of them, would be worth, the most valuable first."""
    known = known_draws(learner.inputs)
    groups = groups_of(learner.company, learner.initiatives, known)
    usual = [one for one in pool if learner.usual.issuperset(one)]
    for one in learner.initiatives:
        usual += learner.knowing(one.id)
    progress(0.4)
    bases = {name: basis_of([drawn]) for name, drawn in known.items()}
    tried = learner.tried(usual)
    ranked = sorted(bases, key=lambda name: -informed(tried, bases[name]).value)
    for name in ranked[:INFLUENTIAL]:
        usual += learner.at_quantiles(known[name], QUANTILES)
    progress(0.8)
    tried = learner.tried(usual)
    names = names_of(learner.company, learner.initiatives)
    found = [
        InputWorth(key=key, name=names[key], members=(key,), worth=informed(tried, basis))
        for key, basis in bases.items()
    ]
    for label, members in groups.items():
        basis = basis_of([known[name] for name in members], GROUP_KNOTS)
        found.append(InputWorth(key=label, name=label, members=members, worth=informed(tried, basis)))
    progress(1.0)
    return tuple(sorted(found, key=lambda one: (-one.worth.value, one.key)))
