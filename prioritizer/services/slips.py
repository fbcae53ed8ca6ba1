"""Likely slips of who typed an initiative: notices, never refusals, each beside the field that it is about.

What is asked about is unusual, not impossible: the limits below decide only when a question is worth a person's time.
"""

import difflib
import re
import statistics
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from prioritizer.domain.company import Company
from prioritizer.domain.customers import SEGMENTS
from prioritizer.domain.initiatives import ExtraCustomers, Initiative, LeverRecord, Move, RelativeChange, Target
from prioritizer.domain.quantity import Grade, Quantity
from prioritizer.domain.record import same_name
from prioritizer.engine.sampling import mean
from prioritizer.errors import Complaint
from prioritizer.language import _, ngettext
from prioritizer.services.effects import within_a_year
from prioritizer.services.inputs import period_word
from prioritizer.words import count, money, people, share, sign

HARDLY_ANY = 0.01  # a share below it looks like a fraction that was typed as percent
HARDLY_A_CHANGE = 0.001
MOST_MOVED = 0.7  # within a year
MOST_MORE = 0.5  # more spent, more referrals
MOST_FEWER = 0.6  # fewer who leave, contact, are put off; cheaper
MOST_EXTRA = 0.1  # of a group's customers, within a year
THOUSANDFOLD = 300  # how many times the usual amount looks like another unit
LONGEST_WAIT = 3.0  # years until the full effect
ALIKE = 0.85  # of two names, by difflib

# Cyrillic and Greek letters that look like Latin ones.
_LOOKS_LIKE = str.maketrans("авекмнорстухіјѕԁӏοανρτυχι", "abekmhopctyxijsdloavptuxi")
_WORD = re.compile(r"[^\W\d_]+")


def slips(
    initiative: Initiative, company: Company, others: Iterable[Initiative] = (), today: date | None = None
) -> tuple[Complaint, ...]:
    """What looks like a slip, in the order of the form; the place of each is the key of a field of the form.

    Args:
        others: the other initiatives, which say what is usual.
        today: the day on which it is asked; today where none is given.
    """
    listed = [other for other in others if other.id != initiative.id]
    found = (
        *_names(initiative, listed),
        *_reach(initiative, company),
        *_levers(initiative, company),
        *_amounts(initiative, company, listed),
        *_per_customer(initiative, company),
        *_start(initiative, company, today or date.today()),
        *_spans(initiative, company),
        *_success(initiative),
        *_evidence(initiative),
    )
    return tuple(found)


def _slip(place: str, rule: str, remedy: str, value: str = "") -> Complaint:
    return Complaint(rule, remedy, place=place, value=value)


# --- names


def look(name: str) -> str:
    """What a name looks like: letters of several alphabets that cannot be told apart count as equal."""
    return same_name(name).translate(_LOOKS_LIKE)


def _names(initiative: Initiative, others: Sequence[Initiative]) -> Iterator[Complaint]:
    mixed = [word for word in _WORD.findall(initiative.name) if len(_alphabets(word)) > 1]
    if mixed:
        rule = _("mixes letters of two alphabets that look alike")
        yield _slip("name", rule, _("Type the word again in one alphabet, or nobody will find it."), mixed[0])
    like = [other for other in others if _alike(initiative.name, other.name)]
    if like:
        other = max(like, key=lambda known: _likeness(initiative.name, known.name))
        rule = _("looks like “{name}” of {department}").format(name=other.name, department=other.department)
        yield _slip("name", rule, _("Is it the same? Then edit that one. If not, tell the names apart."))


def _alphabets(word: str) -> set[str]:
    return {unicodedata.name(char, "").partition(" ")[0] for char in word} & {"LATIN", "CYRILLIC", "GREEK"}


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, look(one), look(other)).ratio()


def _alike(one: str, other: str) -> bool:
    return look(one) == look(other) or _likeness(one, other) >= ALIKE


# --- whom it reaches


def _reach(initiative: Initiative, company: Company) -> Iterator[Complaint]:
    for group, reach in initiative.reach.items():
        reached = mean(reach)
        if 0 < reached < HARDLY_ANY:
            yield _as_percent(f"reach.{group}.likely", reached, _("is hardly anybody"))
    if initiative.costs.per_customer is not None and _reaches_all(initiative, company):
        amount = mean(initiative.costs.per_customer.amount) * _touched(initiative, company)
        rule = _("It reaches every customer, and costs {amount} each {period} for them").format(
            amount=money(amount, sign(company.currency)), period=period_word(company)
        )
        remedy = _("Is it every one of them, in every {period}?").format(period=period_word(company))
        yield _slip("reach", rule, remedy)


def _as_percent(place: str, fraction: float, rule: str) -> Complaint:
    """A fraction that was perhaps typed where percent is asked: 0.05 instead of 5."""
    typed = f"{fraction * 100:.3g}"
    remedy = _("Did you mean {percent:.3g} %? Type 5 for 5 %.").format(percent=fraction * 100 * 100)
    return _slip(place, rule, remedy, f"{typed} %")


def _reaches_all(initiative: Initiative, company: Company) -> bool:
    reached = [initiative.reach_of(group) for group in company.groups]
    return all(share_ is not None and mean(share_) >= 1 for share_ in reached)


def _touched(initiative: Initiative, company: Company) -> float:
    """The customers in the segments that a cost per customer is for, as they are today."""
    of = initiative.costs.per_customer.of if initiative.costs.per_customer else SEGMENTS
    return sum(
        mean(number)
        for group in company.groups.values()
        for segment, number in group.customers.items()
        if segment in of
    )


# --- what it changes


def _levers(initiative: Initiative, company: Company) -> Iterator[Complaint]:
    if not initiative.levers and not initiative.mandatory:
        yield _slip("levers", _("It changes nothing for customers, and only costs"), _("Is a lever missing?"))
    for index, lever in enumerate(initiative.levers):
        if isinstance(lever, ExtraCustomers):
            yield from _extra_customers(lever, company, f"levers.{index}")
        else:
            yield from _size(lever, company, f"levers.{index}.size.likely")


def _size(lever: LeverRecord, company: Company, place: str) -> Iterator[Complaint]:
    size = mean(lever.size)  # type: ignore[union-attr]
    if size * lever.benefit < 0:
        rule = _("makes things worse")
        yield _slip(place, rule, _("Type it without the minus where an improvement is meant."), share(abs(size)))
    elif 0 < abs(size) < _least(lever):
        yield _as_percent(place, abs(size), _("is hardly a change"))
    if isinstance(lever, Move):
        yield from _moved(abs(size), company, place)
    elif isinstance(lever, RelativeChange) and abs(size) > _most(lever.target):
        rule = _("is more than such measures usually bring")
        remedy = _("Is it the change in percent of today's number, and only for those it reaches?")
        yield _slip(place, rule, remedy, share(abs(size)))


def _least(lever: LeverRecord) -> float:
    small = isinstance(lever, RelativeChange) and lever.target in (Target.REVENUE, Target.CHURN)
    return HARDLY_A_CHANGE if small else HARDLY_ANY / 2


def _most(target: Target) -> float:
    return MOST_MORE if target.benefit > 0 else MOST_FEWER


def _moved(size: float, company: Company, place: str) -> Iterator[Complaint]:
    """A share of each period that is so large within a year that it was perhaps meant for the year."""
    yearly = within_a_year(size, company.periods_per_year)
    if yearly <= MOST_MOVED:
        return
    rule = _("within a year is {size} each {period}, more than such measures usually move").format(
        size=share(size), period=period_word(company)
    )
    remedy = _("It is the share of those it reaches; did you mean {size} within the year?").format(size=share(size))
    yield _slip(place, rule, remedy, share(yearly))


def _extra_customers(lever: ExtraCustomers, company: Company, place: str) -> Iterator[Complaint]:
    for group, number in lever.extra_customers.items():
        yearly = mean(number) * company.periods_per_year
        known = company.groups.get(group)
        base = sum(mean(there) for _segment, there in known.customers.items()) if known else 0.0
        if base and yearly > MOST_EXTRA * base:
            rule = _("a year are {share} of the customers that {group} has").format(
                share=share(yearly / base), group=group
            )
            yield _slip(f"{place}.sizes.{group}.likely", rule, _("Is it so many, and in one year?"), people(yearly))


# --- what it costs


def _amounts(initiative: Initiative, company: Company, others: Sequence[Initiative]) -> Iterator[Complaint]:
    costs = initiative.costs
    if _one_off(initiative) == 0 and mean(costs.running) == 0 and costs.per_customer is None:
        rule = _("It costs nothing at all")
        yield _slip("one_off.likely", rule, _("Give what it takes, the working hours of your own people too."))
    yield from _thousandfold("one_off.likely", _one_off, initiative, company, others, 1)
    yield from _thousandfold("running.likely", _running, initiative, company, others, company.periods_per_year)


def _one_off(initiative: Initiative) -> float:
    return sum(map(mean, initiative.costs.one_off.values()))


def _running(initiative: Initiative) -> float:
    return mean(initiative.costs.running)


def _thousandfold(
    place: str,
    amount_of: Callable[[Initiative], float],
    initiative: Initiative,
    company: Company,
    others: Sequence[Initiative],
    periods: int,
) -> Iterator[Complaint]:
    """An amount that is some thousand times off what the others need: typed in another unit."""
    amount, known = amount_of(initiative), [amount_of(other) for other in others if amount_of(other) > 0]
    if not known or not amount:
        return
    usual = statistics.median(known)
    if amount * THOUSANDFOLD > usual and amount < usual * THOUSANDFOLD:
        return
    currency = sign(company.currency)
    rule = _("is far from what the others need, about {usual}").format(usual=money(usual * periods, currency))
    remedy = _("Amounts are in {currency}, not in thousands or millions.").format(currency=company.currency)
    yield _slip(place, rule, remedy, money(amount * periods, currency))


def _per_customer(initiative: Initiative, company: Company) -> Iterator[Complaint]:
    per_customer = initiative.costs.per_customer
    if per_customer is None:
        return
    amount = mean(per_customer.amount)
    reached = [company.groups[group] for group in company.groups if initiative.reach_of(group) is not None]
    paid = [mean(getattr(group.revenue, segment)) for group in reached for segment in per_customer.of]
    if paid and amount > max(paid):
        currency = sign(company.currency)
        rule = _("for each customer is more than a customer pays in a {period}, {paid}").format(
            period=period_word(company), paid=money(max(paid), currency)
        )
        remedy = _("It is what each costs in every {period}; what is paid once belongs to the one-off cost.")
        yield _slip("per_customer.likely", rule, remedy.format(period=period_word(company)), money(amount, currency))


# --- when


def _start(initiative: Initiative, company: Company, today: date) -> Iterator[Complaint]:
    first = company.start.later(initiative.first_start * 12 // company.periods_per_year)
    if (first.year, first.month) < (today.year, today.month):
        name = company.period_name(initiative.first_start)
        yield _slip("start", _("has begun already"), _("Choose a later period, or leave it if it runs already."), name)


def _spans(initiative: Initiative, company: Company) -> Iterator[Complaint]:
    """Spans in periods that were perhaps given in months."""
    periods = company.periods_per_year
    wait = mean(initiative.delay) + mean(initiative.ramp_up)
    if wait >= company.horizon:
        rule = _("It never acts in full: only {count} {periods} are counted").format(
            count=company.horizon, periods=period_word(company, company.horizon)
        )
        yield _slip("ramp_up", rule, _in_periods(company))
    for field in ("delay", "ramp_up", "duration") if periods < 12 else ():
        yield from _long_span(field, getattr(initiative, field), company)


def _long_span(field: str, span: Quantity | None, company: Company) -> Iterator[Complaint]:
    years = mean(span) / company.periods_per_year if span is not None else 0.0
    looks_like_months = span is not None and field == "duration" and mean(span) in (12, 24, 36) and years != 1
    if years >= LONGEST_WAIT and (field != "duration" or looks_like_months):
        whole = round(years, 1)
        rule = ngettext("are {years} year", "are {years} years", round(whole)).format(years=count(whole))
        spelt = f"{count(mean(span))} {period_word(company, mean(span))}" if span is not None else ""
        yield _slip(field, rule, _in_periods(company), spelt)


def _in_periods(company: Company) -> str:
    return _("It is counted in {periods}, not in months.").format(periods=period_word(company, 2))


def _success(initiative: Initiative) -> Iterator[Complaint]:
    chance = mean(initiative.probability_of_success)
    if 0 < chance < HARDLY_ANY * 2:
        yield _as_percent("success", chance, _("is hardly a chance"))


# --- evidence


def _evidence(initiative: Initiative) -> Iterator[Complaint]:
    evidence = initiative.evidence
    if evidence.grade in (Grade.A, Grade.B) and not evidence.note and not evidence.sources:
        rule = _("is claimed, and nothing says where it was found out")
        yield _slip("note", rule, _("Name the experiment or pilot: finance will ask."), evidence.grade.words)
