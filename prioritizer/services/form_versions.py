"""Two versions of a form beside each other: what differs, whose change it is, and one made of both."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import ALL
from prioritizer.domain.quantity import Grade
from prioritizer.language import _
from prioritizer.services.asked import Answer
from prioritizer.services.form_filling import form_of, original
from prioritizer.services.forms import FIELDS, Form, LeverRow
from prioritizer.services.inputs import period_word
from prioritizer.services.lever_rows import EXTRA, lever_kind, whom_word
from prioritizer.words import sign

_NAMED = [field for fields in FIELDS.values() for field in fields if field != "of"]
LONG_TEXTS = ("description", "note", "sources")
TOGETHER = {"reach": ("by_group", "reach"), "per_customer": ("per_customer", "of")}


class Take(StrEnum):
    """Whose words a field gets."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True)
class Difference:
    """A field that two versions of a form fill in differently, in words; `suggested` is whose change it is."""

    field: str
    name: str
    mine: str
    theirs: str
    suggested: Take

    @property
    def choices(self) -> tuple[Take, ...]:
        """A long text may keep the words of both."""
        return tuple(Take) if self.field in LONG_TEXTS and self.mine and self.theirs else (Take.MINE, Take.THEIRS)


def differences(mine: Form, theirs: Form, company: Company) -> tuple[Difference, ...]:
    """Every field that differs, in the order of the form.

    What only they changed since I began is suggested to be theirs; all else mine.
    """
    begun = original(mine)
    before = form_of(begun, company) if begun else None
    return tuple(
        Difference(
            field=field,
            name=field_name(field, company),
            mine=field_text(mine, field, company),
            theirs=field_text(theirs, field, company),
            suggested=Take.THEIRS if before is not None and _same(mine, before, field) else Take.MINE,
        )
        for fields in FIELDS.values()
        for field in fields
        if field != "of" and not _same(mine, theirs, field)
    )


def merged(mine: Form, theirs: Form, take: Mapping[str, Take]) -> Form:
    """Their version with what is taken of mine; a field that is not named is mine."""
    update = {
        part: _taken(mine, theirs, part, take.get(field, Take.MINE))
        for fields in FIELDS.values()
        for field in fields
        if field != "of"
        for part in TOGETHER.get(field, (field,))
    }
    return theirs.model_copy(update=update)


def field_name(field: str, company: Company) -> str:
    """What a field of the form is called, with its unit."""
    currency, periods = sign(company.currency), period_word(company, 2)
    return {
        "name": _("Name"),
        "department": _("Department"),
        "owner": _("Who answers for it"),
        "description": _("What it is"),
        "reach": _("Share of the customers that it reaches, %"),
        "levers": _("What it changes"),
        "one_off": _("One-off cost, {currency}").format(currency=currency),
        "running": _("Running cost, {currency} a year").format(currency=currency),
        "per_customer": _("Cost for each customer reached, {currency} a {period}").format(
            currency=currency, period=period_word(company)
        ),
        "start": _("Start"),
        "delay": _("Until the first effect, {periods}").format(periods=periods),
        "ramp_up": _("From there to the full effect, {periods}").format(periods=periods),
        "duration": _("How long the full effect lasts, {periods}").format(periods=periods),
        "success": _("Chance that it works, %"),
        "staff": _("People needed, full time"),
        "grade": _("What the claim rests on"),
        "note": _("What was found out, and where"),
        "sources": _("Facts of the library that it cites"),
        "pilot_customers": _("Customers in a test, with it and without"),
        "pilot_cost": _("Cost of the test, {currency}").format(currency=currency),
        "pilot_periods": _("How long the test takes, {periods}").format(periods=periods),
    }[field]


def place_name(place: str, form: Form, company: Company) -> str:
    """What the field of a complaint about a form is called, such as "One-off cost, ₽: most likely"."""
    whole, _dot, end = place.rpartition(".")
    ends = {"likely": _("most likely"), "low": _("1 in 20: less than"), "high": _("1 in 20: more than")}
    if whole and end in ends:
        return _("{field}: {end}").format(field=place_name(whole, form, company), end=ends[end])
    field, _dot, rest = place.partition(".")
    if field == "of":
        return _("Of those it reaches, for whom it costs that")
    if field not in _NAMED:
        return place
    parts = _parts_of_lever(rest, form, company) if field == "levers" else [_("all customers") if rest == ALL else rest]
    return ", ".join(part for part in (field_name(field, company), *parts) if part)


def _parts_of_lever(rest: str, form: Form, company: Company) -> list[str]:
    """Which lever, and which group of it where it is about one."""
    index, _dot, field = rest.partition(".")
    if not index.isdigit() or int(index) >= len(form.levers):
        return []
    kind = lever_kind(form.levers[int(index)].kind, company)
    number = _("number {n}").format(n=int(index) + 1) if len(form.levers) > 1 else ""
    return [number, kind.words if kind else "", field.partition("sizes.")[2]]


def field_text(form: Form, field: str, company: Company) -> str:
    """What a field says, in words."""
    value = getattr(form, field)
    if field == "levers":
        return "\n".join(_lever_text(row, company) for row in form.levers)
    if field == "reach":
        return "\n".join(_group_text(group, answer) for group, answer in _reach(form).items())
    if field == "per_customer":
        whom = ", ".join(whom_word(segment) for segment in form.of)
        return _("{amount} for {whom}").format(amount=answer_text(value), whom=whom) if not value.is_blank else ""
    if field == "staff":
        return "\n".join(f"{department}: {people}" for department, people in value.items() if people.strip())
    if field == "grade":
        return f"{value}: {Grade(value).words}" if value in tuple(Grade) else value
    return answer_text(value) if isinstance(value, Answer) else value


def answer_text(answer: Answer) -> str:
    """An answer in one line: "12 (4 to 20)"."""
    if not answer.low and not answer.high:
        return answer.likely
    return _("{likely} ({low} to {high})").format(likely=answer.likely, low=answer.low, high=answer.high)


def _reach(form: Form) -> dict[str, Answer]:
    known = {group: answer for group, answer in form.reach.items() if (group != ALL) == form.by_group}
    return {group: answer for group, answer in known.items() if not answer.is_blank}


def _group_text(group: str, answer: Answer) -> str:
    name = _("Every group") if group == ALL else group
    return f"{name}: {answer_text(answer)}"


def _lever_text(row: LeverRow, company: Company) -> str:
    kind = lever_kind(row.kind, company)
    if kind is None:
        return _("nothing chosen")
    if kind.key == EXTRA:
        sizes = ", ".join(_group_text(group, size) for group, size in row.sizes.items())
        return _("{what}: {sizes} {unit}; each costs {cost}").format(
            what=kind.words,
            sizes=sizes,
            unit=kind.unit,
            cost=answer_text(row.cost_each),
        )
    whom = f" ({whom_word(row.whom)})" if kind.chooses_whom and row.whom else ""
    return f"{kind.words}{whom}: {answer_text(row.size)} {kind.unit}"


def _same(one: Form, other: Form, field: str) -> bool:
    return all(getattr(one, part) == getattr(other, part) for part in TOGETHER.get(field, (field,)))


def _taken(mine: Form, theirs: Form, part: str, take: Take) -> object:
    if take is Take.BOTH and part == "sources":
        return "\n".join(dict.fromkeys([*theirs.sources.splitlines(), *mine.sources.splitlines()]))
    if take is Take.BOTH:
        return f"{getattr(theirs, part)}\n\n{getattr(mine, part)}"
    return getattr(theirs if take is Take.THEIRS else mine, part)
