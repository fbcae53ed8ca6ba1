"""Customers → money: what falls due apart from customers, and the expected cash flow line by line."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.engine import cohort
from prioritizer.engine.levers import Inputs
from prioritizer.engine.valuation import discount_factors

Floats = npt.NDArray[np.float64]


def present_value_factors(company: Company) -> Floats:
    """Present value after tax of one unit of money in each period, and of one of run-off at the end, (periods + 1,)."""
    factors = discount_factors(
        company.discount_rate.real, company.periods + 1, company.periods_per_year, company.timing.value
    )
    return factors * (1 - company.tax_rate.number)


@dataclass(frozen=True)
class OwnCosts:
    """What an initiative costs whatever its customers do: one-off and running costs.

    `present_value`: after tax, one number or one per draw. `expected`: mean over the draws, before tax, (periods,).
    """

    present_value: float | Floats
    expected: Floats


def own_costs(inputs: Inputs, initiative: Initiative, factors: Floats) -> OwnCosts:
    """One-off costs in the period in which they fall due; running costs from the start until the effect has ended."""
    place = f"initiatives.{initiative.id}.costs"
    factor = inputs.delivery.cost_factor(initiative)
    start, periods = initiative.first_start, len(factors) - 1
    expected = np.zeros(periods)
    worth: float | Floats = 0.0
    for phase in initiative.costs.one_off:
        amount = inputs.drawn[f"{place}.one_off.{phase}"] * factor
        expected[start + phase] += np.mean(amount)
        worth = worth + amount * factors[start + phase]
    running = inputs.drawn[f"{place}.running"] * factor
    until = inputs.timeline(initiative).paid_until(start + inputs.company.horizon)
    in_every_draw, in_any_draw = int(np.min(until)), int(np.max(until))
    expected[start:in_every_draw] += np.mean(running * (start < until))
    for period in range(start, in_every_draw):
        worth = worth + running * factors[period]
    for period in range(in_every_draw, in_any_draw):
        due = running * (period < until)
        expected[period] += np.mean(due)
        worth = worth + due * factors[period]
    return OwnCosts(worth, expected)


@dataclass(frozen=True)
class Lines:
    """Expected money by period, before tax and undiscounted, and customers; with initiatives or as a difference.

    Shapes: money (groups, periods), customers (groups, periods + 1, segments), customers lost during a period (groups,
    periods), own cost that belongs to no group (periods,).
    """

    margin: Floats
    service: Floats
    acquisition: Floats
    touch_cost: Floats
    uncashed: Floats
    customers: Floats
    lost: Floats
    other_cost: Floats

    def __sub__(self, other: "Lines") -> "Lines":
        return Lines(*(getattr(self, name) - getattr(other, name) for name in self.__dataclass_fields__))

    def mixed(self, other: "Lines", share: float) -> "Lines":
        """`share` of these lines and the rest of the others."""
        both = ((getattr(self, name), getattr(other, name)) for name in self.__dataclass_fields__)
        return Lines(*(share * mine + (1 - share) * theirs for mine, theirs in both))

    @property
    def own_cost(self) -> Floats:
        """What the initiatives cost, by period."""
        return self.touch_cost.sum(axis=0) + self.other_cost

    @property
    def before_tax(self) -> Floats:
        """The cash flow before tax, by period."""
        earned = self.margin - self.service - self.acquisition - self.uncashed
        return earned.sum(axis=0) - self.own_cost


def lines_of(summed: Floats, other_cost: Floats) -> Lines:
    """The lines of one portfolio from the kernel's means, shape (groups, periods + 1, LINES).

    Where all who come are put off, rounding can leave a stock 10⁻¹⁵ below nobody; it is reported as nobody. So are the
    lost where nobody leaves.
    """
    money = summed[:, :-1]
    return Lines(
        margin=money[..., cohort.MARGIN],
        service=money[..., cohort.SERVICE],
        acquisition=money[..., cohort.ACQUISITION],
        touch_cost=money[..., cohort.OWN_COST],
        uncashed=money[..., cohort.UNCASHED],
        customers=np.maximum(summed[..., cohort.PROMOTERS : cohort.DETRACTORS + 1], 0.0),
        lost=np.maximum(money[..., cohort.LOST], 0.0),
        other_cost=other_cost,
    )
