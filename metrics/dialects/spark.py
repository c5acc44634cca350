"""Spark SQL through its Thrift server and PyHive: the work is done by the cluster's executors.

PyHive comes without a dialect for today's SQLAlchemy, so a small one that only reads is here too. Constants are written
into statements as typed literals, because the server takes no parameters. Sessions are in UTC.
"""

from __future__ import annotations

import importlib
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql import compiler

from metrics import portable
from metrics.dialects.base import Limits, star
from metrics.dialects.moments import MOMENT, NUMBER, ZONED
from metrics.dialects.server import GRACE_SECONDS, ServerDialect
from metrics.portable import Kind

_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), "integer"),
    **dict.fromkeys(("float", "double"), "number"),
    **dict.fromkeys(("string", "varchar", "char"), "text"),
    "decimal": "decimal",
    "boolean": "boolean",
    "date": "date",
    "timestamp_ntz": "timestamp",
    "timestamp": "instant",
    "void": "any",
}  # fmt: skip
_BROKEN = "org.apache.spark.sql.catalyst.optimizer.RemoveRedundantAliases"
"""A step of Spark 4.3's optimizer that breaks a union with a bare null in it: an error, never a wrong figure."""
_FIRST_POLL, _LAST_POLL = 0.005, 0.25
"""Seconds between two looks whether a statement is done: soon at first, then less often."""
_READS = re.compile(r"\s*(?:SELECT|WITH|DESCRIBE|SHOW|SET)\b", re.IGNORECASE)


class Spark(ServerDialect):
    """Spark through ``spark://host:port/database``."""

    name: ClassVar[str] = "spark"
    extra: ClassVar[str] = "spark"
    parser: ClassVar[str] = "spark"
    title: ClassVar[str] = "Spark"
    complaints: ClassVar = (
        (r"UNRESOLVED_COLUMN.*?name `(?:\w+`\.`)?([^`]+)`", "there is no column '{}'"),
        (r"TABLE_OR_VIEW_NOT_FOUND.*?`(?:[^`]+`\.`)*([^`]+)`", "there is no table '{}'"),
        (r"SCHEMA_NOT_FOUND.*?`(?:[^`]+`\.`)*([^`]+)`", "there is no database '{}'"),
        (r"only reads", "it asks for a change, which is not allowed"),
        (r"timed out|[Cc]ancel", "it took longer than the statement time-out"),
        (r"Could not connect|Connection refused|TSocket", "nothing answers at its address"),
        (r"CAST_INVALID_INPUT|CANNOT_PARSE", "it holds a value that is not of the type expected"),
        (r"ARITHMETIC_OVERFLOW|OUT_OF_RANGE", "it holds a number out of range"),
        (r"DATATYPE_MISMATCH|UNRESOLVED_ROUTINE", "it puts a function to values it does not take"),
    )  # fmt: skip

    def engine(self, url: sa.URL, limits: Limits, files: Mapping[str, Path]) -> sa.Engine:
        """A pool of sessions in UTC; the server's own time-out is for clients that are gone."""
        engine = self.pool(url, limits, files, {})
        seconds = int(limits.timeout + GRACE_SECONDS)
        settings = (
            "spark.sql.session.timeZone=UTC",
            f"spark.sql.thriftServer.queryTimeout={seconds}",
            f"spark.sql.optimizer.excludedRules={_BROKEN}",
        )
        sa.event.listen(engine, "connect", lambda connection, _: _prepare(connection, settings))
        return engine

    def columns(self, connection: sa.Connection, relation: sa.FromClause) -> dict[str, Kind]:
        """Names and kinds as the server describes an empty result; the result itself does not tell all types apart."""
        query = star(relation).compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        described = connection.exec_driver_sql(f"DESCRIBE QUERY {query}")
        return {name: _KINDS.get(re.split(r"[(<]", type_)[0], "other") for name, type_, *_ in described}

    def tables(self, connection: sa.Connection) -> list[str]:
        """Every table and view of the database."""
        return [str(row[1]) for row in connection.exec_driver_sql("SHOW TABLES")]

    def since_1970(self, seconds: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Its own function."""
        return sa.func.timestamp_seconds(seconds)

    def stopper(self, connection: sa.Connection) -> Callable[[], None]:
        """Tell the thread that waits for the statement to cancel it: two cannot speak over one connection."""
        driver = self.driver(connection)
        return lambda: setattr(driver, "golden_thread_stop", True)


def _prepare(connection: Any, settings: tuple[str, ...]) -> None:
    cursor = connection.cursor()
    for setting in settings:
        cursor.execute(f"SET {setting}")
    cursor.close()


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


class _Text(sa.String):
    """Text as a literal."""

    def literal_processor(self, dialect: Any) -> Callable[[Any], str]:  # noqa: ARG002 - as SQLAlchemy calls it
        """Quotes and backslashes are escaped."""
        return _quoted


class _Real(sa.Float[float]):
    """A double as a literal: without its letter it would be a decimal."""

    def literal_processor(self, dialect: Any) -> Callable[[Any], str]:  # noqa: ARG002 - as above
        """Every digit."""
        return lambda value: f"{float(value)!r}D"


class _Moment(sa.DateTime):
    """A time, which the server sends as text."""

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], Any]:  # noqa: ARG002 - as above
        """A naive moment."""
        return lambda value: datetime.fromisoformat(value) if isinstance(value, str) else value


class _Day(sa.Date):
    """A date, which the server sends as text."""

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], Any]:  # noqa: ARG002 - as above
        """A date."""
        return lambda value: date.fromisoformat(value) if isinstance(value, str) else value


class _Preparer(compiler.IdentifierPreparer):
    """Names in backquotes."""

    def __init__(self, dialect: Any, **options: Any) -> None:
        super().__init__(dialect, initial_quote="`", escape_quote="`", **options)


class _Compiler(compiler.SQLCompiler):
    """Writes constants out, and a pattern's backslash for what it is."""

    def visit_bindparam(self, bindparam: Any, *arguments: Any, **kw: Any) -> str:
        """A constant is written when the statement is run."""
        kw["literal_execute"] = not kw.get("literal_binds")
        written: str = super().visit_bindparam(bindparam, *arguments, **kw)  # type: ignore[no-untyped-call]  # it has no types
        return written

    def visit_like_op_binary(self, binary: Any, *_: Any, **kw: Any) -> str:
        """LIKE without an escape character."""
        return f"{self.process(binary.left, **kw)} LIKE {self._pattern(binary, **kw)}"

    def visit_not_like_op_binary(self, binary: Any, *_: Any, **kw: Any) -> str:
        """NOT LIKE without an escape character."""
        return f"{self.process(binary.left, **kw)} NOT LIKE {self._pattern(binary, **kw)}"

    def _pattern(self, binary: Any, **kw: Any) -> str:
        return f"replace({self.process(binary.right, **kw)}, '\\\\', '\\\\\\\\')"


class _Types(compiler.GenericTypeCompiler):
    """The server's names of types."""

    def visit_VARCHAR(self, type_: Any, **kw: Any) -> str:  # noqa: ARG002, N802 - as SQLAlchemy calls it
        """Text."""
        return "STRING"

    def visit_DATETIME(self, type_: Any, **kw: Any) -> str:  # noqa: ARG002, N802 - as above
        """An instant, or a local time."""
        return "TIMESTAMP" if type_.timezone else "TIMESTAMP_NTZ"


class SparkSQL(DefaultDialect):
    """SQLAlchemy's dialect of Spark SQL, as far as reading needs one."""

    name = "spark"
    driver = "thrift"
    default_paramstyle = "qmark"
    supports_statement_cache = True
    supports_native_boolean = True
    preparer = _Preparer  # type: ignore[assignment]  # declared as the very class
    statement_compiler = _Compiler
    type_compiler_cls = _Types
    colspecs = {sa.String: _Text, sa.Float: _Real, sa.DateTime: _Moment, sa.Date: _Day}  # noqa: RUF012 - as it is declared

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "paramstyle": "qmark"})

    @classmethod
    def import_dbapi(cls) -> Any:
        """PyHive."""
        return importlib.import_module("pyhive.hive")

    def create_connect_args(self, url: sa.URL) -> tuple[list[Any], dict[str, Any]]:
        """The arguments of a connection: the address, and ``auth`` and the like from its query."""
        given = url.translate_connect_args(username="username")
        return [], {"port": 10000, **given, **url.query}

    def connect(self, *arguments: Any, **options: Any) -> Any:
        """Connect; what the network says is an error of the database."""
        try:
            connection = super().connect(*arguments, **options)
        except Exception as error:
            if type(error).__module__.startswith("thrift."):
                raise self.loaded_dbapi.OperationalError(str(error)) from error
            raise
        connection.golden_thread_stop = False
        return connection

    def initialize(self, connection: Any) -> None:
        """Nothing has to be asked of the server."""

    def do_begin(self, dbapi_connection: Any) -> None:
        """There are no transactions."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """There are no transactions."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """There are no transactions."""

    def get_isolation_level_values(self, dbapi_connection: Any) -> Any:  # noqa: ARG002 - as SQLAlchemy calls it
        """There are no transactions."""
        return ("AUTOCOMMIT",)

    def set_isolation_level(self, dbapi_connection: Any, level: Any) -> None:
        """There are no transactions."""

    def do_ping(self, dbapi_connection: Any) -> bool:
        """Whether the connection lives."""
        cursor = dbapi_connection.cursor()
        cursor.execute("SELECT 1")
        cursor.close()
        return True

    def is_disconnect(self, e: Any, connection: Any, cursor: Any) -> bool:  # noqa: ARG002 - as SQLAlchemy calls it
        """Whether an error means that the connection is lost."""
        return "SessionHandle" in str(e)

    def do_execute(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:  # noqa: ARG002 - as above
        """Run a statement that reads, looking now and then whether it is done or to be stopped."""
        if not _READS.match(statement):
            raise self.loaded_dbapi.ProgrammingError("this connection only reads")
        connection = cursor._connection  # noqa: SLF001 - PyHive does not give it otherwise
        connection.golden_thread_stop = False
        cursor.execute(statement, async_=True)
        try:
            self._wait(cursor, connection)
        except BaseException:  # Ctrl-C too leaves nothing running
            with suppress(Exception):
                cursor.cancel()
            raise

    def _wait(self, cursor: Any, connection: Any) -> None:
        states, wait = importlib.import_module("TCLIService.ttypes").TOperationState, _FIRST_POLL
        while (status := cursor.poll()).operationState in (
            states.INITIALIZED_STATE, states.PENDING_STATE, states.RUNNING_STATE,
        ):  # fmt: skip
            if connection.golden_thread_stop:
                raise self.loaded_dbapi.OperationalError("cancelled")
            time.sleep(wait)
            wait = min(2 * wait, _LAST_POLL)
        if status.operationState != states.FINISHED_STATE:
            raise self.loaded_dbapi.OperationalError(status.errorMessage or "timed out")


registry.register("spark", __name__, "SparkSQL")


def _pattern(words: str) -> str:
    return _quoted(words.replace("[[:space:]]", r"\s"))


def _read_time(construct: portable.ReadTime, arguments: portable.Arguments) -> str:
    text = f"CAST({arguments[0]} AS STRING)"
    instant = f"CAST(try_cast({text} AS TIMESTAMP) AS TIMESTAMP_NTZ)"
    aware = f"convert_timezone('UTC', '{construct.zone}', {instant})"
    local = f"CASE WHEN {text} RLIKE {_pattern(ZONED)} THEN {aware} ELSE try_cast({text} AS TIMESTAMP_NTZ) END"
    return f"CASE WHEN {text} RLIKE {_pattern(MOMENT)} THEN {local} END"


def _period(construct: portable.PeriodStart, arguments: portable.Arguments) -> str:
    moment = arguments[0]
    day = f"CAST({moment} AS DATE)"
    match construct.grain:
        case "hour":
            return f"CAST(date_trunc('HOUR', {moment}) AS TIMESTAMP_NTZ)"
        case "day":
            return day
        case "week":
            return f"date_sub({day}, pmod(weekday({day}) - {construct.week}, 7))"
    size = {"month": 1, "quarter": 3, "year": 12}[construct.grain]
    return f"add_months(trunc({day}, 'MM'), -pmod(month({day}) + {11 - construct.month}, {size}))"


def _convert(construct: portable.Convert, arguments: portable.Arguments) -> str:
    value = arguments[0]
    match construct.to:
        case "integer":
            return f"CASE WHEN abs({value}) < 9223372036854774784D THEN try_cast({value} AS BIGINT) END"
        case "double":
            text = f"CAST({value} AS STRING)"
            return f"CASE WHEN {text} RLIKE {_pattern(NUMBER)} THEN try_cast(trim({text}) AS DOUBLE) END"
    return f"CAST({value} AS STRING)"


def _decimal(value: str) -> str:
    """A double as the decimal it is written as."""
    return f"try_cast(CAST(CAST({value} AS DOUBLE) AS STRING) AS DECIMAL(38, 20))"


def _round(construct: portable.Round, arguments: portable.Arguments) -> str:
    value = arguments[0]
    rounded = f"CAST(round({_decimal(value)}, {construct.digits}) AS DOUBLE)"
    return f"CASE WHEN abs({value}) < 1e15 THEN {rounded} ELSE {value} END"


def _number_text(_: portable.NumberText, arguments: portable.Arguments) -> str:
    value = arguments[0]
    whole = f"{value} = floor({value}) AND abs({value}) < 1e15"
    return (
        f"CASE WHEN {whole} THEN CAST(try_cast({value} AS BIGINT) AS STRING) "
        f"WHEN abs({value}) < 1e15 THEN trim(TRAILING '0' FROM CAST({_decimal(value)} AS STRING)) "
        f"ELSE CAST(CAST({value} AS DOUBLE) AS STRING) END"
    )


def _extreme(construct: portable.Extreme, arguments: portable.Arguments) -> str:
    name = "greatest" if construct.greatest else "least"
    return f"{name}({', '.join(arguments)})" if len(arguments) > 1 else arguments[0]


portable.render(
    "spark",
    {
        portable.Moment: lambda it, _: f"TIMESTAMP_NTZ'{it.iso}'",
        portable.LocalTime: lambda it, of: f"convert_timezone('UTC', '{it.zone}', CAST({of[0]} AS TIMESTAMP_NTZ))",
        portable.ReadTime: _read_time,
        portable.Day: lambda _, of: f"CAST({of[0]} AS DATE)",
        portable.Midnight: lambda _, of: f"CAST({of[0]} AS TIMESTAMP_NTZ)",
        portable.PeriodStart: _period,
        portable.Hour: lambda _, of: f"hour({of[0]})",
        portable.Weekday: lambda _, of: f"(weekday({of[0]}) + 1)",
        portable.SecondsBetween: lambda _, of: f"(timestampdiff(MICROSECOND, {of[0]}, {of[1]}) / 1e6D)",
        portable.Later: lambda it, of: f"({of[0]} + INTERVAL '{it.months}' MONTH + INTERVAL '{it.seconds}' SECOND)",
        portable.DaysBetween: lambda _, of: f"datediff({of[1]}, {of[0]})",
        portable.Percentile: lambda it, of: f"percentile({of[0]}, {it.share!r}D)",
        portable.Finite: lambda _, of: f"CASE WHEN abs({of[0]}) <= 1.7976931348623157e308D THEN {of[0]} END",
        portable.Convert: _convert,
        portable.Round: _round,
        portable.NumberText: _number_text,
        portable.Quotient: lambda _, of: f"({of[0]} / nullif({of[1]}, 0))",
        portable.Extreme: _extreme,
    },
)
