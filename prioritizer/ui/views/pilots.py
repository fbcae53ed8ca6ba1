"""Test before you fund: which pilots are worth running, what each answer would change, and what else to find out."""

from collections.abc import Mapping

import streamlit as st

from prioritizer.domain.learning import Learning, PilotAnswer, PilotWorth, Value
from prioritizer.language import _
from prioritizer.services import learning_words
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.inputs import period_word
from prioritizer.ui.charts.amounts import Amounts
from prioritizer.ui.foot import foot
from prioritizer.ui.markup import element, show, table
from prioritizer.ui.planned import Planned, planned
from prioritizer.ui.views.pilot_result import pilot_result
from prioritizer.words import NOTHING, money, people, percent, sign

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
    pilot_result(evaluation)
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
    how = _(
        "Of one test by itself, with its wait: what is planned then, and what that brings beyond today\u2019s plan."
    )
    show(element("h2", title, class_="chart-title"), element("p", how, class_="chart-subtitle"))
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
