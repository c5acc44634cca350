"""Points of process charts: series with gaps and recorded changes, packed into rows without either.

A *stretch* is a piece of a series between two recorded changes. Every stretch becomes one row of a dense
array in which its judged points stand side by side, so that moving ranges and runs go over consecutive
points and never over a gap or across a change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Where every judged point of (series, periods) cells goes among packed rows (stretches, longest)."""

    stretch: Ints
    """(series, periods): the packed row each cell belongs to, judged or not."""
    lengths: Ints
    """(stretches,): judged points of each stretch."""
    judged: Flags
    """(series, periods): true where there is a point."""
    filled: Flags
    """(stretches, longest): true where there is one. Both masks meet the points in the same order."""

    def pack(self, cells: Floats) -> Floats:
        """Cells (series, periods) as rows (stretches, longest), filled up with NaN at the right."""
        packed = np.full(self.filled.shape, np.nan)
        packed[self.filled] = cells[self.judged]
        return packed

    def spread(self, packed: NDArray[np.int8]) -> NDArray[np.int8]:
        """Rows (stretches, longest) back as cells (series, periods); 0 where no point was judged."""
        cells = np.zeros(self.judged.shape, dtype=np.int8)
        cells[self.judged] = packed[self.filled]
        return cells

    def newest(self) -> Ints:
        """(series,): the period of the last judged point; -1 where there is none."""
        if not self.judged.shape[1]:
            return np.full(len(self.judged), -1, dtype=np.int64)
        last = self.judged.shape[1] - 1 - np.argmax(self.judged[:, ::-1], axis=1)
        return np.where(self.judged.any(axis=1), last, -1)


def points(judged: Flags, rebase: Flags | None) -> Points:
    """Lay out the points of ``judged`` (series, periods); ``rebase`` is true where a new stretch begins."""
    segment = np.zeros(judged.shape, dtype=np.int64)
    if rebase is not None:
        segment[:, 1:] = np.cumsum(rebase[:, 1:], axis=1)
    stretches = segment.max(axis=1, initial=0) + 1
    stretch = segment + (np.cumsum(stretches) - stretches)[:, np.newaxis]
    lengths = np.bincount(stretch[judged], minlength=int(stretches.sum()))
    filled = np.arange(lengths.max(initial=0)) < lengths[:, np.newaxis]
    return Points(stretch, lengths, judged, filled)
