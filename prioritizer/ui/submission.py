"""The submission that is open in a browser's session: what is typed, on which version, and the draft that keeps it."""

import secrets
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.templates import Template
from prioritizer.domain.workspace import Version
from prioritizer.errors import StoreError
from prioritizer.language import _
from prioritizer.services import drafts, submitting
from prioritizer.services.access import Action, require
from prioritizer.services.form_drafts import form_as_kept
from prioritizer.services.form_filling import form_of
from prioritizer.services.form_starts import begun_from
from prioritizer.services.forms import Form, FormStep, copied
from prioritizer.services.templates import template_of
from prioritizer.ui import session

NEW = "new-"  # how the keys of drafts begin that are no initiative yet
INITIATIVE, LIKE, DRAFT, TEMPLATE = "initiative", "like", "draft", "template"  # what the address may name
_OPEN, _ROUND, _STEP, _SAID = "submission", "submission-round", "submission-step", "submission-said"


@dataclass(frozen=True)
class Theirs:
    """What somebody saved meanwhile, or what was typed in another tab: the form, the version it is on, who and when."""

    form: Form
    read: int
    who: str
    at: str
    is_draft: bool = False


@dataclass(frozen=True)
class Submission:
    """A form that `who` fills in. `key` is that of its draft; `read` the version that it was begun on, 0 for new.

    `kept` is when its draft was kept last, as far as this window knows, and `restored` when the one that it goes on
    from was; `left` are the steps that were left at least once. `others` are all initiatives that the person may see.
    """

    key: str
    who: str
    form: Form
    read: int = 0
    kept: str = ""
    restored: str = ""
    left: frozenset[FormStep] = frozenset()
    theirs: Theirs | None = None
    others: tuple[Version[Initiative], ...] = field(default=(), repr=False)

    @property
    def is_new(self) -> bool:
        return not self.form.id

    @property
    def other_initiatives(self) -> tuple[Initiative, ...]:
        return tuple(version.content for version in self.others if version.id != self.form.id)


def current() -> Submission | None:
    """The submission that the address names, as it was typed so far; None where it names none.

    Raises UnknownName for an initiative that the person may not see, NotAllowed for one of another department.
    """
    query = st.query_params
    if like := query.get(LIKE):
        begin_like(like)
        return _known()
    if template := template_of(query.get(TEMPLATE)):
        begin_from(template)
        return _known()
    wanted = query.get(INITIATIVE) or query.get(DRAFT)
    if not wanted:
        return None
    if (known := _known()) is None or known.key != wanted:
        known = _opened(wanted)
        put(known, anew=True)
    return known


def begin() -> None:
    """Open an empty form of the person's department."""
    _open_new(Form(department=session.person().department or ""))


def begin_like(id_: str) -> None:
    """Open a form that begins as a copy of an initiative. Raises UnknownName."""
    version = submitting.initiative_of(session.workspace(), id_, session.person().id)
    _open_new(copied(form_of(version.content, _company()), session.person().department or ""))


def begin_from(template: Template) -> None:
    """Open a form that begins with the figures of a template."""
    _open_new(begun_from(template, _company(), session.person().department or ""))


def open_draft(key: str) -> None:
    """Go on with a draft."""
    _name(key)


def close() -> None:
    """Leave the form for the page where submissions begin."""
    st.session_state.pop(_OPEN, None)
    for key in (INITIATIVE, LIKE, DRAFT, TEMPLATE):
        st.query_params.pop(key, None)


def put(submission: Submission, anew: bool = False) -> None:
    """Make this the open submission; `anew` where the fields have to show another form than they do."""
    st.session_state[_OPEN] = submission
    if anew:
        st.session_state[_ROUND] = turn() + 1


def turn() -> int:
    """How often the fields were filled anew: part of their keys, so that they show what the form says."""
    return st.session_state.get(_ROUND, 0)


def type_in(submission: Submission, form: Form) -> Submission:
    """The submission with what is in the fields now, kept as a draft where it differs."""
    return submission if form == submission.form else keep(replace(submission, form=form))


def keep(submission: Submission) -> Submission:
    """Keep what is typed, unless another tab has typed something else meanwhile: then both stand beside each other.

    Where the workspace's file cannot be written just now, what is typed stays on the page.
    """
    path, who = session.workspace(), session.person().id
    content: dict[str, Any] = {"form": submission.form.model_dump(mode="json"), "read": submission.read}
    try:
        there = drafts.draft(path, submission.key, who)
        if there is not None and there.at != submission.kept and there.typed != content:
            submission = replace(submission, theirs=_of_another_tab(there, who))
        else:
            submission = replace(submission, kept=drafts.keep_draft(path, submission.key, content, who).at)
    except StoreError as error:
        say(_("What you typed is not kept yet: {problem}").format(problem=error))
    put(submission)
    return submission


def _of_another_tab(there: drafts.Draft, who: str) -> Theirs:
    read = there.typed.get("read")
    form = form_as_kept(there.typed.get("form"))
    return Theirs(form, read if isinstance(read, int) else 0, who, there.at, is_draft=True)


def settle(submission: Submission, form: Form) -> Submission:
    """Go on with a form that was made of both versions, on top of theirs."""
    theirs = submission.theirs
    assert theirs is not None
    kept = theirs.at if theirs.is_draft else submission.kept
    settled = replace(submission, form=form, read=theirs.read, kept=kept, theirs=None)
    put(settled, anew=True)
    return keep(settled)


def drop(key: str) -> None:
    """Forget a draft."""
    drafts.drop_draft(session.workspace(), key, session.person().id)
    known = _known()
    if known is not None and known.key == key:
        close()


def go_on(saved: Version[Initiative], others: tuple[Version[Initiative], ...]) -> Submission:
    """Go on editing what was saved: its draft is done."""
    known = _known()
    if known is not None:
        drafts.drop_draft(session.workspace(), known.key, session.person().id)
    form = form_of(saved.content, _company())
    opened = Submission(saved.id, session.person().id, form, saved.version, others=others)
    _name(saved.id)
    put(opened, anew=True)
    return opened


def step() -> FormStep:
    """The step that is shown."""
    return FormStep(st.session_state.get(_STEP) or FormStep.WHAT)


def turn_to(wanted: FormStep) -> None:
    """Show another step; from now on, what is missing on the one before is said."""
    known = _known()
    if known is not None:
        put(replace(known, left=known.left | {step()}))
    st.session_state[_STEP] = wanted.value


def leave_all(submission: Submission) -> Submission:
    """From now on, whatever is missing anywhere is said."""
    checked = replace(submission, left=frozenset(FormStep))
    put(checked)
    return checked


def say(text: str) -> None:
    """Say something at the top of the next look at the page."""
    st.session_state[_SAID] = text


def said() -> str:
    """What is to be said, once."""
    return st.session_state.pop(_SAID, "")


def _known() -> Submission | None:
    """What is open here, unless somebody else opened it before they left this window."""
    known = st.session_state.get(_OPEN)
    return known if known is not None and known.who == session.person().id else None


def _company() -> Company:
    return session.shared_evaluation().scenario.company


def _open_new(form: Form) -> None:
    key = f"{NEW}{secrets.token_hex(2)}"
    _name(key)
    st.session_state[_STEP] = FormStep.WHAT.value
    put(Submission(key, session.person().id, form, others=_others()), anew=True)


def _name(key: str) -> None:
    """Let the address name what is open, so that a refresh opens it again."""
    st.query_params.pop(LIKE, None)
    st.query_params.pop(TEMPLATE, None)
    new = key.startswith(NEW)
    st.query_params.pop(INITIATIVE if new else DRAFT, None)
    st.query_params[DRAFT if new else INITIATIVE] = key


def _opened(key: str) -> Submission:
    """A submission as its draft says, else as its initiative does."""
    path, who = session.workspace(), session.person()
    st.session_state[_STEP] = FormStep.WHAT.value
    kept = drafts.draft(path, key, who.id)
    if kept is not None:
        there = _of_another_tab(kept, who.id)
        return Submission(key, who.id, there.form, there.read, kept.at, restored=kept.at, others=_others())
    if key.startswith(NEW):
        return Submission(key, who.id, Form(department=who.department or ""), others=_others())
    version = submitting.initiative_of(path, key, who.id)
    require(who, Action.EDIT, version.content.department)
    return Submission(key, who.id, form_of(version.content, _company()), version.version, others=_others())


def _others() -> tuple[Version[Initiative], ...]:
    return submitting.initiatives_seen(session.workspace(), session.person().id)
