"""Reducing fetched rows: every part of every measure, for every place, whole and period, in arrays.

Rows are never sorted as such. What adds is summed at the finest places and carried up; distinct counts and
percentiles are taken at each level from whole numbers that hold the cell before the value, so that sorting them once
puts equal values of a cell side by side. Sums are exact before they are rounded once: they are the same in whatever
order rows come, and whichever other periods are read with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import frexp, fsum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from metrics.coding import BITS, Taken
from metrics.rows import Coded, Flags, Whole
from scorecard.measure import LeafMeasure
from scorecard.org import Org
from scorecard.reading import Floats
from scorecard.time import Period

_MANTISSA = 53
"""Bits a double holds exactly."""
_DECIMALS = (1, 10, 100, 1000)
"""What makes whole numbers of most figures people record."""


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

    def extreme(self, finest: Floats, meet: Callable[..., Any]) -> Floats:
        """Extremes of the finest figures, NaN where there are none."""
        out = np.full((self.org.rows, finest.shape[1]), np.nan)
        for goes in self.groups():
            order = np.argsort(goes, kind="stable")
            order = order[np.searchsorted(goes[order], 0) :]
            rows, starts = np.unique(goes[order], return_index=True)
            out[rows] = meet.reduceat(finest[order], starts, axis=0)  # type: ignore[attr-defined]  # a ufunc
        return out


@dataclass
class Reduction:
    """Fetched rows over an organisation, segments and periods; every array comes out (rows, segments × periods)."""

    rows: Coded
    climb: Climb
    width: int
    cell: Whole
    """The finest cell of each row: its path's position, then its segment and period."""
    _counts: dict[int, Floats] = field(default_factory=dict)
    _masks: dict[tuple[int | None, int], Flags | None] = field(default_factory=dict)
    _folds: dict[int, tuple[Floats, ...]] = field(default_factory=dict)
    _ranked: dict[int, Ranked] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Coded, org: Org, periods: Sequence[Period]) -> Reduction:
        """Lay rows out over an organisation that holds their paths, their own segments, and periods."""
        places = np.array([org.place_of[path] for path in rows.paths.texts], dtype=np.intp)
        leaves, goes = np.unique(places, return_inverse=True)
        width = len(rows.segments.texts) * len(periods)
        position = rows.positions(periods)
        inside = position >= 0
        cell = goes.take(rows.paths.of) * width
        if len(rows.segments.texts) > 1:
            cell += rows.segments.of * len(periods)
        cell += position
        if not inside.all():
            rows = _only(rows, inside)
            cell = cell[inside]
        return cls(rows, Climb(org, leaves), width, cell)

    @cached_property
    def cells(self) -> int:
        """How many finest cells there are."""
        return len(self.climb.leaves) * self.width

    @cached_property
    def there(self) -> Floats:
        """How many rows there are in each finest cell."""
        return np.bincount(self.cell, minlength=self.cells).astype(np.float64)

    @cached_property
    def most(self) -> int:
        """The most rows of any finest cell."""
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
                named = {"count": counts["count"], "balance": balance, "outside": counts["outside"]}
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

    def outside(self, taken: Taken) -> int:
        """How many answers lay outside their scale."""
        mark = taken.marks["outside"]
        return 0 if mark is None else int(np.count_nonzero(self.rows.mark(mark)))

    def _up(self, finest: Floats) -> Floats:
        return self.climb.add(finest.reshape(len(self.climb.leaves), self.width))

    def _count(self, mark: int | None) -> Floats:
        """Rows with a mark in each finest cell: several marks are counted at once, side by side in one double."""
        if mark is None:
            return self.there
        if mark not in self._counts:
            bits = self.most.bit_length()
            group = max(1, min(_MANTISSA // bits, 8))
            word, within = divmod(mark, BITS)
            first = within // group * group
            spread = np.array(
                [sum(1 << at * bits for at in range(group) if code >> at & 1) for code in range(1 << group)]
            )
            weights = spread.astype(np.float64).take((self.rows.words[word] >> first) & ((1 << group) - 1))
            found = np.bincount(self.cell, weights, minlength=self.cells).astype(np.int64)
            for at in range(group):
                self._counts[word * BITS + first + at] = (found >> at * bits & ((1 << bits) - 1)).astype(np.float64)
        return self._counts[mark]

    def _mask(self, taken: Taken) -> Flags | None:
        """Which rows enter a measure; ``None`` for all."""
        key = taken.marks["count"], taken.value
        if key not in self._masks:
            value = self.rows.values[taken.value]
            known = ~np.isnan(value) if value.dtype.kind == "f" else value >= 0
            everything = bool(known.all())
            if key[0] is None:
                self._masks[key] = None if everything else known
            else:
                kept = self.rows.mark(key[0])
                self._masks[key] = kept if everything else kept & known
        return self._masks[key]

    def _entered(self, taken: Taken) -> Floats:
        """How many rows enter a measure."""
        mask, mark = self._mask(taken), taken.marks["count"]
        if mask is None:
            return self.present
        if mark is not None and self._mask(Taken(taken.value, {"count": None})) is None:
            return self._up(self._count(mark))
        return self._up(np.bincount(self.cell, mask, minlength=self.cells).astype(np.float64))

    def _sum(self, taken: Taken) -> Floats:
        if taken.value not in self._folds:
            values = self.rows.values[taken.value]
            complete = self._mask(Taken(taken.value, {"count": None})) is None
            self._folds[taken.value] = folds(values if complete else np.nan_to_num(values), self.most)
        mask = self._mask(taken)
        sums: list[Floats] = [
            np.bincount(self.cell, fold if mask is None else fold * mask, minlength=self.cells).astype(
                np.float64, copy=False
            )
            for fold in self._folds[taken.value]
        ]
        if len(sums) <= 2:  # noqa: PLR2004 - one addition rounds once
            return sums[0] + sums[1] if sums[1:] else sums[0]
        return np.array([fsum(each) for each in zip(*sums, strict=True)])

    def _extreme(self, taken: Taken, meet: Any, join: Any, nothing: float) -> Floats:
        value, mask, cell = self.rows.values[taken.value], self._mask(taken), self.cell
        if mask is not None:
            value, cell = value[mask], cell[mask]
        out = np.full(self.cells, nothing)
        meet.at(out, cell, value)
        out[np.isinf(out)] = np.nan
        return self.climb.extreme(out.reshape(-1, self.width), join)

    def _distinct(self, taken: Taken) -> Floats:
        keys, mask = self.rows.values[taken.value], self._mask(taken)
        spread = int(keys.max(initial=0)) + 1
        found = np.zeros((self.climb.org.rows, self.width))
        for rows, cell in self._cells(mask):
            own = keys if mask is None else keys[mask]
            own = own if rows is None else own[rows]
            pairs = np.sort(cell * spread + own)
            first = np.ones(len(pairs), dtype=np.bool_)
            np.not_equal(pairs[1:], pairs[:-1], out=first[1:])
            found.ravel()[:] += np.bincount(pairs[first] // spread, minlength=found.size)
        return found

    def _percentile(self, taken: Taken, share: float) -> tuple[Floats, Floats]:
        if taken.value not in self._ranked:
            self._ranked[taken.value] = Ranked.of(self.rows.values[taken.value])
        ranked, mask = self._ranked[taken.value], self._mask(taken)
        count = np.zeros((self.climb.org.rows, self.width))
        figure = np.full_like(count, np.nan)
        for rows, cell in self._cells(mask):
            own = ranked.rank if mask is None else ranked.rank[mask]
            own = own if rows is None else own[rows]
            counts = np.bincount(cell, minlength=count.size)
            some = np.flatnonzero(counts)
            ordered = np.sort(cell * ranked.spread + own)
            starts = (np.cumsum(counts) - counts)[some]
            place = (counts[some] - 1) * share
            below = np.floor(place).astype(np.intp)
            above = np.minimum(below + 1, counts[some] - 1)
            low, high = (ranked.values(ordered[starts + at] % ranked.spread) for at in (below, above))
            count.ravel()[some] = counts[some]
            figure.ravel()[some] = low + (high - low) * (place - below)
        return count, figure

    def _cells(self, mask: Flags | None) -> Iterator[tuple[Flags | None, Whole]]:
        """For every level, and its wholes, which of the rows that enter belong to it, and their cell there."""
        cell = self.cell if mask is None else self.cell[mask]
        for goes in self.climb.groups():
            table = (goes[:, None] * self.width + np.arange(self.width)).ravel().take(cell)
            if goes.min(initial=0) >= 0:
                yield None, table
            else:
                there = table >= 0
                yield there, table[there]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Numbers as whole numbers in the same order, below ``spread``; NaN is any of them."""

    rank: Whole
    spread: int
    scale: int
    least: int
    sorted: Floats | None

    @classmethod
    def of(cls, values: Floats) -> Ranked:
        """Rank numbers: as they are where they are whole, or have few decimals; else by sorting them."""
        known = np.nan_to_num(values)
        for scale in _DECIMALS:
            whole = np.rint(known * scale)
            if np.abs(whole).max(initial=0.0) < 1 << 30 and np.array_equal(whole / scale, known):
                least, most = int(whole.min(initial=0.0)), int(whole.max(initial=0.0))
                return cls((whole - least).astype(np.intp), most - least + 1, scale, least, None)
        there, rank = np.unique(known, return_inverse=True)
        return cls(rank, len(there), 1, 0, there)

    def values(self, ranks: Whole) -> Floats:
        """The numbers behind ranks."""
        return (ranks + self.least) / self.scale if self.sorted is None else self.sorted[ranks]


def folds(values: Floats, most: int) -> tuple[Floats, ...]:
    """Numbers taken apart so that up to ``most`` of each fold add up without rounding.

    Whole numbers are one fold. Others are split at a power of two by adding and taking away a large number
    (Rump, Ogita and Oishi, *Accurate floating-point summation*, 2008), until nothing is left.
    """
    top = float(np.abs(values).max(initial=0.0))
    if top * most < 2.0**_MANTISSA and np.array_equal(np.rint(values), values):
        return (values,)
    bits = max(2, most.bit_length())
    found: list[Floats] = []
    while top > 0:
        exponent = frexp(top)[1]
        if exponent + bits > 1000 or exponent < -900 + _MANTISSA:  # noqa: PLR2004 - where doubles end
            return (*found, values)
        anchor = 1.5 * 2.0 ** (exponent + bits - 1)
        high = (values + anchor) - anchor
        found.append(high)
        values = values - high
        top = float(np.abs(values).max(initial=0.0))
    return tuple(found) or (values,)


def _only(rows: Coded, inside: Flags) -> Coded:
    """Only some of fetched rows."""
    return Coded(
        size=int(np.count_nonzero(inside)),
        paths=type(rows.paths)(rows.paths.texts, rows.paths.of[inside]),
        segments=type(rows.segments)(rows.segments.texts, rows.segments.of[inside]),
        day=None if rows.day is None else rows.day[inside],
        values=tuple(value[inside] for value in rows.values),
        words=tuple(word[inside] for word in rows.words),
    )


@dataclass(frozen=True, slots=True)
class Reduced:
    """What became of fetched rows: the parts of each measure over an organisation of their own and its segments."""

    org: Org
    segments: tuple[tuple[str, ...], ...]
    parts: Mapping[LeafMeasure, Mapping[str, Floats]]
    outside: Mapping[LeafMeasure, int]


def reduce(rows: Coded, org: Org, periods: Sequence[Period], taken: Mapping[LeafMeasure, Taken]) -> Reduced:
    """Reduce fetched rows over an organisation that holds all their paths."""
    work = Reduction.of(rows, org, periods)
    parts = {leaf: work.parts(leaf, own) for leaf, own in taken.items()}
    outside = {leaf: work.outside(own) for leaf, own in taken.items() if leaf.agg == "nps"}
    return Reduced(org, rows.segments.texts, parts, outside)
