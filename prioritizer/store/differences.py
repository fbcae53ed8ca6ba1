"""A scenario's differences made of a company and its initiatives, wherever they come from."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from prioritizer.domain.changes import EACH, apply, reaches
from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.record import nearest
from prioritizer.domain.scenarios import Change, Differences, Scenario, check
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.store.complaints import collect, in_file


def scenario_of(
    company: Company, initiatives: tuple[Initiative, ...], chain: Sequence[tuple[Differences, str]]
) -> Scenario:
    """A company and its initiatives after the differences of scenarios, the base first, each with where it is from.

    What a scenario says of an initiative that one before it has left out is passed over: whoever takes one off a shared
    base need not first know what every scenario says of it. Only to include it again is refused.

    Raises InputError where they do not fit, with every complaint about the first that does not.
    """
    everyone = {initiative.id for initiative in initiatives}
    for differences, file in chain:
        gone = everyone - {initiative.id for initiative in initiatives}
        company, initiatives = _differ(company, initiatives, _but_for(differences, gone), file)
    return Scenario(name=chain[-1][0].name, company=company, initiatives=initiatives)


def _but_for(differences: Differences, gone: set[str]) -> Differences:
    """Differences without what they exclude or change of initiatives that are gone already."""
    changed = {id_: changes for id_, changes in differences.change_initiatives.items() if id_ not in gone}
    excluded = tuple(id_ for id_ in differences.exclude if id_ not in gone)
    return differences.model_copy(update={"change_initiatives": changed, "exclude": excluded})


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
        raise InputError(in_file(error.complaints, file)) from None
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
