"""Rows out of PostgreSQL as arrays: the server packs each column into one, and COPY sends it as it is.

A row of its own costs the client more than the server needs to read it; an array a column costs neither. PostgreSQL
holds the arrays in memory until they are sent, about 100 bytes a row.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

_HEAD = len(b"PGCOPY\n\xff\r\n\0") + 8
"""The signature of a copy, its flags and the length of its extension, which is empty."""
_ARRAY = struct.Struct(">iiIii")
"""Of an array its dimensions, whether it holds nulls, its elements' type, how many there are, and the first index."""
_LENGTH = struct.Struct(">i")


@dataclass(frozen=True, slots=True)
class _Kind:
    """How elements of a type are sent, and the column they make; times and days count from 2000."""

    sent: str
    column: pa.DataType
    since: int = 0


_KINDS: Mapping[int, _Kind] = {
    16: _Kind(">i1", pa.int8()),
    20: _Kind(">i8", pa.int64()),
    21: _Kind(">i2", pa.int16()),
    23: _Kind(">i4", pa.int32()),
    700: _Kind(">f4", pa.float64()),
    701: _Kind(">f8", pa.float64()),
    1082: _Kind(">i4", pa.date32(), 10_957),
    1114: _Kind(">i8", pa.timestamp("us"), 946_684_800_000_000),
}
_TEXTS = frozenset((25, 1042, 1043))


def copied(connection: sa.Connection, rows: sa.Select[Any]) -> pa.Table:
    """Every row of a statement as columns. Raises :class:`pyarrow.ArrowException` for what has no plain type."""
    inner = rows.subquery("rows")
    nothing = sa.cast(sa.literal("NaN"), sa.Double)
    packed = [sa.func.coalesce(column, nothing) if isinstance(column.type, sa.Double) else column for column in inner.c]
    statement = sa.select(*(sa.func.array_agg(column) for column in packed))
    compiled = statement.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    words = f"COPY ({compiled.string}) TO STDOUT (FORMAT binary)"
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(words, compiled.construct_params()) as blocks:
        sent = b"".join(bytes(block) for block in blocks)
    names, at = list(inner.c.keys()), _HEAD + 2
    columns = []
    for _ in names:
        (length,) = _LENGTH.unpack_from(sent, at)
        at += _LENGTH.size
        columns.append(_column(memoryview(sent)[at : at + length]) if length >= 0 else pa.nulls(0))
        at += max(length, 0)
    return pa.table(dict(zip(names, columns, strict=True)))


def _column(sent: memoryview) -> pa.Array:
    _, nulls, type_, size, _ = _ARRAY.unpack_from(sent)
    body = sent[_ARRAY.size :]
    if type_ in _TEXTS:
        return pa.array([None if each is None else str(each, "utf-8") for each in _elements(body, size)], pa.string())
    if type_ not in _KINDS:
        raise pa.ArrowNotImplementedError(f"there is no column for the type {type_}")
    kind = _KINDS[type_]
    if nulls:
        found = [None if each is None else np.frombuffer(each, kind.sent)[0] for each in _elements(body, size)]
        there = np.array([each is None for each in found])
        values = np.array([0 if each is None else each for each in found])
        return _made(kind, values, there)
    return _made(kind, np.frombuffer(body, [("length", ">i4"), ("value", kind.sent)])["value"], None)


def _made(kind: _Kind, values: Any, missing: Any) -> pa.Array:
    native = values.astype(np.dtype(kind.sent).newbyteorder("="))
    if kind.column == pa.float64():
        native = native.astype(np.float64, copy=False)
    if kind.since:
        native = native + kind.since
    return pa.array(native, mask=missing).cast(kind.column)


def _elements(body: memoryview, size: int) -> Sequence[memoryview | None]:
    """The elements of an array one by one; those of one that holds nothing but nulls at once."""
    if len(body) == size * _LENGTH.size and body == b"\xff" * len(body):
        return [None] * size
    found: list[memoryview | None] = []
    at = 0
    for _ in range(size):
        (length,) = _LENGTH.unpack_from(body, at)
        at += _LENGTH.size
        found.append(None if length < 0 else body[at : at + length])
        at += max(length, 0)
    return found
