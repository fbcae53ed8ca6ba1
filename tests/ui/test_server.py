"""The command that becomes the application."""

import sys
from pathlib import Path

import pytest

from prioritizer.errors import InputError
from prioritizer.ui import server

ROOT = Path(__file__).parents[2]


class Became(Exception):
    """In the place of another program."""


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words of the command that took this program's place."""
    words: list[str] = []

    def execv(program: str, arguments: list[str]) -> None:
        words.extend([program, *arguments])
        raise Became

    monkeypatch.setattr(server.os, "execv", execv)
    return words


START = [sys.executable, sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]


def test_without_a_scenario_the_example_is_served(command: list[str]) -> None:
    with pytest.raises(Became):
        server.serve(None, 8501)
    assert command == [*START, "--server.port=8501"]


def test_a_scenario_is_given_by_its_whole_path(
    command: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Became):
        server.serve(Path("a folder/-x.yaml"), 9000)
    assert command == [*START, "--server.port=9000", "--", str(tmp_path.resolve() / "a folder/-x.yaml")]


def test_an_installation_without_the_script_says_so(
    command: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(server, "APP", tmp_path / "app.py")
    with pytest.raises(InputError) as caught:
        server.serve(None, 8501)
    (complaint,) = caught.value.complaints
    assert (complaint.file, complaint.rule) == (str(tmp_path / "app.py"), "the application is not there")
    assert "source folder" in complaint.remedy
    assert command == []


def test_the_script_lies_beside_the_package() -> None:
    assert server.APP == ROOT / "app.py"
    assert server.APP.is_file()
