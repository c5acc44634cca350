"""The one place where engines are made: read-only, bounded in time, memory and threads."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from metrics.dialects import DIALECTS, Dialect
from metrics.dialects.base import Limits
from metrics.portable import Kind
from scorecard import definition as words
from scorecard.faults import Fault, Faulty
from scorecard.stopping import asked, stoppable

_URL = ("warehouse", "url")
log = logging.getLogger(__name__)


class QueryError(Exception):
    """A statement the database did not answer, told in plain words without SQL; its own words are the cause."""

    def __init__(self, reason: str, *, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.timed_out = reason, timed_out


@dataclass(frozen=True, slots=True)
class Engine:
    """A database, its own ways and its limits."""

    sqlalchemy: sa.Engine
    dialect: Dialect
    limits: Limits

    @contextmanager
    def connection(self) -> Iterator[sa.Connection]:
        """A connection from the pool."""
        with self.sqlalchemy.connect() as connection:
            yield connection

    def fetch(self, connection: sa.Connection, statement: sa.Executable) -> pa.Table:
        """Every row of a statement as columns. Raises :class:`QueryError`."""
        with self.within_limits(connection):
            return self.dialect.fetch(connection.execute(statement))

    def take(self, connection: sa.Connection, rows: sa.Select[Any]) -> pa.Table:
        """Very many rows of a statement as columns. Raises :class:`QueryError`."""
        with self.within_limits(connection):
            return self.dialect.take(connection, rows)

    def columns(self, connection: sa.Connection, relation: sa.FromClause) -> dict[str, Kind]:
        """The columns of a relation and what they hold. Raises :class:`QueryError`."""
        with self.within_limits(connection):
            return self.dialect.columns(connection, relation)

    def keep(self, connection: sa.Connection, name: str, rows: sa.Select[Any]) -> sa.TableClause | None:
        """Keep a query's rows on a connection, where the engine can. Raises :class:`QueryError`."""
        with self.within_limits(connection):
            return self.dialect.keep(connection, name, rows)

    @contextmanager
    def within_limits(self, connection: sa.Connection) -> Iterator[None]:
        """Stop what the connection runs at the statement time-out; whatever goes wrong is a :class:`QueryError`.

        The client's own watchdog also ends what a server's time-out does not, such as a stalled network.
        """
        stop = self.dialect.stopper(connection)
        watchdog = _Watchdog(self.limits.timeout, stop)
        try:
            with watchdog, stoppable(watchdog.now):
                yield
        except BaseException as error:
            if asked():  # a driver may give up its wait and leave the statement running
                with suppress(Exception):
                    stop()
                raise KeyboardInterrupt from error
            if not isinstance(error, (sa.exc.DBAPIError, self.dialect.error, pa.ArrowException)):
                raise
            log.debug("the database refused a statement", exc_info=error)
            if watchdog.fired:
                seconds = f"{self.limits.timeout:g}"
                raise QueryError(f"it took longer than the time-out of {seconds} s", timed_out=True) from error
            cause = getattr(error, "orig", None) or error
            raise QueryError(self.dialect.complaint(cause) or "the database could not answer") from error


class _Watchdog:
    """Calls ``stop`` when the time is over, and never after the work is done."""

    def __init__(self, seconds: float, stop: Callable[[], None]) -> None:
        self._lock, self._done, self._stop, self.fired = threading.Lock(), False, stop, False
        self._timer = threading.Timer(seconds, self._fire)
        self._timer.daemon = True

    def _fire(self) -> None:
        with self._lock:
            if not self._done:
                self.fired = True
                self._stop()

    def now(self) -> None:
        """Stop at once: the program was asked to."""
        with self._lock:
            if not self._done:
                self._stop()

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._done = True
        self._timer.cancel()


def open_engine(warehouse: words.Warehouse, folder: Path) -> Engine:
    """Open a warehouse's database. Raises :class:`Faulty` where it cannot be; the URL is never repeated."""
    try:
        url = sa.make_url(warehouse.url)
        backend = url.get_backend_name()
    except sa.exc.ArgumentError as error:
        raise Faulty([Fault("this is not a database address such as duckdb:///var/facts.duckdb", _URL)]) from error
    if backend not in DIALECTS:
        known = ", ".join(sorted(DIALECTS))
        raise Faulty([Fault(f"the kind of database {backend!r:.40} is not supported; known are {known}", _URL)])
    dialect = DIALECTS[backend]()
    if dialect.embedded:
        url = file_of(url, folder)
    limits = Limits(timeout=float(warehouse.statement_timeout.seconds))
    try:
        engine = dialect.engine(url, limits, _files(warehouse.files, folder))
        with engine.connect():
            pass
    except (sa.exc.SQLAlchemyError, OSError) as error:
        reason = dialect.complaint(getattr(error, "orig", None) or error)
        raise Faulty([Fault("the database cannot be opened" + (f": {reason}" if reason else ""), _URL)]) from error
    return Engine(engine, dialect, limits)


def file_of(url: sa.URL, folder: Path) -> sa.URL:
    """An embedded database's address with its whole path: from the scorecard's folder on, else from the working folder.

    Raises :class:`Faulty` where there is no such file: a database is never created by accident.
    """
    path = Path(url.database or ":memory:")
    if str(path) == ":memory:":
        return url
    for place in dict.fromkeys((folder, Path())):
        if (place / path).is_file():
            return url.set(database=str((place / path).absolute()))
    looked = "" if path.is_absolute() else ", neither in the scorecard's folder nor where the command was started"
    raise Faulty([Fault(f"there is no database file {path.name!r}{looked}", _URL)])


def _files(declared: Mapping[str, str], folder: Path) -> dict[str, Path]:
    return {name: (folder / path).resolve() if "*" not in path else folder / path for name, path in declared.items()}
