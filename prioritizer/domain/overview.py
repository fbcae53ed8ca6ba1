"""What executives see first: what to fund or what was funded, and the part of the list around that line.

Money in the company's currency, as in a plan.
"""

from prioritizer.domain.plans import ConflictingDemand, Obstacle, YearUse
from prioritizer.domain.record import Record
from prioritizer.domain.results import Worth

LIMITS = (Obstacle.BUDGET, Obstacle.STAFF)


class Funding(Record):
    """What a plan would fund, or what executives decided to fund, out of `total` initiatives.

    `starts`: the period in which each of `ids` starts; `alone`: what they would bring, each added to today's base;
    `together`: what they bring together, None where there are none; `years`: what that costs in each fiscal year beside
    its budget. `decided_at`: when it was decided, in UTC; None for a plan, which is a proposal. `obstacles`: what keeps
    the others out of the plan, by id; `conflict`: the demands that contradict each other, where nothing can be planned.
    """

    ids: tuple[str, ...]
    starts: tuple[int, ...]
    total: int
    alone: float
    together: Worth | None
    years: tuple[YearUse, ...]
    decided_at: str | None = None
    obstacles: dict[str, Obstacle] = {}
    conflict: tuple[ConflictingDemand, ...] = ()

    @property
    def is_limited(self) -> bool:
        """Whether a budget, or people, keep something out."""
        return any(one in LIMITS for one in self.obstacles.values())


class Shortlist(Record):
    """The part of a list that one screen has room for: what is funded, and below the line what is not.

    Both in the order of rank. `hidden`: how many more are funded than stand in `above`.
    """

    above: tuple[str, ...]
    below: tuple[str, ...]
    hidden: int
