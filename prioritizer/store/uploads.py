"""Files as a browser hands them over: a name, which is only a label, and bytes.

All of them count as lying in one folder, and nothing else does: a file that names another one finds it among the
uploads by the last part of its path, or not at all. No name is ever used as a path, and no upload touches the disk.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from prioritizer.domain.record import LONGEST_NAME, same_name
from prioritizer.errors import Complaint, InputError, shorten
from prioritizer.language import _
from prioritizer.store.files import FileKind, kind_of
from prioritizer.store.folders import Reference
from prioritizer.store.strict_yaml import Document, decoded, parse_yaml
from prioritizer.store.tables import LARGEST_FILE

MOST_FILES = 20  # a scenario, those it extends, a company, and a list from each department: more is a mistake
ENDINGS = (".yaml", ".yml", ".csv", ".xlsx")

_SEPARATORS = re.compile(r"[/\\]")

Files = Mapping[str, bytes] | Sequence[tuple[str, bytes]]


def label(name: str) -> str:
    """The last part of a name, without what nobody sees: control characters, and those that turn the text around."""
    last = _SEPARATORS.split(name)[-1]
    shown = "".join(char if char.isprintable() else " " if char.isspace() else "" for char in last)
    return " ".join(shown.split())


@dataclass(frozen=True)
class Uploads:
    """Uploaded files as a folder, by what their labels are compared by; `faults` are those that are not in it, and why.

    `asked` fills with the files that others turned out to name.
    """

    files: Mapping[str, tuple[Path, bytes]]
    faults: tuple[Complaint, ...] = ()
    asked: set[Path] = field(default_factory=set)

    @classmethod
    def of(cls, given: Files) -> "Uploads":
        """The folder of some files. Raises InputError where there are too many of them to look at."""
        pairs = list(given.items()) if isinstance(given, Mapping) else list(given)
        if len(pairs) > MOST_FILES:
            rule = _("{count} files are too many").format(count=len(pairs))
            raise InputError([Complaint(rule, _("Upload at most {most} at once.").format(most=MOST_FILES))])
        files: dict[str, tuple[Path, bytes]] = {}
        faults = []
        for name, data in pairs:
            shown = label(name)
            if fault := _fault(shown, data, files):
                faults.append(fault)
            else:
                files[same_name(shown)] = (Path(shown), bytes(data))
        return cls(files, tuple(faults))

    @property
    def paths(self) -> list[Path]:
        """The labels of the files, in the order in which they came; paths in type only."""
        return [path for path, _data in self.files.values()]

    def named(self, path: str) -> Path | None:
        """The upload that a path, written in a file on any system, means."""
        found = self.files.get(same_name(label(path)))
        return found[0] if found else None

    def find(self, reference: Reference) -> Path:
        found = self.named(reference.path)
        if found is None:
            raise InputError([_not_uploaded(reference)])
        self.asked.add(found)
        return found

    def initiatives(self, named: Sequence[Reference]) -> Sequence[Path]:
        """Where none of them was uploaded, the initiative files that were."""
        if not any(self.named(reference.path) for reference in named):
            stand_in = [path for path in self.paths if kind_of(path, self) is FileKind.INITIATIVES]
            self.asked.update(stand_in)
            if stand_in:
                return stand_in
        if missing := [_not_uploaded(reference) for reference in named if not self.named(reference.path)]:
            raise InputError(missing)
        return [self.find(reference) for reference in named]

    def document(self, path: Path) -> Document:
        return parse_yaml(decoded(self.contents(path), str(path)), str(path))

    def contents(self, path: Path) -> bytes:
        return self.files[same_name(str(path))][1]


def _fault(shown: str, data: bytes, before: Iterable[str]) -> Complaint | None:
    """Why a file is not read at all, if so."""
    file = shorten(shown) or _("file without a name")
    if len(shown) > LONGEST_NAME:
        rule = _("the name is {count} characters long").format(count=len(shown))
        return Complaint(rule, _("Rename the file: at most {most} characters.").format(most=LONGEST_NAME), file)
    if not shown.lower().endswith(ENDINGS) or not Path(shown).suffix:
        remedy = _("Save a spreadsheet as .xlsx or .csv; company and scenario files end in .yaml.")
        return Complaint(_("is of a type that is not read here"), remedy, file)
    if same_name(shown) in before:
        return Complaint(_("was uploaded twice"), _("Keep one of the two, or rename it."), file)
    if len(data) > LARGEST_FILE:
        remedy = _("Give a file of at most {size} MB.").format(size=LARGEST_FILE // 1_000_000)
        return Complaint(_("is too large"), remedy, file)
    if not data:
        return Complaint(_("is empty"), _("Upload the file again, or leave it out."), file)
    return None


def _not_uploaded(reference: Reference) -> Complaint:
    wanted = shorten(label(reference.path) or reference.path)
    remedy = _("Upload {name} together with {file}.").format(name=wanted, file=shorten(str(reference.file)))
    rule, file = _("was not uploaded"), str(reference.file)
    return Complaint(rule, remedy, file, reference.line, reference.key, reference.name)
