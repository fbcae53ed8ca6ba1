"""A run made again: its figures as they were kept beside those that come out now."""

from collections.abc import Iterator
from typing import Any

from prioritizer.domain.record import Name, Record, Text
from prioritizer.domain.results import Run

Value = bool | int | float | str | None

CENT = 0.01
DIGITS = 1e-7  # of a figure: what a machine's last digits may do to one that is no money
NAMES_A_ROW = ("id", "group", "input")


class InitiativeFigures(Record):
    """What an initiative came to on a list, alone. Money in units of currency, not rounded."""

    id: Name
    rank: int
    profit: float
    p5: float | None = None
    p95: float | None = None
    cost: float
    probability_of_loss: float | None = None


class RunFigures(Record):
    """What a published run came to: the list in the order of rank, and what is worth doing together.

    `answer` says it in one sentence, in the language of who published it.
    """

    run: Name
    initiatives: tuple[InitiativeFigures, ...] = ()
    worth_doing: tuple[Name, ...] = ()
    profit: float
    cost: float
    answer: Text = ""


class KeptResult(Record):
    """A list that was written to a file as JSON: its run, the ids on it, and every figure by its place."""

    run: Run
    initiatives: tuple[str, ...]
    figures: dict[str, Value]


class Publication(Record):
    """A decision with which a run was published. `at` is UTC."""

    decision: str
    at: str
    who: str


class Figure(Record):
    """A figure of a run by its place, as it was kept and as it comes out now; None where there is none."""

    place: str
    then: Value
    now: Value

    @property
    def is_same(self) -> bool:
        """Whether the two are the same: amounts to the cent, all else, and small amounts, to seven digits."""
        numbers = [one for one in (self.then, self.now) if isinstance(one, int | float) and not isinstance(one, bool)]
        if len(numbers) < 2:
            return type(self.then) is type(self.now) and self.then == self.now
        if all(isinstance(one, int) for one in numbers):
            return self.then == self.now
        then, now = map(float, numbers)
        return then == now or abs(then - now) < min(CENT / 2, DIGITS * max(1.0, abs(then), abs(now)))


class Rerun(Record):
    """A run made again.

    `run`, `model_version`: as they were kept; `again`: the run as it is made now. `published`: the decisions with which
    it was published, none for a run from files. `figures`: everything that was compared. `now`: what it comes to now.
    `same`: whether all that was kept comes out again. `remarks`: in words, why not, and what else is to be known.
    """

    run: str
    model_version: str
    again: Run
    published: tuple[Publication, ...] = ()
    figures: tuple[Figure, ...] = ()
    now: RunFigures
    same: bool
    remarks: tuple[str, ...] = ()

    @property
    def differing(self) -> tuple[Figure, ...]:
        return tuple(one for one in self.figures if not one.is_same)

    def table(self) -> Any:
        """A pandas data frame with a row for each figure that was compared."""
        import pandas as pd

        rows = [{**dict(one), "same": one.is_same} for one in self.figures]
        return pd.DataFrame(rows, columns=["place", "then", "now", "same"])


def figures_by_place(content: Any) -> dict[str, Value]:
    """The figures of a record's JSON by place, like `initiatives[faq].npv.mean`; names and other words are none.

    A list says how long it is, so that a row that was taken away is missed; its texts are names that count.
    """
    return dict(_placed(content, ""))


def compared(then: dict[str, Value], now: dict[str, Value]) -> tuple[Figure, ...]:
    """Every figure that was kept, beside the one at the same place now."""
    return tuple(Figure(place=place, then=value, now=now.get(place)) for place, value in then.items())


def _placed(content: Any, place: str) -> Iterator[tuple[str, Value]]:
    if isinstance(content, dict):
        for key, value in content.items():
            if not isinstance(value, str):
                yield from _placed(value, f"{place}.{key}" if place else str(key))
    elif isinstance(content, list):
        yield f"{place}.count", len(content)
        names = _names_of_rows(content)
        for name, value in zip(names, content, strict=True):
            yield from _placed(value, f"{place}[{name}]")
    else:
        yield place, content


def _names_of_rows(rows: list[Any]) -> list[str]:
    """What each row is named by, where all have names and no two the same; else their numbers, from 0."""
    for key in NAMES_A_ROW:
        names = [row.get(key) if isinstance(row, dict) else None for row in rows]
        if all(isinstance(name, str) for name in names) and len(set(names)) == len(rows):
            return [str(name) for name in names]
    return [str(number) for number in range(len(rows))]
