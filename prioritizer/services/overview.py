"""What executives see first, part by part, so that a page can show each as soon as it is known."""

from collections.abc import Collection

from prioritizer.domain.company import Company
from prioritizer.domain.decisions import Decision
from prioritizer.domain.overview import Funding, Shortlist
from prioritizer.domain.plans import Obstacle, Plan, YearUse
from prioritizer.domain.results import Ranking, Worth
from prioritizer.domain.workspace import Version
from prioritizer.engine.sensitivity import tornado
from prioritizer.language import _
from prioritizer.services.benefits import cost_by_year
from prioritizer.services.certainty import InfluenceInWords, swings_in_words
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.limits import Budget, budgets_of
from prioritizer.services.not_funded import not_funded
from prioritizer.services.planner import Planner, Progress, Stop, never, silent
from prioritizer.services.plans import NOTICEABLE, conflict_of, together_of, years_of

TOP = 10  # rows, where the line does not need more
MOST = 13  # rows that one screen has room for
BELOW = 2  # rows that stand below the line at least, where there are so many
MATTERING = 3  # assumptions that are named


def proposal(planner: Planner, budget: Budget = None, *, stop: Stop = never, progress: Progress = silent) -> Funding:
    """What `plan_of` would fund, without its readings of each profit, which take longer."""
    choice = planner.choice(budgets_of(planner.company, budget), stop=stop, progress=progress)
    is_feasible = choice.solution.columns is not None
    columns = list(choice.columns)
    return Funding(
        ids=tuple(planner.initiative_at(column).id for column in columns),
        starts=tuple(planner.columns[column].start for column in columns),
        total=len(planner.initiatives),
        alone=float(planner.alone[columns].sum()),
        together=together_of(planner, columns) if columns else None,
        years=years_of(planner, choice),
        obstacles={one.id: one.obstacle for one in not_funded(planner, choice, {})} if is_feasible else {},
        conflict=() if is_feasible else conflict_of(planner, choice),
    )


def proposed(plan: Plan) -> Funding:
    """What a plan would fund."""
    return Funding(
        ids=tuple(one.id for one in plan.funded),
        starts=tuple(one.start for one in plan.funded),
        total=len(plan.funded) + len(plan.not_funded),
        alone=plan.standalone_sum,
        together=plan.together,
        years=plan.years,
        obstacles={one.id: one.obstacle for one in plan.not_funded},
        conflict=plan.conflict,
    )


def decided(evaluation: Evaluation, decision: Version[Decision]) -> Funding:
    """What was decided to be funded, on the list that was published with it."""
    rows = [row for row in evaluation.ranking.initiatives if row.id in decision.content.funded]
    ids = tuple(row.id for row in rows)
    together = evaluation.together(ids) if ids else None
    return Funding(
        ids=ids,
        starts=tuple(evaluation.initiative(id_).first_start for id_ in ids),
        total=len(evaluation.ranking.initiatives),
        alone=sum(row.npv.mean for row in rows),
        together=together,
        years=_years(evaluation.scenario.company, together),
        decided_at=decision.at,
    )


def _years(company: Company, together: Worth | None) -> tuple[YearUse, ...]:
    costs = cost_by_year(company, together) if together else {}
    budgets = {int(year): budget.number for year, budget in company.budget.items()}
    return tuple(
        YearUse(year=year, name=company.fiscal_year_name(year), cost=costs.get(year, 0.0), budget=budgets.get(year))
        for year in sorted({*costs, *budgets})
    )


def shortlist(ranking: Ranking, funded: Collection[str]) -> Shortlist:
    """What is funded in the order of the list, and below it the first of the others, as far as there is room."""
    above = [row.id for row in ranking.initiatives if row.id in funded]
    below = [row.id for row in ranking.initiatives if row.id not in funded]
    shown = above[: MOST - min(len(below), BELOW)]
    return Shortlist(
        above=tuple(shown), below=tuple(below[: max(TOP - len(shown), BELOW)]), hidden=len(above) - len(shown)
    )


def kept_out(funding: Funding) -> dict[str, str]:
    """What keeps each of the others out of a plan, in a few words."""
    words = {
        Obstacle.EXCLUDED: _("rival planned"),
        Obstacle.PREREQUISITE: _("needs one not planned"),
        Obstacle.LOSS: _("loses beside these"),
        Obstacle.BUDGET: _("no budget left"),
        Obstacle.STAFF: _("no people left"),
        Obstacle.OUTRANKED: _("others bring more"),
    }
    return {id_: words[obstacle] for id_, obstacle in funding.obstacles.items()}


def matters_most(evaluation: Evaluation, funding: Funding) -> tuple[InfluenceInWords, ...]:
    """The assumptions that move the profit of what is funded most, all of it done together."""
    if not funding.ids:
        return ()
    company = evaluation.scenario.company
    funded = [
        evaluation.initiative(id_).model_copy(update={"start": start, "earliest_start": None, "latest_start": None})
        for id_, start in zip(funding.ids, funding.starts, strict=True)
    ]
    return swings_in_words(company, funded, tornado(company, funded)[:MATTERING], ())


def share_customers(funding: Funding) -> bool:
    """Whether profits alone exceed what is earned together so far that it has to be said."""
    joint = funding.together.npv.mean if funding.together else 0.0
    return funding.alone - joint > NOTICEABLE * abs(joint)
