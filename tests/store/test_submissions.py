"""The same initiatives as YAML, CSV and XLSX, and what is said about rows that are no initiatives."""

import csv
import datetime
import io
import tempfile
import unicodedata
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prioritizer.domain.initiatives import Initiative
from prioritizer.errors import InputError
from prioritizer.store.files import read_initiatives
from prioritizer.store.submission_columns import KNOWN
from prioritizer.store.submissions import SHEETS, read_sheet

ROOT = Path(__file__).parents[2]

YAML = """
- id: close-the-loop
  name: Call back every detractor
  department: Customer service
  owner: n.ivanova
  description: |-
    Calls, "warm";
    within two days.
  earliest_start: 1
  latest_start: 3
  delay: 1
  ramp_up: {pert: [2, 3, 5]}
  duration: 12
  fade_out: 4
  probability_of_success: 0.8
  reach: {Mobile: 0.35, Home internet: {value: {range: [0.16, 0.22, 0.29]}, source: "Pilot, 2026", grade: B},
          North.West: 0.1}
  costs:
    one_off: {0: 4000000, 2: 8000000}
    running: {pert: [1200000, 1400000, 1900000]}
    per_customer: {amount: 40, of: [detractor, passive]}
  staff: {Customer service: 6, IT: 0.5}
  levers:
    - {move: {from: detractor, to: passive}, share: {pert: [0.05, 0.10, 0.18]}, usual: 0.06}
    - {churn: detractor, change: -0.10}
    - {churn: all, change: -0.01}
    - {contact_cost: all, change: -0.1, usual: -0.05}
    - {extra_customers: {Mobile: 1500, Home internet: 200}, cost_each: 900, usual: 800}
    - {newcomers: {from: passive, to: promoter}, share: 0.05}
  template: close-the-loop
  evidence: {grade: B, note: "pilot, two cities", sources: [lift, tenure]}
  pilot: {customers: 20000, cost: 900000, periods: 2}
  requires: [keep-promises]
  excludes: [a, b]
  mandatory: true
- id: "00123"
  name: =1+1
  department: "null"
  start: 2
  reach: 0.4
  costs: {one_off: 500, per_customer: {amount: 1, of: all}}
  levers:
    - {churn: all, change: 0.02}
"""

COLUMNS = {
    "id": ["close-the-loop", "00123"],
    "name": ["Call back every detractor", "=1+1"],
    "department": ["Customer service", "null"],
    "owner": ["n.ivanova", ""],
    "description": ['Calls, "warm";\nwithin two days.', ""],
    "start": ["", 2],
    "earliest_start": [1, ""],
    "latest_start": [3, ""],
    "delay": [1, ""],
    "ramp_up": ["{pert: [2, 3, 5]}", ""],
    "duration": [12, ""],
    "fade_out": [4, ""],
    "probability_of_success": [0.8, ""],
    "reach": ["", 0.4],
    "reach.Mobile": [0.35, ""],
    "reach.Home internet": ['{value: {range: [0.16, 0.22, 0.29]}, source: "Pilot, 2026", grade: B}', ""],
    'reach."North.West"': [0.1, ""],
    "costs.one_off": ["", 500],
    "costs.one_off.0": [4000000, ""],
    "costs.one_off.2": [8000000, ""],
    "costs.running": ["{pert: [1200000, 1400000, 1900000]}", ""],
    "costs.per_customer.amount": [40, 1],
    "costs.per_customer.of": ["detractor; passive", "all"],
    "staff.Customer service": [6, ""],
    "staff.IT": [0.5, ""],
    "levers.move.detractor.passive": ["{pert: [0.05, 0.10, 0.18]}", ""],
    "levers.move.detractor.passive.usual": [0.06, ""],
    "levers.churn.detractor": [-0.1, ""],
    "levers.churn.all": [-0.01, 0.02],
    "levers.contact_cost.all": [-0.1, ""],
    "levers.contact_cost.all.usual": [-0.05, ""],
    "levers.extra_customers.Mobile": [1500, ""],
    "levers.extra_customers.Home internet": [200, ""],
    "levers.extra_customers.cost_each": [900, ""],
    "levers.extra_customers.usual": [800, ""],
    "levers.newcomers.passive.promoter": [0.05, ""],
    "template": ["close-the-loop", ""],
    "evidence.grade": ["B", ""],
    "evidence.note": ["pilot, two cities", ""],
    "evidence.sources": ["lift; tenure", ""],
    "pilot.customers": [20000, ""],
    "pilot.cost": [900000, ""],
    "pilot.periods": [2, ""],
    "requires": ["keep-promises", ""],
    "excludes": ["a;b", ""],
    "mandatory": [True, ""],
}
GRID = [list(COLUMNS), *zip(*COLUMNS.values(), strict=True)]


def csv_of(grid, separator=","):
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(grid)
    return text.getvalue()


def xlsx_of(grid):
    workbook = openpyxl.Workbook()
    for number, row in enumerate(grid, 1):
        for column, value in enumerate(row, 1):
            if value != "":
                cell = workbook.active.cell(number, column, value)
                cell.data_type = "s" if isinstance(value, str) else cell.data_type
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def read(content, suffix=".csv"):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"ideas{suffix}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_sheet(path)


def complaints(content, suffix=".csv"):
    """What is said, without the folder."""
    with pytest.raises(InputError) as error:
        read(content, suffix)
    return [str(complaint).partition(f"ideas{suffix}, ")[2] for complaint in error.value.complaints]


def from_yaml(text, tmp_path):
    path = tmp_path / "ideas.yaml"
    path.write_text(text, encoding="utf-8")
    return read_initiatives(path)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_says_the_same_as_yaml(separator, tmp_path):
    assert read(csv_of(GRID, separator)) == from_yaml(YAML, tmp_path)


def test_xlsx_says_the_same_as_yaml(tmp_path):
    assert read(xlsx_of(GRID), ".xlsx") == from_yaml(YAML, tmp_path)


def test_every_fixed_column_is_read():
    """Each column on its own, so that none is known by name only; the cell is wrong for all that are not text."""
    for name in KNOWN:
        if name in ("id", "name", "department"):
            continue
        grid = [["id", "name", "department", "costs.one_off.0", name], ["a", "b", "c", 5, "\x7f;\x7f"]]
        assert any(name.removesuffix(".usual") in complaint for complaint in complaints(csv_of(grid))), name


def test_read_initiatives_takes_sheets_too(tmp_path):
    path = tmp_path / "ideas.CSV"
    path.write_text(csv_of(GRID), encoding="utf-8-sig")
    assert read_initiatives(path) == from_yaml(YAML, tmp_path)
    assert SHEETS == (".csv", ".xlsx")


def test_names_in_a_workbook_stay_text():
    values = [123, 45.5, True, "00123", "1E5"]
    grid = [["id", "name", "department", "costs.running"], *([value, value, value, 5] for value in values)]
    known = read(xlsx_of(grid), ".xlsx")
    assert [initiative.id for initiative in known] == ["123", "45.5", "TRUE", "00123", "1E5"]
    assert [initiative.department for initiative in known] == ["123", "45.5", "TRUE", "00123", "1E5"]


@pytest.mark.parametrize(("word", "flag"), [("true", True), ("TRUE", True), ("False", False), (" FALSE ", False)])
def test_flags_are_written_as_spreadsheets_write_them(word, flag):
    assert read(f"id,name,department,costs.running,mandatory\na,b,c,5,{word}\n")[0].mandatory is flag


def test_an_empty_cell_is_a_key_not_given():
    grid = [list(COLUMNS), ["a", "b", "c", *[""] * (len(COLUMNS) - 3)]]
    grid[1][grid[0].index("costs.running")] = 7
    expected = Initiative.model_validate({"id": "a", "name": "b", "department": "c", "costs": {"running": 7}})
    assert read(csv_of(grid)) == read(xlsx_of(grid), ".xlsx") == (expected,)


BASE = "id,name,department,costs.running"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"{BASE},reach.Mobile\na,b,c,5,0.2\nd,e,f,6,1.4\n",
            ["row 3, reach.Mobile (E3): 1.4 is not a share. Give a number from 0 to 1"],
        ),
        (
            f'{BASE},reach.Mobile\na,b,c,5,"0,2"\n',
            ["row 2, reach.Mobile (E2): 0,2 is not a number. Write digits with a decimal point"],
        ),
        (
            f"{BASE},reach.Mobile\na,b,c,5,5 %\n",
            ["row 2, reach.Mobile (E2): 5 % is written in percent. Rates are fractions here: did you mean 0.05?"],
        ),
        (f"{BASE}\na,,c,5\n", ["row 2, name (B2): is missing. Add it"]),
        (f"{BASE}\na,\u200b,c,5\n", ["row 2, name (B2): is empty. Give a name"]),
        (f"{BASE}\na,{'x' * 201},c,5\n", ["row 2, name (B2): xxx"]),
        (f"{BASE}\na,b\x07,c,5\n", ["row 2, name (B2): b� holds control characters. Remove them"]),
        (f"{BASE}\na,b,c,n/a\n", ["row 2, costs.running (D2): n/a is not a number. Write digits"]),
        (f"{BASE}\na,b,c,NaN\n", ["row 2, costs.running (D2): NaN is not a number. Give a finite number"]),
        (f"{BASE}\na,b,c,\n", ["row 2: a has neither levers nor costs. Say what it changes or what it costs"]),
        (f"{BASE}\na,b,c,5\nA,b,c,5\n", ["row 3, id (A3): A stands twice, first in row 2. Give each initiative an id"]),
        (f"{BASE},requires\na,b,c,5,x;X\n", ["row 2, requires (E2): X stands twice. Name each one once"]),
        (f"{BASE},requires\na,b,c,5,x;\n", ["row 2, requires (E2): is empty. Give a name"]),
        (f"{BASE},requires\na,b,c,5,a\n", ["row 2: a names itself. Name other initiatives"]),
        (
            f"{BASE},mandatory\na,b,c,5,yes\n",
            ["row 2, mandatory (E2): yes is neither true nor false. Write true or false"],
        ),
        (f"{BASE},evidence.grade\na,b,c,5,E\n", ["row 2, evidence.grade (E2): E is not a grade. Use A, B, C or D"]),
        (f"{BASE},start\na,b,c,5,1.5\n", ["row 2, start (E2): 1.5 is not a whole number. Give a whole number"]),
        (f"{BASE},pilot.cost,pilot.periods\na,b,c,5,1,2\n", ["row 2, pilot.customers: is missing. Add it"]),
        (f"{BASE},pilot.cost,pilot.customers,pilot.periods\na,b,c,5,,1,2\n", ["row 2, pilot.cost (E2): is missing"]),
        (
            f"{BASE},costs.per_customer.amount,costs.per_customer.of\na,b,c,5,1,promoter;critic\n",
            ["row 2, costs.per_customer.of (F2): critic is not a segment. Known are: promoter, passive, detractor"],
        ),
        (
            f"{BASE},levers.churn.detractor,levers.move.detractor.passive\na,b,c,5,,2\nd,e,f,5,-3,0.1\ng,h,i,5,-0.1,3\n",
            [
                "row 2, levers.move.detractor.passive (F2): 2 is not a share of customers who move. Give a number",
                "row 3, levers.churn.detractor (E3): -3 is not a relative change. Give a number from -1 to 1000",
                "row 4, levers.move.detractor.passive (F4): 3 is not a share of customers who move. Give a number",
            ],
        ),
        (
            f"{BASE},levers.churn.all.usual\na,b,c,5,0.1\n",
            ["row 2, levers.churn.all: is missing. Add it"],
        ),
        (
            f"{BASE},levers.extra_customers.Mobile\na,b,c,5,-1\n",
            ["row 2, levers.extra_customers.Mobile (E2): -1 is not a count. Give a number from 0"],
        ),
        (
            f"{BASE},reach,reach.Mobile\na,b,c,5,0.2,0.3\nd,e,f,5,0.2,\ng,h,i,5,,0.3\n",
            ["row 2, reach.Mobile (F2): 0.3 is given beside reach. Keep one of the two"],
        ),
        (
            f"{BASE},costs.one_off.0,costs.one_off\na,b,c,5,2,3\n",
            ["row 2, costs.one_off (F2): 3 is given beside costs.one_off.0. Keep one"],
        ),
        (
            f'{BASE},reach.Mobile\na,b,c,5,"{{pert: [0.3, 0.2, 0.4]}}"\n',
            ["row 2, reach.Mobile (E2): [0.3, 0.2, 0.4] are not in order. Give low ≤ middle ≤ high"],
        ),
        (
            f'{BASE},reach.Mobile\na,b,c,5,"{{pert: [0.3"\n',
            ["row 2, reach.Mobile (E2): {pert: [0.3 cannot be read as YAML"],
        ),
        (f"{BASE},reach.Mobile\na,b,c,5,{'{' * 32_000}\n", ["row 2, reach.Mobile (E2): {{{"]),
        (
            f'{BASE},reach.Mobile\na,b,c,5,"{{prt: [1, 2]}}"\n',
            ["row 2, reach.Mobile (E2): {prt: …} is not a number. Give a number, or one of pert"],
        ),
        (
            "id,name,departmnt,costs.running\na,b,c,5\nd,,f,x\n",
            [
                "row 1, departmnt (C1): departmnt is not a known column. Did you mean department?",
                "row 1, department: the column is missing. Add it",
                "row 3, name (B3): is missing",
                "row 3, costs.running (D3): x is not a number",
            ],
        ),
        (
            f"{BASE},cost.one_off.2,levers.churn.detractors,Reach Mobile,ID\na,b,c,5,1,1,1,\n",
            [
                "row 1, ID (H1): ID stands twice, first in column A. Keep one",
                "row 1, cost.one_off.2 (E1): cost.one_off.2 is not a known column. Did you mean costs.one_off.0?",
                "row 1, levers.churn.detractors (F1): levers.churn.detractors is not a known column. "
                "Did you mean levers.churn.detractor?",
                "row 1, Reach Mobile (G1): Reach Mobile is not a known column. Did you mean reach",
                "row 1, ID (H1): ID is not a known column",
            ],
        ),
        (f'{BASE},"reach.""Mobile"\na,b,c,5,1\n', ['row 1, reach."Mobile (E1): reach."Mobile is not a known column']),
        (f"{BASE},levers.move.passive.passive\na,b,c,5,1\n", ["row 1, levers.move.passive.passive (E1)"]),
        (f"{BASE},costs.one_off.1.5\na,b,c,5,1\n", ["row 1, costs.one_off.1.5 (E1): costs.one_off.1.5 is not a known"]),
        (
            f"{BASE},zzz\na,b,c,5,1\n",
            ["row 1, zzz (E1): zzz is not a known column. Use the columns of docs/submissions.md"],
        ),
        (
            f"sep=,\n{BASE}\na,b,c,5,6\nd,e,f,q\n",
            [
                "line 3, row 2: has 5 cells, and the header has 4",
                "line 4, row 3, costs.running (D3): q is not a number",
            ],
        ),
    ],
)
def test_csv_that_holds_no_initiatives(text, expected):
    said = complaints(text)
    assert len(said) == len(expected), said
    for words, beginning in zip(said, expected, strict=True):
        assert words.startswith(beginning)


def sheet(*rows):
    return xlsx_of([BASE.split(","), *rows])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            sheet(["a", "b", "c", datetime.date(2026, 1, 2)]),
            ["sheet Sheet, row 2, costs.running (D2): 2026-01-02 is a date or a time. Format the cell as text"],
        ),
        (sheet(["a", datetime.time(12, 30), "c", 5]), ["sheet Sheet, row 2, name (B2): 12:30:00 is a date or a time"]),
        (sheet(["a", "b", "c", True]), ["sheet Sheet, row 2, costs.running (D2): TRUE is not a number. Write digits"]),
        (sheet(["a", "b", "c", "1 234,5"]), ["sheet Sheet, row 2, costs.running (D2): 1 234,5 is not a number"]),
        (
            sheet([10**15, "b", "c", 5]),
            ["sheet Sheet, row 2, id (A2): 1000000000000000 has more digits than a spreadsheet keeps. Format"],
        ),
        (
            sheet(["a", "b", "c", 5], ["d", "", "f", -7]),
            [
                "sheet Sheet, row 3, name (B3): is missing. Add it",
                "sheet Sheet, row 3, costs.running (D3): -7 is not an amount. Give a number from 0",
            ],
        ),
    ],
)
def test_xlsx_that_holds_no_initiatives(content, expected):
    said = complaints(content, ".xlsx")
    assert len(said) == len(expected), said
    for words, beginning in zip(said, expected, strict=True):
        assert words.startswith(beginning)


def test_errors_and_merged_cells_come_with_the_rest():
    workbook = openpyxl.Workbook()
    for row in [BASE.split(","), ["a", "#REF!", "c", 5], ["d", "e", "f", "=A1"], ["g", "h", "i", "x"]]:
        workbook.active.append(row)
    workbook.active.merge_cells("F2:F3")
    file = io.BytesIO()
    workbook.save(file)
    assert [words.partition(". ")[0] for words in complaints(file.getvalue(), ".xlsx")] == [
        "sheet Sheet, F2:F3: the cells are merged",
        "sheet Sheet, row 2, name (B2): #REF! is an error of the spreadsheet",
        "sheet Sheet, row 3, costs.running (D3): =A1 is a formula without a stored value",
        "sheet Sheet, row 4, costs.running (D4): x is not a number",
    ]


def test_a_column_that_is_wrong_throughout_is_not_listed_throughout():
    rows = "".join(f"id-{n},b,c,x{n}\n" for n in range(500))
    said = complaints(f"{BASE}\n{rows}")
    assert len(said) == 11
    assert said[9].startswith("row 11, costs.running (D11): x9 is not a number. Write digits")
    assert said[10].startswith(
        "up to row 501, costs.running (D501): is not a number: 490 more places like it. Write digits"
    )


def test_other_endings_are_not_read():
    for suffix in (".xls", ".ods", ".txt"):
        with pytest.raises(InputError, match=r"is neither CSV nor XLSX. Save it as \.xlsx or \.csv"):
            read(BASE, suffix)


def test_the_page_about_submissions_shows_what_works(tmp_path):
    """The example table is read, and every fixed column has its entry."""
    page = (ROOT / "docs" / "submissions.md").read_text(encoding="utf-8")
    example_text = page.partition("```csv\n")[2].partition("```")[0]
    known = read(example_text)
    assert [initiative.id for initiative in known] == ["close-the-loop", "fix-bills"]
    missing = [name for name in KNOWN if not name.startswith("levers.") and f"`{name}`" not in page]
    assert missing == []


ANY_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)
VISIBLE = ANY_TEXT.filter(lambda text: any(char.isprintable() and not char.isspace() for char in text))


def kept(text):
    return unicodedata.normalize("NFC", text).strip()


@given(VISIBLE, VISIBLE)
@example("{{7*7}}", "{pert: [1, 2, 3]}")
@example("=1+1", "@SUM(A1)")
@example("＝1+1", "#N/A")
@example("1E5", "null")
@example("İıßé", "<script>alert(1)</script>")
def test_text_survives(name, description):
    grid = [["id", "name", "department", "description", "costs.running"], ["a", name, "c", description, 5]]
    for content, suffix in [(csv_of(grid), ".csv"), (xlsx_of(grid), ".xlsx")]:
        [known] = read(content, suffix)
        assert (known.name, known.description) == (kept(name), kept(description))


def assert_read_or_refused(content, suffix):
    """A refusal always says something."""
    try:
        assert read(content, suffix)
    except InputError as error:
        assert str(error)  # noqa: PT017


CELL = st.one_of(
    st.text(max_size=12),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.sampled_from(["{pert: [1, 2, 3]}", "{", "{a: b}"]),
)


@given(
    st.lists(st.lists(CELL, min_size=4, max_size=4), min_size=1, max_size=3),
    st.lists(st.sampled_from(KNOWN), min_size=4, max_size=4),
)
def test_any_cells_are_read_or_refused(rows, header):
    assert_read_or_refused(csv_of([header, *rows]), ".csv")
    assert_read_or_refused(csv_of([["id", "name", "department", header[3]], *rows]), ".csv")
