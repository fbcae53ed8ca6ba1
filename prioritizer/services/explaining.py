"""Why does one initiative stand where it stands? Its place, and what became of its claim."""

from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.explanations import Explanation
from prioritizer.domain.record import nearest
from prioritizer.errors import Complaint, UnknownName
from prioritizer.language import _
from prioritizer.services.cases import Case, as_scenario
from prioritizer.services.evaluation import rank
from prioritizer.services.planning import plan


def explain(
    case: Case,
    id_: str,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    point: bool = False,
    planned: bool = False,
    threads: int | None = None,
) -> Explanation:
    """One initiative of a list: its rank, and the bridge from its claim to its list value. `case` as for `rank`.

    `planned`: also find the plan, and lead the bridge of what it funds on to the attributed profit.

    Raises:
        InputError: what is given does not fit together; UnknownName: an id that no initiative has.
    """
    scenario = as_scenario(case)
    known = [one.id for one in scenario.initiatives]
    if id_ not in known:
        raise UnknownName([Complaint(_("is not an initiative"), nearest(id_, known), place="initiatives", value=id_)])
    ranking = rank(scenario, draws=draws, seed=seed, point=point, threads=threads)
    row = next(one for one in ranking.initiatives if one.id == id_)
    bridge = row.bridge
    if planned:
        made = plan(scenario, draws=draws, seed=seed, point=point, threads=threads).bridge
        bridge = next((one for one in (made.initiatives if made else ()) if one.id == id_), bridge)
    assert bridge is not None
    return Explanation(
        run=ranking.run,
        id=row.id,
        name=row.name,
        department=row.department,
        grade=row.grade,
        rank=row.rank,
        total=len(ranking.initiatives),
        bridge=bridge,
    )
