"""Scenarios side by side."""

from prioritizer.domain.comparison import Comparison, ScenarioOutcome
from prioritizer.language import _
from prioritizer.services.comparison_words import (
    answer,
    elsewhere,
    money_apart,
    people_apart,
    points_apart,
    safest,
)
from prioritizer.terminal.tables import foot, table
from prioritizer.words import NOTHING, Scale, chance, figure, people, points, scale_of, unit_of

PLANNED = "*"


def comparison_table(found: Comparison) -> str:
    """What each scenario brings, where each initiative is planned, plans carried out elsewhere, and what differs."""
    scale = scale_of([*(one.profit.mean for one in found.outcomes), *(one.cost for one in found.outcomes)])
    unit = unit_of(scale, found.outcomes[0].run.currency)
    parts = [f"{answer(found)}. {safest(found)}", "", _outcomes(found, scale, unit)]
    parts += [f"{one.name}: {text}" for one in found.outcomes for text in one.conflict]
    parts += [_initiatives(found, scale, unit), _plans(found, scale, unit), _differing(found)]
    return "\n".join([*parts, *(foot(one.run) for one in found.outcomes), ""])


def _outcomes(found: Comparison, scale: Scale, unit: str) -> str:
    first = found.outcomes[0].name
    headings = (
        (_("Scenario"), "left"),
        (_("Profit, {unit}").format(unit=unit), "right"),
        (_("against {name}").format(name=first), "right"),
        (_("Loss"), "right"),
        (_("Cost"), "right"),
        (_("against"), "right"),
        (_("Budget"), "right"),
        (_("NPS, end"), "right"),
        (_("against"), "right"),
        (_("Customers, end"), "right"),
        (_("against"), "right"),
        (_("Planned"), "right"),
    )
    return table(headings, [_outcome(one, scale) for one in found.outcomes])


def _outcome(one: ScenarioOutcome, scale: Scale) -> list[str]:
    apart = one.differences
    if not one.feasible:
        return [one.name, *([NOTHING] * 11)]
    return [
        one.name,
        figure(one.profit.mean / scale.divisor),
        money_apart(apart.profit, scale.divisor) if apart else "",
        chance(one.probability_of_loss),
        figure(one.cost / scale.divisor),
        money_apart(apart.cost, scale.divisor) if apart else "",
        NOTHING if one.budget is None else figure(one.budget / scale.divisor),
        points(one.nps_end),
        points_apart(apart.nps) if apart and apart.nps else "",
        people(one.customers_end),
        people_apart(apart.customers) if apart else "",
        _("{n} of {total}").format(n=len(one.funded), total=one.listed),
    ]


def _initiatives(found: Comparison, scale: Scale, unit: str) -> str:
    """The rank of each in every scenario, with a mark where it is planned."""
    regrets = bool(found.initiatives and found.initiatives[0].regret_funded)
    headings = [(_("Rank, * planned there"), "left"), *((one.name, "right") for one in found.outcomes)]
    headings.append((_("Planned in"), "right"))
    if regrets:
        headings.append((_("Most lost if done, {unit}").format(unit=unit), "right"))
        headings.append((_("Most lost if left out"), "right"))
    rows = []
    for one in found.initiatives:
        marks = [
            NOTHING if rank is None else f"{rank}{PLANNED if planned else ' '}"
            for rank, planned in zip(one.ranks, one.funded, strict=True)
        ]
        lost = [one.largest_regret_funded, one.largest_regret_left_out] if regrets else []
        amounts = [NOTHING if amount is None else figure(amount / scale.divisor) for amount in lost]
        rows.append([one.name, *marks, f"{one.times_funded}", *amounts])
    return table(headings, rows)


def _plans(found: Comparison, scale: Scale, unit: str) -> str:
    names = {one.id: one.name for one in found.outcomes}
    headings = [(_("Plan of … loses, {unit}, in").format(unit=unit), "left")]
    headings += [(one.name, "right") for one in found.outcomes]
    rows = [
        [names[plan.id], *(" ".join(elsewhere(plan, at, scale.divisor)).strip() for at in range(len(found.outcomes)))]
        for plan in found.plans
    ]
    return table(headings, rows)


def _differing(found: Comparison) -> str:
    if not found.differing:
        return _("The scenarios differ in nothing.")
    headings = [(_("Differs"), "left"), *((one.name, "right") for one in found.outcomes)]
    return table(headings, [[one.name, *one.values] for one in found.differing])
