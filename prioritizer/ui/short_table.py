"""The list around the line: what is funded, the line, and the first of what is not, each in one line."""

from collections.abc import Callable

from prioritizer.domain.overview import Funding
from prioritizer.domain.results import RankedInitiative
from prioritizer.language import _
from prioritizer.services.evaluation import Evaluation
from prioritizer.services.overview import kept_out, shortlist
from prioritizer.ui.priority_table import Row, Table, short_columns
from prioritizer.words import money, sign


def short_table(evaluation: Evaluation, funding: Funding, link: Callable[[str], str | None]) -> Table:
    """The list around the line; `link` gives the address that opens an initiative."""
    shown = shortlist(evaluation.ranking, funding.ids)
    known = {row.id: row for row in evaluation.ranking.initiatives}
    notes = kept_out(funding)
    rows = [_row(known[id_], id_ in shown.above, notes.get(id_, ""), link) for id_ in (*shown.above, *shown.below)]
    line = _line(funding, shown.hidden, sign(evaluation.run.currency))
    return Table(rows, short_columns(), evaluation.run.currency, scaled_by=rows, line=line, is_short=True)


def _row(row: RankedInitiative, is_above: bool, note: str, link: Callable[[str], str | None]) -> Row:
    return Row(
        id=row.id,
        rank=row.rank,
        name=row.name,
        department="",
        why="",
        mean=row.npv.mean,
        p5=row.npv.p5,
        p25=row.npv.p25,
        p75=row.npv.p75,
        p95=row.npv.p95,
        loss=row.probability_of_loss,
        cost=row.cost,
        note=note,
        href=link(row.id),
        worth_doing=is_above,
        below_the_line=not is_above,
    )


def _line(funding: Funding, hidden: int, currency: str) -> str:
    """What the line says of all that is funded, some of which may not be shown."""
    if funding.together is None:
        if funding.decided_at is not None:
            return _("Nothing is funded; by projected profit these come first")
        return _("Nothing is planned; by projected profit these come first")
    said = _("The plan ends here: what it holds costs {cost} and earns {profit} together")
    if funding.decided_at is not None:
        said = _("What is funded ends here: it costs {cost} and earns {profit} together")
    if hidden:
        said += _("; {n} more of it not shown")
    cost, profit = money(funding.together.cost, currency), money(funding.together.npv.mean, currency)
    return said.format(cost=cost, profit=profit, n=hidden)
