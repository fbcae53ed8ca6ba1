"""Drafts in the workspace's file: the last thing that each person typed about each initiative, in no history."""

import json
from collections.abc import Iterator
from typing import Any

from prioritizer.store.database import Connection


def keep(connection: Connection, person: str, id_: str, typed: dict[str, Any], at: str) -> None:
    """Put a draft in the place of the one before."""
    text = json.dumps(typed, ensure_ascii=True, separators=(",", ":"))  # half a character that was typed is no UTF-8
    connection.execute(
        "INSERT INTO drafts (person, id, typed, at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (person, id) DO UPDATE SET typed = excluded.typed, at = excluded.at",
        [person, id_, text, at],
    )


def kept(connection: Connection, person: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Drafts of a person as id, what was typed, and when; the newest first."""
    rows = connection.query("SELECT id, typed, at FROM drafts WHERE person = ? ORDER BY at DESC", [person])
    for row in rows:
        yield row["id"], json.loads(row["typed"]), row["at"]


def drop(connection: Connection, person: str, id_: str) -> None:
    """Forget a draft."""
    connection.execute("DELETE FROM drafts WHERE person = ? AND id = ?", [person, id_])
