"""Why does an initiative stand where it does? What brings most, its rivals, and what would turn it round."""

from prioritizer.domain.company import Policy
from prioritizer.domain.quantity import Grade
from prioritizer.domain.results import RankedInitiative, Ranking, Worth
from prioritizer.language import _
from prioritizer.words import chance, money, people, sign

UNSURE = 0.25  # from this chance of a loss on, the list calls a profit far from sure
FEWEST_KEPT = 1.0  # customers; fewer are no reason
NEARLY = 0.01  # of an amount: less is not worth a word


def why_here(ranking: Ranking, row: RankedInitiative) -> str:
    """One sentence on why an initiative stands where it does: what brings most, and what it rests on."""
    currency = sign(ranking.run.currency)
    main, amount = _main_source(row, currency)
    if row.npv.mean > 0:
        return f"{main} {_doubt(row)}"
    if amount <= 0 or row.pv_benefits <= 0:
        return _what_it_takes(row, currency)
    cost = money(row.pv_costs, currency)
    if row.pv_benefits < amount * (1 - NEARLY):
        left = money(row.pv_benefits, currency)
        return _(
            "{main} What else it changes leaves {left} of that, no more than its cost of {cost} at present value."
        ).format(main=main, left=left, cost=cost)
    return _("{main} That is no more than its cost of {cost} at present value.").format(main=main, cost=cost)


def _main_source(row: RankedInitiative, currency: str) -> tuple[str, float]:
    """What brings most, in a sentence, and how much it brings."""
    sources = row.sources
    saved, won, earned = sources.service + sources.uncashed, sources.acquisition, sources.margin + sources.run_off
    if saved >= max(won, earned):
        return _("Saves {amount} of service cost.").format(amount=money(saved, currency)), saved
    if earned >= won:
        return _("Brings {amount} of margin.").format(amount=money(earned, currency)), earned
    if row.kept < FEWEST_KEPT:
        return _("Saves {amount} of what winning customers costs.").format(amount=money(won, currency)), won
    return _("Keeps {count} customers who would have left: {amount} less to win others.").format(
        count=people(row.kept), amount=money(won, currency)
    ), won


def _what_it_takes(row: RankedInitiative, currency: str) -> str:
    """Of an initiative that brings nothing on the whole: what it gives away."""
    lost = -(row.sources.margin + row.sources.run_off)
    if lost > row.pv_costs * NEARLY:
        return _("Gives away {amount} of margin, more than it brings otherwise.").format(amount=money(lost, currency))
    return _("It brings nothing that pays for its cost of {cost} at present value.").format(
        cost=money(row.pv_costs, currency)
    )


def _doubt(row: RankedInitiative) -> str:
    """What makes a profit doubtful, or how well it is founded."""
    if row.probability_of_loss is not None and row.probability_of_loss >= UNSURE:
        return _("Far from sure, on evidence {grade}: {words}.").format(grade=row.grade, words=Grade(row.grade).words)
    return _("Evidence {grade}: {words}.").format(grade=row.grade, words=Grade(row.grade).words)


def rivals(ranking: Ranking, row: RankedInitiative) -> tuple[RankedInitiative | None, RankedInitiative | None]:
    """The initiatives ranked just above and just below."""
    place = row.rank - 1
    above = ranking.initiatives[place - 1] if place > 0 else None
    below = ranking.initiatives[place + 1] if place + 1 < len(ranking.initiatives) else None
    return above, below


def place_in_words(ranking: Ranking, row: RankedInitiative) -> str:
    """By how much it is ahead of the next and behind the one above, and how sure the place is."""
    currency = sign(ranking.run.currency)
    above, below = rivals(ranking, row)
    said = []
    if above is not None:
        said.append(
            _("{profit} behind “{name}”.").format(
                profit=money(above.npv.mean - row.npv.mean, currency), name=above.name
            )
        )
    if below is not None:
        said.append(
            _("{profit} ahead of “{name}”.").format(
                profit=money(row.npv.mean - below.npv.mean, currency), name=below.name
            )
        )
    if row.probability_of_loss is not None and len(ranking.initiatives) > 1:
        said.append(_("Chance of this rank: {chance}.").format(chance=chance(row.rank_probability[row.rank - 1])))
    return " ".join(said)


def other_policy_in_words(ranking: Ranking, row: Worth) -> str:
    """What it would bring if customers were bought in the other way; empty where that cannot be computed."""
    if row.npv_other_policy is None:
        return ""
    profit = money(row.npv_other_policy, sign(ranking.run.currency))
    if ranking.run.policy is Policy.HOLD:
        return _("If customers were bought by plan, whoever leaves: {profit}.").format(profit=profit)
    return _("If as many customers were bought as hold the base: {profit}.").format(profit=profit)
