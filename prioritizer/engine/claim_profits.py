"""What is left of the profit that was claimed, at the point estimate: as claimed, after size, after delivery.

The same simulation is made with three tables of delivered ÷ claimed: none at all, one in which only size counts, and
the company's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from prioritizer.domain.company import BenefitRealisation, Company, GradeRealisation
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.quantity import Grade, Kind, certain
from prioritizer.engine.simulation import simulate_point

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ClaimProfits:
    """Profit of each initiative alone with every number at its mean, (initiatives,).

    `claimed`: nothing taken off: no slope, ρ = 1, cost factor 1, no delay. `sized`: only slopes count. `delivered`: the
    company's table, which is the point estimate.
    """

    claimed: Floats
    sized: Floats
    delivered: Floats


def claim_profits(company: Company, initiatives: Sequence[Initiative]) -> ClaimProfits:
    """The three profits of every initiative, under the policy in force."""
    delivered = _alone(company, initiatives)
    table = company.benefit_realisation
    if table is None:
        return ClaimProfits(delivered, delivered, delivered)
    claimed = claimed_profits(company, initiatives)
    sized = _alone(company.model_copy(update={"benefit_realisation": only_size(table)}), initiatives)
    return ClaimProfits(claimed, sized, delivered)


def claimed_profits(company: Company, initiatives: Sequence[Initiative]) -> Floats:
    """Profit of each initiative alone, every number at its mean and nothing taken off, (initiatives,)."""
    return _alone(company.model_copy(update={"benefit_realisation": None}), initiatives)


def only_size(table: BenefitRealisation) -> BenefitRealisation:
    """A table in which nothing but the slopes is left: claims of the usual size or less are delivered in full."""
    full = GradeRealisation(delivered=certain(1.0, Kind.CHANGE))
    sloped = {grade.value: full.model_copy(update={"slope": table.of(grade).slope}) for grade in Grade}
    return BenefitRealisation().model_copy(update=sloped)


def _alone(company: Company, initiatives: Sequence[Initiative]) -> Floats:
    return simulate_point(company, initiatives).profit[: len(initiatives), 0]
