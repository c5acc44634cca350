"""A small company with a real warehouse, for tests that go all the way: two crews, four cleaners, six weeks."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

YAML = """\
title: Clear View
promise: You see the sky.
calendar:
  time_zone: Europe/London
  grain: week
  history: {week: 5, month: 2}
warehouse:
  url: "duckdb:///%s"
organisation:
  levels: [company, crew, cleaner]
  people: cleaner
sources:
  visits:
    table: visits
    time: finished_at
    units: {crew: crew, cleaner: cleaner}
    key: visit
  answers:
    table: answers
    time: said_at
    units: {crew: crew}
metrics:
  clean:
    label: Streak-free
    description: Visits after which the glass was clear.
    owner: crews
    type: ratio
    source: visits
    numerator: {agg: count, filter: not streaks}
    denominator: {agg: count}
    format: percent
    target: 0.9
    feeds: [recommend]
  recommend:
    label: Would recommend us
    description: Promoters less detractors.
    owner: crews
    level: crew
    outcome: true
    type: nps
    source: answers
    expr: score
    target: 40
voices:
  source: answers
  text: words
  score: score
displays:
  - {id: yard, unit: "crew:Alder", scenes: [number, today, voice]}
"""

UNTIL = datetime(2026, 5, 13, 6, 0)
CREWS = {"Ana": "Alder", "Ben": "Alder", "Cem": "Birch", "Dee": "Birch"}


def make(folder: Path) -> Path:
    """Make the company beneath a folder and return its scorecard's folder."""
    config = folder / "windows"
    config.mkdir()
    (config / "scorecard.yaml").write_text(YAML % (folder / "facts.duckdb"), encoding="utf-8")
    fill(folder / "facts.duckdb")
    return config


def fill(data: Path) -> None:
    """Make the company's warehouse."""
    with duckdb.connect(str(data)) as facts:
        facts.execute(
            "CREATE TABLE visits(visit INTEGER, crew TEXT, cleaner TEXT, finished_at TIMESTAMP, streaks BOOLEAN)"
        )
        facts.execute("CREATE TABLE answers(crew TEXT, said_at TIMESTAMP, score INTEGER, words TEXT)")
        facts.executemany("INSERT INTO visits VALUES (?, ?, ?, ?, ?)", _visits())
        facts.executemany("INSERT INTO answers VALUES (?, ?, ?, ?)", _answers())


def _visits() -> list[tuple[int, str, str, datetime, bool]]:
    rows = []
    for at, (day, (cleaner, crew)) in enumerate(itertools.product(range(42), CREWS.items())):
        rows += [
            (at * 10 + n, crew, cleaner, UNTIL - timedelta(days=day, hours=n), (at + n) % 7 == 0) for n in range(3)
        ]
    return rows


def _answers() -> list[tuple[str, datetime, int, str]]:
    days = itertools.product(range(42), ("Alder", "Birch"))
    return [
        (crew, UNTIL - timedelta(days=day, hours=3), (day * 3 + len(crew)) % 11, f"Day {day}") for day, crew in days
    ]
