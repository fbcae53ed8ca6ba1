"""The assumption register: what stands in it, whose it is, how far it moves the profit, and what is looked for."""

from typing import Any

import pytest

from cases import company_record, group, initiative_record
from prioritizer.domain.register import Register
from prioritizer.services.cases import as_scenario
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.planner import Planner
from prioritizer.services.plans import plan_of
from prioritizer.services.register import assumptions, influences_of, planned, register_of, worth_doing
from prioritizer.services.register_search import NO_GRADE, NO_OWNER, OF_COMPANY, By, Wanted, look_for, weakest

CARD = {"unit": "share", "source": "Billing", "owner": "controller"}


def scenario():  # type: ignore[no-untyped-def]
    margin = {"value": {"pert": [0.4, 0.5, 0.6]}, "grade": "C", **CARD}
    churn = {"value": {"pert": [0.02, 0.04, 0.06]}, "grade": "A", **CARD}
    company = company_record(
        budget={"2027": 5000},
        groups={"Mobile": group(gross_margin=margin, churn=churn), "Business": group(revenue={"pert": [50, 60, 70]})},
    )
    size = {"pert": [-0.3, -0.2, -0.1]}
    first = initiative_record(
        "a",
        owner="head",
        reach={"Mobile": 0.8},
        levers=[{"churn": "all", "change": size}],
        evidence={"grade": "B", "note": "Pilot in one city"},
        costs={"one_off": {"pert": [100, 200, 300]}},
    )
    bad = initiative_record("b", reach={"Mobile": 0.5}, levers=[], costs={"one_off": {"pert": [100, 200, 300]}})
    return as_scenario(company, [first, bad])


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return evaluate(scenario(), draws=2000, seed=4)


@pytest.fixture(scope="module")
def register(evaluation: Evaluation) -> Register:
    return register_of(evaluation)


def line(register: Register, input_: str) -> Any:
    return next(one for one in register.assumptions if one.input == input_)


def test_every_number_has_one_line_with_its_card(register: Register) -> None:
    inputs = [one.input for one in register.assumptions]
    assert len(inputs) == len(set(inputs))
    margin = line(register, "groups.Mobile.gross_margin")
    assert (margin.name, margin.group, margin.value, margin.spread) == (
        "Gross margin, Mobile",
        "Mobile",
        "50.0 %",
        "43.8 % to 56.2 %",
    )
    assert (margin.unit, margin.source, margin.grade, margin.owner) == ("share", "Billing", "C", "controller")
    churn = line(register, "groups.Mobile.churn.all")  # entered once for all segments
    assert churn.name == "Churn, Mobile"
    assert "groups.Mobile.churn.promoter" not in inputs
    assert {"discount_rate", "tax_rate", "causal_share", "groups.Business.contact_cost"} <= set(inputs)


def test_a_lever_without_a_card_stands_on_the_evidence_of_its_initiative(register: Register) -> None:
    lever = line(register, "initiatives.a.levers.churn.all")
    assert (lever.source, lever.grade, lever.owner, lever.initiative) == ("Pilot in one city", "B", "head", "a")
    cost = line(register, "initiatives.a.costs.one_off.0")
    assert (cost.source, cost.grade) == ("", "")


def test_influence_is_that_on_what_is_worth_doing_together(evaluation: Evaluation, register: Register) -> None:
    assert register.initiatives == ("a",)
    assert register.profit == pytest.approx(evaluation.ranking.worth_doing_together.point_npv)
    lever, cost = line(register, "initiatives.a.levers.churn.all"), line(register, "initiatives.a.costs.one_off.0")
    assert cost.swing == pytest.approx(-200 * (0.81074 - 0.18926) * (1.08 ** (-1 / 8)), rel=1e-3)  # mid-quarter
    assert lever.correlation.value < -0.5
    assert cost.correlation.value < 0
    swings = [abs(one.swing) for one in register.assumptions if one.swing is not None]
    assert swings == sorted(swings, reverse=True)
    # what does not belong to the portfolio does not move it, and what is certain has no swing
    assert line(register, "initiatives.b.costs.one_off.0").swing == 0.0
    assert line(register, "groups.Business.revenue.all").swing == 0.0
    assert line(register, "tax_rate").swing is None
    assert line(register, "tax_rate").is_certain


def test_of_what_a_plan_funds(evaluation: Evaluation, register: Register) -> None:
    planner = Planner(evaluation.scenario, evaluation.run, evaluation.inputs)
    found = register_of(evaluation, planned(planner, plan_of(planner, solved_draws=0)))
    assert (found.is_plan, found.initiatives) == (True, ("a",))
    for one in register.assumptions:  # the same initiative at the same start
        if one.swing is not None:
            assert line(found, one.input).swing == pytest.approx(one.swing, rel=1e-9), one.input
        known = one.correlation.value if one.correlation else None
        other = line(found, one.input).correlation
        assert (other.value if other else None) == pytest.approx(known, abs=1e-12)


def test_what_moves_profit_most_and_is_least_supported(register: Register) -> None:
    found = weakest(register).assumptions
    assert [one.input for one in found] == ["initiatives.a.costs.one_off.0", "groups.Mobile.gross_margin"]
    cost, margin = found
    assert cost.doubt == abs(cost.swing or 0)  # no source: all of it
    assert margin.doubt == abs(margin.swing or 0) / 2  # a source, but grade C
    assert line(register, "groups.Mobile.churn.all").doubt == 0.0  # a source and grade A


def test_filters_and_orders(register: Register) -> None:
    def found(by: By = By.SWING, **wanted: Any) -> list[str]:
        return [one.input for one in look_for(register, Wanted(**wanted), by)]

    assert set(found(owners=("head",))) == set(found(initiatives=("a",)))
    assert all(one.startswith("groups.Business.") for one in found(groups=("Business",)))
    assert found(grades=("C",)) == ["groups.Mobile.gross_margin"]
    assert "initiatives.b.costs.running" in found(owners=(NO_OWNER,), grades=(NO_GRADE,))
    assert not any(one.startswith("initiatives.") for one in found(initiatives=(OF_COMPANY,)))
    assert found(owners=("nobody at all",)) == []
    names = [one.name for one in look_for(register, Wanted(), By.NAME)]
    assert names == sorted(names)
    closest = look_for(register, Wanted(), By.CORRELATION)[0]
    assert closest.input == "initiatives.a.levers.churn.all"


def test_at_the_point_estimate_there_are_swings_and_no_correlations() -> None:
    found = assumptions(scenario(), point=True)
    assert line(found, "initiatives.a.levers.churn.all").swing
    assert all(one.correlation is None for one in found.assumptions)


def test_where_nothing_is_worth_doing_nothing_moves() -> None:
    lost = evaluate(as_scenario(scenario().company, [initiative_record("b", levers=[])]), draws=50)
    found = register_of(lost)
    assert (found.initiatives, found.profit, found.switching_values) == ((), 0.0, ())
    assert all(one.swing is None for one in found.assumptions)
    assert influences_of(lost, found, worth_doing(lost)) == ()


def test_a_table_has_a_row_for_each(register: Register) -> None:
    made = register.table()
    assert list(made["input"]) == [one.input for one in register.assumptions]
    row = made.set_index("input").loc["groups.Mobile.gross_margin"]
    assert bool(row["weakly_supported"])
    assert row["rank_correlation_standard_error"] == pytest.approx(0.022, abs=0.002)


def test_influences_in_words_come_in_the_order_of_the_swings(evaluation: Evaluation, register: Register) -> None:
    found = influences_of(evaluation, register, worth_doing(evaluation))
    moving = [one.input for one in register.assumptions if one.swing]
    assert [one.input for one in found] == moving
    assert found[0].low == "2.8 %"  # churn of 4 % on average: 2 % + 4 % · 0.18926
