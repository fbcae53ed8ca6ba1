"""Delivered ÷ claimed: what finance's table makes of an initiative's claims (docs/model.md, *Claims and delivery*)."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
from scipy import special

from prioritizer.domain.company import BenefitRealisation, Company
from prioritizer.domain.initiatives import ExtraCustomers, Initiative, LeverRecord
from prioritizer.domain.quantity import Grade, Quantity
from prioritizer.engine.sampling import mean, stratified

Floats = npt.NDArray[np.float64]

COMPANY_STREAM = "delivered"


class Delivery:
    """What is delivered of what is claimed, on the draws of one run; as claimed where finance has no table."""

    def __init__(self, company: Company, initiatives: Iterable[Initiative], draws: int, seed: int | None):
        """Draw how far claims miss; with `seed` None every claim misses by its grade's mean."""
        self.table = company.benefit_realisation
        self.misses = {} if self.table is None or seed is None else _misses(self.table, initiatives, draws, seed)

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


def _misses(
    table: BenefitRealisation, initiatives: Iterable[Initiative], draws: int, seed: int
) -> Mapping[str, float | Floats]:
    """How far each initiative's delivery misses its grade's mean: company part + department part + own part."""

    def part(stream: str, spread: float) -> Floats | float:
        return spread * special.ndtri(stratified(stream, draws, seed)) if spread else 0.0

    shared = table.shared
    company = part(COMPANY_STREAM, shared.company.number)
    return {
        initiative.id: company
        + part(f"{COMPANY_STREAM}.departments.{initiative.department}", shared.department.number)
        + part(f"{COMPANY_STREAM}.initiatives.{initiative.id}", _spread(table, initiative.evidence.grade))
        for initiative in initiatives
    }


def _spread(table: BenefitRealisation, grade: Grade) -> float:
    return table.of(grade).spread.number
