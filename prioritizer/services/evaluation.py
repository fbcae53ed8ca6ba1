"""The questions of the main job: what is the priority list, and how do the customers go on."""

import hashlib
import json
from collections.abc import Sequence
from operator import index
from pathlib import Path

import numpy as np
import numpy.typing as npt

from prioritizer.domain.assumptions import all_numbers
from prioritizer.domain.company import Company, Policy
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.record import nearest
from prioritizer.domain.results import (
    Baseline,
    CustomerWorth,
    GroupSeries,
    Projected,
    Projection,
    RankedInitiative,
    Ranking,
    Run,
    Worth,
)
from prioritizer.domain.scenarios import Scenario, require_fit
from prioritizer.engine.appraisal import appraise, estimate, nps_of, probability_of_loss
from prioritizer.engine.cash_flow import Lines
from prioritizer.engine.levers import SegmentNumbers, at_means, segment_numbers
from prioritizer.engine.ranking import order, rank_acceptability
from prioritizer.engine.sensitivity import break_even_causal_share, switching_values
from prioritizer.engine.simulation import Simulated, simulate_draws, simulate_point
from prioritizer.engine.valuation import customer_worth
from prioritizer.engine.version import MODEL_VERSION
from prioritizer.errors import Complaint, InputError, UnknownName
from prioritizer.language import _
from prioritizer.store.files import read_case

Floats = npt.NDArray[np.float64]

MOST_DRAWS = 1_000_000
MOST_NUMBERS = 250_000_000  # drawn at once: about 6 GB with the copies that a run needs
LARGEST_SEED = 2**63 - 1


def rank(
    company: Company | Scenario | str | Path,
    initiatives: Sequence[Initiative | str] | None = None,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int,
    point: bool = False,
    switching: bool = False,
    threads: int | None = None,
) -> Ranking:
    """The priority list by projected profit: every initiative alone, and all together.

    Args:
        initiatives: initiatives, or the ids of some of them; all by default.
        company: a company with its `initiatives`, a scenario that holds both, or the path of the file of either.
        draws: how many random draws; `seed`: which (0 is a seed). Equal seeds give equal lists.
        point: every uncertain number at its mean instead; then only means are known.
        switching: also find the switching values and the break-even causal share of every initiative.

    Raises:
        InputError: what is given does not fit together; every complaint at once.
    """
    named = any(isinstance(one, str) for one in initiatives or ())
    scenario = _with_named(company, initiatives) if named else as_scenario(company, initiatives)  # type: ignore[arg-type]
    run = _run(scenario, *_checked_run(draws, seed), point)
    simulated = _simulate(scenario, run, threads)
    at_point = simulated[0] if point else simulate_point(scenario.company, scenario.initiatives)
    ranking = _ranking(scenario, run, simulated, at_point)
    return _with_switching_values(scenario, ranking) if switching else ranking


def simulate(
    company: Company | Scenario | str | Path,
    initiatives: Sequence[Initiative | str] | None = None,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    point: bool = False,
    threads: int | None = None,
) -> Projection:
    """Customers, NPS and cash flow by period and group: without, with each initiative, and with all of them.

    Args:
        initiatives: initiatives, or the ids of some that the company's file or the scenario names; all by default.

    Raises:
        InputError: what is given does not fit together; UnknownName: an id that no initiative has.
    """
    scenario = _with_named(company, initiatives)
    run = _run(scenario, *_checked_run(draws, seed), point)
    result = _simulate(scenario, run, threads)[0]
    chosen = scenario.initiatives
    alone = (_projected(scenario.company, i.id, i.name, result.lines[k]) for k, i in enumerate(chosen))
    together = _projected(scenario.company, None, _("all together"), result.lines[-1]) if len(chosen) > 1 else None
    return Projection(
        run=run,
        periods=_period_names(scenario.company),
        baseline=_projected(scenario.company, None, _("baseline"), result.baseline_lines),
        initiatives=tuple(alone),
        together=together,
    )


def as_scenario(company: Company | Scenario | str | Path, initiatives: Sequence[Initiative] | None = None) -> Scenario:
    """A company and initiatives, or the file of a scenario or company, as a scenario whose parts fit each other."""
    if isinstance(company, (str, Path)):
        company = read_case(company)
    if isinstance(company, Scenario):
        listed = company.initiatives if initiatives is None else tuple(initiatives)
        scenario = company.model_copy(update={"initiatives": listed})
    else:
        listed = company.initiatives if initiatives is None else tuple(initiatives)
        scenario = Scenario(name=company.company, company=company, initiatives=listed)
    require_fit(scenario.company, scenario.initiatives)
    return scenario


def _with_named(company: Company | Scenario | str | Path, wanted: Sequence[Initiative | str] | None) -> Scenario:
    """The scenario with only the wanted initiatives; those named by id are looked up."""
    if isinstance(company, (str, Path)):
        company = read_case(company)
    if wanted is None:
        return as_scenario(company)
    listed = company.initiatives
    known = {initiative.id: initiative for initiative in listed}
    unknown = [id_ for id_ in wanted if isinstance(id_, str) and id_ not in known]
    if unknown:
        raise UnknownName(
            Complaint(_("is not an initiative"), nearest(id_, known), place="initiatives", value=id_) for id_ in unknown
        )
    chosen = [known[one] if isinstance(one, str) else one for one in wanted]
    return as_scenario(company, [_without_links(initiative) for initiative in chosen])


def _without_links(initiative: Initiative) -> Initiative:
    """An initiative looked at by itself, whatever it requires or excludes."""
    return initiative.model_copy(update={"requires": (), "excludes": ()})


def _checked_run(draws: int, seed: int) -> tuple[int, int]:
    """Draws and seed as whole numbers that a run can have."""
    complaints = []
    draws, seed = (value if not hasattr(value, "__index__") else index(value) for value in (draws, seed))
    if not isinstance(draws, int) or not 2 <= draws <= MOST_DRAWS:
        remedy = _("Give a whole number from 2 to {most}.").format(most=MOST_DRAWS)
        complaints.append(Complaint(_("is not a number of draws"), remedy, place="draws", value=str(draws)))
    if not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        remedy = _("Give a whole number from 0 to 2^63 − 1.")
        complaints.append(Complaint(_("is not a seed"), remedy, place="seed", value=str(seed)))
    if complaints:
        raise InputError(complaints)
    return draws, seed


def _run(scenario: Scenario, draws: int, seed: int, point: bool) -> Run:
    """The identity of a run: a hash of all that its figures depend on."""
    company = scenario.company
    inputs = {
        "company": company.model_dump(mode="json", exclude={"initiatives"}),
        "initiatives": [i.model_dump(mode="json", by_alias=True) for i in scenario.initiatives],
        "model_version": MODEL_VERSION,
        "seed": None if point else seed,
        "draws": None if point else draws,
    }
    digest = hashlib.sha256(json.dumps(inputs, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return Run(
        id=digest[:12],
        model_version=MODEL_VERSION,
        scenario=scenario.name,
        seed=seed,
        draws=1 if point else draws,
        currency=company.currency,
        point=point,
        policy=company.acquisition_policy,
        company=company.company,
    )


def _require_memory(scenario: Scenario, draws: int) -> None:
    """Refuse a run whose draws would not fit into the memory of an ordinary machine."""
    numbers = all_numbers(scenario.company, scenario.initiatives).values()
    series = sum(not number.is_fixed for number in numbers) + 4 * len(scenario.initiatives)
    if draws * series > MOST_NUMBERS:
        rule = _("would need some {size:.0f} GB of memory").format(size=draws * series * 24 / 1e9)
        remedy = _("Give at most {most} draws.").format(most=MOST_NUMBERS // series)
        raise InputError([Complaint(rule, remedy, place="draws", value=str(draws))])


def _simulate(scenario: Scenario, run: Run, threads: int | None) -> tuple[Simulated, ...]:
    """The simulation under each policy that can be computed, the one in force first."""
    company, initiatives = scenario.company, scenario.initiatives
    if run.point:
        return tuple(simulate_point(company, initiatives, policy) for policy in company.policies())
    _require_memory(scenario, run.draws)
    return simulate_draws(company, initiatives, run.draws, run.seed, company.policies(), threads)


def _ranking(scenario: Scenario, run: Run, simulated: tuple[Simulated, ...], at_point: Simulated) -> Ranking:
    result = simulated[0]
    chosen = scenario.initiatives
    alone = result.profit[:-1]
    ranked = order(alone.mean(axis=1), [initiative.id for initiative in chosen]).tolist() if chosen else []
    probabilities = rank_acceptability(alone.T) if chosen else np.empty((0, 0))
    rows = [
        RankedInitiative(
            **dict(_worth(scenario, simulated, at_point, position, chosen[position].first_start)),
            id=chosen[position].id,
            name=chosen[position].name,
            department=chosen[position].department,
            rank=place + 1,
            start=chosen[position].first_start,
            grade=chosen[position].evidence.grade.value,
            rank_probability=_series(probabilities[position]),
        )
        for place, position in enumerate(ranked)
    ]
    first = min((initiative.first_start for initiative in chosen), default=0)
    return Ranking(
        run=run,
        periods=_period_names(scenario.company),
        baseline=_baseline(scenario.company, result),
        customer_worth=_customer_worth(scenario.company),
        initiatives=tuple(rows),
        joint=_worth(scenario, simulated, at_point, len(chosen), first),
    )


def _with_switching_values(scenario: Scenario, ranking: Ranking) -> Ranking:
    known = {initiative.id: initiative for initiative in scenario.initiatives}
    rows = tuple(
        row.model_copy(
            update={
                "switching_values": switching_values(scenario.company, known[row.id]),
                "break_even_causal_share": break_even_causal_share(scenario.company, known[row.id]),
            }
        )
        for row in ranking.initiatives
    )
    return ranking.model_copy(update={"initiatives": rows})


def _worth(
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
    worth = customer_worth(
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
    )[0]
    reason = _no_worth(base, policy, worth)
    known = {s.value: None if reason else float(v) for s, v in zip(SEGMENTS, worth, strict=True)}
    return CustomerWorth(group=name, policy=policy, **known, reason=reason)


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
