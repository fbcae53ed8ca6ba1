"""The periods of the model: their names, fiscal years, and what money in each is worth today."""

from collections.abc import Sequence
from dataclasses import dataclass

from prioritizer.domain.company import Company
from prioritizer.export.live.cells import (
    Filled,
    Number,
    Page,
    all_of,
    compared,
    either,
    largest,
    smallest,
)
from prioritizer.export.live.cells import total as sum_of
from prioritizer.export.live.given import Given, GivenInitiative
from prioritizer.language import _

LABEL, UNIT, TOTAL, FIRST = 0, 1, 2, 3  # columns; periods begin at FIRST
INSTANT = 1e-9  # periods


@dataclass(frozen=True)
class Timeline:
    """The columns of all pages of periods: their number, and what money is worth in each."""

    periods: int
    index: list[Filled]
    years: list[Filled]  # the fiscal year of each period, as a text
    factor: list[Filled]  # after tax, one more than there are periods: the last is that of what is left at the end


def heading(page: Page, company: Company, title: str, note: str = "") -> None:
    """The head of a page whose columns are periods."""
    page.write(0, 0, title, "title")
    page.write(1, 0, note, "note")
    page.write(3, LABEL, _("Line"), "heading")
    page.write(3, UNIT, _("Unit"), "heading")
    page.write(3, TOTAL, _("Sum"), "heading-right")
    for t in range(company.periods):
        page.write(3, FIRST + t, company.period_name(t), "heading-right")
    page.write(3, FIRST + company.periods, _("End"), "heading-right")
    page.widths.update({LABEL: 44, UNIT: 15, TOTAL: 15})
    page.widths.update({FIRST + t: 13 for t in range(company.periods + 1)})
    page.frozen = (4, FIRST)
    page.row = 4


def line(
    page: Page, label: str, unit: str, numbers: Sequence[Number], style: str = "money", total: bool = False
) -> list[Filled]:
    """A line of a page: one number for each period. `total`: with their sum in front, as `sum_of` finds it."""
    row = page.row
    page.row += 1
    strong = style.endswith("-strong")
    page.write(row, LABEL, label, "strong" if strong else "text")
    page.write(row, UNIT, unit, "small")
    cells = [page.put(row, FIRST + t, number, style) for t, number in enumerate(numbers)]
    if total and cells:
        page.put(row, TOTAL, sum_of(cells), style)
    return cells


def section(page: Page, title: str) -> None:
    page.row += 1
    page.write(page.row, 0, title, "section")
    page.row += 1


def timeline_of(company: Company, given: Given) -> tuple[Page, Timeline]:
    """The page of periods."""
    page = Page(_("Periods"))
    heading(page, company, _("Periods, and what money in each is worth at the decision"))
    index = line(page, _("Period"), _("from 0"), [float(t) for t in range(company.periods + 1)], "whole")
    row = page.row
    page.row += 1
    page.write(row, LABEL, _("Fiscal year"))
    named = [
        page.word(row, FIRST + t, company.fiscal_year_name(company.fiscal_year(t)), "right")
        for t in range(company.periods)
    ]
    years = line(
        page,
        _("Years from the decision"),
        _("years"),
        [(one + given.timing) / company.periods_per_year for one in index],
        "rate",
    )
    discount = line(page, _("Discount factor"), "", [(1 + given.discount_rate) ** (0 - one) for one in years], "factor")
    factor = line(page, _("Discount factor, after tax"), "", [one * (1 - given.tax) for one in discount], "factor")
    return page, Timeline(company.periods, index, named, factor)


def ramp_of(
    page: Page, company: Company, time: Timeline, one: GivenInitiative, start: Filled | None = None
) -> list[Filled]:
    """How far an initiative is in force in each period, 0 to 1."""
    start = start or one.start
    numbers: list[Number] = []
    for t in time.index[: time.periods]:
        since = t + 0.5 - start - one.delay
        force: Number = smallest(largest(since / largest(one.ramp_up, INSTANT), 0), 1)
        if one.duration is not None:
            gone = (since - one.ramp_up - one.duration) / largest(one.fade_out, INSTANT)
            force = smallest(force, 1 - smallest(largest(gone, 0), 1))
        numbers.append(either(compared(t, ">=", start + float(company.horizon)), 0, force))
    return line(page, _("How far it is in force"), _("0 to 1"), numbers, "share")


def busy_of(
    page: Page, company: Company, time: Timeline, one: GivenInitiative, start: Filled | None = None
) -> list[Filled]:
    """Whether it takes people and running cost: from its start to the end of its fade-out or window."""
    start = start or one.start
    end: Number = start + float(company.horizon)
    if one.duration is not None:
        end = smallest(start + one.delay + one.ramp_up + one.duration + one.fade_out, end)
    numbers = [
        either(all_of(compared(t, ">=", start), compared(t, "<", end)), 1, 0) for t in time.index[: time.periods]
    ]
    return line(page, _("At work"), _("1 or 0"), numbers, "whole")


def own_cost_of(
    page: Page,
    company: Company,
    time: Timeline,
    one: GivenInitiative,
    busy: Sequence[Filled],
    start: Filled | None = None,
) -> list[Filled]:
    """One-off and running costs, before tax, whether it succeeds or not."""
    start = start or one.start
    numbers: list[Number] = []
    for t, at_work in zip(time.index[: time.periods], busy, strict=True):
        due: Number = at_work * one.running
        for phase, amount in one.one_off.items():
            due = due + either(compared(t, "=", start + float(phase)), amount, 0)
        numbers.append(due)
    return line(page, _("One-off and running costs, before tax"), company.currency, numbers, total=True)
