"""What a simulation brings, as the records that people and files are shown."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from prioritizer.domain.company import Company, Policy
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.results import (
    Baseline,
    CustomerWorth,
    GroupSeries,
    Projected,
    Projection,
    RankedInitiative,
    Ranking,
    Run,
    SegmentAmounts,
    Worth,
)
from prioritizer.domain.scenarios import Scenario
from prioritizer.engine.appraisal import appraise, estimate, nps_of, probability_of_loss
from prioritizer.engine.cash_flow import Lines
from prioritizer.engine.levers import SegmentNumbers, at_means, segment_numbers
from prioritizer.engine.portfolio import reached
from prioritizer.engine.ranking import order, rank_acceptability, worthwhile
from prioritizer.engine.simulation import Simulated
from prioritizer.engine.valuation import customer_worth, loss_cost
from prioritizer.language import _

Floats = npt.NDArray[np.float64]

NOISE = 1e-12  # of the largest profit: less than that is what rounding leaves of nothing


def worth_doing(initiatives: Sequence[Initiative], profits: Floats) -> tuple[int, ...]:
    """The initiatives worth doing, by position, in the order of rank.

    Those with a profit above zero and the mandatory ones with all that these need; without what a better one excludes,
    and without what lacks a prerequisite. `profits`: mean projected profit alone, (initiatives,).
    """
    place = {initiative.id: position for position, initiative in enumerate(initiatives)}
    needs = [[place[id_] for id_ in initiative.requires if id_ in place] for initiative in initiatives]
    bars = [[place[id_] for id_ in initiative.excludes if id_ in place] for initiative in initiatives]
    must = set().union(*(reached(k, needs) for k, initiative in enumerate(initiatives) if initiative.mandatory))
    ranked = in_order_of_rank(initiatives, profits)
    first = sorted(ranked, key=lambda position: position not in must)
    least = least_profit(profits)
    counted = [np.inf if k in must else profit if profit > least else 0.0 for k, profit in enumerate(profits)]
    return tuple(sorted(worthwhile(first, counted, needs, bars), key=ranked.index))


def least_profit(profits: Sequence[float] | Floats) -> float:
    """What a profit must exceed to be one: less is what rounding leaves of nothing."""
    return NOISE * max((abs(float(profit)) for profit in profits), default=0.0)


def in_order_of_rank(initiatives: Sequence[Initiative], profits: Floats) -> list[int]:
    """Positions of initiatives in the order of rank."""
    return order(profits, [initiative.id for initiative in initiatives]).tolist() if len(initiatives) else []


def ranking_of(
    scenario: Scenario, run: Run, simulated: tuple[Simulated, ...], at_point: Simulated, chosen: tuple[int, ...]
) -> Ranking:
    """The priority list of what was simulated: each initiative alone, all together, those worth doing together."""
    initiatives = scenario.initiatives
    alone = simulated[0].profit[: len(initiatives)]
    ranked = in_order_of_rank(initiatives, alone.mean(axis=1))
    probabilities = rank_acceptability(alone.T) if initiatives else np.empty((0, 0))
    rows = [
        RankedInitiative(
            **dict(worth_of(scenario, simulated, at_point, position, initiatives[position].first_start)),
            id=initiatives[position].id,
            name=initiatives[position].name,
            department=initiatives[position].department,
            rank=place + 1,
            start=initiatives[position].first_start,
            grade=initiatives[position].evidence.grade.value,
            rank_probability=_series(probabilities[position]),
        )
        for place, position in enumerate(ranked)
    ]
    all_, picked = len(initiatives), len(initiatives) + 1
    return Ranking(
        run=run,
        periods=_period_names(scenario.company),
        baseline=_baseline(scenario.company, simulated[0]),
        customer_worth=_customer_worth(scenario.company),
        initiatives=tuple(rows),
        joint=worth_of(scenario, simulated, at_point, all_, first_start(initiatives)),
        worth_doing=tuple(initiatives[position].id for position in chosen),
        worth_doing_together=worth_of(
            scenario, simulated, at_point, picked, first_start([initiatives[position] for position in chosen])
        ),
    )


def first_start(initiatives: Sequence[Initiative]) -> int:
    return min((initiative.first_start for initiative in initiatives), default=0)


def projection_of(scenario: Scenario, run: Run, result: Simulated) -> Projection:
    """Customers, NPS and cash flow by period and group of what was simulated."""
    company, initiatives = scenario.company, scenario.initiatives
    every = len(initiatives)
    alone = (_projected(company, one.id, one.name, result.lines[k]) for k, one in enumerate(initiatives))
    together = _projected(company, None, _("all together"), result.lines[every]) if every > 1 else None
    chosen = result.lines[every + 1 :]
    return Projection(
        run=run,
        periods=_period_names(company),
        baseline=_projected(company, None, _("baseline"), result.baseline_lines),
        initiatives=tuple(alone),
        together=together,
        worth_doing=_projected(company, None, _("those worth doing"), chosen[0]) if chosen else None,
    )


def worth_of(
    scenario: Scenario, simulated: tuple[Simulated, ...], at_point: Simulated, position: int, start: int
) -> Worth:
    """What the set at a position adds."""
    result = simulated[0]
    profit = result.profit[position]
    lines = result.lines[position]
    judged = appraise(scenario.company, lines - result.baseline_lines, float(profit.mean()), start)
    base = lines.customers.sum(axis=0)
    other = estimate(simulated[1].profit[position]) if len(simulated) > 1 else None
    return Worth(
        **dict(judged),
        npv=estimate(profit),
        npv_other_policy=None if other is None else other.mean,
        npv_other_policy_estimate=other,
        probability_of_loss=probability_of_loss(profit),
        costs=_series(lines.own_cost),
        uncashed=_series(lines.uncashed.sum(axis=0) * (1 - scenario.company.tax_rate.number)),
        nps=tuple(nps_of(base)),
        customers=_series(base.sum(axis=-1)),
        kept=float((result.baseline_lines.lost - lines.lost).sum()),
        point_npv=float(at_point.profit[position, 0]),
        effect_of_uncertainty=float(profit.mean() - at_point.profit[position, 0]),
    )


def _baseline(company: Company, result: Simulated) -> Baseline:
    customers = result.baseline_lines.customers.sum(axis=0)
    return Baseline(
        npv=estimate(result.baseline),
        cash_flow=_series(result.baseline_lines.before_tax * (1 - company.tax_rate.number)),
        nps=tuple(nps_of(customers)),
        customers=_series(customers.sum(axis=-1)),
    )


def _customer_worth(company: Company) -> tuple[CustomerWorth, ...]:
    """What a customer is worth, at the mean of every number, by group under each policy that can be computed."""
    inputs = at_means(company, (), ())
    return tuple(
        _group_worth(company, name, segment_numbers(inputs, f"groups.{name}"), policy)
        for name in company.groups
        for policy in company.policies()
    )


def _group_worth(company: Company, name: str, base: SegmentNumbers, policy: Policy) -> CustomerWorth:
    numbers = (
        base.churn,
        base.migration,
        base.reward,
        base.referrals,
        base.put_off,
        base.acquisition_cost,
        base.newcomers,
        company.discount_rate.real,
        company.periods_per_year,
        policy.value,
    )
    worth = customer_worth(*numbers)[0]
    reason = _no_worth(base, policy, worth)
    if reason:
        return CustomerWorth(
            group=name, policy=policy, promoter=None, passive=None, detractor=None, losing=None, reason=reason
        )
    promoter, passive, detractor = map(float, worth)
    losing = SegmentAmounts(**dict(zip(SEGMENTS, map(float, loss_cost(*numbers)[0]), strict=True)))
    return CustomerWorth(
        group=name, policy=policy, promoter=promoter, passive=passive, detractor=detractor, losing=losing
    )


def _no_worth(base: SegmentNumbers, policy: Policy, worth: Floats) -> str | None:
    """Why a customer has no worth that agrees with the simulation, if so."""
    if not np.all(np.isfinite(worth)):
        return _("It has no bound: too few customers leave, or they recommend too many.")
    bought, new, all_put_off = base.first_period(policy)
    if all_put_off:
        return _("So many prospects are put off that another one changes nothing.")
    if policy is Policy.HOLD and bought <= 0:
        return _("Nobody is bought today, so that a customer more saves no acquisition cost.")
    if policy is Policy.PLAN and new <= 0:
        return _("Nobody joins today.")
    return None


def _projected(company: Company, id_: str | None, name: str, lines: Lines) -> Projected:
    kept = 1 - company.tax_rate.number
    customers = lines.customers.sum(axis=0)
    groups = [_group_series(group, index, lines, kept) for index, group in enumerate(company.groups)]
    return Projected(
        id=id_,
        name=name,
        groups=tuple(groups),
        nps=tuple(nps_of(customers)),
        customers=_series(customers.sum(axis=-1)),
        lost=_series(lines.lost.sum(axis=0)),
        initiative_cost=_series(lines.own_cost),
        uncashed=_series(lines.uncashed.sum(axis=0) * kept),
        cash_flow=_series(lines.before_tax * kept),
    )


def _group_series(name: str, index: int, lines: Lines, kept: float) -> GroupSeries:
    margin, service, acquisition = lines.margin[index], lines.service[index], lines.acquisition[index]
    cash_flow = margin - service - acquisition - lines.touch_cost[index] - lines.uncashed[index]
    customers = lines.customers[index]
    return GroupSeries(
        group=name,
        **{segment.value: _series(customers[:, segment.position]) for segment in SEGMENTS},
        lost=_series(lines.lost[index]),
        nps=tuple(nps_of(customers)),
        margin=_series(margin),
        service=_series(service),
        acquisition=_series(acquisition),
        cash_flow=_series(cash_flow * kept),
    )


def _period_names(company: Company) -> tuple[str, ...]:
    return tuple(company.period_name(period) for period in range(company.periods))


def _series(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
