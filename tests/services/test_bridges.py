"""Bridges add up to the list and to the plan, for every initiative and for all of them together."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from services.workplaces import approve, take, workplace

import cases
import prioritizer as pr
from prioritizer.domain.bridges import Bridge
from prioritizer.domain.decisions import Review
from prioritizer.domain.process import Step
from prioritizer.services import reviews
from prioritizer.services.bridges import steps_in_the_plan, steps_to_the_list
from prioritizer.services.cases import as_scenario
from prioritizer.services.evaluation import evaluate
from prioritizer.services.plans import plan
from prioritizer.services.shared import shared_list

TABLE = {
    "B": {"delivered": 0.8, "slope": 0.3, "spread": 0.2, "cost": 1.1},
    "D": {"delivered": 0.5, "slope": 0.5, "spread": 0.3, "cost": 1.3, "delay": 1},
    "shared": {"company": 0.1, "department": 0.1},
}


def case(table=TABLE, **changes):
    listed = [
        cases.initiative("keep", costs={"one_off": 500},
                         levers=[{"churn": "detractor", "change": -0.3, "usual": -0.1}]),
        cases.initiative("raise", costs={"one_off": 300}, evidence={"grade": "B"}, latest_start=2,
                         levers=[{"revenue": "all", "change": {"pert": [0.0, 0.02, 0.05]}, "usual": 0.01}]),
        cases.initiative("lose", costs={"one_off": 900}, levers=[{"revenue": "all", "change": -0.01}]),
    ]  # fmt: skip
    more = {} if table is None else {"benefit_realisation": table}
    return cases.company_record(**more, initiatives=listed, **changes)


def tidy(number: float) -> float:
    """A number as people write it."""
    return round(number, 4)


def reached(bridge: Bridge) -> float:
    return bridge.submitted + sum(step.amount for step in steps_to_the_list(bridge))


@pytest.mark.parametrize("point", [False, True])
def test_steps_lead_from_the_claim_to_the_list(point: bool) -> None:
    ranking = pr.rank(case(), draws=400, seed=2, point=point)
    for row in ranking.initiatives:
        assert row.bridge is not None
        assert reached(row.bridge) == pytest.approx(row.npv.mean, rel=1e-12)
        assert row.bridge.uncertainty == pytest.approx(row.effect_of_uncertainty, abs=1e-9)
        assert row.bridge.disappointment == pytest.approx(row.bridge.submitted - row.npv.mean)
    keep = next(row.bridge for row in ranking.initiatives if row.id == "keep")
    assert keep.size < -1
    assert keep.delivered < -1
    assert keep.reviewed == 0


def test_the_claim_is_the_profit_without_any_table() -> None:
    submitted = {row.id: row.bridge.submitted for row in pr.rank(case(), draws=100, seed=2).initiatives if row.bridge}
    bare = {row.id: row.point_npv for row in pr.rank(case(None), draws=100, seed=2).initiatives}
    assert submitted == pytest.approx(bare, rel=1e-12)


def test_without_a_table_there_is_no_step_but_uncertainty() -> None:
    for row in pr.rank(case(None), draws=200, seed=2).initiatives:
        assert row.bridge is not None
        assert (row.bridge.size, row.bridge.delivered, row.bridge.reviewed) == (0, 0, 0)


def test_those_worth_doing_have_a_bridge_to_their_joint_profit() -> None:
    ranking = pr.rank(case(), draws=400, seed=2)
    bridge = ranking.bridge
    assert bridge is not None
    assert [one.id for one in bridge.initiatives] == list(ranking.worth_doing)
    alone = sum(row.npv.mean for row in ranking.initiatives if row.id in ranking.worth_doing)
    assert bridge.listed == pytest.approx(alone)
    assert bridge.together == ranking.worth_doing_together.npv.mean
    assert bridge.overlap == pytest.approx(bridge.together - alone)
    assert abs(bridge.overlap) > 0.1


@pytest.mark.parametrize("point", [False, True])
def test_a_plan_leads_every_bridge_on_to_what_is_attributed(point: bool) -> None:
    made = plan(case(), draws=300, seed=2, point=point)
    bridge = made.bridge
    assert bridge is not None
    listed = {row.id: row.npv.mean for row in pr.rank(case(), draws=300, seed=2, point=point).initiatives}
    for one, row in zip(bridge.initiatives, made.funded, strict=True):
        assert (one.id, one.together, one.last_in) == (row.id, row.attributed, row.last_in)
        assert one.listed == pytest.approx(listed[one.id], rel=1e-9)
        assert one.listed + sum(step.amount for step in steps_in_the_plan(one)) == pytest.approx(row.attributed)
    assert bridge.together == made.joint
    assert bridge.listed + (bridge.moved or 0) == pytest.approx(made.standalone_sum)
    for field in ("submitted", "size", "delivered", "uncertainty", "moved", "overlap", "disappointment"):
        assert getattr(bridge, field) == pytest.approx(sum(getattr(one, field) for one in bridge.initiatives), abs=1e-6)


def test_another_start_in_the_plan_is_a_step_of_its_own() -> None:
    late = cases.initiative("late", start=None, earliest_start=0, latest_start=2, costs={"one_off": 500},
                            levers=[{"churn": "detractor", "change": -0.3}])  # fmt: skip
    company = cases.company_record(benefit_realisation=TABLE, initiatives=[late], budget={2026: 1, 2027: 1000})
    made = plan(company, draws=100, seed=1, point=True)
    assert made.bridge is not None
    (only,) = made.bridge.initiatives
    start = made.funded[0].start
    assert [step.key for step in steps_in_the_plan(only)] == (["moved", "overlap"] if start else ["overlap"])
    assert only.listed + (only.moved or 0) == pytest.approx(made.funded[0].alone)


@settings(max_examples=8, deadline=None)
@given(
    delivered=some.floats(-0.5, 1.5).map(tidy),
    slope=some.floats(0, 1).map(tidy),
    spread=some.floats(0, 0.6).map(tidy),
    cost=some.floats(0.5, 2).map(tidy),
    delay=some.integers(0, 3),
)
def test_bridges_add_up_whatever_the_table(
    delivered: float, slope: float, spread: float, cost: float, delay: int
) -> None:
    grade = {"delivered": delivered, "slope": slope, "spread": spread, "cost": cost, "delay": delay}
    ranking = pr.rank(case({"B": grade, "D": grade, "shared": {"company": spread}}), draws=50, seed=1)
    for row in ranking.initiatives:
        assert row.bridge is not None
        assert reached(row.bridge) == pytest.approx(row.npv.mean, rel=1e-9, abs=1e-6)


def test_the_submitted_figure_is_not_lost_where_finance_has_its_own(tmp_path) -> None:
    path = workplace(tmp_path)
    take(path, "one", Step.CLAIM, "anna")
    own = cases.initiative_record("one", levers=[{"churn": "detractor", "change": -0.02}])
    reviews.save_review(path, "one", Review(version=1, figures=own, note="Too much"), 0, "anna")
    take(path, "one", Step.APPROVE, "anna")
    approve(path, "two")
    known = shared_list(path, "anna")
    assert list(known.claims) == ["one"]
    assert known.claims["one"].levers[0].size.number == -0.1
    evaluation = evaluate(known.scenario, draws=100)
    bridges = {row.id: row.bridge for row in evaluation.with_bridges(known.claims).initiatives}
    one, two = bridges["one"], bridges["two"]
    claimed = pr.rank(as_scenario(known.scenario, [known.claims["one"]]), draws=100, seed=1, point=True)
    assert one.submitted == pytest.approx(claimed.initiatives[0].npv.mean)
    assert one.reviewed < -1
    assert reached(one) == pytest.approx(one.listed)
    assert steps_to_the_list(one)[0].key == "reviewed"
    assert two.reviewed == 0
    assert "reviewed" not in [step.key for step in steps_to_the_list(two)]
