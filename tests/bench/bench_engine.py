"""How fast forty metrics of a large company are read and published, against what the engine itself cannot avoid.

    python tests/bench/bench_engine.py [--rows 1000000 10000000] [--engines duckdb postgresql] [--write]

In one run, side by side: a statement for each metric and level; ours, from the first look at the database to the
published snapshot; the engine's bare scan of the columns that are needed, and its scan with one grouping: of a few
plain sums, and of everything that adds.
Every unit of every level, 26 weeks. Seconds differ from machine to machine; the ratios are what to read.
On a machine that does other work at the same time, ``--clock processor`` counts what this process works instead of
what passes; it sees embedded engines only. ``--write`` puts the table into ``docs/explanation/performance.md``.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from metrics import portable
from metrics.aggregates import parts, row_value
from metrics.asking import axes_of, frame_of, needs, resolve, spans_of
from metrics.engines import open_engine
from metrics.plan import plan, shape
from metrics.session import Session
from metrics.statements import select
from metrics.warehouse import open_warehouse
from scorecard.definition import Definition
from scorecard.publishing import publish
from scorecard.reading import Readings
from scorecard.signalling import signals
from scorecard.snapshot import ID, Snapshot, load_newest
from scorecard.time import kept
from scorecard.warehouse import Request
from scorecard.weighing import weigh_links
from tests.bench import company
from tests.bench.table import ROOT, seconds, table, write
from tests.engines.engines import postgresql
from tests.engines.servers import Unavailable

ROUNDS = 5
Clock = Callable[[], float]
CLOCKS: dict[str, Clock] = {"wall": time.perf_counter, "processor": time.process_time}
COLUMNS = {"jobs": "worker_id customer_id minutes cost parts fixed again late kind done_at",
           "answers": "worker_id score kept wait answered_at"}  # fmt: skip
"""What the forty metrics take, by table; the time is the last."""
ADDED = {"jobs": ("minutes", "cost", "parts"), "answers": ("score", "wait")}
ENGINES = ("duckdb", "postgresql")


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="*", default=[1_000_000, 10_000_000], help="how many facts")
    parser.add_argument("--engines", nargs="*", choices=ENGINES, default=list(ENGINES), help="which engines")
    parser.add_argument("--write", action="store_true", help="put the table into the documents")
    parser.add_argument("--clock", choices=list(CLOCKS), default="wall", help="what is counted")
    parser.add_argument("--ours", help=argparse.SUPPRESS)  # a process of its own, whose memory is told
    asked, _ = parser.parse_known_args()
    clock = CLOCKS[asked.clock]
    if asked.ours:
        print(json.dumps(ours(asked.ours, clock)))
        return
    rows = []
    for many in asked.rows:
        for engine in asked.engines:
            try:
                with filled(engine, many) as url:
                    rows.append(measured(engine, many, url, asked.clock).row())
            except Unavailable as missing:
                print(f"{engine}: left out, {missing}")
                continue
            print(" | ".join(rows[-1]), flush=True)
    text = table(HEAD, rows)
    print(text)
    if asked.write:
        write("engine", text)


@contextmanager
def filled(engine: str, rows: int) -> Iterator[str]:
    """A database with the company in it, gone afterwards. Raises :class:`Unavailable`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "company.duckdb"
        company.make(file, rows)
        if engine == "duckdb":
            yield f"duckdb:///{file}"
            return
        with postgresql() as server:
            with server.writer.connect() as connection:
                company.copy(file, Path(folder), connection.connection.driver_connection)
            yield server.url


HEAD = ("engine", "facts", "bare scan", "plain sums", "all that adds", "one by one", "ours, published", "of it read",
        "analysis", "faster than one by one", "times the scan", "times all that adds", "peak memory")  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """Seconds of one engine at one size, in the middle of several rounds, and the most memory of ours."""

    engine: str
    rows: int
    scan: float
    sums: float
    adds: float
    apart: float
    ours: float
    read: float
    analysis: float
    memory: float

    def row(self) -> tuple[str, ...]:
        """A line of the table."""
        seconds_ = [f"{value:.2f} s" for value in (self.scan, self.sums, self.adds)]
        seconds_ += [f"{self.apart:.1f} s", f"{self.ours:.2f} s", f"{self.read:.2f} s", f"{self.analysis:.2f} s"]
        times = [f"{self.ours / self.scan:.1f} ×", f"{self.ours / self.adds:.1f} ×"]
        faster = f"{self.apart / self.ours:.0f} ×"
        return self.engine, f"{self.rows:,}", *seconds_, faster, *times, f"{self.memory / 1e9:.2f} GB"


def measured(engine: str, rows: int, url: str, by: str) -> Measured:
    """Measure everything on one database; limits and ours take turns, so that a busy machine hits both."""
    clock = CLOCKS[by]
    command = [sys.executable, __file__, "--ours", url, "--clock", by]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    rounds: list[dict[str, float]] = []
    limits: list[tuple[float, float, float]] = []
    for _ in range(ROUNDS):
        limits.append((bare(url, scans, clock), bare(url, sums, clock), adding(url, clock)))
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        rounds.append(json.loads(done.stdout))
    middle = {key: statistics.median(found[key] for found in rounds) for key in rounds[0]}
    scan, plain, adds = (statistics.median(found) for found in zip(*limits, strict=True))
    return Measured(engine, rows, scan, plain, adds, apart(url, clock), **middle)


def bare(url: str, statements: Callable[[str], list[str]], clock: Clock) -> float:
    """How long the engine takes for some statements, fetched as arrays where it can."""
    engine = open_engine(company.definition(url).warehouse, ROOT)
    with engine.connection() as connection:
        connection.execute(sa.text("SELECT 1"))
        spent = sum(
            seconds(lambda words=words: engine.fetch(connection, sa.text(words)), clock)
            for words in statements(engine.dialect.name)
        )
    engine.sqlalchemy.dispose()
    return spent


def _within(table_: str) -> str:
    weeks = kept(company.definition("duckdb://").calendar, "week", company.NOW)
    time = COLUMNS[table_].split()[-1]
    return f"{time} >= TIMESTAMP '{weeks[0].start}' AND {time} < TIMESTAMP '{weeks[-1].stop}'"


def scans(dialect: str) -> list[str]:
    """A look at every needed column of the needed weeks. DuckDB counts without reading values, so it finds the most."""
    look = {"duckdb": "max"}.get(dialect, "count")
    return [
        f"SELECT {', '.join(f'{look}({column})' for column in columns.split())} FROM {name} WHERE {_within(name)}"
        for name, columns in COLUMNS.items()
    ]


def sums(_: str) -> list[str]:
    """The least that adds up: rows and every number as it is, by worker and week, in one statement a table."""
    found = []
    for name, columns in COLUMNS.items():
        week = f"date_trunc('week', {columns.split()[-1]})"
        sums = ", ".join(f"sum({column})" for column in ADDED[name])
        found.append(f"SELECT worker_id, {week}, count(*), {sums} FROM {name} WHERE {_within(name)} GROUP BY 1, 2")
    return found


def adding(url: str, clock: Clock) -> float:
    """How long the engine takes to add up everything that adds of the forty metrics, fetched as arrays."""
    about = company.definition(url)
    engine = open_engine(about.warehouse, ROOT)
    with engine.connection() as connection:
        session = Session(engine, connection, about)
        spent = sum(
            seconds(lambda statement=statement: session.take(statement), clock)
            for statement in _additions(session, about)
        )
    engine.sqlalchemy.dispose()
    return spent


def _additions(session: Session, about: Definition) -> list[sa.Select[Any]]:
    """Every part that adds, with its condition and once, by worker and week: one statement a table, no organisation."""
    weeks = kept(about.calendar, "week", company.NOW)
    wanted = needs(resolve(session, _request(about, tuple(company.METRICS), company.LEVELS), company.NOW))
    found = []
    for name in about.sources:
        source = session.facts(name).source
        own = [need.leaf for need in wanted if need.leaf.source == name and shape(need.leaf.agg) == "additive"]
        adds = {
            str(part.compile(session.engine.sqlalchemy, compile_kwargs={"literal_binds": True})): part
            for leaf in own
            for part in parts(leaf, row_value(leaf, source.scope)).values()
        }
        week = portable.PeriodStart(source.time, "week", 0, 0).label("week")
        columns = [part.label(f"part_{at}") for at, part in enumerate(adds.values())]
        statement = sa.select(source.numbered["worker"].label("worker"), week, sa.func.count().label("rows"), *columns)
        within = source.time >= portable.Moment(weeks[0].start), source.time < portable.Moment(weeks[-1].stop)
        found.append(statement.select_from(source.relation).where(*within).group_by("worker", "week"))
    return found


def apart(url: str, clock: Clock) -> float:
    """How long a statement for each metric and level takes, once; only the statements, not what is made of them."""
    about = company.definition(url)
    engine = open_engine(about.warehouse, ROOT)
    spent = 0.0
    with engine.connection() as connection:
        session = Session(engine, connection, about)
        for metric in company.METRICS:
            for level in company.LEVELS:
                for statement in _statements(session, about, metric, level):
                    spent += seconds(lambda statement=statement: session.fetch(statement), clock)
    engine.sqlalchemy.dispose()
    return spent


def _statements(session: Session, about: Definition, metric: str, level: str) -> list[sa.Select[Any]]:
    asked = kept(about.calendar, "week", company.NOW)
    request = _request(about, (metric,), (level,))
    question = resolve(session, request, company.NOW)
    wanted = needs(question)
    axes = axes_of(question, asked, wanted)
    return [
        select(scan, session.facts_of(scan), frame_of(about, request), span)
        for scan in plan(wanted, question.depths).scans
        for span in spans_of(scan, axes, question)
    ]


def _request(about: Definition, metrics: tuple[str, ...], levels: tuple[str, ...]) -> Request:
    asked = kept(about.calendar, "week", company.NOW)
    return Request(metrics, levels, "week", asked[0].start, asked[-1].stop)


def ours(url: str, clock: Clock) -> dict[str, float]:
    """Read, make tables, publish: seconds, and bytes of memory at the most. What the analysis adds comes after."""
    about = company.definition(url)
    gc.freeze()  # as a refresh does before it begins
    with tempfile.TemporaryDirectory() as home:
        found: dict[str, Any] = {}
        read = seconds(lambda: found.update(readings=_read(about)), clock)
        published = seconds(lambda: publish(_snapshot(about, found["readings"]), Path(home)), clock)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0
        analysis = seconds(lambda: _analysis(about, found["readings"]), clock)
        kept_ = load_newest(Path(home))
        assert kept_ is not None
        assert len(kept_.tables["week"].cells) == len(company.METRICS)
    return {"ours": read + published, "read": read, "analysis": analysis, "memory": memory}


def _read(about: Definition) -> Readings:
    with open_warehouse(about, ROOT) as warehouse:
        readings = warehouse.read(_request(about, tuple(company.METRICS), company.LEVELS), company.NOW)
    assert not readings.failed, readings.failed
    return readings


def _snapshot(about: Definition, readings: Readings) -> Snapshot:
    taken = datetime(2026, 6, 29, tzinfo=UTC)
    return Snapshot(taken.strftime(ID), taken, company.NOW, "", about, {"week": readings.table}, {})


def _analysis(about: Definition, readings: Readings) -> None:
    signals(about, readings.table)
    weigh_links(about, readings.table)


if __name__ == "__main__":
    main()
