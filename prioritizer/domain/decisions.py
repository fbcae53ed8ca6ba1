"""What finance and executives put beside an initiative: finance's own figures, and what was decided on which list."""

from typing import Annotated, Self

from pydantic import model_validator

from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.record import Blank, DistinctNames, Name, Record, Text, refuse
from prioritizer.language import _


class Review(Record):
    """What finance found out about an initiative.

    `figures` is the initiative as finance expects it, beside the department's own and never in its place; None where
    finance shares the department's figures. `version` is the department's version that it is about.
    """

    version: int
    figures: Annotated[Initiative | None, Blank] = None
    note: Text = ""


class Listed(Record):
    """An initiative on a list: which version, and which review where finance's figures were counted (0: none)."""

    id: Name
    version: int
    review: int = 0


class RunOrigin(Record):
    """What a run was made of, each by its version, so that it can be made again.

    `scenario` is None where the company was taken as it is; `scenarios` are that scenario and those that it extends;
    `done` are initiatives that were delivered before, on which others may rest.
    """

    run: Name
    model_version: str
    draws: int
    seed: int
    company: int
    scenario: Name | None = None
    scenarios: dict[Name, int] = {}
    initiatives: tuple[Listed, ...]
    done: tuple[str, ...] = ()


class Decision(Record):
    """A published list: what is funded on which run; what was approved and is not funded is turned down for now.

    `answer` says in one sentence what the list came to.
    """

    run: Name
    funded: DistinctNames = ()
    not_funded: DistinctNames = ()
    answer: Text = ""

    @model_validator(mode="after")
    def _is_one_of_two(self) -> Self:
        if both := set(self.funded) & set(self.not_funded):
            refuse(_("is funded and not funded"), _("Keep one of the two."), ", ".join(sorted(both)))
        return self
