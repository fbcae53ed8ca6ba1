"""What can be known of a run, one by one and in groups: by hand on a small company."""

import numpy as np
import pytest

import cases
from prioritizer.engine.levers import Inputs, sampled
from prioritizer.services.assumption_groups import groups_of, known_draws
from prioritizer.services.certainty import names_of

GRADE = {"delivered": 0.8, "spread": 0.2, "slope": 0, "cost": 1, "delay": 0}
UNCERTAIN = {
    "churn": {"promoter": 0.01, "passive": 0.03, "detractor": {"pert": [0.1, 0.12, 0.16]}},
    "revenue": {"promoter": {"normal": [120, 5]}, "passive": 100, "detractor": 90},
    "newcomers": {"dirichlet": {"promoter": 25, "passive": 55, "detractor": 20}},
    "contact_cost": {"range": [4, 6, 9]},
}
NEWCOMERS = tuple(f"groups.Mobile.newcomers.{segment}" for segment in cases.SEGMENTS)


def inputs(**changes) -> Inputs:
    table = {**dict.fromkeys("ABCD", GRADE), "shared": {"company": 0.1, "department": 0.1}}
    company = cases.company_record(groups={"Mobile": cases.group(**UNCERTAIN)}, benefit_realisation=table, **changes)
    first = cases.initiative_record(
        levers=[{"churn": "detractor", "change": {"pert": [-0.3, -0.2, -0.1]}}], probability_of_success=0.6
    )
    second = cases.initiative_record("call", name="Call", department="IT", costs={"one_off": {"pert": [1, 2, 4]}})
    return sampled(company, [first, second], 200, 3)


def test_every_number_that_varies_is_known_and_no_other() -> None:
    assert set(known_draws(inputs())) == {
        "groups.Mobile.churn.detractor",
        "groups.Mobile.revenue.promoter",
        "groups.Mobile.contact_cost",
        *NEWCOMERS,
        "initiatives.call-back.levers.churn.detractor",
        "initiatives.call-back.success",
        "initiatives.call.costs.one_off.0",
        "delivered",
        "delivered.departments.Customer service",
        "delivered.departments.IT",
        "delivered.initiatives.call-back",
        "delivered.initiatives.call",
    }


def test_what_is_known_is_what_the_simulation_draws() -> None:
    drawn = inputs()
    known = known_draws(drawn)
    assert np.array_equal(known["groups.Mobile.churn.detractor"], drawn.drawn["groups.Mobile.churn.detractor"])
    assert set(known["initiatives.call-back.success"]) == {0, 1}
    assert known["initiatives.call-back.success"].mean() == pytest.approx(0.6)
    assert known["delivered"].std() == pytest.approx(0.1, rel=0.05)
    assert known["delivered.initiatives.call"].std() == pytest.approx(0.2, rel=0.05)


def test_shares_of_a_row_from_counts_are_known_as_shares() -> None:
    known = known_draws(inputs())
    assert sum(known[name] for name in NEWCOMERS) == pytest.approx(np.ones(200))
    assert known[NEWCOMERS[1]].mean() == pytest.approx(56 / 103, abs=0.01)  # counts + 1 of the uniform prior


def test_groups_hold_what_is_found_out_together() -> None:
    drawn = inputs()
    found = groups_of(drawn.company, drawn.initiatives, known_draws(drawn))
    assert {label: set(members) for label, members in found.items()} == {
        "Churn": {"groups.Mobile.churn.detractor"},
        "Revenue and margin": {"groups.Mobile.revenue.promoter"},
        "Contacts and what they cost": {"groups.Mobile.contact_cost"},
        "Newcomers and growth": set(NEWCOMERS),
        "What companies get of claims: company and departments": {
            "delivered",
            "delivered.departments.Customer service",
            "delivered.departments.IT",
        },
        "All about “Initiative call-back”": {
            "initiatives.call-back.levers.churn.detractor",
            "initiatives.call-back.success",
            "delivered.initiatives.call-back",
        },
        "All about “Call”": {"initiatives.call.costs.one_off.0", "delivered.initiatives.call"},
    }


def test_groups_of_several_customer_groups_hold_the_numbers_of_all() -> None:
    company = cases.company_record(groups={"A": cases.group(), "A.b": cases.group()})
    names = ["groups.A.churn.passive", "groups.A.b.churn.passive", "groups.A.b.revenue.passive"]
    found = groups_of(company, [], names)
    assert found["Churn"] == ("groups.A.churn.passive", "groups.A.b.churn.passive")
    assert found["Revenue and margin"] == ("groups.A.b.revenue.passive",)


def test_an_id_that_begins_with_another_id_has_its_own_numbers() -> None:
    short, long = cases.initiative_record("a", name="Short"), cases.initiative_record("a.b", name="Long")
    names = ["initiatives.a.costs.running", "initiatives.a.b.levers.churn.detractor", "initiatives.a.b.success"]
    for listed in ([short, long], [long, short]):
        found = groups_of(cases.company_record(), listed, names)
        assert found == {"All about “Short”": (names[0],), "All about “Long”": tuple(names[1:])}
        said = names_of(cases.company_record(), listed)
        assert said["initiatives.a.b.levers.churn.detractor"].startswith("Long: ")


def test_everything_known_has_a_name_in_words() -> None:
    drawn = inputs()
    names = names_of(drawn.company, drawn.initiatives)
    assert known_draws(drawn).keys() <= names.keys()
    assert names["delivered"] == "How far all claims miss"
    assert names["delivered.departments.IT"] == "How far the claims of IT miss"
    assert names["delivered.initiatives.call"] == "Call: How far its claims miss"
    assert names["initiatives.call-back.success"] == "Initiative call-back: Whether it succeeds"
    assert names["initiatives.call.costs.one_off.0"].startswith("Call: ")
    assert not names["groups.Mobile.contact_cost"].startswith(("Call", "Initiative"))


def test_initiatives_of_one_name_are_told_apart() -> None:
    listed = [cases.initiative_record(id_, name="X", department=id_) for id_ in ("a", "b")]
    found = groups_of(cases.company_record(), listed, ["initiatives.a.success", "initiatives.b.success"])
    assert found == {"All about “X (a)”": ("initiatives.a.success",), "All about “X (b)”": ("initiatives.b.success",)}
