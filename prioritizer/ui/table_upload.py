"""Many submissions at once: a table is uploaded, complained about by row and column, looked at, saved as a whole."""

import hashlib
from collections.abc import Sequence

import streamlit as st

from prioritizer.domain.initiatives import Initiative
from prioritizer.errors import Conflict, InputError, NotAllowed, StoreError
from prioritizer.language import _, ngettext
from prioritizer.services import submitting
from prioritizer.services.bulk import read_bulk
from prioritizer.services.effects import levers_in_words
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.workspace import save_initiatives
from prioritizer.ui import session
from prioritizer.ui.boundary import show_complaints
from prioritizer.ui.markup import element, show, table

DONE = "uploads-done"  # what was saved from which file, by its digest: a file is never saved twice


def table_upload(evaluation: Evaluation) -> None:
    """The part of the page for tables."""
    show(
        element(
            "p",
            _(
                "A row for each initiative, as CSV or XLSX; docs/submissions.md names the columns. Nothing is saved "
                "until everything in it is right."
            ),
            class_="quiet",
        )
    )
    given = st.file_uploader(_("Table of initiatives"), ["csv", "xlsx"], key="table", label_visibility="collapsed")
    if given is None:
        return
    content = given.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    if done := st.session_state.get(DONE, {}).get(digest):
        show(element("p", done, class_="said", role="status"))
        return
    try:
        initiatives = _read(given.name, content, evaluation)
    except InputError as error:
        show_complaints(error.complaints)
        return
    _preview(evaluation, initiatives)
    _save_buttons(initiatives, digest)


def _read(name: str, content: bytes, evaluation: Evaluation) -> tuple[Initiative, ...]:
    person = session.person()
    others = [version.content for version in submitting.initiatives_seen(session.workspace(), person.id)]
    return read_bulk(name, content, evaluation.scenario.company, others, person.department)


def _preview(evaluation: Evaluation, initiatives: Sequence[Initiative]) -> None:
    company = evaluation.scenario.company
    rows = [
        (
            initiative.name,
            company.period_name(initiative.first_start),
            " ".join(lever.text for lever in levers_in_words(company, initiative)) or _("It only costs."),
        )
        for initiative in initiatives
    ]
    title = _("What is in the table")
    headings = (_("Initiative"), _("Start"), _("What it changes"))
    show(element("h2", title, class_="chart-title"), table(headings, rows, title, text_columns=(0, 1, 2)))


def _save_buttons(initiatives: Sequence[Initiative], digest: str) -> None:
    count = len(initiatives)
    why = st.text_input(_("Why, for those who read the history (optional)"), key="table-why", max_chars=500)
    save_label = ngettext("Save {count} draft", "Save {count} drafts", count).format(count=count)
    send_label = ngettext("Submit {count}", "Submit {count}", count).format(count=count)
    with st.container(horizontal=True, gap="small"):
        save = st.button(save_label, key="table-save")
        send = st.button(send_label, key="table-send", type="primary")
    if save or send:
        _save(initiatives, digest, why, submit=send)


def _save(initiatives: Sequence[Initiative], digest: str, why: str, submit: bool) -> None:
    try:
        save_initiatives(session.workspace(), initiatives, session.person().id, why, submit=submit)
    except InputError as error:
        show_complaints(error.complaints)
        return
    except (Conflict, NotAllowed, StoreError) as error:
        show(element("p", str(error), class_="field-complaint", role="alert"))
        return
    st.session_state[DONE] = {**st.session_state.get(DONE, {}), digest: _done(len(initiatives), submit)}
    st.rerun()


def _done(count: int, submit: bool) -> str:
    if submit:
        words = ngettext("{count} initiative was submitted.", "{count} initiatives were submitted.", count)
    else:
        words = ngettext("{count} draft was saved.", "{count} drafts were saved.", count)
    return words.format(count=count)
