"""Comparisons of scenarios that were computed, shared by all sessions; computing one can be cancelled."""

from collections.abc import Callable, Sequence

import streamlit as st

from prioritizer.domain.comparison import Comparison
from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.scenarios import Scenario
from prioritizer.language import _, asked_for
from prioritizer.services.comparison import compare_scenarios
from prioritizer.services.runs import identify, require_memory
from prioritizer.services.shared import with_what_is_under_way
from prioritizer.ui import session
from prioritizer.ui.progress import searching

KEPT = 16  # comparisons at once: figures without draws
Named = tuple[str, Scenario]  # a scenario and its id


def comparison_of(
    named: Sequence[Named], regrets: bool = False, on_cancel: Callable[[], None] | None = None
) -> Comparison:
    """Scenarios side by side, the first of which is the one that the others are compared with.

    What is in delivery is in every plan. Where regrets were found already, they are there.
    """
    kept, key = _kept(), _key(named)
    if key not in kept or (regrets and not has_regrets(kept[key])):
        under_way = session.under_way()
        for _id, scenario in named:
            require_memory(scenario, DEFAULT_DRAWS, session.LARGEST)
        cases = [(id_, with_what_is_under_way(scenario, under_way)) for id_, scenario in named]
        with searching("comparison", _("Comparing {n} scenarios …").format(n=len(named)), on_cancel) as progress:
            kept[key] = compare_scenarios(cases, regrets=regrets, progress=progress)
    found = kept.pop(key)
    kept[key] = found  # the one that was looked at last is forgotten last
    while len(kept) > KEPT:
        kept.pop(next(iter(kept)))
    return found


def has_regrets(found: Comparison) -> bool:
    """Whether regrets are known, or there is nothing to regret."""
    return not found.initiatives or bool(found.initiatives[0].regret_funded)


def known_comparison(named: Sequence[Named]) -> Comparison | None:
    """The same where it was computed already."""
    return _kept().get(_key(named))


def _key(named: Sequence[Named]) -> tuple[object, ...]:
    """The runs, what of them is in delivery, and the words that no run knows."""
    runs = ((id_, scenario.name, identify(scenario, DEFAULT_DRAWS, DEFAULT_SEED, False).id) for id_, scenario in named)
    return (asked_for(), session.under_way(), *runs)


@st.cache_resource(show_spinner=False)
def _kept() -> dict[tuple[object, ...], Comparison]:
    return {}
