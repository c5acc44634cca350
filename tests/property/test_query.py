"""Readings of random small companies against plain Python: moves, shared workers, missing units, every aggregate."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics.warehouse import open_warehouse
from scorecard.definition import Definition
from scorecard.definition.company import Month, Weekday
from scorecard.org import TOP, UNASSIGNED
from scorecard.reading import Table
from scorecard.time import GRAINS, Period, earlier, period_start
from scorecard.warehouse import Request

LEVELS = ("enterprise", "department", "team", "worker")
ZONE = ZoneInfo("Europe/London")
BEGIN = datetime(2026, 3, 16)
NOW = datetime(2026, 4, 20)
_EVER, _NEVER = datetime(1, 1, 1), datetime(9999, 1, 1)


@dataclass(frozen=True)
class Member:
    worker: str | None
    team: str | None
    department: str | None
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True)
class Fact:
    time: datetime | None
    worker: str | None
    team: str | None
    ok: bool | None
    amount: float | None
    score: int | None
    customer: str | None


@dataclass(frozen=True)
class Company:
    members: list[Member]
    facts: list[Fact]
    aware: bool
    week: str
    year: str
    carries: tuple[str, ...]


_days = st.integers(0, 30).map(lambda days: BEGIN + timedelta(days=days))
_hours = st.integers(0, 30 * 24 * 4).map(lambda quarters: BEGIN + timedelta(minutes=15 * quarters))
_members = st.builds(
    Member,
    worker=st.sampled_from(["w1", "w2", "w3", "W 4", None]),
    team=st.sampled_from(["A", "B", "C", "", None]),
    department=st.sampled_from(["D1", "D2", None]),
    since=st.none() | _days,
    until=st.none() | _days,
)
_facts = st.builds(
    Fact,
    time=st.none() | _hours,
    worker=st.sampled_from(["w1", "w2", "w3", "W 4", "stranger", "", " ", None]),
    team=st.sampled_from(["A", "B", "elsewhere", "", None]),
    ok=st.sampled_from([True, False, None]),
    amount=st.none() | st.integers(-20, 20).map(lambda n: n / 4),
    score=st.none() | st.integers(-1, 11),
    customer=st.none() | st.sampled_from("abc"),
)
companies = st.builds(
    Company,
    members=st.lists(_members, max_size=8),
    facts=st.lists(_facts, max_size=25),
    aware=st.booleans(),
    week=st.sampled_from(get_args(Weekday)),
    year=st.sampled_from(get_args(Month)),
    carries=st.sampled_from([("worker",), ("worker",), ("team", "worker"), ("team",)]),
)

METRICS: dict[str, dict[str, Any]] = {
    "rows": {"source": "facts", "agg": "count"},
    "fine": {"source": "facts", "agg": "count", "filter": "ok"},
    "priced": {"source": "facts", "agg": "count", "expr": "amount"},
    "total": {"source": "facts", "agg": "sum", "expr": "amount", "filter": "ok or amount > 0"},
    "mean": {"source": "facts", "agg": "average", "expr": "amount"},
    "least": {"source": "facts", "agg": "min", "expr": "amount"},
    "most": {"source": "facts", "agg": "max", "expr": "amount"},
    "yes": {"source": "facts", "agg": "sum_boolean", "expr": "ok"},
    "served": {"source": "facts", "agg": "count_distinct", "expr": "customer", "filter": "not ok"},
    "middle": {"source": "facts", "agg": "median", "expr": "amount"},
    "p90": {"source": "facts", "agg": "percentile", "percentile": 0.9, "expr": "amount", "filter": "ok is not null"},
    "nps": {"type": "nps", "source": "facts", "expr": "score"},
    "rate": {
        "type": "ratio",
        "source": "facts",
        "numerator": {"agg": "count", "filter": "ok"},
        "denominator": {"agg": "count", "filter": "ok is not null"},
    },
    "each": {"type": "ratio", "numerator": "total", "denominator": "served"},
    "mixed": {"type": "derived", "expr": "coalesce(total, 0) / rows - mean"},
    "change": {
        "type": "derived",
        "expr": "rows - before",
        "inputs": {"before": {"metric": "rows", "offset": "1 week"}},
    },
}

Values = Sequence[Fact]


def _percentile(values: Sequence[float], share: float) -> float | None:
    return float(np.percentile(values, 100 * share)) if values else None


def _quotient(over: float | None, under: float | None) -> float | None:
    return None if over is None or not under else over / under


def _amounts(rows: Values, keep: Callable[[Fact], bool | None] = lambda _: True) -> list[float]:
    return [row.amount for row in rows if keep(row) and row.amount is not None]


def _total(rows: Values) -> float | None:
    kept = _amounts(rows, lambda row: row.ok or (row.amount is not None and row.amount > 0))
    return sum(kept) if kept else None


def _served(rows: Values) -> int:
    return len({row.customer for row in rows if row.ok is False} - {None})


def _nps(rows: Values) -> float | None:
    answers = [row.score for row in rows if row.score is not None and 0 <= row.score <= 10]
    return _quotient(100.0 * (sum(a >= 9 for a in answers) - sum(a <= 6 for a in answers)), len(answers))


def _mean(rows: Values) -> float | None:
    return statistics.fmean(_amounts(rows)) if _amounts(rows) else None


def expected(metric: str, rows: Values, before: Values) -> float | None:
    """A metric of some rows, by hand; ``before`` are the rows of the period a week earlier."""
    if not rows or (metric == "change" and not before):
        return None
    mean = _mean(rows)
    answers: dict[str, Callable[[], float | None]] = {
        "rows": lambda: len(rows),
        "change": lambda: len(rows) - len(before),
        "fine": lambda: sum(row.ok is True for row in rows),
        "priced": lambda: len(_amounts(rows)),
        "total": lambda: _total(rows),
        "mean": lambda: mean,
        "least": lambda: min(_amounts(rows), default=None),
        "most": lambda: max(_amounts(rows), default=None),
        "yes": lambda: sum(row.ok is True for row in rows),
        "served": lambda: _served(rows),
        "middle": lambda: _percentile(_amounts(rows), 0.5),
        "p90": lambda: _percentile(_amounts(rows, lambda row: row.ok is not None), 0.9),
        "nps": lambda: _nps(rows),
        "rate": lambda: _quotient(sum(row.ok is True for row in rows), sum(row.ok is not None for row in rows)),
        "each": lambda: _quotient(_total(rows), _served(rows)),
        "mixed": lambda: None if mean is None else (_total(rows) or 0) / len(rows) - mean,
    }
    return answers[metric]()


def path_of(company: Company, fact: Fact) -> tuple[str, ...]:
    """Where a fact belongs: its own columns first, else under the membership valid at its time that began last."""
    own = {"worker": _id(fact.worker), "team": _id(fact.team)}
    key = company.carries[0]
    department, team = _above(company, key, own[key], fact.time)
    if "team" in company.carries:
        team = own["team"] or UNASSIGNED
    worker = own["worker"] if "worker" in company.carries else None
    return TOP, department, team, worker or UNASSIGNED


def _id(text: str | None) -> str | None:
    return text if text and text.strip() else None


def _above(company: Company, key: str, unit: str | None, time: datetime | None) -> tuple[str, str]:
    assert time
    valid = [
        member
        for member in company.members
        if unit and getattr(member, key) == unit and (member.since or _EVER) <= time < (member.until or _NEVER)
    ]
    newest = max((member.since or _EVER for member in valid), default=_EVER)
    last = [member for member in valid if (member.since or _EVER) == newest]
    above = ((member.department or UNASSIGNED, _id(member.team) or UNASSIGNED) for member in last)
    return min(above, default=(UNASSIGNED, UNASSIGNED))


def definition(company: Company, url: str) -> Definition:
    return Definition.model_validate(
        {
            "calendar": {"time_zone": "Europe/London", "week_starts": company.week, "year_starts": company.year},
            "warehouse": {"url": url},
            "organisation": {
                "levels": list(LEVELS),
                "roster": {
                    "table": "staff",
                    "columns": {"worker": "worker", "team": "team", "department": "department"},
                    "valid_from": "since",
                    "valid_to": "until",
                },
            },
            "sources": {
                "facts": {"table": "facts", "time": "time", "units": {level: level for level in company.carries}}
            },
            "metrics": METRICS,
        }
    )


def fill(company: Company, connection: Any) -> None:
    """Write a company into a database: the same statements for both engines."""
    stamp = "TIMESTAMPTZ" if company.aware else "TIMESTAMP"
    connection.execute("CREATE TABLE staff (worker TEXT, team TEXT, department TEXT, since TIMESTAMP, until TIMESTAMP)")
    connection.execute(
        f"CREATE TABLE facts (time {stamp}, worker TEXT, team TEXT, ok BOOLEAN, amount DOUBLE, score INTEGER,"
        " customer TEXT)"
    )
    for member in company.members:
        row = (member.worker, member.team, member.department, _text(member.since), _text(member.until))
        connection.execute("INSERT INTO staff VALUES (?, ?, ?, ?, ?)", row)
    for fact in company.facts:
        time = fact.time.replace(tzinfo=ZONE) if company.aware and fact.time else fact.time
        row = (_text(time), fact.worker, fact.team, fact.ok, fact.amount, fact.score, fact.customer)
        connection.execute("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(" ")


def _real(moment: datetime) -> datetime:
    """A local time as it reads after a way through an aware column: the hour that DST skips is moved on."""
    return moment.replace(tzinfo=ZONE).astimezone(ZoneInfo("UTC")).astimezone(ZONE).replace(tzinfo=None)


def _settled(company: Company) -> Company:
    facts = [
        replace(fact, time=_real(fact.time) if company.aware and fact.time else fact.time) for fact in company.facts
    ]
    return replace(company, facts=facts)


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(company=companies, grain=st.sampled_from([None, *GRAINS[1:]]))
def test_readings_equal_plain_python(engine: str, company: Company, grain: Any) -> None:
    company = _settled(company)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"facts.{engine}"
        connection = duckdb.connect(str(file)) if engine == "duckdb" else sqlite3.connect(file)
        fill(company, connection)
        connection.commit()
        connection.close()
        defined = definition(company, f"{engine}:///{file}")
        with open_warehouse(defined, Path(folder), "rows") as warehouse:
            readings = warehouse.read(Request(tuple(METRICS), LEVELS, grain), NOW)
        with open_warehouse(defined, Path(folder), "statements") as warehouse:
            asked = warehouse.read(Request(tuple(METRICS), LEVELS, grain), NOW)
    assert readings.failed == asked.failed == {}
    assert_same(readings.table, asked.table)
    table, calendar = readings.table, defined.calendar
    placed = [(path_of(company, fact), fact) for fact in company.facts if fact.time]
    assert sum(len(rows) for rows in _by_period(placed, table.periods, calendar).values()) == len(placed)
    for row in range(table.org.rows):
        level, unit = table.org.unit_of(row)
        depth = LEVELS.index(level) + 1
        own = table.org.paths[row] if row < len(table.org.paths) else None
        mine = [(path, fact) for path, fact in placed if (path[:depth] == own if own else path[depth - 1] == unit)]
        by_period = _by_period(mine, table.periods, calendar)
        before = _by_period(mine, [earlier(calendar, period, _WEEK) for period in table.periods], calendar)
        for at, period in enumerate(table.periods):
            then = before[earlier(calendar, period, _WEEK)]
            for metric in METRICS:
                want = expected(metric, by_period[period], then)
                got = table.reading(metric, row, at).value
                assert (got is None) == (want is None), (metric, level, unit, period.key, got, want)
                assert want is None or got == pytest.approx(want, rel=1e-9, abs=1e-9), (metric, level, unit, period.key)


def assert_same(table: Table, other: Table) -> None:
    """Two shapes of the work give the same figures, and none in the same places."""
    assert table.org.paths == other.org.paths
    for metric, cells in table.cells.items():
        for part in ("value", "numerator", "denominator", "count"):
            got, want = getattr(cells, part), getattr(other.cells[metric], part)
            np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-12, err_msg=f"{metric} {part}")


_WEEK = (
    definition(Company([], [], False, "monday", "january", ("worker",)), "duckdb://")
    .metrics["change"]
    .inputs["before"]
    .offset
)


def _by_period(
    placed: Sequence[tuple[tuple[str, ...], Fact]], periods: Sequence[Period], calendar: Any
) -> dict[Period, list[Fact]]:
    found: dict[Period, list[Fact]] = {period: [] for period in periods}
    for period, facts in found.items():
        for _, fact in placed:
            if period.start <= fact.time < period.stop:
                assert not period.grain or period_start(calendar, period.grain, fact.time) == period.start
                facts.append(fact)
    return found
