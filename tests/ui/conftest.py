"""A demonstration for each test that changes something in it."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from prioritizer.services.demonstration import demonstrate
from prioritizer.ui import served


@pytest.fixture(scope="session", autouse=True)
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """To make a demonstration takes seconds; it is made once, and whoever begins with one gets a copy."""
    untouched = tmp_path_factory.mktemp("demonstration") / "demonstration.db"

    def copied(path: Path, files: Sequence[Path]) -> None:
        if not untouched.exists():
            demonstrate(untouched, files)
        shutil.copyfile(untouched, path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(served, "demonstrate", copied)
        yield


@pytest.fixture
def own() -> Iterator[None]:
    """A demonstration of its own for a test that changes something in it."""
    served.demonstration.clear()
    yield
    served.demonstration.clear()
