"""What initiatives cite, held against the library wherever it enters, and reasons that a submission needs."""

from pathlib import Path

import pytest
from services.workplaces import last, standing, workplace

import cases
from prioritizer.domain.process import Status
from prioritizer.domain.workspace import ItemKind
from prioritizer.errors import InputError
from prioritizer.services import process, workspace
from prioritizer.services.bulk import read_bulk
from prioritizer.services.citations import as_kept
from prioritizer.services.validation import validate

TABLE = b"""id,name,department,costs.one_off,template,evidence.sources
a,A,IT,1,close-the-loop,online-first
b,B,IT,1,close-the-lop,online-frist;jive-calls
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return workplace(tmp_path)


def test_a_table_is_complained_about_by_row_and_column() -> None:
    with pytest.raises(InputError) as caught:
        read_bulk("many.csv", TABLE, cases.company_record())
    assert [(one.place, one.value, one.remedy.partition("?")[0]) for one in caught.value.complaints] == [
        ("row 3, template (E3)", "close-the-lop", "Did you mean close-the-loop"),
        ("row 3, evidence.sources (F3)", "online-frist", "Did you mean online-first"),
    ]


def test_a_file_is_complained_about(tmp_path: Path) -> None:
    wrong = cases.initiative(template="close-the-lop", evidence={"sources": ["x"]})
    base = cases.write_case(tmp_path, initiatives=[wrong])
    for file in (base, tmp_path / "initiatives.yaml", tmp_path / "company.yaml"):
        assert [one.value for one in validate(file)] == ["close-the-lop", "x"], file


def test_nothing_unknown_is_saved_into_a_workspace_or_imported(path: Path, tmp_path: Path) -> None:
    wrong = cases.initiative_record("new", evidence={"sources": ["jive-cals"]})
    with pytest.raises(InputError, match="Did you mean jive-calls"):
        workspace.save_initiative(path, wrong, 0, "vera")
    (tmp_path / "other").mkdir()
    base = cases.write_case(tmp_path / "other", initiatives=[cases.initiative(template="no-such")])
    with pytest.raises(InputError, match="no-such is not a template"):
        workspace.create(tmp_path / "new.db", "boss", [base])


def test_what_an_older_library_had_does_not_stop_the_list() -> None:
    old = cases.initiative_record(template="gone", evidence={"sources": ["gone", "online-first"]})
    kept = as_kept(old)
    assert (kept.template, kept.evidence.sources) == (None, ("online-first",))
    assert kept.levers == old.levers


def test_a_large_claim_is_submitted_with_a_reason_only(path: Path) -> None:
    large = cases.initiative_record("large", levers=[{"churn": "all", "change": -0.6}])
    workspace.save_initiative(path, large, 0, "vera")
    with pytest.raises(InputError, match="Change of churn is claimed larger than 9 of 10 of its kind"):
        process.submit(path, "large", 1, "vera")
    assert standing(path, "large").version == 0
    reasoned = large.model_copy(update={"evidence": large.evidence.model_copy(update={"note": "One fault, mended."})})
    workspace.save_initiative(path, reasoned, 1, "vera")
    process.submit(path, "large", 2, "vera")
    assert standing(path, "large").content.status is Status.SUBMITTED
    with pytest.raises(InputError, match="without a reason"):  # nor may the reason go afterwards
        workspace.save_initiative(path, large, 2, "vera")
    assert last(path, ItemKind.INITIATIVE, "large").version == 2


def test_many_at_once_say_why_too(path: Path) -> None:
    large = cases.initiative_record("large", levers=[{"churn": "all", "change": -0.6}])
    with pytest.raises(InputError, match="without a reason"):
        workspace.save_initiatives(path, [large], "vera", submit=True)
    assert last(path, ItemKind.INITIATIVE, "one") is not None
    assert [one.id for one in workspace.save_initiatives(path, [large], "vera")] == ["large"]
