"""A company: its groups of customers, its rates and its policies."""

import math
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, field_validator, model_validator

from prioritizer.domain.customers import Amounts, Counts, Migration, Rates, Row, Shares, stay_in_segment
from prioritizer.domain.initiatives import ALL, Initiative
from prioritizer.domain.quantity import (
    DISTRIBUTIONS,
    Amount,
    Count,
    FixedAmount,
    FixedChange,
    FixedCount,
    FixedFactor,
    FixedGrowth,
    FixedPeriods,
    FixedShare,
    Grade,
    Growth,
    Kind,
    KnownGrade,
    Number,
    Quantity,
    Share,
    Whole,
    as_number,
    certain,
)
from prioritizer.domain.record import DistinctKeys, DistinctNames, Name, Record, Text, nearest, refuse
from prioritizer.language import _

RESERVED = (ALL, "*", "value", "cost_each", *DISTRIBUTIONS)
MOST_PERIODS = 120


def _known_period(value: int) -> int:
    if value not in (1, 4, 12):
        remedy = _("Use 12 for months, 4 for quarters, 1 for years.")
        refuse(_("is not a number of periods per year"), remedy, value)
    return value


PeriodsPerYear = Annotated[Whole, AfterValidator(_known_period)]


class Timing(StrEnum):
    """Where in its period a cash flow lies."""

    START = "start"
    MID = "mid"
    END = "end"

    @property
    def offset(self) -> float:
        """The part of the period that has passed, θ of the model."""
        return {Timing.START: 0.0, Timing.MID: 0.5, Timing.END: 1.0}[self]


class Policy(StrEnum):
    """How the company acquires customers: to hold the base at its target, or as planned."""

    HOLD = "hold"
    PLAN = "plan"

    @property
    def other(self) -> "Policy":
        return Policy.PLAN if self is Policy.HOLD else Policy.HOLD


class TerminalValue(StrEnum):
    """What the customers at the end of the horizon count for."""

    NONE = "none"
    RUN_OFF = "run-off"


class DiscountRate(Record):
    """The real discount rate per year: one number, or a nominal rate and the inflation in it."""

    nominal: Number | None = None
    inflation: Number | None = None
    real: Number
    unit: Text | None = None
    source: Text | None = None
    grade: KnownGrade = None
    owner: Text | None = None
    note: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _read(cls, raw: Any) -> Any:
        if isinstance(raw, DiscountRate) or (isinstance(raw, Mapping) and "real" in raw):
            return raw
        card = dict(raw) if isinstance(raw, Mapping) and "value" in raw else {"value": raw}
        rates = cls._rates(card.pop("value"))
        return {**card, **rates}

    @staticmethod
    def _rates(raw: object) -> dict[str, float]:
        if not isinstance(raw, Mapping):
            return {"real": as_number(raw)}
        if set(raw) != {"nominal", "inflation"}:
            remedy = _("Give one number, or {nominal: …, inflation: …}. It is a policy: compare others as scenarios.")
            refuse(_("is not a discount rate"), remedy, "{" + ", ".join(map(str, raw)) + "}")
        nominal, inflation = as_number(raw["nominal"]), as_number(raw["inflation"])
        if inflation <= -1:
            refuse(_("is not a rate of inflation"), _("Give a fraction above -1, like 0.07."), inflation)
        return {"nominal": nominal, "inflation": inflation, "real": (1 + nominal) / (1 + inflation) - 1}

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if not -1 < self.real <= 1:
            remedy = _("Give a fraction per year above -1 and up to 1, like 0.08 for 8 %.")
            refuse(_("is not a discount rate"), remedy, f"{self.real:g}")
        if self.nominal is not None and self.inflation is not None:
            implied = (1 + self.nominal) / (1 + self.inflation) - 1
            if not math.isclose(implied, self.real, abs_tol=1e-9):
                rule = _("is not the real rate of its nominal rate and inflation")
                refuse(rule, _("Leave real away: it follows from the other two."), f"{self.real:g}")
        return self

    def changed(self, multiply: float = 1.0, add: float = 0.0) -> "DiscountRate":
        """The rate with its real value scaled and shifted."""
        return DiscountRate(real=self.real * multiply + add, source=self.source, owner=self.owner, note=self.note)


class Month(Record):
    """A calendar month, written 2027-01."""

    year: int
    month: int

    @model_validator(mode="before")
    @classmethod
    def _read(cls, raw: Any) -> Any:
        if isinstance(raw, Mapping | Month):
            return raw
        parts = str(raw).split("-")
        if (
            len(parts) != 2
            or [len(part) for part in parts] != [4, 2]
            or not all(p.isascii() and p.isdigit() for p in parts)
        ):
            refuse(_("is not a month"), _("Write it as 2027-01."), raw)
        return {"year": int(parts[0]), "month": int(parts[1])}

    @model_validator(mode="after")
    def _exists(self) -> Self:
        if not (2000 <= self.year <= 2100 and 1 <= self.month <= 12):
            refuse(_("is not a month"), _("Write a month from 2000-01 to 2100-12."), str(self))
        return self

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def later(self, months: int) -> "Month":
        count = self.year * 12 + self.month - 1 + months
        return Month(year=count // 12, month=count % 12 + 1)


class GradeRealisation(Record):
    """What finance has learnt about claims of one evidence grade: delivered ÷ claimed."""

    delivered: FixedChange
    slope: FixedShare = certain(0.0, Kind.SHARE)
    spread: FixedFactor = certain(0.0, Kind.FACTOR)
    cost: FixedFactor = certain(1.0, Kind.FACTOR)
    delay: FixedPeriods = certain(0.0, Kind.PERIODS)

    @field_validator("delay")
    @classmethod
    def _whole(cls, delay: Quantity) -> Quantity:
        if not delay.number.is_integer():
            refuse(_("is not a whole number of periods"), _("Give a whole number."), delay.number)
        return delay


class SharedSpread(Record):
    """How far all claims of the company, or of one department, miss together (standard deviations)."""

    company: FixedFactor = certain(0.0, Kind.FACTOR)
    department: FixedFactor = certain(0.0, Kind.FACTOR)


def _as_claimed() -> GradeRealisation:
    return GradeRealisation(delivered=certain(1.0, Kind.CHANGE))


class BenefitRealisation(Record):
    """Finance's table of delivered ÷ claimed by evidence grade; a grade without an entry is taken as claimed."""

    A: GradeRealisation = _as_claimed()
    B: GradeRealisation = _as_claimed()
    C: GradeRealisation = _as_claimed()
    D: GradeRealisation = _as_claimed()
    shared: SharedSpread = SharedSpread()

    def of(self, grade: Grade) -> GradeRealisation:
        return getattr(self, grade.value)


class Correlation(Record):
    """Uncertain numbers that tend to be high together; names may hold `*`."""

    names: DistinctNames
    rho: Number

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not -1 < self.rho < 1:
            refuse(_("is not a correlation"), _("Give a number between -1 and 1."), f"{self.rho:g}")
        if not self.names:
            refuse(_("names nothing"), _("Name at least one uncertain number."), "names")
        return self


class Group(Record):
    """One part of the customer base that exchanges no customers with the others. Symbols as in docs/model.md."""

    customers: Counts
    churn: Shares
    migration: Migration = stay_in_segment()
    revenue: Amounts
    gross_margin: Share
    contacts: Rates = Rates.model_validate(certain(0.0, Kind.RATE))
    contact_cost: Amount = certain(0.0, Kind.AMOUNT)
    referrals: Rates = Rates.model_validate(certain(0.0, Kind.RATE))
    put_off: Rates = Rates.model_validate(certain(0.0, Kind.RATE))
    acquisition_cost: Amount
    newcomers: Row
    planned_acquisitions: Count | None = None
    growth: Growth = certain(0.0, Kind.GROWTH)


def _number_by_name(raw: Any) -> Any:
    return {str(key): value for key, value in raw.items()} if isinstance(raw, Mapping) else raw


NumbersByName = Annotated[dict[Name, FixedAmount], BeforeValidator(_number_by_name), DistinctKeys]


PeopleByName = Annotated[dict[Name, FixedCount], BeforeValidator(_number_by_name), DistinctKeys]


class Company(Record):
    """Everything that is known about the company before any initiative. See docs/files.md for each key."""

    company: Name
    currency: Name
    periods_per_year: PeriodsPerYear = 4
    horizon: Whole
    latest_start: Whole
    start: Month
    fiscal_year_start: Whole = 1
    discount_rate: DiscountRate
    tax_rate: FixedShare = certain(0.0, Kind.SHARE)
    timing: Timing = Timing.MID
    acquisition_policy: Policy = Policy.HOLD
    terminal_value: TerminalValue = TerminalValue.NONE
    causal_share: Share = certain(1.0, Kind.SHARE)
    cashable: Share = certain(1.0, Kind.SHARE)
    budget: NumbersByName = {}
    staff: PeopleByName = {}
    hurdle_rate: FixedGrowth | None = None
    benefit_realisation: BenefitRealisation | None = None
    correlate: tuple[Correlation, ...] = ()
    groups: Annotated[dict[Name, Group], DistinctKeys]
    initiatives: tuple[Initiative, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_year(cls, raw: Any) -> Any:
        """The latest start is one year after the decision unless the company says otherwise."""
        if isinstance(raw, Mapping) and "latest_start" not in raw:
            per_year = str(raw.get("periods_per_year", 4))
            return {**raw, "latest_start": int(per_year) if per_year in ("1", "12") else 4}
        return raw

    @field_validator("timing", "acquisition_policy", "terminal_value", mode="before")
    @classmethod
    def _known_word(cls, value: object, info: Any) -> object:
        words = {"timing": Timing, "acquisition_policy": Policy, "terminal_value": TerminalValue}[info.field_name]
        if str(value) not in tuple(words):
            refuse(_("is not known here"), nearest(str(value), words), value)
        return str(value)

    @field_validator("horizon")
    @classmethod
    def _sensible_horizon(cls, value: int) -> int:
        if not 1 <= value <= MOST_PERIODS:
            refuse(
                _("is not a benefit window"),
                _("Give a whole number of periods from 1 to {most}.").format(most=MOST_PERIODS),
                value,
            )
        return value

    @field_validator("latest_start")
    @classmethod
    def _sensible_latest_start(cls, value: int) -> int:
        if not 0 <= value <= MOST_PERIODS:
            refuse(
                _("is not a latest start"),
                _("Give a whole number of periods from 0 to {most}.").format(most=MOST_PERIODS),
                value,
            )
        return value

    @field_validator("fiscal_year_start")
    @classmethod
    def _month_of_year(cls, value: int) -> int:
        if not 1 <= value <= 12:
            refuse(_("is not a month"), _("Give a number from 1 to 12."), value)
        return value

    @field_validator("budget")
    @classmethod
    def _years(cls, budget: dict[str, Quantity]) -> dict[str, Quantity]:
        for year in budget:
            if not (year.isascii() and year.isdigit() and 2000 <= int(year) <= 2100):
                refuse(_("is not a fiscal year"), _("Write a budget as {2027: 120000000}."), year)
        return budget

    @field_validator("groups")
    @classmethod
    def _usable_groups(cls, groups: dict[str, Group]) -> dict[str, Group]:
        if not groups:
            refuse(_("there is no group"), _("Give at least one group of customers."))
        if taken := [name for name in groups if name in RESERVED]:
            refuse(_("is a word of the files, not a name"), _("Give the group another name."), taken[0])
        return groups

    @model_validator(mode="after")
    def _can_be_projected(self) -> Self:
        if all(_is_zero(count) for group in self.groups.values() for _segment, count in group.customers.items()):
            refuse(_("there are no customers: nothing to project"), _("Give the customers of at least one group."))
        if self.acquisition_policy is Policy.PLAN:
            for name, group in self.groups.items():
                if group.planned_acquisitions is None:
                    refuse(
                        _("groups.{group}.planned_acquisitions is missing").format(group=name),
                        _("Policy plan needs it: give the customers that are to be bought per period."),
                    )
        return self

    @property
    def periods(self) -> int:
        """The number of periods that are simulated and counted."""
        return self.horizon + self.latest_start

    @property
    def can_plan(self) -> bool:
        """Whether the figures that policy plan needs are there."""
        return all(group.planned_acquisitions is not None for group in self.groups.values())

    def policies(self) -> tuple[Policy, ...]:
        """The policies that can be computed, the one in force first."""
        other = self.acquisition_policy.other
        known = other is Policy.HOLD or self.can_plan
        return (self.acquisition_policy, other) if known else (self.acquisition_policy,)

    def fiscal_year(self, period: int) -> int:
        """The fiscal year of a period's first month, named after the calendar year in which it begins."""
        first = self.start.later(period * 12 // self.periods_per_year)
        return first.year if first.month >= self.fiscal_year_start else first.year - 1

    def fiscal_year_name(self, year: int) -> str:
        """A fiscal year in words: "2027", or "2027/28" where it is no calendar year."""
        return str(year) if self.fiscal_year_start == 1 else f"{year}/{(year + 1) % 100:02d}"

    def period_name(self, period: int) -> str:
        """A period in words: "Q3 2027", "2027-07", "2027"."""
        first = self.start.later(period * 12 // self.periods_per_year)
        if self.periods_per_year == 4:
            return f"Q{(first.month - 1) // 3 + 1} {first.year}"
        return str(first) if self.periods_per_year == 12 else str(first.year)


def _is_zero(quantity: Quantity) -> bool:
    return quantity.is_fixed and quantity.number == 0
