"""Scenarios side by side, held against every selection of small companies in plain loops, and against draws by hand."""

import copy
import random
from pathlib import Path

import numpy as np
import pytest
import yaml

import prioritizer as pr
from oracles import companies, model, portfolio
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.results import Run
from prioritizer.domain.scenarios import Scenario, check
from prioritizer.engine.levers import Inputs
from prioritizer.errors import InputError, UnknownName
from prioritizer.services import comparison
from prioritizer.services.comparison import compare, compare_scenarios
from prioritizer.services.comparison_words import answer, safest
from prioritizer.services.evaluation import draw_inputs
from tests.cases import group, initiative, write_case

ALIKE = 1e-8  # of the turnover


def plain_case(seed: int) -> tuple[dict, list[dict]]:
    """A company with up to four initiatives that surely succeed, start at once, and are linked and limited."""
    rng = random.Random(seed)
    file, listed = companies.random_case(rng)
    listed = listed[:4]
    for one in listed:
        for key in ("earliest_start", "latest_start", "start", "probability_of_success"):
            one.pop(key, None)
        one["mandatory"] = rng.random() < 0.1
    for place, one in enumerate(listed[1:], start=1):
        if link := rng.choice(("requires", "excludes", None, None)):
            one[link] = [listed[rng.randrange(place)]["id"]]
    spent = sum(map(cost_of, (file,) * len(listed), listed))
    file["budget"] = {2027: rng.uniform(0.2, 0.8) * spent}
    file["fiscal_year_start"] = 1
    return file, listed


def cost_of(file: dict, one: dict) -> float:
    """What an initiative costs in the first fiscal year, before tax."""
    record = Company.model_validate(file)
    paid = model.simulate(file, [one]).total["initiative_cost"]
    return sum(cost for period, cost in enumerate(paid) if record.fiscal_year(period) == 2027)


def every_selection(file: dict, listed: list[dict]) -> dict[frozenset[int], float]:
    """The joint profit of every selection that keeps links and budget."""
    place = {one["id"]: position for position, one in enumerate(listed)}
    requires, excludes = (
        [(place[one["id"]], place[other]) for one in listed for other in one.get(key, [])]
        for key in ("requires", "excludes")
    )
    must = [place[one["id"]] for one in listed if one["mandatory"]]
    costs = [[cost_of(file, one)] for one in listed]
    limits = [file["budget"][2027]]
    return {
        chosen: model.value(file, [listed[one] for one in sorted(chosen)]).npv
        for chosen in portfolio.subsets(len(listed))
        if portfolio.allowed(chosen, requires, excludes, must)
        and portfolio.fits([costs[one] for one in chosen], limits)
    }


def harder(file: dict) -> dict:
    """The same company in a harder world: everybody leaves more, and less may be spent."""
    changed = copy.deepcopy(file)
    for one in changed["groups"].values():
        one["churn"] = {name: min(1.0, 1.3 * q) for name, q in model_segments(one["churn"]).items()}
    changed["budget"] = {2027: 0.7 * file["budget"][2027]}
    return changed


def model_segments(entry: object) -> dict[str, float]:
    return dict(zip(model.SEGMENTS, model.by_segment(entry), strict=True))


@pytest.mark.parametrize("seed", range(30))
def test_plans_and_regrets_are_those_of_every_selection(seed: int) -> None:
    file, listed = plain_case(seed)
    worlds = [file, harder(file)]
    records = [Company.model_validate(one) for one in worlds]
    initiatives = tuple(Initiative.model_validate(one) for one in listed)
    if any(check(one, initiatives) for one in records):
        pytest.skip(f"NOT RUN: the links of case {seed} contradict each other")
    named = [
        (name, Scenario(name=name, company=one, initiatives=initiatives))
        for name, one in zip(("a", "b"), records, strict=True)
    ]
    found = compare_scenarios(named, seed=1, point=True)
    for at, world in enumerate(worlds):
        worth = every_selection(world, listed)
        turnover = sum(map(abs, model.simulate(world, []).total["margin"]))
        outcome = found.outcomes[at]
        assert outcome.feasible == bool(worth)
        if not worth:
            continue
        best = max(worth.values())
        assert outcome.profit.mean == pytest.approx(best, abs=ALIKE * turnover)
        for row in found.initiatives:
            position = [one["id"] for one in listed].index(row.id)
            doing = [value for chosen, value in worth.items() if position in chosen]
            leaving = [value for chosen, value in worth.items() if position not in chosen]
            for regrets, values in ((row.regret_funded, doing), (row.regret_left_out, leaving)):
                if not values:
                    assert regrets[at] is None
                else:
                    assert regrets[at] == pytest.approx(best - max(values), abs=ALIKE * turnover)
    for plan, mine in zip(found.plans, found.outcomes, strict=True):
        chosen = [one for one in listed if one["id"] in mine.funded]
        for at, world in enumerate(worlds):
            if plan.profits[at] is None:
                assert not (mine.feasible and found.outcomes[at].feasible)
                continue
            turnover = sum(map(abs, model.simulate(world, []).total["margin"]))
            assert plan.profits[at] == pytest.approx(model.value(world, chosen).npv, abs=ALIKE * turnover)
            over = max(0.0, sum(cost_of(world, one) for one in chosen) - world["budget"][2027])
            assert plan.over_budget[at] == pytest.approx(over, abs=1e-6 * world["budget"][2027])


def test_the_difference_of_profits_is_paired_by_draw(tmp_path: Path) -> None:
    """Two scenarios that differ in revenue alone: the draws of one less those of the other, in plain numpy."""
    files = two_worlds(tmp_path)
    found = compare(files, draws=400, seed=3)
    base, down = found.outcomes
    case = pr.read_scenario(files[0])
    low = pr.read_scenario(files[1])
    draws = []
    for scenario, ids in ((case, base.funded), (low, down.funded)):
        kept = [one for one in scenario.initiatives if one.id in ids]
        from prioritizer.engine.levers import sampled
        from prioritizer.engine.simulation import simulate_sets

        inputs = sampled(scenario.company, kept, 400, 3)
        draws.append(simulate_sets(inputs, [tuple(range(len(kept)))], scenario.company.acquisition_policy).profit[0])
    apart = draws[1] - draws[0]
    assert down.differences is not None
    assert down.differences.profit.value == pytest.approx(apart.mean(), rel=1e-9)
    assert down.differences.profit.standard_error == pytest.approx(apart.std(ddof=1) / np.sqrt(400), rel=1e-9)
    assert base.differences is None


def two_worlds(folder: Path) -> list[Path]:
    """Files of a base, and of one in which customers pay less."""
    uncertain = group(churn={"promoter": 0.01, "passive": 0.03, "detractor": {"pert": [0.08, 0.12, 0.2]}})
    write_case(
        folder,
        [
            initiative("call-back"),
            initiative("app", levers=[{"churn": "passive", "change": {"pert": [-0.3, -0.2, 0.1]}}]),
            initiative("shop", levers=[{"extra_customers": {"Mobile": 2}, "cost_each": 10}]),
        ],
        groups={"Mobile": uncertain, "Fixed": group()},
        budget={2027: 2500},
    )
    down = folder / "down.yaml"
    down.write_text("name: Down\nextends: base\nchange: {'groups.*.revenue.*': {multiply: 0.9}}\n", encoding="utf-8")
    return [folder / "base.yaml", down]


def test_a_scenario_beside_itself_differs_in_nothing(tmp_path: Path) -> None:
    scenario = pr.read_scenario(two_worlds(tmp_path)[0])
    found = compare_scenarios([("one", scenario), ("two", scenario)], draws=200, seed=1)
    apart = found.outcomes[1].differences
    assert apart is not None
    for value in (apart.profit, apart.cost, apart.nps, apart.customers):
        assert value is not None
        assert (value.value, value.standard_error) == (0.0, 0.0)
    assert found.differing == ()
    assert found.plans[0].regrets == (0.0, 0.0)


def test_the_order_of_scenarios_and_of_threads_changes_no_figure(tmp_path: Path) -> None:
    files = two_worlds(tmp_path)
    one = compare(files, draws=200, seed=1, threads=1)
    other = compare(files[::-1], against="base", draws=200, seed=1, threads=2)
    assert one == other
    turned = compare(files, against="down", draws=200, seed=1)
    assert turned.outcomes[0].id == "down"
    assert turned.outcomes[0].profit == one.outcomes[1].profit
    forth, back = one.outcomes[1].differences, turned.outcomes[1].differences
    assert forth is not None
    assert back is not None
    assert forth.profit.value == pytest.approx(-back.profit.value)
    assert forth.profit.standard_error == pytest.approx(back.profit.standard_error)


def test_without_regrets_all_else_is_the_same(tmp_path: Path) -> None:
    files = two_worlds(tmp_path)
    whole, plain = (compare(files, draws=200, seed=1, regrets=wanted) for wanted in (True, False))
    assert [one.regret_funded for one in plain.initiatives] == [()] * 3
    assert plain.outcomes == whole.outcomes
    assert plain.initiatives[0].largest_regret_funded is None


def test_only_what_differs_is_named_and_what_differs_alike_is_one_row(tmp_path: Path) -> None:
    found = compare(two_worlds(tmp_path), draws=50, seed=1)
    [row] = found.differing
    assert row.name == "Revenue per customer, all groups"
    assert row.values == ("×1", "×0.9")
    assert len(row.places) == 6
    assert "groups.Mobile.revenue.promoter" in row.places


def test_each_kind_of_difference_has_its_words(tmp_path: Path) -> None:
    base = two_worlds(tmp_path)[0]
    changed = tmp_path / "changed.yaml"
    changed.write_text(
        "name: Changed\nextends: base\nexclude: [shop]\nbudget: {2027: 2000}\n"
        "change:\n  discount_rate: 0.1\n  acquisition_policy: hold\n  groups.Fixed.churn.passive: 0.04\n"
        "  groups.Mobile.acquisition_cost: {add: 50}\n"
        "change_initiatives:\n  '*': {costs: {multiply: 1.1}}\n  app: {start: 1}\n",
        encoding="utf-8",
    )
    rows = {row.name: row.values for row in compare([base, changed], draws=50, seed=1).differing}
    assert rows == {
        "Initiatives on the list": ("all", "without Initiative shop"),
        "Discount rate, real, per year": ("8.0 %", "10.0 %"),
        "Budget of 2027": ("2.50 thousand €", "2.00 thousand €"),
        "Churn: passives, Fixed": ("3.0 %", "4.0 %"),
        "Acquisition cost, Mobile": ("150 €", "200 €"),
        "Costs, Initiative call-back, Initiative app": ("×1", "×1.1"),
        "Initiative app: Start, in periods from the decision": ("0", "1"),
    }


def test_a_scenario_whose_demands_contradict_each_other_says_so_and_breaks_nothing(tmp_path: Path) -> None:
    files = two_worlds(tmp_path)
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        "name: Broken\nextends: base\nbudget: {2027: 1}\nchange_initiatives: {app: {mandatory: true}}\n",
        encoding="utf-8",
    )
    found = compare([*files, broken], draws=100, seed=1)
    assert not found.outcomes[2].feasible
    assert any("Initiative app" in text for text in found.outcomes[2].conflict)
    assert found.outcomes[2].differences is None
    assert found.outcomes[:2] == compare(files, draws=100, seed=1).outcomes
    assert "fits all scenarios" in safest(found)
    assert "in all 2 scenarios" in answer(found)  # of those in which anything can be planned


def test_fewer_than_two_and_two_of_one_name_are_refused(tmp_path: Path) -> None:
    base, down = two_worlds(tmp_path)
    with pytest.raises(InputError, match="nothing to compare"):
        compare([base])
    (tmp_path / "more").mkdir()
    other = tmp_path / "more" / "base.yaml"
    other.write_text("name: Base\ncompany: ../company.yaml\n", encoding="utf-8")
    with pytest.raises(InputError, match="is the name of two files"):
        compare([base, other])
    with pytest.raises(UnknownName, match="is none of the scenarios"):
        compare([base, down], against="donw")
    with pytest.raises(InputError) as caught:
        compare([tmp_path / "no.yaml", tmp_path / "none.yaml"])
    assert len(caught.value.complaints) == 2


def test_customers_and_nps_are_those_of_a_simulation(tmp_path: Path) -> None:
    """At the point estimate, in plain loops: what is planned, and nothing."""
    files = two_worlds(tmp_path)
    found = compare(files, point=True, seed=1)
    company_file = yaml.safe_load((tmp_path / "company.yaml").read_text(encoding="utf-8"))
    company_file["groups"]["Mobile"]["churn"]["detractor"] = (0.08 + 4 * 0.12 + 0.2) / 6
    listed = yaml.safe_load((tmp_path / "initiatives.yaml").read_text(encoding="utf-8"))
    listed[1]["levers"][0]["change"] = (-0.3 - 4 * 0.2 + 0.1) / 6
    base = found.outcomes[0]
    chosen = [one for one in listed if one["id"] in base.funded]
    with_, without = model.simulate(company_file, chosen), model.simulate(company_file, [])
    assert base.customers_end == pytest.approx(sum(with_.total["customers"][-1]))
    assert base.customers_without == pytest.approx(sum(without.total["customers"][-1]))
    assert base.customers_now == 2000
    assert base.nps_end == pytest.approx(with_.nps[-1])
    assert base.nps_without == pytest.approx(without.nps[-1])
    assert base.nps_now == pytest.approx(5.0)
    assert base.cost == pytest.approx(sum(with_.total["initiative_cost"]))


def beside(folder: Path, second: str, listed: list[dict] | None = None, **company: object) -> list[Path]:
    """Files of a base, and of a scenario that differs from it in what is written."""
    base = write_case(folder, listed, **company)
    other = folder / "second.yaml"
    other.write_text(f"name: Second\nextends: base\n{second}\n", encoding="utf-8")
    return [base, other]


def test_a_base_in_which_nothing_pays_is_compared_with_all_the_same(tmp_path: Path) -> None:
    dear = initiative(costs={"one_off": 10_000_000})
    files = beside(tmp_path, "change_initiatives: {call-back: {costs: {multiply: 0.00001}}}", [dear])
    base, second = compare(files, draws=50, seed=1).outcomes
    assert base.funded == ()
    assert second.funded == ("call-back",)
    assert second.differences is not None
    assert second.differences.profit.value == pytest.approx(second.profit.mean)
    assert second.differences.cost.value == pytest.approx(100.0)


def test_a_plan_that_loses_money_has_regrets_too(tmp_path: Path) -> None:
    """What must be done loses; what brings nothing may be done or not."""
    must = initiative("must", mandatory=True, levers=[], costs={"one_off": 100_000})
    idle = initiative("idle", levers=[{"churn": "detractor", "change": 0}], costs={})
    found = compare(beside(tmp_path, "budget: {2027: 900000}", [must, idle]), draws=20, seed=1)
    assert [one.profit.mean for one in found.outcomes] == pytest.approx([-100_000.0] * 2, rel=0.02)
    rows = {one.id: one for one in found.initiatives}
    assert rows["must"].regret_left_out == (None, None)
    assert rows["idle"].regret_funded == pytest.approx((0.0, 0.0), abs=1e-6)
    assert rows["idle"].regret_left_out == pytest.approx((0.0, 0.0), abs=1e-6)


def test_the_profit_at_the_point_estimate_is_that_of_the_plan(tmp_path: Path) -> None:
    """One that may fail, alone: its chance × what it brings, not what half of its effect brings."""
    half = initiative(probability_of_success=0.5, levers=[{"churn": "detractor", "change": -0.6}], costs={})
    [base, _second] = compare(beside(tmp_path, "budget: {2027: 10}", [half]), point=True, seed=1).outcomes
    file = yaml.safe_load((tmp_path / "company.yaml").read_text(encoding="utf-8"))
    sure = {key: value for key, value in half.items() if key != "probability_of_success"}
    assert base.profit.mean == pytest.approx(0.5 * model.value(file, [sure]).npv)


def test_the_difference_of_nps_is_that_of_the_two_scores(tmp_path: Path) -> None:
    """Shares of sums over draws are no means of shares by batch."""
    files = beside(
        tmp_path,
        "change: {'groups.Mobile.planned_acquisitions': {multiply: 3}}",
        groups={"Mobile": group(planned_acquisitions={"pert": [0, 40, 400]})},
        acquisition_policy="plan",
    )
    base, second = compare(files, draws=60, seed=1).outcomes
    assert second.differences is not None
    assert second.differences.nps is not None
    assert base.nps_end is not None
    assert second.nps_end is not None
    assert second.differences.nps.value == pytest.approx(second.nps_end - base.nps_end, rel=1e-12)
    assert second.differences.nps.standard_error > 0


def test_two_names_alike_and_amounts_in_two_currencies_are_refused(tmp_path: Path) -> None:
    base, second = beside(tmp_path, "")
    second.write_text("name: base\nextends: base\n", encoding="utf-8")
    with pytest.raises(InputError, match="is the name of two scenarios"):
        compare([base, second])
    second.write_text("name: Abroad\nextends: base\nchange: {currency: USD}\n", encoding="utf-8")
    with pytest.raises(InputError, match="EUR, USD"):
        compare([base, second])


def test_numbers_that_scenarios_share_are_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def drawn(scenario: Scenario, run: Run, like: Inputs | None = None) -> Inputs:
        asked.append(like)
        return draw_inputs(scenario, run, like)

    monkeypatch.setattr(comparison, "draw_inputs", drawn)
    compare(two_worlds(tmp_path), draws=20, seed=1, regrets=False)
    assert asked[0] is None
    assert asked[1] is not None
