"""Numbers by segment, and rows of shares that sum to one."""

import pytest

import cases
from prioritizer.domain.customers import SEGMENTS, Amounts, Counts, Migration, Row, Segment, Shares, stay_in_segment
from prioritizer.domain.quantity import Grade, Kind

STAYS = {"promoter": 0.9, "passive": 0.08, "detractor": 0.02}


def numbers(values):
    return [quantity.number for _segment, quantity in values.items()]


def test_promoters_come_first_on_every_axis():
    assert [segment.value for segment in SEGMENTS] == ["promoter", "passive", "detractor"]
    assert [Segment(name).position for name in ("promoter", "passive", "detractor")] == [0, 1, 2]


def test_a_map_of_segments_may_be_in_any_order():
    assert numbers(Counts.model_validate({"detractor": 30, "promoter": 10, "passive": 20})) == [10, 20, 30]


def test_one_number_is_the_same_for_all_three_which_share_its_draws():
    shared = Shares.model_validate({"pert": [0.01, 0.02, 0.04]})
    assert [quantity.stream for _segment, quantity in shared.items()] == ["all", "all", "all"]
    assert shared.promoter.distribution.model_dump(exclude={"form"}) == {"low": 0.01, "mode": 0.02, "high": 0.04}
    assert numbers(Amounts.model_validate(5)) == [5, 5, 5]


def test_a_card_may_stand_for_all_three():
    card = {"value": {"beta": [3, 10]}, "source": "records", "grade": "B"}
    assert [q.grade for _s, q in Shares.model_validate(card).items()] == [Grade.B] * 3


def test_numbers_of_segments_have_draws_of_their_own():
    own = Shares.model_validate({s: {"pert": [0.01, 0.02, 0.04]} for s in cases.SEGMENTS})
    assert [quantity.stream for _segment, quantity in own.items()] == [None, None, None]


@pytest.mark.parametrize(
    ("kind", "raw", "said"),
    [
        (Counts, {"promoter": 1, "passive": 2}, ["detractor: missing"]),
        (Counts, {"promoter": 1, "passive": 2, "detractor": None}, ["detractor: the value is missing. Give a number."]),
        (
            Counts,
            {"promoter": 1, "passive": 2, "detracter": 3},
            ["detractor: missing", "detracter: extra_forbidden"],
        ),
        (Counts, {"promoter": -1, "passive": 2, "detractor": 3}, ["promoter: -1 is not a count. "]),
        (Shares, {"promoter": 1.2, "passive": 5, "detractor": 0.1}, ["promoter: 1.2 is not a", "passive: 5 is not a"]),
        (Shares, {"perty": [0.1, 0.2, 0.3]}, [": {perty: …} is not a number. Give a number, or one of pert, "]),
        (Shares, [0.1, 0.2, 0.3], [": list is not a number. Give a number, without quotes."]),
        (Shares, None, [": the value is missing. Give a number."]),
        (Shares, {"value": 0.1, "sorce": "x"}, [": sorce is not a key of a number. Did you mean source?"]),
        (Amounts, {"promoter": {"pert": [3, 2, 1]}, "passive": 1, "detractor": 1}, ["promoter: [3, 2, 1] are not in"]),
    ],
)
def test_every_segment_is_asked_for_and_answers_for_itself(kind, raw, said):
    found = cases.refusals(kind, raw)
    assert len(found) == len(said)
    assert all(full.startswith(begin) for full, begin in zip(found, said, strict=True)), found


# Rows


@pytest.mark.parametrize("row", [STAYS, {**STAYS, "detractor": 0.0209}, {**STAYS, "promoter": 0.8991}, 0.3333])
def test_shares_sum_to_one_within_a_tenth_of_a_percent(row):
    assert Row.model_validate(row).promoter.is_fixed


@pytest.mark.parametrize(
    ("row", "total"),
    [
        ({"promoter": 0.4, "passive": 0.35, "detractor": 0.2}, "0.95"),
        ({"promoter": 0.9, "passive": 0.1, "detractor": 0.02}, "1.02"),
        ({"promoter": 0.9, "passive": 0.08, "detractor": 0.0185}, "0.9985"),
        ({"promoter": 0, "passive": 0, "detractor": 0}, "0"),
        (0.3, "0.9"),
    ],
)
def test_shares_that_do_not_sum_to_one_are_refused_with_their_sum(row, total):
    assert cases.refusals(Row, row) == [
        f": {total} is the sum of the shares, not 1. Make the three shares sum to 1.",
    ]


def test_a_row_whose_sum_is_one_may_still_hold_what_is_no_share():
    assert cases.refusals(Row, {"promoter": 1.2, "passive": -0.2, "detractor": 0}) == [
        "promoter: 1.2 is not a share. Give a number from 0 to 1.",
        "passive: -0.2 is not a share. Give a number from 0 to 1.",
    ]


def test_a_missing_share_is_not_inferred():
    assert cases.refusals(Row, {"promoter": 0.9, "passive": 0.08}) == ["detractor: missing"]


def test_uncertain_shares_are_not_asked_to_sum_to_one():
    row = Row.model_validate({"promoter": {"pert": [0.7, 0.8, 0.9]}, "passive": 0.2, "detractor": 0.1})
    assert not row.promoter.is_fixed


def test_a_row_from_counts_shares_one_total():
    row = Row.model_validate({"dirichlet": {"promoter": 92, "passive": 6, "detractor": 2}})
    assert [q.distribution.model_dump(exclude={"form"}) for _s, q in row.items()] == [
        {"count": 92, "total": 100, "options": 3},
        {"count": 6, "total": 100, "options": 3},
        {"count": 2, "total": 100, "options": 3},
    ]
    assert {q.kind for _s, q in row.items()} == {Kind.SHARE}


def test_a_row_from_counts_may_stand_on_a_card():
    card = {"value": {"dirichlet": {"promoter": 0, "passive": 0, "detractor": 0}}, "grade": "B", "source": "survey"}
    assert [(q.grade, q.source) for _s, q in Row.model_validate(card).items()] == [(Grade.B, "survey")] * 3


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (
            {"dirichlet": {"promoter": 1, "passive": 2}},
            ": dirichlet has not a count for each segment. Write {dirichlet",
        ),
        ({"dirichlet": [1, 2, 3]}, ": dirichlet has not a count for each segment. Write {dirichlet: {promoter: …"),
        ({"dirichlet": {"promoter": -1, "passive": 2, "detractor": 3}}, ": -1.0 is not a count. Give counts of 0 or"),
        ({"dirichlet": {"promoter": None, "passive": 2, "detractor": 3}}, ": the value is missing. Give a number."),
        (
            {"value": {"dirichlet": {"promoter": 1, "passive": 2, "detractor": 3}}, "sorce": "x"},
            ": sorce is not a key of a number. Did you mean source?",
        ),
        (
            {"value": {"dirichlet": {"promoter": 1, "passive": 2, "detractor": 3}}, "grade": "E"},
            "grade: E is not a grade. Use A, B, C or D.",
        ),
    ],
)
def test_counts_that_cannot_be_are_refused(raw, said):
    (found,) = cases.refusals(Row, raw)
    assert found.startswith(said)


# Migration


def test_everyone_stays_where_nothing_else_is_said():
    assert [numbers(row) for _segment, row in stay_in_segment().items()] == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_a_matrix_with_rows_and_columns_swapped_is_refused_where_its_rows_do_not_sum_to_one():
    # The columns sum to one: 0.9 + 0.05 + 0.05, 0.1 + 0.85 + 0.05, 0 + 0.1 + 0.9.
    swapped = {
        "promoter": {"promoter": 0.9, "passive": 0.1, "detractor": 0},
        "passive": {"promoter": 0.05, "passive": 0.85, "detractor": 0.05},
        "detractor": {"promoter": 0.05, "passive": 0.05, "detractor": 0.95},
    }
    assert cases.refusals(Migration, swapped) == [
        "passive: 0.95 is the sum of the shares, not 1. Make the three shares sum to 1.",
        "detractor: 1.05 is the sum of the shares, not 1. Make the three shares sum to 1.",
    ]


def test_a_matrix_has_three_rows():
    assert cases.refusals(Migration, {"promoter": STAYS, "passive": STAYS}) == ["detractor: missing"]
    assert cases.refusals(Migration, dict.fromkeys((*cases.SEGMENTS, "lost"), STAYS)) == ["lost: extra_forbidden"]
