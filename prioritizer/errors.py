"""What can go wrong, for people: what, where, how to fix.

    PrioritizerError
    ├── InputError        a file or a value that was given; carries every complaint at once
    │   └── UnknownName   something was asked for by a name that nobody has
    ├── StoreError        the workspace's file: busy, full, damaged, not ours
    ├── Conflict          somebody else saved first; carries what they saved
    ├── NotAllowed        somebody asked for what their roles do not include
    └── NothingThere      there is nothing to look at yet; says what will stand there

Programming faults are not among them: they crash loudly.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from prioritizer.language import _

LONGEST_VALUE = 60


@dataclass(frozen=True)
class Complaint:
    """One thing that is wrong with an input.

    `place` is a path of keys (`groups.Mobile.churn.detractor`) or a row and column; `rule` completes the sentence
    that begins with the value; `remedy` is an instruction.
    """

    rule: str
    remedy: str
    file: str = ""
    line: int | None = None
    place: str = ""
    value: str = ""

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.file, self._line(), self.place) if part)
        what = f"{shorten(self.value)} {self.rule}" if self.value else self.rule
        return f"{where}: {what}. {self.remedy}" if where else f"{what}. {self.remedy}"

    def _line(self) -> str:
        return "" if self.line is None else _("line {line}").format(line=self.line)


class PrioritizerError(Exception):
    """The root of everything that is reported to a person in words."""


class InputError(PrioritizerError):
    """An input was at fault. `complaints` holds all that is wrong with it, in the order of the input."""

    def __init__(self, complaints: Iterable[Complaint]):
        self.complaints = tuple(complaints)
        super().__init__("\n".join(str(complaint) for complaint in self.complaints))


class UnknownName(InputError):
    """Something was asked for by a name that nobody has."""


class StoreError(PrioritizerError):
    """The file of a workspace cannot be used. `problem` completes the sentence that begins with the file."""

    def __init__(self, file: object, problem: str, remedy: str):
        self.file, self.problem, self.remedy = str(file), problem, remedy
        super().__init__(f"{self.file}: {problem}. {remedy}")


class Conflict(PrioritizerError):
    """Somebody else saved first. Nothing was changed.

    Args:
        what: what was to be saved, in words.
        read: the version that was read before the edit; 0 for something new.
        current: what is there now, with version and content (`domain.workspace.Version`); None where nothing is.
    """

    def __init__(self, what: str, read: int, current: Any):
        self.what, self.read, self.current = what, read, current
        super().__init__(f"{self._rule()}. {_('Compare the two, then save again on top of it.')}")

    def _rule(self) -> str:
        if self.current is None:
            return _("{what} is not there, and version {read} of it was to be changed").format(
                what=self.what, read=self.read
            )
        if self.read == 0:
            return _("{what} is there already, saved by {who} at {at}").format(
                what=self.what, who=self.current.who, at=self.current.at
            )
        return _("{what} was changed by {who} at {at}: it is at version {now}, and you had read version {read}").format(
            what=self.what, who=self.current.who, at=self.current.at, now=self.current.version, read=self.read
        )


class NotAllowed(PrioritizerError):
    """Somebody asked for what their roles do not include. The message says who may."""


class NothingThere(PrioritizerError):
    """There is nothing to look at yet. The message says what will stand there."""


def shorten(value: str) -> str:
    """A value as it may stand in a message: one line, printable, not too long."""
    line = "".join(char if char.isprintable() else "�" for char in value)
    return line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 1] + "…"
