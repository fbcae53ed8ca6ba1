"""The inputs of the workbook: every number that the point estimate rests on, in a cell of its own with its source."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prioritizer.domain.company import Company, Group, Policy, TerminalValue
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.initiatives import ALL, ExtraCustomers, Initiative, LeverRecord
from prioritizer.domain.quantity import Kind, Quantity
from prioritizer.export.live.cells import (
    Expression,
    Filled,
    Number,
    Page,
    absolute,
    added,
    call,
    compared,
    either,
    expression,
    largest,
    smallest,
)
from prioritizer.language import _

Means = Mapping[str, float]  # the mean of every number by the name of its place, after clipping
Names = Mapping[str, str]  # what every number is called

PLACE, NAME, VALUE, USED, UNIT, LOW, HIGH, SOURCE, GRADE, OWNER = range(10)
LONGEST_NAME = 60  # letters of a defined name
STYLES = {
    Kind.SHARE: "input-share",
    Kind.SIGNED_SHARE: "input-share",
    Kind.CHANGE: "input-share",
    Kind.GROWTH: "input-share",
    Kind.RATE: "input-rate",
    Kind.AMOUNT: "input-money",
    Kind.COUNT: "input-money",
    Kind.PERIODS: "input-rate",
    Kind.FACTOR: "input-rate",
}


@dataclass(frozen=True)
class Spread:
    """What of an input is no formula: its 90 % range and its unit, in words or numbers."""

    low: float | None
    high: float | None
    unit: str


@dataclass
class GivenGroup:
    """A group's numbers as cells; rows of shares are divided by their sum."""

    customers: list[Filled]
    churn: list[Filled]
    migration: list[list[Filled]]
    revenue: list[Filled]
    gross_margin: Filled
    contacts: list[Filled]
    contact_cost: Filled
    referrals: list[Filled]
    put_off: list[Filled]
    acquisition_cost: Filled
    newcomers: list[Filled]
    planned: Number
    growth: Filled


@dataclass
class GivenInitiative:
    """An initiative's numbers as cells; periods are whole, sizes and costs are those after delivery ÷ claimed."""

    initiative: Initiative
    start: Filled
    delay: Filled
    ramp_up: Filled
    duration: Filled | None
    fade_out: Filled
    success: Filled
    reach: dict[str, Filled]
    one_off: dict[int, Filled]
    running: Filled
    per_customer: Filled | None
    sizes: dict[str, Filled]
    extra: dict[tuple[str, str], Filled]
    cost_each: dict[str, Filled]


@dataclass
class Given:
    """All inputs."""

    page: Page
    discount_rate: Expression
    tax: Filled
    timing: Filled
    policy: Filled
    terminal: Filled
    causal: Filled
    cashable: Filled
    groups: dict[str, GivenGroup] = field(default_factory=dict)
    initiatives: dict[str, GivenInitiative] = field(default_factory=dict)
    budgets: dict[str, Filled] = field(default_factory=dict)
    hurdle: Filled | None = None


class InputsPage:
    """Fills the page of inputs, line by line."""

    def __init__(self, company: Company, means: Means, names: Names, spreads: Mapping[str, Spread]):
        self.company, self.means, self.names, self.spreads = company, means, names, spreads
        self.page = Page(_("Inputs"))
        self.taken: set[str] = set()
        headings = (
            _("Place in the files"),
            _("Input"),
            _("Value"),
            _("In the model"),
            _("Unit"),
            _("5th percentile"),
            _("95th percentile"),
            _("Source"),
            _("Grade"),
            _("Owner"),
        )
        self.page.write(0, 0, _("Inputs: change what is shaded, and everything else follows"), "title")
        said = _(
            "Uncertain numbers stand at their means. “In the model” is what is computed with: shares divided by their "
            "sum, whole periods, claims after delivered ÷ claimed."
        )
        self.page.write(1, 0, said, "note")
        for column, heading in enumerate(headings):
            self.page.write(3, column, heading, "heading")
        for column, width in enumerate((38, 46, 16, 16, 18, 14, 14, 60, 7, 20)):
            self.page.widths[column] = width
        self.page.frozen = (4, 2)
        self.page.row = 4

    def section(self, title: str) -> None:
        self.page.write(self.page.row, 0, title, "section")
        self.page.row += 1

    def name(self, place: str) -> str:
        """A name for a cell that every spreadsheet takes, another one for every place."""
        plain = re.sub(r"\W", "_", place)[:LONGEST_NAME]
        name, count = f"in_{plain}", 1
        while name.casefold() in self.taken:
            count += 1
            name = f"in_{plain[: LONGEST_NAME - 4]}_{count}"
        self.taken.add(name.casefold())
        return name

    def number(self, place: str, value: float, called: str, style: str, quantity: Any = None, unit: str = "") -> Filled:
        """A line with a number that may be changed."""
        row = self.page.row
        self.page.row += 1
        self.page.write(row, PLACE, place, "small")
        self.page.write(row, NAME, called)
        self._card(row, place, quantity, unit)
        return self.page.put(row, VALUE, value, style, self.name(place))

    def _card(self, row: int, place: str, quantity: Any, unit: str) -> None:
        spread = self.spreads.get(place)
        shown = getattr(quantity, "unit", None) or unit or (spread.unit if spread else "")
        self.page.write(row, UNIT, shown or "", "small")
        if spread and spread.low is not None and spread.high is not None:
            self.page.put(row, LOW, spread.low, "plain")
            self.page.put(row, HIGH, spread.high, "plain")
        for column, key in ((SOURCE, "source"), (GRADE, "grade"), (OWNER, "owner")):
            text = getattr(quantity, key, None)
            if text:
                self.page.write(row, column, str(getattr(text, "value", text)), "small")

    def quantity(self, place: str, quantity: Quantity, unit: str = "") -> Filled:
        """A line with a quantity at its mean."""
        called = self.names.get(place, place)
        value = self.means.get(place, quantity.number if quantity.is_fixed else 0.0)
        return self.number(place, value, called, STYLES[quantity.kind], quantity, unit)

    def used(self, number: Number, style: str = "plain") -> Filled:
        """What the model computes with instead of the number in the last line."""
        return self.page.put(self.page.row - 1, USED, number, style)

    def word(self, place: str, value: str, called: str, among: tuple[str, ...]) -> Filled:
        """A line with a word that may be changed for others."""
        row = self.page.row
        self.page.row += 1
        self.page.write(row, PLACE, place, "small")
        self.page.write(row, NAME, called)
        self.page.write(row, UNIT, " | ".join(among), "small")
        return self.page.choose(row, VALUE, value, among, self.name(place))


def given_of(
    company: Company,
    initiatives: Sequence[Initiative],
    means: Means,
    names: Names,
    spreads: Mapping[str, Spread],
) -> Given:
    """The page of inputs, filled, and its cells."""
    lines = InputsPage(company, means, names, spreads)
    given = _company(lines, company)
    for name, group in company.groups.items():
        lines.section(_("Group {name}").format(name=name))
        given.groups[name] = _group(lines, f"groups.{name}", group)
    delivered = _Delivered(lines, company)
    for one in initiatives:
        lines.section(_("Initiative {id}: {name}").format(id=one.id, name=one.name))
        given.initiatives[one.id] = _initiative(lines, delivered, one)
    return given


def _company(lines: InputsPage, company: Company) -> Given:
    lines.section(_("Company"))
    rate = _discount_rate(lines, company)
    tax = lines.number(
        "tax_rate", company.tax_rate.number, _("Tax on profit"), "input-share", company.tax_rate, _("share of profit")
    )
    timing = lines.number(
        "timing",
        {"start": 0.0, "mid": 0.5, "end": 1.0}[company.timing.value],
        _("When in its period money flows: 0 at the start, 0.5 in the middle, 1 at the end"),
        "input-rate",
    )
    policy = lines.word(
        "acquisition_policy",
        company.acquisition_policy.value,
        _("How customers are bought: to hold the base, or as planned"),
        tuple(policy.value for policy in Policy if policy is not Policy.PLAN or company.can_plan),
    )
    terminal = lines.word(
        "terminal_value",
        company.terminal_value.value,
        _("What customers at the end count for"),
        tuple(one.value for one in TerminalValue),
    )
    causal = lines.quantity("causal_share", company.causal_share)
    cashable = lines.quantity("cashable", company.cashable)
    given = Given(lines.page, rate, tax, timing, policy, terminal, causal, cashable)
    if company.hurdle_rate is not None:
        hurdle = company.hurdle_rate
        given.hurdle = lines.number("hurdle_rate", hurdle.number, _("Hurdle rate, real"), "input-share", hurdle)
    for year, budget in company.budget.items():
        called = _("Budget of {year}, before tax").format(year=company.fiscal_year_name(int(year)))
        given.budgets[year] = lines.number(f"budget.{year}", budget.number, called, "input-money", budget)
    return given


def _discount_rate(lines: InputsPage, company: Company) -> Expression:
    rate = company.discount_rate
    if rate.nominal is None or rate.inflation is None:
        return lines.number("discount_rate", rate.real, _("Discount rate, real, per year"), "input-share", rate)
    nominal = lines.number(
        "discount_rate.nominal", rate.nominal, _("Discount rate, nominal, per year"), "input-share", rate
    )
    inflation = lines.number("discount_rate.inflation", rate.inflation, _("Inflation in it, per year"), "input-share")
    return lines.used((1 + nominal) / (1 + inflation) - 1, "share")


def _group(lines: InputsPage, place: str, group: Group) -> GivenGroup:
    def by_segment(key: str) -> list[Filled]:
        values = getattr(group, key)
        return [lines.quantity(f"{place}.{key}.{segment}", value) for segment, value in values.items()]

    def shares(key: str, row: Any) -> list[Filled]:
        return _divided(lines, [(f"{place}.{key}.{segment}", share) for segment, share in row.items()])

    one = lines.quantity
    return GivenGroup(
        customers=by_segment("customers"),
        churn=by_segment("churn"),
        migration=[shares(f"migration.{segment}", getattr(group.migration, segment)) for segment in SEGMENTS],
        revenue=by_segment("revenue"),
        gross_margin=one(f"{place}.gross_margin", group.gross_margin),
        contacts=by_segment("contacts"),
        contact_cost=one(f"{place}.contact_cost", group.contact_cost),
        referrals=by_segment("referrals"),
        put_off=by_segment("put_off"),
        acquisition_cost=one(f"{place}.acquisition_cost", group.acquisition_cost),
        newcomers=shares("newcomers", group.newcomers),
        planned=0
        if group.planned_acquisitions is None
        else one(f"{place}.planned_acquisitions", group.planned_acquisitions),
        growth=one(f"{place}.growth", group.growth),
    )


def _divided(lines: InputsPage, row: Sequence[tuple[str, Quantity]]) -> list[Filled]:
    """The shares of a row, divided by their sum."""
    first = lines.page.row
    raw = [lines.quantity(place, share) for place, share in row]
    whole = added(raw)
    return [lines.page.put(first + k, USED, share / whole, "share") for k, share in enumerate(raw)]


class _Delivered:
    """Finance's table of delivered ÷ claimed, as cells, and what it makes of a claim; as claimed without a table."""

    def __init__(self, lines: InputsPage, company: Company):
        self.lines, self.table = lines, company.benefit_realisation
        self.rows: dict[str, dict[str, Filled]] = {}
        if self.table is not None:
            lines.section(_("Delivered ÷ claimed by grade of evidence"))
            for grade in ("A", "B", "C", "D"):
                self.rows[grade] = {key: self._cell(grade, key, words) for key, words in _delivered_words().items()}

    def _cell(self, grade: str, key: str, words: str) -> Filled:
        quantity = getattr(getattr(self.table, grade), key)
        called = words.format(grade=grade)
        return self.lines.number(f"benefit_realisation.{grade}.{key}", quantity.number, called, "input-rate", quantity)

    def cost(self, initiative: Initiative) -> Number:
        return self.rows[initiative.evidence.grade.value]["cost"] if self.rows else 1

    def delay(self, initiative: Initiative) -> Number:
        return self.rows[initiative.evidence.grade.value]["delay"] if self.rows else 0

    def size(self, initiative: Initiative, lever: LeverRecord, quantity: Quantity, claimed: Filled) -> Expression:
        """ρ · claim · max(1, |claim| / |usual|)^(−slope), held within bounds; harm stays as it is claimed."""
        if not self.rows:
            return claimed
        known = self.rows[(quantity.grade or initiative.evidence.grade).value]
        usual = abs(lever.usual.number) if lever.usual is not None else 0.0
        delivered: Expression = known["delivered"] * claimed
        if usual:
            larger = largest(1, absolute(claimed) / usual)
            delivered = delivered * larger ** (0 - known["slope"])
        low, high = quantity.bounds
        held = smallest(largest(delivered, expression(low)), expression(high))
        is_benefit = compared(claimed, ">" if lever.benefit > 0 else "<", 0)
        return either(is_benefit, held, claimed)


def _delivered_words() -> dict[str, str]:
    return {
        "delivered": _("Share of the claim that is delivered, grade {grade}"),
        "slope": _("How much less of larger claims, grade {grade}"),
        "cost": _("Costs ÷ costs as claimed, grade {grade}"),
        "delay": _("Periods later than claimed, grade {grade}"),
    }


def _whole(number: Filled) -> Expression:
    """A number of periods, rounded; halves to the even neighbour."""
    half = compared(number - call("INT", float(math.floor(number.value)), number), "=", 0.5)
    return either(half, 2 * _rounded(number / 2), _rounded(number))


def _rounded(number: Expression) -> Expression:
    return call("ROUND", float(math.floor(number.value + 0.5)), number, 0)


def _initiative(lines: InputsPage, delivered: _Delivered, one: Initiative) -> GivenInitiative:
    place = f"initiatives.{one.id}"

    def periods(key: str) -> Filled:
        cell = lines.quantity(f"{place}.{key}", getattr(one, key))
        more = delivered.delay(one) if key == "delay" else 0
        whole = _whole(cell)
        return lines.used(whole + more if isinstance(more, Filled) else whole, "plain")

    start = lines.number(f"{place}.start", float(one.first_start), _("First period"), "input-rate")
    delay, ramp_up = periods("delay"), periods("ramp_up")
    duration = None if one.duration is None else periods("duration")
    fade_out = periods("fade_out")
    success = lines.quantity(f"{place}.probability_of_success", one.probability_of_success)
    reach = {group: lines.quantity(f"{place}.reach.{group}", share) for group, share in one.reach.items()}

    def cost(path: str, amount: Quantity) -> Filled:
        cell = lines.quantity(f"{place}.{path}", amount)
        return lines.used(cell * delivered.cost(one))

    one_off = {phase: cost(f"costs.one_off.{phase}", amount) for phase, amount in one.costs.one_off.items()}
    running = cost("costs.running", one.costs.running)
    per_customer = None
    if one.costs.per_customer is not None:
        per_customer = cost("costs.per_customer.amount", one.costs.per_customer.amount)
    sizes: dict[str, Filled] = {}
    extra: dict[tuple[str, str], Filled] = {}
    cost_each: dict[str, Filled] = {}
    for name, lever in one.named_levers():
        at = f"{place}.levers.{name}"
        if isinstance(lever, ExtraCustomers):
            for group, count in lever.extra_customers.items():
                claimed = lines.quantity(f"{at}.{group}", count)
                extra[name, group] = lines.used(largest(delivered.size(one, lever, count, claimed), 0))
            cell = lines.quantity(f"{at}_cost_each", lever.cost_each)
            cost_each[name] = lines.used(cell * delivered.cost(one))
        else:
            claimed = lines.quantity(at, lever.size)
            sizes[name] = lines.used(delivered.size(one, lever, lever.size, claimed), "share")
    return GivenInitiative(
        one,
        start,
        delay,
        ramp_up,
        duration,
        fade_out,
        success,
        reach,
        one_off,
        running,
        per_customer,
        sizes,
        extra,
        cost_each,
    )


def reach_in(given: GivenInitiative, group: str) -> Filled | None:
    """The share of a group that an initiative reaches; None where it does not go there."""
    return given.reach.get(group, given.reach.get(ALL))
