"""A what-if: the few things that people try first, as differences from a scenario."""

from typing import Annotated

from pydantic import Field

from prioritizer.domain.company import Policy
from prioritizer.domain.record import Record
from prioritizer.domain.scenarios import Change

Factor = Annotated[float, Field(ge=0, le=3, allow_inf_nan=False)]


class WhatIf(Record):
    """What is tried: None and 1 leave a thing as it is, factors scale every draw of an uncertain number.

    `discount_rate` is real, per year; `without` names the initiatives that are left out.
    """

    discount_rate: Annotated[float, Field(gt=-1, le=1, allow_inf_nan=False)] | None = None
    policy: Policy | None = None
    churn: Factor = 1.0
    acquisition_cost: Factor = 1.0
    causal_share: Factor = 1.0
    success: Factor = 1.0
    without: tuple[str, ...] = ()

    @property
    def tried(self) -> tuple[str, ...]:
        """The names of what differs."""
        return tuple(name for name in type(self).model_fields if getattr(self, name) != _AS_IT_IS[name])

    def only(self, names: tuple[str, ...]) -> "WhatIf":
        """The same what-if with only some of its differences."""
        return WhatIf(**{name: getattr(self, name) for name in names})

    def company_changes(self) -> list[Change]:
        """The differences in the company, as a scenario would write them."""
        changes = [
            Change(path=("groups", "*", "churn", "*"), multiply=self.churn),
            Change(path=("groups", "*", "acquisition_cost"), multiply=self.acquisition_cost),
            Change(path=("causal_share",), multiply=self.causal_share),
        ]
        if self.discount_rate is not None:
            changes.append(Change(path=("discount_rate",), value=self.discount_rate))
        if self.policy is not None:
            changes.append(Change(path=("acquisition_policy",), value=self.policy.value))
        return [change for change in changes if change.multiply != 1.0]

    def initiative_changes(self) -> list[Change]:
        """The differences in every initiative."""
        change = Change(path=("probability_of_success",), multiply=self.success)
        return [] if self.success == 1.0 else [change]


_AS_IT_IS = {name: field.default for name, field in WhatIf.model_fields.items()}
