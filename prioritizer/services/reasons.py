"""Why does an initiative stand where it does? What brings most, its rivals, and what would turn it round."""

from prioritizer.domain.company import Policy
from prioritizer.domain.quantity import Grade
from prioritizer.domain.results import RankedInitiative, Ranking, Worth
from prioritizer.language import _
from prioritizer.words import chance, money, people, sign

UNSURE = 0.25  # from this chance of a loss on, the list calls a profit far from sure
FEWEST_KEPT = 1.0  # customers; fewer are no reason


def why_here(ranking: Ranking, row: RankedInitiative) -> str:
    """One sentence on why an initiative stands where it does: what brings most, and what it rests on."""
    currency = sign(ranking.run.currency)
    main, amount = _main_source(row, currency)
    if row.npv.mean > 0:
        return f"{main} {_doubt(row)}"
    if amount <= 0:
        return _("It brings nothing that pays for its cost.")
    gain = money(max(row.pv_benefits, 0.0), currency)
    return _("{main} All it brings, {gain}, does not pay for {cost} of cost.").format(
        main=main, gain=gain, cost=money(row.pv_costs, currency)
    )


def _main_source(row: RankedInitiative, currency: str) -> tuple[str, float]:
    """What brings most, in a sentence, and how much it brings."""
    retained = row.sources.margin + row.sources.acquisition + row.sources.run_off
    saved = row.sources.service + row.sources.uncashed
    if saved >= retained:
        return _("Saves {amount} of service cost.").format(amount=money(saved, currency)), saved
    amount = money(retained, currency)
    if row.kept >= FEWEST_KEPT:
        return _("Brings {amount} from customers; {count} stay who would have left.").format(
            amount=amount, count=people(row.kept)
        ), retained
    return _("Brings {amount} from customers who come, spend more or cost less to win.").format(amount=amount), retained


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
