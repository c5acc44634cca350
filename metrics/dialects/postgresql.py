"""PostgreSQL through psycopg 3: read-only sessions in UTC, with time-outs at the client and at the server."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg

from metrics import portable
from metrics.dialects.base import Limits, placed, star
from metrics.dialects.copying import copied
from metrics.dialects.moments import MOMENT, NUMBER, ZONED
from metrics.dialects.server import CONNECT_SECONDS, GRACE_SECONDS, ServerDialect
from metrics.portable import Kind

_KINDS: Mapping[int, Kind] = {
    16: "boolean",
    **dict.fromkeys((20, 21, 23, 26), "integer"),
    **dict.fromkeys((700, 701), "number"),
    1700: "decimal",
    **dict.fromkeys((18, 19, 25, 1042, 1043, 2950), "text"),
    705: "any",
    1082: "date",
    1114: "timestamp",
    1184: "instant",
}  # fmt: skip
"""Built-in types by their number, which never changes: char, name, text, bpchar, varchar and uuid are text."""


class PostgreSQL(ServerDialect):
    """PostgreSQL through ``postgresql+psycopg``."""

    name: ClassVar[str] = "postgresql"
    extra: ClassVar[str] = "postgresql"
    parser: ClassVar[str] = "postgres"
    title: ClassVar[str] = "PostgreSQL"
    hands_out: ClassVar[int] = 3_000_000
    complaints: ClassVar = (
        (r'column "?(?:\w+\.)?([^"\s]+)"? does not exist', "there is no column '{}'"),
        (r'relation "([^"]+)" does not exist', "there is no table '{}'"),
        (r'database "([^"]+)" does not exist', "there is no database '{}'"),
        (r"canceling statement|timeout expired", "it took longer than the statement time-out"),
        (r"permission denied", "its user may not read this"),
        (r"authentication failed|no password supplied", "it does not accept the name and password"),
        (r'role "[^"]*" does not exist', "it does not accept the name and password"),
        (r"Connection refused|could not translate|failed to resolve", "nothing answers at its address"),
        (r"read-only transaction", "it asks for a change, which is not allowed"),
        (r"out of range|overflow", "it holds a number out of range"),
        (r"invalid input syntax|date/time field value", "it holds a value that is not of the type expected"),
        (r"operator does not exist|function .* does not exist", "it puts a function to values it does not take"),
    )  # fmt: skip

    def engine(self, url: sa.URL, limits: Limits, files: Mapping[str, Path]) -> sa.Engine:
        """A pool of sessions that only read; the server's own time-out ends what a lost client has left behind."""
        settings = {
            "default_transaction_read_only": "on",
            "statement_timeout": str(int((limits.timeout + GRACE_SECONDS) * 1000)),
            "idle_in_transaction_session_timeout": "60000",
            "TimeZone": "UTC",
            "DateStyle": "ISO",
            "IntervalStyle": "postgres",
        }
        options = {
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
            "application_name": "golden-thread",
            "connect_timeout": CONNECT_SECONDS,
        }
        engine = self.pool(url.set(drivername="postgresql+psycopg"), limits, files, options)
        engine.dialect.statement_compiler = _Compiler
        return engine

    def columns(self, connection: sa.Connection, relation: sa.FromClause) -> dict[str, Kind]:
        """Names and kinds from the types of an empty result; those of the server's own making by their category."""
        description: Any = connection.execute(star(relation)).cursor.description
        types = {column.type_code for column in description} - _KINDS.keys()
        known = {**_KINDS, **_made(connection, types)} if types else _KINDS
        return {column.name: known.get(column.type_code, "other") for column in description}

    def tables(self, connection: sa.Connection) -> list[str]:
        """Every table and view but the server's own; one of another schema than the connection's with its schema."""
        return placed(connection, own=("pg_catalog", "information_schema"))

    def take(self, connection: sa.Connection, rows: sa.Select[Any]) -> pa.Table:
        """As strings of bytes, by COPY."""
        return copied(connection, rows)

    def stopper(self, connection: sa.Connection) -> Callable[[], None]:
        """Ask the server to stop the statement."""
        return partial(self.driver(connection).cancel_safe, timeout=CONNECT_SECONDS)


def _made(connection: sa.Connection, types: set[int]) -> dict[int, Kind]:
    """Enumerations and types of text that extensions add."""
    listed = sa.table("pg_type", sa.column("oid"), sa.column("typcategory"), schema="pg_catalog")
    category = sa.cast(listed.c.typcategory, sa.String)
    found = connection.scalars(
        sa.select(listed.c.oid).where(listed.c.oid.in_([sa.literal(oid, sa.BigInteger) for oid in types]))
        .where(category.in_(["E", "S"]))
    )  # fmt: skip
    return dict.fromkeys(found, "text")


class _Compiler(PGCompiler_psycopg):
    """Brings columns to the few types expressions know, and takes a backslash in LIKE for what it is."""

    def visit_column(self, column: sa.ColumnClause[Any], *arguments: Any, **kw: Any) -> str:
        """Text of any type (enumerations, identifiers) and collation as plain text; a decimal's NaN as null."""
        name: str = super().visit_column(column, *arguments, **kw)
        if column.table is not None or column.is_literal:
            return name
        if isinstance(column.type, sa.String):
            return f'(CAST({name} AS TEXT) COLLATE "default")'
        if isinstance(column.type, sa.Numeric) and not isinstance(column.type, sa.Float):
            return f"NULLIF({name}, 'NaN')"
        return name

    def visit_like_op_binary(self, binary: Any, *_: Any, **kw: Any) -> str:
        """LIKE without an escape character."""
        return f"{self.process(binary.left, **kw)} LIKE {self.process(binary.right, **kw)} ESCAPE ''"

    def visit_not_like_op_binary(self, binary: Any, *_: Any, **kw: Any) -> str:
        """NOT LIKE without an escape character."""
        return f"{self.process(binary.left, **kw)} NOT LIKE {self.process(binary.right, **kw)} ESCAPE ''"


def _period(construct: portable.PeriodStart, arguments: portable.Arguments) -> str:
    moment = arguments[0]
    match construct.grain:
        case "hour":
            return f"date_trunc('hour', {moment})"
        case "day":
            return f"CAST({moment} AS DATE)"
        case "week":
            begun = f"date_trunc('week', {moment} - INTERVAL '{construct.week} days')"
            return f"(CAST({begun} AS DATE) + {construct.week})"
    months = construct.month % 3 if construct.grain == "quarter" else construct.month
    months = 0 if construct.grain == "month" else months
    shifted = f"date_trunc('{construct.grain}', CAST({moment} AS DATE) - INTERVAL '{months} months')"
    return f"CAST({shifted} + INTERVAL '{months} months' AS DATE)"


def _read_time(construct: portable.ReadTime, arguments: portable.Arguments) -> str:
    text = f"CAST({arguments[0]} AS TEXT)"
    aware = f"CAST({text} AS TIMESTAMPTZ) AT TIME ZONE '{construct.zone}'"
    local = f"CASE WHEN {text} ~ '{ZONED}' THEN {aware} ELSE CAST({text} AS TIMESTAMP) END"
    return f"CASE WHEN {text} ~ '{MOMENT}' THEN {local} END"


def _convert(construct: portable.Convert, arguments: portable.Arguments) -> str:
    value = arguments[0]
    match construct.to:
        case "integer":
            return f"CASE WHEN abs({value}) < 9223372036854774784 THEN CAST({value} AS BIGINT) END"
        case "double":
            text = f"CAST({value} AS TEXT)"
            number = f"CAST({text} AS NUMERIC)"
            small, fits = f"abs({number}) < 1e-300", f"abs({number}) < 1e308"
            double = f"CASE WHEN {small} THEN 0 WHEN {fits} THEN CAST({number} AS DOUBLE PRECISION) END"
            return f"CASE WHEN {text} ~ '{NUMBER}' THEN {double} END"
    return f"CAST({value} AS TEXT)"


def _extreme(construct: portable.Extreme, arguments: portable.Arguments) -> str:
    name = "greatest" if construct.greatest else "least"
    if not isinstance(construct.type, sa.String):
        return f"{name}({', '.join(arguments)})"
    letters = (f'({argument} COLLATE "C")' for argument in arguments)
    return f'({name}({", ".join(letters)}) COLLATE "default")'


portable.render(
    "postgresql",
    {
        portable.Moment: lambda it, _: f"TIMESTAMP '{it.iso}'",
        portable.LocalTime: lambda it, of: f"({of[0]} AT TIME ZONE '{it.zone}')",
        portable.ReadTime: _read_time,
        portable.Day: lambda _, of: f"CAST({of[0]} AS DATE)",
        portable.Midnight: lambda _, of: f"CAST({of[0]} AS TIMESTAMP)",
        portable.PeriodStart: _period,
        portable.Hour: lambda _, of: f"CAST(EXTRACT(HOUR FROM {of[0]}) AS INTEGER)",
        portable.Weekday: lambda _, of: f"CAST(EXTRACT(ISODOW FROM {of[0]}) AS INTEGER)",
        portable.SecondsBetween: lambda _, of: f"CAST(EXTRACT(EPOCH FROM ({of[1]} - {of[0]})) AS DOUBLE PRECISION)",
        portable.Later: lambda it, of: f"({of[0]} + INTERVAL '{it.months} months {it.seconds} seconds')",
        portable.DaysBetween: lambda _, of: f"(CAST({of[1]} AS DATE) - CAST({of[0]} AS DATE))",
        portable.Percentile: lambda it, of: f"percentile_cont({it.share!r}) WITHIN GROUP (ORDER BY {of[0]})",
        portable.Finite: lambda _, of: f"NULLIF(NULLIF(NULLIF({of[0]}, 'NaN'), 'Infinity'), '-Infinity')",
        portable.Whole: lambda _, of: of[0],
        portable.Convert: _convert,
        portable.Round: lambda it, of: (
            f"CAST(round(CAST(CAST({of[0]} AS TEXT) AS NUMERIC), {it.digits}) AS DOUBLE PRECISION)"
        ),
        portable.NumberText: lambda _, of: (
            f"CASE WHEN {of[0]} = floor({of[0]}) AND abs({of[0]}) < 1e15 THEN CAST(CAST({of[0]} AS BIGINT) AS TEXT) "
            f"ELSE CAST(CAST({of[0]} AS DOUBLE PRECISION) AS TEXT) END"
        ),
        portable.Quotient: lambda _, of: f"({of[0]} / NULLIF({of[1]}, 0))",
        portable.Letters: lambda _, of: f'({of[0]} COLLATE "C")',
        portable.Extreme: _extreme,
    },
)
