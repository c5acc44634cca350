"""Opening a database: declared files, limits, what is refused, and how failures are told."""

from __future__ import annotations

import gzip
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from metrics.warehouse import open_warehouse
from scorecard.definition import Definition
from scorecard.faults import Faulty
from scorecard.warehouse import Request
from tests.unit.metrics.visits import (
    ENGINES,
    NOW,
    SECRET,
    WORDS,
    ask,
    csv_source,
    defined,
    faults,
    make_database,
)


@pytest.fixture
def database(tmp_path: Path) -> Callable[[str], str]:
    return make_database(tmp_path)


def test_declared_files_become_tables(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for part, minutes in ((1, 30), (2, 12)):
        text = f"at,worker,minutes\n2026-01-0{part} 10:00:00,ann,{minutes}\n"
        (tmp_path / "in" / f"jobs{part}.csv.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "home").mkdir()
    readings = ask(csv_source({"jobs": "../in/jobs*.csv.gz"}), tmp_path / "home")
    assert readings.failed == {}
    assert readings.table.reading("sum", 0, 0).value == 42


def test_parquet_beside_a_database_file(tmp_path: Path, database: Callable[[str], str]) -> None:
    rows = {"at": [datetime(2026, 1, 5)], "worker": ["ann"], "minutes": [5]}
    pq.write_table(pa.table(rows), tmp_path / "jobs.parquet")
    definition = csv_source({"jobs": "jobs.parquet"}, database("duckdb"))
    with open_warehouse(definition, tmp_path) as warehouse:
        for _ in range(2):
            readings = warehouse.read(Request(("sum",), ("company",)), NOW)
            assert readings.table.reading("sum", 0, 0).value == 5


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert faults(csv_source({"jobs": "in/jobs.csv"}), tmp_path) == [
        "warehouse.files.jobs: there is no file 'jobs.csv'"
    ]


def test_a_file_that_is_no_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "jobs.parquet").write_bytes(b"nothing")
    (told,) = faults(csv_source({"jobs": "jobs.parquet"}), tmp_path)
    assert told == "warehouse.files.jobs: the file 'jobs.parquet' cannot be read as a table"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_missing_database_is_a_fault_and_is_not_created(engine: str, tmp_path: Path) -> None:
    (told,) = faults(defined(f"{engine}:///{tmp_path}/gone.{engine}"), tmp_path)
    assert told == f"warehouse.url: there is no database file 'gone.{engine}'"
    assert list(tmp_path.iterdir()) == []


def test_a_relative_address_begins_at_the_scorecards_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, start = tmp_path / "scorecard", tmp_path / "elsewhere"
    for folder in (home, start):
        (folder / "data").mkdir(parents=True)
    monkeypatch.chdir(start)
    url = "sqlite:///data/facts.sqlite"
    (told,) = faults(defined(url), home)
    assert "no database file 'facts.sqlite', neither in the scorecard's folder nor where" in told
    for folder, value in ((start, 1), (home, 2)):
        with closing(sqlite3.connect(folder / "data" / "facts.sqlite")) as made:
            made.execute(
                "CREATE TABLE visits AS SELECT '2026-01-05 10:00' AS at, 'ann' AS worker, ? AS minutes", (value,)
            )
            made.commit()
        readings = ask(defined(url), home)
        assert readings.table.reading("sum", 0, 0).value == value, (
            "the scorecard's own file wins over that of the start"
        )


@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_that_is_no_database(engine: str, tmp_path: Path) -> None:
    file = tmp_path / "facts"
    file.write_bytes(b"not a database, " * 1000)
    definition = defined(f"{engine}:///{file}")
    with pytest.raises(Faulty, match="database"), open_warehouse(definition, tmp_path) as warehouse:
        raise Faulty(warehouse.check())


def test_a_file_that_is_no_duckdb_says_so(tmp_path: Path) -> None:
    (tmp_path / "facts").write_bytes(b"not a database, " * 1000)
    (told,) = faults(defined(f"duckdb:///{tmp_path}/facts"), tmp_path)
    assert told == "warehouse.url: the database cannot be opened: the file is no DuckDB database"


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (f"oracle://me:{SECRET}@host/db", "the kind of database 'oracle' is not supported"),
        (f"me:{SECRET}", "this is not a database address"),
        (f"nonsense+{SECRET}://", "not supported"),
    ],
)
def test_other_addresses_are_told_without_their_secrets(url: str, message: str, tmp_path: Path) -> None:
    (told,) = faults(defined(url), tmp_path)
    assert message in told
    assert SECRET not in told


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE visits",
        "SELECT * FROM visits; DROP TABLE visits",
        "DELETE FROM visits RETURNING *",
        "WITH gone AS (DELETE FROM visits RETURNING *) SELECT * FROM gone",
        "INSERT INTO visits SELECT * FROM visits",
        "CREATE TABLE x AS SELECT 1",
        "PRAGMA table_info('visits')",
        "ATTACH 'x' AS y",
        "SELECT * FROM visits) AS a; DROP TABLE visits; SELECT * FROM (SELECT 1",
        "COPY visits TO 'x.csv'",
        "SELECT",
        "SELECT 1 /*",
    ],
)
def test_a_query_only_selects(engine: str, query: str, tmp_path: Path, database: Callable[[str], str]) -> None:
    url = database(engine)
    source = {"query": query, "time": "at", "units": {}}
    readings = ask(defined(url, sources={"visits": source}), tmp_path)
    assert set(readings.failed) == {"n", "sum"}
    assert ask(defined(url), tmp_path).table.reading("n", 0, 0).value == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"facts.{engine}"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT *, 'a' AS worker FROM read_csv('{folder}/secret.csv')",
        "SELECT *, 'a' AS worker FROM '{folder}/secret.csv'",
        "SELECT at, worker, content AS minutes FROM visits, read_text('{folder}/secret.csv')",
    ],
)
def test_a_query_reads_no_file(query: str, tmp_path: Path, database: Callable[[str], str]) -> None:
    (tmp_path / "secret.csv").write_text(f"at,minutes\n2026-01-01,{SECRET}\n")
    source = {"query": query.format(folder=tmp_path), "time": "at", "units": {"worker": "worker"}}
    readings = ask(defined(database("duckdb"), sources={"visits": source}), tmp_path)
    assert set(readings.failed) == {"n", "sum"}
    assert SECRET not in str(readings)


def test_files_are_shut_once_declared_files_are_in(tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_text("at,worker,minutes\n2026-01-01 10:00:00,ann,1\n")
    words = csv_source({"jobs": "jobs.csv"}).model_dump(by_alias=True)
    words["sources"]["visits"]["query"] = f"SELECT * FROM read_csv('{tmp_path}/jobs.csv')"
    readings = ask(Definition.model_validate(words), tmp_path)
    assert "it asks for a file or a setting, which is not allowed" in readings.failed["n"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_statement_out_of_time_is_stopped(engine: str, tmp_path: Path, database: Callable[[str], str]) -> None:
    slow = """
        WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 300000000)
        SELECT "at", worker, (SELECT max(i) FROM c) AS minutes FROM visits
    """
    sources = {**WORDS["sources"], "slow": {"query": slow, "time": '"at"', "units": {"worker": "worker"}}}
    late = {"source": "slow", "agg": "sum", "expr": "minutes"}
    later = {"source": "slow", "agg": "median", "expr": "minutes"}
    definition = defined(
        database(engine),
        warehouse={"statement_timeout": "1s"},
        sources=sources,
        metrics={**WORDS["metrics"], "late": late, "later": later},
    )
    began = time.monotonic()
    readings = ask(definition, tmp_path)
    assert time.monotonic() - began < 6
    assert set(readings.failed) == {"late", "later"}
    assert readings.failed["late"].startswith("source 'slow': ")
    assert readings.failed["late"].endswith("it took longer than the time-out of 1 s")
    assert readings.table.reading("sum", 0, 0).value == 42
