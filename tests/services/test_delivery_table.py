"""Finance's table: fields that leave cards alone, who may save it, who was faster, what a change does to the list."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from services.workplaces import last, workplace

import cases
from prioritizer.domain.company import BenefitRealisation
from prioritizer.domain.workspace import COMPANY, ItemKind
from prioritizer.errors import Conflict, InputError, NotAllowed
from prioritizer.services.assumptions import company_text, save_company_text
from prioritizer.services.cases import as_scenario
from prioritizer.services.delivery_table import (
    as_fields,
    changes_between,
    delivery_table,
    places,
    preview,
    read_fields,
    rebased,
    save_table,
    table_versions,
)
from prioritizer.services.evaluation import evaluate

CARD = {"value": 0.45, "source": "A study", "grade": "C", "owner": "finance", "note": "To be replaced"}
TABLE = BenefitRealisation.model_validate(
    {
        "B": {"delivered": 0.8, "slope": 0.25, "spread": 0.125, "cost": 1.1, "delay": 1},
        "D": {"delivered": CARD, "spread": 0.4},
        "shared": {"company": 0.08},
    }
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return workplace(tmp_path)


def change(table=TABLE, source="", **typed):
    """The table after some fields were typed; their places with two underscores for the dot."""
    fields = {**as_fields(table), **{place.replace("__", "."): text for place, text in typed.items()}}
    return read_fields(table, fields, source)


# Fields


def test_fields_show_what_people_type() -> None:
    shown = as_fields(TABLE)
    assert set(shown) == set(places())
    assert len(shown) == 22
    assert (shown["B.delivered"], shown["B.slope"], shown["B.spread"], shown["B.cost"]) == ("80", "0.25", "12.5", "110")
    assert (shown["B.delay"], shown["shared.company"], shown["A.delivered"]) == ("1", "8", "100")


def test_what_is_not_typed_stays_cards_and_all() -> None:
    made = change(B__delivered="70", D__spread="35")
    assert (made.B.delivered.number, made.D.spread.number) == (0.7, 0.35)
    assert made.D.delivered == TABLE.D.delivered
    assert made.B.slope == TABLE.B.slope
    assert changes_between(TABLE, made) == changes_between(TABLE, change(B__delivered="70 %", D__spread=" 35,0 "))
    assert [(one.place, one.before, one.after) for one in changes_between(TABLE, made)] == [
        ("B.delivered", "80 %", "70 %"),
        ("D.spread", "40 %", "35 %"),
    ]


def test_a_changed_number_keeps_its_card_unless_its_source_is_given() -> None:
    kept, sourced = (change(D__delivered="50", source=source).D.delivered for source in ("", "Reviews 2027"))
    assert (kept.number, kept.source, kept.note, kept.grade) == (0.5, "A study", "To be replaced", "C")
    assert (sourced.number, sourced.source, sourced.note, sourced.grade) == (0.5, "Reviews 2027", None, None)
    assert sourced.owner == "finance"


def test_nothing_typed_is_the_same_table() -> None:
    assert read_fields(TABLE, as_fields(TABLE), "A source") is TABLE
    assert read_fields(None, as_fields(None)) is None
    assert change(None, C__delivered="60").C.delivered.number == 0.6


def test_every_complaint_comes_at_once_with_its_field() -> None:
    with pytest.raises(InputError) as caught:
        change(B__delivered="much", B__slope="1.5", D__delay="0.5", shared__company="-3", B__cost="")
    said = [str(one) for one in caught.value.complaints]
    assert [one.split(":")[0] for one in said] == [
        "Grade B, delivered",
        "Grade B, slope",
        "Grade B, cost",
        "Grade D, delay",
        "Shared spread, company",
    ]
    assert "whole number" in said[3]


@given(st_=some.lists(some.sampled_from(places()), unique=True, max_size=5), number=some.integers(0, 1))
def test_what_is_shown_is_read_as_the_same(st_: list[str], number: int) -> None:
    typed = {**as_fields(TABLE), **{place: str(number) for place in st_}}
    made = read_fields(TABLE, typed)
    assert read_fields(made, as_fields(made)) is made
    assert {one.place for one in changes_between(TABLE, made)} <= set(st_)


def test_only_ones_own_changes_go_on_top_of_anothers() -> None:
    theirs = change(B__delivered="60", B__slope="0.5")
    typed = {**as_fields(TABLE), "B.slope": "0.3", "D.cost": "150"}
    both = read_fields(theirs, rebased(typed, TABLE, theirs))
    assert (both.B.delivered.number, both.B.slope.number, both.D.cost.number) == (0.6, 0.3, 1.5)


# Saving


def test_finance_saves_it_with_a_reason(path: Path) -> None:
    before = last(path, ItemKind.COMPANY, COMPANY).content
    read = delivery_table(path, "anna")
    assert (read.version, read.table) == (1, None)
    save_table(path, change(None, B__delivered="80"), read.version, "anna", "Reviews of 2026")
    now = last(path, ItemKind.COMPANY, COMPANY)
    assert (now.version, now.who, now.why) == (2, "anna", "Reviews of 2026")
    assert now.content == before.model_copy(update={"benefit_realisation": now.content.benefit_realisation})
    assert "B: {delivered: 0.8" in company_text(path, "anna").text


# Every role and what it may do with the table, by hand.
@pytest.mark.parametrize(
    ("who", "reads", "saves"),
    [
        ("eva", True, False),
        ("anna", True, True),
        ("olga", True, True),
        ("vera", True, False),
        ("ivan", True, False),
        ("otto", False, False),
        ("boss", False, False),
    ],
)
def test_who_may_do_what(path: Path, who: str, reads: bool, saves: bool) -> None:
    if reads:
        assert delivery_table(path, who).version == 1
        assert table_versions(path, who) == ()
    else:
        with pytest.raises(NotAllowed):
            delivery_table(path, who)
        with pytest.raises(NotAllowed):
            table_versions(path, who)
    if saves:
        assert save_table(path, TABLE, 1, who, "Why not").version == 2
    else:
        with pytest.raises(NotAllowed):
            save_table(path, TABLE, 1, who, "Why not")
        assert last(path, ItemKind.COMPANY, COMPANY).version == 1


@pytest.mark.parametrize(("table", "why", "words"), [(TABLE, "  ", "no reason"), (None, "Because", "as it was")])
def test_no_save_without_reason_or_change(path: Path, table: BenefitRealisation | None, why: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        save_table(path, table, 1, "anna", why)
    assert last(path, ItemKind.COMPANY, COMPANY).version == 1


def test_who_is_slower_is_told(path: Path) -> None:
    save_table(path, TABLE, 1, "anna", "First")
    with pytest.raises(Conflict) as caught:
        save_table(path, change(None, C__delivered="50"), 1, "olga", "Second")
    assert caught.value.current.who == "anna"
    assert delivery_table(path, "olga").table == TABLE


def test_what_others_changed_of_the_company_meanwhile_stays(path: Path) -> None:
    known = company_text(path, "olga")
    save_company_text(path, known.text + "tax_rate: 0.2\n", known.version, "olga", "New law")
    save_table(path, TABLE, 1, "anna", "Reviews")
    now = last(path, ItemKind.COMPANY, COMPANY).content
    assert (now.tax_rate.number, now.benefit_realisation) == (0.2, TABLE)


def test_the_history_has_every_version_of_the_table_and_no_other(path: Path) -> None:
    save_table(path, TABLE, 1, "anna", "A beginning")
    known = company_text(path, "olga")
    save_company_text(path, known.text + "tax_rate: 0.2\n", known.version, "olga", "New law")
    save_table(path, change(B__cost="120"), 2, "olga", "Dearer")
    newest, first = table_versions(path, "vera")
    assert (newest.version, newest.who, newest.why, newest.replaces) == (4, "olga", "Dearer", True)
    assert [(one.name, one.before, one.after) for one in newest.changes] == [("Grade B, cost", "110 %", "120 %")]
    assert (first.version, first.replaces, len(first.changes)) == (2, False, 8)


# Looking ahead


def test_a_preview_is_the_list_as_it_would_be() -> None:
    listed = [
        cases.initiative("keep", costs={"one_off": 500}, levers=[{"churn": "detractor", "change": -0.3}]),
        cases.initiative(
            "raise",
            costs={"one_off": 300},
            evidence={"grade": "B"},
            levers=[{"revenue": "all", "change": {"pert": [0.0, 0.02, 0.05]}}],
        ),
    ]
    company = cases.company_record(benefit_realisation=TABLE, initiatives=listed)
    evaluation = evaluate(as_scenario(company), draws=300, seed=3)
    other = change(B__delivered="10")
    found = preview(evaluation, other)
    again = evaluate(as_scenario(company.model_copy(update={"benefit_realisation": other})), draws=300, seed=3).ranking
    assert [(one.id, one.rank, one.profit) for one in found.moved] == [
        (row.id, row.rank, row.npv.mean) for row in again.initiatives
    ]
    before = {row.id: (row.rank, row.npv.mean) for row in evaluation.ranking.initiatives}
    assert {one.id: (one.rank_before, one.profit_before) for one in found.moved} == before
    assert (found.joint_before, found.joint) == (
        evaluation.ranking.worth_doing_together.npv.mean,
        again.worth_doing_together.npv.mean,
    )
    assert found.worth_doing < found.worth_doing_before
