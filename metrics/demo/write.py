"""Tables into a DuckDB file that appears whole or not at all."""

import os
from collections.abc import Sequence
from pathlib import Path

import duckdb

from metrics.demo.tables import Table


def write(path: Path, tables: Sequence[Table]) -> None:
    """Write a new database beside `path` and rename it into place.

    Raises OSError where the folder cannot be written to. It uses one thread, which keeps rows in order sooner than two.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with duckdb.connect(str(partial), config={"threads": 1}) as database:
            for table in tables:
                database.from_arrow(table.rows).create(table.name)
        partial.replace(path)
    finally:
        for left in (partial, partial.with_name(partial.name + ".wal")):
            left.unlink(missing_ok=True)
