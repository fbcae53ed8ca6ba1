"""The tables of the workspace, as the steps that lead to them. A step that has been released never changes again."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Migration:
    """One step: what it is for, and the statements that make it."""

    name: str
    statements: Sequence[str]


HISTORY = """
CREATE TABLE history (
    sequence INTEGER PRIMARY KEY CHECK (sequence >= 1),
    at TEXT NOT NULL CHECK (length(at) = 27),
    who TEXT NOT NULL CHECK (who <> ''),
    what TEXT NOT NULL CHECK (what <> ''),
    kind TEXT NOT NULL CHECK (kind = '' OR kind IN ('company', 'initiative', 'scenario', 'person')),
    id TEXT NOT NULL CHECK ((id = '') = (kind = '')),
    version INTEGER NOT NULL CHECK (version >= 0 AND (version = 0) = (kind = '')),
    summary TEXT NOT NULL CHECK (summary <> ''),
    why TEXT NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = iif(kind = '', 0, 64)),
    previous TEXT NOT NULL CHECK (length(previous) = 64),
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64)
) STRICT
"""

VERSIONS = """
CREATE TABLE versions (
    kind TEXT NOT NULL CHECK (kind IN ('company', 'initiative', 'scenario', 'person')),
    id TEXT NOT NULL CHECK (id <> ''),
    version INTEGER NOT NULL CHECK (version >= 1),
    content TEXT NOT NULL CHECK (json_valid(content)),
    entry INTEGER NOT NULL UNIQUE REFERENCES history (sequence),
    PRIMARY KEY (kind, id, version)
) STRICT
"""

INITIATIVES = """
CREATE TABLE initiatives (
    id TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    status TEXT NOT NULL CHECK (status IN (
        'draft', 'submitted', 'in review', 'changes requested', 'approved', 'rejected', 'decided', 'in delivery',
        'closed'
    ))
) STRICT
"""

HISTORY_FOLLOWS = """
CREATE TRIGGER history_follows BEFORE INSERT ON history
WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM history)
    OR NEW.previous <> coalesce((SELECT hash FROM history ORDER BY sequence DESC LIMIT 1), printf('%064d', 0))
BEGIN SELECT RAISE(ABORT, 'an entry follows the last one'); END
"""

VERSIONS_FOLLOW = """
CREATE TRIGGER versions_follow BEFORE INSERT ON versions
WHEN NEW.version <> (
    SELECT coalesce(max(version), 0) + 1 FROM versions WHERE kind = NEW.kind AND id = NEW.id
)
BEGIN SELECT RAISE(ABORT, 'a version follows the last one'); END
"""

KEPT = tuple(
    statement
    for table in ("history", "versions")
    for statement in (
        f"CREATE TRIGGER {table}_never_change BEFORE UPDATE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END",
        f"CREATE TRIGGER {table}_never_go BEFORE DELETE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END",
    )
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "history, versions of everything, status of initiatives",
        (HISTORY, VERSIONS, INITIATIVES, HISTORY_FOLLOWS, VERSIONS_FOLLOW, *KEPT),
    ),
)
