"""Submit an initiative: five short steps at the left, at the right what it is projected to earn as it is typed."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import streamlit as st
from streamlit.errors import StreamlitAPIException

from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.workspace import Version
from prioritizer.errors import Complaint, Conflict, InputError, NotAllowed, StoreError, UnknownName
from prioritizer.language import _
from prioritizer.services import drafts, submitting
from prioritizer.services.access import Action, may
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.form_filling import form_of, kept
from prioritizer.services.form_reading import read_form
from prioritizer.services.forms import FormStep, step_of
from prioritizer.services.slips import slips
from prioritizer.ui import session, submission
from prioritizer.ui.boundary import guarded, show_problem
from prioritizer.ui.foot import foot
from prioritizer.ui.form_conflict import conflict
from prioritizer.ui.form_fields import Fields, fields_of
from prioritizer.ui.markup import element, show
from prioritizer.ui.projected import elsewhere, projected, unfinished
from prioritizer.ui.submission import Submission, Theirs
from prioritizer.ui.table_upload import table_upload
from prioritizer.words import moment

STYLE = (Path(__file__).parents[1] / "assets" / "submit.css").read_text(encoding="utf-8")
STEPS, SHOWN = "submission-steps", "submission-steps-shown"
LONGEST_WHY = 500


def view() -> None:
    """The page."""
    show(element("style", STYLE))
    _page()


@st.fragment
@guarded
def _page() -> None:
    person = session.person()
    if not may(person, Action.EDIT, person.department):
        show(
            element("h1", _("Submit an initiative"), class_="answer"),
            element("p", _("Department heads submit, each for the own department."), class_="empty"),
        )
        return
    try:
        opened = submission.current()
    except (UnknownName, NotAllowed) as error:
        show_problem(str(error))
        opened = None
    if text := submission.said():
        show(element("p", text, class_="said", role="status"))
    if opened is None:
        _start()
    else:
        _submission(opened)


# --- where submissions begin


def _start() -> None:
    show(
        element("h1", _("Submit an initiative"), class_="answer"),
        element(
            "p",
            _("Five short steps, about ten minutes. What you type is kept as you type it, for you alone."),
            class_="answer-more",
        ),
    )
    one, many = st.tabs([_("One initiative"), _("Many at once, from a table")])
    with one:
        _start_one()
    with many:
        table_upload(session.shared_evaluation())


def _start_one() -> None:
    if st.button(_("Start from nothing"), key="start-new", type="primary"):
        submission.begin()
        st.rerun()
    _start_like()
    _drafts()


def _start_like() -> None:
    seen = {version.id: version.content for version in _seen()}
    if not seen:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            _("Or start from an initiative that exists"),
            list(seen),
            format_func=lambda id_: f"{seen[id_].name} · {seen[id_].department} · {id_}",  # no two may look alike
            index=None,
            placeholder=_("Choose one to copy"),
            key="start-like",
            width=460,
        )
        if st.button(_("Copy it"), key="start-copy", disabled=chosen is None) and chosen:
            submission.begin_like(chosen)
            st.rerun()


def _seen() -> tuple[Version[Initiative], ...]:
    return submitting.initiatives_seen(session.workspace(), session.person().id)


def _drafts() -> None:
    known = drafts.drafts(session.workspace(), session.person().id)
    if known:
        show(element("h2", _("What you have begun"), class_="chart-title"))
    for draft in known:
        name = str(draft.typed.get("form", {}).get("name") or _("without a name"))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            show(element("p", _("{name}, draft of {at}").format(name=name, at=moment(draft.at)), class_="said"))
            if st.button(_("Go on"), key=f"open-{draft.id}"):
                submission.open_draft(draft.id)
                st.rerun()
            if st.button(_("Discard"), key=f"discard-{draft.id}", type="tertiary"):
                submission.drop(draft.id)
                st.rerun()


# --- the form


def _submission(opened: Submission) -> None:
    evaluation = session.shared_evaluation()
    _headline(opened)
    if opened.theirs is not None:
        with st.container(key="submit-conflict"):
            conflict(opened, evaluation.scenario.company)
        return
    initiative, complaints = _read(opened, evaluation)
    questions = slips(initiative, evaluation.scenario.company, opened.other_initiatives) if initiative else ()
    with st.container(horizontal=True, key="submit-pair", gap="medium"):
        with st.container(key="submit-form", width="stretch"):
            typed, wanted = _step(opened, evaluation, complaints, questions)
            buttons = _buttons(typed)
        with st.container(key="submit-live", width=320):
            if initiative is not None:
                projected(evaluation, initiative)
                elsewhere([slip for slip in questions if step_of(slip.place) is not submission.step()])
            else:
                unfinished(complaints)
    _act(typed, typed.form != opened.form, wanted, buttons, evaluation)
    foot(evaluation.run)


def _headline(opened: Submission) -> None:
    name = opened.form.name.strip() or _("A new initiative")
    if opened.restored:
        state = _("Draft of {at} restored.").format(at=moment(opened.restored))
    elif opened.read:
        state = _("You are editing version {version}.").format(version=opened.read)
    else:
        state = _("What you type is kept as you type it, for you alone.")
    show(element("h1", name, class_="answer"), element("p", state, class_="answer-more", role="status"))


def _read(opened: Submission, evaluation: Evaluation) -> tuple[Initiative | None, tuple[Complaint, ...]]:
    try:
        taken = {version.id for version in opened.others}
        return read_form(opened.form, evaluation.scenario.company, taken), ()
    except InputError as error:
        return None, error.complaints


def _step(
    opened: Submission, evaluation: Evaluation, complaints: tuple[Complaint, ...], questions: tuple[Complaint, ...]
) -> tuple[Submission, FormStep]:
    """The fields of the step that is shown: what they say now, and the step that is wanted next."""
    company, step = evaluation.scenario.company, submission.step()
    wanted = _steps(step, complaints)
    fields = Fields(
        form=opened.form,
        company=company,
        complaints=tuple(_worth_saying(complaints, opened)),
        slips=questions,
        notes=kept(opened.form, company),
        turn=submission.turn(),
    )
    return submission.type_in(opened, fields_of(step, fields)), wanted


def _worth_saying(complaints: Iterable[Complaint], opened: Submission) -> Iterable[Complaint]:
    """What is missing is said of the steps that were left already; what is wrong, at once."""
    return (said for said in complaints if said.value or step_of(said.place) in opened.left)


def _steps(step: FormStep, complaints: tuple[Complaint, ...]) -> FormStep:
    """The steps with what is done; the one that is chosen."""
    open_ = {step_of(complaint.place) for complaint in complaints}
    if st.session_state.get(SHOWN) != step:
        st.session_state[STEPS] = st.session_state[SHOWN] = step
    names = {one: f"{number}. {one.words}" for number, one in enumerate(FormStep, 1)}
    chosen = st.segmented_control(
        _("Steps"),
        list(FormStep),
        format_func=lambda one: names[one] if one in open_ else f"{names[one]} ✓",
        key=STEPS,
        required=True,
        label_visibility="collapsed",
    )
    return FormStep(chosen or step)


def _buttons(opened: Submission) -> str:
    """The buttons below the fields; the one that was pressed, if any."""
    order = list(FormStep)
    place = order.index(submission.step())
    is_last = place == len(order) - 1
    if is_last:
        label = _("Why, for those who read the history (optional)")
        st.text_input(label, key=f"submit-why-{submission.turn()}", max_chars=LONGEST_WHY)
    with st.container(horizontal=True, gap="small", key="submit-buttons"):
        pressed = {
            "back": st.button(_("Back"), key="submit-back", disabled=place == 0),
            "next": st.button(_("Next"), key="submit-next", type="primary", disabled=is_last),
            "save": st.button(_("Save for the department"), key="submit-save"),
            "send": st.button(_("Submit"), key="submit-send", type="primary" if is_last else "secondary"),
            "close": st.button(_("Close"), key="submit-close", type="tertiary"),
            "discard": st.button(_("Discard draft"), key="submit-discard", type="tertiary", disabled=not opened.kept),
        }
    return next((name for name, is_pressed in pressed.items() if is_pressed), "")


def _act(opened: Submission, is_changed: bool, wanted: FormStep, pressed: str, evaluation: Evaluation) -> None:
    """Do what was asked for, after all that was typed has been taken in, and look at the page anew."""
    order = list(FormStep)
    place = order.index(submission.step())
    if pressed in ("save", "send"):
        _save(opened, evaluation, send=pressed == "send")
    elif pressed == "discard":
        submission.drop(opened.key)
    elif pressed == "close":
        submission.close()
    elif pressed in ("back", "next"):
        submission.turn_to(order[place + (1 if pressed == "next" else -1)])
    elif wanted is not order[place]:
        submission.turn_to(wanted)
    if pressed or is_changed or wanted is not order[place]:
        _look_anew()


def _look_anew() -> None:
    """Show this part of the page again, or the whole page where that is what is being shown."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()


# --- saving


def _save(opened: Submission, evaluation: Evaluation, send: bool) -> None:
    """Save a version for the department, and submit it where wanted; what is in the way is said."""
    path = session.workspace()
    checked = submission.leave_all(opened)
    try:
        initiative = read_form(checked.form, evaluation.scenario.company, submitting.ids_taken(path))
    except InputError as error:
        submission.turn_to(step_of(error.complaints[0].place))
        return
    try:
        _save_in(path, initiative, checked, send)
    except Conflict as met:
        _meet(checked, met, evaluation)
    except InputError as error:
        submission.say(" ".join(map(str, error.complaints)))
    except (NotAllowed, StoreError) as error:
        submission.say(str(error))


def _save_in(path: Path, initiative: Initiative, opened: Submission, send: bool) -> None:
    who = session.person().id
    why = st.session_state.get(f"submit-why-{submission.turn()}", "")
    saved = submitting.save(path, initiative, opened.read, who, why)
    submission.go_on(saved, _seen())
    words = _("Saved as version {version}: your department sees it, and nobody else until you submit it.")
    if submitting.is_seen_by_all(path, saved):
        words = _("Saved as version {version}: it was submitted before, so everybody sees it as it is now.")
    if send:
        submitting.submit(path, saved, who, why)
        words = _("Submitted as version {version}: finance reviews it next, and it stands on the shared list.")
    submission.say(words.format(version=saved.version))


def _meet(opened: Submission, met: Conflict, evaluation: Evaluation) -> None:
    """Somebody saved another version: both are to stand beside each other."""
    current: Version[Initiative] | None = met.current
    if current is None or opened.is_new:
        submission.say(str(met))
        return
    theirs = form_of(current.content, evaluation.scenario.company)
    submission.put(replace(opened, theirs=Theirs(theirs, current.version, who=current.who, at=current.at)), anew=True)
