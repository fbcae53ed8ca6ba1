"""What a submission is projected to earn as it is typed: profit, range, place on the list, and what drives it."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from prioritizer.domain.initiatives import Initiative
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _, ngettext
from prioritizer.services.certainty import DriverInWords, drivers_in_words
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.forms import FormStep, step_of
from prioritizer.services.meanings import Figure
from prioritizer.services.shared import Place, place_of
from prioritizer.ui.explained import explained
from prioritizer.ui.form_fields import sentence
from prioritizer.ui.markup import Element, element, show, table
from prioritizer.words import chance, figure, money, money_range, scale_of, sign, unit_of

MOST_DRIVERS = 3
_LAST = "submission-projected"


def projected(evaluation: Evaluation, initiative: Initiative) -> None:
    """Show what an initiative would bring, and where it would stand."""
    try:
        place, drivers = _figures(evaluation, initiative)
    except InputError as error:
        show(element("p", " ".join(map(str, error.complaints)), class_="field-complaint", role="alert"))
        return
    currency = sign(evaluation.run.currency)
    scale = scale_of([place.npv.mean, place.npv.p5 or 0.0, place.npv.p95 or 0.0])
    spread = _("projected profit; 90 %: {range} {unit}").format(
        range=money_range(place.npv.p5, place.npv.p95, scale), unit=unit_of(scale, currency)
    )
    company = evaluation.scenario.company
    stands = _("It would stand at rank {rank} of {total}").format(rank=place.rank, total=place.total)
    show(
        element("p", _("As it is typed now"), class_="eyebrow"),
        explained(Figure.PROFIT, money(place.npv.mean, currency), company, name=spread, class_="figure big"),
        element("p", f"{stands}.", class_="said"),
        element(
            "div",
            explained(Figure.LOSS, chance(place.probability_of_loss), company),
            explained(Figure.COST, money(place.cost, currency), company),
        ),
        *_drivers(drivers, currency),
    )


def unfinished(complaints: Sequence[Complaint]) -> None:
    """Show what is still missing before anything can be projected."""
    steps = dict.fromkeys(step_of(complaint.place) for complaint in complaints)
    count = len(complaints)
    missing = ngettext("{count} field is open", "{count} fields are open", count).format(count=count)
    named = [element("li", step.words) for step in FormStep if step in steps]
    show(
        element("p", _("As it is typed now"), class_="eyebrow"),
        element("h2", _("What it is projected to earn"), class_="chart-title"),
        element("p", _("The figures and the place on the list will stand here. {missing}:").format(missing=missing)),
        element("ul", *named, class_="said"),
    )


def elsewhere(questions: Sequence[Complaint]) -> None:
    """Show what looks like a slip on the steps that are not shown."""
    if not questions:
        return
    items = [
        element("li", _("{step}: {question}").format(step=step_of(slip.place).words, question=sentence(slip)))
        for slip in questions
    ]
    show(element("h2", _("Worth a second look"), class_="chart-title"), element("ul", *items, class_="said"))


def _drivers(drivers: tuple[DriverInWords, ...], currency: str) -> list[Element]:
    if not drivers:
        return []
    ends = [end for driver in drivers for end in (driver.profit_low, driver.profit_high)]
    scale = scale_of(ends)
    rows = [
        (
            driver.name,
            _("{low} to {high}").format(low=driver.low, high=driver.high),
            _("{low} to {high}").format(
                low=figure(driver.profit_low / scale.divisor), high=figure(driver.profit_high / scale.divisor)
            ),
        )
        for driver in drivers
    ]
    title = _("What drives it")
    headings = (_("Input"), _("from … to"), _("profit, {unit}").format(unit=unit_of(scale, currency)))
    return [
        element("h2", title, class_="chart-title"),
        table(headings, rows, title, text_columns=(0, 1)),
    ]


def _figures(evaluation: Evaluation, initiative: Initiative) -> tuple[Place, tuple[DriverInWords, ...]]:
    """The figures, computed again only where the initiative or the list has changed."""
    known = st.session_state.get(_LAST)
    if known is None or known[0] != (evaluation.run.id, initiative):
        place = place_of(evaluation, initiative)
        drivers = drivers_in_words(_alone(evaluation, initiative), initiative.id)[:MOST_DRIVERS]
        known = ((evaluation.run.id, initiative), (place, drivers))
        st.session_state[_LAST] = known
    return known[1]


def _alone(evaluation: Evaluation, initiative: Initiative) -> Evaluation:
    """The evaluation as if it held this initiative, for the names and values of its inputs."""
    scenario = evaluation.scenario.model_copy(update={"initiatives": (initiative,)})
    return replace(evaluation, scenario=scenario)
