"""What would let an initiative in, on three initiatives and one budget, worked by hand.

A brings 10 and takes 6, B brings 8 and takes 5, C brings 3 and takes 4; there are 10. The best is A with C, 13; with B,
it is B with C, 11, because A and B take 11.
"""

from dataclasses import replace

import numpy as np
import pytest

from prioritizer.engine.entering import chooses, gain, holds_out, least_saving, missing_profit, with_start
from prioritizer.engine.exchange import Exchange, Improved
from prioritizer.engine.portfolio import Program

A, B, C = range(3)
BUDGET = [0]
PROGRAM = Program(
    owners=np.array([A, B, C]),
    values=np.array([10.0, 8.0, 3.0]),
    uses=np.array([[6.0], [5.0], [4.0]]),
    limits=np.array([10.0]),
)
HALVED = 2**-10  # how near the smallest share is found


class Summed:
    """Values that add up, but for what A and B bring less together."""

    def __init__(self, overlap: float = 0.0) -> None:
        self.overlap, self.evaluations = overlap, 0

    def means(self, sets) -> np.ndarray:
        self.evaluations += len(sets)
        return np.array([PROGRAM.values[list(one)].sum() - self.overlap * ({A, B} <= set(one)) for one in sets])

    def profits(self, sets) -> np.ndarray:
        return np.repeat(self.means(sets)[:, None], 2, axis=1)


def test_what_is_chosen() -> None:
    assert [chooses(PROGRAM, one) for one in (A, B, C)] == [True, False, True]


def test_what_one_lacks_is_what_having_it_in_costs_the_others() -> None:
    assert missing_profit(PROGRAM, B) == pytest.approx(2.0)  # 13 − 11
    assert missing_profit(PROGRAM, A) == 0.0


def test_what_does_not_fit_at_all_lacks_no_amount() -> None:
    assert missing_profit(replace(PROGRAM, uses=np.array([[6.0], [11.0], [4.0]])), B) is None


def test_so_much_less_cost_lets_one_in() -> None:
    """Beside A there are 4 of the 5 that B takes: a fifth less."""
    share = least_saving(PROGRAM, B, BUDGET, np.array([4.0]))
    assert 0.2 <= share <= 0.2 + HALVED


def test_what_is_in_saves_nothing() -> None:
    assert least_saving(PROGRAM, A, BUDGET, np.array([4.0])) == 0.0


def test_a_loss_is_to_be_saved_where_there_is_room() -> None:
    """C loses 3, and would bring 5 more without costs: three fifths."""
    losing = replace(PROGRAM, values=np.array([10.0, 8.0, -3.0]))
    assert 0.6 <= least_saving(losing, C, BUDGET, np.array([5.0])) <= 0.6 + HALVED
    assert least_saving(losing, C, BUDGET, np.array([2.0])) is None


def test_people_are_not_saved_with_costs() -> None:
    """The same limit, where it is of people: whatever B costs, it needs 5 of them, so it has to bring 2 more."""
    share = least_saving(PROGRAM, B, [], np.array([4.0]))
    assert 0.5 <= share <= 0.5 + HALVED
    assert least_saving(PROGRAM, B, [], np.array([1.0])) is None


@pytest.mark.parametrize(("value", "uses", "chosen"), [(7.0, 0.0, True), (-1.0, 0.0, False), (7.0, 5.0, False)])
def test_another_start_may_let_one_in(value: float, uses: float, chosen: bool) -> None:
    assert chooses(with_start(PROGRAM, B, value, np.array([uses])), B) is chosen


def test_a_limit_holds_out_what_does_not_fit_beside() -> None:
    two = replace(PROGRAM, uses=np.hstack([PROGRAM.uses, PROGRAM.uses]), limits=np.array([10.0, 20.0]))
    assert holds_out(two, (A, C), [0])
    assert holds_out(two, (A, C), [0, 1])
    assert not holds_out(two, (A, C), [1])
    assert not holds_out(two, (A, B, C), [0])


def test_what_fits_to_the_last_unit_is_not_held_out() -> None:
    pair = Program(np.array([A, C]), PROGRAM.values[[A, C]], PROGRAM.uses[[A, C]], PROGRAM.limits)
    assert not holds_out(pair, [0], BUDGET)  # 4 are left, and it takes 4


@pytest.mark.parametrize(
    ("extra", "overlap", "gained"),
    [
        (0.5, 0.0, 0.0),  # A with B still does not fit
        (1.0, 0.0, 5.0),  # A with B: 18
        (1.0, 4.0, 1.0),  # 14 together
        (1.0, 6.0, 0.0),  # 12 together, which is less than what there is
        (5.0, 6.0, 2.0),  # all three: 15
    ],
)
def test_more_of_a_limit_brings_what_the_better_selection_does(extra: float, overlap: float, gained: float) -> None:
    value = Summed(overlap)
    selection = Improved((A, C), 13.0, 0, True)
    assert gain(PROGRAM, selection, BUDGET, extra, Exchange(value, value)) == pytest.approx(gained)
