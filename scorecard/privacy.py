"""What may be shown: figures about too few people or answers are withheld once, here, before anything reads them.

A minimum size alone is not enough: where one unit beneath a parent is withheld and its siblings are shown, it
is the parent less the siblings. So a second one, the smallest of those shown, is withheld with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scorecard.org import Org
from scorecard.reading import Cells, Floats, Table

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Released:
    """A table with what may not be shown taken out, and where that was: ``withheld[metric]`` (rows, periods)."""

    table: Table
    withheld: Mapping[str, Mask]


def release(table: Table, minimum: int) -> Released:
    """Take out of a table every figure about fewer than ``minimum``, and what would give one away."""
    withheld = {metric: _withheld(cells.count, table.org, minimum) for metric, cells in table.cells.items()}
    cells = {metric: _without(table.cells[metric], mask) for metric, mask in withheld.items()}
    return Released(replace(table, cells=cells), withheld)


def _without(cells: Cells, mask: Mask) -> Cells:
    if not mask.any():
        return cells
    value, numerator, denominator = (
        np.where(mask, np.nan, part) for part in (cells.value, cells.numerator, cells.denominator)
    )
    return Cells(value, numerator, denominator, np.where(mask, 0.0, cells.count))


def _withheld(count: Floats, org: Org, minimum: int) -> Mask:
    mask: Mask = (count > 0) & (count < minimum)
    if mask.any():
        for siblings in _families(org):
            _cover(count, mask, siblings)
        _carry_to_wholes(mask, org)
    return mask


def _families(org: Org) -> list[NDArray[np.intp]]:
    """The rows beneath each parent, parents first."""
    families: dict[int, list[int]] = {}
    for row, parent in enumerate(org.parents):
        if parent >= 0:
            families.setdefault(parent, []).append(row)
    return [np.array(rows) for _, rows in sorted(families.items())]


def _cover(count: Floats, mask: Mask, siblings: NDArray[np.intp]) -> None:
    """Where just one of the siblings is withheld, withhold the smallest of the others that has anything."""
    alone = np.flatnonzero(mask[siblings].sum(axis=0) == 1)
    shown = np.where(mask[siblings] | (count[siblings] <= 0), np.inf, count[siblings])[:, alone]
    smallest = shown.argmin(axis=0)
    found = np.isfinite(shown.min(axis=0, initial=np.inf))
    mask[siblings[smallest[found]], alone[found]] = True


def _carry_to_wholes(mask: Mask, org: Org) -> None:
    """A unit's own figure would give away its one withheld place: it is withheld too where all but one is shown."""
    for at, unit in enumerate(org.wholes, start=len(org.paths)):
        mask[at] |= mask[list(org.places[unit])].sum(axis=0) == 1
