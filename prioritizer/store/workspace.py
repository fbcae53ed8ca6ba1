"""What a workspace keeps, in its file: every save a new version, with its entry in the history, in one transaction.

Content is stored in the words of docs/files.md, as JSON, and is read through the same records as the files.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from prioritizer.domain.company import Company
from prioritizer.domain.history import Entry, Event, digest_of
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.people import Person
from prioritizer.domain.process import Standing
from prioritizer.domain.record import Record, same_name
from prioritizer.domain.scenario_states import ScenarioState
from prioritizer.domain.scenarios import Differences
from prioritizer.domain.workspace import COMPANY, ItemKind, Version, timestamp
from prioritizer.errors import Complaint, Conflict, InputError, StoreError
from prioritizer.language import _
from prioritizer.store import audit
from prioritizer.store.complaints import read_record
from prioritizer.store.database import Connection, Database
from prioritizer.store.file_words import as_read, words_of
from prioritizer.store.strict_yaml import Document

SELECT = (
    "SELECT v.kind, v.id, v.version, v.content, h.at, h.who, h.why, h.digest, h.kind = v.kind AND h.id = v.id"
    " AND h.version = v.version AS known FROM versions v JOIN history h ON h.sequence = v.entry"
)
LATEST = (
    f"{SELECT} WHERE v.kind = ? AND v.version = (SELECT max(version) FROM versions WHERE kind = v.kind AND id = v.id)"
    " ORDER BY (SELECT entry FROM versions WHERE kind = v.kind AND id = v.id AND version = 1)"
)
NEVER = datetime(1, 1, 1, tzinfo=UTC)
AS_WRITTEN = ("change", "change_initiatives", "budget")  # of a scenario: what a file's reader has not yet understood


class Contents:
    """What is kept, in one state: inside `Workspace.reading` or `Workspace.changing`."""

    def __init__(self, connection: Connection, path: Path) -> None:
        self.connection, self.path = connection, path

    def find(self, kind: ItemKind, id_: str) -> Version[Any] | None:
        """The last version of something; None where there is nothing under this id."""
        rows = self.connection.query(
            f"{SELECT} WHERE v.kind = ? AND v.id = ? ORDER BY v.version DESC LIMIT 1", [kind.value, id_]
        )
        return next(map(self._version, rows), None)

    def all(self, kind: ItemKind) -> tuple[Version[Any], ...]:
        """The last version of everything of a kind, in the order in which each was first saved."""
        return tuple(map(self._version, self.connection.query(LATEST, [kind.value])))

    def versions(self, kind: ItemKind, id_: str) -> tuple[Version[Any], ...]:
        """Every version of something, the oldest first."""
        rows = self.connection.query(f"{SELECT} WHERE v.kind = ? AND v.id = ? ORDER BY v.version", [kind.value, id_])
        return tuple(map(self._version, rows))

    def company(self) -> Version[Company] | None:
        return self.find(ItemKind.COMPANY, COMPANY)

    def initiatives(self) -> tuple[Version[Initiative], ...]:
        return self.all(ItemKind.INITIATIVE)

    def scenarios(self) -> tuple[Version[Differences], ...]:
        return self.all(ItemKind.SCENARIO)

    def scenario_state(self, scenario: str) -> Version[ScenarioState]:
        """Whose a scenario is and who sees it; in version 0 that of one that came from files: shared, and nobody's."""
        return self.find(ItemKind.SCENARIO_STATE, scenario) or _nothing_kept(
            ItemKind.SCENARIO_STATE, scenario, ScenarioState()
        )

    def scenario_states(self) -> dict[str, Version[ScenarioState]]:
        """Whose every scenario is and who sees it, by id."""
        known = {version.id: version for version in self.all(ItemKind.SCENARIO_STATE)}
        return {version.id: known.get(version.id) or self.scenario_state(version.id) for version in self.scenarios()}

    def people(self) -> tuple[Version[Person], ...]:
        return self.all(ItemKind.PERSON)

    def standing(self, initiative: str) -> Version[Standing]:
        """Where an initiative stands; a draft, in version 0, where nobody has done anything with it yet."""
        return self.find(ItemKind.STANDING, initiative) or _nothing_kept(ItemKind.STANDING, initiative, Standing())

    def standings(self) -> dict[str, Version[Standing]]:
        """Where every initiative stands, by id."""
        known = {version.id: version for version in self.all(ItemKind.STANDING)}
        return {version.id: known.get(version.id) or self.standing(version.id) for version in self.initiatives()}

    def at_version(self, kind: ItemKind, id_: str, version: int) -> Version[Any] | None:
        """One version of something; None where there is none."""
        rows = self.connection.query(
            f"{SELECT} WHERE v.kind = ? AND v.id = ? AND v.version = ?", [kind.value, id_, version]
        )
        return next(map(self._version, rows), None)

    def history(self) -> tuple[Entry, ...]:
        """Everything that happened, the oldest first."""
        return tuple(audit.entries(self.connection))

    def head(self) -> str:
        """The last hash of the history."""
        return audit.head(self.connection)

    def _version(self, row: dict[str, Any]) -> Version[Any]:
        """A row as it was saved. Raises StoreError where it is not what the history says was saved."""
        kind = ItemKind(row["kind"])
        if not row["known"] or digest_of(row["content"]) != row["digest"]:
            rule = _("the content of {what}, version {version}, was changed after it was saved")
            remedy = _("See prioritizer audit verify; bring back a backup with prioritizer restore.")
            raise StoreError(self.path, rule.format(what=kind.named(row["id"]), version=row["version"]), remedy)
        fields = {key: row[key] for key in ("id", "version", "at", "who", "why")}
        return Version(kind=kind, content=self._record(kind, row), **fields)

    def _record(self, kind: ItemKind, row: dict[str, Any]) -> Record:
        try:
            return record_of(kind, row["content"])
        except ValidationError as error:
            rule = _("{what}, version {version}, does not fit this version of Prioritizer: {problem}").format(
                what=kind.named(row["id"]), version=row["version"], problem=error.errors()[0]["msg"]
            )
            raise StoreError(self.path, rule, _("Use the version that it was saved with.")) from None


class Changes(Contents):
    """One change under way: what is saved here is kept together, or not at all."""

    def __init__(self, connection: Connection, path: Path, who: str, moment: datetime) -> None:
        super().__init__(connection, path)
        self.who, self.at = who, timestamp(moment)

    def save(self, kind: ItemKind, id_: str, content: Record, read: int, why: str = "") -> Version[Any]:
        """Save a new version of something, and its entry in the history.

        Args:
            read: the version that the change was made on; 0 for something new.

        Raises:
            Conflict: somebody saved another version meanwhile; it carries that version with its content.
            InputError: something new has a name that only looks different from a known one.
        """
        current = self.find(kind, id_)
        if (current.version if current else 0) != read:
            raise Conflict(kind.named(id_), read, current)
        if current is None:
            self._require_a_name_of_its_own(kind, id_)
        text, version = text_of(content), read + 1
        summary = summary_of(kind, id_, content, version)
        entry = self.note(Event.SAVED, summary, why, kind=kind, id=id_, version=version, digest=digest_of(text))
        self.connection.execute(
            "INSERT INTO versions (kind, id, version, content, entry) VALUES (?, ?, ?, ?, ?)",
            [kind.value, id_, version, text, entry.sequence],
        )
        return Version(kind=kind, id=id_, version=version, content=content, at=self.at, who=self.who, why=why)

    def note(self, what: Event, summary: str, why: str = "", **target: Any) -> Entry:
        """Add an entry to the history that is no save of its own, or that of a save."""
        return audit.append(self.connection, at=self.at, who=self.who, what=what, summary=summary, why=why, **target)

    def _require_a_name_of_its_own(self, kind: ItemKind, id_: str) -> None:
        rows = self.connection.query("SELECT DISTINCT id FROM versions WHERE kind = ?", [kind.value])
        for row in rows:
            if same_name(row["id"]) == same_name(id_):
                rule = _("is the same name as {other}").format(other=row["id"])
                raise InputError([Complaint(rule, _("Give each a name of its own."), value=id_)])


class Workspace:
    """A workspace's file. `who` in a change is the id of the person who makes it."""

    def __init__(self, database: Database | str | Path) -> None:
        self.database = database if isinstance(database, Database) else Database(database)

    @property
    def path(self) -> Path:
        return self.database.path

    @contextmanager
    def reading(self) -> Iterator[Contents]:
        """What is kept, in one state, whatever others change meanwhile. Raises StoreError."""
        with self.database.reading() as connection:
            yield Contents(connection, self.path)

    @contextmanager
    def changing(self, who: str, moment: datetime | None = None) -> Iterator[Changes]:
        """One change: kept as a whole when the block ends, forgotten where it raises. Raises StoreError.

        Whoever else writes waits until it ends, so what is read inside is still so when it is kept.
        """
        with self.database.writing() as connection:
            changes = Changes(connection, self.path, who, moment or datetime.now(UTC))
            changes.who = next((one.id for one in changes.people() if same_name(one.id) == same_name(who)), who)
            yield changes

    def create(self, who: str, found: Callable[[Changes], None], moment: datetime | None = None) -> None:
        """Make the file, with what `found` saves in it, as a whole. Raises StoreError where there is one already."""

        def fill(connection: Connection) -> None:
            changes = Changes(connection, self.path, who, moment or datetime.now(UTC))
            changes.note(Event.CREATED, _("The workspace was made"))
            found(changes)

        self.database.create(fill)


def summary_of(kind: ItemKind, id_: str, content: Record, version: int) -> str:
    """What a save was, in words: where an initiative stands, who sees a scenario; of all else which version it is."""
    if isinstance(content, Standing):
        return _("{what}: {status}").format(what=ItemKind.INITIATIVE.named(id_), status=content.words)
    if isinstance(content, ScenarioState):
        return _("{what}: {status}").format(what=ItemKind.SCENARIO.named(id_), status=content.words)
    return _("{what}: version {version}").format(what=kind.named(id_), version=version)


def as_kept(kind: ItemKind, content: Record) -> Record:
    """A record as it will be read once it is stored. Raises InputError with everything that it refuses then."""
    return read_record(kind.record, Document("", _stored_words(kind, text_of(content))))


def text_of(content: Record) -> str:
    """A record as it is stored: the words of its file, as JSON. Raises InputError where no file can say it."""
    return json.dumps(words_of(content), separators=(",", ":"), ensure_ascii=False, allow_nan=False)


@lru_cache(maxsize=2_000)  # every page and step reads the same versions again, and nothing can change a record
def record_of(kind: ItemKind, text: str) -> Record:
    """The record of stored text. Raises ValidationError where it would refuse to exist."""
    return kind.record.model_validate(_stored_words(kind, text))


def _stored_words(kind: ItemKind, text: str) -> dict[str, Any]:
    words: dict[str, Any] = json.loads(text)
    if kind is ItemKind.SCENARIO:
        return {key: as_read(value) if key in AS_WRITTEN else value for key, value in words.items()}
    return words


def _nothing_kept(kind: ItemKind, id_: str, content: Record) -> Version[Any]:
    """What holds where nothing has been saved: a version 0."""
    return Version(kind=kind, id=id_, version=0, content=content, at=timestamp(NEVER), who="", why="")
