"""Flows between segments: where the customers of a group come from, and where they are a number of periods later."""

import numpy as np
import numpy.typing as npt

from prioritizer.domain.company import Policy
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.results import Flow, YearFlow
from prioritizer.engine.customers import staying
from prioritizer.engine.levers import SegmentNumbers

Floats = npt.NDArray[np.float64]

SOURCES = (*(segment.value for segment in SEGMENTS), "joined")
ENDS = (*(segment.value for segment in SEGMENTS), "left")
JOINED = LEFT = len(SEGMENTS)


def flows(base: SegmentNumbers, policy: Policy, periods: int) -> Floats:
    """Customers by where they started and where they are after some periods, without any initiative.

    Nobody is counted twice: a row is where customers of a segment were at the start, or that they joined since; a
    column is where they are at the end, or that they have left. Who joins and leaves again counts in (joined, left).

    Args:
        base: a group's numbers, of which the first draw counts.

    Returns:
        Shape (4, 4), rows as SOURCES and columns as ENDS. The first three columns sum to the customers at the end of
        the simulation, the first three rows to those at the start.
    """
    stay = staying(base.churn[0], base.migration[0])
    went = np.zeros((len(SOURCES), len(ENDS)))
    here = went[:, :LEFT]  # a view: who is here, by where he started
    here[:JOINED] = np.diag(base.opening[0])
    for period in range(periods):
        new = base.one_period(policy, here.sum(axis=0), period).new
        went[:, LEFT] += here @ base.churn[0]
        here[:] = here @ stay
        here[JOINED] += new * base.newcomers[0]
    return went


def year_flow(group: str, base: SegmentNumbers, policy: Policy, periods_per_year: int) -> YearFlow:
    """The flows of a group within a year, at the first draw of its numbers."""
    went = flows(base, policy, periods_per_year)
    rows = [
        Flow(source=source, to=end, customers=float(went[i, j]))
        for i, source in enumerate(SOURCES)
        for j, end in enumerate(ENDS)
    ]
    return YearFlow(group=group, rows=tuple(rows))
