"""The history of a workspace: what happened, each entry sealed together with the one before."""

import hashlib
import json
from enum import StrEnum
from typing import Any

from prioritizer.domain.record import Record
from prioritizer.domain.workspace import ItemKind

BEGINNING = "0" * 64  # what stands for the entry before the first


class Event(StrEnum):
    """What happened."""

    CREATED = "created"
    SAVED = "saved"
    IMPORTED = "imported"
    RESTORED = "restored"
    INVITED = "invited"
    PASSWORD_SET = "password set"
    IDENTITY_BOUND = "company account bound"


class Entry(Record):
    """One thing that happened.

    `kind`, `id` and `version` say which content it concerns and `digest` is that content's SHA-256; all four are empty
    (version 0) where it concerns none. `hash` seals all of it and `previous`, the hash of the entry before: whoever
    changes an entry has to change all that follow, and with them the last hash, the head.
    """

    sequence: int
    at: str
    who: str
    what: Event
    kind: ItemKind | None = None
    id: str = ""
    version: int = 0
    summary: str
    why: str = ""
    digest: str = ""
    previous: str
    hash: str = ""

    def sealed(self) -> "Entry":
        """The entry with the hash that belongs to it."""
        return self.model_copy(update={"hash": seal(self.model_dump(mode="json"))})


def seal(entry: dict[str, Any]) -> str:
    """The hash of an entry's fields: SHA-256 of its canonical form, JSON with sorted keys and without spaces."""
    fields = {key: value for key, value in entry.items() if key != "hash"}
    return digest_of(json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


def digest_of(text: str) -> str:
    """The SHA-256 of text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
