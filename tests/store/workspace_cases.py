"""Workspaces in real files, and processes that work on them or are killed while they do."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import cases
from prioritizer.domain.people import Person, Role
from prioritizer.domain.workspace import COMPANY, ItemKind
from prioritizer.store.database import Database
from prioritizer.store.migrations import MIGRATIONS, Migration
from prioritizer.store.workspace import Changes, Workspace

KILLS = 200  # how often a process is killed at a random moment
ADMIN = Person(id="boss", name="Boss", roles=(Role.ADMIN,))


def workspace(folder: Path, *initiatives: str, schema: Sequence[Migration] = MIGRATIONS) -> Workspace:
    """A workspace with an admin, a company and initiatives."""
    made = Workspace(Database(folder / "workspace.db", schema))

    def found(changes: Changes) -> None:
        changes.save(ItemKind.PERSON, "boss", ADMIN, 0)
        changes.save(ItemKind.COMPANY, COMPANY, cases.company_record(), 0)
        for id_ in initiatives:
            changes.save(ItemKind.INITIATIVE, id_, cases.initiative_record(id_), 0)

    made.create("boss", found)
    return made


def edit(made: Workspace, id_: str, who: str, **changes: Any) -> int:
    """Save an initiative with changes on top of what is there; the new version."""
    with made.changing(who) as under_way:
        current = under_way.find(ItemKind.INITIATIVE, id_)
        assert current is not None
        content = cases.initiative_record(id_, **changes)
        return under_way.save(ItemKind.INITIATIVE, id_, content, current.version).version


def in_process(work: Callable[[Callable[[str], None]], None]) -> tuple[int, int]:
    """Start work in a process of its own; its id, and where the lines that it acknowledges can be read."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 1
        try:
            work(lambda line: (os.write(writing, f"{line}\n".encode()), None)[1])
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    return child, reading


def finished(child: int, reading: int) -> tuple[int, list[str]]:
    """How a process ended (0 well, −9 killed), and the lines that it acknowledged."""
    with os.fdopen(reading) as lines:
        said = lines.read().splitlines()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


def kills(enough: Callable[[], bool]) -> Iterator[int]:
    """Numbers of kills: KILLS, and more where the machine is so busy that not enough has happened yet."""
    for number in range(20 * KILLS):
        if number >= KILLS and enough():
            return
        yield number


def killed(work: Callable[[Callable[[str], None]], None], longest: float) -> list[str]:
    """The lines that a process acknowledged before it was killed at a random moment."""
    child, reading = in_process(work)
    time.sleep(random.uniform(0, longest))
    os.kill(child, signal.SIGKILL)
    return finished(child, reading)[1]
