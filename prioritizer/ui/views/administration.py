"""Administration: the people of the workspace with their roles, its history, and backups."""

import tempfile
from pathlib import Path

import streamlit as st

from prioritizer.domain.people import Person, Role
from prioritizer.language import _, ngettext
from prioritizer.services import histories, people, workspace
from prioritizer.services.histories import Filter
from prioritizer.services.sign_in import invite
from prioritizer.ui import session
from prioritizer.ui.boundary import act, guarded
from prioritizer.ui.markup import Element, element, markdown_literal, show, table
from prioritizer.ui.person import roles_in_words
from prioritizer.ui.served import Kind
from prioritizer.words import moment


def view() -> None:
    """The page."""
    _page()


@guarded
def _page() -> None:
    known = people.people(session.workspace()).people
    active = sum(person.active for person in known)
    said = ngettext("{count} person works here", "{count} people work here", active).format(count=active)
    show(element("h1", said, class_="answer"))
    persons, history, backup = st.tabs([_("People"), _("History"), _("Backups")])
    with persons:
        guarded(_people)(known)
    with history:
        guarded(_history)()
    with backup:
        guarded(_backup)()


def _people(known: tuple[Person, ...]) -> None:
    title = _("The people of the workspace")
    lines = [
        (person.id, person.name, roles_in_words(person), "" if person.active else _("disabled")) for person in known
    ]
    show(table((_("Signs in as"), _("Name"), _("Roles"), ""), lines, title, text_columns=(0, 1, 2, 3)))
    left, right = st.columns(2, gap="large")
    with left:
        _add()
    with right:
        _change(known)


def _add() -> None:
    show(element("h2", _("Add somebody"), class_="chart-title"))
    with st.form("add-person", border=False):
        st.text_input(
            _("Signs in as"), key="add-id", help=_("A short name, or the e-mail address of the company account.")
        )
        st.text_input(_("Name"), key="add-name")
        st.multiselect(_("Roles"), list(Role), format_func=lambda role: role.words, key="add-roles")
        st.text_input(
            _("Department"), key="add-department", help=_("For department heads: whose initiatives they submit.")
        )
        st.form_submit_button(_("Add"), type="primary", on_click=_add_typed)


def _add_typed() -> None:
    path, who = session.workspace(), session.person().id
    id_, name, department = (st.session_state.get(f"add-{key}", "") for key in ("id", "name", "department"))
    roles = st.session_state.get("add-roles", [])
    act(
        lambda: people.add_person(path, people.new_person(id_, name or None, roles, department or None), who),
        "add-id",
        "add-name",
        "add-department",
        said=_("{person} was added.").format(person=name or id_),
    )


def _change(known: tuple[Person, ...]) -> None:
    show(element("h2", _("Change somebody"), class_="chart-title"))
    by_id = {person.id: person for person in known}
    chosen = st.selectbox(
        _("Who"),
        list(by_id),
        index=None,
        format_func=lambda id_: markdown_literal(by_id[id_].name),
        placeholder=_("Choose somebody"),
        key="change-who",
    )
    if chosen is None:
        return
    person = people.person_version(session.workspace(), chosen, session.person().id)
    with st.form(f"change-{chosen}", border=False):
        st.multiselect(
            _("Roles"),
            list(Role),
            default=list(person.content.roles),
            format_func=lambda role: role.words,
            key=f"roles-{chosen}",
        )
        st.text_input(_("Department"), person.content.department or "", key=f"department-{chosen}")
        st.checkbox(_("May sign in"), person.content.active, key=f"active-{chosen}")
        st.text_input(_("Why"), key=f"why-{chosen}")
        st.form_submit_button(_("Save"), on_click=_save, args=(person.content, person.version))
    if session.here().kind is Kind.WORKSPACE:
        _invite(chosen)


def _save(before: Person, read: int) -> None:
    """Save somebody on top of the version that stood on the page."""
    path, who = session.workspace(), session.person().id
    roles, department, active, why = (
        st.session_state.get(f"{key}-{before.id}") for key in ("roles", "department", "active", "why")
    )

    def save() -> None:
        made = people.new_person(before.id, before.name, roles or [], department or None)
        people.save_person(path, made.model_copy(update={"active": bool(active)}), read, who, why or "")

    act(save, f"why-{before.id}", said=_("{person} was saved.").format(person=before.name))


def _invite(id_: str) -> None:
    """A link with which somebody sets a password; only they ever know it."""
    if st.button(_("Make a link to set a password"), key=f"invite-{id_}"):
        token = invite(session.workspace(), id_, session.person().id)
        show(element("p", _("Send this link to them; it works once, for three days:"), class_="said"))
        st.code(f"/invitation?token={token}", language=None)


def _history() -> None:
    """What happened, newest first, as far as it is asked for; and all of it as a file."""
    who = session.person().id
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        names = histories.names(session.workspace(), who)
        called = {id_: markdown_literal(session.name_of(id_)) for id_ in names.who}
        by = st.selectbox(
            _("Who"),
            names.who,
            index=None,
            format_func=lambda id_: called[id_],
            placeholder=_("Everybody"),
            key="history-who",
            width=200,
        )
        what = st.selectbox(
            _("About what"), names.kinds, index=None, placeholder=_("Everything"), key="history-kind", width=200
        )
        text = st.text_input(_("With the words"), key="history-text", width=260)
    asked = Filter(who=by, kind=what, text=text)
    found = histories.history(session.workspace(), asked, who)
    said = ngettext(
        "{count} entry of {total}, head {head}", "{count} entries of {total}, head {head}", len(found.entries)
    )
    show(element("p", said.format(count=len(found.entries), total=found.total, head=found.head[:12]), class_="quiet"))
    st.download_button(
        _("These entries as CSV"),
        lambda: histories.as_csv(found),
        f"history-{found.head[:12]}-{len(found.entries)}.csv",
        "text/csv",
        key="history-csv",
        on_click="ignore",
    )
    title = _("What happened")
    lines = [
        (str(one.sequence), moment(one.at), _somebody(one.who), one.what.value, one.summary, one.why)
        for one in found.entries[: histories.SHOWN]
    ]
    show(table((_("No."), _("When"), _("Who"), _("Event"), _("What"), _("Why")), lines, title, (0, 1, 2, 3, 4, 5)))
    if len(found.entries) > histories.SHOWN:
        show(element("p", _("The newest {n} are shown; the file has all.").format(n=histories.SHOWN), class_="quiet"))


def _somebody(id_: str) -> Element:
    """A person by name, with the id behind it."""
    return element("span", session.name_of(id_), title=id_)


def _backup() -> None:
    said = _(
        "A backup is a checked copy of all that is in the workspace. Keep its head elsewhere: it shows whether the "
        "history was cut."
    )
    show(element("p", said, class_="quiet"))
    if st.button(_("Make a backup"), key="backup"):
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "backup.db"
            found = workspace.back_up(session.workspace(), target, session.person().id)
            st.session_state["backup-made"] = (target.read_bytes(), found.head)
    if made := st.session_state.get("backup-made"):
        content, head = made
        show(element("p", _("Head of the history: {head}").format(head=head), class_="said"))
        st.download_button(
            _("Download the backup"),
            content,
            f"prioritizer-{head[:12]}.db",
            "application/vnd.sqlite3",
            key="backup-file",
            on_click="ignore",
        )
    show(element("p", _("To bring one back, stop the application and use: prioritizer restore FILE"), class_="quiet"))
