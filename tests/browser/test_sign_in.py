"""Signing in to a workspace in a real browser: with a password, and with a company account."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from benchmarks.running import free_port, running
from browser.app import PATIENCE, App
from browser.provider import provider, secrets
from prioritizer.services import people, workspace
from prioritizer.services.sign_in import accept, invite

ROOT = Path(__file__).parents[2]
PASSWORD = "four words in a row"
SERIOUS = ("serious", "critical")
OUT = "You are not signed in"
DEEP = (
    "/customers?change=groups.%22Home%20internet%22.churn%20%C3%97%201.1"
    "&change=budget.2027%20%3D%205%2C000%3B&change=tax_rate%20%2B%200.01&note=a%26b%25"
)


class Window(App):
    """A browser window that may show pages of the application, and those around it."""

    def __init__(self, page: Any, address: str) -> None:
        super().__init__(page, address)
        self.blocked: list[str] = []
        page.on("console", lambda message: self._note(message.text))

    def _note(self, text: str) -> None:
        if "Content Security Policy" in text or "Content-Security-Policy" in text:
            self.blocked.append(text)

    def open(self, path: str) -> None:
        """Open an address, whatever it shows."""
        self.page.goto(self.address + path)

    def type_in(self, **typed: str) -> None:
        for name, text in typed.items():
            self.page.locator(f"#{name}").fill(text)
        self.page.locator("button[type=submit]").click()

    def wait_for_list(self) -> None:
        self.page.wait_for_selector("h1.answer")
        self.settle()

    def sign_in(self, id_: str) -> None:
        self.open("/")
        self.type_in(name=id_, password=PASSWORD)
        self.wait_for_list()

    def sign_out(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()
        self.page.get_by_role("button", name="Sign out everywhere").click()

    def is_out(self) -> None:
        """Wait until nobody is signed in; then nothing of the workspace is left on the page."""
        self.page.wait_for_selector(f"h1:has-text('{OUT}')")
        self.settle()
        text = self.page.locator("body").inner_text()
        assert "Example Telecom" not in text
        assert self.page.locator("h1.answer, tr[data-id]").count() == 0


@pytest.fixture
def window(chromium: Any) -> Iterator[Callable[..., Window]]:
    """Opens windows that share nothing; at the end none may have met a fault or something that was blocked."""
    opened: list[Window] = []

    def open_(address: str, theme: str = "light") -> Window:
        context = chromium.new_context(viewport={"width": 1366, "height": 768}, color_scheme=theme)
        opened.append(Window(context.new_page(), address))
        return opened[-1]

    yield open_
    for one in opened:
        one.page.context.close()
    outside = [url for one in opened for url in one.requests if "//127.0.0.1:" not in url]
    assert [url for url in outside if not url.startswith(("data:", "blob:"))] == [], "a request left the machine"
    assert [text for one in opened for text in one.faults + one.dialogs + one.blocked] == []


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of the example; Anna and Ivan are in finance and see its list."""
    made = tmp_path_factory.mktemp("workspace") / "workspace.db"
    workspace.create(made, "boss", [ROOT / "scenarios/base.yaml"])
    for id_, name in (("anna@example.com", "Anna"), ("ivan", "Ivan")):
        people.add_person(made, people.new_person(id_, name, ["finance"], None), "boss")
    return made


@pytest.fixture(scope="module")
def address(path: Path) -> Iterator[str]:
    with running(path) as server:
        yield server.address


def accessible(window: Window) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(window.page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in SERIOUS] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_around_signing_in_are_accessible(
    window: Callable[..., Window], address: str, path: Path, theme: str
) -> None:
    one = window(address, theme)
    for page in ("/sign-in", f"/invitation?token={invite(path, 'ivan', 'boss')}", "/invitation?token=none"):
        one.open(page)
        accessible(one)
    one.open("/sign-in")
    one.type_in(name="nobody", password="wrong")
    assert "do not sign in anybody" in one.page.locator("[role=alert]").inner_text()
    assert one.page.locator("#name").input_value() == "nobody"
    accessible(one)


def test_from_the_invitation_to_signing_out(window: Callable[..., Window], address: str, path: Path) -> None:
    here, there = window(address), window(address)
    here.open("/what-if?churn=20")
    assert here.path == "/sign-in?next=%2Fwhat-if%3Fchurn%3D20"
    here.open(f"/invitation?token={invite(path, 'ivan', 'boss')}")
    here.type_in(password=PASSWORD, again=PASSWORD)
    assert here.path == "/sign-in?set=1"
    here.type_in(name="Ivan", password=PASSWORD)
    here.wait_for_list()
    here.page.reload()
    here.wait_for_list()

    there.sign_in("ivan")
    here.sign_out("Ivan")
    here.is_out()
    there.turn_to("Customers")
    there.is_out()

    here.open(DEEP)
    here.type_in(name="ivan", password=PASSWORD)
    here.page.wait_for_selector("[data-testid=stSidebarNav]")
    here.settle()
    assert _asked(here) == _asked_in(DEEP)

    there.page.get_by_role("link", name="Sign in").click()
    there.page.wait_for_url(f"{address}/sign-in?next=**")
    there.type_in(name="ivan", password=PASSWORD)
    there.page.wait_for_selector("[data-testid=stSidebarNav]")
    there.settle()
    assert there.path.startswith("/customers")
    people.disable_person(path, "ivan", "boss")
    there.turn_to("What if")
    there.is_out()
    there.open("/customers")
    assert there.path == "/sign-in?next=%2Fcustomers"


def test_an_admin_copies_a_link_that_works_as_it_is_and_types_a_new_department(
    window: Callable[..., Window], address: str, path: Path
) -> None:
    accept(path, invite(path, "boss", "boss"), PASSWORD)
    admin, invited = window(address), window(address)
    admin.sign_in("boss")
    assert admin.path == "/administration"
    admin.page.get_by_role("combobox", name="Who").first.click()
    admin.page.get_by_role("option", name="Anna").click()
    admin.settle()
    admin.press("Make a link to set a password")
    link = admin.page.locator("code", has_text="token=").inner_text()
    assert link.startswith(f"{address}/invitation?token=")
    invited.page.goto(link)
    assert invited.page.locator("#name").input_value() == "anna@example.com"

    admin.page.get_by_role("textbox", name="Signs in as").fill("oleg")
    admin.page.get_by_role("combobox", name="Roles").first.click()
    admin.page.get_by_role("option", name="department head").click()
    admin.page.keyboard.press("Escape")
    admin.page.get_by_role("combobox", name="Department").first.fill("Logistics")
    admin.page.keyboard.press("Enter")
    admin.press("Add")
    assert {one.id: one.department for one in people.people(path).people}["oleg"] == "Logistics"


def test_a_company_account(
    window: Callable[..., Window], path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    redirect = f"http://127.0.0.1:{port}/oauth2callback"
    with (
        provider(redirect) as issuer,
        running(path, f"--secrets.files={secrets(tmp_path, issuer, redirect)}", port=port) as server,
    ):
        here, there = window(server.address), window(server.address)
        _sign_in_with_account(here, "anna@example.com")
        here.wait_for_list()
        here.page.reload()
        here.wait_for_list()
        here.turn_to("Customers")

        for stranger in ("nobody@example.com", "unverified-ivan", "anna@example.com.evil.example"):
            _sign_in_with_account(there, stranger)
            there.is_out()
            assert "belongs to nobody in this workspace" in there.page.locator("body").inner_text()
            there.page.context.clear_cookies()
        _sign_in_with_account(there, "anna@example.com", DEEP)
        there.page.wait_for_selector("h1")
        there.settle()
        assert _asked(there) == _asked_in(DEEP)
        there.open("/")  # led on once only
        there.wait_for_list()

        here.sign_out("Anna")
        here.page.wait_for_url(lambda url: url.startswith((issuer, f"{server.address}/sign-in")), timeout=PATIENCE)
        here.open("/")
        assert here.path == "/sign-in?next=%2F"
        there.turn_to("What if")
        there.is_out()
        there.open("/")
        there.is_out()


def _asked(window: Window) -> tuple[str, dict[str, list[str]]]:
    return _asked_in(window.path)


def _asked_in(address: str) -> tuple[str, dict[str, list[str]]]:
    """The page and what is asked of it."""
    parts = urlsplit(address)
    return parts.path, parse_qs(parts.query)


def _sign_in_with_account(window: Window, email: str, address: str = "/") -> None:
    """Sign in at the provider, whose form asks for an address and any password, and agree that it may be told."""
    window.open(address)
    window.page.get_by_role("link", name="Sign in with your company account").click()
    window.page.locator("input[name=login]").fill(email)
    window.page.locator("input[name=password]").fill("any")
    window.page.locator("[type=submit]").click()
    window.page.get_by_role("button", name="Continue").click()
    window.page.wait_for_url(re.compile(rf"{re.escape(window.address)}/(?!oauth2callback)"))
