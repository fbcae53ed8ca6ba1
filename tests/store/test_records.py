"""Counting customer records, held against plain loops, and every bad input that a file can hold."""

import random
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from prioritizer.domain.records import RecordsMapping
from prioritizer.errors import InputError
from prioritizer.store.records import count_records, read_mapping

QUARTERS = ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]
PANEL = {
    "customer": "id",
    "group": "region",
    "period": "quarter",
    "periods_per_year": 4,
    "score": {"column": "nps", "scale": "0-10"},
    "active": {"column": "status", "active": ["stays"], "joined": ["new"], "left": ["leaves"], "gone": ["gone"]},
    "revenue": {"column": "billed", "per": "period"},
    "contacts": {"column": "calls", "per": "period"},
    "tenure": {"column": "tenure", "unit": "month"},
    "currency": "EUR",
}
PICTURE = {
    **{key: value for key, value in PANEL.items() if key not in ("period", "contacts")},
    "observed_months": 3,
}
SIMPLE = {"customer": "id", "score": {"column": "nps", "scale": "0-10"}, "periods_per_year": 4}


def mapping(start=SIMPLE, **changes) -> RecordsMapping:
    return RecordsMapping.model_validate({**start, **changes})


def csv_file(folder: Path, content: str | bytes, name: str = "records.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def complaints(meaning: RecordsMapping, *paths: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        count_records(meaning, paths)
    return [str(complaint) for complaint in caught.value.complaints]


def complaint(meaning: RecordsMapping, *paths: Path) -> str:
    [only] = complaints(meaning, *paths)
    return only


# Counting, against plain loops


def segment(score):
    return 0 if score >= 9 else 1 if score >= 7 else 2


def random_panel(seed):
    """Rows of 60 customers, some of whom vanish; the status is never "leaves" in two rows running."""
    rng = random.Random(seed)
    rows = []
    for customer in range(60):
        before = None
        home = rng.choice(["North", "South"])
        for period in range(len(QUARTERS)):
            if rng.random() < 0.1:
                continue
            status = rng.choices(["stays", "new", "leaves", "gone"], [8, 1, 0 if before == "leaves" else 2, 1])[0]
            before = status
            rows.append(
                {
                    "id": f"C{customer:03d}",
                    "quarter": QUARTERS[period],
                    "region": home if rng.random() < 0.95 else "South",
                    "nps": rng.choice([None, None, *range(11)]),
                    "status": status,
                    "billed": None if rng.random() < 0.1 else round(rng.uniform(0, 500), 2),
                    "calls": rng.choice([0, 0, 1, 2]),
                    "tenure": rng.choice([None, 0, 2, 3, 4, 40]),
                }
            )
    return rows


def said_to_leave(rows):
    """The same rows, completed so that nobody vanishes without a word: who would, says so in the last row."""
    here = {(row["id"], row["quarter"]) for row in rows}
    for row in rows:
        at = QUARTERS.index(row["quarter"])
        if at < len(QUARTERS) - 1 and (row["id"], QUARTERS[at + 1]) not in here and row["status"] in ("stays", "new"):
            row["status"] = "leaves"
    return [row for index, row in enumerate(rows) if not twice_left(rows, index)]


def twice_left(rows, index):
    before = rows[index - 1] if index else None
    return bool(before) and before["id"] == rows[index]["id"] and before["status"] == rows[index]["status"] == "leaves"


def expected_panel(rows):
    """What should be counted, customer by customer and quarter by quarter."""
    at = {(row["id"], row["quarter"]): row for row in rows}
    known = {row["quarter"] for row in rows}
    counted = {"tallies": defaultdict(lambda: defaultdict(int)), "moves": defaultdict(int), "later": defaultdict(int)}
    odd = {"vanished": 0, "returned": 0, "scored_after_leaving": 0}

    def there(row):
        return row is not None and row["status"] != "gone"

    def next_row(row, steps=1):
        index = QUARTERS.index(row["quarter"]) + steps
        return at.get((row["id"], QUARTERS[index])) if 0 <= index < len(QUARTERS) else None

    def in_records(row, steps):
        index = QUARTERS.index(row["quarter"]) + steps
        return 0 <= index < len(QUARTERS) and QUARTERS[index] in known

    for row in rows:
        if there(row) and row["status"] != "leaves" and in_records(row, 1) and next_row(row) is None:
            odd["vanished"] += 1
    for row in rows:
        if not there(row):
            odd["scored_after_leaving"] += row["nps"] is not None
            continue
        tally = counted["tallies"][row["region"], row["quarter"], row["nps"]]
        tally["present"] += 1
        tally["current"] += row["quarter"] == max(known)
        goes_on = row["status"] != "leaves" and there(next_row(row))
        if in_records(row, 1):
            tally["stayed" if goes_on else "left"] += 1
        elif odd["vanished"] == 0:
            tally["left" if row["status"] == "leaves" else "stayed"] += 1
        before = next_row(row, -1)
        arrives = in_records(row, -1) and not (there(before) and before["status"] != "leaves")
        young = row["tenure"] is None or row["tenure"] <= 3
        tally["joined"] += row["status"] == "new" or (arrives and young)
        earlier = [other for other in rows if other["id"] == row["id"] and other["quarter"] < row["quarter"]]
        odd["returned"] += arrives and any(map(there, earlier))
        if goes_on and row["nps"] is not None:
            after, later = next_row(row), next_row(row, 2)
            if after["nps"] is not None:
                counted["moves"][row["region"], segment(row["nps"]), segment(after["nps"])] += 1
            if after["status"] != "leaves" and there(later) and later["nps"] is not None:
                counted["later"][row["region"], segment(row["nps"]), segment(later["nps"])] += 1
    return counted, odd


def expected_sums(rows, column, keep):
    """Per group and segment: customers, rows, Σ S, Σ S², Σ S·n, Σ n²."""
    each = defaultdict(list)
    for row in rows:
        if keep(row) and row["nps"] is not None and row[column] is not None:
            each[row["region"], segment(row["nps"]), row["id"]].append(row[column])
    sums = defaultdict(lambda: [0, 0, 0.0, 0.0, 0.0, 0])
    for (region, position, _customer), amounts in each.items():
        n, s = len(amounts), sum(amounts)
        for index, part in enumerate((1, n, s, s * s, s * n, n * n)):
            sums[region, position][index] += part
    return sums


def assert_sums(group, key, expected):
    for position, sums in enumerate(getattr(group, key)):
        found = [sums.customers, sums.rows, sums.total, sums.squares, sums.cross, sums.squared_rows]
        assert found == pytest.approx(expected[group.name, position], rel=1e-9)


def as_tallies(counts):
    return {
        (group.name, QUARTERS[tally.period - counts.periods[0]], tally.score): {
            key: value for key, value in tally if value and key not in ("period", "score")
        }
        for group in counts.groups
        for tally in group.tallies
        if any(value for key, value in tally if key not in ("period", "score"))
    }


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("complete", [False, True])
def test_a_panel_is_counted_as_plain_loops_count_it(tmp_path, seed, complete):
    rows = random_panel(seed)
    if complete:
        rows = said_to_leave(rows)
    path = tmp_path / "panel.csv"
    pd.DataFrame(rows).sample(frac=1, random_state=seed).astype({"nps": "Int64", "tenure": "Int64"}).to_csv(
        path, index=False
    )

    counts = count_records(mapping(PANEL), [path])

    expected, odd = expected_panel(rows)
    assert (odd["vanished"] == 0) is complete
    assert as_tallies(counts) == {
        key: {name: int(count) for name, count in tally.items() if count} for key, tally in expected["tallies"].items()
    }
    for group in counts.groups:
        for key, matrix in (("moves", group.moves), ("later", group.later_moves)):
            assert matrix == tuple(tuple(expected[key][group.name, s, t] for t in range(3)) for s in range(3))
    for name, count in odd.items():
        assert getattr(counts.oddities, name) == count
    regions = defaultdict(set)
    for row in rows:
        regions[row["id"]].add(row["region"])
    assert counts.oddities.changed_group == sum(len(found) > 1 for found in regions.values()) > 0
    assert (counts.rows, counts.customers) == (len(rows), len({row["id"] for row in rows}))


@pytest.mark.parametrize("seed", range(4))
def test_amounts_are_summed_over_the_last_year_by_customer(tmp_path, seed):
    rows = said_to_leave(random_panel(seed))
    path = tmp_path / "panel.csv"
    pd.DataFrame(rows).to_csv(path, index=False)

    counts = count_records(mapping(PANEL), [path])

    def recent(row):
        return row["status"] != "gone" and row["quarter"] in QUARTERS[-4:]

    def stays(row):
        index = QUARTERS.index(row["quarter"]) + 1
        after = [o for o in rows if o["id"] == row["id"] and index < 5 and o["quarter"] == QUARTERS[index]]
        goes_on = index == 5 or (after and after[0]["status"] != "gone")
        return recent(row) and row["status"] != "leaves" and goes_on

    for column, key in (("billed", "revenue"), ("calls", "contacts")):
        for group in counts.groups:
            assert_sums(group, key, expected_sums(rows, column, recent))
            assert_sums(group, f"{key}_of_stayers", expected_sums(rows, column, stays))
    empty = sum(recent(row) and row["billed"] is None for row in rows)
    assert counts.oddities.without_revenue == empty > 0


@pytest.mark.parametrize("seed", range(4))
def test_one_picture_is_counted_as_plain_loops_count_it(tmp_path, seed):
    rng = random.Random(seed)
    rows = [
        {
            "id": index,
            "region": rng.choice(["North", "South"]),
            "nps": rng.choice([None, 3, 8, 10]),
            "status": rng.choice(["stays", "stays", "new", "leaves", "gone"]),
            "billed": rng.uniform(1, 9),
            "tenure": rng.choice([None, 1, 3, 4, 50]),
        }
        for index in range(300)
    ]
    path = tmp_path / "picture.csv"
    pd.DataFrame(rows).astype({"nps": "Int64", "tenure": "Int64"}).to_csv(path, index=False)

    counts = count_records(mapping(PICTURE), [path])

    expected = defaultdict(lambda: defaultdict(int))
    for row in rows:
        young = row["tenure"] is not None and row["tenure"] <= 3
        tally = expected[row["region"], row["nps"]]
        if row["status"] == "gone":
            continue
        if row["status"] == "leaves":
            for key in ("came_and_went",) if young else ("present", "left"):
                tally[key] += 1
        else:
            tally["current"] += 1
            for key in ("joined",) if young or row["status"] == "new" else ("present", "stayed"):
                tally[key] += 1
    found = {
        (group.name, tally.score): {key: value for key, value in tally if value and key not in ("period", "score")}
        for group in counts.groups
        for tally in group.tallies
    }
    assert found == {key: dict(tally) for key, tally in expected.items()}
    assert counts.periods == ()
    odd = [row for row in rows if row["status"] == "new" and (row["tenure"] or 0) > 3]
    assert counts.oddities.joined_with_long_tenure == len(odd) > 0


def test_parquet_with_its_own_types_counts_like_csv(tmp_path):
    frame = pd.DataFrame(random_panel(1)).astype({"nps": "Int64", "tenure": "float64"})
    frame["region"] = frame["region"].astype("category")
    frame["nps"] = frame["nps"].astype("float64")  # with empty cells, as pandas writes them: 9.0
    frame.to_csv(tmp_path / "panel.csv", index=False)
    parquet.write_table(pa.Table.from_pandas(frame), tmp_path / "panel.parquet")

    from_csv = count_records(mapping(PANEL), [tmp_path / "panel.csv"])
    from_parquet = count_records(mapping(PANEL), [tmp_path / "panel.parquet"])

    same = from_parquet.model_copy(update={"files": from_csv.files})
    for one, other in zip(same.groups, from_csv.groups, strict=True):
        assert one.tallies == other.tallies
        assert (one.moves, one.later_moves) == (other.moves, other.later_moves)
        for sums, others in zip(one.revenue, other.revenue, strict=True):
            assert dict(sums) == pytest.approx(dict(others))


def test_a_flag_of_an_own_type_is_read_by_its_word(tmp_path):
    for values, active, left in (([True, True, False], "true", "false"), ([1.0, 1.0, 0.0], "1", "0")):
        table = pa.table({"id": [1, 2, 3], "nps": [9, 9, 2], "flag": values})
        parquet.write_table(table, tmp_path / "flags.parquet")
        meaning = mapping(active={"column": "flag", "active": [active], "left": [left]}, observed_months=3)
        [group] = count_records(meaning, [tmp_path / "flags.parquet"]).groups
        assert [(tally.score, tally.stayed, tally.left) for tally in group.tallies] == [(2, 0, 1), (9, 2, 0)]


def test_months_and_years_are_periods_too(tmp_path):
    for length, names in ((12, ["2025-12", "2026-01"]), (1, ["2025", "2026"]), (4, ["2025Q4", "2026-Q1"])):
        content = f"id,nps,when\na,9,{names[0]}\nb,9,{names[0]}\na,9,{names[1]}\n"
        counts = count_records(mapping(period="when", periods_per_year=length), [csv_file(tmp_path, content)])
        first, last = counts.groups[0].tallies
        assert last.period == first.period + 1
        assert (first.present, first.stayed, first.left) == (2, 1, 1)


def test_a_period_that_is_missing_is_not_taken_for_leaving(tmp_path):
    content = "id,nps,when\na,9,2025-Q1\nb,9,2025-Q1\na,9,2025-Q3\na,9,2025-Q4\n"
    counts = count_records(mapping(period="when"), [csv_file(tmp_path, content)])
    assert counts.oddities.missing_periods == (2025 * 4 + 1,)
    tallies = {tally.period - 2025 * 4: (tally.stayed, tally.left) for tally in counts.groups[0].tallies}
    assert tallies == {0: (0, 0), 2: (1, 0), 3: (0, 0)}


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


def test_a_column_in_two_files_is_not_chosen_between(tmp_path):
    one = csv_file(tmp_path, "id,nps,region\na,9,x\n", "one.csv")
    two = csv_file(tmp_path, "id,region\na,y\n", "two.csv")
    assert "region stands in more than one file: one.csv, two.csv" in complaint(mapping(group="region"), one, two)


# Bad files


def test_everything_wrong_with_all_files_is_said_at_once(tmp_path):
    one = csv_file(tmp_path, "id,nps\n,11\nb,4.5\nb,8\n", "one.csv")
    two = csv_file(tmp_path, "id,region\na,\nb,South\n", "two.csv")
    found = complaints(mapping(group="region"), one, two)
    assert len(found) == 4
    assert "one.csv, row 2, column id: is empty" in found[0]
    assert "one.csv, 2 rows, first 2, 3, column nps: 11 is not on the scale 0-10" in found[1]
    assert "one.csv, 2 rows, first 3, 4: b has more than one row" in found[2]
    assert "two.csv, row 2, column region: is empty" in found[3]


@pytest.mark.parametrize("score", ["11", "-1", "9.5", "9/10", "10 - very likely", "NA", "nine", "1e1", "٩", "1000"])
def test_a_score_off_the_scale_is_refused_with_its_row(tmp_path, score):
    path = csv_file(tmp_path, f"id,nps\na,9\nb,{score}\nc,\n")
    assert f"row 3, column nps: {score} is not on the scale 0-10" in complaint(mapping(), path)


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


def test_a_million_bad_cells_are_one_complaint_with_their_count(tmp_path):
    path = csv_file(tmp_path, "id,nps\n" + "".join(f"{index},x\n" for index in range(12_345)))
    assert "12,345 rows, first 2, 3, 4, column nps: x is not on the scale" in complaint(mapping(), path)


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path):
    path = csv_file(tmp_path, 'id,nps,text\n\na,9,"two\nlines"\n\n\nb,12,x\n')
    assert "row 6, column nps: 12" in complaint(mapping(), path)
    marked = csv_file(tmp_path, "sep=;\nid;nps\na;9\nb;12\n")
    assert "row 4, column nps: 12" in complaint(mapping(), marked)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_byte_order_mark_and_any_line_end_are_accepted(tmp_path, ends):
    path = csv_file(tmp_path, "\ufeffid,nps" + ends + "a,9" + ends + ' b ,"3"' + ends)
    counts = count_records(mapping(), [path])
    assert counts.customers == 2
    assert [tally.score for tally in counts.groups[0].tallies] == [3, 9]


def test_spaces_around_a_cell_do_not_count_and_nothing_else_is_nothing(tmp_path):
    path = csv_file(tmp_path, 'id,nps,region\na, 9 ,North \nb,"",\u2003North\nc,"  ",North\n a,8,North\n')
    assert "2 rows, first 2, 5: a has more than one row" in complaint(mapping(group="region"), path)
    path = csv_file(tmp_path, 'id,nps,region\na, 9 ,North \nb,"",\tNorth\nc,"  ",North\n')
    [group] = count_records(mapping(group="region"), [path]).groups
    assert (group.name, [(tally.score, tally.present) for tally in group.tallies]) == ("North", [(9, 1), (None, 2)])


def test_tenure_is_in_its_unit(tmp_path):
    status = {"column": "status", "active": ["here"], "left": ["left"]}
    path = csv_file(tmp_path, "id,nps,status,years\na,9,here,0.2\nb,9,here,0.3\nc,9,left,0.25\n")
    meaning = mapping(active=status, observed_months=3, tenure={"column": "years", "unit": "year"})
    [tally] = count_records(meaning, [path]).groups[0].tallies
    assert (tally.joined, tally.stayed, tally.left, tally.came_and_went) == (1, 1, 0, 1)
    unknown = mapping(tenure={"column": "years", "unit": "month"})
    [tally] = count_records(unknown, [csv_file(tmp_path, "id,nps,years\na,9,0\n")]).groups[0].tallies
    assert (tally.joined, tally.present) == (0, 1)


def test_a_missing_column_is_named_with_the_nearest(tmp_path):
    path = csv_file(tmp_path, "id,npss\na,9\n")
    assert "records.csv: nps is not among the columns. Did you mean npss?" in complaint(mapping(), path)
    everything = complaints(mapping(PANEL), csv_file(tmp_path, "id,x\na,9\n"))
    assert [words.split(": ")[1].split()[0] for words in everything] == [
        "region", "quarter", "nps", "status", "billed", "calls", "tenure"
    ]  # fmt: skip
    other = csv_file(tmp_path, "id;nps\na;9\n")
    assert 'write csv: {delimiter: ";"}' in complaints(mapping(), other)[0]


def test_headings_are_compared_without_what_nobody_sees(tmp_path):
    path = csv_file(tmp_path, "\u200bid , nps\u00a0\na,9\n")
    assert count_records(mapping(), [path]).customers == 1


@pytest.mark.parametrize("header", ["id,nps,nps", "id,nps,NPS", "id,nps, nps\u200b", "id,nps,\uff4eps", "id,nps,,"])
def test_a_heading_that_stands_twice_is_refused(tmp_path, header):
    width = header.count(",") - 1
    path = csv_file(tmp_path, f"{header}\na,9{',1' * width}\n")
    assert "stands twice in the header" in complaint(mapping(), path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\n\n\n", "is empty"),
        (b"id,nps\n", "has no rows"),
        (b"id,nps\n\n\n", "has no rows"),
        (b",\na,9\n", "has no header"),
        (b'"id\nx",nps\na,9\n', "has no header"),
        ("id,nps\nä,9\n".encode("utf-16"), "is not UTF-8"),
        ("ключ,nps\na,9\n".encode("cp1251"), "is not UTF-8"),
        (b"id,nps\na,9\n\xff\xfe,9\n", "row 3: is not UTF-8"),
        (b"id,nps\na,9\nb,1,5\n", "row 3: has more fields than the header, which has 2"),
        (b"id,nps\na,9,\nb,8,\n", "2 rows, first 2, 3: has more fields than the header"),
        (b"id,nps\na\nb,9\n", "row 2: has fewer fields than the header"),
        (b'id,nps\na,"9\nb,8\n', "row 2: has a quote that is not closed"),
        (b'id,nps\na,9\n"b"c,8\n', "row 3: has a quote"),
        (b"id,nps\na,9\r\nb,8\n", "mixes line ends"),
        (b"id,nps\na," + b"9" * 3_000_000 + b"\n", "row 2: is too long"),
        (("x," * 250 + "nps\n").encode(), "has 251 columns, more than 200"),
        (b"id,nps\na\x00b,9\n", "holds control characters"),
        (b"PAR1 but not", "does not hold what its name says"),
    ],
)
def test_a_broken_csv_file_is_refused_in_words(tmp_path, content, said):
    assert said in complaint(mapping(), csv_file(tmp_path, content))


def test_a_last_empty_field_and_quotes_are_no_trailing_delimiter(tmp_path):
    path = csv_file(tmp_path, 'id,nps,note\na,9,\nb,8,"1,2,3,"\nc,8,"x, y,\nz,,,,"\n')
    assert count_records(mapping(), [path]).customers == 3


def test_a_file_name_is_never_a_pattern(tmp_path):
    path = csv_file(tmp_path, "id,nps\na,9\n", "data[1]*.csv")
    csv_file(tmp_path, "id,nps\nb,9\nc,9\n", "data1x.csv")
    assert count_records(mapping(), [path]).customers == 1


def test_what_is_no_file_of_records_is_refused(tmp_path):
    assert "there is no such file" in complaint(mapping(), tmp_path / "none.csv")
    assert "is not a file" in complaint(mapping(), tmp_path)
    assert "is neither CSV nor Parquet" in complaint(mapping(), csv_file(tmp_path, "PK\x03\x04", "book.xlsx"))
    assert "does not hold what its name says" in complaint(mapping(), csv_file(tmp_path, "id,nps\na,9\n", "a.parquet"))
    cut = csv_file(tmp_path, b"PAR1" + b"\0" * 50 + b"PAR1", "cut.parquet")
    assert "cannot be read as Parquet" in complaint(mapping(), cut)
    with pytest.raises(InputError, match="no records are named"):
        count_records(mapping(), [])


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


def test_a_parquet_file_with_a_heading_twice_is_refused(tmp_path):
    path = tmp_path / "records.parquet"
    parquet.write_table(pa.table([pa.array(["a"]), pa.array([1]), pa.array([2])], names=["id", "nps", "NPS"]), path)
    assert "NPS stands twice in the header" in complaint(mapping(), path)


def test_a_parquet_file_with_all_cells_of_a_column_empty_has_no_answers(tmp_path):
    path = tmp_path / "records.parquet"
    parquet.write_table(pa.table({"id": ["a", "b"], "nps": pa.array([None, None], "int8")}), path)
    [group] = count_records(mapping(), [path]).groups
    assert [(tally.score, tally.present) for tally in group.tallies] == [(None, 2)]


# Bad rows


def test_a_status_that_the_mapping_does_not_know_is_refused(tmp_path):
    path = csv_file(tmp_path, "id,nps,status\na,9,stays\nb,9,\nc,9,paused\nd,9,paused\n")
    meaning = mapping(active={"column": "status", "active": ["stays"], "left": ["leaves"]}, observed_months=3)
    empty, unknown = complaints(meaning, path)
    assert "row 3, column status: is empty" in empty
    assert "2 rows, first 4, 5, column status: paused is not among the words of the mapping" in unknown
    assert "Known are: stays, leaves." in unknown


@pytest.mark.parametrize("period", ["Q3 2026", "2026-Q5", "2026-07", "1999-Q1", "2101-Q1", "", "26-Q1", "2026-Q1x"])
def test_a_period_in_another_form_is_refused(tmp_path, period):
    path = csv_file(tmp_path, f"id,nps,when\na,9,2026-Q1\nb,9,{period}\n")
    said = complaint(mapping(period="when"), path)
    assert f"row 3, column when: {period} is not a period".replace(":  ", ": ") in said
    assert "like 2026-Q3" in said


def test_two_rows_of_a_customer_in_a_period_are_refused(tmp_path):
    content = "id,nps,when\na,9,2026-Q1\nb,9,2026-Q1\na,9,2026-Q2\na,8,2026-Q1\nb,7,2026-Q1\n"
    said = complaint(mapping(period="when"), csv_file(tmp_path, content))
    assert "2 rows, first 2, 5: a has more than one row in a period, and so have others: 2 cases" in said


def test_leaving_twice_running_is_refused_with_the_word_that_is_meant(tmp_path):
    content = "id,nps,when,status\na,9,2026-Q1,x\na,9,2026-Q2,x\nb,9,2026-Q1,s\nb,9,2026-Q2,s\n"
    meaning = mapping(period="when", active={"column": "status", "active": ["s"], "left": ["x"]})
    said = complaint(meaning, csv_file(tmp_path, content))
    assert "active.left: x means that a customer left during the period, and 1 rows say so" in said
    assert "into gone" in said


def test_groups_are_told_apart_by_more_than_their_case(tmp_path):
    path = csv_file(tmp_path, "id,nps,region\na,9,North\nb,9,north\nc,9,South\n")
    assert "north is the same group as North but written differently" in complaint(mapping(group="region"), path)


def test_too_many_groups_are_no_groups(tmp_path):
    path = csv_file(tmp_path, "id,nps,city\n" + "".join(f"{index},9,City {index}\n" for index in range(201)))
    assert "city has 201 groups, more than 200" in complaint(mapping(group="city"), path)
    long = csv_file(tmp_path, f"id,nps,city\na,9,{'x' * 201}\n")
    assert "more than 200 characters" in complaint(mapping(group="city"), long)


def test_a_base_is_of_groups_in_the_records(tmp_path):
    path = csv_file(tmp_path, "id,nps,region\na,9,North\n")
    said = complaint(mapping(group="region", base={"Nort": 100}), path)
    assert "base: Nort is no group of the records. Did you mean North?" in said


def test_names_that_look_like_nothing_are_names(tmp_path):
    path = csv_file(tmp_path, "id,nps,region\n00123,9,None\n123,9,NA\n1E5,9,null\nTrue,9,2026-01-02\n")
    counts = count_records(mapping(group="region"), [path])
    assert [group.name for group in counts.groups] == ["2026-01-02", "NA", "None", "null"]
    assert counts.customers == 4


# The mapping file


def test_a_mapping_file_is_complained_about_with_its_lines(tmp_path):
    path = tmp_path / "mapping.yaml"
    path.write_text("customer: id\nperiods_per_year: 4\nscore: {column: nps, scale: 1-5}\nactiv: {}\n")
    with pytest.raises(InputError) as caught:
        read_mapping(path)
    scale, unknown = sorted(caught.value.complaints, key=lambda found: found.line)
    assert (scale.line, scale.place, scale.value) == (3, "score", "1-5")
    assert (unknown.line, unknown.value, unknown.remedy) == (4, "activ", "Did you mean active?")


def test_a_mapping_file_is_read(tmp_path):
    path = tmp_path / "mapping.yaml"
    path.write_text("customer: id\nperiods_per_year: 4\nscore: {column: nps, scale: 0-10}\nrecords: [a.csv, b.csv]\n")
    assert read_mapping(path) == mapping(records=("a.csv", "b.csv"))
