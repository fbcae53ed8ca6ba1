"""Starts the web application."""

import os
import sys
from pathlib import Path
from typing import NoReturn

from prioritizer.errors import Complaint, InputError
from prioritizer.language import _

APP = Path(__file__).parents[2] / "app.py"


def serve(scenario: Path | None, port: int) -> NoReturn:
    """Become the server of the application on a scenario file, or on the example where there is none.

    Raises InputError where the application's script does not lie beside the package.
    """
    if not APP.is_file():
        remedy = _("Install Prioritizer from its source folder, as the README says, and start it from there.")
        raise InputError([Complaint(_("the application is not there"), remedy, file=str(APP))])
    command = [sys.executable, "-m", "streamlit", "run", str(APP)]
    options = [f"--server.port={port}"]
    given = ["--", str(scenario.resolve())] if scenario else []
    os.execv(sys.executable, [*command, *options, *given])
