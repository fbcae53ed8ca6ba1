"""The inputs of a scenario in words: what each is called, its value with its range, and where it comes from."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from prioritizer.domain.assumptions import (
    all_numbers,
    company_numbers,
    group_numbers,
    groups_reached,
    initiative_numbers,
    stream_of,
)
from prioritizer.domain.changes import EACH
from prioritizer.domain.company import Company
from prioritizer.domain.customers import SEGMENTS, Segment
from prioritizer.domain.initiatives import (
    ALL,
    ExtraCustomers,
    Initiative,
    LeverRecord,
    Move,
    NewcomersMix,
    RelativeChange,
)
from prioritizer.domain.quantity import Kind, Quantity
from prioritizer.engine.sampling import mean, values
from prioritizer.engine.uncertain import Miss, Number, Uncertain
from prioritizer.language import _, ngettext
from prioritizer.words import count, figure, money, people, share, sign

Named = tuple[str, str]  # the place of an input, and what it is called

RANGE = np.array([0.05, 0.95])  # the percentiles that are shown as the range of an uncertain number


@dataclass(frozen=True)
class InputLine:
    """One input in words. `spread` is its 90 % range, empty where it is certain; the card's texts may be empty."""

    place: str
    name: str
    value: str
    spread: str
    source: str
    grade: str
    owner: str
    note: str


def segment_word(segment: Segment | str) -> str:
    """A segment as people say it, in the plural."""
    return {
        Segment.PROMOTER: _("promoters"),
        Segment.PASSIVE: _("passives"),
        Segment.DETRACTOR: _("detractors"),
    }[Segment(segment)]


def period_word(company: Company, count: float = 1) -> str:
    """The company's period in the number that a count asks for."""
    whole = round(count) if count == round(count) else 2  # of a part of one, as of several
    return {
        12: ngettext("month", "months", whole),
        4: ngettext("quarter", "quarters", whole),
        1: ngettext("year", "years", whole),
    }[company.periods_per_year]


def value_in_words(company: Company, quantity: Quantity, value: float) -> str:
    """A value of an input with its unit."""
    match quantity.kind:
        case Kind.SHARE | Kind.SIGNED_SHARE | Kind.CHANGE | Kind.GROWTH:
            return share(value)
        case Kind.AMOUNT:
            return money(value, sign(company.currency))
        case Kind.PERIODS:
            return f"{count(value)} {period_word(company, value)}"
        case Kind.COUNT:
            return people(value)
    return figure(value)


def uncertain_in_words(company: Company, one: Uncertain, value: float) -> str:
    """A value of an uncertain input with its unit; of whether an initiative succeeds, the probability of it."""
    match one:
        case Number():
            return value_in_words(company, one.quantity, value)
        case Miss() if value == 0:
            return _("as expected")
        case Miss():
            return _("{n} points").format(n=f"{value * 100:+z.1f}".replace("-", "−"))
    return {0.0: _("it fails"), 1.0: _("it succeeds")}.get(value, share(value))


def input_names(company: Company, initiatives: Iterable[Initiative]) -> dict[str, str]:
    """What every input is called, by the name of its place in the register."""
    names = {"causal_share": _("Causal share"), "cashable": _("Cashable share")}
    for group in company.groups:
        names |= dict(_group_names(company, group))
    for initiative in initiatives:
        names |= {f"initiatives.{initiative.id}.{rest}": name for rest, name in _initiative_names(initiative)}
    return names


def stream_names(company: Company, initiatives: Iterable[Initiative]) -> dict[str, str]:
    """What every input is called, by the name of its stream of draws, which most have from their place."""
    listed = list(initiatives)
    names = input_names(company, listed) | {"delivered": _("How far all claims miss")}
    for group in company.groups:
        names |= dict(_group_names(company, group, once=True))
    for initiative in listed:
        place = f"initiatives.{initiative.id}"
        names[f"delivered.departments.{initiative.department}"] = _("How far the claims of {department} miss").format(
            department=initiative.department
        )
        names[f"delivered.{place}"] = _("How far its claims miss")
        names[f"{place}.success"] = _("Whether it succeeds")
    return names


def inputs_of(company: Company, initiative: Initiative) -> tuple[InputLine, ...]:
    """The initiative's own inputs, then the company's for the groups that it reaches."""
    names = input_names(company, [initiative])
    numbers = all_numbers(company, [initiative])
    own = [place for place, _quantity in initiative_numbers(initiative)]
    shared = ["causal_share", "cashable"]
    for group in groups_reached(company, [initiative]):
        shared += [place for place, _quantity in group_numbers(f"groups.{group}", company.groups[group])]
    return tuple(_line(company, place, names[place], numbers[place]) for place in (*own, *shared))


def company_inputs(company: Company) -> tuple[InputLine, ...]:
    """Every number of the company, with its source."""
    names = input_names(company, ())
    return tuple(_line(company, place, names[place], number) for place, number in company_numbers(company))


def _line(company: Company, place: str, name: str, quantity: Quantity) -> InputLine:
    return InputLine(
        place=place,
        name=name,
        value=value_in_words(company, quantity, mean(quantity)),
        spread=spread_in_words(company, quantity),
        source=quantity.source or "",
        grade=quantity.grade or "",
        owner=quantity.owner or "",
        note=quantity.note or "",
    )


def spread_in_words(company: Company, quantity: Quantity) -> str:
    """The 90 % range of a number; empty where it is certain."""
    if quantity.is_fixed:
        return ""
    low, high = (value_in_words(company, quantity, float(end)) for end in values(quantity, RANGE))
    return _("{low} to {high}").format(low=low, high=high)


def _group_names(company: Company, group: str, once: bool = False) -> Iterator[Named]:
    """The numbers of a group by their places, each with its name; or those entered once for all segments."""
    base = f"groups.{group}"
    for place, quantity in group_numbers(base, company.groups[group]):
        key, *segments = place.removeprefix(f"{base}.").split(".")
        stream = stream_of(place, quantity)
        if not once:
            yield place, _("{what}, {group}").format(what=group_number(key, segments), group=group)
        elif stream != place:
            yield stream, _("{what}, {group}").format(what=group_number(key, segments[:-1]), group=group)


def group_number(key: str, segments: Sequence[str]) -> str:
    """What a number of a group is called, without the group; `*` stands for every segment, none for all of them."""
    if key == "migration" and len(segments) == 1:
        return _("Migration from {source}").format(source=segment_word(segments[0]))
    if key == "migration" and segments:
        source, to = map(segment_word, segments)
        return _("Migration from {source} to {to}").format(source=source, to=to)
    of = {
        "customers": _("Customers"),
        "migration": _("Migration"),
        "churn": _("Churn"),
        "revenue": _("Revenue per customer"),
        "contacts": _("Contacts per customer"),
        "referrals": _("Referrals per customer"),
        "put_off": _("Prospects put off per customer"),
        "newcomers": _("Share of newcomers"),
        "gross_margin": _("Gross margin"),
        "contact_cost": _("Cost of a contact"),
        "acquisition_cost": _("Acquisition cost"),
        "planned_acquisitions": _("Planned acquisitions"),
        "growth": _("Growth of the base"),
    }[key]
    if not segments:
        return of
    segment = _("every segment") if segments[0] == EACH else segment_word(segments[0])
    return _("{what}: {segment}").format(what=of, segment=segment)


def _initiative_names(initiative: Initiative) -> Iterator[Named]:
    """The numbers of an initiative by their places below it, each with its name."""
    yield from {
        "delay": _("Delay"),
        "ramp_up": _("Ramp-up"),
        "duration": _("Duration"),
        "fade_out": _("Fade-out"),
        "probability_of_success": _("Probability of success"),
        "costs.running": _("Running cost per period"),
        "costs.per_customer.amount": _("Cost per customer touched"),
    }.items()
    for group in initiative.reach:
        name = _("Reach in every group") if group == ALL else _("Reach, {group}").format(group=group)
        yield f"reach.{group}", name
    for phase in initiative.costs.one_off:
        later = ngettext("One-off cost, {n} period after its start", "One-off cost, {n} periods after its start", phase)
        name = _("One-off cost at its start") if phase == 0 else later
        yield f"costs.one_off.{phase}", name.format(n=phase)
    alike: Counter[str] = Counter()
    for place, lever in initiative.named_levers():
        name = lever_name(lever)
        alike[name] += 1
        told_apart = name if alike[name] == 1 else _("{what} ({n})").format(what=name, n=alike[name])
        yield from _lever_names(f"levers.{place}", told_apart, lever)


def _lever_names(place: str, name: str, lever: LeverRecord) -> Iterator[Named]:
    if not isinstance(lever, ExtraCustomers):
        yield place, name
        return
    for group in lever.extra_customers:
        yield f"{place}.{group}", _("{what}, {group}").format(what=name, group=group)
    yield f"{place}_cost_each", _("{what}: cost of each").format(what=name)


def lever_name(lever: LeverRecord) -> str:
    """What a lever is called, without its size."""
    match lever:
        case Move():
            path = {"source": segment_word(lever.move.source), "to": segment_word(lever.move.to)}
            return _("Move from {source} to {to}").format(**path)
        case NewcomersMix():
            path = {"source": segment_word(lever.newcomers.source), "to": segment_word(lever.newcomers.to)}
            return _("Newcomers from {source} to {to}").format(**path)
        case RelativeChange():
            return _change_name(lever)
    return _("Extra customers")


def _change_name(lever: RelativeChange) -> str:
    what = {
        "churn": _("Change of churn"),
        "revenue": _("Change of revenue"),
        "contacts": _("Change of contacts"),
        "referrals": _("Change of referrals"),
        "put_off": _("Change of prospects put off"),
        "contact_cost": _("Change of the cost of a contact"),
        "acquisition_cost": _("Change of acquisition cost"),
    }[lever.target.value]
    if lever.segment is None:
        return what
    return _("{what}: {segment}").format(what=what, segment=segment_word(lever.segment))


def segments_in_order() -> Iterator[tuple[Segment, str]]:
    """Each segment with its word, promoters first."""
    for segment in SEGMENTS:
        yield segment, segment_word(segment)
