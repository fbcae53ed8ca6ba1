"""What casts doubt on the figures of customer records, and what they take for granted: the notices beside them."""

from collections.abc import Iterable, Iterator

import numpy as np
from scipy import special

from prioritizer.domain.records import (
    GroupCounts,
    Notice,
    NoticeKind,
    Oddities,
    RecordCounts,
    RecordsMapping,
    Tally,
    period_name,
)
from prioritizer.engine.posteriors import NOBODY, Exposure, exposure, exposure_by_score
from prioritizer.language import _

CHANCE = 1e-6  # what is less likely than this is not taken for chance
HIGHEST_CHURN = 0.8  # of a period that is still believed for the customers of one score
MOST_EXPLAINED = 0.5  # share of the variance of leaving that a score asked beforehand may explain
FEWEST_LEAVERS = 20
SIGNIFICANT = 0.01
DRIFTING = 3.0  # variance of churn between periods ÷ what chance makes
NOISY_SCORE = 4.0  # standard errors
NOISY_SHARE = 0.1


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


def afterwards(why: str, group: str | None = None) -> Notice:
    """The notice that the score of a group, or of the whole company, follows the leaving."""
    text = _(
        "The score was plainly given after, or because of, the leaving: {why}. So churn by segment is not a finding. "
        "Churn stands as one number for all segments, and moving customers between segments then keeps nobody: fill "
        "the gap before ranking initiatives that do."
    )
    return Notice(kind=NoticeKind.AFTERWARDS, group=group, text=text.format(why=why))


def notices(counts: RecordCounts, mapping: RecordsMapping) -> Iterator[Notice]:
    """Everything to know of the figures of all groups, apart from whether the score follows the leaving."""
    texts = {
        NoticeKind.ANSWERS: (_answers_text(counts), _score_text(counts, mapping)),
        NoticeKind.DRIFT: (_drift_text(counts, mapping),),
        NoticeKind.NOISE: (_noise_text(counts.groups, mapping.fewest),),
        NoticeKind.RECORDS: _oddities(counts, mapping),
        NoticeKind.ASSUMPTION: _assumptions(counts, mapping),
    }
    for kind, found in texts.items():
        yield from (Notice(kind=kind, text=text) for text in found if text)


def _answers_text(counts: RecordCounts) -> str:
    """Whether those who answer leave more or less often than the others of their group and period.

    Cochran–Mantel–Haenszel test over groups and periods.
    """
    strata = [_stratum(group.tallies, period) for group in counts.groups for period in _periods_of(group)]
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
            products = one.trials * other.trials * both.left * (both.trials - both.left)
            variance += products / (both.trials**2 * (both.trials - 1))
    if variance == 0:
        return 1.0
    return float(special.chdtrc(1, max(abs(difference) - 0.5, 0.0) ** 2 / variance))


def _score_text(counts: RecordCounts, mapping: RecordsMapping) -> str:
    """Whether the answers stay so far below the top of their scale that it may be another scale."""
    highest, top = counts.oddities.highest_score, mapping.score.answers[-1]
    if highest is None or highest > top / 2 or _answers(_tallies(counts)) < mapping.fewest:
        return ""
    return _("No score is above {highest} on a scale to {top}: is the scale another?").format(highest=highest, top=top)


def _drift_text(counts: RecordCounts, mapping: RecordsMapping) -> str:
    """Whether churn differs between periods more than chance makes it."""
    tallies = _tallies(counts)
    by_period = {period: exposure(t for t in tallies if t.period == period) for period in counts.periods}
    by_period = {period: e for period, e in by_period.items() if e.trials >= mapping.fewest}
    if len(by_period) < 2 or not sum(e.left for e in by_period.values()):
        return ""
    ratio, p_value = overdispersion(by_period.values())
    if p_value >= SIGNIFICANT or ratio < DRIFTING:
        return ""
    low, high = (pick(by_period, key=lambda period: by_period[period].share) for pick in (min, max))
    return _(
        "Churn differs between periods by more than chance, from {low:.2%} in {first} to {high:.2%} in {last}: the "
        "figures are the average, and their ranges, which know only chance, are too narrow."
    ).format(
        low=by_period[low].share,
        first=_name(low, mapping),
        high=by_period[high].share,
        last=_name(high, mapping),
    )


def overdispersion(exposures: Iterable[Exposure]) -> tuple[float, float]:
    """χ² of equal churn divided by its degrees of freedom (1 expected), and the probability of so large a one."""
    left, trials = np.array([(e.left, e.trials) for e in exposures], float).T
    mean = left.sum() / trials.sum()
    if mean in (0.0, 1.0):
        return 0.0, 1.0
    square = float(np.sum((left - trials * mean) ** 2 / (trials * mean * (1 - mean))))
    freedom = len(left) - 1
    return square / freedom, float(special.chdtrc(freedom, square))


def _noise_text(groups: Iterable[GroupCounts], fewest: int) -> str:
    """Whether customers two periods apart are in their old segment more often than the changes in one period make it.

    Changes that are noise of the survey do not add up (nor do they where some customers never change).
    """
    found, expected, total, variance = _two_periods_apart(groups, fewest)
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


def _oddities(counts: RecordCounts, mapping: RecordsMapping) -> Iterator[str]:
    yield from _too_small_bases(counts, mapping)
    yield from _partial_files(counts.oddities)
    if missing := counts.oddities.missing_periods:
        names = ", ".join(_name(period, mapping) for period in missing)
        yield _("The records lack {periods}; the periods before and after are not compared.").format(periods=names)
    yield from _odd_rows(counts)


def _too_small_bases(counts: RecordCounts, mapping: RecordsMapping) -> Iterator[str]:
    for group in counts.groups:
        recorded, base = sum(tally.current for tally in group.tallies), mapping.base_of(group.name)
        if base is not None and base < recorded:
            text = _("{group} has {count} customers in the records, more than the {base} of its base in the mapping.")
            yield text.format(group=group.name, count=f"{recorded:,}", base=f"{base:,}")


def _partial_files(odd: Oddities) -> Iterator[str]:
    for part in odd.partial:
        if part.lacking:
            text = _("{file} lacks {count} rows of the first file; what it would say of them counts as not known.")
            yield text.format(file=part.file, count=f"{part.lacking:,}")
        if part.unknown:
            text = _("{count} rows of {file} match none of the first file and are left out.")
            yield text.format(file=part.file, count=f"{part.unknown:,}")


def _odd_rows(counts: RecordCounts) -> Iterator[str]:
    odd, came_and_went = counts.oddities, sum(tally.came_and_went for tally in _tallies(counts))
    for count, text in (
        (odd.scored_after_leaving, _("{count} scores are of customers who had left, and do not count.")),
        (odd.vanished, _("{count} times a customer vanished without a word for left: counted as left.")),
        (odd.returned, _("{count} times a customer was gone and came back: counted as left, and then as new.")),
        (odd.changed_group, _("{count} customers changed their group, which groups must not exchange.")),
        (odd.without_revenue, _("{count} rows of customers hold no revenue; its mean is over the others.")),
        (odd.without_contacts, _("{count} rows of customers hold no contacts; their mean is over the others.")),
        (odd.joined_with_long_tenure, _("{count} customers joined by their status but not by their tenure.")),
        (came_and_went, _("{count} customers joined and left within the observed time: counted as neither.")),
    ):
        if count:
            yield text.format(count=f"{count:,}")


def _assumptions(counts: RecordCounts, mapping: RecordsMapping) -> Iterator[str]:
    yield from _panel_assumptions(counts, mapping) if mapping.is_panel else _picture_assumptions(mapping)
    tallies = _tallies(counts)
    answers, present = _answers(tallies), sum(tally.present for tally in tallies)
    if answers < present:
        text = _("{share:.0%} of customers answered; the others are taken to be like them, group by group.")
        yield text.format(share=answers / present)
    if any(any(map(any, group.moves)) for group in counts.groups):
        yield _("Migration is what scores show: a customer who answers 8 and then 9 by mood counts as a move.")


def _panel_assumptions(counts: RecordCounts, mapping: RecordsMapping) -> Iterator[str]:
    end = counts.periods[-1]
    if any(tally.stayed for tally in _tallies(counts) if tally.period == end):
        text = _("Who left during a period is what the records say of it; {last}, the last, counts too.")
    else:
        text = _(
            "A customer who is there in a period and not in the next has left. {last}, the last, says who is a "
            "customer and not who leaves."
        )
    yield text.format(last=_name(end, mapping))
    yield _("The company goes on with the customers of the start of {last}.").format(last=_name(end, mapping))
    if mapping.tenure is None:
        yield _("Who is first there after the first period counts as new.")


def _picture_assumptions(mapping: RecordsMapping) -> Iterator[str]:
    if mapping.active is None:
        return
    text = _("Churn is who left within {months} months among those who were customers at their start.")
    yield text.format(months=mapping.observed_months)
    if mapping.tenure is not None:
        text = _("Customers with a tenure of up to {months} months joined within them and are not among those.")
        yield text.format(months=mapping.observed_months)
    elif not mapping.active.joined:
        yield _("Nobody is taken to have joined within them, for neither tenure nor a word for joined is mapped.")


def _tallies(counts: RecordCounts) -> list[Tally]:
    return [tally for group in counts.groups for tally in group.tallies]


def _answers(tallies: Iterable[Tally]) -> int:
    """How many customers answered."""
    return sum(tally.present for tally in tallies if tally.score is not None)


def _name(period: int, mapping: RecordsMapping) -> str:
    return period_name(period, mapping.periods_per_year)
