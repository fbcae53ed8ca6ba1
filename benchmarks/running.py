"""The application as a server of its own, for benchmarks, browser tests and screenshots."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PATIENCE = 60  # seconds until it must answer: the first on a machine compiles the engine


class Running(NamedTuple):
    """A server that answers: its address, and its process."""

    address: str
    process: int


@contextmanager
def running(scenario: Path | None = None, *more: str, port: int | None = None) -> Iterator[Running]:
    """The application on a file or workspace, or on the example, on a port of its own; it ends with the context.

    Args:
        more: further options of the server.
        port: where it listens; one that nobody listens on where none is given.
    """
    port = port or free_port()
    given = ["--", str(scenario)] if scenario else []
    options = [f"--server.port={port}", "--server.headless=true", *more]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *options, *given]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        yield Running(address, server.pid)
    finally:
        server.terminate()
        server.wait(10)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError("the server ended")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")
