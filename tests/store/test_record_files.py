"""Opening files of customer records, and every bad file."""

import pyarrow as pa
import pytest
from pyarrow import parquet

from prioritizer.store.records import count_records
from tests.store.record_cases import complaint, csv_file, mapping


def test_what_is_no_file_of_records_is_refused(tmp_path):
    assert "there is no such file" in complaint(mapping(), tmp_path / "none.csv")
    assert "is not a file" in complaint(mapping(), tmp_path)
    assert "is neither CSV nor Parquet" in complaint(mapping(), csv_file(tmp_path, "PK\x03\x04", "book.xlsx"))
    assert "does not hold what its name says" in complaint(mapping(), csv_file(tmp_path, "id,nps\na,9\n", "a.parquet"))
    cut = csv_file(tmp_path, b"PAR1" + b"\0" * 50 + b"PAR1", "cut.parquet")
    assert "cannot be read as Parquet" in complaint(mapping(), cut)


def test_a_file_name_is_never_a_pattern(tmp_path):
    path = csv_file(tmp_path, "id,nps\na,9\n", "data[1]*.csv")
    csv_file(tmp_path, "id,nps\nb,9\nc,9\n", "data1x.csv")
    assert count_records(mapping(), [path]).customers == 1


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_byte_order_mark_and_any_line_end_are_accepted(tmp_path, ends):
    path = csv_file(tmp_path, "\ufeffid,nps" + ends + "a,9" + ends + ' b ,"3"' + ends)
    counts = count_records(mapping(), [path])
    assert counts.customers == 2
    assert [tally.score for tally in counts.groups[0].tallies] == [3, 9]


def test_headings_are_compared_without_what_nobody_sees(tmp_path):
    path = csv_file(tmp_path, "\u200bid , nps\u00a0\na,9\n")
    assert count_records(mapping(), [path]).customers == 1


@pytest.mark.parametrize("header", ["id,nps,nps", "id,nps,NPS", "id,nps, nps\u200b", "id,nps,\uff4eps", "id,nps,,"])
def test_a_heading_that_stands_twice_is_refused(tmp_path, header):
    width = header.count(",") - 1
    path = csv_file(tmp_path, f"{header}\na,9{',1' * width}\n")
    assert "stands twice in the header" in complaint(mapping(), path)


def test_a_parquet_file_with_a_heading_twice_is_refused(tmp_path):
    path = tmp_path / "records.parquet"
    parquet.write_table(pa.table([pa.array(["a"]), pa.array([1]), pa.array([2])], names=["id", "nps", "NPS"]), path)
    assert "NPS stands twice in the header" in complaint(mapping(), path)


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


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path):
    path = csv_file(tmp_path, 'id,nps,text\n\na,9,"two\nlines"\n\n\nb,12,x\n')
    assert "row 6, column nps: 12" in complaint(mapping(), path)
    marked = csv_file(tmp_path, "sep=;\nid;nps\na;9\nb;12\n")
    assert "row 4, column nps: 12" in complaint(mapping(), marked)
