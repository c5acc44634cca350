"""A scorecard that uses every type of metric, all the way: refreshed, kept, split, drawn and answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path

import numpy as np
import orjson
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from layouts.shell import build
from metrics.warehouse import open_warehouse
from scorecard.board.answers import SnapshotBoard
from scorecard.board.generation import Generation
from scorecard.causes import Ground, between, why
from scorecard.cli import cli
from scorecard.loader import load
from scorecard.people.principal import EVERYBODY, Principal
from scorecard.refresh import Work, refresh
from scorecard.settings import Settings
from scorecard.snapshot import Snapshot, load_newest
from tests import company

TYPES = """\
metrics:
  visits_28: {label: Visits in 28 days, description: Rolling., owner: crews, type: cumulative, metric: visits, window: 28 days, target: 300}
  clean_28: {label: Streak-free in 28 days, description: Rolling., owner: crews, type: cumulative, metric: clean, window: 28 days, target: 0.9, format: percent, feeds: [recommend]}
  recommend_quarter: {label: Recommended this quarter, description: To date., owner: crews, level: crew, type: cumulative, metric: recommend, grain_to_date: quarter, target: {metric: recommend_quarter, offset: 2 weeks, times: 1.5}}
  cleaners_28: {label: Cleaners at work, description: Rolling., owner: crews, type: cumulative, metric: cleaners, window: 28 days, direction: none}
  visits: {label: Visits, description: Done., owner: crews, source: visits, agg: count, target: 100, feeds: [recommend]}
  cleaners: {label: Cleaners, description: At work., owner: crews, source: visits, agg: count_distinct, expr: cleaner, direction: none}
  newest: {label: Visits on the last day, description: A balance., owner: crews, source: visits, agg: count, direction: in_range, target: {low: 1, high: 2}, non_additive: {by: [cleaner]}}
  heard: {label: Heard of within a week, description: An answer after a visit., owner: crews, type: conversion, base: {source: visits, agg: count}, conversion: {source: answers, agg: count}, entity: crew, window: 1 week, target: {metric: clean_28}, format: percent, feeds: [recommend]}
  kept: {label: Promise kept, description: All of it., owner: crews, type: index, of: {clean_28: 2, visits: 1}, target: 90, format: score, feeds: [recommend]}
  growth: {label: Growth, description: Rolling., owner: crews, type: derived, expr: visits_28 - before, inputs: {before: {metric: visits_28, offset: 4 weeks}}, direction: none}
"""  # noqa: E501 - a line a metric
NAMES = ("visits_28", "clean_28", "recommend_quarter", "cleaners_28", "newest", "heard", "kept", "growth")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scorecard's folder, its warehouse beside it."""
    config = company.make(tmp_path_factory.mktemp("types"))
    (config / "types.yaml").write_text(TYPES, encoding="utf-8")
    return config


@pytest.fixture(scope="module")
def taken(config: Path) -> Snapshot:
    """The snapshot of a real refresh, read back from its files."""
    folder = config.parent
    loaded = load(config, {})
    assert [fault for fault in loaded.faults if fault.severity == "fault"] == []
    with open_warehouse(loaded.checked(), config) as warehouse:
        assert warehouse.check() == []
    refresh(Work(config, folder / "var", open_warehouse, {}), (company.UNTIL + timedelta(hours=1)).replace(tzinfo=UTC))
    found = load_newest(folder / "var")
    assert found is not None
    return found


@dataclass(frozen=True)
class Boards:
    """The one snapshot, for whoever asks."""

    generation: Generation

    def for_(self, principal: Principal) -> SnapshotBoard:
        return SnapshotBoard(self.generation, principal, self.generation.snapshot.taken, timedelta(hours=26))


@pytest.fixture(scope="module")
def client(taken: Snapshot) -> FlaskClient:
    return build(Boards(Generation(taken)), Settings(Path("x"), Path("var")), bundled=True).server.test_client()


def test_every_figure_is_there(taken: Snapshot) -> None:
    assert taken.failed == {}
    week = taken.tables["week"]
    top, last = week.org.row_of["company", "all"], 3
    values = {name: week.cells[name].value[top, last] for name in NAMES}
    assert np.isfinite(list(values.values())).all(), values
    assert values["visits_28"] == 28 * 4 * 3
    assert values["newest"] == 4 * 1  # of each cleaner the visit at the last instant; too few to be shown
    assert values["heard"] == 1.0


def test_a_target_may_be_the_same_figure_of_an_earlier_time(taken: Snapshot) -> None:
    week = taken.tables["week"]
    row = week.org.row_of["crew", "Alder"]
    assert week.targets["recommend_quarter"][row, 3] == 1.5 * week.cells["recommend_quarter"].value[row, 1]
    assert week.targets["heard"][row, 3] == week.cells["clean_28"].value[row, 3]


def test_the_statements_of_every_figure_are_kept(taken: Snapshot, config: Path) -> None:
    newest = load_newest(config.parent / "var")
    assert newest is not None
    for name in NAMES:
        told = newest.statements.about(name)
        assert told, name
        for each in told:
            assert name in each.metrics
            assert all("SELECT" in sql for sql in each.sql)
    assert any("answers" in sql for each in newest.statements.about("heard") for sql in each.sql)
    assert not newest.statements.about("nothing")
    assert b"duckdb:" not in memoryview(newest.statements.written).tobytes()


def test_every_type_is_explained(taken: Snapshot, config: Path) -> None:
    told = {}
    with open_warehouse(load(config, {}).checked(), config) as warehouse:
        for name in NAMES:
            found = warehouse.explain(name, None, taken.as_of)
            told[name] = " ".join([found.definition, *found.plan])
            assert found.statements
    assert "over the last 28 days" in told["visits_28"]
    assert "the rows of 'visits', reduced in arrays for each cleaner" in told["cleaners_28"]
    assert "instead of each row joined to every window it falls into" in told["cleaners_28"]
    assert "since the quarter began" in told["recommend_quarter"]
    assert "at the last instant of the period for each cleaner" in told["newest"]
    assert "the share that the number of rows of 'answers' follows within 1 week (the same crew)" in told["heard"]
    assert "of rows that one of 'answers' follows within 1 week" in told["heard"]
    assert "by weight: 'Streak-free in 28 days' 2, 'Visits' 1" in told["kept"]


def test_an_index_carries_its_worst_part_through_the_snapshot(taken: Snapshot, client: FlaskClient) -> None:
    worst = taken.tables["week"].worst["kept"][0]
    assert set(worst.tolist()) == {1}
    said = orjson.loads(client.get("/api/v1/metric/kept").data)["data"]["figure"]
    assert (said["worst"], said["worst_label"]) == ("visits", "Visits")
    assert "Furthest off: Visits." in client.get("/metric/kept").text


def test_a_query_names_the_worst_part_too(config: Path, taken: Snapshot) -> None:
    asked = ["query", "kept", "visits", "--config", str(config), "--grain", "week", "--to", "2026-05-11"]
    rows = orjson.loads(CliRunner().invoke(cli, [*asked, "--format", "json"]).stdout)
    worst = {row["period"]: row["worst"] for row in rows if row["metric"] == "kept"}
    assert worst["2026-05-04"] == "visits"
    assert not any("worst" in row for row in rows if row["metric"] == "visits")
    header = CliRunner().invoke(cli, [*asked, "--format", "csv"]).stdout.splitlines()[0]
    assert header == "metric,level,unit,period,value,numerator,denominator,count,complete"


def test_completeness_is_a_metrics_own(taken: Snapshot) -> None:
    week = taken.tables["week"]
    assert week.complete.tolist() == [True, True, True, True, False]
    assert week.complete_of("visits").tolist() == week.complete.tolist()
    assert week.complete_of("heard").tolist() == [True, True, True, False, False]  # the week after is still running
    assert week.complete_of("visits_28").tolist() == [False, False, True, True, False]  # 28 days are there since then
    assert week.complete_of("recommend_quarter").tolist() == week.complete.tolist()


def questions(ground: Ground) -> Iterator[tuple[str, int, int]]:
    for metric in ground.table.cells:
        for row in range(ground.org.rows):
            for after in range(1, len(ground.table.periods)):
                yield metric, row, after


def test_every_change_splits_exactly_or_says_why_not(taken: Snapshot) -> None:
    split = dict.fromkeys(NAMES, 0)
    for ground in Generation(taken).grounds.values():
        for metric, row, after in questions(ground):
            found = why(ground, between(ground, metric, row, after - 1, after), {}, "week")
            for way in (found.organisation, found.drivers):
                if way is None or way.stopped or found.change is None:
                    continue
                size = max(abs(found.before.value or 0), abs(found.after.value or 0), 1)
                assert sum(line.amount for line in way.parts) == pytest.approx(found.change, abs=1e-9 * size)
                if metric in split:
                    split[metric] += 1
    assert all(split[name] for name in ("visits_28", "clean_28", "recommend_quarter", "heard", "kept")), split


@pytest.mark.parametrize("name", NAMES)
def test_pages_and_answers_hold_every_type(client: FlaskClient, name: str) -> None:
    for place in (f"/metric/{name}", f"/metric/{name}?unit=crew:Alder&grain=month", f"/api/v1/metric/{name}",
                  f"/api/v1/metric/{name}/units", f"/api/v1/why/{name}"):  # fmt: skip
        answer = client.get(place)
        assert answer.status_code == 200, (place, answer.text[:300])
    assert client.get("/").status_code == client.get("/unit/cleaner/Ana").status_code == 200
    assert EVERYBODY.scope is None
