"""CSV and XLSX files that people really send, and what is said about each that cannot be read."""

import datetime
import io
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prioritizer.errors import InputError
from prioritizer.store.csv_tables import read_csv
from prioritizer.store.tables import Broken, letters
from prioritizer.store.xlsx_tables import read_xlsx

SHEET = "xl/worksheets/sheet1.xml"


def write(content, suffix):
    with tempfile.NamedTemporaryFile(suffix=suffix, delete=False) as file:
        file.write(content.encode() if isinstance(content, str) else content)
    return Path(file.name)


def csv(content):
    path = write(content, ".csv")
    try:
        return read_csv(path)
    finally:
        path.unlink()


def xlsx(content):
    path = write(content, ".xlsx")
    try:
        return read_xlsx(path)
    finally:
        path.unlink()


def said(read, content):
    """Everything that is said about a file, whether it can be read in part or not at all."""
    try:
        table = read(content)
    except InputError as error:
        return "\n".join(str(complaint) for complaint in error.complaints)
    broken = [cell for row in table.rows for cell in row.cells if isinstance(cell, Broken)]
    return "\n".join(
        str(fault)
        for fault in (
            *table.faults,
            *(row.fault for row in table.rows if row.fault),
            *(f"{cell.value} {cell.rule}. {cell.remedy}" for cell in broken),
        )
    )


def cells(table):
    return [(row.number, row.cells) for row in table.rows]


def book(*rows, then=lambda workbook: None):
    """An XLSX file with these rows in its only sheet, after `then` has changed it."""
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    then(workbook)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def rezipped(data, change=lambda parts: None):
    """The archive after a change to its parts, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_cells(xml, before="", after=""):
    """A workbook whose only sheet has this sheet data."""

    def change(parts):
        main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        parts[SHEET] = f"<worksheet {main}>{before}<sheetData>{xml}</sheetData>{after}</worksheet>".encode()

    return rezipped(PLAIN, change)


PLAIN = book(["id", "cost"], ["a", 5])


# What is read


@pytest.mark.parametrize(
    "text",
    [
        "id,cost\na,5\n",
        "id;cost\na;5\n",
        "id\tcost\na\t5\n",
        "\ufeffid,cost\na,5\n",
        "id,cost\r\na,5\r\n",
        "id,cost\ra,5",
        '"id","cost"\n"a","5"\n',
        "\u200bid , cost\u00a0\na,5\n",
        "id,cost,,\na,5,,\n",
    ],
)
def test_the_usual_forms_of_a_csv_file_say_the_same(text):
    table = csv(text)
    assert table.header == ("id", "cost")
    assert cells(table) == [(2, ("a", "5"))]


def test_a_first_line_may_name_the_separator():
    table = csv("sep=;\nid;cost,total\na;1,5\n")
    assert table.header == ("id", "cost,total")
    assert cells(table) == [(2, ("a", "1,5"))]
    assert table.rows[0].line == 3


def test_only_the_header_decides_on_the_separator():
    assert cells(csv("id,cost\na;b;c;d;e,5\n")) == [(2, ("a;b;c;d;e", "5"))]
    assert cells(csv('"id;x",cost\na,5\n')) == [(2, ("a", "5"))]


def test_quoted_cells_hold_quotes_separators_and_lines():
    table = csv('id,cost\n"a ""b"", c\nd",5\ne,6\n')
    assert cells(table) == [(2, ('a "b", c\nd', "5")), (3, ("e", "6"))]
    assert [row.line for row in table.rows] == [None, 4]


def test_text_in_csv_stays_as_it_is_written():
    row = ["00123", "1E5", "NA", "null", "True", "=1+1", "1234567890123456789", "2026-01-02", "'; DROP TABLE x;--"]
    header = ",".join(f"c{i}" for i in range(len(row)))
    assert cells(csv(f"{header}\n{','.join(row)}\n")) == [(2, tuple(row))]


def test_rows_keep_their_numbers_across_blank_ones():
    assert [row.number for row in csv("\nid,cost\n\na,5\n,\nb,6\n").rows] == [4, 6]
    assert [row.number for row in xlsx(book([], ["id", "cost"], [], ["a", 5], ["b", 6])).rows] == [4, 5]


def test_a_workbook_gives_values():
    table = xlsx(book(["id", "share", "flag", "text"], ["a", 0.25, True, "=1+1"], then=as_text("D2")))
    assert table.header == ("id", "share", "flag", "text")
    assert cells(table) == [(2, ("a", 0.25, True, "=1+1"))]


def as_text(address):
    def change(workbook):
        workbook.active[address].data_type = "s"

    return change


def test_a_percentage_is_its_fraction_and_a_date_is_a_date():
    def change(workbook):
        workbook.active["B2"].number_format = "0%"

    table = xlsx(book(["id", "share", "when"], ["a", 0.1, datetime.date(2026, 1, 2)], then=change))
    assert cells(table) == [(2, ("a", 0.1, datetime.date(2026, 1, 2)))]


def test_a_table_may_stand_anywhere_in_the_sheet():
    def change(workbook):
        sheet = workbook.active
        sheet["B7"], sheet["C7"], sheet["B8"], sheet["C8"] = "id", "cost", "a", 5
        sheet["ZZ100000"].font = openpyxl.styles.Font(bold=True)

    table = xlsx(book(then=change))
    assert (table.header, table.columns) == (("id", "cost"), (1, 2))
    assert cells(table) == [(8, ("a", 5.0))]


def test_the_stored_value_of_a_formula_counts():
    xml = '<row r="1"><c r="A1" t="str"><v>id</v></c></row><row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>'
    assert cells(xlsx(with_cells(xml))) == [(2, (2.0,))]
    xml = xml.replace("<c r=", "<c x=").replace("<row r=", "<row x=")
    assert cells(xlsx(with_cells(xml))) == [(2, (2.0,))]


TRANSITIONAL = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
}


def strict(parts):
    for name, part in parts.items():
        for transitional, other in TRANSITIONAL.items():
            part = part.replace(transitional, other)
        parts[name] = part


def prefixed(parts):
    for old, new in [(b"<", b"<x:"), (b"<x:/", b"</x:"), (b"xmlns=", b"xmlns:x=")]:
        parts[SHEET] = parts[SHEET].replace(old, new)


@pytest.mark.parametrize("change", [strict, prefixed])
def test_workbooks_of_other_programs(change):
    assert cells(xlsx(rezipped(PLAIN, change))) == [(2, ("a", 5.0))]


def test_the_sheet_called_initiatives_is_read_where_there_are_several():
    def change(workbook):
        workbook.create_sheet("initiatives ").append(["id"])
        workbook["initiatives "].append(["b"])

    table = xlsx(book(["id"], ["a"], then=change))
    assert (table.sheet, cells(table)) == ("initiatives ", [(2, ("b",))])
    assert cells(xlsx(book(["id"], ["a"], then=lambda workbook: workbook.create_sheet("Notes")))) == [(2, ("a",))]


@pytest.mark.parametrize(
    ("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_columns_have_the_letters_of_a_spreadsheet(column, name):
    assert letters(column) == name


# What is refused


@pytest.mark.parametrize(
    ("content", "fragments"),
    [
        (b"", ["is empty", "Give a header"]),
        (b"\xef\xbb\xbf", ["is empty"]),
        (b"\n\n  \n", ["is empty"]),
        (b"id,cost\n", ["has a header and no rows", "one row for each"]),
        (b"id,cost\n,\n", ["has a header and no rows"]),
        (b"id,cost\na,1,5\n", ["row 2", "has 3 cells, and the header has 2", "decimals with a point"]),
        (b"id,cost\na\n\nb,1,\n", ["row 2: has 1 cells", "row 4: has 3 cells"]),
        (b"sep=;\nid;cost\na;1;5\n", ["line 3, row 2: has 3 cells"]),
        (b"id;cost,name\na;1,5\n", ["more than one kind of separator", "sep=;"]),
        (b"id|cost\na|5\n", ["holds no separator", "commas, semicolons or tabs"]),
        (b"sep=|\nid|cost\na|5\n", ["line 1", "unknown separator", "Use a comma"]),
        (b"id,cost\na,5\nb,\xf1\n", ["line 3", "is not UTF-8: byte 14", "CSV UTF-8"]),
        ("id,cost\nж,5\n".encode("cp1251"), ["line 2", "is not UTF-8"]),
        ("id,cost\na,5\n".encode("utf-16"), ["line 1", "is not UTF-8"]),
        (b"id,cost\na,5\nb,\0\n", ["line 3", "NUL byte", "Remove it"]),
        (b'id,cost\na,5\n"b,6\nc,7\n', ["row 3", "a quote is opened and not closed", "Close it"]),
        (b'id,cost\n"a"b,5\n', ["row 2", "goes on after its quote", "twice"]),
        (b"id,cost\na," + b"x" * 33_000, ["is 33000 characters long", "at most 32768"]),
        (b'id,cost\na,"' + b"x" * 140_000, ["row 2", "a cell is too long", "Close its quote"]),
        (b"id,cost,cost\na,1,2\n", ["row 1, cost (C1)", "stands twice, first in column B", "Keep one"]),
        ("id,cost,\u200bCo\u200bst \na,1,2\n".encode(), ["(C1)", "stands twice, first in column B"]),
        (b'id,reach.Mobile,"reach.""mobile"""\na,1,2\n', ["(C1)", "stands twice, first in column B"]),
        (b"id,,cost\na,1,2\n", ["row 1, B1: the column has values and no header", "Name the column"]),
        (
            ",".join(f"c{i}" for i in range(201)).encode() + b"\n" + b"," * 200 + b"1",
            ["has 201 columns", "at most 200"],
        ),
        (b"id,cost\n" + b"a,5\n" * 10_001, ["has 10001 rows", "at most 10000"]),
        (PLAIN, ["is a spreadsheet or an archive inside", "Save it as CSV"]),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ["is a spreadsheet or an archive inside"]),
    ],
)
def test_csv_that_cannot_be_read(content, fragments):
    words = said(csv, content)
    for fragment in fragments:
        assert fragment in words


def test_the_largest_table_is_read():
    header, row = ",".join(f"c{i}" for i in range(200)), ",".join(["x"] * 200)
    assert csv(f"{header}\n{row}\n").rows[0].cells == ("x",) * 200
    assert len(csv("id,cost\n" + "a,5\n" * 10_000).rows) == 10_000


@pytest.mark.parametrize("read", [read_csv, read_xlsx])
def test_what_is_no_file_is_said(read, tmp_path):
    for path, words in [(tmp_path / "none.csv", "there is no such file"), (tmp_path, "is not a file")]:
        with pytest.raises(InputError, match=words):
            read(path)
    large = tmp_path / "large.csv"
    large.write_bytes(b"a" * 20_000_001)
    with pytest.raises(InputError, match=r"is too large\. Give a file of at most 20 MB"):
        read(large)


def hidden(workbook):
    sheet = workbook.active
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.column_dimensions["Z"].hidden = True
    workbook.create_sheet("Lists").sheet_state = "veryHidden"


def merged(workbook):
    workbook.active.merge_cells("A2:B3")


def second_sheet(workbook):
    workbook.create_sheet("Old").append(["id"])


@pytest.mark.parametrize(
    ("content", "fragments"),
    [
        (b"", ["is empty"]),
        (book(), ["is empty"]),
        (book(["id", "cost"]), ["sheet Sheet: has a header and no rows"]),
        (b"id,cost\na,5\n", ["is not an XLSX workbook inside", "a text file with separated values is called .csv"]),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            ["is an old .xls workbook, or has a password", "Save it as .xlsx"],
        ),
        (PLAIN[:-100], ["cannot be read as an XLSX workbook", "save it again"]),
        (PLAIN[:100], ["cannot be read as an XLSX workbook"]),
        (
            book(["id"], ["a"], then=hidden),
            ["sheet Sheet, row 2: the row is hidden", "sheet Lists: the sheet is hidden", "Unhide"],
        ),
        (book(["id", "cost"], ["a", 5], ["b", 6], then=merged), ["A2:B3: the cells are merged", "Unmerge"]),
        (
            book(["id"], ["a"], then=second_sheet),
            ["several sheets with data: Sheet, Old", "Call the one to be read Initiatives"],
        ),
        (
            book(["id", "cost"], ["a", "=1+1"]),
            ["=1+1 is a formula without a stored value", "save it, or type the value"],
        ),
        (book(["id", "cost"], ["a", "#N/A"]), ["#N/A is an error of the spreadsheet", "Correct the formula"]),
        (
            book(["id", "cost", "cost"], ["a", 1, 2]),
            ["sheet Sheet, row 1, cost (C1)", "stands twice, first in column B"],
        ),
        (book(["id", None, "x"], ["a", 1, 2]), ["row 1, B1: the column has values and no header"]),
        (
            book(["id"], ["a" * 32_767], ["b"] * 201),
            ["spreads over 3 rows and 201 columns, up to GS3", "at most 10000 rows"],
        ),
    ],
    ids=lambda one: one[0] if isinstance(one, list) else "",  # never the bytes, which hold the time
)
def test_workbooks_that_cannot_be_read(content, fragments):
    words = said(xlsx, content)
    for fragment in fragments:
        assert fragment in words


def test_hidden_columns_without_values_do_not_matter():
    words = said(xlsx, book(["id", "cost"], ["a", 5], then=hidden))
    assert "column B: the column is hidden" in words
    assert "column A" not in words
    assert "column Z" not in words


def test_errors_that_calamine_does_not_know_are_said_with_their_address():
    xml = '<row r="1"><c r="A1" t="str"><v>id</v></c></row><row r="2"><c r="A2" t="e"><v>#SPILL!</v></c></row>'
    assert "sheet Sheet, A2: #SPILL! is an error of the spreadsheet. Correct the formula" in said(xlsx, with_cells(xml))


@pytest.mark.parametrize("value", ["#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#N/A"])
def test_errors_in_cells_and_in_headers(value):
    table = xlsx(book(["id", "cost", "x"], ["a", 5, value]))
    assert table.rows[0].cells[2].value == value
    assert f"row 1, {value} (B1): {value} is an error" in said(xlsx, book(["id", value], ["a", 5]))


@pytest.mark.parametrize(
    "xml",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="20000"><c r="A20000"><f>1</f></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>',
    ],
)
def test_cells_far_apart_do_not_fill_the_memory(xml):
    assert "spreads over" in said(xlsx, with_cells(xml))


def test_a_lying_size_does_not_matter():
    xml = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
    assert cells(xlsx(with_cells(xml, '<dimension ref="A1:XFD1048576"/>'))) == [(2, (2.0,))]


@pytest.mark.parametrize(
    "xml",
    [
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="1"><c r="a"><v>1</v></c></row>',
        '<row r="x"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c>',
        '<row r="9999999"><c><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v><row r="2"/></c></row>',
        "<c><v>1</v></c><row><c><v>2</v></c></row>",
        '<row r="1"><c r="A1"><v>1</v><c r="B1"/></c></row>',
    ],
)
def test_sheets_that_contradict_themselves(xml):
    assert "cannot be read as an XLSX workbook" in said(xlsx, with_cells(xml))


def test_repeated_long_texts_do_not_fill_the_memory():
    def change(parts):
        parts["xl/sharedStrings.xml"] = f"<sst><si><t>{'x' * 1_000_000}</t></si></sst>".encode()
        row = "".join(f'<c r="{letters(i)}1" t="s"><v>0</v></c>' for i in range(200))
        row2 = row.replace('1" t', '2" t')
        parts[SHEET] = (
            f'<worksheet><sheetData><row r="1">{row}</row><row r="2">{row2}</row></sheetData></worksheet>'.encode()
        )

    assert "unpacks to more than 200 MB. Shorten its texts" in said(xlsx, rezipped(PLAIN, change))


def before_sheet(declaration):
    return lambda parts: parts.update({SHEET: declaration + parts[SHEET]})


def broken_text(parts):
    parts["xl/sharedStrings.xml"] = b"<sst><si><t>a\xff</t></si></sst>"
    parts[SHEET] = (
        b'<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row>'
        b'<row r="2"><c r="A2"><v>1</v></c></row></sheetData></worksheet>'
    )


def nul_in_styles(parts):
    parts["xl/styles.xml"] = parts["xl/styles.xml"].decode().encode("utf-16-le")


def hidden_entity(parts):
    parts[SHEET] = (
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "a">]>' + parts[SHEET].decode()
    ).encode("utf-16")


def with_cdata(parts):
    parts[SHEET] = parts[SHEET].replace(b"<t>id</t>", b"<t><![CDATA[id]]></t>")


def without(name):
    return lambda parts: parts.pop(name)


def macros(parts):
    kind = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", kind
    )


@pytest.mark.parametrize(
    ("change", "fragments"),
    [
        (lambda parts: parts.update({"xl/vbaProject.bin": b""}), ["with macros (.xlsm)", "Save it as .xlsx"]),
        (macros, ["with macros (.xlsm)"]),
        (lambda parts: (parts.clear(), parts.update({"xl/workbook.bin": b""})), ["(.xlsb)", "Save it as .xlsx"]),
        (lambda parts: (parts.clear(), parts.update({"content.xml": b""})), ["(.ods)", "Save it as .xlsx"]),
        (lambda parts: (parts.clear(), parts.update({"readme.txt": b""})), ["is an archive, not an XLSX workbook"]),
        (lambda parts: parts.update({"../evil.xml": b""}), ["unsafe names", "new workbook"]),
        (lambda parts: parts.update({"/etc/passwd": b""}), ["unsafe names"]),
        (lambda parts: parts.update({"xl\\..\\..\\evil.xml": b""}), ["unsafe names"]),
        (lambda parts: parts.update({"C:\\evil.xml": b""}), ["unsafe names"]),
        (before_sheet(b'<!DOCTYPE x SYSTEM "file:///etc/passwd">'), ["that no spreadsheet program writes", SHEET]),
        (before_sheet(b'<!ENTITY a "aaaa">'), ["declarations that no spreadsheet program writes", SHEET]),
        (broken_text, ["cannot be read as an XLSX workbook"]),
        (nul_in_styles, ["cannot be read as an XLSX workbook"]),
        (hidden_entity, ["cannot be read as an XLSX workbook"]),
        (with_cdata, ["declarations that no spreadsheet program writes"]),
        (without(SHEET), ["cannot be read as an XLSX workbook"]),
        (without("xl/_rels/workbook.xml.rels"), ["cannot be read as an XLSX workbook"]),
        (lambda parts: parts.update({"xl/workbook.xml": b"<a>"}), ["cannot be read as an XLSX workbook"]),
        (lambda parts: parts.update({SHEET: b"<a>\xff</a>"}), ["cannot be read as an XLSX workbook"]),
        (lambda parts: parts.update({"xl/media/image1.png": bytes(200_000_001)}), ["unpacks to more than 200 MB"]),
    ],
)
def test_archives_that_are_not_opened(change, fragments):
    words = said(xlsx, rezipped(PLAIN, change))
    for fragment in fragments:
        assert fragment in words


def test_doubled_names_in_an_archive():
    file = io.BytesIO(PLAIN)
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(SHEET, b"<worksheet/>")
    assert "doubled or unsafe names" in said(xlsx, file.getvalue())


def test_flipped_bytes_in_an_archive_are_noticed():
    place = PLAIN.index(b"sheet1.xml") + 20
    flipped = PLAIN[:place] + bytes([PLAIN[place] ^ 0xFF]) + PLAIN[place + 1 :]
    assert "cannot be read as an XLSX workbook" in said(xlsx, flipped)


# Nothing crashes


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content):
    for start in (b"", b"id,cost\n", b"PK\x03\x04"):
        said(csv, start + content)
        said(xlsx, start + content)


@given(st.integers(0, len(PLAIN) - 1), st.binary(min_size=1, max_size=4))
def test_any_damage_to_a_workbook_is_read_or_refused(place, patch):
    said(xlsx, PLAIN[:place] + patch + PLAIN[place + len(patch) :])


ATTRIBUTES = st.sampled_from(
    ["", ' r="A1"', ' r="B2"', ' t="s"', ' t="e"', ' t="d"', ' t="b"', ' s="9"', ' hidden="1"', ' r="-1"']
)
TAGS = st.sampled_from(["row", "c", "v", "f", "is", "t", "col", "mergeCell", "sheetData"])
XML = st.recursive(
    st.text("0129-.eE#/ANaxyz", max_size=6),
    lambda inner: st.builds(
        lambda tag, more, parts: f"<{tag}{more}>{''.join(parts)}</{tag}>", TAGS, ATTRIBUTES, st.lists(inner)
    ),
)


@given(XML)
def test_any_sheet_is_read_or_refused(xml):
    said(xlsx, with_cells(xml))


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(str.strip)


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=4), st.sampled_from([",", ";", "\t"]))
def test_text_survives_in_csv(rows, separator):
    def quoted(text):
        return '"' + text.replace('"', '""') + '"'

    lines = [f"id{separator}name", *(separator.join(map(quoted, row)) for row in rows)]
    assert [row.cells for row in csv("\n".join(lines)).rows] == rows
