"""What can go wrong, for people: what, where, how to fix.

    PrioritizerError
    └── InputError        a file or a value that was given; carries every complaint at once
        └── UnknownName   something was asked for by a name that nobody has

Programming faults are not among them: they crash loudly.
"""

from collections.abc import Iterable
from dataclasses import dataclass

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


def shorten(value: str) -> str:
    """A value as it may stand in a message: one line, printable, not too long."""
    line = "".join(char if char.isprintable() else "�" for char in value)
    return line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 1] + "…"
