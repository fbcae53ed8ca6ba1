"""The frame of every page: its style, its header, where one can go, and the boundary that catches what goes wrong."""

from pathlib import Path

import streamlit as st

from prioritizer.domain.people import Person
from prioritizer.errors import InputError
from prioritizer.language import _
from prioritizer.services.access import Action, may
from prioritizer.ui import person, session, sign_in
from prioritizer.ui.boundary import guarded, in_words, show_complaints, show_trouble
from prioritizer.ui.markup import element, run_script, show
from prioritizer.ui.navigation import START, WITHOUT_A_LIST, first_page, pages, sees
from prioritizer.ui.served import Kind, Served, served
from prioritizer.words import day

ASSETS = Path(__file__).parent / "assets"
STYLE = f"<style>{(ASSETS / 'page.css').read_text(encoding='utf-8')}</style>"
SIDEBAR_WIDTH = 200  # pixels
# In a narrow window the navigation lies over the page, and Streamlit closes it only on devices that it knows as phones.
# It also closes it there after a press beside it, and that is what this makes of a page that was chosen.
CLOSE_NAVIGATION = """
if (!window.navigationCloses) {
  window.navigationCloses = true;
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-testid=stSidebarNavLink]")) return;
    document.querySelector("[data-testid=stMain]")?.dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
  });
}
"""


def open_app(example: Path) -> None:
    """Show the page that the address names. `example` is served where the command line names nothing else."""
    st.set_page_config("Prioritizer", str(ASSETS / "icon.png"), layout="wide", initial_sidebar_state=SIDEBAR_WIDTH)
    st.html(STYLE)
    in_words(_open)(served(example))


def _open(what: Served) -> None:
    who = person.present(what)
    session.begin(what)
    if what.is_workspace and who is None:
        sign_in.ask()
        return
    there = pages(what, who)
    session.remember_pages(there)
    page = st.navigation(list(there.values()), position="sidebar")
    address = next(address for address, one in there.items() if one is page)
    if address == START:
        guarded(page.run)()
        return
    run_script(CLOSE_NAVIGATION)
    is_seen = sees(what, who, address)
    if person.has_switched():
        session.forget_what_was_chosen()
        if not is_seen:
            session.turn_to(first_page(what, who))
    shown = guarded(_header)(what, who)
    guarded(show_trouble)()
    if shown or address in WITHOUT_A_LIST or not is_seen:
        guarded(page.run)()


def _header(what: Served, who: Person | None) -> bool:
    """Who is here, the company, the scenario, and which list it is; whether anything is open at all."""
    with st.container(horizontal=True, key="frame", horizontal_alignment="distribute", vertical_alignment="center"):
        found = guarded(_what_is_open)(what) if _sees_a_list(who) else _only_the_name()
        _who_is_here(what, who)
    return bool(found)


def _only_the_name() -> bool:
    show(element("div", element("strong", "Prioritizer"), class_="frame"))
    return False


def _who_is_here(what: Served, who: Person | None) -> None:
    if what.kind is Kind.DEMONSTRATION:
        person.switch(what)
    elif who is not None:
        with st.popover(person.in_words(who), type="tertiary", width="content"):
            if st.button(_("Sign out everywhere"), key="sign-out"):
                sign_in.sign_out_everywhere(what.path)


def _sees_a_list(who: Person | None) -> bool:
    """Admins manage people and see nothing commercial."""
    return who is None or may(who, Action.READ_PUBLISHED)


def _what_is_open(what: Served) -> bool:
    """Where what was chosen is wrong, its complaints are shown, and what was open before stays, or the base opens."""
    try:
        known = session.opened()
    except InputError as error:
        show_complaints(error.complaints)
        if not session.fall_back():
            return False
        known = session.opened()
    session.keep_address()
    show(
        element(
            "div",
            element("strong", known.scenario.company.company),
            element("span", _("scenario {name}").format(name=known.scenario.name)),
            element("span", _state(what, known)),
            class_="frame",
        )
    )
    return True


def _state(what: Served, known: session.Opened) -> str:
    """Which list it is that everything on the page is about."""
    if known.id is None:
        return _("uploaded, seen by this browser window only")
    if known.decision is not None:
        return _("list published on {date}").format(date=day(known.decision.at))
    return {
        Kind.FILE: _("from a file"),
        Kind.WORKSPACE: _("the shared list as it is now"),
        Kind.DEMONSTRATION: _("demonstration, a fictional company"),
    }[what.kind]
