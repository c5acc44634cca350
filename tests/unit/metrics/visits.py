"""A tiny company over a real database of either engine, for the tests of the warehouse."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metrics.warehouse import open_warehouse
from scorecard.definition import Definition
from scorecard.faults import Faulty
from scorecard.reading import Readings
from scorecard.warehouse import Request

NOW = datetime(2026, 2, 1)
SECRET = "hunter2"  # noqa: S105 - a word to look for, no one's password
ENGINES = ["duckdb", "sqlite"]
DATA = """
CREATE TABLE visits (at TIMESTAMP, worker TEXT, minutes INTEGER, note TEXT);
INSERT INTO visits VALUES ('2026-01-05 10:00:00', 'ann', 30, 'x'), ('2026-01-06 10:00:00', 'bob', 10, 'y'),
                          ('2026-01-07 10:00:00', 'ann', 2, 'z');
CREATE TABLE staff (worker TEXT, name TEXT);
INSERT INTO staff VALUES ('ann', 'Ann A'), ('bob', 'Bob B'), ('cy', 'Cy C');
CREATE TABLE aims (metric TEXT, unit TEXT, since DATE, value DOUBLE);
INSERT INTO aims VALUES ('n', NULL, NULL, 5), ('n', 'ann', '2026-01-06', 7), ('other', NULL, NULL, 99)
"""
WORDS: Mapping[str, Any] = {
    "organisation": {"levels": ["company", "worker"], "labels": {"company": {"all": "Everyone"}}},
    "sources": {"visits": {"table": "visits", "time": '"at"', "units": {"worker": "worker"}}},
    "metrics": {
        "n": {"source": "visits", "agg": "count"},
        "sum": {"source": "visits", "agg": "sum", "expr": "minutes"},
    },
}
ROSTER = {"table": "staff", "columns": {"worker": "worker"}, "names": {"worker": "name"}}


def make_database(folder: Path) -> Callable[[str], str]:
    """How to make the company's database and get its address."""

    def make(engine: str) -> str:
        file = folder / f"facts.{engine}"
        connection: Any = duckdb.connect(str(file)) if engine == "duckdb" else sqlite3.connect(file)
        for statement in DATA.replace("(at ", '("at" ').split(";"):
            connection.execute(statement)
        connection.commit()
        connection.close()
        return f"{engine}:///{file}"

    return make


def defined(url: str, **changes: Any) -> Definition:
    return Definition.model_validate({**WORDS, "warehouse": {"url": url, **changes.pop("warehouse", {})}, **changes})


def ask(definition: Definition, folder: Path, **request: Any) -> Readings:
    request = {"metrics": tuple(definition.metrics), "levels": ("company", "worker"), **request}
    with open_warehouse(definition, folder) as warehouse:
        return warehouse.read(Request(**request), NOW)


def faults(definition: Definition, folder: Path) -> list[str]:
    with pytest.raises(Faulty) as raised, open_warehouse(definition, folder):
        pass
    return [str(fault) for fault in raised.value.faults]


def csv_source(files: Mapping[str, str], url: str = "duckdb:///:memory:") -> Definition:
    source = {"query": "SELECT * FROM jobs WHERE worker <> ':x'", "time": "at", "units": {"worker": "worker"}}
    return defined(url, warehouse={"files": files}, sources={"visits": source})
