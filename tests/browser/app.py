"""The application as a person meets it: pages, rows, panels and controls by what they are called."""

from typing import Any

PATIENCE = 20_000  # milliseconds until a page must have answered
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


class App:
    """One browser window on the application."""

    def __init__(self, page: Any, address: str):
        page.set_default_timeout(PATIENCE)
        self.page = page
        self.address = address
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        self.faults: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("dialog", self._dismiss)
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _dismiss(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    # --- pages

    def go(self, path: str) -> None:
        """Open an address, and wait until it shows something."""
        self.page.goto(self.address + path)
        self.page.wait_for_selector("h1.answer, .panel-name, .complaints", state="attached")
        self.settle()

    def settle(self) -> None:
        """Wait until the server has nothing more to send."""
        self.page.wait_for_selector(SETTLED, state="attached")
        self.page.wait_for_timeout(150)
        self.page.wait_for_selector(SETTLED, state="attached")

    def turn_to(self, page: str) -> None:
        """Choose a page in the navigation."""
        self.page.get_by_role("link", name=page, exact=True).first.click()
        self.settle()

    @property
    def answer(self) -> str:
        return self.page.locator("h1.answer").inner_text()

    @property
    def foot(self) -> str:
        return self.page.get_by_role("button", name="Run ").last.inner_text()

    def complaints(self) -> list[str]:
        return self.page.locator(".complaints li").all_inner_texts()

    # --- the list

    def ranks(self) -> list[int]:
        return [int(text) for text in self.page.locator("tr[data-id] td.rank b").all_inner_texts()]

    def names(self) -> list[str]:
        return self.page.locator("tr[data-id] a.name").all_inner_texts()

    def ids(self) -> list[str]:
        return self.page.locator("tr[data-id]").evaluate_all("rows => rows.map(row => row.dataset.id)")

    def row(self, id_: str) -> Any:
        return self.page.locator(f'tr[data-id="{id_}"]')

    def profit(self, id_: str) -> str:
        """The projected profit that a row shows, without what only screen readers hear."""
        return self.row(id_).locator(".n").evaluate("cell => cell.firstChild.textContent")

    def open_row(self, id_: str) -> None:
        self.row(id_).locator("a.name").click()
        self.page.wait_for_selector(".panel-name")
        self.settle()

    @property
    def panel(self) -> str | None:
        """The name of the initiative that stands beside the list."""
        heading = self.page.locator(".panel-name")
        return heading.inner_text() if heading.count() else None

    @property
    def panel_text(self) -> str:
        return self.page.locator(".st-key-detail").inner_text()

    # --- controls

    def move_slider(self, label: str, steps: int) -> None:
        """Move a slider by steps with the arrow keys."""
        handle = self.page.get_by_role("slider", name=label)
        handle.focus()
        for _step in range(abs(steps)):
            self.page.keyboard.press("ArrowRight" if steps > 0 else "ArrowLeft")
        self.page.wait_for_timeout(400)
        self.settle()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.settle()

    # --- looks

    def is_wider_than_the_window(self) -> bool:
        return self.page.evaluate(
            """() => {
                const main = document.querySelector("[data-testid=stMain]");
                return document.documentElement.scrollWidth > innerWidth || main.scrollWidth > main.clientWidth;
            }"""
        )
