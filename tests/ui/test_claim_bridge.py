"""The bridge from the claim to the list, beside an initiative and on the portfolio."""

import pytest
from ui.pages import ROOT, html, open_page

import prioritizer as pr
from prioritizer.ui.charts.amounts import Amounts


def test_an_initiative_shows_what_became_of_its_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(monkeypatch, "list", who="elena", initiative="close-the-loop")
    shown = html(app)
    bridge = next(row.bridge for row in pr.rank(ROOT / "scenarios/base.yaml", seed=1).initiatives
                  if row.id == "close-the-loop")  # fmt: skip
    assert bridge is not None
    amounts = Amounts.of([bridge.submitted])
    assert 'Submitted</th><td aria-hidden="true">' in shown.replace('aria-hidden="true"><div', 'aria-hidden="true">')
    for said in (amounts.figure(bridge.submitted), amounts.change(bridge.size), amounts.change(bridge.delivered)):
        assert f">{said}</td>" in shown, said
    assert "Expected disappointment: 71.1 million ₽ was claimed, 36.0 million ₽ is on the list" in shown.replace(
        "\u00a0", " "
    )
    assert "Attributed in the plan" not in shown
    assert "Finance's figures" not in shown.replace("&#x27;", "'")
