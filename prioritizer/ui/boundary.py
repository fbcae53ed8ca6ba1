"""The error boundary: what went wrong in words, with what to do; a fault of the program with a number to quote."""

import functools
import logging
import secrets
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from prioritizer.errors import Complaint, InputError, shorten
from prioritizer.language import _, asked_for, ngettext, speak
from prioritizer.ui.markup import Element, element, show

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)


def guarded(view: Callable[P, R]) -> Callable[P, R | None]:
    """A view that speaks the language asked for and never ends in a stack trace.

    Complaints are listed; faults are logged under a number, which is all that the page shows of them.
    """

    @functools.wraps(view)
    def safe(*args: P.args, **kwargs: P.kwargs) -> R | None:
        speak(asked_for())  # each run of a page or of a part of it has a context of its own
        try:
            return view(*args, **kwargs)
        except InputError as error:
            show_complaints(error.complaints)
        except Exception:
            _report_fault()
        return None

    return safe


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
