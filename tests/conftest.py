"""How `make test` shares the tests out among processes; `pytest` by itself runs them one after the other."""

import pytest
from hypothesis import HealthCheck, settings

BROWSER = "tests/browser/"

# How long an example takes says how busy the machine is, and nothing about the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.hookimpl(tryfirst=True)  # before the groups become part of the names by which tests are shared out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file stays in one process, where what its tests share is made once; so do all tests with a browser, which would
    be in each other's way."""
    for item in items:
        file = item.nodeid.split("::")[0]
        item.add_marker(pytest.mark.xdist_group(BROWSER if file.startswith(BROWSER) else file))
