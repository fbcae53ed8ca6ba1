"""How far each input moves a profit, and at which value of each it would be zero: of one initiative, or of several.

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
from prioritizer.domain.results import Swing, SwitchingValue
from prioritizer.engine.claims import Delivery, parts_of
from prioritizer.engine.levers import Inputs
from prioritizer.engine.sampling import means
from prioritizer.engine.simulation import simulate_sets
from prioritizer.engine.uncertain import SWING, Miss, Number, Success, Uncertain, uncertain_inputs

Floats = npt.NDArray[np.float64]
Drawn = dict[str, "float | Floats"]
Together = Sequence[Initiative]

MOST_IMPORTANT = 5
GRID = 33
ROUNDS = 3
CAUSAL_SHARE = "causal_share"
ROUNDING = 1e-12  # of the largest profit: a smaller swing is what rounding leaves of none


@dataclass(frozen=True)
class Tried:
    """Values of an input to try, each with all others at their means, (tries,)."""

    input: Uncertain
    values: Floats


class Profit:
    """A profit at the point estimate as a function of any of its inputs: of one initiative alone, or of several.

    As in `simulate_point`: that of one alone is p × with success + (1 − p) × without; of several together the
    intensities are times p.
    """

    def __init__(self, company: Company, of: Initiative | Together):
        self.company = company
        self.alone = isinstance(of, Initiative)
        self.initiatives: tuple[Initiative, ...] = (of,) if isinstance(of, Initiative) else tuple(of)
        self.inputs = uncertain_inputs(company, self.initiatives)
        self.means = means(all_numbers(company, self.initiatives))
        self.causal_share = Number(CAUSAL_SHARE, (CAUSAL_SHARE,), (company.causal_share,))

    def __call__(self, tried: Sequence[Tried]) -> list[Floats]:
        """The profit for each value tried, in the order of what is tried."""
        ends = np.cumsum([len(one.values) for one in tried]).tolist()
        placed = list(zip(tried, (slice(b, e) for b, e in zip([0, *ends], ends, strict=False)), strict=True))
        drawn, chances = self._drawn(placed, ends[-1]), self._chances(placed, ends[-1])
        misses = self._misses(placed, ends[-1])
        if not self.alone:
            profit = self._simulated(drawn, misses, chances, ends[-1])
        else:
            p = chances[0]
            won = self._simulated(drawn, misses, [1.0], ends[-1])
            profit = won if np.all(p == 1) else p * won + (1 - p) * self._simulated(drawn, misses, [0.0], ends[-1])
        return np.split(profit, ends[:-1])

    def _drawn(self, placed: Sequence[tuple[Tried, slice]], count: int) -> Drawn:
        """Every number of the register: its mean, and in the tries of its input the values tried."""
        drawn: Drawn = dict(self.means)
        for one, here in placed:
            if isinstance(one.input, Number):
                for place, values in one.input.in_each_place(one.values).items():
                    drawn[place] = _with(drawn[place], here, values, count)
        return drawn

    def _chances(self, placed: Sequence[tuple[Tried, slice]], count: int) -> list[float | Floats]:
        """How likely each initiative succeeds, in every try."""
        chances: dict[str, float | Floats] = {
            one.id: self.means[f"initiatives.{one.id}.probability_of_success"] for one in self.initiatives
        }
        for one, here in placed:
            if isinstance(one.input, Success):
                id_ = one.input.initiative
                chances[id_] = _with(chances[id_], here, one.values, count)
            elif (whose := self._whose_chance(one.input)) is not None:
                chances[whose] = _with(chances[whose], here, one.values, count)
        return [chances[one.id] for one in self.initiatives]

    def _whose_chance(self, input_: Uncertain) -> str | None:
        """The initiative whose probability of success an input is."""
        names = {f"initiatives.{one.id}.probability_of_success": one.id for one in self.initiatives}
        return names.get(input_.name)

    def _misses(self, placed: Sequence[tuple[Tried, slice]], count: int) -> dict[str, float | Floats]:
        """How far the claims of each initiative miss, in every try."""
        misses: dict[str, float | Floats] = {one.id: 0.0 for one in self.initiatives}
        for one, here in placed:
            if isinstance(one.input, Miss):
                for id_ in self._missing(one.input):
                    misses[id_] = _with(misses[id_], here, one.values, count)
        return misses

    def _missing(self, miss: Miss) -> list[str]:
        """The initiatives whose claims a part of the miss is a part of."""
        table = self.company.benefit_realisation
        return [] if table is None else [one.id for one in self.initiatives if miss.part in parts_of(table, one)]

    def _simulated(
        self, drawn: Drawn, misses: Mapping[str, float | Floats], success: Sequence[float | Floats], count: int
    ) -> Floats:
        delivery = Delivery(self.company, self.initiatives, count, None)
        delivery.misses = dict(misses)
        inputs = Inputs(self.company, self.initiatives, drawn, delivery, tuple(success), count)
        every = tuple(range(len(self.initiatives)))
        return simulate_sets(inputs, [every], self.company.acquisition_policy, threads=1).profit[0]


def _with(known: float | Floats, here: slice, values: Floats, count: int) -> Floats:
    """A number in every try, with other values in some of them."""
    row = np.full(count, known) if np.ndim(known) == 0 else np.asarray(known)
    row[here] = values
    return row


def tornado(company: Company, of: Initiative | Together) -> tuple[Swing, ...]:
    """How far each uncertain input moves the profit from its 5th to its 95th percentile; those that do most first.

    Args:
        of: one initiative, alone; or several, together.

    All profits are those of the point estimate, in units of currency, under the policy in force. Inputs that do not
    move it have a swing of exactly 0.
    """
    profit = Profit(company, of)
    if not profit.inputs:
        return ()
    ends = [Tried(one, one.percentiles(SWING)) for one in profit.inputs]
    unmoved = Tried(profit.causal_share, np.array([profit.means[CAUSAL_SHARE]]))
    *at_ends, at_means = profit([*ends, unmoved])
    middle = float(at_means[0])
    least = ROUNDING * max(abs(middle), *(float(np.abs(found).max()) for found in at_ends))
    swings = [_swing(profit, one, found, middle, least) for one, found in zip(ends, at_ends, strict=True)]
    return tuple(sorted(swings, key=lambda swing: (-abs(swing.swing), swing.input)))


def _swing(profit: Profit, tried: Tried, found: Floats, middle: float, least: float) -> Swing:
    low, high = (middle if abs(end - middle) <= least else float(end) for end in found)
    mean, at_low, at_high = (
        tried.input.shown(value, profit.means) for value in (tried.input.mean, *map(float, tried.values))
    )
    return Swing(
        input=tried.input.name,
        mean=mean,
        low=at_low,
        high=at_high,
        profit=middle,
        profit_low=low,
        profit_high=high,
        swing=high - low,
    )


def switching_values(company: Company, of: Initiative | Together) -> tuple[SwitchingValue, ...]:
    """The five inputs that swing the profit most between their 5th and 95th percentile, and where it would be zero.

    A switching value (HM Treasury, Green Book) is searched for between the input's 0.1st and 99.9th percentile; None
    where the profit keeps its sign all over it. The nearest to the mean counts. That of whether an initiative succeeds
    is the probability of success at which the profit is zero. `of` as for `tornado`.
    """
    important = [swing for swing in tornado(company, of)[:MOST_IMPORTANT] if swing.swing != 0]
    profit = Profit(company, of)
    by_name = {one.name: one for one in profit.inputs}
    zeros = _zeros(profit, [by_name[swing.input] for swing in important])
    return tuple(
        SwitchingValue(
            **dict(swing),
            switch=None if zero is None else by_name[swing.input].shown(zero, profit.means),
        )
        for swing, zero in zip(important, zeros, strict=True)
    )


def break_even_causal_share(company: Company, of: Initiative | Together) -> float | None:
    """The causal share at which the profit is zero; None where no share from 0 to 1 makes it so.

    `of` as for `tornado`.
    """
    initiatives = (of,) if isinstance(of, Initiative) else of
    if not any(lever.name.startswith("move.") for one in initiatives for lever in one.levers):
        return None
    profit = Profit(company, of)
    return _zeros(profit, [profit.causal_share], {CAUSAL_SHARE: np.array([0.0, 1.0])})[0]


def _zeros(
    profit: Profit, inputs: Sequence[Uncertain], spans: Mapping[str, Floats] | None = None
) -> list[float | None]:
    """Of each input the value nearest to its mean, within its span, at which the profit is zero; None where none is."""
    zeros: dict[str, float | None] = {one.name: None for one in inputs}
    open_ = [_grid(one, (spans or {}).get(one.name, one.span())) for one in inputs]
    for _round in range(ROUNDS):
        narrower = []
        for one, found in zip(open_, profit(open_) if open_ else [], strict=True):
            known = zeros[one.input.name]
            step = _crossing(one.values, found, one.input.mean if known is None else known)
            if step is not None:
                zeros[one.input.name] = _between(one.values[step], found[step])
                narrower.append(_grid(one.input, one.values[step]))
        open_ = narrower
    return [zeros[one.name] for one in inputs]


def _grid(input_: Uncertain, ends: Floats) -> Tried:
    return Tried(input_, np.linspace(float(ends[0]), float(ends[-1]), GRID))


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
