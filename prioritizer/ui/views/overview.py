"""The overview: what to decide and why, on one screen, each block with the way to where it is explained."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from prioritizer.domain.decisions import Decision
from prioritizer.domain.overview import Funding
from prioritizer.domain.since_published import SincePublished
from prioritizer.domain.workspace import Version
from prioritizer.language import _, ngettext
from prioritizer.services import answers, learning_words
from prioritizer.services.access import Action, may
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.overview import decided, matters_most, share_customers
from prioritizer.services.planner import Progress
from prioritizer.services.shared import state_of
from prioritizer.services.since_published import since_published
from prioritizer.ui import overview_blocks as blocks
from prioritizer.ui import session
from prioritizer.ui.boundary import guarded, show_trouble
from prioritizer.ui.charts.amounts import Amounts
from prioritizer.ui.charts.frontier import title_of
from prioritizer.ui.foot import foot
from prioritizer.ui.markup import Element, bare_table, element, html, show
from prioritizer.ui.planned import Planned, Shown, planned
from prioritizer.ui.priority_table import opened, priority_table
from prioritizer.ui.short_table import short_table
from prioritizer.ui.small_lines import SmallLine, small_lines
from prioritizer.words import day, money, percent, points, sign

STYLE = (Path(__file__).parents[1] / "assets" / "overview.css").read_text(encoding="utf-8")
TABLE = "overview-list"
OPENED = "overview-opened"  # the initiative on which somebody has just clicked


def view() -> None:
    """The page."""
    _page()


@st.fragment
@guarded
def _page() -> None:
    if id_ := st.session_state.pop(OPENED, None):
        session.turn_to_the_list(id_)
    show_trouble()
    show(element("style", STYLE))
    decision = session.opened().decision
    slots = _slots(is_decided=decision is not None)
    evaluation = session.evaluation()
    with slots.foot:
        foot(evaluation.run)
    if not evaluation.ranking.initiatives:
        _say_empty(slots)
    elif decision is not None:
        _published(evaluation, decision, slots)
    else:
        _plan(evaluation, slots)


@dataclass(frozen=True)
class Slots:
    """Where the parts of the page stand, with grey lines until they are known."""

    answer: Any
    listed: Any
    years: Any
    more: Any
    nps: Any
    matters: Any
    tests: Any
    since: Any
    foot: Any

    def leave_out(self, *names: str) -> None:
        """What there is nothing to say about takes no room."""
        for name in names:
            getattr(self, name).empty()


def _slots(is_decided: bool) -> Slots:
    """The page as grey lines."""
    with st.container(key="overview", gap=None):
        answer = _waiting("answer", 2)
        left, right = st.columns([65, 35], gap="medium")
        with left:
            listed = _waiting("list-box", 12)
        with right, st.container(key="overview-beside", gap=None):
            years, more, nps = (_waiting(name, 4) for name in ("years", "more", "nps"))
        with st.container(key="overview-below", gap=None):
            columns = st.columns(2 if is_decided else 3, gap="medium")
        with columns[0]:
            matters = _waiting("matters", 5)
        with columns[0 if is_decided else 1]:
            tests = _waiting("tests", 5)
        with columns[-1]:
            since = _waiting("since", 5)
        return Slots(answer, listed, years, more, nps, matters, tests, since, st.container(key="overview-foot"))


def _waiting(name: str, lines: int) -> Any:
    """A place on the page that is filled later; its grey lines show only where that takes time."""
    with st.container(key=f"overview-{name}", gap=None):
        slot = st.empty()
    _fill(slot, blocks.waiting(lines))
    return slot


def _fill(slot: Any, *elements: Element) -> None:
    slot.html(html(elements))


def _quietly(slot: Any) -> Shown:
    """A search that says in its own place how far it is, and stands in nobody's way."""

    @contextmanager
    def shown(_key: Any, doing: str) -> Iterator[Progress]:
        def progress(share: float) -> None:
            _fill(slot, blocks.waiting(3, f"{doing} {percent(min(max(share, 0.0), 1.0))}"))

        progress(0.0)
        yield progress

    return shown


def _say_empty(slots: Slots) -> None:
    said = _("Here it will stand which initiatives to fund, and what that choice hangs on.")
    first = element("h1", _("There are no initiatives to decide on"), class_="answer")
    _fill(slots.answer, first, element("p", said, class_="empty"))
    slots.leave_out("listed", "years", "more", "nps", "matters", "tests", "since")


def _plan(evaluation: Evaluation, slots: Slots) -> None:
    """The page about the list as it is: what a plan would fund of it. What takes longest comes last."""
    found = planned(evaluation)
    funding = found.proposal(_quietly(slots.answer))
    if funding.conflict:
        _say_conflict(funding, slots)
        _list(evaluation, funding, slots)
        _changes(None, slots)
        slots.leave_out("years", "more", "nps", "matters", "tests")
        return
    _say(evaluation, funding, _about_plan(evaluation, funding), slots)
    _list(evaluation, funding, slots)
    _years(evaluation, funding, slots)
    _nps(evaluation, funding, slots)
    _matters(evaluation, funding, slots)
    _changes(funding, slots)
    _more(evaluation, found, slots)
    _tests(evaluation, found, slots)


def _published(evaluation: Evaluation, decision: Version[Decision], slots: Slots) -> None:
    """The page about a list as it was published: what executives decided to fund of it."""
    funding = decided(evaluation, decision)
    _say(evaluation, funding, _about_decision(decision), slots)
    _list(evaluation, funding, slots)
    _years(evaluation, funding, slots)
    _nps(evaluation, funding, slots)
    _matters(evaluation, funding, slots)
    slots.leave_out("more", "tests")
    if may(session.person(), Action.READ_SUBMITTED):
        _changes(None, slots)
    else:
        slots.leave_out("since")


def _say(evaluation: Evaluation, funding: Funding, about: str, slots: Slots) -> None:
    """The decision in one sentence, and below it what kind of sentence that is."""
    said = answers.decision(funding, sign(evaluation.run.currency))
    way = None if funding.decided_at else blocks.way(session.way_to("list", order="portfolio"), _("The plan in full"))
    more = element("p", f"{about} ", way, class_="answer-more")
    _fill(slots.answer, element("h1", said.replace(" %", "\N{NO-BREAK SPACE}%"), class_="answer"), more)


def _about_plan(evaluation: Evaluation, funding: Funding) -> str:
    """What limits the plan, how much of it is decided already, and why profits do not add up."""
    known = session.opened().standings
    said = [
        _("A plan within today's budgets.")
        if evaluation.scenario.company.budget
        else _("A plan without budgets: only people and links limit it.")
    ]
    if known and funding.ids:
        n = sum(known[id_].funded for id_ in funding.ids)
        said.append(ngettext("{n} of these is funded already.", "{n} of these are funded already.", n).format(n=n))
    if share_customers(funding):
        alone = money(funding.alone, sign(evaluation.run.currency))
        said.append(_("Each alone they would sum to {alone}; they share customers.").format(alone=alone))
    return " ".join(said)


def _about_decision(decision: Version[Decision]) -> str:
    """Who decided, when, and why."""
    said = _("Decided by {who} on {date}.").format(who=session.name_of(decision.who), date=day(decision.at))
    return f"{said} {decision.why}".strip()


def _say_conflict(funding: Funding, slots: Slots) -> None:
    title = element("h1", _("Nothing can be planned: not all demands can be met together"), class_="answer")
    demands = element("ol", *(element("li", demand.text) for demand in funding.conflict), class_="said")
    remedy = _("Each of them can be met without one of the others: give one up, or raise a limit.")
    _fill(slots.answer, title, demands, element("p", remedy, class_="said"))


def _list(evaluation: Evaluation, funding: Funding, slots: Slots) -> None:
    with slots.listed.container():
        priority_table(short_table(evaluation, funding, session.links()), selected=None, key=TABLE, on_open=_open)


def _open() -> None:
    if id_ := opened(TABLE):
        st.session_state[OPENED] = id_


def _years(evaluation: Evaluation, funding: Funding, slots: Slots) -> None:
    """What each year costs beside its budget."""
    unit = blocks.unit_of_years(funding.years, sign(evaluation.run.currency))
    is_limited = any(year.budget is not None for year in funding.years)
    title = _("Cost against budget, {unit}") if is_limited else _("Cost by year, {unit}")
    way = (session.link("decide"), _("Budgets"))
    if not way[0] and funding.decided_at is None:
        way = (session.way_to("list", order="portfolio"), _("Portfolio"))
    head = blocks.heading(title.format(unit=unit), *way)
    _fill(slots.years, head, blocks.year_bars(funding.years, sign(evaluation.run.currency)))


def _nps(evaluation: Evaluation, funding: Funding, slots: Slots) -> None:
    """NPS of the whole base, with what is funded and without."""
    without = evaluation.ranking.baseline.nps
    with_ = funding.together.nps if funding.together else ()
    named = _("with the plan") if funding.decided_at is None else _("as funded")
    lines = [SmallLine(without, points(without[0]), f"{points(without[-1])} {_('without')}", is_dashed=True)]
    if with_:
        lines.insert(0, SmallLine(with_, "", f"{points(with_[-1])} {named}"))
    title = _("NPS {now} today, {end} at the end").format(now=points(without[0]), end=points((with_ or without)[-1]))
    periods = (*evaluation.ranking.periods, _("end"))
    rows = [(name, *(points(line.values[place]) for line in lines)) for place, name in enumerate(periods)]
    headings = (_("Period"), *([named] if with_ else []), _("without"))
    below = (periods[0], _("end of {period}").format(period=periods[-2]))
    with slots.nps.container():
        show(blocks.heading(title, session.way_to("customers"), _("Customers")))
        small_lines(lines, below, bare_table(headings, rows, title), "overview-nps-lines")


def _matters(evaluation: Evaluation, funding: Funding, slots: Slots) -> None:
    """The assumptions that move the profit most, with how far each alone does."""
    head = blocks.heading(_("What the profit hangs on most"), session.way_to("assumptions"), _("Assumptions"))
    found = matters_most(evaluation, funding)
    if not found:
        said = _("There is no profit that an assumption could move.")
        _fill(slots.matters, head, element("p", said, class_="said"))
        return
    amounts = Amounts.of(
        (end for one in found for end in (one.profit_low, one.profit_high)), sign(evaluation.run.currency)
    )
    how = _("{unit} of profit, each alone from its 5th to its 95th percentile").format(unit=amounts.unit)
    _fill(slots.matters, head, element("p", how, class_="quiet"), blocks.influences(found, amounts))


def _more(evaluation: Evaluation, found: Planned, slots: Slots) -> None:
    """What less and more than today's budget would bring."""
    if not evaluation.scenario.company.budget:
        slots.more.empty()
        return
    frontier = found.frontier(_quietly(slots.more))
    factors = [point.factor for point in frontier.points]
    profits = [point.joint for point in frontier.points]
    amounts = Amounts.of((profit for profit in profits if profit is not None), sign(evaluation.run.currency))
    said = ["" if profit is None else amounts.figure(profit) for profit in profits]
    now = factors.index(1.0)
    today = _("today {profit}").format(profit=said[now])
    end = _("{profit} at {share}").format(profit=said[-1], share=percent(factors[-1]))
    title = title_of(factors, profits, amounts)
    rows = [(percent(factor), words) for factor, words in zip(factors, said, strict=True)]
    headings = (_("Budget"), _("Joint profit, {unit}").format(unit=amounts.unit))
    below = (_("{share} of today's budget").format(share=percent(factors[0])), "")
    with slots.more.container():
        show(blocks.heading(title, session.way_to("list", order="portfolio"), _("Portfolio")))
        small_lines(
            [SmallLine(profits, said[0], end, (now, today))],
            below,
            bare_table(headings, rows, title),
            "overview-more-lines",
        )


def _tests(evaluation: Evaluation, found: Planned, slots: Slots) -> None:
    """What is worth finding out before the money goes; it takes longest."""
    if evaluation.inputs is None:
        slots.tests.empty()
        return
    learning = found.learning(evaluation.inputs, shown=_quietly(slots.tests))
    currency = sign(evaluation.run.currency)
    way = (session.way_to("list", order="tests"), _("Tests"))
    _fill(
        slots.tests,
        blocks.heading(learning_words.answer(learning, currency), *way),
        *blocks.tests(learning, currency),
    )


def _changes(funding: Funding | None, slots: Slots) -> None:
    """What is other than in the list that was published last."""
    title, way = _("Since the last published list"), (session.link("decide"), _("Decide"))
    if not session.here().is_workspace or session.is_uploaded():
        said = _("A file is not published. In a workspace it stands here what changed since the last decision.")
        _fill(slots.since, blocks.heading(title), element("p", said, class_="said"))
        return
    who = session.person().id
    state = state_of(session.workspace(), who, Action.READ_SUBMITTED)
    ids = None if funding is None else tuple(sorted(funding.ids))
    since = _since(str(session.workspace()), state, ids, who)
    if since is None:
        said = _("Nothing was published yet. Once executives have decided, it stands here what changed since.")
        _fill(slots.since, blocks.heading(title, *way), element("p", said, class_="said"))
        return
    if not way[0]:
        way = (session.link("list", list=session.PUBLISHED), _("That list"))
    _fill(slots.since, blocks.heading(blocks.since_title(since.at), *way), blocks.changes(since))


@st.cache_resource(max_entries=8, show_spinner=False)
def _since(path: str, state: str, planned: tuple[str, ...] | None, _who: str) -> SincePublished | None:
    return since_published(Path(path), _who, planned, session.evaluation_of)
