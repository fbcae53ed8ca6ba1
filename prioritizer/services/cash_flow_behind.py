"""On which assumptions the difference in a line of the cash-flow statement rests, as the register names them.

Of the company what matters in the groups that the initiatives reach; of an initiative the levers that move the line,
and when, where and how surely they work. A line that no initiative moves rests on nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prioritizer.domain.assumptions import company_numbers, groups_reached, initiative_numbers, stream_of
from prioritizer.domain.cash_flow_statement import SUMS, LineKey
from prioritizer.domain.company import Company, Policy
from prioritizer.domain.initiatives import ExtraCustomers, Initiative, LeverRecord, Move, NewcomersMix, Target
from prioritizer.engine.uncertain import Miss, Success, uncertain_inputs

PATH = frozenset({"customers", "churn", "migration", "newcomers", "growth", "planned_acquisitions"})
WORD = frozenset({"referrals", "put_off"})
MARGIN = frozenset({"revenue", "gross_margin"})
SERVICE = frozenset({"contacts", "contact_cost"})
MOVE, EXTRA, NEWCOMERS = "move", "extra_customers", "newcomers"
MOVING = frozenset({MOVE, EXTRA, NEWCOMERS, Target.CHURN.value})
IDLE = {Policy.HOLD: "planned_acquisitions", Policy.PLAN: "growth"}  # what does nothing under a policy


@dataclass(frozen=True)
class _Ground:
    """What a line rests on: numbers of groups, levers by what they change, numbers of the company, own costs."""

    groups: frozenset[str]
    levers: frozenset[str]
    company: frozenset[str] = frozenset()
    costs: bool = False


_MONEY = frozenset({"discount_rate", "tax_rate"})
_ACQUISITION = frozenset({"acquisition_cost"})
_GROUNDS = {
    LineKey.MARGIN_RETAINED: _Ground(PATH | MARGIN, MOVING),
    LineKey.MARGIN_REFERRED: _Ground(PATH | WORD | MARGIN, MOVING | WORD),
    LineKey.SPEND_UPLIFT: _Ground(PATH | WORD | MARGIN, MOVING | WORD | {"revenue"}),
    LineKey.REFERRALS: _Ground(PATH | WORD | _ACQUISITION, MOVING | WORD | _ACQUISITION),
    LineKey.ACQUISITION_OTHER: _Ground(PATH | _ACQUISITION, MOVING | _ACQUISITION),
    LineKey.SERVICE: _Ground(PATH | WORD | SERVICE, MOVING | WORD | SERVICE),
    LineKey.NOT_CASHABLE: _Ground(PATH | WORD | SERVICE, MOVING | WORD | SERVICE, frozenset({"cashable"})),
    LineKey.COSTS: _Ground(frozenset(), frozenset(), costs=True),
    LineKey.RUN_OFF: _Ground(PATH | WORD | MARGIN | SERVICE, MOVING | WORD, _MONEY),
}


def behind(company: Company, initiatives: Sequence[Initiative], key: LineKey) -> tuple[str, ...]:
    """The places of the register on which a line rests, in its order: the company's first, then each initiative's."""
    found = set[str]()
    for part in _parts(key):
        found |= _of_part(company, initiatives, part)
    if found and key in (LineKey.TAX, LineKey.CASH_FLOW, LineKey.PROFIT, LineKey.DISCOUNTED):
        found |= {"tax_rate"} if key in (LineKey.TAX, LineKey.CASH_FLOW) else _MONEY
    return tuple(place for place in _in_order(company, initiatives) if place in found)


def _parts(key: LineKey) -> list[LineKey]:
    """The lines that are no sums and of which a line is made."""
    made_of = {LineKey.TAX: (LineKey.BEFORE_TAX,), LineKey.DISCOUNTED: (LineKey.CASH_FLOW,), **SUMS}
    made_of[LineKey.CASH_FLOW] = (LineKey.BEFORE_TAX,)
    return [part for one in made_of[key] for part in _parts(one)] if key in made_of else [key]


def _of_part(company: Company, initiatives: Sequence[Initiative], key: LineKey) -> set[str]:
    ground = _GROUNDS[key]
    if key is LineKey.SPEND_UPLIFT and not any(_changes(one, frozenset({"revenue"})) for one in initiatives):
        return set()
    if key is LineKey.COSTS and any(one.costs.per_customer for one in initiatives):
        ground = _Ground(PATH | WORD, MOVING | WORD, costs=True)
    moving = [one for one in initiatives if _changes(one, ground.levers)]
    found = {place for one in moving for place in _of_initiative(company, one, ground.levers)}
    if ground.costs:
        found |= {place for one in initiatives for place in _of_costs(company, one)}
    if not found:
        return found
    idle = IDLE[company.acquisition_policy]
    wanted = ground.groups - {idle}
    for group in groups_reached(company, initiatives):
        found |= {stream_of(p, n) for p, n in company_numbers(company, [group]) if _key_of(p, group) in wanted}
    if any(isinstance(lever, Move) for one in moving for lever in one.levers):
        found.add("causal_share")
    return found | ground.company


def _key_of(place: str, group: str) -> str:
    """Which number of a group a place names; empty for those of the company."""
    base = f"groups.{group}."
    return place.removeprefix(base).split(".")[0] if place.startswith(base) else ""


def _changes(initiative: Initiative, words: frozenset[str]) -> bool:
    return any(_word(lever) in words for lever in initiative.levers)


def _word(lever: LeverRecord) -> str:
    """What a lever changes."""
    match lever:
        case Move():
            return MOVE
        case NewcomersMix():
            return NEWCOMERS
        case ExtraCustomers():
            return EXTRA
    return lever.target.value


def _of_initiative(company: Company, initiative: Initiative, words: frozenset[str]) -> Iterator[str]:
    """The levers that change something among `words`, and when, where and how surely they work."""
    place = f"initiatives.{initiative.id}"
    wanted = [(name, lever) for name, lever in initiative.named_levers() if _word(lever) in words]
    for name, quantity in initiative_numbers(initiative):
        rest = name.removeprefix(f"{place}.")
        if not rest.startswith(("levers.", "costs.")) or any(_is_size(rest, *one) for one in wanted):
            yield stream_of(name, quantity)
    yield from (one.name for one in uncertain_inputs(company, [initiative]) if isinstance(one, (Miss, Success)))
    if company.benefit_realisation is not None:
        grades = {initiative.evidence.grade, *(q.grade for _name, q in initiative_numbers(initiative) if q.grade)}
        yield from (f"benefit_realisation.{grade.value}.delivered" for grade in grades)


def _is_size(rest: str, name: str, lever: LeverRecord) -> bool:
    """Whether a number of an initiative, by its place below it, says how much a lever changes."""
    if isinstance(lever, ExtraCustomers):
        return any(rest == f"levers.{name}.{group}" for group in lever.extra_customers)
    return rest == f"levers.{name}"


def _of_costs(company: Company, initiative: Initiative) -> Iterator[str]:
    """What an initiative costs, and until when; with the customers whom it brings, if each of them costs something."""
    place = f"initiatives.{initiative.id}"
    for name, quantity in initiative_numbers(initiative):
        rest = name.removeprefix(f"{place}.")
        lasts = rest in ("delay", "ramp_up", "duration", "fade_out")
        if lasts or rest.startswith(("costs.", "reach.")) or rest.endswith("_cost_each"):
            yield stream_of(name, quantity)
    if _changes(initiative, frozenset({EXTRA})):
        yield from _of_initiative(company, initiative, frozenset({EXTRA}))


def _in_order(company: Company, initiatives: Sequence[Initiative]) -> list[str]:
    """Every place once, as the register lists them."""
    realised = [f"benefit_realisation.{grade}.delivered" for grade in "ABCD"]
    numbers = [*company_numbers(company), *(pair for one in initiatives for pair in initiative_numbers(one))]
    hidden = [one.name for one in uncertain_inputs(company, initiatives) if isinstance(one, (Miss, Success))]
    return list(
        dict.fromkeys(
            ["discount_rate", "tax_rate", *realised, *(stream_of(place, number) for place, number in numbers), *hidden]
        )
    )
