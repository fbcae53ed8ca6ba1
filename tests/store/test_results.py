"""Lists kept as JSON, read back; and what is no such list."""

import json
from pathlib import Path

import pytest

from prioritizer.errors import InputError
from prioritizer.store.results import read_result

RUN = {
    "id": "0123456789ab",
    "model_version": "2",
    "scenario": "Base",
    "seed": 2**62 + 1,
    "draws": 20,
    "currency": "EUR",
    "point": False,
    "policy": "hold",
    "company": "Example",
}


def kept(folder: Path, content) -> Path:
    path = folder / "list.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_list_is_read_with_its_run_and_its_figures(tmp_path: Path) -> None:
    content = {"run": RUN, "initiatives": [{"id": "faq", "cost": 1e3}], "worth_doing_together": {"cost": 5}}
    found = read_result(kept(tmp_path, content))
    assert (found.run.id, found.run.seed, found.initiatives) == ("0123456789ab", 2**62 + 1, ("faq",))
    assert found.figures == {"initiatives.count": 1, "initiatives[faq].cost": 1000.0, "worth_doing_together.cost": 5}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is no list that was written with prioritizer rank --format json"),
        ({"run": RUN, "order": []}, "is no list that was written"),
        ({"run": {**RUN, "draws": "many"}, "initiatives": [], "worth_doing_together": {}}, "run.draws: does not say"),
        ({"run": [], "initiatives": [], "worth_doing_together": {}}, "does not say what run it is from"),
    ],
)
def test_what_is_no_such_list_is_refused(tmp_path: Path, content, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read_result(kept(tmp_path, content))
    assert str(tmp_path / "list.json") in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"No such file or directory\. Check the path"):
        read_result(tmp_path / "gone.json")
