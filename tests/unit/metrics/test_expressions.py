"""One meaning on every engine: the same expression over the same rows, on DuckDB and SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from metrics.engines import Engine, open_engine
from metrics.expressions import Scope
from metrics.sources import source_scope
from metrics.typed import condition
from scorecard.definition import Definition
from scorecard.expression import ExpressionError
from tests.unit.metrics.examples import DATA, EXAMPLES


def definition(engine: str, folder: Path) -> Definition:
    return Definition.model_validate(
        {
            "calendar": {"time_zone": "Europe/London"},
            "warehouse": {"url": f"{engine}:///{folder / engine}"},
            "sources": {"t": {"table": "t", "time": "start"}},
        }
    )


@pytest.fixture(scope="module", params=["duckdb", "sqlite"])
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Scope]]:
    folder = tmp_path_factory.mktemp("expressions")
    file = folder / request.param
    connection: Any = duckdb.connect(str(file)) if request.param == "duckdb" else sqlite3.connect(file)
    for statement in DATA.split(";"):
        connection.execute(statement)
    connection.commit()
    connection.close()
    defined = definition(request.param, folder)
    engine = open_engine(defined.warehouse, folder)
    with engine.connection() as live:
        yield engine, source_scope(engine, live, defined, "t")
    engine.sqlalchemy.dispose()


def answer(asked: tuple[Engine, Scope], text: str) -> object:
    engine, scope = asked
    typed = scope.read(text)
    element = (
        sa.case((condition(typed), 1), (sa.not_(condition(typed)), 0)) if typed.kind == "boolean" else typed.element
    )
    with engine.connection() as connection:
        value = engine.fetch(connection, sa.select(element.label("it")).select_from(sa.table("t"))).column(0)[0].as_py()
    if isinstance(value, str) and typed.kind in ("date", "timestamp"):
        value = datetime.fromisoformat(value)
    return value if not isinstance(value, datetime) or typed.kind != "date" else value.date()


@pytest.mark.parametrize(("text", "value"), EXAMPLES)
def test_means_the_same(asked: tuple[Engine, Scope], text: str, value: object) -> None:
    found = answer(asked, text)
    if isinstance(value, int | float) and not isinstance(value, bool) and found is not None:
        assert float(found) == pytest.approx(value)  # type: ignore[arg-type]  # a number of some kind
    else:
        assert found == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ii", "there is no column 'ii' in source 't'"),
        ("strat > 1", "did you mean 'start'"),
        ("s + 1", "'\\+' needs numbers, not text"),
        ("s > 1", "a number and text cannot be compared; cast one of them"),
        ("stop - start", "use seconds_between"),
        ("abs(s)", "a number is expected, not text"),
        ("lower(i)", "'lower' needs text, not a number"),
        ("i like '1%'", "'like' needs text"),
        ("hour(b)", "a date or time is expected, not a yes/no"),
        ("s and b", "a condition is expected, not text"),
        ("case when b then 1 else 'x' end", "cannot be compared"),
        ("coalesce(start, 1)", "cannot be compared"),
        ("start = 3", "a number and a time cannot be compared"),
    ],
)
def test_refuses_what_does_not_fit(asked: tuple[Engine, Scope], text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        asked[1].condition(text)


@pytest.mark.parametrize("name", ["drop table t", "x'; --", 'a"b', "ключ", "select"])
def test_odd_names_are_quoted(name: str, tmp_path: Path) -> None:
    for engine in ("duckdb", "sqlite"):
        quoted = '"' + name.replace('"', '""') + '"'
        file = tmp_path / engine
        connection: Any = duckdb.connect(str(file)) if engine == "duckdb" else sqlite3.connect(file)
        connection.execute(f"CREATE TABLE {quoted} ({quoted} INTEGER, start TIMESTAMP)")
        connection.execute(f"INSERT INTO {quoted} VALUES (1, '2026-01-01 00:00:00')")
        connection.commit()
        connection.close()
        defined = Definition.model_validate(
            {
                "warehouse": {"url": f"{engine}:///{file}"},
                "sources": {"t": {"table": name, "time": "start"}},
            }
        )
        opened = open_engine(defined.warehouse, tmp_path)
        with opened.connection() as live:
            element = source_scope(opened, live, defined, "t").read(name).element
            found = opened.fetch(live, sa.select(element.label("it")).select_from(sa.table(name)))
        opened.sqlalchemy.dispose()
        assert float(found.column(0)[0].as_py()) == 1
