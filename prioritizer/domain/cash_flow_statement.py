"""The cash flow of some initiatives line by line: with them, without them, and the difference.

Amounts are expected ones (means over the draws), undiscounted where not said otherwise. What comes in is positive, what
goes out negative, so that lines are added and never taken away.

| line | what it is |
|---|---|
| `margin_retained` | margin of customers at today's revenue, without the margin of `margin_referred` |
| `margin_referred` | margin at today's revenue, less the same without word of mouth |
| `spend_uplift` | margin, less the margin if the initiatives' levers on revenue were switched off |
| `margin` | the sum of these three: revenue × gross margin |
| `referrals` | acquisition cost without word of mouth, less the acquisition cost: what recommendations save |
| `acquisition_other` | minus the acquisition cost without word of mouth |
| `acquisition` | the sum of these two: minus the acquisition cost |
| `service` | minus the service cost |
| `not_cashable` | minus the part of the saving on service cost that is not paid out |
| `service_cashable` | the sum of these two |
| `costs` | minus what the initiatives cost |
| `before_tax` | margin + acquisition + service_cashable + costs |
| `tax` | minus the tax on it |
| `cash_flow` | after tax: before_tax + tax |
| `discounted` | the same as a present value, period by period |
| `run_off` | present value after tax of the customers at the end; in no period |
| `profit` | discounted + run_off: the difference is the projected profit |

Without word of mouth means: if nobody recommended and nobody were put off, in the company with the initiatives and in
the company without them alike. `referrals` is negative where more prospects are put off than customers recommended.

What is switched off is switched off in this order: levers on revenue first, word of mouth second, on the same draws.
Where initiatives raise both, what the revenue levers bring from recommended customers is spend uplift.
"""

from enum import StrEnum
from typing import Any

from prioritizer.domain.record import Record
from prioritizer.domain.results import Run, Series


class LineKey(StrEnum):
    """The lines, in the order in which they are read."""

    MARGIN_RETAINED = "margin_retained"
    MARGIN_REFERRED = "margin_referred"
    SPEND_UPLIFT = "spend_uplift"
    MARGIN = "margin"
    REFERRALS = "referrals"
    ACQUISITION_OTHER = "acquisition_other"
    ACQUISITION = "acquisition"
    SERVICE = "service"
    NOT_CASHABLE = "not_cashable"
    SERVICE_CASHABLE = "service_cashable"
    COSTS = "costs"
    BEFORE_TAX = "before_tax"
    TAX = "tax"
    CASH_FLOW = "cash_flow"
    DISCOUNTED = "discounted"
    RUN_OFF = "run_off"
    PROFIT = "profit"


SUMS: dict[LineKey, tuple[LineKey, ...]] = {
    LineKey.MARGIN: (LineKey.MARGIN_RETAINED, LineKey.MARGIN_REFERRED, LineKey.SPEND_UPLIFT),
    LineKey.ACQUISITION: (LineKey.REFERRALS, LineKey.ACQUISITION_OTHER),
    LineKey.SERVICE_CASHABLE: (LineKey.SERVICE, LineKey.NOT_CASHABLE),
    LineKey.BEFORE_TAX: (LineKey.MARGIN, LineKey.ACQUISITION, LineKey.SERVICE_CASHABLE, LineKey.COSTS),
    LineKey.CASH_FLOW: (LineKey.BEFORE_TAX, LineKey.TAX),
    LineKey.PROFIT: (LineKey.DISCOUNTED, LineKey.RUN_OFF),
}


class Sides(Record):
    """An amount with the initiatives, without them, and the difference: with less without, exactly."""

    with_it: float
    without: float
    difference: float


class CashFlowLine(Record):
    """One line. `total` is over all periods; `present_value` that of its amounts, before tax up to `before_tax`.

    `discounted`, `run_off` and `profit` are present values after tax themselves; `run_off` and `profit` have no amounts
    in periods and no total. `behind` are the assumptions on which the difference rests, as the register names them.
    """

    key: LineKey
    name: str
    meaning: str
    periods: tuple[Sides, ...]
    years: tuple[Sides, ...]
    total: Sides | None
    present_value: Sides
    behind: tuple[str, ...]

    @property
    def is_sum(self) -> bool:
        return self.key in SUMS


class CashFlowStatement(Record):
    """The statement of one initiative (`id`), or of several together (None)."""

    run: Run
    id: str | None
    name: str
    initiatives: tuple[str, ...]
    periods: tuple[str, ...]
    years: tuple[str, ...]
    year_of_period: tuple[str, ...]
    lines: tuple[CashFlowLine, ...]

    def line(self, key: LineKey) -> CashFlowLine:
        return next(line for line in self.lines if line.key == key)

    def series(self, key: LineKey, side: str = "difference") -> Series:
        """A line by period, on one side."""
        return tuple(getattr(cell, side) for cell in self.line(key).periods)

    def table(self) -> Any:
        """A pandas data frame with a row for each line and period; a line that has only a present value has one row."""
        import pandas as pd

        return pd.DataFrame([row for line in self.lines for row in self._rows(line)], columns=list(COLUMNS))

    def _rows(self, line: CashFlowLine) -> list[dict[str, Any]]:
        first = {"line": line.key.value, "name": line.name}
        if line.key in (LineKey.RUN_OFF, LineKey.PROFIT):
            return [{**first, "fiscal_year": "", "period": "", **dict(line.present_value)}]
        dated = zip(self.year_of_period, self.periods, line.periods, strict=True)
        return [{**first, "fiscal_year": year, "period": period, **dict(cell)} for year, period, cell in dated]


COLUMNS = ("line", "name", "fiscal_year", "period", *Sides.model_fields)
