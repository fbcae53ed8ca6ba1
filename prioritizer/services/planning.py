"""What to fund and when: a plan within budget and staff, the frontier of budgets, the order by funding, why here.

A `Planner` holds all initiatives at all starts that they may have, on the draws of an evaluation, and remembers what it
has solved: a page asks it again and again without a new simulation.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from prioritizer.domain.bridges import PortfolioBridge
from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.plans import (
    Frontier,
    FrontierPoint,
    Funded,
    NotFunded,
    Order,
    OrderedInitiative,
    Overlap,
    Plan,
    Rung,
    StaffUse,
    YearUse,
)
from prioritizer.domain.record import same_name
from prioritizer.domain.results import Run, Worth
from prioritizer.domain.scenarios import Scenario
from prioritizer.engine.attribution import Attribution, attribute, overlaps
from prioritizer.engine.exchange import Exchange, Improved, improve
from prioritizer.engine.funding import Ladder, Nested, appraise, build, by_levels, improve_order
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
from prioritizer.engine.portfolio import Program, Solution, conflict, solve
from prioritizer.engine.sampling import mean
from prioritizer.engine.simulation import Prepared, Simulated, prepare, simulate_point, simulate_sets
from prioritizer.language import _
from prioritizer.services.bridges import Claims, bridge_of_plan, bridges_of
from prioritizer.services.cases import Case, as_scenario
from prioritizer.services.evaluation import draw_inputs
from prioritizer.services.figures import first_start, worth_of
from prioritizer.services.limits import Budget, Budgets, Limit, budgets_of, limits_of, people_of, uses_of
from prioritizer.services.plan_reasons import conflict_in_words, reason_against, year_name
from prioritizer.services.runs import checked_run, identify
from prioritizer.words import money, sign

Floats = npt.NDArray[np.float64]
Stop = Callable[[], bool]
Progress = Callable[[float], None]

SAMPLE = 192  # draws on which moves are screened and the order by funding is improved
PAIRED = 480  # draws on which overlaps between pairs are computed
SOLVED = 100  # draws of which the selection is solved one by one
GAP, SECONDS = 1e-6, 10.0  # at which the program of values alone may stop
GAP_BY_DRAW, SECONDS_BY_DRAW = 1e-4, 2.0
FACTORS = tuple(round(0.7 + 0.03 * step, 2) for step in range(21))  # of today's budgets
NOTICEABLE = 0.1  # of the joint profit: by how much profits alone may exceed it without a warning


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
        return self._sample(SAMPLE)

    def _sample(self, draws: int) -> JointValue:
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
            starts = [
                solution.columns,
                *(one for one in begin if program.allows(one)),
                *([known.columns] if known else []),
            ]
            worth = self.exact.means(starts)
            best = starts[int(np.argmax(worth))]
            exchange = Exchange(self.exact, self.sample, stop=stop, progress=progress)
            found = Choice(budgets, program, solution, improve(program, best, exchange), float(worth[0]))
        if not begin and (found.improved is None or found.improved.complete):
            self.choices[key] = found
        return found

    def plan(
        self,
        budget: Budget = None,
        *,
        solved_draws: int = SOLVED,
        stop: Stop = never,
        progress: Progress = silent,
    ) -> Plan:
        """What to fund and when, with all readings and what keeps the others out.

        Args:
            budget: see `budgets_of`; the company's budgets by default.
            solved_draws: on how many draws the selection is solved one by one; 0 leaves the shares of draws out.
            stop, progress: asked and told between steps.
        """
        choice = self.choice(budgets_of(self.company, budget), stop=stop, progress=progress)
        return self.plan_of(choice, solved_draws, stop)

    def plan_of(self, choice: Choice, solved_draws: int = 0, stop: Stop = never) -> Plan:
        """A choice with all that people are shown of it."""
        columns, solution = choice.columns, choice.solution
        feasible = solution.columns is not None
        shared = self.attribution(choice) if columns else None
        chosen_in, solved = self.chosen_in(choice, solved_draws, stop) if feasible else ({}, 0)
        standalone = float(self.alone[list(columns)].sum())
        joint = (shared.joint if shared else 0.0) if feasible else None
        funded = self._funded(columns, shared, chosen_in) if shared else ()
        return Plan(
            run=self.run,
            status=solution.status.value,
            budget_factor=choice.budgets.factor,
            program_value=solution.value if feasible else None,
            bound=solution.bound if feasible else None,
            gap=solution.gap if feasible else None,
            joint=joint,
            standalone_sum=standalone,
            improvement=(choice.improved.value - choice.joint_before) if choice.improved else 0.0,
            improvement_steps=choice.improved.steps if choice.improved else 0,
            complete=choice.improved.complete if choice.improved else True,
            funded=funded,
            not_funded=self._not_funded(choice, chosen_in) if feasible else (),
            together=self.together(columns) if columns else None,
            periods=tuple(self.company.period_name(period) for period in range(self.company.periods)),
            years=self._years(choice),
            staff=self._staff(columns),
            attribution="exact" if shared is None or shared.exact else "sampled",
            attribution_draws=shared.draws if shared else 0,
            solved_draws=solved,
            conflict=() if feasible else self._conflict(choice),
            warnings=self._warnings(standalone, joint),
            bridge=self.bridge(funded, joint or 0.0),
        )

    def bridge(self, funded: Sequence[Funded], joint: float, claims: Claims | None = None) -> PortfolioBridge | None:
        """From what was claimed of the funded to their joint profit; None where nothing is funded.

        `claims`: initiatives as their departments submitted them, where finance has figures of its own.
        """
        if not funded:
            return None
        first = {column.initiative: place for place, column in reversed(list(enumerate(self.columns)))}
        listed = [float(self.alone[first[place]]) for place in range(len(self.initiatives))]
        return bridge_of_plan(bridges_of(self.scenario, listed, claims), funded, joint)

    def attribution(self, choice: Choice) -> Attribution:
        """How the joint profit divides among the funded."""
        columns = choice.columns
        place = {self.columns[column].initiative: position for position, column in enumerate(columns)}
        ids = {one.id: position for position, one in enumerate(self.initiatives)}
        needs = [
            [place[ids[other]] for other in self._initiative(column).requires if ids[other] in place]
            for column in columns
        ]
        return attribute(self.exact, columns, needs, self.alone[list(columns)], seed=self.run.seed)

    def _initiative(self, column: int) -> Initiative:
        return self.initiatives[self.columns[column].initiative]

    def _funded(
        self, columns: Sequence[int], shared: Attribution, chosen_in: Mapping[int, float]
    ) -> tuple[Funded, ...]:
        """The funded, by what is attributed to them."""
        rows = [
            Funded(
                id=self._initiative(column).id,
                name=self._initiative(column).name,
                department=self._initiative(column).department,
                mandatory=self._initiative(column).mandatory,
                start=self.columns[column].start,
                end=self._end(column),
                cost=float(self.costs[column].sum()),
                alone=float(self.alone[column]),
                last_in=float(shared.last_in[place]),
                attributed=float(shared.attributed[place]),
                standard_error=float(shared.standard_errors[place]),
                chosen_in=chosen_in.get(self.columns[column].initiative),
            )
            for place, column in enumerate(columns)
        ]
        return tuple(sorted(rows, key=lambda row: (-row.attributed, row.id)))

    def _end(self, column: int) -> int:
        """The period after the last in which an initiative is expected to occupy people and to cost."""
        busy = np.flatnonzero(self.needed[column] > 0)
        return int(busy[-1]) + 1 if busy.size else self.columns[column].start

    def beside(self, choice: Choice) -> Floats:
        """What every column would bring beside the others that are funded, on the sample of draws, by draw.

        (columns, draws). A column of a funded initiative at another start takes its place; one whose prerequisites are
        missing is valued by itself.
        """
        funded = {self.columns[column].initiative: column for column in choice.columns}
        sets = []
        for column, (initiative, _start) in enumerate(self.columns):
            others = tuple(one for one in choice.columns if one != funded.get(initiative))
            sets += [(*others, column), others]
        profits = self.sample.profits(sets)
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

    def chosen_in(self, choice: Choice, draws: int, stop: Stop = never) -> tuple[dict[int, float], int]:
        """In which share of some draws each initiative is in the optimum, and on how many draws that rests.

        The selection is solved in each draw, with each initiative valued at what it would bring in that draw beside the
        others that are funded; costs and staff as expected.
        """
        beside = self.beside(choice)[:, :draws]
        if not draws or self.run.point or not len(self.columns):
            return {}, 0
        counts = np.zeros(len(self.initiatives))
        solved = 0
        for values in beside.T:
            if stop():
                break
            found = solve(replace(choice.program, values=values), GAP_BY_DRAW, SECONDS_BY_DRAW).columns or ()
            counts[[self.columns[column].initiative for column in found]] += 1
            solved += 1
        return ({place: float(count) / solved for place, count in enumerate(counts)} if solved else {}), solved

    def _not_funded(self, choice: Choice, chosen_in: Mapping[int, float]) -> tuple[NotFunded, ...]:
        """The others, by what they would add to the funded."""
        funded = {self.columns[column].initiative for column in choice.columns}
        left = [place for place in range(len(self.initiatives)) if place not in funded]
        best = {place: self._best_start(choice, place) for place in left}
        with_needs = {place: self._with_needs(choice, column) for place, column in best.items()}
        means = self.exact.means([choice.columns, *with_needs.values()])
        added = dict(zip(with_needs, (means[1:] - means[0]).tolist(), strict=True))
        rows = [self._row_not_funded(choice, place, best[place], added[place], chosen_in) for place in left]
        return tuple(sorted(rows, key=lambda row: (-row.beside, row.id)))

    def _best_start(self, choice: Choice, place: int) -> int:
        """The column of an initiative that would add most to what is funded, by the sample."""
        columns = choice.program.columns_of[place]
        means = self.sample.means([self._with_needs(choice, column) for column in columns])
        return columns[int(np.argmax(means))]

    def _with_needs(self, choice: Choice, column: int) -> tuple[int, ...]:
        """The funded, a column, and what it requires at the starts at which these are worth most alone."""
        program = choice.program
        present = {self.columns[one].initiative for one in choice.columns}
        needs = program.needs[self.columns[column].initiative] - present
        added = [max(program.columns_of[other], key=lambda one: (self.alone[one], -one)) for other in sorted(needs)]
        return (*choice.columns, column, *added)

    def _row_not_funded(
        self, choice: Choice, place: int, column: int, beside: float, chosen_in: Mapping[int, float]
    ) -> NotFunded:
        one = self.initiatives[place]
        limits = [limit for limit, _size in self.limits(choice.budgets)]
        reason = reason_against(self.scenario, limits, choice.program, choice.columns, place, column, beside)
        return NotFunded(
            id=one.id,
            name=one.name,
            department=one.department,
            start=self.columns[column].start,
            cost=float(self.costs[column].sum()),
            alone=float(self.alone[column]),
            beside=beside,
            obstacle=reason.obstacle,
            why=reason.words,
            chosen_in=chosen_in.get(place),
        )

    def together(self, columns: Sequence[int]) -> Worth:
        """What columns bring together, with all figures of an initiative."""
        chosen = tuple(sorted(columns))
        initiatives = [self.inputs.initiatives[column] for column in chosen]
        at_point = simulate_point(self.company, initiatives)
        if self.run.point:
            every = tuple(simulate_point(self.company, initiatives, policy) for policy in self.company.policies())
        else:
            every = tuple(
                simulate_sets(self.prepared, [chosen], policy, self.threads) for policy in self.company.policies()
            )
        return worth_of(self.scenario, every, at_point, -1, first_start(initiatives))

    def _years(self, choice: Choice) -> tuple[YearUse, ...]:
        """Every fiscal year in which something is paid or may be paid."""
        budgets = choice.budgets
        costs = self.costs[list(choice.columns)].sum(axis=0)
        by_year: dict[int, float] = {year: 0.0 for year, _amount in budgets.years}
        for period, cost in enumerate(costs):
            year = self.company.fiscal_year(period)
            by_year[year] = by_year.get(year, 0.0) + float(cost)
        limits = dict(budgets.years)
        rows = [
            YearUse(year=year, name=self.company.fiscal_year_name(year), cost=cost, budget=limits.get(year))
            for year, cost in sorted(by_year.items())
        ]
        if budgets.together is not None:
            name = year_name(self.scenario, Limit())
            rows.append(YearUse(year=None, name=name, cost=float(costs.sum()), budget=budgets.together))
        return tuple(rows)

    def _staff(self, columns: Sequence[int]) -> tuple[StaffUse, ...]:
        """Every department whose people are limited or needed."""
        limits = {department: people.number for department, people in self.company.staff.items()}
        named = {name for column in columns for name in self._initiative(column).staff}
        known = list(limits) + sorted(
            name for name in named if not any(same_name(name) == same_name(one) for one in limits)
        )
        return tuple(
            StaffUse(department=name, used=tuple(self._people(columns, name)), limit=limits.get(name)) for name in known
        )

    def _people(self, columns: Sequence[int], department: str) -> list[float]:
        used = np.zeros(self.company.periods)
        for column in columns:
            used += people_of(self._initiative(column), department) * self.needed[column]
        return [float(people) for people in used]

    def _conflict(self, choice: Choice) -> tuple:
        return conflict_in_words(self.scenario, self.limits(choice.budgets), choice.program, conflict(choice.program))

    def _warnings(self, standalone: float, joint: float | None) -> tuple[str, ...]:
        """What to know before the figures are used."""
        if joint is None or standalone - joint <= NOTICEABLE * abs(joint):
            return ()
        currency = sign(self.company.currency)
        said = _(
            "Each alone, the funded would sum to {alone}; together they bring {joint}. They share customers: never add"
            " up profits alone."
        )
        return (said.format(alone=money(standalone, currency), joint=money(joint, currency)),)

    def overlap(self, plan: Plan) -> Overlap:
        """What pairs of the funded bring less together than each alone, in money."""
        column_of = self._columns_of(plan)
        some = self._sample(PAIRED)
        table = overlaps(some, [column_of[one.id] for one in plan.funded])
        ids = tuple(one.id for one in plan.funded)
        return Overlap(ids=ids, amounts=tuple(tuple(map(float, row)) for row in table), draws=some.draws)

    def _columns_of(self, plan: Plan) -> dict[str, int]:
        known = {
            (self.initiatives[column.initiative].id, column.start): place for place, column in enumerate(self.columns)
        }
        return {one.id: known[one.id, one.start] for one in plan.funded}

    def frontier_choices(
        self, factors: Sequence[float], budget: Budget = None, stop: Stop = never, progress: Progress = silent
    ) -> list[Choice]:
        """The choice at each multiple of the budgets, smallest first; each also begins with the one before."""
        base = budgets_of(self.company, budget)
        found: list[Choice] = []
        for step, factor in enumerate(sorted(factors)):
            if stop():
                break
            before = [found[-1].columns] if found and found[-1].columns else []
            self.choice(base.scaled(factor), stop=stop)
            found.append(self.choice(base.scaled(factor), begin=before, stop=stop))
            progress((step + 1) / len(factors))
        return found

    def frontier(
        self,
        factors: Sequence[float] = FACTORS,
        budget: Budget = None,
        *,
        stop: Stop = never,
        progress: Progress = silent,
    ) -> Frontier:
        """What the best selection found brings at each multiple of the budgets; told to stop, at the smallest of
        them."""
        choices = self.frontier_choices(factors, budget, stop, progress)
        points = tuple(self._point(choice, factor) for choice, factor in zip(choices, sorted(factors), strict=False))
        complete = len(points) == len(factors) and all(one.improved is None or one.improved.complete for one in choices)
        return Frontier(run=self.run, points=points, complete=complete)

    def _point(self, choice: Choice, factor: float) -> FrontierPoint:
        solution, improved = choice.solution, choice.improved
        rows = [self.columns[column] for column in choice.columns]
        return FrontierPoint(
            factor=factor,
            amount=choice.budgets.total,
            status=solution.status.value,
            joint=improved.value if improved else None,
            program_value=solution.value if improved else None,
            bound=solution.bound if improved else None,
            gap=solution.gap if improved else None,
            cost=float(self.costs[list(choice.columns)].sum()) if improved else None,
            funded=tuple(self.initiatives[row.initiative].id for row in rows),
            starts=tuple(row.start for row in rows),
        )

    def funding_order(
        self,
        factors: Sequence[float] = FACTORS,
        weights: Sequence[float] | None = None,
        budget: Budget = None,
        *,
        stop: Stop = never,
        progress: Progress = silent,
    ) -> Order:
        """The order by funding for multiples of the budgets, and the price of one list at each.

        Args:
            factors: at least one; weights: how much each counts, alike by default.
        """
        steps = sorted(factors)
        counted = (
            [1.0 / len(steps)] * len(steps)
            if weights is None
            else [weight for _factor, weight in sorted(zip(factors, weights, strict=True))]
        )
        choices = self.frontier_choices(steps, budget, stop, lambda share: progress(0.7 * share))
        met = [place for place, choice in enumerate(choices) if choice.improved is not None]
        base = budgets_of(self.company, budget)
        if not met:
            return Order(
                run=self.run,
                initiatives=(),
                left_out=(),
                rungs=self._rungs(steps, base, counted),
                line=0,
                complete=False,
            )
        ladder = Ladder(tuple(choices[place].program for place in met), tuple(counted[place] for place in met))
        nested = self._nested(ladder, [choices[place] for place in met], stop)
        optima = self._optima(ladder, nested, [choices[place] for place in met], stop)
        progress(1.0)
        return self._order(base, steps, counted, met, nested, optima, choices, stop)

    def _nested(self, ladder: Ladder, choices: Sequence[Choice], stop: Stop) -> Nested:
        """The best order found: improved on the sample of draws, priced on all."""
        columns = self._one_start_each(choices)
        tried = [
            build(ladder, columns, self.sample),
            by_levels(replace(ladder, programs=self._beside_programs(ladder, choices)), columns),
        ]
        scored = [appraise(ladder, order, self.sample) for order in tried if order is not None]
        best = max(scored, key=lambda one: one.score)
        improved = improve_order(ladder, best.order, self.sample, stop)
        return replace(appraise(ladder, improved.order, self.exact), complete=improved.complete)

    def _beside_programs(self, ladder: Ladder, choices: Sequence[Choice]) -> tuple[Program, ...]:
        """The programs with each initiative valued beside what is funded at the middle budget."""
        values = self.beside(choices[len(choices) // 2]).mean(axis=1)
        return tuple(replace(program, values=values) for program in ladder.programs)

    def _one_start_each(self, choices: Sequence[Choice]) -> list[int]:
        """For each initiative the start that it has in the plan of the budget nearest to the middle that funds it.

        Where none does, the start at which it would be worth most alone.
        """
        middle = (len(choices) - 1) / 2
        nearest = sorted(range(len(choices)), key=lambda place: (abs(place - middle), place))
        found: dict[int, int] = {}
        for place in nearest:
            for column in choices[place].columns:
                found.setdefault(self.columns[column].initiative, column)
        for place, columns in enumerate(choices[0].program.columns_of):
            if columns:
                found.setdefault(place, max(columns, key=lambda one: (self.alone[one], -one)))
        return [found[place] for place in sorted(found)]

    def _optima(self, ladder: Ladder, nested: Nested, choices: Sequence[Choice], stop: Stop) -> list[float]:
        """What the best selection found is worth at each budget: that of the frontier, or one that begins with the
        prefix."""
        best = []
        for choice, length, value in zip(choices, nested.lengths, nested.values, strict=True):
            found = choice.improved.value if choice.improved else value
            prefix = tuple(sorted(nested.order[:length]))
            if value > found and choice.program.allows(prefix):
                found = improve(choice.program, prefix, Exchange(self.exact, self.sample, stop=stop)).value
            best.append(max(found, value) if choice.program.allows(prefix) else found)
        return best

    def _rungs(
        self,
        factors: Sequence[float],
        base: Budgets,
        weights: Sequence[float],
        found: Mapping[int, tuple[int, float, float]] | None = None,
    ) -> tuple[Rung, ...]:
        rungs = []
        for place, factor in enumerate(factors):
            fits, joint, optimum = (found or {}).get(place, (0, None, None))
            rungs.append(
                Rung(
                    factor=factor,
                    amount=base.scaled(factor).total,
                    weight=weights[place],
                    fits=fits,
                    joint=joint,
                    optimum=optimum,
                    price=None if joint is None or optimum is None else max(0.0, optimum - joint),
                )
            )
        return tuple(rungs)

    def _order(
        self,
        base: Budgets,
        factors: Sequence[float],
        weights: Sequence[float],
        met: Sequence[int],
        nested: Nested,
        optima: Sequence[float],
        choices: Sequence[Choice],
        stop: Stop,
    ) -> Order:
        found = {
            place: (length, value, optimum)
            for place, length, value, optimum in zip(met, nested.lengths, nested.values, optima, strict=True)
        }
        today = self.choice(base, stop=stop)
        line = self._line(today.program, nested.order)
        joints = self.exact.means([nested.order[:length] for length in range(len(nested.order) + 1)])
        rows = []
        for position, column in enumerate(nested.order):
            one = self._initiative(column)
            fits = [factors[place] for place, (length, _value, _best) in found.items() if length > position]
            rows.append(
                OrderedInitiative(
                    position=position + 1,
                    id=one.id,
                    name=one.name,
                    department=one.department,
                    start=self.columns[column].start,
                    cost=float(self.costs[column].sum()),
                    alone=float(self.alone[column]),
                    adds=float(joints[position + 1] - joints[position]),
                    funded=position < line,
                    from_factor=min(fits, default=None),
                )
            )
        listed = {row.id for row in rows}
        as_funded = replace(today, improved=Improved(tuple(sorted(nested.order[:line])), 0.0, 0, True))
        left = tuple(one for one in self._not_funded(as_funded, {}) if one.id not in listed)
        complete = nested.complete and all(one.improved is None or one.improved.complete for one in choices)
        rungs = self._rungs(factors, base, weights, found)
        return Order(run=self.run, initiatives=tuple(rows), left_out=left, rungs=rungs, line=line, complete=complete)

    @staticmethod
    def _line(program: Program, order: Sequence[int]) -> int:
        """How many of an order today's budget funds."""
        for length in range(1, len(order) + 1):
            if not program.fits(order[:length]):
                return length - 1
        return len(order)


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


def plan(
    case: Case,
    *,
    budget: Budget = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    point: bool = False,
    threads: int | None = None,
    stop: Stop = never,
    progress: Progress = silent,
) -> Plan:
    """What to fund and when; see `Planner.plan`. `case` as for `planner`."""
    made = planner(case, draws=draws, seed=seed, point=point, threads=threads)
    return made.plan(budget, stop=stop, progress=progress)


def frontier(
    case: Case,
    *,
    factors: Sequence[float] = FACTORS,
    budget: Budget = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    point: bool = False,
    threads: int | None = None,
    stop: Stop = never,
    progress: Progress = silent,
) -> Frontier:
    """What the best selection brings at each multiple of the budgets; see `Planner.frontier`."""
    made = planner(case, draws=draws, seed=seed, point=point, threads=threads)
    return made.frontier(factors, budget, stop=stop, progress=progress)


def funding_order(
    case: Case,
    *,
    factors: Sequence[float] = FACTORS,
    weights: Sequence[float] | None = None,
    budget: Budget = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    point: bool = False,
    threads: int | None = None,
    stop: Stop = never,
    progress: Progress = silent,
) -> Order:
    """The order by funding; see `Planner.funding_order`."""
    made = planner(case, draws=draws, seed=seed, point=point, threads=threads)
    return made.funding_order(factors, weights, budget, stop=stop, progress=progress)
