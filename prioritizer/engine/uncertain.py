"""The uncertain inputs of a company with some initiatives: what each is called, its range, and its draws.

An input is one stream of draws: a number that was entered once for all segments is one input, though it stands in
several places. Whether an initiative succeeds, and how far claims miss, are inputs too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from prioritizer.domain.assumptions import (
    company_numbers,
    groups_reached,
    initiative_numbers,
    rows_of_shares,
    stream_of,
)
from prioritizer.domain.company import Company
from prioritizer.domain.correlations import matched
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.quantity import DirichletShare, Quantity
from prioritizer.engine.claims import Part, parts_of
from prioritizer.engine.levers import Inputs
from prioritizer.engine.sampling import mean, values

Floats = npt.NDArray[np.float64]

SWING = (0.05, 0.95)  # the percentiles between which an input moves in a tornado
RANGE = (0.001, 0.999)  # … and in the search for the value that makes the profit zero
SURE = 1 - 1e-12  # a Dirichlet share does not come closer to the whole row


@dataclass(frozen=True)
class Number:
    """A number of the register: its places, the quantity in each, and the row of shares in which it stands, if any."""

    name: str
    places: tuple[str, ...]
    quantities: tuple[Quantity, ...]
    row: tuple[str, ...] = ()

    @property
    def quantity(self) -> Quantity:
        """That of its first place, in which its values are given."""
        return self.quantities[0]

    @property
    def mean(self) -> float:
        return mean(self.quantity)

    def percentiles(self, at: Sequence[float]) -> Floats:
        """Its values at some percentiles. Of a Dirichlet share those that the share itself has once it is divided."""
        if not isinstance(self.quantity.distribution, DirichletShare):
            return values(self.quantity, np.array(at))
        share = self.quantity.distribution
        rest = share.total + share.options - share.count - 1
        part = np.minimum(special.betaincinv(share.count + 1, rest, np.array(at)), SURE)
        raw = part / (1 - part) * rest / (share.total + share.options)
        return np.clip(raw * self.quantity.multiply + self.quantity.add, *self.quantity.bounds)

    def span(self) -> Floats:
        """Between which values one looks for the value that makes a profit zero."""
        return self.percentiles(RANGE)

    def in_each_place(self, tried: Floats) -> dict[str, Floats]:
        """Values of its first place as they are in every place; scenarios may have scaled them differently."""
        return {
            place: _rescaled(tried, self.quantity, quantity)
            for place, quantity in zip(self.places, self.quantities, strict=True)
        }

    def shown(self, value: float, means: Mapping[str, float]) -> float:
        """A value as people read it: a share of a row after the row was divided by its sum, the others at means."""
        others = sum(means[place] for place in self.row if place not in self.places)
        total = value * sum(place in self.places for place in self.row) + others
        return float(value / total) if self.row and total > 0 else float(value)

    def drawn(self, inputs: Inputs) -> Floats:
        """Its draws, (draws,); a share of a row after division by the row's sum."""
        own = np.asarray(inputs.drawn[self.places[0]], dtype=float)
        if not self.row:
            return own
        total = sum(np.asarray(inputs.drawn[place], dtype=float) for place in self.row)
        return np.divide(own, total, out=np.zeros_like(own), where=total > 0)


@dataclass(frozen=True)
class Miss:
    """A part of how far claims miss what grades of evidence deliver on average, added to delivered ÷ claimed."""

    part: Part

    @property
    def name(self) -> str:
        return self.part.stream

    @property
    def mean(self) -> float:
        return 0.0

    def percentiles(self, at: Sequence[float]) -> Floats:
        return self.part.spread * special.ndtri(np.array(at))

    def span(self) -> Floats:
        return self.percentiles(RANGE)

    def shown(self, value: float, _means: Mapping[str, float]) -> float:
        return float(value)

    def drawn(self, inputs: Inputs) -> Floats:
        return inputs.delivery.parts[self.part]


@dataclass(frozen=True)
class Success:
    """Whether an initiative succeeds, 1 or 0; in between it is the probability of it."""

    initiative: str
    chance: Quantity

    @property
    def name(self) -> str:
        return f"initiatives.{self.initiative}.success"

    @property
    def mean(self) -> float:
        return mean(self.chance)

    def percentiles(self, at: Sequence[float]) -> Floats:
        return (np.array(at) > 1 - self.mean).astype(float)

    def span(self) -> Floats:
        return np.array([0.0, 1.0])

    def shown(self, value: float, _means: Mapping[str, float]) -> float:
        return float(value)

    def drawn(self, inputs: Inputs) -> Floats:
        known = {one.id: success for one, success in zip(inputs.initiatives, inputs.success, strict=True)}
        return np.broadcast_to(np.asarray(known[self.initiative], dtype=float), (inputs.draws,))


Uncertain = Number | Miss | Success


def uncertain_inputs(
    company: Company, initiatives: Sequence[Initiative], everywhere: bool = False
) -> tuple[Uncertain, ...]:
    """Every uncertain input on which the profit of some initiatives may depend.

    The company's, those of the groups that they reach (`everywhere`: of all groups), their own; in the company's order,
    then theirs.
    """
    groups = list(company.groups) if everywhere else groups_reached(company, initiatives)
    return (
        *_numbers(company, groups, initiatives),
        *_misses(company, initiatives),
        *(Success(one.id, one.probability_of_success) for one in initiatives if _may_fail(one)),
    )


def _may_fail(initiative: Initiative) -> bool:
    chance = initiative.probability_of_success
    return not (chance.is_fixed and chance.number in (0.0, 1.0))


def _numbers(company: Company, groups: Sequence[str], initiatives: Sequence[Initiative]) -> list[Number]:
    rows = rows_of_shares(company)
    listed = [
        *company_numbers(company, groups),
        *(numbered for initiative in initiatives for numbered in initiative_numbers(initiative)),
    ]
    streams: dict[str, list[tuple[str, Quantity]]] = {}
    for place, quantity in listed:
        if not quantity.is_fixed:
            streams.setdefault(stream_of(place, quantity), []).append((place, quantity))
    return [
        Number(name, tuple(place for place, _q in some), tuple(one for _p, one in some), rows.get(some[0][0], ()))
        for name, some in streams.items()
    ]


def _misses(company: Company, initiatives: Sequence[Initiative]) -> list[Miss]:
    if company.benefit_realisation is None:
        return []
    parts = [part for one in initiatives for part in parts_of(company.benefit_realisation, one) if part.spread]
    return [Miss(part) for part in dict.fromkeys(parts)]


def joined_with(company: Company, inputs: Sequence[Uncertain]) -> dict[str, tuple[str, ...]]:
    """With which others each of some inputs is drawn together: by `correlate`, or as shares of one row.

    Those that are drawn by themselves are left out.
    """
    numbers = [one for one in inputs if isinstance(one, Number)]
    names = [one.name for one in numbers]
    together = [matched(correlation, names) for correlation in company.correlate if correlation.rho != 0]
    rows = dict.fromkeys(one.row for one in numbers if one.row)
    together += [[one.name for one in numbers if one.row == row] for row in rows]
    found: dict[str, tuple[str, ...]] = {}
    for members in together:
        for name in members if len(members) >= 2 else ():
            found[name] = (*found.get(name, ()), *(other for other in members if other != name))
    return {name: tuple(dict.fromkeys(others)) for name, others in found.items()}


def _rescaled(tried: Floats, given: Quantity, wanted: Quantity) -> Floats:
    """Values of one quantity as those of another that shares its draws."""
    if (given.multiply, given.add) == (wanted.multiply, wanted.add) or given.multiply == 0:
        return tried
    return np.clip((tried - given.add) / given.multiply * wanted.multiply + wanted.add, *wanted.bounds)
