"""The questions of the main job: what is the priority list, and how do the customers go on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from prioritizer.domain.company import Policy
from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.results import (
    Histogram,
    Projection,
    RankCorrelation,
    Ranking,
    Run,
    Swing,
    SwitchingValue,
    Worth,
)
from prioritizer.domain.scenarios import Scenario
from prioritizer.engine.appraisal import histogram
from prioritizer.engine.levers import Inputs, sampled
from prioritizer.engine.rank_correlation import rank_correlations, standard_errors
from prioritizer.engine.sensitivity import break_even_causal_share, switching_values, tornado
from prioritizer.engine.simulation import (
    Prepared,
    Simulated,
    alone_and_together,
    prepare,
    simulate_point,
    simulate_sets,
)
from prioritizer.engine.uncertain import Uncertain, joined_with, uncertain_inputs
from prioritizer.services.bridges import Claims, with_bridges
from prioritizer.services.cases import Case, as_scenario, with_named
from prioritizer.services.figures import first_start, projection_of, ranking_of, worth_doing, worth_of
from prioritizer.services.runs import checked_run, identify, require_memory

Floats = npt.NDArray[np.float64]


def rank(
    company: Case,
    initiatives: Sequence[Initiative | str] | None = None,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int,
    point: bool = False,
    switching: bool = False,
    threads: int | None = None,
) -> Ranking:
    """The priority list by projected profit: every initiative alone, all together, and those worth doing together.

    Args:
        initiatives: initiatives, or the ids of some of them; all by default.
        company: a company with its `initiatives`, a scenario that holds both, or the path of the file of either.
        draws: how many random draws; `seed`: which (0 is a seed). Equal seeds give equal lists.
        point: every uncertain number at its mean instead; then only means are known.
        switching: also find the switching values and the break-even causal share of every initiative.

    Raises:
        InputError: what is given does not fit together; every complaint at once.
    """
    named = any(isinstance(one, str) for one in initiatives or ())
    scenario = with_named(company, initiatives) if named else as_scenario(company, initiatives)  # type: ignore[arg-type]
    evaluated = evaluate(scenario, draws=draws, seed=seed, point=point, threads=threads)
    ranking = with_bridges(scenario, evaluated.ranking)
    return _with_switching_values(scenario, ranking) if switching else ranking


def simulate(
    company: Case,
    initiatives: Sequence[Initiative | str] | None = None,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    point: bool = False,
    threads: int | None = None,
) -> Projection:
    """Customers, NPS and cash flow by period and group: without, with each initiative, and with all of them.

    Args:
        initiatives: initiatives, or the ids of some that the company's file or the scenario names; all by default.

    Raises:
        InputError: what is given does not fit together; UnknownName: an id that no initiative has.
    """
    scenario = with_named(company, initiatives)
    run = identify(scenario, *checked_run(draws, seed), point)
    if point:
        return projection_of(scenario, run, simulate_point(scenario.company, scenario.initiatives))
    inputs = draw_inputs(scenario, run)
    sets = alone_and_together(len(scenario.initiatives))
    return projection_of(scenario, run, simulate_sets(inputs, sets, run.policy, threads))


@dataclass(frozen=True)
class Evaluation:
    """A scenario, its list, and the draws behind it, from which more can be asked.

    `simulated` has each initiative alone, then all together, then those worth doing, under each policy that can be
    computed, the one in force first. `inputs` are the draws, None at the point estimate.
    """

    scenario: Scenario
    run: Run
    ranking: Ranking
    simulated: tuple[Simulated, ...]
    inputs: Inputs | None

    @property
    def worth_doing(self) -> tuple[str, ...]:
        """The ids of the initiatives worth doing, in the order of rank."""
        return self.ranking.worth_doing

    @cached_property
    def projection(self) -> Projection:
        """Customers, NPS and cash flow by period and group."""
        return projection_of(self.scenario, self.run, self.simulated[0])

    def initiative(self, id_: str) -> Initiative:
        """The initiative with an id; there must be one."""
        return next(known for known in self.scenario.initiatives if known.id == id_)

    def profit_draws(self, id_: str) -> Floats:
        """The projected profit of an initiative alone, by draw."""
        position = [known.id for known in self.scenario.initiatives].index(id_)
        return self.simulated[0].profit[position]

    def distribution(self, id_: str) -> Histogram:
        """How the projected profit of an initiative alone is spread over the draws."""
        return histogram(self.profit_draws(id_))

    def together(self, ids: Sequence[str]) -> Worth:
        """What some of the initiatives bring together, on the same draws; there must be at least one."""
        initiatives = self.scenario.initiatives
        wanted = tuple(position for position, known in enumerate(initiatives) if known.id in ids)
        prepared = prepare(self.inputs) if self.inputs else None
        simulated = tuple(_with_chosen(self.scenario, prepared, one, wanted, None) for one in self.simulated)
        at_point = simulate_point(self.scenario.company, initiatives)
        at_point = _with_chosen(self.scenario, None, at_point, wanted, None)
        start = first_start([initiatives[position] for position in wanted])
        return worth_of(self.scenario, simulated, at_point, -1, start)

    def drivers(self, id_: str) -> tuple[SwitchingValue, ...]:
        """The inputs that matter most to an initiative, the most important first."""
        return switching_values(self.scenario.company, self.initiative(id_))

    def with_bridges(self, claims: Claims | None = None) -> Ranking:
        """The list with the bridge of every initiative.

        `claims`: initiatives as their departments submitted them, where finance has figures of its own.
        """
        return with_bridges(self.scenario, self.ranking, claims)

    def tornado(self, id_: str) -> tuple[Swing, ...]:
        """How far each uncertain input moves the profit of an initiative alone, those that move it most first."""
        return tornado(self.scenario.company, self.initiative(id_))

    @cached_property
    def uncertain(self) -> tuple[Uncertain, ...]:
        """Every uncertain input of the company and of all initiatives."""
        return uncertain_inputs(self.scenario.company, self.scenario.initiatives)

    @cached_property
    def joined(self) -> dict[str, tuple[str, ...]]:
        """With which others the draws of an input are joined, by its name."""
        return joined_with(self.scenario.company, self.uncertain)

    def associate(self, profits: Floats) -> Floats:
        """Rank correlations of every uncertain input with profits by draw, (inputs, profits); (profits, draws)."""
        if self.inputs is None:
            return np.full((len(self.uncertain), len(profits)), np.nan)
        return rank_correlations((one.drawn(self.inputs) for one in self.uncertain), profits)

    @cached_property
    def _associated(self) -> Floats:
        """With each initiative alone, all together, and those worth doing together."""
        return self.associate(self.simulated[0].profit)

    def rank_correlations(self, id_: str | None = None) -> tuple[RankCorrelation, ...]:
        """Of the uncertain inputs with the profit of an initiative alone, the strongest first.

        Without an id with the profit of those worth doing, together. None at the point estimate.
        """
        ids = [known.id for known in self.scenario.initiatives]
        whose = [one for one in self.scenario.initiatives if one.id in (self.worth_doing if id_ is None else (id_,))]
        column = self._associated[:, -1 if id_ is None else ids.index(id_)]
        return self.correlations_of(whose, column)

    def correlations_of(self, whose: Sequence[Initiative], values: Floats) -> tuple[RankCorrelation, ...]:
        """Rank correlations as records, of the inputs on which the profit of some initiatives may depend.

        `values`: of every uncertain input, (inputs,).
        """
        if self.inputs is None:
            return ()
        theirs = {one.name for one in uncertain_inputs(self.scenario.company, whose)}
        errors = standard_errors(values, self.run.draws)
        found = [
            RankCorrelation(
                input=one.name,
                value=_known(value),
                standard_error=_known(error),
                correlated_with=self.joined.get(one.name, ()),
            )
            for one, value, error in zip(self.uncertain, values, errors, strict=True)
            if one.name in theirs
        ]
        return tuple(sorted(found, key=lambda one: (-abs(one.value or 0.0), one.input)))

    def break_even_causal_share(self, id_: str) -> float | None:
        """The causal share at which an initiative's profit is zero."""
        return break_even_causal_share(self.scenario.company, self.initiative(id_))


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def evaluate(
    scenario: Scenario,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    point: bool = False,
    threads: int | None = None,
    like: Inputs | None = None,
) -> Evaluation:
    """The list of a scenario whose parts fit each other, with all that it was made from.

    Numbers that are as in `like`, draws of equal number and seed, are taken from there.
    """
    run = identify(scenario, *checked_run(draws, seed), point)
    at_point = simulate_point(scenario.company, scenario.initiatives)
    inputs = None if point else draw_inputs(scenario, run, like)
    prepared = prepare(inputs) if inputs else None
    every = tuple(_every_set(scenario, prepared, policy, threads) for policy in scenario.company.policies())
    chosen = worth_doing(scenario.initiatives, every[0].profit[: len(scenario.initiatives)].mean(axis=1))
    together = tuple(sorted(chosen))  # in an order of its own, so that the last digit does not hang on the ranks
    simulated = tuple(_with_chosen(scenario, prepared, one, together, threads) for one in every)
    at_point = _with_chosen(scenario, None, at_point, together, threads)
    ranking = ranking_of(scenario, run, simulated, at_point, chosen)
    return Evaluation(scenario, run, ranking, simulated, inputs)


def draw_inputs(scenario: Scenario, run: Run, like: Inputs | None = None) -> Inputs:
    """The draws of a run; numbers that are as in `like`, drawn for an equal seed, are taken from there."""
    require_memory(scenario, run.draws)
    return sampled(scenario.company, scenario.initiatives, run.draws, run.seed, like)


def _every_set(scenario: Scenario, prepared: Prepared | None, policy: Policy, threads: int | None) -> Simulated:
    """Each initiative alone, then all together; at the point estimate where nothing is prepared."""
    if prepared is None:
        return simulate_point(scenario.company, scenario.initiatives, policy)
    return simulate_sets(prepared, alone_and_together(len(scenario.initiatives)), policy, threads)


def _with_chosen(
    scenario: Scenario, prepared: Prepared | None, known: Simulated, chosen: tuple[int, ...], threads: int | None
) -> Simulated:
    """What is simulated, and some initiatives together as one more set behind the others."""
    if prepared is None:
        more = simulate_point(scenario.company, [scenario.initiatives[position] for position in chosen], known.policy)
    else:
        more = simulate_sets(prepared, [chosen], known.policy, threads)
    return replace(known, profit=np.concatenate([known.profit, more.profit[-1:]]), lines=(*known.lines, more.lines[-1]))


def _with_switching_values(scenario: Scenario, ranking: Ranking) -> Ranking:
    known = {initiative.id: initiative for initiative in scenario.initiatives}
    rows = tuple(
        row.model_copy(
            update={
                "switching_values": switching_values(scenario.company, known[row.id]),
                "break_even_causal_share": break_even_causal_share(scenario.company, known[row.id]),
            }
        )
        for row in ranking.initiatives
    )
    return ranking.model_copy(update={"initiatives": rows})
