"""What this server serves: a file that everybody may look at, a workspace, or a demonstration of one."""

import atexit
import shutil
import sys
import tempfile
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

import streamlit as st

from prioritizer.services.demonstration import demonstrate
from prioritizer.services.loading import scenario_files

FILES = (".yaml", ".yml")


class Kind(Enum):
    """What is served."""

    FILE = auto()
    WORKSPACE = auto()
    DEMONSTRATION = auto()


@dataclass(frozen=True)
class Served:
    """What is served, and where it lies."""

    kind: Kind
    path: Path

    @property
    def is_workspace(self) -> bool:
        """Whether people work in it, with roles."""
        return self.kind is not Kind.FILE


def served(example: Path) -> Served:
    """What the command line names: a scenario or company file, or a workspace; without any the demonstration."""
    given = sys.argv[1:]
    if not given:
        return Served(Kind.DEMONSTRATION, demonstration(str(example)))
    path = Path(given[0])
    return Served(Kind.FILE if path.suffix.lower() in FILES else Kind.WORKSPACE, path)


@st.cache_resource(show_spinner=False)
def demonstration(example: str) -> Path:
    """A workspace of the example company, made anew for this server and gone when it ends."""
    folder = Path(tempfile.mkdtemp(prefix="prioritizer-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "demonstration.db"
    demonstrate(path, [file.path for file in scenario_files(example)])
    return path
