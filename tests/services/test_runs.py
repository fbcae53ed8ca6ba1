"""What a run may ask of a machine, and what its id hangs on."""

import re
from typing import Any

import numpy as np
import pytest

from cases import company, company_record, complaints, group, initiative_record
from prioritizer.domain.company import Company, Policy
from prioritizer.domain.results import Run
from prioritizer.domain.scenarios import Scenario
from prioritizer.services.runs import checked_run, identify, require_memory

WIDE = {"pert": [0.1, 0.2, 0.3]}
DRAWS = "Give a whole number from 2 to 1000000."
SEED = "Give a whole number from 0 to 2^63 − 1."


def scenario(*initiatives: Any, name: str = "Base", **changes: Any) -> Scenario:
    return Scenario(name=name, company=company_record(**changes), initiatives=initiatives)


@pytest.mark.parametrize("draws", [2, 10_000, 1_000_000, np.int32(500)])
@pytest.mark.parametrize("seed", [0, 7, 2**63 - 1, np.uint64(2**63 - 1)])
def test_whole_numbers_within_bounds_make_a_run(draws: int, seed: int) -> None:
    found = checked_run(draws, seed)
    assert found == (int(draws), int(seed))
    assert [type(one) for one in found] == [int, int]


@pytest.mark.parametrize("draws", [1, 0, -5, 1_000_001, True, 100.0, "100", None, np.float64(100)])
def test_what_is_no_number_of_draws_is_refused(draws: Any) -> None:
    assert complaints(checked_run, draws, 1) == [f"draws: {_shown(draws)} is not a number of draws. {DRAWS}"]


@pytest.mark.parametrize("seed", [-1, 2**63, 1.5, "1", None])
def test_what_is_no_seed_is_refused(seed: Any) -> None:
    assert complaints(checked_run, 100, seed) == [f"seed: {seed} is not a seed. {SEED}"]


def test_both_are_refused_at_once() -> None:
    assert [said.split(":")[0] for said in complaints(checked_run, 0, -1)] == ["draws", "seed"]


def _shown(draws: Any) -> str:
    return "1" if draws is True else str(draws)


def run(case: Scenario, draws: int = 100, seed: int = 1, point: bool = False) -> Run:
    return identify(case, draws, seed, point)


def test_a_run_says_what_it_is_of() -> None:
    case = scenario(initiative_record("a"), name="Downturn", acquisition_policy="hold")
    found = run(case, draws=200, seed=5)
    assert re.fullmatch("[0-9a-f]{12}", found.id)
    assert (found.scenario, found.company, found.currency) == ("Downturn", "Example", "EUR")
    assert (found.draws, found.seed, found.point, found.policy) == (200, 5, False, Policy.HOLD)


def test_the_same_inputs_have_the_same_id_in_whatever_order_keys_stand() -> None:
    plain = company(groups={"A": group(), "B": group()})
    backwards = {key: plain[key] for key in reversed(plain)}
    backwards["groups"] = {key: plain["groups"][key] for key in reversed(plain["groups"])}
    first, second = (Scenario(name="S", company=Company.model_validate(content)) for content in (plain, backwards))
    assert run(first).id == run(second).id


def test_a_name_of_a_scenario_is_no_figure() -> None:
    assert run(scenario(name="One")).id == run(scenario(name="Two")).id


def test_everything_else_is_told_apart() -> None:
    plain = scenario(initiative_record("a"))
    others = [
        run(plain, draws=101),
        run(plain, seed=2),
        run(plain, point=True),
        run(scenario(initiative_record("b"))),
        run(scenario()),
        run(scenario(initiative_record("a", excludes=["x"]))),
        run(scenario(initiative_record("a", levers=[{"churn": "detractor", "change": -0.1000001}]))),
        run(scenario(initiative_record("a"), discount_rate=0.081)),
        run(scenario(initiative_record("a"), timing="end")),
        run(scenario(initiative_record("a"), company="Другая")),
        run(scenario(initiative_record("a"), groups={"Mobile": group(gross_margin=WIDE)})),
    ]
    assert len({run(plain).id, *(one.id for one in others)}) == len(others) + 1


def test_at_the_point_estimate_there_is_one_draw_and_no_seed_counts() -> None:
    case = scenario(initiative_record("a"))
    first, second = run(case, draws=100, seed=1, point=True), run(case, draws=500, seed=2, point=True)
    assert first.id == second.id
    assert (first.draws, second.draws, second.seed) == (1, 1, 2)


@pytest.mark.parametrize(
    ("case", "series"),
    [
        (scenario(initiative_record("a")), 4),  # nothing is uncertain: four series for the initiative alone
        (scenario(initiative_record("a"), initiative_record("b")), 8),
        (scenario(groups={"Mobile": group(gross_margin=WIDE)}), 1),
        (scenario(initiative_record("a"), causal_share=WIDE, groups={"Mobile": group(churn=WIDE)}), 8),
    ],
)
def test_more_draws_than_a_machine_holds_are_refused(case: Scenario, series: int) -> None:
    most = 250_000_000 // series
    require_memory(case, most)
    (said,) = complaints(require_memory, case, most + 1)
    assert said == f"draws: {most + 1} would need some 6 GB of memory. Give at most {most} draws."


def test_a_server_may_hold_less_than_a_machine() -> None:
    case = scenario(initiative_record("a"))
    require_memory(case, 100, 400)
    assert complaints(require_memory, case, 101, 400) == [
        "draws: 101 would need some 0 GB of memory. Give at most 100 draws."
    ]


def test_where_nothing_is_drawn_nothing_is_refused() -> None:
    require_memory(scenario(), 10**12)
