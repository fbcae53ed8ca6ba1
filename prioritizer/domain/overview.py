"""What executives see first: what to fund or what was funded, and the part of the list around that line.

Money in the company's currency, as in a plan; ids of initiatives in the order of rank.
"""

from prioritizer.domain.plans import YearUse
from prioritizer.domain.record import Record
from prioritizer.domain.results import Worth


class Funding(Record):
    """What a plan would fund, or what executives decided to fund, out of `total` initiatives.

    `together`: what they bring together, None where there are none; `years`: what that costs in each fiscal year beside
    its budget. `decided_at`: when it was decided, in UTC; None for a plan, which is a proposal. `is_limited`: something
    that would pay is kept out by a budget or by people.
    """

    ids: tuple[str, ...]
    total: int
    together: Worth | None
    years: tuple[YearUse, ...]
    decided_at: str | None = None
    is_limited: bool = False


class Shortlist(Record):
    """The part of a list that one screen has room for: what is funded, and below the line what is not.

    `hidden`: how many more are funded than stand in `above`.
    """

    above: tuple[str, ...]
    below: tuple[str, ...]
    hidden: int
