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

DATA = """
CREATE TABLE t (i INTEGER, j INTEGER, x DOUBLE, d DECIMAL(8,2), s TEXT, u TEXT, b BOOLEAN, day DATE, start TIMESTAMP,
                stop TIMESTAMP, aware TIMESTAMPTZ, n INTEGER);
INSERT INTO t VALUES (7, 2, 2.5, 1.25, 'Ärger', ' pad ', true, '2026-03-29', '2026-03-28 22:30:00',
                      '2026-03-30 01:00:30.5', '2026-03-29 01:30:00+00:00', NULL)
"""


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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("i / j", 3.5),
        ("1 / 2", 0.5),
        ("i / 0", None),
        ("i / (j - 2)", None),
        ("i + j * x - d", 10.75),
        ("-i", -7),
        ("d + d", 2.5),
        ("i + n", None),
        ("i > n", None),
        ("n is null", 1),
        ("i is not null", 1),
        ("n = n", None),
        ("n = null", None),
        ("n is null and i > 5", 1),
        ("n > 1 or i > 5", 1),
        ("n > 1 and i > 5", None),
        ("n > 1 and i < 5", 0),
        ("not n > 1", None),
        ("(n > 1) is true", 0),
        ("(i > 1) is true", 1),
        ("(n > 1) is not false", 1),
        ("i in (1, 7)", 1),
        ("i in (1, 2)", 0),
        ("i in (1, null)", None),
        ("i not in (1, null)", None),
        ("i not in (1, 2)", 1),
        ("i between 7 and 8", 1),
        ("not (i between 7 and 8)", 0),
        ("b", 1),
        ("not b", 0),
        ("b = true", 1),
        ("b = false", 0),
        ("b + 1", 2),
        ("i and true", 1),
        ("true", 1),
        ("not false", 1),
        ("null and b", None),
        ("s = 'Ärger'", 1),
        ("s = 'ärger'", 0),
        ("s like 'Ä%'", 1),
        ("s like 'ä%'", 0),
        ("s not like '%rg__'", 0),
        ("s < 'a'", 0),
        ("lower(s)", "ärger"),
        ("upper(s)", "ÄRGER"),
        ("length(s)", 5),
        ("trim(u)", "pad"),
        ("length(trim(u))", 3),
        ("coalesce(n, i)", 7),
        ("coalesce(n, n)", None),
        ("nullif(i, 7)", None),
        ("nullif(i, 8)", 7),
        ("abs(j - i)", 5),
        ("round(x)", 3),
        ("round(-x)", -3),
        ("round(2.345, 2)", 2.35),
        ("round(1.005, 1)", 1.0),
        ("least(i, j)", 2),
        ("least(i, n, j)", 2),
        ("greatest(n, i, x)", 7),
        ("greatest(n, n)", None),
        ("case when i > 5 then 'big' else 'small' end", "big"),
        ("case i when 1 then 'one' when 7 then 'seven' end", "seven"),
        ("case when n > 5 then 1 end", None),
        ("cast('12' as integer)", 12),
        ("cast('2.5' as integer)", 3),
        ("cast('-2.5' as integer)", -3),
        ("cast(x as integer)", 3),
        ("cast(3.5 as integer)", 4),
        ("cast('abc' as integer)", None),
        ("cast('1e400' as double)", None),
        ("cast('nan' as double)", None),
        ("cast(b as integer)", 1),
        ("cast(' 5 ' as double)", 5),
        ("cast(i as text)", "7"),
        ("cast(x as text)", "2.5"),
        ("cast(x * 2 as text)", "5"),
        ("cast(b as text)", "true"),
        ("cast(day as text)", "2026-03-29"),
        ("cast(stop as text)", "2026-03-30 01:00:30.5"),
        ("cast(stop as date) = date '2026-03-30'", 1),
        ("cast('soon' as date)", None),
        ("cast('2026-02-30' as timestamp)", None),
        ("cast('2026-03-29T10:00:00+02:00' as timestamp) = '2026-03-29 09:00:00'", 1),
        ("day = '2026-03-29'", 1),
        ("day < start", 0),
        ("start >= '2026-03-28'", 1),
        ("start < date '2026-03-29'", 1),
        ("aware = '2026-03-29 02:30:00'", 1),
        ("seconds_between(start, stop)", 95430.5),
        ("seconds_between(stop, start)", -95430.5),
        ("seconds_between(start, null)", None),
        ("seconds_between(aware, cast('2026-03-29 03:00:00' as timestamp))", 1800),
        ("days_between(start, stop)", 2),
        ("days_between(stop, day)", -1),
        ("hour(start)", 22),
        ("hour(aware)", 2),
        ("hour(day)", 0),
        ("weekday(start)", 6),
        ("weekday(day)", 7),
        ("weekday(stop)", 1),
        ("1e18 + 1", 1e18),
        ("I + J", 9),
        (" + ".join(["i"] * 40), 280),
        (" or ".join(["i = 1"] * 150) + " or i = 7", 1),
        ("greatest(least(i, n), least(j, coalesce(n, x)), 'x' = s)", 7),
    ],
)
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
