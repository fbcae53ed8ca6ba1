"""A scenario's differences, applied to records."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from prioritizer.domain.company import Month
from prioritizer.domain.customers import BySegment, Migration
from prioritizer.domain.quantity import Quantity
from prioritizer.domain.record import REFUSED, Record, nearest
from prioritizer.domain.scenarios import Change
from prioritizer.errors import Complaint, InputError, shorten
from prioritizer.language import _

R = TypeVar("R", bound=Record)

EACH = "*"


def apply(record: R, changes: Iterable[Change]) -> R:
    """The record with all changes made, in their order.

    Raises InputError with every path that leads nowhere and every value that is refused; the place is the path.
    """
    complaints: list[Complaint] = []
    for change in changes:
        try:
            record = _changed(record, change.path, change)
        except ValidationError as error:
            complaints += [_refused(change, detail) for detail in error.errors()]
        except _LeadsNowhere as error:
            complaints.append(Complaint(error.rule, error.remedy, place=written(change.path), value=error.value))
    if complaints:
        raise InputError(complaints)
    return record


def written(path: Iterable[str]) -> str:
    """A path as people write it: parts with dots or spaces in quotes."""
    return ".".join(f'"{part}"' if "." in part or " " in part else part for part in map(shorten, path))


class _LeadsNowhere(Exception):
    def __init__(self, value: str, rule: str, remedy: str):
        self.value, self.rule, self.remedy = value, rule, remedy


def _refused(change: Change, detail: Any) -> Complaint:
    place = written(change.path)
    if detail["type"] == REFUSED:
        context = detail["ctx"]
        return Complaint(context["rule"], context["remedy"], place=place, value=context["value"])
    if detail["type"] in ("missing", "extra_forbidden"):
        rule = _("is missing") if detail["type"] == "missing" else _("is not a known key")
        return Complaint(rule, _("See docs/files.md."), place=place, value=str(detail["loc"][-1]))
    return Complaint(_("is not possible here"), _("See docs/files.md."), place=place, value=str(change.value))


def _changed(node: Any, path: tuple[str, ...], change: Change) -> Any:
    """A node with the change made at the path inside it."""
    if not path:
        return change.value if change.replaces else _scaled(node, change)
    if isinstance(node, BaseModel) and not isinstance(node, Quantity):
        return _rebuilt(node, path, change)
    if isinstance(node, Mapping):
        if len(path) == 1 and change.replaces and path[0] != EACH:
            return {**node, path[0]: change.value}
        return {**node, **{key: _changed(node[key], path[1:], change) for key in _matching(path[0], list(node))}}
    raise _LeadsNowhere(path[0], _("leads nowhere"), _("Nothing lies below this place: shorten the path."))


def _rebuilt(record: BaseModel, path: tuple[str, ...], change: Change) -> Any:
    fields = {name: getattr(record, name) for name in type(record).model_fields}
    names = _matching(path[0], list(fields), everything=isinstance(record, (BySegment, Migration)))
    new = {name: _changed(fields[name], path[1:], change) for name in names}
    return type(record).model_validate({**fields, **new})


def _matching(part: str, known: list[Any], everything: bool = True) -> list[Any]:
    if part == EACH and everything:
        return known
    found = [key for key in known if str(key) == part]
    if not found:
        raise _LeadsNowhere(part, _("is not known here"), nearest(part, map(str, known)))
    return found


def _scaled(node: Any, change: Change) -> Any:
    """The number at a place, or every number below it, multiplied and added to."""
    if isinstance(node, (tuple, Month)):
        shown = _("a list") if isinstance(node, tuple) else str(node)
        raise _LeadsNowhere(shown, _("is not a number"), _("Replace it by a value instead."))
    return _scaled_below(node, change)


def _scaled_below(node: Any, change: Change) -> Any:
    multiply, add = change.multiply or 0.0, change.add or 0.0
    if change.multiply is None:
        multiply = 1.0
    if hasattr(node, "changed"):
        return node.changed(multiply, add)
    if isinstance(node, BaseModel):
        fields = {name: getattr(node, name) for name in type(node).model_fields}
        return type(node).model_validate({name: _scaled_below(value, change) for name, value in fields.items()})
    if isinstance(node, Mapping):
        return {key: _scaled_below(value, change) for key, value in node.items()}
    if node is None or isinstance(node, tuple):
        return node
    if isinstance(node, (int, float)) and not isinstance(node, bool):
        return node * multiply + add
    raise _LeadsNowhere(str(node), _("is not a number"), _("Replace it by a value instead."))
