"""What a list says in one sentence: nothing, none, some or all of it worth doing, and whether a budget holds it."""

from typing import Any

import pytest
from export.rankings import ranking

from cases import company_record, initiative_record
from prioritizer.domain.company import Company
from prioritizer.domain.overview import Funding
from prioritizer.domain.plans import Obstacle
from prioritizer.domain.results import Estimate, Ranking, Worth
from prioritizer.services.answers import answer, decision, over_budget
from prioritizer.services.cases import as_scenario
from prioritizer.services.evaluation import evaluate


def worth_doing(count: int, of: int, cost: float = 1.5e6, profit: float = 62.74e6, **run: str) -> Ranking:
    known = ranking(*(f"Name {k}" for k in range(of)), **run)
    together = known.worth_doing_together.model_copy(update={"cost": cost, "npv": Estimate(mean=profit)})
    return known.model_copy(
        update={"worth_doing": tuple(f"i{k}" for k in range(count)), "worth_doing_together": together}
    )


def test_there_may_be_nothing_to_rank() -> None:
    assert answer(ranking()) == "There are no initiatives to rank"


def test_one_of_them() -> None:
    assert answer(worth_doing(1, of=3)) == (
        "1 of 3 initiatives is worth doing: for 1,500 thousand EUR it is projected to earn 62.7 million EUR"
    )


@pytest.mark.parametrize("count", [2, 3])
def test_some_of_them_or_all(count: int) -> None:
    assert answer(worth_doing(count, of=3)) == (
        f"{count} of 3 initiatives are worth doing: for 1,500 thousand EUR they are projected to earn 62.7 million EUR "
        "together"
    )


def test_none_of_them() -> None:
    known = worth_doing(0, of=2)
    rows = [
        row.model_copy(update={"npv": Estimate(mean=-mean)})
        for row, mean in zip(known.initiatives, (250.0, 900.0), strict=True)
    ]
    assert answer(known.model_copy(update={"initiatives": tuple(rows)})) == (
        "No initiative is expected to earn more than it costs; “Name 0” comes nearest: −250 EUR"
    )


def test_a_profit_that_lacks_its_prerequisite_is_still_a_profit() -> None:
    saves = initiative_record("a", requires=["b"], levers=[{"contacts": "all", "change": -0.5}])
    known = evaluate(as_scenario(company_record(), [saves, initiative_record("b", levers=[])]), draws=10).ranking
    assert (known.worth_doing, known.initiatives[0].id) == ((), "a")
    assert known.initiatives[0].npv.mean > 1000
    assert "No initiative is expected to earn more than it costs" not in answer(known)


def test_amounts_are_written_in_the_currency_asked_for() -> None:
    known = worth_doing(1, of=1, currency="RUB")
    assert answer(known, "₽").endswith("earn 62.7 million ₽")
    assert answer(known).endswith("earn 62.7 million RUB")


# Budget: six quarters from 2027-01, of which cost comes in the first, the second and the last


def budgeted(budget: dict[int, float], **changes: Any) -> tuple[Company, Worth]:
    together = ranking("A").worth_doing_together.model_copy(update={"costs": (3e6, 2e6, 0.0, 0.0, 0.0, 4e6)})
    return company_record(budget=budget, tax_rate=0.25, **changes), together


@pytest.mark.parametrize("budget", [{}, {2027: 5e6}, {2027: 9e6, 2028: 4e6}, {2026: 1, 2035: 1}])
def test_within_the_budget_nothing_is_said(budget: dict[int, float]) -> None:
    assert over_budget(*budgeted(budget)) == ""


def test_over_the_budget_cost_is_told_before_tax() -> None:
    assert (
        over_budget(*budgeted({2027: 4.5e6}))
        == "More than the budget: 5.00 million € instead of 4.50 million € in 2027."
    )


def test_every_year_over_the_budget_is_told() -> None:
    assert over_budget(*budgeted({2028: 0, 2027: 4.5e6})) == (
        "More than the budget: 4.00 million € instead of 0 € in 2028, 5.00 million € instead of 4.50 million € in 2027."
    )


def test_a_budget_is_for_a_fiscal_year() -> None:
    known = budgeted({2026: 4.5e6, 2027: 4.5e6}, fiscal_year_start=7)
    assert over_budget(*known) == "More than the budget: 5.00 million € instead of 4.50 million € in 2026/27."


def test_a_profit_that_is_noise_lacks_nothing() -> None:
    known = worth_doing(0, of=2)
    rows = [
        row.model_copy(update={"npv": Estimate(mean=mean)})
        for row, mean in zip(known.initiatives, (1e-7, -5e6), strict=True)
    ]
    assert "what it needs" not in answer(known.model_copy(update={"initiatives": tuple(rows)}))


# The decision: what to fund, or what was funded


def funding(count: int, of: int, mean: float = 212e6, loss: float | None = 0.04, **ends: float | None) -> Funding:
    """So many funded out of all for 118 million, from 96 to 341 million of profit where not said otherwise."""
    npv = Estimate(mean=mean, **{"p5": 96e6, "p95": 341e6, **ends})
    together = ranking("A").worth_doing_together.model_copy(
        update={"cost": 118e6, "npv": npv, "probability_of_loss": loss}
    )
    return Funding(
        ids=tuple(f"i{k}" for k in range(count)),
        starts=(0,) * count,
        total=of,
        alone=mean,
        together=together if count else None,
        years=(),
    )


def test_a_plan_is_a_decision_with_its_profit_range_and_risk() -> None:
    assert decision(funding(6, of=15), "₽") == (
        "Fund 6 of 15 for 118 million ₽: expected profit 212 million ₽, 90 %: 96.0 to 341; 4 in 100 for a loss"
    )


def test_at_the_point_estimate_no_range_is_known() -> None:
    known = funding(1, of=3, loss=None, p5=None, p95=None)
    assert decision(known, "EUR") == "Fund 1 of 3 for 118 million EUR: expected profit 212 million EUR"


def test_a_range_on_another_scale_than_its_mean_says_so() -> None:
    known = funding(1, of=1, mean=1.9e9, p5=-40e6, p95=4.1e9)
    assert "expected profit 1,900 million ₽, 90 %: −40.0 million ₽ to 4.10 billion ₽; 4 in" in decision(known, "₽")


def test_what_must_be_done_may_lose() -> None:
    known = funding(1, of=2, mean=-15.1e6, loss=1.0, p5=-16e6, p95=-14.2e6)
    assert decision(known, "₽").endswith("profit −15.1 million ₽, 90 %: −16.0 to −14.2; 100 in 100 for a loss")


def test_nothing_may_be_worth_funding_or_fit() -> None:
    none = funding(0, of=4)
    assert decision(none, "₽") == "Fund none of 4: none is expected to earn more than it costs"
    poor = none.model_copy(update={"obstacles": {"i0": Obstacle.LOSS, "i1": Obstacle.PREREQUISITE}})
    assert decision(poor, "₽") == decision(none, "₽")
    for limit in (Obstacle.BUDGET, Obstacle.STAFF):
        tight = none.model_copy(update={"obstacles": {"i0": Obstacle.LOSS, "i1": limit}})
        assert decision(tight, "₽") == "Fund none of 4: what would pay does not fit into budgets and people"
    assert decision(funding(0, of=0), "₽") == "There are no initiatives to decide on"


@pytest.mark.parametrize(
    ("count", "begin"), [(1, "1 of 22 is funded for 118 million ₽: "), (2, "2 of 22 are funded for 118 million ₽: ")]
)
def test_what_executives_decided_is_no_proposal(count: int, begin: str) -> None:
    known = funding(count, of=22).model_copy(update={"decided_at": "2027-01-31T09:30:00.000000Z"})
    assert decision(known, "₽") == f"{begin}expected profit 212 million ₽, 90 %: 96.0 to 341; 4 in 100 for a loss"


def test_executives_may_have_funded_nothing() -> None:
    known = funding(0, of=22).model_copy(update={"decided_at": "2027-01-31T09:30:00.000000Z"})
    assert decision(known, "₽") == "None of 22 is funded"
