"""What a database holds, seen through the first rows of each table; never more than that is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

import pyarrow as pa
import sqlalchemy as sa

from metrics.engines import Engine, QueryError
from metrics.portable import Kind
from metrics.proposing.vocabulary import BEGUN, DONE, PLAIN_TIMES, PROMISED, TOUCHED
from scorecard.interop.guessing import KEY_ENDS, words_of

SAMPLE = 2_000
"""Rows looked at in each table."""
MOST_TABLES = 200
SENTENCE = 25
"""Letters from which on a text is more likely a sentence than a word."""

Sort = Literal["time", "number", "flag", "text", "other"]
_ISO = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d.*)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_OTHER_DAYS = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}( .*)?|\d{4}[./]\d\d[./]\d\d( .*)?|(19|20)\d{6}")
_SORTS: dict[Kind, Sort] = {
    **dict.fromkeys(("integer", "decimal", "number"), "number"),
    **dict.fromkeys(("date", "timestamp", "instant"), "time"),
    "boolean": "flag",
    "text": "text",
}  # fmt: skip
_EPOCHS = tuple((scale, datetime(1990, 1, 1, tzinfo=UTC).timestamp() * scale) for scale in (1, 1_000, 1_000_000))
_UNTIL = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_TIMELY = {*DONE, *BEGUN, *PLAIN_TIMES, *PROMISED, *TOUCHED, "epoch", "unix", "when"}


@dataclass(frozen=True, eq=False)
class Seen:
    """A column: its name, what sort of thing it holds, and the values of the rows looked at."""

    name: str
    sort: Sort
    values: tuple[Any, ...]
    epoch: int | None = None
    """Where it counts time since 1970: how many to the second."""

    @cached_property
    def filled(self) -> tuple[Any, ...]:
        """The values that are there."""
        return tuple(value for value in self.values if value is not None)

    @cached_property
    def distinct(self) -> frozenset[str]:
        """The different values, as text."""
        return frozenset(map(str, self.filled))

    @property
    def holds_days(self) -> bool:
        """Whether its times are whole days: what is due on a day is in time until that day is over."""
        return self.sort == "time" and not self.epoch and all(_DAY.fullmatch(str(value)) for value in self.filled)

    @property
    def mean_length(self) -> float:
        """How many letters a value has, on average."""
        return sum(len(str(value)) for value in self.filled) / len(self.filled) if self.filled else 0.0

    @property
    def numbers(self) -> tuple[float, float] | None:
        """The smallest and the largest number, where it holds numbers."""
        found = [float(value) for value in self.filled] if self.sort == "number" else []
        return (min(found), max(found)) if found else None

    @property
    def is_a_day_written_otherwise(self) -> bool:
        """Whether it holds days that are not written as ISO 8601 writes them, as in 31.12.2026 or 20261231."""
        return (
            bool(self.filled)
            and self.sort in ("text", "number")
            and bool({"date", "day", "datum"} & set(words_of(self.name)) or is_timely(self.name))
            and all(_OTHER_DAYS.fullmatch(str(value)) for value in self.filled)
        )


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


def newest(engine: Engine, table: TableSeen, column: Seen) -> datetime | None:
    """The newest moment in a column, in UTC or as it is written; of the rows looked at where it is too long to ask."""
    try:
        with engine.connection() as connection:
            asked: sa.Select[Any] = sa.select(sa.func.max(sa.column(column.name)).label("newest")).select_from(
                relation(table.name)
            )
            found = engine.fetch(connection, asked).column(0).to_pylist()[0]
    except QueryError:
        found = max(column.filled, key=str, default=None)
    try:
        if column.epoch:
            return datetime.fromtimestamp(float(found) / column.epoch, UTC).replace(tzinfo=None)
        return datetime.fromisoformat(str(found)[:10])
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def relation(name: str) -> sa.TableClause:
    """A table by the name a source gives it, perhaps with its schema before a dot."""
    schema, _, bare = name.rpartition(".")
    return sa.table(bare, schema=schema or None)


def _look(engine: Engine, connection: sa.Connection, name: str) -> TableSeen | Unread:
    table = relation(name)
    try:
        kinds = engine.columns(connection, table)
        rows = _first_rows(engine, connection, table, kinds) if kinds else None
    except QueryError as error:
        return Unread(name, error.reason)
    return TableSeen(name, tuple(_seen(rows, column, kind) for column, kind in kinds.items()) if rows else ())


def _first_rows(
    engine: Engine, connection: sa.Connection, table: sa.TableClause, kinds: Mapping[str, Kind]
) -> pa.Table:
    """The first rows as they are, else told more plainly: types of the engine's own as text, numbers as doubles."""
    plain: list[sa.ColumnElement[Any]] = [sa.column(name) for name in kinds]
    told: dict[Sort, sa.types.TypeEngine[Any] | None] = {"time": None, "flag": None, "number": sa.Double()}
    types = [told.get(_SORTS.get(kind, "other"), sa.Text()) for kind in kinds.values()]
    texts = [
        sa.cast(column, type_).label(name) if type_ else column
        for column, name, type_ in zip(plain, kinds, types, strict=True)
    ]
    try:
        return engine.fetch(connection, sa.select(*plain).select_from(table).limit(SAMPLE))
    except QueryError as error:
        if error.timed_out:
            raise
        return engine.fetch(connection, sa.select(*texts).select_from(table).limit(SAMPLE))


def _seen(rows: pa.Table, name: str, kind: Kind) -> Seen:
    values = [value if value == value else None for value in rows.column(name).to_pylist()]  # noqa: PLR0124 - not NaN
    filled = [value for value in values if value is not None]
    sort = _sort(kind, filled)
    epoch = _epoch(name, filled) if sort == "number" else None
    return Seen(name, "time" if epoch else sort, tuple(values), epoch)


def _sort(kind: Kind, filled: Sequence[Any]) -> Sort:
    """What a column holds, by its type and, where that says little, by what is in it."""
    sort = _SORTS.get(kind, "other")
    if not filled:
        return sort
    if sort == "time" and all(isinstance(value, int | float) for value in filled):
        return "number"  # a declared type is only a hint to SQLite
    if sort in ("text", "other") and all(isinstance(value, str) and _ISO.fullmatch(value) for value in filled):
        return "time"
    if sort == "number":
        return "number" if all(isinstance(value, int | float | Decimal) for value in filled) else "other"
    return "text" if sort == "other" and all(isinstance(value, str) for value in filled) else sort


def is_timely(name: str) -> bool:
    """Whether a name says that what it names is a moment, and not the number of something."""
    words = words_of(name)
    return bool(_TIMELY & set(words)) and words[-1] not in KEY_ENDS


def _epoch(name: str, filled: Sequence[Any]) -> int | None:
    """How many to the second, where a column named like a time holds what may be moments counted since 1970."""
    if not filled or not is_timely(name):
        return None
    low, high = min(filled), max(filled)
    return next((scale for scale, first in _EPOCHS if first <= low and high < _UNTIL * scale), None)
