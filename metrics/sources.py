"""Sources: a table or query of the definition as SQLAlchemy, held against the live database.

Columns come from an empty result of the live relation, never from running a statement and seeing what happens:
SQLite, for one, turns a missing quoted column into a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from metrics.dialects import Dialect
from metrics.engines import Engine, QueryError
from metrics.expressions import Scope
from metrics.portable import Element
from metrics.typed import Typed, column, local_time, text
from scorecard.definition import Definition, Source
from scorecard.expression import ExpressionError
from scorecard.faults import Path, did_you_mean


class SourceError(Exception):
    """A source, or a part of it, that does not fit the database; told without SQL."""

    def __init__(self, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.message, self.path = message, path


@dataclass(frozen=True, slots=True)
class LiveSource:
    """A source as the database has it now.

    ``scope`` holds its columns; ``time`` is the row's naive local time; ``units`` are text, null where missing, and
    ``numbered`` those that are whole numbers, as they are;
    ``key`` is what makes a row one row.
    """

    name: str
    relation: sa.FromClause
    scope: Scope
    time: Element
    units: Mapping[str, Element]
    numbered: Mapping[str, Element]
    dimensions: Mapping[str, Typed]
    key: tuple[Element, ...]
    daily: bool = False
    """Whether its times are dates, so that it knows no hours."""

    @property
    def where_scope(self) -> Scope:
        """The scope of a request's ``where``: dimensions by name first, then columns."""
        return Scope({**self.scope.columns, **self.dimensions}, self.scope.zone, self.scope.owner)


def table(definition: Definition, name: str) -> sa.TableClause:
    """A table by its name, perhaps with its schema before a dot; else in the warehouse's schema."""
    schema, _, bare = name.rpartition(".")
    return sa.table(bare, schema=schema or definition.warehouse.schema_)


def describe(engine: Engine, connection: sa.Connection, definition: Definition, name: str, path: Path) -> Scope:
    """The columns of a table. Raises :class:`SourceError` where there is no such table."""
    relation = table(definition, name)
    try:
        kinds = engine.columns(connection, relation)
    except QueryError as error:
        raise SourceError(_missing(engine, connection, name) or error.reason, path) from error
    columns = {column_: column(column_, kind) for column_, kind in kinds.items()}
    return Scope(columns, definition.calendar.time_zone, f"table {name!r}")


def open_source(engine: Engine, connection: sa.Connection, definition: Definition, name: str) -> LiveSource:
    """Hold a source against the database.

    Raises :class:`SourceError` for the first thing that does not fit; :func:`misfits` finds all of them.
    """
    source = definition.sources[name]
    relation, scope = _relation(engine, connection, definition, name)
    problems = list(misfits(scope, source, name))
    if problems:
        raise problems[0]
    zone = definition.calendar.time_zone
    units = {level: scope.read(unit) for level, unit in source.units.items()}
    return LiveSource(
        name=name,
        relation=relation,
        scope=scope,
        time=local_time(scope.read(source.time), zone),
        units={level: unit_text(unit, zone) for level, unit in units.items()},
        numbered={level: unit.element for level, unit in units.items() if unit.kind == "integer"},
        dimensions={part: scope.read(words) for part, words in source.dimensions.items()},
        key=tuple(scope.read(part).element for part in source.key),
        daily=scope.read(source.time).kind == "date",
    )


def source_scope(engine: Engine, connection: sa.Connection, definition: Definition, name: str) -> Scope:
    """The columns of a source. Raises :class:`SourceError` where it cannot be read at all."""
    return _relation(engine, connection, definition, name)[1]


def misfits(scope: Scope, source: Source, name: str) -> Iterable[SourceError]:
    """Whatever a source names that its columns cannot give."""
    root: Path = ("sources", name)
    for path, words in _named(source):
        try:
            found = scope.read(words)
            if path[0] == "time":
                local_time(found, scope.zone)
            elif path[0] in ("units", "dimensions"):
                text(found, scope.zone)
        except ExpressionError as error:
            yield SourceError(str(error), (*root, *path))


def _named(source: Source) -> Iterable[tuple[Path, str]]:
    yield ("time",), source.time
    for section, parts in (("units", source.units), ("dimensions", source.dimensions)):
        for part, words in parts.items():
            yield (section, part), words
    for section, single in (("case", source.case), ("customer", source.customer), ("watermark", source.watermark)):
        if single is not None:
            yield (section,), single
    for at, part in enumerate(source.key):
        yield ("key", at), part


def unit_text(unit: Typed, zone: str) -> Element:
    """A unit's id as text; blank ones are missing."""
    id_ = text(unit, zone)
    return sa.case((sa.func.trim(id_) != "", id_)) if unit.kind in ("text", "any") else id_


def _relation(
    engine: Engine, connection: sa.Connection, definition: Definition, name: str
) -> tuple[sa.FromClause, Scope]:
    source, zone = definition.sources[name], definition.calendar.time_zone
    path: Path = ("sources", name, "table" if source.table is not None else "query")
    if source.table is not None:
        scope = describe(engine, connection, definition, source.table, path)
        bare = table(definition, source.table)
        relation: sa.FromClause = sa.table(bare.name, *_columns(scope), schema=bare.schema)
    else:
        words = lint(engine.dialect, source.query or "", path)
        try:
            kinds = engine.columns(connection, _embedded(words, ()))
        except QueryError as error:
            raise SourceError(f"its query cannot be run: {error.reason}", path) from error
        scope = Scope({column_: column(column_, kind) for column_, kind in kinds.items()}, zone, "")
        relation = _embedded(words, _columns(scope))
    return relation, Scope(scope.columns, zone, f"source {name!r}")


def _columns(scope: Scope) -> list[sa.ColumnClause[object]]:
    return [sa.column(name) for name in scope.columns]


def _embedded(words: str, columns: Iterable[sa.ColumnClause[object]]) -> sa.FromClause:
    """A linted query as a subquery: the one place where text of the YAML becomes SQL.

    Colons are escaped, so that nothing in it is taken for a parameter; a line end closes a last remark.
    """
    return sa.text(words.replace(":", "\\:") + "\n").columns(*columns).subquery("rows")


def lint(dialect: Dialect, query: str, path: Path) -> str:
    """Take a source's query if it is one SELECT that only reads.

    Raises :class:`SourceError` otherwise. Returns the query without a closing semicolon.
    """
    try:
        statements = sqlglot.parse(query, read=dialect.parser)
    except (SqlglotError, RecursionError) as error:
        raise SourceError("the query cannot be read as SQL", path) from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise SourceError("a query is one SELECT and nothing else", path)
    for node in statements[0].walk():
        if isinstance(node, exp.DML | exp.DDL | exp.Command | exp.Into) and not isinstance(node, exp.Query):
            raise SourceError("a query is one SELECT and nothing else", path)
    return query.strip().rstrip(";")


def _missing(engine: Engine, connection: sa.Connection, name: str) -> str | None:
    with engine.within_limits(connection):
        tables = engine.dialect.tables(connection)
    bare = name.rpartition(".")[2].lower()
    if any(bare in (known.lower(), known.rpartition(".")[2].lower()) for known in tables):
        return None
    return f"there is no table {name!r}" + did_you_mean(name, tables)
