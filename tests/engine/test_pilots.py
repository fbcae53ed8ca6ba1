"""What a pilot would show: two arms of customers one by one, Bayes' rule, what one expects after a normal result."""

import math

import numpy as np
import pytest

import cases
from oracles import information as oracle
from oracles import model
from prioritizer.domain.initiatives import Initiative
from prioritizer.engine.levers import Inputs, sampled
from prioritizer.engine.pilots import Effect, effect_of, expected_effect, likelihood, results_of

CUSTOMERS, REPEATS = 400, 2_500
RNG = np.random.default_rng(7)
CARD = cases.group(
    migration={**cases.group()["migration"], "passive": {"promoter": 0.05, "passive": 0.5, "detractor": 0.45}},
    referrals={"promoter": 0.05, "passive": 0.02, "detractor": 0.0},
    put_off={"promoter": 0.0, "passive": 0.01, "detractor": 0.08},
)


def drawn(draws: int = 400, groups: dict | None = None, **changes) -> tuple[Inputs, Initiative]:
    """Draws of a company with one initiative."""
    company = cases.company_record(groups=groups or {"Mobile": CARD})
    one = cases.initiative_record(**changes)
    return sampled(company, [one], draws, 3), one


def effect(draws: int = 400, groups: dict | None = None, **changes) -> Effect:
    return effect_of(*drawn(draws, groups, **changes))


# --- what one customer tells


def events(rate: float):
    """Events of customers, each at the rate of its arm."""

    def of(without: float, with_: float, unit: float):
        def measure(count: int, treated: bool) -> list:
            p = with_ if treated else without
            happened = RNG.random(count) < p if rate < 0 else RNG.poisson(p, count)
            return (happened / unit).tolist()

        return measure

    return of


def money(change: float):
    """What customers pay: exponential, so that the deviation is as large as the mean."""

    def measure(count: int, treated: bool) -> list:
        return RNG.exponential(1 + change * treated, count).tolist()

    return measure


share, counts = events(-1), events(1)


@pytest.mark.parametrize(
    ("lever", "measure"),
    [
        # churn of detractors 0.12 → 0.084, in units of 0.12
        ({"churn": "detractor", "change": -0.3}, share(0.12, 0.084, 0.12)),
        # a passive is a promoter next with 0.05; one in five of the 0.5 who would stay passive becomes one too
        ({"move": {"from": "passive", "to": "promoter"}, "share": 0.2}, share(0.05, 0.05 + 0.1, 0.5)),
        ({"newcomers": {"from": "detractor", "to": "passive"}, "share": 0.4}, share(0.55, 0.55 + 0.08, 0.2)),
        ({"contacts": "detractor", "change": -0.2}, counts(1.1, 0.88, 1.1)),
        ({"referrals": "promoter", "change": 0.6}, counts(0.05, 0.08, 0.05)),
        ({"put_off": "detractor", "change": -0.5}, counts(0.08, 0.04, 0.08)),
        ({"revenue": "promoter", "change": 0.4}, money(0.4)),
        ({"contact_cost": "all", "change": -0.3}, money(-0.3)),
        ({"acquisition_cost": "all", "change": -0.5}, money(-0.5)),
    ],
    ids=lambda one: next(iter(one)) if isinstance(one, dict) else "",
)
def test_the_error_of_a_size_is_that_of_two_arms_of_customers(lever: dict, measure) -> None:
    (part,) = effect(levers=[lever]).parts
    assert part.variance == pytest.approx(oracle.two_arms(measure, CUSTOMERS, REPEATS), rel=0.12)


def test_customers_brought_are_counted_in_a_part_of_the_group() -> None:
    """80 a period in a group of 1,000; of 250 customers 20 are expected, counted with their chance and scaled up."""
    (part,) = effect(levers=[{"extra_customers": {"Mobile": 80}, "cost_each": 1}]).parts
    found = (RNG.poisson(80 * 250 / 1000, 100_000) * 1000 / 250).tolist()
    assert part.variance / 250 == pytest.approx(oracle.variance(found), rel=0.03)


def test_rates_are_those_of_the_customers_whom_it_reaches() -> None:
    """Detractors: 250 · 0.1 with churn 0.12, 100 · 0.9 with churn 0.3; nobody in the third group."""
    other = {"customers": {"promoter": 0, "passive": 700, "detractor": 100}, "churn": 0.3}
    groups = {"Mobile": CARD, "Fixed": {**CARD, **other}, "Far": {**CARD, "churn": 0.9}}
    reach = {"Mobile": 0.1, "Fixed": 0.9}
    (part,) = effect(groups=groups, reach=reach, levers=[{"churn": "detractor", "change": -0.5}]).parts
    rate = (25 * 0.12 + 90 * 0.3) / 115
    assert part.variance == pytest.approx(oracle.two_arms(share(rate, rate / 2, rate), CUSTOMERS, REPEATS), rel=0.12)


# --- its effect in money

REVENUE = {"revenue": "all", "change": {"normal": [0.1, 0.03]}}


def test_a_unit_is_worth_what_the_model_makes_of_it() -> None:
    """Revenue is linear: a change of 0.1 brings a tenth of what a change of 1 would, whatever the chance of success."""
    file = cases.initiative(levers=[REVENUE], costs={}, probability_of_success=0.4)
    fixed = {**file, "levers": [{"revenue": "all", "change": 0.1}]}
    company = cases.company(groups={"Mobile": CARD})
    true = model.value(company, [fixed], success={"call-back": True}).npv
    found = effect(levers=[REVENUE], costs={}, probability_of_success=0.4)
    assert found.claimed == pytest.approx(true, rel=1e-9)
    assert found.parts[0].worth == pytest.approx(true / 0.1, rel=1e-9)
    assert found.parts[0].claimed == pytest.approx(0.1)


def test_the_parts_add_up_and_a_failure_shows_nothing() -> None:
    inputs, one = drawn(
        levers=[REVENUE, {"churn": "detractor", "change": {"pert": [-0.3, -0.2, 0]}}], probability_of_success=0.6
    )
    found = effect_of(inputs, one)
    a, b = found.parts
    sizes = [inputs.drawn[f"initiatives.call-back.levers.{name}"] for name in ("revenue.all", "churn.detractor")]
    assert sorted([a.name, b.name]) == [f"initiatives.call-back.levers.{n}" for n in ("churn.detractor", "revenue.all")]
    worth = {part.name.split(".")[-2]: part.worth for part in found.parts}
    expected = inputs.success[0] * (worth["revenue"] * sizes[0] + worth["churn"] * sizes[1])
    assert found.drawn == pytest.approx(expected, rel=1e-12)
    assert (found.drawn == 0).mean() == pytest.approx(0.4)
    assert found.variance == pytest.approx(a.worth**2 * a.variance + b.worth**2 * b.variance)
    assert found.noise(900) == pytest.approx(math.sqrt(found.variance) / 30)
    assert found.prior_customers == pytest.approx(found.variance / np.var(expected))


def test_what_finance_makes_of_claims_is_tested_and_not_the_claim() -> None:
    """ρ = 0.5 for every grade without any spread: the claim is twice what is delivered."""
    half = {"delivered": 0.5, "spread": 0, "slope": 0, "cost": 1, "delay": 0}
    table = {**dict.fromkeys("ABCD", half), "shared": {"company": 0, "department": 0}}
    company = cases.company_record(groups={"Mobile": CARD}, benefit_realisation=table)
    one = cases.initiative_record(levers=[REVENUE])
    found = effect_of(sampled(company, [one], 2_000, 3), one)
    assert found.drawn.mean() == pytest.approx(found.claimed / 2, rel=1e-3)
    assert found.drawn.std() == pytest.approx(0.3 * found.claimed, rel=0.01)


@pytest.mark.parametrize(
    "changes",
    [
        {"levers": [{"revenue": "all", "change": 0.1}]},
        {"levers": []},
        {"levers": [REVENUE], "reach": 0},
        {"levers": [REVENUE], "probability_of_success": 0},
    ],
    ids=["certain", "no levers", "reaches nobody", "never works"],
)
def test_a_certain_effect_teaches_nothing(changes: dict) -> None:
    assert effect(**changes).prior_customers == math.inf


# --- what one expects after a result


@pytest.mark.parametrize("share_", [0.2, 0.5, 0.9])
def test_after_a_normal_result_one_expects_what_conjugate_updating_says(share_: float) -> None:
    """Mean μ + w · (y − μ) with w = n/(n + n₀), whose variance is w times that of the effect."""
    found = effect(4_000, levers=[REVENUE])
    customers = found.prior_customers * share_ / (1 - share_)
    results = results_of(found, customers, "pilot", 5)
    mean, deviation = found.drawn.mean(), found.drawn.std()
    assert found.drawn.std() == pytest.approx(0.3 * found.claimed, rel=0.01)
    assert results.shown.var() == pytest.approx(deviation**2 / share_, rel=0.08)
    assert results.expected.var() == pytest.approx(share_ * deviation**2, rel=0.08)
    usual = np.abs(results.shown - mean) < 2 * results.shown.std()
    exact = mean + share_ * (results.shown - mean)
    assert np.abs(results.expected - exact)[usual].max() < 0.04 * deviation


@pytest.mark.parametrize("cost", [0.7, 1.0, 1.2])
def test_a_normal_pilot_is_worth_what_raiffa_and_schlaifer_say(cost: float) -> None:
    """One that costs about what it brings is done where one expects it to pay: the unit normal loss of √(w) · σ."""
    found = effect(8_000, levers=[REVENUE])
    w, mean, deviation = 0.6, found.drawn.mean(), found.drawn.std()
    results = results_of(found, found.prior_customers * w / (1 - w), "pilot", 6)
    gains = np.maximum(results.expected - cost * found.claimed, 0)
    true = oracle.normal_above_zero(mean - cost * found.claimed, math.sqrt(w) * deviation)
    assert gains.mean() == pytest.approx(true, rel=0.05)


@pytest.mark.parametrize("noise", [0.3, 1.0, 3.0])
def test_after_a_chance_of_failure_one_expects_what_bayes_says(noise: float) -> None:
    certain = {"revenue": "all", "change": 0.1}
    found = effect(4_000, levers=[certain], probability_of_success=0.3)
    whole = found.claimed
    assert (found.drawn > 0).mean() == pytest.approx(0.3)
    results = results_of(found, found.variance / (noise * whole) ** 2, "pilot", 8)
    exact = [whole * oracle.chance_of_success(0.3, y, whole, noise * whole) for y in results.shown]
    assert results.expected == pytest.approx(np.array(exact), abs=0.01 * whole)


def test_the_likelihood_is_that_of_a_normal_result() -> None:
    found = likelihood(np.array([1.0, 2.0, 4.0]), 2.5, 0.8)
    heights = [oracle.density((2.5 - z) / 0.8) for z in (1, 2, 4)]
    assert found == pytest.approx([height / heights[1] for height in heights])


def test_as_many_customers_as_there_could_be_show_the_effect_itself() -> None:
    found = effect(levers=[REVENUE], probability_of_success=0.5)
    results = results_of(found, 1e12, "pilot", 5)
    assert results.shown == pytest.approx(found.drawn, abs=1e-4 * found.claimed)
    assert results.expected == pytest.approx(found.drawn, abs=0.02 * found.claimed)


@pytest.mark.parametrize("customers", [1e-9, 0.0])
def test_no_customers_show_nothing(customers: float) -> None:
    found = effect(levers=[REVENUE], probability_of_success=0.5)
    results = results_of(found, customers, "pilot", 5)
    assert results.expected == pytest.approx(np.full(400, found.drawn.mean()), rel=1e-3)


def test_results_of_different_pilots_err_by_themselves() -> None:
    found = effect(levers=[REVENUE])
    one, other, again = (results_of(found, 50, name, 5) for name in ("one", "other", "one"))
    assert np.array_equal(one.shown, again.shown)
    assert not np.array_equal(one.shown, other.shown)
    errors = [each.shown - found.drawn for each in (one, other)]
    assert abs(np.corrcoef(*errors)[0, 1]) < 0.2


def test_the_mean_effect_is_interpolated_between_results() -> None:
    effects, shown = np.array([0.0, 1.0]), np.linspace(-3, 4, 1_001)
    exact = [oracle.chance_of_success(0.5, y, 1.0, 1.0) for y in shown]
    assert expected_effect(effects, shown, 1.0) == pytest.approx(np.array(exact), abs=1e-3)
