"""Rows out of PostgreSQL by COPY, read into columns as they come: nothing else hands out millions of rows as fast."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from pyarrow import csv

_BLOCK = 1 << 22
"""Bytes that are read into columns at once."""
_TYPES: Mapping[type[sa.types.TypeEngine[Any]], pa.DataType] = {
    sa.Boolean: pa.bool_(),
    sa.Date: pa.date32(),
    sa.DateTime: pa.timestamp("us"),
    sa.Double: pa.float64(),
    sa.BigInteger: pa.int64(),
    sa.Integer: pa.int32(),
    sa.String: pa.string(),
}


def copied(connection: sa.Connection, rows: sa.Select[Any]) -> pa.Table:
    """Every row of a statement as columns. Raises :class:`pyarrow.ArrowException` for what has no plain type."""
    types = {column.name: _type(column.type) for column in rows.selected_columns}
    compiled = rows.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    words = f"COPY ({compiled.string}) TO STDOUT (FORMAT csv)"
    driver: Any = connection.connection.driver_connection
    texts = pa.string() in types.values()
    with driver.cursor() as cursor, cursor.copy(words, compiled.construct_params()) as lines:
        blocks = iter(lines)
        first = next(blocks, None)
        if first is None:
            return pa.table({name: pa.array([], type_) for name, type_ in types.items()})
        return csv.read_csv(
            io.BufferedReader(_Lines(chain([first], blocks)), _BLOCK),
            csv.ReadOptions(column_names=list(types), block_size=_BLOCK),
            csv.ParseOptions(newlines_in_values=texts, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(
                column_types=types,
                null_values=[""],
                true_values=["t"],
                false_values=["f"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )


def _type(type_: sa.types.TypeEngine[Any]) -> pa.DataType:
    found = next((known for kind, known in _TYPES.items() if isinstance(type_, kind)), None)
    if found is None:
        raise pa.ArrowNotImplementedError(f"there is no column for {type_}")
    return found


class _Lines(io.RawIOBase):
    """What COPY sends, as a file."""

    def __init__(self, blocks: Iterable[Any]) -> None:
        self._blocks, self._rest = iter(blocks), memoryview(b"")

    def readable(self) -> bool:
        """It can be read, once."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with as much as there is."""
        into, filled = memoryview(buffer).cast("B"), 0
        while filled < len(into):
            if not self._rest:
                self._rest = memoryview(next(self._blocks, b""))
                if not self._rest:
                    break
            size = min(len(self._rest), len(into) - filled)
            into[filled : filled + size] = self._rest[:size]
            filled, self._rest = filled + size, self._rest[size:]
        return filled
