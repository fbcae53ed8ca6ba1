"""A priority list whose figures are written by hand, so that a test knows what a file has to show."""

from typing import Any

import cases
from prioritizer.domain.results import Estimate, RankedInitiative, Ranking, Sources
from prioritizer.domain.scenarios import Scenario
from prioritizer.services.evaluation import rank

SOURCES = Sources(margin=700.25, service=900.5, acquisition=100.0, uncashed=-200.5, run_off=0.0, costs=-265.625)
FIGURES: dict[str, Any] = {
    "npv": Estimate(mean=1234.625, p5=-350.5, p50=1200.0, p95=2800.75, standard_error=12.0),
    "npv_other_policy": -77.5,
    "probability_of_loss": 0.125,
    "roi": 4.648,
    "irr": 0.3375,
    "irr_reason": None,
    "payback_years": 1.25,
    "discounted_payback_years": 1.5,
    "pv_costs": 265.625,
    "pv_benefits": 1500.25,
    "peak_funding": 222.0,
    "cost": 280.0,
    "cash_flow": (-222.5, 100.0, 300.0, 400.0, 500.25, 600.0),
    "sources": SOURCES,
}
ALL_TOGETHER = {"cost": 999.0, "cash_flow": (-999.5, 100.0, 300.0, 400.0, 500.25, 600.0)}
NOTHING: dict[str, Any] = dict.fromkeys(
    ("npv_other_policy", "probability_of_loss", "roi", "irr", "payback_years", "discounted_payback_years")
)


def ranking(*names: str, currency: str = "EUR", scenario: str = "Base", company: str = "Example") -> Ranking:
    """A list of initiatives of these names, each with the figures above; together they cost something else."""
    listed = [cases.initiative_record(f"i{number}", name=name) for number, name in enumerate(names)]
    case = Scenario(
        name=scenario, company=cases.company_record(company=company, currency=currency), initiatives=tuple(listed)
    )
    known = rank(case, draws=10, seed=7)
    rows = tuple(row.model_copy(update=FIGURES) for row in known.initiatives)
    together = {
        "worth_doing_together": known.worth_doing_together.model_copy(update=FIGURES),
        "joint": known.joint.model_copy(update=FIGURES | ALL_TOGETHER),
    }
    return known.model_copy(update={"initiatives": rows, **together})


def changed(known: Ranking, **figures: Any) -> Ranking:
    """The list with other figures in its first row."""
    first, *others = known.initiatives
    changed: RankedInitiative = first.model_copy(update=figures)
    return known.model_copy(update={"initiatives": (changed, *others)})
