"""A workspace with people who sign in, and hashing that is quick and counted."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from store.workspace_cases import workspace

from prioritizer.services import people, sign_in

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
PASSWORD = "four words in a row"
ANNA = "anna@example.com"


def later(minutes: float = 0, seconds: float = 0) -> datetime:
    return NOW + timedelta(minutes=minutes, seconds=seconds)


def company(folder: Path) -> Path:
    """A workspace of boss, an admin; Anna, finance; and Otto, a viewer. Nobody has a password."""
    path = workspace(folder).path
    people.add_person(path, people.new_person(ANNA, "Anna", ["finance"], None), "boss")
    people.add_person(path, people.new_person("otto", "Otto", ["viewer"], None), "boss")
    return path


def with_password(path: Path, id_: str = ANNA, password: str = PASSWORD, moment: datetime = NOW) -> str:
    """Somebody who accepted an invitation; their id."""
    sign_in.accept(path, sign_in.invite(path, id_, "boss", moment), password, moment)
    return id_


class Counting(PasswordHasher):
    """Quick, and counts its work: the hashes that were compared, and those that were made."""

    def __init__(self, memory: int = 8) -> None:
        super().__init__(time_cost=1, memory_cost=memory, parallelism=1)
        self.compared: list[str] = []
        self.made = 0

    def verify(self, hash: Any, password: Any) -> Any:
        self.compared.append(str(hash))
        return super().verify(hash, password)

    def hash(self, password: Any, *, salt: bytes | None = None) -> str:
        self.made += 1
        return super().hash(password, salt=salt)


def count_hashes(monkeypatch: Any) -> Counting:
    """From here on hashing is quick and counted."""
    counting = Counting()
    monkeypatch.setattr(sign_in, "HASHER", counting)
    monkeypatch.setattr(sign_in, "NOBODYS", counting.hash("nobody's password"))
    counting.made = 0
    return counting
