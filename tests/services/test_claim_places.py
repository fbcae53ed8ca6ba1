"""Where claims lie against the library and the company's past, and what then has to say why."""

import pytest

import cases
from prioritizer.domain.initiatives import Initiative
from prioritizer.services.asked import Answer
from prioritizer.services.claim_places import claim_places, missing_reasons, places_typed
from prioritizer.services.form_starts import begun_from
from prioritizer.services.forms import Form, LeverRow
from prioritizer.services.templates import template_of

COMPANY = cases.company_record()


def claiming(size: float, id_: str = "new", **changes: object) -> Initiative:
    levers = [{"move": {"from": "detractor", "to": "passive"}, "share": size}]
    return cases.initiative_record(id_, levers=levers, **changes)


PAST = [claiming(0.01 * n, f"past-{n}", department="IT") for n in range(1, 11)]


def test_a_claim_beyond_the_range_of_its_template_asks_for_a_reason() -> None:
    (place,) = claim_places(claiming(0.17, template="close-the-loop"), COMPANY, [])  # usual 3 %, 9 %, 16 %
    assert place.words == (
        "Beyond what the template “Close the loop” usually claims: larger than 96 % of its range. "
        "Say why in the evidence note."
    )


def test_a_claim_within_it_asks_for_none() -> None:
    (place,) = claim_places(claiming(0.09, template="close-the-loop"), COMPANY, [])
    assert place.words == "Within what the template “Close the loop” usually claims: larger than 50 % of its range."
    assert not place.asks_for_a_reason


def test_a_lever_that_the_template_has_not_is_compared_with_all_templates() -> None:
    (place,) = claim_places(claiming(0.02, template="contact-data"), COMPANY, [])
    assert place.words.startswith("Within what the library's templates usually claim: larger than ")


def test_a_harm_and_a_lever_of_no_template_are_not_compared() -> None:
    levers = [{"churn": "all", "change": 0.1}, {"extra_customers": {"Mobile": 10}}]
    assert claim_places(cases.initiative_record(levers=levers), COMPANY, PAST) == ()
    (alone,) = claim_places(cases.initiative_record(levers=[{"referrals": "promoter", "change": 0.1}]), COMPANY, PAST)
    assert (alone.words, alone.asks_for_a_reason) == ("", False)


@pytest.mark.parametrize(("size", "smaller", "is_high"), [(0.095, 9, True), (0.085, 8, False), (0.09, 8, False)])
def test_nine_of_ten_earlier_claims_are_smaller(size: float, smaller: int, is_high: bool) -> None:
    (place,) = claim_places(claiming(size, template="close-the-loop"), COMPANY, PAST)
    assert place.company is not None
    assert (place.company.smaller, place.company.count) == (smaller, 10)
    assert place.asks_for_a_reason is is_high
    assert f"Larger than {smaller} of 10 earlier claims of this kind." in place.words


def test_the_department_has_a_past_of_its_own() -> None:
    others = [claiming(0.5, f"other-{n}", department="Sales") for n in range(5)]
    (place,) = claim_places(claiming(0.095, department="IT"), COMPANY, [*PAST, *others])
    assert place.company is not None
    assert place.department is not None
    assert (place.company.smaller, place.company.count) == (9, 15)
    assert (place.department.smaller, place.department.count) == (9, 10)
    assert place.department.is_high
    assert not place.company.is_high


def test_an_initiative_is_not_compared_with_itself() -> None:
    (place,) = claim_places(claiming(0.05, "past-5"), COMPANY, PAST)
    assert place.company is not None
    assert place.company.count == 9


def test_the_share_of_a_template_is_turned_into_the_company_s_periods() -> None:
    # 9 % in a quarter are 1 − 0.91^(1/3) = 3.0949 % in a month
    monthly = cases.company_record(periods_per_year=12)
    (place,) = claim_places(claiming(0.030949, template="close-the-loop"), monthly, [])
    assert place.library == pytest.approx(0.5, abs=0.005)


def test_a_large_claim_without_a_note_has_to_say_why() -> None:
    (missing,) = missing_reasons(claiming(0.3, template="close-the-loop"), COMPANY, [])
    assert missing.place == "note"
    assert str(missing) == (
        "note: Move from detractors to passives is claimed larger than 9 of 10 of its kind, without a reason. "
        "Say in the evidence note why so much can be expected, or claim less."
    )
    reasoned = claiming(0.3, template="close-the-loop", evidence={"note": "Measured in a pilot."})
    assert missing_reasons(reasoned, COMPANY, []) == []
    assert missing_reasons(claiming(0.05, template="close-the-loop"), COMPANY, []) == []


def test_a_claim_is_compared_before_the_rest_is_typed() -> None:
    rows = (
        LeverRow(key="1", kind="churn"),  # for whom, and how much, is still open
        LeverRow(key="2", kind="churn", whom="all", size=Answer(likely="50")),
        LeverRow(key="3"),
    )
    (place,) = places_typed(Form(department="IT", levers=rows), COMPANY, [])
    assert (place.index, place.name, place.asks_for_a_reason) == (1, "Change of churn", True)
    assert places_typed(Form(), COMPANY, PAST) == ()


def test_an_untouched_claim_of_a_template_is_in_the_middle_of_it() -> None:
    template = template_of("close-the-loop")
    assert template is not None
    places = places_typed(begun_from(template, COMPANY, "IT"), COMPANY, [])
    assert [(place.index, place.template) for place in places] == [(0, "Close the loop"), (1, "Close the loop")]
    assert [place.library for place in places] == pytest.approx([0.5, 0.5], abs=0.05)
