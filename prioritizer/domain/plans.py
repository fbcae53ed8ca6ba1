"""What a plan brings: what is funded and when, what it brings together, and what keeps the others out.

Money in the company's currency, in prices of period 0; profit after tax, costs and budgets before tax; periods count
from 0. What is undefined is None.
"""

from enum import StrEnum
from typing import Any

from prioritizer.domain.bridges import PortfolioBridge
from prioritizer.domain.record import Record
from prioritizer.domain.results import Run, Series, Worth


class Standing(StrEnum):
    """How sure it is that an initiative belongs to the optimum: in at least 95 % of the draws, in at most 5 %,
    between."""

    CORE = "core"
    BORDERLINE = "borderline"
    EXTERIOR = "exterior"

    @classmethod
    def of(cls, share: float) -> "Standing":
        """The standing of what is in the optimum of a share of the draws."""
        if share >= 0.95:
            return cls.CORE
        return cls.EXTERIOR if share <= 0.05 else cls.BORDERLINE


class Obstacle(StrEnum):
    """What keeps an initiative out of a plan."""

    EXCLUDED = "excluded"
    PREREQUISITE = "prerequisite"
    LOSS = "loss"
    BUDGET = "budget"
    STAFF = "staff"
    OUTRANKED = "outranked"


class Candidate(Record):
    """An initiative of a plan, funded or not, at one of its starts.

    `start`: the period in which it starts; `cost`: expected, within its window; `alone`: its profit added to today's
    base; `chosen_in`: the share of draws in whose optimum it is, None where no draws were solved.
    """

    id: str
    name: str
    department: str
    start: int
    cost: float
    alone: float
    chosen_in: float | None = None

    @property
    def standing(self) -> Standing | None:
        return None if self.chosen_in is None else Standing.of(self.chosen_in)


class Funded(Candidate):
    """An initiative that is funded, and the three readings of its profit, never to be mixed up.

    `alone`; `last_in`: what the portfolio loses without it (and what needs it); `attributed`: its Shapley share, with
    its standard error. `end`: the period after the last in which it occupies people and costs.
    """

    mandatory: bool
    end: int
    last_in: float
    attributed: float
    standard_error: float


class NotFunded(Candidate):
    """An initiative that is not funded: at the start at which it would bring most, and what keeps it out, in words.

    `beside`: what it would add to what is funded.
    """

    beside: float
    obstacle: Obstacle
    why: str


class YearUse(Record):
    """What a plan costs in a fiscal year, and its budget; None where there is no limit. `name`: the year in words.

    `year` None stands for all years together.
    """

    year: int | None
    name: str
    cost: float
    budget: float | None


class StaffUse(Record):
    """The people of a department that a plan occupies, by period, and how many there are; None where there is no
    limit."""

    department: str
    used: Series
    limit: float | None


class Overlap(Record):
    """What pairs of funded initiatives bring less together than each alone; negative where they bring more.

    `amounts` is a symmetric table in the order of `ids`, its diagonal 0; computed on the first `draws` draws.
    """

    ids: tuple[str, ...]
    amounts: tuple[Series, ...]
    draws: int


class ConflictingDemand(Record):
    """One of several demands of which not all can be met, while all but any one of them can."""

    kind: str
    text: str


class Plan(Record):
    """What to fund and when, within budget, staff and links.

    `status`: whether the program of values alone was solved to its gap (`optimal`), `stopped` before, or `infeasible`;
    then `conflict` says which demands contradict each other, and nothing is funded. `program_value`, `bound` and `gap`
    belong to that program. `joint` is what the funded bring together, overlaps counted once; `improvement` is by how
    much exchange raised it above the joint profit of the program's choice, in `improvement_steps`; `complete`: no add,
    drop, swap or shift that was tried improves it. `standalone_sum`: the sum of the profits alone. `budget_factor`: of
    the company's budgets, where they were scaled. `solved_draws`: on how many draws the shares `chosen_in` rest.
    `attribution`: "exact" or "sampled"; `attribution_draws`: on how many draws. `bridge`: from what was
    claimed of the funded to their joint profit; None where there are none.
    """

    run: Run
    status: str
    budget_factor: float | None
    program_value: float | None
    bound: float | None
    gap: float | None
    joint: float | None
    standalone_sum: float
    improvement: float
    improvement_steps: int
    complete: bool
    funded: tuple[Funded, ...]
    not_funded: tuple[NotFunded, ...]
    together: Worth | None
    periods: tuple[str, ...]
    years: tuple[YearUse, ...]
    staff: tuple[StaffUse, ...]
    attribution: str
    attribution_draws: int
    solved_draws: int
    conflict: tuple[ConflictingDemand, ...] = ()
    warnings: tuple[str, ...] = ()
    bridge: PortfolioBridge | None = None

    @property
    def feasible(self) -> bool:
        """Whether all demands can be met."""
        return not self.conflict

    def table(self) -> Any:
        """A pandas data frame with a row for each initiative, the funded first."""
        import pandas as pd

        funded = [_row(one, True) for one in self.funded]
        return pd.DataFrame([*funded, *(_row(one, False) for one in self.not_funded)], columns=list(PLAN_COLUMNS))


PLAN_COLUMNS = (
    "id",
    "name",
    "department",
    "funded",
    "start",
    "cost",
    "alone",
    "last_in",
    "attributed",
    "standard_error",
    "beside",
    "chosen_in",
    "why",
)


def _row(one: Funded | NotFunded, funded: bool) -> dict[str, Any]:
    return {column: funded if column == "funded" else getattr(one, column, None) for column in PLAN_COLUMNS}


class FrontierPoint(Record):
    """The best selection found at one budget, a multiple of the company's budgets.

    `amount`: all years together; `joint`: what it brings together; `program_value`, `bound`, `gap` of the program of
    values alone; `funded`: ids and starts. None or empty where the demands cannot be met at this budget.
    """

    factor: float
    amount: float | None
    status: str
    joint: float | None
    program_value: float | None
    bound: float | None
    gap: float | None
    cost: float | None
    funded: tuple[str, ...]
    starts: tuple[int, ...]


class Frontier(Record):
    """Budget → joint profit of the best selection found. It never falls. `complete`: no search was cut short."""

    run: Run
    points: tuple[FrontierPoint, ...]
    complete: bool

    def table(self) -> Any:
        """A pandas data frame with a row for each budget."""
        import pandas as pd

        return pd.DataFrame([{**point.model_dump(), "funded": len(point.funded)} for point in self.points]).drop(
            columns="starts", errors="ignore"
        )


class OrderedInitiative(Record):
    """A place in the order by funding, from 1.

    `funded`: above the line of today's budget; `from_factor`: the smallest of the budgets at which it is funded, None
    where at none; `adds`: what it adds to the joint profit of those before it.
    """

    position: int
    id: str
    name: str
    department: str
    start: int
    cost: float
    alone: float
    adds: float
    funded: bool
    from_factor: float | None


class Rung(Record):
    """One of the budgets for which the order by funding is made: the prefix that fits it, and the price of one list.

    `joint`: what the prefix brings together; `optimum`: the best selection found at this budget; `price`: the
    difference. None where must-dos alone do not fit.
    """

    factor: float
    amount: float | None
    weight: float
    fits: int
    joint: float | None
    optimum: float | None
    price: float | None


class Order(Record):
    """The order by funding: the nested order for an uncertain budget. What is in none of its prefixes stands in
    `left_out`.

    `line`: how many initiatives today's budget funds. `complete`: no insertion, exchange or other start improves it, on
    the draws on which that was tried.
    """

    run: Run
    initiatives: tuple[OrderedInitiative, ...]
    left_out: tuple[NotFunded, ...]
    rungs: tuple[Rung, ...]
    line: int
    complete: bool

    @property
    def funded(self) -> tuple[OrderedInitiative, ...]:
        """What today's budget funds."""
        return tuple(one for one in self.initiatives if one.funded)

    @property
    def funded_cost(self) -> float:
        """What it costs together."""
        return sum(one.cost for one in self.funded)

    @property
    def funded_profit(self) -> float:
        """What it brings together: each what it adds to those before it, so that overlaps count once."""
        return sum(one.adds for one in self.funded)

    def table(self) -> Any:
        """A pandas data frame with a row for each initiative in the order."""
        import pandas as pd

        columns = list(OrderedInitiative.model_fields)
        return pd.DataFrame([dict(one) for one in self.initiatives], columns=columns).set_index("position")


class ExtraUnit(Record):
    """What a little more of a limit would bring: the program solved again with `extra` more of it.

    `kind`: "budget" or "staff"; `name`: the year or the department; `gain`: how much more the funded would bring, which
    is often nothing for a small step, since initiatives are whole; `relaxed`: what one unit would bring if they were
    not (the dual price of the linear relaxation), None for staff in several periods.
    """

    kind: str
    name: str
    extra: float
    gain: float
    relaxed: float | None


class Rival(Record):
    """A neighbour in the order by funding."""

    id: str
    name: str
    position: int
    funded: bool


class SmallestChange(Record):
    """The smallest change of one initiative that carries it over the line, all others as they are.

    `cost`: the share of its costs that would have to be saved, None where not even for nothing; `profit`: how much more
    it would have to bring, `effect` the same as a share of its benefits; `starts`: periods at which it would be funded.
    """

    cost: float | None
    profit: float | None
    effect: float | None
    starts: tuple[int, ...]


class WhyHere(Record):
    """Why an initiative stands where it stands: its rivals in the order by funding, what keeps it out, what would
    help."""

    id: str
    funded: bool
    position: int | None
    above: tuple[Rival, ...]
    below: tuple[Rival, ...]
    obstacle: Obstacle | None
    why: str
    change: SmallestChange | None
