"""`verify` finds what was changed, removed, reordered or cut off; by hand in the file, as a forger would."""

import hashlib
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from store.workspace_cases import edit, workspace

from prioritizer.domain.history import BEGINNING, Entry
from prioritizer.domain.workspace import ItemKind
from prioritizer.errors import StoreError
from prioritizer.store.audit import Audit, verify
from prioritizer.store.backups import faults
from prioritizer.store.workspace import Workspace


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    """History: 1 made, 2 boss, 3 company, 4 one, 5 two, 6 one again, 7 two again."""
    made = workspace(tmp_path, "one", "two")
    edit(made, "one", "anna", name="Better")
    edit(made, "two", "vera", name="Better")
    return made


@contextmanager
def forging(made: Workspace) -> Iterator[sqlite3.Connection]:
    """The file without its guards, for somebody who can write it."""
    with closing(sqlite3.connect(made.path)) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        yield raw
        raw.commit()


def audit(made: Workspace, head: str | None = None) -> Audit:
    with made.reading() as contents:
        return verify(contents.connection, head)


def findings(made: Workspace, head: str | None = None) -> list[str]:
    return [str(finding) for finding in audit(made, head).findings]


def test_an_honest_history_is_sound(made: Workspace) -> None:
    found = audit(made)
    assert (found.entries, found.findings) == (7, ())
    with made.reading() as contents:
        entries = contents.history()
    assert [entry.previous for entry in entries] == [BEGINNING, *(entry.hash for entry in entries[:-1])]
    assert found.head == entries[-1].hash
    assert findings(made, entries[3].hash) == []  # an older head is still part of it


def test_the_seal_is_what_the_documents_say() -> None:
    entry = Entry(
        sequence=1, at="2027-01-01T00:00:00.000000Z", who="å", what="created", summary="x", previous=BEGINNING
    )
    canonical = (
        '{"at":"2027-01-01T00:00:00.000000Z","digest":"","id":"","kind":null,"previous":"' + "0" * 64 + '",'
        '"sequence":1,"summary":"x","version":0,"what":"created","who":"å","why":""}'
    )
    assert entry.sealed().hash == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    ["at = '2020' || substr(at, 5)", "who = 'anna'", "summary = 'nothing'", "why = 'because'", "what = 'restored'"],
)
def test_a_changed_entry_is_found(made: Workspace, change: str) -> None:
    with forging(made) as raw:
        raw.execute(f"UPDATE history SET {change} WHERE sequence = 4")
    assert findings(made) == ["history, entry 4: it was changed after it was written"]


def test_an_entry_that_was_sealed_anew_is_found(made: Workspace) -> None:
    with made.reading() as contents:
        entry = contents.history()[3].model_copy(update={"who": "anna"}).sealed()
    with forging(made) as raw:
        raw.execute("UPDATE history SET who = 'anna', hash = ? WHERE sequence = 4", [entry.hash])
    assert findings(made) == ["history, entry 5: it does not follow the entry before"]


def test_a_removed_entry_is_found(made: Workspace) -> None:
    with forging(made) as raw:
        raw.execute("DELETE FROM history WHERE sequence = 5")
    assert "history, entry 6: entry 5 was expected here: some are missing" in findings(made)


def test_reordered_entries_are_found(made: Workspace) -> None:
    with forging(made) as raw:
        for old, new in ((4, 99), (5, 4), (99, 5)):
            raw.execute("UPDATE history SET sequence = ? WHERE sequence = ?", [new, old])
    assert "history, entry 4: it does not follow the entry before" in findings(made)


def test_a_cut_tail_is_found_by_a_head_kept_elsewhere(made: Workspace) -> None:
    head = audit(made).head
    with forging(made) as raw:
        raw.execute("DELETE FROM versions WHERE entry = 7")
        raw.execute("DELETE FROM history WHERE sequence = 7")
    assert findings(made) == []
    assert [text.partition(": ")[2] for text in findings(made, head)] == [
        "it is not there: entries were cut off or written anew after it was noted"
    ]


def test_changed_content_is_found_and_not_shown(made: Workspace) -> None:
    with forging(made) as raw:
        raw.execute("UPDATE versions SET content = replace(content, '1000', '9000') WHERE entry = 6")
    assert findings(made) == ["initiative one, version 2: its content was changed after it was saved"]
    words = "initiative “one”, version 2, was changed after it was saved"
    with pytest.raises(StoreError, match=words), made.reading() as contents:
        contents.initiatives()
    with made.reading() as contents:
        assert contents.find(ItemKind.INITIATIVE, "two").content.name == "Better"


def test_missing_and_foreign_content_is_found(made: Workspace) -> None:
    with forging(made) as raw:
        raw.execute("DELETE FROM versions WHERE entry = 7")
        raw.execute("UPDATE versions SET id = 'three' WHERE entry = 6")
    assert findings(made) == [
        "initiative three, version 2: the history does not know it",
        "initiative two, version 2: its content is missing",
    ]


def test_a_flipped_bit_in_what_people_wrote_is_found(made: Workspace) -> None:
    """In the pages' cells; free space may hold anything."""
    whole = bytearray(made.path.read_bytes())
    places = [place for word in (b"Better", b"Customer service", b"anna", b"detractor") for place in _all(whole, word)]
    rng = random.Random(4)
    for place in rng.sample(places, 20):
        flipped = bytearray(whole)
        flipped[place + rng.randrange(4)] ^= 1 << rng.randrange(7)
        made.path.write_bytes(flipped)
        assert noticed(made)


def noticed(made: Workspace) -> bool:
    """Whether the check-up finds something, or the file cannot even be opened."""
    try:
        with made.database.connected() as connection:
            return faults(connection.conn, made.database) != []
    except StoreError as error:
        return "is damaged" in str(error)


def _all(whole: bytes, word: bytes) -> list[int]:
    return [place for place in range(len(whole)) if whole.startswith(word, place)]
