"""A fact of the evidence library: what somebody found or said, how far to trust it, what it is not good for."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, field_validator, model_validator

from prioritizer.domain.initiatives import LEVER_KEYS
from prioritizer.domain.quantity import Number, Whole
from prioritizer.domain.record import Blank, DistinctNames, Name, Record, Text, nearest, refuse
from prioritizer.language import _

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100


class FactGrade(StrEnum):
    """How well a fact is founded: as claims are graded, or that it is a definition or a way of reckoning."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    STANDARD = "standard"
    METHOD = "method"

    @property
    def words(self) -> str:
        return {
            FactGrade.A: _("controlled experiment"),
            FactGrade.B: _("measured, without a control group"),
            FactGrade.C: _("published study or count"),
            FactGrade.D: _("a claim without a study"),
            FactGrade.STANDARD: _("a definition"),
            FactGrade.METHOD: _("a way of reckoning"),
        }[self]


def _known_grade(value: object) -> object:
    if str(value) not in tuple(FactGrade):
        refuse(_("is not a grade of a fact"), _("Use A, B, C, D, standard or method."), value)
    return str(value)


class Finding(Record):
    """One number of a fact: a `value`, or a range from `low` to `high`, with its unit. Shares are fractions."""

    what: Text
    unit: Text
    value: Annotated[Number | None, Blank] = None
    low: Annotated[Number | None, Blank] = None
    high: Annotated[Number | None, Blank] = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        ends = (self.low, self.high)
        if (self.value is None) == (None in ends) or (self.value is not None and ends != (None, None)):
            refuse(_("is neither a value nor a range"), _("Give value, or low and high."), self.what)
        if self.low is not None and self.high is not None and self.low >= self.high:
            refuse(_("is not in order"), _("Give low < high."), f"{self.low:g} … {self.high:g}")
        return self


class Fact(Record):
    """What is known, who says so, and who had an interest in saying it. `year` is None where the source has none.

    `levers` are the kinds of lever about which it says something.
    """

    id: Name
    statement: Text
    findings: tuple[Finding, ...] = ()
    source: Text
    year: Annotated[Whole | None, Blank] = None
    interest: Text
    grade: Annotated[FactGrade, BeforeValidator(_known_grade)]
    good_for: Text
    not_for: Text
    levers: DistinctNames = ()

    @field_validator("statement", "source", "interest", "good_for", "not_for")
    @classmethod
    def _said(cls, text: str) -> str:
        if not text:
            refuse(_("is empty"), _("Say it in a sentence."))
        return text

    @field_validator("year")
    @classmethod
    def _is_a_year(cls, year: int | None) -> int | None:
        if year is not None and not EARLIEST_YEAR <= year <= LATEST_YEAR:
            refuse(_("is not a year"), _("Give the year of the source."), year)
        return year

    @field_validator("levers")
    @classmethod
    def _known_levers(cls, levers: tuple[str, ...]) -> tuple[str, ...]:
        for lever in levers:
            if lever not in LEVER_KEYS:
                refuse(_("is not a kind of lever"), nearest(lever, LEVER_KEYS), lever)
        return levers
