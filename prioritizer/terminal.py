"""Results as a person reads them in a terminal: the answer first, then the table, then what the run was."""

import io
import shutil
from collections.abc import Iterable
from typing import TYPE_CHECKING

from prioritizer.domain.bridges import Bridge
from prioritizer.domain.company import Policy
from prioritizer.domain.explanation import Explanation
from prioritizer.domain.learning import Learning, Value
from prioritizer.domain.outcomes import DeliveryLearnt, Learnt
from prioritizer.domain.plans import Frontier, Funded, Order, Plan
from prioritizer.domain.register import Register
from prioritizer.domain.results import Projected, Projection, RankedInitiative, Ranking, Run
from prioritizer.language import _, ngettext
from prioritizer.services import learning_words
from prioritizer.services.answers import answer
from prioritizer.services.bridges import (
    listed_in_words,
    steps_in_the_plan,
    steps_to_the_list,
    submitted_in_words,
    together_in_words,
)
from prioritizer.services.certainty import (
    correlation_in_words,
    drivers_in_words,
    evidence_in_words,
    influences_in_words,
)
from prioritizer.words import (
    NOTHING,
    Scale,
    chance,
    figure,
    money,
    money_range,
    people,
    percent,
    scale_of,
    share,
    years,
)

if TYPE_CHECKING:  # its services load the warehouse, which only `estimate` needs
    from prioritizer.services.estimation import Estimate
    from prioritizer.services.evaluation import Evaluation
    from prioritizer.services.library import FactList
    from prioritizer.services.pilot_results import AfterPilots
    from prioritizer.services.templates import TemplateList

NARROWEST = 112
WIDEST = 160
NOTICEABLE = 0.01  # of a sum
MOST_VALUABLE = 15  # assumptions of which the terminal says what knowing them is worth


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


MOST_INPUTS = 12  # of one initiative; more stand in CSV and JSON


def explanation_table(found: Explanation, evaluation: "Evaluation") -> str:
    """One initiative: its profit over the draws, what that hangs on, and on what its claim rests."""
    currency, npv = found.run.currency, found.npv
    scale = scale_of([npv.mean, npv.p5 or 0.0, npv.p95 or 0.0])
    unit = " ".join(part for part in (scale.word, currency) if part)
    said = _("{name}: rank {rank} of {total}, projected profit {profit}").format(
        name=found.name, rank=found.rank, total=found.total, profit=money(npv.mean, currency)
    )
    spread = _("90 %: {range} {unit}; half of all draws: {middle}; chance of a loss {loss}").format(
        range=money_range(npv.p5, npv.p95, scale),
        unit=unit,
        middle=money_range(npv.p25, npv.p75, scale),
        loss=chance(found.probability_of_loss),
    )
    influences = influences_in_words(evaluation, found.id)
    headings = (
        (_("Input"), "left"),
        (_("from 5th …"), "right"),
        (_("… to 95th percentile"), "right"),
        (_("Profit, {unit}: from …").format(unit=unit), "right"),
        (_("… to"), "right"),
        (_("Rank correlation"), "right"),
        (_("Drawn together with"), "left"),
    )
    rows = [
        [
            one.name,
            one.low,
            one.high,
            figure(one.profit_low / scale.divisor),
            figure(one.profit_high / scale.divisor),
            one.correlation,
            one.joined,
        ]
        for one in influences[:MOST_INPUTS]
    ]
    switching = [[one.name, one.mean, one.switch] for one in drivers_in_words(evaluation, found.id)]
    switch_headings = ((_("Input"), "left"), (_("expected"), "right"), (_("profit is zero at"), "right"))
    more = len(influences) - MOST_INPUTS
    evidence = " ".join(part for part in (evidence_in_words(evaluation.initiative(found.id)), found.note) if part)
    return "\n".join(
        [
            said,
            *([spread] if npv.p5 is not None else []),
            *([found.why] if found.why else []),
            "",
            *([_table(headings, rows)] if rows else []),
            *([_("{n} more inputs move it less; --format csv has them all.").format(n=more)] if more > 0 else []),
            *(["", _table(switch_headings, switching)] if switching else []),
            *_break_even_note(found.break_even_causal_share),
            evidence,
            "",
            *bridge_lines(found.bridge, found.run.currency),
            _foot(found.run),
            "",
        ]
    )


def _break_even_note(share_: float | None) -> list[str]:
    return [] if share_ is None else [_("Break-even causal share: {share}").format(share=share(share_))]


def register_table(found: Register) -> str:
    """The register: every number with its card and its influence."""
    currency = found.run.currency
    scale = scale_of([one.swing or 0.0 for one in found.assumptions])
    unit = " ".join(part for part in (scale.word, currency) if part)
    of = _("what is planned") if found.is_plan else _("what is worth doing")
    weak = sum(one.is_weak for one in found.assumptions)
    said = _("{count} assumptions, {weak} of them weakly supported; profit of {of} at the means: {profit}").format(
        count=len(found.assumptions), weak=weak, of=of, profit=money(found.profit, currency)
    )
    headings = (
        (_("Input"), "left"),
        (_("Of"), "left"),
        (_("Value"), "right"),
        (_("90 %: from … to"), "right"),
        (_("Swing, {unit}").format(unit=unit), "right"),
        (_("Rank correlation"), "right"),
        (_("Grade"), "left"),
        (_("Source"), "left"),
        (_("Owner"), "left"),
    )
    rows = [
        [
            one.name,
            one.initiative or one.group or _("company"),
            one.value,
            one.spread or _("certain"),
            NOTHING if one.swing is None else figure(one.swing / scale.divisor),
            correlation_in_words(one.correlation),
            one.grade or NOTHING,
            one.source or _("no source given"),
            one.owner or NOTHING,
        ]
        for one in found.assumptions
    ]
    return "\n".join([said, "", _table(headings, rows), _foot(found.run), ""])


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


def facts_table(listed: "FactList") -> str:
    """Facts with their grade, source and limits."""
    from prioritizer.services.library import findings_in_words, source_in_words

    said = ngettext("{count} fact", "{count} facts", len(listed.facts)).format(count=len(listed.facts))
    if not listed.facts:
        return _("No fact has all of these words.") + "\n"
    headings = (
        (_("Fact"), "left"),
        (_("What it says"), "left"),
        (_("Grade"), "left"),
        (_("Source"), "left"),
        (_("Not good for"), "left"),
    )
    rows = [
        [
            fact.id,
            " ".join(filter(None, (fact.statement, findings_in_words(fact)))),
            fact.grade.value,
            source_in_words(fact),
            fact.not_for,
        ]
        for fact in listed.facts
    ]
    return "\n".join([said, "", _table(headings, rows)])


def templates_table(listed: "TemplateList") -> str:
    """Templates with what they change and the facts about them."""
    headings = (
        (_("Template"), "left"),
        (_("In one line"), "left"),
        (_("What it changes"), "left"),
        (_("Facts about it"), "left"),
    )
    return _table(
        headings, [[one.id, one.line, "; ".join(one.levers), ", ".join(one.facts)] for one in listed.templates]
    )


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
        (_("Not in the plan"), "left"),
        (_("Department"), "left"),
        (_("Alone, {unit}").format(unit=unit), "right"),
        (_("Beside the plan"), "right"),
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
        (_("In the plan"), "right"),
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
        (_("In the plan from"), "right"),
    )
    rows: list[list[str]] = []
    for one in order.initiatives:
        if one.position == order.line + 1:
            rows.append(["", _("— budget line —"), *[""] * 5])
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


def learning_table(learning: Learning, periods: tuple[str, ...]) -> str:
    """What to test first, what each test is worth by itself, and what assumptions are worth knowing."""
    currency = learning.run.currency
    names = {one.id: one.name for one in learning.pilots}
    tested = [
        [
            str(place + 1),
            names[step.id],
            money(step.cost, currency),
            money(step.gain.value, currency),
            money(2 * step.gain.standard_error, currency),
        ]
        for place, step in enumerate(learning.tests)
    ]
    said = [learning_words.answer(learning, currency) + ".", *learning_words.more(learning, periods, currency), ""]
    if tested:
        headings = (
            ("#", "right"),
            (_("Test first"), "left"),
            (_("Cost so far, after tax"), "right"),
            (_("Worth so far"), "right"),
            ("±", "right"),
        )
        said.append(_table(headings, tested))
    return "\n".join(
        [*said, _pilots(learning), *_answers(learning, names), *_knowing(learning), _foot(learning.run), ""]
    )


def _pilots(learning: Learning) -> str:
    """Every initiative that can be tested: what testing it alone would take and bring; and why the others cannot."""
    currency = learning.run.currency
    possible = [one for one in learning.pilots if one.hindrance is None]
    scale = scale_of(one.perfect.value for one in possible)
    unit = " ".join(part for part in (scale.word, currency) if part)
    headings = (
        (_("Each by itself, {unit}").format(unit=unit), "left"),
        (_("Customers"), "right"),
        (_("Cost"), "right"),
        (_("Knowing all of it"), "right"),
        (_("The test's answer"), "right"),
        (_("Waiting loses"), "right"),
        (_("Worth testing"), "right"),
        (_("Then planned"), "left"),
    )
    rows = [
        [
            one.name,
            people(one.customers),
            figure(one.cost / scale.divisor),
            *(_told(value, scale) for value in (one.perfect, one.answer)),
            NOTHING if one.waiting is None else figure(one.waiting / scale.divisor),
            NOTHING if one.net is None else figure(one.net.value / scale.divisor),
            learning_words.needed(one),
        ]
        for one in possible
    ]
    others = [one for one in learning.pilots if one.hindrance is not None]
    whys = (
        (_("Not testable first"), "left"),
        (_("Worth knowing, {unit}").format(unit=unit), "right"),
        (_("Why"), "left"),
    )
    lines = [[one.name, _told(one.perfect, scale), learning_words.hindrance(one)] for one in others]
    return "\n".join([*([_table(headings, rows)] if rows else []), *([_table(whys, lines)] if lines else [])])


def _told(value: Value | None, scale: Scale) -> str:
    """An amount; nothing where it cannot be told from nothing."""
    return figure(value.value / scale.divisor) if value is not None and learning_words.is_told(value) else NOTHING


def _answers(learning: Learning, names: dict[str, str]) -> list[str]:
    """What each answer of the tests that are worth it would change."""
    tested = {step.id for step in learning.tests}
    rows = [
        [one.name, learning_words.shown(answer), percent(answer.probability), learning_words.then(answer, names)]
        for one in learning.pilots
        if one.id in tested
        for answer in one.answers
    ]
    headings = (
        (_("If it shows"), "left"),
        (_("…"), "left"),
        (_("Chance"), "right"),
        (_("then plan"), "left"),
    )
    return [_table(headings, rows)] if rows else []


def _knowing(learning: Learning) -> list[str]:
    """What knowing everything, and the assumptions that are worth most, would be worth."""
    if learning.perfect is None:
        return []
    currency = learning.run.currency
    headings = ((_("Knowing, before deciding"), "left"), (_("is worth up to"), "right"), ("±", "right"))
    rows = [[_("everything"), *_with_error(learning.perfect, currency)]]
    rows += [[one.name, *_with_error(one.worth, currency)] for one in learning.assumptions[:MOST_VALUABLE]]
    return [_table(headings, rows)]


def _with_error(value: Value, currency: str) -> list[str]:
    return [learning_words.with_error(value, currency), money(2 * value.standard_error, currency)]


def after_pilot_table(found: "AfterPilots") -> str:
    """What is believed after a pilot, beside what was claimed and what was expected."""
    headings = (
        (_("Initiative"), "left"),
        (_("Lever"), "left"),
        (_("Claimed"), "right"),
        (_("Expected before"), "right"),
        (_("Measured"), "right"),
        (_("Believed now"), "right"),
        ("±", "right"),
    )
    rows = [
        [
            one.initiative.name,
            row.lever,
            *(NOTHING if size is None else f"{size:.4g}" for size in (row.claimed, row.expected, row.measured)),
            f"{row.after:.4g}",
            f"{2 * row.deviation:.2g}",
        ]
        for one in found.initiatives
        for row in one.levers
    ]
    chances = [
        _("{name}: the probability of success goes from {before} to {after}; its evidence is graded A.").format(
            name=one.initiative.name, before=percent(one.success_before), after=percent(one.success_after)
        )
        for one in found.initiatives
    ]
    return "\n".join([_table(headings, rows), *chances, ""])
