"""Plans that were computed for a list, shared by all sessions that look at it; computing one can be cancelled.

A search reports how far it is to the page, which is also where a click on Cancel, or on anything else, ends it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st

from prioritizer.domain.learning import Learning
from prioritizer.domain.overview import Funding
from prioritizer.domain.plans import Frontier, Order, Overlap, Plan
from prioritizer.language import _
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.frontier import frontier_of
from prioritizer.services.funding_order import order_of
from prioritizer.services.learner import Inputs, Learner
from prioritizer.services.learning import learn_of
from prioritizer.services.overview import proposal
from prioritizer.services.planner import Planner, Progress
from prioritizer.services.plans import overlap_of, plan_of
from prioritizer.services.shared import with_what_is_under_way
from prioritizer.ui import session
from prioritizer.ui.progress import searching

T = TypeVar("T")
# How a search that goes on is shown: what it is kept under, and what it does, to what is told how far it is.
Shown = Callable[[Any, str], AbstractContextManager[Progress]]

KEPT = 2  # planners at once: each holds the draws of a list at all its starts
PORTFOLIO, WORTH_DOING, FUNDED = "portfolio", "worth-doing", "funded"  # whose profit the register is about


@dataclass
class Planned:
    """A planner with what it has found; one search at a time."""

    planner: Planner
    found: dict[Any, Any] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    learner: Learner | None = None

    def plan(self, factor: float, shown: Shown | None = None) -> Plan:
        """What to fund within a multiple of the company's budgets."""
        return self._once(("plan", factor), lambda progress: plan_of(self.planner, factor, progress=progress), shown)

    def proposal(self, shown: Shown | None = None) -> Funding:
        """What the plan for today's budgets would fund; known sooner than the plan."""
        return self._once("proposal", lambda progress: proposal(self.planner, progress=progress), shown)

    def known_plan(self, factor: float = 1.0) -> Plan | None:
        """The plan where it was computed already."""
        return self.found.get(("plan", factor))

    def frontier(self, shown: Shown | None = None) -> Frontier:
        return self._once("frontier", lambda progress: frontier_of(self.planner, progress=progress), shown)

    def order(self) -> Order:
        return self._once("order", lambda progress: order_of(self.planner, progress=progress))

    def overlap(self, plan: Plan, factor: float) -> Overlap:
        return self._once(("overlap", factor), lambda _progress: overlap_of(self.planner, plan))

    def learning(self, inputs: Inputs, assumptions: bool = False, shown: Shown | None = None) -> Learning:
        """What to test first; with `assumptions`, also what knowing each of them is worth, which takes longer."""
        return self._once(
            ("learning", assumptions),
            lambda progress: learn_of(self._learner(inputs), progress, assumptions),
            shown,
            _("Looking for what is worth testing …"),
        )

    def _learner(self, inputs: Inputs) -> Learner:
        if self.learner is None:
            self.learner = Learner(self.planner, inputs)
        return self.learner

    def known_learning(self, assumptions: bool) -> Learning | None:
        """The same where it was computed already."""
        return self.found.get(("learning", assumptions))

    def other(self, key: Any, search: Callable[[Planner], T], shown: Shown | None = None) -> T:
        """Anything else that the planner can say, kept under a key."""
        return self._once(key, lambda _progress: search(self.planner), shown)

    def _once(self, key: Any, search: Callable[[Progress], T], shown: Shown | None = None, doing: str = "") -> T:
        """What was found before; else a search, shown as a bar that can be cancelled where not said otherwise."""
        if key in self.found:
            return self.found[key]
        with (
            (shown or _bar)(f"{self.planner.run.id}-{key}", doing or _("Looking for the best plan …")) as progress,
            self.lock,
        ):
            if key not in self.found:
                self.found[key] = search(progress)
        return self.found[key]


def planned(evaluation: Evaluation) -> Planned:
    """The planner of a list, in which what is in delivery must be done."""
    kept, key = _kept(), _key(evaluation)
    if key not in kept:
        scenario = with_what_is_under_way(evaluation.scenario, key[1])
        kept[key] = Planned(Planner(scenario, evaluation.run, evaluation.inputs))
    kept.move_to_end(key)
    while len(kept) > KEPT:
        kept.popitem(last=False)
    return kept[key]


def known(evaluation: Evaluation) -> Planned | None:
    """The planner of a list, where something was asked of it before."""
    return _kept().get(_key(evaluation))


def _key(evaluation: Evaluation) -> tuple[str, tuple[str, ...]]:
    """A list and what of it is in delivery."""
    ids = {one.id for one in evaluation.scenario.initiatives}
    return evaluation.run.id, tuple(one for one in session.under_way() if one in ids)


@st.cache_resource(show_spinner=False)
def _kept() -> OrderedDict[tuple[str, tuple[str, ...]], Planned]:
    return OrderedDict()


def _bar(key: Any, doing: str) -> AbstractContextManager[Progress]:
    """A bar that fills, with a button that ends the search: pressing it runs the page anew."""
    return searching(key, doing, _cancel)


def _cancel() -> None:
    """Back to the list as it is."""
    st.session_state["order"] = "profit"
    st.session_state[PORTFOLIO] = WORTH_DOING
