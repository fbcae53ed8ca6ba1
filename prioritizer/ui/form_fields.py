"""The fields of a submission, step by step: each with its unit, its complaint beside it, and what looks like a slip."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import ALL
from prioritizer.domain.quantity import Grade
from prioritizer.errors import Complaint, shorten
from prioritizer.language import _, ngettext
from prioritizer.services.asked import Answer
from prioritizer.services.form_versions import field_name
from prioritizer.services.forms import PILOT, Form, FormStep, LeverRow, next_row, start_names
from prioritizer.services.inputs import period_word, segments_in_order
from prioritizer.services.lever_rows import EXTRA, LeverKind, lever_kinds, whom_word
from prioritizer.services.library import facts
from prioritizer.ui.facts import facts_in_lines
from prioritizer.ui.markup import element, markdown_literal, show
from prioritizer.words import sign

SPANS = ("delay", "ramp_up", "duration")
WIDEST = 680  # pixels of a number with its range

_MARKDOWN = re.compile(r"[\\`*_\[\]<>~|#&@{}]|:\w|\$.*\$|www\.|//|\n")  # what would not be shown as it is


@dataclass(frozen=True)
class Fields:
    """What fields need to be shown: the form, the company, what is said about each, and the round of their keys."""

    form: Form
    company: Company
    complaints: tuple[Complaint, ...]
    slips: tuple[Complaint, ...]
    notes: Mapping[str, str]
    turn: int

    def key(self, field: str) -> str:
        return f"field-{self.turn}-{field}"

    def begin(self, field: str, value: object) -> str:
        """The key of a widget that begins with a value, and keeps what was done to it since."""
        key = self.key(field)
        st.session_state.setdefault(key, value)
        return key

    def label(self, field: str) -> str:
        return plain(field_name(field, self.company))

    def say(self, *places: str, below: bool = False) -> None:
        """What is said about a field, right below it; `below`: about whatever is inside it too."""

        def is_here(said: Complaint) -> bool:
            return any(said.place == place or (below and said.place.startswith(f"{place}.")) for place in places)

        for said in filter(is_here, self.complaints):
            show(element("p", sentence(said), class_="field-complaint", role="alert"))
        for said in filter(is_here, self.slips):
            show(element("p", sentence(said), class_="field-slip"))
        for place in places:
            if note := self.notes.get(place):
                show(element("p", note, class_="field-note"))


def plain(label: str) -> str:
    """A label that Markdown shows as it is, with as few signs for it as can be: screen readers say them."""
    return markdown_literal(label) if _MARKDOWN.search(label) else label


def sentence(said: Complaint) -> str:
    """What is said about a field, as it stands below it."""
    what = f"{shorten(said.value)} {said.rule}" if said.value else said.rule
    return f"{what[:1].upper()}{what[1:]}. {said.remedy}"


def fields_of(step: FormStep, fields: Fields) -> Form:
    """Show the fields of a step; the form with what they say now."""
    shown: dict[FormStep, Callable[[Fields], Form]] = {
        FormStep.WHAT: _what,
        FormStep.WHOM: _whom,
        FormStep.CHANGES: _changes,
        FormStep.COSTS: _costs,
        FormStep.EVIDENCE: _evidence,
    }
    return shown[step](fields)


# --- what


def _what(fields: Fields) -> Form:
    form = fields.form
    name = _line(fields, "name", form.name, fields.label("name"), _("Call back every unhappy customer"))
    st.text_input(fields.label("department"), form.department, disabled=True, key=fields.key("department"))
    fields.say("department")
    owner = _line(fields, "owner", form.owner, _optional(fields.label("owner")))
    description = st.text_area(
        _optional(fields.label("description")),
        key=fields.begin("description", form.description),
        help=_("What happens, for whom, and why now: two or three sentences."),
        height=110,
    )
    fields.say("description")
    return form.model_copy(update={"name": name, "owner": owner, "description": description})


def _line(fields: Fields, field: str, text: str, label: str, placeholder: str = "") -> str:
    typed = st.text_input(label, key=fields.begin(field, text), placeholder=placeholder or None)
    fields.say(field)
    return typed


def _short(fields: Fields, field: str, placeholder: str = "") -> str:
    """One number, without a range."""
    with st.container(width=WIDEST):
        return _line(fields, field, getattr(fields.form, field), fields.label(field), placeholder)


def _optional(label: str) -> str:
    return _("{label} (optional)").format(label=label)


# --- whom it reaches


def _whom(fields: Fields) -> Form:
    form, company = fields.form, fields.company
    words = {False: _("the same in every group"), True: _("another one in each group")}
    by_group = st.segmented_control(
        _("The share that it reaches is"),
        [False, True],
        format_func=lambda each: words[each],
        key=fields.begin("by_group", form.by_group),
        required=True,
    )
    reach = dict(form.reach)
    period = period_word(company)
    for group in [*company.groups, *_unknown_groups(form, company)] if by_group else [ALL]:
        named = _("all customers") if group == ALL else group
        label = _("Share of {group} that it reaches in a {period}, %").format(group=named, period=period)
        reach[group] = _answer(fields, f"reach.{group}", form.reach.get(group, Answer()), label)
    if by_group:
        show(element("p", _("Leave a group empty where it does not go."), class_="field-note"))
    fields.say("reach")
    return form.model_copy(update={"by_group": bool(by_group), "reach": reach})


def _unknown_groups(form: Form, company: Company) -> list[str]:
    """Groups that the company has not, as far as something is typed about them: their complaint must be seen."""
    return [group for group, answer in form.reach.items() if group not in (ALL, *company.groups) and answer.likely]


def _answer(fields: Fields, field: str, answer: Answer, label: str, at: str = "") -> Answer:
    """A number, with the two ends of its range beside it. `at` is its place where that is not its field."""
    shown = plain(label)
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", width=WIDEST, key=fields.key(f"{field}-row")
    ):
        likely = st.text_input(
            _("{label}: most likely").format(label=shown),
            key=fields.begin(f"{field}.likely", answer.likely),
            width="stretch",
        )
        low = st.text_input(
            _("1 in 20: less than"),
            key=fields.begin(f"{field}.low", answer.low),
            help=_("In one case of twenty it is lower than this. Leave both ends empty where the number is certain."),
            width=120,
        )
        high = st.text_input(
            _("1 in 20: more than"),
            key=fields.begin(f"{field}.high", answer.high),
            help=_("In one case of twenty it is higher than this."),
            width=120,
        )
    place = at or field
    fields.say(f"{place}.likely", f"{place}.low", f"{place}.high", place)
    return Answer(likely=likely, low=low, high=high)


# --- what it changes


def _changes(fields: Fields) -> Form:
    form = fields.form
    rows = tuple(_row(fields, index, row) for index, row in enumerate(form.levers))
    kept = tuple(row for row in rows if not st.session_state.get(fields.key(f"remove-{row.key}")))
    fields.say("levers")
    if st.button(_("Add something else that it changes"), key=fields.key("add"), icon=":material/add:"):
        kept = (*kept, next_row(form))
    return form.model_copy(update={"levers": kept})


def _row(fields: Fields, index: int, row: LeverRow) -> LeverRow:
    """The fields of a lever; complaints about it are placed by its position, its widgets by its key."""
    kinds = {kind.key: kind for kind in lever_kinds(fields.company)}
    at, key = f"levers.{index}", f"lever-{row.key}"
    with st.container(border=True, key=fields.key(key)):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            chosen = st.selectbox(
                _("What changes"),
                list(kinds),
                format_func=lambda kind: kinds[kind].words,
                index=None,
                placeholder=_("Choose what it changes"),
                key=fields.begin(f"{key}-kind", row.kind if row.kind in kinds else None),
                width="stretch",
            )
            st.button(
                _("Remove"), key=fields.key(f"remove-{row.key}"), icon=":material/delete:", type="tertiary", width=110
            )
        fields.say(f"{at}.kind", at)
        if chosen is None:
            return row.model_copy(update={"kind": ""})
        sized = _extra_customers if chosen == EXTRA else _size
        return sized(fields, at, key, row.model_copy(update={"kind": chosen}), kinds[chosen])


def _size(fields: Fields, at: str, key: str, row: LeverRow, kind: LeverKind) -> LeverRow:
    whom = _whom_of(fields, at, key, row, kind)
    label = _("{question}, {unit}").format(question=kind.question, unit=kind.unit)
    size = _answer(fields, f"{key}-size", row.size, label, f"{at}.size")
    return row.model_copy(update={"whom": whom, "size": size})


def _whom_of(fields: Fields, at: str, key: str, row: LeverRow, kind: LeverKind) -> str:
    if not kind.chooses_whom:
        return kind.whom[0] if kind.whom else ""
    whom = st.segmented_control(
        _("Among whom"),
        kind.whom,
        format_func=whom_word,
        key=fields.begin(f"{key}-whom", row.whom if row.whom in kind.whom else None),
    )
    fields.say(f"{at}.whom")
    return whom or ""


def _extra_customers(fields: Fields, at: str, key: str, row: LeverRow, kind: LeverKind) -> LeverRow:
    sizes = {}
    for group in [*fields.company.groups, *(group for group in row.sizes if group not in fields.company.groups)]:
        label = _("{group}: {unit}").format(group=group, unit=kind.unit)
        answer = row.sizes.get(group, Answer())
        sizes[group] = _answer(fields, f"{key}-sizes-{group}", answer, label, f"{at}.sizes.{group}")
    fields.say(f"{at}.sizes")
    label = _("What each costs to win, {currency}").format(currency=sign(fields.company.currency))
    cost = _answer(fields, f"{key}-cost", row.cost_each, label, f"{at}.cost_each")
    given = {group: answer for group, answer in sizes.items() if not answer.is_blank}
    return row.model_copy(update={"sizes": given, "cost_each": cost})


# --- what it costs and when


def _costs(fields: Fields) -> Form:
    form = fields.form
    amounts = {
        field: _answer(fields, field, getattr(form, field), field_name(field, fields.company))
        for field in ("one_off", "running")
    }
    start = _start(fields)
    with st.expander(_("More about cost and time (optional)"), expanded=_says_more(fields)):
        label = field_name("per_customer", fields.company)
        per_customer = _answer(fields, "per_customer", form.per_customer, label)
        of = _of(fields) if not per_customer.is_blank else form.of
        spans = {field: _short(fields, field) for field in SPANS}
        success = _short(fields, "success", "100")
        staff = _staff(fields)
    changed = {**amounts, "start": start, "per_customer": per_customer, "of": of, **spans}
    return form.model_copy(update={**changed, "success": success, "staff": staff})


def _says_more(fields: Fields) -> bool:
    """Whether something is filled in, or said, that would be hidden otherwise."""
    form = fields.form
    texts = (*(getattr(form, field) for field in SPANS), form.success, *form.staff.values())
    return not form.per_customer.is_blank or any(text.strip() for text in texts)


def _start(fields: Fields) -> str:
    names = start_names(fields.company)
    known = names if fields.form.start in ("", *names) else (fields.form.start, *names)
    chosen = st.selectbox(
        fields.label("start"),
        known,
        index=None,
        placeholder=_("Choose the period in which it starts"),
        key=fields.begin("start", fields.form.start or None),
    )
    fields.say("start")
    return chosen or ""


def _of(fields: Fields) -> tuple[str, ...]:
    words = {segment.value: word for segment, word in segments_in_order()}
    chosen = st.segmented_control(
        _("Of those it reaches, for whom it costs that"),
        list(words),
        format_func=lambda segment: words[segment],
        selection_mode="multi",
        key=fields.begin("of", [segment for segment in fields.form.of if segment in words]),
    )
    fields.say("of")
    is_as_before = set(chosen) == set(fields.form.of)
    return fields.form.of if is_as_before else tuple(segment for segment in words if segment in chosen)


def _staff(fields: Fields) -> dict[str, str]:
    """People needed, by department: those whose people the company counts, and the own one."""
    form, company = fields.form, fields.company
    departments = dict.fromkeys([*form.staff, form.department, *company.staff])
    count = sum(bool(text.strip()) for text in form.staff.values())
    said = ngettext("{count} department", "{count} departments", count).format(count=count)
    label = _("{what}: {departments}").format(what=field_name("staff", company), departments=said)
    show(element("p", label if count else field_name("staff", company), class_="field-head"))
    staff = {}
    with st.container(horizontal=True, gap="small", key=fields.key("staff-row")):
        for department in filter(None, departments):
            text = form.staff.get(department, "")
            key = fields.begin(f"staff.{department}", text)
            staff[department] = st.text_input(plain(department), key=key, width=150)
    fields.say("staff", below=True)
    return {department: text for department, text in staff.items() if text.strip() or department in form.staff}


# --- evidence


def _evidence(fields: Fields) -> Form:
    form = fields.form
    grades: Sequence[str] = [grade.value for grade in Grade]
    grade = st.radio(
        fields.label("grade"),
        grades,
        format_func=lambda known: f"{known}: {Grade(known).words}",
        index=None,
        key=fields.begin("grade", form.grade if form.grade in grades else None),
    )
    fields.say("grade")
    note = st.text_area(_optional(fields.label("note")), key=fields.begin("note", form.note), height=90)
    fields.say("note")
    sources = _sources(fields)
    return form.model_copy(update={"grade": grade or "", "note": note, "sources": sources, **_pilot(fields)})


def _pilot(fields: Fields) -> dict[str, str]:
    """What testing it first would take, for who weighs that against its doubt."""
    said = _("A test compares customers with it and without, before the money goes: see “Test before you fund”.")
    begun = any(getattr(fields.form, field) for field in PILOT)
    with st.expander(_("Testing it first (optional)"), expanded=begun):
        show(element("p", said, class_="quiet"))
        return {field: _short(fields, field) for field in PILOT}


def _sources(fields: Fields) -> str:
    """The facts that are cited, a line each; those that the library has not stay until somebody takes them out."""
    cited = [line.strip() for line in fields.form.sources.splitlines() if line.strip()]
    known = {fact.id: fact.statement for fact in facts()}
    chosen = st.multiselect(
        _optional(fields.label("sources")),
        [*known, *(id_ for id_ in cited if id_ not in known)],
        format_func=lambda id_: f"{id_}: {shorten(known[id_])}" if id_ in known else id_,
        placeholder=_("Choose facts of the evidence library"),
        key=fields.begin("sources", list(dict.fromkeys(cited))),
        help=_("Sources of your own belong into the note above."),
    )
    fields.say("sources", below=True)
    if chosen:
        show(facts_in_lines(chosen))
    return fields.form.sources if chosen == cited else "\n".join(chosen)
