"""The company of the engine's benchmark: seeded facts of any number, and forty metrics over them.

5,000 workers in 120 teams of 8 departments, one in fifty of whom changes teams once; two years of jobs and of
customers' answers, in the order of time, as such tables grow. Every value follows from a row's number, so the facts
are the same on every machine.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from scorecard.definition import Definition

BEGIN, END = datetime(2024, 7, 1), datetime(2026, 6, 29)
NOW = datetime(2026, 6, 28, 23, 59)
WEEKS = 26
WORKERS, TEAMS, DEPARTMENTS, CUSTOMERS = 5_000, 120, 8, 400_000
LEVELS = ("enterprise", "department", "team", "worker")


def _draw(salt: int, below: int) -> str:
    return f"CAST(hash(i * 1000 + {salt}) % {below} AS INTEGER)"


def _moment(rows: int, begin: datetime, end: datetime) -> str:
    span = int((end - begin).total_seconds())
    return f"TIMESTAMP '{begin}' + INTERVAL 1 SECOND * CAST(floor(i * {span / rows!r}) AS BIGINT)"


def make(file: Path, rows: int, begin: datetime = BEGIN) -> None:
    """Write the company with so many fact rows up to the end: nine in ten are jobs, the others answers."""
    with duckdb.connect(str(file), config={"threads": 2, "memory_limit": "1GB"}) as facts:
        for name, statement in _facts(rows, begin, END).items():
            facts.execute(f"CREATE TABLE {name} AS {statement}")
        team = f"(i * 7 + moved) % {TEAMS}"
        facts.execute(
            "CREATE TABLE staff AS SELECT CAST(i AS INTEGER) AS worker_id, 'Team ' || lpad(CAST("
            f"{team} AS VARCHAR), 3, '0') AS team,"
            f" 'Department ' || CAST({team} % {DEPARTMENTS} AS VARCHAR) AS department,"
            " CASE WHEN moved = 1 THEN TIMESTAMP '2026-04-01' END AS valid_from,"
            " CASE WHEN moved = 0 AND i % 50 = 0 THEN TIMESTAMP '2026-04-01' END AS valid_to"
            f" FROM range({WORKERS}) t(i), (VALUES (0), (1)) m(moved) WHERE moved = 0 OR i % 50 = 0"
        )


def add(file: Path, rows: int, begin: datetime, end: datetime) -> None:
    """Let so many facts more come, of some time after all others; once."""
    with duckdb.connect(str(file), config={"threads": 2, "memory_limit": "1GB"}) as facts:
        for name, statement in _facts(rows, begin, end, 1_000_000_000).items():
            facts.execute(f"INSERT INTO {name} {statement}")


def _facts(rows: int, begin: datetime, end: datetime, first: int = 0) -> dict[str, str]:
    """By table the statement that draws its rows, numbered from ``first``."""
    answers = rows // 10
    jobs = rows - answers
    return {
        "jobs": (
            f"SELECT {first} + i AS id, {_moment(jobs, begin, end)} AS done_at, {_draw(1, WORKERS)} AS worker_id,"
            f" {_draw(2, CUSTOMERS)} AS customer_id, 5 + {_draw(3, 240)} AS minutes,"
            f" {_draw(4, 50_000)} / 100.0 AS cost, {_draw(5, 4)} AS parts, {_draw(6, 10)} < 8 AS fixed,"
            f" {_draw(7, 20)} = 0 AS again, {_draw(8, 7)} = 0 AS late,"
            f" ['install', 'repair', 'repair', 'move'][1 + {_draw(9, 4)}] AS kind FROM range({jobs}) t(i)"
        ),
        "answers": (
            f"SELECT {first} + i AS id, {_moment(answers, begin, end)} AS answered_at,"
            f" {_draw(11, WORKERS)} AS worker_id,"
            f" CASE WHEN {_draw(12, 25)} > 0 THEN {_draw(13, 11)} END AS score, {_draw(14, 6)} > 0 AS kept,"
            f" {_draw(15, 900)} / 10.0 AS wait FROM range({answers}) t(i)"
        ),
    }


def copy(file: Path, folder: Path, connection: Any) -> None:
    """Copy the company into PostgreSQL, over a connection of psycopg's own."""
    kinds = {"INTEGER": "INTEGER", "DOUBLE": "DOUBLE PRECISION", "BOOLEAN": "BOOLEAN", "TIMESTAMP": "TIMESTAMP"}
    with duckdb.connect(str(file), read_only=True) as facts, connection.cursor() as cursor:
        for name in ("jobs", "answers", "staff"):
            columns = facts.execute(f"SELECT column_name, column_type FROM (DESCRIBE {name})").fetchall()
            declared = ", ".join(f"{column} {kinds.get(kind, 'TEXT')}" for column, kind in columns)
            cursor.execute(f"CREATE TABLE {name} ({declared})")
            text = folder / f"{name}.csv"
            facts.execute(f"COPY {name} TO '{text}' (HEADER false)")
            with text.open("rb") as lines, cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copied:
                while block := lines.read(1 << 20):
                    copied.write(block)
            text.unlink()
            cursor.execute(f"ANALYZE {name}")


def _count(words: str | None = None, source: str = "jobs") -> dict[str, Any]:
    return {"source": source, "agg": "count", **({"filter": words} if words else {})}


def _of(agg: str, expr: str, words: str | None = None, source: str = "jobs") -> dict[str, Any]:
    return {"source": source, "agg": agg, "expr": expr, **({"filter": words} if words else {})}


def _ratio(over: str | dict[str, Any], under: str | dict[str, Any]) -> dict[str, Any]:
    return {"type": "ratio", "numerator": over, "denominator": under}


METRICS: dict[str, dict[str, Any]] = {
    "jobs": _count(),
    "installs": _count("kind = 'install'"),
    "repairs": _count("kind = 'repair'"),
    "moves": _count("kind = 'move'"),
    "late_jobs": _count("late"),
    "repeat_jobs": _count("again"),
    "long_jobs": _count("minutes > 180"),
    "dear_repairs": _count("kind = 'repair' and cost > 300"),
    "fixed_jobs": _of("sum_boolean", "fixed"),
    "cost": _of("sum", "cost"),
    "repair_cost": _of("sum", "cost", "kind = 'repair'"),
    "repeat_cost": _of("sum", "cost", "again"),
    "minutes": _of("sum", "minutes"),
    "late_minutes": _of("sum", "minutes", "late"),
    "parts_used": _of("sum", "parts"),
    "average_minutes": _of("average", "minutes"),
    "average_install": _of("average", "minutes", "kind = 'install'"),
    "average_cost": _of("average", "cost"),
    "longest_job": _of("max", "minutes"),
    "customers": _of("count_distinct", "customer_id"),
    "minutes_p90": _of("percentile", "minutes") | {"percentile": 0.9},
    "answers": _count(source="answers"),
    "unhappy": _count("score <= 4", "answers"),
    "nps": {"type": "nps", "source": "answers", "expr": "score", "target": 10},
    "average_score": _of("average", "score", source="answers"),
    "average_wait": _of("average", "wait", source="answers"),
    "kept_promise": _ratio(_of("sum_boolean", "kept", source="answers"), "answers"),
    "first_visit_fix": _ratio(_count("fixed and not again"), "jobs") | {"target": 0.8},
    "on_time": _ratio(_count("not late"), "jobs") | {"target": 0.9},
    "install_on_time": _ratio(_count("kind = 'install' and not late"), "installs"),
    "repeat_rate": _ratio("repeat_jobs", "jobs"),
    "cost_per_job": _ratio("cost", "jobs"),
    "parts_per_repair": _ratio(_of("sum", "parts", "kind = 'repair'"), "repairs"),
    "answer_rate": _ratio("answers", "jobs"),
    "jobs_per_customer": _ratio("jobs", "customers"),
    "cost_per_hour": {"type": "derived", "expr": "60 * cost / minutes"},
    "other_cost": {"type": "derived", "expr": "coalesce(cost, 0) - coalesce(repair_cost, 0)"},
    "rolling_jobs": {"type": "cumulative", "metric": "jobs", "window": "28 days"},
    "service": {"type": "index", "of": {"first_visit_fix": 2, "on_time": 1, "nps": 1}},
    "strain": {"type": "derived", "expr": "late_jobs + 2 * repeat_jobs + 3 * coalesce(unhappy, 0)"},
}


def described(url: str) -> dict[str, Any]:
    """The company's scorecard over a database that holds its facts, as its YAML says it."""
    return {
        "title": "Benchmark",
        "calendar": {"time_zone": "Europe/London", "grain": "week", "history": {"week": WEEKS}},
        "warehouse": {"url": url, "statement_timeout": "10 minutes"},
        "organisation": {
            "levels": list(LEVELS),
            "roster": {
                "table": "staff",
                "columns": {"worker": "worker_id", "team": "team", "department": "department"},
                "valid_from": "valid_from",
                "valid_to": "valid_to",
            },
        },
        "sources": {
            "jobs": {"table": "jobs", "time": "done_at", "units": {"worker": "worker_id"}},
            "answers": {"table": "answers", "time": "answered_at", "units": {"worker": "worker_id"}},
        },
        "metrics": METRICS,
    }


def definition(url: str) -> Definition:
    """The company's scorecard over a database that holds its facts, in its last week."""
    said = described(url)
    return Definition.model_validate({**said, "calendar": {**said["calendar"], "as_of": NOW}})
