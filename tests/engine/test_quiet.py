"""A solver's own lines go nowhere; what comes before and after is printed."""

import subprocess
import sys

PROGRAM = """
import ctypes
from prioritizer.engine.quiet import quiet
print("before", flush=True)
c = ctypes.CDLL(None)
with quiet():
    c.puts(b"from a solver")
print("after")
c.puts(b"from elsewhere")
"""


def test_only_what_is_written_inside_goes_nowhere() -> None:
    said = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout
    assert sorted(said.split("\n")) == ["", "after", "before", "from elsewhere"]


def test_a_fault_inside_gives_the_output_back() -> None:
    program = PROGRAM.replace('c.puts(b"from a solver")', "raise SystemExit(3)")
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import atexit; atexit.register(print, 'still'); {program.strip()}".replace("; \n", "\n"),
        ],
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 3
    assert "still" in ended.stdout


def test_without_an_output_there_is_nothing_to_silence() -> None:
    program = "import os; os.close(1)\nfrom prioritizer.engine.quiet import quiet\nwith quiet():\n    pass\n"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
