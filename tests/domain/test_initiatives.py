"""What an initiative may propose, and what it cannot mean."""

import pytest

import cases
from prioritizer.domain.initiatives import (
    Costs,
    ExtraCustomers,
    Initiative,
    Move,
    NewcomersMix,
    Path,
    RelativeChange,
    Target,
)
from prioritizer.domain.quantity import Grade
from prioritizer.domain.record import PlainScalar


def said(**changes):
    return cases.refusals(Initiative, cases.initiative(**changes))


def lever(**content):
    (only,) = cases.initiative_record(levers=[content]).levers
    return only


# The whole


def test_what_is_left_out_has_its_default():
    plain = Initiative.model_validate({"id": "a", "name": "A", "department": "IT", "costs": {"running": 5}})
    assert (plain.owner, plain.description, plain.template, plain.pilot) == ("", "", None, None)
    assert (plain.start, plain.earliest_start, plain.latest_start, plain.first_start) == (None, None, None, 0)
    assert [q.number for q in (plain.delay, plain.ramp_up, plain.fade_out)] == [0, 0, 0]
    assert (plain.duration, plain.probability_of_success.number) == (None, 1)
    assert plain.reach_of("Mobile").number == 1
    assert (plain.costs.one_off, plain.costs.running.number, plain.costs.per_customer) == ({}, 5, None)
    assert (plain.levers, plain.staff, plain.requires, plain.excludes, plain.mandatory) == ((), {}, (), (), False)
    assert (plain.evidence.grade, plain.evidence.note, plain.evidence.sources) == (Grade.D, "", ())


@pytest.mark.parametrize("key", ["id", "name", "department"])
def test_what_has_no_default_is_required(key):
    content = cases.initiative()
    del content[key]
    assert cases.refusals(Initiative, content) == [f"{key}: missing"]


PERIODS = "Give a number from 0 to 1200."


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"id": None}, "id: the value is missing. Write it as text; put it in quotes if it looks like a number."),
        ({"id": " "}, "id: is empty. Give a name."),
        ({"name": 5}, "name: 5 is not text. Write it as text; put it in quotes if it looks like a number."),
        ({"description": "x" * 10_001}, f"description: {'x' * 10_001} is 10001 characters long. Use at most 10000"),
        (
            {"levers": [], "costs": {}},
            ": call-back has neither levers nor costs. Say what it changes or what it costs.",
        ),
        ({"start": -1}, ": -1 is before the decision. Give start as a period from 0 on."),
        ({"start": 1.5}, "start: 1.5 is not a whole number. Give a whole number."),
        ({"earliest_start": -2}, ": -2 is before the decision. Give earliest_start as a period from 0 on."),
        (
            {"start": 1, "latest_start": 2},
            ": start is given beside earliest_start or latest_start. Keep either start, or the other two.",
        ),
        (
            {"earliest_start": 2, "latest_start": 1},
            ": 1 is before the earliest start. Put latest_start at or after earliest_start.",
        ),
        ({"delay": -1}, f"delay: -1 is not a number of periods. {PERIODS}"),
        ({"ramp_up": 1201}, f"ramp_up: 1201 is not a number of periods. {PERIODS}"),
        ({"ramp_up": 0.5}, ": 0.5 is not a whole number of periods. Give ramp_up in whole periods."),
        ({"duration": 2.5}, ": 2.5 is not a whole number of periods. Give duration in whole periods."),
        ({"fade_out": 2}, ": fade_out is given without duration. Give duration too, or leave fade_out away."),
        (
            {"fade_out": {"pert": [0, 1, 2]}},
            ": fade_out is given without duration. Give duration too, or leave fade_out away.",
        ),
        (
            {"probability_of_success": 80},
            "probability_of_success: 80 is not a share. Give a number from 0 to 1: did you",
        ),
        ({"reach": 35}, "reach: 35 is not a share. Give a number from 0 to 1: did you mean 0.35 (35 %)?"),
        ({"reach": {"Mobile": 1.4}}, "reach.Mobile: 1.4 is not a share. Give a number from 0 to 1."),
        ({"reach": {"Mobile": 0.1, "mobile": 0.2}}, "reach: mobile is the same name as Mobile. Give each a name of"),
        ({"staff": {"IT": {"pert": [1, 2, 3]}}}, "staff.IT: a range must be one number. This is a policy"),
        ({"staff": {"IT": 1, "IT ": 2}}, "staff: IT  is the same name as IT. Give each a name of its own."),
        ({"costs": 5}, "costs: model_type"),
        ({"levers": 5}, "levers: tuple_type"),
        ({"requires": ["call-back"]}, ": call-back names itself. Name other initiatives in requires and excludes."),
        ({"excludes": ["call-back"]}, ": call-back names itself. Name other initiatives in requires and excludes."),
        ({"requires": ["b", "b"]}, "requires: b stands twice. Name each one once."),
        ({"excludes": ["b", "B"]}, "excludes: B stands twice. Name each one once."),
        (
            {"requires": ["b", "c"], "excludes": ["c", "b"]},
            ": b, c is both required and excluded. Keep one of the two.",
        ),
        ({"requires": "b"}, "requires: tuple_type"),
        ({"mandatory": PlainScalar("yes")}, "mandatory: yes is neither true nor false. Write true or false."),
        ({"mandatory": 1}, "mandatory: 1 is neither true nor false. Write true or false."),
        ({"mandatory": "true"}, "mandatory: true is neither true nor false. Write true or false."),
        ({"evidence": {"grade": "E"}}, "evidence.grade: E is not a grade. Use A, B, C or D."),
        ({"evidence": {"sources": ["x", "x"]}}, "evidence.sources: x stands twice. Name each one once."),
        ({"pilot": {"customers": 10, "cost": 5}}, "pilot.periods: missing"),
        (
            {"pilot": {"customers": 10, "cost": 5, "periods": -1}},
            "pilot.periods: -1 is not a number of periods. Give a whole number from 0 to 1200.",
        ),
        (
            {"pilot": {"customers": {"pert": [1, 2, 3]}, "cost": 5, "periods": 1}},
            "pilot.customers: a range must be one number. This is a policy",
        ),
        ({"evidense": {}}, "evidense: extra_forbidden"),
    ],
)
def test_what_an_initiative_cannot_mean_is_refused_with_a_remedy(changes, complaint):
    (found,) = said(**changes)
    assert found.startswith(complaint)


@pytest.mark.parametrize(
    ("changes", "first"),
    [({}, 0), ({"start": 2}, 2), ({"earliest_start": 1, "latest_start": 3}, 1), ({"latest_start": 3}, 0)],
)
def test_it_starts_when_it_says_or_as_early_as_it_may(changes, first):
    assert cases.initiative_record(**changes).first_start == first


@pytest.mark.parametrize(("raw", "flag"), [(True, True), (False, False), (PlainScalar("true"), True)])
def test_a_flag_is_true_or_false(raw, flag):
    assert cases.initiative_record(mandatory=raw).mandatory is flag


@pytest.mark.parametrize("blank", [None, PlainScalar("null"), PlainScalar("~"), PlainScalar("")])
@pytest.mark.parametrize("key", ["start", "earliest_start", "latest_start", "duration", "template", "pilot"])
def test_what_stands_empty_is_not_given(key, blank):
    assert getattr(cases.initiative_record(**{key: blank}), key) is None


def test_an_uncertain_span_need_not_be_whole():
    assert not cases.initiative_record(delay={"pert": [0, 0.5, 2.5]}).delay.is_fixed


def test_fade_out_of_zero_needs_no_duration():
    assert cases.initiative_record(fade_out=0).duration is None


@pytest.mark.parametrize("id_", ["NA", "None", "null", "00123", "1E5", "True", "2026-01-02", "=cmd", "émoji 👍"])
def test_an_id_is_kept_exactly_as_it_is_written(id_):
    assert cases.initiative_record(PlainScalar(id_)).id == id_


# Reach


def test_one_share_is_the_same_in_every_group():
    everywhere = cases.initiative_record(reach={"pert": [0.1, 0.2, 0.3]})
    assert list(everywhere.reach) == ["all"]
    assert everywhere.reach_of("Mobile") == everywhere.reach_of("Fixed")
    assert not everywhere.reach_of("Mobile").is_fixed


def test_a_card_is_one_share():
    assert cases.initiative_record(reach={"value": 0.3, "source": "pilot"}).reach_of("Mobile").source == "pilot"


def test_a_group_that_is_not_named_is_not_reached_unless_all_is_named():
    some = cases.initiative_record(reach={"Mobile": 0.3})
    assert some.reach_of("Mobile").number == 0.3
    assert some.reach_of("Fixed") is None
    rest = cases.initiative_record(reach={"Mobile": 0.3, "all": 0.1})
    assert (rest.reach_of("Mobile").number, rest.reach_of("Fixed").number) == (0.3, 0.1)


# Costs


@pytest.mark.parametrize(
    ("raw", "amounts"),
    [
        (4_000_000, {0: 4_000_000}),
        ({"0": 4, "2": 8}, {0: 4, 2: 8}),
        ({0: 4, 12: 8}, {0: 4, 12: 8}),
        ({"value": 7, "source": "offer"}, {0: 7}),
        ({}, {}),
    ],
)
def test_one_off_costs_fall_due_at_the_start_or_by_period(raw, amounts):
    one_off = Costs.model_validate({"one_off": raw}).one_off
    assert {period: amount.number for period, amount in one_off.items()} == amounts


@pytest.mark.parametrize(
    ("costs", "complaint"),
    [
        ({"one_off": -5}, "one_off: -5 is not an amount. Give a number from 0 to 1e+12."),
        ({"one_off": {0: -5}}, "one_off.0: -5 is not an amount. Give a number from 0 to 1e+12."),
        ({"one_off": {0: 5, "00": 6}}, "one_off: 0 stands twice. Give each period once."),
        ({"one_off": {"-1": 5}}, "one_off: {-1: …} is not a number."),
        ({"one_off": {"0.5": 5}}, "one_off: {0.5: …} is not a number."),
        ({"one_off": {"٢": 5}}, "one_off: {٢: …} is not a number."),
        ({"running": PlainScalar("1,5")}, "running: 1,5 is not a number. Write digits with a decimal point"),
        ({"per_customer": {"of": ["detractor"]}}, "per_customer.amount: missing"),
        (
            {"per_customer": {"amount": 5, "of": "promotor"}},
            "per_customer.of.0: promotor is not a segment. Did you mean",
        ),
        (
            {"per_customer": {"amount": 5, "of": ["passive", "passive"]}},
            "per_customer.of: passive, passive is not a list of segments. Name each segment once, at least one.",
        ),
        ({"per_customer": {"amount": 5, "of": []}}, "per_customer.of: is not a list of segments. Name each segment"),
        ({"per_customer": 5}, "per_customer: model_type"),
        ({"once": 5}, "once: extra_forbidden"),
    ],
)
def test_what_costs_cannot_mean_is_refused(costs, complaint):
    (found,) = cases.refusals(Costs, costs)
    assert found.startswith(complaint)


@pytest.mark.parametrize(
    ("raw", "segments"),
    [
        ({}, ["promoter", "passive", "detractor"]),
        ({"of": "all"}, ["promoter", "passive", "detractor"]),
        ({"of": "detractor"}, ["detractor"]),
        ({"of": ["passive", "promoter"]}, ["passive", "promoter"]),
    ],
)
def test_costs_per_customer_are_for_all_segments_or_for_some(raw, segments):
    assert list(Costs.model_validate({"per_customer": {"amount": 40, **raw}}).per_customer.of) == segments


# Levers


@pytest.mark.parametrize(
    ("content", "kind", "name", "benefit"),
    [
        ({"move": {"from": "detractor", "to": "passive"}, "share": 0.1}, Move, "move.detractor.passive", 1),
        ({"move": {"from": "promoter", "to": "passive"}, "share": 0.1}, Move, "move.promoter.passive", -1),
        (
            {"newcomers": {"from": "passive", "to": "promoter"}, "share": 0.05},
            NewcomersMix,
            "newcomers.passive.promoter",
            1,
        ),
        (
            {"newcomers": {"from": "passive", "to": "detractor"}, "share": 0.05},
            NewcomersMix,
            "newcomers.passive.detractor",
            -1,
        ),
        ({"churn": "detractor", "change": -0.1}, RelativeChange, "churn.detractor", -1),
        ({"revenue": "passive", "change": 0.01}, RelativeChange, "revenue.passive", 1),
        ({"contacts": "detractor", "change": -0.2}, RelativeChange, "contacts.detractor", -1),
        ({"contact_cost": "all", "change": -0.1}, RelativeChange, "contact_cost.all", -1),
        ({"referrals": "promoter", "change": 0.2}, RelativeChange, "referrals.promoter", 1),
        ({"put_off": "detractor", "change": -0.25}, RelativeChange, "put_off.detractor", -1),
        ({"acquisition_cost": "all", "change": -0.05}, RelativeChange, "acquisition_cost.all", -1),
        ({"extra_customers": {"Mobile": 1500}, "cost_each": 900}, ExtraCustomers, "extra_customers", 1),
    ],
)
def test_each_lever_has_its_form_its_name_and_the_sign_of_its_benefit(content, kind, name, benefit):
    known = lever(**content)
    assert type(known) is kind
    assert (known.name, known.benefit) == (name, benefit)


def test_a_relative_change_is_of_one_segment_or_of_all():
    assert [s.value for s in lever(churn="passive", change=-0.1).segments()] == ["passive"]
    assert [s.value for s in lever(churn="all", change=-0.1).segments()] == ["promoter", "passive", "detractor"]


def test_only_two_targets_are_not_by_segment():
    assert [target.value for target in Target if not target.by_segment] == ["contact_cost", "acquisition_cost"]


def test_a_lever_may_name_its_usual_size_which_is_one_number():
    assert lever(churn="all", change={"pert": [-0.3, -0.2, 0]}, usual=-0.1).usual.number == -0.1
    (found,) = said(levers=[{"churn": "all", "change": -0.1, "usual": {"pert": [-0.3, -0.2, 0]}}])
    assert found.startswith("levers.0.usual: a range must be one number.")


KEYS = "move, newcomers, extra_customers, churn, revenue, contacts, contact_cost, referrals, put_off, acquisition_cost"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (5, f"levers.0: 5 is not a lever. Name one of {KEYS}."),
        (None, f"levers.0: is not a lever. Name one of {KEYS}."),
        ({}, f"levers.0: {{}} is not a lever. Name one of {KEYS}."),
        ({"change": 0.1}, f"levers.0: {{change}} is not a lever. Name one of {KEYS}."),
        (
            {"churn": "all", "revenue": "all", "change": 0.1},
            f"levers.0: {{churn, revenue, change}} is not a lever. Name one of {KEYS}.",
        ),
        (
            {"churn": "detractors", "change": 0.1},
            "levers.0: detractors is not what churn can be changed for. Did you m",
        ),
        (
            {"contact_cost": "passive", "change": 0.1},
            "levers.0: passive is not what contact_cost can be changed for. K",
        ),
        ({"churn": None, "change": 0.1}, "levers.0: is not what churn can be changed for. Known are: all, promoter, "),
        ({"churn": "all", "change": -1.2}, "levers.0.change: -1.2 is not a relative change. Give a number from -1 to"),
        ({"churn": "all"}, "levers.0.change: missing"),
        (
            {"move": {"from": "passive", "to": "passive"}, "share": 0.1},
            "levers.0.move: passive → passive leads nowhere.",
        ),
        (
            {"move": {"from": "passiv", "to": "promoter"}, "share": 0.1},
            "levers.0.move.from: passiv is not a segment. Di",
        ),
        ({"move": {"to": "promoter"}, "share": 0.1}, "levers.0.move.from: missing"),
        ({"move": "detractor", "share": 0.1}, "levers.0.move: model_type"),
        (
            {"move": {"from": "passive", "to": "promoter"}, "share": -1.5},
            "levers.0.share: -1.5 is not a share of customers who move. Give a number from -1 to 1.",
        ),
        (
            {"move": {"from": "passive", "to": "promoter"}, "change": 0.5, "share": 0.1},
            "levers.0.change: extra_forbidde",
        ),
        (
            {"extra_customers": {}, "cost_each": 5},
            "levers.0.extra_customers: extra_customers names no group. Write {ext",
        ),
        ({"extra_customers": {"Mobile": -5}}, "levers.0.extra_customers.Mobile: -5 is not a count. "),
        ({"extra_customers": {"A": 5, "a": 6}}, "levers.0.extra_customers: a is the same name as A. Give each a name"),
        ({"extra_customers": 1500}, "levers.0.extra_customers: dict_type"),
    ],
)
def test_what_no_lever_can_mean_is_refused(content, complaint):
    (found,) = said(levers=[content])
    assert found.startswith(complaint)


def test_a_negative_share_and_a_range_across_zero_are_allowed():
    assert lever(move={"from": "detractor", "to": "passive"}, share=-0.1).size.number == -0.1
    assert not lever(churn="all", change={"range": [-0.2, -0.05, 0.1]}).size.is_fixed


@pytest.mark.parametrize(("source", "to", "upward"), [("detractor", "promoter", True), ("passive", "detractor", False)])
def test_upward_is_towards_promoters(source, to, upward):
    assert Path.model_validate({"from": source, "to": to}).upward is upward


def test_levers_have_names_that_do_not_depend_on_other_levers():
    churn, move = {"churn": "all", "change": -0.1}, {"move": {"from": "detractor", "to": "passive"}, "share": 0.1}
    names = [name for name, _lever in cases.initiative_record(levers=[churn, move, churn, churn]).named_levers()]
    assert names == ["churn.all", "move.detractor.passive", "churn.all.2", "churn.all.3"]


def test_every_complaint_comes_at_once():
    found = said(delay=-1, reach={"Mobile": 2}, levers=[{"churn": "x", "change": 1}, {"revenue": "all", "change": -2}])
    assert [sentence.partition(":")[0] for sentence in found] == [
        "delay",
        "reach.Mobile",
        "levers.0",
        "levers.1.change",
    ]
