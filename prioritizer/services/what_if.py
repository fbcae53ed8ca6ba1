"""What if: a few things differ from an evaluated scenario; the list anew, and what moved the result."""

from dataclasses import dataclass

from prioritizer.domain.changes import apply
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.results import Estimate, Run
from prioritizer.domain.scenarios import Scenario
from prioritizer.domain.whatif import WhatIf
from prioritizer.engine.appraisal import estimate, probability_of_loss
from prioritizer.engine.sampling import mean
from prioritizer.engine.simulation import alone_and_together, prepare, simulate_sets
from prioritizer.services.cases import as_scenario
from prioritizer.services.evaluation import Evaluation, draw_inputs
from prioritizer.services.figures import in_order_of_rank, worth_doing
from prioritizer.services.runs import identify


@dataclass(frozen=True)
class Standing:
    """Where an initiative stands: `before` is its rank in the scenario that the what-if starts from."""

    id: str
    name: str
    department: str
    rank: int
    before: int
    npv: Estimate
    npv_before: float
    probability_of_loss: float | None
    worth_doing: bool


@dataclass(frozen=True)
class Outcome:
    """The list under a what-if, under the policy in force, and what those worth doing bring together."""

    run: Run
    standings: tuple[Standing, ...]
    together: Estimate
    probability_of_loss: float | None

    @property
    def worth_doing(self) -> tuple[str, ...]:
        """The ids of the initiatives worth doing, in the order of rank."""
        return tuple(standing.id for standing in self.standings if standing.worth_doing)


@dataclass(frozen=True)
class Step:
    """One difference of a what-if, and by how much it moves the result on top of those before it."""

    name: str
    moved: float


def scenario_under(scenario: Scenario, what_if: WhatIf) -> Scenario:
    """The scenario with the differences of a what-if. Raises InputError where they do not fit, all complaints."""
    company = apply(scenario.company, what_if.company_changes())
    left = [one for one in scenario.initiatives if one.id not in what_if.without]
    if changes := what_if.initiative_changes():
        left = [apply(one, changes) for one in left]
    if what_if.without:
        left = [_among(one, {other.id for other in left}) for one in left]
    return as_scenario(Scenario(name=scenario.name, company=company, initiatives=tuple(left)))


def _among(initiative: Initiative, kept: set[str]) -> Initiative:
    """An initiative that neither excludes nor requires what is left out."""
    links = {key: tuple(id_ for id_ in getattr(initiative, key) if id_ in kept) for key in ("requires", "excludes")}
    return initiative.model_copy(update=links)


def outcome_of(base: Evaluation, what_if: WhatIf, before: Outcome | None = None) -> Outcome:
    """The list of an evaluated scenario under a what-if, on the same draws.

    Only what the list needs is computed, under the policy in force; the figures are those that `evaluate` would give.
    `before`, an outcome that may be similar, changes no figure; it saves time where the same initiatives are worth
    doing.
    """
    scenario = scenario_under(base.scenario, what_if)
    run = identify(scenario, base.run.draws, base.run.seed, point=False)
    prepared = prepare(draw_inputs(scenario, run, like=base.inputs))
    initiatives, policy = scenario.initiatives, scenario.company.acquisition_policy
    likely = tuple(k for k, one in enumerate(initiatives) if one.id in (before or base).worth_doing)
    alone = alone_and_together(len(initiatives))[:-1]
    profit = simulate_sets(prepared, [*alone, likely], policy).profit
    means = profit[:-1].mean(axis=1)
    chosen = worth_doing(initiatives, means)
    as_before = set(chosen) == set(likely)  # mostly so: then no second pass is needed
    together = profit[-1] if as_before else simulate_sets(prepared, [sorted(chosen)], policy).profit[0]
    ranked = {row.id: row for row in base.ranking.initiatives}
    standings = tuple(
        Standing(
            id=initiatives[position].id,
            name=initiatives[position].name,
            department=initiatives[position].department,
            rank=place + 1,
            before=ranked[initiatives[position].id].rank,
            npv=estimate(profit[position]),
            npv_before=ranked[initiatives[position].id].npv.mean,
            probability_of_loss=probability_of_loss(profit[position]),
            worth_doing=position in chosen,
        )
        for place, position in enumerate(in_order_of_rank(initiatives, means))
    )
    return Outcome(run, standings, estimate(together), probability_of_loss(together))


def causal_share_today(company: Company) -> float:
    """The company's causal share at its mean."""
    return mean(company.causal_share)


def bridge(results: list[tuple[str, Outcome]], base: Evaluation) -> tuple[Step, ...]:
    """What moved the result, step by step: `results` name what each outcome has beyond the one before it.

    The steps sum to the difference between the last outcome and the base.
    """
    steps, before = [], base.ranking.worth_doing_together.npv.mean
    for name, outcome in results:
        steps.append(Step(name, outcome.together.mean - before))
        before = outcome.together.mean
    return tuple(steps)
