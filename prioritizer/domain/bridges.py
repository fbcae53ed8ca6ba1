"""What becomes of a claim on its way to the list: the bridge from what was submitted to what is expected, step by step.

Money in the company's currency; profit after tax, in prices of period 0. What is undefined is None.
"""

import math
from typing import Self

from pydantic import model_validator

from prioritizer.domain.record import Record

PRECISION = 1e-9  # of the largest amount of a bridge: what rounding may leave between its steps and its end


class Bridge(Record):
    """From the submitted profit to the list value, and on to what it is worth in a portfolio. Steps are signed amounts.

    `submitted`: projected profit of the claim as its department made it, every number at its mean, nothing taken off.
    `reviewed`: what finance's own figures, where it has any, change of that.
    `size`: what is taken off because claims lie beyond the usual size, at the slope of their grades.
    `delivered`: what delivered ÷ claimed takes off then, and the cost factor and the delay of the grade with it; the
    sum so far is the point estimate.
    `uncertainty`: list value less point estimate.
    `listed`: the list value: mean of the draws, added alone to today's base. `disappointment`: submitted less listed,
    what whoever believes the claim has to expect; negative where more is expected than was claimed.

    Only of what a portfolio holds: `moved`: what another start in the plan than on the list changes. `overlap`: what it
    brings together with the others beyond what it brings alone. `together`: the attributed profit; of a portfolio, the
    joint profit. `last_in`: what the portfolio loses without it.
    """

    submitted: float
    reviewed: float
    size: float
    delivered: float
    uncertainty: float
    listed: float
    disappointment: float
    moved: float | None = None
    overlap: float | None = None
    together: float | None = None
    last_in: float | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        """A bridge that does not add up would be a fault of the program."""
        to_list = [self.submitted, self.reviewed, self.size, self.delivered, self.uncertainty]
        within = PRECISION * max(map(abs, [*to_list, self.listed, self.together or 0.0]))
        if not math.isclose(sum(to_list), self.listed, rel_tol=0.0, abs_tol=within):
            raise AssertionError("the steps of a bridge do not lead to its list value")
        if not math.isclose(self.submitted - self.listed, self.disappointment, rel_tol=0.0, abs_tol=within):
            raise AssertionError("the disappointment of a bridge is not its claim less its list value")
        if self.together is not None:
            reached = self.listed + (self.moved or 0.0) + (self.overlap or 0.0)
            if not math.isclose(reached, self.together, rel_tol=0.0, abs_tol=within):
                raise AssertionError("the steps of a bridge do not lead to what it brings together")
        return self


class InitiativeBridge(Bridge):
    """The bridge of one initiative."""

    id: str
    name: str


class PortfolioBridge(Bridge):
    """The bridge of several: each step is the sum of theirs; the overlap is the joint profit less their sum alone.

    `kind`: "planned" within budgets, or "worth doing" where no budget limits them. `disappointment` is the sum of
    theirs: overlaps do not count towards it.
    """

    kind: str
    initiatives: tuple[InitiativeBridge, ...]
