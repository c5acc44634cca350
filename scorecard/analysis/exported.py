"""Exported problems: units whose own measure gets better while what they feed downstream gets worse.

Both series are set against the other units of the same period, so that a season or a shock common to all is
nobody's export. A unit's change is its mean over the recent periods less its mean over as many before them, in
its own standard deviations; the chance of such a change is read off all units at all dates, which carry the
same memory from period to period. A unit is found when *both* changes are beyond chance, so its chance is the
larger of the two (the intersection-union test of Berger 1982), corrected over units (Benjamini & Hochberg 1995).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from scorecard.analysis.estimate import Shortage
from scorecard.analysis.panel import MIN_UNITS, within

Floats = NDArray[np.float64]

LEVEL = 0.05
"""False discovery rate over the units."""
SPANS = 4
"""Spans of the length of the recent one that the series must cover, to know what chance does."""
MIN_RECENT = 4


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A measure and what it feeds in the same units, both (units, periods), NaN where missing."""

    own: Floats
    downstream: Floats
    units: tuple[str, ...]
    own_better: int
    """+1 where more is better, -1 where less is."""
    downstream_better: int


@dataclass(frozen=True, slots=True)
class Export:
    """A unit that got better at the cost of what it feeds."""

    unit: str
    own: float
    """Change of its own measure, recent less before, in the measure's units."""
    downstream: float
    """Change of the measure it feeds, in that measure's units."""
    p: float
    """The chance that either of the two changes is chance."""
    q: float
    """The share of false finds among those with this q-value or a smaller one."""


@dataclass(frozen=True, slots=True)
class Exports:
    """The units found, and how many chance alone would have paired."""

    found: tuple[Export, ...]
    """In order of p, then of unit."""
    units: int
    """Units judged."""
    expected: float
    """Finds to expect if the same own and downstream changes met each other by chance."""
    pairing: float
    """The chance of as many finds or more then: all pairings of units enumerated, as Fisher (1935) does."""


@dataclass(frozen=True, slots=True, eq=False)
class _Chances:
    """What each unit's two changes are worth: chances (units,), NaN where there is nothing to judge."""

    better: Floats
    worse: Floats
    gain: Floats
    cost: Floats

    @property
    def p(self) -> Floats:
        return np.maximum(self.better, self.worse)


def exported(pairs: Sequence[Pair], recent: int) -> list[Exports | Shortage]:
    """Find the units of each pair that improve in their own measure while the one it feeds worsens.

    ``recent`` is the number of periods that count as recent, at least four. False discoveries are held to 5 % over
    the units of all pairs together. Raises ValueError for shapes that do not fit.
    """
    judged = [_judged(pair, recent) for pair in pairs]
    known = [one for one in judged if isinstance(one, _Chances)]
    pooled = np.concatenate([np.empty(0), *(one.p[np.isfinite(one.p)] for one in known)])
    q = iter(stats.false_discovery_control(pooled) if len(pooled) else pooled)
    return [
        one
        if isinstance(one, Shortage)
        else _found(pair, one, np.array([next(q) if np.isfinite(p) else np.nan for p in one.p]))
        for pair, one in zip(pairs, judged, strict=True)
    ]


def _judged(pair: Pair, recent: int) -> _Chances | Shortage:
    own, downstream = pair.own, pair.downstream
    if own.shape != downstream.shape or own.shape[:1] != (len(pair.units),) or recent < MIN_RECENT:
        raise ValueError(f"own {own.shape} and downstream {downstream.shape} must be ({len(pair.units)}, periods)")
    short = SPANS * recent - own.shape[1]
    if short > 0:
        return Shortage("too_little_data", periods=short)
    chances = _Chances(
        better=_chance(pair.own_better * own, recent),
        worse=_chance(-pair.downstream_better * downstream, recent),
        gain=changes(own, recent)[:, -1],
        cost=changes(downstream, recent)[:, -1],
    )
    units = int(np.count_nonzero(np.isfinite(chances.p)))
    return Shortage("too_little_data", units=MIN_UNITS - units) if units < MIN_UNITS else chances


def _found(pair: Pair, chances: _Chances, q: Floats) -> Exports:
    judged, p = np.flatnonzero(np.isfinite(q)), chances.p
    wanted = (q <= LEVEL) & (pair.own_better * chances.gain > 0) & (pair.downstream_better * chances.cost < 0)
    seen = np.flatnonzero(wanted)
    seen = seen[np.argsort(p[seen], kind="stable")]
    found = tuple(
        Export(pair.units[i], float(chances.gain[i]), float(chances.cost[i]), float(p[i]), float(q[i])) for i in seen
    )
    limit = max((export.p for export in found), default=0.0)
    improved, worsened = (np.count_nonzero(one[judged] <= limit) for one in (chances.better, chances.worse))
    pairing = float(stats.hypergeom.sf(len(found) - 1, len(judged), improved, worsened))
    return Exports(found, len(judged), float(improved * worsened / len(judged)), pairing)


def changes(values: Floats, recent: int) -> Floats:
    """(units, dates): the mean over `recent` periods less the mean over as many before, at each date there are both.

    The last date is the newest. A mean over fewer than half of its periods is missing.
    """
    seen = np.isfinite(values)
    start = np.zeros((len(values), 1))
    total = np.hstack([start, np.cumsum(np.where(seen, values, 0.0), axis=1)])
    count = np.hstack([start, np.cumsum(seen, axis=1)])
    sums, counts = total[:, recent:] - total[:, :-recent], count[:, recent:] - count[:, :-recent]
    means = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=2 * counts >= recent)
    return np.asarray(means[:, recent:] - means[:, :-recent], dtype=np.float64)


def _chance(values: Floats, recent: int) -> Floats:
    """(units,): the chance of a rise as large as the newest, among the rises of all units before the recent span."""
    seen = np.isfinite(values)
    relative = within(np.where(seen, values, 0.0)[None], seen[None].astype(np.float64))[0]
    relative = np.where(seen, relative, np.nan)
    spread = _deviation(relative[:, :-recent])
    rises = changes(relative, recent) / np.where(spread > 0, spread, np.nan)
    placebo = rises[:, :-recent]
    placebo = np.sort(placebo[np.isfinite(placebo)])
    reached = len(placebo) - np.searchsorted(placebo, rises[:, -1], side="left")
    return np.asarray(np.where(np.isfinite(rises[:, -1]), (1 + reached) / (1 + len(placebo)), np.nan))


def _deviation(values: Floats) -> Floats:
    """(units, 1): standard deviation of each unit's values; 0 for a unit without any."""
    seen = np.isfinite(values)
    count = np.maximum(1, seen.sum(axis=1, keepdims=True))
    filled = np.where(seen, values, 0.0)
    centred = np.where(seen, filled - filled.sum(axis=1, keepdims=True) / count, 0.0)
    return np.asarray(np.sqrt((centred**2).sum(axis=1, keepdims=True) / count), dtype=np.float64)
