"""Entering what a pilot found: the posterior takes the place of the claim, graded A.

What was claimed stays in the earlier versions of the initiative, and on the card of each number.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.initiatives import ExtraCustomers, Initiative, LeverRecord
from prioritizer.domain.quantity import SMALLEST, Fixed, Grade, Kind, Normal, Quantity, certain
from prioritizer.domain.record import Record, nearest
from prioritizer.engine.levers import Inputs
from prioritizer.engine.pilots import Effect, effect_of, posterior
from prioritizer.engine.sampling import mean
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.services.cases import Case, as_scenario
from prioritizer.services.evaluation import draw_inputs
from prioritizer.services.runs import checked_run, identify

LEAST = 1e-9  # a smaller deviation counts as none


@dataclass(frozen=True)
class Measured:
    """What a pilot found of one lever: its size at full effect, as a file writes it, and the standard error."""

    initiative: str
    lever: str
    size: float
    standard_error: float


class Believed(Record):
    """One lever before and after: its mean as claimed, as delivered by what is known today, and after the pilot.

    `deviation` belongs to the last. `measured` None where the pilot did not measure it.
    """

    lever: str
    claimed: float
    expected: float
    measured: float | None
    after: float
    deviation: float


class AfterPilot(Record):
    """An initiative as it is believed after a pilot, with what changed; probabilities of success before and after."""

    initiative: Initiative
    levers: tuple[Believed, ...]
    success_before: float
    success_after: float


class AfterPilots(Record):
    """All initiatives that were measured, as they are believed then."""

    initiatives: tuple[AfterPilot, ...]

    def table(self) -> Any:
        """A pandas data frame with a row for each lever."""
        import pandas as pd

        return pd.DataFrame(
            [{"initiative": one.initiative.id, **dict(row)} for one in self.initiatives for row in one.levers]
        )


def measured_of(given: Sequence[tuple[str, str, float, float]]) -> tuple[Measured, ...]:
    """What was measured, from initiative, lever, size and standard error."""
    return tuple(Measured(*one) for one in given)


def after_pilot(
    case: Case, measured: Sequence[Measured], *, draws: int = DEFAULT_DRAWS, seed: int = DEFAULT_SEED
) -> AfterPilots:
    """The initiatives of which something was measured, as they are believed then.

    Raises:
        InputError: an initiative or a lever that is not there, a standard error that is not above zero; all at once.
    """
    scenario = as_scenario(case, None)
    run = identify(scenario, *checked_run(draws, seed), False)
    return after_results(scenario.initiatives, draw_inputs(scenario, run), measured)


def after_results(initiatives: Sequence[Initiative], inputs: Inputs, measured: Sequence[Measured]) -> AfterPilots:
    """The same on draws that are there already."""
    known = {one.id: one for one in initiatives}
    _require_known(known, measured)
    found = [
        _after(known[id_], effect_of(inputs, known[id_]), {one.lever: one for one in measured if one.initiative == id_})
        for id_ in dict.fromkeys(one.initiative for one in measured)
    ]
    return AfterPilots(initiatives=tuple(found))


def levers_of(initiative: Initiative) -> tuple[str, ...]:
    """What of an initiative a pilot can measure, by the names of its levers in the register."""
    return tuple(key for key, _size in _quantities(initiative))


def claimed_size(initiative: Initiative, lever: str) -> float:
    """The mean of a lever's size as it stands in the initiative."""
    return mean(dict(_quantities(initiative))[lever])


def _quantities(initiative: Initiative) -> Iterator[tuple[str, Quantity]]:
    """The numbers that say how large the levers are."""
    for name, lever in initiative.named_levers():
        if isinstance(lever, ExtraCustomers):
            yield from ((f"{name}.{group}", count) for group, count in lever.extra_customers.items())
        else:
            yield name, lever.size


def _require_known(known: Mapping[str, Initiative], measured: Sequence[Measured]) -> None:
    complaints = []
    times = Counter((one.initiative, one.lever) for one in measured)
    for one in measured:
        if one.initiative not in known:
            remedy = nearest(one.initiative, list(known))
            complaints.append(Complaint(_("is the id of no initiative"), remedy, value=one.initiative))
        elif one.lever not in (levers := dict(_quantities(known[one.initiative]))):
            remedy = nearest(one.lever, list(levers))
            complaints.append(Complaint(_("is no lever of it"), remedy, place=one.initiative, value=one.lever))
        else:
            complaints += _misfits(one, levers[one.lever].kind.bounds, times[one.initiative, one.lever])
    if complaints:
        raise InputError(list(dict.fromkeys(complaints)))


def _misfits(one: Measured, bounds: tuple[float, float], times: int) -> Iterator[Complaint]:
    """What is wrong with a size and its standard error."""
    place, (low, high) = f"{one.initiative}.{one.lever}", bounds
    if not low <= one.size <= high:
        remedy = _("Give a number from {low:g} to {high:g}.").format(low=low, high=high)
        yield Complaint(_("is not a size that it can have"), remedy, place=place, value=f"{one.size:g}")
    if not SMALLEST <= one.standard_error <= max(abs(low), high):
        remedy = _("Give the standard error of what was measured, in its unit.")
        yield Complaint(_("is no standard error"), remedy, place=place, value=f"{one.standard_error:g}")
    if times > 1:
        remedy = _("Give each lever once, with what all measurements say together.")
        yield Complaint(_("is measured more than once"), remedy, place=one.initiative, value=one.lever)


def _after(initiative: Initiative, effect: Effect, measured: Mapping[str, Measured]) -> AfterPilot:
    place = f"initiatives.{initiative.id}.levers."
    seen = {f"{place}{one.lever}": (one.size, one.standard_error) for one in measured.values()}
    after, sizes = posterior(effect, seen), dict(_quantities(initiative))
    rows = tuple(
        Believed(
            lever=part.name.removeprefix(place),
            claimed=part.claimed,
            expected=float(np.mean(part.delivered)),
            measured=seen[part.name][0] if part.name in seen else None,
            after=_within(after.means[part.name], sizes[part.name.removeprefix(place)]),
            deviation=after.deviations[part.name],
        )
        for part in effect.parts
    )
    return AfterPilot(
        initiative=_replaced(initiative, {row.lever: row for row in rows}, after.success),
        levers=rows,
        success_before=float(np.mean(effect.success)),
        success_after=after.success,
    )


def with_believed(initiative: Initiative, after: AfterPilot) -> Initiative:
    """An initiative of the same levers, at other figures perhaps, with what is believed after its pilot.

    Raises:
        InputError: its levers are others.
    """
    rows = {row.lever: row for row in after.levers}
    if set(levers_of(initiative)) != set(rows):
        remedy = _("Enter the result on the list that holds this version.")
        raise InputError(
            [Complaint(_("has other levers than the version that was tested"), remedy, value=initiative.id)]
        )
    return _replaced(initiative, rows, after.success_after)


def _replaced(initiative: Initiative, rows: Mapping[str, Believed], success: float) -> Initiative:
    """The initiative with what is believed in the place of what was claimed, graded A."""
    levers: list[LeverRecord] = []
    for name, lever in initiative.named_levers():
        if isinstance(lever, ExtraCustomers):
            counts = {
                group: _believed(count, rows[f"{name}.{group}"]) for group, count in lever.extra_customers.items()
            }
            levers.append(lever.model_copy(update={"extra_customers": counts}))
        else:
            key = next(field for field in ("share", "change") if field in type(lever).model_fields)
            levers.append(lever.model_copy(update={key: _believed(lever.size, rows[name])}))
    evidence = initiative.evidence.model_copy(update={"grade": Grade.A})
    return initiative.model_copy(
        update={
            "levers": tuple(levers),
            "evidence": evidence,
            "probability_of_success": certain(min(max(success, 0.0), 1.0), Kind.SHARE),
        }
    )


def _within(size: float, quantity: Quantity) -> float:
    low, high = quantity.kind.bounds
    return min(max(size, low), high)


def _believed(claimed: Quantity, row: Believed) -> Quantity:
    believed = row.after
    changes: dict[str, Any] = {
        "distribution": Normal(mean=believed, deviation=row.deviation)
        if row.deviation > LEAST
        else Fixed(value=believed),
        "multiply": 1.0,
        "add": 0.0,
        "source": _("Pilot: measured {measured:g}; claimed {claimed:g}").format(
            measured=row.measured, claimed=row.claimed
        )
        if row.measured is not None
        else _("Follows from the pilot of its other levers; claimed {claimed:g}").format(claimed=row.claimed),
        "grade": Grade.A,
    }
    return claimed.model_copy(update=changes)
