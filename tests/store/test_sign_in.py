"""What signing in remembers: secrets only as what cannot be turned back, and nothing for longer than it is needed."""

import sqlite3
from pathlib import Path

import pytest
from store.workspace_cases import workspace

from prioritizer.store import sign_in as store
from prioritizer.store.workspace import Workspace

HASH = "$argon2id$v=19$not-really"
A, B = "a" * 64, "b" * 64


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    return workspace(tmp_path)


def at(minute: int) -> str:
    return f"2027-03-01T09:{minute:02d}:00.000000Z"


def test_a_password_takes_the_place_of_the_one_before(made: Workspace) -> None:
    with made.changing("boss") as changes:
        assert store.password(changes.connection, "boss") is None
        store.set_password(changes.connection, "boss", HASH, at(1))
        store.set_password(changes.connection, "boss", f"{HASH}-2", at(2))
        assert store.password(changes.connection, "boss") == f"{HASH}-2"


@pytest.mark.parametrize("plain", ["correct horse battery staple", "$argon2i$v=19$x", ""])
def test_only_an_argon2id_hash_is_kept_as_a_password(made: Workspace, plain: str) -> None:
    with pytest.raises(sqlite3.IntegrityError), made.changing("boss") as changes:
        store.set_password(changes.connection, "boss", plain, at(1))


def test_an_invitation_is_good_until_its_moment_or_the_next_one(made: Workspace) -> None:
    with made.changing("boss") as changes:
        store.add_invitation(changes.connection, A, "boss", at(10))
        assert store.invited(changes.connection, A, at(9)) == "boss"
        assert store.invited(changes.connection, A, at(10)) is None
        store.add_invitation(changes.connection, B, "boss", at(20))
        assert store.invited(changes.connection, A, at(9)) is None
        assert store.invited(changes.connection, B, at(9)) == "boss"


def test_failures_are_forgotten_when_they_are_long_over(made: Workspace) -> None:
    with made.changing("boss") as changes:
        store.note_failure(changes.connection, A, 4, at(5), at(0))
        assert store.attempts(changes.connection, A, at(4)) == store.Attempts(failures=4, until=at(5))
        assert store.attempts(changes.connection, A, at(5)) is None
        store.note_failure(changes.connection, B, 1, at(9), at(5))
        kept = [row["id"] for row in changes.connection.query("SELECT id FROM attempts")]
    assert kept == [B]


def test_a_flood_of_names_is_bounded(made: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_ATTEMPTS", 3)
    with made.changing("boss") as changes:
        for minute in range(6):
            store.note_failure(changes.connection, f"{minute:064d}", 1, at(minute), at(0))
        kept = [row["id"] for row in changes.connection.query("SELECT id FROM attempts ORDER BY id")]
    assert kept == [f"{minute:064d}" for minute in (3, 4, 5)]


def test_a_session_that_was_ended_is_never_seen_again(made: Workspace) -> None:
    with made.changing("boss") as changes:
        store.begin_session(changes.connection, A, "boss", at(1), at(1), at(0))
        store.begin_session(changes.connection, B, "boss", at(1), at(1), at(0))
        store.see_session(changes.connection, A, at(2))
        assert store.session(changes.connection, A) == store.Session(person="boss", begun=at(1), seen=at(2))
        store.end_session(changes.connection, A)
        store.see_session(changes.connection, A, at(3))
        assert store.session(changes.connection, A) == store.Session(person="boss", begun=at(1), seen=store.ENDED)
        store.see_session(changes.connection, B, at(3))
        store.end_sessions(changes.connection, "boss")
        assert store.session(changes.connection, B) == store.Session(person="boss", begun=at(1), seen=store.ENDED)


def test_sessions_that_are_over_go_away(made: Workspace) -> None:
    with made.changing("boss") as changes:
        store.begin_session(changes.connection, A, "boss", at(1), at(1), at(0))
        store.begin_session(changes.connection, B, "boss", at(9), at(9), at(1))
        assert store.session(changes.connection, A) is None


def test_an_account_belongs_to_one_person(made: Workspace) -> None:
    with made.changing("boss") as changes:
        store.bind(changes.connection, "https://issuer.example", "17", "boss", at(1))
        assert store.bound(changes.connection, "https://issuer.example", "17") == "boss"
        assert store.bound(changes.connection, "https://other.example", "17") is None
        assert (store.is_bound(changes.connection, "boss"), store.is_bound(changes.connection, "anna")) == (True, False)
    with pytest.raises(sqlite3.IntegrityError), made.changing("boss") as changes:
        store.bind(changes.connection, "https://issuer.example", "17", "anna", at(1))


def test_the_last_sign_out_counts(made: Workspace) -> None:
    with made.changing("boss") as changes:
        assert store.signed_out(changes.connection, "boss") is None
        store.note_sign_out(changes.connection, "boss", at(1))
        store.note_sign_out(changes.connection, "boss", at(2))
        assert store.signed_out(changes.connection, "boss") == at(2)
