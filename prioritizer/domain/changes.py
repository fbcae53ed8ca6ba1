"""A scenario's differences, applied to records.

All changes are made on a plain tree of the record's fields, which becomes a record again once, at the end: so changes
that only make sense together need no particular order.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from prioritizer.domain.company import DiscountRate, Month
from prioritizer.domain.customers import BySegment, Migration
from prioritizer.domain.initiatives import ExtraCustomers, Initiative, LeverRecord, numbered
from prioritizer.domain.quantity import Quantity, as_number, as_quantity
from prioritizer.domain.record import REFUSED, Record, nearest
from prioritizer.domain.scenarios import Change
from prioritizer.errors import Complaint, InputError, shorten
from prioritizer.language import _

R = TypeVar("R", bound=Record)

EACH = "*"
Tree = dict[str, Any]


def apply(record: R, changes: Iterable[Change], lenient: bool = False) -> R:
    """The record with all changes made, in their order.

    With `lenient`, a change of a number that the record does not have is left out; for changes meant for everybody.

    Raises InputError with every path that leads nowhere and every value that is refused; the place is the path.
    """
    listed = tuple(changes)
    if not listed:
        return record
    tree = _thawed(record)
    complaints: list[Complaint] = []
    for change in listed:
        try:
            _make(tree, change.path, change)
        except _LeadsNowhere as error:
            if not (lenient and error.absent):
                complaints.append(Complaint(error.rule, error.remedy, place=written(change.path), value=error.value))
        except PydanticCustomError as error:
            context = error.context or {}
            complaints.append(
                Complaint(context["rule"], context["remedy"], "", None, written(change.path), context["value"])
            )
        except ValidationError as error:
            complaints += [_refused(detail, change.path) for detail in error.errors()]
    try:
        changed = type(record).model_validate(_frozen(record, tree))
    except ValidationError as error:
        raise InputError([*complaints, *(_refused(detail) for detail in error.errors())]) from None
    if complaints:
        raise InputError(complaints)
    return changed


def reaches(record: Record, change: Change) -> bool:
    """Whether a change leads to something that the record has."""
    try:
        _make(_thawed(record), change.path, change)
    except _LeadsNowhere as error:
        return not error.absent
    except ValueError:  # there, but the value is refused
        return True
    return True


def written(path: Iterable[str]) -> str:
    """A path as people write it: parts with dots or spaces in quotes."""
    return ".".join(f'"{part}"' if "." in part or " " in part else part for part in map(shorten, path))


class _LeadsNowhere(Exception):
    def __init__(self, value: str, rule: str, remedy: str, absent: bool = False):
        self.value, self.rule, self.remedy, self.absent = value, rule, remedy, absent


def _refused(detail: Any, base: tuple[str, ...] = ()) -> Complaint:
    path = [*base, *(str(part) for part in detail["loc"] if not str(part).startswith("lever:"))]
    if detail["type"] == REFUSED:
        context = detail["ctx"]
        return Complaint(context["rule"], context["remedy"], place=written(path), value=context["value"])
    if detail["type"] in ("missing", "extra_forbidden"):
        rule = _("is missing") if detail["type"] == "missing" else _("is not a known key")
        return Complaint(rule, _("See docs/files.md."), place=written(path[:-1]), value=path[-1])
    remedy = _("See docs/files.md.")
    shown = "" if detail["input"] is None else str(detail["input"])
    return Complaint(_("is not possible here"), remedy, place=written(path), value=shown)


class _Fields(dict[str, Any]):
    """The fields of a record: no more can be added, and `*` does not stand for them unless `each` says so."""

    each = False
    record: type[BaseModel] | None = None

    @classmethod
    def of(cls, node: BaseModel) -> "_Fields":
        fields = cls((name, _thawed(getattr(node, name))) for name in type(node).model_fields)
        fields.record = type(node)
        return fields


class _Segments(_Fields):
    """Numbers by segment."""

    each = True


class _Levers(_Fields):
    """The sizes of the levers of an initiative, by name."""

    each = True


def _thawed(node: Any) -> Any:
    """Records and maps as plain maps that can be changed, down to numbers, lists and words."""
    if isinstance(node, Initiative):
        fields = _Fields.of(node)
        fields["levers"] = _Levers({name: _thawed_lever(lever) for name, lever in node.named_levers()})
        return fields
    if isinstance(node, (BySegment, Migration)):
        return _Segments.of(node)
    if isinstance(node, BaseModel) and not isinstance(node, (Quantity, DiscountRate, Month)):
        return _Fields.of(node)
    if isinstance(node, Mapping):
        return {str(key): _thawed(value) for key, value in node.items()}
    return node


def _thawed_lever(lever: LeverRecord) -> Any:
    """A lever as what a change of it changes: its size, or the customers it brings to each group and their cost."""
    if isinstance(lever, ExtraCustomers):
        return {**lever.extra_customers, "cost_each": lever.cost_each}
    return lever.size


def _frozen(record: Any, tree: Tree) -> Tree:
    """The tree as the record's fields."""
    if not isinstance(tree.get("levers"), _Levers):
        return tree
    sizes = tree["levers"]
    by_position = {position: name for name, position in numbered(record.levers)}
    levers = [_with_size(lever, sizes[by_position[i]]) for i, lever in enumerate(record.levers)]
    return {**tree, "levers": levers}


def _with_size(lever: LeverRecord, size: Any) -> LeverRecord:
    fields = {name: getattr(lever, name) for name in type(lever).model_fields}
    if isinstance(lever, ExtraCustomers):
        brought = dict(size) if isinstance(size, Mapping) else size
        each = brought.pop("cost_each", lever.cost_each) if isinstance(brought, dict) else lever.cost_each
        return type(lever).model_validate({**fields, "cost_each": each, "extra_customers": brought})
    return type(lever).model_validate({**fields, "change" if "change" in fields else "share": size})


def _make(node: Tree, path: tuple[str, ...], change: Change) -> None:
    """Make a change at a path inside a tree."""
    if path[0] == "levers" and isinstance(node.get("levers"), _Levers):
        path = _lever_path(node["levers"], path)
    if path[0] == "initiatives" and "groups" in node:
        raise _LeadsNowhere(path[0], _("is not changed here"), _("Use include, exclude or change_initiatives."))
    absent: list[_LeadsNowhere] = []
    keys = _matching(path[0], node, adds=len(path) == 1 and change.replaces)
    for key in keys:
        try:
            _make_at(node, key, path, change)
        except _LeadsNowhere as error:
            if path[0] != EACH or not error.absent:
                raise
            absent.append(error)
    if absent and len(absent) == len(keys):  # one of several may lack what the others have
        raise absent[0]


def _make_at(node: Tree, key: str, path: tuple[str, ...], change: Change) -> None:
    """Make a change at or below one key of a tree."""
    if len(path) == 1:
        node[key] = _read(change.value, node.get(key)) if change.replaces else _scaled(node[key], change, alone=True)
        return
    if isinstance(node[key], DiscountRate):
        node[key] = _rates(node[key])
    if not isinstance(node[key], dict):
        remedy = _("Nothing lies below this place: shorten the path.")
        raise _LeadsNowhere(path[1], _("leads nowhere"), remedy, absent=node[key] is None)
    _make(node[key], path[1:], change)


def _read(value: Any, old: Any) -> Any:
    """A value as what it takes the place of, so that the changes after it find numbers there."""
    if value is None:
        return None
    if isinstance(old, Quantity):
        return as_quantity(value, old.kind)
    if isinstance(old, DiscountRate):
        return DiscountRate.model_validate(value)
    if isinstance(old, (int, float)) and not isinstance(old, bool):
        return as_number(value)
    if isinstance(old, _Fields) and old.record is not None:
        return _thawed(old.record.model_validate(value))
    return value


def _lever_path(levers: Tree, path: tuple[str, ...]) -> tuple[str, ...]:
    """A path to a lever, whose name holds dots: levers, churn, detractor → levers, churn.detractor."""
    for end in range(len(path), 1, -1):
        if (name := ".".join(path[1:end])) in levers:
            return ("levers", name, *path[end:])
    return path


def _rates(rate: DiscountRate) -> Tree:
    if rate.nominal is None:
        remedy = _("Replace the whole rate: discount_rate: {nominal: …, inflation: …}.")
        raise _LeadsNowhere("discount_rate", _("is one real rate"), remedy)
    return {"nominal": rate.nominal, "inflation": rate.inflation}


def _matching(part: str, node: Tree, adds: bool = False) -> list[str]:
    """The keys that a part of a path stands for. A value may be added to a map under a new name."""
    open_ = not isinstance(node, _Fields)
    if part == EACH and (open_ or node.each):  # type: ignore[attr-defined]
        return list(node)
    if part in node or (adds and open_ and part != EACH):
        return [part]
    raise _LeadsNowhere(part, _("is not known here"), nearest(part, node), absent=True)


def _scaled(node: Any, change: Change, alone: bool) -> Any:
    """The number at a place, or every number below it, multiplied and added to."""
    multiply = 1.0 if change.multiply is None else change.multiply
    add = change.add or 0.0
    if isinstance(node, (Quantity, DiscountRate)):
        return _scaled_number(node, multiply, add)
    if isinstance(node, _Levers) and not add:
        return _Levers({name: _scaled_size(size, multiply) for name, size in node.items()})
    if isinstance(node, dict):
        _require_one_kind(node, add, alone)
        scaled = type(node)({key: _scaled(value, change, alone=False) for key, value in node.items()})
        if isinstance(scaled, _Fields):
            scaled.record = node.record  # type: ignore[attr-defined]
        return scaled
    if node is None and alone:
        raise _LeadsNowhere("", _("there is no number here"), _("Give it a value first."), absent=True)
    if node is None or (isinstance(node, (tuple, Month)) and not alone):
        return node
    if isinstance(node, (int, float)) and not isinstance(node, bool):
        return node * multiply + add
    shown = _("a list") if isinstance(node, tuple) else str(node)
    raise _LeadsNowhere(shown, _("is not a number"), _("Replace it by a value instead."))


def _scaled_size(size: Any, multiply: float) -> Any:
    """A lever's size; of a lever that brings customers how many, not what each costs."""
    if isinstance(size, Quantity):
        return _scaled_number(size, multiply, 0.0)
    if not isinstance(size, dict) or not all(isinstance(value, Quantity) for value in size.values()):
        raise _LeadsNowhere(str(size), _("is not a number"), _("Replace it by a value instead."))
    return {key: value if key == "cost_each" else _scaled_number(value, multiply, 0.0) for key, value in size.items()}


def _scaled_number(number: Quantity | DiscountRate, multiply: float, add: float) -> Quantity | DiscountRate:
    if multiply < 0 and isinstance(number, Quantity) and not number.kind.signed:
        raise _LeadsNowhere(f"{multiply:g}", _("would turn the number round"), _("Multiply by 0 or more."))
    return number.changed(multiply, add)


def _require_one_kind(node: Tree, add: float, alone: bool) -> None:
    """Refuse to scale apples and pears by one number, nothing at all, and to add one number to several amounts."""
    kinds = {number.kind for number in _numbers_below(node)}
    if not kinds and alone:
        raise _LeadsNowhere("", _("there is no number here"), _("Give it a value first."), absent=True)
    if len(kinds) > 1:
        shown = ", ".join(sorted(kind.value for kind in kinds))
        raise _LeadsNowhere(shown, _("are different kinds of number"), _("Change each by a path of its own."))
    if add and not isinstance(node, _Segments):
        raise _LeadsNowhere(f"{add:g}", _("would be added to several amounts"), _("Add to each by a path of its own."))


def _numbers_below(node: Any) -> Iterator[Quantity]:
    if isinstance(node, Quantity):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _numbers_below(value)
