"""Submit an initiative: five short steps at the left, at the right what it is projected to earn as it is typed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import streamlit as st
from streamlit.errors import StreamlitAPIException

from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.templates import Template
from prioritizer.domain.workspace import Version
from prioritizer.errors import Complaint, Conflict, InputError, NotAllowed, StoreError, UnknownName
from prioritizer.language import _
from prioritizer.services import drafts, submitting
from prioritizer.services.access import Action, may
from prioritizer.services.claim_places import ClaimPlace, missing_reasons, places_typed
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.form_filling import form_of, kept
from prioritizer.services.form_reading import read_form
from prioritizer.services.form_starts import template_of_form
from prioritizer.services.forms import FormStep, step_of
from prioritizer.services.slips import slips
from prioritizer.services.submitting import Saving
from prioritizer.services.templates import reaches_in_words, template_of, templates
from prioritizer.ui import session, submission
from prioritizer.ui.boundary import guarded, show_problem
from prioritizer.ui.foot import foot
from prioritizer.ui.form_conflict import conflict
from prioritizer.ui.form_fields import Fields, fields_of, sentence
from prioritizer.ui.listing import Line, listing
from prioritizer.ui.markup import Element, element, show
from prioritizer.ui.priority_table import opened as row_opened
from prioritizer.ui.projected import elsewhere, projected, unfinished
from prioritizer.ui.submission import Submission, Theirs
from prioritizer.ui.table_upload import table_upload
from prioritizer.words import moment

STYLE = (Path(__file__).parents[1] / "assets" / "submit.css").read_text(encoding="utf-8")
TEMPLATES = "start-templates"
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
    _drafts()
    _start_like()
    _start_from_a_template()


def _start_from_a_template() -> None:
    """The kinds of initiative of the library: a row opens a form that begins with its figures."""
    title = _("Or start from a template")
    said = _(
        "Its figures are starting points: you replace them by your own. Each rests on facts of the evidence library, "
        "which the last step shows."
    )
    show(element("h2", title, class_="chart-title"), element("p", said, class_="quiet"))
    lines = [
        Line(one.id, one.name, session.link("submit", **{submission.TEMPLATE: one.id}), (one.line, _cited(one)))
        for one in templates()
    ]
    headings = (_("Template"), _("In one line"), _("Facts about it"))
    listing(headings, lines, title, selected=None, key=TEMPLATES, on_open=_begin_from_a_template)


def _cited(template: Template) -> str:
    return ", ".join(template.facts)


def _begin_from_a_template() -> None:
    if (chosen := template_of(row_opened(TEMPLATES))) is not None:
        submission.begin_from(chosen)


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
    places = places_typed(opened.form, evaluation.scenario.company, session.submitted())
    with st.container(horizontal=True, key="submit-pair", gap="medium"):
        with st.container(key="submit-form", width="stretch"):
            typed, wanted = _step(opened, evaluation, complaints, questions, _compared(places, opened))
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
    template = template_of_form(opened.form)
    if template is not None and opened.is_new:
        show(_about(template))


def _about(template: Template) -> Element:
    """What a department should know that begins from a template."""
    said = _("It begins with the figures of the template “{name}”. They are starting points: replace them by your own.")
    limits = " ".join(filter(None, (reaches_in_words(template), template.initiative.evidence.note)))
    return element(
        "p", said.format(name=template.name), element("span", limits, class_="counted"), class_="said template"
    )


def _read(opened: Submission, evaluation: Evaluation) -> tuple[Initiative | None, tuple[Complaint, ...]]:
    try:
        taken = {version.id for version in opened.others}
        return read_form(opened.form, evaluation.scenario.company, taken), ()
    except InputError as error:
        return None, error.complaints


def _step(
    opened: Submission,
    evaluation: Evaluation,
    complaints: tuple[Complaint, ...],
    questions: tuple[Complaint, ...],
    compared: Mapping[str, str],
) -> tuple[Submission, FormStep]:
    """The fields of the step that is shown: what they say now, and the step that is wanted next."""
    company, step = evaluation.scenario.company, submission.step()
    wanted = _steps(step, complaints)
    fields = Fields(
        form=opened.form,
        company=company,
        complaints=tuple(_worth_saying(complaints, opened)),
        slips=questions,
        notes={**kept(opened.form, company), **compared},
        turn=submission.turn(),
    )
    return submission.type_in(opened, fields_of(step, fields)), wanted


def _compared(places: Sequence[ClaimPlace], opened: Submission) -> dict[str, str]:
    """What is said of where claims lie: at the field of each, and at the evidence note where one asks for a reason."""
    said = {f"levers.{place.index}.size": place.words for place in places if place.words}
    asking = [place.name for place in places if place.asks_for_a_reason]
    if asking and not opened.form.note.strip():
        words = _("To submit it, say here why so much can be expected of: {names}.")
        said["note"] = words.format(names=", ".join(asking))
    return said


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
    """The buttons below the fields, each with what it does; the one that was pressed, if any."""
    order, does = list(FormStep), _saving(opened)
    place = order.index(submission.step())
    is_last = place == len(order) - 1
    if is_last:
        label = _("Why, for those who read the history (optional)")
        st.text_input(label, key=f"submit-why-{submission.turn()}", max_chars=LONGEST_WHY)
    if told := submitting.told_before(does):
        show(element("p", told, class_="field-note"))
    is_open = does is Saving.PRIVATE
    with st.container(horizontal=True, gap="small", key="submit-buttons"):
        pressed = {
            "back": st.button(_("Back"), key="submit-back", disabled=place == 0),
            "next": st.button(_("Next"), key="submit-next", type="primary", disabled=is_last),
            "save": st.button(
                _save_label(does),
                key="submit-save",
                type="primary" if is_last and not is_open else "secondary",
                disabled=does is Saving.REFUSED,
            ),
            "send": st.button(
                _("Submit") if is_open else _("Submitted"),
                key="submit-send",
                type="primary" if is_last and is_open else "secondary",
                disabled=not is_open,
            ),
            "close": st.button(_("Close"), key="submit-close", type="tertiary"),
            "discard": st.button(_("Discard draft"), key="submit-discard", type="tertiary", disabled=not opened.kept),
        }
    return next((name for name, is_pressed in pressed.items() if is_pressed), "")


def _saving(opened: Submission) -> Saving:
    """What saving would do."""
    if opened.is_new:
        return Saving.PRIVATE
    return submitting.saving(session.workspace(), opened.key, session.person().id)


def _save_label(does: Saving) -> str:
    return {
        Saving.PRIVATE: _("Save for the department"),
        Saving.SEEN: _("Save: it counts on the list at once"),
        Saving.ENDS_APPROVAL: _("Save, and end the approval"),
        Saving.REFUSED: _("Save"),
    }[does]


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
    if send and (missing := missing_reasons(initiative, evaluation.scenario.company, session.submitted())):
        submission.turn_to(FormStep.EVIDENCE)
        submission.say(" ".join(map(sentence, missing)))
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
    does = _saving(opened)
    saved = submitting.save(path, initiative, opened.read, who, why)
    submission.go_on(saved, _seen())
    words = _("Saved as version {version}: your department sees it, and nobody else until you submit it.")
    if submitting.is_seen_by_all(path, saved):
        words = _("Saved as version {version}: it was submitted before, so everybody sees it as it is now.")
    if does is Saving.ENDS_APPROVAL and submitting.saving(path, saved.id, who) is not does:
        words = _("Saved as version {version}: its approval has ended, and finance reviews it again.")
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
