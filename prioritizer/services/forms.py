"""The form of a submission: what somebody typed, as it was typed, step by step.

What it means as an initiative stands in `form_reading`; what an initiative says as a form, in `form_filling`; and what
drafts of older versions kept, in `form_drafts`.
"""

from enum import StrEnum
from typing import Any

from prioritizer.domain.company import Company
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.quantity import Kind
from prioritizer.domain.record import Record
from prioritizer.language import _
from prioritizer.services.asked import Answer, Asked, in_percent

# how its numbers are asked
SHARE, AMOUNT, SPAN, PEOPLE = (
    in_percent(),
    Asked(Kind.AMOUNT),
    Asked(Kind.PERIODS),
    Asked(Kind.COUNT),
)
SPANS = ("delay", "ramp_up", "duration")


class FormStep(StrEnum):
    """The steps of a submission, in their order."""

    WHAT = "what"
    WHOM = "whom"
    CHANGES = "changes"
    COSTS = "costs"
    EVIDENCE = "evidence"

    @property
    def words(self) -> str:
        return {
            FormStep.WHAT: _("What"),
            FormStep.WHOM: _("Whom it reaches"),
            FormStep.CHANGES: _("What it changes"),
            FormStep.COSTS: _("Cost and time"),
            FormStep.EVIDENCE: _("Evidence"),
        }[self]


PILOT = ("pilot_customers", "pilot_cost", "pilot_periods")  # what testing it first would take
FIELDS: dict[FormStep, tuple[str, ...]] = {
    FormStep.WHAT: ("name", "department", "owner", "description"),
    FormStep.WHOM: ("reach",),
    FormStep.CHANGES: ("levers",),
    FormStep.COSTS: ("one_off", "running", "per_customer", "of", "start", *SPANS, "success", "staff"),
    FormStep.EVIDENCE: ("grade", "note", "sources", *PILOT),
}
_STEPS = {field: step for step, fields in FIELDS.items() for field in fields}


class LeverRow(Record):
    """A lever as typed. `key` stays with the row, whatever row is taken out; `sizes` are those by group."""

    key: str = "1"
    kind: str = ""
    whom: str = ""
    size: Answer = Answer()
    sizes: dict[str, Answer] = {}
    cost_each: Answer = Answer()


class Form(Record):
    """A submission as typed. `id` is empty for a new one; `base` is the initiative that it began from, in file words.

    `reach` is by group where `by_group`, else under `all`. `start` is the name of a period. Each source has its line.
    """

    id: str = ""
    name: str = ""
    department: str = ""
    owner: str = ""
    description: str = ""
    by_group: bool = False
    reach: dict[str, Answer] = {}
    levers: tuple[LeverRow, ...] = (LeverRow(),)
    one_off: Answer = Answer()
    running: Answer = Answer()
    per_customer: Answer = Answer()
    of: tuple[str, ...] = tuple(SEGMENTS)
    start: str = ""
    delay: str = ""
    ramp_up: str = ""
    duration: str = ""
    success: str = ""
    staff: dict[str, str] = {}
    grade: str = ""
    note: str = ""
    sources: str = ""
    pilot_customers: str = ""
    pilot_cost: str = ""
    pilot_periods: str = ""
    base: dict[str, Any] = {}


def step_of(place: str) -> FormStep:
    """The step on which the field of a complaint stands."""
    return _STEPS.get(place.partition(".")[0], FormStep.WHAT)


def start_names(company: Company) -> tuple[str, ...]:
    """The periods in which an initiative may start, by name."""
    return tuple(company.period_name(period) for period in range(company.latest_start + 1))


def next_row(form: Form) -> LeverRow:
    """An empty row for one more lever, under a key that no row of the form or of its base has had."""
    used = [int(row.key) for row in form.levers if row.key.isascii() and row.key.isdigit()]
    return LeverRow(key=str(max([len(form.base.get("levers", ())), *used]) + 1))


def copied(form: Form, department: str) -> Form:
    """A form to start from: the same, as something new of a department, without what ties it to other initiatives."""
    apart = ("mandatory", "requires", "excludes")
    base = {key: value for key, value in form.base.items() if key not in apart}
    return form.model_copy(update={"id": "", "department": department, "base": base})
