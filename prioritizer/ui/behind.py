"""From a line of the cash-flow statement to the register: the address, and what the register then shows."""

import streamlit as st

from prioritizer.domain.cash_flow_statement import CashFlowLine, CashFlowStatement, LineKey
from prioritizer.language import _, ngettext
from prioritizer.services.cash_flow_behind import behind
from prioritizer.services.cash_flow_words import line_names
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.register import Portfolio
from prioritizer.ui import session
from prioritizer.ui.markup import element, show

LINE, OF = "behind", "of"  # in the address: the line, and the initiative whose it is


def address(found: CashFlowStatement, line: CashFlowLine) -> str:
    """The register with only what a line rests on; empty where there is nothing, or no page to lead to."""
    of = {OF: found.id} if found.id else {}
    return session.way_to("assumptions", part="register", **{LINE: line.key.value}, **of) if line.behind else ""


def show_what_is_asked(evaluation: Evaluation, portfolio: Portfolio, of_portfolio: str) -> frozenset[str] | None:
    """Say which line a link has asked for; the inputs behind it, None where no link has.

    `of_portfolio`: what the portfolio is called, where the line is not of one initiative.
    """
    key, of = st.query_params.get(LINE, ""), st.query_params.get(OF, "")
    named = [one for one in evaluation.scenario.initiatives if one.id == of]
    if key not in tuple(LineKey) or (of and not named):
        return None
    found = behind(evaluation.scenario.company, named or portfolio.initiatives, LineKey(key))
    said = ngettext(
        "Only the {n} assumption behind “{line}” in the cash flow of {of}",
        "Only the {n} assumptions behind “{line}” in the cash flow of {of}",
        len(found),
    ).format(n=len(found), line=line_names()[LineKey(key)], of=f"“{named[0].name}”" if named else of_portfolio)
    show(element("p", said, class_="quiet", role="status"))
    st.button(_("Show all assumptions"), key="register-not-behind", on_click=_forget, type="tertiary")
    return frozenset(found)


def _forget() -> None:
    for key in (LINE, OF):
        st.query_params.pop(key, None)
