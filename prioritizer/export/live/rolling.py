"""One group rolled through all periods, with or without initiatives: customers, and the money they bring."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from prioritizer.domain.company import Company, Policy
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.initiatives import ExtraCustomers, Move, NewcomersMix, RelativeChange, Target
from prioritizer.export.live.cells import (
    Expression,
    Filled,
    Number,
    Page,
    added,
    all_of,
    compared,
    either,
    largest,
    logarithm,
    multiplied,
    smallest,
)
from prioritizer.export.live.given import Given, GivenGroup, GivenInitiative, reach_in
from prioritizer.export.live.timeline import FIRST, LABEL, UNIT, Timeline, line
from prioritizer.language import _

THREE = range(3)
LARGEST_SHARE = 1 - 1e-9
SMALLEST = 1e-300  # keeps the logarithm of what many moves leave finite

Pair = tuple[int, int]
Rows = list[list[Filled]]


@dataclass
class Acting:
    """An initiative in force: its ramp by period, what its effect is multiplied by, and what its costs are."""

    given: GivenInitiative
    ramp: list[Filled]
    effect: Number = 1
    cost: Number = 1


@dataclass
class Effects:
    """What initiatives change in a group, by period: what is not named stays as it is."""

    factors: dict[tuple[Target, int], list[list[Expression]]] = field(default_factory=dict)
    moves: dict[Pair, list[list[Expression]]] = field(default_factory=dict)
    mix: dict[Pair, list[list[Expression]]] = field(default_factory=dict)
    extra: list[list[Expression]] = field(default_factory=list)
    extra_cost: list[list[Expression]] = field(default_factory=list)
    touch_cost: dict[int, list[list[Expression]]] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        return not (self.factors or self.moves or self.mix or self.extra or self.touch_cost)


@dataclass
class GroupLines:
    """The lines of a group, by period; customers have one entry more."""

    customers: Rows
    margin: list[Filled]
    service: list[Filled]
    acquisition: list[Filled]
    own: list[Filled]
    uncashed: list[Filled]
    lost: list[Filled]
    newcomers: list[Filled]
    service_each: list[Filled]


def effects_in(page: Page, given: Given, group: str, acting: Sequence[Acting]) -> Effects:
    """What initiatives change in a group, and the rows with the share that each touches there."""
    found = Effects()
    for one in acting:
        _collect(page, given, group, one, found)
        for s, due in touch_costs(one, group).items():
            found.touch_cost.setdefault(s, []).append(due)
    return found


def touch_costs(one: Acting, group: str) -> dict[int, list[Expression]]:
    """What an initiative costs per customer of each segment in a group, by period, whether it succeeds or not."""
    costs = one.given.initiative.costs.per_customer
    if one.given.per_customer is None or costs is None:
        return {}
    touched = _touched(one, group)
    return {s.position: [share * one.cost * one.given.per_customer for share in touched] for s in costs.of if touched}


def _touched(one: Acting, group: str) -> list[Expression]:
    """The share of a group that an initiative touches, by period; empty where it does not go."""
    reach = reach_in(one.given, group)
    return [] if reach is None else [ramp * reach for ramp in one.ramp]


def _collect(page: Page, given: Given, group: str, one: Acting, found: Effects) -> None:
    """Add what one initiative changes."""
    levers, touched = dict(one.given.initiative.named_levers()), _touched(one, group)
    relative = [lever for lever in levers.values() if not isinstance(lever, ExtraCustomers)]
    phi: list[Filled] = []
    if touched and relative:
        label = _("Intensity of {id}: in force × reach").format(id=one.given.initiative.id)
        phi = line(page, label, _("share"), [share * one.effect for share in touched], "share")
    for name, lever in levers.items():
        if isinstance(lever, ExtraCustomers):
            if (name, group) in one.given.extra:
                brought = [ramp * one.effect * one.given.extra[name, group] for ramp in one.ramp]
                found.extra.append(brought)
                found.extra_cost.append([number * one.given.cost_each[name] for number in brought])
        elif phi:
            _collect_lever(given, lever, one.given.sizes[name], phi, found)


def _collect_lever(
    given: Given, lever: Move | NewcomersMix | RelativeChange, size: Filled, phi: list[Filled], found: Effects
) -> None:
    if isinstance(lever, RelativeChange):
        changed = [1 + share * size for share in phi]
        places = [segment.position for segment in lever.segments()] if lever.target.by_segment else [0]
        for place in places:
            found.factors.setdefault((lever.target, place), []).append(changed)
        return
    path = lever.move if isinstance(lever, Move) else lever.newcomers
    table = found.moves if isinstance(lever, Move) else found.mix
    shares = [share * size * given.causal if isinstance(lever, Move) else share * size for share in phi]
    there, back = (path.source.position, path.to.position), (path.to.position, path.source.position)
    held = [smallest(largest(share, -LARGEST_SHARE), LARGEST_SHARE) for share in shares]
    table.setdefault(there, []).append([1 - largest(share, 0) for share in held])
    table.setdefault(back, []).append([1 + smallest(share, 0) for share in held])


def rolled(
    page: Page,
    company: Company,
    given: Given,
    time: Timeline,
    group: str,
    effects: Effects,
    service_without: Sequence[Filled] | None,
) -> GroupLines:
    """Roll a group through all periods. `service_without`: the baseline's service cost per customer; None is it."""
    return _Rolling(page, company, given, time, given.groups[group], effects, service_without).lines()


class _Rolling:
    """The rows of a group on a page, in the order in which a period happens."""

    def __init__(
        self,
        page: Page,
        company: Company,
        given: Given,
        time: Timeline,
        group: GivenGroup,
        effects: Effects,
        service_without: Sequence[Filled] | None,
    ):
        self.page, self.company, self.given, self.time = page, company, given, time
        self.group, self.effects, self.without = group, effects, service_without
        self.count = time.periods

    def row(
        self, label: str, unit: str, at: Callable[[int], Number], style: str = "money", total: bool = False
    ) -> list[Filled]:
        return line(self.page, label, unit, [at(t) for t in range(self.count)], style, total)

    def factor(self, target: Target, place: int, label: str) -> list[Filled] | None:
        """The product of all that multiplies a number; None where nothing does."""
        known = self.effects.factors.get((target, place))
        if not known:
            return None
        return self.row(label, _("factor"), lambda t: multiplied(one[t] for one in known), "factor")

    def changed(self, target: Target, given: Sequence[Filled], label: str) -> list[Callable[[int], Number]]:
        """A number of each segment, by period, as it is after what multiplies it."""
        return [self._changed(target, s, number, label) for s, number in enumerate(given)]

    def _changed(self, target: Target, place: int, number: Filled, label: str) -> Callable[[int], Number]:
        words = f"{label}, {_segment(place)}" if target.by_segment else label
        factor = self.factor(target, place, _("× {label}").format(label=words))
        return (lambda _t: number) if factor is None else (lambda t: number * factor[t])

    def lines(self) -> GroupLines:
        group, unit = self.group, self.company.currency
        churn = self.changed(Target.CHURN, group.churn, _("churn"))
        revenue = self.changed(Target.REVENUE, group.revenue, _("revenue"))
        contacts = self.changed(Target.CONTACTS, group.contacts, _("contacts"))
        referrals = self.changed(Target.REFERRALS, group.referrals, _("recommendations"))
        put_off = self.changed(Target.PUT_OFF, group.put_off, _("put off"))
        [contact_cost] = self.changed(Target.CONTACT_COST, [group.contact_cost], _("cost of a contact"))
        [win_cost] = self.changed(Target.ACQUISITION_COST, [group.acquisition_cost], _("cost of winning a customer"))
        moves = self.shares_moved(self.effects.moves, _("Share moved, {source} to {to}"))
        mix = self.mix(self.shares_moved(self.effects.mix, _("Newcomers moved, {source} to {to}")))
        extra = self.extra()
        # The rows of customers come first and are filled last, as each period follows from the one before.
        rows = [self._reserved(_("Customers at the start, {segment}").format(segment=_segment(s))) for s in THREE]
        customers: Rows = [[] for _s in THREE]
        for s in THREE:
            customers[s].append(self.page.put(rows[s], FIRST, group.customers[s], "people"))
        plain = [self._reserved(label) for label in self._labels(moves)]
        kept: dict[int, list[Filled]] = {row: [] for row in plain}
        for t in range(self.count):
            self._period(t, rows, plain, kept, customers, churn, referrals, put_off, moves, mix, extra)
        present = [[customers[s][t] for s in THREE] for t in range(self.count)]
        margin = self.row(
            _("Margin"),
            unit,
            lambda t: group.gross_margin * added(revenue[s](t) * present[t][s] for s in THREE),
            total=True,
        )
        service = self.row(
            _("Service cost"),
            unit,
            lambda t: contact_cost(t) * added(contacts[s](t) * present[t][s] for s in THREE),
            total=True,
        )
        bought, new = kept[plain[-2]], kept[plain[-1]]
        acquisition = self.row(_("Acquisition cost"), unit, lambda t: win_cost(t) * bought[t], total=True)
        own = self.row(_("Costs per customer"), unit, lambda t: self._own(t, present[t]), total=True)
        whole = [added(present[t]) for t in range(self.count)]
        if self.without is None:
            each = self.row(
                _("Service cost per customer"),
                unit,
                lambda t: either(compared(whole[t], ">", 0), service[t] / whole[t], 0),
                "rate",
            )
            uncashed = self.row(_("Service cost saved, not cashable"), unit, lambda t: 0)
        else:
            each = list(self.without)
            uncashed = self.row(
                _("Service cost saved, not cashable"),
                unit,
                lambda t: largest(whole[t] * each[t] - service[t], 0) * (1 - self.given.cashable),
                total=True,
            )
        lost = self.row(
            _("Customers lost"),
            _("customers"),
            lambda t: added(present[t]) - added(kept[plain[s]][t] for s in THREE),
            "people",
            total=True,
        )
        return GroupLines(customers, margin, service, acquisition, own, uncashed, lost, new, each)

    def _reserved(self, label: str) -> int:
        row = self.page.row
        self.page.row += 1
        self.page.write(row, LABEL, label)
        self.page.write(row, UNIT, _("customers"), "small")
        return row

    def _labels(self, moves: dict[Pair, list[Filled]]) -> list[str]:
        segments = [_segment(s) for s in THREE]
        labels = [_("Stay, {segment}").format(segment=one) for one in segments]
        labels += [_("After natural migration, {segment}").format(segment=one) for one in segments]
        if moves:
            labels += [_("After moves, {segment}").format(segment=one) for one in segments]
        return [
            *labels,
            _("Recommended"),
            _("Put off by word of mouth"),
            _("Brought by initiatives"),
            _("Needed, or planned"),
            _("Put off"),
            _("Bought"),
            _("New"),
        ]

    def _period(  # the section *One period* of the model, in its order
        self,
        t: int,
        rows: list[int],
        plain: list[int],
        kept: dict[int, list[Filled]],
        customers: Rows,
        churn: list[Callable[[int], Number]],
        referrals: list[Callable[[int], Number]],
        put_off: list[Callable[[int], Number]],
        moves: dict[Pair, list[Filled]],
        mix: Callable[[int, int], Number],
        extra: Callable[[int], Number],
    ) -> None:
        column, group = FIRST + t, self.group
        now = [customers[s][t] for s in THREE]
        at = iter(plain)

        def put(number: Number) -> Filled:
            row = next(at)
            cell = self.page.put(row, column, number, "people")
            kept[row].append(cell)
            return cell

        levered = {s for target, s in self.effects.factors if target is Target.CHURN}
        q = [smallest(largest(churn[s](t), 0), 1) if s in levered else churn[s](t) for s in THREE]
        stay = [put(now[s] * (1 - q[s])) for s in THREE]
        migrated = [put(added(stay[s] * group.migration[s][to] for s in THREE)) for to in THREE]
        remain = migrated
        if moves:
            remain = [put(self._after_moves(s, t, migrated, moves)) for s in THREE]
        recommended = put(added(referrals[s](t) * now[s] for s in THREE))
        word = put(added(put_off[s](t) * now[s] for s in THREE))
        brought = put(extra(t))
        hold = compared(self.given.policy, "=", Policy.HOLD.value)
        target = added(group.customers) * (1 + group.growth) ** float(t + 1)
        needed = put(either(hold, largest(0, target - added(stay)), group.planned))
        lost = put(smallest(word, needed + brought + recommended))
        bought = put(either(hold, largest(0, needed + lost - recommended - brought), group.planned))
        new = put(bought + brought + recommended - lost)
        for s in THREE:
            customers[s].append(self.page.put(rows[s], column + 1, remain[s] + new * mix(s, t), "people"))

    def _after_moves(self, s: int, t: int, migrated: list[Filled], moves: dict[Pair, list[Filled]]) -> Number:
        left: Number = migrated[s]
        for (source, to), share in moves.items():
            if source == s:
                left = left - migrated[s] * share[t]
            if to == s:
                left = left + migrated[source] * share[t]
        return left

    def shares_moved(self, kept: dict[Pair, list[list[Expression]]], label: str) -> dict[Pair, list[Filled]]:
        """The share of a segment that moves to another, by period: moves out of one segment compete."""
        left = {pair: self._left(pair, factors) for pair, factors in kept.items()}
        return {pair: self._moved(left, pair, label) for pair in kept}

    def _left(self, pair: Pair, factors: list[list[Expression]]) -> list[Filled]:
        """What all moves between two segments leave where it is."""
        label = _("Not moved, {source} to {to}").format(source=_segment(pair[0]), to=_segment(pair[1]))
        return self.row(label, _("share"), lambda t: multiplied(one[t] for one in factors), "share")

    def _moved(self, left: dict[Pair, list[Filled]], pair: Pair, label: str) -> list[Filled]:
        said = label.format(source=_segment(pair[0]), to=_segment(pair[1]))
        return self.row(said, _("share"), lambda t: _share_moved(left[pair][t], _rival(left, pair, t)), "share")

    def mix(self, moved: dict[Pair, list[Filled]]) -> Callable[[int, int], Number]:
        """The share of newcomers that arrive in a segment in a period."""
        given = self.group.newcomers
        if not moved:
            return lambda s, _t: given[s]
        rows = [self._mixed(s, moved) for s in THREE]
        return lambda s, t: rows[s][t]

    def _mixed(self, s: int, moved: dict[Pair, list[Filled]]) -> list[Filled]:
        label = _("Newcomers' share, {segment}").format(segment=_segment(s))
        return self.row(label, _("share"), lambda t: self._after_moves(s, t, self.group.newcomers, moved), "share")

    def extra(self) -> Callable[[int], Number]:
        known = self.effects.extra
        return lambda t: added(one[t] for one in known)

    def _own(self, t: int, present: list[Filled]) -> Number:
        touched = [added(one[t] for one in due) * present[s] for s, due in self.effects.touch_cost.items()]
        return added([*touched, *(one[t] for one in self.effects.extra_cost)])


def _rival(left: dict[Pair, list[Filled]], pair: Pair, t: int) -> Filled | None:
    """What the other move out of the same segment leaves; None where there is no other."""
    source, to = pair
    other = left.get((source, 3 - source - to))
    return None if other is None else other[t]


def _share_moved(left: Filled, rival: Filled | None) -> Number:
    """1 − exp(−Z) of a segment moves, split in proportion to the hazards −ln(left)."""
    if rival is None:
        return 1 - left
    hazard, against = logarithm(largest(left, SMALLEST)), logarithm(largest(rival, SMALLEST))
    both = all_of(compared(left, "<", 1), compared(rival, "<", 1))
    return either(both, (1 - left * rival) * hazard / (hazard + against), 1 - left)


def _segment(s: int) -> str:
    return {0: _("promoters"), 1: _("passives"), 2: _("detractors")}[SEGMENTS[s].position]
