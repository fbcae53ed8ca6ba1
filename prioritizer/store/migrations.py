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

# The tables no longer know the kinds of content: each new one would take rebuilding them.
ANY_KIND = (
    *(
        f"DROP TRIGGER {name}"
        for name in (
            "history_follows",
            "versions_follow",
            "history_never_change",
            "history_never_go",
            "versions_never_change",
            "versions_never_go",
        )
    ),
    "ALTER TABLE versions RENAME TO old_versions",
    "ALTER TABLE history RENAME TO old_history",
    HISTORY.replace(" CHECK (kind = '' OR kind IN ('company', 'initiative', 'scenario', 'person'))", ""),
    VERSIONS.replace("CHECK (kind IN ('company', 'initiative', 'scenario', 'person'))", "CHECK (kind <> '')"),
    "INSERT INTO history SELECT * FROM old_history ORDER BY sequence",
    "INSERT INTO versions SELECT * FROM old_versions ORDER BY entry",
    "DROP TABLE old_versions",
    "DROP TABLE old_history",
    "DROP TABLE initiatives",  # where an initiative stands is content with versions of its own; none: a draft
    HISTORY_FOLLOWS,
    VERSIONS_FOLLOW,
    *KEPT,
)

DRAFTS = """
CREATE TABLE drafts (
    person TEXT NOT NULL CHECK (person <> ''),
    id TEXT NOT NULL CHECK (id <> ''),
    typed TEXT NOT NULL CHECK (json_valid(typed)),
    at TEXT NOT NULL CHECK (length(at) = 27),
    PRIMARY KEY (person, id)
) STRICT
"""

# Of secrets only what cannot be turned back is kept: argon2id of passwords, SHA-256 of tokens.
SIGN_IN = (
    """
    CREATE TABLE passwords (
        person TEXT PRIMARY KEY NOT NULL CHECK (person <> ''),
        hash TEXT NOT NULL CHECK (hash LIKE '$argon2id$%'),
        since TEXT NOT NULL CHECK (length(since) = 27)
    ) STRICT
    """,
    """
    CREATE TABLE invitations (
        token TEXT PRIMARY KEY NOT NULL CHECK (length(token) = 64),
        person TEXT NOT NULL CHECK (person <> ''),
        until TEXT NOT NULL CHECK (length(until) = 27)
    ) STRICT
    """,
    """
    CREATE TABLE attempts (
        id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 64),
        failures INTEGER NOT NULL CHECK (failures >= 1),
        until TEXT NOT NULL CHECK (length(until) = 27)
    ) STRICT
    """,
    """
    CREATE TABLE sessions (
        token TEXT PRIMARY KEY NOT NULL CHECK (length(token) = 64),
        person TEXT NOT NULL CHECK (person <> ''),
        begun TEXT NOT NULL CHECK (length(begun) = 27),
        seen TEXT NOT NULL CHECK (length(seen) = 27)
    ) STRICT
    """,
    """
    CREATE TABLE identities (
        issuer TEXT NOT NULL CHECK (issuer <> ''),
        subject TEXT NOT NULL CHECK (subject <> ''),
        person TEXT NOT NULL CHECK (person <> ''),
        since TEXT NOT NULL CHECK (length(since) = 27),
        PRIMARY KEY (issuer, subject)
    ) STRICT
    """,
    """
    CREATE TABLE sign_outs (
        person TEXT PRIMARY KEY NOT NULL CHECK (person <> ''),
        at TEXT NOT NULL CHECK (length(at) = 27)
    ) STRICT
    """,
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "history, versions of everything, status of initiatives",
        (HISTORY, VERSIONS, INITIATIVES, HISTORY_FOLLOWS, VERSIONS_FOLLOW, *KEPT),
    ),
    Migration("content of any kind", ANY_KIND),
    Migration("drafts as they are typed; passwords, sessions and identities", (DRAFTS, *SIGN_IN)),
)
