"""Two versions of a submission beside each other, when somebody else saved first: to take field by field."""

import streamlit as st

from prioritizer.domain.company import Company
from prioritizer.language import _, ngettext
from prioritizer.services.form_versions import Difference, Take, differences, merged
from prioritizer.ui import session, submission
from prioritizer.ui.form_fields import plain
from prioritizer.ui.markup import Element, element, show
from prioritizer.ui.submission import Submission, Theirs
from prioritizer.words import moment


def conflict(opened: Submission, company: Company) -> None:
    """Show both versions, and go on with what is taken of each."""
    theirs = opened.theirs
    assert theirs is not None
    found = differences(opened.form, theirs.form, company)
    show(
        element("h2", _title(theirs), class_="chart-title"),
        element("p", _explanation(len(found)), class_="said"),
    )
    take = {difference.field: _choice(difference, theirs, submission.turn()) for difference in found}
    with st.container(horizontal=True, gap="small"):
        if st.button(_("Go on with what is chosen"), key="conflict-chosen", type="primary"):
            _go_on(opened, take)
        if st.button(_("Take all of mine"), key="conflict-mine"):
            _go_on(opened, dict.fromkeys(take, Take.MINE))
        if st.button(_("Take all of theirs"), key="conflict-theirs"):
            _go_on(opened, dict.fromkeys(take, Take.THEIRS))


def _title(theirs: Theirs) -> str:
    if theirs.is_draft:
        return _("In another tab you typed something else, at {at}").format(at=moment(theirs.at))
    return _("{who} saved version {version} while you were typing, at {at}").format(
        who=session.name_of(theirs.who), version=theirs.read, at=moment(theirs.at)
    )


def _explanation(count: int) -> str:
    if not count:
        return _("Both say the same: nothing is lost whichever you take.")
    return ngettext(
        "Nothing was overwritten. {count} field differs: choose whose words it gets.",
        "Nothing was overwritten. {count} fields differ: choose for each whose words it gets.",
        count,
    ).format(count=count)


def _choice(difference: Difference, theirs: Theirs, turn: int) -> Take:
    names = {Take.MINE: _("mine"), Take.THEIRS: _("theirs"), Take.BOTH: _("both, one after the other")}
    if theirs.is_draft:
        names[Take.THEIRS] = _("the other tab's")
    show(
        element(
            "div",
            element("h3", difference.name, class_="chart-title"),
            element(
                "div",
                _version(names[Take.THEIRS], difference.theirs, difference.mine),
                _version(names[Take.MINE], difference.mine, difference.theirs),
                class_="versions",
            ),
        )
    )
    key = f"conflict-{turn}-{difference.field}"
    st.session_state.setdefault(key, difference.suggested)
    chosen = st.segmented_control(
        plain(_("{field}: whose words").format(field=difference.name)),
        difference.choices,
        format_func=lambda take: names[take],
        key=key,
        required=True,
        label_visibility="collapsed",
    )
    return Take(chosen or difference.suggested)


def _version(name: str, text: str, other: str) -> Element:
    """One version of a field; the lines that the other one has not are marked."""
    others = set(other.splitlines())
    lines = [
        element("span", line) if line in others else element("mark", line) for line in text.splitlines() if line.strip()
    ]
    return element("div", element("b", name), *(lines or [element("span", _("nothing"))]), class_="version")


def _go_on(opened: Submission, take: dict[str, Take]) -> None:
    assert opened.theirs is not None
    submission.settle(opened, merged(opened.form, opened.theirs.form, take))
    st.rerun()
