"""The assumption register: every number of a company and its initiatives, with its card and its influence on profit."""

from typing import Any

from prioritizer.domain.record import Record
from prioritizer.domain.results import RankCorrelation, Run, SwitchingValue

WELL_SUPPORTED = ("A", "B")


class Assumption(Record):
    """A line of the register: a number, or several that were entered as one.

    `input` is the name of its stream of draws. `initiative` is the id of the one that it belongs to and `group` the
    group of customers, None where there is none. `mean`, `p5` and `p95` are its own, `value` and `spread` the same in
    words; a certain number has no range. A number of a lever that has no card stands on its initiative's evidence.

    `profit_low` and `profit_high` are the portfolio's profit with the number at its 5th and 95th percentile, all others
    at their means, `swing` the difference; None where the number is certain. `changed_at` and `changed_by` are known in
    a workspace only.
    """

    input: str
    name: str
    group: str | None = None
    initiative: str | None = None
    mean: float
    p5: float | None = None
    p95: float | None = None
    value: str
    spread: str = ""
    unit: str = ""
    source: str = ""
    grade: str = ""
    owner: str = ""
    note: str = ""
    profit_low: float | None = None
    profit_high: float | None = None
    swing: float | None = None
    correlation: RankCorrelation | None = None
    changed_at: str | None = None
    changed_by: str | None = None

    @property
    def is_certain(self) -> bool:
        return self.p5 is None

    @property
    def is_weak(self) -> bool:
        """Whether it is weakly supported: no source, or no grade of A or B."""
        return not self.source or self.grade not in WELL_SUPPORTED

    @property
    def doubt(self) -> float:
        """How much of its swing is open to doubt, in money: all without a source or a grade, or with grade D.

        With a source and grade C half of it, with a source and grade A or B nothing.
        """
        weight = 1.0 if not self.source else {"A": 0.0, "B": 0.0, "C": 0.5}.get(self.grade, 1.0)
        return weight * abs(self.swing or 0.0)


class Change(Record):
    """When a number got the value that it has, in UTC, and by whom."""

    at: str
    who: str


class Register(Record):
    """Every assumption, those first that move the profit of a portfolio most.

    The portfolio is what the plan funds, or what is worth doing: `is_plan` says which, `initiatives` are the ids of its
    members, `profit` is what they bring together at the point estimate.
    """

    run: Run
    is_plan: bool
    initiatives: tuple[str, ...]
    profit: float
    assumptions: tuple[Assumption, ...]
    switching_values: tuple[SwitchingValue, ...]
    break_even_causal_share: float | None

    def table(self) -> Any:
        """A pandas data frame with a row for each assumption."""
        import pandas as pd

        return pd.DataFrame([_row(one) for one in self.assumptions], columns=list(COLUMNS))


def _row(one: Assumption) -> dict[str, Any]:
    known = one.correlation
    return {
        **dict(one),
        "rank_correlation": known.value if known else None,
        "rank_correlation_standard_error": known.standard_error if known else None,
        "correlated_with": ", ".join(known.correlated_with) if known else "",
        "weakly_supported": one.is_weak,
    }


COLUMNS = (
    *(key for key in Assumption.model_fields if key not in ("correlation", "changed_at", "changed_by")),
    "rank_correlation",
    "rank_correlation_standard_error",
    "correlated_with",
    "weakly_supported",
    "changed_at",
    "changed_by",
)
