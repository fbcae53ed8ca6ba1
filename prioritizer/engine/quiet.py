"""Silence for a solver that writes to the standard output of the process, past Python.

HiGHS, as scipy brings it, prints a line of its own for some programs, whatever its options say; it would stand in the
middle of what a command prints.
"""

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_ONE_AT_A_TIME = threading.Lock()
STANDARD_OUTPUT = 1


@contextmanager
def quiet() -> Iterator[None]:
    """What is written to the standard output inside goes nowhere. One thread at a time."""
    with _ONE_AT_A_TIME:
        try:
            kept = os.dup(STANDARD_OUTPUT)
        except OSError:  # there is none
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            _flush()
            os.dup2(nowhere, STANDARD_OUTPUT)
            yield
        finally:
            _flush()  # what the solver has written is still in its buffer
            os.dup2(kept, STANDARD_OUTPUT)
            os.close(kept)
            os.close(nowhere)


def _flush() -> None:
    """Empty the buffers of the C library."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).fflush(None)
