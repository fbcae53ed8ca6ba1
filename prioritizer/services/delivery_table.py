"""Finance's table of delivered ÷ claimed: read as fields, saved, what a change does to the list, and its history.

The table is a part of the company. Fields change numbers and leave alone what stands on their cards; whatever is not
typed stays as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from prioritizer.domain.company import BenefitRealisation, Company
from prioritizer.domain.quantity import Grade, Kind, Quantity
from prioritizer.domain.record import Record
from prioritizer.domain.typed import as_typed, number_typed, quantity_typed
from prioritizer.domain.workspace import COMPANY, ItemKind, Version
from prioritizer.errors import Complaint, Conflict, InputError
from prioritizer.language import _
from prioritizer.services.access import Action, require
from prioritizer.services.cases import as_scenario
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.people import person_of
from prioritizer.services.process import require_list_holds
from prioritizer.services.workspace import save_in
from prioritizer.store.workspace import Contents, Workspace

SHARED = "shared"
IN_PERCENT = ("delivered", "spread", "cost", "company", "department")

Typed = Mapping[str, str]  # what stands in each field, by its place: "A.delivered", "shared.company"


class Field(NamedTuple):
    """A number of the table: the key under which it stands, its name, its unit, and what it means."""

    key: str
    name: str
    unit: str
    meaning: str


def grade_fields() -> tuple[Field, ...]:
    """The numbers that every grade has."""
    return (
        Field(
            "delivered",
            _("Delivered"),
            _("% of the claim"),
            _("How much of a claim of the usual size comes true, on average."),
        ),
        Field(
            "slope",
            _("Slope"),
            _("0 to 1"),
            _("How much less of a claim beyond the usual size is believed: 0 believes all of it, 1 none."),
        ),
        Field(
            "spread",
            _("Own spread"),
            _("% of the claim"),
            _("How far one initiative misses by itself: a standard deviation."),
        ),
        Field("cost", _("Cost"), _("% of the plan"), _("What such initiatives cost, of what was planned.")),
        Field("delay", _("Delay"), _("periods"), _("By how many periods the effect comes later than claimed.")),
    )


def shared_fields() -> tuple[Field, ...]:
    """The spreads that claims have in common."""
    unit = _("% of the claim")
    return (
        Field(
            "company", _("Company"), unit, _("How far all claims of the company miss together: a standard deviation.")
        ),
        Field("department", _("Department"), unit, _("How far all claims of one department miss together.")),
    )


def places() -> tuple[str, ...]:
    """Every number of the table, by its place."""
    grades = [f"{grade.value}.{field.key}" for grade in Grade for field in grade_fields()]
    return (*grades, *(f"{SHARED}.{field.key}" for field in shared_fields()))


def name_of_place(place: str) -> str:
    """What a number of the table is called."""
    part, _dot, key = place.partition(".")
    names = {field.key: field.name for field in (*grade_fields(), *shared_fields())}
    if part == SHARED:
        return _("Shared spread, {what}").format(what=names[key].lower())
    return _("Grade {grade}, {what}").format(grade=part, what=names[key].lower())


class DeliveryTable(Record):
    """The table in one version of the company; None where it has none, and claims are taken as they are."""

    version: int
    table: BenefitRealisation | None

    def number(self, place: str) -> Quantity:
        return number_at(self.table or BenefitRealisation(), place)


def number_at(table: BenefitRealisation, place: str) -> Quantity:
    """A number of a table by its place."""
    part, _dot, key = place.partition(".")
    found: Quantity = getattr(getattr(table, part), key)
    return found


def as_fields(table: BenefitRealisation | None) -> dict[str, str]:
    """What stands in each field; what is not one certain number is left out, and is changed in the company's file."""
    known = table or BenefitRealisation()
    numbers = {place: number_at(known, place) for place in places()}
    return {place: _shown(place, number) for place, number in numbers.items() if number.is_fixed}


def _shown(place: str, number: Quantity) -> str:
    return as_typed(round(number.number, 12), _in_percent(place))


def _in_percent(place: str) -> bool:
    return place.partition(".")[2] in IN_PERCENT


def read_fields(table: BenefitRealisation | None, typed: Typed, source: str = "") -> BenefitRealisation | None:
    """The table with what was typed; numbers whose field reads as before stay as they are, cards and all.

    `source`: where the changed numbers come from. With it the card of a changed number says so, and no longer what its
    grade and note said of the old one; without it the card stays.

    Raises InputError with every complaint, each with the place of its field.
    """
    known = table or BenefitRealisation()
    shown = as_fields(table)
    changed: dict[str, Quantity] = {}
    complaints: list[Complaint] = []
    for place, text in typed.items():
        if text.strip() == shown.get(place):
            continue
        try:
            before = number_at(known, place)
            number = _number(place, text, before)
            if number.number != before.number:
                changed[place] = _sourced(number, source)
        except InputError as error:
            complaints += [_at(complaint, place) for complaint in error.complaints]
    if complaints:
        raise InputError(complaints)
    return _with(known, changed) if changed else table


def _number(place: str, text: str, before: Quantity) -> Quantity:
    value = number_typed(text, percent=_in_percent(place))
    quantity_typed(value, before.kind)
    if before.kind is Kind.PERIODS and not value.is_integer():
        raise InputError([Complaint(_("is not a whole number of periods"), _("Give a whole number."), value=text)])
    return before.at(value)


def _at(complaint: Complaint, place: str) -> Complaint:
    return Complaint(complaint.rule, complaint.remedy, place=name_of_place(place), value=complaint.value)


def _sourced(number: Quantity, source: str) -> Quantity:
    if not source.strip():
        return number
    return number.model_copy(update={"source": source.strip(), "grade": None, "note": None})


def _with(table: BenefitRealisation, changed: Mapping[str, Quantity]) -> BenefitRealisation:
    parts: dict[str, dict[str, Quantity]] = {}
    for place, number in changed.items():
        part, _dot, key = place.partition(".")
        parts.setdefault(part, {})[key] = number
    update = {part: getattr(table, part).model_copy(update=numbers) for part, numbers in parts.items()}
    return BenefitRealisation.model_validate(dict(table.model_copy(update=update)))


class NumberChange(Record):
    """A number of the table that differs between two versions, in words; empty where there was, or is, no table."""

    place: str
    name: str
    before: str
    after: str


def changes_between(before: BenefitRealisation | None, after: BenefitRealisation | None) -> tuple[NumberChange, ...]:
    """Which numbers differ, and which say something else of where they come from."""
    found = []
    for place in places():
        old, new = (number_at(table or BenefitRealisation(), place) for table in (before, after))
        if old != new:
            found.append(
                NumberChange(
                    place=place, name=name_of_place(place), before=in_words(place, old), after=in_words(place, new)
                )
            )
    return tuple(found)


def rebased(typed: Typed, base: BenefitRealisation | None, now: BenefitRealisation | None) -> dict[str, str]:
    """What stands in each field when somebody's changes to one table are put on top of another."""
    begun = as_fields(base)
    mine = {place: text for place, text in typed.items() if text.strip() != begun.get(place)}
    return {**as_fields(now), **mine}


def in_words(place: str, number: Quantity) -> str:
    """A number of the table with its unit."""
    if not number.is_fixed:
        return _("a range")
    return f"{_shown(place, number)} %" if _in_percent(place) else _shown(place, number)


class TableVersion(Record):
    """The table as somebody saved it: in which version of the company, who, when, why, and what differs from before.

    `replaces`: whether there was a table before.
    """

    version: int
    who: str
    at: str
    why: str
    replaces: bool
    changes: tuple[NumberChange, ...]


def delivery_table(path: Path, who: str) -> DeliveryTable:
    """The table as it is now. Raises NotAllowed, and InputError where there is no company yet."""
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.READ_SUBMITTED)
        now = _company(contents)
        return DeliveryTable(version=now.version, table=now.content.benefit_realisation)


def table_versions(path: Path, who: str) -> tuple[TableVersion, ...]:
    """Every version of the table, the newest first; versions of the company that left it as it was are passed over."""
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.READ_SUBMITTED)
        found, before = [], None
        for version in contents.versions(ItemKind.COMPANY, COMPANY):
            table = version.content.benefit_realisation
            if table != before:
                found.append(
                    TableVersion(
                        version=version.version,
                        who=version.who,
                        at=version.at,
                        why=version.why,
                        replaces=before is not None,
                        changes=changes_between(before, table),
                    )
                )
            before = table
        return tuple(reversed(found))


def save_table(path: Path, table: BenefitRealisation | None, read: int, who: str, why: str) -> Version[Company]:
    """Save the table on top of the version of the company in which it was read, with a reason.

    What others have changed of the company meanwhile stays; where they changed the table itself, nothing is saved.

    Raises NotAllowed, Conflict where somebody was faster, and InputError where no reason is given, or nothing differs.
    """
    with Workspace(path).changing(who) as changes:
        person = person_of(changes, who)
        require(person, Action.SET_ASSUMPTIONS)
        now = _company(changes)
        base = changes.at_version(ItemKind.COMPANY, COMPANY, read)
        if base is None or base.content.benefit_realisation != now.content.benefit_realisation:
            raise Conflict(ItemKind.COMPANY.named(COMPANY), read, now)
        _require_sense(table, now.content.benefit_realisation, why)
        content = now.content.model_copy(update={"benefit_realisation": table})
        saved = save_in(changes, person, ItemKind.COMPANY, COMPANY, content, now.version, why.strip())
        require_list_holds(changes)
        return saved


def _require_sense(table: BenefitRealisation | None, now: BenefitRealisation | None, why: str) -> None:
    if table == now:
        remedy = _("Change a number first.")
        raise InputError([Complaint(_("the table is as it was"), remedy)])
    if not why.strip():
        remedy = _("Say why: it is kept in the history, for everybody whose figures change.")
        raise InputError([Complaint(_("there is no reason"), remedy, place=_("Why"))])


def _company(contents: Contents) -> Version[Company]:
    found = contents.company()
    if found is None:
        remedy = _("Bring one in with prioritizer import, or with prioritizer init --from.")
        raise InputError([Complaint(_("the workspace holds no company yet"), remedy)])
    return found


@dataclass(frozen=True)
class Moved:
    """An initiative before and after a change of the table."""

    id: str
    name: str
    rank_before: int
    rank: int
    profit_before: float
    profit: float


@dataclass(frozen=True)
class Preview:
    """What a change of the table does: to every initiative, in the order of the new ranks, and to the joint profit.

    `joint`: of those worth doing together; how many that are.
    """

    moved: Sequence[Moved]
    joint_before: float
    joint: float
    worth_doing_before: int
    worth_doing: int


def preview(evaluation: Evaluation, table: BenefitRealisation | None) -> Preview:
    """The list under another table, on the same draws."""
    scenario = evaluation.scenario
    company = scenario.company.model_copy(update={"benefit_realisation": table})
    made = as_scenario(scenario.model_copy(update={"company": company}))
    run = evaluation.run
    after = evaluate(made, draws=run.draws, seed=run.seed, point=run.point, like=evaluation.inputs).ranking
    before = {row.id: row for row in evaluation.ranking.initiatives}
    return Preview(
        moved=[
            Moved(row.id, row.name, before[row.id].rank, row.rank, before[row.id].npv.mean, row.npv.mean)
            for row in after.initiatives
        ],
        joint_before=evaluation.ranking.worth_doing_together.npv.mean,
        joint=after.worth_doing_together.npv.mean,
        worth_doing_before=len(evaluation.ranking.worth_doing),
        worth_doing=len(after.worth_doing),
    )
