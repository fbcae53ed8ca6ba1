"""What does an initiative do? Its levers, its reach and its dates in words."""

from dataclasses import dataclass

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import (
    ALL,
    ExtraCustomers,
    Initiative,
    LeverRecord,
    Move,
    NewcomersMix,
    RelativeChange,
    Target,
)
from prioritizer.engine.claims import Delivery
from prioritizer.engine.sampling import mean
from prioritizer.language import _
from prioritizer.services.inputs import period_word, segment_word
from prioritizer.words import chance, money, people, share, sign

SMALL_DIFFERENCE = 0.005  # of a claim: less is not worth a word


@dataclass(frozen=True)
class LeverInWords:
    """What a lever does, and what finance's table leaves of the claim (empty where nothing is taken off)."""

    text: str
    counted: str


def levers_in_words(company: Company, initiative: Initiative) -> tuple[LeverInWords, ...]:
    """Each lever as a sentence, at the mean of its claim and at full effect."""
    delivery = Delivery(company, [initiative], 1, None)
    return tuple(_lever(company, initiative, lever, delivery) for lever in initiative.levers)


def _lever(company: Company, initiative: Initiative, lever: LeverRecord, delivery: Delivery) -> LeverInWords:
    if isinstance(lever, ExtraCustomers):
        return _extra_customers(company, initiative, lever, delivery)
    claimed = mean(lever.size)
    counted = float(delivery.size(initiative, lever, claimed))
    kept = "" if abs(counted - claimed) <= SMALL_DIFFERENCE * abs(claimed) else _counted(share(abs(counted)))
    return LeverInWords(_lever_text(company, lever, claimed), kept)


def _counted(amount: str) -> str:
    return _("Counted as {amount}, after delivered ÷ claimed.").format(amount=amount)


def _lever_text(company: Company, lever: Move | NewcomersMix | RelativeChange, claimed: float) -> str:
    if isinstance(lever, Move):
        source, to = lever.move.source, lever.move.to
        source, to = (source, to) if claimed >= 0 else (to, source)
        return _("Moves {source} to {to}: each {period} {share} of those it reaches, {yearly} within a year.").format(
            source=segment_word(source),
            to=segment_word(to),
            period=period_word(company),
            share=share(abs(claimed)),
            yearly=share(within_a_year(abs(claimed), company.periods_per_year)),
        )
    if isinstance(lever, NewcomersMix):
        source, to = lever.newcomers.source, lever.newcomers.to
        source, to = (source, to) if claimed >= 0 else (to, source)
        return _("Of newcomers who would be {source}, {share} become {to}.").format(
            source=segment_word(source), share=share(abs(claimed)), to=segment_word(to)
        )
    return _change_text(lever, claimed)


def within_a_year(per_period: float, periods_per_year: int) -> float:
    """The share that moves within a year where the same share of those left moves in each period."""
    return 1 - (1 - per_period) ** periods_per_year


def _change_text(lever: RelativeChange, claimed: float) -> str:
    whom = _("everybody") if lever.segment is None else segment_word(lever.segment)
    lowers, raises = {
        Target.CHURN: (_("Lowers the churn of {whom} by {size}."), _("Raises the churn of {whom} by {size}.")),
        Target.REVENUE: (_("Lowers revenue from {whom} by {size}."), _("Raises revenue from {whom} by {size}.")),
        Target.CONTACTS: (_("Saves {size} of the contacts of {whom}."), _("Adds {size} to the contacts of {whom}.")),
        Target.REFERRALS: (_("Lowers referrals by {whom} by {size}."), _("Raises referrals by {whom} by {size}.")),
        Target.PUT_OFF: (
            _("Lowers by {size} how many prospects {whom} put off."),
            _("Raises by {size} how many prospects {whom} put off."),
        ),
        Target.CONTACT_COST: (
            _("Lowers the cost of a contact by {size}."),
            _("Raises the cost of a contact by {size}."),
        ),
        Target.ACQUISITION_COST: (
            _("Lowers the cost of winning a customer by {size}."),
            _("Raises the cost of winning a customer by {size}."),
        ),
    }[lever.target]
    text = lowers if claimed < 0 else raises
    return text.format(whom=whom, size=share(abs(claimed)))


def _extra_customers(
    company: Company, initiative: Initiative, lever: ExtraCustomers, delivery: Delivery
) -> LeverInWords:
    claimed = {group: mean(count) for group, count in lever.extra_customers.items()}
    counted = {
        group: float(delivery.extra_customers(initiative, lever, group, number)) for group, number in claimed.items()
    }
    text = _("Brings {customers} a {period}, each for {cost}.").format(
        customers=", ".join(
            _("{count} customers to {group}").format(count=people(number), group=group)
            for group, number in claimed.items()
        ),
        period=period_word(company),
        cost=money(mean(lever.cost_each), sign(company.currency)),
    )
    total, left = sum(claimed.values()), sum(counted.values())
    return LeverInWords(text, "" if abs(total - left) <= SMALL_DIFFERENCE * total else _counted(people(left)))


def reach_in_words(company: Company, initiative: Initiative) -> str:
    """How much of each group it reaches."""
    if set(initiative.reach) == {ALL}:
        everywhere = mean(initiative.reach[ALL])
        if everywhere >= 1:
            return _("It reaches every customer.")
        return _("It reaches {share} of the customers in every group.").format(share=share(everywhere))
    groups = [
        _("{share} of {group}").format(share=share(mean(reach)), group=group)
        for group in company.groups
        if (reach := initiative.reach_of(group)) is not None
    ]
    return _("It reaches {groups}.").format(groups=", ".join(groups)) if groups else ""


def success_in_words(initiative: Initiative) -> str:
    """The chance that it does not work at all; empty where it is sure to."""
    failure = 1 - mean(initiative.probability_of_success)
    if failure <= 0:
        return ""
    return _("Chance that it does not work at all: {chance}; its costs are spent all the same.").format(
        chance=chance(failure)
    )


def timing_in_words(company: Company, initiative: Initiative) -> str:
    """When it starts, and how long it takes until it acts in full."""
    delay = mean(initiative.delay) + Delivery(company, [initiative], 1, None).extra_delay(initiative)
    until_full = delay + mean(initiative.ramp_up)
    start, whole = company.period_name(initiative.first_start), round(until_full)
    if whole == 0:
        return _("Starts in {period} and acts in full at once.").format(period=start)
    wait = f"{whole} {period_word(company, whole)}"
    if whole == until_full:
        return _("Starts in {period} and acts in full {wait} later.").format(period=start, wait=wait)
    return _("Starts in {period} and acts in full about {wait} later.").format(period=start, wait=wait)
