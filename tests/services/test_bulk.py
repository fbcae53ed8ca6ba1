"""A table of submissions: all of it or nothing, every complaint with its row and column."""

import io
from typing import Any

import openpyxl
import pytest

import cases
from prioritizer.domain.initiatives import Initiative
from prioritizer.services.bulk import read_bulk

COMPANY = cases.company_record()
OTHERS = (cases.initiative_record("one"), cases.initiative_record("two", department="IT"))
HEADER = "id,name,department,start,reach.Mobile,costs.one_off,levers.churn.detractor,requires"
RING = "ring,Ring first,Customer service,1,0.5,2000,-0.1,one"
TEXT = "text,Text first,Customer service,0,0.4,100,-0.05,ring"


def read(*rows: str, name: str = "many.csv", **given: Any) -> tuple[Initiative, ...]:
    content = "\n".join([HEADER, *rows, ""]).encode()
    return read_bulk(name, content, COMPANY, OTHERS, **{"department": "Customer service", **given})


def complaints(*rows: str, **given: Any) -> list[str]:
    return cases.complaints(lambda: read(*rows, **given))


def test_a_table_is_read_row_by_row() -> None:
    expected = cases.initiative_record(
        "ring", name="Ring first", start=1, reach={"Mobile": 0.5}, costs={"one_off": 2000}, requires=["one"]
    )
    ring, text = read(RING, TEXT)
    assert ring == expected
    assert text.requires == ("ring",)


def test_a_workbook_is_read_too() -> None:
    book = openpyxl.Workbook()
    for row in ([*HEADER.split(",")], ["ring", "Ring first", "Customer service", 1, 0.5, 2000, -0.1, None]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    (ring,) = read_bulk("many.xlsx", file.getvalue(), COMPANY, OTHERS, "Customer service")
    assert (ring.id, ring.costs.one_off[0].number) == ("ring", 2000)


def test_what_is_wrong_with_the_table_is_said_by_row_and_column() -> None:
    assert complaints(RING, TEXT.replace("0.4", "40")) == [
        "many.csv, row 3, reach.Mobile (E3): 40 is not a share. Give a number from 0 to 1: did you mean 0.4 (40 %)?"
    ]


def test_what_does_not_fit_is_said_by_row_and_column_in_their_order() -> None:
    foreign = "text,Text first,IT,9,0.4,100,-0.05,nobody"
    taken = "ONE,Taken,Customer service,0,0.4,100,-0.05,"
    found = complaints(taken, "", RING, foreign)
    assert found == [
        "many.csv, row 2, id (A2): ONE is there already. Give it another id; what is there already is edited on its "
        "own page.",
        "many.csv, row 5, start (D5): 9 is after the company's latest start. Give a period from 0 to 2, or raise the "
        "company's latest_start.",
        "many.csv, row 5, requires (H5): nobody is not an initiative. Known are: one, two, ring.",
        "many.csv, row 5, department (C5): IT is not your department. You may submit for Customer service.",
    ]


def test_a_group_that_the_company_has_not_is_found_at_its_column() -> None:
    header = HEADER.replace("reach.Mobile", "levers.extra_customers.Shop")
    content = f"{header}\n{RING}\n".encode()
    found = cases.complaints(read_bulk, "many.csv", content, COMPANY, OTHERS)
    assert found == [
        "many.csv, row 2, levers.extra_customers.Shop (E2): Shop is not a group of the company. Known are: Mobile."
    ]


def test_any_department_may_stand_where_none_is_given() -> None:
    assert read(RING.replace("Customer service", "IT"), department=None)[0].department == "IT"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("many.pdf", b"x", "many.pdf: is of a type that is not read here."),
        ("many.yaml", b"- id: a", "many.yaml: is neither CSV nor XLSX."),
        ("many.csv", b"", "many.csv: is empty."),
        ("../../etc/many.csv", b"id,name,department\n", "many.csv: has a header and no rows."),
        ("many.xlsx", b"PK\x03\x04 broken", "many.xlsx: "),
    ],
)
def test_what_is_no_table_is_refused_in_words(name: str, content: bytes, said: str) -> None:
    found = cases.complaints(read_bulk, name, content, COMPANY)
    assert len(found) == 1
    assert found[0].startswith(said)
