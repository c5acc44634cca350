"""Fetched rows as arrays: every row's path, segment and day as small whole numbers, its numbers and its marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from metrics.climb import Whole
from metrics.coding import (
    BITS,
    WHEN,
    Fetch,
    Lines,
    line_column,
    stranger_column,
    unit_column,
    value_column,
    word_column,
)
from metrics.exact import MANTISSA
from metrics.frame import segment_column
from metrics.roster import member
from scorecard.org import TOP, UNASSIGNED
from scorecard.time import Period

Flags = NDArray[np.bool_]
Texts = tuple[str, ...]
_SPREAD = 1 << 24
"""Combinations of codes that are counted in a table; more are sorted."""


@dataclass(frozen=True, slots=True)
class Codes:
    """Which of ``texts`` each row has."""

    texts: tuple[Texts, ...]
    of: Whole


@dataclass(frozen=True, slots=True)
class Coded:
    """Fetched rows: ``day`` is the first moment of the day (or hour) of each, as ``datetime64``, if there are any;
    ``values`` are numbers with NaN for none, or whole numbers that tell one thing from another with -1 for none.
    Those at ``whole`` are whole numbers as such, and none is missing."""

    size: int
    paths: Codes
    segments: Codes
    day: NDArray[np.datetime64] | None
    values: tuple[NDArray[Any], ...]
    words: tuple[NDArray[np.int32], ...]
    whole: frozenset[int] = frozenset()

    def known(self, value: int) -> Flags | None:
        """Which rows have a value; ``None`` where all have."""
        if value in self.whole:
            return None
        values = self.values[value]
        known: Flags = ~np.isnan(values) if values.dtype.kind == "f" else values >= 0
        return None if known.all() else known

    def mark(self, at: int) -> Flags:
        """Which rows have a mark."""
        flags: Flags = (self.words[at // BITS] & (1 << at % BITS)) != 0
        return flags

    def positions(self, periods: Sequence[Period]) -> Whole:
        """Which of some periods in order each row is in; -1 where in none of them."""
        if self.day is None:
            return np.zeros(self.size, dtype=np.intp)
        if not self.size or not periods:
            return np.full(self.size, -1, dtype=np.intp)
        starts = np.array([period.start for period in periods]).astype("datetime64[us]")
        stops = np.array([period.stop for period in periods]).astype("datetime64[us]")
        ticks = self.day.view(np.int64)  # whose least and greatest are found sooner
        first, last = np.array([ticks.min(), ticks.max()]).view(self.day.dtype)
        moments = (first + np.arange((last - first).astype(np.intp) + 1)).astype("datetime64[us]")
        at = np.searchsorted(starts, moments, side="right") - 1
        at[(at < 0) | (moments >= stops[at])] = -1
        found: Whole = at.astype(np.intp).take((self.day - first).astype(np.intp))
        return found


def coded(fetch: Fetch, rows: pa.Table, lines: Sequence[pa.Table]) -> Coded:
    """Read the columns of a fetch; ``lines`` are the roster's, one table for each of the fetch's own."""
    placed = [_placed(rows, listed, about, fetch.shown) for listed, about in zip(lines, fetch.lines, strict=True)]
    parts = [(codes, levels) for codes, levels in placed if levels]
    parts += [(_texts(rows, unit_column(level)), (level,)) for level in fetch.carried]
    units = _combined([codes for codes, _ in parts], rows.num_rows)
    order = [level for _, levels in parts for level in levels]
    take = [order.index(level) if level in order else None for level in fetch.shown]
    paths = tuple((TOP, *(UNASSIGNED if at is None else ids[at] for at in take)) for ids in units.texts)
    values = [(_key if at in fetch.keys else _numbers)(rows[value_column(at)]) for at in range(fetch.values)]
    words = range(fetch.words)
    return Coded(
        size=rows.num_rows,
        paths=Codes(paths, units.of),
        segments=_combined([_texts(rows, segment_column(at)) for at in range(fetch.dimensions)], rows.num_rows),
        day=_day(rows[WHEN]) if WHEN in rows.column_names else None,
        values=tuple(values),
        words=tuple(np.asarray(rows[word_column(at)].to_numpy()).astype(np.int32, copy=False) for at in words),
        whole=frozenset(at for at, value in enumerate(values) if at not in fetch.keys and value.dtype.kind != "f"),
    )


def _placed(rows: pa.Table, listed: pa.Table, lines: Lines, shown: Sequence[str]) -> tuple[Codes, Texts]:
    """The units of rows by their line in the roster; line 0 stands for rows it does not know."""
    key, wanted = lines.key, tuple(level for level in lines.levels if level in shown)
    texts = zip(*(listed[member(level)].to_pylist() for level in wanted), strict=True)
    by_line = dict(zip(listed["line"].to_pylist(), texts, strict=False)) if wanted else {}
    of = np.asarray(rows[line_column(key)].to_numpy()).astype(np.intp)
    table = [tuple(id_ or UNASSIGNED for id_ in by_line.get(line, ("",) * len(wanted)))
             for line in range(max(by_line, default=0) + 1)]  # fmt: skip
    if key not in shown or of.all():
        return Codes(tuple(table), of), wanted
    at = wanted.index(key)
    strangers = _texts(rows, stranger_column(key))
    known = len(table)
    table += [tuple(text if here == at else UNASSIGNED for here in range(len(wanted))) for (text,) in strangers.texts]
    return Codes(tuple(table), np.where(of == 0, strangers.of + known, of)), wanted


def _texts(rows: pa.Table, column: str) -> Codes:
    """The texts of a column and which of them each row has; a missing one is *Unassigned*."""
    encoded = pc.dictionary_encode(rows[column].combine_chunks())
    of = np.asarray(pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)).astype(np.intp)
    texts = [(str(text),) for text in encoded.dictionary.to_pylist()]
    if encoded.null_count or not texts:
        of[of < 0] = len(texts)
        texts.append((UNASSIGNED,))
    return Codes(tuple(texts), of)


def _combined(parts: Sequence[Codes], size: int) -> Codes:
    """The combinations of several codes that occur, and which of them each row has."""
    if not parts:
        return Codes(((),), np.zeros(size, dtype=np.intp))
    found = parts[0]
    for part in parts[1:]:
        wide = len(part.texts)
        there, of = _compact(found.of * wide + part.of, len(found.texts) * wide)
        both = ((*found.texts[at // wide], *part.texts[at % wide]) for at in there.tolist())
        found = Codes(tuple(both), of)
    there, of = _compact(found.of, len(found.texts))
    return _merged([found.texts[at] for at in there.tolist()], of)


def _merged(texts: Sequence[Texts], of: Whole) -> Codes:
    """Codes of which no two have the same texts."""
    at: dict[Texts, int] = {}
    goes = np.array([at.setdefault(each, len(at)) for each in texts], dtype=np.intp)
    return Codes(tuple(at), of if len(at) == len(texts) else goes.take(of))


def _compact(of: Whole, spread: int) -> tuple[Whole, Whole]:
    """Which of the numbers below ``spread`` occur, and the position of each row's among them."""
    if spread > max(_SPREAD, len(of)):
        there, of = np.unique(of, return_inverse=True)
        return there, of
    occurs = np.zeros(spread, dtype=np.bool_)
    occurs[of] = True
    there = np.flatnonzero(occurs)
    if len(there) == spread:
        return there, of
    goes = np.zeros(spread, dtype=np.intp)
    goes[there] = np.arange(len(there))
    return there, goes.take(of)


def _day(column: pa.ChunkedArray) -> NDArray[np.datetime64]:
    """Days as they come from engines: dates, times or ISO texts."""
    if pa.types.is_date32(column.type):
        return np.asarray(column.cast(pa.int32()).to_numpy()).astype("datetime64[D]")
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        encoded = pc.dictionary_encode(column.combine_chunks())
        hours = any(len(text) > len("2026-01-01") for text in encoded.dictionary[:1].to_pylist())
        days = np.array(encoded.dictionary.to_pylist(), dtype="datetime64[h]" if hours else "datetime64[D]")
        return days.take(np.asarray(encoded.indices.to_numpy(zero_copy_only=False)))
    if pa.types.is_date(column.type):
        return np.asarray(pc.cast(column, pa.date32()).cast(pa.int32()).to_numpy()).astype("datetime64[D]")
    return np.asarray(pc.cast(column, pa.timestamp("us")).to_numpy()).astype("datetime64[h]")


def _numbers(column: pa.ChunkedArray) -> NDArray[Any]:
    """Numbers as doubles, NaN for none; or as they come, where whole ones come for every row and doubles hold them."""
    if pa.types.is_integer(column.type) and not column.null_count and len(column):
        whole = np.asarray(column.to_numpy())
        if whole.itemsize < 8 or max(-int(whole.min()), int(whole.max())) < 1 << MANTISSA:  # noqa: PLR2004 - bytes
            return whole
    return np.asarray(pc.cast(column, pa.float64(), safe=False).to_numpy(), dtype=np.float64)


def _key(column: pa.ChunkedArray) -> Whole:
    """Whole numbers that are the same where values are, from 0 on; -1 for none."""
    if pa.types.is_integer(column.type) and not column.null_count and len(column):
        whole = np.asarray(column.to_numpy()).astype(np.int64, copy=False)
        least, spread = int(whole.min()), int(whole.max()) - int(whole.min())
        if spread < _SPREAD:
            return whole - least
    if pa.types.is_floating(column.type):
        column = pc.add(column, 0.0)  # -0 is 0
    encoded = pc.dictionary_encode(column.combine_chunks())
    return np.asarray(pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)).astype(np.intp)
