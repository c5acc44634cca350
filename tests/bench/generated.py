"""A generated company of any size: its definition and its facts, the same for the same numbers."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import yaml

STAGES = ("choose", "order", "get_connected", "use", "get_help", "pay", "stay")
LEVELS = ("enterprise", "department", "team", "worker")
OUTCOMES = 4
PER_TABLE = 25
"""How many metrics share a table of facts."""
DAYS = 5
"""Working days a week: as many rows of each worker and week as privacy asks for at least."""
FIRST_DAY = "2026-01-05"


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything."""

    metrics: int
    departments: int
    teams: int
    workers: int
    weeks: int

    @property
    def units(self) -> int:
        """How many units there are at all four levels."""
        return 1 + self.departments + self.teams + self.workers


def make(folder: Path, size: Size) -> Path:
    """Write the facts and the definition; returns the folder of the definition."""
    data = folder / f"generated-{size.metrics}.duckdb"
    config = folder / f"generated-{size.metrics}"
    config.mkdir(parents=True)
    with duckdb.connect(str(data)) as facts:
        for table in range(-(-size.metrics // PER_TABLE)):
            facts.execute(_facts(table, min(PER_TABLE, size.metrics - table * PER_TABLE), size))
    text = yaml.safe_dump(_definition(data, size), sort_keys=False)
    (config / "scorecard.yaml").write_text(text, encoding="utf-8")
    return config


def _facts(table: int, metrics: int, size: Size) -> str:
    """One row a worker and working day: how often each thing was done, and how often well."""
    parts = ", ".join(
        f"20 + hash(w.n, d.n, {table * PER_TABLE + at}) % 11 AS done_{at}, "
        f"12 + hash(w.n, d.n, {table * PER_TABLE + at}, 1) % 9 AS well_{at}"
        for at in range(metrics)
    )
    return f"""
        CREATE TABLE work_{table} AS
        SELECT TIMESTAMP '{FIRST_DAY} 12:00:00' + to_days(CAST(7 * (d.n // {DAYS}) + d.n % {DAYS} AS INTEGER)) AS at,
               printf('w-%05d', w.n) AS worker,
               printf('Team %03d', w.n % {size.teams}) AS team,
               printf('Department %d', (w.n % {size.teams}) % {size.departments}) AS department,
               {parts}
        FROM range({size.workers}) AS w(n), range({DAYS * size.weeks}) AS d(n)
    """


def _definition(data: Path, size: Size) -> dict[str, object]:
    tables = range(-(-size.metrics // PER_TABLE))
    return {
        "title": "Generated",
        "promise": "Every number has its place.",
        "calendar": {
            "time_zone": "Europe/London", "grain": "week", "history": {"week": size.weeks},
            "as_of": (datetime.fromisoformat(FIRST_DAY) + timedelta(weeks=size.weeks, hours=6)).isoformat(),
        },
        "warehouse": {"url": f"duckdb:///{data}"},
        "organisation": {"levels": list(LEVELS), "people": "worker"},
        "privacy": {"minimum_group": 5},
        "sources": {
            f"work_{table}": {
                "table": f"work_{table}", "time": "at",
                "units": {"worker": "worker", "team": "team", "department": "department"},
            }
            for table in tables
        },
        "metrics": dict(_metrics(size)),
        "journey": [
            {"id": stage, "label": stage.replace("_", " ").capitalize(), "customer": f"I can {stage}."}
            | ({"moment_of_truth": {"label": "The day it counts", "weight": 3}} if stage == "get_connected" else {})
            for stage in STAGES
        ],
    }  # fmt: skip


def _metrics(size: Size) -> list[tuple[str, dict[str, object]]]:
    """Outcomes first; every other metric feeds one or two of those written before it."""
    dice, found = random.Random(size.metrics), []  # noqa: S311 - a picture, not a secret
    for at in range(size.metrics):
        place = {"source": f"work_{at // PER_TABLE}", "type": "ratio"}
        column = at % PER_TABLE
        metric: dict[str, object] = {
            "label": f"Measure number {at}", "level": LEVELS[min(3, 1 + at * 3 // size.metrics)],
            "stage": STAGES[dice.randrange(len(STAGES))], **place,
            "numerator": {"agg": "sum", "expr": f"well_{column}"},
            "denominator": {"agg": "sum", "expr": f"done_{column}"},
            "format": "percent", "direction": "higher_is_better", "tolerance": 0.02,
            "target": 0.6 + dice.random() * 0.1,
        }  # fmt: skip
        if at < OUTCOMES:
            metric |= {"outcome": True, "level": "team"}
        else:
            above = {dice.randrange(max(0, at // 3 - 6), max(OUTCOMES, at // 3)) for _ in range(2)}
            metric["feeds"] = [f"measure_{up}" for up in sorted(above)]
        found.append((f"measure_{at}", metric))
    return found
