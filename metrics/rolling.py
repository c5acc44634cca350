"""Distinct counts and percentiles over windows that overlap, without reading a row once for every window it is in.

Windows are runs of pieces of time, in order: a later one neither begins nor ends before an earlier one. A thing seen
in a piece therefore counts in one run of windows, and a thing seen several times in the union of such runs: in order
of time, each sight adds the windows that the sight before it did not reach. For percentiles the values of many
windows are sorted once; what one window holds of them, picked out, is sorted still.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.climb import Climb, Whole
from metrics.exact import Ranked, beside
from scorecard.reading import Floats

TOGETHER = 3
"""How many times the rows of the fullest window are sorted at once: sorting again costs more than looking again."""
AT_LEAST = 1 << 16
"""So many rows are sorted at once, however few a window holds."""

Run = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sights:
    """Rows that enter a measure: the finest place and segment of each, its piece of time, and what is seen there."""

    place: Whole
    piece: Whole
    seen: Whole
    """A whole number from 0 on, below ``spread``."""
    spread: int


@dataclass(frozen=True, slots=True)
class Rolling:
    """Half-open runs of ``pieces`` pieces of time, in order, over an organisation and ``segments`` segments; every
    array comes out (rows, segments × windows)."""

    climb: Climb
    segments: int
    pieces: int
    runs: Sequence[Run]

    def distinct(self, rows: Sights) -> Floats:
        """How many different things are seen."""
        begin, end = np.array(self.runs, dtype=np.intp).reshape(-1, 2).T
        pieces = np.arange(self.pieces)
        counts_from, counts_to = (np.searchsorted(edge, pieces, side="right") for edge in (end, begin))
        bits, width = self.pieces.bit_length(), len(self.runs) + 1
        change: Whole = np.zeros(self.climb.org.rows * self.segments * width, dtype=np.intp)
        for cell, there in self._cells(rows.place):
            seen, piece = (rows.seen, rows.piece) if there is None else (rows.seen[there], rows.piece[there])
            sights = np.sort(((cell * rows.spread + seen) << bits) | piece)
            thing, at = sights >> bits, sights & ((1 << bits) - 1)
            first, last = counts_from.take(at), counts_to.take(at)
            again = np.flatnonzero(thing[1:] == thing[:-1]) + 1
            first[again] = np.maximum(first[again], last[again - 1])
            new = np.flatnonzero(first < last)
            row = thing[new] // rows.spread * width
            change += np.bincount(row + first[new], minlength=len(change))
            change -= np.bincount(row + last[new], minlength=len(change))
        found = np.cumsum(change.reshape(-1, width), axis=1)[:, :-1]
        return found.reshape(self._shape).astype(np.float64)

    def percentile(self, rows: Sights, ranked: Ranked, share: float) -> tuple[Floats, Floats]:
        """How many values there are and their percentile, NaN where there are none; what is seen are their ranks."""
        count = np.zeros((self.climb.org.rows * self.segments, len(self.runs)))
        figure = np.full_like(count, np.nan)
        order = np.argsort(rows.piece.astype(np.uint16 if self.pieces < 1 << 16 else np.uint32), kind="stable")
        before = np.concatenate([[0], np.cumsum(np.bincount(rows.piece, minlength=self.pieces))])
        for windows, (begin, end) in _chunks(self.runs, before):
            own = order[before[begin] : before[end]]
            some = Sights(rows.place[own], rows.piece[own] - begin, rows.seen[own], rows.spread)
            for cell, there in self._cells(some.place):
                held = _Lists.of(cell, some, there, end - begin)
                for at in windows:
                    first, last = self.runs[at]
                    cells, counts, low, high, way = held.within((first - begin, last - begin), share)
                    values = ranked.values(low), ranked.values(high)
                    count[cells, at] = counts
                    figure[cells, at] = values[0] + (values[1] - values[0]) * way
        return count.reshape(self._shape), figure.reshape(self._shape)

    @property
    def _shape(self) -> tuple[int, int]:
        return self.climb.org.rows, self.segments * len(self.runs)

    def _cells(self, place: Whole) -> Iterator[tuple[Whole, NDArray[np.bool_] | None]]:
        """For every level, and its wholes, the row and segment of each row, and which rows belong to any."""
        for goes in self.climb.groups():
            cell = (goes[:, None] * self.segments + np.arange(self.segments)).ravel().take(place)
            if goes.min(initial=0) >= 0:
                yield cell, None
            else:
                there = cell >= 0
                yield cell[there], there


@dataclass(frozen=True, slots=True)
class _Lists:
    """The values of every cell, sorted, and the piece of time of each."""

    ordered: Whole
    """The cell before the rank before the piece, in one whole number."""
    piece: NDArray[Any]
    cells: Whole
    starts: Whole
    """Where each cell's values begin, and where the last one's end."""
    spread: int
    bits: int

    @classmethod
    def of(cls, cell: Whole, rows: Sights, there: NDArray[np.bool_] | None, pieces: int) -> _Lists:
        bits = pieces.bit_length()
        seen, piece = (rows.seen, rows.piece) if there is None else (rows.seen[there], rows.piece[there])
        ordered = np.sort(((cell * rows.spread + seen) << bits) | piece)
        sizes = np.bincount(cell)
        cells = np.flatnonzero(sizes)
        starts = np.concatenate([[0], np.cumsum(sizes[cells])])
        small = (ordered & ((1 << bits) - 1)).astype(np.uint16 if bits <= np.iinfo(np.uint16).bits else np.uint32)
        return cls(ordered, small, cells, starts, rows.spread, bits)

    def within(self, run: Run, share: float) -> tuple[Whole, Whole, Whole, Whole, Floats]:
        """Of a run of pieces: the cells with values, how many, the ranks beside the percentile, and how far between."""
        first, last = run
        there = np.flatnonzero((self.piece >= first) & (self.piece < last))
        bounds = np.searchsorted(there, self.starts)
        counts = np.diff(bounds)
        some = np.flatnonzero(counts)
        below, above, way = beside(counts[some], share)
        base = self.cells[some] * self.spread
        low, high = ((self.ordered[there[bounds[some] + at]] >> self.bits) - base for at in (below, above))
        return self.cells[some], counts[some], low, high, way


def _chunks(runs: Sequence[Run], before: Whole) -> Iterator[tuple[range, Run]]:
    """Windows whose rows are sorted together and the pieces they reach over; ``before`` each piece are so many rows."""
    first = 0
    while first < len(runs):
        begin, end = runs[first]
        fullest, last = before[end] - before[begin], first + 1
        while last < len(runs):
            fullest = max(fullest, before[runs[last][1]] - before[runs[last][0]])
            if before[runs[last][1]] - before[begin] > max(TOGETHER * fullest, AT_LEAST):
                break
            end, last = runs[last][1], last + 1
        yield range(first, last), (begin, end)
        first = last
