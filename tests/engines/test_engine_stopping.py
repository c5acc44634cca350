"""A statement that is stopped, by its time-out or by Ctrl-C, runs on nowhere: the server itself is asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from metrics.dialects import postgresql
from metrics.engines import QueryError, open_engine
from scorecard.definition import Warehouse
from tests.engines.engines import Database

ROOT = Path(__file__).parents[2]
SLOW = {
    "postgresql": "SELECT TIMESTAMP '2026-01-05 10:00:00' AS moment, pg_sleep(600) IS NULL AS v",
    "mariadb": "SELECT TIMESTAMP'2026-01-05 10:00:00' AS moment, sum(a.seq * b.seq) AS v"
               " FROM seq_1_to_1000000 a, seq_1_to_1000000 b",
}  # fmt: skip
RUNNING = {
    "postgresql": "SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND query LIKE '%pg_sleep%'"
                  " AND application_name = 'golden-thread'",
    "mariadb": "SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%seq_1_to_1000000 a%'"
               " AND id <> connection_id()",
}  # fmt: skip


@pytest.fixture
def running(database: Database) -> Callable[[], int]:
    """How many of our slow statements the server is at work on."""
    name = sa.make_url(database.url).get_backend_name()
    if name not in RUNNING:
        pytest.skip("no other session can see what it is at work on")

    def count() -> int:
        with database.writer.connect() as connection:
            return int(connection.exec_driver_sql(RUNNING[name].replace("%", "%%")).scalar_one())

    return count


def until(true: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_watchdog_of_the_client_leaves_nothing_running(
    database: Database, running: Callable[[], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "GRACE_SECONDS", 600)  # so that the server's own time-out cannot be what ends it
    engine = open_engine(Warehouse(url=database.url, statement_timeout="2s"), tmp_path)
    failed: list[QueryError] = []

    def ask() -> None:
        with engine.connection() as connection, pytest.raises(QueryError) as told:
            engine.fetch(connection, sa.text(SLOW[engine.dialect.name]))
        failed.append(told.value)

    thread = threading.Thread(target=ask)
    thread.start()
    until(lambda: running() == 1)
    thread.join(timeout=60)
    assert [error.timed_out for error in failed] == [True]
    until(lambda: running() == 0, 5)
    with engine.connection() as connection:
        assert engine.fetch(connection, sa.text("SELECT 1 AS one")).to_pylist() == [{"one": 1}]
    engine.sqlalchemy.dispose()


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_asked_to_stop_leaves_nothing_running(
    database: Database, running: Callable[[], int], tmp_path: Path, asked: signal.Signals
) -> None:
    name = sa.make_url(database.url).get_backend_name()
    words: dict[str, Any] = {
        "title": "Slow",
        "warehouse": {"url": database.url, "statement_timeout": "10 minutes"},
        "organisation": {"levels": ["company", "worker"]},
        "sources": {"slow": {"query": SLOW[name], "time": "moment"}},
        "metrics": {"n": {"source": "slow", "agg": "count"}},
    }
    (tmp_path / "scorecard.yaml").write_text(yaml.safe_dump(words))
    call = [sys.executable, "-m", "scorecard", "query", "n", "--config", str(tmp_path), "--grain", "day"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(call, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as it:
        until(lambda: running() == 1 or it.poll() is not None)
        it.send_signal(asked)
        said = it.communicate(timeout=60)
    assert it.returncode == 130, said
    assert "Traceback" not in said[1]
    until(lambda: running() == 0, 5)
