"""What can be known of a run: the draws of every uncertain input, and which are found out together."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.engine.claims import COMPANY_STREAM
from prioritizer.engine.levers import Inputs
from prioritizer.engine.uncertain import uncertain_inputs
from prioritizer.language import _

Floats = npt.NDArray[np.float64]


def known_draws(inputs: Inputs) -> dict[str, Floats]:
    """The draws of every uncertain input of a run, (draws,), by its name; see `uncertain`."""
    every = uncertain_inputs(inputs.company, inputs.initiatives, everywhere=True)
    drawn = {one.name: one.drawn(inputs) for one in every}
    return {name: values for name, values in drawn.items() if np.ptp(values) > 0}


def groups_of(company: Company, initiatives: Iterable[Initiative], names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The names of numbers that are found out together, by what the group is called; without empty groups."""
    listed = list(names)
    called = {
        _("Churn"): ("churn",),
        _("Migration between segments"): ("migration",),
        _("Revenue and margin"): ("revenue", "gross_margin"),
        _("Contacts and what they cost"): ("contacts", "contact_cost"),
        _("Recommendation and bad word of mouth"): ("referrals", "put_off"),
        _("Acquisition cost"): ("acquisition_cost",),
        _("Newcomers and growth"): ("newcomers", "planned_acquisitions", "growth"),
        _("Size of the customer base"): ("customers",),
    }
    found = {
        label: tuple(
            name
            for group in company.groups
            for name in listed
            if name.startswith(f"groups.{group}.") and name.removeprefix(f"groups.{group}.").split(".")[0] in keys
        )
        for label, keys in called.items()
    }
    shared = _("What companies get of claims: company and departments")
    found[shared] = tuple(
        name for name in listed if name == COMPANY_STREAM or name.startswith(f"{COMPANY_STREAM}.departments.")
    )
    names = {one.id: one.name for one in initiatives}
    for id_, initiative in names.items():
        told_apart = initiative if list(names.values()).count(initiative) == 1 else f"{initiative} ({id_})"
        found[_("All about “{name}”").format(name=told_apart)] = tuple(
            name for name in listed if _owner(name, names) == id_ or name == f"{COMPANY_STREAM}.initiatives.{id_}"
        )
    return {label: members for label, members in found.items() if members}


def _owner(name: str, ids: Iterable[str]) -> str | None:
    """The initiative whose number this is; the id of one may begin with that of another and a dot."""
    return max((one for one in ids if name.startswith(f"initiatives.{one}.")), key=len, default=None)
