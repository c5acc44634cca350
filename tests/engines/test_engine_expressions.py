"""One meaning on every server: the expressions of ``tests/unit/metrics/test_expressions.py``, asked there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from metrics.engines import Engine, open_engine
from metrics.expressions import Scope
from metrics.sources import source_scope
from scorecard.definition import Definition
from tests.engines.engines import Database
from tests.unit.metrics import test_expressions as shared
from tests.unit.metrics.examples import DATA, EXAMPLES


@pytest.fixture(scope="module")
def asked(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Scope]]:
    folder = tmp_path_factory.mktemp("expressions")
    database.fill(DATA)
    defined = Definition.model_validate(
        {
            "calendar": {"time_zone": "Europe/London"},
            "warehouse": {"url": database.url},
            "sources": {"t": {"table": "t", "time": "start"}},
        }
    )
    engine = open_engine(defined.warehouse, folder)
    with engine.connection() as live:
        scope = source_scope(engine, live, defined, "t")
    yield engine, scope
    engine.sqlalchemy.dispose()


@pytest.mark.parametrize(("text", "value"), EXAMPLES)
def test_means_the_same(asked: tuple[Engine, Scope], text: str, value: object) -> None:
    shared.test_means_the_same(asked, text, value)
