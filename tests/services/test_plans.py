"""Plans on companies: against every selection at every start, within every limit, and with reasons that are true."""

import random
from itertools import pairwise, product
from pathlib import Path

import pytest

import cases
import prioritizer as pr
from prioritizer.domain.plans import Obstacle, Standing
from prioritizer.errors import InputError
from prioritizer.services.cases import as_scenario
from prioritizer.services.frontier import frontier_of
from prioritizer.services.funding_order import order_of
from prioritizer.services.plan_changes import extra_units, smallest_change, why_here
from prioritizer.services.planner import Planner, planner
from prioritizer.services.plans import plan_of

ROOT = Path(__file__).parents[2]
DRAWS = 30
ABOVE = 1e-9


def random_case(rng: random.Random):
    """A company with budgets and people, and up to five initiatives with links."""
    count = rng.randint(2, 4)
    listed = []
    for k in range(count):
        lever = rng.choice(
            [
                {"churn": rng.choice(["detractor", "passive"]), "change": -round(rng.uniform(0.02, 0.3), 3)},
                {"move": {"from": "detractor", "to": "passive"}, "share": round(rng.uniform(0.01, 0.08), 3)},
            ]
        )
        changes = {"levers": [lever], "costs": {"one_off": rng.randint(50, 3000)}, "staff": {"IT": rng.randint(1, 4)}}
        if rng.random() < 0.4:
            changes |= {"earliest_start": 0, "latest_start": 1}
        if k and rng.random() < 0.25:
            changes["requires"] = [f"i{rng.randrange(k)}"]
        elif k and rng.random() < 0.25:
            changes["excludes"] = [f"i{rng.randrange(k)}"]
        listed.append(cases.initiative_record(f"i{k}", **changes))
    company = cases.company_record(budget={2027: rng.randint(500, 6000)}, staff={"IT": rng.randint(3, 9)})
    return company, listed


def starts_of(one) -> list[int]:
    return [0] if one.earliest_start is None else [0, 1]


def selections(listed):
    """Every initiative left out or at one of its starts, where all links hold."""
    for picks in product(*([None, *starts_of(one)] for one in listed)):
        chosen = {one.id: start for one, start in zip(listed, picks, strict=True) if start is not None}
        needs = all(set(one.requires) <= set(chosen) for one in listed if one.id in chosen)
        apart = not any(set(one.excludes) & set(chosen) for one in listed if one.id in chosen)
        if needs and apart:
            yield chosen


def worth(company, listed, chosen: dict[str, int]):
    """The list of a selection by itself, each at its start: its joint profit, and its cost in the first year."""
    if not chosen:
        return 0.0, 0.0
    put = [
        one.model_copy(
            update={
                "start": chosen[one.id],
                "earliest_start": None,
                "latest_start": None,
                "requires": (),
                "excludes": (),
            }
        )
        for one in listed
        if one.id in chosen
    ]
    joint = pr.rank(company, put, draws=DRAWS, seed=5).joint
    year = [company.fiscal_year(period) for period in range(len(joint.costs))]
    return joint.npv.mean, sum(cost for cost, when in zip(joint.costs, year, strict=True) if when == 2027)


def people(listed, chosen: dict[str, int], company) -> float:
    """The most people of IT at once: each from its start to the end of its window."""
    most = 0.0
    for period in range(company.periods):
        busy = [
            one for one in listed if one.id in chosen and chosen[one.id] <= period < chosen[one.id] + company.horizon
        ]
        most = max(most, sum(one.staff["IT"].number for one in busy))
    return most


@pytest.mark.parametrize("seed", range(25))
def test_no_selection_at_any_start_is_better(seed: int) -> None:
    company, listed = random_case(random.Random(seed))
    budget, staff = company.budget["2027"].number, company.staff["IT"].number
    best = 0.0
    for chosen in selections(listed):
        profit, cost = worth(company, listed, chosen)
        if cost <= budget * (1 + ABOVE) and people(listed, chosen, company) <= staff + ABOVE:
            best = max(best, profit)
    found = plan_of(planner(as_scenario(company, listed), draws=DRAWS, seed=5), solved_draws=0)
    assert found.joint == pytest.approx(best, rel=1e-9, abs=1e-6)
    assert found.feasible
    assert all(use.cost <= use.budget * (1 + ABOVE) for use in found.years if use.budget is not None)
    assert all(max(use.used) <= use.limit + ABOVE for use in found.staff if use.limit is not None)


@pytest.fixture(scope="module")
def example() -> Planner:
    return planner(ROOT / "scenarios/base.yaml", draws=400, seed=1)


def test_the_readings_of_the_example_are_those_of_lists_of_their_own(example: Planner) -> None:
    plan = plan_of(example, solved_draws=0)
    starts = {one.id: one.start for one in plan.funded}
    listed = list(example.initiatives)
    joint, _cost = _worth_of(example, starts)
    assert plan.joint == pytest.approx(joint, rel=1e-9)
    assert sum(one.attributed for one in plan.funded) == pytest.approx(plan.joint, rel=1e-9)
    assert plan.standalone_sum == pytest.approx(sum(one.alone for one in plan.funded))
    one = next(one for one in plan.funded if not any(one.id in other.requires for other in listed))
    without, _cost = _worth_of(example, {id_: start for id_, start in starts.items() if id_ != one.id})
    assert one.last_in == pytest.approx(joint - without, rel=1e-6)
    assert {row.id for row in plan.funded} | {row.id for row in plan.not_funded} == {row.id for row in listed}
    assert plan.warnings
    assert plan.warnings[0].startswith("Each alone, what is planned would sum to")


def _worth_of(made: Planner, starts: dict[str, int]) -> tuple[float, float]:
    put = [
        one.model_copy(
            update={
                "start": starts[one.id],
                "earliest_start": None,
                "latest_start": None,
                "requires": (),
                "excludes": (),
            }
        )
        for one in made.initiatives
        if one.id in starts
    ]
    joint = pr.rank(made.company, put, draws=400, seed=1).joint
    return joint.npv.mean, joint.cost


def test_more_budget_is_never_worse(example: Planner) -> None:
    points = frontier_of(example).points
    assert len(points) >= 20
    joints = [point.joint for point in points]
    assert all(after >= before * (1 - 1e-9) for before, after in pairwise(joints))
    assert [point.factor for point in points] == sorted(point.factor for point in points)


def test_the_order_by_funding_fits_every_budget_and_costs_what_it_says(example: Planner) -> None:
    order = order_of(example)
    ids = [one.id for one in order.initiatives]
    known = {one.id: one for one in example.initiatives}
    for place, id_ in enumerate(ids):
        assert set(known[id_].requires) <= set(ids[:place])
        assert not set(known[id_].excludes) & set(ids)
    for rung in order.rungs:
        starts = {one.id: one.start for one in order.initiatives[: rung.fits]}
        joint, _cost = _worth_of(example, starts)
        assert rung.joint == pytest.approx(joint, rel=1e-9)
        assert rung.price == pytest.approx(max(rung.optimum - rung.joint, 0.0))
    assert sum(one.adds for one in order.initiatives) == pytest.approx(
        _worth_of(example, {one.id: one.start for one in order.initiatives})[0]
    )
    assert [one.funded for one in order.initiatives] == [one.position <= order.line for one in order.initiatives]


def test_a_must_do_is_funded_at_a_loss() -> None:
    loss = {"levers": [], "costs": {"one_off": 100}, "mandatory": True}
    made = planner(
        as_scenario(cases.company_record(), [cases.initiative_record("i0"), cases.initiative_record("must", **loss)]),
        draws=DRAWS,
    )
    plan = plan_of(made)
    assert "must" in {one.id for one in plan.funded}
    assert next(one for one in plan.funded if one.id == "must").chosen_in == 1.0


def test_demands_that_contradict_each_other_are_named_and_none_too_many() -> None:
    listed = [
        cases.initiative_record("dear", mandatory=True, requires=["base"], costs={"one_off": 900}),
        cases.initiative_record("base", costs={"one_off": 300}),
        cases.initiative_record("other", costs={"one_off": 10}),
    ]
    plan = plan_of(planner(as_scenario(cases.company_record(budget={2027: 1000}), listed), draws=DRAWS))
    assert not plan.feasible
    assert plan.funded == ()
    texts = [demand.text for demand in plan.conflict]
    assert len(texts) == 3
    assert any("“Initiative dear” must be done" in text for text in texts)
    assert any("“Initiative dear” needs “Initiative base”" in text for text in texts)
    assert any(text.startswith("The budget of 2027 is ") for text in texts)
    for change in ({"mandatory": False}, {"requires": ()}):
        eased = [listed[0].model_copy(update=change), *listed[1:]]
        assert plan_of(planner(as_scenario(cases.company_record(budget={2027: 1000}), eased), draws=DRAWS)).feasible
    assert plan_of(planner(as_scenario(cases.company_record(budget={2027: 1200}), listed), draws=DRAWS)).feasible


@pytest.mark.parametrize(
    ("budget", "amounts"),
    [
        (None, {2027: 1000.0, 2028: 500.0}),
        (0.5, {2027: 500.0, 2028: 250.0}),
        (3000, {2027: 2000.0, 2028: 1000.0}),
        ({2027: 700}, {2027: 700.0, 2028: None}),
    ],
)
def test_a_budget_is_a_multiple_an_amount_or_amounts_by_year(budget, amounts: dict) -> None:
    company = cases.company_record(budget={2027: 1000, 2028: 500})
    plan = plan_of(
        planner(as_scenario(company, [cases.initiative_record("i0", costs={"one_off": 1, "running": 1})]), draws=DRAWS),
        budget,
    )
    assert {use.year: use.budget for use in plan.years} == amounts


@pytest.mark.parametrize("budget", [-1, float("nan"), float("inf"), {2027: -5}, {"next year": 5}])
def test_what_is_no_budget_is_refused(budget) -> None:
    made = planner(as_scenario(cases.company_record(), [cases.initiative_record("i0")]), draws=DRAWS)
    with pytest.raises(InputError):
        plan_of(made, budget)


@pytest.mark.parametrize(
    ("changes", "company", "obstacle", "words"),
    [
        ({"excludes": ["best"]}, {}, Obstacle.EXCLUDED, "“Initiative best” is in the plan"),
        ({"requires": ["bad"]}, {}, Obstacle.PREREQUISITE, "It needs “Initiative bad”"),
        ({"costs": {"one_off": 90_000}}, {}, Obstacle.LOSS, "it would lose"),
        ({"costs": {"one_off": 900}}, {"budget": {2027: 1500}}, Obstacle.BUDGET, "short"),
        ({"staff": {"IT": 5}}, {"staff": {"IT": 4}}, Obstacle.STAFF, "IT lacks"),
    ],
)
def test_what_keeps_one_out_is_said(changes: dict, company: dict, obstacle: Obstacle, words: str) -> None:
    listed = [
        cases.initiative_record("best", levers=[{"churn": "detractor", "change": -0.5}], costs={"one_off": 1000}),
        cases.initiative_record("bad", levers=[], costs={"one_off": 80_000}),
        cases.initiative_record("one", levers=[{"churn": "passive", "change": -0.4}], **changes),
    ]
    plan = plan_of(planner(as_scenario(cases.company_record(**company), listed), draws=DRAWS), solved_draws=0)
    out = next(one for one in plan.not_funded if one.id == "one")
    assert (out.obstacle, words in out.why) == (obstacle, True), out.why


def test_shares_of_draws_and_what_they_are_called(example: Planner) -> None:
    plan = plan_of(example, solved_draws=20)
    assert plan.solved_draws == 20
    assert all(0 <= one.chosen_in <= 1 for one in (*plan.funded, *plan.not_funded))
    assert [Standing.of(share) for share in (0.96, 0.95, 0.5, 0.05, 0.0)] == [
        Standing.CORE,
        Standing.CORE,
        Standing.BORDERLINE,
        Standing.EXTERIOR,
        Standing.EXTERIOR,
    ]


def test_a_search_that_is_stopped_says_so(example: Planner) -> None:
    fresh = planner(ROOT / "scenarios/base.yaml", draws=40, seed=1)
    plan = plan_of(fresh, solved_draws=0, stop=lambda: True)
    assert not plan.complete
    assert plan.feasible


def test_people_are_needed_as_long_as_running_cost_is_due() -> None:
    """From the start, whatever the delay, to the end of the fade-out; three each, of whom there are four."""
    brief = {
        "staff": {"IT": 3},
        "costs": {"one_off": 10},
        "delay": 1,
        "duration": 1,
        "levers": [{"churn": "detractor", "change": -0.3}],
    }
    listed = [cases.initiative_record("i0", **brief), cases.initiative_record("i1", start=2, **brief)]
    plan = plan_of(planner(as_scenario(cases.company_record(staff={"IT": 4}), listed), draws=DRAWS), solved_draws=0)
    assert {(one.id, one.start, one.end) for one in plan.funded} == {("i0", 0, 2), ("i1", 2, 4)}
    (use,) = plan.staff
    assert (use.department, use.used, use.limit) == ("IT", (3, 3, 3, 3, 0, 0), 4)


def test_the_point_estimate_plans_with_starts_to_choose_from() -> None:
    made = planner(ROOT / "scenarios/base.yaml", point=True)
    plan = plan_of(made)
    assert plan.feasible
    assert plan.run.point
    assert plan.solved_draws == 0
    alone = {row.id: row.npv.mean for row in pr.rank(ROOT / "scenarios/base.yaml", seed=1, point=True).initiatives}
    first = {one.id: one.first_start for one in made.initiatives}
    at_first = [one for one in plan.funded if one.start == first[one.id]]
    assert len(at_first) > 3
    assert [one.alone for one in at_first] == pytest.approx([alone[one.id] for one in at_first])


# --- what would move it


def test_a_little_more_never_costs_and_a_person_may_bring_one_in() -> None:
    listed = [
        cases.initiative_record("best", levers=[{"churn": "detractor", "change": -0.5}], staff={"IT": 4}),
        cases.initiative_record("one", levers=[{"churn": "passive", "change": -0.4}], staff={"IT": 1}),
    ]
    made = planner(as_scenario(cases.company_record(staff={"IT": 4}), listed), draws=DRAWS)
    plan = plan_of(made, solved_draws=0)
    assert [one.id for one in plan.funded] == ["best"]
    (unit,) = extra_units(made, plan)
    both = plan_of(planner(as_scenario(cases.company_record(staff={"IT": 5}), listed), draws=DRAWS), solved_draws=0)
    assert (unit.kind, unit.name, unit.extra) == ("staff", "IT", 1.0)
    assert unit.gain == pytest.approx(both.joint - plan.joint)


def test_a_budget_that_is_not_used_up_is_worth_nothing_more() -> None:
    made = planner(
        as_scenario(cases.company_record(budget={2027: 10**6}), [cases.initiative_record("i0")]), draws=DRAWS
    )
    assert extra_units(made, plan_of(made, solved_draws=0)) == ()


def test_the_smallest_change_carries_it_over_the_line_and_less_does_not() -> None:
    company = cases.company_record(budget={2027: 2000})
    best = cases.initiative_record("best", levers=[{"churn": "detractor", "change": -0.5}], costs={"one_off": 1500})

    def plan_with(cost: float):
        one = cases.initiative_record("one", levers=[{"churn": "passive", "change": -0.4}], costs={"one_off": cost})
        made = planner(as_scenario(company, [best, one]), draws=DRAWS)
        return made, plan_of(made, solved_draws=0)

    made, plan = plan_with(800)
    change = smallest_change(made, plan, "one")
    assert change.cost is not None
    assert change.cost == pytest.approx(0.375, abs=0.01)  # 500 of 800 fit
    for share, funded in ((change.cost + 0.01, True), (change.cost - 0.01, False)):
        _made, there = plan_with(800 * (1 - share))
        assert ("one" in {row.id for row in there.funded}) is funded


def test_why_here_names_the_neighbours(example: Planner) -> None:
    plan, order = plan_of(example, solved_draws=0), order_of(example)
    second = order.initiatives[1]
    found = why_here(example, plan, order, second.id)
    assert (found.position, [one.position for one in found.above]) == (2, [1])
    assert [one.position for one in found.below] == [3, 4]
    out = plan.not_funded[0]
    assert why_here(example, plan, order, out.id).why == out.why
