"""What casts doubt on figures, against regression, simulation and a published trial, and in which words it is said."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.domain.records import GroupCounts, NoticeKind, Tally
from prioritizer.engine.doubts import common_odds_p_value, overdispersion, score_follows_leaving, variance_explained
from prioritizer.engine.posteriors import Exposure
from tests.engine.count_cases import ORDINARY, PICTURE, Q1, found, mapping, records, tallies

# Was the score given after leaving?


def regression_r_squared(outcomes):
    """R² of leaving (0 or 1, customer by customer) regressed on one indicator for each score, adjusted."""
    left = np.concatenate([np.repeat([1.0, 0.0], pair) for pair in outcomes])
    score = np.repeat(np.arange(len(outcomes)), [sum(pair) for pair in outcomes])
    indicators = (score[:, None] == np.arange(len(outcomes))).astype(float)
    fitted = indicators @ np.linalg.lstsq(indicators, left, rcond=None)[0]
    n, k = len(left), len(outcomes)
    return 1 - ((left - fitted) ** 2).sum() / (n - k) / (((left - left.mean()) ** 2).sum() / (n - 1))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).filter(sum), min_size=2, max_size=5))
@settings(max_examples=60, deadline=None)
def test_variance_explained_is_that_of_a_regression(outcomes):
    left, stayed = np.sum(outcomes, axis=0)
    if min(left, stayed) == 0 or left + stayed <= len(outcomes) + 1:
        return
    explained = variance_explained([Exposure(pair[0], sum(pair)) for pair in outcomes])
    assert explained == pytest.approx(regression_r_squared(outcomes), abs=1e-9)


def test_a_score_whose_customers_all_left_was_given_afterwards():
    why = score_follows_leaving(tallies({1: (40, 0), 2: (30, 0), 3: (20, 80), 9: (0, 200), 10: (0, 300)}))
    assert why == "all 70 customers with score 1 or 2 left, and none of the 500 with score 9 or 10"
    assert "all 62 customers with score 0 left" in score_follows_leaving(tallies({0: (62, 0), 9: (5, 100)}))


def test_that_a_few_all_left_may_be_chance():
    assert score_follows_leaving(tallies({0: (61, 0), 5: (200, 900), 9: (30, 3000)})) is None


def test_a_score_that_all_but_decides_who_left_was_given_afterwards():
    why = score_follows_leaving(tallies({2: (98, 2), 6: (40, 60), 9: (2, 198)}))
    # 400 customers, 35 % left: variance 0.2275, between the scores (100·0.63² + 100·0.05² + 200·0.34²)/400 = 0.1577
    assert why == "the score explains 69% of who left"
    assert score_follows_leaving(tallies({2: (18, 2), 9: (0, 198)})) is None  # 18 leavers are too few to say


def test_answers_only_of_those_who_stayed_do_not_show_who_leaves():
    why = score_follows_leaving(tallies({3: (0, 100), 9: (0, 200), None: (60, 600)}))
    assert why == "none of 300 customers who answered left, but 60 of 660 others did"
    assert score_follows_leaving(tallies({3: (0, 20), 9: (0, 30), None: (60, 600)})) is None


@given(
    st.lists(st.floats(0.001, 0.45), min_size=3, max_size=11),
    st.lists(st.integers(0, 3000), min_size=11, max_size=11),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=200, deadline=None)
def test_churn_that_merely_differs_by_score_is_believed(churn, customers, seed):
    random = np.random.default_rng(seed)
    outcomes = {}
    for score, share in enumerate(sorted(churn, reverse=True)):
        left = int(random.binomial(customers[score], share))
        outcomes[score] = (left, customers[score] - left)
    assert score_follows_leaving(tallies(outcomes)) is None


# Notices


def published_trial():
    """Successes and failures of a drug and a control in eight centres (Agresti 2002, table 6.9)."""
    table = [
        (11, 25, 10, 27), (16, 4, 22, 10), (14, 5, 7, 12), (2, 14, 1, 16),
        (6, 11, 0, 12), (1, 10, 0, 10), (1, 4, 1, 8), (4, 2, 6, 1),
    ]  # fmt: skip
    return [(Exposure(a, a + b), Exposure(c, c + d)) for a, b, c, d in table]


def test_the_common_difference_of_strata_is_that_of_the_published_trial():
    strata = published_trial()
    expected = sum(one.trials * (one.left + other.left) / (one.trials + other.trials) for one, other in strata)
    difference = sum(one.left for one, _other in strata) - expected
    square = 6.384 * (abs(difference) - 0.5) ** 2 / difference**2  # published without the continuity correction
    assert common_odds_p_value(strata) == pytest.approx(math.erfc(math.sqrt(square / 2)), rel=1e-3)
    assert common_odds_p_value([(Exposure(0, 10), Exposure(0, 5)), (Exposure(1, 1), Exposure(0, 0))]) == 1.0


def test_those_who_answer_and_leave_at_another_rate_are_noticed():
    group = GroupCounts(name="M", tallies=tallies({2: (20, 480), 10: (10, 990), None: (150, 1350)}))
    texts = [text for kind, _group, text in found(records(group))[2] if kind is NoticeKind.ANSWERS]
    assert len(texts) == 1
    assert "2.00% of 1,500 against 10.00% of 1,500" in texts[0]
    assert "may be too low" in texts[0]
    alike = GroupCounts(name="M", tallies=tallies({2: (80, 420), 10: (65, 935), None: (150, 1350)}))
    assert not [text for kind, _group, text in found(records(alike))[2] if kind is NoticeKind.ANSWERS]


def test_groups_that_answer_more_and_leave_less_are_no_difference():
    loyal = GroupCounts(name="Loyal", tallies=tallies({9: (20, 1980), None: (5, 495)}))
    fickle = GroupCounts(name="Fickle", tallies=tallies({2: (150, 350), None: (600, 1400)}))
    assert not [text for kind, _group, text in found(records(loyal, fickle))[2] if kind is NoticeKind.ANSWERS]


def test_overdispersion_by_hand():
    ratio, p_value = overdispersion([Exposure(10, 100), Exposure(30, 100)])
    assert ratio == pytest.approx(12.5)
    assert p_value == pytest.approx(math.erfc(math.sqrt(12.5 / 2)))


def test_churn_that_changes_between_periods_is_noticed():
    def drift(*lefts):
        periods = tuple(Q1 + index for index in range(len(lefts)))
        several = [tallies({9: (left, 1000 - left)}, period=Q1 + index) for index, left in enumerate(lefts)]
        counts = records(GroupCounts(name="M", tallies=sum(several, ())), periods=periods)
        return [text for kind, _group, text in found(counts)[2] if kind is NoticeKind.DRIFT]

    [text] = drift(20, 80, 50)
    assert "from 2.00% in 2026-Q1 to 8.00% in 2026-Q2" in text
    assert drift(48, 55, 51) == []


def simulated_moves(noise, seed, customers=4000):
    """Moves after one and two periods of customers who change segment, seen through answers that are off at times."""
    random = np.random.default_rng(seed)
    matrix = np.array([[0.94, 0.05, 0.01], [0.04, 0.90, 0.06], [0.01, 0.05, 0.94]])
    true = [random.integers(0, 3, customers)]
    for _period in range(2):
        true.append((random.random((customers, 1)) > matrix[true[-1]].cumsum(axis=1)[:, :2]).sum(axis=1))
    seen = [np.where(random.random(customers) < noise, random.integers(0, 3, customers), s) for s in true]
    pairs = [np.zeros((3, 3), int), np.zeros((3, 3), int)]
    for lag, matrix_ in enumerate(pairs, start=1):
        np.add.at(matrix_, (seen[0], seen[lag]), 1)
    return [tuple(map(tuple, pair.tolist())) for pair in pairs]


def noise_notices(noise, seed, customers=4000):
    moves, later = simulated_moves(noise, seed, customers)
    group = GroupCounts(name="M", tallies=ORDINARY, moves=moves, later_moves=later)
    return [text for kind, _group, text in found(records(group))[2] if kind is NoticeKind.NOISE]


def test_noise_of_the_survey_is_told_from_migration():
    assert [len(noise_notices(0.15, seed)) for seed in range(10)] == [1] * 10
    assert [len(noise_notices(0.0, seed)) for seed in range(10)] == [0] * 10
    assert "moves customers too fast" in noise_notices(0.15, 0)[0]
    assert noise_notices(0.004, 0, customers=2_000_000) == []  # beyond doubt, and beside the point


def test_oddities_are_said_with_their_numbers():
    counts = records(
        GroupCounts(name="M", tallies=ORDINARY),
        partial=({"file": "b.csv", "lacking": 3, "unknown": 4},),
        missing_periods=(Q1 + 2,),
        scored_after_leaving=5,
        vanished=6,
        returned=7,
        changed_group=8,
        without_revenue=1234,
        highest_score=5,
    )
    notices = found(counts)[2]
    texts = [text for kind, _group, text in notices if kind is NoticeKind.RECORDS]
    assert [text.split()[0] for text in texts] == ["b.csv", "4", "The", "5", "6", "7", "8", "1,234"]
    assert "2026-Q3" in texts[2]
    assert any("No score is above 5" in text for kind, _group, text in notices if kind is NoticeKind.ANSWERS)
    order = [kind is NoticeKind.ASSUMPTION for kind, _group, _text in notices]
    assert order == sorted(order)


def test_what_is_taken_for_granted_is_said():
    def taken(counts, meaning=None):
        return " ".join(text for kind, _g, text in found(counts, meaning)[2] if kind is NoticeKind.ASSUMPTION)

    group = GroupCounts(name="M", tallies=(*ORDINARY, Tally(period=Q1 + 1, score=9, present=10, current=10)))
    assert "2026-Q2, the last, says who is a customer and not who leaves" in taken(records(group))
    said = GroupCounts(name="M", tallies=ORDINARY + tallies({9: (1, 9)}, period=Q1 + 1))
    assert "2026-Q2, the last, counts too" in taken(records(said))
    assert "Nobody is taken to have joined" in taken(records(group, periods=()), mapping(PICTURE))
    assert "80% of customers answered" in taken(records(GroupCounts(name="M", tallies=ORDINARY)))
