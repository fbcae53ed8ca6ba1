"""The scenarios of the example: each a difference to the base that says why, with a plan that keeps to it."""

from pathlib import Path

import pytest
import yaml

import prioritizer as pr
from prioritizer.services.validation import validate

FOLDER = Path(__file__).parents[1] / "scenarios"
# What is funded beyond the base's plan, and what of that plan is not, at the mean of every number.
BESIDE_BASE = {
    "downturn": (set(), {"close-the-loop", "agents-knowledge", "self-service"}),
    "price-war": (set(), {"close-the-loop"}),
    "budget-cut": (set(), {"close-the-loop", "agents-knowledge", "clear-tariffs", "account-managers"}),
    "service-led": ({"coverage-gaps"}, set()),
    "channel-led": ({"marketplace-sales", "welcome-call"}, {"close-the-loop", "agents-knowledge"}),
}


@pytest.fixture(scope="module")
def funded_in_base() -> set[str]:
    return {one.id for one in pr.plan(FOLDER / "base.yaml", point=True).funded}


def test_every_scenario_of_the_folder_is_here_and_in_the_examples_description() -> None:
    there = {file.stem for file in FOLDER.iterdir()}
    assert there == {"base", *BESIDE_BASE}
    described = (FOLDER.parent / "data/README.md").read_text(encoding="utf-8").split("## Scenarios")[1]
    assert [stem for stem in there if f"`{stem}" not in described and f"/{stem}." not in described] == []


def test_there_is_nothing_to_say_against_the_base() -> None:
    assert validate(FOLDER / "base.yaml") == ()


@pytest.mark.parametrize("stem", BESIDE_BASE)
def test_a_scenario_differs_from_the_base_and_says_why(stem: str) -> None:
    file = FOLDER / f"{stem}.yaml"
    assert validate(file) == ()
    text = file.read_text(encoding="utf-8")
    written = yaml.safe_load(text)
    assert written["extends"] == "base"
    assert text.startswith("# ")
    assert text.count("  # ") >= 3


@pytest.mark.parametrize("stem", BESIDE_BASE)
def test_the_plan_keeps_to_what_the_scenario_sets_and_is_its_own(stem: str, funded_in_base: set[str]) -> None:
    written = yaml.safe_load((FOLDER / f"{stem}.yaml").read_text(encoding="utf-8"))
    plan = pr.plan(FOLDER / f"{stem}.yaml", point=True)
    funded = {one.id for one in plan.funded}
    assert plan.status == "optimal"
    assert (funded - funded_in_base, funded_in_base - funded) == BESIDE_BASE[stem]
    assert "consent-register" in funded
    assert all(use.cost <= written["budget"][use.year] for use in plan.years if use.year in written["budget"])
    staff = written["change"].get("staff", {})
    assert all(max(use.used) <= staff.get(use.department, use.limit) for use in plan.staff)
