"""The one list that everybody sees: what departments submitted, with finance's figures where they were approved.

And the list as it was published with a decision, made again from the versions that were decided on.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from prioritizer.domain.company import Company
from prioritizer.domain.decisions import Decision, Listed, RunOrigin
from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.process import ON_THE_LIST, Standing, Status
from prioritizer.domain.record import Record, same_name
from prioritizer.domain.results import Estimate, Run
from prioritizer.domain.scenarios import Differences, Scenario
from prioritizer.domain.workspace import COMPANY, ItemKind, Version
from prioritizer.engine.version import MODEL_VERSION
from prioritizer.errors import InputError, StoreError
from prioritizer.language import _
from prioritizer.services.access import Action, may, require
from prioritizer.services.cases import as_scenario
from prioritizer.services.citations import as_kept
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.people import person_of
from prioritizer.services.runs import identify
from prioritizer.services.scenario_access import chain_of, require_seen, seen_scenarios
from prioritizer.services.templates import with_usual_sizes
from prioritizer.store.differences import scenario_of
from prioritizer.store.workspace import Contents, Workspace


class SharedList(Record):
    """A list of the workspace, ready to be evaluated.

    `origin` says what it is made of. `standings` says where each of its initiatives stands. `left_out` are submitted
    initiatives that are not on it because what they require is not. `claims` are those that count with finance's
    figures, as their departments submitted them, under the same scenario.
    """

    scenario: Scenario
    origin: RunOrigin
    standings: dict[str, Standing] = {}
    left_out: tuple[str, ...] = ()
    claims: dict[str, Initiative] = {}


class Published(Record):
    """A list as it was published: with the decision, who published it, when, and why."""

    shared: SharedList
    decision: Version[Decision]


class Place(Record):
    """Where an initiative stands, or would stand, on a list of `total`, by its own projected profit."""

    rank: int
    total: int
    npv: Estimate
    probability_of_loss: float | None
    cost: float


class ScenarioChoice(Record):
    """A scenario that may be looked at: its id, which names it in an address, and its name."""

    id: str
    name: str


def shared_list(path: Path, who: str, scenario: str | None = None) -> SharedList:
    """The list as it is now, under a scenario; under the base where none is named.

    Raises NotAllowed, UnknownName where the person sees no such scenario, and StoreError where there is no company yet.
    """
    with Workspace(path).reading() as contents:
        person = person_of(contents, who)
        require(person, Action.READ_SUBMITTED)
        if scenario is not None:
            require_seen(contents, scenario, person)
        return list_in(contents, scenario)


def state_of(path: Path, who: str, action: Action) -> str:
    """What tells one state of a workspace from another, for somebody who may do something. Raises NotAllowed."""
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), action)
        return contents.head()


def choices(path: Path, who: str) -> tuple[ScenarioChoice, ...]:
    """The scenarios under which somebody may look at the list: the base, what is shared, what is one's own.

    What is archived is not among them. Raises NotAllowed.
    """
    with Workspace(path).reading() as contents:
        person = person_of(contents, who)
        require(person, Action.READ_SUBMITTED)
        states = {id_: known.content for id_, known in contents.scenario_states().items()}
        seen = [version for version in seen_scenarios(contents, person) if not states[version.id].archived]
        base = [version.id for version in chain_of(contents, None)]
        seen.sort(key=lambda one: (one.id not in base, not states[one.id].shared, same_name(one.content.name)))
        return tuple(ScenarioChoice(id=version.id, name=version.content.name) for version in seen)


def may_open(path: Path, scenario: str, who: str) -> bool:
    """Whether a link may open a scenario for somebody: any that they see, archived or not. Raises NotAllowed."""
    with Workspace(path).reading() as contents:
        person = person_of(contents, who)
        require(person, Action.READ_SUBMITTED)
        return scenario in [version.id for version in seen_scenarios(contents, person)]


def published(path: Path, who: str) -> Published | None:
    """The list that was published last; None where none was. Raises NotAllowed.

    What departments said where finance's figures count is there for those who see what was submitted.
    """
    with Workspace(path).reading() as contents:
        person = person_of(contents, who)
        require(person, Action.READ_PUBLISHED)
        found = published_in(contents)
    if found is None or may(person, Action.READ_SUBMITTED):
        return found
    return found.model_copy(update={"shared": found.shared.model_copy(update={"claims": {}})})


def with_what_is_under_way(scenario: Scenario, under_way: Collection[str]) -> Scenario:
    """A scenario in which initiatives that are in delivery must be done, and start when they do."""
    fixed = tuple(
        one.model_copy(
            update={"mandatory": True, "start": one.first_start, "earliest_start": None, "latest_start": None}
        )
        if one.id in under_way
        else one
        for one in scenario.initiatives
    )
    return scenario.model_copy(update={"initiatives": fixed})


def under_way_of(standings: Mapping[str, Standing]) -> tuple[str, ...]:
    """What is in delivery, in the order of ids."""
    return tuple(sorted(id_ for id_, one in standings.items() if one.status is Status.IN_DELIVERY))


def published_at(path: Path, who: str) -> str | None:
    """When the last list was published, in UTC; None where none was. Raises NotAllowed."""
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.READ_PUBLISHED)
        decisions = contents.all(ItemKind.DECISION)
        return decisions[-1].at if decisions else None


def published_in(contents: Contents) -> Published | None:
    """The list that was published last in one state of the workspace; None where none was."""
    decisions = contents.all(ItemKind.DECISION)
    return _published(contents, decisions[-1]) if decisions else None


def list_in(contents: Contents, scenario: str | None = None) -> SharedList:
    """The list of one state of the workspace."""
    on_the_list, done = _on_the_list(contents)
    listed = _listed(on_the_list)
    chain = chain_of(contents, scenario)
    company = _company(contents)
    versions = {version.id: version.version for version in chain}
    made, left_out = _scenario(contents, company.version, listed, _with_names(chain), done)
    kept = [one for one in listed if one.id not in left_out]
    origin = _origin(made, company.version, versions, kept).model_copy(update={"done": tuple(sorted(done))})
    claims = _claims(contents, company.version, kept, _with_names(chain), done)
    return SharedList(scenario=made, origin=origin, standings=on_the_list, left_out=left_out, claims=claims)


def troubles(contents: Contents, ids: Iterable[str]) -> dict[str, InputError]:
    """Why some of these scenarios do not work on the list as it is now, by id; those that work are not there."""
    on_the_list, done = _on_the_list(contents)
    listed, company = _listed(on_the_list), _company(contents).version
    both = [listed] if listed == _as_submitted(listed) else [listed, _as_submitted(listed)]
    lists = [_ingredients(contents, company, one, done) for one in both]
    found = {}
    for id_ in ids:
        chain = _with_names(chain_of(contents, id_))
        try:
            for bare, initiatives in lists:
                _under(bare, initiatives, chain)
        except InputError as error:
            found[id_] = error
    return found


def _with_names(chain: Iterable[Version[Differences]]) -> list[tuple[Differences, str]]:
    """Scenarios with the words that complaints name them by."""
    return [(version.content, version.content.name) for version in chain]


def _on_the_list(contents: Contents) -> tuple[dict[str, Standing], frozenset[str]]:
    """Where what is on the list stands, and the ids of what is done and no longer on it."""
    standings = {id_: version.content for id_, version in contents.standings().items()}
    on_the_list = {id_: one for id_, one in standings.items() if one.status in ON_THE_LIST}
    return on_the_list, frozenset(id_ for id_, one in standings.items() if one.is_met and id_ not in on_the_list)


def _listed(on_the_list: Mapping[str, Standing]) -> list[Listed]:
    return [Listed(id=id_, version=one.version, review=one.reviewed) for id_, one in on_the_list.items()]


def _company(contents: Contents) -> Version[Company]:
    if (company := contents.company()) is None:
        remedy = _("Bring one in with prioritizer import, or with prioritizer init --from.")
        raise StoreError(contents.path, _("holds no company yet"), remedy)
    return company


def scenario_of_run(contents: Contents, origin: RunOrigin) -> Scenario:
    """What a run was made of, from the versions that were kept."""
    chain = _chain_then(contents, origin)
    return _scenario(contents, origin.company, origin.initiatives, chain, frozenset(origin.done))[0]


def run_of(scenario: Scenario) -> Run:
    """The run that the application makes of a scenario."""
    return identify(scenario, DEFAULT_DRAWS, DEFAULT_SEED, point=False)


def restricted(differences: Differences, ids: Iterable[str]) -> Differences:
    """A scenario's differences without what they say about initiatives that are not among `ids`."""
    known = set(ids)
    changed = {id_: made for id_, made in differences.change_initiatives.items() if id_ == "*" or id_ in known}
    include = None if differences.include is None else tuple(id_ for id_ in differences.include if id_ in known)
    exclude = tuple(id_ for id_ in differences.exclude if id_ in known)
    return differences.model_copy(update={"include": include, "exclude": exclude, "change_initiatives": changed})


def linked_among(initiatives: Sequence[Initiative], done: frozenset[str] = frozenset()) -> tuple[Initiative, ...]:
    """Initiatives whose prerequisites are all there, or were `done` before, with links among each other only."""
    kept = list(initiatives)
    while True:
        ids = {initiative.id for initiative in kept}
        complete = [initiative for initiative in kept if set(initiative.requires) <= ids | done]
        if len(complete) == len(kept):
            return tuple(_linked(initiative, ids) for initiative in kept)
        kept = complete


def place_of(evaluation: Evaluation, initiative: Initiative) -> Place:
    """Where an initiative stands on a list, or would stand if it were submitted as it is.

    Its profit is that of the initiative alone, on the same draws as the list's, so that it is the figure that the list
    would show. Raises InputError where it does not fit the company.
    """
    others = [row.npv.mean for row in evaluation.ranking.initiatives if row.id != initiative.id]
    company = evaluation.scenario.company
    alone = initiative.model_copy(update={"requires": (), "excludes": (), "mandatory": False})
    run = evaluation.run
    made = evaluate(
        as_scenario(company, [alone]), draws=run.draws, seed=run.seed, point=run.point, like=evaluation.inputs
    )
    row = made.ranking.initiatives[0]
    return Place(
        rank=1 + int(np.count_nonzero(np.array(others) > row.npv.mean)),
        total=len(others) + 1,
        npv=row.npv,
        probability_of_loss=row.probability_of_loss,
        cost=row.cost,
    )


def _linked(initiative: Initiative, ids: set[str]) -> Initiative:
    links = {key: tuple(id_ for id_ in getattr(initiative, key) if id_ in ids) for key in ("requires", "excludes")}
    return initiative.model_copy(update=links)


def _scenario(
    contents: Contents,
    company: int,
    listed: Sequence[Listed],
    chain: Sequence[tuple[Differences, str]],
    done: frozenset[str],
) -> tuple[Scenario, tuple[str, ...]]:
    """The scenario of some versions, and the initiatives that are left out because what they require is not there."""
    bare, kept = _ingredients(contents, company, listed, done)
    ids = [initiative.id for initiative in kept]
    return _under(bare, kept, chain), tuple(one.id for one in listed if one.id not in ids)


def _ingredients(
    contents: Contents, company: int, listed: Sequence[Listed], done: frozenset[str]
) -> tuple[Company, tuple[Initiative, ...]]:
    """A company without initiatives, and those whose prerequisites are all there."""
    known = contents.at_version(ItemKind.COMPANY, COMPANY, company)
    assert known is not None
    wanted = [_content(contents, one) for one in listed]
    return known.content.model_copy(update={"initiatives": ()}), tuple(map(as_kept, linked_among(wanted, done)))


def _under(bare: Company, initiatives: tuple[Initiative, ...], chain: Sequence[tuple[Differences, str]]) -> Scenario:
    """A company and initiatives under scenarios, the base first. Raises InputError where they do not fit."""
    if not chain:
        return as_scenario(bare, initiatives)
    ids = [initiative.id for initiative in initiatives]
    return with_usual_sizes(scenario_of(bare, initiatives, [(restricted(one, ids), file) for one, file in chain]))


def _claims(
    contents: Contents,
    company: int,
    listed: Sequence[Listed],
    chain: Sequence[tuple[Differences, str]],
    done: frozenset[str],
) -> dict[str, Initiative]:
    """What departments said of the initiatives that count with finance's figures, under the same scenario."""
    reviewed = {one.id for one in listed if _content(contents, one) != _version(contents, one)}
    if not reviewed:
        return {}
    scenario, _left_out = _scenario(contents, company, _as_submitted(listed), chain, done)
    return {one.id: one for one in scenario.initiatives if one.id in reviewed}


def _as_submitted(listed: Sequence[Listed]) -> list[Listed]:
    """The same without finance's figures."""
    return [one.model_copy(update={"review": 0}) for one in listed]


def _content(contents: Contents, listed: Listed) -> Initiative:
    """An initiative as it stands on the list: finance's figures where they count, else the department's."""
    if listed.review:
        review = contents.at_version(ItemKind.REVIEW, listed.id, listed.review)
        if review and review.content.figures:
            mandatory = _version(contents, listed).mandatory
            return review.content.figures.model_copy(update={"mandatory": mandatory})
    return _version(contents, listed)


def _version(contents: Contents, listed: Listed) -> Initiative:
    found = contents.at_version(ItemKind.INITIATIVE, listed.id, listed.version)
    assert found is not None
    return found.content


def _origin(scenario: Scenario, company: int, scenarios: Mapping[str, int], listed: Sequence[Listed]) -> RunOrigin:
    return RunOrigin(
        run=run_of(scenario).id,
        model_version=MODEL_VERSION,
        draws=DEFAULT_DRAWS,
        seed=DEFAULT_SEED,
        company=company,
        scenario=list(scenarios)[-1] if scenarios else None,
        scenarios=dict(scenarios),
        initiatives=tuple(listed),
    )


def _published(contents: Contents, decision: Version[Decision]) -> Published:
    made = contents.find(ItemKind.RUN, decision.content.run)
    assert made is not None
    origin = made.content
    chain = _chain_then(contents, origin)
    scenario, left_out = _scenario(contents, origin.company, origin.initiatives, chain, frozenset(origin.done))
    decided = decision.content
    standings = {
        one.id: Standing(
            status=Status.DECIDED if one.id in decided.funded + decided.not_funded else Status.SUBMITTED,
            version=one.version,
            reviewed=one.review,
            funded=one.id in decided.funded,
        )
        for one in origin.initiatives
    }
    claims = _claims(contents, origin.company, origin.initiatives, chain, frozenset(origin.done))
    shared = SharedList(scenario=scenario, origin=origin, standings=standings, left_out=left_out, claims=claims)
    return Published(shared=shared, decision=decision)


def _chain_then(contents: Contents, origin: RunOrigin) -> list[tuple[Differences, str]]:
    """The scenarios that a run was made of, in the versions that they had."""
    versions = [contents.at_version(ItemKind.SCENARIO, id_, number) for id_, number in origin.scenarios.items()]
    return _with_names(version for version in versions if version)
