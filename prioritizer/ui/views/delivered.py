"""Delivered ÷ claimed: finance's table in fields; what a change would do to the list; who changed what, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from prioritizer.domain.company import BenefitRealisation
from prioritizer.domain.quantity import Grade
from prioritizer.errors import Conflict, InputError, PrioritizerError
from prioritizer.language import _, ngettext
from prioritizer.services.access import Action, may
from prioritizer.services.delivery_table import (
    SHARED,
    DeliveryTable,
    Field,
    NumberChange,
    Preview,
    as_fields,
    changes_between,
    delivery_table,
    grade_fields,
    in_words,
    name_of_place,
    number_at,
    places,
    preview,
    read_fields,
    rebased,
    save_table,
    shared_fields,
    table_versions,
)
from prioritizer.services.inputs import period_word
from prioritizer.ui import session
from prioritizer.ui.boundary import confirm, guarded, show_error
from prioritizer.ui.charts.amounts import Amounts
from prioritizer.ui.foot import foot
from prioritizer.ui.markup import Element, element, markdown_literal, show, table
from prioritizer.words import NOTHING, moment, money, sign

PART = "delivered"  # what the part is called in the address
_BEGUN, _PREVIEW = "delivered-begun", "delivered-preview"


@dataclass(frozen=True)
class _Begun:
    """What is typed on top of which table; `turn` names its fields."""

    version: int
    table: BenefitRealisation | None
    typed: dict[str, str]
    turn: int = 0


def view() -> None:
    """The part of the page."""
    _page()


@guarded
def _page() -> None:
    now = delivery_table(session.workspace(), session.person().id)
    said = _("Departments claim; companies get less, and less still of a large claim. How much hangs on the evidence.")
    show(element("h1", said, class_="answer"))
    if now.table is None:
        show(element("p", _("There is no table yet: claims are taken as they are."), class_="said"))
    if may(session.person(), Action.SET_ASSUMPTIONS):
        _change(now)
    else:
        show(element("p", _("Finance owns this table: only finance may change it."), class_="quiet"))
        _read_only(now)
    _evidence(now)
    _versions()
    foot(session.shared_evaluation().run)


def _read_only(now: DeliveryTable) -> None:
    """The table as it is."""
    title = _("Delivered ÷ claimed by evidence grade")
    fields = grade_fields()
    headings = (_("Evidence"), *(field.name for field in fields))
    rows = [(_grade_name(grade), *(_number(now, f"{grade.value}.{field.key}") for field in fields)) for grade in Grade]
    shared = [(field.name, _number(now, f"{SHARED}.{field.key}")) for field in shared_fields()]
    together = _("Spreads that claims share")
    show(
        element("h2", title, class_="chart-title"),
        table(headings, rows, title),
        element("h2", together, class_="chart-title"),
        table((_("Shared by the claims of"), _("Spread")), shared, together),
    )


def _number(now: DeliveryTable, place: str) -> str:
    return in_words(place, now.number(place))


def _grade_name(grade: Grade) -> str:
    return f"{grade.value}: {grade.words}"


# --- changing it


def _change(now: DeliveryTable) -> None:
    """The fields, and what they would change."""
    begun = _begun(now)
    if begun.table != now.table:
        _say_somebody_was_faster(begun, now)
    typed = _fields(begun)
    source = st.text_input(
        _("Where the changed numbers come from (optional; takes the place of their source)"),
        key=f"delivered-source-{begun.turn}",
    )
    why = st.text_input(_("Why the table changes"), key=f"delivered-why-{begun.turn}")
    _buttons(now, begun, typed, source, why)
    _consequences(now, begun, typed, source)


def _begun(now: DeliveryTable) -> _Begun:
    """What was begun; anew where nothing was, or where nothing was typed on a table that has changed."""
    known: _Begun | None = st.session_state.get(_BEGUN)
    untouched = known is not None and known.table != now.table and not _is_touched(known)
    if known is None or untouched:
        known = _Begun(now.version, now.table, as_fields(now.table), 0 if known is None else known.turn + 1)
        st.session_state[_BEGUN] = known
    return known


def _is_touched(begun: _Begun) -> bool:
    fresh = as_fields(begun.table)
    return any(
        st.session_state.get(_key(place, begun), text).strip() != fresh.get(place)
        for place, text in begun.typed.items()
    )


def _key(place: str, begun: _Begun) -> str:
    return f"delivered-{place}-{begun.turn}"


def _fields(begun: _Begun) -> dict[str, str]:
    """A row of fields for each grade, then the shared spreads; what stands in them."""
    typed: dict[str, str] = {}
    for grade in Grade:
        typed |= _row(begun, grade.value, _grade_name(grade), grade_fields())
    typed |= _row(begun, SHARED, _("Spreads that claims share"), shared_fields())
    listed = [(field.name, field.meaning) for field in grade_fields()]
    listed += [(_("Shared spread, {what}").format(what=field.name.lower()), field.meaning) for field in shared_fields()]
    said = element("dl", *(element(tag, text) for pair in listed for tag, text in zip(("dt", "dd"), pair, strict=True)))
    show(element("details", element("summary", _("What the numbers mean")), said, class_="more"))
    return typed


def _row(begun: _Begun, part: str, title: str, fields: tuple[Field, ...]) -> dict[str, str]:
    """The fields of a grade, or of the shared spreads, under a title."""
    typed = {}
    with st.container(gap=None):
        show(element("h3", title, class_="chart-title"))
        row = st.container(horizontal=True, gap="small")
    with row:
        for field in fields:
            place = f"{part}.{field.key}"
            if place not in begun.typed:
                continue  # no certain number: it is changed in the company's file
            unit = period_word(session.shared_evaluation().scenario.company, 2) if field.key == "delay" else field.unit
            label = _("{name}, {unit}").format(name=field.name, unit=unit)
            typed[place] = st.text_input(
                markdown_literal(label), begun.typed[place], key=_key(place, begun), width=190, help=field.meaning
            )
    return typed


def _buttons(now: DeliveryTable, begun: _Begun, typed: dict[str, str], source: str, why: str) -> None:
    differs = typed != as_fields(begun.table) or begun.table != now.table
    with st.container(horizontal=True, gap="small"):
        if st.button(_("Save the table"), key="save-delivered", type="primary"):
            _save(begun, typed, source, why)
        if st.button(_("What would it do to the list?"), key="preview-delivered"):
            _look_ahead(begun, typed, source)
        if differs:
            st.button(_("Begin anew with what is saved now"), key="anew-delivered", on_click=_begin_anew)


def _begin_anew() -> None:
    begun: _Begun = st.session_state[_BEGUN]
    now = delivery_table(session.workspace(), session.person().id)
    st.session_state[_BEGUN] = _Begun(now.version, now.table, as_fields(now.table), begun.turn + 1)
    st.session_state.pop(_PREVIEW, None)


def _say_somebody_was_faster(begun: _Begun, now: DeliveryTable) -> None:
    versions = table_versions(session.workspace(), session.person().id)
    last = versions[0] if versions else None
    said = _("{who} has saved another table since you began, {at}: {why} What you typed is still here.")
    text = said.format(
        who=session.name_of(last.who) if last else NOTHING,
        at=moment(last.at) if last else NOTHING,
        why=f"“{last.why}”." if last and last.why else "",
    )
    title = _("What they changed")
    show(
        element("p", text, class_="field-complaint", role="alert"),
        _changes_table(changes_between(begun.table, now.table), title),
    )
    st.button(_("Put mine on top of it"), key="on-top-delivered", on_click=_take_up)


def _take_up() -> None:
    """Only the fields that were changed here stand on top of what somebody else has saved meanwhile."""
    begun: _Begun = st.session_state[_BEGUN]
    now = delivery_table(session.workspace(), session.person().id)
    typed = {place: st.session_state.get(_key(place, begun), text) for place, text in begun.typed.items()}
    words = {name: st.session_state.get(f"delivered-{name}-{begun.turn}", "") for name in ("why", "source")}
    turn = begun.turn + 1
    st.session_state[_BEGUN] = _Begun(now.version, now.table, rebased(typed, begun.table, now.table), turn)
    for name, text in words.items():
        st.session_state[f"delivered-{name}-{turn}"] = text


def _save(begun: _Begun, typed: Mapping[str, str], source: str, why: str) -> None:
    try:
        made = read_fields(begun.table, typed, source)
        save_table(session.workspace(), made, begun.version, session.person().id, why)
    except Conflict:
        st.rerun(scope="app")
    except PrioritizerError as error:
        show_error(error)
        return
    _begin_anew()
    confirm(_("The table was saved."))
    st.rerun(scope="app")


def _look_ahead(begun: _Begun, typed: Mapping[str, str], source: str) -> None:
    try:
        made = read_fields(begun.table, typed, source)
        st.session_state[_PREVIEW] = (_words(made), preview(session.shared_evaluation(), made))
    except PrioritizerError as error:
        show_error(error)


def _words(made: BenefitRealisation | None) -> str:
    return "" if made is None else made.model_dump_json()


def _consequences(now: DeliveryTable, begun: _Begun, typed: Mapping[str, str], source: str) -> None:
    """What would be another number, and what that does to the list where that was asked."""
    try:
        made = read_fields(begun.table, typed, source)
    except InputError:
        return  # said where it is saved or looked ahead
    if changes := changes_between(now.table, made):
        show(_changes_table(changes, _("What would change in the table")))
    known: tuple[str, Preview] | None = st.session_state.get(_PREVIEW)
    if known is not None and known[0] == _words(made):
        _show_preview(known[1])


def _changes_table(changes: tuple[NumberChange, ...], title: str) -> Element:
    rows = [(change.name, change.before, change.after) for change in changes]
    made = table((_("Number"), _("before"), _("after")), rows, title)
    return element("div", element("h3", title, class_="chart-title"), made)


def _show_preview(found: Preview) -> None:
    currency = sign(session.shared_evaluation().run.currency)
    said = _("Those worth doing would earn {after} together, {before} now; {n} are worth doing, {m} now.").format(
        after=money(found.joint, currency),
        before=money(found.joint_before, currency),
        n=found.worth_doing,
        m=found.worth_doing_before,
    )
    amounts = Amounts.of([one.profit for one in found.moved] + [one.profit_before for one in found.moved], currency)
    rows = [
        (
            one.name,
            str(one.rank_before),
            str(one.rank),
            amounts.figure(one.profit_before),
            amounts.figure(one.profit),
            amounts.change(one.profit - one.profit_before),
        )
        for one in found.moved
        if one.profit != one.profit_before or one.rank != one.rank_before
    ]
    title = _("What it would do to the list")
    kept = len(found.moved) - len(rows)
    rest = ngettext("{n} initiative stays as it is.", "{n} initiatives stay as they are.", kept).format(n=kept)
    show(
        element("h3", title, class_="chart-title"),
        element("p", f"{said} {rest if kept else ''}".strip(), class_="said"),
    )
    if rows:
        headings = (
            _("Initiative"),
            _("rank now"),
            _("rank then"),
            _("profit now, {unit}").format(unit=amounts.unit),
            _("profit then"),
            _("change"),
        )
        show(table(headings, rows, title))


# --- where it comes from, and who changed it


def _evidence(now: DeliveryTable) -> None:
    """The source, grade and note of every number."""
    known = now.table
    if known is None:
        return
    title = _("What each number rests on")
    rows = []
    for place in places():
        number = number_at(known, place)
        said = " · ".join(text for text in (number.source, number.owner, number.note) if text)
        rows.append(
            (
                name_of_place(place),
                in_words(place, number),
                number.grade or NOTHING,
                element("span", said or _("no source given")),
            )
        )
    unsourced = sum(not number_at(known, place).source for place in places())
    summary = _("{title} ({n} of {total} without a source)").format(title=title, n=unsourced, total=len(rows))
    headings = (_("Number"), _("Value"), _("Grade"), _("Source, owner, note"))
    belongs = _(
        "How often initiatives of a kind succeed at all (of digital experiments one in three to one in twelve: Kohavi, "
        "Tang & Xu 2020) belongs to an initiative's probability of success, and not here."
    )
    show(
        element(
            "details",
            element("summary", summary),
            element("p", belongs, class_="said"),
            table(headings, rows, title, (0, 2, 3)),
            class_="more",
        )
    )


def _versions() -> None:
    """Every version of the table: who, when, why, what."""
    known = table_versions(session.workspace(), session.person().id)
    title = _("Every version of the table")
    rows = [
        (
            str(one.version),
            session.name_of(one.who),
            moment(one.at),
            element("span", one.why),
            element("span", _changed_in_words(one.changes) if one.replaces else _("the first table")),
        )
        for one in known
    ]
    headings = (_("Version"), _("Who"), _("When"), _("Why"), _("What changed"))
    made = table(headings, rows, title, (0, 1, 2, 3, 4)) if rows else element("p", _("There was none yet."))
    show(element("details", element("summary", title), made, class_="more"))


def _changed_in_words(changes: tuple[NumberChange, ...]) -> str:
    changed = [change for change in changes if change.before != change.after]
    said = [
        _("{name}: {before} → {after}").format(name=change.name, before=change.before, after=change.after)
        for change in changed
    ]
    if cards := len(changes) - len(changed):
        said.append(ngettext("the source of {n} number", "the sources of {n} numbers", cards).format(n=cards))
    return "; ".join(said)
