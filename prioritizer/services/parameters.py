"""In which inputs scenarios differ, in words: a row for each, one for several that differ alike."""

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from prioritizer.domain.assumptions import company_numbers, initiative_numbers
from prioritizer.domain.company import Company
from prioritizer.domain.comparison import Differing
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.quantity import Grade, Quantity
from prioritizer.domain.scenarios import Scenario
from prioritizer.engine.sampling import mean
from prioritizer.language import _, ngettext
from prioritizer.services.inputs import group_number, input_names, segment_word, value_in_words
from prioritizer.words import NOTHING, figure, money, people, share, sign

NEAR = 9  # digits to which factors are held equal
MOST_NAMED = 2  # names in a row of several


@dataclass(frozen=True)
class Input:
    """An input as it is in one scenario: a quantity, or a word."""

    quantity: Quantity | None = None
    word: str = ""

    @property
    def number(self) -> float | None:
        return None if self.quantity is None else mean(self.quantity)

    @property
    def mark(self) -> Hashable:
        """What tells one state of it from another; where it comes from does not count."""
        if self.quantity is None:
            return self.word
        if self.quantity.is_fixed:
            return self.quantity.number
        return (self.quantity.distribution, self.quantity.multiply, self.quantity.add)


def differing(scenarios: Sequence[Scenario]) -> tuple[Differing, ...]:
    """What is not the same in all scenarios: the company first, then the groups, then the initiatives."""
    words = _Words(scenarios)
    company = [_company_inputs(scenario.company) for scenario in scenarios]
    groups = [dict(_group_inputs(scenario.company)) for scenario in scenarios]
    initiatives = [_initiative_inputs(scenario.initiatives) for scenario in scenarios]
    return (
        *_listed(scenarios),
        *(words.single(place, row) for place, row in _not_the_same(company)),
        *_several(_not_the_same(groups), words.of_groups),
        *_several(_not_the_same(initiatives), words.of_initiatives),
    )


Row = tuple[Input | None, ...]  # an input in every scenario, None where the scenario does not have it
Place = tuple[str, ...]


def _not_the_same(inputs: Sequence[dict[Place, Input]]) -> list[tuple[Place, Row]]:
    places = dict.fromkeys(place for one in inputs for place in one)
    rows = [(place, tuple(one.get(place) for one in inputs)) for place in places]
    return [(place, row) for place, row in rows if len({one and one.mark for one in row}) > 1 and _counts(place, row)]


def _counts(place: Place, row: Row) -> bool:
    """Of initiatives only where all that have it differ: what is not on a list has a row of its own."""
    return place[0] != "initiatives" or len({one.mark for one in row if one is not None}) > 1


def _company_inputs(company: Company) -> dict[Place, Input]:
    found: dict[Place, Input] = {
        ("acquisition_policy",): Input(word=company.acquisition_policy.value),
        ("timing",): Input(word=company.timing.value),
        ("terminal_value",): Input(word=company.terminal_value.value),
        ("horizon",): Input(word=str(company.horizon)),
        ("latest_start",): Input(word=str(company.latest_start)),
        ("discount_rate",): Input(word=share(company.discount_rate.real)),
        ("tax_rate",): Input(company.tax_rate),
    }
    if company.hurdle_rate is not None:
        found["hurdle_rate",] = Input(company.hurdle_rate)
    found |= {("budget", year): Input(amount) for year, amount in company.budget.items()}
    found |= {("staff", department): Input(number) for department, number in company.staff.items()}
    if company.benefit_realisation is not None:
        for grade in Grade:
            known = company.benefit_realisation.of(grade)
            for key in ("delivered", "slope", "spread", "cost", "delay"):
                found["benefit_realisation", grade.value, key] = Input(getattr(known, key))
    found |= {(place,): Input(quantity) for place, quantity in company_numbers(company, ())}
    return found


def _group_inputs(company: Company) -> Iterator[tuple[Place, Input]]:
    for name in company.groups:
        head = f"groups.{name}."
        for place, quantity in company_numbers(company, (name,)):
            if place.startswith(head):
                yield ("groups", name, *place.removeprefix(head).split(".")), Input(quantity)


def _initiative_inputs(initiatives: Iterable[Initiative]) -> dict[Place, Input]:
    found: dict[Place, Input] = {}
    for one in initiatives:
        head = f"initiatives.{one.id}."
        for place, quantity in initiative_numbers(one):
            found["initiatives", one.id, place.removeprefix(head)] = Input(quantity)
        starts = "–".join(str(start) for start in (one.first_start, one.latest_start) if start is not None)
        found["initiatives", one.id, "start"] = Input(word=starts)
        found["initiatives", one.id, "mandatory"] = Input(word=_("yes") if one.mandatory else _("no"))
    return found


def _listed(scenarios: Sequence[Scenario]) -> list[Differing]:
    """Which initiatives are not on the list of a scenario, where some are on that of another."""
    names = {one.id: one.name for scenario in scenarios for one in scenario.initiatives}
    absent = [[id_ for id_ in names if id_ not in {one.id for one in scenario.initiatives}] for scenario in scenarios]
    if not any(absent):
        return []
    values = tuple(
        _("without {names}").format(names=", ".join(names[id_] for id_ in gone)) if gone else _("all")
        for gone in absent
    )
    numbers = tuple(float(len(names) - len(gone)) for gone in absent)
    return [Differing(places=("include", "exclude"), name=_("Initiatives on the list"), values=values, numbers=numbers)]


def _factors(row: Row) -> tuple[float | None, ...] | None:
    """By what each scenario's number is that of the first, rounded, None where it has none; or None: cannot be said."""
    first = row[0].number if row[0] is not None else None
    if not first:
        return None
    numbers = [None if one is None else one.number for one in row]
    return tuple(None if number is None else _rounded(number / first) for number in numbers)


def _rounded(factor: float) -> float:
    return float(f"{factor:.{NEAR}g}")


def _several(
    rows: Sequence[tuple[Place, Row]], named: Callable[[Sequence[tuple[Place, Row]]], list[Differing]]
) -> list[Differing]:
    """Rows whose numbers differ by the same factors are put together."""
    alike: dict[Hashable, list[tuple[Place, Row]]] = defaultdict(list)
    for place, row in rows:
        factors = _factors(row)
        key = place if factors is None else (_what(place), factors)
        alike[key].append((place, row))
    return [one for members in alike.values() for one in named(members)]


def _what(place: Place) -> Hashable:
    """The kind of number at a place, whatever group, segment or initiative it belongs to."""
    if place[0] == "groups":
        return place[2]
    return "costs" if place[2].startswith("costs.") or place[2].endswith("_cost_each") else place[2]


class _Words:
    """Rows in words."""

    def __init__(self, scenarios: Sequence[Scenario]):
        self.scenarios = scenarios
        self.company = scenarios[0].company
        self.currency = sign(self.company.currency)
        self.initiatives = {one.id: one for scenario in reversed(scenarios) for one in scenario.initiatives}
        self.names = input_names(self.company, self.initiatives.values())

    def single(self, place: Place, row: Row) -> Differing:
        return self._row([place], self._name(place), row, tuple(self._value(place, one) for one in row))

    def of_groups(self, members: Sequence[tuple[Place, Row]]) -> list[Differing]:
        """Numbers of groups that differ alike: those of the same segments together."""
        if len(members) == 1:
            return [self.single(*members[0])]
        by_group: dict[str, list[tuple[Place, Row]]] = defaultdict(list)
        for place, row in members:
            by_group[place[1]].append((place, row))
        alike: dict[Hashable, list[str]] = defaultdict(list)
        for group, own in by_group.items():
            alike[tuple(place[2:] for place, _row in own)].append(group)
        return [self._groups([one for group in groups for one in by_group[group]], groups) for groups in alike.values()]

    def _groups(self, members: list[tuple[Place, Row]], groups: list[str]) -> Differing:
        if len(members) == 1:
            return self.single(*members[0])
        segments = list(dict.fromkeys(place[3:] for place, _row in members))
        what = group_number(members[0][0][2], [])
        if segments != [()] and len(segments) < len(SEGMENTS):
            said = " → ".join
            words = ", ".join(said(map(segment_word, one)) for one in segments)
            what = _("{what}: {segment}").format(what=what, segment=words)
        where = _("all groups") if len(groups) == len(self.company.groups) else ", ".join(groups)
        return self._factor_row(members, _("{what}, {group}").format(what=what, group=where))

    def of_initiatives(self, members: Sequence[tuple[Place, Row]]) -> list[Differing]:
        """Numbers of initiatives that differ alike."""
        if len(members) == 1:
            return [self.single(*members[0])]
        ids = list(dict.fromkeys(place[1] for place, _row in members))
        costs = _what(members[0][0]) == "costs"
        what = _("Costs") if costs else self._own_name(members[0][0])
        if len(ids) == len(self.initiatives):
            where = _("all initiatives")
        elif len(ids) <= MOST_NAMED:
            where = ", ".join(self.initiatives[id_].name for id_ in ids)
        else:
            where = ngettext("{n} initiative", "{n} initiatives", len(ids)).format(n=len(ids))
        return [self._factor_row(members, _("{what}, {group}").format(what=what, group=where))]

    def _factor_row(self, members: Sequence[tuple[Place, Row]], name: str) -> Differing:
        factors = _factors(members[0][1])
        assert factors is not None
        values = tuple(NOTHING if one is None else _("×{factor}").format(factor=f"{one:.4g}") for one in factors)
        return Differing(
            places=tuple(map(_written, (p for p, _r in members))), name=name, values=values, numbers=factors
        )

    def _row(self, places: Sequence[Place], name: str, row: Row, values: tuple[str, ...]) -> Differing:
        numbers = tuple(None if one is None else one.number for one in row)
        return Differing(places=tuple(map(_written, places)), name=name, values=values, numbers=numbers)

    def _value(self, place: Place, one: Input | None) -> str:
        if one is None:
            return NOTHING
        if one.quantity is None:
            return one.word
        value = one.number
        assert value is not None
        if place[0] == "staff":
            return people(value)
        if place[0] == "budget":
            return money(value, self.currency)
        if place[0] == "benefit_realisation":
            return figure(value) if math.isfinite(value) else NOTHING
        return value_in_words(self.company, one.quantity, value)

    def _name(self, place: Place) -> str:
        if place[0] == "initiatives":
            name = self.initiatives[place[1]].name
            return _("{initiative}: {number}").format(initiative=name, number=self._own_name(place))
        if place[0] == "groups":
            return self.names.get(".".join(place), ".".join(place))
        if place[0] == "budget":
            return _("Budget of {year}").format(year=self.company.fiscal_year_name(int(place[1])))
        if place[0] == "staff":
            return _("People of {department}").format(department=place[1])
        if place[0] == "benefit_realisation":
            return _delivered_name(place[1], place[2])
        return self.names.get(place[0]) or _company_name(place[0])

    def _own_name(self, place: Place) -> str:
        known = {"start": _("Start, in periods from the decision"), "mandatory": _("Must be done")}
        return known.get(place[2]) or self.names.get(".".join(place), place[2])


def _written(place: Place) -> str:
    return ".".join(f'"{part}"' if " " in part or ("." in part and place[0] == "groups") else part for part in place)


def _company_name(key: str) -> str:
    return {
        "acquisition_policy": _("How customers are bought"),
        "timing": _("When in its period money flows"),
        "terminal_value": _("What customers at the end count for"),
        "horizon": _("Periods of benefit"),
        "latest_start": _("Latest start, in periods"),
        "discount_rate": _("Discount rate, real, per year"),
        "tax_rate": _("Tax on profit"),
        "hurdle_rate": _("Hurdle rate, real, per year"),
    }[key]


def _delivered_name(grade: str, key: str) -> str:
    said = {
        "delivered": _("Delivered ÷ claimed, grade {grade}"),
        "slope": _("How much less of larger claims, grade {grade}"),
        "spread": _("How far claims miss, grade {grade}"),
        "cost": _("Costs ÷ costs as claimed, grade {grade}"),
        "delay": _("Periods later than claimed, grade {grade}"),
    }[key]
    return said.format(grade=grade)
