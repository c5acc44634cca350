"""The port of :mod:`scorecard.warehouse`, filled: a company's database, asked within limits.

Everything is asked on one connection, in one session, one question after the other: a refresh looks at each source
once, however much it then reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Self

import sqlalchemy as sa

from metrics.checks import check
from metrics.dimensions import frequent
from metrics.engines import Engine, QueryError, open_engine
from metrics.explain import explain, statements
from metrics.reader import read
from metrics.session import Session
from metrics.shapes import Choice, Work
from metrics.sources import SourceError
from metrics.standing import standing
from scorecard.asked import Statement
from scorecard.definition import Definition, Grain
from scorecard.faults import Fault, Faulty, did_you_mean
from scorecard.org import Unit
from scorecard.reading import Readings
from scorecard.warehouse import Explanation, Mark, Progress, Request, Standing


def open_warehouse(definition: Definition, folder: Path, work: Work | None = None) -> LiveWarehouse:
    """Open the warehouse of a definition; declared files are looked for from ``folder``.

    ``work`` forces the shape of every reading, for tests and the benchmark.

    Raises :class:`~scorecard.faults.Faulty` where the database or a file cannot be opened.
    """
    return LiveWarehouse(open_engine(definition.warehouse, folder), definition, work)


class LiveWarehouse:
    """Implements :class:`scorecard.warehouse.Warehouse` over SQLAlchemy."""

    def __init__(self, engine: Engine, definition: Definition, work: Work | None = None) -> None:
        self._engine, self._definition, self._work = engine, definition, work
        self._chosen: dict[Grain | None, dict[str, Choice]] = {}
        self._session: Session | None = None
        self._asking = Lock()

    def read(self, request: Request, now: datetime, progress: Progress | None = None) -> Readings:
        """Compute readings; see :mod:`metrics.reader`."""
        with self._sitting() as session:
            chosen = self._chosen.setdefault(request.grain, {})
            return read(session, request, now, progress=progress, work=self._work, chosen=chosen)

    def check(self) -> list[Fault]:
        """Hold the definition against the live schema; see :mod:`metrics.checks`."""
        with self._sitting() as session:
            return check(session.anew())

    def standing(
        self, marks: Mapping[str, Mark], settled: Mapping[str, datetime], since: Mapping[str, datetime]
    ) -> Standing:
        """How everything stands; see :mod:`metrics.standing`."""
        with self._sitting() as session:
            return standing(session, marks, settled, since)

    def rows(self, source: str, columns: Mapping[str, str], limit: int) -> list[Mapping[str, object]]:
        """The newest rows of a source that have a time. Raises :class:`Faulty`."""
        with self._sitting() as session:
            if source not in self._definition.sources:
                raise Faulty([Fault(f"there is no source {source!r}" + did_you_mean(source, self._definition.sources))])
            return session.newest(source, columns, limit)

    def values(self, least: int, most: int, since: Mapping[str, datetime]) -> Mapping[str, tuple[str, ...]]:
        """The frequent values of every dimension, over all sources that have it."""
        with self._sitting() as session:
            return frequent(session, least, most, since)

    def statements(self, now: datetime) -> tuple[Statement, ...]:
        """The statements that the calendar's own grain is read with, in the shapes chosen when it was read."""
        with self._sitting() as session:
            return statements(session.anew(), now, self._chosen.get(self._definition.calendar.grain, {}))

    def explain(self, metric: str, unit: Unit | None, now: datetime) -> Explanation:
        """How one metric is got; see :mod:`metrics.explain`."""
        with self._sitting() as session:
            return explain(session.anew(), metric, unit, now)

    def close(self) -> None:
        """Let go of every connection."""
        self._let_go()
        self._engine.sqlalchemy.dispose()

    @contextmanager
    def _sitting(self) -> Iterator[Session]:
        """The one session there is; another where its connection was lost meanwhile."""
        with _told(), self._asking:
            if self._session is not None and (self._session.connection.invalidated or self._session.connection.closed):
                self._let_go()
            if self._session is None:
                connection = self._engine.sqlalchemy.connect()
                self._session = Session(self._engine, connection, self._definition, keeps=True)
            yield self._session

    def _let_go(self) -> None:
        if self._session is not None:
            with suppress(sa.exc.SQLAlchemyError):  # of a connection that is lost already
                self._session.connection.close()
            self._session = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _told() -> Iterator[None]:
    """Let only faults out: whatever the database says beyond them is one in plain words."""
    try:
        yield
    except QueryError as error:
        raise Faulty([Fault(f"the warehouse: {error.reason}", ("warehouse",))]) from error
    except SourceError as error:
        raise Faulty([Fault(error.message, error.path)]) from error
    except sa.exc.SQLAlchemyError as error:
        raise Faulty([Fault("the warehouse cannot be reached", ("warehouse", "url"))]) from error
