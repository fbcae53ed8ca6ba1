"""An initiative: what a department proposes to do, what it changes, whom it reaches, and what it costs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator, model_validator

from prioritizer.domain.customers import SEGMENTS, Segment
from prioritizer.domain.quantity import (
    LONGEST_PERIODS,
    Amount,
    Change,
    Count,
    FixedAmount,
    FixedChange,
    FixedCount,
    FixedSignedShare,
    Grade,
    Kind,
    Periods,
    Quantity,
    Share,
    SignedShare,
    Whole,
    as_quantity,
    certain,
)
from prioritizer.domain.record import Blank, DistinctKeys, DistinctNames, Flag, Name, Record, Text, nearest, refuse
from prioritizer.language import _

ALL = "all"


class Target(StrEnum):
    """What a relative lever multiplies by (1 + intensity · change)."""

    CHURN = "churn"
    REVENUE = "revenue"
    CONTACTS = "contacts"
    CONTACT_COST = "contact_cost"
    REFERRALS = "referrals"
    PUT_OFF = "put_off"
    ACQUISITION_COST = "acquisition_cost"

    @property
    def by_segment(self) -> bool:
        return self not in (Target.CONTACT_COST, Target.ACQUISITION_COST)

    @property
    def benefit(self) -> int:
        """The sign of a change that is a benefit."""
        return 1 if self in (Target.REVENUE, Target.REFERRALS) else -1


def _known_segment(value: object) -> object:
    if str(value) not in SEGMENTS:
        refuse(_("is not a segment"), nearest(str(value), SEGMENTS), value)
    return Segment(str(value))


KnownSegment = Annotated[Segment, BeforeValidator(_known_segment)]


class Path(Record):
    """From one segment to another."""

    source: KnownSegment = Field(alias="from")
    to: KnownSegment

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if self.source is self.to:
            refuse(_("leads nowhere"), _("Name two different segments."), f"{self.source} → {self.to}")
        return self

    @property
    def upward(self) -> bool:
        """Towards promoters."""
        return self.to.position < self.source.position

    @property
    def name(self) -> str:
        return f"{self.source}.{self.to}"


class Move(Record):
    """After natural migration, each period, this share of a segment's stayers moves (a negative one: back)."""

    move: Path
    share: SignedShare
    usual: FixedSignedShare | None = None

    @property
    def name(self) -> str:
        return f"move.{self.move.name}"

    @property
    def benefit(self) -> int:
        return 1 if self.move.upward else -1

    @property
    def size(self) -> Quantity:
        return self.share


class NewcomersMix(Record):
    """This share of the newcomers of one segment arrives in another."""

    newcomers: Path
    share: SignedShare
    usual: FixedSignedShare | None = None

    @property
    def name(self) -> str:
        return f"newcomers.{self.newcomers.name}"

    @property
    def benefit(self) -> int:
        return 1 if self.newcomers.upward else -1

    @property
    def size(self) -> Quantity:
        return self.share


class RelativeChange(Record):
    """A number of the group is multiplied by (1 + intensity · change); `segment` None stands for all."""

    target: Target
    segment: Segment | None
    change: Change
    usual: FixedChange | None = None

    @classmethod
    def written_keys(cls) -> list[str]:
        return ["change", "usual"]  # what else it has is read from the lever's own key

    @model_validator(mode="before")
    @classmethod
    def _from_key(cls, raw: Any) -> Any:
        keys = [key for key in raw if key in tuple(Target)] if isinstance(raw, Mapping) else []
        if not keys:
            return raw
        rest = {key: value for key, value in raw.items() if key != keys[0]}
        return {"target": Target(keys[0]), "segment": cls._segment(Target(keys[0]), raw[keys[0]]), **rest}

    @staticmethod
    def _segment(target: Target, value: object) -> Segment | None:
        if str(value) == ALL:
            return None
        known = [ALL, *SEGMENTS] if target.by_segment else [ALL]
        if str(value) not in known:
            refuse(
                _("is not what {target} can be changed for").format(target=target.value),
                nearest(str(value), known),
                value,
            )
        return Segment(str(value))

    @property
    def name(self) -> str:
        return f"{self.target}.{self.segment or ALL}"

    @property
    def benefit(self) -> int:
        return self.target.benefit

    @property
    def size(self) -> Quantity:
        return self.change

    def segments(self) -> tuple[Segment, ...]:
        return SEGMENTS if self.segment is None else (self.segment,)


class ExtraCustomers(Record):
    """Customers brought per period by group, at full effect; each costs `cost_each`."""

    extra_customers: Annotated[dict[Name, Count], DistinctKeys]
    cost_each: Amount = certain(0.0, Kind.AMOUNT)
    usual: FixedCount | None = None

    @field_validator("extra_customers")
    @classmethod
    def _somewhere(cls, value: dict[str, Quantity]) -> dict[str, Quantity]:
        if not value:
            refuse(
                _("names no group"), _("Write {extra_customers: {Mobile: 1500}, cost_each: 900}."), "extra_customers"
            )
        return value

    @property
    def name(self) -> str:
        return "extra_customers"

    @property
    def benefit(self) -> int:
        return 1


LEVER_KEYS = ("move", "newcomers", "extra_customers", *tuple(Target))


_TAGS = {"move": "lever:move", "newcomers": "lever:newcomers", "extra_customers": "lever:extra"}


def _lever_key(raw: object) -> object:
    """Refuse what names no lever, or two at once, before its form is looked at."""
    if isinstance(raw, Record):
        return raw
    keys = [key for key in raw if key in LEVER_KEYS] if isinstance(raw, Mapping) else []
    if len(keys) != 1:
        shown = "{" + ", ".join(map(str, raw)) + "}" if isinstance(raw, Mapping) else raw
        refuse(_("is not a lever"), _("Name one of {keys}.").format(keys=", ".join(LEVER_KEYS)), shown)
    return raw


LEVER_BY_TAG: dict[str, type[Record]] = {
    "lever:move": Move,
    "lever:newcomers": NewcomersMix,
    "lever:extra": ExtraCustomers,
    "lever:relative": RelativeChange,
}


def _lever_tag(raw: Any) -> str:
    if isinstance(raw, Record):
        return next(tag for tag, kind in LEVER_BY_TAG.items() if isinstance(raw, kind))
    return next((_TAGS[key] for key in _TAGS if key in raw), "lever:relative")


LeverRecord = Move | NewcomersMix | RelativeChange | ExtraCustomers
Lever = Annotated[
    Annotated[Move, Tag("lever:move")]
    | Annotated[NewcomersMix, Tag("lever:newcomers")]
    | Annotated[ExtraCustomers, Tag("lever:extra")]
    | Annotated[RelativeChange, Tag("lever:relative")],
    Discriminator(_lever_tag),
    BeforeValidator(_lever_key),
]


def _segments(raw: object) -> object:
    if isinstance(raw, str):
        return SEGMENTS if raw == ALL else (raw,)
    return tuple(raw) if isinstance(raw, (list, tuple)) else raw


class CostPerCustomer(Record):
    """An amount for each customer touched, success or not: amount × intensity × customers in the segments `of`."""

    amount: Amount
    of: Annotated[tuple[KnownSegment, ...], BeforeValidator(_segments)] = SEGMENTS

    @field_validator("of")
    @classmethod
    def _once(cls, of: tuple[Segment, ...]) -> tuple[Segment, ...]:
        if not of or len(set(of)) < len(of):
            refuse(_("is not a list of segments"), _("Name each segment once, at least one."), ", ".join(of))
        return of


def _phases(raw: Any) -> Any:
    """One amount is due at the start; a map gives amounts by period from the start."""
    if isinstance(raw, Mapping) and raw and all(_is_period(key) for key in raw):
        _refuse_doubled_periods(raw)
        return {int(str(key)): value for key, value in raw.items()}
    if isinstance(raw, Mapping) and not raw:
        return {}
    return {0: as_quantity(raw, Kind.AMOUNT)}


def _refuse_doubled_periods(raw: Mapping[object, object]) -> None:
    for period, times in Counter(int(str(key)) for key in raw).items():
        if times > 1:
            refuse(_("stands twice"), _("Give each period once."), period)


def _is_period(key: object) -> bool:
    return not isinstance(key, bool) and str(key).isascii() and str(key).isdigit()


class Costs(Record):
    """What an initiative costs, before tax: one-off by period from its start, running per period, per customer."""

    one_off: Annotated[dict[int, Amount], BeforeValidator(_phases)] = {}
    running: Amount = certain(0.0, Kind.AMOUNT)
    per_customer: Annotated[CostPerCustomer | None, Blank] = None


class Evidence(Record):
    """What a claim rests on."""

    grade: Grade = Grade.D
    note: Text = ""
    sources: DistinctNames = ()

    @field_validator("grade", mode="before")
    @classmethod
    def _known_grade(cls, value: object) -> object:
        if str(value) not in tuple(Grade):
            refuse(_("is not a grade"), _("Use A, B, C or D."), value)
        return str(value)


class Pilot(Record):
    """What testing an initiative first would take."""

    customers: FixedCount
    cost: FixedAmount
    periods: Whole

    @field_validator("periods")
    @classmethod
    def _lasts(cls, periods: int) -> int:
        if not 0 <= periods <= LONGEST_PERIODS:
            remedy = _("Give a whole number from 0 to {most}.").format(most=LONGEST_PERIODS)
            refuse(_("is not a number of periods"), remedy, periods)
        return periods


def _reach(raw: Any) -> Any:
    """One share is the same for every group and then shares its draws."""
    if isinstance(raw, Mapping) and not _is_one_share(raw):
        return raw
    return {ALL: as_quantity(raw, Kind.SHARE)}


def _is_one_share(raw: Mapping[str, Any]) -> bool:
    return "value" in raw or (len(raw) == 1 and isinstance(next(iter(raw.values())), (list, tuple)))


class Initiative(Record):
    """One proposal. `reach` maps groups to shares; the key `all` stands for every group. Periods count from 0."""

    id: Name
    name: Name
    department: Name
    owner: Text = ""
    description: Text = ""
    start: Annotated[Whole | None, Blank] = None
    earliest_start: Annotated[Whole | None, Blank] = None
    latest_start: Annotated[Whole | None, Blank] = None
    delay: Periods = certain(0.0, Kind.PERIODS)
    ramp_up: Periods = certain(0.0, Kind.PERIODS)
    duration: Annotated[Periods | None, Blank] = None
    fade_out: Periods = certain(0.0, Kind.PERIODS)
    probability_of_success: Share = certain(1.0, Kind.SHARE)
    reach: Annotated[dict[Name, Share], BeforeValidator(_reach), DistinctKeys] = {ALL: certain(1.0, Kind.SHARE)}
    costs: Costs = Costs()
    staff: Annotated[dict[Name, FixedCount], DistinctKeys] = {}
    levers: tuple[Lever, ...] = ()
    template: Annotated[Name | None, Blank] = None
    evidence: Evidence = Evidence()
    pilot: Annotated[Pilot | None, Blank] = None
    requires: DistinctNames = ()
    excludes: DistinctNames = ()
    mandatory: Flag = False

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        self._check_start()
        self._check_timeline()
        if not self.levers and self.costs == Costs():
            refuse(_("has neither levers nor costs"), _("Say what it changes or what it costs."), self.id)
        if self.id in self.requires + self.excludes:
            refuse(_("names itself"), _("Name other initiatives in requires and excludes."), self.id)
        if both := set(self.requires) & set(self.excludes):
            refuse(_("is both required and excluded"), _("Keep one of the two."), ", ".join(sorted(both)))
        return self

    def _check_start(self) -> None:
        if self.start is not None and (self.earliest_start is not None or self.latest_start is not None):
            refuse(
                _("is given beside earliest_start or latest_start"), _("Keep either start, or the other two."), "start"
            )
        for key in ("start", "earliest_start", "latest_start"):
            value = getattr(self, key)
            if value is not None and value < 0:
                refuse(_("is before the decision"), _("Give {key} as a period from 0 on.").format(key=key), value)
        if self.latest_start is not None and self.latest_start < self.first_start:
            refuse(
                _("is before the earliest start"), _("Put latest_start at or after earliest_start."), self.latest_start
            )

    def _check_timeline(self) -> None:
        for key in ("delay", "ramp_up", "duration", "fade_out"):
            value = getattr(self, key)
            if value is not None and value.is_fixed and not value.number.is_integer():
                refuse(
                    _("is not a whole number of periods"),
                    _("Give {key} in whole periods.").format(key=key),
                    value.number,
                )
        if self.duration is None and not (self.fade_out.is_fixed and self.fade_out.number == 0):
            refuse(_("is given without duration"), _("Give duration too, or leave fade_out away."), "fade_out")

    @property
    def first_start(self) -> int:
        """The period in which it starts where no plan chooses: its start, or the earliest one."""
        if self.start is not None:
            return self.start
        return self.earliest_start or 0

    def reach_of(self, group: str) -> Quantity | None:
        """The share of a lever's target customers touched in a group; None where it does not go."""
        return self.reach.get(group, self.reach.get(ALL))

    def named_levers(self) -> Iterator[tuple[str, LeverRecord]]:
        """Levers with a name that does not depend on their order."""
        names = {position: name for name, position in numbered(self.levers)}
        for position, lever in enumerate(self.levers):
            yield names[position], lever


def numbered(levers: Sequence[LeverRecord]) -> Iterator[tuple[str, int]]:
    """Names and positions of levers; those that change the same thing are counted in the order of their content."""
    alike: dict[str, list[int]] = {}
    for position, lever in enumerate(levers):
        alike.setdefault(lever.name, []).append(position)
    for name, positions in alike.items():
        if len(positions) > 1:  # the content of a lever takes long to write
            positions.sort(key=lambda position: levers[position].model_dump_json())
        for count, position in enumerate(positions):
            yield name if count == 0 else f"{name}.{count + 1}", position
