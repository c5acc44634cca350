"""The port over real databases: figures, failures told by name, rows, explanations, requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metrics.warehouse import open_warehouse
from scorecard.faults import Faulty
from scorecard.warehouse import Request
from tests.unit.metrics.visits import (
    ENGINES,
    NOW,
    ROSTER,
    WORDS,
    ask,
    defined,
    make_database,
)


@pytest.fixture
def database(tmp_path: Path) -> Callable[[str], str]:
    return make_database(tmp_path)


def test_one_bad_measure_of_many_leaves_the_others_as_they_were(tmp_path: Path, database: Callable[[str], str]) -> None:
    many = {f"m{at}": {"source": "visits", "agg": "sum", "expr": f"minutes * {at}"} for at in range(20)}
    query = "SELECT *, CAST(note AS INTEGER) AS broken FROM visits"
    sources = {"visits": {**WORDS["sources"]["visits"], "query": query}}
    del sources["visits"]["table"]
    bad = {"bad": {"source": "visits", "agg": "sum", "expr": "broken"}}
    url = database("duckdb")
    fine = ask(defined(url, sources=sources, metrics=many), tmp_path)
    mixed = ask(defined(url, sources=sources, metrics={**many, **bad}), tmp_path)
    assert mixed.failed == {"bad": "source 'visits': it holds a value that is not of the type expected"}
    for metric in many:
        assert mixed.table.cells[metric].value.tobytes() == fine.table.cells[metric].value.tobytes()


@pytest.mark.parametrize("engine", ENGINES)
def test_garbage_in_a_column_has_no_value(engine: str, tmp_path: Path, database: Callable[[str], str]) -> None:
    words = {"source": "visits", "agg": "sum", "expr": "cast(note as double)"}
    readings = ask(defined(database(engine), metrics={"junk": words, **WORDS["metrics"]}), tmp_path)
    assert readings.failed == {}
    assert readings.table.reading("junk", 0, 0).value is None
    assert readings.table.reading("sum", 0, 0).value == 42


def test_what_is_no_finite_number_is_missing(tmp_path: Path) -> None:
    rows = "SELECT TIMESTAMP '2026-01-05 10:00:00' AS t, unnest(['1.5', 'nan', 'inf', '-inf', NULL]::DOUBLE[]) AS x"
    expressions = {"plain": "x", "more": "x + 1", "huge": "x" + " * 1e18" * 18, "rooted": "1 / (x - x)"}
    metrics = {name: {"source": "visits", "agg": "sum", "expr": words} for name, words in expressions.items()}
    metrics |= {
        "most": {"source": "visits", "agg": "max", "expr": "x"},
        "big": {"source": "visits", "agg": "count", "filter": "x > 1"},
        "middle": {"source": "visits", "agg": "median", "expr": "x"},
        "kinds": {"source": "visits", "agg": "count_distinct", "expr": "x"},
    }
    definition = defined("duckdb:///:memory:", sources={"visits": {"query": rows, "time": "t"}}, metrics=metrics)
    table = ask(definition, tmp_path, levels=("company",)).table
    found = {metric: table.reading(metric, 0, 0).value for metric in metrics}
    assert found == {
        "plain": 1.5, "more": 2.5, "huge": None, "rooted": None, "most": 1.5, "big": 1, "middle": 1.5, "kinds": 1,
    }  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
def test_many_may_ask_at_once(engine: str, tmp_path: Path, database: Callable[[str], str]) -> None:
    with open_warehouse(defined(database(engine)), tmp_path) as warehouse, ThreadPoolExecutor(8) as pool:
        request = Request(("n", "sum"), ("company", "worker"), "day")
        values = list(pool.map(lambda _: warehouse.read(request, NOW).table.cells["sum"].value.tobytes(), range(16)))
    assert len(set(values)) == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_the_roster_gives_units_and_names(engine: str, tmp_path: Path, database: Callable[[str], str]) -> None:
    organisation = {**WORDS["organisation"], "roster": ROSTER}
    org = ask(defined(database(engine), organisation=organisation), tmp_path).table.org
    assert [unit for _, unit in org.units("worker")] == ["ann", "bob", "cy"]
    assert org.label(("worker", "cy")) == "Cy C"
    assert org.label(("company", "all")) == "Everyone"


@pytest.mark.parametrize("engine", ENGINES)
def test_targets_from_a_table(engine: str, tmp_path: Path, database: Callable[[str], str]) -> None:
    target = {"table": "aims", "metric": "metric", "unit": "unit", "from": "since", "value": "value"}
    metrics = {"n": {"source": "visits", "agg": "count", "target": target}}
    table = ask(defined(database(engine), metrics=metrics), tmp_path, grain="day").table
    row_of = table.org.row_of
    assert table.targets["n"][row_of["company", "all"]].tolist() == [5, 5, 5]
    assert table.targets["n"][row_of["worker", "ann"]].tolist() == [5, 7, 7]
    missing = {"n": {**metrics["n"], "target": {**target, "table": "aim"}}}
    readings = ask(defined(database_again(tmp_path, engine), metrics=missing), tmp_path)
    assert "there is no table 'aim'; did you mean 'aims'?" in str(readings.faults[0])
    assert readings.failed == {}
    alike = {"n": {**metrics["n"], "target": {"table": "aims", "metric": "metric", "value": "value"}}}
    readings = ask(defined(database_again(tmp_path, engine), metrics=alike), tmp_path)
    assert readings.table.targets["n"][0].tolist() == [7]
    assert "1 unit and date has several rows in the table of targets" in str(readings.faults[0])


def database_again(folder: Path, engine: str) -> str:
    return f"{engine}:///{folder / f'facts.{engine}'}"


@pytest.mark.parametrize("engine", ENGINES)
def test_check_names_everything_that_is_missing(engine: str, tmp_path: Path, database: Callable[[str], str]) -> None:
    definition = defined(
        database(engine),
        organisation={"levels": ["company", "worker"], "roster": {**ROSTER, "names": {"worker": "nam"}}},
        sources={
            "visits": {
                "table": "visits",
                "time": '"at"',
                "units": {"worker": "workr"},
                "dimensions": {"note": "upper(nte)"},
                "key": ["note", "id"],
            },
            "gone": {"table": "visit", "time": "at"},
        },
        metrics={
            "text": {"source": "visits", "agg": "sum", "expr": "note"},
            "typo": {"source": "visits", "agg": "count", "filter": "minute > 3"},
            "rate": {
                "type": "ratio",
                "source": "visits",
                "numerator": {"agg": "count", "filter": "lowr(note) = 'x'"},
                "denominator": {"agg": "count"},
                "filter": "region = 'n'",
            },
            "less": {"type": "derived", "expr": "a + 1", "inputs": {"a": {"metric": "typo", "filter": "regio = 1"}}},
            "lost": {"source": "gone", "agg": "count"},
            "aimed": {
                "source": "visits",
                "agg": "count",
                "target": {"table": "aims", "metric": "metric", "value": "unit", "from": "sinc"},
            },
        },
        cases={"source": "visits", "activity": "nota", "manual": "minutes > 'x'"},
        voices={"source": "visits", "text": "note", "score": "scor"},
    )
    with open_warehouse(definition, tmp_path) as warehouse:
        told = sorted(str(fault) for fault in warehouse.check())
    assert told == sorted(
        [
            "organisation.roster.names.worker: there is no column 'nam' in table 'staff'; did you mean 'name'?",
            "sources.visits.units.worker: there is no column 'workr' in source 'visits'; did you mean 'worker'?",
            "sources.visits.dimensions.note: there is no column 'nte' in source 'visits'; did you mean 'note'?",
            "sources.visits.key[1]: there is no column 'id' in source 'visits'",
            "sources.gone.table: there is no table 'visit'; did you mean 'visits'?",
            "metrics.text.expr: 'sum' needs a number, not text",
            "metrics.typo.filter: there is no column 'minute' in source 'visits'; did you mean 'minutes'?",
            "metrics.rate.numerator.filter: there is no function 'lowr' here; did you mean 'lower'?",
            "metrics.rate.filter: there is no column 'region' in source 'visits'",
            "metrics.less.inputs.a.filter: there is no column 'regio' in source 'visits'",
            "metrics.aimed.target.value: a number is expected, not text",
            "metrics.aimed.target.from: there is no column 'sinc' in table 'aims'; did you mean 'since'?",
            "cases.activity: there is no column 'nota' in source 'visits'; did you mean 'note'?",
            "cases.manual: a number and text cannot be compared; cast one of them",
            "voices.score: there is no column 'scor' in source 'visits'",
        ]
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_are_the_newest(engine: str, tmp_path: Path, database: Callable[[str], str]) -> None:
    with open_warehouse(defined(database(engine)), tmp_path) as warehouse:
        rows = warehouse.rows("visits", {"said": "upper(note)", "when": '"at"', "long": "minutes > 5"}, 2)
        assert [row["said"] for row in rows] == ["Z", "Y"]
        assert [row["when"] for row in rows] == [datetime(2026, 1, 7, 10), datetime(2026, 1, 6, 10)]
        assert [bool(row["long"]) for row in rows] == [False, True]
        for source, columns, message in (
            ("visit", {}, "there is no source 'visit'; did you mean 'visits'?"),
            ("visits", {"x": "nota"}, "there is no column 'nota'"),
        ):
            with pytest.raises(Faulty, match=message.replace("?", r"\?")):
                warehouse.rows(source, columns, 5)


@pytest.mark.parametrize("engine", ENGINES)
def test_explains_itself_with_sql_that_runs(engine: str, tmp_path: Path, database: Callable[[str], str]) -> None:
    metrics = {
        **WORDS["metrics"],
        "rate": {
            "type": "ratio",
            "label": "Quick",
            "source": "visits",
            "numerator": {"agg": "count", "filter": "minutes < 20 and note <> 'o''clock'"},
            "denominator": {"agg": "count"},
            "feeds": ["happy"],
        },
        "happy": {"source": "visits", "agg": "median", "expr": "minutes", "outcome": True, "level": "company"},
    }
    url = database(engine)
    with open_warehouse(defined(url, metrics=metrics), tmp_path) as warehouse:
        explained = warehouse.explain("rate", ("worker", "ann"), NOW)
        with pytest.raises(Faulty, match="there is no metric 'rat'; did you mean 'rate'"):
            warehouse.explain("rat", None, NOW)
    assert explained.definition == (
        "Quick: the number of rows of 'visits' where minutes < 20 and note <> 'o''clock', over the number of rows of "
        "'visits', each added up before dividing. Shown from level 'worker' up."
    )
    assert explained.thread == ("Quick", "Happy")
    assert explained.plan == (
        "one additive statement over 'visits' for each worker: 2 measures; levels above are added up from it",
        "'visits': one statement of few measures answers it",
    )
    if engine == "duckdb":
        (statement,) = explained.statements
        with duckdb.connect(url.removeprefix("duckdb:///"), read_only=True) as connection:
            rows = connection.execute(statement).fetchall()
        assert [row[0] for row in rows] == ["ann"]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"levels": ("worker", "tem")}, "there is no level 'tem'"),
        ({"levels": ()}, "no level is asked for"),
        ({"units": (("wrker", "ann"),)}, "did you mean 'worker'"),
        ({"start": NOW, "stop": NOW}, "ends before it begins"),
        ({"grain": "hour", "start": datetime(1900, 1, 1)}, "more than 20,000 periods"),
    ],
)
def test_a_request_that_makes_no_sense(
    request_: Mapping[str, Any], message: str, tmp_path: Path, database: Callable[[str], str]
) -> None:
    with pytest.raises(Faulty, match=message):
        ask(defined(database("duckdb")), tmp_path, **request_)


def test_a_request_that_is_cut_is_not_complete(tmp_path: Path, database: Callable[[str], str]) -> None:
    cut = {"grain": "week", "start": datetime(2026, 1, 6), "stop": datetime(2026, 1, 27)}
    table = ask(defined(database("duckdb")), tmp_path, **cut).table
    assert [period.key for period in table.periods] == ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26"]
    assert table.complete.tolist() == [False, True, True, False]
    assert table.reading("n", 0, 0).value == 2
    open_ = ask(
        defined(database_again(tmp_path, "duckdb")),
        tmp_path,
        grain="month",
        start=datetime(2026, 1, 1),
        stop=datetime(2026, 3, 1),
    )
    assert open_.table.complete.tolist() == [True, False]


def test_progress_is_told(tmp_path: Path, database: Callable[[str], str]) -> None:
    steps: list[tuple[str, int, int]] = []
    with open_warehouse(defined(database("duckdb")), tmp_path) as warehouse:
        warehouse.read(Request(("n",), ("company",)), NOW, lambda *step: steps.append(step))
    assert steps == [("reading visits", 0, 1), ("reading", 1, 1)]
