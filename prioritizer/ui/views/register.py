"""The assumption register: every number with its card and its influence, and the way to where it is changed."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import streamlit as st

from prioritizer.domain.quantity import Grade
from prioritizer.domain.register import Assumption, Change, Register
from prioritizer.language import _, asked_for, ngettext
from prioritizer.services.access import Action, may
from prioritizer.services.certainty import (
    break_even_in_words,
    correlation_in_words,
    joined_in_words,
    names_of,
    switching_in_words,
)
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.last_changes import last_changes
from prioritizer.services.register import Portfolio, influences_of, planned, register_of, worth_doing
from prioritizer.services.register_search import NO_GRADE, NO_OWNER, OF_COMPANY, By, Wanted, look_for
from prioritizer.services.shared import state_of
from prioritizer.ui import behind, session
from prioritizer.ui import planned as plans
from prioritizer.ui.boundary import guarded
from prioritizer.ui.charts.chart import show as show_chart
from prioritizer.ui.foot import foot
from prioritizer.ui.listing import Line, listing
from prioritizer.ui.markup import Element, element, show
from prioritizer.ui.priority_table import opened
from prioritizer.ui.views.initiative import correlations_chart, influence_chart, switching_table
from prioritizer.words import NOTHING, Scale, day, figure, moment, money, scale_of, sign, unit_of

TABLE = "register-list"
ADDRESS = "assumption"
WIDTH = 172  # pixels of a filter, of which a phone has room for two
FIRST = 25  # rows before the rest is asked for
LONGEST_SOURCE = 70
DRAWN = 10
UNBROKEN = "\N{NON-BREAKING HYPHEN}"
COMPANY_FILE = "company"  # the part of the page on which the company's file is changed


def view() -> None:
    """The page."""
    _page()


@st.fragment
@guarded
def _page() -> None:
    evaluation = session.shared_evaluation() if session.here().is_workspace else session.evaluation()
    answer, filters = st.container(key="answer", gap=None), st.container(key="filters")
    with filters:
        portfolio = _portfolio(evaluation)
    register = _register(evaluation, portfolio)
    with answer:
        _say_answer(register)
    with filters:
        only = behind.show_what_is_asked(evaluation, portfolio, _of(register))
        wanted, by = _looked_for(evaluation, register)
    wanted = replace(wanted, inputs=only)
    found = look_for(register, wanted, by)
    chosen = next((one for one in register.assumptions if one.input == st.query_params.get(ADDRESS)), None)
    with st.container(horizontal=True, key="pair", wrap=True, gap="medium"):
        with st.container(key="listbox", width="stretch"):
            _list(evaluation, register, found, chosen)
        if chosen is not None:
            with st.container(key="detail", width=380):
                _detail(evaluation, register, chosen)
    _hangs_on(evaluation, register, portfolio)
    foot(evaluation.run)


def _portfolio(evaluation: Evaluation) -> Portfolio:
    """Whose profit it is about: what is worth doing, or what is planned within the budgets."""
    words = {plans.WORTH_DOING: _("What is worth doing"), plans.FUNDED: _("What is planned")}
    known = plans.known(evaluation)
    if plans.PORTFOLIO not in st.session_state:
        is_planned = known is not None and known.known_plan() is not None
        st.session_state[plans.PORTFOLIO] = plans.FUNDED if is_planned else plans.WORTH_DOING
    chosen = st.segmented_control(
        _("Influence on the profit of"),
        list(words),
        format_func=lambda portfolio: words[portfolio],
        key=plans.PORTFOLIO,
        required=True,
    )
    if chosen != plans.FUNDED:
        return worth_doing(evaluation)
    found = plans.planned(evaluation)
    made = found.plan(1.0)
    if not made.funded:
        show(element("p", _("Nothing is planned: this is about what is worth doing."), class_="quiet"))
        return worth_doing(evaluation)
    return found.other("funded", lambda planner: planned(planner, made))


def _register(evaluation: Evaluation, portfolio: Portfolio) -> Register:
    state, changes = "", dict[str, Change]()
    if session.here().is_workspace:
        who = session.person().id
        state = state_of(session.workspace(), who, Action.READ_SUBMITTED)
        changes = _changes(str(session.workspace()), state, who)
    return _made(evaluation.run.id, portfolio.is_plan, state, asked_for(), evaluation, portfolio, changes)


@st.cache_resource(max_entries=8, show_spinner=False)
def _made(
    run: str,
    is_plan: bool,
    state: str,
    language: str,
    _evaluation: Evaluation,
    _portfolio: Portfolio,
    _changes: dict[str, Change],
) -> Register:
    return register_of(_evaluation, _portfolio, _changes)


@st.cache_resource(max_entries=4, show_spinner=False)
def _changes(path: str, state: str, _who: str) -> dict[str, Change]:
    return last_changes(Path(path), _who)


def _of(register: Register) -> str:
    return _("what is planned") if register.is_plan else _("what is worth doing")


def _say_answer(register: Register) -> None:
    moving = [one for one in register.assumptions if one.swing]
    weak = [one for one in moving if one.is_weak]
    said = ngettext(
        "{count} of {total} assumptions moves the profit of {of}; {weak} of these are weakly supported",
        "{count} of {total} assumptions move the profit of {of}; {weak} of these are weakly supported",
        len(moving),
    ).format(count=len(moving), total=len(register.assumptions), of=_of(register), weak=len(weak))
    unknown = sum(one.is_certain and not one.source for one in register.assumptions)
    more = [
        _(
            "The swing is what the profit moves when a number alone goes from its 5th to its 95th percentile, all "
            "others at their means."
        )
    ]
    if unknown:
        untold = _("{n} numbers are entered as certain and without a source: how far they could move it is unknown.")
        more.append(untold.format(n=unknown))
    show(element("h1", said, class_="answer"), element("p", " ".join(more), class_="answer-more"))


def _looked_for(evaluation: Evaluation, register: Register) -> tuple[Wanted, By]:
    """What is looked for, and in which order."""
    names = {one.id: one.name for one in evaluation.scenario.initiatives}
    every = register.assumptions
    weak = st.toggle(_("Moves profit most and is least supported"), key="register-weak")
    if weak:
        show(element("p", _what_weak_means(), class_="quiet"))
    with st.container(horizontal=True, gap="small"):
        initiatives = _filter(
            _("Initiative"),
            [OF_COMPANY, *names],
            "register-initiatives",
            {**names, OF_COMPANY: _("the company itself")},
        )
        groups = _filter(_("Group"), list(evaluation.scenario.company.groups), "register-groups")
        owners = _filter(
            _("Owner"),
            sorted({one.owner or NO_OWNER for one in every}),
            "register-owners",
            {NO_OWNER: _("nobody")},
        )
        grades = _filter(
            _("Grade"), [*(grade.value for grade in Grade), NO_GRADE], "register-grades", {NO_GRADE: _("none")}
        )
        orders = [by for by in By if by is not By.CHANGED or session.here().is_workspace]
        by = st.selectbox(
            _("Order by"),
            [order for order in orders if order is not By.DOUBT],
            format_func=lambda order: order.words,
            key="register-order",
            disabled=weak,
            width=WIDTH,
        )
    wanted = Wanted(owners=owners, groups=groups, initiatives=initiatives, grades=grades, weak=weak)
    return wanted, By.DOUBT if weak else By(by)


def _what_weak_means() -> str:
    return _(
        "Weakly supported is a number without a source, or whose grade is C, D or none. They stand in the order of the "
        "money they move: its swing in full without a source or a grade or with grade D, half of it with a source and "
        "grade C."
    )


def _filter(label: str, options: list[str], key: str, words: dict[str, str] | None = None) -> tuple[str, ...]:
    known = words or {}
    chosen = st.multiselect(
        label,
        options,
        format_func=lambda one: known.get(one, one),
        key=key,
        placeholder=_("all"),
        width=WIDTH,
    )
    return tuple(chosen)


def _list(evaluation: Evaluation, register: Register, found: tuple[Assumption, ...], chosen: Assumption | None) -> None:
    if not found:
        show(element("p", _("No assumption matches these filters. Clear one of them to see more."), class_="empty"))
        return
    every = st.session_state.get("register-every", False)
    shown = found if every else found[:FIRST]
    scale = scale_of([one.swing or 0.0 for one in register.assumptions])
    in_workspace = session.here().is_workspace
    listing(
        _headings(unit_of(scale, sign(evaluation.run.currency)), in_workspace, terse=chosen is not None),
        [_line(evaluation, one, scale, in_workspace, terse=chosen is not None) for one in shown],
        _("The assumption register"),
        numbers=(3, 4),
        selected=chosen.input if chosen else None,
        key=TABLE,
        on_open=_open,
    )
    if len(shown) < len(found):
        st.button(_("Show all {n}").format(n=len(found)), key="register-all", on_click=_show_every, type="tertiary")


def _show_every() -> None:
    st.session_state["register-every"] = True


def _headings(unit: str, in_workspace: bool, terse: bool) -> list[str]:
    first = [
        _("Input"),
        _("Of"),
        _("Value; 90 %"),
        _("Swing, {unit}").format(unit=unit),
        _("Rank correlation"),
        _("Grade"),
    ]
    rest = [_("Source"), _("Owner"), *([_("Last change")] if in_workspace else [])]
    return first if terse else [*first, *rest]


def _line(evaluation: Evaluation, one: Assumption, scale: Scale, in_workspace: bool, terse: bool) -> Line:
    first = [
        _whose(evaluation, one),
        f"{one.value}; {one.spread}" if one.spread else _("{value}, certain").format(value=one.value),
        NOTHING if one.swing is None else figure(abs(one.swing) / scale.divisor),
        correlation_in_words(one.correlation),
        one.grade or NOTHING,
    ]
    source = one.source if len(one.source) <= LONGEST_SOURCE else f"{one.source[:LONGEST_SOURCE].rstrip()}…"
    changed = day(one.changed_at).replace("-", UNBROKEN) if one.changed_at else NOTHING
    rest = [source or _("none"), one.owner or _("nobody"), *([changed] if in_workspace else [])]
    return Line(one.input, one.name, _address(one), first if terse else [*first, *rest])


def _address(one: Assumption) -> str:
    return session.link("assumptions", **{ADDRESS: one.input}, **session.named_scenario())


def _whose(evaluation: Evaluation, one: Assumption) -> str:
    """Whose number it is: an initiative's, a group's, the company's."""
    if one.initiative:
        return evaluation.initiative(one.initiative).name
    return one.group or _("the company")


def _open() -> None:
    if (input_ := opened(TABLE)) is None:
        _close()
    else:
        st.query_params[ADDRESS] = input_


def _close() -> None:
    st.query_params.pop(ADDRESS, None)


def _detail(evaluation: Evaluation, register: Register, one: Assumption) -> None:
    st.button(_("Back to the list"), on_click=_close, key="close", type="tertiary", icon=":material/arrow_back:")
    show(
        element("div", _whose(evaluation, one), class_="eyebrow"),
        element("h2", one.name, class_="panel-name", tabindex="-1", data_panel="1"),
        element("div", one.value, class_="big-value"),
        _said(_("90 %: {range}").format(range=one.spread) if one.spread else _("Entered as certain.")),
        element("h3", _("How far does it move the profit?"), class_="question"),
        *map(_said, _moves(evaluation, register, one)),
        element("h3", _("Where does it come from?"), class_="question"),
        *_card(one),
        element("h3", _("Where is it changed?"), class_="question"),
    )
    _place_of_change(evaluation, one)


def _said(text: str) -> Element:
    return element("p", text, class_="said")


def _moves(evaluation: Evaluation, register: Register, one: Assumption) -> Iterable[str]:
    currency = sign(evaluation.run.currency)
    if one.swing is None or one.profit_low is None or one.profit_high is None:
        yield _("It has no range, so nothing can be said about it. Try other values in a what-if or a scenario.")
        return
    if not one.swing:
        yield _("It does not move the profit of {of} at all.").format(of=_of(register))
        return
    yield _("From its 5th to its 95th percentile alone, the profit of {of} goes from {low} to {high}.").format(
        of=_of(register), low=money(one.profit_low, currency), high=money(one.profit_high, currency)
    )
    yield _("Rank correlation with it over the draws: {words}.").format(words=correlation_in_words(one.correlation))
    names = names_of(evaluation.scenario.company, evaluation.scenario.initiatives)
    if joined := joined_in_words(one.correlation, names):
        yield _("It is drawn together with: {names}. Part of the correlation may be theirs.").format(names=joined)


def _card(one: Assumption) -> list[Element]:
    grade = f"{one.grade}: {Grade(one.grade).words}" if one.grade else _("none")
    known = [
        (_("Source"), one.source or _("none")),
        (_("Grade"), grade),
        (_("Owner"), one.owner or _("nobody")),
        (_("Unit"), one.unit),
        (_("Note"), one.note),
        (_("Last change"), _changed(one)),
    ]
    return [_said(_("{what}: {words}").format(what=name, words=said)) for name, said in known if said]


def _changed(one: Assumption) -> str:
    if one.changed_at is None or one.changed_by is None:
        return ""
    return _("{at}, {who}").format(at=moment(one.changed_at), who=session.name_of(one.changed_by))


def _place_of_change(evaluation: Evaluation, one: Assumption) -> None:
    """The way to the number's place, for those who may change it there; for the others who may."""
    where = element("p", element("code", one.input), class_="said")
    if not session.here().is_workspace:
        file = _("In the file of initiatives, at") if one.initiative else _("In the company's file, at")
        show(element("p", file, class_="quiet"), where)
        return
    who = session.person()
    if one.initiative is None:
        if may(who, Action.SET_ASSUMPTIONS):
            if st.button(_("Change it in the company's file"), key="change", type="primary"):
                _to_the_file()
        else:
            show(element("p", _("Finance owns it: only finance may change it."), class_="quiet"))
        show(where)
        return
    department = evaluation.initiative(one.initiative).department
    if may(who, Action.EDIT, department):
        if st.button(_("Change it in the submission"), key="change", type="primary"):
            session.turn_to("submit", initiative=one.initiative)
    elif may(who, Action.REVIEW, department):
        if st.button(_("Set finance's figure beside it"), key="change", type="primary"):
            session.turn_to("review", initiative=one.initiative)
    else:
        show(element("p", _("{department} owns it, finance reviews it.").format(department=department), class_="quiet"))
    if link := session.link_to(one.initiative):
        show(element("p", element("a", _("The initiative on the list"), href=link), class_="said"))


def _to_the_file() -> None:
    st.query_params["part"] = COMPANY_FILE
    _close()
    st.rerun(scope="app")


def _hangs_on(evaluation: Evaluation, register: Register, portfolio: Portfolio) -> None:
    """The tornado of the portfolio, its rank correlations, and where its profit would be zero."""
    influences = influences_of(evaluation, register, portfolio)
    if not influences:
        return
    currency = sign(evaluation.run.currency)
    show(element("h2", _("What the profit of {of} hangs on").format(of=_of(register)), class_="answer part"))
    left, right = st.columns(2, gap="large")
    with left:
        show_chart(influence_chart(influences, currency, DRAWN), key="portfolio-tornado")
    with right:
        show_chart(correlations_chart(influences, DRAWN), key="portfolio-correlations")
        drivers = switching_in_words(evaluation.scenario.company, portfolio.initiatives, register.switching_values)
        show(switching_table(drivers))
        if said := break_even_in_words(register.break_even_causal_share):
            show(_said(said))
