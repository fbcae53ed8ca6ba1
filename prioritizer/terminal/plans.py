"""A plan, the frontier of budgets, and the order by funding."""

from prioritizer.domain.plans import Frontier, Funded, Order, Plan
from prioritizer.language import _
from prioritizer.services.answers import decision
from prioritizer.services.overview import proposed
from prioritizer.terminal.bridges import bridge_lines
from prioritizer.terminal.tables import foot, listed, table
from prioritizer.words import (
    NOTHING,
    Scale,
    figure,
    money,
    percent,
    scale_of,
)


def plan_table(plan: Plan) -> str:
    """What is funded with the three readings of its profit, what is not and why, and what it takes."""
    currency = plan.run.currency
    if not plan.feasible:
        said = _("Not all demands can be met together. Each of these can without one of the others:")
        return "\n".join([said, *(f"- {demand.text}" for demand in plan.conflict), foot(plan.run), ""])
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
    tables = [table(headings, rows)] if rows else []
    return "\n".join(
        [
            *_plan_answer(plan),
            "",
            *tables,
            *([table(why, left_out)] if left_out else []),
            *_plan_uses(plan),
            *(["", *bridge_lines(plan.bridge, currency)] if plan.bridge else []),
            foot(plan.run),
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
    currency = plan.run.currency
    said = f"{decision(proposed(plan), currency)}."
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
    return [line for line in (listed(_("Budget"), years), listed(_("People"), staff)) if line]


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
    return "\n".join([table(headings, rows), foot(frontier.run), ""])


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
    return "\n".join([table(headings, rows), *said, foot(order.run), ""])
