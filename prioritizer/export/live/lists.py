"""The figures of every initiative beside each other, the list in the order of profit, and the checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prioritizer.domain.company import Company
from prioritizer.domain.results import RankedInitiative, Ranking
from prioritizer.export.live.cells import Block, Expression, Filled, Page, Part, block, call, compared
from prioritizer.export.live.pages import Alone
from prioritizer.language import _

FIRST_ROW = 4


@dataclass(frozen=True)
class Column:
    """A column of the figures: its heading, its style, and whether it is a value and no formula."""

    heading: str
    style: str
    width: float = 15


@dataclass
class Figures:
    """The rows of the figures, in the order of the file, and the cells of each column by its key."""

    page: Page
    columns: dict[str, list[Filled]]
    texts: dict[str, list[Filled]]
    count: int


def figures_of(company: Company, ranking: Ranking, alone: Sequence[Alone]) -> Figures:
    """A row for each initiative: formulas that name its page, then what only the draws tell, as values."""
    page = Page(_("Figures"))
    page.write(0, 0, _("Figures of every initiative, alone, in the order of the files"), "title")
    note = _(
        "The shaded columns are values from the simulation of {draws} draws and do not recompute; all others are "
        "formulas at the means of the inputs. Effect of uncertainty = simulated profit − profit at the means."
    ).format(draws=f"{ranking.run.draws:,}")
    page.write(1, 0, note, "note")
    columns = _columns(company)
    for position, column in enumerate(columns.values()):
        page.write(3, position, column.heading, "heading" if position < 3 else "heading-right")
        page.widths[position] = column.width
    page.frozen = (FIRST_ROW, 2)
    rows = {row.id: row for row in ranking.initiatives}
    texts: dict[str, list[Filled]] = {"id": [], "name": [], "department": []}
    cells: dict[str, list[Filled]] = {key: [] for key in columns if key not in texts}
    for k, one in enumerate(alone):
        row = FIRST_ROW + k
        initiative = one.given.initiative
        for position, (key, text) in enumerate(
            (("id", initiative.id), ("name", initiative.name), ("department", initiative.department))
        ):
            texts[key].append(page.word(row, position, text))
        _row(page, row, columns, cells, one, rows[initiative.id])
    _ranks(page, cells)
    page.row = FIRST_ROW + len(alone)
    return Figures(page, cells, texts, len(alone))


def _columns(company: Company) -> dict[str, Column]:
    currency = company.currency
    return {
        "id": Column(_("Id"), "text", 20),
        "name": Column(_("Initiative"), "text", 42),
        "department": Column(_("Department"), "text", 20),
        "rank": Column(_("Rank at the means"), "whole", 9),
        "npv": Column(_("Profit at the means, {currency}").format(currency=currency), "money"),
        "cost": Column(_("Cost, {currency}").format(currency=currency), "money"),
        "roi": Column(_("ROI"), "percent", 9),
        "irr": Column(_("IRR"), "percent", 9),
        "payback": Column(_("Payback, years"), "years", 10),
        "discounted_payback": Column(_("Discounted payback, years"), "years", 12),
        "peak_funding": Column(_("Peak funding, {currency}").format(currency=currency), "money"),
        "effect": Column(_("Effect of uncertainty, {currency}").format(currency=currency), "money"),
        "profit": Column(_("Simulated profit, {currency}").format(currency=currency), "value-money"),
        "p5": Column(_("5th percentile"), "value-money"),
        "p95": Column(_("95th percentile"), "value-money"),
        "loss": Column(_("Chance of a loss"), "value-percent", 10),
        "list_rank": Column(_("Rank on the list"), "value-whole", 9),
    }


def _row(
    page: Page,
    row: int,
    columns: Mapping[str, Column],
    cells: dict[str, list[Filled]],
    one: Alone,
    ranked: RankedInitiative,
) -> None:
    worth = one.worth
    place = {key: position for position, key in enumerate(columns)}
    numbers: dict[str, Expression | float | None] = {
        "npv": worth.npv,
        "cost": worth.cost,
        "roi": worth.roi,
        "irr": worth.irr,
        "payback": worth.payback,
        "discounted_payback": worth.discounted_payback,
        "peak_funding": worth.peak_funding,
        "profit": ranked.npv.mean,
        "p5": ranked.npv.p5,
        "p95": ranked.npv.p95,
        "loss": ranked.probability_of_loss,
        "list_rank": float(ranked.rank),
    }
    for key, number in numbers.items():
        if number is not None:
            cells[key].append(page.put(row, place[key], number, columns[key].style))
    profit, npv = cells["profit"][-1], cells["npv"][-1]
    cells["effect"].append(page.put(row, place["effect"], profit - npv, "money"))


def _ranks(page: Page, cells: dict[str, list[Filled]]) -> None:
    """The place of each by its profit at the means; of equals the one that stands first."""
    profits = cells["npv"]
    if not profits:
        return
    every = block(profits)
    for k, mine in enumerate(profits):
        above = [one.value for one in profits[:k]]
        rank = 1 + sum(one.value > mine.value for one in profits) + sum(value == mine.value for value in above)
        parts: tuple[Part, ...] = ("SUMPRODUCT((", every, ">", mine.place, ")*1)+1")
        if k:
            before = Block(profits[0].place, profits[k - 1].place)
            parts = (*parts, "+SUMPRODUCT((", before, "=", mine.place, ")*1)")
        cells["rank"].append(page.put(FIRST_ROW + k, 3, Expression(parts, float(rank)), "whole"))


def list_of(company: Company, figures: Figures, title: str, note: str) -> Page:
    """The list in the order of profit at the means: it sorts itself."""
    page = Page(_("List"))
    page.write(0, 0, title, "title")
    page.write(1, 0, note, "note")
    shown = {
        key: column for key, column in _columns(company).items() if key not in ("rank", "id", "list_rank", "department")
    }
    headings = [_("Rank"), _("Id"), *(column.heading for column in shown.values()), _("Rank on the list")]
    for position, heading in enumerate(headings):
        page.write(3, position, heading, "heading" if position in (1, 2) else "heading-right")
    page.widths.update({0: 7, 1: 22})
    page.widths.update({2 + k: column.width for k, column in enumerate(shown.values())})
    page.frozen = (FIRST_ROW, 3)
    ranks = figures.columns["rank"]
    order = sorted(range(figures.count), key=lambda k: ranks[k].value)
    for place, source in enumerate(order):
        row = FIRST_ROW + place
        number = page.put(row, 0, float(place + 1), "whole")
        match = ("MATCH(", number.place, ",", block(ranks), ",0)")

        def found(cells: Sequence[Filled], match: tuple[object, ...] = match, source: int = source) -> Expression:
            parts = ("INDEX(", block(cells), ",", *match, ")")
            return Expression(parts, cells[source].value)  # type: ignore[arg-type]

        page.put(row, 1, found(figures.texts["id"]), "text")
        for k, (key, column) in enumerate(shown.items()):
            cells = figures.texts[key] if key in figures.texts else figures.columns[key]
            if cells:
                page.put(row, 2 + k, found(cells), column.style)
        if figures.columns["list_rank"]:
            page.put(row, 2 + len(shown), found(figures.columns["list_rank"]), "value-whole")
    page.row = FIRST_ROW + figures.count
    return page


@dataclass
class Check:
    """Something that must hold: in words, and a formula that is 0 where it does."""

    text: str
    off: Expression
    within: float


def checks_of(checks: Sequence[Check]) -> tuple[Page, Filled]:
    """The page of checks, and a cell with how many do not hold."""
    page = Page(_("Checks"))
    page.write(0, 0, _("Checks: each must say OK, also after inputs were changed"), "title")
    for column, heading in enumerate((_("What must hold"), _("Off by"), _("Within"), _("Says"))):
        page.write(3, column, heading, "heading" if column == 0 else "heading-right")
    page.widths.update({0: 90, 1: 16, 2: 16, 3: 10})
    says: list[Filled] = []
    for k, check in enumerate(checks):
        row = FIRST_ROW + k
        page.write(row, 0, check.text)
        off = page.put(row, 1, check.off, "plain")
        within = page.put(row, 2, check.within, "plain")
        good = compared(call("ABS", abs(off.value), off), "<=", within)
        text = "OK" if good.value else "CHECK"
        says.append(page.put(row, 3, call("IF", text, good, '"OK"', '"CHECK"'), "right"))
    page.row = FIRST_ROW + len(checks)
    row = page.row + 1
    page.write(row, 0, _("Checks that do not hold"), "strong")
    failing = sum(one.value != "OK" for one in says)
    count = call("COUNTIF", float(failing), block(says), '"CHECK"') if says else Expression(("0",), 0.0)
    return page, page.put(row, 1, count, "whole-strong")
