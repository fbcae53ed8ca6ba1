"""The workbook that recalculates, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.plans import Plan
from prioritizer.domain.results import Ranking
from prioritizer.errors import shorten
from prioritizer.export.live.cells import Filled, Page, added
from prioritizer.export.live.given import Given, Means, Names, Spread, given_of
from prioritizer.export.live.lists import Check, Figures, checks_of, figures_of, list_of
from prioritizer.export.live.pages import Alone, Base, Member, Together, TogetherPage, alone_of, base_of
from prioritizer.export.live.timeline import Timeline, timeline_of
from prioritizer.export.live.worth import RateOf
from prioritizer.export.live.writer import workbook_of
from prioritizer.language import _

MOST_LIVE = 30  # initiatives whose model is written as formulas


@dataclass(frozen=True)
class Contents:
    """What a workbook is made of.

    `ranking`: the simulated list. `rate_of`: the internal rate of return of a cash flow. `plan`: what is planned within
    the budgets, None where nothing can be. `means`, `names` and `spreads` of every number, by its place.
    `conventions`: how figures are to be read, each with what it is called. `head`: the last hash of the history, empty
    where the list is from files. `draft`: whether the list has not been published.
    """

    company: Company
    initiatives: tuple[Initiative, ...]
    ranking: Ranking
    rate_of: RateOf
    plan: Plan | None
    means: Means
    names: Names
    spreads: Mapping[str, Spread]
    answer: str
    conventions: tuple[tuple[str, str], ...]
    head: str = ""
    draft: bool = True


@dataclass
class Book:
    """The workbook's pages in the order in which they are read, and the parts that others are held against."""

    pages: list[Page]
    given: Given
    base: Base
    alone: list[Alone]
    together: Together
    figures: Figures


def live_workbook(contents: Contents, on: date) -> bytes:
    """The workbook. Equal contents give equal bytes.

    Raises:
        ValueError: a number is not finite.
    """
    run = contents.ranking.run
    properties = {
        "title": _("Finance workbook"),
        "subject": shorten(_("scenario {scenario}").format(scenario=run.scenario)),
        "company": shorten(run.company),
        "comments": _("Run {id}").format(id=run.id),
    }
    return workbook_of(book_of(contents, on).pages, properties, _("Run {id}").format(id=run.id), on)


def book_of(contents: Contents, on: date) -> Book:
    """All pages, filled."""
    company, live = contents.company, _live(contents)
    given = given_of(company, live, contents.means, contents.names, contents.spreads)
    periods, time = timeline_of(company, given)
    base_page, base = base_of(company, given, time)
    alone = [
        alone_of(f"I{k + 1:02d}", company, given, time, base, given.initiatives[one.id], contents.rate_of)
        for k, one in enumerate(live)
    ]
    figures = figures_of(company, contents.ranking, alone)
    listed = list_of(company, figures, contents.answer, _list_note(contents))
    together = _together(contents, live, given, time, base)
    checks, failing = checks_of(_checks(contents, base, alone, together))
    cover = _cover(contents, on, failing)
    model = [given.page, periods, base_page, *(one.page for one in alone)]
    pages = [cover, listed, figures.page, together.page, checks, *model, *_as_values(contents, live)]
    return Book(pages, given, base, alone, together, figures)


def _as_values(contents: Contents, live: Sequence[Initiative]) -> list[Page]:
    """What is beyond the number of initiatives that are written as formulas, as values, and said so."""
    ids = {one.id for one in live}
    rest = [row for row in contents.ranking.initiatives if row.id not in ids]
    if not rest:
        return []
    page = Page(_("Others as values"))
    page.write(0, 0, _("Initiatives beyond the first {n}: values, not formulas").format(n=MOST_LIVE), "title")
    page.write(1, 0, _("Simulated figures of the run on the cover; they do not recompute."), "note")
    headings = (_("Rank on the list"), _("Id"), _("Initiative"), _("Simulated profit"), _("Cost"))
    for column, heading in enumerate(headings):
        page.write(3, column, heading, "heading" if column in (1, 2) else "heading-right")
    for place, row in enumerate(rest, start=4):
        page.put(place, 0, float(row.rank), "value-whole")
        page.write(place, 1, row.id)
        page.write(place, 2, row.name)
        page.put(place, 3, row.npv.mean, "value-money")
        page.put(place, 4, row.cost, "value-money")
    page.widths.update({0: 12, 1: 22, 2: 46, 3: 18, 4: 18})
    return [page]


def _live(contents: Contents) -> tuple[Initiative, ...]:
    """The initiatives whose model is written as formulas: the first of the list."""
    ranks = {row.id: row.rank for row in contents.ranking.initiatives}
    return tuple(one for one in contents.initiatives if ranks[one.id] <= MOST_LIVE)


def _list_note(contents: Contents) -> str:
    return _(
        "Sorted by the profit at the means of all inputs; the list itself ranks by the simulated profit, in shaded "
        "columns that are values. Run {run}."
    ).format(run=contents.ranking.run.id)


def _together(contents: Contents, live: Sequence[Initiative], given: Given, time: Timeline, base: Base) -> Together:
    """What is planned, at the starts that the plan gives it; what is worth doing where there is no plan."""
    plan = contents.plan
    made = TogetherPage(Page(_("Together")), contents.company, given, time, base)
    if plan is None or not plan.funded:
        chosen = set(contents.ranking.worth_doing)
        title = _("What is worth doing, together: overlaps counted")
        members = [Member(one.id, one.id in chosen, one.first_start) for one in live]
    else:
        starts = {one.id: one.start for one in plan.funded}
        title = _("The plan: what is funded within the budgets, together, overlaps counted")
        members = [Member(one.id, one.id in starts, starts.get(one.id, one.first_start)) for one in live]
    note = _(
        "Which initiatives, and when each starts, are values that the plan chose; all else follows by formulas. Every "
        "intensity counts times the probability of success."
    )
    return made.fill(title, note, members, contents.rate_of)


def _checks(contents: Contents, base: Base, alone: Sequence[Alone], together: Together) -> list[Check]:
    checks = [Check(label, over, 0.5) for label, over in together.over]
    for name, lines in base.groups.items():
        for t in (0, len(lines.margin) - 1):
            now, then = (added(lines.customers[s][at] for s in range(3)) for at in (t, t + 1))
            said = _("Customers are conserved: {group}, {period}")
            label = said.format(group=name, period=contents.company.period_name(t))
            checks.append(Check(label, then - now + lines.lost[t] - lines.newcomers[t], 1e-3))
    for one in alone:
        worth = one.worth
        label = _("Benefits less costs are the profit: {id}").format(id=one.given.initiative.id)
        checks.append(Check(label, worth.npv - worth.pv_benefits + worth.pv_costs, 1e-3))
    return checks


def _cover(contents: Contents, on: date, failing: Filled) -> Page:
    page = Page(_("Cover"))
    run = contents.ranking.run
    page.write(0, 0, _("Finance workbook: {company}").format(company=run.company), "title")
    page.write(1, 0, contents.answer, "strong")
    lines: list[tuple[str, str]] = [
        (_("Scenario"), run.scenario),
        (_("Run"), run.id),
        (_("Model version"), run.model_version),
        (_("Draws and seed"), f"{run.draws:,}, {run.seed}"),
        (_("Date"), on.isoformat()),
        (_("State"), _("DRAFT: not published") if contents.draft else _("published")),
        *([(_("Head of the history"), contents.head)] if contents.head else []),
        *contents.conventions,
    ]
    for k, (label, text) in enumerate(lines):
        page.write(3 + k, 0, label)
        page.write(3 + k, 1, text, "wrapped")
    row = 4 + len(lines)
    page.write(row, 0, _("Checks that do not hold"), "strong")
    page.put(row, 1, failing, "count-left")
    page.widths.update({0: 34, 1: 100})
    return page
