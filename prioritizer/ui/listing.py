"""A table of which every row opens something beside it or on its own page; keys work as on the priority list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from prioritizer.ui.markup import Element, element, html
from prioritizer.ui.priority_table import mount


@dataclass(frozen=True)
class Line:
    """A row: what it opens, what that is called, where a link to it leads, and its other cells.

    Rows of a `group` stand below a heading that names it.
    """

    id: str
    name: str
    href: str
    cells: Sequence[str]
    group: str = ""


def listing(
    headings: Sequence[str],
    lines: Sequence[Line],
    caption: str,
    *,
    numbers: Sequence[int] = (),
    selected: str | None,
    key: str,
    on_open: Callable[[], None],
) -> None:
    """Put the table on the page; `numbers` are the columns of figures, counted from 0, the name's first."""
    mount(_table(headings, lines, caption, numbers), selected=selected, key=key, on_open=on_open)


def _table(headings: Sequence[str], lines: Sequence[Line], caption: str, numbers: Sequence[int]) -> str:
    def side(column: int) -> str | None:
        return "number" if column in numbers else None

    head = element("tr", *(element("th", text, scope="col", class_=side(k)) for k, text in enumerate(headings)))
    made = element(
        "table",
        element("caption", caption, class_="sr"),
        element("thead", head),
        *(
            element("tbody", _heading(group, len(headings)), *(_row(line, headings, side) for line in members))
            for group, members in ((group, list(found)) for group, found in groupby(lines, lambda line: line.group))
        ),
        class_="listing",
    )
    return html([made])


def _heading(group: str, columns: int) -> Element | None:
    if not group:
        return None
    return element("tr", element("th", group, scope="rowgroup", colspan=str(columns)), class_="group")


def _row(line: Line, headings: Sequence[str], side: Callable[[int], str | None]) -> Element:
    link = element("a", line.name, href=line.href, tabindex="-1", class_="name")
    cells = [element("td", cell, class_=side(k), data_label=headings[k]) for k, cell in enumerate(line.cells, start=1)]
    return element("tr", element("th", link, scope="row"), *cells, data_id=line.id)
