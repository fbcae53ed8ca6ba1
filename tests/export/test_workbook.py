"""The workbook, read back with another library and held against the list it was made from."""

import datetime
import io
import re
import zipfile

import openpyxl
import pytest
from export.rankings import FIGURES, NOTHING, SOURCES, changed, ranking

from prioritizer.domain.company import Policy
from prioritizer.export.workbook import ranking_workbook

DAY = datetime.date(2027, 2, 28)
SHEETS = ["Priority list", "Cash flow", "Where profit comes from", "Notes"]
HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1+1",
    '=HYPERLINK("http://evil.example","x")',
    "http://evil.example",
    "mailto:a@example.com",
    "internal:Notes!A1",
    "<script>alert(1)</script>",
    "&amp; ]]> <b>",
    "x" * 200,
    "品質" * 100,
    "\u202egnp.exe",
    "../../etc/passwd",
    "00123",
    "1e5",
    "TRUE",
    "a_x0041_b",
    "👩‍👩‍👧 & co",
    "{0.__class__} %s {row}",
]


def opened(content, **options):
    return openpyxl.load_workbook(io.BytesIO(content), **options)


def made(known, answer="“A” brings most.", day=DAY):
    return ranking_workbook(known, answer, day)


def cells(sheet, first=1):
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first)]


@pytest.fixture(scope="module")
def known():
    return ranking("Call back", "Repair")


@pytest.fixture(scope="module")
def book(known):
    return opened(made(known), data_only=True)


# The sheets


def test_there_are_four_sheets(book):
    assert book.sheetnames == SHEETS


def test_the_list_stands_below_the_answer_and_the_run(known, book):
    sheet = book["Priority list"]
    assert sheet["A1"].value == "“A” brings most."
    assert sheet["A2"].value == (
        f"Run {known.run.id} · Example · scenario Base · model version {known.run.model_version} · 10 draws, seed 7 · "
        "2027-02-28. Money in EUR, in prices of Q1 2027."
    )
    assert cells(sheet, 4) == [
        [
            "Rank",
            "Initiative",
            "Department",
            "Projected profit, EUR",
            "90 %: from, EUR",
            "90 %: to, EUR",
            "Chance of a loss",
            "ROI",
            "IRR, real",
            "Payback, years",
            "Discounted payback, years",
            "Cost, EUR",
            "Peak funding, EUR",
            "PV of costs, EUR",
            "PV of benefits, EUR",
            "Profit under the other policy, EUR",
            "Evidence grade",
            "Start",
        ],
        [
            1, "Call back", "Customer service", 1234.625, -350.5, 2800.75, 0.125, 4.648, 0.3375, 1.25, 1.5,
            280, 222, 265.625, 1500.25, -77.5, "D", "Q1 2027",
        ],
        [
            2, "Repair", "Customer service", 1234.625, -350.5, 2800.75, 0.125, 4.648, 0.3375, 1.25, 1.5,
            280, 222, 265.625, 1500.25, -77.5, "D", "Q1 2027",
        ],
        [None] * 18,
        [
            None, "The 2 worth doing, together", None, 1234.625, -350.5, 2800.75, 0.125, 4.648, 0.3375, 1.25, 1.5,
            280, 222, 265.625, 1500.25, -77.5, None, None,
        ],
        [
            None, "All 2 together", None, 1234.625, -350.5, 2800.75, 0.125, 4.648, 0.3375, 1.25, 1.5,
            999, 222, 265.625, 1500.25, -77.5, None, None,
        ],
    ]  # fmt: skip


def test_one_initiative_is_not_together_with_itself():
    known = ranking("A")
    assert opened(made(known))["Priority list"].max_row == 5
    one_of_two = ranking("A", "B").model_copy(update={"worth_doing": ("i0",)})
    assert [row[1] for row in cells(opened(made(one_of_two))["Priority list"], 8)] == ["All 2 together"]


def test_the_cash_flow_has_a_column_for_each_period(book):
    sheet = book["Cash flow"]
    flows = [-222.5, 100, 300, 400, 500.25, 600, 1677.75]
    assert cells(sheet, 4) == [
        ["Rank", "Initiative", "Q1 2027", "Q2 2027", "Q3 2027", "Q4 2027", "Q1 2028", "Q2 2028", "Sum"],
        [1, "Call back", *flows],
        [2, "Repair", *flows],
        [None] * 9,
        [None, "The 2 worth doing, together", *flows],
        [None, "All 2 together", -999.5, *flows[1:-1], 900.75],
    ]
    assert sheet["A2"].value == (
        "Expected and after tax, not discounted. Each initiative is added alone to today's base. "
        "Money in EUR, in prices of Q1 2027."
    )


def test_the_sources_sum_to_the_profit(book):
    sheet = book["Where profit comes from"]
    lines = [700.25, 900.5, 100, -200.5, 0, -265.625, 1234.625, 0]
    assert cells(sheet, 4) == [
        [
            "Rank", "Initiative", "Margin", "Service cost", "Acquisition cost", "Savings not cashed", "Run-off",
            "Own costs", "Projected profit", "Check: sum less profit",
        ],
        [1, "Call back", *lines],
        [2, "Repair", *lines],
        [None] * 10,
        [None, "The 2 worth doing, together", *lines],
        [None, "All 2 together", *lines],
    ]  # fmt: skip


def test_sources_that_do_not_sum_to_the_profit_show():
    known = changed(ranking("A", "B"), sources=SOURCES.model_copy(update={"run_off": 10.0}))
    sheet = opened(made(known), data_only=True)["Where profit comes from"]
    assert [sheet["J5"].value, sheet["J6"].value] == [10, 0]


def test_formulas_are_of_their_own_row(known):
    book = opened(made(known))
    assert [book["Cash flow"][f"I{row}"].value for row in (5, 6, 8)] == ["=SUM(C5:H5)", "=SUM(C6:H6)", "=SUM(C8:H8)"]
    assert book["Where profit comes from"]["J6"].value == "=ROUND(SUM(C6:H6)-I6,2)"
    formulas = [c.coordinate for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert formulas == ["I5", "I6", "I8", "I9", "J5", "J6", "J8", "J9"]


def test_the_notes_explain_every_column(book):
    notes = {row[0]: row[1:] for row in cells(book["Notes"], 4)}
    explained = [
        heading.removesuffix(", EUR")
        for name in ("Priority list", "Where profit comes from")
        for heading in cells(book[name], 4)[0][:-1]
    ]
    assert set(explained) | {"Start"} <= notes.keys()
    assert all(notes[heading][0] for heading in explained)
    assert notes["Peak funding"] == [
        "The most money that is out at any time before it comes back.",
        "EUR",
        "The lowest point of the summed expected cash flow, after tax, not discounted.",
    ]


def test_the_head_of_the_history_stands_in_the_notes(known):
    def notes(head: str) -> dict:
        content = ranking_workbook(known, "The answer", datetime.date(2027, 1, 31), head)
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[-1]
        return {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}

    assert notes("ab" * 32)["Head of the history"] == "ab" * 32
    assert "Head of the history" not in notes("")


def test_the_notes_say_what_holds_for_the_run(known, book):
    notes = {row[0]: row[1] for row in cells(book["Notes"], 4)}
    assert notes["Currency"] == "EUR"
    assert notes["Run"] == f"{known.run.id}: the same id stands for the same figures."
    assert notes["Prices"] == "Real: in prices of Q1 2027, without inflation. Discount rate and IRR are real, too."
    hold = "Hold: as many customers are bought as keep the base at its target."
    assert notes["Acquisition policy in force"] == hold
    assert notes["Profit under the other policy"].startswith("The projected profit if customers were bought as planned")
    planned = known.model_copy(update={"run": known.run.model_copy(update={"policy": Policy.PLAN})})
    other = {row[0]: row[1] for row in cells(opened(made(planned))["Notes"], 4)}
    assert other["Acquisition policy in force"].startswith("Plan: a fixed number")
    assert other["Profit under the other policy"].endswith("bought to hold the base.")


def test_why_there_is_no_irr_is_told(known, book):
    assert "Why there is no IRR" not in [row[0] for row in cells(book["Notes"])]
    without = changed(known, irr=None, irr_reason="It never earns.")
    rows = cells(opened(made(without))["Notes"])
    assert rows[-2:] == [["Why there is no IRR", None, None, None], ["Call back", "It never earns.", None, None]]


# What is not there, and what may not be there


def test_what_is_undefined_is_an_empty_cell(known):
    empty = changed(known, **NOTHING, npv=FIGURES["npv"].model_copy(update={"p5": None, "p95": None}))
    row = cells(opened(made(empty))["Priority list"], 5)[0]
    assert row[3:16] == [1234.625, *[None] * 7, 280, 222, 265.625, 1500.25, None]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("figure", ["roi", "cost", "npv", "cash_flow", "sources"])
def test_what_is_no_number_is_never_written(known, figure, value):
    figures = {
        "npv": FIGURES["npv"].model_copy(update={"p5": value}),
        "cash_flow": (*FIGURES["cash_flow"][:-1], value),
        "sources": SOURCES.model_copy(update={"margin": value}),
    }
    with pytest.raises(ValueError, match="is not a number"):
        made(changed(known, **{figure: figures.get(figure, value)}))


def test_a_list_without_initiatives_is_still_a_workbook():
    book = opened(made(ranking(), answer="There are no initiatives to rank."))
    assert book.sheetnames == SHEETS
    assert book["Priority list"]["A1"].value == "There are no initiatives to rank."
    assert book["Priority list"].max_row == 4


def test_the_point_estimate_says_so(known):
    run = known.run.model_copy(update={"point": True})
    sheet = opened(made(known.model_copy(update={"run": run})))["Priority list"]
    assert " · every number at its mean · " in sheet["A2"].value


def test_minus_nothing_is_nothing(known):
    content = made(changed(known, npv_other_policy=-0.0))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<v>-0</v>" not in archive.read("xl/worksheets/sheet1.xml")


# Text


@pytest.fixture(scope="module")
def hostile():
    return ranking(*HOSTILE, currency="=1+1", scenario="@x", company="<b>&amp;")


def test_hostile_names_stay_text(hostile):
    book = opened(made(hostile, answer="=1+1"))
    for name in ("Priority list", "Cash flow", "Where profit comes from"):
        column = [book[name][f"B{row}"] for row in range(5, 5 + len(HOSTILE))]
        assert sorted(cell.value for cell in column) == sorted(HOSTILE)
        assert {cell.data_type for cell in column} == {"s"}
        assert not any(cell.hyperlink for cell in column)
        quoted = {cell.value for cell in column if cell.quotePrefix}
        assert quoted == {"=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", '=HYPERLINK("http://evil.example","x")'}
    assert book["Priority list"]["A1"].value == "=1+1"
    assert book["Priority list"]["A1"].data_type == "s"
    assert book["Priority list"]["D4"].value == "Projected profit, =1+1"


def test_hostile_names_leave_no_link_and_no_formula_in_the_file(hostile):
    with zipfile.ZipFile(io.BytesIO(made(hostile))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name in parts if "worksheets/_rels" in name or "external" in name.lower()]
    for sheet in (1, 4):
        assert b"<f>" not in parts[f"xl/worksheets/sheet{sheet}.xml"]


def test_control_characters_of_the_answer_are_replaced(known):
    sheet = opened(made(known, answer="a\0b\x1bc\ud800d\uffffe"))["Priority list"]
    assert sheet["A1"].value == "a�b�c�d�e"


def test_a_long_name_of_a_currency_does_not_stand_in_every_heading():
    sheet = opened(made(ranking("A", currency="C" * 200)))["Priority list"]
    assert sheet["D4"].value == "Projected profit"
    assert f"Money in {'C' * 200}, " in sheet["A2"].value


def test_an_answer_that_fits_into_no_cell_is_refused(known):
    with pytest.raises(ValueError, match="does not fit"):
        made(known, answer="x" * 40_000)


# Looks


def test_money_shares_and_years_have_their_formats(book):
    row = [cell.number_format for cell in book["Priority list"][5]]
    money, tenths = "#,##0", "0.0 %"
    assert row == [
        "0", "@", "@", money, money, money, tenths, "0 %", tenths, "0.0", "0.0",
        money, money, money, money, money, "@", "@",
    ]  # fmt: skip
    assert [cell.alignment.horizontal for cell in book["Priority list"][4][:4]] == ["right", "left", "left", "right"]
    assert book["Cash flow"]["C5"].number_format == money
    assert book["Where profit comes from"]["J5"].number_format == "#,##0.00"


@pytest.mark.parametrize(("name", "filtered"), [(SHEETS[0], "A4:R6"), (SHEETS[1], "A4:I6"), (SHEETS[2], "A4:J6")])
def test_tables_can_be_read_sorted_and_printed(known, book, name, filtered):
    sheet = book[name]
    assert sheet.freeze_panes == "C5"
    assert sheet.auto_filter.ref == filtered
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.oddFooter.left.text == f"Run {known.run.id}"
    assert sheet.oddFooter.right.text == "Page &P of &N"


def test_the_notes_are_no_table_to_sort(book):
    assert book["Notes"].auto_filter.ref is None
    assert book["Notes"].freeze_panes == "A5"


def test_many_periods_take_several_pages(known):
    years = tuple(str(2000 + year) for year in range(40))
    long = known.model_copy(update={"periods": years, "initiatives": (), "worth_doing": ()})
    assert opened(made(long))["Cash flow"].page_setup.fitToWidth == 4


def width_of(sheet, letter):
    """The width of a column; equal neighbours are stored as one."""
    index = openpyxl.utils.column_index_from_string(letter)
    return next(known.width for known in sheet.column_dimensions.values() if known.min <= index <= known.max)


def test_columns_are_wide_enough_for_their_numbers(known):
    big = changed(known, npv_other_policy=-123_456_789_012.4)
    sheet = opened(made(big))["Priority list"]
    assert width_of(sheet, "P") >= len("-123,456,789,012") + 1
    assert width_of(sheet, "G") < 14


def test_long_texts_wrap_in_rows_that_are_high_enough(hostile):
    sheet = opened(made(hostile))["Priority list"]
    height = {sheet[f"B{row}"].value: sheet.row_dimensions[row].height or 15 for row in range(5, 5 + len(HOSTILE))}
    assert 48 <= width_of(sheet, "B") <= 52
    assert height["+1"] == 15
    assert height["x" * 200] == 15 * 4  # 200 ÷ 53
    assert height["品質" * 100] == 15 * 8
    assert sheet["B5"].alignment.wrap_text


def test_properties_name_the_run(known, book):
    properties = book.properties
    assert (properties.title, properties.subject) == ("Priority list", "scenario Base")
    assert properties.description == f"Run {known.run.id}"
    assert properties.created == datetime.datetime(2027, 2, 28)


def test_equal_lists_give_equal_bytes(known):
    content = made(known)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        dates = re.findall(r"\d{4}-\d{2}-\d{2}T[\d:]+", archive.read("docProps/core.xml").decode())
    assert dates == ["2027-02-28T00:00:00"] * 2
    assert made(known) == content
    assert made(known, day=datetime.date(2027, 3, 1)) != content
