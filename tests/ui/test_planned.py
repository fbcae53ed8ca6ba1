"""Plans are computed once for all sessions, and a search that is cancelled leaves nothing half done."""

from collections.abc import Iterator

import pytest

import cases
from prioritizer.services.cases import as_scenario
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.planner import Planner
from prioritizer.services.plans import plan_of
from prioritizer.ui import planned as module
from prioritizer.ui.planned import KEPT, known, planned


class Stopped(BaseException):
    """What Streamlit raises where a page is run anew."""


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    module._kept.clear()
    yield
    module._kept.clear()


def evaluation(seed: int = 1) -> Evaluation:
    company = cases.company_record(budget={2027: 3000})
    return evaluate(
        as_scenario(company, [cases.initiative_record("one"), cases.initiative_record("two")]), draws=20, seed=seed
    )


def test_a_plan_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = evaluation()
    found = planned(made)
    times: list[float] = []
    monkeypatch.setattr(
        module, "plan_of", lambda of, factor, **how: (times.append(factor), plan_of(of, factor, **how))[1]
    )
    assert found.known_plan() is None
    first = found.plan(1.0)
    assert planned(evaluation()).plan(1.0) is first is found.known_plan()
    assert times == [1.0]


def test_a_search_that_is_cancelled_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = planned(evaluation())

    def cancelled(_planner: Planner, _factor: float, **_how: object) -> None:
        raise Stopped

    monkeypatch.setattr(module, "plan_of", cancelled)
    with pytest.raises(Stopped):
        found.plan(1.0)
    assert found.known_plan() is None
    assert not found.lock.locked()
    monkeypatch.setattr(module, "plan_of", plan_of)
    assert found.plan(1.0).feasible


def test_only_some_planners_are_kept() -> None:
    made = [evaluation(seed) for seed in range(KEPT + 1)]
    for one in made:
        planned(one)
    assert [known(one) is not None for one in made] == [False] + [True] * KEPT
