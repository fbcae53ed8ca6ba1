"""What a run brings: the priority list, and the projection behind it. Money in the company's currency.

Profit is net present value at the decision, after tax, in prices of period 0; what is undefined is None.
"""

from typing import Any

from pydantic import SerializerFunctionWrapHandler, model_serializer

from prioritizer.domain.bridges import InitiativeBridge, PortfolioBridge
from prioritizer.domain.company import Policy
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.record import Record

Series = tuple[float, ...]

END, COMPANY = "end", "(company)"


class Run(Record):
    """What identifies a run: the same id stands for the same figures, to the cent."""

    id: str
    model_version: str
    scenario: str
    seed: int
    draws: int
    currency: str
    point: bool = False
    policy: Policy
    company: str


class Estimate(Record):
    """A figure over the draws. At the point estimate there is one draw: then only the mean is known."""

    mean: float
    p5: float | None = None
    p25: float | None = None
    p50: float | None = None
    p75: float | None = None
    p95: float | None = None
    standard_error: float | None = None


class Histogram(Record):
    """How draws are spread: `counts` of draws between one of the `edges` and the next, which are equally far apart.

    The outermost counts hold the tails beyond the edges too, so that counts sum to the number of draws.
    """

    edges: Series
    counts: tuple[int, ...]


class Baseline(Record):
    """The company without any initiative. `nps` and `customers` have one entry more than there are periods."""

    npv: Estimate
    cash_flow: Series
    nps: tuple[float | None, ...]
    customers: Series


class SegmentAmounts(Record):
    """An amount of money for one customer of each segment."""

    promoter: float
    passive: float
    detractor: float


class CustomerWorth(Record):
    """What one customer of each segment is worth at today's numbers, before tax, and what losing him costs.

    Under policy hold only differences between worths mean something: what it is worth to move a customer. What losing
    one costs means something under either policy. Where there are no such figures, `reason` says in words why.
    """

    group: str
    policy: Policy
    promoter: float | None
    passive: float | None
    detractor: float | None
    losing: SegmentAmounts | None
    reason: str | None = None


class Sources(Record):
    """Where an initiative's projected profit comes from: present values after tax that sum to it."""

    margin: float
    service: float
    acquisition: float
    uncashed: float
    run_off: float
    costs: float


class Swing(Record):
    """How far an uncertain input moves the projected profit, all others at their means.

    `input` is the name of its stream. `profit` is that with the input at its `mean`, `profit_low` and `profit_high`
    those with it at `low` and `high`, its 5th and 95th percentile; `swing` is `profit_high` less `profit_low`. A share
    of a row is given as it is after the row was divided by its sum.
    """

    input: str
    mean: float
    low: float | None
    high: float | None
    profit: float
    profit_low: float
    profit_high: float
    swing: float


class SwitchingValue(Swing):
    """A swing, and the value of the input at which the projected profit is zero.

    `switch` is None where no value within the input's range makes the profit zero.
    """

    switch: float | None


class RankCorrelation(Record):
    """Spearman's rank correlation of an uncertain input with a profit, over the draws of a run.

    None where the input or the profit is the same in every draw, or there are too few. `correlated_with` names the
    inputs whose draws are joined to those of this one: then part of the correlation may be theirs.
    """

    input: str
    value: float | None
    standard_error: float | None
    correlated_with: tuple[str, ...] = ()

    @property
    def differs_from_none(self) -> bool:
        """Whether it lies more than two standard errors from zero."""
        return self.value is not None and abs(self.value) > 2 * (self.standard_error or 0.0)


class Appraisal(Record):
    """The figures of an expected incremental cash flow, after tax.

    `irr_reason` says in words why there is no rate. `cost` is before tax and undiscounted. `cash_flow` has an entry per
    period.
    """

    roi: float | None
    irr: float | None
    irr_reason: str | None
    payback_years: float | None
    payback_from_start_years: float | None
    discounted_payback_years: float | None
    pv_costs: float
    pv_benefits: float
    peak_funding: float
    cost: float
    cash_flow: Series
    sources: Sources


class Worth(Appraisal):
    """What one initiative, or several together, add. `nps` and `customers` have one entry more than there are periods.

    `kept` are the customers fewer who leave in all periods; negative where more do.
    """

    npv: Estimate
    npv_other_policy: float | None
    npv_other_policy_estimate: Estimate | None
    probability_of_loss: float | None
    costs: Series
    uncashed: Series
    nps: tuple[float | None, ...]
    customers: Series
    kept: float
    point_npv: float
    effect_of_uncertainty: float

    @property
    def policies_disagree(self) -> bool:
        """Whether the other acquisition policy would turn a profit into a loss or a loss into a profit."""
        return self.npv_other_policy is not None and self.npv.mean * self.npv_other_policy < 0


class RankedInitiative(Worth):
    """One row of the priority list: an initiative alone, added to today's base. `rank` counts from 1.

    `bridge`: from its claim to its profit here, where it was asked for.
    """

    id: str
    name: str
    department: str
    rank: int
    start: int
    grade: str
    rank_probability: Series
    switching_values: tuple[SwitchingValue, ...] | None = None
    break_even_causal_share: float | None = None
    bridge: InitiativeBridge | None = None

    @model_serializer(mode="wrap")
    def _name_first(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        content = serialize(self)
        return {key: content[key] for key in ("id", "name", "department", "rank") if key in content} | content


class Ranking(Record):
    """The priority list by projected profit.

    `worth_doing` names those that are expected to earn more than they cost, and the mandatory ones, in the order of
    rank: without what a better one excludes or what lacks a prerequisite. No budget limits them. `bridge`: from their
    claims to their joint profit, where it was asked for.
    """

    run: Run
    periods: tuple[str, ...]
    baseline: Baseline
    customer_worth: tuple[CustomerWorth, ...]
    initiatives: tuple[RankedInitiative, ...]
    joint: Worth
    worth_doing: tuple[str, ...]
    worth_doing_together: Worth
    bridge: PortfolioBridge | None = None

    def table(self) -> Any:
        """The list as a pandas data frame, one row per initiative in the order of rank, money in units of currency."""
        import pandas as pd

        rows = [_row(initiative) for initiative in self.initiatives]
        return pd.DataFrame(rows, columns=list(COLUMNS)).set_index("rank")


COLUMNS = (
    "rank",
    "id",
    "name",
    "department",
    "profit",
    "p5",
    "p50",
    "p95",
    "standard_error",
    "profit_other_policy",
    "probability_of_loss",
    "roi",
    "irr",
    "payback_years",
    "discounted_payback_years",
    "pv_costs",
    "pv_benefits",
    "peak_funding",
    "cost",
    "effect_of_uncertainty",
    *(f"source_{line}" for line in Sources.model_fields),
)


def _row(initiative: RankedInitiative) -> dict[str, Any]:
    named = {
        **dict(initiative.npv),
        "profit": initiative.npv.mean,
        "profit_other_policy": initiative.npv_other_policy,
        **{f"source_{line}": worth for line, worth in dict(initiative.sources).items()},
    }
    return {column: named[column] if column in named else getattr(initiative, column) for column in COLUMNS}


class GroupSeries(Record):
    """One group through time: customers at the start of each period by segment (one entry more than periods), money.

    `lost` are the customers who leave during a period.
    """

    group: str
    promoter: Series
    passive: Series
    detractor: Series
    lost: Series
    nps: tuple[float | None, ...]
    margin: Series
    service: Series
    acquisition: Series
    cash_flow: Series


class Projected(Record):
    """The company through time with some initiatives, or without any: mean over the draws.

    The cash flow is after tax; `cash_flow` of the company includes what the initiatives cost, that of a group only what
    they cost per customer.
    """

    id: str | None
    name: str
    groups: tuple[GroupSeries, ...]
    nps: tuple[float | None, ...]
    customers: Series
    lost: Series
    initiative_cost: Series
    uncashed: Series
    cash_flow: Series


class Projection(Record):
    """What `simulate` returns: the baseline, each initiative alone, and all together where there are several."""

    run: Run
    periods: tuple[str, ...]
    baseline: Projected
    initiatives: tuple[Projected, ...]
    together: Projected | None
    worth_doing: Projected | None = None

    def table(self) -> Any:
        """A pandas data frame with a row for each case, group and period."""
        import pandas as pd

        cases = [self.baseline, *self.initiatives, *([self.together] if self.together else [])]
        return pd.DataFrame([row for case in cases for row in _projected_rows(case, self.periods)])


def _projected_rows(case: Projected, periods: tuple[str, ...]) -> list[dict[str, Any]]:
    """A row for each group and period, then one for the company, whose cash flow includes what the initiatives cost."""
    name = case.id or case.name
    stocks = [*enumerate(periods), (len(periods), END)]
    groups = [
        {
            "case": name,
            "group": series.group,
            "period": period,
            **{segment.value: getattr(series, segment.value)[t] for segment in SEGMENTS},
            "customers": sum(getattr(series, segment.value)[t] for segment in SEGMENTS),
            "lost": _at(series.lost, t),
            "nps": series.nps[t],
            **{line: _at(getattr(series, line), t) for line in ("margin", "service", "acquisition", "cash_flow")},
        }
        for series in case.groups
        for t, period in stocks
    ]
    company = [
        {
            "case": name,
            "group": COMPANY,
            "period": period,
            "customers": case.customers[t],
            "lost": _at(case.lost, t),
            "nps": case.nps[t],
            "initiative_cost": _at(case.initiative_cost, t),
            "cash_flow": _at(case.cash_flow, t),
        }
        for t, period in stocks
    ]
    return [*groups, *company]


def _at(series: Series, period: int) -> float | None:
    """A flow of a period; none at the end, where only stocks are left."""
    return series[period] if period < len(series) else None


class Flow(Record):
    """Customers by where they started and where they are afterwards; `source` may be `joined`, `to` may be `left`."""

    source: str
    to: str
    customers: float


class YearFlow(Record):
    """Where the customers of a group are a year later, without any initiative, each counted once.

    Who joins and leaves again within the year flows from `joined` to `left`.
    """

    group: str
    rows: tuple[Flow, ...]
