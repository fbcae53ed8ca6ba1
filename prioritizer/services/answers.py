"""What a list says in one sentence, in the terminal and on a page."""

from prioritizer.domain.company import Company
from prioritizer.domain.results import Ranking, Worth
from prioritizer.language import _, ngettext
from prioritizer.services.benefits import cost_by_year
from prioritizer.services.figures import least_profit
from prioritizer.words import money, sign


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
