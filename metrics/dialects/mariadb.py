"""MariaDB through PyMySQL: read-only sessions in UTC that compare text by its letters, as the other engines do.

It has no percentile that is an aggregate: the sorted values of a group are put into one text, of which the two at the
place are taken. A group too large for that is an error, never a wrong figure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.dialects.mysql.mysqldb import MySQLCompiler_mysqldb

from metrics import portable
from metrics.dialects.base import Limits, star
from metrics.dialects.moments import MOMENT, NUMBER, OFFSET, ZONED
from metrics.dialects.server import CONNECT_SECONDS, GRACE_SECONDS, ServerDialect
from metrics.portable import Kind
from scorecard.faults import Fault, Faulty

_TINY = 1
_KINDS: Mapping[int, Kind] = {
    **dict.fromkeys((_TINY, 2, 3, 8, 9, 13), "integer"),
    **dict.fromkeys((4, 5), "number"),
    **dict.fromkeys((0, 246), "decimal"),
    **dict.fromkeys((15, 245, 247, 248, 249, 250, 251, 252, 253, 254), "text"),
    6: "any",
    7: "instant",
    10: "date",
    12: "timestamp",
}  # fmt: skip
"""Types by their number in the protocol: 7 is TIMESTAMP, which is stored in UTC, and 12 DATETIME, which is not."""
_LETTERS = "utf8mb4_nopad_bin"
"""The collation in which texts are equal if they are the same letters, blanks at the end included."""


class MariaDB(ServerDialect):
    """MariaDB through ``mariadb+pymysql``."""

    name: ClassVar[str] = "mariadb"
    extra: ClassVar[str] = "mariadb"
    parser: ClassVar[str] = "mysql"
    title: ClassVar[str] = "MariaDB"
    complaints: ClassVar = (
        (r"Unknown column '(?:\w+\.)?([^']+)'", "there is no column '{}'"),
        (r"Table '(?:[^'.]+\.)?([^']+)' doesn't exist", "there is no table '{}'"),
        (r"Unknown database '([^']+)'", "there is no database '{}'"),
        (r"max_statement_time|execution was interrupted", "it took longer than the statement time-out"),
        (r"Access denied", "it does not accept the name and password"),
        (r"command denied", "its user may not read this"),
        (r"Can't connect|timed out|Lost connection", "nothing answers at its address"),
        (r"READ ONLY transaction", "it asks for a change, which is not allowed"),
        (r"Subquery returns more than 1 row", "a group has too many values for an exact percentile"),
        (r"out of range", "it holds a number out of range"),
    )

    def engine(self, url: sa.URL, limits: Limits, files: Mapping[str, Path]) -> sa.Engine:
        """A pool of sessions that only read, in UTC; the server's own time-out is for lost clients."""
        options = {"charset": "utf8mb4", "connect_timeout": CONNECT_SECONDS}
        engine = self.pool(url.set(drivername="mariadb+pymysql"), limits, files, options)
        engine.dialect.statement_compiler = _Compiler
        settings = (
            f"SET NAMES utf8mb4 COLLATE {_LETTERS}",
            f"SET SESSION time_zone = '+00:00', max_statement_time = {limits.timeout + GRACE_SECONDS}",
            "SET SESSION tx_read_only = 1, group_concat_max_len = 4294967295",
        )
        sa.event.listen(engine, "connect", lambda connection, _: _prepare(connection, settings))
        return engine

    def columns(self, connection: sa.Connection, relation: sa.FromClause) -> dict[str, Kind]:
        """Names and kinds from the types of an empty result; an integer of one digit is how booleans are kept.

        Raises :class:`Faulty` where there are instants and the server knows no time zones.
        """
        description: Any = connection.execute(star(relation)).cursor.description
        kinds = {name: _kind(code, length) for name, code, _, length, *_ in description}
        if "instant" in kinds.values() and not _knows_zones(connection):
            load = "mariadb-tzinfo-to-sql /usr/share/zoneinfo | mariadb mysql"
            raise Faulty([Fault(f"MariaDB's time zones are not loaded; once, run: {load}", ("warehouse", "url"))])
        return kinds

    def tables(self, connection: sa.Connection) -> list[str]:
        """Every table and view of the database."""
        listed = sa.table("tables", sa.column("table_name"), sa.column("table_schema"), schema="information_schema")
        return list(
            connection.scalars(sa.select(listed.c.table_name).where(listed.c.table_schema == sa.func.database()))
        )

    def since_1970(self, seconds: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """A text: no type of its own has a zone."""
        return sa.func.concat(sa.func.timestampadd(sa.literal_column("SECOND"), seconds, "1970-01-01"), "Z")

    def stopper(self, connection: sa.Connection) -> Callable[[], None]:
        """Ask the server over a connection of its own to stop the statement.

        The driver gives its connection up when its wait is broken off, and the server would not notice for long.
        """
        return partial(_kill, connection.engine, int(self.driver(connection).thread_id()))


def _kill(engine: sa.Engine, running: int) -> None:
    """Stop what a connection of the server runs, by its number."""
    arguments, options = engine.dialect.create_connect_args(engine.url)
    other: Any = engine.dialect.loaded_dbapi.connect(*arguments, **{**options, "connect_timeout": CONNECT_SECONDS})
    try:
        other.cursor().execute(f"KILL QUERY {running}")
    finally:
        other.close()


def _kind(code: int, length: int) -> Kind:
    return "boolean" if code == _TINY and length == 1 else _KINDS.get(code, "other")


def _knows_zones(connection: sa.Connection) -> bool:
    return connection.scalar(sa.text("SELECT CONVERT_TZ('2026-01-01', '+00:00', 'UTC')")) is not None


def _prepare(connection: Any, settings: tuple[str, ...]) -> None:
    cursor = connection.cursor()
    for setting in settings:
        cursor.execute(setting)
    cursor.close()


class _Compiler(MySQLCompiler_mysqldb):
    """Compares columns by their letters, and writes the few things MariaDB has other words for."""

    def visit_column(self, column: sa.ColumnClause[Any], *arguments: Any, **kw: Any) -> str:
        """Text of any character set and collation as the same letters."""
        name: str = super().visit_column(column, *arguments, **kw)
        if column.table is None and not column.is_literal and isinstance(column.type, sa.String):
            return f"CONVERT({name} USING utf8mb4) COLLATE {_LETTERS}"
        return name

    def visit_cast(self, cast: sa.Cast[Any], **kw: Any) -> str:
        """There is no cast to a boolean; it is an integer."""
        if isinstance(cast.type, sa.Boolean):
            return f"CAST({self.process(cast.clause, **kw)} AS SIGNED)"
        return super().visit_cast(cast, **kw)

    def visit_length_func(self, function: sa.sql.functions.Function[Any], **kw: Any) -> str:
        """Letters, not bytes."""
        return f"CHAR_LENGTH{self.function_argspec(function, **kw)}"

    def visit_nulls_last_op_unary_modifier(self, unary: Any, *_: Any, **kw: Any) -> str:
        """NULLS LAST as a term of its own."""
        inner = unary.element
        value = inner.element if isinstance(inner, sa.UnaryExpression) and inner.modifier is not None else inner
        return f"{self.process(value, **kw)} IS NULL, {self.process(inner, **kw)}"

    def visit_like_op_binary(self, binary: Any, *_: Any, **kw: Any) -> str:
        """LIKE without an escape character."""
        return f"{self.process(binary.left, **kw)} LIKE {self._pattern(binary, **kw)}"

    def visit_not_like_op_binary(self, binary: Any, *_: Any, **kw: Any) -> str:
        """NOT LIKE without an escape character."""
        return f"{self.process(binary.left, **kw)} NOT LIKE {self._pattern(binary, **kw)}"

    def _pattern(self, binary: Any, **kw: Any) -> str:
        """A backslash escapes whatever ESCAPE says: it is written twice."""
        return f"REPLACE({self.process(binary.right, **kw)}, '\\\\', '\\\\\\\\')"


def _local_time(construct: portable.LocalTime, arguments: portable.Arguments) -> str:
    return f"CONVERT_TZ({arguments[0]}, '+00:00', '{construct.zone}')"


def _read_time(construct: portable.ReadTime, arguments: portable.Arguments) -> str:
    text = f"CAST({arguments[0]} AS CHAR)"
    offset = f"REGEXP_REPLACE(REGEXP_SUBSTR({text}, '{OFFSET}[[:space:]]*$'), '[^0-9+-]', '')"
    hours, minutes = f"SUBSTR({offset}, 1, 3)", f"RPAD(SUBSTR({offset}, 4, 2), 2, '0')"
    written = f"CASE WHEN {offset} = '' THEN '00:00' ELSE CONCAT({hours}, ':', {minutes}) END"
    there = f"CAST(REGEXP_REPLACE({text}, '[[:space:]]*{OFFSET}[[:space:]]*$', '') AS DATETIME(6))"
    aware = f"CONVERT_TZ(SUBTIME({there}, {written}), '+00:00', '{construct.zone}')"
    local = f"CASE WHEN {text} REGEXP '{ZONED}' THEN {aware} ELSE CAST({text} AS DATETIME(6)) END"
    return f"CASE WHEN {text} REGEXP '{MOMENT}' THEN {local} END"


def _period(construct: portable.PeriodStart, arguments: portable.Arguments) -> str:
    moment = arguments[0]
    match construct.grain:
        case "hour":
            return f"TIMESTAMPADD(HOUR, HOUR({moment}), CAST(DATE({moment}) AS DATETIME))"
        case "day":
            return f"DATE({moment})"
        case "week":
            return f"(DATE({moment}) - INTERVAL MOD(WEEKDAY({moment}) + {7 - construct.week}, 7) DAY)"
    size = {"month": 1, "quarter": 3, "year": 12}[construct.grain]
    first = f"DATE({moment}) - INTERVAL (DAYOFMONTH({moment}) - 1) DAY"
    return f"({first} - INTERVAL MOD(MONTH({moment}) + {11 - construct.month}, {size}) MONTH)"


def _percentile(construct: portable.Percentile, arguments: portable.Arguments) -> str:
    value = arguments[0]
    sorted_ = f"GROUP_CONCAT({value} ORDER BY {value} SEPARATOR ',')"
    place = f"((COUNT({value}) - 1) * {construct.share!r}e0)"
    low, high = (
        f"CAST(SUBSTRING_INDEX(SUBSTRING_INDEX({sorted_}, ',', {edge}({place}) + 1), ',', -1) AS DOUBLE)"
        for edge in ("FLOOR", "CEIL")
    )
    figure = f"{low} + ({high} - {low}) * ({place} - FLOOR({place}))"
    commas = f"CHAR_LENGTH({sorted_}) - CHAR_LENGTH(REPLACE({sorted_}, ',', ''))"
    too_many = "(SELECT 1 UNION SELECT 2)"
    return (
        f"CASE WHEN COUNT({value}) = 0 THEN NULL WHEN {commas} = COUNT({value}) - 1 THEN {figure} ELSE {too_many} END"
    )


def _convert(construct: portable.Convert, arguments: portable.Arguments) -> str:
    value = arguments[0]
    match construct.to:
        case "integer":
            return f"CASE WHEN ABS({value}) < 9223372036854774784 THEN CAST({value} AS SIGNED) END"
        case "double":
            text, most = f"CAST({value} AS CHAR)", "1.7976931348623157e308"
            number = f"NULLIF(NULLIF(CAST(TRIM({text}) AS DOUBLE), {most}), -{most})"
            return f"CASE WHEN {text} REGEXP '{NUMBER}' THEN {number} END"
    if isinstance(construct.arguments[0].type, sa.DateTime):
        seconds = f"CAST(CAST({value} AS DATETIME(6)) AS CHAR)"
        return f"TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM {seconds}))"
    return f"CAST({value} AS CHAR)"


def _round(construct: portable.Round, arguments: portable.Arguments) -> str:
    value = arguments[0]
    rounded = f"CAST(ROUND(CAST({value} AS DECIMAL(65, 30)), {construct.digits}) AS DOUBLE)"
    return f"CASE WHEN ABS({value}) < 1e30 THEN {rounded} ELSE {value} END"


def _extreme(construct: portable.Extreme, arguments: portable.Arguments) -> str:
    """Each argument with the others to stand in for it: one null would make all of it null."""
    size = len(arguments)
    if size == 1:
        return arguments[0]
    turned = (", ".join(arguments[(first + at) % size] for at in range(size)) for first in range(size))
    return f"{'GREATEST' if construct.greatest else 'LEAST'}({', '.join(f'COALESCE({each})' for each in turned)})"


portable.render(
    "mariadb",
    {
        portable.Moment: lambda it, _: f"TIMESTAMP '{it.iso}'",
        portable.LocalTime: _local_time,
        portable.ReadTime: _read_time,
        portable.Day: lambda _, of: f"DATE({of[0]})",
        portable.Midnight: lambda _, of: f"CAST({of[0]} AS DATETIME)",
        portable.PeriodStart: _period,
        portable.Hour: lambda _, of: f"HOUR({of[0]})",
        portable.Weekday: lambda _, of: f"(WEEKDAY({of[0]}) + 1)",
        portable.SecondsBetween: lambda _, of: f"(TIMESTAMPDIFF(MICROSECOND, {of[0]}, {of[1]}) / 1e6)",
        portable.Later: lambda it, of: f"({of[0]} + INTERVAL {it.months} MONTH + INTERVAL {it.seconds} SECOND)",
        portable.DaysBetween: lambda _, of: f"DATEDIFF({of[1]}, {of[0]})",
        portable.Percentile: _percentile,
        portable.Finite: lambda _, of: of[0],  # it keeps no NaN and no infinity
        portable.Convert: _convert,
        portable.Round: _round,
        portable.NumberText: lambda _, of: (
            f"CASE WHEN {of[0]} = FLOOR({of[0]}) AND ABS({of[0]}) < 1e15 THEN CAST(CAST({of[0]} AS SIGNED) AS CHAR) "
            f"ELSE CAST(CAST({of[0]} AS DOUBLE) AS CHAR) END"
        ),
        portable.Quotient: lambda _, of: f"({of[0]} / NULLIF({of[1]}, 0))",
        portable.Extreme: _extreme,
    },
)
