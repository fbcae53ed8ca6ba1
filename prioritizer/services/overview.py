"""What executives see first, part by part, so that a page can show each as soon as it is known."""

from collections.abc import Collection, Sequence

from prioritizer.domain.company import Company
from prioritizer.domain.decisions import Decision
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.overview import Funding, Shortlist
from prioritizer.domain.plans import Obstacle, Plan, YearUse
from prioritizer.domain.results import Ranking, Worth
from prioritizer.domain.workspace import Version
from prioritizer.engine.sensitivity import tornado
from prioritizer.language import _
from prioritizer.services.benefits import cost_by_year
from prioritizer.services.certainty import InfluenceInWords, swings_in_words
from prioritizer.services.evaluation import Evaluation

TOP = 10  # rows, where the line does not need more
MOST = 13  # rows that one screen has room for
BELOW = 2  # rows that stand below the line at least, where there are so many
MATTERING = 3  # assumptions that are named


def proposed(plan: Plan) -> Funding:
    """What a plan would fund."""
    return Funding(
        ids=tuple(one.id for one in plan.funded),
        total=len(plan.funded) + len(plan.not_funded),
        together=plan.together,
        years=plan.years,
        is_limited=any(one.obstacle in (Obstacle.BUDGET, Obstacle.STAFF) for one in plan.not_funded),
    )


def decided(evaluation: Evaluation, decision: Version[Decision]) -> Funding:
    """What was decided to be funded, on the list that was published with it."""
    ids = tuple(row.id for row in evaluation.ranking.initiatives if row.id in decision.content.funded)
    together = evaluation.together(ids) if ids else None
    return Funding(
        ids=ids,
        total=len(evaluation.ranking.initiatives),
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


def kept_out(plan: Plan) -> dict[str, str]:
    """What keeps each initiative out of a plan, in a few words."""
    words = {
        Obstacle.EXCLUDED: _("rival planned"),
        Obstacle.PREREQUISITE: _("needs one not planned"),
        Obstacle.LOSS: _("loses beside these"),
        Obstacle.BUDGET: _("no budget left"),
        Obstacle.STAFF: _("no people left"),
        Obstacle.OUTRANKED: _("others bring more"),
    }
    return {one.id: words[one.obstacle] for one in plan.not_funded}


def matters_most(evaluation: Evaluation, initiatives: Sequence[Initiative]) -> tuple[InfluenceInWords, ...]:
    """The assumptions that move the profit of some initiatives most, done together at their starts."""
    if not initiatives:
        return ()
    company = evaluation.scenario.company
    return swings_in_words(company, initiatives, tornado(company, initiatives)[:MATTERING], ())
