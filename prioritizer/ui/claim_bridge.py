"""From the claim to the list: the bridge of an initiative or of a portfolio as a waterfall, with its steps in words."""

from collections.abc import Sequence

import streamlit as st

from prioritizer.domain.bridges import Bridge, InitiativeBridge, PortfolioBridge
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.plans import Plan
from prioritizer.domain.results import Ranking
from prioritizer.language import _
from prioritizer.services.bridges import (
    StepInWords,
    listed_in_words,
    steps_in_the_plan,
    steps_to_the_list,
    submitted_in_words,
    together_in_words,
)
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.plans import bridge_of
from prioritizer.ui import session
from prioritizer.ui.bridge import Part, bridge
from prioritizer.ui.charts.amounts import Amounts
from prioritizer.ui.markup import Element, element, show, table
from prioritizer.ui.planned import Planned, known
from prioritizer.words import money, sign

PLANNED = 1.0  # today's budgets
NOISE = 1e-5


def show_initiative(evaluation: Evaluation, id_: str) -> None:
    """The bridge of one initiative; led on to what is attributed to it where the plan is known and would fund it."""
    found = _of_initiative(evaluation, id_)
    title = _("From the claim to the list")
    show(*_drawn(found, sign(evaluation.run.currency), title))


def show_portfolio(evaluation: Evaluation, plan: Plan, found: Planned) -> None:
    """The bridge of what a plan would fund, and a table with the bridge of each."""
    made = _of_plan(plan, found)
    if made is None:
        return
    currency = sign(evaluation.run.currency)
    title = _("From what was claimed to what the plan brings together")
    show(*_drawn(made, currency, title), _each(made, currency))


def _of_initiative(evaluation: Evaluation, id_: str) -> InitiativeBridge:
    planner = known(evaluation)
    plan = planner.known_plan(PLANNED) if planner else None
    made = _of_plan(plan, planner) if plan and planner and any(one.id == id_ for one in plan.funded) else None
    if made is not None:
        return next(one for one in made.initiatives if one.id == id_)
    claims = session.opened().claims
    words = "".join(one.model_dump_json() for one in claims.values())
    ranking = _bridged(evaluation.run.id, words, evaluation, claims)
    row = next(row for row in ranking.initiatives if row.id == id_)
    assert row.bridge is not None
    return row.bridge


def _of_plan(plan: Plan, found: Planned) -> PortfolioBridge | None:
    """The bridge of a plan, from the figures of the departments."""
    claims = session.opened().claims
    if not claims or plan.bridge is None:
        return plan.bridge
    words = "".join(one.model_dump_json() for one in claims.values())
    key = ("bridge", plan.budget_factor, words)
    made: PortfolioBridge | None = found.other(key, lambda planner: bridge_of(planner, plan, claims))
    return made


@st.cache_resource(max_entries=8, show_spinner=False)
def _bridged(run: str, words: str, _evaluation: Evaluation, _claims: dict[str, Initiative]) -> Ranking:
    return _evaluation.with_bridges(_claims)


def _drawn(found: Bridge, currency: str, title: str) -> list[Element]:
    """The waterfall, what its steps mean, and the disappointment."""
    steps, more = steps_to_the_list(found), steps_in_the_plan(found)
    further = [(_parts(more), (together_in_words(found), found.together or 0.0))] if more else []
    waterfall = bridge(
        (submitted_in_words(), found.submitted),
        _parts(steps),
        (listed_in_words(found), found.listed),
        currency,
        title,
        _("Projected profit; solid adds, hatched takes away"),
        further,
    )
    said = _("Expected disappointment: {claimed} was claimed, {listed} is on the list, {less} less.")
    if found.disappointment < 0:
        said = _("{claimed} was claimed, {listed} is on the list, {less} more.")
    words = said.format(
        claimed=money(found.submitted, currency),
        listed=money(found.listed, currency),
        less=money(abs(found.disappointment), currency),
    )
    return [waterfall, element("p", words, class_="said"), _meanings([*steps, *more])]


def _parts(steps: Sequence[StepInWords]) -> list[Part]:
    return [(step.name, step.amount) for step in steps]


def _meanings(steps: Sequence[StepInWords]) -> Element:
    """What each step is, a click away."""
    first = (submitted_in_words(), _("as its department claims it, every number at its mean, nothing taken off"))
    listed = [
        element(tag, text) for name, said in [first, *_named(steps)] for tag, text in (("dt", name), ("dd", said))
    ]
    summary = element("summary", _("What the steps mean"))
    return element("details", summary, element("dl", *listed), class_="more")


def _named(steps: Sequence[StepInWords]) -> list[tuple[str, str]]:
    return [(step.name, step.meaning) for step in steps]


def _each(made: PortfolioBridge, currency: str) -> Element:
    """The steps of every initiative, and their sums."""
    rows = [*made.initiatives, made]
    steps = (*steps_to_the_list(made), *steps_in_the_plan(made))
    fields = ["submitted", *(step.key for step in steps_to_the_list(made)), "listed"]
    fields += [step.key for step in steps_in_the_plan(made)] + ["together"]
    amounts = Amounts.of([getattr(row, field) or 0.0 for row in rows for field in fields], currency)
    names = {step.key: step.name for step in steps}
    names |= {"submitted": submitted_in_words(), "listed": _("On the list"), "together": _("Attributed")}
    cells = [
        (
            row.name if isinstance(row, InitiativeBridge) else _("all of them"),
            *(amounts.figure(_worth_saying(getattr(row, field) or 0.0, made)) for field in fields),
        )
        for row in rows
    ]
    title = _("The steps of each, {unit}").format(unit=amounts.unit)
    headings = (_("Initiative"), *(names[field] for field in fields))
    return element("details", element("summary", title), table(headings, cells, title), class_="more")


def _worth_saying(amount: float, made: PortfolioBridge) -> float:
    """An amount, or nothing where it is too small beside what was claimed to be more than rounding."""
    return amount if abs(amount) >= NOISE * max(abs(made.submitted), abs(made.listed)) else 0.0
