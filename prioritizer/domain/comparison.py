"""Scenarios side by side: what each brings, what is funded in it, and what a wrong choice would cost there.

Money in the company's currency, in prices of period 0; profit after tax at present value, costs and budgets before tax.
Everything rests on the same draws in all scenarios, so that a difference is not noise; each has its standard error.
In every series of this module an entry stands for each scenario, in the order of `Comparison.outcomes`; None where a
figure is undefined.
"""

from typing import Any

from prioritizer.domain.learning import Value
from prioritizer.domain.record import Record
from prioritizer.domain.results import Estimate, Run


class Apart(Record):
    """How far a scenario is from the one that it is compared with: itself less that one, on the same draws.

    `nps` in points and `customers`, at the end, with what is planned in each.
    """

    profit: Value
    cost: Value
    nps: Value | None
    customers: Value


class ScenarioOutcome(Record):
    """What a scenario brings if what is best within its budgets is funded.

    `id`: the name of its file without its ending, or its id in the workspace. `profit`: what the planned bring
    together; `cost`: what they are expected to cost; `budget`: of all years together, None where there is no limit.
    `nps_now`, and at the end with what is planned (`nps_end`) and without (`nps_without`); `customers_end` and
    `customers_without` likewise. `funded`: ids. Where the demands contradict each other, `conflict` says which, in
    words, nothing is funded and there are no differences. `differences`: None for the scenario that the others are
    compared with.
    """

    id: str
    name: str
    run: Run
    profit: Estimate
    probability_of_loss: float | None
    cost: float
    budget: float | None
    nps_now: float | None
    nps_end: float | None
    nps_without: float | None
    customers_now: float
    customers_end: float
    customers_without: float
    funded: tuple[str, ...]
    listed: int
    complete: bool
    differences: Apart | None = None
    conflict: tuple[str, ...] = ()

    @property
    def feasible(self) -> bool:
        """Whether all demands can be met."""
        return not self.conflict


class InitiativeAcross(Record):
    """An initiative in every scenario.

    `ranks`: its place by projected profit, and `profits` that profit, alone; None where it is not on the list.
    `funded`: whether the scenario's plan funds it. Regret is what is lost in a scenario against its best plan:
    `regret_funded` if the initiative is funded there all the same, `regret_left_out` if it is left out; the rest is
    chosen anew. The one that is as in the plan is 0; None where that choice is not possible. Both are found by search,
    so they may be a little too high; they are empty where nobody asked for them.
    """

    id: str
    name: str
    department: str
    ranks: tuple[int | None, ...]
    profits: tuple[float | None, ...]
    funded: tuple[bool, ...]
    regret_funded: tuple[float | None, ...]
    regret_left_out: tuple[float | None, ...]

    @property
    def times_funded(self) -> int:
        """In how many scenarios it is funded."""
        return sum(self.funded)

    @property
    def largest_regret_funded(self) -> float | None:
        """What funding it may cost at most; None where a scenario does not allow it, or regrets are not known."""
        return _largest(self.regret_funded)

    @property
    def largest_regret_left_out(self) -> float | None:
        """What leaving it out may cost at most; None where some scenario does not allow it."""
        return _largest(self.regret_left_out)


class PlanElsewhere(Record):
    """The plan of one scenario, carried out in every other.

    `id` names the scenario whose plan it is. `profits`: what it brings there; `regrets`: how much less that is than the
    best plan there; `over_budget`: by how much it exceeds the budgets there, summed over the years in which it does, 0
    where it fits. None where the plan is not possible there for another reason.
    """

    id: str
    profits: tuple[float | None, ...]
    regrets: tuple[float | None, ...]
    over_budget: tuple[float, ...]

    @property
    def largest_regret(self) -> float | None:
        """What it may cost at most to have planned for this scenario; None where some scenario does not allow it."""
        return _largest(self.regrets)


class Differing(Record):
    """A number or a policy, or several that differ alike, in every scenario.

    `places`: as scenarios write them; `name`: in words. `values`: in words, numbers at their means; of several numbers
    by how much they differ from those of the first scenario (“×1.15”). `numbers`: the mean of a single number, or the
    factor of several; None for a policy, or where the scenario does not have it.
    """

    places: tuple[str, ...]
    name: str
    values: tuple[str, ...]
    numbers: tuple[float | None, ...]


class Comparison(Record):
    """Scenarios side by side. The first of `outcomes` is the one that the others are compared with.

    `initiatives`: those of all scenarios, in the order of rank in the first that has them. `plans`: the plan of each
    scenario in all of them. `differing`: only what is not the same in all.
    """

    outcomes: tuple[ScenarioOutcome, ...]
    initiatives: tuple[InitiativeAcross, ...]
    plans: tuple[PlanElsewhere, ...]
    differing: tuple[Differing, ...]

    def table(self) -> Any:
        """A pandas data frame with a row for each scenario."""
        import pandas as pd

        return pd.DataFrame([_row(one) for one in self.outcomes])


def _largest(regrets: tuple[float | None, ...]) -> float | None:
    known = [regret for regret in regrets if regret is not None]
    return max(known) if len(known) == len(regrets) and known else None


def _row(one: ScenarioOutcome) -> dict[str, Any]:
    apart = one.differences
    told = one.model_dump(exclude={"run", "profit", "differences", "funded", "conflict", "complete"})
    differences = {
        f"{key}_{part}": getattr(value, field) if value is not None else None
        for key in ("profit", "cost", "nps", "customers")
        for part, field in (("difference", "value"), ("difference_standard_error", "standard_error"))
        for value in [getattr(apart, key) if apart else None]
    }
    profit = {"profit": one.profit.mean, "profit_p5": one.profit.p5, "profit_p95": one.profit.p95}
    return {**told, **profit, **differences, "run": one.run.id, "funded": ", ".join(one.funded)}
