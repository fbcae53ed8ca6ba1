"""A scenario's differences: where they lead, what they replace and what they scale."""

import pytest

import cases
from prioritizer.domain.changes import apply, written
from prioritizer.domain.company import Company
from prioritizer.domain.record import PlainScalar
from prioritizer.domain.scenarios import Differences

TWO = {"Mobile": cases.group(), "North West": cases.group(churn=0.05, planned_acquisitions=40)}


def changed(record=None, **change):
    """A company after a scenario's change, with underscores for the points that names of arguments cannot hold."""
    return apply(cases.company_record(groups=TWO) if record is None else record, steps(change["change"]))


def steps(change):
    return Differences.model_validate({"name": "S", "extends": "base", "change": change}).change


def said(change, record=None):
    return cases.complaints(lambda: changed(record, change=change))


def test_a_value_takes_the_place_of_another():
    company = changed(change={"horizon": 8, "acquisition_policy": "hold", "tax_rate": 0.2, "discount_rate": 0.1})
    assert (company.horizon, company.tax_rate.number, company.discount_rate.real) == (8, 0.2, 0.1)


def test_a_number_is_multiplied_and_added_to():
    company = changed(
        change={
            "groups.Mobile.acquisition_cost": {"add": 300},
            "groups.Mobile.contact_cost": {"multiply": 1.5},
            "groups.Mobile.gross_margin": {"multiply": 0.8, "add": 0.05},
        }
    )
    group = company.groups["Mobile"]
    assert group.acquisition_cost.number == 450
    assert group.contact_cost.number == 9
    assert group.gross_margin.number == pytest.approx(0.45)


def test_a_number_may_be_multiplied_by_nothing():
    assert changed(change={"groups.Mobile.contact_cost": {"multiply": 0}}).groups["Mobile"].contact_cost.number == 0
    two = changed(change={"groups.Mobile.contact_cost": {"multiply": 0, "add": 2}})
    assert two.groups["Mobile"].contact_cost.number == 2


def test_what_is_not_named_stays_as_it_is():
    before = cases.company_record(groups=TWO)
    after = changed(change={"groups.Mobile.churn.detractor": {"multiply": 1.5}})
    assert after.groups["Mobile"].churn.detractor.number == pytest.approx(0.18)
    assert after.groups["Mobile"].churn.passive == before.groups["Mobile"].churn.passive
    assert after.groups["North West"] == before.groups["North West"]
    assert before.groups["Mobile"].churn.detractor.number == 0.12


def test_a_star_stands_for_every_group_or_segment():
    company = changed(change={"groups.*.churn.detractor": {"multiply": 1.5}, "groups.Mobile.revenue.*": {"add": 1}})
    assert company.groups["Mobile"].churn.detractor.number == pytest.approx(0.18)
    assert company.groups["North West"].churn.detractor.number == pytest.approx(0.075)
    assert [q.number for _s, q in company.groups["Mobile"].revenue.items()] == [121, 101, 91]
    assert [q.number for _s, q in company.groups["North West"].revenue.items()] == [120, 100, 90]


def test_a_star_in_migration_stands_for_the_segment_moved_to():
    row = changed(change={"groups.*.migration.detractor.*": {"multiply": 2}}).groups["Mobile"].migration.detractor
    assert [q.multiply for _s, q in row.items()] == [2, 2, 2]


def test_a_name_in_quotes_may_hold_spaces_and_points():
    company = cases.company_record(groups={"Fixed.Line": cases.group(), "North West": cases.group()})
    after = changed(company, change={'groups."Fixed.Line".contact_cost': 7, 'groups."North West".contact_cost': 8})
    assert [group.contact_cost.number for group in after.groups.values()] == [7, 8]


def test_every_number_below_a_place_is_scaled():
    company = changed(change={"groups.Mobile.churn": {"multiply": 2}})
    assert [q.number for _s, q in company.groups["Mobile"].churn.items()] == [0.02, 0.06, 0.24]
    budgeted = apply(cases.company_record(budget={2027: 10, 2028: 20}), steps({"budget": {"multiply": 0.5}}))
    assert {year: amount.number for year, amount in budgeted.budget.items()} == {"2027": 5, "2028": 10}


@pytest.mark.parametrize("lenient", [False, True])
def test_costs_are_scaled_where_one_kind_of_them_is_missing(lenient):
    one = cases.initiative_record(costs={"running": 40})
    costs = apply(one, steps({"costs": {"multiply": 0.5}}), lenient=lenient).costs
    assert (costs.one_off, costs.running.number) == ({}, 20)


def test_a_share_that_is_scaled_in_a_row_is_divided_by_the_new_sum_later():
    row = changed(change={"groups.Mobile.newcomers.detractor": {"multiply": 2}}).groups["Mobile"].newcomers
    assert [q.number for _s, q in row.items()] == [0.25, 0.55, 0.4]


def test_an_uncertain_number_is_scaled_draw_by_draw():
    company = cases.company_record(groups={"A": cases.group(gross_margin={"pert": [0.4, 0.5, 0.6]})})
    after = apply(company, steps({"groups.A.gross_margin": {"multiply": 0.9, "add": 0.01}}))
    margin = after.groups["A"].gross_margin
    assert margin.distribution.model_dump() == {"form": "pert", "low": 0.4, "mode": 0.5, "high": 0.6}
    assert (margin.multiply, margin.add) == (0.9, 0.01)


def test_one_number_for_all_segments_still_shares_its_draws_after_a_change():
    company = cases.company_record(groups={"A": cases.group(churn={"pert": [0.01, 0.02, 0.03]})})
    churn = apply(company, steps({"groups.A.churn": {"multiply": 2}})).groups["A"].churn
    assert [q.stream for _s, q in churn.items()] == ["all", "all", "all"]


def test_changes_follow_one_another_in_their_order():
    twice = changed(change={"groups.*.contact_cost": {"add": 1}, "groups.Mobile.contact_cost": {"multiply": 2}})
    assert [group.contact_cost.number for group in twice.groups.values()] == [14, 7]
    replaced = changed(change={"groups.Mobile.contact_cost": 5, "groups.*.contact_cost": {"multiply": 2}})
    assert [group.contact_cost.number for group in replaced.groups.values()] == [10, 12]


@pytest.mark.parametrize(
    ("change", "where", "number"),
    [
        (
            {"groups.Mobile.contact_cost": PlainScalar("5"), "groups.*.contact_cost": {"multiply": 2}},
            "contact_cost",
            10,
        ),
        (
            {"groups.Mobile.contact_cost": {"value": PlainScalar("5")}, "groups.*.contact_cost": {"add": 2}},
            "contact_cost",
            7,
        ),
        ({"groups.Mobile.churn": PlainScalar("0.2"), "groups.*.churn.*": {"multiply": 2}}, "churn.passive", 0.4),
        ({"groups.Mobile": cases.group(), "groups.Mobile.churn.*": {"multiply": 2}}, "churn.passive", 0.06),
    ],
)
def test_what_a_file_replaces_can_be_scaled_after_it(change, where, number):
    found = changed(change=change).groups["Mobile"]
    for part in where.split("."):
        found = getattr(found, part)
    assert found.number == pytest.approx(number)


def test_rates_and_whole_numbers_that_a_file_replaces_can_be_scaled_after_it():
    twice = changed(change={"horizon": PlainScalar("5"), "horizon ": {"add": 1}})
    assert twice.horizon == 6
    rate = changed(change={"discount_rate": PlainScalar("0.1"), "discount_rate ": {"multiply": 2}}).discount_rate
    assert rate.real == pytest.approx(0.2)


def test_the_real_discount_rate_is_scaled():
    nominal = cases.company_record(discount_rate={"nominal": 0.21, "inflation": 0.1})
    assert apply(nominal, steps({"discount_rate": {"multiply": 1.2}})).discount_rate.real == pytest.approx(0.12)


def test_whole_numbers_may_be_scaled_to_whole_numbers():
    assert changed(change={"horizon": {"multiply": 2}, "latest_start": {"add": 1}}).periods == 8 + 3


def test_scaling_each_leaves_out_who_has_no_such_number_unless_nobody_has():
    after = changed(change={"groups.*.planned_acquisitions": {"multiply": 0.5}})
    assert after.groups["Mobile"].planned_acquisitions is None
    assert after.groups["North West"].planned_acquisitions.number == 20
    assert said({"groups.Mobile.planned_acquisitions": {"multiply": 0.5}}) == [
        "groups.Mobile.planned_acquisitions: there is no number here. Give it a value first."
    ]


# Initiatives


def test_an_initiative_is_changed_by_the_same_rules():
    listed = cases.initiative_record(
        costs={"one_off": {0: 10, 2: 20}, "running": 5, "per_customer": {"amount": 4, "of": ["passive"]}},
        reach={"Mobile": 0.4},
    )
    after = apply(listed, steps({"costs": {"multiply": 1.5}, "reach.Mobile": {"multiply": 0.5}, "evidence.grade": "A"}))
    assert {phase: amount.number for phase, amount in after.costs.one_off.items()} == {0: 15, 2: 30}
    assert (after.costs.running.number, after.costs.per_customer.amount.number) == (7.5, 6)
    assert [segment.value for segment in after.costs.per_customer.of] == ["passive"]
    assert after.reach_of("Mobile").number == 0.2
    assert after.evidence.grade == "A"
    assert after.levers == listed.levers


def test_levers_are_replaced_as_a_whole():
    after = apply(cases.initiative_record(), steps({"levers": [{"revenue": "all", "change": 0.1}]}))
    assert [lever.name for lever in after.levers] == ["revenue.all"]


# What leads nowhere


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"horizn": 5}, "horizn: horizn is not known here. Did you mean horizon?"),
        ({"groups.Mobil.churn": 0.1}, "groups.Mobil.churn: Mobil is not known here. Did you mean Mobile?"),
        ({"groups.Mobile.chrun": 0.1}, "groups.Mobile.chrun: chrun is not known here. Did you mean churn?"),
        (
            {"groups.Mobile.churn.detracter": 0.1},
            "groups.Mobile.churn.detracter: detracter is not known here. Did you mean detractor?",
        ),
        (
            {'groups."North Wst".churn': 0.1},
            'groups."North Wst".churn: North Wst is not known here. Did you mean North West?',
        ),
        (
            {"groups.Mobile.churn.passive.value": 0.1},
            "groups.Mobile.churn.passive.value: value leads nowhere. Nothing lies below this place: shorten the path.",
        ),
        ({"horizon.x": 1}, "horizon.x: x leads nowhere. Nothing lies below this place: shorten the path."),
        (
            {"discount_rate": {"multiply": 20}},
            "discount_rate: 1.6 is not a discount rate. "
            "Give a fraction per year above -1 and up to 1, like 0.08 for 8 %.",
        ),
        ({"groups": None}, "groups: is not possible here. See docs/files.md."),
        (
            {"groups.Mobile.contact_cost": "5"},
            "groups.Mobile.contact_cost: 5 is not a number. Give a number, without quotes.",
        ),
        ({"timing": {"multiply": 2}}, "timing: mid is not a number. Replace it by a value instead."),
        ({"start": {"add": 1}}, "start: 2027-01 is not a number. Replace it by a value instead."),
        ({"correlate": {"multiply": 2}}, "correlate: a list is not a number. Replace it by a value instead."),
        ({"horizon": {"multiply": 0.3}}, "horizon: 1.2 is not a whole number. Give a whole number."),
        ({"horizon": 0}, "horizon: 0 is not a benefit window. Give a whole number of periods from 1 to 120."),
        ({"tax_rate": 25}, "tax_rate: 25 is not a share. Give a number from 0 to 1: did you mean 0.25 (25 %)?"),
        ({"timing": "strt"}, "timing: strt is not known here. Did you mean start?"),
        ({"groups.Mobile.churn": {"promoter": 0.1}}, None),
        (
            {"groups.Mobile.newcomers": {"promoter": 0.5, "passive": 0.4, "detractor": 0.2}},
            "groups.Mobile.newcomers: 1.1 is the sum of the shares, not 1. Make the three shares sum to 1.",
        ),
        (
            {"acquisition_policy": "plan"},
            "groups.Mobile.planned_acquisitions is missing. "
            "Policy plan needs it: give the customers that are to be bought per period.",
        ),
    ],
)
def test_a_change_that_cannot_be_made_is_complained_about_at_its_path(change, sentence):
    found = said(change)
    if sentence is None:
        assert found == [
            "groups.Mobile.churn: passive is missing. See docs/files.md.",
            "groups.Mobile.churn: detractor is missing. See docs/files.md.",
        ]
    else:
        assert found == [sentence]


def test_a_star_never_stands_for_every_key_of_a_record():
    (found,) = said({"groups.Mobile.*": {"multiply": 2}})
    assert found.startswith("groups.Mobile.*: * is not known here. Known are: customers, churn, ")
    (found,) = said({"*": 5})
    assert found.startswith("*: * is not known here. Known are: company, currency, ")


def test_levers_are_scaled_all_or_by_name():
    two = cases.initiative_record(
        levers=[
            {"churn": "detractor", "change": -0.1},
            {"extra_customers": {"Mobile": 50}, "cost_each": 7},
        ]
    )
    churn, extra = apply(two, steps({"levers": {"multiply": 0.8}})).levers
    assert churn.change.number == pytest.approx(-0.08)
    assert (extra.extra_customers["Mobile"].number, extra.cost_each.number) == (40, 7)
    churn, extra = apply(two, steps({"levers.churn.detractor": -0.3})).levers
    assert (churn.change.number, extra.extra_customers["Mobile"].number) == (-0.3, 50)


def test_customers_that_a_lever_brings_are_replaced_with_or_without_their_cost():
    one = cases.initiative_record(levers=[{"extra_customers": {"Mobile": 50}, "cost_each": 7}])
    (extra,) = apply(one, steps({"levers.extra_customers": {"Mobile": 60, "Fixed": 5}})).levers
    assert {group: count.number for group, count in extra.extra_customers.items()} == {"Mobile": 60, "Fixed": 5}
    assert extra.cost_each.number == 7
    (extra,) = apply(one, steps({"levers.extra_customers": {"Mobile": 60, "cost_each": 8}})).levers
    assert (extra.extra_customers["Mobile"].number, extra.cost_each.number) == (60, 8)


@pytest.mark.parametrize("junk", [5, "x", [], ["a"], {}, {"pert": [1, 2, 3]}])
def test_customers_that_a_lever_brings_are_not_replaced_by_anything_else(junk):
    one = cases.initiative_record(levers=[{"extra_customers": {"Mobile": 50}, "cost_each": 7}])
    assert cases.complaints(lambda: apply(one, steps({"levers.extra_customers": junk})))
    assert cases.complaints(lambda: apply(one, steps({"levers.extra_customers": junk, "levers": {"multiply": 2}})))


def test_a_negative_factor_turns_no_count_round():
    assert said({"groups.Mobile.churn": {"multiply": -1}}) == [
        "groups.Mobile.churn: -1 would turn the number round. Multiply by 0 or more."
    ]


def test_different_kinds_of_number_are_not_scaled_together():
    (found,) = said({"groups.Mobile": {"multiply": 2}})
    assert "are different kinds of number" in found


def test_changes_that_make_sense_together_need_no_order():
    after = changed(change={"groups.Mobile.newcomers.promoter": 0.35, "groups.Mobile.newcomers.passive": 0.45})
    assert [q.number for _s, q in after.groups["Mobile"].newcomers.items()] == [0.35, 0.45, 0.2]
    planned = changed(change={"acquisition_policy": "plan", "groups.*.planned_acquisitions": 30})
    assert planned.acquisition_policy == "plan"


def test_every_change_that_cannot_be_made_is_complained_about():
    found = said({"horizn": 5, "horizon": 8, "groups.x.churn": 0.1, "tax_rate": 2})
    assert [sentence.partition(":")[0] for sentence in found] == ["horizn", "groups.x.churn", "tax_rate"]


def test_a_path_is_written_with_quotes_where_it_needs_them():
    assert written(("groups", "North West", "churn", "*")) == 'groups."North West".churn.*'
    assert written(("groups", "Fixed.Line")) == 'groups."Fixed.Line"'


def test_a_changed_company_is_checked_like_any_other():
    nobody = {"promoter": 0, "passive": 0, "detractor": 0}
    assert cases.complaints(lambda: apply(cases.company_record(), steps({"groups.Mobile.customers": nobody}))) == [
        "there are no customers: nothing to project. Give the customers of at least one group."
    ]
    assert isinstance(changed(change={"horizon": 5}), Company)
