"""How fast the demo company is read and shown, against what the engine and an empty answer cost in the same run.

    python tests/bench/bench_demo.py [--write]

Seconds differ from machine to machine; the ratios are what to read. ``--write`` puts the table into
``docs/explanation/performance.md``.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from layouts.shell import build
from metrics import demo
from scorecard import site
from scorecard.definition import Definition
from scorecard.loader import load
from scorecard.people.principal import EVERYBODY
from scorecard.refresh import Work, refresh
from scorecard.settings import Settings
from scorecard.time import kept, local
from scorecard.warehouse import Request, Warehouse
from tests.bench.table import ROOT, median, seconds, table, write

CONFIG = ROOT / "config" / "broadband"
ROUNDS = 31
Row = tuple[str, str, str]


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the table into the documents")
    asked, _ = parser.parse_known_args()  # `make bench` hands the same arguments to every benchmark
    with tempfile.TemporaryDirectory() as folder:
        rows = [*numbers(Path(folder)), *pages(Path(folder))]
    text = table(("what", "time", "against"), rows)
    print(text)
    if asked.write:
        write("demo", text)


def numbers(folder: Path) -> list[Row]:
    """Make the demo, scan it, read it at once and one by one, and take a whole snapshot."""
    data = folder / "broadband.duckdb"
    made = seconds(lambda: demo.make(data))
    os.environ["GOLDEN_THREAD_WAREHOUSE"] = f"duckdb:///{data}"
    about = load(CONFIG, os.environ).checked()
    scan = min(seconds(lambda: bare_scan(data)) for _ in range(3))
    with site.warehouse()(about, CONFIG) as warehouse:
        at_once = min(seconds(lambda: read(warehouse, about, tuple(about.metrics), levels(about))) for _ in range(3))
        one_by_one = seconds(
            lambda: [read(warehouse, about, (m,), (level,)) for m in about.metrics for level in levels(about)]
        )
    work = Work(CONFIG, folder / "snapshots" / CONFIG.name, site.warehouse(), os.environ)
    whole = seconds(lambda: refresh(work, datetime.now(UTC)))
    return [
        ("make the demo, 1.2 million facts", f"{made:.1f} s", ""),
        ("scan every column of its tables (the engine's own limit)", f"{scan:.2f} s", "1"),
        ("read 46 metrics, 4 levels, 104 weeks at once", f"{at_once:.2f} s", f"{at_once / scan:.1f} × the scan"),
        ("the same, one metric and level at a time", f"{one_by_one:.1f} s", f"{one_by_one / at_once:.1f} × at once"),
        (
            "a whole refresh: 4 grains, signals, evidence, effects, published",
            f"{whole:.1f} s",
            f"{whole / at_once:.1f} × at once",
        ),
    ]


def levels(about: Definition) -> tuple[str, ...]:
    """The levels of the organisation."""
    return about.organisation.levels


def read(warehouse: Warehouse, about: Definition, metrics: tuple[str, ...], wanted: tuple[str, ...]) -> None:
    """Read weeks."""
    now = local(about.calendar, datetime.now(UTC))
    weeks = kept(about.calendar, "week", now)
    warehouse.read(Request(metrics, wanted, "week", weeks[0].start, weeks[-1].stop), now)


def bare_scan(data: Path) -> None:
    """Look at every value of every table once."""
    with duckdb.connect(str(data), read_only=True) as facts:
        for (table,) in facts.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            facts.execute(f'SELECT max(COLUMNS(*)) FROM "{table}"').fetchall()


def pages(folder: Path) -> list[Row]:
    """Every kind of page and answer from the snapshot, past the cache, against an empty answer of the same server."""
    settings = Settings(CONFIG, folder)
    boards = site.boards(settings, os.environ)
    client = build(boards, settings, bundled=True).server.test_client()
    board = boards.for_(EVERYBODY)
    assert board is not None
    moment = board.moment()
    empty = median(lambda: client.get("/healthz"), ROUNDS)
    asked = {
        "the thread": lambda: board.thread(moment),
        "a metric": lambda: board.metric("first_visit_fix", moment),
        "a unit": lambda: board.unit(("team", "Depot North"), moment),
    }
    rows = [("an empty answer", f"{empty * 1e3:.2f} ms", "1")]
    rows += [(f"ask the board for {what}", f"{median(ask, ROUNDS) * 1e3:.1f} ms", "") for what, ask in asked.items()]
    for path in (
        "/",
        "/metric/first_visit_fix",
        "/unit/team/Depot%20North",
        "/measures",
        "/api/v1/display/depot-north",
    ):
        first = seconds(lambda path=path: client.get(path))
        again = median(lambda path=path: client.get(path), ROUNDS)
        rows.append(
            (
                f"`{path}`, first and then from the cache",
                f"{first * 1e3:.0f} ms, {again * 1e3:.1f} ms",
                f"{again / empty:.0f} × empty",
            )
        )
    return rows


if __name__ == "__main__":
    main()
