"""What changed since the list was published last."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from prioritizer.domain.company import Company
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.results import Ranking
from prioritizer.domain.scenarios import Scenario
from prioritizer.domain.since_published import Moved, Named, SincePublished
from prioritizer.services.access import Action, require
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.people import person_of
from prioritizer.services.shared import Published, SharedList, list_in, published_in
from prioritizer.store.workspace import Workspace

NOT_FIGURES = {"name", "description", "owner", "requires", "excludes", "mandatory"}


def since_published(
    path: Path, who: str, planned: Collection[str] | None = None, evaluated: Callable[[Scenario], Evaluation] = evaluate
) -> SincePublished | None:
    """The list as it is now beside the one that was published last; None where none was. Raises NotAllowed.

    Args:
        planned: ids of what a plan would fund; None where there is no plan.
        evaluated: how a list is evaluated; both are.
    """
    with Workspace(path).reading() as contents:
        require(person_of(contents, who), Action.READ_SUBMITTED)
        then = published_in(contents)
        if then is None:
            return None
        now = list_in(contents)
    moved = () if then.shared.origin.run == now.origin.run else _moved(*_ranks(then, now, evaluated))
    before, after = _initiatives(then.shared.scenario), _initiatives(now.scenario)
    funded = {id_ for id_ in after if now.standings[id_].funded}
    plan = funded if planned is None else set(planned)
    return SincePublished(
        decision=then.decision.id,
        at=then.decision.at,
        new=tuple(_named(one) for id_, one in after.items() if id_ not in before),
        gone=tuple(_named(one) for id_, one in before.items() if id_ not in after),
        changed=tuple(
            _named(one) for id_, one in after.items() if id_ in before and _figures(one) != _figures(before[id_])
        ),
        moved=moved,
        planned_only=tuple(_named(after[id_]) for id_ in after if id_ in plan and id_ not in funded),
        funded_only=tuple(_named(after[id_]) for id_ in after if id_ in funded and id_ not in plan),
        assumptions_changed=_assumptions(then.shared.scenario.company) != _assumptions(now.scenario.company),
        budgets_changed=then.shared.scenario.company.budget != now.scenario.company.budget,
    )


def _initiatives(scenario: Scenario) -> dict[str, Initiative]:
    return {one.id: one for one in scenario.initiatives}


def _named(one: Initiative) -> Named:
    return Named(id=one.id, name=one.name)


def _figures(one: Initiative) -> Mapping[str, object]:
    """What counts of an initiative: all but what it is called, its links and whether it must be done."""
    return one.model_dump(exclude=NOT_FIGURES)


def _assumptions(company: Company) -> Mapping[str, object]:
    return company.model_dump(exclude={"budget", "initiatives"})


def _ranks(then: Published, now: SharedList, evaluated: Callable[[Scenario], Evaluation]) -> tuple[Ranking, Ranking]:
    return evaluated(then.shared.scenario).ranking, evaluated(now.scenario).ranking


def _moved(then: Ranking, now: Ranking) -> tuple[Moved, ...]:
    """What passed others or was passed, the farthest first."""
    stayed = {row.id for row in then.initiatives} & {row.id for row in now.initiatives}
    before = [row.id for row in then.initiatives if row.id in stayed]
    after = [row for row in now.initiatives if row.id in stayed]
    moved = [
        Moved(id=row.id, name=row.name, places=before.index(row.id) - place)
        for place, row in enumerate(after)
        if before.index(row.id) != place
    ]
    return tuple(sorted(moved, key=lambda one: -abs(one.places)))
