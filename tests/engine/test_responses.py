"""What follows an answer, against every commitment with every policy; selections, against all that are allowed."""

import random
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from oracles import information, portfolio
from prioritizer.engine.information import basis_of
from prioritizer.engine.portfolio import Program, Status, solve, solve_each
from prioritizer.engine.responses import Response, Tried, informed, respond, solved, within
from tests.engine.test_portfolio import random_program

ANSWERS = (0.0, 1.0)
STARTS = 2  # of each initiative: before the answer, and after it


def columns_of(picks) -> tuple[int, ...]:
    """Initiative k at start s is column 2 k + s."""
    return tuple(STARTS * one + start for one, start in enumerate(picks) if start is not None)


SELECTIONS = [columns_of(picks) for picks in product((None, 0, 1), repeat=3)]


def early(selection) -> tuple[int, ...]:
    return tuple(column for column in selection if column % STARTS == 0)


class World:
    """Joint profits of all selections by answer, with overlaps, and noise whose mean is exactly 0 in either half."""

    def __init__(self, seed: int):
        rng = np.random.default_rng(seed)
        worth, pairs = rng.normal(0, 3, (2, 6)), rng.normal(0, 1, (6, 6))
        self.table = {
            (one, answer): sum(worth[answer, c] for c in one) - sum(pairs[a, b] for a in one for b in one if a < b)
            for one in SELECTIONS
            for answer in range(2)
        }
        self.first = rng.integers(2, 9)  # of ten draws that show the first answer
        answers = np.repeat([0, 1], [self.first, 10 - self.first])
        half = np.concatenate([answers, answers])
        noise = rng.normal(0, 5, (10, len(SELECTIONS)))
        noisy = np.concatenate([noise, -noise])
        self.answers = np.concatenate([half, half])
        means = np.array([[self.table[one, answer] for one in SELECTIONS] for answer in half])
        self.tried = Tried(tuple(SELECTIONS), np.concatenate([means + noisy, means - noisy]))
        self.chances = (self.first / 10, 1 - self.first / 10)

    def profit(self, selection, answer: int) -> float:
        return self.table[selection, answer]

    def mean(self, selection) -> float:
        return sum(chance * self.table[selection, answer] for answer, chance in enumerate(self.chances))

    def respond(self, allowed, today: int) -> Response | None:
        return respond(self.tried, allowed, today, basis_of([self.answers]), early)


@pytest.mark.parametrize("seed", range(40))
def test_what_follows_an_answer_is_the_best_policy_of_the_best_commitment(seed: int) -> None:
    world, rng = World(seed), random.Random(seed)
    allowed = sorted(rng.sample(range(len(SELECTIONS)), rng.choice((1, 5, 12, len(SELECTIONS)))))
    today = rng.randrange(len(SELECTIONS))
    selections = [SELECTIONS[place] for place in allowed]
    best = information.best_response(selections, world.profit, world.chances, early)
    found = world.respond(allowed, today)
    fixed = max(map(world.mean, [SELECTIONS[today], *selections]))  # what one could choose without the answer
    assert found.gain.value == pytest.approx(best - fixed, rel=1e-6, abs=1e-6)
    assert {early(SELECTIONS[place]) for place in found.chosen} == {found.commitment}
    assert set(found.chosen) <= set(allowed)


@pytest.mark.parametrize("seed", range(20))
def test_an_answer_that_is_there_at_once_binds_nobody(seed: int) -> None:
    world = World(seed)
    today = max(range(len(SELECTIONS)), key=lambda place: world.mean(SELECTIONS[place]))
    best = information.best_response(SELECTIONS, world.profit, world.chances, lambda one: ())
    found = informed(world.tried, basis_of([world.answers]))
    assert found.value == pytest.approx(best - world.mean(SELECTIONS[today]), rel=1e-6, abs=1e-6)
    assert found.value >= world.respond(range(len(SELECTIONS)), today).gain.value - 1e-9


def test_a_response_may_cost_more_than_it_brings() -> None:
    """All that is left is to do nothing, against ten for sure."""
    tried = Tried(((0,), ()), np.column_stack([np.full(20, 10.0), np.zeros(20)]))
    found = respond(tried, [1], 0, basis_of([np.tile(ANSWERS, 10)]), early)
    assert (found.gain.value, found.used()) == (-10, [1])


def test_nothing_allowed_is_no_response() -> None:
    assert World(0).respond([], 0) is None


def test_selections_are_used_the_most_frequent_first() -> None:
    answers = np.tile([0, 0, 1, 0], 10)
    tried = Tried(((1,), (3,)), np.column_stack([answers, 0.5 + 0 * answers]).astype(float))
    found = respond(tried, [0, 1], 0, basis_of([answers]), early)
    assert found.used() == [1, 0]
    assert found.gain.value == pytest.approx(0.25 * 0.5)  # beyond the half that is there without an answer
    assert found.gain.standard_error == pytest.approx(0.5 * np.std(answers, ddof=1) / np.sqrt(40))


# --- selections for an answer


def allowed_of(program: Program, columns, committed):
    """Every selection of some columns, committed ones among them, that meets all demands."""
    for picks in product((False, True), repeat=len(columns)):
        chosen = tuple(column for column, taken in zip(columns, picks, strict=True) if taken)
        owners = [int(program.owners[column]) for column in chosen]
        if len(set(owners)) < len(owners) or not set(committed) <= set(chosen):
            continue
        links = portfolio.allowed(owners, program.requires, program.excludes, program.mandatory)
        if links and portfolio.fits(program.uses[list(chosen)].tolist(), program.limits.tolist()):
            yield chosen


@pytest.mark.parametrize("seed", range(120))
def test_selections_with_a_commitment_are_those_of_trying_everything(seed: int) -> None:
    rng = random.Random(seed)
    program, _starts = random_program(rng)
    every = range(len(program.owners))
    committed = [rng.choice(every)] if rng.random() < 0.5 else []
    columns = sorted({*rng.sample(every, rng.randint(1, len(every))), *committed})
    values = [np.array([rng.uniform(-5, 20) for _column in every]) for _time in range(3)]
    allowed = list(allowed_of(program, columns, committed))
    found = solved(program, values, columns, committed)
    if not allowed:
        assert found == []
        return
    best = [max(allowed, key=lambda one: sum(worth[list(one)])) for worth in values]
    assert found == list(dict.fromkeys(best))


def test_what_is_committed_to_is_a_must_at_its_start() -> None:
    program = Program(
        owners=np.array([0, 0, 1, 1]),
        values=np.array([1.0, 9.0, 2.0, 3.0]),
        uses=np.zeros((4, 1)),
        limits=np.array([1.0]),
        mandatory=frozenset({1}),
    )
    smaller, kept = within(program, [1, 2, 3], [0])
    assert kept == [0, 2, 3]
    assert smaller.mandatory == {0, 1}
    assert smaller.values.tolist() == [1, 2, 3]
    assert solved(program, [program.values], [1, 2, 3], [0]) == [(0, 3)]


@pytest.mark.parametrize("seed", range(40))
def test_several_values_are_solved_as_each_by_itself(seed: int) -> None:
    rng = random.Random(500 + seed)
    program, _starts = random_program(rng, most=4)
    values = [np.array([rng.uniform(-5, 20) for _column in program.owners]) for _time in range(4)]
    for found, worth in zip(solve_each(program, values), values, strict=True):
        alone = solve(replace(program, values=worth))
        best = max(
            allowed_of(program, range(len(program.owners)), ()), key=lambda one: sum(worth[list(one)]), default=None
        )
        assert found.columns == alone.columns == best
        if best is None:
            assert found.status is Status.INFEASIBLE
        else:
            assert found.value == pytest.approx(sum(worth[list(best)]))
