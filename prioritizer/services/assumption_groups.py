"""What can be known of a run: the draws of every uncertain number, one by one and in groups found out together."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.quantity import DirichletShare
from prioritizer.engine.levers import Inputs
from prioritizer.language import _
from prioritizer.services.inputs import input_names

Floats = npt.NDArray[np.float64]

DELIVERED = "delivered"  # where the parts of what is delivered of claims are named


def known_draws(inputs: Inputs) -> dict[str, Floats]:
    """The draws of every uncertain number of a run, (draws,), by its name in the register.

    Shares of a row that is estimated from counts are divided by their sum. `initiatives.ID.success` is whether an
    initiative succeeds; `delivered…` are the parts of what is delivered of claims.
    """
    found: dict[str, Floats] = {}
    origins = inputs.sample.origins if inputs.sample else {}
    for name, drawn in inputs.drawn.items():
        if np.ndim(drawn) and np.ptp(drawn) > 0:
            found[name] = np.asarray(drawn)
            if name in origins and isinstance(origins[name].quantity.distribution, DirichletShare):
                found[name] = found[name] / _row(inputs, name)
    for one, success in zip(inputs.initiatives, inputs.success, strict=True):
        if np.ndim(success) and np.ptp(success) > 0:
            found[f"initiatives.{one.id}.success"] = np.asarray(success)
    for part, drawn in inputs.delivery.parts.items():
        found[part.stream] = drawn
    return found


def _row(inputs: Inputs, name: str) -> Floats:
    """The sum of the row of shares that a number belongs to, by draw."""
    row = name.rpartition(".")[0]
    return np.asarray(sum(drawn for other, drawn in inputs.drawn.items() if other.rpartition(".")[0] == row))


def groups_of(
    company: Company, initiatives: Iterable[Initiative], names: Iterable[str] | Mapping[str, object]
) -> dict[str, tuple[str, ...]]:
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
    found[shared] = tuple(name for name in listed if name == DELIVERED or name.startswith(f"{DELIVERED}.departments."))
    names_of = {one.id: one.name for one in initiatives}
    for id_, initiative in names_of.items():
        found[_("All about “{name}”").format(name=initiative)] = tuple(
            name for name in listed if _owner(name, names_of) == id_ or name == f"{DELIVERED}.initiatives.{id_}"
        )
    return {label: members for label, members in found.items() if members}


def _owner(name: str, ids: Iterable[str]) -> str | None:
    """The initiative whose number this is; the id of one may begin with that of another and a dot."""
    return max((one for one in ids if name.startswith(f"initiatives.{one}.")), key=len, default=None)


def assumption_names(company: Company, initiatives: Sequence[Initiative], keys: Iterable[str]) -> dict[str, str]:
    """What everything that can be known is called in words, by its key."""
    names = input_names(company, initiatives)
    called = {one.id: one.name for one in initiatives}
    found = {}
    for key in keys:
        if key in names:
            initiative = _owner(key, called)
            found[key] = f"{called[initiative]}: {names[key]}" if initiative else names[key]
        else:
            found[key] = _drawn_name(key, called)
    return found


def _drawn_name(key: str, called: Mapping[str, str]) -> str:
    """What is drawn beside the register."""
    if key == DELIVERED:
        return _("Delivered ÷ claimed, what all departments share")
    if key.startswith(f"{DELIVERED}.departments."):
        return _("Delivered ÷ claimed of {department}").format(department=key.removeprefix(f"{DELIVERED}.departments."))
    if key.startswith(f"{DELIVERED}.initiatives."):
        own = called.get(key.removeprefix(f"{DELIVERED}.initiatives."), "")
        return _("{name}: how much of its claim it delivers").format(name=own)
    id_ = key.removeprefix("initiatives.").removesuffix(".success")
    return _("{name}: whether it works at all").format(name=called.get(id_, id_))
