"""What is found in counts of customer records, and what is left open."""

import pytest

from prioritizer.domain.quantity import Beta, Fixed
from prioritizer.domain.records import GroupCounts, NoticeKind, RowCounts, Tally
from prioritizer.engine.estimation import pooled
from prioritizer.engine.posteriors import summary
from tests.engine.count_cases import (
    DETERMINISTIC,
    ORDINARY,
    PICTURE,
    Q1,
    found,
    mapping,
    records,
    sums_of,
    tallies,
)


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


def test_all_groups_together_are_their_sum():
    one = GroupCounts(
        name="A", tallies=ORDINARY, moves=((1, 2, 3), (4, 5, 6), (7, 8, 9)), revenue=(sums_of([[2.0]]),) * 3
    )
    both = pooled([one, one.model_copy(update={"name": "B"})])
    assert both.moves == ((2, 4, 6), (8, 10, 12), (14, 16, 18))
    assert both.revenue[2].total == 4
    assert len(both.tallies) == 8
