"""One server of each kind for a whole run; where it cannot be had its tests are skipped, and say why."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.engines.engines import STARTERS, Database
from tests.engines.servers import Unavailable

ASKED = os.environ.get("ENGINES", "postgresql mariadb clickhouse").split()
"""Which engines the cases run on; a Spark cluster is large, so it has to be asked for."""


@pytest.fixture(scope="session", params=ASKED)
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A running database of each kind."""
    with ExitStack() as stack:
        try:
            started = stack.enter_context(STARTERS[request.param]())
        except Unavailable as reason:
            pytest.skip(f"{request.param}: {reason}")
        yield started
