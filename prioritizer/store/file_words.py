"""Records in the words of docs/files.md: the maps that their files hold, and that records are made of again.

What has its default is left out, as people leave it out. Nothing else is: `words_of` and the record's own reading are
each other's inverse.
"""

import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Any

from prioritizer.domain.company import Company, DiscountRate, Month
from prioritizer.domain.customers import BySegment, Migration, Row
from prioritizer.domain.initiatives import ALL, RelativeChange
from prioritizer.domain.people import Person
from prioritizer.domain.quantity import DirichletShare, Fixed, Quantity
from prioritizer.domain.record import PlainScalar, Record
from prioritizer.domain.scenarios import Change, Differences, path_text
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _

CARD = ("unit", "source", "grade", "owner", "note")
NUMERAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
PLAIN = "plain"  # {plain: "007"} in stored words: a numeral that was written without quotes, as it was written
Words = Any


def words_of(record: Record) -> dict[str, Words]:
    """What a file says about a company, an initiative or a scenario's differences, and the like for what has no file.

    A company's initiatives are not among its words: its file names another file for them.

    Raises InputError where a number is one that no file can say, such as one that a scenario has scaled.
    """
    if isinstance(record, Differences):
        return _differences(record)
    if isinstance(record, Person):
        return record.model_dump(mode="json", exclude_none=True)
    words = _fields(record)
    if isinstance(record, Company):
        words.pop("initiatives", None)
    return words


def _fields(record: Record) -> dict[str, Words]:
    """The fields of a record that are not as they are by default, in the order of the files."""
    return {
        field.alias or name: _value(getattr(record, name), name)
        for name, field in type(record).model_fields.items()
        if field.is_required() or getattr(record, name) != field.default
    }


def _value(value: Any, name: str = "") -> Words:
    if isinstance(value, Quantity):
        return _number(value)
    if isinstance(value, BySegment):
        return _by_segment(value)
    if isinstance(value, DiscountRate):
        return _discount_rate(value)
    if isinstance(value, Month):
        return str(value)
    if isinstance(value, RelativeChange):
        return {value.target.value: (value.segment or ALL), **_sizes(value, ("change", "usual"))}
    if isinstance(value, Migration):
        return {segment.value: _value(row) for segment, row in value.items()}
    if isinstance(value, Record):
        return _fields(value)
    if name == "reach" and list(value) == [ALL]:
        return _number(value[ALL])
    if name == "one_off" and list(value) == [0]:
        return _number(value[0])
    if isinstance(value, Mapping):
        return {str(key): _value(inner) for key, inner in value.items()}
    return [_value(inner) for inner in value] if isinstance(value, tuple) else value


def _sizes(lever: RelativeChange, names: Iterable[str]) -> dict[str, Words]:
    return {name: _number(size) for name in names if (size := getattr(lever, name)) is not None}


def _number(quantity: Quantity) -> Words:
    """A number, a distribution, or a card with either."""
    if quantity.multiply != 1 or quantity.add != 0 or isinstance(quantity.distribution, DirichletShare):
        rule = _("is a number that no file can say")
        remedy = _("Save what the company's file says, not what a scenario makes of it.")
        raise InputError([Complaint(rule, remedy, value=str(quantity.distribution))])
    return _with_card(_distribution(quantity), quantity)


def _distribution(quantity: Quantity) -> Words:
    distribution = quantity.distribution
    if isinstance(distribution, Fixed):
        return distribution.value
    fields = distribution.model_dump(exclude={"form"})
    return {distribution.form: list(fields.values())}


def _with_card(value: Words, source: Any) -> Words:
    card = {key: known for key in CARD if (known := getattr(source, key)) is not None}
    return {"value": value, **card} if card else value


def _by_segment(numbers: BySegment) -> Words:
    quantities = [quantity for _segment, quantity in numbers.items()]
    if all(isinstance(quantity.distribution, DirichletShare) for quantity in quantities):
        return _counts(numbers)
    if all(quantity.stream == "all" and quantity == quantities[0] for quantity in quantities):
        return _number(quantities[0])
    return {segment.value: _number(quantity) for segment, quantity in numbers.items()}


def _counts(row: BySegment) -> Words:
    """A row of shares from counts, the counts in an order that sums to the same total to the last digit."""
    for order in itertools.permutations(row.items()):
        counts = {segment.value: quantity.distribution.count for segment, quantity in order}  # type: ignore[union-attr]
        words = _with_card({"dirichlet": counts}, order[0][1])
        if Row.model_validate(words) == row:
            return words
    rule, remedy = _("are shares that no file can say"), _("Give the counts of one row together.")
    raise InputError([Complaint(rule, remedy, value="dirichlet")])


def _discount_rate(rate: DiscountRate) -> Words:
    known = rate.nominal is not None and rate.inflation is not None
    return _with_card({"nominal": rate.nominal, "inflation": rate.inflation} if known else rate.real, rate)


def _differences(differences: Differences) -> dict[str, Words]:
    words = {
        "name": differences.name,
        "extends": differences.extends,
        "company": differences.company,
        "change": _changes(differences.change) or None,
        "budget": _as_written(differences.budget),
        "include": None if differences.include is None else list(differences.include),
        "exclude": list(differences.exclude) or None,
        "change_initiatives": {id_: _changes(made) for id_, made in differences.change_initiatives.items()} or None,
    }
    return {key: value for key, value in words.items() if value is not None}


def _changes(changes: Iterable[Change]) -> dict[str, Words]:
    """Changes by path; spaces behind a path keep two of the same apart, and mean nothing."""
    written: dict[str, Words] = {}
    for change in changes:
        path = path_text(change.path)
        while path in written:
            path += " "
        written[path] = _as_written(change.value) if change.replaces else _scaling(change)
    return written


def _scaling(change: Change) -> Words:
    return {key: value for key in ("multiply", "add") if (value := getattr(change, key)) is not None}


def _as_written(value: Any) -> Words:
    """What stands behind a path: text from a file whose meaning depends on whether it stood in quotes."""
    if isinstance(value, PlainScalar):
        return _plain(str(value))
    if isinstance(value, Mapping):
        return {str(key): _as_written(inner) for key, inner in value.items()}
    return [_as_written(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _plain(text: str) -> Words:
    if text in ("true", "false"):
        return text == "true"
    if not NUMERAL.fullmatch(text):
        return text
    return float(text) if number_text(float(text)) == text else {PLAIN: text}


def as_read(words: Words) -> Words:
    """Stored words of a scenario's change as a file's reader gives them, numbers as text without quotes."""
    if isinstance(words, bool):
        return PlainScalar("true" if words else "false")
    if isinstance(words, (int, float)):
        return PlainScalar(number_text(words))
    if isinstance(words, Mapping):
        if is_numeral(words):
            return PlainScalar(words[PLAIN])
        return {key: as_read(inner) for key, inner in words.items()}
    return [as_read(inner) for inner in words] if isinstance(words, list) else words


def is_numeral(words: Words) -> bool:
    """Whether a map stands for one numeral as it was written."""
    return list(words) == [PLAIN] and isinstance(words[PLAIN], str) and NUMERAL.fullmatch(words[PLAIN]) is not None


def number_text(number: float) -> str:
    """A number as people write it, which is read as the same number to the last digit."""
    if float(number).is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(float(number))
