"""What do pilots bring, and does it matter which initiatives are tested?

    python -m benchmarks.pilots [--quick]        about ten minutes; --quick is smaller, to see that it runs

Made-up companies of fourteen initiatives whose effects are uncertain, several of which may fail altogether or do harm.
A third of all that they cost fits the budget. What each company's initiatives really bring is drawn from the model's
own numbers, some dozens of times; pilots show it as well as their customers allow. Compared are, as shares of what
somebody earns who knows everything from the start:

- today's plan, which tests nothing;
- pilots at random, as many as five per cent of the budget pays for, and the best decision after their answers;
- the pilots that `best_tests` chooses, as far as five per cent of the budget go, and the same decision;
- all pilots that it chooses, whatever they cost.

Everybody decides by the same draws of the model, none of which is among the truths, and pays for the pilots and for
waiting. Standard errors are over companies, as of a ratio. Measured (seven minutes on two shared cores):

    8 companies, 14 initiatives each, 48 truths each
      today's plan                 48.1 ±  3.3 %    0.0 pilots,  0.0 % of the budget
      pilots at random for 5 %     55.5 ±  1.7 %    6.4 pilots,  4.9 % of the budget
      chosen pilots for 5 %        69.9 ±  2.1 %    6.4 pilots,  4.6 % of the budget
      all chosen pilots            70.8 ±  2.0 %    7.2 pilots,  5.2 % of the budget
      an oracle                   100.0 ±  0.0 %    0.0 pilots,  0.0 % of the budget
      gain of all chosen pilots: promised 21.5 % of the oracle's profit, kept 22.7 %

So pilots for five per cent of the budget raise what is earned from about half to more than two thirds of what an oracle
earns, and the same money for pilots at random brings a third of that. The companies are made up: how much there is to
gain depends on how uncertain effects are, and on how many initiatives the budget leaves out.
"""

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from benchmarks.engine import _group
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.engine.exchange import Exchange, improve
from prioritizer.engine.information import basis_of
from prioritizer.engine.joint_value import JointValue, at_starts, on_some_draws
from prioritizer.engine.levers import sampled
from prioritizer.engine.pilots import effect_of, expected_effect
from prioritizer.engine.portfolio import solve
from prioritizer.engine.responses import Selection
from prioritizer.engine.simulation import prepare, simulate_sets
from prioritizer.services.best_tests import best_tests
from prioritizer.services.cases import as_scenario
from prioritizer.services.evaluation import draw_inputs
from prioritizer.services.learner import ANSWERS, JOINT_ANSWERS, PILOT_KNOTS, Learner
from prioritizer.services.planner import Planner
from prioritizer.services.runs import checked_run, identify

COMPANIES, TRUTHS, DRAWS, INITIATIVES = 8, 48, 2_000, 14
BUDGET = 0.35  # of all that the initiatives cost
FOR_PILOTS = 0.05  # of the budget
PILOT = 0.008  # of the budget, on average
AT_RANDOM = 4  # sets of pilots at random for each company
ROWS = ("today's plan", "pilots at random for 5 %", "chosen pilots for 5 %", "all chosen pilots", "an oracle")

Floats = np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="smaller, to see that it runs")
    quick = parser.parse_args().quick
    began = time.perf_counter()
    count = 2 if quick else COMPANIES
    measured = [_measured(seed, 8 if quick else TRUTHS, 600 if quick else DRAWS) for seed in range(count)]
    earned = np.array([one.earned for one in measured])
    print(f"{count} companies, {INITIATIVES} initiatives each, {8 if quick else TRUTHS} truths each")
    for place, name in enumerate(ROWS):
        share, error = _ratio(earned[:, place], earned[:, -1])
        pilots, spent = np.mean([one.spent[place] for one in measured], axis=0)
        print(f"  {name:26} {share:6.1f} ± {error:4.1f} %   {pilots:4.1f} pilots, {100 * spent:4.1f} % of the budget")
    promised, kept = (np.array([getattr(one, key) for one in measured]) for key in ("promised", "kept"))
    said, true = (100 * gain.sum() / earned[:, -1].sum() for gain in (promised, kept))
    print(f"  gain of all chosen pilots: promised {said:.1f} % of the oracle's profit, kept {true:.1f} %")
    print(f"  {time.perf_counter() - began:.0f} s")


@dataclass(frozen=True)
class Measured:
    """What each row of the table earns in one company, and its pilots: how many, and their share of the budget."""

    earned: tuple[float, ...]
    spent: tuple[tuple[float, float], ...]
    promised: float
    kept: float


def _ratio(mine: Floats, whole: Floats) -> tuple[float, float]:
    """Σ mine / Σ whole in per cent, and its standard error over companies (Cochran 1977, section 2.11)."""
    share = mine.sum() / whole.sum()
    rest = mine - share * whole
    return 100 * share, 100 * float(np.sqrt(len(rest) / max(len(rest) - 1, 1) * (rest**2).sum())) / whole.sum()


def _case(seed: int) -> tuple[Company, list[Initiative]]:
    """A company whose initiatives cost from a third to more than what they are expected to bring."""
    rng = random.Random(seed)

    def some(low: float, high: float) -> dict:
        middle = rng.uniform(low, high)
        return {"pert": [0.8 * middle, middle, 1.2 * middle]}

    def company(**more: object) -> Company:
        return Company.model_validate({**files, **more})

    files = {
        "company": f"Company {seed}",
        "currency": "EUR",
        "horizon": 12,
        "latest_start": 2,
        "start": "2027-01",
        "discount_rate": 0.08,
        "groups": {f"group {g}": _group(rng, some) for g in range(2)},
    }
    drafts = [_draft(rng, i) for i in range(INITIATIVES)]
    free = sampled(company(), [Initiative.model_validate(one) for one in drafts], 1_000, seed)
    alone = [(place,) for place in range(INITIATIVES)]
    brings = simulate_sets(prepare(free), alone, free.company.acquisition_policy).profit.mean(axis=1)
    costs = [max(float(worth), 1e6) * rng.uniform(0.3, 1.3) for worth in brings]
    budget = BUDGET * sum(costs)
    listed = []
    for one, cost in zip(free.initiatives, costs, strict=True):
        seen = min(effect_of(free, one).prior_customers * np.exp(rng.uniform(-0.5, 2.5)), 100_000)
        pilot = {"customers": seen, "cost": PILOT * budget * rng.uniform(0.5, 1.5), "periods": 1}
        made = {**drafts[len(listed)], "costs": {"one_off": cost}, "pilot": pilot}
        listed.append(Initiative.model_validate(made))
    return company(budget={2027: budget}), listed


def _draft(rng: random.Random, place: int) -> dict:
    """An initiative without costs: one or two levers, wide ranges, a chance to fail."""
    sizes = {
        "move": ({"move": {"from": "detractor", "to": "passive"}}, "share", rng.uniform(0.005, 0.03)),
        "churn": ({"churn": rng.choice(["detractor", "passive"])}, "change", -rng.uniform(0.03, 0.12)),
        "contacts": ({"contacts": "all"}, "change", -rng.uniform(0.03, 0.15)),
        "revenue": ({"revenue": "all"}, "change", rng.uniform(0.001, 0.005)),
    }
    levers = [
        {**lever, key: {"normal": [size, rng.uniform(0.3, 1.0) * abs(size)]}}
        for lever, key, size in (sizes[name] for name in rng.sample(list(sizes), rng.choice((1, 1, 2))))
    ]
    return {
        "id": f"i{place}",
        "name": f"Initiative {place}",
        "department": f"D{place % 3}",
        "earliest_start": 0,
        "latest_start": 1,
        "ramp_up": 2,
        "probability_of_success": rng.choice((1, round(rng.uniform(0.3, 0.9), 2))),
        "reach": rng.uniform(0.3, 0.8),
        "levers": levers,
    }


class Truths:
    """What a company's initiatives really bring, some times over, and what pilots show of it."""

    def __init__(self, learner: Learner, count: int, seed: int):
        self.learner, self.rng = learner, np.random.default_rng(seed)
        initiatives = learner.wide.initiatives
        self.inputs = sampled(learner.company, initiatives, count, 10_000 + seed)
        prepared = prepare(at_starts(self.inputs, learner.wide.columns))
        policy = learner.company.acquisition_policy
        self.value = JointValue(prepared, policy, by_draw=True)
        self.single = [JointValue(on_some_draws(prepared, k, k + 1), policy, by_draw=True) for k in range(count)]
        self.expected = {
            id_: expected_effect(
                pilot.effect.drawn, self._shown(pilot.initiative, pilot.effect, pilot.customers), noise
            )
            for id_, pilot in learner.pilots.items()
            for noise in [pilot.effect.noise(pilot.customers)]
        }

    def _shown(self, one: Initiative, effect: object, customers: float) -> Floats:
        drawn = effect_of(self.inputs, one).drawn
        return drawn + effect.noise(customers) * special.ndtri(self.rng.uniform(size=len(drawn)))  # type: ignore[attr-defined]

    def earned_by(self, selection: Selection) -> float:
        return float(self.value.profits([selection])[0].mean())

    def earned_after(self, tested: Sequence[str], pool: Sequence[Selection]) -> float:
        """What is earned by whoever runs some pilots and then chooses among selections, their cost taken off."""
        learner = self.learner
        tried = learner.tried(pool)
        response = learner.response(tested, tried)
        assert response is not None
        begin, program = learner.begin_of(tested), learner.after_costs(tested)
        columns = set(learner.allowed(tested, begin))
        possible = [
            place
            for place, one in enumerate(tried.selections)
            if columns.issuperset(one) and program.fits(one) and learner.early(one, begin) == response.commitment
        ]
        shown = [np.concatenate([learner.pilots[one].results.expected, self.expected[one]]) for one in tested]
        basis = basis_of(shown, PILOT_KNOTS)
        known, asked = basis[: learner.inputs.draws], basis[learner.inputs.draws :]
        means = asked @ np.linalg.lstsq(known, tried.profits[:, possible], rcond=None)[0]
        chosen = np.argmax(means, axis=1)
        profits = self.value.profits([tried.selections[place] for place in possible])
        return float(profits[chosen, np.arange(len(chosen))].mean()) - learner.cost_after_tax(tested)

    def earned_knowing(self, pool: Sequence[Selection]) -> float:
        """What is earned by whoever knows everything: the best of all selections known, improved by exchange."""
        learner = self.learner
        known = [one for one in dict.fromkeys([learner.today, *pool]) if learner.usual.issuperset(one)]
        known = [one for one in known if learner.program.allows(one)]
        beside = learner.wide.beside_columns(learner.today, self.value)
        best = []
        for place, single in enumerate(self.single):
            usual = np.array([column in learner.usual for column in range(len(learner.wide.columns))])
            values = np.where(usual, beside[:, place], -1e15)
            anew = solve(replace(learner.program, values=values), 1e-4, 2.0).columns
            starts = [*known, tuple(anew or ())]
            start = starts[int(np.argmax(single.means(starts)))]
            exact = improve(replace(learner.program, values=values), start, Exchange(single, single))
            best.append(exact.value)
        return float(np.mean(best))


def _measured(seed: int, truths: int, draws: int) -> Measured:
    company, listed = _case(seed)
    scenario = as_scenario(company, listed)
    run = identify(scenario, *checked_run(draws, seed), False)
    inputs = draw_inputs(scenario, run)
    learner = Learner(Planner(scenario, run, inputs), inputs)
    truth, budget = Truths(learner, truths, seed), company.budget["2027"].number
    steps, pool = best_tests(learner)
    chosen = [step.id for step in steps]
    rng = random.Random(seed)
    sets = [
        _affordable(learner, rng.sample(sorted(learner.pilots), len(learner.pilots)), budget) for _ in range(AT_RANDOM)
    ]
    first = _affordable(learner, chosen, budget)
    today = truth.earned_by(learner.today)
    random_ = [truth.earned_after(tested, _pool(learner, tested)) for tested in sets]
    some = truth.earned_after(first, [*pool, *_pool(learner, first)]) if first else today
    whole = truth.earned_after(chosen, pool) if chosen else today
    oracle = truth.earned_knowing(pool)

    def spent(tested: Sequence[str]) -> tuple[float, float]:
        return len(tested), sum(learner.pilots[one].cost for one in tested) / budget

    averages = tuple(np.mean([spent(tested) for tested in sets], axis=0))
    earned = (today, float(np.mean(random_)), some, whole, oracle)
    shares = "  ".join(f"{100 * one / oracle:5.1f}" for one in earned)
    print(f"company {seed}: {shares}   tested {', '.join(chosen) or 'none'}", flush=True)
    promised = steps[-1].gain.value if steps else 0.0
    return Measured(earned, ((0, 0), averages, spent(first), spent(chosen), (0, 0)), promised, whole - today)


def _affordable(learner: Learner, order: Sequence[str], budget: float) -> list[str]:
    """The first of an order that five per cent of the budget pay for; what does not fit is passed over."""
    taken: list[str] = []
    for one in order:
        if sum(learner.pilots[each].cost for each in [*taken, one]) <= FOR_PILOTS * budget:
            taken.append(one)
    return taken


def _pool(learner: Learner, tested: Sequence[str]) -> list[Selection]:
    """The selections that could follow the answers of some pilots, alone and together."""
    found = [one for id_ in tested for one in learner.responses_to([id_], ANSWERS)]
    return [*found, *learner.responses_to(tested, JOINT_ANSWERS)]


if __name__ == "__main__":
    main()
