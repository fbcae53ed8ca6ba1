"""The demonstration: every step of the process is there, and its list is that of the example's files."""

from pathlib import Path

import prioritizer as pr
from prioritizer.domain.process import Status
from prioritizer.services import scenarios, shared
from prioritizer.services.demonstration import EXECUTIVE, FINANCE, SERVICE, demonstrate
from prioritizer.services.in_process import own, queue
from prioritizer.services.workspace import verify

ROOT = Path(__file__).parents[2]
FILES = [ROOT / f"scenarios/{name}.yaml" for name in ("base", "downturn", "price-war")]


def test_it_begins_with_the_examples_list_and_something_to_do_for_everybody(tmp_path: Path) -> None:
    path = tmp_path / "demonstration.db"
    demonstrate(path, FILES)
    found = shared.shared_list(path, EXECUTIVE)
    assert found.origin.run == pr.rank(FILES[0], seed=1).run.id
    assert found.left_out == ()
    assert {one.status for one in found.standings.values()} == {
        Status.SUBMITTED,
        Status.IN_REVIEW,
        Status.CHANGES_REQUESTED,
        Status.APPROVED,
        Status.DECIDED,
        Status.IN_DELIVERY,
    }
    assert Status.DRAFT in {entry.standing.content.status for entry in own(path, SERVICE)}
    assert any(entry.has_figures for entry in queue(path, FINANCE))
    assert shared.published(path, "pavel") is not None
    assert verify(path).findings == ()
    finance = ["Base", "Dearer money", "Downturn", "Price war"]
    assert [one.name for one in scenarios.cards(path, FINANCE)] == finance
    assert [one.name for one in scenarios.cards(path, EXECUTIVE)] == [*finance, "Everything a fifth dearer"]
    assert not any(one.trouble for one in scenarios.cards(path, EXECUTIVE))
    for scenario, file in zip(("downturn", "price-war"), FILES[1:], strict=True):
        there = shared.shared_list(path, EXECUTIVE, scenario)
        assert there.origin.run == pr.rank(file, seed=1).run.id
