"""What a list says in one sentence, in the terminal and on a page."""

from prioritizer.domain.company import Company
from prioritizer.domain.overview import Funding
from prioritizer.domain.results import Estimate, Ranking, Worth
from prioritizer.language import _, ngettext
from prioritizer.services.benefits import cost_by_year
from prioritizer.services.figures import least_profit
from prioritizer.words import chance, money, money_range, scale_of, sign


def answer(ranking: Ranking, currency: str | None = None) -> str:
    """The answer in one sentence, without its full stop; `currency` is how amounts are written, its code by default."""
    currency = currency or ranking.run.currency
    total = len(ranking.initiatives)
    if not total:
        return _("There are no initiatives to rank")
    earning = len(ranking.worth_doing)
    if not earning:
        best = ranking.initiatives[0]
        if best.npv.mean > least_profit([row.npv.mean for row in ranking.initiatives]):
            return _(
                "Nothing can be done by itself: “{name}” would earn {profit}, but what it needs does not pay"
            ).format(name=best.name, profit=money(best.npv.mean, currency))
        return _("No initiative is expected to earn more than it costs; “{name}” comes nearest: {profit}").format(
            name=best.name, profit=money(best.npv.mean, currency)
        )
    together = ranking.worth_doing_together
    return ngettext(
        "{earning} of {total} initiatives is worth doing: for {cost} it is projected to earn {profit}",
        "{earning} of {total} initiatives are worth doing: for {cost} they are projected to earn {profit} together",
        earning,
    ).format(
        earning=earning,
        total=total,
        cost=money(together.cost, currency),
        profit=money(together.npv.mean, currency),
    )


def what_it_counts(ranking: Ranking) -> str:
    """Which initiatives the answer counts, and why their profit is not the sum of each; empty where there is none."""
    rows = [row for row in ranking.initiatives if row.id in ranking.worth_doing]
    if len(rows) < 2:
        return ""
    paying = sum(row.npv.mean > 0 for row in rows)
    currency = sign(ranking.run.currency)
    alone = money(sum(row.npv.mean for row in rows), currency)
    said = [_("Each alone they would sum to {alone}; they share customers.").format(alone=alone)]
    if must := len(rows) - paying:
        counted = ngettext(
            "{paying} that pay and {must} that must be done.", "{paying} that pay and {must} that must be done.", must
        )
        said.insert(0, counted.format(paying=paying, must=must))
    return " ".join(said)


def decision(funding: Funding, currency: str) -> str:
    """What to fund, or what was funded, and what that is expected to bring: in one sentence, without its full stop."""
    if not funding.total:
        return _("There are no initiatives to decide on")
    if funding.together is None:
        return _none_funded(funding)
    said = _("Fund {n} of {total} for {cost}: {outlook}")
    if funding.decided_at is not None:
        said = ngettext(
            "{n} of {total} is funded for {cost}: {outlook}",
            "{n} of {total} are funded for {cost}: {outlook}",
            len(funding.ids),
        )
    return said.format(
        n=len(funding.ids),
        total=funding.total,
        cost=money(funding.together.cost, currency),
        outlook=_outlook(funding.together, currency),
    )


def _none_funded(funding: Funding) -> str:
    if funding.decided_at is not None:
        return _("None of {total} is funded").format(total=funding.total)
    if funding.is_limited:
        return _("Fund none of {total}: what would pay does not fit into budgets and people").format(
            total=funding.total
        )
    return _("Fund none of {total}: none is expected to earn more than it costs").format(total=funding.total)


def _outlook(worth: Worth, currency: str) -> str:
    """The profit expected, its range, and the chance of a loss; without what one draw alone does not tell."""
    profit = _("expected profit {profit}").format(profit=money(worth.npv.mean, currency))
    if worth.npv.p5 is None or worth.npv.p95 is None:
        return profit
    return _("{profit}, 90 %: {range}; {chance} for a loss").format(
        profit=profit, range=_range(worth.npv, currency), chance=chance(worth.probability_of_loss)
    )


def _range(npv: Estimate, currency: str) -> str:
    """From the 5th to the 95th percentile on the scale of the mean, which stands before it, where it suits them."""
    scale = scale_of([npv.mean])
    if npv.p5 is None or npv.p95 is None or scale_of([npv.p5, npv.p95]) == scale:
        return money_range(npv.p5, npv.p95, scale)
    return _("{low} to {high}").format(low=money(npv.p5, currency), high=money(npv.p95, currency))


def over_budget(company: Company, worth: Worth) -> str:
    """Whether what is done together costs more than the company's budget; empty where it does not."""
    costs = cost_by_year(company, worth)
    currency = sign(company.currency)
    said = [
        _("{cost} instead of {budget} in {year}").format(
            cost=money(costs[int(year)], currency),
            budget=money(budget.number, currency),
            year=company.fiscal_year_name(int(year)),
        )
        for year, budget in company.budget.items()
        if costs.get(int(year), 0.0) > budget.number
    ]
    return _("More than the budget: {years}.").format(years=", ".join(said)) if said else ""
