"""Assumptions: every number of the company with its source, and for finance the text in which they are changed."""

import difflib
from collections.abc import Callable

import streamlit as st

from prioritizer.errors import Conflict, PrioritizerError
from prioritizer.language import _, ngettext
from prioritizer.services.access import Action, may
from prioritizer.services.assumptions import CompanyText, company_text, company_versions, save_company_text
from prioritizer.services.inputs import company_inputs
from prioritizer.ui import session
from prioritizer.ui.boundary import confirm, guarded, show_error
from prioritizer.ui.foot import foot
from prioritizer.ui.markup import element, show, table
from prioritizer.ui.views import delivered, evidence, register
from prioritizer.words import moment

_TYPED = "assumptions-typed"


PART = "part"  # the key in the address that names the part of the page


def view() -> None:
    """The page: one of its parts."""
    parts = _parts()
    _chosen(parts)()


def _parts() -> dict[str, tuple[str, Callable[[], None]]]:
    """The parts by the words that name them in the address; files are looked at without changing them."""
    parts: dict[str, tuple[str, Callable[[], None]]] = {"register": (_("Register"), register.view)}
    if session.here().is_workspace:
        parts[register.COMPANY_FILE] = (_("The company's file"), _page)
        parts[delivered.PART] = (_("Delivered ÷ claimed"), delivered.view)
    parts[evidence.PART] = (_("Evidence library"), evidence.view)
    return parts


def _chosen(parts: dict[str, tuple[str, Callable[[], None]]]) -> Callable[[], None]:
    first = next(iter(parts))
    if len(parts) == 1:
        return parts[first][1]
    wanted = evidence.PART if evidence.is_asked_for() else st.query_params.get(PART, first)
    if wanted in parts and st.session_state.get("part-read") != wanted:  # a link or a button has asked for it
        st.session_state[PART] = wanted
    chosen = st.segmented_control(
        _("Part of the page"),
        list(parts),
        format_func=lambda part: parts[part][0],
        key=PART,
        required=True,
        label_visibility="collapsed",
    )
    part = chosen or first
    st.session_state["part-read"] = st.query_params[PART] = part
    return parts[part][1]


@guarded
def _page() -> None:
    evaluation = session.shared_evaluation()
    lines = company_inputs(evaluation.scenario.company)
    unsourced = sum(not line.source for line in lines)
    said = ngettext(
        "{count} assumption about the company, {unsourced} of them without a source",
        "{count} assumptions about the company, {unsourced} of them without a source",
        len(lines),
    ).format(count=len(lines), unsourced=unsourced)
    show(element("h1", said, class_="answer"))
    if may(session.person(), Action.SET_ASSUMPTIONS):
        guarded(_change)()
    else:
        show(element("p", _("Finance owns them: only finance may change them."), class_="quiet"))
    _versions()
    foot(evaluation.run)


def _change() -> None:
    """The company's file as text, to be changed and saved on top of the version that was read."""
    known = company_text(session.workspace(), session.person().id)
    typed: tuple[int, str] = st.session_state.setdefault(_TYPED, (known.version, known.text))
    read, begun = typed
    with st.expander(_("Change the company's assumptions"), expanded=read != known.version):
        said = _("This is the company's file; docs/files.md has every key. Budgets are set by executives.")
        show(element("p", said, class_="quiet"))
        if read != known.version:
            _say_somebody_was_faster(known)
        text = st.text_area(_("The company's file"), begun, height=420, key=f"company-text-{read}")
        why = st.text_input(_("Why"), key=f"company-why-{read}")
        with st.container(horizontal=True, gap="small"):
            if st.button(_("Save the assumptions"), key="save-company", type="primary"):
                _save(text, read, why)
            if read != known.version or text != begun:
                st.button(_("Begin anew with what is saved now"), key="begin-anew", on_click=_begin_anew)
                if read != known.version:
                    st.button(_("Save mine on top of it"), key="on-top", on_click=_take_up, args=(known.version, text))
        _differences(known.text, text)


def _say_somebody_was_faster(known: CompanyText) -> None:
    said = _(
        "{who} has saved version {n} since you began, {at}. Below stands what differs between it and what you typed."
    )
    text = said.format(who=session.name_of(known.who), n=known.version, at=moment(known.at))
    show(element("p", text, class_="field-complaint", role="alert"))


def _begin_anew() -> None:
    st.session_state.pop(_TYPED, None)


def _take_up(version: int, text: str) -> None:
    """What was typed stands on top of what somebody else has saved meanwhile."""
    st.session_state[_TYPED] = (version, text)


def _save(text: str, read: int, why: str) -> None:
    try:
        save_company_text(session.workspace(), text, read, session.person().id, why)
    except Conflict:
        st.rerun(scope="app")
    except PrioritizerError as error:
        show_error(error)
        return
    st.session_state.pop(_TYPED, None)
    confirm(_("The assumptions were saved."))
    st.rerun(scope="app")


def _differences(saved: str, typed: str) -> None:
    """What would change, line by line."""
    lines = [
        line
        for line in difflib.unified_diff(saved.splitlines(), typed.splitlines(), lineterm="", n=1)
        if not line.startswith(("---", "+++"))
    ]
    if lines:
        show(
            element("h3", _("What would change"), class_="chart-title"),
            element("pre", "\n".join(lines), class_="differences", tabindex="0"),
        )


def _versions() -> None:
    known = company_versions(session.workspace(), session.person().id)
    title = _("Every version")
    lines = [(str(one.version), session.name_of(one.who), moment(one.at), one.why) for one in known]
    headings = (_("Version"), _("Who"), _("When"), _("Why"))
    made = table(headings, lines, title, (0, 1, 2, 3))
    show(element("details", element("summary", title), made, class_="more"))
