"""Rolling up: what adds is read once at the lowest places and added up to every place and whole, in arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from scorecard.org import Org
from scorecard.reading import Floats

Combine = Literal["add", "least", "greatest"]
"""How a part of a measure combines: sums and counts add, extremes take the extreme."""
Rows = NDArray[np.intp]

_EMPTY: Mapping[Combine, float] = {"add": 0.0, "least": np.nan, "greatest": np.nan}
_MEET: Mapping[Combine, Callable[[Any, Any, Any], None]] = {
    "add": np.add.at,
    "least": np.fmin.at,
    "greatest": np.fmax.at,
}
MERGE: Mapping[Combine, Callable[..., Floats]] = {
    "add": np.add.reduce,
    "least": np.fmin.reduce,
    "greatest": np.fmax.reduce,
}
"""How values along an axis become one."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """An organisation's steps: for every depth from the lowest, the rows at it and their parents; and the wholes."""

    rows: int
    steps: tuple[tuple[Rows, Rows], ...]
    whole_places: Rows
    wholes: Rows

    @classmethod
    def of(cls, org: Org) -> Ladder:
        """Work out the steps of an organisation, once for all measures."""
        parents = np.array(org.parents, dtype=np.intp)
        depths = np.array([len(path) for path in org.paths], dtype=np.intp)
        steps = []
        for depth in range(len(org.levels), 1, -1):
            at = np.flatnonzero(depths == depth)
            steps.append((at, parents[at]))
        pairs = [(place, org.row_of[unit]) for unit in org.wholes for place in org.places[unit]]
        places, wholes = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
        return cls(org.rows, tuple(steps), places, wholes)


@dataclass(frozen=True, slots=True)
class Spots:
    """Where groups of rows belong: for each its place's row and its period's position, of ``width`` periods."""

    places: Rows
    periods: Rows
    width: int


def roll_up(ladder: Ladder, spots: Spots, values: Floats, combine: Combine) -> Floats:
    """Combine parts of groups, one a spot, into every place and whole: shape (rows, periods).

    Extremes pass over NaN and are NaN where there is nothing; sums of nothing are 0.
    """
    out: Floats = np.full((ladder.rows, spots.width), _EMPTY[combine])
    meet = _MEET[combine]
    meet(out, (spots.places, spots.periods), values)
    for at, parents in ladder.steps:
        meet(out, parents, out[at])
    meet(out, ladder.wholes, out[ladder.whole_places])
    return out


def depths(org: Org) -> NDArray[np.intp]:
    """How deep every row of an organisation lies, wholes at their unit's level; the top is 1."""
    levels = [len(path) for path in org.paths]
    levels += [org.levels.index(level) + 1 for level, _ in org.wholes]
    return np.array(levels, dtype=np.intp)
