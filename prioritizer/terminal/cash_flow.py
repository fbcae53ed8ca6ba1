"""The cash-flow statement by fiscal year."""

from prioritizer.domain.cash_flow_statement import CashFlowLine, CashFlowStatement
from prioritizer.language import _
from prioritizer.services.cash_flow_statement import lines_to_show
from prioritizer.terminal.tables import foot, table
from prioritizer.words import figure, scale_of, unit_of


def cash_flow_table(found: CashFlowStatement) -> str:
    """The difference in every line by fiscal year; with and without stand in CSV and JSON."""
    lines = lines_to_show(found)
    scale = scale_of([cell.difference for line in lines for cell in (*line.years, line.present_value)])
    said = _("{name}: cash flow with it less without it, {unit}").format(
        name=found.name, unit=unit_of(scale, found.run.currency)
    )
    names = (*found.years, _("All together"), _("Present value"))
    headings = ((_("Line"), "left"), *((name, "right") for name in names))

    def row(line: CashFlowLine) -> list[str]:
        dated = [*line.years, line.total] if line.total else [None] * (len(found.years) + 1)
        cells = [*dated, line.present_value]
        return [line.name, *("" if cell is None else figure(cell.difference / scale.divisor) for cell in cells)]

    note = _("Present values of lines before tax are before tax. --format csv has every period, with and without.")
    return "\n".join([said, "", table(headings, [row(line) for line in lines]), note, foot(found.run), ""])
