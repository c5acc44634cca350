import itertools
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

from scorecard import site
from scorecard.faults import Faulty
from scorecard.people.principal import EVERYBODY
from scorecard.refresh import Work, read_health, refresh
from scorecard.settings import Settings
from scorecard.snapshot import current, load_newest
from tests import company

NOW = datetime(2026, 5, 13, 5, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[3]


@pytest.fixture
def work(tmp_path: Path) -> Work:
    config = company.make(tmp_path)
    return Work(config, tmp_path / "var" / "snapshots" / config.name, site.warehouse(), {})


def test_a_refresh_publishes_every_figure_of_every_kept_period(work: Work) -> None:
    told: list[str] = []
    taken = refresh(work, NOW, lambda what, done, total: told.append(f"{what} {done}/{total}"))
    assert {grain: len(table.periods) for grain, table in taken.tables.items()} == {"week": 5, "month": 2}
    assert {table.org.paths for table in taken.tables.values()} == {taken.org.paths}
    assert taken.failed == {}
    assert told
    read = load_newest(work.home)
    assert read is not None
    week = read.tables["week"]
    with duckdb.connect(str(work.config.parent / "facts.duckdb"), read_only=True) as facts:
        counted = facts.execute(
            "SELECT count(*), sum((NOT streaks)::INT) FROM visits"
            " WHERE finished_at >= '2026-05-04' AND finished_at < '2026-05-11'"
        ).fetchone()
    whole = week.reading("clean", 0, 3)
    assert (whole.denominator, whole.numerator) == counted
    assert whole.complete
    assert not week.reading("clean", 0, 4).complete
    assert read.voices[0].said > read.voices[-1].said


def test_a_broken_definition_keeps_the_last_picture_and_says_where(work: Work) -> None:
    first = refresh(work, NOW)
    text = (work.config / "scorecard.yaml").read_text(encoding="utf-8")
    (work.config / "scorecard.yaml").write_text(
        text.replace("feeds: [recommend]", "feeds: [recomend]"), encoding="utf-8"
    )
    with pytest.raises(Faulty, match="did you mean 'recommend'"):
        refresh(work, NOW + timedelta(hours=1))
    health = read_health(work.home)
    assert current(work.home) == first.id
    assert health is not None
    assert health.faults[0].place is not None
    assert health.faults[0].place.file.endswith("windows/scorecard.yaml")


def test_a_warehouse_that_is_gone_keeps_the_last_picture(work: Work) -> None:
    first = refresh(work, NOW)
    (work.config.parent / "facts.duckdb").unlink()
    with pytest.raises(Faulty):
        refresh(work, NOW + timedelta(hours=1))
    assert current(work.home) == first.id
    company.fill(work.config.parent / "facts.duckdb")
    assert refresh(work, NOW + timedelta(hours=2)).id == current(work.home)
    health = read_health(work.home)
    assert health is not None
    assert health.faults == ()


def test_a_source_that_fails_fails_alone(work: Work) -> None:
    whole = refresh(work, NOW)
    with duckdb.connect(str(work.config.parent / "facts.duckdb")) as facts:
        facts.execute("ALTER TABLE answers RENAME COLUMN score TO points")
    partial = refresh(work, NOW + timedelta(hours=1))
    assert list(partial.failed) == ["recommend"]
    assert "score" in partial.failed["recommend"]
    before, after = whole.tables["week"].cells["clean"], partial.tables["week"].cells["clean"]
    assert before.value.tobytes() == after.value.tobytes()


def test_one_refresher_leads_and_the_other_is_told_who(work: Work) -> None:
    work.home.mkdir(parents=True)
    with FileLock(work.home / "refresh.lock"):
        (work.home / "refresh.owner").write_text("process 4711, since this morning", encoding="utf-8")
        with pytest.raises(Faulty, match=r"another refresh is under way \(process 4711, since this morning\)"):
            refresh(work, NOW)
    assert current(work.home) is None


def test_of_two_at_once_exactly_one_publishes_at_a_time(work: Work) -> None:
    ends: list[str] = []
    begin = threading.Barrier(2)

    def run(hours: int) -> None:
        begin.wait()
        try:
            ends.append(refresh(work, NOW + timedelta(hours=hours)).id)
        except Faulty:
            ends.append("told off")

    racers = [threading.Thread(target=run, args=(hours,)) for hours in (1, 2)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert current(work.home) in ends
    assert load_newest(work.home) is not None


@pytest.mark.parametrize("after", [0.9, 1.4, 1.9, 2.4])
def test_a_refresh_killed_at_any_moment_leaves_the_last_good_picture(work: Work, after: float) -> None:
    first = refresh(work, NOW)
    environ = {**os.environ, "GOLDEN_THREAD_VAR": str(work.home.parents[1]), "PYTHONPATH": str(ROOT)}
    call = [sys.executable, "-m", "scorecard", "refresh", str(work.config)]
    with subprocess.Popen(call, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL) as process:
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
    newest = load_newest(work.home)
    assert newest is not None
    assert newest.taken >= first.taken
    again = refresh(work, datetime.now(UTC))
    assert current(work.home) == again.id
    assert not list(work.home.glob(".*.tmp"))


def test_the_library_serves_the_last_good_picture_and_picks_up_the_next(work: Work) -> None:
    settings = Settings(work.config, work.home.parents[1])
    library = replace(site.boards(settings, {}), ticks=itertools.count(step=2.0).__next__, behind=lambda look: look())
    assert library.for_(EVERYBODY) is None
    first = refresh(work, NOW)
    board = library.for_(EVERYBODY)
    assert board is not None
    assert board.head().generation == first.id
    second = refresh(work, NOW + timedelta(minutes=5))
    (work.home / second.id / "week-2026-05-04.arrow").write_bytes(b"rubbish")
    board = library.for_(EVERYBODY)
    assert board is not None
    assert board.head().generation == first.id
    third = refresh(work, NOW + timedelta(minutes=10))
    board = library.for_(EVERYBODY)
    assert board is not None
    assert board.head().generation == third.id


def test_a_bad_edit_while_serving_is_told_with_its_place(work: Work) -> None:
    refresh(work, NOW)
    settings = Settings(work.config, work.home.parents[1])
    library = replace(site.boards(settings, {}), ticks=itertools.count(step=2.0).__next__, behind=lambda look: look())
    board = library.for_(EVERYBODY)
    assert board is not None
    assert board.head().faults == ()
    with (work.config / "scorecard.yaml").open("a", encoding="utf-8") as file:
        file.write("metrcs: {}\n")
    board = library.for_(EVERYBODY)
    assert board is not None
    (fault,) = board.head().faults
    assert fault.place is not None
    assert "metrics" in fault.message
    shutil.rmtree(work.config)
    assert library.for_(EVERYBODY) is not None
