"""How the engine's loops become machine code: quietly, once per machine, without holding the interpreter."""

from collections.abc import Callable
from typing import Any

import numba

# Multiply-adds may be fused. Sums keep their order: otherwise code just compiled and code from the cache could differ
# in the last digit, and a run would not repeat to the byte.
FUSE = {"contract", "nsz"}


def compiled(function: Callable[..., Any]) -> Any:
    """The function as machine code that is kept on disk; where no folder can be written, it is made anew each time."""
    return _compiled(function, forceinline=False)


def inlined(function: Callable[..., Any]) -> Any:
    """The same, made part of every caller, so that rows it is called with are constants to the compiler."""
    return _compiled(function, forceinline=True)


def _compiled(function: Callable[..., Any], **kind: bool) -> Any:
    options: dict[str, Any] = {"nogil": True, "fastmath": FUSE, "error_model": "numpy", **kind}
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError:  # numba finds no place for its cache
        return numba.njit(**options)(function)
