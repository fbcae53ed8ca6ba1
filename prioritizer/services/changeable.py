"""What a what-if may change: every number of a scenario, alone or several at once, in the words that people search."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from prioritizer.domain.assumptions import all_numbers, group_numbers, initiative_numbers
from prioritizer.domain.change_lines import IS, PLUS, TIMES, change_of, how_of
from prioritizer.domain.changes import EACH
from prioritizer.domain.initiatives import ExtraCustomers, Initiative
from prioritizer.domain.quantity import Kind, Quantity, certain
from prioritizer.domain.scenarios import Change, Scenario, path_text
from prioritizer.domain.whatif import BUDGET, INITIATIVES, MOST_CHANGES, WhatIf
from prioritizer.engine.sampling import mean
from prioritizer.errors import Complaint, InputError, shorten
from prioritizer.language import _, ngettext
from prioritizer.services.inputs import group_number, input_names, value_in_words
from prioritizer.services.what_if import scenario_under
from prioritizer.words import figure, money, share, sign

Parts = tuple[str, ...]

IN_PERCENT = (Kind.SHARE, Kind.SIGNED_SHARE, Kind.CHANGE, Kind.GROWTH)
OF_ALL = ("delay", "ramp_up", "duration", "fade_out", "probability_of_success", "costs.running")


@dataclass(frozen=True)
class Changeable:
    """A number that may be changed, or several at once.

    `numbers` names them as `numbers_of` does. `kind` is None where several of different kinds can only be multiplied.
    """

    path: Parts
    name: str
    kind: Kind | None
    numbers: tuple[str, ...] = ()

    @property
    def ways(self) -> tuple[str, ...]:
        """How it may be changed."""
        return (TIMES,) if self.kind is None else (IS, TIMES, PLUS)

    def is_in_percent(self, how: str) -> bool:
        """Whether the number of such a change is said in percent."""
        return how != TIMES and self.kind in IN_PERCENT


def changeable(scenario: Scenario) -> dict[Parts, Changeable]:
    """All that may be changed, by path: the company, all groups, each group, all initiatives, each initiative.

    No two have the same name.
    """
    found = [*_company(scenario), *_groups(scenario), *_initiatives(scenario)]
    shared = Counter(one.name for one in found)
    apart = (
        one if shared[one.name] == 1 else replace(one, name=f"{one.name} ({path_text(one.path)})") for one in found
    )
    return {one.path: one for one in apart}


def numbers_of(scenario: Scenario) -> dict[str, Quantity]:
    """Every number that may be changed, by name: the register, and what a company decides."""
    company = scenario.company
    numbers = all_numbers(company, scenario.initiatives)
    numbers["discount_rate"] = certain(company.discount_rate.real, Kind.GROWTH)
    numbers["tax_rate"] = company.tax_rate
    numbers |= {f"budget.{year}": amount for year, amount in company.budget.items()}
    if company.benefit_realisation is not None:
        for grade in company.benefit_realisation.model_fields_set - {"shared"}:
            numbers[_delivered(grade)] = getattr(company.benefit_realisation, grade).delivered
    return numbers


def _delivered(grade: str) -> str:
    return f"benefit_realisation.{grade}.delivered"


def _company(scenario: Scenario) -> Iterator[Changeable]:
    numbers = numbers_of(scenario)
    names = {
        "discount_rate": _("Discount rate"),
        "causal_share": _("Causal share"),
        "cashable": _("Cashable share"),
        "tax_rate": _("Tax rate"),
        **{_delivered(grade): _("Delivered ÷ claimed, grade {grade}").format(grade=grade) for grade in "ABCD"},
        **{f"budget.{year}": _("Budget of {year}").format(year=year) for year in scenario.company.budget},
    }
    for place, name in names.items():
        if place in numbers:
            yield Changeable(tuple(place.split(".")), name, numbers[place].kind, (place,))
    if len(scenario.company.budget) > 1:
        every = tuple(f"budget.{year}" for year in scenario.company.budget)
        yield Changeable((BUDGET, EACH), _("Budget of every year"), Kind.AMOUNT, every)


def _groups(scenario: Scenario) -> Iterator[Changeable]:
    groups = scenario.company.groups
    each = {name: tuple(_of_group(name, group_numbers(f"groups.{name}", group))) for name, group in groups.items()}
    if len(groups) > 1:
        yield from _of_every_group(each.values())
    for name, listed in each.items():
        for one in listed:
            yield replace(one, name=_("{what}, {group}").format(what=one.name, group=name))


def _of_group(group: str, numbers: Iterable[tuple[str, Quantity]]) -> Iterator[Changeable]:
    """The numbers of a group, those of all segments at once before each; the group is not in their names."""
    by_key: dict[str, list[tuple[str, Parts, Quantity]]] = {}
    for place, quantity in numbers:
        key, *segments = place.removeprefix(f"groups.{group}.").split(".")
        by_key.setdefault(key, []).append((place, tuple(segments), quantity))
    for key, listed in by_key.items():
        if len(listed) > 1 and key not in ("migration", "newcomers"):  # whose shares sum to 1
            every = tuple(place for place, _below, _quantity in listed)
            yield Changeable(("groups", group, key, EACH), group_number(key, (EACH,)), listed[0][2].kind, every)
        for place, below, quantity in listed:
            yield Changeable(("groups", group, key, *below), group_number(key, below), quantity.kind, (place,))


def _of_every_group(each: Iterable[Sequence[Changeable]]) -> Iterator[Changeable]:
    together: dict[Parts, list[Changeable]] = {}
    for listed in each:
        for one in listed:
            together.setdefault(("groups", EACH, *one.path[2:]), []).append(one)
    for path, alike in together.items():
        name = _("{what}, every group").format(what=alike[0].name)
        yield Changeable(path, name, alike[0].kind, tuple(place for one in alike for place in one.numbers))


def _initiatives(scenario: Scenario) -> Iterator[Changeable]:
    listed = scenario.initiatives
    if not listed:
        return
    names = input_names(scenario.company, listed)
    each = {one.id: tuple(_of_initiative(one, names)) for one in listed}
    yield Changeable((INITIATIVES, EACH, "costs"), _("All costs, every initiative"), None)
    for place in OF_ALL:
        alike = [one for own in each.values() for one in own if one.path[2:] == tuple(place.split("."))]
        if alike:
            places = tuple(number for one in alike for number in one.numbers)
            name = _("{what}, every initiative").format(what=alike[0].name)
            yield Changeable((INITIATIVES, EACH, *alike[0].path[2:]), name, alike[0].kind, places)
    for initiative in listed:
        for one in each[initiative.id]:
            yield replace(one, name=_("{what}, {initiative}").format(what=one.name, initiative=initiative.name))


def _of_initiative(initiative: Initiative, names: Mapping[str, str]) -> Iterator[Changeable]:
    """The numbers of an initiative; it is not in their names."""
    base = (INITIATIVES, initiative.id)
    numbers = dict(initiative_numbers(initiative))
    yield Changeable((*base, "costs"), _("All costs"), None)
    if initiative.levers:
        yield Changeable((*base, "levers"), _("All levers"), None)
    for place, path in _paths_of(initiative).items():
        yield Changeable((*base, *path), names[place], numbers[place].kind, (place,))


def _paths_of(initiative: Initiative) -> dict[str, Parts]:
    """The paths of an initiative's numbers below it, by the names that the register has for them."""
    base = f"{INITIATIVES}.{initiative.id}."
    paths = {place: tuple(place.removeprefix(base).split(".")) for place, _quantity in initiative_numbers(initiative)}
    for group in initiative.reach:
        paths[f"{base}reach.{group}"] = ("reach", group)
    for name, lever in initiative.named_levers():
        if isinstance(lever, ExtraCustomers):
            paths |= {f"{base}levers.{name}.{group}": ("levers", name, group) for group in lever.extra_customers}
            paths[f"{base}levers.{name}_cost_each"] = ("levers", name, "cost_each")
    return paths


def fitting(
    scenario: Scenario, lines: Sequence[str], known: Mapping[Parts, Changeable]
) -> tuple[tuple[Change, ...], tuple[Complaint, ...]]:
    """The changes that lines say, as far as they fit a scenario together; and what is wrong with the others."""
    changes: dict[Parts, Change] = {}
    complaints: list[Complaint] = []
    for line in lines[:MOST_CHANGES]:
        try:
            change = change_of(line)
        except InputError as error:
            complaints += error.complaints
            continue
        if change.path not in known or (how_of(change) or ("", 0))[0] not in known[change.path].ways:
            complaints.append(_unknown(line))
        elif change.path in changes:
            complaints.append(Complaint(_("is changed twice"), _("Change each place once."), value=shorten(line)))
        else:
            changes[change.path] = change
    if len(lines) > MOST_CHANGES:
        rule = _("is more than {most} changes").format(most=MOST_CHANGES)
        complaints.append(
            Complaint(rule, _("The first {most} count.").format(most=MOST_CHANGES), value=str(len(lines)))
        )
    made, refused = _possible(scenario, tuple(changes.values()))
    return made, (*complaints, *refused)


def _possible(scenario: Scenario, changes: tuple[Change, ...]) -> tuple[tuple[Change, ...], list[Complaint]]:
    """Those of the changes that are possible together: all where they are, else without what is not possible alone."""
    if not changes or not (said := _refusal(scenario, changes)):
        return changes, []
    alone = {change.path: _refusal(scenario, (change,)) for change in changes}
    left = tuple(change for change in changes if not alone[change.path])
    complaints = [one for found in alone.values() for one in found] or list(said)
    while left and _refusal(scenario, left):
        left = left[:-1]
    return left, complaints


def _refusal(scenario: Scenario, changes: tuple[Change, ...]) -> tuple[Complaint, ...]:
    try:
        scenario_under(scenario, WhatIf(changes=changes))
    except InputError as error:
        return error.complaints
    return ()


def _unknown(line: str) -> Complaint:
    return Complaint(_("changes nothing that is here"), _("Choose what it changes from the list."), value=shorten(line))


@dataclass(frozen=True)
class ChangeInWords:
    """A change in words: what is changed, how, and its value today and now; empty where there is no single kind."""

    name: str
    how: str
    today: str
    now: str


def in_words(scenario: Scenario, under: Scenario, change: Change, one: Changeable) -> ChangeInWords:
    """A change of a scenario in words, with the value that it has under all changes."""
    return ChangeInWords(
        one.name, how_in_words(scenario, change, one), _span(scenario, scenario, one), _span(scenario, under, one)
    )


def how_in_words(scenario: Scenario, change: Change, one: Changeable) -> str:
    """How a change changes, such as × 1.3."""
    how, number = how_of(change) or (IS, 0.0)
    if how == TIMES:
        return _("× {factor}").format(factor=f"{number:.4g}")
    if one.kind in IN_PERCENT and how == PLUS:
        said = f"{number * 100:+.4g}".replace("-", "−")
        return ngettext("{n} point", "{n} points", 1 if abs(number) == 0.01 else 2).format(n=said)
    said = share(number) if one.kind in IN_PERCENT else _plain(scenario, one, number)
    if how == PLUS:
        return said if said.startswith("−") else f"+{said}"
    return _("is {value}").format(value=said)


def value_today(scenario: Scenario, one: Changeable) -> str:
    """The value of what may be changed; empty where it has no single kind."""
    return _span(scenario, scenario, one)


def _plain(scenario: Scenario, one: Changeable, number: float) -> str:
    return money(number, sign(scenario.company.currency)) if one.kind is Kind.AMOUNT else figure(number)


def _span(scenario: Scenario, of: Scenario, one: Changeable) -> str:
    """The value of what may be changed, from the lowest to the highest where there are several."""
    numbers = numbers_of(of)
    known = [(mean(numbers[place]), numbers[place]) for place in one.numbers if place in numbers]
    if not known:
        return ""
    low, high = min(known, key=lambda pair: pair[0]), max(known, key=lambda pair: pair[0])
    said = [value_in_words(scenario.company, quantity, value) for value, quantity in (low, high)]
    return said[0] if said[0] == said[1] else _("{low} to {high}").format(low=said[0], high=said[1])
