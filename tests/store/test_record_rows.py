"""The columns and cells of customer records: what they are read as, what is refused, and how files are joined."""

import pyarrow as pa
import pytest
from pyarrow import parquet

from prioritizer.store.records import count_records
from tests.store.record_cases import PANEL, PICTURE, complaint, complaints, csv_file, mapping


def test_everything_wrong_with_all_files_is_said_at_once(tmp_path):
    one = csv_file(tmp_path, "id,nps\n,11\nb,4.5\nb,8\n", "one.csv")
    two = csv_file(tmp_path, "id,region\na,\nb,South\n", "two.csv")
    found = complaints(mapping(group="region"), one, two)
    assert len(found) == 4
    assert "one.csv, row 2, column id: is empty" in found[0]
    assert "one.csv, 2 rows, first 2, 3, column nps: 11 is not on the scale 0-10" in found[1]
    assert "one.csv, 2 rows, first 3, 4: b has more than one row" in found[2]
    assert "two.csv, row 2, column region: is empty" in found[3]


def test_a_million_bad_cells_are_one_complaint_with_their_count(tmp_path):
    path = csv_file(tmp_path, "id,nps\n" + "".join(f"{index},x\n" for index in range(12_345)))
    assert "12,345 rows, first 2, 3, 4, column nps: x is not on the scale" in complaint(mapping(), path)


# Columns


def test_a_missing_column_is_named_with_the_nearest(tmp_path):
    path = csv_file(tmp_path, "id,npss\na,9\n")
    assert "records.csv: nps is not among the columns. Did you mean npss?" in complaint(mapping(), path)
    everything = complaints(mapping(PANEL), csv_file(tmp_path, "id,x\na,9\n"))
    assert [words.split(": ")[1].split()[0] for words in everything] == [
        "region", "quarter", "nps", "status", "billed", "calls", "tenure"
    ]  # fmt: skip
    other = csv_file(tmp_path, "id;nps\na;9\n")
    assert 'write csv: {delimiter: ";"}' in complaints(mapping(), other)[0]


def test_a_column_in_two_files_is_not_chosen_between(tmp_path):
    one = csv_file(tmp_path, "id,nps,region\na,9,x\n", "one.csv")
    two = csv_file(tmp_path, "id,region\na,y\n", "two.csv")
    assert "region stands in more than one file: one.csv, two.csv" in complaint(mapping(group="region"), one, two)


# Cells


def test_spaces_around_a_cell_do_not_count_and_nothing_else_is_nothing(tmp_path):
    path = csv_file(tmp_path, 'id,nps,region\na, 9 ,North \nb,"",\u2003North\nc,"  ",North\n a,8,North\n')
    assert "2 rows, first 2, 5: a has more than one row" in complaint(mapping(group="region"), path)
    path = csv_file(tmp_path, 'id,nps,region\na, 9 ,North \nb,"",\tNorth\nc,"  ",North\n')
    [group] = count_records(mapping(group="region"), [path]).groups
    assert (group.name, [(tally.score, tally.present) for tally in group.tallies]) == ("North", [(9, 1), (None, 2)])


def test_names_that_look_like_nothing_are_names(tmp_path):
    path = csv_file(tmp_path, "id,nps,region\n00123,9,None\n123,9,NA\n1E5,9,null\nTrue,9,2026-01-02\n")
    counts = count_records(mapping(group="region"), [path])
    assert [group.name for group in counts.groups] == ["2026-01-02", "NA", "None", "null"]
    assert counts.customers == 4


def test_months_and_years_are_periods_too(tmp_path):
    for length, names in ((12, ["2025-12", "2026-01"]), (1, ["2025", "2026"]), (4, ["2025Q4", "2026-Q1"])):
        content = f"id,nps,when\na,9,{names[0]}\nb,9,{names[0]}\na,9,{names[1]}\n"
        counts = count_records(mapping(period="when", periods_per_year=length), [csv_file(tmp_path, content)])
        first, last = counts.groups[0].tallies
        assert last.period == first.period + 1
        assert (first.present, first.stayed, first.left) == (2, 1, 1)


@pytest.mark.parametrize("period", ["Q3 2026", "2026-Q5", "2026-07", "1999-Q1", "2101-Q1", "", "26-Q1", "2026-Q1x"])
def test_a_period_in_another_form_is_refused(tmp_path, period):
    path = csv_file(tmp_path, f"id,nps,when\na,9,2026-Q1\nb,9,{period}\n")
    said = complaint(mapping(period="when"), path)
    assert f"row 3, column when: {period} is not a period".replace(":  ", ": ") in said
    assert "like 2026-Q3" in said


def test_answers_are_on_the_scale_and_words_for_none_are_none(tmp_path):
    content = "id,nps\na,1\nb,5\nc,99\nd,\ne,n/a\nf,3.0\n"
    score = {
        "column": "nps",
        "scale": "1-5",
        "detractor": [1, 2],
        "passive": [3],
        "promoter": [4, 5],
        "no_answer": ["99", "n/a"],
    }
    counts = count_records(mapping(score=score), [csv_file(tmp_path, content)])
    assert {tally.score: tally.present for tally in counts.groups[0].tallies} == {1: 1, 3: 1, 5: 1, None: 3}
    assert counts.oddities.highest_score == 5


@pytest.mark.parametrize("score", ["11", "-1", "9.5", "9/10", "10 - very likely", "NA", "nine", "1e1", "٩", "1000"])
def test_a_score_off_the_scale_is_refused_with_its_row(tmp_path, score):
    path = csv_file(tmp_path, f"id,nps\na,9\nb,{score}\nc,\n")
    assert f"row 3, column nps: {score} is not on the scale 0-10" in complaint(mapping(), path)


def test_a_parquet_file_with_all_cells_of_a_column_empty_has_no_answers(tmp_path):
    path = tmp_path / "records.parquet"
    parquet.write_table(pa.table({"id": ["a", "b"], "nps": pa.array([None, None], "int8")}), path)
    [group] = count_records(mapping(), [path]).groups
    assert [(tally.score, tally.present) for tally in group.tallies] == [(None, 2)]


def test_a_flag_of_an_own_type_is_read_by_its_word(tmp_path):
    for values, active, left in (([True, True, False], "true", "false"), ([1.0, 1.0, 0.0], "1", "0")):
        table = pa.table({"id": [1, 2, 3], "nps": [9, 9, 2], "flag": values})
        parquet.write_table(table, tmp_path / "flags.parquet")
        meaning = mapping(active={"column": "flag", "active": [active], "left": [left]}, observed_months=3)
        [group] = count_records(meaning, [tmp_path / "flags.parquet"]).groups
        assert [(tally.score, tally.stayed, tally.left) for tally in group.tallies] == [(2, 0, 1), (9, 2, 0)]


def test_a_status_that_the_mapping_does_not_know_is_refused(tmp_path):
    path = csv_file(tmp_path, "id,nps,status\na,9,stays\nb,9,\nc,9,paused\nd,9,paused\n")
    meaning = mapping(active={"column": "status", "active": ["stays"], "left": ["leaves"]}, observed_months=3)
    empty, unknown = complaints(meaning, path)
    assert "row 3, column status: is empty" in empty
    assert "2 rows, first 4, 5, column status: paused is not among the words of the mapping" in unknown
    assert "Known are: stays, leaves." in unknown


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("-0.01", "is below zero"),
        ("−5", "is not a number"),
        ("1 000", "is not a number"),
        ("1'000", "is not a number"),
        ("(100)", "is not a number"),
        ("€100", "is not a number"),
        ("5%", "is not a number"),
        ("nan", "is not a number"),
        ("inf", "is not a number"),
        ("1e13", "is larger than the limit 1e+12"),
        ("١٢٣", "is not a number"),
        ("1_000", "is not a number"),
        ("n/a", "is not a number"),
        ("0x10", "is not a number"),
    ],
)
def test_an_amount_that_is_none_is_refused_with_its_row(tmp_path, amount, said):
    path = csv_file(tmp_path, f"id,nps,billed\na,9,10\n\nb,9,{amount}\n")
    meaning = mapping(revenue={"column": "billed", "per": "month"}, currency="EUR")
    assert f"row 4, column billed: {amount} {said}" in complaint(meaning, path)


def test_a_decimal_comma_is_read_only_where_it_is_declared(tmp_path):
    path = csv_file(tmp_path, "id;nps;billed\na;9;1,5\nb;9;2\n")
    meaning = {"revenue": {"column": "billed", "per": "month"}, "currency": "EUR"}
    declared = mapping(**meaning, csv={"delimiter": ";", "decimal": ","})
    assert count_records(declared, [path]).groups[0].revenue[0].total == 3.5
    assert "1,5 is not a number" in complaint(mapping(**meaning, csv={"delimiter": ";"}), path)
    point = csv_file(tmp_path, "id;nps;billed\na;9;1.5\n")
    assert "1.5 is not a number" in complaint(declared, point)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"id": [[1]], "nps": [9]}, "id is a column of array<int64>, which cannot be the customer"),
        ({"id": ["a"], "nps": [{"x": 1}]}, "nps is a column of struct"),
        ({"id": ["a"], "nps": [True]}, "nps is a column of boolean"),
        ({"id": [b"\x01"], "nps": [9]}, "id is a column of binary"),
        ({"id": ["a"], "nps": [9.5]}, "row 1, column nps: 9.5 is not on the scale"),
        ({"id": ["a", "b"], "nps": [9, 9], "billed": [1.0, float("nan")]}, "row 2, column billed: nan is not a number"),
        ({"id": ["a"], "nps": [9], "billed": [-1]}, "row 1, column billed: -1 is below zero"),
        ({"id": ["a", None], "nps": [9, 9]}, "row 2, column id: is empty"),
        ({"id": ["a"], "nps": [float("nan")]}, "row 1, column nps: nan is not on the scale"),
        ({"id": pa.array([], "string"), "nps": pa.array([], "int64")}, "has no rows"),
    ],
)
def test_a_bad_parquet_file_is_refused_in_words(tmp_path, columns, said):
    path = tmp_path / "records.parquet"
    parquet.write_table(pa.table(columns), path)
    billed = {"revenue": {"column": "billed", "per": "month"}, "currency": "EUR"} if "billed" in columns else {}
    assert said in complaint(mapping(**billed), path)


def test_two_rows_of_a_customer_in_a_period_are_refused(tmp_path):
    content = "id,nps,when\na,9,2026-Q1\nb,9,2026-Q1\na,9,2026-Q2\na,8,2026-Q1\nb,7,2026-Q1\n"
    said = complaint(mapping(period="when"), csv_file(tmp_path, content))
    assert "2 rows, first 2, 5: a has more than one row in a period, and so have others: 2 cases" in said


# Several files


def test_files_are_joined_on_the_customer(tmp_path):
    status = csv_file(tmp_path, "id,nps,status\n007,9,stays\n7,3,leaves\n8,8,stays\n", "status.csv")
    billing = csv_file(tmp_path, "billed,id,region\n10,8,South\n5.5,007,North\n1,7,North\n2,9,South\n", "billing.csv")
    counts = count_records(mapping(PICTURE, tenure=None), [status, billing])
    north, south = counts.groups
    assert (north.name, south.name) == ("North", "South")
    assert [(tally.score, tally.stayed, tally.left) for tally in north.tallies] == [(3, 0, 1), (9, 1, 0)]
    assert north.revenue[0].total == 5.5
    assert south.revenue[1].total == 10
    [partial] = counts.oddities.partial
    assert (partial.file, partial.lacking, partial.unknown) == ("billing.csv", 0, 1)


def test_files_with_periods_are_joined_on_them_too_and_others_on_the_customer_alone(tmp_path):
    base = csv_file(tmp_path, "id,quarter\na,2026-Q1\na,2026-Q2\nb,2026-Q1\n", "base.csv")
    survey = csv_file(tmp_path, "id,quarter,nps\na,2026-Q2,9\nb,2026-Q1,2\nz,2026-Q1,2\n", "survey.csv")
    region = csv_file(tmp_path, "id,region\na,North\nb,South\n", "region.csv")
    meaning = mapping(period="quarter", group="region")
    counts = count_records(meaning, [base, survey, region])
    found = {
        group.name: [(tally.period % 4, tally.score, tally.present) for tally in group.tallies]
        for group in counts.groups
    }
    assert found == {"North": [(0, None, 1), (1, 9, 1)], "South": [(0, 2, 1)]}
    assert [dict(part) for part in counts.oddities.partial] == [{"file": "survey.csv", "lacking": 1, "unknown": 1}]


def test_a_file_without_the_customers_of_the_first_is_refused_where_they_need_it(tmp_path):
    base = csv_file(tmp_path, "id,nps\na,9\nb,2\n", "base.csv")
    region = csv_file(tmp_path, "id,region\na,North\n", "region.csv")
    assert "lacks 1 rows of the first file, which so have no region" in complaint(mapping(group="region"), base, region)
    strangers = csv_file(tmp_path, "id,region\nx,North\n", "strangers.csv")
    assert "has no customer in common" in complaint(mapping(group="region"), base, strangers)
