"""What if: a few things differ from an evaluated scenario; the list anew, and the same as a scenario of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from prioritizer.domain.company import Company
from prioritizer.domain.results import Estimate, Run
from prioritizer.domain.scenarios import Change, Differences, Scenario
from prioritizer.domain.whatif import WhatIf
from prioritizer.engine.appraisal import estimate, probability_of_loss
from prioritizer.engine.joint_value import on_some_draws
from prioritizer.engine.sampling import mean
from prioritizer.engine.simulation import alone_and_together, prepare, simulate_sets
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.services.cases import as_scenario
from prioritizer.services.evaluation import Evaluation, draw_inputs
from prioritizer.services.figures import in_order_of_rank, worth_doing
from prioritizer.services.runs import identify
from prioritizer.store.differences import scenario_of
from prioritizer.store.file_text import file_text
from prioritizer.store.file_words import words_of

Floats = npt.NDArray[np.float64]


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


def differences_of(
    scenario: Scenario, what_if: WhatIf, name: str, *, extends: str | None = None, company: str | None = None
) -> Differences:
    """A what-if on a scenario as a scenario of its own, which gives the same figures.

    Args:
        name: of the new one.
        extends: the id, or the file's name without .yaml, of the scenario that the what-if starts from.
        company: the company's file, where it starts from that.

    Raises:
        InputError: no name.
    """
    if not name.strip():
        raise InputError([Complaint(_("is missing"), _("Give the scenario a name."), place="name")])
    changed = what_if.initiative_changes()
    left = [one for one in scenario.initiatives if one.id not in what_if.without]
    for one in left:
        if set(one.requires) & set(what_if.without):
            kept = [id_ for id_ in one.requires if id_ not in what_if.without]
            changed.setdefault(one.id, []).append(Change(path=("requires",), value=kept))
    return Differences(
        name=name,
        extends=extends,
        company=company,
        change=tuple(what_if.company_changes()),
        exclude=what_if.without,
        change_initiatives={id_: tuple(changes) for id_, changes in changed.items()},
    )


def file_of(differences: Differences) -> str:
    """The text of the file of a scenario."""
    return file_text(words_of(differences))


def scenario_under(scenario: Scenario, what_if: WhatIf) -> Scenario:
    """The scenario with the differences of a what-if. Raises InputError where they do not fit, all complaints."""
    differences = differences_of(scenario, what_if, scenario.name, extends=scenario.name)
    return as_scenario(scenario_of(scenario.company, scenario.initiatives, [(differences, "")]))


def outcome_of(base: Evaluation, what_if: WhatIf, before: Outcome | None = None) -> Outcome:
    """The list of an evaluated scenario under a what-if, on the same draws.

    Only what the list needs is computed, under the policy in force; the figures are those that `evaluate` would give.
    `before`, an outcome that may be similar, changes no figure; it saves time where the same initiatives are worth
    doing.
    """
    scenario = scenario_under(base.scenario, what_if)
    run = identify(scenario, base.run.draws, base.run.seed, point=False)
    profit, means, chosen = _profits(base, scenario, run, before or base)
    initiatives, together = scenario.initiatives, profit[-1]
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


def profit_on_first(base: Evaluation, what_if: WhatIf, draws: int) -> float:
    """What the initiatives worth doing under a what-if bring together, all of it judged on the first draws alone."""
    scenario = scenario_under(base.scenario, what_if)
    run = identify(scenario, base.run.draws, base.run.seed, point=False)
    return float(_profits(base, scenario, run, base, draws)[0][-1].mean())


def _profits(
    base: Evaluation, scenario: Scenario, run: Run, similar: "Evaluation | Outcome", first: int | None = None
) -> tuple[Floats, Floats, tuple[int, ...]]:
    """Profits by draw of each initiative alone and of those worth doing together; the means of the former; the latter.

    `similar`: in which mostly the same are worth doing; then no second pass is needed.
    """
    prepared = prepare(draw_inputs(scenario, run, like=base.inputs))
    if first is not None:
        prepared = on_some_draws(prepared, 0, first)
    initiatives, policy = scenario.initiatives, scenario.company.acquisition_policy
    likely = tuple(k for k, one in enumerate(initiatives) if one.id in similar.worth_doing)
    sets: Sequence[tuple[int, ...]] = [*alone_and_together(len(initiatives))[:-1], likely]
    profit = simulate_sets(prepared, sets, policy).profit
    means = profit[:-1].mean(axis=1)
    chosen = worth_doing(initiatives, means)
    if set(chosen) != set(likely):
        profit[-1] = simulate_sets(prepared, [sorted(chosen)], policy).profit[0]
    return profit, means, chosen


def causal_share_today(company: Company) -> float:
    """The company's causal share at its mean."""
    return mean(company.causal_share)
