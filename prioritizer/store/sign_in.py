"""What signing in needs to remember: passwords, invitations, failed attempts, sessions, identities, sign-outs.

Of secrets only what cannot be turned back is kept: argon2id hashes of passwords, SHA-256 of tokens. None of this is
content: it has no versions, and what is over goes away. Moments are text, as `domain.workspace.timestamp` writes it.
"""

from prioritizer.domain.record import Record
from prioritizer.store.database import Connection

ENDED = "0001-01-01T00:00:00.000000Z"  # when a session was seen last that somebody ended
MOST_ATTEMPTS = 10_000  # names whose failed attempts are remembered at once; those that ended first make room


class Session(Record):
    """A session of somebody: when it began, and when it was last seen."""

    person: str
    begun: str
    seen: str


class Attempts(Record):
    """The failed attempts under a name, and until when the next one is refused."""

    failures: int
    until: str


def password(connection: Connection, person: str) -> str | None:
    """The hash of somebody's password; None where none was set."""
    return _one(connection, "SELECT hash FROM passwords WHERE person = ?", person)


def set_password(connection: Connection, person: str, hash_: str, at: str) -> None:
    connection.execute("REPLACE INTO passwords (person, hash, since) VALUES (?, ?, ?)", [person, hash_, at])


def add_invitation(connection: Connection, token: str, person: str, until: str) -> None:
    """Invite somebody; an earlier invitation of the same person is void from now on."""
    end_invitations(connection, person)
    connection.execute("INSERT INTO invitations (token, person, until) VALUES (?, ?, ?)", [token, person, until])


def invited(connection: Connection, token: str, at: str) -> str | None:
    """Whose invitation a token is, where it is still good."""
    return _one(connection, "SELECT person FROM invitations WHERE token = ? AND until > ?", token, at)


def end_invitations(connection: Connection, person: str) -> None:
    connection.execute("DELETE FROM invitations WHERE person = ?", [person])


def attempts(connection: Connection, name: str, forgotten: str) -> Attempts | None:
    """The failed attempts under a name, unless its last refusal ended before `forgotten`."""
    rows = connection.query("SELECT failures, until FROM attempts WHERE id = ? AND until > ?", [name, forgotten])
    return next((Attempts(**row) for row in rows), None)


def note_failure(connection: Connection, name: str, failures: int, until: str, forgotten: str) -> None:
    """Remember how many attempts under a name failed; what is long over, or too much to remember, is forgotten."""
    connection.execute("REPLACE INTO attempts (id, failures, until) VALUES (?, ?, ?)", [name, failures, until])
    connection.execute("DELETE FROM attempts WHERE until <= ?", [forgotten])
    oldest = "SELECT id FROM attempts ORDER BY until DESC LIMIT -1 OFFSET ?"
    connection.execute(f"DELETE FROM attempts WHERE id IN ({oldest})", [MOST_ATTEMPTS])


def forget_failures(connection: Connection, name: str) -> None:
    connection.execute("DELETE FROM attempts WHERE id = ?", [name])


def begin_session(connection: Connection, token: str, person: str, begun: str, seen: str, over: str) -> None:
    """Keep a new session; sessions that began before `over` go away."""
    connection.execute("DELETE FROM sessions WHERE begun <= ?", [over])
    connection.execute(
        "INSERT INTO sessions (token, person, begun, seen) VALUES (?, ?, ?, ?)", [token, person, begun, seen]
    )


def session(connection: Connection, token: str) -> Session | None:
    rows = connection.query("SELECT person, begun, seen FROM sessions WHERE token = ?", [token])
    return next((Session(**row) for row in rows), None)


def see_session(connection: Connection, token: str, at: str) -> None:
    """Note that a session is in use, unless somebody ended it meanwhile."""
    connection.execute("UPDATE sessions SET seen = ? WHERE token = ? AND seen <> ?", [at, token, ENDED])


def end_session(connection: Connection, token: str) -> None:
    """End one session. It stays known as ended, so that a company account cannot begin it anew."""
    connection.execute("UPDATE sessions SET seen = ? WHERE token = ?", [ENDED, token])


def end_sessions(connection: Connection, person: str) -> None:
    """End all sessions of somebody, as `end_session` ends one."""
    connection.execute("UPDATE sessions SET seen = ? WHERE person = ?", [ENDED, person])


def signed_out(connection: Connection, person: str) -> str | None:
    """When somebody last signed out everywhere."""
    return _one(connection, "SELECT at FROM sign_outs WHERE person = ?", person)


def note_sign_out(connection: Connection, person: str, at: str) -> None:
    connection.execute("REPLACE INTO sign_outs (person, at) VALUES (?, ?)", [person, at])


def bound(connection: Connection, issuer: str, subject: str) -> str | None:
    """The person to whom a company account belongs."""
    return _one(connection, "SELECT person FROM identities WHERE issuer = ? AND subject = ?", issuer, subject)


def is_bound(connection: Connection, person: str) -> bool:
    """Whether some company account belongs to somebody."""
    return _one(connection, "SELECT subject FROM identities WHERE person = ?", person) is not None


def bind(connection: Connection, issuer: str, subject: str, person: str, at: str) -> None:
    connection.execute(
        "INSERT INTO identities (issuer, subject, person, since) VALUES (?, ?, ?, ?)", [issuer, subject, person, at]
    )


def _one(connection: Connection, question: str, *values: str) -> str | None:
    row = connection.execute(question, list(values)).fetchone()
    return str(row[0]) if row else None
