"""Changes of single numbers, each as one line of text: how an address holds them.

`groups.Mobile.churn.detractor*1.3` multiplies, `groups.*.acquisition_cost+300` adds, `discount_rate=0.1` replaces.
"""

import re
from decimal import Decimal

from pydantic_core import PydanticCustomError

from prioritizer.domain.scenarios import Change, path_of, path_text
from prioritizer.errors import Complaint, InputError, shorten
from prioritizer.language import _

LONGEST = 600  # characters of a line

IS, TIMES, PLUS = "=", "*", "+"

_LINE = re.compile(r"(.+)([=*+])(-?[0-9]{1,30}(?:\.[0-9]{1,40})?)", re.ASCII | re.DOTALL)


def change_by(path: tuple[str, ...], how: str, number: float) -> Change:
    """The change of a place: `how` is one of IS, TIMES and PLUS."""
    match how:
        case "*":
            return Change(path=path, multiply=number)
        case "+":
            return Change(path=path, add=number)
    return Change(path=path, value=number)


def how_of(change: Change) -> tuple[str, float] | None:
    """How a change does it, and by which number; None where no line can say it."""
    if change.multiply is not None and change.add is None:
        return TIMES, change.multiply
    if change.add is not None and change.multiply is None:
        return PLUS, change.add
    if isinstance(change.value, (int, float)) and not isinstance(change.value, bool):
        return IS, float(change.value)
    return None


def line_of(change: Change) -> str:
    """The line of a change that one can say; see `how_of`."""
    found = how_of(change)
    if found is None:
        raise ValueError("no line says this change")
    how, number = found
    return f"{path_text(change.path)}{how}{Decimal(repr(number)).normalize():f}"


def change_of(line: str) -> Change:
    """The change that a line says. Raises InputError, in words."""
    found = _LINE.fullmatch(line) if len(line) <= LONGEST else None
    if found is None:
        remedy = _("Write it like groups.Mobile.churn.detractor*1.3.")
        raise InputError([Complaint(_("is not a change"), remedy, value=shorten(line))])
    try:
        return change_by(path_of(found[1]), found[2], float(found[3]))
    except PydanticCustomError as error:
        said = error.context or {}
        raise InputError([Complaint(said["rule"], said["remedy"], value=shorten(line))]) from None
