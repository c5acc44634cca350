"""What a server may take and give: time, no writes, its own types read as the few that expressions know."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from metrics.engines import Engine, QueryError, open_engine
from metrics.warehouse import open_warehouse
from scorecard.definition import Definition, Warehouse
from scorecard.faults import Faulty
from scorecard.warehouse import Request
from tests.engines.engines import Database
from tests.engines.servers import free_port

SLOW = {
    "postgresql": "SELECT pg_sleep(30)",
    "mariadb": "SELECT sum(a.seq * b.seq) FROM seq_1_to_1000000 a, seq_1_to_1000000 b",
    "clickhousedb": "SELECT sum(sleepEachRow(0.1)) FROM numbers(300) SETTINGS max_block_size = 1",
    "spark": "SELECT count(*) FROM range(1000000000000) WHERE hash(id) = 7",
}
IDENTIFIER = "00000000-0000-0000-0000-00000000000a"
TYPES = {
    "postgresql": """
        CREATE TYPE mood AS ENUM ('Good', 'bad');
        CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        CREATE TABLE t (moment TIMESTAMP, worker UUID, mood mood, code CHAR(6) COLLATE caseless, x NUMERIC, y FLOAT,
                        blob BYTEA);
        INSERT INTO t VALUES
            ('2026-01-05 10:00:00', '00000000-0000-0000-0000-00000000000a', 'Good', 'ab', 1.5, 'NaN', 'x'),
            ('2026-01-05 11:00:00', '00000000-0000-0000-0000-00000000000a', 'bad', 'AB', 'NaN', 2.5, 'x')""",
    "mariadb": """
        CREATE TABLE t (moment DATETIME, worker CHAR(36) CHARACTER SET latin1,
                        mood ENUM('Good', 'bad'), code CHAR(6), x DECIMAL(8,2), y DOUBLE, `blob` BLOB);
        INSERT INTO t VALUES
            ('2026-01-05 10:00:00', '00000000-0000-0000-0000-00000000000a', 'Good', 'ab', 1.5, NULL, 'x'),
            ('2026-01-05 11:00:00', '00000000-0000-0000-0000-00000000000a', 'bad', 'AB', NULL, 2.5, 'x')""",
    "clickhousedb": """
        CREATE TABLE t (moment DateTime NOT NULL, worker UUID NOT NULL, mood Enum8('Good' = 1, 'bad' = 2) NOT NULL,
                        code LowCardinality(String) NOT NULL, x Decimal(8, 2) NULL, y Float64 NOT NULL,
                        blob Array(Int8) NOT NULL);
        INSERT INTO t VALUES
            ('2026-01-05 10:00:00', '00000000-0000-0000-0000-00000000000a', 'Good', 'ab', 1.5, nan, []),
            ('2026-01-05 11:00:00', '00000000-0000-0000-0000-00000000000a', 'bad', 'AB', NULL, 2.5, [])""",
    "spark": """
        CREATE TABLE t (moment TIMESTAMP_NTZ, worker STRING, mood STRING, code VARCHAR(6), x DECIMAL(8,2), y DOUBLE,
                        blob BINARY);
        INSERT INTO t VALUES
            ('2026-01-05 10:00:00', '00000000-0000-0000-0000-00000000000a', 'Good', 'ab', 1.5, double('NaN'), X'1A'),
            ('2026-01-05 11:00:00', '00000000-0000-0000-0000-00000000000a', 'bad', 'AB', NULL, 2.5, X'1A')""",
}  # fmt: skip


@pytest.fixture
def engine(database: Database, tmp_path: Path) -> Iterator[Engine]:
    database.fill("CREATE TABLE t (moment TIMESTAMP, v DOUBLE)")
    opened = open_engine(Warehouse(url=database.url, statement_timeout="1s"), tmp_path)
    yield opened
    opened.sqlalchemy.dispose()


def test_a_statement_ends_at_its_time_out_and_the_connection_lives_on(engine: Engine) -> None:
    with engine.connection() as connection:
        begun = time.monotonic()
        with pytest.raises(QueryError, match="longer than the time-out of 1 s") as told:
            engine.fetch(connection, sa.text(SLOW[engine.dialect.name]))
        assert told.value.timed_out
        assert time.monotonic() - begun < 6
    with engine.connection() as connection:
        assert engine.fetch(connection, sa.text("SELECT 1 AS one")).to_pylist() == [{"one": 1}]


@pytest.mark.parametrize("words", ["CREATE TABLE other (v INTEGER)", "INSERT INTO t (v) VALUES (1)", "DROP TABLE t"])
def test_nothing_is_written(engine: Engine, words: str) -> None:
    with engine.connection() as connection:
        with pytest.raises(sa.exc.DBAPIError) as refused:
            connection.exec_driver_sql(words)
        assert engine.dialect.complaint(refused.value) == "it asks for a change, which is not allowed"


def test_types_of_its_own_are_text_and_what_is_no_number_is_missing(database: Database, tmp_path: Path) -> None:
    name = sa.make_url(database.url).get_backend_name()
    database.fill_as_is(TYPES[name])
    definition = Definition.model_validate(
        {
            "warehouse": {"url": database.url},
            "organisation": {"levels": ["company", "worker"]},
            "sources": {
                "t": {"table": "t", "time": "moment", "units": {"worker": "worker"}, "dimensions": {"code": "code"}}
            },
            "metrics": {
                "good": {"source": "t", "agg": "count", "filter": "mood = 'Good'"},
                "small": {"source": "t", "agg": "count", "filter": "code = 'ab'"},
                "like": {"source": "t", "agg": "count", "filter": "code like 'a%'"},
                "codes": {"source": "t", "agg": "count_distinct", "expr": "code"},
                "x": {"source": "t", "agg": "sum", "expr": "x"},
                "y": {"source": "t", "agg": "average", "expr": "y"},
                "blob": {"source": "t", "agg": "sum", "expr": "x", "filter": "worker like '%a'"},
            },
        }
    )
    with open_warehouse(definition, tmp_path) as warehouse:
        assert warehouse.check() == []
        request = Request(tuple(definition.metrics), ("company", "worker"), grain="day")
        readings = warehouse.read(request, datetime(2030, 1, 1))
        rows = warehouse.rows("t", {"worker": "worker", "at": "moment", "code": "code"}, 1)
        told = warehouse.explain("good", ("worker", IDENTIFIER), datetime(2030, 1, 1))
    assert told.statements
    assert readings.failed == {}
    table = readings.segments[()]
    for unit in (("company", "all"), ("worker", IDENTIFIER)):
        found = {metric: table.reading(metric, table.org.row_of[unit], 0).value for metric in definition.metrics}
        assert found == {"good": 1, "small": 1, "like": 1, "codes": 2, "x": 1.5, "y": 2.5, "blob": 1.5}
    assert rows == [{"worker": IDENTIFIER, "at": datetime(2026, 1, 5, 11), "code": "AB"}]


def test_what_is_wrong_with_the_address_is_told(database: Database, tmp_path: Path) -> None:
    url = sa.make_url(database.url)
    if not url.port:
        pytest.skip("it runs in this process and has no address")
    wrong: Mapping[str, tuple[sa.URL, str]] = {
        "port": (url.set(port=free_port()), "nothing answers at its address"),
        "database": (url.set(database="nowhere"), "there is no database 'nowhere'"),
    }
    for address, words in wrong.values():
        with pytest.raises(Faulty, match=words):
            open_engine(Warehouse(url=address.render_as_string(hide_password=False)), tmp_path)


def test_files_are_refused(database: Database, tmp_path: Path) -> None:
    with pytest.raises(Faulty, match="'files' are for a DuckDB warehouse"):
        open_engine(Warehouse(url=database.url, files={"t": "t.csv"}), tmp_path)


@pytest.mark.parametrize("text", ["soon", "2026-02-29", "2026-13-01", "2026-01-05 25:00:00", "0000-01-01", "", "12"])
def test_a_text_that_is_no_moment_is_missing(database: Database, tmp_path: Path, text: str) -> None:
    assert read_texts(database, tmp_path, text) == ([], 1)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2028-02-29", "2028-02-29 00:00:00"),
        ("2026-07-05T10:00", "2026-07-05 10:00:00"),
        (" 2026-07-05 10:00:00.25 ", "2026-07-05 10:00:00.250000"),
        ("2026-07-05T10:00:00Z", "2026-07-05 11:00:00"),
        ("2026-07-05 10:00:00-0330", "2026-07-05 14:30:00"),
        ("2026-07-05 10:00:00+10", "2026-07-05 01:00:00"),
        ("2026-07-05 10:00:00+1400", "2026-07-04 21:00:00"),
        ("2026-7-5 9:00:00", "2026-07-05 09:00:00"),
    ],
)
def test_a_text_that_is_a_moment_is_read(database: Database, tmp_path: Path, text: str, moment: str) -> None:
    assert read_texts(database, tmp_path, text) == ([moment], 0)


def read_texts(database: Database, folder: Path, text: str) -> tuple[list[str], int]:
    """The local times in London that a text says, and how many rows were told to have none."""
    database.fill(f"CREATE TABLE said (moment TEXT, worker TEXT); INSERT INTO said VALUES ('{text}', 'ann')")
    definition = Definition.model_validate(
        {
            "calendar": {"time_zone": "Europe/London"},
            "warehouse": {"url": database.url},
            "organisation": {"levels": ["company", "worker"]},
            "sources": {"said": {"table": "said", "time": "moment"}},
            "metrics": {"n": {"source": "said", "agg": "count"}},
        }
    )
    with open_warehouse(definition, folder) as warehouse:
        told = warehouse.read(Request(("n",), ("company",), grain="day"), datetime(2030, 1, 1)).faults
        rows = warehouse.rows("said", {"at": "cast(moment as timestamp)"}, 5)
    return [str(row["at"]) for row in rows], sum("1 row has no time" in fault.message for fault in told)


def test_a_group_too_large_for_an_exact_percentile_is_an_error(database: Database, tmp_path: Path) -> None:
    if not database.url.startswith("mariadb"):
        pytest.skip("it has an exact percentile of its own")
    values = ", ".join(f"('2026-01-05 10:00:00', {value})" for value in range(50))
    database.fill(f"CREATE TABLE t (moment TIMESTAMP, v DOUBLE); INSERT INTO t VALUES {values}")
    definition = Definition.model_validate(
        {
            "warehouse": {"url": database.url},
            "organisation": {"levels": ["company", "worker"]},
            "sources": {"t": {"table": "t", "time": "moment"}},
            "metrics": {"middle": {"source": "t", "agg": "median", "expr": "v"}},
        }
    )
    request = Request(("middle",), ("company",))
    with open_warehouse(definition, tmp_path) as warehouse:
        table = warehouse.read(request, datetime(2030, 1, 1)).segments[()]
        assert table.reading("middle", 0, 0).value == 24.5
    with open_warehouse(definition, tmp_path) as warehouse:
        pool = warehouse._engine.sqlalchemy
        sa.event.listen(pool, "checkout", lambda connection, *_: narrow(connection))
        readings = warehouse.read(request, datetime(2030, 1, 1))
    assert "a group has too many values for an exact percentile" in readings.failed["middle"]


def narrow(connection: sa.engine.interfaces.DBAPIConnection) -> None:
    """Let a session put only a little into one text."""
    cursor = connection.cursor()
    cursor.execute("SET SESSION group_concat_max_len = 64")
    cursor.close()


@pytest.mark.parametrize(("url", "driver"), [("postgresql://h/d", "psycopg"), ("mariadb://h/d", "pymysql")])
def test_a_driver_that_is_missing_is_named(
    url: str, driver: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, driver, None)
    with pytest.raises(Faulty, match=r"pip install 'golden-thread\[" + sa.make_url(url).get_backend_name()):
        open_engine(Warehouse(url=url), tmp_path)
