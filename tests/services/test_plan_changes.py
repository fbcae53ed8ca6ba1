"""What would move a plan, whatever budget it was made within."""

import pytest

import cases
from prioritizer.services.cases import as_scenario
from prioritizer.services.plan_changes import extra_units, smallest_change
from prioritizer.services.planner import Planner, planner
from prioritizer.services.plans import plan_of

DRAWS = 30
BEST = {"levers": [{"churn": "detractor", "change": -0.5}], "costs": {"one_off": 1500}}
OTHER = {"levers": [{"churn": "passive", "change": -0.4}], "costs": {"one_off": 800}}


def made_of(other: dict, **company) -> Planner:
    """The best one and another, in a company with these limits."""
    listed = [cases.initiative_record("best", **BEST), cases.initiative_record("other", **other)]
    return planner(as_scenario(cases.company_record(**company), listed), draws=DRAWS)


@pytest.mark.parametrize(
    ("company", "budget"),
    [({2027: 2000}, None), ({2027: 4000}, 0.5), ({2027: 10**6}, {2027: 2000}), ({2027: 100}, 2000), ({}, 2000)],
)
def test_what_would_move_a_plan_is_sought_within_its_own_budget(company, budget) -> None:
    """A factor, amounts by year, an amount of more than ten times the budget, an amount where there is no budget."""
    made = made_of(OTHER, budget=company)
    plan = plan_of(made, budget, solved_draws=0)
    assert [one.id for one in plan.funded] == ["best"]
    assert smallest_change(made, plan, "other").cost == pytest.approx(0.375, abs=0.002)  # 500 of 800 fit
    (unit,) = extra_units(made, plan)
    assert (unit.kind, unit.extra, unit.gain) == ("budget", pytest.approx(20.0), 0.0)


def test_so_much_more_profit_carries_it_over_the_line() -> None:
    """There is money for one of them, so it would have to bring what the best one brings."""
    made = made_of({**OTHER, "costs": {"one_off": 1400}}, budget={2027: 1500})
    plan = plan_of(made, solved_draws=0)
    assert [one.id for one in plan.funded] == ["best"]
    best, other = plan.funded[0], plan.not_funded[0]
    change = smallest_change(made, plan, "other")
    # each is worth what it brings beside what is funded: the best one by itself, the other one beside it
    assert change.profit == pytest.approx(best.alone - other.beside, rel=1e-9)
    # the effect is a share of its benefits; its costs lie in the middle of the first quarter
    assert change.effect == pytest.approx(change.profit / (other.alone + 1400 / 1.08**0.125), rel=1e-6)


def test_starts_at_which_there_is_money_are_named() -> None:
    made = made_of(OTHER, latest_start=5, horizon=6, budget={2027: 2000})
    plan = plan_of(made, solved_draws=0)
    assert [one.id for one in plan.funded] == ["best"]
    assert smallest_change(made, plan, "other").starts == (4, 5)  # 2028 has no budget
    moved = plan_of(made_of({**OTHER, "start": 4}, latest_start=5, horizon=6, budget={2027: 2000}), solved_draws=0)
    assert {one.id for one in moved.funded} == {"best", "other"}


def test_what_cannot_be_in_at_any_price_has_no_change() -> None:
    made = made_of({**OTHER, "staff": {"IT": 2}}, staff={"IT": 1})
    change = smallest_change(made, plan_of(made, solved_draws=0), "other")
    assert (change.cost, change.profit, change.effect, change.starts) == (None, None, None, ())


def test_what_loses_money_would_have_to_save_its_loss() -> None:
    made = made_of({**OTHER, "costs": {"one_off": 90_000}})
    plan = plan_of(made, solved_draws=0)
    loss = -plan.not_funded[0].beside
    assert loss > 0
    assert smallest_change(made, plan, "other").cost == pytest.approx(loss * 1.08**0.125 / 90_000, abs=0.002)
