"""A workspace to try everything in: the example company, people of every role, and initiatives at every step."""

from collections.abc import Sequence
from pathlib import Path

from prioritizer.domain.decisions import Review
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.people import Role
from prioritizer.domain.process import Step
from prioritizer.domain.quantity import Kind, as_quantity
from prioritizer.domain.scenarios import Differences
from prioritizer.domain.workspace import ItemKind
from prioritizer.language import _
from prioritizer.services import decisions, people, process, reviews, scenarios, workspace
from prioritizer.services.scenario_access import chain_of
from prioritizer.services.shared import shared_list
from prioritizer.store.workspace import Workspace

ADMIN, EXECUTIVE, FINANCE, VIEWER = "irina", "elena", "andrei", "pavel"
SERVICE, SALES, IT = "vera", "sergei", "ivan"


def demonstrate(path: Path, files: Sequence[Path]) -> None:
    """Make a workspace of the example's files, in which departments, finance and executives have begun to work.

    The figures on its list are those of the files: what finance sets beside them here is not approved yet.
    """
    workspace.create(path, ADMIN, files)
    _invite(path)
    heads = {person.department: person.id for person in people.people(path).people if person.department}
    listed = [initiative.id for initiative in shared_list(path, EXECUTIVE).scenario.initiatives]
    _review(path, [id_ for id_ in listed if id_ in APPROVED_FIRST])
    _decide(path, heads)
    _review(path, [id_ for id_ in listed if id_ in APPROVED])
    for id_ in (id_ for id_ in listed if id_ in IN_REVIEW):
        _take(path, id_, Step.CLAIM, FINANCE)
    _ask(path, [id_ for id_ in listed if id_ == ASKED])
    _draft(path, heads)
    _build_scenarios(path)


APPROVED_FIRST = ("close-the-loop", "consent-register", "marketplace-sales")
APPROVED = ("keep-promises", "outage-notices", "repair-first-visit", "welcome-call", "clear-tariffs")
IN_REVIEW = ("self-service", "social-desk", "one-script")
ASKED = "one-script"
DEARER = {"pert": [2_000_000, 2_900_000, 4_700_000]}  # a third more than the example's file says


def _invite(path: Path) -> None:
    named = (
        (EXECUTIVE, "Elena Orlova", Role.EXECUTIVE, None),
        (FINANCE, "Andrei Belov", Role.FINANCE, None),
        (SERVICE, "Vera Kim", Role.DEPARTMENT_HEAD, "Customer service"),
        (SALES, "Sergei Panin", Role.DEPARTMENT_HEAD, "Sales"),
        (IT, "Ivan Ershov", Role.DEPARTMENT_HEAD, "IT"),
        (VIEWER, "Pavel Serov", Role.VIEWER, None),
    )
    for id_, name, role, department in named:
        people.add_person(path, people.new_person(id_, name, [role], department), ADMIN)
    admin = people.new_person(ADMIN, "Irina Sokolova", [Role.ADMIN], None)
    people.save_person(path, admin, 1, ADMIN)


def _take(path: Path, id_: str, step: Step, who: str, why: str = "") -> None:
    with Workspace(path).reading() as contents:
        version = contents.standing(id_).content.version
    process.take(path, id_, step, version, who, why)


def _review(path: Path, ids: Sequence[str]) -> None:
    for id_ in ids:
        _take(path, id_, Step.CLAIM, FINANCE)
        _take(path, id_, Step.APPROVE, FINANCE)


def _decide(path: Path, heads: dict[str, str]) -> None:
    """The first decision of the year; one of its initiatives is under way."""
    shared = shared_list(path, EXECUTIVE)
    funded = [id_ for id_ in APPROVED_FIRST if id_ in shared.standings]
    if not funded:
        return
    decisions.publish(path, shared.origin.run, funded[:2], "", EXECUTIVE, _("First decision of the year"))
    _take(path, funded[0], Step.START, heads["Customer service"])


def _ask(path: Path, ids: Sequence[str]) -> None:
    """Finance doubts one: it sets its own figures beside the department's and asks for changes."""
    for id_ in ids:
        with Workspace(path).reading() as contents:
            known = contents.find(ItemKind.INITIATIVE, id_)
        assert known is not None
        note = _("The offer of last spring cost a third more than planned; I count this one so.")
        figures = Review(version=known.version, figures=_dearer(known.content), note=note)
        reviews.save_review(path, id_, figures, 0, FINANCE)
        _take(path, id_, Step.ASK, FINANCE, _("Please show the vendor's offer for the one-off costs."))
        reviews.comment(path, id_, _("The offer comes next week."), SALES)
        reviews.comment(path, id_, _("I would like to see this one decided in January."), EXECUTIVE)


def _dearer(initiative: Initiative) -> Initiative:
    """The same with more one-off cost."""
    costs = initiative.costs.model_copy(update={"one_off": {0: as_quantity(DEARER, Kind.AMOUNT)}})
    return initiative.model_copy(update={"costs": costs})


def _draft(path: Path, heads: dict[str, str]) -> None:
    """Something that a department works on and nobody else sees."""
    head = heads.get("Customer service")
    with Workspace(path).reading() as contents:
        model = contents.find(ItemKind.INITIATIVE, APPROVED_FIRST[0])
    if head is None or model is None:
        return
    changed = {"id": "weekend-call-backs", "name": _("Call back at weekends too"), "mandatory": False}
    workspace.save_initiative(path, model.content.model_copy(update=changed), 0, head, _("First sketch"))


def _build_scenarios(path: Path) -> None:
    """One that finance shares with everybody, and one that only the executive sees."""
    with Workspace(path).reading() as contents:
        base = next((version.id for version in chain_of(contents, None)), None)
    if base is None:
        return
    dearer_money = {"name": _("Dearer money"), "extends": base, "change": {"discount_rate": {"add": 0.02}}}
    made = scenarios.create(path, Differences.model_validate(dearer_money), FINANCE, _("What the bank hinted at"))
    scenarios.share(path, made.id, FINANCE, _("For the budget talks"))
    costs = {"*": {"costs": {"multiply": 1.2}}}
    dearer = {"name": _("Everything a fifth dearer"), "extends": base, "change_initiatives": costs}
    scenarios.create(path, Differences.model_validate(dearer), EXECUTIVE, _("My own worry, not for the round yet"))
