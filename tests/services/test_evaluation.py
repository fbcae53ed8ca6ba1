"""The priority list and the projection: their shape, their sums, their identity."""

from pathlib import Path

import numpy as np
import pytest

import prioritizer as pr
from prioritizer.services.cases import as_scenario
from prioritizer.services.evaluation import evaluate

ROOT = Path(__file__).parents[2]
BASE = ROOT / "scenarios/base.yaml"


@pytest.fixture(scope="module")
def ranking():
    return pr.rank(BASE, draws=400, seed=3, switching=True)


def test_ranks_follow_the_mean_profit(ranking) -> None:
    means = [row.npv.mean for row in ranking.initiatives]
    assert [row.rank for row in ranking.initiatives] == list(range(1, len(means) + 1))
    assert means == sorted(means, reverse=True)


def test_the_sources_of_profit_sum_to_it(ranking) -> None:
    for row in [*ranking.initiatives, ranking.joint]:
        assert sum(dict(row.sources).values()) == pytest.approx(row.npv.mean, rel=1e-9)
        assert row.pv_benefits - row.pv_costs == pytest.approx(row.npv.mean, rel=1e-9)
        assert row.npv.mean - row.point_npv == pytest.approx(row.effect_of_uncertainty)


def test_every_rank_is_taken_by_somebody_in_every_draw(ranking) -> None:
    probabilities = np.array([row.rank_probability for row in ranking.initiatives])
    assert probabilities.sum(axis=0) == pytest.approx(np.ones(len(probabilities)))
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(len(probabilities)))


def test_series_have_an_entry_for_each_period_and_stocks_one_more(ranking) -> None:
    periods = len(ranking.periods)
    assert periods == 24
    assert ranking.periods[0] == "Q1 2027"
    for row in [*ranking.initiatives, ranking.joint]:
        assert (len(row.cash_flow), len(row.costs), len(row.uncashed)) == (periods,) * 3
        assert (len(row.nps), len(row.customers)) == (periods + 1,) * 2
    assert len(ranking.baseline.nps) == periods + 1


def test_switching_values_and_break_even_are_there_when_asked_for(ranking) -> None:
    assert all(row.switching_values is not None for row in ranking.initiatives)
    assert max(len(row.switching_values) for row in ranking.initiatives) == 5
    assert any(row.break_even_causal_share is not None for row in ranking.initiatives)
    plain = pr.rank(BASE, draws=50, seed=3)
    assert all(row.switching_values is None for row in plain.initiatives)


def test_a_new_sales_channel_is_judged_differently_under_the_two_policies(ranking) -> None:
    by_id = {row.id: row for row in ranking.initiatives}
    assert by_id["marketplace-sales"].policies_disagree
    assert not by_id["keep-promises"].policies_disagree


def test_a_run_id_stands_for_what_the_figures_depend_on(ranking) -> None:
    again = pr.rank(BASE, draws=400, seed=3)
    assert again.run == ranking.run
    assert again.initiatives[0].npv == ranking.initiatives[0].npv
    others = [
        pr.rank(BASE, draws=400, seed=4).run.id,
        pr.rank(BASE, draws=401, seed=3).run.id,
        pr.rank(ROOT / "scenarios/downturn.yaml", draws=400, seed=3).run.id,
        pr.rank(BASE, draws=400, seed=3, point=True).run.id,
    ]
    assert len({ranking.run.id, *others}) == 5


def test_the_point_estimate_knows_means_only() -> None:
    ranking = pr.rank(BASE, seed=1, point=True)
    first = ranking.initiatives[0]
    assert first.npv.p5 is None
    assert first.npv.standard_error is None
    assert first.probability_of_loss is None
    assert first.effect_of_uncertainty == 0


def test_a_company_without_initiatives_has_an_empty_list() -> None:
    ranking = pr.rank(pr.read_company(ROOT / "data/company.yaml"), [], draws=50, seed=1)
    assert ranking.initiatives == ()
    assert ranking.joint.npv.mean == 0
    assert list(ranking.table().columns)[:3] == ["id", "name", "department"]


def test_simulate_shows_one_initiative_beside_the_baseline() -> None:
    company = pr.read_company(ROOT / "data/company.yaml")
    found = pr.simulate(company, initiatives=["close-the-loop"], draws=200)
    assert [case.id for case in found.initiatives] == ["close-the-loop"]
    assert found.together is None
    before, after = found.baseline.nps[-1], found.initiatives[0].nps[-1]
    assert after > before + 0.3
    by_group = sum(np.array(series.cash_flow) for series in found.baseline.groups)
    assert by_group == pytest.approx(np.array(found.baseline.cash_flow), rel=1e-9)
    assert len(found.table()) == 2 * (3 + 1) * 25  # groups and company, periods and the end


def test_an_unknown_initiative_is_named_with_its_nearest() -> None:
    company = pr.read_company(ROOT / "data/company.yaml")
    with pytest.raises(pr.UnknownName, match=r"close-the-lop is not an initiative. Did you mean close-the-loop\?"):
        pr.simulate(company, initiatives=["close-the-lop"])


@pytest.mark.parametrize(
    ("draws", "seed", "place"), [(1, 1, "draws"), (10**9, 1, "draws"), (10, -1, "seed"), (10, 2**63, "seed")]
)
def test_a_run_that_cannot_be_is_refused(draws: int, seed: int, place: str) -> None:
    with pytest.raises(pr.InputError, match=f"^{place}: "):
        pr.rank(BASE, draws=draws, seed=seed)


def test_some_together_bring_what_a_list_of_them_alone_says() -> None:
    scenario = as_scenario(BASE)
    chosen = ("keep-promises", "outage-notices", "clear-tariffs")
    found = evaluate(scenario, draws=200).together(chosen)
    alone = pr.rank(BASE, list(chosen), draws=200, seed=1).joint
    assert found.npv.mean == pytest.approx(alone.npv.mean, rel=1e-9)
    assert found.cost == pytest.approx(alone.cost, rel=1e-12)
    assert found.point_npv == pytest.approx(alone.point_npv, rel=1e-9)
    assert found.costs == pytest.approx(alone.costs, rel=1e-12)


def test_draws_that_are_given_are_used_again() -> None:
    scenario = as_scenario(BASE)
    first = evaluate(scenario, draws=200)
    one = as_scenario(scenario.company, [scenario.initiatives[0].model_copy(update={"requires": (), "excludes": ()})])
    assert evaluate(one, draws=200, like=first.inputs).ranking == evaluate(one, draws=200).ranking
