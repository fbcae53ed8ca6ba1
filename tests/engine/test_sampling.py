"""Draws against scipy.stats and the formulas of the papers: quantiles, means, streams, strata, correlation, rows."""

import math
from itertools import combinations

import numpy as np
import pytest
from scipy import integrate, stats

import cases
from prioritizer.domain.company import Correlation
from prioritizer.domain.correlations import check_correlations
from prioritizer.domain.quantity import Kind
from prioritizer.engine.levers import row_of_shares, sampled
from prioritizer.engine.sampling import draw, mean, means, quantile_function, stratified, values

TAILS = np.array([1e-9, 1e-6, 1e-4])
GRID = np.concatenate([TAILS, np.linspace(0.001, 0.999, 999), 1 - TAILS[::-1]])
Z95 = 1.6448536269514722
ODDS95 = math.log(19)  # logit of 0.95


def close(found, expected, of_range=2e-7):
    """Equal to within a part of the range between the 0.1st and the 99.9th percentile of what is expected."""
    scale = np.ptp(expected[3:-3])
    np.testing.assert_allclose(found, expected, rtol=0, atol=of_range * scale)


def pert(low, mode, high):
    width = high - low
    return stats.beta(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, loc=low, scale=width)


def triangular(low, mode, high):
    return stats.triang((mode - low) / (high - low), loc=low, scale=high - low)


def lognormal(p5, p95):
    return stats.lognorm(math.log(p95 / p5) / (2 * Z95), scale=math.sqrt(p5 * p95))


def beta(successes, trials):
    return stats.beta(successes + 1, trials - successes + 1)


UNCLIPPED = [
    ({"pert": [0.05, 0.1, 0.3]}, Kind.SHARE, pert(0.05, 0.1, 0.3)),
    ({"pert": [0, 0, 1]}, Kind.SHARE, pert(0, 0, 1)),
    ({"pert": [-0.4, -0.4, 0.1]}, Kind.CHANGE, pert(-0.4, -0.4, 0.1)),
    ({"pert": [1e6, 4e6, 4e6]}, Kind.AMOUNT, pert(1e6, 4e6, 4e6)),
    ({"triangular": [0.05, 0.1, 0.3]}, Kind.SHARE, triangular(0.05, 0.1, 0.3)),
    ({"triangular": [-0.2, -0.2, 0.1]}, Kind.CHANGE, triangular(-0.2, -0.2, 0.1)),
    ({"triangular": [10, 50, 50]}, Kind.AMOUNT, triangular(10, 50, 50)),
    ({"lognormal": [50, 400]}, Kind.AMOUNT, lognormal(50, 400)),
    ({"lognormal": [0.9, 1.1]}, Kind.RATE, lognormal(0.9, 1.1)),
    ({"beta": [902, 41_000]}, Kind.SHARE, beta(902, 41_000)),
    ({"beta": [0, 0]}, Kind.SHARE, stats.uniform()),
    ({"beta": [0, 50]}, Kind.SHARE, beta(0, 50)),
    ({"beta": [50, 50]}, Kind.SHARE, beta(50, 50)),
    ({"beta": [3, 10]}, Kind.SHARE, beta(3, 10)),
]


@pytest.mark.parametrize(("raw", "kind", "expected"), UNCLIPPED)
def test_quantiles_are_those_of_the_distribution(raw, kind, expected):
    close(values(cases.quantity(raw, kind), GRID), expected.ppf(GRID))


@pytest.mark.parametrize(("raw", "kind", "expected"), UNCLIPPED)
def test_means_are_those_of_the_distribution(raw, kind, expected):
    assert mean(cases.quantity(raw, kind)) == pytest.approx(expected.mean(), rel=1e-12)


@pytest.mark.parametrize(("raw", "kind", "expected"), UNCLIPPED)
def test_the_mean_of_the_draws_is_the_mean(raw, kind, expected):
    drawn = draw({"x": cases.quantity(raw, kind)}, 4_000, 3)["x"]
    assert drawn.mean() == pytest.approx(expected.mean(), abs=1e-3 * expected.std())


def censored_normal_mean(centre, deviation, low, high):
    """E[min(max(X, low), high)]: the parts below, above and between, the last from the truncated normal."""
    a, b = (low - centre) / deviation, (high - centre) / deviation
    below, above = stats.norm.cdf(a), stats.norm.sf(b)
    between = stats.truncnorm(a, b, loc=centre, scale=deviation).mean() if 1 - below - above > 1e-300 else 0.0
    return low * below + high * above + between * (1 - below - above)


@pytest.mark.parametrize(
    ("centre", "deviation", "kind", "low", "high"),
    [
        (0.05, 0.05, Kind.SHARE, 0, 1),
        (0.5, 0.7, Kind.SHARE, 0, 1),
        (0, 0.2, Kind.SHARE, 0, 1),
        (1, 5, Kind.SHARE, 0, 1),
        (-0.9, 0.3, Kind.CHANGE, -1, 1000),
        (0.3, 2, Kind.SIGNED_SHARE, -1, 1),
        (100, 80, Kind.AMOUNT, 0, 1e12),
        (100, 2, Kind.AMOUNT, 0, 1e12),
    ],
)
def test_a_normal_is_clipped_to_the_bounds_of_its_kind(centre, deviation, kind, low, high):
    quantity = cases.quantity({"normal": [centre, deviation]}, kind)
    close(values(quantity, GRID), np.clip(stats.norm(centre, deviation).ppf(GRID), low, high))
    assert mean(quantity) == pytest.approx(censored_normal_mean(centre, deviation, low, high), rel=1e-9)


def test_a_lognormal_share_is_clipped_at_one():
    quantity = cases.quantity({"lognormal": [0.2, 0.9]}, Kind.SHARE)
    expected = lognormal(0.2, 0.9)
    middle, spread = math.log(0.2 * 0.9) / 2, math.log(0.9 / 0.2) / (2 * Z95)
    below_one = math.exp(middle + spread**2 / 2) * stats.norm.cdf((-middle - spread**2) / spread)
    assert mean(quantity) == pytest.approx(below_one + stats.norm.sf(-middle / spread), rel=1e-9)
    close(values(quantity, GRID), np.minimum(expected.ppf(GRID), 1))


# The three-term metalog of Keelin (2016), solved from its three equations


def identity(x):
    return x


def logit(x):
    return np.log(x / (1 - x))


def expit(x):
    return 1 / (1 + np.exp(-x))


RANGES = [
    ([0.54, 0.57, 0.60], Kind.SHARE, logit, expit),
    ([0.02, 0.10, 0.18], Kind.SHARE, logit, expit),
    ([0.9, 0.97, 0.99], Kind.SHARE, logit, expit),
    ([0.07, 0.12, 0.18], Kind.SIGNED_SHARE, logit, expit),
    ([2300, 2900, 3600], Kind.AMOUNT, np.log, np.exp),
    ([0.002, 0.006, 0.014], Kind.RATE, np.log, np.exp),
    ([100, 300, 400], Kind.COUNT, np.log, np.exp),
    ([0.5, 1, 3], Kind.PERIODS, np.log, np.exp),
    ([-0.04, 0.16, 0.36], Kind.SIGNED_SHARE, identity, identity),
    ([-0.16, -0.08, -0.01], Kind.CHANGE, identity, identity),
    ([-0.12, -0.05, 0.10], Kind.CHANGE, identity, identity),
    ([0.002, 0.010, 0.014], Kind.GROWTH, identity, identity),
]


def metalog(percentiles, to, back):
    """The quantile function whose three coefficients solve Q(0.05), Q(0.5), Q(0.95) on the scale `to`."""
    at = np.array([0.05, 0.5, 0.95])
    terms = np.column_stack([np.ones(3), logit(at), (at - 0.5) * logit(at)])
    one, odds, skewed = np.linalg.solve(terms, to(np.array(percentiles)))
    return lambda u: back(one + odds * logit(u) + skewed * (u - 0.5) * logit(u))


@pytest.mark.parametrize(("percentiles", "kind", "to", "back"), RANGES)
def test_a_range_passes_exactly_through_its_percentiles(percentiles, kind, to, back):
    found = values(cases.quantity({"range": percentiles}, kind), np.array([0.05, 0.5, 0.95]))
    np.testing.assert_allclose(found, percentiles, rtol=1e-12)


@pytest.mark.parametrize(("percentiles", "kind", "to", "back"), RANGES)
def test_a_range_is_the_metalog_on_the_scale_of_its_kind(percentiles, kind, to, back):
    found = quantile_function(cases.quantity({"range": percentiles}, kind))(GRID)
    np.testing.assert_allclose(found, metalog(percentiles, to, back)(GRID), rtol=1e-9, atol=1e-12)
    assert np.all(np.diff(found) > 0)


@pytest.mark.parametrize(("percentiles", "kind", "to", "back"), RANGES)
def test_the_mean_of_a_range_is_the_integral_of_its_quantiles(percentiles, kind, to, back):
    quantity, quantiles = cases.quantity({"range": percentiles}, kind), metalog(percentiles, to, back)
    low, high = kind.bounds

    def weighted(odds):  # u = expit(odds), du = u(1 − u) d odds
        u = expit(odds)
        return min(max(float(quantiles(u)), low), high) * u * (1 - u)

    expected, _error = integrate.quad(weighted, -30, 30, limit=400, points=[-3, 0, 3], epsabs=0, epsrel=1e-10)
    assert mean(quantity) == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("middle", [0.0749, -0.0749])
def test_the_most_lopsided_range_that_is_allowed_still_rises(middle):
    found = quantile_function(cases.quantity({"range": [-0.1, middle, 0.1]}, Kind.CHANGE))(GRID)
    assert np.all(np.diff(found) >= 0)


# Rows from counts


COUNTS = {"promoter": 12, "passive": 5, "detractor": 0}


@pytest.fixture(scope="module")
def row():
    group = cases.group(newcomers={"dirichlet": COUNTS})
    company = cases.company_record(groups={"A": group})
    drawn = sampled(company, [], 40_000, 5).drawn
    return np.array(row_of_shares(drawn, "groups.A.newcomers"))


def test_a_row_from_counts_sums_to_one_in_every_draw(row):
    np.testing.assert_allclose(row.sum(axis=0), 1, rtol=1e-12)
    assert row.min() > 0


def test_a_row_from_counts_is_a_dirichlet_draw(row):
    expected = stats.dirichlet([13, 6, 1])  # counts + 1, the uniform prior
    np.testing.assert_allclose(row.mean(axis=1), expected.mean(), atol=1e-3)
    np.testing.assert_allclose(np.cov(row), expected.cov(), atol=1.5e-4)
    for share, count in zip(row, (13, 6, 1), strict=True):
        assert stats.kstest(share, stats.beta(count, 20 - count).cdf).statistic < 0.01


def test_uncertain_shares_are_divided_by_their_sum():
    group = cases.group(newcomers={"promoter": {"pert": [0.1, 0.2, 0.3]}, "passive": 0.6, "detractor": 0.4})
    drawn = sampled(cases.company_record(groups={"A": group}), [], 100, 1).drawn
    promoter, passive, detractor = row_of_shares(drawn, "groups.A.newcomers")
    np.testing.assert_allclose(
        promoter, drawn["groups.A.newcomers.promoter"] / (drawn["groups.A.newcomers.promoter"] + 1)
    )
    np.testing.assert_allclose(passive / detractor, 1.5)


def test_a_row_without_any_share_left_is_refused():
    group = cases.group(newcomers={s: {"normal": [0.1, 1]} for s in cases.SEGMENTS})
    drawn = sampled(cases.company_record(groups={"A": group}), [], 200, 1).drawn
    assert cases.complaints(row_of_shares, drawn, "groups.A.newcomers") == [
        "groups.A.newcomers: the shares sum to 0, in some draw at least. "
        "Let at least one of the three shares stay above 0."
    ]


# Changes by a scenario


def test_draws_are_scaled_and_then_held_within_their_bounds():
    quantity = cases.quantity({"pert": [0.4, 0.6, 0.9]}, Kind.SHARE).changed(1.5, 0.1)
    plain = pert(0.4, 0.6, 0.9)
    close(values(quantity, GRID), np.minimum(plain.ppf(GRID) * 1.5 + 0.1, 1))
    expected = plain.expect(lambda x: np.minimum(1.5 * x + 0.1, 1), epsabs=1e-12)
    assert mean(quantity) == pytest.approx(expected, rel=1e-7)


def test_a_change_that_clips_nothing_scales_the_mean():
    quantity = cases.quantity({"triangular": [10, 20, 60]}, Kind.AMOUNT).changed(2, 5)
    assert mean(quantity) == pytest.approx(65, rel=1e-12)  # (10 + 20 + 60)/3 · 2 + 5


def test_a_negative_factor_turns_the_distribution_over():
    quantity = cases.quantity({"pert": [-0.3, -0.1, 0]}, Kind.CHANGE).changed(-1)
    close(values(quantity, GRID), -pert(-0.3, -0.1, 0).ppf(GRID))
    assert mean(quantity) == pytest.approx((0.3 + 4 * 0.1 + 0) / 6, rel=1e-12)


def test_a_factor_of_zero_leaves_one_number():
    quantity = cases.quantity({"pert": [10, 20, 60]}, Kind.AMOUNT).changed(0, 7)
    np.testing.assert_array_equal(values(quantity, GRID), 7)
    assert mean(quantity) == pytest.approx(7, rel=1e-12)


def test_a_fixed_number_stays_one_number():
    numbers = {"a": cases.quantity(0.4), "b": cases.quantity(5, Kind.AMOUNT).changed(2, 1)}
    assert draw(numbers, 10, 1) == {"a": 0.4, "b": 11}
    assert means(numbers) == {"a": 0.4, "b": 11}


# Streams


UNCERTAIN = {"pert": [0.1, 0.2, 0.5]}


@pytest.mark.parametrize("seed", [0, 1, 2**32, 2**63 - 1])
@pytest.mark.parametrize("draws", [2, 7, 1_000])
def test_one_draw_lies_in_each_of_n_equal_slices(seed, draws):
    uniform = stratified("churn", draws, seed)
    assert sorted(np.floor(uniform * draws).astype(int)) == list(range(draws))


def test_equal_seeds_and_names_give_equal_draws_and_others_do_not():
    first = stratified("a", 500, 7)
    np.testing.assert_array_equal(first, stratified("a", 500, 7))
    others = [stratified("a", 500, 8), stratified("b", 500, 7), stratified("a ", 500, 7), stratified("a", 500, 0)]
    assert not np.array_equal(stratified("a", 500, 0), stratified("a", 500, 1))
    for other in others:
        assert abs(stats.spearmanr(first, other).statistic) < 0.2
        assert not np.array_equal(first, other)


def test_strata_come_in_random_order():
    uniform = stratified("a", 2_000, 0)
    assert abs(stats.spearmanr(uniform, np.arange(2_000)).statistic) < 0.1
    assert stats.kstest(uniform * 2_000 % 1, stats.uniform.cdf).pvalue > 0.001  # within its slice a draw is uniform


def test_numbers_with_draws_of_their_own_are_independent():
    numbers = {name: cases.quantity(UNCERTAIN) for name in ("a", "b", "c", "d")}
    drawn = draw(numbers, 4_000, 0)
    for one, other in combinations(drawn.values(), 2):
        assert abs(stats.spearmanr(one, other).statistic) < 0.06


def test_a_number_entered_once_for_all_segments_is_the_same_in_every_draw():
    company = cases.company_record(groups={"A": cases.group(churn=UNCERTAIN), "B": cases.group(churn=UNCERTAIN)})
    drawn = sampled(company, [], 50, 1).drawn
    np.testing.assert_array_equal(drawn["groups.A.churn.promoter"], drawn["groups.A.churn.detractor"])
    assert not np.array_equal(drawn["groups.A.churn.promoter"], drawn["groups.B.churn.promoter"])


def uncertain_initiative(id_, **changes):
    content = {
        "reach": UNCERTAIN,
        "probability_of_success": 0.6,
        "levers": [{"churn": "all", "change": {"range": [-0.3, -0.2, 0]}}],
        "costs": {"one_off": {"pert": [100, 200, 400]}},
        "evidence": {"grade": "B"},
        **changes,
    }
    return cases.initiative_record(id_, **content)


def test_another_initiative_changes_no_other_draws():
    group = cases.group(churn=dict.fromkeys(cases.SEGMENTS, UNCERTAIN), gross_margin={"range": [0.4, 0.5, 0.6]})
    company = cases.company_record(
        groups={"A": group},
        correlate=[{"names": ["groups.*.churn.*"], "rho": 0.5}],
        benefit_realisation={"B": {"delivered": 0.7, "spread": 0.2}, "shared": {"company": 0.1, "department": 0.1}},
    )
    one, two = uncertain_initiative("a"), uncertain_initiative("b", department="IT")
    few, many = sampled(company, [one], 300, 0), sampled(company, [two, one], 300, 0)
    assert set(few.drawn) < set(many.drawn)
    for name, drawn in few.drawn.items():
        np.testing.assert_array_equal(drawn, many.drawn[name])
    np.testing.assert_array_equal(few.success[0], many.success[1])
    np.testing.assert_array_equal(few.delivery.misses["a"], many.delivery.misses["a"])


def test_another_group_changes_no_other_draws():
    group = cases.group(churn=dict.fromkeys(cases.SEGMENTS, UNCERTAIN))
    few = sampled(cases.company_record(groups={"A": group}), [], 100, 0).drawn
    many = sampled(cases.company_record(groups={"B": group, "A": group}), [], 100, 0).drawn
    for name, drawn in few.items():
        np.testing.assert_array_equal(drawn, many[name])


@pytest.mark.parametrize("chance", [0.05, 0.6, 0.999])
def test_an_initiative_succeeds_in_its_share_of_the_draws(chance):
    (success,) = sampled(
        cases.company_record(), [uncertain_initiative("a", probability_of_success=chance)], 1_000, 4
    ).success
    assert set(np.unique(success)) == {0, 1}
    assert success.mean() == pytest.approx(chance, abs=1e-3)  # stratified: exact but for the slice it falls in


def test_a_sure_initiative_always_succeeds():
    (success,) = sampled(cases.company_record(), [uncertain_initiative("a", probability_of_success=1)], 10, 4).success
    assert success == 1
    (never,) = sampled(cases.company_record(), [uncertain_initiative("a", probability_of_success=0)], 10, 4).success
    assert never.sum() == 0


# Correlation: a Gaussian copula


def numbers_named(*names):
    return {name: cases.quantity(UNCERTAIN) for name in names}


def joined(rho, *names):
    return Correlation(names=names, rho=rho)


@pytest.mark.parametrize("rho", [0.2, 0.5, 0.8, 0.95, -0.3, -0.7, -0.95])
def test_ranks_of_a_pair_are_correlated_as_those_of_a_gaussian_copula(rho):
    drawn = draw(numbers_named("a", "b"), 20_000, 1, [joined(rho, "a", "b")])
    expected = 6 / math.pi * math.asin(rho / 2)
    assert stats.spearmanr(drawn["a"], drawn["b"]).statistic == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("rho", [0, 0.6, -0.3])
def test_every_two_of_several_are_correlated_alike(rho):
    drawn = draw(numbers_named("a", "b", "c", "d"), 20_000, 1, [joined(rho, "a", "b", "c")])
    expected = 6 / math.pi * math.asin(rho / 2)
    for one, other in combinations("abc", 2):
        assert stats.spearmanr(drawn[one], drawn[other]).statistic == pytest.approx(expected, abs=0.03)
    assert abs(stats.spearmanr(drawn["a"], drawn["d"]).statistic) < 0.03


@pytest.mark.parametrize("rho", [0.7, -0.7])
def test_correlation_changes_the_order_of_draws_and_nothing_else(rho):
    alone = draw(numbers_named("a", "b", "c"), 500, 2)
    together = draw(numbers_named("a", "b", "c"), 500, 2, [joined(rho, "a", "b")])
    for name in "ab":
        np.testing.assert_array_equal(np.sort(together[name]), np.sort(alone[name]))
    assert not np.array_equal(together["b"], alone["b"])
    np.testing.assert_array_equal(together["c"], alone["c"])


def test_one_more_member_changes_no_other_draws():
    few = draw(numbers_named("g.a", "g.b"), 200, 2, [joined(0.6, "g.*")])
    many = draw(numbers_named("g.a", "g.b", "g.c"), 200, 2, [joined(0.6, "g.*")])
    for name in few:
        np.testing.assert_array_equal(few[name], many[name])


def test_several_correlations_are_independent_of_each_other():
    names = ("a1", "a2", "b1", "b2")
    drawn = draw(numbers_named(*names), 20_000, 3, [joined(0.8, "a*"), joined(0.8, "b*")])
    assert abs(stats.spearmanr(drawn["a1"], drawn["b1"]).statistic) < 0.03
    assert stats.spearmanr(drawn["b1"], drawn["b2"]).statistic > 0.75


def test_certain_numbers_are_passed_over():
    numbers = {**numbers_named("a", "b"), "c": cases.quantity(0.3)}
    assert draw(numbers, 10, 1, [joined(0.5, "a", "b", "c")])["c"] == 0.3


def test_patterns_name_numbers_in_full_and_with_regard_to_case():
    numbers = numbers_named("groups.A.churn.all", "groups.B.churn.all", "groups.b.churn.all")
    drawn = draw(numbers, 2_000, 1, [joined(0.9, "groups.A.churn.*", "groups.B.churn.*")])
    assert stats.spearmanr(drawn["groups.A.churn.all"], drawn["groups.B.churn.all"]).statistic > 0.8
    assert abs(stats.spearmanr(drawn["groups.A.churn.all"], drawn["groups.b.churn.all"]).statistic) < 0.1


def test_a_name_is_not_the_beginning_of_another():
    drawn = draw(numbers_named("a", "ab", "c"), 2_000, 1, [joined(0.9, "a", "c")])
    assert abs(stats.spearmanr(drawn["a"], drawn["ab"]).statistic) < 0.1
    assert stats.spearmanr(drawn["a"], drawn["c"]).statistic > 0.8


def test_a_name_that_looks_like_a_pattern_names_itself():
    names = ("groups.B2B [new].churn.all", "groups.B2B [old].churn.all")
    drawn = draw(numbers_named(*names), 2_000, 1, [joined(0.9, *names)])
    assert stats.spearmanr(*drawn.values()).statistic > 0.8


REMEDY = "Name at least two uncertain numbers by their paths; `*` stands for anything."


@pytest.mark.parametrize(
    ("correlations", "said"),
    [
        ([joined(0.5, "x*")], [f"correlate.0: x* joins 0 uncertain numbers. {REMEDY}"]),
        ([joined(0.5, "a", "zz")], [f"correlate.0: a, zz joins 1 uncertain number. {REMEDY}"]),
        (
            [joined(0.5, "a", "b"), joined(0.5, "b", "c")],
            ["correlate.1: b is already joined by correlate.0. Name each number in one correlation."],
        ),
        (
            [joined(-0.5, "a", "b", "c")],
            ["correlate.0: -0.5 is not possible between 3 numbers. Give a correlation above -0.5."],
        ),
        (
            [joined(-0.34, "*")],
            ["correlate.0: -0.34 is not possible between 4 numbers. Give a correlation above -0.333."],
        ),
        (
            [joined(0.5, "x*"), joined(0.5, "a", "b"), joined(-0.9, "a", "b", "c")],
            [
                f"correlate.0: x* joins 0 uncertain numbers. {REMEDY}",
                "correlate.2: a is already joined by correlate.1. Name each number in one correlation.",
                "correlate.2: -0.9 is not possible between 3 numbers. Give a correlation above -0.5.",
            ],
        ),
    ],
)
def test_correlations_that_cannot_be_are_complained_about_together(correlations, said):
    numbers = {**numbers_named("a", "b", "c", "d"), "fixed": cases.quantity(0.5)}
    assert cases.complaints(check_correlations, numbers, correlations) == said
    impossible = [sentence for sentence in said if " joins " not in sentence]
    if impossible:  # a correlation that finds no pair in a part of the numbers is left out of a run on that part
        assert cases.complaints(draw, numbers, 10, 1, correlations) == impossible
    else:
        assert set(draw(numbers, 10, 1, correlations)) == set(numbers)


@pytest.mark.parametrize("rho", [-0.49, -0.9])
def test_the_most_negative_correlation_depends_on_the_number_of_members(rho):
    members = ("a", "b", "c") if rho > -0.5 else ("a", "b")
    check_correlations(numbers_named(*members), [joined(rho, *members)])
