"""What is open in a browser's session, and what was computed for it; shared between sessions where it is the same."""

import gc
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from prioritizer.domain.decisions import Decision
from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.initiatives import Initiative
from prioritizer.domain.people import Person
from prioritizer.domain.process import Standing
from prioritizer.domain.scenarios import Scenario
from prioritizer.domain.whatif import WhatIf
from prioritizer.domain.workspace import Version
from prioritizer.errors import NotAllowed, NothingThere
from prioritizer.language import _, asked_for
from prioritizer.services import shared, submitting
from prioritizer.services.access import Action, may
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.loading import open_file, scenario_files
from prioritizer.services.people import people
from prioritizer.services.runs import identify, require_memory
from prioritizer.services.shared import ScenarioChoice, SharedList
from prioritizer.services.what_if import Outcome, outcome_of
from prioritizer.ui.person import person_in_address, present
from prioritizer.ui.run import once
from prioritizer.ui.served import Served

EVALUATIONS = 4  # kept at once, with their draws
LARGEST = 30_000_000  # draws of one evaluation, in numbers: 240 MB; the reference size has a third of it
OUTCOMES = 512  # lists of what-ifs, without draws

_OPENED, _SERVED, _LAST_OUTCOME, _WANTED, _KEY, _PAGES = ("opened", "served", "last-outcome", "wanted", "key", "pages")
_SCENARIO, _WHICH = "scenario-chosen", "list-chosen"  # what was chosen in a workspace, over a change of the page
_ADDRESS = "scenario"  # the key in the address that names the scenario
_LIST = "list"  # the key in the address that says which list of the workspace is looked at
PUBLISHED = "published"


@dataclass(frozen=True)
class Opened:
    """What a session looks at: a scenario, and the word that names it in the address; None where it was uploaded.

    In a workspace `standings` says where each initiative stands, `left_out` which are off the list because what they
    require is, `claims` are those that count with finance's figures, as their departments submitted them, and
    `decision` is the one with which the list was published; None where it is the list as it is now.
    """

    scenario: Scenario
    id: str | None
    standings: dict[str, Standing]
    decision: Version[Decision] | None = None
    left_out: tuple[str, ...] = ()
    claims: dict[str, Initiative] = field(default_factory=dict)


def begin(what: Served) -> None:
    """Remember what is served."""
    st.session_state.setdefault(_SERVED, what)


def here() -> Served:
    """What is served."""
    return st.session_state[_SERVED]


def workspace() -> Path:
    """The file of the workspace in which people work here."""
    return here().path


def person() -> Person:
    """Who is here, as the workspace knows them now. Raises NotAllowed where nobody is."""
    if (found := somebody()) is None:
        raise NotAllowed(_("You are signed out. Reload the page to sign in again."))
    return found


def somebody() -> Person | None:
    """Who is here, if anybody: files are looked at by nobody in particular."""
    return once("somebody", lambda: present(here()))


def require_somebody() -> None:
    """Raise NotAllowed where a workspace is served, and nobody is signed in to it any more."""
    if _SERVED in st.session_state and here().is_workspace:
        person()


def head() -> str:
    """The head of the history, where a list of a workspace is looked at; else empty."""
    if not here().is_workspace or is_uploaded():
        return ""
    return shared.state_of(workspace(), person().id, Action.READ_PUBLISHED)


def name_of(id_: str) -> str:
    """What somebody is called."""
    known = once("names", lambda: {one.id: one.name for one in people(workspace()).people})
    return known.get(id_, id_)


def opened() -> Opened:
    """What is open. Raises InputError with every complaint about a file that is to be opened and cannot be."""
    if here().is_workspace and not is_uploaded():
        return once(f"opened {list_shown()} {_scenario_asked_for()}", _from_workspace)
    wanted = st.session_state.pop(_WANTED, None)
    known = st.session_state.get(_OPENED)
    if wanted is not None or known is None:
        known = _from_file(wanted or _asked_for())
        st.session_state[_OPENED] = known
    return known


def under_way() -> tuple[str, ...]:
    """What of the list is in delivery; nothing where files are looked at."""
    is_list = _SERVED in st.session_state and here().is_workspace and not is_uploaded()
    return shared.under_way_of(opened().standings) if is_list else ()


def is_uploaded() -> bool:
    """Whether something is looked at that was uploaded, and that nobody else sees."""
    known = st.session_state.get(_OPENED)
    return known is not None and known.id is None


def fall_back() -> bool:
    """After something that cannot be opened: stay with what was open, in a workspace go to the base. Whether it can."""
    if here().is_workspace:
        st.session_state.pop(_SCENARIO, None)
        st.query_params.pop(_ADDRESS, None)
    return here().is_workspace or _OPENED in st.session_state


def is_open(id_: str) -> bool:
    """Whether a scenario is the one that is open, as far as one could be opened."""
    if here().is_workspace and not is_uploaded():
        return id_ == opened().id
    known = st.session_state.get(_OPENED)
    return known is not None and known.id == id_


def link_to(initiative: str) -> str | None:
    """The address that opens an initiative on the list; None where what is open was uploaded."""
    return links()(initiative)


def links() -> Callable[[str], str | None]:
    """The addresses of many initiatives, as `link_to` gives them."""
    named = _named()
    return lambda id_: None if named is None else address_of("list", initiative=id_, **named)


def named_scenario() -> dict[str, str]:
    """What names the scenario in an address where files are looked at; the pages of a workspace share one."""
    return {} if here().is_workspace else _named() or {}


def remember_pages(pages: dict[str, Any]) -> None:
    """Remember the pages by their addresses, so that one can lead to another."""
    st.session_state[_PAGES] = pages


def address_of(page: str, **query: str) -> str:
    """The address of a page, for links that open it in a window of its own."""
    named = {**query, **person_in_address()}
    return f"/{page}{'?' if named else ''}{urlencode(named)}"


def link(page: str, **query: str) -> str:
    """The address of a page; empty where the person who is here does not see it."""
    known = st.session_state.get(_PAGES, {}).get(page)
    return address_of(page, **query) if known is not None and known.visibility != "hidden" else ""


def way_to(page: str, **query: str) -> str:
    """The address of a page about what is open; empty where it cannot be named or the person does not see the page."""
    named = _named()
    return "" if named is None else link(page, **query, **named)


def turn_to(page: str, **query: str) -> None:
    """Leave the page for another."""
    st.switch_page(st.session_state[_PAGES][page], query_params=query or None)


def turn_to_the_list(initiative: str | None = None) -> None:
    """Leave the page for the list, with an initiative beside it if one is given."""
    turn_to("list", **({"initiative": initiative} if initiative else {}))


def keep_address() -> None:
    """Let the address name the scenario and the list that are open, so that a link opens them again.

    What a link opened stays open over a change of the page, as what was chosen does.
    """
    named = _named() or {}
    for key, chosen in ((_ADDRESS, _SCENARIO), (_LIST, _WHICH)):
        if key in named:
            st.query_params[key] = named[key]
            st.session_state[chosen] = named[key]
        else:
            st.query_params.pop(key, None)


def choices() -> tuple[ScenarioChoice, ...]:
    """The scenarios that may be opened, the one first with which a session begins."""
    if not here().is_workspace:
        files = _scenario_files(str(here().path))
        return tuple(ScenarioChoice(id=file.path.stem, name=file.name) for file in files)
    return once("choices", _choices)


def _choices() -> tuple[ScenarioChoice, ...]:
    who = person()
    if not may(who, Action.READ_SUBMITTED):
        return ()
    return shared.choices(workspace(), who.id)


def scenario_of(id_: str) -> Scenario:
    """The list under any of the scenarios that may be opened. Raises InputError with every complaint."""
    if not here().is_workspace:
        return _from_file(id_).scenario
    who = person()
    state = shared.state_of(workspace(), who.id, Action.READ_SUBMITTED)
    return _shared(str(workspace()), state, id_, who.id).scenario


def choose(id_: str) -> None:
    """Open another scenario at the next look; what is open stays until it has been read."""
    if here().is_workspace:
        st.session_state.pop(_OPENED, None)
        st.session_state[_SCENARIO] = id_
        st.query_params.pop(_ADDRESS, None)
        look_at_list("")
    else:
        st.session_state[_WANTED] = id_


def look_at(scenario: Scenario) -> None:
    """Open an uploaded scenario."""
    st.session_state[_OPENED] = Opened(scenario, None, {})


def forget_what_was_chosen() -> None:
    """Somebody else is here now, and begins with nothing chosen."""
    for chosen in (_SCENARIO, _WHICH):
        st.session_state.pop(chosen, None)


def read_again() -> None:
    """Read the files anew; what was uploaded stays open."""
    _read.clear()
    _scenario_files.clear()
    known = st.session_state.get(_OPENED)
    if known is not None and known.id is not None:
        st.session_state[_WANTED] = known.id


def lists() -> tuple[str, ...]:
    """Which lists of the workspace somebody may look at: the one as it is now (""), and the published one."""
    found: list[str] = []
    who = person()
    if may(who, Action.READ_SUBMITTED):
        found.append("")
    if may(who, Action.READ_PUBLISHED) and published_at():
        found.append(PUBLISHED)
    return tuple(found)


def published_at() -> str | None:
    """When the last list was published, in UTC; None where none was."""
    return once("published at", lambda: shared.published_at(workspace(), person().id))


def list_shown() -> str:
    """Which of them is asked for."""
    wanted = st.query_params.get(_LIST) or st.session_state.get(_WHICH)
    return PUBLISHED if wanted == PUBLISHED else ""


def look_at_list(which: str) -> None:
    """Look at another list of the workspace."""
    st.session_state.pop(_OPENED, None)
    st.session_state[_WHICH] = which
    st.query_params.pop(_LIST, None)


def evaluation() -> Evaluation:
    """The list of what is open, with its draws. Raises InputError with every complaint."""
    return evaluation_of(opened().scenario)


def evaluation_of(scenario: Scenario) -> Evaluation:
    """The list of a scenario, with its draws."""
    require_memory(scenario, DEFAULT_DRAWS, LARGEST)
    return _evaluate(key_of(scenario), scenario)


def shared_evaluation() -> Evaluation:
    """The list that everybody works on as it is now, whatever is looked at."""
    return evaluation_of(shared_list().scenario)


def shared_list() -> SharedList:
    """The list that everybody works on as it is now, under the base scenario."""
    return once("shared", _shared_now)


def _shared_now() -> SharedList:
    who = person()
    state = shared.state_of(workspace(), who.id, Action.READ_SUBMITTED)
    return _shared(str(workspace()), state, "", who.id)


def submitted() -> tuple[Initiative, ...]:
    """What was ever submitted to the workspace, with which claims are compared."""
    who = person()
    state = shared.state_of(workspace(), who.id, Action.READ_SUBMITTED)
    return _submitted(str(workspace()), state, who.id)


def outcome(base: Evaluation, what_if: WhatIf) -> Outcome:
    """The list under a what-if. Raises InputError where it does not fit."""
    found = _outcome(
        key_of(base.scenario), what_if.model_dump_json(), base, what_if, st.session_state.get(_LAST_OUTCOME)
    )
    st.session_state[_LAST_OUTCOME] = found
    return found


def key_of(scenario: Scenario) -> str:
    """What an evaluation is kept under: its run, and the words that the run's identity leaves out but pages show."""
    known = st.session_state.get(_KEY)
    if known is None or known[0] is not scenario:
        run = identify(scenario, DEFAULT_DRAWS, DEFAULT_SEED, point=False)
        known = (scenario, json.dumps([asked_for(), run.id, scenario.name, list(scenario.company.groups)]))
        st.session_state[_KEY] = known
    return known[1]


def _named() -> dict[str, str] | None:
    """What the address says about what is open; None where it was uploaded."""
    known = opened()
    if known.id is None:
        return None
    if known.decision is not None:
        return {_LIST: PUBLISHED}
    first = here().path.stem if not here().is_workspace else next((one.id for one in choices()), known.id)
    return {} if known.id == first else {_ADDRESS: known.id}


def _asked_for() -> str:
    """The scenario that the address names, where it lies beside the first one; else the first one."""
    wanted = st.query_params.get(_ADDRESS)
    return wanted if wanted in [known.id for known in choices()] else here().path.stem


def _scenario_asked_for() -> str:
    """What a link to the workspace asks for, else what was chosen in this window."""
    return str(st.query_params.get(_ADDRESS) or st.session_state.get(_SCENARIO) or "")


def _from_file(id_: str) -> Opened:
    path = here().path if id_ == here().path.stem else here().path.with_name(f"{id_}.yaml")
    return Opened(_read(str(path)), id_, {})


def _from_workspace() -> Opened:
    """The shared list under the scenario that the address names, or the published one.

    The right is asked for at every run; what was read is kept for one state of the workspace.
    """
    who = person()
    if list_shown() or not may(who, Action.READ_SUBMITTED):
        state = shared.state_of(workspace(), who.id, Action.READ_PUBLISHED)
        found = _published(str(workspace()), state, may(who, Action.READ_SUBMITTED), who.id)
        if found is None:
            raise NothingThere(_("No list has been published yet. It will stand here as soon as executives decide."))
        return Opened(
            found.shared.scenario,
            found.decision.id,
            found.shared.standings,
            found.decision,
            found.shared.left_out,
            found.shared.claims,
        )
    state = shared.state_of(workspace(), who.id, Action.READ_SUBMITTED)
    wanted = _scenario_asked_for()
    id_ = wanted if shared.may_open(workspace(), wanted, who.id) else next((one.id for one in choices()), "")
    made = _shared(str(workspace()), state, id_, who.id)
    return Opened(made.scenario, id_, made.standings, left_out=made.left_out, claims=made.claims)


@st.cache_resource(max_entries=32, show_spinner=False)
def _shared(path: str, state: str, scenario: str, who: str) -> SharedList:
    """The list under a scenario, kept for one person: somebody else may not see the scenario."""
    return shared.shared_list(Path(path), who, scenario or None)


@st.cache_resource(max_entries=4, show_spinner=False)
def _submitted(path: str, state: str, _who: str) -> tuple[Initiative, ...]:
    return submitting.submitted(Path(path), _who)


@st.cache_resource(max_entries=4, show_spinner=False)
def _published(path: str, state: str, sees_claims: bool, _who: str) -> shared.Published | None:
    return shared.published(Path(path), _who)


@st.cache_resource(max_entries=32, show_spinner=False)
def _read(path: str) -> Scenario:
    return open_file(Path(path))


@st.cache_resource(max_entries=32, show_spinner=False)
def _scenario_files(path: str) -> tuple[Any, ...]:
    return scenario_files(Path(path))


@st.cache_resource(max_entries=EVALUATIONS, show_spinner=False)
def _evaluate(key: str, _scenario: Scenario) -> Evaluation:
    made = evaluate(_scenario)
    _freeze_what_is_loaded()
    return made


@st.cache_resource(show_spinner=False)
def _freeze_what_is_loaded() -> None:
    """Once in a server's life: what is loaded by now stays, and the collector need not look at it again."""
    gc.collect()
    gc.freeze()


@st.cache_resource(max_entries=OUTCOMES, show_spinner=False)
def _outcome(key: str, what_if: str, _base: Evaluation, _what_if: WhatIf, _before: Outcome | None) -> Outcome:
    return outcome_of(_base, _what_if, _before)
