"""Review: finance's queue, and for each initiative the claim, what it rests on, and finance's own figures beside it."""

from dataclasses import dataclass, replace

import streamlit as st

from prioritizer.domain.decisions import Review
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.process import Status, Step
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _, ngettext
from prioritizer.services import reviews
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.form_filling import form_of
from prioritizer.services.form_reading import read_form
from prioritizer.services.forms import Form, FormStep
from prioritizer.services.in_process import WAITING, InProcess, queue
from prioritizer.services.inputs import inputs_of
from prioritizer.services.reviews import File
from prioritizer.services.shared import place_of
from prioritizer.ui import session
from prioritizer.ui.boundary import act, guarded, show_error
from prioritizer.ui.form_fields import Fields, fields_of
from prioritizer.ui.listing import Line, listing
from prioritizer.ui.markup import element, show
from prioritizer.ui.priority_table import opened
from prioritizer.ui.views import voices
from prioritizer.ui.views.initiative import input_table
from prioritizer.words import money, sign

ADDRESS, TABLE = "initiative", "queue"
FIGURES = (FormStep.WHOM, FormStep.CHANGES, FormStep.COSTS)


def view() -> None:
    """The page."""
    _page()


@guarded
def _page() -> None:
    entries = queue(session.workspace(), session.person().id)
    wanted = st.query_params.get(ADDRESS)
    chosen = next((entry for entry in entries if entry.id == wanted), None)
    if chosen is None:
        _say_answer(entries)
        _queue(entries)
    else:
        _one(chosen)


def _say_answer(entries: tuple[InProcess, ...]) -> None:
    waiting = [entry for entry in entries if entry.standing.content.status in WAITING]
    said = ngettext("{count} initiative waits for review", "{count} initiatives wait for review", len(waiting))
    show(element("h1", said.format(count=len(waiting)), class_="answer"))
    if not entries:
        show(element("p", _("What departments submit will stand here, the longest waiting first."), class_="empty"))


def _queue(entries: tuple[InProcess, ...]) -> None:
    evaluation = session.shared_evaluation()
    ranking = {row.id: row for row in evaluation.ranking.initiatives}
    currency = sign(evaluation.run.currency)
    lines = []
    for entry in entries:
        row, content = ranking.get(entry.id), entry.shown.content
        cells = (
            content.department,
            _state(entry),
            entry.since,
            content.evidence.grade.value,
            money(row.npv.mean, currency) if row else "",
            str(row.rank) if row else "",
        )
        lines.append(Line(entry.id, content.name, session.address_of("review", **{ADDRESS: entry.id}), cells))
    listing(
        (
            _("Initiative"),
            _("Department"),
            _("State"),
            _("Since"),
            _("Evidence"),
            _("Projected profit"),
            _("Rank"),
        ),
        lines,
        _("The queue"),
        numbers=(5, 6),
        selected=None,
        key=TABLE,
        on_open=_open,
    )


def _open() -> None:
    if id_ := opened(TABLE):
        st.query_params[ADDRESS] = id_


def _close() -> None:
    st.query_params.pop(ADDRESS, None)


def _state(entry: InProcess) -> str:
    words = entry.standing.content.words
    reviewer = session.name_of(entry.standing.content.reviewer)
    return (
        _("{status}, {who}").format(status=words, who=reviewer)
        if entry.standing.content.status is Status.IN_REVIEW
        else words
    )


def _one(entry: InProcess) -> None:
    who = session.person()
    file = reviews.file_of(session.workspace(), entry.id, who.id)
    evaluation = session.shared_evaluation()
    st.button(_("Back to the queue"), key="close", type="tertiary", on_click=_close)
    show(
        element("div", f"{entry.shown.content.department} · {voices.standing_in_words(file)}", class_="eyebrow"),
        element("h1", entry.shown.content.name, class_="answer", tabindex="-1", data_panel="1"),
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        _claim(evaluation, file)
        voices.show_figures_beside(file)
        if file.standing.content.status is Status.IN_REVIEW and file.standing.content.reviewer == who.id:
            _own_figures(evaluation, file)
    with right:
        show(element("h3", _("Your step"), class_="chart-title"))
        if not file.steps:
            show(element("p", _("There is nothing for you to do here now."), class_="quiet"))
        voices.show_steps(file, (Step.CLAIM, Step.APPROVE, Step.ASK, Step.REJECT, Step.REOPEN))
        voices.show_comments(file)
        voices.show_trail(file)


def _claim(evaluation: Evaluation, file: File) -> None:
    """What the department claims, what that does to the list, and what it rests on."""
    submitted = (file.submitted or file.last).content
    company = evaluation.scenario.company
    place = place_of(evaluation, submitted)
    said = _("At the department's figures it earns {profit} and stands at {rank} of {total}.").format(
        profit=money(place.npv.mean, sign(company.currency)), rank=place.rank, total=place.total
    )
    evidence = _("Evidence grade {grade}: {words}.").format(
        grade=submitted.evidence.grade.value, words=submitted.evidence.grade.words
    )
    lines = tuple(line for line in inputs_of(company, submitted) if line.place.startswith("initiatives."))
    title = _("The claim, with its sources")
    show(
        element("p", said, class_="said"),
        element("p", f"{evidence} {submitted.evidence.note}".strip(), class_="said"),
        element("p", submitted.description, class_="said"),
        element("h3", title, class_="chart-title"),
        input_table(lines, title),
    )


# --- finance's own figures


@dataclass(frozen=True)
class _Typed:
    """What finance types: on top of which review, about which version of the department's; `turn` names its fields."""

    form: Form
    read: int
    version: int
    turn: int


def _own_figures(evaluation: Evaluation, file: File) -> None:
    """Fields with finance's own figures, which begin as the department's; they are saved beside them."""
    typed = _typed(evaluation, file)
    now = (file.submitted or file.last).version
    with st.expander(_("Set finance's own figures"), expanded=typed.version != now):
        said = _(
            "They stand beside the department's and never take their place. What you leave as it is counts as shared."
        )
        show(element("p", said, class_="quiet"))
        if typed.version != now:
            _say_changed(file, typed, now)
        form, complaints = typed.form, _complaints()
        for tab, step in zip(st.tabs([step.words for step in FIGURES]), FIGURES, strict=True):
            with tab:
                form = fields_of(step, Fields(form, evaluation.scenario.company, complaints, (), {}, typed.turn))
        st.session_state[_key(file)] = replace(typed, form=form)
        note = f"review-note-{file.last.id}-{typed.turn}"
        st.text_area(
            _("Why finance sees it so"), value=file.review.content.note if file.review else "", key=note, height=90
        )
        with st.container(horizontal=True, gap="small"):
            if st.button(_("Save finance's figures"), key="save-figures", type="primary"):
                _save(evaluation, file, form, note)
            if file.review is not None and st.button(_("Remove finance's figures"), key="remove-figures"):
                _put(file, None, note)


def _say_changed(file: File, typed: _Typed, now: int) -> None:
    """The department has submitted another version since finance began to type."""
    said = _("The department has submitted version {now} since you began on version {then}.")
    show(element("p", said.format(now=now, then=typed.version), class_="field-complaint", role="alert"))
    label = _("Keep what I typed, for version {n}").format(n=now)
    st.button(label, key="keep-typed", on_click=_keep, args=(_key(file), now))


def _keep(key: str, version: int) -> None:
    st.session_state[key] = replace(st.session_state[key], version=version)


def _key(file: File) -> str:
    return f"finance-{file.last.id}"


def _typed(evaluation: Evaluation, file: File) -> _Typed:
    """What is typed so far; begun anew where another review was saved."""
    read = file.review.version if file.review else 0
    known: _Typed | None = st.session_state.get(_key(file))
    if known is not None and known.read == read:
        return known
    submitted = file.submitted or file.last
    figures = file.review.content.figures if file.review else None
    form = form_of(figures or submitted.content, evaluation.scenario.company)
    about = file.review.content.version if file.review and figures else submitted.version
    made = _Typed(form, read, about, (known.turn if known else 0) + 1)
    st.session_state[_key(file)] = made
    return made


def _complaints() -> tuple[Complaint, ...]:
    found: tuple[Complaint, ...] = st.session_state.pop("finance-complaints", ())
    return found


SAME = ("id", "name", "department", "mandatory", "requires", "excludes")  # what finance does not say


def _save(evaluation: Evaluation, file: File, form: Form, note: str) -> None:
    """Save what stands in the fields, about the version on which it was begun."""
    submitted = (file.submitted or file.last).content
    try:
        figures = read_form(form, evaluation.scenario.company)
    except InputError as error:
        st.session_state["finance-complaints"] = error.complaints
        show_error(error)
        return
    figures = figures.model_copy(update={field: getattr(submitted, field) for field in SAME})
    _put(file, figures if figures != submitted else None, note)


def _put(file: File, figures: Initiative | None, note: str) -> None:
    typed: _Typed = st.session_state[_key(file)]
    review = Review(version=typed.version, figures=figures, note=st.session_state.get(note, ""))
    path, who = session.workspace(), session.person().id
    act(lambda: reviews.save_review(path, file.last.id, review, typed.read, who))
    st.rerun(scope="app")
