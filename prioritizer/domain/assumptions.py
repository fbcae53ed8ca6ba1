"""The register: every number of a company and its initiatives, by the name of the place where it is entered.

The names are paths as scenarios write them (`groups.Mobile.churn.detractor`,
`initiatives.close-the-loop.reach.Mobile`). They do not depend on the order in which groups, initiatives or levers are
listed. The name of a group or initiative stands in them as it is, never in quotes.
"""

from collections.abc import Iterable, Iterator

from prioritizer.domain.company import Company, Group
from prioritizer.domain.customers import SEGMENTS, BySegment
from prioritizer.domain.initiatives import ExtraCustomers, Initiative
from prioritizer.domain.quantity import Quantity
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _

Named = tuple[str, Quantity]


def company_numbers(company: Company, groups: Iterable[str] | None = None) -> Iterator[Named]:
    """Every number of the company that may be uncertain; of all groups, or of some."""
    yield "causal_share", company.causal_share
    yield "cashable", company.cashable
    for name in company.groups if groups is None else groups:
        yield from group_numbers(f"groups.{name}", company.groups[name])


def group_numbers(place: str, group: Group) -> Iterator[Named]:
    """Every number of a group; those that are not given are left out."""
    for key in type(group).model_fields:
        value = getattr(group, key)
        if isinstance(value, Quantity):
            yield f"{place}.{key}", value
        elif isinstance(value, BySegment):
            yield from _by_segment(f"{place}.{key}", value)
        elif key == "migration":
            for segment, row in value.items():
                yield from _by_segment(f"{place}.{key}.{segment}", row)


def _by_segment(place: str, values: BySegment) -> Iterator[Named]:
    for segment, value in values.items():
        yield f"{place}.{segment}", value


def initiative_numbers(initiative: Initiative) -> Iterator[Named]:
    """Every number of an initiative that may be uncertain."""
    place = f"initiatives.{initiative.id}"
    for key in ("delay", "ramp_up", "duration", "fade_out", "probability_of_success"):
        if (value := getattr(initiative, key)) is not None:
            yield f"{place}.{key}", value
    for group, share in initiative.reach.items():
        yield f"{place}.reach.{group}", share
    for phase, amount in initiative.costs.one_off.items():
        yield f"{place}.costs.one_off.{phase}", amount
    yield f"{place}.costs.running", initiative.costs.running
    if initiative.costs.per_customer:
        yield f"{place}.costs.per_customer.amount", initiative.costs.per_customer.amount
    for name, lever in initiative.named_levers():
        if isinstance(lever, ExtraCustomers):
            for group, count in lever.extra_customers.items():
                yield f"{place}.levers.{name}.{group}", count
            yield f"{place}.levers.{name}_cost_each", lever.cost_each
        else:
            yield f"{place}.levers.{name}", lever.size


def all_numbers(company: Company, initiatives: Iterable[Initiative]) -> dict[str, Quantity]:
    """Every number that may be uncertain, by name. Raises InputError where two numbers come to the same name."""
    numbers = dict(company_numbers(company))
    for initiative in initiatives:
        for name, number in initiative_numbers(initiative):
            if name in numbers:
                rule, remedy = _("is the name of two numbers"), _("Rename the initiative or the group.")
                raise InputError([Complaint(rule, remedy, value=name)])
            numbers[name] = number
    return numbers


def groups_reached(company: Company, initiatives: Iterable[Initiative]) -> list[str]:
    """The groups on which some of the initiatives act, in the company's order."""
    listed = list(initiatives)
    return [group for group in company.groups if any(_reaches(initiative, group) for initiative in listed)]


def _reaches(initiative: Initiative, group: str) -> bool:
    brings = (lever.extra_customers for lever in initiative.levers if isinstance(lever, ExtraCustomers))
    return initiative.reach_of(group) is not None or any(group in counts for counts in brings)


def rows_of_shares(company: Company) -> dict[str, tuple[str, ...]]:
    """The places of the shares that sum to 1 with one, itself among them, by the name of each place."""
    rows = [
        tuple(f"groups.{name}.{row}.{segment}" for segment in SEGMENTS)
        for name in company.groups
        for row in (*(f"migration.{segment}" for segment in SEGMENTS), "newcomers")
    ]
    return {place: row for row in rows for place in row}


def stream_of(name: str, quantity: Quantity) -> str:
    """The name of a number's draws: that of its place, or one that several places share."""
    return name if quantity.stream is None else f"{name.rpartition('.')[0]}.{quantity.stream}"
