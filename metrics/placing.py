"""Placing rows: the period each falls into and, at every level, the unit it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import sqlalchemy as sa

from metrics import portable
from metrics.frame import PERIOD, Facts, Frame, level_column, segment_column
from metrics.portable import Element
from metrics.roster import member, memberships
from scorecard.definition import Grain
from scorecard.definition.company import Month, Weekday
from scorecard.org import UNASSIGNED
from scorecard.time import GRAINS


def place(rows: sa.FromClause, facts: Facts, frame: Frame, depth: int, grain: Grain | None) -> sa.Subquery:
    """Rows with their period, their time, and their unit at every level down to ``depth``."""
    calendar = frame.calendar
    joined, known = _joined(rows, facts, frame.levels, depth)
    columns: list[sa.Label[Any]] = []
    for at in range(2, depth + 1):
        unit = known.get(frame.levels[at - 1])
        missing = sa.literal(UNASSIGNED)
        columns.append((missing if unit is None else sa.func.coalesce(unit, missing)).label(level_column(at)))
    columns += [rows.c[segment_column(at)].label(segment_column(at)) for at in range(len(frame.by))]
    if grain:
        week, month = get_args(Weekday).index(calendar.week_starts), get_args(Month).index(calendar.year_starts)
        columns.append(portable.PeriodStart(rows.c.time, _grain(grain), week, month).label(PERIOD))
    columns += [column.label(column.name) for column in rows.c if column.name.startswith(("value_", "at_", "by_"))]
    return sa.select(*columns, rows.c.time.label("time")).select_from(joined).subquery("placed")


def _joined(
    rows: sa.FromClause, facts: Facts, levels: tuple[str, ...], depth: int
) -> tuple[sa.FromClause, dict[str, Element]]:
    """Rows joined to the roster, once for each level whose unit says where a row belongs above."""
    known: dict[str, Element] = {level: rows.c[f"unit_{level}"] for level in facts.source.units if level in levels[1:]}
    joined = rows
    for key, wanted in placements(facts, levels, depth).items():
        if facts.roster is None:
            continue
        roster = memberships(facts.roster, key, wanted, f"roster_{levels.index(key) + 1}")
        valid = sa.and_(
            rows.c[f"unit_{key}"] == roster.c[member(key)], rows.c.time >= roster.c.since, rows.c.time < roster.c.until
        )
        joined = joined.outerjoin(roster, valid)
        known |= {level: roster.c[member(level)] for level in wanted}
    return joined, known


def placements(facts: Facts, levels: Sequence[str], depth: int) -> dict[str, list[str]]:
    """Which levels the roster must give, by the level whose unit it is asked about.

    For a level the source does not carry it is the nearest one below that it does carry.
    """
    carried = [level for level in levels[1:] if level in facts.source.units]
    found: dict[str, list[str]] = {}
    for level in levels[1:depth]:
        below = [key for key in carried if levels.index(key) > levels.index(level)]
        roster = facts.roster
        if level not in carried and roster is not None and level in roster.levels:
            key = next((key for key in below if key in roster.levels), None)
            if key is not None:
                found.setdefault(key, []).append(level)
    return found


def _grain(grain: Grain) -> Grain:
    """The grain, held to the closed set that constructs write as literals."""
    return GRAINS[GRAINS.index(grain)]
