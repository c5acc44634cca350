"""What a database holds, seen through the first rows of each table; never more than that is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

import pyarrow as pa
import sqlalchemy as sa

from metrics.engines import Engine, QueryError
from metrics.portable import Kind

SAMPLE = 2_000
"""Rows looked at in each table."""
MOST_TABLES = 200

Sort = Literal["time", "number", "flag", "text", "other"]
_ISO = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d.*)?")
_SORTS: dict[Kind, Sort] = {
    **dict.fromkeys(("integer", "decimal", "number"), "number"),
    **dict.fromkeys(("date", "timestamp", "instant"), "time"),
    "boolean": "flag",
    "text": "text",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Seen:
    """A column: its name, what sort of thing it holds, and the values of the rows looked at."""

    name: str
    sort: Sort
    values: tuple[Any, ...]

    @cached_property
    def filled(self) -> tuple[Any, ...]:
        """The values that are there."""
        return tuple(value for value in self.values if value is not None)

    @cached_property
    def distinct(self) -> frozenset[str]:
        """The different values, as text."""
        return frozenset(map(str, self.filled))

    @property
    def numbers(self) -> tuple[float, float] | None:
        """The smallest and the largest number, where it holds numbers."""
        found = [float(value) for value in self.filled] if self.sort == "number" else []
        return (min(found), max(found)) if found else None


@dataclass(frozen=True, eq=False)
class TableSeen:
    """A table and its columns."""

    name: str
    columns: tuple[Seen, ...]

    @property
    def rows(self) -> int:
        """How many rows were looked at."""
        return len(self.columns[0].values) if self.columns else 0


@dataclass(frozen=True)
class Unread:
    """A table that could not be looked at, and why."""

    name: str
    reason: str


def look(engine: Engine) -> Iterator[TableSeen | Unread]:
    """Look at every table and view, by name. Raises :class:`QueryError` where not even their names can be had."""
    with engine.connection() as connection:
        with engine.within_limits(connection):
            names = sorted(set(engine.dialect.tables(connection)))
        for name in names[:MOST_TABLES]:
            yield _look(engine, connection, name)
        yield from (Unread(name, f"only {MOST_TABLES} tables are looked at") for name in names[MOST_TABLES:])


def _look(engine: Engine, connection: sa.Connection, name: str) -> TableSeen | Unread:
    relation = sa.table(name)
    try:
        kinds = engine.columns(connection, relation)
        columns: list[sa.ColumnClause[Any]] = [sa.column(column) for column in kinds]
        rows = engine.fetch(connection, sa.select(*columns).select_from(relation).limit(SAMPLE)) if columns else None
    except QueryError as error:
        return Unread(name, error.reason)
    return TableSeen(name, tuple(_seen(rows, column, kind) for column, kind in kinds.items()) if rows else ())


def _seen(rows: pa.Table, name: str, kind: Kind) -> Seen:
    values = rows.column(name).to_pylist()
    return Seen(name, _sort(kind, [value for value in values if value is not None]), tuple(values))


def _sort(kind: Kind, filled: Sequence[Any]) -> Sort:
    """What a column holds, by its type and, where that says little, by what is in it."""
    sort = _SORTS.get(kind, "other")
    if not filled:
        return sort
    if sort in ("text", "other") and all(isinstance(value, str) and _ISO.fullmatch(value) for value in filled):
        return "time"
    if sort == "number":
        return "number" if all(isinstance(value, int | float | Decimal) for value in filled) else "other"
    return "text" if sort == "other" and all(isinstance(value, str) for value in filled) else sort
