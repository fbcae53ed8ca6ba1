"""One initiative explained: why it stands where it does, and how sure its projected profit is."""

from prioritizer.domain.bridges import InitiativeBridge
from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.explanation import Explanation
from prioritizer.domain.record import nearest
from prioritizer.domain.scenarios import Scenario
from prioritizer.errors import Complaint, UnknownName
from prioritizer.language import _
from prioritizer.services.cases import Case, as_scenario
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.planner import Planner
from prioritizer.services.plans import plan_of, require_feasible
from prioritizer.services.reasons import why_here


def explain(
    case: Case,
    id_: str,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    point: bool = False,
    plan: bool = False,
    threads: int | None = None,
) -> tuple[Explanation, Evaluation]:
    """An initiative explained, and the evaluation that it is from. `case` as for `rank`.

    `plan`: also find the plan, and lead the bridge of what it would fund on to the attributed profit.

    Raises InputError, and UnknownName where no initiative has this id.
    """
    scenario = as_scenario(case)
    require_initiative(scenario, id_)
    evaluation = evaluate(scenario, draws=draws, seed=seed, point=point, threads=threads)
    return explanation_of(evaluation, id_, plan=plan, threads=threads), evaluation


def require_initiative(scenario: Scenario, id_: str) -> None:
    """Raise UnknownName where no initiative has an id."""
    known = [one.id for one in scenario.initiatives]
    if id_ not in known:
        rule = _("is not an initiative")
        raise UnknownName([Complaint(rule, nearest(id_, known), place="initiatives", value=id_)])


def explanation_of(evaluation: Evaluation, id_: str, *, plan: bool = False, threads: int | None = None) -> Explanation:
    """An initiative of a list explained; there must be one with this id. `plan` as for `explain`."""
    ranking, proposed = evaluation.ranking, evaluation.initiative(id_)
    row = next(row for row in ranking.initiatives if row.id == id_)
    return Explanation(
        run=evaluation.run,
        id=id_,
        name=row.name,
        department=row.department,
        rank=row.rank,
        total=len(ranking.initiatives),
        why=why_here(ranking, row),
        npv=row.npv,
        probability_of_loss=row.probability_of_loss,
        distribution=None if evaluation.run.point else evaluation.distribution(id_),
        tornado=evaluation.tornado(id_),
        rank_correlations=evaluation.rank_correlations(id_),
        switching_values=evaluation.drivers(id_),
        break_even_causal_share=evaluation.break_even_causal_share(id_),
        grade=proposed.evidence.grade.value,
        note=proposed.evidence.note,
        bridge=_bridge(evaluation, id_, plan, threads),
    )


def _bridge(evaluation: Evaluation, id_: str, planned: bool, threads: int | None) -> InitiativeBridge:
    """The bridge of one initiative: on to the plan where that is asked for and would fund it."""
    made = _bridges_in_plan(evaluation, threads) if planned else ()
    found = next((one for one in made if one.id == id_), None)
    if found is None:
        found = next(row.bridge for row in evaluation.with_bridges().initiatives if row.id == id_)
    assert found is not None
    return found


def _bridges_in_plan(evaluation: Evaluation, threads: int | None) -> tuple[InitiativeBridge, ...]:
    planner = Planner(evaluation.scenario, evaluation.run, evaluation.inputs, threads)
    bridge = require_feasible(plan_of(planner, solved_draws=0)).bridge
    return bridge.initiatives if bridge else ()
