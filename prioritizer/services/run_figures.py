"""What a run came to, as it is kept with the decision that publishes it."""

from prioritizer.domain.reruns import InitiativeFigures, RunFigures
from prioritizer.domain.results import Ranking
from prioritizer.services.answers import answer
from prioritizer.words import sign


def run_figures(ranking: Ranking) -> RunFigures:
    """The figures of a list that are kept, in full."""
    return RunFigures(
        run=ranking.run.id,
        initiatives=tuple(
            InitiativeFigures(
                id=row.id,
                rank=row.rank,
                profit=row.npv.mean,
                p5=row.npv.p5,
                p95=row.npv.p95,
                cost=row.cost,
                probability_of_loss=row.probability_of_loss,
            )
            for row in ranking.initiatives
        ),
        worth_doing=ranking.worth_doing,
        profit=ranking.worth_doing_together.npv.mean,
        cost=ranking.worth_doing_together.cost,
        answer=answer(ranking, sign(ranking.run.currency)),
    )
