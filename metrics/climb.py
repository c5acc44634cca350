"""The way from the paths of rows up to every place and whole of an organisation, in arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scorecard.org import Org
from scorecard.reading import Floats

Whole = NDArray[np.intp]


@dataclass(frozen=True)
class Climb:
    """The way from the paths of rows, in depth-first order, up to every place and whole of an organisation."""

    org: Org
    leaves: Whole
    """The row of the organisation each path belongs to, ascending."""

    @cached_property
    def ancestors(self) -> NDArray[np.intp]:
        """The row of every path's place at each depth from the top, shape (depths, paths)."""
        parents = np.array(self.org.parents, dtype=np.intp)
        at, found = self.leaves, [self.leaves]
        while len(at) and at[0] != 0:
            at = parents[at]
            found.append(at)
        return np.array(found[::-1])

    @cached_property
    def whole_of(self) -> Whole:
        """The row of the whole that a place's unit has; -1 where it has none."""
        found = np.full(self.org.rows, -1, dtype=np.intp)
        for unit in self.org.wholes:
            found[list(self.org.places[unit])] = self.org.row_of[unit]
        return found

    def groups(self) -> Iterator[Whole]:
        """To which row each path goes: at every depth its place, then its whole; -1 for nowhere."""
        for rows in self.ancestors:
            yield rows
            wholes = self.whole_of[rows]
            if np.any(wholes >= 0):
                yield wholes

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """Which paths each row is the sum of, added in depth-first order."""
        rows, paths = [], []
        for goes in self.groups():
            there = np.flatnonzero(goes >= 0)
            rows.append(goes[there])
            paths.append(there)
        at = np.concatenate(rows), np.concatenate(paths)
        return sparse.csr_array((np.ones(len(at[0])), at), shape=(self.org.rows, len(self.leaves)))

    def add(self, finest: Floats) -> Floats:
        """Sums of the finest figures, shape (rows, columns)."""
        return np.asarray(self.matrix @ finest)

    def extreme(self, finest: Floats, meet: Any) -> Floats:
        """Extremes of the finest figures, NaN where there are none."""
        out = np.full((self.org.rows, finest.shape[1]), np.nan)
        for goes in self.groups():
            order = np.argsort(goes, kind="stable")
            order = order[np.searchsorted(goes[order], 0) :]
            rows, starts = np.unique(goes[order], return_index=True)
            out[rows] = meet.reduceat(finest[order], starts, axis=0)
        return out
