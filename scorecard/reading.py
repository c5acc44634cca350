"""Readings: one metric, one unit, one period; and whole tables of them as arrays.

A table holds every unit of the organisation at once: a row a *place* (a unit within its parent), a column a
period. Missing is NaN in arrays and ``None`` in a :class:`Reading`, all the way to the screen; it is never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scorecard.definition import Grain
from scorecard.faults import Fault
from scorecard.org import Org
from scorecard.time import Period

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reading:
    """One metric, one unit, one period.

    ``numerator`` and ``denominator`` are there for quotients (ratio, average, nps); ``count`` is how many
    rows, answers or people the figure is about; ``complete`` is false while the period is still running.
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    count: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Cells:
    """One metric over every row of an :class:`Org` and every period: four arrays of shape (rows, periods)."""

    value: Floats
    numerator: Floats
    denominator: Floats
    count: Floats
    """How many rows, answers or people each figure is about; 0 where there are none."""


@dataclass(frozen=True, slots=True)
class Table:
    """Every metric at one grain: ``cells[metric]`` over ``org``'s rows and ``periods``.

    ``targets[metric]`` has shape (rows, periods), or (2, rows, periods) for a band (low, high).
    ``complete`` has shape (periods,); ``unsettled[metric]`` is that of a metric that may be incomplete in periods that
    are over (a conversion whose window still runs, a rolling figure that reaches back before its first row).
    ``worst[index]`` has shape (rows, periods): the position of an index's worst part, -1 where there is none.
    """

    grain: Grain | None
    periods: tuple[Period, ...]
    complete: NDArray[np.bool_]
    org: Org
    cells: Mapping[str, Cells]
    targets: Mapping[str, Floats]
    unsettled: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    worst: Mapping[str, NDArray[np.int8]] = field(default_factory=dict)

    def complete_of(self, metric: str) -> NDArray[np.bool_]:
        """Whether a metric's figure of each period is complete: shape (periods,)."""
        return self.unsettled.get(metric, self.complete)

    def reading(self, metric: str, row: int, period: int) -> Reading:
        """The reading of ``metric`` at a row of the organisation and a period's position."""
        cells = self.cells[metric]
        return Reading(
            value=number(cells.value[row, period]),
            numerator=number(cells.numerator[row, period]),
            denominator=number(cells.denominator[row, period]),
            count=int(cells.count[row, period]),
            complete=bool(self.complete_of(metric)[period]),
        )


@dataclass(frozen=True, slots=True)
class Readings:
    """What a warehouse answered: one table a segment (a combination of dimension values), and what failed.

    Without ``by`` there is one segment, ``()``. ``failed`` names metrics without figures and why;
    ``faults`` tells everything people should know (a failed source, duplicate rows, answers out of range).
    """

    segments: Mapping[tuple[str, ...], Table]
    failed: Mapping[str, str]
    faults: tuple[Fault, ...] = ()

    @property
    def table(self) -> Table:
        """The table of the one segment there is without dimensions."""
        return self.segments[()]


def number(value: float) -> float | None:
    """NaN and infinities are no value."""
    return float(value) if np.isfinite(value) else None


def align(tables: Mapping[Grain, Table]) -> dict[Grain, Table]:
    """Bring the tables of several grains onto one organisation: the union of the places each has seen."""
    orgs = [table.org for table in tables.values()]
    labels = {unit: label for org in orgs for unit, label in org.labels.items()}
    union = Org.of(orgs[0].levels, (path for org in orgs for path in org.paths), labels)
    return {grain: _onto(table, union) for grain, table in tables.items()}


def _onto(table: Table, org: Org) -> Table:
    if org.paths == table.org.paths:
        return replace(table, org=org)
    goes = [org.place_of[path] for path in table.org.paths]
    goes += [org.row_of[unit] for unit in table.org.wholes]
    whole = [(org.row_of[unit], table.org.row_of[unit]) for unit in org.wholes if unit in table.org.row_of]

    def moved(values: NDArray[Any], missing: float) -> NDArray[Any]:
        out = np.full((*values.shape[:-2], org.rows, values.shape[-1]), missing, dtype=values.dtype)
        out[..., goes, :] = values
        for to, come in whole:
            out[..., to, :] = values[..., come, :]
        return out

    cells = {
        metric: Cells(
            moved(c.value, np.nan), moved(c.numerator, np.nan), moved(c.denominator, np.nan), moved(c.count, 0.0)
        )
        for metric, c in table.cells.items()
    }
    targets = {metric: moved(target, np.nan) for metric, target in table.targets.items()}
    worst = {metric: moved(positions, -1) for metric, positions in table.worst.items()}
    return replace(table, org=org, cells=cells, targets=targets, worst=worst)
