"""What a cash flow is worth, in formulas: present value, return, payback, peak funding."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from prioritizer.domain.company import Company
from prioritizer.export.live.cells import (
    Expression,
    Filled,
    Number,
    Page,
    block,
    call,
    compared,
    largest,
    sum_of_products,
    total,
)
from prioritizer.export.live.given import Given
from prioritizer.export.live.timeline import TOTAL, Timeline, line
from prioritizer.language import _

NONE = ""  # what stands where a figure is undefined
RateOf = Callable[[Sequence[float]], float | None]  # the internal rate of return of a cash flow, per year


@dataclass
class Worth:
    """The figures of what initiatives add, as cells."""

    cash_flow: list[Filled]
    npv: Filled
    pv_costs: Filled
    pv_benefits: Filled
    roi: Filled
    irr: Filled
    payback: Filled
    discounted_payback: Filled
    peak_funding: Filled
    cost: Filled


@dataclass
class Added:
    """What initiatives add to each line, by period, before tax; `own`: what they cost; `run_off`: a present value."""

    margin: list[Filled]
    service: list[Filled]
    acquisition: list[Filled]
    uncashed: list[Filled]
    own: list[Filled]
    run_off: Number


def worth_of(page: Page, company: Company, given: Given, time: Timeline, added_: Added, rate_of: RateOf) -> Worth:
    """The figures of what is added, in rows of a page."""
    currency = company.currency
    count = range(time.periods)
    factors = time.factor[: time.periods]
    before_tax = line(
        page,
        _("Cash flow before tax"),
        currency,
        [
            added_.margin[t] - added_.service[t] - added_.acquisition[t] - added_.uncashed[t] - added_.own[t]
            for t in count
        ],
        total=True,
    )
    flow = line(page, _("Cash flow after tax"), currency, [one * (1 - given.tax) for one in before_tax], total=True)
    balance = line(page, _("Cumulative cash flow"), currency, _running(flow))
    discounted = line(
        page, _("Discounted cash flow"), currency, [b * f for b, f in zip(before_tax, factors, strict=True)], total=True
    )
    worth_left = line(page, _("Cumulative, discounted"), currency, _running(discounted))

    def figure(label: str, unit: str, number: Number, style: str) -> Filled:
        row = page.row
        page.row += 1
        page.write(row, 0, label, "strong")
        page.write(row, 1, unit, "small")
        return page.put(row, TOTAL, number, f"{style}-strong")

    run_off = figure(_("Worth of the customers at the end"), currency, added_.run_off, "money")
    npv = figure(_("Projected profit (NPV)"), currency, sum_of_products(before_tax, factors) + run_off, "money")
    pv_costs = figure(
        _("Present value of its own costs, after tax"), currency, sum_of_products(added_.own, factors), "money"
    )
    earned = [
        factors[t] * (added_.margin[t] - added_.service[t] - added_.acquisition[t] - added_.uncashed[t]) for t in count
    ]
    benefits = line(page, _("Benefits, discounted, after tax"), currency, earned)
    pv_benefits = figure(_("Present value of all benefits, after tax"), currency, total(benefits) + run_off, "money")
    cost = figure(_("Cost, before tax, undiscounted"), currency, total(added_.own), "money")
    roi = figure(_("Return on investment"), _("share"), _or_none(compared(pv_costs, ">", 0), npv / pv_costs), "share")
    at_end = run_off / time.factor[-1] * (1 - given.tax)
    ending = line(page, _("Cash flow for the rate of return"), currency, [*flow, at_end])
    rate = figure(_("Internal rate of return, per year"), _("share"), _rate(ending, company, rate_of), "share")
    dates = [(one + given.timing) / company.periods_per_year for one in time.index[: time.periods]]
    when = line(page, _("Years from the decision"), _("years"), dates, "rate")
    payback = figure(_("Payback, from the decision"), _("years"), _payback(balance, when), "rate")
    later = figure(_("Discounted payback"), _("years"), _payback(worth_left, when), "rate")
    peak = figure(
        _("Peak funding"), currency, largest(0, 0 - call("MIN", min(b.value for b in balance), block(balance))), "money"
    )
    return Worth(flow, npv, pv_costs, pv_benefits, roi, rate, payback, later, peak, cost)


def _running(flow: Sequence[Filled]) -> list[Expression]:
    """Sums from the first period on."""
    sums, value = [], 0.0
    for t in range(len(flow)):
        value += flow[t].value
        sums.append(call("SUM", value, block(flow[: t + 1])))
    return sums


def _or_none(known: Expression, number: Number) -> Expression:
    """A number where it is defined, else nothing."""
    value = (number.value if isinstance(number, Expression) else number) if known.value else NONE
    return call("IF", value, known, number, '""')


def _rate(flow: Sequence[Filled], company: Company, rate_of: RateOf) -> Expression:
    """The rate that makes the flow worth nothing, per year; nothing where it never invests or never earns."""
    amounts = [one.value for one in flow]
    turns = min(amounts) < 0 < max(amounts)
    rate = rate_of(amounts)
    if turns and rate is None:  # more than one: a spreadsheet would show the one that it happens to find
        return Expression(('""',), NONE)
    per_period = 0.0 if rate is None else (1 + rate) ** (1 / company.periods_per_year) - 1
    cells = block(flow)
    found = call("IRR", per_period, cells, max(min(round(per_period, 3), 0.9), -0.9) or 0.01)
    yearly = (1 + found) ** company.periods_per_year - 1
    known = Expression(("AND(MIN(", cells, ")<0,MAX(", cells, ")>0)"), turns)
    return call("IF", NONE if rate is None else rate, known, call("IFERROR", rate, yearly, '""'), '""')


def _payback(balance: Sequence[Filled], when: Sequence[Filled]) -> Expression:
    """The date from which the balance never again falls below zero; nothing where it ends below."""
    below = [k + 1 for k, one in enumerate(balance) if one.value < 0]
    last_value = below[-1] if below else 0
    cells, dates, count = block(balance), block(when), len(balance)
    positions = "{" + ",".join(str(k + 1) for k in range(count)) + "}"
    last = Expression(("SUMPRODUCT(MAX((", cells, f"<0)*{positions}))"), float(last_value))
    value: float | str = NONE
    if last_value == 0:
        value = 0.0
    elif last_value < count:
        one, two = balance[last_value - 1].value, balance[last_value].value
        early, late = when[last_value - 1].value, when[last_value].value
        value = early + one / (one - two) * (late - early)

    def at(where: object, shift: int) -> tuple[object, ...]:
        return ("INDEX(", where, ",", *last.parts, "+1)" if shift else ")")

    share = (*at(cells, 0), "/(", *at(cells, 0), "-", *at(cells, 1), ")")
    between = (*at(dates, 0), "+", *share, "*(", *at(dates, 1), "-", *at(dates, 0), ")")
    parts = ("IF(", *last.parts, "=0,0,IF(", *last.parts, f'={count},"",', *between, "))")
    return Expression(parts, value)  # type: ignore[arg-type]
