"""Company, initiative and scenario files → records. Everything that is wrong with them is reported at once."""

import os
from collections.abc import Sequence
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import Any

from prioritizer.domain.assumptions import all_numbers
from prioritizer.domain.company import Company
from prioritizer.domain.correlations import check_correlations
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.record import Record
from prioritizer.domain.records import RecordsMapping
from prioritizer.domain.scenarios import Differences, Scenario, check
from prioritizer.errors import Complaint, InputError, shorten
from prioritizer.language import _
from prioritizer.store.complaints import collect, in_file, read_record
from prioritizer.store.differences import scenario_of
from prioritizer.store.folders import DISK, Folder, Reference
from prioritizer.store.strict_yaml import Document

LONGEST_CHAIN = 20
SPREADSHEETS = (".csv", ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".tsv")  # all but the first two with a remedy


class FileKind(Enum):
    """What a file may hold."""

    COMPANY = auto()
    INITIATIVES = auto()
    SCENARIO = auto()
    MAPPING = auto()


RECORDS: dict[FileKind, type[Record]] = {
    FileKind.COMPANY: Company,
    FileKind.SCENARIO: Differences,
    FileKind.MAPPING: RecordsMapping,
}


def kind_of(path: Path, folder: Folder = DISK) -> FileKind:
    """What a file holds, told by its keys. Raises InputError where it cannot be read or is no file of ours."""
    if path.suffix.lower() in SPREADSHEETS:
        return FileKind.INITIATIVES
    content = folder.document(path).content
    if isinstance(content, list):
        return FileKind.INITIATIVES
    if not isinstance(content, dict):
        rule, remedy = _("is no file of ours"), _("Give a company, initiative, scenario or mapping file.")
        raise InputError([Complaint(rule, remedy, file=str(path))])
    if "groups" in content or "horizon" in content:
        return FileKind.COMPANY
    return FileKind.MAPPING if "score" in content and "customer" in content else FileKind.SCENARIO


def read_alone(path: Path, folder: Folder = DISK) -> Record | tuple[Initiative, ...]:
    """What a file itself says, whatever kind it is; the files that it names are not looked at.

    Raises InputError with every complaint.
    """
    kind = kind_of(path, folder)
    if kind is FileKind.INITIATIVES:
        return read_initiatives(path, folder)
    document = folder.document(path)
    _take_initiatives(document)
    return read_record(RECORDS[kind], document)


def read_company(path: str | Path, folder: Folder = DISK) -> Company:
    """The company of a YAML file, with the initiatives that it names. Raises InputError with every complaint."""
    path = Path(path)
    document = folder.document(path)
    named = _take_initiatives(document)
    company, (files, initiatives) = collect(
        lambda: read_record(Company, document), lambda: _named_initiatives(document, named, folder)
    )
    if complaints := check(company, initiatives):
        raise InputError(in_file(complaints, str(files[0] if len(files) == 1 else path)))
    try:
        check_correlations(all_numbers(company, initiatives), company.correlate)
    except InputError as error:
        raise InputError(in_file(error.complaints, str(path))) from None
    return company.model_copy(update={"initiatives": initiatives})


def _take_initiatives(document: Document) -> object:
    """What a company file says under `initiatives`, which is no part of its record."""
    return document.content.pop("initiatives", None) if isinstance(document.content, dict) else None


def _named_initiatives(
    document: Document, named: object, folder: Folder
) -> tuple[Sequence[Path], tuple[Initiative, ...]]:
    """The initiative files that a company names, and the initiatives in them."""
    paths = [] if named is None else [named] if isinstance(named, str) else named
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        rule, remedy = _("is not a path"), _("Name a file with initiatives, like initiatives.yaml, or a list of files.")
        raise InputError(
            [Complaint(rule, remedy, document.file, document.line_of(("initiatives",)), place="initiatives")]
        )
    files = folder.initiatives([_reference(document, "initiatives", str(path)) for path in paths])
    listed = collect(*(partial(read_initiatives, file, folder) for file in files))
    return files, tuple(initiative for initiatives in listed for initiative in initiatives)


def read_initiatives(path: str | Path, folder: Folder = DISK) -> tuple[Initiative, ...]:
    """The initiatives of a YAML, CSV or XLSX file. Raises InputError with every complaint."""
    path = Path(path)
    if path.suffix.lower() in SPREADSHEETS:
        from prioritizer.store.submissions import read_sheet  # only here: it loads the spreadsheet reader

        return read_sheet(path, folder.contents)
    document = folder.document(path)
    if not isinstance(document.content, list) or not document.content:
        rule, remedy = _("is not a list of initiatives"), _("Begin each initiative with “- id:”; see docs/files.md.")
        raise InputError([Complaint(rule, remedy, file=document.file)])
    return tuple(collect(*(_initiative_reader(document, index) for index in range(len(document.content)))))


def _initiative_reader(document: Document, index: int) -> Any:
    content = document.content[index]
    label = (
        f'"{shorten(str(content["id"]))}"'
        if isinstance(content, dict) and content.get("id")
        else _("initiative {n}").format(n=index + 1)
    )
    return lambda: read_record(Initiative, document, (index,), label)


def read_any(path: str | Path, folder: Folder = DISK) -> Company | Scenario | RecordsMapping | tuple[Initiative, ...]:
    """What a file holds, whichever kind it is, with what it names. Raises InputError with every complaint."""
    path = Path(path)
    kind = kind_of(path, folder)
    if kind is FileKind.INITIATIVES:
        return read_initiatives(path, folder)
    if kind is FileKind.COMPANY:
        return read_company(path, folder)
    if kind is FileKind.MAPPING:
        return read_record(RecordsMapping, folder.document(path))
    return read_scenario(path, folder)


def read_case(path: str | Path, folder: Folder = DISK) -> Scenario | Company:
    """The scenario or the company of a file. Raises InputError with every complaint."""
    found = read_any(path, folder)
    if not isinstance(found, (Scenario, Company)):
        rule, remedy = _("is neither a scenario nor a company file"), _("Give one of these.")
        raise InputError([Complaint(rule, remedy, file=str(path))])
    return found


def read_scenario(path: str | Path, folder: Folder = DISK) -> Scenario:
    """The scenario of a file, with everything it extends. Raises InputError with every complaint."""
    chain = _chain(Path(path), folder)
    document, base = chain[0]
    named = folder.find(_reference(document, "company", str(base.company)))
    company = read_company(os.path.normpath(named), folder)
    named_chain = [(differences, document.file) for document, differences in chain]
    return scenario_of(company, company.initiatives, named_chain)


def _chain(path: Path, folder: Folder) -> list[tuple[Document, Differences]]:
    """A scenario file and those it extends, the base first."""
    chain: list[tuple[Document, Differences]] = []
    while True:
        circle = os.path.abspath(path) in [os.path.abspath(known.file) for known, _differences in chain]
        if circle or len(chain) > LONGEST_CHAIN:
            names = " → ".join(Path(known.file).stem for known, _differences in reversed(chain))
            rule = _("extends itself") if circle else _("is too long a chain of scenarios")
            remedy = _("Let the last of them name a company file instead.")
            raise InputError([Complaint(rule, remedy, file=str(path), place="extends", value=f"{names} → {path.stem}")])
        document = folder.document(path)
        differences = read_record(Differences, document)
        chain.insert(0, (document, differences))
        if differences.extends is None:
            return chain
        path = folder.find(_reference(document, "extends", differences.extends, ending=".yaml"))


def _reference(document: Document, key: str, name: str, ending: str = "") -> Reference:
    return Reference(Path(document.file), key, name, document.line_of((key,)), ending)
