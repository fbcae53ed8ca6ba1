"""What drives a profit, on a company so plain that every profit is one product."""

from typing import Any

import numpy as np
import pytest

from cases import SEGMENTS, company_record, group, initiative_record
from prioritizer.domain.company import Company
from prioritizer.services.cases import as_scenario
from prioritizer.services.certainty import DriverInWords, drivers_in_words, evidence_in_words
from prioritizer.services.evaluation import Evaluation, evaluate

Z95 = 1.6448536269514722  # of the standard normal distribution
MARGIN = 200_000.0  # 1,000 customers · 100 of revenue · margin ½ · 4 quarters: what 100 % more revenue brings


def plain() -> Company:
    """1,000 customers who never leave or move, each bringing 100 a quarter; money is not discounted."""
    stay = {segment: {other: float(segment == other) for other in SEGMENTS} for segment in SEGMENTS}
    only = group(
        churn=0, migration=stay, revenue=100, contacts=0, newcomers={"promoter": 0, "passive": 1, "detractor": 0}
    )
    return company_record(discount_rate=0, latest_start=0, groups={"Mobile": only})


def drivers(**changes: Any) -> tuple[DriverInWords, ...]:
    return drivers_in_words(evaluate(as_scenario(plain(), [initiative_record("a", **changes)]), draws=20), "a")


def raised(deviation: float, one_off: Any = 1000) -> dict[str, Any]:
    change = {"normal": [0.1, deviation]}
    return {"levers": [{"revenue": "all", "change": change}], "costs": {"one_off": one_off}}


def test_a_driver_in_words_by_hand() -> None:
    (driver,) = drivers(**raised(0.05))
    low, high = 0.1 - 0.05 * Z95, 0.1 + 0.05 * Z95  # 1.78 % and 18.22 %
    assert (driver.name, driver.mean, driver.low, driver.high) == ("Change of revenue", "10.0 %", "1.8 %", "18.2 %")
    assert driver.profit == pytest.approx(0.1 * MARGIN - 1000)
    assert (driver.profit_low, driver.profit_high) == pytest.approx((low * MARGIN - 1000, high * MARGIN - 1000))
    assert driver.switch == "0.5 %"  # 1,000 ÷ 200,000


def test_where_no_value_within_the_range_turns_it_round() -> None:
    (driver,) = drivers(**raised(0.02))  # its lowest value in a thousand is 3.8 %
    assert driver.switch == "at no value within its range"


def test_the_input_that_matters_most_comes_first_in_its_own_unit() -> None:
    wide = {"triangular": [0, 500, 13_000]}  # mean 4,500; 5th percentile 13,000 − √(0.95 · 13,000 · 12,500) = 575
    first, second = drivers(**raised(0.05, one_off=wide))
    assert first.name == "Change of revenue"
    assert second.name == "One-off cost at its start"
    assert (second.mean, second.low) == ("4.50 thousand €", "575 €")
    assert second.profit_low > second.profit_high
    other_way_round = drivers(**raised(0.005, one_off=wide))
    assert [one.name for one in other_way_round] == [second.name, first.name]


def test_where_all_is_certain_nothing_drives() -> None:
    assert drivers(levers=[{"revenue": "all", "change": 0.1}]) == ()


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        ({"grade": "A"}, "Evidence A: controlled experiment."),
        ({"grade": "B"}, "Evidence B: pilot or before–after."),
        ({"grade": "C"}, "Evidence C: published benchmark."),
        ({"grade": "D"}, "Evidence D: opinion."),
        ({}, "Evidence D: opinion."),
    ],
)
def test_what_a_claim_rests_on(evidence: dict[str, str], words: str) -> None:
    assert evidence_in_words(initiative_record(evidence=evidence)) == words


# What an evaluation can be asked


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    listed = [initiative_record("b", **raised(0.05)), initiative_record("a", levers=[])]
    return evaluate(as_scenario(plain(), listed), draws=1000, seed=5)


def test_draws_are_those_of_the_initiative_asked_for(evaluation: Evaluation) -> None:
    assert evaluation.initiative("b").name == "Initiative b"
    assert evaluation.profit_draws("b").shape == (1000,)
    assert evaluation.profit_draws("b").mean() == pytest.approx(0.1 * MARGIN - 1000, rel=1e-3)
    assert evaluation.profit_draws("a") == pytest.approx(np.full(1000, -1000.0))
    with pytest.raises(StopIteration):
        evaluation.initiative("c")


def test_a_distribution_holds_every_draw(evaluation: Evaluation) -> None:
    spread, draws = evaluation.distribution("b"), evaluation.profit_draws("b")
    assert sum(spread.counts) == 1000
    assert len(spread.edges) == len(spread.counts) + 1
    inner = [((draws >= low) & (draws < high)).sum() for low, high in zip(spread.edges, spread.edges[1:], strict=False)]
    assert list(spread.counts[1:-1]) == inner[1:-1]
    assert evaluation.distribution("a").counts == (1000,)


def test_a_chance_of_a_loss_is_that_of_the_distribution(evaluation: Evaluation) -> None:
    spread = evaluation.distribution("b")
    below = sum(count for count, edge in zip(spread.counts, spread.edges[1:], strict=True) if edge <= 0)
    row = next(row for row in evaluation.ranking.initiatives if row.id == "b")
    assert row.probability_of_loss == pytest.approx(below / 1000)
    assert below / 1000 == pytest.approx(0.0287, abs=0.002)  # 0.5 % lies 1.9 deviations below 10 %


def test_the_causal_share_at_which_a_move_pays() -> None:
    """500 of 1,000 passives move at the end of the first of two quarters; each is then worth 10 more in the second."""
    stay = {segment: {other: float(segment == other) for other in SEGMENTS} for segment in SEGMENTS}
    only = group(
        customers={"promoter": 0, "passive": 1000, "detractor": 0}, churn=0, migration=stay, contacts=0
    )  # revenue is 120 of a promoter and 100 of a passive, the margin ½
    company = company_record(discount_rate=0, horizon=2, latest_start=0, groups={"Mobile": only})
    moves = initiative_record("a", levers=[{"move": {"from": "passive", "to": "promoter"}, "share": 0.5}])
    found = evaluate(as_scenario(company, [moves, initiative_record("b", levers=[])]), draws=20)
    assert found.profit_draws("a") == pytest.approx(np.full(20, 500 * 10 - 1000))
    assert found.break_even_causal_share("a") == pytest.approx(0.2, abs=1e-6)  # 1,000 ÷ 5,000
    assert found.break_even_causal_share("b") is None


def test_a_projection_is_that_of_the_initiatives_in_their_order(evaluation: Evaluation) -> None:
    projection = evaluation.projection
    assert [case.id for case in projection.initiatives] == ["b", "a"]
    assert evaluation.worth_doing == ("b",)
    assert projection.worth_doing is not None
    assert projection.worth_doing.cash_flow == pytest.approx(projection.initiatives[0].cash_flow)
    more = np.subtract(projection.initiatives[0].cash_flow, projection.baseline.cash_flow)
    assert more == pytest.approx([5000 - 1000, 5000, 5000, 5000], rel=1e-3)
