"""SQLite: read-only, with the few functions it lacks registered on connect.

Its columns hold anything, so declared types are only a hint: times are text and are always read through
``gt_local``, numbers through a check of what is really stored.
"""

from __future__ import annotations

import math
import re
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.pool import QueuePool

from metrics import portable
from metrics.dialects.base import Dialect, Limits, star
from metrics.dialects.moments import NUMBER
from metrics.portable import Kind
from scorecard.faults import Fault, Faulty

_HINTS: tuple[tuple[str, Kind], ...] = (
    ("BOOL", "boolean"), ("DATE", "instant"), ("TIME", "instant"), ("INT", "number"), ("CHAR", "text"),
    ("CLOB", "text"), ("TEXT", "text"),
    ("REAL", "number"), ("FLOA", "number"), ("DOUB", "number"), ("NUM", "number"), ("DEC", "number"),
)  # fmt: skip


class SQLite(Dialect):
    """SQLite through the standard library."""

    name: ClassVar[str] = "sqlite"
    embedded: ClassVar[bool] = True
    parser: ClassVar[str] = "sqlite"
    error: ClassVar[type[Exception]] = sqlite3.Error
    hands_out: ClassVar[int] = 1_000_000
    complaints: ClassVar = (
        (r"no such column: (?:\w+\.)?(\S+)", "there is no column '{}'"),
        (r"no such table: (?:\w+\.)?(\S+)", "there is no table '{}'"),
        (r"interrupted", "it took longer than the statement time-out"),
        (r"not a database|malformed", "the database file cannot be read"),
        (r"integer overflow", "it holds a number out of range"),
    )

    def engine(self, url: sa.URL, limits: Limits, files: Mapping[str, Path]) -> sa.Engine:
        """A file opened in read-only mode, or an empty database in memory."""
        if files:
            raise Faulty([Fault("'files' are for a DuckDB warehouse; this one is SQLite", ("warehouse", "files"))])
        memory = url.database in (None, "", ":memory:")
        if not memory:
            address = Path(url.database or "").absolute().as_uri()
            url = url.set(database=address, query={"mode": "ro", "uri": "true"})
        engine = sa.create_engine(
            url,
            connect_args={"check_same_thread": False, "timeout": limits.timeout},
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            poolclass=QueuePool,
            pool_size=1 if memory else 2,
            max_overflow=0,
            pool_timeout=limits.wait,
        )
        sa.event.listen(engine, "connect", _prepare)
        engine.dialect.statement_compiler = _Compiler
        return engine

    def columns(self, connection: sa.Connection, relation: sa.FromClause) -> dict[str, Kind]:
        """Names from an empty result; kinds as declared, where it is a table."""
        names = list(connection.execute(star(relation)).keys())
        declared: dict[str, str] = {}
        if isinstance(relation, sa.TableClause):
            info = sa.func.pragma_table_info(relation.name).table_valued("name", "type")
            declared = {row.name: row.type for row in connection.execute(sa.select(info.c.name, info.c.type))}
        return {name: _kind(declared.get(name, "")) for name in names}

    def tables(self, connection: sa.Connection) -> list[str]:
        """Every table and view."""
        master = sa.table("sqlite_master", sa.column("name"), sa.column("type"))
        return list(connection.scalars(sa.select(master.c.name).where(master.c.type.in_(["table", "view"]))))

    def since_1970(self, seconds: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """A text, as all times here."""
        return sa.func.datetime(seconds, "unixepoch") + "Z"

    def stopper(self, connection: sa.Connection) -> Callable[[], None]:
        """Its own way."""
        stop: Callable[[], None] = self.driver(connection).interrupt
        return stop


class _Compiler(SQLiteCompiler):
    """Leaves constants as they are, and compares text by its letters whatever a column was declared with."""

    def visit_cast(self, cast: sa.Cast[Any], **kw: Any) -> str:
        """A whole number is compared exactly with a real one here; as a real one itself it would not be exact."""
        constant = isinstance(cast.clause, sa.BindParameter) and isinstance(cast.clause.type, sa.Integer)
        if constant and isinstance(cast.type, sa.Double):
            return self.process(cast.clause, **kw)
        written: str = super().visit_cast(cast, **kw)  # type: ignore[no-untyped-call]  # it has no types
        return written

    def visit_column(self, column: sa.ColumnClause[Any], *arguments: Any, **kw: Any) -> str:
        """A declared collation is set aside."""
        name: str = super().visit_column(column, *arguments, **kw)
        own = column.table is None and not column.is_literal
        return f"({name} COLLATE BINARY)" if own and isinstance(column.type, sa.String) else name


def _kind(declared: str) -> Kind:
    if declared.upper() == "DATE":
        return "date"
    return next((kind for part, kind in _HINTS if part in declared.upper()), "any")


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    """Make a new connection read-only, compare text by case, and know our functions."""
    for name, arity, function in (
        ("gt_local", 2, _local),
        ("gt_seconds", 3, _seconds),
        ("gt_later", 3, _later),
        ("gt_double", 1, _double),
        ("gt_integer", 1, _integer),
        ("gt_text", 1, _text),
        ("gt_round", 2, _round),
        ("lower", 1, lambda text: None if text is None else str(text).lower()),
        ("upper", 1, lambda text: None if text is None else str(text).upper()),
    ):
        connection.create_function(name, arity, function, deterministic=True)
    connection.create_aggregate("gt_percentile", 2, _Percentile)  # type: ignore[arg-type]  # typeshed allows no missing value in a row
    connection.execute("PRAGMA case_sensitive_like = ON")
    connection.execute("PRAGMA query_only = ON")


_NUMBER = re.compile(NUMBER.replace("[[:space:]]", r"\s"))
_WHOLE = 1e15
"""From here on a double has no digits to round, and fewer and fewer whole numbers to tell apart."""
_MOMENT = re.compile(
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?\s*"
)


@lru_cache(65_536)
def _moment(text: str) -> datetime | None:
    """A moment, aware where the text has an offset."""
    found = _MOMENT.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    iso = f"{year}-{month:0>2}-{day:0>2}T{hour or 0:0>2}:{minute or '00'}:{second or '00'}"
    micro = f".{(fraction or '.')[1:7]:0<6}"
    zone = "" if not offset else "+00:00" if offset == "Z" else f"{offset[:3]}:{offset[3:].strip(':') or '00'}"
    try:
        return datetime.fromisoformat(iso + micro + zone)
    except ValueError:
        return None


@lru_cache(65_536)
def _localised(text: str, zone: str) -> str | None:
    moment = _moment(text)
    if moment is None:
        return None
    if moment.tzinfo:
        moment = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    iso = moment.isoformat(" ")
    return iso.rstrip("0") if moment.microsecond else iso


def _local(value: object, zone: str) -> str | None:
    return _localised(value, zone) if isinstance(value, str) else None


def _seconds(start: object, stop: object, zone: str) -> float | None:
    if not (isinstance(start, str) and isinstance(stop, str)):
        return None
    first, last = _moment(start), _moment(stop)
    if first is None or last is None:
        return None
    if (first.tzinfo is None) != (last.tzinfo is None):
        first, last = (each if each.tzinfo else each.replace(tzinfo=ZoneInfo(zone)) for each in (first, last))
    return (last - first).total_seconds()


def _later(moment: object, months: int, seconds: int) -> str | None:
    found = _moment(moment) if isinstance(moment, str) else None
    if found is None:
        return None
    try:
        iso = (found + relativedelta(months=months, seconds=seconds)).isoformat(" ")
    except (OverflowError, ValueError):
        return None
    return iso.rstrip("0") if "." in iso else iso


def _double(value: object) -> float | None:
    if isinstance(value, str) and not _NUMBER.match(value):
        return None
    try:
        number = float(value)  # type: ignore[arg-type]  # what cannot be converted is caught
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _integer(value: object) -> int | None:
    number = _double(value)
    return None if number is None or abs(number) >= 2**63 else int(number)


def _text(value: object) -> str | None:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _WHOLE else repr(value)
    return None if value is None or isinstance(value, bytes) else str(value)


def _round(value: float | None, digits: int) -> float | None:
    if value is None or abs(value) >= _WHOLE:
        return value
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


class _Percentile:
    """``percentile_cont`` as an aggregate."""

    def __init__(self) -> None:
        self._values: list[float] = []
        self._share = 0.0

    def step(self, *row: float | None) -> None:
        value, share = row
        if value is not None:
            self._values.append(value)
            self._share = share or 0.0

    def finalize(self) -> float | None:
        if not self._values:
            return None
        self._values.sort()
        position = (len(self._values) - 1) * self._share
        below = int(position)
        above = min(below + 1, len(self._values) - 1)
        return self._values[below] + (self._values[above] - self._values[below]) * (position - below)


def _period(construct: portable.PeriodStart, arguments: portable.Arguments) -> str:
    moment = arguments[0]
    day = f"substr({moment}, 1, 10)"
    match construct.grain:
        case "hour":
            return f"substr({moment}, 1, 13) || ':00:00'"
        case "day":
            return day
        case "week":
            return f"date({day}, '-6 days', 'weekday {(construct.week + 1) % 7}')"
        case "month":
            return f"substr({moment}, 1, 7) || '-01'"
    size = 3 if construct.grain == "quarter" else 12
    back = f"((CAST(substr({arguments[0]}, 6, 2) AS INTEGER) + {11 - construct.month}) % {size})"
    return f"date({day}, 'start of month', '-' || {back} || ' months')"


def _extreme(construct: portable.Extreme, arguments: portable.Arguments) -> str:
    if len(arguments) == 1:
        return arguments[0]
    name = "max" if construct.greatest else "min"
    size = len(arguments)
    turned = (", ".join(arguments[(first + at) % size] for at in range(size)) for first in range(size))
    return f"{name}({', '.join(f'coalesce({each})' for each in turned)})"


def _convert(construct: portable.Convert, arguments: portable.Arguments) -> str:
    function = {"integer": "gt_integer", "double": "gt_double", "text": "gt_text"}[construct.to]
    return f"{function}({arguments[0]})"


portable.render(
    "sqlite",
    {
        portable.Moment: lambda it, _: f"'{it.iso}'",
        portable.LocalTime: lambda it, of: f"gt_local({of[0]}, '{it.zone}')",
        portable.ReadTime: lambda it, of: f"gt_local({of[0]}, '{it.zone}')",
        portable.Day: lambda _, of: f"substr({of[0]}, 1, 10)",
        portable.Midnight: lambda _, of: f"gt_local({of[0]}, 'UTC')",
        portable.PeriodStart: _period,
        portable.Hour: lambda _, of: f"CAST(substr({of[0]}, 12, 2) AS INTEGER)",
        portable.Weekday: lambda _, of: f"((CAST(strftime('%w', substr({of[0]}, 1, 10)) AS INTEGER) + 6) % 7 + 1)",
        portable.SecondsBetween: lambda it, of: f"gt_seconds({of[0]}, {of[1]}, '{it.zone}')",
        portable.Later: lambda it, of: f"gt_later({of[0]}, {it.months}, {it.seconds})",
        portable.DaysBetween: lambda _, of: (
            f"CAST(julianday(substr({of[1]}, 1, 10)) - julianday(substr({of[0]}, 1, 10)) AS INTEGER)"
        ),
        portable.Percentile: lambda it, of: f"gt_percentile({of[0]}, {it.share!r})",
        portable.Finite: lambda _, of: (
            f"CASE WHEN typeof({of[0]}) IN ('integer', 'real') AND abs({of[0]}) <= 1.7976931348623157e308 "
            f"THEN {of[0]} END"
        ),
        portable.Convert: _convert,
        portable.Round: lambda it, of: f"gt_round({of[0]}, {it.digits})",
        portable.NumberText: lambda _, of: f"gt_text({of[0]})",
        portable.Quotient: lambda _, of: f"(CAST({of[0]} AS REAL) / NULLIF({of[1]}, 0))",
        portable.Extreme: _extreme,
    },
)
