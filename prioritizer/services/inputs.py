"""The inputs of a scenario in words: what each is called, its value with its range, and where it comes from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from prioritizer.domain.assumptions import all_numbers, company_numbers, initiative_numbers
from prioritizer.domain.company import Company
from prioritizer.domain.customers import SEGMENTS, Segment
from prioritizer.domain.initiatives import ExtraCustomers, Initiative, LeverRecord, Move, NewcomersMix, RelativeChange
from prioritizer.domain.quantity import Kind, Quantity
from prioritizer.engine.sampling import mean, values
from prioritizer.language import _, ngettext
from prioritizer.words import figure, money, share, sign

RANGE = np.array([0.05, 0.95])  # the percentiles that are shown as the range of an uncertain number


@dataclass(frozen=True)
class InputLine:
    """One input in words. `spread` is its 90 % range, empty where it is certain; the card's texts may be empty."""

    place: str
    name: str
    value: str
    spread: str
    unit: str
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
    whole = 1 if count == 1 else 2
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
            return f"{figure(value)} {period_word(company, value)}"
    return figure(value)


def input_names(company: Company, initiatives: Iterable[Initiative]) -> dict[str, str]:
    """What every input is called, by the name of its place in the register."""
    names = {place: _company_name(company, place) for place, _quantity in company_numbers(company)}
    for initiative in initiatives:
        levers = dict(initiative.named_levers())
        for place, _quantity in initiative_numbers(initiative):
            names[place] = _initiative_name(levers, place.removeprefix(f"initiatives.{initiative.id}."))
    return names


def inputs_of(company: Company, initiative: Initiative) -> tuple[InputLine, ...]:
    """The initiative's own inputs, then the company's for the groups that it reaches."""
    names = input_names(company, [initiative])
    numbers = all_numbers(company, [initiative])
    own = [place for place in numbers if place.startswith("initiatives.")]
    shared = [place for place in numbers if _concerns(company, initiative, place)]
    return tuple(_line(company, place, names[place], numbers[place]) for place in (*own, *shared))


def company_inputs(company: Company) -> tuple[InputLine, ...]:
    """Every number of the company, with its source."""
    names = input_names(company, ())
    return tuple(_line(company, place, names[place], number) for place, number in company_numbers(company))


def _concerns(company: Company, initiative: Initiative, place: str) -> bool:
    if place.startswith("initiatives."):
        return False
    group = _group_of(company, place)
    extra = [lever.extra_customers for lever in initiative.levers if isinstance(lever, ExtraCustomers)]
    return group is None or initiative.reach_of(group) is not None or any(group in counts for counts in extra)


def _group_of(company: Company, place: str) -> str | None:
    """The group to which a place belongs; of two names that both fit, the longer one."""
    fitting = [name for name in company.groups if place.startswith(f"groups.{name}.")]
    return max(fitting, key=len, default=None)


def _line(company: Company, place: str, name: str, quantity: Quantity) -> InputLine:
    return InputLine(
        place=place,
        name=name,
        value=value_in_words(company, quantity, mean(quantity)),
        spread=_spread(company, quantity),
        unit=quantity.unit or "",
        source=quantity.source or "",
        grade=quantity.grade or "",
        owner=quantity.owner or "",
        note=quantity.note or "",
    )


def _spread(company: Company, quantity: Quantity) -> str:
    if quantity.is_fixed:
        return ""
    low, high = (value_in_words(company, quantity, float(end)) for end in values(quantity, RANGE))
    return _("{low} to {high}").format(low=low, high=high)


def _company_name(company: Company, place: str) -> str:
    group = _group_of(company, place)
    if group is None:
        return {"causal_share": _("Causal share"), "cashable": _("Cashable share")}[place]
    key, *segments = place.removeprefix(f"groups.{group}.").split(".")
    return _("{what}, {group}").format(what=_group_number(key, segments), group=group)


def _group_number(key: str, segments: list[str]) -> str:
    if key == "migration":
        source, to = map(segment_word, segments)
        return _("Migration from {source} to {to}").format(source=source, to=to)
    of = {
        "customers": _("Customers"),
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
    return _("{what}: {segment}").format(what=of, segment=segment_word(segments[0])) if segments else of


def _initiative_name(levers: dict[str, LeverRecord], rest: str) -> str:
    """What a number of an initiative is called; `rest` is its place below the initiative."""
    plain = {
        "delay": _("Delay"),
        "ramp_up": _("Ramp-up"),
        "duration": _("Duration"),
        "fade_out": _("Fade-out"),
        "probability_of_success": _("Probability of success"),
        "costs.running": _("Running cost per period"),
        "costs.per_customer.amount": _("Cost per customer touched"),
    }
    if rest in plain:
        return plain[rest]
    if rest.startswith("reach."):
        group = rest.removeprefix("reach.")
        return _("Reach in every group") if group == "all" else _("Reach, {group}").format(group=group)
    if rest.startswith("costs.one_off."):
        phase = rest.removeprefix("costs.one_off.")
        return _("One-off cost in period {n} from its start").format(n=phase)
    return _lever_number(levers, rest.removeprefix("levers."))


def _lever_number(levers: dict[str, LeverRecord], rest: str) -> str:
    if rest in levers:
        return lever_name(levers[rest])
    if rest.endswith("_cost_each"):
        return _("Cost of each extra customer")
    name = next(name for name in levers if rest.startswith(f"{name}."))
    return _("{what}, {group}").format(what=lever_name(levers[name]), group=rest.removeprefix(f"{name}."))


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
