"""Signing in to a workspace: invitations, passwords, sessions, and accounts at the company's identity provider.

Whoever is refused is told one thing, after the same work, whatever the reason. Who somebody is, and whether they are
still active, is looked up in the workspace each time.
"""

import hashlib
import json
import secrets
import unicodedata
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from prioritizer.domain.history import Event, digest_of
from prioritizer.domain.people import Person
from prioritizer.domain.record import Flag, Record, same_name
from prioritizer.domain.workspace import ItemKind, timestamp
from prioritizer.errors import Complaint, InputError, NotAllowed, StoreError
from prioritizer.language import _
from prioritizer.services.access import Action, require
from prioritizer.services.people import person_of
from prioritizer.store import sign_in as store
from prioritizer.store.workspace import Changes, Contents, Workspace

SHORTEST_PASSWORD, LONGEST_PASSWORD = 15, 1000  # characters
INVITED_FOR = timedelta(days=3)
LONGEST_IDLE = timedelta(minutes=30)
LONGEST_SESSION = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)  # how exactly it is known when a session was last used; clicks stay cheap
FREE_FAILURES = 2
LONGEST_DELAY = timedelta(minutes=15)
FAILURES_KEPT = timedelta(days=1)  # after the last delay
CLOCKS_DIFFER = timedelta(minutes=5)  # between an identity provider and here, at most

HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)  # RFC 9106, the second recommended choice
# Nobody's password, hashed like all others: what is compared with where there is none.
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$Gtw25wyrV78I11aJSXld+w$V9sPU/wq6ELm5SfYUf/ghisWH+7ceJGrD2k23RwbjQo"


class Identity(Record):
    """Who signed in with a company account, as the identity provider vouched for it.

    `issuer` and `subject` together are one account for ever; an e-mail address may be given to somebody else.
    `issued_at` is when the provider said so.
    """

    issuer: str
    subject: str
    email: str = ""
    email_verified: Flag = False
    issued_at: datetime


def invite(path: Path, id_: str, who: str, moment: datetime | None = None) -> str:
    """A token with which somebody may set a password, once, within three days. An earlier one is void.

    Raises NotAllowed, also where the person is disabled, and UnknownName.
    """
    now, token = moment or datetime.now(UTC), secrets.token_urlsafe(32)
    with Workspace(path).changing(who, now) as changes:
        require(person_of(changes, who), Action.MANAGE_PEOPLE)
        person = person_of(changes, id_)
        if not person.active:
            raise NotAllowed(_("{person} is disabled, and cannot be invited.").format(person=person.id))
        store.add_invitation(changes.connection, digest_of(token), person.id, timestamp(now + INVITED_FOR))
        changes.note(Event.INVITED, _("{person} was invited to set a password").format(person=person.id))
    return token


def invited(path: Path, token: str, moment: datetime | None = None) -> Person:
    """Whom an invitation is for. Raises InputError where it is not good any more, or never was."""
    with Workspace(path).reading() as contents:
        return _invited(contents, token, moment or datetime.now(UTC))


def accept(path: Path, token: str, password: str, moment: datetime | None = None) -> None:
    """Set the password of whoever was invited, and end their sessions; the invitation is used up.

    Raises InputError where the invitation is not good, or the password too short or too long.
    """
    now = moment or datetime.now(UTC)
    person = invited(path, token, now)
    hashed = HASHER.hash(_acceptable(password))
    with Workspace(path).changing(person.id, now) as changes:
        _invited(changes, token, now)
        store.set_password(changes.connection, person.id, hashed, changes.at)
        store.end_invitations(changes.connection, person.id)
        store.forget_failures(changes.connection, _name(person.id))
        _end_everything(changes, person.id)
        changes.note(Event.PASSWORD_SET, _("{person} set a password").format(person=person.id))


def sign_in(path: Path, id_: str, password: str, moment: datetime | None = None) -> str:
    """Begin a session; its token is for the browser to keep. Raises InputError, in one form whatever the reason.

    An attempt counts as failed until it has succeeded, so that attempts at the same time count too.
    """
    now, token, given = moment or datetime.now(UTC), secrets.token_urlsafe(32), _normal(password)
    known = _attempt(path, id_, now)
    if not _fits(known[1] if known else NOBODYS, given) or known is None:
        _refuse()
    person, hashed = known
    anew = HASHER.hash(given) if HASHER.check_needs_rehash(hashed) else None
    with Workspace(path).changing(person, now) as changes:
        if _password(changes, person) != hashed:  # set anew, or the person disabled, in this very moment
            _refuse()
        if anew is not None:
            store.set_password(changes.connection, person, anew, changes.at)
        store.forget_failures(changes.connection, _name(person))
        _begin(changes, digest_of(token), person, now, now)
    return token


def person_of_session(path: Path, token: str, moment: datetime | None = None) -> Person | None:
    """Who is signed in with a token, as they are now; None where the session is over or the person disabled."""
    return _person_in(path, digest_of(token), moment or datetime.now(UTC))


def end_session(path: Path, token: str) -> None:
    """End one session, where there is one."""
    with Workspace(path).changing(token) as changes:
        store.end_session(changes.connection, digest_of(token))


def sign_out(path: Path, person_id: str, moment: datetime | None = None) -> None:
    """End all sessions of somebody, on every device; company accounts have to sign in anew too."""
    with Workspace(path).changing(person_id, moment) as changes:
        _end_everything(changes, person_id)


def person_of_identity(path: Path, identity: Identity, moment: datetime | None = None) -> Person | None:
    """Who is signed in with a company account, as they are now; None where nobody is, or not any more.

    An account is bound, the first time, to the active person whose id is its verified e-mail address. It has the
    limits of a session, which begins when the provider said who it is.
    """
    now, token = moment or datetime.now(UTC), _token_of(identity)
    with Workspace(path).reading() as contents:
        person, session = _owner(contents, identity), store.session(contents.connection, token)
    if person is None:
        return None
    if session is None:
        return _begin_with(path, identity, person, now)
    return _person_in(path, token, now)


def _begin_with(path: Path, identity: Identity, person: Person, now: datetime) -> Person | None:
    """Begin the session of a company account, unless its word is too old or was given before a sign-out."""
    if not now - LONGEST_IDLE < identity.issued_at <= now + CLOCKS_DIFFER:
        return None
    with Workspace(path).changing(person.id, now) as changes:
        connection, issued = changes.connection, timestamp(identity.issued_at)
        if _owner(changes, identity) != person or issued <= (store.signed_out(connection, person.id) or ""):
            return None
        if (session := store.session(connection, _token_of(identity))) is not None:  # another window was faster
            return None if _is_over(session, now) else person
        if store.bound(connection, identity.issuer, identity.subject) is None:
            store.bind(connection, identity.issuer, identity.subject, person.id, changes.at)
            summary = _("A company account was bound to {person}; it is vouched for by {issuer}")
            changes.note(Event.IDENTITY_BOUND, summary.format(person=person.id, issuer=identity.issuer))
        _begin(changes, _token_of(identity), person.id, min(identity.issued_at, now), now)
    return person


def _owner(contents: Contents, identity: Identity) -> Person | None:
    """The active person to whom a company account belongs, or to whom it may be bound."""
    bound = store.bound(contents.connection, identity.issuer, identity.subject)
    if bound is not None:
        return _active(contents, bound)
    if not identity.email_verified or not identity.email.strip():
        return None
    named = _named(contents, identity.email)
    return None if named is None or store.is_bound(contents.connection, named.id) else named


def _person_in(path: Path, token: str, now: datetime) -> Person | None:
    """Who is in a session, by the digest of its token."""
    with Workspace(path).reading() as contents:
        session = store.session(contents.connection, token)
        if session is None or _is_over(session, now):
            return None
        person = _active(contents, session.person)
    if person is not None and session.seen <= timestamp(now - SEEN_EVERY):
        _see(path, token, now)
    return person


def _is_over(session: store.Session, now: datetime) -> bool:
    return session.begun <= timestamp(now - LONGEST_SESSION) or session.seen <= timestamp(now - LONGEST_IDLE)


def _see(path: Path, token: str, now: datetime) -> None:
    """Note that a session is in use; where the file cannot be written, pages can still be read until it is over."""
    with suppress(StoreError), Workspace(path).changing(token, now) as changes:
        store.see_session(changes.connection, token, changes.at)


def _begin(changes: Changes, token: str, person: str, begun: datetime, now: datetime) -> None:
    over = timestamp(now - LONGEST_SESSION)
    store.begin_session(changes.connection, token, person, timestamp(begun), timestamp(now), over)


def _end_everything(changes: Changes, person: str) -> None:
    store.end_sessions(changes.connection, person)
    store.note_sign_out(changes.connection, person, changes.at)


def _attempt(path: Path, id_: str, now: datetime) -> tuple[str, str] | None:
    """Count an attempt as failed; the id and the hash that it is for, where there is one and no delay holds it up."""
    name, forgotten = _name(id_), timestamp(now - FAILURES_KEPT)
    with Workspace(path).changing(id_, now) as changes:
        before = store.attempts(changes.connection, name, forgotten)
        if before is not None and changes.at < before.until:
            return None
        failures = (before.failures if before else 0) + 1
        store.note_failure(changes.connection, name, failures, timestamp(now + delay(failures)), forgotten)
        person = _named(changes, id_)
        hashed = _password(changes, person.id) if person else None
    return (person.id, hashed) if person and hashed else None


def delay(failures: int) -> timedelta:
    """How long a name waits after failed attempts: none after two, then 2 seconds, 4, 8, up to a quarter of an hour."""
    if failures <= FREE_FAILURES:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - FREE_FAILURES, 20)), LONGEST_DELAY)


def _fits(hashed: str, password: bytes) -> bool:
    try:
        return HASHER.verify(hashed, password)
    except (Argon2Error, InvalidHashError):
        return False


def _refuse() -> NoReturn:
    rule = _("This name and this password do not sign in anybody, or the name has to wait after failed attempts")
    remedy = _("Check both and try again in a few minutes, or ask an admin for a new invitation.")
    raise InputError([Complaint(rule, remedy)])


def _invited(contents: Contents, token: str, now: datetime) -> Person:
    invited = store.invited(contents.connection, digest_of(token), timestamp(now))
    person = _active(contents, invited) if invited else None
    if person is None:
        rule = _("This invitation is not good any more: it was used, is older than three days, or a newer one was sent")
        raise InputError([Complaint(rule, _("Ask an admin for a new one."))])
    return person


def _acceptable(password: str) -> bytes:
    """A password as it is hashed. Raises InputError where it is too short or too long; anything else goes."""
    count = len(unicodedata.normalize("NFC", password))
    if count < SHORTEST_PASSWORD:
        rule = _("The password has {count} characters").format(count=count)
        remedy = _("Use at least {least}. A few words in a row are easy to remember.").format(least=SHORTEST_PASSWORD)
        raise InputError([Complaint(rule, remedy)])
    if count > LONGEST_PASSWORD:
        rule = _("The password has {count} characters").format(count=count)
        raise InputError([Complaint(rule, _("Use at most {most}.").format(most=LONGEST_PASSWORD))])
    return _normal(password)


def _normal(password: str) -> bytes:
    """The same bytes, whichever way a keyboard composes its letters."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _name(id_: str) -> str:
    """What failed attempts are counted under, also for names that nobody has."""
    return digest_of(same_name(id_))


def _token_of(identity: Identity) -> str:
    """What stands for a sign-in with a company account, as the digest of a token does for one with a password.

    Another function than for tokens: what an account says is no secret, and must never do as a cookie.
    """
    issued = timestamp(identity.issued_at)
    text = json.dumps([identity.issuer, identity.subject, issued]).encode()
    return hashlib.blake2b(text, digest_size=32, person=b"company account").hexdigest()


def _named(contents: Contents, id_: str) -> Person | None:
    """The active person whom a typed name means."""
    wanted = same_name(id_)
    return next((p.content for p in contents.people() if same_name(p.id) == wanted and p.content.active), None)


def _active(contents: Contents, id_: str) -> Person | None:
    known = contents.find(ItemKind.PERSON, id_)
    return known.content if known is not None and known.content.active else None


def _password(contents: Contents, id_: str) -> str | None:
    """The hash of an active person's password."""
    return store.password(contents.connection, id_) if _active(contents, id_) else None
