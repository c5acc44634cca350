"""Cases: data, a definition, a request and a check query written by hand, on every embedded engine
and in every shape of the work.

A case file holds ``data`` (SQL that both engines read), ``definition`` (without its warehouse), ``now`` and
``reads``: each a ``request`` with ``checks``. A check's ``query`` gives unit, period and value, and may go on with
numerator, denominator and count; what it does not list must be without value. ``faults`` and ``failed`` are parts of
messages that must be there, and there must be no others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from metrics.shapes import Work
from metrics.warehouse import open_warehouse
from scorecard.definition import Definition
from scorecard.org import Unit
from scorecard.reading import Reading, Table
from scorecard.warehouse import Request

FILES = sorted(Path(__file__).parent.glob("*.yaml"))
Cell = tuple[str, str]


@pytest.fixture(params=["duckdb", "sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("work", ["rows", "statements"])
@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_case(file: Path, work: Work, engine: str, tmp_path: Path) -> None:
    words = yaml.safe_load(file.read_text())
    database = tmp_path / f"facts.{engine}"
    answers = prepare(words, engine, database)
    definition = {**words["definition"], "warehouse": {"url": f"{engine}:///{database}"}}
    with open_warehouse(Definition.model_validate(definition), tmp_path, work) as warehouse:
        for read in words["reads"]:
            readings = warehouse.read(request_of(read["request"]), words.get("now", datetime(2030, 1, 1)))
            assert_told([str(fault) for fault in readings.faults], read.get("faults", []))
            for metric, part in read.get("failed", {}).items():
                assert part in readings.failed[metric]
            assert set(readings.failed) == set(read.get("failed", {}))
            for check in read["checks"]:
                table = readings.segments[tuple(check.get("segment", ()))]
                assert_equal(table, check, answers[check["query"]])


def prepare(words: Mapping[str, Any], engine: str, database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Write a case's data, and answer its check queries."""
    connection = duckdb.connect(str(database)) if engine == "duckdb" else sqlite3.connect(database)
    for statement in filter(str.strip, words["data"].split(";")):
        connection.execute(statement)
    queries = {check["query"] for read in words["reads"] for check in read["checks"]}
    answers = {query: connection.execute(query).fetchall() for query in queries}
    connection.commit()
    connection.close()
    return answers


def request_of(words: Mapping[str, Any]) -> Request:
    units = tuple(unit_of(unit) for unit in words.get("units", ()))
    rest = {key: value for key, value in words.items() if key not in ("metrics", "levels", "units", "by")}
    return Request(tuple(words["metrics"]), tuple(words["levels"]), units=units, by=tuple(words.get("by", ())), **rest)


def unit_of(text: str) -> Unit:
    level, _, id_ = text.partition(":")
    return level, id_


def assert_told(found: Sequence[str], wanted: Sequence[str]) -> None:
    for part in wanted:
        assert any(part in fault for fault in found), (part, found)
    unexpected = [fault for fault in found if not any(part in fault for part in wanted)]
    assert unexpected == []


def cells(table: Table, metric: str, level: str, parent: str | None) -> dict[Cell, Reading]:
    """Every unit's own readings at a level; beneath one parent, those of its places there."""
    if parent is None:
        rows = {unit[1]: table.org.row_of[unit] for unit in table.org.units(level)}
    else:
        rows = {table.org.unit_of(row)[1]: row for row in table.org.under(unit_of(parent), level)}
    return {
        (unit, period.key): table.reading(metric, row, at)
        for unit, row in rows.items()
        for at, period in enumerate(table.periods)
    }


def assert_equal(table: Table, check: Mapping[str, Any], rows: Sequence[Sequence[Any]]) -> None:
    found = cells(table, check["metric"], check["level"], check.get("beneath"))
    wanted = {(str(unit), str(period)): rest for unit, period, *rest in rows}
    assert wanted.keys() <= found.keys(), f"not read: {sorted(wanted.keys() - found.keys())}"
    for cell, reading in found.items():
        value, *rest = wanted.get(cell, [None])
        assert near(reading.value, value), (check["metric"], cell, reading, value)
        if cell not in wanted:
            assert reading.count == 0, (check["metric"], cell, reading)
        parts = (reading.numerator, reading.denominator, reading.count)
        for got, want in zip(parts, rest, strict=False):
            assert near(got, want), (check["metric"], cell, reading, rest)


def near(got: float | None, want: float | None) -> bool:
    if got is None or want is None:
        return got is None and want is None
    return got == pytest.approx(float(want), rel=1e-9, abs=1e-9)


def test_there_are_cases() -> None:
    assert len(FILES) > 10
