"""How sure are we? What a profit hangs on, in words, and what the claim of an initiative rests on."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.quantity import Grade
from prioritizer.domain.results import RankCorrelation, Swing, SwitchingValue
from prioritizer.engine.uncertain import uncertain_inputs
from prioritizer.language import _
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.inputs import stream_names, uncertain_in_words
from prioritizer.words import NOTHING, share

NEGLIGIBLE = 0.0005  # of a share: it would read 0.0 %

InWords = Callable[[str, float | None], str]


@dataclass(frozen=True)
class DriverInWords:
    """One of the inputs that matter most: its name, its values at both ends of its range, and the profit at each.

    `profit` is the one at the mean of every input; `switch` the value at which it would be zero.
    """

    name: str
    mean: str
    low: str
    high: str
    profit: float
    profit_low: float
    profit_high: float
    switch: str


@dataclass(frozen=True)
class InfluenceInWords:
    """An uncertain input that moves a profit: by how much between its ends, and how its draws go with the profit's.

    `strength` is its rank correlation, 0 where there is none or it cannot be told from none, and `error` its standard
    error; `correlation` says it no more precisely than its standard error allows. `joined` names the inputs whose draws
    are joined to its own, empty where none are.
    """

    input: str
    name: str
    low: str
    high: str
    profit: float
    profit_low: float
    profit_high: float
    strength: float
    error: float
    correlation: str
    joined: str


def drivers_in_words(evaluation: Evaluation, id_: str) -> tuple[DriverInWords, ...]:
    """The inputs that matter most to an initiative, the most important first."""
    return switching_in_words(evaluation.scenario.company, [evaluation.initiative(id_)], evaluation.drivers(id_))


def switching_in_words(
    company: Company, initiatives: Sequence[Initiative], found: Sequence[SwitchingValue]
) -> tuple[DriverInWords, ...]:
    """Switching values of the profit of some initiatives, in their order."""
    names, in_words = names_of(company, initiatives), _values_of(company, initiatives)
    return tuple(
        DriverInWords(
            name=names[one.input],
            mean=in_words(one.input, one.mean),
            low=in_words(one.input, one.low),
            high=in_words(one.input, one.high),
            profit=one.profit,
            profit_low=one.profit_low,
            profit_high=one.profit_high,
            switch=in_words(one.input, one.switch) or _("at no value within its range"),
        )
        for one in found
    )


def influences_in_words(evaluation: Evaluation, id_: str) -> tuple[InfluenceInWords, ...]:
    """Every uncertain input that moves the profit of an initiative, those that move it most first."""
    whose = [evaluation.initiative(id_)]
    return swings_in_words(
        evaluation.scenario.company, whose, evaluation.tornado(id_), evaluation.rank_correlations(id_)
    )


def swings_in_words(
    company: Company,
    initiatives: Sequence[Initiative],
    tornado: Sequence[Swing],
    correlations: Sequence[RankCorrelation],
) -> tuple[InfluenceInWords, ...]:
    """A tornado of the profit of some initiatives with its rank correlations, without what does not move it."""
    names, in_words = names_of(company, initiatives), _values_of(company, initiatives)
    known = {one.input: one for one in correlations}
    return tuple(
        InfluenceInWords(
            input=swing.input,
            name=names[swing.input],
            low=in_words(swing.input, swing.low),
            high=in_words(swing.input, swing.high),
            profit=swing.profit,
            profit_low=swing.profit_low,
            profit_high=swing.profit_high,
            strength=_strength(known.get(swing.input)),
            error=(known[swing.input].standard_error or 0.0) if swing.input in known else 0.0,
            correlation=correlation_in_words(known.get(swing.input)),
            joined=joined_in_words(known.get(swing.input), names),
        )
        for swing in tornado
        if swing.profit_low != swing.profit or swing.profit_high != swing.profit
    )


def names_of(company: Company, initiatives: Sequence[Initiative]) -> dict[str, str]:
    """What inputs are called; with the name of the initiative in front where there are several."""
    names = stream_names(company, initiatives)
    if len(initiatives) < 2:
        return names
    whose = {one.id: one.name for one in initiatives}
    return {place: _with_whose(place, name, whose) for place, name in names.items()}


def _with_whose(place: str, name: str, initiatives: Mapping[str, str]) -> str:
    """The name of an input, with that of its initiative in front where it is one's; initiatives by id."""
    own = place.removeprefix("delivered.")
    if not own.startswith("initiatives."):
        return name
    own = own.removeprefix("initiatives.")
    ids = [id_ for id_ in initiatives if own == id_ or own.startswith(f"{id_}.")]
    whose = initiatives[max(ids, key=len)]  # ids may hold points: the longest is the initiative's
    return _("{initiative}: {input}").format(initiative=whose, input=name)


def _values_of(company: Company, initiatives: Sequence[Initiative]) -> InWords:
    known = {one.name: one for one in uncertain_inputs(company, initiatives)}

    def in_words(name: str, value: float | None) -> str:
        return "" if value is None else uncertain_in_words(company, known[name], value)

    return in_words


def correlation_in_words(known: RankCorrelation | None) -> str:
    """A rank correlation with as many decimals as its standard error allows: the last one is at least as large."""
    if known is None or known.value is None or known.standard_error is None:
        return NOTHING
    if not known.differs_from_none:
        return _("cannot be told from none")
    decimals = 2 if known.standard_error == 0 else min(2, -math.ceil(math.log10(known.standard_error)))
    if decimals < 1:
        return _("above zero") if known.value > 0 else _("below zero")
    return f"{known.value:+.{decimals}f}".replace("-", "−")


def _strength(known: RankCorrelation | None) -> float:
    return known.value if known and known.value is not None and known.differs_from_none else 0.0


def joined_in_words(known: RankCorrelation | None, names: Mapping[str, str]) -> str:
    """With what an input is correlated; the first of many."""
    others = [names[name] for name in known.correlated_with if name in names] if known else []
    if len(others) > 3:
        return _("{first}, and {n} others").format(first=others[0], n=len(others) - 1)
    return "; ".join(others)


def break_even_in_words(causal_share: float | None) -> str:
    """How much of what a move seems to bring must be caused by it; empty where that is never the question."""
    if causal_share is None:
        return ""
    if causal_share < NEGLIGIBLE:
        return _("It pays whatever part of the difference between segments is caused by the move.")
    return _("It pays as long as at least {share} of the difference between segments is caused by the move.").format(
        share=share(causal_share)
    )


def evidence_in_words(initiative: Initiative) -> str:
    """What the claim rests on."""
    grade: Grade = initiative.evidence.grade
    return _("Evidence {grade}: {words}.").format(grade=grade.value, words=grade.words)
