"""Files into a workspace and out of it: with all that they name, as a whole, and equal to the last digit."""

import os
import shutil
from pathlib import Path

import pytest

import cases
from prioritizer.errors import InputError, StoreError
from prioritizer.store.exchange import read_exchange, write_exchange
from prioritizer.store.files import read_scenario

ROOT = Path(__file__).parents[2]
SCENARIOS = [ROOT / f"scenarios/{name}.yaml" for name in ("downturn", "price-war")]


def test_what_a_scenario_names_comes_with_it() -> None:
    exchange = read_exchange(SCENARIOS)
    assert exchange.company.company == "Example Telecom"
    assert len(exchange.initiatives) > 10
    assert list(exchange.scenarios) == ["base", "downturn", "price-war"]


def test_an_export_reads_back_equal_and_means_the_same(tmp_path: Path) -> None:
    exchange = read_exchange(SCENARIOS)
    write_exchange(tmp_path / "out", exchange, "Head abc")
    assert sorted(os.listdir(tmp_path / "out")) == ["company.yaml", "initiatives.yaml", "scenarios"]
    assert read_exchange(sorted((tmp_path / "out/scenarios").glob("*.yaml"))) == exchange
    for path in SCENARIOS:
        assert read_scenario(tmp_path / "out/scenarios" / path.name) == read_scenario(path)
    assert (tmp_path / "out/company.yaml").read_text(encoding="utf-8").startswith("# Head abc\n")
    assert os.listdir(tmp_path) == ["out"]


def test_an_export_takes_nothings_place(tmp_path: Path) -> None:
    exchange = read_exchange([cases.write_case(tmp_path)])
    with pytest.raises(StoreError, match="is there already"):
        write_exchange(tmp_path, exchange, "x")
    (tmp_path / "empty").mkdir()
    write_exchange(tmp_path / "empty", exchange, "x")
    assert (tmp_path / "empty/company.yaml").exists()


def test_an_export_that_fails_leaves_nothing(tmp_path: Path, monkeypatch) -> None:
    exchange = read_exchange([cases.write_case(tmp_path)])
    monkeypatch.setattr("prioritizer.store.exchange.read_company", lambda _path: cases.company_record(horizon=9))
    with pytest.raises(AssertionError, match="does not read back"):
        write_exchange(tmp_path / "out", exchange, "x")
    assert [name for name in os.listdir(tmp_path) if name.startswith("out")] == []


def test_different_companies_are_refused(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "other").mkdir()
    paths = [cases.write_case(tmp_path / "other"), tmp_path / "data/company.yaml"]
    with pytest.raises(InputError, match="different companies are named"):
        read_exchange(paths)


def test_two_scenarios_of_one_name_are_refused(tmp_path: Path) -> None:
    base = cases.write_case(tmp_path)
    (tmp_path / "more").mkdir()
    other = cases.write(tmp_path / "more", base={"name": "Base", "company": "../company.yaml"})
    with pytest.raises(InputError, match="has the same name as"):
        read_exchange([base, other])


def test_a_name_that_no_other_system_takes_is_refused(tmp_path: Path) -> None:
    base = cases.write_case(tmp_path)
    odd = tmp_path / "what?.yaml"
    shutil.copy(base, odd)
    with pytest.raises(InputError, match="cannot be the name of a file everywhere"):
        read_exchange([odd])


def test_every_complaint_comes_at_once(tmp_path: Path) -> None:
    first = cases.write(tmp_path, first={"name": "First", "company": "nowhere.yaml"})
    second = cases.write(tmp_path, second={"extends": "first"})
    with pytest.raises(InputError) as caught:
        read_exchange([first, second])
    assert len(caught.value.complaints) >= 2
