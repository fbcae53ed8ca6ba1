"""A what-if kept as a scenario: in the workspace with one click, or as a file to put beside the others."""

import streamlit as st

from prioritizer.domain.scenarios import Differences
from prioritizer.domain.whatif import WhatIf
from prioritizer.domain.workspace import Version
from prioritizer.errors import PrioritizerError
from prioritizer.language import _
from prioritizer.services import scenarios
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.reporting import slug
from prioritizer.services.what_if import differences_of, file_of
from prioritizer.services.what_if_from import what_if_of
from prioritizer.ui import session
from prioritizer.ui.boundary import act, show_beside, show_trouble
from prioritizer.ui.controls import begin_as
from prioritizer.ui.markup import element, show

NAME, WHY = "what-if-name", "what-if-why"
BEGAN = "what-if-began"  # the version of a scenario that the what-if began as, where controls can say all of it
OF = "of"  # the key in the address that names a scenario to begin with


def begin_as_scenario() -> None:
    """Where the address names a scenario of the workspace, begin with what it changes in the one that it extends."""
    id_ = st.query_params.get(OF)
    if id_ is None or not session.here().is_workspace:
        return
    try:
        version = scenarios.scenario(session.workspace(), id_, session.person().id)
    except PrioritizerError:
        del st.query_params[OF]
        raise
    found = version.content
    extends = found.extends
    if extends is not None and session.opened().id != extends and extends in [one.id for one in session.choices()]:
        session.choose(extends)
        st.rerun()
    del st.query_params[OF]
    said = what_if_of(found)
    begin_as(said)
    st.session_state[BEGAN] = None if said.unsaid else version  # what no control can say would be lost


def save_what_if(base: Evaluation, what_if: WhatIf) -> None:
    """What keeps a what-if, where there is one on something that is known by a name."""
    opened = session.opened()
    if not what_if.tried or opened.id is None or opened.decision is not None:
        return
    if session.here().is_workspace:
        show_trouble()
        with st.popover(_("Save as a scenario"), icon=":material/bookmark_add:"):
            _save_in_workspace(base, what_if, opened.id)
        return
    with st.popover(_("Take it away as a file"), icon=":material/download:"):
        _take_away(base, what_if, opened.id)


def _save_in_workspace(base: Evaluation, what_if: WhatIf, extends: str) -> None:
    st.text_input(_("Name"), key=NAME, max_chars=100, placeholder=_("what it is about, such as Mild winter"))
    show_beside(NAME, _("Name"))
    st.text_input(_("Why it is worth looking at"), key=WHY, max_chars=1000)
    show(element("p", _("It is private until you share it, and stands on the page Scenarios."), class_="quiet"))
    st.button(_("Save"), key="what-if-save", type="primary", on_click=_save, args=(base, what_if, extends))
    began: Version[Differences] | None = st.session_state.get(BEGAN)
    if began is not None and began.content.extends == extends:
        label = _("Save as the next version of “{name}”").format(name=began.content.name)
        st.button(label, key="what-if-change", on_click=_save_version, args=(base, what_if, began))


def _save(base: Evaluation, what_if: WhatIf, extends: str) -> None:
    name, why = st.session_state.get(NAME, ""), st.session_state.get(WHY, "")
    path, who = session.workspace(), session.person().id

    def create() -> None:
        made = differences_of(base.scenario, what_if, name, extends=extends)
        scenarios.create(path, made, who, why)

    said = _("{name} is saved. It is private, and stands on the page Scenarios.").format(name=name.strip())
    act(create, NAME, WHY, said=said, beside={"name": NAME})


def _save_version(base: Evaluation, what_if: WhatIf, began: Version[Differences]) -> None:
    """A new version of the scenario that the what-if began as, by those who may change it."""
    path, who, why = session.workspace(), session.person().id, st.session_state.get(WHY, "")
    saved: list[Version[Differences]] = []

    def change() -> None:
        made = differences_of(base.scenario, what_if, began.content.name, extends=began.content.extends)
        saved.append(scenarios.change(path, began.id, made, began.version, who, why))

    said = _("“{name}” has a new version.").format(name=began.content.name)
    if act(change, WHY, said=said):
        st.session_state[BEGAN] = saved[0]


def _take_away(base: Evaluation, what_if: WhatIf, id_: str) -> None:
    name = st.text_input(_("Name"), key=NAME, max_chars=100, placeholder=_("what it is about, such as Mild winter"))
    said = _("Put the file beside {file}: it says how it differs from there.").format(file=session.here().path.name)
    show(element("p", said, class_="quiet"))
    st.download_button(
        _("Scenario file"),
        lambda: file_of(_differences(base, what_if, id_, name)).encode(),
        f"{slug(name, 'scenario')}.yaml",
        "application/yaml",
        key="what-if-file",
        on_click="ignore",
        disabled=not name.strip(),
    )


def _differences(base: Evaluation, what_if: WhatIf, id_: str, name: str) -> Differences:
    if id_ in [one.id for one in session.choices()]:
        return differences_of(base.scenario, what_if, name, extends=id_)
    return differences_of(base.scenario, what_if, name, company=session.here().path.name)
