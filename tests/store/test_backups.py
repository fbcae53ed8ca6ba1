"""Backups: whole, checked, and in the place of the present file only when they are sound."""

import os
import random
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from store.workspace_cases import KILLS, edit, finished, in_process, killed, workspace

from prioritizer.domain.history import Event
from prioritizer.domain.workspace import ItemKind
from prioritizer.errors import StoreError
from prioritizer.store.audit import verify
from prioritizer.store.backups import back_up, restore
from prioritizer.store.migrations import MIGRATIONS
from prioritizer.store.workspace import Workspace

ONE = (ItemKind.INITIATIVE, "one")


def name_of(made: Workspace) -> str:
    with made.reading() as contents:
        assert verify(contents.connection).findings == ()
        return contents.find(*ONE).content.name


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    """A workspace that went on after its backup was taken."""
    made = workspace(tmp_path, "one")
    edit(made, "one", "anna", name="Old")
    back_up(made.database, tmp_path / "backup.db")
    edit(made, "one", "anna", name="New")
    return made


def test_a_backup_is_one_file_with_a_head_to_keep(made: Workspace, tmp_path: Path) -> None:
    found = back_up(made.database, tmp_path / "second.db")
    with made.reading() as contents:
        assert found.head == contents.head()
    assert sorted(os.listdir(tmp_path)) == ["backup.db", "second.db", "workspace.db"]
    assert name_of(Workspace(tmp_path / "second.db")) == "New"


def test_a_backup_never_takes_anothers_place(made: Workspace, tmp_path: Path) -> None:
    before = (tmp_path / "backup.db").read_bytes()
    with pytest.raises(StoreError, match="is there already"):
        back_up(made.database, tmp_path / "backup.db")
    assert (tmp_path / "backup.db").read_bytes() == before


def test_a_damaged_workspace_gives_no_backup(made: Workspace, tmp_path: Path) -> None:
    with closing(sqlite3.connect(made.path)) as raw:
        raw.execute("DROP TRIGGER versions_never_change")
        raw.execute("UPDATE versions SET content = '{}' WHERE entry = 4")
        raw.commit()
    with pytest.raises(StoreError, match="initiative one, version 1: its content was changed after it was saved"):
        back_up(made.database, tmp_path / "second.db")
    assert not (tmp_path / "second.db").exists()


def test_a_backup_under_load_holds_a_committed_state(made: Workspace, tmp_path: Path) -> None:
    def work(_say) -> None:
        while True:
            edit(made, "one", "boss", description="x" * random.randrange(9_000))

    children = [in_process(work) for _ in range(3)]
    found = []
    try:
        for number in range(5):
            _wait_for_another_entry(made)
            found.append(back_up(made.database, tmp_path / f"b{number}.db"))
    finally:
        for child, reading in children:
            os.kill(child, 9)
            finished(child, reading)
    with made.reading() as contents:
        known = [entry.hash for entry in contents.history()]
    assert [known[audit.entries - 1] for audit in found] == [audit.head for audit in found]
    assert len({audit.head for audit in found}) > 1


def _wait_for_another_entry(made: Workspace) -> None:
    with made.reading() as contents:
        before = contents.head()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with made.reading() as contents:
            if contents.head() != before:
                return
    raise AssertionError("nobody writes")


def test_restoring_keeps_the_present_file_and_says_so_in_the_history(made: Workspace, tmp_path: Path) -> None:
    with made.reading() as contents:
        lost = contents.head()
    with Workspace(tmp_path / "backup.db").reading() as contents:
        restored = contents.head()
    kept = restore(made.database, tmp_path / "backup.db", "boss", "The import was wrong")
    assert kept.name.startswith("workspace.pre-restore-20")
    assert (name_of(made), name_of(Workspace(kept))) == ("Old", "New")
    with made.reading() as contents:
        entry = contents.history()[-1]
    assert (entry.what, entry.who, entry.why) == (Event.RESTORED, "boss", "The import was wrong")
    assert entry.summary == f"A backup with head {restored} took the place of a workspace with head {lost}"
    with made.database.connected() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert edit(made, "one", "anna", name="Goes on") == 3


def test_two_restores_at_one_moment_keep_both_files(made: Workspace, tmp_path: Path) -> None:
    moment = datetime(2027, 1, 31, 9, 30, tzinfo=UTC)
    first = restore(made.database, tmp_path / "backup.db", "boss", moment=moment)
    edit(made, "one", "anna", name="Between")
    second = restore(made.database, tmp_path / "backup.db", "boss", moment=moment)
    assert [kept.name for kept in (first, second)] == [
        "workspace.pre-restore-20270131T093000Z.db",
        "workspace.pre-restore-20270131T093000Z-2.db",
    ]
    assert [name_of(Workspace(kept)) for kept in (first, second)] == ["New", "Between"]


def test_who_reads_meanwhile_sees_one_state(made: Workspace, tmp_path: Path) -> None:
    with made.reading() as contents:
        assert contents.find(*ONE).content.name == "New"
        restore(made.database, tmp_path / "backup.db", "boss")
        assert contents.find(*ONE).content.name == "New"
    assert name_of(made) == "Old"


def _cut(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def _flip(whole: bytes) -> bytes:
    place = whole.index(b"Customer service")
    return whole[:place] + b"c" + whole[place + 1 :]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda _whole: b"", "is empty"),
        (lambda _whole: b"PK\x03\x04 a workbook under another name", "is no database"),
        (_cut, "is damaged"),
        (_flip, "its content was changed after it was saved"),
        (lambda whole: whole[:68] + b"\0\0\0\1" + whole[72:], "is no workspace of Prioritizer"),
        (lambda whole: whole[:60] + b"\0\0\0\x63" + whole[64:], "newer version of Prioritizer .schema 99"),
    ],
)
def test_a_backup_that_is_not_sound_is_refused(made: Workspace, tmp_path: Path, spoil, words: str) -> None:
    backup = tmp_path / "backup.db"
    backup.write_bytes(spoil(backup.read_bytes()))
    with pytest.raises(StoreError, match=words):
        restore(made.database, backup, "boss")
    assert name_of(made) == "New"
    assert sorted(os.listdir(tmp_path)) == ["backup.db", "workspace.db"]


@pytest.mark.parametrize(
    "spoil", [lambda _whole: b"", _cut, lambda whole: whole[:100] + b"\0" * 20_000 + whole[20_100:]]
)
def test_a_damaged_workspace_is_replaced_and_kept(made: Workspace, tmp_path: Path, spoil) -> None:
    spoilt = spoil(made.path.read_bytes())
    made.path.write_bytes(spoilt)
    kept = restore(made.database, tmp_path / "backup.db", "boss")
    assert name_of(made) == "Old"
    assert kept.read_bytes()[:100] == spoilt[:100]
    assert edit(made, "one", "anna") == 3


def test_a_stray_log_of_the_damaged_file_does_not_spoil_the_new_one(made: Workspace, tmp_path: Path) -> None:
    log = Path(f"{made.path}-wal")
    with made.reading():
        edit(made, "one", "anna", name="In the log")
        stray = log.read_bytes()
    made.path.unlink()
    log.write_bytes(stray)
    restore(made.database, tmp_path / "backup.db", "boss")
    assert name_of(made) == "Old"


def test_where_nothing_is_a_backup_takes_its_name(made: Workspace, tmp_path: Path) -> None:
    made.path.unlink()
    assert restore(made.database, tmp_path / "backup.db", "boss") is None
    assert name_of(made) == "Old"


@pytest.mark.parametrize("other", ["text", "database"])
def test_what_is_no_workspace_is_never_replaced(made: Workspace, tmp_path: Path, other: str) -> None:
    made.path.unlink()
    if other == "text":
        made.path.write_text("company: Example")
    else:
        with closing(sqlite3.connect(made.path)) as raw:
            raw.execute("CREATE TABLE notes (text)")
    before = made.path.read_bytes()
    with pytest.raises(StoreError, match="Move it away first, or name another file"):
        restore(made.database, tmp_path / "backup.db", "boss")
    assert made.path.read_bytes() == before


def test_a_workspace_in_use_is_no_backup(made: Workspace, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = workspace(tmp_path / "other", "one")
    with other.reading():
        edit(other, "one", "anna")
        with pytest.raises(StoreError, match="is a workspace in use, no backup"):
            restore(made.database, other.path, "boss")


def test_a_kill_leaves_the_old_workspace_or_the_restored_one(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    first = workspace(tmp_path / "first", "one")
    edit(first, "one", "anna", name="Old", description="x" * 10_000)
    back_up(first.database, tmp_path / "backup.db")
    edit(first, "one", "anna", name="New")
    outcomes = set()
    for number in range(KILLS):
        folder = tmp_path / str(number)
        folder.mkdir()
        shutil.copy(first.path, folder / "workspace.db")  # nobody has it open
        made = Workspace(folder / "workspace.db")
        said = killed(lambda say, made=made: say(str(restore(made.database, tmp_path / "backup.db", "boss"))), 0.06)
        name = name_of(made)
        outcomes.add(name)
        assert name in ("Old", "New")
        assert not said or name == "Old"
        if name == "Old":
            assert [name_of(Workspace(kept)) for kept in folder.glob("*.pre-restore-*[!.l]")][:1] == ["New"]
    assert "Old" in outcomes or "New" in outcomes


def test_writers_during_a_restore_lose_nothing(made: Workspace, tmp_path: Path) -> None:
    """Every acknowledged save is in the file that was kept, or in the restored one."""

    def work(say) -> None:
        for count in range(60):
            edit(made, "one", "boss", description=f"note-{count}")
            say(f"note-{count}")

    child = in_process(work)
    edit(made, "one", "anna")
    kept = restore(made.database, tmp_path / "backup.db", "boss")
    code, said = finished(*child)
    assert code == 0
    found = set()
    for file in (made, Workspace(kept)):
        with file.reading() as contents:
            found |= {version.content.description for version in contents.versions(*ONE)}
    assert set(said) <= found


def test_a_backup_of_an_older_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    older = workspace(tmp_path, "one", schema=MIGRATIONS[:1])
    back_up(older.database, tmp_path / "older.db")
    target = Workspace(tmp_path / "target.db")
    restore(target.database, tmp_path / "older.db", "boss")
    edit(target, "one", "boss", name="After")
    with target.reading() as contents:
        assert contents.find(ItemKind.INITIATIVE, "one").content.name == "After"
    assert sorted(path.name for path in tmp_path.glob("target*.db*")) == ["target.db"]


def test_a_restore_signs_everybody_out(made: Workspace, tmp_path: Path) -> None:
    at = "2026-01-01T00:00:00.000000Z"
    with made.database.writing() as connection:
        connection.execute("INSERT INTO sessions VALUES (?, 'boss', ?, ?)", ["a" * 64, at, at])
        connection.execute("INSERT INTO invitations VALUES (?, 'boss', ?)", ["b" * 64, at])
        connection.execute("INSERT INTO sign_outs VALUES ('boss', ?)", [at])
    back_up(made.database, tmp_path / "signed-in.db")
    restore(made.database, tmp_path / "signed-in.db", "boss", moment=datetime(2027, 3, 1, tzinfo=UTC))
    with made.database.reading() as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("sessions", "invitations")
        ]
        ended = connection.execute("SELECT person, at FROM sign_outs").fetchall()
    assert counts == [0, 0]
    assert ended == [("boss", "2027-03-01T00:00:00.000000Z")]
