"""The history in the workspace's file: entries are added to the chain, and the whole of it can be checked."""

from collections.abc import Iterator
from typing import Any

from prioritizer.domain.history import BEGINNING, Entry, digest_of, seal
from prioritizer.domain.record import Record
from prioritizer.errors import shorten
from prioritizer.language import _
from prioritizer.store.database import Connection

FIELDS = ("sequence", "at", "who", "what", "kind", "id", "version", "summary", "why", "digest", "previous", "hash")
ADD = f"INSERT INTO history ({', '.join(FIELDS)}) VALUES ({', '.join('?' * len(FIELDS))})"


class Finding(Record):
    """Something in which history and content are not as they were written."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


class Audit(Record):
    """What a check of the history brought: how many entries there are, the last hash, and all that is wrong."""

    entries: int
    head: str
    findings: tuple[Finding, ...]

    def text(self) -> str:
        sound = [] if self.findings else [_("Everything is as it was written.")]
        return "\n".join([*sound, _("{n} entries, head {head}").format(n=self.entries, head=self.head), ""])

    def table(self) -> Any:
        """The findings as a pandas data frame."""
        import pandas as pd

        return pd.DataFrame([finding.model_dump() for finding in self.findings], columns=list(Finding.model_fields))


def head(connection: Connection) -> str:
    """The hash of the last entry, which stands for the whole history."""
    row = connection.execute("SELECT hash FROM history ORDER BY sequence DESC LIMIT 1").fetchone()
    return str(row[0]) if row else BEGINNING


def append(connection: Connection, **fields: Any) -> Entry:
    """Add an entry at the end of the chain; inside a transaction, with what it speaks of."""
    last = connection.execute("SELECT coalesce(max(sequence), 0) FROM history").fetchone()[0]
    entry = Entry(sequence=last + 1, previous=head(connection), **fields).sealed()
    row = {**entry.model_dump(mode="json"), "kind": entry.kind or ""}
    connection.execute(ADD, [row[field] for field in FIELDS])
    return entry


def entries(connection: Connection) -> Iterator[Entry]:
    """The history, the oldest entry first."""
    for row in connection.query("SELECT * FROM history ORDER BY sequence"):
        yield Entry.model_validate({**row, "kind": row["kind"] or None})


def verify(connection: Connection, known_head: str | None = None) -> Audit:
    """Everything in which history and content are not as they were written.

    A changed, removed or reordered entry breaks the chain. Entries cut off at its end do not: only a head that was kept
    elsewhere, on a backup or an export, shows that they are missing.
    """
    rows = list(connection.query("SELECT * FROM history ORDER BY sequence"))
    found = [*_chain(rows), *_contents(connection, rows)]
    known = (known_head or "").strip().lower()
    if known and known not in (BEGINNING, *(row["hash"] for row in rows)):
        text = _("it is not there: entries were cut off or written anew after it was noted")
        found.append(Finding(place=_("head {hash}").format(hash=shorten(known)), text=text))
    return Audit(entries=len(rows), head=rows[-1]["hash"] if rows else BEGINNING, findings=tuple(found))


def _chain(rows: list[dict[str, Any]]) -> Iterator[Finding]:
    previous = BEGINNING
    for expected, row in enumerate(rows, start=1):
        place = _("history, entry {sequence}").format(sequence=row["sequence"])
        if row["sequence"] != expected:
            yield Finding(place=place, text=_("entry {n} was expected here: some are missing").format(n=expected))
            return
        if row["previous"] != previous:
            yield Finding(place=place, text=_("it does not follow the entry before"))
        if not _is_text(row) or seal({**row, "kind": row["kind"] or None}) != row["hash"]:
            yield Finding(place=place, text=_("it was changed after it was written"))
        previous = row["hash"]
    if not rows:
        yield Finding(place=_("history"), text=_("it is empty"))


def _contents(connection: Connection, rows: list[dict[str, Any]]) -> Iterator[Finding]:
    """Contents without their entry, entries without their content, and contents that are not what was saved."""
    missing = {row["sequence"]: row for row in rows if row["digest"]}
    for content in connection.query("SELECT * FROM versions ORDER BY entry"):
        entry = missing.pop(content["entry"], None)
        place = _place(content)
        if entry is None or any(entry[key] != content[key] for key in ("kind", "id", "version")):
            yield Finding(place=place, text=_("the history does not know it"))
        elif not _is_text(content) or digest_of(content["content"]) != entry["digest"]:
            yield Finding(place=place, text=_("its content was changed after it was saved"))
    for entry in missing.values():
        yield Finding(place=_place(entry), text=_("its content is missing"))


def _is_text(row: dict[str, Any]) -> bool:
    """Whether a row holds text and numbers only; a flipped bit may make bytes of either."""
    return all(isinstance(value, (str, int)) for value in row.values())


def _place(row: dict[str, Any]) -> str:
    shown = shorten(str(row["id"]))
    return _("{kind} {id}, version {version}").format(kind=row["kind"], id=shown, version=row["version"])
