"""Backups of a workspace: one file each, checked when it is made and before it takes the place of anything."""

import itertools
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import sqlite_utils

from prioritizer.domain.history import Event
from prioritizer.domain.workspace import timestamp
from prioritizer.errors import StoreError
from prioritizer.language import _
from prioritizer.store import audit
from prioritizer.store.database import (
    APPLICATION_ID,
    MAGIC,
    PARTIAL,
    Connection,
    Database,
    connect,
    copy,
    in_words,
    require_ours,
    sync_folder,
)
from prioritizer.store.workspace import Changes

STAMP = "%Y%m%dT%H%M%SZ"


def back_up(database: Database, target: Path) -> audit.Audit:
    """A checked copy of a workspace in one file, in a state that somebody committed, while others write.

    The head of its history is what to keep elsewhere. Raises StoreError where the target is there already, or the
    workspace is damaged: the copy is not kept then.
    """
    if target.exists():
        raise StoreError(target, _("is there already"), _("Choose another name; a backup never takes another's place."))
    with database.connected() as connection:
        copy(connection.conn, target)
    try:
        return verified(Database(target, database.migrations))
    except StoreError:
        target.unlink()
        raise


def verified(database: Database) -> audit.Audit:
    """The audit of a file in which everything is as it was written. Raises StoreError with what is not."""
    with opened(database) as connection:
        return audit.verify(connection)


@contextmanager
def opened(database: Database) -> Iterator[Connection]:
    """A backup, open for reading, in which everything is as it was written. Raises StoreError with what is not."""
    require_ours(database.path)
    with in_words(database.path), closing(_opened(database.path)) as raw:
        if found := faults(raw, database):
            raise StoreError(database.path, found[0], _("Take another backup; nothing was changed."))
        yield sqlite_utils.Database(raw, execute_plugins=False)


def faults(raw: sqlite3.Connection, database: Database) -> list[str]:
    """Everything that is wrong with a file, each the end of a sentence that begins with its name."""
    if raw.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        return [_("is no workspace of Prioritizer")]
    schema, known = raw.execute("PRAGMA user_version").fetchone()[0], len(database.migrations)
    if schema > known:
        return [_("was written by a newer version of Prioritizer (schema {there})").format(there=schema)]
    pages = [row[0] for row in raw.execute("PRAGMA integrity_check(10)") if row[0] != "ok"]
    if pages:
        return [_("is damaged: {problem}").format(problem=" ".join(str(page).split())) for page in pages]
    strays = raw.execute("PRAGMA foreign_key_check").fetchall()
    lost = [_("holds content whose entry in the history is missing")] if strays else []
    try:
        found = audit.verify(sqlite_utils.Database(raw, execute_plugins=False))
    except sqlite3.OperationalError as error:  # a table that is not there, or text that is none
        return [*lost, _("is damaged: {problem}").format(problem=error)]
    return lost + [str(finding) for finding in found.findings]


def restore(database: Database, backup: Path, who: str, why: str = "", moment: datetime | None = None) -> Path | None:
    """Put a backup in the place of a workspace, as a whole; the present file is kept under the name that is returned.

    The backup is checked first, and a copy of it is what takes the place, with an entry in the history that names the
    heads of both. Whoever writes to the present file meanwhile is either kept in its copy, or waits and goes on with
    what was restored.

    Raises StoreError where the backup is not sound, or the present file never was a workspace.
    """
    moment = moment or datetime.now(UTC)
    verified(Database(backup, database.migrations))
    staging = database.path.with_name(f"{database.path.name}.restore.{os.getpid()}{PARTIAL}")
    try:
        with in_words(backup):
            with closing(_opened(backup)) as raw:
                copy(raw, staging)
            present = _Present(database, moment)
            _note(staging, database, who, why, present.head(), moment)
            return present.replaced_by(staging)
    finally:
        with suppress(OSError):
            staging.unlink()


def _note(staging: Path, database: Database, who: str, why: str, lost: str, moment: datetime) -> None:
    with Database(staging, database.migrations, keeps_copies=False).writing() as connection:
        _sign_everybody_out(connection, timestamp(moment))
        changes = Changes(connection, staging, who, moment)
        summary = _("A backup with head {restored} took the place of a workspace with head {lost}").format(
            restored=changes.head(), lost=lost
        )
        changes.note(Event.RESTORED, summary, why)


def _sign_everybody_out(connection: Connection, at: str) -> None:
    """Sessions that have ended since the backup was made must not come back to life."""
    connection.execute("DELETE FROM sessions")
    connection.execute("DELETE FROM invitations")
    connection.execute("DELETE FROM sign_outs")
    connection.execute(
        "INSERT INTO sign_outs (person, at) SELECT DISTINCT id, ? FROM versions WHERE kind = 'person'", [at]
    )


class _Present:
    """The file that is to be replaced: a workspace in use, one that is damaged, or none."""

    def __init__(self, database: Database, moment: datetime) -> None:
        self.database, self.path = database, database.path
        name = f"{self.path.stem}.pre-restore-{moment.astimezone(UTC).strftime(STAMP)}"
        names = (
            f"{name}{count}{self.path.suffix}" for count in itertools.chain([""], (f"-{n}" for n in itertools.count(2)))
        )
        self.kept = next(path for path in map(self.path.with_name, names) if not path.exists())
        self.usable = self._usable()

    def _usable(self) -> bool:
        """Whether SQLite can work with it. Raises StoreError where it is something that is not to be replaced."""
        remedy = _("Move it away first, or name another file.")
        if not self.path.exists():
            return False
        start = self.path.read_bytes()[: len(MAGIC)] if self.path.is_file() else b"?"
        if start and start != MAGIC:
            raise StoreError(self.path, _("is no database"), remedy)
        try:
            with closing(connect(self.path, self.database.patience)) as raw:
                mark = raw.execute("PRAGMA application_id").fetchone()[0]
                raw.execute("SELECT count(*) FROM sqlite_schema")
        except sqlite3.DatabaseError:
            return False
        if start and mark != APPLICATION_ID:
            raise StoreError(self.path, _("belongs to another program"), remedy)
        return bool(start)

    def head(self) -> str:
        """The head of its history, as far as it can be read."""
        try:
            with self.database.reading() as connection:
                return audit.head(connection)
        except (StoreError, sqlite3.Error):
            return _("unknown")

    def replaced_by(self, staging: Path) -> Path | None:
        """Put another file in its place; what it was is kept under the name that is returned, None where it was not."""
        if self.usable:
            try:
                self._overwritten_by(staging)
                return self.kept
            except sqlite3.DatabaseError as error:
                if (getattr(error, "sqlite_errorname", None) or "").split("_")[1:2] not in (["CORRUPT"], ["NOTADB"]):
                    raise
        return self._set_aside_for(staging)

    def _overwritten_by(self, staging: Path) -> None:
        """One transaction in the file itself: whoever has it open sees all of it or nothing, and a kill undoes it."""
        started, kept = time.monotonic(), False

        def keep(status: int, _remaining: int, _total: int) -> None:
            nonlocal kept
            if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                if time.monotonic() - started > self.database.patience:
                    raise StoreError(self.path, _("is being written by somebody else"), _("Try again."))
            elif not kept:  # nobody else can write from here on
                with closing(connect(self.path, mode="ro")) as last:
                    copy(last, self.kept)
                kept = True

        with closing(connect(staging)) as source, closing(connect(self.path, self.database.patience)) as present:
            present.execute("PRAGMA journal_mode = WAL")  # others go on reading
            source.backup(present, pages=1, progress=keep, sleep=0.05)

    def _set_aside_for(self, staging: Path) -> Path | None:
        """Another file under its name. It keeps a second name first, so that at no moment there is nothing."""
        with closing(connect(staging)) as raw:
            raw.execute("PRAGMA journal_mode = WAL")
        existed = self.path.exists()
        if existed and not self.kept.exists():
            os.link(self.path, self.kept)
        for ending in ("-wal", "-shm", "-journal"):  # they belong to the old file and would spoil the new one
            with suppress(FileNotFoundError):
                os.replace(f"{self.path}{ending}", f"{self.kept}{ending}")
        os.replace(staging, self.path)
        sync_folder(self.path)
        return self.kept if existed else None


def _opened(backup: Path) -> sqlite3.Connection:
    """A backup as it lies there, on a medium that may be read-only. Raises StoreError where it is a file in use."""
    if backup.with_name(f"{backup.name}-wal").exists():
        remedy = _("Make a backup of it with prioritizer backup, and restore that.")
        raise StoreError(backup, _("is a workspace in use, no backup"), remedy)
    return connect(backup, mode="ro&immutable=1")
