"""A what-if: the few things that people try first, and any other changes, as differences from a scenario."""

from collections.abc import Collection
from typing import Annotated

from pydantic import Field, field_validator

from prioritizer.domain.company import Policy
from prioritizer.domain.record import Record, refuse
from prioritizer.domain.scenarios import Change, path_text
from prioritizer.language import _

MOST_CHANGES = 20
BUDGET, INITIATIVES, EACH = "budget", "initiatives", "*"

Factor = Annotated[float, Field(ge=0, le=3, allow_inf_nan=False)]


class WhatIf(Record):
    """What is tried: None and 1 leave a thing as it is, factors scale every draw of an uncertain number.

    `discount_rate` is real, per year; `without` names the initiatives that are left out. `changes` are made after the
    others, in their order, each at a place of its own: a path into the company, or `initiatives`, an id or `*`, and a
    path into the initiative.
    """

    discount_rate: Annotated[float, Field(gt=-1, le=1, allow_inf_nan=False)] | None = None
    policy: Policy | None = None
    churn: Factor = 1.0
    acquisition_cost: Factor = 1.0
    causal_share: Factor = 1.0
    success: Factor = 1.0
    without: tuple[str, ...] = ()

    changes: tuple[Change, ...] = ()

    @field_validator("changes")
    @classmethod
    def _each_place_once(cls, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        if len(changes) > MOST_CHANGES:
            remedy = _("Give at most {most}.").format(most=MOST_CHANGES)
            refuse(_("is too many changes"), remedy, len(changes))
        seen: set[tuple[str, ...]] = set()
        for change in changes:
            if change.path in seen:
                refuse(_("is changed twice"), _("Change each place once."), path_text(change.path))
            if change.path[0] == INITIATIVES and len(change.path) < 3:
                remedy = _("Name an initiative and what of it is changed.")
                refuse(_("is not changed here"), remedy, path_text(change.path))
            seen.add(change.path)
        return changes

    @property
    def tried(self) -> tuple[str, ...]:
        """The names of what differs: those of fields, then those of changes, by `name_of`."""
        fields = tuple(name for name in _AS_IT_IS if name != "changes" and getattr(self, name) != _AS_IT_IS[name])
        return (*fields, *map(name_of, self.changes))

    @property
    def limits(self) -> tuple[str, ...]:
        """Those of what differs that limit a plan and move no profit: the budgets."""
        return tuple(name_of(change) for change in self.changes if change.path[0] == BUDGET)

    def only(self, names: Collection[str]) -> "WhatIf":
        """The same what-if with only some of its differences."""
        fields = {name: getattr(self, name) for name in _AS_IT_IS if name != "changes" and name in names}
        return WhatIf(**fields, changes=tuple(change for change in self.changes if name_of(change) in names))

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
        quick = [change for change in changes if change.multiply != 1.0]
        return [*quick, *(change for change in self.changes if change.path[0] != INITIATIVES)]

    def initiative_changes(self) -> dict[str, list[Change]]:
        """The differences in initiatives, by id; those by `*` are made in every one that has such a number, first."""
        made: dict[str, list[Change]] = {}
        if self.success != 1.0:
            made[EACH] = [Change(path=("probability_of_success",), multiply=self.success)]
        for change in self.changes:
            if change.path[0] == INITIATIVES:
                made.setdefault(change.path[1], []).append(change.model_copy(update={"path": change.path[2:]}))
        return made


def name_of(change: Change) -> str:
    """The name of a listed change among what is tried; no field has such a name."""
    return f"change {path_text(change.path)}"


_AS_IT_IS = {name: field.default for name, field in WhatIf.model_fields.items()}
