"""An identity provider on this machine, with which people sign in to a workspace by a company account."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.running import free_port

SOURCE = Path(__file__).parent / "oidc"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "prioritizer-tests/oidc"
PATIENCE = 300  # seconds until npm must have fetched what is not there yet
CLIENT = "prioritizer"
INSTALL = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"]


@contextmanager
def provider(redirect: str) -> Iterator[str]:
    """The address of a provider that sends people back to `redirect`."""
    folder, port = _installed(), free_port()
    command = ["node", "provider.mjs", str(port), CLIENT, redirect]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        lines = (line.strip() for line in process.stdout)
        assert "ready" in lines, "the identity provider ended"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def secrets(folder: Path, issuer: str, redirect: str) -> Path:
    """The settings of a company that signs in with the provider, as docs/sign-in.md says."""
    file = folder / "secrets.toml"
    file.write_text(
        "[auth]\n"
        f'redirect_uri = "{redirect}"\n'
        'cookie_secret = "known to the test, and long enough for a key"\n'
        f'client_id = "{CLIENT}"\n'
        'client_secret = "known-to-the-test"\n'
        f'server_metadata_url = "{issuer}/.well-known/openid-configuration"\n'
        "[auth.client_kwargs]\n"
        'scope = "openid email"\n'
        'prompt = "login"\n',
        encoding="utf-8",
    )
    return file


def _installed() -> Path:
    """The folder in which the provider can be started. Skips where it cannot be had on this machine."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"NOT RUN: {program} was not found. Install Node.js 20 or newer (Debian: apt-get install npm).")
    CACHE.mkdir(parents=True, exist_ok=True)
    changed = _copy("package.json")
    _copy("provider.mjs")
    if changed or not (CACHE / "node_modules/oidc-provider").is_dir():
        done = subprocess.run(INSTALL, cwd=CACHE, capture_output=True, text=True, timeout=PATIENCE)
        if done.returncode:
            (CACHE / "package.json").unlink()  # so that the next run tries again
            pytest.skip(
                f"NOT RUN: {' '.join(INSTALL)} failed. Connect to a package registry of npm once. {done.stderr}"
            )
    return CACHE


def _copy(name: str) -> bool:
    """Bring a file up to date; whether it was not."""
    source, target = SOURCE / name, CACHE / name
    if target.exists() and target.read_bytes() == source.read_bytes():
        return False
    shutil.copyfile(source, target)
    return True
