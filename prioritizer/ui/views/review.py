"""Review: finance's queue, and for each initiative the claim, what it rests on, and finance's own figures beside it."""

from dataclasses import dataclass, replace

import streamlit as st

from prioritizer.domain.company import Company
from prioritizer.domain.decisions import Review
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.process import Status, Step
from prioritizer.errors import Complaint, InputError, StoreError
from prioritizer.language import _, ngettext
from prioritizer.services import reviews
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.form_reading import read_form
from prioritizer.services.form_versions import place_name
from prioritizer.services.forms import FormStep
from prioritizer.services.in_process import WAITING, InProcess, queue
from prioritizer.services.inputs import inputs_of
from prioritizer.services.process import BY_THE_REVIEWER
from prioritizer.services.reviews import File
from prioritizer.services.shared import place_of
from prioritizer.ui import session, typed_review
from prioritizer.ui.boundary import act, guarded, show_complaints
from prioritizer.ui.form_fields import Fields, fields_of
from prioritizer.ui.listing import Line, listing
from prioritizer.ui.markup import element, show
from prioritizer.ui.priority_table import opened
from prioritizer.ui.typed_review import TypedReview
from prioritizer.ui.views import voices
from prioritizer.ui.views.initiative import input_table
from prioritizer.words import moment, money, sign

ADDRESS, TABLE = "initiative", "queue"
COMPLAINTS, ASKED = "finance-complaints", "review-step-asked"
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
    waiting = list(filter(_waits, entries))
    said = ngettext("{count} initiative waits for review", "{count} initiatives wait for review", len(waiting))
    show(element("h1", said.format(count=len(waiting)), class_="answer"))
    if not entries:
        show(element("p", _("What departments submit will stand here, the longest waiting first."), class_="empty"))


def _waits(entry: InProcess) -> bool:
    return entry.standing.content.status in WAITING


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
        group = _("Waiting for finance") if _waits(entry) else _("Reviewed")
        lines.append(Line(entry.id, content.name, session.address_of("review", **{ADDRESS: entry.id}), cells, group))
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
    company = evaluation.scenario.company
    typed = _typed(file, company)
    st.button(_("Back to the queue"), key="close", type="tertiary", on_click=_close)
    show(
        element("div", f"{entry.shown.content.department} · {voices.standing_in_words(file)}", class_="eyebrow"),
        element("h1", entry.shown.content.name, class_="answer", tabindex="-1", data_panel="1"),
    )
    if typed.restored:
        said = _("Draft of {at} restored.").format(at=moment(typed.restored))
        show(element("p", said, class_="answer-more", role="status"))
    left, right = st.columns([3, 2], gap="large")
    standing, is_unsaved = file.standing.content, False
    with left:
        _claim(evaluation, file)
        voices.show_figures_beside(file)
        if standing.status is Status.IN_REVIEW and standing.reviewer == who.id:
            typed = _own_figures(evaluation, file, typed)
            is_unsaved = typed_review.is_unsaved(typed, file, company)
    with right:
        _steps(file, is_unsaved)
        voices.show_comments(file)
        _keep(typed, is_unsaved)
        voices.show_trail(file)


def _typed(file: File, company: Company) -> TypedReview:
    """What was typed so far; words that were typed before a reload stand in their fields again."""
    typed = typed_review.current(file, company)
    st.session_state.setdefault(voices.why_key(typed.id), typed.why)
    st.session_state.setdefault(voices.comment_key(typed.id), typed.comment)
    return typed


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


def _own_figures(evaluation: Evaluation, file: File, typed: TypedReview) -> TypedReview:
    """Fields with finance's own figures, which begin as the department's; they are saved beside them."""
    company, now = evaluation.scenario.company, (file.submitted or file.last).version
    is_stale = typed.version != now or typed.read != _review_read(file)
    opened = is_stale or typed_review.is_unsaved(typed, file, company)
    with st.expander(_("Set finance's own figures"), expanded=opened):
        said = _(
            "They stand beside the department's and never take their place. What you leave as it is counts as shared."
        )
        show(element("p", said, class_="quiet"))
        if is_stale:
            _say_changed(file, typed, now)
        typed = _fields(typed, company)
        _buttons(evaluation, file, typed)
    return typed


def _fields(typed: TypedReview, company: Company) -> TypedReview:
    """The fields, with what is wrong beside each; what is typed in them."""
    form, complaints = typed.form, _complaints(typed)
    for tab, step in zip(st.tabs([step.words for step in FIGURES]), FIGURES, strict=True):
        with tab:
            form = fields_of(step, Fields(form, company, complaints, (), {}, typed.turn))
    note = f"review-note-{typed.id}-{typed.turn}"
    st.session_state.setdefault(note, typed.note)
    typed = replace(typed, form=form, note=st.text_area(_("Why finance sees it so"), key=note, height=90))
    typed_review.put(typed)
    return typed


def _buttons(evaluation: Evaluation, file: File, typed: TypedReview) -> None:
    """Save and remove; below them, once more by the names of their fields, what is in the way of saving."""
    company = evaluation.scenario.company
    with st.container(horizontal=True, gap="small"):
        if st.button(_("Save finance's figures"), key="save-figures", type="primary"):
            _save(evaluation, file, typed)
        if file.review is not None and st.button(_("Remove finance's figures"), key="remove-figures"):
            _put(file, typed, None)
    if complaints := _complaints(typed):
        show_complaints(tuple(replace(one, place=place_name(one.place, typed.form, company)) for one in complaints))


def _say_changed(file: File, typed: TypedReview, now: int) -> None:
    """The department has submitted another version since finance began to type, or another reviewer has saved."""
    said = _("The department has submitted version {now} since you began on version {then}.")
    if typed.version == now:
        said = _("Other figures of finance have been saved since you began to type.")
    show(element("p", said.format(now=now, then=typed.version), class_="field-complaint", role="alert"))
    label = _("Keep what I typed, for version {n}").format(n=now)
    args = (typed.id, _review_read(file), now)
    st.button(label, key="keep-typed", on_click=typed_review.carry_on, args=args)


def _review_read(file: File) -> int:
    """The version of finance's review that stands on the page; 0 where there is none."""
    return file.review.version if file.review else 0


def _complaints(typed: TypedReview) -> tuple[Complaint, ...]:
    """What kept the figures from being saved, as long as they are those."""
    form, complaints = st.session_state.get(COMPLAINTS, (None, ()))
    return complaints if form == typed.form else ()


SAME = ("id", "name", "department", "mandatory", "requires", "excludes")  # what finance does not say


def _save(evaluation: Evaluation, file: File, typed: TypedReview) -> None:
    """Save what stands in the fields, about the version on which it was begun."""
    submitted = (file.submitted or file.last).content
    try:
        figures = read_form(typed.form, evaluation.scenario.company)
    except InputError as error:
        st.session_state[COMPLAINTS] = typed.form, error.complaints
        st.rerun(scope="app")
    figures = figures.model_copy(update={field: getattr(submitted, field) for field in SAME})
    _put(file, typed, figures if figures != submitted else None)


def _put(file: File, typed: TypedReview, figures: Initiative | None) -> None:
    review = Review(version=typed.version, figures=figures, note=typed.note)
    path, who = session.workspace(), session.person().id
    said = _("Finance's figures were saved.") if figures or typed.note else _("Finance's figures were removed.")
    if act(lambda: reviews.save_review(path, file.last.id, review, typed.read, who), said=said):
        typed_review.forget(file.last.id)
    st.rerun(scope="app")


# --- steps, which wait for what is typed


@dataclass(frozen=True)
class _Asked:
    """A step that was asked for, on what stood on the page when its button was drawn."""

    id: str
    step: Step
    read: int
    review: int
    why: str


def _ask_for(id_: str, step: Step, read: int, review: int, why: str) -> None:
    """Take the step once all that was typed with the click has been read."""
    st.session_state[ASKED] = _Asked(id_, step, read, review, why)


def _steps(file: File, is_unsaved: bool) -> None:
    """The steps that may be taken now. None is taken past figures that were typed and would be lost."""
    asked: _Asked | None = st.session_state.pop(ASKED, None)
    if asked is not None and asked.id == file.last.id and not (is_unsaved and asked.step in BY_THE_REVIEWER):
        voices.take(asked.id, asked.step, asked.read, asked.review, asked.why)
        st.rerun(scope="app")
    show(element("h3", _("Your step"), class_="chart-title"))
    if not file.steps:
        show(element("p", _("There is nothing for you to do here now."), class_="quiet"))
    voices.show_steps(file, (Step.CLAIM, Step.APPROVE, Step.ASK, Step.REJECT, Step.REOPEN), _ask_for)
    if is_unsaved:
        said = _("You typed figures that are not saved: save or discard them first.")
        show(element("p", said, class_="field-complaint", role="alert" if asked else "status"))
        label = _("Discard what I typed")
        st.button(label, key="discard-typed", on_click=typed_review.forget, args=(file.last.id,))


def _keep(typed: TypedReview, is_unsaved: bool) -> None:
    """Keep what is typed; where the workspace's file cannot be written just now, it stays on the page."""
    words = {
        "why": st.session_state.get(voices.why_key(typed.id), ""),
        "comment": st.session_state.get(voices.comment_key(typed.id), ""),
    }
    try:
        typed_review.keep(replace(typed, **words), is_unsaved)
    except StoreError as error:
        said = _("What you typed is not kept yet: {problem}").format(problem=error)
        show(element("p", said, class_="field-complaint", role="alert"))
