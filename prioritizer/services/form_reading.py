"""A form → the initiative that it means, or every complaint beside its field.

A form that began from an initiative carries it along: whatever a field still says as the initiative does stays exactly
as it is there, its source, its distribution and all that the form has no field for.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from prioritizer.domain.company import Company
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.initiatives import ALL, CostPerCustomer, Costs, Initiative, Pilot
from prioritizer.domain.quantity import Grade, Kind, Quantity, certain
from prioritizer.domain.record import same_name
from prioritizer.domain.scenarios import check
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.services.asked import Answer, Asked, per_year, read_answer, read_number
from prioritizer.services.citations import unknown_source
from prioritizer.services.form_filling import form_of, original
from prioritizer.services.forms import (
    AMOUNT,
    FIELDS,
    PEOPLE,
    PILOT,
    SHARE,
    SPAN,
    SPANS,
    Form,
    FormStep,
    LeverRow,
    start_names,
    step_of,
)
from prioritizer.services.lever_rows import EXTRA, LeverKind, lever_kind, size_asked
from prioritizer.store.complaints import read_record
from prioritizer.store.strict_yaml import Document

LONGEST_ID = 60


def read_form(form: Form, company: Company, ids_taken: Collection[str] = ()) -> Initiative:
    """The initiative that a form means.

    The id of a new one is made from its name, and is none of `ids_taken`.

    Raises:
        InputError: every complaint; the place of each is the key of its field, such as `levers.0.size.likely`.
    """
    reader = _Reader(form, company)
    content = {"id": form.id or id_for(form.name, ids_taken), **reader.content()}
    try:
        initiative = read_record(Initiative, Document("", content))
    except InputError as error:
        raise InputError(_in_order([*reader.complaints, *_of_record(error, bool(reader.complaints))])) from None
    if complaints := _in_order([*reader.complaints, *_misfits(company, initiative)]):
        raise InputError(complaints)
    return initiative


def levers_typed(form: Form, company: Company) -> tuple[tuple[int, ...], Initiative | None]:
    """What a form that need not be finished says of its levers, as an initiative, and the rows that they stand in.

    None where there is no lever yet of which everything is typed.
    """
    reader = _Reader(form, company)
    read = {}
    for index in range(len(form.levers)):
        reader.form = form.model_copy(update={"levers": form.levers[index : index + 1]})
        if levers := reader._levers():
            read[index] = levers[0]
    named = {"id": form.id or "typed", "name": "typed", "department": form.department or "typed"}
    content = {**named, "template": form.base.get("template"), "levers": list(read.values())}
    try:
        return tuple(read), read_record(Initiative, Document("", content)) if read else None
    except InputError:
        return (), None  # what is wrong with it is said where it is read as a whole


def id_for(name: str, taken: Collection[str]) -> str:
    """An id made from a name: its letters and digits in lower case, told apart from those taken by a number."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    words = "-".join(re.findall(r"[^\W_]+", plain))[:LONGEST_ID].strip("-") or "initiative"
    known = {same_name(id_) for id_ in taken}
    number, id_ = 1, words
    while same_name(id_) in known:
        number += 1
        id_ = f"{words}-{number}"
    return id_


class _Reader:
    """Reads the fields of a form, and gathers the complaints about them."""

    def __init__(self, form: Form, company: Company) -> None:
        self.form, self.company = form, company
        self.base = original(form)
        self.before = form_of(self.base, company) if self.base else None
        self.complaints: list[Complaint] = []

    def content(self) -> dict[str, Any]:
        """What an initiative is made of; what is complained about is left out."""
        beyond = ("template", "requires", "excludes", "mandatory")
        given = {
            **{name: getattr(self.base, name) for name in beyond if self.base},
            **{name: getattr(self.form, name) for name in FIELDS[FormStep.WHAT]},
            "reach": self._reach(),
            "levers": self._levers(),
            "costs": self._costs(),
            **self._start(),
            **self._spans(),
            "probability_of_success": self._success(),
            "staff": self._staff(),
            "evidence": self._evidence(),
            "pilot": self._pilot(),
        }
        return {key: value for key, value in given.items() if value is not None}

    def _is_as_before(self, *fields: str) -> bool:
        return self.before is not None and all(
            getattr(self.form, field) == getattr(self.before, field) for field in fields
        )

    def _complain(self, place: str, rule: str, remedy: str, value: str = "") -> None:
        self.complaints.append(Complaint(rule, remedy, place=place, value=value))

    def _quantity(self, answer: Answer, asked: Asked, key: str) -> Quantity | None:
        try:
            return read_answer(answer, asked, key)
        except InputError as error:
            self.complaints += error.complaints
            return None

    def _number(self, text: str, asked: Asked, key: str) -> Quantity | None:
        try:
            return read_number(text, asked, key)
        except InputError as error:
            self.complaints += error.complaints
            return None

    # whom it reaches

    def _reach(self) -> dict[str, Quantity] | None:
        if self.base and self._is_as_before("by_group", "reach"):
            return self.base.reach
        if not self.form.by_group:
            everywhere = self._quantity(self.form.reach.get(ALL, Answer()), SHARE, f"reach.{ALL}")
            return None if everywhere is None else {ALL: everywhere}
        answers = {group: answer for group, answer in self.form.reach.items() if group != ALL and not answer.is_blank}
        if not answers:
            self._complain("reach", _("there is no group"), _("Give the share that it reaches of at least one group."))
        read = {group: self._reach_of(group, answer) for group, answer in answers.items()}
        return {group: share for group, share in read.items() if share is not None}

    def _reach_of(self, group: str, answer: Answer) -> Quantity | None:
        if self.base and self.before and self.before.by_group and self.before.reach.get(group) == answer:
            return self.base.reach_of(group)
        return self._quantity(answer, SHARE, f"reach.{group}")

    # what it changes

    def _levers(self) -> list[Any]:
        before = {row.key: row for row in self.before.levers} if self.before else {}
        levers = dict(zip(before, self.base.levers if self.base else (), strict=True))
        read = []
        for index, row in enumerate(self.form.levers):
            same = before.get(row.key)
            known = levers.get(row.key) if same and (same.kind, same.whom) == (row.kind, row.whom) else None
            read.append(self._lever(row, f"levers.{index}", known, same))
        return [lever for lever in read if lever is not None]

    def _lever(self, row: LeverRow, place: str, known: Any, before: LeverRow | None) -> Any:
        """A lever from its row; `known` is the same one as it was, whose untouched numbers stay."""
        kind = lever_kind(row.kind, self.company)
        if kind is None:
            self._complain(f"{place}.kind", _("is missing"), _("Choose what it changes, or remove the row."), row.kind)
            return None
        usual = {"usual": known.usual} if known else {}
        if kind.key == EXTRA:
            return self._extra_customers(row, place, known, before, usual)
        content = self._without_size(row, kind, place)
        size = known.size if known and before and row.size == before.size else None
        size = size or self._quantity(row.size, size_asked(kind.key, self.company), f"{place}.size")
        if content is None or size is None:
            return None
        return {**content, "share" if "." in kind.key else "change": size, **usual}

    def _without_size(self, row: LeverRow, kind: LeverKind, place: str) -> dict[str, Any] | None:
        first, *path = kind.key.split(".")
        if path:
            return {first: {"from": path[0], "to": path[1]}}
        whom = row.whom if kind.chooses_whom else ALL
        if whom not in kind.whom:
            self._complain(f"{place}.whom", _("is missing"), _("Choose for whom it changes."), whom)
            return None
        return {first: whom}

    def _extra_customers(
        self, row: LeverRow, place: str, known: Any, before: LeverRow | None, usual: dict[str, Any]
    ) -> Any:
        asked = per_year(Kind.COUNT, self.company.periods_per_year)
        answers = {group: answer for group, answer in row.sizes.items() if not answer.is_blank}
        if not answers:
            remedy = _("Give the customers that it brings to at least one group.")
            self._complain(f"{place}.sizes", _("there is no group"), remedy)
        counts = {}
        for group, answer in answers.items():
            same = known and before and before.sizes.get(group) == answer
            counts[group] = (
                known.extra_customers[group] if same else self._quantity(answer, asked, f"{place}.sizes.{group}")
            )
        same = known and before and before.cost_each == row.cost_each
        cost = known.cost_each if same else self._quantity(row.cost_each, AMOUNT, f"{place}.cost_each")
        if not counts or cost is None or None in counts.values():
            return None
        return {EXTRA: counts, "cost_each": cost, **usual}

    # what it costs and when

    def _costs(self) -> Costs:
        given = {"one_off": self._one_off(), "running": self._running(), "per_customer": self._per_customer()}
        return Costs.model_validate({key: value for key, value in given.items() if value is not None})

    def _one_off(self) -> dict[int, Quantity] | None:
        if self.base and self._is_as_before("one_off"):
            return self.base.costs.one_off
        amount = self._amount("one_off", AMOUNT)
        return None if amount is None or amount == certain(0.0, Kind.AMOUNT) else {0: amount}

    def _running(self) -> Quantity | None:
        if self.base and self._is_as_before("running"):
            return self.base.costs.running
        return self._amount("running", per_year(Kind.AMOUNT, self.company.periods_per_year))

    def _amount(self, field: str, asked: Asked) -> Quantity | None:
        answer: Answer = getattr(self.form, field)
        if answer.is_blank:
            self._complain(f"{field}.likely", _("is missing"), _("Give an amount; 0 where it costs nothing."))
            return None
        return self._quantity(answer, asked, field)

    def _per_customer(self) -> CostPerCustomer | None:
        if self.base and self._is_as_before("per_customer", "of"):
            return self.base.costs.per_customer
        if self.form.per_customer.is_blank:
            return None
        known = self.base.costs.per_customer if self.base and self._is_as_before("per_customer") else None
        amount = known.amount if known else self._quantity(self.form.per_customer, AMOUNT, "per_customer")
        of = [segment for segment in SEGMENTS if segment.value in self.form.of]
        if not of:
            self._complain("of", _("is missing"), _("Choose for whom it costs that, at least one segment."))
        return CostPerCustomer(amount=amount, of=tuple(of)) if amount and of else None

    def _start(self) -> dict[str, Any]:
        if self.base and self._is_as_before("start"):
            return {key: getattr(self.base, key) for key in ("start", "earliest_start", "latest_start")}
        names = start_names(self.company)
        if self.form.start not in names:
            rule = _("is not a period in which it can start") if self.form.start else _("is missing")
            remedy = _("Choose a period from {first} to {last}.").format(first=names[0], last=names[-1])
            self._complain("start", rule, remedy, self.form.start)
            return {}
        return {"start": names.index(self.form.start)}

    def _spans(self) -> dict[str, Any]:
        spans = {field: self._span(field) for field in SPANS}
        fade_out = self.base.fade_out if self.base and spans["duration"] is not None else None
        return {**spans, "fade_out": fade_out}

    def _span(self, field: str) -> Quantity | None:
        if self.base and self._is_as_before(field):
            return getattr(self.base, field)
        text: str = getattr(self.form, field)
        span = self._number(text, SPAN, field) if text.strip() else None
        if span is not None and not span.number.is_integer():
            self._complain(field, _("is not a whole number"), _("Give a whole number of periods."), text.strip())
            return None
        return span

    def _success(self) -> Quantity | None:
        if self.base and self._is_as_before("success"):
            return self.base.probability_of_success
        return self._number(self.form.success, SHARE, "success") if self.form.success.strip() else None

    def _staff(self) -> dict[str, Quantity]:
        read = {department: self._people(department, text) for department, text in self.form.staff.items()}
        return {department: people for department, people in read.items() if people is not None}

    def _people(self, department: str, text: str) -> Quantity | None:
        if self.base and self.before and self.before.staff.get(department) == text:
            return self.base.staff[department]
        return self._number(text, PEOPLE, f"staff.{department}") if text.strip() else None

    # evidence

    def _evidence(self) -> dict[str, Any]:
        sources = [line.strip() for line in self.form.sources.splitlines() if line.strip()]
        if self.base and self._is_as_before("sources"):
            sources = list(self.base.evidence.sources)
        for source in sources:
            if (said := unknown_source(source)) is not None:
                self._complain("sources", *said, source)
        if self.form.grade not in tuple(Grade):
            self._complain("grade", _("is missing"), _("Choose what the claim rests on."), self.form.grade)
            return {"note": self.form.note, "sources": sources}
        return {"grade": self.form.grade, "note": self.form.note, "sources": sources}

    def _pilot(self) -> Pilot | dict[str, Any] | None:
        """What testing it first would take: all three numbers, or none."""
        if self.base and self._is_as_before(*PILOT):
            return self.base.pilot
        texts = {field: getattr(self.form, field).strip() for field in PILOT}
        if not any(texts.values()):
            return None
        for field, text in texts.items():
            if not text:
                self._complain(field, _("is missing"), _("Say all of what a test would take, or nothing."))
        asked = zip(PILOT, (PEOPLE, AMOUNT, SPAN), strict=True)
        read = {field: self._number(texts[field], kind, field) for field, kind in asked if texts[field]}
        if len(read) < len(PILOT) or None in read.values():
            return None
        customers, cost, periods = read.values()
        assert periods is not None
        return {"customers": customers, "cost": cost, "periods": periods.number}


_FIELD_OF = {
    **{f"pilot.{field.removeprefix('pilot_')}": field for field in PILOT},
    "evidence.grade": "grade",
    "evidence.note": "note",
    "evidence.sources": "sources",
    "": "levers",
}


def _of_record(error: InputError, explained: bool) -> Iterator[Complaint]:
    """What the record refused, at its fields; what it says as a whole may follow from what a field lacks."""
    for complaint in error.complaints:
        if complaint.place or not explained:
            yield replace(complaint, place=_field_of(complaint.place))


def _field_of(place: str) -> str:
    known = next((field for start, field in _FIELD_OF.items() if start and place.startswith(start)), None)
    return known or place or _FIELD_OF[""]


def _misfits(company: Company, initiative: Initiative) -> Iterator[Complaint]:
    """In what it does not fit the company. What it requires and excludes is looked at where the others are."""
    for complaint in check(company, [initiative]):
        place = complaint.place.removeprefix(f'"{initiative.id}", ')
        if not place.startswith(("requires", "excludes")):
            yield replace(complaint, place=_field_of(place.removeprefix("costs.").partition(".extra_customers.")[0]))


def _in_order(complaints: list[Complaint]) -> list[Complaint]:
    """Complaints in the order of the steps."""
    return sorted(complaints, key=lambda complaint: list(FormStep).index(step_of(complaint.place)))
