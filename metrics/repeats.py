"""Rows that repeat the key of another: how many there are, which row of a key counts, and those that do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from metrics import portable
from metrics.frame import Facts
from metrics.portable import Element
from metrics.sources import LiveSource


def keyed(source: LiveSource, since: datetime | None = None) -> sa.Subquery:
    """The time of every row, or of those since a moment, and the parts of its key: ``key_0`` and on."""
    keys = (element.label(f"key_{at}") for at, element in enumerate(source.key))
    rows = sa.select(source.time.label("time"), *keys).select_from(source.relation).subquery("rows")
    if since is None:
        return rows
    return sa.select(rows).where(rows.c.time >= portable.Moment(since)).subquery("keyed")


def keys_of(rows: sa.FromClause) -> list[sa.ColumnElement[Any]]:
    """The parts of the key of such rows."""
    return [column for column in rows.c if column.name.startswith("key_")]


def repeats(rows: sa.FromClause) -> sa.Select[Any]:
    """How many of such rows repeat the key of another; a row without a key repeats none."""
    inner = sa.select(*keys_of(rows)).subquery("keys")
    counted = (
        sa.select(sa.func.count().label("times"))
        .where(*(column.is_not(None) for column in inner.c))
        .group_by(*inner.c)
        .having(sa.func.count() > 1)
        .subquery("repeated")
    )
    return sa.select(sa.func.coalesce(sa.func.sum(counted.c.times - 1), 0))


def occurrence(source: LiveSource) -> Element:
    """Which of the rows of one key a row is: the newest is the first; rows without a key are never repeats."""
    keyless = sa.case((sa.or_(*(part.is_(None) for part in source.key)), 1), else_=0)
    values = [typed.element for typed in source.scope.columns.values() if typed.kind != "other"]
    ranks = [sa.nulls_last(source.time.desc()), *(sa.nulls_last(value) for value in values)]
    rank = sa.func.row_number().over(partition_by=(*source.key, keyless), order_by=ranks)
    return sa.case((keyless == 1, 1), else_=rank)


def counted(
    facts: Facts, columns: Sequence[sa.Label[Any]], kept: Sequence[Element] = ()
) -> tuple[sa.Select[Any], Element]:
    """Columns, ``time`` among them, of the rows for which all of ``kept`` is true, each key once; and their time.

    Which row of a key counts does not depend on what is kept: one that is passed over brings no older one back.
    """
    source = facts.source
    if not facts.repeated:
        return sa.select(*columns).select_from(source.relation).where(*kept), source.time
    passes = sa.case((sa.and_(*kept), 1), else_=0) if kept else sa.literal(1)
    marks = occurrence(source).label("occurrence"), passes.label("kept")
    everything = sa.select(*columns, *marks).select_from(source.relation).subquery("everything")
    once = sa.select(*(column for column in everything.c if column.name not in ("occurrence", "kept")))
    return once.where(everything.c.occurrence == 1, everything.c.kept == 1), everything.c.time
