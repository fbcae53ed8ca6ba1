"""The error boundary: what went wrong in words, with what to do; a fault of the program with a number to quote."""

import functools
import logging
import secrets
from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar

import streamlit as st

from prioritizer.errors import Complaint, InputError, NothingThere, PrioritizerError, shorten
from prioritizer.language import _, asked_for, ngettext, speak
from prioritizer.ui import session
from prioritizer.ui.form_fields import plain
from prioritizer.ui.markup import Element, element, show
from prioritizer.ui.run import one_run

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)

_TROUBLE, _BESIDE, _DONE = "trouble", "trouble-beside", "done"


def guarded(view: Callable[P, R]) -> Callable[P, R | None]:
    """A view as `in_words` makes it, for somebody: in a workspace nothing is shown where nobody is signed in any more.

    A part of a page that is run by itself asks anew.
    """

    @functools.wraps(view)
    def for_somebody(*args: P.args, **kwargs: P.kwargs) -> R:
        session.require_somebody()
        return view(*args, **kwargs)

    return in_words(for_somebody)


def in_words(view: Callable[P, R]) -> Callable[P, R | None]:
    """A view that speaks the language asked for and never ends in a stack trace.

    Complaints are listed; faults are logged under a number, which is all that the page shows of them.
    """

    @functools.wraps(view)
    def safe(*args: P.args, **kwargs: P.kwargs) -> R | None:
        speak(asked_for())  # each run of a page or of a part of it has a context of its own
        try:
            with one_run():
                return view(*args, **kwargs)
        except PrioritizerError as error:
            show_error(error)
        except Exception:
            _report_fault()
        return None

    return safe


def act(change: Callable[[], object], *done: str, said: str, beside: Mapping[str, str] | None = None) -> bool:
    """Change something in the workspace, in the callback of a button, and show what went wrong when the page is drawn.

    A callback is given what stood on the page when it was drawn, so nothing is changed that nobody saw. What was typed
    stays where it cannot be done; the fields in `done` are emptied where it could.

    Args:
        said: what was done, where it could be; see `confirm`.
        beside: the keys of fields by the places of complaints that `show_beside` shows at them, not at the top.

    Returns:
        Whether it could be done.
    """
    speak(asked_for())
    try:
        change()
    except PrioritizerError as error:
        _remember(error, beside or {})
        return False
    for key in done:
        st.session_state[key] = ""
    confirm(said)
    return True


def confirm(said: str) -> None:
    """Say that something was done, at the next look at the page: for some seconds, wherever on it one is."""
    st.session_state[_DONE] = said


def _remember(error: PrioritizerError, beside: Mapping[str, str]) -> None:
    """Keep what went wrong for the next look at the page: what is about a field at that field, all else at the top."""
    if isinstance(error, InputError):
        at_fields = {beside[said.place]: said for said in error.complaints if said.place in beside}
        st.session_state[_BESIDE] = at_fields
        rest = [said for said in error.complaints if said.place not in beside]
        if not rest:
            return
        error = InputError(rest)
    st.session_state[_TROUBLE] = error


def show_beside(key: str, label: str) -> None:
    """What the last click could not do for want of what stands in a field; `label` names it to those who only hear."""
    known: dict[str, Complaint] = st.session_state.get(_BESIDE, {})
    if (said := known.pop(key, None)) is not None:
        text = _("{field}: {rule}. {remedy}").format(field=label, rule=said.rule, remedy=said.remedy)
        show(element("p", text, class_="field-complaint", role="alert"))


def show_trouble() -> None:
    """What the last click did, or could not do."""
    if said := st.session_state.pop(_DONE, ""):
        st.toast(plain(said), icon=":material/check:", duration="long")
    if (error := st.session_state.pop(_TROUBLE, None)) is not None:
        show_error(error)


def show_error(error: PrioritizerError) -> None:
    """What went wrong, as it is shown in its place."""
    if isinstance(error, InputError):
        show_complaints(error.complaints)
    elif isinstance(error, NothingThere):
        show(element("p", str(error), class_="empty"))
    else:
        show_problem(str(error))


def show_complaints(complaints: tuple[Complaint, ...]) -> None:
    """Everything that is wrong with an input: where, what, and how to mend it."""
    count = len(complaints)
    title = ngettext("{count} thing has to be put right", "{count} things have to be put right", count).format(
        count=count
    )
    show(
        element(
            "section",
            element("h2", title),
            element("ol", *(_complaint(complaint) for complaint in complaints)),
            class_="complaints",
            role="alert",
        )
    )


def show_problem(text: str) -> None:
    """What cannot be done, and what to do instead."""
    show(element("section", element("p", text), class_="complaints", role="alert"))


def _complaint(complaint: Complaint) -> Element:
    line = None if complaint.line is None else _("line {line}").format(line=complaint.line)
    where = ", ".join(part for part in (complaint.file, line, complaint.place) if part)
    what = f"{shorten(complaint.value)} {complaint.rule}" if complaint.value else complaint.rule
    return element(
        "li",
        element("span", where, class_="where") if where else None,
        element("span", f"{what}.", class_="what"),
        element("span", complaint.remedy, class_="remedy"),
    )


def _report_fault() -> None:
    number = secrets.token_hex(4)
    log.exception("fault %s", number)
    show(
        element(
            "section",
            element("h2", _("Something went wrong on our side")),
            element(
                "p",
                _(
                    "This part of the page could not be shown. Your inputs are unchanged. Reload the page; if it "
                    "happens again, "
                    "tell whoever runs Prioritizer the number {number}."
                ).format(number=number),
            ),
            class_="complaints",
            role="alert",
        )
    )
