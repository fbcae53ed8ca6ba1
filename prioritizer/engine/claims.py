"""Delivered ÷ claimed: what finance's table makes of an initiative's claims (docs/model.md, *Claims and delivery*)."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from prioritizer.domain.company import BenefitRealisation, Company
from prioritizer.domain.initiatives import ExtraCustomers, Initiative, LeverRecord
from prioritizer.domain.quantity import Quantity
from prioritizer.engine.sampling import mean, stratified

Floats = npt.NDArray[np.float64]

COMPANY_STREAM = "delivered"


class Part(NamedTuple):
    """A part of how far delivery misses: normal with mean 0 and a deviation, from a stream of its own."""

    stream: str
    spread: float

    def drawn(self, draws: int, seed: int) -> Floats:
        return self.spread * special.ndtri(stratified(self.stream, draws, seed))


class Delivery:
    """What is delivered of what is claimed, on the draws of one run; as claimed where finance has no table."""

    def __init__(
        self,
        company: Company,
        initiatives: Iterable[Initiative],
        draws: int,
        seed: int | None,
        known: "Delivery | None" = None,
    ):
        """Draw how far claims miss; with `seed` None every claim misses by its grade's mean.

        Parts that were drawn before are taken from `known`, which is for as many draws and the same seed.
        """
        self.table = company.benefit_realisation
        self.parts: dict[Part, Floats] = {}
        self.misses: dict[str, float | Floats] = {}
        if self.table is not None and seed is not None:
            self._draw(self.table, initiatives, draws, seed, {} if known is None else known.parts)

    def _draw(
        self,
        table: BenefitRealisation,
        initiatives: Iterable[Initiative],
        draws: int,
        seed: int,
        known: Mapping[Part, Floats],
    ) -> None:
        """How far each initiative's delivery misses its grade's mean: company part + department part + own part."""

        def drawn(part: Part) -> Floats | float:
            if not part.spread:
                return 0.0
            if part not in self.parts:
                self.parts[part] = known[part] if part in known else part.drawn(draws, seed)
            return self.parts[part]

        for initiative in initiatives:
            company, department, own = (drawn(part) for part in parts_of(table, initiative))
            self.misses[initiative.id] = company + department + own

    def cost_factor(self, initiative: Initiative) -> float:
        """What the initiative's costs are multiplied by."""
        return 1.0 if self.table is None else self.table.of(initiative.evidence.grade).cost.number

    def extra_delay(self, initiative: Initiative) -> float:
        """The periods by which its effect comes later than claimed."""
        return 0.0 if self.table is None else self.table.of(initiative.evidence.grade).delay.number

    def size(self, initiative: Initiative, lever: LeverRecord, claimed: float | Floats) -> float | Floats:
        """The draws of a lever's size after delivery: e′ = ρ·ē·max(1, |ē|/|e₀|)^(−b) + (e − ē).

        Only a claim whose mean ē is a benefit is adjusted; the spread around the mean stays as claimed. Of customers
        that a lever brings to several groups, each group's number is a claim of its own.
        """
        quantity = None if isinstance(lever, ExtraCustomers) else lever.size
        return claimed if quantity is None else self._delivered(initiative, lever, quantity, claimed)

    def extra_customers(
        self, initiative: Initiative, lever: ExtraCustomers, group: str, claimed: float | Floats
    ) -> float | Floats:
        """The draws of the customers that a lever brings to one group, after delivery; never below zero."""
        return np.maximum(self._delivered(initiative, lever, lever.extra_customers[group], claimed), 0.0)

    def _delivered(
        self, initiative: Initiative, lever: LeverRecord, quantity: Quantity, claimed: float | Floats
    ) -> float | Floats:
        claimed_mean = mean(quantity)
        if self.table is None or claimed_mean * lever.benefit <= 0:
            return claimed
        known = self.table.of(quantity.grade or initiative.evidence.grade)
        usual = 0.0 if lever.usual is None else abs(lever.usual.number)
        overclaim = max(1.0, abs(claimed_mean) / usual) if usual else 1.0
        rho = known.delivered.number + self.misses.get(initiative.id, 0.0)
        low, high = quantity.bounds
        return np.clip(rho * claimed_mean * overclaim**-known.slope.number + (claimed - claimed_mean), low, high)


def parts_of(table: BenefitRealisation, initiative: Initiative) -> tuple[Part, Part, Part]:
    """The parts of an initiative's miss: the company's, its department's, its own."""
    department, own = f"departments.{initiative.department}", f"initiatives.{initiative.id}"
    return (
        Part(COMPANY_STREAM, table.shared.company.number),
        Part(f"{COMPANY_STREAM}.{department}", table.shared.department.number),
        Part(f"{COMPANY_STREAM}.{own}", table.of(initiative.evidence.grade).spread.number),
    )
