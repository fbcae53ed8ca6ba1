"""A submission as typed: in the words of the file, complaints beside their fields, and nothing lost on the way."""

import json
from random import Random
from typing import Any

import pytest

import cases
import prioritizer as pr
from oracles.companies import random_case
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative, Target
from prioritizer.domain.quantity import Kind, Quantity, as_quantity
from prioritizer.errors import InputError
from prioritizer.services.asked import Answer
from prioritizer.services.form_drafts import form_as_kept
from prioritizer.services.form_filling import form_of, kept
from prioritizer.services.form_reading import id_for, read_form
from prioritizer.services.form_versions import Take, differences, merged
from prioritizer.services.forms import Form, FormStep, LeverRow, copied, next_row, start_names, step_of
from prioritizer.services.lever_rows import lever_kinds

COMPANY = cases.company_record()  # quarters, of one group: Mobile
MONTHLY = cases.company_record(periods_per_year=12)


def form(**changes: Any) -> Form:
    """The ten fields that are asked for."""
    filled = {
        "name": "Ring first",
        "department": "Customer service",
        "reach": {"all": Answer(likely="50")},
        "levers": (LeverRow(kind="churn", whom="detractor", size=Answer(likely="10,5")),),
        "one_off": Answer(likely="2 000"),
        "running": Answer(likely="400"),
        "start": "Q2 2027",
        "grade": "C",
    }
    return Form(**{**filled, **changes})


def complaints(typed: Form, company: Company = COMPANY) -> list[str]:
    """What is said against a form: "field: value rule. remedy"."""
    with pytest.raises(InputError) as caught:
        read_form(typed, company)
    return [str(complaint) for complaint in caught.value.complaints]


def lever(kind: str, *points: str, whom: str = "", company: Company = COMPANY) -> Any:
    """The lever that a row means: most likely, then the ends."""
    likely, low, high = (*points, "", "")[:3]
    row = LeverRow(kind=kind, whom=whom, size=Answer(likely=likely, low=low, high=high))
    return read_form(form(levers=(row,)), company).levers[0]


def quantity(raw: Any, kind: Kind) -> Quantity:
    return as_quantity(raw, kind)


# --- what is typed


def test_ten_fields_make_an_initiative() -> None:
    expected = cases.initiative_record(
        "ring-first",
        name="Ring first",
        start=1,
        reach=0.5,
        costs={"one_off": 2000, "running": 100},
        levers=[{"churn": "detractor", "change": -0.105}],
        evidence={"grade": "C"},
    )
    assert read_form(form(), COMPANY) == expected


def test_every_field_has_its_place_in_the_file() -> None:
    typed = form(
        owner="Bob",
        description="Who is unhappy\nis rung up.",
        by_group=True,
        reach={"Mobile": Answer(likely="30", low="20", high="45")},
        one_off=Answer(likely="1.500.000"),
        running=Answer(likely="120 000", low="100 000", high="160 000"),
        per_customer=Answer(likely="2,5"),
        of=("detractor",),
        delay="1",
        ramp_up="2",
        duration="3",
        success="90 %",
        staff={"IT": "1,5", "Sales": ""},
        note="Pilot in two cities",
        sources="jive-calls\n\n online-first ",
    )
    expected = cases.initiative_record(
        "ring-first",
        name="Ring first",
        owner="Bob",
        description="Who is unhappy\nis rung up.",
        start=1,
        delay=1,
        ramp_up=2,
        duration=3,
        probability_of_success=0.9,
        reach={"Mobile": {"range": [0.2, 0.3, 0.45]}},
        costs={
            "one_off": 1_500_000,
            "running": {"range": [25_000, 30_000, 40_000]},
            "per_customer": {"amount": 2.5, "of": ["detractor"]},
        },
        staff={"IT": 1.5},
        levers=[{"churn": "detractor", "change": -0.105}],
        evidence={"grade": "C", "note": "Pilot in two cities", "sources": ["jive-calls", "online-first"]},
    )
    assert read_form(typed, COMPANY) == expected


def test_what_a_test_would_take_is_typed_as_three_numbers() -> None:
    typed = form(pilot_customers="20 000", pilot_cost="1 800 000", pilot_periods="2")
    pilot = read_form(typed, COMPANY).pilot
    assert (pilot.customers.number, pilot.cost.number, pilot.periods) == (20_000, 1_800_000, 2)
    assert read_form(form(), COMPANY).pilot is None


def test_part_of_what_a_test_would_take_is_asked_for_as_a_whole() -> None:
    said = complaints(form(pilot_customers="20 000", pilot_periods="half"))
    assert [one.partition(":")[0] for one in said] == ["pilot_cost", "pilot_periods"]
    assert "is missing" in said[0]
    assert complaints(form(pilot_customers="20", pilot_cost="5", pilot_periods="1,5"))[0].startswith(
        "pilot_periods: 1.5"
    )
    assert step_of("pilot_cost") is FormStep.EVIDENCE


def test_a_test_that_stands_in_an_initiative_is_shown_kept_and_taken_out() -> None:
    known = cases.initiative_record("known", pilot={"customers": 800, "cost": 900000, "periods": 2})
    shown = form_of(known, COMPANY)
    assert (shown.pilot_customers, shown.pilot_cost, shown.pilot_periods) == ("800", "900 000", "2")
    assert read_form(shown, COMPANY) == known
    without = shown.model_copy(update=dict.fromkeys(("pilot_customers", "pilot_cost", "pilot_periods"), ""))
    assert read_form(without, COMPANY) == known.model_copy(update={"pilot": None})


@pytest.mark.parametrize(
    ("company", "per_period"),
    [(COMPANY, 0.0259962536), (MONTHLY, 0.0087416110), (cases.company_record(periods_per_year=1), 0.1)],
)
def test_a_yearly_share_of_moves_is_compounded(company: Company, per_period: float) -> None:
    start = start_names(company)[0]
    row = LeverRow(kind="move.detractor.passive", size=Answer(likely="10"))
    moved = read_form(form(levers=(row,), start=start), company).levers[0]
    assert moved.share.number == pytest.approx(per_period, rel=1e-8)
    assert moved.name == "move.detractor.passive"


def test_each_point_of_a_range_of_moves_is_compounded() -> None:
    share = lever("move.passive.promoter", "19", "5", "40").share
    assert share.distribution.ends == pytest.approx((0.0127414551, 0.0513167019, 0.1198882632), rel=1e-8)


def test_all_of_them_within_a_year_and_moves_back() -> None:
    assert lever("move.detractor.passive", "100").share.number == 1.0
    assert lever("move.detractor.passive", "-10").share.number == pytest.approx(-0.0259962536)


@pytest.mark.parametrize(
    ("kind", "whom", "change"),
    [
        ("churn", "all", -0.2),
        ("revenue", "passive", 0.2),
        ("contacts", "detractor", -0.2),
        ("contact_cost", "", -0.2),
        ("referrals", "promoter", 0.2),
        ("put_off", "detractor", -0.2),
        ("acquisition_cost", "", -0.2),
    ],
)
def test_a_change_is_typed_in_the_direction_that_is_wanted(kind: str, whom: str, change: float) -> None:
    changed = lever(kind, "20", whom=whom)
    assert changed.name == f"{kind}.{whom or 'all'}"
    assert changed.change.number == change


def test_the_ends_of_a_range_turn_round_with_its_direction() -> None:
    assert lever("churn", "12", "4", "20", whom="all").change.distribution.ends == (-0.2, -0.12, -0.04)
    assert lever("revenue", "2", "1", "4", whom="all").change.distribution.ends == (0.01, 0.02, 0.04)


def test_extra_customers_are_typed_by_group_and_year() -> None:
    row = LeverRow(kind="extra_customers", sizes={"Mobile": Answer(likely="400")}, cost_each=Answer(likely="9"))
    extra = read_form(form(levers=(row,)), COMPANY).levers[0]
    assert extra == cases.initiative_record(levers=[{"extra_customers": {"Mobile": 100}, "cost_each": 9}]).levers[0]


def test_newcomers_are_a_share_of_those_who_come() -> None:
    assert lever("newcomers.detractor.passive", "5").share == quantity(0.05, Kind.SIGNED_SHARE)


def test_every_lever_of_the_file_can_be_chosen() -> None:
    segments = ("promoter", "passive", "detractor")
    paths = {f"{source}.{to}" for source in segments for to in segments if source != to}
    kinds = {kind.key for kind in lever_kinds(COMPANY)}
    assert kinds == {*(f"move.{p}" for p in paths), *(f"newcomers.{p}" for p in paths), *Target, "extra_customers"}
    whom = {kind.key: set(kind.whom) for kind in lever_kinds(COMPANY) if kind.whom}
    assert whom == {target: {"all", *segments} if target.by_segment else {"all"} for target in Target}


# --- what is required


EMPTIED = [
    ("name", {"name": " "}),
    ("department", {"department": ""}),
    ("reach.all.likely", {"reach": {}}),
    ("levers.0.kind", {"levers": (LeverRow(),)}),
    ("levers.0.whom", {"levers": (LeverRow(kind="churn", size=Answer(likely="1")),)}),
    ("levers.0.size.likely", {"levers": (LeverRow(kind="churn", whom="all"),)}),
    ("one_off.likely", {"one_off": Answer()}),
    ("running.likely", {"running": Answer()}),
    ("start", {"start": ""}),
    ("grade", {"grade": ""}),
]


def test_ten_fields_are_required_for_one_lever() -> None:
    """Those that are filled in are enough; without any of them something is missing, as the next test shows."""
    assert len(EMPTIED) == 10
    assert read_form(form(), COMPANY).id == "ring-first"


@pytest.mark.parametrize(("field", "empty"), EMPTIED)
def test_what_is_required_is_missed_where_it_stands(field: str, empty: dict[str, Any]) -> None:
    said = complaints(form(**empty))
    assert [place for place, _colon, _rest in (one.partition(":") for one in said)] == [field]


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_steps() -> None:
    typed = form(
        name="",
        reach={"all": Answer(likely="140")},
        levers=(LeverRow(kind="churn", whom="all", size=Answer(likely="1,234")), LeverRow(key="2")),
        one_off=Answer(likely="5 million"),
        per_customer=Answer(likely="3"),
        of=(),
        ramp_up="1,5",
        success="120",
        staff={"IT": "two"},
        start="Q1 2020",
        grade="E",
    )
    assert complaints(typed) == [
        "name: is empty. Give a name.",
        "reach.all.likely: 140 is too high. Give a number from 0 % to 100 %.",
        "levers.0.size.likely: 1,234 can be read in two ways. It can be read as 1234 or as 1,234: write 1234 for the "
        "first, 1,2340 for the second.",
        "levers.1.kind: is missing. Choose what it changes, or remove the row.",
        "one_off.likely: 5 million is not a number. Write digits only, like 1 234.5; no letters and no units.",
        "of: is missing. Choose for whom it costs that, at least one segment.",
        "start: Q1 2020 is not a period in which it can start. Choose a period from Q1 2027 to Q3 2027.",
        "ramp_up: 1,5 is not a whole number. Give a whole number of periods.",
        "success: 120 is too high. Give a number from 0 % to 100 %.",
        "staff.IT: two is not a number. Write digits only, like 1 234.5; no letters and no units.",
        "grade: E is missing. Choose what the claim rests on.",
    ]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (("12", "4", ""), "levers.0.size.high: is missing. Give both ends of the range, or leave both empty."),
        (("12", "15", "20"), "levers.0.size.likely: 15 · 12 · 20 are not in order."),
        (("10", "9,9", "60"), "levers.0.size.likely: 9,9 · 10 · 60 is too lopsided for a range."),
        (("-150", "", ""), ""),
        (("101", "", ""), "levers.0.size.likely: 101 is too high. Give a number from -100 000 % to 100 %."),
    ],
)
def test_a_range_that_cannot_be_is_complained_about_in_the_words_of_the_form(
    answer: tuple[str, str, str], said: str
) -> None:
    if not said:
        assert lever("churn", *answer, whom="all").change.number == 1.5
        return
    likely, low, high = answer
    row = LeverRow(kind="churn", whom="all", size=Answer(likely=likely, low=low, high=high))
    found = complaints(form(levers=(row,)))
    assert len(found) == 1
    assert found[0].startswith(said)
    assert "pert" not in found[0]


def test_a_range_without_spread_is_one_number() -> None:
    assert lever("churn", "12", "12", "12", whom="all").change == quantity(-0.12, Kind.CHANGE)


def test_a_group_that_the_company_has_not_is_refused() -> None:
    typed = form(by_group=True, reach={"Mobil": Answer(likely="30")})
    assert complaints(typed) == ["reach.Mobil: Mobil is not a group of the company. Did you mean Mobile?"]
    assert complaints(form(by_group=True)) == [
        "reach: there is no group. Give the share that it reaches of at least one group."
    ]


def test_neither_levers_nor_costs_is_refused() -> None:
    typed = form(levers=(), one_off=Answer(likely="0"), running=Answer(likely="0"))
    assert complaints(typed) == [
        "levers: ring-first has neither levers nor costs. Say what it changes or what it costs."
    ]


def test_a_complaint_leads_to_its_step() -> None:
    places = ("name", "reach.all.likely", "levers.0.size.low", "staff.IT", "note", "something else")
    assert [step_of(place) for place in places] == [*FormStep, FormStep.WHAT]


# --- ids


@pytest.mark.parametrize(
    ("name", "taken", "id_"),
    [
        ("Ring first!", (), "ring-first"),
        ("Ring first", ("RING-FIRST", "ring-first-2"), "ring-first-3"),
        ("Перезвонить всем", (), "перезвонить-всем"),
        ("…", (), "initiative"),
        ("a" * 80, (), "a" * 60),
    ],
)
def test_an_id_is_made_from_the_name(name: str, taken: tuple[str, ...], id_: str) -> None:
    assert id_for(name, taken) == id_
    assert read_form(form(name=name), COMPANY, taken).id == id_


def test_an_initiative_keeps_its_id() -> None:
    begun = form_of(cases.initiative_record("one"), COMPANY)
    renamed = begun.model_copy(update={"name": "Another name"})
    assert read_form(renamed, COMPANY, ["one"]).id == "one"


# --- back and forth


EXAMPLE = pr.read_company("data/company.yaml")


@pytest.mark.parametrize("initiative", EXAMPLE.initiatives, ids=lambda initiative: initiative.id)
def test_an_initiative_of_the_example_comes_back_as_it_was(initiative: Initiative) -> None:
    typed = form_of(initiative, EXAMPLE)
    assert read_form(form_as_kept(json.loads(json.dumps(typed.model_dump(mode="json")))), EXAMPLE) == initiative


@pytest.mark.parametrize("seed", range(60))
def test_any_initiative_comes_back_as_it_was(seed: int) -> None:
    raw, listed = random_case(Random(seed))
    company = Company.model_validate(raw)
    for initiative in map(Initiative.model_validate, listed):
        assert read_form(form_of(initiative, company), company) == initiative


RICH = cases.initiative_record(
    "rich",
    earliest_start=1,
    latest_start=2,
    delay={"pert": [0, 1, 3]},
    duration=3,
    fade_out=1,
    probability_of_success={"value": 0.9, "source": "Two pilots"},
    reach={"Mobile": {"value": {"pert": [0.2, 0.3, 0.5]}, "source": "Count"}},
    costs={"one_off": {0: 1000, 2: 500}, "running": {"value": 100, "source": "Offer", "grade": "B"}},
    levers=[
        {"churn": "detractor", "change": {"value": {"pert": [-0.2, -0.1, -0.05]}, "source": "Pilot"}, "usual": -0.06},
        {"move": {"from": "detractor", "to": "passive"}, "share": 0.05, "usual": 0.04},
    ],
    staff={"IT": 2},
    template="close-the-loop",
    pilot={"customers": 10, "cost": 5, "periods": 1},
    evidence={"grade": "B", "sources": ["one-centre"]},
)


def test_a_changed_field_changes_nothing_else() -> None:
    typed = form_of(RICH, COMPANY).model_copy(update={"running": Answer(likely="800")})
    expected = RICH.model_copy(update={"costs": RICH.costs.model_copy(update={"running": quantity(200, Kind.AMOUNT)})})
    assert read_form(typed, COMPANY) == expected


def test_a_changed_lever_keeps_its_usual_size_and_the_other_lever() -> None:
    begun = form_of(RICH, COMPANY)
    row = begun.levers[0].model_copy(update={"size": Answer(likely="15")})
    read = read_form(begun.model_copy(update={"levers": (row, begun.levers[1])}), COMPANY)
    assert read.levers[0].change == quantity(-0.15, Kind.CHANGE)
    assert read.levers[0].usual == quantity(-0.06, Kind.CHANGE)
    assert read.levers[1] == RICH.levers[1]


def test_a_lever_of_another_kind_keeps_nothing_of_the_one_before() -> None:
    begun = form_of(RICH, COMPANY)
    row = begun.levers[0].model_copy(update={"kind": "contacts", "size": Answer(likely="15")})
    read = read_form(begun.model_copy(update={"levers": (row,)}), COMPANY)
    assert read.levers == (cases.initiative_record(levers=[{"contacts": "detractor", "change": -0.15}]).levers[0],)


def test_taking_a_lever_out_leaves_the_other_as_it_was() -> None:
    begun = form_of(RICH, COMPANY)
    assert next_row(begun).key == "3"
    read = read_form(begun.model_copy(update={"levers": (begun.levers[1], next_row(begun))[:1]}), COMPANY)
    assert read.levers == RICH.levers[1:]


def test_a_new_start_takes_the_place_of_both_starts() -> None:
    typed = form_of(RICH, COMPANY).model_copy(update={"start": "Q1 2027"})
    read = read_form(typed, COMPANY)
    assert (read.start, read.earliest_start, read.latest_start) == (0, None, None)


def test_without_duration_nothing_fades_out() -> None:
    read = read_form(form_of(RICH, COMPANY).model_copy(update={"duration": ""}), COMPANY)
    assert (read.duration, read.fade_out.number) == (None, 0)


def test_what_the_fields_cannot_show_is_said() -> None:
    begun = form_of(RICH, COMPANY)
    assert kept(begun, COMPANY) == {
        "one_off": "In 2 parts, due at different times. It stays so unless you change it.",
        "start": "Or later, until Q3 2027. It stays so unless you change it.",
        "delay": "About; with a range that stays unless you change it.",
    }
    assert "one_off" not in kept(begun.model_copy(update={"one_off": Answer(likely="7")}), COMPANY)
    assert begun.one_off.likely == "1500"


def test_a_copy_is_something_new_without_ties() -> None:
    tied = RICH.model_copy(update={"mandatory": True, "requires": ("one",), "excludes": ("two",)})
    read = read_form(copied(form_of(tied, COMPANY), "IT"), COMPANY, ["rich", "initiative-rich"])
    free = {"mandatory": False, "requires": (), "excludes": ()}
    assert read == tied.model_copy(update={**free, "id": "initiative-rich-2", "department": "IT"})


@pytest.mark.parametrize("raw", [None, 7, [], {"form": 1}, {"levers": {"a": 1}, "reach": [1], "base": "x", "name": 5}])
def test_a_draft_of_any_kind_is_read(raw: Any) -> None:
    assert isinstance(form_as_kept(raw), Form)


def test_an_old_draft_keeps_what_is_understood() -> None:
    old = {"name": "Old", "colour": "red", "one_off": "500", "levers": [{"kind": "churn", "size": {"likely": 7}}]}
    read = form_as_kept(old)
    assert (read.name, read.one_off.likely, read.levers[0].kind, read.levers[0].size.likely) == (
        "Old",
        "500",
        "churn",
        "7",
    )


# --- two versions


def test_whose_change_it_is_decides_what_is_suggested() -> None:
    begun = form_of(cases.initiative_record("one"), COMPANY)
    mine = begun.model_copy(update={"name": "Mine", "owner": "Me"})
    theirs = form_of(cases.initiative_record("one", name="Theirs", costs={"one_off": 5000}), COMPANY)
    found = {one.field: (one.mine, one.theirs, one.suggested) for one in differences(mine, theirs, COMPANY)}
    assert found == {
        "name": ("Mine", "Theirs", Take.MINE),
        "owner": ("Me", "", Take.MINE),
        "one_off": ("1000", "5000", Take.THEIRS),
    }


def test_of_both_versions_one_is_made() -> None:
    mine = form(description="Mine", sources="a\nb", note="same")
    theirs = form(id="one", name="Theirs", description="Theirs", sources="b\nc", note="same")
    take = {"name": Take.THEIRS, "description": Take.BOTH, "sources": Take.BOTH}
    made = merged(mine, theirs, take)
    assert (made.id, made.name, made.description, made.sources) == ("one", "Theirs", "Theirs\n\nMine", "b\nc\na")
