"""Exported problems: over every link of the thread, the units that got better at the cost of what they feed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scorecard.analysis.exported import MIN_RECENT, SPANS, Exports, Pair, exported
from scorecard.causes.ground import Ground
from scorecard.org import UNASSIGNED, Unit
from scorecard.outlook.answer import Exported
from scorecard.reading import Floats
from scorecard.tree import TreeLink

LONGEST_RECENT = 13
"""Periods that count as recent at most: a quarter of weeks."""
_BETTER = {"higher_is_better": 1, "lower_is_better": -1}


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    link: TreeLink
    units: tuple[Unit, ...]
    pair: Pair


def exports(ground: Ground) -> tuple[Exported, ...]:
    """The units found, by link in written order; people are never looked at."""
    recent = min(LONGEST_RECENT, int(ground.table.complete.sum()) // SPANS)
    if recent < MIN_RECENT:
        return ()
    judged = [found for link in ground.tree.links if link.kind != "identity" and (found := _judged(ground, link))]
    results = exported([one.pair for one in judged], recent)
    pairs = zip(judged, results, strict=True)
    return tuple(
        one for about, found in pairs if isinstance(found, Exports) for one in _told(ground, about, found, recent)
    )


def _judged(ground: Ground, link: TreeLink) -> _Judged | None:
    """Both ends of a link at the finest level above people that they share; ``None`` where nobody can be compared."""
    metrics, cells = ground.definition.metrics, ground.table.cells
    better = [_BETTER.get(metrics[name].direction, 0) for name in (link.metric, link.feeds)]
    if not all(better) or link.metric not in cells or link.feeds not in cells:
        return None
    for level in _levels(ground, link):
        units = tuple(unit for unit in ground.org.units(level) if unit[1] != UNASSIGNED)
        rows = [ground.org.row_of[unit] for unit in units]
        whole = ground.table.complete_of(link.metric) & ground.table.complete_of(link.feeds)
        own, downstream = (cells[name].value[rows][:, whole] for name in (link.metric, link.feeds))
        shared = _seen(own) & _seen(downstream)
        if shared.any():
            known = tuple(unit for unit, seen in zip(units, shared, strict=True) if seen)
            names = tuple(":".join(unit) for unit in known)
            return _Judged(link, known, Pair(own[shared], downstream[shared], names, better[0], better[1]))
    return None


def _levels(ground: Ground, link: TreeLink) -> Iterator[str]:
    definition = ground.definition
    levels = definition.organisation.levels
    finest = min(levels.index(definition.level(name)) for name in (link.metric, link.feeds))
    return (level for level in reversed(levels[1 : finest + 1]) if level != definition.organisation.people)


def _seen(values: Floats) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(values).any(axis=1))


def _told(ground: Ground, about: _Judged, found: Exports, recent: int) -> Iterator[Exported]:
    units = {":".join(unit): unit for unit in about.units}
    grain = ground.definition.calendar.grain
    for one in found.found:
        if math.isfinite(one.own) and math.isfinite(one.downstream):
            yield Exported(
                unit=units[one.unit], unit_label=ground.label_of(units[one.unit]),
                metric=about.link.metric, feeds=about.link.feeds, own=one.own,
                downstream=one.downstream, grain=grain, recent=recent, units=found.units, p=one.p, q=one.q,
            )  # fmt: skip
