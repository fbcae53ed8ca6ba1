"""Counts → figures: what customer records say about a company's groups, and the gaps that they leave.

Each figure is the posterior of its count. One with fewer observations than the mapping's `fewest` becomes a gap,
because the prior would weigh too much in it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from prioritizer.domain.customers import SEGMENTS, Segment
from prioritizer.domain.quantity import Beta, Fixed, Grade, Lognormal, Normal, Range
from prioritizer.domain.records import (
    NO_MOVES,
    Figure,
    Findings,
    Gap,
    GroupCounts,
    Moves,
    Notice,
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
from prioritizer.engine import doubts
from prioritizer.engine.doubts import score_follows_leaving
from prioritizer.engine.posteriors import (
    NOBODY,
    Exposure,
    amount,
    churn_number,
    exposure,
    exposure_by_score,
    segment_sizes,
)
from prioritizer.language import _

Number = Fixed | Beta | Normal | Lognormal | Range | RowCounts


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


def _of_company(study: Study) -> Iterator[Finding]:
    yield from _company_gaps(study)
    if study.afterwards:
        yield doubts.afterwards(study.afterwards)
    yield from doubts.notices(study.counts, study.mapping)


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


def _of_group(group: GroupCounts, study: Study) -> Iterator[Finding]:
    yield from _customers(group, study)
    yield from _churn(group, study)
    yield from _migration(group, study)
    yield from _amounts("revenue", group, study)
    yield from _amounts("contacts", group, study)
    yield from _newcomers(group, study)
    yield from _never_in_records(group, study)


def _churn(group: GroupCounts, study: Study) -> Iterator[Finding]:
    place = ("groups", group.name, "churn")
    total = exposure(group.tallies)
    by_segment = _exposure_by_segment(group.tallies, study)
    afterwards = score_follows_leaving(group.tallies)
    if afterwards and not study.afterwards:
        yield doubts.afterwards(afterwards, group.name)
    if afterwards or study.afterwards:
        yield from _one_churn(place, total, study, _("differences by segment: the score follows the leaving"))
    elif all(exposed.trials < study.mapping.fewest for exposed in by_segment.values()):
        yield from _one_churn(place, total, study, _too_few(max(e.trials for e in by_segment.values()), study))
    else:
        for segment, exposed in by_segment.items():
            yield from _churn_of_segment((*place, segment.value), segment, exposed, study)


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


def _exposure_by_segment(tallies: Iterable[Tally], study: Study) -> dict[Segment, Exposure]:
    by_segment = dict.fromkeys(SEGMENTS, NOBODY)
    for score, exposed in exposure_by_score(tallies).items():
        by_segment[study.mapping.score.segment_of(score)] += exposed
    return by_segment


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


def _customers(group: GroupCounts, study: Study) -> Iterator[Finding]:
    place = ("groups", group.name, "customers")
    base = _base(group, study)
    period, answers = _latest_answers(group, study)
    if sum(answers) < study.mapping.fewest:
        text = _too_few(sum(answers), study)
        yield Gap(place=place, text=_("{text}; customers in all: {base}").format(text=text, base=f"{base:,}"))
        return
    latest = period is None or period == study.counts.periods[-1]
    counted = answers if latest and base >= _recorded(group) else (0, 0, 0)
    note = _customers_note(sum(answers), base, period, study)
    for segment, number in zip(SEGMENTS, segment_sizes(answers, counted, base), strict=True):
        yield study.figure((*place, segment.value), number, _("customers"), note, sum(answers))


def _base(group: GroupCounts, study: Study) -> int:
    """Customers of the group in all, in the records or not."""
    return study.mapping.base_of(group.name) or _recorded(group)


def _recorded(group: GroupCounts) -> int:
    return sum(tally.current for tally in group.tallies)


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


def _customers_note(answers: int, base: int, period: int | None, study: Study) -> str:
    words = {"answers": f"{answers:,}", "customers": f"{base:,}"}
    if period is None:
        return _("{answers} of {customers} customers answered").format(**words)
    return _("{answers} answers of {period}, for {customers} customers").format(period=study.name(period), **words)


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


def _amounts(key: str, group: GroupCounts, study: Study) -> Iterator[Finding]:
    column = getattr(study.mapping, key)
    if column is None:
        yield _no_amount(key, group)
        return
    stayers = bool(study.afterwards or score_follows_leaving(group.tallies))
    whose = f"{key}_of_stayers" if stayers else key
    factor = study.mapping.months_per_period / column.per.months(study.mapping.periods_per_year)
    unit = _unit(study, study.mapping.currency or "" if key == "revenue" else _("contacts"))
    for segment in SEGMENTS:
        place = ("groups", group.name, key, segment.value)
        sums, elsewhere = (getattr(counts, whose)[segment.position] for counts in (group, study.together))
        if sums.customers >= study.mapping.fewest:
            note = _amount_note(sums, stayers, study)
            yield study.figure(place, amount(sums, factor), unit, note, sums.customers)
        else:
            hint = plain_number(amount(elsewhere, factor)) if elsewhere.customers >= study.mapping.fewest else None
            yield Gap(place=place, text=_too_few(sums.customers, study), hint=hint)


def _no_amount(key: str, group: GroupCounts) -> Gap:
    needed = key == "revenue"
    text = _("the records hold no {key}").format(key=key)
    if not needed:
        text = _("{text}; 0 by default").format(text=text)
    return Gap(place=("groups", group.name, key), needed=needed, text=text)


def _amount_note(sums: Sums, stayers: bool, study: Study) -> str:
    whom = _("those who stayed, for the score follows the leaving") if stayers else _("those who answered")
    if not study.mapping.is_panel:
        return _("mean of {count} customers: {whom}").format(count=f"{sums.customers:,}", whom=whom)
    return _("mean of {rows} rows of {count} customers in the last year of the records: {whom}").format(
        rows=f"{sums.rows:,}", count=f"{sums.customers:,}", whom=whom
    )


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
    recorded = _recorded(group)
    return _base(group, study) / recorded if recorded else 1.0
