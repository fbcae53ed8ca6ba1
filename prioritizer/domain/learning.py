"""What is worth finding out before the money goes: what to test first, and what each assumption is worth knowing.

Money in the company's currency, after tax, at present value; periods count from 0. Every value has its standard error
over the draws.
"""

from enum import StrEnum
from typing import Any

from prioritizer.domain.record import Record
from prioritizer.domain.results import Run


class Value(Record):
    """An amount of money and its standard error."""

    value: float
    standard_error: float

    @property
    def is_sure(self) -> bool:
        """Whether it is above zero beyond the chance of the draws: by two standard errors."""
        return self.value > 2 * self.standard_error


class Hindrance(StrEnum):
    """Why an initiative is not tested first."""

    NO_PILOT = "no pilot"
    MUST_DO = "must-do"
    TOO_LATE = "too late"
    NOTHING_TO_LEARN = "nothing to learn"
    TOO_DEAR = "too dear"


class PilotAnswer(Record):
    """A possible answer of a pilot, and what would follow.

    `probability`: of an answer in this range; `low`, `high`: what is shown, as a share of the claimed effect, None
    where the range is open; `expected`: the share that one then expects to be delivered. `funded`: what would be
    funded then, in most of the draws; `added` and `dropped` against today's plan; `gain`: what choosing by it brings
    beyond today's plan; `profits`: the mean profit of each initiative alone, the best first.
    """

    probability: float
    low: float | None
    high: float | None
    expected: float
    funded: tuple[str, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    gain: float
    profits: tuple[tuple[str, float], ...]


class PilotWorth(Record):
    """What testing one initiative first is worth.

    `customers`, `cost` (before tax), `periods`: what the pilot takes; `begin`: the first period in which what hangs on
    its answer can start. `claimed`: the effect as claimed, in money; `delivered`: the share of it that is expected
    today, with its standard deviation `spread`; `prior_customers`: how many customers tell as much as is known today
    (n₀); `precision`: the share n/(n + n₀) of the variance that the pilot takes away.
    `answer`: what the answer would be worth if it were there today; `waiting`: what starting later loses, not negative;
    `after_tax_cost`; `net` = answer − waiting − cost. `needed`: the share of the claim from which on it is funded, None
    where the answer does not decide that. `hindrance`: why it cannot be tested first, None where it can.
    """

    id: str
    name: str
    department: str
    customers: float
    cost: float
    periods: int
    begin: int
    claimed: float
    delivered: float
    spread: float
    prior_customers: float | None
    precision: float
    perfect: Value
    answer: Value | None = None
    waiting: float | None = None
    after_tax_cost: float | None = None
    net: Value | None = None
    needed: float | None = None
    answers: tuple[PilotAnswer, ...] = ()
    hindrance: Hindrance | None = None


class Step(Record):
    """One more pilot in the set: what the set with it is worth beyond today's plan, its costs taken off."""

    id: str
    gain: Value
    cost: float


class InputWorth(Record):
    """What it is worth at most to know one assumption, or several together, before deciding (EVPPI).

    `key`: the place of the input in the register, or what a group of inputs is called; `members`: the places.
    """

    key: str
    name: str
    members: tuple[str, ...]
    worth: Value


class Learning(Record):
    """What to find out before funding.

    `today`: the joint profit of today's plan, which funds `funded`; `pilots`: every initiative, the one most worth
    testing first; `tests`: the set of pilots whose joint gain is highest, in the order in which they were chosen, each
    with the gain of the set so far; `gain`: what the whole set is worth, the selection solved again; `cost`: what it
    costs, before tax; `begin`: the period in which the answers are there; `committed`: what starts before it, whatever
    they say; `chosen_alike`: how often what is funded after the answers is today's plan, at later starts or not.
    `perfect`: what knowing everything would be worth (EVPI), on `solved_draws` draws, and `assumptions`: what knowing
    some of them would be worth, the most valuable first; None and empty where nobody asked for them. `complete`: False
    where the search was stopped.
    """

    run: Run
    today: float
    funded: tuple[str, ...]
    pilots: tuple[PilotWorth, ...]
    tests: tuple[Step, ...]
    gain: Value | None
    cost: float
    begin: int
    committed: tuple[str, ...]
    chosen_alike: float
    perfect: Value | None
    solved_draws: int
    assumptions: tuple[InputWorth, ...]
    complete: bool

    def table(self) -> Any:
        """A pandas data frame with a row for each initiative, the one most worth testing first."""
        import pandas as pd

        place = {step.id: position + 1 for position, step in enumerate(self.tests)}
        return pd.DataFrame([_row(one, place.get(one.id)) for one in self.pilots])


def _row(one: PilotWorth, place: int | None) -> dict[str, Any]:
    plain = one.model_dump(exclude={"perfect", "answer", "net", "answers"})
    valued = {"perfect": one.perfect, "answer": one.answer, "net": one.net}
    errors = {f"{key}_standard_error": value and value.standard_error for key, value in valued.items()}
    return {**plain, **{key: value and value.value for key, value in valued.items()}, **errors, "test": place}
