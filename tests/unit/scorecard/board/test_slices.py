"""Slices and earlier pictures, over a real warehouse and real snapshots."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
import yaml

from scorecard import site
from scorecard.board import slices
from scorecard.board.answers import SnapshotBoard
from scorecard.board.library import Library
from scorecard.lens import Busy, Lens, Only
from scorecard.people.principal import EVERYBODY
from scorecard.refresh import Work, refresh
from scorecard.settings import Settings
from scorecard.view import Figure, NotFound

NOW = datetime(2026, 2, 9, 6, tzinfo=UTC)
DEFINITION = {
    "title": "Depots",
    "calendar": {"grain": "week", "history": {"week": 8}},
    "organisation": {"levels": ["enterprise", "team", "worker"], "people": "worker"},
    "sources": {
        "visits": {"table": "visits", "time": "done", "units": {"team": "team", "worker": "who"},
                   "dimensions": {"region": "region"}},
        "calls": {"table": "calls", "time": "done", "units": {"team": "team"}},
    },
    "metrics": {
        "fix": {"type": "ratio", "source": "visits", "numerator": {"agg": "count", "filter": "fixed"},
                "denominator": {"agg": "count"}, "format": "percent", "target": 0.8, "outcome": True},
        "calls": {"source": "calls", "agg": "count", "level": "team", "target": 10, "feeds": ["fix"]},
    },
}  # fmt: skip
NORTH, SOUTH = Only("region", "north"), Only("region", "south")
TOP = ("enterprise", "all")


@pytest.fixture
def work(tmp_path: Path) -> Work:
    """Two teams, two large regions, and a rare one that three visits name."""
    config = tmp_path / "depots"
    config.mkdir()
    facts = tmp_path / "facts.duckdb"
    with duckdb.connect(str(facts)) as connection:
        connection.execute(
            """CREATE TABLE visits AS SELECT TIMESTAMP '2026-01-05 08:00:00' + INTERVAL (n * 37) MINUTE AS done,
               CASE WHEN n % 2 = 0 THEN 'a' ELSE 'b' END AS team, 'w' || (n % 6) AS who,
               CASE WHEN n IN (40, 41, 42) THEN 'isles' WHEN n % 3 = 0 THEN 'north' ELSE 'south' END AS region,
               n % 3 = 0 OR n % 5 = 0 AS fixed FROM range(1500) AS r(n)"""
        )
        connection.execute(
            "CREATE TABLE calls AS SELECT TIMESTAMP '2026-01-05 08:00:00' + INTERVAL (n) HOUR AS done, 'a' AS team "
            "FROM range(900) AS r(n)"
        )
    written = {**DEFINITION, "warehouse": {"url": f"duckdb:///{facts}"}}
    (config / "scorecard.yaml").write_text(yaml.safe_dump(written), encoding="utf-8")
    settings = Settings(config, tmp_path / "var")
    return Work(config, settings.snapshots, site.warehouse(), {})


def library(work: Work) -> Library:
    found = site.boards(Settings(work.config, work.home.parents[1]), {})
    return replace(found, ticks=itertools.count(step=2.0).__next__)


def through(boards: Library, lens: Lens) -> SnapshotBoard:
    board = boards.through(EVERYBODY, lens)
    assert isinstance(board, SnapshotBoard)
    return board


def figure(board: SnapshotBoard, metric: str, unit: tuple[str, str] = TOP) -> Figure:
    moment = board.moment()
    assert not isinstance(moment, NotFound)
    view = board.metric(metric, moment, unit)
    assert not isinstance(view, NotFound)
    return view.figure


def test_a_picture_knows_the_values_people_may_choose_and_no_rare_one(work: Work) -> None:
    taken = refresh(work, NOW)
    assert taken.dimensions == {"region": ("south", "north")}
    board = library(work).for_(EVERYBODY)
    assert board is not None
    assert board.head().dimensions == (("region", ("south", "north")),)


def test_a_slice_is_what_the_warehouse_says_of_those_rows(work: Work) -> None:
    refresh(work, NOW)
    board = through(library(work), Lens(only=NORTH))
    moment = board.moment()
    assert not isinstance(moment, NotFound)
    with duckdb.connect(str(work.config.parent / "facts.duckdb"), read_only=True) as connection:
        expected = connection.execute(
            "SELECT avg(CASE WHEN fixed THEN 1.0 ELSE 0 END), count(*) FROM visits "
            "WHERE region = 'north' AND done >= $1 AND done < $2",
            [moment.period.start, moment.period.stop],
        ).fetchone()
    assert expected is not None
    assert expected[1] > 50
    shown = figure(board, "fix")
    assert shown.value == pytest.approx(expected[0], abs=1e-12)
    assert shown.count == expected[1]
    assert board.head().lens == Lens(only=NORTH)
    assert figure(board, "calls").failed == "it is not kept by region"


def test_a_slice_stops_above_people(work: Work) -> None:
    refresh(work, NOW)
    board = through(library(work), Lens(only=NORTH))
    moment = board.moment()
    assert not isinstance(moment, NotFound)
    assert isinstance(board.unit(("worker", "w1"), moment), NotFound)
    assert not isinstance(board.unit(("team", "a"), moment), NotFound)


def test_what_is_unknown_is_not_found_and_reads_nothing(work: Work) -> None:
    boards = library(work)
    assert boards.through(EVERYBODY, Lens(only=NORTH)) is None
    refresh(work, NOW)
    for lens in (
        Lens(only=Only("region", "isles")),
        Lens(only=Only("region", "nowhere")),
        Lens(only=Only("weather", "north")),
        Lens(only=NORTH, grain="day"),
        Lens(picture="20200101T000000000000Z"),
        Lens(picture="../../secrets"),
    ):
        assert isinstance(boards.through(EVERYBODY, lens), NotFound), lens


def test_a_dimension_is_read_once_for_all_its_values_and_askers(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh(work, NOW)
    boards = library(work)
    assert boards.for_(EVERYBODY) is not None
    reads: list[str] = []
    real = slices.parted
    monkeypatch.setattr(slices, "parted", lambda *asked: (reads.append(asked[1]), real(*asked))[1])
    threads = [threading.Thread(target=through, args=(boards, Lens(only=only))) for only in (NORTH, SOUTH) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reads == ["region"]


def test_a_busy_warehouse_and_a_dead_one_are_said_and_leave_the_picture(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(work, NOW)
    boards = library(work)
    monkeypatch.setattr(slices, "WAIT", 0.01)
    with boards.slices._reading, pytest.raises(Busy):
        boards.through(EVERYBODY, Lens(only=NORTH))
    (work.config.parent / "facts.duckdb").unlink()
    with pytest.raises(Busy):
        boards.through(EVERYBODY, Lens(only=NORTH))
    assert boards.for_(EVERYBODY) is not None


def test_an_earlier_picture_is_shown_as_it_was(work: Work) -> None:
    first = refresh(work, NOW)
    with duckdb.connect(str(work.config.parent / "facts.duckdb")) as connection:
        connection.execute("UPDATE visits SET fixed = TRUE")
    second = refresh(work, NOW + timedelta(hours=1))
    boards = library(work)
    now, before = boards.for_(EVERYBODY), through(boards, Lens(picture=first.id))
    assert now is not None
    assert (figure(now, "fix").value, figure(before, "fix").value) == (1.0, pytest.approx(0.466, abs=0.05))
    assert before.head().generation == first.id
    assert [id_ for id_, _ in before.head().pictures] == [second.id, first.id]
