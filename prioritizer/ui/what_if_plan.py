"""What a plan within the budgets of a what-if would fund, beside what it would fund in the scenario; on a button."""

from collections import OrderedDict

import streamlit as st

from prioritizer.domain.plans import Plan
from prioritizer.domain.whatif import WhatIf
from prioritizer.language import _, ngettext
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.what_if import Outcome, scenario_under
from prioritizer.ui import session
from prioritizer.ui.markup import element, show
from prioritizer.ui.planned import planned
from prioritizer.words import money, sign

KEPT = 32  # pairs of plans

Both = tuple[Plan, Plan]


def within_budgets(base: Evaluation, what_if: WhatIf, now: Outcome) -> None:
    """What a plan would fund now and in the scenario, where it is known; else a button that looks for it."""
    kept, key = _kept(), (base.run.id, now.run.id, session.under_way())
    said = _("Budgets do not move what is worth doing; they limit what a plan can fund of it.")
    show(element("p", said, class_="quiet"))
    if key not in kept and not st.button(_("What would a plan fund within these budgets?"), key="what-if-plan"):
        return
    if key not in kept:
        kept[key] = _both(base, what_if)
    while len(kept) > KEPT:
        kept.popitem(last=False)
    _say(base, *kept[key])


def _both(base: Evaluation, what_if: WhatIf) -> Both:
    before = planned(base).plan(1.0)
    return before, planned(session.evaluation_of(scenario_under(base.scenario, what_if))).plan(1.0)


@st.cache_resource(show_spinner=False)
def _kept() -> OrderedDict[tuple[str, str, tuple[str, ...]], Both]:
    return OrderedDict()


def _say(base: Evaluation, before: Plan, now: Plan) -> None:
    names = {one.id: one.name for one in base.scenario.initiatives}
    then, today = ({one.id for one in plan.funded} for plan in (now, before))
    lines = [
        _("With these changes: {plan}").format(plan=_in_words(base, now)),
        _("In the scenario: {plan}").format(plan=_in_words(base, before)),
    ]
    if now.feasible and before.feasible:
        for ids, sentence in ((then - today, _("Funded now: {names}.")), (today - then, _("No longer: {names}."))):
            if ids:
                lines.append(sentence.format(names="; ".join(sorted(names[id_] for id_ in ids))))
    show(element("ul", *(element("li", line) for line in lines), class_="plans-beside"))


def _in_words(base: Evaluation, plan: Plan) -> str:
    if not plan.feasible or plan.joint is None:
        return _("no plan can meet all demands within the budgets.")
    currency, total = sign(base.run.currency), len(plan.funded) + len(plan.not_funded)
    return ngettext(
        "{count} of {total} funded for {cost} in all years, projected profit {profit}.",
        "{count} of {total} funded for {cost} in all years, projected profit {profit}.",
        len(plan.funded),
    ).format(
        count=len(plan.funded),
        total=total,
        cost=money(sum(one.cost for one in plan.funded), currency),
        profit=money(plan.joint, currency),
    )
