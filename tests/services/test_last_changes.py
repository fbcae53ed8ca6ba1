"""Who changed a number last, and when: the version in which it got the value that it has."""

from pathlib import Path

import pytest
from services.workplaces import last, workplace

from prioritizer.domain.workspace import COMPANY, ItemKind
from prioritizer.errors import NotAllowed
from prioritizer.services.assumptions import company_text, save_company_text
from prioritizer.services.last_changes import last_changes


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return workplace(tmp_path)


def test_only_what_was_changed_has_a_new_last_change(path: Path) -> None:
    before = last_changes(path, "anna")
    assert {change.who for place, change in before.items() if not place.startswith("initiatives.")} == {"boss"}
    known = company_text(path, "anna")
    save_company_text(path, known.text + "causal_share: 0.7\ntax_rate: 0.2\n", known.version, "anna", "Research")
    saved = last(path, ItemKind.COMPANY, COMPANY)
    after = last_changes(path, "anna")
    changed = {place for place in after if after[place] != before.get(place)}
    assert changed == {"causal_share", "tax_rate"}
    assert (after["tax_rate"].who, after["tax_rate"].at) == ("anna", saved.at)


def test_admins_see_nothing_of_it(path: Path) -> None:
    with pytest.raises(NotAllowed):
        last_changes(path, "boss")
