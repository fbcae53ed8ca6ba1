"""Templates put to use: the usual sizes that they lend to claims, and a start for a department."""

import math
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import ALL, Costs, ExtraCustomers, Initiative, LeverRecord, Move
from prioritizer.domain.quantity import Fixed, Kind, Pert, Quantity, Range, Triangular
from prioritizer.domain.record import Record
from prioritizer.domain.scenarios import Scenario
from prioritizer.domain.templates import Template
from prioritizer.engine.sampling import mean
from prioritizer.evidence import library
from prioritizer.language import _
from prioritizer.services.inputs import lever_name, segment_word

DIGITS = 4  # of a figure that was converted


class TemplateLine(Record):
    """A template in a line of a table."""

    id: str
    name: str
    line: str
    levers: tuple[str, ...]
    facts: tuple[str, ...]


class TemplateList(Record):
    """Every template, a line each."""

    templates: tuple[TemplateLine, ...]

    def table(self) -> Any:
        """The lines as a pandas data frame."""
        import pandas as pd

        rows = [{**dict(one), "levers": "; ".join(one.levers), "facts": "; ".join(one.facts)} for one in self.templates]
        return pd.DataFrame(rows, columns=list(TemplateLine.model_fields))


def templates() -> tuple[Template, ...]:
    """Every template of the library."""
    return tuple(library.templates().values())


def template_of(id_: str | None) -> Template | None:
    """The template with an id; None where there is none."""
    return library.templates().get(id_) if id_ else None  # read only where somebody names one


def template_list() -> TemplateList:
    """Every template with what it changes and the facts about it."""
    return TemplateList(templates=tuple(map(_line, templates())))


def _line(template: Template) -> TemplateLine:
    levers = tuple(lever_name(lever) for lever in template.initiative.levers)
    return TemplateLine(id=template.id, name=template.name, line=template.line, levers=levers, facts=template.facts)


def reaches_in_words(template: Template) -> str:
    """Whom it can reach: which customers, in which groups."""
    segments = [segment_word(segment) for segment in template.segments()]
    if not segments:
        return template.groups
    whom = _("Acts on {segments}.").format(segments=", ".join(segments))
    return f"{whom} {template.groups}"


# --- the usual sizes of claims


def with_usual_sizes(scenario: Scenario) -> Scenario:
    """A scenario in which every lever that says no usual size itself has that of its initiative's template."""
    periods = scenario.company.periods_per_year
    sized = tuple(sized_initiative(initiative, periods) for initiative in scenario.initiatives)
    return scenario if sized == scenario.initiatives else scenario.model_copy(update={"initiatives": sized})


def sized_initiative(initiative: Initiative, periods: int) -> Initiative:
    """An initiative whose levers have their usual sizes, in a company of so many periods a year."""
    template = template_of(initiative.template)
    if template is None:
        return initiative
    levers = tuple(_sized(lever, template, periods) for lever in initiative.levers)
    return initiative.model_copy(update={"levers": levers})


def _sized(lever: LeverRecord, template: Template, periods: int) -> LeverRecord:
    """How many customers a lever brings depends on the company: of that a template says no usual size."""
    if lever.usual is not None or isinstance(lever, ExtraCustomers):
        return lever
    usual = template.usual_of(lever)
    if usual is None:
        return lever
    return lever.model_copy(update={"usual": _size_per_period(usual, lever, template, periods)})


def size_like(lever: LeverRecord, template: Template, periods: int) -> Quantity | None:
    """The range of what a template claims for what a lever changes, per period of the company."""
    like = template.like(lever)
    if like is None or isinstance(like, ExtraCustomers):
        return None
    return _size_per_period(like.size, like, template, periods)


def _size_per_period(size: Quantity, lever: LeverRecord, template: Template, periods: int) -> Quantity:
    if not isinstance(lever, Move) or periods == template.periods_per_year:
        return size
    return converted(size, partial(_moved, template.periods_per_year / periods))


def _moved(spans: float, share: float) -> float:
    """The share that moves in so many of the template's periods: s′ = 1 − (1 − s)^spans; a negative one moves back."""
    return math.copysign(-math.expm1(spans * math.log1p(-abs(share))), share) if abs(share) < 1 else share


# --- a start for a department


def for_company(template: Template, company: Company) -> Initiative:
    """The initiative of a template in a company's periods and groups; money stays in the template's currency."""
    known, periods = template.initiative, company.periods_per_year
    spans = template.periods_per_year / periods
    costs = known.costs
    levers = tuple(_lever_for(lever, template, company) for lever in known.levers)
    if spans == 1:
        return known.model_copy(update={"levers": levers})
    per_customer = costs.per_customer and costs.per_customer.model_copy(
        update={"amount": _scaled(costs.per_customer.amount, spans)}
    )
    times = {
        field: _span(span, 1 / spans)
        for field in ("delay", "ramp_up", "duration", "fade_out")
        if (span := getattr(known, field)) is not None
    }
    pilot = known.pilot and known.pilot.model_copy(update={"periods": max(round(known.pilot.periods / spans), 1)})
    changed = {
        "levers": levers,
        "costs": Costs(one_off=costs.one_off, running=_scaled(costs.running, spans), per_customer=per_customer),
        "pilot": pilot,
        **times,
    }
    return known.model_copy(update=changed)


def _lever_for(lever: LeverRecord, template: Template, company: Company) -> LeverRecord:
    """A lever without its usual size, which the template lends to it wherever it is evaluated."""
    if isinstance(lever, ExtraCustomers):
        rate, spans = lever.extra_customers[ALL], template.periods_per_year / company.periods_per_year
        brought = {name: _scaled(rate, spans * customers, Kind.COUNT) for name, customers in _bases(company)}
        return lever.model_copy(update={"extra_customers": brought})
    size = _size_per_period(lever.size, lever, template, company.periods_per_year)
    return lever.model_copy(update={"usual": None, "share" if hasattr(lever, "share") else "change": size})


def _bases(company: Company) -> Iterable[tuple[str, float]]:
    """How many customers each group has."""
    for name, group in company.groups.items():
        yield name, sum(mean(number) for _segment, number in group.customers.items())


def _scaled(quantity: Quantity, factor: float, kind: Kind | None = None) -> Quantity:
    return converted(quantity, lambda number: number * factor, kind)


def _span(span: Quantity, factor: float) -> Quantity:
    """A span in other periods; whole where it is certain, and none becomes nothing by it."""
    if not span.is_fixed:
        return _scaled(span, factor)
    whole = max(round(span.number * factor), 1) if span.number else 0
    return converted(span, lambda _number: float(whole))


def converted(quantity: Quantity, convert: Callable[[float], float], kind: Kind | None = None) -> Quantity:
    """A number and its range through a rising function, with few digits; the card stays."""
    known = quantity.distribution
    if not isinstance(known, (Fixed, Pert, Triangular, Range)):
        raise TypeError(f"{known.form} is no form of a template's number")
    numbers = {
        field: float(f"{convert(getattr(known, field)):.{DIGITS}g}")
        for field in type(known).model_fields
        if field != "form"
    }
    made = known.model_copy(update=numbers)
    return quantity.model_copy(update={"distribution": made, "kind": kind or quantity.kind})
