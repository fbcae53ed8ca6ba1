"""Delivered ÷ claimed: what outcomes suggest for the table."""

from pathlib import Path

from prioritizer.domain.company import BenefitRealisation
from prioritizer.domain.outcomes import DeliveryLearnt
from prioritizer.engine.delivery_learning import learn
from prioritizer.services.cases import as_scenario
from prioritizer.store.outcomes import read_outcomes


def delivered(outcomes: str | Path, company: str | Path | None = None) -> DeliveryLearnt:
    """What a file of outcomes suggests for the table of a company or scenario file.

    Without a company, or where it has no table, the outcomes speak alone. Raises InputError with every complaint.
    """
    table: BenefitRealisation | None = None
    if company is not None:
        table = as_scenario(company).company.benefit_realisation
    return learn(read_outcomes(outcomes), table)
