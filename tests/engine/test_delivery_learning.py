"""Learning delivered ÷ claimed from outcomes: closed forms, dense matrices and grids, and simulated companies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from oracles import outcomes as oracle
from prioritizer.domain.company import BenefitRealisation
from prioritizer.domain.outcomes import Outcome
from prioritizer.engine.delivery_learning import _Data, _fit, _Prior, _slots, learn
from prioritizer.errors import InputError

TABLE = {
    "A": {"delivered": 0.95, "slope": 0.05, "spread": 0.12, "cost": 1.0},
    "B": {"delivered": 0.8, "slope": 0.2, "spread": 0.25, "cost": 1.1, "delay": 1},
    "D": {"delivered": 0.45, "slope": 0.5, "spread": 0.4, "cost": 1.3, "delay": 2},
    "shared": {"company": 0.1, "department": 0.15},
}


def table(**changes):
    return BenefitRealisation.model_validate({**TABLE, **changes})


def outcome(number, department, ratio, grade="B", claimed=1.0, usual=None, error=0.0):
    return Outcome(
        initiative=f"i{number}",
        department=department,
        grade=grade,
        claimed=claimed,
        usual=usual,
        delivered=ratio * claimed,
        standard_error=error * abs(claimed),
    )


def as_tuples(listed):
    return [(one.ratio, one.error, one.overclaim, one.grade.value, one.department) for one in listed]


def grade_of(found, grade):
    return next(one for one in found.grades if one.grade == grade)


# Closed forms


def test_a_balanced_design_is_the_analysis_of_variance():
    drawn = np.random.default_rng(4).normal(0.6, 0.25, (5, 7)) + np.array([-0.3, -0.1, 0.0, 0.2, 0.3])[:, None]
    listed = [outcome(10 * d + k, f"D{d}", drawn[d, k]) for d in range(5) for k in range(7)]
    found, known = learn(listed, None), oracle.balanced(drawn)
    b = grade_of(found, "B")
    assert b.delivered.suggested == pytest.approx(known["mean"], abs=1e-9)
    assert b.spread.suggested == pytest.approx(known["spread"], rel=1e-4)
    assert found.department.suggested == pytest.approx(known["department_spread"], rel=1e-4)
    assert [one.mean for one in found.departments] == pytest.approx(known["department_means"], abs=1e-5)
    # In a balanced design the mean does not hang on the spreads: nothing is added for their being unknown.
    assert b.delivered.standard_error**2 == pytest.approx(known["variance_of_mean"], rel=1e-4)
    assert found.company.suggested == pytest.approx(b.delivered.standard_error, rel=1e-6)


def test_the_spread_has_the_standard_error_of_a_variance():
    # σ̂² of f degrees of freedom has the standard error σ²·√(2/f), so σ̂ about σ/√(2f).
    drawn = np.random.default_rng(5).normal(0.6, 0.25, (40, 6)) + np.random.default_rng(6).normal(0, 0.2, (40, 1))
    listed = [outcome(10 * d + k, f"D{d:02}", drawn[d, k]) for d in range(40) for k in range(6)]
    spread = grade_of(learn(listed, None), "B").spread
    assert spread.standard_error == pytest.approx(spread.suggested / np.sqrt(2 * 40 * 5), rel=0.02)


def test_a_slope_without_noise_is_the_regression_of_logarithms():
    # y = 0.7 · o^−0.4 exactly: log y = log 0.7 − 0.4 · log o.
    sizes = [1, 1, 2, 3, 4, 6, 8, 1.5]
    listed = [outcome(k, "D", 0.7 * size**-0.4, claimed=size, usual=1) for k, size in enumerate(sizes)]
    b = grade_of(learn(listed, None), "B")
    assert b.delivered.suggested == pytest.approx(0.7, abs=1e-4)
    assert b.slope.suggested == pytest.approx(0.4, abs=1e-4)


def test_one_exact_outcome_moves_the_mean_as_bayes_says():
    # Prior N(0.8, 0.1²); the outcome 0.2 misses with 0.25² own and 0.15² of the department.
    found = learn([outcome(1, "IT", 0.2)], table())
    weight = 0.1**2 / (0.1**2 + 0.25**2 + 0.15**2)
    b = grade_of(found, "B")
    assert b.delivered.suggested == pytest.approx(0.8 - 0.6 * weight, rel=1e-9)
    assert b.delivered.standard_error == pytest.approx(0.1 * np.sqrt(1 - weight), rel=1e-9)
    assert (b.slope.suggested, b.spread.suggested) == (0.2, 0.25)
    assert (b.slope.standard_error, b.spread.standard_error) == (None, None)


# Dense matrices and grids


def random_outcomes(random, count=14, grades=("A", "B")):
    return [
        outcome(
            k,
            f"D{random.integers(4)}",
            random.normal(0.7, 0.4),
            grade=str(random.choice(grades)),
            claimed=float(random.choice([-1, 1]) * random.uniform(0.5, 3)),
            usual=float(random.choice([0.5, 1.0])),
            error=float(random.uniform(0, 0.3)),
        )
        for k in range(count)
    ]


@pytest.mark.parametrize("seed", range(6))
def test_the_likelihood_is_that_of_dense_matrices(seed):
    random = np.random.default_rng(seed)
    listed = random_outcomes(random)
    data, present = _Data.of(listed), table()
    slots = _slots(data, present)
    prior = _Prior(np.array([0.95, 0.8]), np.array([1 / 0.1**2] * 2))
    misfits, known = [], []
    for _try in range(3):
        theta = np.clip(random.uniform(0.05, 0.9, len(slots.lows)), slots.lows, slots.highs)
        slopes, spreads = (dict(zip("AB", read(theta), strict=True)) for read in (slots.slopes, slots.spreads))
        between = slots.department_spread(theta)
        fit = _fit(data, prior, slots, theta)
        misfits.append(fit.misfit)
        rows = as_tuples(listed)
        known.append(-2 * oracle.log_likelihood_with_prior(rows, slopes, spreads, between, {"A": 0.95, "B": 0.8}, 0.1))
        means, covariance = oracle.posterior_of_means(rows, slopes, spreads, between, {"A": 0.95, "B": 0.8}, 0.1)
        np.testing.assert_allclose(fit.means, means, rtol=1e-9)
        np.testing.assert_allclose(fit.covariance, covariance, rtol=1e-9)
    np.testing.assert_allclose(np.diff(misfits), np.diff(known), rtol=1e-8)


@pytest.mark.parametrize("seed", range(3))
def test_without_a_table_nothing_on_a_grid_is_more_likely(seed):
    random = np.random.default_rng(seed + 40)
    listed = random_outcomes(random, count=16, grades=("C",))
    rows, found = as_tuples(listed), learn(listed, None)
    c = grade_of(found, "C")

    def likely(slope, spread, between):
        return oracle.log_likelihood_of_one_grade(rows, slope, spread, between) + np.log(between)

    best = likely(c.slope.suggested, c.spread.suggested, found.department.suggested)
    others = [
        likely(slope, spread, between)
        for slope in (0.0, 0.3, 0.6, 1.0)
        for spread in (0.1, 0.3, 0.6)
        for between in (0.01, 0.2, 0.5)
    ]
    near = [
        likely(
            float(np.clip(c.slope.suggested + move, 0, 1)),
            c.spread.suggested * (1 + move),
            found.department.suggested * (1 - move),
        )
        for move in (-0.02, 0.02)
    ]
    assert best >= max([*others, *near]) - 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_departments_are_the_best_guess_of_the_joint_normal(seed):
    random = np.random.default_rng(seed + 7)
    listed = random_outcomes(random, count=30)
    found = learn(listed, None)
    slopes = {one.grade: one.slope.suggested for one in found.grades if one.outcomes}
    spreads = {one.grade: one.spread.suggested for one in found.grades if one.outcomes}
    means, errors = oracle.best_department_means(as_tuples(listed), slopes, spreads, found.department.suggested)
    assert [one.department for one in found.departments] == sorted({one.department for one in listed})
    np.testing.assert_allclose([one.mean for one in found.departments], means, atol=1e-5)
    assert all(one.standard_error >= error * (1 - 1e-3) for one, error in zip(found.departments, errors, strict=True))


# What a person expects


def test_a_department_with_few_outcomes_stays_near_the_company():
    many = [outcome(k, "Network", 0.3 + 0.02 * (k % 3)) for k in range(20)]
    rest = [outcome(100 + k, f"D{k % 4}", 0.8 + 0.15 * (k % 3 - 1)) for k in range(24)]
    found = learn([*many, *rest, outcome(200, "Retail", 0.3)], table())
    by_name = {one.department: one for one in found.departments}
    network, retail = by_name["Network"], by_name["Retail"]
    assert network.mean < 0.45
    assert network.mean < retail.mean < retail.company
    assert retail.standard_error > network.standard_error


def test_harm_enters_as_harm():
    mild = [outcome(k, f"D{k % 3}", 0.5) for k in range(9)]
    nothing, harm = (learn([*mild, outcome(99, "D1", ratio)], None) for ratio in (0.0, -0.8))
    assert (nothing.harmful, harm.harmful) == (0, 1)
    assert grade_of(harm, "B").harmful == 1
    assert grade_of(harm, "B").delivered.suggested < grade_of(nothing, "B").delivered.suggested - 0.01
    assert grade_of(harm, "B").spread.suggested > grade_of(nothing, "B").spread.suggested + 0.1


def test_an_outcome_that_is_badly_measured_counts_less():
    known = [outcome(k, f"D{k % 3}", 0.8 + 0.05 * (k % 2)) for k in range(8)]
    sure, unsure = (learn([*known, outcome(9, "D0", 0.1, error=error)], table()) for error in (0.0, 1.0))
    assert grade_of(unsure, "B").delivered.suggested > grade_of(sure, "B").delivered.suggested


def test_what_outcomes_do_not_tell_stays_as_it_is():
    found = learn([outcome(k, "IT", 0.5 + 0.1 * k) for k in range(4)], table())
    assert grade_of(found, "D").delivered.suggested == 0.45
    assert found.suggested.D == table().D
    assert found.suggested.B.cost == table().B.cost
    assert (found.suggested.B.slope, found.suggested.B.spread) == (table().B.slope, table().B.spread)
    assert found.department.suggested == 0.15
    assert found.suggested.B.delivered.number == pytest.approx(grade_of(found, "B").delivered.suggested, abs=1e-6)
    assert [word for word in ("grade A, C, D", "slope", "spread", "departments") if word in " ".join(found.notes)] == [
        "grade A, C, D",
        "slope",
        "spread",
        "departments",
    ]


def test_cards_stay():
    card = {"value": 0.8, "source": "Reviews of 2019", "grade": "C", "note": "to be replaced"}
    found = learn([outcome(1, "IT", 0.2)], table(B={"delivered": card, "spread": 0.25}))
    assert found.suggested.B.delivered.source == "Reviews of 2019"
    assert found.suggested.B.delivered.number < 0.8


def test_too_few_outcomes_without_a_table_are_refused():
    with pytest.raises(InputError, match="at least 4"):
        learn([outcome(k, "IT", 0.5) for k in range(3)], None)
    with pytest.raises(InputError, match="no outcomes"):
        learn([], table())


def test_names_of_departments_are_compared_as_people_read_them():
    found = learn([outcome(1, "IT", 0.5), outcome(2, "it ", 0.7)], table())
    assert [(one.department, one.outcomes) for one in found.departments] == [("IT", 2)]


@settings(max_examples=10, deadline=None)
@given(
    ratios=some.lists(some.floats(-1, 2), min_size=6, max_size=12),
    sign=some.sampled_from([-1.0, 1.0]),
    unit=some.floats(1e-3, 1e6),
)
def test_neither_unit_nor_sign_nor_order_of_claims_matters(ratios, sign, unit):
    listed = [outcome(k, f"D{k % 2}", ratio, claimed=1 + k % 3, usual=1.5) for k, ratio in enumerate(ratios)]
    scaled = [
        one.model_copy(update={key: getattr(one, key) * sign * unit for key in ("claimed", "delivered", "usual")})
        for one in reversed(listed)
    ]
    first, second = learn(listed, table()), learn(scaled, table())
    for one, other in zip(first.grades, second.grades, strict=True):
        assert one.delivered.suggested == pytest.approx(other.delivered.suggested, abs=2e-4)


# Simulated companies


def simulated(random, departments=10, each=6, mean=None, table_mean=0.6, company=0.15):
    """A company whose mean lies around that of the table, and its outcomes."""
    mean = random.normal(table_mean, company) if mean is None else mean
    parts = random.normal(0, 0.15, departments)
    listed, number = [], 0
    for d, part in enumerate(parts):
        for _k in range(each):
            number += 1
            size, error = float(random.choice([0.5, 1, 2, 3, 5])), float(random.uniform(0.02, 0.15))
            rho = mean + part + random.normal(0, 0.3)
            ratio = max(1, size) ** -0.4 * rho + random.normal(0, error)
            listed.append(outcome(number, f"D{d:02}", ratio, "C", claimed=size, usual=1, error=error))
    return listed, mean, mean + parts


COMPANIES = 60


@pytest.fixture(scope="module")
def companies():
    random = np.random.default_rng(20)
    prior = table(C={"delivered": 0.6, "slope": 0.2, "spread": 0.2}, shared={"company": 0.15})
    found = []
    for _company in range(COMPANIES):
        listed, mean, departments = simulated(random)
        found.append((mean, departments, learn(listed, prior), learn(listed, None)))
    return found


@pytest.mark.parametrize("with_table", [True, False])
def test_intervals_of_the_company_cover_its_mean(companies, with_table):
    inside = []
    for mean, _departments, told, flat in companies:
        c = grade_of(told if with_table else flat, "C")
        inside.append(abs(c.delivered.suggested - mean) < 1.96 * c.delivered.standard_error)
    assert 0.86 <= np.mean(inside) < 1  # 95 % ± 3 standard errors of 60 companies


def test_intervals_of_departments_cover_what_they_deliver(companies):
    inside, closer = [], []
    for _mean, departments, told, _flat in companies:
        for truth, one in zip(departments, told.departments, strict=True):
            inside.append(abs(one.mean - truth) < 1.96 * one.standard_error)
            closer.append(abs(one.mean - truth) - abs(one.raw - truth))
    assert 0.92 <= np.mean(inside) <= 0.98
    assert np.mean(closer) < -0.05  # raw means are of larger claims, and noisier


def test_slopes_and_spreads_are_recovered(companies):
    flat = [one for *_rest, one in companies]
    slopes = np.array([grade_of(one, "C").slope.suggested for one in flat])
    spreads = np.array([grade_of(one, "C").spread.suggested for one in flat])
    between = np.array([one.department.suggested for one in flat])
    assert slopes.mean() == pytest.approx(0.4, abs=0.04)
    assert spreads.mean() == pytest.approx(0.3, abs=0.02)
    assert between.mean() == pytest.approx(0.15, abs=0.03)
    told = [grade_of(one, "C").slope.standard_error for one in flat]
    errors = np.array([error for error in told if error is not None])
    assert np.mean(errors) == pytest.approx(slopes.std(), rel=0.3)
