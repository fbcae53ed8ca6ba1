"""Signing in: one refusal and one amount of work whatever the reason, and sessions that end when they must."""

import json
import sqlite3
import unicodedata
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from services.sign_in_cases import ANNA, NOW, PASSWORD, Counting, company, count_hashes, later, with_password

from prioritizer.domain.history import Event
from prioritizer.domain.workspace import timestamp
from prioritizer.errors import InputError, NotAllowed, UnknownName
from prioritizer.services import people
from prioritizer.services import sign_in as services
from prioritizer.services.sign_in import Identity
from prioritizer.store.workspace import Workspace


@pytest.fixture(autouse=True)
def hashes(monkeypatch: pytest.MonkeyPatch) -> Counting:
    return count_hashes(monkeypatch)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return company(tmp_path)


def rows(path: Path, table: str) -> list[dict[str, Any]]:
    with Workspace(path).reading() as contents:
        return list(contents.connection.query(f"SELECT * FROM {table}"))


def events(path: Path) -> list[tuple[str, Event, str]]:
    with Workspace(path).reading() as contents:
        return [(entry.who, entry.what, entry.summary) for entry in contents.history()][-3:]


def refusal(path: Path, id_: str, password: str, moment: Any = NOW) -> str:
    with pytest.raises(InputError) as caught:
        services.sign_in(path, id_, password, moment)
    return str(caught.value)


# --- invitations


def test_only_admins_invite_and_only_who_is_there(path: Path) -> None:
    for who in (ANNA, "otto"):
        with pytest.raises(NotAllowed, match="may not manage people"):
            services.invite(path, who, who)
    with pytest.raises(UnknownName):
        services.invite(path, "nobody", "boss")
    people.disable_person(path, ANNA, "boss")
    with pytest.raises(NotAllowed, match="is disabled, and cannot be invited"):
        services.invite(path, ANNA, "boss")


def test_a_password_is_set_with_an_invitation_and_both_are_noted(path: Path) -> None:
    with_password(path)
    assert events(path)[1:] == [
        ("boss", Event.INVITED, f"{ANNA} was invited to set a password"),
        (ANNA, Event.PASSWORD_SET, f"{ANNA} set a password"),
    ]
    person = services.person_of_session(path, services.sign_in(path, ANNA, PASSWORD, NOW), NOW)
    assert person is not None
    assert person.id == ANNA


def test_an_invitation_works_once_for_three_days_and_only_the_last(path: Path) -> None:
    first = services.invite(path, ANNA, "boss", NOW)
    second = services.invite(path, "Anna@Example.com ", "boss", NOW)
    for token, moment in ((first, NOW), (second, NOW + timedelta(days=3)), ("made up", NOW)):
        with pytest.raises(InputError, match="not good any more"):
            services.accept(path, token, PASSWORD, moment)
    services.accept(path, second, PASSWORD, NOW + timedelta(days=3, seconds=-1))
    with pytest.raises(InputError, match="not good any more"):
        services.accept(path, second, PASSWORD, NOW)


def test_who_is_disabled_cannot_accept(path: Path) -> None:
    token = services.invite(path, ANNA, "boss", NOW)
    people.disable_person(path, ANNA, "boss")
    with pytest.raises(InputError, match="not good any more"):
        services.accept(path, token, PASSWORD, NOW)


@pytest.mark.parametrize(("password", "said"), [("x" * 14, "14 characters"), ("x" * 1001, "1001 characters")])
def test_a_password_is_long_enough_and_not_too_long(path: Path, password: str, said: str) -> None:
    token = services.invite(path, ANNA, "boss", NOW)
    with pytest.raises(InputError, match=said):
        services.accept(path, token, password, NOW)
    services.accept(path, token, "x" * 15, NOW)


def test_a_password_may_hold_anything_however_it_is_typed(path: Path) -> None:
    password = "Müßiggang ist 🦥 – Å"
    with_password(path, password=unicodedata.normalize("NFD", password))
    assert services.sign_in(path, ANNA, unicodedata.normalize("NFC", password), NOW)


def test_no_secret_is_in_the_file(path: Path) -> None:
    invitation = services.invite(path, ANNA, "boss", NOW)
    services.accept(path, invitation, PASSWORD, NOW)
    pending, session = services.invite(path, "otto", "boss", NOW), services.sign_in(path, ANNA, PASSWORD, NOW)
    with sqlite3.connect(path) as raw:
        dump = "\n".join(raw.iterdump())
    assert "$argon2id$" in dump
    for secret in (invitation, pending, session, PASSWORD):
        assert secret not in dump


# --- the same for all who are refused


def test_all_who_are_refused_are_told_the_same_after_the_same_work(path: Path, hashes: Counting) -> None:
    with_password(path)
    with_password(path, "otto")
    people.disable_person(path, "otto", "boss")
    said = []
    for id_, password in ((ANNA, "wrong"), ("otto", PASSWORD), ("boss", PASSWORD), ("nobody", PASSWORD), ("", "")):
        hashes.compared.clear()
        hashes.made = 0
        said.append(refusal(path, id_, password))
        assert (len(hashes.compared), hashes.made) == (1, 0), id_
    for _time in range(2):
        refusal(path, ANNA, "wrong")
    hashes.compared.clear()
    said.append(refusal(path, ANNA, PASSWORD))  # waiting
    assert len(hashes.compared) == 1
    assert hashes.compared == [services.NOBODYS]
    assert len(set(said)) == 1
    assert "otto" not in said[0]


def test_nobodys_password_is_hashed_like_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert not services.HASHER.check_needs_rehash(services.NOBODYS)
    assert (services.HASHER.type.name, services.HASHER.memory_cost) == ("ID", 65536)


def test_the_delay_doubles_up_to_a_quarter_of_an_hour() -> None:
    seconds = [services.delay(failures).total_seconds() for failures in range(14)]
    assert seconds == [0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert services.delay(10**6) == timedelta(minutes=15)


def test_a_name_waits_after_failures_and_success_clears_them(path: Path) -> None:
    with_password(path)
    for _time in range(3):
        refusal(path, ANNA.upper(), "wrong")
    refusal(path, ANNA, PASSWORD, later(seconds=1.9))
    assert rows(path, "attempts")[0]["failures"] == 3  # who waits is not made to wait longer
    assert services.sign_in(path, ANNA, PASSWORD, later(seconds=2))
    assert rows(path, "attempts") == []


def test_names_that_nobody_has_wait_too_and_are_not_written_down(path: Path) -> None:
    for _time in range(3):
        refusal(path, "a-password-typed-here", "wrong")
    (row,) = rows(path, "attempts")
    assert row["failures"] == 3
    assert "password" not in json.dumps(row)


def test_failures_are_forgotten_a_day_after_the_last_delay(path: Path) -> None:
    for _time in range(3):
        refusal(path, ANNA, "wrong")
    refusal(path, ANNA, "wrong", NOW + timedelta(days=1, seconds=3))
    assert rows(path, "attempts")[0]["failures"] == 1


def test_attempts_at_the_same_time_count_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_password(path)
    inside = []

    def fits(hashed: str, password: bytes) -> bool:
        """While this one is compared, others try."""
        if len(inside) < 5:
            inside.append(hashed == services.NOBODYS)
            refusal(path, ANNA, "wrong")
        return False

    monkeypatch.setattr(services, "_fits", fits)
    refusal(path, ANNA, "wrong")
    assert inside == [False, False, False, True, True]


@pytest.mark.parametrize("meanwhile", ["disabled", "another password"])
def test_what_changes_while_a_password_is_compared_counts(
    path: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    with_password(path)

    def fits(hashed: str, password: bytes) -> bool:
        if meanwhile == "disabled":
            people.disable_person(path, ANNA, "boss")
        else:
            with_password(path, password="another row of words")
        return True

    monkeypatch.setattr(services, "_fits", fits)
    refusal(path, ANNA, PASSWORD)
    assert rows(path, "sessions") == []


def test_of_two_who_accept_at_once_one_is_first(path: Path, hashes: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    token = services.invite(path, ANNA, "boss", NOW)
    real = hashes.hash

    def hash_(password: bytes) -> str:
        """While this password is hashed, somebody else accepts with another."""
        monkeypatch.setattr(hashes, "hash", real)
        services.accept(path, token, "the first row of words", NOW)
        return real(password)

    monkeypatch.setattr(hashes, "hash", hash_)
    with pytest.raises(InputError, match="not good any more"):
        services.accept(path, token, PASSWORD, NOW)
    assert services.sign_in(path, ANNA, "the first row of words", NOW)


def test_a_hash_of_older_parameters_is_made_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_password(path)
    before = rows(path, "passwords")[0]["hash"]
    monkeypatch.setattr(services, "HASHER", Counting(memory=16))
    services.sign_in(path, ANNA, PASSWORD, NOW)
    assert "m=8," in before
    assert "m=16," in rows(path, "passwords")[0]["hash"]
    assert services.sign_in(path, ANNA, PASSWORD, NOW)


# --- sessions


def test_a_session_ends_when_it_is_idle_or_old(path: Path) -> None:
    with_password(path)
    token = services.sign_in(path, ANNA, PASSWORD, NOW)
    assert services.person_of_session(path, token, later(29)) is not None
    assert services.person_of_session(path, token, later(58)) is not None
    assert services.person_of_session(path, token, later(88)) is None
    token = services.sign_in(path, ANNA, PASSWORD, NOW)
    for minute in range(20, 720, 20):
        assert services.person_of_session(path, token, later(minute)) is not None, minute
    assert services.person_of_session(path, token, later(719)) is not None
    assert services.person_of_session(path, token, later(720)) is None


def test_that_a_session_is_used_is_written_once_a_minute(path: Path) -> None:
    with_password(path)
    token = services.sign_in(path, ANNA, PASSWORD, NOW)
    services.person_of_session(path, token, later(seconds=59))
    assert rows(path, "sessions")[0]["seen"] == "2027-03-01T09:00:00.000000Z"
    services.person_of_session(path, token, later(seconds=60))
    assert rows(path, "sessions")[0]["seen"] == "2027-03-01T09:01:00.000000Z"


def test_pages_can_be_read_while_the_file_cannot_be_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_password(path)
    token = services.sign_in(path, ANNA, PASSWORD, NOW)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # somebody writes, and does not end
    monkeypatch.setattr(services, "Workspace", lambda file: Workspace(_impatient(file)))
    assert services.person_of_session(path, token, later(5)) is not None
    other.execute("ROLLBACK")


def _impatient(path: Path) -> Any:
    from prioritizer.store.database import Database

    return Database(path, patience=0.01)


@pytest.mark.parametrize("token", ["", "made up", "x" * 100_000, "\ud800"])
def test_a_token_that_is_not_known_is_nobodys(path: Path, token: str) -> None:
    assert services.person_of_session(path, token, NOW) is None


def test_roles_are_those_of_now_and_who_is_disabled_is_out(path: Path) -> None:
    with_password(path)
    token = services.sign_in(path, ANNA, PASSWORD, NOW)
    person = services.person_of_session(path, token, NOW)
    assert person is not None
    changed = person.model_copy(update={"name": "Anna B."})
    people.save_person(path, changed, 1, "boss")
    assert services.person_of_session(path, token, NOW) == changed
    people.disable_person(path, ANNA, "boss")
    assert services.person_of_session(path, token, NOW) is None


def test_a_new_password_ends_all_sessions_and_the_old_password(path: Path) -> None:
    with_password(path)
    with_password(path, "otto")
    mine, others = services.sign_in(path, ANNA, PASSWORD, NOW), services.sign_in(path, "otto", PASSWORD, NOW)
    with_password(path, password="another row of words")
    assert services.person_of_session(path, mine, NOW) is None
    assert services.person_of_session(path, others, NOW) is not None
    refusal(path, ANNA, PASSWORD)


def test_signing_out_ends_every_session_of_the_person_only(path: Path) -> None:
    with_password(path)
    with_password(path, "otto")
    here, there = services.sign_in(path, ANNA, PASSWORD, NOW), services.sign_in(path, ANNA, PASSWORD, NOW)
    others = services.sign_in(path, "otto", PASSWORD, NOW)
    services.sign_out(path, ANNA, later(1))
    assert [services.person_of_session(path, token, later(1)) for token in (here, there)] == [None, None]
    assert services.person_of_session(path, others, later(1)) is not None
    assert services.person_of_session(path, services.sign_in(path, ANNA, PASSWORD, later(1)), later(1)) is not None


def test_one_session_can_be_ended(path: Path) -> None:
    with_password(path)
    here, there = services.sign_in(path, ANNA, PASSWORD, NOW), services.sign_in(path, ANNA, PASSWORD, NOW)
    services.end_session(path, here)
    assert services.person_of_session(path, here, NOW) is None
    assert services.person_of_session(path, there, NOW) is not None


# --- company accounts


def account(**changes: Any) -> Identity:
    known = {"issuer": "https://id.example", "subject": "17", "email": "Anna@example.com", "email_verified": True}
    return Identity(**{**known, "issued_at": NOW, **changes})


def id_of(path: Path, identity: Identity, moment: Any = NOW) -> str | None:
    person = services.person_of_identity(path, identity, moment)
    return person.id if person else None


def test_an_account_is_bound_by_its_verified_address_once_and_noted(path: Path) -> None:
    assert id_of(path, account()) == ANNA
    assert id_of(path, account(issued_at=later(1)), later(1)) == ANNA
    assert events(path)[-1] == (
        ANNA,
        Event.IDENTITY_BOUND,
        f"A company account was bound to {ANNA}; it is vouched for by https://id.example",
    )
    assert len(rows(path, "identities")) == 1


def test_after_that_the_address_means_nothing(path: Path) -> None:
    id_of(path, account())
    assert id_of(path, account(email="otto", issued_at=later(1)), later(1)) == ANNA
    assert id_of(path, account(email="", email_verified=False, issued_at=later(2)), later(2)) == ANNA
    assert id_of(path, account(subject="18")) is None  # somebody else was given the address
    assert id_of(path, account(issuer="https://other.example")) is None


@pytest.mark.parametrize(
    "changes", [{"email_verified": False}, {"email": "nobody@example.com"}, {"email": ""}, {"email": " "}]
)
def test_who_is_not_known_by_a_verified_address_is_nobody(path: Path, changes: dict[str, Any]) -> None:
    assert id_of(path, account(**changes)) is None
    assert rows(path, "identities") == rows(path, "sessions") == []


def test_an_account_of_somebody_disabled_is_nobodys(path: Path) -> None:
    id_of(path, account())
    people.disable_person(path, ANNA, "boss")
    assert id_of(path, account()) is None
    assert id_of(path, account(issued_at=later(1)), later(1)) is None
    people.disable_person(path, "otto", "boss")
    assert id_of(path, account(subject="18", email="otto")) is None


def test_signing_out_ends_an_account_until_it_signs_in_anew(path: Path) -> None:
    id_of(path, account())
    services.sign_out(path, ANNA, later(5))
    assert id_of(path, account(), later(5)) is None
    assert id_of(path, account(issued_at=later(4)), later(6)) is None  # a window that had not been used here
    assert id_of(path, account(issued_at=later(6)), later(6)) == ANNA


def test_signing_out_ends_an_account_also_where_its_clock_is_ahead(path: Path) -> None:
    ahead = account(issued_at=later(3))
    assert id_of(path, ahead) == ANNA
    services.sign_out(path, ANNA, later(1))
    assert id_of(path, ahead, later(2)) is None


def test_an_account_has_the_limits_of_a_session(path: Path) -> None:
    assert id_of(path, account(), later(30)) is None  # signed in long ago, first seen now
    assert id_of(path, account(issued_at=later(6)), NOW) is None  # from the future
    assert id_of(path, account(), later(29)) == ANNA
    assert id_of(path, account(), later(58)) == ANNA
    assert id_of(path, account(), later(88)) is None
    assert id_of(path, account(), later(89)) is None  # over stays over
    again = account(issued_at=later(90))
    for minute in range(90, 810, 20):
        assert id_of(path, again, later(minute)) == ANNA, minute
    assert id_of(path, again, later(810)) is None


def test_a_new_password_ends_accounts_signed_in_before(path: Path) -> None:
    id_of(path, account())
    with_password(path, moment=later(1))
    assert id_of(path, account(), later(1)) is None


def test_what_an_account_says_of_itself_is_no_cookie(path: Path) -> None:
    """Issuer, number and moment are no secrets: they must not stand for a session."""
    identity = Identity(issuer="https://id.example.com", subject="42", email=ANNA, email_verified=True, issued_at=NOW)
    moment = NOW + timedelta(seconds=1)
    assert services.person_of_identity(path, identity, moment) is not None
    said = json.dumps([identity.issuer, identity.subject, timestamp(NOW)])
    assert services.person_of_session(path, said, moment) is None
