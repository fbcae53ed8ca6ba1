"""My initiatives: what a department has proposed, where each stands, what it would bring, and what to do next."""

import streamlit as st

from prioritizer.domain.process import ON_THE_LIST, SETTLED, Status, Step
from prioritizer.errors import InputError
from prioritizer.language import _, ngettext
from prioritizer.services import drafts, reviews
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.in_process import InProcess, own
from prioritizer.services.shared import place_of
from prioritizer.ui import session
from prioritizer.ui.boundary import guarded
from prioritizer.ui.listing import Line, listing
from prioritizer.ui.markup import element, markdown_literal, show
from prioritizer.ui.priority_table import opened
from prioritizer.ui.views import voices
from prioritizer.words import chance, moment, money, sign

ADDRESS, TABLE = "initiative", "mine-table"
WAITS_FOR_US = (Status.DRAFT, Status.CHANGES_REQUESTED, Status.REJECTED)


def view() -> None:
    """The page."""
    _page()


@guarded
def _page() -> None:
    who = session.person()
    entries = own(session.workspace(), who.id)
    _say_answer(entries, who.department or "")
    if st.button(_("Propose an initiative"), key="propose", type="primary"):
        session.turn_to("submit")
    _typed(entries)
    if not entries:
        said = _("Here the initiatives of your department will stand, with where each is in the process.")
        show(element("p", said, class_="empty"))
        return
    chosen = next((entry for entry in entries if entry.id == st.query_params.get(ADDRESS)), None)
    with st.container(horizontal=True, key="pair", wrap=True, gap="medium"):
        with st.container(key="listbox", width="stretch"):
            _list(entries, chosen)
        if chosen is not None:
            with st.container(key="detail", width=380):
                _detail(chosen)


def _say_answer(entries: tuple[InProcess, ...], department: str) -> None:
    waiting = [entry for entry in entries if entry.standing.content.status in WAITS_FOR_US]
    said = ngettext(
        "{department}: {count} initiative, {waiting} of them waiting for you",
        "{department}: {count} initiatives, {waiting} of them waiting for you",
        len(entries),
    ).format(department=department, count=len(entries), waiting=len(waiting))
    show(element("h1", said, class_="answer"))


def _typed(entries: tuple[InProcess, ...]) -> None:
    """What was typed and not saved yet, to go on with."""
    for kept in drafts.drafts(session.workspace(), session.person().id):
        form = kept.typed.get("form")
        name = (form.get("name") if isinstance(form, dict) else None) or _("without a name")
        label = _("Go on with “{name}”, typed {at} and not saved").format(
            name=markdown_literal(name), at=moment(kept.at)
        )
        if st.button(label, key=f"go-on-{kept.id}", type="tertiary"):
            known = any(entry.id == kept.id for entry in entries)
            session.turn_to("submit", **{"initiative" if known else "draft": kept.id})


def _list(entries: tuple[InProcess, ...], chosen: InProcess | None) -> None:
    evaluation = session.shared_evaluation()
    currency = sign(evaluation.run.currency)
    lines = []
    for entry in entries:
        cells = (_state(entry), *_figures(evaluation, entry, currency))
        href = session.address_of("mine", **{ADDRESS: entry.id})
        lines.append(Line(entry.id, entry.shown.content.name, href, cells))
    listing(
        (_("Initiative"), _("State"), _("Projected profit"), _("Rank"), _("Chance of a loss")),
        lines,
        _("The initiatives of the department"),
        numbers=(2, 3, 4),
        selected=chosen.id if chosen else None,
        key=TABLE,
        on_open=_open,
    )


def _figures(evaluation: Evaluation, entry: InProcess, currency: str) -> tuple[str, str, str]:
    """Profit, place and risk; where it no longer fits the company, that."""
    try:
        place = place_of(evaluation, entry.shown.content)
    except InputError:
        return (_("does not fit the company any more: edit it"), "", "")
    rank = _("{rank} of {total}").format(rank=place.rank, total=place.total)
    return (money(place.npv.mean, currency), rank, chance(place.probability_of_loss))


def _open() -> None:
    if (id_ := opened(TABLE)) is None:
        st.query_params.pop(ADDRESS, None)
    else:
        st.query_params[ADDRESS] = id_


def _state(entry: InProcess) -> str:
    said = [entry.standing.content.words, entry.since]
    if entry.unsubmitted:
        said.append(_("changed since, not submitted"))
    return ", ".join(part for part in said if part)


def _detail(entry: InProcess) -> None:
    file = reviews.file_of(session.workspace(), entry.id, session.person().id)
    evaluation = session.shared_evaluation()
    place = place_of(evaluation, entry.shown.content)
    stands = _("Projected profit {profit}; it stands at {rank} of {total} on the shared list.")
    if entry.standing.content.status not in ON_THE_LIST or entry.unsubmitted:
        stands = _("Projected profit {profit}; submitted like this it would stand at {rank} of {total}.")
    said = stands.format(
        profit=money(place.npv.mean, sign(evaluation.run.currency)), rank=place.rank, total=place.total
    )
    show(
        element("div", voices.standing_in_words(file), class_="eyebrow"),
        element("h2", entry.shown.content.name, class_="panel-name", tabindex="-1", data_panel="1"),
        element("p", said, class_="said"),
    )
    with st.container(horizontal=True, gap="small"):
        if entry.standing.content.status not in SETTLED and st.button(_("Edit"), key="edit"):
            session.turn_to("submit", initiative=entry.id)
        if st.button(_("Begin another one like it"), key="like"):
            session.turn_to("submit", like=entry.id)
    voices.show_steps(file, (Step.SUBMIT, Step.WITHDRAW, Step.START, Step.CLOSE))
    voices.show_figures_beside(file)
    voices.show_comments(file)
    voices.show_trail(file)
