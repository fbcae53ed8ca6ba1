"""What every table in a terminal has in common: its width, and the run it is from."""

import io
import shutil
from collections.abc import Iterable

from prioritizer.domain.results import Run
from prioritizer.language import _

NARROWEST = 112
WIDEST = 160


def foot(run: Run) -> str:
    """What the run was."""
    how = (
        _("every number at its mean")
        if run.point
        else _("{draws} draws, seed {seed}").format(draws=f"{run.draws:,}", seed=run.seed)
    )
    return _("Run {id} · {company} · scenario {scenario} · model {model} · {how}").format(
        id=run.id, company=run.company, scenario=run.scenario, model=run.model_version, how=how
    )


def table(headings: Iterable[tuple[str, str]], rows: Iterable[list[str]]) -> str:
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


def listed(what: str, parts: list[str]) -> str:
    return f"{what}: {'; '.join(parts)}" if parts else ""
