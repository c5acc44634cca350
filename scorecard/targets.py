"""Targets: every way the YAML can write one, as arrays over (rows, periods)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from scorecard.definition import Band, MetricBase, Step, TargetMetric, TargetTable
from scorecard.org import Org, unit_named
from scorecard.reading import Floats
from scorecard.time import Period, midnight


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A row of a table of targets: for every unit where it names none, always where it has no date."""

    value: float
    level: str | None = None
    unit: str | None = None
    since: datetime | None = None


def target_array(
    metric: MetricBase,
    org: Org,
    periods: Sequence[Period],
    table: Iterable[TargetRow] = (),
    other: Floats | None = None,
) -> Floats | None:
    """The targets of a metric: shape (rows, periods), or (2, rows, periods) for a band; ``None`` without any.

    ``table`` holds the metric's rows of its table of targets, ``other`` the values of the metric that is its target.
    """
    shape = (org.rows, len(periods))
    match metric.target:
        case None:
            return None
        case Band(low=low, high=high):
            return np.stack([np.full(shape, low), np.full(shape, high)])
        case TargetMetric(times=times):
            return np.full(shape, np.nan) if other is None else other * times
        case TargetTable():
            return _dated(org, periods, sorted(table, key=_weakest_first))
        case dict() as by_unit:
            return _by_unit(org, periods, by_unit)
        case tuple() as steps:
            return _dated(org, periods, [_row(step) for step in sorted(steps, key=lambda step: step.from_)])
        case number:
            return np.full(shape, number)


def in_force(period: Period) -> datetime:
    """The moment whose target a period is held to: its beginning; of a free span, its end."""
    return period.start if period.grain else period.stop


def _row(step: Step) -> TargetRow:
    return TargetRow(step.value, since=midnight(step.from_))


def contradicting(rows: Iterable[TargetRow]) -> int:
    """How many units and dates have several rows in a table that do not say the same."""
    said: dict[TargetRow, set[float]] = {}
    for row in rows:
        said.setdefault(replace(row, value=0.0), set()).add(row.value)
    return sum(len(values) > 1 for values in said.values())


def _weakest_first(row: TargetRow) -> tuple[bool, bool, datetime, float]:
    """A row for one unit goes before one for all, a later date before an earlier; a table is in no order of its own."""
    since = row.since or datetime.min  # noqa: DTZ901 - local and naive
    return row.unit is not None, row.level is not None, since, row.value


def _dated(org: Org, periods: Sequence[Period], rows: Iterable[TargetRow]) -> Floats:
    """Lay rows over one another, the weakest first."""
    targets: Floats = np.full((org.rows, len(periods)), np.nan)
    moments = [in_force(period) for period in periods]
    for row in rows:
        on = np.array([row.since is None or row.since <= moment for moment in moments], dtype=bool)
        targets[np.ix_(np.array(_rows(org, row), dtype=np.intp), np.flatnonzero(on))] = row.value
    return targets


def _rows(org: Org, row: TargetRow) -> list[int]:
    """The rows of an organisation a target row is for: every place of its unit and its whole."""
    if row.unit is None:
        depth = org.levels.index(row.level) + 1 if row.level in org.levels else None
        return [at for at in range(org.rows) if depth is None or org.level_of(at) == row.level]
    levels = org.levels if row.level is None else (row.level,)
    return [at for level in levels for at in _unit_rows(org, level, row.unit)]


def _unit_rows(org: Org, level: str, unit: str) -> set[int]:
    places = org.places.get((level, unit))
    return {*places, org.row_of[level, unit]} if places else set()


def _by_unit(org: Org, periods: Sequence[Period], by_unit: Mapping[str, float]) -> Floats:
    targets: Floats = np.full((org.rows, len(periods)), by_unit.get("default", np.nan))
    for name, value in by_unit.items():
        level, unit = unit_named(name)
        for row in _unit_rows(org, level, unit):
            targets[row] = value
    return targets
