"""Who sees which scenario of a workspace, what each rests on, and which the shared list rests on."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain as one_after_another
from itertools import count

from prioritizer.domain.people import Person
from prioritizer.domain.record import nearest, same_name
from prioritizer.domain.scenario_states import ScenarioState
from prioritizer.domain.scenarios import Differences
from prioritizer.domain.workspace import Version
from prioritizer.errors import Complaint, InputError, UnknownName
from prioritizer.language import _
from prioritizer.store.workspace import Contents


def sees(person: Person, state: ScenarioState) -> bool:
    """Whether somebody who may read what is submitted sees a scenario."""
    return state.shared or state.author == person.id


def seen_scenarios(contents: Contents, person: Person) -> tuple[Version[Differences], ...]:
    """The scenarios that somebody sees, archived or not, in the order in which each was first saved."""
    states = contents.scenario_states()
    return tuple(version for version in contents.scenarios() if sees(person, states[version.id].content))


def require_seen(contents: Contents, id_: str, person: Person, place: str = "") -> Version[Differences]:
    """A scenario that somebody sees. Raises UnknownName in the same words for one that is private and for none."""
    seen = {version.id: version for version in seen_scenarios(contents, person)}
    if id_ not in seen:
        raise UnknownName([replace(_unknown(id_, seen), place=place)])
    return seen[id_]


def chain_of(contents: Contents, scenario: str | None) -> list[Version[Differences]]:
    """A scenario and those that it extends, the base first; the base alone where none is named, if there is one."""
    versions = contents.scenarios()
    if scenario is None:
        states = contents.scenario_states()
        roots = [one for one in versions if one.content.extends is None and not states[one.id].content.author]
        return roots[:1]
    known = {version.id: version for version in versions}
    if scenario not in known:
        raise UnknownName([_unknown(scenario, known)])
    chain: list[Version[Differences]] = []
    wanted: str | None = scenario
    while wanted is not None and wanted in known and len(chain) < len(known):
        chain.insert(0, known[wanted])
        wanted = known[wanted].content.extends
    return chain


def is_base(contents: Contents, id_: str) -> bool:
    """Whether the shared list rests on this scenario."""
    return id_ in [version.id for version in chain_of(contents, None)]


def require_foundation(
    contents: Contents, id_: str, differences: Differences, state: ScenarioState, person: Person
) -> None:
    """Refuse a scenario that rests on what not all who see it see, or on itself. Raises InputError."""
    if differences.extends is None:
        return
    if is_base(contents, id_):
        remedy = _("Leave extends out: the shared list rests on this scenario.")
        raise InputError([Complaint(_("cannot be extended by the base"), remedy, place="extends")])
    require_seen(contents, differences.extends, person, place="extends")
    chain = chain_of(contents, differences.extends)
    if id_ in [version.id for version in chain]:
        circle = " → ".join([id_, *(version.id for version in reversed(chain))])
        remedy = _("Let it extend another scenario.")
        raise InputError([Complaint(_("is a circle"), remedy, place="extends", value=circle)])
    if state.shared:
        require_shared(contents, chain)


def require_shared(contents: Contents, chain: Sequence[Version[Differences]]) -> None:
    """Refuse to let something shared rest on what is private. Raises InputError that names the first to be shared."""
    states = contents.scenario_states()
    if private := [version.content.name for version in chain if not states[version.id].content.shared]:
        remedy = _("Share “{name}” first.").format(name=private[0])
        raise InputError([Complaint(_("is private, and this rests on it"), remedy, place="extends", value=private[0])])


def beside_private(contents: Contents, id_: str) -> str:
    """An id for what comes from files: its own, or with a number behind it where somebody's private one has it.

    The same file gets the same id every time, so that it finds again what it brought in before.
    """
    private = {same_name(key) for key, state in contents.scenario_states().items() if not state.content.shared}
    names = one_after_another([id_], (f"{id_}-{number}" for number in count(2)))
    return next(name for name in names if same_name(name) not in private)


def _unknown(id_: str, known: dict[str, Version[Differences]]) -> Complaint:
    return Complaint(_("is not a scenario"), nearest(id_, known), value=id_)
