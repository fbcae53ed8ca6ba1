"""The workspace's file: made whole or not at all, refused in words where it is not ours, changed in one way only."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from store.workspace_cases import edit, finished, in_process, workspace

from prioritizer.domain.history import Event
from prioritizer.domain.workspace import ItemKind
from prioritizer.errors import StoreError
from prioritizer.store import database as database_module
from prioritizer.store.database import APPLICATION_ID, Database
from prioritizer.store.migrations import MIGRATIONS
from prioritizer.store.workspace import Workspace


def refused(path: Path, **options) -> str:
    with pytest.raises(StoreError) as caught, Database(path, **options).reading():
        pass
    return str(caught.value).removeprefix(f"{path}: ")


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE notes (text)")


CHECK = "Check the path; bring back a backup with prioritizer restore."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "there is no such file. Check the path, or make a workspace with prioritizer init."),
        (b"", f"is empty, and was not made so by Prioritizer. {CHECK}"),
        (b"company: Example\n", f"is no database. {CHECK}"),
        (b"SQLite format 3\x00" + b"x" * 5000, f"is damaged, or no database. {CHECK}"),
    ],
)
def test_what_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "workspace.db"
    if content is not None:
        path.write_bytes(content)
    assert refused(path) == words
    assert (path.read_bytes() if path.exists() else None) == content


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    foreign(tmp_path / "notes.db")
    assert refused(tmp_path / "notes.db").startswith("is no workspace of Prioritizer. It belongs to another program.")


def test_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path).startswith("is not a file.")
    assert refused(tmp_path / "pipe").startswith("is not a file.")


def test_a_file_that_was_cut_short_is_damaged(tmp_path: Path) -> None:
    made = workspace(tmp_path, "one", "two", "three")
    whole = made.path.read_bytes()
    for pages in (1, 2, 5):
        made.path.write_bytes(whole[: pages * 4096])
        with pytest.raises(StoreError, match="is damaged"), made.reading() as contents:
            contents.initiatives()


def test_a_workspace_is_never_made_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "workspace.db"
    path.write_text("precious")
    with pytest.raises(StoreError, match="is there already"):
        Database(path).create(lambda _connection: None)
    assert (path.read_text(), os.listdir(tmp_path)) == ("precious", ["workspace.db"])


def test_of_two_who_make_the_same_file_one_wins(tmp_path: Path) -> None:
    path = tmp_path / "workspace.db"
    with pytest.raises(StoreError, match="is there already"):
        Database(path).create(lambda _connection: path.write_text("the other one was faster"))
    assert path.read_text() == "the other one was faster"


def test_making_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(_connection) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        Database(tmp_path / "workspace.db").create(fail)
    assert os.listdir(tmp_path) == []


def test_the_file_is_marked_durable_and_private(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    with made.database.connected() as connection:
        found = {
            pragma: connection.execute(f"PRAGMA {pragma}").fetchone()[0]
            for pragma in ("application_id", "journal_mode", "synchronous", "foreign_keys", "user_version")
        }
    assert found == {
        "application_id": APPLICATION_ID,
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "user_version": len(MIGRATIONS),
    }
    assert made.path.stat().st_mode & 0o077 == 0


def test_a_change_that_fails_is_forgotten(tmp_path: Path) -> None:
    made = workspace(tmp_path, "one")

    def fail() -> None:
        with made.changing("boss") as changes:
            changes.note(Event.CREATED, "Something")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with made.reading() as contents:
        assert [entry.sequence for entry in contents.history()] == [1, 2, 3, 4]


def test_a_reader_sees_one_state_and_does_not_wait(tmp_path: Path) -> None:
    made = workspace(tmp_path, "one")
    with made.reading() as contents:
        assert contents.find(ItemKind.INITIATIVE, "one").version == 1
        edit(made, "one", "boss")
        assert contents.find(ItemKind.INITIATIVE, "one").version == 1


def test_a_writer_gives_up_in_words(tmp_path: Path) -> None:
    made = workspace(tmp_path, "one")
    hasty = Workspace(Database(made.path, patience=0.1))
    with made.changing("boss"), pytest.raises(StoreError) as caught, hasty.changing("anna"):
        pass
    assert str(caught.value) == f"{made.path}: is being written by somebody else. Try again: nothing was changed."


def test_full_storage_is_said_in_words_and_nothing_is_lost(tmp_path: Path, monkeypatch) -> None:
    made = workspace(tmp_path, "one")

    def cramped(path, patience=5.0, mode="rw"):
        raw = real(path, patience, mode)
        raw.execute("PRAGMA max_page_count = 1")  # the pages that are there, and no more
        return raw

    real = database_module.connect
    monkeypatch.setattr(database_module, "connect", cramped)
    with pytest.raises(StoreError, match=r"has no room: the storage is full\. Free some space"):
        edit(made, "one", "boss", levers=[{"churn": "all", "change": 0.1, "usual": 0.1}] * 2000)
    monkeypatch.undo()
    before = edit(made, "one", "boss")
    assert edit(made, "one", "boss") == before + 1


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody without rights")
def test_missing_rights_are_said_in_words(tmp_path: Path) -> None:
    made = workspace(tmp_path, "one")
    made.path.chmod(0o644)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)

    def as_nobody(say) -> None:
        os.setuid(65534)
        try:
            edit(made, "one", "boss")
        except StoreError as error:
            say(error.problem)

    assert finished(*in_process(as_nobody)) in [(0, ["cannot be written"]), (0, ["cannot be opened"])]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO versions VALUES ('initiative', 'one', 3, '{}', 4)",  # leaves out version 2
        "INSERT INTO versions VALUES ('initiative', 'one', 2, 'no JSON', 5)",
        "INSERT INTO versions VALUES ('initiative', 'one', 2, NULL, 5)",
        "INSERT INTO versions VALUES ('initiative', 'one', 2, x'00', 5)",
        "INSERT INTO versions VALUES ('idea', 'one', 1, '{}', 5)",
        "INSERT INTO versions VALUES ('initiative', 'one', 2, '{}', 99)",  # an entry that is not there
        "INSERT INTO sessions VALUES ('a token itself', 'one', '', '')",
        "UPDATE versions SET content = '{}'",
        "DELETE FROM versions",
        "UPDATE history SET who = 'nobody'",
        "DELETE FROM history",
        "INSERT INTO history SELECT sequence + 9, at, who, what, kind, id, version, summary, why, digest, previous,"
        " 'x' || substr(hash, 2) FROM history WHERE sequence = 1",
    ],
)
def test_the_tables_refuse_what_must_not_be(tmp_path: Path, statement: str) -> None:
    made = workspace(tmp_path, "one")
    with pytest.raises(sqlite3.IntegrityError), made.database.writing() as connection:
        connection.execute(statement)
