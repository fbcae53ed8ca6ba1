"""What is chosen where one initiative is not as in the best selection, against every selection."""

from itertools import combinations

import numpy as np
import pytest

from prioritizer.engine.exchange import Exchange
from prioritizer.engine.portfolio import Program
from prioritizer.engine.regret import best_otherwise, with_initiative, without_initiative


class Table:
    """Joint profits by a formula: the sum of values, less what pairs share."""

    evaluations = 0

    def __init__(self, values: np.ndarray, shared: np.ndarray):
        self.values, self.shared = values, shared

    def worth(self, members) -> float:
        pairs = sum(self.shared[a, b] for a, b in combinations(sorted(members), 2))
        return float(sum(self.values[one] for one in members) - pairs)

    def means(self, sets) -> np.ndarray:
        return np.array([self.worth(one) for one in sets])

    def profits(self, sets) -> np.ndarray:
        return self.means(sets)[:, None]


def case(seed: int) -> tuple[Program, Table]:
    rng = np.random.default_rng(seed)
    values = rng.uniform(-5, 20, 6)
    shared = rng.uniform(0, 6, (6, 6))
    program = Program(
        owners=np.arange(6),
        values=values,
        uses=rng.uniform(1, 5, (6, 1)),
        limits=np.array([9.0]),
        requires=((1, 0),) if seed % 2 else (),
        excludes=((2, 3),),
        mandatory=frozenset({4}) if seed % 3 == 0 else frozenset(),
    )
    return program, Table(values, np.triu(shared, 1))


def selections(program: Program) -> list[tuple[int, ...]]:
    count = len(program.owners)
    every = (chosen for size in range(count + 1) for chosen in combinations(range(count), size))
    return [chosen for chosen in every if program.allows(chosen)]


@pytest.mark.parametrize("seed", range(40))
def test_the_rest_is_chosen_anew(seed: int) -> None:
    program, table = case(seed)
    allowed = selections(program)
    best = max(allowed, key=table.worth)
    for owner in range(6):
        found = best_otherwise(program, best, owner, Exchange(table, table))
        others = [chosen for chosen in allowed if (owner in chosen) != (owner in best)]
        if not others:
            assert found is None
        else:
            assert found is not None
            assert found.columns in others
            assert found.value == pytest.approx(max(map(table.worth, others)))


def crowded(seed: int) -> tuple[Program, Table]:
    """Ten initiatives that overlap much, within two limits."""
    rng = np.random.default_rng(seed)
    values = rng.uniform(-2, 20, 10)
    shared = np.triu(rng.uniform(0, 5, (10, 10)), 1)
    uses = rng.uniform(1, 5, (10, 2))
    limits = np.array([11.0, 12.0])
    program = Program(np.arange(10), values, uses, limits, requires=((1, 0),), excludes=((2, 3),))
    return program, Table(values, shared)


@pytest.mark.parametrize(("seed", "owner"), [(1, 5), (7, 4), (14, 5), (16, 6)])
def test_the_search_begins_from_what_pays_beside_the_best_selection_too(seed: int, owner: int) -> None:
    """Cases in which single moves from the program's choice by values alone end too early."""
    program, table = crowded(seed)
    allowed = selections(program)
    best = max(allowed, key=table.worth)
    found = best_otherwise(program, best, owner, Exchange(table, table, thorough=False))
    assert found is not None
    assert found.value == pytest.approx(max(table.worth(one) for one in allowed if (owner in one) != (owner in best)))


def test_one_more_demand_changes_nothing_else() -> None:
    program, _table = case(1)
    assert set(selections(with_initiative(program, 2))) == {chosen for chosen in selections(program) if 2 in chosen}
    assert set(selections(without_initiative(program, 2))) == {
        chosen for chosen in selections(program) if 2 not in chosen
    }
