"""A number, and how sure we are of it.

A quantity is a distribution of one of the kinds of `docs/files.md`, the kind of number it is (which fixes its bounds),
and the card that says where it comes from. Its draws are computed in `engine.sampling`.
"""

import math
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, model_validator
from pydantic_core import PydanticCustomError

from prioritizer.domain.record import Blank, PlainScalar, Record, Text, nearest, refuse
from prioritizer.language import _

LARGEST_AMOUNT = 1e12
LARGEST_COUNT = 1e10
SMALLEST = 1e-9
LONGEST_PERIODS = 1200

# Keelin (2016), "The Metalog Distributions", table 4: the three terms describe a distribution only while the median
# keeps this far from both outer percentiles, as a share of their distance.
METALOG_MARGIN = 0.5 * (1 - 1.66711 * 0.45)


class Kind(StrEnum):
    """What a number counts, which fixes the values that it can have."""

    SHARE = "share"
    SIGNED_SHARE = "signed share"
    CHANGE = "relative change"
    RATE = "rate"
    AMOUNT = "amount"
    COUNT = "count"
    FACTOR = "factor"
    PERIODS = "periods"
    GROWTH = "growth"

    @property
    def bounds(self) -> tuple[float, float]:
        return _BOUNDS[self]

    @property
    def signed(self) -> bool:
        """Whether values below zero make sense."""
        return self.bounds[0] < 0


_BOUNDS = {
    Kind.SHARE: (0.0, 1.0),
    Kind.SIGNED_SHARE: (-1.0, 1.0),
    Kind.CHANGE: (-1.0, 1e3),
    Kind.RATE: (0.0, 1e6),
    Kind.FACTOR: (0.0, 1e3),
    Kind.AMOUNT: (0.0, LARGEST_AMOUNT),
    Kind.COUNT: (0.0, LARGEST_COUNT),
    Kind.PERIODS: (0.0, float(LONGEST_PERIODS)),
    Kind.GROWTH: (-1 + SMALLEST, 10.0),
}


class Grade(StrEnum):
    """How well a claim is evidenced."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def words(self) -> str:
        return {
            Grade.A: _("controlled experiment"),
            Grade.B: _("pilot or before–after"),
            Grade.C: _("published benchmark"),
            Grade.D: _("opinion"),
        }[self]


def _known_grade(value: object) -> object:
    if value is not None and str(value) not in tuple(Grade):
        refuse(_("is not a grade"), _("Use A, B, C or D."), value)
    return None if value is None else str(value)


KnownGrade = Annotated[Grade | None, BeforeValidator(_known_grade)]

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_PERCENT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*%", re.ASCII)


def number_from_text(text: str) -> float:
    """The number that a text stands for: ASCII digits with a decimal point, nothing that could be read in two ways."""
    plain = text.strip().replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-")
    if plain.lower().lstrip("+-.") in ("nan", "inf", "infinity"):
        refuse(_("is not a number"), _("Give a finite number."), text)
    if percent := _PERCENT.fullmatch(plain):
        fraction = float(percent[1]) / 100
        refuse(_("is written in percent"), _("Rates are fractions here: did you mean {x:g}?").format(x=fraction), text)
    if not plain:
        refuse(_("the value is missing"), _("Give a number."))
    if not _NUMBER.fullmatch(plain):
        refuse(
            _("is not a number"),
            _("Write digits with a decimal point, without separators or units, like 1234.5."),
            text,
        )
    return float(plain)


def as_number(value: object) -> float:
    """A finite number from what a file, a form or a program gives."""
    if isinstance(value, PlainScalar):
        return as_number(number_from_text(value))
    if value is None:
        refuse(_("the value is missing"), _("Give a number."))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        refuse(_("is not a number"), _("Give a number, without quotes."), _brief(value))
    if isinstance(value, int) and abs(value) > 2**53:
        refuse(_("is too large to be exact"), _("Give a number below 10^12."), value)
    number = float(value)
    if not math.isfinite(number):
        refuse(_("is not a finite number"), _("Give a number below 10^12."), value)
    return number + 0.0  # turns −0 into 0


Number = Annotated[float, BeforeValidator(as_number)]


def as_whole(value: object) -> int:
    """A whole number from what a file, a form or a program gives."""
    number = as_number(value)
    if not number.is_integer():
        refuse(_("is not a whole number"), _("Give a whole number."), _brief(value))
    return int(number)


Whole = Annotated[int, BeforeValidator(as_whole)]


def _brief(value: object) -> str:
    return type(value).__name__ if isinstance(value, (dict, list, tuple)) else str(value)


class Fixed(Record):
    """One number, taken as certain."""

    form: Literal["fixed"] = "fixed"
    value: Number

    @property
    def ends(self) -> tuple[float, ...]:
        """The numbers that must lie within the bounds of the quantity's kind."""
        return (self.value,)


class _Between(Record):
    """Hard limits and the most likely value between them."""

    low: Number
    mode: Number
    high: Number

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _require_order(self.low, self.mode, self.high)
        return self

    @property
    def ends(self) -> tuple[float, ...]:
        return (self.low, self.high)


class Pert(_Between):
    """Beta-PERT (Malcolm et al. 1959, λ = 4): low and high are hard limits."""

    form: Literal["pert"] = "pert"


class Triangular(_Between):
    """Triangular: low and high are hard limits."""

    form: Literal["triangular"] = "triangular"


class Normal(Record):
    """Normal, clipped to the bounds of the quantity's kind."""

    form: Literal["normal"] = "normal"
    mean: Number
    deviation: Number

    @model_validator(mode="after")
    def _spread(self) -> Self:
        if self.deviation <= 0:
            refuse(_("is no standard deviation"), _("Give one above 0, or a bare number."), self.deviation)
        return self

    @property
    def ends(self) -> tuple[float, ...]:
        return (self.mean,)


class Lognormal(Record):
    """Lognormal by its 5th and 95th percentiles, both above 0."""

    form: Literal["lognormal"] = "lognormal"
    p5: Number
    p95: Number

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not 0 < self.p5 < self.p95:
            refuse(_("are no percentiles of a lognormal"), _("Give 0 < p5 < p95."), f"[{self.p5:g}, {self.p95:g}]")
        return self

    @property
    def ends(self) -> tuple[float, ...]:
        return (self.p5, self.p95)


class Beta(Record):
    """A share from counts: the posterior Beta(successes + 1, trials − successes + 1) under a uniform prior."""

    form: Literal["beta"] = "beta"
    successes: Number
    trials: Number

    @model_validator(mode="after")
    def _counts(self) -> Self:
        if not 0 <= self.successes <= self.trials:
            refuse(
                _("are not successes among trials"),
                _("Give 0 ≤ successes ≤ trials."),
                f"[{self.successes:g}, {self.trials:g}]",
            )
        return self

    @property
    def ends(self) -> tuple[float, ...]:
        return (0.0, 1.0)


class Range(Record):
    """A three-term metalog (Keelin 2016) through its 5th, 50th and 95th percentiles."""

    form: Literal["range"] = "range"
    p5: Number
    p50: Number
    p95: Number

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _require_order(self.p5, self.p50, self.p95)
        return self

    @property
    def ends(self) -> tuple[float, ...]:
        return (self.p5, self.p50, self.p95)


class DirichletShare(Record):
    """One share of a row that was estimated from counts under a uniform prior.

    Drawn as Gamma(count + 1) / (total + options); divided by the row's sum, the shares are a Dirichlet draw.
    """

    form: Literal["dirichlet"] = "dirichlet"
    count: Number
    total: Number
    options: Whole

    @model_validator(mode="after")
    def _counts(self) -> Self:
        if not 0 <= self.count <= self.total:
            refuse(_("is not a count"), _("Give counts of 0 or more."), self.count)
        return self

    @property
    def ends(self) -> tuple[float, ...]:
        return (0.0,)


Distribution = Fixed | Pert | Triangular | Normal | Lognormal | Beta | Range | DirichletShare

_BY_KEY: dict[str, tuple[type[Record], tuple[str, ...]]] = {
    "pert": (Pert, ("low", "mode", "high")),
    "triangular": (Triangular, ("low", "mode", "high")),
    "normal": (Normal, ("mean", "deviation")),
    "lognormal": (Lognormal, ("p5", "p95")),
    "beta": (Beta, ("successes", "trials")),
    "range": (Range, ("p5", "p50", "p95")),
}
DISTRIBUTIONS = tuple(_BY_KEY)
_CARD = ("value", "unit", "source", "grade", "owner", "note")


def _require_order(low: float, middle: float, high: float) -> None:
    if not (low <= middle <= high and low < high):
        refuse(
            _("are not in order"),
            _("Give low ≤ middle ≤ high with low < high, or a bare number where there is no spread."),
            f"[{low:g}, {middle:g}, {high:g}]",
        )


class Quantity(Record):
    """A number of a kind with its uncertainty and its card.

    `multiply` and `add` are a scenario's change: every draw x becomes x · multiply + add, and is then held within the
    kind's bounds. `stream` names the draws that quantities share which were entered as one number.
    """

    kind: Kind
    distribution: Distribution
    multiply: Number = 1.0
    add: Number = 0.0
    stream: Text | None = None
    unit: Annotated[Text | None, Blank] = None
    source: Annotated[Text | None, Blank] = None
    grade: KnownGrade = None
    owner: Annotated[Text | None, Blank] = None
    note: Annotated[Text | None, Blank] = None

    @model_validator(mode="after")
    def _within_bounds(self) -> Self:
        low, high = self.bounds
        for end in self.distribution.ends:
            if not low <= end <= high:
                refuse(_bounds_rule(self.kind), _bounds_remedy(self.kind, end), f"{end:g}")
            if self.kind is not Kind.PERIODS and 0 < abs(end) < SMALLEST:
                refuse(_("is too close to zero to mean anything"), _("Use 0."), f"{end:g}")
        if isinstance(self.distribution, Beta) and self.kind not in (Kind.SHARE, Kind.SIGNED_SHARE, Kind.RATE):
            refuse(_("is a share, which this number is not"), _("Use pert, range, normal or lognormal."), "beta")
        if isinstance(self.distribution, Range):
            _require_metalog(self.distribution, self.kind)
        return self

    @property
    def bounds(self) -> tuple[float, float]:
        low, high = self.kind.bounds
        return (low, math.inf) if isinstance(self.distribution, DirichletShare) else (low, high)

    @property
    def is_fixed(self) -> bool:
        return isinstance(self.distribution, Fixed)

    @property
    def number(self) -> float:
        """The number itself; only where it is fixed."""
        if not isinstance(self.distribution, Fixed):
            raise TypeError("an uncertain quantity is not one number")
        low, high = self.bounds
        return min(max(self.distribution.value * self.multiply + self.add, low), high)

    def at(self, value: float) -> "Quantity":
        """The same quantity with its card, as another certain number. Raises where the number cannot be that."""
        known = {**dict(self), "distribution": Fixed(value=value), "multiply": 1.0, "add": 0.0}
        return Quantity.model_validate(known)

    def changed(self, multiply: float = 1.0, add: float = 0.0) -> "Quantity":
        """The same quantity with its draws scaled and shifted."""
        return self.model_copy(update={"multiply": self.multiply * multiply, "add": self.add * multiply + add})


def metalog_scale(values: tuple[float, ...], kind: Kind) -> str:
    """The scale on which a range is a metalog: "logit" for shares, "log" for amounts, "plain" where it may be negative.

    A signed share (of customers who move) that lies wholly between 0 and 1 counts as a share.
    """
    low, high = min(values), max(values)
    if kind is Kind.SHARE or (kind is Kind.SIGNED_SHARE and low > 0 and high < 1):
        return "logit"
    return "plain" if kind.signed else "log"


def to_scale(value: float, scale: str) -> float:
    """A value on the metalog's scale; the value lies inside the kind's open bounds."""
    return {"plain": lambda x: x, "log": math.log, "logit": lambda x: math.log(x / (1 - x))}[scale](value)


def metalog_terms(p5: float, p50: float, p95: float) -> tuple[float, float]:
    """The factors of logit u and of (u − ½)·logit u (Keelin 2016, symmetric percentiles); the constant is p50."""
    logit95 = math.log(0.95 / 0.05)
    return (p95 - p5) / (2 * logit95), (p5 + p95 - 2 * p50) / (0.9 * logit95)


def _require_metalog(range_: Range, kind: Kind) -> None:
    scale = metalog_scale(range_.ends, kind)
    low, high = {"plain": (-math.inf, math.inf), "log": (0, math.inf), "logit": (0, 1)}[scale]
    shown = f"[{range_.p5:g}, {range_.p50:g}, {range_.p95:g}]"
    if not (low < range_.p5 and range_.p95 < high):
        refuse(
            _("touches the limit of what the number can be"),
            _("Keep the percentiles inside it, or use pert, whose ends are hard limits."),
            shown,
        )
    p5, p50, p95 = (to_scale(value, scale) for value in range_.ends)
    if not METALOG_MARGIN < (p50 - p5) / (p95 - p5) < 1 - METALOG_MARGIN:
        refuse(_("is too lopsided for a range"), _("Move the middle value inwards, or use pert or triangular."), shown)
    spread, skew = metalog_terms(p5, p50, p95)
    if scale == "log" and spread + skew / 2 >= 1:  # the upper tail: exp((spread + skew/2) · logit u)
        remedy = _("Narrow it, or use lognormal, pert or triangular.")
        refuse(_("is so wide that its mean has no bound"), remedy, shown)


def _bounds_rule(kind: Kind) -> str:
    return {
        Kind.SHARE: _("is not a share"),
        Kind.SIGNED_SHARE: _("is not a share of customers who move"),
        Kind.CHANGE: _("is not a relative change"),
        Kind.RATE: _("is not a rate per customer"),
        Kind.FACTOR: _("is not a factor"),
        Kind.AMOUNT: _("is not an amount"),
        Kind.COUNT: _("is not a count"),
        Kind.PERIODS: _("is not a number of periods"),
        Kind.GROWTH: _("is not a growth rate per period"),
    }[kind]


def _bounds_remedy(kind: Kind, value: float) -> str:
    low, high = kind.bounds
    if kind in (Kind.SHARE, Kind.SIGNED_SHARE, Kind.CHANGE) and 2 <= abs(value) <= 100 and low <= value / 100:
        return _("Give a number from {low:g} to {high:g}: did you mean {x:g} ({percent:g} %)?").format(
            low=low, high=high, x=value / 100, percent=value
        )
    return _("Give a number from {low:g} to {high:g}.").format(low=low, high=high)


def as_quantity(raw: object, kind: Kind) -> Quantity:
    """A quantity from what stands in a file: a number, a distribution, or a card with either."""
    try:
        return _read_quantity(raw, kind)
    except ValueError as error:
        raise _first_refusal(error) from None


def _read_quantity(raw: object, kind: Kind) -> Quantity:
    if isinstance(raw, Quantity):
        return raw if raw.kind is kind else Quantity.model_validate({**dict(raw), "kind": kind})
    if isinstance(raw, Mapping) and "value" in raw:
        check_card(raw)
        card = {key: raw[key] for key in _CARD if key in raw and key != "value"}
        return Quantity(kind=kind, distribution=_distribution(raw["value"]), **card)
    return Quantity(kind=kind, distribution=_distribution(raw))


def check_card(raw: Mapping[str, object]) -> None:
    """Refuse keys that no card has."""
    for key in raw:
        if key not in _CARD:
            comma = _("Text that holds a comma needs quotes inside {…}.")
            refuse(_("is not a key of a number"), comma if raw[key] is None else nearest(str(key), _CARD), key)


def _distribution(raw: object) -> Distribution:
    if raw is None:
        refuse(_("the value is missing"), _("Give a number."))
    if isinstance(raw, (Fixed, Pert, Triangular, Normal, Lognormal, Beta, Range, DirichletShare)):
        return raw
    if not isinstance(raw, Mapping):
        return Fixed(value=as_number(raw))
    if len(raw) != 1 or (key := next(iter(raw))) not in _BY_KEY:
        words = ", ".join(_BY_KEY)
        refuse(
            _("is not a number"),
            _("Give a number, or one of {words} with its list of numbers.").format(words=words),
            "{" + ", ".join(f"{key}: …" for key in raw) + "}",
        )
    kind, fields = _BY_KEY[key]
    return kind(**dict(zip(fields, _parameters(raw[key], key, fields), strict=True)))  # type: ignore[return-value]


def _parameters(raw: object, key: str, fields: tuple[str, ...]) -> list[float]:
    if not isinstance(raw, (list, tuple)) or len(raw) != len(fields):
        form = f"{key}: [{', '.join(fields)}]"
        refuse(_("has not the numbers it needs"), _("Write {{{form}}}.").format(form=form), key)
    return [as_number(value) for value in raw]


def _first_refusal(error: ValueError) -> Exception:
    """The first complaint inside a validation error, so that it is reported at the field that holds the quantity."""
    details = getattr(error, "errors", None)
    if details is None:
        return error
    first = details()[0]
    context = first.get("ctx", {})
    if "rule" in context:
        return PydanticCustomError("refused", "{rule}. {remedy}", context)
    place = ".".join(str(part) for part in first["loc"])
    rule, remedy = f"{place}: {first['msg']}", _("See docs/files.md.")
    return PydanticCustomError(
        "refused", "{rule}. {remedy}", {"rule": rule, "remedy": remedy, "value": str(first["input"])}
    )


def _of(kind: Kind) -> BeforeValidator:
    """Reads a quantity of a kind, which may be uncertain."""
    return BeforeValidator(lambda raw: as_quantity(raw, kind))


def _fixed(kind: Kind) -> BeforeValidator:
    """Reads a quantity that must be certain: a policy, a limit, a date."""

    def read(raw: object) -> Quantity:
        known = as_quantity(raw, kind)
        if not known.is_fixed:
            refuse(
                _("must be one number"),
                _("This is a policy, not a forecast: give one number; compare others as scenarios."),
                _("a range"),
            )
        return known

    return BeforeValidator(read)


Share = Annotated[Quantity, _of(Kind.SHARE)]
SignedShare = Annotated[Quantity, _of(Kind.SIGNED_SHARE)]
Change = Annotated[Quantity, _of(Kind.CHANGE)]
Rate = Annotated[Quantity, _of(Kind.RATE)]
Amount = Annotated[Quantity, _of(Kind.AMOUNT)]
Count = Annotated[Quantity, _of(Kind.COUNT)]
Periods = Annotated[Quantity, _of(Kind.PERIODS)]
Growth = Annotated[Quantity, _of(Kind.GROWTH)]

FixedShare = Annotated[Quantity, _fixed(Kind.SHARE)]
FixedSignedShare = Annotated[Quantity, _fixed(Kind.SIGNED_SHARE)]
FixedChange = Annotated[Quantity, _fixed(Kind.CHANGE)]
FixedFactor = Annotated[Quantity, _fixed(Kind.FACTOR)]
FixedAmount = Annotated[Quantity, _fixed(Kind.AMOUNT)]
FixedCount = Annotated[Quantity, _fixed(Kind.COUNT)]
FixedPeriods = Annotated[Quantity, _fixed(Kind.PERIODS)]
FixedGrowth = Annotated[Quantity, _fixed(Kind.GROWTH)]


def certain(value: float, kind: Kind) -> Quantity:
    """A quantity that is one number, for defaults."""
    return Quantity(kind=kind, distribution=Fixed(value=value))
