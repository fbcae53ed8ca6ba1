"""Records as the text of files, read back: nothing is lost, and people can read it."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cases
from oracles.companies import random_case
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import LEVER_KEYS, Initiative
from prioritizer.domain.scenarios import Differences
from prioritizer.store.file_text import file_text, initiatives_text
from prioritizer.store.file_words import words_of
from prioritizer.store.files import read_alone, read_company
from prioritizer.store.strict_yaml import parse_yaml

ROOT = Path(__file__).parents[2]
CARD = {
    "unit": "1/quarter",
    "source": "Billing: 2026, all",
    "grade": "B",
    "owner": "anna",
    "note": 'He said "no" # twice',
}
DISTRIBUTIONS: list[Any] = [
    0.1,
    {"pert": [0.05, 0.1, 0.18]},
    {"triangular": [0.05, 0.1, 0.18]},
    {"normal": [0.1, 0.02]},
    {"lognormal": [0.05, 0.2]},
    {"beta": [149, 4812]},
    {"range": [0.05, 0.1, 0.18]},
]


def read(kind: Any, record: Any) -> Any:
    return kind.model_validate(parse_yaml(file_text(words_of(record)), "file").content)


@pytest.mark.parametrize("seed", range(60))
def test_random_companies_and_initiatives_read_back_as_they_were(seed: int) -> None:
    company, initiatives = random_case(Random(seed))
    assert read(Company, Company.model_validate(company)) == Company.model_validate(company)
    for initiative in initiatives:
        assert read(Initiative, Initiative.model_validate(initiative)) == Initiative.model_validate(initiative)


def test_the_example_reads_back_as_it_was() -> None:
    company = read_company(ROOT / "data/company.yaml")
    bare = company.model_copy(update={"initiatives": ()})
    assert read(Company, company) == bare
    content = parse_yaml(initiatives_text([words_of(one) for one in company.initiatives]), "file").content
    assert tuple(map(Initiative.model_validate, content)) == company.initiatives
    for path in sorted((ROOT / "scenarios").glob("*.yaml")):
        assert read(Differences, read_alone(path)) == read_alone(path)


@pytest.mark.parametrize("value", DISTRIBUTIONS, ids=str)
def test_every_uncertain_number_with_and_without_its_card(value: Any) -> None:
    for number in (value, {"value": value, **CARD}, {"value": value, "note": ""}):
        group = cases.group(churn={"promoter": number, "passive": 0.1, "detractor": number}, contacts=number)
        record = cases.company_record(groups={"Mobile": group}, cashable=number)
        assert read(Company, record) == record


@pytest.mark.parametrize("counts", [(92, 6, 2), (0.1, 0.2, 0.3), (1e9 + 0.1, 0.7, 3.3)])
def test_shares_from_counts_keep_their_total_to_the_last_digit(counts: tuple[float, ...]) -> None:
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        row = {cases.SEGMENTS[place]: counts[place] for place in order}
        group = cases.group(newcomers={"value": {"dirichlet": row}, **CARD})
        record = cases.company_record(groups={"Mobile": group})
        assert read(Company, record) == record


@pytest.mark.parametrize("key", LEVER_KEYS)
def test_every_lever(key: str) -> None:
    size = {"value": {"pert": [0.01, 0.05, 0.1]}, **CARD}
    if key in ("move", "newcomers"):
        lever = {key: {"from": "detractor", "to": "passive"}, "share": size, "usual": 0.06}
    elif key == "extra_customers":
        lever = {key: {"Mobile": size, "Ünïcode: yes": 3}, "cost_each": size, "usual": 100}
    else:
        lever = {key: "all", "change": size, "usual": 0.06}
    record = cases.initiative_record(levers=[lever, lever])
    assert read(Initiative, record) == record


def test_everything_that_a_company_and_an_initiative_can_say() -> None:
    company = cases.company_record(
        discount_rate={"value": {"nominal": 0.16, "inflation": 0.07}, **CARD},
        budget={2027: 120, 2028: {"value": 90, **CARD}},
        staff={"Customer service": 40, "IT": 12},
        hurdle_rate=0.12,
        benefit_realisation={"A": {"delivered": 0.95, "delay": 1}, "shared": {"company": 0.1}},
        correlate=[{"names": ["groups.*.churn.*", 'groups."North West".*'], "rho": 0.7}],
        timing="end",
    )
    assert read(Company, company) == company
    initiative = cases.initiative_record(
        costs={"one_off": {0: 1, 2: {"value": 3, **CARD}}, "per_customer": {"amount": 40, "of": ["detractor"]}},
        reach={"all": 0.2, "Mobile": {"range": [0.1, 0.2, 0.3]}},
        earliest_start=0,
        latest_start=1,
        duration={"pert": [1, 2, 3]},
        fade_out=2,
        description="  Two\n\nparagraphs: with a tab\t. ",
        template="call-back",
        evidence={"grade": "A", "sources": ["x, y", "- z"]},
        pilot={"customers": 20000, "cost": 1, "periods": 2},
        requires=["a b"],
        mandatory=True,
    )
    assert read(Initiative, initiative) == initiative


def test_a_scenario_keeps_what_stood_in_quotes_and_what_did_not(tmp_path: Path) -> None:
    """Read again, it makes the same company and initiatives; spaces keep two changes of one place apart."""
    text = """
name: Mixed
extends: base
change:
  groups."North West".churn.*: {multiply: 1.10, add: 0.001}
  groups."North West".churn."*": {multiply: 2}
  groups.Mobile.gross_margin: {range: [0.50, 0.54, 0.58]}
  discount_rate: {value: 0.10, unit: "00123"}
  latest_start: 007
  hurdle_rate: +0.5
budget: {2027: 80000000.50}
include: []
change_initiatives:
  "*": {costs: {multiply: 1.1}, reach: {"North.West": .5}}
  call-back: {department: 00123, mandatory: true, template: "null", owner: 1e3, evidence.grade: A}
"""
    path = cases.write(tmp_path, mixed=text)
    first = read_alone(path)
    again = read(Differences, first)
    assert again == first
    assert repr_of(again) == repr_of(first)
    assert "00123" in file_text(words_of(first))


def repr_of(node: Any) -> Any:
    """A scenario's changes with the kinds of their texts."""
    if isinstance(node, Differences):
        return [repr_of(change.value) for change in (*node.change, *sum(node.change_initiatives.values(), ()))]
    if isinstance(node, dict):
        return {key: repr_of(value) for key, value in node.items()}
    if isinstance(node, list):
        return [repr_of(value) for value in node]
    numeral = isinstance(node, str) and node.lstrip("+.").replace(".", "").isalnum() and any(map(str.isdigit, node))
    return (type(node).__name__, node) if numeral else node


TEXT = st.text(min_size=1, max_size=60).filter(lambda text: any(c.isprintable() and not c.isspace() for c in text))
NAMES = TEXT.filter(
    lambda text: not any((c.isspace() and c != " ") or ord(c) < 32 or 127 <= ord(c) < 160 for c in text)
)


@given(name=NAMES, long=st.lists(NAMES, min_size=1, max_size=40).map(" ".join))
@settings(max_examples=60, deadline=None)
def test_any_text_reads_back_as_it_was(name: str, long: str) -> None:
    raw = cases.initiative(name, name=name, description=long, owner=long, staff={name: 1}, requires=[f"{name}x"])
    try:
        record = Initiative.model_validate(raw)
    except ValueError:  # what the record refuses is no text of ours
        return
    assert read(Initiative, record) == record


@pytest.mark.parametrize("gap", ["  ", " ", "\u00a0", "\t", "\n", " # ", ": ", " \u2028"])
def test_long_text_keeps_its_spaces(gap: str) -> None:
    text = gap.join(["some words"] * 40)
    record = cases.initiative_record(
        description=text, levers=[{"churn": "all", "change": {"value": 0.1, "note": text}}]
    )
    assert read(Initiative, record) == record


@pytest.mark.parametrize(
    "name", ["a" + "\U000f0000" * 199, "a" + "\ue000" * 199, "# " * 99 + "#", "- " * 90 + "-", "? :"]
)
def test_names_that_are_long_in_a_file_read_back(name: str) -> None:
    record = cases.initiative_record(name, name=name, staff={name: 1, "IT": {"value": 2, **CARD}}, reach={name: 0.3})
    assert read(Initiative, record) == record


def test_the_text_is_as_people_write_it() -> None:
    assert (
        file_text([words_of(cases.initiative_record(reach={"Mobile": {"value": 0.35, **CARD}}))])
        == """\
- id: call-back
  name: Initiative call-back
  department: Customer service
  reach:
    Mobile: {value: 0.35, unit: 1/quarter, source: "Billing: 2026, all", grade: B, owner: anna,
             note: "He said \\"no\\" # twice"}
  costs: {one_off: 1000}
  levers:
    - {churn: detractor, change: -0.1}
"""
    )
