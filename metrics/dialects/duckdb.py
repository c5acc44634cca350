"""DuckDB: the embedded default. Read-only, shut off from files and network once its declared files are in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.pool import QueuePool, StaticPool

from metrics import portable
from metrics.dialects.base import Dialect, Limits, star
from metrics.portable import Kind
from scorecard.faults import Fault, Faulty

_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), "integer"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), "integer"),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "number"),
    **dict.fromkeys(("VARCHAR", "UUID", "ENUM"), "text"),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "timestamp"),
    "TIMESTAMP WITH TIME ZONE": "instant",
    "DECIMAL": "decimal",
    "BOOLEAN": "boolean",
    "DATE": "date",
    '"NULL"': "any",
    "NULL": "any",
}  # fmt: skip


class DuckDB(Dialect):
    """DuckDB through duckdb-sqlalchemy."""

    name: ClassVar[str] = "duckdb"
    embedded: ClassVar[bool] = True
    parser: ClassVar[str] = "duckdb"
    error: ClassVar[type[Exception]] = duckdb.Error
    complaints: ClassVar = (
        (r'(?:Referenced|Table ".*?") ?column "([^"]*)" not found', "there is no column '{}'"),
        (r'does not have a column named "([^"]*)"', "there is no column '{}'"),
        (r"Table with name (\S+) does not exist", "there is no table '{}'"),
        (r"INTERRUPT|Interrupted", "it took longer than the statement time-out"),
        (r"Out of Memory|OutOfMemory", "it needs more memory than it may take"),
        (r"Conversion Error", "it holds a value that is not of the type expected"),
        (r"Out of Range Error|Overflow", "it holds a number out of range"),
        (r"Permission Error", "it asks for a file or a setting, which is not allowed"),
        (r"No function matches", "it puts a function to values it does not take"),
    )

    def engine(self, url: sa.URL, limits: Limits, files: Mapping[str, Path]) -> sa.Engine:
        """One database instance: in memory, or a file opened read-only.

        Temporary tables belong to one connection, so files beside a database file leave it a pool of one.
        """
        memory = url.database in (None, "", ":memory:")
        config = {
            "threads": limits.threads,
            "memory_limit": limits.memory,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        shut = {"enable_external_access": "false", "lock_configuration": "true"}
        if not files:
            config |= shut
        arguments = {"config": config, **({} if memory else {"read_only": True})}
        pool: dict[str, Any] = (
            {"poolclass": StaticPool}
            if memory or files
            else {"poolclass": QueuePool, "pool_size": 2, "max_overflow": 0, "pool_timeout": 10}
        )
        engine = sa.create_engine(
            url, connect_args=arguments, isolation_level="AUTOCOMMIT", hide_parameters=True, **pool
        )
        if files:
            with engine.connect() as connection:
                for name, path in files.items():
                    _load(connection, name, path)
                for setting, value in shut.items():
                    connection.exec_driver_sql(f"SET {setting} = {value}")
        return engine

    def columns(self, connection: sa.Connection, relation: sa.FromClause) -> dict[str, Kind]:
        """Names and kinds from the types of an empty result."""
        description = connection.execute(star(relation)).cursor.description
        return {column[0]: _kind(str(column[1])) for column in description}

    def tables(self, connection: sa.Connection) -> list[str]:
        """Every table and view in sight."""
        listed = sa.table("tables", sa.column("table_name"), schema="information_schema")
        return list(connection.scalars(sa.select(listed.c.table_name)))

    def interrupt(self, connection: sa.Connection) -> None:
        """Stop the statement."""
        self.driver(connection).interrupt()

    def fetch(self, result: sa.CursorResult[Any]) -> pa.Table:
        """Arrow, straight out of the engine."""
        table: pa.Table = result.cursor.to_arrow_table()
        return table


def _kind(type_: str) -> Kind:
    return _KINDS.get(type_.partition("(")[0], "other")


def _load(connection: sa.Connection, name: str, path: Path) -> None:
    """A table from a CSV or Parquet file, as DuckDB reads it by default."""
    parquet = ".parquet" in path.name.lower() or ".pq" in path.suffixes
    reader = "read_parquet($1)" if parquet else "read_csv($1, sample_size = -1)"
    quoted = connection.dialect.identifier_preparer.quote_identifier(name)
    try:
        connection.exec_driver_sql(f"CREATE TEMP TABLE {quoted} AS SELECT * FROM {reader}", (str(path),))  # noqa: S608
    except sa.exc.DBAPIError as error:
        missing = isinstance(error.orig, duckdb.IOException) and "No files found" in str(error.orig)
        problem = f"there is no file {path.name!r}" if missing else f"the file {path.name!r} cannot be read as a table"
        raise Faulty([Fault(problem, ("warehouse", "files", name))]) from error


def _period(construct: portable.PeriodStart, arguments: portable.Arguments) -> str:
    moment = arguments[0]
    match construct.grain:
        case "hour":
            return f"date_trunc('hour', {moment})"
        case "day":
            return f"CAST({moment} AS DATE)"
        case "week":
            return f"CAST(date_trunc('week', {moment} - INTERVAL {construct.week} DAY) AS DATE) + {construct.week}"
    months = construct.month % 3 if construct.grain == "quarter" else construct.month
    months = 0 if construct.grain == "month" else months
    shifted = f"date_trunc('{construct.grain}', CAST({moment} AS DATE) - INTERVAL {months} MONTH)"
    return f"CAST({shifted} + INTERVAL {months} MONTH AS DATE)"


def _read_time(construct: portable.ReadTime, arguments: portable.Arguments) -> str:
    zoned = f"regexp_matches(CAST({arguments[0]} AS VARCHAR), ':[0-9]{{2}}.*(Z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)\\s*$')"
    aware = f"timezone('{construct.zone}', TRY_CAST({arguments[0]} AS TIMESTAMPTZ))"
    return f"CASE WHEN {zoned} THEN {aware} ELSE TRY_CAST({arguments[0]} AS TIMESTAMP) END"


_TYPES = {"integer": "BIGINT", "double": "DOUBLE", "text": "VARCHAR", "date": "DATE", "timestamp": "TIMESTAMP"}

portable.render(
    "duckdb",
    {
        portable.Moment: lambda it, _: f"TIMESTAMP '{it.iso}'",
        portable.LocalTime: lambda it, of: f"timezone('{it.zone}', {of[0]})",
        portable.ReadTime: _read_time,
        portable.Day: lambda _, of: f"CAST({of[0]} AS DATE)",
        portable.Midnight: lambda _, of: f"CAST({of[0]} AS TIMESTAMP)",
        portable.PeriodStart: _period,
        portable.Hour: lambda _, of: f"hour({of[0]})",
        portable.Weekday: lambda _, of: f"isodow({of[0]})",
        portable.SecondsBetween: lambda _, of: f"((epoch_us({of[1]}) - epoch_us({of[0]})) / 1e6)",
        portable.DaysBetween: lambda _, of: f"(CAST({of[1]} AS DATE) - CAST({of[0]} AS DATE))",
        portable.Percentile: lambda it, of: f"quantile_cont({of[0]}, {it.share!r})",
        portable.Finite: lambda _, of: f"CASE WHEN isfinite({of[0]}) THEN {of[0]} END",
        portable.Convert: lambda it, of: f"TRY_CAST({of[0]} AS {_TYPES[it.to]})",
        portable.Round: lambda it, of: f"round({of[0]}, {it.digits})",
        portable.NumberText: lambda _, of: (
            f"CASE WHEN {of[0]} = floor({of[0]}) AND abs({of[0]}) < 1e15 THEN CAST(CAST({of[0]} AS BIGINT) AS VARCHAR) "
            f"ELSE CAST(CAST({of[0]} AS DOUBLE) AS VARCHAR) END"
        ),
        portable.Quotient: lambda _, of: f"({of[0]} / NULLIF({of[1]}, 0))",
        portable.Extreme: lambda it, of: f"{'greatest' if it.greatest else 'least'}({', '.join(of)})",
    },
)
