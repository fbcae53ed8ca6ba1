"""What a list says in one sentence: nothing, none, some or all of it worth doing, and whether a budget holds it."""

from typing import Any

import pytest
from export.rankings import ranking

from cases import company_record, initiative_record
from prioritizer.domain.company import Company
from prioritizer.domain.results import Estimate, Ranking, Worth
from prioritizer.services.answers import answer, over_budget
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
