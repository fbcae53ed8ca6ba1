"""The assumption register: every number with its card, who changed it last, and how far it moves the profit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from prioritizer.domain.assumptions import company_numbers, group_numbers, initiative_numbers, stream_of
from prioritizer.domain.company import BenefitRealisation, Company
from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.plans import Plan
from prioritizer.domain.quantity import Grade, Kind, Quantity, certain
from prioritizer.domain.register import Assumption, Change, Register
from prioritizer.domain.results import RankCorrelation, Swing
from prioritizer.engine.sampling import mean
from prioritizer.engine.sensitivity import break_even_causal_share, switching_values, tornado
from prioritizer.engine.uncertain import SWING, Miss, Success, Uncertain, uncertain_inputs
from prioritizer.language import _
from prioritizer.services.cases import Case, as_scenario
from prioritizer.services.certainty import InfluenceInWords, swings_in_words
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.inputs import stream_names, uncertain_in_words, value_in_words
from prioritizer.services.planner import Planner
from prioritizer.services.plans import funded_in, plan_of, require_feasible

Floats = npt.NDArray[np.float64]

LEVERS = ".levers."


@dataclass(frozen=True)
class Portfolio:
    """Initiatives at their starts, and what they bring together by draw, (draws,)."""

    initiatives: tuple[Initiative, ...]
    profit: Floats
    is_plan: bool = False


def assumptions(
    case: Case,
    *,
    plan: bool = False,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    point: bool = False,
    threads: int | None = None,
) -> Register:
    """The register of a scenario, with the influence on the profit of what is worth doing, together.

    Args:
        plan: on the profit of what is planned within the company's budgets instead.

    Raises InputError where what is given does not fit together. `case` as for `rank`.
    """
    evaluation = evaluate(as_scenario(case), draws=draws, seed=seed, point=point, threads=threads)
    if not plan:
        return register_of(evaluation)
    planner = Planner(evaluation.scenario, evaluation.run, evaluation.inputs, threads)
    return register_of(evaluation, planned(planner, require_feasible(plan_of(planner, solved_draws=0))))


def worth_doing(evaluation: Evaluation) -> Portfolio:
    """What is worth doing, together."""
    members = tuple(one for one in evaluation.scenario.initiatives if one.id in evaluation.worth_doing)
    return Portfolio(members, evaluation.simulated[0].profit[-1])


def planned(planner: Planner, plan: Plan) -> Portfolio:
    """What a plan funds."""
    initiatives, profit = funded_in(planner, plan)
    return Portfolio(initiatives, profit, is_plan=True)


def register_of(
    evaluation: Evaluation, portfolio: Portfolio | None = None, changes: Mapping[str, Change] | None = None
) -> Register:
    """The register of a list; of what is worth doing where no portfolio is given.

    `changes`: the last one of each number, by its place.
    """
    company = evaluation.scenario.company
    chosen = portfolio or worth_doing(evaluation)
    members = chosen.initiatives
    influence = _Influence(
        {one.input: one for one in (tornado(company, members) if members else ())},
        {one.input: one for one in _correlations(evaluation, chosen)},
    )
    lines = _lines(company, evaluation.scenario.initiatives)
    inputs = uncertain_inputs(company, evaluation.scenario.initiatives, everywhere=True)
    made = _Maker(company, {one.name: one for one in inputs}, influence, changes or {})
    found = sorted(map(made.assumption, lines), key=lambda one: (-abs(one.swing or 0.0), one.is_certain, one.input))
    return Register(
        run=evaluation.run,
        is_plan=chosen.is_plan,
        initiatives=tuple(one.id for one in members),
        profit=influence.profit,
        assumptions=tuple(found),
        switching_values=switching_values(company, members) if members else (),
        break_even_causal_share=break_even_causal_share(company, members) if members else None,
    )


def influences_of(evaluation: Evaluation, register: Register, portfolio: Portfolio) -> tuple[InfluenceInWords, ...]:
    """What moves the portfolio's profit, in words, what moves it most first."""
    moving = [one for one in register.assumptions if one.swing]
    swings = [
        Swing(
            input=one.input,
            mean=one.mean,
            low=one.p5,
            high=one.p95,
            profit=register.profit,
            profit_low=one.profit_low or 0.0,
            profit_high=one.profit_high or 0.0,
            swing=one.swing or 0.0,
        )
        for one in moving
    ]
    correlations = [one.correlation for one in moving if one.correlation]
    return swings_in_words(evaluation.scenario.company, portfolio.initiatives, swings, correlations)


def _correlations(evaluation: Evaluation, chosen: Portfolio) -> tuple[RankCorrelation, ...]:
    if not chosen.initiatives:
        return ()
    if not chosen.is_plan:
        return evaluation.rank_correlations()
    values = evaluation.associate(chosen.profit[None, :])[:, 0]
    return evaluation.correlations_of(chosen.initiatives, values)


@dataclass(frozen=True)
class _Influence:
    """What moves a portfolio's profit, by input."""

    swings: Mapping[str, Swing]
    correlations: Mapping[str, RankCorrelation]

    @property
    def profit(self) -> float:
        """The profit at the point estimate; 0 where nothing is done."""
        return next((one.profit for one in self.swings.values()), 0.0)

    def of(self, input_: str) -> dict[str, Any]:
        """What is known of an input; one that does not belong to the portfolio does not move it."""
        if not self.swings:
            return {}
        swing = self.swings.get(input_)
        low, high = (swing.profit_low, swing.profit_high) if swing else (self.profit, self.profit)
        moved = swing.swing if swing else 0.0
        found = {"profit_low": low, "profit_high": high, "swing": moved}
        return {**found, "correlation": self.correlations.get(input_)}


@dataclass(frozen=True)
class _Line:
    """A line before its influence is known: the input, what it is called, its card, whose it is.

    `place` is where its last change is looked up.
    """

    input: str
    name: str
    card: Quantity
    place: str
    group: str | None = None
    initiative: Initiative | None = None


def _lines(company: Company, initiatives: Sequence[Initiative]) -> Iterator[_Line]:
    names = stream_names(company, initiatives)
    yield from _policies(company)
    for place, quantity in company_numbers(company, ()):
        yield _Line(place, names[place], quantity, place)
    for group in company.groups:
        for line in _numbered(group_numbers(f"groups.{group}", company.groups[group]), names):
            yield replace(line, group=group)
    for initiative in initiatives:
        for line in _numbered(initiative_numbers(initiative), names):
            yield replace(line, initiative=initiative)
    yield from _hidden(company, initiatives, names)


def _numbered(numbers: Iterator[tuple[str, Quantity]], names: Mapping[str, str]) -> Iterator[_Line]:
    """A line for each number; those that were entered once for all segments have one together."""
    seen = set()
    for place, quantity in numbers:
        name = stream_of(place, quantity)
        if name not in seen:
            seen.add(name)
            yield _Line(name, names[name], quantity, place)


def _hidden(company: Company, initiatives: Sequence[Initiative], names: Mapping[str, str]) -> Iterator[_Line]:
    """What is uncertain without being a number of its own: how far claims miss, and whether initiatives succeed."""
    owners = {f"delivered.initiatives.{one.id}": one for one in initiatives}
    known = {one.id: one for one in initiatives}
    for one in uncertain_inputs(company, initiatives):
        if isinstance(one, Miss):
            place, card = _spread(company, one, owners.get(one.name))
            yield _Line(one.name, names[one.name], card, place, initiative=owners.get(one.name))
        elif isinstance(one, Success):
            place = f"initiatives.{one.initiative}.probability_of_success"
            yield _Line(one.name, names[one.name], one.chance, place, initiative=known[one.initiative])


def _spread(company: Company, miss: Miss, owner: Initiative | None) -> tuple[str, Quantity]:
    """The entry of finance's table that says how far claims miss, and its place."""
    table = company.benefit_realisation or BenefitRealisation()
    if owner is not None:
        grade = owner.evidence.grade
        return f"benefit_realisation.{grade.value}.spread", table.of(grade).spread
    key = "department" if ".departments." in miss.name else "company"
    return f"benefit_realisation.shared.{key}", getattr(table.shared, key)


def _policies(company: Company) -> Iterator[_Line]:
    """What is set and not estimated: rates, and finance's table of delivered ÷ claimed."""
    rate = company.discount_rate
    card = {key: getattr(rate, key) for key in ("unit", "source", "grade", "owner", "note")}
    real = certain(rate.real, Kind.GROWTH).model_copy(update=card)
    yield _Line("discount_rate", _("Discount rate, real, per year"), real, "discount_rate")
    yield _Line("tax_rate", _("Tax rate"), company.tax_rate, "tax_rate")
    if company.hurdle_rate is not None:
        yield _Line("hurdle_rate", _("Hurdle rate, real, per year"), company.hurdle_rate, "hurdle_rate")
    if company.benefit_realisation is not None:
        for grade in Grade:
            place, entry = f"benefit_realisation.{grade.value}", company.benefit_realisation.of(grade)
            name = _("Delivered ÷ claimed, evidence {grade}").format(grade=grade.value)
            yield _Line(f"{place}.delivered", name, entry.delivered, f"{place}.delivered")


class _Maker:
    """Makes lines of the register: every number in words, with its influence and its last change."""

    def __init__(
        self,
        company: Company,
        inputs: Mapping[str, Uncertain],
        influence: _Influence,
        changes: Mapping[str, Change],
    ):
        self.company, self.inputs, self.influence, self.changes = company, inputs, influence, changes
        self.means = {place: mean(quantity) for place, quantity in company_numbers(company)}

    def assumption(self, line: _Line) -> Assumption:
        return Assumption(
            input=line.input,
            name=line.name,
            group=line.group,
            initiative=line.initiative.id if line.initiative else None,
            **(self._ranged(self.inputs[line.input]) if line.input in self.inputs else self._certain(line)),
            **_card(line),
            **self._changed(line),
        )

    def _certain(self, line: _Line) -> dict[str, Any]:
        number = line.card.number
        return {"mean": number, "value": value_in_words(self.company, line.card, number)}

    def _ranged(self, one: Uncertain) -> dict[str, Any]:
        middle = one.shown(one.mean, self.means)
        low, high = (one.shown(end, self.means) for end in map(float, one.percentiles(SWING)))
        ends = {key: uncertain_in_words(self.company, one, end) for key, end in (("low", low), ("high", high))}
        return {
            "mean": middle,
            "p5": low,
            "p95": high,
            "value": uncertain_in_words(self.company, one, middle),
            "spread": _("it fails or it succeeds") if isinstance(one, Success) else _("{low} to {high}").format(**ends),
            **self.influence.of(one.name),
        }

    def _changed(self, line: _Line) -> dict[str, Any]:
        change = self.changes.get(line.place)
        return {"changed_at": change.at, "changed_by": change.who} if change else {}


def _card(line: _Line) -> dict[str, Any]:
    """Where a number comes from; that of a lever without a card stands on the evidence of its initiative."""
    card, initiative = line.card, line.initiative
    evidence = initiative.evidence if initiative and LEVERS in line.input else None
    rests_on = (evidence.note or ", ".join(evidence.sources)) if evidence else ""
    return {
        "unit": card.unit or "",
        "source": card.source or rests_on,
        "grade": (card.grade or (evidence.grade if evidence else "")) or "",
        "owner": card.owner or (initiative.owner if initiative else ""),
        "note": card.note or "",
    }


def company_places(company: Company) -> dict[str, Quantity]:
    """Every number of a company by its place, rates and finance's table too."""
    places = dict(company_numbers(company)) | {line.place: line.card for line in _policies(company)}
    if company.benefit_realisation is not None:
        shared = company.benefit_realisation.shared
        places |= {f"benefit_realisation.shared.{key}": getattr(shared, key) for key in ("company", "department")}
        for grade in Grade:
            places[f"benefit_realisation.{grade.value}.spread"] = company.benefit_realisation.of(grade).spread
    return places
