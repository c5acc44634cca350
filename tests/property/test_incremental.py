"""A refresh that reads only what may have changed, against one that reads everything: the same files, byte for byte."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scorecard import site
from scorecard.refresh import Work, refresh

FIRST = datetime(2026, 5, 13, 5, 0, tzinfo=UTC)
LATE = timedelta(days=4)
EPOCH = datetime(2026, 3, 1)
TABLES = {
    "facts": "id INTEGER, time TIMESTAMP, worker TEXT, ok BOOLEAN, amount DOUBLE, score INTEGER, customer TEXT,"
    " updated TIMESTAMP",
    "staff": "worker TEXT, team TEXT, since TIMESTAMP, until TIMESTAMP",
    "goals": "metric TEXT, unit TEXT, value DOUBLE, since TIMESTAMP",
}
METRICS: dict[str, dict[str, Any]] = {
    "rows": {"agg": "count"},
    "fine": {"agg": "count", "filter": "ok", "target": {"table": "goals", "metric": "metric", "unit": "unit",
                                                        "from": "since", "value": "value"}},
    "total": {"agg": "sum", "expr": "amount", "target": {"metric": "fine", "offset": "1 week", "times": 1.5}},
    "mean": {"agg": "average", "expr": "amount", "level": "team", "target": {"default": 3, "team:A": 4}},
    "most": {"agg": "max", "expr": "amount"},
    "served": {"agg": "count_distinct", "expr": "customer"},
    "p90": {"agg": "percentile", "percentile": 0.9, "expr": "amount", "target": [{"from": "2026-04-20", "value": 2}]},
    "nps": {"type": "nps", "expr": "score", "target": 30},
    "rate": {"type": "ratio", "numerator": {"agg": "count", "filter": "ok"}, "denominator": {"agg": "count"},
             "target": {"low": 0.2, "high": 0.9}, "direction": "in_range"},
    "sure": {"type": "derived", "expr": "coalesce(fine, 0) + 1"},
    "change": {"type": "derived", "expr": "rows - before",
               "inputs": {"before": {"metric": "rows", "offset": "2 weeks"}}},
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    id: int
    days: float
    worker: str | None
    ok: bool | None
    amount: float | None
    score: int | None
    customer: str | None
    updated: float | None = 0.0

    def stored(self) -> tuple[Any, ...]:
        return (self.id, _stamp(self.days), self.worker, self.ok, self.amount, self.score, self.customer,
                None if self.updated is None else _stamp(self.updated))  # fmt: skip


@dataclass
class World:
    """A company's database, which changes as the format promises it may."""

    rows: list[Row]
    staff: list[tuple[str, str, float, float | None]]
    goals: list[tuple[str, str | None, float, float]]
    metrics: dict[str, dict[str, Any]] = field(default_factory=lambda: {name: dict(m) for name, m in METRICS.items()})
    history: dict[str, int] = field(default_factory=lambda: {"day": 9, "week": 5, "month": 2})
    source: dict[str, Any] = field(default_factory=lambda: {"late_after": "4 days"})

    def write(self, folder: Path, engine: str) -> None:
        file = folder / f"facts.{engine}"
        file.unlink(missing_ok=True)
        connection: Any = duckdb.connect(str(file)) if engine == "duckdb" else sqlite3.connect(file)
        connection.execute("BEGIN")
        for name, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {name} ({columns})")
        for table, stored in (
            ("facts", [row.stored() for row in self.rows]),
            ("staff", [(w, t, _stamp(a), None if b is None else _stamp(b)) for w, t, a, b in self.staff]),
            ("goals", [(m, u, v, _stamp(s)) for m, u, v, s in self.goals]),
        ):
            for row in stored:
                connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        connection.execute("COMMIT")
        connection.close()
        (folder / "company").mkdir(exist_ok=True)
        (folder / "company" / "scorecard.yaml").write_text(json.dumps(self.definition(file, engine)), encoding="utf-8")

    def definition(self, file: Path, engine: str) -> dict[str, Any]:
        return {
            "calendar": {"time_zone": "Europe/London", "history": self.history},
            "warehouse": {"url": f"{engine}:///{file}"},
            "organisation": {
                "levels": ["company", "team", "worker"],
                "roster": {"table": "staff", "columns": {"worker": "worker", "team": "team"}, "valid_from": "since",
                           "valid_to": "until"},
            },
            "sources": {
                "facts": {"table": "facts", "time": "time", "units": {"worker": "worker"}, "key": "id", **self.source}
            },
            "metrics": {
                name: metric if metric.get("type") == "derived" else {"source": "facts", **metric}
                for name, metric in self.metrics.items()
            },
        }  # fmt: skip


def _stamp(days: float) -> str:
    return (EPOCH + timedelta(days=days)).isoformat(" ", "seconds")


def _now(clock: datetime) -> float:
    return (clock.replace(tzinfo=None) + timedelta(hours=1) - EPOCH) / timedelta(days=1)


_workers = st.sampled_from(["ann", "bob", "cat", "dan", "eve", None])
_values = {
    "worker": _workers,
    "ok": st.sampled_from([True, False, None]),
    "amount": st.none() | st.integers(-30, 90).map(lambda n: n / 10),
    "score": st.none() | st.integers(-1, 11),
    "customer": st.sampled_from(["x", "y", "z", None]),
}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    now = _now(FIRST)
    times = draw(st.lists(st.integers(0, int(now * 24)), min_size=4, max_size=30))
    rows = [
        Row(at, hours / 24, **{name: draw(values) for name, values in _values.items()})
        for at, hours in enumerate(times)
    ]
    twins = draw(st.lists(st.sampled_from(rows), max_size=2))
    rows += [replace(twin, amount=None) for twin in twins]
    staff = [(worker, draw(st.sampled_from("AB")), 0.0, None) for worker in ("ann", "bob", "cat")]
    goals = [("fine", None, 2.0, 0.0), ("fine", "A", 3.0, 50.0)]
    return World(rows, staff, goals)


def late(draw: st.DrawFn, world: World, was: float, now: float) -> None:
    """Rows come, change, move, repeat and vanish, but none that were settled."""
    young = was - LATE.days
    times = st.integers(int(young * 24) + 1, int(now * 24) + 30).map(lambda hours: hours / 24)
    new = draw(st.lists(times, max_size=8))
    first = max((row.id for row in world.rows), default=0) + 1
    fresh = [Row(first + at, days, **{name: draw(v) for name, v in _values.items()}) for at, days in enumerate(new)]
    kept = [row for row in world.rows if row.days < young]
    for row in (row for row in world.rows if row.days >= young):
        match draw(st.sampled_from(["stays", "goes", "moves", "changes", "twice"])):
            case "stays":
                kept.append(row)
            case "moves":
                kept.append(replace(row, days=draw(times)))
            case "changes":
                kept.append(replace(row, **{name: draw(values) for name, values in _values.items()}))
            case "twice":
                kept += [row, replace(row, amount=9.9, days=draw(times))]
    world.rows = kept + fresh


def marked(draw: st.DrawFn, world: World, was: float, now: float) -> None:
    """Rows come and change at any age, and keep their time; what is new or changed has a higher mark, or none."""
    marks = st.none() | st.floats(was + 0.01, now)
    new = draw(st.lists(st.integers(0, int(now * 24)), max_size=6))
    first = max((row.id for row in world.rows), default=0) + 1
    kept = []
    for row in world.rows:
        match draw(st.sampled_from(["stays", "stays", "changes", "twice"])):
            case "stays":
                kept.append(row)
            case "changes":
                drawn = {name: draw(values) for name, values in _values.items()}
                kept.append(replace(row, updated=draw(marks), **drawn))
            case "twice":
                kept += [row, replace(row, amount=9.9, days=draw(st.integers(0, int(now))), updated=draw(marks))]
    world.rows = kept + [
        Row(first + at, hours / 24, updated=draw(marks), **{name: draw(v) for name, v in _values.items()})
        for at, hours in enumerate(new)
    ]


def reorganise(draw: st.DrawFn, world: World, was: float, now: float) -> None:
    """Somebody changes team, comes, or turns out to have been elsewhere all along."""
    worker = draw(st.sampled_from(["ann", "bob", "dan"]))
    day = float(draw(st.integers(int(now) - 40, int(now))))
    others = [row for row in world.staff if row[0] != worker]
    old = next((row for row in world.staff if row[0] == worker and row[3] is None), None)
    if old is not None and old[2] < day:
        others += [row for row in world.staff if row[0] == worker and row is not old] + [(*old[:3], day)]
    world.staff = [*others, (worker, draw(st.sampled_from("ABC")), day, None)]


def edit(draw: st.DrawFn, world: World, was: float, now: float) -> None:
    """The definition is edited: a filter, a target, a new metric, one taken out, history, words."""
    match draw(st.sampled_from(["filter", "target", "new", "out", "history", "words", "goals", "order", "late"])):
        case "filter":
            world.metrics["fine"]["filter"] = "not ok"
        case "target":
            world.metrics["nps"]["target"] = 10
        case "new":
            world.metrics["least"] = {"agg": "min", "expr": "amount"}
        case "out":
            world.metrics.pop("mean", None)
        case "history":
            world.history = {"week": draw(st.integers(3, 9)), "day": 20}
        case "words":
            world.metrics["rows"]["label"] = "All of them"
        case "goals":
            world.goals = [("fine", None, 7.0, 0.0)]
        case "order":
            world.metrics = dict(reversed(world.metrics.items()))
        case "late" if "watermark" not in world.source:
            world.source = {"late_after": "6 days"}


Change = Callable[[st.DrawFn, World, float, float], None]
CHANGES: dict[str, tuple[Change, ...]] = {
    "late_after": (late, late, late, reorganise, edit),
    "watermark": (marked, marked, marked, reorganise, edit),
}
"""By what the source says of itself."""


DRAWS = int(os.environ.get("INCREMENTAL_DRAWS", "6"))
"""More than the suite has time for are drawn by hand: INCREMENTAL_DRAWS=300."""


@pytest.fixture(autouse=True, scope="module")
def _without_waiting_for_the_disk() -> Iterator[None]:
    """Hundreds of snapshots are written; that they outlive a power cut is for another test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.mark.parametrize("promise", list(CHANGES))
@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
@settings(
    max_examples=DRAWS,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_an_incremental_refresh_equals_a_full_one(engine: str, promise: str, data: st.DataObject) -> None:
    world = data.draw(worlds())
    if promise == "watermark":
        world.source = {"watermark": "updated"}
        world.rows = [replace(row, updated=row.days) for row in world.rows]
    with tempfile.TemporaryDirectory() as temporary:
        folder, clock = Path(temporary), FIRST
        home = folder / "home"
        world.write(folder, engine)
        work = Work(folder / "company", home, site.warehouse(), {})
        refresh(work, clock)
        for _ in range(data.draw(st.integers(1, 2))):
            was, clock = _now(clock), clock + timedelta(hours=data.draw(st.sampled_from([1, 30, 24 * 8, 24 * 40])))
            for change in data.draw(st.lists(st.sampled_from(CHANGES[promise]), min_size=1, max_size=2)):
                change(data.draw, world, was, _now(clock))
            world.write(folder, engine)
            shutil.rmtree(folder / "other", ignore_errors=True)
            shutil.copytree(home, folder / "other")
            told = refresh(work, clock)
            whole = refresh(replace(work, home=folder / "other"), clock, full=True)
            assert files(home / told.id) == files(folder / "other" / whole.id)
            shutil.rmtree(folder / "anew", ignore_errors=True)
            anew = refresh(replace(work, home=folder / "anew"), clock)
            first, second = files(home / told.id), files(folder / "anew" / anew.id)
            assert {name: first[name] for name in second if name not in _OF_BEFORE} == {
                name: second[name] for name in second if name not in _OF_BEFORE
            }


_OF_BEFORE = {"restated.arrow", "manifest.json"}
"""What tells of the snapshot before."""


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
