"""What is worth finding out first, in words: the same sentences in the terminal and on the page."""

from collections.abc import Mapping

from prioritizer.domain.learning import Hindrance, InputWorth, Learning, PilotAnswer, PilotWorth, Value
from prioritizer.language import _, ngettext
from prioritizer.words import money, percent


def answer(learning: Learning, currency: str) -> str:
    """What to test first, in one sentence."""
    if learning.gain is not None:
        return ngettext(
            "{n} test for {cost} is worth {gain} before we decide",
            "{n} tests for {cost} are worth {gain} before we decide",
            len(learning.tests),
        ).format(n=len(learning.tests), cost=money(learning.cost, currency), gain=money(learning.gain.value, currency))
    if all(one.hindrance is not None for one in learning.pilots):
        return _("No initiative can be tested before we decide")
    return _("No test is worth its cost and the wait")


def more(learning: Learning, periods: Mapping[int, str] | tuple[str, ...], currency: str) -> list[str]:
    """What else is to know of the tests: how sure their worth is, when they answer, and what does not wait."""
    if learning.gain is None:
        return []
    said = [
        _("Their costs and the later starts are taken off; ± {error} for chance in the draws.").format(
            error=money(2 * learning.gain.standard_error, currency)
        ),
        _("The answers are there in {period}.").format(period=periods[learning.begin]),
    ]
    if learning.committed:
        count = len(learning.committed)
        said.append(
            ngettext(
                "{n} initiative starts before, whatever they say.",
                "{n} initiatives start before, whatever they say.",
                count,
            ).format(n=count)
        )
    said.append(
        _("In {share} of the draws the plan after the answers holds the same initiatives as today's.").format(
            share=percent(learning.chosen_alike)
        )
    )
    return said


def is_told(value: Value | None) -> bool:
    """Whether an amount can be told from nothing, beyond chance in the draws."""
    return value is not None and value.is_sure


def with_error(value: Value, currency: str) -> str:
    """An amount, or that it cannot be told from nothing."""
    return money(value.value, currency) if is_told(value) else _("not told from nothing")


def net(pilot: PilotWorth, currency: str) -> str:
    """What a test is worth by itself, costs and waiting taken off; it may be a loss."""
    return "" if pilot.net is None else money(pilot.net.value, currency)


def hindrance(pilot: PilotWorth) -> str:
    """Why an initiative is not tested first; empty where it can be."""
    if pilot.hindrance is None:
        return ""
    return {
        Hindrance.NO_PILOT: _("It does not say what a test would take: its department adds that beside its evidence."),
        Hindrance.MUST_DO: _("It must be done, or is under way."),
        Hindrance.TOO_LATE: _("Its answer would come after the latest start."),
        Hindrance.NOTHING_TO_LEARN: _("Its effect is certain, or the test would have no customers."),
        Hindrance.TOO_DEAR: _("The test costs more than the first year's budget."),
    }[pilot.hindrance]


def shown(one: PilotAnswer) -> str:
    """The range of an answer, as a share of what was claimed."""
    if one.low is None and one.high is not None:
        return _("below {high} of the claim").format(high=percent(one.high))
    if one.high is None and one.low is not None:
        return _("above {low} of the claim").format(low=percent(one.low))
    return _("{low} to {high} of the claim").format(low=percent(one.low), high=percent(one.high))


def shown_briefly(one: PilotAnswer) -> str:
    """The same where there is little room."""
    if one.low is None:
        return f"< {percent(one.high)}"
    return f"> {percent(one.low)}" if one.high is None else f"{percent(one.low)} – {percent(one.high)}"


def then(one: PilotAnswer, names: Mapping[str, str]) -> str:
    """What follows an answer, against today's plan."""
    dropped = ", ".join(names[id_] for id_ in one.dropped)
    added = ", ".join(names[id_] for id_ in one.added)
    if dropped and added:
        return _("Not “{dropped}”, but “{added}”.").format(dropped=dropped, added=added)
    if dropped:
        return _("Not “{dropped}”.").format(dropped=dropped)
    if added:
        return _("Also “{added}”.").format(added=added)
    return _("As planned today, only later.")


def needed(pilot: PilotWorth) -> str:
    """From which answer on the plan would fund an initiative."""
    if pilot.needed is None:
        return ""
    return _("from {share} of the claim").format(share=percent(pilot.needed))


def to_find_out(one: InputWorth, currency: str) -> str:
    """What it is worth to know an assumption."""
    return _("It is worth up to {worth} to find out, before deciding: {what}.").format(
        worth=money(one.worth.value, currency), what=one.name
    )
