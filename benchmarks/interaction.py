"""How long a person waits: from a slider to the redrawn list, for the first page, and with twenty people at once.

    .venv/bin/python -m benchmarks.interaction            about four minutes
    .venv/bin/python -m benchmarks.interaction --quick    a few moves, to see that it runs

One person works in headless Chromium, where the clock runs in the page: from the key that moves the slider until the
list in the document is another one. Twenty people are websocket clients that speak the application's own protocol;
each moves a slider, waits for the list, thinks, and moves on. Everything is measured in one run, on servers of its own.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.engine import reference
from benchmarks.running import running

ROOT = Path(__file__).parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SLIDER, RATE = "Churn", "Discount rate"
MOVED = (
    ("Churn", "ArrowRight"),
    ("Cost of winning a customer", "ArrowLeft"),
    ("Causal share", "ArrowLeft"),
    ("Probability of success", "ArrowLeft"),
)
WARM_UP = [("Discount rate", "ArrowRight"), ("Discount rate", "ArrowLeft")] * 2
SESSIONS = 20
THINKING = (3.0, 9.0)  # seconds between two moves of one person, who reads the list
WAIT = "[data-testid=stApp][data-test-script-state=notRunning]"

# From the key press until the table's HTML is another one, in milliseconds of the page's own clock.
WATCH = """() => new Promise((done) => {
  const slot = () => [...document.querySelectorAll("*")].map((e) => e.shadowRoot?.querySelector(".slot")).find(Boolean);
  const before = slot().drawn;
  const begin = performance.now();
  const look = () => (slot()?.drawn !== before ? done(performance.now() - begin) : requestAnimationFrame(look));
  look();
})"""


def figures(milliseconds: list[float]) -> dict[str, int]:
    """Median, 95th percentile and maximum."""
    ordered = sorted(milliseconds)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return {
        "moves": len(ordered),
        "p50": round(statistics.median(ordered)),
        "p95": round(p95),
        "max": round(ordered[-1]),
    }


def large_company(folder: Path) -> Path:
    """The reference size as files: 100 initiatives in four groups."""
    company, initiatives = reference(100, 4, 20, 4, False)
    (folder / "initiatives.yaml").write_text(yaml.safe_dump(initiatives, allow_unicode=True), encoding="utf-8")
    named = {**company, "initiatives": "initiatives.yaml"}
    file = folder / "company.yaml"
    file.write_text(yaml.safe_dump(named, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file


# --- one person in the browser


def in_the_browser(address: str, moves: int) -> dict[str, Any]:
    """From slider to redrawn list, and the first page, for one person in Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"{address}/what-if")
        page.wait_for_selector("tr[data-id]", timeout=120_000)
        page.wait_for_selector(WAIT, state="attached")
        each = -(-moves // len(MOVED))
        places = [slider for slider in MOVED for _step in range(each)]
        waits = [_move(page, *place) for place in [*WARM_UP, *places]][len(WARM_UP) :]
        tries = range(max(3, moves // 4))
        first = [_page(browser, address, "list") for _try in tries]
        _page(browser, address, "overview")  # computes what all further looks at it find
        overview = [_page(browser, address, "overview") for _try in tries]
        browser.close()
    return {
        "from slider to redrawn list, ms": figures(waits),
        "the list, warm, ms": figures(first),
        "the overview, warm, ms": figures(overview),
    }


def _move(page: Any, slider: str, key: str) -> float:
    """Move a slider to where it has not been yet, so that nothing is known already, and wait for another list."""
    page.get_by_role("slider", name=slider).focus()
    page.wait_for_timeout(300)
    watched = page.evaluate_handle(WATCH.replace("() =>", "() => { window.watched = ", 1) + "; }")
    del watched
    page.keyboard.press(key)
    return float(page.evaluate("() => window.watched"))


def _page(browser: Any, address: str, name: str) -> float:
    """How long a page takes in a new window until its rows are there and nothing on it is waited for."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    begin = time.perf_counter()
    page.goto(f"{address}/{name}")
    page.wait_for_selector("tr[data-id]")
    page.wait_for_function("!document.querySelector('.waiting')", timeout=300_000)
    taken = 1000 * (time.perf_counter() - begin)
    context.close()
    return taken


# --- many people over the websocket


def stream_of(address: str) -> str:
    """Where the application's websocket is."""
    return f"{address.replace('http', 'ws', 1)}/_stcore/stream"


class Session:
    """A person without a browser: speaks the application's protocol over a websocket."""

    def __init__(self, socket: ClientConnection):
        self.socket = socket
        self.slider = ""
        self.rate = ""
        self.fragment = ""
        self.page = ""

    async def open(self) -> None:
        """Load the page of the what-if, and find its slider."""
        first = BackMsg()
        first.rerun_script.page_name = "what-if"
        await self.socket.send(first.SerializeToString())
        await self._until_finished()

    async def move(self, value: float, rate: float) -> float:
        """Move the slider, at a discount rate; how long until the last of the answer is here, in milliseconds."""
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.fragment_id = self.fragment
        for slider, at in ((self.rate, rate), (self.slider, value)):
            state = message.rerun_script.widget_states.widgets.add(id=slider)
            state.double_array_value.data.append(at)
        begin = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        await self._until_finished()
        return 1000 * (time.perf_counter() - begin)

    async def _until_finished(self) -> None:
        while True:
            message = ForwardMsg.FromString(await self.socket.recv())  # type: ignore[arg-type]
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.page = message.new_session.page_script_hash or self.page
            elif kind == "delta" and message.delta.new_element.slider.label == SLIDER:
                self.slider = message.delta.new_element.slider.id
                self.fragment = message.delta.fragment_id
            elif kind == "delta" and message.delta.new_element.slider.label.startswith(RATE):
                self.rate = message.delta.new_element.slider.id
            elif kind == "script_finished":
                finished_early = ForwardMsg.ScriptFinishedStatus.Value("FINISHED_EARLY_FOR_RERUN")
                if message.script_finished != finished_early:
                    return


@contextmanager
def quiet_collector() -> Iterator[None]:
    """No pauses of the measuring process's own."""
    import gc

    gc.disable()
    try:
        yield
    finally:
        gc.enable()


async def with_many(address: str, sessions: int, moves: int) -> dict[str, int]:
    """Several people at once, each thinking between two moves."""

    async def person(number: int) -> list[float]:
        chance = random.Random(number)
        async with connect(stream_of(address), max_size=None) as socket:
            session = Session(socket)
            await session.open()
            own_rate = 0.1 * (1 + number)  # so that nobody asks what another one has asked
            await session.move(0.0, own_rate)
            waits = []
            for place in chance.sample(range(-50, 50), moves):
                await asyncio.sleep(chance.uniform(*THINKING))
                waits.append(await session.move(float(place), own_rate))
            return waits

    with quiet_collector():
        every = await asyncio.gather(*(person(number) for number in range(sessions)))
    return figures([wait for waits in every for wait in waits])


async def memory_of_sessions(address: str, process: int) -> dict[str, Any]:
    """What sessions hold while they are open, and whether anything is left of a hundred that came and went."""
    before = resident(process)
    sockets = [await connect(stream_of(address), max_size=None) for _n in range(SESSIONS)]
    for socket in sockets:
        await Session(socket).open()
    held = (resident(process) - before) / SESSIONS
    for socket in sockets:
        await socket.close()
    after = []
    for _round in range(5):
        for _n in range(20):
            async with connect(stream_of(address), max_size=None) as socket:
                await Session(socket).open()
        await asyncio.sleep(1)
        after.append(round(resident(process)))
    return {"an open session holds, MB": round(held, 1), "server after 20, 40, … 100 sessions, MB": after}


def resident(process: int) -> float:
    """The memory of a process, MB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    moves = 6 if parser.parse_args().quick else 40
    print(json.dumps({"processors": os.cpu_count()}))
    with running() as (address, process):
        print(json.dumps({"the example": in_the_browser(address, moves)}, indent=2))
        many = asyncio.run(with_many(address, SESSIONS, max(3, moves // 4)))
        print(json.dumps({f"{SESSIONS} sessions, from slider to the end of the answer, ms": many}))
        print(json.dumps(asyncio.run(memory_of_sessions(address, process)), ensure_ascii=False))
    with tempfile.TemporaryDirectory() as folder, running(large_company(Path(folder))) as (address, process):
        print(json.dumps({"100 initiatives, 10,000 draws": in_the_browser(address, moves)}, indent=2))
        print(json.dumps({"server at that size, MB": round(resident(process))}))


if __name__ == "__main__":
    main()
