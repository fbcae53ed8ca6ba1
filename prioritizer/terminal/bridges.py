"""From what was claimed to what stands on the list, and what outcomes say of claims."""

from prioritizer.domain.bridges import Bridge
from prioritizer.domain.outcomes import DeliveryLearnt, Learnt
from prioritizer.language import _, ngettext
from prioritizer.services.bridges import (
    listed_in_words,
    steps_in_the_plan,
    steps_to_the_list,
    submitted_in_words,
    together_in_words,
)
from prioritizer.terminal.tables import table
from prioritizer.words import (
    NOTHING,
    figure,
    money,
    scale_of,
)


def bridge_lines(bridge: Bridge, currency: str) -> list[str]:
    """The bridge from a claim to the list, and on to what it brings together, a row a step; then the disappointment."""
    steps, more = steps_to_the_list(bridge), steps_in_the_plan(bridge)
    ends = [bridge.submitted, bridge.listed, *([bridge.together] if bridge.together is not None else [])]
    scale = scale_of([*ends, *(step.amount for step in (*steps, *more))])
    unit = " ".join(part for part in (scale.word, currency) if part)
    headings = ((_("From the claim to the list"), "left"), (unit, "right"), (_("What it is"), "left"))
    rows = [
        [submitted_in_words(), figure(bridge.submitted / scale.divisor), _("as claimed, every number at its mean")],
        *([step.name, _change(step.amount / scale.divisor), step.meaning] for step in steps),
        [listed_in_words(bridge), figure(bridge.listed / scale.divisor), _("alone, mean of the draws")],
        *([step.name, _change(step.amount / scale.divisor), step.meaning] for step in more),
    ]
    if bridge.together is not None:
        rows.append([together_in_words(bridge), figure(bridge.together / scale.divisor), ""])
    said = _("Expected disappointment, claimed less list value: {amount}.")
    return [table(headings, rows), said.format(amount=money(bridge.disappointment, currency))]


def delivered_table(found: DeliveryLearnt) -> str:
    """What outcomes suggest beside the present table, then each department, then what to know."""
    headings = (
        (_("Grade"), "left"),
        (_("Number"), "left"),
        (_("Outcomes"), "right"),
        (_("Present"), "right"),
        (_("Suggested"), "right"),
        (_("Standard error"), "right"),
    )
    rows = [
        _learnt_row(one.grade, key, one.outcomes, getattr(one, key))
        for one in found.grades
        for key in ("delivered", "slope", "spread")
    ]
    rows += [_learnt_row("shared", "company", found.outcomes, found.company)]
    rows += [_learnt_row("shared", "department", found.outcomes, found.department)]
    of_departments = (
        (_("Department"), "left"),
        (_("Outcomes"), "right"),
        (_("As recorded"), "right"),
        (_("To be expected"), "right"),
        (_("Standard error"), "right"),
        (_("Company, same grades"), "right"),
    )
    departments = [
        [
            one.department,
            str(one.outcomes),
            *(f"{number:.2f}".replace("-", "−") for number in (one.raw, one.mean, one.standard_error, one.company)),
        ]
        for one in found.departments
    ]
    said = ngettext("{n} outcome, {harm} of harm.", "{n} outcomes, {harm} of harm.", found.outcomes)
    first = said.format(n=found.outcomes, harm=found.harmful)
    notes = [f"· {note}" for note in found.notes]
    return "\n".join([first, "", table(headings, rows), table(of_departments, departments), *notes, ""])


def _learnt_row(grade: str, key: str, outcomes: int, learnt: Learnt) -> list[str]:
    numbers = (learnt.present, learnt.suggested, learnt.standard_error)
    said = [NOTHING if number is None else f"{number:.2f}".replace("-", "−") for number in numbers]
    return [grade, key, str(outcomes), *said]


def _change(amount: float) -> str:
    """A step with its sign."""
    said = figure(amount)
    return said if amount <= 0 or said == figure(0.0) else f"+{said}"
