"""The file of outcomes, read strictly: every complaint with its line, at once."""

from pathlib import Path

import pytest

import cases
from prioritizer.store.outcomes import read_outcomes

ONE = "- {initiative: a, department: IT, grade: B, claimed: 2, delivered: 1, source: Review 2026}\n"


def test_what_stands_there_is_read(tmp_path: Path) -> None:
    file = cases.write(tmp_path, outcomes=ONE + "- initiative: b\n  department: IT\n  grade: A\n  claimed: -0.1\n"
                       "  usual: -0.05\n  delivered: 0.02\n  standard_error: 0.01\n")  # fmt: skip
    first, second = read_outcomes(file)
    assert (first.initiative, first.ratio, first.source, first.standard_error) == ("a", 0.5, "Review 2026", 0)
    assert (second.grade, second.usual) == ("A", -0.05)
    assert (second.ratio, second.error) == pytest.approx((-0.2, 0.1))


def test_every_complaint_comes_at_once(tmp_path: Path) -> None:
    bad = "- {initiative: a, department: IT, grade: E, claimed: 2, deliverd: 1}\n- {initiative: b, grade: A}\n- 7\n"
    found = cases.complaints(read_outcomes, cases.write(tmp_path, outcomes=bad))
    said = "\n".join(found)
    for words in ('line 1, "a", grade: E', "Did you mean delivered?", 'line 2, "b", department', "outcome 3"):
        assert words in said, said


def test_an_initiative_has_one_outcome(tmp_path: Path) -> None:
    found = cases.complaints(read_outcomes, cases.write(tmp_path, outcomes=ONE + ONE.replace("a,", "A,", 1)))
    assert len(found) == 1
    assert "line 2, initiative: A stands twice" in found[0]


def test_a_file_without_outcomes_is_refused(tmp_path: Path) -> None:
    for content in ("[]\n", "a: 1\n"):
        assert (
            "is not a list of outcomes" in cases.complaints(read_outcomes, cases.write(tmp_path, outcomes=content))[0]
        )
