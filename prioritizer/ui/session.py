"""What is open in a browser's session, and what was computed for it; shared between sessions where it is the same."""

import gc
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.scenarios import Scenario
from prioritizer.domain.whatif import WhatIf
from prioritizer.language import asked_for
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.loading import ScenarioFile, open_file, scenario_files
from prioritizer.services.runs import identify, require_memory
from prioritizer.services.what_if import Outcome, outcome_of

EVALUATIONS = 4  # kept at once, with their draws
LARGEST = 30_000_000  # draws of one evaluation, in numbers: 240 MB; the reference size has a third of it
OUTCOMES = 512  # lists of what-ifs, without draws

_OPENED, _EXAMPLE, _LAST_OUTCOME, _WANTED, _KEY, _LIST = (
    "opened",
    "example",
    "last-outcome",
    "wanted",
    "key",
    "list-page",
)
_ADDRESS = "scenario"  # the key in the address that names the scenario


@dataclass(frozen=True)
class Opened:
    """What a session looks at: a scenario, and the file it was read from; None where it was uploaded."""

    scenario: Scenario
    path: Path | None
    demonstration: bool = False


def begin(example: Path) -> None:
    """Remember what a session opens with: the file given on the command line, or the example."""
    st.session_state.setdefault(_EXAMPLE, str(example))


def start_path() -> Path:
    """The file that a new session opens."""
    given = sys.argv[1:]
    return Path(given[0]) if given else Path(st.session_state[_EXAMPLE])


def opened() -> Opened:
    """What is open. Raises InputError with every complaint about a file that is to be opened and cannot be."""
    wanted = st.session_state.pop(_WANTED, None)
    known = st.session_state.get(_OPENED)
    if wanted is not None or known is None:
        known = _open(wanted or _asked_for())
        st.session_state[_OPENED] = known
    return known


def is_anything_open() -> bool:
    """Whether something could be opened so far."""
    return _OPENED in st.session_state


def is_open(path: Path) -> bool:
    """Whether a file is the one that is open, as far as one could be opened."""
    known = st.session_state.get(_OPENED)
    return known is not None and known.path == path


def link_to(initiative: str) -> str | None:
    """The address that opens an initiative on the list; None where what is open was uploaded."""
    path = opened().path
    if path is None:
        return None
    named = {} if path == start_path() else {_ADDRESS: path.stem}
    return f"/?{urlencode({'initiative': initiative, **named})}"


def list_page(page: Any) -> None:
    """Remember the page of the list, to which other pages lead."""
    st.session_state[_LIST] = page


def turn_to_the_list(initiative: str | None = None) -> None:
    """Leave the page for the list, with an initiative beside it if one is given."""
    st.switch_page(st.session_state[_LIST], query_params={"initiative": initiative} if initiative else None)


def keep_address() -> None:
    """Let the address name the scenario that is open, so that a link opens it again."""
    path = opened().path
    if path is None or path == start_path():
        st.query_params.pop(_ADDRESS, None)
    else:
        st.query_params[_ADDRESS] = path.stem


def choices() -> tuple[ScenarioFile, ...]:
    """The scenario files beside the one that a new session opens."""
    return _scenario_files(str(start_path()))


def choose(path: Path) -> None:
    """Open another scenario file at the next look; what is open stays until it has been read."""
    st.session_state[_WANTED] = path


def look_at(scenario: Scenario) -> None:
    """Open an uploaded scenario."""
    st.session_state[_OPENED] = Opened(scenario, None)


def read_again() -> None:
    """Read the files anew; what was uploaded stays open."""
    _read.clear()
    _scenario_files.clear()
    known = st.session_state.get(_OPENED)
    if known is not None and known.path is not None:
        st.session_state[_WANTED] = known.path


def evaluation() -> Evaluation:
    """The list of what is open, with its draws. Raises InputError with every complaint."""
    scenario = opened().scenario
    require_memory(scenario, DEFAULT_DRAWS, LARGEST)
    return _evaluate(_key(scenario), scenario)


def outcome(base: Evaluation, what_if: WhatIf) -> Outcome:
    """The list under a what-if. Raises InputError where it does not fit."""
    found = _outcome(_key(base.scenario), what_if.model_dump_json(), base, what_if, st.session_state.get(_LAST_OUTCOME))
    st.session_state[_LAST_OUTCOME] = found
    return found


def _key(scenario: Scenario) -> str:
    """What an evaluation is kept under: its run, and the words that the run's identity leaves out but pages show."""
    known = st.session_state.get(_KEY)
    if known is None or known[0] is not scenario:
        run = identify(scenario, DEFAULT_DRAWS, DEFAULT_SEED, point=False)
        known = (scenario, json.dumps([asked_for(), run.id, scenario.name, list(scenario.company.groups)]))
        st.session_state[_KEY] = known
    return known[1]


def _asked_for() -> Path:
    """The scenario that the address names, where it lies beside the first one; else the first one."""
    wanted = st.query_params.get(_ADDRESS)
    named = [known.path for known in choices() if known.path.stem == wanted]
    return named[0] if named else start_path()


def _open(path: Path) -> Opened:
    folder = Path(st.session_state[_EXAMPLE]).resolve().parent
    return Opened(_read(str(path)), path, demonstration=path.resolve().parent == folder)


@st.cache_resource(max_entries=32, show_spinner=False)
def _read(path: str) -> Scenario:
    return open_file(Path(path))


@st.cache_resource(max_entries=32, show_spinner=False)
def _scenario_files(path: str) -> tuple[ScenarioFile, ...]:
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
