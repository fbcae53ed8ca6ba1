"""Why an initiative stands where it stands, as one record for terminal and files."""

from typing import Any

from prioritizer.domain.bridges import Bridge, InitiativeBridge
from prioritizer.domain.record import Record
from prioritizer.domain.results import Run


class Explanation(Record):
    """One initiative: its rank of `total`, and the bridge from its claim to the list."""

    run: Run
    id: str
    name: str
    department: str
    grade: str
    rank: int
    total: int
    bridge: InitiativeBridge

    def table(self) -> Any:
        """A pandas data frame with a row for each amount of the bridge."""
        import pandas as pd

        return pd.DataFrame([{"step": step, "amount": getattr(self.bridge, step)} for step in Bridge.model_fields])
