"""A scenario in a comparison: its planner, the best selection found in it, and what that brings."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from prioritizer.domain.scenarios import Scenario
from prioritizer.engine.batches import Batches, batches_of
from prioritizer.engine.simulation import simulate_sets
from prioritizer.services.figures import in_order_of_rank
from prioritizer.services.planner import Choice, Planner

Floats = npt.NDArray[np.float64]


@dataclass
class Side:
    """A scenario in the comparison: its planner, and the best selection found in it."""

    id: str
    planner: Planner
    choice: Choice
    threads: int | None = None

    @property
    def scenario(self) -> Scenario:
        return self.planner.scenario

    @property
    def columns(self) -> tuple[int, ...]:
        return self.choice.columns

    @property
    def feasible(self) -> bool:
        """Whether all demands can be met."""
        return self.choice.improved is not None

    @property
    def value(self) -> float:
        """The joint profit of the best selection, 0 where there is none."""
        return self.choice.improved.value if self.choice.improved else 0.0

    @cached_property
    def profit(self) -> Floats:
        """The joint profit of the best selection by draw, (draws,); at the point estimate as plans give it."""
        if self.planner.run.point or not self.columns:
            return np.full(self.planner.inputs.draws, self.value)
        policy = self.planner.company.acquisition_policy
        return simulate_sets(self.planner.prepared, [self.columns], policy, self.threads).profit[0]

    @cached_property
    def batches(self) -> Batches:
        policy = self.planner.company.acquisition_policy
        return batches_of(self.planner.inputs, self.planner.prepared, self.columns, policy, self.threads)

    @cached_property
    def alone(self) -> Floats:
        """The mean profit of each initiative alone, at its first start, (initiatives,)."""
        first: dict[int, int] = {}
        for place, column in enumerate(self.planner.columns):
            first.setdefault(column.initiative, place)
        return np.array([self.planner.alone[first[k]] for k in range(len(self.planner.initiatives))], dtype=float)

    @cached_property
    def place_of(self) -> dict[str, int]:
        """The position of each initiative by its id."""
        return {one.id: place for place, one in enumerate(self.planner.initiatives)}

    @cached_property
    def ranks(self) -> dict[str, int]:
        """The place of each initiative on the list, by its id."""
        order = in_order_of_rank(self.planner.initiatives, self.alone)
        return {self.planner.initiatives[position].id: rank for rank, position in enumerate(order, start=1)}

    @property
    def funded(self) -> frozenset[str]:
        return frozenset(self.planner.initiative_at(column).id for column in self.columns)
