"""What stands behind a line: no number moves a line that does not name it, and every place is one of the register."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from cases import company_record, group, initiative_record
from prioritizer.domain.cash_flow_statement import SUMS, LineKey
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.engine.counterfactual import split
from prioritizer.engine.levers import at_means
from prioritizer.engine.statement import every_line
from prioritizer.services.cases import as_scenario
from prioritizer.services.cash_flow_behind import behind
from prioritizer.services.evaluation import evaluate
from prioritizer.services.register import register_of

K = LineKey
LEVERS = [
    {"move": {"from": "detractor", "to": "promoter"}, "share": 0.1},
    {"newcomers": {"from": "passive", "to": "promoter"}, "share": 0.1},
    {"churn": "detractor", "change": -0.1},
    {"revenue": "promoter", "change": 0.03},
    {"contacts": "all", "change": -0.1},
    {"contact_cost": "all", "change": -0.05},
    {"referrals": "promoter", "change": 0.2},
    {"put_off": "detractor", "change": -0.2},
    {"acquisition_cost": "all", "change": -0.05},
    {"extra_customers": {"Mobile": 5}, "cost_each": 20},
]
TIMES = {
    "delay": 1,
    "ramp_up": 1,
    "duration": 2,
    "fade_out": 1,
    "probability_of_success": 0.8,
    "reach": {"Mobile": 0.5},
}


def company(policy: str) -> Company:
    mobile = group(
        referrals={"promoter": 0.02, "passive": 0.01, "detractor": 0.01},
        put_off={"promoter": 0.005, "passive": 0.01, "detractor": 0.02},
        planned_acquisitions=40,
        growth=0.01,
    )
    return company_record(
        horizon=8,
        tax_rate=0.2,
        causal_share=0.8,
        cashable=0.7,
        terminal_value="run-off",
        acquisition_policy=policy,
        groups={"Mobile": mobile, "Fixed": group(planned_acquisitions=10)},
    )


def differences(made: Company, one: Initiative, kept: set[str] | None = None) -> dict[LineKey, np.ndarray]:
    """The difference in every line where it succeeds, every number but those that are kept moved by some per cent."""
    inputs = at_means(made, [one], [1.0])
    if kept is not None:
        random = Random(7)
        moved = {place: value * random.uniform(1.02, 1.2) for place, value in inputs.drawn.items() if place not in kept}
        inputs = replace(inputs, drawn=inputs.drawn | moved)
    lines = every_line(made, split(((1.0, inputs),), 1))
    return {key: line.periods[0] - line.periods[1] for key, line in lines.items()} | {
        key: lines[key].worth[:1] - lines[key].worth[1:] for key in (K.RUN_OFF, K.PROFIT)
    }


@pytest.mark.parametrize("policy", ["hold", "plan"])
@pytest.mark.parametrize("levers", [LEVERS, *([lever] for lever in LEVERS), []], ids=str)
def test_no_number_moves_a_line_that_does_not_name_it(policy: str, levers: list[dict]) -> None:
    made = company(policy)
    costs = {"one_off": 500, "running": 10, **({"per_customer": {"amount": 0.1}} if len(levers) != 1 else {})}
    one = initiative_record("a", levers=levers, costs=costs, **{**TIMES, "ramp_up": 7, "fade_out": 5})
    base = differences(made, one)
    named = {key: behind(made, [one], key) for key in LineKey if key not in SUMS or key is K.PROFIT}
    size = 1e-9 * max(np.abs(base[K.MARGIN]).max(), np.abs(base[K.ACQUISITION]).max(), 1.0)
    for places in set(named.values()):
        moved = differences(made, one, set(places))
        for key in (key for key in named if named[key] == places):
            assert moved[key] == pytest.approx(base[key], abs=size), key


def test_everything_behind_is_a_line_of_the_register() -> None:
    realised = {"benefit_realisation": {"D": {"delivered": 0.7, "spread": 0.2}, "shared": {"company": 0.1}}}
    made = company_record(**realised, groups={"Mobile": group(revenue=100, gross_margin={"pert": [0.4, 0.5, 0.6]})})
    one = initiative_record("a", levers=[*LEVERS], **TIMES)
    listed = {one.input for one in register_of(evaluate(as_scenario(made, [one]), point=True)).assumptions}
    for key in LineKey:
        found = behind(made, [one], key)
        assert set(found) <= listed
        assert len(set(found)) == len(found)
        for part in SUMS.get(key, ()):
            assert set(behind(made, [one], part)) <= {*found, "discount_rate"}
    assert "delivered.initiatives.a" in behind(made, [one], K.SERVICE)
    assert "benefit_realisation.D.delivered" in behind(made, [one], K.SERVICE)


def test_a_line_names_only_what_it_is_made_of() -> None:
    made = company("hold")
    service = initiative_record("a", levers=[{"contacts": "all", "change": -0.1}], reach={"Mobile": 0.5})
    assert behind(made, [service], K.SPEND_UPLIFT) == behind(made, [service], K.MARGIN_RETAINED) == ()
    saved = behind(made, [service], K.SERVICE)
    assert {"groups.Mobile.contact_cost", "initiatives.a.levers.contacts.all", "initiatives.a.reach.Mobile"} <= set(
        saved
    )
    assert not any(
        place.startswith(("groups.Fixed", "groups.Mobile.revenue", "initiatives.a.costs")) for place in saved
    )
    assert "groups.Mobile.planned_acquisitions" not in saved
    assert set(behind(made, [service], K.COSTS)) >= {"initiatives.a.costs.one_off.0", "initiatives.a.costs.running"}
    assert behind(made, [service], K.TAX)[0] == "tax_rate"
