"""Why an initiative stands where it does, and how sure its projected profit is."""

from typing import Any

from prioritizer.domain.bridges import InitiativeBridge
from prioritizer.domain.record import Record
from prioritizer.domain.results import Estimate, Histogram, RankCorrelation, Run, Swing, SwitchingValue


class Explanation(Record):
    """One initiative alone: its place, its profit over the draws, and what that hangs on. Money in units of currency.

    `total` is how many initiatives the list has, `why` in words what makes its profit. `tornado` and
    `rank_correlations` hold every uncertain input, those that matter most first, `switching_values` the five that
    matter most. At the point estimate nothing is known about draws. `grade` and `note` are those of its evidence.
    `bridge`: from its claim to the list, and on to the plan where that was asked for and would fund it.
    """

    run: Run
    id: str
    name: str
    department: str
    rank: int
    total: int
    why: str
    npv: Estimate
    probability_of_loss: float | None
    distribution: Histogram | None
    tornado: tuple[Swing, ...]
    rank_correlations: tuple[RankCorrelation, ...]
    switching_values: tuple[SwitchingValue, ...]
    break_even_causal_share: float | None
    grade: str
    note: str
    bridge: InitiativeBridge

    def table(self) -> Any:
        """A pandas data frame with a row for each uncertain input, those that move the profit most first."""
        import pandas as pd

        correlations = {one.input: one for one in self.rank_correlations}
        switches = {one.input: one.switch for one in self.switching_values}
        rows = [
            {
                **dict(swing),
                "rank_correlation": known.value if (known := correlations.get(swing.input)) else None,
                "rank_correlation_standard_error": known.standard_error if known else None,
                "correlated_with": ", ".join(known.correlated_with) if known else "",
                "switch": switches.get(swing.input),
            }
            for swing in self.tornado
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))


COLUMNS = (
    *Swing.model_fields,
    "rank_correlation",
    "rank_correlation_standard_error",
    "correlated_with",
    "switch",
)
