"""Prioritizer: one priority list by projected profit for a company's customer experience initiatives."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prioritizer.engine.attribution import shapley
    from prioritizer.engine.customers import nps, project, share_interval
    from prioritizer.engine.funding import nested_order
    from prioritizer.engine.information import evpi, evppi
    from prioritizer.engine.portfolio import select
    from prioritizer.engine.ranking import rank_acceptability, shrink
    from prioritizer.engine.valuation import irr, lifetime_value, npv, payback
    from prioritizer.errors import InputError, PrioritizerError, UnknownName
    from prioritizer.services.comparison import compare
    from prioritizer.services.estimation import estimate
    from prioritizer.services.evaluation import rank, simulate
    from prioritizer.services.learning import learn
    from prioritizer.services.plans import plan
    from prioritizer.store.files import read_company, read_initiatives, read_scenario

_HOME = {
    "InputError": "errors",
    "PrioritizerError": "errors",
    "UnknownName": "errors",
    "compare": "services.comparison",
    "estimate": "services.estimation",
    "evpi": "engine.information",
    "evppi": "engine.information",
    "irr": "engine.valuation",
    "learn": "services.learning",
    "lifetime_value": "engine.valuation",
    "nested_order": "engine.funding",
    "nps": "engine.customers",
    "npv": "engine.valuation",
    "payback": "engine.valuation",
    "plan": "services.plans",
    "project": "engine.customers",
    "rank": "services.evaluation",
    "rank_acceptability": "engine.ranking",
    "read_company": "store.files",
    "read_initiatives": "store.files",
    "read_scenario": "store.files",
    "select": "engine.portfolio",
    "shapley": "engine.attribution",
    "share_interval": "engine.customers",
    "shrink": "engine.ranking",
    "simulate": "services.evaluation",
}
__all__ = [
    "InputError",
    "PrioritizerError",
    "UnknownName",
    "compare",
    "estimate",
    "evpi",
    "evppi",
    "irr",
    "learn",
    "lifetime_value",
    "nested_order",
    "nps",
    "npv",
    "payback",
    "plan",
    "project",
    "rank",
    "rank_acceptability",
    "read_company",
    "read_initiatives",
    "read_scenario",
    "select",
    "shapley",
    "share_interval",
    "shrink",
    "simulate",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for, so that a command loads only what it needs."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
