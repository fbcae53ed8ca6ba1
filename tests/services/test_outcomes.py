"""What a file of outcomes suggests for a company's table."""

from pathlib import Path

import pytest

import cases
from prioritizer.errors import InputError
from prioritizer.services.outcomes import delivered
from prioritizer.services.validation import validate

ROWS = "".join(
    f"- {{initiative: i{k}, department: D{k % 2}, grade: B, claimed: 10, delivered: {3 + k}}}\n" for k in range(5)
)


@pytest.fixture
def outcomes(tmp_path: Path) -> Path:
    return cases.write(tmp_path, outcomes=ROWS)


def test_the_table_of_a_company_or_scenario_stands_beside_it(tmp_path: Path, outcomes: Path) -> None:
    table = {"B": {"delivered": 0.9, "spread": 0.2}, "shared": {"company": 0.1}}
    scenario = cases.write_case(tmp_path, benefit_realisation=table)
    beside = delivered(outcomes, scenario)
    alone = delivered(outcomes)
    assert beside == delivered(outcomes, tmp_path / "company.yaml")
    b, flat = beside.grades[1].delivered, alone.grades[1].delivered
    assert (b.present, flat.present) == (0.9, 1)
    assert flat.suggested == pytest.approx(0.5, abs=0.02)
    assert flat.suggested < b.suggested < 0.9
    assert list(alone.table()["place"][:3]) == ["A.delivered", "A.slope", "A.spread"]


def test_a_company_without_a_table_lets_outcomes_speak_alone(tmp_path: Path, outcomes: Path) -> None:
    assert delivered(outcomes, cases.write_case(tmp_path)) == delivered(outcomes)


def test_the_file_is_validated(tmp_path: Path, outcomes: Path) -> None:
    assert validate(outcomes) == ()
    (complaint,) = validate(cases.write(tmp_path, bad=ROWS.replace("claimed: 10", "claimed: 0", 1)))
    assert (complaint.line, "nothing was claimed" in str(complaint)) == (1, True)
    with pytest.raises(InputError):
        delivered(tmp_path / "nowhere.yaml")
