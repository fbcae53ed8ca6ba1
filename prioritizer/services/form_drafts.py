"""Drafts as some version of the program kept them → forms."""

from collections.abc import Callable, Mapping
from typing import Any

from prioritizer.services.asked import Answer
from prioritizer.services.forms import Form, LeverRow


def form_as_kept(raw: Any) -> Form:
    """The form of a draft, whatever version of the program kept it: what is not understood is left out."""
    return _as_kept(Form, raw)


def _as_kept(kind: type[Any], raw: Any) -> Any:
    known = raw if isinstance(raw, Mapping) else {}
    read = {name: _READERS.get(name, _text_as_kept)(known[name]) for name in kind.model_fields if name in known}
    return kind(**read)


def _text_as_kept(raw: Any) -> str:
    text = raw if isinstance(raw, str) else str(raw) if isinstance(raw, (int, float)) else ""
    return text.encode("utf-8", "replace").decode()  # half a character has no UTF-8


def _answer_as_kept(raw: Any) -> Answer:
    return _as_kept(Answer, {"likely": raw} if isinstance(raw, (str, int, float)) else raw)


def _map_as_kept(raw: Any, read: Callable[[Any], Any]) -> dict[str, Any]:
    return {_text_as_kept(key): read(value) for key, value in raw.items()} if isinstance(raw, Mapping) else {}


def _list_as_kept(raw: Any, read: Callable[[Any], Any]) -> tuple[Any, ...]:
    return tuple(map(read, raw)) if isinstance(raw, (list, tuple)) else ()


_READERS: dict[str, Callable[[Any], Any]] = {
    "by_group": lambda raw: raw is True,
    "reach": lambda raw: _map_as_kept(raw, _answer_as_kept),
    "levers": lambda raw: _list_as_kept(raw, lambda row: _as_kept(LeverRow, row)),
    "size": _answer_as_kept,
    "sizes": lambda raw: _map_as_kept(raw, _answer_as_kept),
    "cost_each": _answer_as_kept,
    "one_off": _answer_as_kept,
    "running": _answer_as_kept,
    "per_customer": _answer_as_kept,
    "of": lambda raw: _list_as_kept(raw, _text_as_kept),
    "staff": lambda raw: _map_as_kept(raw, _text_as_kept),
    "base": lambda raw: dict(raw) if isinstance(raw, Mapping) else {},
}
