"""What a workspace takes from files and gives back to them: a company, its initiatives, and scenarios by id."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.record import Record
from prioritizer.domain.scenarios import Differences
from prioritizer.domain.workspace import scenario_id
from prioritizer.errors import Complaint, InputError, StoreError
from prioritizer.language import _
from prioritizer.store.complaints import collect
from prioritizer.store.database import PARTIAL, in_words, sync, sync_folder
from prioritizer.store.file_text import file_text, initiatives_text
from prioritizer.store.file_words import words_of
from prioritizer.store.files import FileKind, kind_of, read_alone, read_case, read_company

COMPANY_FILE = "company.yaml"
INITIATIVES_FILE = "initiatives.yaml"
SCENARIOS_FOLDER = "scenarios"


class Exchange(Record):
    """Files' content. The company has no initiatives of its own here; scenarios extend each other by id."""

    company: Company | None = None
    initiatives: tuple[Initiative, ...] = ()
    scenarios: dict[str, Differences] = {}


def read_exchange(paths: Sequence[Path]) -> Exchange:
    """What scenario and company files hold, with all that they name. Raises InputError with every complaint."""
    collect(*(partial(read_case, path) for path in paths))
    chains = [list(_chain(path)) if kind_of(path) is FileKind.SCENARIO else [path] for path in paths]
    files = dict.fromkeys(Path(os.path.normpath(path)) for chain in chains for path in chain)
    companies = [path for path in files if kind_of(path) is FileKind.COMPANY]
    if len({path.resolve() for path in companies}) > 1:
        names = ", ".join(map(str, companies))
        rule, remedy = _("different companies are named: {names}").format(names=names), _("Give files of one company.")
        raise InputError([Complaint(rule, remedy)])
    company = read_company(companies[0])
    scenarios = _by_id([path for path in files if path not in companies])
    bare = company.model_copy(update={"initiatives": ()})
    return Exchange(company=bare, initiatives=company.initiatives, scenarios=scenarios)


def _chain(path: Path) -> Iterator[Path]:
    """The company that a scenario is about, then the scenarios from the base to it."""
    differences = read_alone(path)
    assert isinstance(differences, Differences)  # it has been read as one
    if differences.extends is None:
        yield path.parent / str(differences.company)
    else:
        yield from _chain(path.parent / f"{differences.extends}.yaml")
    yield path


def _by_id(paths: Sequence[Path]) -> dict[str, Differences]:
    """Scenarios by the names of their files; what they name is where an export puts it."""
    found: dict[str, tuple[Path, Differences]] = {}
    for path in paths:
        id_ = _id(path)
        if id_ in found and found[id_][0].resolve() != path.resolve():
            rule, remedy = _("has the same name as {other}").format(other=found[id_][0]), _("Rename one of the two.")
            raise InputError([Complaint(rule, remedy, file=str(path))])
        differences = read_alone(path)
        assert isinstance(differences, Differences)
        place = (
            {"company": f"../{COMPANY_FILE}"}
            if differences.extends is None
            else {"extends": _id(path.parent / f"{differences.extends}.yaml")}
        )
        found[id_] = path, differences.model_copy(update=place)
    return {id_: differences for id_, (_path, differences) in found.items()}


def _id(path: Path) -> str:
    try:
        return scenario_id(path.stem)
    except ValueError as error:
        context = getattr(error, "context", None) or {}
        raise InputError([Complaint(context["rule"], context["remedy"], file=str(path))]) from None


def write_exchange(folder: Path, exchange: Exchange, heading: str) -> None:
    """Write a new folder with company.yaml, initiatives.yaml and scenarios/, as a whole; `heading` is its first line.

    What was written is read again and compared before it gets its name. Raises StoreError where the folder holds
    something already or cannot be written.
    """
    partial_ = folder.with_name(f"{folder.name}.{os.getpid()}{PARTIAL}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(folder, _("is there already"), _("Name a new folder: an export takes nothing's place."))
    try:
        with in_words(folder):
            for path, text in _texts(exchange, heading):
                (partial_ / path).parent.mkdir(parents=True, exist_ok=True)
                (partial_ / path).write_text(text, encoding="utf-8", newline="\n")
                sync(partial_ / path)
            _require_same(partial_, exchange)
            partial_.rename(folder)  # takes the place of an empty folder, and of nothing else
            sync_folder(folder)
    finally:
        with suppress(OSError):
            shutil.rmtree(partial_)


def _texts(exchange: Exchange, heading: str) -> Iterator[tuple[str, str]]:
    assert exchange.company is not None
    words = words_of(exchange.company)
    if exchange.initiatives:
        words["initiatives"] = INITIATIVES_FILE
        yield INITIATIVES_FILE, initiatives_text([words_of(initiative) for initiative in exchange.initiatives])
    yield COMPANY_FILE, f"# {heading}\n\n{file_text(words)}"
    for id_, differences in exchange.scenarios.items():
        yield f"{SCENARIOS_FOLDER}/{scenario_id(id_)}.yaml", file_text(words_of(differences))


def _require_same(folder: Path, exchange: Exchange) -> None:
    """A fault of the program, not of the input, where the files do not say what they should."""
    company = read_company(folder / COMPANY_FILE)
    scenarios = _by_id([folder / SCENARIOS_FOLDER / f"{id_}.yaml" for id_ in exchange.scenarios])
    bare = company.model_copy(update={"initiatives": ()})
    if Exchange(company=bare, initiatives=company.initiatives, scenarios=scenarios) != exchange:
        raise AssertionError("an export does not read back as what was exported")
