"""Many people save one initiative at the same moment: is anything lost, does anybody see a lock, how long do they wait?

    python -m benchmarks.workspace [PROCESSES] [EDITS]

Each process reads the initiative as a page does, changes it and saves it on top of what it read; where somebody was
faster it reads again. A save that reads and writes in one deferred transaction, as sqlite-utils does it, stands
beside it in the same run: SQLite refuses most of those at once.
"""

import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from prioritizer.domain.people import Person, Role
from prioritizer.domain.workspace import COMPANY, ItemKind
from prioritizer.errors import Conflict, StoreError
from prioritizer.store.audit import verify
from prioritizer.store.files import read_company
from prioritizer.store.workspace import Changes, Workspace

ROOT = Path(__file__).parents[1]
PROCESSES, EDITS = 50, 200
Work = Callable[[int, Callable[[str], None]], None]


def main(processes: int = PROCESSES, edits: int = EDITS) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = _workspace(Path(folder))
        id_ = _first(made)
        started = time.perf_counter()
        said = _all(processes, lambda number, say: _save_often(made, id_, number, edits, say))
        took = time.perf_counter() - started
        _report(made, id_, processes * edits, said, took)
        naive = Path(folder) / "naive.db"
        _make_naive(naive)
        told = _all(processes, lambda _number, say: _count_naively(naive, edits, say))
        print(f"one deferred transaction each: {told.count('locked')} of {processes * edits} refused as locked")


def _workspace(folder: Path) -> Workspace:
    company = read_company(ROOT / "data/company.yaml")
    made = Workspace(folder / "workspace.db")

    def found(changes: Changes) -> None:
        changes.save(ItemKind.PERSON, "boss", Person(id="boss", name="Boss", roles=(Role.ADMIN,)), 0)
        changes.save(ItemKind.COMPANY, COMPANY, company.model_copy(update={"initiatives": ()}), 0)
        for initiative in company.initiatives:
            changes.save(ItemKind.INITIATIVE, initiative.id, initiative, 0)

    made.create("boss", found)
    return made


def _first(made: Workspace) -> str:
    with made.reading() as contents:
        return contents.initiatives()[0].id


def _save_often(made: Workspace, id_: str, number: int, edits: int, say: Callable[[str], None]) -> None:
    for _edit in range(edits):
        while True:
            with made.reading() as contents:
                read = contents.find(ItemKind.INITIATIVE, id_)
            assert read is not None
            count = int(read.content.description) if read.content.description.isdigit() else 0
            content = read.content.model_copy(update={"description": str(count + 1)})
            started = time.perf_counter()
            try:
                with made.changing(f"p{number}") as changes:
                    changes.save(ItemKind.INITIATIVE, id_, content, read.version)
            except Conflict:
                say(f"conflict {time.perf_counter() - started}")
                continue
            except StoreError:
                say("locked")
                continue
            say(f"saved {time.perf_counter() - started}")
            break


def _report(made: Workspace, id_: str, wanted: int, said: list[str], took: float) -> None:
    waits = np.array([float(line.split()[1]) for line in said if line.startswith("saved")])
    conflicts = sum(line.startswith("conflict") for line in said)
    with made.reading() as contents:
        last = contents.find(ItemKind.INITIATIVE, id_)
        findings = verify(contents.connection).findings
    assert last is not None
    counted = int(last.content.description)
    print(f"{len(waits)} of {wanted} edits acknowledged in {took:.0f} s, {counted} counted, {wanted - counted} lost")
    print(f"conflicts told {conflicts}, locks seen {said.count('locked')}, faults of the history {len(findings)}")
    median, late, worst = 1e3 * np.percentile(waits, [50, 99, 100])
    print(f"a save waits {median:.0f} ms (median), {late:.0f} ms (99 %), {worst:.0f} ms (longest)")


def _make_naive(path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("CREATE TABLE counts (n INTEGER)")
        raw.execute("INSERT INTO counts VALUES (0)")


def _count_naively(path: Path, edits: int, say: Callable[[str], None]) -> None:
    raw = sqlite3.connect(path, timeout=10, isolation_level=None)
    for _edit in range(edits):
        try:
            raw.execute("BEGIN")
            count = raw.execute("SELECT n FROM counts").fetchone()[0]
            raw.execute("UPDATE counts SET n = ?", [count + 1])
            raw.execute("COMMIT")
        except sqlite3.OperationalError:
            raw.execute("ROLLBACK") if raw.in_transaction else None
            say("locked")


def _all(processes: int, work: Work) -> list[str]:
    """What processes that all work at once say, each line whole."""
    pipes = []
    for number in range(processes):
        reading, writing = os.pipe()
        if os.fork() == 0:
            os.close(reading)
            work(number, lambda line, to=writing: (os.write(to, f"{line}\n".encode()), None)[1])  # type: ignore[misc]
            os._exit(0)
        os.close(writing)
        pipes.append(reading)
    said: list[str] = []
    for reading in pipes:
        with os.fdopen(reading) as lines:
            said += lines.read().splitlines()
    for _process in range(processes):
        os.wait()
    return said


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
