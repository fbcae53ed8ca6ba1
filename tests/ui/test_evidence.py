"""The evidence library beside the assumptions, and the links that lead to it."""

import pytest
from streamlit.testing.v1 import AppTest
from ui.pages import html, open_page

from prioritizer.services.library import fact_of
from prioritizer.ui.facts import fact_link, linked
from prioritizer.ui.markup import element
from prioritizer.ui.markup import html as as_html


def library(monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    return open_page(monkeypatch, "assumptions", who="vera", **query)


def cards(app: AppTest) -> list[str]:
    return [part.partition('"')[0] for part in html(app).split('id="fact-')[1:]]


def test_the_library_shows_every_fact_with_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    app = library(monkeypatch, part="evidence")
    parts = next(group for group in app.button_group if group.key == "part")
    assert parts.options[-1] == "Evidence library"
    assert len(cards(app)) == 29
    for said in ("29 facts", "Who had an interest", "Jive sold communities and chose the cases.", "Not good for"):
        assert said in html(app)
    assert 'open=""' not in html(app)


def test_a_search_opens_the_few_that_it_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    app = library(monkeypatch, part="evidence")
    app.text_input(key="evidence-search").set_value("Ascarza").run()
    assert cards(app) == ["retention-backfires"]
    assert html(app).count('open=""') == 1
    app.text_input(key="evidence-search").set_value("nobody-knows").run()
    assert cards(app) == []
    assert "No fact has all of these words." in html(app)


def test_an_address_opens_a_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    app = library(monkeypatch, fact="jive-calls")
    assert cards(app)[0] == "jive-calls"
    assert len(cards(app)) == 29
    assert html(app).count('open=""') == 1


def test_an_initiative_leads_to_the_facts_that_it_cites(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(monkeypatch, "list", who="elena", initiative="customer-community")
    assert 'href="/assumptions?fact=community-calls"' in html(app)
    seen = open_page(monkeypatch, who="pavel", initiative="customer-community")  # he does not see the library
    assert "/assumptions?fact=" not in html(seen)


def test_without_the_library_a_fact_says_what_it_is() -> None:
    fact = fact_of("keep-cheaper")
    assert fact is not None
    assert as_html([fact_link(fact)]) == f'<span title="{fact.statement}">keep-cheaper</span>'
    said = as_html([element("p", *linked("as keep-cheaper says"))])
    assert said == f'<p>as <span title="{fact.statement}">keep-cheaper</span> says</p>'
