"""Plans and orders as records, on figures worked by hand."""

import pytest
from domain.test_results import RUN

from prioritizer.domain.plans import NotFunded, Obstacle, Order, OrderedInitiative, Standing


def in_order(position: int, cost: float, alone: float, adds: float, funded: bool) -> OrderedInitiative:
    id_ = f"i{position}"
    return OrderedInitiative(
        position=position,
        id=id_,
        name=id_,
        department="Care",
        start=0,
        cost=cost,
        alone=alone,
        adds=adds,
        funded=funded,
        from_factor=None,
    )


def test_what_lies_above_the_line_is_summed_with_overlaps_counted_once() -> None:
    """Alone the two would bring 300 + 280; the second adds 210 to the first. The third is a must-do that loses."""
    order = Order(
        run=RUN,
        initiatives=(
            in_order(1, 120.0, 300.0, 300.0, True),
            in_order(2, 80.0, 280.0, 210.0, True),
            in_order(3, 50.0, -5.0, -10.0, True),
            in_order(4, 400.0, 900.0, 650.0, False),
        ),
        left_out=(),
        rungs=(),
        line=3,
        complete=True,
    )
    assert [one.id for one in order.funded] == ["i1", "i2", "i3"]
    assert order.funded_cost == pytest.approx(250.0)
    assert order.funded_profit == pytest.approx(500.0)


@pytest.mark.parametrize(("share", "standing"), [(None, None), (0.96, Standing.CORE), (0.05, Standing.EXTERIOR)])
def test_a_standing_needs_draws_that_were_solved(share: float | None, standing: Standing | None) -> None:
    out = NotFunded(
        id="one",
        name="One",
        department="Care",
        start=0,
        cost=1.0,
        alone=2.0,
        beside=3.0,
        obstacle=Obstacle.BUDGET,
        why="Too little money.",
        chosen_in=share,
    )
    assert out.standing is standing
