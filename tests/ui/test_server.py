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


def test_a_workspace_is_served_to_other_machines_under_the_names_given(command: list[str], tmp_path: Path) -> None:
    with pytest.raises(Became):
        server.serve(tmp_path / "w.db", 443, "0.0.0.0", ["prioritizer.example"], signs_in=True)
    names = ["localhost", "127.0.0.1", "0.0.0.0", "prioritizer.example"]
    listening = ["--server.port=443", "--server.address=0.0.0.0", *(f"--server.allowedHosts={name}" for name in names)]
    assert command == [*START, *listening, "--", str(tmp_path / "w.db")]


def test_a_name_is_known_also_behind_a_proxy(command: list[str], tmp_path: Path) -> None:
    with pytest.raises(Became):
        server.serve(tmp_path / "w.db", 8501, hosts=["prioritizer.example"], signs_in=True)
    assert "--server.address=127.0.0.1" in command
    assert "--server.allowedHosts=prioritizer.example" in command


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.0.7", "", "prioritizer.example"])
@pytest.mark.parametrize("given", [None, Path("base.yaml")])
def test_without_signing_in_only_this_machine_is_served(command: list[str], address: str, given: Path | None) -> None:
    with pytest.raises(InputError, match="nobody would have to sign in"):
        server.serve(given, 8501, address, ["prioritizer.example"])
    assert command == []


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_addresses_of_this_machine_only(address: str) -> None:
    assert server.is_local(address)


def test_an_address_is_a_number_and_all_of_them_need_a_name(command: list[str]) -> None:
    with pytest.raises(InputError, match="is no address"):
        server.serve(Path("w.db"), 8501, "prioritizer.example", ["x.example"], signs_in=True)
    with pytest.raises(InputError, match="Give that name with --host"):
        server.serve(Path("w.db"), 8501, "0.0.0.0", signs_in=True)
    with pytest.raises(Became):
        server.serve(Path("w.db"), 8501, "192.168.0.7", signs_in=True)
