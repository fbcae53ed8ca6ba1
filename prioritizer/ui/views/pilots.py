"""Test before you fund: which pilots are worth running, what each answer would change, and what a pilot found."""

from collections.abc import Mapping

import streamlit as st

from prioritizer.domain.initiatives import ExtraCustomers, Initiative
from prioritizer.domain.learning import Learning, PilotAnswer, PilotWorth, Value
from prioritizer.domain.typed import number_typed
from prioritizer.errors import InputError
from prioritizer.language import _
from prioritizer.services import learning_words
from prioritizer.services.access import Action, may
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.inputs import input_names, period_word
from prioritizer.services.pilot_results import (
    AfterPilot,
    Measured,
    after_results,
    claimed_size,
    levers_of,
    with_believed,
)
from prioritizer.services.shared import place_of
from prioritizer.services.submitting import Saving, initiative_of, save, saving, told_before
from prioritizer.ui import session
from prioritizer.ui.boundary import act, guarded, show_error
from prioritizer.ui.charts.amounts import Amounts
from prioritizer.ui.foot import foot
from prioritizer.ui.markup import element, show, table
from prioritizer.ui.planned import Planned, planned
from prioritizer.words import NOTHING, money, people, percent, share, sign

MOST = 20  # assumptions that are shown
FIRST = 8  # of the list after an answer


def tests_first(evaluation: Evaluation) -> None:
    """The page."""
    if not evaluation.ranking.initiatives or evaluation.inputs is None:
        return
    found = planned(evaluation)
    learning = found.learning(evaluation.inputs)
    _say_answer(evaluation, learning)
    if learning.tests:
        left, right = st.columns([3, 2], gap="large")
        with left:
            _set(evaluation, learning)
        with right:
            _answers(evaluation, learning)
    _by_itself(evaluation, learning)
    guarded(_result)(evaluation)
    _knowing(evaluation, found)
    foot(evaluation.run)


def _names(learning: Learning) -> dict[str, str]:
    return {one.id: one.name for one in learning.pilots}


def _say_answer(evaluation: Evaluation, learning: Learning) -> None:
    currency, company = sign(evaluation.run.currency), evaluation.scenario.company
    periods = tuple(company.period_name(period) for period in range(company.periods))
    said = learning_words.more(learning, periods, currency)
    show(
        element("h1", learning_words.answer(learning, currency), class_="answer"),
        element("p", " ".join(said), class_="answer-more"),
    )


def _set(evaluation: Evaluation, learning: Learning) -> None:
    """The tests, in the order in which each adds most to those before."""
    currency, names = sign(evaluation.run.currency), _names(learning)
    pilots = {one.id: one for one in learning.pilots}
    amounts = Amounts.of((step.gain.value for step in learning.tests), currency)
    rows = [
        (
            names[step.id],
            people(pilots[step.id].customers),
            amounts.figure(pilots[step.id].cost),
            _length(evaluation, pilots[step.id]),
            amounts.figure(step.gain.value),
            f"± {amounts.figure(2 * step.gain.standard_error)}",
            learning_words.needed(pilots[step.id]) or NOTHING,
        )
        for step in learning.tests
    ]
    title = _("What to test first")
    headings = (
        _("Initiative"),
        _("Customers"),
        _("Cost"),
        _("Takes"),
        _("Worth so far"),
        _("Error"),
        _("Then planned"),
    )
    how = _("{unit}. Worth so far: of this test and those above it together, their costs and the wait taken off.")
    show(
        element("h2", title, class_="chart-title"),
        element("p", how.format(unit=amounts.unit), class_="chart-subtitle"),
        table(headings, rows, title, text_columns=(0, 6)),
    )
    if learning.committed:
        listed = ", ".join(names[id_] for id_ in learning.committed)
        show(element("p", _("Starts without waiting: {names}.").format(names=listed), class_="quiet"))


def _length(evaluation: Evaluation, pilot: PilotWorth) -> str:
    return f"{pilot.periods} {period_word(evaluation.scenario.company, pilot.periods)}"


def _answers(evaluation: Evaluation, learning: Learning) -> None:
    """What each answer of one test would change, and the list as it would stand then."""
    names = _names(learning)
    pilots = {one.id: one for one in learning.pilots}
    title = _("What each answer would change")
    show(element("h2", title, class_="chart-title"))
    chosen = st.selectbox(
        _("Test"), [step.id for step in learning.tests], format_func=lambda id_: names[id_], key="test-chosen"
    )
    answers = pilots[chosen].answers
    currency = sign(evaluation.run.currency)
    rows = [
        (learning_words.shown(one), percent(one.probability), learning_words.then(one, names), _more(one, currency))
        for one in answers
    ]
    headings = (_("If it shows"), _("Chance"), _("then plan"), _("against today\u2019s plan"))
    show(table(headings, rows, title, text_columns=(0, 2)))
    place = st.segmented_control(
        _("The list after it shows"),
        list(range(len(answers))),
        format_func=lambda place: learning_words.shown_briefly(answers[place]),
        key=f"answer-{chosen}",
    )
    if place is not None:
        _list_after(evaluation, answers[place], names, chosen)


def _more(one: PilotAnswer, currency: str) -> str:
    return ("+" if one.gain > 0 else "") + money(one.gain, currency)


def _list_after(evaluation: Evaluation, answer: PilotAnswer, names: Mapping[str, str], tested: str) -> None:
    """The first initiatives by their profit alone, as it would be expected after an answer, and the one tested."""
    currency = sign(evaluation.run.currency)
    now = {row.id: row.rank for row in evaluation.ranking.initiatives}
    rows = [
        (names[id_], str(place + 1), _moved(now[id_] - place - 1), money(profit, currency))
        for place, (id_, profit) in enumerate(answer.profits)
        if place < FIRST or id_ == tested
    ]
    title = _("The list after this answer")
    headings = (_("Initiative"), _("Rank"), _("moved"), _("Projected profit"))
    show(table(headings, rows, title))


def _moved(places: int) -> str:
    return "" if places == 0 else (f"▲ {places}" if places > 0 else f"▼ {-places}")


def _by_itself(evaluation: Evaluation, learning: Learning) -> None:
    """Every test by itself, and the initiatives that cannot be tested but would be worth knowing."""
    currency = sign(evaluation.run.currency)
    possible = [one for one in learning.pilots if one.hindrance is None]
    amounts = Amounts.of((one.perfect.value for one in possible), currency)
    rows = [
        (
            row.name,
            percent(row.delivered),
            percent(row.precision),
            *(_figure(one, amounts) for one in (row.perfect, row.answer)),
            NOTHING if row.waiting is None else amounts.figure(row.waiting),
            NOTHING if row.after_tax_cost is None else amounts.figure(row.after_tax_cost),
            NOTHING if row.net is None else amounts.figure(row.net.value),
        )
        for row in possible
    ]
    if rows:
        title = _("Each test by itself")
        how = _(
            "{unit}. Expected: the share of the claim that is expected today. Doubt removed: the share of its variance "
            "that the test takes away. Worth testing: what the answer is worth, less the wait and the cost after tax."
        ).format(unit=amounts.unit)
        headings = (
            _("Initiative"),
            _("Expected"),
            _("Doubt removed"),
            _("Knowing all"),
            _("The answer"),
            _("Waiting loses"),
            _("Cost"),
            _("Worth testing"),
        )
        show(
            element("h2", title, class_="chart-title"),
            element("p", how, class_="chart-subtitle"),
            table(headings, rows, title),
        )
    others = sorted(
        (one for one in learning.pilots if one.hindrance is not None and one.perfect.is_sure),
        key=lambda one: -one.perfect.value,
    )
    if others:
        title = _("Worth knowing, but not testable as submitted")
        listed = [(one.name, money(one.perfect.value, currency), learning_words.hindrance(one)) for one in others]
        whys = (_("Initiative"), _("Worth at most"), _("Why not"))
        show(element("h2", title, class_="chart-title"), table(whys, listed, title, text_columns=(0, 2)))


def _figure(value: Value | None, amounts: Amounts) -> str:
    """An amount; nothing where it cannot be told from nothing."""
    return amounts.figure(value.value) if value is not None and value.is_sure else NOTHING


def _knowing(evaluation: Evaluation, found: Planned) -> None:
    """What else to find out: the assumptions that are worth most to know, when somebody asks."""
    title = _("What else to find out")
    show(element("h2", title, class_="chart-title"))
    assert evaluation.inputs is not None
    if found.known_learning(True) is None and not st.button(_("Compute what each assumption is worth"), key="knowing"):
        show(element("p", _("The choice is solved anew in hundreds of draws; that takes a minute."), class_="quiet"))
        return
    learning = found.learning(evaluation.inputs, assumptions=True)
    currency = sign(evaluation.run.currency)
    told = [one for one in learning.assumptions[:MOST] if one.worth.is_sure]
    amounts = Amounts.of((one.worth.value for one in told), currency)
    rows = [
        (one.name, amounts.figure(one.worth.value), f"± {amounts.figure(2 * one.worth.standard_error)}") for one in told
    ]
    said = []
    if learning.assumptions:
        said.append(learning_words.to_find_out(learning.assumptions[0], currency))
    if learning.perfect is not None:
        said.append(
            _("Knowing everything would be worth {worth}.").format(worth=money(learning.perfect.value, currency))
        )
    headings = (_("To know, before deciding"), _("is worth up to, {unit}").format(unit=amounts.unit), _("error"))
    show(element("p", " ".join(said), class_="said"), table(headings, rows, title))


# --- a pilot's result


def _result(evaluation: Evaluation) -> None:
    """What a pilot measured, what is then believed, and the way into the initiative."""
    title = _("Enter a pilot\u2019s result")
    initiatives = {one.id: one for one in evaluation.scenario.initiatives if one.levers}
    show(element("h2", title, class_="chart-title"))
    with st.expander(_("What did it measure?")):
        chosen = initiatives[
            st.selectbox(
                _("Initiative"), list(initiatives), format_func=lambda id_: initiatives[id_].name, key="result-of"
            )
        ]
        names = input_names(evaluation.scenario.company, [chosen])
        lever = st.selectbox(
            _("Lever"),
            levers_of(chosen),
            format_func=lambda key: names[f"initiatives.{chosen.id}.levers.{key}"],
            key=f"result-lever-{chosen.id}",
        )
        unit = _unit(evaluation, chosen, lever)
        claimed = _in_unit(claimed_size(chosen, lever), chosen, lever)
        size = st.text_input(
            _("Measured size, {unit} (claimed: {claimed})").format(unit=unit, claimed=claimed),
            key=f"result-size-{chosen.id}-{lever}",
        )
        error = st.text_input(_("Standard error, {unit}").format(unit=unit), key=f"result-error-{chosen.id}-{lever}")
        if size.strip() and error.strip():
            _believed(evaluation, chosen, lever, size, error)


def _is_count(initiative: Initiative, lever: str) -> bool:
    known = dict(initiative.named_levers())
    return lever not in known or isinstance(known[lever], ExtraCustomers)


def _unit(evaluation: Evaluation, initiative: Initiative, lever: str) -> str:
    period = period_word(evaluation.scenario.company, 1)
    return _("customers a {period}").format(period=period) if _is_count(initiative, lever) else _("% at full effect")


def _believed(evaluation: Evaluation, initiative: Initiative, lever: str, size: str, error: str) -> None:
    percent_ = not _is_count(initiative, lever)
    try:
        measured = Measured(
            initiative=initiative.id,
            lever=lever,
            size=number_typed(size, percent_),
            standard_error=number_typed(error, percent_),
        )
        assert evaluation.inputs is not None
        after = after_results(evaluation.scenario.initiatives, evaluation.inputs, [measured]).initiatives[0]
    except InputError as refused:
        show_error(refused)
        return
    names = input_names(evaluation.scenario.company, [initiative])
    rows = [
        (
            names[f"initiatives.{initiative.id}.levers.{row.lever}"],
            *(
                NOTHING if one is None else _in_unit(one, initiative, row.lever)
                for one in (row.claimed, row.expected, row.measured, row.after)
            ),
        )
        for row in after.levers
    ]
    title = _("What is believed then")
    headings = (_("Lever"), _("Claimed"), _("Expected before"), _("Measured"), _("Believed now"))
    success = _("Probability of success: {before} before, {after} now.").format(
        before=percent(after.success_before), after=percent(after.success_after)
    )
    place = place_of(evaluation, after.initiative)
    then = _(
        "On the list it would earn {profit} and stand at {rank} of {total}. Its evidence is graded A then, and "
        "finance's table of delivered ÷ claimed counts it so, its costs too."
    ).format(profit=money(place.npv.mean, sign(evaluation.run.currency)), rank=place.rank, total=place.total)
    show(table(headings, rows, title), element("p", f"{success} {then}", class_="said"))
    if after.levers and _turned(after):
        show(
            element(
                "p", _("What was measured has the opposite sign of the claim."), class_="field-complaint", role="alert"
            )
        )
    if session.here().is_workspace and not session.is_uploaded():
        _put_into(after, (f"result-size-{initiative.id}-{lever}", f"result-error-{initiative.id}-{lever}"))
    else:
        show(element("p", _("Write what is believed into the file of the initiatives, with grade A."), class_="quiet"))


def _in_unit(size: float, initiative: Initiative, lever: str) -> str:
    return people(size) if _is_count(initiative, lever) else share(size)


def _turned(after: AfterPilot) -> bool:
    """Whether something was measured to act against its claim."""
    return any(row.measured is not None and row.measured * row.claimed < 0 for row in after.levers)


def _put_into(after: AfterPilot, fields: tuple[str, ...]) -> None:
    """A button for those who may edit the initiative."""
    who, id_ = session.person(), after.initiative.id
    if not may(who, Action.EDIT, after.initiative.department):
        said = _("The department may put it into the initiative; the claim stays in its earlier versions.")
        show(element("p", said, class_="quiet"))
        return
    does = saving(session.workspace(), id_, who.id)
    known = initiative_of(session.workspace(), id_, who.id)
    said = _("Graded A; what was claimed stays in its earlier versions.")
    show(element("p", f"{said} {told_before(does)}".strip(), class_="quiet"))
    if does is not Saving.REFUSED:
        label, given = _("Put it into the initiative"), (known.content, known.version, after, fields)
        st.button(label, key="put-result", type="primary", on_click=_put, args=given)


def _put(known: Initiative, version: int, after: AfterPilot, fields: tuple[str, ...]) -> None:
    """Save what is believed on top of the version that was seen, and empty the fields: it counts once."""
    path, who = session.workspace(), session.person().id

    def change() -> None:
        save(path, with_believed(known, after), version, who, _("Result of a pilot"))

    act(change, *fields, said=_("The result stands in the initiative."))
