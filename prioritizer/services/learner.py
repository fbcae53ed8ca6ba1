"""What a planner would do if it knew more: what can be tested first, and which selections could follow an answer.

A `Learner` stands on a planner and its draws. Selections are proposed by the program of values that initiatives have
beside what is funded, and valued by the joint simulation; see `engine.responses`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.learning import Hindrance, Step
from prioritizer.engine.cash_flow import present_value_factors
from prioritizer.engine.information import basis_of, expected
from prioritizer.engine.joint_value import JointValue, allowed_starts, on_some_draws
from prioritizer.engine.levers import Inputs
from prioritizer.engine.pilots import Effect, Results, effect_of, results_of
from prioritizer.engine.portfolio import Program
from prioritizer.engine.responses import Response, Selection, Tried, respond, solved
from prioritizer.services.limits import Budget, budgets_of
from prioritizer.services.planner import Planner, Stop, never
from prioritizer.services.plans import conflict_of, refuse_conflict

Floats = npt.NDArray[np.float64]

PROPOSED = 1_000  # draws on which values beside the funded are computed, from which selections are proposed
ANSWERS = 8  # answers of a pilot for which a selection is solved
JOINT_ANSWERS = 32  # answers of several pilots together
PILOT_KNOTS = 5


@dataclass(frozen=True, eq=False)
class Testable:
    """An initiative that can be tested first: where it is, its effect, and what the pilot would show."""

    place: int
    initiative: Initiative
    effect: Effect
    results: Results
    begin: int

    @property
    def cost(self) -> float:
        assert self.initiative.pilot is not None
        return self.initiative.pilot.cost.number

    @property
    def customers(self) -> float:
        """Customers times periods observed."""
        assert self.initiative.pilot is not None
        return self.initiative.pilot.customers.number * max(1, self.initiative.pilot.periods)

    @cached_property
    def basis(self) -> Floats:
        return basis_of([self.results.expected], PILOT_KNOTS)


class Learner:
    """What a planner would do if it knew more. Remembers the selections that it has tried."""

    def __init__(self, planner: Planner, inputs: Inputs, budget: Budget = None, stop: Stop = never):
        """`inputs`: the draws of the planner's run, each initiative once."""
        self.inputs, self.company, self.initiatives = inputs, planner.company, planner.initiatives
        self.budgets, self.stop = budgets_of(planner.company, budget), stop
        self.names = [one.id for one in self.initiatives]
        later = tuple(self._with_later_starts(one) for one in self.initiatives)
        scenario = planner.scenario.model_copy(update={"initiatives": later})
        self.wide = Planner(scenario, planner.run, replace(inputs, initiatives=later), planner.threads)
        self.program = self.wide.program(self.budgets)
        self.today = self._today(planner)
        self.profits: dict[Selection, Floats] = {}
        self.tests: tuple[list[Step], list[Selection]] | None = None

    # --- what may be tested

    def _with_later_starts(self, one: Initiative) -> Initiative:
        """An initiative that may wait for its pilot, and for any other that is run beside it."""
        last = allowed_starts(self.company, one)[-1]
        if one.pilot is not None and self.hindrance(one) is None:
            last = max(last, min(self.last_start(one), max(map(self.begin, self.initiatives))))
        return one.model_copy(update={"start": None, "earliest_start": one.first_start, "latest_start": last})

    def begin(self, one: Initiative) -> int:
        """The first period in which an initiative can start after its pilot; its first start where it has none."""
        if one.pilot is None or self.hindrance(one) is not None:
            return one.first_start
        return max(one.first_start, one.pilot.periods)

    def hindrance(self, one: Initiative) -> Hindrance | None:
        if one.pilot is None:
            return Hindrance.NO_PILOT
        if one.mandatory:
            return Hindrance.MUST_DO
        if one.pilot.periods > self.last_start(one):
            return Hindrance.TOO_LATE
        if not one.pilot.customers.number:
            return Hindrance.NOTHING_TO_LEARN
        if not self._pays_for(one.pilot.cost.number):
            return Hindrance.TOO_DEAR
        return None

    def last_start(self, one: Initiative) -> int:
        """The last period in which an initiative may start after a pilot: its own latest start, else the company's.

        A pilot moves a `start`, which says when it would start without one.
        """
        return self.company.latest_start if one.latest_start is None else one.latest_start

    def _pays_for(self, cost: float) -> bool:
        """Whether the budget of the first fiscal year has room for what pilots cost."""
        year = dict(self.budgets.years).get(self.company.fiscal_year(0), np.inf)
        together = np.inf if self.budgets.together is None else self.budgets.together
        return cost <= min(year, together)

    @cached_property
    def effects(self) -> dict[str, Effect]:
        """The delivered effect of every initiative."""
        return {one.id: effect_of(self.inputs, one) for one in self.initiatives}

    @cached_property
    def pilots(self) -> dict[str, Testable]:
        """The pilots that can be run, by initiative."""
        found = {}
        for place, one in enumerate(self.initiatives):
            effect = self.effects[one.id]
            if self.hindrance(one) is None and np.isfinite(effect.prior_customers) and one.pilot is not None:
                customers = one.pilot.customers.number * max(1, one.pilot.periods)
                stream = f"initiatives.{one.id}.pilot"
                results = results_of(effect, customers, stream, self.wide.run.seed)
                found[one.id] = Testable(place, one, effect, results, self.begin(one))
        return found

    # --- selections, proposed by values beside the funded and valued together

    def _today(self, planner: Planner) -> Selection:
        """Today's plan, in the columns of the wider planner."""
        choice = planner.choice(self.budgets, stop=self.stop)
        if choice.improved is None:
            refuse_conflict(conflict_of(planner, choice))
        columns = {column: place for place, column in enumerate(self.wide.columns)}
        return tuple(sorted(columns[planner.columns[column]] for column in choice.columns))

    @cached_property
    def usual(self) -> frozenset[int]:
        """The columns that may be chosen without any pilot."""
        starts = [allowed_starts(self.company, one) for one in self.initiatives]
        return frozenset(place for place, one in enumerate(self.wide.columns) if one.start in starts[one.initiative])

    @cached_property
    def beside(self) -> Floats:
        """What every column would bring beside the others that are funded today, by draw, (draws, columns)."""
        draws = min(PROPOSED, self.inputs.draws)
        some = on_some_draws(self.wide.prepared, 0, draws)
        value = JointValue(some, self.company.acquisition_policy, self.wide.threads, by_draw=True)
        return self.wide.beside_columns(self.today, value).T

    def proposed(
        self, basis: Floats, draws: Sequence[int], columns: Collection[int], committed: Collection[int] = ()
    ) -> list[Selection]:
        """The selections that are best for some draws of what is known."""
        means = expected(self.beside, basis[: len(self.beside)])
        return solved(self.program, means[list(draws)], columns, committed)

    def spread_out(self, values: Floats, count: int) -> list[int]:
        """The draws in which a value is at even quantiles."""
        known = values[: len(self.beside)]
        ranked = np.argsort(known, kind="stable")
        return ranked[((np.arange(count) + 0.5) / count * len(known)).astype(int)].tolist()

    def tried(self, selections: Sequence[Selection]) -> Tried:
        """Selections, today's first, with their joint profits on all draws."""
        listed = tuple(dict.fromkeys([self.today, *selections]))
        missing = [one for one in listed if one not in self.profits]
        value = JointValue(self.wide.prepared, self.company.acquisition_policy, self.wide.threads, by_draw=True)
        for one, profit in zip(missing, value.profits(missing) if missing else (), strict=True):
            self.profits[one] = profit
        return Tried(listed, np.column_stack([self.profits[one] for one in listed]))

    # --- pilots

    def allowed(self, tested: Collection[str], begin: int) -> list[int]:
        """The columns that may be chosen where some are tested first."""
        places = {self.pilots[one].place for one in tested}
        last = [max(self.last_start(one), one.first_start) for one in self.initiatives]
        return [
            place
            for place, column in enumerate(self.wide.columns)
            if (
                begin <= column.start <= last[column.initiative] if column.initiative in places else place in self.usual
            )
        ]

    def early(self, columns: Collection[int], begin: int) -> Selection:
        """What of a selection starts before an answer is there."""
        return tuple(sorted(one for one in columns if self.wide.columns[one].start < begin))

    def begin_of(self, tested: Collection[str]) -> int:
        return max(self.pilots[one].begin for one in tested)

    def after_costs(self, tested: Collection[str]) -> Program:
        """The program with what the pilots cost taken off the budget of the first fiscal year."""
        spent = sum(self.pilots[one].cost for one in tested)
        first = self.company.fiscal_year(0)
        limits = self.program.limits.copy()
        for place, (limit, _size) in enumerate(self.wide.limits(self.budgets)):
            if not limit.is_staff and limit.year in (first, None):
                limits[place] = max(limits[place] - spent, 0.0)
        return replace(self.program, limits=limits)

    def responses_to(self, tested: Sequence[str], answers: int) -> list[Selection]:
        """Selections that could follow the answers of some pilots: what starts now fixed, the rest by the answer."""
        begin, program = self.begin_of(tested), self.after_costs(tested)
        allowed = self.allowed(tested, begin)
        late = [one for one in allowed if self.wide.columns[one].start >= begin]
        places = {self.pilots[one].place for one in tested}
        without = [self.beside.mean(axis=0)]
        kept = [one for one in self.early(self.today, begin) if self.wide.columns[one].initiative not in places]
        commitments = {tuple(kept), ()}
        for plan in solved(program, without, allowed):
            commitments.add(self.early(plan, begin))
        basis = self.basis(tested)
        draws = self._answers(tested, answers)
        means = expected(self.beside, basis[: len(self.beside)])[draws]
        found: dict[Selection, None] = {}
        for commitment in sorted(commitments):
            for one in solved(program, [*means, *without], [*late, *commitment], commitment):
                found[tuple(sorted(one))] = None
        return list(found)

    def basis(self, tested: Sequence[str]) -> Floats:
        return basis_of([self.pilots[one].results.expected for one in tested], PILOT_KNOTS)

    def _answers(self, tested: Sequence[str], count: int) -> list[int]:
        """Draws that stand for the answers of pilots."""
        if len(tested) == 1:
            return self.spread_out(self.pilots[tested[0]].results.expected, count)
        return list(range(min(count, len(self.beside))))

    def response(self, tested: Sequence[str], tried: Tried) -> Response | None:
        """What follows the answers of some pilots, among the selections that were tried; None where they cost too much.

        More than the budget has, or so much that nothing allowed fits what is left.
        """
        if not self._pays_for(sum(self.pilots[one].cost for one in tested)):
            return None
        begin, program = self.begin_of(tested), self.after_costs(tested)
        columns = set(self.allowed(tested, begin))
        possible = [
            place
            for place, selection in enumerate(tried.selections)
            if columns.issuperset(selection) and program.fits(selection)
        ]
        return respond(tried, possible, 0, self.basis(tested), lambda one: self.early(one, begin))

    def cost_after_tax(self, tested: Collection[str]) -> float:
        return sum(self.pilots[one].cost for one in tested) * float(present_value_factors(self.company)[0])

    @cached_property
    def alone(self) -> Floats:
        """The profit of each initiative alone at its first start, by draw, (draws, initiatives)."""
        first = [
            next(place for place, column in enumerate(self.wide.columns) if column.initiative == initiative)
            for initiative in range(len(self.initiatives))
        ]
        return self.wide.each.profit[first].T

    def owners(self, selection: Selection) -> frozenset[int]:
        return frozenset(self.wide.columns[column].initiative for column in selection)

    def ids(self, places: Collection[int]) -> tuple[str, ...]:
        return tuple(self.names[place] for place in sorted(places))

    def knowing(self, id_: str) -> list[Selection]:
        """The selections that are best where the effect of an initiative is known."""
        effect = self.effects[id_]
        return self.at_quantiles(effect.drawn, ANSWERS) if np.isfinite(effect.prior_customers) else []

    def at_quantiles(self, values: Floats, count: int) -> list[Selection]:
        """The selections that are best where a value is known to be at even quantiles."""
        if self.stop():
            return []
        return self.proposed(basis_of([values]), self.spread_out(values, count), self.usual)
