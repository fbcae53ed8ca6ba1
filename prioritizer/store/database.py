"""The file of a workspace: made whole or not at all, known by its mark, changed in one way only.

A connection for each operation. Whoever writes waits for the others (`BEGIN IMMEDIATE`, with patience), and what
was acknowledged is on the disk (`synchronous = FULL`). What goes wrong is said in words.
"""

import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import sqlite_utils

from prioritizer.errors import StoreError
from prioritizer.language import _
from prioritizer.store.migrations import MIGRATIONS, Migration

APPLICATION_ID = 0x50524931  # "PRI1"
MAGIC = b"SQLite format 3\x00"
PATIENCE = 10.0  # seconds that one waits for another's write
LONGEST_PAUSE = 0.02  # seconds between two attempts to write
PARTIAL = ".partial"

Connection = sqlite_utils.Database


class Database:
    """The database in a file.

    `migrations` lead to its tables; `patience` is how many seconds a write waits; `keeps_copies` is whether a copy of
    an older file stays beside it before it is brought up to date.
    """

    def __init__(
        self,
        path: str | Path,
        migrations: Sequence[Migration] = MIGRATIONS,
        patience: float = PATIENCE,
        *,
        keeps_copies: bool = True,
    ) -> None:
        self.path, self.migrations, self.patience, self.keeps_copies = Path(path), migrations, patience, keeps_copies

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One state of the database, whatever others write meanwhile. Raises StoreError."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A change, kept as a whole when the block ends and forgotten where it raises. Raises StoreError."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection outside of any transaction, to a file that is known to be ours and up to date."""
        require_ours(self.path)
        with in_words(self.path), closing(connect(self.path, self.patience)) as raw:
            version = self._version(raw)
            if version < len(self.migrations):
                if self.keeps_copies:
                    self._back_up(raw, version)
                self._migrate(raw)
            yield sqlite_utils.Database(raw, execute_plugins=False)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        with self.connected() as connection:
            self._begin(connection.conn, begin)
            try:
                yield connection
                connection.conn.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # some errors have ended it already
                    connection.conn.execute("ROLLBACK")
                raise

    def _begin(self, raw: sqlite3.Connection, begin: str) -> None:
        """Begin, in turn. SQLite's own waiting starves some of many writers; here who waits longer asks more often."""
        raw.execute("PRAGMA busy_timeout = 0")
        started = time.monotonic()
        while True:
            try:
                raw.execute(begin)
                break
            except sqlite3.OperationalError as error:
                waited = time.monotonic() - started
                if not (error.sqlite_errorname or "").startswith("SQLITE_BUSY") or waited > self.patience:
                    raise
                time.sleep(random.uniform(0, LONGEST_PAUSE) / (1 + 10 * waited))
        raw.execute(f"PRAGMA busy_timeout = {int(1000 * self.patience):d}")

    def create(self, fill: Callable[[Connection], None]) -> None:
        """Make the file, with what `fill` writes into it, as a whole. Raises StoreError where there is one already."""
        remedy = _("Choose another name, or use what is there.")
        if self.path.exists():
            raise StoreError(self.path, _("is there already"), remedy)
        partial = self.path.with_name(f"{self.path.name}.{os.getpid()}{PARTIAL}")
        try:
            with in_words(self.path):
                partial.touch(0o600, exist_ok=False)
                self._fill(partial, fill)
                os.link(partial, self.path)  # unlike a rename, never over another file
                sync_folder(self.path)
        except FileExistsError:
            raise StoreError(self.path, _("is there already"), remedy) from None
        finally:
            with suppress(OSError):
                partial.unlink()

    def _fill(self, partial: Path, fill: Callable[[Connection], None]) -> None:
        with closing(connect(partial, self.patience)) as raw:
            raw.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
            raw.execute("PRAGMA journal_mode = WAL")
            self._migrate(raw)
            raw.execute("BEGIN IMMEDIATE")
            fill(sqlite_utils.Database(raw, execute_plugins=False))
            raw.execute("COMMIT")

    def _version(self, raw: sqlite3.Connection) -> int:
        """The number of migrations that the file has been through. Raises StoreError where it is not ours, or newer."""
        if _pragma(raw, "application_id") != APPLICATION_ID:
            remedy = _("It belongs to another program. Name the workspace's file, or make one with prioritizer init.")
            raise StoreError(self.path, _("is no workspace of Prioritizer"), remedy)
        version = _pragma(raw, "user_version")
        if version > len(self.migrations):
            rule = _("was written by a newer version of Prioritizer (schema {there}, known here up to {known})")
            remedy = _("Update Prioritizer. Nothing was read or changed.")
            raise StoreError(self.path, rule.format(there=version, known=len(self.migrations)), remedy)
        return version

    def _back_up(self, raw: sqlite3.Connection, version: int) -> None:
        """A copy beside the file, before a migration touches it. An earlier copy of the same state may be there."""
        target = self.path.with_name(f"{self.path.stem}.schema-{version}{self.path.suffix}")
        if not target.exists():
            with suppress(FileExistsError):  # somebody else was faster, and has not migrated before making it
                copy(raw, target)

    def _migrate(self, raw: sqlite3.Connection) -> None:
        """Every step that is still to be made, each in a transaction of its own with the number that says so."""
        for number, migration in enumerate(self.migrations, start=1):
            raw.execute("BEGIN IMMEDIATE")
            try:
                if _pragma(raw, "user_version") < number:  # nobody else was faster
                    for statement in migration.statements:
                        raw.execute(statement)
                    raw.execute(f"PRAGMA user_version = {number:d}")
                raw.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    raw.execute("ROLLBACK")
                raise


def require_ours(path: Path) -> None:
    """Raise StoreError where a file cannot be a workspace, before SQLite opens it and takes an empty one for new."""
    make = _("Check the path, or make a workspace with prioritizer init.")
    try:
        if not path.exists():
            raise StoreError(path, _("there is no such file"), make)
        if not path.is_file():
            raise StoreError(path, _("is not a file"), make)
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
    except OSError as error:
        rule = _("cannot be read: {problem}").format(problem=error.strerror)
        raise StoreError(path, rule, _("Check the rights to read it and its folder.")) from None
    if not start:
        raise StoreError(path, _("is empty, and was not made so by Prioritizer"), _restore())
    if start != MAGIC:
        raise StoreError(path, _("is no database"), _restore())


def connect(path: Path, patience: float = PATIENCE, mode: str = "rw") -> sqlite3.Connection:
    """A connection to a file that exists. Transactions begin and end only where somebody says so."""
    raw = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode={mode}", uri=True, timeout=patience)
    raw.isolation_level = None
    for pragma in ("foreign_keys = ON", "synchronous = FULL", "cell_size_check = ON"):
        raw.execute(f"PRAGMA {pragma}")
    return raw


def copy(source: sqlite3.Connection, target: Path) -> None:
    """A copy of a database as one file, written under another name until it is whole and on the disk."""
    partial = target.with_name(f"{target.name}.{os.getpid()}{PARTIAL}")
    try:
        partial.touch(0o600)
        with closing(sqlite3.connect(partial, isolation_level=None)) as raw:
            source.backup(raw)
            raw.execute("PRAGMA journal_mode = DELETE")  # one file, without others beside it
        sync(partial)
        os.link(partial, target)
        sync_folder(target)
    finally:
        with suppress(OSError):
            partial.unlink()


def sync(path: Path) -> None:
    """What was written to a file is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """That a file is there is on the disk; not every system can say so."""
    with suppress(OSError):
        sync(path.absolute().parent)


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """What SQLite and the disk complain about, as StoreError; what they say of our own statements crashes loudly."""
    try:
        yield
    except sqlite3.Error as error:
        unreadable = "SQLITE_CORRUPT" if "decode to UTF-8" in str(error) else ""  # Python says so, not SQLite
        words = _words(getattr(error, "sqlite_errorname", None) or unreadable)
        if words is None:
            raise
        raise StoreError(path, *words) from None
    except FileExistsError:
        raise
    except OSError as error:
        rule = _("cannot be written: {problem}").format(problem=error.strerror)
        raise StoreError(path, rule, _("Check the path and the rights to write there.")) from None


def _words(name: str) -> tuple[str, str] | None:
    """Rule and remedy for an error of SQLite; None for those that only a fault of the program brings about."""
    free = _("Free some space, then try again: nothing was changed.")
    rights = _("Check the rights to write it and its folder: nothing was changed.")
    known = {
        "SQLITE_BUSY": (_("is being written by somebody else"), _("Try again: nothing was changed.")),
        "SQLITE_LOCKED": (_("is being written by somebody else"), _("Try again: nothing was changed.")),
        "SQLITE_FULL": (_("has no room: the storage is full"), free),
        "SQLITE_READONLY": (_("cannot be written"), rights),
        "SQLITE_CANTOPEN": (_("cannot be opened"), rights),
        "SQLITE_PERM": (_("cannot be opened"), rights),
        "SQLITE_IOERR": (_("cannot be read or written: the storage failed"), _("Check the disk, then try again.")),
        "SQLITE_CORRUPT": (_("is damaged"), _restore()),
        "SQLITE_NOTADB": (_("is damaged, or no database"), _restore()),
    }
    return next((words for start, words in known.items() if name == start or name.startswith(f"{start}_")), None)


def _restore() -> str:
    return _("Check the path; bring back a backup with prioritizer restore.")


def _pragma(raw: sqlite3.Connection, name: str) -> int:
    return int(raw.execute(f"PRAGMA {name}").fetchone()[0])
