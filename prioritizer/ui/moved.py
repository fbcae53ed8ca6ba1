"""The bridge of a what-if, made set by set of its changes; a click meanwhile ends it, what was found is kept."""

from collections import OrderedDict
from collections.abc import Callable

import streamlit as st

from prioritizer.domain.whatif import WhatIf
from prioritizer.language import _
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.what_if import profit_on_first
from prioritizer.services.what_moved import FEW_DRAWS, MOST_SHARED, Moved, Names, moved
from prioritizer.ui import session

KEPT = 64  # bridges
PROFITS = 4_096  # profits of sets of changes on few draws: those of sixteen bridges of eight changes


def what_moved(base: Evaluation, what_if: WhatIf) -> Moved:
    """What moved the result, with a bar that fills where it takes a while."""
    names = tuple(name for name in what_if.tried if name not in what_if.limits)
    key = (session.key_of(base.scenario), what_if.model_dump_json())
    kept = _kept()
    if key not in kept:
        kept[key] = _made(base, what_if, names)
    kept.move_to_end(key)
    while len(kept) > KEPT:
        kept.popitem(last=False)
    return kept[key]


def _made(base: Evaluation, what_if: WhatIf, names: Names) -> Moved:
    slot = st.empty()
    steps = len(names) if len(names) > MOST_SHARED else 2 ** len(names)
    done = 0

    def shown(profit_of: Callable[[WhatIf], float]) -> Callable[[Names], float]:
        def profit(some: Names) -> float:
            nonlocal done
            done += 1
            slot.progress(min(done / steps, 1.0), _("Dividing the difference among the changes …"))
            return profit_of(what_if.only(some))

        return profit

    on_all = shown(lambda some: session.outcome(base, some).together.mean)
    on_few = shown(lambda some: _on_few_draws(session.key_of(base.scenario), some.model_dump_json(), base, some))
    try:
        return moved(names, on_all, on_few, base.run.draws)
    finally:
        slot.empty()


@st.cache_resource(show_spinner=False)
def _kept() -> OrderedDict[tuple[str, str], Moved]:
    return OrderedDict()


@st.cache_resource(max_entries=PROFITS, show_spinner=False)
def _on_few_draws(key: str, what_if: str, _base: Evaluation, _what_if: WhatIf) -> float:
    return profit_on_first(_base, _what_if, FEW_DRAWS)
