"""Who said what about an initiative: where it stands, finance's figures beside the department's, comments, versions."""

from collections.abc import Callable

import streamlit as st

from prioritizer.domain.process import RULES, Step
from prioritizer.language import _
from prioritizer.services import process, reviews
from prioritizer.services.access import Action, may
from prioritizer.services.figures_beside import beside
from prioritizer.services.reviews import File
from prioritizer.services.shared import place_of
from prioritizer.ui import session
from prioritizer.ui.boundary import act, guarded, show_beside
from prioritizer.ui.markup import Element, element, show, table
from prioritizer.words import moment, money, sign


@guarded
def voices(id_: str) -> None:
    """The question that closes the page of an initiative in a workspace."""
    who = session.person()
    if not may(who, Action.READ_SUBMITTED):
        return
    file = reviews.file_of(session.workspace(), id_, who.id)
    show(element("h3", _("Who said what?"), class_="question"))
    show(element("p", standing_in_words(file), class_="said"))
    show_figures_beside(file)
    show_comments(file)
    show_trail(file)


def standing_in_words(file: File) -> str:
    """Where an initiative stands, since when, by whom and why."""
    standing = file.standing
    if standing.version == 0:
        return _("A draft that has not been submitted yet.")
    words = standing.content.words
    said = _("{status} since {at}, by {who}").format(
        status=words[:1].upper() + words[1:], at=moment(standing.at), who=session.name_of(standing.who)
    )
    return f"{said}: {standing.why}" if standing.why else f"{said}."


def show_figures_beside(file: File) -> None:
    """The department's figures and finance's beside each other, where finance has set its own."""
    if file.review is None:
        return
    review = file.review
    show(
        element(
            "p",
            _("Finance, {who}: {note}").format(who=session.name_of(review.who), note=review.content.note),
            class_="said",
        )
        if review.content.note
        else element("span")
    )
    if review.content.figures is None or file.submitted is None:
        return
    evaluation = session.shared_evaluation()
    company = evaluation.scenario.company
    department = place_of(evaluation, file.submitted.content)
    finance = place_of(evaluation, review.content.figures)
    currency = sign(company.currency)
    lines = [
        (_("Projected profit"), money(department.npv.mean, currency), money(finance.npv.mean, currency)),
        (_("Rank"), str(department.rank), str(finance.rank)),
        (_("Cost"), money(department.cost, currency), money(finance.cost, currency)),
        *(
            (line.name, line.department, line.finance)
            for line in beside(file.submitted.content, review.content.figures, company)
        ),
    ]
    title = _("The department's figures and finance's")
    counted = (
        _("Finance's figures are counted on the list.")
        if file.standing.content.reviewed
        else _("The department's figures are counted on the list until finance approves with its own.")
    )
    headings = (
        "",
        _("{department}, version {n}").format(department=file.submitted.content.department, n=file.submitted.version),
        _("Finance"),
    )
    show(
        element(
            "div",
            element("h3", title, class_="chart-title"),
            table(headings, lines, title, text_columns=(0, 1, 2)),
            element("p", counted, class_="quiet"),
        )
    )


def show_comments(file: File) -> None:
    """What was said, and a field to say more for those who may."""
    for said in file.comments:
        show(
            element(
                "blockquote",
                element("p", said.content.text, class_="said"),
                element("p", f"{session.name_of(said.who)}, {moment(said.at)}", class_="quiet"),
                class_="comment",
            )
        )
    if not may(session.person(), Action.COMMENT, file.last.content.department):
        return
    key = comment_key(file.last.id)
    st.text_area(_("Comment"), key=key, height=68, max_chars=10_000)
    show_beside(key, _("Comment"))
    st.button(_("Comment"), key=f"comment-{file.last.id}", on_click=_say, args=(file.last.id, key))


def comment_key(id_: str) -> str:
    """The field in which a comment is typed."""
    return f"comment-text-{id_}"


def why_key(id_: str) -> str:
    """The field in which the reason of a step is typed."""
    return f"why-{id_}"


def show_trail(file: File) -> None:
    """Every step and every version, with who, when and why."""
    steps = [(one.content.words, session.name_of(one.who), moment(one.at), one.why) for one in reversed(file.trail)]
    versions = [
        (str(one.version), session.name_of(one.who), moment(one.at), one.why) for one in reversed(file.versions)
    ]
    title, other = _("Every step"), _("Every version")
    made: list[Element] = []
    if steps:
        made.append(_folded(title, table((_("Step"), _("Who"), _("When"), _("Why")), steps, title, (0, 1, 2, 3))))
    made.append(_folded(other, table((_("Version"), _("Who"), _("When"), _("Why")), versions, other, (0, 1, 2, 3))))
    show(*made)


def _folded(summary: str, content: Element) -> Element:
    return element("details", element("summary", summary), content, class_="more")


def take(id_: str, step: Step, read: int, review: int, key: str) -> None:
    """Take a step, on the version of the initiative, and of finance's review, that stood on the page."""
    path, who, why = session.workspace(), session.person().id, st.session_state.get(key, "")
    seen = review if step is Step.APPROVE else None
    act(lambda: process.take(path, id_, step, read, who, why, seen), key, said=_taken(step), beside={"why": key})


def _taken(step: Step) -> str:
    return _("Done. Its state is now “{status}”.").format(status=RULES[step].to.words)


def show_steps(
    file: File,
    steps: tuple[Step, ...] | None = None,
    on_click: Callable[[str, Step, int, int, str], None] = take,
) -> None:
    """A button for each step that the person may take now, with a field for the reason.

    `on_click` is called as `take` is, with what stood on the page.
    """
    offered = tuple(step for step in (steps or file.steps) if step in file.steps)
    if not offered:
        return
    id_, key = file.last.id, why_key(file.last.id)
    st.text_area(
        _("Why"),
        key=key,
        height=68,
        help=_(
            "Everybody who sees the initiative reads it. Asking for changes, rejecting, closing and reopening need it."
        ),
    )
    show_beside(key, _("Why"))
    with st.container(horizontal=True, gap="small", key=f"steps-{id_}"):
        for step in offered:
            st.button(
                step.words[:1].upper() + step.words[1:],
                key=f"step-{step.name}-{id_}",
                type="primary" if step in MAIN else "secondary",
                on_click=on_click,
                args=(id_, step, _read(file, step), file.review.version if file.review else 0, key),
            )


MAIN = (Step.SUBMIT, Step.CLAIM, Step.APPROVE)


def _read(file: File, step: Step) -> int:
    """The version that stands on the page."""
    return file.last.version if step is Step.SUBMIT else (file.submitted or file.last).version


def _say(id_: str, key: str) -> None:
    path, who, text = session.workspace(), session.person().id, st.session_state.get(key, "")
    act(lambda: reviews.comment(path, id_, text, who), key, said=_("Your comment was added."), beside={"comment": key})
