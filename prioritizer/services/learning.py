"""What to find out before the money goes: which initiatives to test first, and what each assumption is worth knowing.

A `Learner` stands on a planner and its draws. Selections are proposed by the program of values that initiatives have
beside what is funded, and valued by the joint simulation; see `engine.responses`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.learning import Hindrance, InputWorth, Learning, PilotAnswer, PilotWorth, Step, Value
from prioritizer.engine.cash_flow import present_value_factors
from prioritizer.engine.information import Value as Worth
from prioritizer.engine.information import basis_of, expected, worth_of_choices
from prioritizer.engine.joint_value import JointValue, allowed_starts, on_some_draws
from prioritizer.engine.levers import Inputs
from prioritizer.engine.pilots import Effect, Results, effect_of, results_of
from prioritizer.engine.portfolio import Program
from prioritizer.engine.responses import Response, Selection, Tried, informed, respond, solved
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.services.assumption_groups import groups_of, known_draws
from prioritizer.services.cases import Case, as_scenario
from prioritizer.services.certainty import names_of
from prioritizer.services.evaluation import draw_inputs
from prioritizer.services.limits import Budget, budgets_of
from prioritizer.services.planner import Planner, Progress, Stop, never, silent
from prioritizer.services.plans import conflict_of
from prioritizer.services.runs import checked_run, identify

Floats = npt.NDArray[np.float64]

PROPOSED = 1_000  # draws on which values beside the funded are computed, from which selections are proposed
ANSWERS = 8  # answers of a pilot for which a selection is solved
JOINT_ANSWERS = 32  # answers of several pilots together
FOLLOWED = 12  # selections most often chosen after answers, from which those after one more pilot are made
LOOKED_AT_AGAIN = 3  # pilots, before no more is added
SOLVED = 500  # draws in which the selection is solved for the value of perfect information
QUANTILES = 32  # of an input, at which the selection is solved
INFLUENTIAL = 12  # inputs for which it is
PILOT_KNOTS, GROUP_KNOTS = 5, 3
BANDS = (0.0, 1 / 3, 2 / 3, 1.0)  # of the answers of one pilot
GAP, SECONDS = 1e-4, 2.0


@dataclass(frozen=True, eq=False)
class _Pilot:
    """An initiative that can be tested first: where it is, its effect, and what the pilot would show."""

    place: int
    initiative: Initiative
    effect: Effect
    results: Results
    begin: int

    @property
    def cost(self) -> float:
        assert self.initiative.pilot is not None
        return self.initiative.pilot.cost.number

    @property
    def customers(self) -> float:
        """Customers times periods observed."""
        assert self.initiative.pilot is not None
        return self.initiative.pilot.customers.number * max(1, self.initiative.pilot.periods)

    @cached_property
    def basis(self) -> Floats:
        return basis_of([self.results.expected], PILOT_KNOTS)


class Learner:
    """What a planner would do if it knew more. Remembers the selections that it has tried."""

    def __init__(self, planner: Planner, inputs: Inputs, budget: Budget = None, stop: Stop = never):
        """`inputs`: the draws of the planner's run, each initiative once."""
        self.inputs, self.company, self.initiatives = inputs, planner.company, planner.initiatives
        self.budgets, self.stop = budgets_of(planner.company, budget), stop
        self.names = [one.id for one in self.initiatives]
        later = tuple(self._with_later_starts(one) for one in self.initiatives)
        scenario = planner.scenario.model_copy(update={"initiatives": later})
        self.wide = Planner(scenario, planner.run, replace(inputs, initiatives=later), planner.threads)
        self.program = self.wide.program(self.budgets)
        self.today = self._today(planner)
        self.profits: dict[Selection, Floats] = {}
        self.tests: tuple[list[Step], list[Selection]] | None = None

    # --- what may be tested

    def _with_later_starts(self, one: Initiative) -> Initiative:
        """An initiative that may wait for its pilot, and for any other that is run beside it."""
        last = allowed_starts(self.company, one)[-1]
        if one.pilot is not None and self._hindrance(one) is None:
            last = max(last, *map(self._begin, self.initiatives))
        return one.model_copy(update={"start": None, "earliest_start": one.first_start, "latest_start": last})

    def _begin(self, one: Initiative) -> int:
        """The first period in which an initiative can start after its pilot; its first start where it has none."""
        if one.pilot is None or self._hindrance(one) is not None:
            return one.first_start
        return max(one.first_start, one.pilot.periods)

    def _hindrance(self, one: Initiative) -> Hindrance | None:
        if one.pilot is None:
            return Hindrance.NO_PILOT
        if one.mandatory:
            return Hindrance.MUST_DO
        if one.pilot.periods > self.company.latest_start:
            return Hindrance.TOO_LATE
        if not one.pilot.customers.number:
            return Hindrance.NOTHING_TO_LEARN
        if not self._pays_for(one.pilot.cost.number):
            return Hindrance.TOO_DEAR
        return None

    def _pays_for(self, cost: float) -> bool:
        """Whether the budget of the first fiscal year has room for what pilots cost."""
        year = dict(self.budgets.years).get(self.company.fiscal_year(0), np.inf)
        together = np.inf if self.budgets.together is None else self.budgets.together
        return cost <= min(year, together)

    @cached_property
    def effects(self) -> dict[str, Effect]:
        """The delivered effect of every initiative."""
        return {one.id: effect_of(self.inputs, one) for one in self.initiatives}

    @cached_property
    def pilots(self) -> dict[str, _Pilot]:
        """The pilots that can be run, by initiative."""
        found = {}
        for place, one in enumerate(self.initiatives):
            effect = self.effects[one.id]
            if self._hindrance(one) is None and np.isfinite(effect.prior_customers) and one.pilot is not None:
                customers = one.pilot.customers.number * max(1, one.pilot.periods)
                stream = f"initiatives.{one.id}.pilot"
                results = results_of(effect, customers, stream, self.wide.run.seed)
                found[one.id] = _Pilot(place, one, effect, results, self._begin(one))
        return found

    # --- selections, proposed by values beside the funded and valued together

    def _today(self, planner: Planner) -> Selection:
        """Today's plan, in the columns of the wider planner."""
        choice = planner.choice(self.budgets, stop=self.stop)
        if choice.improved is None:
            conflict = conflict_of(planner, choice)
            remedy = _("Drop one of them, or raise a limit: see the plan.")
            raise InputError(
                [Complaint(_("cannot be met together with the others"), remedy, value=one.text) for one in conflict]
            )
        columns = {column: place for place, column in enumerate(self.wide.columns)}
        return tuple(sorted(columns[planner.columns[column]] for column in choice.columns))

    @cached_property
    def usual(self) -> frozenset[int]:
        """The columns that may be chosen without any pilot."""
        starts = [allowed_starts(self.company, one) for one in self.initiatives]
        return frozenset(place for place, one in enumerate(self.wide.columns) if one.start in starts[one.initiative])

    @cached_property
    def beside(self) -> Floats:
        """What every column would bring beside the others that are funded today, by draw, (draws, columns)."""
        draws = min(PROPOSED, self.inputs.draws)
        some = on_some_draws(self.wide.prepared, 0, draws)
        value = JointValue(some, self.company.acquisition_policy, self.wide.threads, by_draw=True)
        return self.wide.beside_columns(self.today, value).T

    def _proposed(
        self, basis: Floats, draws: Sequence[int], columns: Collection[int], committed: Collection[int] = ()
    ) -> list[Selection]:
        """The selections that are best for some draws of what is known."""
        means = expected(self.beside, basis[: len(self.beside)])
        return solved(self.program, means[list(draws)], columns, committed)

    def _spread_out(self, values: Floats, count: int) -> list[int]:
        """The draws in which a value is at even quantiles."""
        known = values[: len(self.beside)]
        ranked = np.argsort(known, kind="stable")
        return ranked[((np.arange(count) + 0.5) / count * len(known)).astype(int)].tolist()

    def _tried(self, selections: Sequence[Selection]) -> Tried:
        """Selections, today's first, with their joint profits on all draws."""
        listed = tuple(dict.fromkeys([self.today, *selections]))
        missing = [one for one in listed if one not in self.profits]
        value = JointValue(self.wide.prepared, self.company.acquisition_policy, self.wide.threads, by_draw=True)
        for one, profit in zip(missing, value.profits(missing) if missing else (), strict=True):
            self.profits[one] = profit
        return Tried(listed, np.column_stack([self.profits[one] for one in listed]))

    # --- pilots

    def _allowed(self, tested: Collection[str], begin: int) -> list[int]:
        """The columns that may be chosen where some are tested first."""
        places = {self.pilots[one].place for one in tested}
        return [
            place
            for place, column in enumerate(self.wide.columns)
            if (
                begin
                <= column.start
                <= max(begin, allowed_starts(self.company, self.initiatives[column.initiative])[-1])
                if column.initiative in places
                else place in self.usual
            )
        ]

    def _early(self, columns: Collection[int], begin: int) -> Selection:
        """What of a selection starts before an answer is there."""
        return tuple(sorted(one for one in columns if self.wide.columns[one].start < begin))

    def _begin_of(self, tested: Collection[str]) -> int:
        return max(self.pilots[one].begin for one in tested)

    def _after_costs(self, tested: Collection[str]) -> Program:
        """The program with what the pilots cost taken off the budget of the first fiscal year."""
        spent = sum(self.pilots[one].cost for one in tested)
        first = self.company.fiscal_year(0)
        limits = self.program.limits.copy()
        for place, (limit, _size) in enumerate(self.wide.limits(self.budgets)):
            if not limit.is_staff and limit.year in (first, None):
                limits[place] = max(limits[place] - spent, 0.0)
        return replace(self.program, limits=limits)

    def _responses_to(self, tested: Sequence[str], answers: int) -> list[Selection]:
        """Selections that could follow the answers of some pilots: what starts now fixed, the rest by the answer."""
        begin, program = self._begin_of(tested), self._after_costs(tested)
        allowed = self._allowed(tested, begin)
        late = [one for one in allowed if self.wide.columns[one].start >= begin]
        places = {self.pilots[one].place for one in tested}
        without = [self.beside.mean(axis=0)]
        kept = [one for one in self._early(self.today, begin) if self.wide.columns[one].initiative not in places]
        commitments = {tuple(kept), ()}
        for plan in solved(program, without, allowed):
            commitments.add(self._early(plan, begin))
        basis = self._basis(tested)
        draws = self._answers(tested, answers)
        means = expected(self.beside, basis[: len(self.beside)])[draws]
        found: dict[Selection, None] = {}
        for commitment in sorted(commitments):
            for one in solved(program, [*means, *without], [*late, *commitment], commitment):
                found[tuple(sorted(one))] = None
        return list(found)

    def _basis(self, tested: Sequence[str]) -> Floats:
        return basis_of([self.pilots[one].results.expected for one in tested], PILOT_KNOTS)

    def _answers(self, tested: Sequence[str], count: int) -> list[int]:
        """Draws that stand for the answers of pilots."""
        if len(tested) == 1:
            return self._spread_out(self.pilots[tested[0]].results.expected, count)
        return list(range(min(count, len(self.beside))))

    def _response(self, tested: Sequence[str], tried: Tried) -> Response | None:
        """What follows the answers of some pilots, among the selections that were tried; None where they cost too much.

        More than the budget has, or so much that nothing allowed fits what is left.
        """
        if not self._pays_for(sum(self.pilots[one].cost for one in tested)):
            return None
        begin, program = self._begin_of(tested), self._after_costs(tested)
        columns = set(self._allowed(tested, begin))
        possible = [
            place
            for place, selection in enumerate(tried.selections)
            if columns.issuperset(selection) and program.fits(selection)
        ]
        return respond(tried, possible, 0, self._basis(tested), lambda one: self._early(one, begin))

    def _cost_after_tax(self, tested: Collection[str]) -> float:
        return sum(self.pilots[one].cost for one in tested) * float(present_value_factors(self.company)[0])

    def best_tests(self, progress: Progress = silent) -> tuple[list[Step], list[Selection]]:
        """The set of pilots that is worth most, the next best after those chosen; and all selections tried for it."""
        if self.tests is None:
            found = self._best_tests(progress)
            self.tests = None if self.stop() else found
            return found
        return self.tests

    def _best_tests(self, progress: Progress) -> tuple[list[Step], list[Selection]]:
        alone = {}
        for step, id_ in enumerate(self.pilots):
            if self.stop():
                break
            alone[id_] = self._responses_to([id_], ANSWERS)
            progress(0.6 * (step + 1) / len(self.pilots))
        pool = list(dict.fromkeys(one for found in alone.values() for one in found))
        chosen: list[str] = []
        steps: list[Step] = []
        after: list[Selection] = []
        while len(alone) == len(self.pilots) and not self.stop():
            best = self._next_best(chosen, after, alone, pool, steps[-1].gain.value if steps else 0.0)
            if best is None:
                break
            chosen.append(best[0])
            pool += self._responses_to(chosen, JOINT_ANSWERS) if len(chosen) > 1 else []
            pool = list(dict.fromkeys([*pool, *best[1]]))
            tried = self._tried(pool)
            response = self._response(chosen, tried)
            assert response is not None
            after = [tried.selections[place] for place in response.used()]
            cost = self._cost_after_tax(chosen)
            gain = Value(value=response.gain.value - cost, standard_error=response.gain.standard_error)
            steps.append(Step(id=chosen[-1], gain=gain, cost=cost))
            progress(0.6 + 0.4 * len(chosen) / len(self.pilots))
        return steps, pool

    def _next_best(
        self,
        chosen: Sequence[str],
        after: Sequence[Selection],
        alone: Mapping[str, Sequence[Selection]],
        pool: Sequence[Selection],
        so_far: float,
    ) -> tuple[str, list[Selection]] | None:
        """The pilot that brings most beside those chosen, and how one would respond; None where none brings more.

        Where none seems to, the most promising are looked at again with the selections that answers together propose.
        """
        options = []
        for id_ in sorted(set(self.pilots) - set(chosen)):
            variants = self._variants([*chosen, id_], [*after[:FOLLOWED], *alone[id_]]) if chosen else list(alone[id_])
            options.append((self._net_gain([*chosen, id_], variants), id_, variants))
        options.sort(key=lambda option: option[:2], reverse=True)
        if options and options[0][0] > so_far:
            return options[0][1:]
        for _gain, id_, variants in options[:LOOKED_AT_AGAIN] if chosen else []:
            more = [*pool, *variants, *self._responses_to([*chosen, id_], JOINT_ANSWERS)]
            if self._net_gain([*chosen, id_], more) > so_far:
                return id_, more
        return None

    def _net_gain(self, tested: Sequence[str], selections: Sequence[Selection]) -> float:
        """What some pilots are worth by some selections, their cost taken off."""
        response = self._response(tested, self._tried(selections))
        return -np.inf if response is None else response.gain.value - self._cost_after_tax(tested)

    def _variants(self, tested: Sequence[str], selections: Sequence[Selection]) -> list[Selection]:
        """Selections with what is tested after its answer, or left out."""
        program, allowed = self._after_costs(tested), self._allowed(tested, self._begin_of(tested))
        first: dict[int, int] = {}
        for column in allowed:
            first.setdefault(self.wide.columns[column].initiative, column)
        places = [self.pilots[one].place for one in tested]
        found: dict[Selection, None] = {}
        for selection in selections:
            others = [one for one in selection if self.wide.columns[one].initiative not in places]
            mine = self._owners(selection) & set(places)
            for wanted in {mine | {places[-1]}, mine - {places[-1]}}:
                one = tuple(sorted([*others, *(first[place] for place in wanted)]))
                if program.allows(one):
                    found[one] = None
        return list(found)

    def pilot_worth(self, one: Initiative, tried: Tried, at_once: Tried) -> PilotWorth:
        """What testing one initiative first is worth, by itself; `at_once`: also what nothing has to wait for."""
        effect, known = self.effects[one.id], self.pilots.get(one.id)
        perfect = informed(at_once, 0, basis_of([effect.drawn]))
        claimed = effect.claimed
        spread = float(effect.drawn.std())
        n0 = effect.prior_customers
        customers = one.pilot.customers.number if one.pilot else 0.0
        seen = customers * max(1, one.pilot.periods) if one.pilot else 0.0
        row = PilotWorth(
            id=one.id,
            name=one.name,
            department=one.department,
            customers=customers,
            cost=one.pilot.cost.number if one.pilot else 0.0,
            periods=one.pilot.periods if one.pilot else 0,
            begin=self._begin(one),
            claimed=claimed,
            delivered=float(effect.drawn.mean()) / claimed if claimed else 0.0,
            spread=spread / abs(claimed) if claimed else 0.0,
            prior_customers=n0 if np.isfinite(n0) else None,
            precision=seen / (seen + n0) if np.isfinite(n0) and seen + n0 > 0 else 0.0,
            perfect=_value(perfect),
            hindrance=self._hindrance(one) or (None if known else Hindrance.NOTHING_TO_LEARN),
        )
        return row if known is None else self._with_response(row, known, tried, informed(at_once, 0, known.basis))

    def _with_response(self, row: PilotWorth, pilot: _Pilot, tried: Tried, answer: Worth) -> PilotWorth:
        cost = self._cost_after_tax([row.id])
        response = self._response([row.id], tried)
        if response is None:
            return row.model_copy(update={"answer": _value(answer), "after_tax_cost": cost})
        net = Value(value=response.gain.value - cost, standard_error=response.gain.standard_error)
        return row.model_copy(
            update={
                "answer": _value(answer),
                "waiting": max(answer.value - response.gain.value, 0.0),
                "after_tax_cost": cost,
                "net": net,
                "needed": self._needed(pilot, tried, response),
                "answers": tuple(self._possible_answers(pilot, tried, response)),
            }
        )

    def _funds(self, place: int, tried: Tried, response: Response) -> npt.NDArray[np.bool_]:
        """The draws in which an initiative is funded after the answer."""
        has = np.array([place in self._owners(one) for one in tried.selections])
        return has[response.chosen]

    def _needed(self, pilot: _Pilot, tried: Tried, response: Response) -> float | None:
        """The share of the claim, as shown, that divides the answers best into those that fund it and the others."""
        funds = self._funds(pilot.place, tried, response)
        if not 0.01 < funds.mean() < 0.99 or not pilot.effect.claimed:
            return None
        shown = pilot.results.shown / pilot.effect.claimed
        ranked = np.argsort(shown)
        wrong = np.cumsum(funds[ranked]) + np.concatenate([np.cumsum(~funds[ranked][::-1])[::-1][1:], [0]])
        divide = int(np.argmin(wrong))
        return float(shown[ranked[divide : divide + 2]].mean())

    def _possible_answers(self, pilot: _Pilot, tried: Tried, response: Response) -> Iterator[PilotAnswer]:
        """What follows a low, a middle and a high answer."""
        shown = pilot.results.shown / (pilot.effect.claimed or 1.0)
        edges = np.quantile(shown, BANDS)
        alone = expected(self.alone, basis_of([pilot.results.expected], PILOT_KNOTS))
        for band, (low, high) in enumerate(pairwise(edges)):
            inside = (shown >= low) & ((shown < high) | (band == len(BANDS) - 2))
            most = int(np.bincount(response.chosen[inside]).argmax())
            funded, today = self._owners(tried.selections[most]), self._owners(self.today)
            means = alone[inside].mean(axis=0)
            gains = tried.profits[inside, response.chosen[inside]] - tried.profits[inside, response.fixed]
            yield PilotAnswer(
                probability=float(inside.mean()),
                low=None if band == 0 else float(low),
                high=None if band == len(BANDS) - 2 else float(high),
                expected=float(pilot.effect.drawn[inside].mean()) / (pilot.effect.claimed or 1.0),
                funded=self._ids(funded),
                added=self._ids(funded - today),
                dropped=self._ids(today - funded),
                gain=float(gains.mean()),
                profits=tuple((self.names[i], float(means[i])) for i in np.argsort(-means, kind="stable")),
            )

    @cached_property
    def alone(self) -> Floats:
        """The profit of each initiative alone at its first start, by draw, (draws, initiatives)."""
        first = [
            next(place for place, column in enumerate(self.wide.columns) if column.initiative == initiative)
            for initiative in range(len(self.initiatives))
        ]
        return self.wide.each.profit[first].T

    def _owners(self, selection: Selection) -> frozenset[int]:
        return frozenset(self.wide.columns[column].initiative for column in selection)

    def _ids(self, places: Collection[int]) -> tuple[str, ...]:
        return tuple(self.names[place] for place in sorted(places))

    # --- knowing assumptions

    def perfect(self) -> tuple[Worth | None, int]:
        """What knowing everything would be worth: the selection solved in each of some draws, and valued in it."""
        draws = min(SOLVED, len(self.beside))
        smaller = [*sorted(self.usual)]
        chosen: list[Selection] = []
        for values in self.beside[:draws]:
            if self.stop():
                break
            chosen += solved(self.program, [values], smaller) or [self.today]
        if not chosen:
            return None, 0
        some = on_some_draws(self.wide.prepared, 0, draws)
        value = JointValue(some, self.company.acquisition_policy, self.wide.threads, by_draw=True)
        listed = list(dict.fromkeys([self.today, *chosen]))
        profits = value.profits(listed)
        mine = profits[[listed.index(one) for one in chosen], np.arange(len(chosen))]
        best = np.column_stack([profits[0, : len(chosen)], mine])
        return worth_of_choices(best, np.argmax(best, axis=1), 0), len(chosen)

    def assumptions(self, pool: Sequence[Selection], progress: Progress = silent) -> tuple[InputWorth, ...]:
        """What knowing each assumption, and each group of them, would be worth, the most valuable first."""
        known = known_draws(self.inputs)
        groups = groups_of(self.company, self.initiatives, known)
        usual = [one for one in pool if self.usual.issuperset(one)]
        for one in self.initiatives:
            usual += self._knowing(one.id)
        progress(0.4)
        bases = {name: basis_of([drawn]) for name, drawn in known.items()}
        tried = self._tried(usual)
        ranked = sorted(bases, key=lambda name: -informed(tried, 0, bases[name]).value)
        for name in ranked[:INFLUENTIAL]:
            usual += self._at_quantiles(known[name], QUANTILES)
        progress(0.8)
        tried = self._tried(usual)
        names = names_of(self.company, self.initiatives)
        found = [
            InputWorth(key=key, name=names[key], members=(key,), worth=_value(informed(tried, 0, basis)))
            for key, basis in bases.items()
        ]
        for label, members in groups.items():
            basis = basis_of([known[name] for name in members], GROUP_KNOTS)
            found.append(InputWorth(key=label, name=label, members=members, worth=_value(informed(tried, 0, basis))))
        progress(1.0)
        return tuple(sorted(found, key=lambda one: (-one.worth.value, one.key)))

    def _knowing(self, id_: str) -> list[Selection]:
        """The selections that are best where the effect of an initiative is known."""
        effect = self.effects[id_]
        return self._at_quantiles(effect.drawn, ANSWERS) if np.isfinite(effect.prior_customers) else []

    def _at_quantiles(self, values: Floats, count: int) -> list[Selection]:
        """The selections that are best where a value is known to be at even quantiles."""
        if self.stop():
            return []
        return self._proposed(basis_of([values]), self._spread_out(values, count), self.usual)

    # --- all of it

    def learn(self, progress: Progress = silent, assumptions: bool = True) -> Learning:
        """What to find out before funding; the value of single assumptions only where it is asked for."""
        share = 0.5 if assumptions else 1.0
        steps, pool = self.best_tests(lambda done: progress(share * done))
        tried = self._tried(pool)
        tested = [step.id for step in steps]
        response = self._response(tested, tried) if tested else None
        at_once = self._tried([*pool, *(found for one in self.initiatives for found in self._knowing(one.id))])
        rows = [self.pilot_worth(one, tried, at_once) for one in self.initiatives]
        perfect: Worth | None = None
        solved_draws, inputs = 0, tuple[InputWorth, ...]()
        if assumptions:
            perfect, solved_draws = self.perfect()
            progress(0.7)
            inputs = self.assumptions(pool, lambda done: progress(0.7 + 0.3 * done))
        alike = 1.0
        if response is not None:
            same = np.array([self._owners(one) == self._owners(self.today) for one in tried.selections])
            alike = float(same[response.chosen].mean())
        return Learning(
            run=self.wide.run,
            today=float(self._tried([]).profits.mean()),
            funded=self._ids(self._owners(self.today)),
            pilots=tuple(sorted(rows, key=lambda row: (-(row.net.value if row.net else -np.inf), row.id))),
            tests=tuple(steps),
            gain=steps[-1].gain if steps else None,
            cost=sum(self.pilots[one].cost for one in tested),
            begin=self._begin_of(tested) if tested else 0,
            committed=self._ids(self._owners(response.commitment)) if response else (),
            chosen_alike=alike,
            perfect=_value(perfect) if perfect else None,
            solved_draws=solved_draws,
            assumptions=inputs,
            complete=not self.stop(),
        )


def _value(worth: Worth) -> Value:
    return Value(value=worth.value, standard_error=worth.standard_error)


def learn(
    case: Case,
    *,
    budget: Budget = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    assumptions: bool = True,
    threads: int | None = None,
    stop: Stop = never,
    progress: Progress = silent,
) -> Learning:
    """What to find out before funding: what to test first, and what each assumption is worth knowing.

    Args:
        case: a company with its initiatives, a scenario, or the path of the file of either.
        budget: see `limits.budgets_of`; the company's budgets by default.
        assumptions: also the value of knowing everything, and of knowing single assumptions and groups of them.

    Raises:
        InputError: what is given does not fit together, or its demands contradict each other; every complaint at once.
    """
    scenario = as_scenario(case, None)
    run = identify(scenario, *checked_run(draws, seed), False)
    inputs = draw_inputs(scenario, run)
    return Learner(Planner(scenario, run, inputs, threads), inputs, budget, stop).learn(progress, assumptions)
