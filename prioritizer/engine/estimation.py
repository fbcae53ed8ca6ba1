"""Counts → posteriors: what customer records say about a company's groups, and what they cannot say.

Shares come with a uniform prior: churn of `left` among `trials` is Beta(left + 1, trials − left + 1), a row of shares
Dirichlet(counts + 1). A figure with fewer observations than the mapping's `fewest` becomes a gap, because the prior
would weigh too much in it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from prioritizer.domain.customers import SEGMENTS, Segment
from prioritizer.domain.quantity import Beta, Fixed, Grade, Lognormal, Normal, Range
from prioritizer.domain.record import same_name
from prioritizer.domain.records import (
    NO_MOVES,
    Figure,
    Findings,
    Gap,
    GroupCounts,
    Line,
    Moves,
    Notice,
    NoticeKind,
    Place,
    RecordCounts,
    RecordsMapping,
    RowCounts,
    Sums,
    SumsBySegment,
    Tally,
    period_name,
    plain_number,
)
from prioritizer.language import _

Floats = npt.NDArray[np.float64]
Spread = Fixed | Normal | Lognormal
Number = Fixed | Beta | Normal | Lognormal | Range | RowCounts

CHANCE = 1e-6  # what is less likely than this is not taken for chance
HIGHEST_CHURN = 0.8  # of a period that is still believed for the customers of one score
MOST_EXPLAINED = 0.5  # share of the variance of leaving that a score asked beforehand may explain
FEWEST_LEAVERS = 20
SIGNIFICANT = 0.01
DRIFTING = 3.0  # variance of churn between periods ÷ what chance makes
NOISY_SCORE = 4.0  # standard errors
NOISY_SHARE = 0.1
NARROW = 4.0  # mean ÷ standard error from which a normal practically never falls below zero
DIGITS = 6
Z95 = float(special.ndtri(0.95))


@dataclass(frozen=True)
class Exposure:
    """Customers at the start of periods whose outcome is known, and how many of them left."""

    left: int
    trials: int

    @property
    def share(self) -> float:
        return self.left / self.trials

    def __add__(self, other: "Exposure") -> "Exposure":
        return Exposure(self.left + other.left, self.trials + other.trials)


NOBODY = Exposure(0, 0)


@dataclass(frozen=True)
class Study:
    """What the figures of all groups have in common: the counts of all groups together, the mapping, the words."""

    counts: RecordCounts
    mapping: RecordsMapping
    together: GroupCounts
    afterwards: str | None

    @property
    def source(self) -> str:
        """Where the figures come from, as their cards say."""
        return self.mapping.source or ", ".join((*self.counts.files, *self._span()))

    def _span(self) -> Iterator[str]:
        if periods := self.counts.periods:
            yield _("{first} to {last}").format(first=self.name(periods[0]), last=self.name(periods[-1]))

    def name(self, period: int) -> str:
        return period_name(period, self.mapping.periods_per_year)

    @property
    def period_word(self) -> str:
        return {1: _("year"), 4: _("quarter"), 12: _("month")}[self.mapping.periods_per_year]

    def figure(self, place: Place, number: Number, unit: str, note: str, observations: int) -> Figure:
        """A figure measured in the company's own records, without an experiment: grade B."""
        return Figure(
            place=place,
            number=number,
            unit=unit,
            source=self.source,
            grade=Grade.B,
            note=note,
            observations=observations,
        )


Finding = Figure | Gap | Notice


def estimate(counts: RecordCounts, mapping: RecordsMapping) -> Findings:
    """Every figure of the company's groups that the counts support, the gaps beside them, and what to know of them."""
    together = pooled(counts.groups)
    study = Study(counts, mapping, together, score_follows_leaving(together.tallies))
    found = [*_of_company(study), *(finding for group in counts.groups for finding in _of_group(group, study))]
    return Findings(
        figures=tuple(finding for finding in found if isinstance(finding, Figure)),
        gaps=tuple(finding for finding in found if isinstance(finding, Gap)),
        notices=tuple(sorted((f for f in found if isinstance(f, Notice)), key=lambda notice: not notice.is_warning)),
    )


def pooled(groups: Iterable[GroupCounts]) -> GroupCounts:
    """All groups counted as one; tallies stay apart and are summed where they are used."""
    groups = tuple(groups)
    return GroupCounts(
        name=_("All groups"),
        tallies=tuple(tally for group in groups for tally in group.tallies),
        moves=_total_moves(group.moves for group in groups),
        later_moves=_total_moves(group.later_moves for group in groups),
        revenue=_total_sums(group.revenue for group in groups),
        revenue_of_stayers=_total_sums(group.revenue_of_stayers for group in groups),
        contacts=_total_sums(group.contacts for group in groups),
        contacts_of_stayers=_total_sums(group.contacts_of_stayers for group in groups),
    )


def _total_moves(moves: Iterable[Moves]) -> Moves:
    promoters, passives, detractors = np.sum([NO_MOVES, *moves], axis=0).tolist()
    return promoters, passives, detractors


def _total_sums(sums: Iterable[SumsBySegment]) -> SumsBySegment:
    total = [Sums(), Sums(), Sums()]
    for by_segment in sums:
        total = [one.plus(other) for one, other in zip(total, by_segment, strict=True)]
    return total[0], total[1], total[2]


def _of_group(group: GroupCounts, study: Study) -> Iterator[Finding]:
    yield from _customers(group, study)
    yield from _churn(group, study)
    yield from _migration(group, study)
    yield from _amounts("revenue", group, study)
    yield from _amounts("contacts", group, study)
    yield from _newcomers(group, study)
    yield from _never_in_records(group, study)


# Exposure


def exposure(tallies: Iterable[Tally]) -> Exposure:
    """Customers whose outcome is known, and leavers, of all tallies together."""
    tallies = tuple(tallies)
    return Exposure(sum(t.left for t in tallies), sum(t.left + t.stayed for t in tallies))


def exposure_by_score(tallies: Iterable[Tally]) -> dict[int, Exposure]:
    """The exposure of those who answered, by their answer, where there is any."""
    by_score: dict[int, Exposure] = {}
    for tally in tallies:
        if tally.score is not None and tally.stayed + tally.left:
            by_score[tally.score] = by_score.get(tally.score, NOBODY) + exposure([tally])
    return dict(sorted(by_score.items()))


def _exposure_by_segment(tallies: Iterable[Tally], study: Study) -> dict[Segment, Exposure]:
    by_segment = dict.fromkeys(SEGMENTS, NOBODY)
    for score, exposed in exposure_by_score(tallies).items():
        by_segment[study.mapping.score.segment_of(score)] += exposed
    return by_segment


# Was the score given after leaving?


def score_follows_leaving(tallies: Iterable[Tally]) -> str | None:
    """Why churn by score cannot be what happened after the score was given, in words; None where it can.

    Three signs, of which chance makes the first two less than once in a million:

    1. Every customer of some scores left. Even where as many as 80 % of such customers leave in a period, n of n do
       so with probability 0.8ⁿ, so n ≥ 62 is needed.
    2. Of those who answered nobody left, though others did: (1 − churn of the others)ⁿ. Leavers were not asked.
    3. The score explains at least half of the variance of leaving (R² of churn by score, adjusted for the number of
       scores). A score asked beforehand explains far less: churn of 2, 10 and 30 % in three equal segments, an
       extreme case, explains 12 %.
    """
    tallies = tuple(tallies)
    by_score = exposure_by_score(tallies)
    return _everyone_left(by_score) or _nobody_left(by_score, tallies) or _mostly_explained(by_score)


def _everyone_left(by_score: dict[int, Exposure]) -> str | None:
    gone = {score: exposed for score, exposed in by_score.items() if exposed.left == exposed.trials}
    leavers = sum(exposed.left for exposed in gone.values())
    if not gone or HIGHEST_CHURN**leavers > CHANCE:
        return None
    kept = {score: exposed for score, exposed in by_score.items() if exposed.left == 0}
    everyone = _("all {count} customers with score {scores} left").format(count=f"{leavers:,}", scores=_listed(gone))
    if not kept:
        return everyone
    stayers = sum(exposed.trials for exposed in kept.values())
    return _("{everyone}, and none of the {count} with score {scores}").format(
        everyone=everyone, count=f"{stayers:,}", scores=_listed(kept)
    )


def _nobody_left(by_score: dict[int, Exposure], tallies: tuple[Tally, ...]) -> str | None:
    answered = sum(by_score.values(), NOBODY)
    silent = exposure(tally for tally in tallies if tally.score is None)
    if answered.left or not silent.left or (1 - silent.share) ** answered.trials > CHANCE:
        return None
    return _("none of {count} customers who answered left, but {left} of {others} others did").format(
        count=f"{answered.trials:,}", left=f"{silent.left:,}", others=f"{silent.trials:,}"
    )


def _mostly_explained(by_score: dict[int, Exposure]) -> str | None:
    answered = sum(by_score.values(), NOBODY)
    if min(answered.left, answered.trials - answered.left) < FEWEST_LEAVERS:
        return None
    explained = variance_explained(by_score.values())
    if explained < MOST_EXPLAINED:
        return None
    return _("the score explains {share:.0%} of who left").format(share=explained)


def variance_explained(exposures: Iterable[Exposure]) -> float:
    """The share of the variance of leaving that the score explains: R² adjusted for the number of scores.

    Equals Tjur's (2009) coefficient of discrimination of the saturated model before the adjustment.
    """
    left, trials = np.array([(e.left, e.trials) for e in exposures], float).T
    mean = left.sum() / trials.sum()
    between = float(np.sum(trials * (left / trials - mean) ** 2) / (trials.sum() * mean * (1 - mean)))
    freedom = (trials.sum() - 1) / max(trials.sum() - len(trials), 1)
    return float(1 - (1 - between) * freedom)


def _listed(scores: Iterable[int]) -> str:
    *first, last = [str(score) for score in scores]
    return _("{first} or {last}").format(first=", ".join(first), last=last) if first else last


# Churn


def _churn(group: GroupCounts, study: Study) -> Iterator[Finding]:
    place = ("groups", group.name, "churn")
    total = exposure(group.tallies)
    by_segment = _exposure_by_segment(group.tallies, study)
    afterwards = score_follows_leaving(group.tallies)
    if afterwards and not study.afterwards:
        yield Notice(kind=NoticeKind.AFTERWARDS, group=group.name, text=_afterwards_text(afterwards))
    if afterwards or study.afterwards:
        yield from _one_churn(place, total, study, _("differences by segment: the score follows the leaving"))
    elif all(exposed.trials < study.mapping.fewest for exposed in by_segment.values()):
        yield from _one_churn(place, total, study, _too_few(max(e.trials for e in by_segment.values()), study))
    else:
        for segment, exposed in by_segment.items():
            yield from _churn_of_segment((*place, segment.value), segment, exposed, study)


def _afterwards_text(why: str) -> str:
    return _(
        "The score was plainly given after, or because of, the leaving: {why}. So churn by segment is not a finding. "
        "Churn stands as one number for all segments, and moving customers between segments then keeps nobody: fill "
        "the gap before ranking initiatives that do."
    ).format(why=why)


def _one_churn(place: Place, total: Exposure, study: Study, why: str) -> Iterator[Finding]:
    """One number for all segments, graded as the opinion that it is for each of them; a gap where there is none."""
    if total.trials < study.mapping.fewest:
        yield Gap(place=place, text=_no_outcomes(total.trials, study))
        return
    note = _("the same for every segment, which the records do not show: {counted}").format(
        counted=_churn_note(total, study)
    )
    figure = study.figure(place, churn_number(total, study.mapping.observed_periods), _unit(study), note, total.trials)
    yield figure.model_copy(update={"grade": Grade.D})
    yield Gap(place=place, needed=False, text=_("{why}; one number stands for all segments").format(why=why))


def _no_outcomes(trials: int, study: Study) -> str:
    if trials:
        return _too_few(trials, study)
    if study.mapping.is_panel:
        return _("no two consecutive periods show who left")
    return _("the records do not say who left")


def _churn_of_segment(place: Place, segment: Segment, exposed: Exposure, study: Study) -> Iterator[Finding]:
    periods = study.mapping.observed_periods
    if exposed.trials >= study.mapping.fewest:
        number = churn_number(exposed, periods)
        yield study.figure(place, number, _unit(study), _churn_note(exposed, study), exposed.trials)
        return
    elsewhere = _exposure_by_segment(study.together.tallies, study)[segment]
    hint = plain_number(churn_number(elsewhere, periods)) if elsewhere.trials >= study.mapping.fewest else None
    yield Gap(place=place, text=_too_few(exposed.trials, study), hint=hint)


def churn_number(exposed: Exposure, periods: float = 1.0) -> Beta | Range:
    """The posterior of churn per period, from leavers within a time of so many periods.

    Churn of another time than one period compounds: q = 1 − (1 − Q)^(1/periods), whose percentiles are those of Q.
    """
    if periods == 1:
        return Beta(successes=exposed.left, trials=exposed.trials)
    p5, p50, p95 = 1 - (1 - _beta_quantiles(exposed.left, exposed.trials)) ** (1 / periods)
    return Range(p5=_rounded(p5), p50=_rounded(p50), p95=_rounded(p95))


def _beta_quantiles(successes: float, trials: float) -> Floats:
    return special.betaincinv(successes + 1, trials - successes + 1, np.array([0.05, 0.5, 0.95]))


def _churn_note(exposed: Exposure, study: Study) -> str:
    if study.mapping.is_panel:
        return _("{left} of {trials} customer-periods ended with the customer leaving").format(
            left=f"{exposed.left:,}", trials=f"{exposed.trials:,}"
        )
    return _("{left} of {trials} customers at the start left within {months} months").format(
        left=f"{exposed.left:,}", trials=f"{exposed.trials:,}", months=study.mapping.observed_months
    )


def _unit(study: Study, of: str = "1") -> str:
    return f"{of}/{study.period_word}"


def _too_few(count: int, study: Study) -> str:
    return _("{count} observations, fewer than {fewest}").format(count=f"{count:,}", fewest=study.mapping.fewest)


# Customers by segment


def _customers(group: GroupCounts, study: Study) -> Iterator[Finding]:
    place = ("groups", group.name, "customers")
    recorded = sum(tally.current for tally in group.tallies)
    base = _base(group, study) or recorded
    period, answers = _latest_answers(group, study)
    if sum(answers) < study.mapping.fewest:
        text = _too_few(sum(answers), study)
        yield Gap(place=place, text=_("{text}; customers in all: {base}").format(text=text, base=f"{base:,}"))
        return
    latest = period is None or period == study.counts.periods[-1]
    counted = answers if latest and base >= recorded else (0, 0, 0)
    note = _customers_note(sum(answers), base, period, study)
    for segment, number in zip(SEGMENTS, segment_sizes(answers, counted, base), strict=True):
        yield study.figure((*place, segment.value), number, _("customers"), note, sum(answers))


def _base(group: GroupCounts, study: Study) -> int | None:
    known = {same_name(name): count for name, count in study.mapping.base.items()}
    return known.get(same_name(group.name))


def _latest_answers(group: GroupCounts, study: Study) -> tuple[int | None, tuple[int, int, int]]:
    """Answers by segment of customers in the last period with enough of them, else in the last; its number."""
    if not study.mapping.is_panel:
        return None, _by_segment(group.tallies, study, lambda tally: tally.current)
    periods = sorted({tally.period for tally in group.tallies}, reverse=True)
    answers = {p: _by_segment((t for t in group.tallies if t.period == p), study, lambda t: t.present) for p in periods}
    enough = [period for period in periods if sum(answers[period]) >= study.mapping.fewest]
    latest = (enough or periods)[0]
    return latest, answers[latest]


def _by_segment(tallies: Iterable[Tally], study: Study, count: Callable[[Tally], int]) -> tuple[int, int, int]:
    totals = [0, 0, 0]
    for tally in tallies:
        if tally.score is not None:
            totals[study.mapping.score.segment_of(tally.score).position] += count(tally)
    return totals[0], totals[1], totals[2]


def segment_sizes(answers: tuple[int, int, int], counted: tuple[int, int, int], base: int) -> list[Spread]:
    """Customers by segment of a base of which some are `counted`, and the others are like those who answered.

    The others follow the Dirichlet-multinomial of the answers under a uniform prior; each segment's number has its mean
    and variance.
    """
    others = max(base - sum(counted), 0)
    a, total = np.array(answers) + 1.0, sum(answers) + len(SEGMENTS)
    means = counted + others * a / total
    variances = others * a * (total - a) * (total + others) / (total**2 * (total + 1))
    return [spread(mean, deviation) for mean, deviation in zip(means, np.sqrt(variances), strict=True)]


def _customers_note(answers: int, base: int, period: int | None, study: Study) -> str:
    words = {"answers": f"{answers:,}", "customers": f"{base:,}"}
    if period is None:
        return _("{answers} of {customers} customers answered").format(**words)
    return _("{answers} answers of {period}, for {customers} customers").format(period=study.name(period), **words)


def spread(mean: float, deviation: float) -> Spread:
    """A number that is not negative, by mean and standard deviation: normal, or lognormal where it is wide."""
    if deviation <= 0 or mean <= 0:
        return Fixed(value=_rounded(mean) if mean % 1 else mean)
    if mean >= NARROW * deviation:
        return Normal(mean=_rounded(mean), deviation=_rounded(deviation))
    sigma = np.sqrt(np.log1p((deviation / mean) ** 2))
    middle = np.log(mean) - sigma**2 / 2
    return Lognormal(p5=_rounded(np.exp(middle - Z95 * sigma)), p95=_rounded(np.exp(middle + Z95 * sigma)))


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


# Rows of shares


def _migration(group: GroupCounts, study: Study) -> Iterator[Finding]:
    place = ("groups", group.name, "migration")
    if not any(map(any, group.moves)):
        text = _("no customers answered in two consecutive periods; by default everyone stays in the segment")
        yield Gap(place=place, needed=False, text=text)
        return
    for segment in SEGMENTS:
        row, elsewhere = group.moves[segment.position], study.together.moves[segment.position]
        note = _("{count} customers answered in two consecutive periods and stayed")
        yield _row((*place, segment.value), row, elsewhere, note, study)


def _newcomers(group: GroupCounts, study: Study) -> Iterator[Finding]:
    place = ("groups", group.name, "newcomers")
    joined = _by_segment(group.tallies, study, lambda tally: tally.joined)
    elsewhere = _by_segment(study.together.tallies, study, lambda tally: tally.joined)
    if not sum(tally.joined for tally in study.together.tallies):
        yield Gap(place=place, text=_("the records do not show who joined"))
        return
    yield _row(place, joined, elsewhere, _("{count} newcomers answered in their first period"), study)


def _row(place: Place, counts: Iterable[int], elsewhere: Iterable[int], note: str, study: Study) -> Finding:
    counts, elsewhere = tuple(counts), tuple(elsewhere)
    if sum(counts) >= study.mapping.fewest:
        number = _row_counts(counts)
        return study.figure(place, number, _("share"), note.format(count=f"{sum(counts):,}"), sum(counts))
    hint = plain_number(_row_counts(elsewhere)) if sum(elsewhere) >= study.mapping.fewest else None
    return Gap(place=place, text=_too_few(sum(counts), study), hint=hint)


def _row_counts(counts: Iterable[int]) -> RowCounts:
    return RowCounts(**dict(zip((segment.value for segment in SEGMENTS), counts, strict=True)))


# Amounts per customer


def _amounts(key: str, group: GroupCounts, study: Study) -> Iterator[Finding]:
    place = ("groups", group.name, key)
    column = getattr(study.mapping, key)
    if column is None:
        text = _("the records hold no {key}").format(key=key)
        yield Gap(place=place, needed=key == "revenue", text=text if key == "revenue" else _or_none(text))
        return
    whose = f"{key}_of_stayers" if study.afterwards or score_follows_leaving(group.tallies) else key
    factor = study.mapping.months_per_period / column.per.months(study.mapping.periods_per_year)
    unit = _unit(study, study.mapping.currency or "" if key == "revenue" else _("contacts"))
    for segment in SEGMENTS:
        sums: Sums = getattr(group, whose)[segment.position]
        if sums.customers >= study.mapping.fewest:
            note = _amount_note(sums, whose != key, study)
            yield study.figure((*place, segment.value), amount(sums, factor), unit, note, sums.customers)
        else:
            elsewhere: Sums = getattr(study.together, whose)[segment.position]
            hint = plain_number(amount(elsewhere, factor)) if elsewhere.customers >= study.mapping.fewest else None
            yield Gap(place=(*place, segment.value), text=_too_few(sums.customers, study), hint=hint)


def _or_none(text: str) -> str:
    return _("{text}; 0 by default").format(text=text)


def amount(sums: Sums, factor: float = 1.0) -> Spread:
    """The mean amount per row, times a factor, with its standard error over customers (a ratio estimate).

    Rows of one customer resemble one another, so that customers and not rows are what the error is counted over
    (Cochran 1977, ch. 6).
    """
    mean, error = mean_and_error(sums)
    return spread(mean * factor, error * factor)


def mean_and_error(sums: Sums) -> tuple[float, float]:
    """Σ Sᵢ / Σ nᵢ, and √(n/(n − 1) · Σ (Sᵢ − mean · nᵢ)²) / Σ nᵢ over n customers."""
    mean = sums.total / sums.rows
    squares = sums.squares - 2 * mean * sums.cross + mean**2 * sums.squared_rows
    if squares <= 1e-9 * sums.squares or sums.customers < 2:
        return mean, 0.0
    return mean, float(np.sqrt(squares * sums.customers / (sums.customers - 1)) / sums.rows)


def _amount_note(sums: Sums, stayers: bool, study: Study) -> str:
    whom = _("those who stayed, for the score follows the leaving") if stayers else _("those who answered")
    if not study.mapping.is_panel:
        return _("mean of {count} customers: {whom}").format(count=f"{sums.customers:,}", whom=whom)
    return _("mean of {rows} rows of {count} customers in the last year of the records: {whom}").format(
        rows=f"{sums.rows:,}", count=f"{sums.customers:,}", whom=whom
    )


# What records never hold


def _never_in_records(group: GroupCounts, study: Study) -> Iterator[Gap]:
    place = ("groups", group.name)
    for key, text in {
        "gross_margin": _("the records do not hold the margin on revenue before service cost; fill in a share"),
        "acquisition_cost": _("the records do not hold what winning a bought customer costs; fill in"),
    }.items():
        yield Gap(place=(*place, key), text=text)
    for key, text in {
        "contact_cost": _("the records do not hold what a contact costs; 0 by default"),
        "referrals": _("the records do not hold who came by recommendation; 0 by default"),
        "put_off": _("the records do not hold who was put off by bad word of mouth; 0 by default"),
        "planned_acquisitions": _planned_text(group, study),
    }.items():
        yield Gap(place=(*place, key), needed=False, text=text)


def _planned_text(group: GroupCounts, study: Study) -> str:
    text = _("needed under policy plan: customers to be bought in a period")
    joined = sum(tally.joined for tally in group.tallies)
    if not joined:
        return text
    periods = max(len(study.counts.periods) - 1, 1) * study.mapping.observed_periods
    return _("{text}; in the records {count:,.0f} joined in each, recommended or bought").format(
        text=text, count=joined / periods * _scale(group, study)
    )


def _scale(group: GroupCounts, study: Study) -> float:
    recorded = sum(tally.current for tally in group.tallies)
    return (_base(group, study) or recorded) / recorded if recorded else 1.0


# What concerns all groups


def _of_company(study: Study) -> Iterator[Finding]:
    yield from _company_gaps(study)
    if study.afterwards:
        yield Notice(kind=NoticeKind.AFTERWARDS, text=_afterwards_text(study.afterwards))
    for text in (_answers_text(study.together.tallies, study), _score_text(study)):
        if text:
            yield Notice(kind=NoticeKind.ANSWERS, text=text)
    if text := _drift_text(study):
        yield Notice(kind=NoticeKind.DRIFT, text=text)
    if text := _noise_text(study.counts.groups, study):
        yield Notice(kind=NoticeKind.NOISE, text=text)
    for text in _oddities(study):
        yield Notice(kind=NoticeKind.RECORDS, text=text)
    for text in _assumptions(study):
        yield Notice(kind=NoticeKind.ASSUMPTION, text=text)


def _company_gaps(study: Study) -> Iterator[Gap]:
    ends = study.counts.periods
    start = _("first month of period 0, like 2027-01")
    if ends:
        start = _("{start}; the records end with {last}").format(start=start, last=study.name(ends[-1]))
    texts = {
        "company": _("name of the company"),
        "currency": _("currency of all amounts"),
        "horizon": _("periods of benefit from an initiative's own start"),
        "start": start,
        "discount_rate": _("real rate per year, or {nominal: …, inflation: …}"),
    }
    if study.mapping.currency:
        del texts["currency"]
    for key, text in texts.items():
        yield Gap(place=(key,), text=text)


def _answers_text(tallies: Iterable[Tally], study: Study) -> str:
    """Whether those who answer leave more or less often than the others of their group and period.

    Cochran–Mantel–Haenszel test over groups and periods.
    """
    strata = [_stratum(group.tallies, period) for group in study.counts.groups for period in _periods_of(group)]
    answered = sum((stratum[0] for stratum in strata), NOBODY)
    silent = sum((stratum[1] for stratum in strata), NOBODY)
    if not (answered.trials and silent.trials) or common_odds_p_value(strata) >= SIGNIFICANT:
        return ""
    return _(
        "Customers who answered left at another rate than the others: {answered:.2%} of {answers} against {silent:.2%} "
        "of {others}. Churn by segment is that of those who answer; for the whole base it may be too {side}."
    ).format(
        answered=answered.share,
        answers=f"{answered.trials:,}",
        silent=silent.share,
        others=f"{silent.trials:,}",
        side=_("low") if answered.share < silent.share else _("high"),
    )


def _periods_of(group: GroupCounts) -> list[int]:
    return sorted({tally.period for tally in group.tallies})


def _stratum(tallies: Iterable[Tally], period: int) -> tuple[Exposure, Exposure]:
    here = [tally for tally in tallies if tally.period == period]
    return exposure(t for t in here if t.score is not None), exposure(t for t in here if t.score is None)


def common_odds_p_value(strata: Iterable[tuple[Exposure, Exposure]]) -> float:
    """Probability of a difference in leaving as large as found if there were none within the strata.

    Cochran–Mantel–Haenszel χ² with continuity correction, one degree of freedom; 1 where nothing can be compared.
    """
    difference, variance = 0.0, 0.0
    for one, other in strata:
        both = one + other
        if both.trials > 1:
            difference += one.left - one.trials * both.share
            spread_ = one.trials * other.trials * both.left * (both.trials - both.left)
            variance += spread_ / (both.trials**2 * (both.trials - 1))
    if variance == 0:
        return 1.0
    return float(special.chdtrc(1, max(abs(difference) - 0.5, 0.0) ** 2 / variance))


def _score_text(study: Study) -> str:
    """Whether the answers stay so far below the top of their scale that it may be another scale."""
    highest, top = study.counts.oddities.highest_score, study.mapping.score.answers[-1]
    answers = sum(_by_segment(study.together.tallies, study, lambda tally: tally.present))
    if highest is None or highest > top / 2 or answers < study.mapping.fewest:
        return ""
    return _("No score is above {highest} on a scale to {top}: is the scale another?").format(highest=highest, top=top)


def _drift_text(study: Study) -> str:
    """Whether churn differs between periods more than chance makes it."""
    by_period = {p: exposure(t for t in study.together.tallies if t.period == p) for p in study.counts.periods}
    by_period = {period: e for period, e in by_period.items() if e.trials >= study.mapping.fewest}
    if len(by_period) < 2 or not sum(e.left for e in by_period.values()):
        return ""
    ratio, p_value = overdispersion(by_period.values())
    if p_value >= SIGNIFICANT or ratio < DRIFTING:
        return ""
    low, high = (pick(by_period, key=lambda period: by_period[period].share) for pick in (min, max))
    return _(
        "Churn differs between periods by more than chance, from {low:.2%} in {first} to {high:.2%} in {last}: the "
        "figures are the average, and their ranges, which know only chance, are too narrow."
    ).format(low=by_period[low].share, first=study.name(low), high=by_period[high].share, last=study.name(high))


def overdispersion(exposures: Iterable[Exposure]) -> tuple[float, float]:
    """χ² of equal churn divided by its degrees of freedom (1 expected), and the probability of so large a one."""
    left, trials = np.array([(e.left, e.trials) for e in exposures], float).T
    mean = left.sum() / trials.sum()
    if mean in (0.0, 1.0):
        return 0.0, 1.0
    square = float(np.sum((left - trials * mean) ** 2 / (trials * mean * (1 - mean))))
    freedom = len(left) - 1
    return square / freedom, float(special.chdtrc(freedom, square))


def _noise_text(groups: Iterable[GroupCounts], study: Study) -> str:
    """Whether customers two periods apart are in their old segment more often than the changes in one period make it.

    Changes that are noise of the survey do not add up (nor do they where some customers never change).
    """
    found, expected, total, variance = _two_periods_apart(groups, study.mapping.fewest)
    if not variance or (found - expected) / np.sqrt(variance) < NOISY_SCORE:
        return ""
    if (found - expected) / (total - expected) < NOISY_SHARE:
        return ""
    return _(
        "Two periods apart {found:.1%} of customers are in the segment they were in; the changes from one period to "
        "the next would make it {expected:.1%}. Part of these changes is noise of the survey, or some customers never "
        "change: migration as found moves customers too fast in the long run."
    ).format(found=found / total, expected=expected / total)


def _two_periods_apart(groups: Iterable[GroupCounts], fewest: int) -> tuple[float, float, float, float]:
    """Customers found and expected in their old segment after two periods, how many there are, and the variance."""
    found = expected = total = variance = 0.0
    for group in groups:
        moves, later = np.array(group.moves, float), np.array(group.later_moves, float)
        if (moves.sum(axis=1) < fewest).any():
            continue
        shares = moves / moves.sum(axis=1, keepdims=True)
        stay, counts = np.diag(shares @ shares), later.sum(axis=1)
        found, expected, total = found + np.trace(later), expected + float(counts @ stay), total + counts.sum()
        variance += float(counts * stay @ ((1 - stay) * (1 + 2 * counts / moves.sum(axis=1))))
    return found, expected, total, variance


def _oddities(study: Study) -> Iterator[str]:
    odd = study.counts.oddities
    for group in study.counts.groups:
        recorded, base = sum(tally.current for tally in group.tallies), _base(group, study)
        if base is not None and base < recorded:
            text = _("{group} has {count} customers in the records, more than the {base} of its base in the mapping.")
            yield text.format(group=group.name, count=f"{recorded:,}", base=f"{base:,}")
    for part in odd.partial:
        if part.lacking:
            yield _(
                "{file} lacks {count} rows of the first file; what it would say of them counts as not known."
            ).format(file=part.file, count=f"{part.lacking:,}")
        if part.unknown:
            text = _("{count} rows of {file} match none of the first file and are left out.")
            yield text.format(file=part.file, count=f"{part.unknown:,}")
    if odd.missing_periods:
        names = ", ".join(map(study.name, odd.missing_periods))
        yield _("The records lack {periods}; the periods before and after are not compared.").format(periods=names)
    for count, text in (
        (odd.scored_after_leaving, _("{count} scores are of customers who had left, and do not count.")),
        (odd.vanished, _("{count} times a customer vanished without a word for left: counted as left.")),
        (odd.returned, _("{count} times a customer was gone and came back: counted as left, and then as new.")),
        (odd.changed_group, _("{count} customers changed their group, which groups must not exchange.")),
        (odd.without_revenue, _("{count} rows of customers hold no revenue; its mean is over the others.")),
        (odd.without_contacts, _("{count} rows of customers hold no contacts; their mean is over the others.")),
        (odd.joined_with_long_tenure, _("{count} customers joined by their status but not by their tenure.")),
        (_came_and_went(study), _("{count} customers joined and left within the observed time: counted as neither.")),
    ):
        if count:
            yield text.format(count=f"{count:,}")


def _came_and_went(study: Study) -> int:
    return sum(tally.came_and_went for tally in study.together.tallies)


def _assumptions(study: Study) -> Iterator[str]:
    yield from _panel_assumptions(study) if study.mapping.is_panel else _picture_assumptions(study)
    answers = sum(_by_segment(study.together.tallies, study, lambda tally: tally.present))
    present = sum(tally.present for tally in study.together.tallies)
    if answers < present:
        yield _("{share:.0%} of customers answered; the others are taken to be like them, group by group.").format(
            share=answers / present
        )
    if any(map(any, study.together.moves)):
        yield _("Migration is what scores show: a customer who answers 8 and then 9 by mood counts as a move.")


def _panel_assumptions(study: Study) -> Iterator[str]:
    last = study.name(study.counts.periods[-1])
    if any(tally.stayed for tally in study.together.tallies if tally.period == study.counts.periods[-1]):
        yield _("Who left during a period is what the records say of it; {last}, the last, counts too.").format(
            last=last
        )
    else:
        yield _(
            "A customer who is there in a period and not in the next has left. {last}, the last, says who is a "
            "customer and not who leaves."
        ).format(last=last)
    yield _("The company goes on with the customers of the start of {last}.").format(last=last)
    if study.mapping.tenure is None:
        yield _("Who is first there after the first period counts as new.")


def _picture_assumptions(study: Study) -> Iterator[str]:
    if study.mapping.active is None:
        return
    yield _("Churn is who left within {months} months among those who were customers at their start.").format(
        months=study.mapping.observed_months
    )
    if study.mapping.tenure is not None:
        yield _("Customers with a tenure of up to {months} months joined within them and are not among those.").format(
            months=study.mapping.observed_months
        )
    elif not study.mapping.active.joined:
        yield _("Nobody is taken to have joined within them, for neither tenure nor a word for joined is mapped.")


# For people


def lines(figure: Figure) -> list[Line]:
    """A figure as lines of a table: its expected value and 90 % interval, one line for each share of a row."""
    if isinstance(figure.number, RowCounts):
        total = sum(count for _segment, count in figure.number)
        return [
            _line(figure, (*figure.place, segment), _beta_summary(count + 1, total - count + 2))
            for segment, count in figure.number
        ]
    return [_line(figure, figure.place, summary(figure.number))]


def _line(figure: Figure, place: Place, mean_and_ends: tuple[float, float, float]) -> Line:
    mean, low, high = mean_and_ends
    return Line(place=place, mean=mean, low=low, high=high, unit=figure.unit, observations=figure.observations)


def summary(number: Fixed | Beta | Normal | Lognormal | Range) -> tuple[float, float, float]:
    """Mean (of a range: median), 5th and 95th percentile."""
    if isinstance(number, Fixed):
        return number.value, number.value, number.value
    if isinstance(number, Beta):
        return _beta_summary(number.successes + 1, number.trials - number.successes + 1)
    if isinstance(number, Normal):
        return number.mean, number.mean - Z95 * number.deviation, number.mean + Z95 * number.deviation
    if isinstance(number, Lognormal):
        middle, sigma = np.log(number.p5 * number.p95) / 2, np.log(number.p95 / number.p5) / (2 * Z95)
        return float(np.exp(middle + sigma**2 / 2)), number.p5, number.p95
    return number.p50, number.p5, number.p95


def _beta_summary(a: float, b: float) -> tuple[float, float, float]:
    low, high = special.betaincinv(a, b, np.array([0.05, 0.95]))
    return a / (a + b), float(low), float(high)
