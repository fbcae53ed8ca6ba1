"""Every figure explains itself, at every company: whole sentences, and the company's own rates and conventions."""

import re
from itertools import product
from typing import Any

import pytest

from cases import company_record, group
from prioritizer.domain.company import Company, Policy, Timing
from prioritizer.services.meanings import Figure, Meaning, meaning_of

COMPANIES: dict[str, dict[str, Any]] = {
    f"{policy}-{timing}-{periods}-{'split' if split else 'real'}-{'hurdle' if hurdle else 'free'}": {
        "acquisition_policy": policy.value,
        "timing": timing.value,
        "periods_per_year": periods,
        "discount_rate": {"nominal": 0.18, "inflation": 0.06} if split else 0.113,
        **({"hurdle_rate": 0.14} if hurdle else {}),
    }
    for policy, timing, periods, split, hurdle in product(Policy, Timing, (1, 4, 12), (True, False), (True, False))
}


def made(**changes: Any) -> Company:
    return company_record(groups={"Mobile": group(planned_acquisitions=10)}, **changes)


def meaning(figure: Figure, **changes: Any) -> Meaning:
    return meaning_of(figure, made(**changes))


@pytest.mark.parametrize("changes", COMPANIES.values(), ids=COMPANIES)
def test_every_figure_has_a_whole_meaning(changes: dict[str, Any]) -> None:
    company = made(**changes)
    for figure in Figure:
        found = meaning_of(figure, company)
        texts = {key: getattr(found, key) for key in ("name", "term", "meaning", "formula", "inputs")}
        for key, text in texts.items():
            assert text, (figure, key)
            assert not re.search(r"[{}]|  |None|–", text), (figure, key, text)
        assert found.meaning.endswith(".")
        assert found.formula.endswith(".")


def test_no_two_figures_are_called_alike() -> None:
    assert len({meaning(figure).name for figure in Figure}) == len(Figure)


DEPENDS_ON_CONVENTIONS = (Figure.PROFIT, Figure.ROI, Figure.TOGETHER)


@pytest.mark.parametrize("figure", DEPENDS_ON_CONVENTIONS)
def test_conventions_are_those_of_the_company(figure: Figure) -> None:
    plain = meaning(figure, discount_rate=0.113, tax_rate=0.25, timing="end").inputs
    assert plain == "discount rate 11.3 % a year, real; tax 25 %; money counts at the end of each quarter"
    split = meaning(figure, discount_rate={"nominal": 0.18, "inflation": 0.06}, timing="start", periods_per_year=12)
    assert split.inputs == (  # 1.18 ÷ 1.06 − 1 = 11.3 %
        "discount rate 11.3 % a year, real (18.0 % nominal at 6.0 % inflation); tax 0 %; "
        "money counts at the start of each month"
    )


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        ("start", "money counts at the start of each year"),
        ("mid", "money counts in the middle of each year"),
        ("end", "money counts at the end of each year"),
    ],
)
def test_when_money_counts(timing: str, words: str) -> None:
    assert meaning(Figure.PROFIT, timing=timing, periods_per_year=1).inputs.endswith(f"; {words}")


def test_rates_with_half_a_percent_keep_it() -> None:
    split = {"nominal": 0.185, "inflation": 0.045}
    assert "(18.5 % nominal at 4.5 % inflation)" in meaning(Figure.PROFIT, discount_rate=split).inputs


def test_a_hurdle_rate_is_told_where_there_is_one() -> None:
    assert meaning(Figure.IRR).inputs == "The expected cash flow."
    assert meaning(Figure.IRR, hurdle_rate=0.14).inputs == "The expected cash flow; hurdle rate 14 %."
    assert meaning(Figure.IRR, hurdle_rate=0).inputs == "The expected cash flow; hurdle rate 0 %."


def test_losing_a_customer_costs_what_the_policy_makes_of_it() -> None:
    hold, plan = (meaning(Figure.LOSING, acquisition_policy=policy) for policy in ("hold", "plan"))
    assert hold.formula.startswith("Cost of winning another customer")
    assert plan.formula == "What the lost customer would have been worth; nobody is bought in his place."
    assert "(policy hold)" in hold.inputs
    assert "(policy plan)" in plan.inputs
    assert "discount rate 8.0 % a year, real" in hold.inputs


def test_periods_are_those_of_the_company() -> None:
    assert meaning(Figure.CHURN, periods_per_year=12).term == "churn rate per month"
    assert "during a quarter" in meaning(Figure.CHURN).meaning
    assert "running cost × years" in meaning(Figure.COST, periods_per_year=1).formula
    assert "month by month" in meaning(Figure.PROFIT, periods_per_year=12).formula


@pytest.mark.parametrize(
    ("periods_per_year", "horizon", "latest_start", "words"),
    [(4, 20, 4, "within 6 years "), (4, 4, 2, "within 1.5 years "), (12, 36, 0, "within 3 years ")],
)
def test_customers_are_kept_over_all_that_is_simulated(
    periods_per_year: int, horizon: int, latest_start: int, words: str
) -> None:
    found = meaning(Figure.KEPT, periods_per_year=periods_per_year, horizon=horizon, latest_start=latest_start)
    assert words in found.meaning
