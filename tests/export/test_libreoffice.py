"""The workbook as another program sees it: LibreOffice opens it, computes it anew, and finds the same figures."""

import csv
import datetime
import shutil
import subprocess
from pathlib import Path

import pytest

import prioritizer as pr
from prioritizer.services.answers import answer
from prioritizer.services.reporting import list_as_xlsx

ROOT = Path(__file__).parents[2]
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[str]]]:
    """Every sheet of the example's workbook, as LibreOffice writes it as CSV."""
    if OFFICE is None:
        pytest.skip("NOT RUN: LibreOffice was not found. Install it (Debian: apt-get install libreoffice-calc).")
    folder = tmp_path_factory.mktemp("office")
    ranking = pr.rank(ROOT / "scenarios/base.yaml", seed=1)
    (folder / "list.xlsx").write_bytes(list_as_xlsx(ranking, answer(ranking), datetime.date(2027, 1, 15)))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [OFFICE, profile, "--headless", "--convert-to", EVERY_SHEET, "--outdir", str(folder), "list.xlsx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    written = folder.glob("list-*.csv")
    return {file.stem.removeprefix("list-"): list(csv.reader(file.open(encoding="utf-8"))) for file in written}


def test_every_sheet_opens_and_no_cell_is_an_error(sheets: dict[str, list[list[str]]]) -> None:
    assert set(sheets) == {"Priority list", "Cash flow", "Where profit comes from", "Notes"}
    cells = [cell for sheet in sheets.values() for row in sheet for cell in row]
    assert not [cell for cell in cells if cell.startswith(("#", "Err:"))]


def test_the_list_holds_the_figures_of_the_library(sheets: dict[str, list[list[str]]]) -> None:
    ranking = pr.rank(ROOT / "scenarios/base.yaml", seed=1)
    rows = [row for row in sheets["Priority list"] if row[0].isdigit()]
    assert [row[:3] for row in rows] == [[str(one.rank), one.name, one.department] for one in ranking.initiatives]
    shown = [float(row[3].replace(",", "").replace("−", "-")) for row in rows]
    assert shown == [pytest.approx(one.npv.mean, abs=0.51) for one in ranking.initiatives]


def test_sources_sum_to_the_profit(sheets: dict[str, list[list[str]]]) -> None:
    """The check column is computed by LibreOffice; every one of them says that nothing is left."""
    sheet = sheets["Where profit comes from"]
    heading = next(row for row in sheet if "Check" in " ".join(row))
    column = next(k for k, cell in enumerate(heading) if "Check" in cell)
    checks = [row[column] for row in sheet[sheet.index(heading) + 1 :] if row[0].isdigit()]
    assert len(checks) == 22
    assert {abs(round(float(check.replace(",", "") or 0))) for check in checks} == {0}
