"""Rank correlations against their definition, a linear model whose rank correlations are known, and their error."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracles.sensitivity import spearman, spearman_of_normals
from prioritizer.engine.rank_correlation import rank_correlations, standard_errors

SOME = st.lists(st.integers(-3, 3).map(float), min_size=5, max_size=5)


@settings(max_examples=60, deadline=None)
@given(inputs=st.lists(SOME, min_size=1, max_size=4), outcomes=st.lists(SOME, min_size=1, max_size=3))
def test_they_are_those_of_the_definition_with_ties(inputs: list[list[float]], outcomes: list[list[float]]) -> None:
    found = rank_correlations(map(np.array, inputs), np.array(outcomes))
    assert found.shape == (len(inputs), len(outcomes))
    for one, row in zip(inputs, found, strict=True):
        for other, value in zip(outcomes, row, strict=True):
            if len(set(one)) == 1 or len(set(other)) == 1:
                assert np.isnan(value)
            else:
                assert value == pytest.approx(spearman(one, other), abs=1e-12)


def test_a_linear_model_of_normals_by_hand() -> None:
    """y = 3 a − 4 b: correlations 0.6 and −0.8, rank correlations 6/π · asin(r/2) = 0.582 and −0.786."""
    a, b = np.random.default_rng(0).standard_normal((2, 200_000))
    found = rank_correlations([a, b, a**3], np.array([3 * a - 4 * b]))[:, 0]
    assert spearman_of_normals(0.6) == pytest.approx(0.5819, abs=1e-4)
    assert found[0] == pytest.approx(spearman_of_normals(0.6), abs=0.006)
    assert found[1] == pytest.approx(spearman_of_normals(-0.8), abs=0.004)
    assert found[2] == pytest.approx(found[0], abs=1e-14)  # ranks do not change when a number is bent


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(70)))
def test_the_order_of_inputs_changes_nothing(order: list[int]) -> None:
    rng = np.random.default_rng(1)
    draws, outcomes = rng.random((70, 50)), rng.random((3, 50))
    plain = rank_correlations(draws, outcomes)
    assert rank_correlations((draws[one] for one in order), outcomes) == pytest.approx(plain[order], abs=1e-14)


def test_the_standard_error_is_how_far_they_miss() -> None:
    """2,000 samples of 100 draws each: the spread of what they give is the standard error."""
    rng = np.random.default_rng(2)
    for true in (0.0, 0.5, 0.9):
        a, b = rng.standard_normal((2, 2000, 100))
        y = true * a + np.sqrt(1 - true**2) * b
        found = [rank_correlations([one], other[None, :])[0, 0] for one, other in zip(a, y, strict=True)]
        expected = standard_errors(np.array([spearman_of_normals(true)]), 100)[0]
        assert np.std(found) == pytest.approx(expected, rel=0.1), true


def test_a_sure_correlation_has_no_error_and_few_draws_have_none_known() -> None:
    assert standard_errors(np.array([1.0, -1.0]), 10_000).tolist() == [0.0, 0.0]
    assert standard_errors(np.array([0.0]), 10_003)[0] == pytest.approx(0.01)
    assert np.isnan(standard_errors(np.array([0.3]), 3)[0])


def test_no_inputs_and_no_outcomes() -> None:
    assert rank_correlations([], np.ones((2, 5))).shape == (0, 2)
    assert rank_correlations([np.arange(5.0)], np.empty((0, 5))).shape == (1, 0)
