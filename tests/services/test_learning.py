"""What to test first, against everything tried: every set of pilots, commitment and policy after the answers."""

import random
from typing import Any

import numpy as np
import pytest

import cases
import prioritizer as pr
from oracles import information as oracle
from oracles import model
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.learning import Hindrance, Learning
from prioritizer.errors import InputError
from prioritizer.services.best_tests import best_tests
from prioritizer.services.cases import as_scenario
from prioritizer.services.evaluation import draw_inputs
from prioritizer.services.learner import Learner
from prioritizer.services.planner import Planner
from prioritizer.services.runs import checked_run, identify

DRAWS = 400
MANY = 2_000  # draws in which chance does not hide what an answer is worth
SURE = {"customers": 1e9, "cost": 0, "periods": 1}  # a pilot that shows everything and costs nothing
GROUPS = {name: cases.group() for name in ("A", "B", "C")}


def learner_of(company: dict, files: list[dict], draws: int = DRAWS, seed: int = 1) -> Learner:
    scenario = as_scenario(Company.model_validate(company), [Initiative.model_validate(file) for file in files])
    run = identify(scenario, *checked_run(draws, seed), False)
    inputs = draw_inputs(scenario, run)
    return Learner(Planner(scenario, run, inputs), inputs)


def learned(company: dict, files: list[dict], **more: Any) -> Learning:
    scenario = as_scenario(Company.model_validate(company), [Initiative.model_validate(file) for file in files])
    return pr.learn(scenario, **{"draws": DRAWS, "seed": 1, "assumptions": False, **more})


def coin(id_: str = "coin", change: float = -0.6, cost: float = 1000, chance: float = 0.5, **more: Any) -> dict:
    """An initiative that works or does not, and can start once the answer of a pilot is there."""
    lever = {"churn": "detractor", "change": change}
    at = {"earliest_start": 1, "latest_start": 1}
    given = {"levers": [lever], "costs": {"one_off": cost}, "probability_of_success": chance}
    return cases.initiative(id_, **{**given, **at, **more})


def brings(file: dict, success: bool, **company: Any) -> float:
    """What an initiative brings by itself, in the plain model."""
    put = {key: entry for key, entry in file.items() if key != "latest_start"}
    return model.value(cases.company(**company), [put], success={file["id"]: success}).npv


SAFE = coin("safe", -0.4, 2500, 1)


# --- every set of pilots


def random_files(rng: random.Random, apart: bool) -> list[dict]:
    """Three that may fail, with pilots that show whether they do; `apart`: on customers of their own."""
    files = []
    for place in range(3):
        size, chance = round(rng.uniform(0.2, 0.6), 3), rng.choice((1, 0.3, 0.5, 0.7))
        target, most = ("churn", 15_000) if rng.random() < 0.6 else ("contacts", 6_500)
        cost = rng.randint(100, max(101, int(most * size * chance)))
        at = {"earliest_start": 0, "latest_start": rng.choice((0, 1, 2))}
        file = coin(f"i{place}", -size, cost, chance, levers=[{target: "detractor", "change": -size}], **at)
        if rng.random() < 0.8:
            pilot = {"customers": 1e9, "cost": rng.choice((0, 50, 150, 400)), "periods": rng.choice((0, 1, 1, 2))}
            file |= {"pilot": pilot}
        files.append({**file, "reach": {"ABC"[place]: 1}} if apart else file)
    return files


class Compared:
    """A random case as the learner and as the oracle see it, on the same successes."""

    def __init__(self, seed: int, apart: bool):
        rng = random.Random(seed)
        self.files = random_files(rng, apart)
        budget = rng.uniform(0.3, 1.0) * sum(file["costs"]["one_off"] for file in self.files)
        company = cases.company(budget={2027: budget}, groups=GROUPS if apart else {"A": cases.group()})
        self.learner = learner_of(company, self.files, MANY)
        success = [np.broadcast_to(one, MANY).astype(int).tolist() for one in self.learner.inputs.success]
        self.tests = oracle.Tests(company, self.files, budget, list(zip(*success, strict=True)))
        self.today = self.tests.worth(())
        steps, _pool = best_tests(self.learner)
        self.tested = tuple(sorted(int(step.id[1:]) for step in steps))
        self.gain, self.error = (steps[-1].gain.value, steps[-1].gain.standard_error) if steps else (0.0, 0.0)
        pilots = [k for k, file in enumerate(self.files) if "pilot" in file and file["probability_of_success"] < 1]
        pilots = [k for k in pilots if self.files[k]["pilot"]["periods"] <= self.files[k]["latest_start"]]
        self.best = max(self.tests.gain(one) for one in oracle.sets_of(pilots))


@pytest.mark.parametrize("seed", [*range(32), 105])
def test_the_set_of_pilots_is_the_best_of_all_sets(seed: int) -> None:
    """Where values add up. In case 105 the second pilot pays only with selections that both answers propose."""
    found = Compared(seed, apart=True)
    assert found.learner.tried([]).profits.mean() == pytest.approx(found.today, rel=1e-9)
    assert found.tests.gain(found.tested) == pytest.approx(found.best, abs=0.01)
    assert found.gain == pytest.approx(found.best, abs=max(0.01, found.error))


@pytest.mark.parametrize("seed", [seed for seed in range(24) if seed != 18])
def test_a_set_of_pilots_promises_no_more_than_there_is(seed: int) -> None:
    """On the same customers, where proposals are made as if values added up and may miss what is best.

    In case 18 two pilots pay only together, which the next best after those chosen misses.
    """
    found = Compared(seed, apart=False)
    assert found.learner.tried([]).profits.mean() == pytest.approx(found.today, rel=1e-9)
    chance = max(0.01, found.error / 4)
    assert found.gain <= found.best + chance
    assert found.gain <= found.tests.gain(found.tested) + chance
    assert found.gain >= 0.8 * found.best


def test_many_of_the_cases_have_something_to_learn() -> None:
    sets = [Compared(seed, apart=True).tested for seed in range(32)]
    assert {len(one) for one in sets} >= {0, 1, 2}


# --- one pilot by hand


def test_a_coin_that_is_flipped_before_the_money_goes() -> None:
    """Success: it is funded; failure: what is safe is, for which there is no money beside it."""
    files = [coin(pilot=SURE), SAFE]
    found = learned(cases.company(budget={2027: 3000}), files)
    won, lost, safe = brings(files[0], True), brings(files[0], False), brings(SAFE, True)
    today = (won + lost) / 2
    assert today > safe > 0 > lost
    assert found.today == pytest.approx(today)
    assert (found.funded, [step.id for step in found.tests]) == (("coin",), ["coin"])
    assert found.gain is not None
    assert found.gain.value == pytest.approx((won + safe) / 2 - today, rel=1e-6)
    assert found.gain.standard_error == pytest.approx((safe - lost) / 2 / np.sqrt(DRAWS - 1), rel=1e-6)
    assert (found.cost, found.begin, found.committed) == (0, 1, ())
    assert found.chosen_alike == pytest.approx(0.5)
    row = found.pilots[0]
    assert (row.id, row.waiting) == ("coin", pytest.approx(0, abs=1e-6))
    assert row.net == found.gain
    assert row.needed == pytest.approx(0.5, abs=0.01)  # between nothing and all of the claim
    low, _middle, high = row.answers
    assert (low.funded, low.added, low.dropped) == (("safe",), ("safe",), ("coin",))
    assert (high.funded, high.added, high.dropped) == (("coin",), (), ())
    assert (low.gain, high.gain) == (pytest.approx(safe - lost), 0)
    assert dict(low.profits) == pytest.approx({"safe": safe, "coin": lost}, abs=0.01)
    assert dict(high.profits) == pytest.approx({"safe": safe, "coin": won}, abs=0.01)
    assert sum(one.probability for one in row.answers) == pytest.approx(1)


def test_what_a_pilot_costs_is_not_there_for_initiatives() -> None:
    """Of 2,550 a pilot for 100 leaves too little for the safe one (2,500): after a failure nothing is funded."""
    dear = coin(pilot={**SURE, "cost": 100})
    found = learned(cases.company(budget={2027: 2550}, tax_rate=0.2), [dear, SAFE])
    won, lost = (brings(dear, success, tax_rate=0.2) for success in (True, False))
    factor = 1.08 ** -(0.5 / 4) * 0.8
    row = next(one for one in found.pilots if one.id == "coin")
    assert row.after_tax_cost == pytest.approx(100 * factor)
    assert row.net.value == pytest.approx(
        won / 2 - max((won + lost) / 2, brings(SAFE, True, tax_rate=0.2)) - 100 * factor
    )


def test_a_pilot_that_the_budget_does_not_pay_for_is_not_proposed() -> None:
    """Even where all that hangs on it starts in a year without a limit, and is worth a thousand times as much."""
    company = cases.company(budget={2027: 500}, latest_start=6)
    late = {"earliest_start": 4, "latest_start": 4}
    row = learned(company, [coin(cost=4000, pilot={**SURE, "cost": 600}, **late)]).pilots[0]
    assert (row.hindrance, row.net) == (Hindrance.TOO_DEAR, None)
    paid = learned(company, [coin(cost=4000, pilot={**SURE, "cost": 400}, **late)])
    assert [step.id for step in paid.tests] == ["coin"]
    two = [coin(name, cost=4000, pilot={**SURE, "cost": 300}, **late) for name in ("one", "other")]
    assert len(learned(company, two).tests) == 1


def test_what_starts_before_the_answer_does_not_depend_on_it() -> None:
    """Either now or coin: with the answer at once it would be worth something; now cannot wait for it."""
    now = coin("now", -0.4, 1000, 1, earliest_start=0, latest_start=0)
    flipped = coin(change=-0.35, pilot=SURE)
    found = learned(cases.company(budget={2027: 1000}), [now, flipped])
    assert brings(flipped, True) / 2 < brings(now, True)
    row = next(one for one in found.pilots if one.id == "coin")
    assert (found.tests, found.committed, found.funded) == ((), (), ("now",))
    assert row.net.value <= 0
    win = coin(change=-0.9, pilot=SURE)
    found = learned(cases.company(budget={2027: 1000}), [now, win])
    row = next(one for one in found.pilots if one.id == "coin")
    today, best = (brings(win, True) + brings(win, False)) / 2, max(brings(now, True), brings(win, True) / 2)
    assert (found.today, found.funded) == (pytest.approx(today), ("coin",))
    at_once = (brings(win, True) + brings(now, True)) / 2
    assert row.answer.value == row.perfect.value == pytest.approx(at_once - today, rel=1e-6)
    assert row.net.value == pytest.approx(best - found.today, rel=1e-6)
    assert row.net.value == pytest.approx(row.answer.value - row.waiting - row.after_tax_cost, rel=1e-6)


def test_what_is_committed_to_is_in_every_plan_after_the_answers() -> None:
    now = coin("now", -0.2, 300, 1, earliest_start=0, latest_start=0)
    learner = learner_of(cases.company(budget={2027: 2900}), [now, coin(pilot=SURE), SAFE])
    steps, pool = best_tests(learner)
    tested = [step.id for step in steps]
    tried = learner.tried(pool)
    response = learner.response(tested, tried)
    assert tested == ["coin"]
    early = {learner.early(tried.selections[place], 1) for place in response.used()}
    assert early == {response.commitment}
    assert learner.ids(learner.owners(response.commitment)) == ("now",)


# --- why not


@pytest.mark.parametrize(
    ("changes", "hindrance"),
    [
        ({}, Hindrance.NO_PILOT),
        ({"pilot": SURE, "mandatory": True}, Hindrance.MUST_DO),
        ({"pilot": {**SURE, "periods": 3}}, Hindrance.TOO_LATE),
        ({"pilot": SURE, "chance": 1}, Hindrance.NOTHING_TO_LEARN),
        ({"pilot": {**SURE, "customers": 0}}, Hindrance.NOTHING_TO_LEARN),
        ({"pilot": {**SURE, "cost": 3001}}, Hindrance.TOO_DEAR),
    ],
    ids=["no pilot", "must-do", "too late", "certain", "no customers", "too dear"],
)
def test_why_an_initiative_is_not_tested(changes: dict, hindrance: Hindrance) -> None:
    found = learned(cases.company(budget={2027: 3000}), [coin(**changes), SAFE])
    row = next(one for one in found.pilots if one.id == "coin")
    assert (row.hindrance, row.net, row.answers) == (hindrance, None, ())
    assert (found.tests, found.gain) == ((), None)


def test_a_pilot_may_last_to_the_latest_start() -> None:
    found = learned(cases.company(budget={2027: 3000}), [coin(pilot={**SURE, "periods": 2}, latest_start=2), SAFE])
    row = found.pilots[0]
    assert (row.begin, row.hindrance) == (2, None)
    assert row.waiting > 0


def test_demands_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        learned(cases.company(budget={2027: 500}), [coin(pilot=SURE, mandatory=True)])
    assert any("must be done" in str(one) for one in caught.value.complaints)


# --- laws

FILES = [
    coin("a", -0.5, 1400, 0.5, pilot={"customers": 400, "cost": 60, "periods": 1}, latest_start=2),
    coin("b", -0.3, 900, 0.6, pilot={"customers": 300, "cost": 40, "periods": 1}),
    cases.initiative("c", levers=[{"contacts": "all", "change": {"pert": [-0.5, -0.3, 0.2]}}], costs={"one_off": 500}),
    coin("d", -0.4, 1700, 0.8),
]


def company(**changes: Any) -> dict:
    return cases.company(budget={2027: 3400}, **changes)


@pytest.fixture(scope="module")
def usual() -> Learning:
    return learned(company(), FILES, assumptions=True)


def test_the_same_seed_gives_the_same_to_the_last_bit(usual: Learning) -> None:
    assert usual.tests
    assert learned(company(), FILES, assumptions=True) == usual
    assert learned(company(), FILES, seed=2).gain != usual.gain


def test_threads_and_the_value_of_assumptions_change_nothing_else(usual: Learning) -> None:
    found = learned(company(), FILES, threads=1)
    assert (found.tests, found.pilots, found.today) == (usual.tests, usual.pilots, usual.today)
    assert (found.perfect, found.assumptions) == (None, ())


def nets(learning: Learning) -> dict[str, float]:
    return {row.id: row.net.value for row in learning.pilots if row.net}


def test_the_order_of_initiatives_and_their_names_change_nothing(usual: Learning) -> None:
    named = [{**file, "name": f"Other {file['id']}", "owner": "Someone"} for file in FILES]
    for files in (FILES[::-1], named):
        found = learned(company(), files)
        assert [step.id for step in found.tests] == [step.id for step in usual.tests]
        assert found.gain.value == pytest.approx(usual.gain.value, rel=1e-9)
        assert nets(found) == pytest.approx(nets(usual), rel=1e-9)


def test_twice_the_money_is_twice_the_gain(usual: Learning) -> None:
    """Identity 4."""
    double = {
        key: {s: 2 * r for s, r in entry.items()} if isinstance(entry, dict) else 2 * entry
        for key, entry in ((key, cases.group()[key]) for key in ("revenue", "contact_cost", "acquisition_cost"))
    }
    files = [{**file, "costs": {"one_off": 2 * file["costs"]["one_off"]}} for file in FILES]
    for file in files[:2]:
        file["pilot"] = {**file["pilot"], "cost": 2 * file["pilot"]["cost"]}
    twice = cases.company(budget={2027: 6800}, groups={"Mobile": cases.group(**double)})
    found = learned(twice, files, assumptions=True)
    assert found.today == pytest.approx(2 * usual.today)
    assert [step.id for step in found.tests] == [step.id for step in usual.tests]
    assert found.gain.value == pytest.approx(2 * usual.gain.value)
    assert found.gain.standard_error == pytest.approx(2 * usual.gain.standard_error)
    assert found.perfect.value == pytest.approx(2 * usual.perfect.value)
    for mine, other in zip(found.pilots, usual.pilots, strict=True):
        assert (mine.precision, mine.spread) == pytest.approx((other.precision, other.spread))


def test_the_gains_of_the_steps_rise_and_their_costs_add_up(usual: Learning) -> None:
    gains = [step.gain.value for step in usual.tests]
    assert gains == sorted(gains)
    assert gains[0] > 0
    assert usual.cost == sum({"a": 60, "b": 40}[step.id] for step in usual.tests)


def test_no_assumption_is_worth_more_than_all(usual: Learning) -> None:
    """Within the chance of the draws; what always stays the same is not among them."""
    assert usual.perfect.value > 0
    assert usual.solved_draws == DRAWS
    for one in usual.assumptions:
        assert 0 <= one.worth.value <= usual.perfect.value + usual.perfect.standard_error
    by_key = {one.key: one.worth.value for one in usual.assumptions}
    assert {f"initiatives.{id_}.success" for id_ in "abd"} <= by_key.keys()
    assert by_key["initiatives.a.success"] > by_key["initiatives.c.levers.contacts.all"] - usual.perfect.standard_error


def test_a_search_that_is_stopped_says_so(usual: Learning) -> None:
    assert usual.complete
    at_once = learned(company(), FILES, stop=lambda: True, assumptions=True)
    assert (at_once.complete, at_once.tests, at_once.perfect) == (False, (), None)
    asked = iter(range(1_000))
    later = learned(company(), FILES, stop=lambda: next(asked) > 8)
    assert not later.complete


def test_progress_rises_to_the_end() -> None:
    told: list[float] = []
    learned(company(), FILES, progress=told.append, assumptions=True)
    assert told == sorted(told)
    assert told[-1] == 1


def test_more_customers_tell_more() -> None:
    """The answer of a larger pilot is never worth less, but for the chance of the draws."""
    found = []
    for customers in (1, 50, 1_000, 1e9):
        file = coin(pilot={**SURE, "customers": customers})
        row = next(r for r in learned(cases.company(budget={2027: 3000}), [file, SAFE]).pilots if r.id == "coin")
        assert row.precision == pytest.approx(customers / (customers + row.prior_customers))
        found.append(row.answer.value)
    assert found == pytest.approx(sorted(found), abs=0.05 * found[-1])
    assert found[0] < 0.2 * found[-1]
    assert found[-1] == pytest.approx(row.perfect.value)


def test_another_budget_is_the_one_that_counts() -> None:
    files = [coin(pilot=SURE), SAFE]
    both = learned(cases.company(budget={2027: 3000}), files, budget={2027: 9000})
    assert both.funded == ("coin", "safe")


def test_what_a_later_start_brings_by_itself_is_not_the_merit_of_a_pilot() -> None:
    """Its start lies in a year without a budget to spare; a pilot that shows next to nothing would let it wait."""
    company = cases.company(budget={2027: 500}, latest_start=6, horizon=8)
    pilot = {"customers": 1, "cost": 0, "periods": 4}
    file = {**coin("late", -0.6, 1000, 0.9, pilot=pilot), "start": 0}
    del file["earliest_start"], file["latest_start"]
    found = learned(company, [file])
    [row] = found.pilots
    assert found.funded == ()
    assert row.precision < 0.05
    assert row.net is not None
    assert abs(row.net.value) <= max(3 * row.net.standard_error, 0.02 * brings(file, True, horizon=8, latest_start=6))
