"""The columns of a flat table of initiatives: what each is called, and where in the YAML form its values belong."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from pydantic_core import PydanticCustomError

from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.initiatives import ALL, Target
from prioritizer.domain.scenarios import path_of
from prioritizer.errors import Complaint
from prioritizer.language import _
from prioritizer.store.tables import Broken, Table

REQUIRED = ("id", "name", "department")
TEXTS = (*REQUIRED, "owner", "description", "template", "evidence.grade", "evidence.note")
SEGMENT_LIST = "costs.per_customer.of"
LISTS = ("requires", "excludes", "evidence.sources", SEGMENT_LIST)
FLAGS = ("mandatory",)
TIMELINE = ("start", "earliest_start", "latest_start", "delay", "ramp_up", "duration", "fade_out")
NUMBERS = (
    *TIMELINE,
    "probability_of_success",
    "reach",
    "costs.one_off",
    "costs.running",
    "costs.per_customer.amount",
    "pilot.customers",
    "pilot.cost",
    "pilot.periods",
)
BY_NAME = ("reach", "staff", "levers.extra_customers")
ONE_OFF = ("costs", "one_off")
PATHS = ("move", "newcomers")
EXTRA = "extra_customers"
USUAL = "usual"

_PERIOD = re.compile(r"0|[1-9][0-9]{0,3}", re.ASCII)

Keys = tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A column of the table, by the path that its header is."""

    index: int
    header: str
    path: Keys

    @property
    def name(self) -> str:
        return ".".join(self.path)

    @property
    def lever(self) -> Keys:
        """Which lever the column belongs to; nothing where it belongs to none."""
        if self.path[0] != "levers":
            return ()
        return (EXTRA,) if self.path[1] == EXTRA else self.path[1 : -1 if self.path[-1] == USUAL else None]

    @property
    def lever_key(self) -> Keys:
        """Where the column's value goes inside its lever."""
        kind, *_rest, last = self.path[1:]
        if kind == EXTRA:
            return (last,) if last in ("cost_each", USUAL) else (EXTRA, last)
        return (USUAL,) if last == USUAL else ("share",) if kind in PATHS else ("change",)


def _lever_columns() -> Iterator[str]:
    for target in Target:
        yield from (f"levers.{target}.{segment}" for segment in ((ALL, *SEGMENTS) if target.by_segment else (ALL,)))
    for kind in PATHS:
        yield from (f"levers.{kind}.{source}.{to}" for source, to in permutations(SEGMENTS, 2))


LEVERS = tuple(_lever_columns())
KNOWN = (
    *TEXTS,
    *LISTS,
    *FLAGS,
    *NUMBERS,
    *LEVERS,
    *(f"{lever}.{USUAL}" for lever in LEVERS),
    f"levers.{EXTRA}.cost_each",
    f"levers.{EXTRA}.{USUAL}",
)
_KNOWN_PATHS = frozenset(tuple(name.split(".")) for name in KNOWN)
_BY_NAME_PATHS = frozenset(tuple(name.split(".")) for name in BY_NAME)


def columns_of(table: Table) -> tuple[list[Column], list[Complaint]]:
    """The columns that are known, and complaints about headers that are not and about columns that are missing."""
    columns: dict[Keys, Column] = {}
    faults = []
    for index, header in enumerate(table.header):
        path = _path(header)
        if path:
            columns.setdefault(path, Column(index, header, path))
        elif header:
            fault = Broken(header, _("is not a known column"), _nearest_column(header))
            faults.append(table.complaint(table.head, fault, header, index))
    missing = Broken("", _("the column is missing"), _("Add it, and fill it in for each initiative."))
    faults += [table.complaint(table.head, missing, name) for name in REQUIRED if (name,) not in columns]
    return list(columns.values()), faults


def _path(header: str) -> Keys:
    """The path that a header is; nothing where it is not one of an initiative."""
    try:
        path = tuple(part.strip() for part in path_of(header))
    except PydanticCustomError:
        return ()
    by_name = path[:-1] in _BY_NAME_PATHS and path[-1]
    by_period = path[:-1] == ONE_OFF and _PERIOD.fullmatch(path[-1])
    return path if path in _KNOWN_PATHS or by_name or by_period else ()


def _nearest_column(header: str) -> str:
    name = header.rpartition(".")[2]
    candidates = [*KNOWN, *(f"{first}.{name}" for first in BY_NAME), f"{'.'.join(ONE_OFF)}.0"]
    close = difflib.get_close_matches(header.casefold(), candidates, n=1)
    if close:
        return _("Did you mean {word}?").format(word=close[0])
    return _("Use the columns of docs/submissions.md, or delete it.")
