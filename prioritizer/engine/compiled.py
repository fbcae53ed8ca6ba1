"""How the engine's loops become machine code: quietly, once per machine, without holding the interpreter."""

from collections.abc import Callable
from typing import Any

import numba

# Sums may be taken in any order and multiply-adds fused; infinities and not-a-numbers keep their meaning.
REORDER = {"reassoc", "contract", "nsz"}


def compiled(function: Callable[..., Any]) -> Any:
    """The function as machine code that is kept on disk; where no folder can be written, it is made anew each time."""
    return _compiled(function, forceinline=False)


def inlined(function: Callable[..., Any]) -> Any:
    """The same, made part of every caller, so that rows it is called with are constants to the compiler."""
    return _compiled(function, forceinline=True)


def _compiled(function: Callable[..., Any], **kind: bool) -> Any:
    options: dict[str, Any] = {"nogil": True, "fastmath": REORDER, "error_model": "numpy", **kind}
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError:  # numba finds no place for its cache
        return numba.njit(**options)(function)
