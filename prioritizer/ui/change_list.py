"""The changes of any assumption in a what-if: a list with a field that adds to it. The address holds them all."""

from collections.abc import Mapping, Sequence

import streamlit as st

from prioritizer.domain.change_lines import IS, PLUS, TIMES, change_by, change_of, line_of
from prioritizer.domain.scenarios import Change, Scenario, path_text
from prioritizer.domain.typed import number_typed
from prioritizer.domain.whatif import MOST_CHANGES, WhatIf, name_of
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _, asked_for, speak
from prioritizer.services.changeable import (
    Changeable,
    ChangeInWords,
    changeable,
    fitting,
    how_in_words,
    in_words,
    value_today,
)
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.what_if import scenario_under
from prioritizer.ui import session
from prioritizer.ui.linked import begin_as_linked, keep_in_link, widget
from prioritizer.ui.markup import Element, element, show

CHANGE = "change"
PLACE, HOW, AMOUNT = "change-place", "change-how", "change-amount"
_REFUSED = "change-refused"

Known = Mapping[tuple[str, ...], Changeable]


def change_list(base: Evaluation) -> tuple[Change, ...]:
    """Show the changes with what adds one, and return those that fit."""
    known = _known(session.key_of(base.scenario), base.scenario)
    begin_as_linked(CHANGE, st.query_params.get_all(CHANGE)[: MOST_CHANGES + 1])
    changes, complaints = fitting(base.scenario, st.session_state[widget(CHANGE)], known)
    lines = [line_of(change) for change in changes]
    keep_in_link(CHANGE, lines)
    with st.container(key="changes", gap="small"):
        _field(base.scenario, known, lines)
        _listed(base.scenario, known, changes)
        if complaints:
            _say_what_is_left_out(complaints, lines)
    return changes


def changes_in_words(base: Evaluation, changes: Sequence[Change]) -> dict[str, str]:
    """What each change is called, with its size, by its name among what is tried."""
    known = _known(session.key_of(base.scenario), base.scenario)
    said = _("{what} {change}")
    return {
        name_of(one): said.format(what=found.name, change=how_in_words(base.scenario, one, found))
        for one in changes
        if (found := known.get(one.path)) is not None
    }


def begin_with_changes(lines: list[str]) -> None:
    """Let the list hold these changes; none empties it."""
    st.session_state[widget(CHANGE)] = lines


@st.cache_resource(max_entries=8, show_spinner=False)
def _known(key: str, _scenario: Scenario) -> Known:
    return changeable(_scenario)


def _field(scenario: Scenario, known: Known, lines: list[str]) -> None:
    """What is changed, how and by how much."""
    by_text = {path_text(path): one for path, one in known.items()}
    chosen = st.selectbox(
        _("Change any other assumption"),
        list(by_text),
        index=None,
        format_func=lambda text: by_text[text].name if text in by_text else text,
        key=PLACE,
        placeholder=_("search: churn, a group, budget …"),
    )
    if chosen is None or chosen not in by_text:
        return
    one = by_text[chosen]
    how = _way(one)
    with st.form("change-form", border=False):
        st.text_input(_amount_label(scenario, one, how), key=AMOUNT, max_chars=60)
        _say_what_is_refused()
        st.form_submit_button(
            _("Add this change"), key="change-add", on_click=_add, args=(scenario, known, one, how, lines)
        )


def _way(one: Changeable) -> str:
    words = {IS: _("is"), TIMES: _("times"), PLUS: _("plus")}
    if len(one.ways) == 1:
        return one.ways[0]
    chosen = st.segmented_control(
        _("How"),
        list(one.ways),
        default=TIMES,
        format_func=lambda way: words[way],
        key=HOW,
        help=_("“Is” makes the number certain; “times” and “plus” keep what is not known about it."),
    )
    return chosen or TIMES


def _amount_label(scenario: Scenario, one: Changeable, how: str) -> str:
    today = value_today(scenario, one)
    if how == TIMES:
        return _("times, today {today}").format(today=today) if today else _("times")
    if one.is_in_percent(how):
        said = _("is, in %, today {today}") if how == IS else _("plus, in percentage points, today {today}")
    else:
        said = _("is, today {today}") if how == IS else _("plus, today {today}")
    return said.format(today=today)


def _add(scenario: Scenario, known: Known, one: Changeable, how: str, lines: list[str]) -> None:
    """Add a change, in place of an earlier one of the same place."""
    speak(asked_for())
    try:
        change = change_by(one.path, how, number_typed(st.session_state.get(AMOUNT, ""), one.is_in_percent(how)))
        wanted = [*(line for line in lines if change_of(line).path != one.path), line_of(change)]
        if complaints := fitting(scenario, wanted, known)[1]:
            raise InputError(complaints)
    except InputError as error:
        st.session_state[_REFUSED] = error.complaints
        return
    st.session_state[widget(CHANGE)] = wanted
    st.session_state[AMOUNT] = ""
    st.session_state[PLACE] = None


def _say_what_is_refused() -> None:
    for said in st.session_state.pop(_REFUSED, ()):
        show(element("p", _in_one_sentence(said), class_="field-complaint", role="alert"))


def _in_one_sentence(said: Complaint) -> str:
    whole = _("{value} {rule}. {remedy}").format(value=said.value, rule=said.rule, remedy=said.remedy)
    return whole.strip()


def _listed(scenario: Scenario, known: Known, changes: tuple[Change, ...]) -> None:
    if not changes:
        return
    under = scenario_under(scenario, WhatIf(changes=changes))
    lines = [line_of(change) for change in changes]
    for place, change in enumerate(changes):
        with st.container(gap=None, key=f"change-{place}"):
            show(_entry(in_words(scenario, under, change, known[change.path])))
            rest = [*lines[:place], *lines[place + 1 :]]
            st.button(
                _("Remove"),
                key=f"change-remove-{place}",
                type="tertiary",
                on_click=begin_with_changes,
                args=(rest,),
            )


def _entry(said: ChangeInWords) -> Element:
    name = element("strong", said.name)
    if not said.today:
        return element("p", name, f" {said.how}", class_="change")
    now = said.now or _("left out")
    values = _("{today} → {now}").format(today=said.today, now=now)
    return element("p", name, f" {said.how}", element("br"), values, class_="change")


def _say_what_is_left_out(complaints: Sequence[Complaint], lines: list[str]) -> None:
    """What a link, or what was changed under another scenario, says that does not fit."""
    said = [element("li", f"{one.place}: " if one.place else "", _in_one_sentence(one)) for one in complaints]
    title = element("p", _("Left out, since it does not fit this scenario:"))
    show(element("section", title, element("ul", *said), class_="field-complaint", role="alert"))
    st.button(_("All right"), key="change-forget", type="tertiary", on_click=begin_with_changes, args=(lines,))
