"""The priority list, and the projection behind it, as a person reads them in a terminal."""

from collections.abc import Iterable

from prioritizer.domain.company import Policy
from prioritizer.domain.results import Projected, Projection, RankedInitiative, Ranking
from prioritizer.language import _
from prioritizer.services.answers import answer
from prioritizer.terminal.tables import foot, table
from prioritizer.words import (
    NOTHING,
    Scale,
    chance,
    figure,
    money,
    money_range,
    percent,
    scale_of,
    years,
)

NOTICEABLE = 0.01  # of a sum


def ranking_table(ranking: Ranking) -> str:
    """The priority list."""
    amounts = [row.npv.mean for row in ranking.initiatives]
    scale = scale_of([*amounts, *(row.cost for row in ranking.initiatives)])
    unit = " ".join(part for part in (scale.word, ranking.run.currency) if part)
    if not ranking.initiatives:
        return "\n".join([_answer(ranking), foot(ranking.run), ""])
    headings = (
        ("#", "right"),
        (_("Initiative"), "left"),
        (_("Department"), "left"),
        (_("Projected profit, {unit}").format(unit=unit), "right"),
        (_("90 %: from … to"), "right"),
        (_("Chance of a loss"), "right"),
        (_("ROI"), "right"),
        (_("Payback, years"), "right"),
        (_("Cost, {unit}").format(unit=unit), "right"),
    )
    rows = [_ranking_row(row, scale) for row in ranking.initiatives]
    notes = [*_policy_notes(ranking), _joint_note(ranking), foot(ranking.run)]
    return "\n".join([_answer(ranking), "", table(headings, rows), *_switching_tables(ranking), *notes, ""])


def _ranking_row(row: RankedInitiative, scale: Scale) -> list[str]:
    mark = " *" if row.policies_disagree else ""
    return [
        str(row.rank),
        row.name + mark,
        row.department,
        figure(row.npv.mean / scale.divisor),
        money_range(row.npv.p5, row.npv.p95, scale),
        chance(row.probability_of_loss),
        percent(row.roi),
        years(row.payback_years),
        figure(row.cost / scale.divisor),
    ]


def _switching_tables(ranking: Ranking) -> list[str]:
    """The inputs that matter most to each initiative, where they were asked for."""
    asked = [row for row in ranking.initiatives if row.switching_values is not None]
    if not asked:
        return []
    headings = (
        (_("Initiative"), "left"),
        (_("Input"), "left"),
        (_("Mean"), "right"),
        (_("90 %: from … to"), "right"),
        (_("Profit is zero at"), "right"),
    )
    rows = [
        [
            row.id,
            known.input.removeprefix(f"initiatives.{row.id}."),
            figure(known.mean),
            money_range(known.low, known.high, Scale(1.0, "")),
            _("no switch within range") if known.switch is None else figure(known.switch),
        ]
        for row in asked
        for known in row.switching_values or ()
    ]
    return [table(headings, rows)]


def _answer(ranking: Ranking) -> str:
    """The answer first, then what brings most."""
    said = f"{answer(ranking)}."
    if not ranking.worth_doing:
        return said
    first = ranking.initiatives[0]
    profit = money(first.npv.mean, ranking.run.currency)
    best = _("“{name}” brings most: {profit}.").format(name=first.name, profit=profit)
    return f"{said}\n{best}"


def _policy_notes(ranking: Ranking) -> list[str]:
    """Which initiatives the other acquisition policy would turn from a profit into a loss or back."""
    other = {Policy.HOLD: _("as planned"), Policy.PLAN: _("to hold the base")}[ranking.run.policy]
    return [
        _("* {name}: {profit} if customers were bought {other}").format(
            name=row.name, profit=money(row.npv_other_policy, ranking.run.currency), other=other
        )
        for row in ranking.initiatives
        if row.policies_disagree and row.npv_other_policy is not None
    ]


def _joint_note(ranking: Ranking) -> str:
    joint, alone = ranking.joint.npv.mean, sum(row.npv.mean for row in ranking.initiatives)
    together = money(joint, ranking.run.currency), money(alone, ranking.run.currency)
    if alone - joint > NOTICEABLE * abs(alone):
        return _("All together: {0}. Each alone they would sum to {1}: they overlap.").format(*together)
    return _("All together: {0}. Each alone they would sum to {1}.").format(*together)


def projection_table(projection: Projection) -> str:
    """Each case by year: customers and NPS at its start, cash flow in it."""
    cases = [projection.baseline, *projection.initiatives, *([projection.together] if projection.together else [])]
    scale = scale_of(amount for case in cases for amount in case.cash_flow)
    unit = " ".join(part for part in (scale.word, projection.run.currency) if part)
    parts = []
    for case in cases:
        headings = (
            (_("Period"), "left"),
            (_("Customers"), "right"),
            (_("NPS"), "right"),
            *((name, "right") for name in _group_headings(case)),
            (_("Cash flow, {unit}").format(unit=unit), "right"),
        )
        parts += [case.name, table(headings, _projected_rows(case, projection.periods, scale)), ""]
    return "\n".join([*parts, foot(projection.run), ""])


def _group_headings(case: Projected) -> Iterable[str]:
    for series in case.groups:
        yield _("{group}: customers").format(group=series.group)
        yield _("{group}: NPS").format(group=series.group)


def _projected_rows(case: Projected, periods: tuple[str, ...], scale: Scale) -> list[list[str]]:
    rows = []
    for t, period in enumerate([*periods, _("end")]):
        groups = []
        for series in case.groups:
            count = series.promoter[t] + series.passive[t] + series.detractor[t]
            groups += [f"{count:,.0f}", _score(series.nps[t])]
        flow = figure(case.cash_flow[t] / scale.divisor) if t < len(periods) else ""
        rows.append([period, f"{case.customers[t]:,.0f}", _score(case.nps[t]), *groups, flow])
    return rows


def _score(nps: float | None) -> str:
    return NOTHING if nps is None else f"{nps:z.1f}".replace("-", "−")
