"""The engine against an oracle that shares no code with it, and the streams on which it draws."""

import random

import numpy as np
import pytest

from oracles import companies, model
from prioritizer.domain.company import Company, Policy
from prioritizer.domain.initiatives import Initiative
from prioritizer.engine.cash_flow import Lines
from prioritizer.engine.levers import at_means, sampled
from prioritizer.engine.simulation import Simulated, alone_and_together, prepare, simulate_point, simulate_sets

TOLERANCE = 1e-9  # of each period's largest line
CASES_PER_TEST = 25


def records(company: dict, initiatives: list[dict]) -> tuple[Company, list[Initiative]]:
    return Company.model_validate(company), [Initiative.model_validate(initiative) for initiative in initiatives]


def assert_lines_agree(found: Lines, group: int, name: str, expected: model.Projection, tax: float) -> None:
    """Every line of a group within the tolerance of that period's largest line."""
    lines = {
        "margin": (found.margin[group], expected.margin[name]),
        "service": (found.service[group], expected.service[name]),
        "acquisition": (found.acquisition[group], expected.acquisition[name]),
        "initiative_cost": (found.touch_cost[group], expected.initiative_cost[name]),
        "uncashed": (found.uncashed[group] * (1 - tax), expected.uncashed[name]),
    }
    largest = np.max([np.abs(oracle) for _ours, oracle in lines.values()], axis=0)
    for line, (ours, oracle) in lines.items():
        assert np.all(np.abs(ours - oracle) <= TOLERANCE * largest), line
    customers = np.array(expected.customers[name])
    assert np.all(np.abs(found.customers[group] - customers) <= TOLERANCE * customers.max())
    assert np.all(np.abs(found.lost[group] - expected.lost[name]) <= TOLERANCE * customers.max())


@pytest.mark.parametrize("first", range(0, 400, CASES_PER_TEST))
def test_every_line_of_every_portfolio_is_the_oracle_s(first: int) -> None:
    for seed in range(first, first + CASES_PER_TEST):
        rng = random.Random(seed)
        company_file, initiative_files = companies.random_case(rng)
        company, initiatives = records(company_file, initiative_files)
        success = {initiative.id: rng.random() < 0.7 for initiative in initiatives}
        some = tuple(i for i in range(len(initiatives)) if rng.random() < 0.5)
        sets = [(), *((i,) for i in range(len(initiatives))), some, tuple(range(len(initiatives)))]
        inputs = at_means(company, initiatives, [float(success[i.id]) for i in initiatives])
        for policy in Policy:
            result = simulate_sets(inputs, sets, policy, threads=1)
            for members, lines, profit in zip(sets, result.lines, result.profit, strict=True):
                chosen = [initiative_files[i] for i in members]
                expected = model.simulate(company_file, chosen, policy.value, success=success)
                for group, name in enumerate(company.groups):
                    assert_lines_agree(lines, group, name, expected, company.tax_rate.number)
                own = np.array(expected.total["initiative_cost"])
                assert np.all(np.abs(lines.own_cost - own) <= TOLERANCE * own.max())
                worth = model.value(company_file, chosen, policy.value, success=success)
                turnover = sum(map(abs, expected.total["margin"])) + sum(map(abs, expected.total["acquisition"]))
                assert profit[0] == pytest.approx(worth.npv, abs=TOLERANCE * (turnover + sum(own)))


@pytest.mark.parametrize("seed", range(1000, 1040))
def test_point_values_mix_success_and_failure(seed: int) -> None:
    company_file, initiative_files = companies.random_case(random.Random(seed))
    company, initiatives = records(company_file, initiative_files)
    result = simulate_point(company, initiatives)
    turnover = sum(map(abs, model.simulate(company_file, []).total["margin"]))
    for i, initiative in enumerate(initiative_files):
        expected = model.point_value_alone(company_file, initiative)
        assert result.profit[i, 0] == pytest.approx(expected.npv, abs=TOLERANCE * turnover)
        added = (result.lines[i] - result.baseline_lines).before_tax * (1 - company.tax_rate.number)
        assert np.abs(added - expected.cash_flow).max() <= TOLERANCE * turnover
    together = model.point_value_together(company_file, initiative_files)
    assert result.profit[-1, 0] == pytest.approx(together.npv, abs=TOLERANCE * turnover)


def uncertain_case(seed: int) -> tuple[Company, list[Initiative]]:
    """A random company with several initiatives, some of its fixed numbers made uncertain."""
    rng = random.Random(seed)
    company_file, initiative_files = companies.random_case(rng)
    while len(initiative_files) < 3:
        company_file, initiative_files = companies.random_case(rng)
    for group in company_file["groups"].values():
        group["gross_margin"] = {"pert": [0.3, 0.5, 0.6]}
        group["acquisition_cost"] = {"lognormal": [1000, 4000]}
    for initiative in initiative_files:
        initiative["delay"] = {"triangular": [0, 1, 3]}
        initiative["probability_of_success"] = {"beta": [7, 10]}
    return records(company_file, initiative_files)


def simulated(company: Company, initiatives: list[Initiative], seed: int = 3, threads: int | None = None) -> Simulated:
    """Each alone, then all together, on 700 draws."""
    prepared = prepare(sampled(company, initiatives, 700, seed))
    return simulate_sets(prepared, alone_and_together(len(initiatives)), company.acquisition_policy, threads)


def draws_of(company: Company, initiatives: list[Initiative]) -> np.ndarray:
    return simulated(company, initiatives).profit


def test_one_and_two_threads_agree_to_the_last_bit() -> None:
    company, initiatives = uncertain_case(5)
    one = simulated(company, initiatives, threads=1)
    two = simulated(company, initiatives, threads=2)
    assert np.array_equal(one.profit, two.profit)
    assert all(np.array_equal(a.margin, b.margin) for a, b in zip(one.lines, two.lines, strict=True))


def test_another_initiative_changes_no_other_s_profit() -> None:
    company, initiatives = uncertain_case(6)
    alone = draws_of(company, initiatives[:1])
    among_others = draws_of(company, initiatives)
    assert np.array_equal(alone[0], among_others[0])


def test_the_same_seed_repeats_and_another_does_not() -> None:
    company, initiatives = uncertain_case(7)
    again = simulated(company, initiatives)
    other = simulated(company, initiatives, seed=4)
    assert np.array_equal(draws_of(company, initiatives), again.profit)
    assert not np.array_equal(again.profit, other.profit)


@pytest.mark.parametrize("seed", range(8, 14))
def test_every_draw_is_what_the_oracle_makes_of_its_numbers(seed: int) -> None:
    """Uncertain delays, success and rates: each draw, put into the files as fixed numbers, gives the same profit."""
    from prioritizer.engine.levers import sampled

    rng = random.Random(seed)
    company_file, initiative_files = companies.random_case(rng)
    group = rng.choice(list(company_file["groups"]))
    company_file["groups"][group]["gross_margin"] = {"pert": [0.3, 0.5, 0.6]}
    for initiative in initiative_files:
        initiative["delay"] = {"triangular": [0, 1, 3]}
        initiative["probability_of_success"] = 0.6
        initiative["reach"] = {"beta": [3, 10]}
    company, initiatives = records(company_file, initiative_files)
    draws = 66  # more than one tile of the kernel
    inputs = sampled(company, initiatives, draws, seed)
    result = simulate_sets(inputs, [tuple(range(len(initiatives)))], company.acquisition_policy)
    for draw in (0, 1, 63, 64, 65):
        company_file["groups"][group]["gross_margin"] = float(inputs.drawn[f"groups.{group}.gross_margin"][draw])
        success = {}
        for initiative, chance in zip(initiative_files, inputs.success, strict=True):
            place = f"initiatives.{initiative['id']}"
            initiative["delay"] = round(float(inputs.drawn[f"{place}.delay"][draw]))
            initiative["reach"] = float(inputs.drawn[f"{place}.reach.all"][draw])
            success[initiative["id"]] = bool(chance[draw])
        expected = model.value(company_file, initiative_files, success=success)
        turnover = sum(map(abs, model.simulate(company_file, []).total["margin"]))
        assert result.profit[0, draw] == pytest.approx(expected.npv, abs=TOLERANCE * turnover)
