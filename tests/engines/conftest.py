"""One server of each kind for a whole run; where it cannot be had its tests are skipped, and say why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.engines.engines import STARTERS, Database
from tests.engines.servers import Unavailable


@pytest.fixture(scope="session", params=STARTERS)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A running database of each kind."""
    with ExitStack() as stack:
        try:
            started = stack.enter_context(STARTERS[request.param]())
        except Unavailable as reason:
            pytest.skip(f"{request.param}: {reason}")
        yield started
