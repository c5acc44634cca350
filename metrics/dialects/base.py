"""The interface of a dialect: connecting within limits, describing columns, fetching, naming what went wrong."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import sqlalchemy as sa

from metrics.portable import Kind


@dataclass(frozen=True, slots=True)
class Limits:
    """What one warehouse may take of the machine."""

    timeout: float
    """Seconds one statement may take."""
    wait: float = 10.0
    """Seconds to wait for a free connection."""
    memory: str = "2GB"
    threads: int = 2


class Dialect(ABC):
    """One engine's own ways."""

    name: ClassVar[str]
    """SQLAlchemy's name of it."""
    embedded: ClassVar[bool] = False
    """Whether the database is a file of this machine."""
    parser: ClassVar[str]
    """sqlglot's name of it, for linting a source's query."""
    error: ClassVar[type[Exception]]
    """The driver's own error, for what is fetched past SQLAlchemy."""
    hands_out: ClassVar[int] = 0
    """How many rows it hands out sooner than it answers the statements they replace; 0 where it never does."""
    complaints: ClassVar[Sequence[tuple[str, str]]] = ()
    """Patterns of its error messages, and what they mean in plain words; ``{}`` takes the pattern's group."""

    @abstractmethod
    def engine(self, url: sa.URL, limits: Limits, files: Mapping[str, Path]) -> sa.Engine:
        """Make an engine that only reads; ``files`` are tables to load first."""

    @abstractmethod
    def columns(self, connection: sa.Connection, relation: sa.FromClause) -> dict[str, Kind]:
        """The columns of a table or query and what they hold, without reading a row."""

    @abstractmethod
    def tables(self, connection: sa.Connection) -> list[str]:
        """The names of the tables and views there are."""

    @abstractmethod
    def stopper(self, connection: sa.Connection) -> Callable[[], None]:
        """What stops the statement that a connection is about to run.

        It is called from another thread, or after a driver has given its connection up and left the statement running.
        """

    def keep(self, connection: sa.Connection, name: str, rows: sa.Select[Any]) -> sa.TableClause | None:  # noqa: ARG002 - for those that keep
        """Keep a query's rows on this connection, to be read many times; ``None`` where the engine keeps none."""
        return None

    def since_1970(self, seconds: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """The moment, with its zone, that a number of seconds since 1970 is."""
        return sa.func.to_timestamp(seconds)

    @staticmethod
    def driver(connection: sa.Connection) -> Any:
        """The driver's own connection beneath SQLAlchemy's."""
        return connection.connection.driver_connection

    def fetch(self, result: sa.CursorResult[Any]) -> pa.Table:
        """All rows as columns, as the driver gives them."""
        names = list(result.keys())
        columns = list(zip(*result.cursor.fetchall(), strict=True)) or [()] * len(names)
        return pa.table([pa.array(column) for column in columns], names=names)

    def take(self, connection: sa.Connection, rows: sa.Select[Any]) -> pa.Table:
        """Very many rows as columns, by the fastest way there is."""
        return self.fetch(connection.execute(rows))

    def complaint(self, error: BaseException) -> str | None:
        """What a database error means, in plain words without SQL; ``None`` where it is not known."""
        for pattern, words in self.complaints:
            found = re.search(pattern, str(error))
            if found:
                return words.format(*found.groups())
        return None


def star(relation: sa.FromClause) -> sa.Select[Any]:
    """Every column of a relation, no row."""
    return sa.select(sa.literal_column("*")).select_from(relation).limit(0)


def placed(connection: sa.Connection, own: Sequence[str]) -> list[str]:
    """Every table and view, as a source names it, but those in the server's ``own`` schemas."""
    listed = sa.table("tables", sa.column("table_name"), sa.column("table_schema"), schema="information_schema")
    asked = sa.select(listed.c.table_schema, listed.c.table_name, sa.func.current_schema().label("here"))
    rows = connection.execute(asked.where(listed.c.table_schema.not_in(own)) if own else asked)
    return [name if schema == here else f"{schema}.{name}" for schema, name, here in rows]
