"""What executives see first: what a plan would fund, what was decided, the list around the line, what matters most."""

from pathlib import Path

import pytest
from export.rankings import ranking
from services.workplaces import approve, take, workplace

import cases
from prioritizer.domain.plans import Obstacle, YearUse
from prioritizer.domain.process import Step
from prioritizer.services import decisions, shared
from prioritizer.services.cases import as_scenario
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.overview import (
    decided,
    kept_out,
    matters_most,
    proposal,
    proposed,
    share_customers,
    shortlist,
)
from prioritizer.services.planner import Planner
from prioritizer.services.plans import plan_of


def good(id_: str, change=-0.3, **changes):
    return cases.initiative_record(id_, levers=[{"churn": "detractor", "change": change}], **changes)


def bad(id_: str, **changes):
    return cases.initiative_record(id_, levers=[], **changes)


def evaluated(*initiatives, **company) -> Evaluation:
    return evaluate(as_scenario(cases.company_record(**company), list(initiatives)), draws=40)


def planner(evaluation: Evaluation) -> Planner:
    return Planner(evaluation.scenario, evaluation.run, evaluation.inputs)


# What a plan would fund


def test_without_budgets_all_that_pays_is_funded() -> None:
    found = proposal(planner(evaluated(good("a"), good("b"), bad("c"))))
    assert (set(found.ids), found.total, found.decided_at) == ({"a", "b"}, 3, None)
    assert found.obstacles == {"c": Obstacle.LOSS}
    assert not found.is_limited
    assert kept_out(found) == {"c": "loses beside these"}
    assert all(year.budget is None for year in found.years)


def test_a_budget_for_one_funds_the_better_one_at_its_cost() -> None:
    found = proposal(planner(evaluated(good("a"), good("b", -0.2), budget={"2027": 1200}, latest_start=0)))
    assert (found.ids, found.starts, found.total) == (("a",), (0,), 2)
    assert found.obstacles == {"b": Obstacle.BUDGET}
    assert found.is_limited
    assert found.together is not None
    assert found.together.cost == pytest.approx(1000)
    assert found.years == (YearUse(year=2027, name="2027", cost=1000.0, budget=1200.0),)


def test_demands_that_contradict_each_other_are_told() -> None:
    found = proposal(planner(evaluated(good("a", mandatory=True), budget={"2027": 10})))
    assert (found.ids, found.together, found.obstacles) == ((), None, {})
    assert len(found.conflict) == 2


def test_nothing_to_choose_from() -> None:
    found = proposal(planner(evaluated()))
    assert (found.ids, found.total, found.together, found.alone) == ((), 0, None, 0.0)


@pytest.mark.parametrize("budget", [{}, {"2027": 2500}])
def test_it_is_what_the_plan_funds(budget: dict[str, float]) -> None:
    made = planner(evaluated(good("a"), good("b", -0.2), good("c", -0.1, mandatory=True), budget=budget))
    quick, full = proposal(made), proposed(plan_of(made))
    assert dict(zip(quick.ids, quick.starts, strict=True)) == dict(zip(full.ids, full.starts, strict=True))
    assert quick.alone == pytest.approx(full.alone)
    for key in ("total", "together", "years", "obstacles", "conflict"):
        assert getattr(quick, key) == getattr(full, key)


def test_customers_who_are_shared_are_worth_a_word() -> None:
    known = proposal(planner(evaluated(good("a", -0.9), good("b", -0.9))))
    assert known.together is not None
    joint = known.together.npv.mean
    assert not share_customers(known.model_copy(update={"alone": 1.09 * joint}))
    assert share_customers(known.model_copy(update={"alone": 1.11 * joint}))


# What was decided


def test_what_was_decided_stands_on_the_published_list(tmp_path: Path) -> None:
    path = workplace(
        tmp_path, cases.initiative("one"), cases.initiative("two", department="IT", costs={"one_off": 300})
    )
    approve(path, "one")
    approve(path, "two")
    decisions.publish(path, shared.shared_list(path, "eva").origin.run, ["two"], "", "eva")
    take(path, "two", Step.START, "ivan")
    made = shared.published(path, "otto")
    assert made is not None
    found = decided(evaluate(made.shared.scenario, draws=8), made.decision)
    assert (found.ids, found.starts, found.total, found.decided_at) == (("two",), (0,), 2, made.decision.at)
    assert found.together is not None
    assert found.together.cost == pytest.approx(300)
    assert found.alone == pytest.approx(found.together.npv.mean)
    assert found.years == (
        YearUse(year=2027, name="2027", cost=300.0, budget=None),
        *(YearUse(year=year, name=str(year), cost=0.0, budget=None) for year in (2028,)),
    )


# The list around the line


@pytest.mark.parametrize(
    ("total", "funded", "above", "below", "hidden"),
    [
        (4, [], [], [0, 1, 2, 3], 0),
        (15, [], [], list(range(10)), 0),
        (15, [1, 4], [1, 4], [0, 2, 3, 5, 6, 7, 8, 9], 0),
        (15, list(range(9)), list(range(9)), [9, 10], 0),
        (15, list(range(11)), list(range(11)), [11, 12], 0),
        (15, list(range(12)), list(range(11)), [12, 13], 1),
        (15, list(range(14)), list(range(12)), [14], 2),
        (15, list(range(15)), list(range(13)), [], 2),
    ],
)
def test_the_line_is_always_seen(
    total: int, funded: list[int], above: list[int], below: list[int], hidden: int
) -> None:
    known = ranking("A")
    rows = tuple(known.initiatives[0].model_copy(update={"id": str(k)}) for k in range(total))
    found = shortlist(known.model_copy(update={"initiatives": rows}), set(map(str, funded)))
    assert found.above == tuple(map(str, above))
    assert found.below == tuple(map(str, below))
    assert found.hidden == hidden


# What matters most


def test_the_assumptions_that_matter_most_are_few_and_the_largest_first() -> None:
    made = evaluated(
        good("a", {"triangular": [-0.5, -0.3, -0.1]}),
        good("b", {"triangular": [-0.31, -0.3, -0.29]}),
        good("c", {"triangular": [-0.35, -0.3, -0.25]}),
        good("d", {"triangular": [-0.4, -0.3, -0.2]}),
    )
    found = matters_most(made, proposal(planner(made)))
    assert [one.name for one in found] == [f"Initiative {id_}: Change of churn: detractors" for id_ in "adc"]


def test_what_matters_is_told_of_the_starts_that_are_funded() -> None:
    change = {"triangular": [-0.5, -0.3, -0.1]}
    made = evaluated(good("a", change, earliest_start=0, latest_start=2))
    [later] = evaluated(good("a", change, start=2)).ranking.initiatives
    known = proposal(planner(made)).model_copy(update={"starts": (2,)})
    assert matters_most(made, known)[0].profit == pytest.approx(later.point_npv)


def test_nothing_matters_where_nothing_is_funded() -> None:
    made = evaluated(bad("c"))
    assert matters_most(made, proposal(planner(made))) == ()
