"""Posteriors against integration and simulation, and what is found, withheld and warned of."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prioritizer.domain.quantity import Beta, Fixed, Lognormal, Normal
from prioritizer.domain.records import (
    Figure,
    GroupCounts,
    NoticeKind,
    Oddities,
    RecordCounts,
    RecordsMapping,
    RowCounts,
    Sums,
    Tally,
)
from prioritizer.engine.estimation import (
    Exposure,
    amount,
    churn_number,
    common_odds_p_value,
    estimate,
    lines,
    mean_and_error,
    overdispersion,
    pooled,
    score_follows_leaving,
    segment_sizes,
    spread,
    summary,
    variance_explained,
)

Q1 = 2026 * 4
PANEL = {
    "customer": "id",
    "period": "quarter",
    "periods_per_year": 4,
    "score": {"column": "nps", "scale": "0-10"},
    "revenue": {"column": "billed", "per": "month"},
    "currency": "EUR",
}
PICTURE = {
    "customer": "id",
    "periods_per_year": 4,
    "observed_months": 3,
    "score": {"column": "nps", "scale": "0-10"},
    "active": {"column": "status", "active": ["1"], "left": ["0"]},
}


def mapping(start=PANEL, **changes) -> RecordsMapping:
    return RecordsMapping.model_validate({**start, **changes})


def tallies(outcomes, period=Q1, **more):
    """Tallies of a period: by score (left, stayed)."""
    return tuple(
        Tally(period=period, score=score, left=left, stayed=stayed, present=left + stayed, **more)
        for score, (left, stayed) in outcomes.items()
    )


def records(*groups, periods=(Q1, Q1 + 1), **oddities) -> RecordCounts:
    return RecordCounts(
        files=("a.csv",), rows=1, customers=1, periods=periods, groups=groups, oddities=Oddities(**oddities)
    )


def found(counts, meaning=None):
    """Figures and gaps by their dotted place, and the notices by kind."""
    findings = estimate(counts, meaning or mapping())
    figures = {".".join(figure.place): figure for figure in findings.figures}
    gaps = {".".join(gap.place): gap for gap in findings.gaps}
    return figures, gaps, [(notice.kind, notice.group, notice.text) for notice in findings.notices]


# Numbers


def posterior_percentiles(left, trials, at=(0.05, 0.5, 0.95)):
    """Percentiles of churn with every churn from 0 to 1 equally likely beforehand, by adding up a fine grid."""
    churn = (np.arange(400_000) + 0.5) / 400_000
    likelihood = np.exp(left * np.log(churn / 0.1) + (trials - left) * np.log((1 - churn) / 0.9))
    below = np.cumsum(likelihood) / likelihood.sum()
    return [churn[np.searchsorted(below, share)] for share in at]


@pytest.mark.parametrize(("left", "trials"), [(0, 50), (3, 61), (149, 1812), (50, 50)])
def test_churn_is_the_posterior_under_a_uniform_prior(left, trials):
    number = churn_number(Exposure(left, trials))
    assert number == Beta(successes=left, trials=trials)
    mean, low, high = summary(number)
    expected_low, _median, expected_high = posterior_percentiles(left, trials)
    assert (low, high) == pytest.approx((expected_low, expected_high), abs=5e-6)
    assert mean == pytest.approx((left + 1) / (trials + 2))


def test_churn_of_a_longer_time_is_compounded_to_a_period():
    number = churn_number(Exposure(240, 1000), periods=4)  # of a year, in quarters
    expected = [1 - (1 - share) ** 0.25 for share in posterior_percentiles(240, 1000)]
    assert number.ends == pytest.approx(expected, rel=1e-4)
    assert summary(number) == (number.p50, number.p5, number.p95)


def test_the_sizes_of_segments_are_those_of_drawn_bases():
    answers, counted, base = (60, 25, 3), (60, 25, 3), 400
    random = np.random.default_rng(5)
    shares = random.dirichlet(np.array(answers) + 1, size=200_000)
    drawn = np.array(counted) + random.multinomial(base - 88, shares)
    for position, number in enumerate(segment_sizes(answers, counted, base)):
        assert summary(number)[0] == pytest.approx(drawn[:, position].mean(), rel=0.01)
        spread_found = deviation(number)
        assert spread_found == pytest.approx(drawn[:, position].std(), rel=0.02)


def deviation(number):
    if isinstance(number, Normal):
        return number.deviation
    middle, sigma = math.log(number.p5 * number.p95) / 2, math.log(number.p95 / number.p5) / 2 / 1.6448536
    return math.exp(middle + sigma**2 / 2) * math.sqrt(math.expm1(sigma**2))


def test_a_base_that_answered_in_full_is_certain():
    sizes = segment_sizes((60, 25, 3), (60, 25, 3), 88)
    assert sizes == [Fixed(value=60), Fixed(value=25), Fixed(value=3)]


def test_a_spread_is_normal_or_where_it_is_wide_lognormal():
    assert spread(100, 20) == Normal(mean=100, deviation=20)
    wide = spread(100, 60)
    assert isinstance(wide, Lognormal)
    assert summary(wide)[0] == pytest.approx(100, rel=1e-4)
    assert deviation(wide) == pytest.approx(60, rel=1e-4)
    assert spread(100, 0) == Fixed(value=100)
    assert spread(0, 0) == Fixed(value=0)


def sums_of(customers):
    """Sums of customers, each a list of amounts."""
    totals, rows = [sum(amounts) for amounts in customers], [len(amounts) for amounts in customers]
    pairs = list(zip(totals, rows, strict=True))
    return Sums(
        customers=len(customers),
        rows=sum(rows),
        total=sum(totals),
        squares=sum(s * s for s, _n in pairs),
        cross=sum(s * n for s, n in pairs),
        squared_rows=sum(n * n for _s, n in pairs),
    )


def test_one_row_each_gives_the_mean_and_standard_error_of_a_textbook():
    mean, error = mean_and_error(sums_of([[4], [7], [10], [7]]))
    assert (mean, error) == pytest.approx((7, math.sqrt(6 / 4)))  # s² = 18/3, s²/n = 6/4


def test_the_same_rows_twice_are_no_more_certain():
    once = mean_and_error(sums_of([[4], [7], [10], [7]]))
    assert mean_and_error(sums_of([[4] * 5, [7] * 5, [10] * 5, [7] * 5])) == pytest.approx(once)


def test_rows_of_customers_who_differ_are_counted_over_customers():
    random = np.random.default_rng(2)

    def one_survey():
        levels = random.gamma(4, 25, 60)
        return [list(random.normal(level, 10, 1 + random.poisson(3))) for level in levels]

    found_ = [mean_and_error(sums_of([[max(a, 0) for a in c] for c in one_survey()])) for _repeat in range(1500)]
    means, errors = np.array(found_).T
    assert np.sqrt((errors**2).mean()) == pytest.approx(means.std(), rel=0.06)


def test_money_per_month_is_money_per_quarter_thrice():
    number = amount(sums_of([[40], [70], [100], [70]]), factor=3)
    assert (number.mean, number.deviation) == pytest.approx((210, 3 * math.sqrt(600 / 4)), rel=1e-5)
    assert amount(sums_of([[40.1]] * 60)) == Fixed(value=40.1)


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


DETERMINISTIC = tallies({2: (100, 0), 8: (0, 100), 10: (0, 200), None: (30, 70)})
ORDINARY = tallies({2: (10, 90), 8: (6, 94), 10: (4, 196), None: (20, 80)})


def test_deterministic_churn_is_one_number_with_a_warning_and_a_gap():
    figures, gaps, notices = found(records(GroupCounts(name="Mobile", tallies=DETERMINISTIC)))
    churn = figures["groups.Mobile.churn"]
    assert churn.number == Beta(successes=130, trials=500)
    assert (churn.grade, churn.observations) == ("D", 500)
    assert not any(place.startswith("groups.Mobile.churn.") for place in (*figures, *gaps))
    assert gaps["groups.Mobile.churn"].needed is False
    assert "the score follows the leaving" in gaps["groups.Mobile.churn"].text
    [warning] = [text for kind, _group, text in notices if kind is NoticeKind.AFTERWARDS]
    assert "all 100 customers with score 2 left, and none of the 300 with score 8 or 10" in warning
    assert "churn by segment is not a finding" in warning


def test_deterministic_churn_of_all_groups_together_holds_for_each():
    small = GroupCounts(name="Small", tallies=tallies({2: (10, 0), 10: (0, 90)}))
    figures, _gaps, notices = found(records(GroupCounts(name="Large", tallies=DETERMINISTIC), small))
    assert figures["groups.Small.churn"].number == Beta(successes=10, trials=100)
    assert [group for kind, group, _text in notices if kind is NoticeKind.AFTERWARDS] == [None]


def test_deterministic_churn_of_one_group_leaves_the_others_alone():
    ordinary = GroupCounts(
        name="Other", tallies=tallies({2: (2000, 20000), 8: (900, 30000), 10: (500, 40000), None: (20, 80)})
    )
    figures, _gaps, notices = found(records(GroupCounts(name="Mobile", tallies=DETERMINISTIC), ordinary))
    assert figures["groups.Mobile.churn"].number == Beta(successes=130, trials=500)
    assert figures["groups.Other.churn.detractor"].number == Beta(successes=2000, trials=22000)
    assert [group for kind, group, _text in notices if kind is NoticeKind.AFTERWARDS] == ["Mobile"]


def test_revenue_beside_deterministic_churn_is_of_those_who_stayed():
    sums, stayers = sums_of([[10.0]] * 60), sums_of([[20.0]] * 55)
    group = GroupCounts(name="M", tallies=DETERMINISTIC, revenue=(sums,) * 3, revenue_of_stayers=(stayers,) * 3)
    figures, _gaps, _notices = found(records(group))
    assert figures["groups.M.revenue.passive"].number == Fixed(value=60)  # 20 a month
    assert "those who stayed" in figures["groups.M.revenue.passive"].note
    honest = group.model_copy(update={"tallies": ORDINARY})
    assert found(records(honest))[0]["groups.M.revenue.passive"].number == Fixed(value=30)


# What is found and what is left open


def test_churn_is_found_by_segment_from_those_whose_outcome_is_known():
    more = tallies({0: (5, 95), 6: (1, 9), 7: (2, 48)}, period=Q1 + 1)
    unknown = (Tally(period=Q1 + 2, score=3, present=500),)
    figures, gaps, _notices = found(records(GroupCounts(name="Mobile", tallies=ORDINARY + more + unknown)))
    churn = {segment: figures[f"groups.Mobile.churn.{segment}"] for segment in ("promoter", "passive", "detractor")}
    assert churn["detractor"].number == Beta(successes=10 + 5 + 1, trials=100 + 100 + 10)
    assert churn["passive"].number == Beta(successes=8, trials=150)
    assert churn["promoter"].number == Beta(successes=4, trials=200)
    assert (churn["passive"].unit, churn["passive"].grade) == ("1/quarter", "B")
    assert churn["passive"].source == "a.csv, 2026-Q1 to 2026-Q2"
    assert churn["passive"].note == "8 of 150 customer-periods ended with the customer leaving"
    assert "groups.Mobile.churn" not in gaps


def test_too_few_customers_leave_a_gap_with_what_all_groups_say():
    small = GroupCounts(name="Small", tallies=tallies({2: (3, 46), 8: (2, 48), 10: (4, 196)}))
    figures, gaps, _notices = found(records(GroupCounts(name="Large", tallies=ORDINARY), small))
    gap = gaps["groups.Small.churn.detractor"]
    assert (gap.needed, gap.text) == (True, "49 observations, fewer than 50")
    assert gap.hint == {"beta": [13, 149]}
    assert figures["groups.Small.churn.passive"].number == Beta(successes=2, trials=50)
    assert "groups.Small.churn.detractor" not in figures
    fewer = found(records(small), mapping(fewest=40))[0]
    assert fewer["groups.Small.churn.detractor"].number == Beta(successes=3, trials=49)


def test_no_segment_with_enough_customers_leaves_one_number_for_all():
    group = GroupCounts(name="Small", tallies=tallies({2: (3, 27), 10: (1, 20), None: (9, 91)}))
    figures, gaps, _notices = found(records(group))
    assert figures["groups.Small.churn"].number == Beta(successes=13, trials=151)
    assert figures["groups.Small.churn"].grade == "D"
    assert gaps["groups.Small.churn"].text.startswith("30 observations, fewer than 50")


def test_no_outcome_leaves_a_gap():
    present = (Tally(period=Q1, score=9, present=500),)
    figures, gaps, _notices = found(records(GroupCounts(name="M", tallies=present), periods=(Q1,)))
    assert gaps["groups.M.churn"].needed
    assert "no two consecutive periods" in gaps["groups.M.churn"].text
    assert not any("churn" in place for place in figures)
    said = found(records(GroupCounts(name="M", tallies=present), periods=()), mapping(PICTURE, active=None))[1]
    assert "do not say who left" in said["groups.M.churn"].text


def test_one_picture_of_another_length_than_a_period_is_compounded():
    group = GroupCounts(name="M", tallies=tallies({2: (240, 760), 8: (10, 90), 10: (10, 190)}, period=0))
    figures, _gaps, notices = found(records(group, periods=()), mapping(PICTURE, observed_months=12))
    churn = figures["groups.M.churn.detractor"]
    assert churn.number.p50 == pytest.approx(1 - 0.76**0.25, abs=2e-4)
    assert churn.note == "240 of 1,000 customers at the start left within 12 months"
    assert any("within 12 months" in text for kind, _group, text in notices if kind is NoticeKind.ASSUMPTION)


def test_migration_and_newcomers_are_rows_of_counts():
    moves = ((90, 8, 2), (7, 80, 7), (1, 9, 30))
    tally = tuple(
        Tally(period=Q1, score=score, present=100, joined=joined)
        for score, joined in ((10, 20), (7, 21), (8, 9), (0, 14), (None, 50))
    )
    figures, gaps, _notices = found(records(GroupCounts(name="M", tallies=tally, moves=moves)))
    assert figures["groups.M.migration.promoter"].number == RowCounts(promoter=90, passive=8, detractor=2)
    assert figures["groups.M.migration.passive"].number == RowCounts(promoter=7, passive=80, detractor=7)
    gap = gaps["groups.M.migration.detractor"]
    assert (gap.needed, gap.text, gap.hint) == (True, "40 observations, fewer than 50", None)
    assert figures["groups.M.newcomers"].number == RowCounts(promoter=20, passive=30, detractor=14)
    assert figures["groups.M.newcomers"].observations == 64
    assert "in the records 114 joined" in gaps["groups.M.planned_acquisitions"].text
    now = (*tally, Tally(period=Q1 + 1, score=None, present=200, current=200))
    scaled = found(records(GroupCounts(name="M", tallies=now)), mapping(base={"M": 1000}))[1]
    assert "in the records 570 joined" in scaled["groups.M.planned_acquisitions"].text


def test_without_pairs_of_answers_migration_is_left_to_its_default():
    gap = found(records(GroupCounts(name="M", tallies=ORDINARY)))[1]["groups.M.migration"]
    assert not gap.needed
    assert "everyone stays in the segment" in gap.text


def test_customers_come_from_the_last_period_with_enough_answers():
    earlier = tuple(Tally(period=Q1, score=score, present=count) for score, count in ((9, 40), (8, 50), (1, 10)))
    last = (
        Tally(period=Q1 + 1, score=9, present=49, current=49),
        Tally(period=Q1 + 1, score=None, present=951, current=951),
    )
    figures, _gaps, _notices = found(records(GroupCounts(name="M", tallies=earlier + last)))
    customers = [figures[f"groups.M.customers.{segment}"] for segment in ("promoter", "passive", "detractor")]
    assert [summary(figure.number)[0] for figure in customers] == pytest.approx(
        [1000 * 41 / 103, 1000 * 51 / 103, 1000 * 11 / 103], rel=1e-5
    )
    assert customers[0].note == "100 answers of 2026-Q1, for 1,000 customers"
    scaled = found(records(GroupCounts(name="M", tallies=earlier + last)), mapping(base={"m": 50_000}))[0]
    assert summary(scaled["groups.M.customers.promoter"].number)[0] == pytest.approx(50_000 * 41 / 103, rel=1e-5)


def test_a_base_smaller_than_the_records_is_said_and_shrinks_them():
    last = tuple(Tally(period=Q1 + 1, score=s, present=n, current=n) for s, n in ((9, 400), (8, 500), (1, 100)))
    figures, _gaps, notices = found(records(GroupCounts(name="M", tallies=last)), mapping(base={"M": 100}))
    assert summary(figures["groups.M.customers.promoter"].number)[0] == pytest.approx(100 * 401 / 1003, rel=1e-5)
    assert any("1,000 customers in the records, more than the 100" in text for _kind, _group, text in notices)


def test_customers_without_answers_are_a_gap_that_names_their_number():
    silent = (Tally(period=Q1 + 1, score=None, present=951, current=951),)
    _figures, gaps, _notices = found(records(GroupCounts(name="M", tallies=silent)))
    assert gaps["groups.M.customers"].text == "0 observations, fewer than 50; customers in all: 951"


def test_what_records_never_hold_is_always_a_gap():
    _figures, gaps, _notices = found(records(GroupCounts(name="M", tallies=ORDINARY)), mapping(PICTURE))
    needed = {place for place, gap in gaps.items() if gap.needed}
    assert {"company", "currency", "horizon", "start", "discount_rate"} <= needed
    assert {"groups.M.gross_margin", "groups.M.acquisition_cost", "groups.M.revenue"} <= needed
    optional = {"contacts", "contact_cost", "referrals", "put_off", "planned_acquisitions"}
    assert {f"groups.M.{key}" for key in optional} <= set(gaps) - needed


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


# Recovery of what is known


def test_the_shares_of_a_row_are_those_of_dirichlet_draws():
    figure = Figure(
        place=("x",),
        number=RowCounts(promoter=3, passive=2, detractor=1),
        unit="share",
        source="s",
        grade="B",
        note="n",
        observations=6,
    )
    drawn = np.random.default_rng(4).dirichlet((4, 3, 2), 400_000)
    for line, shares in zip(lines(figure), drawn.T, strict=True):
        low, high = np.quantile(shares, (0.05, 0.95))
        assert (line.mean, line.low, line.high) == pytest.approx((shares.mean(), low, high), abs=0.002)


def test_intervals_cover_the_churn_and_the_moves_that_made_the_counts():
    """90 % intervals of 4,000 small panels; churn and migration are drawn anew each time, from the uniform prior."""
    random = np.random.default_rng(11)
    covered = np.zeros(4)
    repeats = 4000
    for _repeat in range(repeats):
        churn, row = random.uniform(0, 1), random.dirichlet((1, 1, 1))
        left = int(random.binomial(200, churn))
        moves = random.multinomial(120, row)
        _mean, low, high = summary(churn_number(Exposure(left, 200)))
        covered[0] += low <= churn <= high
        counted = RowCounts(promoter=moves[0], passive=moves[1], detractor=moves[2])
        figure = Figure(place=("x",), number=counted, unit="share", source="s", grade="B", note="n", observations=120)
        covered[1:] += [line.low <= share <= line.high for line, share in zip(lines(figure), row, strict=True)]
    tolerance = 4 * math.sqrt(0.9 * 0.1 / repeats)
    assert covered / repeats == pytest.approx(np.full(4, 0.9), abs=tolerance)


def test_all_groups_together_are_their_sum():
    one = GroupCounts(
        name="A", tallies=ORDINARY, moves=((1, 2, 3), (4, 5, 6), (7, 8, 9)), revenue=(sums_of([[2.0]]),) * 3
    )
    both = pooled([one, one.model_copy(update={"name": "B"})])
    assert both.moves == ((2, 4, 6), (8, 10, 12), (14, 16, 18))
    assert both.revenue[2].total == 4
    assert len(both.tallies) == 8
