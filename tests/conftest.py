"""How `make test` shares the tests out among processes; `pytest` by itself runs them one after the other."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings

BROWSER = "tests/browser/"

# How long an example takes says how busy the machine is, and nothing about the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file stays in one process, where what its tests share is made once; so do all tests with a browser, which would
    be in each other's way."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::", 1)[0]
            return BROWSER if file.startswith(BROWSER) else file

    return ByFile(config, log)
