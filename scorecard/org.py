"""The organisation as places: who belongs under whom, in depth-first order.

A *unit* is one member of a level. A *place* is a unit within its parent; a unit with several memberships has
several places. Places stand in depth-first order, so that everything beneath a place is one slice. Behind the
places come *wholes*: one row for each unit with several places, for its own figure over all its rows at once.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

TOP = "all"
"""The id of the one unit of the top level."""

UNASSIGNED = "Unassigned"
"""The unit of rows that name none at a level: visible, never dropped."""

Unit = tuple[str, str]
"""A unit: (level, id)."""


def unit_named(text: str) -> Unit:
    """The unit that a checked name such as ``team:Depot North`` names; an id may hold colons of its own."""
    level, _, id_ = text.partition(":")
    return level, id_


@dataclass(frozen=True)
class Org:
    """The organisation seen by a set of readings.

    ``paths`` holds one path a place in depth-first order: the ids from the top level down, ``("all",)`` first.
    ``labels`` names units whose name is not their id.
    """

    levels: tuple[str, ...]
    paths: tuple[tuple[str, ...], ...]
    labels: Mapping[Unit, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        levels: Sequence[str],
        leaves: Iterable[tuple[str, ...]],
        labels: Mapping[Unit, str] | None = None,
    ) -> Org:
        """Build the organisation from the paths that occur, of any length; every prefix becomes a place."""
        paths: set[tuple[str, ...]] = {(TOP,)}
        for path in leaves:
            while path and path not in paths:
                paths.add(path)
                path = path[:-1]  # noqa: PLW2901 - up to the first that is there already
        return cls(tuple(levels), tuple(sorted(paths, key=_last_unassigned)), labels or {})

    @cached_property
    def place_of(self) -> dict[tuple[str, ...], int]:
        """The row of each path."""
        return {path: row for row, path in enumerate(self.paths)}

    @cached_property
    def lowest(self) -> frozenset[tuple[str, ...]]:
        """The paths with nothing beneath them: all others follow from them."""
        return frozenset(path for path, row in self.place_of.items() if self.ends[row] == row + 1)

    @cached_property
    def places(self) -> dict[Unit, tuple[int, ...]]:
        """The rows of each unit's places, in order."""
        found: dict[Unit, list[int]] = {}
        for row, path in enumerate(self.paths):
            found.setdefault((self.levels[len(path) - 1], path[-1]), []).append(row)
        return {unit: tuple(rows) for unit, rows in found.items()}

    @cached_property
    def wholes(self) -> tuple[Unit, ...]:
        """The units with several places; their own figures stand behind the places, in this order."""
        return tuple(unit for unit, rows in self.places.items() if len(rows) > 1)

    @cached_property
    def row_of(self) -> dict[Unit, int]:
        """The row of each unit's own figure: its only place, or its whole."""
        rows = {unit: rows[0] for unit, rows in self.places.items()}
        rows.update({unit: len(self.paths) + at for at, unit in enumerate(self.wholes)})
        return rows

    @cached_property
    def keys(self) -> NDArray[np.uint64]:
        """A key for every row: of a place's path, of a whole's level and unit."""
        named = ["\x1f".join(path) for path in self.paths] + [f"\x1e{level}\x1f{unit}" for level, unit in self.wholes]
        hashed = b"".join(hashlib.blake2b(name.encode(), digest_size=8).digest() for name in named)
        return np.frombuffer(hashed, dtype="<u8").astype(np.uint64)

    @property
    def rows(self) -> int:
        """How many rows arrays have: places, then wholes."""
        return len(self.paths) + len(self.wholes)

    @cached_property
    def parents(self) -> tuple[int, ...]:
        """The row of each place's parent; the top's is -1."""
        return tuple(self.place_of.get(path[:-1], -1) for path in self.paths)

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Where each place's subtree ends: ``[row, ends[row])`` is the place and everything beneath it."""
        ends = list(range(1, len(self.paths) + 1))
        for row in range(len(self.paths) - 1, 0, -1):
            ends[self.parents[row]] = max(ends[self.parents[row]], ends[row])
        return tuple(ends)

    def level_of(self, row: int) -> str:
        """The level of a row, place or whole."""
        return self.levels[len(self.paths[row]) - 1] if row < len(self.paths) else self._whole(row)[0]

    def unit_of(self, row: int) -> Unit:
        """The unit of a row, place or whole."""
        return (self.level_of(row), self.paths[row][-1]) if row < len(self.paths) else self._whole(row)

    def _whole(self, row: int) -> Unit:
        return self.wholes[row - len(self.paths)]

    def units(self, level: str) -> list[Unit]:
        """The units of a level, in the order of their first place."""
        return [unit for unit in self.places if unit[0] == level]

    def children(self, unit: Unit) -> list[int]:
        """The rows of the places right beneath a unit, in order."""
        rows = self.places.get(unit, ())
        return [child for row in rows for child in range(row + 1, self.ends[row]) if self.parents[child] == row]

    def under(self, unit: Unit, level: str) -> list[int]:
        """The rows of the places of ``level`` beneath a unit (or the unit's own places, at its own level)."""
        depth = self.levels.index(level) + 1
        spans = [(row, self.ends[row]) for row in self.places.get(unit, ())]
        return [row for start, stop in spans for row in range(start, stop) if len(self.paths[row]) == depth]

    def ancestors(self, unit: Unit) -> list[Unit]:
        """The units above a unit, top first; of its first place where it has several."""
        path = self.paths[self.places[unit][0]]
        return [(self.levels[depth], id_) for depth, id_ in enumerate(path[:-1])]

    def label(self, unit: Unit) -> str:
        """The name people read for a unit."""
        return self.labels.get(unit, unit[1])


_LAST = chr(sys.maxunicode) * 2
"""Sorts behind every id."""


def _last_unassigned(path: tuple[str, ...]) -> tuple[str, ...]:
    return path if UNASSIGNED not in path else tuple(_LAST if id_ == UNASSIGNED else id_ for id_ in path)
