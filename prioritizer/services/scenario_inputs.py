"""Every input of a scenario by the place where it is entered, and those that are not the same in all of several."""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prioritizer.domain.assumptions import company_numbers, initiative_numbers
from prioritizer.domain.company import BenefitRealisation, Company
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.quantity import Grade, Quantity
from prioritizer.engine.joint_value import allowed_starts
from prioritizer.engine.sampling import mean
from prioritizer.language import _
from prioritizer.services.inputs import segment_word
from prioritizer.words import share


@dataclass(frozen=True)
class Input:
    """An input as it is in one scenario: a quantity, a number with its words, or words."""

    quantity: Quantity | None = None
    word: str = ""
    plain: float | None = None

    @property
    def number(self) -> float | None:
        return self.plain if self.quantity is None else mean(self.quantity)

    @property
    def mark(self) -> Hashable:
        """What tells one state of it from another; where it comes from does not count."""
        if self.quantity is None:
            return self.word if self.plain is None else self.plain
        if self.quantity.is_fixed:
            return self.quantity.number
        return (self.quantity.distribution, self.quantity.multiply, self.quantity.add)


Place = tuple[str, ...]
Row = tuple[Input | None, ...]  # an input in every scenario, None where the scenario does not have it
Rows = list[tuple[Place, Row]]


def not_the_same(inputs: Sequence[dict[Place, Input]], listed: Sequence[Collection[str]] | None = None) -> Rows:
    """The inputs that are not the same in all scenarios.

    Args:
        listed: the ids on the list of each scenario, where the inputs are those of initiatives: what is not on a list
            is not compared there.
    """
    places = dict.fromkeys(place for one in inputs for place in one)
    rows = [(place, tuple(one.get(place) for one in inputs)) for place in places]
    return [(place, row) for place, row in rows if len(set(_marks(place, row, listed))) > 1]


def _marks(place: Place, row: Row, listed: Sequence[Collection[str]] | None) -> Iterator[Hashable]:
    for at, one in enumerate(row):
        if listed is None or place[1] in listed[at]:
            yield one and one.mark


def company_inputs(company: Company) -> dict[Place, Input]:
    """All but those of groups."""
    found: dict[Place, Input] = {
        ("periods_per_year",): _whole(company.periods_per_year),
        ("start",): Input(word=str(company.start)),
        ("fiscal_year_start",): _whole(company.fiscal_year_start),
        ("horizon",): _whole(company.horizon),
        ("latest_start",): _whole(company.latest_start),
        ("acquisition_policy",): Input(word=company.acquisition_policy.value),
        ("timing",): Input(word=company.timing.value),
        ("terminal_value",): Input(word=company.terminal_value.value),
        ("discount_rate",): Input(word=share(company.discount_rate.real), plain=company.discount_rate.real),
        ("tax_rate",): Input(company.tax_rate),
    }
    if company.hurdle_rate is not None:
        found["hurdle_rate",] = Input(company.hurdle_rate)
    found |= {("budget", year): Input(amount) for year, amount in company.budget.items()}
    found |= {("staff", department): Input(number) for department, number in company.staff.items()}
    found |= _delivered(company.benefit_realisation or BenefitRealisation())
    joined = [f"{', '.join(one.names)}: {one.rho:g}" for one in company.correlate]
    found["correlate",] = Input(word="; ".join(joined) or _("none"))
    return found | {(place,): Input(quantity) for place, quantity in company_numbers(company, ())}


def _whole(number: int) -> Input:
    return Input(word=str(number), plain=float(number))


def _delivered(table: BenefitRealisation) -> dict[Place, Input]:
    """The table of delivered ÷ claimed; without one everything is taken as claimed."""
    found: dict[Place, Input] = {}
    for grade in Grade:
        for key in ("delivered", "slope", "spread", "cost", "delay"):
            found["benefit_realisation", grade.value, key] = Input(getattr(table.of(grade), key))
    for key in ("company", "department"):
        found["benefit_realisation", "shared", key] = Input(getattr(table.shared, key))
    return found


def group_inputs(company: Company) -> dict[Place, Input]:
    """Those of all groups."""
    return {
        ("groups", name, *place.removeprefix(f"groups.{name}.").split(".")): Input(quantity)
        for name in company.groups
        for place, quantity in company_numbers(company, (name,))
        if place.startswith(f"groups.{name}.")
    }


def initiative_inputs(
    company: Company, initiatives: Sequence[Initiative], linked: Collection[str]
) -> dict[Place, Input]:
    """Those of all initiatives but for what is only told about them.

    Args:
        linked: ids of the initiatives to which links count: one that is not on a list takes its links with it.
    """
    names = {one.id: one.name for one in initiatives if one.id in linked}
    return {("initiatives", one.id, key): found for one in initiatives for key, found in _own(company, one, names)}


def _own(company: Company, one: Initiative, names: Mapping[str, str]) -> Iterator[tuple[str, Input]]:
    for place, quantity in initiative_numbers(one):
        yield place.removeprefix(f"initiatives.{one.id}."), Input(quantity)
    for name, lever in one.named_levers():
        if lever.usual is not None:
            yield f"levers.{name}.usual", Input(lever.usual)
    if one.costs.per_customer and one.costs.per_customer.of != SEGMENTS:
        yield "costs.per_customer.of", Input(word=", ".join(map(segment_word, one.costs.per_customer.of)))
    for department, people in one.staff.items():
        yield f"staff.{department}", Input(people)
    starts = allowed_starts(company, one)
    yield "start", Input(word="–".join(map(str, sorted({starts[0], starts[-1]}))))
    yield "mandatory", Input(word=_("yes") if one.mandatory else _("no"))
    yield "department", Input(word=one.department)
    yield "evidence.grade", Input(word=one.evidence.grade.value)
    for key in ("requires", "excludes"):
        yield (
            key,
            Input(word=", ".join(names[other] for other in sorted(getattr(one, key)) if other in names) or _("none")),
        )
    if one.pilot is not None:
        yield "pilot.customers", Input(one.pilot.customers)
        yield "pilot.cost", Input(one.pilot.cost)
        yield "pilot.periods", _whole(one.pilot.periods)
