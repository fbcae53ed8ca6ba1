"""What executives set for the list: budgets by fiscal year, what must be done, and what is left out."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from prioritizer.domain.history import digest_of
from prioritizer.domain.quantity import Kind, certain
from prioritizer.domain.record import Record
from prioritizer.domain.scenarios import Differences
from prioritizer.domain.typed import as_typed, number_typed
from prioritizer.domain.workspace import ItemKind
from prioritizer.errors import Complaint, InputError
from prioritizer.language import _
from prioritizer.services.access import Action, require
from prioritizer.services.people import person_of
from prioritizer.services.process import listed, require_list_holds
from prioritizer.services.scenario_access import chain_of
from prioritizer.services.workspace import save_company, save_in
from prioritizer.store.exchange import COMPANY_FILE
from prioritizer.store.workspace import Changes, Contents, Workspace

BASE = "base"  # the scenario that exclusions are written in where there is none yet


class Budgets(Record):
    """Budgets in units of currency by fiscal year: those that are set, and the years for which one may be."""

    version: int
    years: tuple[str, ...]
    amounts: dict[str, float]


class Directions(Record):
    """What must be done and what is left out, by the ids of initiatives with their names."""

    names: dict[str, str]
    must: tuple[str, ...]
    out: tuple[str, ...]

    @property
    def mark(self) -> str:
        """What tells one state of them from another."""
        return digest_of(json.dumps([self.must, self.out]))


def budgets(path: Path, who: str) -> Budgets:
    """The budgets as they are set now. Raises NotAllowed."""
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.READ_SUBMITTED)
        found = contents.company()
        if found is None:
            return Budgets(version=0, years=(), amounts={})
        company = found.content
        years = dict.fromkeys(
            str(company.fiscal_year(period)) for period in range(company.latest_start + company.horizon)
        )
        amounts = {year: budget.number for year, budget in company.budget.items()}
        return Budgets(version=found.version, years=tuple(sorted({*years, *amounts})), amounts=amounts)


def amount_text(amount: float | None) -> str:
    """An amount as one may type it; empty where there is none."""
    return "" if amount is None else as_typed(amount)


def set_budgets(path: Path, typed: Mapping[str, str], read: int, who: str, why: str = "") -> None:
    """Set the budgets as they were typed, a year without one where nothing was.

    Raises InputError with every complaint, NotAllowed, and Conflict where somebody else changed the company meanwhile.
    """
    amounts, complaints = {}, []
    for year, text in typed.items():
        try:
            if text.strip():
                amounts[year] = certain(number_typed(text), Kind.AMOUNT)
        except InputError as error:
            complaints += [Complaint(one.rule, one.remedy, place=year, value=one.value) for one in error.complaints]
        except ValueError:
            remedy = _("Give an amount from 0 on.")
            complaints.append(Complaint(_("is no budget"), remedy, place=year, value=text))
    if complaints:
        raise InputError(complaints)
    with Workspace(path).reading() as contents:
        found = contents.company()
    assert found is not None
    kept = {year: budget for year, budget in found.content.budget.items() if year not in typed}
    same = {
        year
        for year, budget in found.content.budget.items()
        if amounts.get(year) == certain(budget.number, Kind.AMOUNT)
    }
    amounts = {year: found.content.budget[year] if year in same else amount for year, amount in amounts.items()}
    company = found.content.model_copy(update={"budget": kept | amounts})
    if company != found.content:
        save_company(path, company, read, who, why)


def directions(path: Path, who: str) -> Directions:
    """What must be done and what is left out now, of all that is submitted. Raises NotAllowed."""
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.READ_SUBMITTED)
        return _directions(contents)


def direct(path: Path, must: Collection[str], out: Collection[str], mark: str, who: str, why: str = "") -> None:
    """Set what must be done and what is left out: both, or nothing; `mark` is that of the state that was looked at.

    Raises InputError where somebody has set them meanwhile or the list would not hold together, and NotAllowed.
    """
    with Workspace(path).changing(who) as changes:
        require(person_of(changes, who), Action.SET_MUST_DOS)
        known = _directions(changes)
        if known.mark != mark:
            remedy = _("Look at what is set now, then set it again. Nothing was changed.")
            raise InputError([Complaint(_("somebody has set must-dos or exclusions meanwhile"), remedy)])
        if both := set(must) & set(out):
            names = ", ".join(sorted(known.names[id_] for id_ in both))
            raise InputError([Complaint(_("is to be done and left out"), _("Choose one of the two."), value=names)])
        for id_ in known.names:
            if (id_ in must) != (id_ in known.must):
                _set_must_do(changes, id_, id_ in must, why)
        if set(out) != set(known.out):
            _leave_out(changes, [id_ for id_ in known.names if id_ in out], why)
        require_list_holds(changes)


def _directions(contents: Contents) -> Directions:
    shown = {version.id: version.content for version in listed(contents)}
    names = {id_: initiative.name for id_, initiative in shown.items()}
    must = [id_ for id_, initiative in shown.items() if initiative.mandatory]
    base = chain_of(contents, None)
    out = [id_ for id_ in base[0].content.exclude if id_ in names] if base else []
    return Directions(names=names, must=tuple(must), out=tuple(out))


def _set_must_do(changes: Changes, id_: str, must: bool, why: str) -> None:
    known = changes.find(ItemKind.INITIATIVE, id_)
    assert known is not None
    content = known.content.model_copy(update={"mandatory": must})
    save_in(changes, person_of(changes, changes.who), ItemKind.INITIATIVE, id_, content, known.version, why)


def _leave_out(changes: Changes, ids: list[str], why: str) -> None:
    person, base, company = person_of(changes, changes.who), chain_of(changes, None), changes.company()
    assert company is not None
    if not base:
        scenario = Differences(name=company.content.company, company=f"../{COMPANY_FILE}", exclude=tuple(ids))
        changes.save(ItemKind.SCENARIO, BASE, scenario, 0, why)
        return
    hidden = [id_ for id_ in base[0].content.exclude if id_ not in _directions(changes).names]  # drafts
    content = base[0].content.model_copy(update={"exclude": (*hidden, *ids)})
    save_in(changes, person, ItemKind.SCENARIO, base[0].id, content, base[0].version, why)
