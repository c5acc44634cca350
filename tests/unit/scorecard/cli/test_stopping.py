"""A command that is asked to stop while a database is at work: one plain line, and nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from scorecard import site
from scorecard.refresh import Work, refresh
from scorecard.snapshot import current, load_newest
from tests import company
from tests.unit.scorecard.test_refresh import NOW

ROOT = Path(__file__).parents[4]
SLOW = (
    "SELECT count(*) AS n, '2026-05-04'::TIMESTAMP AS at FROM range(4000000000) a, range(1000) b"
    " WHERE (a.range * b.range) % 7 = 3"
)


@pytest.fixture
def work(tmp_path: Path) -> Work:
    config = company.make(tmp_path)
    return Work(config, tmp_path / "var" / "snapshots" / config.name, site.warehouse(), {})


def start(work: Work, *words: str) -> subprocess.Popen[str]:
    environ = {**os.environ, "GOLDEN_THREAD_VAR": str(work.home.parents[1]), "PYTHONPATH": str(ROOT)}
    call = [sys.executable, "-m", "scorecard", *words]
    return subprocess.Popen(call, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def until(true: Callable[[], object], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def slow_down(work: Work) -> None:
    """Let one source be a query that runs for an hour."""
    file = work.config / "scorecard.yaml"
    text = file.read_text(encoding="utf-8")
    slow = text.replace(
        "    table: answers\n    time: said_at\n    units: {crew: crew}\n", f'    query: "{SLOW}"\n    time: at\n'
    )
    assert slow != text
    file.write_text(slow.replace("expr: score\n", "expr: n\n").split("voices:")[0], encoding="utf-8")


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_a_refresh_in_the_middle_of_a_statement_ends_at_once(work: Work, asked: signal.Signals) -> None:
    first = refresh(work, NOW)
    slow_down(work)
    with start(work, "refresh", str(work.config)) as process:
        until((work.home / "refresh.owner").exists)
        time.sleep(1.5)
        process.send_signal(asked)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert said.splitlines()[-1] == "stopped; what was there before stands as it was"
    assert "Traceback" not in said
    assert {path.name for path in work.home.iterdir()} == {
        first.id, "current", "health.json", "refresh.lock", "verified.json",
    }  # fmt: skip
    assert current(work.home) == first.id


@pytest.mark.parametrize("after", [0.3, 2.0])
def test_a_refresh_stopped_at_any_moment_leaves_nothing_behind(work: Work, after: float) -> None:
    first = refresh(work, NOW)
    with start(work, "refresh", "--full", str(work.config)) as process:
        until(lambda: (work.home / "refresh.owner").exists() or process.poll() is not None)
        time.sleep(after / 4)
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=60)[1]
    assert process.returncode in {0, 130, -signal.SIGTERM}  # the last: its work was done, and Python on its way out
    assert "Traceback" not in said
    names = {path.name for path in work.home.iterdir()}
    newest = load_newest(work.home)
    assert newest is not None
    assert names - {"verified.json"} == {"current", "health.json", "refresh.lock", first.id, newest.id}
    if process.returncode == 130:
        assert said.splitlines()[-1] == "stopped; what was there before stands as it was"


def test_a_watching_refresh_takes_a_new_week_and_stops_when_it_is_asked(work: Work) -> None:
    file, facts = work.config / "scorecard.yaml", work.config.parent / "facts.duckdb"
    text = file.read_text(encoding="utf-8").replace("  grain: week\n", "  grain: week\n  as_of: 2026-05-13\n")
    file.write_text(text, encoding="utf-8")
    with start(work, "refresh", "--watch", str(work.config)) as process:
        until(lambda: current(work.home) and not (work.home / "refresh.owner").exists())
        first = load_newest(work.home)
        with duckdb.connect(str(facts)) as writing:  # the watcher holds no database while it waits
            writing.execute("INSERT INTO visits SELECT * REPLACE (visit + 100000 AS visit, finished_at + INTERVAL 7 DAY"
                            " AS finished_at) FROM visits WHERE finished_at >= '2026-05-06'")  # fmt: skip
        file.write_text(text.replace("as_of: 2026-05-13", "as_of: 2026-05-20"), encoding="utf-8")
        assert first is not None
        until(lambda: current(work.home) != first.id and not (work.home / "refresh.owner").exists())
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    second = load_newest(work.home)
    assert second is not None
    assert [table.tables["week"].periods[-1].key for table in (first, second)] == ["2026-05-11", "2026-05-18"]
    assert second.tables["week"].reading("clean", 0, 3).count > first.tables["week"].reading("clean", 0, 4).count > 0
    assert process.returncode == 130
    assert said.splitlines()[-1] == "stopped; what was there before stands as it was"
    assert "Traceback" not in said


def test_restated_figures_are_told_and_listed(work: Work) -> None:
    file = work.config / "scorecard.yaml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("    key: visit\n", "    key: visit\n    late_after: 60 days\n")
    file.write_text(text.replace("  grain: week\n", "  grain: week\n  as_of: 2026-05-13\n"), encoding="utf-8")
    refresh(work, NOW)
    with duckdb.connect(str(work.config.parent / "facts.duckdb")) as facts:
        facts.execute("UPDATE visits SET streaks = NOT streaks WHERE finished_at < '2026-05-04' AND cleaner = 'Ana'")
    with start(work, "refresh", str(work.config)) as process:
        said = process.communicate(timeout=120)[1]
    newest = load_newest(work.home)
    assert newest is not None
    assert newest.restated.count == len(newest.restated.listed) > 5
    assert {each.metric for each in newest.restated.listed} == {"clean"}
    assert {each.unit for each in newest.restated.listed} == {("company", "all"), ("crew", "Alder"), ("cleaner", "Ana")}
    assert f"{newest.restated.count} figures of complete periods are restated:" in said
    assert "clean, " in said
    assert "in restated.arrow" in said
