"""Distinct counts and percentiles of rows at every place and whole, without sorting the rows for every level.

For distinct counts rows are sorted once, by what is seen before where: equal things then stand side by side in
depth-first order, so that at any level a thing counts once more only where its place is another than just before.
For percentiles the values of a level are sorted where there are more cells than rows could fill; above that they are
counted, and the counts of a level are those of the one below, added up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.climb import Climb, Whole
from metrics.exact import Ranked, beside
from scorecard.reading import Floats

COUNTED = 1 << 20
"""So many different values in cells are counted rather than sorted, however few rows there are."""


@dataclass(frozen=True, slots=True)
class Leveled:
    """An organisation and ``width`` columns. Rows come with their finest cell, the position of their path times
    ``width`` plus their column; those that enter nothing have the cell behind the last. Arrays come out (rows, width).
    """

    climb: Climb
    width: int

    def distinct(self, cell: Whole, thing: Whole, spread: int) -> Floats:
        """How many different things there are; things are whole numbers below ``spread``."""
        places, size = len(self.climb.leaves), self.climb.org.rows
        place, column, thing = self._seen(cell, thing, spread)
        finest = np.bincount(place * self.width + column, minlength=places * self.width)
        found = self.climb.add(finest.reshape(places, self.width).astype(np.float64))
        again = np.flatnonzero((thing[1:] == thing[:-1]) & (column[1:] == column[:-1])) + 1
        for rows in self.climb.ancestors[:-1]:
            here = rows.take(place[again])
            same = here == rows.take(place[again - 1])
            found -= self._times(here[same], column[again[same]])
        for rows in self.climb.ancestors:
            whole = self.climb.whole_of[rows]
            some = np.flatnonzero(whole.take(place) >= 0)
            if len(some):
                found[np.unique(whole[whole >= 0])] = 0
                pair = column[some] * spread + thing[some]
                pair, row = np.divmod(np.unique(pair * size + whole.take(place[some])), size)
                found += self._times(row, pair // spread)
        return found

    def percentile(self, cell: Whole, ranked: Ranked, share: float) -> Floats:
        """The percentile of the values behind ranks, NaN where there are none."""
        figure = np.full((self.climb.org.rows, self.width), np.nan)
        counted: NDArray[np.intp] | None = None
        below = np.zeros(0, dtype=np.intp)
        for rows in self.climb.ancestors[::-1] if len(self.climb.leaves) * self.width else ():
            places, first = np.unique(rows, return_index=True)
            room = len(places) * self.width * ranked.spread
            if counted is None and room <= max(len(cell), COUNTED):
                own = self._moved(cell, np.searchsorted(places, rows), len(places))
                counted = np.bincount(own * ranked.spread + ranked.rank, minlength=room)[:room].reshape(len(places), -1)
                below = first
            for goes in (rows, self.climb.whole_of[rows]):
                there, at = np.unique(goes, return_inverse=True)
                lost = int(np.searchsorted(there, 0))  # nowhere comes before all others
                if lost == len(there):
                    continue
                if counted is None:
                    own = self._moved(cell, at - lost, len(there) - lost)
                    found = _of_sorted(own, ranked, share, (len(there) - lost) * self.width)
                else:
                    found = _of_counts(_added(counted, at[below] - lost), ranked, share)
                figure[there[lost:]] = found.reshape(-1, self.width)
        return figure

    def _seen(self, cell: Whole, thing: Whole, spread: int) -> tuple[Whole, Whole, Whole]:
        """Every different place, column and thing there is; by column, then thing, then place."""
        bits = len(self.climb.leaves).bit_length()
        place = cell // max(self.width, 1)
        both = cell - place * self.width
        both *= spread
        both += thing
        both <<= bits
        both |= place
        outside = place == len(self.climb.leaves)
        both[outside] = np.iinfo(both.dtype).max
        both.sort()
        both = both[: len(both) - np.count_nonzero(outside)]
        if len(both):
            both = both[np.concatenate(([True], both[1:] != both[:-1]))]
        column, seen = np.divmod(both >> bits, spread)
        return both & ((1 << bits) - 1), column, seen

    def _moved(self, cell: Whole, goes: Whole, size: int) -> Whole:
        """Finest cells as cells of ``size`` places that paths go to; below 0 is nowhere."""
        table = np.where(goes[:, None] < 0, size * self.width, goes[:, None] * self.width + np.arange(self.width))
        return np.append(table, size * self.width).take(cell)

    def _times(self, row: Whole, column: Whole) -> NDArray[np.intp]:
        """How often each row and column occur."""
        shape = self.climb.org.rows, self.width
        return np.bincount(row * self.width + column, minlength=shape[0] * shape[1]).reshape(shape)


def _added(counts: NDArray[np.intp], goes: Whole) -> NDArray[np.intp]:
    """Rows of counts added up where they go, 0 and on; below 0 is nowhere."""
    order = np.argsort(goes, kind="stable")
    order = order[np.searchsorted(goes[order], 0) :]
    starts = np.flatnonzero(np.diff(goes[order], prepend=-1))
    return np.add.reduceat(counts[order], starts, axis=0)


def _of_sorted(cell: Whole, ranked: Ranked, share: float, cells: int) -> Floats:
    """The percentile of the values of each cell; those of the cell behind the last are left out."""
    counts = np.bincount(cell, minlength=cells)[:cells]
    ordered = np.sort(cell * ranked.spread + ranked.rank)
    return _between(ranked, share, counts, lambda at: ordered[at] % ranked.spread)


def _of_counts(counts: NDArray[np.intp], ranked: Ranked, share: float) -> Floats:
    """The percentile of the values of each cell, of which there are so many of each rank."""
    reached = np.cumsum(counts)
    sizes = counts.reshape(-1, ranked.spread).sum(axis=1)
    return _between(ranked, share, sizes, lambda at: np.searchsorted(reached, at, side="right") % ranked.spread)


def _between(ranked: Ranked, share: float, counts: NDArray[np.intp], rank_at: Callable[[Whole], Whole]) -> Floats:
    """The percentile of lists of sorted values, one behind the other, each of so many; NaN where there are none."""
    figure = np.full(len(counts), np.nan)
    some = np.flatnonzero(counts)
    starts = (np.cumsum(counts) - counts)[some]
    below, above, way = beside(counts[some], share)
    low, high = (ranked.values(rank_at(starts + at)) for at in (below, above))
    figure[some] = low + (high - low) * way
    return figure
