"""Results as a person reads them in a terminal: the answer first, then the table, then what the run was."""

import io
import shutil
from collections.abc import Iterable
from typing import TYPE_CHECKING

from prioritizer.domain.bridges import Bridge
from prioritizer.domain.company import Policy
from prioritizer.domain.explanations import Explanation
from prioritizer.domain.outcomes import DeliveryLearnt, Learnt
from prioritizer.domain.plans import Frontier, Funded, Order, Plan
from prioritizer.domain.results import Projected, Projection, RankedInitiative, Ranking, Run
from prioritizer.language import _, ngettext
from prioritizer.services.answers import answer
from prioritizer.services.bridges import (
    listed_in_words,
    steps_in_the_plan,
    steps_to_the_list,
    submitted_in_words,
    together_in_words,
)
from prioritizer.words import NOTHING, Scale, chance, figure, money, money_range, percent, scale_of, years

if TYPE_CHECKING:  # its services load the warehouse, which only `estimate` needs
    from prioritizer.services.estimation import Estimate

NARROWEST = 112
WIDEST = 160
NOTICEABLE = 0.01  # of a sum


def ranking_table(ranking: Ranking) -> str:
    """The priority list."""
    amounts = [row.npv.mean for row in ranking.initiatives]
    scale = scale_of([*amounts, *(row.cost for row in ranking.initiatives)])
    unit = " ".join(part for part in (scale.word, ranking.run.currency) if part)
    if not ranking.initiatives:
        return "\n".join([_answer(ranking), _foot(ranking.run), ""])
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
    notes = [*_policy_notes(ranking), _joint_note(ranking), _foot(ranking.run)]
    return "\n".join([_answer(ranking), "", _table(headings, rows), *_switching_tables(ranking), *notes, ""])


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
    return [_table(headings, rows)]


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


def _foot(run: Run) -> str:
    how = (
        _("every number at its mean")
        if run.point
        else _("{draws} draws, seed {seed}").format(draws=f"{run.draws:,}", seed=run.seed)
    )
    return _("Run {id} · {company} · scenario {scenario} · model {model} · {how}").format(
        id=run.id, company=run.company, scenario=run.scenario, model=run.model_version, how=how
    )


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
        parts += [case.name, _table(headings, _projected_rows(case, projection.periods, scale)), ""]
    return "\n".join([*parts, _foot(projection.run), ""])


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


def estimate_table(found: "Estimate") -> str:
    """What customer records say: the numbers, then what casts doubt on them, then the gaps to fill."""
    headings = (
        (_("Number"), "left"),
        (_("Mean"), "right"),
        (_("90 %: from … to"), "right"),
        (_("Unit"), "left"),
        (_("Observations"), "right"),
    )
    single = Scale(1.0, "")
    rows = [
        [
            ".".join(map(str, line.place)),
            figure(line.mean),
            money_range(line.low, line.high, single),
            line.unit,
            f"{line.observations:,}",
        ]
        for line in found.lines
    ]
    counted = _("{rows} rows of {customers} customers").format(rows=f"{found.rows:,}", customers=f"{found.customers:,}")
    warnings = [f"! {notice.text}" for notice in found.notices if notice.is_warning]
    taken = [f"· {notice.text}" for notice in found.notices if not notice.is_warning]
    gaps = [f"? {'.'.join(map(str, gap.place))}: {gap.text}" for gap in found.gaps if gap.needed]
    heading = [_("Still to be filled in:")] if gaps else []
    return "\n".join([counted, "", _table(headings, rows), *warnings, *taken, "", *heading, *gaps, ""])


def _table(headings: Iterable[tuple[str, str]], rows: Iterable[list[str]]) -> str:
    """A table as text, as wide as the terminal where there is one."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    cells = list(rows)
    for column, (heading, side) in enumerate(headings):
        words = [word for row in cells for word in row[column].split()]
        longest = max(map(len, [*words, *heading.split()]), default=1)
        table.add_column(heading, justify=side, overflow="fold", min_width=longest)  # type: ignore[arg-type]
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    width = min(max(shutil.get_terminal_size((WIDEST, 24)).columns, NARROWEST), WIDEST)
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(table)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def plan_table(plan: Plan) -> str:
    """What is funded with the three readings of its profit, what is not and why, and what it takes."""
    currency = plan.run.currency
    if not plan.feasible:
        said = _("Not all demands can be met together. Each of these can without one of the others:")
        return "\n".join([said, *(f"- {demand.text}" for demand in plan.conflict), _foot(plan.run), ""])
    amounts = [*(one.alone for one in plan.funded), *(one.alone for one in plan.not_funded)]
    scale = scale_of(amounts)
    unit = " ".join(part for part in (scale.word, currency) if part)
    headings = (
        (_("Initiative"), "left"),
        (_("Department"), "left"),
        (_("Start"), "left"),
        (_("Cost, {unit}").format(unit=unit), "right"),
        (_("Alone"), "right"),
        (_("Last in"), "right"),
        (_("Attributed"), "right"),
        (_("Best in, of 100 draws"), "right"),
    )
    rows = [_funded_row(one, plan, scale) for one in plan.funded]
    left_out = [
        [one.name, one.department, figure(one.alone / scale.divisor), figure(one.beside / scale.divisor), one.why]
        for one in plan.not_funded
    ]
    why = (
        (_("Not funded"), "left"),
        (_("Department"), "left"),
        (_("Alone, {unit}").format(unit=unit), "right"),
        (_("Beside what is funded"), "right"),
        (_("Why not"), "left"),
    )
    tables = [_table(headings, rows)] if rows else []
    return "\n".join(
        [
            *_plan_answer(plan),
            "",
            *tables,
            *([_table(why, left_out)] if left_out else []),
            *_plan_uses(plan),
            *(["", *bridge_lines(plan.bridge, currency)] if plan.bridge else []),
            _foot(plan.run),
            "",
        ]
    )


def _funded_row(one: Funded, plan: Plan, scale: Scale) -> list[str]:
    amounts = (one.cost, one.alone, one.last_in, one.attributed)
    return [
        one.name,
        one.department,
        plan.periods[one.start],
        *(figure(amount / scale.divisor) for amount in amounts),
        NOTHING if one.chosen_in is None else f"{100 * one.chosen_in:.0f}",
    ]


def _plan_answer(plan: Plan) -> list[str]:
    """The answer, how sure it is that nothing is better, and what to know of it."""
    currency, total = plan.run.currency, len(plan.funded) + len(plan.not_funded)
    said = _("Fund {n} of {total} initiatives: for {cost} they are projected to earn {profit} together.").format(
        n=len(plan.funded),
        total=total,
        cost=money(sum(one.cost for one in plan.funded), currency),
        profit=money(plan.joint or 0.0, currency),
    )
    proof = _("By values alone: {status}, gap {gap}. Exchange against the joint profit then brought {more}.").format(
        status=plan.status, gap=percent(plan.gap), more=money(plan.improvement, currency)
    )
    return [said, proof, *plan.warnings]


def _plan_uses(plan: Plan) -> list[str]:
    """What the plan takes of each budget and of each department, where they are limited."""
    currency = plan.run.currency
    years = [
        _("{year}: {cost} of {budget}").format(
            year=use.name, cost=money(use.cost, currency), budget=money(use.budget, currency)
        )
        for use in plan.years
        if use.budget is not None
    ]
    staff = [
        _("{department}: at most {used} of {limit} people").format(
            department=use.department, used=figure(max(use.used, default=0.0)), limit=figure(use.limit)
        )
        for use in plan.staff
        if use.limit is not None and any(use.used)
    ]
    return [line for line in (_listed(_("Budget"), years), _listed(_("People"), staff)) if line]


def explanation_table(found: Explanation) -> str:
    """Why an initiative stands where it stands: its place, then the bridge from its claim to the list."""
    place = _("{name}: rank {rank} of {total}.").format(name=found.name, rank=found.rank, total=found.total)
    return "\n".join([place, "", *bridge_lines(found.bridge, found.run.currency), _foot(found.run), ""])


def bridge_lines(bridge: Bridge, currency: str) -> list[str]:
    """The bridge from a claim to the list, and on to what it brings together, a row a step; then the disappointment."""
    steps, more = steps_to_the_list(bridge), steps_in_the_plan(bridge)
    ends = [bridge.submitted, bridge.listed, *([bridge.together] if bridge.together is not None else [])]
    scale = scale_of([*ends, *(step.amount for step in (*steps, *more))])
    unit = " ".join(part for part in (scale.word, currency) if part)
    headings = ((_("From the claim to the list"), "left"), (unit, "right"), (_("What it is"), "left"))
    rows = [
        [submitted_in_words(), figure(bridge.submitted / scale.divisor), _("as claimed, every number at its mean")],
        *([step.name, _change(step.amount / scale.divisor), step.meaning] for step in steps),
        [listed_in_words(bridge), figure(bridge.listed / scale.divisor), _("alone, mean of the draws")],
        *([step.name, _change(step.amount / scale.divisor), step.meaning] for step in more),
    ]
    if bridge.together is not None:
        rows.append([together_in_words(bridge), figure(bridge.together / scale.divisor), ""])
    said = _("Expected disappointment, claimed less list value: {amount}.")
    return [_table(headings, rows), said.format(amount=money(bridge.disappointment, currency))]


def delivered_table(found: DeliveryLearnt) -> str:
    """What outcomes suggest beside the present table, then each department, then what to know."""
    headings = (
        (_("Grade"), "left"),
        (_("Number"), "left"),
        (_("Outcomes"), "right"),
        (_("Present"), "right"),
        (_("Suggested"), "right"),
        (_("Standard error"), "right"),
    )
    rows = [
        _learnt_row(one.grade, key, one.outcomes, getattr(one, key))
        for one in found.grades
        for key in ("delivered", "slope", "spread")
    ]
    rows += [_learnt_row("shared", "company", found.outcomes, found.company)]
    rows += [_learnt_row("shared", "department", found.outcomes, found.department)]
    of_departments = (
        (_("Department"), "left"),
        (_("Outcomes"), "right"),
        (_("As recorded"), "right"),
        (_("To be expected"), "right"),
        (_("Standard error"), "right"),
        (_("Company, same grades"), "right"),
    )
    departments = [
        [
            one.department,
            str(one.outcomes),
            *(f"{number:.2f}".replace("-", "−") for number in (one.raw, one.mean, one.standard_error, one.company)),
        ]
        for one in found.departments
    ]
    said = ngettext("{n} outcome, {harm} of harm.", "{n} outcomes, {harm} of harm.", found.outcomes)
    first = said.format(n=found.outcomes, harm=found.harmful)
    notes = [f"· {note}" for note in found.notes]
    return "\n".join([first, "", _table(headings, rows), _table(of_departments, departments), *notes, ""])


def _learnt_row(grade: str, key: str, outcomes: int, learnt: Learnt) -> list[str]:
    numbers = (learnt.present, learnt.suggested, learnt.standard_error)
    said = [NOTHING if number is None else f"{number:.2f}".replace("-", "−") for number in numbers]
    return [grade, key, str(outcomes), *said]


def _change(amount: float) -> str:
    """A step with its sign."""
    said = figure(amount)
    return said if amount <= 0 or said == figure(0.0) else f"+{said}"


def _listed(what: str, parts: list[str]) -> str:
    return f"{what}: {'; '.join(parts)}" if parts else ""


def frontier_table(frontier: Frontier) -> str:
    """What the best selection brings at each budget."""
    currency = frontier.run.currency
    headings = (
        (_("Budget"), "right"),
        (_("Amount"), "right"),
        (_("Funded"), "right"),
        (_("Joint profit"), "right"),
        (_("Gap of the program"), "right"),
    )
    rows = [
        [
            percent(point.factor),
            NOTHING if point.amount is None else money(point.amount, currency),
            str(len(point.funded)),
            NOTHING if point.joint is None else money(point.joint, currency),
            NOTHING if point.gap is None else percent(point.gap),
        ]
        for point in frontier.points
    ]
    return "\n".join([_table(headings, rows), _foot(frontier.run), ""])


def order_table(order: Order) -> str:
    """The order by funding, with the line of the budget across it, and the price of one list."""
    currency = order.run.currency
    headings = (
        ("#", "right"),
        (_("Initiative"), "left"),
        (_("Department"), "left"),
        (_("Cost"), "right"),
        (_("Alone"), "right"),
        (_("Adds to those above"), "right"),
        (_("Funded from"), "right"),
    )
    rows: list[list[str]] = []
    for one in order.initiatives:
        if one.position == order.line + 1:
            rows.append(["", _("— funded line —"), *[""] * 5])
        rows.append(
            [
                str(one.position),
                one.name,
                one.department,
                money(one.cost, currency),
                money(one.alone, currency),
                money(one.adds, currency),
                NOTHING if one.from_factor is None else percent(one.from_factor),
            ]
        )
    prices = [rung.price for rung in order.rungs if rung.price is not None]
    said = []
    if prices:
        said.append(
            _("One list costs {least} to {most} of profit against the best selection at each of {n} budgets.").format(
                least=money(min(prices), currency), most=money(max(prices), currency), n=len(prices)
            )
        )
    return "\n".join([_table(headings, rows), *said, _foot(order.run), ""])
