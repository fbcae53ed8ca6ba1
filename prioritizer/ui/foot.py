"""The foot of every page: which run its figures come from; a click copies it. And a button that copies a link."""

from datetime import date
from pathlib import Path

import streamlit as st

from prioritizer.domain.results import Run
from prioritizer.language import _

ASSETS = Path(__file__).parent / "assets"

_mount = st.components.v2.component(
    "copier",
    html='<button type="button" hidden></button><span role="status" aria-live="polite"></span>',
    css=(ASSETS / "copier.css").read_text(encoding="utf-8"),
    js=(ASSETS / "copier.js").read_text(encoding="utf-8"),
)


def foot(run: Run, what_if: bool = False) -> None:
    """Where the figures of a page come from; under a what-if the scenario is not quite the one it is called after."""
    said = run_in_words(run, what_if)
    _mount(key="foot", data={"label": said, "copy": said, "done": _("copied"), "look": "foot"})


def link_copier(key: str) -> None:
    """A button that copies the address of the page."""
    _mount(key=key, data={"label": _("Copy the link"), "copy": None, "done": _("copied"), "look": "button"})


def run_in_words(run: Run, what_if: bool = False) -> str:
    """The identity of a run in one line."""
    scenario = _("{name} with changes").format(name=run.scenario) if what_if else run.scenario
    return _("Run {id} · {company} · scenario {scenario} · model {model} · {draws} draws, seed {seed} · {date}").format(
        id=run.id,
        company=run.company,
        scenario=scenario,
        model=run.model_version,
        draws=f"{run.draws:,}",
        seed=run.seed,
        date=date.today().isoformat(),
    )
