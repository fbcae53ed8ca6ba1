"""A report as the pages of a board pack. Everything is put into words here; the template only places it."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typst

from prioritizer.domain.comparison import ScenarioOutcome
from prioritizer.domain.learning import Learning
from prioritizer.domain.register import Assumption
from prioritizer.domain.report import Report
from prioritizer.domain.results import RankedInitiative
from prioritizer.language import _, ngettext
from prioritizer.words import (
    NOTHING,
    Scale,
    chance,
    count,
    figure,
    money,
    money_range,
    people,
    percent,
    points,
    scale_of,
    sign,
    unit_of,
    years,
)

TEMPLATE = Path(__file__).with_name("pack.typ")
ROWS = 16  # of the list, that one page has room for
BELOW = 3  # of them below the line, where there are so many
RISKS, TESTS, ASSUMPTIONS, NOT_PLANNED = 6, 7, 9, 7


def board_pack(report: Report, on: date) -> bytes:
    """The PDF; equal reports give equal bytes on one day.

    Raises:
        ValueError: a figure is not a number, or infinite.
    """
    made = typst.compile(  # type: ignore[call-overload]  # its types leave files in memory out
        files_of(report, on), format="pdf", ignore_system_fonts=True, timestamp=int(_noon(on).timestamp())
    )
    assert isinstance(made, bytes)
    return made


def files_of(report: Report, on: date) -> dict[str, bytes]:
    """What the typesetter reads: the template, and a report as data, never as markup."""
    data = json.dumps(_data(report, on), ensure_ascii=False, allow_nan=False).encode("utf-8")
    return {"main": TEMPLATE.read_bytes(), "data.json": data}


def _noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12)


def _data(report: Report, on: date) -> dict[str, Any]:
    run = report.ranking.run
    foot = _("Run {id} · {company} · scenario {scenario} · model {model} · {draws} draws, seed {seed} · {date}").format(
        id=run.id,
        company=run.company,
        scenario=run.scenario,
        model=run.model_version,
        draws=f"{run.draws:,}",
        seed=run.seed,
        date=on.isoformat(),
    )
    return {
        "title": _("Board pack: {company}").format(company=run.company),
        "lang": "en",
        "company": f"{run.company} · {run.scenario}",
        "answer": report.answer,
        "more": _more(report),
        "draft": _("DRAFT") if report.draft else "",
        "foot": foot,
        "words": {
            "budgets": _("Cost of the plan by fiscal year, before tax; the mark is the budget"),
            "list": _("The priority list"),
            "frontier": _("More or less money"),
            "risks": _("What can go wrong, and what to find out first"),
            "scenarios": _("If the world becomes another one"),
            "method": _("What it rests on"),
        },
        "facts": _facts(report),
        "years": _years(report),
        "list": _list(report),
        "frontier": _frontier(report),
        "risks": _risks(report),
        "tests": _tests(report),
        "scenarios": _scenarios(report),
        "method": _method(report),
    }


def _currency(report: Report) -> str:
    return sign(report.ranking.run.currency)


def _more(report: Report) -> str:
    """What stands below the decision: that customers are shared, and what is not planned."""
    plan = report.plan
    if not plan.funded:
        return _("Nothing that can be done within the limits is expected to earn more than it costs.")
    alone = money(plan.standalone_sum, _currency(report))
    left = ngettext(
        "{n} initiative is not in the plan.", "{n} initiatives are not in the plan.", len(plan.not_funded)
    ).format(n=len(plan.not_funded))
    return _("Each alone, what is planned would sum to {alone}; together it shares customers. {left}").format(
        alone=alone, left=left
    )


def _facts(report: Report) -> list[dict[str, str]]:
    """The figures that a board asks for first."""
    currency, together = _currency(report), report.plan.together
    base = report.ranking.baseline
    if together is None:
        return [_fact(_("Initiatives"), str(len(report.ranking.initiatives)), _("on the list"))]
    npv = together.npv
    scale = scale_of([npv.mean, npv.p5 or 0.0, npv.p95 or 0.0])
    unit = unit_of(scale, currency)
    return [
        _fact(
            _("Projected profit"),
            money(npv.mean, currency),
            _("90 %: {range} {unit}").format(range=money_range(npv.p5, npv.p95, scale), unit=unit),
        ),
        _fact(_("Chance of a loss"), chance(together.probability_of_loss), _("all of the plan together")),
        _fact(
            _("What it costs"),
            money(together.cost, currency),
            _("before tax; return {roi}, payback {years} years").format(
                roi=percent(together.roi), years=years(together.payback_years)
            ),
        ),
        _fact(
            _("Net Promoter Score"),
            points(together.nps[-1]),
            _("at the end; {now} today, {without} without").format(
                now=points(base.nps[0]), without=points(base.nps[-1])
            ),
        ),
        _fact(
            _("Customers kept"),
            people(together.kept),
            _("fewer who leave, over {n} periods").format(n=len(report.periods)),
        ),
    ]


def _fact(name: str, value: str, more: str) -> dict[str, str]:
    return {"name": name, "value": value, "more": more}


def _years(report: Report) -> list[dict[str, Any]]:
    plan, currency = report.plan, _currency(report)
    largest = max([*(one.cost for one in plan.years), *(one.budget or 0.0 for one in plan.years)], default=0.0) or 1.0
    return [
        {
            "name": one.name,
            "used": one.cost / largest,
            "limit": None if one.budget is None else one.budget / largest,
            "said": money(one.cost, currency)
            if one.budget is None
            else _("{cost} of {budget}").format(cost=money(one.cost, currency), budget=money(one.budget, currency)),
        }
        for one in plan.years
    ]


class _Axis:
    """Places of amounts on one common scale, from 0 to 1."""

    def __init__(self, amounts: Iterable[float | None]):
        known = [0.0, *(amount for amount in amounts if amount is not None)]
        self.low, self.high = min(known), max(known)

    def at(self, amount: float) -> float:
        return (amount - self.low) / (self.high - self.low) if self.high > self.low else 0.0

    def bar(self, low: float | None, mid: float, high: float | None) -> dict[str, float | None]:
        ends = (None, None) if low is None or high is None else (self.at(min(low, high)), self.at(max(low, high)))
        return {"zero": self.at(0.0), "low": ends[0], "mid": self.at(mid), "high": ends[1]}


def _list(report: Report) -> dict[str, Any]:
    """What is planned, in the order of profit, the line, and the first few below it."""
    ranking, planned = report.ranking, {one.id for one in report.plan.funded}
    above = [row for row in ranking.initiatives if row.id in planned][: ROWS - BELOW]
    below = [row for row in ranking.initiatives if row.id not in planned][: ROWS - len(above)]
    axis = _Axis(end for row in (*above, *below) for end in (row.npv.p5, row.npv.p95, row.npv.mean))
    scale = scale_of([row.npv.mean for row in ranking.initiatives])
    currency, together = _currency(report), report.plan.together
    line = _("Budget line: what stands above costs {cost} and brings {profit} together").format(
        cost=money(together.cost if together else 0.0, currency), profit=money(report.plan.joint or 0.0, currency)
    )
    rows = [*(_row(row, axis, scale) for row in above), {"line": True, "name": line}]
    hidden = len(ranking.initiatives) - len(above) - len(below)
    unit = unit_of(scale, currency)
    note = _("By projected profit, each alone, {unit}; the bar is the 90 % range, the mark the mean.").format(unit=unit)
    if hidden > 0:
        more = ngettext("{n} more is not shown.", "{n} more are not shown.", hidden).format(n=hidden)
        note = f"{note} {more}"
    return {
        "title": ngettext("{n} of {total} is planned", "{n} of {total} are planned", len(planned)).format(
            n=len(planned), total=len(ranking.initiatives)
        ),
        "note": note,
        "inset": 2.4 if len(rows) + len(below) > 14 else 3.6,
        "heads": [_("Rank"), _("Initiative"), _("Profit"), "", _("Cost"), _("Loss"), _("ROI")],
        "rows": [*rows, *(_row(row, axis, scale) for row in below)],
    }


def _row(row: RankedInitiative, axis: _Axis, scale: Scale) -> dict[str, Any]:
    return {
        "line": False,
        "rank": str(row.rank),
        "name": row.name,
        "profit": figure(row.npv.mean / scale.divisor),
        "bar": axis.bar(row.npv.p5, row.npv.mean, row.npv.p95),
        "cost": figure(row.cost / scale.divisor),
        "loss": chance(row.probability_of_loss),
        "roi": percent(row.roi),
    }


def _frontier(report: Report) -> dict[str, Any] | None:
    if report.frontier is None:
        return None
    known = [(one.factor, one.joint) for one in report.frontier.points if one.joint is not None]
    if len(known) < 2:
        return None
    currency = _currency(report)
    low, high = min(joint for _f, joint in known), max(joint for _f, joint in known)
    first, last = known[0], known[-1]
    pad = 0.1 * (high - low) or 1.0
    spread = high - low + 2 * pad
    at_today = next((joint for factor, joint in known if factor == 1.0), None)
    title = _("What each budget brings")
    if at_today is not None:
        title = _("{low} of the budget would cost {less} of profit; {high} would bring {more} more").format(
            low=percent(first[0]),
            less=money(at_today - first[1], currency),
            high=percent(last[0]),
            more=money(last[1] - at_today, currency),
        )

    def x(factor: float) -> float:
        return (factor - first[0]) / (last[0] - first[0])

    rows = [
        [one.name, money(one.beside, currency), _shorter(one.why, 70)] for one in report.plan.not_funded[:NOT_PLANNED]
    ]
    return {
        "title": title,
        "note": _(
            "Joint profit of the best selection found, by budget as a share of today's; all years in proportion."
        ),
        "points": [{"x": x(factor), "y": (joint - low + pad) / spread} for factor, joint in known],
        "marks": [{"x": x(1.0), "name": _("today")}],
        "ends": [{"x": x(factor), "name": percent(factor)} for factor in (first[0], 1.0, last[0])],
        "first": money(first[1], currency),
        "last": money(last[1], currency),
        "heads": [_("Not in the plan"), _("Would add"), _("Why not")],
        "rows": rows,
    }


def _shorter(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _risks(report: Report) -> dict[str, Any]:
    """The assumptions that move the profit of the plan most."""
    moving = _moving(report)[:RISKS]
    currency = _currency(report)
    axis = _Axis(end for one in moving for end in (one.profit_low, one.profit_high))
    profit = report.assumptions.profit if report.assumptions else 0.0
    scale = scale_of([profit, *(one.profit_high or 0.0 for one in moving), *(one.profit_low or 0.0 for one in moving)])
    rows = [
        {
            "name": _named(report, one),
            "bar": axis.bar(one.profit_low, profit, one.profit_high),
            "said": money_range(
                min(one.profit_low or 0.0, one.profit_high or 0.0),
                max(one.profit_low or 0.0, one.profit_high or 0.0),
                scale,
            ),
        }
        for one in moving
    ]
    title = _("What the profit hangs on")
    if moving:
        title = _("“{name}” moves the profit most").format(name=_shorter(_named(report, moving[0]), 70))
    note = _("{unit} of profit with each input at its 5th and its 95th percentile, all others at their means.")
    return {"title": title, "note": note.format(unit=unit_of(scale, currency)), "rows": rows}


def _moving(report: Report) -> list[Assumption]:
    return [one for one in report.assumptions.assumptions if one.swing] if report.assumptions else []


def _named(report: Report, one: Assumption) -> str:
    """What an assumption is called, with whose it is."""
    names = {row.id: row.name for row in report.ranking.initiatives}
    if one.initiative is None or one.initiative not in names:
        return one.name
    return _("{initiative}: {number}").format(initiative=_shorter(names[one.initiative], 40), number=one.name)


def _tests(report: Report) -> dict[str, Any]:
    """Which pilots are worth running before the money goes."""
    learning, currency = report.learning, _currency(report)
    heads = [_("Test first"), _("Costs"), _("Customers")]
    if learning is None or not learning.tests or learning.gain is None:
        note = _("No test that was proposed is worth its cost and the time that it takes.")
        return {"title": _("Nothing is worth testing first"), "note": note, "heads": heads, "rows": []}
    title = ngettext(
        "{n} test for {cost} is worth {gain} before we decide",
        "{n} tests for {cost} are worth {gain} before we decide",
        len(learning.tests),
    ).format(n=len(learning.tests), cost=money(learning.cost, currency), gain=money(learning.gain.value, currency))
    note = _("Beyond today's plan, with what waits for the answers; standard error {error}.").format(
        error=money(learning.gain.standard_error, currency)
    )
    return {"title": title, "note": note, "heads": heads, "rows": _test_rows(learning, currency)}


def _test_rows(learning: Learning, currency: str) -> list[list[str]]:
    pilots = {one.id: one for one in learning.pilots}
    return [
        [pilots[one.id].name, money(pilots[one.id].cost, currency), people(pilots[one.id].customers)]
        for one in learning.tests[:TESTS]
    ]


def _scenarios(report: Report) -> dict[str, Any] | None:
    found = report.comparison
    if found is None:
        return None
    scale = scale_of([one.profit.mean for one in found.outcomes])
    unit = unit_of(scale, _currency(report))
    always = [one.name for one in found.initiatives if one.times_funded == sum(o.feasible for o in found.outcomes)]
    lows = [one for one in found.outcomes if one.feasible]
    worst = min(lows, key=lambda one: one.profit.mean) if lows else None
    title = _("No scenario can be planned")
    if worst is not None:
        title = _("In the worst scenario, “{name}”, the best plan earns {profit}").format(
            name=worst.name, profit=money(worst.profit.mean, _currency(report))
        )
    return {
        "title": title,
        "note": _("{unit}; the best plan within the budgets of each scenario, all on the same draws.").format(
            unit=unit
        ),
        "heads": [
            _("Scenario"),
            _("Profit"),
            _("90 % range"),
            _("Against the first"),
            _("Loss"),
            _("Cost"),
            _("NPS, end"),
            _("Planned"),
        ],
        "rows": [_scenario(one, scale) for one in found.outcomes],
        "always": _("Planned in every scenario: {names}.").format(names="; ".join(always) or NOTHING),
    }


def _scenario(one: ScenarioOutcome, scale: Scale) -> list[str]:
    if not one.feasible:
        return [one.name, _("not all demands can be met"), *([NOTHING] * 6)]
    apart = one.differences.profit if one.differences else None
    change = NOTHING
    if apart is not None:
        shown = figure(apart.value / scale.divisor)
        error = figure(apart.standard_error / scale.divisor)
        change = _("{change} ± {error}").format(change=shown if apart.value < 0 else f"+{shown}", error=error)
    return [
        one.name,
        figure(one.profit.mean / scale.divisor),
        money_range(one.profit.p5, one.profit.p95, scale),
        change,
        chance(one.probability_of_loss),
        figure(one.cost / scale.divisor),
        points(one.nps_end),
        _("{n} of {total}").format(n=len(one.funded), total=one.listed),
    ]


def _method(report: Report) -> dict[str, Any]:
    """The assumptions that move the profit most, with their sources, and how it was computed."""
    moving = _moving(report)[:ASSUMPTIONS]
    rows = [
        [
            _shorter(_named(report, one), 62),
            _shorter(f"{one.value}{f' ({one.spread})' if one.spread else ''}", 46),
            one.grade or NOTHING,
            _shorter(one.source, 110) or _("no source"),
        ]
        for one in moving
    ]
    weak = sum(one.is_weak for one in moving)
    title = ngettext(
        "{weak} of the {n} assumptions that matter most is weakly supported",
        "{weak} of the {n} assumptions that matter most are weakly supported",
        weak,
    ).format(weak=count(weak) if weak else "0", n=len(moving))
    said = [f"{name}: {text}." for name, text in report.conventions]
    if report.head:
        said.append(_("Head of the history: {head}.").format(head=report.head))
    return {
        "title": title,
        "heads": [_("Assumption"), _("Value and 90 % range"), _("Grade"), _("Source")],
        "rows": rows,
        "text": " ".join(said),
    }
