"""Customers as counts, against published cases, exact enumeration and plain loops."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multinomial

from prioritizer.engine.customers import nps, project, share_interval, staying

SHARES = st.floats(0.01, 1.0)


def test_nps_by_hand():
    found = nps([10] * 6 + [8] * 3 + [0])
    assert found.value == pytest.approx(50)
    assert found.standard_error == pytest.approx(21.213203, abs=1e-6)  # 100·√((0.6 + 0.1 − 0.5²)/10)


@pytest.mark.parametrize(
    ("score", "value"), [(0, -100), (6, -100), (7, 0), (8, 0), (9, 100), (10, 100)], ids=lambda each: f"{each}"
)
def test_segments_begin_where_reichheld_put_them(score, value):
    assert nps([score, score, score]).value == value
    assert nps([score, 10, 3]).value == pytest.approx(value / 3)


def test_nps_of_no_one_is_none():
    found = nps([])
    assert (found.value, found.standard_error, found.interval(0.9)) == (None, None, None)


def test_nps_reads_any_list_of_whole_numbers():
    answers = [9, 3, 7, 10]
    same = [nps(np.array(answers, dtype=kind)).value for kind in ("int8", "float32", "int64")]
    assert same == [25.0, 25.0, 25.0]


@pytest.mark.parametrize(
    ("scores", "complaint"),
    [
        ([9, 11], r"scores\[1\]: 11 is not a score"),
        ([-1], r"scores\[0\]: -1 is not a score"),
        ([9, 3, 7.5], r"scores\[2\]: 7.5 is not a score"),
        ([9, math.nan], r"scores\[1\]: nan"),
        ([9, None], r"scores\[1\]: nan"),
        ([math.inf], r"scores\[0\]: inf"),
        (["ten"], "not numbers"),
        ([True, False], "not numbers"),
        ([[9, 3], [7, 7]], "list"),
        (9, "list"),
    ],
)
def test_nps_refuses_what_is_no_score(scores, complaint):
    with pytest.raises(ValueError, match=complaint):
        nps(scores)


def test_nps_interval_by_hand():
    """Rocks (2016): 6¾ promoters, 4½ passives, 1¾ detractors of 13: 38.4615 ± 1.959964 × 19.72732 points."""
    low, high = nps([10] * 6 + [8] * 3 + [0]).interval(0.95)
    assert low == pytest.approx(-0.2033, abs=1e-3)
    assert high == pytest.approx(77.1264, abs=1e-3)


@pytest.mark.parametrize("shares", [(0.5, 0.3, 0.2), (0.9, 0.08, 0.02), (0.2, 0.2, 0.6), (0.33, 0.34, 0.33)])
def test_nps_interval_covers_as_often_as_it_says(shares):
    """Every sample of 25 answers there can be, weighted by its probability: about 95 % of intervals hold the truth."""
    truth, covered = 100 * (shares[0] - shares[2]), 0.0
    for promoters in range(26):
        for passives in range(26 - promoters):
            detractors = 25 - promoters - passives
            low, high = nps([9] * promoters + [7] * passives + [6] * detractors).interval(0.95)
            probability = multinomial.pmf([promoters, passives, detractors], 25, shares)
            covered += probability * (low <= truth <= high)
    assert covered == pytest.approx(0.95, abs=0.022)


def test_nps_interval_is_not_sure_of_those_who_agree():
    low, high = nps([10] * 5).interval(0.95)
    assert low < 60
    assert high == 100


@given(st.lists(st.integers(0, 10), min_size=1, max_size=60), st.floats(0.01, 0.99))
def test_nps_interval_holds_its_value_and_widens_with_the_level(scores, level):
    found = nps(scores)
    low, high = found.interval(level)
    wider = found.interval((1 + level) / 2)
    assert -100 <= wider[0] <= low <= found.value <= high <= wider[1] <= 100
    mirrored = nps([{6: 9, 7: 7, 9: 6}[9 if score >= 9 else 7 if score >= 7 else 6] for score in scores])
    assert mirrored.interval(level) == pytest.approx((-high, -low))


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_share_interval_of_newcombe(successes, trials, low, high):
    """R. G. Newcombe, Statistics in Medicine 17 (1998) 857–872, Table I, method 3."""
    assert share_interval(successes, trials, 0.95) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 5000), st.floats(0, 1), st.sampled_from([(0.9, 1.644854), (0.95, 1.959964), (0.99, 2.575829)]))
def test_share_interval_ends_where_the_score_test_rejects(trials, part, level_and_z):
    successes = round(part * trials)
    (level, z), seen = level_and_z, round(part * trials) / trials
    for end in share_interval(successes, trials, level):
        if 1e-9 < end < 1 - 1e-9:
            assert abs(seen - end) == pytest.approx(z * math.sqrt(end * (1 - end) / trials), rel=1e-5, abs=1e-12)


def test_share_interval_of_no_trials_says_nothing():
    assert share_interval(0, 0, 0.95) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((3, 2, 0.95), "successes: 3 is more than the trials"),
        ((-1, 2, 0.95), "successes: -1 is negative"),
        ((1.5, 2, 0.95), "successes: 1.5 is not a whole number"),
        ((1, math.nan, 0.95), "trials: nan"),
        ((1, 2, 95), "level: 95 is not a confidence level"),
        ((1, 2, 0), "level: 0 is not a confidence level"),
        ((1, 2, math.nan), "level: nan"),
    ],
)
def test_share_interval_refuses_what_cannot_be(arguments, complaint):
    with pytest.raises(ValueError, match=complaint):
        share_interval(*arguments)


def test_project_by_hand():
    """Of 100 promoters 10 leave and half of the 90 who stay become passives; 7 passives and 3 detractors come."""
    migration = [[0.5, 0.5, 0.0], [0.0, 1.0, 0.0], [0.0, 0.25, 0.75]]
    customers = project([100, 40, 20], [0.1, 0.5, 0.2], migration, [0, 7, 3], 2)
    assert customers.shape == (3, 3)
    assert customers[0].tolist() == [100, 40, 20]
    assert customers[1] == pytest.approx([45, 45 + 20 + 4 + 7, 12 + 3])
    assert customers[2] == pytest.approx([20.25, 20.25 + 38 + 3 + 7, 9 + 3])


def test_newcomers_of_a_period_are_there_at_its_end_only():
    customers = project([0, 0, 0], [0.5, 0.5, 0.5], np.eye(3), [[8, 0, 0], [0, 0, 6]], 2)
    assert customers.tolist() == [[0, 0, 0], [8, 0, 0], [4, 0, 6]]


def test_project_over_no_periods_is_the_opening():
    assert project([5, 6, 7], [0.1, 0.1, 0.1], np.eye(3), [1, 1, 1], 0).tolist() == [[5, 6, 7]]


@st.composite
def bases(draw):
    rows = [draw(st.tuples(SHARES, SHARES, SHARES)) for _row in range(3)]
    migration = [[share / sum(row) for share in row] for row in rows]
    churn = draw(st.tuples(*[st.floats(0, 1)] * 3))
    counts = st.tuples(*[st.floats(0, 1e6)] * 3)
    joining = draw(st.lists(counts, min_size=1, max_size=6))
    return draw(counts), churn, migration, joining


@given(bases())
def test_project_agrees_with_plain_loops_and_loses_no_one(base):
    opening, churn, migration, joining = base
    customers = project(opening, churn, migration, joining, len(joining))
    now = list(opening)
    for t, new in enumerate(joining):
        assert customers[t] == pytest.approx(now, rel=1e-9, abs=1e-9)
        kept = sum(now) - sum(q * x for q, x in zip(churn, now, strict=True))
        assert customers[t + 1].sum() == pytest.approx(kept + sum(new), rel=1e-9, abs=1e-9)
        assert (customers[t + 1] >= 0).all()
        now = [new[j] + sum(now[i] * (1 - churn[i]) * migration[i][j] for i in range(3)) for j in range(3)]
    assert customers[-1] == pytest.approx(now, rel=1e-9, abs=1e-9)


def test_project_repeats_newcomers_given_once():
    often = project([9, 8, 7], [0.1, 0.2, 0.3], np.eye(3), [[1, 2, 3]] * 5, 5)
    once = project([9, 8, 7], [0.1, 0.2, 0.3], np.eye(3), [1, 2, 3], 5)
    assert once.tolist() == often.tolist()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"opening": [1, -2, 3]}, r"opening\[1\]: -2 is negative"),
        ({"opening": [1, 2]}, "churn"),
        ({"churn": [0.1, 1.2, 0]}, r"churn\[1\]: 1.2 is not a share"),
        ({"churn": [0.1, math.nan, 0]}, r"churn\[1\]: nan is not a finite number"),
        ({"churn": [0.1, 0.2]}, "migration: .* one row and one column for each churn"),
        ({"churn": [[0.1, 0.2, 0.3]] * 2}, "one number per segment"),
        ({"migration": [[1, 0, 0], [0, 0.9, 0], [0, 0, 1]]}, r"migration\[1\]: 0.9 is the sum of the shares, not 1"),
        ({"migration": [[1, 0, 0], [0, 1, 0], [0, -1, 2]]}, r"migration\[2, 1\]: -1 is not a share"),
        ({"newcomers": [1, 2]}, "newcomers: .* not the right shape"),
        ({"newcomers": 7}, "newcomers: .* not the right shape"),
        ({"newcomers": [1, 2, -3]}, r"newcomers\[2\]: -3 is negative"),
        ({"newcomers": [[1, 2, 3]] * 3}, "newcomers: .* not the right shape"),
        ({"periods": -1}, "periods: -1 is negative"),
        ({"periods": 1.5}, "periods: 1.5 is not a whole number"),
    ],
)
def test_project_refuses_what_cannot_be(change, complaint):
    whole = {
        "opening": [1, 2, 3],
        "churn": [0.1, 0.2, 0.3],
        "migration": np.eye(3),
        "newcomers": [1, 2, 3],
        "periods": 4,
    }
    with pytest.raises(ValueError, match=complaint):
        project(**(whole | change))


def test_staying_takes_draws_first():
    churn = np.array([[0.1, 0.2], [0.5, 1.0]])
    found = staying(churn, [[0.75, 0.25], [0.5, 0.5]])
    assert found.shape == (2, 2, 2)
    assert found[0] == pytest.approx(np.array([[0.675, 0.225], [0.4, 0.4]]))
    assert found[1] == pytest.approx(np.array([[0.375, 0.125], [0.0, 0.0]]))
