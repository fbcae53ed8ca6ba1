"""What a person opens: uploaded files, or a file named on the command line, with the scenarios beside it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from prioritizer.domain.record import Record, same_name
from prioritizer.domain.scenarios import Differences, Scenario
from prioritizer.errors import Complaint, InputError, shorten
from prioritizer.language import _
from prioritizer.services.cases import as_scenario
from prioritizer.store.complaints import collect
from prioritizer.store.files import FileKind, kind_of, read_alone, read_any, read_case
from prioritizer.store.uploads import Files, Uploads


class Opened(Record):
    """What uploaded files hold: the scenario, the file that was opened, and the files that nothing refers to."""

    scenario: Scenario
    main: str
    unused: tuple[str, ...]


class ScenarioFile(Record):
    """A scenario file that may be opened, by the name that stands in it."""

    path: Path
    name: str


def open_uploaded(files: Files) -> Opened:
    """The scenario that uploaded files make together.

    The scenario file that no other one extends is opened; without any, the company file. A file finds those that it
    names among the uploads alone. Where none of the initiative files that the company names was uploaded, those that
    were are taken.

    Args:
        files: contents by name, or pairs of both; names as the browser gives them.

    Raises:
        InputError: every complaint about every file, each with the label of the upload.
    """
    uploads = Uploads.of(files)
    try:
        if uploads.faults:
            raise InputError(uploads.faults)
        return _opened(uploads)
    except InputError as error:
        complaints = [*error.complaints, *_faults_inside(uploads)]
        raise InputError(dict.fromkeys(complaints)) from None


def open_file(path: str | Path) -> Scenario:
    """The scenario of a company or scenario file on this machine. Raises InputError with every complaint."""
    return as_scenario(path)


def scenario_files(path: str | Path) -> tuple[ScenarioFile, ...]:
    """The scenario files in the folder of a scenario file: the given one first, the others by name.

    Those that cannot be read are left out; what they extend is not looked at. None where the given file is no scenario.
    """
    given = Path(path)
    beside = [other for other in sorted(given.parent.glob("*.yaml")) if other != given]
    first, *others = [_scenario_file(file) for file in (given, *beside)]
    if first is None:
        return ()
    known = [other for other in others if other is not None]
    return (first, *sorted(known, key=lambda file: same_name(file.name)))


def _scenario_file(path: Path) -> ScenarioFile | None:
    try:
        read = read_alone(path)
    except InputError:
        return None
    return ScenarioFile(path=path, name=read.name) if isinstance(read, Differences) else None


def _opened(uploads: Uploads) -> Opened:
    main = _main(uploads)
    try:
        scenario = as_scenario(read_case(main, uploads))
    except InputError as error:
        raise InputError(replace(said, file=said.file or str(main)) for said in error.complaints) from None
    unused = [str(path) for path in uploads.paths if path != main and path not in uploads.asked]
    return Opened(scenario=scenario, main=str(main), unused=tuple(unused))


def _main(uploads: Uploads) -> Path:
    """The file to open. Raises InputError where there is none, or more than one."""
    kinds = collect(*(partial(kind_of, path, uploads) for path in uploads.paths))
    of_kind = list(zip(uploads.paths, kinds, strict=True))
    scenarios = [path for path, kind in of_kind if kind is FileKind.SCENARIO]
    companies = [path for path, kind in of_kind if kind is FileKind.COMPANY]
    if scenarios:
        remedy = _("Upload one of them at a time, with the files that it names.")
        return _only(_heads(scenarios, uploads), _("several scenarios can be opened: {names}"), remedy)
    if companies:
        remedy = _("Upload one company at a time.")
        return _only(companies, _("several company files were uploaded: {names}"), remedy)
    remedy = _("Upload the company file together with its initiatives.")
    raise InputError([Complaint(_("no company file was uploaded"), remedy)])


def _only(paths: list[Path], rule: str, remedy: str) -> Path:
    if len(paths) > 1:
        names = ", ".join(shorten(str(path)) for path in paths)
        raise InputError([Complaint(rule.format(names=names), remedy)])
    return paths[0]


def _heads(scenarios: list[Path], uploads: Uploads) -> list[Path]:
    """The scenarios that no other one extends; where they go round in a circle, the first."""
    extended = {uploads.named(f"{other}.yaml") for path in scenarios if (other := _extends(path, uploads))}
    return [path for path in scenarios if path not in extended] or scenarios[:1]


def _extends(path: Path, uploads: Uploads) -> object:
    return uploads.document(path).content.get("extends")


def _faults_inside(uploads: Uploads) -> Iterator[Complaint]:
    """What is wrong with each file, whether another one names it or not.

    What it names is looked at only if all uploads are there: otherwise some would be missed that were refused.
    """
    read = read_alone if uploads.faults else read_any
    for path in uploads.paths:
        try:
            read(path, uploads)
        except InputError as error:
            yield from error.complaints
