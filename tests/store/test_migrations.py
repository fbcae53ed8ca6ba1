"""Migrations: each in one piece, with a copy before; what is newer is refused."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from store.workspace_cases import KILLS, edit, finished, in_process, killed, workspace

from prioritizer.domain.workspace import ItemKind
from prioritizer.errors import StoreError
from prioritizer.store.audit import verify
from prioritizer.store.database import Database
from prioritizer.store.migrations import MIGRATIONS, Migration
from prioritizer.store.workspace import Workspace

NOTES = (
    "CREATE TABLE notes (text TEXT NOT NULL) STRICT",
    "INSERT INTO notes VALUES ('first')",
    "CREATE INDEX i ON notes (text)",
)
LATER = (*MIGRATIONS, Migration("notes", NOTES))
NOW = len(MIGRATIONS)


def state(path: Path) -> tuple[int, int]:
    """The version of the schema, and whether the table of the later one is there."""
    with closing(sqlite3.connect(path)) as raw:
        tables = raw.execute("SELECT count(*) FROM sqlite_schema WHERE name IN ('notes', 'i')").fetchone()[0]
        return raw.execute("PRAGMA user_version").fetchone()[0], tables


def test_an_older_file_is_copied_then_brought_up_to_date(tmp_path: Path) -> None:
    made = workspace(tmp_path, "one")
    edit(made, "one", "boss", name="Before")
    later = Workspace(Database(made.path, LATER))
    with later.reading() as contents:
        assert contents.find(ItemKind.INITIATIVE, "one").content.name == "Before"
    kept = tmp_path / f"workspace.schema-{NOW}.db"
    assert state(made.path) == (NOW + 1, 2)
    assert state(kept) == (NOW, 0)
    with Workspace(kept).reading() as contents:
        assert contents.find(ItemKind.INITIATIVE, "one").content.name == "Before"


def test_a_newer_file_is_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    with Database(made.path, LATER).reading():
        pass
    before = made.path.read_bytes()
    with pytest.raises(StoreError) as caught, made.reading():
        pass
    schemas = f"(schema {NOW + 1}, known here up to {NOW})"
    assert caught.value.problem == f"was written by a newer version of Prioritizer {schemas}"
    assert made.path.read_bytes() == before


@pytest.mark.parametrize("broken", range(len(NOTES)))
def test_a_migration_that_fails_changes_nothing(tmp_path: Path, broken: int) -> None:
    made = workspace(tmp_path)
    statements = [*NOTES[: broken + 1], "no statement"]
    with (
        pytest.raises(sqlite3.OperationalError),
        Database(made.path, (*MIGRATIONS, Migration("", statements))).reading(),
    ):
        pass
    assert state(made.path) == (NOW, 0)
    with made.reading() as contents:
        assert contents.company() is not None


def test_a_kill_leaves_the_old_schema_or_the_new(tmp_path: Path) -> None:
    seen = set()
    for number in range(KILLS):
        folder = tmp_path / str(number)
        folder.mkdir()
        made = workspace(folder)

        def migrate(_say, made=made) -> None:
            with Database(made.path, LATER).reading():
                pass

        killed(migrate, 0.02)
        assert state(made.path) in [(NOW, 0), (NOW + 1, 2)]
        seen.add(state(made.path))
        if state(made.path) == (NOW + 1, 2):
            assert (folder / f"workspace.schema-{NOW}.db").exists()
        with Database(made.path, LATER).reading() as connection:  # the next start needs no repair
            assert connection.execute("SELECT text FROM notes").fetchall() == [("first",)]
    assert seen


def test_several_at_once_migrate_once(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    def migrate(_say) -> None:
        with Database(made.path, LATER).reading():
            pass

    assert [finished(*child)[0] for child in [in_process(migrate) for _ in range(6)]] == [0] * 6
    assert state(made.path) == (NOW + 1, 2)
    assert [name for name in os.listdir(tmp_path) if name.endswith(".partial")] == []


def test_a_file_of_the_first_schema_keeps_all_that_it_holds(tmp_path: Path) -> None:
    made = workspace(tmp_path, "one", "two", schema=MIGRATIONS[:1])
    edit(made, "two", "boss", name="Later")
    with made.reading() as contents:
        head, history = contents.head(), contents.history()
    later = Workspace(made.path)
    with later.reading() as contents:
        assert (contents.head(), contents.history()) == (head, history)
        kept = contents.versions(ItemKind.INITIATIVE, "two")
        assert [one.content.name for one in kept] == ["Initiative two", "Later"]
        assert verify(contents.connection).findings == ()
        assert contents.connection.execute("PRAGMA foreign_key_check").fetchall() == []
    edit(later, "one", "boss", name="After")  # the chain goes on, and is still guarded
    with pytest.raises(sqlite3.IntegrityError, match="only added to"), later.database.writing() as connection:
        connection.execute("DELETE FROM history")


def test_a_kill_between_all_schemas_leaves_one_of_them(tmp_path: Path) -> None:
    for number in range(KILLS):
        folder = tmp_path / str(number)
        folder.mkdir()
        made = workspace(folder, "one", schema=MIGRATIONS[:1])

        def migrate(_say, path=made.path) -> None:
            with Database(path).reading():
                pass

        killed(migrate, 0.03)
        assert 1 <= state(made.path)[0] <= NOW
        with Workspace(made.path).reading() as contents:
            assert contents.find(ItemKind.INITIATIVE, "one").version == 1
            assert verify(contents.connection).findings == ()
