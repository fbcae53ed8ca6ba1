"""What a record refused, as complaints with file, line, place, value, rule and remedy."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from prioritizer.domain.initiatives import LEVER_BY_TAG
from prioritizer.domain.record import REFUSED, Record, nearest
from prioritizer.errors import Complaint, InputError, shorten
from prioritizer.language import _
from prioritizer.store.strict_yaml import Document, Place

R = TypeVar("R", bound=Record)

TAGS = "lever:"
MAP_KEY = "[key]"  # pydantic's word for a refused key of a map


def read_record(kind: type[R], document: Document, place: Place = (), label: str = "") -> R:
    """The record at a place of a document; `label` names the place where a person would not count (an initiative's id).

    Raises InputError with everything the record refuses.
    """
    content: Any = document.content
    for part in place:
        content = content[part]
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise InputError(complaints_of(error, kind, document, place, label)) from None


def complaints_of(
    error: ValidationError, kind: type[Record], document: Document, place: Place = (), label: str = ""
) -> list[Complaint]:
    """Every complaint of a validation error."""
    return [_complaint(detail, kind, document, place, label) for detail in error.errors()]


def collect(*steps: Callable[[], Any]) -> list[Any]:
    """The results of all steps; where some refuse their input, one InputError with the complaints of all."""
    results: list[Any] = []
    complaints: list[Complaint] = []
    for step in steps:
        try:
            results.append(step())
        except InputError as error:
            complaints.extend(error.complaints)
    if complaints:
        raise InputError(complaints)
    return results


def _complaint(detail: Any, kind: type[Record], document: Document, place: Place, label: str) -> Complaint:
    where = tuple(part for part in detail["loc"] if part != MAP_KEY and not str(part).startswith(TAGS))
    rule, remedy, value = _words(detail, kind)
    dotted = ".".join(shorten(str(part)) for part in where)
    shown = ", ".join(part for part in (label, dotted) if part)
    return Complaint(rule, remedy, document.file, document.line_of((*place, *where)), shown, value)


def _words(detail: Any, kind: type[Record]) -> tuple[str, str, str]:
    """Rule, remedy and value of what pydantic says."""
    if detail["type"] == REFUSED:
        context = detail["ctx"]
        return context["rule"], context["remedy"], context["value"]
    if detail["type"] == "missing":
        return _("is missing"), _("Add it; see docs/files.md."), ""
    if detail["type"] == "extra_forbidden":
        *around, key = detail["loc"]
        known = known_keys(kind, tuple(around))
        remedy = nearest(str(key), known) if known else _("Remove it; see docs/files.md.")
        return _("is not a known key"), remedy, str(key)
    if detail["type"] in ("model_type", "dict_type", "model_attributes_type"):
        return _("is not a map of keys"), _("Write it as keys with values; see docs/files.md."), _shown(detail["input"])
    if detail["type"] == "tuple_type":
        return _("is not a list"), _("Write it as a list, like [a, b]."), _shown(detail["input"])
    return detail["msg"], _("See docs/files.md."), _shown(detail["input"])


def _shown(value: object) -> str:
    if value is None:
        return ""
    return "{…}" if isinstance(value, Mapping) else "[…]" if isinstance(value, (list, tuple)) else str(value)


def known_keys(kind: type[Record], where: Place) -> list[str]:
    """The keys that a record, or the record at a place inside it, can have."""
    for part in where:
        inner = _field_record(kind, part)
        if inner is None:
            return []
        kind = inner
    return kind.written_keys()


def _field_record(kind: type[Record], part: str | int) -> type[Record] | None:
    if part in LEVER_BY_TAG:
        return LEVER_BY_TAG[str(part)]
    if part not in kind.model_fields:
        return kind  # the name of a group, or a number in a list: still inside the same field
    return next((t for t in _types_in(kind.model_fields[str(part)].annotation) if issubclass(t, Record)), None)


def _types_in(annotation: Any) -> list[type]:
    if isinstance(annotation, type) and not get_args(annotation):
        return [annotation]
    return [inner for argument in get_args(annotation) for inner in _types_in(argument)]


def in_file(complaints: Iterable[Complaint], file: str) -> list[Complaint]:
    """Complaints, those that name no file as complaints about this one."""
    return [complaint if complaint.file else replace(complaint, file=file) for complaint in complaints]
