"""Customer records: what their columns mean, what was counted in them, and what was found.

Rows never leave the store. What travels on is the mapping, the counts, and the figures, gaps and notices that come of
them. Counts by segment always stand in the order of `SEGMENTS`: promoter, passive, detractor.
"""

import re
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from prioritizer.domain.company import PeriodsPerYear
from prioritizer.domain.customers import SEGMENTS, Segment
from prioritizer.domain.quantity import Beta, Fixed, Grade, Lognormal, Normal, Number, Range, Whole
from prioritizer.domain.record import DistinctNames, Name, Record, Text, nearest, refuse, same_name
from prioritizer.language import _

STANDARD_SCALE = "0-10"
STANDARD_SEGMENTS = {
    Segment.DETRACTOR: tuple(range(0, 7)),
    Segment.PASSIVE: (7, 8),
    Segment.PROMOTER: (9, 10),
}
LONGEST_SCALE = 100
LONGEST_WINDOW = 120
MONTHS_PER_YEAR = 12


class Per(StrEnum):
    """The time that a figure in the records is for."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    PERIOD = "period"

    def months(self, periods_per_year: int) -> float:
        """Its length in months; `period` is the company's own."""
        lengths = {Per.MONTH: 1.0, Per.QUARTER: 3.0, Per.YEAR: 12.0, Per.PERIOD: MONTHS_PER_YEAR / periods_per_year}
        return lengths[self]


def _known_per(value: object) -> object:
    if str(value) not in tuple(Per):
        refuse(_("is not a length of time"), nearest(str(value), Per), value)
    return str(value)


KnownPer = Annotated[Per, BeforeValidator(_known_per)]


def _positive(value: int) -> int:
    if value < 1:
        refuse(_("is too small"), _("Give a whole number of 1 or more."), value)
    return value


class ScoreColumn(Record):
    """The answer to "would you recommend us", and how its scale divides customers into segments.

    The scale 0-10 has its segments (Reichheld 2003). Any other must say which values make a detractor, a passive and a
    promoter: nothing is guessed. An empty cell, or a word of `no_answer`, is a customer who did not answer.
    """

    column: Name
    scale: Name
    detractor: tuple[Whole, ...] = ()
    passive: tuple[Whole, ...] = ()
    promoter: tuple[Whole, ...] = ()
    no_answer: DistinctNames = ()

    @field_validator("scale")
    @classmethod
    def _two_ends(cls, scale: str) -> str:
        ends = re.fullmatch(r"(\d{1,3})-(\d{1,3})", scale, re.ASCII)
        if not ends or not 0 < int(ends[2]) - int(ends[1]) <= LONGEST_SCALE:
            refuse(_("is not a scale"), _("Write its lowest and highest answer, like 0-10 or 1-5."), scale)
        return scale

    @model_validator(mode="after")
    def _every_answer_has_one_segment(self) -> Self:
        stated = (*self.detractor, *self.passive, *self.promoter)
        if self.scale == STANDARD_SCALE:
            if stated:
                refuse(_("has its segments"), _("Remove detractor, passive and promoter."), self.scale)
            return self
        if not self.detractor or not self.promoter:
            refuse(
                _("does not say which answers make a detractor, a passive and a promoter"),
                _("State them, like detractor: [1, 2, 3], passive: [4], promoter: [5]."),
                self.scale,
            )
        if sorted(stated) != list(self.answers):
            wrong = ", ".join(map(str, _unmatched(stated, self.answers)))
            refuse(
                _("do not stand in exactly one segment, or not on the scale {scale}").format(scale=self.scale),
                _("Put every answer of the scale into one of detractor, passive and promoter."),
                wrong,
            )
        return self

    @property
    def answers(self) -> range:
        """Every answer of the scale."""
        low, high = self.scale.split("-")
        return range(int(low), int(high) + 1)

    @property
    def segments(self) -> dict[Segment, tuple[int, ...]]:
        """The answers that make each segment."""
        if self.scale == STANDARD_SCALE:
            return STANDARD_SEGMENTS
        return {segment: getattr(self, segment.value) for segment in SEGMENTS}

    def segment_of(self, score: int) -> Segment:
        """The segment of a customer who gave this answer."""
        return next(segment for segment, answers in self.segments.items() if score in answers)


def _unmatched(stated: tuple[int, ...], answers: range) -> list[int]:
    return sorted({value for value in (*stated, *answers) if stated.count(value) != 1 or value not in answers})


class ActiveColumn(Record):
    """The words for customers who are there, who joined or left during the time of their row, and who were gone before.

    The time of a row is its period, or the observed months. One who left during it was a customer at its start; one who
    was gone before was none.
    """

    column: Name
    active: DistinctNames
    joined: DistinctNames = ()
    left: DistinctNames = ()
    gone: DistinctNames = ()

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.active, *self.joined, *self.left, *self.gone)

    @model_validator(mode="after")
    def _one_meaning_each(self) -> Self:
        words = self.words
        if doubled := sorted({word for word in words if words.count(word) > 1}):
            refuse(_("has more than one meaning"), _("Put each word into one list."), ", ".join(doubled))
        if not self.active:
            refuse(_("no word means a customer"), _("Give active: the words of customers who are there."))
        return self


class AmountColumn(Record):
    """A figure per customer, such as revenue or contacts, and the time that it is for."""

    column: Name
    per: KnownPer


class TenureColumn(Record):
    """How long a customer has been one."""

    column: Name
    unit: KnownPer


class CsvForm(Record):
    """How CSV files are written: UTF-8, and what is stated here."""

    delimiter: Name = ","
    decimal: Name = "."

    @field_validator("delimiter")
    @classmethod
    def _known_delimiter(cls, value: str) -> str:
        if value not in (",", ";", "|", "tab"):
            refuse(_("is not a delimiter"), _('Use ",", ";", "|" or tab.'), value)
        return value

    @field_validator("decimal")
    @classmethod
    def _known_decimal(cls, value: str) -> str:
        if value not in (".", ","):
            refuse(_("is not a decimal mark"), _('Use "." or ",".'), value)
        return value

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if self.delimiter == self.decimal:
            refuse(_("cannot be both delimiter and decimal mark"), _("Give two different characters."), self.decimal)
        return self

    @property
    def separator(self) -> str:
        return "\t" if self.delimiter == "tab" else self.delimiter


class RecordsMapping(Record):
    """What the columns of customer records mean. See docs/estimate.md for each key.

    With a `period` column the records are a panel: a row for each customer and period. Without, they are one picture
    with a row for each customer, and `observed_months` says of how many months `active` tells who joined and left.
    """

    records: tuple[Text, ...] = ()
    source: Text | None = None
    customer: Name
    group: Name | None = None
    period: Name | None = None
    periods_per_year: PeriodsPerYear
    observed_months: Whole | None = None
    score: ScoreColumn
    active: ActiveColumn | None = None
    revenue: AmountColumn | None = None
    contacts: AmountColumn | None = None
    tenure: TenureColumn | None = None
    currency: Name | None = None
    base: dict[Name, Whole] = Field(default_factory=dict)
    fewest: Whole = 50
    csv: CsvForm = CsvForm()

    @field_validator("fewest")
    @classmethod
    def _some(cls, value: int) -> int:
        return _positive(value)

    @field_validator("base")
    @classmethod
    def _customers_there(cls, base: dict[str, int]) -> dict[str, int]:
        return {name: _positive(count) for name, count in base.items()}

    @model_validator(mode="after")
    def _says_what_was_observed(self) -> Self:
        if self.period is not None and self.observed_months is not None:
            refuse(_("observed_months stands beside period"), _("Keep one: a panel is observed period by period."))
        if self.observed_months is not None and not 1 <= self.observed_months <= LONGEST_WINDOW:
            remedy = _("Give a whole number from 1 to {most}.").format(most=LONGEST_WINDOW)
            refuse(_("is not a number of months"), remedy, self.observed_months)
        if self.period is None and self.active is not None:
            self._require_window(self.active)
        if self.revenue is not None and self.currency is None:
            refuse(_("currency is missing"), _("Revenue needs it: write currency: EUR, say."))
        return self

    def _require_window(self, active: ActiveColumn) -> None:
        if self.observed_months is None:
            refuse(
                _("observed_months is missing"),
                _("Say of how many months the column {column} tells who left; or name a period column.").format(
                    column=active.column
                ),
            )
        if not active.left:
            refuse(_("active.left is missing"), _("Give the words of customers who left during the observed months."))

    @property
    def is_panel(self) -> bool:
        return self.period is not None

    @property
    def months_per_period(self) -> float:
        return MONTHS_PER_YEAR / self.periods_per_year

    @property
    def observed_periods(self) -> float:
        """How many periods of the company the observed time is long; a panel is observed period by period."""
        return 1.0 if self.observed_months is None else self.observed_months / self.months_per_period

    def base_of(self, group: str) -> int | None:
        """The customers of a group in all, where the mapping states them; case and spaces of its name do not count."""
        stated = {same_name(name): count for name, count in self.base.items()}
        return stated.get(same_name(group))

    @property
    def columns(self) -> dict[str, str]:
        """The named columns by what they mean."""
        named = {"customer": self.customer, "group": self.group, "period": self.period, "score": self.score.column}
        for meaning in ("active", "revenue", "contacts", "tenure"):
            column = getattr(self, meaning)
            named[meaning] = None if column is None else column.column
        return {meaning: name for meaning, name in named.items() if name is not None}


_PERIOD_FORMS = {
    1: r"((?:20[0-9]{2}|2100))()",
    4: r"((?:20[0-9]{2}|2100))-?Q([1-4])",
    12: r"((?:20[0-9]{2}|2100))-(0[1-9]|1[0-2])",
}


def period_form(periods_per_year: int) -> str:
    """The regular expression of a period as it stands in records; its two parts are the year and the part of it."""
    return "^" + _PERIOD_FORMS[periods_per_year] + "$"


def period_example(periods_per_year: int) -> str:
    return {1: "2026", 4: "2026-Q3", 12: "2026-07"}[periods_per_year]


def period_name(period: int, periods_per_year: int) -> str:
    """A period, counted from year 0, as it stands in records."""
    year, part = divmod(period, periods_per_year)
    return {1: f"{year}", 4: f"{year}-Q{part + 1}", 12: f"{year}-{part + 1:02d}"}[periods_per_year]


Natural = Annotated[int, Field(ge=0)]
Trio = tuple[Natural, Natural, Natural]
Moves = tuple[Trio, Trio, Trio]
NO_MOVES: Moves = ((0, 0, 0), (0, 0, 0), (0, 0, 0))


class Tally(Record):
    """Customers of one group, period and score (None: no answer).

    `present` were customers at the start; of them `stayed` and `left` are known, the rest is not (the last period,
    say). `current` are the customers that the company goes on with: those present in the last period of a panel, or
    those there at the end of the observed time. `joined` came during that time, or are first there in this period;
    `came_and_went` joined and left within it.
    """

    period: int
    score: int | None
    present: Natural = 0
    stayed: Natural = 0
    left: Natural = 0
    current: Natural = 0
    joined: Natural = 0
    came_and_went: Natural = 0

    @model_validator(mode="after")
    def _of_those_present(self) -> Self:
        if self.stayed + self.left > self.present:
            refuse(_("are more than were present"), _("Count each customer once."), f"{self.stayed} + {self.left}")
        return self


class Sums(Record):
    """An amount per row, summed so that its mean and standard error follow although a customer has several rows.

    With nᵢ rows and amount Sᵢ of customer i: `rows` Σnᵢ, `total` ΣSᵢ, `squares` ΣSᵢ², `cross` ΣSᵢnᵢ and
    `squared_rows` Σnᵢ².
    """

    customers: Natural = 0
    rows: Natural = 0
    total: float = Field(default=0.0, ge=0)
    squares: float = Field(default=0.0, ge=0)
    cross: float = Field(default=0.0, ge=0)
    squared_rows: Natural = 0

    def plus(self, other: "Sums") -> "Sums":
        """Both together; a customer who stands in both counts as two."""
        return Sums(**{key: getattr(self, key) + getattr(other, key) for key in Sums.model_fields})


SumsBySegment = tuple[Sums, Sums, Sums]
NO_SUMS: SumsBySegment = (Sums(), Sums(), Sums())


class GroupCounts(Record):
    """What was counted in one group.

    `moves` are customers who stayed and answered in two consecutive periods, from segment (row) to segment (column);
    `later_moves` the same two periods apart. Amounts are of customers present and answering, `…_of_stayers` without
    those who then left.
    """

    name: Name
    tallies: tuple[Tally, ...] = ()
    moves: Moves = NO_MOVES
    later_moves: Moves = NO_MOVES
    revenue: SumsBySegment = NO_SUMS
    revenue_of_stayers: SumsBySegment = NO_SUMS
    contacts: SumsBySegment = NO_SUMS
    contacts_of_stayers: SumsBySegment = NO_SUMS


class Partial(Record):
    """A file that does not know every customer of the first file, or knows others."""

    file: Text
    lacking: Natural = 0
    unknown: Natural = 0


class Oddities(Record):
    """What is strange about records without being wrong, counted in customers or rows."""

    partial: tuple[Partial, ...] = ()
    missing_periods: tuple[int, ...] = ()
    scored_after_leaving: Natural = 0
    vanished: Natural = 0
    returned: Natural = 0
    changed_group: Natural = 0
    without_revenue: Natural = 0
    without_contacts: Natural = 0
    joined_with_long_tenure: Natural = 0
    highest_score: int | None = None


class RecordCounts(Record):
    """Everything that was counted in the records. `periods` are counted from year 0, and none for a single picture."""

    files: tuple[Text, ...]
    rows: Natural
    customers: Natural
    periods: tuple[int, ...] = ()
    groups: tuple[GroupCounts, ...]
    oddities: Oddities = Oddities()

    @model_validator(mode="after")
    def _groups_told_apart(self) -> Self:
        if len({same_name(group.name) for group in self.groups}) < len(self.groups):
            names = ", ".join(group.name for group in self.groups)
            refuse(_("hold the same name twice"), _("Give each group a name of its own."), names)
        return self


class RowCounts(Record):
    """A row of shares as counts; its posterior is Dirichlet(counts + 1)."""

    promoter: Natural
    passive: Natural
    detractor: Natural


Place = tuple[str, ...]


class Figure(Record):
    """A number that the records support, at its place in a company file, with its card.

    `observations` are the customers, or customer-periods, that it was estimated from.
    """

    place: Place
    number: Fixed | Beta | Normal | Lognormal | Range | RowCounts
    unit: Text
    source: Text
    grade: Grade
    note: Text
    observations: Natural

    @property
    def card(self) -> dict[str, Any]:
        """The number with its card, as it stands in a company file."""
        return {
            "value": plain_number(self.number),
            "unit": self.unit,
            "source": self.source,
            "grade": self.grade.value,
            "note": self.note,
        }


_NAMES: dict[type[Record], str] = {Beta: "beta", Normal: "normal", Lognormal: "lognormal", Range: "range"}


def plain_number(number: Fixed | Beta | Normal | Lognormal | Range | RowCounts) -> Any:
    """A number as it stands in a company file."""
    if isinstance(number, Fixed):
        return _whole_if_whole(number.value)
    if isinstance(number, RowCounts):
        return {"dirichlet": dict(number)}
    return {_NAMES[type(number)]: [_whole_if_whole(value) for name, value in number if name != "form"]}


def _whole_if_whole(value: float) -> float | int:
    return int(value) if value.is_integer() else value


class Gap(Record):
    """A place in the company file that the records cannot fill: why, and whether it must be filled.

    `hint` is the figure of all groups together, as it would stand in the file, where the records support that.
    """

    place: Place
    text: Text
    needed: bool = True
    hint: Any = None


class NoticeKind(StrEnum):
    """What a notice is about."""

    AFTERWARDS = "afterwards"
    ANSWERS = "answers"
    DRIFT = "drift"
    NOISE = "noise"
    RECORDS = "records"
    ASSUMPTION = "assumption"


class Notice(Record):
    """Something to know before the figures are used."""

    kind: NoticeKind
    text: Text
    group: Name | None = None

    @property
    def is_warning(self) -> bool:
        """Whether it casts doubt on figures, rather than saying how they came about."""
        return self.kind is not NoticeKind.ASSUMPTION


class Findings(Record):
    """All that comes of records: figures, gaps and notices."""

    figures: tuple[Figure, ...]
    gaps: tuple[Gap, ...]
    notices: tuple[Notice, ...]


class Line(Record):
    """One number in a table for people: its expected value, its 90 % interval and how many observations it rests on."""

    place: Place
    mean: Number
    low: Number
    high: Number
    unit: Text
    observations: Natural
