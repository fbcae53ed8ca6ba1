"""The run in the foot of a page, in one line that a click copies."""

from datetime import date
from typing import Any

import pytest

from prioritizer.domain.company import Policy
from prioritizer.domain.results import Run
from prioritizer.ui import foot
from prioritizer.ui.foot import link_copier, run_in_words

RUN = Run(
    id="0123456789ab",
    model_version="7.1",
    scenario="Downturn",
    seed=0,
    draws=10_000,
    currency="RUB",
    policy=Policy.HOLD,
    company="Example <b>{id}</b>",
)


class Today(date):
    @classmethod
    def today(cls) -> date:  # type: ignore[override]
        return date(2027, 3, 5)


@pytest.fixture
def mounted(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What components were given."""
    given: list[dict[str, Any]] = []
    monkeypatch.setattr(foot, "_mount", lambda **arguments: given.append(arguments))
    monkeypatch.setattr(foot, "date", Today)
    return given


SAID = "Run 0123456789ab · Example <b>{id}</b> · scenario Downturn · model 7.1 · 10,000 draws, seed 0 · 2027-03-05"


def test_a_run_in_words(mounted: list[dict[str, Any]]) -> None:
    assert run_in_words(RUN) == SAID


def test_under_a_what_if_the_scenario_has_changes(mounted: list[dict[str, Any]]) -> None:
    assert run_in_words(RUN, what_if=True) == SAID.replace("scenario Downturn", "scenario Downturn with changes")


def test_a_click_copies_what_the_foot_says(mounted: list[dict[str, Any]]) -> None:
    foot.foot(RUN)
    (given,) = mounted
    assert given["data"] == {"label": SAID, "copy": SAID, "done": "copied", "look": "foot"}


def test_a_link_is_the_address_of_the_page_which_only_the_browser_knows(mounted: list[dict[str, Any]]) -> None:
    link_copier("link")
    assert mounted == [
        {"key": "link", "data": {"label": "Copy the link", "copy": None, "done": "copied", "look": "button"}}
    ]
