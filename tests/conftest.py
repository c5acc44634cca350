"""What every test can rely on: a clean environment, one way of drawing examples, and a browser or a plain word."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.browser import chromium

# A red run must be about the change, not about the dice or about two busy cores.
settings.register_profile("suite", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("suite")

BROWSER = pytest.StashKey[str | None]()
"""The path of the Chromium that is driven; absent until a test asked for one."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the browser tests where no browser is; it is looked for only if one of them was collected."""
    wanting = [item for item in items if item.get_closest_marker("browser")]
    if not wanting:
        return
    found = chromium.find(os.environ)
    config.stash[BROWSER] = str(found) if found else None
    if found is None:
        for item in wanting:
            item.add_marker(pytest.mark.skip(reason=chromium.MISSING))


@pytest.fixture(autouse=True, scope="session")
def _own_environment() -> Iterator[None]:
    """Take away the settings of the person who runs the tests: what a test needs, it sets."""
    theirs = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(("GOLDEN_THREAD_", "DASH_"))}
    yield
    os.environ.update(theirs)
