"""What may be funded and what it brings: a program, and the joint values of one evaluation.

A `Planner` holds all initiatives at all starts that they may have, on the draws of an evaluation, and remembers what it
has solved: a page asks it again and again without a new simulation. The plan (`plans`), the frontier (`frontier`), the
order by funding (`funding_order`) and what would move a plan (`plan_changes`) are functions of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.results import Run
from prioritizer.domain.scenarios import Scenario
from prioritizer.engine.exchange import Exchange, Improved, improve
from prioritizer.engine.joint_value import (
    Column,
    JointValue,
    at_mean_starts,
    at_starts,
    columns_of,
    on_some_draws,
    staff_needed,
)
from prioritizer.engine.levers import Inputs
from prioritizer.engine.portfolio import Program, Solution, solve
from prioritizer.engine.sampling import mean
from prioritizer.engine.simulation import Prepared, Simulated, prepare, simulate_sets
from prioritizer.services.cases import Case, as_scenario
from prioritizer.services.evaluation import draw_inputs
from prioritizer.services.limits import Budgets, Limit, limits_of, uses_of
from prioritizer.services.runs import checked_run, identify

Floats = npt.NDArray[np.float64]
Stop = Callable[[], bool]
Progress = Callable[[float], None]

SAMPLE = 192  # draws on which moves are screened and the order by funding is improved
GAP, SECONDS = 1e-6, 10.0  # at which the program of values alone may stop


def never() -> bool:
    """Nobody stops a search."""
    return False


def silent(share: float) -> None:
    """Nobody is told how far a search is."""


@dataclass(frozen=True)
class Choice:
    """What was chosen under some budgets: the program, what it found by values alone, and that improved by exchange."""

    budgets: Budgets
    program: Program
    solution: Solution
    improved: Improved | None
    joint_before: float = 0.0

    @property
    def columns(self) -> tuple[int, ...]:
        """The columns that are funded; none where the demands cannot be met."""
        return self.improved.columns if self.improved else ()

    @property
    def complete(self) -> bool:
        """Whether the search was not cut short."""
        return self.improved is None or self.improved.complete


class Planner:
    """All initiatives of an evaluated scenario at all their starts, on its draws. Remembers what it has solved."""

    def __init__(self, scenario: Scenario, run: Run, inputs: Inputs | None, threads: int | None = None):
        """`inputs`: the draws; None plans at the point estimate."""
        self.scenario, self.run, self.threads = scenario, run, threads
        self.company, self.initiatives = scenario.company, scenario.initiatives
        self.columns = columns_of(self.company, self.initiatives)
        self.inputs = self._at_means(self.chances.tolist()) if inputs is None else at_starts(inputs, self.columns)
        self.prepared = prepare(self.inputs)
        self.choices: dict[tuple[tuple[tuple[int, float], ...], float | None], Choice] = {}

    def _at_means(self, success: Sequence[float]) -> Inputs:
        """All columns with every number at its mean; `success` is the intensity of each initiative."""
        return at_mean_starts(self.company, self.initiatives, self.columns, success)

    @cached_property
    def chances(self) -> Floats:
        """The mean probability of success of each initiative, (initiatives,)."""
        return np.array([mean(one.probability_of_success) for one in self.initiatives], dtype=float)

    @cached_property
    def each(self) -> Simulated:
        """Every column alone, under the policy in force."""
        return self._each_at_point() if self.run.point else self._each(self.prepared)

    def _each(self, prepared: Prepared) -> Simulated:
        alone = [(column,) for column in range(len(self.columns))]
        return simulate_sets(prepared, alone, self.company.acquisition_policy, self.threads)

    def _each_at_point(self) -> Simulated:
        """Of each column p × with success + (1 − p) × without."""
        count = len(self.initiatives)
        won, lost = (self._each(prepare(self._at_means([certain] * count))) for certain in (1.0, 0.0))
        p = [float(self.chances[column.initiative]) for column in self.columns]
        lines = tuple(mine.mixed(other, chance) for mine, other, chance in zip(won.lines, lost.lines, p, strict=True))
        share = np.array(p).reshape(len(p), 1)
        return replace(won, profit=share * won.profit + (1 - share) * lost.profit, lines=lines)

    @cached_property
    def alone(self) -> Floats:
        """The mean profit of every column alone, (columns,)."""
        return self.each.profit.mean(axis=1)

    @cached_property
    def costs(self) -> Floats:
        """What every column is expected to cost, before tax, (columns, periods)."""
        return np.array([line.own_cost for line in self.each.lines]).reshape(len(self.columns), self.company.periods)

    @cached_property
    def needed(self) -> Floats:
        """The share of the draws in which every column occupies its people, (columns, periods)."""
        return np.array(staff_needed(self.inputs)).reshape(len(self.columns), self.company.periods)

    @cached_property
    def exact(self) -> JointValue:
        """The joint profit on all draws."""
        alone = self.alone if self.run.point else None
        return JointValue(self.prepared, self.company.acquisition_policy, self.threads, alone=alone)

    @cached_property
    def sample(self) -> JointValue:
        """The joint profit on some of the draws, with the profits alone on all of them."""
        return self.sample_of(SAMPLE)

    def sample_of(self, draws: int) -> JointValue:
        """The same on so many of the draws."""
        if self.run.point:
            policy = self.company.acquisition_policy
            return JointValue(self.prepared, policy, self.threads, by_draw=True, alone=self.alone)
        some = on_some_draws(self.prepared, 0, draws)
        shift = self.alone - self.each.profit[:, :draws].mean(axis=1)
        return JointValue(some, self.company.acquisition_policy, self.threads, by_draw=True, shift=shift)

    def limits(self, budgets: Budgets) -> list[tuple[Limit, float]]:
        """All limits and their sizes."""
        return limits_of(self.company, budgets)

    def program(self, budgets: Budgets) -> Program:
        """What may be funded within budgets, valued alone."""
        limits = self.limits(budgets)
        names = [limit for limit, _size in limits]
        return Program(
            owners=np.array([column.initiative for column in self.columns], dtype=np.int64),
            values=self.alone,
            uses=uses_of(self.company, self.initiatives, self.columns, names, self.costs, self.needed),
            limits=np.array([size for _limit, size in limits], dtype=float),
            requires=self._pairs("requires"),
            excludes=self._pairs("excludes"),
            mandatory=frozenset(place for place, one in enumerate(self.initiatives) if one.mandatory),
        )

    def _pairs(self, key: str) -> tuple[tuple[int, int], ...]:
        place = {one.id: position for position, one in enumerate(self.initiatives)}
        return tuple((place[one.id], place[other]) for one in self.initiatives for other in getattr(one, key))

    def choice(
        self,
        budgets: Budgets,
        begin: Sequence[tuple[int, ...]] = (),
        stop: Stop = never,
        progress: Progress = silent,
    ) -> Choice:
        """The best selection found within budgets: the program's, or the best of some others, improved by exchange."""
        key = (budgets.years, budgets.together)
        known = self.choices.get(key)
        if known is not None and not begin:
            return known
        program = known.program if known else self.program(budgets)
        solution = known.solution if known else solve(program, GAP, SECONDS)
        if solution.columns is None:
            found = Choice(budgets, program, solution, None)
        else:
            allowed = [one for one in begin if program.allows(one)]
            starts = [solution.columns, *allowed, *([known.columns] if known else [])]
            worth = self.exact.means(starts)
            exchange = Exchange(self.exact, self.sample, stop=stop, progress=progress)
            improved = improve(program, starts[int(np.argmax(worth))], exchange)
            found = Choice(budgets, program, solution, improved, float(worth[0]))
        if not begin and found.complete:
            self.choices[key] = found
        return found

    def initiative_at(self, column: int) -> Initiative:
        """The initiative that a column is."""
        return self.initiatives[self.columns[column].initiative]

    def best_alone(self, columns: Sequence[int]) -> int:
        """The column that is worth most alone; of equals the first."""
        return max(columns, key=lambda one: (self.alone[one], -one))

    def beside(self, choice: Choice) -> Floats:
        """What every column would bring beside the others that are funded, on the sample of draws, by draw.

        (columns, draws). A column of a funded initiative at another start takes its place; one whose prerequisites are
        missing is valued by itself.
        """
        return self.beside_columns(choice.columns, self.sample)

    def beside_columns(self, chosen: Sequence[int], value: JointValue) -> Floats:
        """The same for any columns that are funded, on the draws of a value that is remembered by draw."""
        funded = {self.columns[column].initiative: column for column in chosen}
        sets = []
        for column, (initiative, _start) in enumerate(self.columns):
            others = tuple(one for one in chosen if one != funded.get(initiative))
            sets += [(*others, column), others]
        profits = value.profits(sets)
        return profits[0::2] - profits[1::2]

    def starting_at(self, choice: Choice, place: int, starts: Sequence[int]) -> tuple[Floats, Floats]:
        """What an initiative would bring beside the others that are funded at starts that it may not have, (starts,).

        And what it would take of each limit there, (starts, limits).
        """
        count = len(self.columns)
        like = self.columns.index(next(column for column in self.columns if column.initiative == place))
        moved = tuple(self.inputs.initiatives[like].model_copy(update={"start": start}) for start in starts)
        inputs = replace(
            self.inputs,
            initiatives=(*self.inputs.initiatives, *moved),
            success=(*self.inputs.success, *(self.inputs.success[like] for _start in starts)),
        )
        prepared, policy = prepare(inputs), self.company.acquisition_policy
        value = JointValue(on_some_draws(prepared, 0, SAMPLE), policy, self.threads)
        others = tuple(column for column in choice.columns if self.columns[column].initiative != place)
        without, *means = value.means([others, *((*others, count + step) for step in range(len(starts)))])
        each = simulate_sets(prepared, [(count + step,) for step in range(len(starts))], policy, self.threads)
        uses = uses_of(
            self.company,
            self.initiatives,
            [Column(place, start) for start in starts],
            [limit for limit, _size in self.limits(choice.budgets)],
            np.array([line.own_cost for line in each.lines]),
            np.array(staff_needed(replace(inputs, initiatives=moved))),
        )
        return np.array(means) - without, uses


def planner(
    case: Case,
    initiatives: Sequence[Initiative] | None = None,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    point: bool = False,
    threads: int | None = None,
) -> Planner:
    """A planner of a company with its initiatives, a scenario, or the path of the file of either.

    Raises:
        InputError: what is given does not fit together; every complaint at once.
    """
    scenario = as_scenario(case, initiatives)
    run = identify(scenario, *checked_run(draws, seed), point)
    return Planner(scenario, run, None if point else draw_inputs(scenario, run), threads)
