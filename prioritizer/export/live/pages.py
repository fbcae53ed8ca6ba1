"""The pages of the model: the base, each initiative alone, and several together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prioritizer.domain.company import Company, TerminalValue
from prioritizer.domain.record import same_name
from prioritizer.export.live.cells import (
    Expression,
    Filled,
    Number,
    Page,
    added,
    block,
    call,
    compared,
    either,
    largest,
)
from prioritizer.export.live.given import Given, GivenGroup, GivenInitiative
from prioritizer.export.live.rolling import Acting, Effects, GroupLines, effects_in, rolled, touch_costs
from prioritizer.export.live.timeline import (
    FIRST,
    Timeline,
    busy_of,
    heading,
    line,
    own_cost_of,
    ramp_of,
    section,
)
from prioritizer.export.live.worth import Added, RateOf, Worth, worth_of
from prioritizer.language import _

THREE = range(3)


@dataclass
class Base:
    """The base without any initiative, by group; `left` is what a customer of each segment is worth at the end."""

    groups: dict[str, GroupLines]
    left: dict[str, list[Filled]]


@dataclass
class Alone:
    """An initiative by itself: its page and its figures."""

    page: Page
    given: GivenInitiative
    worth: Worth


def base_of(company: Company, given: Given, time: Timeline) -> tuple[Page, Base]:
    """The page of the base without any initiative."""
    page = Page(_("Baseline"))
    heading(page, company, _("The customer base without any initiative, by group"))
    groups, left = {}, {}
    for name in company.groups:
        section(page, _("Group {name}").format(name=name))
        groups[name] = rolled(page, company, given, time, name, Effects(), None)
        left[name] = _run_off(page, company, given, given.groups[name])
    _company_lines(page, company, given, time, groups)
    return page, Base(groups, left)


def _company_lines(
    page: Page, company: Company, given: Given, time: Timeline, groups: Mapping[str, GroupLines]
) -> None:
    """The company: customers, NPS and cash flow."""
    section(page, _("The company"))
    every = list(groups.values())
    totals = [
        line(
            page,
            _("Customers, {segment}").format(segment=(_("promoters"), _("passives"), _("detractors"))[s]),
            _("customers"),
            [added(one.customers[s][t] for one in every) for t in range(time.periods + 1)],
            "people",
        )
        for s in THREE
    ]
    whole = [added(totals[s][t] for s in THREE) for t in range(time.periods + 1)]
    scores = [
        either(compared(one, ">", 0), 100 * (totals[0][t] - totals[2][t]) / one, 0) for t, one in enumerate(whole)
    ]
    line(page, _("Net Promoter Score"), _("points"), scores, "rate")
    flow = [
        added(g.margin[t] - g.service[t] - g.acquisition[t] for g in every) * (1 - given.tax)
        for t in range(time.periods)
    ]
    line(page, _("Cash flow after tax"), company.currency, flow, total=True)


def _run_off(page: Page, company: Company, given: Given, group: GivenGroup) -> list[Filled]:
    """(I − β·diag(1 − q)·M)⁻¹ · (m·r − k·c), by Cramer's rule: what a customer of each segment is worth at the end."""
    beta = (1 + given.discount_rate) ** (0 - 1 / company.periods_per_year)
    row = page.row
    page.row += 5
    page.write(row, 0, _("What a customer at the end is worth: the equations, and their solution"))

    def entry(s: int, to: int) -> Expression:
        follows = beta * (1 - group.churn[s]) * group.migration[s][to]
        return (1 if s == to else 0) - follows

    matrix = [[page.put(row + 1 + s, FIRST + to, entry(s, to), "factor") for to in THREE] for s in THREE]
    reward = [
        page.put(
            row + 1 + s,
            FIRST + 4,
            group.gross_margin * group.revenue[s] - group.contact_cost * group.contacts[s],
            "rate",
        )
        for s in THREE
    ]
    whole = page.put(row + 4, FIRST, _determinant(matrix), "factor")
    page.write(row + 4, 0, _("Determinant"))
    return [page.put(row + 1 + s, FIRST + 6, _determinant(_replaced(matrix, s, reward)) / whole, "rate") for s in THREE]


def _determinant(m: Sequence[Sequence[Filled]]) -> Expression:
    (a, b, c), (d, e, f), (g, h, i) = m
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)


def _replaced(matrix: Sequence[Sequence[Filled]], column: int, by: Sequence[Filled]) -> list[list[Filled]]:
    return [[by[s] if to == column else cell for to, cell in enumerate(row)] for s, row in enumerate(matrix)]


def alone_of(
    name: str, company: Company, given: Given, time: Timeline, base: Base, one: GivenInitiative, rate_of: RateOf
) -> Alone:
    """The page of an initiative added to today's base: with success and without, and what that is expected to be."""
    page = Page(name)
    initiative = one.initiative
    title = _("{name} ({id}), added to today's base").format(name=initiative.name, id=initiative.id)
    note = _(
        "Expected = probability of success × with success + the rest × without. Without, only its costs are there."
    )
    heading(page, company, title, note)
    ramp = ramp_of(page, company, time, one)
    own = own_cost_of(page, company, time, one, busy_of(page, company, time, one))
    acting = Acting(one, ramp)
    groups = _groups(page, company, given, time, base, [acting])
    failing = _failing(time, base, acting)
    section(page, _("What it adds, as expected"))
    added_ = _added(page, company, given, time, base, groups, own, one.success, failing)
    return Alone(page, one, worth_of(page, company, given, time, added_, rate_of))


def _groups(
    page: Page, company: Company, given: Given, time: Timeline, base: Base, acting: Sequence[Acting]
) -> dict[str, GroupLines]:
    """The groups that initiatives change, rolled with them."""
    found = {}
    for name in company.groups:
        row = page.row
        section(page, _("Group {name}, with it").format(name=name))
        effects = effects_in(page, given, name, acting)
        if effects.nothing:
            page.entries = [entry for entry in page.entries if entry.row < row]
            page.row = row
            continue
        found[name] = rolled(page, company, given, time, name, effects, base.groups[name].service_each)
    return found


def _failing(time: Timeline, base: Base, acting: Acting) -> list[Number]:
    """What an initiative that fails costs per customer touched: the base is as it is without it."""
    sums: list[Number] = [0.0] * time.periods
    for name, lines in base.groups.items():
        for s, due in touch_costs(acting, name).items():
            sums = [sums[t] + due[t] * lines.customers[s][t] for t in range(time.periods)]
    return sums


def _added(
    page: Page,
    company: Company,
    given: Given,
    time: Timeline,
    base: Base,
    groups: Mapping[str, GroupLines],
    own: Sequence[Filled],
    success: Number,
    failing: Sequence[Number] | None,
) -> Added:
    """With less without, summed over the groups; mixed with what failing costs where that is asked for."""
    currency = company.currency

    def more(label: str, key: str) -> list[Filled]:
        numbers = [
            success
            * added(getattr(lines, key)[t] - getattr(base.groups[name], key)[t] for name, lines in groups.items())
            for t in range(time.periods)
        ]
        return line(page, label, currency, numbers, total=True)

    margin = more(_("Margin"), "margin")
    service = more(_("Service cost"), "service")
    acquisition = more(_("Acquisition cost"), "acquisition")
    uncashed = more(_("Service cost saved, not cashable"), "uncashed")
    touched = [success * added(lines.own[t] for lines in groups.values()) for t in range(time.periods)]
    if failing is not None:
        touched = [touched[t] + (1 - success) * failing[t] for t in range(time.periods)]
    costs = line(page, _("Its own costs"), currency, [own[t] + touched[t] for t in range(time.periods)], total=True)
    left = [
        (lines.customers[s][-1] - base.groups[name].customers[s][-1]) * base.left[name][s]
        for name, lines in groups.items()
        for s in THREE
    ]
    counted = compared(given.terminal, "=", TerminalValue.RUN_OFF.value)
    run_off = either(counted, success * time.factor[-1] * added(left), 0)
    return Added(margin, service, acquisition, uncashed, costs, run_off)


@dataclass(frozen=True)
class Member:
    """An initiative of several together: whether it is one of them, and its start; both may be changed."""

    id: str
    included: bool
    start: int


@dataclass
class Together:
    """Several initiatives together: their page and figures, and by how much each limit is exceeded."""

    page: Page
    worth: Worth
    over: list[tuple[str, Filled]]


class TogetherPage:
    """The page of several initiatives together, overlaps counted: every intensity times the chance of success."""

    def __init__(self, page: Page, company: Company, given: Given, time: Timeline, base: Base):
        self.page, self.company, self.given, self.time, self.base = page, company, given, time, base

    def fill(self, title: str, note: str, members: Sequence[Member], rate_of: RateOf) -> Together:
        page, company, time = self.page, self.company, self.time
        heading(page, company, title, note)
        chosen = self._choice(members)
        acting, costs, busy = [], [], {}
        for one in members:
            flag, start = chosen[one.id]
            known = self.given.initiatives[one.id]
            section(page, known.initiative.name)
            ramp = ramp_of(page, company, time, known, start)
            busy[one.id] = busy_of(page, company, time, known, start)
            costs.append((flag, own_cost_of(page, company, time, known, busy[one.id], start)))
            acting.append(Acting(known, ramp, known.success * flag, flag))
        section(page, _("All of them"))
        numbers = [added(flag * cost[t] for flag, cost in costs) for t in range(time.periods)]
        own = line(page, _("One-off and running costs, before tax"), company.currency, numbers, total=True)
        groups = _groups(page, company, self.given, time, self.base, acting)
        section(page, _("What they add"))
        added_ = _added(page, company, self.given, time, self.base, groups, own, 1, None)
        worth = worth_of(page, company, self.given, time, added_, rate_of)
        over = [*self._budgets(added_.own), *self._people(members, chosen, busy)]
        return Together(page, worth, over)

    def _choice(self, members: Sequence[Member]) -> dict[str, tuple[Filled, Filled]]:
        """Which are included and when they start, as inputs."""
        page = self.page
        section(page, _("Which, and from when: both may be changed"))
        page.write(page.row, FIRST, _("included, 1 or 0"), "small")
        page.write(page.row, FIRST + 1, _("first period"), "small")
        page.row += 1
        chosen = {}
        for one in members:
            row = page.row
            page.row += 1
            page.write(row, 0, self.given.initiatives[one.id].initiative.name)
            page.write(row, 1, one.id, "small")
            flag = page.put(row, FIRST, float(one.included), "input-whole")
            chosen[one.id] = (flag, page.put(row, FIRST + 1, float(one.start), "input-whole"))
        return chosen

    def _budgets(self, costs: Sequence[Filled]) -> list[tuple[str, Filled]]:
        """The cost of each fiscal year that has a budget, and by how much it is exceeded."""
        page, years = self.page, self.time.years
        if not self.given.budgets:
            return []
        section(page, _("Budgets, before tax"))
        over = []
        for year, budget in self.given.budgets.items():
            name = self.company.fiscal_year_name(int(year))
            row = page.row
            page.row += 1
            page.write(row, 0, _("Cost in {year}, of the budget, too much").format(year=name))
            value = sum(cost.value for cost, of in zip(costs, years, strict=True) if of.value == name)
            parts = ("SUMPRODUCT((", block(years), f'="{name}")*', block(costs), ")")
            cost = page.put(row, FIRST, Expression(parts, value))
            page.put(row, FIRST + 1, budget)
            label = _("The plan keeps to the budget of {year}").format(year=name)
            over.append((label, page.put(row, FIRST + 2, largest(0, cost - budget))))
        return over

    def _people(
        self,
        members: Sequence[Member],
        chosen: Mapping[str, tuple[Filled, Filled]],
        busy: Mapping[str, Sequence[Filled]],
    ) -> list[tuple[str, Filled]]:
        """The people of each department that has a limit, by period, and by how much it is exceeded."""
        limits = self.company.staff
        if not limits:
            return []
        section(self.page, _("People"))
        over = []
        for department, people in limits.items():
            takes = [
                (one.id, number.number)
                for one in members
                for name, number in self.given.initiatives[one.id].initiative.staff.items()
                if same_name(name) == same_name(department)
            ]
            used = line(
                self.page,
                department,
                _("people"),
                [
                    added(chosen[id_][0] * busy[id_][t] * number for id_, number in takes)
                    for t in range(self.time.periods)
                ],
                "rate",
            )
            row = self.page.row
            self.page.row += 1
            self.page.write(row, 0, _("There are, too many at most"))
            there = self.page.put(row, FIRST, people.number, "input-rate")
            most = call("MAX", max(cell.value for cell in used), block(used))
            label = _("The plan has the people it needs: {department}").format(department=department)
            over.append((label, self.page.put(row, FIRST + 1, largest(0, most - there), "rate")))
        return over
