"""How a number is asked: in which unit, per year or per period, with the range that somebody has in mind.

What is typed is the answer to a question in plain words; what is stored is in the words of docs/files.md.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from prioritizer.domain.initiatives import Target
from prioritizer.domain.quantity import SMALLEST, Kind, Quantity, Range
from prioritizer.domain.record import Record
from prioritizer.domain.typed import as_typed, number_typed, quantity_typed
from prioritizer.engine.sampling import values
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.services.effects import within_a_year

POINTS = np.array([0.05, 0.5, 0.95])
EXACT_DIGITS = 12  # of a yearly figure: what dividing by four and multiplying again leaves intact
SHOWN_DIGITS = 4  # of a figure that nobody typed, such as a percentile
MOST_TYPED_DIGITS = 6


class Answer(Record):
    """A number as typed: what is most likely, and what it is lower and higher than in one case of twenty each.

    Without the ends it is one number, taken as certain.
    """

    likely: str = ""
    low: str = ""
    high: str = ""

    @property
    def is_blank(self) -> bool:
        return not any(text.strip() for text in (self.likely, self.low, self.high))


def _as_it_is(number: float) -> float:
    return number


@dataclass(frozen=True)
class Asked:
    """What a number counts, whether it is asked in percent, and how what is asked becomes what is stored, and back."""

    kind: Kind
    percent: bool = False
    stored: Callable[[float], float] = _as_it_is
    asked: Callable[[float], float] = _as_it_is
    shown: Callable[[float], float] = _as_it_is

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most that may be typed; in percent as fractions."""
        low, high = sorted(map(self.asked, self.kind.bounds))
        return low, high


def in_percent(kind: Kind = Kind.SHARE) -> Asked:
    return Asked(kind, percent=True)


def per_year(kind: Kind, periods: int) -> Asked:
    """So much in a year, evenly over its periods."""
    return Asked(kind, stored=lambda x: x / periods, asked=lambda x: x * periods, shown=_exact)


def moved_per_year(periods: int) -> Asked:
    """The share that moves within a year, where the same share of those left moves in each period.

    s = 1 − (1 − a)^(1/n); a negative share moves the other way by the same rule.
    """

    def stored(yearly: float) -> float:
        least = math.log1p(-abs(yearly)) if abs(yearly) < 1 else -math.inf
        return math.copysign(-math.expm1(least / periods), yearly)

    def asked(share: float) -> float:
        return math.copysign(within_a_year(abs(share), periods), share)

    return Asked(Kind.SIGNED_SHARE, percent=True, stored=stored, asked=asked, shown=_brief)


def improved_by(target: Target) -> Asked:
    """A change in the direction that is a benefit: "fewer leave, by 10 %" is a change of churn by −0.1."""

    def turned(change: float) -> float:
        return change * target.benefit + 0.0  # turns −0 into 0

    return Asked(Kind.CHANGE, percent=True, stored=turned, asked=turned)


def read_answer(answer: Answer, asked: Asked, key: str) -> Quantity:
    """The quantity that an answer means. Raises InputError with every complaint, each with the key of its field."""
    texts = {"low": answer.low, "likely": answer.likely, "high": answer.high}
    given = {name: text for name, text in texts.items() if text.strip() or name == "likely"}
    typed: dict[str, float] = {}
    complaints: list[Complaint] = []
    for name, text in given.items():
        try:
            typed[name] = _read_one(text, asked, f"{key}.{name}")
        except InputError as error:
            complaints += error.complaints
    if len(given) == 2:
        missing = next(name for name in texts if name not in given)
        rule, remedy = _("is missing"), _("Give both ends of the range, or leave both empty.")
        complaints.append(Complaint(rule, remedy, place=f"{key}.{missing}"))
    if complaints:
        raise InputError(complaints)
    return _quantity(tuple(typed.values()), answer, asked, key)


def read_number(text: str, asked: Asked, key: str) -> Quantity:
    """The one number that was typed. Raises InputError."""
    return quantity_typed(asked.stored(_read_one(text, asked, key)), asked.kind)


def answer_of(quantity: Quantity, asked: Asked) -> Answer:
    """A quantity as somebody would have typed it; of a distribution other than a range, its percentiles."""
    if quantity.is_fixed:
        return Answer(likely=_text(quantity.number, asked, asked.shown))
    known = isinstance(quantity.distribution, Range)
    points = quantity.distribution.ends if known else values(quantity, POINTS)
    shown = asked.shown if known else _brief
    low, likely, high = (_text(point, asked, shown) for point in sorted(map(float, points), key=asked.asked))
    return Answer(likely=likely, low=low, high=high)


def number_of(quantity: Quantity, asked: Asked) -> str:
    """A quantity as one number, its median where it is uncertain."""
    return answer_of(quantity, asked).likely


def limit(number: float, percent: bool) -> str:
    """A limit of what may be typed, as it stands in a remedy."""
    return f"{as_typed(number, percent)} %" if percent else as_typed(number)


def _read_one(text: str, asked: Asked, key: str) -> float:
    """One number within its bounds, percent as a fraction, before it is turned into what is stored."""
    try:
        number = number_typed(text, asked.percent)
    except InputError as error:
        raise InputError(replace(complaint, place=key) for complaint in error.complaints) from None
    low, high = asked.bounds
    if not low <= number <= high:
        rule = _("is too low") if number < low else _("is too high")
        remedy = _("Give a number from {low} to {high}.").format(
            low=limit(low, asked.percent), high=limit(high, asked.percent)
        )
        raise InputError([Complaint(rule, remedy, place=key, value=text.strip())])
    if 0 < abs(asked.stored(number)) < SMALLEST:
        raise InputError([Complaint(_("is too close to zero"), _("Use 0."), place=key, value=text.strip())])
    return number


def _quantity(typed: tuple[float, ...], answer: Answer, asked: Asked, key: str) -> Quantity:
    if len(set(typed)) == 1:
        return quantity_typed(asked.stored(typed[0]), asked.kind)
    low, likely, high = typed
    if not low <= likely <= high:
        remedy = _("Put the lower end below the most likely value, and the higher end above it.")
        raise InputError([_about_range(_("are not in order"), remedy, answer, key)])
    try:
        return quantity_typed({"range": sorted(map(asked.stored, typed))}, asked.kind)
    except InputError as error:
        remedy = _(
            "Move the most likely value towards the middle and the ends off the limits, or leave both ends empty."
        )
        raise InputError([_about_range(said.rule, remedy, answer, key) for said in error.complaints]) from None


def _about_range(rule: str, remedy: str, answer: Answer, key: str) -> Complaint:
    shown = " · ".join(text.strip() for text in (answer.low, answer.likely, answer.high))
    return Complaint(rule, remedy, place=f"{key}.likely", value=shown)


def _text(number: float, asked: Asked, shown: Callable[[float], float]) -> str:
    return as_typed(shown(asked.asked(number)), asked.percent)


def _exact(number: float) -> float:
    return float(f"{number:.{EXACT_DIGITS}g}")


def _brief(number: float) -> float:
    """A number with few digits, unless it is one that somebody may have typed."""
    typed = float(f"{number:.10g}")
    few = float(f"{number:.{MOST_TYPED_DIGITS}g}")
    return typed if typed == few else float(f"{number:.{SHOWN_DIGITS}g}")
