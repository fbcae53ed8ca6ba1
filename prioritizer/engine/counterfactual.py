"""The same initiatives with something switched off: which part of a line of the cash flow is whose.

Two things are switched off, always in this order, on the same draws: first the levers on revenue, then the word of
mouth of the whole company (nobody recommends, nobody is put off). What the first takes away is more spending by the
customers that there are; what the second then takes away is what recommendations bring at today's revenue.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from prioritizer.domain.company import Company
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.initiatives import Initiative, RelativeChange, Target
from prioritizer.engine.cash_flow import Lines
from prioritizer.engine.levers import Inputs, at_means
from prioritizer.engine.simulation import simulate_sets

Floats = npt.NDArray[np.float64]
Weighted = tuple[tuple[float, Inputs], ...]  # inputs, and the share with which each counts; the shares sum to 1


@dataclass(frozen=True)
class Split:
    """Expected lines with initiatives and without any, and what is left of two of them with something switched off.

    `margin_today`: margin without the levers on revenue. `margin_unsaid` and `acquisition_unsaid`: the same, and
    acquisition cost, without word of mouth too. Each (with, without), by period and before tax, shape (periods,).
    `profit` and `baseline`: the mean present value that the initiatives add, and that of the company without them.
    """

    lines: Lines
    baseline_lines: Lines
    profit: float
    baseline: float
    margin_today: Floats
    margin_unsaid: tuple[Floats, Floats]
    acquisition_unsaid: tuple[Floats, Floats]


def likely_inputs(company: Company, initiatives: Sequence[Initiative], inputs: Inputs | None) -> Weighted:
    """The inputs of some initiatives together: on their draws, or at the means as `simulate_point` reads these.

    `inputs`: draws on which all of them stand, with any others; None at the point estimate.
    """
    if inputs is not None:
        success = tuple(inputs.success[inputs.initiatives.index(one)] for one in initiatives)
        return ((1.0, replace(inputs, initiatives=tuple(initiatives), success=success)),)
    certain = at_means(company, initiatives, [1.0] * len(initiatives))
    chances = [float(certain.drawn[f"initiatives.{one.id}.probability_of_success"]) for one in initiatives]
    if len(initiatives) == 1:
        failed = at_means(company, initiatives, [0.0])
        return ((chances[0], certain), (1 - chances[0], failed))
    return ((1.0, at_means(company, initiatives, chances)),)


def split(weighted: Weighted, threads: int | None = None) -> Split:
    """What initiatives bring together, and what with levers on revenue, then word of mouth switched off too."""
    parts = [(share, _split(inputs, threads)) for share, inputs in weighted if share > 0]
    (first_share, first), *rest = parts
    if not rest:
        return first
    ((_share, second),) = rest

    def mean(mine: Floats, other: Floats) -> Floats:
        return first_share * mine + (1 - first_share) * other

    return Split(
        lines=first.lines.mixed(second.lines, first_share),
        baseline_lines=first.baseline_lines,
        profit=first_share * first.profit + (1 - first_share) * second.profit,
        baseline=first.baseline,
        margin_today=mean(first.margin_today, second.margin_today),
        margin_unsaid=(mean(first.margin_unsaid[0], second.margin_unsaid[0]), first.margin_unsaid[1]),
        acquisition_unsaid=(
            mean(first.acquisition_unsaid[0], second.acquisition_unsaid[0]),
            first.acquisition_unsaid[1],
        ),
    )


def _split(inputs: Inputs, threads: int | None) -> Split:
    policy, count = inputs.company.acquisition_policy, len(inputs.initiatives)
    todays = tuple(map(_without_revenue_levers, inputs.initiatives))
    both = replace(inputs, initiatives=(*inputs.initiatives, *todays), success=(*inputs.success, *inputs.success))
    sets = [tuple(range(count)), tuple(range(count, 2 * count))]
    said = simulate_sets(both, sets, policy, threads)
    unsaid = simulate_sets(_without_word_of_mouth(replace(inputs, initiatives=todays)), sets[:1], policy, threads)
    silent, silent_without = unsaid.lines[0], unsaid.baseline_lines
    return Split(
        lines=said.lines[0],
        baseline_lines=said.baseline_lines,
        profit=float(said.profit[0].mean()),
        baseline=float(said.baseline.mean()),
        margin_today=said.lines[1].margin.sum(axis=0),
        margin_unsaid=(silent.margin.sum(axis=0), silent_without.margin.sum(axis=0)),
        acquisition_unsaid=(silent.acquisition.sum(axis=0), silent_without.acquisition.sum(axis=0)),
    )


def _is_on_revenue(lever: object) -> bool:
    return isinstance(lever, RelativeChange) and lever.target is Target.REVENUE


def _without_revenue_levers(initiative: Initiative) -> Initiative:
    """The other levers keep their names, as those on revenue go together."""
    kept = tuple(lever for lever in initiative.levers if not _is_on_revenue(lever))
    return initiative.model_copy(update={"levers": kept})


def _without_word_of_mouth(inputs: Inputs) -> Inputs:
    """Nobody recommends and nobody is put off, in any group."""
    places = (
        f"groups.{group}.{key}.{s}"
        for group in inputs.company.groups
        for key in ("referrals", "put_off")
        for s in SEGMENTS
    )
    return replace(inputs, drawn=inputs.drawn | dict.fromkeys(places, 0.0))
