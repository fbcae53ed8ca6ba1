"""The controls of a what-if. Each stands in the address of the page, so that a link restores them all."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from prioritizer.domain.company import Company, Policy
from prioritizer.domain.whatif import WhatIf
from prioritizer.language import _, ngettext
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.what_if import causal_share_today
from prioritizer.services.what_if_from import Said
from prioritizer.ui import session
from prioritizer.ui.change_list import begin_with_changes, change_list, changes_in_words
from prioritizer.ui.foot import link_copier
from prioritizer.ui.linked import begin_as_linked, keep_in_link, linked, widget
from prioritizer.words import share

RATE, POLICY, WITHOUT = "rate", "policy", "without"
HIGHEST_RATE = 1.0  # per year: a discount rate above it is refused


@dataclass(frozen=True)
class Scaling:
    """A slider that scales a number: its key in the address, what it scales, its ends in percent of change."""

    key: str
    field: str
    label: Callable[[], str]
    low: int
    high: int


SCALINGS = (
    Scaling("churn", "churn", lambda: _("Churn"), -50, 50),
    Scaling("acquisition", "acquisition_cost", lambda: _("Cost of winning a customer"), -50, 100),
    Scaling("causal", "causal_share", lambda: _("Causal share"), -100, 50),
    Scaling("success", "success", lambda: _("Probability of success"), -50, 50),
)


def controls(base: Evaluation) -> WhatIf:
    """Show the controls, and return what they stand at."""
    company = base.scenario.company
    what_if = WhatIf(
        discount_rate=_discount_rate(company),
        policy=_policy(company),
        **{scaling.field: _scaled(scaling, company) for scaling in SCALINGS},
        without=_without(base),
        changes=change_list(base),
    )
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(_("Reset"), key="reset", on_click=reset, disabled=not what_if.tried)
        if session.opened().id is not None:  # what was uploaded is known to this window only
            link_copier("link")
    return what_if


def tried_in_words(what_if: WhatIf, base: Evaluation) -> dict[str, str]:
    """What each difference of a what-if is called, with its size."""
    company = base.scenario.company
    words = {
        scaling.field: _("{what} {change}").format(
            what=scaling.label(), change=_change(getattr(what_if, scaling.field) - 1)
        )
        for scaling in SCALINGS
    }
    rate = what_if.discount_rate if what_if.discount_rate is not None else company.discount_rate.real
    words["discount_rate"] = _("Discount rate {today} → {tried}").format(
        today=share(company.discount_rate.real), tried=share(rate)
    )
    words["policy"] = _("Customers bought by plan") if what_if.policy is Policy.PLAN else _("The base is held")
    left_out = len(what_if.without)
    text = ngettext("{count} initiative left out", "{count} initiatives left out", left_out)
    words["without"] = text.format(count=left_out)
    return words | changes_in_words(base, what_if.changes)


def _change(share_: float) -> str:
    return f"{share_:+.0%}".replace("%", " %").replace("-", "−")


def reset() -> None:
    """Put everything back to how it is in the scenario."""
    for key in (RATE, *(scaling.key for scaling in SCALINGS)):
        st.session_state[key] = 0
    st.session_state[widget(POLICY)] = None
    st.session_state[widget(WITHOUT)] = []
    begin_with_changes([])


def begin_as(said: Said) -> None:
    """Let the controls stand at what a scenario says. What they cannot say is named among what does not fit."""
    for key in (RATE, *(scaling.key for scaling in SCALINGS)):
        st.session_state.pop(key, None)  # they begin where the scenario stands
    st.session_state[widget(POLICY)] = said.policy.value if said.policy else None
    st.session_state[widget(WITHOUT)] = list(said.without)
    begin_with_changes([*said.lines, *said.unsaid])


def _discount_rate(company: Company) -> float | None:
    today = company.discount_rate.real
    points = st.slider(
        _("Discount rate, points added to {today} a year").format(today=share(today)),
        -10.0,
        20.0,
        0.0,
        0.5,
        "%+.1f",
        key=RATE,
        bind="query-params",
    )
    return min(max(today + points / 100, -0.99), HIGHEST_RATE) if points else None


def _policy(company: Company) -> Policy | None:
    names = {Policy.HOLD.value: _("hold the base"), Policy.PLAN.value: _("by plan")}
    known = [policy.value for policy in sorted(company.policies())]
    in_force = company.acquisition_policy.value
    if len(known) < 2:
        st.caption(_("Customers are bought to hold the base; the company file has no planned acquisitions."))
        return None
    begin_as_linked(POLICY, next(iter(linked(POLICY, known)), None))
    chosen = st.segmented_control(
        _("How customers are bought"),
        known,
        format_func=lambda key: _("{policy} (today)").format(policy=names[key]) if key == in_force else names[key],
        key=widget(POLICY),
        persist_state="session",
    )
    keep_in_link(POLICY, [chosen] if chosen else [])
    return Policy(chosen) if chosen is not None and chosen != in_force else None


def _scaled(scaling: Scaling, company: Company) -> float:
    label = scaling.label()
    if scaling.field == "causal_share":
        label = _("{what}, today {today}").format(what=label, today=share(causal_share_today(company)))
    change = st.slider(label, scaling.low, scaling.high, 0, 5, "%+d %%", key=scaling.key, bind="query-params")
    return 1 + change / 100


def _without(base: Evaluation) -> tuple[str, ...]:
    names = _told_apart({row.id: row.name for row in base.ranking.initiatives})
    begin_as_linked(WITHOUT, linked(WITHOUT, list(names)))
    left_out = st.multiselect(
        _("Leave out initiatives"),
        list(names),
        format_func=lambda id_: names[id_],
        key=widget(WITHOUT),
        persist_state="session",
        placeholder=_("none left out"),
    )
    keep_in_link(WITHOUT, left_out)
    return tuple(left_out)


def _told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """Names by id; those that several share with their id, since Streamlit finds a choice by what it shows."""
    shared = Counter(names.values())
    return {id_: name if shared[name] == 1 else f"{name} ({id_})" for id_, name in names.items()}
