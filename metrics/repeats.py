"""Rows that repeat the key of another: how many there are, and which row of a key counts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from metrics.portable import Element
from metrics.sources import LiveSource


def repeats(source: LiveSource) -> sa.Select[Any]:
    """How many rows of a source repeat the key of another; a row without a key repeats none."""
    keys = sa.select(*(element.label(f"key_{at}") for at, element in enumerate(source.key)))
    inner = keys.select_from(source.relation).subquery("keys")
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
