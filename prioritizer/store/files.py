"""Company, initiative and scenario files → records. Everything that is wrong with them is reported at once."""

import os
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from prioritizer.domain.assumptions import all_numbers
from prioritizer.domain.changes import EACH, apply, reaches
from prioritizer.domain.company import Company
from prioritizer.domain.correlations import check_correlations
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.record import nearest
from prioritizer.domain.records import RecordsMapping
from prioritizer.domain.scenarios import Change, Differences, Scenario, check
from prioritizer.errors import Complaint, InputError, shorten
from prioritizer.language import _
from prioritizer.store.complaints import collect, read_record
from prioritizer.store.strict_yaml import Document, read_yaml

LONGEST_CHAIN = 20
SPREADSHEETS = (".csv", ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".tsv")  # all but the first two with a remedy


def read_company(path: str | Path) -> Company:
    """The company of a YAML file, with the initiatives that it names. Raises InputError with every complaint."""
    path = Path(path)
    document = read_yaml(path)
    named = document.content.pop("initiatives", None) if isinstance(document.content, dict) else None
    company, initiatives = collect(lambda: read_record(Company, document), lambda: _named_initiatives(document, named))
    if complaints := check(company, initiatives):
        file = path.parent / named if isinstance(named, str) else path
        raise InputError(_in_file(complaints, str(file)))
    try:
        check_correlations(all_numbers(company, initiatives), company.correlate)
    except InputError as error:
        raise InputError(_in_file(error.complaints, str(path))) from None
    return company.model_copy(update={"initiatives": initiatives})


def _named_initiatives(document: Document, named: object) -> tuple[Initiative, ...]:
    if named is None:
        return ()
    paths = [named] if isinstance(named, str) else named
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        rule, remedy = _("is not a path"), _("Name a file with initiatives, like initiatives.yaml, or a list of files.")
        raise InputError(
            [Complaint(rule, remedy, document.file, document.line_of(("initiatives",)), place="initiatives")]
        )
    folder = Path(document.file).parent
    listed = collect(*(partial(read_initiatives, folder / path) for path in paths))
    return tuple(initiative for initiatives in listed for initiative in initiatives)


def read_initiatives(path: str | Path) -> tuple[Initiative, ...]:
    """The initiatives of a YAML, CSV or XLSX file. Raises InputError with every complaint."""
    path = Path(path)
    if path.suffix.lower() in SPREADSHEETS:
        from prioritizer.store.submissions import read_sheet  # only here: it loads the spreadsheet reader

        return read_sheet(path)
    document = read_yaml(path)
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


def read_any(path: str | Path) -> Company | Scenario | RecordsMapping | tuple[Initiative, ...]:
    """What a file holds, whichever kind it is; told by its keys. Raises InputError with every complaint."""
    path = Path(path)
    if path.suffix.lower() in SPREADSHEETS:
        return read_initiatives(path)
    content = read_yaml(path).content
    if isinstance(content, list):
        return read_initiatives(path)
    if not isinstance(content, dict):
        rule, remedy = _("is no file of ours"), _("Give a company, initiative, scenario or mapping file.")
        raise InputError([Complaint(rule, remedy, file=str(path))])
    if "groups" in content or "horizon" in content:
        return read_company(path)
    if "score" in content and "customer" in content:
        return read_record(RecordsMapping, read_yaml(path))
    return read_scenario(path)


def read_case(path: str | Path) -> Scenario | Company:
    """The scenario or the company of a file. Raises InputError with every complaint."""
    found = read_any(path)
    if not isinstance(found, (Scenario, Company)):
        rule, remedy = _("is neither a scenario nor a company file"), _("Give one of these.")
        raise InputError([Complaint(rule, remedy, file=str(path))])
    return found


def read_scenario(path: str | Path) -> Scenario:
    """The scenario of a file, with everything it extends. Raises InputError with every complaint."""
    chain = _chain(Path(path))
    base_path, base = chain[0]
    company = read_company(Path(os.path.normpath(base_path.parent / str(base.company))))
    initiatives = company.initiatives
    for file, differences in chain:
        company, initiatives = _differ(company, initiatives, differences, str(file))
    return Scenario(name=chain[-1][1].name, company=company, initiatives=initiatives)


def _chain(path: Path) -> list[tuple[Path, Differences]]:
    """A scenario file and those it extends, the base first."""
    chain: list[tuple[Path, Differences]] = []
    while True:
        circle = os.path.abspath(path) in [os.path.abspath(known) for known, _differences in chain]
        if circle or len(chain) > LONGEST_CHAIN:
            names = " → ".join(known.stem for known, _differences in reversed(chain))
            rule = _("extends itself") if circle else _("is too long a chain of scenarios")
            remedy = _("Let the last of them name a company file instead.")
            raise InputError([Complaint(rule, remedy, file=str(path), place="extends", value=f"{names} → {path.stem}")])
        differences = read_record(Differences, read_yaml(path))
        chain.insert(0, (path, differences))
        if differences.extends is None:
            return chain
        path = path.parent / f"{differences.extends}.yaml"


def _differ(
    company: Company, initiatives: tuple[Initiative, ...], differences: Differences, file: str
) -> tuple[Company, tuple[Initiative, ...]]:
    """A company and its initiatives after one scenario's differences."""
    company_changes = list(differences.change)
    if differences.budget is not None:
        company_changes.append(Change(path=("budget",), value=differences.budget))
    try:
        company, chosen = collect(
            lambda: apply(company, company_changes),
            lambda: _chosen(_changed_initiatives(initiatives, differences), differences),
        )
        if complaints := check(company, chosen):
            raise InputError(complaints)
    except InputError as error:
        raise InputError(_in_file(error.complaints, file)) from None
    return company, chosen


def _changed_initiatives(initiatives: tuple[Initiative, ...], differences: Differences) -> tuple[Initiative, ...]:
    known = {initiative.id for initiative in initiatives}
    unknown = [id_ for id_ in differences.change_initiatives if id_ not in (EACH, *known)]
    lost = [
        change
        for change in differences.change_initiatives.get(EACH, ())
        if initiatives and not any(reaches(initiative, change) for initiative in initiatives)
    ]
    collect(
        *(partial(_refuse, _no_initiative(id_, known, "change_initiatives")) for id_ in unknown),
        *(partial(_changed, initiatives[0], (change,), EACH) for change in lost),
    )
    return tuple(collect(*(_initiative_changer(initiative, differences) for initiative in initiatives)))


def _initiative_changer(initiative: Initiative, differences: Differences) -> Any:
    for_all = differences.change_initiatives.get(EACH, ())
    wanted = differences.change_initiatives.get(initiative.id, ())

    return lambda: _changed(apply(initiative, for_all, lenient=True), wanted, initiative.id)


def _refuse(complaint: Complaint) -> None:
    raise InputError([complaint])


def _changed(initiative: Initiative, changes: Iterable[Change], label: str) -> Initiative:
    try:
        return apply(initiative, changes)
    except InputError as error:
        raise InputError(replace(said, place=f'"{label}", {said.place}') for said in error.complaints) from None


def _chosen(initiatives: tuple[Initiative, ...], differences: Differences) -> tuple[Initiative, ...]:
    known = {initiative.id for initiative in initiatives}
    wanted = known if differences.include is None else set(differences.include)
    named = [*(differences.include or ()), *differences.exclude]
    if unknown := [id_ for id_ in named if id_ not in known]:
        raise InputError([_no_initiative(id_, known, "include / exclude") for id_ in unknown])
    kept = wanted - set(differences.exclude)
    chosen = [initiative for initiative in initiatives if initiative.id in kept]
    return tuple(_without_links(initiative, known - kept) for initiative in chosen)


def _without_links(initiative: Initiative, gone: set[str]) -> Initiative:
    """Exclusions of what is not on the list any more no longer matter; a missing prerequisite still does."""
    return initiative.model_copy(update={"excludes": tuple(id_ for id_ in initiative.excludes if id_ not in gone)})


def _no_initiative(id_: str, known: set[str], place: str) -> Complaint:
    return Complaint(_("is not an initiative"), nearest(id_, sorted(known)), place=place, value=id_)


def _in_file(complaints: Iterable[Complaint], file: str) -> list[Complaint]:
    return [complaint if complaint.file else replace(complaint, file=file) for complaint in complaints]
