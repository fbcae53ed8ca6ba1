"""One run of a page or of a part of it: what was looked up once in it is not looked up again until the next."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")

_FOUND: ContextVar[dict[str, Any] | None] = ContextVar("found", default=None)


@contextmanager
def one_run() -> Iterator[None]:
    """What happens inside belongs to one run; runs inside a run are part of it."""
    if _FOUND.get() is not None:
        yield
        return
    token = _FOUND.set({})
    try:
        yield
    finally:
        _FOUND.reset(token)


def once(name: str, look_up: Callable[[], T]) -> T:
    """What a look-up found in this run; outside of any, it is made every time."""
    found = _FOUND.get()
    if found is None:
        return look_up()
    if name not in found:
        found[name] = look_up()
    return found[name]
