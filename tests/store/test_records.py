"""Counting customer records, held against plain loops."""

import random
from collections import defaultdict

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from prioritizer.errors import InputError
from prioritizer.store.records import count_records, read_mapping
from tests.store.record_cases import PANEL, PICTURE, complaint, csv_file, mapping

QUARTERS = ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]


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


def test_a_period_that_is_missing_is_not_taken_for_leaving(tmp_path):
    content = "id,nps,when\na,9,2025-Q1\nb,9,2025-Q1\na,9,2025-Q3\na,9,2025-Q4\n"
    counts = count_records(mapping(period="when"), [csv_file(tmp_path, content)])
    assert counts.oddities.missing_periods == (2025 * 4 + 1,)
    tallies = {tally.period - 2025 * 4: (tally.stayed, tally.left) for tally in counts.groups[0].tallies}
    assert tallies == {0: (0, 0), 2: (1, 0), 3: (0, 0)}


def test_tenure_is_in_its_unit(tmp_path):
    status = {"column": "status", "active": ["here"], "left": ["left"]}
    path = csv_file(tmp_path, "id,nps,status,years\na,9,here,0.2\nb,9,here,0.3\nc,9,left,0.25\n")
    meaning = mapping(active=status, observed_months=3, tenure={"column": "years", "unit": "year"})
    [tally] = count_records(meaning, [path]).groups[0].tallies
    assert (tally.joined, tally.stayed, tally.left, tally.came_and_went) == (1, 1, 0, 1)
    unknown = mapping(tenure={"column": "years", "unit": "month"})
    [tally] = count_records(unknown, [csv_file(tmp_path, "id,nps,years\na,9,0\n")]).groups[0].tallies
    assert (tally.joined, tally.present) == (0, 1)


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


def test_no_file_is_no_records():
    with pytest.raises(InputError, match="no records are named"):
        count_records(mapping(), [])


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
