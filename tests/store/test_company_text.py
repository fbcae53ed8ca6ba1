"""The text of a company file: it reads as what was written, whatever the names; gaps are comments at their place."""

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from prioritizer.domain.records import Gap, Notice
from prioritizer.store.company_text import WIDTH, company_text
from prioritizer.store.strict_yaml import parse_yaml

CARD = {"value": {"beta": [149, 4812]}, "unit": "1/quarter", "source": "records.csv", "grade": "B", "note": "found"}


def body(document, gaps=(), notices=()):
    return company_text(document, gaps, notices).partition("\n\n")[2]


def test_a_card_is_one_line_and_a_gap_stands_where_its_key_belongs():
    document = {"groups": {"Mobile": {"newcomers": CARD, "churn": {"detractor": CARD}}}, "currency": "EUR"}
    gaps = [
        Gap(place=("groups", "Mobile", "acquisition_cost"), text="not known"),
        Gap(place=("groups", "Mobile", "churn", "promoter"), text="12 observations", hint={"beta": [1, 200]}),
        Gap(place=("groups", "Mobile", "revenue", "promoter"), text="none"),
        Gap(place=("groups", "Mobile", "put_off"), text="0 by default", needed=False),
        Gap(place=("company",), text="its name"),
    ]
    card = "{value: {beta: [149, 4812]}, unit: 1/quarter, source: records.csv, grade: B, note: found}"
    assert (
        body(document, gaps)
        == f"""\
# company: GAP – its name
currency: EUR
groups:
  Mobile:
    churn:
      # promoter: GAP – 12 observations; all groups together: {{beta: [1, 200]}}
      detractor: {card}
    # revenue:
    #   promoter: GAP – none
    # put_off: GAP (optional) – 0 by default
    # acquisition_cost: GAP – not known
    newcomers: {card}
"""
    )


def test_a_gap_beside_a_number_stands_above_it():
    gaps = [Gap(place=("groups", "M", "churn"), text="differences by segment", needed=False)]
    lines = body({"groups": {"M": {"churn": CARD}}}, gaps).splitlines()
    assert lines[2] == "    # churn: GAP (optional) – differences by segment"
    assert lines[3].startswith("    churn: {value:")


def test_long_cards_and_comments_are_folded():
    long = {**CARD, "note": "word " * 15 + "end", "source": "a file, with a rather long name, and a comma.parquet"}
    notices = [Notice(kind="noise", group="M", text="noise " * 40)]
    text = company_text({"groups": {"M": {"churn": long}}}, [Gap(place=("company",), text="text " * 60)], notices)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert yaml.safe_load(text) == {"groups": {"M": {"churn": long}}}
    assert "# NOTE – M: noise noise" in text


def test_a_document_of_nothing_but_gaps_is_nothing_but_comments():
    text = company_text(
        {}, [Gap(place=("groups", "M", "churn", "promoter"), text="none"), Gap(place=("start",), text="x")]
    )
    assert all(line.startswith("#") or not line for line in text.splitlines())
    assert "# groups:" in text


NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=30)  # what records accept


@given(NAMES, NAMES, NAMES)
@example("M", "a\u2028b: c", "d\u2029e: f")  # what YAML takes for the end of a line, and so of a comment
def test_any_name_and_note_reads_as_itself(group, note, gap):
    document = {"groups": {group: {"churn": {**CARD, "note": note}}}}
    gaps = [Gap(place=("groups", group, "revenue"), text=f"x{gap}"), Gap(place=("groups", gap, "churn"), text=note)]
    text = company_text(document, gaps, [Notice(kind="drift", text=note)])
    assert yaml.safe_load(text) == document
    if all(char.isprintable() for char in group + note):
        read = parse_yaml(text, "company.yaml").content["groups"][group]["churn"]
        assert (read["note"], read["value"]["beta"]) == (note, ["149", "4812"])


def test_words_that_yaml_takes_for_something_else_are_quoted():
    for name in ("null", "No", "00123", "1e3", "~", "- x", "a: b", "#", "true", "y", "a #b", "2026-01-02", "=1+1", ""):
        document = {"groups": {"M": {"churn": {**CARD, "note": name}}}}
        assert yaml.safe_load(company_text(document)) == document
