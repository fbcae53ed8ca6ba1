"""The frame of every page: its style, its header, where one can go, and the boundary that catches what goes wrong."""

from pathlib import Path

import streamlit as st

from prioritizer.errors import InputError
from prioritizer.language import _
from prioritizer.ui import session
from prioritizer.ui.boundary import guarded, show_complaints
from prioritizer.ui.markup import element, show
from prioritizer.ui.navigation import OPEN, pages

ASSETS = Path(__file__).parent / "assets"
STYLE = f"<style>{(ASSETS / 'page.css').read_text(encoding='utf-8')}</style>"
SIDEBAR_WIDTH = 200  # pixels


def open_app(example: Path) -> None:
    """Show the page that the address names. `example` is opened where the command line names no scenario."""
    st.set_page_config("Prioritizer", str(ASSETS / "icon.png"), layout="wide", initial_sidebar_state=SIDEBAR_WIDTH)
    st.html(STYLE)
    session.begin(example)
    there = pages()
    session.list_page(there[0])
    page = st.navigation(there, position="sidebar")
    if guarded(_header)() or page.url_path == OPEN:
        guarded(page.run)()


def _header() -> bool:
    """The company, the scenario, and whether it is a demonstration; whether anything is open at all.

    Where a file that was chosen is wrong, its complaints are shown, and what was open before stays.
    """
    try:
        known = session.opened()
    except InputError as error:
        show_complaints(error.complaints)
        if not session.is_anything_open():
            return False
        known = session.opened()
    session.keep_address()
    state = _("demonstration, a fictional company") if known.demonstration else _("from a file")
    if known.path is None:
        state = _("uploaded, seen by this browser window only")
    show(
        element(
            "div",
            element("strong", known.scenario.company.company),
            element("span", _("scenario {name}").format(name=known.scenario.name)),
            element("span", state),
            class_="frame",
        )
    )
    return True
