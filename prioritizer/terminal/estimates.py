"""What customer records say."""

from typing import TYPE_CHECKING

from prioritizer.language import _
from prioritizer.words import (
    Scale,
    figure,
    money_range,
)

if TYPE_CHECKING:  # its services load the warehouse, which only `estimate` needs
    from prioritizer.services.estimation import Estimate
from prioritizer.terminal.tables import table


def estimate_table(found: "Estimate") -> str:
    """What customer records say: the numbers, then what casts doubt on them, then the gaps to fill."""
    headings = (
        (_("Number"), "left"),
        (_("Mean"), "right"),
        (_("90 %: from … to"), "right"),
        (_("Unit"), "left"),
        (_("Observations"), "right"),
    )
    single = Scale(1.0, "")
    rows = [
        [
            ".".join(map(str, line.place)),
            figure(line.mean),
            money_range(line.low, line.high, single),
            line.unit,
            f"{line.observations:,}",
        ]
        for line in found.lines
    ]
    counted = _("{rows} rows of {customers} customers").format(rows=f"{found.rows:,}", customers=f"{found.customers:,}")
    warnings = [f"! {notice.text}" for notice in found.notices if notice.is_warning]
    taken = [f"· {notice.text}" for notice in found.notices if not notice.is_warning]
    gaps = [f"? {'.'.join(map(str, gap.place))}: {gap.text}" for gap in found.gaps if gap.needed]
    heading = [_("Still to be filled in:")] if gaps else []
    return "\n".join([counted, "", table(headings, rows), *warnings, *taken, "", *heading, *gaps, ""])
