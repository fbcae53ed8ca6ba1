"""Order, rank probabilities and shrinkage, against published cases and plain loops."""

import time
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from prioritizer.engine.ranking import order, rank_acceptability, shrink, worthwhile

TIED_DRAWS = arrays(float, array_shapes(min_dims=2, max_dims=2, max_side=7), elements=st.integers(-2, 2).map(float))
AMOUNTS = st.floats(-1e6, 1e6).map(lambda amount: round(amount, 3))
SEEN = st.lists(st.tuples(AMOUNTS, st.floats(0.01, 1e6)), min_size=1, max_size=12)


def acceptability_by_counting(draws):
    """One draw and one option after the other: an option holds the ranks from those above it to those not below."""
    options = len(draws[0])
    held = [[0.0] * options for _option in range(options)]
    for draw in draws:
        for option, value in enumerate(draw):
            above = sum(other > value for other in draw)
            level = sum(other == value for other in draw)
            for rank in range(above, above + level):
                held[option][rank] += 1 / level / len(draws)
    return held


def test_rank_acceptability_by_hand():
    draws = [[5, 1, 3], [5, 4, 3], [1, 5, 3], [9, 2, 8]]
    assert rank_acceptability(draws).tolist() == [[0.75, 0, 0.25], [0.25, 0.25, 0.5], [0, 0.75, 0.25]]


def test_ties_share_their_ranks_evenly():
    assert rank_acceptability([[2, 7, 2]]).tolist() == [[0, 0.5, 0.5], [1, 0, 0], [0, 0.5, 0.5]]
    assert rank_acceptability([[0, 0, 0, 0]]) == pytest.approx(np.full((4, 4), 0.25))


@given(TIED_DRAWS)
def test_rank_acceptability_agrees_with_counting(draws):
    assert rank_acceptability(draws) == pytest.approx(np.array(acceptability_by_counting(draws.tolist())), abs=1e-12)


@given(TIED_DRAWS, st.randoms(use_true_random=False))
def test_rank_acceptability_does_not_know_the_order_of_options_or_draws(draws, random):
    options, rows = list(range(draws.shape[1])), list(range(draws.shape[0]))
    random.shuffle(options)
    random.shuffle(rows)
    found = rank_acceptability(draws)
    assert found.sum(axis=0) == pytest.approx(1)
    assert found.sum(axis=1) == pytest.approx(1)
    assert rank_acceptability(draws[rows][:, options]) == pytest.approx(found[options], abs=1e-12)


def test_rank_acceptability_is_fast():
    draws = np.random.default_rng(11).normal(size=(10_000, 100))
    fastest = 10.0
    for _attempt in range(3):
        begin = time.process_time()
        rank_acceptability(draws)
        fastest = min(fastest, time.process_time() - begin)
    assert fastest < 0.5


@pytest.mark.parametrize("draws", [[], [[]], [1, 2], [[1, 2], [3]], [[1, np.nan]], [[1, np.inf]], [["a", "b"]]])
def test_rank_acceptability_refuses_what_has_no_rank(draws):
    with pytest.raises(ValueError, match="draws"):
        rank_acceptability(draws)


def test_order_is_by_mean_then_by_id():
    found = order([2.0, 9.0, -1.0, 9.0, 2.0], ["echo", "delta", "alpha", "bravo", "charlie"])
    assert found.tolist() == [3, 1, 4, 0, 2]
    assert order([], []).tolist() == []


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_order_does_not_know_the_order_of_entry(means, random):
    ids = [f"id-{number}" for number in range(len(means))]
    shuffled = list(range(len(means)))
    random.shuffle(shuffled)
    before = [ids[i] for i in order(means, ids)]
    after = [ids[shuffled[i]] for i in order([means[i] for i in shuffled], [ids[i] for i in shuffled])]
    assert after == before
    assert [means[ids.index(name)] for name in before] == sorted(means, reverse=True)


def test_order_refuses_what_has_no_order():
    with pytest.raises(ValueError, match="ids: 1 is not the number of means"):
        order([1.0, 2.0], ["only"])
    with pytest.raises(ValueError, match=r"means\[1\]: nan"):
        order([1.0, np.nan], ["a", "b"])


def test_shrink_of_kacker():
    """R. N. Kacker, Metrologia 41 (2004) 132–136, Table 1: Paule–Mandel τ = 0.8399.

    R's metafor, method "PM", as in the tests of statsmodels: mean 62.40762, τ² = 0.7053953.
    """
    values = [61.00, 61.40, 62.21, 62.30, 62.34, 62.60, 62.70, 62.84, 65.90]
    variances = [0.2025, 1.2100, 0.0900, 0.2025, 0.3844, 0.5625, 0.0676, 0.0225, 1.8225]
    found = shrink(values, np.sqrt(variances))
    assert found.between_variance**0.5 == pytest.approx(0.8399, abs=5e-5)
    assert found.between_variance == pytest.approx(0.7053953, abs=1e-7)
    assert found.mean == pytest.approx(62.4076199, abs=1e-7)
    # The last laboratory keeps 0.7053953 / (0.7053953 + 1.8225) = 27.90449 % of its 3.49238 above the mean.
    assert found.means[-1] == pytest.approx(63.38215, abs=1e-5)


def test_shrink_of_the_eight_schools():
    """D. B. Rubin (1981), in A. Gelman et al., Bayesian Data Analysis, 5.5: all pooled, at 7.7."""
    found = shrink([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18])
    assert found.between_variance == 0
    assert found.mean == pytest.approx(7.7, abs=0.05)
    assert found.means == pytest.approx([found.mean] * 8)


def test_equal_errors_have_a_closed_form():
    """Values 10, 20, 60: mean 30, variance 700; errors of 10 leave 600 between, and 6/7 of each distance."""
    found = shrink([10, 20, 60], [10, 10, 10])
    assert found.mean == pytest.approx(30)
    assert found.between_variance == pytest.approx(600)
    assert found.means == pytest.approx([30 - 120 / 7, 30 - 60 / 7, 30 + 180 / 7])


def test_what_is_known_stays():
    assert shrink([3, 5, 10], [0, 0, 0]).means.tolist() == [3, 5, 10]
    assert shrink([4, 4], [0, 0]).means.tolist() == [4, 4]
    one_known = shrink([3, 5, 10, 22], [0, 4, 4, 4])
    assert one_known.means[0] == 3
    assert shrink([5, 6], [0, 3]).means.tolist() == [5, 5]
    assert shrink([-7], [2]).means.tolist() == [-7]


@given(SEEN)
def test_shrunk_values_lie_between_value_and_mean(seen):
    values, errors = np.array(seen).T
    found = shrink(values, errors)
    slack = 1e-9 * (1 + np.abs(values).max())
    assert (found.means >= np.minimum(values, found.mean) - slack).all()
    assert (found.means <= np.maximum(values, found.mean) + slack).all()
    assert found.between_variance >= 0
    assert values.min() - slack <= found.mean <= values.max() + slack


@given(SEEN, st.floats(0.1, 10), st.floats(-1e5, 1e5))
def test_shrinking_knows_neither_unit_nor_zero(seen, unit, zero):
    values, errors = np.array(seen).T
    found, moved = shrink(values, errors), shrink(unit * values + zero, unit * errors)
    slack = 1e-6 * (1 + np.abs(unit * values).max() + abs(zero))
    assert moved.means == pytest.approx(unit * found.means + zero, abs=slack)


@given(SEEN)
def test_the_spread_is_explained(seen):
    """The estimate's own equation in a loop: n − 1 where there is a variance between, less where there is none."""
    values, errors = np.array(seen).T
    found = shrink(values, errors)
    total = 0.0
    for value, error in seen:
        total += (value - found.mean) ** 2 / (found.between_variance + error**2)
    if found.between_variance > 0:
        assert total == pytest.approx(len(seen) - 1, rel=1e-6)
    else:
        assert total <= len(seen) - 1 + 1e-6


def test_shrinking_comes_closer_to_the_truth():
    random = np.random.default_rng(5)
    shrunk = raw = 0.0
    for _company in range(200):
        truth = random.normal(100, 30, 25)
        errors = random.uniform(10, 80, 25)
        values = random.normal(truth, errors)
        shrunk += ((shrink(values, errors).means - truth) ** 2).sum()
        raw += ((values - truth) ** 2).sum()
    assert shrunk < 0.4 * raw


@pytest.mark.parametrize(
    ("values", "errors", "complaint"),
    [
        ([1, 2], [1], "standard_errors"),
        ([], [], "standard_errors"),
        ([1, 2], [1, -1], r"standard_errors\[1\]: -1 is negative"),
        ([1, np.nan], [1, 1], r"values\[1\]: nan"),
        ([[1, 2]], [[1, 2]], "values: .* not the right shape"),
    ],
)
def test_shrink_refuses_what_cannot_be(values, errors, complaint):
    with pytest.raises(ValueError, match=complaint):
        shrink(values, errors)


# What is worth doing


def test_only_what_brings_a_profit_is_worthwhile_in_the_order_of_rank():
    assert worthwhile([2, 0, 3, 1], [5.0, -1.0, 9.0, 0.0], [(), (), (), ()], [(), (), (), ()]) == (2, 0)
    assert worthwhile([], [], [], []) == ()


@pytest.mark.parametrize("excludes", [[(1,), (), ()], [(), (0,), ()], [(1,), (0,), ()]])
def test_the_better_of_two_that_exclude_each_other_whichever_says_so(excludes):
    assert worthwhile([1, 0, 2], [5, 8, 1], [(), (), ()], excludes) == (1, 2)


def test_what_lacks_a_prerequisite_is_left_out_and_so_is_what_requires_it():
    requires = [(1,), (2,), (3,), (), (3,), ()]
    profits = [9, 8, 7, -1, 6, 5]  # 3 is worth nothing: 2 falls, then 1, then 0; 4 too
    assert worthwhile(range(6), profits, requires, [()] * 6) == (5,)
    assert worthwhile(range(6), [9, 8, 7, 1, 6, 5], requires, [()] * 6) == (0, 1, 2, 3, 4, 5)
    assert worthwhile([3, 5, 2, 1, 0], [9, 8, 7, 1, 6, 5], requires, [()] * 6) == (3, 5, 2, 1, 0)


def test_what_requires_each_other_is_done_together_or_not():
    assert worthwhile([0, 1], [3, 2], [(1,), (0,)], [(), ()]) == (0, 1)
    assert worthwhile([0, 1], [3, -2], [(1,), (0,)], [(), ()]) == ()


def test_a_place_lost_to_one_that_has_gone_is_given_back():
    # the best excludes the second, but lacks its prerequisite 3; so the second is done, and what requires it
    requires, excludes = [(3,), (), (1,), (), ()], [(1,), (), (), (), ()]
    assert worthwhile([0, 1, 2, 3, 4], [9, 8, 7, -1, 6], requires, excludes) == (1, 2, 4)


def test_a_better_one_that_excludes_what_is_required():
    # 1 excludes the prerequisite of 0 and ranks before it
    assert worthwhile([0, 1, 2], [9, 8, 7], [(2,), (), ()], [(), (2,), ()]) == (1,)


@st.composite
def lists_with_links(draw):
    """Profits, prerequisites and exclusions of up to seven initiatives in any order."""
    count = draw(st.integers(0, 7))
    some = st.sets(st.integers(0, max(count - 1, 0)), max_size=2) if count else st.just(set())
    requires = [draw(some) - {one} for one in range(count)]
    excludes = [draw(some) - {one} - requires[one] for one in range(count)]
    profits = draw(st.lists(st.integers(-2, 6), min_size=count, max_size=count))
    return draw(st.permutations(range(count))), profits, requires, excludes


def fits(chosen, requires, excludes):
    """Whether all prerequisites are there and no two exclude each other, pair by pair."""
    return all(requires[one] <= chosen for one in chosen) and not any(
        second in excludes[first] or first in excludes[second] for first, second in combinations(chosen, 2)
    )


def stable(chosen, ranked, profits, requires, excludes):
    """Whether each is chosen exactly if it pays, has its prerequisites, and no better one chosen excludes it."""
    for place, one in enumerate(ranked):
        better = [other for other in ranked[:place] if other in chosen]
        barred = any(one in excludes[other] or other in excludes[one] for other in better)
        if (one in chosen) != (profits[one] > 0 and requires[one] <= chosen and not barred):
            return False
    return True


def subsets(count):
    return [set(some) for size in range(count + 1) for some in combinations(range(count), size)]


@given(lists_with_links())
def test_what_is_worthwhile_fits_together_and_nothing_more_would(case):
    ranked, profits, requires, excludes = case
    found = worthwhile(ranked, profits, requires, excludes)
    assert list(found) == [one for one in ranked if one in found]
    assert all(profits[one] > 0 for one in found)
    assert fits(set(found), requires, excludes)
    for one in set(ranked) - set(found):
        assert profits[one] <= 0 or not fits({*found, one}, requires, excludes)


@given(lists_with_links())
def test_without_prerequisites_it_is_the_only_choice_in_which_the_better_one_comes_first(case):
    ranked, profits, _requires, excludes = case
    free = [set()] * len(profits)
    choices = [some for some in subsets(len(profits)) if stable(some, ranked, profits, free, excludes)]
    assert [set(worthwhile(ranked, profits, free, excludes))] == choices


@given(lists_with_links())
def test_without_exclusions_it_is_the_largest_choice_that_has_its_prerequisites(case):
    ranked, profits, requires, _excludes = case
    free = [set()] * len(profits)
    paying = [some for some in subsets(len(profits)) if all(profits[one] > 0 for one in some)]
    largest = max((some for some in paying if fits(some, requires, free)), key=len)
    assert set(worthwhile(ranked, profits, requires, free)) == largest


@given(lists_with_links())
def test_who_says_that_two_exclude_each_other_does_not_matter(case):
    ranked, profits, requires, excludes = case
    turned = [{other for other in range(len(profits)) if one in excludes[other]} for one in range(len(profits))]
    assert worthwhile(ranked, profits, requires, excludes) == worthwhile(ranked, profits, requires, turned)
