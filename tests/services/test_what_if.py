"""A what-if gives the figures that the scenario it describes would give, as does the file that it is saved as."""

import shutil
from pathlib import Path

import pytest
import yaml

from cases import company, initiative
from prioritizer.domain.change_lines import change_of
from prioritizer.domain.company import Company, Policy
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.scenarios import Scenario
from prioritizer.domain.whatif import WhatIf
from prioritizer.errors import InputError
from prioritizer.services.cases import as_scenario, with_named
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.runs import identify
from prioritizer.services.what_if import differences_of, file_of, outcome_of, profit_on_first, scenario_under

ROOT = Path(__file__).parents[2]
TRIED = [
    WhatIf(),
    WhatIf(discount_rate=0.2),
    WhatIf(policy=Policy.PLAN),
    WhatIf(churn=1.3),
    WhatIf(acquisition_cost=0.5),
    WhatIf(causal_share=0.0),
    WhatIf(success=0.5),
    WhatIf(without=("keep-promises", "contact-data")),
    WhatIf(churn=0.8, success=1.5, without=("clear-tariffs",), policy=Policy.PLAN, discount_rate=0.05),
    WhatIf(
        churn=0.8,
        changes=tuple(
            map(
                change_of,
                (
                    "groups.*.churn.**1.2",  # at the place of the quick one, and after it
                    'groups."Home internet".acquisition_cost+300',
                    'budget."2027"*0.7',
                    "initiatives.*.costs*1.1",
                    'initiatives."keep-promises".ramp_up=2',
                ),
            )
        ),
    ),
]


@pytest.fixture(scope="module")
def base() -> Evaluation:
    return evaluate(as_scenario(ROOT / "scenarios/base.yaml"), draws=500, seed=3)


@pytest.mark.parametrize("what_if", TRIED, ids=lambda one: "+".join(one.tried) or "nothing")
def test_a_what_if_is_the_scenario_it_describes(base: Evaluation, what_if: WhatIf) -> None:
    outcome = outcome_of(base, what_if)
    expected = evaluate(scenario_under(base.scenario, what_if), draws=500, seed=3)
    assert outcome.run == expected.run
    for standing, row in zip(outcome.standings, expected.ranking.initiatives, strict=True):
        assert (standing.id, standing.rank, standing.npv) == (row.id, row.rank, row.npv)
        assert standing.probability_of_loss == row.probability_of_loss
    assert [one.id for one in outcome.standings if one.worth_doing] == list(expected.ranking.worth_doing)
    assert outcome.together == expected.ranking.worth_doing_together.npv


@pytest.mark.parametrize("what_if", TRIED, ids=lambda one: "+".join(one.tried) or "nothing")
def test_the_file_that_it_is_saved_as_gives_the_same_run(base: Evaluation, what_if: WhatIf, tmp_path: Path) -> None:
    for folder in ("data", "scenarios"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    file = tmp_path / "scenarios/tried.yaml"
    file.write_text(file_of(differences_of(base.scenario, what_if, "Tried", extends="base")), encoding="utf-8")
    assert identify(as_scenario(file), 500, 3, point=False).id == outcome_of(base, what_if).run.id


def test_the_file_of_a_what_if_is_in_the_words_of_scenario_files() -> None:
    scenario = _scenario([initiative("a"), initiative("b", requires=["a"])])
    changes = (change_of("groups.Mobile.churn.detractor*1.3"), change_of("initiatives.b.costs*1.1"))
    what_if = WhatIf(causal_share=0.5, without=("a",), changes=changes)
    assert yaml.safe_load(file_of(differences_of(scenario, what_if, "Tried", extends="base"))) == {
        "name": "Tried",
        "extends": "base",
        "change": {"causal_share": {"multiply": 0.5}, "groups.Mobile.churn.detractor": {"multiply": 1.3}},
        "exclude": ["a"],
        "change_initiatives": {"b": {"costs": {"multiply": 1.1}, "requires": []}},
    }
    assert differences_of(scenario, WhatIf(), "Tried", company="company.yaml").company == "company.yaml"
    with pytest.raises(InputError, match="is missing"):
        differences_of(scenario, WhatIf(), "  ", extends="base")


def test_on_the_first_draws_the_profit_is_that_of_those_draws() -> None:
    alone = evaluate(with_named(ROOT / "scenarios/base.yaml", ["keep-promises"]), draws=500, seed=3)
    profit = alone.profit_draws("keep-promises")
    assert profit[:100].mean() > 0
    assert profit_on_first(alone, WhatIf(), 100) == pytest.approx(profit[:100].mean())
    assert profit_on_first(alone, WhatIf(), 500) == pytest.approx(profit.mean())


def test_changes_reach_what_they_name(base: Evaluation) -> None:
    before = base.scenario
    after = scenario_under(before, WhatIf(discount_rate=0.2, churn=2.0, acquisition_cost=0.5, success=0.5))
    assert after.company.discount_rate.real == 0.2
    for name, group in after.company.groups.items():
        assert group.churn.detractor.multiply == 2.0 * before.company.groups[name].churn.detractor.multiply
        assert group.acquisition_cost.multiply == 0.5
        assert group.revenue == before.company.groups[name].revenue
    assert {one.probability_of_success.multiply for one in after.initiatives} == {0.5}


def test_what_is_left_out_is_no_prerequisite_any_more() -> None:
    listed = [initiative("a"), initiative("b", requires=["a"]), initiative("c", excludes=["a"])]
    scenario = _scenario(listed)
    left = scenario_under(scenario, WhatIf(without=("a",))).initiatives
    assert [(one.id, one.requires, one.excludes) for one in left] == [("b", (), ()), ("c", (), ())]


def test_before_and_after_are_ranks_of_the_same_initiative(base: Evaluation) -> None:
    outcome = outcome_of(base, WhatIf(causal_share=0.0))
    ranks = {row.id: row.rank for row in base.ranking.initiatives}
    assert {one.id: one.before for one in outcome.standings} == ranks
    assert any(one.before != one.rank for one in outcome.standings)


def test_only_some_of_what_is_tried() -> None:
    both = WhatIf(churn=1.2, success=0.5)
    assert both.tried == ("churn", "success")
    assert both.only(("success",)) == WhatIf(success=0.5)
    assert WhatIf().tried == ()


def test_what_cannot_be_is_refused() -> None:
    without_plan = _scenario([initiative("a")])
    with pytest.raises(InputError, match="planned_acquisitions"):
        scenario_under(without_plan, WhatIf(policy=Policy.PLAN))
    for wrong in ({"churn": -0.1}, {"churn": float("nan")}, {"discount_rate": 2.0}, {"success": 99}):
        with pytest.raises(ValueError, match="WhatIf"):
            WhatIf(**wrong)  # type: ignore[arg-type]


def _scenario(listed: list[dict[str, object]]) -> Scenario:
    initiatives = [Initiative.model_validate(one) for one in listed]
    return as_scenario(Company.model_validate(company()), initiatives)
