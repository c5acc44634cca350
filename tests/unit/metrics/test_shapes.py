"""Which shape the work takes: rows where they come out fast and few enough, statements elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from metrics.dialects.duckdb import DuckDB
from metrics.dialects.mariadb import MariaDB
from metrics.plan import Scan
from metrics.shapes import Choice, choose, shaped
from metrics.warehouse import open_warehouse
from scorecard.definition import Duration, NonAdditive
from scorecard.measure import LeafMeasure
from scorecard.time import Window
from tests.unit.metrics.visits import NOW, defined, make_database

COUNT = LeafMeasure("visits", "count", None)
SERVED = LeafMeasure("visits", "count_distinct", "customer")
SCANS = (
    Scan("visits", "additive", (), 3, (COUNT,)),
    Scan("visits", "distinct", (), 1, (SERVED,)),
    Scan("visits", "distinct", (), 2, (SERVED,)),
)
ROWS = Choice("rows", "")


def test_rows_come_out_of_an_engine_that_hands_them_out() -> None:
    assert choose(DuckDB(), 1_000, SCANS) == Choice(
        "rows", "1,000 rows are taken out of duckdb once instead of 3 statements"
    )


def test_rows_stay_where_there_are_too_many() -> None:
    choice = choose(DuckDB(), DuckDB.hands_out + 1, SCANS)
    assert choice.work == "statements"
    assert "more than" in choice.why


def test_rows_stay_where_they_come_out_slowly() -> None:
    choice = choose(MariaDB(), 1_000, SCANS)
    assert choice.work == "statements"
    assert "rows stay in mariadb" in choice.why


def test_one_statement_of_few_measures_is_asked() -> None:
    assert choose(DuckDB(), 1_000, SCANS[:1]).work == "statements"
    assert choose(DuckDB(), 1_000, SCANS[1:]).work == "rows"


def test_windows_are_not_joined_where_rows_come_out() -> None:
    window = Window(Duration(28, "day"))
    scan = replace(SCANS[1], window=window, leaves=(replace(SERVED, window=window),))
    assert choose(DuckDB(), 1_000, [scan]) == Choice(
        "rows", "1,000 rows are taken out of duckdb once instead of each row joined to every window it falls into"
    )
    assert choose(MariaDB(), 1_000, [scan]).work == "statements"


def test_what_is_never_made_of_rows_is_told_so() -> None:
    balance = replace(SCANS[0], leaves=(replace(COUNT, balance=NonAdditive()),))
    assert choose(DuckDB(), 1_000, [balance]) == Choice(
        "statements", "balances and events that others follow are always asked in statements"
    )
    assert shaped([balance, SCANS[1]], {"visits": ROWS}) == (replace(SCANS[1], shape="rows"), balance)


def test_scans_over_rows_that_come_out_are_made_one() -> None:
    calls = Scan("calls", "additive", (), 4, (LeafMeasure("calls", "count", None),))
    earlier = Scan("visits", "additive", (Duration(1, "year"),), 2, (COUNT,))
    assert shaped((*SCANS, calls, earlier), {"visits": ROWS, "calls": Choice("statements", "")}) == (
        Scan("visits", "rows", (), 3, (COUNT, SERVED)),
        Scan("visits", "rows", (Duration(1, "year"),), 2, (COUNT,)),
        calls,
    )


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_explain_says_which_shape_and_why(engine: str, tmp_path: Path) -> None:
    metrics = {"p90": {"source": "visits", "agg": "percentile", "percentile": 0.9, "expr": "minutes"}}
    definition = defined(make_database(tmp_path)(engine), metrics=metrics)
    with open_warehouse(definition, tmp_path) as warehouse:
        told = warehouse.explain("p90", None, NOW)
    assert told.plan == (
        "the rows of 'visits', reduced in arrays for each worker and every level above: 1 measure",
        f"'visits': 3 rows are taken out of {engine} once instead of 2 statements",
    )
    assert "minutes" in told.statements[0]
    assert "GROUP BY" not in told.statements[0]


def test_explain_tells_what_becomes_of_windows(tmp_path: Path) -> None:
    metrics = {
        "p90": {"source": "visits", "agg": "percentile", "percentile": 0.9, "expr": "minutes", "level": "company"},
        "p90_28": {"type": "cumulative", "metric": "p90", "window": "28 days", "level": "company"},
    }
    with open_warehouse(defined(make_database(tmp_path)("duckdb"), metrics=metrics), tmp_path) as warehouse:
        told = warehouse.explain("p90_28", None, NOW)
    assert told.plan == (
        "the rows of 'visits', reduced in arrays for each company: 1 measure, over the last 28 days",
        "'visits': 3 rows are taken out of duckdb once instead of each row joined to every window it falls into",
    )
