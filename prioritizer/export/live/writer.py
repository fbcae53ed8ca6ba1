"""Pages → an Excel workbook: formulas with the values that they have, inputs shaded, no text read as a formula."""

import io
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from prioritizer.export.live.cells import Expression, Page, column_letters
from prioritizer.export.sheets import A4, BOLD, FAINT, INK, LINE, OPTIONS, RULE, SHADE, clean
from prioritizer.export.tables import FORMULA_STARTS
from prioritizer.language import _

INPUT, VALUE_SHADE, INPUT_INK = "#FFF6DB", "#E8EEF7", "#0B3D91"
TITLE_HEIGHT = 21  # points
NUMBER = {
    "money": "#,##0;-#,##0;0",
    "people": "#,##0",
    "share": "0.00%",
    "percent": "0%",
    "rate": "0.00##",
    "years": "0.0",
    "count-left": "0",
    "factor": "0.0000",
    "whole": "0",
    "plain": "#,##0.######",
}


def workbook_of(pages: Sequence[Page], properties: Mapping[str, str], footer: str, on: date) -> bytes:
    """The workbook. Equal pages give equal bytes.

    Raises:
        ValueError: a number is not finite.
    """
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, OPTIONS) as workbook:
        workbook.set_properties({**properties, "created": datetime(on.year, on.month, on.day)})
        workbook.set_calc_mode("auto")
        formats = _Formats(workbook)
        for page in pages:
            _write(workbook, page, formats, footer)
    return memory.getvalue()


class _Formats:
    """The styles of cells, each made once."""

    def __init__(self, workbook: Any):
        self.workbook = workbook
        self.known: dict[str, Any] = {}

    def of(self, style: str) -> Any:
        if style not in self.known:
            self.known[style] = self.workbook.add_format({"font_color": INK, "valign": "top", **_look(style)})
        return self.known[style]


def _look(style: str) -> dict[str, Any]:
    """What a style looks like: a kind of number, with words before and behind."""
    fixed: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 14},
        "note": {"font_size": 9},
        "heading": {"bold": True, "text_wrap": True, "bg_color": SHADE, "bottom": 1, "bottom_color": RULE},
        "heading-right": {
            "bold": True,
            "text_wrap": True,
            "bg_color": SHADE,
            "bottom": 1,
            "bottom_color": RULE,
            "align": "right",
        },
        "section": {"bold": True, "bottom": 1, "bottom_color": FAINT},
        "strong": {"bold": True},
        "small": {"font_size": 9, "font_color": "#4B5563", "indent": 1},
        "text": {"indent": 1},
        "wrapped": {"text_wrap": True},
        "right": {"align": "right"},
        "input-text": {"bg_color": INPUT, "font_color": INPUT_INK, "align": "right"},
    }
    if style in fixed:
        return fixed[style]
    look: dict[str, Any] = {"align": "left" if style.startswith("count-left") else "right"}
    kind = style
    if style.startswith("input-"):
        kind = style.removeprefix("input-")
        look |= {"bg_color": INPUT, "font_color": INPUT_INK, "locked": False}
    if style.startswith("value-"):
        kind = style.removeprefix("value-")
        look |= {"bg_color": VALUE_SHADE}
    if style.endswith("-strong"):
        kind = kind.removesuffix("-strong")
        look |= {"bold": True, "top": 1, "top_color": RULE}
    return {**look, "num_format": NUMBER[kind]}


def _write(workbook: Any, page: Page, formats: _Formats, footer: str) -> None:
    sheet = workbook.add_worksheet(page.name)
    for column, width in page.widths.items():
        sheet.set_column(column, column, width)
    for entry in page.entries:
        _entry(sheet, page, entry, formats)
    _define_names(workbook, page)
    for (row, column), words in page.choices.items():
        sheet.data_validation(row, column, row, column, {"validate": "list", "source": list(words)})
    sheet.set_row(0, TITLE_HEIGHT)
    if page.frozen != (0, 0):
        sheet.freeze_panes(*page.frozen)
        sheet.set_row(page.frozen[0] - 1, LINE * _heading_lines(page))
        sheet.repeat_rows(page.frozen[0] - 1)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_footer(f"&L&8{clean(footer).replace('&', '&&')[:200]}&R&8" + _("Page {page}").format(page="&P"))


def _entry(sheet: Any, page: Page, entry: Any, formats: _Formats) -> None:
    form = formats.of(entry.style)
    row, column, content = entry.row, entry.column, entry.content
    if isinstance(content, str):
        if content.startswith(FORMULA_STARTS):
            form = formats.workbook.add_format({**_look(entry.style), "quote_prefix": True})
        sheet.write_string(row, column, clean(content), form)
    elif isinstance(content, Expression):
        value = content.value
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{page.name}, row {row + 1}: {value} is not a number")
        sheet.write_formula(row, column, f"={content.text(page)}", form, value)
    else:
        if not math.isfinite(content):
            raise ValueError(f"{page.name}, row {row + 1}: {content} is not a number")
        sheet.write_number(row, column, content + 0.0, form)


def _heading_lines(page: Page) -> int:
    """How many lines the longest heading takes in its column."""
    headings = [entry for entry in page.entries if entry.style.startswith("heading")]
    lines = (math.ceil(len(entry.content) * BOLD / page.widths.get(entry.column, 9)) for entry in headings)
    return max(lines, default=1)


def _define_names(workbook: Any, page: Page) -> None:
    """Give cells the names by which formulas call them."""
    for place in page.named:
        address = f"'{page.name}'!${column_letters(place.column)}${place.row + 1}"
        workbook.define_name(place.name, f"={address}")
