"""Rows out of PostgreSQL as columns: the server strings the bytes of each together, and COPY sends them as they are.

A row of its own costs the client more than the server needs to read it. A column as one string of bytes costs neither,
and half of what an array of it would: an array is put together first and then written out element by element. What has
no bytes of one length, such as text, still comes as an array. PostgreSQL holds the strings in memory until they are
sent, about 50 bytes a row.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from numpy.typing import NDArray

_HEAD = len(b"PGCOPY\n\xff\r\n\0") + 8
"""The signature of a copy, its flags and the length of its extension, which is empty."""
_ARRAY = struct.Struct(">iiIii")
"""Of an array its dimensions, whether it holds nulls, its elements' type, how many there are, and the first index."""
_LENGTH = struct.Struct(">i")


@dataclass(frozen=True, slots=True)
class _Strung:
    """How a column of one type is strung together: what writes an element's bytes, what they are, and the column they
    make. ``null`` stands for null and is none of the type's values (but see :data:`_LEAST`); days count from 2000."""

    written: str
    sent: str
    column: pa.DataType
    null: int | None = None
    since: int = 0


_WIDE, _LEAST = 1 << 40, -(1 << 63)
_INT8, _MOST = 20, (1 << 31) - 1
_STRUNG: Mapping[int, _Strung] = {
    16: _Strung("int4send(coalesce(CAST({} AS INTEGER), 2))", ">i4", pa.int8(), 2),
    _INT8: _Strung(f"int8send(coalesce({{}}, {_LEAST}))", ">i8", pa.int64(), _LEAST),
    21: _Strung(f"int4send(coalesce(CAST({{}} AS INTEGER), {_MOST}))", ">i4", pa.int32(), _MOST),
    23: _Strung(f"int8send(coalesce(CAST({{}} AS BIGINT), {_WIDE}))", ">i8", pa.int32(), _WIDE),
    700: _Strung("float4send(coalesce({}, 'NaN'))", ">f4", pa.float64()),
    701: _Strung("float8send(coalesce({}, 'NaN'))", ">f8", pa.float64()),
    1082: _Strung(f"int4send(coalesce({{}} - DATE '2000-01-01', {_MOST}))", ">i4", pa.date32(), _MOST, 10_957),
}
"""By the number of a type: boolean, int8, int2, int4, float4, float8 (null is NaN, which is no figure either), date."""
_TIMESTAMP, _SINCE = 1114, 946_684_800_000_000
_TEXTS = frozenset((25, 1042, 1043))


def copied(connection: sa.Connection, rows: sa.Select[Any]) -> pa.Table:
    """Every row of a statement as columns. Raises :class:`pyarrow.ArrowException` for what has no plain type."""
    described: Any = connection.execute(sa.select(rows.subquery("rows")).limit(0)).cursor.description
    quote = connection.dialect.identifier_preparer.quote
    named = [(quote(column.name), column.type_code) for column in described]
    packed = [
        f"string_agg({_STRUNG[type_].written.format(name)}, '')" if type_ in _STRUNG else f"array_agg({name})"
        for name, type_ in named
    ]
    least = [f"{name} = {_LEAST}" for name, type_ in named if type_ == _INT8]
    packed.append(f"coalesce(bool_or({' OR '.join(least)}), false)" if least else "false")
    compiled = rows.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    words = f"COPY (SELECT {', '.join(packed)} FROM ({compiled.string}) AS rows) TO STDOUT (FORMAT binary)"  # noqa: S608 - ours
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(words, compiled.construct_params()) as blocks:
        sent = memoryview(b"".join(blocks))
    *fields, unsure = _fields(sent, len(packed))
    if bytes(unsure) != b"\0":
        raise pa.ArrowInvalid("a whole number is what stands for null")
    return pa.table(
        {
            column.name: _strung(_STRUNG[column.type_code], field) if column.type_code in _STRUNG else _array(field)
            for column, field in zip(described, fields, strict=True)
        }
    )


def _fields(sent: memoryview, many: int) -> Iterator[memoryview]:
    """The fields of the one row; null is nothing."""
    at = _HEAD + 2
    for _ in range(many):
        (length,) = _LENGTH.unpack_from(sent, at)
        at += _LENGTH.size
        yield sent[at : at + max(length, 0)]
        at += max(length, 0)


def _strung(kind: _Strung, sent: memoryview) -> pa.Array:
    """A column of elements of one length."""
    values: NDArray[Any] = np.frombuffer(sent, kind.sent)
    values = values.astype(values.dtype.newbyteorder("="))
    missing = None if kind.null is None else values == kind.null
    if kind.column == pa.float64():
        return pa.array(values.astype(np.float64, copy=False))
    narrow = (values + kind.since).astype(kind.column.to_pandas_dtype() if not kind.since else np.int32, copy=False)
    return pa.array(narrow, mask=missing if missing is not None and missing.any() else None).cast(kind.column)


def _array(sent: memoryview) -> pa.Array:
    """A column of texts or of local times."""
    if not sent:
        return pa.nulls(0)
    _, nulls, type_, size, _ = _ARRAY.unpack_from(sent)
    body = sent[_ARRAY.size :]
    if type_ in _TEXTS:
        return pa.array([None if each is None else str(each, "utf-8") for each in _elements(body, size)], pa.string())
    if type_ != _TIMESTAMP or nulls:
        raise pa.ArrowNotImplementedError(f"there is no column for the type {type_}")
    times = np.frombuffer(body, [("length", ">i4"), ("value", ">i8")])["value"].astype(np.int64)
    return pa.array(times + _SINCE).cast(pa.timestamp("us"))


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
