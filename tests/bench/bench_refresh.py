"""What a week more costs: an incremental refresh against a full one, and how soon a web process has the picture.

    python tests/bench/bench_refresh.py [--years 1 2 4] [--write]

The company of the engine's benchmark, with five million facts a year, is refreshed whole on a Monday morning. A week
later its facts have come, and it is refreshed as the command does unless told otherwise; then whole, for comparison.
Both must publish the same files, byte for byte. All of it goes through :func:`scorecard.refresh.refresh`, in one
process, as ``refresh --watch`` does. Times are of the processor, all threads together, in the middle of several
rounds; the last line is by the clock. ``--write`` puts the table into ``docs/explanation/performance.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

import scorecard.refresh as taking
from scorecard import site
from scorecard.refresh import Work, refresh
from scorecard.snapshot import Snapshot, load_newest
from tests.bench import company
from tests.bench.table import ROOT, median, seconds, table, write

ROUNDS = 3
A_YEAR = 5_000_000
WEEK = timedelta(days=7)
MONDAY = datetime(2026, 6, 29, 5, tzinfo=UTC)
ANALYSIS = ("signals", "look", "judge_changes", "weigh_links")
"""What a refresh works out of its figures once they are there."""
PROMISES: dict[str, dict[str, str]] = {
    "watermark": {"watermark": "{time}"},
    "late_after: 2 days": {"late_after": "2 days"},
    "watermark, key": {"watermark": "{time}", "key": "id"},
}
HEAD = ("sources say", "years", "facts", "full", "a week more", "share", "full, with analysis",
        "a week more, with analysis", "share")  # fmt: skip


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--years", type=int, nargs="*", default=[1, 2, 4], help="how far back the facts go")
    parser.add_argument("--write", action="store_true", help="put the table into the documents")
    parser.add_argument("--one", help=argparse.SUPPRESS)  # a process of its own
    asked, _ = parser.parse_known_args()
    if asked.one:
        print(json.dumps(measured(**json.loads(asked.one))))
        return
    rows, loads = [], {}
    for promise in PROMISES:
        for years in asked.years if promise == "watermark" else (2,):
            found = _apart(promise=promise, years=years)
            rows.append(_row(promise, years, found))
            loads = found["load"]
            print(" | ".join(rows[-1]), flush=True)
    text = f"{table(HEAD, rows)}\n\n{table(('loading', 'by the clock'), list(loads.items()))}"
    print(text)
    if asked.write:
        write("refresh", text)


def _apart(**asked: Any) -> dict[str, Any]:
    command = [sys.executable, __file__, "--one", json.dumps(asked)]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _row(promise: str, years: int, found: dict[str, Any]) -> tuple[str, ...]:
    told = []
    for kind in ("read", "all"):
        full, less = (found[f"{how} {kind}"] for how in ("full", "week"))
        told += [f"{full:.2f} s", f"{less:.2f} s", f"{less / full:.0%}"]
    return promise, str(years), f"{years * A_YEAR:,}", *told


@dataclass
class Spent:
    """Processor seconds of a refresh: all of it, and what of it was analysis."""

    all: float = 0.0
    analysis: float = 0.0


def measured(promise: str, years: int) -> dict[str, Any]:
    """The seconds of a full refresh and of one a week later, in the middle of some rounds; and of loading."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        file = folder / "company.duckdb"
        company.make(file, years * A_YEAR, company.END - timedelta(days=365 * years))
        work = Work(_config(folder, file, promise), folder / "before", site.warehouse(), {})
        refresh(work, MONDAY)
        refresh(work, MONDAY + timedelta(hours=1))  # has seen every file, as any but the first
        company.add(file, A_YEAR * 7 // 365, company.END, company.END + WEEK)
        found: dict[str, list[float]] = {}
        for at in range(ROUNDS):
            for how in ("full", "week"):
                home = folder / f"{how} {at}"
                shutil.copytree(work.home, home, copy_function=os.link)  # nothing in it is written in place
                with _watched() as spent:
                    refresh(Work(work.config, home, work.open_warehouse, {}), MONDAY + WEEK, full=how == "full")
                found.setdefault(f"{how} all", []).append(spent.all)
                found.setdefault(f"{how} read", []).append(spent.all - spent.analysis)
            _same(folder / f"full {at}", folder / f"week {at}")
        middle: dict[str, Any] = {key: statistics.median(times) for key, times in found.items()}
        return middle | {"load": _loaded(folder / "week 0")}


def _config(folder: Path, file: Path, promise: str) -> Path:
    said = company.described(f"duckdb:///{file}")
    for source in said["sources"].values():
        source |= {key: text.format(time=source["time"]) for key, text in PROMISES[promise].items()}
    (folder / "company").mkdir()
    (folder / "company" / "scorecard.yaml").write_text(json.dumps(said), encoding="utf-8")
    return folder / "company"


@contextmanager
def _watched() -> Iterator[Spent]:
    """Count what a refresh takes, and what of it the analysis."""
    spent, own = Spent(), {name: getattr(taking, name) for name in ANALYSIS}

    def counted(do: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*arguments: Any) -> Any:
            began = time.process_time()
            try:
                return do(*arguments)
            finally:
                spent.analysis += time.process_time() - began

        return counting

    for name, do in own.items():
        setattr(taking, name, counted(do))
    began = time.process_time()
    try:
        yield spent
    finally:
        spent.all = time.process_time() - began
        for name, do in own.items():
            setattr(taking, name, do)


def _same(one: Path, other: Path) -> None:
    first, second = ({path.name: path.read_bytes() for path in _newest(home).iterdir()} for home in (one, other))
    differing = [name for name in first.keys() | second.keys() if first.get(name) != second.get(name)]
    assert not differing, differing


def _newest(home: Path) -> Path:
    return home / (home / "current").read_text(encoding="utf-8").strip()


def _loaded(home: Path) -> dict[str, str]:
    """How soon a picture is there, and how soon every figure of it is laid out."""
    snapshot = load_newest(home)
    assert snapshot is not None
    figures = sum(t.org.rows * len(t.periods) * len(t.cells) for t in snapshot.tables.values())
    size = sum(path.stat().st_size for path in _newest(home).iterdir())
    loading = median(lambda: load_newest(home), 9)
    laying = seconds(lambda: _lay(snapshot))
    return {
        f"a snapshot of {figures:,} readings, {size / 1e6:.0f} MB, every checksum verified": f"{loading * 1e3:.0f} ms",
        "every figure of it laid onto the organisation, which pages do one metric at a time": f"{laying * 1e3:.0f} ms",
    }


def _lay(snapshot: Snapshot) -> None:
    for held in snapshot.tables.values():
        for metric in held.cells:
            assert np.isfinite(held.cells[metric].count).all()


if __name__ == "__main__":
    main()
