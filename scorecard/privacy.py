"""What may be shown: figures about too few people or answers are withheld once, here, before anything reads them.

A minimum size alone is not enough. A parent is the sum of its children, and a unit's whole the sum of its places:
wherever just one figure of such a sum is withheld and the others are shown, it can be worked out. So a second one
is withheld with it, the smallest part there is, and so on until no sum gives anything away. What an index weighs and
what a rolling figure adds up can be worked out of it in the same way, so those are withheld with their parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from scorecard.definition import Cumulative, Definition, Index
from scorecard.org import UNASSIGNED, Org
from scorecard.reading import Cells, Floats, Late, Table, parts_of
from scorecard.sheet import Mask, masked
from scorecard.time import Window, stretch

K = TypeVar("K")
Sums = list[tuple[int, NDArray[np.intp]]]
"""Every sum there is: the row of its whole, and the rows of its parts."""


@dataclass(frozen=True, slots=True)
class Released:
    """A table with what may not be shown taken out, and where that was: ``withheld[metric]`` (rows, periods)."""

    table: Table
    withheld: Mapping[str, Mask]
    since: Mapping[str, NDArray[np.intp]]
    """The position (rows,) of the first period with a figure, shown or withheld; the number of periods where never."""


def release(table: Table, minimum: int, definition: Definition | None = None) -> Released:
    """Take out of a table every figure about fewer than ``minimum``, and what would give one away.

    ``definition`` tells which metrics others can be worked out of. A metric is released when it is first asked for,
    all of its units and periods at once and those it is made of before it: there is no other way to its figures.
    """
    withheld = _Withheld(table, minimum, definition)
    cells = Late(table.cells, lambda metric: _without(table.cells[metric], withheld[metric]))
    worst = Late(table.worst, lambda metric: masked(table.worst[metric], withheld[metric], -1))
    since = Late(table.cells, lambda metric: withheld.found(metric)[1])
    return Released(replace(table, cells=cells, worst=worst), withheld, since)


class _Withheld(Mapping[str, Mask]):
    """What is withheld of each metric, worked out when it is first asked for, and since when there are figures.

    Not a closure over itself: what belongs to a picture is let go with it at once, and waits for no collector.
    """

    def __init__(self, table: Table, minimum: int, definition: Definition | None) -> None:
        self._table, self._minimum, self._definition = table, minimum, definition
        self._found: dict[str, tuple[Mask, NDArray[np.intp]]] = {}
        self._sums = _sums(table.org)

    def __getitem__(self, metric: str) -> Mask:
        return self.found(metric)[0]

    def __contains__(self, metric: object) -> bool:
        return metric in self._table.cells

    def __iter__(self) -> Iterator[str]:
        return iter(self._table.cells)

    def __len__(self) -> int:
        return len(self._table.cells)

    def found(self, metric: str) -> tuple[Mask, NDArray[np.intp]]:
        """The mask, and the first position with a figure."""
        if metric not in self._found:
            self._found[metric] = self._find(metric)
        return self._found[metric]

    def _find(self, metric: str) -> tuple[Mask, NDArray[np.intp]]:
        count = np.asarray(self._table.cells[metric].count)
        mask = _few(count, self._minimum) | (_telling(self._table, self._definition, metric, self) & (count > 0))
        _close(count, mask, self._sums)
        return mask if mask.any() else np.broadcast_to(np.False_, mask.shape), _first(count, mask)


def _first(count: Floats, mask: Mask) -> NDArray[np.intp]:
    there = (count > 0) | mask
    first: NDArray[np.intp] = np.where(there.any(axis=1), there.argmax(axis=1), there.shape[1])
    return first


def release_parts(
    parts: Mapping[K, Table], shown: Mapping[str, Mask], minimum: int, definition: Definition | None = None
) -> dict[K, Released]:
    """Release the parts that a whole is split into, one a value of a dimension; ``shown`` is what the whole withholds.

    The whole stands on other pages, so the parts of one unit are shown all or none: all where each is of enough or of
    nobody, none (not even which of them are empty) elsewhere, and none of a sibling too where a parent would give one
    away. What is hidden is then at least two units by all values, of which only the sums are known. Values too rare
    for the top in a period are first taken together, so that one of them does not hide the others, and are not shown.
    """
    keys, tables = tuple(parts), tuple(parts.values())
    masks: dict[str, Mask] = {}
    for metric in _parts_first(tables[0].cells, definition):
        counts = np.stack([table.cells[metric].count for table in tables])
        before = shown[metric].copy()
        for at, table in enumerate(tables):
            below = {name: mask[at] for name, mask in masks.items()}
            before |= _telling(table, definition, metric, below) & (table.cells[metric].count > 0)
        masks[metric] = _withheld_parts(counts, tables[0].org, before, minimum)
    return {
        key: Released(
            replace(
                table,
                cells={metric: _without(cells, masks[metric][at]) for metric, cells in table.cells.items()},
                worst={metric: masked(worst, masks[metric][at], -1) for metric, worst in table.worst.items()},
            ),
            {metric: mask[at] for metric, mask in masks.items()},
            {metric: _first(table.cells[metric].count, mask[at]) for metric, mask in masks.items()},
        )
        for at, (key, table) in enumerate(zip(keys, tables, strict=True))
    }


def _without(cells: Cells, mask: Mask) -> Cells:
    return parts_of(cells, lambda part, none: masked(part, mask, none)) if mask.any() else cells


def _parts_first(metrics: Iterable[str], definition: Definition | None) -> list[str]:
    """Metrics in an order in which what an index or a rolling figure is made of comes before it."""
    found: dict[str, None] = {}
    names = set(metrics)

    def visit(name: str) -> None:
        if name in names and name not in found:
            for part in _made_of(definition, name):
                visit(part)
            found[name] = None

    for name in metrics:
        visit(name)
    return list(found)


def _made_of(definition: Definition | None, name: str) -> tuple[str, ...]:
    metric = definition.metrics.get(name) if definition else None
    return (metric.metric,) if isinstance(metric, Cumulative) else tuple(metric.of) if isinstance(metric, Index) else ()


def _telling(table: Table, definition: Definition | None, name: str, withheld: Mapping[str, Mask]) -> Mask:
    """Where a metric would give away a withheld figure that it is made of.

    Two windows in a row differ by what came in with the later one and what dropped out of it: both must be shown.
    """
    told = np.zeros(table.cells[name].count.shape, dtype=np.bool_)
    for part in _made_of(definition, name):
        if part in withheld:
            told |= withheld[part]
    metric = definition.metrics.get(name) if definition else None
    if definition and isinstance(metric, Cumulative) and metric.window and metric.metric in withheld:
        reach = Window(metric.window)
        starts = [stretch(definition.calendar, period, reach).start for period in table.periods]
        for at in range(1, len(starts)):
            dropped = [
                i for i, each in enumerate(table.periods) if each.stop > starts[at - 1] and each.start < starts[at]
            ]
            told[:, at] |= withheld[metric.metric][:, dropped].any(axis=1)
    return told


def _withheld_parts(counts: Floats, org: Org, shown: Mask, minimum: int) -> Mask:
    """Of counts of shape (parts, rows, periods), the top in the first row, what is withheld; of the same shape."""
    top = counts[:, 0]
    rare = _few(top, minimum)
    while (alone := _few((top * rare).sum(axis=0), minimum) & ~rare.all(axis=0)).any():
        smallest = np.where(rare, np.inf, top).argmin(axis=0)
        rare[smallest[alone], alone] = True
    apart = rare[:, None]
    mask: Mask = shown | (_few(counts, minimum) & ~apart).any(axis=0) | _few((counts * apart).sum(axis=0), minimum)
    _close(counts.sum(axis=0), mask, _sums(org))
    return mask | apart


def _few(count: Floats, minimum: int) -> Mask:
    few: Mask = (count > 0) & (count < minimum)
    return few


def _close(count: Floats, mask: Mask, sums: Sums) -> None:
    """Withhold more and more until no sum has just one figure that is hidden."""
    before = -1
    while before != (before := int(mask.sum())) and before:
        hidden = mask & (count > 0)
        for whole, parts in _giving_away(sums, hidden):
            _cover(count, mask, whole, parts)


def _sums(org: Org) -> Sums:
    """The sums of an organisation, the top first.

    Rows that name no unit belong to nobody in particular, so what can be worked out of them gives no one away: they
    are no part of a sum here. Else three stray rows would hide a whole department.
    """
    families: dict[int, list[int]] = {}
    for row, parent in enumerate(org.parents[1:], start=1):
        if org.paths[row][-1] != UNASSIGNED:
            families.setdefault(parent, []).append(row)
    whole = [(org.row_of[unit], list(org.places[unit])) for unit in org.wholes if unit[1] != UNASSIGNED]
    return [(row, np.array(parts)) for row, parts in [*sorted(families.items()), *whole]]


def _giving_away(sums: Sums, hidden: Mask) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """The sums of which, in some period, just one figure is hidden; most sums have none, and are soon passed over."""
    any_hidden: Mask = np.asarray(hidden.any(axis=1))
    for whole, parts in sums:
        if any_hidden[whole] or any_hidden[parts].any():
            yield whole, parts


def _cover(count: Floats, mask: Mask, whole: int, parts: NDArray[np.intp]) -> None:
    """Where just one figure of a sum is withheld, withhold another: the smallest part left, else the whole."""
    hidden = (mask[parts] & (count[parts] > 0)).sum(axis=0) + (mask[whole] & (count[whole] > 0))
    alone = np.flatnonzero(hidden == 1)
    if not len(alone):
        return
    left = np.where(mask[parts] | (count[parts] <= 0), np.inf, count[parts])[:, alone]
    smallest = left.argmin(axis=0)
    found = np.isfinite(left.min(axis=0))
    mask[parts[smallest[found]], alone[found]] = True
    mask[whole, alone[~found]] = True
