"""The cash-flow statement, line by line against the oracle, and against the list and the plan."""

import random
from collections.abc import Mapping

import numpy as np
import pytest

from cases import company_record, group, initiative_record
from oracles import companies, model
from prioritizer.domain.cash_flow_statement import SUMS, CashFlowStatement, LineKey
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.services.cases import as_scenario
from prioritizer.services.cash_flow_statement import statement, statement_of_plan, statement_of_worth_doing
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.planner import Planner
from prioritizer.services.plans import plan_of

K = LineKey
TOLERANCE = 2e-9  # of the largest margin or acquisition cost: what counts as rounding, and the rounding itself


def without_revenue_levers(files: list[dict]) -> list[dict]:
    return [{**one, "levers": [lever for lever in one.get("levers", []) if "revenue" not in lever]} for one in files]


def without_word_of_mouth(company: dict) -> dict:
    groups = {name: {**one, "referrals": 0, "put_off": 0} for name, one in company["groups"].items()}
    return {**company, "groups": groups}


def mixed(company: dict, files: list[dict]) -> Mapping[str, np.ndarray]:
    """The oracle's lines of a company with initiatives, at the means: one succeeds or fails, several are weaker."""
    chances = {one["id"]: one.get("probability_of_success", 1) for one in files}
    if len(files) != 1:
        runs = [(1.0, model.simulate(company, files, intensity=chances))]
    else:
        (id_, p) = next(iter(chances.items()))
        runs = [(p, model.simulate(company, files)), (1 - p, model.simulate(company, files, success={id_: False}))]
    return {line: sum(share * np.array(run.total[line]) for share, run in runs) for line in model.LINES[1:]} | {
        "npv": sum(share * run.npv for share, run in runs)
    }


def expected(company: dict, files: list[dict]) -> dict[str, np.ndarray]:
    """The lines by the definitions of the statement, each (with and without, periods)."""
    silent, todays = without_word_of_mouth(company), without_revenue_levers(files)
    full, base = mixed(company, files), mixed(company, [])
    today = mixed(company, todays)
    unsaid, unsaid_base = mixed(silent, todays), mixed(silent, [])
    kept = 1 - company.get("tax_rate", 0)
    nothing = 0 * base["margin"]
    flow = {
        K.MARGIN_RETAINED: (unsaid["margin"], unsaid_base["margin"]),
        K.MARGIN_REFERRED: (today["margin"] - unsaid["margin"], base["margin"] - unsaid_base["margin"]),
        K.SPEND_UPLIFT: (full["margin"] - today["margin"], nothing),
        K.MARGIN: (full["margin"], base["margin"]),
        K.REFERRALS: (
            unsaid["acquisition"] - full["acquisition"],
            unsaid_base["acquisition"] - base["acquisition"],
        ),
        K.ACQUISITION_OTHER: (-unsaid["acquisition"], -unsaid_base["acquisition"]),
        K.ACQUISITION: (-full["acquisition"], -base["acquisition"]),
        K.SERVICE: (-full["service"], -base["service"]),
        K.NOT_CASHABLE: (-full["uncashed"] / kept, nothing),
        K.COSTS: (-full["initiative_cost"], nothing),
        K.CASH_FLOW: (full["cash_flow"], base["cash_flow"]),
    }
    return {key: np.array(both) for key, both in flow.items()}


def assert_is_the_oracle_s(found: CashFlowStatement, company: dict, files: list[dict]) -> None:
    lines = expected(company, files)
    size = max(np.abs(lines[key]).max() for key in (K.MARGIN, K.ACQUISITION, K.MARGIN_RETAINED, K.ACQUISITION_OTHER))
    for key, (with_it, without) in lines.items():
        assert found.series(key, "with_it") == pytest.approx(with_it, abs=TOLERANCE * size), key
        assert found.series(key, "without") == pytest.approx(without, abs=TOLERANCE * size), key
    factors = [model.factor(company, t) for t in range(model.periods_of(company))]
    profit = found.line(K.PROFIT).present_value
    worth = mixed(company, files)["npv"], mixed(company, [])["npv"]
    assert (profit.with_it, profit.without) == pytest.approx(worth, abs=TOLERANCE * size * len(factors))
    tax = found.line(K.TAX).present_value.difference
    assert tax == pytest.approx(
        -company.get("tax_rate", 0) * found.line(K.BEFORE_TAX).present_value.difference, abs=TOLERANCE * size
    )
    discounted = np.array(found.series(K.CASH_FLOW)) * factors
    assert found.series(K.DISCOUNTED) == pytest.approx(discounted, abs=TOLERANCE * size)


def evaluated(company: dict, files: list[dict]) -> Evaluation:
    initiatives = [Initiative.model_validate(one) for one in files]
    return evaluate(as_scenario(Company.model_validate(company), initiatives), point=True, threads=1)


@pytest.mark.parametrize("seed", range(12))
def test_every_line_is_the_oracle_s(seed: int) -> None:
    company, files = companies.random_case(random.Random(seed))
    evaluation = evaluated(company, files)
    for one in files[:3]:
        assert_is_the_oracle_s(statement(evaluation, one["id"]), company, [one])
    chosen = [one for one in files if one["id"] in evaluation.worth_doing]
    if len(chosen) > 1:
        assert_is_the_oracle_s(statement_of_worth_doing(evaluation), company, chosen)


def drawn() -> Evaluation:
    """Uncertain numbers, word of mouth, a revenue lever, tax, run-off, and a saving that is partly paid out."""
    mobile = group(
        gross_margin={"pert": [0.4, 0.5, 0.6]},
        referrals={"promoter": 0.02, "passive": 0, "detractor": 0},
        put_off={"promoter": 0, "passive": 0, "detractor": 0.01},
    )
    company = company_record(
        groups={"Mobile": mobile, "Fixed": group(contact_cost=9)},
        tax_rate=0.25,
        cashable=0.6,
        terminal_value="run-off",
        causal_share=0.7,
        fiscal_year_start=4,
        budget={2026: 4000, 2027: 4000},
    )
    moves = [
        {"move": {"from": "detractor", "to": "promoter"}, "share": {"pert": [0.02, 0.05, 0.1]}},
        {"revenue": "promoter", "change": 0.03},
        {"contacts": "all", "change": -0.1},
    ]
    initiatives = [
        initiative_record("a", levers=moves, reach={"Mobile": 0.8}, probability_of_success=0.7),
        initiative_record("b", costs={"one_off": 300, "per_customer": {"amount": 0.1}}, latest_start=2),
        initiative_record("c", costs={"one_off": 1}, levers=[{"contacts": "all", "change": -0.05}]),
    ]
    return evaluate(as_scenario(company, initiatives), draws=300, seed=3, threads=1)


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return drawn()


def assert_adds_up(found: CashFlowStatement) -> None:
    """Parts make sums, and with less without is the difference, in every cell; years hold their periods."""
    for line in found.lines:
        for cell in (*line.periods, *line.years, *([line.total] if line.total else []), line.present_value):
            assert cell.difference == cell.with_it - cell.without
        for side in ("with_it", "without", "difference"):
            of_year = dict.fromkeys(found.years, 0.0)
            for year, cell in zip(found.year_of_period, line.periods, strict=False):
                of_year[year] += getattr(cell, side)
            if line.total is not None:
                assert [getattr(cell, side) for cell in line.years] == pytest.approx(list(of_year.values()), abs=1e-6)
                assert getattr(line.total, side) == pytest.approx(sum(of_year.values()), abs=1e-6)
            parts = [found.line(part) for part in SUMS.get(line.key, ())]
            if parts:
                worth = sum(getattr(part.present_value, side) for part in parts)
                assert getattr(line.present_value, side) == pytest.approx(worth, abs=1e-6)
            if parts and line.total is not None:
                summed = np.sum([found.series(part.key, side) for part in parts], axis=0)
                assert found.series(line.key, side) == pytest.approx(summed, abs=1e-6)


@pytest.mark.parametrize("id_", ["a", "b", "c"])
def test_an_initiative_s_lines_are_its_cash_flow_and_its_profit(evaluation: Evaluation, id_: str) -> None:
    row = next(row for row in evaluation.ranking.initiatives if row.id == id_)
    found = statement(evaluation, id_)
    assert_adds_up(found)
    assert found.series(K.CASH_FLOW) == pytest.approx(row.cash_flow, abs=1e-6)
    assert [-cost for cost in found.series(K.COSTS)] == pytest.approx(row.costs, abs=1e-6)
    assert found.line(K.PROFIT).present_value.difference == pytest.approx(row.npv.mean, abs=1e-6)
    assert found.line(K.RUN_OFF).present_value.difference == pytest.approx(row.sources.run_off, abs=1e-6)
    assert found.line(K.PROFIT).present_value.without == pytest.approx(evaluation.ranking.baseline.npv.mean)
    for key, source in ((K.MARGIN, row.sources.margin), (K.SERVICE, row.sources.service), (K.COSTS, row.sources.costs)):
        assert 0.75 * found.line(key).present_value.difference == pytest.approx(source, abs=1e-6)


def test_what_is_worth_doing_has_the_joint_profit(evaluation: Evaluation) -> None:
    found = statement_of_worth_doing(evaluation)
    assert_adds_up(found)
    assert set(found.initiatives) == set(evaluation.worth_doing)
    assert found.line(K.PROFIT).present_value.difference == pytest.approx(
        evaluation.ranking.worth_doing_together.npv.mean, abs=1e-6
    )


def test_nothing_worth_doing_changes_nothing() -> None:
    made = evaluate(as_scenario(company_record(), [initiative_record(costs={"one_off": 1e9})]), point=True)
    found = statement_of_worth_doing(made)
    assert all(line.present_value.difference == 0 and not line.behind for line in found.lines)


@pytest.mark.parametrize("point", [True, False])
def test_a_plan_has_its_joint_profit_at_its_starts(point: bool) -> None:
    made = drawn()
    if point:
        made = evaluate(made.scenario, point=True)
    planner = Planner(made.scenario, made.run, made.inputs, 1)
    plan = plan_of(planner, solved_draws=0)
    found = statement_of_plan(planner, plan)
    assert len(plan.funded) > 1
    assert found.line(K.PROFIT).present_value.difference == pytest.approx(plan.joint, abs=1e-6)
    costs = np.array([-cost for cost in found.series(K.COSTS)])
    by_year = [costs[[name == year for name in found.year_of_period]].sum() for year in found.years]
    assert by_year == pytest.approx([year.cost for year in plan.years if year.name in found.years], abs=1e-6)


def test_fiscal_years_begin_when_the_company_s_does(evaluation: Evaluation) -> None:
    found = statement(evaluation, "a")
    assert found.years == ("2026/27", "2027/28", "2028/29")[: len(found.years)]
    assert found.year_of_period[:2] == ("2026/27", "2027/28")


def test_one_lever_at_a_time_fills_its_own_line() -> None:
    """What is saved or earned stands in the line that is named after it."""
    talk = {"promoter": 0.02, "passive": 0, "detractor": 0}
    company = company_record(groups={"Mobile": group(referrals=talk)}, cashable=0.5)
    levers = {
        "revenue": {"revenue": "all", "change": 0.1},
        "referrals": {"referrals": "promoter", "change": 0.5},
        "contact-cost": {"contact_cost": "all", "change": -0.1},
        "churn": {"churn": "all", "change": -0.5},
    }
    made = evaluate(
        as_scenario(company, [initiative_record(id_, levers=[lever]) for id_, lever in levers.items()]), point=True
    )

    def moved(id_: str) -> set[LineKey]:
        lines = statement(made, id_).lines
        return {one.key for one in lines if one.present_value.difference and one.key not in SUMS} - {
            K.COSTS,
            K.TAX,
            K.DISCOUNTED,
        }

    assert moved("revenue") == {K.SPEND_UPLIFT}
    assert moved("referrals") == {K.REFERRALS}
    assert moved("contact-cost") == {K.SERVICE, K.NOT_CASHABLE}
    assert {K.MARGIN_RETAINED, K.ACQUISITION_OTHER} <= moved("churn")
    saved = statement(made, "contact-cost")
    assert saved.series(K.NOT_CASHABLE) == pytest.approx([-one / 2 for one in saved.series(K.SERVICE)])


def test_under_a_plan_of_acquisitions_referrals_bring_margin() -> None:
    talk = {"promoter": 0.02, "passive": 0, "detractor": 0}
    company = company_record(
        groups={"Mobile": group(referrals=talk, planned_acquisitions=40)}, acquisition_policy="plan"
    )
    lever = {"referrals": "promoter", "change": 0.5}
    found = statement(evaluate(as_scenario(company, [initiative_record(levers=[lever])]), point=True), "call-back")
    assert found.line(K.MARGIN_REFERRED).present_value.difference > 0
    assert not any(found.series(K.REFERRALS, "with_it"))
