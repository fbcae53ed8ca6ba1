"""The board pack: at most six pages, its figures those of the run, and nothing that people typed read as markup."""

import json
from datetime import date
from pathlib import Path

import pytest
import typst

from prioritizer.domain.report import Report
from prioritizer.export.board_pack.pack import board_pack, files_of
from prioritizer.services.board_pack import report_of_file
from prioritizer.services.plans import plan
from tests.cases import initiative, write_case

ON = date(2026, 11, 25)
HOSTILE = '#panic("no") $x$ *bold* <b> `raw` = Heading'


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("pack")
    listed = [
        initiative(f"i{k}", name=f"{HOSTILE} {k}", levers=[{"churn": "detractor", "change": {"pert": [-0.3, -0.2, 0]}}])
        for k in range(24)
    ]
    listed[0]["pilot"] = {"customers": 2000, "cost": 10, "periods": 1}
    base = write_case(folder, listed, budget={2027: 6500})
    (folder / "hard.yaml").write_text("name: Hard times\nextends: base\nbudget: {2027: 900}\n", encoding="utf-8")
    return report_of_file(base, None, 40, 1, 1)


def test_it_has_at_most_six_pages(report: Report) -> None:
    pages = typst.compile(files_of(report, ON), format="png", ppi=8, ignore_system_fonts=True)  # type: ignore[call-overload]
    assert len(pages) == 6
    assert board_pack(report, ON).startswith(b"%PDF")
    assert board_pack(report, ON) == board_pack(report, ON)


def test_its_figures_are_those_of_the_plan(report: Report, tmp_path: Path) -> None:
    data = json.loads(files_of(report, ON)["data.json"])
    found = report.plan
    assert data["list"]["title"] == f"{len(found.funded)} of 24 are planned"
    planned = {one.id for one in found.funded}
    above = [row["name"] for row in data["list"]["rows"][: [row["line"] for row in data["list"]["rows"]].index(True)]]
    names = {row.id: row.name for row in report.ranking.initiatives}
    assert set(above) <= {names[id_] for id_ in planned}
    assert data["draft"] == "DRAFT"
    assert report.ranking.run.id in data["foot"]
    assert [row[0] for row in data["scenarios"]["rows"]] == ["Base", "Hard times"]


def test_a_list_without_budget_or_tests_leaves_pages_out(tmp_path: Path) -> None:
    found = report_of_file(write_case(tmp_path, [initiative()]), [], 20, 1, 1)
    data = json.loads(files_of(found, ON)["data.json"])
    assert data["frontier"] is None
    assert data["scenarios"] is None
    assert data["tests"]["rows"] == []
    pages = typst.compile(files_of(found, ON), format="png", ppi=8, ignore_system_fonts=True)  # type: ignore[call-overload]
    assert len(pages) == 4
    assert plan(tmp_path / "base.yaml", draws=20, seed=1).joint == found.plan.joint
