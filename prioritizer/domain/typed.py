"""Numbers as people type them, with the decimal mark and the separators of their country; and written back for them.

Nothing is guessed: what can be read in two ways is refused with both, since a thousandfold slip looks like any number.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from pydantic_core import PydanticCustomError

from prioritizer.domain.quantity import Kind, Quantity, as_quantity
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _

SPACES = " \u00a0\u202f\u2009\u2007"  # plain, no-break, narrow no-break, thin, as wide as a figure
MINUS = "-\N{MINUS SIGN}\N{EN DASH}"
MOST_CHARACTERS = 60
GROUPED_FROM = 10_000  # a number of four digits is read without separators

_MARKS = ".,"
_TYPED = re.compile(r"([+-]?) *([0-9.,' ]*[0-9.,])", re.ASCII)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([.,' ])[0-9]{3})(?:\1[0-9]{3})*", re.ASCII)
_EITHER_WAY = re.compile(r"([0-9]{1,3})[.,]([0-9]{3})", re.ASCII)
_DIGITS = re.compile(r"[0-9]*", re.ASCII)
_HUNDRED = Decimal(100)


def number_typed(text: str, percent: bool = False) -> float:
    """The number that somebody typed; where percent is asked, the fraction: "23,4" and "23.4 %" are 0.234.

    A comma and a point both mark decimals. Spaces and apostrophes may separate groups of three digits; so may the other
    mark, or a mark that stands more than once. Raises InputError, in words, for everything else.
    """
    plain = _plain(text)
    if not plain:
        raise _refused(text, _("is missing"), _("Give a number."))
    if plain.endswith("%"):
        plain = _without_percent(text, plain, percent)
    number = _decimal(text, plain)
    value = float(number / _HUNDRED if percent else number)
    if value in (float("inf"), float("-inf")):
        raise _refused(text, _("is too large"), _("Give a smaller number."))
    return value + 0.0  # turns −0 into 0


def as_typed(number: float, percent: bool = False) -> str:
    """A number as people type it, which `number_typed` reads as the same number to the last digit."""
    exact = Decimal(repr(float(number))) * (_HUNDRED if percent else 1)
    sign, whole, part = _parts_of(exact)
    if whole != "0" and len(whole) <= 3 and len(part) == 3:
        part += "0"  # three digits behind a mark could be a group
    grouped = f"{int(whole):,}".replace(",", " ") if int(whole) >= GROUPED_FROM else whole
    return f"{sign}{grouped}.{part}" if part else f"{sign}{grouped}"


def quantity_typed(raw: object, kind: Kind) -> Quantity:
    """A quantity from a number, or from a map with the numbers of a distribution. Raises InputError, in words."""
    try:
        return as_quantity(raw, kind)
    except PydanticCustomError as error:
        said: Mapping[str, str] = error.context or {}
        raise InputError([Complaint(said["rule"], said["remedy"], value=said["value"])]) from None


def _plain(text: str) -> str:
    """A text with one kind of space, apostrophe and minus."""
    plain = "".join(" " if char in SPACES else "'" if char == "’" else char for char in text).strip()
    return f"-{plain[1:]}" if plain[:1] and plain[0] in MINUS else plain


def _without_percent(text: str, plain: str, percent: bool) -> str:
    if not percent:
        raise _refused(text, _("is written in percent"), _("Give the number itself: no percent is asked here."))
    return plain[:-1].rstrip()


def _decimal(text: str, plain: str) -> Decimal:
    found = _TYPED.fullmatch(plain) if len(plain) <= MOST_CHARACTERS else None
    if found is None:
        raise _refused(text, _("is not a number"), _("Write digits only, like 1 234.5; no letters and no units."))
    sign, body = found.groups()
    if (either := _EITHER_WAY.fullmatch(body)) and int(either[1]):
        raise _ambiguous(text, body, sign)
    whole, part = _split(body)
    if not _is_whole(whole) or not _DIGITS.fullmatch(part) or not (whole or part):
        remedy = _("Separate groups of three digits, all in the same way, or none: 1 234 567.8 or 1234567,8.")
        raise _refused(text, _("is not written as numbers are"), remedy)
    digits = "".join(char for char in whole if char.isdigit())
    return Decimal(f"{sign}{digits or 0}.{part or 0}")


def _split(body: str) -> tuple[str, str]:
    """What stands before the decimal mark and behind it. A mark that stands twice separates groups."""
    marks = [char for char in body if char in _MARKS]
    if not marks or (len(set(marks)) == 1 and len(marks) > 1):
        return body, ""
    whole, _mark, part = body.rpartition(marks[-1])
    return whole, part


def _is_whole(text: str) -> bool:
    return bool(_DIGITS.fullmatch(text) or _GROUPED.fullmatch(text))


def _ambiguous(text: str, body: str, sign: str) -> InputError:
    whole = sign + re.sub("[.,]", "", body)
    remedy = _("It can be read as {whole} or as {part}: write {whole} for the first, {part}0 for the second.")
    return _refused(text, _("can be read in two ways"), remedy.format(whole=whole, part=sign + body))


def _refused(text: str, rule: str, remedy: str) -> InputError:
    return InputError([Complaint(rule, remedy, value=text.strip())])


def _parts_of(number: Decimal) -> tuple[str, str, str]:
    """Sign, digits before the point, digits behind it without zeros at the end."""
    whole, _point, part = f"{abs(number):f}".partition(".")
    return "-" if number < 0 else "", whole, part.rstrip("0")
