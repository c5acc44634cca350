"""ClickHouse through clickhouse-connect: a server, or the engine in this process from the wheel ``chdb``.

Local times are ``DateTime64(6, 'UTC')`` whose digits are the local ones: the engine has no time without a zone. A
column whose type names a zone holds instants; one without is local already, as the server's zone shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

from metrics import portable
from metrics.dialects.base import Limits, star
from metrics.dialects.moments import MOMENT, ZONED
from metrics.dialects.server import CONNECT_SECONDS, GRACE_SECONDS, ServerDialect
from metrics.portable import Kind

_KINDS: tuple[tuple[str, Kind], ...] = (
    ("Int", "integer"), ("UInt", "integer"), ("Float", "number"), ("Decimal", "decimal"), ("Bool", "boolean"),
    ("String", "text"), ("FixedString", "text"), ("Enum", "text"), ("UUID", "text"), ("DateTime", "timestamp"),
    ("Date", "date"), ("Nothing", "any"),
)  # fmt: skip
_FIRST, _LAST = datetime(1900, 1, 1), datetime(2299, 12, 31)  # noqa: DTZ001 - local and naive, as all moments here
"""What a DateTime64 can hold: earlier and later moments are taken for these."""


class ClickHouse(ServerDialect):
    """ClickHouse through ``clickhousedb``."""

    name: ClassVar[str] = "clickhousedb"
    extra: ClassVar[str] = "clickhouse"
    parser: ClassVar[str] = "clickhouse"
    title: ClassVar[str] = "ClickHouse"
    complaints: ClassVar = (
        (r"Code: (?:47|16)\..*?(?:identifier|column) [`']?(?:\w+\.)?(\w+)[`']?", "there is no column '{}'"),
        (r"Code: 60\..*?'(?:\w+\.)?(\w+)'", "there is no table '{}'"),
        (r"Code: 81\.", "there is no such database"),
        (r"Code: (?:159|394|160)\.", "it took longer than the statement time-out"),
        (r"Code: 241\.", "it needs more memory than it may take"),
        (r"Code: (?:516|192|193)\.", "it does not accept the name and password"),
        (r"Code: 497\.", "its user may not read this"),
        (r"Code: (?:164|452)\.", "it asks for a change, which is not allowed"),
        (r"Code: (?:43|386)\.", "it puts a function to values it does not take"),
        (r"Max retries|Connection refused|timed out", "nothing answers at its address"),
        (r"lock", "another program has it open for writing"),
    )  # fmt: skip

    def engine(self, url: sa.URL, limits: Limits, files: Mapping[str, Path]) -> sa.Engine:
        """A pool of connections whose every statement reads only and ends in time.

        Outer joins give null, and a column is preferred to what a SELECT calls like it, as in SQL.
        """
        settings = {
            "max_execution_time": str(limits.timeout + GRACE_SECONDS),
            "join_use_nulls": "1",
            "group_by_use_nulls": "1",
            "prefer_column_name_to_alias": "1",
            "readonly": "2",
        }
        options: dict[str, Any] = {}
        if url.query.get("interface") != "chdb":
            patience = int(limits.timeout + 2 * GRACE_SECONDS)
            options = {"connect_timeout": CONNECT_SECONDS, "send_receive_timeout": patience}
        engine = self.pool(url.update_query_dict(settings), limits, files, options)
        engine.dialect.statement_compiler = type("Compiler", (_Writing, engine.dialect.statement_compiler), {})
        return engine

    def columns(self, connection: sa.Connection, relation: sa.FromClause) -> dict[str, Kind]:
        """Names and kinds from the types of an empty result."""
        description: Any = connection.execute(star(relation)).cursor.description
        return {column[0]: _kind(column[1]) for column in description}

    def tables(self, connection: sa.Connection) -> list[str]:
        """Every table and view of the database."""
        listed = sa.table("tables", sa.column("name"), sa.column("database"), schema="system")
        return list(connection.scalars(sa.select(listed.c.name).where(listed.c.database == sa.func.currentDatabase())))

    def since_1970(self, seconds: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """To the thousandth of a second."""
        return sa.func.toDateTime64(seconds, 3, "UTC")

    def stopper(self, connection: sa.Connection) -> Callable[[], None]:  # noqa: ARG002 - as the others have it
        """Nothing: a connection cannot be told to stop, the engine's own time-out ends the statement a moment later."""
        return lambda: None

    def fetch(self, result: sa.CursorResult[Any]) -> pa.Table:
        """All rows as columns, moments by their digits."""
        table = super().fetch(result)
        for at, field in enumerate(table.schema):
            if pa.types.is_timestamp(field.type) and field.type.tz:
                table = table.set_column(at, field.name, pc.local_timestamp(table.column(at)))
        return table


def _kind(type_: str) -> Kind:
    for wrapping in ("LowCardinality(", "Nullable("):
        if type_.startswith(wrapping):
            type_ = type_.removeprefix(wrapping).removesuffix(")")
    if type_.startswith("DateTime") and "'" in type_:
        return "instant"
    return next((kind for name, kind in _KINDS if type_.startswith(name)), "other")


class _Writing(SQLCompiler):
    """What ClickHouse writes in its own way, laid over the compiler of its driver."""

    def visit_column(self, column: sa.ColumnClause[Any], *arguments: Any, **kw: Any) -> str:
        """Text of any type as text, a time without a zone by its digits."""
        name: str = super().visit_column(column, *arguments, **kw)
        if column.table is not None or column.is_literal:
            return name
        if isinstance(column.type, sa.String):
            return f"CAST({name} AS Nullable(String))"
        if isinstance(column.type, sa.DateTime) and not column.type.timezone:
            return f"toTimeZone(addSeconds(toDateTime64({name}, 6), timeZoneOffset({name})), 'UTC')"
        return name

    def visit_cast(self, cast: sa.Cast[Any], **kw: Any) -> str:
        """A cast keeps nulls."""
        known = (
            (sa.Boolean, "Bool"), (sa.Integer, "Int64"), (sa.Float, "Float64"), (sa.String, "String"),
            (sa.DateTime, "DateTime64(6, 'UTC')"), (sa.Date, "Date32"),
        )  # fmt: skip
        type_ = next((name for kind, name in known if isinstance(cast.type, kind)), None)
        if type_ is None:
            plain: str = super().visit_cast(cast, **kw)  # type: ignore[no-untyped-call]  # it has no types
            return plain
        return f"CAST({self.process(cast.clause, **kw)} AS Nullable({type_}))"

    def visit_length_func(self, function: sa.sql.functions.Function[Any], **kw: Any) -> str:
        """Letters, not bytes."""
        return f"lengthUTF8{self.function_argspec(function, **kw)}"

    def visit_lower_func(self, function: sa.sql.functions.Function[Any], **kw: Any) -> str:
        """Letters of every alphabet."""
        return f"lowerUTF8{self.function_argspec(function, **kw)}"

    def visit_upper_func(self, function: sa.sql.functions.Function[Any], **kw: Any) -> str:
        """Letters of every alphabet."""
        return f"upperUTF8{self.function_argspec(function, **kw)}"

    def visit_like_op_binary(self, binary: Any, *_: Any, **kw: Any) -> str:
        """LIKE without an escape character."""
        return f"{self.process(binary.left, **kw)} LIKE {self._pattern(binary, **kw)}"

    def visit_not_like_op_binary(self, binary: Any, *_: Any, **kw: Any) -> str:
        """NOT LIKE without an escape character."""
        return f"{self.process(binary.left, **kw)} NOT LIKE {self._pattern(binary, **kw)}"

    def _pattern(self, binary: Any, **kw: Any) -> str:
        return f"replaceAll({self.process(binary.right, **kw)}, '\\\\', '\\\\\\\\')"

    def visit_in_op_binary(self, binary: Any, *_: Any, **kw: Any) -> str:
        """IN over expressions as equalities: a set takes no null for unknown."""
        items = _items(binary.right)
        if items is None:
            return self._generate_generic_binary(binary, " IN ", **kw)
        value = self.process(binary.left, **kw)
        return f"({' OR '.join(f'{value} = {self.process(item, **kw)}' for item in items)})"

    def visit_not_in_op_binary(self, binary: Any, *_: Any, **kw: Any) -> str:
        """NOT IN over expressions as inequalities."""
        items = _items(binary.right)
        if items is None:
            return f"({self._generate_generic_binary(binary, ' NOT IN ', **kw)})"
        value = self.process(binary.left, **kw)
        return f"({' AND '.join(f'{value} <> {self.process(item, **kw)}' for item in items)})"


def _items(right: Any) -> list[Any] | None:
    """The expressions of a list, or ``None`` for one of plain values."""
    while isinstance(right, sa.sql.elements.Grouping):
        right = right.element
    return list(right.clauses) if isinstance(right, sa.sql.elements.ClauseList) else None


def _local(moment: str, zone: str) -> str:
    return f"toTimeZone(addSeconds(toDateTime64({moment}, 6), timeZoneOffset(toTimeZone({moment}, '{zone}'))), 'UTC')"


def _read_time(construct: portable.ReadTime, arguments: portable.Arguments) -> str:
    text = f"CAST({arguments[0]} AS Nullable(String))"
    moment = f"parseDateTime64BestEffortOrNull({text}, 6, 'UTC')"
    local = f"CASE WHEN match({text}, '{ZONED}') THEN {_local(moment, construct.zone)} ELSE {moment} END"
    return f"CASE WHEN match({text}, '{MOMENT}') THEN {local} END"


def _period(construct: portable.PeriodStart, arguments: portable.Arguments) -> str:
    moment = arguments[0]
    match construct.grain:
        case "hour":
            return f"toStartOfHour({moment})"
        case "day":
            return f"toDate32({moment})"
        case "week":
            return f"subtractDays(toDate32({moment}), modulo(toDayOfWeek({moment}) + {6 - construct.week}, 7))"
    size = {"month": 1, "quarter": 3, "year": 12}[construct.grain]
    first = f"subtractDays(toDate32({moment}), toDayOfMonth({moment}) - 1)"
    return f"subtractMonths({first}, modulo(toMonth({moment}) + {11 - construct.month}, {size}))"


def _convert(construct: portable.Convert, arguments: portable.Arguments) -> str:
    value = arguments[0]
    match construct.to:
        case "integer":
            return f"accurateCastOrNull({value}, 'Int64')"
        case "double":
            return f"toFloat64OrNull(trimBoth(CAST({value} AS Nullable(String))))"
    text = f"CAST({value} AS Nullable(String))"
    fraction = isinstance(construct.arguments[0].type, sa.DateTime)
    return f"replaceRegexpOne({text}, '[.]?0+$', '')" if fraction else text


def _round(construct: portable.Round, arguments: portable.Arguments) -> str:
    """As a decimal, and back through its text: the way straight from a decimal to a double is not exact."""
    value = arguments[0]
    rounded = f"toFloat64OrNull(toString(round(toDecimal256OrNull(toString({value}), 20), {construct.digits})))"
    return f"CASE WHEN abs({value}) < 1e15 THEN {rounded} ELSE {value} END"


portable.render(
    "clickhousedb",
    {
        portable.Moment: lambda it, _: f"toDateTime64('{min(max(it.moment, _FIRST), _LAST).isoformat(' ')}', 6, 'UTC')",
        portable.LocalTime: lambda it, of: _local(of[0], it.zone),
        portable.ReadTime: _read_time,
        portable.Day: lambda _, of: f"toDate32({of[0]})",
        portable.Midnight: lambda _, of: f"toDateTime64({of[0]}, 6, 'UTC')",
        portable.PeriodStart: _period,
        portable.Hour: lambda _, of: f"toHour({of[0]})",
        portable.Weekday: lambda _, of: f"toDayOfWeek({of[0]})",
        portable.SecondsBetween: lambda _, of: f"(dateDiff('microsecond', {of[0]}, {of[1]}) / 1e6)",
        portable.Later: lambda it, of: f"addSeconds(addMonths({of[0]}, {it.months}), {it.seconds})",
        portable.DaysBetween: lambda _, of: f"dateDiff('day', toDate32({of[0]}), toDate32({of[1]}))",
        portable.Percentile: lambda it, of: f"quantileExactInclusiveOrNull({it.share!r})({of[0]})",
        portable.Finite: lambda _, of: f"CASE WHEN isFinite({of[0]}) THEN {of[0]} END",
        portable.Convert: _convert,
        portable.Round: _round,
        portable.NumberText: lambda _, of: (
            f"CASE WHEN {of[0]} = floor({of[0]}) AND abs({of[0]}) < 1e15 "
            f"THEN toString(accurateCastOrNull({of[0]}, 'Int64')) ELSE toString(toFloat64({of[0]})) END"
        ),
        portable.Quotient: lambda _, of: f"({of[0]} / nullIf({of[1]}, 0))",
        portable.Extreme: lambda it, of: f"{'greatest' if it.greatest else 'least'}({', '.join(of)})",
    },
)
