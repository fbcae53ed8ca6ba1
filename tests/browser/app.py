"""The application as a person meets it: pages, rows, panels and controls by what they are called."""

from time import monotonic
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PATIENCE = 120_000  # milliseconds until a page must have answered: the first overview searches longest
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


FILLED = """() => [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")].every(part =>
    [part, ...part.querySelectorAll("*")].some(one => one.shadowRoot && [...one.shadowRoot.querySelectorAll("*")].some(
        inner => !["STYLE", "SCRIPT"].includes(inner.tagName) && inner.textContent.trim())))"""
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Answers:
    """Whether what a window last asked the server for was answered, as both say on their newest connection."""

    def __init__(self, page: Any):
        self.is_waiting = False
        self._began = True
        self._newest: Any = None
        page.on("websocket", self._listen)

    def _listen(self, socket: Any) -> None:
        self._newest, self.is_waiting = socket, False
        socket.on("framesent", lambda frame: self._asked(socket, frame))
        socket.on("framereceived", lambda frame: self._answered(socket, frame))
        socket.on("close", lambda closed: self._closed(closed))

    def _asked(self, socket: Any, frame: str | bytes) -> None:
        if socket is self._newest and isinstance(frame, bytes) and BackMsg.FromString(frame).HasField("rerun_script"):
            self.is_waiting, self._began = True, False

    def _answered(self, socket: Any, frame: str | bytes) -> None:
        if socket is not self._newest or not isinstance(frame, bytes):
            return
        said = ForwardMsg.FromString(frame)
        if said.HasField("new_session"):
            self._began = True
        elif said.HasField("script_finished") and said.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self.is_waiting = self.is_waiting and not self._began

    def _closed(self, socket: Any) -> None:
        if socket is self._newest:
            self.is_waiting = False


class App:
    """One browser window on the application."""

    def __init__(self, page: Any, address: str):
        page.set_default_timeout(PATIENCE)
        self.page = page
        self.address = address
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        self.answers = Answers(page)
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
        """Wait until what was asked for last is answered and drawn, however slow the machine."""
        quiet, end = 0, monotonic() + PATIENCE / 1000
        while quiet < 3:
            assert monotonic() < end, "the server did not answer"
            self.page.evaluate(PAINTED)
            self.page.wait_for_timeout(50)
            answered = self.page.locator(SETTLED).count() == 1 and not self.answers.is_waiting
            still = answered and self.page.evaluate(FILLED)
            quiet = quiet + 1 if still else 0

    def turn_to(self, page: str) -> None:
        """Choose a page in the navigation."""
        self.page.get_by_role("link", name=page, exact=True).first.click()
        self.settle()

    @property
    def path(self) -> str:
        """The address of the page, as the browser shows it."""
        return str(self.page.url).removeprefix(self.address)

    def navigation(self) -> list[str]:
        """The pages that the navigation offers."""
        return self.page.get_by_test_id("stSidebarNavLink").all_inner_texts()

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
