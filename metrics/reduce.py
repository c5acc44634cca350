"""Reducing fetched rows: every part of every measure, for every place, whole and period, in arrays.

Rows are never sorted as such. What adds is summed at the finest places and carried up; distinct counts and
percentiles are taken at each level from whole numbers that hold the cell before the value, so that sorting them once
puts equal values of a cell side by side. Sums are exact before they are rounded once: they are the same in whatever
order rows come, and whichever other periods are read with them. What adds and what is sorted are reduced side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import fsum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.climb import Climb, Whole
from metrics.coding import BITS, Taken
from metrics.exact import MANTISSA, Ranked, folds
from metrics.leveled import Leveled
from metrics.plan import shape
from metrics.rolling import Rolling, Sights
from metrics.rows import Coded, Flags
from scorecard.measure import LeafMeasure
from scorecard.org import Org
from scorecard.reading import Floats
from scorecard.time import Period

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Axis:
    """What rows fall into: ``pieces`` of time in order, and the periods made of them, each a run of pieces."""

    pieces: tuple[Period, ...]
    runs: tuple[tuple[int, int], ...] | None = None
    """Half-open runs of pieces; ``None`` where each piece is a period."""

    @classmethod
    def of(cls, periods: Sequence[Period]) -> Axis:
        """Periods as they are, or, where they overlap, cut at each other's edges."""
        if all(one.stop <= other.start for one, other in pairwise(periods)):
            return cls(tuple(periods))
        edges = sorted({moment for period in periods for moment in (period.start, period.stop)})
        at = {moment: position for position, moment in enumerate(edges)}
        pieces = tuple(Period(*piece, None) for piece in pairwise(edges))
        return cls(pieces, tuple((at[period.start], at[period.stop]) for period in periods))

    @property
    def periods(self) -> int:
        """How many periods there are."""
        return len(self.pieces if self.runs is None else self.runs)


@dataclass
class Reduction:
    """Fetched rows over an organisation, segments and an axis; every array comes out (rows, segments × periods)."""

    rows: Coded
    climb: Climb
    axis: Axis
    cell: Whole
    """The finest cell of each row: its path's position, then its segment and piece of time."""
    inside: Flags | None
    """Which rows are in one of the pieces; ``None`` where all are."""
    _counts: dict[int, Floats] = field(default_factory=dict)
    _there: dict[int, Flags | None] = field(default_factory=dict)
    _masks: dict[tuple[int | None, int], Flags | None] = field(default_factory=dict)
    _folds: dict[int, tuple[Floats, ...]] = field(default_factory=dict)
    _ranked: dict[int, Ranked] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Coded, org: Org, axis: Axis) -> Reduction:
        """Lay rows out over an organisation that holds their paths, their own segments, and an axis.

        Rows of no piece all get one cell behind the others.
        """
        places = np.array([org.place_of[path] for path in rows.paths.texts], dtype=np.intp)
        leaves, goes = np.unique(places, return_inverse=True)
        width = len(rows.segments.texts) * len(axis.pieces)
        position = rows.positions(axis.pieces)
        cell = goes.take(rows.paths.of) * width
        if len(rows.segments.texts) > 1:
            cell += rows.segments.of * len(axis.pieces)
        cell += position
        inside = position >= 0
        if inside.all():
            return cls(rows, Climb(org, leaves), axis, cell, None)
        cell[~inside] = len(leaves) * width
        return cls(rows, Climb(org, leaves), axis, cell, inside)

    @property
    def width(self) -> int:
        """How many columns arrays come out with."""
        return len(self.rows.segments.texts) * self.axis.periods

    @cached_property
    def cells(self) -> int:
        """How many finest cells there are."""
        return len(self.climb.leaves) * len(self.rows.segments.texts) * len(self.axis.pieces)

    @cached_property
    def rolling(self) -> Rolling | None:
        """The periods as windows, where they overlap."""
        if self.axis.runs is None:
            return None
        return Rolling(self.climb, len(self.rows.segments.texts), len(self.axis.pieces), self.axis.runs)

    @cached_property
    def leveled(self) -> Leveled:
        """The way to distinct counts and percentiles."""
        return Leveled(self.climb, self.width)

    @cached_property
    def there(self) -> Floats:
        """How many rows there are at the finest places."""
        return self._added(None)

    @cached_property
    def most(self) -> int:
        """The most rows of any finest figure."""
        return int(self.there.max(initial=1.0))

    @cached_property
    def present(self) -> Floats:
        """Rows in every cell of every place and whole."""
        return self._up(self.there)

    def parts(self, leaf: LeafMeasure, taken: Taken) -> dict[str, Floats]:
        """The parts of a measure, as :data:`metrics.aggregates.COMBINE` names them."""
        found = {"rows": self.present}
        match leaf.agg:
            case "count" | "sum_boolean":
                named = {part: self._up(self._count(mark)) for part, mark in taken.marks.items()}
            case "nps":
                counts = {part: self._up(self._count(mark)) for part, mark in taken.marks.items()}
                balance = counts["promoter"] - counts["detractor"]
                decided = counts["promoter"] + counts["detractor"]
                named = {
                    "count": counts["count"], "balance": balance, "decided": decided, "outside": counts["outside"],
                }  # fmt: skip
            case "count_distinct":
                named = {"count": self._distinct(taken)}
            case "sum" | "average":
                named = {"count": self._entered(taken), "total": self._up(self._sum(taken))}
            case "min":
                named = {"count": self._entered(taken), "figure": self._extreme(taken, np.minimum, np.fmin, np.inf)}
            case "max":
                named = {"count": self._entered(taken), "figure": self._extreme(taken, np.maximum, np.fmax, -np.inf)}
            case _:
                share = 0.5 if leaf.percentile is None else leaf.percentile
                count, figure = self._percentile(taken, share)
                named = {"count": count, "figure": figure}
        return found | named

    def outside(self, taken: Taken) -> Counts:
        """How many answers lay outside their scale, by piece of time."""
        mark = taken.marks["outside"]
        marked = self.rows.mark(mark or 0)
        strange = self.cell[marked if self.inside is None else marked & self.inside]
        pieces = len(self.axis.pieces)
        return np.bincount(strange % max(pieces, 1), minlength=pieces)

    def _up(self, finest: Floats) -> Floats:
        return self.climb.add(finest.reshape(len(self.climb.leaves), self.width))

    def _count(self, mark: int | None) -> Floats:
        """Rows with a mark in each finest cell: several marks are counted at once, side by side in one double."""
        if mark is None:
            return self.there
        if mark not in self._counts:
            bits = self.most.bit_length()
            group = max(1, min(MANTISSA // bits, 8))
            word, within = divmod(mark, BITS)
            first = within // group * group
            spread = np.array(
                [sum(1 << at * bits for at in range(group) if code >> at & 1) for code in range(1 << group)]
            )
            weights = spread.astype(np.float64).take((self.rows.words[word] >> first) & ((1 << group) - 1))
            found = self._added(weights).astype(np.int64)
            for at in range(group):
                self._counts[word * BITS + first + at] = (found >> at * bits & ((1 << bits) - 1)).astype(np.float64)
        return self._counts[mark]

    def _added(self, weights: Floats | Flags | None) -> Floats:
        """Rows, or weights of rows, added up at the finest places."""
        cells = np.bincount(self.cell, weights, minlength=self.cells + 1)[: self.cells]
        return self._gathered(cells.astype(np.float64, copy=False), np.add)

    def _gathered(self, cells: Floats, meet: Any) -> Floats:
        """Figures of pieces of time as figures of periods, one behind the other."""
        if self.axis.runs is None:
            return cells
        apart, nothing = cells.reshape(-1, len(self.axis.pieces)), 0.0 if meet is np.add else np.nan
        runs = (apart[:, slice(*run)] for run in self.axis.runs)
        return np.stack([meet.reduce(run, axis=1, initial=nothing) for run in runs], axis=1).ravel()

    def _known(self, value: int) -> Flags | None:
        """Which rows have a value; ``None`` where all have."""
        if value not in self._there:
            self._there[value] = self.rows.known(value)
        return self._there[value]

    def _kept(self, taken: Taken) -> Flags | None:
        """Which rows a measure lets in and have a value; ``None`` for all."""
        key = taken.marks["count"], taken.value
        if key not in self._masks:
            mark, known = key[0], self._known(taken.value)
            kept = None if mark is None else self.rows.mark(mark)
            self._masks[key] = known if kept is None else kept if known is None else kept & known
        return self._masks[key]

    def _entered(self, taken: Taken) -> Floats:
        """How many rows enter a measure."""
        mark = taken.marks["count"]
        if self._known(taken.value) is None:
            return self.present if mark is None else self._up(self._count(mark))
        return self._up(self._added(self._kept(taken)))

    def _sum(self, taken: Taken) -> Floats:
        if taken.value not in self._folds:
            values, known = self.rows.values[taken.value], self._known(taken.value)
            self._folds[taken.value] = folds(values if known is None else np.where(known, values, 0.0), self.most)
        mask = self._kept(taken)
        sums = [self._added(fold if mask is None else np.where(mask, fold, 0.0)) for fold in self._folds[taken.value]]
        if len(sums) <= 2:  # noqa: PLR2004 - one addition rounds once
            return sums[0] + sums[1] if sums[1:] else sums[0]
        return np.array([fsum(each) for each in zip(*sums, strict=True)])

    def _extreme(self, taken: Taken, meet: Any, join: Any, nothing: float) -> Floats:
        out = np.full(self.cells + 1, nothing)
        known, values = self._known(taken.value), self.rows.values[taken.value].astype(np.float64, copy=False)
        meet.at(out, self._cell_of(taken), values if known is None else np.where(known, values, nothing))
        out = out[:-1]
        out[out == nothing] = np.nan
        finest = self._gathered(out, join).reshape(len(self.climb.leaves), self.width)
        return self.climb.extreme(finest, join)

    def _distinct(self, taken: Taken) -> Floats:
        keys = self.rows.values[taken.value]
        spread = int(keys.max(initial=0)) + 1
        if self.rolling:
            return self.rolling.distinct(self._sights(keys, taken, spread))
        return self.leveled.distinct(self._cell_of(taken), keys, spread)

    def _percentile(self, taken: Taken, share: float) -> tuple[Floats, Floats]:
        if taken.value not in self._ranked:
            self._ranked[taken.value] = Ranked.of(self.rows.values[taken.value])
        ranked = self._ranked[taken.value]
        if self.rolling:
            return self.rolling.percentile(self._sights(ranked.rank, taken, ranked.spread), ranked, share)
        return self._entered(taken), self.leveled.percentile(self._cell_of(taken), ranked, share)

    def _sights(self, seen: Whole, taken: Taken, spread: int) -> Sights:
        """The rows that enter a measure, with what is seen there, for periods that overlap."""
        mask = self._kept(taken)
        mask = self.inside if mask is None else mask if self.inside is None else mask & self.inside
        cell = self.cell if mask is None else self.cell[mask]
        place, piece = np.divmod(cell, len(self.axis.pieces))
        return Sights(place, piece, seen if mask is None else seen[mask], spread)

    def _cell_of(self, taken: Taken) -> Whole:
        """The finest cell of each row that enters a measure, else that behind the others."""
        mask = self._kept(taken)
        return self.cell if mask is None else np.where(mask, self.cell, self.cells)


@dataclass(frozen=True, slots=True)
class Reduced:
    """What became of fetched rows: the parts of each measure over an organisation of their own and its segments."""

    org: Org
    segments: tuple[tuple[str, ...], ...]
    parts: Mapping[LeafMeasure, Mapping[str, Floats]]
    outside: Mapping[LeafMeasure, Counts]


def reduce(rows: Coded, org: Org, periods: Sequence[Period], taken: Mapping[LeafMeasure, Taken]) -> Reduced:
    """Reduce fetched rows over an organisation that holds all their paths, and periods in order.

    Periods may overlap; then neither begins nor ends before the one before it.
    """
    work = Reduction.of(rows, org, Axis.of(periods))
    sorted_ = [leaf for leaf in taken if shape(leaf.agg) != "additive"]
    assert work.present is not None  # noqa: S101 - worked out once, before two threads ask
    with ThreadPoolExecutor(1) as beside:
        sorting = beside.submit(lambda: {leaf: work.parts(leaf, taken[leaf]) for leaf in sorted_})
        added = {leaf: work.parts(leaf, own) for leaf, own in taken.items() if leaf not in sorted_}
        found = added | sorting.result()
    parts = {leaf: found[leaf] for leaf in taken}
    outside = {leaf: work.outside(own) for leaf, own in taken.items() if leaf.agg == "nps"}
    return Reduced(org, rows.segments.texts, parts, outside)
