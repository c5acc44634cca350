"""DuckDB: the embedded default. Read-only, shut off from files and network once its declared files are in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from metrics import portable
from metrics.dialects.base import Dialect, Limits, placed, star
from metrics.dialects.moments import NUMBER
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
    hands_out: ClassVar[int] = 6_000_000
    complaints: ClassVar = (
        (r'(?:Referenced|Table ".*?") ?column "([^"]*)" not found', "there is no column '{}'"),
        (r'does not have a column named "([^"]*)"', "there is no column '{}'"),
        (r"Table with name (\S+) does not exist", "there is no table '{}'"),
        (r"INTERRUPT|Interrupted", "it took longer than the statement time-out"),
        (r"Out of Memory|OutOfMemory", "it needs more memory than it may take"),
        (r"Conversion Error", "it holds a value that is not of the type expected"),
        (r"Out of Range Error|Overflow", "it holds a number out of range"),
        (r"Permission Error", "it asks for a file or a setting, which is not allowed"),
        (r"not a valid DuckDB", "the file is no DuckDB database"),
        (r"Could not set lock|different configuration", "another program has it open for writing"),
        (r"No function matches", "it puts a function to values it does not take"),
    )

    def engine(self, url: sa.URL, limits: Limits, files: Mapping[str, Path]) -> sa.Engine:
        """One database instance: in memory, or a file opened read-only.

        Tables in memory and temporary tables belong to one connection, so with either the pool is one; a connection
        that is made anew loads its files anew.
        """
        memory = url.database in (None, "", ":memory:")
        shut = {"enable_external_access": "false", "lock_configuration": "true"}
        config = {
            "threads": limits.threads,
            "memory_limit": limits.memory,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            **({} if files else shut),
        }
        engine = sa.create_engine(
            url,
            connect_args={"config": config, **({} if memory else {"read_only": True})},
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            poolclass=QueuePool,
            pool_size=1 if memory or files else 2,
            max_overflow=0,
            pool_timeout=limits.wait,
        )
        if files:
            sa.event.listen(engine, "connect", lambda connection, _: _load(engine, connection, files, shut))
        return engine

    def columns(self, connection: sa.Connection, relation: sa.FromClause) -> dict[str, Kind]:
        """Names and kinds from the types of an empty result."""
        description = connection.execute(star(relation)).cursor.description
        return {column[0]: _kind(str(column[1])) for column in description}

    def keep(self, connection: sa.Connection, name: str, rows: sa.Select[Any]) -> sa.TableClause | None:
        """A temporary table: a connection that only reads may make one, and it never reaches the file.

        Nothing can change beneath an open database, so what is kept once stays right for every later question.
        """
        kept = sa.table(name, *(sa.column(column.name) for column in rows.selected_columns))
        quoted = connection.dialect.identifier_preparer.quote_identifier(name)
        sql = rows.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        connection.exec_driver_sql(f"CREATE TEMP TABLE IF NOT EXISTS {quoted} AS {sql}")
        return kept

    def tables(self, connection: sa.Connection) -> list[str]:
        """Every table and view in sight; one of another schema than the connection's with its schema before it."""
        return placed(connection, own=())

    def take(self, connection: sa.Connection, rows: sa.Select[Any]) -> pa.Table:
        """Arrow, made by all threads: what goes through a cursor is made by one."""
        sql = rows.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        table: pa.Table = self.driver(connection).sql(str(sql)).to_arrow_table()
        return table

    def stopper(self, connection: sa.Connection) -> Callable[[], None]:
        """Its own way."""
        stop: Callable[[], None] = self.driver(connection).interrupt
        return stop

    def fetch(self, result: sa.CursorResult[Any]) -> pa.Table:
        """Arrow, straight out of the engine."""
        table: pa.Table = result.cursor.to_arrow_table()
        return table


def _kind(type_: str) -> Kind:
    return _KINDS.get(type_.partition("(")[0], "other")


def _load(engine: sa.Engine, connection: Any, files: Mapping[str, Path], shut: Mapping[str, str]) -> None:
    """Make a table of each declared file, then shut the connection off from every other."""
    for name, path in files.items():
        parquet = ".parquet" in path.name.lower()
        reader = "read_parquet($1)" if parquet else "read_csv($1, sample_size = -1)"
        quoted = engine.dialect.identifier_preparer.quote_identifier(name)
        try:
            connection.execute(f"CREATE TEMP TABLE {quoted} AS SELECT * FROM {reader}", (str(path),))  # noqa: S608 - a quoted name, a reader of ours
        except duckdb.Error as error:
            missing = isinstance(error, duckdb.IOException) and "No files found" in str(error)
            problem = (
                f"there is no file {path.name!r}" if missing else f"the file {path.name!r} cannot be read as a table"
            )
            raise Faulty([Fault(problem, ("warehouse", "files", name))]) from error
    for setting, value in shut.items():
        connection.execute(f"SET {setting} = {value}")


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


def _convert(construct: portable.Convert, arguments: portable.Arguments) -> str:
    cast = f"TRY_CAST({arguments[0]} AS {_TYPES[construct.to]})"
    if construct.to != "double":
        return cast
    return f"CASE WHEN regexp_matches(CAST({arguments[0]} AS VARCHAR), '{NUMBER}') THEN {cast} END"


def _round(construct: portable.Round, arguments: portable.Arguments) -> str:
    value = arguments[0]
    rounded = f"CAST(round(CAST(CAST({value} AS VARCHAR) AS DECIMAL(38, 20)), {construct.digits}) AS DOUBLE)"
    return f"CASE WHEN abs({value}) < 1e15 THEN {rounded} ELSE {value} END"


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
        portable.Later: lambda it, of: f"({of[0]} + INTERVAL '{it.months} months {it.seconds} seconds')",
        portable.DaysBetween: lambda _, of: f"(CAST({of[1]} AS DATE) - CAST({of[0]} AS DATE))",
        portable.Percentile: lambda it, of: f"quantile_cont({of[0]}, {it.share!r})",
        portable.Finite: lambda _, of: f"CASE WHEN isfinite({of[0]}) THEN {of[0]} END",
        portable.Whole: lambda _, of: of[0],
        portable.Convert: _convert,
        portable.Round: _round,
        portable.NumberText: lambda _, of: (
            f"CASE WHEN {of[0]} = floor({of[0]}) AND abs({of[0]}) < 1e15 THEN CAST(CAST({of[0]} AS BIGINT) AS VARCHAR) "
            f"ELSE CAST(CAST({of[0]} AS DOUBLE) AS VARCHAR) END"
        ),
        portable.Quotient: lambda _, of: f"({of[0]} / NULLIF({of[1]}, 0))",
        portable.Extreme: lambda it, of: f"{'greatest' if it.greatest else 'least'}({', '.join(of)})",
    },
)
