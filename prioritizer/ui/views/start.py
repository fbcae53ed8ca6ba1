"""Where a session begins without naming a page: the address `/` leads to the first page of whoever is there."""

from prioritizer.language import _
from prioritizer.ui.markup import element, run_script, show

# In place: the first page takes the place of `/` in the browser's history, so going back never comes here again.
LEAD = """
const link = document.querySelector(".start a");
if (link && location.pathname === "/") {
  history.replaceState({}, "", link.getAttribute("href") + location.search + location.hash);
  dispatchEvent(new PopStateEvent("popstate"));
}
"""


def lead(first: str, title: str) -> None:
    """Lead to the first page with what the address asks for. Draws nothing else, so that nothing is computed twice.

    The link shows itself only where a browser does not follow the script.
    """
    link = element("a", _("Go to “{page}”").format(page=title), href=f"/{first}", target="_self")
    show(element("p", link, class_="start"))
    run_script(LEAD)
