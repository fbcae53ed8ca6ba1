"""The workbook that recalculates: its values are the engine's, and LibreOffice finds the same, before and after."""

import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from export.live_cases import ON, Case, case_of, cell_of, changed, records, small_ones

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.engine.simulation import simulate_point
from prioritizer.export.live.cells import Expression, Filled, Page, expression
from prioritizer.export.live.writer import workbook_of

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
CLOSE = 1e-9  # of each period's largest line
SEEDS = small_ones(50)
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>"""


def flows(company: Company, initiatives: tuple[Initiative, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the engine says: after-tax cash flows alone and together, their profits, and each period's largest line."""
    found = simulate_point(company, initiatives)
    kept = 1 - company.tax_rate.number
    each = np.array([(lines.before_tax - found.baseline_lines.before_tax) * kept for lines in found.lines])
    base = found.baseline_lines
    every = [base, *found.lines]
    largest = np.max(
        [np.abs(line).sum(axis=0) for one in every for line in (one.margin, one.service, one.acquisition)], axis=0
    )
    return each, found.profit[:, 0], np.maximum(largest, 1e-9)


def held(company: Company, initiatives: tuple[Initiative, ...], found: list[tuple[list[float], float]]) -> None:
    """Hold cash flows and profits, each initiative alone, against the engine's."""
    each, profits, largest = flows(company, initiatives)
    for k, (flow, profit) in enumerate(found):
        assert np.all(np.abs(np.array(flow) - each[k]) <= CLOSE * largest), initiatives[k].id
        assert abs(profit - profits[k]) <= CLOSE * largest.sum()


@pytest.mark.parametrize("seed", range(0, 200, 4))
def test_what_is_written_is_what_the_engine_says(seed: int) -> None:
    company, initiatives = records(seed)
    case = case_of(company, initiatives)
    found = [([one.value for one in alone.worth.cash_flow], alone.worth.npv.value) for alone in case.book.alone]
    held(company, initiatives, found)
    base = simulate_point(company, initiatives).baseline_lines
    for at, name in enumerate(company.groups):
        lines = case.book.base.groups[name]
        customers = np.array([[cell.value for cell in row] for row in lines.customers]).T
        assert np.allclose(customers, base.customers[at], rtol=1e-9, atol=1e-9 * base.customers[at].max())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if OFFICE is None:
        pytest.skip("NOT RUN: LibreOffice was not found. Install it (Debian: apt-get install libreoffice-calc).")
    return tmp_path_factory.mktemp("live")


@pytest.fixture(scope="module")
def cases(folder: Path) -> dict[int, Case]:
    """Fifty workbooks, each as written (`w…`) and with five inputs changed (`c…`), computed anew by LibreOffice."""
    made = {seed: case_of(*records(seed)) for seed in SEEDS}
    for seed, case in made.items():
        written = folder / f"w{seed}.xlsx"
        written.write_bytes(workbook_of(case.book.pages, {"title": "Test"}, "Run", ON))
        book = openpyxl.load_workbook(written)
        for place, value in changed(case, seed)[0].items():
            book["Inputs"][cell_of(case.book, place)] = value
        book.save(folder / f"c{seed}.xlsx")
    _recalculate(folder)
    return made


def _recalculate(folder: Path) -> None:
    settings = folder / "profile" / "user"
    settings.mkdir(parents=True)
    (settings / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")
    files = sorted(map(str, folder.glob("*.xlsx")))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    subprocess.run([*command, str(folder / "anew"), *files], check=True, capture_output=True, timeout=600)


def read(path: Path, case: Case) -> tuple[list[tuple[list[float], float]], list[str], list[str]]:
    """Cash flows and profits, the ids of the list in its order, and the sheets on which a cell is an error."""
    book = openpyxl.load_workbook(path, data_only=True)
    with zipfile.ZipFile(path) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
        errors = [name for name in sheets if b' t="e"' in parts.read(name)]

    def value(cell: Filled) -> object:
        return book[cell.place.page.name].cell(cell.place.row + 1, cell.place.column + 1).value

    found = [
        ([float(value(one) or 0.0) for one in alone.worth.cash_flow], float(value(alone.worth.npv) or 0.0))  # type: ignore[arg-type]
        for alone in case.book.alone
    ]
    ids = [str(book["List"].cell(row, 2).value) for row in range(5, 5 + len(case.initiatives))]
    return found, ids, errors


@pytest.mark.parametrize("seed", SEEDS)
def test_libreoffice_computes_the_same_before_and_after_five_changes(
    folder: Path, cases: dict[int, Case], seed: int
) -> None:
    case = cases[seed]
    _places, company, initiatives = changed(case, seed)
    for kind, of, ones in (("w", case.company, case.initiatives), ("c", company, initiatives)):
        found, ids, errors = read(folder / "anew" / f"{kind}{seed}.xlsx", case)
        held(of, ones, found)
        profits = {one.id: profit for one, (_flow, profit) in zip(ones, found, strict=True)}
        ranked = [profits[id_] for id_ in ids]
        assert sorted(profits) == sorted(ids)
        assert ranked == sorted(ranked, reverse=True)
        assert not errors


def test_text_that_looks_like_a_formula_stays_text(folder: Path, cases: dict[int, Case]) -> None:
    book = openpyxl.load_workbook(folder / "anew" / f"w{SEEDS[0]}.xlsx")
    assert book["List"]["A1"].value == "=1+1 is an answer that looks like a formula"
    assert book["List"]["A1"].data_type == "s"


@pytest.mark.parametrize(
    ("made", "text", "value"),
    [
        (lambda a, b: (a + b) * 2, "(A1+B1)*2", 10.0),
        (lambda a, b: a - (b - 1), "A1-(B1-1)", 0.0),
        (lambda a, b: a / (b * 2), "A1/(B1*2)", 2 / 6),
        (lambda a, b: a * b + 1, "A1*B1+1", 7.0),
        (lambda a, b: a ** (0 - b), "A1^(0-B1)", 0.125),
        (lambda a, b: 1 - a / b, "1-A1/B1", 1 - 2 / 3),
        (lambda a, b: (a**b) ** 2, "(A1^B1)^2", 64.0),
    ],
)
def test_an_expression_has_its_brackets_and_its_value(made, text: str, value: float) -> None:  # type: ignore[no-untyped-def]
    page = Page("P")
    one, other = page.put(0, 0, 2.0), page.put(0, 1, 3.0)
    found: Expression = made(one, other)
    assert found.text(page) == text
    assert found.value == pytest.approx(value)
    assert "'P'!A1" in (one + 1).text(Page("Q"))
    assert expression(-1).text(page) == "-1"
