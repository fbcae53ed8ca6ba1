"""What claims delivered: recorded outcomes beside their claims, and what these say about delivered ÷ claimed."""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, model_validator

from prioritizer.domain.company import BenefitRealisation
from prioritizer.domain.quantity import Grade, Number
from prioritizer.domain.record import Blank, Name, Record, Text, refuse
from prioritizer.language import _


def _grade(raw: object) -> Grade:
    """A grade; the evidence of an outcome's claim is never left open."""
    if raw is None or str(raw) not in tuple(Grade):
        refuse(_("is not a grade"), _("Use A, B, C or D: what the claim rested on when it was made."), raw)
    return Grade(str(raw))


LARGEST_RATIO = 100.0  # of what was claimed: beyond it figures are in different units


class Outcome(Record):
    """What the claim of one initiative delivered.

    `claimed`, `usual`, `delivered` and `standard_error` are in one unit, whichever it is: a change of churn, customers,
    or money. `claimed` is the mean of the claim as it was submitted; `delivered` of the other sign than it is harm.
    `usual`: the size that such a claim usually has; without it the size says nothing. `standard_error`: how far the
    measurement of what was delivered may be off; 0 where it is exact.
    """

    initiative: Name
    department: Name
    grade: Annotated[Grade, BeforeValidator(_grade)]
    claimed: Number
    usual: Annotated[Number | None, Blank] = None
    delivered: Number
    standard_error: Number = 0.0
    source: Annotated[Text | None, Blank] = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.claimed == 0:
            refuse(_("claimed: nothing was claimed"), _("Leave the outcome away: it says nothing about claims."), 0)
        if self.standard_error < 0:
            remedy = _("Give 0 or more, in the unit of what was delivered.")
            refuse(_("standard_error: is not a standard error"), remedy, f"{self.standard_error:g}")
        for name, share in (("delivered", self.ratio), ("standard_error", self.error)):
            if not abs(share) <= LARGEST_RATIO:
                rule = _("{name}: is more than {most:g} times the claim").format(name=name, most=LARGEST_RATIO)
                refuse(rule, _("Give all figures of an outcome in one unit."), f"{share:g}")
        return self

    @property
    def ratio(self) -> float:
        """Delivered ÷ claimed; below zero for harm."""
        return self.delivered / self.claimed

    @property
    def error(self) -> float:
        """The standard error of the ratio."""
        return self.standard_error / abs(self.claimed)

    @property
    def overclaim(self) -> float:
        """How many times the usual size was claimed, at least 1: max(1, |claimed| ÷ |usual|)."""
        return max(1.0, abs(self.claimed) / abs(self.usual)) if self.usual else 1.0


class Learnt(Record):
    """A number of the table: the present one, the one that outcomes suggest, and its standard error.

    Where outcomes are too few to say anything, `suggested` is `present` and `standard_error` None. `standard_error` is
    None too where the number lies at the end of what it can be.
    """

    present: float
    suggested: float
    standard_error: float | None = None


class GradeLearnt(Record):
    """What outcomes say of claims of one evidence grade; `harmful` of them did the opposite of what was claimed."""

    grade: str
    outcomes: int
    harmful: int
    delivered: Learnt
    slope: Learnt
    spread: Learnt


class DepartmentLearnt(Record):
    """What outcomes say of the claims of one department.

    `raw`: the mean of delivered ÷ claimed as recorded. `mean`: what is to be expected of it, at the grades that it
    claims with and at the usual size: few outcomes keep it near `company`, which is the same for the company as a
    whole. `standard_error` is that of `mean`.
    """

    department: str
    outcomes: int
    raw: float
    mean: float
    standard_error: float
    company: float


class DeliveryLearnt(Record):
    """What recorded outcomes suggest for the table of delivered ÷ claimed.

    `company`, `department`: the spreads that claims share. `suggested`: the whole table, with cost factors and delays
    as they are, for outcomes say nothing about them. `notes`: what to know of it, in words.
    """

    outcomes: int
    harmful: int
    grades: tuple[GradeLearnt, ...]
    company: Learnt
    department: Learnt
    departments: tuple[DepartmentLearnt, ...]
    suggested: BenefitRealisation
    notes: tuple[str, ...] = ()

    def table(self) -> Any:
        """A pandas data frame with a row for each number of the table."""
        import pandas as pd

        rows = [
            {"place": f"{one.grade}.{key}", "outcomes": one.outcomes, **dict(getattr(one, key))}
            for one in self.grades
            for key in ("delivered", "slope", "spread")
        ]
        shared = {"shared.company": self.company, "shared.department": self.department}
        rows += [{"place": place, "outcomes": self.outcomes, **dict(learnt)} for place, learnt in shared.items()]
        return pd.DataFrame(rows, columns=["place", "outcomes", *Learnt.model_fields])
