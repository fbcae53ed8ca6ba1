"""The form of a submission: what somebody typed, as it was typed; what it means as an initiative, and back.

A form that began from an initiative carries it along: whatever a field still says as the initiative does stays exactly
as it is there, its source, its distribution and all that the form has no field for.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from prioritizer.domain.company import Company
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.initiatives import (
    ALL,
    CostPerCustomer,
    Costs,
    ExtraCustomers,
    Initiative,
    LeverRecord,
)
from prioritizer.domain.quantity import Grade, Kind, Quantity, certain
from prioritizer.domain.record import Record, same_name
from prioritizer.domain.scenarios import check
from prioritizer.engine.sampling import mean
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _, ngettext
from prioritizer.services.asked import (
    Answer,
    Asked,
    answer_of,
    in_percent,
    number_of,
    per_year,
    read_answer,
    read_number,
)
from prioritizer.services.citations import unknown_source
from prioritizer.services.lever_rows import EXTRA, LeverKind, kind_of, lever_kind, size_asked
from prioritizer.store.complaints import read_record
from prioritizer.store.file_words import words_of
from prioritizer.store.strict_yaml import Document

LONGEST_ID = 60
SHARE, AMOUNT, SPAN, PEOPLE = in_percent(), Asked(Kind.AMOUNT), Asked(Kind.PERIODS), Asked(Kind.COUNT)
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


FIELDS: dict[FormStep, tuple[str, ...]] = {
    FormStep.WHAT: ("name", "department", "owner", "description"),
    FormStep.WHOM: ("reach",),
    FormStep.CHANGES: ("levers",),
    FormStep.COSTS: ("one_off", "running", "per_customer", "of", "start", *SPANS, "success", "staff"),
    FormStep.EVIDENCE: ("grade", "note", "sources"),
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
    base: dict[str, Any] = {}


def step_of(place: str) -> FormStep:
    """The step on which the field of a complaint stands."""
    return _STEPS.get(place.partition(".")[0], FormStep.WHAT)


def required(form: Form) -> tuple[str, ...]:
    """The fields that nobody may leave empty, in the order of the form."""
    reach = ("reach.all.likely",) if not form.by_group else ("reach",)
    rows = [key for index, row in enumerate(form.levers) for key in _required_of(row, f"levers.{index}")]
    return ("name", "department", *reach, *rows, "one_off.likely", "running.likely", "start", "grade")


def _required_of(row: LeverRow, place: str) -> tuple[str, ...]:
    if row.kind == EXTRA:
        return f"{place}.kind", f"{place}.sizes", f"{place}.cost_each.likely"
    return f"{place}.kind", f"{place}.whom", f"{place}.size.likely"


def start_names(company: Company) -> tuple[str, ...]:
    """The periods in which an initiative may start, by name."""
    return tuple(company.period_name(period) for period in range(company.latest_start + 1))


def next_row(form: Form) -> LeverRow:
    """An empty row for one more lever, under a key that no row of the form or of its base has had."""
    used = [int(row.key) for row in form.levers if row.key.isascii() and row.key.isdigit()]
    return LeverRow(key=str(max([len(form.base.get("levers", ())), *used]) + 1))


# --- from what was kept, and from an initiative


def form_as_kept(raw: Any) -> Form:
    """The form of a draft, whatever version of the program kept it: what is not understood is left out."""
    return _as_kept(Form, raw)


def _as_kept(kind: type[Any], raw: Any) -> Any:
    known = raw if isinstance(raw, Mapping) else {}
    read = {name: _READERS.get(name, _text_as_kept)(known[name]) for name in kind.model_fields if name in known}
    return kind(**read)


def _text_as_kept(raw: Any) -> str:
    text = raw if isinstance(raw, str) else str(raw) if isinstance(raw, (int, float)) else ""
    return text.encode("utf-8", "replace").decode()  # half a character has no UTF-8


def _answer_as_kept(raw: Any) -> Answer:
    return _as_kept(Answer, {"likely": raw} if isinstance(raw, (str, int, float)) else raw)


def _map_as_kept(raw: Any, read: Callable[[Any], Any]) -> dict[str, Any]:
    return {_text_as_kept(key): read(value) for key, value in raw.items()} if isinstance(raw, Mapping) else {}


def _list_as_kept(raw: Any, read: Callable[[Any], Any]) -> tuple[Any, ...]:
    return tuple(map(read, raw)) if isinstance(raw, (list, tuple)) else ()


_READERS: dict[str, Callable[[Any], Any]] = {
    "by_group": lambda raw: raw is True,
    "reach": lambda raw: _map_as_kept(raw, _answer_as_kept),
    "levers": lambda raw: _list_as_kept(raw, lambda row: _as_kept(LeverRow, row)),
    "size": _answer_as_kept,
    "sizes": lambda raw: _map_as_kept(raw, _answer_as_kept),
    "cost_each": _answer_as_kept,
    "one_off": _answer_as_kept,
    "running": _answer_as_kept,
    "per_customer": _answer_as_kept,
    "of": lambda raw: _list_as_kept(raw, _text_as_kept),
    "staff": lambda raw: _map_as_kept(raw, _text_as_kept),
    "base": lambda raw: dict(raw) if isinstance(raw, Mapping) else {},
}


def form_of(initiative: Initiative, company: Company) -> Form:
    """An initiative as somebody would have typed it. Raises InputError for one that a scenario has changed."""
    costs, per_customer = initiative.costs, initiative.costs.per_customer
    by_group = set(initiative.reach) != {ALL}
    return Form(
        id=initiative.id,
        **{name: getattr(initiative, name) for name in FIELDS[FormStep.WHAT]},
        by_group=by_group,
        reach=_reach_answers(initiative, company) if by_group else {ALL: answer_of(initiative.reach[ALL], SHARE)},
        levers=tuple(_row_of(lever, str(n), company) for n, lever in enumerate(initiative.levers, 1)),
        one_off=_one_off_answer(costs),
        running=answer_of(costs.running, per_year(Kind.AMOUNT, company.periods_per_year)),
        per_customer=answer_of(per_customer.amount, AMOUNT) if per_customer else Answer(),
        of=tuple(segment.value for segment in (per_customer.of if per_customer else SEGMENTS)),
        start=company.period_name(initiative.first_start),
        **{name: _span_text(getattr(initiative, name)) for name in SPANS},
        success=number_of(initiative.probability_of_success, SHARE),
        staff={department: number_of(people, PEOPLE) for department, people in initiative.staff.items()},
        grade=initiative.evidence.grade.value,
        note=initiative.evidence.note,
        sources="\n".join(initiative.evidence.sources),
        base=words_of(initiative),
    )


def copied(form: Form, department: str) -> Form:
    """A form to start from: the same, as something new of a department, without what ties it to other initiatives."""
    apart = ("mandatory", "requires", "excludes")
    base = {key: value for key, value in form.base.items() if key not in apart}
    return form.model_copy(update={"id": "", "department": department, "base": base})


def _reach_answers(initiative: Initiative, company: Company) -> dict[str, Answer]:
    known = {group: initiative.reach_of(group) for group in (*company.groups, *initiative.reach) if group != ALL}
    return {group: answer_of(share, SHARE) if share is not None else Answer() for group, share in known.items()}


def _row_of(lever: LeverRecord, key: str, company: Company) -> LeverRow:
    kind, whom = kind_of(lever)
    if isinstance(lever, ExtraCustomers):
        asked = per_year(Kind.COUNT, company.periods_per_year)
        sizes = {group: answer_of(count, asked) for group, count in lever.extra_customers.items()}
        return LeverRow(key=key, kind=kind, sizes=sizes, cost_each=answer_of(lever.cost_each, AMOUNT))
    return LeverRow(key=key, kind=kind, whom=whom, size=answer_of(lever.size, size_asked(kind, company)))


def _one_off_answer(costs: Costs) -> Answer:
    """What is due at the start; of several parts, their sum."""
    if list(costs.one_off) == [0]:
        return answer_of(costs.one_off[0], AMOUNT)
    total = float(f"{sum(map(mean, costs.one_off.values())):.6g}")
    return answer_of(certain(total, Kind.AMOUNT), AMOUNT)


def _span_text(span: Quantity | None) -> str:
    if span is None:
        return ""
    text = number_of(span, SPAN)
    return text if span.is_fixed else str(round(float(text)))


# --- what stays, in words


def kept(form: Form, company: Company) -> dict[str, str]:
    """What an initiative says that its fields cannot show, by field, for those still as they were."""
    base = original(form)
    if base is None:
        return {}
    before = form_of(base, company)
    notes = dict(_notes(base, company))
    return {field: note for field, note in notes.items() if getattr(form, field) == getattr(before, field)}


def _notes(base: Initiative, company: Company) -> Iterator[tuple[str, str]]:
    if len(base.costs.one_off) > 1:
        count = len(base.costs.one_off)
        note = ngettext(
            "In {count} part, due at different times. It stays so unless you change it.",
            "In {count} parts, due at different times. It stays so unless you change it.",
            count,
        )
        yield "one_off", note.format(count=count)
    if base.start is None and base.latest_start is not None:
        last = company.period_name(base.latest_start)
        yield "start", _("Or later, until {last}. It stays so unless you change it.").format(last=last)
    for field in SPANS:
        if (span := getattr(base, field)) is not None and not span.is_fixed:
            yield field, _("About; with a range that stays unless you change it.")
    if not base.probability_of_success.is_fixed:
        yield "success", _("About; with a range that stays unless you change it.")


# --- to an initiative


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


def original(form: Form) -> Initiative | None:
    """The initiative that a form began from; None where it began from nothing."""
    try:
        return read_record(Initiative, Document("", form.base)) if form.base else None
    except InputError:
        return None  # an old draft whose words have changed: its fields say what they say


class _Reader:
    """Reads the fields of a form, and gathers the complaints about them."""

    def __init__(self, form: Form, company: Company) -> None:
        self.form, self.company = form, company
        self.base = original(form)
        self.before = form_of(self.base, company) if self.base else None
        self.complaints: list[Complaint] = []

    def content(self) -> dict[str, Any]:
        """What an initiative is made of; what is complained about is left out."""
        beyond = ("template", "pilot", "requires", "excludes", "mandatory")
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


_FIELD_OF = {"evidence.grade": "grade", "evidence.note": "note", "evidence.sources": "sources", "": "levers"}


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
