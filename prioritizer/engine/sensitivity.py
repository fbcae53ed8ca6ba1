"""Which inputs matter most to an initiative, and at which value of each its profit would be zero.

Everything is computed at the point estimate: one input moves, the rest stay at their means. The values to be tried
stand side by side as if they were draws, so that one pass of the kernel tries them all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from prioritizer.domain.assumptions import all_numbers
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.quantity import DirichletShare, Quantity
from prioritizer.domain.results import SwitchingValue
from prioritizer.engine.claims import Delivery
from prioritizer.engine.levers import Inputs
from prioritizer.engine.sampling import mean, values
from prioritizer.engine.simulation import simulate_sets

Floats = npt.NDArray[np.float64]

MOST_IMPORTANT = 5
SWING = (0.05, 0.95)  # the percentiles between which an input moves in a tornado
RANGE = (0.001, 0.999)  # … and in the search for the value that makes the profit zero
GRID = 33
ROUNDS = 3
CAUSAL_SHARE = "causal_share"


@dataclass(frozen=True)
class Tried:
    """Values of some inputs to try, each with all others at their means: name and values, shape (tries,)."""

    name: str
    values: Floats


class Profit:
    """The profit of one initiative at the point estimate, as a function of any of its inputs."""

    def __init__(self, company: Company, initiative: Initiative):
        self.company, self.initiative = company, initiative
        self.numbers: dict[str, Quantity] = all_numbers(company, [initiative])
        self.means = {name: mean(quantity) for name, quantity in self.numbers.items()}
        self.chance = f"initiatives.{initiative.id}.probability_of_success"

    def __call__(self, tried: Sequence[Tried]) -> list[Floats]:
        """Profit for each value tried: p × with success + (1 − p) × without."""
        drawn, count = self._side_by_side(tried)
        p = np.broadcast_to(drawn[self.chance], (count,))
        profit = p * self._simulated(drawn, count, 1.0) + (1 - p) * self._simulated(drawn, count, 0.0)
        return np.split(profit, np.cumsum([len(one.values) for one in tried])[:-1])

    def _side_by_side(self, tried: Sequence[Tried]) -> tuple[dict[str, float | Floats], int]:
        drawn: dict[str, float | Floats] = dict(self.means)
        count = sum(len(one.values) for one in tried)
        begin = 0
        for one in tried:
            row = np.full(count, self.means[one.name]) if np.ndim(drawn[one.name]) == 0 else drawn[one.name]
            row[begin : begin + len(one.values)] = one.values  # type: ignore[index]
            drawn[one.name] = row
            begin += len(one.values)
        return drawn, count

    def _simulated(self, drawn: Mapping[str, float | Floats], count: int, success: float) -> Floats:
        delivery = Delivery(self.company, [self.initiative], count, None)
        inputs = Inputs(self.company, (self.initiative,), dict(drawn), delivery, (success,), count)
        return simulate_sets(inputs, [(0,)], self.company.acquisition_policy, threads=1).profit[0]


def switching_values(company: Company, initiative: Initiative) -> tuple[SwitchingValue, ...]:
    """The five inputs that swing the profit most between their 5th and 95th percentile, and where it would be zero.

    All profits are those of the point estimate, under the policy in force.

    A switching value (HM Treasury, Green Book) is searched for between the input's 0.1st and 99.9th percentile; None
    where the profit keeps its sign all over it. The nearest to the mean counts. Only uncertain inputs are looked at.
    """
    profit = Profit(company, initiative)
    uncertain = {name: quantity for name, quantity in profit.numbers.items() if not quantity.is_fixed}
    ends = [Tried(name, values(quantity, np.array(SWING))) for name, quantity in uncertain.items()]
    if not ends:
        return ()
    unmoved = Tried(CAUSAL_SHARE, np.array([profit.means[CAUSAL_SHARE]]))
    *at_ends, at_means = profit([*ends, unmoved])
    profits = {one.name: (float(low), float(high)) for one, (low, high) in zip(ends, at_ends, strict=True)}
    swings = {name: high - low for name, (low, high) in profits.items()}
    important = sorted(swings, key=lambda name: (-abs(swings[name]), name))[:MOST_IMPORTANT]
    important = [name for name in important if swings[name] != 0]
    spans = {name: values(uncertain[name], np.array(RANGE)) for name in important}
    switches = _zeros(profit, spans)
    by_name = {one.name: one.values for one in ends}
    return tuple(
        SwitchingValue(
            input=name,
            mean=profit.means[name],
            low=_as_share(uncertain[name], profit.means[name], by_name[name][0]),
            high=_as_share(uncertain[name], profit.means[name], by_name[name][1]),
            profit=float(at_means[0]),
            profit_low=profits[name][0],
            profit_high=profits[name][1],
            swing=swings[name],
            switch=_as_share(uncertain[name], profit.means[name], switches[name]),
        )
        for name in important
    )


def _as_share(quantity: Quantity, mean_: float, value: float | None) -> float | None:
    """A share of a row as it is after the row is divided by its sum, the others at their means."""
    if value is None or not isinstance(quantity.distribution, DirichletShare):
        return None if value is None else float(value)
    return float(value / (value + 1 - mean_))


def break_even_causal_share(company: Company, initiative: Initiative) -> float | None:
    """The causal share at which the initiative's profit is zero; None where no share from 0 to 1 makes it so."""
    if not any(lever.name.startswith("move.") for lever in initiative.levers):
        return None
    return _zeros(Profit(company, initiative), {CAUSAL_SHARE: np.array([0.0, 1.0])})[CAUSAL_SHARE]


def _zeros(profit: Profit, spans: Mapping[str, Floats]) -> dict[str, float | None]:
    """For each input the value in its span, nearest to its mean, at which the profit is zero; None where none is."""
    zeros: dict[str, float | None] = dict.fromkeys(spans)
    open_ = [Tried(name, np.linspace(span[0], span[1], GRID)) for name, span in spans.items()]
    for _round in range(ROUNDS):
        narrower = []
        for one, found in zip(open_, profit(open_) if open_ else [], strict=True):
            step = _crossing(one.values, found, _middle(profit, zeros, one.name))
            if step is not None:
                zeros[one.name] = _between(one.values[step], found[step])
                narrower.append(Tried(one.name, np.linspace(one.values[step][0], one.values[step][1], GRID)))
        open_ = narrower
    return zeros


def _middle(profit: Profit, zeros: Mapping[str, float | None], name: str) -> float:
    zero = zeros[name]
    return profit.means[name] if zero is None else zero


def _crossing(tried: Floats, profit: Floats, middle: float) -> slice | None:
    """The step, nearest to `middle`, over which the profit changes its sign; None where it keeps it."""
    steps = np.flatnonzero(np.sign(profit[1:]) * np.sign(profit[:-1]) <= 0)
    if not len(steps) or np.all(profit == 0):
        return None
    centres = (tried[steps] + tried[steps + 1]) / 2
    nearest = int(steps[np.argmin(np.abs(centres - middle))])
    return slice(nearest, nearest + 2)


def _between(tried: Floats, profit: Floats) -> float:
    """Where a straight line between two profits of opposite sign is zero."""
    rise = profit[1] - profit[0]
    return float(tried[0] if rise == 0 else tried[0] - profit[0] * (tried[1] - tried[0]) / rise)
