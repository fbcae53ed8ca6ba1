"""One initiative explained: why it stands where it does, and how sure its projected profit is."""

from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.explanation import Explanation
from prioritizer.domain.record import nearest
from prioritizer.errors import Complaint, UnknownName
from prioritizer.language import _
from prioritizer.services.cases import Case, as_scenario
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.reasons import why_here


def explain(
    case: Case,
    id_: str,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    point: bool = False,
    threads: int | None = None,
) -> tuple[Explanation, Evaluation]:
    """An initiative explained, and the evaluation that it is from. `case` as for `rank`.

    Raises InputError, and UnknownName where no initiative has this id.
    """
    scenario = as_scenario(case)
    known = [one.id for one in scenario.initiatives]
    if id_ not in known:
        rule = _("is not an initiative")
        raise UnknownName([Complaint(rule, nearest(id_, known), place="initiatives", value=id_)])
    evaluation = evaluate(scenario, draws=draws, seed=seed, point=point, threads=threads)
    return explanation_of(evaluation, id_), evaluation


def explanation_of(evaluation: Evaluation, id_: str) -> Explanation:
    """An initiative of a list explained; there must be one with this id."""
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
    )
