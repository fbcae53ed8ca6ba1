"""What information is worth: closed forms, laws, and that noise never looks valuable."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import prioritizer as pr
from oracles import information as oracle
from prioritizer.engine.information import basis_of, choices, expected, worth_of_choices

SEEDS = st.integers(0, 10**6)


def normals(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def within(found, true: float, errors: float = 4.0) -> bool:
    return abs(found.value - true) <= errors * found.standard_error


# --- perfect information


@pytest.mark.parametrize("count", [2, 3, 4, 5, 10])
def test_of_equal_normals_one_earns_the_expected_largest(count: int) -> None:
    found = pr.evpi(7 + 3 * normals(count, 200_000, count))
    assert within(found, 3 * oracle.LARGEST_NORMAL[count])
    assert found.standard_error < 0.02


def test_the_published_constants_are_those_that_have_a_closed_form() -> None:
    assert oracle.LARGEST_NORMAL[2] == pytest.approx(1 / math.sqrt(math.pi), abs=1e-8)
    assert oracle.LARGEST_NORMAL[3] == pytest.approx(3 / (2 * math.sqrt(math.pi)), abs=1e-8)


@pytest.mark.parametrize("mean", [-2.0, -0.5, 0.3, 1.5])
def test_one_uncertain_option_against_nothing_is_worth_the_unit_normal_loss(mean: float) -> None:
    draws = np.column_stack([np.zeros(100_000), mean + 1.7 * normals(3, 100_000)])
    assert within(pr.evpi(draws), oracle.worth_of_knowing(mean, 1.7))


def test_the_standard_error_is_that_of_the_mean_gain() -> None:
    found = [pr.evpi(np.column_stack([np.zeros(500), 0.4 + normals(seed, 500)])) for seed in range(400)]
    spread = np.std([one.value for one in found], ddof=1)
    assert np.mean([one.standard_error for one in found]) == pytest.approx(spread, rel=0.12)


def test_by_hand() -> None:
    """Best by draw 3, 5, 4; the better option brings (1 + 5 + 4)/3 on average; gains 2, 0, 0."""
    found = pr.evpi([[3, 1], [0, 5], [2, 4]])
    assert found.value == pytest.approx(2 / 3)
    assert found.standard_error == pytest.approx(2 / math.sqrt(3) / math.sqrt(3))


def figures(found) -> tuple[float, float]:
    return found.value, found.standard_error


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(1, 6), st.integers(20, 80))
def test_laws_of_perfect_information(seed: int, options: int, draws: int) -> None:
    values = normals(seed, draws, options) * [1 + k for k in range(options)]
    found = pr.evpi(values)
    both = figures(found)
    assert found.value >= 0
    shuffled = np.random.default_rng(seed).permutation(options)
    assert figures(pr.evpi(values[:, shuffled])) == pytest.approx(both, rel=1e-12, abs=1e-12)
    assert figures(pr.evpi(2 * values)) == pytest.approx([2 * one for one in both], rel=1e-12, abs=1e-12)
    for shift in (5.0, normals(seed + 1, draws)[:, None]):  # the same for every option, in every draw or by draw
        assert figures(pr.evpi(values + shift)) == pytest.approx(both, rel=1e-9, abs=1e-9)
    if options == 1:
        assert both == (0, 0)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(1, 5), st.integers(1, 3))
def test_knowing_some_of_it_is_never_worth_more_than_knowing_all(seed: int, options: int, inputs: int) -> None:
    known = normals(seed, 60, inputs)
    values = known @ normals(seed + 1, inputs, options) + normals(seed + 2, 60, options)
    some, all_ = pr.evppi(values, known), pr.evpi(values)
    assert 0 <= some.value <= all_.value + 1e-12
    assert pr.evppi(2 * values, known).value == pytest.approx(2 * some.value, rel=1e-9, abs=1e-9)
    assert pr.evppi(values, 3 * known + 1).value == pytest.approx(some.value, rel=1e-6, abs=1e-9)


# --- some information


@pytest.mark.parametrize(("a", "b"), [(0.0, 1.0), (-0.6, 2.0), (0.8, -1.5), (0.2, 0.5)])
def test_a_linear_option_against_nothing_is_worth_the_unit_normal_loss_of_its_known_part(a: float, b: float) -> None:
    x, noise = normals(11, 40_000), normals(12, 40_000)
    found = pr.evppi(np.column_stack([np.zeros(len(x)), a + b * x + 2 * noise]), x)
    assert within(found, oracle.worth_of_knowing(a, abs(b)))


def test_several_inputs_are_known_together() -> None:
    x, noise = normals(21, 40_000, 3), normals(22, 40_000)
    values = np.column_stack([np.zeros(len(x)), x @ [1.0, -0.7, 0.4] + noise])
    assert within(pr.evppi(values, x), oracle.worth_of_knowing(0, math.sqrt(1 + 0.49 + 0.16)))
    assert within(pr.evppi(values, x[:, :2]), oracle.worth_of_knowing(0, math.sqrt(1.49)))


def test_an_effect_that_is_no_straight_line_is_followed() -> None:
    """|x| − √(2/π) has mean 0; E max(0, |x| − c) = 2 · (φ(c) − c · (1 − Φ(c)))."""
    x, c = normals(31, 40_000), math.sqrt(2 / math.pi)
    values = np.column_stack([np.zeros(len(x)), np.abs(x) - c + normals(32, 40_000)])
    true = 2 * (oracle.density(c) - c * (1 - oracle.below(c)))
    found = pr.evppi(values, x)
    assert within(found, true)
    assert found.value > 0.9 * true


def test_success_or_failure_is_known_exactly() -> None:
    """With 3 in 10 the option brings 3, else −1: today 0.2 on average; known, 0.3 · 3 = 0.9 is earned."""
    success = np.tile([1, 0, 0, 1, 0, 0, 1, 0, 0, 0], 20)
    found = pr.evppi(np.column_stack([np.zeros(200), 4.0 * success - 1]), success)
    assert found.value == pytest.approx(0.9 - 0.2, rel=1e-9)


def test_an_input_of_three_values_is_known_exactly() -> None:
    """Alternatives are best at one value each: (4, 1, 0), (0, 3, 1), (1, 1, 5); known 4, 3 and 5 are earned."""
    x = np.tile([0.5, 2.0, 7.0], 40)
    table = {0.5: (4.0, 0.0, 1.0), 2.0: (1.0, 3.0, 1.0), 7.0: (0.0, 1.0, 5.0)}
    found = pr.evppi([table[one] for one in x], x)
    assert found.value == pytest.approx((4 + 3 + 5) / 3 - (1 + 1 + 5) / 3, rel=1e-8)


def test_nearly_all_true_values_lie_within_two_standard_errors() -> None:
    hits = 0
    for seed in range(200):
        x = normals(1_000 + seed, 1_500)
        values = np.column_stack([np.zeros(1_500), 0.3 + x + normals(5_000 + seed, 1_500)])
        hits += within(pr.evppi(values, x), oracle.worth_of_knowing(0.3, 1), 2)
    assert 0.91 <= hits / 200 <= 0.99  # 95.4 % expected; a binomial of 200 stays here 99 times in 100


def test_what_has_no_influence_does_not_look_valuable() -> None:
    """Options that nearly tie, where fitting noise would pay in the draws that were fitted.

    What is earned by such a rule is not positive on average; shown is never less than 0, so by chance a little more.
    """
    earned, shown, errors = [], [], []
    for seed in range(300):
        values = normals(seed, 400, 4) * 3 + [0, 0.1, 0.2, 0.1]
        noise = normals(9_000 + seed, 400, 2)
        found = pr.evppi(values, noise)
        chosen = choices(values, basis_of(noise.T))
        earned.append((values[np.arange(400), chosen] - values[:, values.mean(axis=0).argmax()]).mean())
        shown.append(found.value)
        errors.append(found.standard_error)
    assert np.mean(earned) <= 2 * np.std(earned) / math.sqrt(300)
    assert np.mean(np.array(shown) > 2 * np.array(errors)) <= 0.03
    assert np.mean(shown) <= 0.4 * np.mean(errors)  # E max(0, Z) = 0.399


def test_half_of_the_draws_is_decided_on_by_the_other_half() -> None:
    """Means of the other half, by hand: the first two draws see (5 + 7)/2, the last two (1 + 3)/2."""
    values = np.array([[1.0], [3.0], [5.0], [7.0]])
    assert expected(values, np.ones((4, 1)))[:, 0] == pytest.approx([6, 6, 2, 2], rel=1e-9)


def test_choices_against_a_given_one_may_cost_but_are_shown_as_nothing() -> None:
    values = np.array([[1.0, 4.0], [2.0, 6.0], [3.0, 5.0]])
    chosen = np.array([0, 1, 0])
    assert worth_of_choices(values, chosen, today=0).value == pytest.approx(4 / 3)
    assert worth_of_choices(values, chosen).value == 0  # today's is the second: −3, 0, −2


# --- refusals


@pytest.mark.parametrize(
    ("function", "arguments", "named"),
    [
        (pr.evpi, ([],), "draws"),
        (pr.evpi, ([1.0, 2.0],), "draws"),
        (pr.evpi, (np.empty((0, 3)),), "draws"),
        (pr.evpi, (np.empty((3, 0)),), "draws"),
        (pr.evpi, ([[1.0, np.nan]],), r"draws\[0, 1\]"),
        (pr.evpi, ([[1.0, np.inf]],), r"draws\[0, 1\]"),
        (pr.evpi, ([["a", "b"]],), "draws"),
        (pr.evppi, (np.ones((19, 2)), np.ones(19)), "draws"),
        (pr.evppi, (np.ones((30, 2)), np.ones(29)), "inputs"),
        (pr.evppi, (np.ones((30, 2)), np.ones((30, 2, 2))), "inputs"),
        (pr.evppi, (np.ones((30, 2)), [*[1.0] * 29, np.nan]), r"inputs\[29"),
    ],
)
def test_refusals_name_what_is_at_fault(function, arguments: tuple, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        function(*arguments)
