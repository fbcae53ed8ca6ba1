"""What is lost against the best selection where an initiative is funded all the same, or left out all the same."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from prioritizer.engine.exchange import Exchange, Improved, improve, values_beside
from prioritizer.engine.portfolio import Program, solve

GAP, SECONDS = 1e-4, 2.0  # at which the program with one more demand may stop


def with_initiative(program: Program, owner: int) -> Program:
    """The program in which an initiative must be done."""
    return replace(program, mandatory=program.mandatory | {owner})


def without_initiative(program: Program, owner: int) -> Program:
    """The program in which an initiative cannot be done: it takes of a limit of which there is nothing."""
    takes = (program.owners == owner).astype(float).reshape(-1, 1)
    return replace(
        program,
        uses=np.concatenate([program.uses, takes], axis=1),
        limits=np.append(program.limits, 0.0),
        mandatory=program.mandatory,
    )


def best_otherwise(program: Program, best: Sequence[int], owner: int, exchange: Exchange) -> Improved | None:
    """The best selection found in which an initiative is not as in the best one: left out, or funded.

    The rest is chosen anew: by the program with one more demand, each column valued alone and beside the best
    selection, then by exchange against the joint profit from the better of the two. None where no selection meets all
    demands then.

    Args:
        best: the columns of the best selection, from which the search begins too.
        owner: the position of the initiative.
    """
    funded = owner in {int(program.owners[column]) for column in best}
    asked = without_initiative(program, owner) if funded else with_initiative(program, owner)
    found = solve(asked, GAP, SECONDS).columns
    if found is None:
        return None
    beside = solve(replace(asked, values=values_beside(program, best, exchange)), GAP, SECONDS).columns
    starts = [found, *([beside] if beside else []), *_near(asked, best, owner, funded)]
    worth = exchange.exact.means(starts)
    return improve(asked, starts[int(np.argmax(worth))], exchange)


def _near(asked: Program, best: Sequence[int], owner: int, funded: bool) -> list[tuple[int, ...]]:
    """The best selection with as little changed as the one more demand asks for, where that meets all demands."""
    if funded:
        gone = {owner, *asked.needed_by[owner]}
        near = [tuple(column for column in best if int(asked.owners[column]) not in gone)]
    else:
        near = [tuple(sorted({*best, column})) for column in asked.columns_of[owner]]
    return [one for one in near if asked.allows(one)]
