"""The application without a browser: its pages by their addresses, and the HTML that they hold."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]
PAGES = ("list", "overview", "scenarios", "what-if", "customers", "assumptions", "open")
PEOPLE = {
    "executive": "elena",
    "finance": "andrei",
    "department head": "vera",
    "viewer": "pavel",
    "admin": "irina",
}


def leave_out_long_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the overview of the example stand without the blocks that take long: small companies are asked for them."""
    for part in ("_more", "_tests"):
        monkeypatch.setattr(f"prioritizer.ui.views.overview.{part}", lambda *_arguments: None)


def open_page(
    monkeypatch: pytest.MonkeyPatch, url: str = "", scenario: Path | None = None, who: str = "", **query: str
) -> AppTest:
    """A page after its first run, on a scenario file or in the demonstration, there as somebody.

    Without an address it is the page to which `/` leads.
    """
    monkeypatch.setattr("sys.argv", ["app.py", *([str(scenario)] if scenario else [])])
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
    for key, value in {**({"as": who} if who else {}), **query}.items():
        app.query_params[key] = value
    app.run()
    return go(app, url or leads_to(app), **query)


def leads_to(app: AppTest) -> str:
    """The page to which `/` leads, which a browser follows by a script."""
    [link] = [one for body in app.get("html") for one in re.findall(r'class="start"><a href="/(.+?)"', body.proto.body)]
    return link


def go(app: AppTest, url: str, **query: str) -> AppTest:
    """Turn to another page, whether the person may see it or not."""
    pages = app._registered_pages  # AppTest opens pages by their files only, and ours are functions
    app._page_hash = next(hash_ for hash_, page in pages.items() if page["url_pathname"] == url)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def refusal(app: AppTest) -> str | None:
    """What stands in place of a page that the person may not see; None where the page is there."""
    sections = [ET.fromstring(body) for body in bodies(app) if body.startswith('<section class="not-yours"')]
    return words(sections[0]) if sections else None


def html(app: AppTest) -> str:
    """All HTML of a page, but for its style."""
    return "\n".join(bodies(app))


def bodies(app: AppTest) -> list[str]:
    """Each piece of HTML of a page."""
    found: Sequence[str] = [one.proto.body for one in app.get("html")]
    return [body for body in found if not body.startswith(("<style", "<script"))]


def component(app: AppTest, index: int = 0) -> dict[str, Any]:
    """What a component was given, by its place on the page."""
    return json.loads(app.get("bidi_component")[index].proto.json)


def list_of(app: AppTest) -> ET.Element:
    """The table of the priority list."""
    return ET.fromstring(component(app)["html"])


def rows(table: ET.Element) -> list[ET.Element]:
    """The rows of initiatives."""
    return [row for row in table.iter("tr") if "data-id" in row.attrib]


def words(element: ET.Element | None) -> str:
    """All text of an element."""
    assert element is not None
    return "".join(element.itertext())


def cell(row: ET.Element, name: str) -> str:
    """The text of a cell by its class."""
    return words(next(one for one in row if one.get("class") == name))
