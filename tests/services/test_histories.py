"""The history as admins read it: filtered, the newest first, and as a file."""

import csv
import io
from pathlib import Path

import pytest
from services.workplaces import take, workplace

from prioritizer.domain.process import Step
from prioritizer.errors import NotAllowed
from prioritizer.services.histories import Filter, as_csv, history, names


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = workplace(tmp_path)
    take(made, "two", Step.CLAIM, "anna")
    take(made, "two", Step.ASK, "anna", "=1+1 More detail")
    return made


@pytest.mark.parametrize(
    ("asked", "summaries"),
    [
        ({"who": "anna"}, ["initiative “two”: changes requested", "initiative “two”: in review"]),
        ({"text": "MORE detail"}, ["initiative “two”: changes requested"]),
        ({"kind": "standing", "text": "one"}, ["initiative “one”: submitted"]),
        ({"kind": "company"}, ["the company: version 1"]),
        ({"who": "otto"}, []),
    ],
)
def test_what_is_asked_for_comes_newest_first(path: Path, asked: dict, summaries: list[str]) -> None:
    assert [entry.summary for entry in history(path, Filter(**asked), "boss").entries] == summaries


def test_all_of_it_has_a_head_and_its_number(path: Path) -> None:
    found = history(path, Filter(), "boss")
    assert found.total == len(found.entries) == found.entries[0].sequence
    assert found.entries[0].hash == found.head


def test_the_file_holds_every_entry_and_no_formula(path: Path) -> None:
    found = history(path, Filter(who="anna"), "boss")
    first, second = csv.DictReader(io.StringIO(as_csv(found).removeprefix("\ufeff")))
    assert first["why"] == "'=1+1 More detail"
    assert (second["who"], second["hash"]) == ("anna", found.entries[1].hash)


def test_by_what_it_can_be_filtered(path: Path) -> None:
    found = names(path, "boss")
    assert found.who == ("anna", "boss")
    assert "initiative" in found.kinds


@pytest.mark.parametrize("who", ["eva", "anna", "vera", "otto"])
def test_only_admins_read_it(path: Path, who: str) -> None:
    with pytest.raises(NotAllowed):
        history(path, Filter(), who)
    with pytest.raises(NotAllowed):
        names(path, who)
