"""Whatever file it is, everything that is wrong with it is said, with the file in which it stands."""

from pathlib import Path

import pytest

import cases
from prioritizer.services.validation import validate

ROOT = Path(__file__).parents[2]
PAIR = [cases.initiative("a"), cases.initiative("b")]
UNCERTAIN = {"pert": [0.01, 0.02, 0.04]}


def said(path):
    """The complaints without the folder of the file; every one names a file."""
    found = validate(path)
    assert all(complaint.file for complaint in found)
    return [str(complaint).replace(f"{path.parent}/", "") for complaint in found]


@pytest.mark.parametrize(
    "file",
    [
        "data/company.yaml",
        "data/initiatives.yaml",
        "data/customers-mapping.yaml",
    ],
)
def test_there_is_nothing_to_say_against_the_example(file):
    assert validate(ROOT / file) == ()


def test_a_company_is_complained_about_together_with_its_initiatives(tmp_path):
    cases.write_case(tmp_path, [cases.initiative("a", delay=-1)], horizon=0)
    assert said(tmp_path / "company.yaml") == [
        "company.yaml, line 3, horizon: 0 is not a benefit window. Give a whole number of periods from 1 to 120.",
        'initiatives.yaml, line 9, "a", delay: -1 is not a number of periods. Give a number from 0 to 1200.',
    ]


def test_a_scenario_is_complained_about_in_the_file_at_fault(tmp_path):
    cases.write_case(tmp_path, PAIR)
    path = cases.write(tmp_path, own={"name": "Own", "extends": "base", "change": {"horizn": 1}})
    assert said(path) == ["own.yaml, horizn: horizn is not known here. Did you mean horizon?"]
    (tmp_path / "company.yaml").unlink()
    assert said(path) == ["company.yaml: there is no such file. Check the path."]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"requires": ["c"]}, 'initiatives.yaml, "b", requires: c is not an initiative. Known are: a.'),
        (
            {"id_": "A"},
            'initiatives.yaml, "A", id: A stands twice. Give each initiative an id of its own.',
        ),
        (
            {"excludes": ["a"], "mandatory": True},
            'initiatives.yaml, "b", excludes: a is excluded, and both are mandatory. '
            "Make one of the two optional, or allow both.",
        ),
        (
            {"requires": ["a"]},
            'initiatives.yaml, "a", requires: a → b → a is a circle. Remove one of these prerequisites.',
        ),
    ],
)
def test_initiatives_are_held_against_each_other_without_their_company(tmp_path, changes, sentence):
    own = {"id_": "b", **changes}
    first = cases.initiative("a", mandatory=True, requires=["b"] if own.get("requires") == ["a"] else [])
    path = cases.write(tmp_path, initiatives=[first, cases.initiative(**own)])
    assert said(path) == [sentence]


def test_a_correlation_that_joins_nothing_is_complained_about(tmp_path):
    remedy = "Name at least two uncertain numbers by their paths; `*` stands for anything."
    uncertain = cases.group(churn=dict.fromkeys(cases.SEGMENTS, UNCERTAIN))
    base = cases.write_case(
        tmp_path, groups={"Mobile": uncertain}, correlate=[{"names": ["groups.*.churn.*"], "rho": 0.5}]
    )
    assert said(base) == said(tmp_path / "company.yaml") == []
    fixed = cases.write(tmp_path, own={"name": "Own", "extends": "base", "change": {"groups.Mobile.churn.*": 0.1}})
    assert said(fixed) == [f"own.yaml, correlate.0: groups.*.churn.* joins 0 uncertain numbers. {remedy}"]


def test_a_run_off_without_end_is_complained_about(tmp_path):
    immortal = cases.group(churn=0)
    changes = {"discount_rate": 0, "terminal_value": "run-off"}
    base = cases.write_case(tmp_path, groups={"A": immortal, "B": cases.group(), "C": immortal}, **changes)
    assert said(base) == [
        f"base.yaml, groups.{name}.churn: leaves the run-off without bound: too few customers leave. "
        "Raise churn or discount_rate, or set terminal_value to none."
        for name in "AC"
    ]
    assert said(cases.write_case(tmp_path, **changes)) == []


def test_a_mapping_is_read_as_one(tmp_path):
    mapping = {"customer": "id", "score": {"column": "nps", "scale": "0-10"}, "periods_per_year": 3}
    (found,) = said(cases.write(tmp_path, mapping=mapping))
    assert found.startswith("mapping.yaml, line 5, periods_per_year: 3 is not a number of periods per year.")


def test_a_table_is_read_as_one(tmp_path):
    path = tmp_path / "initiatives.csv"
    path.write_text("id,name,department,costs.one_off\na,A,IT,5\na,B,IT,-5\n", encoding="utf-8")
    assert any("is not an amount" in sentence for sentence in said(path))


def test_a_missing_file_and_a_folder_are_complained_about(tmp_path):
    assert said(tmp_path / "x.yaml") == ["x.yaml: there is no such file. Check the path."]
    assert [str(complaint) for complaint in validate(tmp_path)] == [
        f"{tmp_path}: is not a file. Give the path of a file."
    ]


@pytest.mark.parametrize("content", [b"", b"\xff", b"a: [", b"5", b"\x00", b"a: 1\na: 2", b"[" * 5_000])
def test_what_is_no_file_of_ours_is_complained_about(tmp_path, content):
    assert len(said(cases.write(tmp_path, broken=content))) == 1
