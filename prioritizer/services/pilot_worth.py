"""What testing one initiative first is worth by itself, and what each answer would change."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.learning import Hindrance, PilotAnswer, PilotWorth, Value
from prioritizer.engine.information import basis_of, expected
from prioritizer.engine.responses import Response, Tried, informed
from prioritizer.services.learner import PILOT_KNOTS, Learner, Testable

Floats = npt.NDArray[np.float64]

BANDS = (0.0, 1 / 3, 2 / 3, 1.0)  # of the answers of one pilot


def pilot_worth(learner: Learner, one: Initiative, tried: Tried, at_once: Tried) -> PilotWorth:
    """What testing one initiative first is worth, by itself; `at_once`: also what nothing has to wait for."""
    effect, known = learner.effects[one.id], learner.pilots.get(one.id)
    perfect = informed(at_once, basis_of([effect.drawn]))
    claimed = effect.claimed
    spread = float(effect.drawn.std())
    n0 = effect.prior_customers
    customers = one.pilot.customers.number if one.pilot else 0.0
    seen = customers * max(1, one.pilot.periods) if one.pilot else 0.0
    row = PilotWorth(
        id=one.id,
        name=one.name,
        department=one.department,
        customers=customers,
        cost=one.pilot.cost.number if one.pilot else 0.0,
        periods=one.pilot.periods if one.pilot else 0,
        begin=learner.begin(one),
        claimed=claimed,
        delivered=float(effect.drawn.mean()) / claimed if claimed else 0.0,
        spread=spread / abs(claimed) if claimed else 0.0,
        prior_customers=n0 if np.isfinite(n0) else None,
        precision=seen / (seen + n0) if np.isfinite(n0) and seen + n0 > 0 else 0.0,
        perfect=perfect,
        hindrance=learner.hindrance(one) or (None if known else Hindrance.NOTHING_TO_LEARN),
    )
    return row if known is None else _with_response(learner, row, known, tried, informed(at_once, known.basis))


def _with_response(learner: Learner, row: PilotWorth, pilot: Testable, tried: Tried, answer: Value) -> PilotWorth:
    cost = learner.cost_after_tax([row.id])
    response = learner.response([row.id], tried)
    if response is None:
        return row.model_copy(update={"answer": answer, "after_tax_cost": cost})
    net = Value(value=response.gain.value - cost, standard_error=response.gain.standard_error)
    return row.model_copy(
        update={
            "answer": answer,
            "waiting": max(answer.value - response.gain.value, 0.0),
            "after_tax_cost": cost,
            "net": net,
            "needed": _needed(learner, pilot, tried, response),
            "answers": tuple(_possible_answers(learner, pilot, tried, response)),
        }
    )


def _funds(learner: Learner, place: int, tried: Tried, response: Response) -> npt.NDArray[np.bool_]:
    """The draws in which an initiative is funded after the answer."""
    has = np.array([place in learner.owners(one) for one in tried.selections])
    return has[response.chosen]


def _needed(learner: Learner, pilot: Testable, tried: Tried, response: Response) -> float | None:
    """The share of the claim, as shown, that divides the answers best into those that fund it and the others."""
    funds = _funds(learner, pilot.place, tried, response)
    if not 0.01 < funds.mean() < 0.99 or not pilot.effect.claimed:
        return None
    shown = pilot.results.shown / pilot.effect.claimed
    ranked = np.argsort(shown)
    wrong = np.cumsum(funds[ranked]) + np.concatenate([np.cumsum(~funds[ranked][::-1])[::-1][1:], [0]])
    divide = int(np.argmin(wrong))
    return float(shown[ranked[divide : divide + 2]].mean())


def _possible_answers(learner: Learner, pilot: Testable, tried: Tried, response: Response) -> Iterator[PilotAnswer]:
    """What follows a low, a middle and a high answer."""
    shown = pilot.results.shown / (pilot.effect.claimed or 1.0)
    edges = np.quantile(shown, BANDS)
    alone = expected(learner.alone, basis_of([pilot.results.expected], PILOT_KNOTS))
    for band, (low, high) in enumerate(pairwise(edges)):
        inside = (shown >= low) & ((shown < high) | (band == len(BANDS) - 2))
        if not inside.any():
            continue  # of very few draws
        most = int(np.bincount(response.chosen[inside]).argmax())
        funded, today = learner.owners(tried.selections[most]), learner.owners(learner.today)
        means = alone[inside].mean(axis=0)
        gains = tried.profits[inside, response.chosen[inside]] - tried.profits[inside, response.fixed]
        yield PilotAnswer(
            probability=float(inside.mean()),
            low=None if band == 0 else float(low),
            high=None if band == len(BANDS) - 2 else float(high),
            expected=float(pilot.effect.drawn[inside].mean()) / (pilot.effect.claimed or 1.0),
            funded=learner.ids(funded),
            added=learner.ids(funded - today),
            dropped=learner.ids(today - funded),
            gain=float(gains.mean()),
            profits=tuple((learner.names[i], float(means[i])) for i in np.argsort(-means, kind="stable")),
        )
