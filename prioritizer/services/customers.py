"""The customer base: who is there, what they are worth, where they go within a year."""

from dataclasses import dataclass

from prioritizer.domain.company import Company, Group
from prioritizer.domain.results import CustomerWorth, Projection, Ranking, YearFlow
from prioritizer.engine.flows import year_flow
from prioritizer.engine.levers import at_means, segment_numbers
from prioritizer.engine.sampling import mean


@dataclass(frozen=True)
class GroupBase:
    """A group today: customers and churn per period by segment, promoters first; NPS None for no one."""

    group: str
    customers: tuple[float, float, float]
    churn: tuple[float, float, float]
    nps: float | None


def base_by_group(company: Company, projection: Projection) -> tuple[GroupBase, ...]:
    """Each group at the start, at expected customers and mean churn."""
    return tuple(
        GroupBase(
            group=series.group,
            customers=(series.promoter[0], series.passive[0], series.detractor[0]),
            churn=_churn(company.groups[series.group]),
            nps=series.nps[0],
        )
        for series in projection.baseline.groups
    )


def _churn(group: Group) -> tuple[float, float, float]:
    return mean(group.churn.promoter), mean(group.churn.passive), mean(group.churn.detractor)


def worth_in_force(ranking: Ranking) -> tuple[CustomerWorth, ...]:
    """What a customer is worth in each group under the policy in force."""
    return tuple(worth for worth in ranking.customer_worth if worth.policy is ranking.run.policy)


def flows_of_a_year(company: Company) -> tuple[YearFlow, ...]:
    """Where the customers of each group are a year later, without any initiative, at the mean of every number."""
    inputs = at_means(company, (), ())
    return tuple(
        year_flow(name, segment_numbers(inputs, f"groups.{name}"), company.acquisition_policy, company.periods_per_year)
        for name in company.groups
    )


def all_flows(flows: tuple[YearFlow, ...]) -> dict[tuple[str, str], float]:
    """The flows of all groups in one, by where customers come from and where they are a year later."""
    total: dict[tuple[str, str], float] = {}
    for group in flows:
        for flow in group.rows:
            total[flow.source, flow.to] = total.get((flow.source, flow.to), 0.0) + flow.customers
    return total


STARTS = ("promoter", "passive", "detractor", "joined")  # where customers of a year come from
