"""Formulas that know their value: each expression is the text of a formula and the number that it comes to.

Pages are filled with expressions; what is put into a cell can be named in other expressions. So a workbook is computed
once while it is made, cell by cell, by the very formulas that a spreadsheet will compute it with again.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Union

Number = Union["Expression", float, int]
SUM, PRODUCT, POWER, ATOM = range(4)  # how strongly a formula's outermost operation binds


@dataclass(frozen=True, eq=False)
class Place:
    """A cell of a page; `name` is what the workbook calls it, empty where it has no name."""

    page: "Page"
    row: int
    column: int
    name: str = ""

    def seen_from(self, page: "Page") -> str:
        """How formulas of a page refer to the cell."""
        if self.name:
            return self.name
        address = f"{column_letters(self.column)}{self.row + 1}"
        return address if page is self.page else f"'{self.page.name}'!{address}"


@dataclass(frozen=True, eq=False)
class Block:
    """Cells from a first to a last one."""

    first: Place
    last: Place

    def seen_from(self, page: "Page") -> str:
        begin = f"{column_letters(self.first.column)}{self.first.row + 1}"
        end = f"{column_letters(self.last.column)}{self.last.row + 1}"
        prefix = "" if page is self.first.page else f"'{self.first.page.name}'!"
        return f"{prefix}{begin}:{end}"


Part = str | Place | Block


@dataclass(frozen=True, eq=False)
class Expression:
    """A formula without its “=”, as parts, and what it comes to: a number, a text, or True and False."""

    parts: tuple[Part, ...]
    value: Any
    binds: int = ATOM

    def text(self, page: "Page") -> str:
        """The formula as it stands on a page."""
        return "".join(part if isinstance(part, str) else part.seen_from(page) for part in self.parts)

    def __add__(self, other: Number) -> "Expression":
        return _joined(self, "+", expression(other), SUM, self.value + value_of(other))

    def __radd__(self, other: Number) -> "Expression":
        return expression(other) + self

    def __sub__(self, other: Number) -> "Expression":
        return _joined(self, "-", expression(other), SUM, self.value - value_of(other), strict=True)

    def __rsub__(self, other: Number) -> "Expression":
        return expression(other) - self

    def __mul__(self, other: Number) -> "Expression":
        return _joined(self, "*", expression(other), PRODUCT, self.value * value_of(other))

    def __rmul__(self, other: Number) -> "Expression":
        return expression(other) * self

    def __truediv__(self, other: Number) -> "Expression":
        divisor = value_of(other)
        return _joined(self, "/", expression(other), PRODUCT, self.value / divisor if divisor else 0.0, strict=True)

    def __rtruediv__(self, other: Number) -> "Expression":
        return expression(other) / self

    def __pow__(self, other: Number) -> "Expression":
        return _joined(self, "^", expression(other), POWER, self.value ** value_of(other), strict=True, both=True)

    def __neg__(self) -> "Expression":
        return expression(0) - self


def expression(number: Number) -> Expression:
    """A number as an expression; one that is negative keeps its sign apart."""
    if isinstance(number, Expression):
        return number
    text = repr(float(number)) if not float(number).is_integer() or abs(number) > 1e15 else str(int(number))
    return Expression((text.upper(),), float(number), ATOM if number >= 0 else SUM)


def value_of(number: Number) -> Any:
    return number.value if isinstance(number, Expression) else number


def _bracketed(one: Expression, needed: bool) -> tuple[Part, ...]:
    return ("(", *one.parts, ")") if needed else one.parts


def _joined(
    left: Expression, sign: str, right: Expression, binds: int, value: Any, strict: bool = False, both: bool = False
) -> Expression:
    """Two expressions with an operator between; in brackets where they bind less, on the right also where as much.

    `both`: on the left too, as for powers, which spreadsheets take from left to right.
    """
    before = _bracketed(left, left.binds < binds or (both and left.binds == binds))
    behind = _bracketed(right, right.binds < binds or (strict and right.binds == binds))
    return Expression((*before, sign, *behind), value, binds)


def call(name: str, value: Any, *arguments: "Number | Place | Block | str") -> Expression:
    """A function of a spreadsheet, whose value is given. A text among the arguments stands as it is."""
    parts: list[Part] = [f"{name}("]
    for position, one in enumerate(arguments):
        parts += [","] if position else []
        if isinstance(one, (Place, Block, str)):
            parts.append(one)
        else:
            parts += expression(one).parts
    return Expression((*parts, ")"), value)


def largest(*numbers: Number) -> Expression:
    return call("MAX", max(map(value_of, numbers)), *numbers)


def smallest(*numbers: Number) -> Expression:
    return call("MIN", min(map(value_of, numbers)), *numbers)


def logarithm(number: Number) -> Expression:
    return call("LN", math.log(value_of(number)), number)


def absolute(number: Number) -> Expression:
    return call("ABS", abs(value_of(number)), number)


def either(condition: Expression, yes: Number, no: Number) -> Expression:
    return call("IF", value_of(yes) if condition.value else value_of(no), condition, yes, no)


def compared(left: Number, sign: str, right: "Number | str") -> Expression:
    """Whether two numbers, or a number and a text, compare so."""
    a = value_of(left)
    b = right if isinstance(right, str) else value_of(right)
    holds = {"=": a == b, "<": None, "<=": None, ">": None, ">=": None}[sign]
    if holds is None:
        holds = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[sign]
    behind: tuple[Part, ...] = (f'"{right}"',) if isinstance(right, str) else expression(right).parts
    return Expression((*expression(left).parts, sign, *behind), holds, SUM)


def all_of(*conditions: Expression) -> Expression:
    return call("AND", all(one.value for one in conditions), *conditions)


def total(cells: Sequence["Filled"]) -> Expression:
    """The sum of cells that stand side by side or one below the other."""
    return call("SUM", math.fsum(cell.value for cell in cells), block(cells))


def sum_of_products(left: Sequence["Filled"], right: Sequence["Filled"]) -> Expression:
    value = math.fsum(a.value * b.value for a, b in zip(left, right, strict=True))
    return call("SUMPRODUCT", value, block(left), block(right))


def added(terms: Iterable[Number]) -> Expression:
    """Terms one after another; 0 where there are none."""
    result: Expression | None = None
    for term in terms:
        result = expression(term) if result is None else result + term
    return expression(0) if result is None else result


def multiplied(factors: Iterable[Number]) -> Expression:
    """Factors one after another; 1 where there are none."""
    result: Expression | None = None
    for factor in factors:
        result = expression(factor) if result is None else result * factor
    return expression(1) if result is None else result


def block(cells: Sequence["Filled"]) -> Block:
    return Block(cells[0].place, cells[-1].place)


@dataclass(frozen=True, eq=False)
class Filled(Expression):
    """A cell with something in it, as an expression that names it."""

    place: Place = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Entry:
    """What stands in a cell: a text, a number or an expression, and the style in which it is shown."""

    row: int
    column: int
    content: Any
    style: str


@dataclass(eq=False)
class Page:
    """A sheet that is being filled; `row` is the next free one."""

    name: str
    title: str = ""
    row: int = 0
    entries: list[Entry] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    frozen: tuple[int, int] = (0, 0)
    choices: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)
    named: list[Place] = field(default_factory=list)

    def write(self, row: int, column: int, text: str, style: str = "text") -> None:
        """Put a text, which is never read as a formula."""
        self.entries.append(Entry(row, column, text, style))

    def word(self, row: int, column: int, text: str, style: str = "text") -> Filled:
        """Put a text that formulas may name."""
        self.write(row, column, text, style)
        return self._filled(row, column, text, "")

    def put(self, row: int, column: int, number: Number, style: str = "money", name: str = "") -> Filled:
        """Put a formula, or a number as it is."""
        self.entries.append(Entry(row, column, number, style))
        return self._filled(row, column, value_of(number), name)

    def choose(self, row: int, column: int, value: str, among: tuple[str, ...], name: str = "") -> Filled:
        """Put a word that may be replaced by one of some others."""
        self.entries.append(Entry(row, column, value, "input-text"))
        self.choices[row, column] = among
        return self._filled(row, column, value, name)

    def _filled(self, row: int, column: int, value: Any, name: str) -> Filled:
        place = Place(self, row, column, name)
        if name:
            self.named.append(place)
        return Filled((place,), value, ATOM, place)


def column_letters(column: int) -> str:
    """The letters of a column that is counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
