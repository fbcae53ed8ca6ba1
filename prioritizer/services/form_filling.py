"""An initiative as a form: as somebody would have typed it, and what it says that no field can show."""

from collections.abc import Iterator

from prioritizer.domain.company import Company
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.initiatives import ALL, Costs, ExtraCustomers, Initiative, LeverRecord
from prioritizer.domain.quantity import Kind, Quantity, certain
from prioritizer.engine.sampling import mean
from prioritizer.errors import InputError
from prioritizer.language import _, ngettext
from prioritizer.services.asked import Answer, answer_of, number_of, per_year
from prioritizer.services.forms import AMOUNT, FIELDS, PEOPLE, SHARE, SPAN, SPANS, Form, FormStep, LeverRow
from prioritizer.services.lever_rows import kind_of, size_asked
from prioritizer.store.complaints import read_record
from prioritizer.store.file_words import words_of
from prioritizer.store.strict_yaml import Document


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
        **_pilot_texts(initiative),
        base=words_of(initiative),
    )


def original(form: Form) -> Initiative | None:
    """The initiative that a form began from; None where it began from nothing."""
    try:
        return read_record(Initiative, Document("", form.base)) if form.base else None
    except InputError:
        return None  # an old draft whose words have changed: its fields say what they say


def _pilot_texts(initiative: Initiative) -> dict[str, str]:
    if (pilot := initiative.pilot) is None:
        return {}
    return {
        "pilot_customers": number_of(pilot.customers, PEOPLE),
        "pilot_cost": number_of(pilot.cost, AMOUNT),
        "pilot_periods": str(pilot.periods),
    }


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
