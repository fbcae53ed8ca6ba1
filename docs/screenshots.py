"""Makes the pictures in the README: starts the application on the example company and photographs its pages.

make screenshots
"""

import shutil
from pathlib import Path

from benchmarks.running import running

ROOT = Path(__file__).parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PICTURES = {
    "overview": ("/overview", "light"),
    "list": ("/list", "light"),
    "initiative": ("/list?initiative=keep-promises", "light"),
    "what-if": ("/what-if?churn=20&acquisition=-15", "dark"),
    "customers": ("/customers", "light"),
}
SHOWN = ":is(h1.answer, .panel-name):visible"
COMPLETE = "!document.querySelector('.waiting')"  # nothing is searched for any more


def main() -> None:
    """Photograph every page, 1366 × 768."""
    from playwright.sync_api import sync_playwright

    with running() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (path, theme) in PICTURES.items():
            page = browser.new_page(viewport={"width": 1366, "height": 768}, color_scheme=theme)
            page.goto(server.address + path)
            page.wait_for_selector(SHOWN)
            page.wait_for_function(COMPLETE, timeout=120_000)
            page.wait_for_timeout(2500)  # charts draw themselves in
            page.screenshot(path=ROOT / f"docs/images/{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
