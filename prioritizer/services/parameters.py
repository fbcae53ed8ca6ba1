"""In which inputs scenarios differ, in words: a row for each, one for several that differ alike."""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Sequence

from prioritizer.domain.comparison import Differing
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.scenarios import Scenario
from prioritizer.language import _, ngettext
from prioritizer.services.inputs import group_number, input_names, segment_word, spread_in_words, value_in_words
from prioritizer.services.scenario_inputs import (
    Input,
    Place,
    Row,
    Rows,
    company_inputs,
    group_inputs,
    initiative_inputs,
    not_the_same,
)
from prioritizer.words import NOTHING, figure, money, people, sign

NEAR = 6  # digits to which factors are held equal: a range that meets its bound scales a little less
DIGITS = 9  # of a number whose words do not tell it from another
MOST_NAMED = 2  # names in a row of several
SHARED = ("newcomers", "migration")  # what one row of shares divides: they cannot change one by one

Factors = tuple[float | None, ...]


def differing(scenarios: Sequence[Scenario]) -> tuple[Differing, ...]:
    """What is not the same in all scenarios: the company first, then the groups, then the initiatives."""
    words = _Words(scenarios)
    company = not_the_same([company_inputs(scenario.company) for scenario in scenarios])
    groups = not_the_same([group_inputs(scenario.company) for scenario in scenarios])
    lists = [{one.id for one in scenario.initiatives} for scenario in scenarios]
    everywhere = set.intersection(*lists)
    own = [initiative_inputs(scenario.company, scenario.initiatives, everywhere) for scenario in scenarios]
    return (
        *_listed(scenarios),
        *(words.single(place, row) for place, row in company),
        *_several([one for one in groups if one[0][2] not in SHARED], words.of_groups),
        *words.of_shares([one for one in groups if one[0][2] in SHARED]),
        *_several(not_the_same(own, lists), words.of_initiatives, lists),
    )


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


def _factors(row: Row) -> Factors | None:
    """By what each scenario's number is that of the first, rounded, None where it has none; or None: cannot be said."""
    first = row[0].number if row[0] is not None else None
    if not first:
        return None
    numbers = [None if one is None else one.number for one in row]
    return tuple(None if number is None else _rounded(number / first) for number in numbers)


def _rounded(factor: float) -> float:
    return float(f"{factor:.{NEAR}g}")


def _several(
    rows: Rows, named: Callable[[Rows], list[Differing]], lists: Sequence[Collection[str]] = ()
) -> list[Differing]:
    """Rows whose numbers differ by the same factors are put together.

    `lists`: the ids on the list of each scenario; an initiative that is not on one may differ there in any way.
    """
    alike: dict[tuple[Hashable, Factors], Rows] = {}
    for place, row in sorted(rows, key=lambda one: None in one[1]):  # what all have, first
        factors = _factors(row)
        key: tuple[Hashable, Factors] = (place, ()) if factors is None else (_what(place), factors)
        gone = [place[1] not in listed for listed in lists]
        known = next((other for other in alike if _agree(other, key, gone)), key)
        alike.setdefault(known, []).append((place, row))
    order = {place: position for position, (place, _row) in enumerate(rows)}
    together = sorted(alike.values(), key=lambda members: min(order[place] for place, _row in members))
    return [one for members in together for one in named(members)]


def _agree(known: tuple[Hashable, Factors], key: tuple[Hashable, Factors], gone: Sequence[bool]) -> bool:
    """Whether two kinds of number differ by the same factors, but for scenarios from which an initiative is gone."""
    if known[0] != key[0] or len(known[1]) != len(key[1]):
        return False
    free = gone or [False] * len(key[1])
    return all(mine == its or out for mine, its, out in zip(key[1], known[1], free, strict=True))


def _what(place: Place) -> str:
    """The kind of number at a place, whatever group, segment or initiative it belongs to."""
    if place[0] == "groups":
        return place[2]
    if place[2].startswith("costs.") or place[2].endswith("_cost_each"):
        return "costs"
    return "reach" if place[2].startswith("reach.") else place[2]


class _Words:
    """Rows in words."""

    def __init__(self, scenarios: Sequence[Scenario]):
        self.scenarios = scenarios
        self.company = scenarios[0].company
        self.currency = sign(self.company.currency)
        self.initiatives = {one.id: one for scenario in reversed(scenarios) for one in scenario.initiatives}
        self.names = {
            place: name
            for scenario in reversed(scenarios)
            for place, name in input_names(scenario.company, scenario.initiatives).items()
        }

    def single(self, place: Place, row: Row) -> Differing:
        """A row of its own; with ranges, or all digits, where words alone would not tell the values apart."""
        states = {one and one.mark for one in row}
        for said in (self._value, self._with_range, self._exact):
            values = tuple(NOTHING if one is None else said(place, one) for one in row)
            if len(set(values)) == len(states):
                break
        return self._row([place], self._name(place), row, values)

    def of_shares(self, rows: Rows) -> list[Differing]:
        """Shares of one whole in one row: “23 % / 55 % / 22 %”."""
        wholes: dict[Place, Rows] = defaultdict(list)
        for place, row in rows:
            wholes[place[:-1]].append((place, row))
        return [self._whole(members) for members in wholes.values()]

    def _whole(self, members: Rows) -> Differing:
        if len(members) == 1:
            return self.single(*members[0])
        each = [self.single(place, row) for place, row in members]
        said = zip(*(one.values for one in each), strict=True)
        values = tuple(NOTHING if set(one) == {NOTHING} else " / ".join(one) for one in said)
        places = tuple(place for one in each for place in one.places)
        group, key, *within = members[0][0][1:]
        segments = ", ".join(segment_word(place[-1]) for place, _row in members)
        what = _("{what}: {segment}").format(what=group_number(key, within[:-1]), segment=segments)
        name = _("{what}, {group}").format(what=what, group=group)
        return Differing(places=places, name=name, values=values, numbers=(None,) * len(values))

    def of_groups(self, members: Rows) -> list[Differing]:
        """Numbers of groups that differ alike: those of the same segments together."""
        if len(members) == 1:
            return [self.single(*members[0])]
        by_group: dict[str, Rows] = defaultdict(list)
        for place, row in members:
            by_group[place[1]].append((place, row))
        alike: dict[Hashable, list[str]] = defaultdict(list)
        for group, own in by_group.items():
            alike[tuple(place[2:] for place, _row in own)].append(group)
        return [self._groups([one for group in groups for one in by_group[group]], groups) for groups in alike.values()]

    def _groups(self, members: Rows, groups: list[str]) -> Differing:
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

    def of_initiatives(self, members: Rows) -> list[Differing]:
        """Numbers of initiatives that differ alike."""
        if len(members) == 1:
            return [self.single(*members[0])]
        ids = list(dict.fromkeys(place[1] for place, _row in members))
        kinds = {"costs": _("Costs"), "reach": _("Reach")}
        what = kinds.get(_what(members[0][0])) or self._own_name(members[0][0])
        if len(ids) == 1:
            name = _("{initiative}: {number}").format(initiative=self.initiatives[ids[0]].name, number=what)
            return [self._factor_row(members, name)]
        if len(ids) == len(self.initiatives):
            where = _("all initiatives")
        elif len(ids) <= MOST_NAMED:
            where = ", ".join(self.initiatives[id_].name for id_ in ids)
        else:
            where = ngettext("{n} initiative", "{n} initiatives", len(ids)).format(n=len(ids))
        return [self._factor_row(members, _("{what}, {group}").format(what=what, group=where))]

    def _factor_row(self, members: Rows, name: str) -> Differing:
        factors = _factors(members[0][1])
        assert factors is not None
        values = tuple(NOTHING if one is None else _("×{factor}").format(factor=f"{one:.4g}") for one in factors)
        return Differing(
            places=tuple(map(_written, (p for p, _r in members))), name=name, values=values, numbers=factors
        )

    def _row(self, places: Sequence[Place], name: str, row: Row, values: tuple[str, ...]) -> Differing:
        numbers = tuple(None if one is None else one.number for one in row)
        return Differing(places=tuple(map(_written, places)), name=name, values=values, numbers=numbers)

    def _value(self, place: Place, one: Input) -> str:
        if one.quantity is None:
            return one.word
        value = one.number
        assert value is not None
        if place[0] == "staff" or (place[0] == "initiatives" and place[2].startswith("staff.")):
            return people(value)
        if place[0] == "budget":
            return money(value, self.currency)
        if place[0] == "benefit_realisation":
            return figure(value) if math.isfinite(value) else NOTHING
        return value_in_words(self.company, one.quantity, value)

    def _with_range(self, place: Place, one: Input) -> str:
        """The mean with the 90 % range, where there is one."""
        value = self._value(place, one)
        spread = "" if one.quantity is None else spread_in_words(self.company, one.quantity)
        return _("{value} ({spread})").format(value=value, spread=spread) if spread else value

    def _exact(self, place: Place, one: Input) -> str:
        return one.word if one.number is None else f"{one.number:.{DIGITS}g}"

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
        key = place[2]
        if key.startswith("staff."):
            return _("People of {department}").format(department=key.removeprefix("staff."))
        if key.endswith(".usual"):
            return _("{what}: usual size").format(what=self._lever_name(place))
        return _initiative_name(key) or self.names.get(".".join(place), key)

    def _lever_name(self, place: Place) -> str:
        """What the lever is called whose usual size is at a place; of one that brings customers, by its first group."""
        lever = ".".join(place).removesuffix(".usual")
        return self.names.get(lever) or self.names.get(f"{lever}_cost_each", lever)


def _written(place: Place) -> str:
    return ".".join(f'"{part}"' if " " in part or ("." in part and place[0] == "groups") else part for part in place)


def _initiative_name(key: str) -> str | None:
    return {
        "start": _("Start, in periods from the decision"),
        "mandatory": _("Must be done"),
        "department": _("Department"),
        "evidence.grade": _("Evidence grade"),
        "requires": _("Requires"),
        "excludes": _("Excludes"),
        "costs.per_customer.of": _("Customers that cost something when touched"),
        "pilot.customers": _("Customers of the pilot"),
        "pilot.cost": _("Cost of the pilot"),
        "pilot.periods": _("Periods of the pilot"),
    }.get(key)


def _company_name(key: str) -> str:
    return {
        "periods_per_year": _("Periods in a year"),
        "start": _("First month"),
        "fiscal_year_start": _("First month of the fiscal year"),
        "correlate": _("Numbers that are high together"),
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
    if grade == "shared":
        return {
            "company": _("How far all claims miss together"),
            "department": _("How far the claims of a department miss together"),
        }[key]
    said = {
        "delivered": _("Delivered ÷ claimed, grade {grade}"),
        "slope": _("How much less of larger claims, grade {grade}"),
        "spread": _("How far claims miss, grade {grade}"),
        "cost": _("Costs ÷ costs as claimed, grade {grade}"),
        "delay": _("Periods later than claimed, grade {grade}"),
    }[key]
    return said.format(grade=grade)
