"""What must hold on every page: accessible, no wider than the window, printable, hostile names harmless."""

from collections.abc import Callable, Iterator

import pytest

from benchmarks.running import running
from browser.app import App
from browser.hostile import BRACES, MARKDOWN, MARKUP, NAMES, hostile_company

OpenApp = Callable[..., App]
PAGES = (
    "/overview",
    "/overview?as=pavel",
    "/list",
    "/list?initiative=one-script",
    "/scenarios",
    "/what-if",
    "/what-if?churn=20",
    "/customers",
    "/open",
    "/decide",
    "/review",  # which an executive does not see
    "/assumptions?as=andrei",
    "/assumptions?as=andrei&fact=retention-backfires",
    "/?as=andrei",
    "/?as=andrei&initiative=self-service",
    "/?as=sergei&initiative=one-script",
    "/submit?as=vera",
    "/submit?as=vera&initiative=agents-knowledge",
    "/?as=irina",
)
SERIOUS = ("serious", "critical")


@pytest.mark.parametrize(("width", "theme"), [(1366, "light"), (1366, "dark"), (400, "light")])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_serious_stands_in_anybodys_way(open_app: OpenApp, path: str, width: int, theme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    app = open_app(path, theme=theme, width=width)
    found = Axe().run(app.page).response["violations"]
    serious = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in SERIOUS]
    assert serious == []


@pytest.mark.parametrize("width", [400, 760, 1366, 1920])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways(open_app: OpenApp, path: str, width: int) -> None:
    assert not open_app(path, width=width).is_wider_than_the_window()


def test_the_overview_is_seen_at_once(open_app: OpenApp) -> None:
    app = open_app("/overview")
    assert app.page.locator(".waiting").count() == 0
    main = app.page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollHeight <= main.clientHeight")
    cut = ".block-head h2, table.few th, table.few td, .changes p"
    assert app.page.locator(cut).evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth + 1)") == []


def test_the_list_is_printed_whole(open_app: OpenApp) -> None:
    app = open_app()
    app.page.emulate_media(media="print")
    assert app.page.locator("tr[data-id]").count() == 22
    assert not app.page.locator(".st-key-filters").is_visible()
    assert app.page.locator("tr[data-id]").last.is_visible()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(hostile_company(tmp_path_factory.mktemp("hostile"))) as server:
        yield server.address


@pytest.mark.parametrize(
    "path", ["/", "/?initiative=i0", "/?initiative=i1", "/overview", "/what-if?without=i1", "/customers"]
)
def test_hostile_names_are_shown_as_they_are(open_app: OpenApp, hostile: str, path: str) -> None:
    app = open_app(path, hostile)
    content = app.page.locator("body").inner_text()
    assert MARKUP in app.page.locator(".frame").inner_text()
    assert app.page.locator("img[src=x], a[href^=javascript], img[src*='192.0.2.1'], .katex").count() == 0
    assert app.page.locator("b", has_text="bold").count() == 0
    if path == "/":
        assert sorted(app.names()) == sorted(NAMES)
    if path == "/customers":
        assert MARKDOWN in content
    if path.startswith("/?initiative=i1"):
        assert app.panel == MARKDOWN
    assert BRACES.replace("{0}", "") not in content or BRACES in content
