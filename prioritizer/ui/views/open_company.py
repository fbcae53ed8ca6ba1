"""Open a company: another scenario beside the one that is open, or files from one's own machine."""

import streamlit as st

from prioritizer.errors import InputError
from prioritizer.language import _, ngettext
from prioritizer.services.loading import open_uploaded
from prioritizer.ui import session
from prioritizer.ui.boundary import guarded, show_complaints
from prioritizer.ui.markup import element, markdown_literal, show

ACCEPTED = ["yaml", "yml", "csv", "xlsx"]


@guarded
def view() -> None:
    """The page."""
    show(element("h1", _("Open a company, or another scenario of it"), class_="answer"))
    left, right = st.columns(2, gap="large")
    with left:
        _beside()
    with right:
        _upload()


def _beside() -> None:
    """The scenarios of the workspace, or those that lie beside the file with which the application was started."""
    show(
        element("h2", _("Scenarios here"), class_="chart-title"),
        element("p", _beside_what(), class_="quiet"),
    )
    for choice in session.choices():
        is_open = session.is_open(choice.id)
        name = markdown_literal(choice.name)
        label = _("{name} (open)").format(name=name) if is_open else name
        st.button(label, key=f"open-{choice.id}", disabled=is_open, on_click=session.choose, args=(choice.id,))
    if not session.choices():
        show(element("p", _("A company was opened that has no scenarios beside it."), class_="quiet"))
    if not session.here().is_workspace:
        st.button(_("Read the files again"), key="again", type="tertiary", on_click=session.read_again)


def _beside_what() -> str:
    if session.here().is_workspace:
        return _("The shared list under each scenario of the workspace.")
    return _("The files beside {name}.").format(name=session.here().path.name)


def _upload() -> None:
    show(
        element("h2", _("Your own files"), class_="chart-title"),
        element(
            "p",
            _(
                "A scenario or company file with all files that it names: initiatives as YAML, CSV or XLSX. They "
                "are read in "
                "memory, seen by this browser window only, and gone when you close or reload it."
            ),
            class_="quiet",
        ),
    )
    given = st.file_uploader(
        _("Files"), ACCEPTED, accept_multiple_files=True, key="uploads", label_visibility="collapsed"
    )
    if not given:
        return
    try:
        found = open_uploaded([(one.name, one.getvalue()) for one in given])
    except InputError as error:
        show_complaints(error.complaints)
        return
    count = len(found.scenario.initiatives)
    said = ngettext(
        "{main}: {company}, {count} initiative. Nothing to complain about; not open yet.",
        "{main}: {company}, {count} initiatives. Nothing to complain about; not open yet.",
        count,
    ).format(main=found.main, company=found.scenario.company.company, count=count)
    show(element("p", said, class_="said"))
    if found.unused:
        names = ", ".join(found.unused)
        show(element("p", _("Not used, because no file names it: {names}.").format(names=names), class_="quiet"))
    if st.button(_("Show its priority list"), key="look", type="primary"):
        session.look_at(found.scenario)
        session.turn_to_the_list()
