"""What every export of a list prints: one record, from which page, workbook and board pack take their figures."""

from prioritizer.domain.comparison import Comparison
from prioritizer.domain.learning import Learning
from prioritizer.domain.plans import Frontier, Plan
from prioritizer.domain.record import Record
from prioritizer.domain.register import Register
from prioritizer.domain.results import Ranking


class Report(Record):
    """A list with its plan, and what was found out about both.

    `answer`: what to fund, in one sentence. `periods`: names, by period. `frontier`, `assumptions`, `learning`,
    `comparison`: None where they were not asked for. `conventions`: how figures are to be read, each with what it is
    called. `head`: the last hash of the history of the workspace, empty where the list is from files; `draft`: whether
    it has not been published.
    """

    answer: str
    ranking: Ranking
    plan: Plan
    periods: tuple[str, ...]
    conventions: tuple[tuple[str, str], ...]
    frontier: Frontier | None = None
    assumptions: Register | None = None
    learning: Learning | None = None
    comparison: Comparison | None = None
    head: str = ""
    draft: bool = True
