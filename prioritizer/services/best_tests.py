"""Which pilots to run: the set that is worth most, the next best after those chosen."""

from collections.abc import Mapping, Sequence

import numpy as np

from prioritizer.domain.learning import Step, Value
from prioritizer.engine.responses import Selection
from prioritizer.services.learner import ANSWERS, JOINT_ANSWERS, Learner
from prioritizer.services.planner import Progress, silent

FOLLOWED = 12  # selections most often chosen after answers, from which those after one more pilot are made
LOOKED_AT_AGAIN = 3  # pilots, before no more is added


def best_tests(learner: Learner, progress: Progress = silent) -> tuple[list[Step], list[Selection]]:
    """The set of pilots that is worth most, the next best after those chosen; and all selections tried for it."""
    if learner.tests is None:
        found = _best_tests(learner, progress)
        learner.tests = None if learner.stop() else found
        return found
    return learner.tests


def _best_tests(learner: Learner, progress: Progress) -> tuple[list[Step], list[Selection]]:
    alone = {}
    for step, id_ in enumerate(learner.pilots):
        if learner.stop():
            break
        alone[id_] = learner.responses_to([id_], ANSWERS)
        progress(0.6 * (step + 1) / len(learner.pilots))
    pool = list(dict.fromkeys(one for found in alone.values() for one in found))
    chosen: list[str] = []
    steps: list[Step] = []
    after: list[Selection] = []
    while len(alone) == len(learner.pilots) and not learner.stop():
        best = _next_best(learner, chosen, after, alone, pool, steps[-1].gain.value if steps else 0.0)
        if best is None:
            break
        chosen.append(best[0])
        pool += learner.responses_to(chosen, JOINT_ANSWERS) if len(chosen) > 1 else []
        pool = list(dict.fromkeys([*pool, *best[1]]))
        tried = learner.tried(pool)
        response = learner.response(chosen, tried)
        assert response is not None
        after = [tried.selections[place] for place in response.used()]
        cost = learner.cost_after_tax(chosen)
        gain = Value(value=response.gain.value - cost, standard_error=response.gain.standard_error)
        steps.append(Step(id=chosen[-1], gain=gain, cost=cost))
        progress(0.6 + 0.4 * len(chosen) / len(learner.pilots))
    return steps, pool


def _next_best(
    learner: Learner,
    chosen: Sequence[str],
    after: Sequence[Selection],
    alone: Mapping[str, Sequence[Selection]],
    pool: Sequence[Selection],
    so_far: float,
) -> tuple[str, list[Selection]] | None:
    """The pilot that brings most beside those chosen, and how one would respond; None where none brings more.

    Where none seems to, the most promising are looked at again with the selections that answers together propose.
    """
    options = []
    for id_ in sorted(set(learner.pilots) - set(chosen)):
        variants = _variants(learner, [*chosen, id_], [*after[:FOLLOWED], *alone[id_]]) if chosen else list(alone[id_])
        options.append((_net_gain(learner, [*chosen, id_], variants), id_, variants))
    options.sort(key=lambda option: option[:2], reverse=True)
    if options and options[0][0] > so_far:
        return options[0][1:]
    for _gain, id_, variants in options[:LOOKED_AT_AGAIN] if chosen else []:
        more = [*pool, *variants, *learner.responses_to([*chosen, id_], JOINT_ANSWERS)]
        if _net_gain(learner, [*chosen, id_], more) > so_far:
            return id_, more
    return None


def _net_gain(learner: Learner, tested: Sequence[str], selections: Sequence[Selection]) -> float:
    """What some pilots are worth by some selections, their cost taken off."""
    response = learner.response(tested, learner.tried(selections))
    return -np.inf if response is None else response.gain.value - learner.cost_after_tax(tested)


def _variants(learner: Learner, tested: Sequence[str], selections: Sequence[Selection]) -> list[Selection]:
    """Selections with what is tested after its answer, or left out."""
    program, allowed = learner.after_costs(tested), learner.allowed(tested, learner.begin_of(tested))
    first: dict[int, int] = {}
    for column in allowed:
        first.setdefault(learner.wide.columns[column].initiative, column)
    places = [learner.pilots[one].place for one in tested]
    found: dict[Selection, None] = {}
    for selection in selections:
        others = [one for one in selection if learner.wide.columns[one].initiative not in places]
        mine = learner.owners(selection) & set(places)
        for wanted in {mine | {places[-1]}, mine - {places[-1]}}:
            if not wanted <= first.keys():
                continue  # one of them may not start so late
            one = tuple(sorted([*others, *(first[place] for place in wanted)]))
            if program.allows(one):
                found[one] = None
    return list(found)
