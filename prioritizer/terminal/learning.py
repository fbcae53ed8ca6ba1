"""What to find out first, and what is believed after a pilot."""

from typing import TYPE_CHECKING

from prioritizer.domain.learning import Learning, Value
from prioritizer.language import _
from prioritizer.services import learning_words
from prioritizer.words import (
    NOTHING,
    Scale,
    figure,
    money,
    people,
    percent,
    scale_of,
)

if TYPE_CHECKING:
    from prioritizer.services.pilot_results import AfterPilots
from prioritizer.terminal.tables import foot, table

MOST_VALUABLE = 15  # assumptions of which the terminal says what knowing them is worth


def learning_table(learning: Learning, periods: tuple[str, ...]) -> str:
    """What to test first, what each test is worth by itself, and what assumptions are worth knowing."""
    currency = learning.run.currency
    names = {one.id: one.name for one in learning.pilots}
    tested = [
        [
            str(place + 1),
            names[step.id],
            money(step.cost, currency),
            money(step.gain.value, currency),
            money(2 * step.gain.standard_error, currency),
        ]
        for place, step in enumerate(learning.tests)
    ]
    said = [learning_words.answer(learning, currency) + ".", *learning_words.more(learning, periods, currency), ""]
    if tested:
        headings = (
            ("#", "right"),
            (_("Test first"), "left"),
            (_("Cost so far, after tax"), "right"),
            (_("Worth so far"), "right"),
            ("±", "right"),
        )
        said.append(table(headings, tested))
    return "\n".join(
        [*said, _pilots(learning), *_answers(learning, names), *_knowing(learning), foot(learning.run), ""]
    )


def _pilots(learning: Learning) -> str:
    """Every initiative that can be tested: what testing it alone would take and bring; and why the others cannot."""
    currency = learning.run.currency
    possible = [one for one in learning.pilots if one.hindrance is None]
    scale = scale_of(one.perfect.value for one in possible)
    unit = " ".join(part for part in (scale.word, currency) if part)
    headings = (
        (_("Each by itself, {unit}").format(unit=unit), "left"),
        (_("Customers"), "right"),
        (_("Cost"), "right"),
        (_("Knowing all of it"), "right"),
        (_("The test's answer"), "right"),
        (_("Waiting loses"), "right"),
        (_("Worth testing"), "right"),
        (_("Then planned"), "left"),
    )
    rows = [
        [
            one.name,
            people(one.customers),
            figure(one.cost / scale.divisor),
            *(_told(value, scale) for value in (one.perfect, one.answer)),
            NOTHING if one.waiting is None else figure(one.waiting / scale.divisor),
            NOTHING if one.net is None else figure(one.net.value / scale.divisor),
            learning_words.needed(one),
        ]
        for one in possible
    ]
    others = [one for one in learning.pilots if one.hindrance is not None]
    whys = (
        (_("Not testable first"), "left"),
        (_("Worth knowing, {unit}").format(unit=unit), "right"),
        (_("Why"), "left"),
    )
    lines = [[one.name, _told(one.perfect, scale), learning_words.hindrance(one)] for one in others]
    return "\n".join([*([table(headings, rows)] if rows else []), *([table(whys, lines)] if lines else [])])


def _told(value: Value | None, scale: Scale) -> str:
    """An amount; nothing where it cannot be told from nothing."""
    return figure(value.value / scale.divisor) if value is not None and learning_words.is_told(value) else NOTHING


def _answers(learning: Learning, names: dict[str, str]) -> list[str]:
    """What each answer of the tests that are worth it would change."""
    tested = {step.id for step in learning.tests}
    rows = [
        [one.name, learning_words.shown(answer), percent(answer.probability), learning_words.then(answer, names)]
        for one in learning.pilots
        if one.id in tested
        for answer in one.answers
    ]
    headings = (
        (_("If it shows"), "left"),
        (_("…"), "left"),
        (_("Chance"), "right"),
        (_("then plan"), "left"),
    )
    return [table(headings, rows)] if rows else []


def _knowing(learning: Learning) -> list[str]:
    """What knowing everything, and the assumptions that are worth most, would be worth."""
    if learning.perfect is None:
        return []
    currency = learning.run.currency
    headings = ((_("Knowing, before deciding"), "left"), (_("is worth up to"), "right"), ("±", "right"))
    rows = [[_("everything"), *_with_error(learning.perfect, currency)]]
    rows += [[one.name, *_with_error(one.worth, currency)] for one in learning.assumptions[:MOST_VALUABLE]]
    return [table(headings, rows)]


def _with_error(value: Value, currency: str) -> list[str]:
    return [learning_words.with_error(value, currency), money(2 * value.standard_error, currency)]


def after_pilot_table(found: "AfterPilots") -> str:
    """What is believed after a pilot, beside what was claimed and what was expected."""
    headings = (
        (_("Initiative"), "left"),
        (_("Lever"), "left"),
        (_("Claimed"), "right"),
        (_("Expected before"), "right"),
        (_("Measured"), "right"),
        (_("Believed now"), "right"),
        ("±", "right"),
    )
    rows = [
        [
            one.initiative.name,
            row.lever,
            *(NOTHING if size is None else f"{size:.4g}" for size in (row.claimed, row.expected, row.measured)),
            f"{row.after:.4g}",
            f"{2 * row.deviation:.2g}",
        ]
        for one in found.initiatives
        for row in one.levers
    ]
    chances = [
        _("{name}: the probability of success goes from {before} to {after}; its evidence is graded A.").format(
            name=one.initiative.name, before=percent(one.success_before), after=percent(one.success_after)
        )
        for one in found.initiatives
    ]
    return "\n".join([table(headings, rows), *chances, ""])
