"""Prioritizer: one priority list by projected profit for a company's customer experience initiatives."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prioritizer.engine.customers import nps, project, share_interval
    from prioritizer.engine.ranking import rank_acceptability, shrink
    from prioritizer.engine.valuation import irr, lifetime_value, npv, payback
    from prioritizer.errors import InputError, PrioritizerError, UnknownName
    from prioritizer.services.estimation import estimate
    from prioritizer.services.evaluation import rank, simulate
    from prioritizer.store.files import read_company, read_initiatives, read_scenario

_HOME = {
    "InputError": "errors",
    "PrioritizerError": "errors",
    "UnknownName": "errors",
    "estimate": "services.estimation",
    "irr": "engine.valuation",
    "lifetime_value": "engine.valuation",
    "nps": "engine.customers",
    "npv": "engine.valuation",
    "payback": "engine.valuation",
    "project": "engine.customers",
    "rank": "services.evaluation",
    "rank_acceptability": "engine.ranking",
    "read_company": "store.files",
    "read_initiatives": "store.files",
    "read_scenario": "store.files",
    "share_interval": "engine.customers",
    "shrink": "engine.ranking",
    "simulate": "services.evaluation",
}
__all__ = [
    "InputError",
    "PrioritizerError",
    "UnknownName",
    "estimate",
    "irr",
    "lifetime_value",
    "nps",
    "npv",
    "payback",
    "project",
    "rank",
    "rank_acceptability",
    "read_company",
    "read_initiatives",
    "read_scenario",
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
