"""Statements about a source as it stands: how many rows, from when to when, what it holds most, and the newest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from metrics import portable
from metrics.sources import LiveSource
from metrics.typed import TEMPORAL, local_time, text


def probe(source: LiveSource) -> sa.Select[Any, Any, Any, Any]:
    """How many rows a source has, how many of them have a time, the first and the last time."""
    time = sa.select(source.time.label("time")).select_from(source.relation).subquery("times")
    moment = time.c.time
    return sa.select(
        sa.func.count().label("all"),
        sa.func.count(moment).label("timed"),
        sa.func.min(moment).label("first"),
        sa.func.max(moment).label("last"),
    ).select_from(time)


def frequencies(source: LiveSource, dimension: str, most: int, since: datetime) -> sa.Select[Any]:
    """How many rows since a moment hold each value of a dimension, the most frequent ``most`` of them."""
    held = text(source.dimensions[dimension], source.scope.zone).label("value")
    rows = sa.select(held, source.time.label("time")).select_from(source.relation).subquery("held")
    times = sa.func.count().label("times")
    counted = sa.select(rows.c.value, times).where(rows.c.time >= portable.Moment(since)).group_by(rows.c.value)
    return counted.order_by(times.desc(), rows.c.value).limit(most + 1)


def newest(source: LiveSource, columns: Mapping[str, str], limit: int) -> tuple[sa.Select[Any], tuple[str, ...]]:
    """The newest rows of a source, and which of its columns are local times.

    Raises :class:`~scorecard.expression.ExpressionError`.
    """
    scope = source.where_scope
    read = {name: scope.read(words) for name, words in columns.items()}
    times = tuple(name for name, typed in read.items() if typed.kind in TEMPORAL)
    selected = [
        (local_time(typed, scope.zone) if name in times else typed.element).label(name) for name, typed in read.items()
    ]
    rows = sa.select(*selected, source.time.label("newest_first")).select_from(source.relation).subquery("shown")
    statement = sa.select(*(rows.c[name] for name in columns)).where(rows.c.newest_first.is_not(None))
    return statement.order_by(rows.c.newest_first.desc()).limit(limit), times
