"""Starts the web application."""

import ipaddress
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from prioritizer.errors import Complaint, InputError
from prioritizer.language import _

APP = Path(__file__).parents[2] / "app.py"
LOCAL = "127.0.0.1"
LOCAL_NAMES = ("localhost", LOCAL)


def serve(
    given: Path | None, port: int, address: str = LOCAL, hosts: Sequence[str] = (), *, signs_in: bool = False
) -> NoReturn:
    """Become the server of the application on a file or a workspace, or on the demonstration where there is none.

    Args:
        address: where it listens; beyond this machine only where people sign in.
        hosts: names and addresses, besides those of this machine, under which browsers reach it.
        signs_in: whether `given` is a workspace, in which people sign in.

    Raises:
        InputError: it may not listen there, or the application's script does not lie beside the package.
    """
    if not APP.is_file():
        remedy = _("Install Prioritizer from its source folder, as the README says, and start it from there.")
        raise InputError([Complaint(_("the application is not there"), remedy, file=str(APP))])
    if not is_local(address):
        _require_safety(address, hosts, signs_in)
    command = [sys.executable, "-m", "streamlit", "run", str(APP)]
    options = [f"--server.port={port}", *_reached_at(address, hosts)]
    arguments = ["--", str(given.resolve())] if given else []
    os.execv(sys.executable, [*command, *options, *arguments])


def is_local(address: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return address == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _require_safety(address: str, hosts: Sequence[str], signs_in: bool) -> None:
    if not signs_in:
        rule = _("can be reached from other machines, and nobody would have to sign in")
        remedy = _("Serve a workspace with --workspace, or leave out --address.")
        raise InputError([Complaint(rule, remedy, place="--address", value=address)])
    try:
        everywhere = ipaddress.ip_address(address).is_unspecified
    except ValueError:
        remedy = _("Give the number of one of this machine's addresses, or 0.0.0.0 for all.")
        raise InputError([Complaint(_("is no address"), remedy, place="--address", value=address)]) from None
    if everywhere and not hosts:
        rule = _("says nothing about the name under which browsers reach it")
        raise InputError([Complaint(rule, _("Give that name with --host."), place="--address", value=address)])


def _reached_at(address: str, hosts: Sequence[str]) -> list[str]:
    """The options that let it be reached elsewhere than the settings beside the application say."""
    if address == LOCAL and not hosts:
        return []
    names = dict.fromkeys([*LOCAL_NAMES, address, *hosts])
    return [f"--server.address={address}", *(f"--server.allowedHosts={name}" for name in names)]
