"""What is open in a browser's session, and what was computed for it; shared between sessions where it is the same."""

import gc
import sys
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from prioritizer.domain.defaults import DEFAULT_DRAWS, DEFAULT_SEED
from prioritizer.domain.results import Run
from prioritizer.domain.scenarios import Scenario
from prioritizer.domain.whatif import WhatIf
from prioritizer.services.evaluation import Evaluation, evaluate
from prioritizer.services.loading import ScenarioFile, open_file, scenario_files
from prioritizer.services.runs import identify
from prioritizer.services.what_if import Outcome, outcome_of

EVALUATIONS = 8  # kept at once, with their draws: some 100 MB each at the reference size
OUTCOMES = 512  # lists of what-ifs, without draws

_OPENED, _EXAMPLE, _LAST_OUTCOME = "opened", "example", "last-outcome"
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
    """What is open. Raises InputError with every complaint about the file."""
    known = st.session_state.get(_OPENED)
    return known if known is not None else _open(_asked_for())


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
    """Open another scenario file."""
    _open(path)
    st.query_params.clear()


def look_at(scenario: Scenario) -> None:
    """Open an uploaded scenario."""
    st.session_state[_OPENED] = Opened(scenario, None)
    st.query_params.clear()


def read_again() -> None:
    """Read the files anew."""
    _read.clear()
    _scenario_files.clear()
    st.session_state.pop(_OPENED, None)


def evaluation() -> Evaluation:
    """The list of what is open, with its draws. Raises InputError with every complaint."""
    scenario = opened().scenario
    return _evaluate(_run(scenario).id, scenario)


def outcome(base: Evaluation, what_if: WhatIf) -> Outcome:
    """The list under a what-if. Raises InputError where it does not fit."""
    found = _outcome(base.run.id, what_if.model_dump_json(), base, what_if, st.session_state.get(_LAST_OUTCOME))
    st.session_state[_LAST_OUTCOME] = found
    return found


def _run(scenario: Scenario) -> Run:
    known = st.session_state.get("run_of")
    if known is None or known[0] is not scenario:
        known = (scenario, identify(scenario, DEFAULT_DRAWS, DEFAULT_SEED, point=False))
        st.session_state["run_of"] = known
    return known[1]


def _asked_for() -> Path:
    """The scenario that the address names, where it lies beside the first one; else the first one."""
    wanted = st.query_params.get(_ADDRESS)
    return (
        next((known.path for known in choices() if known.path.stem == wanted), start_path()) if wanted else start_path()
    )


def _open(path: Path) -> Opened:
    found = Opened(_read(str(path)), path, demonstration=path.resolve().parent == _example_folder())
    st.session_state[_OPENED] = found
    return found


def _example_folder() -> Path:
    return Path(st.session_state[_EXAMPLE]).resolve().parent


@st.cache_resource(max_entries=32, show_spinner=False)
def _read(path: str) -> Scenario:
    return open_file(Path(path))


@st.cache_resource(max_entries=32, show_spinner=False)
def _scenario_files(path: str) -> tuple[ScenarioFile, ...]:
    return scenario_files(Path(path))


@st.cache_resource(max_entries=EVALUATIONS, show_spinner=False)
def _evaluate(run_id: str, _scenario: Scenario) -> Evaluation:
    made = evaluate(_scenario)
    gc.collect()
    gc.freeze()  # what is loaded by now stays: the collector need not look at it after every run
    return made


@st.cache_resource(max_entries=OUTCOMES, show_spinner=False)
def _outcome(run_id: str, what_if: str, _base: Evaluation, _what_if: WhatIf, _before: Outcome | None) -> Outcome:
    return outcome_of(_base, _what_if, _before)
