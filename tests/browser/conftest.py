"""A running application and a real browser. What is missing on a machine is reported as not run, with the remedy."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.running import running
from browser.app import App

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), None)
DESKTOP = {"width": 1366, "height": 768}


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The application on the example company."""
    with running() as server:
        yield server.address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Headless Chromium."""
    if CHROMIUM is None:
        pytest.skip("NOT RUN: Chromium was not found. Install it (Debian: apt-get install chromium).")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--disable-dev-shm-usage"]  # containers have little shared memory
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            arguments.append("--no-sandbox")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_app(chromium: Any, address: str) -> Iterator[Callable[..., App]]:
    """Opens the application in a window of its own; at the end no window may have asked for anything outside."""
    opened: list[App] = []

    def open_(path: str = "/list", at: str = address, *, theme: str = "light", width: int = DESKTOP["width"]) -> App:
        context = chromium.new_context(
            viewport={"width": width, "height": DESKTOP["height"]}, color_scheme=theme, accept_downloads=True
        )
        app = App(context.new_page(), at)
        opened.append(app)
        app.go(path)
        return app

    yield open_
    for app in opened:
        outside = [url for url in app.requests if not url.startswith((app.address, app.address.replace("http", "ws")))]
        local = [url for url in outside if url.startswith(("data:", "blob:"))]
        app.page.context.close()
        assert outside == local, "a request left the machine"
        assert app.dialogs == [], "something on the page ran as code"
        assert app.faults == [], "the page reported faults"
