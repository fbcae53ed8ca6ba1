"""Facts in words, searched, and found again in a text."""

import pytest

from prioritizer.services.library import (
    cited_by,
    fact_of,
    findings_in_words,
    found,
    parts_of,
    source_in_words,
)


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("Jive calls", {"jive-calls"}),
        ("ASCARZA", {"retention-backfires"}),
        ("«жалобная книга» copiny 2013 churn", set()),
        ("copiny 2013 жалобная", {"community-calls", "community-contact-cost", "community-negative"}),
    ],
)
def test_a_search_finds_what_has_all_of_the_words(words: str, ids: set[str]) -> None:
    assert {fact.id for fact in found(words).facts} == ids


def test_without_words_all_are_found() -> None:
    assert len(found().facts) == len(found("  ").facts) == 29
    assert next(iter(found().table()["id"])) == "experience-retention"


@pytest.mark.parametrize(
    ("id_", "words"),
    [
        (
            "retention-backfires",
            "left, not approached: 6 % (share in three months); left, approached: 10 % (share in three months)",
        ),
        ("jive-saving", "saved per call: 100 (dollars per call)"),
        (
            "experiments-succeed",
            "improved what they were meant to improve: 8.3 % to 33.3 % (share of experiments)",
        ),
        ("keep-cheaper", ""),
    ],
)
def test_findings_in_words(id_: str, words: str) -> None:
    fact = fact_of(id_)
    assert fact is not None
    assert findings_in_words(fact) == words


def test_a_source_says_its_year_once_or_that_it_is_not_known() -> None:
    dated, undated = fact_of("it-projects-overrun"), fact_of("one-centre")
    assert dated is not None
    assert undated is not None
    assert source_in_words(dated) == dated.source
    assert source_in_words(undated).endswith("; the year is not known")


def test_a_fact_knows_the_templates_that_rest_on_it() -> None:
    fact = fact_of("sms-survey")
    assert fact is not None
    assert cited_by(fact) == ("Close the loop",)


def test_a_text_leads_to_the_facts_that_it_names() -> None:
    text = "jive-calls, not my-jive-calls or jive-calls-2: (online-first)"
    parts = [(part, fact.id if fact else None) for part, fact in parts_of(text)]
    assert parts == [
        ("jive-calls", "jive-calls"),
        (", not my-jive-calls or jive-calls-2: (", None),
        ("online-first", "online-first"),
        (")", None),
    ]
    assert list(parts_of("nothing")) == [("nothing", None)]
    assert list(parts_of("")) == []
