"""The history of a workspace as people read it: filtered, and as a file."""

from pathlib import Path
from typing import Any

from prioritizer.domain.history import Entry
from prioritizer.domain.record import Record
from prioritizer.domain.workspace import ItemKind
from prioritizer.services.access import Action, require
from prioritizer.services.people import person_of
from prioritizer.services.reporting import as_csv as table_as_csv
from prioritizer.store.workspace import Workspace

SHOWN = 200  # entries on a page


class Filter(Record):
    """Which entries are asked for: None and empty stand for all."""

    who: str | None = None
    kind: str | None = None
    text: str = ""

    def lets_through(self, entry: Entry) -> bool:
        words = f"{entry.summary} {entry.why} {entry.id}".casefold()
        return (
            self.who in (None, entry.who)
            and self.kind in (None, entry.kind.value if entry.kind else None)
            and self.text.strip().casefold() in words
        )


class History(Record):
    """Entries, the newest first, out of `total`, with the head of the whole."""

    entries: tuple[Entry, ...]
    total: int
    head: str

    def table(self) -> Any:
        """The entries as a pandas data frame."""
        import pandas as pd

        return pd.DataFrame([entry.model_dump(mode="json") for entry in self.entries], columns=list(Entry.model_fields))


class Names(Record):
    """By what the history can be filtered."""

    who: tuple[str, ...]
    kinds: tuple[str, ...]


def history(path: Path, asked: Filter, who: str) -> History:
    """What happened, as far as it is asked for. Raises NotAllowed."""
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.READ_HISTORY)
        entries, head = contents.history(), contents.head()
    return History(entries=tuple(filter(asked.lets_through, reversed(entries))), total=len(entries), head=head)


def names(path: Path, who: str) -> Names:
    """Everybody who did something, and everything that something was done to. Raises NotAllowed."""
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.READ_HISTORY)
        entries = contents.history()
    return Names(who=tuple(sorted({entry.who for entry in entries})), kinds=tuple(kind.value for kind in ItemKind))


def as_csv(found: History) -> str:
    """Entries as a file that a spreadsheet opens without harm."""
    return table_as_csv(found, index=False)
