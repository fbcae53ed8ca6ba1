"""What the plain functions are given, as arrays, or a refusal that says what, where and how to fix it."""

from collections.abc import Iterable, Sequence
from operator import index
from typing import NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

from prioritizer.errors import Complaint
from prioritizer.language import _

Floats = NDArray[np.float64]

SUM_TOLERANCE = 1e-6


def mix(name: str, given: ArrayLike) -> Floats:
    """Shares whose last axis sums to 1, or a refusal that names the first that does not."""
    found = shares(name, given)
    sums = found.sum(axis=-1)
    wrong = np.abs(sums - 1.0) > SUM_TOLERANCE
    refuse_where(name, sums, wrong, _("is the sum of the shares, not 1"), _("Divide the shares by their sum."))
    return found


def shares(name: str, given: ArrayLike) -> Floats:
    """Numbers from 0 to 1, or a refusal that names the first that is not."""
    found = numbers(name, given)
    refuse_where(name, found, (found < 0) | (found > 1), _("is not a share"), _("Give a number from 0 to 1."))
    return found


def at_least_zero(name: str, given: ArrayLike) -> Floats:
    """Numbers that are not negative, or a refusal that names the first that is."""
    found = numbers(name, given)
    refuse_where(name, found, found < 0, _("is negative"), _("Give zero or more."))
    return found


def numbers(name: str, given: ArrayLike) -> Floats:
    """The input as finite numbers, or a refusal that names the first entry at fault."""
    try:
        found = np.asarray(given)
        plain = found.astype(float) if found.dtype.kind in "iufO" or not found.size else None
    except (TypeError, ValueError):
        plain = None
    if plain is None:
        refuse(name, "", _("These are not numbers"), _("Give numbers only, equally many in every row."))
    refuse_where(name, plain, ~np.isfinite(plain), _("is not a finite number"), _("Leave no number out."))
    return plain


def whole(name: str, given: float) -> int:
    """A count, or a refusal."""
    found = at_least_zero(name, given)
    if found.ndim or found != np.floor(found):
        refuse(name, given, _("is not a whole number"), _("Give one whole number."))
    return int(found)


def check_places(name: str, given: Iterable[int], count: int) -> list[int]:
    """Positions in a list of `count`, or a refusal that names the first that is not."""
    return [_place(name, one, count) for one in given]


def links(name: str, given: Iterable[Sequence[int]], count: int) -> tuple[tuple[int, int], ...]:
    """Pairs of two different positions in a list of `count`, or a refusal that names the first that is not."""
    found = []
    for pair in given:
        ends = [_place(name, one, count) for one in pair]
        if len(ends) != 2 or ends[0] == ends[1]:
            refuse(name, tuple(ends), _("is not a pair"), _("Give two different positions."))
        found.append((ends[0], ends[1]))
    return tuple(found)


def _place(name: str, given: int, count: int) -> int:
    place = index(given) if hasattr(given, "__index__") and not isinstance(given, bool) else -1
    if not 0 <= place < count:
        refuse(name, given, _("is not a position"), _("Positions count from 0 to {last}.").format(last=count - 1))
    return place


def check_level(level: float) -> None:
    """Refuse a confidence level that is not between 0 and 1."""
    if not 0 < level < 1:
        refuse("level", level, _("is not a confidence level"), _("Give a share between 0 and 1, such as 0.95."))


def check_axes(name: str, found: Floats, axes: int) -> None:
    """Refuse a list where a table is needed, or a table where a list is."""
    if found.ndim != axes:
        remedy = _("Give a list of numbers.") if axes == 1 else _("Give a table of numbers, one row after the other.")
        refuse(name, found.shape, _("is not the right shape"), remedy)


def refuse_where(name: str, found: Floats, wrong: NDArray[np.bool_], rule: str, remedy: str) -> None:
    """Refuse the first entry that is wrong, by its place."""
    if wrong.any():
        place = tuple(int(i) for i in np.argwhere(wrong)[0])
        where = f"{name}[{', '.join(map(str, place))}]" if place else name
        refuse(where, f"{found[place]:g}", rule, remedy)


def refuse(place: str, value: object, rule: str, remedy: str) -> NoReturn:
    """End with what is wrong, where, and how to fix it."""
    raise ValueError(str(Complaint(rule, remedy, place=place, value=str(value))))
