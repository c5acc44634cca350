"""What databases behind a network have in common: an optional driver, a small pool, rows through SQLAlchemy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from metrics.dialects.base import Dialect, Limits
from scorecard.faults import Fault, Faulty

CONNECT_SECONDS = 5
"""How long to wait for a server to answer at all."""
GRACE_SECONDS = 1.0
"""How much later than the client the server itself ends a statement: for clients that are gone."""


class ServerDialect(Dialect):
    """A database server. Its driver is imported when an engine is made, never before."""

    error: ClassVar[type[Exception]] = sa.exc.DBAPIError
    title: ClassVar[str]
    """What people call it."""
    extra: ClassVar[str]
    """What to install with the project for it."""

    def pool(self, url: sa.URL, limits: Limits, files: Mapping[str, Path], options: Mapping[str, Any]) -> sa.Engine:
        """An engine of few connections, each looked after before it is used.

        Raises :class:`Faulty` for declared files and for a driver that is not installed.
        """
        if files:
            raise Faulty(
                [Fault(f"'files' are for a DuckDB warehouse; this one is {self.title}", ("warehouse", "files"))]
            )
        try:
            return sa.create_engine(
                url,
                connect_args=dict(options),
                isolation_level="AUTOCOMMIT",
                hide_parameters=True,
                poolclass=QueuePool,
                pool_size=2,
                max_overflow=0,
                pool_timeout=limits.wait,
                pool_pre_ping=True,
                pool_recycle=1800,
            )
        except (ImportError, sa.exc.NoSuchModuleError) as error:
            install = f"pip install 'golden-thread[{self.extra}]'"
            raise Faulty([Fault(f"{self.title} needs its driver: {install}", ("warehouse", "url"))]) from error

    def fetch(self, result: sa.CursorResult[Any]) -> pa.Table:
        """All rows as columns."""
        names = list(result.keys())
        columns = list(zip(*result.fetchall(), strict=True)) or [()] * len(names)
        return pa.table([pa.array(column) for column in columns], names=names)
