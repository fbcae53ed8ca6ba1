"""Where files lie: how one finds the others that it names, and how each is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from prioritizer.store.strict_yaml import Document, read_yaml
from prioritizer.store.tables import contents


@dataclass(frozen=True)
class Reference:
    """Another file, as a file names it. `key` and `line` say where; `ending` is what is left out there."""

    file: Path
    key: str
    name: str
    line: int | None = None
    ending: str = ""

    @property
    def path(self) -> str:
        return self.name + self.ending


class Folder(Protocol):
    """Where files are looked up and read; `Disk` for paths, `store/uploads.py` for files that were uploaded."""

    def find(self, reference: Reference) -> Path:
        """The file that another one names. Raises InputError where it may not be read from there."""

    def initiatives(self, named: Sequence[Reference]) -> Sequence[Path]:
        """The initiative files of a company that names these."""

    def document(self, path: Path) -> Document:
        """A YAML file's content. Raises InputError with every complaint."""

    def contents(self, path: Path) -> bytes:
        """A file's bytes. Raises InputError where it cannot be read."""


class Disk:
    """Files on a disk: a path in a file is relative to that file."""

    def find(self, reference: Reference) -> Path:
        return reference.file.parent / reference.path

    def initiatives(self, named: Sequence[Reference]) -> Sequence[Path]:
        return [self.find(reference) for reference in named]

    def document(self, path: Path) -> Document:
        return read_yaml(path)

    def contents(self, path: Path) -> bytes:
        return contents(path)


DISK = Disk()
