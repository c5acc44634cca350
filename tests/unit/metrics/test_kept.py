"""A source's query is run once for all the statements of all the questions that a warehouse is asked."""

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from metrics.dialects.duckdb import DuckDB
from metrics.warehouse import open_warehouse
from scorecard.definition import Definition
from scorecard.warehouse import Request, Warehouse

NOW = datetime(2026, 5, 13)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = "\n".join(f"2026-05-{day:02},{team},{day % 4}" for day in range(1, 13) for team in "ab")
    (tmp_path / "facts.csv").write_text(f"day,team,score\n{rows}\n", encoding="utf-8")
    return tmp_path


def definition(query: str) -> Definition:
    return Definition.model_validate(
        {
            "organisation": {"levels": ["all", "team"]},
            "warehouse": {"url": "duckdb:///:memory:", "files": {"facts": "facts.csv"}},
            "sources": {"f": {"query": query, "time": "day", "units": {"team": "team"}}},
            "metrics": {
                "n": {"source": "f", "agg": "count"},
                "kinds": {"source": "f", "agg": "count_distinct", "expr": "score"},
                "middle": {"source": "f", "agg": "median", "expr": "score"},
            },
        }
    )


def ask(warehouse: Warehouse) -> list[float]:
    request = Request(("n", "kinds", "middle"), ("all", "team"), "month")
    table = warehouse.read(request, NOW).table
    return [float(table.cells[metric].value[0, 0]) for metric in request.metrics]


def test_the_rows_of_a_query_stay_the_same_for_every_question(folder: Path) -> None:
    """A query that numbers its rows by chance would give other figures if it were run again."""
    query = "SELECT day, team, CAST(random() * 1e9 AS BIGINT) AS score FROM facts"
    with open_warehouse(definition(query), folder) as warehouse:
        first = ask(warehouse)
        assert first == ask(warehouse)
    with open_warehouse(definition(query), folder) as warehouse:
        assert ask(warehouse)[2] != first[2]


def test_a_query_too_large_to_keep_is_asked_each_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [24.0, 4.0, 1.5]
    whole = "SELECT * FROM facts"
    with open_warehouse(definition(whole), folder) as warehouse:
        assert ask(warehouse) == expected

    def refuse(*_: object) -> None:
        raise duckdb.OutOfMemoryException("Out of Memory Error")

    monkeypatch.setattr(DuckDB, "keep", refuse)
    with open_warehouse(definition(whole), folder) as warehouse:
        assert ask(warehouse) == expected
